// SPDX-License-Identifier: MIT
/*
 * Fences on the owner's memory. The owner waits for them itself, in RELEASE and
 * in COMPLETE_MESSAGE; clients, other owners and the kernel never do.
 *
 * Fences of vgem signal by themselves after ten seconds. A wrong wait would end then, and
 * everything would look right. So when a fence has signalled that should still be pending,
 * something has waited, and the test fails. It skips on machines that need seconds for a
 * few flips without any fence.
 */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "lib_miracast_sync.h"
#include "miracast_owner_buffers.h"

#define BUFFERS 3
/* The limit for twice as many flips as a test makes while a fence is pending. */
#define FAST_NS 2500000000ull

/* On some of a set's buffers. */
struct fences {
	struct set *set;
	unsigned int first, count;
	uint32_t fence[BUFFERS];
	uint64_t attached_ns;
};

static struct fences attach(struct set *set, unsigned int first,
			    unsigned int count, bool write)
{
	struct fences fences = {
		.set = set,
		.first = first,
		.count = count,
		.attached_ns = mc_now_ns(),
	};
	unsigned int i;

	for (i = 0; i < count; i++)
		fences.fence[i] = mc_fence_attach(set->dmabuf[first + i],
						  write);
	return fences;
}

static struct fences attach_all(struct set *set, bool write)
{
	return attach(set, 0, BUFFERS, write);
}

static void signal_all(const struct fences *fences)
{
	unsigned int i;

	for (i = 0; i < fences->count; i++)
		mc_fence_signal(fences->set->dmabuf[fences->first + i],
				fences->fence[i]);
}

/* How long the same flips take without fences, for an owner of COPY. */
static uint64_t time_without_fences(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, BUFFERS);
	uint64_t start = mc_now_ns();
	struct mc_chunk chunk;
	unsigned int i;

	for (i = 0; i < 40; i++) {
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	return mc_now_ns() - start;
}

static bool pending(const struct fences *fences)
{
	unsigned int i;

	for (i = 0; i < fences->count; i++)
		if (!mc_dmabuf_busy(fences->set->dmabuf[fences->first + i]))
			return false;
	return true;
}

/* Nothing has waited for the fences. Ends the test's scene otherwise. */
static void assert_pending(const struct fences *fences)
{
	uint64_t with, without;

	if (pending(fences))
		return;
	with = mc_now_ns() - fences->attached_ns;
	mc_forget_all();
	if (!mc_bound())
		mc_bind();
	without = time_without_fences();
	igt_require_f(without < FAST_NS,
		      "too slow: %.1f s for 40 flips without fences\n",
		      without / 1e9);
	igt_assert_f(false,
		     "somebody waited for a fence: %.1f s, and %.1f s for 40 flips without\n",
		     with / 1e9, without / 1e9);
}

/* Pictures as the owner sees them in its mapping, without waiting. */
static void assert_shown(const struct set *set, unsigned int index,
			 const struct mc_fb *fb)
{
	struct mc_picture *seen = mc_fb_seen(fb, 0, 0, 640, 480);

	mc_assert_pixels(set_plane(set, index, 0), 640 * 4, seen->pixels,
			 seen->pitch, 640, 480, "behind a fence");
	mc_picture_free(seen);
}

static struct mc_scene *running(struct set *set)
{
	struct mc_scene *scene = owner_scene(set);
	struct mc_chunk chunk;
	unsigned int i;

	for (i = 1; i < 3; i++)
		mc_fb_paint(scene->fb[i], NULL, i);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	return scene;
}

/* Captures and flips go on as if the fences were not there. */
static void not_held_up(bool write)
{
	struct set *set = set_simple(640, 480, BUFFERS);
	struct mc_scene *scene = running(set);
	struct fences fences = attach_all(set, write);
	struct mc_chunk chunk[BUFFERS];
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		mc_show(scene->kms, scene->fb[i], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk[i]);
		assert_shown(set, set_index(scene->ctx, set, &chunk[i]),
			     scene->fb[i]);
	}
	/* More, with every buffer held and a RELEASE that would wait. */
	for (i = 0; i < 20; i++)
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
	assert_pending(&fences);
	signal_all(&fences);
	for (i = 0; i < BUFFERS; i++)
		mc_release(scene->ctx, &chunk[i]);
	mc_wait_chunk(scene->ctx, &chunk[0]);
	assert_shown(set, set_index(scene->ctx, set, &chunk[0]),
		     scene->fb[19 % 3]);
	mc_release(scene->ctx, &chunk[0]);
}

