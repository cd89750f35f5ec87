// SPDX-License-Identifier: MIT
/*
 * Many things at once: processes with contexts of their own or with one context, readers,
 * mode sets, signals.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "lib_miracast_lit.h"
#include "miracast_stress.h"

#define WIDTH 640
#define HEIGHT 480

/* Many callers of the synchronisation class */

struct crowd {
	uint32_t seed;
	uint32_t rounds;
};

static bool expected_error(int ret)
{
	switch (-ret) {
	case 0:
	case EBUSY:
	case ENOTCONN:
	case EALREADY:
	case ENOENT:
	case ESTALE:
	case EINTR:
		return true;
	default:
		return false;
	}
}

static void expect_any(int ret, const char *what)
{
	igt_assert_f(expected_error(ret), "%s: %s\n", what, mc_strerror(ret));
}

static void random_call(int fd, uint32_t *seed)
{
	struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);
	struct drm_miracast_statistics stats;

	switch (mc_random(seed) % 8) {
	case 0:
		expect_any(mc_start_errno(fd, NULL), "start");
		break;
	case 1:
		expect_any(mc_stop_errno(fd), "stop");
		break;
	case 2:
	case 3:
		expect_any(mc_arrive_errno(fd, &arg), "arrive");
		break;
	case 4:
		expect_any(mc_depart_errno(fd), "depart");
		break;
	case 5:
		expect_any(mc_request_frame_errno(fd), "request");
		break;
	case 6:
		expect_any(mc_release_errno(fd, mc_random(seed) % 8,
					    mc_random(seed) % 8), "release");
		break;
	default:
		expect_any(mc_statistics_errno(fd, &stats), "statistics");
		break;
	}
}

static void one_of_crowd(void *data)
{
	struct crowd *crowd = data;
	int card = mc_card_open();
	uint32_t i, j;

	for (i = 0; i < crowd->rounds; i++) {
		struct drm_miracast_create_context limits =
			mc_limits(WIDTH, HEIGHT, 2);
		int ret = mc_create_errno(card, &limits);

		/* Nobody is master while the one of them that was is gone. */
		if (ret != -ESRCH)
			expect_any(ret, "create");
		if (ret)
			continue;
		for (j = 0; j < 10; j++)
			random_call(limits.context_fd, &crowd->seed);
		if (mc_random(&crowd->seed) % 2)
			mc_expect(mc_destroy_errno(limits.context_fd), 0);
		mc_close(limits.context_fd);
	}
}

static void test_crowd(void)
{
	struct crowd crowd = { .rounds = stress_cycles() / 5 + 1 };
	pid_t pids[8];
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(pids); i++) {
		crowd.seed = i + 1;
		pids[i] = mc_fork(one_of_crowd, &crowd);
	}
	for (i = 0; i < (int)ARRAY_SIZE(pids); i++)
		mc_join(pids[i]);
	mc_wait_at_rest(mc_card_open());
}

/* Several processes on one context: calls, reads, releases, mode sets */

struct shared_context {
	int fd;
	uint32_t seed;
	uint32_t rounds;
};

static void one_of_sharers(void *data)
{
	struct shared_context *shared = data;
	uint32_t i;

	for (i = 0; i < shared->rounds; i++)
		random_call(shared->fd, &shared->seed);
}

/* Answers what comes, whoever asked for it. */
static void reader(void *data)
{
	struct shared_context *shared = data;
	struct mc_ctx *ctx = mc_ctx_from_fd(shared->fd);
	const struct drm_miracast_event *event;
	struct mc_message message;
	struct mc_chunk chunk;

	for (;;) {
		event = mc_next_event(ctx, 1000);
		if (!event)
			continue;
		if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
			mc_parse_chunk(event, &chunk);
			expect_any(mc_release_errno(ctx->fd,
						    chunk.event.buffer,
						    chunk.event.chunk_id),
				   "release of a chunk");
			continue;
		}
		mc_parse_message(event, &message);
		if (message.event.needs_completion)
			expect_any(mc_complete_errno(ctx->fd,
						     message.event.number,
						     mc_random(&shared->seed) %
						     4 == 0),
				   "completion");
	}
}

