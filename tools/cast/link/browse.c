// SPDX-License-Identifier: MIT
/*
 * Speaks to the daemon over a connection of its own to the bus, so that what the daemon
 * sends there is for this browser. No call waits: a daemon that hangs stops nobody.
 */
#include "link/browse.h"

#include "link/address.h"

#define AVAHI		"org.freedesktop.Avahi"
#define SERVER		AVAHI ".Server"
#define BROWSER		AVAHI ".ServiceBrowser"
#define BUS		"org.freedesktop.DBus"
#define BUS_PATH	"/org/freedesktop/DBus"
#define SERVICE		"_display._tcp"
/* All interfaces, all protocols; of addresses, those of IPv4 or of IPv6. */
#define ANY		(-1)
#define IPV4		0
#define IPV6		1
/* More sinks than a home has are an attack, or a fault. */
#define SINKS_MAX	256
/* The bus may have to start the daemon. */
#define ANSWER_MS	5000
/* Longer than the daemon asks for an address. */
#define RESOLVE_MS	10000

struct browser {
	const struct browse_hooks *hooks;
	void *user;
	GCancellable *asking;	/* what is cancelled has no browser any more */
	GDBusConnection *bus;
	char *daemon;		/* its own name on the bus */
	guint items, owner;	/* subscriptions */
	gulong closed;		/* handler of the connection's own end */
	guint patience;		/* until the daemon listens */
	unsigned int seen;
	bool failed;
};

/* Those that a terminal obeys, ends of lines, and marks that change the text behind them. */
static bool is_control(gunichar c)
{
	return g_unichar_iscntrl(c) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c;
}

/* What is announced is a stranger's text. */
char *browse_plain(const char *name)
{
	char *text = g_utf8_make_valid(name, -1);
	GString *plain = g_string_new(NULL);
	const char *at;

	for (at = text; *at; at = g_utf8_next_char(at))
		g_string_append_unichar(plain, is_control(g_utf8_get_char(at)) ? ' ' :
					g_utf8_get_char(at));
	g_free(text);
	return g_string_free(plain, FALSE);
}

static void fail(struct browser *browser)
{
	if (browser->failed)
		return;
	browser->failed = true;
	browser->hooks->failed(browser->user);
}

/* Return: whether the browser is still there; it has failed when there is no answer. */
static bool is_there(struct browser *browser, bool answered, GError *error)
{
	bool gone = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

	if (error)
		g_debug("avahi: %s", error->message);
	g_clear_error(&error);
	if (!gone && !answered)
		fail(browser);
	return !gone;
}

static void ask(struct browser *browser, const char *to, const char *path, const char *interface,
		const char *method, GVariant *arguments, const char *type,
		GAsyncReadyCallback answer)
{
	g_dbus_connection_call(browser->bus, to, path, interface, method, arguments,
			       G_VARIANT_TYPE(type), G_DBUS_CALL_FLAGS_NO_AUTO_START, RESOLVE_MS,
			       browser->asking, answer, browser);
}

/* Return: what is answered; NULL: nothing, and @browser may be gone. */
static GVariant *answer_of(GObject *bus, GAsyncResult *result, struct browser *browser)
{
	GError *error = NULL;
	GVariant *answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);

	is_there(browser, answer, error);
	return answer;
}

/* --- What is found --------------------------------------------------------------- */

static void found(struct browser *browser, const char *name, const char *host,
		  GInetSocketAddress *address, uint16_t port)
{
	char *label = browse_plain(name);
	struct browse_sink sink = {
		.name = label, .host = host, .port = port, .address = address,
	};

	if (address)
		browser->hooks->found(browser->user, &sink);
	g_free(label);
}

/* A sink that has no address of this kind, or is gone already, is no failure. */
static void on_resolved(GObject *bus, GAsyncResult *result, gpointer user)
{
	const char *name, *host, *text;
	GInetSocketAddress *address;
	GError *error = NULL;
	GVariant *answer;
	gint32 interface;
	guint16 port;

	answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
	if (!answer) {
		is_there(user, true, error);
		return;
	}
	g_variant_get(answer, "(ii&sss&si&sq@aayu)", &interface, NULL, &name, NULL, NULL, &host,
		      NULL, &text, &port, NULL, NULL);
	address = address_at(text, interface > 0 ? (uint32_t)interface : 0);
	found(user, name, host, address, port);
	g_clear_object(&address);
	g_variant_unref(answer);
}

/*
 * Both kinds of address, each by itself: asked for any, the daemon names the one that it
 * hears of first, which may be one that cannot be reached.
 */
static void resolve(struct browser *browser, GVariant *item)
{
	const char *name, *type, *domain;
	gint32 interface, protocol, kind;

	if (browser->seen >= SINKS_MAX)
		return;
	browser->seen++;
	g_variant_get(item, "(ii&s&s&su)", &interface, &protocol, &name, &type, &domain, NULL);
	for (kind = IPV4; kind <= IPV6; kind++)
		ask(browser, browser->daemon, "/", SERVER, "ResolveService",
		    g_variant_new("(iisssiu)", interface, protocol, name, type, domain, kind, 0),
		    "(iissssisqaayu)", on_resolved);
}

static void on_item(GDBusConnection *bus, const char *sender, const char *path,
		    const char *interface, const char *signal, GVariant *what, gpointer user)
{
	struct browser *browser = user;

	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	if (!g_strcmp0(signal, "Failure"))
		fail(browser);
	else if (!g_strcmp0(signal, "ItemNew") &&
		 g_variant_is_of_type(what, G_VARIANT_TYPE("(iisssu)")))
		resolve(browser, what);
}

