// SPDX-License-Identifier: GPL-2.0
/*
 * Damage accumulation: never loses a pixel, never grows beyond the list.
 */
#include <kunit/test.h>

#include <linux/bitmap.h>
#include <linux/prandom.h>

#include "../miracast_damage.h"

/* A picture small enough to remember every damaged pixel of. */
#define PICTURE_WIDTH	96
#define PICTURE_HEIGHT	64
#define PIXELS		(PICTURE_WIDTH * PICTURE_HEIGHT)

static void mark(unsigned long *pixels, const struct drm_rect *rect)
{
	int y;

	for (y = rect->y1; y < rect->y2; y++)
		bitmap_set(pixels, y * PICTURE_WIDTH + rect->x1,
			   drm_rect_width(rect));
}

static void mark_all(unsigned long *pixels, const struct miracast_damage *damage)
{
	unsigned int i;

	for (i = 0; i < damage->count; i++)
		mark(pixels, &damage->rects[i]);
}

static struct miracast_damage *new_damage(struct kunit *test)
{
	struct miracast_damage *damage;

	damage = kunit_kzalloc(test, sizeof(*damage), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, damage);

	return damage;
}

static unsigned long *new_pixels(struct kunit *test)
{
	unsigned long *pixels;

	pixels = kunit_kcalloc(test, BITS_TO_LONGS(PIXELS), sizeof(long),
			       GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pixels);

	return pixels;
}

static void random_rect(struct rnd_state *rnd, struct drm_rect *rect)
{
	int x1 = prandom_u32_state(rnd) % PICTURE_WIDTH;
	int y1 = prandom_u32_state(rnd) % PICTURE_HEIGHT;
	int w = 1 + prandom_u32_state(rnd) % 12;
	int h = 1 + prandom_u32_state(rnd) % 12;

	rect->x1 = x1;
	rect->y1 = y1;
	rect->x2 = min(x1 + w, PICTURE_WIDTH);
	rect->y2 = min(y1 + h, PICTURE_HEIGHT);
}

static void damage_empty_rect_is_ignored(struct kunit *test)
{
	static const struct drm_rect empty[] = {
		DRM_RECT_INIT(5, 5, 0, 10), DRM_RECT_INIT(5, 5, 10, 0),
		{ .x1 = 9, .y1 = 9, .x2 = 3, .y2 = 3 },
	};
	struct miracast_damage *damage = new_damage(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(empty); i++)
		miracast_damage_add(damage, &empty[i]);

	KUNIT_EXPECT_TRUE(test, miracast_damage_empty(damage));
}

static void damage_contained_rect_adds_nothing(struct kunit *test)
{
	struct drm_rect outer = DRM_RECT_INIT(10, 10, 20, 20);
	struct drm_rect inner = DRM_RECT_INIT(12, 12, 4, 4);
	struct miracast_damage *damage = new_damage(test);

	miracast_damage_add(damage, &outer);
	miracast_damage_add(damage, &inner);
	KUNIT_EXPECT_EQ(test, damage->count, 1);
	KUNIT_EXPECT_TRUE(test, drm_rect_equals(&damage->rects[0], &outer));

	miracast_damage_clear(damage);
	miracast_damage_add(damage, &inner);
	miracast_damage_add(damage, &outer);
	KUNIT_EXPECT_EQ(test, damage->count, 1);
	KUNIT_EXPECT_TRUE(test, drm_rect_equals(&damage->rects[0], &outer));
}

/* Everyday damage lies in damage that is there: the list is not made anew for it. */
static void damage_contained_rect_leaves_the_list(struct kunit *test)
{
	struct drm_rect first = DRM_RECT_INIT(0, 0, 10, 10);
	struct drm_rect second = DRM_RECT_INIT(500, 500, 10, 10);
	struct drm_rect inner = DRM_RECT_INIT(2, 2, 4, 4);
	struct miracast_damage *damage = new_damage(test);

	miracast_damage_add(damage, &first);
	miracast_damage_add(damage, &second);
	miracast_damage_add(damage, &inner);
	KUNIT_EXPECT_EQ(test, damage->count, 2);
	KUNIT_EXPECT_TRUE(test, drm_rect_equals(&damage->rects[0], &first));
	KUNIT_EXPECT_TRUE(test, drm_rect_equals(&damage->rects[1], &second));
}

