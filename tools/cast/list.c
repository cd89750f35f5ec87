// SPDX-License-Identifier: MIT
#include "list.h"

#include "link/browse.h"

/* Answers of sinks that sleep lightly come within two seconds; some answer late. */
#define LISTEN_MS	2500

struct list {
	const struct tell *how;
	GMainLoop *loop;
	struct browser *browser;
	GHashTable *seen;
	enum fault fault;
};

static void on_found(void *user, const struct browse_sink *sink)
{
	struct list *list = user;
	char *address = g_inet_address_to_string(sink->address);
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
	.found = on_found, .failed = on_failed,
};

static gboolean on_time(gpointer user)
{
	struct list *list = user;

	/* That the list is empty is known only when somebody has listened. */
	if (browse_listens(list->browser))
		g_main_loop_quit(list->loop);
	return G_SOURCE_CONTINUE;
}

enum fault list_sinks(const struct tell *how)
{
	struct list list = { .how = how, .loop = g_main_loop_new(NULL, FALSE) };
	guint timer = g_timeout_add(LISTEN_MS, on_time, &list);

	list.browser = browse_new(&hooks, &list);
	list.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_main_loop_run(list.loop);
	g_source_remove(timer);
	browse_free(list.browser);
	g_hash_table_unref(list.seen);
	g_main_loop_unref(list.loop);
	if (list.fault != FAULT_NONE)
		tell_fault(how, list.fault, NULL, NULL, 0);
	return list.fault;
}
