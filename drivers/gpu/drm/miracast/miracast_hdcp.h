/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Content protection: the state that the compositor wants, and the one that the owner
 * has reached.
 */
#ifndef _MIRACAST_HDCP_H_
#define _MIRACAST_HDCP_H_

#include <linux/types.h>

#include "miracast_compat.h"

struct drm_connector;
struct miracast_target;

/**
 * struct miracast_hdcp - Content protection of a target; guarded by its lock
 * @wanted: enum drm_miracast_hdcp_state that the compositor wants
 * @announced: @wanted in the last message to the owner
 * @number: number of that message, 0 when something has superseded it
 * @reached: enum drm_miracast_hdcp_state that the owner has reached
 * @fell_back: a commit took the property back to DESIRED; clients get a uevent
 * @returned: the connector is not hidden any more, and the property was not checked
 *	since
 */
struct miracast_hdcp {
	u32 wanted;
	u32 announced;
	u64 number;
	u32 reached;
	bool fell_back;
	bool returned;
};

int miracast_hdcp_attach(struct drm_connector *connector);

/* From the connector's and the CRTC's part of a commit. */
void miracast_hdcp_check(struct drm_connector *connector,
			 struct drm_atomic_state *state);
void miracast_hdcp_commit(struct miracast_target *target,
			  struct drm_atomic_state *state);

void miracast_hdcp_fell_back(struct miracast_target *target,
			     struct drm_atomic_state *state);

/* The target's lock is held. */
void miracast_hdcp_hidden(struct miracast_target *target);
void miracast_hdcp_reset(struct miracast_target *target, bool report);
int miracast_hdcp_set(struct miracast_target *target, u64 number, u32 reached);

/* From the worker. */
void miracast_hdcp_update(struct miracast_target *target);

#endif
