// SPDX-License-Identifier: MIT
/*
 * The device goes away with everything open, and comes back. The module is unloaded in
 * miracast_unplug_module.c.
 */
#include <poll.h>
#include <sys/wait.h>

#include "miracast_unplug.h"

#include "lib_miracast_sync.h"

IGT_TEST_DESCRIPTION("Removal of a miracast device in use.");

static void expect_read(int fd, int want)
{
	uint64_t buffer[64];

	igt_assert_eq(read(fd, buffer, sizeof(buffer)), -1);
	igt_assert_eq(errno, want);
}

/* Every way into a context of a device that is gone. */
static void expect_gone(int fd)
{
	uint8_t input[MC_INPUT_MAX], output[1024];
	unsigned int i;

	for (i = 0; i < mc_code_count; i++) {
		mc_code_input(&mc_codes[i], input);
		mc_expect_f(mc_io_errno(fd, mc_codes[i].code, input,
					mc_codes[i].in_size, output,
					mc_codes[i].out_size, NULL),
			    -ENODEV, "%s", mc_codes[i].name);
	}
	mc_expect(mc_release_errno(fd, 1, 1), -ENODEV);
	mc_expect(mc_destroy_errno(fd), -ENODEV);
	igt_assert(mc_poll(fd, POLLIN, MC_TIMEOUT_MS) & POLLHUP);
}

static void expect_card_gone(int card)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct drm_miracast_query_caps caps;

	mc_expect(mc_caps_errno(card, &caps), -ENODEV);
	mc_expect(mc_create_errno(card, &limits), -ENODEV);
	igt_assert(!drmModeGetResources(card));
	igt_assert_eq(errno, ENODEV);
}

void unplug_expect_working(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 2);
	struct mc_chunk chunk;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

static void test_idle(void)
{
	mc_unbind();
	igt_assert(mc_card_open_errno("miracast") == -ENODEV);
	mc_bind();
	unplug_expect_working();
}

static void test_card_open(void)
{
	int card = mc_card_open();

	mc_unbind();
	expect_card_gone(card);
	mc_bind();
	expect_card_gone(card);
	mc_close(card);
	unplug_expect_working();
}

static void test_each_state(void)
{
	unsigned int state;

	for (state = 0; state < MC_STATES; state++) {
		int card = mc_card_open();
		struct mc_ctx *ctx = mc_ctx_in_state(card, state);

		mc_unbind();
		expect_gone(ctx->fd);
		expect_read(ctx->fd, ENODEV);
		expect_card_gone(card);
		mc_bind();
		/* A new device does not make the old context good again. */
		expect_gone(ctx->fd);
		mc_ctx_close(ctx);
		mc_close(card);
	}
	unplug_expect_working();
}

static void test_destroyed_context(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);

	mc_expect(mc_destroy_errno(ctx->fd), 0);
	mc_unbind();
	expect_gone(ctx->fd);
	mc_bind();
	mc_ctx_close(ctx);
}

/* Two pictures, each in a chunk that is not read. */
static void show_two(struct mc_scene *scene)
{
	mc_show_captured(scene, scene->fb[0]);
	mc_show_captured(scene, scene->fb[1]);
}

