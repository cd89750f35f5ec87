// SPDX-License-Identifier: MIT
/*
 * How miracastsrc, and owners, get a context from the broker, and what they say when they
 * do not.
 */
#include <drm_fourcc.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "device.h"
#include "harness.h"
#include "owner.h"
#include "srcbench.h"
#include "wrapped_call.h"

static const gchar broker_xml[] =
	"<node><interface name='org.miracast.Broker1'><method name='CreateContext'>"
	"<arg type='a{sv}' direction='in'/><arg type='h' direction='out'/>"
	"<arg type='u' direction='out'/><arg type='s' direction='out'/>"
	"<arg type='a{sv}' direction='out'/></method>"
	"<signal name='Revoked'><arg type='u'/><arg type='s'/><arg type='a{sv}'/></signal>"
	"</interface></node>";

/* The answer about context 7, which says of it what no owner knows yet. */
static GVariant *answer(void)
{
	return g_variant_new_parsed("(handle 0, uint32 7, 'Virtual-7', {'later': <'more'>})");
}

/* What happens to a call: nothing, its answer comes late, or it has 0.1 s. */
static enum { AS_IT_IS, LATE, SHORT } calls_are;

GVariant *__wrap_g_dbus_connection_call_with_unix_fd_list_sync(
	GDBusConnection *bus, const gchar *name, const gchar *path, const gchar *interface,
	const gchar *method, GVariant *arguments, const GVariantType *type, GDBusCallFlags flags,
	gint timeout_ms, GUnixFDList *files, GUnixFDList **answered, GCancellable *cancellable,
	GError **error)
{
	GVariant *answer = __real_g_dbus_connection_call_with_unix_fd_list_sync(
		bus, name, path, interface, method, arguments, type, flags,
		calls_are == SHORT ? 100 : timeout_ms, files, answered, cancellable, error);

	/* Whatever else the broker has sent is there then. */
	if (calls_are == LATE)
		g_usleep(G_USEC_PER_SEC / 2);
	return answer;
}

struct broker_bench {
	GTestDBus *daemon;
	GDBusConnection *bus;
	GMainContext *context;
	GMainLoop *loop;
	GThread *thread;
	struct fake *fake;
	const gchar *error;
	guint calls;
	gchar *format;
	guint left; /* callers that have left the bus */
	guint ready;
	guint ending; /* calls that come in the last moment of a broker */
	gboolean brief; /* the context ends as soon as it is there */
	gboolean empty; /* the answer has no file */
	gboolean silent; /* a call is not answered, but kept; */
	GDBusMethodInvocation *kept; /* atomic */
};

static void give_context(struct broker_bench *broker, GDBusMethodInvocation *call)
{
	GUnixFDList *files = g_unix_fd_list_new();

	g_unix_fd_list_append(files, broker->fake->context_fd, NULL);
	g_dbus_method_invocation_return_value_with_unix_fd_list(call, answer(), files);
	g_object_unref(files);
}

static void say_revoked(struct broker_bench *broker, guint32 id, const gchar *reason)
{
	g_dbus_connection_emit_signal(broker->bus, NULL, "/org/miracast/Broker1",
				      "org.miracast.Broker1", "Revoked",
				      g_variant_new_parsed("(%u, %s, {'later': <'more'>})", id,
							   reason),
				      NULL);
}

static void on_call(GDBusConnection *bus, const gchar *sender, const gchar *path,
		    const gchar *interface, const gchar *method, GVariant *arguments,
		    GDBusMethodInvocation *call, gpointer data)
{
	struct broker_bench *broker = data;
	GVariant *limits = g_variant_get_child_value(arguments, 0);

	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)method;
	broker->calls++;
	g_free(broker->format);
	broker->format = NULL;
	g_variant_lookup(limits, "format", "s", &broker->format);
	g_variant_unref(limits);
	if (broker->ending) {
		broker->ending--;
		g_dbus_method_invocation_return_dbus_error(call, "org.miracast.Error.Restarting",
							   "no");
		return;
	}
	if (broker->error) {
		g_dbus_method_invocation_return_dbus_error(call, broker->error, "no");
		return;
	}
	if (broker->silent)
		g_atomic_pointer_set(&broker->kept, call);
	else if (broker->empty)
		g_dbus_method_invocation_return_value(call, answer());
	else
		give_context(broker, call);
	if (broker->brief) {
		say_revoked(broker, 8, "destroyed");
		say_revoked(broker, 7, "session-over");
	}
}

