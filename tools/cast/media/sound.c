// SPDX-License-Identifier: MIT
#include "media/sound.h"

#include <errno.h>
#include <pulse/pulseaudio.h>
#include <signal.h>
#include <string.h>

#include "wfd/audio.h"

#define SERVER_MS	1000
#define NAME_CHARS	64
#define OUTPUT_PREFIX	"miracast_"
#define SERVER		"server"	/* the element that records */

struct sound {
	pa_threaded_mainloop *loop;	/* NULL: there is no server */
	pa_context *context;
	char *output, *monitor;
	bool ready;		/* there is an output; else silence */

	/* The lock of @loop guards these. */
	uint32_t module;
	bool late;		/* an output that comes now is too late */

	gint gone, reported;	/* the output is, and the source has reported it; atomic */
	GWeakRef source;	/* the element that records from it */

	int failed;		/* encoders of AAC that are not used again */
};

const char *const sound_elements[] = { "audiotestsrc", "audioconvert", "audioresample", NULL };
static const char *const aac_encoders[] = { "avenc_aac", "voaacenc", NULL };

/* --- The server ------------------------------------------------------------------ */

/* Of any thread. The bus of the pipeline brings it, once, to the main loop. */
static void report_gone(struct sound *sound)
{
	GstElement *source;

	g_atomic_int_set(&sound->gone, TRUE);
	source = g_weak_ref_get(&sound->source);
	if (!source)
		return;
	if (g_atomic_int_compare_and_exchange(&sound->reported, FALSE, TRUE))
		GST_ELEMENT_ERROR(source, RESOURCE, NOT_FOUND, (NULL),
				  ("the output is gone"));
	gst_object_unref(source);
}

static void on_state(pa_context *context, void *user)
{
	struct sound *sound = user;

	if (sound->ready && !PA_CONTEXT_IS_GOOD(pa_context_get_state(context)))
		report_gone(sound);
	pa_threaded_mainloop_signal(sound->loop, 0);
}

/* Without its output, the server may move what records from it to a microphone. */
static void on_event(pa_context *context, pa_subscription_event_type_t type, uint32_t index,
		     void *user)
{
	struct sound *sound = user;

	(void)context;
	if ((type & PA_SUBSCRIPTION_EVENT_FACILITY_MASK) == PA_SUBSCRIPTION_EVENT_MODULE &&
	    (type & PA_SUBSCRIPTION_EVENT_TYPE_MASK) == PA_SUBSCRIPTION_EVENT_REMOVE &&
	    index == sound->module)
		report_gone(sound);
}

/* The server completes an operation that is not waited for any more, too. */
static void on_module(pa_context *context, uint32_t index, void *user)
{
	struct sound *sound = user;
	pa_operation *operation;

	if (sound->late && index != PA_INVALID_INDEX) {
		operation = pa_context_unload_module(context, index, NULL, NULL);
		if (operation)
			pa_operation_unref(operation);
	} else {
		sound->module = index;
	}
	pa_threaded_mainloop_signal(sound->loop, 0);
}

/* Return: whether it is the output of a process that has ended, or that had this number. */
static bool is_left_over(const pa_module_info *module)
{
	static const char key[] = "sink_name=" OUTPUT_PREFIX;
	const char *at;
	guint64 pid;
	char *end;

	if (strcmp(module->name, "module-null-sink") || !module->argument)
		return false;
	at = strstr(module->argument, key);
	if (!at)
		return false;
	at += sizeof(key) - 1;
	pid = g_ascii_strtoull(at, &end, 10);
	if (end == at || (*end && *end != ' ') || !pid || pid > G_MAXINT)
		return false;
	return (pid_t)pid == getpid() || (kill((pid_t)pid, 0) < 0 && errno == ESRCH);
}

