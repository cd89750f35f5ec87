// SPDX-License-Identifier: MIT
/*
 * DESTROY_CONTEXT never waits for user space: neither for a stopped owner, whatever it
 * holds, nor for one that is stuck inside a call.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/userfaultfd.h>

#include "miracast_class.h"

#define WIDTH 640
#define HEIGHT 480
#define ROUNDS 5
/* Emulated machines have pauses; a call that waited for user space would take longer. */
#define WORST_MS 20000

/* Best and worst time of several calls. */
struct times {
	uint64_t best_ns, worst_ns;
};

static void timed_destroy(int fd, struct times *times)
{
	uint64_t begin = mc_now_ns(), took;

	mc_expect(mc_destroy_errno(fd), 0);
	took = mc_now_ns() - begin;
	if (!times->best_ns || took < times->best_ns)
		times->best_ns = took;
	if (took > times->worst_ns)
		times->worst_ns = took;
}

/* @idle: of contexts, like the others, whose owner keeps nothing up. */
static void check_times(const struct times *times, const struct times *idle)
{
	igt_info("DESTROY_CONTEXT took %.1f to %.1f ms, %.1f ms without a cause to wait\n",
		 times->best_ns / 1e6, times->worst_ns / 1e6,
		 idle->best_ns / 1e6);
	igt_assert_lte_u64(times->best_ns, 4 * idle->best_ns + 20000000);
	igt_assert_lte_u64(times->worst_ns, WORST_MS * 1000000ull);
}

static void stop(pid_t pid)
{
	int status;

	igt_assert_eq(kill(pid, SIGSTOP), 0);
	igt_assert_eq(waitpid(pid, &status, WUNTRACED), pid);
	igt_assert(WIFSTOPPED(status));
}

/* After DESTROY the target is free, while the owner is still stopped. */
static void check_free(int card, uint32_t connector)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);

	limits.connector_id = connector;
	mc_expect(mc_create_errno(card, &limits), 0);
	mc_close(limits.context_fd);
}

/* Owners that stand still */

struct plan {
	int fd;
	int ready;
	unsigned int chunks;	/* how many to keep; 0: release all */
};

static void own_chunks(void *data)
{
	const struct plan *plan = data;
	struct mc_ctx *ctx = mc_ctx_from_fd(plan->fd);
	struct mc_chunk chunk;
	unsigned int i;

	mc_complete_mode(ctx, NULL);
	igt_assert_eq(write(plan->ready, "c", 1), 1);
	for (i = 0; i < plan->chunks; i++) {
		mc_wait_chunk(ctx, &chunk);
		igt_assert_eq(write(plan->ready, "k", 1), 1);
	}
	while (!plan->chunks) {
		int ret;

		mc_wait_chunk(ctx, &chunk);
		/* DIRECT does not wait for an owner that gets no processor. */
		ret = mc_try_release(ctx, &chunk);
		igt_assert_f(!ret || ret == MC_REVOKED, "release: %d\n", ret);
	}
	for (;;)
		pause();
}

