// SPDX-License-Identifier: MIT
#include "pictureinfo.h"

#include <drm_fourcc.h>
#include <gst/allocators/gstdmabuf.h>

#define USUAL_MHZ 60000

GstVideoFormat picture_format(guint32 fourcc)
{
	switch (fourcc) {
	/* Nothing is below a screen: its alpha means nothing. */
	case DRM_FORMAT_XRGB8888:
	case DRM_FORMAT_ARGB8888:
		return GST_VIDEO_FORMAT_BGRx;
	case DRM_FORMAT_XBGR8888:
	case DRM_FORMAT_ABGR8888:
		return GST_VIDEO_FORMAT_RGBx;
	case DRM_FORMAT_RGB565:
		return GST_VIDEO_FORMAT_RGB16;
	case DRM_FORMAT_NV12:
		return GST_VIDEO_FORMAT_NV12;
	default:
		return GST_VIDEO_FORMAT_UNKNOWN;
	}
}

/* All zero is what miracast_drm.h says; the rest are numbers of Rec. ITU-T H.273. */
static void set_colors(GstVideoInfo *info, const struct drm_miracast_color *color)
{
	gboolean yuv = GST_VIDEO_INFO_IS_YUV(info);

	gst_video_colorimetry_from_string(&info->colorimetry, yuv ? GST_VIDEO_COLORIMETRY_BT709 :
								    GST_VIDEO_COLORIMETRY_SRGB);
	/* In the middle of its block of four. */
	info->chroma_site = yuv ? GST_VIDEO_CHROMA_SITE_JPEG : GST_VIDEO_CHROMA_SITE_UNKNOWN;
	if (color->primaries)
		info->colorimetry.primaries = gst_video_color_primaries_from_iso(color->primaries);
	if (color->transfer)
		info->colorimetry.transfer = gst_video_transfer_function_from_iso(color->transfer);
	if (yuv && color->matrix)
		info->colorimetry.matrix = gst_video_color_matrix_from_iso(color->matrix);
	if (yuv && color->full_range)
		info->colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
}

static guint32 rate_mhz(const struct picture_mode *mode)
{
	return mode->refresh_mhz ? mode->refresh_mhz : USUAL_MHZ;
}

/* Those of televisions are a thousandth slow, and not just rounded. */
static void set_rate(GstVideoInfo *info, guint32 mhz)
{
	guint32 whole = (mhz + 999) / 1000;

	info->fps_n = (gint)mhz;
	info->fps_d = 1000;
	if (mhz % 1000 && mhz == (whole * 1000000 + 500) / 1001) {
		info->fps_n = (gint)(whole * 1000);
		info->fps_d = 1001;
	}
}

gboolean picture_info(GstVideoInfo *info, const struct picture_mode *mode)
{
	gst_video_info_init(info);
	if (picture_format(mode->fourcc) == GST_VIDEO_FORMAT_UNKNOWN ||
	    !gst_video_info_set_format(info, picture_format(mode->fourcc), mode->width,
				       mode->height))
		return FALSE;
	set_rate(info, rate_mhz(mode));
	set_colors(info, &mode->color);
	return TRUE;
}

GstClockTime picture_period(const struct picture_mode *mode)
{
	return gst_util_uint64_scale(GST_SECOND, 1000, rate_mhz(mode));
}

static void append(GstCaps *caps, GstVideoInfo *info, const gchar *feature)
{
	GstCaps *one;

	for (guint nth = 0; nth < 2; nth++) {
		GST_VIDEO_INFO_FLAGS(info) = nth ? GST_VIDEO_FLAG_NONE :
						   GST_VIDEO_FLAG_VARIABLE_FPS;
		one = gst_video_info_to_caps(info);
		if (feature)
			gst_caps_set_features(one, 0, gst_caps_features_new(feature, NULL));
		gst_caps_append(caps, one);
	}
}

GstCaps *picture_caps(const GstVideoInfo *info, gboolean system)
{
	GstVideoInfo copy = *info;
	GstCaps *caps = gst_caps_new_empty();

	if (system)
		append(caps, &copy, NULL);
	append(caps, &copy, GST_CAPS_FEATURE_MEMORY_DMABUF);
	return caps;
}
