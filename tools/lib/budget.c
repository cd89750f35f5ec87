// SPDX-License-Identifier: MIT
#include "budget.h"

#include <drm_fourcc.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "mode.h"

#define XRGB_BYTES	4

/* What a program of another age has of the struct; the rest is zero. */
static struct drm_miracast_create_context
known(const struct drm_miracast_create_context *want, size_t size)
{
	struct drm_miracast_create_context args = { 0 };

	memcpy(&args, want, size < sizeof(args) ? size : sizeof(args));
	return args;
}

static uint64_t round_up(uint64_t value, uint64_t step)
{
	return (value + step - 1) / step * step;
}

/* Saturates. */
static uint64_t times(uint64_t a, uint64_t b)
{
	return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* NV12 has half as many lines of chroma, of as many bytes. */
static uint64_t buffer_bytes(const struct drm_miracast_create_context *args)
{
	bool nv12 = args->format == DRM_FORMAT_NV12;
	uint64_t line = (uint64_t)args->max_width * (nv12 ? 1 : XRGB_BYTES);
	uint64_t lines = round_up(args->max_height, DRM_MIRACAST_LINES_ALIGN);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), bytes;

	bytes = times(round_up(line, DRM_MIRACAST_PITCH_ALIGN), nv12 ? lines + lines / 2 : lines);
	return bytes > UINT64_MAX - page ? UINT64_MAX : round_up(bytes, page);
}

uint64_t mc_budget_memory_sized(const struct drm_miracast_create_context *want, size_t size)
{
	struct drm_miracast_create_context args = known(want, size);

	if (args.delivery != DRM_MIRACAST_DELIVERY_COPY ||
	    args.flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS)
		return 0;
	return times(buffer_bytes(&args), args.buffer_count);
}

uint64_t mc_budget_rate_sized(const struct drm_miracast_create_context *want, size_t size)
{
	struct drm_miracast_create_context args = known(want, size);
	uint64_t rate = times(mc_mode_macroblocks(args.max_width, args.max_height),
			      args.max_refresh_mhz);

	rate = rate / 1000 + !!(rate % 1000);
	if (args.max_macroblock_rate && args.max_macroblock_rate < rate)
		rate = args.max_macroblock_rate;
	return rate < MC_MODE_MACROBLOCK_RATE_MAX ? rate : MC_MODE_MACROBLOCK_RATE_MAX;
}
