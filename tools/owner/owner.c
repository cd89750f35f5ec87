// SPDX-License-Identifier: MIT
#include "owner.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

#include "broker.h"
#include "connector.h"
#include "device.h"
#include "reason.h"

#define MAX_CONNECTORS 64
#define DEFAULT_BUFFERS 3

/* The driver reports that a context has ended; the broker reports why, a moment later. */
#define REASON_WAIT_US (G_USEC_PER_SEC / 2)
#define REASON_STEP_MS 50

struct owner {
	gint references;
	struct mc_context context;
	struct drm_miracast_context_info info;
	struct broker *broker; /* NULL without */
	gboolean blocked; /* the file, which others have too, before it came here */

	/* Of the thread that watches. */
	GSource *watch;
	owner_ended_func ended;
	gpointer data;
	gint64 hung_up_us;
};

/* --- Errors -------------------------------------------------------------------- */

static gboolean fail(GError **error, enum owner_error code, int ret, const gchar *what)
{
	if (ret)
		g_set_error(error, OWNER_ERROR, (gint)code, "%s: %s", what, g_strerror(-ret));
	else
		g_set_error(error, OWNER_ERROR, (gint)code, "%s", what);
	return FALSE;
}

static gboolean fail_device(GError **error, int ret, const gchar *device)
{
	switch (ret) {
	case -ENODEV:
	case -ENOENT:
		return fail(error, OWNER_ERROR_NO_DEVICE, 0,
			    "there is no miracast device; is the module loaded?");
	case -ENXIO:
		g_set_error(error, OWNER_ERROR, OWNER_ERROR_NO_DEVICE,
			    "%s belongs to another driver than miracast", device ? device : "it");
		return FALSE;
	case -EACCES:
	case -EPERM:
		return fail(error, OWNER_ERROR_NOT_PERMITTED, ret, "cannot open the device");
	default:
		return fail(error, OWNER_ERROR_FAILED, ret, "cannot open the device");
	}
}

static gboolean fail_create(GError **error, int ret)
{
	switch (ret) {
	case -EACCES:
	case -EPERM:
		return fail(error, OWNER_ERROR_NOT_PERMITTED, 0,
			    "no permission: a context shows what is on the screen, so it needs CAP_SYS_ADMIN, or miracast-broker");
	case -ESRCH:
		return fail(error, OWNER_ERROR_NO_MASTER, 0, "no compositor has the device yet");
	case -ENOENT:
		return fail(error, OWNER_ERROR_NO_TARGET, 0, "there is no such target");
	case -EBUSY:
		return fail(error, OWNER_ERROR_BUSY, 0,
			    "the target, or the memory or encoder that it needs, is in use");
	case -EINVAL:
	case -EOPNOTSUPP:
		return fail(error, OWNER_ERROR_BAD_LIMITS, 0,
			    "the device does not offer such modes, buffers or delivery");
	case -ENODEV:
		return fail(error, OWNER_ERROR_NO_DEVICE, 0, "the device is gone");
	default:
		return fail(error, OWNER_ERROR_FAILED, ret, "cannot create a context");
	}
}

static gboolean fail_step(GError **error, int ret, const gchar *what)
{
	if (ret == -ESTALE)
		return fail(error, OWNER_ERROR_ENDED, 0, "the context has ended");
	if (ret == -ENODEV)
		return fail(error, OWNER_ERROR_NO_DEVICE, 0, "the device is gone");
	if (ret == -EINVAL || ret == -EOPNOTSUPP || ret == -E2BIG)
		return fail(error, OWNER_ERROR_BAD_LIMITS, ret, what);
	return fail(error, OWNER_ERROR_FAILED, ret, what);
}

/* --- The context --------------------------------------------------------------- */

static void fill(const struct owner_options *options, const struct drm_miracast_query_caps *caps,
		 struct drm_miracast_create_context *want)
{
	static const struct mc_monitor usual = {
		.modes = { { .width = 1920, .height = 1080, .refresh_mhz = 60000 } },
		.mode_count = 1,
	};

