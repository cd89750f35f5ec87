// SPDX-License-Identifier: MIT
/*
 * The module's trace points, recorded in a trace instance of the tests' own and
 * parsed from its text.
 */
#include <fcntl.h>
#include <stdarg.h>

#include "lib_miracast_instance.h"
#include "lib_miracast_points.h"

#define INSTANCE MC_TRACING "/instances/miracast-igt"
#define PREFIX ": miracast_"

static struct mc_points recorded;

static void forget_recorded(void)
{
	free(recorded.events);
	memset(&recorded, 0, sizeof(recorded));
}

void mc_points_forget(void)
{
	forget_recorded();
	mc_instance_end(INSTANCE);
}

void mc_points_begin(unsigned int kib)
{
	char size[16];

	mc_points_forget();
	igt_require_f(!access(MC_TRACING "/events/miracast", F_OK),
		      "no trace points: tracefs is not there or not mounted\n");
	mc_instance_make(INSTANCE);
	/* A clock that counts: it orders events across processors. */
	mc_instance_put(INSTANCE, "trace_clock", "counter");
	snprintf(size, sizeof(size), "%u", kib);
	mc_instance_put(INSTANCE, "buffer_size_kb", size);
	mc_instance_enable(INSTANCE, "miracast");
	mc_instance_start(INSTANCE);
}

static char *read_all(const char *path)
{
	size_t room = 1 << 20, used = 0;
	char *text = malloc(room);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	igt_assert_f(fd >= 0, "%s: %m\n", path);
	igt_assert(text);
	while ((got = read(fd, text + used, room - used - 1)) > 0) {
		used += got;
		if (room - used < 65536) {
			room *= 2;
			text = realloc(text, room);
			igt_assert(text);
		}
	}
	igt_assert_f(!got, "%s: %m\n", path);
	close(fd);
	text[used] = 0;
	return text;
}

void mc_points_use_time(void)
{
	mc_instance_put(INSTANCE, "trace_clock", "mono");
}

void mc_points_save(const char *path)
{
	char *text = read_all(INSTANCE "/trace");
	FILE *file = fopen(path, "w");

	igt_assert_f(file, "%s: %m\n", path);
	fputs(text, file);
	igt_assert_eq(fclose(file), 0);
	free(text);
}

/* "     program-123     [000] .....       17: miracast_commit: target=0 ..." */
static bool parse(char *line, struct mc_point_event *event)
{
	char *name = strstr(line, PREFIX);
	char *cpu = strstr(line, " [");
	char *fields, *at;

	if (line[0] == '#' || !name || !cpu || cpu > name)
		return false;
	*name = 0;
	name += strlen(PREFIX);
	fields = strstr(name, ": ");
	igt_assert_f(fields, "no fields: %s\n", name);
	*fields = 0;
	fields += 2;
	igt_assert(strlen(name) < sizeof(event->name));
	igt_assert(strlen(fields) < sizeof(event->fields));
	strcpy(event->name, name);
	strcpy(event->fields, fields);
	at = strrchr(line, ' ');
	event->place = strtoull(at ? at : line, NULL, 10);
	while (cpu > line && cpu[-1] == ' ')
		cpu--;
	while (cpu > line && cpu[-1] != '-')
		cpu--;
	event->tid = atoi(cpu);
	return true;
}

const struct mc_points *mc_points_end(void)
{
	char *text, *line, *next;
	size_t room = 0;

	mc_instance_stop(INSTANCE);
	mc_instance_assert_whole(INSTANCE);
	text = read_all(INSTANCE "/trace");
	forget_recorded();
	for (line = text; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = 0;
		if (recorded.count == room) {
			room = room ? 2 * room : 256;
			recorded.events = realloc(recorded.events,
						  room *
						  sizeof(*recorded.events));
			igt_assert(recorded.events);
		}
		recorded.count += parse(line,
					&recorded.events[recorded.count]);
	}
	free(text);
	mc_instance_end(INSTANCE);
	return &recorded;
}

const struct mc_point_event *mc_points_find(const struct mc_points *trace,
					   const struct mc_point_event *after,
					   const char *name)
{
	size_t i = after ? (size_t)(after - trace->events) + 1 : 0;

	for (; i < trace->count; i++)
		if (!strcmp(trace->events[i].name, name))
			return &trace->events[i];
	return NULL;
}

const struct mc_point_event *mc_points_need(const struct mc_points *trace,
					   const struct mc_point_event *after,
					   const char *name)
{
	const struct mc_point_event *event = mc_points_find(trace, after, name);

	igt_assert_f(event, "no miracast_%s%s%s\n", name,
		     after ? " after " : "", after ? after->fields : "");
	return event;
}

unsigned int mc_points_count(const struct mc_points *trace, const char *name)
{
	const struct mc_point_event *event = NULL;
	unsigned int count = 0;

	while ((event = mc_points_find(trace, event, name)))
		count++;
	return count;
}

/* The text after "name=", or NULL. */
static const char *field(const struct mc_point_event *event, const char *name)
{
	size_t length = strlen(name);
	const char *at = event->fields;

	while (at) {
		if (!strncmp(at, name, length) && at[length] == '=')
			return at + length + 1;
		at = strchr(at, ' ');
		at += !!at;
	}
	return NULL;
}

uint64_t mc_points_number(const struct mc_point_event *event, const char *name)
{
	const char *text = field(event, name);

	igt_assert_f(text, "miracast_%s has no %s: %s\n", event->name, name,
		     event->fields);
	return strtoull(text, NULL, 0);
}

void mc_points_is(const struct mc_point_event *event, const char *f, ...)
{
	char want[sizeof(event->fields)];
	va_list args;

	va_start(args, f);
	vsnprintf(want, sizeof(want), f, args);
	va_end(args);
	igt_assert_f(!strcmp(event->fields, want),
		     "miracast_%s: \"%s\", expected \"%s\"\n", event->name,
		     event->fields, want);
}
