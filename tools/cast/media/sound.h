/* SPDX-License-Identifier: MIT */
/*
 * Sound for a sink: what a sound server plays to an output of its own, "Miracast NAME",
 * or silence where there is no server. Sinks take silence, but not no sound at all. It
 * is never a microphone.
 */
#ifndef CAST_SOUND_H
#define CAST_SOUND_H

#include <gst/gst.h>
#include <stdbool.h>
#include <stdint.h>

struct sound;

/** sound_elements - Factories of the elements of any sound, with NULL behind them. */
extern const char *const sound_elements[];

/**
 * sound_new() - Make an output of the sound server.
 * @name: of the sink, for a person
 * @silent: do without a server
 *
 * Outputs of processes that have ended are removed.
 *
 * Return: a sound; a server that does not answer within a second is none.
 */
struct sound *sound_new(const char *name, bool silent);

/**
 * sound_probe() - Look for a server; nothing is made there.
 *
 * Return: whether one answers.
 */
bool sound_probe(void);

/**
 * sound_can_record() - Whether GStreamer's element pulsesrc is there, which no server is asked
 * without.
 *
 * Return: whether it is.
 */
bool sound_can_record(void);

/**
 * sound_is_silent() - Whether there is no server, or nothing to record from it with.
 * @sound: the sound
 *
 * Return: whether there is none.
 */
bool sound_is_silent(const struct sound *sound);

/**
 * sound_lost() - The server is gone: be silent from here on.
 * @sound: the sound, whose elements have stopped
 */
void sound_lost(struct sound *sound);

/**
 * sound_codecs() - What can be encoded.
 *
 * Return: mask of 1 << enum mc_wfd_sound; LPCM always.
 */
uint32_t sound_codecs(void);

/**
 * sound_is_servers() - Whether an error is the server's, and not an encoder's.
 * @from: the element that has reported it
 * @error: the error
 *
 * Return: whether it is so.
 */
bool sound_is_servers(GstObject *from, const GError *error);

/**
 * sound_encoder() - The encoder of the elements to come.
 * @sound: the sound
 * @codec: enum mc_wfd_sound
 *
 * Return: its name, or NULL: there is none, as for LPCM.
 */
const char *sound_encoder(const struct sound *sound, uint32_t codec);

/**
 * sound_encoder_failed() - The encoder has failed: elements to come have the next.
 * @sound: the sound
 */
void sound_encoder_failed(struct sound *sound);

/**
 * sound_element() - A source for a pipeline.
 * @sound: the sound
 * @codec: enum mc_wfd_sound
 * @modes: one bit of it
 *
 * It fails, and sends nothing more, when the output is gone.
 *
 * Return: an element with a floating reference, or NULL.
 */
GstElement *sound_element(struct sound *sound, uint32_t codec, uint32_t modes);

/**
 * sound_free() - Remove the output.
 * @sound: the sound, or NULL
 */
void sound_free(struct sound *sound);

#endif
