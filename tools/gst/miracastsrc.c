// SPDX-License-Identifier: MIT
/*
 * miracastsrc: one more monitor, and its pictures.
 *
 * From READY to PAUSED a context is got and a monitor announced; the streaming thread then
 * reads the context's events, and nothing else does. A picture leaves as soon as it is
 * there, and never at other times: a screen at rest costs nothing.
 *
 * A mode is accepted when downstream has accepted its caps and, if "confirm-modes" is set,
 * the application has, too; until then no picture of it comes.
 *
 * The object's lock guards the properties, the counters and the application's answer; the
 * rest is the streaming thread's, or of those that start and stop it.
 */
#include "miracastsrc.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <gst/allocators/gstdmabuf.h>
#include <gst/video/video.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "announce.h"
#include "chunkmeta.h"
#include "chunkpool.h"
#include "owner.h"
#include "ownedbuffers.h"
#include "pictureclock.h"
#include "pictureinfo.h"

GST_DEBUG_CATEGORY_STATIC(miracast_src_debug);
#define GST_CAT_DEFAULT miracast_src_debug

#define DEFAULT_BUFFERS 4 /* one is written, one sent, one encoded, one shown */
#define DEFAULT_NAME "Miracast"
#define GAP_NS GST_SECOND
#define AGAIN_NS (100 * GST_MSECOND) /* from asking downstream to asking it again */

enum format {
	FORMAT_AUTO,
	FORMAT_BGRX,
	FORMAT_NV12,
};

struct settings {
	gchar *device, *target;
	gint fd;
	enum owner_broker broker;
	guint32 delivery;
	enum format format;
	gchar *modes, *formats, *name;
	GBytes *edid;
	guint buffers;
	gboolean owner_buffers, confirm_modes;
	gint min_num, min_denom; /* min-framerate */
	gint max_num, max_denom; /* max-framerate */
	guint encode_kbps;
	GstElement *element; /* whose they are, in a copy; not referenced */
};

struct counters {
	guint64 pictures, skipped, dropped, modes, refused, gaps;
};

/* What the application says of a mode. */
struct answer {
	gboolean given, accepted;
	guint64 serial;
};

/* A MODE_SET that is not answered yet. */
struct asked {
	struct picture_mode mode;
	guint64 number; /* of the message; 0: there is none */
	/* Which context it is of, for who begins anew with the same one. */
	guint64 context;
	guint32 card;
};

/* What is still to be done with it by us, when downstream can be asked again. */
enum undone {
	UNDONE_NOTHING,
	UNDONE_ASK,
	UNDONE_ACCEPT,
};

struct _MiracastSrc {
	GstPushSrc parent;

	struct settings settings;
	struct counters counters;
	struct answer answer;
	GCancellable *opening; /* cancelled: nothing is to be opened any more */
	GstClockTime period; /* of the mode, for the latency */
	guint held_most; /* pictures that can be under way */
	gchar *connector;

	/* Set by start(), until stop(). */
	struct owner *owner;
	struct chunk_pool *pool;
	struct mc_events events;
	gboolean listening, began_session, announced, session_over;
	guint64 session; /* the one there is when a run begins, or 0 */
	int wake_fd;
	gint flushing;
	gint restarted; /* running time begins anew */
	gint pausing; /* PLAYING to PAUSED is under way */
	gboolean paused; /* since it played */
	struct asked left; /* of the last run */

	/* Buffers that the driver may write to after a run, and which context's it is. */
	struct owned_buffers *kept;
	guint64 kept_context;
	guint32 kept_card;

	/* The streaming thread's. */
	struct picture_mode mode; /* accepted, or about to be */
	gboolean have_mode;
	struct asked asked;
	enum undone undone;
	GstVideoInfo info;
	gboolean have_info;
	struct owned_buffers *owned;
	gboolean adopting;
	struct chunk_damage damage;
	guint64 damage_serial; /* of the mode that it is in */
	gboolean dark, sent;
	GstClockTime last_pts;
	guint64 last_vblank_ns;
	guint64 activity_ns; /* when something was sent last */
};

G_DEFINE_TYPE(MiracastSrc, miracast_src, GST_TYPE_PUSH_SRC)
GST_ELEMENT_REGISTER_DEFINE(miracastsrc, "miracastsrc", GST_RANK_NONE, MIRACAST_TYPE_SRC)

enum {
	PROP_0,
	PROP_DEVICE,
	PROP_TARGET,
	PROP_FD,
	PROP_BROKER,
	PROP_DELIVERY,
	PROP_FORMAT,
	PROP_MODES,
	PROP_VIDEO_FORMATS,
	PROP_EDID,
	PROP_MONITOR_NAME,
	PROP_BUFFERS,
	PROP_OWNER_BUFFERS,
	PROP_MIN_FRAMERATE,
	PROP_MAX_FRAMERATE,
	PROP_ENCODE_RATE,
	PROP_CONFIRM_MODES,
	PROP_CONNECTOR,
	PROP_STATS,
};

enum {
	SIGNAL_ANSWER_MODE,
	SIGNAL_REQUEST_FRAME,
	SIGNALS,
};

static guint signals[SIGNALS];

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
	"src", GST_PAD_SRC, GST_PAD_ALWAYS,
	GST_STATIC_CAPS(GST_VIDEO_CAPS_MAKE("{ BGRx, NV12 }") ";"
			GST_VIDEO_CAPS_MAKE_WITH_FEATURES(
				GST_CAPS_FEATURE_MEMORY_DMABUF, PICTURE_FORMATS)));

/* --- Messages ------------------------------------------------------------------ */

static void post(MiracastSrc *src, GstStructure *structure)
{
	gst_element_post_message(GST_ELEMENT(src),
				 gst_message_new_element(GST_OBJECT(src), structure));
}

static GstStructure *mode_structure(const gchar *name, const struct picture_mode *mode)
{
	return gst_structure_new(name, "serial", G_TYPE_UINT64, mode->serial, "width", G_TYPE_INT,
				 (gint)mode->width, "height", G_TYPE_INT, (gint)mode->height,
				 "refresh-mhz", G_TYPE_UINT, mode->refresh_mhz, NULL);
}

static void post_answered(MiracastSrc *src, const struct picture_mode *mode, const gchar *refusal)
{
	GstStructure *structure = mode_structure("miracast-mode", mode);

	gst_structure_set(structure, "accepted", G_TYPE_BOOLEAN, !refusal, NULL);
	if (refusal)
		gst_structure_set(structure, "reason", G_TYPE_STRING, refusal, NULL);
	post(src, structure);
}

static const gchar *picture_state(guint32 state)
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
	gst_element_message_full(GST_ELEMENT(src), GST_MESSAGE_ERROR, GST_RESOURCE_ERROR, code,
				 g_strdup_printf("No monitor: %s", error->message), NULL, __FILE__,
				 G_STRFUNC, __LINE__);
}

/* --- Start and stop ------------------------------------------------------------ */

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

static void clear_settings(struct settings *settings)
{
	g_free(settings->device);
	g_free(settings->target);
	g_free(settings->modes);
	g_free(settings->formats);
	g_free(settings->name);
	g_clear_pointer(&settings->edid, g_bytes_unref);
}

