// SPDX-License-Identifier: MIT
#include "quota.h"

#include <stddef.h>

#define USERS		64

/* Those of the last minute. When there are too many, the oldest is forgotten. */
static struct {
	uint32_t uid;
	uint64_t until_us;
} tries[USERS * QUOTA_TRIES];

bool quota_count(uint32_t uid, uint64_t now_us)
{
	size_t i, room = 0, count = 0;

	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		if (tries[i].until_us < tries[room].until_us)
			room = i;
		if (tries[i].until_us > now_us && tries[i].uid == uid)
			count++;
	}
	if (count >= QUOTA_TRIES)
		return false;
	tries[room].uid = uid;
	tries[room].until_us = now_us + QUOTA_US;
	return true;
}
