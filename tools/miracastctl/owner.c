// SPDX-License-Identifier: MIT
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "../owner/reason.h"
#include "create.h"
#include "errors.h"
#include "log.h"
#include "report.h"
#include "signals.h"

#define STOP_TIMEOUT_MS	1000
/* The driver says that a context has ended, and the broker why, a moment later. */
#define REASON_WAIT_MS	500

static void fill_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGUSR2);
}

void owner_block_signals(void)
{
	sigset_t set;

	fill_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

enum exit_status owner_announce(struct owner *owner)
{
	int ret;

	ret = mc_start_session(&owner->context, &owner->session);
	if (ret)
		return fail_step(ret, "start a session");
	if (owner->options->picture_rate_hz)
		ret = mc_set_rate(&owner->context, 0,
				  owner->options->picture_rate_hz * 1000);
	if (ret)
		return fail_step(ret, "limit the picture rate");
	ret = mc_monitor_arrive(&owner->context, &owner->options->monitor);
	if (ret)
		return fail_step(ret, "announce the monitor");
	log_arrived(owner->out, owner);
	return EXIT_OK;
}

static enum exit_status listen_to(struct owner *owner)
{
	sigset_t set;
	int flags;

	fill_signals(&set);
	owner->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	owner->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	flags = fcntl(owner->context.fd, F_GETFL);
	if (owner->signal_fd < 0 || owner->wake_fd < 0 || signals_listen() ||
	    fcntl(owner->context.fd, F_SETFL, flags | O_NONBLOCK) ||
	    mc_events_init(&owner->events, owner->context.fd))
		return fail(EXIT_OTHER, "cannot listen to the context: %s",
			    strerror(errno));
	return EXIT_OK;
}

enum exit_status owner_begin(struct owner *owner,
			     const struct owner_options *options)
{
	enum exit_status status;

	owner->options = options;
	owner->context.fd = -1;
	owner->context.control_fd = -1;
	owner->signal_fd = -1;
	owner->wake_fd = -1;
	status = owner_create(owner);
	if (status == EXIT_OK)
		status = listen_to(owner);
	return status;
}

void owner_stop(struct owner *owner, enum exit_status status)
{
	if (!owner->stop)
		owner->status = status;
	owner->stop = true;
}

void owner_wake(struct owner *owner)
{
	uint64_t one = 1;

	/* Cannot fail: the count never gets near its limit. */
	if (write(owner->wake_fd, &one, sizeof(one)) < 0)
		return;
}

static bool refused(const struct owner_options *options,
		    const struct drm_miracast_message_mode_set *mode)
{
	uint32_t i;

	for (i = 0; i < options->refuse_count; i++)
		if (options->refuse[i].width == mode->width &&
		    options->refuse[i].height == mode->height)
			return true;
	return false;
}

/* A newer mode may have superseded this one meanwhile; its message follows. */
static void complete(struct owner *owner, uint64_t number, uint32_t status)
{
	int ret = mc_complete_message(&owner->context, number, status);

	if (ret && ret != -ESTALE)
		owner_stop(owner, fail_step(ret, "answer a message"));
}

static void serve_mode_set(struct owner *owner, const struct mc_event *event)
{
	const struct drm_miracast_message_mode_set *mode =
		&event->payload.mode_set;
	uint32_t answer = DRM_MIRACAST_COMPLETION_SUCCESS;

	if (refused(owner->options, mode))
		answer = DRM_MIRACAST_COMPLETION_REFUSED;
	else if (owner->ops->mode_set)
		answer = owner->ops->mode_set(owner, mode);
	if (answer == DRM_MIRACAST_COMPLETION_SUCCESS)
		lid_hold(&owner->lid);
	log_mode(owner->out, mode, answer);
	complete(owner, event->message.number, answer);
}

/* There is no sink to authenticate: the option gives the result. */
static void serve_hdcp(struct owner *owner, const struct mc_event *event)
{
	uint32_t wanted = event->payload.hdcp.wanted, reached;
	int ret;

	log_message(owner->out, event);
	if (!owner->options->hdcp || wanted == DRM_MIRACAST_HDCP_STATE_OFF)
		return;
	reached = owner->options->hdcp_type ? DRM_MIRACAST_HDCP_STATE_TYPE1 :
					      DRM_MIRACAST_HDCP_STATE_TYPE0;
	ret = mc_set_hdcp(&owner->context, event->message.number, reached);
	if (ret && ret != -ENOTCONN && ret != -ESTALE)
		owner_stop(owner, fail_step(ret, "report the state of protection"));
}

static void serve_message(struct owner *owner, const struct mc_event *event)
{
	switch (event->message.code) {
	case DRM_MIRACAST_MSG_MODE_SET:
		serve_mode_set(owner, event);
		return;
	case DRM_MIRACAST_MSG_HDCP:
		serve_hdcp(owner, event);
		return;
	case DRM_MIRACAST_MSG_POWER:
		if (event->payload.power.on)
			lid_hold(&owner->lid);
		else
			lid_release(&owner->lid);
		break;
	case DRM_MIRACAST_MSG_BUFFER_GONE:
		if (owner->ops->buffer_gone)
			owner->ops->buffer_gone(owner,
						event->payload.buffer_gone.buffer);
		break;
	case DRM_MIRACAST_MSG_STOPPED:
		owner->stopped = true;
		owner_stop(owner, EXIT_OK);
		break;
	default:
		break;
	}
	log_message(owner->out, event);
	if (event->message.needs_completion)
		complete(owner, event->message.number,
			 DRM_MIRACAST_COMPLETION_REFUSED);
}

static void watch_gamma(struct owner *owner, const struct mc_event *event)
{
	bool missing = event->chunk.base.flags &
		       DRM_MIRACAST_CHUNK_FLAG_GAMMA_NOT_APPLIED;

	if (missing != owner->gamma_missing)
		log_gamma(owner->out, missing);
	owner->gamma_missing = missing;
}

static void serve_chunk(struct owner *owner, const struct mc_event *event)
{
	int ret;

	watch_gamma(owner, event);
	if (owner->options->verbose)
		log_chunk(owner->out, event);
	if (owner->ops->chunk)
		owner->ops->chunk(owner, event);
	if (DRM_MIRACAST_PART_OF_CHUNK_ID(event->chunk.chunk_id))
		return;
	ret = mc_release_chunk(&owner->context, event->chunk.buffer,
			       event->chunk.chunk_id);
	if (owner->ops->released)
		owner->ops->released(owner, event, ret);
	/* ESTALE: the session has ended. A revoked chunk is no error. */
	if (ret < 0 && ret != -ESTALE)
		owner_stop(owner, fail_step(ret, "release a chunk"));
}

static enum exit_status fail_ended(struct owner *owner)
{
	struct drm_miracast_context_info info;
	const char *reason;

	/* It also ends the context of a device that is gone. */
	if (mc_query_context(owner->context.fd, &info) == -ENODEV)
		return fail_step(-ENODEV, "read events");
	reason = broker_reason(owner->broker, REASON_WAIT_MS);
	if (!reason)
		return fail(EXIT_ENDED, "miracast-broker has ended the context");
	if (!strcmp(reason, MC_REASON_DEVICE_GONE))
		return fail_step(-ENODEV, "read events");
	return fail(EXIT_ENDED, "miracast-broker has ended the context: %s",
		    reason_text(reason));
}

static void serve_events(struct owner *owner)
{
	struct mc_event event;
	int ret;

	ret = mc_events_read(&owner->events);
	if (ret == -ESTALE && owner->broker) {
		owner_stop(owner, fail_ended(owner));
		return;
	}
	if (ret < 0) {
		owner_stop(owner, fail_step(ret == -EPIPE ? -ENODEV : ret,
					    "read events"));
		return;
	}
	while (!owner->stop &&
	       (ret = mc_events_next(&owner->events, &event)) > 0) {
		if (event.type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
			serve_chunk(owner, &event);
		else
			serve_message(owner, &event);
	}
	if (ret < 0)
		owner_stop(owner, fail_step(ret, "understand the driver's events"));
}

static void serve_signals(struct owner *owner)
{
	struct signalfd_siginfo info;

	while (read(owner->signal_fd, &info, sizeof(info)) == sizeof(info))
		if (owner->ops->user_signal)
			owner->ops->user_signal(owner, (int)info.ssi_signo);
}

static void serve_wake(struct owner *owner)
{
	uint64_t count;

	if (read(owner->wake_fd, &count, sizeof(count)) == sizeof(count) &&
	    owner->ops->woken)
		owner->ops->woken(owner);
}

/*
 * Whoever is DRM master gets the monitor. When the master changes again meanwhile,
 * poll() says so.
 */
static void follow_by_pinning(struct owner *owner)
{
	uint64_t master;
	int ret;

	if (owner->context.control_fd < 0)
		return;
	ret = mc_pin_current(&owner->context, &master);
	if (ret > 0)
		log_pinned(owner->out, master);
	else if (ret && ret != -ENODEV)
		owner_stop(owner, fail_step(ret, "give the monitor to the new DRM master"));
}

static void serve_once(struct owner *owner, int timeout_ms)
{
	bool is_read = owner->out && owner->out->file == stdout;
	struct pollfd fds[] = {
		{ .fd = owner->context.fd, .events = POLLIN },
		{ .fd = owner->signal_fd, .events = POLLIN },
		{ .fd = owner->wake_fd, .events = POLLIN },
		{ .fd = owner->context.control_fd, .events = POLLPRI },
		/* Polled only for errors: the program that reads it may end. */
		{ .fd = is_read ? STDOUT_FILENO : -1 },
		{ .fd = broker_fd(owner->broker), .events = POLLIN },
		{ .fd = signals_file(), .events = POLLIN },
	};

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), timeout_ms) < 0) {
		if (errno != EINTR)
			owner_stop(owner, fail(EXIT_OTHER, "cannot wait for events: %s",
					       strerror(errno)));
		return;
	}
	if (fds[5].revents)
		broker_serve(owner->broker);
	/* What was shown before a signal came still counts. */
	if (fds[0].revents)
		serve_events(owner);
	if (fds[1].revents)
		serve_signals(owner);
	if (fds[2].revents)
		serve_wake(owner);
	if (fds[3].revents & POLLPRI)
		follow_by_pinning(owner);
	if (fds[4].revents)
		owner_stop(owner, EXIT_OUTPUT);
	if (fds[6].revents)
		owner_stop(owner, EXIT_OK);
}

