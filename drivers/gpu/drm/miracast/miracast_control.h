/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control file of a context.
 */
#ifndef _MIRACAST_CONTROL_H_
#define _MIRACAST_CONTROL_H_

#include <linux/types.h>

struct file;
struct miracast_context;

struct file *miracast_control_file(struct miracast_context *context);

#endif
