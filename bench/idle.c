// SPDX-License-Identifier: MIT
/*
 * What wakes up while the screen is static and its owner waits?
 *
 * usage: idle CONTENDER WIDTHxHEIGHT SECONDS
 *
 * Counts, from the kernel's trace: timers and work items that the driver's
 * module runs, and wake-ups of the owner.
 */
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "kms.h"
#include "owner.h"
#include "report.h"
#include "scene.h"
#include "trace.h"

#define TIMEOUT_MS	10000
#define FLIPS		5

static const char *const events[] = {
	"timer/hrtimer_expire_entry", "timer/timer_expire_entry",
	"workqueue/workqueue_execute_start", "sched/sched_wakeup", NULL,
};

static void flip(struct kms *kms, unsigned int n)
{
	struct drm_mode_rect rect =
		scene_clip(SCENE_FULL, kms->width, kms->height, n);
	uint32_t clip = kms_clip(kms, &rect);
	drmModeAtomicReqPtr request = kms_request(kms, n % KMS_BUFFERS, clip);

	check(kms_submit(kms, request), "flip");
	if (!kms_await(kms, TIMEOUT_MS, NULL))
		die("flip");
	drmModeAtomicFree(request);
	kms_clip_free(kms, clip);
}

static void count(const struct report *row, const char *driver)
{
	char module[32];

	snprintf(module, sizeof(module), "[%s]", driver);
	report(row, "timers", trace_count("hrtimer_expire_entry:", module) +
	       trace_count(" timer_expire_entry:", module));
	report(row, "works", trace_count("workqueue_execute_start:", module));
	report(row, "owner_wakeups", trace_count("sched_wakeup:", "bench-owner"));
}

int main(int argc, char **argv)
{
	const struct owner_ops *ops = argc == 4 ? owner_find(argv[1]) : NULL;
	struct board *board = owner_board();
	struct report row = { .part = "idle", .damage = "-" };
	uint32_t width, height;
	unsigned int seconds, n;
	struct kms kms;
	pid_t owner;

	if (!ops || scene_size(argv[2], &width, &height)) {
		fprintf(stderr, "usage: idle CONTENDER SIZE SECONDS\n");
		return 2;
	}
	row.contender = argv[1];
	row.size = argv[2];
	seconds = (unsigned int)strtoul(argv[3], NULL, 10);
	report_begin();
	board->lean = true;
	owner = owner_start(ops, board, width, height);
	if (!owner) {
		report(&row, "not_offered",
		       atomic_load(&board->state) == BOARD_NOT_OFFERED);
		return atomic_load(&board->state) != BOARD_NOT_OFFERED;
	}
	kms_open(&kms, kms_card(ops->driver, 0), board->connector, board->crtc,
		 width, height);
	kms_light(&kms);
	for (n = 1; n <= FLIPS; n++)
		flip(&kms, n);
	clock_sleep_ns(NS_PER_SECOND);
	if (!trace_on(events))
		die("trace");
	/* Proof that the trace would show such events. */
	flip(&kms, n);
	clock_sleep_ns(NS_PER_SECOND / 2);
	report(&row, "seen", trace_count("sched_wakeup:", "bench-owner"));
	trace_off(events);
	if (!trace_on(events))
		die("trace");
	clock_sleep_ns(seconds * NS_PER_SECOND);
	trace_off(events);
	report(&row, "seconds", seconds);
	count(&row, ops->driver);
	kms_dark(&kms);
	owner_stop(owner);
	return 0;
}
