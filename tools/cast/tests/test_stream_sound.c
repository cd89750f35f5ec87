// SPDX-License-Identifier: MIT
/*
 * What a stream does when a part of its sound fails: an encoder is replaced by the next,
 * and its failure is not taken for that of a sound server.
 */
#include <gst/gst.h>
#include <string.h>

#include "harness.h"
#include "media/encoder.h"
#include "media/stream.h"
#include "wfd/audio.h"
#include "wfd/video.h"

static struct {
	struct stream *stream;
	struct sound *sound;
	GstElement *source;	/* pictures of the newest pipeline; not a reference */
	unsigned int notes;
	char *note;
	enum fault failed;
	gint sounds;		/* buffers of the newest pipeline; atomic */
} cast;

static GstElement *on_source(void *user)
{
	(void)user;
	cast.source = gst_parse_bin_from_description(
		"videotestsrc is-live=true do-timestamp=true ! video/x-raw,format=I420,width=320,"
		"height=240,framerate=30/1", TRUE, NULL);
	return cast.source;
}

static void on_rate(void *user, uint32_t kbps)
{
	(void)user;
	(void)kbps;
}

static void on_needed(void *user)
{
	(void)user;
}

static void on_note(void *user, const char *text)
{
	(void)user;
	cast.notes++;
	g_free(cast.note);
	cast.note = g_strdup(text);
	printf("# %s\n", text);
}

static void on_failed(void *user, enum fault fault, const char *detail)
{
	(void)user;
	printf("# failed: %s\n", detail);
	cast.failed = fault;
}

static const struct stream_hooks hooks = {
	.source = on_source, .rate = on_rate, .needed = on_needed, .note = on_note,
	.failed = on_failed,
};

static GstElement *part(const char *name)
{
	return gst_bin_get_by_name(GST_BIN(GST_OBJECT_PARENT(cast.source)), name);
}

/* Return: a reference to the first element of the sound's bin of this class, or NULL. */
static GstElement *sound_part(const char *class)
{
	GstElement *bin = part("sound"), *found = NULL;
	GList *at;

	for (at = GST_BIN_CHILDREN(bin); at && !found; at = at->next)
		if (strstr(gst_element_get_metadata(at->data, GST_ELEMENT_METADATA_KLASS), class))
			found = gst_object_ref(at->data);
	gst_object_unref(bin);
	return found;
}

/* Return: whether this encoder is in use now. */
static bool is_encoded_by(const char *factory)
{
	GstElement *encoder = sound_part("Encoder/Audio");
	bool same = encoder && !strcmp(GST_OBJECT_NAME(gst_element_get_factory(encoder)), factory);

	gst_clear_object(&encoder);
	return same;
}

static GstPadProbeReturn on_sound(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
	(void)pad;
	(void)info;
	(void)user;
	g_atomic_int_inc(&cast.sounds);
	return GST_PAD_PROBE_OK;
}

static gboolean on_late(gpointer user)
{
	*(bool *)user = true;
	return G_SOURCE_REMOVE;
}

/* Return: whether sound comes out of the elements in use now. */
static bool sound_comes(void)
{
	GstElement *bin = part("sound");
	GstPad *pad = gst_element_get_static_pad(bin, "src");
	bool late = false;
	guint timer = g_timeout_add_seconds(60, on_late, &late);
	gulong probe;

	g_atomic_int_set(&cast.sounds, 0);
	probe = gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_sound, NULL, NULL);
	while (g_atomic_int_get(&cast.sounds) < 5 && cast.failed == FAULT_NONE && !late)
		if (!g_main_context_iteration(NULL, FALSE))
			g_usleep(1000);
	if (!late)
		g_source_remove(timer);
	gst_pad_remove_probe(pad, probe);
	gst_object_unref(pad);
	gst_object_unref(bin);
	return g_atomic_int_get(&cast.sounds) >= 5;
}