static void wait_byte(int fd)
{
	char byte;

	igt_assert(mc_poll(fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	igt_assert_eq(read(fd, &byte, 1), 1);
}

struct stage {
	int card;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb[3];
	pid_t owner;
	int ready;
};

/* A lit target whose owner, another process, keeps @chunks or releases all. */
static void set_stage(struct stage *stage, bool direct, unsigned int chunks)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct plan plan = { .chunks = chunks };
	unsigned int i;
	int ends[2];

	if (direct) {
		limits.delivery = DRM_MIRACAST_DELIVERY_DIRECT;
		limits.format = 0;
		limits.buffer_count = 0;
		limits.parts = 0;
	}
	stage->ctx = mc_ctx_create(stage->card, &limits);
	stage->kms = mc_kms(stage->card, stage->ctx->connector);
	mc_start(stage->ctx);
	mc_arrive(stage->ctx, WIDTH, HEIGHT);
	for (i = 0; i < ARRAY_SIZE(stage->fb); i++)
		stage->fb[i] = mc_fb(stage->card, WIDTH, HEIGHT,
				     DRM_FORMAT_XRGB8888);
	mc_light(stage->kms, &mode, stage->fb[0]);
	igt_assert_eq(pipe(ends), 0);
	plan.fd = stage->ctx->fd;
	plan.ready = ends[1];
	stage->owner = mc_fork(own_chunks, &plan);
	close(ends[1]);
	stage->ready = mc_keep(ends[0]);
	wait_byte(stage->ready);
}

static void clear_stage(struct stage *stage)
{
	unsigned int i;

	mc_kill(stage->owner);
	mc_close(stage->ready);
	mc_off(stage->kms);
	for (i = 0; i < ARRAY_SIZE(stage->fb); i++)
		mc_fb_free(stage->fb[i]);
	mc_ctx_close(stage->ctx);
	mc_wait_at_rest(stage->card);
}

/* What DESTROY_CONTEXT takes when nobody keeps anything. */
static void time_idle(int card, bool direct, struct times *times)
{
	struct stage stage = { .card = card };

	set_stage(&stage, direct, 0);
	mc_show(stage.kms, stage.fb[1], NULL, 0);
	mc_wait_released(stage.ctx, 1);
	stop(stage.owner);
	timed_destroy(stage.ctx->fd, times);
	clear_stage(&stage);
}

/* Two chunks are kept, a third is unread, messages are, and pictures wait. */
static void test_stopped_owner(void)
{
	struct stage stage = { .card = mc_card_open() };
	struct times times = {}, idle = {};
	unsigned int i, n;

	for (i = 0; i < ROUNDS; i++) {
		time_idle(stage.card, false, &idle);
		set_stage(&stage, false, 2);
		wait_byte(stage.ready);
		mc_show(stage.kms, stage.fb[1], NULL, 0);
		wait_byte(stage.ready);
		stop(stage.owner);
		for (n = 0; n < 4; n++)
			mc_show(stage.kms, stage.fb[n % 3], NULL, 0);
		mc_wait_captured(stage.ctx, 3);
		igt_assert_eq_u32(mc_statistics(stage.ctx).unreleased_chunks,
				  3);
		mc_flip(stage.kms, stage.fb[2], NULL, 0);
		timed_destroy(stage.ctx->fd, &times);
		check_free(stage.card, stage.ctx->connector);
		mc_wait_flip(stage.kms, NULL);
		clear_stage(&stage);
	}
	check_times(&times, &idle);
}

/* A flip waits for what the owner keeps, and no longer after DESTROY. */
static void test_stopped_direct(void)
{
	struct stage stage = { .card = mc_card_open() };
	struct times times = {}, idle = {};
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		time_idle(stage.card, true, &idle);
		set_stage(&stage, true, 1);
		wait_byte(stage.ready);
		stop(stage.owner);
		mc_flip(stage.kms, stage.fb[1], NULL, 0);
		timed_destroy(stage.ctx->fd, &times);
		check_free(stage.card, stage.ctx->connector);
		mc_wait_flip(stage.kms, NULL);
		mc_show(stage.kms, stage.fb[2], NULL, 0);
		clear_stage(&stage);
	}
	check_times(&times, &idle);
}

/* Owners that are stuck inside a call */

static void stuck_in_argument(int fd)
{
	mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_IO_CONTROL, mc_bottomless());
}

static void stuck_in_input(int fd)
{
	mc_io_errno(fd, DRM_MIRACAST_CODE_STOP_SESSION, mc_bottomless(), 8, NULL,
		    0, NULL);
}

static void stuck_in_modes(int fd)
{
	struct drm_miracast_monitor_arrive arrive = mc_monitor(mc_bottomless(), 4);

	mc_arrive_errno(fd, &arrive);
}

