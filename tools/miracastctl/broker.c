// SPDX-License-Identifier: MIT
#include "broker.h"

#include "report.h"

#ifdef HAVE_LIBSYSTEMD

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>
#include <unistd.h>

#include "../broker/broker1.h"
#include "clock.h"
#include "errors.h"

/* The broker asks other services, which may have to be started. */
#define TIMEOUT_NS	(60 * NS_PER_SECOND)

/* One that ends has its name for a moment yet; then the bus starts the next. */
#define AGAIN_NS	100000000

struct broker {
	sd_bus *bus;
	uint32_t id;
	char reason[64];	/* empty: none yet */
	bool lost;		/* the bus has ended */
};

static bool begins_with(const char *name, const char *prefix)
{
	return name && !strncmp(name, prefix, strlen(prefix));
}

/* It is there, but cannot be started; the second is that of a unit that is masked. */
static bool is_unstartable(const sd_bus_error *error)
{
	return begins_with(error->name, "org.freedesktop.DBus.Error.Spawn.") ||
	       begins_with(error->name, "org.freedesktop.systemd1.");
}

static enum exit_status fail_broker(const sd_bus_error *error, int ret,
				    const struct drm_miracast_create_context *want,
				    const struct drm_miracast_query_caps *caps)
{
	static const struct {
		const char *name;
		enum exit_status status;
	} known[] = {
		{ SD_BUS_ERROR_ACCESS_DENIED, EXIT_NO_PERMISSION },
		{ MC_BROKER_ERROR("NotActive"), EXIT_NO_PERMISSION },
		{ MC_BROKER_ERROR("NoSession"), EXIT_NO_PERMISSION },
		{ MC_BROKER_ERROR("NoDevice"), EXIT_NO_DEVICE },
		{ MC_BROKER_ERROR("NoConnector"), EXIT_NO_CONNECTOR },
		{ MC_BROKER_ERROR("Busy"), EXIT_BUSY },
		{ MC_BROKER_ERROR("NotReady"), EXIT_BUSY },
		{ MC_BROKER_ERROR("Restarting"), EXIT_BUSY },
		{ MC_BROKER_ERROR("QuotaExceeded"), EXIT_BUDGET },
	};
	enum exit_status status;
	size_t i;

	if (!sd_bus_error_is_set(error) && ret == -ETIMEDOUT)
		return fail(EXIT_OTHER, "miracast-broker has not answered");
	if (!sd_bus_error_is_set(error) || is_unstartable(error) ||
	    sd_bus_error_has_names(error, SD_BUS_ERROR_SERVICE_UNKNOWN,
				   SD_BUS_ERROR_NAME_HAS_NO_OWNER))
		return fail(EXIT_NO_PERMISSION,
			    "a context shows what is on the screen, so it needs CAP_SYS_ADMIN, or miracast-broker, which cannot be reached: %s",
			    sd_bus_error_is_set(error) && error->message ? error->message :
			    strerror(-ret));
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (sd_bus_error_has_name(error, known[i].name))
			return fail(known[i].status, "miracast-broker: %s", error->message);
	/* As the driver says it to root: which of the limits, and what to do. */
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_INVALID_ARGS)) {
		status = fail_limits(want, caps);
		if (status != EXIT_OK)
			return status;
	}
	return fail(EXIT_OTHER, "miracast-broker: %s; see systemctl status miracast-broker",
		    error->message);
}

