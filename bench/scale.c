// SPDX-License-Identifier: MIT
/*
 * Several targets at once, each with its own owner: what does one cost, and do others slow
 * it down?
 *
 * usage: scale CONTENDER WIDTHxHEIGHT DAMAGE TARGETS PICTURES RATE
 *
 * Each target shows PICTURES pictures, RATE a second, evenly spaced; flips of different
 * targets overlap.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "cpu.h"
#include "kms.h"
#include "owner.h"
#include "report.h"
#include "scene.h"

#define MAX_TARGETS	16
#define TIMEOUT_MS	20000
#define SETTLE_NS	(500 * NS_PER_MS)
#define WARM_UP		3
#define IDLE_SECONDS	2

struct target {
	struct board *board;
	pid_t owner;
	struct kms kms;
	/** @n: Flips submitted. */
	unsigned int n;
	/** @flying: A flip is not completed yet. */
	bool flying;
	/** @late: It was still flying when the next one was due. */
	bool late;
	/** @due_ns: When the next flip is due. */
	uint64_t due_ns;
	/** @begin_ticks: When flips were submitted, by number. */
	uint64_t begin_ticks[OWNER_SAMPLES];
	/** @clip: Damage of the flip that is flying. */
	uint32_t clip;
};

static struct {
	struct report row;
	struct clock clock;
	enum scene_damage damage;
	uint32_t width, height;
	unsigned int count, pictures, rate;
	int card;
	struct target targets[MAX_TARGETS];
} job;

static void start(const struct owner_ops *ops)
{
	struct target *target;
	unsigned int i;

	for (i = 0; i < job.count; i++) {
		target = &job.targets[i];
		target->board = owner_board();
		atomic_store(&target->board->polled, true);
		target->owner = owner_start(ops, target->board, job.width,
					    job.height);
		if (target->owner)
			continue;
		report(&job.row, "not_offered",
		       atomic_load(&target->board->state) == BOARD_NOT_OFFERED);
		while (i--)
			owner_stop(job.targets[i].owner);
		exit(atomic_load(&target->board->state) != BOARD_NOT_OFFERED);
	}
}

static void light(const struct owner_ops *ops)
{
	struct target *target;
	unsigned int i;

	job.card = kms_card(ops->driver, 0);
	for (i = 0; i < job.count; i++) {
		target = &job.targets[i];
		kms_open(&target->kms, job.card, target->board->connector,
			 target->board->crtc, job.width, job.height);
		kms_light(&target->kms);
	}
	for (i = 0; i < job.count; i++)
		if (!owner_await(job.targets[i].board, 1, TIMEOUT_MS)) {
			errno = ETIMEDOUT;
			die("first picture");
		}
}

static void submit(struct target *target)
{
	struct drm_mode_rect rect =
		scene_clip(job.damage, job.width, job.height, ++target->n);
	unsigned int buffer = target->n % KMS_BUFFERS;
	drmModeAtomicReqPtr request;

	target->clip = kms_clip(&target->kms, &rect);
	request = kms_request(&target->kms, buffer, target->clip);
	kms_paint(&target->kms, buffer, &rect, target->n);
	target->begin_ticks[target->n % OWNER_SAMPLES] = clock_tick();
	check(kms_submit(&target->kms, request), "flip");
	target->flying = true;
	drmModeAtomicFree(request);
}

static void complete(uint32_t crtc)
{
	unsigned int i;

	for (i = 0; i < job.count; i++) {
		struct target *target = &job.targets[i];

		if (target->kms.crtc != crtc)
			continue;
		kms_clip_free(&target->kms, target->clip);
		target->flying = false;
	}
}

/* The events of all targets are read from one card. */
static void await_events(uint64_t until_ns)
{
	struct pollfd fd = { .fd = job.card, .events = POLLIN };
	struct drm_event_vblank events[MAX_TARGETS];
	uint64_t now = clock_ns();
	struct timespec timeout = { 0 };
	ssize_t got;
	size_t i;

	if (until_ns > now) {
		timeout.tv_sec = (time_t)((until_ns - now) / NS_PER_SECOND);
		timeout.tv_nsec = (long)((until_ns - now) % NS_PER_SECOND);
	}
	if (ppoll(&fd, 1, &timeout, NULL) <= 0)
		return;
	got = read(job.card, events, sizeof(events));
	if (got < 0)
		die("event");
	for (i = 0; i < (size_t)got / sizeof(events[0]); i++)
		complete(events[i].crtc_id);
}

