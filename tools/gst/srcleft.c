// SPDX-License-Identifier: MIT
/*
 * What a run of miracastsrc leaves for the next one with the same context: a mode that is
 * not answered yet, and buffers that the driver still writes to.
 *
 * Used by those that start and stop the streaming thread, and by it.
 */
#include "srcleft.h"

void src_note_asked(MiracastSrc *src, const struct mc_event *event)
{
	const struct drm_miracast_message_mode_set *set = &event->payload.mode_set;
	const struct drm_miracast_context_info *info = owner_info(src->owner);

	src->asked.mode = (struct picture_mode){
		.serial = set->mode_serial,
		.width = set->width,
		.height = set->height,
		.refresh_mhz = set->refresh_mhz,
		.fourcc = set->fourcc,
		.color = set->color,
	};
	src->asked.number = event->message.number;
	src->asked.context = info->context_number;
	src->asked.card = info->card_minor;
}

/*
 * A session that goes on without us misses nothing of what we have read of it: chunks that
 * nobody has seen are released, and a mode that is not answered is kept for the next run.
 */
void src_hand_back(MiracastSrc *src)
{
	struct mc_event event;

	while (mc_events_next(&src->events, &event) > 0) {
		if (event.type == DRM_MIRACAST_EVENT_TYPE_CHUNK &&
		    !DRM_MIRACAST_PART_OF_CHUNK_ID(event.chunk.chunk_id))
			chunk_pool_release(src->pool, &event);
		else if (event.type == DRM_MIRACAST_EVENT_TYPE_MESSAGE &&
			 event.message.code == DRM_MIRACAST_MSG_MODE_SET)
			src_note_asked(src, &event);
		else if (event.type == DRM_MIRACAST_EVENT_TYPE_MESSAGE &&
			 event.message.code == DRM_MIRACAST_MSG_STOPPED)
			memset(&src->asked, 0, sizeof(src->asked));
	}
	/* With the monitor that was announced here its modes go, too. */
	if (!src->announced)
		src->left = src->asked;
}

gboolean src_has_kept(MiracastSrc *src)
{
	const struct drm_miracast_context_info *info = owner_info(src->owner);

	return src->kept && src->kept_context == info->context_number &&
	       src->kept_card == info->card_minor;
}

/*
 * In a session that goes on the driver writes to the buffers it was given until it is given
 * others: downstream's pool must not use them for anything else until then.
 */
void src_keep_buffers(MiracastSrc *src, gboolean goes_on)
{
	const struct drm_miracast_context_info *info = owner_info(src->owner);

	if (!goes_on && src_has_kept(src))
		g_clear_pointer(&src->kept, owned_buffers_unref);
	if (!goes_on || !src->owned)
		return;
	g_clear_pointer(&src->kept, owned_buffers_unref);
	src->kept = g_steal_pointer(&src->owned);
	src->kept_context = info->context_number;
	src->kept_card = info->card_minor;
}

/* The driver says it once only. If it has been answered meanwhile, nothing comes of it. */
void src_ask_again(MiracastSrc *src)
{
	const struct drm_miracast_context_info *info = owner_info(src->owner);

	if (src->left.number && src->left.context == info->context_number &&
	    src->left.card == info->card_minor) {
		src->asked = src->left;
		src->undone = UNDONE_ASK;
	}
	memset(&src->left, 0, sizeof(src->left));
}
