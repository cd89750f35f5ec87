/* SPDX-License-Identifier: MIT */
/*
 * The sink pads of wfdmux.
 */
#ifndef MUXPAD_H
#define MUXPAD_H

#include "lpcm.h"
#include "psi.h"
#include "ts.h"
#include "wfdmux.h"

/* Of a sink pad. */
typedef struct {
	GstAggregatorPad parent;
	struct ts_stream *stream; /* the multiplexer's: a pad that comes back goes on */
	enum psi_audio audio;
	guint channels;
	struct lpcm lpcm;
	GstClockTime last; /* time of the access unit before */
	GQueue held; /* buffers that wait for the first picture; the pad's lock guards it */
} WfdMuxPad;

typedef struct {
	GstAggregatorPadClass parent_class;
} WfdMuxPadClass;

GType wfd_mux_pad_get_type(void);

/* The pad of this name, with a reference; or NULL. */
WfdMuxPad *mux_pad_get(WfdMux *mux, const gchar *name);

gboolean mux_pad_is_video(const WfdMuxPad *pad);

/* What comes next of this pad, with a reference; or NULL. */
GstBuffer *mux_pad_peek_buffer(WfdMuxPad *pad);

/* The same, which is taken from the pad. */
GstBuffer *mux_pad_pop_buffer(WfdMuxPad *pad);

/* The first of those that wait for a picture, with a reference; or NULL. */
GstBuffer *mux_pad_peek_held(WfdMuxPad *pad);

/* The same, which waits no longer. */
GstBuffer *mux_pad_pop_held(WfdMuxPad *pad);

/* What the pad takes now. */
GstCaps *mux_pad_allowed_caps(WfdMux *mux, WfdMuxPad *pad);

gboolean mux_pad_is_allowed(WfdMux *mux, WfdMuxPad *pad, const GstCaps *caps);

/* FALSE when the pad does not take them. */
gboolean mux_pad_set_caps(WfdMux *mux, WfdMuxPad *pad, const GstCaps *caps);

/* Take what the stream will be from what is linked, if that can only be one thing. */
void mux_pad_expect_audio(WfdMuxPad *pad);

/* Of a time of the pad's segment; none when there is none. */
GstClockTime mux_pad_running_time(const WfdMuxPad *pad, GstClockTime time);

/* By which buffers are put into order. */
GstClockTime mux_pad_order_time(const WfdMuxPad *pad, GstBuffer *buffer);

#endif
