/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_soak test.
 */
#ifndef MIRACAST_SOAK_H
#define MIRACAST_SOAK_H

#include "lib_miracast.h"

#define SOAK_OWNERS	4
/* The last target has no owner: its flips show how fast the machine is. */
#define SOAK_TARGETS	(SOAK_OWNERS + 1)
#define SOAK_WIDTH	800
#define SOAK_HEIGHT	600

/* How the flips of a target were. */
struct soak_flips {
	uint32_t count;
	uint32_t late;		/* later than the design allows */
	uint32_t worst;		/* vblanks from commit to completion */
};

/* Memory shared by all processes. */
struct soak_board {
	bool done;		/* all end */
	bool closing;		/* no client may begin */
	uint32_t beginning;	/* clients that are */
	uint32_t running;	/* clients that flip */
	uint32_t leases, mode_sets, cursors, sessions, pictures, refused;
	struct soak_flips flips[SOAK_TARGETS];
};

struct soak_plan {
	struct soak_board *board;
	uint32_t seed;
	unsigned int target;
};

static inline void soak_count(uint32_t *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
}

/* Main functions of processes; they return when done, or the device is gone. */
void soak_owner(void *plan);
/* Is the DRM master, and leases a target to each of its clients. */
void soak_compositor(void *plan);

#endif /* MIRACAST_SOAK_H */
