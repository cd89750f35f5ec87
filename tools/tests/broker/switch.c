// SPDX-License-Identifier: MIT
/*
 * Switches to another virtual terminal, as Ctrl-Alt-F3 does, and does not wait.
 *
 * usage: switch TERMINAL...
 *
 * Several are switched to one after the other, at once.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/vt.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
	int i, tty = open("/dev/tty0", O_RDWR | O_CLOEXEC);

	if (tty < 0)
		err(1, "/dev/tty0");
	for (i = 1; i < argc; i++)
		if (ioctl(tty, VT_ACTIVATE, atoi(argv[i])))
			err(1, "terminal %s", argv[i]);
	return 0;
}
