// SPDX-License-Identifier: MIT
/*
 * The clips of a commit: those that a client should not send, none, and very many.
 */
#include "miracast_damage.h"

/* Clips that a client should not send. DRM core refuses these ... */
static const struct drm_mode_rect bad_clips[] = {
	{ -50, -50, -10, -10 }, { -1, 0, 10, 10 }, { 0, -1, 10, 10 },
	{ 200, 200, 100, 100 }, { 100, 200, 200, 100 }, { 200, 100, 100, 200 },
	{ 100, 100, 100, 200 }, { 100, 100, 200, 100 }, { 0, 0, 0, 0 },
	{ INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN },
	{ INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX },
	{ INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX },
	{ INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN },
	{ 0, 0, INT32_MAX, INT32_MAX },
};

/* ... and leaves these, which reach beyond the framebuffer, to the driver. */
static const struct drm_mode_rect outer_clips[] = {
	{ 700, 100, 800, 200 }, { 100, 500, 200, 600 }, { 640, 0, 641, 480 },
	{ 0, 480, 640, 481 }, { 640, 480, 40000, 40000 },
	{ 600, 400, 700, 500 }, { 0, 0, 641, 480 }, { 0, 0, 640, 481 },
	{ 0, 100, 40000, 110 }, { 300, 0, 310, 40000 },
	{ 639, 479, 65535, 65535 }, { 0, 0, 65535, 65535 },
};

static int commit_clips(struct mc_client *c, const struct mc_fb *fb,
			const struct drm_mode_rect *clips, uint32_t count)
{
	struct mc_commit commit = {
		.fb = fb, .clips = clips, .clip_count = count,
	};

	return mc_commit_errno(c->scene->kms, &commit);
}

static void expect_good_commit(struct mc_client *c, uint32_t seed)
{
	struct drm_mode_rect good = { 10, 10, 50, 50 };
	struct drm_clip_rect area = area_of(&good);
	struct mc_chunk chunk;
	uint32_t f;

	mc_picture_paint(c->screen, &area, seed);
	for (f = 0; f < MC_CLIENT_FBS; f++)
		mc_fb_copy(c->scene->fb[f], c->screen, &area);
	mc_expect(commit_clips(c, c->scene->fb[seed % MC_CLIENT_FBS], &good, 1), 0);
	mc_wait_chunk(c->scene->ctx, &chunk);
	owner_take(c, &chunk);
	mc_release(c->scene->ctx, &chunk);
}

static void test_bad_clips(void)
{
	struct drm_mode_rect both[2] = { { 10, 10, 50, 50 } };
	unsigned int i;
	struct mc_client c;

	client_begin(&c, 3, 20);
	for (i = 0; i < ARRAY_SIZE(bad_clips); i++) {
		both[1] = bad_clips[i];
		mc_expect_f(commit_clips(&c, c.scene->fb[1], &both[1], 1),
			    -EINVAL, "clip %u", i);
		mc_expect_f(commit_clips(&c, c.scene->fb[1], both, 2), -EINVAL,
			    "clip %u beside a good one", i);
	}
	mc_no_event(c.scene->ctx, MC_QUIET_MS);
	expect_good_commit(&c, 1);
}

static int32_t at_most(int32_t value, int32_t limit)
{
	return value > limit ? limit : value;
}

/* Paints the part of the clip that is inside the framebuffer; false when there is none. */
static bool paint_inside(struct mc_client *c, const struct drm_mode_rect *clip,
			 uint32_t seed)
{
	struct drm_clip_rect area = {
		at_most(clip->x1, WIDTH), at_most(clip->y1, HEIGHT),
		at_most(clip->x2, WIDTH), at_most(clip->y2, HEIGHT),
	};
	uint32_t f;

	if (area.x1 == area.x2 || area.y1 == area.y2)
		return false;
	mc_picture_paint(c->screen, &area, seed);
	for (f = 0; f < MC_CLIENT_FBS; f++)
		mc_fb_copy(c->scene->fb[f], c->screen, &area);
	return true;
}

static void settle(struct mc_client *c, bool expect_chunk)
{
	struct mc_chunk chunk;

	if (!expect_chunk) {
		mc_no_chunk(c->scene->ctx, MC_QUIET_MS);
		return;
	}
	mc_wait_chunk(c->scene->ctx, &chunk);
	mc_picture_apply(c->owner, c->scene->ctx, &chunk);
	mc_assert_chunk(c->scene->ctx, &chunk, c->screen, "outer clips");
	mc_release(c->scene->ctx, &chunk);
	mc_assert_picture(c->owner, c->screen, "after outer clips");
}

static void test_outer_clips(void)
{
	unsigned int i;
	struct mc_client c;

	client_begin(&c, 3, 21);
	for (i = 0; i < ARRAY_SIZE(outer_clips); i++) {
		bool inside = paint_inside(&c, &outer_clips[i], i);

		mc_expect_f(commit_clips(&c, c.scene->fb[i % MC_CLIENT_FBS],
					 &outer_clips[i], 1), 0, "clip %u", i);
		settle(&c, inside);
	}
	expect_good_commit(&c, 1);
}