static void on_left(GDBusConnection *bus, const gchar *sender, const gchar *path,
		    const gchar *interface, const gchar *signal, GVariant *arguments, gpointer data)
{
	struct broker_bench *broker = data;
	const gchar *name, *old, *new;

	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)signal;
	g_variant_get(arguments, "(&s&s&s)", &name, &old, &new);
	if (name[0] == ':' && !*new)
		g_atomic_int_inc(&broker->left);
}

static gpointer serve_bus(gpointer data)
{
	static const GDBusInterfaceVTable table = { .method_call = on_call };
	struct broker_bench *broker = data;
	GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(broker_xml, NULL);
	GVariant *reply;

	g_main_context_push_thread_default(broker->context);
	broker->bus = g_dbus_connection_new_for_address_sync(
		g_test_dbus_get_bus_address(broker->daemon),
		G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
			G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
		NULL, NULL, NULL);
	g_dbus_connection_register_object(broker->bus, "/org/miracast/Broker1", node->interfaces[0],
					  &table, broker, NULL, NULL);
	g_dbus_connection_signal_subscribe(broker->bus, "org.freedesktop.DBus",
					   "org.freedesktop.DBus", "NameOwnerChanged", NULL, NULL,
					   G_DBUS_SIGNAL_FLAGS_NONE, on_left, broker, NULL);
	reply = g_dbus_connection_call_sync(broker->bus, "org.freedesktop.DBus",
					    "/org/freedesktop/DBus", "org.freedesktop.DBus",
					    "RequestName",
					    g_variant_new("(su)", "org.miracast.Broker1", 0), NULL,
					    G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
	g_variant_unref(reply);
	g_atomic_int_set(&broker->ready, 1);
	g_main_loop_run(broker->loop);
	g_main_context_pop_thread_default(broker->context);
	g_dbus_connection_close_sync(broker->bus, NULL, NULL);
	g_clear_object(&broker->bus);
	g_dbus_node_info_unref(node);
	return NULL;
}

static void begin_broker(struct broker_bench *broker)
{
	memset(broker, 0, sizeof(*broker));
	broker->daemon = g_test_dbus_new(G_TEST_DBUS_NONE);
	g_test_dbus_up(broker->daemon);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address(broker->daemon), TRUE);
	broker->context = g_main_context_new();
	broker->loop = g_main_loop_new(broker->context, FALSE);
	broker->thread = g_thread_new("broker", serve_bus, broker);
	AWAIT(g_atomic_int_get(&broker->ready));
}

