// SPDX-License-Identifier: MIT
#include "files.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

static int wait_writable(int fd)
{
	struct pollfd entry = { .fd = fd, .events = POLLOUT };

	return poll(&entry, 1, -1) < 0 && errno != EINTR ? -errno : 0;
}

int write_all(int fd, const void *data, size_t size)
{
	const uint8_t *from = data;
	ssize_t done;
	int ret = 0;

	while (size && !ret) {
		done = write(fd, from, size);
		if (done >= 0) {
			from += done;
			size -= (size_t)done;
		} else if (errno == EAGAIN) {
			ret = wait_writable(fd);
		} else if (errno != EINTR) {
			ret = -errno;
		}
	}
	return ret;
}
