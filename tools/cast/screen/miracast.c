// SPDX-License-Identifier: MIT
/*
 * A monitor of the driver. miracastsrc has it, in a pipeline of the screen's own that
 * lives as long as the monitor: the one that encodes is made anew with each mode, and the
 * first mode is set before there is one. The main loop has all of it; pictures are the
 * feed's.
 */
#include <gst/video/video.h>
#include <string.h>

#include "edid.h"
#include "edid_make.h"
#include "edid_repair.h"
#include "mode.h"
#include "monitor.h"
#include "screen/feed.h"
#include "screen/lid.h"
#include "screen/reasons.h"
#include "screen/screen.h"
#include "wfd/offer.h"

#define OPTIONS_MAX	8
#define NAME_USUAL	"Miracast"

/* Shared with the thread that starts the pipeline, which may outlive the screen. */
struct starting {
	GMutex lock;
	bool closed;
};

struct screen {
	const struct screen_hooks *hooks;
	void *user;
	char *device, *target;	/* NULL: any */
	gint fd;		/* -1: the element gets one */
	GstElement *pipeline, *source;
	struct feed *feed;
	struct starting *starting;
	guint watch;
	struct lid *lid;
	bool over;		/* no hook is called any more */
	bool taken, dark;	/* it has a mode; the picture is off */
	bool blocked;		/* no pictures, for another reason */
	bool every_picture;	/* the sink takes no fewer than the mode has */
	char *why_gone;		/* as the element has reported, or NULL */

	/* The last mode that was set, until it is answered. */
	guint64 serial;
	gint width, height;
	guint mhz;
	bool asking;
};

/* --- What the monitor says ------------------------------------------------------- */

static void mind_lid(struct screen *screen)
{
	lid_hold(screen->lid, screen->taken && !screen->dark && !screen->over);
}

static void depart(struct screen *screen, enum fault fault, const char *why)
{
	if (screen->over)
		return;
	screen->over = true;
	mind_lid(screen);
	screen->hooks->departed(screen->user, fault, why);
}

static void on_mode_set(struct screen *screen, const GstStructure *what)
{
	gst_structure_get_uint64(what, "serial", &screen->serial);
	gst_structure_get_int(what, "width", &screen->width);
	gst_structure_get_int(what, "height", &screen->height);
	gst_structure_get_uint(what, "refresh-mhz", &screen->mhz);
	screen->asking = true;
	screen->hooks->mode(screen->user, (uint32_t)screen->width, (uint32_t)screen->height,
			    screen->mhz);
}

static void on_power(struct screen *screen, bool on)
{
	screen->dark = !on;
	mind_lid(screen);
	screen->hooks->power(screen->user, on);
}

/* "dark" and the like follow from messages of their own. */
static void on_picture_state(struct screen *screen, const GstStructure *what)
{
	const char *state = gst_structure_get_string(what, "state");
	const char *sentence = reasons_blocked(state);

	if (!sentence && !screen->blocked)
		return;
	screen->blocked = sentence;
	screen->hooks->blocked(screen->user, sentence ? state : NULL, sentence);
}

static void on_element_message(struct screen *screen, const GstStructure *what)
{
	gboolean on = FALSE;

	if (gst_structure_has_name(what, "miracast-mode-set"))
		on_mode_set(screen, what);
	else if (gst_structure_has_name(what, "miracast-power") &&
		 gst_structure_get_boolean(what, "on", &on))
		on_power(screen, on);
	else if (gst_structure_has_name(what, "miracast-picture-state"))
		on_picture_state(screen, what);
}

/* What could not be opened, and what was there and is gone. */
static void on_error(struct screen *screen, GstMessage *message)
{
	GError *error = NULL;
	char *debug = NULL;

	gst_message_parse_error(message, &error, &debug);
	g_debug("%s: %s", error->message, debug ? debug : "");
	depart(screen, reasons_fault(message, screen->device), error->message);
	g_error_free(error);
	g_free(debug);
}

/* The element reports why the monitor goes before it ends the stream. */
static void on_warning(struct screen *screen, GstMessage *message)
{
	GError *error = NULL;

	gst_message_parse_warning(message, &error, NULL);
	g_debug("%s", error->message);
	if (g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_CLOSE)) {
		g_free(screen->why_gone);
		screen->why_gone = g_strdup(error->message);
	}
	g_error_free(error);
}

