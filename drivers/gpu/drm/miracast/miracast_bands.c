// SPDX-License-Identifier: GPL-2.0
/*
 * COPY: a picture is copied into a buffer, band by band.
 *
 * A band is as many lines as a part of a picture has; with one part there is one band.
 * Only what the buffer misses is copied. Runs under the capture lock, which keeps
 * the scanout as it is.
 */
#include <linux/align.h>
#include <linux/atomic.h>

#include <drm/drm_rect.h>

#include "miracast_attempt.h"
#include "miracast_bands.h"
#include "miracast_blit.h"
#include "miracast_budget.h"
#include "miracast_capture.h"
#include "miracast_damage.h"
#include "miracast_ending.h"
#include "miracast_read.h"
#include "miracast_stream.h"
#include "miracast_target.h"

/**
 * DOC: Damage and buffer age
 *
 * Three lists of rectangles, all under the capture lock:
 *
 * ``pending``
 *    damage since the last chunk; grows with every commit, and is emptied by a
 *    capture. The clips of a chunk are a copy of it.
 *
 * ``history``
 *    the damage of each of the last 16 frames, by frame number.
 *
 * ``region``
 *    damage that is copied for one buffer: ``history`` from the buffer's frame on, and
 *    the new damage.
 *
 * A list holds 64 rectangles. When it is full, a new rectangle is merged with the one
 * whose common bounding box wastes the least area; damage only ever grows by that. The
 * areas of a list never add up to more than their common box, so no copy is larger
 * than the picture.
 */

/* A capture gives way between strips of so many lines, a multiple of 2 for NV12. */
#define STRIP_LINES	32

/* Collect what the buffer misses of the new frame: all damage since its own frame. */
static void make_region(struct miracast_capture *capture,
			const struct miracast_attempt *attempt)
{
	u64 f, frame = attempt->picture.frame, old = attempt->slot->buffer->frame;
	struct miracast_damage *region = &capture->region;

	if (!old || frame - old > MIRACAST_MAX_BUFFERS) {
		miracast_damage_set_full(region, capture->mode.width,
					 capture->mode.height);
		return;
	}

	*region = capture->damage;
	for (f = old + 1; f < frame; f++)
		miracast_damage_add_all(region,
					&capture->history[f % MIRACAST_MAX_BUFFERS]);
}

/*
 * Check whether a commit is waiting; it will capture the same damage. Once a part is
 * announced, the others must follow.
 */
static bool gives_way(const struct miracast_capture *capture,
		      const struct miracast_attempt *attempt)
{
	return attempt->yields && !attempt->slot->parts &&
	       atomic_read(&capture->commits);
}

/* Copy a rectangle. Returns false when the capture gave way before the end. */
static bool copy_rect(struct miracast_capture *capture,
		      const struct miracast_attempt *attempt,
		      const struct drm_rect *rect, struct miracast_part *part)
{
	int lines = attempt->yields ? STRIP_LINES : drm_rect_height(rect);
	struct drm_rect strip = *rect;

	for (; strip.y1 < rect->y2; strip.y1 = strip.y2) {
		strip.y2 = min(strip.y1 + lines, rect->y2);
		if (gives_way(capture, attempt))
			return false;
		part->bytes += miracast_blit_rect(&capture->image,
						  attempt->blended ?
						  &capture->cursor.image : NULL,
						  &capture->gamma,
						  &attempt->surface, &strip,
						  &capture->scratch);
	}
	part->pixels += drm_rect_width(rect) * drm_rect_height(rect);

	return true;
}

/*
 * Copy what the buffer misses of lines @first to @end. Returns false when the
 * capture gave way.
 */
static bool copy_band(struct miracast_capture *capture,
		      const struct miracast_attempt *attempt, u32 first, u32 end,
		      struct miracast_part *part)
{
	const struct miracast_damage *region = &capture->region;
	struct drm_rect band = DRM_RECT_INIT(0, first, capture->mode.width,
					     end - first);
	ktime_t start = ktime_get();
	unsigned int i;

	for (i = 0; i < region->count; i++) {
		struct drm_rect rect = region->rects[i];

		if (!drm_rect_intersect(&rect, &band))
			continue;
		if (!copy_rect(capture, attempt, &rect, part))
			return false;
	}

	part->ready_time = ktime_get();
	part->duration_ns += ktime_to_ns(ktime_sub(part->ready_time, start));

	return true;
}

/* Lines of a band: whole macroblocks, so that each can be encoded alone. */
static u32 band_lines(u32 height, unsigned int parts)
{
	return ALIGN(DIV_ROUND_UP(height, parts), MIRACAST_MACROBLOCK);
}

static bool is_damaged(struct miracast_capture *capture, u32 first, u32 end)
{
	miracast_damage_band(&capture->band, &capture->damage, first, end);

	return !miracast_damage_empty(&capture->band);
}

/*
 * Copy the picture band by band. Announce each band with damage as soon as it is copied,
 * except the last one, which is announced when the whole picture is copied.
 */
static enum miracast_deliver_result
copy_bands(struct miracast_target *target, struct miracast_attempt *attempt,
	   bool *sent)
{
	struct miracast_capture *capture = &target->capture;
	u32 height = capture->mode.height, first, last = 0;
	u32 lines = band_lines(height, attempt->stream->part_count);
	struct miracast_part part = { .damage = &capture->band };

	for (first = 0; first < height; first += lines)
		if (is_damaged(capture, first, min(first + lines, height)))
			last = first;

	for (first = 0; first < height; first += lines) {
		u32 end = min(first + lines, height);

		if (first == last)
			continue;
		if (!copy_band(capture, attempt, first, end, &part))
			return miracast_attempt_give_up(target, attempt,
							MIRACAST_DELIVER_IDLE);
		if (!is_damaged(capture, first, end))
			continue;
		part.line_first = first;
		part.line_count = end - first;
		if (!miracast_attempt_publish(target, attempt, &part))
			return MIRACAST_DELIVER_DONE;
		part.bytes = 0;
		part.pixels = 0;
		part.duration_ns = 0;
	}

	part.last = true;
	part.line_first = last;
	part.line_count = min(lines, height - last);
	if (!copy_band(capture, attempt, last, last + part.line_count, &part))
		return miracast_attempt_give_up(target, attempt,
						MIRACAST_DELIVER_IDLE);
	is_damaged(capture, last, last + part.line_count);
	if (attempt->owner_buffers)
		miracast_ending_start(target, attempt, &part);
	else
		*sent = miracast_attempt_publish(target, attempt, &part);

	return MIRACAST_DELIVER_DONE;
}

/**
 * miracast_bands_copy - Copy the picture and announce it
 * @target: the target, its capture lock held
 * @attempt: the attempt; COPY
 * @sent: set when all of the picture is announced
 *
 * May sleep. The last part in a buffer of the owner is announced by miracast_ending.c.
 *
 * Return: what became of the attempt.
 */
enum miracast_deliver_result
miracast_bands_copy(struct miracast_target *target,
		    struct miracast_attempt *attempt, bool *sent)
{
	struct miracast_capture *capture = &target->capture;

	if (!miracast_read_allowed(attempt->read, capture))
		return miracast_attempt_give_up(target, attempt,
						MIRACAST_DELIVER_UNREADABLE);

	make_region(capture, attempt);
	if (attempt->prompt &&
	    miracast_damage_pixels(&capture->region) > MIRACAST_PROMPT_PIXELS)
		return miracast_attempt_give_up(target, attempt,
						MIRACAST_DELIVER_LONG);

	return copy_bands(target, attempt, sent);
}