static void damage_neighbours_merge_without_waste(struct kunit *test)
{
	struct drm_rect left = DRM_RECT_INIT(0, 0, 10, 8);
	struct drm_rect right = DRM_RECT_INIT(10, 0, 6, 8);
	struct drm_rect both = DRM_RECT_INIT(0, 0, 16, 8);
	struct miracast_damage *damage = new_damage(test);

	miracast_damage_add(damage, &left);
	miracast_damage_add(damage, &right);
	KUNIT_EXPECT_EQ(test, damage->count, 1);
	KUNIT_EXPECT_TRUE(test, drm_rect_equals(&damage->rects[0], &both));
}

static void damage_far_rects_stay_apart(struct kunit *test)
{
	struct drm_rect a = DRM_RECT_INIT(0, 0, 4, 4);
	struct drm_rect b = DRM_RECT_INIT(90, 60, 4, 4);
	struct miracast_damage *damage = new_damage(test);

	miracast_damage_add(damage, &a);
	miracast_damage_add(damage, &b);
	KUNIT_EXPECT_EQ(test, damage->count, 2);
}

static void damage_clipped_stays_inside_the_picture(struct kunit *test)
{
	static const struct drm_rect outside[] = {
		DRM_RECT_INIT(-20, 0, 10, 10), DRM_RECT_INIT(0, -20, 10, 10),
		DRM_RECT_INIT(PICTURE_WIDTH, 0, 10, 10),
		DRM_RECT_INIT(0, PICTURE_HEIGHT, 10, 10),
	};
	struct drm_rect over = { -100, -100, 100000, 100000 };
	struct miracast_damage *damage = new_damage(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(outside); i++)
		miracast_damage_add_clipped(damage, &outside[i], PICTURE_WIDTH,
					    PICTURE_HEIGHT);
	KUNIT_EXPECT_TRUE(test, miracast_damage_empty(damage));

	miracast_damage_add_clipped(damage, &over, PICTURE_WIDTH,
				    PICTURE_HEIGHT);
	KUNIT_EXPECT_TRUE(test, miracast_damage_is_full(damage, PICTURE_WIDTH,
							PICTURE_HEIGHT));
	KUNIT_EXPECT_EQ(test, damage->rects[0].x1, 0);
	KUNIT_EXPECT_EQ(test, damage->rects[0].x2, PICTURE_WIDTH);
}

static void damage_full_needs_every_pixel(struct kunit *test)
{
	struct drm_rect most = DRM_RECT_INIT(0, 0, PICTURE_WIDTH,
					     PICTURE_HEIGHT - 1);
	struct drm_rect rest = DRM_RECT_INIT(0, PICTURE_HEIGHT - 1,
					     PICTURE_WIDTH, 1);
	struct miracast_damage *damage = new_damage(test);

	miracast_damage_add(damage, &most);
	KUNIT_EXPECT_FALSE(test, miracast_damage_is_full(damage, PICTURE_WIDTH,
							 PICTURE_HEIGHT));
	miracast_damage_add(damage, &rest);
	KUNIT_EXPECT_TRUE(test, miracast_damage_is_full(damage, PICTURE_WIDTH,
							PICTURE_HEIGHT));
}

/* Far more rectangles than fit: all their pixels must still be covered. */
static void damage_loses_no_pixel_when_the_list_overflows(struct kunit *test)
{
	struct miracast_damage *damage = new_damage(test);
	unsigned long *want = new_pixels(test);
	unsigned long *got = new_pixels(test);
	struct rnd_state rnd;
	unsigned int round, i;

	prandom_seed_state(&rnd, 0x6d697261);
	for (round = 0; round < 50; round++) {
		miracast_damage_clear(damage);
		bitmap_zero(want, PIXELS);
		bitmap_zero(got, PIXELS);
		for (i = 0; i < 40 + 4 * round; i++) {
			struct drm_rect rect;

			random_rect(&rnd, &rect);
			mark(want, &rect);
			miracast_damage_add(damage, &rect);
			KUNIT_ASSERT_LE(test, damage->count,
					DRM_MIRACAST_MAX_CLIPS);
		}
		mark_all(got, damage);
		KUNIT_ASSERT_TRUE(test, bitmap_subset(want, got, PIXELS));
	}
}

