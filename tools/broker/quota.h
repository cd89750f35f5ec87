/* SPDX-License-Identifier: MIT */
/*
 * How often a user asks for a context.
 */
#ifndef MC_BROKER_QUOTA_H
#define MC_BROKER_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

/** QUOTA_TRIES - Tries of a user that a minute has room for. */
#define QUOTA_TRIES	5

/** QUOTA_US - A minute. */
#define QUOTA_US	(60 * 1000000ULL)

/** quota_count() - Count one more try at @now_us. Return: whether there is room. */
bool quota_count(uint32_t uid, uint64_t now_us);

#endif
