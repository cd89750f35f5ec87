// SPDX-License-Identifier: MIT
/*
 * The synchronisation class, CREATE_CONTEXT and IO_CONTROL: calls of it run one
 * at a time, whatever else goes on, and wait for each other interruptibly. What
 * DESTROY waits for is in miracast_class_destroy.c, what it overtakes in
 * miracast_class_flight.c, who wins in miracast_class_races.c.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "lib_miracast_masters.h"
#include "lib_miracast_points.h"
#include "miracast_class.h"

IGT_TEST_DESCRIPTION("The synchronisation class: one call at a time.");

#define WIDTH 640
#define HEIGHT 480
#define SHARED 3	/* contexts that two processes use at a time */
#define CREATORS 2	/* processes that make and end contexts */
#define CROWD (2 * SHARED + CREATORS)

/* A crowd of processes that call without pause */

struct member {
	int fd;			/* of a shared context, or -1 */
	uint32_t seed;
	uint32_t rounds;	/* 0: until killed */
	bool outside;		/* only calls that are not of the class */
};

/* Any answer of the ABI is right; there only has to be one. */
static void call_any(int fd, uint32_t number)
{
	const struct mc_code *code = &mc_codes[number % mc_code_count];
	uint8_t input[MC_INPUT_MAX], output[1024];
	int ret;

	mc_code_input(code, input);
	ret = mc_io_errno(fd, code->code, input, code->in_size, output,
			  code->out_size, NULL);
	igt_assert_f(!ret || ret == -ENOTCONN || ret == -EALREADY ||
		     ret == -ENOENT || ret == -EINVAL ||
		     ret == -EOPNOTSUPP || ret == -EACCES,
		     "%s: %s\n", code->name, mc_strerror(ret));
}

static void create_and_end(int card, struct member *member)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);

	mc_expect(mc_create_errno(card, &limits), 0);
	call_any(limits.context_fd, mc_random(&member->seed));
	if (mc_random(&member->seed) % 2)
		mc_expect(mc_destroy_errno(limits.context_fd), 0);
	mc_close(limits.context_fd);
}

static void one_of_crowd(void *data)
{
	struct member *member = data;
	struct drm_miracast_query_caps caps;
	int card = mc_card_open();
	uint32_t i;

	for (i = 0; !member->rounds || i < member->rounds; i++) {
		if (member->outside)
			mc_expect(mc_caps_errno(card, &caps), 0);
		else if (member->fd < 0)
			create_and_end(card, member);
		else
			call_any(member->fd, mc_random(&member->seed));
	}
}

static void gather(pid_t *pids, int *fds, uint32_t rounds, bool outside)
{
	unsigned int i;

	for (i = 0; i < CROWD; i++) {
		struct member member = {
			.fd = i < 2 * SHARED ? fds[i / 2] : -1,
			.seed = i + 1,
			.rounds = rounds,
			.outside = outside,
		};

		pids[i] = mc_fork(one_of_crowd, &member);
	}
}

static void make_contexts(int card, int *fds)
{
	unsigned int i;

	for (i = 0; i < SHARED; i++) {
		struct drm_miracast_create_context limits =
			mc_limits(WIDTH, HEIGHT, 2);

		mc_expect(mc_create_errno(card, &limits), 0);
		fds[i] = limits.context_fd;
	}
}

/* One at a time */

static unsigned int check_serial(const struct mc_points *trace)
{
	const struct mc_point_event *inside = NULL, *last = NULL;
	unsigned int sections = 0, switches = 0;
	size_t i;

	for (i = 0; i < trace->count; i++) {
		const struct mc_point_event *event = &trace->events[i];

		if (!strcmp(event->name, "class_enter")) {
			igt_assert_f(!inside,
				     "%d enters (%s) while %d is inside (%s)\n",
				     event->tid, event->fields,
				     inside ? inside->tid : 0,
				     inside ? inside->fields : "");
			inside = event;
			switches += last && last->tid != event->tid;
		} else if (!strcmp(event->name, "class_leave")) {
			igt_assert_f(inside, "%d leaves (%s), none is inside\n",
				     event->tid, event->fields);
			igt_assert_eq(event->tid, inside->tid);
			igt_assert(!strcmp(event->fields, inside->fields));
			last = inside;
			inside = NULL;
			sections++;
		}
	}
	igt_assert(!inside);
	igt_info("%u sections, %u changes of the process\n", sections,
		 switches);
	/* Otherwise nobody ever had to wait, and the test proves nothing. */
	igt_assert_lte(CROWD - 1, switches);
	return sections;
}

