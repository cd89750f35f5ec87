/* SPDX-License-Identifier: MIT */
/*
 * The driver's files in debugfs.
 */
#ifndef LIB_MIRACAST_DEBUGFS_H
#define LIB_MIRACAST_DEBUGFS_H

#include "lib_miracast_card.h"

/* Reads a file of the driver in debugfs; false when it cannot. */
bool mc_read_debugfs(const char *name, char *text, size_t size);
/* Path in debugfs of "control" or "data" of a CRTC's frame CRCs. */
void mc_crc_path(char *path, size_t size, int card, unsigned int crtc_index,
		 const char *file);
/* Waits for all work that the driver has queued; false without debugfs. */
bool mc_settle(void);

#endif /* LIB_MIRACAST_DEBUGFS_H */
