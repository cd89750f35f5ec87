// SPDX-License-Identifier: MIT
#include "memory.h"

#include <stddef.h>
#include <string.h>

#define USERS	16

/* By the time of the end, the newest last; bytes 0: none from here on. */
static struct {
	uint32_t uid;
	uint64_t bytes;
} kept[USERS];

/* When it was last looked at: what is neither a live context's nor anybody's above. */
static struct memory_rest others;

static size_t count_kept(uint64_t *sum)
{
	size_t count = 0;

	for (*sum = 0; count < USERS && kept[count].bytes; count++)
		*sum += kept[count].bytes;
	return count;
}

static void remove_kept(size_t nth)
{
	memmove(&kept[nth], &kept[nth + 1], (USERS - 1 - nth) * sizeof(kept[0]));
	kept[USERS - 1].bytes = 0;
}

/*
 * The driver says how much, and not whose. Who has just ended a context closes its
 * dma-bufs in the next moment; who keeps them has kept them for longer: what comes back
 * is the newest's.
 */
void memory_look(const struct memory_rest *rest)
{
	uint64_t sum;
	size_t count = count_kept(&sum);

	while (sum > rest->bytes) {
		uint64_t back = sum - rest->bytes;

		if (back > kept[count - 1].bytes)
			back = kept[count - 1].bytes;
		kept[count - 1].bytes -= back;
		sum -= back;
		count -= !kept[count - 1].bytes;
	}
	others = *rest;
	others.bytes -= sum;
}

void memory_ended(uint32_t uid, uint64_t bytes, const struct memory_rest *rest)
{
	uint64_t sum, before;
	size_t count = count_kept(&sum);

	/* Contexts that others have made since would be mistaken for it. */
	before = rest->targets > others.targets ? rest->bytes : sum + others.bytes;
	if (rest->bytes < before + bytes)
		bytes = rest->bytes > before ? rest->bytes - before : 0;
	for (size_t i = 0; bytes && i < count; i++) {
		if (kept[i].uid == uid) {
			bytes += kept[i].bytes;
			remove_kept(i);
			count--;
			break;
		}
	}
	/* So many users have no seat: the oldest is forgotten. */
	if (bytes && count == USERS) {
		remove_kept(0);
		count--;
	}
	if (bytes) {
		kept[count].uid = uid;
		kept[count].bytes = bytes;
	}
	memory_look(rest);
}

uint64_t memory_kept(uint32_t uid)
{
	uint64_t sum;
	size_t count = count_kept(&sum);

	for (size_t i = 0; i < count; i++)
		if (kept[i].uid == uid)
			return kept[i].bytes;
	return 0;
}

bool memory_any(void)
{
	return kept[0].bytes;
}
