// SPDX-License-Identifier: MIT
#include "edid_modes.h"

#include <string.h>

#include "edid_block.h"

/* In the base block. */
#define ESTABLISHED	35
#define STANDARD	38
#define STANDARD_END	54
#define STANDARD_BYTES	2
#define DETAILED_BYTES	18
#define DETAILED_END	126

/* Byte 3 of an 18-byte descriptor that is no timing. */
#define DESCRIPTOR_ESTABLISHED	0xf7
#define DESCRIPTOR_CVT		0xf8
#define DESCRIPTOR_STANDARD	0xfa

#define DATA_VIDEO	2
#define DATA_VENDOR	3
#define DATA_Y420_VIDEO	0x0e

/* Data blocks of DisplayID with timings of 20 bytes, by their unit of the clock. */
#define TIMING_10KHZ	0x03
#define TIMING_1KHZ	0x22
#define TIMING_BYTES	20

struct walk {
	mc_edid_mode_fn *each;
	void *data;
};

struct named_mode {
	uint16_t width, height, hz;
};

static void give(const struct walk *walk, uint32_t width, uint32_t height,
		 uint32_t refresh_mhz)
{
	const struct drm_miracast_mode mode = {
		.width = width,
		.height = height,
		.refresh_mhz = refresh_mhz,
	};

	if (width && height && refresh_mhz)
		walk->each(walk->data, &mode);
}

/* Names have whole rates; that of 800x600 is the one that matters. */
static void give_named(const struct walk *walk, const struct named_mode *mode)
{
	bool svga = mode->width == 800 && mode->height == 600 && mode->hz == 60;

	give(walk, mode->width, mode->height,
	     svga ? 60317 : mode->hz * 1000u);
}

/* A bit for each mode, the most significant bit first. */
static void walk_bits(const struct walk *walk, const uint8_t *bytes,
		      const struct named_mode *modes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (bytes[i / 8] & 0x80 >> i % 8)
			give_named(walk, &modes[i]);
}

static void walk_established(const struct walk *walk, const uint8_t *edid)
{
	/* The mode without a height is interlaced. */
	static const struct named_mode modes[] = {
		{ 720, 400, 70 }, { 720, 400, 88 }, { 640, 480, 60 },
		{ 640, 480, 67 }, { 640, 480, 72 }, { 640, 480, 75 },
		{ 800, 600, 56 }, { 800, 600, 60 }, { 800, 600, 72 },
		{ 800, 600, 75 }, { 832, 624, 75 }, { 1024, 0, 87 },
		{ 1024, 768, 60 }, { 1024, 768, 70 }, { 1024, 768, 75 },
		{ 1280, 1024, 75 }, { 1152, 870, 75 },
	};

	walk_bits(walk, edid + ESTABLISHED, modes,
		  sizeof(modes) / sizeof(modes[0]));
}

/* Established timings III. */
static void walk_more_established(const struct walk *walk, const uint8_t *bytes)
{
	static const struct named_mode modes[] = {
	{ 640, 350, 85 }, { 640, 400, 85 }, { 720, 400, 85 }, { 640, 480, 85 },
	{ 848, 480, 60 }, { 800, 600, 85 }, { 1024, 768, 85 },
	{ 1152, 864, 75 }, { 1280, 768, 60 }, { 1280, 768, 60 },
	{ 1280, 768, 75 }, { 1280, 768, 85 }, { 1280, 960, 60 },
	{ 1280, 960, 85 }, { 1280, 1024, 60 }, { 1280, 1024, 85 },
	{ 1360, 768, 60 }, { 1440, 900, 60 }, { 1440, 900, 60 },
	{ 1440, 900, 75 }, { 1440, 900, 85 }, { 1400, 1050, 60 },
	{ 1400, 1050, 60 }, { 1400, 1050, 75 }, { 1400, 1050, 85 },
	{ 1680, 1050, 60 }, { 1680, 1050, 60 }, { 1680, 1050, 75 },
	{ 1680, 1050, 85 }, { 1600, 1200, 60 }, { 1600, 1200, 65 },
	{ 1600, 1200, 70 }, { 1600, 1200, 75 }, { 1600, 1200, 85 },
	{ 1792, 1344, 60 }, { 1792, 1344, 75 }, { 1856, 1392, 60 },
	{ 1856, 1392, 75 }, { 1920, 1200, 60 }, { 1920, 1200, 60 },
	{ 1920, 1200, 75 }, { 1920, 1200, 85 }, { 1920, 1440, 60 },
	{ 1920, 1440, 75 },
	};

	walk_bits(walk, bytes, modes, sizeof(modes) / sizeof(modes[0]));
}

