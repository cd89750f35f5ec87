// SPDX-License-Identifier: MIT
/*
 * Modes of miracastsrc: each is answered once, after downstream and, if "confirm-modes" is
 * set, the application have been asked. What cannot be asked now is asked again later.
 *
 * The streaming thread's. The application's answer is guarded by the object's lock.
 */
#include "srcmodes.h"

#include <errno.h>

#include "srccaps.h"
#include "srcleft.h"
#include "srcmessages.h"
#include "srcowner.h"

/* Buffers of its own can be given while no mode is in force, which is now. */
static const gchar *give_buffers(MiracastSrc *src)
{
	int ret;

	if (!(owner_info(src->owner)->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS))
		return NULL;
	if (!src->owned)
		return "downstream offers no pool of dma-bufs for them";
	ret = owned_buffers_set(src->owned, owner_context(src->owner));
	if (ret) {
		GST_WARNING_OBJECT(src, "SET_BUFFERS: %s", g_strerror(-ret));
		return "the driver does not take the dma-bufs of downstream's pool";
	}
	if (src_has_kept(src))
		g_clear_pointer(&src->kept, owned_buffers_unref);
	chunk_pool_set_owned(src->pool, src->owned);
	return NULL;
}

void src_note_period(MiracastSrc *src)
{
	GST_OBJECT_LOCK(src);
	src->period = picture_period(&src->mode);
	GST_OBJECT_UNLOCK(src);
	gst_element_post_message(GST_ELEMENT(src), gst_message_new_latency(GST_OBJECT(src)));
}

void src_note_mode(MiracastSrc *src)
{
	GST_OBJECT_LOCK(src);
	src->counters.modes++;
	GST_OBJECT_UNLOCK(src);
	src_note_period(src);
}

int src_complete(MiracastSrc *src, guint64 number, const gchar *refusal)
{
	return mc_complete_message(owner_context(src->owner), number,
				   refusal ? DRM_MIRACAST_COMPLETION_REFUSED :
					     DRM_MIRACAST_COMPLETION_SUCCESS);
}

/*
 * The answer came too late: a newer mode has superseded this one, and its message follows,
 * the session is over, or another holder of the context has answered.
 */
static gboolean is_settled(int ret)
{
	return ret == -ESTALE || ret == -EALREADY || ret == -ENODEV;
}

static void refuse(MiracastSrc *src, const gchar *refusal)
{
	guint64 number = src->asked.number;

	src->asked.number = 0;
	src->undone = UNDONE_NOTHING;
	GST_OBJECT_LOCK(src);
	src->counters.refused++;
	GST_OBJECT_UNLOCK(src);
	GST_WARNING_OBJECT(src, "%ux%u is refused: %s", src->asked.mode.width,
			   src->asked.mode.height, refusal);
	src_post_answered(src, &src->asked.mode, refusal);
	src_complete(src, number, refusal);
}

/*
 * No mode is in force now, so the driver writes to none of them. Downstream may need them
 * all for what is to come: a pool that is in use can neither change nor have more than it may.
 */
static void return_buffers(MiracastSrc *src)
{
	chunk_pool_set_owned(src->pool, NULL);
	g_clear_pointer(&src->owned, owned_buffers_unref);
}

static void accept_mode(MiracastSrc *src)
{
	guint64 number = src->asked.number;
	const gchar *refusal;
	int ret;

	return_buffers(src);
	refusal = src_adopt(src, &src->asked.mode);
	if (!refusal)
		refusal = give_buffers(src);
	/* A refusal is for good; this is none. */
	if (refusal && src_is_mute(src)) {
		src->undone = UNDONE_ACCEPT;
		return;
	}
	if (refusal) {
		refuse(src, refusal);
		return;
	}
	ret = src_complete(src, number, NULL);
	if (ret && !is_settled(ret)) {
		GST_WARNING_OBJECT(src, "COMPLETE_MESSAGE: %s", g_strerror(-ret));
		/* The driver still waits for an answer. */
		refuse(src, "the driver does not take the mode with these buffers");
		return;
	}
	src->asked.number = 0;
	memset(&src->damage, 0, sizeof(src->damage));
	if (ret)
		return;
	src_set_rates(src, FALSE);
	src_note_mode(src);
	src_post_answered(src, &src->mode, NULL);
}

void src_serve_answer(MiracastSrc *src)
{
	struct answer answer;

	if (!src->asked.number)
		return;
	GST_OBJECT_LOCK(src);
	answer = src->answer;
	src->answer.given = FALSE;
	GST_OBJECT_UNLOCK(src);
	if (!answer.given || answer.serial != src->asked.mode.serial)
		return;
	if (answer.accepted)
		accept_mode(src);
	else
		refuse(src, "the application has refused it");
}

/* Downstream first, then the application. */
static void ask_for_mode(MiracastSrc *src)
{
	GstStructure *structure;
	gboolean waits, takes;

	GST_OBJECT_LOCK(src);
	waits = src->settings.confirm_modes;
	src->answer.given = FALSE;
	GST_OBJECT_UNLOCK(src);
	/* What is refused here anyway, the sink need not be asked for. */
	takes = src_downstream_takes(src, &src->asked.mode);
	/* Nobody takes anything. */
	if (src_is_mute(src)) {
		src->undone = UNDONE_ASK;
		return;
	}
	if (!takes) {
		refuse(src, "downstream does not take such pictures");
		return;
	}
	structure = src_mode_structure("miracast-mode-set", &src->asked.mode);
	gst_structure_set(structure, "waits", G_TYPE_BOOLEAN, waits, NULL);
	src_post(src, structure);
	if (!waits)
		accept_mode(src);
}

void src_serve_mode_set(MiracastSrc *src, const struct mc_event *event)
{
	src_note_asked(src, event);
	src->undone = UNDONE_NOTHING;
	src->dark = FALSE;
	ask_for_mode(src);
}

void src_serve_undone(MiracastSrc *src)
{
	enum undone undone = src->undone;

	src->undone = UNDONE_NOTHING;
	if (undone == UNDONE_ASK)
		ask_for_mode(src);
	else if (undone == UNDONE_ACCEPT)
		accept_mode(src);
}
