/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IO_CONTROL: the table of its codes.
 */
#ifndef _MIRACAST_IO_CONTROL_H_
#define _MIRACAST_IO_CONTROL_H_

#include <linux/compiler.h>
#include <linux/types.h>

struct drm_miracast_io_control;
struct miracast_context;
struct miracast_device;
struct miracast_seen_masters;

int miracast_io_control(struct miracast_context *context,
			struct miracast_seen_masters *last_seen,
			struct drm_miracast_io_control *args,
			u32 __user *bytes_returned);
u64 miracast_io_control_codes(const struct miracast_device *mdev);

#endif
