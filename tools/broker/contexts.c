// SPDX-License-Identifier: MIT
#include "contexts.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sysmacros.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-login.h>
#include <unistd.h>
#include <xf86drm.h>

#include "answer.h"
#include "broker1.h"
#include "context.h"
#include "errors.h"
#include "idle.h"
#include "memory.h"
#include "probe.h"
#include "process.h"

#define CONTEXTS	16
#define LOOKS		8
#define RETRY_MIN_US	(1 * 1000000ULL)
#define RETRY_MAX_US	(30 * 1000000ULL)
#define MEMORY_US	(5 * 1000000ULL)
#define STORED_BYTES	(SESSION_BYTES + OWNER_BYTES + 64)

static struct context contexts[CONTEXTS];
static uint32_t last_id;
static sd_bus *bus;
static sd_event *event;
static sd_event_source *retry, *memory;
static bool memory_watched;
static uint64_t retry_us = RETRY_MIN_US;

struct context *contexts_free(void)
{
	for (int i = 0; i < CONTEXTS; i++)
		if (!contexts[i].id)
			return &contexts[i];
	return NULL;
}

/* Names of stored files have no colon, with which bus names begin. */
static const char *stored_name(const struct context *context, char *name)
{
	snprintf(name, STORED_BYTES, "%u,%u,%s,%s,%" PRIu64, context->id, context->caller.uid,
		 context->caller.session, context->owner + 1, context->caller.started);
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
			context->info.connector_name, context->caller.uid, what,
			"PRIORITY=%d", level,
			"MIRACAST_CONTEXT=%u", context->id,
			"MIRACAST_CONNECTOR=%s", context->info.connector_name,
			"MIRACAST_UID=%u", context->caller.uid,
			"MIRACAST_SESSION=%s", context->caller.session,
			"MIRACAST_REASON=%s", what, NULL);
}

static void emit_changed(void)
{
	sd_bus_emit_properties_changed(bus, MC_BROKER_PATH, MC_BROKER_INTERFACE, "Contexts", NULL);
}

static void emit_revoked(const struct context *context, const char *reason)
{
	sd_bus_message *signal = NULL;
	int ret = sd_bus_message_new_signal(bus, &signal, MC_BROKER_PATH, MC_BROKER_INTERFACE,
					    "Revoked");

	if (ret >= 0)
		ret = answer_ended(signal, context, reason);
	if (ret >= 0)
		sd_bus_send(bus, signal, NULL);
	sd_bus_message_unref(signal);
}

void context_forget(struct context *context)
{
	sd_event_source_disable_unref(context->events);
	sd_event_source_disable_unref(context->exit);
	sd_bus_track_unref(context->track);
	close(context->control);
	if (context->id)
		idle_release();
	memset(context, 0, sizeof(*context));
}

/* Not one whose end is reported: the driver has ended it already. */
static bool is_live(const struct context *context)
{
	struct pollfd control = { .fd = context->control };

	return context->id && !poll(&control, 1, 0);
}

static void read_rest(const struct drm_miracast_query_caps *caps, struct memory_rest *rest)
{
	uint64_t live = 0;

	rest->targets = caps->targets_total - caps->targets_free;
	rest->bytes = caps->picture_memory_total - caps->picture_memory_free;
	for (int i = 0; i < CONTEXTS; i++) {
		if (is_live(&contexts[i])) {
			live += contexts[i].info.picture_memory;
			rest->targets -= rest->targets > 0;
		}
	}
	rest->bytes -= live < rest->bytes ? live : rest->bytes;
}

static int ask_rest(struct memory_rest *rest)
{
	struct drm_miracast_query_caps caps;
	int ret = mc_device_probe(NULL, &caps);

	if (!ret)
		read_rest(&caps, rest);
	return ret;
}