static gboolean on_bus(GstBus *bus, GstMessage *message, gpointer user)
{
	struct screen *screen = user;

	(void)bus;
	if (screen->over)
		return G_SOURCE_CONTINUE;
	switch (GST_MESSAGE_TYPE(message)) {
	case GST_MESSAGE_ELEMENT:
		on_element_message(screen, gst_message_get_structure(message));
		break;
	case GST_MESSAGE_ERROR:
		on_error(screen, message);
		break;
	case GST_MESSAGE_WARNING:
		on_warning(screen, message);
		break;
	case GST_MESSAGE_EOS:
		depart(screen, FAULT_SCREEN_GONE, screen->why_gone ? screen->why_gone : "");
		break;
	default:
		break;
	}
	return G_SOURCE_CONTINUE;
}

/* --- The pipeline ---------------------------------------------------------------- */

/* Pictures may be laid out as the driver does it. */
static GstPadProbeReturn on_query(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	GstQuery *query = GST_PAD_PROBE_INFO_QUERY(info);

	(void)pad;
	(void)user;
	if (GST_QUERY_TYPE(query) != GST_QUERY_ALLOCATION)
		return GST_PAD_PROBE_OK;
	gst_query_add_allocation_meta(query, GST_VIDEO_META_API_TYPE, NULL);
	return GST_PAD_PROBE_HANDLED;
}

/*
 * Whichever the driver has; with the rate of the mode, not the variable one that the element
 * would rather have: see the stream's filter.
 */
#define PICTURES(format)	"video/x-raw,format=" format ",framerate=[1/1,2147483647/1]"

static void set_out(struct screen *screen, GstElement *filter, GstElement *out)
{
	GstCaps *caps = gst_caps_from_string(PICTURES("NV12") ";" PICTURES("BGRx"));
	GstPad *pad = gst_element_get_static_pad(out, "sink");

	g_object_set(filter, "caps", caps, NULL);
	g_object_set(out, "sync", FALSE, "async", FALSE, NULL);
	screen->feed = feed_new(screen->source, pad);
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query, NULL, NULL);
	gst_object_unref(pad);
	gst_caps_unref(caps);
}

static bool make_pipeline(struct screen *screen)
{
	GstClock *clock = gst_system_clock_obtain();
	GstElement *filter = gst_element_factory_make("capsfilter", NULL);
	GstElement *out = gst_element_factory_make("fakesink", NULL);
	GstBus *bus;

	screen->pipeline = gst_object_ref_sink(gst_pipeline_new("screen"));
	screen->source = gst_element_factory_make("miracastsrc", NULL);
	/* The clock of both pipelines, whatever is in them. */
	gst_pipeline_use_clock(GST_PIPELINE(screen->pipeline), clock);
	gst_object_unref(clock);
	if (!screen->source || !filter || !out) {
		gst_clear_object(&screen->source);
		gst_clear_object(&filter);
		gst_clear_object(&out);
		return false;
	}
	set_out(screen, filter, out);
	gst_bin_add_many(GST_BIN(screen->pipeline), screen->source, filter, out, NULL);
	gst_element_link_many(screen->source, filter, out, NULL);
	bus = gst_element_get_bus(screen->pipeline);
	screen->watch = gst_bus_add_watch(bus, on_bus, screen);
	gst_object_unref(bus);
	return true;
}

/* --- Arrival --------------------------------------------------------------------- */

/* The best first. */
static char *modes_text(const struct mc_wfd_choice *choice)
{
	struct drm_miracast_mode modes[MC_MONITOR_MODES];
	uint32_t count = mc_wfd_modes(choice, modes, MC_MONITOR_MODES), i;
	GString *text = g_string_new(NULL);
	char mode[MC_MODE_TEXT];

	for (i = 0; i < count; i++)
		g_string_append_printf(text, "%s%s", i ? "," : "",
				       mc_mode_format(modes[i].width, modes[i].height,
						      modes[i].refresh_mhz, mode));
	return g_string_free(text, FALSE);
}

/* An EDID has room for little, and for ASCII only. */
static char *plain_name(const char *name)
{
	GString *text = g_string_new(NULL);

	for (; *name && text->len < MC_EDID_NAME; name++)
		if (*name >= ' ' && *name <= '~')
			g_string_append_c(text, *name);
	if (!mc_edid_name_valid(text->str))
		g_string_assign(text, NAME_USUAL);
	return g_string_free(text, FALSE);
}

