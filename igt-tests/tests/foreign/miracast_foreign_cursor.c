// SPDX-License-Identifier: MIT
/*
 * Cursors in the memory of an exporter that keeps the CPU from reading them.
 */
#include "lib_miracast_client.h"
#include "lib_miracast_dmabuf.h"
#include "miracast_foreign.h"

static struct mc_fb *foreign_cursor(int card, struct mc_dmabuf **dmabuf)
{
	struct mc_fb *fb;

	*dmabuf = mc_dmabuf_awkward(64 * 4 * 64, 0, 0);
	fb = mc_fb_of_dmabuf(card, *dmabuf, 64 * 4, 64, 64,
			     DRM_FORMAT_ARGB8888);
	mc_fb_fill(fb, 0xff123456);
	return fb;
}

/* Not even after the longest pause. */
static void expect_not_asked(const struct mc_dmabuf *dmabuf)
{
	struct miracast_exporter_get before, after;

	mc_settle();
	before = mc_dmabuf_get(dmabuf);
	usleep((FOREIGN_LONGEST_MS + 100) * 1000);
	mc_settle();
	after = mc_dmabuf_get(dmabuf);
	igt_assert_eq_u32(after.begins + after.refused, before.begins + before.refused);
}

/* Pixels that cannot be read when the cursor is set are read once they can. */
static void test_cursor_later(void)
{
	struct mc_scene *scene = foreign_metadata_scene();
	struct drm_miracast_cursor cursor;
	static uint32_t pixels[64 * 64];
	struct miracast_exporter_get seen;
	struct mc_message message;
	struct mc_dmabuf *dmabuf;
	struct mc_fb *fb;

	mc_complete_mode(scene->ctx, NULL);
	fb = foreign_cursor(scene->card, &dmabuf);
	mc_dmabuf_set(dmabuf, EINTR, 0, 0);
	mc_set_cursor(scene->kms, fb);
	mc_settle();
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, NULL, 0, &cursor), 0);
	igt_assert(!(cursor.flags & DRM_MIRACAST_CURSOR_FLAG_VISIBLE));

	mc_dmabuf_set(dmabuf, 0, 0, 0);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_CURSOR_SHAPE, &message);
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, pixels, sizeof(pixels),
				      &cursor), 0);
	igt_assert(cursor.flags & DRM_MIRACAST_CURSOR_FLAG_VISIBLE);
	igt_assert_eq_u32(cursor.width, 64);
	igt_assert_eq_u32(pixels[777], 0xff123456);
	mc_settle();
	seen = mc_dmabuf_get(dmabuf);
	igt_assert_eq_u32(seen.begins, 1);
	igt_assert_eq_u32(seen.ends, 1);

	/* The last of several, and none once it is gone. */
	mc_dmabuf_set(dmabuf, EINTR, 0, 0);
	mc_fb_fill(fb, 0xff654321);
	mc_move_cursor(scene->kms, 1, 1);
	mc_fb_fill(fb, 0xffabcdef);
	mc_move_cursor(scene->kms, 2, 2);
	mc_dmabuf_set(dmabuf, 0, 0, 0);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_CURSOR_SHAPE, &message);
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, pixels, sizeof(pixels),
				      &cursor), 0);
	igt_assert_eq_u32(pixels[0], 0xffabcdef);
	mc_dmabuf_set(dmabuf, EINTR, 0, 0);
	mc_move_cursor(scene->kms, 3, 3);
	mc_set_cursor(scene->kms, NULL);
	expect_not_asked(dmabuf);
}

/* A scene with no picture pending, and the cursor at 5,7, whose exporter refuses access. */
struct blended {
	struct mc_scene *scene;
	struct mc_picture *under;
	struct mc_dmabuf *dmabuf;
	struct mc_fb *fb;
};

static struct blended begin_blended(uint32_t begin_errno)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct blended b = {
		.scene = scene,
		.under = mc_fb_seen(scene->fb[0], 0, 0, WIDTH, HEIGHT),
	};
	struct mc_chunk chunk;

	b.fb = foreign_cursor(scene->card, &b.dmabuf);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_drain(scene->ctx, &chunk);
	mc_dmabuf_set(b.dmabuf, begin_errno, 0, 0);
	mc_set_cursor(scene->kms, b.fb);
	mc_move_cursor(scene->kms, 5, 7);
	return b;
}

