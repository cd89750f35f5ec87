// SPDX-License-Identifier: MIT
/*
 * Events that end a hold besides the owner's release: the end of the context, session or
 * monitor, for whatever reason, and a mode set. A flip that waits for the owner is then due
 * as it would have been without an owner.
 */
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "lib_miracast_dmabuf.h"
#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

static struct drm_miracast_create_context slow_limits(uint32_t connector)
{
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);

	limits.connector_id = connector;
	return limits;
}

static struct mc_scene *slow_scene(void)
{
	struct drm_miracast_create_context limits = slow_limits(0);

	return mc_scene_with(mc_card_open(), &limits, DIRECT_SLOW_MHZ);
}

/* An owner with the first picture, and a flip that replaces it. */
struct held_flip {
	struct mc_scene *scene;
	struct mc_chunk held, next;
	uint64_t due;
};

static void begin(struct held_flip *h)
{
	h->scene = slow_scene();
	mc_wait_chunk(h->scene->ctx, &h->held);
	mc_wait_vblank(h->scene->kms);
	mc_flip(h->scene->kms, h->scene->fb[1], NULL, 0);
	mc_wait_chunk(h->scene->ctx, &h->next);
	h->due = h->next.event.vblank_sequence;
	mc_watch_vblank(h->scene->kms, h->due);
	mc_watch_vblank(h->scene->kms, h->due + 1);
}

/* Mappings count as open files, and the next scene wants to be master. */
static void close_scene(struct mc_scene *scene)
{
	unsigned int i;

	mc_ctx_close(scene->ctx);
	for (i = 0; i < ARRAY_SIZE(scene->fb); i++)
		mc_unmap(scene->fb[i]->map, scene->fb[i]->size);
	mc_close(scene->card);
	mc_forget_flips();
}

static void end_scene(struct mc_scene *scene)
{
	mc_off(scene->kms);
	close_scene(scene);
}

/*
 * Ends the hold before the flip is due: it is on time. Returns false when the
 * machine was too slow for a verdict.
 */
static bool early(void (*end)(struct held_flip *h))
{
	struct held_flip h;
	struct mc_flip flip;
	bool good;

	begin(&h);
	end(&h);
	good = mc_vblank(h.scene->kms) < h.due;
	mc_wait_flip(h.scene->kms, &flip);
	good &= mc_watched_vblank(h.scene->kms, h.due);
	if (good)
		igt_assert_f(flip.sequence == (uint32_t)h.due,
			     "at vblank %u, due at %llu\n", flip.sequence,
			     (unsigned long long)h.due);
	end_scene(h.scene);
	return good;
}

/* Ends the hold while the flip waits: it must not wait longer than before. */
static bool late(void (*end)(struct held_flip *h))
{
	struct held_flip h;
	struct mc_flip flip;
	bool good;

	begin(&h);
	good = mc_watched_vblank(h.scene->kms, h.due);
	end(&h);
	mc_wait_flip(h.scene->kms, &flip);
	good &= mc_watched_vblank(h.scene->kms, h.due + 1);
	if (good)
		igt_assert_f(flip.sequence == (uint32_t)h.due ||
			     flip.sequence == (uint32_t)(h.due + 1),
			     "at vblank %u, due at %llu\n", flip.sequence,
			     (unsigned long long)h.due);
	end_scene(h.scene);
	return good;
}

static void ends_hold(void (*end)(struct held_flip *h))
{
	int i, good = 0;

	for (i = 0; i < 30 && good < 4; i++)
		good += early(end);
	igt_assert_f(good >= 4, "the machine is too slow: %d of %d in time\n",
		     good, i);
	for (i = 0, good = 0; i < 30 && good < 2; i++)
		good += late(end);
	igt_assert_f(good >= 2, "the machine is too slow: %d of %d in time\n",
		     good, i);
}

static void stop(struct held_flip *h)
{
	mc_stop(h->scene->ctx);
	mc_expect(mc_try_release(h->scene->ctx, &h->held), -ESTALE);
	mc_expect(mc_try_release(h->scene->ctx, &h->next), -ESTALE);
}

static void test_stop(void)
{
	ends_hold(stop);
}

static void depart(struct held_flip *h)
{
	mc_depart(h->scene->ctx);
}