/*
 * The sink's own EDID, where its panel's mode is what the sink is best sent: the driver
 * offers what EDID and list have in common, and that is little with some televisions.
 */
static GBytes *sinks_edid(const struct screen_monitor *monitor)
{
	const struct mc_wfd_choice *choice = monitor->choice;
	struct mc_edid_repairs repairs;	/* which the session has noted already */
	char why[MC_EDID_TEXT];
	GBytes *bytes = NULL;
	uint8_t *edid;
	size_t size;
	int given;

	if (!choice->count || choice->candidates[0].place != MC_WFD_PLACE_PANEL)
		return NULL;
	edid = g_malloc(MC_EDID_MAX);
	given = mc_wfd_edid_bytes(&monitor->sink->edid, edid, MC_EDID_MAX);
	size = (size_t)MAX(given, 0);
	if (size && !mc_edid_repair(edid, &size, &repairs, why))
		bytes = g_bytes_new(edid, size);
	g_free(edid);
	return bytes;
}

/*
 * How many pictures there have to be when nothing changes. A picture that is asked for comes at
 * the next vblank, and has to be encoded: it is asked for when nine tenths of the time that the
 * sink allows are over.
 */
static void set_least(struct screen *screen, const struct screen_monitor *monitor)
{
	const struct mc_wfd_video *video = mc_wfd_choice_video(monitor->sink, monitor->choice);
	const struct mc_wfd_candidate *best = &monitor->choice->candidates[0];
	uint32_t control = video->codecs[best->codec].rate_control;
	gint halves = (gint)((control & MC_WFD_RATE_INTERVAL) >> 1);

	/* The mode that is set decides how many: see miracast_answer_mode(). */
	screen->every_picture = !(control & MC_WFD_RATE_SKIP);
	if (!screen->every_picture && halves)
		g_object_set(screen->source, "min-framerate", 20, 9 * halves, NULL);
}

static void clear_starting(gpointer user)
{
	struct starting *starting = user;

	g_mutex_clear(&starting->lock);
}

static void release_starting(gpointer user)
{
	g_atomic_rc_box_release_full(user, clear_starting);
}

/*
 * Asking the broker can take a while, and the session has to be served meanwhile. This
 * may get its turn after the screen was closed; then nothing may start any more.
 */
static void start(GstElement *pipeline, gpointer user)
{
	struct starting *starting = user;

	g_mutex_lock(&starting->lock);
	/* Behind what an element has reported: the first counts. */
	if (!starting->closed && gst_element_set_state(pipeline, GST_STATE_PLAYING) ==
	    GST_STATE_CHANGE_FAILURE)
		GST_ELEMENT_ERROR(pipeline, CORE, STATE_CHANGE, (NULL), (NULL));
	g_mutex_unlock(&starting->lock);
}

static void miracast_arrive(struct screen *screen, const struct screen_monitor *monitor)
{
	char *modes = modes_text(monitor->choice), *name = plain_name(monitor->name);
	GBytes *edid = sinks_edid(monitor);

	g_object_set(screen->source, "modes", modes, "monitor-name", name, "edid", edid,
		     "confirm-modes", TRUE, NULL);
	set_least(screen, monitor);
	gst_element_call_async(screen->pipeline, start,
			       g_atomic_rc_box_acquire(screen->starting), release_starting);
	if (edid)
		g_bytes_unref(edid);
	g_free(name);
	g_free(modes);
}

static bool is_asked(const struct screen *screen, uint32_t width, uint32_t height, uint32_t hz)
{
	return screen->asking && width == (uint32_t)screen->width &&
	       height == (uint32_t)screen->height && hz == (screen->mhz + 500) / 1000;
}

/* An answer to a mode that another has replaced meanwhile is not used. */
static void miracast_answer_mode(struct screen *screen, uint32_t width, uint32_t height,
				 uint32_t hz, bool taken)
{
	if (screen->over || !is_asked(screen, width, height, hz))
		return;
	screen->asking = false;
	if (taken) {
		if (screen->every_picture)
			g_object_set(screen->source, "min-framerate", (gint)hz, 1, NULL);
		feed_show(screen->feed, screen->width, screen->height);
		screen->taken = true;
		mind_lid(screen);
	}
	g_signal_emit_by_name(screen->source, "answer-mode", screen->serial, (gboolean)taken);
}

