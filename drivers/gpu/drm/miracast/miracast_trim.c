// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of DIRECT that an owner has lost, freed and revoked by a work.
 *
 * Owns: the work of each stream. It waits for processes of the owner and for exporters, so
 * nothing else waits for it: no commit, and not the target's worker, which may serve the
 * next owner already. Only the end of the device does.
 */
#include "miracast_buffer.h"
#include "miracast_direct.h"
#include "miracast_stream.h"
#include "miracast_todo.h"
#include "miracast_trim.h"

static void trim_work(struct work_struct *work)
{
	struct miracast_stream *stream =
		container_of(work, struct miracast_stream, trim);

	miracast_buffer_trim(stream);
	miracast_direct_take_back(stream);
	miracast_stream_put(stream);
}

/**
 * miracast_trim_init - Set the work up
 * @stream: the stream, not yet visible to anyone else
 */
void miracast_trim_init(struct miracast_stream *stream)
{
	INIT_WORK(&stream->trim, trim_work);
}

/**
 * miracast_trim_later - Have a work free and revoke what the owner has lost
 * @stream: the stream, with a reference that outlives the call, or NULL
 *
 * Without a worker, the context's end does. Any context.
 */
void miracast_trim_later(struct miracast_stream *stream)
{
	if (!stream || !stream->direct)
		return;

	miracast_stream_get(stream);
	if (!miracast_todo_start_apart(stream->target, &stream->trim))
		miracast_stream_put(stream);
}
