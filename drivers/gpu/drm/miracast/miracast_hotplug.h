/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What clients know of a connector.
 */
#ifndef _MIRACAST_HOTPLUG_H_
#define _MIRACAST_HOTPLUG_H_

#include <linux/workqueue.h>

#include "miracast_monitor.h"

struct miracast_target;

/* Records of masters per target; as many as a seat usually has sessions. */
#define MIRACAST_SEEN_MAX	4

/**
 * struct miracast_seen - What a DRM master saw last
 * @master: the master (its number)
 * @monitor: monitor that it saw connected, with a reference, or NULL when it knows,
 *	or had time to see, that there is none
 * @limits: limits of the context that announced it
 * @looked: it has seen since that @monitor is gone; a uevent is sent nevertheless,
 *	for other programs
 */
struct miracast_seen {
	u64 master;
	struct miracast_monitor *monitor;
	struct miracast_limits limits;
	bool looked;
};

/**
 * enum miracast_refusal - What clients know of a mode that was refused
 * @MIRACAST_REFUSAL_NONE: nothing that is waited for
 * @MIRACAST_REFUSAL_NEW: they were not sent a uevent yet
 * @MIRACAST_REFUSAL_SENT: they are, and the master has not probed the connector since
 */
enum miracast_refusal {
	MIRACAST_REFUSAL_NONE,
	MIRACAST_REFUSAL_NEW,
	MIRACAST_REFUSAL_SENT,
};

/**
 * struct miracast_hotplug - What clients know of a connector; guarded by the
 *	target's lock
 * @seen: records of masters, the last one to probe first
 * @forgotten: newest master that is not in @seen any more; what it saw, and what older
 *	ones saw, is not known
 * @gone: a uevent was sent because the monitor is gone
 * @gone_for: with @gone, the master that gets time to see it
 * @gone_seen: the master has seen that the monitor is away, and shows a refused mode
 * @refusal: whether the master has seen that a mode is gone
 * @work: runs when that master has seen it, or its time is over
 */
struct miracast_hotplug {
	struct miracast_seen seen[MIRACAST_SEEN_MAX];
	u64 forgotten;
	bool gone;
	u64 gone_for;
	bool gone_seen;
	enum miracast_refusal refusal;
	struct delayed_work work;
};

void miracast_hotplug_init(struct miracast_target *target);
void miracast_hotplug_fini(struct miracast_target *target);

/* The target's lock is held. */
bool miracast_hotplug_must_hide(struct miracast_target *target);
bool miracast_hotplug_update(struct miracast_target *target);
void miracast_hotplug_unlit(struct miracast_target *target);

/* Any context. */
bool miracast_hotplug_is_connected(struct miracast_target *target);

/* From the connector's probing. */
void miracast_hotplug_detected(struct miracast_target *target);
void miracast_hotplug_seen(struct miracast_target *target, bool connected);

/* A master is gone and will not return. */
void miracast_hotplug_forget(struct miracast_target *target, u64 master);

/* From the worker. */
void miracast_hotplug_send(struct miracast_target *target);

#endif
