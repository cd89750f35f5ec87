// SPDX-License-Identifier: MIT
/*
 * Events for a reader that does not read for a while: the session does not wait, what is
 * important is there, and the next event has the number of those that are not.
 */
#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "tell.h"

#define MANY	5000

/* More than has room, of events that there are many of, then of others. */
static void say_much(const struct tell *how)
{
	const struct tell_field fields[] = { { .key = "frame", .number = 7 }, { 0 } };
	unsigned int i;

	tell(how, "connected", "Begun.", NULL);
	g_warning("Beware.");
	for (i = 0; i < MANY; i++)
		tell(how, "picture", "A picture of which there are many, all the same.", fields);
	tell(how, "pause", "Paused.", NULL);
	for (i = 0; i < MANY; i++)
		tell(how, "play", "Playing, which is rare, unless the sink is an enemy.", NULL);
	tell(how, "over", "Over.", NULL);
}

/* Both outputs are one small pipe, which is read when all was said. */
__attribute__((noreturn))
static void speak(struct tell *how, int output, int said)
{
	if (fcntl(output, F_SETPIPE_SZ, 4096) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0)
		abort();
	close(output);
	tell_open(how);
	say_much(how);
	if (tell_flush(how, 100) || write(said, "", 1) != 1)
		abort();
	tell_flush(how, -1);
	_exit(EXIT_SUCCESS);
}

static char *read_all(int fd)
{
	GString *all = g_string_new(NULL);
	char some[4096];
	ssize_t size;

	while ((size = read(fd, some, sizeof(some))) > 0)
		g_string_append_len(all, some, size);
	close(fd);
	return g_string_free(all, FALSE);
}

/* Return: what a process has said in this way, for g_free(). */
static char *spoken(struct tell how)
{
	int output[2], said[2], status = -1;
	char *all, byte;
	pid_t speaker;

	if (pipe(output) || pipe(said))
		abort();
	fflush(stdout);
	speaker = fork();
	if (!speaker)
		speak(&how, output[1], said[1]);
	close(output[1]);
	close(said[1]);
	check(read(said[0], &byte, 1) == 1, "all is said before any of it is read");
	all = read_all(output[0]);
	waitpid(speaker, &status, 0);
	check(!status, "and whoever waits for it to be read has it read");
	close(said[0]);
	return all;
}

static unsigned int count(const char *text, const char *part)
{
	unsigned int found = 0;

	for (; (text = strstr(text, part)); text++)
		found++;
	return found;
}

/* Return: the number behind the part that comes next, or 0; sets @text behind it. */
static unsigned int number_after(const char **text, const char *part)
{
	const char *at = strstr(*text, part);

	*text = at ? at + strlen(part) : "";
	return (unsigned int)strtoul(*text, NULL, 10);
}

/* @after: what is behind the number of pictures. */
static void judge(const char *all, const char *mark, const char *picture, const char *play,
		  const char *after)
{
	unsigned int pictures = count(all, picture), plays = count(all, play);
	const char *at = all;

	check(pictures > 1000 && pictures < MANY, "of pictures some are dropped");
	check(plays > 100 && plays < MANY, "of other events, too, but later");
	check(number_after(&at, mark) == MANY - pictures &&
	      g_str_has_prefix(at + strspn(at, "0123456789"), after),
	      "the next event has the number");
	check(number_after(&at, mark) == MANY - plays && count(all, mark) == 2,
	      "as has the next after another gap");
	check(strstr(all, "Over."), "the last is there");
}

static void test_json(void)
{
	char *all = spoken((struct tell){ .json = true });
	char **lines = g_strsplit(all, "\n", -1);
	bool whole = true;
	int i;

	for (i = 0; lines[i]; i++)
		whole &= !*lines[i] || strstr(lines[i], "Beware") ||
			 (*lines[i] == '{' && g_str_has_suffix(lines[i], "}"));
	check(whole, "each line is an object");
	judge(all, "\"dropped\": ", "\"picture\"", "\"play\"", "}\n");
	check(count(all, "\"text\": \"Paused.\", \"dropped\": ") == 1 &&
	      count(all, "\"text\": \"Over.\", \"dropped\": ") == 1, "as a member of it");
	g_strfreev(lines);
	g_free(all);
}

static void test_text(void)
{
	char *all = spoken((struct tell){ 0 });
	const char *begun = strstr(all, "Begun.\n"), *warning = strstr(all, "Beware.\n");

	judge(all, "nobody was reading: ", "A picture of", "Playing, which",
	      ".)\nPaused.\n");
	check(begun && warning && begun < warning && warning < strstr(all, "A picture"),
	      "messages and events of one terminal are in order");
	g_free(all);
}

int main(void)
{
	test_json();
	test_text();
	return check_result();
}
