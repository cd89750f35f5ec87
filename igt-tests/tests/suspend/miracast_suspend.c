// SPDX-License-Identifier: MIT
/*
 * System suspend and resume, with everything in use. All devices are suspended
 * and resumed as for suspend-to-idle; the kernel's own test mode wakes up after a
 * moment. MIRACAST_SUSPEND=1 permits the test on a machine that can be suspended.
 */
#include "lib_miracast.h"

IGT_TEST_DESCRIPTION("System suspend with contexts, sessions and flips.");

static void suspend(void)
{
	igt_require_f(getenv("MIRACAST_SUSPEND"),
		      "suspends the machine: only with MIRACAST_SUSPEND=1\n");
	igt_require_f(!mc_write_file_errno("/sys/power/pm_test", "devices"),
		      "the kernel has no test mode for suspend\n");
	mc_write_file_errno("/sys/module/suspend/parameters/pm_test_delay",
			    "1");
	mc_expect(mc_write_file_errno("/sys/power/state", "freeze"), 0);
	mc_expect(mc_write_file_errno("/sys/power/pm_test", "none"), 0);
}

/* Off and on are one state each: unread, the newer one is left. */
static void expect_power_on(struct mc_ctx *ctx)
{
	struct mc_message message;

	mc_wait_message(ctx, DRM_MIRACAST_MSG_POWER, &message);
	igt_assert_eq_u32(message.power.on, 1);
}

static void expect_full(struct mc_ctx *ctx, const struct mc_fb *fb,
			struct mc_chunk *chunk)
{
	struct mc_picture *seen = mc_fb_seen(fb, 0, 0, fb->width, fb->height);

