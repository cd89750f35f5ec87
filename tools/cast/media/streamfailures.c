// SPDX-License-Identifier: MIT
/*
 * An encoder, or a sound server, that fails is replaced once; an encoder of sound by the
 * next until there is none. An encoder that does not accept a format has not failed. This only
 * decides; the next pipeline that is made has the replacement.
 */
#include "media/streamfailures.h"

#include "media/streampipeline.h"

static bool is_inside(GstObject *object, GstElement *bin)
{
	return bin && gst_object_has_as_ancestor(object, GST_OBJECT(bin));
}

static enum fault replace_encoder(struct stream *stream)
{
	int next = encoder_first(stream->rank + 1);

	if (next < 0 || stream->falls++)
		return FAULT_STREAM;
	stream_pipeline_note_next(stream, "has failed", stream->rank, next);
	stream->rank = next;
	stream->working = next;
	return FAULT_NONE;
}

/* It may accept that of another mode. */
static enum fault pass_over_encoder(struct stream *stream)
{
	int next = encoder_first(stream->rank + 1);

	if (next < 0)
		return FAULT_STREAM;
	stream_pipeline_note_next(stream, STREAM_NOT_ACCEPTED, stream->rank, next);
	stream->rank = next;
	return FAULT_NONE;
}

static enum fault replace_server(struct stream *stream)
{
	if (sound_is_silent(stream->sound))
		return FAULT_SOUND;
	stream->hooks->note(stream->user, "the sound server is gone; the sink gets silence");
	stream->sound_gone = true;
	return FAULT_NONE;
}

static enum fault replace_sound_encoder(struct stream *stream)
{
	uint32_t codec = stream->format.codec;
	const char *failed = sound_encoder(stream->sound, codec), *next;
	char *text;

	sound_encoder_failed(stream->sound);
	next = failed ? sound_encoder(stream->sound, codec) : NULL;
	if (!next)
		return FAULT_SOUND;
	text = g_strdup_printf("the sound encoder %s has failed; %s takes over", failed, next);
	stream->hooks->note(stream->user, text);
	g_free(text);
	return FAULT_NONE;
}

static enum fault replace_sound(struct stream *stream, GstObject *from, const GError *error)
{
	return sound_is_servers(from, error) ? replace_server(stream) :
					       replace_sound_encoder(stream);
}

/*
 * The error that an encoder does not accept a format, or the caps behind it, comes from the
 * source, not from the encoder. Before the first access unit such an error is taken for that.
 */
static bool is_refusal(struct stream *stream, GstObject *from, const GError *error)
{
	return error->domain == GST_STREAM_ERROR && from != GST_OBJECT(stream->sink) &&
	       !g_atomic_int_get(&stream->encoded);
}

/* Return: FAULT_NONE: the next pipeline has other encoders, or silence. */
enum fault stream_failures_replace(struct stream *stream, GstMessage *message, char **detail)
{
	GstElement *sound = gst_bin_get_by_name(GST_BIN(stream->pipeline), "sound");
	GstObject *from = GST_MESSAGE_SRC(message);
	GError *error = NULL;
	char *debug = NULL;
	enum fault fault;

	gst_message_parse_error(message, &error, &debug);
	g_debug("%s: %s: %s", GST_OBJECT_NAME(from), error->message, debug ? debug : "");
	if (is_inside(from, sound))
		fault = replace_sound(stream, from, error);
	else if (is_inside(from, stream->encoder))
		fault = replace_encoder(stream);
	else if (is_refusal(stream, from, error))
		fault = pass_over_encoder(stream);
	else
		fault = from == GST_OBJECT(stream->sink) ? FAULT_NETWORK : FAULT_STREAM;
	if (fault != FAULT_NONE) {
		g_free(*detail);
		*detail = g_strdup_printf("%s: %s", GST_OBJECT_NAME(from), error->message);
	}
	gst_clear_object(&sound);
	g_error_free(error);
	g_free(debug);
	return fault;
}
