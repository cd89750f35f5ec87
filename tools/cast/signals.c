// SPDX-License-Identifier: MIT
#include "signals.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdbool.h>

#define COUNT	3

struct signals {
	void (*asked)(void *user);
	void *user;
	guint sources[COUNT];
};

static gboolean on_signal(gpointer user)
{
	struct signals *signals = user;

	signals->asked(signals->user);
	return G_SOURCE_CONTINUE;
}

/* As nohup leaves SIGHUP, and a shell SIGINT of what it starts in the background. */
static bool is_ignored(int number)
{
	struct sigaction action;

	return !sigaction(number, NULL, &action) && action.sa_handler == SIG_IGN;
}

struct signals *signals_new(void (*asked)(void *user), void *user)
{
	static const int numbers[COUNT] = { SIGINT, SIGTERM, SIGHUP };
	struct signals *signals = g_new0(struct signals, 1);
	size_t i;

	signals->asked = asked;
	signals->user = user;
	for (i = 0; i < COUNT; i++)
		if (!is_ignored(numbers[i]))
			signals->sources[i] = g_unix_signal_add(numbers[i], on_signal, signals);
	return signals;
}

void signals_free(struct signals *signals)
{
	size_t i;

	if (!signals)
		return;
	for (i = 0; i < COUNT; i++)
		if (signals->sources[i])
			g_source_remove(signals->sources[i]);
	g_free(signals);
}
