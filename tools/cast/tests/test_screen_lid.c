// SPDX-License-Identifier: MIT
/* The lid of a notebook, while the screen that is a monitor of the driver is lit. */
#include <drm_fourcc.h>
#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "screenbench.h"

/* logind's, as far as a lock goes. Its end of each lock says when that is let go. */
static struct {
	GDBusConnection *bus;
	unsigned int asked, held;	/* locks: in all, and at present */
	bool refuses, waits;
	GDBusMethodInvocation *waiting;
	char *what;
} logind;

static gboolean on_let_go(gint fd, GIOCondition condition, gpointer user)
{
	(void)condition;
	(void)user;
	close(fd);
	logind.held--;
	return G_SOURCE_REMOVE;
}

static void give_lock(GDBusMethodInvocation *call)
{
	GUnixFDList *files = g_unix_fd_list_new();
	int ends[2];

	if (!g_unix_open_pipe(ends, FD_CLOEXEC, NULL))
		g_error("no pipe");
	g_unix_fd_list_append(files, ends[1], NULL);
	close(ends[1]);
	logind.held++;
	g_unix_fd_add(ends[0], G_IO_HUP, on_let_go, NULL);
	g_dbus_method_invocation_return_value_with_unix_fd_list(call, g_variant_new("(h)", 0),
								files);
	g_object_unref(files);
}

static void on_inhibit(GDBusConnection *bus, const gchar *sender, const gchar *path,
		       const gchar *interface, const gchar *method, GVariant *arguments,
		       GDBusMethodInvocation *call, gpointer user)
{
	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)method;
	(void)user;
	logind.asked++;
	g_free(logind.what);
	logind.what = g_variant_print(arguments, FALSE);
	if (logind.refuses)
		g_dbus_method_invocation_return_dbus_error(
			call, "org.freedesktop.DBus.Error.AccessDenied", "not now");
	else if (logind.waits)
		logind.waiting = call;
	else
		give_lock(call);
}

static bool start_logind(GTestDBus **daemon)
{
	static const GDBusInterfaceVTable table = { .method_call = on_inhibit };
	GDBusNodeInfo *info = g_dbus_node_info_new_for_xml(
		"<node><interface name='org.freedesktop.login1.Manager'><method name='Inhibit'>"
		"<arg type='s' direction='in'/><arg type='s' direction='in'/>"
		"<arg type='s' direction='in'/><arg type='s' direction='in'/>"
		"<arg type='h' direction='out'/></method></interface></node>", NULL);
	GVariant *answer;

	*daemon = g_test_dbus_new(G_TEST_DBUS_NONE);
	g_test_dbus_up(*daemon);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address(*daemon), TRUE);
	logind.bus = g_dbus_connection_new_for_address_sync(
		g_test_dbus_get_bus_address(*daemon),
		G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
		G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, NULL);
	if (!logind.bus)
		return false;
	g_dbus_connection_register_object(logind.bus, "/org/freedesktop/login1",
					  info->interfaces[0], &table, NULL, NULL, NULL);
	g_dbus_node_info_unref(info);
	answer = g_dbus_connection_call_sync(
		logind.bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus", "RequestName",
		g_variant_new("(su)", "org.freedesktop.login1", 4), NULL, G_DBUS_CALL_FLAGS_NONE,
		-1, NULL, NULL);
	g_clear_pointer(&answer, g_variant_unref);
	return true;
}

/* Return: whether there come to be so many locks. */
static bool locks(unsigned int wanted)
{
	gint64 end = g_get_monotonic_time() + PATIENCE_MS * 1000;

	while (logind.held != wanted && g_get_monotonic_time() < end)
		if (!g_main_context_iteration(NULL, FALSE))
			g_usleep(1000);
	return logind.held == wanted;
}

static void test_lid(void)
{
	GTestDBus *daemon;
	char *program = g_find_program_in_path("dbus-daemon");

	if (!program) {
		printf("# no dbus-daemon: the lid is left out\n");
		return;
	}
	g_free(program);
	if (!start_logind(&daemon)) {
		check(false, "a bus for logind");
		return;
	}
	bench_begin(DRM_FORMAT_NV12, "TV");
	FAKE_REACHES(bench.fake, arrivals, 1);
	bench_settle();
	check(!logind.asked, "a monitor that is dark leaves the lid alone");
	bench_take_mode();
	check(locks(1) && strstr(logind.what, "'handle-lid-switch'") &&
	      strstr(logind.what, "'block'"), "while it is lit, the lid does not suspend");
	fake_power(bench.fake, 0);
	check(bench_reaches(&bench.powers, 1) && locks(0), "switched off, it does");
	fake_power(bench.fake, 1);
	check(bench_reaches(&bench.powers, 2) && locks(1), "switched on, it does not");
	fake_mode_set(bench.fake, 640, 480, 60000);
	bench_reaches(&bench.modes, 2);
	screen_miracast.answer_mode(bench.screen, 640, 480, 60, true);
	bench_settle();
	check(logind.held == 1, "another mode changes nothing");
	fake_end(bench.fake, -ESTALE);
	check(bench_reaches(&bench.departures, 1) && locks(0), "a monitor that is gone lets go");
	bench_end();

	bench_begin(DRM_FORMAT_NV12, "TV");
	bench_take_mode();
	check(locks(1), "another cast has a lock of its own");
	bench_end();
	check(locks(0), "that goes with the cast");

	logind.waits = true;
	logind.asked = 0;
	bench_begin(DRM_FORMAT_NV12, "TV");
	bench_take_mode();
	bench_reaches(&logind.asked, 1);
	bench_end();
	if (logind.waiting)
		give_lock(logind.waiting);
	check(logind.asked == 1 && locks(0), "a lock that comes after the end is let go");
	logind.waits = false;
	logind.refuses = true;
	bench_begin(DRM_FORMAT_NV12, "TV");
	bench_take_mode();
	bench_reaches(&logind.asked, 2);
	bench_settle();
	check(!bench.departures, "without a lock the cast goes on");
	logind.refuses = false;
	fake_mode_set(bench.fake, 640, 480, 60000);
	bench_reaches(&bench.modes, 2);
	screen_miracast.answer_mode(bench.screen, 640, 480, 60, true);
	check(locks(1), "and with the next mode the lock is asked for again");
	fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	bench_reaches(&bench.modes, 3);
	screen_miracast.answer_mode(bench.screen, WIDTH, HEIGHT, 60, true);
	bench_settle();
	check(logind.asked == 3, "but not once it is there");
	bench_end();
	g_object_unref(logind.bus);
	g_free(logind.what);
	g_test_dbus_stop(daemon);
	g_object_unref(daemon);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
}

int main(int argc, char **argv)
{
	bench_init(&argc, &argv);
	test_lid();
	gst_deinit();
	return check_result();
}
