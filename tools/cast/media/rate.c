// SPDX-License-Identifier: MIT
#include "media/rate.h"

#define SECOND		1000000LL
#define LEAST_KBPS	500
/* 0.13 bit a pixel: text is sharp, and other sources send as much. */
#define PIXELS_PER_KBIT	7600
/* What was done shows only after a while. */
#define LOWER_SPACE	(SECOND / 2)
#define QUIET		(4 * SECOND)
#define RAISE_SPACE	(2 * SECOND)
#define IDR_PAIR	(2 * SECOND)
#define LOSS_FEW	0.02
#define LOSS_MANY	0.10

static uint32_t clamp(uint64_t value, uint32_t least, uint32_t most)
{
	if (value > most)
		value = most;
	return value < least ? least : (uint32_t)value;
}

uint32_t rate_start(uint32_t width, uint32_t height, uint32_t hz, uint32_t most)
{
	return clamp((uint64_t)width * height * hz / PIXELS_PER_KBIT, LEAST_KBPS, most);
}

void rate_init(struct rate *rate, uint32_t kbps, uint32_t most, int64_t now)
{
	rate->most = most;
	/* A rate below the least is used when the user asks for it. */
	rate->least = clamp(kbps < LEAST_KBPS ? kbps : LEAST_KBPS, 1, most);
	rate->kbps = clamp(kbps, rate->least, most);
	rate->lowered = now - LOWER_SPACE;
	rate->bad = now - QUIET;
	rate->raised = now;
	rate->asked = now - IDR_PAIR;
}

static bool lower(struct rate *rate, unsigned int per_cent, int64_t now)
{
	uint32_t kbps = clamp((uint64_t)rate->kbps * per_cent / 100, rate->least, rate->most);

	rate->bad = now;
	if (now - rate->lowered < LOWER_SPACE || kbps == rate->kbps)
		return false;
	rate->lowered = now;
	rate->kbps = kbps;
	return true;
}

bool rate_lost(struct rate *rate, double fraction, int64_t now)
{
	if (fraction < LOSS_FEW)
		return false;
	return lower(rate, fraction > LOSS_MANY ? 60 : 80, now);
}

bool rate_pressed(struct rate *rate, unsigned int dropped, int64_t now)
{
	return lower(rate, dropped ? 70 : 90, now);
}

void rate_rested(struct rate *rate, int64_t now)
{
	rate->raised = now;
}

/* One alone may be a sink that has just begun. */
bool rate_idr(struct rate *rate, int64_t now)
{
	bool again = now - rate->asked < IDR_PAIR;

	rate->asked = now;
	return again && lower(rate, 85, now);
}

int64_t rate_deadline(const struct rate *rate)
{
	int64_t quiet = rate->bad + QUIET, raise = rate->raised + RAISE_SPACE;

	if (rate->kbps >= rate->most)
		return RATE_NEVER;
	return quiet > raise ? quiet : raise;
}

bool rate_time(struct rate *rate, int64_t now)
{
	if (now < rate_deadline(rate))
		return false;
	rate->raised = now;
	rate->kbps = clamp(rate->kbps + rate->most / 20 + 1, rate->least, rate->most);
	return true;
}
