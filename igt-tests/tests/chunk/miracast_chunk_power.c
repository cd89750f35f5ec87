// SPDX-License-Identifier: MIT
/*
 * The screen turned off and on, and the target disabled, in a session.
 */
#include "miracast_chunk.h"

static void expect_power(struct mc_ctx *ctx, uint32_t on)
{
	struct mc_message message;

	mc_wait_message(ctx, DRM_MIRACAST_MSG_POWER, &message);
	igt_assert_eq_u32(message.power.on, on);
	igt_assert_eq_u32(message.event.needs_completion, 0);
}

static void test_power(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct mc_chunk chunk;
	int i;

	for (i = 0; i < 3; i++) {
		mc_expect(mc_commit_errno(scene->kms, &off), 0);
		expect_power(scene->ctx, 0);
		mc_no_chunk(scene->ctx, MC_QUIET_MS);
		igt_assert_eq_u32(mc_state(scene->ctx),
				  DRM_MIRACAST_STATE_MONITOR);
		igt_assert(mc_connected(scene->card, scene->ctx->connector));
		mc_expect(mc_commit_errno(scene->kms, &on), 0);
		expect_power(scene->ctx, 1);
		chunk_expect_full(scene->ctx, scene->fb[0], &chunk);
		igt_assert_eq_u64(chunk.event.session, scene->session);
		mc_release(scene->ctx, &chunk);
		mc_show(scene->kms, scene->fb[0], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
}

static void test_power_dpms(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	uint32_t dpms = mc_property(scene->card, scene->ctx->connector,
				    DRM_MODE_OBJECT_CONNECTOR, "DPMS");
	struct mc_chunk chunk;

	igt_assert(dpms);
	igt_assert_eq(drmModeConnectorSetProperty(scene->card,
						  scene->ctx->connector, dpms,
						  DRM_MODE_DPMS_OFF), 0);
	expect_power(scene->ctx, 0);
	igt_assert_eq(drmModeConnectorSetProperty(scene->card,
						  scene->ctx->connector, dpms,
						  DRM_MODE_DPMS_ON), 0);
	expect_power(scene->ctx, 1);
	chunk_expect_full(scene->ctx, scene->fb[0], &chunk);
	mc_release(scene->ctx, &chunk);
}

static void test_power_holding(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct mc_chunk held, chunk;
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);

	mc_wait_chunk(scene->ctx, &held);
	mc_expect(mc_commit_errno(scene->kms, &off), 0);
	mc_expect(mc_commit_errno(scene->kms, &on), 0);
	mc_assert_chunk(scene->ctx, &held, seen, "held over power off");
	chunk_expect_full(scene->ctx, scene->fb[0], &chunk);
	mc_release(scene->ctx, &chunk);
	mc_release(scene->ctx, &held);
	mc_picture_free(seen);
}

static void test_disabled(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_chunk chunk;
	drmModeModeInfo mode = scene->kms->mode;

	mc_off(scene->kms);
	expect_power(scene->ctx, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	mc_light(scene->kms, &mode, scene->fb[1]);
	/* The same mode again need not be a new one; the picture is. */
	chunk_expect_full(scene->ctx, scene->fb[1], &chunk);
	mc_release(scene->ctx, &chunk);
}

const struct mc_subtest mc_chunk_power[] = {
	{ "power",
	  "The session survives the screen turned off and on.", test_power },
	{ "power-dpms",
	  "The same by the property that X servers use.", test_power_dpms },
	{ "power-holding",
	  "The same while the owner holds chunks.", test_power_holding },
	{ "disabled",
	  "The session survives the target disabled and set again.",
	  test_disabled },
	{}
};
