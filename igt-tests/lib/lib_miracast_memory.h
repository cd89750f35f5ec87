/* SPDX-License-Identifier: MIT */
/*
 * What the kernel has, for tests that repeat something often.
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
/* What may be gone grows with the cycles, and objects may not at all. */
void mc_memory_end(const struct mc_memory *memory, unsigned int cycles,
		   const char *what);

#endif /* LIB_MIRACAST_MEMORY_H */
