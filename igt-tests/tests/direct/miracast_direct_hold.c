// SPDX-License-Identifier: MIT
/*
 * The bounded hold: an owner may delay the flip that replaces its picture by one vblank,
 * once; it gets that right again when it shows that it is alive.
 *
 * At 24 Hz, so that even an emulated machine gets something done between two
 * vblanks. A flip is only judged when the clock itself has ticked at the vblanks in
 * question and the owner's calls were made in time; other rounds are run again. Where no
 * chunk gives the vblank at which a flip was due, most flips must be right: a driver that
 * waits for the owner when it should not would wait each time.
 */
#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

struct mc_scene *direct_slow_scene(void)
{
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);
	struct mc_scene *scene = mc_scene_with(mc_card_open(), &limits, DIRECT_SLOW_MHZ);

	mc_scene_run(scene);
	return scene;
}

/* A flip from one picture, which the owner has, to the next. */
struct round {
	struct mc_scene *scene;
	struct mc_chunk held;		/* the picture that goes */
	struct mc_chunk next;		/* the one that comes */
	uint64_t due;			/* vblank at which the flip is due */
	struct mc_flip flip;
	uint64_t revoked;		/* pictures_revoked before it */
	unsigned int shown;		/* index of the framebuffer */
};

static uint64_t revoked(struct mc_scene *scene)
{
	return mc_statistics(scene->ctx).pictures_revoked;
}

/*
 * Releases a revoked picture. The owner may have read it torn, so its damage comes once
 * more, and alone if nothing else is new.
 */
static void take_owed(struct mc_scene *scene, const struct mc_chunk *gone)
{
	struct mc_chunk owed;

	mc_expect(mc_try_release(scene->ctx, gone), -ENOENT);
	mc_wait_chunk(scene->ctx, &owed);
	igt_assert_eq_u32(gone->event.clip_count, 1);
	igt_assert_eq_u32(owed.event.clip_count, 1);
	igt_assert_lte(owed.clips[0].x1, gone->clips[0].x1);
	igt_assert_lte(owed.clips[0].y1, gone->clips[0].y1);
	igt_assert_lte(gone->clips[0].x2, owed.clips[0].x2);
	igt_assert_lte(gone->clips[0].y2, owed.clips[0].y2);
	mc_release(scene->ctx, &owed);
}

static void release_revoked(struct mc_scene *scene, const struct mc_chunk *gone)
{
	mc_expect(mc_try_release(scene->ctx, gone), MC_REVOKED);
	take_owed(scene, gone);
}

/* For a picture that may have been revoked. */
static int release_chunk(struct mc_scene *scene, const struct mc_chunk *chunk)
{
	int ret = mc_try_release(scene->ctx, chunk);

	if (ret == MC_REVOKED)
		take_owed(scene, chunk);
	else
		mc_expect(ret, 0);
	return ret;
}

/* Shows the next framebuffer; the owner gets it and keeps it. */
static void hold(struct round *round, struct mc_scene *scene)
{
	round->scene = scene;
	round->shown++;
	mc_show(scene->kms, scene->fb[round->shown % 3], NULL, 0);
	mc_wait_chunk(scene->ctx, &round->held);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 1);
	round->revoked = revoked(scene);
}

/* Right after a vblank, flips away from what the owner has. */
uint64_t direct_watch_flip(struct mc_scene *scene, const struct mc_fb *fb,
			   struct mc_chunk *next)
{
	uint64_t due;

	mc_wait_vblank(scene->kms);
	mc_flip(scene->kms, fb, NULL, 0);
	mc_wait_chunk(scene->ctx, next);
	due = next->event.vblank_sequence;
	mc_watch_vblank(scene->kms, due);
	mc_watch_vblank(scene->kms, due + 1);
	return due;
}

bool direct_watched_flip(struct mc_scene *scene, uint64_t due,
			 struct mc_flip *flip)
{
	bool good;

	mc_wait_flip(scene->kms, flip);
	good = mc_watched_vblank(scene->kms, due);
	return mc_watched_vblank(scene->kms, due + 1) && good;
}

static void flip_away(struct round *round)
{
	struct mc_scene *scene = round->scene;

	round->shown++;
	round->due = direct_watch_flip(scene, scene->fb[round->shown % 3],
				       &round->next);
}

static bool finish(struct round *round)
{
	return direct_watched_flip(round->scene, round->due, &round->flip);
}