static void test_flips(void)
{
	not_held_up(true);
}

static void test_flips_read(void)
{
	not_held_up(false);
}

/* Waiting */

static void release_waits(bool write)
{
	struct set *set = set_simple(640, 480, BUFFERS);
	struct mc_scene *scene = running(set);
	struct fences fences;
	struct mc_chunk chunk;
	int ret;

	/* The encoder still works on the picture that is released. */
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	fences = attach_all(set, write);
	mc_alarms(200);
	ret = mc_release_errno(scene->ctx->fd, chunk.event.buffer,
			       chunk.event.chunk_id);
	mc_alarms(0);
	assert_pending(&fences);
	mc_expect(ret, -EINTR);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 1);
	/* Errors are returned at once. */
	mc_expect(mc_release_errno(scene->ctx->fd, chunk.event.buffer,
				   chunk.event.chunk_id + 1), -ENOENT);
	mc_expect(mc_release_errno(scene->ctx->fd, chunk.event.buffer,
				   chunk.event.chunk_id | 1ull << 40),
		  -EINVAL);
	assert_pending(&fences);
	signal_all(&fences);
	mc_expect(mc_release_errno(scene->ctx->fd, chunk.event.buffer,
				   chunk.event.chunk_id), 0);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

static void test_release(void)
{
	release_waits(true);
}

static void test_release_read(void)
{
	release_waits(false);
}

/* A child in a call that waits */

struct caller {
	int fd;
	struct mc_chunk chunk;
	struct mc_scene *scene;
	bool complete;
};

static void call(void *data)
{
	struct caller *caller = data;

	if (caller->complete)
		mc_complete_mode(caller->scene->ctx, NULL);
	else
		mc_expect(mc_release_errno(caller->fd,
					   caller->chunk.event.buffer,
					   caller->chunk.event.chunk_id), 0);
}

static pid_t start_call(struct caller *caller)
{
	pid_t pid = mc_fork(call, caller);

	mc_wait_stuck(pid, "dma_fence");
	return pid;
}

/* While one thread waits in RELEASE, all else works. */
static void test_release_beside(void)
{
	struct set *set = set_simple(640, 480, BUFFERS);
	struct mc_scene *scene = running(set);
	struct caller caller = { .fd = scene->ctx->fd };
	struct fences fences;
	struct mc_chunk chunk;
	uint32_t index;
	pid_t pid;
	int i;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &caller.chunk);
	index = set_index(scene->ctx, set, &caller.chunk);
	fences = attach(set, index, 1, true);
	pid = start_call(&caller);
	for (i = 0; i < 10; i++) {
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert(set_index(scene->ctx, set, &chunk) != index);
		mc_release(scene->ctx, &chunk);
		mc_statistics(scene->ctx);
	}
	assert_pending(&fences);
	igt_assert_eq(waitpid(pid, NULL, WNOHANG), 0);
	signal_all(&fences);
	mc_join(pid);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
}

/* Two at once: one of them releases the chunk. */
static void release_either(void *data)
{
	struct caller *caller = data;
	int ret = mc_release_errno(caller->fd, caller->chunk.event.buffer,
				   caller->chunk.event.chunk_id);

	igt_assert(!ret || ret == -ENOENT);
}

static void test_release_twice(void)
{
	struct set *set = set_simple(640, 480, BUFFERS);
	struct mc_scene *scene = running(set);
	struct caller caller = { .fd = scene->ctx->fd };
	struct fences fences;
	pid_t pids[4];
	unsigned int i;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &caller.chunk);
	fences = attach_all(set, true);
	for (i = 0; i < ARRAY_SIZE(pids); i++)
		pids[i] = mc_fork(release_either, &caller);
	usleep(300000);
	signal_all(&fences);
	for (i = 0; i < ARRAY_SIZE(pids); i++)
		mc_join(pids[i]);
	mc_expect(mc_release_errno(scene->ctx->fd, caller.chunk.event.buffer,
				   caller.chunk.event.chunk_id), -ENOENT);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
}

