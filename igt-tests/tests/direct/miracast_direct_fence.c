// SPDX-License-Identifier: MIT
/*
 * Fences in DIRECT: those with which an owner releases a picture, and those of devices that
 * still write the owner's picture.
 *
 * At 24 Hz, and judged as miracast_direct_hold.c says.
 */
#include <fcntl.h>
#include <sys/ioctl.h>

#include <linux/dma-buf.h>

#include "lib_miracast_masters.h"
#include "lib_miracast_sync.h"
#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

static int release(struct mc_scene *scene, const struct mc_chunk *chunk,
		   int fence)
{
	return mc_release_fenced(scene->ctx->fd, chunk->event.buffer,
				 chunk->event.chunk_id, fence);
}

static uint64_t revoked(struct mc_scene *scene)
{
	return mc_statistics(scene->ctx).pictures_revoked;
}

/* The reader's fence */

/* A flip away from a picture that was released with a fence. */
struct round {
	struct mc_scene *scene;
	struct mc_sync sync;
	struct mc_chunk gone, next;
	uint64_t due, revoked;
	struct mc_flip flip;
	unsigned int shown;
};

static void begin(struct round *round)
{
	struct mc_scene *scene = round->scene;

	mc_show(scene->kms, scene->fb[++round->shown % 3], NULL, 0);
	mc_wait_chunk(scene->ctx, &round->gone);
	round->sync = mc_sync();
	round->revoked = revoked(scene);
	mc_expect(release(scene, &round->gone, round->sync.fd), 0);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
	round->due = direct_watch_flip(scene, scene->fb[++round->shown % 3],
				       &round->next);
}

static bool finish(struct round *round)
{
	return direct_watched_flip(round->scene, round->due, &round->flip);
}

static void expect_flip(const struct round *round, uint64_t vblank)
{
	igt_assert_f(round->flip.sequence == (uint32_t)vblank,
		     "the flip completed at vblank %u, due at %llu, expected at %llu\n",
		     round->flip.sequence, (unsigned long long)round->due,
		     (unsigned long long)vblank);
}

static void end(struct round *round)
{
	mc_close(round->sync.fd);
	mc_dmabuf_unmap(round->sync.dmabuf);
	mc_dmabuf_close(round->sync.dmabuf);
}

static bool in_time(struct round *round)
{
	bool good;

	begin(round);
	mc_sync_signal(&round->sync);
	good = mc_vblank(round->scene->kms) < round->due;
	good &= finish(round);
	if (good) {
		expect_flip(round, round->due);
		igt_assert_eq_u64(revoked(round->scene), round->revoked);
	}
	mc_try_release(round->scene->ctx, &round->next);
	end(round);
	return good;
}

static void repeat(bool (*one_round)(struct round *round), int wanted)
{
	struct round round = { .scene = direct_slow_scene() };
	struct mc_chunk chunk;
	int tries = 0, judged = 0;

	while (judged < wanted) {
		igt_assert_f(tries++ < 10 * wanted,
			     "%d of %d rounds could be judged: the machine is too slow\n",
			     judged, tries);
		judged += one_round(&round);
		while (mc_try_chunk(round.scene->ctx, &chunk, 100))
			mc_release(round.scene->ctx, &chunk);
	}
	igt_info("%d rounds of %d were judged\n", judged, tries);
}

static void test_in_time(void)
{
	repeat(in_time, 10);
}

/* Nothing checks the fence before the flip has to wait. */
static bool too_late(struct round *round)
{
	struct mc_chunk owed;
	bool good;

	begin(round);
	good = finish(round);
	if (good)
		expect_flip(round, round->due + 1);
	igt_assert(!mc_sync_done(round->sync.fd, 0));
	if (good)
		igt_assert_eq_u64(revoked(round->scene), round->revoked + 1);
	/* The picture; because of the late fence its damage comes once more. */
	mc_release(round->scene->ctx, &round->next);
	mc_no_chunk(round->scene->ctx, 100);
	mc_sync_signal(&round->sync);
	if (revoked(round->scene) == round->revoked + 1) {
		mc_wait_chunk(round->scene->ctx, &owed);
		mc_release(round->scene->ctx, &owed);
	}
	end(round);
	return good;
}

