// SPDX-License-Identifier: MIT
/*
 * miracast-broker: hands contexts to the person at the seat.
 *
 * Keeps the control file of each context, and no copy of the context. One
 * thread: in COPY, which is all it hands out, no call to the driver waits for
 * the holder.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-login.h>
#include <unistd.h>
#include <xf86drm.h>

#include "broker1.h"
#include "context.h"
#include "device.h"
#include "limits.h"
#include "quota.h"
#include "session.h"

#define CONTEXTS	16
#define PER_USER	1
#define IDLE_US		(30 * 1000000ULL)
#define CALL_US		(5 * 1000000ULL)
/* Within TimeoutStopSec= of the service manager. */
#define LEAVE_US	(60 * 1000000ULL)
#define LOOKS		8
#define OWNER_BYTES	64
#define STORED_BYTES	(SESSION_BYTES + OWNER_BYTES + 32)

struct context {
	uint32_t id;	/* 0: free */
	int control;
	struct caller caller;
	char owner[OWNER_BYTES];	/* its name on the bus */
	char connector[DRM_MIRACAST_NAME_BYTES];
	sd_bus_track *track;
	sd_event_source *events, *exit;
};

static struct context contexts[CONTEXTS];
static uint32_t last_id;
static sd_bus *bus;
static sd_event *event;
static sd_event_source *idle;
static bool leaving;

static const struct {
	int error;
	const char *name, *message;
} errors[] = {
	{ ENODEV, MC_BROKER_ERROR("NoDevice"), "There is no miracast device." },
	{ EBUSY, MC_BROKER_ERROR("Busy"), "All targets, or what they need, are in use." },
	{ ESRCH, MC_BROKER_ERROR("Busy"), "No compositor has the device yet." },
	{ ESTALE, MC_BROKER_ERROR("Busy"), "The DRM master keeps changing." },
	{ EAGAIN, MC_BROKER_ERROR("Busy"), "The broker is about to end; try again." },
	{ EACCES, MC_BROKER_ERROR("NotActive"),
	  "The caller's session is not active at a local seat." },
	{ ENXIO, MC_BROKER_ERROR("NotActive"), "The caller's session is over." },
	{ EPERM, SD_BUS_ERROR_ACCESS_DENIED, "The caller is not permitted." },
	{ EMFILE, SD_BUS_ERROR_LIMITS_EXCEEDED, "No file descriptor is left." },
	{ ENFILE, SD_BUS_ERROR_LIMITS_EXCEEDED, "No file descriptor is left." },
	{ EINVAL, SD_BUS_ERROR_INVALID_ARGS, "The device does not offer these limits." },
	{ EOPNOTSUPP, SD_BUS_ERROR_INVALID_ARGS, "The device does not offer these limits." },
	{ ENOTCONN, SD_BUS_ERROR_ACCESS_DENIED, "The caller has left the bus." },
};

/* Sets the error that stands for an errno, unless one is set already. */
static int set_error(sd_bus_error *error, int ret)
{
	if (sd_bus_error_is_set(error))
		return ret;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].error == -ret)
			return sd_bus_error_set(error, errors[i].name, errors[i].message);
	return sd_bus_error_set_errno(error, ret);
}

static struct context *free_context(void)
{
	for (int i = 0; i < CONTEXTS; i++)
		if (!contexts[i].id)
			return &contexts[i];
	return NULL;
}

/* Names of stored files have no colon, with which bus names begin. */
static const char *stored_name(const struct context *context, char *name)
{
	snprintf(name, STORED_BYTES, "%u,%u,%s,%s", context->id, context->caller.uid,
		 context->caller.session, context->owner + 1);
	return name;
}

/* The service manager keeps the file while the broker is restarted. */
static void store(const struct context *context)
{
	char name[STORED_BYTES], state[STORED_BYTES + 32];

	snprintf(state, sizeof(state), "FDSTORE=1\nFDNAME=%s", stored_name(context, name));
	sd_pid_notify_with_fds(0, 0, state, &context->control, 1);
}

static void journal(const struct context *context, int level, const char *what)
{
	sd_journal_send("MESSAGE=Context %u on %s of user %u: %s", context->id,
			context->connector, context->caller.uid, what,
			"PRIORITY=%d", level,
			"MIRACAST_CONTEXT=%u", context->id,
			"MIRACAST_CONNECTOR=%s", context->connector,
			"MIRACAST_UID=%u", context->caller.uid,
			"MIRACAST_SESSION=%s", context->caller.session,
			"MIRACAST_REASON=%s", what, NULL);
}