static void test_queue_first(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	const struct drm_miracast_event *event;
	int chunks = 0;

	show_two(scene);
	mc_unbind();
	igt_assert(mc_poll(scene->ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLHUP);
	/* What was sent before can still be read. */
	while ((event = mc_next_event(scene->ctx, 0)))
		chunks += event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK;
	igt_assert_eq(chunks, 2);
	expect_read(scene->ctx->fd, ENODEV);
	expect_gone(scene->ctx->fd);
}

/*
 * A compositor closes the card when the device is gone. That ends the context of
 * a device that is there; of this one, the owner can still read the rest.
 */
static void test_card_closed(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	const struct drm_miracast_event *event;
	int i, chunks = 0;

	show_two(scene);
	mc_unbind();
	/* Mappings keep the file open, too. */
	for (i = 0; i < (int)ARRAY_SIZE(scene->fb); i++)
		mc_unmap(scene->fb[i]->map, scene->fb[i]->size);
	mc_close(scene->card);
	while ((event = mc_next_event(scene->ctx, 0)))
		chunks += event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK;
	igt_assert_eq(chunks, 2);
	expect_read(scene->ctx->fd, ENODEV);
	expect_gone(scene->ctx->fd);
	mc_bind();
	expect_gone(scene->ctx->fd);
	mc_ctx_close(scene->ctx);
	unplug_expect_working();
}

static void test_buffers_stay(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);
	struct mc_chunk chunk;
	uint32_t pitch;
	const uint8_t *pixels;

	mc_wait_chunk(scene->ctx, &chunk);
	pixels = mc_chunk_pixels(scene->ctx, &chunk, &pitch);
	mc_unbind();
	mc_assert_pixels(pixels, pitch, seen->pixels, seen->pitch, 640, 480,
			 "after unplug");
	mc_ctx_close(mc_ctx_in_state((mc_bind(), mc_card_open()),
				     DRM_MIRACAST_STATE_MONITOR));
	mc_assert_pixels(pixels, pitch, seen->pixels, seen->pitch, 640, 480,
			 "after rebinding");
}

static void read_until_gone(void *data)
{
	const int *fd = data;
	uint64_t buffer[512];
	ssize_t got;

	do {
		got = read(*fd, buffer, sizeof(buffer));
	} while (got > 0);
	igt_assert_eq(got, -1);
	igt_assert_eq(errno, ENODEV);
}

static void test_blocked_read(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	pid_t pid = mc_fork(read_until_gone, &scene->ctx->fd);

	usleep(300000);
	igt_assert_eq(waitpid(pid, NULL, WNOHANG), 0);
	mc_unbind();
	mc_join(pid);
}

static void poll_until_gone(void *data)
{
	const int *fd = data;

	igt_assert(mc_poll(*fd, 0, MC_TIMEOUT_MS) & POLLHUP);
}

static void test_blocked_poll(void)
{
	struct mc_ctx *ctx = mc_ctx_in_state(mc_card_open(),
					     DRM_MIRACAST_STATE_MONITOR);
	pid_t pid = mc_fork(poll_until_gone, &ctx->fd);

	usleep(300000);
	igt_assert_eq(waitpid(pid, NULL, WNOHANG), 0);
	mc_unbind();
	mc_join(pid);
	mc_ctx_close(ctx);
}

static void test_flip_in_flight(void)
{
	int i;

	for (i = 0; i < 10; i++) {
		struct mc_scene *scene = mc_scene_running(640, 480, 3);
		struct mc_commit commit = { .fb = scene->fb[0] };

		mc_flip(scene->kms, scene->fb[1], NULL, 0);
		usleep(i * 2000);
		mc_unbind();
		mc_expect(mc_commit_errno(scene->kms, &commit), -ENODEV);
		expect_gone(scene->ctx->fd);
		mc_ctx_close(scene->ctx);
		mc_close(scene->card);
		mc_bind();
	}
	unplug_expect_working();
}

static void test_mode_set_unanswered(void)
{
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb;
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	int card = mc_card_open();

	ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	kms = mc_kms(card, ctx->connector);
	fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb);
	mc_unbind();
	expect_gone(ctx->fd);
	mc_bind();
	unplug_expect_working();
}

/* The timer of two seconds after a refused mode must not outlive the device. */
static void test_refused_pending(void)
{
	struct mc_message message;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb;
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	int card = mc_card_open();

	ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	kms = mc_kms(card, ctx->connector);
	fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb);
	mc_wait_message(ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(mc_complete_errno(ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_REFUSED), 0);
	mc_unbind();
	mc_bind();
	sleep(3);
	expect_gone(ctx->fd);
	unplug_expect_working();
}

static void signal_soon(void *data)
{
	usleep(500000);
	mc_sync_signal(data);
}

/*
 * Switching the CRTCs off waits for a client's commit, and that for a fence. If a signal ended
 * that wait, the device would go with a screen that is on.
 */
