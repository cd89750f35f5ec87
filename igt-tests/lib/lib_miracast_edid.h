/* SPDX-License-Identifier: MIT */
/*
 * EDIDs.
 */
#ifndef LIB_MIRACAST_EDID_H
#define LIB_MIRACAST_EDID_H

#include "lib_miracast_ctx.h"

#define MC_EDID_BLOCK	128
#define MC_EDID_MAX	(256 * MC_EDID_BLOCK)

/* An EDID whose only timing is 1280x720 at 60 Hz; returns its size. */
size_t mc_edid(uint8_t *edid, unsigned int blocks, char serial);
void mc_edid_checksum(uint8_t *block);
/* Writes a block of these bytes and zeroes, with its checksum. */
void mc_edid_block(uint8_t *block, const uint8_t *bytes, size_t size);
int mc_arrive_edid_errno(int fd, const void *edid, size_t size);

#endif /* LIB_MIRACAST_EDID_H */
