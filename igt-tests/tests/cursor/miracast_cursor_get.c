// SPDX-License-Identifier: MIT
/*
 * GET_CURSOR: pixels, place and hot spot of the cursor.
 */
#include <sys/mman.h>
#include <sys/utsname.h>

#include "lib_miracast_dmabuf.h"
#include "miracast_cursor.h"

#define METADATA DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA
#define LARGEST	256

static void assert_none(struct mc_scene *scene)
{
	struct drm_miracast_cursor cursor = cursor_get(scene);
	uint32_t pixel = 0x5a5a5a5a;

	igt_assert_eq_u32(cursor.width, 0);
	igt_assert_eq_u32(cursor.height, 0);
	igt_assert_eq_u32(cursor.flags, 0);
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, &pixel, sizeof(pixel),
				      &cursor), 0);
	igt_assert_eq_u32(pixel, 0x5a5a5a5a);
}

static void test_none(void)
{
	struct mc_scene *scene = cursor_scene(METADATA);
	struct mc_fb *fb = cursor_fb(scene->card, 64, 64, 1);

	assert_none(scene);
	cursor_place(scene, fb, 10, 10);
	cursor_assert_pixels(scene, fb);
	cursor_place(scene, NULL, 0, 0);
	assert_none(scene);
}

static void pixels(uint32_t flags)
{
	static const struct { uint32_t width, height; } sizes[] = {
		{ 64, 64 }, { 1, 1 }, { 7, 5 }, { 255, 3 }, { 3, 255 },
		{ 32, 32 }, { 256, 256 }, { 255, 256 }, { 24, 24 },
	};
	struct mc_scene *scene = cursor_scene(flags);
	uint64_t serial = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct mc_fb *fb = cursor_fb(scene->card, sizes[i].width,
					     sizes[i].height, i);
		struct drm_miracast_cursor cursor;

		cursor_place(scene, fb, i * 3, i * 5);
		cursor = cursor_assert_pixels(scene, fb);
		igt_assert_eq_u32(cursor.flags,
				  DRM_MIRACAST_CURSOR_FLAG_VISIBLE);
		igt_assert_eq(cursor.x, i * 3);
		igt_assert_eq(cursor.y, i * 5);
		igt_assert_lt_u64(serial, cursor.shape_serial);
		serial = cursor.shape_serial;
		/* A move is no new shape. */
		cursor_place(scene, fb, -(int)i, 479);
		cursor = cursor_get(scene);
		igt_assert_eq_u64(cursor.shape_serial, serial);
		igt_assert_eq(cursor.x, -(int)i);
		igt_assert_eq(cursor.y, 479);
	}
}

static void test_pixels(void)
{
	pixels(METADATA);
}

static void test_pixels_blended(void)
{
	pixels(0);
}

static void test_pixels_direct(void)
{
	struct mc_scene *scene = cursor_scene_direct();
	struct mc_fb *fb = cursor_fb(scene->card, 100, 50, 1);

	cursor_place(scene, fb, 10, 10);
	cursor_assert_pixels(scene, fb);
	cursor_paint(fb, 2);
	cursor_place(scene, fb, 10, 10);
	cursor_assert_pixels(scene, fb);
}

/* Pixels that clients draw after a commit are seen with the next one. */
static void test_snapshot(void)
{
	struct mc_scene *scene = cursor_scene(METADATA);
	struct mc_fb *fb = cursor_fb(scene->card, 64, 64, 1);
	struct mc_fb *copy = cursor_fb(scene->card, 64, 64, 1);

	cursor_place(scene, fb, 10, 10);
	cursor_paint(fb, 2);
	cursor_assert_pixels(scene, copy);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	cursor_assert_pixels(scene, copy);
	cursor_place(scene, fb, 11, 10);
	cursor_assert_pixels(scene, fb);
}

/* Cursors in another device's memory */

