// SPDX-License-Identifier: MIT
#include "link/firewall.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "link/address.h"

#define FIREWALLD	"org.fedoraproject.FirewallD1"
#define FIREWALLD_PATH	"/org/fedoraproject/FirewallD1"
#define UFW_CONF	"/etc/ufw/ufw.conf"

/* What comes in. */
struct visit {
	uint16_t port;
	const char *protocol;
};

/* Multicast DNS, by which sinks announce themselves. */
static const struct visit announcement = { 5353, "udp" };

static bool has_address(const struct ifaddrs *at, GInetSocketAddress *local)
{
	GSocketAddress *address;
	bool same;

	if (!at->ifa_addr || (at->ifa_addr->sa_family != AF_INET &&
			      at->ifa_addr->sa_family != AF_INET6))
		return false;
	address = g_socket_address_new_from_native(at->ifa_addr,
						   at->ifa_addr->sa_family == AF_INET ?
						   sizeof(struct sockaddr_in) :
						   sizeof(struct sockaddr_in6));
	same = address && address_is(G_INET_SOCKET_ADDRESS(address), local);
	g_clear_object(&address);
	return same;
}

/* Return: its name, for g_free(), or NULL. */
static char *interface_of(GInetSocketAddress *local)
{
	struct ifaddrs *all = NULL, *at;
	char *name = NULL;

	if (!local || getifaddrs(&all))
		return NULL;
	for (at = all; at && !name; at = at->ifa_next)
		if (has_address(at, local))
			name = g_strdup(at->ifa_name);
	freeifaddrs(all);
	return name;
}

/* Return: a word, for g_free(), or NULL: there is none. */
static char *firewalld_word(const char *interface, const char *method, GVariant *arguments)
{
	GVariant *answer = bus_call(FIREWALLD, FIREWALLD_PATH, interface, method, arguments, "(s)");
	char *word = NULL;

	if (answer)
		g_variant_get(answer, "(s)", &word);
	g_clear_pointer(&answer, g_variant_unref);
	if (word && !*word)
		g_clear_pointer(&word, g_free);
	return word;
}

/* @interface: or NULL. Return: for g_free(), or NULL. */
static char *zone_of(const char *interface)
{
	char *zone = NULL;

	if (interface)
		zone = firewalld_word(FIREWALLD ".zone", "getZoneOfInterface",
				      g_variant_new("(s)", interface));
	return zone ? zone : firewalld_word(FIREWALLD, "getDefaultZone", NULL);
}

static bool names_sources(GVariant *parts)
{
	GVariant *sources = g_variant_lookup_value(parts, "sources", G_VARIANT_TYPE_STRING_ARRAY);
	bool some = sources && g_variant_n_children(sources);

	g_clear_pointer(&sources, g_variant_unref);
	return some;
}

/*
 * A zone of sources comes before that of the interface. They may be sets and hardware
 * addresses, so which one the sink is in is not looked for.
 *
 * Return: whether there may be such a zone.
 */
static bool has_source_zones(void)
{
	GVariant *answer = bus_call(FIREWALLD, FIREWALLD_PATH, FIREWALLD ".zone", "getActiveZones",
				    NULL, "(a{sa{sas}})");
	GVariantIter *zones;
	GVariant *parts;
	bool some = false;

	if (!answer)
		return true;
	g_variant_get(answer, "(a{sa{sas}})", &zones);
	while (g_variant_iter_next(zones, "{&s@a{sas}}", NULL, &parts)) {
		some |= names_sources(parts);
		g_variant_unref(parts);
	}
	g_variant_iter_free(zones);
	g_variant_unref(answer);
	return some;
}

/* "7236", or a range such as "1025-65535". */
static bool is_within(const char *ports, uint16_t port)
{
	char *end;
	guint64 first = g_ascii_strtoull(ports, &end, 10), last = first;

	if (*end == '-')
		last = g_ascii_strtoull(end + 1, NULL, 10);
	return first <= port && port <= last;
}

/* Return: whether a list of ports has it. */
static bool has_port(GVariant *settings, const struct visit *visit)
{
	const char *ports, *protocol;
	GVariantIter *all = NULL;
	bool found = false;

	if (!g_variant_lookup(settings, "ports", "a(ss)", &all))
		return false;
	while (g_variant_iter_next(all, "(&s&s)", &ports, &protocol))
		found |= !strcmp(protocol, visit->protocol) && is_within(ports, visit->port);
	g_variant_iter_free(all);
	return found;
}

/* Return: FIREWALL_OPEN when a service has the port; FIREWALLD_HIDDEN: it is not known. */
static enum firewall ask_service(const char *name, const struct visit *visit)
{
	enum firewall verdict = FIREWALL_CLOSED;
	GVariant *answer = bus_call(FIREWALLD, FIREWALLD_PATH, FIREWALLD, "getServiceSettings2",
				    g_variant_new("(s)", name), "(a{sv})");
	GVariantIter *included = NULL;
	GVariant *settings;

	if (!answer)
		return FIREWALLD_HIDDEN;
	settings = g_variant_get_child_value(answer, 0);
	if (has_port(settings, visit))
		verdict = FIREWALL_OPEN;
	/* What is in it by another name is not looked through. */
	else if (g_variant_lookup(settings, "includes", "as", &included) &&
		 g_variant_iter_n_children(included))
		verdict = FIREWALLD_HIDDEN;
	g_clear_pointer(&included, g_variant_iter_free);
	g_variant_unref(settings);
	g_variant_unref(answer);
	return verdict;
}

static enum firewall ask_services(GVariant *settings, const struct visit *visit)
{
	enum firewall verdict = FIREWALL_CLOSED, one;
	GVariantIter *all = NULL;
	const char *name;