static void killed_in(bool complete)
{
	struct set *set = set_simple(640, 480, BUFFERS);
	struct mc_scene *scene = complete ? owner_scene_lit(&set->layout) :
				 running(set);
	struct caller caller = { .fd = scene->ctx->fd, .scene = scene,
				 .complete = complete };
	struct fences fences;
	uint64_t start;
	pid_t pid;

	if (complete) {
		set_give(scene->ctx, set);
	} else {
		mc_show(scene->kms, scene->fb[1], NULL, 0);
		mc_wait_chunk(scene->ctx, &caller.chunk);
	}
	fences = attach_all(set, true);
	pid = start_call(&caller);
	start = mc_now_ns();
	mc_kill(pid);
	igt_assert_lt_u64(mc_now_ns() - start, 5000000000ull);
	assert_pending(&fences);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	/* The end of the context does not wait either. */
	mc_ctx_close(scene->ctx);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	assert_pending(&fences);
	mc_wait_at_rest(scene->card);
	set_close(set);
}

static void test_killed_in_release(void)
{
	killed_in(false);
}

static void test_killed_in_complete(void)
{
	killed_in(true);
}

/* SET_BUFFERS has nothing to wait for: access begins when a mode is accepted. */
static void test_set(void)
{
	struct set *set = set_simple(640, 480, BUFFERS);
	struct mc_scene *scene = owner_scene_lit(&set->layout);
	struct fences fences = attach_all(set, true);
	struct mc_ctx *other;
	pid_t pid;

	set_give(scene->ctx, set);
	set_give(scene->ctx, set);
	pid = start_call(&(struct caller) { .scene = scene, .complete = true });
	if (mc_caps(scene->card).targets_free) {
		other = mc_ctx_in_state(scene->card,
					DRM_MIRACAST_STATE_MONITOR);
		mc_stop(other);
		mc_ctx_close(other);
	}
	mc_statistics(scene->ctx);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	assert_pending(&fences);
	igt_assert_eq(waitpid(pid, NULL, WNOHANG), 0);
	set_assert_outside(set, 0, 0);
	signal_all(&fences);
	mc_join(pid);
}

/*
 * Held when the session ended, the encoder still at it: the next session does
 * not write there before the encoder is done.
 */
static void complete(void *data)
{
	struct mc_scene *scene = data;

	mc_complete_mode(scene->ctx, NULL);
}

static void test_new_session(void)
{
	struct set *set = set_simple(640, 480, BUFFERS);
	struct mc_scene *scene = running(set);
	struct mc_chunk chunk[BUFFERS];
	struct fences fences;
	unsigned int i;
	pid_t pid;

	for (i = 0; i < BUFFERS; i++) {
		mc_show(scene->kms, scene->fb[i], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk[i]);
	}
	fences = attach_all(set, false);
	mc_stop(scene->ctx);
	for (i = 0; i < BUFFERS; i++)
		memset(set->dmabuf[i]->map, UNTOUCHED, set->dmabuf[i]->size);
	mc_start(scene->ctx);
	mc_arrive(scene->ctx, 640, 480);
	pid = mc_fork(complete, scene);
	for (i = 0; i < 20; i++)
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
	assert_pending(&fences);
	set_assert_outside(set, 0, 0);
	assert_pending(&fences);
	signal_all(&fences);
	mc_join(pid);
	mc_wait_chunk(scene->ctx, &chunk[0]);
	assert_shown(set, set_index(scene->ctx, set, &chunk[0]),
		     scene->fb[19 % 3]);
	mc_release(scene->ctx, &chunk[0]);
}

/* Every end, with fences on everything. */
static void test_ends(void)
{
	unsigned int way;

	for (way = 0; way < 6; way++) {
		struct set *set = set_simple(640, 480, BUFFERS);
		struct mc_scene *scene = running(set);
		struct mc_ctx *ctx = scene->ctx;
		struct fences fences;
		struct mc_chunk chunk;

		mc_show(scene->kms, scene->fb[1], NULL, 0);
		mc_wait_chunk(ctx, &chunk);
		fences = attach_all(set, true);
		switch (way) {
		case 0:
			mc_stop(ctx);
			mc_expect(mc_release_errno(ctx->fd, chunk.event.buffer,
						   chunk.event.chunk_id),
				  -ESTALE);
			break;
		case 1:
			mc_depart(ctx);
			break;
		case 2:
			mc_expect(mc_destroy_errno(ctx->fd), 0);
			break;
		case 3:
			mc_ctx_close(ctx);
			break;
		case 4:
			mc_off(scene->kms);
			break;
		default:
			mc_unbind();
			break;
		}
		assert_pending(&fences);
		mc_forget_all();
		if (!mc_bound())
			mc_bind();
	}
}

