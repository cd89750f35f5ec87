// SPDX-License-Identifier: MIT
#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "signals.h"

struct stream {
	int fd;
	bool gives_up;
	bool lost;	/* something was; what follows would begin within a line */
};

bool stream_takes(int fd)
{
	struct pollfd entry = { .fd = fd, .events = POLLOUT };

	return poll(&entry, 1, 0) != 0;
}

/* Returns false when it is not to be waited for any more. */
static bool await(const struct stream *stream)
{
	struct pollfd entries[] = {
		{ .fd = stream->fd, .events = POLLOUT },
		{ .fd = stream->gives_up ? signals_file() : -1, .events = POLLIN },
	};

	while (!stream_takes(stream->fd)) {
		if (stream->gives_up && signals_asked())
			return false;
		if (poll(entries, sizeof(entries) / sizeof(entries[0]), -1) < 0 && errno != EINTR)
			break;
	}
	return true;
}

/* What poll() says is enough for PIPE_BUF bytes, also of a file that waits by itself. */
static ssize_t put(void *cookie, const char *data, size_t size)
{
	struct stream *stream = cookie;
	size_t done = 0, most;
	ssize_t got;

	while (done < size && !stream->lost) {
		if (!await(stream)) {
			stream->lost = true;
			break;
		}
		most = size - done < PIPE_BUF ? size - done : PIPE_BUF;
		got = write(stream->fd, data + done, most);
		if (got >= 0)
			done += (size_t)got;
		else if (errno != EINTR && errno != EAGAIN)
			return 0;
	}
	return (ssize_t)size;
}

static int end(void *cookie)
{
	const struct stream *stream = cookie;

	return close(stream->fd);
}

static int end_and_free(void *cookie)
{
	int ret = end(cookie);

	free(cookie);
	return ret;
}

/* Without memory they stay what they were. */
void stream_standard(void)
{
	static const cookie_io_functions_t functions = { .write = put, .close = end };
	static struct stream streams[] = {
		{ .fd = STDOUT_FILENO, .gives_up = true },
		{ .fd = STDERR_FILENO, .gives_up = true },
	};
	FILE *out = fopencookie(&streams[0], "w", functions);
	FILE *error = fopencookie(&streams[1], "w", functions);

	if (out)
		stdout = out;
	if (!error)
		return;
	stderr = error;
	setvbuf(stderr, NULL, _IOLBF, 0);
}

FILE *stream_output(int fd)
{
	static const cookie_io_functions_t functions = { .write = put, .close = end_and_free };
	struct stream *stream = calloc(1, sizeof(*stream));
	FILE *file = NULL;

	if (stream) {
		stream->fd = fd;
		file = fopencookie(stream, "w", functions);
	}
	if (!file) {
		free(stream);
		close(fd);
		errno = ENOMEM;
	}
	return file;
}
