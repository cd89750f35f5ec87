// SPDX-License-Identifier: MIT
/*
 * miracastsrc with a context that the test plays; see fakecontext.h.
 */
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <gst/allocators/gstdmabuf.h>
#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "chunkmeta.h"
#include "device.h"
#include "edid_sample.h"
#include "fakecontext.h"
#include "harness.h"
#include "miracastsrc.h"
#include "owner.h"
#include "stats.h"

#define WIDTH 64
#define HEIGHT 48
#define PATIENCE (60 * GST_SECOND)
#define DMABUF "video/x-raw(memory:DMABuf)"

/* --- The bench ------------------------------------------------------------------- */

struct bench {
	struct fake *fake;
	GstElement *src;
	GstHarness *out;
	GstBus *bus;
	GstBufferPool *pool; /* what downstream offers, or NULL */
	guint pool_bytes, pool_min;
};

/* Whoever downstream is, it answers here. */
static GstPadProbeReturn on_query(GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
	struct bench *bench = data;
	GstQuery *query = GST_PAD_PROBE_INFO_QUERY(probe);

	(void)pad;
	if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION ||
	    (!bench->pool && !bench->pool_min))
		return GST_PAD_PROBE_OK;
	gst_query_add_allocation_pool(query, bench->pool, bench->pool_bytes, bench->pool_min, 0);
	gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, NULL);
	return GST_PAD_PROBE_HANDLED;
}

static void begin(struct bench *bench, struct fake *fake, const gchar *caps)
{
	memset(bench, 0, sizeof(*bench));
	bench->fake = fake;
	bench->bus = gst_bus_new();
	bench->src = gst_object_ref_sink(
		g_object_new(MIRACAST_TYPE_SRC, "fd", fake->context_fd, "modes", "64x48@60", NULL));
	gst_element_set_bus(bench->src, bench->bus);
	bench->out = gst_harness_new_with_element(bench->src, NULL, "src");
	gst_pad_add_probe(bench->out->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query, bench,
			  NULL);
	if (caps)
		gst_harness_set_sink_caps_str(bench->out, caps);
	gst_harness_use_systemclock(bench->out);
}

static void play(struct bench *bench)
{
	gst_harness_play(bench->out);
}

static void end(struct bench *bench)
{
	gst_element_set_state(bench->src, GST_STATE_NULL);
	gst_harness_teardown(bench->out);
	gst_element_set_bus(bench->src, NULL);
	gst_object_unref(bench->src);
	gst_object_unref(bench->bus);
	if (bench->pool)
		gst_object_unref(bench->pool);
	fake_free(bench->fake);
}

/* The usual: copies of 64x48, in three buffers. */
static void begin_copy(struct bench *bench, guint32 fourcc, const gchar *caps)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, fourcc);

	for (guint64 number = 1; number <= 3; number++)
		fake_add_buffer(fake, number, fourcc, WIDTH, HEIGHT);
	begin(bench, fake, caps);
}

/* The next picture; without it there is nothing to go on with. */
static GstBuffer *pull(struct bench *bench)
{
	GstBuffer *buffer = gst_harness_pull(bench->out);

	if (buffer)
		return buffer;
	check(FALSE, "a picture comes");
	exit(1);
}

/* With patience, but not for ever. */
#define AWAIT(condition)                                                            \
	for (gint64 await_end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;        \
	     !(condition) && g_get_monotonic_time() < await_end;)                    \
		g_usleep(1000)

static GstStructure *await_element(struct bench *bench, const gchar *name)
{
	GstStructure *structure = NULL;
	GstMessage *message;

	while (!structure) {
		message = gst_bus_timed_pop_filtered(bench->bus, PATIENCE, GST_MESSAGE_ELEMENT);
		if (!message)
			return NULL;
		if (gst_message_has_name(message, name))
			structure = gst_structure_copy(gst_message_get_structure(message));
		gst_message_unref(message);
	}
	return structure;
}

static gboolean awaits(struct bench *bench, const gchar *name)
{
	GstStructure *structure = await_element(bench, name);
	gboolean good = !!structure;

	g_clear_pointer(&structure, gst_structure_free);
	return good;
}

static gboolean await_message(struct bench *bench, GstMessageType type, gint code)
{
	GstMessage *message = gst_bus_timed_pop_filtered(bench->bus, PATIENCE, type);
	GError *error = NULL;
	gboolean good = !!message;

	if (message && type == GST_MESSAGE_ERROR)
		gst_message_parse_error(message, &error, NULL);
	if (message && type == GST_MESSAGE_WARNING)
		gst_message_parse_warning(message, &error, NULL);
	if (error)
		good = error->code == code;
	if (error && !good)
		printf("# %s\n", error->message);
	g_clear_error(&error);
	if (message)
		gst_message_unref(message);
	return good;
}

static gboolean accepted(struct fake *fake, guint64 number)
{
	return FAKE_REACHES(fake, completed, number) &&
	       FAKE_GET(fake, status) == DRM_MIRACAST_COMPLETION_SUCCESS;
}

static gboolean refused(struct fake *fake, guint64 number)
{
	return FAKE_REACHES(fake, completed, number) &&
	       FAKE_GET(fake, status) == DRM_MIRACAST_COMPLETION_REFUSED;
}

static void send_picture(struct fake *fake, guint64 number)
{
	struct fake_chunk chunk;

	fake_chunk(fake, &chunk, number);
	fake_send_chunk(fake, &chunk);
}

static const GstStructure *chunk_meta(GstBuffer *buffer)
{
	GstCustomMeta *meta = gst_buffer_get_custom_meta(buffer, CHUNK_META);

	return meta ? gst_custom_meta_get_structure(meta) : NULL;
}

static guint64 counter(struct bench *bench, const gchar *name)
{
	return stats_counter(bench->src, name);
}

/* Of a kind, of those that arrive. */
static GstEvent *await_event(struct bench *bench, GstEventType type)
{
	GstEvent *event;

	while ((event = gst_harness_pull_event(bench->out))) {
		if (GST_EVENT_TYPE(event) == type)
			return event;
		gst_event_unref(event);
	}
	return NULL;
}

/* --- Beginning and end ----------------------------------------------------------- */

static void check_announcing(void)
{
	struct bench bench;
	gchar *connector;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "modes", "1280x720@60, 64x48@59.94", "monitor-name", "Beamer 3",
		     NULL);
	play(&bench);
	check(bench.fake->state == DRM_MIRACAST_STATE_MONITOR && bench.fake->arrivals == 1,
	      "a session is started, and a monitor announced");
	check(bench.fake->mode_count == 2 && bench.fake->modes[0].width == 1280 &&
		      bench.fake->modes[0].flags == DRM_MIRACAST_MODE_FLAG_PREFERRED &&
		      bench.fake->modes[1].refresh_mhz == 59940,
	      "with its modes, the first preferred");
	check(bench.fake->edid_size == 128 && memmem(bench.fake->edid, 128, "Beamer 3", 8),
	      "and its name");
	g_object_get(bench.src, "connector", &connector, NULL);
	check(!g_strcmp0(connector, "Virtual-7"), "the connector has a name, too");
	g_free(connector);
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(bench.fake->stops == 1, "and READY ends the session");
	for (guint nth = 0; nth < 50; nth++) {
		gst_element_set_state(bench.src, GST_STATE_PLAYING);
		gst_element_set_state(bench.src, GST_STATE_READY);
	}
	check(bench.fake->stops == 51 && bench.fake->arrivals == 51, "as often as one likes");
	end(&bench);
}

static void check_formats(void)
{
	struct bench bench;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "video-formats",
		     "40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none", NULL);
	play(&bench);
	check(bench.fake->mode_count > 10 && bench.fake->modes[0].flags &&
		      bench.fake->modes[0].width == 1920 && bench.fake->modes[0].height == 1080,
	      "modes come from a sink's wfd_video_formats");
	end(&bench);

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "video-formats",
		     "wfd_audio_codecs: LPCM 00000002 00\r\n"
		     "wfd_video_formats: 00 00 01 01 00000001 00000000 00000000 00 0000 0000 00 "
		     "none none\r\n",
		     NULL);
	play(&bench);
	check(bench.fake->mode_count == 1 && bench.fake->modes[0].width == 640,
	      "or from all of its answer");
	end(&bench);
}

/* Mistakes that sinks make, and that the kernel forgives. */
static void check_repaired_edid(void)
{
	GString *body = g_string_new("wfd_video_formats: 00 00 01 02 00000061 00000000 00000000 00 "
				     "0000 0000 11 none none\r\nwfd_display_edid: 0002 ");
	guint8 right[SAMPLE_SIZE], wrong[SAMPLE_SIZE];
	struct bench bench;
	GBytes *edid;

	sample_edid(right);
	memcpy(wrong, right, sizeof(wrong));
	wrong[1] = 0xfe;
	wrong[SAMPLE_SIZE - 1]++;
	for (guint nth = 0; nth < SAMPLE_SIZE; nth++)
		g_string_append_printf(body, "%02X", wrong[nth]);
	g_string_append(body, "\r\n");
	edid = g_bytes_new(wrong, sizeof(wrong));

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "edid", edid, NULL);
	play(&bench);
	check(bench.fake->edid_size == SAMPLE_SIZE &&
		      !memcmp(bench.fake->edid, right, SAMPLE_SIZE),
	      "an EDID with mistakes is repaired");
	check(await_message(&bench, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR_SETTINGS),
	      "and that is said");
	end(&bench);
	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "video-formats", body->str, NULL);
	play(&bench);
	check(bench.fake->edid_size == SAMPLE_SIZE &&
		      !memcmp(bench.fake->edid, right, SAMPLE_SIZE),
	      "so is one in a sink's answer");
	check(await_message(&bench, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR_SETTINGS),
	      "and that is said, too");
	end(&bench);
	g_bytes_unref(edid);
	g_string_free(body, TRUE);
}

