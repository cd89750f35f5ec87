// SPDX-License-Identifier: MIT
#include "broker.h"

#include "report.h"

#ifdef HAVE_LIBSYSTEMD

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "../broker/broker1.h"

/* The broker asks other services, which may have to be started. */
#define TIMEOUT_US	(60 * 1000000ULL)

static enum exit_status fail_broker(const sd_bus_error *error, int ret)
{
	static const struct {
		const char *name;
		enum exit_status status;
	} known[] = {
		{ SD_BUS_ERROR_ACCESS_DENIED, EXIT_NO_PERMISSION },
		{ MC_BROKER_ERROR("NotActive"), EXIT_NO_PERMISSION },
		{ MC_BROKER_ERROR("NoSession"), EXIT_NO_PERMISSION },
		{ MC_BROKER_ERROR("NoDevice"), EXIT_NO_DEVICE },
		{ MC_BROKER_ERROR("Busy"), EXIT_BUSY },
		{ MC_BROKER_ERROR("QuotaExceeded"), EXIT_BUDGET },
	};
	size_t i;

	if (!sd_bus_error_is_set(error) ||
	    sd_bus_error_has_names(error, SD_BUS_ERROR_SERVICE_UNKNOWN,
				   SD_BUS_ERROR_NAME_HAS_NO_OWNER))
		return fail(EXIT_NO_PERMISSION,
			    "no permission to create a context: it shows what is on the screen, so it needs CAP_SYS_ADMIN, or miracast-broker, which cannot be reached: %s",
			    strerror(-ret));
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (sd_bus_error_has_name(error, known[i].name))
			return fail(known[i].status, "miracast-broker: %s", error->message);
	return fail(EXIT_OTHER, "miracast-broker: %s", error->message);
}

static int append_limits(sd_bus_message *call, const struct drm_miracast_create_context *want)
{
	return sd_bus_message_append(call, "a{sv}", 8,
				     "width", "u", want->max_width,
				     "height", "u", want->max_height,
				     "refresh-mhz", "u", want->max_refresh_mhz,
				     "macroblock-rate", "t", (uint64_t)want->max_macroblock_rate,
				     "buffers", "u", want->buffer_count,
				     "parts", "u", want->parts,
				     "connector-id", "u", want->connector_id,
				     "format", "s", want->format == DRM_FORMAT_NV12 ?
				     "NV12" : "XRGB8888");
}

static int take(sd_bus_message *reply, struct mc_context *context)
{
	int fd, ret = sd_bus_message_read(reply, "hus", &fd, NULL, NULL);

	if (ret < 0)
		return ret;
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return -errno;
	ret = mc_context_adopt(fd, context);
	if (ret)
		close(fd);
	return ret;
}

enum exit_status broker_create(const struct drm_miracast_create_context *want,
			       struct mc_context *context, struct sd_bus **bus)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *call = NULL, *reply = NULL;
	enum exit_status status = EXIT_OK;
	int ret;

	if (want->flags & ~(uint32_t)DRM_MIRACAST_CONTEXT_FLAG_CONTROL ||
	    want->delivery != DRM_MIRACAST_DELIVERY_COPY)
		return fail(EXIT_NO_PERMISSION,
			    "no permission: --direct, --follow-master and --hdcp need CAP_SYS_ADMIN; miracast-broker does not offer them");
	ret = sd_bus_open_system(bus);
	if (ret >= 0)
		ret = sd_bus_message_new_method_call(*bus, &call, MC_BROKER_NAME, MC_BROKER_PATH,
						     MC_BROKER_INTERFACE, "CreateContext");
	if (ret >= 0)
		ret = append_limits(call, want);
	if (ret >= 0)
		ret = sd_bus_call(*bus, call, TIMEOUT_US, &error, &reply);
	if (ret < 0) {
		status = fail_broker(&error, ret);
	} else {
		ret = take(reply, context);
		if (ret < 0)
			status = fail(EXIT_OTHER, "cannot take the context of miracast-broker: %s",
				      strerror(-ret));
	}
	sd_bus_message_unref(reply);
	sd_bus_message_unref(call);
	sd_bus_error_free(&error);
	return status;
}

void broker_leave(struct sd_bus *bus)
{
	sd_bus_flush_close_unref(bus);
}

#else

enum exit_status broker_create(const struct drm_miracast_create_context *want,
			       struct mc_context *context, struct sd_bus **bus)
{
	(void)want;
	(void)context;
	(void)bus;
	return fail(EXIT_NO_PERMISSION,
		    "no permission to create a context: it shows what is on the screen, so it needs CAP_SYS_ADMIN; run as root (built without miracast-broker)");
}

void broker_leave(struct sd_bus *bus)
{
	(void)bus;
}

#endif