static void expect_flip(const struct round *round, uint64_t vblank,
			const char *what)
{
	int64_t off = (int64_t)(round->next.event.vblank_time_ns -
				round->flip.time_ns);
	uint64_t late = vblank - round->due;

	igt_assert_f(round->flip.sequence == (uint32_t)vblank,
		     "%s: the flip completed at vblank %u, due at %llu, expected at %llu\n",
		     what, round->flip.sequence,
		     (unsigned long long)round->due,
		     (unsigned long long)vblank);
	/* Its time is that of the vblank; events carry microseconds. */
	off += late * mc_period_ns(round->scene->kms);
	igt_assert_f(off > -5000 && off < 5000,
		     "%s: %lld ns off the vblank\n", what, (long long)off);
}

/*
 * Runs a round until @wanted of them could be judged. A round returns false when
 * machine or clock were late.
 */
static void repeat(bool (*one_round)(struct round *round),
		   struct mc_scene *scene, int wanted)
{
	struct round round = {};
	int tries = 0, judged = 0;

	while (judged < wanted) {
		igt_assert_f(tries++ < 10 * wanted,
			     "%d of %d rounds could be judged: the machine is too slow, or the flip too fast\n",
			     judged, tries);
		hold(&round, scene);
		judged += one_round(&round);
	}
	igt_info("%d rounds of %d were judged\n", judged, tries);
}

static bool in_time(struct round *round)
{
	bool good;
	int ret;

	flip_away(round);
	ret = release_chunk(round->scene, &round->held);
	good = mc_vblank(round->scene->kms) < round->due;
	good &= finish(round);
	if (good) {
		mc_expect(ret, 0);
		expect_flip(round, round->due, "released in time");
		igt_assert_eq_u64(revoked(round->scene), round->revoked);
	}
	mc_release(round->scene->ctx, &round->next);
	return good;
}

static void test_released_in_time(void)
{
	repeat(in_time, direct_slow_scene(), 15);
}

/* Released before the flip is even committed: nothing to hold. */
static bool before_flip(struct round *round)
{
	bool good;

	mc_release(round->scene->ctx, &round->held);
	flip_away(round);
	good = finish(round);
	if (good)
		expect_flip(round, round->due, "released before");
	igt_assert_eq_u64(revoked(round->scene), round->revoked);
	mc_release(round->scene->ctx, &round->next);
	return good;
}

static void test_released_before(void)
{
	repeat(before_flip, direct_slow_scene(), 15);
}

/*
 * A release after the vblank at which the flip was due, and before the one that would end
 * the hold, is still in time: the flip completes at the first vblank after it. The client
 * gets the vblank's event before the flip is examined, so a release can even be in time for
 * that vblank.
 */
static bool one_late(struct round *round)
{
	struct mc_kms *kms = round->scene->kms;
	bool good;
	int ret;

	flip_away(round);
	good = mc_watched_vblank(kms, round->due);
	usleep(3000);
	ret = release_chunk(round->scene, &round->held);
	good &= mc_vblank(kms) == round->due;
	mc_wait_flip(kms, &round->flip);
	good &= mc_watched_vblank(kms, round->due + 1) &&
		round->flip.sequence != (uint32_t)round->due;
	if (good) {
		mc_expect(ret, 0);
		expect_flip(round, round->due + 1, "released late");
		igt_assert_eq_u64(revoked(round->scene), round->revoked);
	}
	mc_release(round->scene->ctx, &round->next);
	return good;
}

static void test_released_late(void)
{
	repeat(one_late, direct_slow_scene(), 15);
}

/*
 * Not released at all: one flip is one vblank late. The late release reports that, once,
 * and gives the owner a new hold, so the next round is the same.
 */
static bool not_released(struct round *round)
{
	struct mc_scene *scene = round->scene;
	bool good;

	flip_away(round);
	good = finish(round);
	if (good)
		expect_flip(round, round->due + 1, "not released");
	igt_assert_eq_u64(revoked(scene), round->revoked + 1);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 2);
	release_revoked(scene, &round->held);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 1);
	mc_release(scene->ctx, &round->next);
	return good;
}

static void test_not_released(void)
{
	repeat(not_released, direct_slow_scene(), 15);
}

