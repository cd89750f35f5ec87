// SPDX-License-Identifier: MIT
/*
 * Subtests: each begins with a device at rest, has a limit of time, and leaves nothing
 * behind.
 */
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "lib_miracast_card.h"
#include "lib_miracast_flips.h"
#include "lib_miracast_keep.h"
#include "lib_miracast_module.h"
#include "lib_miracast_points.h"
#include "lib_miracast_process.h"
#include "lib_miracast_run.h"

static void (*at_end)(void);

void mc_at_end(void (*undo)(void))
{
	static bool registered;

	/* No subtest follows the last one. Children leave by _exit(). */
	if (!registered)
		igt_assert_eq(atexit(mc_forget_all), 0);
	registered = true;
	igt_assert(!at_end);
	at_end = undo;
}

void mc_forget_all(void)
{
	void (*undo)(void) = at_end;
	struct itimerval none = {};

	setitimer(ITIMER_REAL, &none, NULL);
	signal(SIGALRM, SIG_DFL);
	mc_kill_all();
	mc_keep_end();
	mc_forget_flips();
	mc_points_forget();
	at_end = NULL;
	if (undo)
		undo();
}

/* With the module there is a card; one that is missing is a failure. */
static void assert_clean_device(void)
{
	int card;

	mc_module_restore();
	if (!mc_bound())
		mc_bind();
	card = mc_card_open();
	mc_wait_at_rest(card);
	mc_close(card);
}

static void too_long(int signal)
{
	igt_assert_f(false, "the subtest takes longer than MIRACAST_SUBTEST_SECONDS\n");
}

/*
 * A subtest that hangs fails, and the next one follows: it may wait in a blocking call for
 * an event that never comes. SIGALRM is reserved for this.
 */
static void limit_time(unsigned int seconds)
{
	struct sigaction action = { .sa_handler = too_long };
	struct itimerspec in = { .it_value.tv_sec = seconds };
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGXCPU,
		._sigev_un._tid = gettid(),
	};
	static timer_t timer;
	static bool made;

	if (!made) {
		if (!seconds)
			return;
		igt_assert_eq(sigaction(SIGXCPU, &action, NULL), 0);
		igt_assert_eq(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	}
	made = true;
	igt_assert_eq(timer_settime(timer, 0, &in, NULL), 0);
}

void mc_run(void (*subtest)(void))
{
	int fds, lost;
	long users;

	limit_time(mc_setting("MIRACAST_SUBTEST_SECONDS", 0));
	mc_forget_all();
	igt_require_f(mc_module_loaded(), "the module is not loaded\n");
	assert_clean_device();
	fds = mc_count_fds();
	users = mc_module_users();

	subtest();

	mc_keep_close();
	lost = mc_count_fds() - fds;
	mc_forget_all();
	assert_clean_device();
	igt_assert_f(!lost, "%d descriptors were lost\n", lost);
	mc_module_wait_users(users);
	limit_time(0);
}