static void test_one_at_a_time(void)
{
	uint32_t rounds = mc_setting("MIRACAST_CYCLES", 1000) / 4 + 50;
	const struct mc_points *trace;
	int fds[SHARED], card;
	pid_t pids[CROWD];
	unsigned int i;

	mc_module_reload("targets=8");
	card = mc_card_open();
	make_contexts(card, fds);
	mc_points_begin(8192);
	gather(pids, fds, rounds, false);
	for (i = 0; i < CROWD; i++)
		mc_join(pids[i]);
	trace = mc_points_end();
	/* Creators enter once or twice a round, others mostly once. */
	igt_assert_lte(rounds * CREATORS, check_serial(trace));
	for (i = 0; i < SHARED; i++)
		mc_close(fds[i]);
	mc_wait_at_rest(card);
}

/* Others keep their pace */

/* Rounds of flip, read and release; returns vblanks for a hundred. */
static uint32_t pace(struct mc_scene *scene, uint32_t rounds,
		     uint32_t *skipped)
{
	struct mc_flip first = {}, flip = {};
	struct mc_chunk chunk;
	uint32_t i;

	*skipped = 0;
	for (i = 0; i < rounds; i++) {
		struct drm_mode_rect clip = { i % 600, i % 400, i % 600 + 32,
					      i % 400 + 32 };

		mc_flip(scene->kms, scene->fb[i % 2], &clip, 1);
		mc_wait_flip(scene->kms, &flip);
		if (!i)
			first = flip;
		mc_wait_chunk(scene->ctx, &chunk);
		*skipped += chunk.event.skipped;
		mc_release(scene->ctx, &chunk);
	}
	return (flip.sequence - first.sequence) * 100 / (rounds - 1);
}

/* The same while a crowd uses the class, or as much of the processors. */
static uint32_t pace_beside(struct mc_scene *scene, int *fds, bool outside)
{
	uint32_t vblanks, skipped, i;
	pid_t pids[CROWD];

	gather(pids, fds, 0, outside);
	vblanks = pace(scene, mc_setting("MIRACAST_FLIPS", 100), &skipped);
	for (i = 0; i < CROWD; i++)
		mc_kill(pids[i]);
	igt_assert_eq_u32(skipped, 0);

	return vblanks;
}

static void test_pace_of_others(void)
{
	uint32_t outside, inside, round = 0;
	struct mc_scene *scene;
	int fds[SHARED];

	mc_module_reload("targets=8");
	scene = mc_scene_running(WIDTH, HEIGHT, 3);
	make_contexts(scene->card, fds);
	/*
	 * One capture at most is added, which is far less than a vblank. The host may
	 * be busier one time than the other, but not each time.
	 */
	do {
		outside = pace_beside(scene, fds, true);
		inside = pace_beside(scene, fds, false);
		igt_info("vblanks for 100 flips: %u, with the class in use %u\n",
			 outside, inside);
	} while (inside > outside * 3 / 2 + 100 && ++round < 5);
	igt_assert_lte(inside, outside * 3 / 2 + 100);
}

/* Signals */

static void use_processor(int number)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(number, &set);
	igt_assert_eq(sched_setaffinity(0, sizeof(set), &set), 0);
}

static void hold_class(void *data)
{
	const int *fd = data;

	use_processor(1);
	for (;;)
		mc_expect(mc_stop_errno(*fd), -ENOTCONN);
}

/* Preempts the holder, at any point, for @data ms. */
static void hog(void *data)
{
	struct sched_param param = { .sched_priority = 1 };
	const unsigned int *busy_ms = data;
	uint64_t end;

	use_processor(1);
	igt_assert_eq(sched_setscheduler(0, SCHED_FIFO, &param), 0);
	for (;;) {
		end = mc_now_ns() + *busy_ms * 1000000ull;
		while (mc_now_ns() < end)
			;
		usleep(*busy_ms * 200);
	}
}

static volatile sig_atomic_t signals;

static void on_alarm(int number)
{
	signals++;
}

static void signal_often(int flags, long usec)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };
	struct itimerval often = { .it_value.tv_usec = usec,
				   .it_interval.tv_usec = usec };

	igt_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
	igt_assert_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
}

struct waits {
	unsigned int calls, interrupted, outlasted;
};

/* Starts and stops sessions until enough calls had to wait. */
static void start_and_stop(int fd, struct waits *waits, int flags)
{
	unsigned int *enough = flags & SA_RESTART ? &waits->outlasted :
			       &waits->interrupted;
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	uint64_t session = 0, last = 0;
	bool started = false;

	memset(waits, 0, sizeof(*waits));
	signal_often(flags, 10000);
	while (*enough < 5 && mc_now_ns() < end) {
		int before = signals;
		int ret = started ? mc_stop_errno(fd) :
			  mc_start_errno(fd, &session);

		waits->calls++;
		if (ret == -EINTR) {
			/* Nothing was done: the same call works now. */
			waits->interrupted++;
			continue;
		}
		mc_expect_f(ret, 0, "call %u", waits->calls);
		waits->outlasted += signals - before > 2;
		started = !started;
		if (!started)
			continue;
		igt_assert_lt_u64(last, session);
		last = session;
	}
	signal_often(SA_RESTART, 0);
	if (started)
		mc_stop_errno(fd);
	igt_info("%u calls, %u interrupted, %u outlasted signals\n",
		 waits->calls, waits->interrupted, waits->outlasted);
}

