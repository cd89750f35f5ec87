/* SPDX-License-Identifier: MIT */
/*
 * Reserved members of structs that programs fill in. They have to be zero, so that a later
 * version can give them a meaning. For this library; programs have no use for it.
 */
#ifndef MC_RESERVED_H
#define MC_RESERVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether all of @size bytes are zero. */
static inline bool mc_is_zero(const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	while (size && !*byte) {
		byte++;
		size--;
	}
	return !size;
}

#endif