/* Once it can be read, there is a picture with it. */
static void expect_blended(struct blended *b)
{
	struct mc_chunk chunk;

	mc_dmabuf_set(b->dmabuf, 0, 0, 0);
	mc_wait_chunk(b->scene->ctx, &chunk);
	mc_assert_blended(b->scene->ctx, &chunk, b->under, b->fb, 5, 7);
	mc_release(b->scene->ctx, &chunk);
	mc_picture_free(b->under);
}

/* Blended, it makes a picture then. */
static void test_cursor_later_blended(void)
{
	struct blended b = begin_blended(EINTR);

	mc_no_chunk(b.scene->ctx, MC_QUIET_MS);
	expect_blended(&b);
}

/* A cursor that can never be read causes no wake-ups. */
static void test_cursor_rests(void)
{
	struct blended b = begin_blended(EIO);

	foreign_expect_rest(b.dmabuf);
	mc_no_chunk(b.scene->ctx, 0);
	expect_blended(&b);

	/* Without an owner the cursor is not read. */
	mc_dmabuf_set(b.dmabuf, EIO, 0, 0);
	mc_move_cursor(b.scene->kms, 6, 8);
	mc_ctx_close(b.scene->ctx);
	expect_not_asked(b.dmabuf);
}

static void expect_ended(const struct mc_dmabuf *dmabuf, unsigned int begins)
{
	struct miracast_exporter_get seen;

	mc_settle();
	seen = mc_dmabuf_get(dmabuf);
	igt_assert_lte_u64(begins, seen.begins);
	igt_assert_eq_u32(seen.ends, seen.begins);
}

/* CPU access to a cursor ends, whichever call sets it. */
static void test_cursor_ends(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_dmabuf *dmabuf;
	struct mc_fb *fb = foreign_cursor(scene->card, &dmabuf);
	struct mc_commit commit = { .fb = scene->fb[1], .cursor = fb };
	unsigned int begins;

	mc_set_cursor(scene->kms, fb);
	mc_move_cursor(scene->kms, 5, 7);
	expect_ended(dmabuf, 1);

	begins = mc_dmabuf_get(dmabuf).begins;
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	expect_ended(dmabuf, begins + 1);
}

static void wait_held(const struct mc_dmabuf *dmabuf)
{
	uint64_t end_ns = mc_now_ns() + 8000000000ull;

	while (!mc_dmabuf_get(dmabuf).held) {
		igt_assert_lt_u64(mc_now_ns(), end_ns);
		usleep(1000);
	}
}

/* A nonblocking commit does not wait for a cursor's exporter; a worker does. */
static void test_cursor_waits(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_picture *under = mc_fb_seen(scene->fb[1], 0, 0, WIDTH, HEIGHT);
	struct mc_dmabuf *dmabuf;
	struct mc_commit commit = {
		.fb = scene->fb[1],
		.cursor = foreign_cursor(scene->card, &dmabuf),
		.cursor_x = 5,
		.cursor_y = 7,
		.flags = DRM_MODE_ATOMIC_NONBLOCK,
	};
	unsigned int begins = mc_dmabuf_get(dmabuf).begins;
	struct mc_chunk chunk;

	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_drain(scene->ctx, &chunk);
	mc_settle();
	mc_dmabuf_set(dmabuf, 0, 0, MIRACAST_EXPORTER_HOLD_BEGIN);
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	igt_assert_eq_u32(mc_dmabuf_get(dmabuf).begins, begins);
	wait_held(dmabuf);
	mc_dmabuf_set(dmabuf, 0, 0, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_blended(scene->ctx, &chunk, under, commit.cursor, 5, 7);
	mc_release(scene->ctx, &chunk);
	mc_picture_free(under);
}

const struct mc_subtest mc_foreign_cursor[] = {
	{ "cursor-later",
	  "A cursor that cannot be read when it is set is read once it can be.",
	  test_cursor_later },
	{ "cursor-later-blended", "And is in the picture then.",
	  test_cursor_later_blended },
	{ "cursor-rests",
	  "One that never can be read is tried again rarely, and costs no timer.",
	  test_cursor_rests },
	{ "cursor-ends", "CPU access to a cursor ends, whichever call sets it.",
	  test_cursor_ends },
	{ "cursor-waits",
	  "A commit that does not block does not wait for it.",
	  test_cursor_waits },
	{}
};
