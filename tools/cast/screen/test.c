// SPDX-License-Identifier: MIT
/*
 * A test picture in the place of a monitor: what a compositor would do is a script. The
 * main loop has all of it but paint(), which is the streaming thread's.
 */
#include <gst/gst.h>
#include <string.h>

#include "media/repeats.h"
#include "mode.h"
#include "screen/paint.h"
#include "screen/screen.h"
#include "wfd/offer.h"

#define STEPS_MAX	256
#define MODES_MAX	32

struct screen {
	const struct screen_hooks *hooks;
	void *user;
	char **steps;
	int next;
	guint timer;
	struct drm_miracast_mode offered[MODES_MAX];
	uint32_t offered_count, tried;
	struct drm_miracast_mode mode, asked;
	GSource *begin;		/* of the script, attached by the first picture */
	bool running;		/* the script is */
	gint pictured;		/* there was a picture; atomic */
	char *pattern;
	char *next_pattern;	/* for the streaming thread, or NULL; atomic */
	GstElement *source, *filter;	/* of the present element, or NULL */
	gint frame;
	gint still, wanted;	/* pictures come only when they are; atomic */
	gint changed;		/* the next picture is another than the one before; atomic */
};

static gboolean step(gpointer user);

static void after(struct screen *screen, guint ms)
{
	if (screen->timer)
		g_source_remove(screen->timer);
	screen->timer = g_timeout_add(ms, step, screen);
}

/* --- The element ----------------------------------------------------------------- */

/* Also marks what is only asked for. */
static bool is_due(struct screen *screen, GstBuffer *buffer)
{
	bool wanted = g_atomic_int_compare_and_exchange(&screen->wanted, TRUE, FALSE);

	if (!g_atomic_int_get(&screen->still) ||
	    g_atomic_int_compare_and_exchange(&screen->changed, TRUE, FALSE))
		return true;
	GST_BUFFER_FLAG_SET(buffer, PICTURE_REPEATS);
	return wanted;
}

/* Return: what was there. */
static char *put_pattern(struct screen *screen, char *word)
{
	char *old;

	do {
		old = g_atomic_pointer_get(&screen->next_pattern);
	} while (!g_atomic_pointer_compare_and_exchange(&screen->next_pattern, old, word));
	return old;
}

/*
 * The source keeps the picture of a pattern that does not move, and frees it without a lock
 * when the pattern changes: only the thread that makes pictures may do that.
 */
static void change_pattern(struct screen *screen, GstElement *filter)
{
	char *word = put_pattern(screen, NULL);
	GstPad *sink, *peer;

	if (!word)
		return;
	sink = gst_element_get_static_pad(filter, "sink");
	peer = gst_pad_get_peer(sink);
	if (peer) {
		gst_util_set_object_arg(G_OBJECT(GST_PAD_PARENT(peer)), "pattern", word);
		g_atomic_int_set(&screen->changed, TRUE);
	}
	gst_clear_object(&peer);
	gst_object_unref(sink);
	g_free(word);
}

/* On a picture that nobody else has yet. */
static GstPadProbeReturn paint(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	GstBuffer *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
	struct screen *screen = user;
	bool due;

	GST_PAD_PROBE_INFO_DATA(info) = buffer;
	due = is_due(screen, buffer);
	change_pattern(screen, GST_PAD_PARENT(pad));
	if (!due)
		return GST_PAD_PROBE_DROP;
	if (g_atomic_int_compare_and_exchange(&screen->pictured, FALSE, TRUE))
		g_source_attach(screen->begin, NULL);
	paint_picture(pad, buffer, &screen->frame);
	return GST_PAD_PROBE_OK;
}

static void apply_mode(struct screen *screen)
{
	GstCaps *caps;

	if (!screen->filter)
		return;
	caps = gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "I420",
				   "width", G_TYPE_INT, (gint)screen->mode.width,
				   "height", G_TYPE_INT, (gint)screen->mode.height,
				   "framerate", GST_TYPE_FRACTION,
				   (gint)screen->mode.refresh_mhz, 1000,
				   "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
	g_object_set(screen->filter, "caps", caps, NULL);
	gst_caps_unref(caps);
}