/* Whether it cannot start, and says why. */
static gboolean fails(struct bench *bench, gint code)
{
	gst_element_set_state(bench->src, GST_STATE_NULL);
	gst_bus_set_flushing(bench->bus, TRUE);
	gst_bus_set_flushing(bench->bus, FALSE);
	return gst_element_set_state(bench->src, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE &&
	       await_message(bench, GST_MESSAGE_ERROR, code);
}

static void check_bad_settings(void)
{
	static const struct {
		const gchar *name, *value;
	} bad[] = {
		{ "modes", "1920x1080@60, fast" },
		{ "modes", " , " },
		{ "modes", "99999x1@60" },
		{ "video-formats", "none" },
		{ "video-formats", "40 00" },
		{ "monitor-name", "far too long for one" },
		{ "monitor-name", "" },
	};
	GBytes *edid = g_bytes_new_static("no EDID", 7);
	struct bench bench;

	for (guint nth = 0; nth < G_N_ELEMENTS(bad); nth++) {
		gchar *what = g_strdup_printf("%s '%s' is an error", bad[nth].name, bad[nth].value);

		begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
		g_object_set(bench.src, bad[nth].name, bad[nth].value, NULL);
		check(fails(&bench, GST_RESOURCE_ERROR_SETTINGS) &&
			      !bench.fake->arrivals,
		      what);
		g_free(what);
		end(&bench);
	}
	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "edid", edid, NULL);
	check(fails(&bench, GST_RESOURCE_ERROR_SETTINGS),
	      "so is a bad EDID");
	g_object_set(bench.src, "edid", NULL, "fd", 0, NULL);
	check(fails(&bench, GST_RESOURCE_ERROR_SETTINGS),
	      "and a file that is no context");
	g_bytes_unref(edid);
	end(&bench);
}

static void check_handed_over(void)
{
	struct bench bench;
	GstBuffer *buffer;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "modes", NULL, NULL);
	play(&bench);
	check(!bench.fake->arrivals && bench.fake->state == DRM_MIRACAST_STATE_CREATED,
	      "who hands over a context announces the monitor");
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	check(accepted(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "also later");
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(!bench.fake->stops && !bench.fake->departures, "and ends it");

	/* The mode was accepted then, and is not set once more. */
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(FAKE_GET(bench.fake, requests) == 1,
	      "a monitor that is there is asked for a picture");
	send_picture(bench.fake, 1);
	buffer = pull(&bench);
	check(!!buffer, "which comes without another mode set");
	gst_buffer_unref(buffer);
	end(&bench);

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_STARTED;
	play(&bench);
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(bench.fake->arrivals == 1 && !bench.fake->stops && bench.fake->departures == 1,
	      "a session that was there stays, without the monitor");
	end(&bench);
}

/* What ends the stream, and how. */
static void check_ends(void)
{
	struct drm_miracast_message_stopped stopped = { .cause = DRM_MIRACAST_CAUSE_OWNER };
	struct bench bench;
	GstEvent *event;
	guint64 nonsense[4] = { ~0ULL, ~0ULL, ~0ULL, ~0ULL };

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	play(&bench);
	fake_message(bench.fake, DRM_MIRACAST_MSG_STOPPED, FALSE, &stopped, sizeof(stopped));
	event = await_event(&bench, GST_EVENT_EOS);
	check(!!event, "the end of the session is that of the stream");
	gst_clear_event(&event);
	end(&bench);

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	play(&bench);
	fake_end(bench.fake, -ESTALE);
	event = await_event(&bench, GST_EVENT_EOS);
	check(event && await_message(&bench, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR_CLOSE),
	      "so is that of the context, with a warning");
	gst_clear_event(&event);
	end(&bench);

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	play(&bench);
	fake_end(bench.fake, -ENODEV);
	check(await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "a device that is gone is an error");
	end(&bench);

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	play(&bench);
	fake_write(bench.fake, nonsense, sizeof(nonsense));
	check(await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "and so is nonsense");
	end(&bench);
}

/* --- Pictures -------------------------------------------------------------------- */

static gboolean begin_mode(struct bench *bench)
{
	return accepted(bench->fake, fake_mode_set(bench->fake, WIDTH, HEIGHT, 60000));
}

/* A bench that plays, with a mode that is accepted. */
static void begin_lit(struct bench *bench, guint32 fourcc, const gchar *caps)
{
	begin_copy(bench, fourcc, caps);
	play(bench);
	begin_mode(bench);
}

static void check_caps(guint32 fourcc, const gchar *expected)
{
	struct bench bench;
	GstCaps *caps, *wanted = gst_caps_from_string(expected);
	gchar *text;

	begin_copy(&bench, fourcc, NULL);
	play(&bench);
	check(begin_mode(&bench), "a mode is accepted");
	caps = gst_pad_get_current_caps(bench.out->sinkpad);
	text = caps ? gst_caps_to_string(caps) : NULL;
	printf("# %s\n", text ? text : "none");
	check(caps && gst_caps_is_subset(caps, wanted) && gst_caps_is_fixed(caps),
	      "and its caps say all of it");
	g_free(text);
	gst_clear_caps(&caps);
	gst_caps_unref(wanted);
	end(&bench);
}

static gboolean is_painted(GstBuffer *buffer, const GstVideoInfo *info, guint x, guint y,
			   guint32 value)
{
	GstVideoFrame frame;
	const guint8 *line;
	gboolean good;

	if (!gst_video_frame_map(&frame, info, buffer, GST_MAP_READ))
		return FALSE;
	line = (const guint8 *)GST_VIDEO_FRAME_PLANE_DATA(&frame, 0) +
	       (gsize)GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0) * y;
	good = GST_VIDEO_INFO_IS_YUV(info) ? line[x] == value : !memcmp(line + 4 * x, &value, 4);
	gst_video_frame_unmap(&frame);
	return good;
}

static void current_info(struct bench *bench, GstVideoInfo *info)
{
	GstCaps *caps = gst_pad_get_current_caps(bench->out->sinkpad);

	gst_video_info_from_caps(info, caps);
	gst_caps_unref(caps);
}

static void check_metas(GstBuffer *buffer)
{
	const GstStructure *meta = chunk_meta(buffer);
	GstVideoRegionOfInterestMeta *region;
	gpointer state = NULL;
	guint64 id = 0, vblank = 0, commit = 0;
	guint skipped = 0, count = 0;

	while ((region = (GstVideoRegionOfInterestMeta *)gst_buffer_iterate_meta_filtered(
			buffer, &state, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE)))
		count += region->x == 8 && region->y == 4 && region->w == 16 && region->h == 16 &&
			 region->roi_type == g_quark_from_static_string(CHUNK_DAMAGE);
	check(count == 1, "its damage is a region of interest");
	check(meta && gst_structure_get_uint64(meta, "chunk-id", &id) && id == 1 &&
		      gst_structure_get_uint64(meta, "vblank-time", &vblank) &&
		      gst_structure_get_uint64(meta, "commit-time", &commit) &&
		      vblank == commit + 2000000 &&
		      gst_structure_get_uint(meta, "skipped", &skipped) && skipped == 2,
	      "what the driver says of it comes along");
}

static void check_picture(guint32 fourcc, const gchar *filter, gboolean dmabuf)
{
	struct bench bench;
	struct fake_chunk chunk;
	GstBuffer *buffer, *copy;
	GstVideoMeta *layout;
	GstVideoInfo info;
	GstClockTime base, running;

	begin_copy(&bench, fourcc, filter);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	play(&bench);
	begin_mode(&bench);
	fake_paint(bench.fake, 2, 9, 5, fourcc == DRM_FORMAT_NV12 ? 77 : 0x123456);
	fake_chunk(bench.fake, &chunk, 2);
	chunk.chunk.skipped = 2;
	fake_send_chunk(bench.fake, &chunk);
	buffer = pull(&bench);
	current_info(&bench, &info);
	layout = gst_buffer_get_video_meta(buffer);
	check(layout && layout->stride[0] == 256 && layout->width == WIDTH &&
		      layout->height == HEIGHT,
	      "a picture comes with its layout");
	check(is_painted(buffer, &info, 9, 5, fourcc == DRM_FORMAT_NV12 ? 77 : 0x123456),
	      "and its pixels");
	check(gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)) == dmabuf,
	      dmabuf ? "as a dma-buf" : "in memory");
	base = gst_element_get_base_time(bench.src);
	running = chunk.chunk.vblank_time_ns - base;
	check(GST_BUFFER_PTS(buffer) == running,
	      "its time is that of the vblank, to the nanosecond");
	check_metas(buffer);
	check(FAKE_GET(bench.fake, released) == 0, "it is not released while somebody has it");
	copy = gst_buffer_copy(buffer);
	gst_buffer_unref(buffer);
	check(FAKE_GET(bench.fake, released) == 0, "or has a copy of it that shares its memory");
	check(is_painted(copy, &info, 9, 5, fourcc == DRM_FORMAT_NV12 ? 77 : 0x123456) &&
		      chunk_meta(copy),
	      "which is as good");
	gst_buffer_unref(copy);
	check(FAKE_GET(bench.fake, released) == 1, "and is released then");
	check(counter(&bench, "pictures") == 1 && counter(&bench, "skipped") == 2,
	      "all is counted");
	end(&bench);
}

/* Downstream knows nothing of layouts. */
static void check_plain(guint32 fourcc, guint width, gboolean copied)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, fourcc);
	struct bench bench;
	GstVideoInfo info;
	GstBuffer *buffer;
	GstMapInfo map;

	fake_add_buffer(fake, 1, fourcc, width, HEIGHT);
	begin(&bench, fake, NULL);
	play(&bench);
	check(accepted(fake, fake_mode_set(fake, width, HEIGHT, 60000)), "a mode is accepted");
	fake_paint(fake, 1, 3, 2, fourcc == DRM_FORMAT_NV12 ? 99 : 0xabcdef);
	send_picture(fake, 1);
	buffer = pull(&bench);
	current_info(&bench, &info);
	gst_buffer_map(buffer, &map, GST_MAP_READ);
	check(map.size == GST_VIDEO_INFO_SIZE(&info), "the size is what all expect");
	if (fourcc == DRM_FORMAT_NV12)
		check(map.data[2 * GST_VIDEO_INFO_PLANE_STRIDE(&info, 0) + 3] == 99,
		      "and a pixel where it is expected");
	else
		check(map.data[(2 * width + 3) * 4] == 0xef, "and a pixel where it is expected");
	gst_buffer_unmap(buffer, &map);
	check(FAKE_GET(fake, released) == (guint64)copied,
	      copied ? "it is a copy" : "without a copy");
	gst_buffer_unref(buffer);
	check(FAKE_GET(fake, released) == 1, "the chunk is released");
	end(&bench);
}

