/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control file of a context, and what it is asked for.
 */
#ifndef _MIRACAST_CONTROL_H_
#define _MIRACAST_CONTROL_H_

#include <linux/types.h>

struct file;
struct miracast_context;
struct miracast_io_call;

/**
 * struct miracast_seen_masters - What a QUERY_CONTEXT has returned, or would now
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

/**
 * struct miracast_control - A control file
 * @context: the context, with a reference
 * @seen: what the last QUERY_CONTEXT on this file returned; guarded by the
 *	target's spinlock
 */
struct miracast_control {
	struct miracast_context *context;
	struct miracast_seen_masters seen;
};

struct file *miracast_control_file(struct miracast_context *context);

/* Codes of IO_CONTROL; the steps are those of struct io_code. */
int miracast_io_apply_query_context(struct miracast_io_call *call);
void miracast_io_cleanup_query_context(struct miracast_io_call *call, int ret);
int miracast_io_prepare_pin(struct miracast_io_call *call);
int miracast_io_apply_pin(struct miracast_io_call *call);

#endif