static void walk_standard(const struct walk *walk, const uint8_t *edid,
			  const uint8_t *bytes, size_t count)
{
	uint32_t width, height;
	struct named_mode mode;
	size_t i;

	for (i = 0; i < count; i++, bytes += STANDARD_BYTES) {
		/* Not used: 01 01, and other fillings in old monitors. */
		if ((bytes[0] == 0x01 && bytes[1] == 0x01) ||
		    (bytes[0] == 0x00 && bytes[1] == 0x00) ||
		    (bytes[0] == 0x20 && bytes[1] == 0x20))
			continue;
		width = bytes[0] * 8u + 248;
		switch (bytes[1] >> 6) {
		case 0:
			/* Since revision 3 this value means 16:10, before that 1:1. */
			height = edid[EDID_VERSION + 1] < 3 ? width :
							      width * 10 / 16;
			break;
		case 1:
			height = width * 3 / 4;
			break;
		case 2:
			height = width * 4 / 5;
			break;
		default:
			height = width * 9 / 16;
			break;
		}
		/* Widths are multiples of eight: 1360x765 stands for 1366x768. */
		if (width == 1360 && height == 765) {
			width = 1366;
			height = 768;
		}
		mode.width = (uint16_t)width;
		mode.height = (uint16_t)height;
		mode.hz = (uint16_t)((bytes[1] & 0x3f) + 60);
		give_named(walk, &mode);
	}
}

/* Codes of three bytes: a height, an aspect ratio, and rates. */
static void walk_cvt(const struct walk *walk, const uint8_t *bytes, size_t count)
{
	static const struct { uint8_t bit, hz; } rates[] = {
		{ 0x01, 60 }, { 0x02, 85 }, { 0x04, 75 }, { 0x08, 60 },
		{ 0x10, 50 },
	};
	static const struct { uint8_t width, height; } ratios[] = {
		{ 4, 3 }, { 16, 9 }, { 16, 10 }, { 15, 9 },
	};
	uint32_t width, height;
	size_t i, j;

	for (i = 0; i < count; i++, bytes += 3) {
		if (!bytes[0] && !bytes[1] && !bytes[2])
			continue;
		height = ((bytes[0] | (bytes[1] & 0xf0u) << 4) + 1) * 2;
		j = bytes[1] >> 2 & 3;
		width = height * ratios[j].width / ratios[j].height / 8 * 8;
		for (j = 0; j < sizeof(rates) / sizeof(rates[0]); j++)
			if (bytes[2] & rates[j].bit)
				give(walk, width, height, rates[j].hz * 1000u);
	}
}

static bool walk_timing(const struct walk *walk, const uint8_t *bytes)
{
	struct drm_miracast_mode mode;

	if (!bytes[0] && !bytes[1])
		return false;
	if (mc_edid_timing(bytes, &mode))
		walk->each(walk->data, &mode);
	return true;
}

