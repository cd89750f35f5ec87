/* SPDX-License-Identifier: MIT */
/*
 * The few functions of GStreamer that the benchmark uses. GStreamer's own headers are in a
 * package with many dependencies.
 */
#ifndef BENCH_GST_FEW_H
#define BENCH_GST_FEW_H

#include <stddef.h>

void gst_init(int *argc, char ***argv);
void *gst_buffer_new_wrapped_full(int flags, void *data, size_t max_size,
				  size_t offset, size_t size, void *user_data,
				  void (*notify)(void *));
int gst_video_format_from_string(const char *format);
int gst_video_info_set_format(void *info, int format, unsigned int width,
			      unsigned int height);
int gst_video_frame_map(void *frame, const void *info, void *buffer, int flags);
void *gst_video_converter_new(const void *in_info, const void *out_info,
			      void *config);
void gst_video_converter_frame(void *convert, const void *src, void *dest);

#endif
