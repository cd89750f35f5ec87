// SPDX-License-Identifier: MIT
#include "media/refine.h"

#define SECOND		1000000
/* A picture without a change, in which nothing was made better, has a hundred. */
#define SMALL_BYTES	200
/* One may be small because the encoder has no bits left. */
#define SMALL_ENOUGH	3
/* Slow encoders are waited for, but not those that are paused. */
#define PATIENCE	(2 * SECOND)

void refine_init(struct refine *refine, uint32_t hz)
{
	/* Where pictures come at their rate, none has to be asked for. */
	*refine = (struct refine){ .period = 2 * SECOND / (hz ? hz : 1), .at = REFINE_NEVER };
}

static void begin(struct refine *refine)
{
	refine->left = REFINE_MOST;
	refine->small = 0;
}

void refine_unit(struct refine *refine, uint64_t bytes, bool idr, int64_t now)
{
	bool asked = refine->asked_at, small = bytes <= SMALL_BYTES && !idr;

	refine->asked_at = 0;
	if (!asked && !small) {
		begin(refine);
		refine->after_idr = idr;
	} else if (idr && !refine->after_idr) {
		begin(refine);
		refine->after_idr = true;
	} else {
		refine->small = small ? refine->small + 1 : 0;
	}
	if (refine->small >= SMALL_ENOUGH)
		refine->left = 0;
	refine->at = refine->left ? now + refine->period : REFINE_NEVER;
}

int64_t refine_deadline(const struct refine *refine)
{
	return refine->at;
}

bool refine_time(struct refine *refine, int64_t now)
{
	if (now < refine->at)
		return false;
	if (refine->asked_at && now - refine->asked_at >= PATIENCE) {
		refine->asked_at = 0;
		refine->at = REFINE_NEVER;
		return false;
	}
	refine->at = now + refine->period;
	if (refine->asked_at)
		return false;
	refine->asked_at = now;
	refine->left--;
	return true;
}
