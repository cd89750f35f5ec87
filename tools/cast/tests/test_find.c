// SPDX-License-Identifier: MIT
/* A sink by its name or address. What the network says is the test's: see wrapped.h. */
#include <gio/gio.h>
#include <string.h>

#include "harness.h"
#include "link/address.h"
#include "link/find.h"
#include "wrapped.h"

/* Longer than the finder's own patience, on a machine that is busy. */
#define PATIENCE_MS	60000

/* --- The network ----------------------------------------------------------------- */

static struct {
	const struct browse_hooks *hooks;
	void *user;
	guint asked;
} browsed;

/* One at a time; hooks are called by the test. */
struct browser *__wrap_browse_new(const struct browse_hooks *hooks, void *user)
{
	browsed.hooks = hooks;
	browsed.user = user;
	browsed.asked++;
	return NULL;
}

void __wrap_browse_free(struct browser *browser)
{
	(void)browser;
	browsed.hooks = NULL;
}

/* What is announced, and after which time; no name: there is no daemon. */
struct announced {
	const char *name, *address;
	guint after_ms;
};

static gboolean announce(gpointer user)
{
	const struct announced *announced = user;
	struct browse_sink sink = { .name = announced->name, .host = "tv.local", .port = 7777 };

	if (!announced->name) {
		browsed.hooks->failed(browsed.user);
		return G_SOURCE_REMOVE;
	}
	sink.address = address_parse(announced->address);
	browsed.hooks->found(browsed.user, &sink);
	g_object_unref(sink.address);
	return G_SOURCE_REMOVE;
}

/* --- What is found --------------------------------------------------------------- */

static struct {
	GMainLoop *loop;
	char *name, *address;
	enum fault fault;
	bool late;
	gint64 took_ms;
} found;

static void on_found(void *user, const struct browse_sink *sink)
{
	(void)user;
	found.name = g_strdup(sink->name);
	found.address = address_text(sink->address);
	g_main_loop_quit(found.loop);
}

static void on_failed(void *user, enum fault fault)
{
	(void)user;
	found.fault = fault;
	g_main_loop_quit(found.loop);
}

static const struct find_hooks hooks = { .found = on_found, .failed = on_failed };

static gboolean on_late(gpointer user)
{
	(void)user;
	found.late = true;
	g_main_loop_quit(found.loop);
	return G_SOURCE_CONTINUE;
}

/* Until there is an answer. */
static void look_for(const char *what, struct announced *announced)
{
	guint late = g_timeout_add(PATIENCE_MS, on_late, NULL), timer = 0;
	gint64 begun = g_get_monotonic_time();
	struct finder *finder;

	g_free(found.name);
	g_free(found.address);
	memset(&found, 0, sizeof(found));
	browsed.asked = 0;
	found.loop = g_main_loop_new(NULL, FALSE);
	finder = find_new(what, &hooks, NULL);
	if (announced)
		timer = g_timeout_add(announced->after_ms, announce, announced);
	g_main_loop_run(found.loop);
	found.took_ms = (g_get_monotonic_time() - begun) / 1000;
	if (timer && g_main_context_find_source_by_id(NULL, timer))
		g_source_remove(timer);
	g_source_remove(late);
	find_free(finder);
	g_main_loop_unref(found.loop);
}

static bool is_at(const char *address, const char *name)
{
	bool good = !g_strcmp0(found.address, address) && !g_strcmp0(found.name, name) &&
		    found.fault == FAULT_NONE && !found.late;

	if (!good)
		printf("# %s, %s, %s, %d ms\n", found.address ? found.address : "-",
		       found.name ? found.name : "-", fault_word(found.fault),
		       (int)found.took_ms);
	return good;
}

static bool is_fault(enum fault fault)
{
	if (found.fault != fault)
		is_at("-", "-");
	return found.fault == fault && !found.address;
}

/* --- Tests ----------------------------------------------------------------------- */

static void test_addresses(void)
{
	struct announced it = { "TV", "192.0.2.1", 0 }, other = { "TV", "192.0.2.2", 0 };
	struct announced no_daemon = { 0 };

	look_for("192.0.2.1", &it);
	check(is_at("192.0.2.1", "TV"), "an address that is announced has a name");
	look_for("192.0.2.1", &other);
	check(is_at("192.0.2.1", NULL), "one that is not is enough");
	look_for("192.0.2.1", &no_daemon);
	check(is_at("192.0.2.1", NULL), "and does not need the daemon");
	look_for("127.0.0.1", NULL);
	check(is_at("127.0.0.1", NULL) && !browsed.asked, "this machine is not looked for");
}

/* A link-local address needs its interface, which the user or the daemon knows. */
static void test_half(void)
{
	struct announced late = { "TV", "fe80::20%lo", 2000 };
	struct announced other = { "TV", "fe80::21%lo", 0 }, no_daemon = { 0 };

	look_for("fe80::20%lo", &other);
	check(is_at("fe80::20%lo", NULL), "a link-local address with its interface is enough");
	look_for("fe80::20", &late);
	check(is_at("fe80::20%lo", "TV"), "without it the daemon says it, though it is slow");
	look_for("fe80::20", &no_daemon);
	check(is_fault(FAULT_UNREACHABLE), "without the daemon there is no way");
	look_for("fe80::20", &other);
	check(is_fault(FAULT_UNREACHABLE) && found.took_ms > 9000,
	      "nor when it says nothing for ten seconds");
}

static void test_no_interface(void)
{
	static const char *const wrong[] = { "fe80::20%typo", "fe80::20%", "192.0.2.1%lo" };
	struct announced name = { "TV: 50% off", "192.0.2.1", 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		look_for(wrong[i], NULL);
		check(is_fault(FAULT_UNREACHABLE) && !browsed.asked,
		      "to an interface that is not there is no way, and it is no name");
	}
	look_for("tv: 50% OFF", &name);
	check(is_at("192.0.2.1", "TV: 50% off"), "a name may have such signs");
}

static void test_names(void)
{
	struct announced no_daemon = { 0 };

	look_for("TV", &no_daemon);
	check(is_fault(FAULT_NO_DISCOVERY), "a name needs the daemon");
}

int main(void)
{
	test_addresses();
	test_half();
	test_no_interface();
	test_names();
	g_free(found.name);
	g_free(found.address);
	return check_result();
}
