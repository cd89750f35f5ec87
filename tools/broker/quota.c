// SPDX-License-Identifier: MIT
#include "quota.h"

#include <stddef.h>

#define MINUTE_US	(60 * 1000000ULL)
#define USERS		64

/* Tries of the last minute; no newer try takes their place. */
static struct {
	uint32_t uid;
	uint64_t until_us;
} tries[USERS * QUOTA_TRIES];

bool quota_count(uint32_t uid, uint64_t now_us)
{
	size_t i, room = sizeof(tries) / sizeof(tries[0]), count = 0;

	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		if (tries[i].until_us <= now_us)
			room = i;
		else if (tries[i].uid == uid)
			count++;
	}
	if (count >= QUOTA_TRIES || room == sizeof(tries) / sizeof(tries[0]))
		return false;
	tries[room].uid = uid;
	tries[room].until_us = now_us + MINUTE_US;
	return true;
}
