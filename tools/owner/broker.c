// SPDX-License-Identifier: MIT
#include "broker.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>

#include "../broker/broker1.h"
#include "owner_error.h"

/* The broker asks other services, which may have to be started. */
#define TIMEOUT_US (60 * G_USEC_PER_SEC)

/* One that ends has its name for a moment yet; then the bus starts the next. */
#define AGAIN_US (G_USEC_PER_SEC / 10)

#define BUS_NAME "org.freedesktop.DBus"
#define ANSWER G_VARIANT_TYPE("(husa{sv})")
#define REVOKED_MATCH                                                                              \
	"type='signal',sender='" MC_BROKER_NAME "',path='" MC_BROKER_PATH                          \
	"',interface='" MC_BROKER_INTERFACE "',member='Revoked'"

struct broker {
	gint references; /* the filter holds one until the bus has let go of it */
	GDBusConnection *bus;
	guint filter;
	gint64 end_us; /* of the wait for it, in all */
	GMutex lock;
	GCond changed;
	/* Guarded by the lock; each is written once. */
	guint32 id;
	const gchar *reason;
};

static void let_go(gpointer data)
{
	struct broker *broker = data;

	if (!g_atomic_int_dec_and_test(&broker->references))
		return;
	g_clear_object(&broker->bus);
	g_mutex_clear(&broker->lock);
	g_cond_clear(&broker->changed);
	g_free(broker);
}

/*
 * The answer, before whoever waits for it: by then a signal about this context may have
 * come as well.
 */
static void see_answer(struct broker *broker, GVariant *body)
{
	if (!g_variant_is_of_type(body, ANSWER))
		return;
	g_mutex_lock(&broker->lock);
	if (!broker->id)
		g_variant_get_child(body, 1, "u", &broker->id);
	g_mutex_unlock(&broker->lock);
}

static void see_revoked(struct broker *broker, GVariant *body)
{
	const gchar *reason;
	guint32 id;

	if (!g_variant_is_of_type(body, G_VARIANT_TYPE("(usa{sv})")))
		return;
	g_variant_get(body, "(u&s@a{sv})", &id, &reason, NULL);
	g_mutex_lock(&broker->lock);
	if (id == broker->id && !broker->reason) {
		broker->reason = g_intern_string(reason);
		g_cond_broadcast(&broker->changed);
	}
	g_mutex_unlock(&broker->lock);
}

/*
 * In GDBus' own thread, so that no main loop is needed, and in the order of the bus. A
 * forged signal could name a wrong reason; whether the context has ended is the driver's
 * to say.
 */
static GDBusMessage *see(GDBusConnection *bus, GDBusMessage *message, gboolean incoming,
			 gpointer data)
{
	GDBusMessageType type = g_dbus_message_get_message_type(message);
	GVariant *body = g_dbus_message_get_body(message);

	(void)bus;
	if (!incoming || !body)
		return message;
	if (type == G_DBUS_MESSAGE_TYPE_METHOD_RETURN)
		see_answer(data, body);
	else if (type == G_DBUS_MESSAGE_TYPE_SIGNAL &&
		 !g_strcmp0(g_dbus_message_get_member(message), "Revoked") &&
		 !g_strcmp0(g_dbus_message_get_interface(message), MC_BROKER_INTERFACE))
		see_revoked(data, body);
	return message;
}