static void test_import(void)
{
	struct mc_scene *scene;
	struct mc_dmabuf *dmabuf;
	enum mc_exporter exporter;
	struct heard heard;
	struct mc_fb *fb;
	int i;

	mc_require_exporter(MC_VGEM);
	scene = cursor_scene(METADATA);
	for (exporter = 0; exporter < MC_EXPORTERS; exporter++) {
		if (!mc_exporter_there(exporter))
			continue;
		dmabuf = mc_dmabuf(exporter, 256 * 4 * 256);
		fb = mc_fb_of_dmabuf(scene->card, dmabuf, 256 * 4, 200, 256,
				     DRM_FORMAT_ARGB8888);
		for (i = 0; i < 3; i++) {
			cursor_paint(fb, i + 10 * exporter);
			cursor_place(scene, fb, 10, i);
			cursor_assert_pixels(scene, fb);
		}
		heard = cursor_hear_move(scene, 1, 10, 2, 1);
		igt_assert_eq(heard.shapes, 1);
	}
}

static void test_import_legacy(void)
{
	struct mc_scene *scene;
	struct mc_dmabuf *dmabuf;
	struct mc_fb *fb;

	mc_require_exporter(MC_VGEM);
	scene = cursor_scene(METADATA);
	dmabuf = mc_dmabuf(MC_VGEM, 64 * 4 * 64);
	fb = mc_fb_of_dmabuf(scene->card, dmabuf, 64 * 4, 64, 64,
			     DRM_FORMAT_ARGB8888);
	cursor_paint(fb, 1);
	mc_set_cursor(scene->kms, fb);
	cursor_assert_pixels(scene, fb);
	cursor_paint(fb, 2);
	mc_move_cursor(scene->kms, 5, 5);
	cursor_assert_pixels(scene, fb);
}

/* Hot spots: from the legacy CURSOR2, if the kernel keeps them. */

static bool kernel_keeps_hotspot(void)
{
	struct utsname name;
	long major, minor;
	char *end;

	igt_assert_eq(uname(&name), 0);
	major = strtol(name.release, &end, 10);
	igt_assert_eq(*end, '.');
	minor = strtol(end + 1, NULL, 10);
	return major < 6 || (major == 6 && minor < 8);
}

static void expect_hotspot(struct mc_scene *scene, bool valid, int32_t x,
			   int32_t y)
{
	struct drm_miracast_cursor cursor = cursor_get(scene);

	if (!kernel_keeps_hotspot())
		valid = false;
	igt_assert_eq(!!(cursor.flags & DRM_MIRACAST_CURSOR_FLAG_HOTSPOT_VALID),
		      valid);
	igt_assert_eq(cursor.hot_x, valid ? x : 0);
	igt_assert_eq(cursor.hot_y, valid ? y : 0);
}

static void test_hotspot(void)
{
	static const struct { int32_t x, y; } spots[] = {
		{ 3, 5 }, { 0, 7 }, { 9, 0 }, { 63, 63 }, { -3, 200 },
	};
	struct mc_scene *scene = cursor_scene(METADATA);
	struct mc_fb *fb = cursor_fb(scene->card, 64, 64, 1);
	uint32_t crtc = scene->kms->crtc;
	int card = scene->card;
	unsigned int i;

	igt_assert_eq(drmModeSetCursor(card, crtc, fb->handle, 64, 64), 0);
	expect_hotspot(scene, false, 0, 0);
	for (i = 0; i < ARRAY_SIZE(spots); i++) {
		igt_assert_eq(drmModeSetCursor2(card, crtc, fb->handle, 64, 64,
						spots[i].x, spots[i].y), 0);
		expect_hotspot(scene, true, spots[i].x, spots[i].y);
		igt_assert_eq(drmModeMoveCursor(card, crtc, 40 + i, 50), 0);
		expect_hotspot(scene, true, spots[i].x, spots[i].y);
		cursor_assert_pixels(scene, fb);
	}
	/* No hot spot and an unknown one are the same. */
	igt_assert_eq(drmModeSetCursor2(card, crtc, fb->handle, 64, 64, 0, 0),
		      0);
	expect_hotspot(scene, false, 0, 0);
	igt_assert_eq(drmModeSetCursor2(card, crtc, fb->handle, 64, 64, 4, 4),
		      0);
	expect_hotspot(scene, true, 4, 4);
	cursor_place(scene, fb, 10, 10);
	expect_hotspot(scene, false, 0, 0);
	igt_assert_eq(drmModeSetCursor2(card, crtc, fb->handle, 64, 64, 4, 4),
		      0);
	igt_assert_eq(drmModeSetCursor(card, crtc, 0, 0, 0), 0);
	expect_hotspot(scene, false, 0, 0);
	assert_none(scene);
}