enum exit_status owner_run(struct owner *owner, const struct owner_ops *ops)
{
	int timeout_ms;

	owner->ops = ops;
	follow_by_pinning(owner);
	while (!owner->stop) {
		timeout_ms = ops->tick ? ops->tick(owner) : -1;
		if (owner->out && owner->out->file == stdout && ferror(stdout))
			owner_stop(owner, EXIT_OUTPUT);
		if (!owner->stop)
			serve_once(owner, timeout_ms);
	}
	return owner->status;
}

/* The session's last event is a STOPPED message; pictures do not matter now. */
static void await_stopped(struct owner *owner)
{
	static const struct owner_ops no_ops;
	struct pollfd fd = { .fd = owner->context.fd, .events = POLLIN };

	owner->ops = &no_ops;
	owner->stop = false;
	while (!owner->stop && poll(&fd, 1, STOP_TIMEOUT_MS) > 0 &&
	       fd.revents == POLLIN)
		serve_events(owner);
}

void owner_end(struct owner *owner)
{
	if (owner->context.fd >= 0)
		mc_statistics(&owner->context, &owner->statistics);
	if (owner->session && !owner->stopped && owner->status != EXIT_GONE &&
	    !mc_stop_session(&owner->context))
		await_stopped(owner);
	lid_release(&owner->lid);
	mc_events_fini(&owner->events);
	mc_context_close(&owner->context);
	broker_leave(owner->broker);
	owner->broker = NULL;
}

void owner_free(struct owner *owner)
{
	if (owner->signal_fd >= 0)
		close(owner->signal_fd);
	if (owner->wake_fd >= 0)
		close(owner->wake_fd);
}
