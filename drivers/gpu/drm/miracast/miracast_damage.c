// SPDX-License-Identifier: GPL-2.0
/*
 * Damage accumulation.
 *
 * Never loses a pixel: merging only ever makes the damaged area larger. Merges that add
 * no pixels are done first. However rectangles overlap, the sum of their areas is never
 * larger than the picture, so copying all of them never copies more than the picture.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>

#include "miracast_damage.h"

static u64 rect_area(const struct drm_rect *rect)
{
	return (u64)drm_rect_width(rect) * drm_rect_height(rect);
}

static bool rect_contains(const struct drm_rect *outer,
			  const struct drm_rect *inner)
{
	return outer->x1 <= inner->x1 && outer->y1 <= inner->y1 &&
	       outer->x2 >= inner->x2 && outer->y2 >= inner->y2;
}

static void rect_union(struct drm_rect *a, const struct drm_rect *b)
{
	a->x1 = min(a->x1, b->x1);
	a->y1 = min(a->y1, b->y1);
	a->x2 = max(a->x2, b->x2);
	a->y2 = max(a->y2, b->y2);
}

/* Pixels that the bounding box of both holds beyond the two themselves. */
static u64 merge_cost(const struct drm_rect *a, const struct drm_rect *b)
{
	struct drm_rect box = *a;
	u64 parts = rect_area(a) + rect_area(b);
	u64 whole;

	rect_union(&box, b);
	whole = rect_area(&box);

	return whole > parts ? whole - parts : 0;
}

static void remove_rect(struct miracast_damage *damage, unsigned int i)
{
	damage->rects[i] = damage->rects[--damage->count];
}

/**
 * struct survey - A rectangle beside those of a list
 * @box: bounding box of all of them
 * @area: sum of all areas
 * @nearest: index of the one whose bounding box with the rectangle wastes least
 * @cost: what that wastes
 */
struct survey {
	struct drm_rect box;
	u64 area;
	unsigned int nearest;
	u64 cost;
};

static void survey_begin(struct survey *survey, const struct drm_rect *new)
{
	*survey = (struct survey) {
		.box = *new,
		.area = rect_area(new),
		.cost = U64_MAX,
	};
}

static void survey_add(struct survey *survey, const struct drm_rect *old,
		       unsigned int i, u64 cost)
{
	rect_union(&survey->box, old);
	survey->area += rect_area(old);
	if (cost < survey->cost) {
		survey->cost = cost;
		survey->nearest = i;
	}
}

/*
 * Merge a new rectangle with those of a list for which merging adds no pixels; false: it
 * lies in one of them.
 */
static bool merge_free(struct miracast_damage *damage, struct drm_rect *new,
		       struct survey *survey)
{
	unsigned int i = 0;

	survey_begin(survey, new);
	while (i < damage->count) {
		const struct drm_rect *old = &damage->rects[i];
		u64 cost;

		if (rect_contains(old, new))
			return false;

		cost = merge_cost(old, new);
		if (cost) {
			survey_add(survey, old, i, cost);
			i++;
			continue;
		}
		rect_union(new, old);
		remove_rect(damage, i);
		survey_begin(survey, new);
		i = 0;
	}

	return true;
}

/* Make room in a list: the nearest rectangle of it moves into the new one. */
static void merge_nearest(struct miracast_damage *damage, struct drm_rect *new,
			  struct survey *survey)
{
	const struct drm_rect *old = &damage->rects[survey->nearest];

	survey->area -= rect_area(old) + rect_area(new);
	rect_union(new, old);
	survey->area += rect_area(new);
	remove_rect(damage, survey->nearest);
}

/**
 * miracast_damage_add - Add a rectangle
 * @damage: the damage
 * @rect: the rectangle; empty ones are ignored
 *
 * When the list is full, the new rectangle is merged with the nearest one. (Finding the
 * best of all pairs takes too long: this runs in commits.) When rectangles overlap so much
 * that the sum of their areas is not smaller than their bounding box, the box replaces
 * them.
 */
