/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffers, as owners know them by their numbers.
 */
#ifndef _MIRACAST_BUFFER_H_
#define _MIRACAST_BUFFER_H_

#include <linux/types.h>

struct dma_buf;
struct miracast_buffer;
struct miracast_stream;

/* Under the lock. */
bool miracast_buffer_is_current(const struct miracast_stream *stream,
				const struct miracast_buffer *buffer);
int miracast_buffer_find(struct miracast_stream *stream, u64 number,
			 struct miracast_buffer **buffer);
void miracast_buffer_forget_export(struct miracast_stream *stream,
				   struct miracast_buffer *buffer);

/* Not locked; may sleep. */
int miracast_buffer_keep_export(struct miracast_stream *stream, u64 number,
				struct dma_buf **dma_buf);
void miracast_buffer_trim(struct miracast_stream *stream);

#endif
