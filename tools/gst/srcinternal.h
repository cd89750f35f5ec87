/* SPDX-License-Identifier: MIT */
/*
 * What the parts of miracastsrc share: the element. Its lock guards the properties, the
 * counters and the application's answer; the rest is the streaming thread's, or of those that
 * start and stop it.
 */
#ifndef SRCINTERNAL_H
#define SRCINTERNAL_H

#include <gio/gio.h>
#include <gst/video/video.h>

#include "chunkmeta.h"
#include "chunkpool.h"
#include "miracastsrc.h"
#include "ownedbuffers.h"
#include "owner.h"
#include "pictureinfo.h"

GST_DEBUG_CATEGORY_EXTERN(miracast_src_debug);
#define GST_CAT_DEFAULT miracast_src_debug

#define DEFAULT_BUFFERS 4 /* one is written, one sent, one encoded, one shown */
#define DEFAULT_NAME "Miracast"

enum format {
	FORMAT_AUTO,
	FORMAT_BGRX,
	FORMAT_NV12,
};

struct settings {
	gchar *device, *target;
	gint fd;
	enum owner_broker broker;
	guint32 delivery;
	enum format format;
	gchar *modes, *formats, *name;
	GBytes *edid;
	guint buffers;
	gboolean owner_buffers, confirm_modes;
	gint min_num, min_denom; /* min-framerate */
	gint max_num, max_denom; /* max-framerate */
	guint encode_kbps;
	GstElement *element; /* whose they are, in a copy; not referenced */
};

struct counters {
	guint64 pictures, skipped, dropped, modes, refused, gaps;
};

/* What the application says of a mode. */
struct answer {
	gboolean given, accepted;
	guint64 serial;
};

/* A MODE_SET that is not answered yet. */
struct asked {
	struct picture_mode mode;
	guint64 number; /* of the message; 0: there is none */
	/* Which context it is of, for who begins anew with the same one. */
	guint64 context;
	guint32 card;
};

/* What is still to be done with it by us, when downstream can be asked again. */
enum undone {
	UNDONE_NOTHING,
	UNDONE_ASK,
	UNDONE_ACCEPT,
};

struct _MiracastSrc {
	GstPushSrc parent;

	struct settings settings;
	struct counters counters;
	struct answer answer;
	GCancellable *opening; /* cancelled: nothing is to be opened any more */
	GstClockTime period; /* of the mode, for the latency */
	guint held_most; /* pictures that can be under way */
	gchar *connector;

	/* Set by start(), until stop(). */
	struct owner *owner;
	struct chunk_pool *pool;
	struct mc_events events;
	gboolean listening, began_session, announced, session_over;
	guint64 session; /* the one there is when a run begins, or 0 */
	int wake_fd;
	gint flushing;
	gint restarted; /* running time begins anew */
	gint given_up; /* the last start, by who asked for it */
	gint pausing; /* PLAYING to PAUSED is under way */
	gboolean paused; /* since it played */
	struct asked left; /* of the last run */

	/* Buffers that the driver may write to after a run, and which context's it is. */
	struct owned_buffers *kept;
	guint64 kept_context;
	guint32 kept_card;

	/* The streaming thread's. */
	struct picture_mode mode; /* accepted, or about to be */
	gboolean have_mode;
	struct asked asked;
	enum undone undone;
	GstVideoInfo info;
	gboolean have_info;
	struct owned_buffers *owned;
	gboolean adopting;
	struct chunk_damage damage;
	guint64 damage_serial; /* of the mode that it is in */
	gboolean dark;
	gboolean sent; /* a picture, since the last gap */
	GstClockTime last_pts;
	guint64 last_vblank_ns;
	/* The first of a mode whose rate is not known; no time: there was none. */
	guint64 rate_vblank, rate_vblank_ns;
	guint64 activity_ns; /* of the last picture: when it was sent, or was to be asked for */
	gboolean asked_at_rest; /* the next picture is asked for, as nothing changes */
};

#endif
