/* SPDX-License-Identifier: MIT */
/*
 * wfdsink with sockets on loopback in the place of a sink. System calls of the thread
 * that sends are counted on their way, and fail when a test says so.
 */
#ifndef SINKBENCH_H
#define SINKBENCH_H

#include <gio/gio.h>
#include <gst/check/gstharness.h>
#include <gst/gst.h>

#define RTP_CAPS "application/x-rtp, media=video, payload=33, clock-rate=90000, encoding-name=MP2T"
#define SSRC 0xcafef00du

/* What a call to send is answered. */
enum answer {
	PASS,
	FULL, /* no room */
	PARTLY, /* room for three */
	UNREACHABLE,
};

extern GThread *sender; /* whose calls are counted and answered; NULL: the next that sends */
extern guint calls;
extern gint blocked; /* waiting for room takes until it is ended; atomic */
extern gint waiting; /* the sender does; atomic */

/* The next two answers; PASS after them. */
void answer(enum answer first, enum answer second);

struct bench {
	GstElement *sink;
	GstHarness *in;
	GSocket *rtp, *rtcp; /* of the receiver */
	guint port;
	guint16 seqnum;
	guint calls; /* of the last access unit */
	guint signals, delayed, dropped, reports;
	guint rtp_time; /* with the last signal */
	guint64 waited;
	gdouble lost;
};

/* Return: a socket, or NULL. */
GSocket *bind_to(const gchar *text, guint port);
guint port_of(GSocket *socket);

void open_receiver(struct bench *bench, const gchar *address);
void open_bench(struct bench *bench, const gchar *address);
void close_bench(struct bench *bench);

/* Sends an access unit of @count packets. */
GstFlowReturn send_unit(struct bench *bench, guint count);

guint64 counter(struct bench *bench, const gchar *name);
gboolean reaches(struct bench *bench, const gchar *name, guint64 value);

/* Whether these numbers arrive next, and nothing else. */
gboolean arrives(struct bench *bench, guint16 first, guint count);

#endif
