// SPDX-License-Identifier: MIT
#include "edid_make.h"

#include <string.h>

#include "edid_block.h"

#define SERIAL		12
#define DESCRIPTOR	18

#define DESCRIPTOR_SERIAL	0xff
#define DESCRIPTOR_NAME		0xfc
#define DESCRIPTOR_NONE		0x10

/* Blanking as CVT has it, reduced. */
#define HBLANK		160
#define HFRONT		48
#define HSYNC		32
#define VBLANK_US	460
#define VFRONT		3
#define VSYNC		5
#define VBLANK_MIN	(VFRONT + VSYNC + 6)

#define CLOCK_HZ	10000
/* Twelve bits, and sixteen. */
#define SIZE_MAX_PIXELS	4095
#define CLOCK_MAX	65535

struct timing {
	uint32_t width, height, hblank, vblank, clock;
};

static bool is_printable(char c)
{
	return c >= ' ' && c <= '~';
}

bool mc_edid_name_valid(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (i == MC_EDID_NAME || !is_printable(name[i]))
			return false;
	return i;
}

/* FNV-1a: different names nearly always get different numbers. */
static uint32_t add_hash(uint32_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return hash;
}

static bool fill_timing(const struct drm_miracast_mode *mode, struct timing *t)
{
	uint64_t frame_us, total;

	if (!mode->width || !mode->height || !mode->refresh_mhz)
		return false;
	frame_us = 1000000000ull / mode->refresh_mhz;
	*t = (struct timing) {
		.width = mode->width,
		.height = mode->height,
		.hblank = HBLANK,
		.vblank = VBLANK_MIN,
	};
	if (t->width > SIZE_MAX_PIXELS || t->height > SIZE_MAX_PIXELS ||
	    frame_us <= VBLANK_US)
		return false;
	while ((t->vblank * frame_us) / (t->height + t->vblank) < VBLANK_US)
		t->vblank++;
	total = (uint64_t)(t->width + t->hblank) * (t->height + t->vblank);
	total = (total * mode->refresh_mhz / 1000 + CLOCK_HZ / 2) / CLOCK_HZ;
	if (!total || total > CLOCK_MAX || t->vblank > SIZE_MAX_PIXELS)
		return false;
	t->clock = (uint32_t)total;
	return true;
}

static void put_timing(uint8_t *to, const struct drm_miracast_mode *mode)
{
	/* The mode of every sink. */
	static const struct drm_miracast_mode base = {
		.width = 640, .height = 480, .refresh_mhz = 60000,
	};
	struct timing t;

	if (!fill_timing(mode, &t))
		fill_timing(&base, &t);
	to[0] = (uint8_t)t.clock;
	to[1] = (uint8_t)(t.clock >> 8);
	to[2] = (uint8_t)t.width;
	to[3] = (uint8_t)t.hblank;
	to[4] = (uint8_t)(t.width >> 8 << 4 | t.hblank >> 8);
	to[5] = (uint8_t)t.height;
	to[6] = (uint8_t)t.vblank;
	to[7] = (uint8_t)(t.height >> 8 << 4 | t.vblank >> 8);
	to[8] = HFRONT;
	to[9] = HSYNC;
	to[10] = VFRONT << 4 | VSYNC;
	/* The size is not known. Separate syncs, horizontal positive. */
	to[17] = 0x1a;
}

static void put_text(uint8_t *to, uint8_t type, const char *text)
{
	uint8_t *room = to + 5;
	size_t i;

	to[3] = type;
	memset(room, ' ', MC_EDID_NAME);
	for (i = 0; i < MC_EDID_NAME && text[i]; i++)
		room[i] = is_printable(text[i]) ? (uint8_t)text[i] : '?';
	if (i < MC_EDID_NAME)
		room[i] = '\n';
}

void mc_edid_make(uint8_t *edid, const char *name, const char *serial,
		  const struct drm_miracast_mode *mode)
{
	static const uint8_t start[] = {
		0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
		0x31, 0xd8,		/* manufacturer LNX */
		0x01, 0x00,		/* product */
		0x00, 0x00, 0x00, 0x00,	/* serial number */
		0x00, 36,		/* no week, 2026 */
		1, 4,			/* version */
		0xa0,			/* digital, 8 bits, no interface known */
		0x00, 0x00, 120,	/* no size, gamma 2.2 */
		0x06,			/* sRGB, preferred timing */
		0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54,
		0x20, 0x00, 0x00,	/* 640x480 */
	};
	uint8_t *descriptor = edid + EDID_DETAILED;
	uint32_t hash = add_hash(2166136261u, name);
	unsigned int i;

	memset(edid, 0, MC_EDID_BLOCK);
	memcpy(edid, start, sizeof(start));
	memset(edid + sizeof(start), 1, EDID_DETAILED - sizeof(start));
	if (serial)
		hash = add_hash(add_hash(hash, "/"), serial);
	for (i = 0; i < 4; i++)
		edid[SERIAL + i] = (uint8_t)(hash >> 8 * i);
	put_timing(descriptor, mode);
	put_text(descriptor + DESCRIPTOR, DESCRIPTOR_NAME, name);
	if (serial)
		put_text(descriptor + 2 * DESCRIPTOR, DESCRIPTOR_SERIAL, serial);
	else
		descriptor[2 * DESCRIPTOR + 3] = DESCRIPTOR_NONE;
	descriptor[3 * DESCRIPTOR + 3] = DESCRIPTOR_NONE;
	mc_edid_sign(edid);
}
