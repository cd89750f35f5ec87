// SPDX-License-Identifier: MIT
/*
 * An application with miracastsrc that takes the commands of a test.
 *
 * usage: watch [PROPERTY=VALUE]... [caps=CAPS] [pool=1]
 *
 * Properties are miracastsrc's. Pictures end in this program, which writes down what
 * happens, a line each. With pool=1 it offers a pool of dma-bufs. Commands come as lines:
 *
 *   play, pause, ready    the state of the pipeline
 *   modes MODES           announce a monitor on the context fd, or another one
 *   depart, stop          take it away, end the session
 *   save FILE             the last picture, as lines of pixels without padding
 *   hold                  keep the next picture
 *   held FILE             write that one, say whether it is as it was, and let go of it
 *   eos                   end the stream
 *   quit                  end
 */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <gst/allocators/gstdmabuf.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <linux/udmabuf.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "announce.h"
#include "miracastsrc.h"
#include "owner.h"

struct watch {
	GMainLoop *loop;
	GstElement *pipeline, *src;
	GstBufferPool *pool; /* offered, or NULL */
	struct owner *owner; /* of the context fd, or NULL */
	GMutex lock;
	/* Of the streaming thread and this one, guarded by the lock. */
	GByteArray *last;
	GstVideoInfo info;
	GstBuffer *held;
	GByteArray *held_as; /* what was in it */
	GstVideoInfo held_info;
	gboolean hold;
	guint pictures;
};

G_GNUC_PRINTF(1, 2)
static void say(const gchar *format, ...)
{
	va_list list;

	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	putchar('\n');
	fflush(stdout);
}

/* --- A pool of dma-bufs ------------------------------------------------------------ */

#define WATCH_TYPE_POOL (watch_pool_get_type())
G_DECLARE_FINAL_TYPE(WatchPool, watch_pool, WATCH, POOL, GstBufferPool)

struct _WatchPool {
	GstBufferPool parent;
	GstAllocator *allocator;
};

G_DEFINE_TYPE(WatchPool, watch_pool, GST_TYPE_BUFFER_POOL)

/* Memory of a file that cannot shrink, as a dma-buf. */
static int make_dmabuf(gsize size)
{
	struct udmabuf_create create = { .flags = UDMABUF_FLAGS_CLOEXEC, .size = size };
	int device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
	int file = memfd_create("pool", MFD_ALLOW_SEALING | MFD_CLOEXEC), fd = -1;

	if (device >= 0 && file >= 0 && !ftruncate(file, (off_t)size) &&
	    !fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK)) {
		create.memfd = (guint32)file;
		fd = ioctl(device, UDMABUF_CREATE, &create);
	}
	if (fd < 0)
		say("no dma-buf: %s", g_strerror(errno));
	if (file >= 0)
		close(file);
	if (device >= 0)
		close(device);
	return fd;
}

static GstFlowReturn watch_pool_alloc(GstBufferPool *base, GstBuffer **buffer,
				      GstBufferPoolAcquireParams *params)
{
	GstStructure *config = gst_buffer_pool_get_config(base);
	gsize page = (gsize)getpagesize(), bytes;
	guint size = 0;
	int fd;

	(void)params;
	gst_buffer_pool_config_get_params(config, NULL, &size, NULL, NULL);
	gst_structure_free(config);
	bytes = (size + page - 1) / page * page;
	fd = make_dmabuf(bytes);
	if (fd < 0)
		return GST_FLOW_ERROR;
	*buffer = gst_buffer_new();
	gst_buffer_append_memory(*buffer, gst_dmabuf_allocator_alloc(WATCH_POOL(base)->allocator,
								     fd, bytes));
	return GST_FLOW_OK;
}

static void watch_pool_finalize(GObject *object)
{
	gst_object_unref(WATCH_POOL(object)->allocator);
	G_OBJECT_CLASS(watch_pool_parent_class)->finalize(object);
}

static void watch_pool_class_init(WatchPoolClass *class)
{
	G_OBJECT_CLASS(class)->finalize = watch_pool_finalize;
	GST_BUFFER_POOL_CLASS(class)->alloc_buffer = watch_pool_alloc;
}

