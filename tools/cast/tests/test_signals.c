// SPDX-License-Identifier: MIT
/*
 * A signal while a cast still loads what it needs. What is loaded never ends, as an encoder
 * whose device hangs. Casts are processes of their own.
 */
#include <gst/gst.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cast.h"
#include "harness.h"

#define END_MS	30000	/* on a machine that is busy */

static int events;	/* where the cast writes to */
static int early;	/* the signal comes before anything is loaded; 0: none */

/* --- The cast -------------------------------------------------------------------- */

__attribute__((noreturn))
static void hang(GTypeInstance *instance, gpointer class)
{
	(void)instance;
	(void)class;
	if (write(events, "loading\n", 8) != 8)
		_exit(3);
	for (;;)
		pause();
}

static void hang_class_init(gpointer class, gpointer data)
{
	(void)data;
	gst_element_class_set_static_metadata(class, "Hangs", "Source", "Hangs for ever",
					      "The miracast project");
}

static struct screen *screen_open(const char *options, const struct screen_hooks *hooks,
				  void *user, enum fault *fault)
{
	static int screen;

	(void)options;
	(void)hooks;
	(void)user;
	(void)fault;
	if (early)
		kill(getpid(), early);
	return (struct screen *)&screen;
}

static void screen_close(struct screen *screen)
{
	(void)screen;
	if (write(events, "closed\n", 7) != 7)
		_exit(3);
}

__attribute__((noreturn))
static void cast(void)
{
	static const char *const elements[] = { "testhang", NULL };
	static const struct screen_class class = {
		.elements = elements, .open = screen_open, .close = screen_close,
	};
	static struct cast_options options = {
		.sink = "127.0.0.1", .direct = true, .silent = true, .wait_s = 60,
		.tell.json = true,
	};
	const GTypeInfo info = {
		.class_size = sizeof(GstElementClass), .class_init = hang_class_init,
		.instance_size = sizeof(GstElement), .instance_init = hang,
	};

	options.screen = &class;
	tell_open(&options.tell);
	gst_init(NULL, NULL);
	gst_element_register(NULL, "testhang", GST_RANK_NONE,
			     g_type_register_static(GST_TYPE_ELEMENT, "TestHang", &info, 0));
	_exit(cast_run(&options) == FAULT_NONE ? 0 : 1);
}

/* --- The test -------------------------------------------------------------------- */

/* Reads up to a word, or to the end with NULL. Return: whether it has come in time. */
static bool read_up_to(int from, GString *text, const char *word)
{
	struct pollfd wait = { .fd = from, .events = POLLIN };
	char bytes[512];
	ssize_t size;

	while (!word || !strstr(text->str, word)) {
		if (poll(&wait, 1, END_MS) <= 0)
			return false;
		size = read(from, bytes, sizeof(bytes));
		if (size <= 0)
			return !word;
		g_string_append_len(text, bytes, size);
	}
	return true;
}

/* A cast that still loads, in a process of its own. @from: where its events come from. */
static pid_t start_cast(int number, void (*handler)(int), bool at_once, int *from)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends))
		g_error("no pipe");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(ends[0]);
		events = ends[1];
		dup2(events, STDOUT_FILENO);
		early = at_once ? number : 0;
		signal(number, handler);
		cast();
	}
	close(ends[1]);
	*from = ends[0];
	return pid;
}

static void test_signal(int number, bool at_once, const char *what)
{
	GString *text = g_string_new(NULL);
	int from, status = -1;
	bool ended;
	/* A test in the background has SIGINT ignored. */
	pid_t pid = start_cast(number, SIG_DFL, at_once, &from);

	if (!at_once && read_up_to(from, text, "loading"))
		kill(pid, number);
	ended = read_up_to(from, text, NULL);
	if (!ended)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	check(ended && WIFEXITED(status) && !WEXITSTATUS(status), what);
	check(strstr(text->str, "\"over\"") && strstr(text->str, "closed"),
	      "it says so, and takes its screen apart");
	close(from);
	g_string_free(text, TRUE);
}

/* As a shell starts it in the background, or nohup with SIGHUP. */
static void test_ignored(int number, const char *what)
{
	GString *text = g_string_new(NULL);
	int from, status = -1;
	pid_t pid = start_cast(number, SIG_IGN, false, &from);

	read_up_to(from, text, "loading");
	kill(pid, number);
	g_usleep(G_USEC_PER_SEC / 2);
	check(!waitpid(pid, &status, WNOHANG), what);
	kill(pid, SIGTERM);
	read_up_to(from, text, NULL);
	waitpid(pid, &status, 0);
	close(from);
	g_string_free(text, TRUE);
}

int main(void)
{
	test_signal(SIGTERM, false, "SIGTERM ends a cast that still loads, at once");
	test_signal(SIGINT, false, "so does SIGINT");
	test_signal(SIGTERM, true, "and one that comes before that");
	test_ignored(SIGINT, "an ignored SIGINT ends nothing");
	test_ignored(SIGHUP, "nor does an ignored SIGHUP");
	return check_result();
}
