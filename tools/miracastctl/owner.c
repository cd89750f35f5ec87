// SPDX-License-Identifier: MIT
#include "owner.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <xf86drm.h>

#include "connector.h"
#include "errors.h"
#include "mode_limits.h"
#include "mode.h"
#include "report.h"
#include "tell.h"

#define STOP_TIMEOUT_MS	1000

static void fill_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGUSR2);
}

void owner_block_signals(void)
{
	sigset_t set;

	fill_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void fill_create(const struct owner_options *options,
			struct drm_miracast_create_context *want)
{
	memset(want, 0, sizeof(*want));
	want->flags = options->follow_master ?
		      DRM_MIRACAST_CONTEXT_FOLLOW_MASTER : 0;
	want->delivery = DRM_MIRACAST_DELIVERY_DIRECT;
	if (!options->direct) {
		want->delivery = DRM_MIRACAST_DELIVERY_COPY;
		want->format = DRM_FORMAT_XRGB8888;
		want->buffer_count = options->buffers;
		want->parts = 1;
	}
	mc_monitor_limits(&options->monitor, want);
	if (options->max.width) {
		want->max_width = options->max.width;
		want->max_height = options->max.height;
		want->max_refresh_mhz = options->max.refresh_mhz;
	}
}

static enum exit_status find_connector(const struct mc_device *device,
				       const char *name, uint32_t *id)
{
	struct mc_connector found;
	int ret;

	*id = 0;
	if (!name)
		return EXIT_OK;
	ret = mc_connector_find(device->fd, name, &found);
	if (ret == -ENOENT)
		return fail(EXIT_NO_CONNECTOR, "%s has no connector %s; see miracastctl list",
			    device->path, name);
	if (ret)
		return fail_device(ret, device->path);
	*id = found.id;
	return EXIT_OK;
}

/* Not fatal: a context without a name still works. */
static void name_connector(struct owner *owner, const struct mc_device *device)
{
	struct mc_connector found;
	char id[16];

	snprintf(id, sizeof(id), "%" PRIu32, owner->context.connector_id);
	if (mc_connector_find(device->fd, id, &found))
		snprintf(owner->connector, sizeof(owner->connector),
			 "connector %s", id);
	else
		snprintf(owner->connector, sizeof(owner->connector), "%s",
			 found.name);
}

static enum exit_status create_on(struct owner *owner,
				  const struct mc_device *device)
{
	const struct owner_options *options = owner->options;
	struct drm_miracast_create_context want;
	struct drm_miracast_query_caps caps;
	enum exit_status status;
	int ret;

	ret = mc_device_caps(device, &caps);
	if (ret)
		return fail_device(ret, device->path);
	fill_create(options, &want);
	status = mode_limits_check(&options->monitor, &want, &caps);
	if (status == EXIT_OK)
		status = find_connector(device, options->connector,
					&want.connector_id);
	if (status != EXIT_OK)
		return status;
	ret = mc_context_create(device->fd, &want, &owner->context);
	if (ret) {
		mc_device_caps(device, &caps);
		return fail_create(ret, &want, &caps, options->connector);
	}
	name_connector(owner, device);
	return EXIT_OK;
}

static enum exit_status create(struct owner *owner)
{
	struct mc_device device;
	enum exit_status status;
	int ret;

	ret = mc_device_open(owner->options->device, &device);
	if (ret)
		return fail_device(ret, owner->options->device);
	status = create_on(owner, &device);
	mc_device_close(&device);
	return status;
}

static enum exit_status announce(struct owner *owner)
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
	tell_arrived(owner->out, owner);
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
	if (owner->signal_fd < 0 || owner->wake_fd < 0 ||
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
	owner->signal_fd = -1;
	owner->wake_fd = -1;
	status = create(owner);
	if (status == EXIT_OK)
		status = listen_to(owner);
	if (status == EXIT_OK)
		status = announce(owner);
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
	tell_mode(owner->out, mode, answer);
	complete(owner, event->message.number, answer);
}

/* There is no sink to authenticate: the option says how that ends. */
static void serve_hdcp(struct owner *owner, const struct mc_event *event)
{
	uint32_t wanted = event->payload.hdcp.wanted, reached;
	int ret;

	tell_message(owner->out, event);
	if (!owner->options->hdcp || wanted == DRM_MIRACAST_HDCP_OFF)
		return;
	reached = owner->options->hdcp_type ? DRM_MIRACAST_HDCP_TYPE1 :
					      DRM_MIRACAST_HDCP_TYPE0;
	ret = mc_set_hdcp(&owner->context, reached);
	if (ret && ret != -ENOTCONN)
		owner_stop(owner, fail_step(ret, "tell the state of protection"));
}

static void serve_message(struct owner *owner, const struct mc_event *event)
{
	switch (event->message.code) {
	case DRM_MIRACAST_MESSAGE_MODE_SET:
		serve_mode_set(owner, event);
		return;
	case DRM_MIRACAST_MESSAGE_HDCP:
		serve_hdcp(owner, event);
		return;
	case DRM_MIRACAST_MESSAGE_BUFFER_GONE:
		if (owner->ops->buffer_gone)
			owner->ops->buffer_gone(owner,
						event->payload.buffer_gone.buffer);
		break;
	case DRM_MIRACAST_MESSAGE_STOPPED:
		owner->stopped = true;
		owner_stop(owner, EXIT_OK);
		break;
	default:
		break;
	}
	tell_message(owner->out, event);
	if (event->message.needs_completion)
		complete(owner, event->message.number,
			 DRM_MIRACAST_COMPLETION_REFUSED);
}

static void serve_chunk(struct owner *owner, const struct mc_event *event)
{
	int ret;

	if (owner->options->verbose)
		tell_chunk(owner->out, event);
	if (owner->ops->chunk)
		owner->ops->chunk(owner, event);
	if (DRM_MIRACAST_CHUNK_PART(event->chunk.chunk_id))
		return;
	ret = mc_release_chunk(&owner->context, event->chunk.buffer,
			       event->chunk.chunk_id);
	if (owner->ops->released)
		owner->ops->released(owner, event, ret);
	if (ret && ret != -ESTALE)
		owner_stop(owner, fail_step(ret, "release a chunk"));
}

static void serve_events(struct owner *owner)
{
	struct mc_event event;
	int ret;

	ret = mc_events_read(&owner->events);
	if (ret < 0) {
		owner_stop(owner, fail_step(ret == -EPIPE ? -ENODEV : ret,
					    "read events"));
		return;
	}
	while (!owner->stop &&
	       (ret = mc_events_next(&owner->events, &event)) > 0) {
		if (event.type == DRM_MIRACAST_EVENT_CHUNK)
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

	while (read(owner->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGUSR1 && info.ssi_signo != SIGUSR2)
			owner_stop(owner, EXIT_OK);
		else if (owner->ops->user_signal)
			owner->ops->user_signal(owner, (int)info.ssi_signo);
	}
}

static void serve_wake(struct owner *owner)
{
	uint64_t count;

	if (read(owner->wake_fd, &count, sizeof(count)) == sizeof(count) &&
	    owner->ops->woken)
		owner->ops->woken(owner);
}

static void serve_once(struct owner *owner, int timeout_ms)
{
	struct pollfd fds[] = {
		{ .fd = owner->context.fd, .events = POLLIN },
		{ .fd = owner->signal_fd, .events = POLLIN },
		{ .fd = owner->wake_fd, .events = POLLIN },
	};

	if (poll(fds, 3, timeout_ms) < 0) {
		if (errno != EINTR)
			owner_stop(owner, fail(EXIT_OTHER, "cannot wait for events: %s",
					       strerror(errno)));
		return;
	}
	/* What was shown before a signal came still counts. */
	if (fds[0].revents)
		serve_events(owner);
	if (fds[1].revents)
		serve_signals(owner);
	if (fds[2].revents)
		serve_wake(owner);
}

enum exit_status owner_run(struct owner *owner, const struct owner_ops *ops)
{
	int timeout_ms;

	owner->ops = ops;
	while (!owner->stop) {
		timeout_ms = ops->tick ? ops->tick(owner) : -1;
		if (owner->out == stdout && ferror(stdout))
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
	mc_events_fini(&owner->events);
	mc_context_close(&owner->context);
}

void owner_free(struct owner *owner)
{
	if (owner->signal_fd >= 0)
		close(owner->signal_fd);
	if (owner->wake_fd >= 0)
		close(owner->wake_fd);
}
