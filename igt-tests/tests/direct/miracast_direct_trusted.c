// SPDX-License-Identifier: MIT
/*
 * An owner that may see nothing beyond its picture gets no framebuffer whose memory
 * contains more, or belongs to another device.
 */
#include "lib_miracast_dmabuf.h"
#include "lib_miracast_masters.h"
#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480
#define LINE (WIDTH * 4)
#define PAGE 4096

static struct drm_miracast_create_context untrusted_limits(void)
{
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);

	limits.flags = 0;
	return limits;
}

static struct mc_scene *untrusted_on(int card)
{
	struct drm_miracast_create_context limits = untrusted_limits();
	struct mc_scene *scene = mc_scene_with(card, &limits, 60000);

	mc_scene_run(scene);
	return scene;
}

static struct mc_scene *untrusted(void)
{
	return untrusted_on(mc_card_open());
}

static void show_at(struct mc_scene *scene, const struct mc_fb *fb, uint32_t x,
		    uint32_t y)
{
	struct mc_commit commit = { .fb = fb, .src_x = x, .src_y = y };

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
}

/* The owner is informed once that it may not have the memory, and gets nothing else. */
static void expect_unreadable(struct mc_scene *scene)
{
	mc_wait_picture_state(scene->ctx,
			      DRM_MIRACAST_PICTURE_STATE_UNREADABLE);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_picture_state(scene->ctx),
			  DRM_MIRACAST_PICTURE_STATE_UNREADABLE);
}

/* No buffer has a number that is not one of these. */
static void expect_no_buffer(struct mc_scene *scene, uint64_t newest)
{
	struct drm_miracast_buffer info;
	uint64_t number;

	for (number = newest + 1; number < newest + 20; number++)
		mc_expect(mc_get_buffer_errno(scene->ctx->fd, number, &info),
			  -ENOENT);
}

/* A framebuffer on memory made for others' sizes. */
static struct mc_fb *fb_in(int card, uint32_t memory_width,
			   uint32_t memory_height, uint32_t pitch,
			   uint32_t offset)
{
	struct mc_fb *memory = mc_fb(card, memory_width, memory_height,
				     DRM_FORMAT_XRGB8888);
	uint32_t handles[4] = { memory->handle };
	uint32_t pitches[4] = { pitch ?: memory->pitch };
	uint32_t offsets[4] = { offset };
	struct mc_fb *fb = calloc(1, sizeof(*fb));

	igt_assert(fb);
	*fb = *memory;
	fb->pitch = pitches[0];
	fb->width = WIDTH;
	fb->height = HEIGHT;
	fb->map += offset;
	igt_assert_eq(drmModeAddFB2(card, fb->width, fb->height, fb->format,
				    handles, pitches, offsets, &fb->id, 0), 0);
	return fb;
}

