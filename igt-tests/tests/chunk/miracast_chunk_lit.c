// SPDX-License-Identifier: MIT
/*
 * Contexts, sessions and monitors that meet a target which is lit already.
 */
#include <unistd.h>

#include "lib_miracast_lit.h"
#include "miracast_chunk.h"

/* Its picture is on the screen: a flip has completed. */
static void light_alone(struct mc_lit *lit, uint32_t width, uint32_t height)
{
	mc_lit(lit, width, height);
	mc_show(lit->kms, lit->fb, NULL, 0);
}

static struct mc_ctx *meet(struct mc_lit *lit, uint32_t width, uint32_t height)
{
	struct drm_miracast_create_context limits = mc_limits(width, height, 2);
	struct mc_ctx *ctx;

	limits.connector_id = lit->kms->connector;
	ctx = mc_ctx_create(lit->card, &limits);
	mc_start(ctx);
	return ctx;
}

static void test_meets_lit(void)
{
	struct mc_message message;
	struct mc_chunk chunk;
	struct mc_ctx *ctx;
	struct mc_lit lit;

	light_alone(&lit, 640, 480);
	ctx = meet(&lit, 640, 480);
	mc_no_event(ctx, MC_QUIET_MS);
	mc_arrive(ctx, 640, 480);
	/* Without any act of the client the owner gets mode and picture. */
	mc_complete_mode(ctx, &message);
	igt_assert_eq_u32(message.mode_set.width, 640);
	igt_assert_eq_u32(message.mode_set.height, 480);
	chunk_expect_full(ctx, lit.fb, &chunk);
	igt_assert(chunk.event.base.flags &
		   DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE);
	mc_release(ctx, &chunk);
	mc_show(lit.kms, lit.fb, NULL, 0);
	mc_wait_chunk(ctx, &chunk);
	mc_release(ctx, &chunk);
	mc_ctx_close(ctx);
}

static void wait_link(struct mc_lit *lit, uint64_t want)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	uint64_t got;

	do {
		got = mc_property_value(lit->card, lit->kms->connector,
					DRM_MODE_OBJECT_CONNECTOR,
					"link-status");
		usleep(10000);
	} while (got != want && mc_now_ns() < end);
	igt_assert_eq_u64(got, want);
}

static void test_meets_too_big(void)
{
	struct mc_message message;
	struct mc_chunk chunk;
	struct mc_fb *fb;
	drmModeModeInfo mode;
	struct mc_ctx *ctx;
	struct mc_lit lit;
	int uevents = mc_uevents_open();

	light_alone(&lit, 1280, 720);
	ctx = meet(&lit, 640, 480);
	mc_uevents_drain(uevents);
	mc_arrive(ctx, 640, 480);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	wait_link(&lit, DRM_MODE_LINK_STATUS_BAD);
	/* The client goes on as before, and the owner sees none of it. */
	mc_wait_message(ctx, DRM_MIRACAST_MSG_PICTURE_STATE, &message);
	igt_assert_eq_u32(message.picture_state.picture_state,
			  DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS);
	mc_show(lit.kms, lit.fb, NULL, 0);
	mc_show(lit.kms, lit.fb, NULL, 0);
	mc_no_event(ctx, MC_QUIET_MS);
	/* A mode set that fits sets the link status to good again. */
	fb = mc_fb(lit.card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_fb_paint(fb, NULL, 43);
	igt_assert(mc_find_mode(lit.card, ctx->connector, 640, 480, 0, &mode));
	mc_light(lit.kms, &mode, fb);
	mc_complete_mode(ctx, NULL);
	chunk_expect_full(ctx, fb, &chunk);
	mc_release(ctx, &chunk);
	mc_ctx_close(ctx);
}

static void test_meets_powered_off(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct mc_chunk chunk;
	struct mc_ctx *ctx;
	struct mc_lit lit;

	light_alone(&lit, 640, 480);
	mc_expect(mc_commit_errno(lit.kms, &off), 0);
	ctx = meet(&lit, 640, 480);
	mc_arrive(ctx, 640, 480);
	mc_no_chunk(ctx, MC_QUIET_MS);
	mc_expect(mc_commit_errno(lit.kms, &on), 0);
	mc_complete_mode(ctx, NULL);
	chunk_expect_full(ctx, lit.fb, &chunk);
	mc_release(ctx, &chunk);
	mc_ctx_close(ctx);
}

static void test_next_owner(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct mc_chunk chunk;
	struct mc_ctx *next;

	/* The owner dies, the compositor has not reacted yet. */
	limits.connector_id = scene->ctx->connector;
	mc_ctx_close(scene->ctx);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	next = mc_ctx_create(scene->card, &limits);
	mc_start(next);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_no_event(next, MC_QUIET_MS);
	mc_arrive(next, 640, 480);
	mc_complete_mode(next, NULL);
	chunk_expect_full(next, scene->fb[1], &chunk);
	mc_release(next, &chunk);
	mc_ctx_close(next);
}

static void test_second_session(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_message message;
	struct mc_chunk chunk;
	uint64_t session;
	int i;

	for (i = 0; i < 3; i++) {
		mc_stop(scene->ctx);
		mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_STOPPED,
				&message);
		mc_show(scene->kms, scene->fb[0], NULL, 0);
		session = mc_start(scene->ctx);
		mc_arrive(scene->ctx, 640, 480);
		mc_complete_mode(scene->ctx, &message);
		igt_assert_eq_u64(message.event.session, session);
		chunk_expect_full(scene->ctx, scene->fb[0], &chunk);
		igt_assert_eq_u64(chunk.event.session, session);
		mc_release(scene->ctx, &chunk);
	}
}

static void test_monitor_again(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_message first = scene->mode_set, second;
	struct mc_chunk chunk;

	mc_depart(scene->ctx);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	mc_arrive(scene->ctx, 640, 480);
	mc_complete_mode(scene->ctx, &second);
	igt_assert_lt_u64(first.mode_set.mode_serial,
			  second.mode_set.mode_serial);
	chunk_expect_full(scene->ctx, scene->fb[0], &chunk);
	mc_release(scene->ctx, &chunk);
}

/* A chunk that the owner holds when its monitor departs can be released. */
static void test_release_after_departure(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_depart(scene->ctx);
	mc_release(scene->ctx, &chunk);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
}

const struct mc_subtest mc_chunk_lit[] = {
	{ "meets-lit",
	  "A monitor on a lit target gets its picture without the client.",
	  test_meets_lit },
	{ "meets-too-big",
	  "A lit mode beyond the context's limits is not captured, and the client learns it.",
	  test_meets_too_big },
	{ "meets-powered-off",
	  "A monitor on a target turned off gets its picture when it turns on.",
	  test_meets_powered_off },
	{ "next-owner",
	  "When an owner dies, the next one gets mode and picture at once.",
	  test_next_owner },
	{ "second-session",
	  "So does the next session of the same context.",
	  test_second_session },
	{ "monitor-again",
	  "So does the next monitor of the same session.",
	  test_monitor_again },
	{ "release-after-departure",
	  "Chunks can be released after the monitor departed.",
	  test_release_after_departure },
	{}
};