static void test_late(void)
{
	repeat(too_late, 6);
}

/* The flip waits for the fence, and not until the bound. */
static bool between(struct round *round)
{
	bool good;

	begin(round);
	good = mc_watched_vblank(round->scene->kms, round->due);
	mc_sync_signal(&round->sync);
	good &= mc_vblank(round->scene->kms) == round->due;
	mc_wait_flip(round->scene->kms, &round->flip);
	good &= mc_watched_vblank(round->scene->kms, round->due + 1);
	if (good) {
		expect_flip(round, round->due + 1);
		igt_assert_eq_u64(revoked(round->scene), round->revoked);
	}
	mc_try_release(round->scene->ctx, &round->next);
	end(round);
	return good;
}

static void test_between(void)
{
	repeat(between, 6);
}

/* A fence that never signals costs one vblank, once. */
static void test_never(void)
{
	struct mc_scene *scene = direct_slow_scene();
	struct mc_timeline timeline = mc_timeline();
	struct mc_chunk chunk;
	unsigned int i, late = 0, judged = 0;
	uint64_t before;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(release(scene, &chunk, timeline.fd), 0);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	before = revoked(scene);
	igt_assert_eq_u64(before, 1);
	mc_wait_chunk(scene->ctx, &chunk);
	/* This one the owner keeps, and no flip waits for it. */
	for (i = 0; i < 60 && judged < 20; i++) {
		uint64_t now = mc_wait_vblank(scene->kms);
		struct mc_flip flip;

		mc_flip(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_watch_vblank(scene->kms, now + 1);
		mc_wait_flip(scene->kms, &flip);
		if (!mc_watched_vblank(scene->kms, now + 1))
			continue;
		judged++;
		late += flip.sequence != (uint32_t)(now + 1);
	}
	igt_info("%u of %u flips were late\n", late, judged);
	igt_assert_lte(late, judged / 2);
	mc_timeline_break(&timeline);
	mc_try_release(scene->ctx, &chunk);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* A picture that was revoked before: its fence is nobody's concern. */
static void test_after_revoked(void)
{
	struct mc_scene *scene = direct_slow_scene();
	struct mc_timeline timeline = mc_timeline();
	struct mc_chunk chunk, next;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_wait_chunk(scene->ctx, &next);
	mc_release(scene->ctx, &next);
	mc_expect(release(scene, &chunk, timeline.fd), MC_REVOKED);
	mc_wait_chunk(scene->ctx, &next);
	mc_release(scene->ctx, &next);
	/* Both slots are free. */
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_wait_chunk(scene->ctx, &next);
	mc_release(scene->ctx, &chunk);
	mc_release(scene->ctx, &next);
}

/*
 * Another master takes the device while the fence is pending: its first flip, of
 * what the owner has, waits for nobody. Returns whether the clock was where it
 * should have been; counts the flip if it was on time, which a commit that is
 * slow itself is not.
 */
static bool hidden_round(unsigned int *exact)
{
	struct mc_scene *scene = direct_slow_scene();
	uint64_t before = revoked(scene), now;
	int other = mc_card_open();
	struct mc_sync sync = mc_sync();
	struct mc_chunk chunk;
	struct mc_flip flip;
	struct mc_kms *kms;
	struct mc_fb *fb;
	bool good;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(release(scene, &chunk, sync.fd), 0);
	igt_assert_eq_u64(revoked(scene), before);
	kms = mc_kms(other, scene->ctx->connector);
	kms->mode = scene->kms->mode;
	fb = mc_fb(other, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_switch_master(scene->card, other);
	igt_assert_eq_u64(revoked(scene), before + 1);
	now = mc_wait_vblank(kms);
	mc_flip(kms, fb, NULL, 0);
	mc_watch_vblank(kms, now + 1);
	mc_wait_flip(kms, &flip);
	good = mc_watched_vblank(kms, now + 1);
	igt_assert(!mc_sync_done(sync.fd, 0));
	*exact += good && flip.sequence == (uint32_t)(now + 1);
	/* Nothing is left of it when the fence has signalled. */
	mc_sync_signal(&sync);
	mc_switch_master(other, scene->card);
	mc_light(scene->kms, &kms->mode, scene->fb[0]);
	mc_scene_run(scene);
	mc_forget_all();
	return good;
}

static void test_hidden(void)
{
	unsigned int exact = 0, i, judged = 0;

	for (i = 0; i < 30 && judged < 6; i++)
		judged += hidden_round(&exact);
	igt_info("%u of %u flips were on time\n", exact, judged);
	/* That the picture was revoked is checked on a slow machine, too. */
	igt_require_f(judged, "the machine is too slow to judge a flip\n");
	igt_assert_lte(judged / 4 + 1, exact);
}

/* No end waits for the fences, and they may signal later. */
static void test_ends(void)
{
	unsigned int way;

	for (way = 0; way < 14; way++) {
		struct mc_scene *scene = direct_slow_scene();
		struct mc_sync sync = mc_sync();
		struct mc_chunk chunk;

		mc_show(scene->kms, scene->fb[1], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_expect(release(scene, &chunk, sync.fd), 0);
		mc_flip(scene->kms, scene->fb[2], NULL, 0);
		switch (way % 7) {
		case 0:
			mc_stop(scene->ctx);
			break;
		case 1:
			mc_depart(scene->ctx);
			break;
		case 2:
			mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
			break;
		case 3:
			mc_ctx_close(scene->ctx);
			break;
		case 4:
			mc_off(scene->kms);
			break;
		case 5:
			mc_arrive(scene->ctx, WIDTH, HEIGHT);
			break;
		default:
			mc_unbind();
			break;
		}
		mc_wait_flip(scene->kms, NULL);
		igt_assert(!mc_sync_done(sync.fd, 0));
		if (way < 7)
			mc_sync_signal(&sync);
		mc_forget_all();
		if (!mc_bound())
			mc_bind();
	}
}

/* Writers' fences */

/* The framebuffer, exported by its client, with a writer whose fence is @sync. */
static void write_fb(struct mc_scene *scene, const struct mc_fb *fb,
		     const struct mc_sync *sync)
{
	int fd;

	igt_assert_eq(drmPrimeHandleToFD(scene->card, fb->handle,
					 DRM_CLOEXEC | DRM_RDWR, &fd), 0);
	mc_sync_write(fd, sync->fd);
	close(fd);
}

/* A chunk of the scanout, which a device has begun to draw over. */
static void written_chunk(struct mc_scene *scene, const struct mc_fb *fb,
			  struct mc_sync *sync, struct mc_chunk *chunk)
{
	*sync = mc_sync();
	write_fb(scene, fb, sync);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, chunk);
	igt_assert(!mc_sync_done(sync->fd, 0));
	igt_assert(chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FENCE);
}

static void test_chunk(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	int fd = scene->ctx->fd, fence, again, fds;
	struct drm_miracast_get_fence in = {};
	struct drm_miracast_fence out;
	struct mc_chunk chunk;
	struct mc_sync sync;
	uint32_t returned;

	written_chunk(scene, scene->fb[0], &sync, &chunk);
	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer,
				     chunk.event.chunk_id, &fence), 0);
	igt_assert(fcntl(fence, F_GETFD) & FD_CLOEXEC);
	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer,
				     chunk.event.chunk_id, &again), 0);
	igt_assert(fence != again);
	igt_assert(!mc_sync_done(fence, MC_QUIET_MS));
	mc_sync_signal(&sync);
	igt_assert(mc_sync_done(fence, MC_TIMEOUT_MS));
	igt_assert(mc_sync_done(again, MC_TIMEOUT_MS));
	/* It stays the chunk's until the chunk is released. */
	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer,
				     chunk.event.chunk_id, &again), 0);
	igt_assert(mc_sync_done(again, 0));

	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer + 1,
				     chunk.event.chunk_id, NULL), -ENOENT);
	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer,
				     chunk.event.chunk_id + 1, NULL), -ENOENT);
	in.buffer = chunk.event.buffer;
	in.chunk_id = chunk.event.chunk_id;
	fds = mc_count_fds();
	/* No descriptor is made that could not be returned. */
	mc_expect(mc_io_errno(fd, DRM_MIRACAST_CODE_GET_FENCE, &in, sizeof(in),
			      &out, 2, &returned), 0);
	mc_expect(mc_io_errno(fd, DRM_MIRACAST_CODE_GET_FENCE, &in, sizeof(in),
			      (void *)8, sizeof(out), &returned), -EFAULT);
	in.flags = 1;
	mc_expect(mc_io_errno(fd, DRM_MIRACAST_CODE_GET_FENCE, &in, sizeof(in),
			      &out, sizeof(out), &returned), -EINVAL);
	in.flags = 0;
	in.pad = 1;
	mc_expect(mc_io_errno(fd, DRM_MIRACAST_CODE_GET_FENCE, &in, sizeof(in),
			      &out, sizeof(out), &returned), -EINVAL);
	igt_assert_eq(mc_count_fds(), fds);
	mc_release(scene->ctx, &chunk);
	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer,
				     chunk.event.chunk_id, NULL), -ENOENT);
}