/* Flips as fast as the clock goes; returns how many were not in its step. */
static unsigned int flips_out_of_step(struct mc_scene *scene,
				      unsigned int flips, unsigned int *shown)
{
	unsigned int i, late = 0;
	struct mc_flip flip;
	uint32_t last = 0;

	for (i = 0; i < flips; i++) {
		mc_flip(scene->kms, scene->fb[++*shown % 3], NULL, 0);
		mc_wait_flip(scene->kms, &flip);
		if (i && flip.sequence != last + 1)
			late++;
		last = flip.sequence;
	}
	return late;
}

/* The hold is lost: a flip completes when it is due. */
static bool in_step(struct round *round)
{
	struct mc_scene *scene = round->scene;
	uint64_t now = mc_wait_vblank(scene->kms);
	bool good;

	round->shown++;
	mc_flip(scene->kms, scene->fb[round->shown % 3], NULL, 0);
	mc_watch_vblank(scene->kms, now + 1);
	mc_wait_flip(scene->kms, &round->flip);
	good = mc_watched_vblank(scene->kms, now + 1);
	/* The commit itself may have missed the vblank; not most of the time. */
	return good && round->flip.sequence == (uint32_t)(now + 1);
}

/* The flip that the owner delays by not releasing: false when it cannot be judged. */
static bool delayed_flip(struct round *round)
{
	uint64_t before = round->revoked;
	bool good;

	flip_away(round);
	good = finish(round);
	if (good)
		expect_flip(round, round->due + 1, "the one late flip");
	igt_assert_eq_u64(revoked(round->scene), before + 1);
	return good;
}

/* Until one was judged: the last release restores the hold. */
static void hold_and_delay(struct round *round, struct mc_scene *scene)
{
	unsigned int tries;

	for (tries = 0; tries < 20; tries++) {
		hold(round, scene);
		if (delayed_flip(round))
			return;
		release_revoked(scene, &round->held);
		mc_release(scene->ctx, &round->next);
	}
	igt_assert_f(false, "none of %u flips could be judged\n", tries);
}

/* If flips waited for an owner, none would be; a busy machine misses many. */
static void check_on_time(unsigned int exact, unsigned int flips)
{
	igt_info("%u of %u flips were on time\n", exact, flips);
	igt_assert_lte(flips / 4, exact);
}

/* An owner that stopped for good. */
static void test_stopped(void)
{
	struct mc_scene *scene = direct_slow_scene();
	struct round round = {};
	unsigned int late, i, exact = 0, flips = 60;
	struct drm_miracast_statistics stats;
	uint64_t first;

	hold_and_delay(&round, scene);
	first = round.revoked + 1;
	/* The flip that replaces the second picture revokes it, and is on time. */
	round.revoked = revoked(scene);
	for (i = 0; i < 20; i++)
		exact += in_step(&round);
	check_on_time(exact, i);
	igt_assert_eq_u64(revoked(scene), first + 1);
	/*
	 * Two pictures are out, so there are no more; and no flip waits. If they
	 * did, all would be late; on a busy machine some are.
	 */
	late = flips_out_of_step(scene, flips, &round.shown);
	igt_info("%u of %u flips were late\n", late, flips);
	igt_assert_lte(late, flips * 3 / 4);
	igt_assert_eq_u64(revoked(scene), first + 1);
	stats = mc_statistics(scene->ctx);
	igt_assert_eq_u32(stats.unreleased_chunks, 2);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	mc_expect(mc_try_release(scene->ctx, &round.next), MC_REVOKED);
	mc_expect(mc_try_release(scene->ctx, &round.next), -ENOENT);
	mc_expect(mc_try_release(scene->ctx, &round.held), MC_REVOKED);
	mc_expect(mc_try_release(scene->ctx, &round.held), -ENOENT);
}

/* After a release of what was revoked, pictures come and may be held again. */
static void test_restored(void)
{
	struct mc_scene *scene = direct_slow_scene();
	struct round round = {};
	unsigned int cycle, late = 0, again = 0;
	struct mc_chunk chunk;
	int flips;

	for (cycle = 0; cycle < 5 || !late || !again; cycle++) {
		igt_assert_f(cycle < 50,
			     "of %u rounds %u and %u could be judged\n", cycle,
			     late, again);
		hold(&round, scene);
		late += delayed_flip(&round);
		for (flips = 0; flips < 5; flips++)
			mc_show(scene->kms, scene->fb[++round.shown % 3], NULL,
				0);
		igt_assert_eq_u64(revoked(scene), round.revoked + 2);
		mc_expect(mc_try_release(scene->ctx, &round.held), MC_REVOKED);
		/* The newest picture comes at once, and can be held. */
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert_eq_u32(chunk.event.skipped, flips - 1);
		release_revoked(scene, &round.next);
		round.held = chunk;
		round.revoked = revoked(scene);
		again += delayed_flip(&round);
		release_revoked(scene, &round.held);
		mc_release(scene->ctx, &round.next);
	}
}

