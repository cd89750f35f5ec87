/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When an exporter that refuses CPU access is asked again: more and more rarely, whatever
 * the reason to read. It may refuse for ever.
 */
#ifndef _MIRACAST_REFUSALS_H_
#define _MIRACAST_REFUSALS_H_

#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/types.h>

/**
 * struct miracast_refusals - Refusals in a row; all 0 before the first
 * @count: how many
 * @not_before: when the exporter is asked again at the earliest, in jiffies
 */
struct miracast_refusals {
	unsigned int count;
	u64 not_before;
};

/* The pauses: 16 ms, 32 ms, to about a second. */
static inline void miracast_refusals_add(struct miracast_refusals *refusals)
{
	unsigned int pause_ms = 16 << min(refusals->count, 6u);

	refusals->count++;
	refusals->not_before = get_jiffies_64() + msecs_to_jiffies(pause_ms);
}

static inline void miracast_refusals_clear(struct miracast_refusals *refusals)
{
	*refusals = (struct miracast_refusals) {};
}

/* Returns jiffies, 0 when the exporter may be asked now. */
static inline u64 miracast_refusals_until(const struct miracast_refusals *refusals)
{
	return time_before64(get_jiffies_64(), refusals->not_before) ?
	       refusals->not_before : 0;
}

#endif
