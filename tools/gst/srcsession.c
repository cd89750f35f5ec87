// SPDX-License-Identifier: MIT
/*
 * Start and stop of miracastsrc: a context is got and a monitor announced, and what was
 * begun is ended. No streaming thread runs meanwhile; others may set properties.
 */
#include "srcsession.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "announce.h"
#include "srcleft.h"
#include "srcowner.h"

/* Any thread may set properties meanwhile. */
static void copy_settings(MiracastSrc *src, struct settings *to)
{
	GST_OBJECT_LOCK(src);
	*to = src->settings;
	to->element = GST_ELEMENT(src);
	to->device = g_strdup(to->device);
	to->target = g_strdup(to->target);
	to->modes = g_strdup(to->modes);
	to->formats = g_strdup(to->formats);
	to->name = g_strdup(to->name);
	if (to->edid)
		g_bytes_ref(to->edid);
	GST_OBJECT_UNLOCK(src);
}

void src_clear_settings(struct settings *settings)
{
	g_free(settings->device);
	g_free(settings->target);
	g_free(settings->modes);
	g_free(settings->formats);
	g_free(settings->name);
	g_clear_pointer(&settings->edid, g_bytes_unref);
}

static struct announce *make_announce(const struct settings *settings, GError **error)
{
	const struct announce_options options = {
		.modes = settings->modes,
		.formats = settings->formats,
		.edid = settings->edid,
		.name = settings->name,
		.element = settings->element,
	};

	return announce_new(&options, error);
}

/* Of a context that outlives a run, the end of the session before can still be unread. */
static void note_session(MiracastSrc *src)
{
	struct drm_miracast_statistics statistics;

	if (!mc_statistics(owner_context(src->owner), &statistics))
		src->session = statistics.session;
}

/*
 * A session or a monitor that is there already is whoever's who handed over the context,
 * and is left alone. Only who says nothing of a monitor announces it by itself.
 */
static gboolean announce(MiracastSrc *src, const struct settings *settings,
			 const struct mc_monitor *monitor, GError **error)
{
	gboolean wanted = settings->fd < 0 || settings->modes || settings->formats ||
			  settings->edid;
	struct drm_miracast_statistics statistics;
	int ret = mc_statistics(owner_context(src->owner), &statistics);

	if (ret) {
		g_set_error(error, OWNER_ERROR, OWNER_ERROR_ENDED, "the context has ended: %s",
			    g_strerror(-ret));
		return FALSE;
	}
	src->session = statistics.session;
	if (statistics.state == DRM_MIRACAST_STATE_MONITOR) {
		mc_request_frame(owner_context(src->owner));
		return TRUE;
	}
	if (!wanted)
		return TRUE;
	if (!owner_arrive(src->owner, monitor, error))
		return FALSE;
	src->began_session = statistics.state == DRM_MIRACAST_STATE_CREATED;
	src->announced = TRUE;
	note_session(src);
	return TRUE;
}

static gboolean listen_to(MiracastSrc *src, GError **error)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	GST_OBJECT_LOCK(src);
	src->wake_fd = fd;
	GST_OBJECT_UNLOCK(src);
	if (fd >= 0 && !mc_events_init(&src->events, owner_context(src->owner)->fd)) {
		src->listening = TRUE;
		return TRUE;
	}
	g_set_error_literal(error, OWNER_ERROR, OWNER_ERROR_FAILED, "cannot listen to the context");
	return FALSE;
}

static void take_info(MiracastSrc *src)
{
	const struct drm_miracast_context_info *info = owner_info(src->owner);

	GST_OBJECT_LOCK(src);
	g_free(src->connector);
	src->connector = g_strndup(info->connector_name, sizeof(info->connector_name));
	memset(&src->counters, 0, sizeof(src->counters));
	memset(&src->answer, 0, sizeof(src->answer));
	src->held_most = MAX(info->buffer_count, 2);
	src->period = picture_period(&src->mode);
	GST_OBJECT_UNLOCK(src);
	g_object_notify(G_OBJECT(src), "connector");
}

static void reset(MiracastSrc *src)
{
	memset(&src->mode, 0, sizeof(src->mode));
	memset(&src->damage, 0, sizeof(src->damage));
	src->have_mode = FALSE;
	src->have_info = FALSE;
	memset(&src->asked, 0, sizeof(src->asked));
	src->undone = UNDONE_NOTHING;
	src->dark = FALSE;
	src->sent = FALSE;
	src->last_pts = GST_CLOCK_TIME_NONE;
	src->activity_ns = 0;
	src->rate_vblank_ns = 0;
	src->asked_at_rest = FALSE;
	src->began_session = FALSE;
	src->announced = FALSE;
	src->session_over = FALSE;
	src->session = 0;
	src->listening = FALSE;
}

static void forget_connector(MiracastSrc *src)
{
	gboolean had;

	GST_OBJECT_LOCK(src);
	had = !!src->connector;
	g_clear_pointer(&src->connector, g_free);
	GST_OBJECT_UNLOCK(src);
	if (had)
		g_object_notify(G_OBJECT(src), "connector");
}

