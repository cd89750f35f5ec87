// SPDX-License-Identifier: MIT
/*
 * Child processes: any function, and owners that go up to a stage and stay there until they
 * are killed.
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <linux/userfaultfd.h>

#include "lib_miracast_events.h"
#include "lib_miracast_process.h"

#define PREEMPT "/sys/kernel/debug/sched/preempt"

#define MAX_PROCESSES 64

static pid_t processes[MAX_PROCESSES];

void mc_forget_process(pid_t pid)
{
	unsigned int i;

	for (i = 0; i < MAX_PROCESSES; i++)
		if (processes[i] == pid)
			processes[i] = 0;
}

static void remember(pid_t pid)
{
	unsigned int i;

	for (i = 0; i < MAX_PROCESSES; i++) {
		if (!processes[i]) {
			processes[i] = pid;
			return;
		}
	}
	igt_assert_f(false, "too many processes\n");
}

pid_t mc_fork(void (*child)(void *data), void *data)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	igt_assert(pid >= 0);
	if (pid) {
		remember(pid);
		return pid;
	}
	memset(processes, 0, sizeof(processes));
	/* A failed assertion jumps here instead of into the next subtest. */
	if (sigsetjmp(igt_subtest_jmpbuf, 1) == 0) {
		child(data);
		fflush(NULL);
		_exit(0);
	}
	fflush(NULL);
	_exit(IGT_EXIT_FAILURE);
}

void mc_join(pid_t pid)
{
	int status;

	igt_assert_eq(waitpid(pid, &status, 0), pid);
	mc_forget_process(pid);
	igt_assert_f(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		     "a child failed, status %#x\n", status);
}

/*
 * In User-Mode Linux the place where a process sleeps is a guess; only that it sleeps is
 * known.
 */
static bool wchan_is_known(void)
{
	char text[256];

	return mc_read_file("/proc/cpuinfo", text, sizeof(text)) &&
	       !strstr(text, "User Mode Linux");
}

static bool is_asleep(pid_t pid)
{
	char path[64], text[512];
	const char *name_end;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	igt_assert(mc_read_file(path, text, sizeof(text)));
	name_end = strrchr(text, ')');
	return name_end && name_end[1] == ' ' && name_end[2] == 'S';
}

static bool is_stuck(pid_t pid, const char *where)
{
	char path[64], function[128];

	if (!wchan_is_known())
		return is_asleep(pid);
	snprintf(path, sizeof(path), "/proc/%d/wchan", pid);
	igt_assert(mc_read_file(path, function, sizeof(function)));
	return strstr(function, where);
}

void mc_wait_stuck(pid_t pid, const char *where)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	unsigned int seen = 0;

	/* A process that sleeps only for a moment may sleep elsewhere. */
	while (seen < (wchan_is_known() ? 1 : 20)) {
		igt_assert_f(mc_now_ns() < end, "no wait in %s\n", where);
		usleep(10000);
		if (waitpid(pid, NULL, WNOHANG)) {
			mc_forget_process(pid);
			igt_assert_f(false, "it does not wait in %s\n", where);
		}
		seen = is_stuck(pid, where) ? seen + 1 : 0;
	}
}

void *mc_bottomless(void)
{
	size_t size = 16 * sysconf(_SC_PAGESIZE);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	igt_assert(fd >= 0 && map != MAP_FAILED);
	range.range.start = (uintptr_t)map;
	range.range.len = size;
	igt_assert_eq(ioctl(fd, UFFDIO_API, &api), 0);
	igt_assert_eq(ioctl(fd, UFFDIO_REGISTER, &range), 0);
	return map;
}

static sigjmp_buf on_bus;

static void bus(int signal)
{
	siglongjmp(on_bus, 1);
}

void mc_catch_bus(void)
{
	struct sigaction action = { .sa_handler = bus };

	igt_assert_eq(sigaction(SIGBUS, &action, NULL), 0);
}

bool mc_readable(const void *map)
{
	if (sigsetjmp(on_bus, 1))
		return false;
	(void)*(const volatile uint32_t *)map;
	return true;
}

/* Returns how it ended, as waitpid() does. */
static int end_process(pid_t pid)
{
	int status = 0;

	mc_forget_process(pid);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return status;
}