static void test_shared_context(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct shared_context shared = { .rounds = stress_cycles() * 2 };
	struct drm_miracast_create_context limits =
		mc_limits(WIDTH, HEIGHT, 3);
	struct mc_ctx *ctx;
	pid_t pids[3], reading;
	struct mc_lit lit;
	uint32_t i;

	mc_lit(&lit, WIDTH, HEIGHT);
	limits.connector_id = lit.kms->connector;
	ctx = mc_ctx_create(lit.card, &limits);
	shared.fd = ctx->fd;
	reading = mc_fork(reader, &shared);
	for (i = 0; i < ARRAY_SIZE(pids); i++) {
		shared.seed = i + 1;
		pids[i] = mc_fork(one_of_sharers, &shared);
	}
	for (i = 0; i < stress_cycles() / 2 + 10; i++) {
		mc_show(lit.kms, lit.fb, NULL, 0);
		if (i % 16 == 0) {
			mc_expect(mc_commit_errno(lit.kms, &off), 0);
			mc_expect(mc_commit_errno(lit.kms, &on), 0);
		}
	}
	for (i = 0; i < ARRAY_SIZE(pids); i++)
		mc_join(pids[i]);
	igt_assert_eq(waitpid(reading, NULL, WNOHANG), 0);
	mc_kill(reading);
	mc_ctx_close(ctx);
	mc_wait_at_rest(lit.card);
	mc_show(lit.kms, lit.fb, NULL, 0);
}

/* Several readers of one queue: each event goes to exactly one */

struct readers {
	int fd;
	/* Shared memory: how often each frame was read. */
	uint8_t *seen;
	uint32_t room;
};

/* A read gets all events that fit; there may be more than one. */
static void take_events(struct mc_ctx *ctx, const struct readers *readers,
			const char *bytes, ssize_t left)
{
	struct mc_chunk chunk;

	while (left > 0) {
		const struct drm_miracast_event *event = (const void *)bytes;

		igt_assert(left >= (ssize_t)sizeof(*event));
		igt_assert_eq_u64(event->length % 8, 0);
		igt_assert(event->length >= sizeof(*event) &&
			   event->length <= left);
		bytes += event->length;
		left -= event->length;
		if (event->type != DRM_MIRACAST_EVENT_TYPE_CHUNK)
			continue;
		mc_parse_chunk(event, &chunk);
		igt_assert(chunk.event.chunk_id < readers->room);
		readers->seen[chunk.event.chunk_id]++;
		mc_release(ctx, &chunk);
	}
}

static void one_reader(void *data)
{
	struct readers *readers = data;
	struct mc_ctx *ctx = mc_ctx_from_fd(readers->fd);

	for (;;) {
		uint64_t buffer[64];
		ssize_t got = read(ctx->fd, buffer, sizeof(buffer));

		igt_assert_f(got > 0, "read: %m\n");
		take_events(ctx, readers, (const char *)buffer, got);
	}
}