/* What downstream would rather have, of what COPY offers. */
static guint32 preferred_fourcc(MiracastSrc *src, enum format format)
{
	GstCaps *ours, *theirs, *both;
	const gchar *name = NULL;
	guint32 fourcc = DRM_FORMAT_XRGB8888;

	if (format != FORMAT_AUTO)
		return format == FORMAT_NV12 ? DRM_FORMAT_NV12 : DRM_FORMAT_XRGB8888;
	ours = gst_caps_from_string(GST_VIDEO_CAPS_MAKE("{ BGRx, NV12 }") ";"
				    GST_VIDEO_CAPS_MAKE_WITH_FEATURES(
					    GST_CAPS_FEATURE_MEMORY_DMABUF, "{ BGRx, NV12 }"));
	theirs = gst_pad_peer_query_caps(GST_BASE_SRC_PAD(src), NULL);
	both = gst_caps_intersect_full(theirs, ours, GST_CAPS_INTERSECT_FIRST);
	if (!gst_caps_is_empty(both)) {
		both = gst_caps_fixate(gst_caps_truncate(both));
		name = gst_structure_get_string(gst_caps_get_structure(both, 0), "format");
	}
	if (!g_strcmp0(name, "NV12"))
		fourcc = DRM_FORMAT_NV12;
	gst_caps_unref(both);
	gst_caps_unref(theirs);
	gst_caps_unref(ours);
	return fourcc;
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

/* That of the state change, with a reference. */
static GCancellable *opening(MiracastSrc *src)
{
	GCancellable *cancellable;

	GST_OBJECT_LOCK(src);
	cancellable = g_object_ref(src->opening);
	GST_OBJECT_UNLOCK(src);
	return cancellable;
}

/* A device without NV12 gives what it has; conversion is for others then. */
static struct owner *open_owner(MiracastSrc *src, const struct settings *settings,
				const struct mc_monitor *monitor, GError **error)
{
	GCancellable *cancellable = opening(src);
	struct owner_options options = {
		.fd = settings->fd,
		.device = settings->device,
		.target = settings->target,
		.broker = settings->broker,
		.delivery = settings->delivery,
		.buffers = settings->buffers,
		.monitor = monitor,
	};
	struct owner *owner;
	GError *why = NULL;

	if (settings->delivery == DRM_MIRACAST_DELIVERY_COPY)
		options.format = preferred_fourcc(src, settings->format);
	else
		options.flags |= DRM_MIRACAST_CONTEXT_FLAG_TRUSTED;
	if (settings->owner_buffers)
		options.flags |= DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	owner = owner_open(&options, cancellable, &why);
	if (!owner && settings->format == FORMAT_AUTO && options.format == DRM_FORMAT_NV12 &&
	    g_error_matches(why, OWNER_ERROR, OWNER_ERROR_BAD_LIMITS)) {
		g_clear_error(&why);
		options.format = DRM_FORMAT_XRGB8888;
		owner = owner_open(&options, cancellable, &why);
	}
	if (!owner)
		g_propagate_error(error, why);
	g_object_unref(cancellable);
	return owner;
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
	src->began_session = FALSE;
	src->announced = FALSE;
	src->session_over = FALSE;
	src->session = 0;
	src->listening = FALSE;
}

static void note_asked(MiracastSrc *src, const struct mc_event *event)
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
static void hand_back(MiracastSrc *src)
{
	struct mc_event event;

	while (mc_events_next(&src->events, &event) > 0) {
		if (event.type == DRM_MIRACAST_EVENT_TYPE_CHUNK &&
		    !DRM_MIRACAST_PART_OF_CHUNK_ID(event.chunk.chunk_id))
			chunk_pool_release(src->pool, &event);
		else if (event.type == DRM_MIRACAST_EVENT_TYPE_MESSAGE &&
			 event.message.code == DRM_MIRACAST_MSG_MODE_SET)
			note_asked(src, &event);
		else if (event.type == DRM_MIRACAST_EVENT_TYPE_MESSAGE &&
			 event.message.code == DRM_MIRACAST_MSG_STOPPED)
			memset(&src->asked, 0, sizeof(src->asked));
	}
	/* With the monitor that was announced here its modes go, too. */
	if (!src->announced)
		src->left = src->asked;
}

static gboolean has_kept(MiracastSrc *src)
{
	const struct drm_miracast_context_info *info = owner_info(src->owner);

	return src->kept && src->kept_context == info->context_number &&
	       src->kept_card == info->card_minor;
}

/*
 * In a session that goes on the driver writes to the buffers it was given until it is given
 * others: downstream's pool must not use them for anything else until then.
 */
static void keep_buffers(MiracastSrc *src, gboolean goes_on)
{
	const struct drm_miracast_context_info *info = owner_info(src->owner);

	if (!goes_on && has_kept(src))
		g_clear_pointer(&src->kept, owned_buffers_unref);
	if (!goes_on || !src->owned)
		return;
	g_clear_pointer(&src->kept, owned_buffers_unref);
	src->kept = g_steal_pointer(&src->owned);
	src->kept_context = info->context_number;
	src->kept_card = info->card_minor;
}

/* What this element began, it ends. */
static void close_all(MiracastSrc *src)
{
	struct owner *owner = src->owner;
	gboolean goes_on = src->listening && !src->began_session && !src->session_over;
	int wake_fd = src->wake_fd;

	if (goes_on)
		hand_back(src);
	if (src->began_session)
		owner_stop(src->owner, NULL);
	else if (src->announced)
		owner_depart(src->owner, NULL);
	if (src->listening)
		keep_buffers(src, goes_on);
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
}

/* The driver says it once only. If it has been answered meanwhile, nothing comes of it. */
static void ask_again(MiracastSrc *src)
{
	const struct drm_miracast_context_info *info = owner_info(src->owner);

	if (src->left.number && src->left.context == info->context_number &&
	    src->left.card == info->card_minor) {
		src->asked = src->left;
		src->undone = UNDONE_ASK;
	}
	memset(&src->left, 0, sizeof(src->left));
}

static struct owner *hold_owner(MiracastSrc *src)
{
	struct owner *owner = NULL;

	GST_OBJECT_LOCK(src);
	if (src->owner)
		owner = owner_ref(src->owner);
	GST_OBJECT_UNLOCK(src);
	return owner;
}

/* Any thread. The driver keeps rates for a session, so each begins with those that are set. */
static void tell_rates(MiracastSrc *src, gboolean always)
{
	struct owner *owner = hold_owner(src);
	guint32 kbps, mhz;

	GST_OBJECT_LOCK(src);
	kbps = src->settings.encode_kbps;
	mhz = (guint32)gst_util_uint64_scale(1000, (guint64)src->settings.max_num,
					     (guint64)src->settings.max_denom);
	GST_OBJECT_UNLOCK(src);
	if (owner && (always || kbps || mhz))
		mc_set_rate(owner_context(owner), kbps, mhz);
	owner_unref(owner);
}

static gboolean miracast_src_start(GstBaseSrc *base)
{
	MiracastSrc *src = MIRACAST_SRC(base);
	struct settings settings;
	struct owner *owner = NULL;
	struct announce *monitor;
	GError *error = NULL;
	gboolean good = FALSE;

	reset(src);
	src->wake_fd = -1;
	copy_settings(src, &settings);
	monitor = make_announce(&settings, &error);
	if (monitor)
		owner = open_owner(src, &settings, announce_monitor(monitor), &error);
	GST_OBJECT_LOCK(src);
	src->owner = owner;
	GST_OBJECT_UNLOCK(src);
	if (owner) {
		src->pool = chunk_pool_new(src->owner);
		/* An earlier reader may have had the message. */
		src->dark = owner_info(owner)->picture_state == DRM_MIRACAST_PICTURE_STATE_DARK;
		take_info(src);
		ask_again(src);
		good = listen_to(src, &error) &&
		       announce(src, &settings, announce_monitor(monitor), &error);
	}
	announce_free(monitor);
	clear_settings(&settings);
	if (good) {
		tell_rates(src, FALSE);
		return TRUE;
	}
	fail_open(src, error);
	g_error_free(error);
	close_all(src);
	return FALSE;
}

static gboolean miracast_src_stop(GstBaseSrc *base)
{
	close_all(MIRACAST_SRC(base));
	return TRUE;
}

/* --- Waiting ------------------------------------------------------------------- */

static void wake(MiracastSrc *src)
{
	guint64 one = 1;

	/* Cannot fail: the count never gets near its limit. */
	if (src->wake_fd >= 0 && write(src->wake_fd, &one, sizeof(one)) < 0)
		return;
}

static gboolean miracast_src_unlock(GstBaseSrc *base)
{
	MiracastSrc *src = MIRACAST_SRC(base);

	/* A pause ends nothing: see create(), which waits for its end by itself. */
	if (!g_atomic_int_get(&src->pausing))
		g_atomic_int_set(&src->flushing, TRUE);
	wake(src);
	return TRUE;
}

static gboolean miracast_src_unlock_stop(GstBaseSrc *base)
{
	g_atomic_int_set(&MIRACAST_SRC(base)->flushing, FALSE);
	return TRUE;
}

/* Time between two signs of life, of the kind that the state asks for; 0: none. */
static guint64 pause_ns(MiracastSrc *src)
{
	guint64 pause = 0;

	if (src->dark)
		return src->sent ? GAP_NS : 0;
	GST_OBJECT_LOCK(src);
	if (src->settings.min_num > 0 && src->have_mode)
		pause = gst_util_uint64_scale(GST_SECOND, (guint64)src->settings.min_denom,
					      (guint64)src->settings.min_num);
	GST_OBJECT_UNLOCK(src);
	return pause;
}

/* Return: FALSE when it took too long for the next sign of life. */
static gboolean wait_for_events(MiracastSrc *src)
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
static GstClockTime later_than_last(MiracastSrc *src, GstClockTime time)
{
	if (g_atomic_int_compare_and_exchange(&src->restarted, TRUE, FALSE))
		src->last_pts = GST_CLOCK_TIME_NONE;
	if (GST_CLOCK_TIME_IS_VALID(time) && GST_CLOCK_TIME_IS_VALID(src->last_pts) &&
	    time < src->last_pts + GST_MSECOND)
		time = src->last_pts + GST_MSECOND;
	src->last_pts = time;
	return time;
}

/* A picture of all, or a gap while there is none. */
static void give_sign(MiracastSrc *src)
{
	GstClockTime now;

	src->activity_ns = picture_clock_now();
	if (!src->dark) {
		mc_request_frame(owner_context(src->owner));
		return;
	}
	now = picture_clock_running_time(GST_ELEMENT(src), src->activity_ns);
	if (!src->sent || !has_segment(src) || !GST_CLOCK_TIME_IS_VALID(now))
		return;
	now = later_than_last(src, now);
	GST_OBJECT_LOCK(src);
	src->counters.gaps++;
	GST_OBJECT_UNLOCK(src);
	gst_pad_push_event(GST_BASE_SRC_PAD(src), gst_event_new_gap(now, GST_CLOCK_TIME_NONE));
}

/* --- Caps ---------------------------------------------------------------------- */

/* DIRECT can take memory back while a processor reads it: only devices may. */
static gboolean can_map(MiracastSrc *src)
{
	return owner_info(src->owner)->delivery != DRM_MIRACAST_DELIVERY_DIRECT;
}

/* Caps of a mode that downstream accepts, or NULL. */
static GstCaps *choose_caps(MiracastSrc *src, const struct picture_mode *mode)
{
	GstCaps *ours, *theirs, *both;
	GstVideoInfo info;

	if (!picture_info(&info, mode))
		return NULL;
	ours = picture_caps(&info, can_map(src));
	theirs = gst_pad_peer_query_caps(GST_BASE_SRC_PAD(src), NULL);
	both = gst_caps_intersect_full(theirs, ours, GST_CAPS_INTERSECT_FIRST);
	gst_caps_unref(theirs);
	gst_caps_unref(ours);
	if (gst_caps_is_empty(both)) {
		gst_caps_unref(both);
		return NULL;
	}
	return gst_caps_fixate(gst_caps_truncate(both));
}

/* Before the first mode there is nothing to negotiate. */
static gboolean miracast_src_negotiate(GstBaseSrc *base)
{
	MiracastSrc *src = MIRACAST_SRC(base);
	GstCaps *caps;
	gboolean good;

	if (!src->have_mode || !src->mode.fourcc)
		return TRUE;
	caps = choose_caps(src, &src->mode);
	if (!caps)
		return FALSE;
	good = gst_base_src_set_caps(base, caps);
	gst_caps_unref(caps);
	return good;
}

static gboolean miracast_src_set_caps(GstBaseSrc *base, GstCaps *caps)
{
	MiracastSrc *src = MIRACAST_SRC(base);

	src->have_info = gst_video_info_from_caps(&src->info, caps);
	return src->have_info;
}

static gboolean has_dmabuf(GstCaps *caps)
{
	return gst_caps_features_contains(gst_caps_get_features(caps, 0),
					  GST_CAPS_FEATURE_MEMORY_DMABUF);
}

static void take_pool(MiracastSrc *src, GstQuery *query, GstCaps *caps)
{
	GstBufferPool *pool = NULL;
	GError *error = NULL;
	guint size = 0;

	g_clear_pointer(&src->owned, owned_buffers_unref);
	if (gst_query_get_n_allocation_pools(query))
		gst_query_parse_nth_allocation_pool(query, 0, &pool, &size, NULL, NULL);
	if (pool)
		src->owned = owned_buffers_new(pool, caps, &src->info, size,
					       owner_info(src->owner)->buffer_count, &error);
	if (!src->owned)
		GST_WARNING_OBJECT(src, "no buffers of downstream's: %s",
				   error ? error->message : "it offers no pool");
	g_clear_error(&error);
	gst_clear_object(&pool);
}

/* What devices keep cannot be copied here: their pictures stop for good when they want more. */
static void check_appetite(MiracastSrc *src, GstQuery *query)
{
	guint have = owner_info(src->owner)->buffer_count, most = 0, min;

	for (guint nth = 0; nth < gst_query_get_n_allocation_pools(query); nth++) {
		gst_query_parse_nth_allocation_pool(query, nth, NULL, NULL, &min, NULL);
		most = MAX(most, min);
	}
	if (have && most >= have)
		GST_ELEMENT_WARNING(src, RESOURCE, NO_SPACE_LEFT,
				    ("Downstream keeps %u pictures, and there are buffers for %u.",
				     most, have),
				    ("pictures may stop; raise \"buffers\" above %u", most));
}

/* The buffers are those of chunks: no pool of GStreamer's is used as such. */
static gboolean miracast_src_decide_allocation(GstBaseSrc *base, GstQuery *query)
{
	MiracastSrc *src = MIRACAST_SRC(base);
	guint understands = 0;
	GstCaps *caps = NULL;

	gst_query_parse_allocation(query, &caps, NULL);
	if (src->have_info && caps) {
		if (gst_query_find_allocation_meta(query, GST_VIDEO_META_API_TYPE, NULL))
			understands |= CHUNK_UNDERSTANDS_LAYOUT;
		if (gst_query_find_allocation_meta(query, GST_VIDEO_CROP_META_API_TYPE, NULL))
			understands |= CHUNK_UNDERSTANDS_CROP;
		/* Whoever takes dma-bufs has to know their layout. */
		if (has_dmabuf(caps))
			understands |= CHUNK_UNDERSTANDS_LAYOUT;
		/* The driver takes others with a mode only. */
		if (src->adopting &&
		    owner_info(src->owner)->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS)
			take_pool(src, query, caps);
		if (has_dmabuf(caps))
			check_appetite(src, query);
		chunk_pool_configure(src->pool, &src->info, has_dmabuf(caps), understands);
	}
	while (gst_query_get_n_allocation_pools(query))
		gst_query_remove_nth_allocation_pool(query, 0);
	return TRUE;
}

/* --- Modes --------------------------------------------------------------------- */

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
	if (has_kept(src))
		g_clear_pointer(&src->kept, owned_buffers_unref);
	chunk_pool_set_owned(src->pool, src->owned);
	return NULL;
}

