// SPDX-License-Identifier: MIT
/*
 * Lines that a thread writes: to who reads slowly, not at all, or no longer, and to a terminal
 * that is stopped. Nothing here may wait for them; a test that hangs has found that it does.
 */
#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "harness.h"
#include "lines.h"

#define PATIENCE_MS	60000
#define SHORT_MS	200

static void push(struct lines *lines, int fd, enum lines_rank rank, unsigned int number)
{
	char *text = g_strdup_printf("%c %u %0500d\n", "sul"[rank], number, 0);

	lines_push(lines, fd, rank, text, strlen(text), 0);
	g_free(text);
}

/* All that comes until @fd has its end. */
static gpointer read_all(gpointer user)
{
	int fd = GPOINTER_TO_INT(user);
	GString *all = g_string_new(NULL);
	char some[4096];
	ssize_t size;

	while ((size = read(fd, some, sizeof(some))) > 0)
		g_string_append_len(all, some, size);
	return all;
}

/* Return: how many lines of a kind; @last is the number of the last. They are in order. */
static unsigned int count(const GString *all, char kind, unsigned int *last)
{
	char **lines = g_strsplit(all->str, "\n", -1);
	unsigned int i, found = 0, number;
	bool sorted = true;

	for (i = 0; lines[i]; i++) {
		if (*lines[i] != kind)
			continue;
		number = (unsigned int)strtoul(lines[i] + 2, NULL, 10);
		sorted &= !found || number > *last;
		*last = number;
		found++;
	}
	g_strfreev(lines);
	if (!sorted)
		printf("# not in order\n");
	return sorted ? found : 0;
}

/* One page has room in it. */
static void small_pipe(int *ends)
{
	if (pipe(ends) || fcntl(ends[1], F_SETPIPE_SZ, 4096) < 0)
		abort();
}

/* Ends the lines and the file, and returns what the other end still had to read. */
static GString *finish(struct lines *lines, const int *ends)
{
	GThread *reader = g_thread_new("reader", read_all, GINT_TO_POINTER(ends[0]));
	bool all = lines_flush(lines, PATIENCE_MS);
	GString *said;

	lines_free(lines);
	close(ends[1]);
	said = g_thread_join(reader);
	close(ends[0]);
	check(all, "who reads again gets the rest");
	return said;
}

static void test_order(void)
{
	struct lines *lines = lines_new();
	unsigned int i, last = 0;
	GString *said;
	int ends[2];

	small_pipe(ends);
	for (i = 0; i < 300; i++)
		push(lines, ends[1], LINES_USUAL, i);
	check(!lines_flush(lines, SHORT_MS), "who waits for a reader that does not read gives up");
	said = finish(lines, ends);
	check(count(said, 'u', &last) == 300 && last == 299, "lines come in order");
	g_string_free(said, TRUE);
}

static void test_room(bool blocks)
{
	struct lines *lines = lines_new();
	unsigned int i, last = 0, spare, usual;
	unsigned int dropped, then;
	GString *said;
	int ends[2];

	small_pipe(ends);
	if (!blocks)
		fcntl(ends[1], F_SETFL, O_NONBLOCK);
	for (i = 0; i < 2000; i++)
		push(lines, ends[1], LINES_SPARE, i);
	dropped = lines_take_dropped(lines);
	check(dropped > 1000 && !lines_take_dropped(lines),
	      "what has no room is dropped, and counted");
	push(lines, ends[1], LINES_USUAL, 0);
	check(!lines_take_dropped(lines), "what is not spare has room then");
	for (i = 1; i < 2000; i++)
		push(lines, ends[1], LINES_USUAL, i);
	then = lines_take_dropped(lines);
	check(then > 1000 && then < 1999, "of which there is an end, too");
	lines_push(lines, ends[1], LINES_SPARE, "s", 1, 5);
	check(lines_take_dropped(lines) == 6, "a report that is dropped is made by the next");
	push(lines, ends[1], LINES_LAST, 1);
	check(!lines_take_dropped(lines), "the last lines always have room");
	check(!(fcntl(ends[1], F_GETFL) & O_NONBLOCK) == blocks, "the file is as it was");
	said = finish(lines, ends);
	spare = count(said, 's', &last);
	check(spare == 2000 - dropped, "all others are there");
	usual = count(said, 'u', &last);
	check(usual == 2000 - then && count(said, 'l', &last) == 1, "of each rank");
	g_string_free(said, TRUE);
}

/* --- Readers that are gone --------------------------------------------------------- */