/* As an encoder that looks ahead. */
static void check_hoarding(void)
{
	GstBuffer *hoard[40] = { NULL };
	gboolean good = TRUE;
	struct bench bench;
	GstVideoInfo info;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	play(&bench);
	begin_mode(&bench);
	for (guint nth = 0; nth < G_N_ELEMENTS(hoard); nth++) {
		guint64 number = MIN(nth + 1, 3);

		fake_paint(bench.fake, number, 7, 3, 1000 + nth);
		send_picture(bench.fake, number);
		hoard[nth] = pull(&bench);
	}
	check(FAKE_GET(bench.fake, unreleased) == 2,
	      "who keeps all pictures leaves a buffer to the driver");
	current_info(&bench, &info);
	for (guint nth = 0; nth < G_N_ELEMENTS(hoard); nth++)
		good &= hoard[nth] && is_painted(hoard[nth], &info, 7, 3, 1000 + nth) &&
			chunk_meta(hoard[nth]);
	check(good, "and has them, each as it was");
	for (guint nth = 0; nth < G_N_ELEMENTS(hoard); nth++)
		gst_clear_buffer(&hoard[nth]);
	check(FAKE_GET(bench.fake, released) == G_N_ELEMENTS(hoard), "all are released");
	end(&bench);

	begin_copy(&bench, DRM_FORMAT_XRGB8888, DMABUF);
	bench.pool_min = 3;
	play(&bench);
	begin_mode(&bench);
	check(await_message(&bench, GST_MESSAGE_WARNING, GST_RESOURCE_ERROR_NO_SPACE_LEFT),
	      "a device that keeps as many as there are is worth a warning");
	end(&bench);
}

static void check_parts(void)
{
	struct bench bench;
	struct fake_chunk chunk;
	GstBuffer *buffer;
	guint parts = 0, regions;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	play(&bench);
	begin_mode(&bench);
	fake_chunk(bench.fake, &chunk, 1);
	chunk.chunk.chunk_id = DRM_MIRACAST_MAKE_CHUNK_ID(5, 1);
	fake_send_chunk(bench.fake, &chunk);
	chunk.chunk.chunk_id = DRM_MIRACAST_MAKE_CHUNK_ID(5, 0);
	chunk.chunk.clip_count = DRM_MIRACAST_MAX_CLIPS;
	for (guint nth = 0; nth < DRM_MIRACAST_MAX_CLIPS; nth++)
		chunk.clips[nth] = chunk.clips[0];
	fake_send_chunk(bench.fake, &chunk);
	buffer = pull(&bench);
	regions = gst_buffer_get_n_meta(buffer, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE);
	check(gst_structure_get_uint(chunk_meta(buffer), "parts", &parts) && parts == 2 &&
		      regions == 2,
	      "a picture in parts is one; what is too much damage becomes one region");
	gst_buffer_unref(buffer);
	end(&bench);
}

/* A driver that lies does not make anybody read what is not there. */
static void check_lies(void)
{
	struct bench bench;
	GstBuffer *buffer;
	struct fake_chunk chunk;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->buffers[0].info.height = HEIGHT - 1;
	fake_chunk(bench.fake, &chunk, 1);
	chunk.chunk.height = HEIGHT;
	fake_send_chunk(bench.fake, &chunk);
	check(await_message(&bench, GST_MESSAGE_ERROR, GST_STREAM_ERROR_FORMAT) &&
		      FAKE_REACHES(bench.fake, released, 1),
	      "a picture larger than its buffer is an error, and released");
	end(&bench);

	begin_lit(&bench, DRM_FORMAT_XRGB8888, DMABUF);
	bench.fake->buffers[0].info.planes[0].offset = 1 << 30;
	send_picture(bench.fake, 1);
	check(await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ) &&
		      FAKE_REACHES(bench.fake, released, 1),
	      "so is one outside of it");
	end(&bench);

	begin_lit(&bench, DRM_FORMAT_XRGB8888, DMABUF);
	bench.fake->buffers[0].info.object_count = 99;
	send_picture(bench.fake, 1);
	check(await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "and one of too many files");
	end(&bench);

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->buffers[0].info.plane_count = 1000;
	send_picture(bench.fake, 1);
	check(await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "of too many planes, when it is mapped");
	end(&bench);

	begin_lit(&bench, DRM_FORMAT_NV12, NULL);
	bench.fake->buffers[0].info.plane_count = 3;
	bench.fake->buffers[0].info.planes[2].pitch = 256;
	bench.fake->buffers[0].info.planes[2].object = 77;
	send_picture(bench.fake, 1);
	check(await_message(&bench, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR_READ),
	      "or with one in a file that there is not");
	end(&bench);

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->buffers[0].error = -ESTALE;
	send_picture(bench.fake, 1);
	send_picture(bench.fake, 2);
	buffer = pull(&bench);
	check(gst_buffer_get_n_meta(buffer, GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE) == 2,
	      "one that is gone already leaves its damage to the next");
	gst_buffer_unref(buffer);
	check(FAKE_GET(bench.fake, released) == 2 && counter(&bench, "dropped") == 1,
	      "and is left out");
	end(&bench);
}

static void check_gone(void)
{
	struct drm_miracast_message_buffer_gone gone = { .buffer = 1 };
	struct bench bench;
	GstBuffer *first, *second;
	GstVideoInfo info;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	play(&bench);
	begin_mode(&bench);
	fake_paint(bench.fake, 1, 0, 0, 1);
	send_picture(bench.fake, 1);
	first = pull(&bench);
	fake_message(bench.fake, DRM_MIRACAST_MSG_BUFFER_GONE, FALSE, &gone, sizeof(gone));
	fake_add_buffer(bench.fake, 1, DRM_FORMAT_XRGB8888, WIDTH, HEIGHT);
	fake_paint(bench.fake, 1, 0, 0, 2);
	send_picture(bench.fake, 1);
	second = pull(&bench);
	current_info(&bench, &info);
	check(is_painted(first, &info, 0, 0, 1) && is_painted(second, &info, 0, 0, 2),
	      "a buffer that is gone is asked for again, and stays with whoever has it");
	gst_buffer_unref(first);
	gst_element_set_state(bench.src, GST_STATE_NULL);
	check(is_painted(second, &info, 0, 0, 2), "also after the end");
	gst_buffer_unref(second);
	check(FAKE_GET(bench.fake, released) == 1, "which releases nothing any more");
	end(&bench);

	begin_lit(&bench, DRM_FORMAT_XRGB8888, DMABUF);
	fake_paint(bench.fake, 1, 0, 0, 3);
	send_picture(bench.fake, 1);
	first = pull(&bench);
	current_info(&bench, &info);
	end(&bench);
	check(is_painted(first, &info, 0, 0, 3), "so does a dma-buf, when the context is gone");
	gst_buffer_unref(first);
}

/* --- A session that goes on ------------------------------------------------------ */

static GstPadProbeReturn on_block(GstPad *pad, GstPadProbeInfo *probe, gpointer blocked)
{
	(void)pad;
	(void)probe;
	g_atomic_int_inc((gint *)blocked);
	return GST_PAD_PROBE_OK;
}

/* It is another's: all that was read of it has to be there for the next reader. */
static void check_left(void)
{
	struct fake_chunk chunks[3];
	struct bench bench;
	GstBuffer *buffer;
	gint blocked = 0;
	gulong probe;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "modes", NULL, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	play(&bench);
	begin_mode(&bench);
	send_picture(bench.fake, 1);
	buffer = pull(&bench);
	/* All three are read, and the first does not get away. */
	probe = gst_pad_add_probe(GST_BASE_SRC_PAD(bench.src),
				  GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER, on_block,
				  &blocked, NULL);
	for (guint nth = 0; nth < 3; nth++)
		fake_chunk(bench.fake, &chunks[nth], 2 + nth % 2);
	fake_send_chunks(bench.fake, chunks, 3);
	AWAIT(g_atomic_int_get(&blocked));
	gst_element_set_state(bench.src, GST_STATE_READY);
	gst_pad_remove_probe(GST_BASE_SRC_PAD(bench.src), probe);
	check(FAKE_GET(bench.fake, released) == 3 && FAKE_GET(bench.fake, unreleased) == 1 &&
		      !bench.fake->stops,
	      "chunks that nobody has seen are released at the end");
	gst_buffer_unref(buffer);
	check(FAKE_GET(bench.fake, unreleased) == 0,
	      "and one that somebody has, when it is let go of");
	end(&bench);
}

static void check_asked_again(void)
{
	struct bench bench;
	guint64 number;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "modes", NULL, "confirm-modes", TRUE, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	play(&bench);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	check(awaits(&bench, "miracast-mode-set") && FAKE_GET(bench.fake, completed) == 0,
	      "a mode that is not answered at the end");
	gst_element_set_state(bench.src, GST_STATE_READY);
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(awaits(&bench, "miracast-mode-set"), "is asked for again");
	g_signal_emit_by_name(bench.src, "answer-mode", (guint64)1, TRUE);
	check(accepted(bench.fake, number), "and can be answered then");
	end(&bench);
}