static GstElement *miracast_element(struct screen *screen)
{
	return feed_element(screen->feed, screen->mhz);
}

static void miracast_request_frame(struct screen *screen)
{
	g_signal_emit_by_name(screen->source, "request-frame");
}

static void miracast_set_rate(struct screen *screen, uint32_t kbps)
{
	g_object_set(screen->source, "encode-rate", (guint)kbps, NULL);
}

/* --- Beginning and end ----------------------------------------------------------- */

static void free_options(struct screen *screen)
{
	g_free(screen->device);
	g_free(screen->target);
	g_free(screen->why_gone);
}

static void miracast_close(struct screen *screen)
{
	screen->over = true;
	lid_free(screen->lid);
	if (screen->watch)
		g_source_remove(screen->watch);
	/* It may be waiting for the broker: that ends now, and does not begin again. */
	if (screen->source) {
		gst_element_set_locked_state(screen->source, TRUE);
		gst_element_set_state(screen->source, GST_STATE_NULL);
	}
	g_mutex_lock(&screen->starting->lock);
	screen->starting->closed = true;
	g_mutex_unlock(&screen->starting->lock);
	/* A change of state that was under way may have come after that. */
	if (screen->source)
		gst_element_set_state(screen->source, GST_STATE_NULL);
	release_starting(screen->starting);
	if (screen->pipeline) {
		gst_element_set_state(screen->pipeline, GST_STATE_NULL);
		gst_object_unref(screen->pipeline);
	}
	feed_free(screen->feed);
	free_options(screen);
	g_free(screen);
}

/* Return: whether the option makes sense. */
static bool take_option(struct screen *screen, const char *option)
{
	const char *value = strchr(option, '=');
	guint64 number;

	if (!value)
		return false;
	value++;
	if (g_str_has_prefix(option, "device=") && !screen->device)
		screen->device = g_strdup(value);
	else if (g_str_has_prefix(option, "target=") && !screen->target)
		screen->target = g_strdup(value);
	else if (g_str_has_prefix(option, "fd=") &&
		 g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT, &number, NULL))
		screen->fd = (gint)number;
	else
		return false;
	return *value != '\0';
}

static bool take_options(struct screen *screen, const char *options)
{
	char **words = g_strsplit(options ? options : "", ",", OPTIONS_MAX);
	bool good = true;
	int i;

	for (i = 0; words[i] && good; i++) {
		good = take_option(screen, words[i]);
		if (!good)
			g_warning("screen: \"%s\" is not an option", words[i]);
	}
	g_strfreev(words);
	return good;
}

static bool miracast_valid(const char *options)
{
	struct screen parsed = { .fd = -1 };
	bool good = take_options(&parsed, options);

	free_options(&parsed);
	return good;
}

static struct screen *miracast_open(const char *options, const struct screen_hooks *hooks,
				    void *user, enum fault *fault)
{
	struct screen *screen = g_new0(struct screen, 1);

	screen->hooks = hooks;
	screen->user = user;
	screen->fd = -1;
	screen->lid = lid_new();
	screen->starting = g_atomic_rc_box_new0(struct starting);
	g_mutex_init(&screen->starting->lock);
	*fault = FAULT_NONE;
	if (!take_options(screen, options))
		*fault = FAULT_NO_SCREEN;
	else if (!make_pipeline(screen))
		*fault = FAULT_NO_ELEMENT;
	if (*fault != FAULT_NONE) {
		miracast_close(screen);
		return NULL;
	}
	g_object_set(screen->source, "device", screen->device, "target", screen->target, "fd",
		     screen->fd, NULL);
	return screen;
}

static const char *const miracast_elements[] = { "miracastsrc", "appsrc", NULL };

const struct screen_class screen_miracast = {
	.elements = miracast_elements,
	.valid = miracast_valid,
	.open = miracast_open,
	.arrive = miracast_arrive,
	.answer_mode = miracast_answer_mode,
	.element = miracast_element,
	.request_frame = miracast_request_frame,
	.set_rate = miracast_set_rate,
	.close = miracast_close,
};
