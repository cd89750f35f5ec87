// SPDX-License-Identifier: MIT
/* Addresses and names of sinks, as text. */
#include <string.h>

#include "harness.h"
#include "link/address.h"
#include "link/browse.h"

static bool reads_as(GInetSocketAddress *address, const char *text, const char *url)
{
	char *here = address ? address_text(address) : NULL;
	char *there = address ? address_for_url(address) : NULL;
	bool good = !g_strcmp0(here, text) && !g_strcmp0(there, url);

	g_free(here);
	g_free(there);
	g_clear_object(&address);
	return good;
}

static void test_addresses(void)
{
	GInetSocketAddress *loopback = address_parse("fe80::20%lo");
	GInetSocketAddress *any = address_parse("fe80::20");
	GInetSocketAddress *other = address_at("fe80::20", 9999), *plain = address_at("::1", 9999);

	check(reads_as(address_parse("192.0.2.1"), "192.0.2.1", "192.0.2.1") &&
	      reads_as(address_parse("2001:db8::1"), "2001:db8::1", "[2001:db8::1]"),
	      "addresses of both kinds are read");
	check(reads_as(address_parse("fe80::20%lo"), "fe80::20%lo", "[fe80::20]"),
	      "the interface of a link-local one stays, but is not for others");
	check(!address_parse("Television") && !address_parse("fe80::20%nowhere") &&
	      !address_parse("192.0.2.1%lo"), "what is no address is none");
	check(reads_as(address_at("fe80::20", 1), "fe80::20%lo", "[fe80::20]") &&
	      reads_as(address_at("192.0.2.1", 1), "192.0.2.1", "192.0.2.1"),
	      "what is heard at an interface has it where it needs it");
	check(!address_at("fe80::20", 0) && !address_at("?", 1),
	      "and is none where it needs it in vain");
	check(address_is(loopback, loopback) && address_is(loopback, any) &&
	      !address_is(loopback, other) && !address_is(loopback, plain),
	      "at another interface it is another's");
	check(reads_as(other, "fe80::20%9999", "[fe80::20]") && reads_as(plain, "::1", "[::1]"),
	      "one that is gone has a number");
	g_object_unref(loopback);
	g_object_unref(any);
}

static void test_names(void)
{
	static const struct {
		const char *name, *plain, *what;
	} rows[] = {
		{ "Fernseher \303\244 \346\227\245", "Fernseher \303\244 \346\227\245",
		  "a name stays" },
		{ "a\033[2Jb\177\n", "a [2Jb  ", "except what a terminal obeys" },
		{ "a\302\2332Jb", "a 2Jb", "in one byte of ISO 6429, too" },
		{ "a\342\200\256b\342\201\251c", "a b c", "and what turns text around" },
		{ "a\342\200\250b\342\200\217c", "a b c", "or ends lines" },
		{ "a\377b", "a\357\277\275b", "what is no UTF-8 is replaced" },
	};
	char *plain;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		plain = browse_plain(rows[i].name);
		check(!strcmp(plain, rows[i].plain), rows[i].what);
		g_free(plain);
	}
}

int main(void)
{
	test_addresses();
	test_names();
	return check_result();
}