static void forget_element(gpointer user, GObject *gone)
{
	struct screen *screen = user;

	if ((GObject *)screen->source == gone) {
		screen->source = NULL;
		screen->filter = NULL;
	}
}

static GstElement *test_element(struct screen *screen)
{
	GstElement *bin = gst_bin_new("screen");
	GstElement *source = gst_element_factory_make("videotestsrc", NULL);
	GstElement *filter = gst_element_factory_make("capsfilter", NULL);
	GstPad *pad;

	if (!source || !filter) {
		gst_clear_object(&source);
		gst_clear_object(&filter);
		gst_object_unref(bin);
		return NULL;
	}
	if (screen->source)
		g_object_weak_unref(G_OBJECT(screen->source), forget_element, screen);
	g_object_set(source, "is-live", TRUE, "do-timestamp", TRUE, NULL);
	gst_util_set_object_arg(G_OBJECT(source), "pattern", screen->pattern);
	gst_bin_add_many(GST_BIN(bin), source, filter, NULL);
	gst_element_link(source, filter);
	pad = gst_element_get_static_pad(filter, "src");
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, paint, screen, NULL);
	gst_element_add_pad(bin, gst_ghost_pad_new("src", pad));
	gst_object_unref(pad);
	screen->source = source;
	screen->filter = filter;
	g_object_weak_ref(G_OBJECT(source), forget_element, screen);
	apply_mode(screen);
	g_atomic_int_set(&screen->changed, TRUE);
	return bin;
}

/* --- The script ------------------------------------------------------------------ */

static void ask_mode(struct screen *screen, const struct drm_miracast_mode *mode)
{
	screen->asked = *mode;
	screen->hooks->mode(screen->user, mode->width, mode->height, mode->refresh_mhz);
}

static bool is_time(const char *word, guint *ms)
{
	char *end;
	guint64 number = g_ascii_strtoull(word, &end, 10);

	if (end == word || number > 3600000)
		return false;
	if (!strcmp(end, "s"))
		number *= 1000;
	else if (strcmp(end, "ms"))
		return false;
	*ms = (guint)number;
	return true;
}

static bool is_pattern(const char *word)
{
	GType type = g_type_from_name("GstVideoTestSrcPattern");
	GEnumClass *class;
	bool found;

	if (!type)
		return false;
	class = g_type_class_ref(type);
	found = !!g_enum_get_value_by_nick(class, word);
	g_type_class_unref(class);
	return found;
}

static void set_pattern(struct screen *screen, const char *word)
{
	g_free(screen->pattern);
	screen->pattern = g_strdup(word);
	g_free(put_pattern(screen, g_strdup(word)));
}

/* Return: whether the script goes on at once. */
static bool take_step(struct screen *screen, const char *word)
{
	struct drm_miracast_mode mode;
	guint ms;

	if (is_time(word, &ms)) {
		after(screen, ms);
		return false;
	}
	if (!mc_mode_parse(word, &mode)) {
		ask_mode(screen, &mode);
		return false;
	}
	if (!strcmp(word, "still") || !strcmp(word, "moving"))
		g_atomic_int_set(&screen->still, !strcmp(word, "still"));
	else if (!strcmp(word, "off") || !strcmp(word, "on"))
		screen->hooks->power(screen->user, !strcmp(word, "on"));
	else if (!strcmp(word, "end"))
		screen->hooks->departed(screen->user, FAULT_NONE, "");
	else
		set_pattern(screen, word);
	return true;
}

static gboolean step(gpointer user)
{
	struct screen *screen = user;

	screen->timer = 0;
	while (screen->steps[screen->next])
		if (!take_step(screen, screen->steps[screen->next++]))
			break;
	return G_SOURCE_REMOVE;
}

/* Its times are those of what the sink gets, however long it takes to play. */
static gboolean begin(gpointer user)
{
	struct screen *screen = user;

	screen->running = true;
	if (!screen->timer)
		step(screen);
	return G_SOURCE_REMOVE;
}

/* What the sink offers, in turn. */
static gboolean try_offer(gpointer user)
{
	struct screen *screen = user;

	screen->timer = 0;
	if (screen->tried >= screen->offered_count)
		screen->hooks->departed(screen->user, FAULT_MODE_REFUSED, "");
	else
		ask_mode(screen, &screen->offered[screen->tried++]);
	return G_SOURCE_REMOVE;
}

