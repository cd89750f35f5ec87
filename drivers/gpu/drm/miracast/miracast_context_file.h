/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The file of a context.
 */
#ifndef _MIRACAST_CONTEXT_FILE_H_
#define _MIRACAST_CONTEXT_FILE_H_

#include <linux/compiler.h>

struct file;
struct miracast_context;
struct miracast_seen_masters;

struct file *miracast_context_file(struct miracast_context *context);
long miracast_context_file_ioctl(struct miracast_context *context,
				 struct miracast_seen_masters *seen,
				 unsigned int cmd, void __user *user);

#endif