static struct target *next_due(void)
{
	struct target *first = &job.targets[0];
	unsigned int i;

	for (i = 1; i < job.count; i++)
		if (job.targets[i].due_ns < first->due_ns)
			first = &job.targets[i];
	return first;
}

static void run(unsigned int pictures, bool measured)
{
	uint64_t period = NS_PER_SECOND / job.rate, from = clock_ns() + period;
	unsigned int i, left = pictures * job.count, late = 0;
	struct target *target;

	for (i = 0; i < job.count; i++)
		job.targets[i].due_ns = from + i * period / job.count;
	while (left) {
		target = next_due();
		while (clock_ns() < target->due_ns)
			await_events(target->due_ns);
		if (target->flying) {
			/* Events of other targets end this wait as well. */
			late += !target->late;
			target->late = true;
			await_events(clock_ns() + NS_PER_SECOND);
			continue;
		}
		target->late = false;
		submit(target);
		left--;
		target->due_ns += period;
	}
	await_events(clock_ns() + NS_PER_SECOND / 2);
	if (measured)
		report(&job.row, "late_flips", late);
}

static void report_all(void)
{
	const struct owner_sample *sample;
	struct target *target;
	uint32_t done, n;
	unsigned int i;

	for (i = 0; i < job.count; i++) {
		target = &job.targets[i];
		done = atomic_load(&target->board->done);
		report(&job.row, "pictures", done - 1 - WARM_UP);
		for (n = WARM_UP + 1; n < done; n++) {
			sample = &target->board->samples[n % OWNER_SAMPLES];
			report(&job.row, "capture_ns", (double)sample->capture_ns);
			report(&job.row, "driver_ns", (double)sample->driver_ns);
			if (sample->polled)
				report(&job.row, "cpu_ns",
				       (double)(sample->driver_ns +
						sample->calls_ns));
			else
				report(&job.row, "ready_ns", (double)
				       clock_span(&job.clock, sample->ready_tick -
						  target->begin_ticks[n % OWNER_SAMPLES]));
		}
	}
}

static uint64_t cpu_of_sleep(unsigned int seconds)
{
	uint64_t begin = cpu_total_ns();

	clock_sleep_ns(seconds * NS_PER_SECOND);
	return cpu_total_ns() - begin;
}

/* Adding up costs time itself, and an idle system also uses some: both are subtracted. */
static void run_measured(void)
{
	double one = (double)cpu_of_sleep(1);
	double per_second = ((double)cpu_of_sleep(1 + IDLE_SECONDS) - one) /
			    IDLE_SECONDS;
	uint64_t cpu = cpu_total_ns(), start = clock_ns();
	double total, seconds;

	run(job.pictures, true);
	seconds = (double)(clock_ns() - start) / (double)NS_PER_SECOND;
	total = (double)(cpu_total_ns() - cpu) - (one - per_second) -
		per_second * seconds;
	if (cpu)
		report(&job.row, "total_cpu_ns", total / job.count / job.pictures);
}

int main(int argc, char **argv)
{
	const struct owner_ops *ops = argc == 7 ? owner_find(argv[1]) : NULL;
	unsigned int i;
	int damage;

	if (!ops || scene_size(argv[2], &job.width, &job.height) ||
	    scene_damage(argv[3]) < 0) {
		fprintf(stderr, "usage: scale CONTENDER SIZE DAMAGE TARGETS PICTURES RATE\n");
		return 2;
	}
	damage = scene_damage(argv[3]);
	job.damage = (enum scene_damage)damage;
	job.count = (unsigned int)strtoul(argv[4], NULL, 10);
	job.pictures = (unsigned int)strtoul(argv[5], NULL, 10);
	job.rate = (unsigned int)strtoul(argv[6], NULL, 10);
	if (!job.count || job.count > MAX_TARGETS || !job.rate ||
	    job.pictures + WARM_UP + 1 > OWNER_SAMPLES)
		return 2;
	job.row = (struct report){ "scale", argv[1], argv[2], argv[4] };
	report_begin();
	clock_init(&job.clock);
	start(ops);
	light(ops);
	run(WARM_UP, false);
	clock_sleep_ns(SETTLE_NS);
	run_measured();
	clock_sleep_ns(SETTLE_NS);
	report_all();
	for (i = 0; i < job.count; i++) {
		kms_dark(&job.targets[i].kms);
		owner_stop(job.targets[i].owner);
	}
	return 0;
}