static GMainLoop *loop;
static unsigned int calls;

static void on_gone(void *user)
{
	(void)user;
	calls++;
	g_main_loop_quit(loop);
}

static gboolean on_late(gpointer user)
{
	(void)user;
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

/* Return: how often a reader was gone in this time. */
static unsigned int calls_within(guint ms)
{
	guint timer = g_timeout_add(ms, on_late, NULL);

	calls = 0;
	g_main_loop_run(loop);
	if (calls)
		g_source_remove(timer);
	return calls;
}

static void test_gone(void)
{
	struct lines *lines = lines_new();
	unsigned int i;
	int ends[2];

	small_pipe(ends);
	lines_watch(lines, ends[1], on_gone, NULL);
	push(lines, ends[1], LINES_USUAL, 0);
	check(!calls_within(SHORT_MS), "a reader that is there is not gone");
	for (i = 0; i < 100; i++)
		push(lines, ends[1], LINES_USUAL, i);
	close(ends[0]);
	check(calls_within(PATIENCE_MS) == 1, "one that is gone is noticed");
	check(!calls_within(SHORT_MS), "once");
	check(lines_flush(lines, PATIENCE_MS) && lines_take_dropped(lines) >= 90,
	      "nothing waits for it");
	lines_free(lines);
	close(ends[1]);

	small_pipe(ends);
	lines = lines_new();
	lines_watch(lines, ends[1], on_gone, NULL);
	close(ends[0]);
	check(calls_within(PATIENCE_MS) == 1, "also when there is nothing to write");
	lines_free(lines);
	close(ends[1]);

	small_pipe(ends);
	lines = lines_new();
	lines_watch(lines, ends[1], on_gone, NULL);
	lines_watch(lines, ends[1], NULL, NULL);
	close(ends[0]);
	push(lines, ends[1], LINES_USUAL, 0);
	check(!calls_within(SHORT_MS), "but not when nobody wants to know");
	lines_free(lines);
	close(ends[1]);
}

/* It stays open, and is only shut for what is written. */
static void test_socket(void)
{
	struct lines *lines = lines_new();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		abort();
	lines_watch(lines, ends[1], on_gone, NULL);
	shutdown(ends[0], SHUT_RD);
	push(lines, ends[1], LINES_USUAL, 0);
	check(calls_within(PATIENCE_MS) == 1, "a socket that nobody reads is noticed by a line");
	lines_free(lines);
	close(ends[0]);
	close(ends[1]);
}

/* --- Terminals --------------------------------------------------------------------- */

static int open_terminal(int *side)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	struct termios how;

	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal))
		abort();
	*side = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	if (*side < 0 || tcgetattr(*side, &how))
		abort();
	cfmakeraw(&how);
	tcsetattr(*side, TCSANOW, &how);
	return terminal;
}

/* Return: whether so many bytes have come, in whatever pieces. */
static bool read_some(int fd, char *to, size_t wanted)
{
	size_t at = 0;
	ssize_t size;

	while (at < wanted) {
		size = read(fd, to + at, wanted - at);
		if (size <= 0)
			return false;
		at += (size_t)size;
	}
	return true;
}

static void test_terminal(void)
{
	struct lines *lines = lines_new();
	int side, terminal = open_terminal(&side);
	char said[64] = "";

	lines_watch(lines, side, on_gone, NULL);
	tcflow(side, TCOOFF);
	lines_push(lines, side, LINES_USUAL, "first\n", 6, 0);
	lines_push(lines, side, LINES_USUAL, "second\n", 7, 0);
	check(!lines_flush(lines, SHORT_MS), "a terminal that is stopped holds up nobody");
	tcflow(side, TCOON);
	check(lines_flush(lines, PATIENCE_MS), "one that goes on has all lines");
	check(read_some(terminal, said, 13) && !strcmp(said, "first\nsecond\n"), "in order");
	close(terminal);
	lines_push(lines, side, LINES_USUAL, "third\n", 6, 0);
	check(!calls_within(SHORT_MS), "one that is gone is SIGHUP's to report");
	check(lines_flush(lines, PATIENCE_MS) && lines_take_dropped(lines) == 1,
	      "and nothing waits for it");
	lines_free(lines);
	close(side);
}

int main(void)
{
	loop = g_main_loop_new(NULL, FALSE);
	test_order();
	test_room(true);
	test_room(false);
	test_gone();
	test_socket();
	test_terminal();
	g_main_loop_unref(loop);
	return check_result();
}