static void end_broker(struct broker_bench *broker)
{
	g_main_loop_quit(broker->loop);
	g_thread_join(broker->thread);
	g_main_loop_unref(broker->loop);
	g_main_context_unref(broker->context);
	g_free(broker->format);
	g_test_dbus_down(broker->daemon);
	g_object_unref(broker->daemon);
	g_unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

static gboolean has_device(void)
{
	struct mc_device node = { .fd = -1 };

	if (mc_device_open_node(NULL, &node))
		return FALSE;
	mc_device_close(&node);
	return TRUE;
}

static gboolean warned(struct bench *bench, const gchar *what)
{
	GstMessage *message =
		gst_bus_timed_pop_filtered(bench->bus, PATIENCE, GST_MESSAGE_WARNING);
	GError *error = NULL;
	gboolean good = FALSE;

	if (!message)
		return FALSE;
	gst_message_parse_warning(message, &error, NULL);
	good = !!strstr(error->message, what);
	if (!good)
		printf("# %s\n", error->message);
	g_error_free(error);
	gst_message_unref(message);
	return good;
}

static void check_broker(void)
{
	static const struct {
		const gchar *name;
		gint code;
		const gchar *reason;
	} errors[] = {
		{ "org.miracast.Error.NotActive", GST_RESOURCE_ERROR_NOT_AUTHORIZED, "not-active" },
		{ "org.miracast.Error.QuotaExceeded", GST_RESOURCE_ERROR_BUSY, "quota" },
		{ "org.miracast.Error.NoDevice", GST_RESOURCE_ERROR_NOT_FOUND, "no-device" },
		{ "org.freedesktop.DBus.Error.InvalidArgs", GST_RESOURCE_ERROR_SETTINGS,
		  "bad-limits" },
		{ "org.freedesktop.DBus.Error.AccessDenied", GST_RESOURCE_ERROR_NOT_AUTHORIZED,
		  "not-permitted" },
		{ "org.miracast.Error.NoSuchThing", GST_RESOURCE_ERROR_OPEN_READ, "broker-failed" },
	};
	struct broker_bench broker;
	struct bench bench;
	GstEvent *event;
	guint left;

	/* It must not be used up, nor has it to be there. */
	if (has_device()) {
		printf("# there is a device: the broker is tested without one only\n");
		return;
	}
	begin_broker(&broker);
	bench_begin_copy(&bench, DRM_FORMAT_NV12, "video/x-raw,format=NV12");
	broker.fake = bench.fake;
	g_object_set(bench.src, "fd", -1, "device", "/dev/null", NULL);
	check(bench_fails(&bench, GST_RESOURCE_ERROR_NOT_FOUND) && !broker.calls,
	      "a device of another driver is an error");
	g_object_set(bench.src, "device", NULL, "target", "Virtual-1", NULL);
	check(bench_fails(&bench, GST_RESOURCE_ERROR_NOT_AUTHORIZED) && !broker.calls,
	      "so is a target's name without a device to look it up");
	g_object_set(bench.src, "target", NULL, NULL);
	for (guint nth = 0; nth < G_N_ELEMENTS(errors); nth++) {
		broker.error = errors[nth].name;
		check(bench_fails(&bench, errors[nth].code), errors[nth].name);
		check(bench_fails_for(&bench, errors[nth].reason), errors[nth].reason);
	}
	broker.error = NULL;
	bench_play(&bench);
	check(bench_set_mode(&bench) && !g_strcmp0(broker.format, "NV12"),
	      "the broker gives a context, of the format that downstream wants");
	fake_send_picture(bench.fake, 1);
	gst_buffer_unref(bench_pull(&bench));
	left = (guint)g_atomic_int_get(&broker.left);
	/* As the broker does it: it ends first, and then says why. */
	fake_end(bench.fake, -ESTALE);
	say_revoked(&broker, 7, "session-over");
	event = bench_await_event(&bench, GST_EVENT_EOS);
	check(event && warned(&bench, "the session is over"), "and its word, when it ends it");
	gst_clear_event(&event);
	gst_element_set_state(bench.src, GST_STATE_NULL);
	AWAIT((guint)g_atomic_int_get(&broker.left) != left);
	check((guint)g_atomic_int_get(&broker.left) != left, "the bus is left at the end");
	bench_end(&bench);
	end_broker(&broker);

	/* Now there is none. */
	bench_begin_copy(&bench, DRM_FORMAT_NV12, NULL);
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
	g_object_set(bench.src, "fd", -1, NULL);
	check(bench_fails(&bench, GST_RESOURCE_ERROR_NOT_FOUND),
	      "without device and broker it is the device that is missed");
	g_object_set(bench.src, "broker", OWNER_BROKER_ALWAYS, NULL);
	check(bench_fails(&bench, GST_RESOURCE_ERROR_NOT_AUTHORIZED) &&
	      bench_fails_for(&bench, "no-broker"), "unless it is the broker that is wanted");
	g_unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
	bench_end(&bench);
}

/* What an owner that wants the broker says when it gets nothing. */
static gboolean says(gint code, const gchar *prefix)
{
	struct owner_options options = { .fd = -1, .broker = OWNER_BROKER_ALWAYS };
	GError *error = NULL;
	struct owner *owner = owner_open(&options, NULL, &error);
	gboolean good = !owner && g_error_matches(error, OWNER_ERROR, code) &&
			g_str_has_prefix(error->message, prefix);

	if (!good)
		printf("# %s\n", error ? error->message : "a context");
	g_clear_error(&error);
	if (owner)
		owner_unref(owner);
	return good;
}

/* What the broker does, and what is not its doing. */
static void check_words(void)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_XRGB8888);
	static const gchar unreachable[] = "miracast-broker cannot be reached: ";
	struct owner_options options = { .fd = -1, .broker = OWNER_BROKER_ALWAYS };
	struct broker_bench broker;
	struct owner *owner;
	GError *why = NULL;

	if (has_device())
		return fake_free(fake);
	begin_broker(&broker);
	broker.fake = fake;
	broker.error = "org.freedesktop.DBus.Error.Spawn.ChildExited";
	check(says(OWNER_ERROR_NO_BROKER, unreachable), "one that cannot be started is not there");
	broker.error = "org.freedesktop.DBus.Error.ServiceUnknown";
	check(says(OWNER_ERROR_NO_BROKER, unreachable), "nor is one that nobody knows");
	broker.error = "org.freedesktop.systemd1.UnitMasked";
	check(says(OWNER_ERROR_NO_BROKER, unreachable), "nor one that was masked");
	broker.error = "org.miracast.Error.Busy";
	check(says(OWNER_ERROR_BUSY, "miracast-broker: "), "what it says is its own");
	broker.error = "org.miracast.Error.NoLogind";
	check(says(OWNER_ERROR_BROKER_FAILED, "miracast-broker: "),
	      "what fails there is not the caller's failure");
	broker.error = "org.freedesktop.DBus.Error.LimitsExceeded";
	check(says(OWNER_ERROR_BROKER_FAILED, "miracast-broker: "), "whatever it is");
	broker.error = "org.miracast.Error.NotReady";
	check(says(OWNER_ERROR_NO_MASTER, "miracast-broker: "), "also when no compositor is there");
	broker.error = NULL;
	broker.empty = TRUE;
	check(says(OWNER_ERROR_BROKER_FAILED, "miracast-broker: "),
	      "so is an answer without a file");
	broker.empty = FALSE;
	broker.silent = TRUE;
	calls_are = SHORT;
	check(says(OWNER_ERROR_BROKER_FAILED, "miracast-broker does not answer: "),
	      "one that does not answer is there all the same");
	calls_are = AS_IT_IS;
	broker.silent = FALSE;
	AWAIT(g_atomic_pointer_get(&broker.kept));
	g_dbus_method_invocation_return_dbus_error(g_steal_pointer(&broker.kept),
						   "org.miracast.Error.Busy", "no");

	broker.calls = 0;
	broker.ending = 3;
	broker.error = "org.miracast.Error.Busy";
	check(says(OWNER_ERROR_BUSY, "miracast-broker: no") && broker.calls == 4,
	      "one that ends is followed by another");
	broker.error = NULL;

	broker.brief = TRUE;
	calls_are = LATE;
	owner = owner_open(&options, NULL, NULL);
	calls_are = AS_IT_IS;
	fake_end(fake, -ESTALE);
	why = owner ? owner_ended(owner) : NULL;
	check(why && strstr(why->message, "the session is over"),
	      "the reason of an end that came with the context is not lost");
	g_clear_error(&why);
	if (owner)
		owner_unref(owner);
	end_broker(&broker);
	fake_free(fake);

	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
	check(says(OWNER_ERROR_NO_BROKER, unreachable), "without a bus there is none");
	g_unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

