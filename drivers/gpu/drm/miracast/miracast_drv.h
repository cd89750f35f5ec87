/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device: what all targets and contexts share.
 */
#ifndef _MIRACAST_DRV_H_
#define _MIRACAST_DRV_H_

#include <linux/atomic.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>

#include <drm/drm_device.h>

#include "miracast_budget.h"
#include "miracast_master.h"

struct miracast_target;
struct workqueue_struct;

#define MIRACAST_MAX_TARGETS	16

/**
 * struct miracast_device - One miracast DRM device
 * @drm: the DRM device
 * @node: /dev/miracast
 * @class_lock: the Miracast synchronisation class: serialises CREATE_CONTEXT and
 *	IO_CONTROL. No mode-setting lock is ever taken, and nothing waits for user
 *	space, under it
 * @budget: what contexts may reserve
 * @context_numbers: number of the newest context
 * @session_numbers: number of the newest session
 * @capture_wq: runs deferred captures and CRCs, and what may wait for an owner: buffers
 *	that are prepared after a fence or let go, exports that are revoked
 * @uncaptured_commits: commits that have reached the hardware stage, and whose
 *	pictures are not captured yet
 * @target_count: valid elements of @targets; constant
 * @targets: the targets; constant
 * @masters: the DRM masters
 * @hdcp: content protection is offered; constant
 */
struct miracast_device {
	struct drm_device drm;
	struct miscdevice node;
	struct mutex class_lock;
	struct miracast_budget budget;
	atomic64_t context_numbers;
	atomic64_t session_numbers;
	struct workqueue_struct *capture_wq;
	atomic_t uncaptured_commits;
	unsigned int target_count;
	struct miracast_target *targets[MIRACAST_MAX_TARGETS];
	struct miracast_masters masters;
	bool hdcp;
};

static inline struct miracast_device *to_miracast_device(struct drm_device *drm)
{
	return container_of(drm, struct miracast_device, drm);
}

#endif