/* One monitor goes and another comes, while downstream has a picture of the first. */
static void check_next_monitor(void)
{
	struct drm_miracast_message_picture_state none = {
		.picture_state = DRM_MIRACAST_PICTURE_STATE_NO_MONITOR,
	};
	struct drm_miracast_message_buffer_gone gone;
	GstBuffer *first, *second;
	GstVideoInfo before, after;
	struct bench bench;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "modes", NULL, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	play(&bench);
	begin_mode(&bench);
	fake_paint(bench.fake, 1, 0, 0, 1);
	send_picture(bench.fake, 1);
	first = pull(&bench);
	current_info(&bench, &before);

	fake_message(bench.fake, DRM_MIRACAST_MSG_PICTURE_STATE, FALSE, &none, sizeof(none));
	memset(&gone, 0, sizeof(gone));
	for (gone.buffer = 1; gone.buffer <= 3; gone.buffer++)
		fake_message(bench.fake, DRM_MIRACAST_MSG_BUFFER_GONE, FALSE, &gone, sizeof(gone));
	check(awaits(&bench, "miracast-picture-state"), "a monitor that goes is reported");

	for (guint64 number = 4; number <= 6; number++)
		fake_add_buffer(bench.fake, number, DRM_FORMAT_XRGB8888, 96, 80);
	check(accepted(bench.fake, fake_mode_set(bench.fake, 96, 80, 60000)),
	      "the mode of the next one is accepted");
	fake_paint(bench.fake, 4, 0, 0, 2);
	send_picture(bench.fake, 4);
	second = pull(&bench);
	current_info(&bench, &after);
	check(GST_VIDEO_INFO_WIDTH(&after) == 96 && is_painted(second, &after, 0, 0, 2),
	      "and its picture comes");
	check(is_painted(first, &before, 0, 0, 1), "while another's stays as it was");
	gst_buffer_unref(first);
	gst_buffer_unref(second);
	end(&bench);
}

/* --- Modes ----------------------------------------------------------------------- */

static void check_renegotiation(void)
{
	struct bench bench;
	GstStructure *structure;
	GstVideoInfo info;
	gboolean good = TRUE;
	guint64 number;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, "video/x-raw,width=[1,100]");
	send_picture(bench.fake, 1);
	gst_buffer_unref(pull(&bench));
	number = fake_mode_set(bench.fake, 640, 480, 60000);
	check(refused(bench.fake, number), "a mode that downstream does not take is refused");
	do {
		structure = await_element(&bench, "miracast-mode");
		if (!structure)
			break;
		gst_structure_get_boolean(structure, "accepted", &good);
		g_clear_pointer(&structure, gst_structure_free);
	} while (good);
	check(!good && counter(&bench, "refused") == 1, "and the application hears of it");
	fake_add_buffer(bench.fake, 4, DRM_FORMAT_XRGB8888, 96, 80);
	number = fake_mode_set(bench.fake, 96, 80, 30000);
	check(accepted(bench.fake, number), "another is accepted");
	send_picture(bench.fake, 4);
	gst_buffer_unref(pull(&bench));
	current_info(&bench, &info);
	check(GST_VIDEO_INFO_WIDTH(&info) == 96 && GST_VIDEO_INFO_HEIGHT(&info) == 80,
	      "and its pictures come");
	end(&bench);
}

/* How downstream takes the caps. */
static gboolean on_caps_refuse(GstPad *pad, GstObject *parent, GstEvent *event)
{
	gboolean good = GST_EVENT_TYPE(event) != GST_EVENT_CAPS;

	(void)pad;
	(void)parent;
	gst_event_unref(event);
	return good;
}

static void check_refusal(void)
{
	struct bench bench;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_pad_set_event_function(bench.out->sinkpad, on_caps_refuse);
	play(&bench);
	check(refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "a mode whose caps cannot be set downstream is refused");
	end(&bench);
}

/* The driver's word is the last. */
static void check_completion(void)
{
	GstStructure *structure;
	struct bench bench;
	gboolean good = TRUE;
	guint64 number;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	bench.fake->accept_error = -EINVAL;
	play(&bench);
	check(refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "a mode that the driver does not let be accepted is refused");
	structure = await_element(&bench, "miracast-mode");
	check(structure && gst_structure_get_boolean(structure, "accepted", &good) && !good &&
		      gst_structure_has_field(structure, "reason") && !counter(&bench, "modes"),
	      "and is never said to be accepted");
	g_clear_pointer(&structure, gst_structure_free);
	bench.fake->accept_error = 0;
	check(begin_mode(&bench), "the next one is as good as any");
	end(&bench);

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "confirm-modes", TRUE, NULL);
	play(&bench);
	fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	check(awaits(&bench, "miracast-mode-set"), "a mode waits");
	bench.fake->accept_error = -ESTALE;
	g_signal_emit_by_name(bench.src, "answer-mode", (guint64)1, TRUE);
	number = fake_mode_set(bench.fake, 96, 80, 60000);
	check(awaits(&bench, "miracast-mode-set"), "and another supersedes it");
	check(!counter(&bench, "modes") && !counter(&bench, "refused"), "which is no refusal");
	bench.fake->accept_error = 0;
	g_signal_emit_by_name(bench.src, "answer-mode", (guint64)2, TRUE);
	check(accepted(bench.fake, number) && bench.fake->completions == 1, "and counts alone");
	end(&bench);
}

static GstBaseSrc *flushed; /* by on_caps_flush() */

static gboolean on_caps_flush(GstPad *pad, GstObject *parent, GstEvent *event)
{
	GstBaseSrc *base = g_atomic_pointer_get(&flushed);

	if (!base || GST_EVENT_TYPE(event) != GST_EVENT_CAPS) {
		gst_event_unref(event);
		return TRUE;
	}
	GST_BASE_SRC_GET_CLASS(base)->unlock(base);
	return on_caps_refuse(pad, parent, event);
}

/* As when there is a flush in the middle of a negotiation. */
static void check_interrupted(void)
{
	struct bench bench;
	guint64 number;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_atomic_pointer_set(&flushed, GST_BASE_SRC(bench.src));
	gst_pad_set_event_function(bench.out->sinkpad, on_caps_flush);
	play(&bench);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	AWAIT(gst_pad_get_task_state(GST_BASE_SRC_PAD(bench.src)) == GST_TASK_PAUSED);
	check(FAKE_GET(bench.fake, completed) == 0,
	      "a mode is not refused because downstream is flushed");
	g_atomic_pointer_set(&flushed, NULL);
	GST_BASE_SRC_GET_CLASS(bench.src)->unlock_stop(GST_BASE_SRC(bench.src));
	gst_element_set_state(bench.src, GST_STATE_PAUSED);
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(accepted(bench.fake, number), "but accepted after that");
	end(&bench);
}

/* Nobody is there to be asked when the mode is set. */
static void check_alone(void)
{
	struct bench bench;
	guint64 number;
	GstPad *sink;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	sink = bench.out->sinkpad;
	gst_pad_unlink(GST_BASE_SRC_PAD(bench.src), sink);
	play(&bench);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	g_usleep(G_USEC_PER_SEC / 2);
	check(FAKE_GET(bench.fake, completed) == 0, "a mode waits for somebody downstream");
	gst_pad_link(GST_BASE_SRC_PAD(bench.src), sink);
	check(accepted(bench.fake, number), "who is asked for it then");
	gst_pad_send_event(sink, gst_event_new_flush_start());
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 30000);
	g_usleep(G_USEC_PER_SEC / 2);
	check(FAKE_GET(bench.fake, completed) == number - 1, "it waits for a flush there, too");
	gst_pad_send_event(sink, gst_event_new_flush_stop(FALSE));
	check(accepted(bench.fake, number), "and is accepted after it");
	check(FAKE_GET(bench.fake, completions) == 2 && !counter(&bench, "refused"),
	      "none is refused for that");
	end(&bench);
}

/* Downstream wants something else in the middle. */
static void check_reconfigure(void)
{
	struct bench bench;
	GstBuffer *buffer;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, "video/x-raw");
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	play(&bench);
	begin_mode(&bench);
	send_picture(bench.fake, 1);
	buffer = pull(&bench);
	check(!gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)), "in memory at first");
	gst_buffer_unref(buffer);
	gst_harness_set_sink_caps_str(bench.out, DMABUF);
	gst_pad_push_event(bench.out->sinkpad, gst_event_new_reconfigure());
	check(FAKE_REACHES(bench.fake, requests, 1), "who comes anew gets a whole picture");
	send_picture(bench.fake, 1);
	buffer = pull(&bench);
	check(gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)), "and what it takes");
	gst_buffer_unref(buffer);
	end(&bench);
}

static guint64 serial_of(struct bench *bench)
{
	GstStructure *structure = await_element(bench, "miracast-mode-set");
	gboolean waits = FALSE;
	guint64 serial = 0;

	if (!structure)
		return 0;
	gst_structure_get_uint64(structure, "serial", &serial);
	gst_structure_get_boolean(structure, "waits", &waits);
	gst_structure_free(structure);
	return waits ? serial : 0;
}

static void check_confirmation(void)
{
	struct bench bench;
	guint64 first, second, serial;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	g_object_set(bench.src, "confirm-modes", TRUE, NULL);
	play(&bench);
	first = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	serial = serial_of(&bench);
	check(serial == 1 && FAKE_GET(bench.fake, completed) == 0,
	      "a mode waits for the application");
	g_signal_emit_by_name(bench.src, "answer-mode", serial, TRUE);
	check(accepted(bench.fake, first), "which accepts it");
	second = fake_mode_set(bench.fake, 96, 80, 60000);
	g_signal_emit_by_name(bench.src, "answer-mode", serial_of(&bench), FALSE);
	check(refused(bench.fake, second), "or refuses it");

	first = fake_mode_set(bench.fake, 96, 80, 60000);
	serial = serial_of(&bench);
	second = fake_mode_set(bench.fake, WIDTH, HEIGHT, 30000);
	g_signal_emit_by_name(bench.src, "answer-mode", serial, FALSE);
	check(serial_of(&bench) == serial + 1, "one that is replaced meanwhile");
	g_signal_emit_by_name(bench.src, "answer-mode", serial, FALSE);
	g_signal_emit_by_name(bench.src, "answer-mode", serial + 1, TRUE);
	check(accepted(bench.fake, second) && bench.fake->completions == 3,
	      "does not count any more");
	end(&bench);
}

/* --- At rest --------------------------------------------------------------------- */

static GstClockTime await_gap(struct bench *bench)
{
	GstEvent *event = await_event(bench, GST_EVENT_GAP);
	GstClockTime at = GST_CLOCK_TIME_NONE;

	if (event)
		gst_event_parse_gap(event, &at, NULL);
	gst_clear_event(&event);
	return at;
}