/* Pixels that are ready have no fence. */
static void test_none(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	int fd = scene->ctx->fd;
	struct mc_chunk chunk;
	struct mc_sync sync;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(!(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FENCE));
	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer,
				     chunk.event.chunk_id, NULL), -ENOENT);
	mc_release(scene->ctx, &chunk);
	/* Those that were there before a commit are waited for in it. */
	sync = mc_sync();
	write_fb(scene, scene->fb[2], &sync);
	mc_sync_signal(&sync);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(!(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FENCE));
	mc_release(scene->ctx, &chunk);
}

static void test_states(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	int fd = scene->ctx->fd;
	struct mc_chunk chunk;
	struct mc_sync sync;

	written_chunk(scene, scene->fb[0], &sync, &chunk);
	mc_stop(scene->ctx);
	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer,
				     chunk.event.chunk_id, NULL), -ENOTCONN);
	mc_forget_events(scene->ctx);
	mc_start(scene->ctx);
	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer,
				     chunk.event.chunk_id, NULL), -ESTALE);
	/* The next picture is committed, and a commit waits for writers. */
	mc_sync_signal(&sync);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_complete_mode(scene->ctx, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_expect(mc_destroy_errno(fd), 0);
	mc_expect(mc_get_fence_errno(fd, chunk.event.buffer,
				     chunk.event.chunk_id, NULL), -ESTALE);
}

