// SPDX-License-Identifier: MIT
#include "lid.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "signals.h"

/* sd-login(3) recommends this test for logind, as sd_booted() is for systemd. */
#define LOGIND	"/run/systemd/seats"

/*
 * The lock is held while "cat" reads from the pipe. That ends when this process closes the
 * pipe or ends, for whatever reason.
 */
static char *const command[] = {
	"systemd-inhibit", "--what=handle-lid-switch", "--mode=block",
	"--who=miracastctl", "--why=A Miracast display is in use", "cat", NULL,
};

static int spawn(struct lid *lid, int input)
{
	posix_spawn_file_actions_t actions;
	sigset_t before;
	int ret;

	ret = posix_spawn_file_actions_init(&actions);
	if (ret)
		return ret;
	ret = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	if (!ret)
		ret = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO,
						       "/dev/null", O_WRONLY, 0);
	if (!ret)
		ret = posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO,
						       STDERR_FILENO);
	/* It stays while this program ends, also when somebody interrupts both. */
	signals_keep_out(&before);
	if (!ret)
		ret = posix_spawnp(&lid->process, command[0], &actions, NULL,
				   command, environ);
	sigprocmask(SIG_SETMASK, &before, NULL);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

void lid_hold(struct lid *lid)
{
	int ends[2];

	if (lid->held || access(LOGIND, F_OK) || pipe2(ends, O_CLOEXEC))
		return;
	lid->held = true;
	lid->pipe = ends[1];
	if (spawn(lid, ends[0]))
		lid->process = 0;
	close(ends[0]);
}

void lid_release(struct lid *lid)
{
	if (!lid->held)
		return;
	close(lid->pipe);
	if (lid->process) {
		/* It may still wait for an answer. */
		kill(lid->process, SIGKILL);
		waitpid(lid->process, NULL, 0);
	}
	*lid = (struct lid){ 0 };
}
