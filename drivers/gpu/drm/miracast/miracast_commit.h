/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commits: in which thread their hardware stage runs, and in which order.
 */
#ifndef _MIRACAST_COMMIT_H_
#define _MIRACAST_COMMIT_H_

#include <linux/types.h>

#include "miracast_compat.h"

struct drm_atomic_state;
struct drm_device;
struct miracast_device;

int miracast_commit(struct drm_device *drm, struct drm_atomic_state *state,
		    bool nonblock);
void miracast_commit_tail(struct drm_atomic_state *state);
bool miracast_commit_wait_captured(struct miracast_device *mdev);
void miracast_commit_shutdown(struct drm_device *drm);
int miracast_commit_init(void);
void miracast_commit_exit(void);

#endif
