/* SPDX-License-Identifier: MIT */
/*
 * Keeps track of a subtest's descriptors and mappings, to close those that it leaves open;
 * see mc_run().
 */
#ifndef LIB_MIRACAST_KEEP_H
#define LIB_MIRACAST_KEEP_H

#include "lib_miracast_sys.h"

int mc_keep(int fd);
void mc_close(int fd);
int mc_count_fds(void);
void *mc_map(int fd, size_t size, int prot, off_t offset);
void mc_unmap(void *map, size_t size);

/* Over a socket. */
void mc_send_fd(int socket, int fd);
int mc_receive_fd(int socket);

/* Closes and unmaps everything that is still open. */
void mc_keep_close(void);
void mc_keep_end(void);

#endif /* LIB_MIRACAST_KEEP_H */