static void note_mode(MiracastSrc *src)
{
	GST_OBJECT_LOCK(src);
	src->counters.modes++;
	src->period = picture_period(&src->mode);
	GST_OBJECT_UNLOCK(src);
	gst_element_post_message(GST_ELEMENT(src), gst_message_new_latency(GST_OBJECT(src)));
}

/* With DIRECT the format is known with the first picture: each possible one has to do. */
static gboolean downstream_takes(MiracastSrc *src, const struct picture_mode *mode)
{
	struct picture_mode as = *mode;
	GstCaps *caps;

	if (!as.fourcc)
		as.fourcc = DRM_FORMAT_XRGB8888;
	caps = choose_caps(src, &as);
	if (caps)
		gst_caps_unref(caps);
	return !!caps;
}

/*
 * Whether the caps that were sent have arrived. Sending them never fails: what is not taken
 * is not stored there, and shows with the next buffer only.
 */
static gboolean caps_arrived(MiracastSrc *src)
{
	GstPad *pad = GST_BASE_SRC_PAD(src), *peer = gst_pad_get_peer(pad);
	GstCaps *sent = gst_pad_get_current_caps(pad);
	GstCaps *there = peer ? gst_pad_get_current_caps(peer) : NULL;
	gboolean good = sent && there && gst_caps_is_equal(sent, there);

	gst_clear_caps(&there);
	gst_clear_caps(&sent);
	gst_clear_object(&peer);
	return good;
}