static void test_interrupted(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_sync sync = mc_sync();
	struct mc_commit commit = {
		.fb = scene->fb[1],
		.in_fence = &sync.fd,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
	};
	pid_t pid;

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	pid = mc_fork(signal_soon, &sync);
	mc_alarms(20);
	mc_unbind();
	mc_alarms(0);
	mc_join(pid);
	mc_ctx_close(scene->ctx);
	mc_close(scene->card);
	/* Some refresh periods, in which nothing of it may run any more. */
	usleep(200000);
	mc_bind();
	unplug_expect_working();
}

/* Over and over */

/* Goes on until the device is gone; whatever it does may fail then. */
static void hammer(void *data)
{
	uint32_t seed = *(const uint32_t *)data, i;
	int card = mc_card_open_errno("miracast");

	for (i = 0; card >= 0 && i < 1000; i++) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);
		struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);
		struct drm_miracast_query_caps caps;

		if (mc_create_errno(card, &limits)) {
			if (mc_caps_errno(card, &caps) == -ENODEV)
				break;
			continue;
		}
		if (mc_random(&seed) % 4)
			mc_start_errno(limits.context_fd, NULL);
		if (mc_random(&seed) % 4)
			mc_arrive_errno(limits.context_fd, &arg);
		if (mc_random(&seed) % 2)
			mc_stop_errno(limits.context_fd);
		mc_close(limits.context_fd);
	}
}

static void one_cycle(uint32_t seed)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct mc_ctx *other = NULL;
	pid_t reader, hammers = 0;
	unsigned int state = seed % MC_STATES;

	if (mc_caps(scene->card).targets_free)
		other = mc_ctx_in_state(scene->card, state);
	reader = mc_fork(read_until_gone, &scene->ctx->fd);
	if (seed % 4 == 0)
		hammers = mc_fork(hammer, &seed);
	mc_flip(scene->kms, scene->fb[seed % 3], NULL, 0);
	usleep(seed % 16 * 1000);
	mc_unbind();
	mc_join(reader);
	if (hammers)
		mc_join(hammers);
	if (other) {
		expect_read(other->fd, ENODEV);
		mc_ctx_close(other);
	}
	mc_bind();
	mc_ctx_close(scene->ctx);
	mc_close(scene->card);
	for (state = 0; state < 3; state++)
		mc_unmap(scene->fb[state]->map, scene->fb[state]->size);
	free(scene);
}

static void test_cycles(void)
{
	uint32_t i, cycles = mc_setting("MIRACAST_CYCLES", 1000);
	struct mc_memory memory;

	for (i = 0; i < 10; i++)
		one_cycle(i);
	mc_memory_begin(&memory);
	for (i = 0; i < cycles; i++)
		one_cycle(i);
	mc_memory_end(&memory, cycles, "unbind and bind");
	unplug_expect_working();
}

static const struct mc_subtest subtests[] = {
	{ "idle", "A device that nobody uses goes and comes back.",
	  test_idle },
	{ "card-open",
	  "An open card node answers ENODEV, also when the device is back.",
	  test_card_open },
	{ "each-state",
	  "A context in any state answers ENODEV to everything.",
	  test_each_state },
	{ "destroyed-context",
	  "So does one that was destroyed before.", test_destroyed_context },
	{ "queue-first",
	  "What was sent can be read, then comes ENODEV.", test_queue_first },
	{ "card-closed",
	  "The same when the compositor has closed the card after the unplug.",
	  test_card_closed },
	{ "buffers-stay", "Mapped buffers keep their pictures.",
	  test_buffers_stay },
	{ "blocked-read", "A blocked read() ends.", test_blocked_read },
	{ "blocked-poll", "A waiting poll() ends.", test_blocked_poll },
	{ "flip-in-flight",
	  "A flip under way at any moment does no harm.",
	  test_flip_in_flight },
	{ "mode-set-unanswered",
	  "A MODE_SET that nobody answered does no harm.",
	  test_mode_set_unanswered },
	{ "refused-pending",
	  "A refused mode leaves nothing that runs later.",
	  test_refused_pending },
	{ "interrupted",
	  "A signal while the device goes leaves nothing that runs later.",
	  test_interrupted },
	{ "cycles",
	  "Unbind and bind with everything open, over and over: no memory is lost.",
	  test_cycles },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_unplug_module);
	mc_subtests(mc_unplug_queues);
	mc_subtests(mc_unplug_other);
}
