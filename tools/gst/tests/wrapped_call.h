/* SPDX-License-Identifier: MIT */
/*
 * What the linker puts in the place of GDBus' call in test_src_broker, as in wrapped.h.
 */
#ifndef WRAPPED_CALL_H
#define WRAPPED_CALL_H

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

GVariant *__real_g_dbus_connection_call_with_unix_fd_list_sync(
	GDBusConnection *bus, const gchar *name, const gchar *path, const gchar *interface,
	const gchar *method, GVariant *arguments, const GVariantType *type, GDBusCallFlags flags,
	gint timeout_ms, GUnixFDList *files, GUnixFDList **answered, GCancellable *cancellable,
	GError **error);
GVariant *__wrap_g_dbus_connection_call_with_unix_fd_list_sync(
	GDBusConnection *bus, const gchar *name, const gchar *path, const gchar *interface,
	const gchar *method, GVariant *arguments, const GVariantType *type, GDBusCallFlags flags,
	gint timeout_ms, GUnixFDList *files, GUnixFDList **answered, GCancellable *cancellable,
	GError **error);

#endif
