/* SPDX-License-Identifier: MIT */
/*
 * sync_files whose fences the test signals, as an encoder or a GPU would.
 */
#ifndef LIB_MIRACAST_SYNC_H
#define LIB_MIRACAST_SYNC_H

#include "lib_miracast_dmabuf.h"

/*
 * Made from a fence of vgem, which signals by itself after ten seconds; skips the subtest
 * without vgem.
 */
struct mc_sync {
	struct mc_dmabuf *dmabuf;
	uint32_t fence;
	int fd;
};

struct mc_sync mc_sync(void);
void mc_sync_signal(const struct mc_sync *sync);
/* Has signalled; within the time. */
bool mc_sync_done(int fd, int timeout_ms);

/* One whose fence never signals, unless the timeline is closed: with an error. */
struct mc_timeline {
	int timeline;
	int fd;
};

/* Skips the subtest without sw_sync. */
struct mc_timeline mc_timeline(void);
/* The fence signals -ENOENT. */
void mc_timeline_break(struct mc_timeline *timeline);

/* Adds the sync_file's fence to the dma-buf, as that of a writer. */
void mc_sync_write(int dmabuf, int sync);

#endif /* LIB_MIRACAST_SYNC_H */