	if (!g_variant_lookup(settings, "services", "as", &all))
		return verdict;
	while (verdict != FIREWALL_OPEN && g_variant_iter_next(all, "&s", &name)) {
		one = ask_service(name, visit);
		if (one != FIREWALL_CLOSED)
			verdict = one;
	}
	g_variant_iter_free(all);
	return verdict;
}

static bool lets_all_in(GVariant *settings)
{
	const char *target = "";

	g_variant_lookup(settings, "target", "&s", &target);
	return !strcmp(target, "ACCEPT");
}

/* Rules beyond lists of ports are not looked through. */
static bool has_rules(GVariant *settings)
{
	GVariant *rules = g_variant_lookup_value(settings, "rules_str",
						 G_VARIANT_TYPE_STRING_ARRAY);
	bool some = rules && g_variant_n_children(rules);

	g_clear_pointer(&rules, g_variant_unref);
	return some;
}

static enum firewall ask_zone(GVariant *settings, const struct visit *visit)
{
	enum firewall verdict;

	if (lets_all_in(settings) || has_port(settings, visit))
		return FIREWALL_OPEN;
	verdict = ask_services(settings, visit);
	return verdict == FIREWALL_CLOSED && has_rules(settings) ? FIREWALLD_HIDDEN : verdict;
}

/* @zone: or NULL: not known. */
static enum firewall ask_firewalld(const char *zone, const struct visit *visit)
{
	enum firewall verdict = FIREWALLD_HIDDEN;
	GVariant *answer = NULL, *settings;

	if (zone)
		answer = bus_call(FIREWALLD, FIREWALLD_PATH, FIREWALLD ".zone", "getZoneSettings2",
				  g_variant_new("(s)", zone), "(a{sv})");
	if (!answer)
		return verdict;
	settings = g_variant_get_child_value(answer, 0);
	if (!has_source_zones())
		verdict = ask_zone(settings, visit);
	g_variant_unref(settings);
	g_variant_unref(answer);
	return verdict;
}

static bool has_ufw(void)
{
	char *text = NULL, **lines;
	bool on = false;
	int i;

	if (!g_file_get_contents(UFW_CONF, &text, NULL, NULL))
		return false;
	lines = g_strsplit(text, "\n", -1);
	for (i = 0; lines[i]; i++)
		on |= !g_ascii_strcasecmp(g_strstrip(lines[i]), "ENABLED=yes");
	g_strfreev(lines);
	g_free(text);
	return on;
}

/* Without a zone, firewall-cmd uses the default one, which need not be the interface's. */
static char *firewalld_help(const char *zone, uint16_t port)
{
	return zone ? g_strdup_printf("sudo firewall-cmd --zone=%s --add-port=%u/tcp", zone, port) :
		      g_strdup_printf("sudo firewall-cmd --add-port=%u/tcp", port);
}

/* Its rules have no interfaces in addresses: a link-local one is as good as any there. */
static char *ufw_help(GInetSocketAddress *sink, uint16_t port)
{
	GInetAddress *plain = sink ? g_inet_socket_address_get_address(sink) : NULL;
	char *from = plain ? g_inet_address_to_string(plain) : g_strdup("ADDRESS");
	char *help = g_strdup_printf("sudo ufw allow from %s to any port %u proto tcp", from, port);

	g_free(from);
	return help;
}

enum firewall firewall_verdict(GInetSocketAddress *local, GInetSocketAddress *sink, uint16_t port,
			       char **help)
{
	const struct visit visit = { port, "tcp" };
	enum firewall verdict = FIREWALL_NONE;
	char *interface, *zone;

	*help = NULL;
	/* Nothing keeps a machine from itself. */
	if (local && g_inet_address_get_is_loopback(g_inet_socket_address_get_address(local)))
		return verdict;
	if (bus_has_owner(FIREWALLD)) {
		interface = interface_of(local);
		zone = zone_of(interface);
		verdict = ask_firewalld(zone, &visit);
		if (verdict != FIREWALL_OPEN)
			*help = firewalld_help(zone, port);
		g_free(zone);
		g_free(interface);
	} else if (has_ufw()) {
		verdict = UFW_HIDDEN;
		*help = ufw_help(sink, port);
	}
	return verdict;
}

/* Those of all interfaces that sinks may be behind. */
static GHashTable *zones_of_sinks(void)
{
	GHashTable *zones = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const unsigned int wanted = IFF_UP | IFF_MULTICAST;
	struct ifaddrs *all = NULL, *at;
	char *zone;

	if (getifaddrs(&all))
		all = NULL;
	for (at = all; at; at = at->ifa_next) {
		if ((at->ifa_flags & (wanted | IFF_LOOPBACK)) != wanted || !at->ifa_addr ||
		    at->ifa_addr->sa_family != AF_INET)
			continue;
		zone = zone_of(at->ifa_name);
		if (zone)
			g_hash_table_add(zones, zone);
	}
	freeifaddrs(all);
	zone = g_hash_table_size(zones) ? NULL : zone_of(NULL);
	if (zone)
		g_hash_table_add(zones, zone);
	return zones;
}

char *firewall_announcements(void)
{
	GHashTable *zones;
	GHashTableIter at;
	gpointer zone;
	char *help = NULL;

	if (!bus_has_owner(FIREWALLD))
		return NULL;
	zones = zones_of_sinks();
	g_hash_table_iter_init(&at, zones);
	while (!help && g_hash_table_iter_next(&at, &zone, NULL))
		if (ask_firewalld(zone, &announcement) == FIREWALL_CLOSED)
			help = g_strdup_printf("sudo firewall-cmd --zone=%s --add-service=mdns",
					       (const char *)zone);
	g_hash_table_unref(zones);
	return help;
}
