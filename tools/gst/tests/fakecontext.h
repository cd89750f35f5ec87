/* SPDX-License-Identifier: MIT */
/*
 * A context without a driver: a socket that events are written to, and an ioctl() in the
 * place of the system's that answers for it. It knows the states of a context, and what
 * has been asked of it; its buffers are memfds.
 */
#ifndef FAKECONTEXT_H
#define FAKECONTEXT_H

#include <glib.h>
#include <stddef.h>
#include <sys/types.h>

#include "miracast_drm.h"

#define FAKE_BUFFERS 16
#define FAKE_CONTEXTS 4

struct fake_buffer {
	struct drm_miracast_buffer info;
	int fd; /* -1: there is none */
	int error; /* GET_BUFFER's answer */
};

struct fake {
	int context_fd, other_fd; /* ours to hand out, and where events come from */
	ino_t inode;
	int ended; /* what read() and the rest answer, a negative errno */
	struct drm_miracast_context_info info;
	guint32 state;
	guint64 session;
	guint arrivals, departures, requests, stops;
	struct drm_miracast_mode modes[64];
	guint mode_count;
	guint8 edid[256];
	guint edid_size;
	guint64 message; /* number of the last that was written */
	guint64 completed; /* and of the last that was answered */
	guint32 status;
	guint completions;
	guint64 frame, serial;
	guint unreleased, released;
	int release_result;
	struct fake_buffer buffers[FAKE_BUFFERS]; /* by number - 1 */
	guint owned_count;
	int set_buffers_error;
	int accept_error; /* what COMPLETE_MESSAGE answers a success */
	struct drm_miracast_set_rate rate; /* the last */
	guint rates; /* how often */
};

/* With one clip, at the beginning; fill in the rest in between. */
struct fake_chunk {
	struct drm_miracast_event_chunk chunk;
	struct drm_clip_rect clips[DRM_MIRACAST_MAX_CLIPS];
};

struct fake *fake_new(guint32 delivery, guint32 fourcc);
void fake_free(struct fake *fake);

/* A memfd, with the layout that the driver has. */
void fake_add_buffer(struct fake *fake, guint64 number, guint32 fourcc, guint width, guint height);

/* A pixel, or a byte of luma, of a buffer. */
void fake_paint(struct fake *fake, guint64 number, guint x, guint y, guint32 value);

/* Events. A message that needs a completion has a number. */
void fake_write(struct fake *fake, const void *event, gsize size);
guint64 fake_message(struct fake *fake, guint32 code, gboolean completion, const void *payload,
		     gsize size);
guint64 fake_mode_set(struct fake *fake, guint width, guint height, guint refresh_mhz);
void fake_power(struct fake *fake, guint32 on);
void fake_picture_state(struct fake *fake, guint32 state);
void fake_chunk(struct fake *fake, struct fake_chunk *event, guint64 number);

/* All of them at once, so that one read() gets all. */
void fake_send_chunks(struct fake *fake, struct fake_chunk *events, guint count);
void fake_send_chunk(struct fake *fake, struct fake_chunk *event);
void fake_send_picture(struct fake *fake, guint64 number);

/* The context has ended, for a reason. */
void fake_end(struct fake *fake, int error);

/* A member, by FAKE_GET(); and whether it becomes as large, with patience. */
guint64 fake_get(struct fake *fake, gsize offset, gsize size);
gboolean fake_reaches(struct fake *fake, gsize offset, gsize size, guint64 least);

/* How the last message of @number was answered, with patience. */
gboolean fake_accepted(struct fake *fake, guint64 number);
gboolean fake_refused(struct fake *fake, guint64 number);

#define FAKE_GET(which, member) \
	fake_get(which, offsetof(struct fake, member), sizeof((which)->member))
#define FAKE_REACHES(which, member, least) \
	fake_reaches(which, offsetof(struct fake, member), sizeof((which)->member), least)

#endif
