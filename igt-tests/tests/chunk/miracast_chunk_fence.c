// SPDX-License-Identifier: MIT
/*
 * RELEASE_CHUNK with the fence of a reader, in COPY: the buffer is written again after the
 * fence has signalled, and nothing blocks until then.
 *
 * Fences of vgem signal by themselves after ten seconds, so a test checks that a fence is
 * still pending after the calls that should happen meanwhile.
 */
#include <fcntl.h>
#include <limits.h>

#include "lib_miracast_sync.h"
#include "miracast_chunk.h"

#define WIDTH 640
#define HEIGHT 480
#define BUFFERS 2

static int release(struct mc_scene *scene, const struct mc_chunk *chunk,
		   int fence)
{
	return mc_release_fenced(scene->ctx->fd, chunk->event.buffer,
				 chunk->event.chunk_id, fence);
}

/* The next picture, of which the owner has the chunk. */
static void next(struct mc_scene *scene, unsigned int index,
		 struct mc_chunk *chunk)
{
	mc_show(scene->kms, scene->fb[index % 3], NULL, 0);
	mc_wait_chunk(scene->ctx, chunk);
}

static void expect_shown(struct mc_scene *scene, const struct mc_chunk *chunk,
			 unsigned int index)
{
	struct mc_picture *seen = mc_fb_seen(scene->fb[index % 3], 0, 0, WIDTH,
					     HEIGHT);

	mc_assert_chunk(scene->ctx, chunk, seen, "behind a fence");
	mc_picture_free(seen);
}

static struct mc_scene *painted(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, BUFFERS);
	unsigned int i;

	for (i = 0; i < 3; i++)
		mc_fb_paint(scene->fb[i], NULL, i);
	return scene;
}

/* Both buffers, one of them with the owner and one with its device. */
static void both_out(struct mc_scene *scene, int fence,
		     struct mc_chunk *fenced, struct mc_chunk *held)
{
	next(scene, 1, fenced);
	mc_expect(release(scene, fenced, fence), 0);
	mc_expect(release(scene, fenced, fence), -ENOENT);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
	next(scene, 2, held);
	igt_assert(held->event.buffer != fenced->event.buffer);
	expect_shown(scene, held, 2);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 1);
}

/* The starved picture goes into the buffer whose fence has signalled. */
static void expect_freed(struct mc_scene *scene, const struct mc_chunk *fenced,
			 const struct mc_chunk *held)
{
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u64(chunk.event.buffer, fenced->event.buffer);
	expect_shown(scene, &chunk, 0);
	mc_release(scene->ctx, &chunk);
	mc_release(scene->ctx, held);
	next(scene, 1, &chunk);
	expect_shown(scene, &chunk, 1);
	mc_release(scene->ctx, &chunk);
}

static void test_holds_buffer(void)
{
	struct mc_scene *scene = painted();
	struct mc_sync sync = mc_sync();
	struct mc_chunk fenced, held;

	both_out(scene, sync.fd, &fenced, &held);
	igt_assert(!mc_sync_done(sync.fd, 0));
	mc_sync_signal(&sync);
	expect_freed(scene, &fenced, &held);
}

static void test_error(void)
{
	struct mc_scene *scene = painted();
	struct mc_timeline timeline = mc_timeline();
	struct mc_chunk fenced, held;

	both_out(scene, timeline.fd, &fenced, &held);
	mc_timeline_break(&timeline);
	expect_freed(scene, &fenced, &held);
}

static void test_signalled(void)
{
	struct mc_scene *scene = painted();
	struct mc_sync sync = mc_sync();
	struct mc_chunk chunk;
	unsigned int i;

	mc_sync_signal(&sync);
	igt_assert(mc_sync_done(sync.fd, 0));
	for (i = 1; i < 10; i++) {
		next(scene, i, &chunk);
		expect_shown(scene, &chunk, i);
		mc_expect(release(scene, &chunk, sync.fd), 0);
	}
}

/* The descriptor is the caller's, and not needed any more. */
static void test_closed(void)
{
	struct mc_scene *scene = painted();
	struct mc_sync sync = mc_sync();
	struct mc_chunk fenced, held;
	int copy = fcntl(sync.fd, F_DUPFD_CLOEXEC, 0);

	igt_assert_fd(copy);
	mc_keep(copy);
	both_out(scene, sync.fd, &fenced, &held);
	igt_assert(fcntl(sync.fd, F_GETFD) >= 0);
	mc_close(sync.fd);
	mc_close(copy);
	mc_sync_signal(&sync);
	expect_freed(scene, &fenced, &held);
}

