// SPDX-License-Identifier: MIT
/*
 * What the owner of a DIRECT context loses with its monitor, and with its master.
 */
#include "lib_miracast_dmabuf.h"
#include "lib_miracast_masters.h"
#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

/* The client is done with a buffer of the table, and the monitor departs. */
static void test_depart_frees_memory(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_dmabufs before = mc_dmabufs();
	struct mc_foreign foreign = mc_foreign_fb(scene->card, MC_VGEM, WIDTH,
						  HEIGHT);
	struct mc_chunk chunk;

	mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_off(scene->kms);
	mc_dmabuf_unmap(foreign.dmabuf);
	foreign.fb->map = NULL;
	mc_fb_free(foreign.fb);
	mc_dmabuf_close(foreign.dmabuf);
	igt_assert(mc_settle());
	/* It could be shown once more in this mode. */
	igt_assert_eq_u32(mc_dmabufs().objects, before.objects + 1);
	mc_depart(scene->ctx);
	mc_wait_dmabufs(&before);
}

/* The connector is not hidden from a master then: nothing else takes the pictures back. */
static void test_pinned_to_nobody(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(WIDTH, HEIGHT);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	int card = mc_card_open();
	struct mc_controlled c;
	struct mc_chunk chunk;
	struct mc_kms *kms;
	struct mc_fb *fb;

	mc_controlled(&c, card, &limits);
	kms = mc_kms(card, c.ctx->connector);
	fb = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb);
	mc_complete_mode(c.ctx, NULL);
	mc_wait_chunk(c.ctx, &chunk);
	igt_assert_eq_u64(mc_statistics(c.ctx).pictures_revoked, 0);
	mc_expect(mc_pin_errno(c.control, 0), 0);
	igt_assert_eq_u64(mc_statistics(c.ctx).pictures_revoked, 1);
	mc_expect(mc_try_release(c.ctx, &chunk), MC_REVOKED);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

const struct mc_subtest mc_direct_lost[] = {
	{ "depart-frees-memory",
	  "MONITOR_DEPART frees the buffers that the owner has no picture in.",
	  test_depart_frees_memory },
	{ "pinned-to-nobody",
	  "PIN to no master takes back the pictures that the owner has.",
	  test_pinned_to_nobody },
	{}
};