static void watch_idle(void)
{
	int enabled = SD_EVENT_ONESHOT;

	for (int i = 0; i < CONTEXTS; i++)
		if (contexts[i].id)
			enabled = SD_EVENT_OFF;
	sd_event_source_set_time_relative(idle, IDLE_US);
	sd_event_source_set_enabled(idle, enabled);
}

/* A call, whatever its answer, restarts the idle timer: calls on their way must not be lost. */
static int on_message(sd_bus_message *message, void *data, sd_bus_error *error)
{
	(void)data;
	(void)error;
	if (sd_bus_message_is_method_call(message, NULL, NULL) > 0 && !leaving)
		watch_idle();
	return 0;
}

static void emit_changed(void)
{
	sd_bus_emit_properties_changed(bus, MC_BROKER_PATH, MC_BROKER_INTERFACE, "Contexts", NULL);
	watch_idle();
}

static void forget(struct context *context)
{
	sd_event_source_disable_unref(context->events);
	sd_event_source_disable_unref(context->exit);
	sd_bus_track_unref(context->track);
	close(context->control);
	memset(context, 0, sizeof(*context));
}

/* Ends the context, even if others have its file or a copy of the control file. */
static void end_context(struct context *context, const char *reason)
{
	char name[STORED_BYTES];
	uint32_t id = context->id;

	drmIoctl(context->control, DRM_IOCTL_MIRACAST_DESTROY_CONTEXT, NULL);
	sd_pid_notifyf(0, 0, "FDSTOREREMOVE=1\nFDNAME=%s", stored_name(context, name));
	journal(context, 6, reason);
	forget(context);
	sd_bus_emit_signal(bus, MC_BROKER_PATH, MC_BROKER_INTERFACE, "Revoked", "us", id, reason);
	emit_changed();
}

/*
 * Pins the context to the DRM master if the caller's session is active. The
 * serial is read before logind is asked, and the driver refuses it when the
 * master has changed since, so no order of switches pins another's master.
 */
static int pin(struct context *context, bool is_new)
{
	const struct mc_context file = { .fd = -1, .control_fd = context->control };
	struct drm_miracast_context_info info;
	int ret, active;

	for (int look = 0; look < LOOKS; look++) {
		ret = mc_query_context(context->control, &info);
		if (ret)
			return ret;
		snprintf(context->connector, sizeof(context->connector), "%.*s",
			 (int)sizeof(context->connector) - 1, info.connector_name);
		active = session_active(bus, context->caller.session, context->caller.uid);
		if (active < 0)
			return active;
		if (is_new && !active)
			return -EACCES;
		/*
		 * An older context is pinned again only to another master, and while its
		 * session is active.
		 */
		if (!is_new && (!active || !info.current_master ||
				info.current_master == info.pinned_master))
			return 0;
		ret = mc_pin(&file, info.current_master);
		if (ret != -ESTALE)
			return ret;
	}
	return -ESTALE;
}

static void look_again(struct context *context)
{
	int ret = pin(context, false);

	if (ret == -ENXIO)
		end_context(context, "session-over");
	else if (ret == -ENODEV)
		end_context(context, "device-gone");
	else if (ret < 0)
		journal(context, 4, strerror(-ret));
}

static int on_control(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	struct drm_miracast_context_info info;
	const struct context *which = context;

	(void)source;
	(void)fd;
	if (!(revents & (EPOLLHUP | EPOLLERR)))
		look_again(context);
	else if (mc_query_context(which->control, &info) == -ENODEV)
		end_context(context, "device-gone");
	else
		end_context(context, "holder-gone");
	return 0;
}

static int on_left(sd_bus_track *track, void *context)
{
	(void)track;
	end_context(context, "caller-left");
	return 0;
}

static int on_exit_of_caller(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	(void)source;
	(void)fd;
	(void)revents;
	end_context(context, "caller-left");
	return 0;
}

/* logind keeps a file for each session, which changes at each switch and logout. */
static int on_sessions(sd_event_source *source, int fd, uint32_t revents, void *monitor)
{
	(void)source;
	(void)fd;
	(void)revents;
	sd_login_monitor_flush(monitor);
	for (int i = 0; i < CONTEXTS; i++)
		if (contexts[i].id)
			look_again(&contexts[i]);
	return 0;
}

/* Watches the caller's process: children that outlive it may keep its connection open. */
static int watch_process(struct context *context)
{
	sd_bus_creds *creds = NULL;
	pid_t pid = 0;
	int fd, ret = sd_bus_get_name_creds(bus, context->owner, SD_BUS_CREDS_PID, &creds);

	if (ret >= 0)
		ret = sd_bus_creds_get_pid(creds, &pid);
	sd_bus_creds_unref(creds);
	if (ret < 0)
		return ret;
	fd = pidfd_open(pid, 0);
	if (fd < 0)
		return -errno;
	ret = sd_event_add_io(event, &context->exit, fd, EPOLLIN, on_exit_of_caller, context);
	if (ret >= 0)
		ret = sd_event_source_set_io_fd_own(context->exit, true);
	else
		close(fd);
	return ret;
}