static void check_power(void)
{
	struct bench bench;
	GstClockTime first, second;
	GstStructure *structure;
	gboolean on = TRUE;
	GstBuffer *buffer;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	send_picture(bench.fake, 1);
	gst_buffer_unref(pull(&bench));
	fake_power(bench.fake, 0);
	structure = await_element(&bench, "miracast-power");
	check(structure && gst_structure_get_boolean(structure, "on", &on) && !on,
	      "the application hears that the screen is off");
	g_clear_pointer(&structure, gst_structure_free);
	first = await_gap(&bench);
	second = await_gap(&bench);
	check(GST_CLOCK_TIME_IS_VALID(second) && second > first &&
		      second - first >= 900 * GST_MSECOND,
	      "downstream gets a gap, and another each second");
	fake_power(bench.fake, 1);
	check(awaits(&bench, "miracast-power"), "until it is on");
	send_picture(bench.fake, 2);
	buffer = pull(&bench);
	check(GST_BUFFER_PTS(buffer) > second, "pictures go on after it");
	gst_buffer_unref(buffer);
	end(&bench);
}

static void check_keep_alive(void)
{
	struct bench bench;
	guint64 before;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	send_picture(bench.fake, 1);
	gst_buffer_unref(pull(&bench));
	before = FAKE_GET(bench.fake, requests);
	g_object_set(bench.src, "min-framerate", 100, 1, NULL);
	check(FAKE_REACHES(bench.fake, requests, before + 3),
	      "a screen at rest is asked for pictures when downstream wants them");
	end(&bench);
}

static void check_requests(void)
{
	struct bench bench;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_pad_push_event(bench.out->sinkpad,
			   gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE,
								       1));
	check(FAKE_GET(bench.fake, requests) == 1, "a request for a key unit is one for a picture");
	check(gst_element_send_event(bench.src, gst_video_event_new_upstream_force_key_unit(
							GST_CLOCK_TIME_NONE, TRUE, 1)) &&
		      FAKE_GET(bench.fake, requests) == 2,
	      "also when it is sent to the element");
	g_signal_emit_by_name(bench.src, "request-frame");
	check(FAKE_GET(bench.fake, requests) == 3, "and there is a signal for it");
	gst_element_set_state(bench.src, GST_STATE_NULL);
	g_signal_emit_by_name(bench.src, "request-frame");
	g_signal_emit_by_name(bench.src, "answer-mode", G_GUINT64_CONSTANT(1), TRUE);
	check(FAKE_GET(bench.fake, requests) == 3, "which does nothing at other times");
	end(&bench);
}

static void check_latency(void)
{
	GstQuery *query = gst_query_new_latency();
	GstClockTime min = 0, max = 0;
	gboolean live = FALSE;
	struct bench bench;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	play(&bench);
	check(accepted(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 30000)) &&
		      gst_element_query(bench.src, query),
	      "the latency is known");
	gst_query_parse_latency(query, &live, &min, &max);
	check(live && min == gst_util_uint64_scale(GST_SECOND, 1, 30) && max == 3 * min,
	      "a period, and as many more as there are buffers");
	gst_query_unref(query);
	end(&bench);
}

/* --- States ---------------------------------------------------------------------- */

static void check_pausing(void)
{
	struct bench bench;
	GstClockTime last = 0;
	gboolean good = TRUE;
	gint64 began;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	for (guint nth = 0; nth < 20; nth++) {
		GstBuffer *buffer;

		send_picture(bench.fake, 1);
		buffer = pull(&bench);
		good &= !nth || GST_BUFFER_PTS(buffer) > last;
		last = GST_BUFFER_PTS(buffer);
		gst_buffer_unref(buffer);
		gst_element_set_state(bench.src, GST_STATE_PAUSED);
		if (nth % 2)
			send_picture(bench.fake, 2);
		gst_element_set_state(bench.src, GST_STATE_PLAYING);
		if (!(nth % 2))
			continue;
		buffer = pull(&bench);
		good &= GST_BUFFER_PTS(buffer) > last;
		last = GST_BUFFER_PTS(buffer);
		gst_buffer_unref(buffer);
	}
	check(good && FAKE_GET(bench.fake, released) == 30,
	      "no picture is lost in a pause, and times only grow");
	began = g_get_monotonic_time();
	gst_element_set_state(bench.src, GST_STATE_NULL);
	check(g_get_monotonic_time() - began < 10 * G_USEC_PER_SEC && bench.fake->stops == 1,
	      "who waits for a picture is woken at the end");
	end(&bench);
}

/* The context is the same; the end of the session before waits in it. */
static void check_stopping(void)
{
	struct bench bench;
	GstBuffer *buffer;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(bench.fake->stops == 1, "READY ends the session");
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(begin_mode(&bench), "PLAYING begins another");
	send_picture(bench.fake, 1);
	buffer = pull(&bench);
	check(!!buffer, "with pictures, whatever was not read of the one before");
	gst_clear_buffer(&buffer);
	end(&bench);
}

static GstClockTime running_time(struct bench *bench)
{
	GstClock *clock = gst_element_get_clock(bench->src);
	GstClockTime now = gst_clock_get_time(clock);

	gst_object_unref(clock);
	return now - gst_element_get_base_time(bench->src);
}

/* A picture of the same vblank, with pixels that were ready then; its time. */
static GstClockTime send_at(struct bench *bench, const struct fake_chunk *like, guint64 ready_ns)
{
	struct fake_chunk chunk;
	GstClockTime time;
	GstBuffer *buffer;

	fake_chunk(bench->fake, &chunk, 1);
	chunk.chunk.vblank_time_ns = like->chunk.vblank_time_ns;
	chunk.chunk.ready_time_ns = ready_ns;
	fake_send_chunk(bench->fake, &chunk);
	buffer = pull(bench);
	time = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);
	return time;
}

/* Pictures that are asked for at rest have the vblank of the last commit. */
static void check_repeat_times(void)
{
	struct bench bench;
	struct fake_chunk chunk;
	GstClockTime first, second, third;
	guint64 vblank_ns;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	fake_chunk(bench.fake, &chunk, 1);
	vblank_ns = chunk.chunk.vblank_time_ns;
	first = send_at(&bench, &chunk, vblank_ns + GST_MSECOND);
	second = send_at(&bench, &chunk, vblank_ns + 40 * GST_MSECOND);
	check(second == first + 40 * GST_MSECOND, "a picture of the same vblank has its own time");
	third = send_at(&bench, &chunk, vblank_ns + 40 * GST_MSECOND + 1);
	check(third == second + GST_MSECOND, "times differ by what containers can count");
	chunk.chunk.vblank_time_ns += 100 * GST_MSECOND;
	check(send_at(&bench, &chunk, vblank_ns + 200 * GST_MSECOND) == first + 100 * GST_MSECOND,
	      "the next commit's is that of its vblank");
	end(&bench);
}

/* What a pipeline does with the base time after a pause. */
static void check_pause_times(void)
{
	struct bench bench;
	GstClockTime before, after, pts;
	GstBuffer *buffer;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	send_picture(bench.fake, 1);
	gst_buffer_unref(pull(&bench));
	/* It waits for the next by now. */
	g_usleep(G_USEC_PER_SEC / 5);
	gst_element_set_state(bench.src, GST_STATE_PAUSED);
	before = running_time(&bench);
	g_usleep(G_USEC_PER_SEC / 2);
	send_picture(bench.fake, 2);
	g_usleep(G_USEC_PER_SEC / 2);
	after = running_time(&bench);
	gst_element_set_base_time(bench.src,
				  gst_element_get_base_time(bench.src) + (after - before));
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	buffer = pull(&bench);
	pts = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);
	check(pts <= before, "a picture of a pause is not one of the future");
	check(FAKE_GET(bench.fake, requests) == 1, "one of all is asked for at its end");
	end(&bench);
}

/* A clock with a time of its own, as those of networks have. */
#define TEST_TYPE_CLOCK (test_clock_get_type())
G_DECLARE_FINAL_TYPE(TestClock, test_clock, TEST, CLOCK, GstSystemClock)

struct _TestClock {
	GstSystemClock parent;
};

G_DEFINE_TYPE(TestClock, test_clock, GST_TYPE_SYSTEM_CLOCK)

static GstClockTime test_clock_time(GstClock *clock)
{
	GstClockClass *parent = GST_CLOCK_CLASS(test_clock_parent_class);

	return parent->get_internal_time(clock) + 3600 * GST_SECOND;
}

static void test_clock_class_init(TestClockClass *class)
{
	GST_CLOCK_CLASS(class)->get_internal_time = test_clock_time;
}

static void test_clock_init(TestClock *clock)
{
	(void)clock;
}

static void check_clock(void)
{
	GstClock *clock = g_object_new(TEST_TYPE_CLOCK, NULL);
	GstClockTime now, pts;
	struct bench bench;
	GstBuffer *buffer;

	gst_object_ref_sink(clock);
	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_element_set_clock(bench.src, clock);
	now = gst_clock_get_time(clock);
	gst_element_set_base_time(bench.src, now - 10 * GST_SECOND);
	send_picture(bench.fake, 1);
	buffer = pull(&bench);
	pts = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);
	check(pts > 9 * GST_SECOND && pts < 300 * GST_SECOND,
	      "times are those of the pipeline's clock, whatever it counts from");
	end(&bench);
	gst_object_unref(clock);
}

/* An application's: gst-launch -e, or an interrupt of a recording. */
static void check_eos(void)
{
	struct bench bench;
	GstEvent *event;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	send_picture(bench.fake, 1);
	gst_buffer_unref(pull(&bench));
	gst_element_send_event(bench.src, gst_event_new_eos());
	event = await_event(&bench, GST_EVENT_EOS);
	check(!!event, "an application ends the stream of a screen at rest");
	gst_clear_event(&event);
	end(&bench);
}

static guint gaps(struct bench *bench)
{
	GstEvent *event;
	guint count = 0;

	while ((event = gst_harness_try_pull_event(bench->out))) {
		count += GST_EVENT_TYPE(event) == GST_EVENT_GAP;
		gst_event_unref(event);
	}
	return count;
}

