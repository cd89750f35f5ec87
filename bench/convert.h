/* SPDX-License-Identifier: MIT */
/*
 * BGRx (XRGB8888) to NV12 as GStreamer's videoconvert does it, in one thread.
 */
#ifndef BENCH_CONVERT_H
#define BENCH_CONVERT_H

#include <stdint.h>

struct converter;

/**
 * convert_new() - Prepare.
 * @pixels: width x height pixels without line padding, read at each run
 *
 * Return: the converter; NULL when GStreamer refuses.
 */
struct converter *convert_new(void *pixels, uint32_t width, uint32_t height);

/** convert_run() - Convert the whole picture. */
void convert_run(struct converter *converter);

#endif
