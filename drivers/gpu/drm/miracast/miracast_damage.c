// SPDX-License-Identifier: GPL-2.0
/*
 * Damage accumulation.
 *
 * Never loses a pixel: a list that is full is made shorter by merging, which
 * only ever makes the damaged area larger. Merges first what costs nothing.
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

/* Merge the pair of rectangles whose bounding box wastes the least. */
static void merge_cheapest(struct miracast_damage *damage)
{
	unsigned int i, j, best_i = 0, best_j = 1;
	u64 best = U64_MAX;

	for (i = 0; i < damage->count && best; i++) {
		for (j = i + 1; j < damage->count && best; j++) {
			u64 cost = merge_cost(&damage->rects[i],
					      &damage->rects[j]);

			if (cost < best) {
				best = cost;
				best_i = i;
				best_j = j;
			}
		}
	}

	rect_union(&damage->rects[best_i], &damage->rects[best_j]);
	remove_rect(damage, best_j);
}

/**
 * miracast_damage_add - Add a rectangle
 * @damage: the damage
 * @rect: the rectangle; empty ones are ignored
 */
void miracast_damage_add(struct miracast_damage *damage,
			 const struct drm_rect *rect)
{
	struct drm_rect new = *rect;
	unsigned int i = 0;

	if (!drm_rect_visible(&new))
		return;

	while (i < damage->count) {
		struct drm_rect *old = &damage->rects[i];

		if (rect_contains(old, &new))
			return;

		if (!merge_cost(old, &new)) {
			rect_union(&new, old);
			remove_rect(damage, i);
			i = 0;
			continue;
		}
		i++;
	}

	if (damage->count == ARRAY_SIZE(damage->rects))
		merge_cheapest(damage);

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
 * miracast_damage_is_full - Tell whether one rectangle covers the picture
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
