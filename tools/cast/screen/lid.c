// SPDX-License-Identifier: MIT
#include "screen/lid.h"

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

struct lid {
	GCancellable *asking;	/* while logind is asked; what is cancelled has no lid any more */
	gint lock;		/* a file that is the lock while it is open, -1: none */
};

static void let_go(struct lid *lid)
{
	if (lid->asking)
		g_cancellable_cancel(lid->asking);
	g_clear_object(&lid->asking);
	if (lid->lock >= 0)
		close(lid->lock);
	lid->lock = -1;
}

/* Return: whether the lid is still there. */
static bool is_done(struct lid *lid, GError *error)
{
	bool gone = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

	if (error)
		g_debug("lid: %s", error->message);
	if (error && !gone)
		g_clear_object(&lid->asking);
	g_clear_error(&error);
	return !gone;
}

static void on_lock(GObject *bus, GAsyncResult *result, gpointer user)
{
	GUnixFDList *files = NULL;
	struct lid *lid = user;
	GError *error = NULL;
	gint32 index = 0;
	GVariant *answer;

	answer = g_dbus_connection_call_with_unix_fd_list_finish(G_DBUS_CONNECTION(bus), &files,
								 result, &error);
	if (!answer) {
		is_done(lid, error);
		return;
	}
	g_clear_object(&lid->asking);
	g_variant_get(answer, "(h)", &index);
	if (files && index >= 0 && index < g_unix_fd_list_get_length(files))
		lid->lock = g_unix_fd_list_get(files, index, &error);
	is_done(lid, error);
	g_clear_object(&files);
	g_variant_unref(answer);
}

static void on_bus(GObject *source, GAsyncResult *result, gpointer user)
{
	GError *error = NULL;
	GDBusConnection *bus = g_bus_get_finish(result, &error);
	struct lid *lid = user;

	(void)source;
	if (!bus) {
		is_done(lid, error);
		return;
	}
	/* That the bus ends is no reason for the cast to. */
	g_dbus_connection_set_exit_on_close(bus, FALSE);
	g_dbus_connection_call_with_unix_fd_list(
		bus, "org.freedesktop.login1", "/org/freedesktop/login1",
		"org.freedesktop.login1.Manager", "Inhibit",
		g_variant_new("(ssss)", "handle-lid-switch", "miracast-cast",
			      "A Miracast display is in use", "block"),
		G_VARIANT_TYPE("(h)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, lid->asking, on_lock, lid);
	g_object_unref(bus);
}

void lid_hold(struct lid *lid, bool lit)
{
	if (!lit)
		return let_go(lid);
	if (lid->asking || lid->lock >= 0)
		return;
	lid->asking = g_cancellable_new();
	g_bus_get(G_BUS_TYPE_SYSTEM, lid->asking, on_bus, lid);
}

struct lid *lid_new(void)
{
	struct lid *lid = g_new0(struct lid, 1);

	lid->lock = -1;
	return lid;
}

void lid_free(struct lid *lid)
{
	if (!lid)
		return;
	let_go(lid);
	g_free(lid);
}
