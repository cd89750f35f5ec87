/* SPDX-License-Identifier: MIT */
/*
 * The way of pictures from the pipeline of a monitor, which lives as long as that, to the
 * one that encodes, which is made anew with each mode: by an appsrc, without a copy.
 *
 * Its functions are for the main loop. What its lock guards is also used by the streaming
 * threads of both pipelines.
 */
#ifndef CAST_FEED_H
#define CAST_FEED_H

#include <gst/gst.h>

struct feed;

/**
 * feed_new() - A way for pictures; none pass yet.
 * @source: the element that they come from, which knows the signal "request-frame"
 * @out: a pad behind it, at which each of them ends
 *
 * Return: it.
 */
struct feed *feed_new(GstElement *source, GstPad *out);

/**
 * feed_element() - An element for another pipeline that encodes.
 * @feed: the feed
 * @mhz: rate of the mode
 *
 * Pictures go there, from the time when it asks for one, and no longer to the one before.
 *
 * Return: the element, with a floating reference; NULL: there is none of this kind.
 */
GstElement *feed_element(struct feed *feed, guint mhz);

/**
 * feed_show() - Another mode; pictures of other sizes do not pass.
 * @feed: the feed
 * @width: of a picture
 * @height: of a picture
 */
void feed_show(struct feed *feed, gint width, gint height);

/**
 * feed_free() - No pictures any more.
 * @feed: the feed, or NULL; both pipelines have stopped
 */
void feed_free(struct feed *feed);

#endif
