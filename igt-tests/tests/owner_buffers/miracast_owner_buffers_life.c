// SPDX-License-Identifier: MIT
/*
 * Owners that drop the memory of their buffers, and everything that can end while the
 * driver writes to it. Nothing is leaked.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "miracast_owner_buffers.h"

static unsigned int cycles(void)
{
	unsigned int cycles = mc_setting("MIRACAST_CYCLES", 100);

	return cycles < 100 ? cycles : 100;
}

static void expect_pictures(struct mc_client *c, unsigned int count)
{
	while (count--) {
		mc_client_commit(c, 5);
		mc_client_expect(c, "in the owner's memory");
	}
}

/* The driver holds a set as long as it may write to it. */
static void test_attached(void)
{
	struct set *set = set_simple(640, 480, 3);
	struct mc_dmabufs before = mc_dmabufs();
	struct drm_miracast_create_context limits = owner_limits(&set->layout);
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), &limits);

	set_give(ctx, set);
	igt_assert_eq_u32(mc_dmabufs().attached, before.attached + 3);
	set_give(ctx, set);
	mc_wait_dmabufs(&(struct mc_dmabufs) { before.objects,
					       before.attached + 3 });
	mc_start(ctx);
	mc_stop(ctx);
	igt_assert_eq_u32(mc_dmabufs().attached, before.attached + 3);
	mc_expect(mc_destroy_errno(ctx->fd), 0);
	mc_wait_dmabufs(&before);
	mc_ctx_close(ctx);

	ctx = mc_ctx_create(mc_card_open(), &limits);
	set_give(ctx, set);
	mc_ctx_close(ctx);
	mc_wait_dmabufs(&before);
}

/* The set that was replaced goes, also when its pictures are still held. */
static void test_replaced_goes(void)
{
	struct set *old, *new = set_simple(640, 480, 2);
	struct mc_dmabufs before = mc_dmabufs();
	struct mc_scene *scene;
	struct mc_chunk chunk;

	old = set_simple(640, 480, 2);
	scene = owner_scene(old);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_stop(scene->ctx);
	set_give(scene->ctx, new);
	set_close(old);
	mc_wait_dmabufs(&(struct mc_dmabufs) { before.objects,
					       before.attached + 2 });
	mc_ctx_close(scene->ctx);
	mc_wait_dmabufs(&before);
}

static void let_go(enum mc_exporter exporter, bool unmap, bool close)
{
	struct layout layout = {
		.exporter = exporter, .format = DRM_FORMAT_XRGB8888,
		.buffers = 3, .width = 640, .height = 480,
	};
	struct mc_dmabufs before = mc_dmabufs();
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_client c;

	mc_client_begin(&c, scene, 1);
	mc_client_expect(&c, "first picture");
	expect_pictures(&c, 5);
	if (unmap)
		set_unmap(set);
	if (close)
		set_close(set);
	expect_pictures(&c, 20);
	mc_client_free(&c);
	mc_scene_free(scene);
	if (!close)
		set_close(set);
	mc_wait_dmabufs(&before);
}

static void test_let_go(void)
{
	enum mc_exporter exporter;

	for (exporter = 0; exporter < MC_EXPORTERS; exporter++) {
		if (!mc_exporter_there(exporter))
			continue;
		let_go(exporter, false, false);
		let_go(exporter, true, false);
		let_go(exporter, true, true);
	}
}

/* udmabuf's memory is a file: it can be written and punched, but not truncated. */
static void test_file_below(void)
{
	struct layout layout = {
		.exporter = MC_UDMABUF, .format = DRM_FORMAT_XRGB8888,
		.buffers = 2, .width = 640, .height = 480,
	};
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_client c;
	unsigned int d, i;

	mc_client_begin(&c, scene, 1);
	mc_client_expect(&c, "first picture");
	for (i = 0; i < 20; i++) {
		for (d = 0; d < set->dmabufs; d++) {
			int file = set->dmabuf[d]->device;

			igt_assert_eq(ftruncate(file, 4096), -1);
			igt_assert_eq(fallocate(file, FALLOC_FL_PUNCH_HOLE |
						FALLOC_FL_KEEP_SIZE, 4096 * i,
						8 * 4096), 0);
			igt_assert_eq(ftruncate(file, set->dmabuf[d]->size +
						4096 * (i + 1)), 0);
		}
		/* The pages that were pinned are still the dma-buf's. */
		expect_pictures(&c, 2);
	}
	mc_client_free(&c);
}

/* Ends */

static struct {
	uint32_t connector;
	uint32_t format;
} plan;