/* Contexts end while chunks have fences. */
static void test_writers_end(void)
{
	unsigned int way;

	for (way = 0; way < 4; way++) {
		struct mc_scene *scene =
			mc_scene_direct_running(WIDTH, HEIGHT);
		struct mc_chunk chunk, second_chunk;
		struct mc_sync sync, second;
		int fence;

		written_chunk(scene, scene->fb[0], &sync, &chunk);
		written_chunk(scene, scene->fb[0], &second, &second_chunk);
		mc_expect(mc_get_fence_errno(scene->ctx->fd,
					     chunk.event.buffer,
					     chunk.event.chunk_id, &fence), 0);
		if (way % 2)
			mc_ctx_close(scene->ctx);
		else
			mc_unbind();
		igt_assert(!mc_sync_done(fence, 0));
		if (way < 2) {
			mc_sync_signal(&sync);
			mc_sync_signal(&second);
			igt_assert(mc_sync_done(fence, MC_TIMEOUT_MS));
		}
		mc_forget_all();
		if (!mc_bound())
			mc_bind();
	}
}

/* SYNC_START waits for the writers, though the dma-buf is the owner's own. */
static void begin_reading(void *data)
{
	struct dma_buf_sync sync = {
		.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ,
	};
	const int *fd = data;

	mc_expect(mc_ioctl_errno(*fd, DMA_BUF_IOCTL_SYNC, &sync), 0);
}

