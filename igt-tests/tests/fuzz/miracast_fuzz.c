// SPDX-License-Identifier: MIT
/*
 * Random calls, by several processes at once, some of them without privileges, while a
 * client lights every monitor that appears. Of a single call only the error code is
 * checked, which must be one of the interface. What counts is that the kernel log stays
 * clean, and that everything is free afterwards. A seed determines the calls.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "miracast_fuzz.h"

IGT_TEST_DESCRIPTION("Random and structured calls of everything the driver has.");

#define CALLERS 5

/* The client */

struct screen {
	uint32_t crtc, connector;
	struct mc_fb *fb[2];
	drmModeModeInfo mode;
};

static void forget_screen(struct screen *screen)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (screen->fb[i])
			mc_fb_free(screen->fb[i]);
	memset(screen->fb, 0, sizeof(screen->fb));
}

static void light(struct fuzz_plan *plan, struct screen *screen)
{
	drmModeConnectorPtr connector =
		drmModeGetConnector(plan->card, screen->connector);
	unsigned int i;

	if (!connector)
		return;
	forget_screen(screen);
	if (connector->connection == DRM_MODE_CONNECTED &&
	    connector->count_modes) {
		screen->mode = connector->modes[mc_random(&plan->seed) %
						connector->count_modes];
		for (i = 0; i < 2; i++)
			screen->fb[i] = mc_fb(plan->card, screen->mode.hdisplay,
					      screen->mode.vdisplay,
					      DRM_FORMAT_XRGB8888);
		if (!drmModeSetCrtc(plan->card, screen->crtc, screen->fb[0]->id,
				    0, 0, &screen->connector, 1, &screen->mode))
			__atomic_add_fetch(&plan->board->mode_sets, 1,
					   __ATOMIC_RELAXED);
	} else {
		drmModeSetCrtc(plan->card, screen->crtc, 0, 0, 0, NULL, 0,
			       NULL);
	}
	drmModeFreeConnector(connector);
}

static void show(struct fuzz_plan *plan, struct screen *screen)
{
	struct mc_fb *fb = screen->fb[mc_random(&plan->seed) % 2];
	drmModeClip clip = { 0, 0, 64, 64 };

	if (!fb)
		return;
	mc_fb_fill(fb, mc_random(&plan->seed));
	switch (mc_random(&plan->seed) % 3) {
	case 0:
		drmModeDirtyFB(plan->card, fb->id, &clip, 1);
		break;
	case 1:
		drmModeMoveCursor(plan->card, screen->crtc,
				  mc_random(&plan->seed) % 800, 5);
		break;
	default:
		if (!drmModePageFlip(plan->card, screen->crtc, fb->id, 0, NULL))
			__atomic_add_fetch(&plan->board->flips, 1,
					   __ATOMIC_RELAXED);
	}
}

/* The connectors of the device have a CRTC each, in the same order. */
void fuzz_client(void *data)
{
	struct fuzz_plan *plan = data;
	drmModeResPtr resources = drmModeGetResources(plan->card);
	struct screen screens[16] = {};
	int i, count;

	igt_assert(resources);
	count = resources->count_connectors;
	igt_assert_lte(count, (int)ARRAY_SIZE(screens));
	for (i = 0; i < count; i++) {
		screens[i].crtc = resources->crtcs[i];
		screens[i].connector = resources->connectors[i];
	}
	while (mc_now_ns() < plan->end_ns) {
		struct screen *screen =
			&screens[mc_random(&plan->seed) % count];

		if (!screen->fb[0] || !(mc_random(&plan->seed) % 64))
			light(plan, screen);
		else
			show(plan, screen);
		usleep(2000);
	}
	for (i = 0; i < count; i++)
		forget_screen(&screens[i]);
	drmModeFreeResources(resources);
}

/* The test */

static void report(const struct fuzz_board *board)
{
	unsigned int i;

	igt_info("%llu calls, %llu events, %llu chunks; %llu mode sets, %llu flips\n",
		 (unsigned long long)board->calls,
		 (unsigned long long)board->events,
		 (unsigned long long)board->chunks,
		 (unsigned long long)board->mode_sets,
		 (unsigned long long)board->flips);
	for (i = 0; i < FUZZ_ERRNOS; i++)
		if (board->answers[i])
			igt_info("%10llu  %s\n",
				 (unsigned long long)board->answers[i],
				 i ? strerror(i) : "success");
}

/* How far the calls come in each tenth of the time, until the plan ends. */
static void watch_places(const struct fuzz_plan *plan, unsigned int seconds)
{
	uint64_t places = 0;
	unsigned int i;

	if (!fuzz_coverage_exists())
		return;
	for (i = 0; i < 10 && mc_now_ns() < plan->end_ns; i++) {
		usleep(seconds * 100000);
		places = __atomic_load_n(&plan->board->places, __ATOMIC_RELAXED);
		igt_info("%llu places of the kernel after %u s\n",
			 (unsigned long long)places, (i + 1) * seconds / 10);
	}
}

static void fuzz(bool raw)
{
	unsigned int i, seconds = mc_setting("MIRACAST_FUZZ_SECONDS", 10);
	uint32_t seed = mc_setting("MIRACAST_SEED", time(NULL) % 1000000 + 1);
	struct drm_miracast_create_context limits[2] = {
		mc_limits(800, 600, 3), mc_limits_direct(800, 600),
	};
	struct fuzz_plan plan = { .raw = raw };
	pid_t pids[CALLERS + 1];

	igt_info("MIRACAST_SEED=%u, %u s\n", seed, seconds);
	plan.board = mmap(NULL, sizeof(*plan.board), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	igt_assert(plan.board != MAP_FAILED);
	plan.card = mc_card_open();
	for (i = 0; i < 2; i++) {
		mc_expect(mc_create_errno(plan.card, &limits[i]), 0);
		plan.contexts[i] = limits[i].context_fd;
		igt_assert_eq(fcntl(plan.contexts[i], F_SETFL, O_NONBLOCK), 0);
	}
	plan.end_ns = mc_now_ns() + seconds * 1000000000ull;
	for (i = 0; i <= CALLERS; i++) {
		plan.seed = mc_random(&seed);
		plan.nobody = i % 2;
		pids[i] = mc_fork(i < CALLERS ? fuzz_caller : fuzz_client,
				  &plan);
	}
	watch_places(&plan, seconds);
	for (i = 0; i <= CALLERS; i++)
		mc_join(pids[i]);
	report(plan.board);

	/* Calls must have succeeded. */
	igt_assert_lt_u64(0, plan.board->answers[0]);
	igt_assert_lt_u64(0, plan.board->chunks);
	/* A slow machine may make no flip beside the calls. */
	igt_assert_lt_u64(0, plan.board->mode_sets + plan.board->flips);
	/* The coverage that is required, on a kernel that measures it. */
	igt_assert_lte_u64(mc_setting("MIRACAST_FUZZ_PLACES", 0),
			   plan.board->places);
	for (i = 0; i < 2; i++)
		mc_close(plan.contexts[i]);
	mc_wait_at_rest(plan.card);
	munmap(plan.board, sizeof(*plan.board));
}

static void test_structured(void)
{
	fuzz(false);
}

static void test_raw(void)
{
	fuzz(true);
}

static const struct mc_subtest subtests[] = {
	{ "structured",
	  "Calls that are nearly right, in any order, do no harm.",
	  test_structured },
	{ "raw", "Nor do those that make no sense at all.", test_raw },
	{ "coverage",
	  "A call is new when it reached code that no call had reached before.",
	  fuzz_test_coverage },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
}
