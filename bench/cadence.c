// SPDX-License-Identifier: MIT
/*
 * A client that flips as fast as it may: when do its flips complete, while the
 * owner is fast, slow, or stopped?
 *
 * usage: cadence CONTENDER WIDTHxHEIGHT fast|slow|held|stopped FLIPS
 *
 * CONTENDER is direct, copy, copy-two (with two buffers), nv12 or evdi; or none: the
 * miracast card without an owner.
 * A "slow" owner keeps each picture for three refresh periods. A "held" owner releases one
 * picture a millisecond before each flip, so that the driver captures the picture that
 * waited for a buffer at that moment. A "stopped" owner gets SIGSTOP after a few flips. A
 * flip is late when it completes more than a period after it was submitted: it missed a
 * vblank.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "kms.h"
#include "owner.h"
#include "report.h"
#include "scene.h"

#define WARM_UP		10
#define BEFORE_STOP	5
#define SLOW_PERIODS	3
#define LATE_PERIODS	1.05
#define TIMEOUT_MS	3000
#define OWNER_TIMEOUT_MS	10000

struct job {
	struct report row;
	struct kms kms;
	struct board *board;
	pid_t owner;
	unsigned int flips;
	bool held;
};

static bool flip(struct job *job, unsigned int n, struct kms_flip *done,
		 uint64_t *took_ns)
{
	struct drm_mode_rect rect = scene_clip(SCENE_FULL, job->kms.width,
					       job->kms.height, n);
	uint32_t clip = kms_clip(&job->kms, &rect);
	drmModeAtomicReqPtr request =
		kms_request(&job->kms, n % KMS_BUFFERS, clip);
	uint64_t start;
	bool good;

	if (job->held) {
		sem_post(&job->board->permits);
		clock_sleep_ns(NS_PER_MS);
	}
	start = clock_ns();
	check(kms_submit(&job->kms, request), "flip");
	good = kms_await(&job->kms, TIMEOUT_MS, done);
	/* evdi has no time in its events. */
	*took_ns = (done->time_ns ? done->time_ns : done->seen_ns) - start;
	drmModeAtomicFree(request);
	kms_clip_free(&job->kms, clip);
	return good;
}

/* A flip that never completes ends the run; the owner is resumed first. */
static void give_up(struct job *job)
{
	kill(job->owner, SIGCONT);
	kms_await(&job->kms, TIMEOUT_MS, NULL);
}

static void run(struct job *job, bool stop)
{
	unsigned int n, late = 0, stalled = 0;
	struct kms_flip before, now;
	uint64_t took_ns;

	for (n = 1; n <= WARM_UP; n++)
		if (!flip(job, n, &before, &took_ns))
			die("flip");
	for (; n <= WARM_UP + job->flips; n++) {
		if (stop && n == WARM_UP + BEFORE_STOP)
			kill(job->owner, SIGSTOP);
		if (!flip(job, n, &now, &took_ns)) {
			stalled = 1;
			give_up(job);
			break;
		}
		report(&job->row, "interval_ns",
		       (double)(now.seen_ns - before.seen_ns));
		report(&job->row, "stamp_interval_ns",
		       (double)(now.time_ns - before.time_ns));
		report(&job->row, "took_ns", (double)took_ns);
		if ((double)took_ns > LATE_PERIODS * job->kms.period_ns)
			late++;
		before = now;
	}
	if (stop)
		kill(job->owner, SIGCONT);
	report(&job->row, "flips", n - WARM_UP - 1);
	report(&job->row, "late", late);
	report(&job->row, "stalled", stalled);
	report(&job->row, "period_ns", job->kms.period_ns);
}

/* Without an owner, the connector that is lit has nothing connected to it. */
static void begin(struct job *job, const struct owner_ops *ops, uint32_t width,
		  uint32_t height)
{
	job->board = owner_board();
	job->board->lean = true;
	if (ops)
		job->owner = owner_start(ops, job->board, width, height);
	if (ops && !job->owner) {
		report(&job->row, "not_offered",
		       atomic_load(&job->board->state) == BOARD_NOT_OFFERED);
		exit(atomic_load(&job->board->state) != BOARD_NOT_OFFERED);
	}
	kms_open(&job->kms, kms_card(ops ? ops->driver : "miracast", 0),
		 job->board->connector, job->board->crtc, width, height);
	kms_light(&job->kms);
	if (ops && !owner_await(job->board, 1, OWNER_TIMEOUT_MS))
		die("first picture");
}

int main(int argc, char **argv)
{
	struct job job = { .row = { .part = "cadence" } };
	const struct owner_ops *ops;
	uint32_t width, height;

	ops = argc == 5 ? owner_find(argv[1]) : NULL;
	if (argc != 5 || (!ops && strcmp(argv[1], "none")) ||
	    scene_size(argv[2], &width, &height)) {
		fprintf(stderr, "usage: cadence CONTENDER SIZE fast|slow|held|stopped FLIPS\n");
		return 2;
	}
	job.row.contender = argv[1];
	job.row.size = argv[2];
	job.row.damage = argv[3];
	job.flips = (unsigned int)strtoul(argv[4], NULL, 10);
	report_begin();
	begin(&job, ops, width, height);
	if (!strcmp(argv[3], "slow"))
		atomic_store(&job.board->delay_ns,
			     (uint64_t)(SLOW_PERIODS * job.kms.period_ns));
	job.held = !strcmp(argv[3], "held");
	atomic_store(&job.board->held, job.held);
	run(&job, !strcmp(argv[3], "stopped"));
	kms_dark(&job.kms);
	owner_stop(job.owner);
	return 0;
}
