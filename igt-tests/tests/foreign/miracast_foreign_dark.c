// SPDX-License-Identifier: MIT
/*
 * The screen goes dark while an exporter keeps a capture from beginning or ending.
 */
#include "lib_miracast_dmabuf.h"
#include "miracast_foreign.h"

/* A flip and a move of the cursor have to meet in a refresh period, so it is a long one. */
#define SLOW_MHZ 24000
#define TRIES	30
#define WANTED	3

struct stage {
	struct mc_scene *scene;
	struct mc_foreign foreign;
	struct mc_fb *cursor;
	drmModeModeInfo mode;
	int x;
};

static void wait_held(const struct mc_dmabuf *dmabuf)
{
	uint64_t end_ns = mc_now_ns() + 8000000000ull;

	while (!mc_dmabuf_get(dmabuf).held) {
		igt_assert_lt_u64(mc_now_ns(), end_ns);
		usleep(1000);
	}
}

/* Reads all events; returns the position of the last move, or -1. */
static int last_move(struct mc_ctx *ctx)
{
	const struct drm_miracast_event *event;
	struct mc_message message;
	struct mc_chunk chunk;
	int x = -1;

	while ((event = mc_next_event(ctx, 0))) {
		if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
			mc_parse_chunk(event, &chunk);
			mc_release(ctx, &chunk);
			continue;
		}
		mc_parse_message(event, &message);
		if (message.event.code == DRM_MIRACAST_MSG_CURSOR_MOVE)
			x = message.cursor_move.x;
	}
	return x;
}

/*
 * The second of two moves in a refresh period waits for the next vblank. The capture that
 * asks for it cannot end before there are no vblanks any more. Returns false when the two
 * moves were in different periods.
 */
static bool go_dark(struct stage *s)
{
	struct mc_commit commit = {
		.fb = s->foreign.fb,
		.cursor = s->cursor,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
	};
	struct mc_kms *kms = s->scene->kms;
	bool waits;

	mc_dmabuf_set(s->foreign.dmabuf, 0, 0, MIRACAST_EXPORTER_HOLD_END);
	mc_wait_vblank(kms);
	mc_move_cursor(kms, ++s->x, 0);
	commit.cursor_x = ++s->x;
	mc_expect(mc_commit_errno(kms, &commit), 0);
	wait_held(s->foreign.dmabuf);
	waits = last_move(s->scene->ctx) == s->x - 1;
	mc_off(kms);
	mc_wait_flip(kms, NULL);
	mc_dmabuf_set(s->foreign.dmabuf, 0, 0, 0);
	igt_assert(mc_settle());
	return waits;
}

/* The light comes back, with a vblank for each flip, and the cursor is where it was put. */
static void light_again(struct stage *s)
{
	struct mc_commit commit = {
		.mode = &s->mode,
		.fb = s->foreign.fb,
		.cursor = s->cursor,
		.cursor_x = s->x,
	};
	struct mc_kms *kms = s->scene->kms;
	unsigned int i;

	mc_expect(mc_commit_errno(kms, &commit), 0);
	for (i = 0; i < 3; i++)
		mc_show(kms, s->scene->fb[i % 2], NULL, 0);
	mc_show(kms, s->foreign.fb, NULL, 0);
	igt_assert(mc_settle());
	last_move(s->scene->ctx);
}

static void test_dark(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	unsigned int i, met = 0;
	struct mc_chunk chunk;
	struct stage s = {};

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
	s.scene = mc_scene_lit(mc_card_open(), &limits, SLOW_MHZ);
	s.mode = s.scene->kms->mode;
	s.foreign = foreign_in(s.scene->card, 0, 0, WIDTH * 4);
	s.cursor = mc_fb(s.scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	mc_fb_fill(s.cursor, 0xff123456);
	mc_complete_mode(s.scene->ctx, NULL);
	mc_show(s.scene->kms, s.foreign.fb, NULL, 0);
	mc_set_cursor(s.scene->kms, s.cursor);
	mc_drain(s.scene->ctx, &chunk);
	igt_assert(mc_settle());
	for (i = 0; i < TRIES && met < WANTED; i++) {
		met += go_dark(&s);
		light_again(&s);
	}
	igt_assert_f(met, "no move had to wait\n");
}

/*
 * Access that was begun to what was on the screen is none to what is there when it may be
 * used, however often the screen went dark in between.
 */
static void test_dark_while_begun(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_foreign before = foreign_in(scene->card, 0, 0, WIDTH * 4);
	struct mc_foreign after = foreign_in(scene->card, 0, 0, WIDTH * 4);
	drmModeModeInfo mode = scene->kms->mode;
	struct mc_picture *seen;
	struct mc_chunk chunk;

	mc_fb_paint(after.fb, NULL, 1);
	seen = mc_fb_seen(after.fb, 0, 0, WIDTH, HEIGHT);
	mc_show(scene->kms, before.fb, NULL, 0);
	mc_drain(scene->ctx, &chunk);
	igt_assert(mc_settle());

	mc_dmabuf_set(before.dmabuf, 0, 0, MIRACAST_EXPORTER_HOLD_BEGIN);
	igt_assert_eq(drmModeDirtyFB(scene->card, before.fb->id, NULL, 0), 0);
	wait_held(before.dmabuf);
	mc_dmabuf_set(after.dmabuf, EIO, 0, 0);
	mc_off(scene->kms);
	mc_light(scene->kms, &mode, after.fb);
	mc_dmabuf_set(before.dmabuf, 0, 0, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	igt_assert_lte(1, mc_dmabuf_get(after.dmabuf).refused);

	mc_dmabuf_set(after.dmabuf, 0, 0, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_chunk(scene->ctx, &chunk, seen, "what came on");
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);
}

const struct mc_subtest mc_foreign_dark[] = {
	{ "dark-while-read",
	  "A screen can go dark while an exporter delays the end of a capture.",
	  test_dark },
	{ "dark-while-begun",
	  "Access that began before it is of no use for what comes on after it.",
	  test_dark_while_begun },
	{}
};
