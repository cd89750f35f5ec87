// SPDX-License-Identifier: MIT
/*
 * Thin wrappers of the DDI's calls.
 */
#include "lib_miracast_ddi.h"

int mc_create_errno(int card, struct drm_miracast_create_context *arg)
{
	int ret = mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_CREATE_CONTEXT, arg);

	if (!ret) {
		mc_keep(arg->context_fd);
		mc_keep(arg->control_fd);
	}
	return ret;
}

int mc_io_errno(int fd, uint32_t code, const void *in, uint32_t in_size,
		void *out, uint32_t out_size, uint32_t *returned)
{
	struct drm_miracast_io_control arg = {
		.code = code,
		.in = (uintptr_t)in,
		.in_size = in_size,
		.out = (uintptr_t)out,
		.out_size = out_size,
	};
	int ret = mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_IO_CONTROL, &arg);

	if (returned)
		*returned = arg.bytes_returned;
	return ret;
}

int mc_destroy_errno(int fd)
{
	return mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_DESTROY_CONTEXT, NULL);
}

int mc_start_errno(int fd, uint64_t *session)
{
	struct drm_miracast_start_session in = {};
	struct drm_miracast_session out = {};
	int ret = mc_io_errno(fd, DRM_MIRACAST_CODE_START_SESSION, &in,
			      sizeof(in), &out, sizeof(out), NULL);

	if (session)
		*session = out.session;
	return ret;
}

int mc_stop_errno(int fd)
{
	struct drm_miracast_stop_session in = {};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_STOP_SESSION, &in, sizeof(in),
			   NULL, 0, NULL);
}

int mc_depart_errno(int fd)
{
	struct drm_miracast_monitor_depart in = {};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_MONITOR_DEPART, &in,
			   sizeof(in), NULL, 0, NULL);
}

int mc_complete_errno(int fd, uint64_t number, uint32_t status)
{
	struct drm_miracast_complete_message in = {
		.number = number,
		.status = status,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_COMPLETE_MESSAGE, &in,
			   sizeof(in), NULL, 0, NULL);
}

int mc_request_frame_errno(int fd)
{
	struct drm_miracast_request_frame in = {};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_REQUEST_FRAME, &in, sizeof(in),
			   NULL, 0, NULL);
}

int mc_set_rate_errno(int fd, uint32_t max_picture_rate_mhz)
{
	struct drm_miracast_set_rate in = {
		.max_picture_rate_mhz = max_picture_rate_mhz,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_SET_RATE, &in, sizeof(in),
			   NULL, 0, NULL);
}

int mc_release_fenced(int fd, uint64_t buffer, uint64_t chunk_id, int fence)
{
	struct drm_miracast_release_chunk arg = {
		.buffer = buffer,
		.chunk_id = chunk_id,
		.flags = fence >= 0 ? DRM_MIRACAST_RELEASE_FLAG_FENCE : 0,
		.fence_fd = fence >= 0 ? fence : 0,
		.result = UINT32_MAX,
	};
	int ret = mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK, &arg);

	if (ret)
		return ret;
	igt_assert_lte_u64(arg.result, DRM_MIRACAST_RELEASE_RESULT_REVOKED);
	return arg.result;
}

int mc_release_errno(int fd, uint64_t buffer, uint64_t chunk_id)
{
	int ret = mc_release_fenced(fd, buffer, chunk_id, -1);

	return ret == MC_REVOKED ? 0 : ret;
}

int mc_get_fence_errno(int fd, uint64_t buffer, uint64_t chunk_id, int *fence)
{
	struct drm_miracast_get_fence in = {
		.buffer = buffer,
		.chunk_id = chunk_id,
	};
	struct drm_miracast_fence out = { .fd = -1 };
	int ret = mc_io_errno(fd, DRM_MIRACAST_CODE_GET_FENCE, &in, sizeof(in),
			      &out, sizeof(out), NULL);

	if (!ret && fence)
		*fence = mc_keep(out.fd);
	return ret;
}

int mc_get_buffer_errno(int fd, uint64_t number,
			struct drm_miracast_buffer *out)
{
	struct drm_miracast_get_buffer in = { .buffer = number };
	unsigned int i;
	int ret;

	ret = mc_io_errno(fd, DRM_MIRACAST_CODE_GET_BUFFER, &in, sizeof(in),
			  out, sizeof(*out), NULL);
	if (!ret)
		for (i = 0; i < out->object_count; i++)
			mc_keep(out->fds[i]);
	return ret;
}

int mc_set_buffers_errno(int fd, const struct drm_miracast_owner_buffer *buffers,
			 uint32_t count)
{
	struct drm_miracast_set_buffers in = {
		.buffers = (uintptr_t)buffers,
		.count = count,
		.stride = sizeof(*buffers),
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_SET_BUFFERS, &in, sizeof(in),
			   NULL, 0, NULL);
}

int mc_get_cursor_errno(int fd, void *pixels, uint32_t pixels_size,
			struct drm_miracast_cursor *out)
{
	struct drm_miracast_get_cursor in = {
		.pixels = (uintptr_t)pixels,
		.pixels_size = pixels_size,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_GET_CURSOR, &in, sizeof(in),
			   out, out ? sizeof(*out) : 0, NULL);
}

int mc_statistics_errno(int fd, struct drm_miracast_statistics *out)
{
	struct drm_miracast_get_statistics in = {};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_GET_STATISTICS, &in,
			   sizeof(in), out, sizeof(*out), NULL);
}

int mc_arrive_errno(int fd, const struct drm_miracast_monitor_arrive *arg)
{
	return mc_io_errno(fd, DRM_MIRACAST_CODE_MONITOR_ARRIVE, arg,
			   sizeof(*arg), NULL, 0, NULL);
}