/* The peer, beyond the pads by which bins show those of what is in them; NULL: none. */
static GstPad *real_peer(MiracastSrc *src)
{
	GstPad *peer = gst_pad_get_peer(GST_BASE_SRC_PAD(src)), *other;

	while (peer && GST_IS_PROXY_PAD(peer)) {
		other = GST_PAD(gst_proxy_pad_get_internal(GST_PROXY_PAD(peer)));
		gst_object_unref(peer);
		peer = other ? gst_pad_get_peer(other) : NULL;
		gst_clear_object(&other);
	}
	return peer;
}

/* Nobody downstream says anything now: there is none yet, or it is being flushed. */
static gboolean is_mute(MiracastSrc *src)
{
	GstPad *peer = real_peer(src);
	gboolean mute = !peer || GST_PAD_IS_FLUSHING(peer);

	gst_clear_object(&peer);
	return mute || g_atomic_int_get(&src->flushing) ||
	       GST_PAD_IS_FLUSHING(GST_BASE_SRC_PAD(src));
}

/* Return: why not, or NULL. */
static const gchar *adopt(MiracastSrc *src, const struct picture_mode *mode)
{
	struct picture_mode before = src->mode;
	gboolean had = src->have_mode, good;

	src->mode = *mode;
	src->have_mode = TRUE;
	src->adopting = TRUE;
	good = !mode->fourcc ||
	       (gst_base_src_negotiate(GST_BASE_SRC(src)) && caps_arrived(src));
	src->adopting = FALSE;
	if (good)
		return NULL;
	src->mode = before;
	src->have_mode = had;
	return "downstream does not take such pictures";
}

static int complete(MiracastSrc *src, guint64 number, const gchar *refusal)
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
	GST_OBJECT_LOCK(src);
	src->counters.refused++;
	GST_OBJECT_UNLOCK(src);
	GST_WARNING_OBJECT(src, "%ux%u is refused: %s", src->asked.mode.width,
			   src->asked.mode.height, refusal);
	post_answered(src, &src->asked.mode, refusal);
	complete(src, number, refusal);
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
	refusal = adopt(src, &src->asked.mode);
	if (!refusal)
		refusal = give_buffers(src);
	/* A refusal is for good; this is none. */
	if (refusal && is_mute(src)) {
		src->undone = UNDONE_ACCEPT;
		return;
	}
	if (refusal) {
		refuse(src, refusal);
		return;
	}
	ret = complete(src, number, NULL);
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
	tell_rates(src, FALSE);
	note_mode(src);
	post_answered(src, &src->mode, NULL);
}

static void serve_answer(MiracastSrc *src)
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
	takes = downstream_takes(src, &src->asked.mode);
	/* Nobody takes anything. */
	if (is_mute(src)) {
		src->undone = UNDONE_ASK;
		return;
	}
	if (!takes) {
		refuse(src, "downstream does not take such pictures");
		return;
	}
	structure = mode_structure("miracast-mode-set", &src->asked.mode);
	gst_structure_set(structure, "waits", G_TYPE_BOOLEAN, waits, NULL);
	post(src, structure);
	if (!waits)
		accept_mode(src);
}

static void serve_mode_set(MiracastSrc *src, const struct mc_event *event)
{
	note_asked(src, event);
	src->undone = UNDONE_NOTHING;
	src->dark = FALSE;
	ask_for_mode(src);
}

static void serve_undone(MiracastSrc *src)
{
	enum undone undone = src->undone;

	src->undone = UNDONE_NOTHING;
	if (undone == UNDONE_ASK)
		ask_for_mode(src);
	else if (undone == UNDONE_ACCEPT)
		accept_mode(src);
}

/* --- Events -------------------------------------------------------------------- */

static void serve_power(MiracastSrc *src, gboolean on)
{
	src->dark = !on;
	post(src, gst_structure_new("miracast-power", "on", G_TYPE_BOOLEAN, on, NULL));
	if (!on)
		give_sign(src);
}

/* There is nothing to end any more. */
static void note_end(MiracastSrc *src)
{
	src->began_session = FALSE;
	src->announced = FALSE;
	src->session_over = TRUE;
}