/* Takes pictures until it is killed. */
static void owner_main(void *data)
{
	struct layout layout = {
		.exporter = MC_VGEM, .format = plan.format, .buffers = 3,
		.width = 640, .height = 480,
		.split = plan.format == DRM_FORMAT_NV12,
	};
	struct drm_miracast_create_context limits = owner_limits(&layout);
	struct set *set = set_make(&layout);
	int card = mc_card_open(), report = *(int *)data;
	struct mc_chunk chunk;
	struct mc_ctx *ctx;

	limits.connector_id = plan.connector;
	ctx = mc_ctx_create(card, &limits);
	mc_close(card);
	set_give(ctx, set);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	mc_complete_mode(ctx, NULL);
	for (;;) {
		mc_wait_chunk(ctx, &chunk);
		mc_release(ctx, &chunk);
		igt_assert_eq(write(report, "c", 1), 1);
	}
}

static void test_kill(void)
{
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	struct mc_dmabufs before;
	int card, ends[2];
	unsigned int i, flips;
	struct mc_kms *kms;
	struct mc_fb *fb[2];
	uint32_t seed = 1;
	uint8_t byte;

	mc_require_exporter(MC_VGEM);
	card = mc_card_open();
	kms = mc_kms(card, 0);
	fb[0] = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	fb[1] = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb[0]);
	before = mc_dmabufs();
	for (i = 0; i < cycles() / 2; i++) {
		pid_t pid;

		plan.connector = kms->connector;
		plan.format = i % 2 ? DRM_FORMAT_NV12 : DRM_FORMAT_XRGB8888;
		igt_assert_eq(pipe(ends), 0);
		pid = mc_fork(owner_main, &ends[1]);
		close(ends[1]);
		igt_assert(mc_poll(ends[0], POLLIN, MC_TIMEOUT_MS) & POLLIN);
		igt_assert_eq(read(ends[0], &byte, 1), 1);
		for (flips = 0; flips < i % 4; flips++)
			mc_show(kms, fb[flips % 2], NULL, 0);
		mc_flip(kms, fb[flips % 2], NULL, 0);
		usleep(mc_random(&seed) % 5000);
		mc_kill(pid);
		mc_wait_flip(kms, NULL);
		close(ends[0]);
		mc_wait_at_rest(card);
		mc_wait_dmabufs(&before);
	}
}

/* DESTROY and STOP with a picture under way into the owner's memory. */
static void test_ends(void)
{
	unsigned int i;

	for (i = 0; i < cycles() / 4; i++) {
		struct set *set = set_simple(640, 480, 2);
		struct mc_scene *scene = owner_scene(set);
		struct mc_chunk chunk;

		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		mc_flip(scene->kms, scene->fb[1], NULL, 0);
		usleep(i % 8 * 300);
		switch (i % 4) {
		case 0:
			mc_stop(scene->ctx);
			break;
		case 1:
			mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
			break;
		case 2:
			set_close(set);
			mc_ctx_close(scene->ctx);
			break;
		default:
			mc_depart(scene->ctx);
			set_give(scene->ctx, set);
			break;
		}
		mc_wait_flip(scene->kms, NULL);
		mc_forget_all();
	}
}

static void test_unplug(void)
{
	struct mc_dmabufs before;
	unsigned int i;

	mc_require_exporter(MC_VGEM);
	before = mc_dmabufs();
	for (i = 0; i < cycles() / 10 + 2; i++) {
		struct set *set = set_simple(640, 480, 3);
		struct mc_scene *scene = owner_scene(set);
		struct mc_client c;

		mc_client_begin(&c, scene, 1);
		mc_client_expect(&c, "first picture");
		mc_flip(scene->kms, scene->fb[1], NULL, 0);
		usleep(i % 8 * 1000);
		mc_unbind();
		mc_expect(set_give_errno(scene->ctx, set), -ENODEV);
		/* The memory is the owner's, and can be used. */
		memset(set->dmabuf[0]->map, 0, set->dmabuf[0]->size);
		if (i % 2)
			set_close(set);
		mc_client_free(&c);
		mc_ctx_close(scene->ctx);
		if (!(i % 2))
			set_close(set);
		mc_forget_all();
		mc_bind();
		mc_wait_dmabufs(&before);
	}
}

const struct mc_subtest mc_owner_buffers_life[] = {
	{ "attached",
	  "The memory is held from SET_BUFFERS to the end of the context.",
	  test_attached },
	{ "replaced-goes", "A set that was replaced is let go.",
	  test_replaced_goes },
	{ "let-go",
	  "Pictures go on when the owner keeps, unmaps or closes its memory.",
	  test_let_go },
	{ "file-below",
	  "Pictures go on whatever the owner does to the file below.",
	  test_file_below },
	{ "killed", "kill -9 of the owner leaves nothing.", test_kill },
	{ "ends", "Nor does an end of session or context.", test_ends },
	{ "unplugged", "Nor does taking the device away.", test_unplug },
	{}
};