static void walk_descriptor(const struct walk *walk, const uint8_t *edid,
			    const uint8_t *bytes)
{
	if (walk_timing(walk, bytes))
		return;
	switch (bytes[3]) {
	case DESCRIPTOR_ESTABLISHED:
		walk_more_established(walk, bytes + 6);
		break;
	case DESCRIPTOR_CVT:
		walk_cvt(walk, bytes + 6, 4);
		break;
	case DESCRIPTOR_STANDARD:
		walk_standard(walk, edid, bytes + 5, 6);
		break;
	default:
		break;
	}
}

/* Modes of CTA-861. Consecutive numbers that differ only in the aspect ratio share a row. */
static void give_vic(const struct walk *walk, unsigned int vic)
{
	static const struct { uint16_t first, last, width, height, hz; } modes[] = {
	{ 1, 1, 640, 480, 60 }, { 2, 3, 720, 480, 60 }, { 4, 4, 1280, 720, 60 },
	{ 12, 13, 2880, 240, 60 }, { 14, 15, 1440, 480, 60 },
	{ 16, 16, 1920, 1080, 60 }, { 17, 18, 720, 576, 50 },
	{ 19, 19, 1280, 720, 50 }, { 27, 28, 2880, 288, 50 },
	{ 29, 30, 1440, 576, 50 }, { 31, 31, 1920, 1080, 50 },
	{ 32, 32, 1920, 1080, 24 }, { 33, 33, 1920, 1080, 25 },
	{ 34, 34, 1920, 1080, 30 }, { 35, 36, 2880, 480, 60 },
	{ 37, 38, 2880, 576, 50 }, { 41, 41, 1280, 720, 100 },
	{ 42, 43, 720, 576, 100 }, { 47, 47, 1280, 720, 120 },
	{ 48, 49, 720, 480, 120 }, { 52, 53, 720, 576, 200 },
	{ 56, 57, 720, 480, 240 }, { 60, 60, 1280, 720, 24 },
	{ 61, 61, 1280, 720, 25 }, { 62, 62, 1280, 720, 30 },
	{ 63, 63, 1920, 1080, 120 }, { 64, 64, 1920, 1080, 100 },
	{ 65, 65, 1280, 720, 24 }, { 66, 66, 1280, 720, 25 },
	{ 67, 67, 1280, 720, 30 }, { 68, 68, 1280, 720, 50 },
	{ 69, 69, 1280, 720, 60 }, { 70, 70, 1280, 720, 100 },
	{ 71, 71, 1280, 720, 120 }, { 72, 72, 1920, 1080, 24 },
	{ 73, 73, 1920, 1080, 25 }, { 74, 74, 1920, 1080, 30 },
	{ 75, 75, 1920, 1080, 50 }, { 76, 76, 1920, 1080, 60 },
	{ 77, 77, 1920, 1080, 100 }, { 78, 78, 1920, 1080, 120 },
	{ 79, 79, 1680, 720, 24 }, { 80, 80, 1680, 720, 25 },
	{ 81, 81, 1680, 720, 30 }, { 82, 82, 1680, 720, 50 },
	{ 83, 83, 1680, 720, 60 }, { 84, 84, 1680, 720, 100 },
	{ 85, 85, 1680, 720, 120 }, { 86, 86, 2560, 1080, 24 },
	{ 87, 87, 2560, 1080, 25 }, { 88, 88, 2560, 1080, 30 },
	{ 89, 89, 2560, 1080, 50 }, { 90, 90, 2560, 1080, 60 },
	{ 91, 91, 2560, 1080, 100 }, { 92, 92, 2560, 1080, 120 },
	{ 93, 93, 3840, 2160, 24 }, { 94, 94, 3840, 2160, 25 },
	{ 95, 95, 3840, 2160, 30 }, { 96, 96, 3840, 2160, 50 },
	{ 97, 97, 3840, 2160, 60 }, { 98, 98, 4096, 2160, 24 },
	{ 99, 99, 4096, 2160, 25 }, { 100, 100, 4096, 2160, 30 },
	{ 101, 101, 4096, 2160, 50 }, { 102, 102, 4096, 2160, 60 },
	{ 103, 103, 3840, 2160, 24 }, { 104, 104, 3840, 2160, 25 },
	{ 105, 105, 3840, 2160, 30 }, { 106, 106, 3840, 2160, 50 },
	{ 107, 107, 3840, 2160, 60 }, { 108, 109, 1280, 720, 48 },
	{ 110, 110, 1680, 720, 48 }, { 111, 112, 1920, 1080, 48 },
	{ 113, 113, 2560, 1080, 48 }, { 114, 114, 3840, 2160, 48 },
	{ 115, 115, 4096, 2160, 48 }, { 116, 116, 3840, 2160, 48 },
	{ 117, 117, 3840, 2160, 100 }, { 118, 118, 3840, 2160, 120 },
	{ 119, 119, 3840, 2160, 100 }, { 120, 120, 3840, 2160, 120 },
	{ 121, 121, 5120, 2160, 24 }, { 122, 122, 5120, 2160, 25 },
	{ 123, 123, 5120, 2160, 30 }, { 124, 124, 5120, 2160, 48 },
	{ 125, 125, 5120, 2160, 50 }, { 126, 126, 5120, 2160, 60 },
	{ 127, 127, 5120, 2160, 100 }, { 193, 193, 5120, 2160, 120 },
	{ 194, 194, 7680, 4320, 24 }, { 195, 195, 7680, 4320, 25 },
	{ 196, 196, 7680, 4320, 30 }, { 197, 197, 7680, 4320, 48 },
	{ 198, 198, 7680, 4320, 50 }, { 199, 199, 7680, 4320, 60 },
	{ 200, 200, 7680, 4320, 100 }, { 201, 201, 7680, 4320, 120 },
	{ 202, 202, 7680, 4320, 24 }, { 203, 203, 7680, 4320, 25 },
	{ 204, 204, 7680, 4320, 30 }, { 205, 205, 7680, 4320, 48 },
	{ 206, 206, 7680, 4320, 50 }, { 207, 207, 7680, 4320, 60 },
	{ 208, 208, 7680, 4320, 100 }, { 209, 209, 7680, 4320, 120 },
	{ 210, 210, 10240, 4320, 24 }, { 211, 211, 10240, 4320, 25 },
	{ 212, 212, 10240, 4320, 30 }, { 213, 213, 10240, 4320, 48 },
	{ 214, 214, 10240, 4320, 50 }, { 215, 215, 10240, 4320, 60 },
	{ 216, 216, 10240, 4320, 100 }, { 217, 217, 10240, 4320, 120 },
	{ 218, 218, 4096, 2160, 100 }, { 219, 219, 4096, 2160, 120 },
	};
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (vic >= modes[i].first && vic <= modes[i].last)
			give(walk, modes[i].width, modes[i].height,
			     modes[i].hz * 1000u);
}