static void test_interrupted(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	unsigned int busy_ms = 40;
	int card = mc_card_open();
	struct waits waits;
	pid_t pids[2];
	int fd, other;

	mc_require_preemption();
	mc_expect(mc_create_errno(card, &limits), 0);
	other = limits.context_fd;
	limits.connector_id = 0;
	mc_expect(mc_create_errno(card, &limits), 0);
	fd = limits.context_fd;
	use_processor(0);
	pids[0] = mc_fork(hold_class, &other);
	pids[1] = mc_fork(hog, &busy_ms);

	start_and_stop(fd, &waits, 0);
	igt_assert_f(waits.interrupted, "no call was interrupted\n");
	start_and_stop(fd, &waits, SA_RESTART);
	igt_assert_f(!waits.interrupted, "EINTR in spite of SA_RESTART\n");
	igt_assert_f(waits.outlasted, "no call had to be restarted\n");

	mc_kill(pids[1]);
	mc_kill(pids[0]);
}

/*
 * An owner that gets no processor time stays inside the class, for far longer than
 * the measured call takes. Ordinary calls wait, as their interruption shows. The call is
 * made on the control file of a context of its own.
 */
static void past_stalled(const char *name, void (*measured)(int control))
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	unsigned int busy_ms = 1000, rounds = 0, stalled = 0;
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	uint64_t best_ns = UINT64_MAX;
	int card = mc_card_open();
	pid_t pids[2];
	int fd, other;

	mc_require_preemption();
	mc_expect(mc_create_errno(card, &limits), 0);
	other = limits.context_fd;
	limits.connector_id = 0;
	mc_expect(mc_create_errno(card, &limits), 0);
	fd = limits.context_fd;
	use_processor(0);
	pids[0] = mc_fork(hold_class, &other);
	pids[1] = mc_fork(hog, &busy_ms);

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	for (rounds = 0; stalled < 5 && mc_now_ns() < end; rounds++) {
		uint64_t begin;
		int ret;

		limits.connector_id = 0;
		mc_expect(mc_create_errno(card, &limits), 0);
		/* Until it is stalled, which an interrupted call says. */
		signal_often(0, 20000);
		while ((ret = mc_stop_errno(fd)) == -ENOTCONN && mc_now_ns() < end)
			;
		signal_often(SA_RESTART, 0);
		begin = mc_now_ns();
		measured(limits.control_fd);
		if (ret == -EINTR) {
			uint64_t took = mc_now_ns() - begin;

			best_ns = took < best_ns ? took : best_ns;
			stalled++;
		}
		mc_close(limits.control_fd);
		mc_close(limits.context_fd);
	}
	mc_kill(pids[1]);
	mc_kill(pids[0]);
	igt_assert_f(stalled, "no call was stalled\n");
	igt_info("%u calls stalled of %u; beside them %s took %.1f ms at best\n",
		 stalled, rounds, name, best_ns / 1e6);
	/*
	 * Each had 900 ms to wait or more, would it wait. An emulated machine may
	 * take long all the same, but not each time.
	 */
	igt_assert_lt_u64(best_ns, 500000000);
}

static void destroy(int control)
{
	mc_expect(mc_destroy_errno(control), 0);
}

static void test_destroy_past_stalled(void)
{
	past_stalled("DESTROY_CONTEXT", destroy);
}

/* What a broker calls, which serves others meanwhile. */
static void look_and_pin(int control)
{
	struct drm_miracast_statistics stats;
	struct drm_miracast_context_info info;

	mc_expect(mc_statistics_errno(control, &stats), 0);
	mc_expect(mc_query_errno(control, &info), 0);
	mc_expect(mc_pin_errno(control, 0), 0);
	mc_expect(mc_pin_errno(control, info.current_master), 0);
}

static void test_control_past_stalled(void)
{
	past_stalled("what a control file answers", look_and_pin);
}

static const struct mc_subtest subtests[] = {
	{ "one-at-a-time",
	  "However many processes call on however many contexts, no two are in the class.",
	  test_one_at_a_time },
	{ "pace-of-others",
	  "Flips, reads and releases of a context do not wait for calls of others.",
	  test_pace_of_others },
	{ "interrupted",
	  "A call that waits for another is interrupted by signals, with nothing done, or restarted.",
	  test_interrupted },
	{ "destroy-past-stalled",
	  "DESTROY_CONTEXT does not wait for another owner's call that gets no processor time.",
	  test_destroy_past_stalled },
	{ "control-past-stalled",
	  "Nor do the codes of a control file.", test_control_past_stalled },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_class_destroy);
	mc_subtests(mc_class_flight);
	mc_subtests(mc_class_races);
}