	memset(want, 0, sizeof(*want));
	want->flags = options->flags;
	/* The control file is needed to pin the context to a compositor that starts later. */
	if (!(options->flags & DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER))
		want->flags |= DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	want->delivery = options->delivery ? options->delivery : DRM_MIRACAST_DELIVERY_COPY;
	if (want->delivery == DRM_MIRACAST_DELIVERY_COPY) {
		want->format = options->format ? options->format : DRM_FORMAT_XRGB8888;
		want->buffer_count = options->buffers ? options->buffers : DEFAULT_BUFFERS;
		want->parts = 1;
	}
	mc_monitor_limits(options->monitor ? options->monitor : &usual, caps, want);
	/* Modes that the device cannot do are left out of the monitor's modes. */
	if (caps->max_width) {
		want->max_width = MIN(want->max_width, caps->max_width);
		want->max_height = MIN(want->max_height, caps->max_height);
		want->max_refresh_mhz = MIN(want->max_refresh_mhz, caps->max_refresh_mhz);
	}
}

/*
 * The card is opened only when sysfs does not have it: that could make this process DRM
 * master.
 */
static int find_connector(const struct mc_device *node, guint32 card, const gchar *name,
			  guint32 *id)
{
	struct mc_connector list[MAX_CONNECTORS], found;
	struct mc_device opened;
	gboolean known = FALSE;
	int count = mc_connectors_of_card(card, list, MAX_CONNECTORS);
	int ret;

	for (int nth = 0; nth < MIN(count, MAX_CONNECTORS); nth++) {
		known |= list[nth].id != 0;
		if (!list[nth].id || !mc_connector_named(&list[nth], name))
			continue;
		*id = list[nth].id;
		return 0;
	}
	if (known)
		return -ENOENT;
	ret = mc_device_open_card(node, &opened);
	if (ret)
		return ret;
	ret = mc_connector_find(opened.fd, name, &found);
	mc_device_close(&opened);
	if (!ret)
		*id = found.id;
	return ret;
}

static gboolean find_target(const struct mc_device *node,
			    const struct drm_miracast_query_caps *caps, const gchar *name,
			    guint32 *id, GError **error)
{
	guint64 number;
	int ret;

	if (!name)
		return TRUE;
	/* Without the device there is no list, but a number needs none. */
	if (node->fd < 0 && g_ascii_string_to_unsigned(name, 10, 1, G_MAXUINT32, &number, NULL)) {
		*id = (guint32)number;
		return TRUE;
	}
	if (node->fd < 0)
		return fail(error, OWNER_ERROR_NOT_PERMITTED, 0,
			    "without permission to open the device, a target needs its number");
	ret = find_connector(node, caps->card_minor, name, id);
	if (!ret)
		return TRUE;
	if (ret != -ENOENT)
		return fail_device(error, ret, NULL);
	g_set_error(error, OWNER_ERROR, OWNER_ERROR_NO_TARGET,
		    "the device has no target %s; see miracastctl list", name);
	return FALSE;
}

static gboolean ask_broker(struct owner *owner, const struct owner_options *options,
			   const struct drm_miracast_create_context *want,
			   GCancellable *cancellable, GError **error)
{
	const guint32 offered = DRM_MIRACAST_CONTEXT_FLAG_CONTROL |
				DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA |
				DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	GError *why = NULL;
	int fd = -1, ret;

	if (want->flags & ~offered || want->delivery != DRM_MIRACAST_DELIVERY_COPY)
		return fail(error, OWNER_ERROR_NOT_PERMITTED, 0,
			    "no permission: miracast-broker gives copies of pictures only");
	owner->broker = broker_create(want, cancellable, &fd, &why);
	if (!owner->broker) {
		/* Who asks for the broker alone has not been refused anything before. */
		if (options->broker == OWNER_BROKER_AUTO &&
		    g_error_matches(why, OWNER_ERROR, OWNER_ERROR_NO_BROKER))
			g_prefix_error(&why, "no permission, and ");
		g_propagate_error(error, why);
		return FALSE;
	}
	ret = mc_context_adopt(fd, &owner->context);
	if (!ret)
		return TRUE;
	close(fd);
	return fail(error, OWNER_ERROR_FAILED, ret, "cannot take the context of miracast-broker");
}

static gboolean create(struct owner *owner, const struct owner_options *options,
		       struct mc_device *node, GCancellable *cancellable, GError **error)
{
	struct drm_miracast_query_caps caps = { 0 };
	struct drm_miracast_create_context want;
	int ret = node->fd < 0 ? 0 : mc_device_caps(node, &caps);

	if (ret)
		return fail_device(error, ret, options->device);
	fill(options, &caps, &want);
	if (node->fd >= 0 && want.format == DRM_FORMAT_NV12 && !(caps.caps & DRM_MIRACAST_CAP_NV12))
		return fail(error, OWNER_ERROR_BAD_LIMITS, 0, "the device does not offer NV12");
	if (!find_target(node, &caps, options->target, &want.connector_id, error))
		return FALSE;
	ret = -EACCES;
	if (node->fd >= 0 && options->broker != OWNER_BROKER_ALWAYS)
		ret = mc_context_create(node->fd, &want, &owner->context);
	if ((ret == -EACCES || ret == -EPERM) && options->broker != OWNER_BROKER_NEVER)
		return ask_broker(owner, options, &want, cancellable, error);
	return ret ? fail_create(error, ret) : TRUE;
}