/* With every buffer behind a fence, flips go on. */
static void test_flips(void)
{
	struct mc_scene *scene = painted();
	struct mc_sync sync[BUFFERS];
	struct mc_chunk chunk;
	unsigned int i;

	for (i = 0; i < BUFFERS; i++) {
		sync[i] = mc_sync();
		next(scene, i, &chunk);
		mc_expect(release(scene, &chunk, sync[i].fd), 0);
	}
	for (i = 0; i < 20; i++)
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	for (i = 0; i < BUFFERS; i++)
		igt_assert(!mc_sync_done(sync[i].fd, 0));
	mc_sync_signal(&sync[1]);
	mc_wait_chunk(scene->ctx, &chunk);
	expect_shown(scene, &chunk, 19);
	mc_release(scene->ctx, &chunk);
	mc_sync_signal(&sync[0]);
	next(scene, 0, &chunk);
	expect_shown(scene, &chunk, 0);
	mc_release(scene->ctx, &chunk);
}

/* Refused, and nothing has changed. */
static void test_bad(void)
{
	struct mc_scene *scene = painted();
	struct mc_sync sync = mc_sync();
	struct drm_miracast_release_chunk arg = {
		.flags = DRM_MIRACAST_RELEASE_FLAG_FENCE,
	};
	int file = open("/dev/null", O_RDWR | O_CLOEXEC), closed, i;
	struct mc_chunk chunk;

	igt_assert_fd(file);
	mc_keep(file);
	closed = fcntl(file, F_DUPFD_CLOEXEC, 0);
	close(closed);
	next(scene, 1, &chunk);
	mc_expect(release(scene, &chunk, closed), -EBADF);
	mc_expect(release(scene, &chunk, INT_MAX), -EBADF);
	mc_expect(release(scene, &chunk, file), -EINVAL);
	mc_expect(release(scene, &chunk, scene->ctx->fd), -EINVAL);
	mc_expect(release(scene, &chunk, sync.dmabuf->fd), -EINVAL);
	arg.buffer = chunk.event.buffer;
	arg.chunk_id = chunk.event.chunk_id;
	for (i = 0; i < 3; i++) {
		static const int bad[] = { -1, INT_MIN, -100 };

		arg.fence_fd = bad[i];
		mc_expect_f(mc_ioctl_errno(scene->ctx->fd,
					   DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
					   &arg), -EBADF, "fence %d", bad[i]);
	}
	/* There is no room for the result. */
	arg.fence_fd = sync.fd;
	mc_expect(mc_ioctl_errno(scene->ctx->fd,
				 DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
				 mc_read_only(&arg, sizeof(arg))), -EFAULT);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 1);
	/* A chunk that is not there, with a good fence. */
	mc_expect(mc_release_fenced(scene->ctx->fd, chunk.event.buffer,
				    chunk.event.chunk_id + 1, sync.fd), -ENOENT);
	mc_expect(mc_release_fenced(scene->ctx->fd, chunk.event.buffer,
				    chunk.event.chunk_id | 1ull << 40, sync.fd),
		  -EINVAL);
	mc_expect(release(scene, &chunk, -1), 0);
	mc_sync_signal(&sync);
}

/* The encoder still reads when the next session begins. */
static void test_new_session(void)
{
	struct mc_scene *scene = painted();
	struct mc_sync sync = mc_sync();
	struct mc_chunk fenced, first, chunk;

	next(scene, 1, &fenced);
	mc_expect(release(scene, &fenced, sync.fd), 0);
	mc_stop(scene->ctx);
	mc_expect(release(scene, &fenced, sync.fd), -ESTALE);
	mc_forget_events(scene->ctx);
	mc_start(scene->ctx);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_complete_mode(scene->ctx, NULL);
	mc_wait_chunk(scene->ctx, &first);
	/* There is only one buffer. */
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	igt_assert(!mc_sync_done(sync.fd, 0));
	mc_sync_signal(&sync);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(chunk.event.buffer != first.event.buffer);
	expect_shown(scene, &chunk, 2);
	mc_release(scene->ctx, &chunk);
	mc_release(scene->ctx, &first);
}

/* Everything ends while fences are pending; they signal later, or never. */
static void test_ends(void)
{
	unsigned int way;

	for (way = 0; way < 10; way++) {
		struct mc_scene *scene = painted();
		struct mc_sync sync = mc_sync();
		struct mc_chunk chunk;

		next(scene, 1, &chunk);
		mc_expect(release(scene, &chunk, sync.fd), 0);
		next(scene, 2, &chunk);
		mc_expect(release(scene, &chunk, sync.fd), 0);
		switch (way % 5) {
		case 0:
			mc_stop(scene->ctx);
			break;
		case 1:
			mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
			break;
		case 2:
			mc_ctx_close(scene->ctx);
			break;
		case 3:
			mc_off(scene->kms);
			break;
		default:
			mc_unbind();
			break;
		}
		igt_assert(!mc_sync_done(sync.fd, 0));
		if (way < 5)
			mc_sync_signal(&sync);
		mc_forget_all();
		if (!mc_bound())
			mc_bind();
	}
}