/* Released with a fence, nobody waits: neither for that nor for any other. */

static int release_with(struct mc_scene *scene, const struct mc_chunk *chunk,
			int fence)
{
	return mc_release_fenced(scene->ctx->fd, chunk->event.buffer,
				 chunk->event.chunk_id, fence);
}

/* The rest of the buffers is with the owner; then pictures starve. */
static void starve(struct mc_scene *scene, struct mc_chunk *rest)
{
	unsigned int i;

	for (i = 0; i < BUFFERS - 1; i++) {
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &rest[i]);
	}
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
}

static void test_explicit(void)
{
	struct set *set = set_simple(640, 480, BUFFERS);
	struct mc_scene *scene = running(set);
	struct mc_chunk chunk, rest[BUFFERS - 1];
	struct mc_sync sync = mc_sync();
	struct fences fences;
	uint32_t index;
	unsigned int i;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	index = set_index(scene->ctx, set, &chunk);
	fences = attach(set, index, 1, false);
	mc_expect(release_with(scene, &chunk, sync.fd), 0);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
	starve(scene, rest);
	/* The encoder has finished reading, another device has not. */
	igt_assert(!mc_sync_done(sync.fd, 0));
	mc_sync_signal(&sync);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	assert_pending(&fences);
	signal_all(&fences);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u32(set_index(scene->ctx, set, &chunk), index);
	assert_shown(set, index, scene->fb[2]);
	mc_release(scene->ctx, &chunk);
	for (i = 0; i < BUFFERS - 1; i++)
		mc_release(scene->ctx, &rest[i]);
	for (i = 0; i < 10; i++) {
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_expect(release_with(scene, &chunk, sync.fd), 0);
	}
}

/* Another set comes while the old one's fences are pending. */
static void test_explicit_ends(void)
{
	unsigned int way;

	for (way = 0; way < 12; way++) {
		struct set *set = set_simple(640, 480, BUFFERS);
		struct set *other = set_simple(640, 480, BUFFERS);
		struct mc_scene *scene = running(set);
		struct mc_sync sync = mc_sync();
		struct fences fences;
		struct mc_chunk chunk;

		mc_show(scene->kms, scene->fb[1], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		fences = attach_all(set, true);
		mc_expect(release_with(scene, &chunk, sync.fd), 0);
		if (way < 6)
			mc_sync_signal(&sync);
		switch (way % 6) {
		case 0:
			mc_stop(scene->ctx);
			break;
		case 1:
			mc_stop(scene->ctx);
			set_give(scene->ctx, other);
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
		default:
			mc_unbind();
			break;
		}
		assert_pending(&fences);
		if (way % 2)
			signal_all(&fences);
		mc_forget_all();
		if (!mc_bound())
			mc_bind();
	}
}

const struct mc_subtest mc_owner_buffers_fence[] = {
	{ "fence-flips",
	  "A fence on the owner's memory holds up neither captures nor flips.",
	  test_flips },
	{ "fence-flips-read", "Nor does one of somebody who reads.",
	  test_flips_read },
	{ "fence-release",
	  "RELEASE waits for it; a signal ends that, and nothing was released.",
	  test_release },
	{ "fence-release-read",
	  "RELEASE waits as well for those who still read.",
	  test_release_read },
	{ "fence-release-beside", "Everything else works meanwhile.",
	  test_release_beside },
	{ "fence-release-twice", "Of several that wait one succeeds.",
	  test_release_twice },
	{ "fence-killed-in-release", "kill -9 ends a RELEASE that waits.",
	  test_killed_in_release },
	{ "fence-killed-in-complete", "And a COMPLETE_MESSAGE.",
	  test_killed_in_complete },
	{ "fence-set",
	  "SET_BUFFERS does not wait; COMPLETE_MESSAGE does, and keeps nobody waiting.",
	  test_set },
	{ "fence-new-session",
	  "What was held when a session ended is not written before its fence is over.",
	  test_new_session },
	{ "fence-ends", "Sessions, contexts and devices end without waiting.",
	  test_ends },
	{ "fence-explicit",
	  "Released with a fence, a buffer waits for that and all others by itself.",
	  test_explicit },
	{ "fence-explicit-ends",
	  "Sets, sessions, contexts and devices end while it waits.",
	  test_explicit_ends },
	{}
};
