// SPDX-License-Identifier: MIT
#include "context.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <xf86drm.h>

#include "reserved.h"

static int call(int fd, unsigned long request, void *arg)
{
	return drmIoctl(fd, request, arg) ? -errno : 0;
}

int mc_context_create_sized(int device, const struct drm_miracast_create_context *want,
			    size_t size, struct mc_context *context)
{
	struct drm_miracast_create_context arg = { 0 };
	int ret;

	memset(context, 0, sizeof(*context));
	context->fd = -1;
	context->control_fd = -1;
	if (size > sizeof(arg) &&
	    !mc_is_zero((const uint8_t *)want + sizeof(arg), size - sizeof(arg)))
		return -E2BIG;
	memcpy(&arg, want, size < sizeof(arg) ? size : sizeof(arg));
	ret = call(device, DRM_IOCTL_MIRACAST_CREATE_CONTEXT, &arg);
	if (ret)
		return ret;
	context->fd = arg.context_fd;
	context->control_fd = arg.control_fd;
	context->connector_id = arg.connector_id;
	context->crtc_id = arg.crtc_id;
	context->number = arg.context_number;
	return 0;
}

int mc_context_adopt(int fd, struct mc_context *context)
{
	struct drm_miracast_context_info info;
	int ret = mc_query_context(fd, &info);

	memset(context, 0, sizeof(*context));
	context->fd = -1;
	context->control_fd = -1;
	/* A control file answers as well, and takes PIN, which no context does. */
	if (!ret && info.io_control_codes & 1ULL << DRM_MIRACAST_CODE_PIN)
		ret = -EINVAL;
	if (ret)
		return ret;
	context->fd = fd;
	context->connector_id = info.connector_id;
	context->crtc_id = info.crtc_id;
	context->number = info.context_number;
	return 0;
}

void mc_context_close(struct mc_context *context)
{
	if (context->fd >= 0)
		close(context->fd);
	context->fd = -1;
	if (context->control_fd >= 0)
		close(context->control_fd);
	context->control_fd = -1;
}

static int io_control(int fd, uint32_t code, const void *in, size_t in_size,
		      void *out, size_t out_size)
{
	struct drm_miracast_io_control arg = {
		.code = code,
		.in = (uintptr_t)in,
		.in_size = (uint32_t)in_size,
		.out = (uintptr_t)out,
		.out_size = (uint32_t)out_size,
	};

	if (in_size > UINT32_MAX || out_size > UINT32_MAX)
		return -EINVAL;
	if (out_size)
		memset(out, 0, out_size);
	return call(fd, DRM_IOCTL_MIRACAST_IO_CONTROL, &arg);
}

int mc_io_control(const struct mc_context *context, uint32_t code,
		  const void *in, size_t in_size, void *out, size_t out_size)
{
	return io_control(context->fd, code, in, in_size, out, out_size);
}

int mc_query_context_sized(int fd, struct drm_miracast_context_info *info, size_t size)
{
	struct drm_miracast_query_context in = { 0 };

	return io_control(fd, DRM_MIRACAST_CODE_QUERY_CONTEXT, &in, sizeof(in),
			  info, size);
}

int mc_pin(const struct mc_context *context, uint64_t master)
{
	struct drm_miracast_pin in = { .master = master };

	return io_control(context->control_fd, DRM_MIRACAST_CODE_PIN, &in,
			  sizeof(in), NULL, 0);
}

int mc_pin_current(const struct mc_context *context, uint64_t *master)
{
	struct drm_miracast_context_info info;
	int ret;

	if (context->control_fd < 0)
		return -EBADF;
	ret = mc_query_context(context->control_fd, &info);
	if (ret)
		return ret;
	if (!info.current_master || info.current_master == info.pinned_master)
		return 0;
	ret = mc_pin(context, info.current_master);
	if (ret)
		return ret == -ESTALE ? 0 : ret;
	*master = info.current_master;
	return 1;
}

int mc_start_session(const struct mc_context *context, uint64_t *session)
{
	struct drm_miracast_start_session in = { 0 };
	struct drm_miracast_session out;
	int ret = mc_io_control(context, DRM_MIRACAST_CODE_START_SESSION,
				&in, sizeof(in), &out, sizeof(out));

	if (!ret)
		*session = out.session;
	return ret;
}

int mc_stop_session(const struct mc_context *context)
{
	struct drm_miracast_stop_session in = { 0 };

	return mc_io_control(context, DRM_MIRACAST_CODE_STOP_SESSION,
			     &in, sizeof(in), NULL, 0);
}

int mc_monitor_depart(const struct mc_context *context)
{
	struct drm_miracast_monitor_depart in = { 0 };

	return mc_io_control(context, DRM_MIRACAST_CODE_MONITOR_DEPART,
			     &in, sizeof(in), NULL, 0);
}

int mc_complete_message(const struct mc_context *context, uint64_t number,
			uint32_t status)
{
	struct drm_miracast_complete_message in = {
		.number = number,
		.status = status,
	};

	return mc_io_control(context, DRM_MIRACAST_CODE_COMPLETE_MESSAGE,
			     &in, sizeof(in), NULL, 0);
}

int mc_request_frame(const struct mc_context *context)
{
	struct drm_miracast_request_frame in = { 0 };

	return mc_io_control(context, DRM_MIRACAST_CODE_REQUEST_FRAME,
			     &in, sizeof(in), NULL, 0);
}

int mc_set_rate(const struct mc_context *context, uint32_t stream_kbps,
		uint32_t picture_mhz)
{
	struct drm_miracast_set_rate in = {
		.encode_rate_kbps = stream_kbps,
		.max_picture_rate_mhz = picture_mhz,
	};

	return mc_io_control(context, DRM_MIRACAST_CODE_SET_RATE, &in,
			     sizeof(in), NULL, 0);
}

int mc_set_hdcp(const struct mc_context *context, uint64_t number, uint32_t state)
{
	struct drm_miracast_set_hdcp in = { .number = number, .state = state };

	return mc_io_control(context, DRM_MIRACAST_CODE_SET_HDCP, &in,
			     sizeof(in), NULL, 0);
}

int mc_statistics_sized(const struct mc_context *context,
			struct drm_miracast_statistics *statistics, size_t size)
{
	struct drm_miracast_get_statistics in = { 0 };

	return mc_io_control(context, DRM_MIRACAST_CODE_GET_STATISTICS,
			     &in, sizeof(in), statistics, size);
}

int mc_release_chunk(const struct mc_context *context, uint64_t buffer,
		     uint64_t chunk_id)
{
	struct drm_miracast_release_chunk arg = {
		.buffer = buffer,
		.chunk_id = chunk_id,
	};
	int ret = call(context->fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK, &arg);

	return ret ? ret : (int)arg.result;
}
