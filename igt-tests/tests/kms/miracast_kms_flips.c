// SPDX-License-Identifier: MIT
/*
 * Vblanks and flips of a target that has no monitor: their times, order and events.
 */
#include <unistd.h>

#include "lib_miracast_lit.h"
#include "miracast_kms.h"

static void test_vblank_times(void)
{
	uint64_t first_time = 0, time, first = 0, sequence;
	uint64_t period = 1000000000000ull / 60000;
	struct mc_lit lit;
	int i;

	mc_lit(&lit, 640, 480);
	period = 1000000000000ull / mc_mode_mhz(&lit.mode);
	for (i = 0; i < 60; i++) {
		int64_t off;

		igt_assert_eq(drmCrtcQueueSequence(lit.card, lit.kms->crtc,
						   DRM_CRTC_SEQUENCE_RELATIVE,
						   1, NULL, 0), 0);
		mc_poll(lit.card, POLLIN, MC_TIMEOUT_MS);
		read(lit.card, (uint8_t[256]) {}, 256);
		igt_assert_eq(drmCrtcGetSequence(lit.card, lit.kms->crtc,
						 &sequence, &time), 0);
		if (!i) {
			first = sequence;
			first_time = time;
			continue;
		}
		igt_assert_lt_u64(first, sequence);
		/* Time is arithmetic: n periods after the first. */
		off = (int64_t)(time - first_time) -
		      (int64_t)((sequence - first) * period);
		igt_assert_f(off > -100000 && off < 100000,
			     "vblank %llu is %lld ns off\n",
			     (unsigned long long)sequence, (long long)off);
	}
}

/* The clock runs on while nobody waits for it. */
static void test_vblank_idle(void)
{
	uint64_t before, before_time, after, after_time, period;
	struct mc_lit lit;
	int64_t off;

	mc_lit(&lit, 640, 480);
	period = 1000000000000ull / mc_mode_mhz(&lit.mode);
	mc_show(lit.kms, lit.fb, NULL, 0);
	igt_assert_eq(drmCrtcGetSequence(lit.card, lit.kms->crtc, &before,
					 &before_time), 0);
	usleep(1500000);
	igt_assert_eq(drmCrtcGetSequence(lit.card, lit.kms->crtc, &after,
					 &after_time), 0);
	off = (int64_t)(after_time - before_time) -
	      (int64_t)((after - before) * period);
	igt_assert_lte_u64(1400000000ull / period, after - before);
	igt_assert_f(off > -100000 && off < 100000, "%lld ns off\n",
		     (long long)off);
}

static void test_vblank_rates(void)
{
	static const uint32_t rates[] = { 24000, 30000, 50000, 60000, 120000 };
	struct mc_lit lit;
	unsigned int i;

	mc_lit(&lit, 640, 480);
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		drmModeModeInfo mode = mc_make_mode(640, 480, rates[i]);
		struct mc_flip first, last;
		double period;
		int n;

		mc_light(lit.kms, &mode, lit.fb);
		mc_flip(lit.kms, lit.fb, NULL, 0);
		mc_wait_flip(lit.kms, &first);
		for (n = 0; n < 10; n++) {
			mc_flip(lit.kms, lit.fb, NULL, 0);
			mc_wait_flip(lit.kms, &last);
		}
		igt_assert(last.sequence > first.sequence);
		period = (double)(last.time_ns - first.time_ns) /
			 (last.sequence - first.sequence);
		period *= mc_mode_mhz(&mode) / 1e12;
		igt_assert_f(period > 0.999 && period < 1.001,
			     "%u mHz: period is %f of the nominal one\n",
			     rates[i], period);
	}
}

static void test_flips(void)
{
	struct mc_flip last = {}, flip;
	struct mc_lit lit;
	int i;

	mc_lit(&lit, 640, 480);
	for (i = 0; i < 100; i++) {
		mc_flip(lit.kms, lit.fb, NULL, 0);
		mc_wait_flip(lit.kms, &flip);
		igt_assert_eq_u32(flip.crtc, lit.kms->crtc);
		if (i) {
			igt_assert(flip.sequence > last.sequence);
			igt_assert(flip.time_ns > last.time_ns);
		}
		last = flip;
	}
}

static void test_flip_busy(void)
{
	struct mc_commit commit;
	struct mc_lit lit;
	int i, busy = 0;

	mc_lit(&lit, 640, 480);
	commit = (struct mc_commit) {
		.fb = lit.fb,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
	};
	/* A second one within the same refresh period, if that is not over. */
	for (i = 0; i < 50; i++) {
		struct mc_flip first, second;
		int ret;

		mc_flip(lit.kms, lit.fb, NULL, 0);
		ret = mc_commit_errno(lit.kms, &commit);
		igt_assert_f(!ret || ret == -EBUSY, "got %s\n",
			     mc_strerror(ret));
		busy += ret == -EBUSY;
		mc_wait_flip(lit.kms, &first);
		if (ret)
			continue;
		mc_wait_flip(lit.kms, &second);
		igt_assert_neq(first.sequence, second.sequence);
	}
	igt_assert_lte(1, busy);
}

static void test_user_data(void)
{
	struct mc_lit lit;
	uint64_t i;

	mc_lit(&lit, 640, 480);
	for (i = 1; i < 10; i++) {
		struct mc_commit commit = {
			.fb = lit.fb,
			.flags = DRM_MODE_ATOMIC_NONBLOCK |
				 DRM_MODE_PAGE_FLIP_EVENT,
			.user_data = i << 40 | i,
		};
		struct mc_flip flip;

		mc_expect(mc_commit_errno(lit.kms, &commit), 0);
		mc_wait_flip(lit.kms, &flip);
		igt_assert_eq_u64(flip.user_data, commit.user_data);
	}
}