/* A child that crashed has not done what the test needs it for, perhaps from the start. */
void mc_kill(pid_t pid)
{
	int status = end_process(pid);

	igt_assert_f(!WIFSIGNALED(status) || WTERMSIG(status) == SIGKILL,
		     "process %d died of signal %d\n", pid, WTERMSIG(status));
}

void mc_kill_all(void)
{
	unsigned int i;

	for (i = 0; i < MAX_PROCESSES; i++)
		if (processes[i])
			end_process(processes[i]);
}

/* Owners */

struct owner_plan {
	uint32_t connector, width, height;
	enum mc_stage stage;
	int report;
};

static void reached(const struct owner_plan *plan, enum mc_stage stage)
{
	uint8_t byte = stage;

	igt_assert_eq(write(plan->report, &byte, 1), 1);
}

/* Keeps every chunk that it gets, mapped. */
static void hold_chunks(const struct owner_plan *plan, struct mc_ctx *ctx)
{
	struct mc_chunk chunk;
	uint32_t pitch;

	mc_complete_mode(ctx, NULL);
	reached(plan, MC_STAGE_COMPLETED);
	while (plan->stage >= MC_STAGE_HOLDING) {
		mc_wait_chunk(ctx, &chunk);
		mc_chunk_pixels(ctx, &chunk, &pitch);
		reached(plan, MC_STAGE_HOLDING);
	}
}

static void owner_main(void *data)
{
	const struct owner_plan *plan = data;
	struct drm_miracast_create_context limits =
		mc_limits(plan->width, plan->height, 3);
	int card = mc_card_open();
	struct mc_ctx *ctx;

	limits.connector_id = plan->connector;
	ctx = mc_ctx_create(card, &limits);
	mc_close(card);
	if (plan->stage >= MC_STAGE_STARTED)
		mc_start(ctx);
	if (plan->stage >= MC_STAGE_MONITOR)
		mc_arrive(ctx, plan->width, plan->height);
	reached(plan, plan->stage < MC_STAGE_MONITOR ? plan->stage :
		MC_STAGE_MONITOR);
	if (plan->stage >= MC_STAGE_COMPLETED)
		hold_chunks(plan, ctx);
	for (;;)
		pause();
}

void mc_owner_spawn(struct mc_owner *owner, uint32_t connector,
		    uint32_t width, uint32_t height, enum mc_stage stage)
{
	struct owner_plan plan = {
		.connector = connector,
		.width = width,
		.height = height,
		.stage = stage,
	};
	int ends[2];

	igt_assert_eq(pipe(ends), 0);
	plan.report = ends[1];
	owner->pid = mc_fork(owner_main, &plan);
	close(ends[1]);
	owner->report = mc_keep(ends[0]);
}

void mc_owner_wait(struct mc_owner *owner, enum mc_stage stage)
{
	uint8_t byte;

	do {
		igt_assert_f(mc_poll(owner->report, POLLIN, MC_TIMEOUT_MS) &
			     POLLIN, "the owner does not get to stage %d\n",
			     stage);
		igt_assert_f(read(owner->report, &byte, 1) == 1,
			     "the owner died before stage %d\n", stage);
	} while (byte < stage);
}

void mc_owner_kill(struct mc_owner *owner)
{
	mc_kill(owner->pid);
	mc_close(owner->report);
}

/*
 * With a preemptible kernel, a task inside the class can be stopped there. Switching
 * preemption on at run time patches code that is always in use, which emulators do not
 * always survive; boot with "preempt=full" instead.
 */
void mc_require_preemption(void)
{
	char text[256];
	bool full;

	igt_require_f(sysconf(_SC_NPROCESSORS_ONLN) >= 2,
		      "needs two processors\n");
	if (mc_read_file(PREEMPT, text, sizeof(text)))
		full = strstr(text, "(full)");
	else
		full = mc_read_file("/proc/version", text, sizeof(text)) &&
		       (strstr(text, " PREEMPT ") ||
			strstr(text, " PREEMPT_RT "));
	igt_require_f(full, "this kernel does not preempt its own code\n");
}

static void on_alarm(int signal)
{
}

void mc_alarms(int interval_ms)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval timer = {
		.it_interval.tv_usec = interval_ms * 1000,
		.it_value.tv_usec = interval_ms * 1000,
	};

	igt_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
	igt_assert_eq(setitimer(ITIMER_REAL, &timer, NULL), 0);
}
