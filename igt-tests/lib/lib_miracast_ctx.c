// SPDX-License-Identifier: MIT
/*
 * Contexts: limits, sessions and monitors.
 */
#include "lib_miracast_ctx.h"

struct drm_miracast_create_context mc_limits(uint32_t width, uint32_t height,
					     uint32_t buffers)
{
	return (struct drm_miracast_create_context) {
		.delivery = DRM_MIRACAST_DELIVERY_COPY,
		.format = DRM_FORMAT_XRGB8888,
		.buffer_count = buffers,
		.parts = 1,
		.max_width = width,
		.max_height = height,
		.max_refresh_mhz = 60000,
		.context_fd = -1,
	};
}

struct drm_miracast_create_context mc_limits_direct(uint32_t width,
						    uint32_t height)
{
	return (struct drm_miracast_create_context) {
		.flags = DRM_MIRACAST_CONTEXT_FLAG_TRUSTED,
		.delivery = DRM_MIRACAST_DELIVERY_DIRECT,
		.max_width = width,
		.max_height = height,
		.max_refresh_mhz = 60000,
		.context_fd = -1,
	};
}

struct mc_ctx *mc_ctx_from_fd(int fd)
{
	struct mc_ctx *ctx = calloc(1, sizeof(*ctx));
	struct drm_miracast_statistics stats = {};

	igt_assert(ctx);
	ctx->fd = fd;
	mc_expect(mc_statistics_errno(fd, &stats), 0);
	ctx->connector = stats.connector_id;
	ctx->crtc = stats.crtc_id;
	ctx->number = stats.context_number;
	return ctx;
}

struct mc_ctx *mc_ctx_create(int card,
			     const struct drm_miracast_create_context *arg)
{
	struct drm_miracast_create_context local = mc_limits(640, 480, 3);
	struct mc_ctx *ctx;

	if (arg)
		local = *arg;
	mc_expect(mc_create_errno(card, &local), 0);
	ctx = mc_ctx_from_fd(local.context_fd);
	ctx->format = local.format;
	igt_assert_eq_u32(ctx->connector, local.connector_id);
	igt_assert_eq_u32(ctx->crtc, local.crtc_id);
	igt_assert_eq_u64(ctx->number, local.context_number);
	return ctx;
}

void mc_ctx_close(struct mc_ctx *ctx)
{
	unsigned int i;

	for (i = 0; i < MC_BUFFERS; i++)
		if (ctx->buffers[i].map)
			mc_buffer_drop(ctx, ctx->buffers[i].info.buffer);
	mc_close(ctx->fd);
	free(ctx);
}

struct drm_miracast_statistics mc_statistics(struct mc_ctx *ctx)
{
	struct drm_miracast_statistics stats = {};

	mc_expect(mc_statistics_errno(ctx->fd, &stats), 0);
	return stats;
}

/*
 * @unreleased: the most chunks that may be unreleased. Returns how many pictures were
 * captured.
 */
static uint64_t wait_captured(struct mc_ctx *ctx, uint64_t captured,
			      uint32_t unreleased)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	struct drm_miracast_statistics stats;

	for (;;) {
		stats = mc_statistics(ctx);
		if (stats.pictures_captured >= captured &&
		    stats.unreleased_chunks <= unreleased)
			return stats.pictures_captured;
		igt_assert_f(mc_now_ns() < end,
			     "%llu of %llu pictures captured, %u chunks unreleased\n",
			     (unsigned long long)stats.pictures_captured,
			     (unsigned long long)captured,
			     stats.unreleased_chunks);
		usleep(1000);
	}
}

void mc_wait_captured(struct mc_ctx *ctx, uint64_t captured)
{
	wait_captured(ctx, captured, UINT32_MAX);
}

uint64_t mc_wait_released(struct mc_ctx *ctx, uint64_t captured)
{
	return wait_captured(ctx, captured, 0);
}

uint64_t mc_start(struct mc_ctx *ctx)
{
	uint64_t session = 0;

	mc_expect(mc_start_errno(ctx->fd, &session), 0);
	return session;
}

void mc_stop(struct mc_ctx *ctx)
{
	mc_expect(mc_stop_errno(ctx->fd), 0);
}

void mc_depart(struct mc_ctx *ctx)
{
	mc_expect(mc_depart_errno(ctx->fd), 0);
}

struct drm_miracast_monitor_arrive
mc_monitor(const struct drm_miracast_mode *modes, uint32_t count)
{
	return (struct drm_miracast_monitor_arrive) {
		.monitor_type = DRM_MIRACAST_MONITOR_TYPE_HDMI,
		.modes = (uintptr_t)modes,
		.mode_count = count,
		.mode_stride = sizeof(*modes),
		.vsync_divider = 1,
	};
}

void mc_arrive_modes(struct mc_ctx *ctx, const struct drm_miracast_mode *modes,
		     uint32_t count)
{
	struct drm_miracast_monitor_arrive arg = mc_monitor(modes, count);

	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
}

void mc_arrive(struct mc_ctx *ctx, uint32_t width, uint32_t height)
{
	struct drm_miracast_mode mode = {
		.width = width,
		.height = height,
		.refresh_mhz = 60000,
		.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
	};

	mc_arrive_modes(ctx, &mode, 1);
}
