// SPDX-License-Identifier: MIT
#include "link/find.h"

#include <string.h>

#include "link/address.h"
#include "wfd/mice.h"

/* A sink that is being switched on is given all of it. */
#define PATIENCE_MS	10000
/* A whole address is enough; avahi has what it knows already, or it does not. */
#define NAME_MS		500

struct finder {
	const struct find_hooks *hooks;
	void *user;
	char *what, *host;
	GInetSocketAddress *address;
	struct browser *browser;
	guint timer;
	bool half;		/* @address lacks its interface, which avahi may know */
	bool done, doubted;
};

static void fail(struct finder *finder, enum fault fault)
{
	if (finder->done)
		return;
	finder->done = true;
	finder->hooks->failed(finder->user, fault);
}

static bool is_same(const char *a, const char *b)
{
	char *small_a = g_utf8_casefold(a, -1), *small_b = g_utf8_casefold(b, -1);
	bool same = !strcmp(small_a, small_b);

	g_free(small_a);
	g_free(small_b);
	return same;
}

/* Anyone can announce a name; one machine may have several addresses. */
static void doubt(struct finder *finder, const struct browse_sink *sink)
{
	if (finder->doubted || !finder->host || !finder->hooks->another ||
	    !g_ascii_strcasecmp(finder->host, sink->host))
		return;
	finder->doubted = true;
	finder->hooks->another(finder->user, sink);
}

static void settle(struct finder *finder, const struct browse_sink *sink)
{
	if (finder->done)
		return;
	finder->done = true;
	finder->hooks->found(finder->user, sink);
}

/* Whatever it is called. */
static void settle_address(struct finder *finder)
{
	struct browse_sink sink = { .address = finder->address, .port = MC_MICE_PORT };

	settle(finder, &sink);
}

static void on_found(void *user, const struct browse_sink *sink)
{
	struct finder *finder = user;

	if (finder->address) {
		/* With an address, the name is only a hint: others may announce it, too. */
		struct browse_sink known = *sink;

		known.port = MC_MICE_PORT;
		if (address_is(sink->address, finder->address))
			settle(finder, &known);
		return;
	}
	if (!is_same(sink->name, finder->what))
		return;
	if (finder->done)
		return doubt(finder, sink);
	finder->host = g_strdup(sink->host);
	settle(finder, sink);
}

static void on_no_daemon(void *user)
{
	struct finder *finder = user;

	if (finder->half)
		fail(finder, FAULT_UNREACHABLE);
	else if (finder->address)
		settle_address(finder);
	else
		fail(finder, FAULT_NO_DISCOVERY);
}

static const struct browse_hooks browse_hooks = {
	.found = on_found, .failed = on_no_daemon,
};

static gboolean on_late(gpointer user)
{
	struct finder *finder = user;

	finder->timer = 0;
	fail(finder, finder->half ? FAULT_UNREACHABLE : FAULT_NO_SUCH_SINK);
	return G_SOURCE_REMOVE;
}

static gboolean on_no_way(gpointer user)
{
	struct finder *finder = user;

	finder->timer = 0;
	fail(finder, FAULT_UNREACHABLE);
	return G_SOURCE_REMOVE;
}

static gboolean on_address(gpointer user)
{
	struct finder *finder = user;

	finder->timer = 0;
	settle_address(finder);
	return G_SOURCE_REMOVE;
}

static bool is_this_machine(GInetSocketAddress *address)
{
	return g_inet_address_get_is_loopback(g_inet_socket_address_get_address(address));
}

struct finder *find_new(const char *what, const struct find_hooks *hooks, void *user)
{
	struct finder *finder = g_new0(struct finder, 1);

	finder->hooks = hooks;
	finder->user = user;
	finder->what = g_utf8_make_valid(what, -1);
	finder->address = address_parse(what);
	finder->half = finder->address && address_is_half(finder->address);
	if (!finder->address && address_lacks_way(finder->what)) {
		finder->timer = g_idle_add(on_no_way, finder);
		return finder;
	}
	if (finder->address && is_this_machine(finder->address)) {
		finder->timer = g_idle_add(on_address, finder);
		return finder;
	}
	/* What is known of sinks goes by their names, too. */
	if (finder->address && !finder->half)
		finder->timer = g_timeout_add(NAME_MS, on_address, finder);
	else
		finder->timer = g_timeout_add(PATIENCE_MS, on_late, finder);
	finder->browser = browse_new(&browse_hooks, finder);
	return finder;
}

void find_free(struct finder *finder)
{
	if (!finder)
		return;
	if (finder->timer)
		g_source_remove(finder->timer);
	browse_free(finder->browser);
	g_clear_object(&finder->address);
	g_free(finder->what);
	g_free(finder->host);
	g_free(finder);
}
