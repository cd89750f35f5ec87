// SPDX-License-Identifier: MIT
/*
 * Everything at once, for a while: owners that come and go in every way, clients with
 * leases that flip and set modes, a device that is unbound and bound again. A seed
 * determines the actions.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "miracast_soak.h"

IGT_TEST_DESCRIPTION("Everything at once, at random.");

struct actor {
	pid_t pid;
	uint64_t stopped_until;	/* SIGSTOPped */
};

struct soak {
	struct soak_board *board;
	struct soak_plan plan;
	struct actor owners[SOAK_OWNERS];
	pid_t compositor;
	uint32_t seed;
	uint32_t kills, stops, unbinds;
	uint64_t next_mischief, next_unbind, end, interval;
};

static uint64_t ms(uint64_t count)
{
	return count * 1000000;
}

static uint32_t below(struct soak *soak, uint32_t limit)
{
	return mc_random(&soak->seed) % limit;
}

static struct soak_plan next_plan(struct soak *soak, unsigned int target)
{
	return (struct soak_plan) {
		.board = soak->board,
		.seed = mc_random(&soak->seed),
		.target = target,
	};
}

static void start_owner(struct soak *soak, unsigned int i)
{
	struct soak_plan plan = next_plan(soak, i);

	soak->owners[i].pid = mc_fork(soak_owner, &plan);
	soak->owners[i].stopped_until = 0;
}

static void start_compositor(struct soak *soak)
{
	struct soak_plan plan = next_plan(soak, 0);

	soak->compositor = mc_fork(soak_compositor, &plan);
}

/* Whether the process has ended; it must have ended well. */
static bool ended(pid_t pid)
{
	siginfo_t info = {};

	igt_assert_eq(waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT),
		      0);
	if (!info.si_pid)
		return false;
	mc_join(pid);
	return true;
}

static void resume(struct actor *owner)
{
	if (owner->stopped_until)
		kill(owner->pid, SIGCONT);
	owner->stopped_until = 0;
}

/* Owners end by themselves as well, and come back. */
static void look_after_owners(struct soak *soak)
{
	uint64_t now = mc_now_ns();
	unsigned int i;

	for (i = 0; i < SOAK_OWNERS; i++) {
		struct actor *owner = &soak->owners[i];

		if (owner->stopped_until && now >= owner->stopped_until)
			resume(owner);
		if (ended(owner->pid))
			start_owner(soak, i);
	}
}

static void do_mischief(struct soak *soak)
{
	unsigned int i = below(soak, SOAK_OWNERS);
	struct actor *owner = &soak->owners[i];

	if (below(soak, 2)) {
		mc_kill(owner->pid);
		start_owner(soak, i);
		soak->kills++;
	} else if (!owner->stopped_until) {
		kill(owner->pid, SIGSTOP);
		owner->stopped_until = mc_now_ns() +
				       ms(100 + below(soak, 2000));
		soak->stops++;
	}
	soak->next_mischief = mc_now_ns() + ms(50 + below(soak, 500));
}

static void wait_until(const struct soak *soak, const uint32_t *value,
		       uint32_t want, const char *what)
{
	uint64_t end = mc_now_ns() + ms(MC_TIMEOUT_MS);

	while (__atomic_load_n(value, __ATOMIC_SEQ_CST) != want) {
		igt_assert_f(mc_now_ns() < end, "%s: %u instead of %u\n", what,
			     *value, want);
		usleep(10000);
	}
}

static void join_compositor(struct soak *soak)
{
	uint64_t end = mc_now_ns() + ms(MC_TIMEOUT_MS);

	while (!ended(soak->compositor)) {
		igt_assert_f(mc_now_ns() < end,
			     "the compositor does not end\n");
		usleep(10000);
	}
}

