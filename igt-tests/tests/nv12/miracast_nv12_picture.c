// SPDX-License-Identifier: MIT
/*
 * The contents of NV12 chunks: every format, offset and size of framebuffer, the cursor,
 * and all colours.
 */
#include "lib_miracast_dmabuf.h"
#include "miracast_nv12.h"

/* The next chunk must be @seen, converted. */
static void expect_picture(struct mc_ctx *ctx, const struct mc_picture *seen,
			   const char *what)
{
	struct mc_nv12 *want = mc_nv12(seen->width, seen->height);
	struct mc_chunk chunk;

	mc_nv12_convert(want, seen, NULL);
	mc_wait_chunk(ctx, &chunk);
	mc_nv12_assert_chunk(ctx, &chunk, want, what);
	mc_release(ctx, &chunk);
	mc_nv12_free(want);
}

static void expect_fb(struct mc_ctx *ctx, const struct mc_fb *fb,
		      uint32_t x, uint32_t y, uint32_t width, uint32_t height,
		      const char *what)
{
	struct mc_picture *seen = mc_fb_seen(fb, x, y, width, height);

	expect_picture(ctx, seen, what);
	mc_picture_free(seen);
}

static void check_corner(struct mc_ctx *ctx, const struct mc_fb *fb,
			 const char *what)
{
	expect_fb(ctx, fb, 0, 0, 640, 480, what);
}

static void test_format(uint32_t format)
{
	mc_scene_show_format(nv12_scene_running(640, 480, 3), format,
			     check_corner);
}

static void test_format_xrgb8888(void)
{
	test_format(DRM_FORMAT_XRGB8888);
}

static void test_format_xbgr8888(void)
{
	test_format(DRM_FORMAT_XBGR8888);
}

static void test_format_argb8888(void)
{
	test_format(DRM_FORMAT_ARGB8888);
}

static void test_format_abgr8888(void)
{
	test_format(DRM_FORMAT_ABGR8888);
}

static void test_format_rgb565(void)
{
	test_format(DRM_FORMAT_RGB565);
}

static void test_format_changes(void)
{
	mc_scene_change_formats(nv12_scene_running(640, 480, 3),
				check_corner);
}

/* Blocks of 2x2 pixels begin at the picture's corner, not the framebuffer's. */
static void test_source_offset(void)
{
	static const struct { uint32_t x, y; } offsets[] = {
		{ 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 }, { 17, 33 },
		{ 160, 120 }, { 159, 119 },
	};
	struct mc_scene *scene = nv12_scene_running(640, 480, 3);
	unsigned int i, f;

	for (f = 0; f < 2; f++) {
		struct mc_fb *fb = mc_fb(scene->card, 800, 600, mc_formats[f]);

		mc_fb_paint(fb, NULL, f);
		for (i = 0; i < ARRAY_SIZE(offsets); i++) {
			struct mc_commit commit = {
				.fb = fb,
				.src_x = offsets[i].x,
				.src_y = offsets[i].y,
			};

			mc_expect(mc_commit_errno(scene->kms, &commit), 0);
			expect_fb(scene->ctx, fb, offsets[i].x, offsets[i].y,
				  640, 480, "at an offset");
		}
	}
}

/* Sizes that no 2x2 blocks fill */

static void change_at(struct mc_client *c, int x1, int y1, int x2, int y2)
{
	struct drm_mode_rect clip = { x1, y1, x2, y2 };

	mc_client_change(c, &clip);
	mc_client_expect(c, "at an edge");
}

