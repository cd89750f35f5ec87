/* SPDX-License-Identifier: MIT */
/*
 * miracastsrc with a context that the test plays (fakecontext.h), and a reader of what it
 * sends. All that wait do so with patience, but not for ever.
 */
#ifndef SRCBENCH_H
#define SRCBENCH_H

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "fakecontext.h"

#define WIDTH 64
#define HEIGHT 48
#define PATIENCE (60 * GST_SECOND)
#define DMABUF "video/x-raw(memory:DMABuf)"

struct bench {
	struct fake *fake;
	GstElement *src;
	GstHarness *out;
	GstBus *bus;
	GstBufferPool *pool; /* what downstream offers, or NULL */
	guint pool_bytes, pool_min;
};

/* An element that has the context, and somebody downstream who takes @caps. */
void bench_begin(struct bench *bench, struct fake *fake, const gchar *caps);
void bench_play(struct bench *bench);
void bench_end(struct bench *bench);

/* The usual: copies of 64x48, in three buffers. */
void bench_begin_copy(struct bench *bench, guint32 fourcc, const gchar *caps);

/* A mode is set, and accepted. */
gboolean bench_set_mode(struct bench *bench);

/* A bench that plays, with a mode that is accepted. */
void bench_begin_lit(struct bench *bench, guint32 fourcc, const gchar *caps);

/* The next picture; without it there is nothing to go on with. */
GstBuffer *bench_pull(struct bench *bench);

/* Whether it cannot start, and says why. */
gboolean bench_fails(struct bench *bench, gint code);

/* Whether it cannot start, and the details of its error have this reason. */
gboolean bench_fails_for(struct bench *bench, const gchar *reason);

/* A message of an element with this name, or NULL when none comes. */
GstStructure *bench_await_element(struct bench *bench, const gchar *name);
gboolean bench_awaits(struct bench *bench, const gchar *name);
gboolean bench_await_message(struct bench *bench, GstMessageType type, gint code);

/* Of a kind, of those that arrive. */
GstEvent *bench_await_event(struct bench *bench, GstEventType type);

/* A number in the element's statistics. */
guint64 bench_counter(struct bench *bench, const gchar *name);

/* Of the caps that downstream has now. */
void bench_info(struct bench *bench, GstVideoInfo *info);

/* Whether a pixel, or a byte of luma, has this value. */
gboolean is_painted(GstBuffer *buffer, const GstVideoInfo *info, guint x, guint y, guint32 value);
const GstStructure *chunk_meta(GstBuffer *buffer);

#define AWAIT(condition)                                                      \
	for (gint64 await_end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC; \
	     !(condition) && g_get_monotonic_time() < await_end;)             \
		g_usleep(1000)

#endif
