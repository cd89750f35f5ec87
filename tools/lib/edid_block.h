/* SPDX-License-Identifier: MIT */
/*
 * The parts of the layout of EDIDs that more than one file needs (VESA E-EDID, release A;
 * CTA-861; HDMI 2.1; DisplayID).
 */
#ifndef MC_EDID_BLOCK_H
#define MC_EDID_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

#include "edid.h"

/* In the base block. */
#define EDID_VERSION	18
#define EDID_DETAILED	54
#define EDID_EXTENSIONS	126
#define EDID_CHECKSUM	127

/* In extensions: their tag, and of CTA also the revision and where data ends. */
#define EXTENSION_CTA		0x02
#define EXTENSION_DISPLAYID	0x70
#define CTA_REVISION		3
#define CTA_DATA		4

/* Data blocks of CTA: a byte of tag and length, then, for one tag, an extended tag. */
#define DATA_LENGTH(byte)	((size_t)((byte) & 31))
#define DATA_TAG(byte)		((byte) >> 5)
#define DATA_EXTENDED		7
#define DATA_Y420_MAP		0x0f
#define DATA_HF_EEODB		0x78

/* A section of DisplayID: four bytes, data blocks with three bytes each before. */
#define SECTION_DATA	5
#define SECTION_LENGTH	2
#define SECTION_HEADER	3
#define SECTION_CTA	0x81

/** mc_edid_sum() - Sum of a block, 0 when its checksum is right. */
uint8_t mc_edid_sum(const uint8_t *block);

/** mc_edid_sign() - Set the checksum of a block. */
void mc_edid_sign(uint8_t *block);

/** mc_edid_overrides() - HDMI 2.1: the first extension has a count of its own. */
bool mc_edid_overrides(const uint8_t *edid, size_t blocks);

/** mc_edid_extensions() - Blocks after the first, as the EDID says. */
size_t mc_edid_extensions(const uint8_t *edid, size_t blocks);

/**
 * mc_edid_cta_size() - Bytes of data blocks of a CTA extension, from CTA_DATA on.
 */
size_t mc_edid_cta_size(const uint8_t *block);

/**
 * mc_edid_timing() - Read a detailed timing of 18 bytes.
 *
 * Return: false when it is none, or interlaced.
 */
bool mc_edid_timing(const uint8_t *timing, struct drm_miracast_mode *mode);

/** mc_edid_section_end() - Where the data blocks of DisplayID end. */
size_t mc_edid_section_end(const uint8_t *block);

/**
 * mc_edid_cut_maps() - Cut each 4:2:0 capability map in an extension to what the kernel has
 * room for; the rest becomes a data block of a reserved tag.
 *
 * Return: how many were too long. The block's checksum is not set.
 */
unsigned int mc_edid_cut_maps(uint8_t *block);

#endif
