// SPDX-License-Identifier: MIT
/*
 * Calls in flight while the state changes: a call that STOP_SESSION or DESTROY_CONTEXT
 * overtakes is judged by the new state. And both end in time, whatever the owner holds.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <linux/userfaultfd.h>

#include "miracast_class.h"

#define WIDTH 640
#define HEIGHT 480
/* The time that Windows' requirements allow for a stop. */
#define STOP_MS 3000

/* A call whose input comes later. */
struct flight {
	int fd;
	const struct mc_code *code;
	int socket;	/* the child's end */
	int memory;	/* userfaultfd of @input */
	uint64_t input;	/* address in the child */
	pid_t pid;
	int answers;	/* the parent's end */
};

static int open_memory(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd >= 0)
		igt_assert_eq(ioctl(fd, UFFDIO_API, &api), 0);
	return fd;
}

static void *reserve_page(int memory)
{
	size_t size = sysconf(_SC_PAGESIZE);
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(map != MAP_FAILED);
	range.range.start = (uintptr_t)map;
	range.range.len = size;
	igt_assert_eq(ioctl(memory, UFFDIO_REGISTER, &range), 0);
	return map;
}

static void fly(void *data)
{
	const struct flight *flight = data;
	int memory = open_memory(), answer;
	void *input = reserve_page(memory);
	uint64_t address = (uintptr_t)input;
	uint8_t output[1024], unused[MC_INPUT_MAX];

	/* What the input points to is at the same place in both processes. */
	mc_code_input(flight->code, unused);
	mc_send_fd(flight->socket, memory);
	igt_assert_eq(write(flight->socket, &address, sizeof(address)),
		      (int)sizeof(address));
	answer = mc_io_errno(flight->fd, flight->code->code, input,
			     flight->code->in_size, output,
			     flight->code->out_size, NULL);
	igt_assert_eq(write(flight->socket, &answer, sizeof(answer)),
		      (int)sizeof(answer));
}

static void start(struct flight *flight)
{
	int ends[2];

	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	flight->socket = ends[1];
	flight->answers = mc_keep(ends[0]);
	flight->pid = mc_fork(fly, flight);
	close(ends[1]);
	flight->memory = mc_receive_fd(flight->answers);
	igt_assert_eq(read(flight->answers, &flight->input,
			   sizeof(flight->input)),
		      (int)sizeof(flight->input));
	mc_wait_stuck(flight->pid, "userfault");
}

/* The input comes; returns what the call answers to it. */
static int land(struct flight *flight)
{
	static uint8_t page[65536];
	struct uffdio_copy copy = {
		.dst = flight->input,
		.src = (uintptr_t)page,
		.len = sysconf(_SC_PAGESIZE),
	};
	int answer;

	memset(page, 0, sizeof(page));
	mc_code_input(flight->code, page);
	igt_assert_eq(ioctl(flight->memory, UFFDIO_COPY, &copy), 0);
	igt_assert(mc_poll(flight->answers, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	igt_assert_eq(read(flight->answers, &answer, sizeof(answer)),
		      (int)sizeof(answer));
	mc_join(flight->pid);
	mc_close(flight->memory);
	mc_close(flight->answers);
	return answer;
}

/* Starts each code of the device with a monitor, then calls @overtake. */
static void overtaken(void (*overtake)(struct mc_ctx *ctx),
		      int (*want)(const struct mc_code *code))
{
	int card = mc_card_open(), memory = open_memory();
	uint64_t codes = mc_caps(card).io_control_codes;
	unsigned int i;

	igt_require_f(memory >= 0, "no userfaultfd: %m\n");
	close(memory);
	for (i = 0; i < mc_code_count; i++) {
		const struct mc_code *code = &mc_codes[i];
		struct flight flight = { .code = code };
		struct mc_ctx *ctx;

		if (!(codes >> code->code & 1))
			continue;
		ctx = mc_ctx_for_code(card, code, DRM_MIRACAST_STATE_MONITOR);
		flight.fd = ctx->fd;
		start(&flight);
		overtake(ctx);
		mc_expect_f(land(&flight), want(code), "%s", code->name);
		mc_ctx_close(ctx);
		mc_wait_at_rest(card);
	}
}

static void stop(struct mc_ctx *ctx)
{
	mc_stop(ctx);
}

static int want_stopped(const struct mc_code *code)
{
	return mc_code_answer(code, DRM_MIRACAST_STATE_CREATED);
}

static void test_stop(void)
{
	overtaken(stop, want_stopped);
}

static void stop_and_start(struct mc_ctx *ctx)
{
	mc_stop(ctx);
	mc_start(ctx);
}

static int want_started(const struct mc_code *code)
{
	return mc_code_answer(code, DRM_MIRACAST_STATE_STARTED);
}

static void test_next_session(void)
{
	overtaken(stop_and_start, want_started);
}

static void destroy(struct mc_ctx *ctx)
{
	mc_expect(mc_destroy_errno(ctx->fd), 0);
}

static int want_stale(const struct mc_code *code)
{
	/* Rights and files are looked up before anything else. */
	if (code->answer == -EACCES || code->answer == -EBADF)
		return code->answer;
	return -ESTALE;
}

static void test_destroy(void)
{
	overtaken(destroy, want_stale);
}

/* In time */

static void timed_stop(struct mc_ctx *ctx, const char *what)
{
	uint64_t begin = mc_now_ns(), took;

	mc_stop(ctx);
	took = mc_now_ns() - begin;
	igt_info("STOP_SESSION of %s took %.1f ms\n", what, took / 1e6);
	igt_assert_lte_u64(took, STOP_MS * 1000000ull);
}

/* Chunks are held, a flip waits, and nothing is read any more. */
static void stop_scene(struct mc_scene *scene, const char *what)
{
	struct mc_message message;
	struct mc_chunk chunk;

	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_flip(scene->kms, scene->fb[2], NULL, 0);
	timed_stop(scene->ctx, what);
	igt_assert(!mc_connected(scene->card, scene->ctx->connector));
	mc_wait_flip(scene->kms, NULL);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_STOPPED, &message);
	mc_scene_free(scene);
}

static void test_stop_in_time(void)
{
	struct mc_ctx *ctx;
	int card;

	stop_scene(mc_scene_running(WIDTH, HEIGHT, 3), "COPY");
	stop_scene(mc_scene_direct_running(WIDTH, HEIGHT), "DIRECT");
	card = mc_card_open();
	ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_STARTED);
	timed_stop(ctx, "a session without a monitor");
	mc_ctx_close(ctx);
	ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	timed_stop(ctx, "a monitor that is dark");
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_class_flight[] = {
	{ "in-flight-stop",
	  "A call that STOP_SESSION overtakes is answered as without a session.",
	  test_stop },
	{ "in-flight-next-session",
	  "One that STOP and START overtake is one of the next session.",
	  test_next_session },
	{ "in-flight-destroy",
	  "One that DESTROY_CONTEXT overtakes is answered with ESTALE.",
	  test_destroy },
	{ "stop-in-time",
	  "STOP_SESSION takes less than three seconds, whatever the owner holds.",
	  test_stop_in_time },
	{}
};