/* Bad input */

static void test_size(void)
{
	static uint32_t pixels[LARGEST * LARGEST];
	struct mc_scene *scene = cursor_scene(METADATA);
	struct mc_fb *fb = cursor_fb(scene->card, 64, 60, 1);
	const uint32_t bad[] = { 1, 3, 4, 64 * 4, 64 * 60, 64 * 60 * 4 - 4,
				 64 * 60 * 4 - 1 };
	const uint32_t good[] = { 64 * 60 * 4, 64 * 60 * 4 + 1,
				  sizeof(pixels), 1u << 31, UINT32_MAX };
	struct drm_miracast_cursor cursor;
	unsigned int i, x;

	cursor_place(scene, fb, 10, 10);
	memset(pixels, 0x5a, sizeof(pixels));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		mc_expect_f(mc_get_cursor_errno(scene->ctx->fd, pixels, bad[i],
						&cursor), -EINVAL, "%u bytes",
			    bad[i]);
	for (x = 0; x < ARRAY_SIZE(pixels); x++)
		igt_assert_eq_u32(pixels[x], 0x5a5a5a5a);
	for (i = 0; i < ARRAY_SIZE(good); i++)
		mc_expect_f(mc_get_cursor_errno(scene->ctx->fd, pixels, good[i],
						&cursor), 0, "%u bytes",
			    good[i]);
	/* Pixels that are not wanted may be anywhere. */
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, (void *)8, 0, &cursor),
		  0);
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, pixels, sizeof(pixels),
				      NULL), 0);
}

static void test_pointers(void)
{
	static void *const bad[] = {
		NULL, (void *)8, (void *)0x00007ffffffff000,
		(void *)~0xfffful, (void *)0xffff888000000000,
	};
	struct mc_scene *scene = cursor_scene(METADATA);
	struct mc_fb *fb = cursor_fb(scene->card, 32, 32, 1);
	const uint32_t size = 32 * 32 * 4;
	struct drm_miracast_cursor cursor;
	uint8_t *end = mc_before_hole(size);
	unsigned int i;

	cursor_place(scene, fb, 10, 10);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		mc_expect_f(mc_get_cursor_errno(scene->ctx->fd, bad[i], size,
						&cursor), -EFAULT,
			    "pixels at %p", bad[i]);
	for (i = 1; i < size; i += 37)
		mc_expect_f(mc_get_cursor_errno(scene->ctx->fd, end + i, size,
						&cursor), -EFAULT,
			    "%u bytes not mapped", i);
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, mc_read_only(fb->map,
								   size),
				      size, &cursor), -EFAULT);
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, end, size, &cursor), 0);
	cursor_assert_pixels(scene, fb);
}

static void test_states(void)
{
	int card = mc_card_open();
	unsigned int state;

	for (state = 0; state < MC_STATES; state++) {
		struct mc_ctx *ctx = mc_ctx_in_state(card, state);
		struct drm_miracast_cursor cursor;
		uint32_t pixel;

		mc_expect_f(mc_get_cursor_errno(ctx->fd, &pixel, sizeof(pixel),
						&cursor),
			    state == DRM_MIRACAST_STATE_MONITOR ? 0 : -ENOTCONN,
			    "when %s", mc_state_names[state]);
		mc_ctx_close(ctx);
	}
}

