/* SPDX-License-Identifier: MIT */
/*
 * DRM masters, the control file, and /dev/miracast: lib_miracast_masters.c
 */
#ifndef LIB_MIRACAST_MASTERS_H
#define LIB_MIRACAST_MASTERS_H

#include "lib_miracast.h"

/*
 * Opens the card and does nothing else, as a program that only reads from it. When there is
 * no master it becomes one without asking for it; mc_card_open() asks.
 */
int mc_card_open_bystander(void);
/* Opens the card twice: the first file is master. */
void mc_two_masters(int cards[2]);
/* Drops master, as a VT switch does. */
void mc_switch_master(int from, int to);

int mc_node_open(void);

int mc_query_errno(int fd, struct drm_miracast_context_info *out);
struct drm_miracast_context_info mc_query(int fd);
int mc_pin_errno(int control, uint64_t master);

/* A context whose control file is kept, with session and monitor. */
struct mc_controlled {
	struct mc_ctx *ctx;
	int control;
};

/* Made by @file, a card node or /dev/miracast; @limits can be NULL. */
void mc_controlled(struct mc_controlled *controlled, int file,
		   const struct drm_miracast_create_context *limits);

/* Waits for the PICTURE_STATE message with this state. */
void mc_wait_picture_state(struct mc_ctx *ctx, uint32_t state);
/* Calls QUERY_CONTEXT. */
uint32_t mc_picture_state(struct mc_ctx *ctx);

#endif /* LIB_MIRACAST_MASTERS_H */