static gint code_of(const gchar *name)
{
	static const struct {
		const gchar *name;
		enum owner_error code;
	} known[] = {
		{ "org.freedesktop.DBus.Error.ServiceUnknown", OWNER_ERROR_NO_BROKER },
		{ "org.freedesktop.DBus.Error.NameHasNoOwner", OWNER_ERROR_NO_BROKER },
		{ "org.freedesktop.DBus.Error.AccessDenied", OWNER_ERROR_NOT_PERMITTED },
		{ "org.freedesktop.DBus.Error.InvalidArgs", OWNER_ERROR_BAD_LIMITS },
		{ MC_BROKER_ERROR("NotActive"), OWNER_ERROR_NOT_ACTIVE },
		{ MC_BROKER_ERROR("NoSession"), OWNER_ERROR_NOT_ACTIVE },
		{ MC_BROKER_ERROR("NoDevice"), OWNER_ERROR_NO_DEVICE },
		{ MC_BROKER_ERROR("NoConnector"), OWNER_ERROR_NO_TARGET },
		{ MC_BROKER_ERROR("NotReady"), OWNER_ERROR_NO_MASTER },
		{ MC_BROKER_ERROR("Busy"), OWNER_ERROR_BUSY },
		{ MC_BROKER_ERROR("Restarting"), OWNER_ERROR_BUSY },
		{ MC_BROKER_ERROR("QuotaExceeded"), OWNER_ERROR_QUOTA },
	};

	for (gsize nth = 0; nth < G_N_ELEMENTS(known); nth++)
		if (!g_strcmp0(known[nth].name, name))
			return (gint)known[nth].code;
	/* It is there, but cannot be started; the second is that of a unit that is masked. */
	if (g_str_has_prefix(name, "org.freedesktop.DBus.Error.Spawn.") ||
	    g_str_has_prefix(name, "org.freedesktop.systemd1."))
		return OWNER_ERROR_NO_BROKER;
	return OWNER_ERROR_BROKER_FAILED;
}

/* In our words, unless the caller has cancelled it. */
static void translate(GError **error, gboolean joined)
{
	gboolean late = g_error_matches(*error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
	gint code = OWNER_ERROR_BROKER_FAILED;
	gchar *name;

	if (g_error_matches(*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	name = g_dbus_error_get_remote_error(*error);
	if (!joined)
		code = OWNER_ERROR_NO_BROKER;
	else if (name)
		code = code_of(name);
	g_dbus_error_strip_remote_error(*error);
	(*error)->domain = OWNER_ERROR;
	(*error)->code = code;
	if (code == OWNER_ERROR_NO_BROKER)
		g_prefix_error(error, "miracast-broker cannot be reached: ");
	else
		g_prefix_error(error, "miracast-broker%s: ", late ? " does not answer" : "");
	g_free(name);
}

static GVariant *limits(const struct drm_miracast_create_context *want)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE("(a{sv})"));
	g_variant_builder_open(&builder, G_VARIANT_TYPE("a{sv}"));
	g_variant_builder_add(&builder, "{sv}", "width", g_variant_new_uint32(want->max_width));
	g_variant_builder_add(&builder, "{sv}", "height", g_variant_new_uint32(want->max_height));
	g_variant_builder_add(&builder, "{sv}", "refresh-mhz",
			      g_variant_new_uint32(want->max_refresh_mhz));
	g_variant_builder_add(&builder, "{sv}", "macroblock-rate",
			      g_variant_new_uint64(want->max_macroblock_rate));
	g_variant_builder_add(&builder, "{sv}", "buffers",
			      g_variant_new_uint32(want->buffer_count));
	g_variant_builder_add(&builder, "{sv}", "parts", g_variant_new_uint32(want->parts));
	g_variant_builder_add(&builder, "{sv}", "connector-id",
			      g_variant_new_uint32(want->connector_id));
	g_variant_builder_add(&builder, "{sv}", "format",
			      g_variant_new_string(want->format == DRM_FORMAT_NV12 ? "NV12" :
										     "XRGB8888"));
	/* These limits are sent only when they are set: older brokers do not know them. */
	if (want->flags & DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA)
		g_variant_builder_add(&builder, "{sv}", "cursor-metadata",
				      g_variant_new_boolean(TRUE));
	if (want->flags & DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS)
		g_variant_builder_add(&builder, "{sv}", "owner-buffers",
				      g_variant_new_boolean(TRUE));
	g_variant_builder_close(&builder);
	return g_variant_builder_end(&builder);
}

static gint left_ms(const struct broker *broker)
{
	gint64 left = (broker->end_us - g_get_monotonic_time()) / 1000;

	/* 0 would time out at once, and a negative value is the default timeout. */
	return (gint)MAX(left, 1);
}

static gboolean join_bus(struct broker *broker, GCancellable *cancellable, GError **error)
{
	gchar *address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, cancellable, error);
	GVariant *answer;

	/*
	 * A private connection: the context ends with it, and a shared one would never be
	 * closed.
	 */
	if (address)
		broker->bus = g_dbus_connection_new_for_address_sync(
			address,
			G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
				G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
			NULL, cancellable, error);
	g_free(address);
	if (!broker->bus)
		return FALSE;
	g_atomic_int_inc(&broker->references);
	broker->filter = g_dbus_connection_add_filter(broker->bus, see, broker, let_go);
	answer = g_dbus_connection_call_sync(broker->bus, BUS_NAME, "/org/freedesktop/DBus",
					     BUS_NAME, "AddMatch",
					     g_variant_new("(s)", REVOKED_MATCH), NULL,
					     G_DBUS_CALL_FLAGS_NONE, left_ms(broker), cancellable,
					     error);
	if (!answer)
		return FALSE;
	g_variant_unref(answer);
	return TRUE;
}

