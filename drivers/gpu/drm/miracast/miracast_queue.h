/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The queue of a stream: messages on their way to the owner, and what it reads.
 */
#ifndef _MIRACAST_QUEUE_H_
#define _MIRACAST_QUEUE_H_

#include <linux/types.h>

struct miracast_buffer;
struct miracast_event;
struct miracast_event_buffer;
struct miracast_stream;

/* Under the lock. */
void miracast_queue_push(struct miracast_stream *stream,
			 struct miracast_event *event);
u64 miracast_queue_send(struct miracast_stream *stream, u32 code,
			const void *payload, u32 size);
void miracast_queue_send_gone(struct miracast_stream *stream,
			      struct miracast_buffer *buffer);
void miracast_queue_drop_all(struct miracast_stream *stream);
void miracast_queue_drop(struct miracast_stream *stream, u32 code);
int miracast_queue_not_pending(const struct miracast_stream *stream, u32 code,
			       u64 number);

/* Reading; the lock is taken inside. */
int miracast_queue_peek(struct miracast_stream *stream,
			struct miracast_event_buffer *buffer);
bool miracast_queue_consume(struct miracast_stream *stream,
			    struct miracast_event_buffer *buffer);
bool miracast_queue_readable(struct miracast_stream *stream);

#endif