static void watch_pool_init(WatchPool *pool)
{
	pool->allocator = gst_dmabuf_allocator_new();
}

/* --- What comes -------------------------------------------------------------------- */

static GstPadProbeReturn on_query(GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
	GstQuery *query = GST_PAD_PROBE_INFO_QUERY(probe);
	struct watch *watch = data;
	GstVideoInfo info;
	GstCaps *caps;

	(void)pad;
	if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION)
		return GST_PAD_PROBE_OK;
	gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, NULL);
	gst_query_parse_allocation(query, &caps, NULL);
	if (watch->pool) {
		gst_object_unref(watch->pool);
		watch->pool = gst_object_ref_sink(g_object_new(WATCH_TYPE_POOL, NULL));
		if (caps && gst_video_info_from_caps(&info, caps))
			gst_query_add_allocation_pool(query, watch->pool,
						      (guint)GST_VIDEO_INFO_SIZE(&info), 0, 0);
	}
	return GST_PAD_PROBE_HANDLED;
}

static GstPadProbeReturn on_event(GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
	GstEvent *event = GST_PAD_PROBE_INFO_EVENT(probe);
	struct watch *watch = data;
	GstCaps *caps;

	(void)pad;
	if (GST_EVENT_TYPE(event) == GST_EVENT_GAP)
		say("gap");
	if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
		return GST_PAD_PROBE_OK;
	gst_event_parse_caps(event, &caps);
	g_mutex_lock(&watch->lock);
	gst_video_info_from_caps(&watch->info, caps);
	g_mutex_unlock(&watch->lock);
	say("caps %dx%d %s %s", GST_VIDEO_INFO_WIDTH(&watch->info),
	     GST_VIDEO_INFO_HEIGHT(&watch->info), GST_VIDEO_INFO_NAME(&watch->info),
	     gst_caps_features_contains(gst_caps_get_features(caps, 0),
					GST_CAPS_FEATURE_MEMORY_DMABUF) ?
		     "dma-buf" :
		     "memory");
	return GST_PAD_PROBE_OK;
}

/* NULL when it cannot be read. Of NV12 the luma, of the rest all. */
static GByteArray *pixels_of(GstBuffer *buffer, GstVideoInfo *info)
{
	GByteArray *pixels;
	GstVideoFrame frame;
	const guint8 *line;
	guint bytes;

	if (!gst_video_frame_map(&frame, info, buffer, GST_MAP_READ))
		return NULL;
	pixels = g_byte_array_new();
	bytes = (guint)(GST_VIDEO_FRAME_WIDTH(&frame) * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, 0));
	line = GST_VIDEO_FRAME_PLANE_DATA(&frame, 0);
	for (gint y = 0; y < GST_VIDEO_FRAME_HEIGHT(&frame); y++) {
		g_byte_array_append(pixels, line, bytes);
		line += GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0);
	}
	gst_video_frame_unmap(&frame);
	return pixels;
}

static void on_picture(GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
	struct watch *watch = data;
	GByteArray *pixels;

	(void)sink;
	(void)pad;
	g_mutex_lock(&watch->lock);
	pixels = pixels_of(buffer, &watch->info);
	if (pixels) {
		if (watch->last)
			g_byte_array_unref(watch->last);
		watch->last = pixels;
	}
	if (watch->hold && pixels && !watch->held) {
		watch->held = gst_buffer_ref(buffer);
		watch->held_as = g_byte_array_ref(pixels);
		watch->held_info = watch->info;
		watch->hold = FALSE;
		say("held");
	}
	watch->pictures++;
	g_mutex_unlock(&watch->lock);
	say("picture %u %s at %" G_GUINT64_FORMAT "%s", watch->pictures,
	     gst_is_dmabuf_memory(gst_buffer_peek_memory(buffer, 0)) ? "dma-buf" : "memory",
	     GST_BUFFER_PTS(buffer), pixels ? "" : " cannot be read");
}

static void tell_error(GstMessage *message)
{
	gboolean fatal = GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
	GError *error;
	gchar *debug;

	if (fatal)
		gst_message_parse_error(message, &error, &debug);
	else
		gst_message_parse_warning(message, &error, &debug);
	say("%s %s %s", fatal ? "error" : "warning", error->message, debug ? debug : "");
	g_error_free(error);
	g_free(debug);
}