static void test_odd_sizes(void)
{
	static const struct { uint32_t width, height; } sizes[] = {
		{ 641, 480 }, { 640, 481 }, { 641, 481 }, { 853, 480 },
		{ 655, 497 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		int w = sizes[i].width, h = sizes[i].height;
		struct mc_scene *scene = nv12_scene(w, h, 2);
		struct mc_client client;

		mc_client_begin(&client, scene, i);
		mc_client_expect(&client, "first picture");
		change_at(&client, w - 1, 0, w, 1);
		change_at(&client, w - 2, 3, w, 6);
		change_at(&client, w - 3, h - 3, w - 1, h - 1);
		change_at(&client, 0, h - 1, 1, h);
		change_at(&client, 5, h - 2, 8, h);
		change_at(&client, w - 1, h - 1, w, h);
		change_at(&client, 0, h - 1, w, h);
		change_at(&client, w - 1, 0, w, h);
		change_at(&client, 0, 0, w, h);
		mc_client_free(&client);
		mc_scene_free(scene);
	}
}

/* The cursor is blended first and converted with the picture. */

static uint32_t cursor_pixel(uint32_t x, uint32_t y)
{
	uint32_t colour = mc_pattern(x, y, 77);
	uint32_t alpha = (x / 8 + y / 8) % 3 ? (x * 7 + y * 3) % 256 :
			 (x / 8) % 2 * 255;
	uint32_t out = alpha << 24;
	int shift;

	for (shift = 0; shift < 24; shift += 8)
		out |= (colour >> shift & 0xff) * alpha / 255 << shift;
	return out;
}

static struct mc_fb *make_cursor(int card, uint32_t size)
{
	struct mc_fb *fb = mc_fb(card, size, size, DRM_FORMAT_ARGB8888);
	uint32_t x, y;

	for (y = 0; y < size; y++)
		for (x = 0; x < size; x++)
			((uint32_t *)(void *)(fb->map + y * fb->pitch))[x] =
				cursor_pixel(x, y);
	return fb;
}

static void expect_cursor(struct mc_client *c, const struct mc_fb *cursor,
			  int32_t x, int32_t y, const char *what)
{
	struct mc_picture *seen = mc_picture(c->width, c->height);
	struct mc_nv12 *want = mc_nv12(c->width, c->height);
	struct mc_chunk chunk;

	memcpy(seen->pixels, c->screen->pixels,
	       (size_t)c->width * c->height * 4);
	mc_blend(seen, cursor, x, y);
	mc_nv12_convert(want, seen, NULL);
	mc_wait_chunk(c->scene->ctx, &chunk);
	mc_nv12_assert_chunk(c->scene->ctx, &chunk, want, what);
	mc_client_take(c, &chunk);
	mc_nv12_assert(c->owner_nv12, want, what);
	mc_release(c->scene->ctx, &chunk);
	mc_picture_free(seen);
	mc_nv12_free(want);
}

static void cursor_moves(uint32_t width, uint32_t height)
{
	const struct { int32_t x, y; } places[] = {
		{ 0, 0 }, { 1, 0 }, { 0, 1 }, { 101, 99 }, { 102, 99 },
		{ -17, 200 }, { 300, -31 }, { width - 1, 8 },
		{ width - 40, 9 }, { 20, height - 1 }, { 21, height - 33 },
		{ width - 9, height - 9 },
	};
	struct mc_scene *scene = nv12_scene(width, height, 3);
	struct mc_fb *cursor = make_cursor(scene->card, 64);
	struct mc_client client;
	unsigned int i;

	mc_client_begin(&client, scene, 1);
	mc_client_expect(&client, "first picture");
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct mc_commit commit = {
			.cursor = cursor,
			.cursor_x = places[i].x,
			.cursor_y = places[i].y,
		};

		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		expect_cursor(&client, cursor, places[i].x, places[i].y,
			      "cursor");
	}
	mc_client_free(&client);
}

static void test_cursor(void)
{
	cursor_moves(640, 480);
}

static void test_cursor_odd(void)
{
	cursor_moves(641, 481);
}

/* A change beneath the cursor is blended again, and only that area. */
static void test_cursor_over_damage(void)
{
	struct mc_scene *scene = nv12_scene(640, 480, 3);
	struct mc_fb *cursor = make_cursor(scene->card, 64);
	struct mc_commit commit = { .cursor = cursor, .cursor_x = 101,
				    .cursor_y = 99 };
	struct mc_client client;
	int i;

	mc_client_begin(&client, scene, 2);
	mc_client_expect(&client, "first picture");
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	expect_cursor(&client, cursor, 101, 99, "cursor");
	for (i = 0; i < 16; i++) {
		struct drm_mode_rect clip = { 90 + i * 5, 95 + i * 3,
					      111 + i * 5, 102 + i * 3 };

		mc_client_change(&client, &clip);
		expect_cursor(&client, cursor, 101, 99, "beneath the cursor");
	}
	mc_client_free(&client);
}

