// SPDX-License-Identifier: MIT
/*
 * Frame checksums, and buffers that come from or go to other devices.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "lib_miracast_dmabuf.h"
#include "lib_miracast_lit.h"
#include "lib_miracast_nv12.h"
#include "miracast_kms.h"

/* Checksums */

void kms_assert_shows(struct mc_ctx *ctx, const struct mc_chunk *chunk,
		      const struct mc_picture *picture, const char *what)
{
	struct mc_nv12 *want;

	if (ctx->format != DRM_FORMAT_NV12) {
		mc_assert_chunk(ctx, chunk, picture, what);
		return;
	}
	want = mc_nv12(picture->width, picture->height);
	mc_nv12_convert(want, picture, NULL);
	mc_nv12_assert_chunk(ctx, chunk, want, what);
	mc_nv12_free(want);
}

void kms_crc_open(struct kms_crc *source, struct mc_kms *kms)
{
	char path[128];

	mc_crc_path(source->control, sizeof(source->control), kms->card,
		    kms->crtc_index, "control");
	igt_require_f(!access(source->control, W_OK),
		      "no debugfs or no CRC support\n");
	mc_expect(mc_write_file_errno(source->control, "auto"), 0);
	mc_crc_path(path, sizeof(path), kms->card, kms->crtc_index, "data");
	source->data = mc_keep(open(path, O_RDONLY | O_CLOEXEC));
	igt_assert_fd(source->data);
}

void kms_crc_close(struct kms_crc *source)
{
	mc_close(source->data);
}

uint32_t kms_crc_next(struct kms_crc *source, struct mc_kms *kms)
{
	char line[256], *field;
	uint64_t now, time;
	uint32_t frame;
	ssize_t got;

	igt_assert_eq(drmCrtcGetSequence(kms->card, kms->crtc, &now, &time), 0);
	do {
		igt_assert(mc_poll(source->data, POLLIN, MC_TIMEOUT_MS) &
			   POLLIN);
		got = read(source->data, line, sizeof(line) - 1);
		igt_assert_f(got > 0, "read: %m\n");
		line[got] = 0;
		frame = strtoul(line, &field, 16);
		igt_assert(strchr(line, '\n'));
	} while ((int32_t)(frame - (uint32_t)now) <= 1);
	return strtoul(field, NULL, 16);
}

