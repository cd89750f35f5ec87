/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arguments of user space: commands, and arrays of structs.
 */
#ifndef _MIRACAST_USER_H_
#define _MIRACAST_USER_H_

#include <linux/ioctl.h>
#include <linux/types.h>

int miracast_user_copy_array(void *to, size_t known, u64 from, u32 count,
			     u32 stride);
int miracast_user_write_array(u64 to, u32 count, u32 stride, const void *from,
			      size_t known);

/* Commands are distinguished by type and number; the size is the caller's. */
static inline bool miracast_user_is_command(unsigned int cmd,
					    unsigned int known)
{
	return _IOC_TYPE(cmd) == _IOC_TYPE(known) &&
	       _IOC_NR(cmd) == _IOC_NR(known) &&
	       _IOC_DIR(cmd) == _IOC_DIR(known);
}

#endif