	mc_wait_chunk(ctx, chunk);
	igt_assert(chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	mc_assert_chunk(ctx, chunk, seen, "after resume");
	mc_picture_free(seen);
}

/* Context, session, monitor and mode are what they were. */
static void expect_unchanged(struct mc_ctx *ctx, int card,
			     const struct drm_miracast_statistics *before)
{
	struct drm_miracast_statistics now = mc_statistics(ctx);

	igt_assert_eq_u32(now.state, before->state);
	igt_assert_eq_u64(now.session, before->session);
	igt_assert_eq_u64(now.mode_serial, before->mode_serial);
	igt_assert_eq_u64(now.context_number, before->context_number);
	igt_assert_eq(mc_connected(card, ctx->connector),
		      before->state == DRM_MIRACAST_STATE_MONITOR);
}

static void test_lit(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct drm_miracast_statistics before = mc_statistics(scene->ctx);
	struct mc_chunk chunk;
	int i;

	for (i = 0; i < 3; i++) {
		suspend();
		expect_power_on(scene->ctx);
		expect_full(scene->ctx, scene->fb[0], &chunk);
		igt_assert_eq_u64(chunk.event.session, scene->session);
		mc_release(scene->ctx, &chunk);
		expect_unchanged(scene->ctx, scene->card, &before);

		mc_fb_paint(scene->fb[1], NULL, i);
		mc_show(scene->kms, scene->fb[1], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		mc_show(scene->kms, scene->fb[0], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
}

static void test_direct(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 0);
	int card = mc_card_open();
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	struct mc_fb *next = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	struct mc_chunk chunk;
	drmModeModeInfo mode;

	limits.delivery = DRM_MIRACAST_DELIVERY_DIRECT;
	limits.format = 0;
	limits.parts = 0;
	ctx = mc_ctx_create(card, &limits);
	kms = mc_kms(card, ctx->connector);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	mc_fb_paint(fb, NULL, 1);
	mc_fb_paint(next, NULL, 2);
	igt_assert(mc_find_mode(card, ctx->connector, 640, 480, 60000, &mode));
	mc_light(kms, &mode, fb);
	mc_complete_mode(ctx, NULL);
	expect_full(ctx, fb, &chunk);

	/* Held over the suspend, which revokes it without consequence. */
	suspend();
	mc_expect(mc_try_release(ctx, &chunk), MC_REVOKED);
	expect_power_on(ctx);
	expect_full(ctx, fb, &chunk);
	mc_release(ctx, &chunk);
	/* The revoked picture's damage may come once more. */
	mc_drain(ctx, &chunk);
	mc_show(kms, next, NULL, 0);
	mc_wait_chunk(ctx, &chunk);
	mc_release(ctx, &chunk);
	mc_ctx_close(ctx);
}

static void test_flip_in_flight(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_chunk chunk;
	struct mc_flip flip;

	mc_fb_paint(scene->fb[1], NULL, 1);
	mc_flip(scene->kms, scene->fb[1], NULL, 0);
	suspend();
	mc_wait_flip(scene->kms, &flip);
	igt_assert_eq_u32(flip.crtc, scene->kms->crtc);
	mc_drain(scene->ctx, &chunk);
	/* The framebuffer of the last flip is on the screen. */
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	expect_full(scene->ctx, scene->fb[1], &chunk);
	mc_release(scene->ctx, &chunk);
}

static void test_holding(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);
	struct mc_chunk held, chunk;

	mc_wait_chunk(scene->ctx, &held);
	suspend();
	mc_assert_chunk(scene->ctx, &held, seen, "held over suspend");
	expect_full(scene->ctx, scene->fb[0], &chunk);
	mc_release(scene->ctx, &chunk);
	mc_release(scene->ctx, &held);
	mc_picture_free(seen);
}

static void test_unanswered(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	struct mc_message message;
	struct mc_chunk chunk;
	drmModeModeInfo mode;

	mc_fb_paint(fb, NULL, 3);
	igt_assert(mc_find_mode(card, ctx->connector, 640, 480, 60000, &mode));
	mc_light(kms, &mode, fb);
	mc_wait_message(ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	suspend();
	mc_no_chunk(ctx, MC_QUIET_MS);
	mc_expect(mc_complete_errno(ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	expect_full(ctx, fb, &chunk);
	mc_release(ctx, &chunk);
	mc_ctx_close(ctx);
}

static void test_dark(void)
{
	int card = mc_card_open();
	struct drm_miracast_statistics before;
	struct mc_ctx *ctx;
	unsigned int state;

	for (state = 0; state < MC_STATES; state++) {
		ctx = mc_ctx_in_state(card, state);
		before = mc_statistics(ctx);
		suspend();
		expect_unchanged(ctx, card, &before);
		mc_no_event(ctx, MC_QUIET_MS);
		mc_ctx_close(ctx);
	}
}

static void test_powered_off(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct mc_message message;
	struct mc_chunk chunk;

	mc_expect(mc_commit_errno(scene->kms, &off), 0);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_POWER, &message);
	igt_assert_eq_u32(message.power.on, 0);
	suspend();
	/* Resume does not light what the client had turned off. */
	mc_no_event(scene->ctx, MC_QUIET_MS);
	mc_expect(mc_commit_errno(scene->kms, &on), 0);
	expect_power_on(scene->ctx);
	expect_full(scene->ctx, scene->fb[0], &chunk);
	mc_release(scene->ctx, &chunk);
}

static void test_two_targets(void)
{
	struct mc_scene *a = mc_scene_running(640, 480, 2), *b;
	struct mc_chunk chunk;

	igt_require(mc_caps(a->card).targets_total > 1);
	b = mc_scene_on(a->card, 800, 600, 2);
	mc_wait_chunk(b->ctx, &chunk);
	mc_release(b->ctx, &chunk);
	suspend();
	expect_power_on(a->ctx);
	expect_power_on(b->ctx);
	expect_full(a->ctx, a->fb[0], &chunk);
	mc_release(a->ctx, &chunk);
	expect_full(b->ctx, b->fb[0], &chunk);
	mc_release(b->ctx, &chunk);
}

/* The owner of one master's screen must not see a screen that another master has lit. */
static void test_other_master(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	int other = mc_card_open();
	struct mc_message message;

	igt_assert_eq(drmDropMaster(scene->card), 0);
	igt_assert_eq(drmSetMaster(other), 0);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_PICTURE_STATE, &message);
	igt_assert_eq_u32(message.picture_state.picture_state,
			  DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
	mc_arrive(scene->ctx, 640, 400);
	suspend();
	igt_assert(!mc_try_message(scene->ctx, DRM_MIRACAST_MSG_MODE_SET,
				   &message, MC_QUIET_MS));
	mc_ctx_close(scene->ctx);
	mc_close(other);
}

static const struct mc_subtest subtests[] = {
	{ "lit",
	  "Context, session and mode survive; the first picture after it is a full one.",
	  test_lit },
	{ "direct",
	  "So they do in DIRECT; a picture held over it is revoked.",
	  test_direct },
	{ "flip-in-flight", "A flip that was in flight completes.",
	  test_flip_in_flight },
	{ "holding", "A chunk held over it keeps its picture.", test_holding },
	{ "unanswered", "A mode set can be answered after it.",
	  test_unanswered },
	{ "dark", "Where nothing is shown nothing happens, in any state.",
	  test_dark },
	{ "powered-off", "A screen that was off stays off.",
	  test_powered_off },
	{ "two-targets", "Each target comes back.", test_two_targets },
	{ "other-master",
	  "After resume a screen still belongs to the master that had lit it.",
	  test_other_master },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
}
