/* SPDX-License-Identifier: MIT */
/*
 * Repairs EDIDs with the faults that sinks, switches and adapters have. On an HDMI port the
 * kernel repairs or ignores some of these faults; MONITOR_ARRIVE only accepts a correct
 * EDID.
 */
#ifndef MC_EDID_REPAIR_H
#define MC_EDID_REPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** MC_EDID_REPAIRS_TEXT - Room for mc_edid_repairs_format(). */
#define MC_EDID_REPAIRS_TEXT	1000

/** struct mc_edid_repairs - The changes that mc_edid_repair() made; all 0: none. */
struct mc_edid_repairs {
	/** @header_bytes: Wrong bytes in the header, at most two. */
	unsigned int header_bytes;
	/** @checksums: CTA extensions that got a new checksum. */
	unsigned int checksums;
	/** @maps: 4:2:0 capability maps with more than the kernel has room for. */
	unsigned int maps;
	/** @dropped: Other extensions, left out for their wrong checksum. */
	unsigned int dropped;
	/** @missing: Extensions that were promised and are not there. */
	unsigned int missing;
	/** @extra: Blocks that were not promised, cut off. */
	unsigned int extra;
	/** @reserved: Zero. */
	unsigned int reserved[10];
};

/**
 * mc_edid_repair() - Repair an EDID so that MONITOR_ARRIVE accepts it.
 * @edid: the EDID, changed in place
 * @size: bytes, which may become fewer
 * @repairs: filled in
 * @why: room for MC_EDID_TEXT; says what cannot be repaired
 *
 * Repairs the faults that the kernel accepts on an HDMI port. A correct EDID stays as it
 * is.
 *
 * Return: 0 or -EINVAL.
 */
int mc_edid_repair(uint8_t *edid, size_t *size, struct mc_edid_repairs *repairs,
		   char *why);

/**
 * mc_edid_repairs_format() - Put repairs into words.
 * @repairs: what mc_edid_repair() changed
 * @text: room for MC_EDID_REPAIRS_TEXT
 *
 * Return: false when there are none that this version knows.
 */
bool mc_edid_repairs_format(const struct mc_edid_repairs *repairs, char *text);

#endif
