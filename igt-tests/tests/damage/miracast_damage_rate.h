/* SPDX-License-Identifier: MIT */
/*
 * Clients and owners of a session with a limited rate.
 */
#ifndef MIRACAST_DAMAGE_RATE_H
#define MIRACAST_DAMAGE_RATE_H

#include "miracast_damage.h"

#define SECOND 1000000000ull

enum rate_delivery { COPY, DIRECT };

static inline uint32_t rate_buffers_of(enum rate_delivery delivery)
{
	return delivery == COPY ? 3 : 0;
}

static inline void rate_set(struct mc_client *c, uint32_t mhz)
{
	mc_expect(mc_set_rate_errno(c->scene->ctx->fd, mhz), 0);
}

/* What comes within a count of flips. */
struct rate_harvest {
	unsigned int pictures;
	uint64_t first_ns, last_ns;	/* when they were ready */
};

void rate_take_pending(struct mc_client *c, struct rate_harvest *harvest);
void rate_flip_and_take(struct mc_client *c, unsigned int flips,
			struct rate_harvest *harvest);
void rate_finish(struct mc_client *c);
/* No more pictures than the rate allows. */
void rate_check(struct mc_client *c, uint32_t mhz, const struct rate_harvest *harvest);

#endif /* MIRACAST_DAMAGE_RATE_H */
