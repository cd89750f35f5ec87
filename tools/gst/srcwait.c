// SPDX-License-Identifier: MIT
/*
 * How miracastsrc waits for events, and what it sends when none come for too long; with
 * that, the times of what is sent.
 *
 * The streaming thread's, except for unlock() and unlock_stop(), by which others stop it.
 */
#include "srcwait.h"

#include <poll.h>
#include <unistd.h>

#include "pictureclock.h"
#include "srcowner.h"

#define AGAIN_NS (100 * GST_MSECOND) /* from asking downstream to asking it again */

gboolean miracast_src_unlock(GstBaseSrc *base)
{
	MiracastSrc *src = MIRACAST_SRC(base);

	/* A pause ends nothing: see create(), which waits for its end by itself. */
	if (!g_atomic_int_get(&src->pausing))
		g_atomic_int_set(&src->flushing, TRUE);
	GST_OBJECT_LOCK(src);
	src_wake(src);
	GST_OBJECT_UNLOCK(src);
	return TRUE;
}

gboolean miracast_src_unlock_stop(GstBaseSrc *base)
{
	g_atomic_int_set(&MIRACAST_SRC(base)->flushing, FALSE);
	return TRUE;
}

/* Time between two pictures that are asked for; 0: none are. */
static guint64 pause_ns(MiracastSrc *src)
{
	guint64 pause = 0;

	GST_OBJECT_LOCK(src);
	if (!src->dark && src->settings.min_num > 0 && src->have_mode)
		pause = gst_util_uint64_scale(GST_SECOND, (guint64)src->settings.min_denom,
					      (guint64)src->settings.min_num);
	GST_OBJECT_UNLOCK(src);
	return pause;
}

/* Return: FALSE when it took too long for the next picture. */
gboolean src_wait_for_events(MiracastSrc *src)
{
	struct pollfd fds[] = {
		{ .fd = owner_context(src->owner)->fd, .events = POLLIN },
		{ .fd = src->wake_fd, .events = POLLIN },
		{ .fd = owner_follow_fd(src->owner), .events = POLLPRI },
	};
	guint64 pause = pause_ns(src), passed = picture_clock_now() - src->activity_ns, left;
	gboolean again = src->undone != UNDONE_NOTHING;
	struct timespec timeout;
	guint64 count;
	int ready;

	left = pause > passed ? pause - passed : 0;
	/* Not all that ends a flush is heard of here. */
	again = again && (!pause || left > AGAIN_NS);
	if (again)
		left = AGAIN_NS;
	timeout.tv_sec = (time_t)(left / GST_SECOND);
	timeout.tv_nsec = (long)(left % GST_SECOND);
	ready = ppoll(fds, G_N_ELEMENTS(fds), pause || again ? &timeout : NULL, NULL);
	if (fds[1].revents && read(src->wake_fd, &count, sizeof(count)) < 0)
		GST_LOG_OBJECT(src, "woken by nobody");
	if (fds[2].revents & POLLPRI)
		owner_follow(src->owner);
	return ready != 0 || again;
}

/* A gap has its place in a segment, which comes with the first picture. */
static gboolean has_segment(MiracastSrc *src)
{
	GstEvent *segment = gst_pad_get_sticky_event(GST_BASE_SRC_PAD(src), GST_EVENT_SEGMENT, 0);
	gboolean good = !!segment;

	gst_clear_event(&segment);
	return good;
}

/*
 * Times only grow, unless running time has begun anew: by a millisecond at least, which
 * all containers can count. MPEG-TS has 1/90000 s, Matroska has milliseconds.
 */
GstClockTime src_later_than_last(MiracastSrc *src, GstClockTime time)
{
	if (g_atomic_int_compare_and_exchange(&src->restarted, TRUE, FALSE))
		src->last_pts = GST_CLOCK_TIME_NONE;
	if (GST_CLOCK_TIME_IS_VALID(time) && GST_CLOCK_TIME_IS_VALID(src->last_pts) &&
	    time < src->last_pts + GST_MSECOND)
		time = src->last_pts + GST_MSECOND;
	src->last_pts = time;
	return time;
}

/*
 * The next request is due a pause after this one was, however long the answer takes: downstream
 * counts on as many pictures.
 */
void src_ask_at_rest(MiracastSrc *src)
{
	guint64 now = picture_clock_now(), pause = pause_ns(src);

	src->activity_ns += pause;
	if (src->activity_ns + pause <= now)
		src->activity_ns = now;
	src->asked_at_rest = TRUE;
	mc_request_frame(owner_context(src->owner));
}

/*
 * Only one before there is another picture: encoders keep gaps until then, and would keep all
 * of a night.
 */
void src_send_gap(MiracastSrc *src)
{
	GstClockTime now = picture_clock_running_time(GST_ELEMENT(src), picture_clock_now());

	if (!src->sent || !has_segment(src) || !GST_CLOCK_TIME_IS_VALID(now))
		return;
	src->sent = FALSE;
	now = src_later_than_last(src, now);
	GST_OBJECT_LOCK(src);
	src->counters.gaps++;
	GST_OBJECT_UNLOCK(src);
	gst_pad_push_event(GST_BASE_SRC_PAD(src), gst_event_new_gap(now, GST_CLOCK_TIME_NONE));
}
