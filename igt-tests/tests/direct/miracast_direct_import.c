// SPDX-License-Identifier: MIT
/*
 * Foreign framebuffers in DIRECT delivery: the owner gets the exporter's own
 * dma-buf, and this device never touches it.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "lib_miracast_dmabuf.h"
#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

/* The buffer is the exporter's own, and shows the picture. */
static void expect_foreign(struct mc_scene *scene,
			   const struct mc_foreign *foreign,
			   struct mc_chunk *chunk)
{
	struct mc_picture *seen = mc_fb_seen(foreign->fb, 0, 0, WIDTH, HEIGHT);
	struct drm_miracast_buffer info;

	mc_wait_chunk(scene->ctx, chunk);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk->event.buffer,
				      &info), 0);
	igt_assert_eq_u64(mc_inode(info.fds[0]), mc_inode(foreign->dmabuf->fd));
	igt_assert_eq(fcntl(info.fds[0], F_GETFL) & O_ACCMODE,
		      fcntl(foreign->dmabuf->fd, F_GETFL) & O_ACCMODE);
	igt_assert_eq_u32(info.planes[0].pitch, foreign->fb->pitch);
	mc_assert_chunk(scene->ctx, chunk, seen, "foreign framebuffer");
	mc_close(info.fds[0]);
	mc_picture_free(seen);
}