/* Releases of pictures that were not revoked do not restore the hold. */
static void test_restored_by_revoked_only(void)
{
	struct mc_scene *scene = direct_slow_scene();
	struct round round = {};
	struct mc_chunk chunk;
	unsigned int i, judged = 0, exact = 0;

	for (i = 0; i < 10 || !judged; i++) {
		igt_assert_f(i < 50, "none of %u rounds could be judged\n", i);
		hold(&round, scene);
		judged += delayed_flip(&round);
		mc_release(scene->ctx, &round.next);
		mc_show(scene->kms, scene->fb[++round.shown % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		mc_show(scene->kms, scene->fb[++round.shown % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		/* This one is kept, and its flip does not wait. */
		exact += in_step(&round);
		igt_assert_eq_u64(revoked(scene), round.revoked + 2);
		release_revoked(scene, &chunk);
		release_revoked(scene, &round.held);
	}
	check_on_time(exact, i);
}

/* The next session restores the hold. */
static void test_next_session(void)
{
	static const struct drm_miracast_mode mode = {
		.width = WIDTH,
		.height = HEIGHT,
		.refresh_mhz = DIRECT_SLOW_MHZ,
		.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
	};
	struct mc_scene *scene = direct_slow_scene();
	struct round round = {};

	hold_and_delay(&round, scene);
	mc_stop(scene->ctx);
	mc_start(scene->ctx);
	mc_arrive_modes(scene->ctx, &mode, 1);
	mc_complete_mode(scene->ctx, NULL);
	mc_wait_chunk(scene->ctx, &round.next);
	mc_release(scene->ctx, &round.next);
	hold_and_delay(&round, scene);
	release_revoked(scene, &round.held);
	mc_release(scene->ctx, &round.next);
}

/* Pictures that are no reason to wait */

static void test_same_buffer(void)
{
	struct mc_scene *scene = direct_slow_scene();
	struct round round = {};
	struct mc_fb *again;
	unsigned int i, exact = 0;
	struct mc_chunk chunk;

	hold(&round, scene);
	again = mc_fb_of_handle(scene->card,
				scene->fb[round.shown % 3]->handle,
				scene->fb[round.shown % 3]->pitch, WIDTH,
				HEIGHT, DRM_FORMAT_XRGB8888);
	for (i = 0; i < 20; i++) {
		uint64_t now = mc_wait_vblank(scene->kms);
		struct mc_flip flip;

		/* The same framebuffer, and another one on its memory */
		mc_flip(scene->kms, i % 2 ? again :
			scene->fb[round.shown % 3], NULL, 0);
		mc_wait_flip(scene->kms, &flip);
		exact += flip.sequence == (uint32_t)(now + 1);
		if (!i) {
			mc_wait_chunk(scene->ctx, &chunk);
			igt_assert_eq_u64(chunk.event.buffer,
					  round.held.event.buffer);
		}
	}
	check_on_time(exact, i);
	igt_assert_eq_u64(revoked(scene), 0);
	mc_release(scene->ctx, &chunk);
	mc_release(scene->ctx, &round.held);
}

static void test_dirtyfb(void)
{
	struct mc_scene *scene = direct_slow_scene();
	drmModeClip clip = { 0, 0, 10, 10 };
	uint64_t spent = 0;
	struct round round = {};
	struct mc_chunk chunk;
	int i, calls = 30;

	hold(&round, scene);
	for (i = 0; i < calls; i++) {
		uint64_t before = mc_now_ns();

		igt_assert_eq(drmModeDirtyFB(scene->card,
					     scene->fb[round.shown % 3]->id,
					     &clip, 1), 0);
		spent += mc_now_ns() - before;
		if (!i)
			mc_wait_chunk(scene->ctx, &chunk);
	}
	igt_info("%.3f ms a call\n", spent / 1e6 / calls);
	igt_assert_lt_u64(spent, calls * mc_period_ns(scene->kms) / 2);
	igt_assert_eq_u64(chunk.event.buffer, round.held.event.buffer);
	igt_assert_eq_u64(revoked(scene), 0);
	mc_release(scene->ctx, &round.held);
	mc_release(scene->ctx, &chunk);
}

/* The owner has two chunks of one buffer: both count. */
static bool both_chunks(struct round *round)
{
	struct mc_scene *scene = round->scene;
	drmModeClip clip = { 0, 0, 10, 10 };
	struct mc_chunk second, next;
	bool good;

	igt_assert_eq(drmModeDirtyFB(scene->card,
				     scene->fb[round->shown % 3]->id, &clip,
				     1), 0);
	mc_wait_chunk(scene->ctx, &second);
	round->shown++;
	mc_release(scene->ctx, &round->held);
	mc_wait_vblank(scene->kms);
	mc_flip(scene->kms, scene->fb[round->shown % 3], NULL, 0);
	mc_wait_chunk(scene->ctx, &next);
	round->next = next;
	round->due = next.event.vblank_sequence;
	mc_watch_vblank(scene->kms, round->due);
	mc_watch_vblank(scene->kms, round->due + 1);
	good = finish(round);
	if (good)
		expect_flip(round, round->due + 1, "one of two released");
	release_revoked(scene, &second);
	mc_release(scene->ctx, &next);
	return good;
}

static void test_two_chunks(void)
{
	repeat(both_chunks, direct_slow_scene(), 8);
}

/* The same buffer from another place is another picture. */
static void test_panned(void)
{
	struct mc_scene *scene = direct_slow_scene();
	struct mc_fb *high = mc_fb(scene->card, WIDTH, 2 * HEIGHT,
				   DRM_FORMAT_XRGB8888);
	unsigned int judged = 0, tries;

	for (tries = 0; judged < 5; tries++) {
		struct mc_commit commit = {
			.fb = high,
			.flags = DRM_MODE_ATOMIC_NONBLOCK |
				 DRM_MODE_PAGE_FLIP_EVENT,
		};
		struct round round = { .scene = scene };

		igt_assert_lt(tries, 50);
		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		mc_wait_flip(scene->kms, NULL);
		mc_wait_chunk(scene->ctx, &round.held);
		round.revoked = revoked(scene);
		commit.src_y = HEIGHT;
		mc_wait_vblank(scene->kms);
		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		mc_wait_chunk(scene->ctx, &round.next);
		igt_assert_eq_u64(round.next.event.buffer,
				  round.held.event.buffer);
		igt_assert_eq_u32(round.next.event.src_y, HEIGHT);
		round.due = round.next.event.vblank_sequence;
		mc_watch_vblank(scene->kms, round.due);
		mc_watch_vblank(scene->kms, round.due + 1);
		if (finish(&round)) {
			expect_flip(&round, round.due + 1, "panned");
			judged++;
		}
		igt_assert_eq_u64(revoked(scene), round.revoked + 1);
		release_revoked(scene, &round.held);
		mc_release(scene->ctx, &round.next);
	}
}

/* What the client sees */

/* EBUSY until the held flip is done, as with any other flip. */
static void test_busy(void)
{
	struct mc_scene *scene = direct_slow_scene();
	struct round round = {};
	unsigned int i, busy = 0, while_held = 0;

	for (i = 0; i < 10; i++) {
		struct mc_commit commit;
		int ret;

		hold(&round, scene);
		flip_away(&round);
		commit = (struct mc_commit) {
			.fb = scene->fb[(round.shown + 1) % 3],
			.flags = DRM_MODE_ATOMIC_NONBLOCK |
				 DRM_MODE_PAGE_FLIP_EVENT,
		};
		ret = mc_commit_errno(scene->kms, &commit);
		igt_assert_f(!ret || ret == -EBUSY, "%s\n", mc_strerror(ret));
		busy += ret == -EBUSY;
		if (ret)
			mc_watched_vblank(scene->kms, round.due);
		/* The vblank has passed, the flip has not. */
		if (ret && mc_vblank(scene->kms) == round.due) {
			ret = mc_commit_errno(scene->kms, &commit);
			igt_assert_f(!ret || ret == -EBUSY, "%s\n",
				     mc_strerror(ret));
			while_held += ret == -EBUSY;
		}
		mc_wait_flip(scene->kms, NULL);
		if (!ret)
			mc_wait_flip(scene->kms, NULL);
		mc_expect(mc_try_release(scene->ctx, &round.held), MC_REVOKED);
		mc_try_release(scene->ctx, &round.next);
		mc_show(scene->kms, scene->fb[++round.shown % 3], NULL, 0);
		while (mc_try_chunk(scene->ctx, &round.next, 100))
			mc_try_release(scene->ctx, &round.next);
	}
	igt_info("%u of %u commits were EBUSY, %u beyond the vblank\n", busy, i,
		 while_held);
	igt_assert_lte(5, busy);
	igt_assert_lte(3, while_held);
}

/* Without NONBLOCK the call waits as long as the flip does, and no longer. */
static void test_blocking(void)
{
	struct mc_scene *scene = direct_slow_scene();
	struct round round = {};
	unsigned int i, good = 0;

	for (i = 0; i < 10; i++) {
		uint64_t now;

		hold(&round, scene);
		now = mc_wait_vblank(scene->kms);
		mc_expect(mc_commit_errno(scene->kms, &(struct mc_commit) {
					  .fb = scene->fb[++round.shown % 3]
					  }), 0);
		good += mc_vblank(scene->kms) == now + 2;
		mc_wait_chunk(scene->ctx, &round.next);
		release_revoked(scene, &round.held);
		mc_release(scene->ctx, &round.next);
	}
	igt_assert_f(good >= 5, "%u of %u waited for one vblank more\n", good,
		     i);
}

/* Another target has an owner and a clock of its own. */
static void test_other_target(void)
{
	struct mc_scene *scene = direct_slow_scene(), *other;
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);
	unsigned int i, exact = 0, rounds = 20;
	struct round round = {};

	igt_require(mc_caps(scene->card).targets_total >= 2);
	other = mc_scene_with(scene->card, &limits, DIRECT_SLOW_MHZ);
	mc_scene_run(other);
	hold(&round, scene);
	for (i = 0; i < rounds; i++) {
		uint64_t now = mc_wait_vblank(other->kms);
		struct mc_chunk chunk;
		struct mc_flip flip;

		/* A flip that waits as long as it may */
		mc_flip(scene->kms, scene->fb[++round.shown % 3], NULL, 0);
		mc_flip(other->kms, other->fb[i % 3], NULL, 0);
		mc_wait_flip(other->kms, &flip);
		exact += flip.sequence == (uint32_t)(now + 1);
		mc_wait_chunk(other->ctx, &chunk);
		mc_release(other->ctx, &chunk);
		mc_wait_flip(scene->kms, NULL);
		mc_wait_chunk(scene->ctx, &round.next);
		release_revoked(scene, &round.held);
		round.held = round.next;
	}
	check_on_time(exact, rounds);
	igt_assert_eq_u64(revoked(other), 0);
	igt_assert_eq_u64(revoked(scene), rounds);
}

const struct mc_subtest mc_direct_hold[] = {
	{ "released-in-time",
	  "A flip is on time when the owner releases its picture in time.",
	  test_released_in_time },
	{ "released-before",
	  "So it is when there is nothing unreleased.",
	  test_released_before },
	{ "released-late",
	  "A picture released a little late delays its flip to the next vblank.",
	  test_released_late },
	{ "not-released",
	  "A picture that is kept is revoked after one vblank; its release says so.",
	  test_not_released },
	{ "stopped",
	  "An owner that stops makes one flip one vblank late, and none after it.",
	  test_stopped },
	{ "restored",
	  "The release of a revoked picture restores delivery and the hold.",
	  test_restored },
	{ "restored-by-revoked-only",
	  "As long as a revoked picture is not released no flip waits.",
	  test_restored_by_revoked_only },
	{ "next-session",
	  "The flips of a new session wait for an owner that was late in the last one.",
	  test_next_session },
	{ "same-buffer",
	  "A flip to the same memory has nothing to wait for.",
	  test_same_buffer },
	{ "dirtyfb-held", "Nor has front buffer rendering.", test_dirtyfb },
	{ "two-chunks",
	  "With two chunks of one buffer the flip waits for both.",
	  test_two_chunks },
	{ "panned",
	  "Another place of the same memory is another picture.", test_panned },
	{ "busy",
	  "Commits on top of a held flip are EBUSY, as on any other.",
	  test_busy },
	{ "blocking",
	  "A blocking commit waits for its held flip.", test_blocking },
	{ "other-target",
	  "The flips of another target do not wait for this owner.",
	  test_other_target },
	{}
};