static void check_flushing(void)
{
	struct bench bench;
	GstClockTime last;
	guint64 before;
	GstBuffer *buffer;
	GstClock *clock;

	begin_lit(&bench, DRM_FORMAT_XRGB8888, NULL);
	send_picture(bench.fake, 1);
	buffer = pull(&bench);
	last = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);
	/* So that there is something to begin anew from. */
	gst_element_set_base_time(bench.src, gst_element_get_base_time(bench.src) - GST_SECOND);
	send_picture(bench.fake, 1);
	buffer = pull(&bench);
	last = GST_BUFFER_PTS(buffer);
	gst_buffer_unref(buffer);

	check(gst_element_send_event(bench.src, gst_event_new_flush_start()),
	      "what waits for a picture is flushed");
	clock = gst_element_get_clock(bench.src);
	gst_element_set_base_time(bench.src, gst_clock_get_time(clock));
	gst_object_unref(clock);
	before = FAKE_GET(bench.fake, requests);
	check(gst_element_send_event(bench.src, gst_event_new_flush_stop(TRUE)), "and goes on");
	check(FAKE_GET(bench.fake, requests) == before + 1, "with a picture of all");
	gaps(&bench);
	fake_power(bench.fake, 0);
	check(awaits(&bench, "miracast-power") && !gaps(&bench),
	      "no gap comes before there is a segment");
	send_picture(bench.fake, 2);
	buffer = pull(&bench);
	check(GST_BUFFER_PTS(buffer) < last, "times begin anew");
	gst_buffer_unref(buffer);
	gst_element_send_event(bench.src, gst_event_new_flush_start());
	end(&bench);
}

/* Whatever is under way when the state changes. */
static void check_hurry(void)
{
	struct bench bench;
	guint lost = 0;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_set_drop_buffers(bench.out, TRUE);
	for (guint nth = 0; nth < 200; nth++) {
		gst_element_set_state(bench.src, GST_STATE_PLAYING);
		fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
		if (nth % 2)
			send_picture(bench.fake, 1 + nth % 3);
		if (nth % 3 == 0)
			gst_element_set_state(bench.src, GST_STATE_PAUSED);
		if (nth % 5 == 0)
			g_usleep(nth * 10);
		if (nth % 7 == 0)
			fake_power(bench.fake, nth % 2);
		lost += gst_element_set_state(bench.src, GST_STATE_READY) !=
			GST_STATE_CHANGE_SUCCESS;
	}
	check(!lost && bench.fake->stops == 200, "no change of state hangs or fails");
	end(&bench);
}

/* --- Files ----------------------------------------------------------------------- */

static guint files(void)
{
	GDir *dir = g_dir_open("/proc/self/fd", 0, NULL);
	guint count = 0;

	while (g_dir_read_name(dir))
		count++;
	g_dir_close(dir);
	return count;
}

static void play_some(const gchar *caps)
{
	struct bench bench;
	GstBuffer *held;

	begin_copy(&bench, DRM_FORMAT_XRGB8888, caps);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	play(&bench);
	begin_mode(&bench);
	send_picture(bench.fake, 1);
	send_picture(bench.fake, 2);
	held = pull(&bench);
	gst_buffer_unref(pull(&bench));
	send_picture(bench.fake, 3);
	begin_mode(&bench);
	gst_element_set_state(bench.src, GST_STATE_READY);
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	end(&bench);
	gst_buffer_unref(held);
}

static void check_files(void)
{
	guint before = 0;

	for (guint nth = 0; nth < 4; nth++) {
		/* What GLib opens but once is there from then on. */
		if (nth == 1)
			before = files();
		play_some(NULL);
		play_some(DMABUF);
	}
	check(before && files() == before, "no file is left open");
}

static void check_two(void)
{
	struct bench one, other;

	begin_copy(&one, DRM_FORMAT_XRGB8888, NULL);
	begin_copy(&other, DRM_FORMAT_NV12, NULL);
	play(&one);
	play(&other);
	check(begin_mode(&one) && begin_mode(&other), "two elements have a mode each");
	for (guint nth = 0; nth < 10; nth++) {
		send_picture(one.fake, 1);
		send_picture(other.fake, 2);
		gst_buffer_unref(pull(&other));
		gst_buffer_unref(pull(&one));
	}
	check(FAKE_GET(one.fake, released) == 10 && FAKE_GET(other.fake, released) == 10,
	      "and pictures");
	end(&one);
	end(&other);
}

/* --- DIRECT ---------------------------------------------------------------------- */

static void begin_direct(struct bench *bench, guint32 fourcc, const gchar *caps)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_DIRECT, 0);

	fake_add_buffer(fake, 1, fourcc, 2 * WIDTH, 2 * HEIGHT);
	begin(bench, fake, caps);
}

static void send_crop(struct fake *fake)
{
	struct fake_chunk chunk;

	fake_chunk(fake, &chunk, 1);
	chunk.chunk.width = WIDTH;
	chunk.chunk.height = HEIGHT;
	chunk.chunk.src_x = 10;
	chunk.chunk.src_y = 6;
	fake_send_chunk(fake, &chunk);
}

static void check_direct(void)
{
	struct bench bench;
	GstVideoRegionOfInterestMeta *region;
	GstVideoCropMeta *crop;
	GstVideoMeta *layout;
	GstVideoInfo info;
	GstBuffer *buffer;

	begin_direct(&bench, DRM_FORMAT_XBGR8888, NULL);
	play(&bench);
	check(begin_mode(&bench), "a mode of DIRECT is accepted before its format is known");
	fake_paint(bench.fake, 1, 11, 8, 0x445566);
	send_crop(bench.fake);
	buffer = pull(&bench);
	current_info(&bench, &info);
	layout = gst_buffer_get_video_meta(buffer);
	check(GST_VIDEO_INFO_FORMAT(&info) == GST_VIDEO_FORMAT_RGBx &&
		      gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)),
	      "its pictures are dma-bufs, of the compositor's format");
	check(layout->offset[0] == 6 * 512 + 40 && layout->width == WIDTH &&
		      is_painted(buffer, &info, 1, 2, 0x445566),
	      "a part of a framebuffer begins where it is");
	gst_buffer_unref(buffer);
	end(&bench);

	begin_direct(&bench, DRM_FORMAT_XRGB8888, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_META_API_TYPE, NULL);
	gst_harness_add_propose_allocation_meta(bench.out, GST_VIDEO_CROP_META_API_TYPE, NULL);
	play(&bench);
	begin_mode(&bench);
	send_crop(bench.fake);
	buffer = pull(&bench);
	crop = gst_buffer_get_video_crop_meta(buffer);
	layout = gst_buffer_get_video_meta(buffer);
	check(crop && crop->x == 10 && crop->y == 6 && crop->width == WIDTH &&
		      crop->height == HEIGHT && layout->width == 2 * WIDTH && !layout->offset[0],
	      "or is cropped by whoever can");
	region = gst_buffer_get_video_region_of_interest_meta_id(buffer, 0);
	check(region && region->x == 18 && region->y == 10, "its damage is where it is, too");
	gst_buffer_unref(buffer);
	end(&bench);

	begin_direct(&bench, DRM_FORMAT_XRGB8888, "video/x-raw");
	play(&bench);
	check(refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "who wants memory gets none of DIRECT");
	end(&bench);

	begin_direct(&bench, DRM_FORMAT_XRGB8888, NULL);
	play(&bench);
	begin_mode(&bench);
	bench.fake->buffers[0].info.modifier = I915_FORMAT_MOD_X_TILED;
	send_crop(bench.fake);
	check(await_message(&bench, GST_MESSAGE_ERROR, GST_STREAM_ERROR_FORMAT) &&
		      FAKE_REACHES(bench.fake, released, 1),
	      "and nobody gets what is tiled");
	end(&bench);
}

/* --- Buffers of downstream's ------------------------------------------------------ */

/* A pool of memfds that are taken for dma-bufs. */
#define TEST_TYPE_POOL (test_pool_get_type())
G_DECLARE_FINAL_TYPE(TestPool, test_pool, TEST, POOL, GstBufferPool)

struct _TestPool {
	GstBufferPool parent;
	GstAllocator *allocator;
	guint most; /* buffers; 0: any number */
	gint returned;
};

G_DEFINE_TYPE(TestPool, test_pool, GST_TYPE_BUFFER_POOL)

static GstFlowReturn test_pool_alloc(GstBufferPool *base, GstBuffer **buffer,
				     GstBufferPoolAcquireParams *params)
{
	gsize size = WIDTH * HEIGHT * 4;
	int fd = memfd_create("downstream", MFD_CLOEXEC);

	(void)params;
	if (fd < 0 || ftruncate(fd, (off_t)size))
		return GST_FLOW_ERROR;
	*buffer = gst_buffer_new();
	gst_buffer_append_memory(*buffer, gst_dmabuf_allocator_alloc(TEST_POOL(base)->allocator, fd,
								     size));
	return GST_FLOW_OK;
}

static gboolean test_pool_set_config(GstBufferPool *base, GstStructure *config)
{
	guint most = TEST_POOL(base)->most, size, min;
	GstCaps *caps;

	if (most) {
		gst_buffer_pool_config_get_params(config, &caps, &size, &min, NULL);
		gst_buffer_pool_config_set_params(config, caps, size, min, most);
	}
	return GST_BUFFER_POOL_CLASS(test_pool_parent_class)->set_config(base, config);
}

static void test_pool_reset(GstBufferPool *base, GstBuffer *buffer)
{
	g_atomic_int_inc(&TEST_POOL(base)->returned);
	GST_BUFFER_POOL_CLASS(test_pool_parent_class)->reset_buffer(base, buffer);
}

static void test_pool_finalize(GObject *object)
{
	gst_object_unref(TEST_POOL(object)->allocator);
	G_OBJECT_CLASS(test_pool_parent_class)->finalize(object);
}

static void test_pool_class_init(TestPoolClass *class)
{
	G_OBJECT_CLASS(class)->finalize = test_pool_finalize;
	GST_BUFFER_POOL_CLASS(class)->alloc_buffer = test_pool_alloc;
	GST_BUFFER_POOL_CLASS(class)->set_config = test_pool_set_config;
	GST_BUFFER_POOL_CLASS(class)->reset_buffer = test_pool_reset;
}

static void test_pool_init(TestPool *pool)
{
	pool->allocator = gst_dmabuf_allocator_new();
}

static struct fake *new_owned(void)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_XRGB8888);

	fake->info.flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	return fake;
}