static void test_crc(void)
{
	struct kms_crc source;
	uint32_t first, second, third;
	struct mc_fb *other, *same;
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	other = mc_fb(lit.card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_fb_paint(other, NULL, 2);
	kms_crc_open(&source, lit.kms);
	first = kms_crc_next(&source, lit.kms);
	igt_assert_eq_u32(kms_crc_next(&source, lit.kms), first);
	mc_show(lit.kms, other, NULL, 0);
	second = kms_crc_next(&source, lit.kms);
	igt_assert(first != second);
	mc_show(lit.kms, lit.fb, NULL, 0);
	igt_assert_eq_u32(kms_crc_next(&source, lit.kms), first);
	/* Checksums depend on the visible pixels, not on their place or format in memory. */
	same = mc_fb(lit.card, 640, 480, DRM_FORMAT_XBGR8888);
	mc_fb_paint(same, NULL, 1);
	mc_show(lit.kms, same, NULL, 0);
	igt_assert_eq_u32(kms_crc_next(&source, lit.kms), first);
	*(uint32_t *)(void *)(same->map + 479 * same->pitch + 639 * 4) ^= 1;
	mc_show(lit.kms, same, NULL, 0);
	third = kms_crc_next(&source, lit.kms);
	igt_assert(third != first && third != second);
	kms_crc_close(&source);
	mc_show(lit.kms, lit.fb, NULL, 0);
}

static void test_crc_cursor(void)
{
	struct mc_commit show, hide = { .no_cursor = true };
	uint32_t bare, with, moved;
	struct kms_crc source;
	struct mc_fb *cursor;
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	cursor = mc_fb(lit.card, 64, 64, DRM_FORMAT_ARGB8888);
	mc_fb_fill(cursor, 0xffffffff);
	kms_crc_open(&source, lit.kms);
	bare = kms_crc_next(&source, lit.kms);
	show = (struct mc_commit) { .cursor = cursor, .cursor_x = 10,
				    .cursor_y = 10 };
	mc_expect(mc_commit_errno(lit.kms, &show), 0);
	with = kms_crc_next(&source, lit.kms);
	igt_assert(with != bare);
	show.cursor_x = 11;
	mc_expect(mc_commit_errno(lit.kms, &show), 0);
	moved = kms_crc_next(&source, lit.kms);
	igt_assert(moved != bare && moved != with);
	mc_expect(mc_commit_errno(lit.kms, &hide), 0);
	igt_assert_eq_u32(kms_crc_next(&source, lit.kms), bare);
	kms_crc_close(&source);
}

static void set_blend_mode(struct mc_lit *lit, uint64_t mode)
{
	uint32_t property = mc_property(lit->card, lit->kms->primary,
					DRM_MODE_OBJECT_PLANE,
					"pixel blend mode");

	igt_assert(property);
	igt_assert_eq(drmModeObjectSetProperty(lit->card, lit->kms->primary,
					       DRM_MODE_OBJECT_PLANE, property,
					       mode), 0);
}

/* Behind the primary plane everything is black, so its alpha makes no difference. */
static void test_crc_alpha(void)
{
	enum { PREMULTIPLIED = 0, NONE = 2 };
	struct kms_crc source;
	struct mc_fb *alpha;
	uint32_t opaque;
	struct mc_lit lit;
	uint32_t y;

	mc_lit(&lit, 640, 480);
	alpha = mc_fb(lit.card, 640, 480, DRM_FORMAT_ARGB8888);
	mc_fb_paint(alpha, NULL, 1);
	/* A different alpha in each line, the colours as they were */
	for (y = 0; y < 480; y++) {
		uint32_t *line = (void *)(alpha->map + y * alpha->pitch);
		uint32_t x;

		for (x = 0; x < 640; x++)
			line[x] = (line[x] & 0xffffff) | y << 24;
	}
	kms_crc_open(&source, lit.kms);
	opaque = kms_crc_next(&source, lit.kms);
	mc_show(lit.kms, alpha, NULL, 0);
	igt_assert_eq_u32(kms_crc_next(&source, lit.kms), opaque);
	set_blend_mode(&lit, NONE);
	igt_assert_eq_u32(kms_crc_next(&source, lit.kms), opaque);
	set_blend_mode(&lit, PREMULTIPLIED);
	igt_assert_eq_u32(kms_crc_next(&source, lit.kms), opaque);
	kms_crc_close(&source);
}

static void test_crc_source(void)
{
	struct kms_crc source;
	char sources[64];
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	kms_crc_open(&source, lit.kms);
	kms_crc_close(&source);
	igt_assert(mc_read_file(source.control, sources, sizeof(sources)));
	igt_assert_f(strstr(sources, "auto"), "sources: %s\n", sources);
	mc_expect(mc_write_file_errno(source.control, "pipe"), -EINVAL);
	mc_expect(mc_write_file_errno(source.control, "auto"), 0);
}

/* While an owner captures, checksums are of the same picture. */
static void test_crc_and_capture(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct kms_crc source;
	struct mc_chunk chunk;
	uint32_t first;

	kms_crc_open(&source, scene->kms);
	first = kms_crc_next(&source, scene->kms);
	/* Reading them changes nothing. */
	mc_no_event(scene->ctx, 200);
	mc_fb_paint(scene->fb[1], NULL, 9);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	igt_assert(kms_crc_next(&source, scene->kms) != first);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	igt_assert_eq_u32(kms_crc_next(&source, scene->kms), first);
	kms_crc_close(&source);
}

/* Foreign buffers */

static void expect_picture(struct mc_scene *scene, const struct mc_fb *fb)
{
	struct mc_picture *seen = mc_fb_seen(fb, 0, 0, 640, 480);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_chunk(scene->ctx, &chunk, seen, "foreign framebuffer");
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);
}

static void test_import(void)
{
	struct mc_scene *scene;
	struct mc_foreign foreign;
	drmModeModeInfo mode;
	int i;

	scene = mc_scene_running(640, 480, 3);
	mode = scene->kms->mode;
	foreign = mc_foreign_fb(scene->card, MC_VGEM, 640, 480);
	for (i = 0; i < 10; i++) {
		mc_fb_paint(foreign.fb, NULL, i);
		mc_show(scene->kms, foreign.fb, NULL, 0);
		expect_picture(scene, foreign.fb);
		mc_fb_paint(scene->fb[1], NULL, i + 100);
		mc_show(scene->kms, scene->fb[1], NULL, 0);
		expect_picture(scene, scene->fb[1]);
	}
	/* And by a mode set */
	mc_off(scene->kms);
	mc_light(scene->kms, &mode, foreign.fb);
	expect_picture(scene, foreign.fb);
}

