// SPDX-License-Identifier: MIT
#include "tell.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"

#define DROPPED	"(Lines are missing here, which nobody was reading: %u.)\n"

/* --- Where to -------------------------------------------------------------------- */

/* Both are mostly the same terminal, on which lines are to be in order. */
static bool is_one_file(void)
{
	struct stat out, err;

	return !fstat(STDOUT_FILENO, &out) && !fstat(STDERR_FILENO, &err) &&
	       out.st_dev == err.st_dev && out.st_ino == err.st_ino;
}

static void push_error(const struct tell *how, enum lines_rank rank, const char *text)
{
	unsigned int dropped = how->err == how->out ? 0 : lines_take_dropped(how->err);
	char *both = dropped ? g_strdup_printf(DROPPED "%s", dropped, text) : g_strdup(text);

	lines_push(how->err, STDERR_FILENO, rank, both, strlen(both), dropped);
	g_free(both);
}

static const char *domain_of(const GLogField *fields, gsize count)
{
	gsize i;

	for (i = 0; i < count; i++)
		if (!strcmp(fields[i].key, "GLIB_DOMAIN"))
			return fields[i].value;
	return NULL;
}

/*
 * GLib's own would wait for a terminal that is stopped. With G_DEBUG, a message may be the last
 * before the process aborts.
 */
static GLogWriterOutput write_log(GLogLevelFlags level, const GLogField *fields, gsize count,
				  gpointer user)
{
	const struct tell *how = user;
	char *text, *line;

	if (level & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR) ||
	    g_log_writer_is_journald(STDERR_FILENO) || g_getenv("G_DEBUG"))
		return g_log_writer_default(level, fields, count, NULL);
	if (g_log_writer_default_would_drop(level, domain_of(fields, count)))
		return G_LOG_WRITER_HANDLED;
	text = g_log_writer_format_fields(level, fields, count,
					  g_log_writer_supports_color(STDERR_FILENO));
	line = g_strconcat(text, "\n", NULL);
	push_error(how, level & G_LOG_LEVEL_DEBUG ? LINES_SPARE : LINES_USUAL, line);
	g_free(line);
	g_free(text);
	return G_LOG_WRITER_HANDLED;
}

void tell_open(struct tell *how)
{
	how->out = lines_new();
	how->err = is_one_file() ? how->out : lines_new();
	g_log_set_writer_func(write_log, how, NULL);
}

bool tell_flush(const struct tell *how, int patience_ms)
{
	bool out = lines_flush(how->out, patience_ms);

	return lines_flush(how->err, patience_ms) && out;
}

void tell_watch(const struct tell *how, void (*gone)(void *user), void *user)
{
	lines_watch(how->out, STDOUT_FILENO, gone, user);
}

/* --- Events ---------------------------------------------------------------------- */

/* Of some kinds there are many; --check and --list end soon, and must be whole. */
static enum lines_rank rank_of(const char *event)
{
	static const struct {
		const char *event;
		enum lines_rank rank;
	} known[] = {
		{ "picture", LINES_SPARE },
		{ "note", LINES_SPARE },
		{ "rate", LINES_SPARE },
		{ "check", LINES_LAST },
		{ "sink", LINES_LAST },
		{ "fault", LINES_LAST },
		{ "over", LINES_LAST },
		{ "stats", LINES_LAST },
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(known); i++)
		if (!strcmp(event, known[i].event))
			return known[i].rank;
	return LINES_USUAL;
}

static void write_object(FILE *file, const char *event, const char *sentence,
			 const struct tell_field *fields, unsigned int dropped)
{
	struct json json = { .file = file, .one_line = true };

	json_object(&json, NULL);
	json_string(&json, "event", event);
	json_string(&json, "text", sentence);
	for (; fields && fields->key; fields++) {
		if (fields->text)
			json_string(&json, fields->key, fields->text);
		else
			json_uint(&json, fields->key, fields->number);
	}
	if (dropped)
		json_uint(&json, "dropped", dropped);
	json_object_end(&json);
}

static void write_sentence(FILE *file, const char *sentence, unsigned int dropped)
{
	if (dropped)
		fprintf(file, DROPPED, dropped);
	fprintf(file, "%s\n", sentence);
}

void tell(const struct tell *how, const char *event, const char *sentence,
	  const struct tell_field *fields)
{
	unsigned int dropped = lines_take_dropped(how->out);
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		g_error("no memory for an event");
	if (how->json)
		write_object(file, event, sentence, fields, dropped);
	else
		write_sentence(file, sentence, dropped);
	fclose(file);
	lines_push(how->out, STDOUT_FILENO, rank_of(event), text, size, dropped);
	free(text);
}

void tell_note(const struct tell *how, const char *text)
{
	if (how->verbose)
		tell(how, "note", text, NULL);
}

void tell_hint(const struct tell *how, const char *sentence, const char *help)
{
	char *text;

	if (how->json)
		return;
	text = g_strdup_printf("miracast-cast: %s\n  try: %s\n", sentence, help);
	push_error(how, LINES_LAST, text);
	g_free(text);
}

void tell_fault(const struct tell *how, enum fault fault, const char *detail, const char *address,
		unsigned int port, const char *help)
{
	char usual[FAULT_TEXT];
	const char *command = help ? help : fault_help(fault, address, port, usual);
	const struct tell_field fields[] = {
		{ .key = "fault", .text = fault_word(fault) },
		{ .key = "detail", .text = detail ? detail : "" },
		{ .key = "help", .text = command },
		{ 0 },
	};
	GString *text;

	if (how->json) {
		tell(how, "fault", fault_sentence(fault), fields);
		return;
	}
	text = g_string_new("miracast-cast: ");
	g_string_append(text, fault_sentence(fault));
	if (detail && *detail)
		g_string_append_printf(text, " (%s)", detail);
	g_string_append_c(text, '\n');
	if (*command)
		g_string_append_printf(text, "  try: %s\n", command);
	push_error(how, LINES_LAST, text->str);
	g_string_free(text, TRUE);
}