/* A process that was killed leaves its output. */
static void on_other_module(pa_context *context, const pa_module_info *module, int last,
			    void *user)
{
	struct sound *sound = user;
	pa_operation *operation;

	if (last) {
		pa_threaded_mainloop_signal(sound->loop, 0);
		return;
	}
	if (!is_left_over(module))
		return;
	operation = pa_context_unload_module(context, module->index, NULL, NULL);
	if (operation)
		pa_operation_unref(operation);
}

static void on_done(pa_context *context, int success, void *user)
{
	struct sound *sound = user;

	(void)context;
	(void)success;
	pa_threaded_mainloop_signal(sound->loop, 0);
}

struct patience {
	struct sound *sound;
	bool over;
};

static void on_late(pa_mainloop_api *api, pa_time_event *event, const struct timeval *time,
		    void *user)
{
	struct patience *patience = user;

	(void)api;
	(void)event;
	(void)time;
	patience->over = true;
	pa_threaded_mainloop_signal(patience->sound->loop, 0);
}

/* Waits until @done is so, with the loop's lock, and not for long. */
static bool wait_for(struct sound *sound, bool (*done)(struct sound *sound, void *what), void *what)
{
	pa_mainloop_api *api = pa_threaded_mainloop_get_api(sound->loop);
	struct patience patience = { .sound = sound };
	struct timeval when;
	pa_time_event *timer;

	pa_gettimeofday(&when);
	pa_timeval_add(&when, SERVER_MS * 1000);
	timer = api->time_new(api, &when, on_late, &patience);
	while (!done(sound, what) && !patience.over)
		pa_threaded_mainloop_wait(sound->loop);
	api->time_free(timer);
	return done(sound, what);
}

static bool is_settled(struct sound *sound, void *what)
{
	(void)what;
	return pa_context_get_state(sound->context) == PA_CONTEXT_READY ||
	       !PA_CONTEXT_IS_GOOD(pa_context_get_state(sound->context));
}

static bool is_over(struct sound *sound, void *what)
{
	(void)sound;
	return pa_operation_get_state(what) != PA_OPERATION_RUNNING;
}

static void finish(struct sound *sound, pa_operation *operation)
{
	if (!operation)
		return;
	if (!wait_for(sound, is_over, operation))
		pa_operation_cancel(operation);
	pa_operation_unref(operation);
}

/* Process numbers are those of this machine. */
static void unload_left_over(struct sound *sound)
{
	if (pa_context_is_local(sound->context) == 1)
		finish(sound, pa_context_get_module_info_list(sound->context, on_other_module,
							      sound));
}

/* Cancelled, the server would still complete it, and the output would stay. */
static void finish_loading(struct sound *sound, pa_operation *operation)
{
	if (!operation)
		return;
	sound->late = !wait_for(sound, is_over, operation);
	pa_operation_unref(operation);
}

/* Only characters that are no part of the arguments' grammar. */
static char *plain(const char *name)
{
	char *text = g_utf8_substring(name, 0, MIN(g_utf8_strlen(name, -1), NAME_CHARS));
	char *at;

	for (at = text; *at; at++)
		if (strchr("\"'\\=;{}", *at) || (unsigned char)*at < ' ')
			*at = ' ';
	return text;
}

static void load_output(struct sound *sound, const char *name)
{
	char *label = plain(name);
	char *arguments = g_strdup_printf("sink_name=%s rate=48000 channels=2 "
					  "sink_properties='device.description=\"Miracast %s\"'",
					  sound->output, label);

	sound->module = PA_INVALID_INDEX;
	finish_loading(sound, pa_context_load_module(sound->context, "module-null-sink", arguments,
						     on_module, sound));
	g_free(arguments);
	g_free(label);
}

/* With the loop's lock. Return: whether there is a server. */
static bool connect_server(struct sound *sound)
{
	sound->context = pa_context_new(pa_threaded_mainloop_get_api(sound->loop), "miracast-cast");
	pa_context_set_state_callback(sound->context, on_state, sound);
	return pa_context_connect(sound->context, NULL, PA_CONTEXT_NOAUTOSPAWN, NULL) >= 0 &&
	       wait_for(sound, is_settled, NULL) &&
	       pa_context_get_state(sound->context) == PA_CONTEXT_READY;
}