static guint returned(struct bench *bench)
{
	return (guint)g_atomic_int_get(&TEST_POOL(bench->pool)->returned);
}

static void check_owned(void)
{
	struct drm_miracast_message_stopped stopped = { .cause = DRM_MIRACAST_CAUSE_OWNER };
	struct bench bench;
	GstEvent *event;
	GstVideoInfo info;
	GstBuffer *buffer;

	begin(&bench, new_owned(), NULL);
	bench.pool = gst_object_ref_sink(g_object_new(TEST_TYPE_POOL, NULL));
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	play(&bench);
	check(begin_mode(&bench) && bench.fake->owned_count == 3,
	      "downstream's dma-bufs are given to the driver");
	check(bench.fake->buffers[2].info.planes[0].pitch == WIDTH * 4, "with their layout");
	fake_paint(bench.fake, 3, 2, 1, 0x778899);
	send_picture(bench.fake, 3);
	buffer = pull(&bench);
	current_info(&bench, &info);
	check(gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)) &&
		      is_painted(buffer, &info, 2, 1, 0x778899),
	      "and pictures come in them");
	gst_buffer_unref(buffer);
	check(FAKE_GET(bench.fake, released) == 1, "until they are released");
	check(begin_mode(&bench) && bench.fake->owned_count == 3, "the next mode has its own");
	send_picture(bench.fake, 1);
	gst_buffer_unref(pull(&bench));
	check(accepted(bench.fake, fake_mode_set(bench.fake, WIDTH / 2, HEIGHT / 2, 60000)),
	      "also one of another size, of the same pool");
	end(&bench);

	begin(&bench, new_owned(), NULL);
	bench.pool = gst_object_ref_sink(g_object_new(TEST_TYPE_POOL, NULL));
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	TEST_POOL(bench.pool)->most = 3;
	play(&bench);
	check(begin_mode(&bench), "a pool may have no more than are needed");
	send_picture(bench.fake, 1);
	gst_buffer_unref(pull(&bench));
	check(begin_mode(&bench), "also for the next mode");
	end(&bench);

	begin(&bench, new_owned(), NULL);
	g_object_set(bench.src, "modes", NULL, NULL);
	bench.fake->state = DRM_MIRACAST_STATE_MONITOR;
	bench.pool = gst_object_ref_sink(g_object_new(TEST_TYPE_POOL, NULL));
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	play(&bench);
	check(begin_mode(&bench), "a session that is another's has downstream's buffers, too");
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(!returned(&bench), "and keeps them while it goes on");
	gst_element_set_state(bench.src, GST_STATE_PLAYING);
	check(begin_mode(&bench) && returned(&bench) == 3, "until it has others");
	bench.fake->state = DRM_MIRACAST_STATE_CREATED;
	fake_message(bench.fake, DRM_MIRACAST_MSG_STOPPED, FALSE, &stopped, sizeof(stopped));
	event = await_event(&bench, GST_EVENT_EOS);
	gst_element_set_state(bench.src, GST_STATE_READY);
	check(event && returned(&bench) == 6, "or is over");
	gst_clear_event(&event);
	end(&bench);

	begin(&bench, new_owned(), NULL);
	play(&bench);
	check(refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "without a pool there is no mode");
	end(&bench);

	begin(&bench, new_owned(), NULL);
	bench.pool = gst_buffer_pool_new();
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	play(&bench);
	check(refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "nor with one of memory");
	end(&bench);

	begin(&bench, new_owned(), NULL);
	bench.fake->set_buffers_error = -EINVAL;
	bench.pool = gst_object_ref_sink(g_object_new(TEST_TYPE_POOL, NULL));
	bench.pool_bytes = WIDTH * HEIGHT * 4;
	play(&bench);
	check(refused(bench.fake, fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000)),
	      "nor with one that the driver does not take");
	end(&bench);
}

/* --- The broker ------------------------------------------------------------------ */

static const gchar broker_xml[] =
	"<node><interface name='org.miracast.Broker1'><method name='CreateContext'>"
	"<arg type='a{sv}' direction='in'/><arg type='h' direction='out'/>"
	"<arg type='u' direction='out'/><arg type='s' direction='out'/></method>"
	"<signal name='Revoked'><arg type='u'/><arg type='s'/></signal></interface></node>";

struct broker_bench {
	GTestDBus *daemon;
	GDBusConnection *bus;
	GMainContext *context;
	GMainLoop *loop;
	GThread *thread;
	struct fake *fake;
	const gchar *error;
	guint calls;
	gchar *format;
	guint left; /* callers that have left the bus */
	guint ready;
	gboolean silent; /* a call is not answered, but kept; */
	GDBusMethodInvocation *kept; /* atomic */
};

static void give_context(struct broker_bench *broker, GDBusMethodInvocation *call)
{
	GUnixFDList *files = g_unix_fd_list_new();

	g_unix_fd_list_append(files, broker->fake->context_fd, NULL);
	g_dbus_method_invocation_return_value_with_unix_fd_list(
		call, g_variant_new("(hus)", 0, 7, "Virtual-7"), files);
	g_object_unref(files);
}

static void on_call(GDBusConnection *bus, const gchar *sender, const gchar *path,
		    const gchar *interface, const gchar *method, GVariant *arguments,
		    GDBusMethodInvocation *call, gpointer data)
{
	struct broker_bench *broker = data;
	GVariant *limits = g_variant_get_child_value(arguments, 0);

	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)method;
	broker->calls++;
	g_free(broker->format);
	broker->format = NULL;
	g_variant_lookup(limits, "format", "s", &broker->format);
	g_variant_unref(limits);
	if (broker->error) {
		g_dbus_method_invocation_return_dbus_error(call, broker->error, "no");
		return;
	}
	if (broker->silent)
		g_atomic_pointer_set(&broker->kept, call);
	else
		give_context(broker, call);
}

static void on_left(GDBusConnection *bus, const gchar *sender, const gchar *path,
		    const gchar *interface, const gchar *signal, GVariant *arguments, gpointer data)
{
	struct broker_bench *broker = data;
	const gchar *name, *old, *new;

	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)signal;
	g_variant_get(arguments, "(&s&s&s)", &name, &old, &new);
	if (name[0] == ':' && !*new)
		g_atomic_int_inc(&broker->left);
}

static gpointer serve_bus(gpointer data)
{
	static const GDBusInterfaceVTable table = { .method_call = on_call };
	struct broker_bench *broker = data;
	GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(broker_xml, NULL);
	GVariant *reply;

	g_main_context_push_thread_default(broker->context);
	broker->bus = g_dbus_connection_new_for_address_sync(
		g_test_dbus_get_bus_address(broker->daemon),
		G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
			G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
		NULL, NULL, NULL);
	g_dbus_connection_register_object(broker->bus, "/org/miracast/Broker1", node->interfaces[0],
					  &table, broker, NULL, NULL);
	g_dbus_connection_signal_subscribe(broker->bus, "org.freedesktop.DBus",
					   "org.freedesktop.DBus", "NameOwnerChanged", NULL, NULL,
					   G_DBUS_SIGNAL_FLAGS_NONE, on_left, broker, NULL);
	reply = g_dbus_connection_call_sync(broker->bus, "org.freedesktop.DBus",
					    "/org/freedesktop/DBus", "org.freedesktop.DBus",
					    "RequestName",
					    g_variant_new("(su)", "org.miracast.Broker1", 0), NULL,
					    G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
	g_variant_unref(reply);
	g_atomic_int_set(&broker->ready, 1);
	g_main_loop_run(broker->loop);
	g_main_context_pop_thread_default(broker->context);
	g_dbus_connection_close_sync(broker->bus, NULL, NULL);
	g_clear_object(&broker->bus);
	g_dbus_node_info_unref(node);
	return NULL;
}

static void begin_broker(struct broker_bench *broker)
{
	memset(broker, 0, sizeof(*broker));
	broker->daemon = g_test_dbus_new(G_TEST_DBUS_NONE);
	g_test_dbus_up(broker->daemon);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address(broker->daemon), TRUE);
	broker->context = g_main_context_new();
	broker->loop = g_main_loop_new(broker->context, FALSE);
	broker->thread = g_thread_new("broker", serve_bus, broker);
	AWAIT(g_atomic_int_get(&broker->ready));
}