/* --- The daemon ------------------------------------------------------------------ */

static void on_owner(GDBusConnection *bus, const char *sender, const char *path,
		     const char *interface, const char *signal, GVariant *what, gpointer user)
{
	struct browser *browser = user;
	const char *name, *before;

	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)signal;
	if (!g_variant_is_of_type(what, G_VARIANT_TYPE("(sss)")))
		return;
	g_variant_get(what, "(&s&s&s)", &name, &before, NULL);
	if (!g_strcmp0(before, browser->daemon))
		fail(browser);
}

static void stop_patience(struct browser *browser)
{
	if (browser->patience)
		g_source_remove(browser->patience);
	browser->patience = 0;
}

static void on_listens(GObject *bus, GAsyncResult *result, gpointer user)
{
	GVariant *answer = answer_of(bus, result, user);
	struct browser *browser = user;

	if (!answer)
		return;
	g_variant_unref(answer);
	if (browser->failed)
		return;
	stop_patience(browser);
	if (browser->hooks->listens)
		browser->hooks->listens(browser->user);
}

/* Before the daemon is asked: nothing that it says is missed. */
static void listen_to(struct browser *browser)
{
	browser->owner = g_dbus_connection_signal_subscribe(
		browser->bus, BUS, BUS, "NameOwnerChanged", BUS_PATH, AVAHI,
		G_DBUS_SIGNAL_FLAGS_NONE, on_owner, browser, NULL);
	browser->items = g_dbus_connection_signal_subscribe(
		browser->bus, browser->daemon, BROWSER, NULL, NULL, NULL,
		G_DBUS_SIGNAL_FLAGS_NONE, on_item, browser, NULL);
	ask(browser, browser->daemon, "/", SERVER, "ServiceBrowserNew",
	    g_variant_new("(iissu)", ANY, ANY, SERVICE, "", 0), "(o)", on_listens);
}

static void on_daemon(GObject *bus, GAsyncResult *result, gpointer user)
{
	GVariant *answer = answer_of(bus, result, user);
	struct browser *browser = user;

	if (!answer)
		return;
	g_variant_get(answer, "(s)", &browser->daemon);
	g_variant_unref(answer);
	listen_to(browser);
}

static void ask_name(struct browser *browser, GAsyncReadyCallback answer)
{
	ask(browser, BUS, BUS_PATH, BUS, "GetNameOwner", g_variant_new("(s)", AVAHI), "(s)",
	    answer);
}

static void on_started(GObject *bus, GAsyncResult *result, gpointer user)
{
	GVariant *answer = answer_of(bus, result, user);

	if (!answer)
		return;
	g_variant_unref(answer);
	ask_name(user, on_daemon);
}

/* One that does not run is started, where the bus knows how. */
static void on_running(GObject *bus, GAsyncResult *result, gpointer user)
{
	struct browser *browser = user;
	GError *error = NULL;
	GVariant *answer;

	answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, &error);
	if (!answer) {
		if (is_there(browser, true, error))
			ask(browser, BUS, BUS_PATH, BUS, "StartServiceByName",
			    g_variant_new("(su)", AVAHI, 0), "(u)", on_started);
		return;
	}
	g_variant_get(answer, "(s)", &browser->daemon);
	g_variant_unref(answer);
	listen_to(browser);
}

/* Nothing comes of the daemon any more, not even that it has ended. */
static void on_closed(GDBusConnection *bus, gboolean vanished, GError *error, gpointer user)
{
	(void)bus;
	(void)vanished;
	g_debug("avahi: %s", error ? error->message : "the bus has ended");
	fail(user);
}

static void on_bus(GObject *source, GAsyncResult *result, gpointer user)
{
	GError *error = NULL;
	GDBusConnection *bus = g_dbus_connection_new_for_address_finish(result, &error);
	struct browser *browser = user;

	(void)source;
	if (!is_there(browser, bus, error) || !bus)
		return;
	browser->bus = bus;
	browser->closed = g_signal_connect(bus, "closed", G_CALLBACK(on_closed), browser);
	ask_name(browser, on_running);
}

static gboolean on_late(gpointer user)
{
	struct browser *browser = user;

	browser->patience = 0;
	fail(browser);
	return G_SOURCE_REMOVE;
}

/* --- Life ------------------------------------------------------------------------ */

struct browser *browse_new(const struct browse_hooks *hooks, void *user)
{
	char *address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SYSTEM, NULL, NULL);
	struct browser *browser = g_new0(struct browser, 1);

	browser->hooks = hooks;
	browser->user = user;
	browser->asking = g_cancellable_new();
	browser->patience = g_timeout_add(ANSWER_MS, on_late, browser);
	g_dbus_connection_new_for_address(address ? address : "",
					  G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
					  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
					  NULL, browser->asking, on_bus, browser);
	g_free(address);
	return browser;
}

static void leave_bus(struct browser *browser)
{
	if (browser->items)
		g_dbus_connection_signal_unsubscribe(browser->bus, browser->items);
	if (browser->owner)
		g_dbus_connection_signal_unsubscribe(browser->bus, browser->owner);
	g_signal_handler_disconnect(browser->bus, browser->closed);
	/* For the daemon, that is the end of the browser, too. */
	g_dbus_connection_close(browser->bus, NULL, NULL, NULL);
	g_object_unref(browser->bus);
}

void browse_free(struct browser *browser)
{
	if (!browser)
		return;
	g_cancellable_cancel(browser->asking);
	g_object_unref(browser->asking);
	stop_patience(browser);
	if (browser->bus)
		leave_bus(browser);
	g_free(browser->daemon);
	g_free(browser);
}