static void test_sync(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	struct mc_sync sync;
	pid_t pid;

	written_chunk(scene, scene->fb[0], &sync, &chunk);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk.event.buffer,
				      &info), 0);
	pid = mc_fork(begin_reading, &info.fds[0]);
	mc_wait_stuck(pid, "dma_fence");
	mc_sync_signal(&sync);
	mc_join(pid);
	mc_release(scene->ctx, &chunk);
}

/* As many writers as the driver merges into one fence. */
#define WRITERS 64

/*
 * A chunk of a framebuffer with that many writers. Their fences signal by themselves in the
 * end, so on a slow machine this starts again.
 */
static void chunk_of_many(struct mc_scene *scene, struct mc_sync *syncs,
			  struct mc_chunk *chunk)
{
	unsigned int i, round;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < WRITERS; i++) {
			syncs[i] = mc_sync();
			write_fb(scene, scene->fb[0], &syncs[i]);
		}
		mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
		mc_wait_chunk(scene->ctx, chunk);
		if (!mc_sync_done(syncs[0].fd, 0))
			break;
		mc_release(scene->ctx, chunk);
		for (i = 0; i < WRITERS; i++)
			igt_assert(mc_sync_done(syncs[i].fd, MC_TIMEOUT_MS));
	}
	igt_assert_lt((int)round, 3);
	igt_assert(chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FENCE);
}

/* One fence stands for all of them; of more there is no picture yet. */
static void test_many_writers(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_sync syncs[WRITERS], extra;
	struct mc_chunk chunk;
	unsigned int i;
	int fence;

	chunk_of_many(scene, syncs, &chunk);
	mc_expect(mc_get_fence_errno(scene->ctx->fd, chunk.event.buffer,
				     chunk.event.chunk_id, &fence), 0);
	mc_release(scene->ctx, &chunk);
	extra = mc_sync();
	write_fb(scene, scene->fb[0], &extra);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	if (mc_try_chunk(scene->ctx, &chunk, MC_QUIET_MS)) {
		igt_assert(mc_sync_done(syncs[0].fd, 0));
		mc_release(scene->ctx, &chunk);
	}
	for (i = 0; i < WRITERS; i++) {
		/* Not before the last one has. */
		igt_assert(!mc_sync_done(fence, 0) ||
			   mc_sync_done(syncs[WRITERS - 1].fd, 0));
		mc_sync_signal(&syncs[i]);
	}
	igt_assert(mc_sync_done(fence, MC_TIMEOUT_MS));
	mc_sync_signal(&extra);
}

const struct mc_subtest mc_direct_fence[] = {
	{ "fence-in-time",
	  "Released with a fence that signals in time, nothing is held.",
	  test_in_time },
	{ "fence-late",
	  "A flip waits one vblank for a fence, and no longer; the damage comes again.",
	  test_late },
	{ "fence-between",
	  "A fence that signals while a flip waits for it is in time.",
	  test_between },
	{ "fence-never", "A fence that never signals delays one flip.",
	  test_never },
	{ "fence-after-revoked",
	  "A revoked picture's fence is not waited for.", test_after_revoked },
	{ "fence-hidden",
	  "Another master's flips do not wait for the fence.", test_hidden },
	{ "fence-ends-hold",
	  "Sessions, monitors, contexts and devices end while fences are pending.",
	  test_ends },
	{ "fence-in-chunk",
	  "A chunk that a device still writes has a fence.", test_chunk },
	{ "fence-none", "Others have none.", test_none },
	{ "fence-states", "The fence goes with the session.", test_states },
	{ "fence-outlives", "A fence outlives context and device.",
	  test_writers_end },
	{ "fence-sync", "Reads with the CPU wait for devices that write.",
	  test_sync },
	{ "fence-many-writers",
	  "Many writers have one fence, and too many have no picture.",
	  test_many_writers },
	{}
};
