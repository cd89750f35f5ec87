// SPDX-License-Identifier: MIT
/*
 * Which thread does the work of a nonblocking commit: the client's call does the quick
 * parts, a worker the parts that take long or wait.
 */
#include <unistd.h>

#include "lib_miracast_points.h"
#include "lib_miracast_sync.h"
#include "miracast_kms.h"

#define WIDTH	1280
#define HEIGHT	720
/* The capture before may still go on when a flip comes: then that one waits. */
#define TRIES	50

static const struct drm_mode_rect caret = { 100, 200, 164, 264 };

struct threads {
	bool commit, capture;		/* in the client's call */
};

static struct mc_chunk take_picture(struct mc_scene *scene)
{
	struct mc_chunk chunk;

	mc_wait_flip(scene->kms, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	return chunk;
}

/* Threads that flip and capture; all is damage without @clip. */
static struct threads flip(struct mc_scene *scene, unsigned int i,
			   const struct drm_mode_rect *clip)
{
	const struct mc_point_event *commit, *frame;
	const struct mc_points *trace;

	mc_points_begin(512);
	mc_flip(scene->kms, scene->fb[i % 2], clip, !!clip);
	take_picture(scene);
	trace = mc_points_end();
	commit = mc_points_need(trace, NULL, "commit");
	frame = mc_points_need(trace, commit, "frame_start");
	/* One that turned out to be long begins again. */
	while (mc_points_find(trace, frame, "frame_start"))
		frame = mc_points_find(trace, frame, "frame_start");
	return (struct threads) {
		.commit = commit->tid == gettid(),
		.capture = frame->tid == gettid(),
	};
}

/* All buffers of COPY are up to date, so what follows are small pictures. */
static void settle(struct mc_scene *scene)
{
	unsigned int i;

	for (i = 0; i < 8; i++) {
		mc_flip(scene->kms, scene->fb[i % 2], &caret, 1);
		take_picture(scene);
	}
}

static void small(struct mc_scene *scene)
{
	struct threads threads = {};
	unsigned int i;

	settle(scene);
	for (i = 0; i < TRIES && !(threads.commit && threads.capture); i++)
		threads = flip(scene, i, &caret);
	igt_assert_f(threads.commit, "no commit was done in its call\n");
	igt_assert_f(threads.capture, "no picture was captured in it\n");
}

static void test_small_copy(void)
{
	small(mc_scene_running(WIDTH, HEIGHT, 3));
}

/* In DIRECT the size makes no difference. */
static void test_direct(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct threads threads = {};
	unsigned int i;

	for (i = 0; i < TRIES && !(threads.commit && threads.capture); i++)
		threads = flip(scene, i, NULL);
	igt_assert_f(threads.commit, "no commit was done in its call\n");
	igt_assert_f(threads.capture, "no picture was captured in it\n");
}

static void test_large_copy(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct threads threads = {};
	bool prompt = false;
	unsigned int i;

	for (i = 0; i < TRIES && (i < 5 || !prompt); i++) {
		threads = flip(scene, i, NULL);
		igt_assert_f(!threads.capture,
			     "the client waited for a copy of all\n");
		prompt |= threads.commit;
	}
	igt_assert_f(prompt, "no commit was done in its call\n");
}

/* The damage is small, but the free buffer lacks a large earlier picture. */
static void test_old_buffer(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_chunk held, newer;
	struct threads threads;

	settle(scene);
	mc_flip(scene->kms, scene->fb[0], &caret, 1);
	mc_wait_flip(scene->kms, NULL);
	mc_wait_chunk(scene->ctx, &held);
	mc_flip(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_flip(scene->kms, NULL);
	mc_wait_chunk(scene->ctx, &newer);
	mc_release(scene->ctx, &held);
	threads = flip(scene, 0, &caret);
	igt_assert_f(!threads.capture,
		     "the client waited for what a buffer had missed\n");
	mc_release(scene->ctx, &newer);
}

/* A commit that waits for a fence does not block the client. */
static void test_fenced(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	const struct mc_points *trace;
	struct mc_sync sync = mc_sync();
	struct mc_commit commit = {
		.fb = scene->fb[1],
		.in_fence = &sync.fd,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
	};
	bool waiting;

	mc_points_begin(512);
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	waiting = !mc_sync_done(sync.fd, 0);
	mc_sync_signal(&sync);
	take_picture(scene);
	trace = mc_points_end();
	/* It signals by itself, should the machine sleep for long enough. */
	igt_assert(!waiting ||
		   mc_points_need(trace, NULL, "commit")->tid != gettid());
	/* One that has signaled before does not count. */
	small(scene);
}

/* A fence of vgem lasts 10 s, which a machine under load may need. */
#define ATTEMPTS	5

/* A commit that waits for the fence that is returned. */
static struct mc_sync commit_waiting(struct mc_scene *scene, unsigned int i)
{
	struct mc_sync sync = mc_sync();
	struct mc_commit commit = {
		.fb = scene->fb[i % 2],
		.in_fence = &sync.fd,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
	};

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	return sync;
}

/* Returns whether it waited until now. */
static bool end_waiting(struct mc_scene *scene, struct mc_sync *sync)
{
	bool waiting = !mc_sync_done(sync->fd, 0);

	mc_sync_signal(sync);
	take_picture(scene);
	return waiting;
}

/* Returns whether the other target's picture came while the first one's commit waited. */
static bool captured_beside(struct mc_scene *scene, struct mc_scene *other,
			    unsigned int i)
{
	struct mc_sync sync = commit_waiting(scene, i);

	/* The call leaves a copy of all to a worker. */
	mc_flip(other->kms, other->fb[i % 2], NULL, 0);
	take_picture(other);
	return end_waiting(scene, &sync);
}

/* Workers of different targets do not wait for each other. */
static void test_beside(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT), *other;
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	unsigned int i;

	igt_require(mc_caps(scene->card).targets_total >= 2);
	other = mc_scene_with(scene->card, &limits, 60000);
	mc_scene_run(other);
	for (i = 1; !captured_beside(scene, other, i); i++)
		igt_assert_f(i < ATTEMPTS, "no picture while a commit waits\n");
}

/* Returns whether the cursor has moved while the commit waited. */
static bool moved_beside(struct mc_scene *scene, unsigned int i)
{
	struct mc_sync sync = commit_waiting(scene, i);

	mc_move_cursor(scene->kms, 10 * (int32_t)i, 20);
	return end_waiting(scene, &sync);
}

/* A cursor that only moves needs no commit, which would come after the one before. */
static void test_cursor_beside(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(WIDTH, HEIGHT);
	struct mc_scene *scene;
	unsigned int i;

	limits.flags |= DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	mc_scene_run(scene);
	mc_set_cursor(scene->kms, mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888));
	for (i = 1; !moved_beside(scene, i); i++)
		igt_assert_f(i < ATTEMPTS, "the cursor waits for a commit\n");
	mc_set_cursor(scene->kms, NULL);
}

const struct mc_subtest mc_kms_prompt[] = {
	{ "prompt-small", "Small pictures are captured in the client's call.",
	  test_small_copy },
	{ "prompt-direct", "So are those of DIRECT.", test_direct },
	{ "prompt-large",
	  "A commit is done in the client's call, a large copy is not.",
	  test_large_copy },
	{ "prompt-old-buffer", "Nor is a copy of what a buffer has missed.",
	  test_old_buffer },
	{ "prompt-fenced", "A commit that waits for a fence is not, either.",
	  test_fenced },
	{ "prompt-beside", "Nor does such a commit keep other targets waiting.",
	  test_beside },
	{ "prompt-cursor-beside", "Nor a cursor that moves.", test_cursor_beside },
	{}
};
