// SPDX-License-Identifier: MIT
#include "context.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xf86drm.h>

int mc_context_create(int card, const struct drm_miracast_create_context *want,
		      struct mc_context *context)
{
	struct drm_miracast_create_context arg = *want;

	context->fd = -1;
	if (drmIoctl(card, DRM_IOCTL_MIRACAST_CREATE_CONTEXT, &arg))
		return -errno;
	context->fd = arg.context_fd;
	context->connector_id = arg.connector_id;
	context->crtc_id = arg.crtc_id;
	context->number = arg.context_number;
	return 0;
}

void mc_context_close(struct mc_context *context)
{
	if (context->fd >= 0)
		close(context->fd);
	context->fd = -1;
}

int mc_io_control(const struct mc_context *context, uint32_t code,
		  const void *in, size_t in_size, void *out, size_t out_size)
{
	struct drm_miracast_io_control arg = {
		.code = code,
		.in = (uintptr_t)in,
		.in_size = (uint32_t)in_size,
		.out = (uintptr_t)out,
		.out_size = (uint32_t)out_size,
	};

	if (out_size)
		memset(out, 0, out_size);
	if (drmIoctl(context->fd, DRM_IOCTL_MIRACAST_IO_CONTROL, &arg))
		return -errno;
	return 0;
}

int mc_start_session(const struct mc_context *context, uint64_t *session)
{
	struct drm_miracast_start_session in = { 0 };
	struct drm_miracast_session out;
	int ret = mc_io_control(context, DRM_MIRACAST_START_SESSION,
				&in, sizeof(in), &out, sizeof(out));

	if (!ret)
		*session = out.session;
	return ret;
}

int mc_stop_session(const struct mc_context *context)
{
	struct drm_miracast_stop_session in = { 0 };

	return mc_io_control(context, DRM_MIRACAST_STOP_SESSION,
			     &in, sizeof(in), NULL, 0);
}

int mc_monitor_depart(const struct mc_context *context)
{
	struct drm_miracast_monitor_depart in = { 0 };

	return mc_io_control(context, DRM_MIRACAST_MONITOR_DEPART,
			     &in, sizeof(in), NULL, 0);
}

int mc_complete_message(const struct mc_context *context, uint64_t number,
			uint32_t status)
{
	struct drm_miracast_complete_message in = {
		.number = number,
		.status = status,
	};

	return mc_io_control(context, DRM_MIRACAST_COMPLETE_MESSAGE,
			     &in, sizeof(in), NULL, 0);
}

int mc_request_frame(const struct mc_context *context)
{
	struct drm_miracast_request_frame in = { 0 };

	return mc_io_control(context, DRM_MIRACAST_REQUEST_FRAME,
			     &in, sizeof(in), NULL, 0);
}

int mc_set_rate(const struct mc_context *context, uint32_t stream_kbps,
		uint32_t picture_mhz)
{
	struct drm_miracast_set_rate in = {
		.encode_rate_kbps = stream_kbps,
		.max_picture_rate_mhz = picture_mhz,
	};

	return mc_io_control(context, DRM_MIRACAST_SET_RATE, &in, sizeof(in),
			     NULL, 0);
}

int mc_set_hdcp(const struct mc_context *context, uint32_t state)
{
	struct drm_miracast_set_hdcp in = { .state = state };

	return mc_io_control(context, DRM_MIRACAST_SET_HDCP, &in, sizeof(in),
			     NULL, 0);
}

int mc_statistics(const struct mc_context *context,
		  struct drm_miracast_statistics *statistics)
{
	struct drm_miracast_get_statistics in = { 0 };

	return mc_io_control(context, DRM_MIRACAST_GET_STATISTICS,
			     &in, sizeof(in), statistics, sizeof(*statistics));
}

int mc_release_chunk(const struct mc_context *context, uint64_t buffer,
		     uint64_t chunk_id)
{
	struct drm_miracast_release_chunk arg = {
		.buffer = buffer,
		.chunk_id = chunk_id,
	};

	if (drmIoctl(context->fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK, &arg))
		return -errno;
	return 0;
}
