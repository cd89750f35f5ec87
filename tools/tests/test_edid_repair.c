// SPDX-License-Identifier: MIT
/*
 * Each repair of an EDID, the words that describe it, and that the result is valid; and
 * mutated EDIDs, which are repaired or refused. Built with the sanitizers of the compiler.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "edid.h"
#include "edid_modes.h"
#include "edid_repair.h"
#include "edid_sample.h"
#include "harness.h"

#define BLOCKS		4
#define MUTATIONS	2000

static uint8_t edid[BLOCKS * SAMPLE_BLOCK];

/* Four blocks: base, two of CTA, one of DisplayID. */
static void make(void)
{
	static const uint8_t display_id[] = {
		0x70, 0x13, 13, 0x03, 0x00, 0x81, 0x00, 10,
		0xe9, 0x0f, 1, 2, 3, 4, 5, 6, 7, 8, 0x98,
	};

	sample_edid(edid);
	memcpy(edid + 2 * SAMPLE_BLOCK, edid + SAMPLE_BLOCK, SAMPLE_BLOCK);
	memset(edid + 3 * SAMPLE_BLOCK, 0, SAMPLE_BLOCK);
	memcpy(edid + 3 * SAMPLE_BLOCK, display_id, sizeof(display_id));
	sample_checksum(edid + 3 * SAMPLE_BLOCK);
	edid[126] = BLOCKS - 1;
	sample_checksum(edid);
}

/* Repairs @edid of @size bytes to @want bytes, in those words. */
static void expect(size_t size, size_t want, const char *words, const char *what)
{
	char why[MC_EDID_TEXT] = "", text[MC_EDID_REPAIRS_TEXT];
	struct mc_edid_repairs repairs;
	int ret = mc_edid_repair(edid, &size, &repairs, why);

	mc_edid_repairs_format(&repairs, text);
	check(!ret && size == want && !strcmp(text, words) &&
	      !mc_edid_check(edid, size, why), what);
	if (ret || size != want || strcmp(text, words))
		printf("# %d, %zu bytes, '%s' %s\n", ret, size, text, why);
	make();
}

static void refuse(size_t size, const char *needle, const char *what)
{
	struct mc_edid_repairs repairs;
	char why[MC_EDID_TEXT] = "";

	check(mc_edid_repair(edid, &size, &repairs, why) == -EINVAL &&
	      strstr(why, needle), what);
	make();
}

static void check_header(void)
{
	edid[0] = 0x10;
	expect(sizeof(edid), sizeof(edid), "1 wrong byte in the header set right",
	       "a wrong byte in the header");
	edid[3] = 0;
	edid[7] = 1;
	expect(sizeof(edid), sizeof(edid), "2 wrong bytes in the header set right",
	       "two of them");
	edid[1] = edid[2] = edid[3] = 0;
	refuse(sizeof(edid), "header is not", "three of them are too many");
	edid[1] = 0xfe;
	sample_checksum(edid);
	refuse(sizeof(edid), "checksum of block 0",
	       "a checksum that includes the wrong byte");
	edid[30] ^= 1;
	refuse(sizeof(edid), "checksum of block 0", "a wrong base block");
	edid[18] = 2;
	sample_checksum(edid);
	refuse(sizeof(edid), "version is 2", "another version");
}

static void check_sizes(void)
{
	refuse(0, "size is 0", "no bytes");
	refuse(SAMPLE_SIZE - 1, "size is 255", "a cut block");
	expect(SAMPLE_BLOCK, SAMPLE_BLOCK,
	       "extension count lowered by 3 missing blocks",
	       "the base block alone");
	expect(SAMPLE_SIZE, SAMPLE_SIZE,
	       "extension count lowered by 2 missing blocks",
	       "two of four blocks");
	edid[126] = 1;
	sample_checksum(edid);
	expect(sizeof(edid), SAMPLE_SIZE,
	       "2 blocks beyond the extension count cut off",
	       "more blocks than promised");
	edid[126] = 0;
	sample_checksum(edid);
	expect(SAMPLE_SIZE, SAMPLE_BLOCK,
	       "1 block beyond the extension count cut off",
	       "a block although none is promised");
}

/* HDMI 2.1: byte 126 says one extension, the first of these says @count. */
static void override(uint8_t count)
{
	static const uint8_t cta[] = { 0x02, 0x03, 0x07, 0x00, 0xe2, 0x78 };

	memset(edid + SAMPLE_BLOCK, 0, SAMPLE_BLOCK);
	memcpy(edid + SAMPLE_BLOCK, cta, sizeof(cta));
	edid[SAMPLE_BLOCK + 6] = count;
	sample_checksum(edid + SAMPLE_BLOCK);
	edid[126] = 1;
	sample_checksum(edid);
}

static void check_override(void)
{
	override(3);
	expect(sizeof(edid), sizeof(edid), "", "an EDID of HDMI 2.1 is right");
	override(3);
	expect(3 * SAMPLE_BLOCK, 3 * SAMPLE_BLOCK,
	       "extension count lowered by 1 missing block",
	       "a block of HDMI 2.1 is missing");
	override(3);
	expect(SAMPLE_SIZE, SAMPLE_SIZE,
	       "extension count lowered by 2 missing blocks",
	       "all of them are");
	override(3);
	expect(SAMPLE_BLOCK, SAMPLE_BLOCK,
	       "extension count lowered by 1 missing block",
	       "and the one that counts them");
	override(2);
	expect(sizeof(edid), 3 * SAMPLE_BLOCK,
	       "1 block beyond the extension count cut off",
	       "one more than HDMI 2.1 promises");
	override(3);
	edid[SAMPLE_BLOCK + 100] ^= 1;
	edid[3 * SAMPLE_BLOCK + 100] ^= 1;
	expect(sizeof(edid), 3 * SAMPLE_BLOCK,
	       "1 checksum of CTA extensions set right, 1 extension with a wrong checksum left out",
	       "wrong checksums in an EDID of HDMI 2.1");
}

