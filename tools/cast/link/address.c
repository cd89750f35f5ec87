// SPDX-License-Identifier: MIT
#include "link/address.h"

#include <net/if.h>
#include <string.h>

GInetSocketAddress *address_parse(const char *text)
{
	GSocketAddress *address = g_inet_socket_address_new_from_string(text, 0);

	return address ? G_INET_SOCKET_ADDRESS(address) : NULL;
}

/* Return: its number; 0: any. */
static uint32_t interface_of(GInetSocketAddress *address)
{
	return g_socket_address_get_family(G_SOCKET_ADDRESS(address)) == G_SOCKET_FAMILY_IPV6 ?
		       g_inet_socket_address_get_scope_id(address) : 0;
}

static GSocketAddress *make(GInetAddress *address, uint16_t port, uint32_t interface)
{
	return g_object_new(G_TYPE_INET_SOCKET_ADDRESS, "address", address, "port", (guint)port,
			    "scope-id", (guint)interface, NULL);
}

static bool needs_interface(GInetAddress *address)
{
	return g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 &&
	       g_inet_address_get_is_link_local(address);
}

bool address_lacks_way(const char *text)
{
	char *plain = g_strndup(text, strcspn(text, "%"));
	GInetAddress *address = strchr(text, '%') ? g_inet_address_new_from_string(plain) : NULL;
	bool found = address;

	g_clear_object(&address);
	g_free(plain);
	return found;
}

bool address_is_half(GInetSocketAddress *address)
{
	return needs_interface(g_inet_socket_address_get_address(address)) &&
	       !interface_of(address);
}

GInetSocketAddress *address_at(const char *text, uint32_t interface)
{
	GInetAddress *plain = g_inet_address_new_from_string(text);
	GSocketAddress *address = NULL;

	if (plain && needs_interface(plain))
		address = interface ? make(plain, 0, interface) : NULL;
	else if (plain)
		address = make(plain, 0, 0);
	g_clear_object(&plain);
	return address ? G_INET_SOCKET_ADDRESS(address) : NULL;
}

char *address_text(GInetSocketAddress *address)
{
	char *text = g_inet_address_to_string(g_inet_socket_address_get_address(address)), *whole;
	uint32_t interface = interface_of(address);
	char name[IF_NAMESIZE];

	if (!interface)
		return text;
	if (if_indextoname(interface, name))
		whole = g_strdup_printf("%s%%%s", text, name);
	else
		whole = g_strdup_printf("%s%%%u", text, interface);
	g_free(text);
	return whole;
}

char *address_for_url(GInetSocketAddress *address)
{
	GInetAddress *plain = g_inet_socket_address_get_address(address);
	char *text = g_inet_address_to_string(plain), *bracketed;

	if (g_inet_address_get_family(plain) == G_SOCKET_FAMILY_IPV4)
		return text;
	bracketed = g_strdup_printf("[%s]", text);
	g_free(text);
	return bracketed;
}

bool address_is(GInetSocketAddress *address, GInetSocketAddress *meant)
{
	uint32_t interface = interface_of(meant);

	return g_inet_address_equal(g_inet_socket_address_get_address(address),
				    g_inet_socket_address_get_address(meant)) &&
	       (!interface || interface == interface_of(address));
}

GSocketAddress *address_with_port(GInetSocketAddress *address, uint16_t port)
{
	return make(g_inet_socket_address_get_address(address), port,
		    interface_of(address));
}