/* Watches the control file and the caller, who may have left already. */
static int watch(struct context *context)
{
	int ret = sd_event_add_io(event, &context->events, context->control, EPOLLPRI,
				  on_control, context);

	if (ret >= 0)
		ret = sd_bus_track_new(bus, &context->track, on_left, context);
	if (ret >= 0)
		ret = sd_bus_track_add_name(context->track, context->owner);
	if (ret >= 0)
		ret = watch_process(context);
	return ret >= 0 ? 0 : ret == -EMFILE || ret == -ENFILE ? ret : -ENOTCONN;
}

static int within_quota(uint32_t uid, sd_bus_error *error)
{
	uint64_t now;
	int held = 0;

	for (int i = 0; i < CONTEXTS; i++)
		held += contexts[i].id && contexts[i].caller.uid == uid;
	if (held >= PER_USER)
		return sd_bus_error_set(error, MC_BROKER_ERROR("QuotaExceeded"),
					"The user has a context already.");
	sd_event_now(event, CLOCK_MONOTONIC, &now);
	if (!quota_count(uid, now))
		return sd_bus_error_setf(error, MC_BROKER_ERROR("QuotaExceeded"),
					 "More than %d contexts a minute.", QUOTA_TRIES);
	return 0;
}

static int create(const struct drm_miracast_create_context *want, struct mc_context *made,
		  sd_bus_error *error)
{
	struct drm_miracast_query_caps caps;
	struct mc_device node;
	int ret = mc_device_open_node(NULL, &node);

	if (ret)
		return ret;
	ret = mc_device_caps(&node, &caps);
	if (!ret)
		ret = limits_check(want, &caps, error);
	if (!ret)
		ret = mc_context_create(node.fd, want, made);
	mc_device_close(&node);
	return ret;
}

static int create_context(sd_bus_message *call, void *data, sd_bus_error *error)
{
	struct drm_miracast_create_context want;
	struct context *context = free_context();
	struct mc_context made;
	struct caller caller = { 0 };
	int ret = limits_read(call, &want, error);

	(void)data;
	if (ret >= 0)
		ret = caller_identify(call, &caller);
	/*
	 * Checked before logind and polkit are asked: frequent callers would keep those
	 * busy.
	 */
	if (ret >= 0)
		ret = within_quota(caller.uid, error);
	if (ret >= 0)
		ret = caller_session(call, &caller, error);
	if (ret >= 0)
		ret = caller_allowed(call, &caller, error);
	if (ret >= 0 && (!context || leaving))
		ret = context ? -EAGAIN : -EBUSY;
	if (ret >= 0)
		ret = create(&want, &made, error);
	if (ret < 0)
		return set_error(error, ret);
	while (!context->id)
		context->id = ++last_id;
	context->control = made.control_fd;
	context->caller = caller;
	snprintf(context->owner, OWNER_BYTES, "%s", sd_bus_message_get_sender(call));
	ret = pin(context, true);
	if (!ret)
		ret = watch(context);
	/* The bus has its own copies of the files that it passes on. */
	if (!ret)
		ret = sd_bus_reply_method_return(call, "hus", made.fd, context->id,
						 context->connector);
	close(made.fd);
	if (ret < 0) {
		forget(context);
		return set_error(error, ret);
	}
	store(context);
	journal(context, 6, "created");
	emit_changed();
	return 1;
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
		return set_error(error, ret);
	for (int i = 0; id && i < CONTEXTS; i++) {
		if (contexts[i].id == id &&
		    (!caller.uid || contexts[i].caller.uid == caller.uid)) {
			end_context(&contexts[i], "destroyed");
			return sd_bus_reply_method_return(call, "");
		}
	}
	/* To a caller another user's context does not exist. */
	return sd_bus_error_setf(error, MC_BROKER_ERROR("NoContext"), "There is no context %u.",
				 id);
}

