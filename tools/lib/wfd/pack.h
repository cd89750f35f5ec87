/* SPDX-License-Identifier: MIT */
/*
 * How binary messages are read and written, big-endian: a reader that never
 * looks past its end, a writer that never writes past its own. For the parsers
 * of this folder.
 */
#ifndef MC_WFD_PACK_H
#define MC_WFD_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/** mc_wfd_take8() - Read a number. Return: whether there was one. */
bool mc_wfd_take8(struct mc_wfd_bytes *r, uint32_t *value);

/** mc_wfd_take16() - As mc_wfd_take8(), of 16 bits. */
bool mc_wfd_take16(struct mc_wfd_bytes *r, uint32_t *value);

/** mc_wfd_take32() - As mc_wfd_take8(), of 32 bits. */
bool mc_wfd_take32(struct mc_wfd_bytes *r, uint32_t *value);

/** mc_wfd_take() - Read @size bytes. Return: whether there were as many. */
bool mc_wfd_take(struct mc_wfd_bytes *r, size_t size, struct mc_wfd_bytes *bytes);

/** struct mc_wfd_packer - A writer, which also counts the bytes that had no room. */
struct mc_wfd_packer {
	/** @out: Where to. */
	uint8_t *out;
	/** @size: Room. */
	size_t size;
	/** @used: Bytes that all of it needs. */
	size_t used;
	/** @too_wide: A number did not fit into its bytes. */
	bool too_wide;
};

/** mc_wfd_put() - Append bytes. */
void mc_wfd_put(struct mc_wfd_packer *w, const uint8_t *bytes, size_t size);

/** mc_wfd_put8() - Append a number. */
void mc_wfd_put8(struct mc_wfd_packer *w, uint32_t value);

/** mc_wfd_put16() - As mc_wfd_put8(), of 16 bits. */
void mc_wfd_put16(struct mc_wfd_packer *w, uint32_t value);

/** mc_wfd_put32() - As mc_wfd_put8(), of 32 bits. */
void mc_wfd_put32(struct mc_wfd_packer *w, uint32_t value);

/**
 * mc_wfd_packed() - The end of a message.
 * Return: how many bytes were written, -ENOSPC, or -EINVAL: a number was too wide.
 */
int mc_wfd_packed(const struct mc_wfd_packer *w);

#endif