static gboolean on_message(GstBus *bus, GstMessage *message, gpointer data)
{
	struct watch *watch = data;
	GstState state;
	gchar *text;

	(void)bus;
	switch (GST_MESSAGE_TYPE(message)) {
	case GST_MESSAGE_EOS:
		say("eos");
		break;
	case GST_MESSAGE_ERROR:
	case GST_MESSAGE_WARNING:
		tell_error(message);
		break;
	case GST_MESSAGE_ELEMENT:
		text = gst_structure_to_string(gst_message_get_structure(message));
		say("%s", text);
		g_free(text);
		break;
	case GST_MESSAGE_STATE_CHANGED:
		gst_message_parse_state_changed(message, NULL, &state, NULL);
		if (GST_MESSAGE_SRC(message) == GST_OBJECT(watch->pipeline))
			say("state %s", gst_element_state_get_name(state));
		break;
	default:
		break;
	}
	return TRUE;
}

/* --- What is to be done -------------------------------------------------------------- */

static void write_file(const gchar *path, GByteArray *pixels, const GstVideoInfo *info)
{
	GError *error = NULL;

	if (!pixels)
		say("nothing to write");
	else if (g_file_set_contents(path, (const gchar *)pixels->data, (gssize)pixels->len,
				     &error))
		say("wrote %s %dx%d", path, GST_VIDEO_INFO_WIDTH(info),
		     GST_VIDEO_INFO_HEIGHT(info));
	else
		say("%s", error->message);
	g_clear_error(&error);
}

static gboolean is_same(const GByteArray *one, const GByteArray *other)
{
	return one->len == other->len && !memcmp(one->data, other->data, one->len);
}

static void let_go(struct watch *watch)
{
	gst_clear_buffer(&watch->held);
	g_clear_pointer(&watch->held_as, g_byte_array_unref);
}

static void write_held(struct watch *watch, const gchar *path)
{
	GByteArray *pixels = watch->held ? pixels_of(watch->held, &watch->held_info) : NULL;

	write_file(path, pixels, &watch->held_info);
	if (pixels) {
		say("it is %s", is_same(pixels, watch->held_as) ? "as it was" : "another");
		g_byte_array_unref(pixels);
	}
	let_go(watch);
}

static void hold_next(struct watch *watch)
{
	g_mutex_lock(&watch->lock);
	watch->hold = TRUE;
	g_mutex_unlock(&watch->lock);
}

static void save_last(struct watch *watch, const gchar *path)
{
	g_mutex_lock(&watch->lock);
	write_file(path, watch->last, &watch->info);
	g_mutex_unlock(&watch->lock);
}

static void announce(struct watch *watch, const gchar *modes)
{
	struct announce_options options = { .modes = modes };
	struct announce *monitor = announce_new(&options, NULL);
	GError *error = NULL;

	if (!watch->owner || !monitor)
		say("no context to announce a monitor on, or bad modes");
	else if (owner_arrive(watch->owner, announce_monitor(monitor), &error))
		say("announced");
	else
		say("%s", error->message);
	g_clear_error(&error);
	announce_free(monitor);
}

static void set_state(struct watch *watch, GstState state)
{
	gint64 begin = g_get_monotonic_time();
	GstStateChangeReturn ret = gst_element_set_state(watch->pipeline, state);

	say("%s %s in %" G_GINT64_FORMAT " ms", gst_element_state_get_name(state),
	     gst_element_state_change_return_get_name(ret),
	     (g_get_monotonic_time() - begin) / 1000);
}

