// SPDX-License-Identifier: MIT
#include "uevents.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define KERNEL		1	/* the group; that of udev speaks otherwise */
#define MESSAGE_MAX	8192

int uevents_open(void)
{
	struct sockaddr_nl own = { .nl_family = AF_NETLINK, .nl_groups = KERNEL };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&own, sizeof(own))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* A message is a header and words such as NAME=VALUE, each with a zero behind it. */
static gboolean concerns_us(const char *message, size_t bytes)
{
	const char *end = message + bytes;

	while (message < end) {
		if (!strcmp(message, "SUBSYSTEM=drm") || !strcmp(message, "DEVNAME=miracast"))
			return TRUE;
		message += strlen(message) + 1;
	}
	return FALSE;
}

gboolean uevents_read(int fd)
{
	char message[MESSAGE_MAX + 1];
	gboolean concerned = FALSE;
	ssize_t bytes;

	for (;;) {
		bytes = recv(fd, message, MESSAGE_MAX, MSG_DONTWAIT);
		if (bytes > 0) {
			message[bytes] = '\0';
			concerned |= concerns_us(message, (size_t)bytes);
		} else if (bytes < 0 && errno == ENOBUFS) {
			concerned = TRUE;
		} else if (!bytes || errno != EINTR) {
			return concerned;
		}
	}
}
