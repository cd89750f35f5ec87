// SPDX-License-Identifier: MIT
/*
 * Cursors that the kernel cannot map, and so cannot put into a picture.
 */
#include "lib_miracast_dmabuf.h"
#include "miracast_kms.h"

#define WIDTH 640
#define HEIGHT 480
#define SIZE 64

/* Memory of a GPU that the kernel cannot map. */
static struct mc_fb *unmappable(int card, uint32_t size)
{
	struct mc_dmabuf *dmabuf = mc_dmabuf(MC_NO_VMAP, size * size * 4);

	return mc_fb_of_dmabuf(card, dmabuf, size * 4, size, size,
			       DRM_FORMAT_ARGB8888);
}

static void commit_tested(struct mc_kms *kms, struct mc_commit commit)
{
	commit.flags = DRM_MODE_ATOMIC_TEST_ONLY;
	mc_expect(mc_commit_errno(kms, &commit), 0);
	commit.flags = 0;
	mc_expect(mc_commit_errno(kms, &commit), 0);
}

static void expect_visible(struct mc_ctx *ctx, bool visible)
{
	struct drm_miracast_cursor info;

	mc_expect(mc_get_cursor_errno(ctx->fd, NULL, 0, &info), 0);
	igt_assert_eq(!!(info.flags & DRM_MIRACAST_CURSOR_FLAG_VISIBLE), visible);
}

/* The commit makes a picture, and that has no cursor in it. */
static void expect_without(struct mc_scene *scene, struct mc_commit commit,
			   const struct mc_fb *fb, const char *when)
{
	struct mc_picture *seen = mc_fb_seen(fb, 0, 0, WIDTH, HEIGHT);
	struct mc_chunk chunk;

	commit_tested(scene->kms, commit);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_chunk(scene->ctx, &chunk, seen, when);
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);
	expect_visible(scene->ctx, false);
}

static struct mc_scene *scene_with(uint32_t flags)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	struct mc_scene *scene;

	mc_require_exporter(MC_NO_VMAP);
	limits.flags = flags;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	mc_scene_run(scene);
	return scene;
}

/* A compositor with the pointer in every commit: pictures go on, without it. */
static void goes_on(uint32_t flags)
{
	struct mc_scene *scene = scene_with(flags);
	struct mc_commit commit = { .cursor = unmappable(scene->card, SIZE) };
	int i;

	for (i = 0; i < 10; i++) {
		struct mc_fb *fb = scene->fb[i % 2];

		mc_fb_paint(fb, NULL, i);
		commit.fb = fb;
		commit.cursor_x = 20 * i;
		commit.cursor_y = 10 * i;
		expect_without(scene, commit, fb, "without pointer");
	}
	mc_scene_free(scene);
}

static void test_goes_on(void)
{
	goes_on(0);
	goes_on(DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA);
}

/* A cursor that was there leaves the picture, whether of the same size or not. */
static void test_follows(void)
{
	struct mc_scene *scene = scene_with(0);
	struct mc_fb *good = mc_fb(scene->card, SIZE, SIZE, DRM_FORMAT_ARGB8888);
	struct mc_fb *bad[] = {
		unmappable(scene->card, SIZE),
		unmappable(scene->card, 2 * SIZE),
	};
	struct mc_picture *under;
	struct mc_chunk chunk;
	struct mc_commit commit = { .fb = scene->fb[0], .cursor = good };
	unsigned int i;

	mc_fb_fill(good, 0xffffffff);
	mc_fb_paint(scene->fb[0], NULL, 3);
	under = mc_fb_seen(scene->fb[0], 0, 0, WIDTH, HEIGHT);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		commit.cursor = good;
		commit_tested(scene->kms, commit);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_assert_blended(scene->ctx, &chunk, under, good, 0, 0);
		mc_release(scene->ctx, &chunk);
		expect_visible(scene->ctx, true);

		commit.cursor = bad[i];
		expect_without(scene, commit, scene->fb[0], "after another");
	}
	mc_picture_free(under);
}

/* The legacy calls are refused, and then the client draws it itself. */
static void test_legacy(void)
{
	struct mc_scene *scene = scene_with(0);
	struct mc_fb *bad = unmappable(scene->card, SIZE);
	struct mc_commit commit = { .fb = scene->fb[1] };

	mc_expect(drmModeSetCursor(scene->card, scene->kms->crtc, bad->handle,
				   SIZE, SIZE), -EINVAL);
	/* Switching off what is not on is fine, and all else goes on. */
	mc_set_cursor(scene->kms, NULL);
	expect_without(scene, commit, scene->fb[1], "after a refusal");
}

/* A screen that was lit with one before the context came is captured. */
static void test_was_on(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	struct mc_commit commit = {};
	struct mc_picture *seen;
	struct mc_chunk chunk;
	struct mc_ctx *ctx;

	mc_require_exporter(MC_NO_VMAP);
	mc_fb_paint(fb, NULL, 1);
	mc_light(kms, &mode, fb);
	commit.cursor = unmappable(card, SIZE);
	commit_tested(kms, commit);

	limits.connector_id = kms->connector;
	ctx = mc_ctx_create(card, &limits);
	mc_start(ctx);
	mc_arrive(ctx, WIDTH, HEIGHT);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	seen = mc_fb_seen(fb, 0, 0, WIDTH, HEIGHT);
	mc_assert_chunk(ctx, &chunk, seen, "lit before");
	mc_release(ctx, &chunk);
	mc_picture_free(seen);
	expect_visible(ctx, false);
}

const struct mc_subtest mc_kms_cursor[] = {
	{ "cursor-not-mapped",
	  "Pictures go on without a cursor that cannot be mapped.",
	  test_goes_on },
	{ "cursor-not-mapped-follows",
	  "One that cannot be mapped takes the place of one that can.",
	  test_follows },
	{ "cursor-not-mapped-legacy",
	  "The legacy calls with one are refused.", test_legacy },
	{ "cursor-not-mapped-was-on",
	  "A screen that was lit with one is captured.", test_was_on },
	{}
};