static void test_import_not_mapped(void)
{
	struct mc_foreign foreign;
	uint64_t offset;
	int card = mc_card_open();

	/* Foreign memory is mapped through its own device. */
	foreign = mc_foreign_fb(card, MC_VGEM, 640, 480);
	mc_expect(drmModeMapDumbBuffer(card, foreign.fb->handle, &offset),
		  -EINVAL);
}

static void test_import_outlives(void)
{
	struct mc_scene *scene;
	struct mc_foreign foreign;
	struct mc_chunk chunk;

	/* The exporter's file and handle go; the picture stays. */
	scene = mc_scene_running(640, 480, 3);
	foreign = mc_foreign_fb(scene->card, MC_VGEM, 640, 480);
	mc_fb_paint(foreign.fb, NULL, 3);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	expect_picture(scene, foreign.fb);
	mc_dmabuf_close(foreign.dmabuf);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	expect_picture(scene, foreign.fb);
	mc_unmap(foreign.fb->map, foreign.fb->size);
	foreign.fb->map = NULL;
	mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* A context that meets a foreign framebuffer on a lit CRTC has to map it. */
static void test_import_then_context(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct mc_picture *seen;
	struct mc_foreign foreign;
	struct mc_chunk chunk;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	int card = mc_card_open();

	kms = mc_kms(card, 0);
	foreign = mc_foreign_fb(card, MC_VGEM, 640, 480);
	mc_fb_paint(foreign.fb, NULL, 4);
	mc_light(kms, &mode, foreign.fb);
	limits.connector_id = kms->connector;
	ctx = mc_ctx_create(card, &limits);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	seen = mc_fb_seen(foreign.fb, 0, 0, 640, 480);
	mc_assert_chunk(ctx, &chunk, seen, "foreign framebuffer");
	mc_release(ctx, &chunk);
	mc_ctx_close(ctx);
}

/* A framebuffer that does not begin where its memory does. */
static void test_fb_offset(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_fb *both = mc_fb(scene->card, 640, 960, DRM_FORMAT_XRGB8888);
	struct mc_fb lower = *both;
	uint32_t handles[4] = { both->handle }, pitches[4] = { both->pitch };
	uint32_t offsets[4] = { 480 * both->pitch };

	lower.height = 480;
	lower.size = 480 * both->pitch;
	lower.map += offsets[0];
	mc_expect(drmModeAddFB2(scene->card, 640, 480, both->format, handles,
				pitches, offsets, &lower.id, 0), 0);
	mc_fb_paint(both, NULL, 8);
	mc_fb_paint(&lower, NULL, 9);
	mc_show(scene->kms, &lower, NULL, 0);
	expect_picture(scene, &lower);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	expect_picture(scene, scene->fb[1]);
}

static void test_import_crc(void)
{
	struct kms_crc source;
	struct mc_foreign foreign;
	uint32_t own, theirs;
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	foreign = mc_foreign_fb(lit.card, MC_VGEM, 640, 480);
	mc_fb_paint(foreign.fb, NULL, 1);
	mc_show(lit.kms, foreign.fb, NULL, 0);
	/* The CRC source is opened on a framebuffer that was not mapped yet. */
	kms_crc_open(&source, lit.kms);
	theirs = kms_crc_next(&source, lit.kms);
	mc_show(lit.kms, lit.fb, NULL, 0);
	own = kms_crc_next(&source, lit.kms);
	igt_assert_eq_u32(own, theirs);
	kms_crc_close(&source);
}

/* Frame CRCs are the only reason to map a framebuffer in DIRECT delivery. */
static void test_crc_direct(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct mc_foreign foreign = mc_foreign_fb(scene->card, MC_VGEM, 640,
						  480);
	struct kms_crc source;
	struct mc_chunk chunk;
	uint32_t own, theirs;

	mc_fb_paint(foreign.fb, NULL, 6);
	mc_fb_paint(scene->fb[1], NULL, 6);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	expect_picture(scene, foreign.fb);
	igt_assert_eq_u32(mc_dmabuf_attached(foreign.dmabuf->fd), 0);
	kms_crc_open(&source, scene->kms);
	theirs = kms_crc_next(&source, scene->kms);
	igt_assert_eq_u32(mc_dmabuf_attached(foreign.dmabuf->fd), 1);
	/* Opening the source commits the present picture once more. */
	mc_drain(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	expect_picture(scene, scene->fb[1]);
	own = kms_crc_next(&source, scene->kms);
	igt_assert_eq_u32(own, theirs);
	kms_crc_close(&source);
	igt_assert_eq_u64(mc_statistics(scene->ctx).bytes_copied, 0);
}

static int crc_open_errno(struct mc_kms *kms)
{
	char path[128];
	int fd;

	mc_crc_path(path, sizeof(path), kms->card, kms->crtc_index, "data");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	mc_close(mc_keep(fd));
	return 0;
}

/* A framebuffer that cannot be mapped has no checksum, and everything else works. */
static void test_crc_not_mappable(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct mc_foreign foreign = mc_foreign_fb(scene->card, MC_NO_VMAP,
						  640, 480);
	struct mc_chunk chunk;
	int i;

	mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	igt_assert_lt(crc_open_errno(scene->kms), 0);
	for (i = 0; i < 5; i++) {
		mc_show(scene->kms, i % 2 ? foreign.fb : scene->fb[1], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	mc_expect(crc_open_errno(scene->kms), 0);
}

/* Where in the card a dumb buffer is mapped: each object has its own place. */
static uint64_t map_offset(int card, uint32_t handle)
{
	struct drm_mode_map_dumb map = { .handle = handle };

	igt_assert_eq(drmIoctl(card, DRM_IOCTL_MODE_MAP_DUMB, &map), 0);
	return map.offset;
}

static void test_export(void)
{
	struct mc_lit lit;
	uint32_t handle, other;
	char path[64], text[1024];
	uint8_t *map;
	int fd, second;

	/* The client's own buffers can go elsewhere and come back. */
	mc_lit(&lit, 640, 480);
	igt_assert_eq(drmPrimeHandleToFD(lit.card, lit.fb->handle,
					 DRM_CLOEXEC | DRM_RDWR, &fd), 0);
	map = mmap(NULL, lit.fb->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   fd, 0);
	igt_assert(map != MAP_FAILED);
	igt_assert(!memcmp(map, lit.fb->map, lit.fb->size));
	/* /proc and debugfs name the driver as the exporter of the memory. */
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	igt_assert(mc_read_file(path, text, sizeof(text)));
	igt_assert_f(strstr(text, "exp_name:\tmiracast\n"), "%s\n", text);
	map[0] ^= 0xff;
	igt_assert_eq(map[0], lit.fb->map[0]);
	munmap(map, lit.fb->size);
	igt_assert_eq(drmPrimeFDToHandle(lit.card, fd, &handle), 0);
	igt_assert_eq_u32(handle, lit.fb->handle);
	/* On another file it is the same memory under another handle. */
	second = mc_card_open();
	igt_assert_eq(drmPrimeFDToHandle(second, fd, &other), 0);
	igt_assert_eq_u64(map_offset(second, other),
			  map_offset(lit.card, lit.fb->handle));
	mc_close(second);
	close(fd);
}

const struct mc_subtest mc_kms_more[] = {
	{ "crc",
	  "Equal pictures have equal checksums, different ones differ.",
	  test_crc },
	{ "crc-cursor", "The cursor is part of the checksum.",
	  test_crc_cursor },
	{ "crc-alpha",
	  "Alpha of the primary plane changes nothing, in either blend mode.",
	  test_crc_alpha },
	{ "crc-source", "The only source is auto.", test_crc_source },
	{ "crc-and-capture",
	  "Checksums and captures do not disturb each other.",
	  test_crc_and_capture },
	{ "import",
	  "Framebuffers in another device's memory are captured right.",
	  test_import },
	{ "import-not-mapped",
	  "Foreign memory is not mapped through this device.",
	  test_import_not_mapped },
	{ "import-outlives",
	  "An imported framebuffer outlives its exporter's file.",
	  test_import_outlives },
	{ "import-then-context",
	  "A context can start on a foreign framebuffer.",
	  test_import_then_context },
	{ "fb-offset",
	  "A framebuffer may begin anywhere in its memory.", test_fb_offset },
	{ "import-crc",
	  "Foreign framebuffers have the same checksums as own ones.",
	  test_import_crc },
	{ "crc-direct",
	  "While checksums are taken, foreign framebuffers of DIRECT are mapped.",
	  test_crc_direct },
	{ "crc-not-mappable",
	  "Without a mapping there are no checksums, and DIRECT goes on.",
	  test_crc_not_mappable },
	{ "export", "Dumb buffers can be exported and come back.",
	  test_export },
	{}
};
