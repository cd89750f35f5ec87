// SPDX-License-Identifier: MIT
#include "lines.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the room, for what is not spare. */
#define KEPT	(LINES_ROOM / 4)

struct line {
	int fd;
	size_t size;
	char text[];
};

struct lines {
	GThread *writer;
	GMutex lock;		/* guards what follows */
	GCond changed;
	GQueue queue;		/* struct line; the first is being written */
	size_t bytes;		/* of all in the queue */
	unsigned int dropped;
	guint written;		/* how often anything was */
	bool ends;
	GSource *watch;		/* of who reads a file, or NULL */
	int watched;		/* that file */
	void (*gone)(void *user);
	void *user;
};

/* --- Who reads ------------------------------------------------------------------- */

static gboolean on_gone(GSource *source, GSourceFunc callback, gpointer user)
{
	struct lines *lines = user;

	(void)source;
	(void)callback;
	lines->gone(lines->user);
	return G_SOURCE_REMOVE;
}

static GSourceFuncs watch_funcs = { .dispatch = on_gone };

static gboolean ignore(gpointer user)
{
	(void)user;
	return G_SOURCE_REMOVE;
}

/* Of others, such as a terminal, an error there is none of a reader's. */
static bool has_reader(int fd)
{
	struct stat stat;

	return !fstat(fd, &stat) && (S_ISFIFO(stat.st_mode) || S_ISSOCK(stat.st_mode));
}

static GSource *watch_new(struct lines *lines, int fd)
{
	GSource *watch = g_source_new(&watch_funcs, sizeof(GSource));

	g_source_set_callback(watch, ignore, lines, NULL);
	if (has_reader(fd))
		g_source_add_unix_fd(watch, fd, G_IO_ERR | G_IO_HUP);
	g_source_attach(watch, NULL);
	return watch;
}

void lines_watch(struct lines *lines, int fd, void (*gone)(void *user), void *user)
{
	g_mutex_lock(&lines->lock);
	if (lines->watch) {
		g_source_destroy(lines->watch);
		g_source_unref(lines->watch);
		lines->watch = NULL;
	}
	if (gone) {
		signal(SIGPIPE, SIG_IGN);
		lines->watched = fd;
		lines->gone = gone;
		lines->user = user;
		lines->watch = watch_new(lines, fd);
	}
	g_mutex_unlock(&lines->lock);
}

/* --- The thread ------------------------------------------------------------------ */

static void note_written(struct lines *lines)
{
	g_mutex_lock(&lines->lock);
	lines->written++;
	g_cond_broadcast(&lines->changed);
	g_mutex_unlock(&lines->lock);
}

static void note_broken(struct lines *lines, int fd)
{
	g_mutex_lock(&lines->lock);
	if (lines->watch && fd == lines->watched)
		g_source_set_ready_time(lines->watch, 0);
	g_mutex_unlock(&lines->lock);
}

/* Another program may have made a file one that does not block. */
static bool await_room(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };

	return poll(&poll_fd, 1, -1) > 0 || errno == EINTR;
}

/* Return: whether all of it was written. */
static bool write_all(struct lines *lines, const struct line *line)
{
	size_t at = 0;
	ssize_t some;

	while (at < line->size) {
		some = write(line->fd, line->text + at, line->size - at);
		if (some >= 0) {
			at += (size_t)some;
			note_written(lines);
		} else if (errno == EPIPE) {
			note_broken(lines, line->fd);
			return false;
		} else if (errno != EINTR && (errno != EAGAIN || !await_room(line->fd))) {
			return false;
		}
	}
	return true;
}

static gpointer write_lines(gpointer user)
{
	struct lines *lines = user;
	struct line *line;
	bool good;

	g_mutex_lock(&lines->lock);
	for (;;) {
		line = g_queue_peek_head(&lines->queue);
		if (!line && lines->ends)
			break;
		if (!line) {
			g_cond_wait(&lines->changed, &lines->lock);
			continue;
		}
		g_mutex_unlock(&lines->lock);
		good = write_all(lines, line);
		g_mutex_lock(&lines->lock);
		g_queue_pop_head(&lines->queue);
		lines->bytes -= line->size;
		lines->dropped += !good;
		lines->written++;
		g_free(line);
		g_cond_broadcast(&lines->changed);
	}
	g_mutex_unlock(&lines->lock);
	return NULL;
}

/* --- The queue ------------------------------------------------------------------- */

static bool has_room(const struct lines *lines, enum lines_rank rank, size_t size)
{
	switch (rank) {
	case LINES_SPARE:
		return lines->bytes + size <= LINES_ROOM - KEPT;
	case LINES_USUAL:
		return lines->bytes + size <= LINES_ROOM;
	case LINES_LAST:
		break;
	}
	return true;
}

void lines_push(struct lines *lines, int fd, enum lines_rank rank, const char *text, size_t size,
		unsigned int dropped)
{
	struct line *line;

	g_mutex_lock(&lines->lock);
	if (has_room(lines, rank, size)) {
		line = g_malloc(sizeof(*line) + size);
		line->fd = fd;
		line->size = size;
		memcpy(line->text, text, size);
		g_queue_push_tail(&lines->queue, line);
		lines->bytes += size;
		g_cond_broadcast(&lines->changed);
	} else {
		lines->dropped += dropped + 1;
	}
	g_mutex_unlock(&lines->lock);
}

unsigned int lines_take_dropped(struct lines *lines)
{
	unsigned int dropped;

	g_mutex_lock(&lines->lock);
	dropped = lines->dropped;
	lines->dropped = 0;
	g_mutex_unlock(&lines->lock);
	return dropped;
}

/* Return: whether anything was written meanwhile. */
static bool await_progress(struct lines *lines, int patience_ms)
{
	gint64 end = g_get_monotonic_time() + patience_ms * G_TIME_SPAN_MILLISECOND;
	guint written = lines->written;

	while (written == lines->written) {
		if (patience_ms < 0)
			g_cond_wait(&lines->changed, &lines->lock);
		else if (!g_cond_wait_until(&lines->changed, &lines->lock, end))
			break;
	}
	return written != lines->written;
}

bool lines_flush(struct lines *lines, int patience_ms)
{
	bool progress = true, all;

	g_mutex_lock(&lines->lock);
	while (progress && !g_queue_is_empty(&lines->queue))
		progress = await_progress(lines, patience_ms);
	all = g_queue_is_empty(&lines->queue);
	g_mutex_unlock(&lines->lock);
	return all;
}

/* --- Life ------------------------------------------------------------------------ */

struct lines *lines_new(void)
{
	struct lines *lines = g_new0(struct lines, 1);

	g_mutex_init(&lines->lock);
	g_cond_init(&lines->changed);
	g_queue_init(&lines->queue);
	lines->writer = g_thread_new("lines", write_lines, lines);
	return lines;
}

void lines_free(struct lines *lines)
{
	lines_watch(lines, -1, NULL, NULL);
	g_mutex_lock(&lines->lock);
	lines->ends = true;
	g_cond_broadcast(&lines->changed);
	g_mutex_unlock(&lines->lock);
	g_thread_join(lines->writer);
	g_mutex_clear(&lines->lock);
	g_cond_clear(&lines->changed);
	g_free(lines);
}