static gboolean take(GVariant *answer, GUnixFDList *files, int *fd, GError **error)
{
	gint32 handle;

	g_variant_get_child(answer, 0, "h", &handle);
	*fd = files ? g_unix_fd_list_get(files, handle, error) : -1;
	if (!files)
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the answer has no file");
	return *fd >= 0;
}

static gboolean call_once(struct broker *broker, const struct drm_miracast_create_context *want,
			  GCancellable *cancellable, int *fd, GError **error)
{
	GUnixFDList *files = NULL;
	gboolean good = FALSE;
	GVariant *answer = g_dbus_connection_call_with_unix_fd_list_sync(
		broker->bus, MC_BROKER_NAME, MC_BROKER_PATH, MC_BROKER_INTERFACE, "CreateContext",
		limits(want), ANSWER, G_DBUS_CALL_FLAGS_NONE, left_ms(broker),
		NULL, &files, cancellable, error);

	if (answer) {
		good = take(answer, files, fd, error);
		g_variant_unref(answer);
	}
	g_clear_object(&files);
	return good;
}

static gboolean is_restarting(const struct broker *broker, const GError *why)
{
	gchar *name = g_dbus_error_get_remote_error(why);
	gboolean is = !g_strcmp0(name, MC_BROKER_ERROR("Restarting")) &&
		      g_get_monotonic_time() < broker->end_us;

	g_free(name);
	return is;
}

/* A broker that is about to end answers that it is, and has done nothing. */
static gboolean call(struct broker *broker, const struct drm_miracast_create_context *want,
		     GCancellable *cancellable, int *fd, GError **error)
{
	while (!call_once(broker, want, cancellable, fd, error)) {
		if (!is_restarting(broker, *error))
			return FALSE;
		g_clear_error(error);
		g_usleep(AGAIN_US);
	}
	return TRUE;
}

struct broker *broker_create(const struct drm_miracast_create_context *want,
			     GCancellable *cancellable, int *fd, GError **error)
{
	struct broker *broker = g_new0(struct broker, 1);
	gboolean joined;
	GError *why = NULL;

	broker->references = 1;
	broker->end_us = g_get_monotonic_time() + TIMEOUT_US;
	g_mutex_init(&broker->lock);
	g_cond_init(&broker->changed);
	joined = join_bus(broker, cancellable, &why);
	if (joined && call(broker, want, cancellable, fd, &why))
		return broker;
	translate(&why, joined);
	g_propagate_error(error, why);
	broker_leave(broker);
	return NULL;
}

void broker_leave(struct broker *broker)
{
	if (!broker)
		return;
	if (broker->bus) {
		g_dbus_connection_close_sync(broker->bus, NULL, NULL);
		g_dbus_connection_remove_filter(broker->bus, broker->filter);
	}
	let_go(broker);
}

const gchar *broker_reason(struct broker *broker, gint64 wait_us)
{
	gint64 end = g_get_monotonic_time() + wait_us;
	const gchar *reason;

	g_mutex_lock(&broker->lock);
	while (!broker->reason && wait_us > 0 &&
	       g_cond_wait_until(&broker->changed, &broker->lock, end))
		;
	reason = broker->reason;
	g_mutex_unlock(&broker->lock);
	return reason;
}