static void unbind_and_bind(struct soak *soak)
{
	unsigned int i;

	soak->board->closing = true;
	wait_until(soak, &soak->board->beginning, 0, "clients that begin");
	mc_unbind();
	soak->unbinds++;
	usleep(1000 * below(soak, 500));
	join_compositor(soak);
	wait_until(soak, &soak->board->running, 0, "clients that run");
	mc_bind();
	soak->board->closing = false;
	for (i = 0; i < SOAK_OWNERS; i++)
		resume(&soak->owners[i]);
	start_compositor(soak);
	soak->next_unbind = mc_now_ns() + soak->interval;
}

static void report(const struct soak *soak)
{
	const struct soak_board *board = soak->board;
	unsigned int i;

	igt_info("%u sessions, %u pictures, %u refused modes, %u leases, %u mode sets, %u cursors\n",
		 board->sessions, board->pictures, board->refused,
		 board->leases, board->mode_sets, board->cursors);
	igt_info("%u owners killed, %u stopped, device unbound %u times\n",
		 soak->kills, soak->stops, soak->unbinds);
	for (i = 0; i < SOAK_TARGETS; i++)
		igt_info("target %u%s: %u flips, %u late, worst %u vblanks\n",
			 i, i < SOAK_OWNERS ? "" : " (no owner)",
			 board->flips[i].count, board->flips[i].late,
			 board->flips[i].worst);
}

static double late_share(const struct soak_flips *flips)
{
	return flips->count ? (double)flips->late / flips->count : 0;
}

/*
 * An owner may cost a flip one vblank. The target without an owner shows how late flips are
 * because of the machine.
 */
static void judge(const struct soak *soak)
{
	const struct soak_flips *flips = soak->board->flips;
	double alone = late_share(&flips[SOAK_OWNERS]);
	unsigned int i;

	igt_assert_lte_u64(10, flips[SOAK_OWNERS].count);
	for (i = 0; i < SOAK_OWNERS; i++) {
		igt_assert_f(flips[i].count >= 10,
			     "target %u: only %u flips\n", i, flips[i].count);
		igt_assert_f(late_share(&flips[i]) < 2 * alone + 0.1,
			     "target %u: %.0f %% of the flips late, without owner %.0f %%\n",
			     i, 100 * late_share(&flips[i]), 100 * alone);
	}
}

static void test_soak(void)
{
	uint32_t seconds = mc_setting("MIRACAST_SOAK_SECONDS", 30);
	struct soak soak = {
		.seed = mc_setting("MIRACAST_SEED",
				   mc_now_ns() / 1000 % 1000000 + 1),
		.interval = ms(1000 * (seconds < 90 ? seconds / 3 + 1 : 30)),
	};
	char parameters[32];
	unsigned int i;

	igt_info("MIRACAST_SEED=%u MIRACAST_SOAK_SECONDS=%u\n", soak.seed,
		 seconds);
	snprintf(parameters, sizeof(parameters), "targets=%u", SOAK_TARGETS);
	mc_module_reload(parameters);
	soak.board = mmap(NULL, sizeof(*soak.board), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	igt_assert(soak.board != MAP_FAILED);
	start_compositor(&soak);
	for (i = 0; i < SOAK_OWNERS; i++)
		start_owner(&soak, i);
	soak.end = mc_now_ns() + ms(1000ull * seconds);
	soak.next_unbind = mc_now_ns() + soak.interval;

	while (mc_now_ns() < soak.end) {
		look_after_owners(&soak);
		igt_assert_f(!ended(soak.compositor),
			     "the compositor has ended\n");
		if (mc_now_ns() >= soak.next_mischief)
			do_mischief(&soak);
		if (mc_now_ns() >= soak.next_unbind)
			unbind_and_bind(&soak);
		usleep(10000);
	}

	soak.board->done = true;
	join_compositor(&soak);
	for (i = 0; i < SOAK_OWNERS; i++)
		mc_kill(soak.owners[i].pid);
	report(&soak);
	judge(&soak);
	munmap(soak.board, sizeof(*soak.board));
}

static const struct mc_subtest subtests[] = {
	{ "soak",
	  "Owners, clients, leases and unbinding at random; flips are not late, nothing breaks.",
	  test_soak },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
}
