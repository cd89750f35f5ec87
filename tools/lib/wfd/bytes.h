/* SPDX-License-Identifier: MIT */
/*
 * Bytes inside of a binary message.
 */
#ifndef MC_WFD_BYTES_H
#define MC_WFD_BYTES_H

#include <stddef.h>
#include <stdint.h>

/** struct mc_wfd_bytes - Bytes inside of what was parsed. */
struct mc_wfd_bytes {
	/** @at: First byte. */
	const uint8_t *at;
	/** @size: How many. */
	size_t size;
};

#endif