/* By flip, by mode set, and when the context is new on a lit CRTC. */
static void import_from(enum mc_exporter exporter)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_foreign foreign = mc_foreign_fb(scene->card, exporter, WIDTH,
						  HEIGHT);
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);
	drmModeModeInfo mode = scene->kms->mode;
	struct mc_chunk chunk;
	int i;

	for (i = 0; i < 5; i++) {
		mc_fb_paint(foreign.fb, NULL, i);
		mc_show(scene->kms, foreign.fb, NULL, 0);
		expect_foreign(scene, &foreign, &chunk);
		mc_release(scene->ctx, &chunk);
		mc_show(scene->kms, scene->fb[1], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	mc_off(scene->kms);
	mc_light(scene->kms, &mode, foreign.fb);
	expect_foreign(scene, &foreign, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	expect_foreign(scene, &foreign, &chunk);
	igt_assert_eq(mc_dmabuf_attached(foreign.dmabuf->fd), 0);
	igt_assert_eq_u64(mc_statistics(scene->ctx).bytes_copied, 0);
	mc_ctx_close(scene->ctx);

	limits.connector_id = scene->kms->connector;
	scene->ctx = mc_ctx_create(scene->card, &limits);
	mc_start(scene->ctx);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	expect_foreign(scene, &foreign, &chunk);
	mc_release(scene->ctx, &chunk);
	igt_assert_eq(mc_dmabuf_attached(foreign.dmabuf->fd), 0);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_ctx_close(scene->ctx);
}

static void test_vgem(void)
{
	import_from(MC_VGEM);
}

static void test_udmabuf(void)
{
	import_from(MC_UDMABUF);
}

static void test_heap(void)
{
	import_from(MC_HEAP);
}

/* The same framebuffer in COPY delivery, so that its attachment is seen. */
static void test_attachment_is_seen(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_foreign foreign = mc_foreign_fb(scene->card, MC_VGEM,
						  WIDTH, HEIGHT);
	struct mc_chunk chunk;

	igt_assert_eq(mc_dmabuf_attached(foreign.dmabuf->fd), 0);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	igt_assert_eq(mc_dmabuf_attached(foreign.dmabuf->fd), 1);
}

/*
 * Where the kernel cannot map a dma-buf, COPY has to refuse framebuffers in it, also in
 * tests; DIRECT has no need to.
 */
static void test_refuses_to_map(void)
{
	int card = mc_card_open();
	struct mc_foreign foreign = mc_foreign_fb(card, MC_NO_VMAP,
						  WIDTH, HEIGHT);
	struct mc_commit commit = { .fb = foreign.fb };
	struct mc_scene *scene;
	int ret;

	scene = mc_scene_on(card, WIDTH, HEIGHT, 2);
	mc_scene_run(scene);
	commit.flags = DRM_MODE_ATOMIC_TEST_ONLY;
	ret = mc_commit_errno(scene->kms, &commit);
	igt_assert_f(ret < 0, "COPY takes a framebuffer it cannot read\n");
	commit.flags = 0;
	mc_expect(mc_commit_errno(scene->kms, &commit), ret);
	mc_forget_all();

	import_from(MC_NO_VMAP);
}

/* The exporter's access mode is the owner's, for better or worse. */
static void test_access_mode(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	static const uint32_t flags[] = { 0, DRM_RDWR };
	unsigned int i;

	mc_require_exporter(MC_VGEM);
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct mc_foreign foreign = {
			.dmabuf = mc_dmabuf_of_card(WIDTH * HEIGHT * 4,
						    flags[i]),
		};
		const struct mc_buffer *buffer;
		struct mc_chunk chunk;
		void *map;

		foreign.fb = mc_fb_of_dmabuf(scene->card, foreign.dmabuf,
					     WIDTH * 4, WIDTH, HEIGHT,
					     DRM_FORMAT_XRGB8888);
		mc_show(scene->kms, foreign.fb, NULL, 0);
		expect_foreign(scene, &foreign, &chunk);
		buffer = mc_buffer(scene->ctx, chunk.event.buffer);
		map = mmap(NULL, buffer->size, PROT_READ | PROT_WRITE,
			   MAP_SHARED, buffer->info.fds[0], 0);
		igt_assert((map != MAP_FAILED) == (flags[i] == DRM_RDWR));
		if (map != MAP_FAILED)
			munmap(map, buffer->size);
		mc_release(scene->ctx, &chunk);
	}
}

/* An import stays with its owner when client and exporter are gone. */
static void test_outlives_exporter(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_foreign foreign = mc_foreign_fb(scene->card, MC_VGEM,
						  WIDTH, HEIGHT);
	struct mc_picture *seen;
	struct mc_chunk chunk;

	mc_fb_paint(foreign.fb, NULL, 3);
	seen = mc_fb_seen(foreign.fb, 0, 0, WIDTH, HEIGHT);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	expect_foreign(scene, &foreign, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_fb_free(foreign.fb);
	mc_dmabuf_close(foreign.dmabuf);
	mc_assert_chunk(scene->ctx, &chunk, seen, "after the exporter");
}

/* COPY on one target and DIRECT on another, of the same framebuffer. */
static void test_both_deliveries(void)
{
	struct mc_scene *direct = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_scene *copy = mc_scene_on(direct->card, WIDTH, HEIGHT, 2);
	struct mc_foreign foreign;
	struct mc_picture *seen;
	struct mc_chunk chunk;

	igt_require(mc_caps(direct->card).targets_total >= 2);
	mc_scene_run(copy);
	foreign = mc_foreign_fb(direct->card, MC_VGEM, WIDTH, HEIGHT);
	mc_fb_paint(foreign.fb, NULL, 12);
	seen = mc_fb_seen(foreign.fb, 0, 0, WIDTH, HEIGHT);
	mc_show(direct->kms, foreign.fb, NULL, 0);
	expect_foreign(direct, &foreign, &chunk);
	mc_release(direct->ctx, &chunk);
	igt_assert_eq(mc_dmabuf_attached(foreign.dmabuf->fd), 0);
	mc_show(copy->kms, foreign.fb, NULL, 0);
	mc_wait_chunk(copy->ctx, &chunk);
	mc_assert_chunk(copy->ctx, &chunk, seen, "COPY");
	mc_release(copy->ctx, &chunk);
	igt_assert_eq(mc_dmabuf_attached(foreign.dmabuf->fd), 1);
}

/*
 * A compositor whose GPU is another device: it renders into buffers of vgem,
 * imports them and scans them out. Rendering is of random rectangles; of three
 * buffers the next is brought up to date first.
 */

#define BUFFERS 3

struct renderer {
	struct mc_scene *scene;
	struct mc_foreign buffer[BUFFERS];
	struct mc_picture *screen;
	struct drm_mode_rect history[BUFFERS];
	uint32_t seed;
};

static void render(struct renderer *r, uint32_t frame)
{
	struct drm_mode_rect *clip = &r->history[frame % BUFFERS];
	struct mc_fb *fb = r->buffer[frame % BUFFERS].fb;
	struct drm_clip_rect area;
	uint32_t i;

	clip->x1 = mc_random(&r->seed) % (WIDTH - 100);
	clip->y1 = mc_random(&r->seed) % (HEIGHT - 100);
	clip->x2 = clip->x1 + 1 + mc_random(&r->seed) % 100;
	clip->y2 = clip->y1 + 1 + mc_random(&r->seed) % 100;
	area = (struct drm_clip_rect) { clip->x1, clip->y1, clip->x2,
					clip->y2 };
	mc_picture_paint(r->screen, &area, frame);
	for (i = 0; i < BUFFERS; i++) {
		area = (struct drm_clip_rect) {
			r->history[i].x1, r->history[i].y1,
			r->history[i].x2, r->history[i].y2,
		};
		mc_fb_copy(fb, r->screen, &area);
	}
}

static void test_other_device_renders(void)
{
	uint32_t i, frames = mc_setting("MIRACAST_COMMITS", 1000) / 2;
	struct renderer r = { .seed = 3 };
	struct mc_picture *owner;
	struct mc_chunk chunk;

	r.scene = mc_scene_direct_running(WIDTH, HEIGHT);
	r.screen = mc_fb_seen(r.scene->fb[0], 0, 0, WIDTH, HEIGHT);
	owner = mc_fb_seen(r.scene->fb[0], 0, 0, WIDTH, HEIGHT);
	for (i = 0; i < BUFFERS; i++) {
		r.buffer[i] = mc_foreign_fb(r.scene->card, MC_VGEM,
					    WIDTH, HEIGHT);
		mc_fb_copy(r.buffer[i].fb, r.screen, NULL);
	}
	for (i = 0; i < frames; i++) {
		uint32_t n = i % BUFFERS;

		render(&r, i);
		mc_show(r.scene->kms, r.buffer[n].fb, &r.history[n], 1);
		mc_wait_chunk(r.scene->ctx, &chunk);
		igt_assert_eq_u32(chunk.event.skipped, 0);
		mc_picture_apply(owner, r.scene->ctx, &chunk);
		mc_assert_picture(owner, r.screen, "by the clips");
		mc_assert_chunk(r.scene->ctx, &chunk, r.screen, "the buffer");
		mc_release(r.scene->ctx, &chunk);
	}
	for (i = 0; i < BUFFERS; i++)
		igt_assert_eq(mc_dmabuf_attached(r.buffer[i].dmabuf->fd), 0);
	igt_assert_eq_u64(mc_statistics(r.scene->ctx).bytes_copied, 0);
	igt_assert_eq_u64(mc_statistics(r.scene->ctx).pictures_revoked, 0);
}

const struct mc_subtest mc_direct_import[] = {
	{ "import-vgem",
	  "The owner gets vgem's own dma-buf, to which nothing is attached.",
	  test_vgem },
	{ "import-udmabuf", "The same with udmabuf.", test_udmabuf },
	{ "import-dma-heap", "The same with a dma-heap.", test_heap },
	{ "import-attachment-is-seen",
	  "The list that these tests read does show an attachment.",
	  test_attachment_is_seen },
	{ "import-access-mode",
	  "The owner may do what the exporter allows.", test_access_mode },
	{ "import-outlives-exporter",
	  "A buffer outlives the client's framebuffer and the exporter's file.",
	  test_outlives_exporter },
	{ "import-both-deliveries",
	  "A framebuffer may be in DIRECT on one target and in COPY on another.",
	  test_both_deliveries },
	{ "other-device-renders",
	  "Frames that vgem has rendered reach the owner exactly, without a copy.",
	  test_other_device_renders },
	{ "import-refuses-to-map",
	  "Framebuffers that cannot be mapped are good for DIRECT.",
	  test_refuses_to_map },
	{}
};