static void test_legacy(void)
{
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	struct mc_fb *other = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	struct mc_flip flip;
	drmModeCrtcPtr crtc;
	int i;

	igt_assert_eq(drmModeSetCrtc(card, kms->crtc, fb->id, 0, 0,
				     &kms->connector, 1, &mode), 0);
	crtc = drmModeGetCrtc(card, kms->crtc);
	igt_assert(crtc && crtc->mode_valid);
	igt_assert_eq_u32(crtc->buffer_id, fb->id);
	igt_assert_eq_u32(crtc->width, 640);
	drmModeFreeCrtc(crtc);
	for (i = 0; i < 20; i++) {
		igt_assert_eq(drmModePageFlip(card, kms->crtc,
					      i % 2 ? fb->id : other->id,
					      DRM_MODE_PAGE_FLIP_EVENT,
					      (void *)(uintptr_t)(i + 1)), 0);
		mc_wait_flip(kms, &flip);
		igt_assert_eq_u64(flip.user_data, i + 1);
	}
	igt_assert_eq(drmModeSetCrtc(card, kms->crtc, 0, 0, 0, NULL, 0, NULL),
		      0);
	igt_assert(drmModePageFlip(card, kms->crtc, fb->id, 0, NULL));
}

static void test_fb_removed(void)
{
	struct mc_lit lit;
	drmModeCrtcPtr crtc;

	/* Removing what is scanned out switches the CRTC off, as clients expect. */
	mc_lit(&lit, 640, 480);
	igt_assert_eq(drmModeRmFB(lit.card, lit.fb->id), 0);
	crtc = drmModeGetCrtc(lit.card, lit.kms->crtc);
	igt_assert(crtc);
	igt_assert_eq_u32(crtc->buffer_id, 0);
	drmModeFreeCrtc(crtc);
}

static void test_disconnected(void)
{
	struct mc_flip flip;
	struct mc_lit lit;
	int i;

	/* Also without a monitor what a client does completes. */
	mc_lit(&lit, 640, 480);
	igt_assert(!mc_connected(lit.card, lit.kms->connector));
	for (i = 0; i < 10; i++) {
		mc_flip(lit.kms, lit.fb, NULL, 0);
		mc_wait_flip(lit.kms, &flip);
	}
	mc_off(lit.kms);
	mc_light(lit.kms, &lit.mode, lit.fb);
	mc_show(lit.kms, lit.fb, NULL, 0);
}

/* A point of a timeline signals when the commit behind it is done. */
static void test_syncobj(void)
{
	uint32_t binary, timeline;
	uint64_t point = 5, now;
	struct mc_commit commit;
	int32_t fence = -1;
	struct mc_lit lit;

	mc_lit(&lit, 640, 480);
	igt_assert_eq(drmSyncobjCreate(lit.card, 0, &binary), 0);
	igt_assert_eq(drmSyncobjCreate(lit.card, 0, &timeline), 0);
	commit = (struct mc_commit) {
		.fb = lit.fb,
		.out_fence = &fence,
		.flags = DRM_MODE_ATOMIC_NONBLOCK,
	};
	mc_expect(mc_commit_errno(lit.kms, &commit), 0);
	igt_assert_fd(fence);
	igt_assert_eq(drmSyncobjImportSyncFile(lit.card, binary, fence), 0);
	close(fence);
	igt_assert_eq(drmSyncobjTransfer(lit.card, timeline, point, binary, 0,
					 0), 0);
	igt_assert_eq(drmSyncobjTimelineWait(lit.card, &timeline, &point, 1,
					     mc_now_ns() + 5000000000ll, 0,
					     NULL), 0);
	igt_assert_eq(drmSyncobjQuery(lit.card, &timeline, &now, 1), 0);
	igt_assert_eq_u64(now, point);
	drmSyncobjDestroy(lit.card, binary);
	drmSyncobjDestroy(lit.card, timeline);
}

/* Mode sets, flips and disables in any order complete. */
static void test_on_and_off(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct mc_lit lit;
	int i;

	mc_lit(&lit, 640, 480);
	for (i = 0; i < 20; i++) {
		mc_flip(lit.kms, lit.fb, NULL, 0);
		if (i % 2)
			mc_off(lit.kms);
		else
			mc_expect(mc_commit_errno(lit.kms, &off), 0);
		mc_wait_flip(lit.kms, NULL);
		if (i % 2)
			mc_light(lit.kms, &lit.mode, lit.fb);
		else
			mc_expect(mc_commit_errno(lit.kms, &on), 0);
	}
}

const struct mc_subtest mc_kms_flips[] = {
	{ "vblank-times",
	  "Vblanks come at whole periods, whatever the load.",
	  test_vblank_times },
	{ "vblank-idle",
	  "The vblank count goes on while nobody looks.", test_vblank_idle },
	{ "vblank-rates", "Flips are paced by the mode's rate.",
	  test_vblank_rates },
	{ "flips", "Flips complete in order.", test_flips },
	{ "flip-busy", "A flip on top of a pending one is EBUSY.",
	  test_flip_busy },
	{ "user-data", "Flip events carry what the client gave.",
	  test_user_data },
	{ "legacy", "The legacy mode set and page flip calls work.",
	  test_legacy },
	{ "fb-removed", "Removing the shown framebuffer ends the picture.",
	  test_fb_removed },
	{ "disconnected",
	  "A target without monitor takes mode sets and flips.",
	  test_disconnected },
	{ "syncobj", "Synchronisation objects and timelines take fences.",
	  test_syncobj },
	{ "on-and-off", "Flips complete around power changes.",
	  test_on_and_off },
	{}
};
