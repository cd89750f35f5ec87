// SPDX-License-Identifier: MIT
#include "bus.h"

#define TIMEOUT_MS	5000

GVariant *bus_call(const char *name, const char *path, const char *interface, const char *method,
		   GVariant *arguments, const char *type)
{
	GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, NULL);
	GError *error = NULL;
	GVariant *answer;

	if (!bus) {
		if (arguments)
			g_variant_unref(g_variant_ref_sink(arguments));
		return NULL;
	}
	g_dbus_connection_set_exit_on_close(bus, FALSE);
	answer = g_dbus_connection_call_sync(bus, name, path, interface, method, arguments,
					     G_VARIANT_TYPE(type), G_DBUS_CALL_FLAGS_NO_AUTO_START,
					     TIMEOUT_MS, NULL, &error);
	if (error)
		g_debug("%s: %s", method, error->message);
	g_clear_error(&error);
	g_object_unref(bus);
	return answer;
}

static GVariant *call_daemon(const char *method, GVariant *arguments, const char *type)
{
	return bus_call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
			method, arguments, type);
}

bool bus_has_owner(const char *name)
{
	GVariant *answer = call_daemon("NameHasOwner", g_variant_new("(s)", name), "(b)");
	gboolean owned = FALSE;

	if (answer)
		g_variant_get(answer, "(b)", &owned);
	g_clear_pointer(&answer, g_variant_unref);
	return owned;
}

bool bus_can_start(const char *name)
{
	GVariant *answer = call_daemon("ListActivatableNames", NULL, "(as)");
	const char **names = NULL;
	bool found;

	if (answer)
		g_variant_get(answer, "(^a&s)", &names);
	found = names && g_strv_contains(names, name);
	g_free(names);
	g_clear_pointer(&answer, g_variant_unref);
	return found;
}
