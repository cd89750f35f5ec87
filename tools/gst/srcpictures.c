// SPDX-License-Identifier: MIT
/*
 * Pictures of miracastsrc: of the driver's chunks, buffers with times and metadata. The
 * streaming thread's.
 */
#include "srcpictures.h"

#include "pictureclock.h"
#include "srccaps.h"
#include "srcmodes.h"
#include "srcwait.h"

static void drop(MiracastSrc *src, const struct mc_event *event)
{
	GST_OBJECT_LOCK(src);
	src->counters.dropped++;
	GST_OBJECT_UNLOCK(src);
	chunk_pool_release(src->pool, event);
}

/* Of a mode that another reader of the context has accepted, or of DIRECT. */
static const gchar *adopt_from_chunk(MiracastSrc *src, const struct mc_event *event)
{
	struct picture_mode mode = src->mode;
	gboolean is_new = !src->have_mode || mode.serial != event->chunk.mode_serial;
	const gchar *refusal;

	if (is_new) {
		memset(&mode, 0, sizeof(mode));
		src->rate_vblank_ns = 0;
	}
	mode.serial = event->chunk.mode_serial;
	mode.width = event->chunk.width;
	mode.height = event->chunk.height;
	mode.fourcc = event->chunk.fourcc;
	mode.color = event->chunk.color;
	refusal = src_adopt(src, &mode);
	if (!refusal && is_new)
		src_note_mode(src);
	return refusal;
}

static gboolean matches(MiracastSrc *src, const struct mc_event *event)
{
	return src->have_mode && src->mode.serial == event->chunk.mode_serial &&
	       src->mode.fourcc == event->chunk.fourcc && src->mode.width == event->chunk.width &&
	       src->mode.height == event->chunk.height;
}

/*
 * A picture is that of its vblank. One that was asked for is another of the same vblank; it
 * stands for the screen as it is when it is taken.
 */
static guint64 time_of(MiracastSrc *src, const struct drm_miracast_event_chunk *chunk)
{
	if (chunk->vblank_time_ns == src->last_vblank_ns)
		return MAX(chunk->vblank_time_ns, chunk->ready_time_ns);
	src->last_vblank_ns = chunk->vblank_time_ns;
	return chunk->vblank_time_ns;
}

static void set_times(MiracastSrc *src, GstBuffer *buffer, const struct mc_event *event)
{
	guint64 time_ns = time_of(src, &event->chunk);
	GstClockTime pts = picture_clock_running_time(GST_ELEMENT(src), time_ns);

	/* One that waited while the pipeline was paused is late, but not before another. */
	GST_BUFFER_PTS(buffer) = src_later_than_last(src, pts);
	GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
	GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
	GST_BUFFER_OFFSET(buffer) = DRM_MIRACAST_FRAME_OF_CHUNK_ID(event->chunk.chunk_id);
}

/*
 * Only the message of a mode has its rate, and another reader had that. Two vblanks have it, too:
 * with the one that is assumed until then, the latency of a slow mode is too short.
 */
static const gchar *learn_rate(MiracastSrc *src, const struct drm_miracast_event_chunk *chunk)
{
	struct picture_mode mode = src->mode;
	guint64 vblanks = chunk->vblank_sequence - src->rate_vblank;
	guint64 passed_ns = chunk->vblank_time_ns - src->rate_vblank_ns;
	const gchar *refusal;

	if (mode.refresh_mhz)
		return NULL;
	if (!src->rate_vblank_ns || chunk->vblank_sequence <= src->rate_vblank ||
	    chunk->vblank_time_ns <= src->rate_vblank_ns) {
		src->rate_vblank = chunk->vblank_sequence;
		src->rate_vblank_ns = chunk->vblank_time_ns;
		return NULL;
	}
	mode.refresh_mhz = (guint32)gst_util_uint64_scale_round(vblanks, 1000 * GST_SECOND,
								passed_ns);
	refusal = src_adopt(src, &mode);
	if (!refusal)
		src_note_period(src);
	return refusal;
}

static GstFlowReturn finish_picture(MiracastSrc *src, const struct mc_event *event, GstBuffer **out)
{
	GError *error = NULL;
	GstBuffer *buffer = chunk_pool_take(src->pool, event, &error);

	if (error) {
		gst_element_message_full(GST_ELEMENT(src), GST_MESSAGE_ERROR, error->domain,
					 error->code,
					 g_strdup_printf("No picture: %s", error->message), NULL,
					 __FILE__, G_STRFUNC, __LINE__);
		g_error_free(error);
		return GST_FLOW_ERROR;
	}
	if (!buffer) {
		GST_OBJECT_LOCK(src);
		src->counters.dropped++;
		GST_OBJECT_UNLOCK(src);
		return GST_FLOW_OK;
	}
	set_times(src, buffer, event);
	chunk_meta_add(buffer, event, &src->damage, src->events.read_time_ns);
	GST_OBJECT_LOCK(src);
	src->counters.pictures++;
	src->counters.skipped += event->chunk.skipped;
	GST_OBJECT_UNLOCK(src);
	if (!src->asked_at_rest)
		src->activity_ns = picture_clock_now();
	src->asked_at_rest = FALSE;
	src->dark = FALSE;
	src->sent = TRUE;
	*out = buffer;
	return GST_FLOW_OK;
}

GstFlowReturn src_serve_chunk(MiracastSrc *src, const struct mc_event *event, GstBuffer **out)
{
	gboolean is_last = !DRM_MIRACAST_PART_OF_CHUNK_ID(event->chunk.chunk_id);
	GstFlowReturn flow = GST_FLOW_OK;
	const gchar *refusal = NULL;

	/* The last part stands for the picture. */
	if (src->have_mode && event->chunk.mode_serial < src->mode.serial) {
		if (is_last)
			drop(src, event);
		return GST_FLOW_OK;
	}
	if (src->damage_serial != event->chunk.mode_serial)
		memset(&src->damage, 0, sizeof(src->damage));
	src->damage_serial = event->chunk.mode_serial;
	chunk_damage_add(&src->damage, event);
	if (!is_last)
		return GST_FLOW_OK;
	if (!matches(src, event))
		refusal = adopt_from_chunk(src, event);
	else if (gst_pad_needs_reconfigure(GST_BASE_SRC_PAD(src)) &&
		 !gst_base_src_negotiate(GST_BASE_SRC(src)))
		refusal = "downstream does not take such pictures any more";
	if (!refusal)
		refusal = learn_rate(src, &event->chunk);
	if (refusal) {
		drop(src, event);
		GST_ELEMENT_ERROR(src, CORE, NEGOTIATION, ("Nobody takes the pictures."),
				  ("%s", refusal));
		flow = GST_FLOW_NOT_NEGOTIATED;
	} else {
		flow = finish_picture(src, event, out);
	}
	/* That of a picture that was lost is the next one's, too. */
	if (*out)
		memset(&src->damage, 0, sizeof(src->damage));
	src->damage.parts = 0;
	return flow;
}