static void end_broker(struct broker_bench *broker)
{
	g_main_loop_quit(broker->loop);
	g_thread_join(broker->thread);
	g_main_loop_unref(broker->loop);
	g_main_context_unref(broker->context);
	g_free(broker->format);
	g_test_dbus_down(broker->daemon);
	g_object_unref(broker->daemon);
	g_unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

static void say_revoked(struct broker_bench *broker)
{
	g_dbus_connection_emit_signal(broker->bus, NULL, "/org/miracast/Broker1",
				      "org.miracast.Broker1", "Revoked",
				      g_variant_new("(us)", 7, "session-over"), NULL);
}

static gboolean warned(struct bench *bench, const gchar *what)
{
	GstMessage *message =
		gst_bus_timed_pop_filtered(bench->bus, PATIENCE, GST_MESSAGE_WARNING);
	GError *error = NULL;
	gboolean good = FALSE;

	if (!message)
		return FALSE;
	gst_message_parse_warning(message, &error, NULL);
	good = !!strstr(error->message, what);
	if (!good)
		printf("# %s\n", error->message);
	g_error_free(error);
	gst_message_unref(message);
	return good;
}

static void check_broker(void)
{
	static const struct {
		const gchar *name;
		gint code;
	} errors[] = {
		{ "org.miracast.Error.NotActive", GST_RESOURCE_ERROR_NOT_AUTHORIZED },
		{ "org.miracast.Error.QuotaExceeded", GST_RESOURCE_ERROR_BUSY },
		{ "org.miracast.Error.NoDevice", GST_RESOURCE_ERROR_NOT_FOUND },
		{ "org.freedesktop.DBus.Error.InvalidArgs", GST_RESOURCE_ERROR_SETTINGS },
		{ "org.freedesktop.DBus.Error.AccessDenied", GST_RESOURCE_ERROR_NOT_AUTHORIZED },
		{ "org.miracast.Error.NoSuchThing", GST_RESOURCE_ERROR_OPEN_READ },
	};
	struct broker_bench broker;
	struct bench bench;
	GstEvent *event;
	struct mc_device node = { .fd = -1 };
	guint left;

	/* It must not be used up, nor has it to be there. */
	if (!mc_device_open_node(NULL, &node)) {
		mc_device_close(&node);
		printf("# there is a device: the broker is tested without one only\n");
		return;
	}
	begin_broker(&broker);
	begin_copy(&bench, DRM_FORMAT_NV12, "video/x-raw,format=NV12");
	broker.fake = bench.fake;
	g_object_set(bench.src, "fd", -1, "device", "/dev/null", NULL);
	check(fails(&bench, GST_RESOURCE_ERROR_NOT_FOUND) &&
		      !broker.calls,
	      "a device of another driver is an error");
	g_object_set(bench.src, "device", NULL, "target", "Virtual-1", NULL);
	check(fails(&bench, GST_RESOURCE_ERROR_NOT_AUTHORIZED) &&
		      !broker.calls,
	      "so is a target's name without a device to look it up");
	g_object_set(bench.src, "target", NULL, NULL);
	for (guint nth = 0; nth < G_N_ELEMENTS(errors); nth++) {
		broker.error = errors[nth].name;
		check(fails(&bench, errors[nth].code),
		      errors[nth].name);
	}
	broker.error = NULL;
	play(&bench);
	check(begin_mode(&bench) && !g_strcmp0(broker.format, "NV12"),
	      "the broker gives a context, of the format that downstream wants");
	send_picture(bench.fake, 1);
	gst_buffer_unref(pull(&bench));
	left = (guint)g_atomic_int_get(&broker.left);
	/* As the broker does it: it ends first, and then says why. */
	fake_end(bench.fake, -ESTALE);
	say_revoked(&broker);
	event = await_event(&bench, GST_EVENT_EOS);
	check(event && warned(&bench, "the session is over"), "and its word, when it ends it");
	gst_clear_event(&event);
	gst_element_set_state(bench.src, GST_STATE_NULL);
	AWAIT((guint)g_atomic_int_get(&broker.left) != left);
	check((guint)g_atomic_int_get(&broker.left) != left, "the bus is left at the end");
	end(&bench);
	end_broker(&broker);

	/* Now there is none. */
	begin_copy(&bench, DRM_FORMAT_NV12, NULL);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
	g_object_set(bench.src, "fd", -1, NULL);
	check(fails(&bench, GST_RESOURCE_ERROR_NOT_FOUND),
	      "without device and broker it is the device that is missed");
	g_object_set(bench.src, "broker", OWNER_BROKER_ALWAYS, NULL);
	check(fails(&bench, GST_RESOURCE_ERROR_NOT_AUTHORIZED),
	      "unless it is the broker that is wanted");
	g_unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
	end(&bench);
}

static gpointer begin_playing(gpointer data)
{
	return GINT_TO_POINTER(gst_element_set_state(data, GST_STATE_PLAYING));
}

static gboolean answer_late(gpointer data)
{
	struct broker_bench *broker = data;

	give_context(broker, g_steal_pointer(&broker->kept));
	return G_SOURCE_REMOVE;
}

/* How many files of this process are the context. */
static guint open_contexts(struct fake *fake)
{
	struct stat st;
	guint count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += !fstat(fd, &st) && S_ISSOCK(st.st_mode) && st.st_ino == fake->inode;
	return count;
}

/* Nobody has to wait until a broker answers, or a minute has passed. */
static void check_impatience(void)
{
	struct mc_device node = { .fd = -1 };
	struct broker_bench broker;
	struct bench bench;
	GThread *thread;
	gint64 begun;
	guint left;

	if (!mc_device_open_node(NULL, &node)) {
		mc_device_close(&node);
		return;
	}
	begin_broker(&broker);
	begin_copy(&bench, DRM_FORMAT_NV12, NULL);
	broker.fake = bench.fake;
	broker.silent = TRUE;
	g_object_set(bench.src, "fd", -1, NULL);
	for (guint nth = 0; nth < 3; nth++) {
		left = (guint)g_atomic_int_get(&broker.left);
		thread = g_thread_new("play", begin_playing, bench.src);
		AWAIT(g_atomic_pointer_get(&broker.kept));
		begun = g_get_monotonic_time();
		gst_element_set_state(bench.src, GST_STATE_NULL);
		check(g_get_monotonic_time() - begun < 30 * G_USEC_PER_SEC,
		      "a state change to NULL does not wait for the broker");
		check(g_thread_join(thread) == GINT_TO_POINTER(GST_STATE_CHANGE_FAILURE),
		      "the one that it ends has failed");
		AWAIT((guint)g_atomic_int_get(&broker.left) != left);
		g_main_context_invoke(broker.context, answer_late, &broker);
		AWAIT(!g_atomic_pointer_get(&broker.kept) && open_contexts(bench.fake) == 1);
		check(open_contexts(bench.fake) == 1,
		      "and a context that comes too late is nobody's");
	}
	broker.silent = FALSE;
	play(&bench);
	check(begin_mode(&bench), "the next one is awaited again");
	end(&bench);
	end_broker(&broker);
}

static void check_rates(void)
{
	struct bench bench;

	begin_copy(&bench, DRM_FORMAT_NV12, NULL);
	play(&bench);
	begin_mode(&bench);
	check(!bench.fake->rates, "rates that nobody has set are not reported");
	g_object_set(bench.src, "encode-rate", 4000, NULL);
	check(FAKE_GET(bench.fake, rates) == 1 && bench.fake->rate.encode_rate_kbps == 4000 &&
		      !bench.fake->rate.max_picture_rate_mhz,
	      "the rate of the encoder is");
	g_object_set(bench.src, "max-framerate", 30000, 1001, NULL);
	check(FAKE_GET(bench.fake, rates) == 2 && bench.fake->rate.encode_rate_kbps == 4000 &&
		      bench.fake->rate.max_picture_rate_mhz == 29970,
	      "as is the limit of the pictures");
	gst_element_set_state(bench.src, GST_STATE_READY);
	bench.fake->rates = 0;
	g_object_set(bench.src, "encode-rate", 2000, NULL);
	check(!FAKE_GET(bench.fake, rates), "without a context they wait");
	gst_element_set_state(bench.src, GST_STATE_PAUSED);
	check(FAKE_GET(bench.fake, rates) == 1 && bench.fake->rate.encode_rate_kbps == 2000 &&
		      bench.fake->rate.max_picture_rate_mhz == 29970,
	      "until there is one");
	end(&bench);
}

/* --- Owners ---------------------------------------------------------------------- */

static void on_ended(struct owner *owner, const GError *why, gpointer data)
{
	(void)owner;
	g_main_loop_quit(data);
	check(g_error_matches(why, OWNER_ERROR, OWNER_ERROR_ENDED), "with a reason");
}

static void check_watching(void)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_NV12);
	struct owner_options options = { .fd = fake->context_fd };
	struct owner *owner = owner_open(&options, NULL, NULL);
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	struct mc_monitor monitor = { .divider = 1 };
	GError *error = NULL;

	check(owner && !owner_is_of_broker(owner) && owner_info(owner)->connector_id == 42,
	      "a file becomes an owner");
	check(owner_arrive(owner, &monitor, NULL) && owner_arrive(owner, &monitor, NULL) &&
		      fake->arrivals == 2,
	      "which announces monitors");
	check(owner_depart(owner, NULL) && owner_depart(owner, NULL) && fake->departures == 1 &&
		      owner_stop(owner, NULL) && owner_stop(owner, NULL),
	      "and takes them away");
	check(!owner_ended(owner), "it has not ended");
	check(fcntl(fake->context_fd, F_GETFL) & O_NONBLOCK, "its file does not block");
	owner_watch(owner, on_ended, loop);
	fake_end(fake, -ESTALE);
	g_main_loop_run(loop);
	check(!owner_arrive(owner, &monitor, &error) &&
		      g_error_matches(error, OWNER_ERROR, OWNER_ERROR_ENDED),
	      "whoever watches it learns that it has");
	g_clear_error(&error);
	g_main_loop_unref(loop);
	owner_unref(owner);
	check(!(fcntl(fake->context_fd, F_GETFL) & O_NONBLOCK), "but does again after it");
	fake_free(fake);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_announcing();
	check_formats();
	check_repaired_edid();
	check_bad_settings();
	check_handed_over();
	check_ends();
	check_caps(DRM_FORMAT_XRGB8888,
		   "video/x-raw,format=BGRx,width=64,height=48,framerate=0/1,max-framerate=60/1,"
		   "interlace-mode=progressive,pixel-aspect-ratio=1/1,colorimetry=sRGB");
	check_caps(DRM_FORMAT_NV12,
		   "video/x-raw,format=NV12,width=64,height=48,framerate=0/1,max-framerate=60/1,"
		   "interlace-mode=progressive,colorimetry=bt709,chroma-site=jpeg");
	check_picture(DRM_FORMAT_XRGB8888, NULL, FALSE);
	check_picture(DRM_FORMAT_NV12, NULL, FALSE);
	check_picture(DRM_FORMAT_XRGB8888, DMABUF, TRUE);
	check_picture(DRM_FORMAT_NV12, DMABUF, TRUE);
	check_plain(DRM_FORMAT_XRGB8888, WIDTH, FALSE);
	check_plain(DRM_FORMAT_XRGB8888, WIDTH - 2, TRUE);
	check_plain(DRM_FORMAT_NV12, WIDTH, TRUE);
	check_parts();
	check_hoarding();
	check_lies();
	check_gone();
	check_left();
	check_asked_again();
	check_next_monitor();
	check_renegotiation();
	check_refusal();
	check_completion();
	check_interrupted();
	check_alone();
	check_reconfigure();
	check_confirmation();
	check_power();
	check_keep_alive();
	check_requests();
	check_latency();
	check_pausing();
	check_stopping();
	check_repeat_times();
	check_pause_times();
	check_clock();
	check_eos();
	check_flushing();
	check_hurry();
	check_files();
	check_two();
	check_direct();
	check_owned();
	check_rates();
	check_watching();
	check_broker();
	check_impatience();
	gst_deinit();
	return check_result();
}
