// SPDX-License-Identifier: MIT
/*
 * miracast-broker: hands contexts to the person at the seat.
 *
 * Keeps the control file of each context, and no copy of the context. One
 * thread: in COPY, which is all it hands out, no call to the driver waits for
 * the holder. CREATE_CONTEXT alone may wait for a call of another owner.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "broker1.h"
#include "contexts.h"
#include "errors.h"
#include "idle.h"
#include "request.h"

#define CALL_US		(5 * 1000000ULL)
/* For a call at the start or the end. The end is within TimeoutStopSec=, which is 90 s. */
#define SLOW_US		(60 * 1000000ULL)
#define BARRIER_US	(20 * 1000000ULL)

static sd_bus *bus;
static sd_event *event;

/* A call, whatever its answer, restarts the idle timer: calls on their way must not be lost. */
static int on_message(sd_bus_message *message, void *data, sd_bus_error *error)
{
	(void)data;
	(void)error;
	if (sd_bus_message_is_method_call(message, NULL, NULL) > 0)
		idle_touch();
	return 0;
}

static int destroy(sd_bus_message *call, void *data, sd_bus_error *error)
{
	struct caller caller;
	uint32_t id;
	int ret = sd_bus_message_read(call, "u", &id);

	(void)data;
	if (ret >= 0)
		ret = caller_identify(call, &caller);
	if (ret < 0)
		return errors_set(error, ret);
	if (contexts_destroy(id, caller.uid))
		return sd_bus_error_setf(error, MC_BROKER_ERROR("NoContext"),
					 "There is no context %u.", id);
	return sd_bus_reply_method_return(call, "");
}

static int get_contexts(sd_bus *on, const char *path, const char *interface, const char *property,
			sd_bus_message *reply, void *data, sd_bus_error *error)
{
	(void)on, (void)path, (void)interface, (void)property, (void)data, (void)error;
	return contexts_append(reply);
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("CreateContext", SD_BUS_ARGS("a{sv}", limits),
				SD_BUS_RESULT("h", context, "u", id, "s", connector,
					      "a{sv}", details),
				request_context, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Destroy", SD_BUS_ARGS("u", id), SD_BUS_NO_RESULT,
				destroy, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Contexts", "a(uusa{sv})", get_contexts, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION),
	SD_BUS_SIGNAL_WITH_ARGS("Revoked", SD_BUS_ARGS("u", id, "s", reason, "a{sv}", details),
				0),
	SD_BUS_VTABLE_END,
};

/*
 * The service manager is notified first: it starts another broker for calls that come from
 * now on. Calls that came before are in the queue, and are answered. The bus still sends
 * calls until it has released the name, so a slow bus is given time for that.
 */
static int on_idle(sd_event_source *source, uint64_t time, void *data)
{
	(void)source, (void)time, (void)data;
	request_refuse();
	sd_notify(0, "STOPPING=1");
	sd_notify_barrier(0, BARRIER_US);
	sd_bus_set_method_call_timeout(bus, SLOW_US);
	sd_bus_release_name(bus, MC_BROKER_NAME);
	sd_bus_set_method_call_timeout(bus, CALL_US);
	while (sd_bus_process(bus, NULL) > 0)
		;
	return sd_event_exit(event, 0);
}

static int start(void)
{
	int ret = sd_event_default(&event);

	if (ret >= 0)
		ret = sd_event_set_signal_exit(event, true);
	if (ret >= 0)
		ret = idle_start(event, on_idle);
	if (ret >= 0)
		ret = sd_bus_open_system(&bus);
	/* A caller whom a slow bus does not find in time would lose a context that is kept. */
	if (ret >= 0)
		ret = sd_bus_set_method_call_timeout(bus, SLOW_US);
	/* Without the bus it is of no use, and the service manager starts another. */
	if (ret >= 0)
		ret = sd_bus_set_exit_on_disconnect(bus, true);
	if (ret >= 0)
		ret = sd_bus_attach_event(bus, event, 0);
	if (ret >= 0)
		ret = sd_bus_add_filter(bus, NULL, on_message, NULL);
	if (ret >= 0)
		ret = sd_bus_add_object_vtable(bus, NULL, MC_BROKER_PATH, MC_BROKER_INTERFACE,
					       vtable, NULL);
	if (ret >= 0)
		ret = contexts_start(bus, event);
	/* Calls that come from here on are answered in the loop. */
	if (ret >= 0)
		ret = sd_bus_request_name(bus, MC_BROKER_NAME, 0);
	/* Now, as what it says of their ends is to come from that name. */
	if (ret >= 0) {
		/* It asks the bus for each caller. */
		sd_notify(0, "EXTEND_TIMEOUT_USEC=600000000");
		contexts_restore();
	}
	if (ret >= 0)
		ret = sd_bus_set_method_call_timeout(bus, CALL_US);
	return ret;
}

int main(void)
{
	int ret = start();

	if (ret < 0) {
		fprintf(stderr, "miracast-broker: cannot start: %s\n", strerror(-ret));
	} else {
		idle_touch();
		sd_notify(0, "READY=1");
		ret = sd_event_loop(event);
	}
	request_end();
	contexts_end();
	idle_end();
	sd_bus_flush_close_unref(bus);
	sd_event_unref(event);
	return ret != 0;
}
