// SPDX-License-Identifier: MIT
/*
 * Faults while the fences of those who still write a framebuffer are merged into one.
 */
#include <fcntl.h>

#include "lib_miracast_sync.h"
#include "miracast_faults.h"

#define WIDTH 640
#define HEIGHT 480
/* Fences of vgem signal by themselves, which starts a round again. */
#define ATTEMPTS 5

/* A fence that stands for a device which writes into the framebuffer. */
static struct mc_sync write_fb(int card, const struct mc_fb *fb)
{
	struct mc_sync sync = mc_sync();
	int fd;

	igt_assert_eq(drmPrimeHandleToFD(card, fb->handle, DRM_CLOEXEC | DRM_RDWR, &fd), 0);
	mc_sync_write(fd, sync.fd);
	close(fd);
	return sync;
}

struct shown {
	struct mc_kms *kms;
	struct mc_commit commit;
};

/* Blocks, so that the picture is captured in the call. */
static int call_commit(void *data)
{
	const struct shown *shown = data;

	return mc_commit_errno(shown->kms, &shown->commit);
}

/* Returns whether the fault came while both devices were writing. */
static bool one_round(struct mc_scene *scene, unsigned int i)
{
	struct mc_sync done = mc_sync(), first, second;
	struct shown shown = {
		.kms = scene->kms,
		/* The client's fence is what the commit waits for, and nothing else. */
		.commit = { .fb = scene->fb[i % 2], .in_fence = &done.fd },
	};
	struct mc_chunk chunk;
	bool happened, fenced, writing;

	mc_sync_signal(&done);
	first = write_fb(scene->card, scene->fb[i % 2]);
	second = write_fb(scene->card, scene->fb[i % 2]);
	mc_expect(mc_faults_once("dma_fence_array_create", 1, call_commit, &shown,
				 &happened), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	fenced = chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FENCE;
	writing = !mc_sync_done(first.fd, 0) && !mc_sync_done(second.fd, 0);
	igt_info("round %u: fault %d, writing %d, fence %d\n", i, happened, writing, fenced);
	igt_assert(!writing || fenced);
	mc_sync_signal(&first);
	mc_sync_signal(&second);
	mc_release(scene->ctx, &chunk);
	return happened && writing;
}

/* The picture is not taken for one that is ready: it comes later, with a fence. */
static void test_writers(void)
{
	struct mc_scene *scene;
	unsigned int i;

	mc_faults_require();
	scene = mc_scene_direct_running(WIDTH, HEIGHT);
	for (i = 1; i <= ATTEMPTS; i++)
		if (one_round(scene, i))
			return;
	igt_assert_f(false, "no fault came while the devices were writing\n");
}

const struct mc_subtest mc_faults_writers[] = {
	{ "direct-writers",
	  "A picture of DIRECT whose fence cannot be had comes later, with the fence.",
	  test_writers },
	{}
};
