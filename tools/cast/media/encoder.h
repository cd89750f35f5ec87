/* SPDX-License-Identifier: MIT */
/*
 * Encoders of H.264: a ranked list of GStreamer's elements, hardware first, and how each
 * is set to make what a sink decodes: one slice a picture, no B pictures, no CABAC,
 * pictures that are no larger than a few of mean size.
 */
#ifndef CAST_ENCODER_H
#define CAST_ENCODER_H

#include <gst/gst.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * struct encoder_want - What an encoder is to make.
 */
struct encoder_want {
	/** @profile: enum mc_wfd_profile. */
	uint32_t profile;
	/** @level_idc: 31 for 3.1. */
	uint32_t level_idc;
	/** @hz: Pictures in a second. */
	uint32_t hz;
	/** @kbps: Bit rate. */
	uint32_t kbps;
	/** @gop_ms: Most time between two IDR pictures; 0: only when they are asked for. */
	uint32_t gop_ms;
	/** @vbv_frames: Pictures of mean size that the buffer holds. */
	uint32_t vbv_frames;
};

/**
 * encoder_first() - The best encoder that works.
 * @from: rank to begin with, 0 for the best
 *
 * Return: its rank, -1: there is none.
 */
int encoder_first(int from);

/**
 * encoder_name() - An element's name.
 * @rank: of encoder_first()
 *
 * Return: the name.
 */
const char *encoder_name(int rank);

/**
 * encoder_make() - An encoder as an element: raw video to access units.
 * @rank: of encoder_first()
 * @want: what it is to make
 *
 * Return: an element with a floating reference, or NULL: it cannot make that.
 */
GstElement *encoder_make(int rank, const struct encoder_want *want);

/**
 * encoder_encodes() - Try one with three pictures.
 * @rank: of encoder_first()
 *
 * Return: whether they were encoded.
 */
bool encoder_encodes(int rank);

/**
 * encoder_set_rate() - Another bit rate, while it runs.
 * @encoder: of encoder_make()
 * @rank: likewise
 * @want: with another bit rate
 */
void encoder_set_rate(GstElement *encoder, int rank, const struct encoder_want *want);

/**
 * encoder_kbps_max() - The highest bit rate of a level.
 * @profile: enum mc_wfd_profile
 * @level_idc: 31 for 3.1
 *
 * Return: in kbit/s.
 */
uint32_t encoder_kbps_max(uint32_t profile, uint32_t level_idc);

#endif
