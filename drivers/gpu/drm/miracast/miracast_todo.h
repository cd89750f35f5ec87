/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Items for the worker of a target.
 */
#ifndef _MIRACAST_TODO_H_
#define _MIRACAST_TODO_H_

#include <linux/bits.h>
#include <linux/types.h>

struct delayed_work;
struct miracast_target;
struct work_struct;

/**
 * enum miracast_todo - Items for the worker, as bit numbers
 * @MIRACAST_TODO_HOTPLUG: connector status or modes changed
 * @MIRACAST_TODO_LINK: link status changed
 * @MIRACAST_TODO_RECOMMIT: a monitor met a lit CRTC
 * @MIRACAST_TODO_HDCP: content protection was reached or lost
 */
enum miracast_todo {
	MIRACAST_TODO_HOTPLUG,
	MIRACAST_TODO_LINK,
	MIRACAST_TODO_RECOMMIT,
	MIRACAST_TODO_HDCP,
};

/* Any context. */
void miracast_todo_add(struct miracast_target *target, unsigned long todo);
void miracast_todo_start(struct miracast_target *target,
			 struct delayed_work *work, unsigned int delay_ms);
bool miracast_todo_start_apart(struct miracast_target *target,
			       struct work_struct *work);
void miracast_todo_capture(struct miracast_target *target);
void miracast_todo_capture_later(struct miracast_target *target, u64 due);

/* From the worker. */
void miracast_todo_init(struct miracast_target *target);
void miracast_todo_stop(struct miracast_target *target);
unsigned long miracast_todo_take(struct miracast_target *target);
void miracast_todo_begin_interval(struct miracast_target *target);

#endif