static void walk_vics(const struct walk *walk, const uint8_t *bytes, size_t count)
{
	size_t i;

	/* The first 64 have a bit that says that they are native. */
	for (i = 0; i < count; i++)
		give_vic(walk, bytes[i] > 128 && bytes[i] <= 192 ?
			       bytes[i] - 128u : bytes[i]);
}

/* The data block of HDMI, which has numbers of its own for four modes. */
static void walk_hdmi(const struct walk *walk, const uint8_t *data, size_t length)
{
	static const uint8_t vics[] = { 95, 94, 93, 98 };
	size_t at = 9, count;

	if (length < 8 || data[1] != 0x03 || data[2] != 0x0c || data[3] ||
	    !(data[8] & 0x20))
		return;
	at += data[8] & 0x80 ? 2 : 0;
	at += data[8] & 0x40 ? 2 : 0;
	if (at + 1 > length)
		return;
	count = data[at + 1] >> 5;
	for (at += 2; count && at <= length; at++, count--)
		if (data[at] >= 1 && data[at] <= sizeof(vics))
			give_vic(walk, vics[data[at] - 1]);
}

static void walk_data(const struct walk *walk, const uint8_t *data, size_t size)
{
	size_t at, length;

	for (at = 0; at < size; at += 1 + length) {
		length = DATA_LENGTH(data[at]);
		if (at + 1 + length > size)
			break;
		if (DATA_TAG(data[at]) == DATA_VIDEO)
			walk_vics(walk, data + at + 1, length);
		else if (DATA_TAG(data[at]) == DATA_VENDOR)
			walk_hdmi(walk, data + at, length);
		else if (DATA_TAG(data[at]) == DATA_EXTENDED && length &&
			 data[at + 1] == DATA_Y420_VIDEO)
			walk_vics(walk, data + at + 2, length - 1);
	}
}

