// SPDX-License-Identifier: MIT
/*
 * Events of the card: flips that completed, and vblanks that somebody asked
 * for. Several CRTCs of one card share its descriptor.
 */
#include <poll.h>

#include "lib_miracast_flips.h"

#define PENDING 64

static struct {
	int card;
	bool vblank;			/* not a flip */
	struct mc_flip flip;
} pending[PENDING];
static unsigned int pending_count;

void mc_forget_flips(void)
{
	pending_count = 0;
}

static bool take_pending(struct mc_kms *kms, bool vblank, uint64_t user_data,
			 struct mc_flip *flip)
{
	unsigned int i;

	for (i = 0; i < pending_count; i++) {
		if (pending[i].card != kms->card ||
		    pending[i].vblank != vblank)
			continue;
		if (vblank ? pending[i].flip.user_data != user_data :
			     pending[i].flip.crtc != kms->crtc)
			continue;
		*flip = pending[i].flip;
		pending_count--;
		memmove(&pending[i], &pending[i + 1],
			(pending_count - i) * sizeof(pending[0]));
		return true;
	}
	return false;
}

static void add_pending(int card, bool vblank, struct mc_flip flip)
{
	igt_assert_lt(pending_count, PENDING);
	pending[pending_count].card = card;
	pending[pending_count].vblank = vblank;
	pending[pending_count].flip = flip;
	pending_count++;
}

static void add_flip(int card, const struct drm_event_vblank *event)
{
	add_pending(card, false, (struct mc_flip) {
		.sequence = event->sequence,
		.time_ns = (event->tv_sec * 1000000ull + event->tv_usec) * 1000,
		.user_data = event->user_data,
		.crtc = event->crtc_id,
	});
}

static void add_vblank(int card, const struct drm_event_crtc_sequence *event)
{
	add_pending(card, true, (struct mc_flip) {
		.sequence = event->sequence,
		.time_ns = event->time_ns,
		.user_data = event->user_data,
	});
}

static void read_events(int card)
{
	uint64_t buffer[512];
	ssize_t got = read(card, buffer, sizeof(buffer));
	ssize_t at = 0;

	igt_assert_f(got > 0, "read of the card: %m\n");
	while (at < got) {
		const struct drm_event *event =
			(const void *)((const char *)buffer + at);

		if (event->type == DRM_EVENT_FLIP_COMPLETE)
			add_flip(card, (const void *)event);
		else if (event->type == DRM_EVENT_CRTC_SEQUENCE)
			add_vblank(card, (const void *)event);
		at += event->length;
	}
}

static bool wait_pending(struct mc_kms *kms, bool vblank, uint64_t user_data,
			 struct mc_flip *flip, int timeout_ms)
{
	uint64_t end = mc_now_ns() + timeout_ms * 1000000ull;
	struct mc_flip local;

	if (!flip)
		flip = &local;
	while (!take_pending(kms, vblank, user_data, flip)) {
		uint64_t now = mc_now_ns();
		int left = now < end ? (int)((end - now) / 1000000) + 1 : 0;

		if (!(mc_poll(kms->card, POLLIN, left) & POLLIN))
			return false;
		read_events(kms->card);
	}
	return true;
}

bool mc_try_flip(struct mc_kms *kms, struct mc_flip *flip, int timeout_ms)
{
	return wait_pending(kms, false, 0, flip, timeout_ms);
}

void mc_wait_flip(struct mc_kms *kms, struct mc_flip *flip)
{
	igt_assert_f(mc_try_flip(kms, flip, MC_TIMEOUT_MS),
		     "the flip does not complete\n");
}

void mc_show(struct mc_kms *kms, const struct mc_fb *fb,
	     const struct drm_mode_rect *clips, uint32_t count)
{
	mc_flip(kms, fb, clips, count);
	mc_wait_flip(kms, NULL);
}

/* Vblanks */

uint64_t mc_vblank(struct mc_kms *kms)
{
	uint64_t sequence, time;

	igt_assert_eq(drmCrtcGetSequence(kms->card, kms->crtc, &sequence,
					 &time), 0);
	return sequence;
}

uint64_t mc_period_ns(const struct mc_kms *kms)
{
	return 1000000000000ull / mc_mode_mhz(&kms->mode);
}

/* Differs for the requests of several CRTCs. */
static uint64_t watch_id(const struct mc_kms *kms, uint64_t sequence)
{
	return sequence << 8 | kms->crtc_index;
}

void mc_watch_vblank(struct mc_kms *kms, uint64_t sequence)
{
	igt_assert_eq(drmCrtcQueueSequence(kms->card, kms->crtc, 0, sequence,
					   NULL, watch_id(kms, sequence)), 0);
}

bool mc_watched_vblank(struct mc_kms *kms, uint64_t sequence)
{
	struct mc_flip event;

	igt_assert_f(wait_pending(kms, true, watch_id(kms, sequence), &event,
				  MC_TIMEOUT_MS), "no vblank %llu\n",
		     (unsigned long long)sequence);
	return event.sequence == (uint32_t)sequence;
}

uint64_t mc_wait_vblank(struct mc_kms *kms)
{
	uint64_t next = mc_vblank(kms) + 1;

	mc_watch_vblank(kms, next);
	mc_watched_vblank(kms, next);
	return mc_vblank(kms);
}
