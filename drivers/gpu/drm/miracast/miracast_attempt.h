/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An attempt to deliver a picture: what it holds, and how it ends.
 */
#ifndef _MIRACAST_ATTEMPT_H_
#define _MIRACAST_ATTEMPT_H_

#include <linux/ktime.h>
#include <linux/types.h>

#include "miracast_blit.h"
#include "miracast_due.h"
#include "miracast_stream.h"

struct drm_gem_object;
struct miracast_owner_buffers;
struct miracast_read;
struct miracast_slot;
struct miracast_target;

/* Number of pixels that are copied in the time that starting a thread takes. */
#define MIRACAST_PROMPT_PIXELS	(128 * 128)

/**
 * enum miracast_deliver_result - What became of an attempt
 * @MIRACAST_DELIVER_IDLE: nothing to do, or a commit that waits will do it
 * @MIRACAST_DELIVER_DONE: a picture was sent, or its session ended meanwhile
 * @MIRACAST_DELIVER_STARVED: waits for the owner to release a buffer
 * @MIRACAST_DELIVER_TOO_EARLY: waits for the next vblank
 * @MIRACAST_DELIVER_UNREADABLE: the framebuffer could not be read now
 * @MIRACAST_DELIVER_LONG: it would take long, or wait
 */
enum miracast_deliver_result {
	MIRACAST_DELIVER_IDLE,
	MIRACAST_DELIVER_DONE,
	MIRACAST_DELIVER_STARVED,
	MIRACAST_DELIVER_TOO_EARLY,
	MIRACAST_DELIVER_UNREADABLE,
	MIRACAST_DELIVER_LONG,
};

/**
 * struct miracast_attempt - A picture on its way to the owner
 * @reason: vblank and pacing
 * @due: out: when the next attempt may be made, if this one was too early
 * @prompt: give up if it takes longer than starting a thread
 * @yields: give up if a commit waits for the capture lock: it captures, too
 * @read: access to the scanout
 * @stream: the stream, with a reference; NULL when miracast_ending_start() has taken all
 *	references over
 * @slot: slot of the picture
 * @owner_buffers: buffers that it is copied into, with a reference, or NULL
 * @old_writers: fence that @slot had before, with a reference, or NULL
 * @evicted: memory that has left the buffer table, with a reference, or NULL
 * @surface: COPY: where to write
 * @blended: the cursor is part of the picture
 * @forced: the picture must be a full one
 * @mode: what the CRTC shows
 * @pictures: pictures of commits that it stands for
 * @picture: times and counts
 */
struct miracast_attempt {
	struct miracast_due reason;
	ktime_t due;
	bool prompt;
	bool yields;
	struct miracast_read *read;
	struct miracast_stream *stream;
	struct miracast_slot *slot;
	struct miracast_owner_buffers *owner_buffers;
	struct dma_fence *old_writers;
	struct drm_gem_object *evicted;
	struct miracast_surface surface;
	bool blended;
	bool forced;
	struct miracast_mode mode;
	u64 pictures;
	struct miracast_picture picture;
};

bool miracast_attempt_publish(struct miracast_target *target,
			      const struct miracast_attempt *attempt,
			      const struct miracast_part *part);
enum miracast_deliver_result
miracast_attempt_give_up(struct miracast_target *target,
			 const struct miracast_attempt *attempt,
			 enum miracast_deliver_result result);
void miracast_attempt_settle(struct miracast_target *target,
			     const struct miracast_attempt *attempt, bool sent);
void miracast_attempt_finish(struct miracast_attempt *attempt);

#endif