static bool make_output(struct sound *sound, const char *name)
{
	unload_left_over(sound);
	pa_context_set_subscribe_callback(sound->context, on_event, sound);
	finish(sound, pa_context_subscribe(sound->context, PA_SUBSCRIPTION_MASK_MODULE, on_done,
					   sound));
	load_output(sound, name);
	return sound->module != PA_INVALID_INDEX;
}

static void disconnect_server(struct sound *sound)
{
	if (!sound->loop)
		return;
	pa_threaded_mainloop_lock(sound->loop);
	sound->ready = false;
	if (sound->context) {
		pa_context_set_subscribe_callback(sound->context, NULL, NULL);
		if (sound->module != PA_INVALID_INDEX &&
		    pa_context_get_state(sound->context) == PA_CONTEXT_READY)
			finish(sound, pa_context_unload_module(sound->context, sound->module,
							       on_done, sound));
		pa_context_set_state_callback(sound->context, NULL, NULL);
		pa_context_disconnect(sound->context);
		pa_context_unref(sound->context);
		sound->context = NULL;
	}
	pa_threaded_mainloop_unlock(sound->loop);
	pa_threaded_mainloop_stop(sound->loop);
	pa_threaded_mainloop_free(sound->loop);
	sound->loop = NULL;
}

/* Return: whether there is a server; with @name, whether it has made an output. */
static bool begin(struct sound *sound, const char *name)
{
	bool good;

	sound->loop = pa_threaded_mainloop_new();
	if (pa_threaded_mainloop_start(sound->loop) < 0)
		return false;
	pa_threaded_mainloop_lock(sound->loop);
	good = connect_server(sound) && (!name || make_output(sound, name));
	sound->ready = good;
	pa_threaded_mainloop_unlock(sound->loop);
	return good;
}

/* pulsesrc names what it records from since it has this property. */
bool sound_can_record(void)
{
	GstElement *source = gst_element_factory_make("pulsesrc", NULL);
	bool can = source && g_object_class_find_property(G_OBJECT_GET_CLASS(source),
							  "current-device");

	gst_clear_object(&source);
	return can;
}

static struct sound *sound_new_empty(void)
{
	struct sound *sound = g_new0(struct sound, 1);

	sound->module = PA_INVALID_INDEX;
	sound->output = g_strdup_printf(OUTPUT_PREFIX "%d", getpid());
	sound->monitor = g_strdup_printf("%s.monitor", sound->output);
	g_weak_ref_init(&sound->source, NULL);
	return sound;
}

struct sound *sound_new(const char *name, bool silent)
{
	struct sound *sound = sound_new_empty();

	/* An output that comes late is taken away: the server is left later. */
	if (!silent && sound_can_record() && !begin(sound, name) && !sound->late)
		disconnect_server(sound);
	return sound;
}

bool sound_probe(void)
{
	struct sound *sound;
	bool there;

	if (!sound_can_record())
		return false;
	sound = sound_new_empty();
	there = begin(sound, NULL);
	sound_free(sound);
	return there;
}

bool sound_is_silent(const struct sound *sound)
{
	return !sound->ready;
}

void sound_lost(struct sound *sound)
{
	disconnect_server(sound);
}

void sound_free(struct sound *sound)
{
	if (!sound)
		return;
	disconnect_server(sound);
	g_weak_ref_clear(&sound->source);
	g_free(sound->output);
	g_free(sound->monitor);
	g_free(sound);
}

/* --- Elements -------------------------------------------------------------------- */

static bool is_there(const char *factory)
{
	return gst_registry_check_feature_version(gst_registry_get(), factory, 1, 0, 0);
}

/*
 * What is encoded leaves by a parser, which is another plug-in's. Return: the number of the
 * best encoder from this one on, or -1.
 */