static void walk_cta(const struct walk *walk, const uint8_t *block)
{
	size_t at;

	walk_data(walk, block + CTA_DATA, mc_edid_cta_size(block));
	/* The offset of the timings; 0 when there are none. */
	for (at = block[2]; at >= CTA_DATA &&
	     at + DETAILED_BYTES <= EDID_CHECKSUM; at += DETAILED_BYTES)
		if (!walk_timing(walk, block + at))
			break;
}

static uint32_t word(const uint8_t *bytes)
{
	return (uint32_t)(bytes[0] | bytes[1] << 8);
}

static void walk_section_timing(const struct walk *walk, const uint8_t *bytes,
				uint32_t unit_khz)
{
	uint64_t clock = (word(bytes) | (uint32_t)bytes[2] << 16) + 1ull;
	uint32_t width = word(bytes + 4) + 1, height = word(bytes + 12) + 1;
	uint64_t total = (uint64_t)(width + word(bytes + 6) + 1) *
			 (height + word(bytes + 14) + 1);

	uint64_t rate_mhz = (clock * unit_khz * 1000000 + total / 2) / total;

	/* Interlaced, or of a rate that no display has. */
	if (bytes[3] & 0x10 || rate_mhz > UINT32_MAX)
		return;
	give(walk, width, height, (uint32_t)rate_mhz);
}

static void walk_section(const struct walk *walk, const uint8_t *block)
{
	size_t end = mc_edid_section_end(block), at, length, i;
	const uint8_t *data;

	for (at = SECTION_DATA; at + SECTION_HEADER <= end;
	     at += SECTION_HEADER + length) {
		length = block[at + 2];
		if (at + SECTION_HEADER + length > end)
			break;
		data = block + at + SECTION_HEADER;
		if (block[at] == SECTION_CTA)
			walk_data(walk, data, length);
		if (block[at] != TIMING_10KHZ && block[at] != TIMING_1KHZ)
			continue;
		for (i = 0; i + TIMING_BYTES <= length; i += TIMING_BYTES)
			walk_section_timing(walk, data + i,
					    block[at] == TIMING_10KHZ ? 10 : 1);
	}
}

void mc_edid_each_mode(const uint8_t *edid, size_t size, mc_edid_mode_fn *each,
		       void *data)
{
	const struct walk walk = { each, data };
	const uint8_t *block;
	size_t at;

	if (size < MC_EDID_BLOCK)
		return;
	walk_established(&walk, edid);
	walk_standard(&walk, edid, edid + STANDARD,
		      (STANDARD_END - STANDARD) / STANDARD_BYTES);
	for (at = EDID_DETAILED; at < DETAILED_END; at += DETAILED_BYTES)
		walk_descriptor(&walk, edid, edid + at);
	for (at = MC_EDID_BLOCK; at + MC_EDID_BLOCK <= size;
	     at += MC_EDID_BLOCK) {
		block = edid + at;
		if (block[0] == EXTENSION_CTA)
			walk_cta(&walk, block);
		else if (block[0] == EXTENSION_DISPLAYID)
			walk_section(&walk, block);
	}
}
