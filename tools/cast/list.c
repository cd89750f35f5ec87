// SPDX-License-Identifier: MIT
#include "list.h"

#include "link/address.h"
#include "link/browse.h"
#include "link/firewall.h"

/*
 * From when the daemon listens, which the bus may have to start. Answers of sinks that sleep
 * lightly come within two seconds; some answer late.
 */
#define LISTEN_MS	2500

struct list {
	const struct tell *how;
	GMainLoop *loop;
	struct browser *browser;
	GHashTable *seen;
	guint timer;
	enum fault fault;
};

static gboolean on_time(gpointer user)
{
	struct list *list = user;

	list->timer = 0;
	g_main_loop_quit(list->loop);
	return G_SOURCE_REMOVE;
}

static void on_listens(void *user)
{
	struct list *list = user;

	list->timer = g_timeout_add(LISTEN_MS, on_time, list);
}

static void on_found(void *user, const struct browse_sink *sink)
{
	struct list *list = user;
	char *address = address_text(sink->address);
	char *line = g_strdup_printf("%-40s %s", sink->name, address);
	const struct tell_field fields[] = {
		{ .key = "name", .text = sink->name },
		{ .key = "address", .text = address },
		{ .key = "port", .number = sink->port },
		{ 0 },
	};

	if (g_hash_table_add(list->seen, g_strdup(line)))
		tell(list->how, "sink", line, fields);
	g_free(line);
	g_free(address);
}

static void on_failed(void *user)
{
	struct list *list = user;

	list->fault = FAULT_NO_DISCOVERY;
	g_main_loop_quit(list->loop);
}

static const struct browse_hooks hooks = {
	.listens = on_listens, .found = on_found, .failed = on_failed,
};

/* Nothing at all would look like a failure of the program. */
static void say_it_is_empty(const struct tell *how)
{
	char *help = firewall_announcements();

	tell_hint(how, "No sink has announced itself; some do only while a menu of theirs is open.",
		  help ? help : "miracast-cast --check");
	g_free(help);
}

enum fault list_sinks(const struct tell *how)
{
	struct list list = { .how = how, .loop = g_main_loop_new(NULL, FALSE) };

	list.browser = browse_new(&hooks, &list);
	list.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_main_loop_run(list.loop);
	if (list.timer)
		g_source_remove(list.timer);
	browse_free(list.browser);
	if (list.fault == FAULT_NONE && !g_hash_table_size(list.seen))
		say_it_is_empty(how);
	g_hash_table_unref(list.seen);
	g_main_loop_unref(list.loop);
	if (list.fault != FAULT_NONE)
		tell_fault(how, list.fault, NULL, NULL, 0, NULL);
	return list.fault;
}