/* Many at once, signalled in any order by another process. */
struct racers {
	struct mc_scene *scene;
	struct mc_timeline timeline;
	int report;
};

static void break_soon(void *data)
{
	struct racers *racers = data;
	char byte;

	igt_assert_eq(read(racers->report, &byte, 1), 1);
	usleep((useconds_t)byte * 10);
	mc_timeline_break(&racers->timeline);
}

/* The context ends at the moment at which a fence signals. */
static void test_ends_races(void)
{
	unsigned int i, rounds = mc_setting("MIRACAST_CYCLES", 30);
	int card = mc_card_open();

	for (i = 0; i < rounds; i++) {
		struct mc_scene *scene = mc_scene_on(card, WIDTH, HEIGHT,
						     BUFFERS);
		struct racers racers = { .scene = scene };
		struct mc_chunk chunk;
		char byte = (char)(i % 100);
		int ends[2];
		pid_t pid;

		mc_wait_chunk(scene->ctx, &chunk);
		racers.timeline = mc_timeline();
		igt_assert_eq(pipe2(ends, O_CLOEXEC), 0);
		racers.report = ends[0];
		pid = mc_fork(break_soon, &racers);
		mc_expect(release(scene, &chunk, racers.timeline.fd), 0);
		/* The child has the last reference. */
		mc_close(racers.timeline.timeline);
		igt_assert_eq(write(ends[1], &byte, 1), 1);
		if (i % 2)
			mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
		mc_ctx_close(scene->ctx);
		mc_join(pid);
		mc_close(racers.timeline.fd);
		close(ends[0]);
		close(ends[1]);
		mc_off(scene->kms);
	}
	mc_wait_at_rest(card);
}

/* COPY has no fences of its own: pixels are ready. */
static void test_none_in_chunk(void)
{
	struct mc_scene *scene = painted();
	struct mc_chunk chunk;
	int fence;

	next(scene, 1, &chunk);
	igt_assert(!(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FENCE));
	mc_expect(mc_get_fence_errno(scene->ctx->fd, chunk.event.buffer,
				     chunk.event.chunk_id, &fence), -ENOENT);
	mc_release(scene->ctx, &chunk);
}

/* The members that say what the pixels are. */
static void test_description(void)
{
	static const struct drm_miracast_color zero;
	static const uint32_t formats[] = { DRM_FORMAT_XRGB8888,
					    DRM_FORMAT_NV12 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(WIDTH, HEIGHT, BUFFERS);
		struct drm_miracast_buffer info;
		struct mc_scene *scene;
		struct mc_chunk chunk;

		limits.format = formats[i];
		scene = mc_scene_with(mc_card_open(), &limits, 60000);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert_eq_u32(chunk.event.fourcc, formats[i]);
		igt_assert_eq_u64(chunk.event.modifier, 0);
		igt_assert_eq_u32(chunk.event.pad, 0);
		igt_assert(!memcmp(&chunk.event.color, &zero, sizeof(zero)));
		mc_expect(mc_get_buffer_errno(scene->ctx->fd,
					      chunk.event.buffer, &info), 0);
		igt_assert_eq_u32(info.fourcc, formats[i]);
		igt_assert_eq_u64(info.modifier, 0);
		igt_assert_eq_u32(info.flags, 0);
		igt_assert(!memcmp(&info.color, &zero, sizeof(zero)));
		mc_forget_all();
	}
}

const struct mc_subtest mc_chunk_fence[] = {
	{ "fence-holds-buffer",
	  "A buffer released with a fence is not written before that has signalled.",
	  test_holds_buffer },
	{ "fence-error", "A fence that signals an error has signalled.",
	  test_error },
	{ "fence-signalled", "One that has signalled already changes nothing.",
	  test_signalled },
	{ "fence-closed", "The driver keeps no descriptor and needs none.",
	  test_closed },
	{ "fence-flips", "Flips wait for no fence.", test_flips },
	{ "fence-bad",
	  "What is no sync_file, or has no room for the result, releases nothing.",
	  test_bad },
	{ "fence-new-session",
	  "A fence holds its buffer beyond the end of the session.",
	  test_new_session },
	{ "fence-ends",
	  "Sessions, contexts and devices end while fences are pending.",
	  test_ends },
	{ "fence-ends-races", "Contexts end while fences signal.",
	  test_ends_races },
	{ "fence-none", "A chunk of COPY has no fence.", test_none_in_chunk },
	{ "description", "Chunks and buffers say format, modifier and colors.",
	  test_description },
	{}
};