/*
 * The broker may have permissions that the caller lacks, who perhaps cannot even see the
 * device. So a missing device is reported only when there is no broker either.
 */
static gboolean make_without(struct owner *owner, const struct owner_options *options, int ret,
			     GCancellable *cancellable, GError **error)
{
	struct mc_device none = { .fd = -1 };
	GError *why = NULL;

	if (create(owner, options, &none, cancellable, &why))
		return TRUE;
	if (g_error_matches(why, OWNER_ERROR, OWNER_ERROR_NO_BROKER) &&
	    options->broker == OWNER_BROKER_AUTO) {
		g_error_free(why);
		return fail_device(error, ret, options->device);
	}
	g_propagate_error(error, why);
	return FALSE;
}

static gboolean make(struct owner *owner, const struct owner_options *options,
		     GCancellable *cancellable, GError **error)
{
	struct mc_device node = { .fd = -1 };
	int ret = mc_device_open_node(options->device, &node);
	gboolean named = options->device && ret != -EACCES && ret != -EPERM;
	gboolean made;

	if (ret && !named && options->broker != OWNER_BROKER_NEVER)
		return make_without(owner, options, ret, cancellable, error);
	if (ret)
		return fail_device(error, ret, options->device);
	made = create(owner, options, &node, cancellable, error);
	mc_device_close(&node);
	return made;
}

static gboolean adopt(struct owner *owner, int fd, GError **error)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	int ret = own < 0 ? -errno : mc_context_adopt(own, &owner->context);
	int flags = fcntl(fd, F_GETFL);

	if (!ret) {
		owner->blocked = flags >= 0 && !(flags & O_NONBLOCK);
		return TRUE;
	}
	if (own >= 0)
		close(own);
	if (ret == -ESTALE)
		return fail(error, OWNER_ERROR_ENDED, 0, "the context has ended");
	return fail(error, OWNER_ERROR_BAD_FILE, ret, "the file is no context");
}

static gboolean listen_to(struct owner *owner, GError **error)
{
	int ret = mc_query_context(owner->context.fd, &owner->info);

	if (!ret && !g_unix_set_fd_nonblocking(owner->context.fd, TRUE, NULL))
		ret = -EBADF;
	return ret ? fail_step(error, ret, "cannot listen to the context") : TRUE;
}

struct owner *owner_open(const struct owner_options *options, GCancellable *cancellable,
			 GError **error)
{
	struct owner *owner = g_new0(struct owner, 1);
	gboolean open;

	owner->references = 1;
	owner->context.fd = -1;
	owner->context.control_fd = -1;
	open = options->fd >= 0 ? adopt(owner, options->fd, error) :
				  make(owner, options, cancellable, error);
	if (open && listen_to(owner, error)) {
		owner_follow(owner);
		return owner;
	}
	owner_unref(owner);
	return NULL;
}

struct owner *owner_ref(struct owner *owner)
{
	g_atomic_int_inc(&owner->references);
	return owner;
}

void owner_unref(struct owner *owner)
{
	if (!owner || !g_atomic_int_dec_and_test(&owner->references))
		return;
	/* O_NONBLOCK belongs to the open file, not to a descriptor. */
	if (owner->blocked)
		g_unix_set_fd_nonblocking(owner->context.fd, FALSE, NULL);
	mc_context_close(&owner->context);
	broker_leave(owner->broker);
	g_free(owner);
}

const struct mc_context *owner_context(const struct owner *owner)
{
	return &owner->context;
}

const struct drm_miracast_context_info *owner_info(const struct owner *owner)
{
	return &owner->info;
}

gboolean owner_is_of_broker(const struct owner *owner)
{
	return !!owner->broker;
}

/* --- The monitor --------------------------------------------------------------- */

gboolean owner_arrive(struct owner *owner, const struct mc_monitor *monitor, GError **error)
{
	uint64_t session;
	int started = mc_start_session(&owner->context, &session), ret;

	if (started && started != -EALREADY)
		return fail_step(error, started, "cannot start a session");
	ret = mc_monitor_arrive(&owner->context, monitor);
	if (!ret)
		return TRUE;
	/* A context that was handed over is restored. */
	if (!started)
		mc_stop_session(&owner->context);
	return fail_step(error, ret, "cannot announce the monitor");
}