static void check_extensions(void)
{
	edid[SAMPLE_BLOCK + 60] ^= 1;
	expect(sizeof(edid), sizeof(edid),
	       "1 checksum of CTA extensions set right",
	       "a wrong checksum of a CTA extension");
	edid[SAMPLE_BLOCK + 60] ^= 1;
	edid[2 * SAMPLE_BLOCK + 127] ^= 1;
	expect(sizeof(edid), sizeof(edid),
	       "2 checksums of CTA extensions set right", "two of them");
	edid[3 * SAMPLE_BLOCK + 60] ^= 1;
	expect(sizeof(edid), 3 * SAMPLE_BLOCK,
	       "1 extension with a wrong checksum left out",
	       "that of another extension");
	/* The block that moves up may be an override, which then counts. */
	override(3);
	memcpy(edid + 2 * SAMPLE_BLOCK, edid + SAMPLE_BLOCK, SAMPLE_BLOCK);
	edid[126] = 3;
	sample_checksum(edid);
	edid[SAMPLE_BLOCK] = 0x10;
	expect(sizeof(edid), 3 * SAMPLE_BLOCK,
	       "1 extension with a wrong checksum left out",
	       "that of the first extension");
}

static uint8_t section_sum(const uint8_t *block)
{
	uint8_t sum = 0;
	int i;

	for (i = 1; i <= 5 + block[2]; i++)
		sum = (uint8_t)(sum + block[i]);
	return sum;
}

static void check_maps(void)
{
	uint8_t *cta = edid + SAMPLE_BLOCK, *section = edid + 3 * SAMPLE_BLOCK;
	struct mc_edid_repairs repairs;
	size_t size = sizeof(edid);
	char why[MC_EDID_TEXT];
	uint8_t length;

	for (length = 9; length < 32; length++) {
		memset(cta + 4, 0xff, 64);
		cta[2] = (uint8_t)(4 + 1 + length);
		cta[4] = 0xe0 | length;
		cta[5] = 0x0f;
		sample_checksum(cta);
		check((mc_edid_check(edid, size, why) == 0) == (length == 9),
		      "a long 4:2:0 capability map is noticed");
		check(!mc_edid_repair(edid, &size, &repairs, why) &&
		      repairs.maps == (length > 9) && cta[4] == 0xe9 &&
		      (length == 9 || cta[14] == length - 10), "and cut");
	}
	make();
	section[2] = 3 + 12;
	section[7] = 12;
	section[8] = 0xeb;
	section[5 + 15] = 0;
	section[5 + 15] = (uint8_t)-section_sum(section);
	sample_checksum(section);
	check(!section_sum(section), "a section of DisplayID is right");
	check(!mc_edid_repair(edid, &size, &repairs, why) && repairs.maps == 1 &&
	      section[8] == 0xe9 && section[18] == 1 && !section_sum(section),
	      "and stays so when a map is cut there");
	make();
}

static void count_mode(void *data, const struct drm_miracast_mode *mode)
{
	unsigned int *count = data;

	*count += mode->width && mode->height && mode->refresh_mhz;
}

/* 2000 mutated EDIDs: each is repaired, and valid then, or refused. */
static void check_mutated(void)
{
	const char *given = getenv("MIRACAST_SEED");
	unsigned int seed = given ? (unsigned int)atoi(given) :
				    (unsigned int)time(NULL);
	unsigned int i, j, right = 0, repaired = 0, wrong = 0;
	struct mc_edid_repairs repairs;
	char text[MC_EDID_REPAIRS_TEXT];
	char why[MC_EDID_TEXT];
	unsigned int modes = 0;
	uint8_t *copy;
	size_t size;
	int bad;

	printf("# MIRACAST_SEED=%u\n", seed);
	srand(seed);
	for (i = 0; i < MUTATIONS; i++) {
		make();
		if (rand() % 2)
			override((uint8_t)(rand() % 5));
		for (j = (unsigned int)rand() % 8; j; j--) {
			size = (size_t)rand() % sizeof(edid);
			if (rand() % 2)
				size = size / SAMPLE_BLOCK * SAMPLE_BLOCK +
				       (size_t)rand() % 20;
			edid[size] = (uint8_t)rand();
		}
		for (j = 0; j < BLOCKS; j++)
			if (rand() % 3)
				sample_checksum(edid + j * SAMPLE_BLOCK);
		size = sizeof(edid);
		if (rand() % 2)
			size = (size_t)rand() % (BLOCKS + 1) * SAMPLE_BLOCK;
		/* In memory of that size, so that the sanitizer sees the end. */
		copy = malloc(size ? size : 1);
		if (!copy)
			break;
		memcpy(copy, edid, size);
		if (mc_edid_repair(copy, &size, &repairs, why)) {
			wrong++;
			free(copy);
			continue;
		}
		bad = mc_edid_check(copy, size, why);
		mc_edid_each_mode(copy, size, count_mode, &modes);
		free(copy);
		if (bad)
			break;
		if (mc_edid_repairs_format(&repairs, text))
			repaired++;
		else
			right++;
	}
	printf("# %u right, %u repaired, %u refused, %u modes\n", right,
	       repaired, wrong, modes);
	check(i == MUTATIONS && right && repaired > 100 && wrong > 100 && modes,
	      "mutated EDIDs are repaired or refused");
}

int main(void)
{
	make();
	expect(sizeof(edid), sizeof(edid), "", "what is right stays as it is");
	check_header();
	check_sizes();
	check_override();
	check_extensions();
	check_maps();
	check_mutated();
	return check_result();
}
