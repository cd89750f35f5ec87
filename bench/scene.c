// SPDX-License-Identifier: MIT
#include "scene.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define SMALL_SIDE	64u
#define LINE_BYTES	64

/* More than the share of one processor in the last-level caches of today's servers. */
#define EVICT_BYTES	(96u << 20)

int scene_size(const char *text, uint32_t *width, uint32_t *height)
{
	char rest;

	if (sscanf(text, "%ux%u%c", width, height, &rest) != 2 ||
	    *width < 640 || *height < 480 || *width > 8192 || *height > 8192)
		return -EINVAL;
	return 0;
}

int scene_damage(const char *text)
{
	static const char *const names[] = {
		[SCENE_SMALL] = "64x64", [SCENE_QUARTER] = "25%",
		[SCENE_FULL] = "full",
	};
	int i;

	for (i = 0; i <= SCENE_FULL; i++)
		if (!strcmp(text, names[i]))
			return i;
	return -EINVAL;
}

struct drm_mode_rect scene_clip(enum scene_damage damage, uint32_t width,
				uint32_t height, unsigned int n)
{
	uint32_t w = width, h = height, x, y;

	if (damage == SCENE_SMALL) {
		w = SMALL_SIDE;
		h = SMALL_SIDE;
	} else if (damage == SCENE_QUARTER) {
		w = width / 2;
		h = height / 2;
	}
	x = width > w ? n * 7919 % (width - w) & ~1u : 0;
	y = height > h ? n * 4099 % (height - h) & ~1u : 0;
	return (struct drm_mode_rect){
		(int32_t)x, (int32_t)y, (int32_t)(x + w), (int32_t)(y + h),
	};
}

void scene_evict(void)
{
	static volatile uint8_t *memory;
	size_t i;

	if (!memory) {
		memory = malloc(EVICT_BYTES);
		if (!memory)
			die("memory");
		for (i = 0; i < EVICT_BYTES; i += LINE_BYTES)
			memory[i] = 1;
	}
	for (i = 0; i < EVICT_BYTES; i += LINE_BYTES)
		(void)memory[i];
}