void miracast_damage_add(struct miracast_damage *damage,
			 const struct drm_rect *rect)
{
	struct drm_rect new = *rect;
	struct survey survey;

	if (!drm_rect_visible(&new) || !merge_free(damage, &new, &survey))
		return;

	if (damage->count == ARRAY_SIZE(damage->rects))
		merge_nearest(damage, &new, &survey);

	if (damage->count && survey.area >= rect_area(&survey.box)) {
		damage->rects[0] = survey.box;
		damage->count = 1;
		return;
	}

	damage->rects[damage->count++] = new;
}

/**
 * miracast_damage_add_clipped - Add the part of a rectangle inside a picture
 * @damage: the damage
 * @rect: the rectangle, may be anywhere
 * @width: width of the picture
 * @height: height of the picture
 */
void miracast_damage_add_clipped(struct miracast_damage *damage,
				 const struct drm_rect *rect,
				 unsigned int width, unsigned int height)
{
	struct drm_rect picture = DRM_RECT_INIT(0, 0, width, height);
	struct drm_rect clipped = *rect;

	if (drm_rect_intersect(&clipped, &picture))
		miracast_damage_add(damage, &clipped);
}

/**
 * miracast_damage_add_all - Add all rectangles of another damage
 * @damage: the damage
 * @other: what to add
 */
void miracast_damage_add_all(struct miracast_damage *damage,
			     const struct miracast_damage *other)
{
	unsigned int i;

	for (i = 0; i < other->count; i++)
		miracast_damage_add(damage, &other->rects[i]);
}

/**
 * miracast_damage_round_even - Round rectangles out to even pixels
 * @damage: filled in
 * @from: what to round, inside the picture
 * @width: width of the picture
 * @height: height of the picture
 *
 * At an odd edge of the picture the edge stays.
 */
void miracast_damage_round_even(struct miracast_damage *damage,
				const struct miracast_damage *from,
				unsigned int width, unsigned int height)
{
	unsigned int i;

	miracast_damage_clear(damage);
	for (i = 0; i < from->count; i++) {
		const struct drm_rect *rect = &from->rects[i];
		struct drm_rect even = {
			.x1 = round_down(rect->x1, 2),
			.y1 = round_down(rect->y1, 2),
			.x2 = round_up(rect->x2, 2),
			.y2 = round_up(rect->y2, 2),
		};

		miracast_damage_add_clipped(damage, &even, width, height);
	}
}

/**
 * miracast_damage_band - Get the part of the damage in a band of lines
 * @band: filled in
 * @damage: the damage
 * @first: first line of the band
 * @end: line behind the band
 */
void miracast_damage_band(struct miracast_damage *band,
			  const struct miracast_damage *damage,
			  int first, int end)
{
	unsigned int i;

	miracast_damage_clear(band);
	for (i = 0; i < damage->count; i++) {
		struct drm_rect rect = damage->rects[i];

		rect.y1 = max(rect.y1, first);
		rect.y2 = min(rect.y2, end);
		if (drm_rect_visible(&rect))
			band->rects[band->count++] = rect;
	}
}

/**
 * miracast_damage_set_full - Make the whole picture damaged
 * @damage: the damage
 * @width: width of the picture
 * @height: height of the picture
 */
void miracast_damage_set_full(struct miracast_damage *damage,
			      unsigned int width, unsigned int height)
{
	drm_rect_init(&damage->rects[0], 0, 0, width, height);
	damage->count = 1;
}

/**
 * miracast_damage_pixels - Count pixels
 * @damage: the damage
 *
 * Return: the sum over all rectangles.
 */
u64 miracast_damage_pixels(const struct miracast_damage *damage)
{
	u64 pixels = 0;
	unsigned int i;

	for (i = 0; i < damage->count; i++)
		pixels += rect_area(&damage->rects[i]);

	return pixels;
}

/**
 * miracast_damage_is_full - Check whether one rectangle covers the picture
 * @damage: the damage
 * @width: width of the picture
 * @height: height of the picture
 *
 * Return: true when the whole picture is damaged.
 */
bool miracast_damage_is_full(const struct miracast_damage *damage,
			     unsigned int width, unsigned int height)
{
	struct drm_rect picture = DRM_RECT_INIT(0, 0, width, height);
	unsigned int i;

	for (i = 0; i < damage->count; i++)
		if (rect_contains(&damage->rects[i], &picture))
			return true;

	return false;
}
