// SPDX-License-Identifier: MIT
/*
 * DIRTYFB does not wait: X servers call it in the thread that serves all screens.
 */
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "lib_miracast_sync.h"
#include "miracast_damage.h"

#define SLOW_MHZ	24000
#define CALLS		60

static void dirty(struct mc_scene *scene, const struct mc_fb *fb,
		  const struct drm_clip_rect *area)
{
	drmModeClip clip = { area->x1, area->y1, area->x2, area->y2 };

	igt_assert_eq(drmModeDirtyFB(scene->card, fb->id, &clip, 1), 0);
}

/* Calls in a row that do not take a period each, however slow the machine is. */
static void calls_at_once(struct mc_scene *scene, const struct mc_fb *fb,
			  const char *what)
{
	const struct drm_clip_rect area = { 16, 16, 32, 32 };
	uint64_t spent;
	int i;

	spent = mc_now_ns();
	for (i = 0; i < CALLS; i++)
		dirty(scene, fb, &area);
	spent = mc_now_ns() - spent;
	igt_info("%s: %.3f ms a call\n", what, spent / 1e6 / CALLS);
	igt_assert_lt_u64(spent, CALLS * mc_period_ns(scene->kms) / 2);
}

static void at_once(const struct drm_miracast_create_context *limits)
{
	struct mc_scene *scene = mc_scene_with(mc_card_open(), limits,
					       SLOW_MHZ);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	calls_at_once(scene, scene->fb[0], "idle owner");
	/* The drawn pixels have come, or come now. */
	mc_wait_chunk(scene->ctx, &chunk);
	calls_at_once(scene, scene->fb[0], "owner with a picture");
	mc_release(scene->ctx, &chunk);
	while (mc_try_chunk(scene->ctx, &chunk, MC_QUIET_MS))
		mc_release(scene->ctx, &chunk);
	/* Nor beside a flip: of a framebuffer that goes, and one that comes */
	mc_flip(scene->kms, scene->fb[1], NULL, 0);
	calls_at_once(scene, scene->fb[1], "flip in flight");
	mc_wait_flip(scene->kms, NULL);
}

static void test_at_once(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);

	at_once(&limits);
}

static void test_at_once_direct(void)
{
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);

	at_once(&limits);
}