/* Foreign memory is converted like the driver's own. */
static void test_import(void)
{
	struct mc_scene *scene;
	struct mc_dmabuf *dmabuf;
	struct mc_fb *fb;
	int i;

	mc_require_exporter(MC_VGEM);
	scene = nv12_scene_running(640, 480, 2);
	dmabuf = mc_dmabuf(MC_VGEM, 640 * 480 * 4);
	fb = mc_fb_of_dmabuf(scene->card, dmabuf, 640 * 4, 640, 480,
			     DRM_FORMAT_XRGB8888);
	for (i = 0; i < 4; i++) {
		mc_fb_paint(fb, NULL, i);
		mc_show(scene->kms, fb, NULL, 0);
		expect_fb(scene->ctx, fb, 0, 0, 640, 480, "foreign memory");
		mc_show(scene->kms, scene->fb[1], NULL, 0);
		expect_fb(scene->ctx, scene->fb[1], 0, 0, 640, 480,
			  "own memory");
	}
}

/* All 2^24 colours */

#define COLOURS		(1u << 24)
#define WIDTH		2048
#define HEIGHT		1024

/* Shows picture @n of those in which each block of @block pixels is new. */
static void show_colours(struct mc_scene *scene, uint32_t n, uint32_t block)
{
	struct mc_fb *fb = scene->fb[n % 2];
	uint32_t across = WIDTH / block;
	uint32_t first = n * across * (HEIGHT / block);
	uint32_t x, y;

	for (y = 0; y < HEIGHT; y++) {
		uint32_t *line = (uint32_t *)(void *)
			(fb->map + (size_t)y * fb->pitch);

		for (x = 0; x < WIDTH; x++)
			line[x] = first + y / block * across + x / block;
	}
	mc_show(scene->kms, fb, NULL, 0);
	expect_fb(scene->ctx, fb, 0, 0, WIDTH, HEIGHT, "colours");
}

static void all_colours(uint32_t block)
{
	uint32_t pictures = COLOURS / (WIDTH * HEIGHT) * block * block;
	/* A quick run takes a few from everywhere. */
	uint32_t step = mc_setting("MIRACAST_COMMITS", 1000) < 200 ?
			pictures / 4 : 1;
	struct mc_scene *scene = nv12_scene(WIDTH, HEIGHT, 2);
	struct mc_chunk chunk;
	uint32_t n;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	for (n = 0; n < pictures; n += step)
		show_colours(scene, n, block);
}

static void test_colours(void)
{
	all_colours(1);
}

static void test_colour_blocks(void)
{
	all_colours(2);
}

const struct mc_subtest mc_nv12_picture[] = {
	{ "format-xrgb8888", "XRGB8888 is converted exactly.",
	  test_format_xrgb8888 },
	{ "format-xbgr8888", "XBGR8888 is converted exactly.",
	  test_format_xbgr8888 },
	{ "format-argb8888", "ARGB8888 is converted exactly, alpha ignored.",
	  test_format_argb8888 },
	{ "format-abgr8888", "ABGR8888 is converted exactly, alpha ignored.",
	  test_format_abgr8888 },
	{ "format-rgb565", "RGB565 is widened and then converted exactly.",
	  test_format_rgb565 },
	{ "format-changes", "Formats can change from flip to flip.",
	  test_format_changes },
	{ "source-offset",
	  "Framebuffers shown at any offset are converted from there.",
	  test_source_offset },
	{ "odd-sizes",
	  "At an odd right or bottom edge the last pixel counts twice.",
	  test_odd_sizes },
	{ "cursor",
	  "The cursor is blended before the conversion, on the edges too.",
	  test_cursor },
	{ "cursor-odd", "The same on a picture of odd size.",
	  test_cursor_odd },
	{ "cursor-over-damage", "It stays on top of what changes.",
	  test_cursor_over_damage },
	{ "import", "Framebuffers of another device are converted as well.",
	  test_import },
	{ "colours",
	  "Every colour there is gets the right luma, mixed ones chroma.",
	  test_colours },
	{ "colour-blocks",
	  "Every colour there is, in blocks, gets the right chroma.",
	  test_colour_blocks },
	{}
};
