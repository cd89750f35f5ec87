/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Damage of a picture: a short list of rectangles.
 *
 * Pure data, no locks of its own: the owner of the struct guards it.
 */
#ifndef _MIRACAST_DAMAGE_H_
#define _MIRACAST_DAMAGE_H_

#include <linux/types.h>

#include <drm/drm_rect.h>

#include <uapi/drm/miracast_drm.h>

/**
 * struct miracast_damage - Rectangles that changed
 * @count: valid elements of @rects
 * @rects: the rectangles, in pixels of the picture; may overlap, but the sum of
 *	their areas is at most that of their bounding box
 */
struct miracast_damage {
	unsigned int count;
	struct drm_rect rects[DRM_MIRACAST_MAX_CLIPS];
};

static inline void miracast_damage_clear(struct miracast_damage *damage)
{
	damage->count = 0;
}

static inline bool miracast_damage_empty(const struct miracast_damage *damage)
{
	return !damage->count;
}

void miracast_damage_add(struct miracast_damage *damage,
			 const struct drm_rect *rect);
void miracast_damage_add_clipped(struct miracast_damage *damage,
				 const struct drm_rect *rect,
				 unsigned int width, unsigned int height);
void miracast_damage_add_all(struct miracast_damage *damage,
			     const struct miracast_damage *other);
void miracast_damage_round_even(struct miracast_damage *damage,
				const struct miracast_damage *from,
				unsigned int width, unsigned int height);
void miracast_damage_band(struct miracast_damage *band,
			  const struct miracast_damage *damage,
			  int first, int end);
void miracast_damage_set_full(struct miracast_damage *damage,
			      unsigned int width, unsigned int height);
u64 miracast_damage_pixels(const struct miracast_damage *damage);
bool miracast_damage_is_full(const struct miracast_damage *damage,
			     unsigned int width, unsigned int height);

#endif