static GstFlowReturn serve_message(MiracastSrc *src, const struct mc_event *event)
{
	guint32 state = event->payload.picture_state.picture_state;

	if (event->message.session < src->session)
		return GST_FLOW_OK;
	switch (event->message.code) {
	case DRM_MIRACAST_MSG_MODE_SET:
		serve_mode_set(src, event);
		return GST_FLOW_OK;
	case DRM_MIRACAST_MSG_POWER:
		serve_power(src, !!event->payload.power.on);
		break;
	case DRM_MIRACAST_MSG_BUFFER_GONE:
		chunk_pool_gone(src->pool, event->payload.buffer_gone.buffer);
		break;
	case DRM_MIRACAST_MSG_PICTURE_STATE:
		post(src, gst_structure_new("miracast-picture-state", "state", G_TYPE_STRING,
					    picture_state(state), NULL));
		break;
	case DRM_MIRACAST_MSG_STOPPED:
		note_end(src);
		return GST_FLOW_EOS;
	default:
		break;
	}
	if (event->message.needs_completion)
		complete(src, event->message.number, "not known here");
	return GST_FLOW_OK;
}

static void drop(MiracastSrc *src, const struct mc_event *event)
{
	GST_OBJECT_LOCK(src);
	src->counters.dropped++;
	GST_OBJECT_UNLOCK(src);
	chunk_pool_release(src->pool, event);
}

/* Of a mode that another reader of the context has accepted, or of DIRECT. */
static const gchar *adopt_from_chunk(MiracastSrc *src, const struct mc_event *event)
{
	struct picture_mode mode = src->mode;
	gboolean is_new = !src->have_mode || mode.serial != event->chunk.mode_serial;
	const gchar *refusal;

	if (is_new)
		memset(&mode, 0, sizeof(mode));
	mode.serial = event->chunk.mode_serial;
	mode.width = event->chunk.width;
	mode.height = event->chunk.height;
	mode.fourcc = event->chunk.fourcc;
	mode.color = event->chunk.color;
	refusal = adopt(src, &mode);
	if (!refusal && is_new)
		note_mode(src);
	return refusal;
}

static gboolean matches(MiracastSrc *src, const struct mc_event *event)
{
	return src->have_mode && src->mode.serial == event->chunk.mode_serial &&
	       src->mode.fourcc == event->chunk.fourcc && src->mode.width == event->chunk.width &&
	       src->mode.height == event->chunk.height;
}

/*
 * A picture is that of its vblank. One that was asked for is another of the same vblank; it
 * stands for the screen as it is when it is taken.
 */
static guint64 time_of(MiracastSrc *src, const struct drm_miracast_event_chunk *chunk)
{
	if (chunk->vblank_time_ns == src->last_vblank_ns)
		return MAX(chunk->vblank_time_ns, chunk->ready_time_ns);
	src->last_vblank_ns = chunk->vblank_time_ns;
	return chunk->vblank_time_ns;
}

static void set_times(MiracastSrc *src, GstBuffer *buffer, const struct mc_event *event)
{
	guint64 time_ns = time_of(src, &event->chunk);
	GstClockTime pts = picture_clock_running_time(GST_ELEMENT(src), time_ns);

	/* One that waited while the pipeline was paused is late, but not before another. */
	GST_BUFFER_PTS(buffer) = later_than_last(src, pts);
	GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
	GST_BUFFER_DURATION(buffer) = GST_CLOCK_TIME_NONE;
	GST_BUFFER_OFFSET(buffer) = DRM_MIRACAST_FRAME_OF_CHUNK_ID(event->chunk.chunk_id);
}

static GstFlowReturn finish_picture(MiracastSrc *src, const struct mc_event *event, GstBuffer **out)
{
	GError *error = NULL;
	GstBuffer *buffer = chunk_pool_take(src->pool, event, &error);

	if (error) {
		gst_element_message_full(GST_ELEMENT(src), GST_MESSAGE_ERROR, error->domain,
					 error->code,
					 g_strdup_printf("No picture: %s", error->message), NULL,
					 __FILE__, G_STRFUNC, __LINE__);
		g_error_free(error);
		return GST_FLOW_ERROR;
	}
	if (!buffer) {
		GST_OBJECT_LOCK(src);
		src->counters.dropped++;
		GST_OBJECT_UNLOCK(src);
		return GST_FLOW_OK;
	}
	set_times(src, buffer, event);
	chunk_meta_add(buffer, event, &src->damage, src->events.read_time_ns);
	GST_OBJECT_LOCK(src);
	src->counters.pictures++;
	src->counters.skipped += event->chunk.skipped;
	GST_OBJECT_UNLOCK(src);
	src->activity_ns = picture_clock_now();
	src->dark = FALSE;
	src->sent = TRUE;
	*out = buffer;
	return GST_FLOW_OK;
}

static GstFlowReturn serve_chunk(MiracastSrc *src, const struct mc_event *event, GstBuffer **out)
{
	gboolean is_last = !DRM_MIRACAST_PART_OF_CHUNK_ID(event->chunk.chunk_id);
	GstFlowReturn flow = GST_FLOW_OK;
	const gchar *refusal = NULL;

	/* The last part stands for the picture. */
	if (src->have_mode && event->chunk.mode_serial < src->mode.serial) {
		if (is_last)
			drop(src, event);
		return GST_FLOW_OK;
	}
	if (src->damage_serial != event->chunk.mode_serial)
		memset(&src->damage, 0, sizeof(src->damage));
	src->damage_serial = event->chunk.mode_serial;
	chunk_damage_add(&src->damage, event);
	if (!is_last)
		return GST_FLOW_OK;
	if (!matches(src, event))
		refusal = adopt_from_chunk(src, event);
	else if (gst_pad_needs_reconfigure(GST_BASE_SRC_PAD(src)) &&
		 !gst_base_src_negotiate(GST_BASE_SRC(src)))
		refusal = "downstream does not take such pictures any more";
	if (refusal) {
		drop(src, event);
		GST_ELEMENT_ERROR(src, CORE, NEGOTIATION, ("Nobody takes the pictures."),
				  ("%s", refusal));
		flow = GST_FLOW_NOT_NEGOTIATED;
	} else {
		flow = finish_picture(src, event, out);
	}
	/* That of a picture that was lost is the next one's, too. */
	if (*out)
		memset(&src->damage, 0, sizeof(src->damage));
	src->damage.parts = 0;
	return flow;
}

/* --- The end ------------------------------------------------------------------- */

/* Why no more events come. */
static GstFlowReturn serve_end(MiracastSrc *src, int ret)
{
	GError *why = owner_ended(src->owner);

	if (why)
		note_end(src);
	if (why && !g_error_matches(why, OWNER_ERROR, OWNER_ERROR_NO_DEVICE)) {
		GST_ELEMENT_WARNING(src, RESOURCE, CLOSE,
				    ("The monitor is gone: %s.", why->message), (NULL));
		g_error_free(why);
		return GST_FLOW_EOS;
	}
	GST_ELEMENT_ERROR(src, RESOURCE, READ,
			  ("The monitor is gone: %s.", why ? why->message : g_strerror(-ret)),
			  ("reading events: %s", g_strerror(-ret)));
	g_clear_error(&why);
	return GST_FLOW_ERROR;
}

