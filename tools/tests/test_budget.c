// SPDX-License-Identifier: MIT
/*
 * What a context takes of the device: as the driver reckons it, and as miracastctl says
 * when there is too little.
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "budget.h"
#include "errors.h"
#include "harness.h"

#define PAGE	4096

static struct drm_miracast_create_context context(uint32_t format, uint32_t width,
						  uint32_t height, uint32_t buffers)
{
	return (struct drm_miracast_create_context){
		.delivery = DRM_MIRACAST_DELIVERY_COPY, .format = format,
		.max_width = width, .max_height = height, .max_refresh_mhz = 60000,
		.buffer_count = buffers, .parts = 1,
	};
}

static uint64_t memory(uint32_t format, uint32_t width, uint32_t height, uint32_t buffers)
{
	struct drm_miracast_create_context want = context(format, width, height, buffers);

	return mc_budget_memory(&want);
}

static void check_memory(void)
{
	struct drm_miracast_create_context want = context(DRM_FORMAT_NV12, 1920, 1080, 4);

	check(memory(DRM_FORMAT_XRGB8888, 1920, 1080, 3) == 3 * 7680 * 1088,
	      "1080 lines of XRGB8888 have 1088 lines' room");
	check(memory(DRM_FORMAT_NV12, 1920, 1080, 4) == 4 * 2048 * 1632,
	      "those of NV12 2048 bytes, and half as many of chroma");
	check(memory(DRM_FORMAT_XRGB8888, 1366, 768, 1) == 5632 * 768, "lines are rounded up");
	check(memory(DRM_FORMAT_NV12, 640, 480, 1) % (uint64_t)sysconf(_SC_PAGESIZE) == 0 &&
	      (sysconf(_SC_PAGESIZE) != PAGE ||
	       memory(DRM_FORMAT_XRGB8888, 100, 16, 2) == 2 * 2 * PAGE),
	      "each buffer has pages of its own");
	check(memory(DRM_FORMAT_XRGB8888, UINT32_MAX, UINT32_MAX, UINT32_MAX) == UINT64_MAX &&
	      memory(DRM_FORMAT_NV12, UINT32_MAX, UINT32_MAX, 1) == UINT64_MAX,
	      "what is too much for a number is the largest");
	check(!mc_budget_memory_sized(&want, offsetof(struct drm_miracast_create_context,
						      max_height)),
	      "what an older program does not have is zero");
	want.flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	check(!mc_budget_memory(&want), "buffers of the owner are not the driver's");
	want.flags = 0;
	want.delivery = DRM_MIRACAST_DELIVERY_DIRECT;
	check(!mc_budget_memory(&want), "nor are those of the compositor");
}

static void check_rate(void)
{
	struct drm_miracast_create_context want = context(DRM_FORMAT_NV12, 1920, 1080, 4);

	check(mc_budget_rate(&want) == 120 * 68 * 60, "macroblocks in a second");
	want.max_refresh_mhz = 59940;
	check(mc_budget_rate(&want) == 489111, "are rounded up");
	want.max_macroblock_rate = 244800;
	check(mc_budget_rate(&want) == 244800, "a limit of their own counts");
	want = context(DRM_FORMAT_NV12, 3840, 2160, 4);
	want.max_refresh_mhz = 240000;
	check(mc_budget_rate(&want) == 2073600, "no mode needs more than level 5.2");
	want = context(DRM_FORMAT_NV12, UINT32_MAX, UINT32_MAX, 4);
	want.max_refresh_mhz = UINT32_MAX;
	check(mc_budget_rate(&want) == 2073600, "whatever the limits are");
}

/* What fail_create() says, and its status. */
static enum exit_status said(int error, const struct drm_miracast_create_context *want,
			     const struct drm_miracast_query_caps *caps, char *text, size_t size)
{
	int own = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	enum exit_status status;

	if (own < 0 || !file)
		abort();
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	status = fail_create(error, want, caps, "Virtual-1");
	fflush(stderr);
	dup2(own, STDERR_FILENO);
	close(own);
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
	return status;
}

static void check_sentences(void)
{
	struct drm_miracast_create_context want = context(DRM_FORMAT_NV12, 1920, 1080, 4);
	struct drm_miracast_query_caps caps = {
		.targets_total = 4, .targets_free = 2,
		.encoder_slots_total = 4, .encoder_slots_free = 2,
		.max_width = 4096, .max_height = 4096, .max_refresh_mhz = 240000,
		.macroblock_rate_total = 8294400, .macroblock_rate_free = 8294400,
		.picture_memory_total = 20 << 20, .picture_memory_free = 20 << 20,
	};
	char text[512];

	check(said(-EBUSY, &want, &caps, text, sizeof(text)) == EXIT_BUSY &&
	      strstr(text, "Virtual-1 is held by another context"),
	      "NV12 fits where XRGB8888 does not: the target is what is held");
	check(said(-EINVAL, &want, &caps, text, sizeof(text)) == EXIT_OTHER &&
	      strstr(text, "refuses a context"), "nor is it more than the device has");
	want.format = DRM_FORMAT_XRGB8888;
	check(said(-EBUSY, &want, &caps, text, sizeof(text)) == EXIT_BUDGET &&
	      strstr(text, ": 32640 KiB of picture memory wanted, 20480 of 20480 KiB free"),
	      "XRGB8888 does not, with what is rounded up");
	check(said(-EINVAL, &want, &caps, text, sizeof(text)) == EXIT_BUDGET &&
	      strstr(text, "more than the whole device has"), "and never will");
}

int main(void)
{
	check_memory();
	check_rate();
	check_sentences();
	return check_result();
}