static gboolean first_mode(gpointer user)
{
	struct screen *screen = user;
	struct drm_miracast_mode mode;
	const char *word = screen->steps[screen->next];

	if (!word || mc_mode_parse(word, &mode))
		return try_offer(user);
	screen->timer = 0;
	screen->next++;
	ask_mode(screen, &mode);
	return G_SOURCE_REMOVE;
}

static void test_arrive(struct screen *screen, const struct screen_monitor *monitor)
{
	screen->offered_count = mc_wfd_modes(monitor->choice, screen->offered, MODES_MAX);
	screen->tried = 0;
	screen->timer = g_idle_add(first_mode, screen);
}

static void test_answer_mode(struct screen *screen, uint32_t width, uint32_t height, uint32_t hz,
			     bool taken)
{
	(void)width;
	(void)height;
	(void)hz;
	if (screen->timer)
		g_source_remove(screen->timer);
	screen->timer = 0;
	if (taken) {
		screen->mode = screen->asked;
		apply_mode(screen);
	}
	if (screen->running)
		screen->timer = g_idle_add(step, screen);
	else if (!taken)
		screen->timer = g_idle_add(try_offer, screen);
}

static void test_request_frame(struct screen *screen)
{
	g_atomic_int_set(&screen->wanted, TRUE);
}

static void test_set_rate(struct screen *screen, uint32_t kbps)
{
	(void)screen;
	(void)kbps;
}

static void test_close(struct screen *screen)
{
	if (screen->timer)
		g_source_remove(screen->timer);
	if (screen->source)
		g_object_weak_unref(G_OBJECT(screen->source), forget_element, screen);
	g_source_destroy(screen->begin);
	g_source_unref(screen->begin);
	g_strfreev(screen->steps);
	g_free(screen->pattern);
	g_free(screen->next_pattern);
	g_free(screen);
}

static bool is_step(const char *word)
{
	struct drm_miracast_mode mode;
	guint ms;

	return is_time(word, &ms) || !mc_mode_parse(word, &mode) || !strcmp(word, "off") ||
	       !strcmp(word, "on") || !strcmp(word, "end") || !strcmp(word, "still") ||
	       !strcmp(word, "moving") || is_pattern(word);
}

static bool are_steps(char *const *steps)
{
	int i;

	for (i = 0; steps[i]; i++) {
		if (is_step(steps[i]))
			continue;
		g_warning("test picture: \"%s\" is not a step", steps[i]);
		return false;
	}
	return true;
}

/* The plug-in that has the source knows its patterns. */
static bool test_valid(const char *options)
{
	GstElement *source = gst_element_factory_make("videotestsrc", NULL);
	char **steps = g_strsplit(options ? options : "", ",", STEPS_MAX);
	bool good = !source || are_steps(steps);

	g_strfreev(steps);
	gst_clear_object(&source);
	return good;
}

static struct screen *test_open(const char *options, const struct screen_hooks *hooks, void *user,
				enum fault *fault)
{
	struct screen *screen = g_new0(struct screen, 1);
	GstElement *source = gst_element_factory_make("videotestsrc", NULL);

	screen->hooks = hooks;
	screen->user = user;
	screen->begin = g_idle_source_new();
	g_source_set_callback(screen->begin, begin, screen, NULL);
	screen->pattern = g_strdup("smpte75");
	screen->steps = g_strsplit(options ? options : "", ",", STEPS_MAX);
	*fault = source ? FAULT_NONE : FAULT_NO_ELEMENT;
	if (*fault == FAULT_NONE && !are_steps(screen->steps))
		*fault = FAULT_NO_SCREEN;
	gst_clear_object(&source);
	if (*fault == FAULT_NONE)
		return screen;
	test_close(screen);
	return NULL;
}

static const char *const test_elements[] = { "videotestsrc", NULL };

const struct screen_class screen_test = {
	.elements = test_elements,
	.valid = test_valid,
	.open = test_open,
	.arrive = test_arrive,
	.answer_mode = test_answer_mode,
	.element = test_element,
	.request_frame = test_request_frame,
	.set_rate = test_set_rate,
	.close = test_close,
};
