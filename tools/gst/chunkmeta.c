// SPDX-License-Identifier: MIT
#include "chunkmeta.h"

#include <gst/video/video.h>

void chunk_meta_register(void)
{
	/* None: it says nothing that a conversion of the picture makes wrong. */
	static const gchar *no_tags[] = { NULL };
	static gsize once;

	if (!g_once_init_enter(&once))
		return;
	gst_meta_register_custom(CHUNK_META, no_tags, NULL, NULL, NULL);
	g_once_init_leave(&once, 1);
}

static void include(struct drm_clip_rect *all, const struct drm_clip_rect *clip)
{
	all->x1 = MIN(all->x1, clip->x1);
	all->y1 = MIN(all->y1, clip->y1);
	all->x2 = MAX(all->x2, clip->x2);
	all->y2 = MAX(all->y2, clip->y2);
}

void chunk_damage_add(struct chunk_damage *damage, const struct mc_event *event)
{
	guint count = event->chunk.clip_count;

	damage->parts++;
	for (guint nth = 0; nth < count; nth++) {
		if (damage->count == DRM_MIRACAST_MAX_CLIPS) {
			for (guint old = 1; old < damage->count; old++)
				include(&damage->clips[0], &damage->clips[old]);
			damage->count = 1;
		}
		damage->clips[damage->count++] = event->clips[nth];
	}
}

static GstStructure *custom(GstBuffer *buffer)
{
	return gst_custom_meta_get_structure(gst_buffer_add_custom_meta(buffer, CHUNK_META));
}

void chunk_meta_add(GstBuffer *buffer, const struct mc_event *event,
		    const struct chunk_damage *damage, guint64 read_ns)
{
	const struct drm_miracast_event_chunk *chunk = &event->chunk;
	const GstVideoCropMeta *crop = gst_buffer_get_video_crop_meta(buffer);
	guint32 flags = chunk->base.flags;
	guint x = crop ? crop->x : 0, y = crop ? crop->y : 0;

	for (guint nth = 0; nth < damage->count; nth++) {
		const struct drm_clip_rect *clip = &damage->clips[nth];

		if (clip->x2 > clip->x1 && clip->y2 > clip->y1)
			gst_buffer_add_video_region_of_interest_meta(
				buffer, CHUNK_DAMAGE, x + clip->x1, y + clip->y1,
				(guint)(clip->x2 - clip->x1), (guint)(clip->y2 - clip->y1));
	}
	gst_structure_set(
		custom(buffer), "chunk-id", G_TYPE_UINT64, (guint64)chunk->chunk_id, "buffer",
		G_TYPE_UINT64, (guint64)chunk->buffer, "session", G_TYPE_UINT64,
		(guint64)chunk->session, "mode-serial", G_TYPE_UINT64, (guint64)chunk->mode_serial,
		"commit-time", G_TYPE_UINT64, (guint64)chunk->commit_time_ns, "ready-time",
		G_TYPE_UINT64, (guint64)chunk->ready_time_ns, "vblank-time", G_TYPE_UINT64,
		(guint64)chunk->vblank_time_ns, "read-time", G_TYPE_UINT64, read_ns, "skipped",
		G_TYPE_UINT, chunk->skipped, "part", G_TYPE_UINT,
		(guint)DRM_MIRACAST_PART_OF_CHUNK_ID(chunk->chunk_id), "parts", G_TYPE_UINT,
		damage->parts, "processing-us", G_TYPE_UINT, chunk->processing_us, "full",
		G_TYPE_BOOLEAN, !!(flags & DRM_MIRACAST_CHUNK_FLAG_FULL), "first-of-mode",
		G_TYPE_BOOLEAN, !!(flags & DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE), "gamma-applied",
		G_TYPE_BOOLEAN, !(flags & DRM_MIRACAST_CHUNK_FLAG_GAMMA_NOT_APPLIED), NULL);
}