static void obey(struct watch *watch, const gchar *word, const gchar *argument)
{
	if (!strcmp(word, "play"))
		set_state(watch, GST_STATE_PLAYING);
	else if (!strcmp(word, "pause"))
		set_state(watch, GST_STATE_PAUSED);
	else if (!strcmp(word, "ready"))
		set_state(watch, GST_STATE_READY);
	else if (!strcmp(word, "modes"))
		announce(watch, argument);
	else if (!strcmp(word, "depart") && watch->owner)
		owner_depart(watch->owner, NULL);
	else if (!strcmp(word, "stop") && watch->owner)
		owner_stop(watch->owner, NULL);
	else if (!strcmp(word, "eos"))
		gst_element_send_event(watch->pipeline, gst_event_new_eos());
	else if (!strcmp(word, "quit"))
		g_main_loop_quit(watch->loop);
	else if (!strcmp(word, "hold"))
		hold_next(watch);
	else if (!strcmp(word, "held"))
		write_held(watch, argument);
	else if (!strcmp(word, "save"))
		save_last(watch, argument);
	else
		say("what is %s?", word);
}

static gboolean on_command(GIOChannel *channel, GIOCondition condition, gpointer data)
{
	struct watch *watch = data;
	gchar *line = NULL, **words;

	(void)condition;
	if (g_io_channel_read_line(channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
		g_main_loop_quit(watch->loop);
		return G_SOURCE_REMOVE;
	}
	words = g_strsplit(g_strstrip(line), " ", 2);
	if (words[0])
		obey(watch, words[0], words[1] ? words[1] : "");
	g_strfreev(words);
	g_free(line);
	return G_SOURCE_CONTINUE;
}

/* --- The application ----------------------------------------------------------------- */

static void build(struct watch *watch, int argc, char **argv)
{
	GstElement *filter = gst_element_factory_make("capsfilter", NULL);
	GstElement *sink = gst_element_factory_make("fakesink", NULL);
	GstPad *pad = gst_element_get_static_pad(sink, "sink");
	gint fd = -1;

	watch->pipeline = gst_pipeline_new(NULL);
	watch->src = g_object_new(MIRACAST_TYPE_SRC, NULL);
	for (int nth = 1; nth < argc; nth++) {
		gchar **pair = g_strsplit(argv[nth], "=", 2);

		if (!pair[0] || !pair[1])
			g_error("what is %s?", argv[nth]);
		if (!strcmp(pair[0], "caps"))
			gst_util_set_object_arg(G_OBJECT(filter), "caps", pair[1]);
		else if (!strcmp(pair[0], "pool"))
			watch->pool = gst_object_ref_sink(g_object_new(WATCH_TYPE_POOL, NULL));
		else
			gst_util_set_object_arg(G_OBJECT(watch->src), pair[0], pair[1]);
		g_strfreev(pair);
	}
	g_object_set(sink, "sync", FALSE, "signal-handoffs", TRUE, NULL);
	g_signal_connect(sink, "handoff", G_CALLBACK(on_picture), watch);
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, watch, NULL);
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query, watch, NULL);
	gst_object_unref(pad);
	gst_bin_add_many(GST_BIN(watch->pipeline), watch->src, filter, sink, NULL);
	gst_element_link_many(watch->src, filter, sink, NULL);
	g_object_get(watch->src, "fd", &fd, NULL);
	if (fd >= 0) {
		struct owner_options options = { .fd = fd };

		watch->owner = owner_open(&options, NULL, NULL);
	}
}

static void run(struct watch *watch)
{
	GIOChannel *commands = g_io_channel_unix_new(STDIN_FILENO);
	GstBus *bus = gst_element_get_bus(watch->pipeline);

	g_io_add_watch(commands, G_IO_IN | G_IO_HUP, on_command, watch);
	gst_bus_add_watch(bus, on_message, watch);
	watch->loop = g_main_loop_new(NULL, FALSE);
	set_state(watch, GST_STATE_PLAYING);
	g_main_loop_run(watch->loop);
	set_state(watch, GST_STATE_NULL);
	gst_bus_remove_watch(bus);
	gst_object_unref(bus);
	g_main_loop_unref(watch->loop);
	g_io_channel_unref(commands);
}

int main(int argc, char **argv)
{
	static struct watch watch;

	gst_init(NULL, NULL);
	g_mutex_init(&watch.lock);
	gst_video_info_init(&watch.info);
	build(&watch, argc, argv);
	run(&watch);
	let_go(&watch);
	if (watch.last)
		g_byte_array_unref(watch.last);
	gst_object_unref(watch.pipeline);
	owner_unref(watch.owner);
	gst_clear_object(&watch.pool);
	gst_deinit();
	return 0;
}