gboolean owner_depart(struct owner *owner, GError **error)
{
	int ret = mc_monitor_depart(&owner->context);

	return ret && ret != -ENOTCONN ? fail_step(error, ret, "cannot take the monitor away") :
					 TRUE;
}

gboolean owner_stop(struct owner *owner, GError **error)
{
	int ret = mc_stop_session(&owner->context);

	return ret && ret != -ENOTCONN ? fail_step(error, ret, "cannot end the session") : TRUE;
}

/* A master that changes meanwhile is reported by poll() once more. */
void owner_follow(struct owner *owner)
{
	uint64_t master;

	if (owner->context.control_fd >= 0)
		mc_pin_current(&owner->context, &master);
}

int owner_follow_fd(const struct owner *owner)
{
	return owner->context.control_fd;
}

/* --- The end ------------------------------------------------------------------- */

/* NULL while it has not ended; the reason can be missing. */
static GError *ended(struct owner *owner, gint64 wait_us)
{
	struct drm_miracast_context_info info;
	const gchar *reason = NULL;
	int ret = mc_query_context(owner->context.fd, &info);

	if (ret != -ESTALE && ret != -ENODEV)
		return NULL;
	if (owner->broker)
		reason = broker_reason(owner->broker, wait_us);
	/* The broker ends the context of a device that is gone, too. */
	if (ret == -ENODEV || !g_strcmp0(reason, MC_REASON_DEVICE_GONE))
		return g_error_new(OWNER_ERROR, OWNER_ERROR_NO_DEVICE, "the device is gone");
	if (reason)
		return g_error_new(OWNER_ERROR, OWNER_ERROR_ENDED,
				   "miracast-broker has ended the context: %s",
				   reason_text(reason));
	return g_error_new(OWNER_ERROR, OWNER_ERROR_ENDED, "the context was ended");
}

GError *owner_ended(struct owner *owner)
{
	return ended(owner, REASON_WAIT_US);
}

static gboolean on_hang_up(gint fd, GIOCondition condition, gpointer data);

static void drop(gpointer owner)
{
	owner_unref(owner);
}

/* A thread that drops its reference meanwhile must not take the owner from the source. */
static void wait_for(struct owner *owner, GSource *source, GSourceFunc func, GMainContext *context)
{
	owner->watch = source;
	g_source_set_callback(source, func, owner_ref(owner), drop);
	g_source_attach(source, context);
}

static void forget(struct owner *owner)
{
	GSource *watch = g_steal_pointer(&owner->watch);

	if (!watch)
		return;
	g_source_destroy(watch);
	g_source_unref(watch);
}

/* The main loop must not block until the broker gives the reason, so this is called again. */
static gboolean report_end(gpointer data)
{
	struct owner *owner = data;
	gboolean late = g_get_monotonic_time() - owner->hung_up_us >= REASON_WAIT_US;
	owner_ended_func func = owner->ended;
	GError *why;

	if (owner->broker && !late && !broker_reason(owner->broker, 0))
		return G_SOURCE_CONTINUE;
	why = ended(owner, 0);
	if (!why)
		why = g_error_new(OWNER_ERROR, OWNER_ERROR_ENDED, "the context was ended");
	/* The source's reference lasts until this returns. */
	forget(owner);
	func(owner, why, owner->data);
	g_error_free(why);
	return G_SOURCE_REMOVE;
}

static gboolean on_hang_up(gint fd, GIOCondition condition, gpointer data)
{
	struct owner *owner = data;
	/* While a source is dispatched its context is not the thread's default. */
	GMainContext *context = g_source_get_context(owner->watch);

	(void)fd;
	(void)condition;
	owner->hung_up_us = g_get_monotonic_time();
	forget(owner);
	wait_for(owner, g_timeout_source_new(owner->broker ? REASON_STEP_MS : 0), report_end,
		 context);
	return G_SOURCE_REMOVE;
}

void owner_watch(struct owner *owner, owner_ended_func func, gpointer data)
{
	GSource *source;

	forget(owner);
	owner->ended = func;
	owner->data = data;
	if (!func)
		return;
	source = g_unix_fd_source_new(owner->context.fd, G_IO_HUP | G_IO_ERR);
	/* Sources of file descriptors have another type of callback. */
	wait_for(owner, source, G_SOURCE_FUNC(on_hang_up), g_main_context_get_thread_default());
}