/* All calls of a period are one picture, and a period later all has come. */
static void test_merged(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct mc_picture *kept = mc_picture(WIDTH, HEIGHT), *seen;
	struct mc_fb *fb = scene->fb[0];
	struct mc_chunk chunk;
	uint64_t first, last = 0, pictures = 0;
	uint32_t seed = 9;
	int i;

	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_picture_apply(kept, scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	first = chunk.event.vblank_sequence;
	for (i = 0; i < 200; i++) {
		uint32_t x = mc_random(&seed) % (WIDTH - 10);
		uint32_t y = mc_random(&seed) % (HEIGHT - 10);
		const struct drm_clip_rect area = { x, y, x + 10, y + 10 };

		mc_fb_paint(fb, &area, i);
		dirty(scene, fb, &area);
	}
	while (mc_try_chunk(scene->ctx, &chunk, MC_QUIET_MS)) {
		pictures += 1 + chunk.event.skipped;
		last = chunk.event.vblank_sequence;
		mc_picture_apply(kept, scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	seen = mc_fb_seen(fb, 0, 0, WIDTH, HEIGHT);
	mc_assert_picture(kept, seen, "after many calls");
	igt_assert_lt_u64(0, pictures);
	igt_assert_lte_u64(pictures, last - first + 1);
	mc_picture_free(seen);
	mc_picture_free(kept);
}

static struct drm_clip_rect somewhere(uint32_t *seed)
{
	uint32_t x = mc_random(seed) % (WIDTH - 40);
	uint32_t y = mc_random(seed) % (HEIGHT - 40);

	return (struct drm_clip_rect) { x, y, x + 1 + mc_random(seed) % 40,
					y + 1 + mc_random(seed) % 40 };
}

static void take_all(struct mc_scene *scene, struct mc_picture *kept, int quiet_ms)
{
	struct mc_chunk chunk;

	while (mc_try_chunk(scene->ctx, &chunk, quiet_ms)) {
		mc_picture_apply(kept, scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
}

/*
 * Pixels drawn into a framebuffer before its flip completes are not lost, nor are those
 * drawn into the previous one that were in no picture yet.
 */
static void test_flips(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct mc_picture *kept = mc_picture(WIDTH, HEIGHT);
	struct mc_picture *screen = mc_fb_seen(scene->fb[0], 0, 0, WIDTH,
					       HEIGHT);
	unsigned int i, rounds = commits_wanted() / 5 + 20;
	uint32_t seed = 3;

	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	take_all(scene, kept, MC_QUIET_MS);
	for (i = 1; i <= rounds; i++) {
		struct mc_fb *old = scene->fb[(i - 1) % 2];
		struct mc_fb *new = scene->fb[i % 2];
		struct drm_clip_rect area[3] = {
			somewhere(&seed), somewhere(&seed), somewhere(&seed),
		};
		struct drm_mode_rect clip = {
			area[1].x1, area[1].y1, area[1].x2, area[1].y2,
		};

		mc_picture_paint(screen, &area[0], 3 * i);
		mc_fb_copy(old, screen, &area[0]);
		dirty(scene, old, &area[0]);
		mc_picture_paint(screen, &area[1], 3 * i + 1);
		mc_fb_copy(new, screen, NULL);
		mc_flip(scene->kms, new, &clip, 1);
		mc_picture_paint(screen, &area[2], 3 * i + 2);
		mc_fb_copy(new, screen, &area[2]);
		dirty(scene, new, &area[2]);
		take_all(scene, kept, 0);
		mc_wait_flip(scene->kms, NULL);
		if (i % 10 && i < rounds)
			continue;
		take_all(scene, kept, MC_QUIET_MS);
		mc_assert_picture(kept, screen, "after flips");
	}
	mc_picture_free(screen);
	mc_picture_free(kept);
}

/*
 * The next mode set waits for a fence, and scans out more of the framebuffer than the
 * present mode. The owner must not get damage of that part yet.
 */
static void test_mode_to_come(void)
{
	static const struct drm_miracast_mode modes[] = {
		{ .width = 640, .height = 480, .refresh_mhz = 60000 },
		{ .width = 800, .height = 600, .refresh_mhz = 60000 },
	};
	struct drm_miracast_create_context limits = mc_limits(800, 600, 3);
	drmModeModeInfo small = mc_make_mode(640, 480, 60000);
	drmModeModeInfo large = mc_make_mode(800, 600, 60000);
	struct mc_sync sync = mc_sync();
	struct mc_commit commit = {
		.mode = &large,
		.in_fence = &sync.fd,
		.flags = DRM_MODE_ATOMIC_NONBLOCK,
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct mc_fb *fb = mc_fb(card, 800, 600, DRM_FORMAT_XRGB8888);
	struct mc_chunk chunk;
	unsigned int i;

	mc_start(ctx);
	mc_arrive_modes(ctx, modes, ARRAY_SIZE(modes));
	mc_wait_connected(card, ctx->connector, true);
	mc_light(kms, &small, fb);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	mc_release(ctx, &chunk);

	commit.fb = fb;
	mc_expect(mc_commit_errno(kms, &commit), 0);
	igt_assert_eq(drmModeDirtyFB(card, fb->id, NULL, 0), 0);
	mc_wait_chunk(ctx, &chunk);
	igt_assert(!mc_sync_done(sync.fd, 0));
	igt_assert_eq_u32(chunk.event.width, 640);
	igt_assert_lt(0, (int)chunk.event.clip_count);
	for (i = 0; i < chunk.event.clip_count; i++) {
		igt_assert_lte(chunk.clips[i].x2, 640);
		igt_assert_lte(chunk.clips[i].y2, 480);
	}
	mc_release(ctx, &chunk);
	mc_sync_signal(&sync);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	igt_assert_eq_u32(chunk.event.width, 800);
	mc_release(ctx, &chunk);
}

struct waiting {
	struct mc_scene *scene;
	struct mc_sync *sync;
};

/* Has the plane's lock until the fence is signalled. */
static void commit_with_fence(void *data)
{
	struct waiting *waiting = data;
	struct mc_commit commit = {
		.fb = waiting->scene->fb[1],
		.in_fence = &waiting->sync->fd,
	};

	mc_expect(mc_commit_errno(waiting->scene->kms, &commit), 0);
}

/* Calls until one is interrupted, or the commit is over; the call's errno. */
static int report_beside(const struct mc_scene *scene, pid_t pid)
{
	struct drm_mode_fb_dirty_cmd arg = { .fb_id = scene->fb[0]->id };

	while (waitpid(pid, NULL, WNOHANG) == 0)
		if (ioctl(scene->card, DRM_IOCTL_MODE_DIRTYFB, &arg))
			return errno;
	mc_forget_process(pid);

	return 0;
}

/* Damage that cannot be reported yet fails, so that the client reports it again. */
static void test_interrupted(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	struct waiting waiting = { .scene = scene };
	struct mc_sync sync;
	pid_t pid;
	int ret;

	mc_alarms(100);
	/* Fences signal by themselves in the end, maybe before the commit. */
	do {
		sync = mc_sync();
		waiting.sync = &sync;
		pid = mc_fork(commit_with_fence, &waiting);
		ret = report_beside(scene, pid);
	} while (!ret && mc_now_ns() < end);
	mc_alarms(0);
	igt_assert_eq(ret, EINTR);
	mc_sync_signal(&sync);
	mc_join(pid);
}

const struct mc_subtest mc_damage_dirty[] = {
	{ "dirtyfb-at-once", "DIRTYFB waits for no vblank, flip or owner.",
	  test_at_once },
	{ "dirtyfb-at-once-direct", "The same in DIRECT.",
	  test_at_once_direct },
	{ "dirtyfb-merged", "All calls of a period are one picture.",
	  test_merged },
	{ "dirtyfb-mode-to-come",
	  "A part that only the next mode scans out is not damage yet.",
	  test_mode_to_come },
	{ "dirtyfb-interrupted",
	  "A signal ends the wait for a commit that waits, with EINTR.",
	  test_interrupted },
	{ "dirtyfb-flips", "Between flips nothing of it is lost.", test_flips },
	{}
};