static gpointer begin_playing(gpointer data)
{
	return GINT_TO_POINTER(gst_element_set_state(data, GST_STATE_PLAYING));
}

static gboolean answer_late(gpointer data)
{
	struct broker_bench *broker = data;

	give_context(broker, g_steal_pointer(&broker->kept));
	return G_SOURCE_REMOVE;
}

/* How many files of this process are the context. */
static guint open_contexts(struct fake *fake)
{
	struct stat st;
	guint count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += !fstat(fd, &st) && S_ISSOCK(st.st_mode) && st.st_ino == fake->inode;
	return count;
}

/* Nobody has to wait until a broker answers, or a minute has passed. */
static void check_impatience(void)
{
	struct broker_bench broker;
	struct bench bench;
	GstMessage *message;
	GThread *thread;
	gint64 begun;
	guint left;

	if (has_device())
		return;
	begin_broker(&broker);
	bench_begin_copy(&bench, DRM_FORMAT_NV12, NULL);
	broker.fake = bench.fake;
	broker.silent = TRUE;
	g_object_set(bench.src, "fd", -1, NULL);
	for (guint nth = 0; nth < 3; nth++) {
		left = (guint)g_atomic_int_get(&broker.left);
		thread = g_thread_new("play", begin_playing, bench.src);
		AWAIT(g_atomic_pointer_get(&broker.kept));
		begun = g_get_monotonic_time();
		gst_element_set_state(bench.src, GST_STATE_NULL);
		check(g_get_monotonic_time() - begun < 30 * G_USEC_PER_SEC,
		      "a state change to NULL does not wait for the broker");
		check(g_thread_join(thread) == GINT_TO_POINTER(GST_STATE_CHANGE_FAILURE),
		      "the one that it ends has failed");
		message = gst_bus_pop_filtered(bench.bus, GST_MESSAGE_ERROR);
		check(!message, "which is no error, as it was asked for");
		gst_clear_message(&message);
		AWAIT((guint)g_atomic_int_get(&broker.left) != left);
		g_main_context_invoke(broker.context, answer_late, &broker);
		AWAIT(!g_atomic_pointer_get(&broker.kept) && open_contexts(bench.fake) == 1);
		check(open_contexts(bench.fake) == 1,
		      "and a context that comes too late is nobody's");
	}
	broker.silent = FALSE;
	bench_play(&bench);
	check(bench_set_mode(&bench), "the next one is awaited again");
	bench_end(&bench);
	end_broker(&broker);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_broker();
	check_words();
	check_impatience();
	gst_deinit();
	return check_result();
}
