// SPDX-License-Identifier: MIT
/*
 * Exporters that refuse CPU access to the scanned-out framebuffer: how often the driver
 * tries.
 */
#include "lib_miracast_client.h"
#include "lib_miracast_dmabuf.h"
#include "miracast_foreign.h"

/* All pauses before the longest. */
#define UP_TO_LONGEST_MS 1008
/* When the driver has asked for the fourth time: after 16, 32 and 64 ms. */
#define FOUR_TIMES_MS 112

static void refuse(const struct mc_foreign *foreign)
{
	mc_dmabuf_set(foreign->dmabuf, EIO, 0, 0);
}

static void allow(const struct mc_foreign *foreign)
{
	mc_dmabuf_set(foreign->dmabuf, 0, 0, 0);
}

static unsigned int refused(const struct mc_foreign *foreign)
{
	return mc_dmabuf_get(foreign->dmabuf).refused;
}

static void draw(struct mc_scene *scene, const struct mc_foreign *foreign)
{
	igt_assert_eq(drmModeDirtyFB(scene->card, foreign->fb->id, NULL, 0), 0);
}

/* Just after a request, when the pauses have reached their maximum. */
static void wait_for_longest_pause(const struct mc_foreign *foreign)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	unsigned int before;

	usleep((UP_TO_LONGEST_MS + FOREIGN_LONGEST_MS / 2) * 1000);
	before = refused(foreign);
	while (refused(foreign) == before) {
		igt_assert_f(mc_now_ns() < end, "the exporter is not asked\n");
		usleep(2000);
	}
}

/* From the first refusal on the pauses are short again. */
static void expect_asked_soon(const struct mc_foreign *foreign, unsigned int before)
{
	usleep(4 * FOUR_TIMES_MS * 1000);
	igt_assert_lte(before + 4, refused(foreign));
}

/* Whatever makes the driver look for a picture, it does not end a pause early. */
static void test_drawn(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_foreign foreign = foreign_in(scene->card, 0, 0, WIDTH * 4);
	uint64_t start;
	unsigned int before, elapsed_ms, draws = 0;

	refuse(&foreign);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	wait_for_longest_pause(&foreign);

	before = refused(&foreign);
	start = mc_now_ns();
	do {
		draw(scene, &foreign);
		draws++;
		usleep(20000);
		elapsed_ms = (mc_now_ns() - start) / 1000000;
	} while (elapsed_ms < 2 * FOREIGN_LONGEST_MS);
	before = refused(&foreign) - before;
	igt_info("asked %u times for %u draws in %u ms\n", before, draws, elapsed_ms);
	igt_assert_lte(1, before);
	igt_assert_lte(before, elapsed_ms / FOREIGN_LONGEST_MS + 1);
}

/* The pauses of one framebuffer are not those of the next. */
static void test_flipped(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_foreign first = foreign_in(scene->card, 0, 0, WIDTH * 4);
	struct mc_foreign second = foreign_in(scene->card, 0, 0, WIDTH * 4);

	refuse(&first);
	refuse(&second);
	mc_show(scene->kms, first.fb, NULL, 0);
	wait_for_longest_pause(&first);
	mc_show(scene->kms, second.fb, NULL, 0);
	expect_asked_soon(&second, 0);
}

/*
 * Nor do the pauses continue where they were when the exporter stops refusing and refuses
 * again later.
 */
static void test_gave_in(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_foreign foreign = foreign_in(scene->card, 0, 0, WIDTH * 4);
	struct mc_chunk chunk;
	unsigned int before;

	refuse(&foreign);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	wait_for_longest_pause(&foreign);
	allow(&foreign);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);

	refuse(&foreign);
	before = refused(&foreign);
	draw(scene, &foreign);
	expect_asked_soon(&foreign, before);
}

const struct mc_subtest mc_foreign_refusals[] = {
	{ "refused-drawn",
	  "With an exporter that refuses, drawing does not shorten the pauses between attempts.",
	  test_drawn },
	{ "refused-flipped", "The next framebuffer's exporter is asked soon.",
	  test_flipped },
	{ "refused-again", "So is one that has not refused all the time.",
	  test_gave_in },
	{}
};