/* What this element began, it ends. */
static void close_all(MiracastSrc *src)
{
	struct owner *owner = src->owner;
	gboolean goes_on = src->listening && !src->began_session && !src->session_over;
	int wake_fd = src->wake_fd;

	if (goes_on)
		src_hand_back(src);
	if (src->began_session)
		owner_stop(src->owner, NULL);
	else if (src->announced)
		owner_depart(src->owner, NULL);
	if (src->listening)
		src_keep_buffers(src, goes_on);
	g_clear_pointer(&src->owned, owned_buffers_unref);
	chunk_pool_close(src->pool, goes_on);
	src->pool = NULL;
	if (src->listening)
		mc_events_fini(&src->events);
	/* Others look at these, but never without the lock. */
	GST_OBJECT_LOCK(src);
	src->owner = NULL;
	src->wake_fd = -1;
	GST_OBJECT_UNLOCK(src);
	if (wake_fd >= 0)
		close(wake_fd);
	owner_unref(owner);
	reset(src);
	forget_connector(src);
}

/* GStreamer has fewer codes than there are reasons. NULL: none of the owner's. */
static GstStructure *details_of(const GError *error)
{
	static const gchar *const reasons[] = {
		[OWNER_ERROR_FAILED] = "failed", [OWNER_ERROR_NO_DEVICE] = "no-device",
		[OWNER_ERROR_NO_TARGET] = "no-target", [OWNER_ERROR_NO_BROKER] = "no-broker",
		[OWNER_ERROR_BROKER_FAILED] = "broker-failed",
		[OWNER_ERROR_NOT_PERMITTED] = "not-permitted",
		[OWNER_ERROR_NOT_ACTIVE] = "not-active", [OWNER_ERROR_NO_MASTER] = "no-master",
		[OWNER_ERROR_BUSY] = "busy", [OWNER_ERROR_QUOTA] = "quota",
		[OWNER_ERROR_BAD_LIMITS] = "bad-limits", [OWNER_ERROR_BAD_FILE] = "bad-file",
		[OWNER_ERROR_ENDED] = "ended",
	};

	if (error->domain != OWNER_ERROR || error->code < 0 ||
	    (guint)error->code >= G_N_ELEMENTS(reasons))
		return NULL;
	return gst_structure_new("miracast-no-monitor", "reason", G_TYPE_STRING,
				 reasons[error->code], NULL);
}

static void fail_open(MiracastSrc *src, const GError *error)
{
	gint code = GST_RESOURCE_ERROR_OPEN_READ;

	if (error->domain == GST_RESOURCE_ERROR)
		code = error->code;
	else if (g_error_matches(error, OWNER_ERROR, OWNER_ERROR_NO_DEVICE) ||
		 g_error_matches(error, OWNER_ERROR, OWNER_ERROR_NO_TARGET))
		code = GST_RESOURCE_ERROR_NOT_FOUND;
	else if (g_error_matches(error, OWNER_ERROR, OWNER_ERROR_NO_BROKER) ||
		 g_error_matches(error, OWNER_ERROR, OWNER_ERROR_NOT_PERMITTED) ||
		 g_error_matches(error, OWNER_ERROR, OWNER_ERROR_NOT_ACTIVE))
		code = GST_RESOURCE_ERROR_NOT_AUTHORIZED;
	else if (g_error_matches(error, OWNER_ERROR, OWNER_ERROR_BUSY) ||
		 g_error_matches(error, OWNER_ERROR, OWNER_ERROR_QUOTA))
		code = GST_RESOURCE_ERROR_BUSY;
	else if (g_error_matches(error, OWNER_ERROR, OWNER_ERROR_BAD_LIMITS) ||
		 g_error_matches(error, OWNER_ERROR, OWNER_ERROR_BAD_FILE))
		code = GST_RESOURCE_ERROR_SETTINGS;
	gst_element_message_full_with_details(GST_ELEMENT(src), GST_MESSAGE_ERROR,
					      GST_RESOURCE_ERROR, code,
					      g_strdup_printf("No monitor: %s", error->message),
					      NULL, __FILE__, G_STRFUNC, __LINE__,
					      details_of(error));
}

static gboolean is_given_up(MiracastSrc *src)
{
	GCancellable *opening = src_opening(src);
	gboolean given_up = g_cancellable_is_cancelled(opening);

	g_object_unref(opening);
	return given_up;
}

gboolean miracast_src_start(GstBaseSrc *base)
{
	MiracastSrc *src = MIRACAST_SRC(base);
	struct settings settings;
	struct owner *owner = NULL;
	struct announce *monitor;
	GError *error = NULL;
	gboolean good = FALSE;

	reset(src);
	g_atomic_int_set(&src->given_up, FALSE);
	src->wake_fd = -1;
	copy_settings(src, &settings);
	monitor = make_announce(&settings, &error);
	if (monitor)
		owner = src_open_owner(src, &settings, announce_monitor(monitor), &error);
	GST_OBJECT_LOCK(src);
	src->owner = owner;
	GST_OBJECT_UNLOCK(src);
	if (owner) {
		src->pool = chunk_pool_new(src->owner);
		/* An earlier reader may have had the message. */
		src->dark = owner_info(owner)->picture_state == DRM_MIRACAST_PICTURE_STATE_DARK;
		take_info(src);
		src_ask_again(src);
		good = listen_to(src, &error) &&
		       announce(src, &settings, announce_monitor(monitor), &error);
	}
	announce_free(monitor);
	src_clear_settings(&settings);
	if (good) {
		src_set_rates(src, FALSE);
		return TRUE;
	}
	/* Who sets another state knows why this one is not reached. */
	if (is_given_up(src))
		g_atomic_int_set(&src->given_up, TRUE);
	else
		fail_open(src, error);
	g_error_free(error);
	close_all(src);
	return FALSE;
}

gboolean miracast_src_stop(GstBaseSrc *base)
{
	close_all(MIRACAST_SRC(base));
	return TRUE;
}
