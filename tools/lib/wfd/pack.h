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

/** wfd_take8() - Read a number. Return: whether there was one. */
bool wfd_take8(struct mc_wfd_bytes *r, uint32_t *value);

/** wfd_take16() - As wfd_take8(), of 16 bits. */
bool wfd_take16(struct mc_wfd_bytes *r, uint32_t *value);

/** wfd_take32() - As wfd_take8(), of 32 bits. */
bool wfd_take32(struct mc_wfd_bytes *r, uint32_t *value);

/** wfd_take() - Read @size bytes. Return: whether there were as many. */
bool wfd_take(struct mc_wfd_bytes *r, size_t size, struct mc_wfd_bytes *bytes);

/** struct wfd_packer - A writer, which also counts the bytes that had no room. */
struct wfd_packer {
	/** @out: Where to. */
	uint8_t *out;
	/** @size: Room. */
	size_t size;
	/** @used: Bytes that all of it needs. */
	size_t used;
};

/** wfd_put() - Append bytes. */
void wfd_put(struct wfd_packer *w, const uint8_t *bytes, size_t size);

/** wfd_put8() - Append a number. */
void wfd_put8(struct wfd_packer *w, uint32_t value);

/** wfd_put16() - As wfd_put8(), of 16 bits. */
void wfd_put16(struct wfd_packer *w, uint32_t value);

/** wfd_put32() - As wfd_put8(), of 32 bits. */
void wfd_put32(struct wfd_packer *w, uint32_t value);

/** wfd_packed() - Return: how many bytes were written, or -ENOSPC. */
int wfd_packed(const struct wfd_packer *w);

#endif