static void stuck_in_edid(int fd)
{
	mc_arrive_edid_errno(fd, mc_bottomless(), 256);
}

static void stuck_in_output(int fd)
{
	mc_statistics_errno(fd, mc_bottomless());
}

static void stuck_in_buffers(int fd)
{
	struct drm_miracast_set_buffers in = {
		.buffers = (uintptr_t)mc_bottomless(),
		.count = 2,
		.stride = sizeof(struct drm_miracast_owner_buffer),
	};

	mc_io_errno(fd, DRM_MIRACAST_CODE_SET_BUFFERS, &in, sizeof(in), NULL, 0,
		    NULL);
}

static void stuck_in_release(int fd)
{
	mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK, mc_bottomless());
}

static void stuck_in_read(int fd)
{
	/* The STOPPED message is there to be read. */
	if (read(fd, mc_bottomless(), 8192) < 0)
		igt_info("read: %m\n");
}

static const struct {
	const char *name;
	void (*call)(int fd);
	uint32_t flags;
	bool stopped;	/* no session, and its last event unread */
} stuck[] = {
	{ .name = "the argument", .call = stuck_in_argument },
	{ .name = "the input", .call = stuck_in_input },
	{ .name = "modes", .call = stuck_in_modes },
	{ .name = "an EDID", .call = stuck_in_edid },
	{ .name = "the output", .call = stuck_in_output },
	{ .name = "buffers", .call = stuck_in_buffers,
	  .flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS },
	{ .name = "a release", .call = stuck_in_release },
	{ .name = "a read", .call = stuck_in_read, .stopped = true },
};

struct stuck_plan {
	unsigned int which;
	int fd;
};

static void get_stuck(void *data)
{
	const struct stuck_plan *plan = data;

	stuck[plan->which].call(plan->fd);
	igt_assert_f(false, "came back from %s\n", stuck[plan->which].name);
}

static void test_stuck_owner(void)
{
	int card = mc_card_open(), fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	struct mc_ctx *other = mc_ctx_create(card, NULL);
	struct times times = {}, idle = {};
	struct stuck_plan plan;

	igt_require_f(fd >= 0, "no userfaultfd: %m\n");
	close(fd);
	for (plan.which = 0; plan.which < ARRAY_SIZE(stuck); plan.which++) {
		struct drm_miracast_create_context limits =
			mc_limits(WIDTH, HEIGHT, 2);
		struct drm_miracast_statistics stats;
		struct mc_ctx *ctx;
		pid_t pid;

		limits.flags = stuck[plan.which].flags;
		ctx = mc_ctx_create(card, &limits);
		mc_start(ctx);
		if (stuck[plan.which].stopped)
			mc_stop(ctx);
		else
			mc_arrive(ctx, WIDTH, HEIGHT);
		plan.fd = ctx->fd;
		pid = mc_fork(get_stuck, &plan);
		mc_wait_stuck(pid, "userfault");
		/* Nobody else has to wait for it. */
		mc_expect(mc_statistics_errno(other->fd, &stats), 0);
		mc_expect(mc_statistics_errno(ctx->fd, &stats), 0);
		timed_destroy(ctx->fd, &times);
		check_free(card, ctx->connector);
		mc_expect(mc_statistics_errno(ctx->fd, &stats), -ESTALE);
		mc_kill(pid);
		mc_ctx_close(ctx);
	}
	timed_destroy(other->fd, &idle);
	check_times(&times, &idle);
	mc_ctx_close(other);
}

const struct mc_subtest mc_class_destroy[] = {
	{ "destroy-stopped-owner",
	  "DESTROY_CONTEXT does not wait for an owner that keeps chunks and reads nothing.",
	  test_stopped_owner },
	{ "destroy-stopped-direct",
	  "Nor for one that holds up a flip, which then completes.",
	  test_stopped_direct },
	{ "destroy-stuck-owner",
	  "Nor for one that is stuck in a call, in memory that does not come.",
	  test_stuck_owner },
	{}
};