static void test_readers(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	uint32_t i, n, frames = stress_cycles() / 2 + 20;
	struct readers readers = {
		.fd = scene->ctx->fd,
		.room = frames * 4,
	};
	struct mc_chunk chunk;
	struct drm_miracast_statistics before;
	uint64_t captured;
	pid_t pids[3];

	readers.seen = mmap(NULL, readers.room, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	igt_assert(readers.seen != MAP_FAILED);
	/* The driver may show the first picture once more, at any time. */
	do {
		mc_drain(scene->ctx, &chunk);
		before = mc_statistics(scene->ctx);
	} while (before.unreleased_chunks);
	for (i = 0; i < ARRAY_SIZE(pids); i++)
		pids[i] = mc_fork(one_reader, &readers);
	/* A picture may be captured a refresh period after its flip. */
	captured = before.pictures_captured;
	for (i = 0; i < frames; i++) {
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		captured = mc_wait_released(scene->ctx, captured + 1);
	}
	for (i = 0; i < ARRAY_SIZE(pids); i++) {
		igt_assert_eq(waitpid(pids[i], NULL, WNOHANG), 0);
		mc_kill(pids[i]);
	}
	for (i = 0, n = 0; i < readers.room; i++) {
		igt_assert_lte(readers.seen[i], 1);
		n += readers.seen[i];
	}
	/* The driver may have captured more since the last wait. */
	igt_assert_lte_u64(captured - before.pictures_captured, n);
	igt_assert_lte_u64(n, mc_statistics(scene->ctx).pictures_captured -
			   before.pictures_captured);
	munmap(readers.seen, readers.room);
}

/* Mode sets as fast as possible, with an owner that answers slowly */

static void slow_modes_owner(void *data)
{
	struct mc_ctx *ctx = mc_ctx_from_fd(*(const int *)data);
	struct mc_message message;
	struct mc_chunk chunk;
	uint32_t seed = 1;

	for (;;) {
		if (!mc_try_message(ctx, DRM_MIRACAST_MSG_MODE_SET,
				    &message, 100))
			continue;
		usleep(mc_random(&seed) % 40000);
		expect_any(mc_complete_errno(ctx->fd, message.event.number, 0),
			   "completion");
		if (mc_try_chunk(ctx, &chunk, 50))
			expect_any(mc_release_errno(ctx->fd,
						    chunk.event.buffer,
						    chunk.event.chunk_id),
				   "release");
	}
}

static void test_mode_storm(void)
{
	static const struct { uint32_t width, height; } sizes[] = {
		{ 640, 480 }, { 800, 600 }, { 656, 496 }, { 720, 576 },
	};
	struct drm_miracast_create_context limits = mc_limits(800, 600, 3);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct mc_fb *fb[ARRAY_SIZE(sizes)];
	struct mc_picture *seen;
	struct mc_chunk chunk;
	drmModeModeInfo last;
	pid_t pid;
	uint32_t i;

	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fb[i] = mc_fb(card, sizes[i].width, sizes[i].height,
			      DRM_FORMAT_XRGB8888);
		mc_fb_paint(fb[i], NULL, i);
	}
	pid = mc_fork(slow_modes_owner, &ctx->fd);
	for (i = 0; i < stress_cycles(); i++) {
		uint32_t n = i * 7 % ARRAY_SIZE(sizes);
		drmModeModeInfo mode = mc_make_mode(sizes[n].width,
						    sizes[n].height, 60000);

		mc_light(kms, &mode, fb[n]);
		if (i % 5 == 0)
			mc_show(kms, fb[n], NULL, 0);
	}
	igt_assert_eq(waitpid(pid, NULL, WNOHANG), 0);
	mc_kill(pid);

	/*
	 * Events of the dead reader are lost; a new session starts from a known state. The
	 * last mode may not be one of the monitor's; then it is not lit again by itself.
	 */
	mc_stop(ctx);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	last = mc_make_mode(640, 480, 60000);
	mc_light(kms, &last, fb[0]);
	mc_wait_chunk(ctx, &chunk);
	seen = mc_fb_seen(fb[0], 0, 0, 640, 480);
	mc_assert_chunk(ctx, &chunk, seen, "after the storm");
	mc_ctx_close(ctx);
}

/* Signals while waiting for the class */

static void on_alarm(int signal)
{
}

static void test_signals(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval often = { .it_value.tv_usec = 300,
				   .it_interval.tv_usec = 300 };
	struct crowd crowd = { .seed = 9, .rounds = 1000000 };
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	uint32_t i, interrupted = 0;
	struct mc_ctx *ctx;
	pid_t pids[6];

	/* Otherwise hardly any call waits for the class, and the test proves nothing. */
	mc_require_preemption();
	ctx = mc_ctx_create(mc_card_open(), NULL);
	for (i = 0; i < ARRAY_SIZE(pids); i++)
		pids[i] = mc_fork(one_of_crowd, &crowd);
	igt_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
	igt_assert_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
	for (i = 0; i < stress_cycles() * 4 || (!interrupted && mc_now_ns() < end);
	     i++) {
		bool start = i % 2 == 0;
		int ret;

		/* An interrupted call has done nothing, so it can be made. */
		do {
			ret = start ? mc_start_errno(ctx->fd, NULL) :
			      mc_stop_errno(ctx->fd);
			interrupted += ret == -EINTR;
		} while (ret == -EINTR);
		mc_expect_f(ret, 0, "%s %u", start ? "start" : "stop", i);
	}
	memset(&often, 0, sizeof(often));
	setitimer(ITIMER_REAL, &often, NULL);
	igt_info("%u calls were interrupted\n", interrupted);
	igt_assert_f(interrupted, "no call was interrupted\n");
	for (i = 0; i < ARRAY_SIZE(pids); i++)
		mc_kill(pids[i]);
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_stress_crowd[] = {
	{ "crowd",
	  "Many processes make, use and destroy contexts at once.",
	  test_crowd },
	{ "shared-context",
	  "Several processes use one context at once, a client mode sets.",
	  test_shared_context },
	{ "readers",
	  "With several readers each event is read once.", test_readers },
	{ "mode-storm",
	  "Mode sets faster than the owner answers end in the right picture.",
	  test_mode_storm },
	{ "signals",
	  "Interrupted calls have done nothing; the others have done all.",
	  test_signals },
	{}
};
