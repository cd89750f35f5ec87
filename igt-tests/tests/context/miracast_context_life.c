// SPDX-License-Identifier: MIT
/*
 * Life and death of contexts: last close, kill, DESTROY_CONTEXT.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "miracast_context.h"

static void expect_alive(int card, int fd)
{
	struct drm_miracast_statistics stats;

	mc_expect(mc_statistics_errno(fd, &stats), 0);
	igt_assert(!mc_at_rest(card));
}

static void test_dup(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);
	int second = mc_keep(dup(ctx->fd));

	mc_ctx_close(ctx);
	expect_alive(card, second);
	mc_close(second);
	igt_assert(mc_at_rest(card));
}

struct passing {
	int socket;
};

static void hold_passed(void *data)
{
	struct passing *passing = data;
	struct mc_ctx *ctx;
	uint8_t byte;

	ctx = mc_ctx_from_fd(mc_receive_fd(passing->socket));
	mc_start(ctx);
	igt_assert_eq(write(passing->socket, "r", 1), 1);
	igt_assert_eq(read(passing->socket, &byte, 1), 1);
}

static void test_passed(void)
{
	struct passing passing;
	int card = mc_card_open();
	struct mc_ctx *ctx;
	int ends[2];
	uint8_t byte;
	pid_t pid;

	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
		      0);
	passing.socket = ends[1];
	pid = mc_fork(hold_passed, &passing);
	ctx = mc_ctx_create(card, NULL);
	mc_send_fd(ends[0], ctx->fd);
	mc_ctx_close(ctx);
	igt_assert_eq(read(ends[0], &byte, 1), 1);
	igt_assert(!mc_at_rest(card));
	igt_assert_eq(write(ends[0], "q", 1), 1);
	mc_join(pid);
	igt_assert(mc_at_rest(card));
	close(ends[0]);
	close(ends[1]);
}

static void test_in_flight(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);
	int ends[2];

	/* A descriptor in an unread socket message counts as open. */
	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
		      0);
	mc_send_fd(ends[0], ctx->fd);
	mc_ctx_close(ctx);
	igt_assert(!mc_at_rest(card));
	close(ends[0]);
	close(ends[1]);
	mc_wait_at_rest(card);
}

static void wait_forever(void *data)
{
	for (;;)
		pause();
}

static void test_forked(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);
	pid_t pid = mc_fork(wait_forever, NULL);

	mc_ctx_close(ctx);
	igt_assert(!mc_at_rest(card));
	mc_kill(pid);
	igt_assert(mc_at_rest(card));
}

static void expect_gone(int card, struct mc_kms *kms)
{
	drmModeConnector *connector;

	mc_wait_at_rest(card);
	connector = mc_connector(card, kms->connector);
	igt_assert_eq(connector->connection, DRM_MODE_DISCONNECTED);
	igt_assert_eq(connector->count_modes, 0);
	drmModeFreeConnector(connector);
}

static void kill_at_stage(enum mc_stage stage)
{
	struct mc_owner owner;
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	int i, rounds = mc_setting("MIRACAST_KILLS", 5);

	for (i = 0; i < rounds; i++) {
		mc_owner_spawn(&owner, kms->connector, 640, 480, stage);
		mc_owner_wait(&owner, stage < MC_STAGE_MONITOR ? stage :
			      MC_STAGE_MONITOR);
		if (stage >= MC_STAGE_COMPLETED) {
			mc_light(kms, &mode, fb);
			mc_owner_wait(&owner, stage);
		}
		mc_owner_kill(&owner);
		expect_gone(card, kms);
		/* The target goes on without an owner. */
		if (stage >= MC_STAGE_COMPLETED) {
			mc_show(kms, fb, NULL, 0);
			mc_off(kms);
		}
	}
}

static void test_kill_created(void)
{
	kill_at_stage(MC_STAGE_CREATED);
}

static void test_kill_started(void)
{
	kill_at_stage(MC_STAGE_STARTED);
}

static void test_kill_monitor(void)
{
	kill_at_stage(MC_STAGE_MONITOR);
}

static void test_kill_completed(void)
{
	kill_at_stage(MC_STAGE_COMPLETED);
}

static void test_kill_holding(void)
{
	kill_at_stage(MC_STAGE_HOLDING);
}

static void test_close_in_each_state(void)
{
	int card = mc_card_open();
	unsigned int state;

	for (state = 0; state < MC_STATES; state++) {
		struct mc_ctx *ctx = mc_ctx_in_state(card, state);
		uint32_t connector = ctx->connector;

		mc_ctx_close(ctx);
		igt_assert(mc_at_rest(card));
		igt_assert(!mc_connected(card, connector));
	}
}

/* Every way in must answer that the context is no more. */
static void expect_stale(int fd)
{
	struct drm_miracast_release_chunk release = { .buffer = 1,
						      .chunk_id = 1 };
	uint8_t input[MC_INPUT_MAX], output[1024];
	unsigned int i;

	for (i = 0; i < mc_code_count; i++) {
		mc_code_input(&mc_codes[i], input);
		mc_expect_f(mc_io_errno(fd, mc_codes[i].code, input,
					mc_codes[i].in_size, output,
					mc_codes[i].out_size, NULL),
			    -ESTALE, "%s", mc_codes[i].name);
	}
	mc_expect(mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
				 &release), -ESTALE);
	igt_assert_eq(read(fd, output, sizeof(output)), -1);
	igt_assert_eq(errno, ESTALE);
	mc_expect(mc_destroy_errno(fd), 0);
}