/* Others who have the file can make it block. */
static gboolean has_events(MiracastSrc *src)
{
	struct pollfd fd = { .fd = owner_context(src->owner)->fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

static GstFlowReturn serve_next(MiracastSrc *src, GstBuffer **out)
{
	struct mc_event event;
	int ret = mc_events_next(&src->events, &event);
	GstFlowReturn flow;

	if (ret > 0 && event.type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
		return serve_chunk(src, &event, out);
	if (ret > 0)
		return serve_message(src, &event);
	if (!ret && has_events(src))
		ret = mc_events_read(&src->events);
	if (ret < 0)
		return serve_end(src, ret);
	if (ret || wait_for_events(src))
		return GST_FLOW_OK;
	flow = gst_base_src_wait_playing(GST_BASE_SRC(src));
	if (flow == GST_FLOW_OK)
		give_sign(src);
	return flow;
}

static GstFlowReturn miracast_src_create(GstPushSrc *push, GstBuffer **out)
{
	MiracastSrc *src = MIRACAST_SRC(push);
	GstFlowReturn flow = GST_FLOW_OK;

	*out = NULL;
	if (!src->activity_ns)
		src->activity_ns = picture_clock_now();
	while (flow == GST_FLOW_OK && !*out) {
		if (g_atomic_int_get(&src->flushing))
			return GST_FLOW_FLUSHING;
		/*
		 * A pause does not end the wait for events. What came in it is read after
		 * it only, when the base time is the one that its running time is of.
		 */
		flow = gst_base_src_wait_playing(GST_BASE_SRC(src));
		if (flow != GST_FLOW_OK)
			break;
		serve_undone(src);
		serve_answer(src);
		flow = serve_next(src, out);
	}
	return flow;
}

/* --- Queries and upstream events ----------------------------------------------- */

static gboolean miracast_src_query(GstBaseSrc *base, GstQuery *query)
{
	MiracastSrc *src = MIRACAST_SRC(base);
	GstClockTime period;
	guint most;

	if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY)
		return GST_BASE_SRC_CLASS(miracast_src_parent_class)->query(base, query);
	GST_OBJECT_LOCK(src);
	period = src->period;
	most = src->held_most;
	GST_OBJECT_UNLOCK(src);
	/* Until the next vblank; and as many more as there are buffers to wait in. */
	gst_query_set_latency(query, TRUE, period, period * most);
	return TRUE;
}

/* The whole picture at the next vblank, also when nothing changes. */
static void request_frame(MiracastSrc *src)
{
	struct owner *owner = hold_owner(src);

	if (owner)
		mc_request_frame(owner_context(owner));
	owner_unref(owner);
}

static gboolean miracast_src_event(GstBaseSrc *base, GstEvent *event)
{
	MiracastSrc *src = MIRACAST_SRC(base);

	if (gst_video_event_is_force_key_unit(event)) {
		request_frame(src);
		return TRUE;
	}
	/* Who comes anew has seen nothing yet, and can be asked for a mode. */
	if (GST_EVENT_TYPE(event) == GST_EVENT_RECONFIGURE) {
		request_frame(src);
		GST_OBJECT_LOCK(src);
		wake(src);
		GST_OBJECT_UNLOCK(src);
	}
	return GST_BASE_SRC_CLASS(miracast_src_parent_class)->event(base, event);
}

/* An application sends it to the element, as encoders keep it for themselves. */
static gboolean miracast_src_send_event(GstElement *element, GstEvent *event)
{
	gboolean flushed = GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP;
	gboolean resets = FALSE, good;

	if (flushed)
		gst_event_parse_flush_stop(event, &resets);
	if (resets)
		g_atomic_int_set(&MIRACAST_SRC(element)->restarted, TRUE);
	if (!gst_video_event_is_force_key_unit(event) || !GST_EVENT_IS_UPSTREAM(event)) {
		good = GST_ELEMENT_CLASS(miracast_src_parent_class)->send_event(element, event);
		/* The last picture may have been lost, and a screen at rest has no other. */
		if (flushed)
			request_frame(MIRACAST_SRC(element));
		return good;
	}
	request_frame(MIRACAST_SRC(element));
	gst_event_unref(event);
	return TRUE;
}

/* What was shown before a pause may be out of date, and a screen at rest sends nothing. */
static GstStateChangeReturn miracast_src_change_state(GstElement *element,
						      GstStateChange transition)
{
	MiracastSrc *src = MIRACAST_SRC(element);
	GstStateChangeReturn ret;

	g_atomic_int_set(&src->pausing, transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED);
	ret = GST_ELEMENT_CLASS(miracast_src_parent_class)->change_state(element, transition);
	g_atomic_int_set(&src->pausing, FALSE);
	if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING && src->paused)
		request_frame(src);
	src->paused = transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED;
	return ret;
}

/*
 * A context can be long in coming, and the thread that waits for it holds the lock of the
 * element's states: so who wants it to stop is heard here, before that lock.
 */
static GstStateChangeReturn miracast_src_set_state(GstElement *element, GstState state)
{
	MiracastSrc *src = MIRACAST_SRC(element);
	GCancellable *before = opening(src);

	if (state <= GST_STATE_READY) {
		g_cancellable_cancel(before);
	} else if (g_cancellable_is_cancelled(before)) {
		GST_OBJECT_LOCK(src);
		g_object_unref(src->opening);
		src->opening = g_cancellable_new();
		GST_OBJECT_UNLOCK(src);
	}
	g_object_unref(before);
	return GST_ELEMENT_CLASS(miracast_src_parent_class)->set_state(element, state);
}

static void miracast_src_answer_mode(MiracastSrc *src, guint64 serial, gboolean accepted)
{
	GST_OBJECT_LOCK(src);
	src->answer = (struct answer){ .given = TRUE, .accepted = accepted, .serial = serial };
	wake(src);
	GST_OBJECT_UNLOCK(src);
}

/* --- Properties ---------------------------------------------------------------- */

static GType broker_type(void)
{
	static const GEnumValue values[] = {
		{ OWNER_BROKER_AUTO, "when the device permits no context", "auto" },
		{ OWNER_BROKER_NEVER, "never", "never" },
		{ OWNER_BROKER_ALWAYS, "always", "always" },
		{ 0, NULL, NULL },
	};
	static GType type;

	if (g_once_init_enter(&type))
		g_once_init_leave(&type, g_enum_register_static("MiracastSrcBroker", values));
	return type;
}

static GType delivery_type(void)
{
	static const GEnumValue values[] = {
		{ DRM_MIRACAST_DELIVERY_COPY, "copies of the pictures, which never tear", "copy" },
		{ DRM_MIRACAST_DELIVERY_DIRECT,
		  "the compositor's own buffers, as DMABuf only and without the cursor", "direct" },
		{ 0, NULL, NULL },
	};
	static GType type;

	if (g_once_init_enter(&type))
		g_once_init_leave(&type, g_enum_register_static("MiracastSrcDelivery", values));
	return type;
}

static GType format_type(void)
{
	static const GEnumValue values[] = {
		{ FORMAT_AUTO, "what downstream names first", "auto" },
		{ FORMAT_BGRX, "32 bits a pixel, as on the screen", "bgrx" },
		{ FORMAT_NV12, "4:2:0, as encoders take it; made by the driver", "nv12" },
		{ 0, NULL, NULL },
	};
	static GType type;

	if (g_once_init_enter(&type))
		g_once_init_leave(&type, g_enum_register_static("MiracastSrcFormat", values));
	return type;
}

static void set_string(gchar **to, const GValue *value)
{
	g_free(*to);
	*to = g_value_dup_string(value);
}

static void miracast_src_set_property(GObject *object, guint id, const GValue *value,
				      GParamSpec *spec)
{
	MiracastSrc *src = MIRACAST_SRC(object);
	struct settings *settings = &src->settings;

	GST_OBJECT_LOCK(src);
	switch (id) {
	case PROP_DEVICE:
		set_string(&settings->device, value);
		break;
	case PROP_TARGET:
		set_string(&settings->target, value);
		break;
	case PROP_FD:
		settings->fd = g_value_get_int(value);
		break;
	case PROP_BROKER:
		settings->broker = (enum owner_broker)g_value_get_enum(value);
		break;
	case PROP_DELIVERY:
		settings->delivery = (guint32)g_value_get_enum(value);
		break;
	case PROP_FORMAT:
		settings->format = (enum format)g_value_get_enum(value);
		break;
	case PROP_MODES:
		set_string(&settings->modes, value);
		break;
	case PROP_VIDEO_FORMATS:
		set_string(&settings->formats, value);
		break;
	case PROP_EDID:
		g_clear_pointer(&settings->edid, g_bytes_unref);
		settings->edid = g_value_dup_boxed(value);
		break;
	case PROP_MONITOR_NAME:
		set_string(&settings->name, value);
		break;
	case PROP_BUFFERS:
		settings->buffers = g_value_get_uint(value);
		break;
	case PROP_OWNER_BUFFERS:
		settings->owner_buffers = g_value_get_boolean(value);
		break;
	case PROP_MIN_FRAMERATE:
		settings->min_num = gst_value_get_fraction_numerator(value);
		settings->min_denom = gst_value_get_fraction_denominator(value);
		wake(src);
		break;
	case PROP_MAX_FRAMERATE:
		settings->max_num = gst_value_get_fraction_numerator(value);
		settings->max_denom = gst_value_get_fraction_denominator(value);
		break;
	case PROP_ENCODE_RATE:
		settings->encode_kbps = g_value_get_uint(value);
		break;
	case PROP_CONFIRM_MODES:
		settings->confirm_modes = g_value_get_boolean(value);
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(src);
	if (id == PROP_MAX_FRAMERATE || id == PROP_ENCODE_RATE)
		tell_rates(src, TRUE);
}

static GstStructure *stats_locked(MiracastSrc *src)
{
	const struct counters *counters = &src->counters;

	return gst_structure_new("application/x-miracastsrc-stats", "pictures", G_TYPE_UINT64,
				 counters->pictures, "skipped", G_TYPE_UINT64, counters->skipped,
				 "dropped", G_TYPE_UINT64, counters->dropped, "modes",
				 G_TYPE_UINT64, counters->modes, "refused", G_TYPE_UINT64,
				 counters->refused, "gaps", G_TYPE_UINT64, counters->gaps, NULL);
}

static void miracast_src_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	MiracastSrc *src = MIRACAST_SRC(object);
	const struct settings *settings = &src->settings;

	GST_OBJECT_LOCK(src);
	switch (id) {
	case PROP_DEVICE:
		g_value_set_string(value, settings->device);
		break;
	case PROP_TARGET:
		g_value_set_string(value, settings->target);
		break;
	case PROP_FD:
		g_value_set_int(value, settings->fd);
		break;
	case PROP_BROKER:
		g_value_set_enum(value, (gint)settings->broker);
		break;
	case PROP_DELIVERY:
		g_value_set_enum(value, (gint)settings->delivery);
		break;
	case PROP_FORMAT:
		g_value_set_enum(value, (gint)settings->format);
		break;
	case PROP_MODES:
		g_value_set_string(value, settings->modes);
		break;
	case PROP_VIDEO_FORMATS:
		g_value_set_string(value, settings->formats);
		break;
	case PROP_EDID:
		g_value_set_boxed(value, settings->edid);
		break;
	case PROP_MONITOR_NAME:
		g_value_set_string(value, settings->name);
		break;
	case PROP_BUFFERS:
		g_value_set_uint(value, settings->buffers);
		break;
	case PROP_OWNER_BUFFERS:
		g_value_set_boolean(value, settings->owner_buffers);
		break;
	case PROP_MIN_FRAMERATE:
		gst_value_set_fraction(value, settings->min_num, settings->min_denom);
		break;
	case PROP_MAX_FRAMERATE:
		gst_value_set_fraction(value, settings->max_num, settings->max_denom);
		break;
	case PROP_ENCODE_RATE:
		g_value_set_uint(value, settings->encode_kbps);
		break;
	case PROP_CONFIRM_MODES:
		g_value_set_boolean(value, settings->confirm_modes);
		break;
	case PROP_CONNECTOR:
		g_value_set_string(value, src->connector);
		break;
	case PROP_STATS:
		g_value_take_boxed(value, stats_locked(src));
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(src);
}

static void install_context_properties(GObjectClass *object, GParamFlags stopped)
{
	g_object_class_install_property(
		object, PROP_DEVICE,
		g_param_spec_string("device", "Device",
				    "Card node of the miracast device (unset: the first there is)",
				    NULL, stopped));
	g_object_class_install_property(
		object, PROP_TARGET,
		g_param_spec_string(
			"target", "Target",
			"Name or object id of the connector that is to have the monitor, such as Virtual-1 (unset: any that is free)",
			NULL, stopped));
	g_object_class_install_property(
		object, PROP_FD,
		g_param_spec_int(
			"fd", "File descriptor",
			"A context that the application has; it is duplicated. Session and monitor are the application's then, unless modes, video-formats or edid are set (-1: get one)",
			-1, G_MAXINT, -1, stopped));
	g_object_class_install_property(
		object, PROP_BROKER,
		g_param_spec_enum("broker", "Broker",
				  "When to ask miracast-broker for the context", broker_type(),
				  OWNER_BROKER_AUTO, stopped));
	g_object_class_install_property(
		object, PROP_DELIVERY,
		g_param_spec_enum("delivery", "Delivery",
				  "How pictures are delivered; direct is for privileged owners",
				  delivery_type(), DRM_MIRACAST_DELIVERY_COPY, stopped));
	g_object_class_install_property(
		object, PROP_FORMAT,
		g_param_spec_enum("format", "Format", "Format of copies", format_type(),
				  FORMAT_AUTO, stopped));
	g_object_class_install_property(
		object, PROP_BUFFERS,
		g_param_spec_uint("buffers", "Buffers",
				  "How many pictures can be under way downstream, in copies", 2, 16,
				  DEFAULT_BUFFERS, stopped));
	g_object_class_install_property(
		object, PROP_OWNER_BUFFERS,
		g_param_spec_boolean(
			"owner-buffers", "Owner buffers",
			"Have pictures copied into dma-bufs of the pool that downstream offers; modes are refused when it offers none",
			FALSE, stopped));
}

static void install_monitor_properties(GObjectClass *object, GParamFlags stopped)
{
	g_object_class_install_property(
		object, PROP_MODES,
		g_param_spec_string(
			"modes", "Modes",
			"Modes of the monitor, the preferred first (unset: 1920x1080@60, 1280x720@60, or those of the EDID)",
			NULL, stopped));
	g_object_class_install_property(
		object, PROP_VIDEO_FORMATS,
		g_param_spec_string(
			"video-formats", "Video formats",
			"Take the modes from this value of a sink's wfd_video_formats, or from all of its answer to M3, in place of modes",
			NULL, stopped));
	g_object_class_install_property(
		object, PROP_EDID,
		g_param_spec_boxed("edid", "EDID",
				   "EDID of the sink (unset: one is made, with the monitor's name)",
				   G_TYPE_BYTES, stopped));
	g_object_class_install_property(
		object, PROP_MONITOR_NAME,
		g_param_spec_string("monitor-name", "Monitor name",
				    "Name of the monitor in desktops, at most 13 ASCII characters",
				    DEFAULT_NAME, stopped));
}

static void install_properties(GObjectClass *object)
{
	const GParamFlags any = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
	/* The context is got on the way to PAUSED: these count from then on. */
	const GParamFlags stopped = any | GST_PARAM_MUTABLE_READY;
	const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

	install_context_properties(object, stopped);
	install_monitor_properties(object, stopped);
	g_object_class_install_property(
		object, PROP_MIN_FRAMERATE,
		gst_param_spec_fraction(
			"min-framerate", "Minimum framerate",
			"Pictures a second that come while the screen shows one and nothing changes (0/1: none)",
			0, 1, 1000, 1, 0, 1, any | GST_PARAM_MUTABLE_PLAYING));
	g_object_class_install_property(
		object, PROP_MAX_FRAMERATE,
		gst_param_spec_fraction(
			"max-framerate", "Maximum framerate",
			"Most pictures a second, in the mean; those that are left out are in the next one (0/1: as many as the mode has)",
			0, 1, 1000, 1, 0, 1, any | GST_PARAM_MUTABLE_PLAYING));
	g_object_class_install_property(
		object, PROP_ENCODE_RATE,
		g_param_spec_uint("encode-rate", "Encode rate",
				  "What the application's encoder is set to, for the driver's trace, in kbit/s (0: not known)",
				  0, G_MAXUINT, 0, any | GST_PARAM_MUTABLE_PLAYING));
	g_object_class_install_property(
		object, PROP_CONFIRM_MODES,
		g_param_spec_boolean(
			"confirm-modes", "Confirm modes",
			"Accept a mode only when the application has answered the message miracast-mode-set by the signal answer-mode",
			FALSE, any | GST_PARAM_MUTABLE_PLAYING));
	g_object_class_install_property(
		object, PROP_CONNECTOR,
		g_param_spec_string("connector", "Connector",
				    "Name of the connector that has the monitor, from PAUSED on",
				    NULL, read));
	g_object_class_install_property(
		object, PROP_STATS,
		g_param_spec_boxed(
			"stats", "Statistics",
			"Counters since start: pictures, skipped (replaced by a later one before they came here), dropped (out of date), modes (accepted), refused (modes), gaps (sent while the screen is off)",
			GST_TYPE_STRUCTURE, read));
}

static void miracast_src_finalize(GObject *object)
{
	MiracastSrc *src = MIRACAST_SRC(object);

	clear_settings(&src->settings);
	g_clear_object(&src->opening);
	g_clear_pointer(&src->kept, owned_buffers_unref);
	g_free(src->connector);
	G_OBJECT_CLASS(miracast_src_parent_class)->finalize(object);
}

static void install_signals(MiracastSrcClass *class)
{
	/**
	 * MiracastSrc::answer-mode:
	 * @src: the element
	 * @serial: of the message miracast-mode-set
	 * @accepted: whether the sink takes the mode
	 *
	 * Answer a mode, with "confirm-modes". An answer to a mode that another has replaced
	 * means nothing. May be emitted by any thread.
	 */
	signals[SIGNAL_ANSWER_MODE] = g_signal_new_class_handler(
		"answer-mode", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
		G_CALLBACK(miracast_src_answer_mode), NULL, NULL, NULL, G_TYPE_NONE, 2,
		G_TYPE_UINT64, G_TYPE_BOOLEAN);
	/**
	 * MiracastSrc::request-frame:
	 * @src: the element
	 *
	 * Have a whole picture at the next vblank, also when nothing changes. So do
	 * GstForceKeyUnit events that are sent upstream, or to the element.
	 */
	signals[SIGNAL_REQUEST_FRAME] = g_signal_new_class_handler(
		"request-frame", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
		G_CALLBACK(request_frame), NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void miracast_src_class_init(MiracastSrcClass *class)
{
	GObjectClass *object = G_OBJECT_CLASS(class);
	GstElementClass *element = GST_ELEMENT_CLASS(class);
	GstBaseSrcClass *base = GST_BASE_SRC_CLASS(class);

	GST_DEBUG_CATEGORY_INIT(miracast_src_debug, "miracastsrc", 0, "Miracast target");
	chunk_meta_register();
	object->set_property = miracast_src_set_property;
	object->get_property = miracast_src_get_property;
	object->finalize = miracast_src_finalize;
	install_properties(object);
	install_signals(class);

	element->send_event = miracast_src_send_event;
	element->change_state = miracast_src_change_state;
	element->set_state = miracast_src_set_state;
	base->start = miracast_src_start;
	base->stop = miracast_src_stop;
	base->unlock = miracast_src_unlock;
	base->unlock_stop = miracast_src_unlock_stop;
	base->negotiate = miracast_src_negotiate;
	base->set_caps = miracast_src_set_caps;
	base->decide_allocation = miracast_src_decide_allocation;
	base->query = miracast_src_query;
	base->event = miracast_src_event;
	GST_PUSH_SRC_CLASS(class)->create = miracast_src_create;

	gst_element_class_add_static_pad_template(element, &src_template);
	gst_type_mark_as_plugin_api(broker_type(), 0);
	gst_type_mark_as_plugin_api(delivery_type(), 0);
	gst_type_mark_as_plugin_api(format_type(), 0);
	gst_element_class_set_static_metadata(
		element, "Miracast target", "Source/Video/Hardware",
		"One more monitor for the desktop, and its pictures as they change: announces a monitor "
		"to the miracast driver, by miracast-broker for ordinary users, and captures what the "
		"compositor shows there",
		"The miracast project");
}

static void miracast_src_init(MiracastSrc *src)
{
	src->settings.fd = -1;
	src->settings.broker = OWNER_BROKER_AUTO;
	src->settings.delivery = DRM_MIRACAST_DELIVERY_COPY;
	src->settings.buffers = DEFAULT_BUFFERS;
	src->settings.name = g_strdup(DEFAULT_NAME);
	src->settings.min_denom = 1;
	src->settings.max_denom = 1;
	src->opening = g_cancellable_new();
	src->wake_fd = -1;
	gst_base_src_set_live(GST_BASE_SRC(src), TRUE);
	gst_base_src_set_format(GST_BASE_SRC(src), GST_FORMAT_TIME);
}
