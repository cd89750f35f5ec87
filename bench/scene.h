/* SPDX-License-Identifier: MIT */
/*
 * What is drawn: sizes and damages by name.
 */
#ifndef BENCH_SCENE_H
#define BENCH_SCENE_H

#include <stdint.h>

#include <xf86drmMode.h>

/** scene_size() - Read WIDTHxHEIGHT. Return: 0 or -EINVAL. */
int scene_size(const char *text, uint32_t *width, uint32_t *height);

/** enum scene_damage - How much of the picture changes. */
enum scene_damage {
	SCENE_SMALL,	/* 64x64 */
	SCENE_QUARTER,	/* half the width, half the height */
	SCENE_FULL,
};

/** scene_damage() - Read 64x64, 25% or full. Return: it or -EINVAL. */
int scene_damage(const char *text);

/** scene_clip() - The damage of picture @n; small ones wander. */
struct drm_mode_rect scene_clip(enum scene_damage damage, uint32_t width,
				uint32_t height, unsigned int n);

/** scene_evict() - Empty the caches of everything else, by reading a lot. */
void scene_evict(void);

#endif
