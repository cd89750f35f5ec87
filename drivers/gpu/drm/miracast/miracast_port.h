/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The port of a target: the monitor behind it, and the stream in front of it.
 */
#ifndef _MIRACAST_PORT_H_
#define _MIRACAST_PORT_H_

#include <linux/types.h>

struct miracast_limits;
struct miracast_mode;
struct miracast_monitor;
struct miracast_target;

/* Context side; the target's lock is held. */
void miracast_port_arrive(struct miracast_target *target,
			  struct miracast_monitor **monitor);
struct miracast_monitor *miracast_port_depart(struct miracast_target *target);
void miracast_port_mode_refused(struct miracast_target *target);
void miracast_port_mode_accepted(struct miracast_target *target);
void miracast_port_update(struct miracast_target *target);
void miracast_port_pin(struct miracast_target *target, u64 master);

/* KMS side, and masters; the target's lock is taken inside. */
void miracast_port_lit(struct miracast_target *target,
		       const struct miracast_mode *mode, u64 master_serial,
		       u64 generation);
void miracast_port_unlit(struct miracast_target *target);
void miracast_port_master_changed(struct miracast_target *target);

/* Questions; the target's lock is taken inside. */
struct miracast_monitor *miracast_port_get_monitor(struct miracast_target *target);
u64 miracast_port_generation(struct miracast_target *target);
bool miracast_port_limits(struct miracast_target *target,
			  struct miracast_limits *limits);

#endif
