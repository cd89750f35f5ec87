/* SPDX-License-Identifier: MIT */
/*
 * Picture memory that ended contexts still have, and whose it is: the driver gives it
 * back with the last of their dma-bufs, which anybody may keep.
 */
#ifndef MC_BROKER_MEMORY_H
#define MC_BROKER_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/** struct memory_rest - What the device has in use besides the broker's live contexts. */
struct memory_rest {
	uint64_t bytes;
	uint32_t targets;
};

/** memory_look() - See what has come back. */
void memory_look(const struct memory_rest *rest);
/** memory_ended() - See what a context of @uid, of @bytes, that has ended just now keeps. */
void memory_ended(uint32_t uid, uint64_t bytes, const struct memory_rest *rest);
/** memory_kept() - Return: what ended contexts of @uid still have, bytes. */
uint64_t memory_kept(uint32_t uid);
/** memory_any() - Return: whether anybody's has something. */
bool memory_any(void);

#endif