/* A cursor from before the owner came is not reported to it. */
static void test_foreign_screen(void)
{
	struct mc_scene *scene = cursor_scene(METADATA);
	struct mc_fb *fb = cursor_fb(scene->card, 64, 64, 1);
	struct drm_miracast_create_context limits =
		mc_limits(640, 480, 2);
	struct drm_miracast_cursor cursor;
	struct mc_message message;
	struct mc_ctx *ctx;

	cursor_place(scene, fb, 10, 10);
	cursor_assert_pixels(scene, fb);
	limits.connector_id = scene->ctx->connector;
	limits.flags = METADATA;
	mc_ctx_close(scene->ctx);
	ctx = mc_ctx_create(scene->card, &limits);
	mc_start(ctx);
	mc_expect(mc_get_cursor_errno(ctx->fd, NULL, 0, &cursor), -ENOTCONN);
	mc_arrive(ctx, 640, 480);
	scene->ctx = ctx;
	/* The recommit for the new monitor makes it the owner's. */
	mc_wait_message(ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(mc_complete_errno(ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	mc_wait_message(ctx, DRM_MIRACAST_MSG_CURSOR_SHAPE, &message);
	cursor = cursor_assert_pixels(scene, fb);
	igt_assert_eq_u64(cursor.shape_serial,
			  message.cursor_shape.shape_serial);
	mc_ctx_close(ctx);
}

/* Readers and a client that changes the cursor: whole shapes, always. */
static void change_cursor(void *data)
{
	struct mc_scene *scene = data;
	struct mc_fb *fb[2];
	unsigned int i;

	fb[0] = mc_fb(scene->card, 128, 128, DRM_FORMAT_ARGB8888);
	fb[1] = mc_fb(scene->card, 128, 128, DRM_FORMAT_ARGB8888);
	for (i = 0; ; i++) {
		mc_fb_fill(fb[i % 2], (i + 1) * 0x01010101);
		cursor_place(scene, fb[i % 2], i % 100, 5);
	}
}

static void test_torn(void)
{
	static uint32_t pixels[128 * 128];
	struct mc_scene *scene = cursor_scene(METADATA);
	unsigned int i, x, shapes = 0;
	uint64_t serial = 0;
	pid_t pid = mc_fork(change_cursor, scene);

	for (i = 0; i < 300; i++) {
		struct drm_miracast_cursor cursor;

		mc_expect(mc_get_cursor_errno(scene->ctx->fd, pixels,
					      sizeof(pixels), &cursor), 0);
		igt_assert_lte_u64(serial, cursor.shape_serial);
		shapes += cursor.shape_serial != serial;
		serial = cursor.shape_serial;
		for (x = 1; x < cursor.width * cursor.height; x++)
			igt_assert_eq_u32(pixels[x], pixels[0]);
		usleep(1000);
	}
	mc_kill(pid);
	igt_assert_lt(1, shapes);
	igt_info("%u shapes\n", shapes);
}

const struct mc_subtest mc_cursor_get[] = {
	{ "get-none", "Without a cursor there is none to get.", test_none },
	{ "get-pixels",
	  "The very pixels of every size, where the cursor is, a number for each shape.",
	  test_pixels },
	{ "get-pixels-blended", "The same where the cursor is blended.",
	  test_pixels_blended },
	{ "get-pixels-direct", "The same in DIRECT.", test_pixels_direct },
	{ "get-snapshot", "What is drawn after a commit is not yet shown.",
	  test_snapshot },
	{ "get-import", "Cursors may be in another device's memory.",
	  test_import },
	{ "get-import-legacy", "For the legacy calls too.",
	  test_import_legacy },
	{ "get-hotspot",
	  "The hot spot is reported when a client gave one and the kernel keeps it.",
	  test_hotspot },
	{ "get-size", "Room for too few pixels is EINVAL, no room is fine.",
	  test_size },
	{ "get-pointers",
	  "Room that is not there, partly there or read-only is EFAULT.",
	  test_pointers },
	{ "get-states", "It takes a monitor.", test_states },
	{ "get-new-owner",
	  "A new owner gets the cursor once the screen is its own.",
	  test_foreign_screen },
	{ "get-whole", "Pixels are never of two shapes.", test_torn },
	{}
};
