// SPDX-License-Identifier: MIT
#include "link/browse.h"

#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-common/error.h>
#include <avahi-glib/glib-watch.h>

#define SERVICE		"_display._tcp"
/* Whoever announces more than this is no living room. */
#define SINKS_MAX	256

struct browser {
	const struct browse_hooks *hooks;
	void *user;
	AvahiGLibPoll *poll;
	AvahiClient *client;
	AvahiServiceBrowser *services;
	unsigned int resolving, seen;
	bool all, told;
	GSource *failure;
};

static void tell_all(struct browser *browser)
{
	if (!browser->all || browser->resolving || browser->told)
		return;
	browser->told = true;
	browser->hooks->all(browser->user);
}

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

static void found(struct browser *browser, const char *name, const char *host,
		  const AvahiAddress *address, uint16_t port)
{
	char text[AVAHI_ADDRESS_STR_MAX];
	char *label = browse_plain(name);
	struct browse_sink sink = { .name = label, .host = host, .port = port };

	avahi_address_snprint(text, sizeof(text), address);
	sink.address = g_inet_address_new_from_string(text);
	if (sink.address)
		browser->hooks->found(browser->user, &sink);
	g_clear_object(&sink.address);
	g_free(label);
}

static void on_resolved(AvahiServiceResolver *resolver, AvahiIfIndex interface,
			AvahiProtocol protocol, AvahiResolverEvent event, const char *name,
			const char *type, const char *domain, const char *host,
			const AvahiAddress *address, uint16_t port, AvahiStringList *text,
			AvahiLookupResultFlags flags, void *user)
{
	struct browser *browser = user;

	(void)interface;
	(void)protocol;
	(void)type;
	(void)domain;
	(void)text;
	(void)flags;
	if (event == AVAHI_RESOLVER_FOUND)
		found(browser, name, host, address, port);
	avahi_service_resolver_free(resolver);
	browser->resolving--;
	tell_all(browser);
}

static void resolve(struct browser *browser, AvahiIfIndex interface, AvahiProtocol protocol,
		    const char *name, const char *type, const char *domain)
{
	if (browser->seen >= SINKS_MAX)
		return;
	browser->seen++;
	if (avahi_service_resolver_new(browser->client, interface, protocol, name, type, domain,
				       AVAHI_PROTO_UNSPEC, 0, on_resolved, browser))
		browser->resolving++;
}

static void on_service(AvahiServiceBrowser *services, AvahiIfIndex interface,
		       AvahiProtocol protocol, AvahiBrowserEvent event, const char *name,
		       const char *type, const char *domain, AvahiLookupResultFlags flags,
		       void *user)
{
	struct browser *browser = user;

	(void)services;
	(void)flags;
	switch (event) {
	case AVAHI_BROWSER_NEW:
		resolve(browser, interface, protocol, name, type, domain);
		break;
	case AVAHI_BROWSER_ALL_FOR_NOW:
		browser->all = true;
		tell_all(browser);
		break;
	case AVAHI_BROWSER_FAILURE:
		browser->hooks->failed(browser->user);
		break;
	case AVAHI_BROWSER_REMOVE:
	case AVAHI_BROWSER_CACHE_EXHAUSTED:
		break;
	}
}

static void on_client(AvahiClient *client, AvahiClientState state, void *user)
{
	struct browser *browser = user;

	browser->client = client;
	if (state == AVAHI_CLIENT_FAILURE)
		browser->hooks->failed(browser->user);
	else if (state == AVAHI_CLIENT_S_RUNNING && !browser->services)
		browser->services = avahi_service_browser_new(client, AVAHI_IF_UNSPEC,
							      AVAHI_PROTO_UNSPEC, SERVICE, NULL, 0,
							      on_service, browser);
}

static gboolean on_failure(gpointer user)
{
	struct browser *browser = user;

	browser->hooks->failed(browser->user);
	return G_SOURCE_REMOVE;
}

struct browser *browse_new(const struct browse_hooks *hooks, void *user)
{
	struct browser *browser = g_new0(struct browser, 1);

	browser->hooks = hooks;
	browser->user = user;
	browser->poll = avahi_glib_poll_new(NULL, G_PRIORITY_DEFAULT);
	browser->client = avahi_client_new(avahi_glib_poll_get(browser->poll), 0, on_client,
					   browser, NULL);
	if (!browser->client) {
		browser->failure = g_idle_source_new();
		g_source_set_callback(browser->failure, on_failure, browser, NULL);
		g_source_attach(browser->failure, NULL);
	}
	return browser;
}

void browse_free(struct browser *browser)
{
	if (!browser)
		return;
	if (browser->failure) {
		g_source_destroy(browser->failure);
		g_source_unref(browser->failure);
	}
	if (browser->client)
		avahi_client_free(browser->client);	/* and its browsers */
	avahi_glib_poll_free(browser->poll);
	g_free(browser);
}
