/* SPDX-License-Identifier: MIT */
/*
 * What a source of pictures says of one to whom it sends it.
 */
#ifndef CAST_REPEATS_H
#define CAST_REPEATS_H

#include <gst/video/video.h>

/**
 * PICTURE_REPEATS - Flag of a picture that is the one before it once more, because it was
 * asked for.
 */
#define PICTURE_REPEATS	GST_VIDEO_BUFFER_FLAG_LAST

#endif
