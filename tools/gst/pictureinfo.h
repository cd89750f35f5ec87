/* SPDX-License-Identifier: MIT */
/*
 * What GStreamer calls the pictures of a mode: format, size, rate and colors as caps.
 */
#ifndef PICTUREINFO_H
#define PICTUREINFO_H

#include <gst/video/video.h>

#include "miracast_drm.h"

/** struct picture_mode - A mode, as MODE_SET or its first chunk tells it. */
struct picture_mode {
	/** @serial: Its number. */
	guint64 serial;
	/** @width: Width of the pictures. */
	guint32 width;
	/** @height: Height of the pictures. */
	guint32 height;
	/** @refresh_mhz: Refresh rate, mHz. */
	guint32 refresh_mhz;
	/** @fourcc: DRM format, or 0 when that is not known yet. */
	guint32 fourcc;
	/** @color: Colors. */
	struct drm_miracast_color color;
};

/** PICTURE_FORMATS - Formats of pictures, for caps. */
#define PICTURE_FORMATS		"{ BGRx, NV12, RGBx, RGB16 }"

/**
 * picture_format() - The format of a DRM format.
 * @fourcc: the DRM format
 *
 * Return: the format, or GST_VIDEO_FORMAT_UNKNOWN.
 */
GstVideoFormat picture_format(guint32 fourcc);

/**
 * picture_info() - A mode in GStreamer's words, with the default layout.
 * @info: filled in
 * @mode: the mode
 *
 * Return: whether GStreamer has words for it.
 */
gboolean picture_info(GstVideoInfo *info, const struct picture_mode *mode);

/**
 * picture_period() - Time between two pictures.
 * @mode: the mode
 *
 * Return: the time; that of 60 Hz when the rate is not known.
 */
GstClockTime picture_period(const struct picture_mode *mode);

/**
 * picture_caps() - Caps of a mode, the best first.
 * @info: of picture_info()
 * @system: pictures can be read by the processor
 *
 * Each with a variable rate, as pictures come when the screen changes, and with the
 * mode's rate for whoever insists on one.
 *
 * Return: the caps, with the features of system memory, if there may be, and DMABuf.
 */
GstCaps *picture_caps(const GstVideoInfo *info, gboolean system);

#endif