/* Two owners whose screens are one framebuffer: neither sees the other's. */
static void test_shared(void)
{
	int card = mc_card_open(), i;
	struct mc_scene *left = untrusted_on(card), *right = untrusted_on(card);
	struct mc_fb *both = mc_fb(card, 2 * WIDTH, HEIGHT,
				   DRM_FORMAT_XRGB8888);
	struct mc_chunk chunk;
	uint64_t newest;

	mc_fb_paint(left->fb[1], NULL, 7);
	mc_show(left->kms, left->fb[1], NULL, 0);
	mc_wait_chunk(left->ctx, &chunk);
	mc_release(left->ctx, &chunk);
	newest = chunk.event.buffer;
	for (i = 0; i < 10; i++) {
		show_at(left, both, 0, 0);
		show_at(right, both, WIDTH, 0);
	}
	expect_unreadable(left);
	expect_unreadable(right);
	expect_no_buffer(left, newest);
	mc_expect(mc_request_frame_errno(left->ctx->fd), 0);
	mc_no_event(left->ctx, MC_QUIET_MS);
	expect_no_buffer(left, newest);
	/* Framebuffers that contain only the owner's picture come. */
	mc_show(left->kms, left->fb[2], NULL, 0);
	mc_wait_picture_state(left->ctx, DRM_MIRACAST_PICTURE_STATE_FLOWS);
	mc_wait_chunk(left->ctx, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	mc_release(left->ctx, &chunk);
}

/* The same memory, with and without the flag. */
static void test_trusted(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_fb *both = mc_fb(scene->card, 2 * WIDTH, HEIGHT,
				   DRM_FORMAT_XRGB8888);
	struct mc_chunk chunk;

	show_at(scene, both, WIDTH, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u32(mc_buffer(scene->ctx, chunk.event.buffer)->info.width,
			  2 * WIDTH);
	mc_release(scene->ctx, &chunk);
}

static void test_sizes(void)
{
	static const struct {
		const char *what;
		uint32_t width, height, pitch, offset;
		bool good;
	} cases[] = {
		{ "exact", WIDTH, HEIGHT, 0, 0, true },
		{ "lines with 252 bytes of padding", WIDTH + 63, HEIGHT,
		  LINE + 252, 0, true },
		{ "lines 64 pixels longer", WIDTH + 64, HEIGHT, 0, 0, false },
		{ "lines twice as long", 2 * WIDTH, HEIGHT, 0, 0, false },
		/* 300 pages are exact, so one more line is one more page. */
		{ "one more line", WIDTH, HEIGHT + 1, 0, 0, false },
		{ "twice as high", WIDTH, 2 * HEIGHT, 0, 0, false },
		{ "the second half", WIDTH, 2 * HEIGHT, 0, LINE * HEIGHT,
		  false },
		{ "a pitch of its own in larger memory", WIDTH + 32, HEIGHT,
		  LINE, 0, false },
	};
	struct mc_scene *scene = untrusted();
	struct mc_chunk chunk;
	uint64_t newest = 1;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mc_fb *fb = fb_in(scene->card, cases[i].width,
					 cases[i].height, cases[i].pitch,
					 cases[i].offset);
		int timeout = MC_QUIET_MS;
		bool came;

		if (cases[i].good)
			timeout = MC_TIMEOUT_MS;
		mc_show(scene->kms, fb, NULL, 0);
		came = mc_try_chunk(scene->ctx, &chunk, timeout);
		igt_assert_f(came == cases[i].good,
			     "%s: handed out: %d\n", cases[i].what, came);
		if (came) {
			newest = chunk.event.buffer;
			mc_release(scene->ctx, &chunk);
		}
		expect_no_buffer(scene, newest);
	}
}

/*
 * Dumb buffers have padding for GPUs and encoders: here 32 pixels in each line, and eight
 * lines. Padding does not count as more than the picture.
 */
static void test_padding(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(800, 600);
	struct mc_scene *scene;
	struct mc_chunk chunk;

	limits.flags = 0;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	mc_scene_run(scene);
	igt_assert_eq_u32(scene->fb[1]->pitch, 832 * 4);
	igt_assert_eq_u64(scene->fb[1]->size, 832 * 4 * 608);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u32(mc_buffer(scene->ctx, chunk.event.buffer)->info.planes[0].pitch,
			  832 * 4);
	mc_release(scene->ctx, &chunk);
	mc_ctx_close(scene->ctx);
}

/*
 * Another device's memory is not handed out, whatever its size: it could not be
 * taken back, might be written, and the owner's fences in it would stop commits.
 */
static void test_import(void)
{
	struct mc_scene *scene = untrusted();
	struct mc_foreign exact = mc_foreign_fb(scene->card, MC_VGEM, WIDTH,
						HEIGHT);
	struct mc_dmabuf *large = mc_dmabuf(MC_VGEM, LINE * HEIGHT + PAGE);
	struct mc_fb *part = mc_fb_of_dmabuf(scene->card, large, LINE, WIDTH,
					     HEIGHT, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = scene->kms->mode;
	struct mc_chunk chunk;
	unsigned int i;

	mc_show(scene->kms, exact.fb, NULL, 0);
	expect_unreadable(scene);
	mc_show(scene->kms, part, NULL, 0);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	for (i = 0; i < 3; i++) {
		mc_show(scene->kms, scene->fb[i], NULL, 0);
		mc_wait_picture_state(scene->ctx,
				      DRM_MIRACAST_PICTURE_STATE_FLOWS);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert(chunk.event.base.flags &
			   DRM_MIRACAST_CHUNK_FLAG_FULL);
		mc_release(scene->ctx, &chunk);
		mc_show(scene->kms, exact.fb, NULL, 0);
		expect_unreadable(scene);
		expect_no_buffer(scene, chunk.event.buffer);
	}
	/* Nor by a mode set. */
	mc_off(scene->kms);
	mc_light(scene->kms, &mode, exact.fb);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_picture_state(scene->ctx),
			  DRM_MIRACAST_PICTURE_STATE_UNREADABLE);
	expect_no_buffer(scene, chunk.event.buffer);
	igt_assert_eq(mc_dmabuf_attached(exact.dmabuf->fd), 0);
}

/* The owner holds a picture when one comes that it may not have. */
static void test_flips(void)
{
	struct mc_scene *scene = untrusted();
	struct mc_fb *large = mc_fb(scene->card, WIDTH, 2 * HEIGHT,
				    DRM_FORMAT_XRGB8888);
	struct mc_chunk held;
	unsigned int i;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &held);
	for (i = 0; i < 20; i++)
		mc_show(scene->kms, i % 4 ? large : scene->fb[i % 3], NULL, 0);
	mc_show(scene->kms, large, NULL, 0);
	mc_expect(mc_try_release(scene->ctx, &held), MC_REVOKED);
	while (mc_try_chunk(scene->ctx, &held, MC_QUIET_MS))
		mc_try_release(scene->ctx, &held);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_wait_chunk(scene->ctx, &held);
	mc_release(scene->ctx, &held);
}

/* COPY only reads the owner's picture. */
static void test_copy(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	int card = mc_card_open();

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_TRUSTED;
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
}

const struct mc_subtest mc_direct_trusted[] = {
	{ "shared-framebuffer",
	  "Of a framebuffer that two targets share, an owner gets nothing.",
	  test_shared },
	{ "shared-trusted", "One that is trusted gets all of it.",
	  test_trusted },
	{ "larger-memory",
	  "Memory with more than the picture in it is not handed out.",
	  test_sizes },
	{ "untrusted-padding",
	  "Padding of dumb buffers is not more than the picture.",
	  test_padding },
	{ "untrusted-import", "Nor is another device's, whatever its size.",
	  test_import },
	{ "larger-flips",
	  "Flips to and from framebuffers that are not handed out complete.", test_flips },
	{ "trusted-copy", "The flag is for DIRECT.", test_copy },
	{}
};
