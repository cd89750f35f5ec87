// SPDX-License-Identifier: MIT
/*
 * Framebuffers in foreign memory that another device writes, or will write after a flip.
 */
#include <linux/dma-buf.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib_miracast_dmabuf.h"
#include "miracast_chunk.h"

#define WIDTH 640
#define HEIGHT 480
#define CURSOR 64

/* The next chunk must equal the framebuffer. */
static void expect_fb(struct mc_scene *scene, const struct mc_fb *fb)
{
	struct mc_picture *seen = mc_fb_seen(fb, 0, 0, WIDTH, HEIGHT);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_chunk(scene->ctx, &chunk, seen, "foreign framebuffer");
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);
}

static void show(struct mc_scene *scene, const struct mc_fb *fb)
{
	mc_show(scene->kms, fb, NULL, 0);
	expect_fb(scene, fb);
}

static struct mc_foreign painted(int card, uint32_t seed)
{
	struct mc_foreign foreign = mc_foreign_fb(card, MC_VGEM, WIDTH, HEIGHT);

	mc_fb_paint(foreign.fb, NULL, seed);
	return foreign;
}

static void test_import_busy(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct mc_foreign foreign = painted(scene->card, 5);
	uint32_t fence;

	show(scene, foreign.fb);
	fence = mc_fence_attach(foreign.dmabuf, true);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	mc_fence_signal(foreign.dmabuf, fence);
	expect_fb(scene, foreign.fb);

	fence = mc_fence_attach(foreign.dmabuf, true);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	show(scene, scene->fb[1]);
	igt_assert(mc_dmabuf_busy(foreign.dmabuf));
	mc_fence_signal(foreign.dmabuf, fence);
}

/* As a renderer that draws into a buffer when it has left the screen. */
static void write_after(const struct mc_foreign *foreign, int32_t fence)
{
	struct dma_buf_import_sync_file arg = {
		.flags = DMA_BUF_SYNC_WRITE,
		.fd = fence,
	};

	mc_expect(mc_ioctl_errno(foreign->dmabuf->fd,
				 DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &arg), 0);
}

static int32_t flip_with_fence(struct mc_scene *scene, const struct mc_fb *fb)
{
	int32_t fence = -1;
	struct mc_commit commit = {
		.fb = fb,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
		.out_fence = &fence,
	};

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	igt_assert_fd(fence);
	return fence;
}

static void test_import_after_flip(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct mc_foreign shown = painted(scene->card, 6);
	struct mc_foreign next = painted(scene->card, 7);
	struct mc_chunk chunk;
	struct mc_flip flip;
	uint32_t rendering;
	int32_t fence;

	show(scene, shown.fb);
	rendering = mc_fence_attach(next.dmabuf, true);
	fence = flip_with_fence(scene, next.fb);
	write_after(&shown, fence);
	close(fence);

	/*
	 * The fence of the scanned-out buffer waits for the flip; a capture that waits for
	 * it must not hold up the flip.
	 */
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	igt_assert(!mc_try_flip(scene->kms, &flip, 0));
	mc_fence_signal(next.dmabuf, rendering);
	mc_wait_flip(scene->kms, &flip);
	expect_fb(scene, next.fb);
	igt_assert(!mc_dmabuf_busy(shown.dmabuf));
	mc_drain(scene->ctx, &chunk);
}

/* Causes captures at any moment, by the worker and by cursor moves, until it is killed. */
static void hammer(void *data)
{
	struct mc_scene *scene = data;
	int x = 0;

	for (;;) {
		mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
		x = (x + 1) % 64;
		mc_move_cursor(scene->kms, x, x);
	}
}

static void release_all(struct mc_scene *scene)
{
	struct mc_chunk chunk;

	while (mc_try_chunk(scene->ctx, &chunk, 0))
		mc_release(scene->ctx, &chunk);
}

static void test_import_after_flip_race(void)
{
	unsigned int i, rounds = mc_setting("MIRACAST_CYCLES", 1000);
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct mc_foreign foreign[] = {
		painted(scene->card, 8), painted(scene->card, 9),
	};
	struct mc_fb *cursor = mc_fb(scene->card, CURSOR, CURSOR,
				     DRM_FORMAT_ARGB8888);
	struct mc_chunk chunk;
	struct mc_flip flip;
	uint64_t deadline;
	int32_t fence;
	pid_t pid;

	mc_set_cursor(scene->kms, cursor);
	mc_drain(scene->ctx, &chunk);
	show(scene, foreign[0].fb);
	pid = mc_fork(hammer, scene);
	for (i = 0; i < rounds; i++) {
		fence = flip_with_fence(scene, foreign[(i + 1) % 2].fb);
		write_after(&foreign[i % 2], fence);
		close(fence);
		deadline = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
		while (!mc_try_flip(scene->kms, &flip, 1)) {
			igt_assert_f(mc_now_ns() < deadline,
				     "flip %u is never done\n", i);
			release_all(scene);
		}
		release_all(scene);
	}
	igt_assert_eq(waitpid(pid, NULL, WNOHANG), 0);
	mc_kill(pid);
	mc_drain(scene->ctx, &chunk);
	show(scene, scene->fb[1]);
}

const struct mc_subtest mc_chunk_import[] = {
	{ "import-busy",
	  "A foreign framebuffer that is written is captured once it is not; flips do not wait for that.",
	  test_import_busy },
	{ "import-after-flip",
	  "A buffer that will be written when the next flip is done does not keep that flip.",
	  test_import_after_flip },
	{ "import-after-flip-race",
	  "Nor does it when captures begin at any moment.",
	  test_import_after_flip_race },
	{}
};
