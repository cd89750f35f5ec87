// SPDX-License-Identifier: GPL-2.0
/*
 * Arrays of structs in user space, which may have another version of the struct.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/uaccess.h>

#include "miracast_user.h"

/**
 * miracast_user_copy_array - Copy an array of structs from user space
 * @to: room for @count elements of @known bytes
 * @known: size of the struct in this version, which is its first
 * @from: address in user space
 * @count: number of elements
 * @stride: bytes from one element to the next in user space; ignored without
 *	elements
 *
 * Sleeps.
 *
 * Return: 0, -EINVAL for a stride below @known, -E2BIG for one above a page or when
 * bytes that this version does not know are not zero, or -EFAULT, also for an array
 * that goes on at address 0.
 */
int miracast_user_copy_array(void *to, size_t known, u64 from, u32 count,
			     u32 stride)
{
	u64 end;
	u32 i;
	int ret;

	if (!count)
		return 0;
	if (stride < known)
		return -EINVAL;
	if (stride > PAGE_SIZE)
		return -E2BIG;
	if (check_add_overflow(from, (u64)count * stride, &end))
		return -EFAULT;
	if (stride == known)
		return copy_from_user(to, u64_to_user_ptr(from),
				      array_size(count, known)) ? -EFAULT : 0;

	for (i = 0; i < count; i++) {
		ret = copy_struct_from_user(to + i * known, known,
					    u64_to_user_ptr(from + (u64)i * stride),
					    stride);
		if (ret)
			return ret;
	}

	return 0;
}

static int write_element(void __user *to, u32 stride, const void *from,
			 size_t known)
{
	if (copy_to_user(to, from, known))
		return -EFAULT;

	return clear_user(to + known, stride - known) ? -EFAULT : 0;
}

/**
 * miracast_user_write_array - Copy an array of structs to user space
 * @to: address in user space
 * @count: number of elements
 * @stride: bytes from one element to the next in user space
 * @from: @count elements of @known bytes
 * @known: size of the struct in this version, which is its first
 *
 * Bytes that this version does not know are zeroed. Sleeps.
 *
 * Return: 0, -EINVAL for a stride below @known, -E2BIG for one above a page, or
 * -EFAULT.
 */
int miracast_user_write_array(u64 to, u32 count, u32 stride, const void *from,
			      size_t known)
{
	u32 i;
	int ret;

	if (stride < known)
		return -EINVAL;
	if (stride > PAGE_SIZE)
		return -E2BIG;

	for (i = 0; i < count; i++) {
		ret = write_element(u64_to_user_ptr(to + (u64)i * stride),
				    stride, from + i * known, known);
		if (ret)
			return ret;
	}

	return 0;
}