static int get_contexts(sd_bus *on, const char *path, const char *interface, const char *property,
			sd_bus_message *reply, void *data, sd_bus_error *error)
{
	int ret = sd_bus_message_open_container(reply, 'a', "(uus)");

	(void)on, (void)path, (void)interface, (void)property, (void)data, (void)error;
	for (int i = 0; i < CONTEXTS && ret >= 0; i++)
		if (contexts[i].id)
			ret = sd_bus_message_append(reply, "(uus)", contexts[i].id,
						    contexts[i].caller.uid, contexts[i].connector);
	return ret < 0 ? ret : sd_bus_message_close_container(reply);
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("CreateContext", SD_BUS_ARGS("a{sv}", limits),
				SD_BUS_RESULT("h", context, "u", id, "s", connector),
				create_context, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Destroy", SD_BUS_ARGS("u", id), SD_BUS_NO_RESULT,
				destroy, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Contexts", "a(uus)", get_contexts, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_INVALIDATION),
	SD_BUS_SIGNAL_WITH_ARGS("Revoked", SD_BUS_ARGS("u", id, "s", reason), 0),
	SD_BUS_VTABLE_END,
};

/* Takes back the files that an earlier broker has stored with the service manager. */
static void restore(int fd, const char *name)
{
	struct context *context = free_context();
	int used = 0;

	if (!context || sscanf(name, "%u,%u,%63[^,],%62s%n", &context->id, &context->caller.uid,
			       context->caller.session, context->owner + 1, &used) != 4 ||
	    !context->id || name[used]) {
		sd_pid_notifyf(0, 0, "FDSTOREREMOVE=1\nFDNAME=%s", name);
		close(fd);
		if (context)
			context->id = 0;
		return;
	}
	context->owner[0] = ':';
	context->control = fd;
	if (context->id > last_id)
		last_id = context->id;
	if (watch(context) < 0) {
		end_context(context, "caller-left");
	} else {
		journal(context, 6, "kept");
		look_again(context);
	}
}

static void restore_all(void)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names);

	for (int i = 0; i < count; i++) {
		restore(SD_LISTEN_FDS_START + i, names[i]);
		free(names[i]);
	}
	free(names);
}

/*
 * The service manager is notified first: it starts another broker for calls that come from
 * now on. Calls that came before are in the queue, and are answered. The bus still sends
 * calls until it has released the name, so a slow bus is given time for that.
 */
static int on_idle(sd_event_source *source, uint64_t time, void *data)
{
	(void)source, (void)time, (void)data;
	leaving = true;
	sd_notify(0, "STOPPING=1");
	sd_notify_barrier(0, LEAVE_US);
	sd_bus_set_method_call_timeout(bus, LEAVE_US);
	sd_bus_release_name(bus, MC_BROKER_NAME);
	sd_bus_set_method_call_timeout(bus, CALL_US);
	while (sd_bus_process(bus, NULL) > 0)
		;
	return sd_event_exit(event, 0);
}

static int start(void)
{
	sd_login_monitor *monitor = NULL;
	int ret = sd_event_default(&event);

	if (ret >= 0)
		ret = sd_event_set_signal_exit(event, true);
	if (ret >= 0)
		ret = sd_event_add_time_relative(event, &idle, CLOCK_MONOTONIC, IDLE_US, 0, on_idle,
						 NULL);
	/* Waiting calls come first, however long they have waited. */
	if (ret >= 0)
		ret = sd_event_source_set_priority(idle, SD_EVENT_PRIORITY_IDLE);
	if (ret >= 0)
		ret = sd_bus_open_system(&bus);
	if (ret >= 0)
		ret = sd_bus_set_method_call_timeout(bus, CALL_US);
	if (ret >= 0)
		ret = sd_bus_attach_event(bus, event, 0);
	if (ret >= 0)
		ret = sd_bus_add_filter(bus, NULL, on_message, NULL);
	if (ret >= 0)
		ret = sd_bus_add_object_vtable(bus, NULL, MC_BROKER_PATH, MC_BROKER_INTERFACE,
					       vtable, NULL);
	if (ret >= 0)
		ret = sd_login_monitor_new("session", &monitor);
	if (ret >= 0)
		ret = sd_event_add_io(event, NULL, sd_login_monitor_get_fd(monitor), EPOLLIN,
				      on_sessions, monitor);
	if (ret >= 0)
		restore_all();
	/* Last: calls come from here on. */
	if (ret >= 0)
		ret = sd_bus_request_name(bus, MC_BROKER_NAME, 0);
	return ret;
}

int main(void)
{
	int ret = start();

	if (ret < 0) {
		fprintf(stderr, "miracast-broker: cannot start: %s\n", strerror(-ret));
	} else {
		watch_idle();
		sd_notify(0, "READY=1");
		ret = sd_event_loop(event);
	}
	/* Files stored with the service manager outlive a restart. */
	for (int i = 0; i < CONTEXTS; i++)
		if (contexts[i].id)
			forget(&contexts[i]);
	sd_event_source_unref(idle);
	sd_bus_flush_close_unref(bus);
	sd_event_unref(event);
	return ret < 0;
}