static void test_depart(void)
{
	ends_hold(depart);
}

static void destroy(struct held_flip *h)
{
	mc_expect(mc_destroy_errno(h->scene->ctx->fd), 0);
	mc_expect(mc_try_release(h->scene->ctx, &h->held), -ESTALE);
}

static void test_destroy(void)
{
	ends_hold(destroy);
}

/* Mode sets and power */

static void lights_again(struct held_flip *h, const drmModeModeInfo *mode)
{
	struct mc_chunk chunk;

	mc_light(h->scene->kms, mode, h->scene->fb[0]);
	mc_wait_chunk(h->scene->ctx, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	mc_release(h->scene->ctx, &chunk);
}

/* The flip completes before the commit that follows it, and not later than otherwise. */
static void completed_by(struct held_flip *h)
{
	struct mc_flip flip;
	bool good;

	igt_assert(mc_try_flip(h->scene->kms, &flip, 0));
	good = mc_watched_vblank(h->scene->kms, h->due);
	good &= mc_watched_vblank(h->scene->kms, h->due + 1);
	igt_assert_f(flip.sequence == (uint32_t)h->due ||
		     flip.sequence == (uint32_t)(h->due + 1) || !good,
		     "at vblank %u, due at %llu\n", flip.sequence,
		     (unsigned long long)h->due);
	mc_expect(mc_try_release(h->scene->ctx, &h->held), MC_REVOKED);
	mc_expect(mc_try_release(h->scene->ctx, &h->next), MC_REVOKED);
	mc_expect(mc_try_release(h->scene->ctx, &h->held), -ENOENT);
	mc_expect(mc_try_release(h->scene->ctx, &h->next), -ENOENT);
}

static void test_off(void)
{
	struct held_flip h;
	drmModeModeInfo mode;
	int i;

	for (i = 0; i < 4; i++) {
		begin(&h);
		mode = h.scene->kms->mode;
		mc_off(h.scene->kms);
		completed_by(&h);
		lights_again(&h, &mode);
		end_scene(h.scene);
	}
}

static void test_dpms(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct held_flip h;
	struct mc_chunk chunk;
	int i;

	for (i = 0; i < 4; i++) {
		begin(&h);
		mc_expect(mc_commit_errno(h.scene->kms, &off), 0);
		completed_by(&h);
		mc_expect(mc_commit_errno(h.scene->kms, &on), 0);
		mc_wait_chunk(h.scene->ctx, &chunk);
		igt_assert(chunk.event.base.flags &
			   DRM_MIRACAST_CHUNK_FLAG_FULL);
		mc_release(h.scene->ctx, &chunk);
		end_scene(h.scene);
	}
}

static void test_mode_set(void)
{
	drmModeModeInfo fast = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct held_flip h;
	int i;

	for (i = 0; i < 4; i++) {
		begin(&h);
		mc_light(h.scene->kms, &fast, h.scene->fb[2]);
		completed_by(&h);
		lights_again(&h, &fast);
		end_scene(h.scene);
	}
}

/*
 * Without a hold, no flip would be delayed by just one vblank time after time; a
 * busy machine delays many by more.
 */
static void check_delayed(int delayed, int judged, int wanted)
{
	igt_info("%d of %d flips were delayed\n", delayed, judged);
	igt_assert_lte(wanted, delayed);
}

/*
 * A picture that a mode set takes back is revoked through no fault of the owner, which may
 * hold the next one, even if it still keeps the first.
 */
static void test_mode_set_keeps_privilege(void)
{
	drmModeModeInfo slow = mc_make_mode(WIDTH, HEIGHT, DIRECT_SLOW_MHZ);
	drmModeModeInfo fast = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct mc_scene *scene = slow_scene();
	struct mc_kms *kms = scene->kms;
	int i, judged = 0, delayed = 0, wanted = 5;
	struct mc_chunk old, held, owed;
	struct mc_flip flip;

	mc_wait_chunk(scene->ctx, &old);
	for (i = 0; i < 10 * wanted && delayed < wanted; i++) {
		uint64_t before = mc_statistics(scene->ctx).pictures_revoked;
		uint64_t now;

		mc_light(kms, &fast, scene->fb[1]);
		mc_light(kms, &slow, scene->fb[0]);
		igt_assert_eq_u64(mc_statistics(scene->ctx).pictures_revoked,
				  before + 1);
		mc_wait_chunk(scene->ctx, &held);
		now = mc_wait_vblank(kms);
		mc_flip(kms, scene->fb[1], NULL, 0);
		mc_watch_vblank(kms, now + 1);
		mc_watch_vblank(kms, now + 2);
		mc_wait_flip(kms, &flip);
		if (mc_watched_vblank(kms, now + 1) &
		    mc_watched_vblank(kms, now + 2)) {
			judged++;
			delayed += flip.sequence == (uint32_t)(now + 2);
		}
		mc_expect(mc_try_release(scene->ctx, &old), MC_REVOKED);
		mc_wait_chunk(scene->ctx, &old);
		mc_expect(mc_try_release(scene->ctx, &held), MC_REVOKED);
		mc_wait_chunk(scene->ctx, &owed);
		mc_release(scene->ctx, &owed);
	}
	check_delayed(delayed, judged, wanted);
}

/* Unbinding and death */

static void test_unbind(void)
{
	const uint32_t *pixels;
	struct held_flip h;
	uint32_t pitch, before;
	uint64_t start;
	int i;

	for (i = 0; i < 6; i++) {
		begin(&h);
		pixels = (const void *)mc_chunk_pixels(h.scene->ctx, &h.held,
						       &pitch);
		before = pixels[17];
		if (i % 2)
			mc_watched_vblank(h.scene->kms, h.due);
		start = mc_now_ns();
		mc_unbind();
		/* Whatever the owner does, it is not waited for. */
		igt_assert_lt_u64(mc_now_ns() - start, 20000000000ull);
		mc_wait_flip(h.scene->kms, NULL);
		mc_expect(mc_release_errno(h.scene->ctx->fd,
					   h.held.event.buffer,
					   h.held.event.chunk_id), -ENODEV);
		igt_assert(mc_poll(h.scene->ctx->fd, POLLIN, MC_TIMEOUT_MS) &
			   POLLHUP);
		/* What the owner has mapped stays. */
		igt_assert_eq_u32(pixels[17], before);
		close_scene(h.scene);
		mc_bind();
	}
}

/* An owner process that takes the first picture and never releases it. */
struct keeper {
	uint32_t connector;
	int report;
};

static void keeper_main(void *data)
{
	const struct keeper *keeper = data;
	struct drm_miracast_create_context limits =
		slow_limits(keeper->connector);
	struct drm_miracast_mode slow = {
		.width = WIDTH, .height = HEIGHT, .refresh_mhz = DIRECT_SLOW_MHZ,
	};
	int card = mc_card_open();
	struct mc_chunk chunk;
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	uint32_t pitch;

	mc_close(card);
	mc_start(ctx);
	mc_arrive_modes(ctx, &slow, 1);
	mc_wait_chunk(ctx, &chunk);
	mc_chunk_pixels(ctx, &chunk, &pitch);
	igt_assert_eq(write(keeper->report, "k", 1), 1);
	for (;;)
		pause();
}

static pid_t start_keeper(uint32_t connector)
{
	struct keeper keeper = { .connector = connector };
	char byte;
	int ends[2];
	pid_t pid;

	igt_assert_eq(pipe(ends), 0);
	keeper.report = ends[1];
	pid = mc_fork(keeper_main, &keeper);
	close(ends[1]);
	igt_assert_eq(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

/* kill -9 while a flip waits, before and after the vblank it was due at. */
static void test_kill(void)
{
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, DIRECT_SLOW_MHZ);
	int card = mc_card_open(), i, in_time = 0, judged = 0, wanted = 4;
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb[2];
	struct mc_flip flip;

	for (i = 0; i < 2; i++)
		fb[i] = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb[0]);
	for (i = 0; i < 10 * wanted && in_time < wanted; i++) {
		pid_t pid = start_keeper(kms->connector);
		uint64_t now = mc_wait_vblank(kms);
		bool good;

		mc_flip(kms, fb[(i + 1) % 2], NULL, 0);
		mc_watch_vblank(kms, now + 1);
		mc_watch_vblank(kms, now + 2);
		if (i % 2)
			mc_watched_vblank(kms, now + 1);
		mc_kill(pid);
		good = i % 2 || mc_vblank(kms) == now;
		mc_wait_flip(kms, &flip);
		good &= i % 2 || mc_watched_vblank(kms, now + 1);
		good &= mc_watched_vblank(kms, now + 2);
		if (!good)
			continue;
		judged++;
		in_time += flip.sequence == (uint32_t)(now + 1) ||
			   (i % 2 && flip.sequence == (uint32_t)(now + 2));
		mc_wait_at_rest(card);
	}
	igt_info("%d of %d flips were in time\n", in_time, judged);
	/* A commit may have missed its vblank, and the more on a busy machine. */
	igt_assert_lte(wanted, in_time);
	for (i = 0; i < 10; i++)
		mc_show(kms, fb[i % 2], NULL, 0);
}

/* A new owner starts with a hold like any, whatever became of the last. */
static void test_kill_then_hold(void)
{
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, DIRECT_SLOW_MHZ);
	int card = mc_card_open(), i, delayed = 0, judged = 0, wanted = 3;
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb[2];
	struct mc_flip flip;

	for (i = 0; i < 2; i++)
		fb[i] = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb[0]);
	for (i = 0; i < 10 * wanted && delayed < wanted; i++) {
		pid_t pid = start_keeper(kms->connector);
		uint64_t now = mc_wait_vblank(kms);
		int n;

		mc_flip(kms, fb[1], NULL, 0);
		mc_watch_vblank(kms, now + 2);
		mc_wait_flip(kms, &flip);
		if (mc_watched_vblank(kms, now + 2)) {
			delayed += flip.sequence == (uint32_t)(now + 2);
			judged++;
		}
		for (n = 0; n < 4; n++)
			mc_show(kms, fb[n % 2], NULL, 0);
		kill(pid, SIGSTOP);
		mc_show(kms, fb[1], NULL, 0);
		mc_kill(pid);
		mc_show(kms, fb[0], NULL, 0);
	}
	check_delayed(delayed, judged, wanted);
}

