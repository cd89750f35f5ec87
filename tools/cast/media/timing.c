// SPDX-License-Identifier: MIT
/*
 * A picture is known by its running time, which no element changes. Those that are not
 * encoded are forgotten when others need the room.
 *
 * Probes run in streaming threads; the lock guards the pictures. Each probe has a reference.
 */
#include "media/timing.h"

#include <time.h>

#define CHUNK_META	"MiracastChunkMeta"
/* More than encoders keep. */
#define PICTURES	32

struct picture {
	GstClockTime at;
	guint64 taken, converted;
	GstStructure *known;	/* times that the source has reported */
};

struct timing {
	GMutex lock;
	GstClockTime pts_delay;
	struct picture pictures[PICTURES];
	guint next;
};

static guint64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return GST_TIMESPEC_TO_TIME(now);
}

static GstClockTime running_time(GstPad *pad, GstBuffer *buffer)
{
	GstEvent *event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
	const GstSegment *segment;
	GstClockTime time;

	if (!event)
		return GST_CLOCK_TIME_NONE;
	gst_event_parse_segment(event, &segment);
	time = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
	gst_event_unref(event);
	return time;
}

static struct picture *find_locked(struct timing *timing, GstClockTime at)
{
	guint i;

	for (i = 0; i < PICTURES; i++)
		if (GST_CLOCK_TIME_IS_VALID(at) && timing->pictures[i].taken &&
		    timing->pictures[i].at == at)
			return &timing->pictures[i];
	return NULL;
}

static void clear(struct picture *picture)
{
	gst_clear_structure(&picture->known);
	*picture = (struct picture){ 0 };
}

/* --- Steps ----------------------------------------------------------------------- */

static GstStructure *known_of(GstBuffer *buffer)
{
	static const struct {
		const char *theirs, *ours;
	} names[] = {
		{ "commit-time", "commit" }, { "vblank-time", "vblank" },
		{ "ready-time", "ready" }, { "read-time", "read" },
	};
	GstCustomMeta *meta = gst_buffer_get_custom_meta(buffer, CHUNK_META);
	GstStructure *known = gst_structure_new_empty(TIMING_MESSAGE);
	guint64 time;
	gsize i;

	if (!meta)
		return known;
	gst_structure_set(known, "frame", G_TYPE_UINT64, GST_BUFFER_OFFSET(buffer), NULL);
	for (i = 0; i < G_N_ELEMENTS(names); i++)
		if (gst_structure_get_uint64(gst_custom_meta_get_structure(meta), names[i].theirs,
					     &time) && time)
			gst_structure_set(known, names[i].ours, G_TYPE_UINT64, time, NULL);
	return known;
}

static GstPadProbeReturn on_taken(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
	GstStructure *known = known_of(buffer);
	GstClockTime at = running_time(pad, buffer);
	struct timing *timing = user;
	struct picture *picture;

	g_mutex_lock(&timing->lock);
	picture = &timing->pictures[timing->next++ % PICTURES];
	clear(picture);
	picture->at = at;
	picture->known = known;
	picture->taken = now_ns();
	g_mutex_unlock(&timing->lock);
	return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn on_converted(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	GstClockTime at = running_time(pad, GST_PAD_PROBE_INFO_BUFFER(info));
	struct timing *timing = user;
	struct picture *picture;

	g_mutex_lock(&timing->lock);
	picture = find_locked(timing, at);
	if (picture)
		picture->converted = now_ns();
	g_mutex_unlock(&timing->lock);
	return GST_PAD_PROBE_OK;
}

static void post(GstPad *pad, struct picture *picture, GstClockTime pts_delay)
{
	GstElement *element = gst_pad_get_parent_element(pad);
	GstStructure *known = g_steal_pointer(&picture->known);
	guint64 pts = gst_util_uint64_scale(picture->at + pts_delay, 9, 100000) & 0x1ffffffff;

	gst_structure_set(known, "pts", G_TYPE_UINT64, pts, "taken", G_TYPE_UINT64, picture->taken,
			  "converted", G_TYPE_UINT64, picture->converted, "encoded", G_TYPE_UINT64,
			  now_ns(), NULL);
	if (element)
		gst_element_post_message(element,
					 gst_message_new_application(GST_OBJECT(element), known));
	else
		gst_structure_free(known);
	gst_clear_object(&element);
}

static GstPadProbeReturn on_encoded(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	GstClockTime at = running_time(pad, GST_PAD_PROBE_INFO_BUFFER(info));
	struct picture found = { 0 }, *picture;
	struct timing *timing = user;

	g_mutex_lock(&timing->lock);
	picture = find_locked(timing, at);
	if (picture) {
		found = *picture;
		*picture = (struct picture){ 0 };
	}
	g_mutex_unlock(&timing->lock);
	if (found.known)
		post(pad, &found, timing->pts_delay);
	return GST_PAD_PROBE_OK;
}

/* --- Beginning and end ----------------------------------------------------------- */

static void clear_timing(gpointer user)
{
	struct timing *timing = user;
	guint i;

	for (i = 0; i < PICTURES; i++)
		clear(&timing->pictures[i]);
	g_mutex_clear(&timing->lock);
}

static void release(gpointer user)
{
	g_atomic_rc_box_release_full(user, clear_timing);
}

static void watch(GstElement *element, const char *name, GstPadProbeCallback probe,
		  struct timing *timing)
{
	GstPad *pad = gst_element_get_static_pad(element, name);

	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, probe, g_atomic_rc_box_acquire(timing),
			  release);
	gst_object_unref(pad);
}

void timing_watch(GstElement *source, GstElement *encoder, GstElement *parse,
		  GstClockTime pts_delay)
{
	struct timing *timing = g_atomic_rc_box_new0(struct timing);

	g_mutex_init(&timing->lock);
	timing->pts_delay = pts_delay;
	watch(source, "src", on_taken, timing);
	watch(encoder, "sink", on_converted, timing);
	watch(parse, "src", on_encoded, timing);
	release(timing);
}
