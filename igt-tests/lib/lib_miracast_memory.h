/* SPDX-License-Identifier: MIT */
/*
 * The kernel's free and used memory, for tests that repeat an operation often.
 */
#ifndef LIB_MIRACAST_MEMORY_H
#define LIB_MIRACAST_MEMORY_H

#include "lib_miracast_sys.h"

#define MC_MEMINFO 4

struct mc_memory {
	long kib[MC_MEMINFO];	/* of /proc/meminfo */
	unsigned int objects;	/* memory objects of the device; debugfs */
	unsigned int dmabufs;	/* of the system; debugfs */
};

void mc_memory_begin(struct mc_memory *memory);
/* The tolerance for memory grows with the number of cycles; that for objects is zero. */
void mc_memory_end(const struct mc_memory *memory, unsigned int cycles,
		   const char *what);

#endif /* LIB_MIRACAST_MEMORY_H */
