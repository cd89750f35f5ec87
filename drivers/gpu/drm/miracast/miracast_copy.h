/* SPDX-License-Identifier: GPL-2.0 */
/*
 * COPY delivery: the buffer that a picture is copied into.
 */
#ifndef _MIRACAST_COPY_H_
#define _MIRACAST_COPY_H_

#include <linux/types.h>

struct miracast_owner_buffers;
struct miracast_slot;
struct miracast_stream;
struct miracast_surface;

/* Not locked. */
int miracast_copy_allocate(struct miracast_stream *stream);

/* Under the lock. */
bool miracast_copy_is_possible(const struct miracast_stream *stream);
struct miracast_slot *miracast_copy_begin(struct miracast_stream *stream);
void miracast_copy_surface(const struct miracast_stream *stream,
			   const struct miracast_slot *slot,
			   struct miracast_surface *surface);
int miracast_copy_check_fit(const struct miracast_stream *stream);
int miracast_copy_set_owner_buffers(struct miracast_stream *stream,
				    struct miracast_owner_buffers **set);

#endif
