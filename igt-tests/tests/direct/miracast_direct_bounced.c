// SPDX-License-Identifier: MIT
/*
 * Devices that do not see what the CPU writes: on a machine with swiotlb=force each reads a
 * copy that was made when the memory was mapped for it.
 */
#include <stdio.h>

#include "lib_miracast_dmabuf.h"
#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

static bool is_bounced(void)
{
	char line[4096] = "";
	FILE *file = fopen("/proc/cmdline", "r");
	size_t length;

	igt_assert(file);
	length = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	line[length] = 0;
	return strstr(line, "swiotlb=force");
}

/* The next picture cannot be imported, rather than be an old one for ever. */
static void expect_refused(struct mc_scene *scene)
{
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	uint32_t handle;
	int vgem;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk.event.buffer, &info), 0);
	vgem = mc_keep(mc_card_open_errno("vgem"));
	igt_assert_eq(drmPrimeFDToHandle(vgem, info.fds[0], &handle), -1);
	igt_assert_eq(errno, EOPNOTSUPP);
	mc_close(vgem);
	mc_close(info.fds[0]);
	mc_release(scene->ctx, &chunk);
	mc_ctx_close(scene->ctx);
}

static void test_bounced(void)
{
	struct mc_scene *scene;

	igt_require_f(is_bounced(), "needs swiotlb=force\n");
	mc_require_exporter(MC_VGEM);
	scene = mc_scene_direct(WIDTH, HEIGHT);
	expect_refused(scene);
	expect_refused(mc_scene_on(scene->card, WIDTH, HEIGHT, 3));
}

const struct mc_subtest mc_direct_bounced[] = {
	{ "bounced",
	  "A device whose DMA is bounced gets no buffer, instead of old pictures.",
	  test_bounced },
	{}
};
