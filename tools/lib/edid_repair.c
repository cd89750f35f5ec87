// SPDX-License-Identifier: MIT
#include "edid_repair.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "edid_block.h"

/* The kernel accepts so many wrong bytes in a header: the default of drm.edid_fixup. */
#define HEADER_WRONG_MAX	2

static void repair_header(uint8_t *edid, struct mc_edid_repairs *repairs)
{
	static const uint8_t right[8] = {
		0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00
	};
	unsigned int i, wrong = 0;

	for (i = 0; i < sizeof(right); i++)
		wrong += edid[i] != right[i];
	if (!wrong || wrong > HEADER_WRONG_MAX)
		return;
	memcpy(edid, right, sizeof(right));
	repairs->header_bytes = wrong;
}

/* Both counts become the number of extensions that are there. */
static void count_extensions(uint8_t *edid, size_t blocks)
{
	uint8_t *count = edid + MC_EDID_BLOCK + CTA_DATA + 2;

	if (mc_edid_overrides(edid, blocks) && *count > blocks - 1) {
		*count = (uint8_t)(blocks - 1);
		mc_edid_sign(edid + MC_EDID_BLOCK);
	}
	if (edid[EDID_EXTENSIONS] > blocks - 1 ||
	    mc_edid_extensions(edid, blocks) != blocks - 1) {
		edid[EDID_EXTENSIONS] = (uint8_t)(blocks - 1);
		mc_edid_sign(edid);
	}
}

static size_t repair_count(const uint8_t *edid, size_t blocks,
			   struct mc_edid_repairs *repairs)
{
	size_t promised = mc_edid_extensions(edid, blocks) + 1;

	if (blocks < promised) {
		repairs->missing = (unsigned int)(promised - blocks);
		return blocks;
	}
	repairs->extra = (unsigned int)(blocks - promised);
	return promised;
}

static size_t repair_extensions(uint8_t *edid, size_t blocks,
				struct mc_edid_repairs *repairs)
{
	uint8_t *block, *to = edid + MC_EDID_BLOCK;
	unsigned int maps;
	size_t i;

	for (i = 1; i < blocks; i++) {
		block = edid + i * MC_EDID_BLOCK;
		if (mc_edid_sum(block) && block[0] != EXTENSION_CTA) {
			repairs->dropped++;
			continue;
		}
		if (mc_edid_sum(block))
			repairs->checksums++;
		maps = mc_edid_cut_maps(block);
		repairs->maps += maps;
		mc_edid_sign(block);
		memmove(to, block, MC_EDID_BLOCK);
		to += MC_EDID_BLOCK;
	}
	return (size_t)(to - edid) / MC_EDID_BLOCK;
}

int mc_edid_repair(uint8_t *edid, size_t *size, struct mc_edid_repairs *repairs,
		   char *why)
{
	size_t blocks = *size / MC_EDID_BLOCK;

	memset(repairs, 0, sizeof(*repairs));
	if (!*size || *size % MC_EDID_BLOCK || *size > MC_EDID_MAX)
		return mc_edid_check(edid, *size, why);
	repair_header(edid, repairs);
	/* Any other fault of the base block is refused by the kernel as well. */
	if (!mc_edid_sum(edid)) {
		blocks = repair_count(edid, blocks, repairs);
		blocks = repair_extensions(edid, blocks, repairs);
		count_extensions(edid, blocks);
		*size = blocks * MC_EDID_BLOCK;
	}
	return mc_edid_check(edid, *size, why);
}

__attribute__((format(printf, 2, 3)))
static void add(char *text, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	if (used)
		used += (size_t)snprintf(text + used, MC_EDID_REPAIRS_TEXT - used,
					 ", ");
	va_start(args, format);
	vsnprintf(text + used, MC_EDID_REPAIRS_TEXT - used, format, args);
	va_end(args);
}

static const char *plural(unsigned int count)
{
	return count == 1 ? "" : "s";
}

bool mc_edid_repairs_format(const struct mc_edid_repairs *repairs, char *text)
{
	text[0] = '\0';
	if (repairs->header_bytes)
		add(text, "%u wrong byte%s in the header set right",
		    repairs->header_bytes, plural(repairs->header_bytes));
	if (repairs->checksums)
		add(text, "%u checksum%s of CTA extensions set right",
		    repairs->checksums, plural(repairs->checksums));
	if (repairs->maps)
		add(text, "%u 4:2:0 capability map%s cut to 64 modes",
		    repairs->maps, plural(repairs->maps));
	if (repairs->dropped)
		add(text, "%u extension%s with a wrong checksum left out",
		    repairs->dropped, plural(repairs->dropped));
	if (repairs->missing)
		add(text, "extension count lowered by %u missing block%s",
		    repairs->missing, plural(repairs->missing));
	if (repairs->extra)
		add(text, "%u block%s beyond the extension count cut off",
		    repairs->extra, plural(repairs->extra));
	return text[0];
}
