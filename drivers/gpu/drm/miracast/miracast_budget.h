/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the device can give: encoder slots, macroblock rate, picture memory.
 *
 * Has a spinlock of its own, so that memory can be returned from wherever the last
 * reference to a buffer goes.
 */
#ifndef _MIRACAST_BUDGET_H_
#define _MIRACAST_BUDGET_H_

#include <linux/spinlock.h>
#include <linux/types.h>

/* Edge of a macroblock, pixels (Rec. ITU-T H.264, 3.84). */
#define MIRACAST_MACROBLOCK		16
/* MaxMBPS and MaxFS of level 5.2 (Rec. ITU-T H.264, table A-1). */
#define MIRACAST_MAX_MACROBLOCK_RATE	2073600
#define MIRACAST_MAX_FRAME_MACROBLOCKS	36864
/* The macroblock rate of 640x480 at 60 Hz, a mode of every monitor. */
#define MIRACAST_MIN_MACROBLOCK_RATE	72000

/**
 * struct miracast_resources - An amount of each resource
 * @slots: encoder slots
 * @macroblock_rate: macroblocks per second
 * @memory_bytes: picture memory, bytes
 */
struct miracast_resources {
	u32 slots;
	u64 macroblock_rate;
	u64 memory_bytes;
};

/**
 * struct miracast_budget - Totals and what is free of them
 * @lock: guards @free
 * @total: what the device has; constant
 * @free: what no context has reserved
 */
struct miracast_budget {
	spinlock_t lock;
	struct miracast_resources total;
	struct miracast_resources free;
};

void miracast_budget_init(struct miracast_budget *budget,
			  const struct miracast_resources *total);
int miracast_budget_take(struct miracast_budget *budget,
			 const struct miracast_resources *want);
void miracast_budget_give(struct miracast_budget *budget,
			  const struct miracast_resources *back);
void miracast_budget_snapshot(struct miracast_budget *budget,
			      struct miracast_resources *free);

u32 miracast_macroblocks(u32 width, u32 height);
u64 miracast_macroblock_rate(u32 width, u32 height, u32 refresh_mhz);

#endif