/* The client and the monitor are gone; the owner still has a picture. */
static void test_stop_frees_memory(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_dmabufs before = mc_dmabufs();
	struct mc_foreign foreign = mc_foreign_fb(scene->card, MC_VGEM, WIDTH,
						  HEIGHT);
	struct mc_chunk chunk;

	mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_off(scene->kms);
	mc_dmabuf_unmap(foreign.dmabuf);
	foreign.fb->map = NULL;
	mc_fb_free(foreign.fb);
	mc_dmabuf_close(foreign.dmabuf);
	mc_depart(scene->ctx);
	usleep(MC_QUIET_MS * 1000);
	igt_assert_eq_u32(mc_dmabufs().objects, before.objects + 1);
	mc_stop(scene->ctx);
	mc_wait_dmabufs(&before);
}

const struct mc_subtest mc_direct_end[] = {
	{ "stop-frees-memory",
	  "STOP_SESSION frees what a departed monitor's pictures have kept.",
	  test_stop_frees_memory },
	{ "stop-ends-hold",
	  "STOP_SESSION ends a hold: the flip is on time.", test_stop },
	{ "depart-ends-hold", "So does MONITOR_DEPART.", test_depart },
	{ "destroy-ends-hold", "So does DESTROY_CONTEXT.", test_destroy },
	{ "off-ends-hold",
	  "Switching the CRTC off completes the flip and revokes what is out.",
	  test_off },
	{ "dpms-ends-hold", "So does ACTIVE off.", test_dpms },
	{ "mode-set-ends-hold", "So does another mode.", test_mode_set },
	{ "mode-set-keeps-privilege",
	  "Revoked by a mode set, an owner may still hold the next picture.",
	  test_mode_set_keeps_privilege },
	{ "unbind-ends-hold",
	  "Unbinding completes the flip, and does not wait for the owner.",
	  test_unbind },
	{ "kill-ends-hold",
	  "kill -9 of the owner ends a hold.", test_kill },
	{ "kill-then-hold",
	  "A new owner has the privilege that the last one lost.",
	  test_kill_then_hold },
	{}
};