static int aac_first(int from)
{
	int i;

	if (!is_there("aacparse"))
		return -1;
	for (i = from; aac_encoders[i]; i++)
		if (is_there(aac_encoders[i]))
			return i;
	return -1;
}

uint32_t sound_codecs(void)
{
	return 1U << MC_WFD_LPCM | (aac_first(0) < 0 ? 0 : 1U << MC_WFD_AAC);
}

const char *sound_encoder(const struct sound *sound, uint32_t codec)
{
	int i = codec == MC_WFD_AAC ? aac_first(sound->failed) : -1;

	return i < 0 ? NULL : aac_encoders[i];
}

void sound_encoder_failed(struct sound *sound)
{
	int i = aac_first(sound->failed);

	if (i >= 0)
		sound->failed = i + 1;
}

/* What goes wrong behind a source makes it report an error of the stream. */
bool sound_is_servers(GstObject *from, const GError *error)
{
	return !strcmp(GST_OBJECT_NAME(from), SERVER) && error->domain != GST_STREAM_ERROR;
}

/* PipeWire leaves streams alone that say so; PulseAudio cannot be asked. */
static char *source_text(const struct sound *sound)
{
	if (sound->ready && !g_atomic_int_get(&sound->gone))
		return g_strdup_printf(
			"pulsesrc name=" SERVER " device=%s do-timestamp=true provide-clock=false "
			"buffer-time=40000 latency-time=10000 stream-properties=\"props,"
			"node.dont-reconnect=(string)true,node.dont-fallback=(string)true,"
			"node.dont-move=(string)true\"", sound->monitor);
	return g_strdup("audiotestsrc is-live=true wave=silence samplesperbuffer=960");
}

/*
 * Of a stream that was moved elsewhere, not a sample gets through: elsewhere may be a
 * microphone. The server says that it was before it sends what is recorded there.
 */
static GstPadProbeReturn on_sound(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	struct sound *sound = user;
	GstElement *source = gst_pad_get_parent_element(pad);
	char *device = NULL;
	bool own;

	(void)info;
	if (!source)
		return GST_PAD_PROBE_DROP;
	g_object_get(source, "current-device", &device, NULL);
	own = !g_strcmp0(device, sound->monitor) && !g_atomic_int_get(&sound->gone);
	if (!own)
		report_gone(sound);
	g_free(device);
	gst_object_unref(source);
	return own ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static void watch_source(struct sound *sound, GstElement *bin)
{
	GstElement *source = gst_bin_get_by_name(GST_BIN(bin), SERVER);
	GstPad *pad;

	if (!source)
		return;
	pad = gst_element_get_static_pad(source, "src");
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
			  on_sound, sound, NULL);
	gst_object_unref(pad);
	g_weak_ref_set(&sound->source, source);
	gst_object_unref(source);
}

GstElement *sound_element(struct sound *sound, uint32_t codec, uint32_t modes)
{
	char *source = source_text(sound);
	char *text;
	GstElement *bin;

	if (codec == MC_WFD_AAC)
		text = g_strdup_printf(
			"%s ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=2 ! "
			"%s bitrate=160000 ! aacparse ! capsfilter "
			/* Whole, so that the first map of the stream has the sound. */
			"caps=audio/mpeg,mpegversion=4,stream-format=adts,framed=true,"
			"rate=48000,channels=2",
			source, sound_encoder(sound, codec));
	else
		text = g_strdup_printf(
			"%s ! audioconvert ! audioresample ! capsfilter "
			"caps=audio/x-raw,format=S16BE,layout=interleaved,channels=2,rate=%u",
			source, modes & MC_WFD_LPCM_48 ? 48000 : 44100);
	bin = gst_parse_bin_from_description_full(text, TRUE, NULL, GST_PARSE_FLAG_FATAL_ERRORS,
						  NULL);
	if (bin) {
		gst_object_set_name(GST_OBJECT(bin), "sound");
		watch_source(sound, bin);
	}
	g_free(text);
	g_free(source);
	return bin;
}