static int on_revoked(sd_bus_message *message, void *data, sd_bus_error *error)
{
	struct broker *broker = data;
	const char *reason;
	uint32_t id;

	(void)error;
	if (sd_bus_message_read(message, "us", &id, &reason) >= 0 && id == broker->id &&
	    !*broker->reason)
		snprintf(broker->reason, sizeof(broker->reason), "%s", reason);
	return 0;
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

static int take(sd_bus_message *reply, struct mc_context *context, uint32_t *id)
{
	int fd, ret = sd_bus_message_read(reply, "hus", &fd, id, NULL);

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

/* Nothing here waits: the bus itself may be silent. */
static int join_bus(struct broker *broker)
{
	int ret = sd_bus_open_system(&broker->bus);

	/* Before the call: the context may end as soon as it is there. */
	if (ret >= 0)
		ret = sd_bus_match_signal_async(broker->bus, NULL, MC_BROKER_NAME, MC_BROKER_PATH,
						MC_BROKER_INTERFACE, "Revoked", on_revoked, NULL,
						broker);
	return ret;
}

static int on_answer(sd_bus_message *message, void *data, sd_bus_error *error)
{
	sd_bus_message **answer = data;

	(void)error;
	*answer = sd_bus_message_ref(message);
	return 0;
}

static int await_answer(sd_bus *bus, sd_bus_message *const *answer, uint64_t end_ns)
{
	uint64_t now_ns;
	int ret;

	while (!*answer) {
		ret = sd_bus_process(bus, NULL);
		if (ret < 0)
			return ret;
		if (ret)
			continue;
		now_ns = clock_ns();
		if (now_ns >= end_ns)
			return -ETIMEDOUT;
		ret = sd_bus_wait(bus, (end_ns - now_ns) / 1000 + 1);
		if (ret < 0 && ret != -EINTR)
			return ret;
	}
	return 0;
}

/* The caller's end is the only one: what the bus does before the call counts as well. */
static int call_once(struct broker *broker, const struct drm_miracast_create_context *want,
		     uint64_t end_ns, sd_bus_error *error, sd_bus_message **reply)
{
	sd_bus_message *call = NULL;
	sd_bus_slot *slot = NULL;
	int ret = sd_bus_message_new_method_call(broker->bus, &call, MC_BROKER_NAME,
						 MC_BROKER_PATH, MC_BROKER_INTERFACE,
						 "CreateContext");

	if (ret >= 0)
		ret = append_limits(call, want);
	if (ret >= 0)
		ret = sd_bus_call_async(broker->bus, &slot, call, on_answer, reply, UINT64_MAX);
	if (ret >= 0)
		ret = await_answer(broker->bus, reply, end_ns);
	if (ret >= 0 && sd_bus_message_is_method_error(*reply, NULL)) {
		ret = sd_bus_error_copy(error, sd_bus_message_get_error(*reply));
		*reply = sd_bus_message_unref(*reply);
	}
	sd_bus_slot_unref(slot);
	sd_bus_message_unref(call);
	return ret;
}

/* A broker that is about to end answers that it is, and has done nothing. */
static int call_broker(struct broker *broker, const struct drm_miracast_create_context *want,
		       sd_bus_error *error, sd_bus_message **reply)
{
	static const struct timespec pause = { .tv_nsec = AGAIN_NS };
	uint64_t end_ns = clock_ns() + TIMEOUT_NS;
	int ret;

	for (;;) {
		ret = call_once(broker, want, end_ns, error, reply);
		if (ret >= 0 || clock_ns() >= end_ns ||
		    !sd_bus_error_has_name(error, MC_BROKER_ERROR("Restarting")))
			return ret;
		sd_bus_error_free(error);
		nanosleep(&pause, NULL);
	}
}

enum exit_status broker_create(const struct drm_miracast_create_context *want,
			       const struct drm_miracast_query_caps *caps,
			       struct mc_context *context, struct broker **broker)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	enum exit_status status = EXIT_OK;
	sd_bus_message *reply = NULL;
	int ret;

	if (want->flags & ~(uint32_t)DRM_MIRACAST_CONTEXT_FLAG_CONTROL ||
	    want->delivery != DRM_MIRACAST_DELIVERY_COPY)
		return fail(EXIT_NO_PERMISSION,
			    "no permission: --direct, --follow-master and --hdcp need CAP_SYS_ADMIN; miracast-broker does not offer them");
	*broker = calloc(1, sizeof(**broker));
	if (!*broker)
		return fail(EXIT_OTHER, "no memory");
	ret = join_bus(*broker);
	if (ret >= 0)
		ret = call_broker(*broker, want, &error, &reply);
	if (ret < 0) {
		status = fail_broker(&error, ret, want, caps);
	} else {
		ret = take(reply, context, &(*broker)->id);
		if (ret < 0)
			status = fail(EXIT_OTHER, "cannot take the context of miracast-broker: %s",
				      strerror(-ret));
	}
	sd_bus_message_unref(reply);
	sd_bus_error_free(&error);
	return status;
}

int broker_fd(const struct broker *broker)
{
	return broker && !broker->lost ? sd_bus_get_fd(broker->bus) : -1;
}

void broker_serve(struct broker *broker)
{
	int ret;

	do
		ret = sd_bus_process(broker->bus, NULL);
	while (ret > 0);
	/* That ends the context, too, which is seen at its file. */
	broker->lost = ret < 0;
}

const char *broker_reason(struct broker *broker, int wait_ms)
{
	uint64_t end = clock_ns() + (uint64_t)wait_ms * 1000000, now;

	for (;;) {
		if (!broker->lost)
			broker_serve(broker);
		now = clock_ns();
		if (*broker->reason || broker->lost || now >= end)
			break;
		sd_bus_wait(broker->bus, (end - now) / 1000 + 1);
	}
	return *broker->reason ? broker->reason : NULL;
}

void broker_leave(struct broker *broker)
{
	if (broker)
		sd_bus_flush_close_unref(broker->bus);
	free(broker);
}

#else

enum exit_status broker_create(const struct drm_miracast_create_context *want,
			       const struct drm_miracast_query_caps *caps,
			       struct mc_context *context, struct broker **broker)
{
	(void)want;
	(void)caps;
	(void)context;
	(void)broker;
	return fail(EXIT_NO_PERMISSION,
		    "no permission to create a context: it shows what is on the screen, so it needs CAP_SYS_ADMIN; run as root (built without miracast-broker)");
}

int broker_fd(const struct broker *broker)
{
	(void)broker;
	return -1;
}

void broker_serve(struct broker *broker)
{
	(void)broker;
}

const char *broker_reason(struct broker *broker, int wait_ms)
{
	(void)broker;
	(void)wait_ms;
	return NULL;
}

void broker_leave(struct broker *broker)
{
	(void)broker;
}

#endif
