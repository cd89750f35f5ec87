/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Contexts: the exclusive right to one target.
 */
#ifndef _MIRACAST_CONTEXT_H_
#define _MIRACAST_CONTEXT_H_

#include <linux/kref.h>
#include <linux/mutex.h>

#include "miracast_budget.h"
#include "miracast_event.h"

struct miracast_device;
struct miracast_stream;
struct miracast_target;

/**
 * struct miracast_context - A context
 * @ref: reference count; its file and its control file have one each
 * @mdev: the device, with a reference
 * @target: the target
 * @stream: the stream, with a reference
 * @reserved: returned to the budget when the context is destroyed, except for picture
 *	memory, which is returned when the memory is freed
 * @destroyed: DESTROY_CONTEXT has run; guarded by the target's lock
 * @read_lock: serialises the readers, see miracast_context_file.c; guards @read_buffer
 * @read_buffer: the event on its way to user space
 */
struct miracast_context {
	struct kref ref;
	struct miracast_device *mdev;
	struct miracast_target *target;
	struct miracast_stream *stream;
	struct miracast_resources reserved;
	bool destroyed;
	struct mutex read_lock;
	struct miracast_event_buffer read_buffer;
};

/**
 * struct miracast_seen_masters - The masters that a QUERY_CONTEXT returns
 * @pinned: the master that the context is pinned to
 * @current_master: the DRM master
 * @changes: how often that has changed
 * @lit_by: the master that lit the CRTC
 */
struct miracast_seen_masters {
	u64 pinned;
	u64 current_master;
	u64 changes;
	u64 lit_by;
};

struct miracast_context *
miracast_context_create(struct miracast_device *mdev,
			struct drm_miracast_create_context *args, u64 own);
void miracast_context_destroy(struct miracast_context *context);
void miracast_context_master_gone(struct miracast_device *mdev, u64 master);
void miracast_context_look(const struct miracast_context *context,
			   struct miracast_seen_masters *seen);
void miracast_context_get(struct miracast_context *context);
void miracast_context_put(struct miracast_context *context);

#endif