/* The part reports an error, and the main loop sees to it. */
static void fail(const char *class, GQuark domain)
{
	GstElement *element = sound_part(class);
	GError *error = g_error_new(domain, 1, "a test");
	unsigned int notes = cast.notes;
	bool late = false;
	guint timer = g_timeout_add_seconds(60, on_late, &late);

	gst_element_post_message(element, gst_message_new_error(GST_OBJECT(element), error, NULL));
	gst_object_unref(element);
	g_error_free(error);
	while (cast.notes == notes && cast.failed == FAULT_NONE && !late)
		g_main_context_iteration(NULL, TRUE);
	if (!late)
		g_source_remove(timer);
}

static void open_stream(uint32_t codec, uint32_t modes)
{
	const struct stream_format format = {
		.width = 320, .height = 240, .hz = 30, .profile = MC_WFD_PROFILE_CBP,
		.level_idc = 31, .codec = codec, .codec_modes = modes, .gop_ms = 10000,
		.vbv_frames = 2, .kbps = 500,
	};
	char *detail;

	memset(&cast, 0, sizeof(cast));
	cast.sound = sound_new("", true);
	cast.stream = stream_new(&hooks, NULL, cast.sound);
	stream_set_format(cast.stream, &format);
	/* Nobody listens there. */
	stream_open(cast.stream, "127.0.0.1", "127.0.0.1", 9, 0, &detail);
	g_free(detail);
	stream_play(cast.stream, true);
}

static void close_stream(void)
{
	stream_free(cast.stream);
	sound_free(cast.sound);
	g_free(cast.note);
}

static void test_encoder(void)
{
	open_stream(MC_WFD_AAC, MC_WFD_AAC_STEREO);
	check(sound_comes() && is_encoded_by("avenc_aac"), "AAC comes from the best encoder");
	fail("Encoder/Audio", GST_STREAM_ERROR);
	check(cast.failed == FAULT_NONE && cast.note && strstr(cast.note, "voaacenc"),
	      "one that fails is replaced by the next, which is said");
	check(sound_comes() && is_encoded_by("voaacenc"), "and sound goes on");
	/* What an encoder refuses without a word, its source reports. */
	fail("Source/Audio", GST_STREAM_ERROR);
	check(cast.failed == FAULT_SOUND && cast.notes == 1, "when that fails, too, it is the end");
	close_stream();
}

static void test_lpcm(void)
{
	open_stream(MC_WFD_LPCM, MC_WFD_LPCM_48);
	check(sound_comes(), "LPCM comes");
	fail("Converter/Audio", GST_STREAM_ERROR);
	check(cast.failed == FAULT_SOUND && !cast.notes, "and has no encoder that could take over");
	close_stream();
}

static void test_servers(void)
{
	GstElement *server = gst_element_factory_make("identity", "server");
	GstElement *other = gst_element_factory_make("identity", "encoder");
	GError *gone = g_error_new(GST_RESOURCE_ERROR, 1, "a test");
	GError *behind = g_error_new(GST_STREAM_ERROR, 1, "a test");

	check(sound_is_servers(GST_OBJECT(server), gone),
	      "what the server's element says is its own");
	check(!sound_is_servers(GST_OBJECT(server), behind), "but not that the stream has failed");
	check(!sound_is_servers(GST_OBJECT(other), gone), "nor is what another element says");
	g_error_free(gone);
	g_error_free(behind);
	gst_object_unref(server);
	gst_object_unref(other);
}

static bool is_there(const char *factory)
{
	return gst_registry_check_feature_version(gst_registry_get(), factory, 1, 0, 0);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	test_servers();
	if (encoder_first(0) < 0 || !is_there("avenc_aac") || !is_there("voaacenc") ||
	    !is_there("aacparse")) {
		check(true, "there are no two encoders of sound to replace each other");
		return check_result();
	}
	test_encoder();
	test_lpcm();
	gst_deinit();
	return check_result();
}
