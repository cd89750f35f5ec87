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
	struct stream *stream = cookie;
	int ret = close(stream->fd);

	free(stream);
	return ret;
}

static FILE *open_stream(int fd, bool gives_up)
{
	static const cookie_io_functions_t functions = { .write = put, .close = end };
	struct stream *stream = calloc(1, sizeof(*stream));
	FILE *file;

	if (!stream)
		return NULL;
	stream->fd = fd;
	stream->gives_up = gives_up;
	file = fopencookie(stream, "w", functions);
	if (!file)
		free(stream);
	return file;
}

/* Without memory they stay what they were. */
void stream_standard(void)
{
	FILE *out = open_stream(STDOUT_FILENO, true);
	FILE *error = open_stream(STDERR_FILENO, true);

	if (out)
		stdout = out;
	if (!error)
		return;
	stderr = error;
	setvbuf(stderr, NULL, _IOLBF, 0);
}

FILE *stream_output(int fd)
{
	FILE *file = open_stream(fd, false);

	if (!file) {
		close(fd);
		errno = ENOMEM;
	}
	return file;
}
