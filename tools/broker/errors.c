// SPDX-License-Identifier: MIT
#include "errors.h"

#include <stddef.h>

#include "broker1.h"

static const struct {
	int error;
	const char *name, *message;
} errors[] = {
	{ ENODEV, MC_BROKER_ERROR("NoDevice"), "There is no miracast device." },
	{ EBUSY, MC_BROKER_ERROR("Busy"), "All targets, or what they need, are in use." },
	{ ESRCH, MC_BROKER_ERROR("NotReady"), "No compositor has the device yet." },
	{ ERRORS_NO_SEAT, MC_BROKER_ERROR("NotReady"), "udev does not know the device yet." },
	{ ESTALE, MC_BROKER_ERROR("NotReady"), "The DRM master keeps changing." },
	{ ERRORS_LEAVING, MC_BROKER_ERROR("Restarting"), "The broker is about to end; try again." },
	{ EACCES, MC_BROKER_ERROR("NotActive"),
	  "The caller's session is not active at the seat of the device." },
	{ ENXIO, MC_BROKER_ERROR("NotActive"), "The caller's session is over." },
	{ ERRORS_NO_LOGIND, MC_BROKER_ERROR("NoLogind"), "logind does not answer." },
	{ EPERM, SD_BUS_ERROR_ACCESS_DENIED, "The caller is not permitted." },
	{ EMFILE, SD_BUS_ERROR_LIMITS_EXCEEDED, "No file descriptor is left." },
	{ ENFILE, SD_BUS_ERROR_LIMITS_EXCEEDED, "No file descriptor is left." },
	{ ENOENT, MC_BROKER_ERROR("NoConnector"), "The device has no such connector." },
	{ EINVAL, SD_BUS_ERROR_INVALID_ARGS, "The device does not offer these limits." },
	{ EOPNOTSUPP, SD_BUS_ERROR_INVALID_ARGS, "The device does not offer these limits." },
	{ ENOTCONN, SD_BUS_ERROR_ACCESS_DENIED, "The caller has left the bus." },
};

int errors_set(sd_bus_error *error, int ret)
{
	if (sd_bus_error_is_set(error))
		return ret;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].error == -ret)
			return sd_bus_error_set(error, errors[i].name, errors[i].message);
	return sd_bus_error_set_errno(error, ret);
}