static void test_destroyed_is_stale(void)
{
	int card = mc_card_open();
	unsigned int state;

	for (state = 0; state < MC_STATES; state++) {
		struct mc_ctx *ctx = mc_ctx_in_state(card, state);

		igt_assert(!(mc_poll(ctx->fd, POLLIN, 0) & POLLHUP));
		mc_expect(mc_destroy_errno(ctx->fd), 0);
		igt_assert(mc_at_rest(card));
		igt_assert(!mc_connected(card, ctx->connector));
		igt_assert(mc_poll(ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLHUP);
		expect_stale(ctx->fd);
		mc_ctx_close(ctx);
	}
}

static void test_destroyed_with_events(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);
	uint8_t output[1024];

	/* Chunks that nobody read are not sent after the end. */
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	igt_assert(mc_poll(scene->ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
	igt_assert_eq(read(scene->ctx->fd, output, sizeof(output)), -1);
	igt_assert_eq(errno, ESTALE);
	expect_stale(scene->ctx->fd);
	/* The CRTC is still lit and works. */
	mc_show(scene->kms, scene->fb[0], NULL, 0);
}

static void test_destroyed_target_is_free(void)
{
	int card = mc_card_open();
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct mc_ctx *old = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	struct mc_ctx *next;

	limits.connector_id = old->connector;
	mc_expect(mc_destroy_errno(old->fd), 0);
	next = mc_ctx_create(card, &limits);
	mc_start(next);
	/* The dead descriptor cannot affect the next owner. */
	mc_expect(mc_stop_errno(old->fd), -ESTALE);
	mc_ctx_close(old);
	igt_assert_eq_u32(mc_state(next), DRM_MIRACAST_STATE_STARTED);
	mc_ctx_close(next);
}

static void read_until_stale(void *data)
{
	const struct mc_ctx *ctx = data;
	uint8_t output[1024];

	igt_assert_eq(read(ctx->fd, output, sizeof(output)), -1);
	igt_assert_eq(errno, ESTALE);
}

static void test_destroy_wakes_reader(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	pid_t pid = mc_fork(read_until_stale, ctx);

	mc_wait_stuck(pid, "read");
	mc_expect(mc_destroy_errno(ctx->fd), 0);
	mc_join(pid);
	mc_ctx_close(ctx);
}

static void poll_until_hup(void *data)
{
	const struct mc_ctx *ctx = data;

	igt_assert(mc_poll(ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLHUP);
}

static void test_destroy_wakes_poll(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	pid_t pid = mc_fork(poll_until_hup, ctx);

	mc_wait_stuck(pid, "poll");
	mc_expect(mc_destroy_errno(ctx->fd), 0);
	mc_join(pid);
	mc_ctx_close(ctx);
}

static void test_memory_of_held_buffers(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	const struct mc_buffer *buffer;
	struct mc_chunk chunk;
	uint64_t total, used;
	int fd;

	mc_wait_chunk(scene->ctx, &chunk);
	buffer = mc_buffer(scene->ctx, chunk.event.buffer);
	fd = mc_keep(dup(buffer->info.fds[0]));
	total = mc_caps(scene->card).picture_memory_total;
	mc_ctx_close(scene->ctx);

	/* The dma-buf outlives the context and stays charged. */
	usleep(100000);
	used = total - mc_caps(scene->card).picture_memory_free;
	igt_assert_lte_u64(640 * 480 * 4, used);
	igt_assert_eq_u32(mc_caps(scene->card).targets_free,
			  mc_caps(scene->card).targets_total);
	mc_close(fd);
	mc_wait_at_rest(scene->card);
}

const struct mc_subtest mc_context_life[] = {
	{ "dup",
	  "The last of several descriptors ends the context.", test_dup },
	{ "passed",
	  "The right to a target can be handed to another process.",
	  test_passed },
	{ "in-flight",
	  "A context in an unread message lives until the message dies.",
	  test_in_flight },
	{ "forked",
	  "A child that inherited the context keeps it.", test_forked },
	{ "kill-created",
	  "kill -9 of an owner without session frees the target.",
	  test_kill_created },
	{ "kill-started",
	  "kill -9 of an owner in a session frees the target.",
	  test_kill_started },
	{ "kill-monitor",
	  "kill -9 of an owner with a monitor disconnects the connector.",
	  test_kill_monitor },
	{ "kill-completed",
	  "kill -9 of an owner of a lit target leaves the client working.",
	  test_kill_completed },
	{ "kill-holding",
	  "kill -9 of an owner that holds and maps chunks frees everything.",
	  test_kill_holding },
	{ "close-in-each-state",
	  "Closing the context frees everything at once in every state.",
	  test_close_in_each_state },
	{ "destroyed-is-stale",
	  "After DESTROY_CONTEXT every call is ESTALE; destroying again is fine.",
	  test_destroyed_is_stale },
	{ "destroyed-with-events",
	  "After DESTROY_CONTEXT nothing is sent any more, queued or not.",
	  test_destroyed_with_events },
	{ "destroyed-target-is-free",
	  "DESTROY_CONTEXT frees the target while its descriptor is still open.",
	  test_destroyed_target_is_free },
	{ "destroy-wakes-reader",
	  "DESTROY_CONTEXT ends a blocked read().", test_destroy_wakes_reader },
	{ "destroy-wakes-poll",
	  "DESTROY_CONTEXT ends a waiting poll().", test_destroy_wakes_poll },
	{ "memory-of-held-buffers",
	  "Picture memory stays charged until the last dma-buf is closed.",
	  test_memory_of_held_buffers },
	{}
};