static void test_bad_clips_dirtyfb(void)
{
	static const drmModeClip bad[] = {
		{ 200, 200, 100, 100 }, { 100, 100, 100, 200 },
		{ 100, 100, 200, 100 }, { 0, 0, 0, 0 },
		{ 65535, 65535, 65535, 65535 },
	};
	unsigned int i;
	struct mc_client c;

	client_begin(&c, 3, 22);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		drmModeClip clip = bad[i];

		mc_expect_f(drmModeDirtyFB(c.scene->card,
					   c.scene->fb[0]->id, &clip, 1),
			    -EINVAL, "clip %u", i);
	}
	mc_no_event(c.scene->ctx, MC_QUIET_MS);
	for (i = 0; i < ARRAY_SIZE(outer_clips); i++) {
		const struct drm_mode_rect *rect = &outer_clips[i];
		drmModeClip clip = { rect->x1, rect->y1, rect->x2, rect->y2 };
		bool inside = paint_inside(&c, rect, i);

		mc_expect_f(drmModeDirtyFB(c.scene->card,
					   c.scene->fb[0]->id, &clip, 1), 0,
			    "outer clip %u", i);
		settle(&c, inside);
	}
}

/* Without clips everything may have changed. */
static void test_no_clips(void)
{
	struct mc_chunk chunk;
	struct mc_client c;
	int i;

	client_begin(&c, 3, 22);
	for (i = 1; i < 10; i++) {
		mc_picture_paint(c.screen, &(struct drm_clip_rect) {
				 0, 0, WIDTH, HEIGHT }, i);
		mc_fb_copy(c.scene->fb[i % MC_CLIENT_FBS], c.screen, NULL);
		mc_show(c.scene->kms, c.scene->fb[i % MC_CLIENT_FBS], NULL, 0);
		mc_wait_chunk(c.scene->ctx, &chunk);
		mc_picture_apply(c.owner, c.scene->ctx, &chunk);
		mc_assert_picture(c.owner, c.screen, "without clips");
		mc_release(c.scene->ctx, &chunk);
	}
}

/* Thousands of clips in one commit */
static void test_many_clips(void)
{
	static struct drm_mode_rect clips[4800];
	struct mc_chunk chunk;
	struct mc_client c;
	uint32_t i, f;

	client_begin(&c, 3, 23);
	for (i = 0; i < ARRAY_SIZE(clips); i++) {
		uint32_t x = i % 80 * 8, y = i / 80 * 8;
		struct drm_clip_rect area = { x, y, x + 3, y + 3 };

		clips[i] = (struct drm_mode_rect) { x, y, x + 3, y + 3 };
		mc_picture_paint(c.screen, &area, i);
	}
	for (f = 0; f < MC_CLIENT_FBS; f++)
		mc_fb_copy(c.scene->fb[f], c.screen, NULL);
	mc_show(c.scene->kms, c.scene->fb[1], clips, ARRAY_SIZE(clips));
	mc_wait_chunk(c.scene->ctx, &chunk);
	igt_assert_lte(chunk.event.clip_count, DRM_MIRACAST_MAX_CLIPS);
	mc_picture_apply(c.owner, c.scene->ctx, &chunk);
	mc_assert_picture(c.owner, c.screen, "after thousands of clips");
	mc_release(c.scene->ctx, &chunk);
}

/*
 * So many clips are examined one by one, and become two rectangles here; a larger number
 * becomes one.
 */
static void test_clips_limit(void)
{
	struct drm_mode_rect clips[4 * DRM_MIRACAST_MAX_CLIPS + 1];
	const uint32_t limit = ARRAY_SIZE(clips) - 1;
	struct mc_chunk chunk;
	struct mc_client c;
	uint32_t i;

	client_begin(&c, 3, 24);
	for (i = 0; i < ARRAY_SIZE(clips); i++)
		clips[i] = i % 2 ? (struct drm_mode_rect){ 0, 0, 8, 8 } :
				   (struct drm_mode_rect){ 600, 400, 608, 408 };
	mc_expect(commit_clips(&c, c.scene->fb[1], clips, limit), 0);
	mc_wait_chunk(c.scene->ctx, &chunk);
	igt_assert_eq(chunk.event.clip_count, 2);
	mc_release(c.scene->ctx, &chunk);

	mc_expect(commit_clips(&c, c.scene->fb[2], clips, limit + 1), 0);
	mc_wait_chunk(c.scene->ctx, &chunk);
	igt_assert_eq(chunk.event.clip_count, 1);
	mc_release(c.scene->ctx, &chunk);
}

const struct mc_subtest mc_damage_clips[] = {
	{ "bad-clips",
	  "Clips that are negative, empty or inside out are refused.",
	  test_bad_clips },
	{ "outer-clips",
	  "Clips that reach beyond the framebuffer are cut to it.",
	  test_outer_clips },
	{ "bad-clips-dirtyfb", "The same holds for DIRTYFB.",
	  test_bad_clips_dirtyfb },
	{ "no-clips",
	  "A commit without clips damages everything.", test_no_clips },
	{ "many-clips",
	  "Thousands of clips are merged, none is lost.", test_many_clips },
	{ "clips-limit",
	  "Up to four times as many clips as a chunk has are looked at one by one.",
	  test_clips_limit },
	{}
};
