// SPDX-License-Identifier: GPL-2.0
/*
 * Chunks: a captured picture, or a part of it, becomes an event.
 *
 * Decides whether session, mode and monitor are still those that the capture began
 * with. Under the target's spinlock; the slot has room for the events of all parts, so
 * announcing one cannot fail.
 */
#include <linux/dma-fence.h>
#include <linux/math64.h>

#include <drm/drm_fourcc.h>

#include "miracast_chunk.h"
#include "miracast_drv.h"
#include "miracast_queue.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_trace.h"

static void count_part(struct miracast_stream *stream,
		       const struct miracast_picture *picture,
		       const struct miracast_part *part)
{
	struct drm_miracast_statistics *stats = &stream->stats;

	stats->bytes_copied += part->bytes;
	stats->capture_time_ns += part->duration_ns;
	if (stream->fourcc == DRM_FORMAT_NV12)
		stats->pixels_converted += part->pixels;
	if (!part->last)
		return;

	stats->pictures_captured++;
	stats->pictures_skipped += picture->skipped;
}

static void fill_chunk(const struct miracast_stream *stream,
		       const struct miracast_slot *slot,
		       struct miracast_chunk_event *chunk, u64 chunk_id,
		       const struct miracast_picture *picture,
		       const struct miracast_part *part)
{
	const struct miracast_buffer *buffer = slot->buffer;

	chunk->body = (struct drm_miracast_event_chunk) {
		.buffer = buffer->number,
		.chunk_id = chunk_id,
		.session = slot->session,
		.mode_serial = slot->mode_serial,
		.commit_time_ns = ktime_to_ns(picture->commit_time),
		.ready_time_ns = ktime_to_ns(part->ready_time),
		.vblank_time_ns = ktime_to_ns(picture->vblank_time),
		.vblank_sequence = picture->vblank_sequence,
		.chunk_type = stream->direct ?
			DRM_MIRACAST_CHUNK_TYPE_FRAME_START :
			DRM_MIRACAST_CHUNK_TYPE_COLOR_CONVERT_COMPLETE,
		.processing_us = div_u64(part->duration_ns, NSEC_PER_USEC),
		.skipped = picture->skipped,
		.src_x = slot->x,
		.src_y = slot->y,
		.width = stream->mode.width,
		.height = stream->mode.height,
		.line_first = part->line_first,
		.line_count = part->line_count,
		.fourcc = buffer->layout.fourcc,
		.modifier = DRM_FORMAT_MOD_LINEAR,
	};
	if (picture->writers)
		chunk->body.base.flags |= DRM_MIRACAST_CHUNK_FLAG_FENCE;
	if (picture->first_of_mode)
		chunk->body.base.flags |= DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE;
	if (picture->full)
		chunk->body.base.flags |= DRM_MIRACAST_CHUNK_FLAG_FULL;
	if (picture->gamma_not_applied)
		chunk->body.base.flags |=
			DRM_MIRACAST_CHUNK_FLAG_GAMMA_NOT_APPLIED;
	miracast_chunk_event_set_clips(chunk, part->damage);
}

/**
 * miracast_chunk_publish - Send a captured picture, or a part, to the owner
 * @stream: the stream, locked
 * @slot: the slot, in state CAPTURING
 * @picture: times and counts of the picture
 * @part: the part
 *
 * After the last part the owner has the slot.
 *
 * Return: false when session, mode or monitor ended meanwhile, or the context was
 * pinned to another master; the slot is free, and no further part may follow.
 */
bool miracast_chunk_publish(struct miracast_stream *stream,
			    struct miracast_slot *slot,
			    const struct miracast_picture *picture,
			    const struct miracast_part *part)
{
	struct miracast_chunk_event *chunk = &slot->chunks[slot->parts];
	u64 chunk_id;

	lockdep_assert_held(stream->lock);

	if (!miracast_stream_wants(stream) ||
	    slot->buffer->mode_serial != stream->mode_serial ||
	    slot->session != stream->session ||
	    slot->pinned != stream->pinned) {
		miracast_slot_abort(stream, slot, true);
		return false;
	}

	slot->parts++;
	chunk_id = DRM_MIRACAST_MAKE_CHUNK_ID(picture->frame,
					      part->last ? 0 : slot->parts);
	fill_chunk(stream, slot, chunk, chunk_id, picture, part);
	stream->first_of_mode = false;
	stream->frame = picture->frame;
	if (picture->writers)
		slot->writers = dma_fence_get(picture->writers);
	slot->buffer->announced = true;
	if (part->last) {
		slot->buffer->frame = picture->frame;
		slot->chunk_id = chunk_id;
		miracast_slot_set(stream, slot, MIRACAST_SLOT_HELD);
	}
	count_part(stream, picture, part);
	trace_miracast_capture_complete(stream->number, chunk_id, part->bytes,
					part->duration_ns);
	trace_miracast_published(stream->number, slot->buffer->number,
				 chunk_id);
	miracast_queue_push(stream, &chunk->event);

	return true;
}