static void damage_add_all_covers_both(struct kunit *test)
{
	struct miracast_damage *a = new_damage(test);
	struct miracast_damage *b = new_damage(test);
	unsigned long *want = new_pixels(test);
	unsigned long *got = new_pixels(test);
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, 0x63617374);
	for (i = 0; i < 60; i++) {
		struct drm_rect rect;

		random_rect(&rnd, &rect);
		miracast_damage_add(i % 2 ? a : b, &rect);
		mark(want, &rect);
	}
	miracast_damage_add_all(a, b);
	mark_all(got, a);
	KUNIT_EXPECT_TRUE(test, bitmap_subset(want, got, PIXELS));
}

static u64 sum_of_areas(const struct miracast_damage *damage)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < damage->count; i++)
		sum += drm_rect_width(&damage->rects[i]) *
		       drm_rect_height(&damage->rects[i]);

	return sum;
}

/* Frames that each change much: the damage of all costs no more than the picture. */
static void damage_costs_no_more_than_the_picture(struct kunit *test)
{
	struct miracast_damage *damage = new_damage(test);
	struct miracast_damage *frame = new_damage(test);
	unsigned int round, i;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 0x736d616c);
	for (round = 0; round < 15; round++) {
		miracast_damage_clear(frame);
		for (i = 0; i < DRM_MIRACAST_MAX_CLIPS; i++) {
			struct drm_rect rect;

			random_rect(&rnd, &rect);
			miracast_damage_add(frame, &rect);
			KUNIT_ASSERT_LE(test, sum_of_areas(frame), PIXELS);
		}
		miracast_damage_add_all(damage, frame);
		KUNIT_ASSERT_LE(test, sum_of_areas(damage), PIXELS);
	}
	/* By now all of it is damaged, and one rectangle says so. */
	KUNIT_EXPECT_EQ(test, damage->count, 1);
}

/* A grid: any two of its lines are smaller than their box, all together are not. */
static void damage_that_overlaps_becomes_one_box(struct kunit *test)
{
	static const struct drm_rect lines[] = {
		DRM_RECT_INIT(0, 0, 60, 12), DRM_RECT_INIT(0, 24, 60, 12),
		DRM_RECT_INIT(0, 48, 60, 12), DRM_RECT_INIT(0, 0, 12, 60),
		DRM_RECT_INIT(24, 0, 12, 60),
	};
	struct drm_rect box = DRM_RECT_INIT(0, 0, 60, 60);
	struct miracast_damage *damage = new_damage(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines) - 1; i++)
		miracast_damage_add(damage, &lines[i]);
	KUNIT_EXPECT_EQ(test, damage->count, ARRAY_SIZE(lines) - 1);
	miracast_damage_add(damage, &lines[i]);
	KUNIT_ASSERT_EQ(test, damage->count, 1);
	KUNIT_EXPECT_TRUE(test, drm_rect_equals(&damage->rects[0], &box));
}

/*
 * A full list: the new rectangle goes to its neighbour. All others stay, even two
 * that could be merged for less; to look for these is what takes long.
 */
static void damage_full_list_takes_a_rect_to_its_neighbour(struct kunit *test)
{
	struct drm_rect other = DRM_RECT_INIT(2, 2, 1, 1);
	struct drm_rect new = DRM_RECT_INIT(5, 37, 1, 1);
	struct drm_rect merged = DRM_RECT_INIT(0, 35, 6, 3);
	struct miracast_damage *damage = new_damage(test);
	bool has_other = false, has_merged = false;
	unsigned int i;

	/* Of two pixels at (0, 0) and (2, 2), the box has seven more. */
	miracast_damage_add(damage, &other);
	for (i = 0; damage->count < DRM_MIRACAST_MAX_CLIPS; i++) {
		struct drm_rect rect = DRM_RECT_INIT(i % 8 * 11, i / 8 * 7, 1, 1);

		miracast_damage_add(damage, &rect);
	}
	KUNIT_ASSERT_EQ(test, damage->count, DRM_MIRACAST_MAX_CLIPS);

	/* Of this one and (0, 35), 16. */
	miracast_damage_add(damage, &new);
	KUNIT_EXPECT_EQ(test, damage->count, DRM_MIRACAST_MAX_CLIPS);
	for (i = 0; i < damage->count; i++) {
		has_other |= drm_rect_equals(&damage->rects[i], &other);
		has_merged |= drm_rect_equals(&damage->rects[i], &merged);
	}
	KUNIT_EXPECT_TRUE(test, has_other);
	KUNIT_EXPECT_TRUE(test, has_merged);
}

