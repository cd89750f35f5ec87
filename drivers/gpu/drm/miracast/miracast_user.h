/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arrays of structs that user space passes, or has room for.
 */
#ifndef _MIRACAST_USER_H_
#define _MIRACAST_USER_H_

#include <linux/types.h>

int miracast_user_copy_array(void *to, size_t known, u64 from, u32 count,
			     u32 stride);
int miracast_user_write_array(u64 to, u32 count, u32 stride, const void *from,
			      size_t known);

#endif