/* The broker stays while something is kept: it alone knows whose it is. */
static void watch_memory(void)
{
	bool any = memory_any();

	if (any != memory_watched && any)
		idle_hold();
	else if (any != memory_watched)
		idle_release();
	memory_watched = any;
	sd_event_source_set_time_relative(memory, MEMORY_US);
	sd_event_source_set_enabled(memory, any ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

static int on_memory(sd_event_source *source, uint64_t time, void *data)
{
	const struct memory_rest none = { 0 };
	struct memory_rest rest;
	int ret = ask_rest(&rest);

	(void)source, (void)time, (void)data;
	if (!ret || ret == -ENODEV)
		memory_look(ret ? &none : &rest);
	watch_memory();
	return 0;
}

void contexts_look_at_memory(const struct drm_miracast_query_caps *caps)
{
	struct memory_rest rest;

	read_rest(caps, &rest);
	memory_look(&rest);
	watch_memory();
}

/* Ends the context, whoever has its file, or a copy of the control file. */
static void end_context(struct context *context, const char *reason)
{
	char name[STORED_BYTES];
	const struct context ended = *context;
	struct memory_rest rest;

	if (is_live(context) && !ask_rest(&rest))
		memory_look(&rest);
	drmIoctl(context->control, DRM_IOCTL_MIRACAST_DESTROY_CONTEXT, NULL);
	sd_pid_notifyf(0, 0, "FDSTOREREMOVE=1\nFDNAME=%s", stored_name(context, name));
	journal(context, 6, reason);
	context_forget(context);
	if (!ask_rest(&rest))
		memory_ended(ended.caller.uid, ended.info.picture_memory, &rest);
	watch_memory();
	emit_revoked(&ended, reason);
	emit_changed();
}

static void take_info(struct context *context, const struct drm_miracast_context_info *info)
{
	context->info = *info;
	context->info.connector_name[sizeof(info->connector_name) - 1] = '\0';
}

/*
 * Pins the context to the DRM master if the caller's session is active at the seat
 * of the card. The serial is read before logind is asked, and the driver refuses it
 * when the master has changed since, so no order of switches pins another's master.
 */
static int pin(struct context *context, bool is_new)
{
	const struct mc_context file = { .fd = -1, .control_fd = context->control };
	struct drm_miracast_context_info info;
	char seat[SEAT_BYTES];
	int ret, active;

	for (int look = 0; look < LOOKS; look++) {
		ret = mc_query_context(context->control, &info);
		if (ret)
			return ret;
		take_info(context, &info);
		ret = seat_of_card(makedev(info.card_major, info.card_minor), seat);
		if (ret)
			return ret;
		active = session_active(bus, context->caller.session, context->caller.uid, seat);
		if (active < 0)
			return active;
		if (is_new && !active)
			return -EACCES;
		/* A context that has a master waits for it, or for the session. */
		if (!is_new && (!active || !info.current_master ||
				info.current_master == info.pinned_master))
			return 0;
		ret = mc_pin(&file, info.current_master);
		if (ret != -ESTALE)
			return ret;
	}
	return -ESTALE;
}

static void look_later(void)
{
	sd_event_source_set_time_relative(retry, retry_us);
	sd_event_source_set_enabled(retry, SD_EVENT_ONESHOT);
	retry_us = retry_us * 2 < RETRY_MAX_US ? retry_us * 2 : RETRY_MAX_US;
}

/*
 * What the driver has reported it does not report again, and who has not answered may
 * have had nothing to report: the question is asked again later.
 */
static int look_again(struct context *context)
{
	int ret = pin(context, false);

	if (ret == -ENXIO) {
		end_context(context, "session-over");
	} else if (ret == -ENODEV) {
		end_context(context, "device-gone");
	} else if (ret < 0) {
		journal(context, 4, strerror(-ret));
		if (sd_event_source_get_enabled(retry, NULL) <= 0)
			look_later();
		return ret;
	}
	return 0;
}

/* When logind does not answer, the others would wait in vain, and each for long. */
static void look_at_all(void)
{
	int ret = 0;

	for (int i = 0; i < CONTEXTS && ret != -ERRORS_NO_LOGIND; i++)
		if (contexts[i].id)
			ret = look_again(&contexts[i]);
	if (ret == -ERRORS_NO_LOGIND)
		return;
	if (sd_event_source_get_enabled(retry, NULL) <= 0)
		retry_us = RETRY_MIN_US;
}

static int on_retry(sd_event_source *source, uint64_t time, void *data)
{
	(void)source, (void)time, (void)data;
	look_at_all();
	return 0;
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

/* The caller's process: children of it that are left may keep its connection open. */
static int watch_process(struct context *context)
{
	sd_bus_creds *creds = NULL;
	pid_t pid = 0;
	int fd, ret = sd_bus_get_name_creds(bus, context->owner, SD_BUS_CREDS_PID, &creds);

	if (ret >= 0)
		ret = sd_bus_creds_get_pid(creds, &pid);
	sd_bus_creds_unref(creds);
	fd = ret < 0 ? ret : process_open(pid, context->caller.started);
	if (fd < 0)
		return fd;
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

/* Takes back what a broker before this one has left with the service manager. */
static void restore(int fd, const char *name)
{
	struct context *context = contexts_free();
	struct drm_miracast_context_info info;
	int used = 0;

	if (!context ||
	    sscanf(name, "%u,%u,%63[^,],%62[^,],%" SCNu64 "%n", &context->id,
		   &context->caller.uid, context->caller.session, context->owner + 1,
		   &context->caller.started, &used) != 5 ||
	    !context->id || name[used]) {
		sd_pid_notifyf(0, 0, "FDSTOREREMOVE=1\nFDNAME=%s", name);
		close(fd);
		if (context)
			context->id = 0;
		return;
	}
	context->owner[0] = ':';
	context->control = fd;
	idle_hold();
	if (context->id > last_id)
		last_id = context->id;
	/* What is said of it has its connector. */
	if (!mc_query_context(fd, &info))
		take_info(context, &info);
	if (watch(context) < 0)
		end_context(context, "caller-left");
	else
		journal(context, 6, "kept");
}

void contexts_restore(void)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names);

	for (int i = 0; i < count; i++) {
		restore(SD_LISTEN_FDS_START + i, names[i]);
		free(names[i]);
	}
	free(names);
	look_at_all();
}

/* logind keeps a file for each session, which changes at each switch and logout. */
static int on_sessions(sd_event_source *source, int fd, uint32_t revents, void *monitor)
{
	(void)source;
	(void)fd;
	(void)revents;
	sd_login_monitor_flush(monitor);
	look_at_all();
	return 0;
}

int contexts_start(sd_bus *with_bus, sd_event *with_event)
{
	sd_login_monitor *monitor = NULL;
	int ret = sd_login_monitor_new("session", &monitor);

	bus = with_bus;
	event = with_event;
	if (ret >= 0)
		ret = sd_event_add_time_relative(event, &retry, CLOCK_MONOTONIC, RETRY_MIN_US, 0,
						 on_retry, NULL);
	if (ret >= 0)
		ret = sd_event_source_set_enabled(retry, SD_EVENT_OFF);
	if (ret >= 0)
		ret = sd_event_add_time_relative(event, &memory, CLOCK_MONOTONIC, MEMORY_US, 0,
						 on_memory, NULL);
	if (ret >= 0)
		ret = sd_event_source_set_enabled(memory, SD_EVENT_OFF);
	if (ret >= 0)
		ret = sd_event_add_io(event, NULL, sd_login_monitor_get_fd(monitor), EPOLLIN,
				      on_sessions, monitor);
	return ret;
}

void contexts_end(void)
{
	for (int i = 0; i < CONTEXTS; i++)
		if (contexts[i].id)
			context_forget(&contexts[i]);
	retry = sd_event_source_unref(retry);
	memory = sd_event_source_unref(memory);
}

int contexts_held(uid_t uid)
{
	int held = 0;

	for (int i = 0; i < CONTEXTS; i++)
		held += contexts[i].id && contexts[i].caller.uid == uid;
	return held;
}

int contexts_destroy(uint32_t id, uid_t uid)
{
	for (int i = 0; id && i < CONTEXTS; i++) {
		if (contexts[i].id == id && (!uid || contexts[i].caller.uid == uid)) {
			end_context(&contexts[i], "destroyed");
			return 0;
		}
	}
	/* Another user's is not there, for who asks. */
	return -ENOENT;
}

int contexts_append(sd_bus_message *reply)
{
	int ret = sd_bus_message_open_container(reply, 'a', "(uusa{sv})");

	for (int i = 0; i < CONTEXTS && ret >= 0; i++)
		if (contexts[i].id)
			ret = answer_listed(reply, &contexts[i]);
	return ret < 0 ? ret : sd_bus_message_close_container(reply);
}

int context_begin(struct context *context, const struct caller *caller, const char *owner,
		  int control)
{
	int ret;

	while (!context->id)
		context->id = ++last_id;
	context->control = control;
	context->caller = *caller;
	snprintf(context->owner, OWNER_BYTES, "%s", owner);
	idle_hold();
	ret = pin(context, true);
	if (!ret)
		ret = watch(context);
	if (ret)
		context_forget(context);
	return ret;
}

void context_keep(const struct context *context)
{
	store(context);
	journal(context, 6, "created");
	emit_changed();
}