/* Even rectangles, but at the odd edges of the picture, around all the pixels. */
static void damage_rounds_out_to_even_pixels(struct kunit *test)
{
	struct miracast_damage *odd = new_damage(test);
	struct miracast_damage *even = new_damage(test);
	unsigned long *want = new_pixels(test);
	unsigned long *got = new_pixels(test);
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, 0x6e763132);
	for (i = 0; i < 80; i++) {
		struct drm_rect rect;

		random_rect(&rnd, &rect);
		rect.x2 = min(rect.x2, PICTURE_WIDTH - 1);
		rect.y2 = min(rect.y2, PICTURE_HEIGHT - 1);
		miracast_damage_add(odd, &rect);
	}
	miracast_damage_round_even(even, odd, PICTURE_WIDTH - 1,
				   PICTURE_HEIGHT - 1);
	for (i = 0; i < even->count; i++) {
		const struct drm_rect *rect = &even->rects[i];

		KUNIT_EXPECT_EQ(test, rect->x1 % 2, 0);
		KUNIT_EXPECT_EQ(test, rect->y1 % 2, 0);
		KUNIT_EXPECT_TRUE(test, rect->x2 % 2 == 0 ||
				  rect->x2 == PICTURE_WIDTH - 1);
		KUNIT_EXPECT_TRUE(test, rect->y2 % 2 == 0 ||
				  rect->y2 == PICTURE_HEIGHT - 1);
		KUNIT_EXPECT_LT(test, rect->x2, PICTURE_WIDTH);
		KUNIT_EXPECT_LT(test, rect->y2, PICTURE_HEIGHT);
	}
	mark_all(want, odd);
	mark_all(got, even);
	KUNIT_EXPECT_TRUE(test, bitmap_subset(want, got, PIXELS));
}

/* Bands that cover the picture hold each damaged pixel, in its own band. */
static void damage_bands_add_up_to_the_whole(struct kunit *test)
{
	struct miracast_damage *damage = new_damage(test);
	struct miracast_damage *band = new_damage(test);
	unsigned long *want = new_pixels(test);
	unsigned long *got = new_pixels(test);
	struct rnd_state rnd;
	unsigned int i;
	int y;

	prandom_seed_state(&rnd, 0x62616e64);
	for (i = 0; i < 40; i++) {
		struct drm_rect rect;

		random_rect(&rnd, &rect);
		miracast_damage_add(damage, &rect);
	}
	for (y = 0; y < PICTURE_HEIGHT; y += 16) {
		miracast_damage_band(band, damage, y, y + 16);
		for (i = 0; i < band->count; i++) {
			KUNIT_EXPECT_GE(test, band->rects[i].y1, y);
			KUNIT_EXPECT_LE(test, band->rects[i].y2, y + 16);
		}
		mark_all(got, band);
	}
	mark_all(want, damage);
	KUNIT_EXPECT_TRUE(test, bitmap_equal(want, got, PIXELS));
}

static struct kunit_case damage_cases[] = {
	KUNIT_CASE(damage_empty_rect_is_ignored),
	KUNIT_CASE(damage_contained_rect_adds_nothing),
	KUNIT_CASE(damage_contained_rect_leaves_the_list),
	KUNIT_CASE(damage_neighbours_merge_without_waste),
	KUNIT_CASE(damage_far_rects_stay_apart),
	KUNIT_CASE(damage_clipped_stays_inside_the_picture),
	KUNIT_CASE(damage_full_needs_every_pixel),
	KUNIT_CASE(damage_loses_no_pixel_when_the_list_overflows),
	KUNIT_CASE(damage_add_all_covers_both),
	KUNIT_CASE(damage_costs_no_more_than_the_picture),
	KUNIT_CASE(damage_that_overlaps_becomes_one_box),
	KUNIT_CASE(damage_full_list_takes_a_rect_to_its_neighbour),
	KUNIT_CASE(damage_rounds_out_to_even_pixels),
	KUNIT_CASE(damage_bands_add_up_to_the_whole),
	{}
};

static struct kunit_suite damage_suite = {
	.name = "miracast_damage",
	.test_cases = damage_cases,
};

kunit_test_suite(damage_suite);
