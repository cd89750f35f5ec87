// SPDX-License-Identifier: MIT
/*
 * What miracastsrc posts on the bus for the application. Any thread may.
 */
#include "srcmessages.h"

#include "miracast_drm.h"

void src_post(MiracastSrc *src, GstStructure *structure)
{
	gst_element_post_message(GST_ELEMENT(src),
				 gst_message_new_element(GST_OBJECT(src), structure));
}

GstStructure *src_mode_structure(const gchar *name, const struct picture_mode *mode)
{
	return gst_structure_new(name, "serial", G_TYPE_UINT64, mode->serial, "width", G_TYPE_INT,
				 (gint)mode->width, "height", G_TYPE_INT, (gint)mode->height,
				 "refresh-mhz", G_TYPE_UINT, mode->refresh_mhz, NULL);
}

void src_post_answered(MiracastSrc *src, const struct picture_mode *mode, const gchar *refusal)
{
	GstStructure *structure = src_mode_structure("miracast-mode", mode);

	gst_structure_set(structure, "accepted", G_TYPE_BOOLEAN, !refusal, NULL);
	if (refusal)
		gst_structure_set(structure, "reason", G_TYPE_STRING, refusal, NULL);
	src_post(src, structure);
}

const gchar *src_picture_state(guint32 state)
{
	static const gchar *names[] = {
		[DRM_MIRACAST_PICTURE_STATE_FLOWS] = "flows",
		[DRM_MIRACAST_PICTURE_STATE_NO_MONITOR] = "no-monitor",
		[DRM_MIRACAST_PICTURE_STATE_NOT_PINNED] = "not-pinned",
		[DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER] = "other-master",
		[DRM_MIRACAST_PICTURE_STATE_DARK] = "dark",
		[DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS] = "over-limits",
		[DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT] = "foreign-content",
		[DRM_MIRACAST_PICTURE_STATE_UNANSWERED] = "unanswered",
		[DRM_MIRACAST_PICTURE_STATE_UNREADABLE] = "unreadable",
	};

	return state < G_N_ELEMENTS(names) ? names[state] : "unknown";
}
