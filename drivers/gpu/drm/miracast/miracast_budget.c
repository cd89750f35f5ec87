// SPDX-License-Identifier: GPL-2.0
/*
 * Budget arithmetic: a request gets all of what it asks for or nothing, and never is
 * more returned than was reserved.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/math64.h>

#include "miracast_budget.h"

static bool has_room_for(const struct miracast_resources *want,
			 const struct miracast_resources *have)
{
	return want->slots <= have->slots &&
	       want->macroblock_rate <= have->macroblock_rate &&
	       want->memory_bytes <= have->memory_bytes;
}

/**
 * miracast_budget_init - Set up a budget, all of it free
 * @budget: the budget
 * @total: what the device has
 */
void miracast_budget_init(struct miracast_budget *budget,
			  const struct miracast_resources *total)
{
	spin_lock_init(&budget->lock);
	budget->total = *total;
	budget->free = *total;
}

/**
 * miracast_budget_take - Reserve resources
 * @budget: the budget
 * @want: how much; all of it or nothing is taken
 *
 * Any context.
 *
 * Return: 0, -EINVAL when the whole device has not that much, -EBUSY when
 * others have it now.
 */
int miracast_budget_take(struct miracast_budget *budget,
			 const struct miracast_resources *want)
{
	unsigned long flags;
	int ret = 0;

	if (!has_room_for(want, &budget->total))
		return -EINVAL;

	spin_lock_irqsave(&budget->lock, flags);
	if (has_room_for(want, &budget->free)) {
		budget->free.slots -= want->slots;
		budget->free.macroblock_rate -= want->macroblock_rate;
		budget->free.memory_bytes -= want->memory_bytes;
	} else {
		ret = -EBUSY;
	}
	spin_unlock_irqrestore(&budget->lock, flags);

	return ret;
}

/**
 * miracast_budget_give - Return resources
 * @budget: the budget
 * @back: how much
 *
 * Any context.
 */
void miracast_budget_give(struct miracast_budget *budget,
			  const struct miracast_resources *back)
{
	unsigned long flags;

	spin_lock_irqsave(&budget->lock, flags);
	budget->free.slots += back->slots;
	budget->free.macroblock_rate += back->macroblock_rate;
	budget->free.memory_bytes += back->memory_bytes;
	WARN_ON_ONCE(!has_room_for(&budget->free, &budget->total));
	spin_unlock_irqrestore(&budget->lock, flags);
}

/**
 * miracast_budget_snapshot - Read what is free
 * @budget: the budget
 * @free: where to put it
 *
 * Any context.
 */
void miracast_budget_snapshot(struct miracast_budget *budget,
			      struct miracast_resources *free)
{
	unsigned long flags;

	spin_lock_irqsave(&budget->lock, flags);
	*free = budget->free;
	spin_unlock_irqrestore(&budget->lock, flags);
}

/**
 * miracast_macroblocks - Macroblocks of a picture
 * @width: width in pixels, at most 65535
 * @height: height in pixels, at most 65535
 *
 * Return: number of macroblocks, started ones included.
 */
u32 miracast_macroblocks(u32 width, u32 height)
{
	return DIV_ROUND_UP(width, MIRACAST_MACROBLOCK) *
	       DIV_ROUND_UP(height, MIRACAST_MACROBLOCK);
}

/**
 * miracast_macroblock_rate - Macroblock rate of a mode
 * @width: width in pixels, at most 65535
 * @height: height in pixels, at most 65535
 * @refresh_mhz: refresh rate, mHz
 *
 * Return: macroblocks per second, rounded up.
 */
u64 miracast_macroblock_rate(u32 width, u32 height, u32 refresh_mhz)
{
	u64 rate = (u64)miracast_macroblocks(width, height) * refresh_mhz;

	return div_u64(rate + 999, 1000);
}
