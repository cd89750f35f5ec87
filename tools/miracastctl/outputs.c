// SPDX-License-Identifier: MIT
#include "outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "png_file.h"
#include "report.h"
#include "signals.h"
#include "stream.h"

#define OPEN_AGAIN_MS	50

static enum exit_status cannot_write(const char *path, int error)
{
	bool is_stdout = !strcmp(path, "-");

	if (error == -EPIPE)
		return fail(EXIT_OUTPUT, "whoever read %s has stopped",
			    is_stdout ? "standard output" : path);
	return fail(EXIT_OUTPUT, "cannot write %s: %s",
		    is_stdout ? "to standard output" : path, strerror(-error));
}

static int write_video(struct writer *writer, const struct mc_picture *picture)
{
	struct outputs *outputs = writer->sink;
	struct video *video = &outputs->video;

	video->rate_mhz = writer->rate_mhz;
	return video_write(video, picture);
}

static int write_png_file(struct writer *writer,
			  const struct mc_picture *picture)
{
	const struct outputs *outputs = writer->sink;
	const char *path = outputs->options->png;

	if (!strcmp(path, "-"))
		return png_file_print(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), picture);
	return png_file_write(path, picture);
}

static int write_png_into(struct writer *writer,
			  const struct mc_picture *picture)
{
	const struct outputs *outputs = writer->sink;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/frame-%06" PRIu64 ".png",
		     outputs->options->png, writer->written + 1) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	return png_file_write(path, picture);
}

static bool is_fifo(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISFIFO(st.st_mode);
}

/* A FIFO that nobody reads cannot be opened yet; a signal ends the wait. */
static enum exit_status open_file(const char *path, int *fd)
{
	bool said = false;
	int error;

	while ((*fd = open(path, O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC,
			   0644)) < 0) {
		error = errno;
		if (error != ENXIO || !is_fifo(path))
			return cannot_write(path, -error);
		if (!said)
			report("waiting for a reader of %s", path);
		said = true;
		if (signals_asked())
			return fail(EXIT_NO_PICTURE, "nobody has read %s", path);
		poll(NULL, 0, OPEN_AGAIN_MS);
	}
	return fcntl(*fd, F_SETFL, 0) ? cannot_write(path, -errno) : EXIT_OK;
}

/* One of its own, also for standard output. */
static enum exit_status open_output(const char *path, int *fd)
{
	if (strcmp(path, "-"))
		return open_file(path, fd);
	*fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return *fd < 0 ? cannot_write(path, -errno) : EXIT_OK;
}

static enum exit_status open_video(struct outputs *outputs, const char *path)
{
	outputs->video.format = outputs->options->y4m ? VIDEO_Y4M : VIDEO_BGRX;
	return open_output(path, &outputs->video.fd);
}

static enum exit_status open_stats(struct outputs *outputs, const char *path)
{
	enum exit_status status;
	int fd;

	status = open_output(path, &fd);
	if (status != EXIT_OK)
		return status;
	outputs->stats_fd = fd;
	outputs->stats = stream_output(fd);
	return outputs->stats ? EXIT_OK : cannot_write(path, -errno);
}

/* Pipes and devices have no earlier contents. */
static int empty(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	return S_ISREG(st.st_mode) && ftruncate(fd, 0) ? -errno : 0;
}

static enum exit_status empty_files(struct outputs *outputs)
{
	const struct capture_options *options = outputs->options;
	int ret = 0;

	if (options->video && strcmp(options->video, "-"))
		ret = empty(outputs->video.fd);
	if (ret)
		return cannot_write(options->video, ret);
	if (options->stats && strcmp(options->stats, "-"))
		ret = empty(outputs->stats_fd);
	return ret ? cannot_write(options->stats, ret) : EXIT_OK;
}

/* The folder of a single PNG file must exist; that of a sequence is created. */
static enum exit_status check_png(const struct capture_options *options)
{
	const char *path = options->png;
	int ret = 0;

	if (!strcmp(path, "-"))
		ret = fcntl(STDOUT_FILENO, F_GETFL) < 0 ? -errno : 0;
	else if (!options->png_is_directory)
		ret = png_file_check(path);
	else if ((mkdir(path, 0755) && errno != EEXIST) ||
		 faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS))
		ret = -errno;
	return ret ? cannot_write(path, ret) : EXIT_OK;
}

void outputs_init(struct outputs *outputs,
		  const struct capture_options *options)
{
	memset(outputs, 0, sizeof(*outputs));
	outputs->options = options;
	outputs->video.fd = -1;
}

enum exit_status outputs_open(struct outputs *outputs,
			      const struct capture_options *options)
{
	enum exit_status status = EXIT_OK;

	if (options->png)
		status = check_png(options);
	if (options->video && status == EXIT_OK)
		status = open_video(outputs, options->video);
	if (options->stats && status == EXIT_OK)
		status = open_stats(outputs, options->stats);
	return status;
}

static enum exit_status start(struct writer *writer)
{
	int ret = writer_start(writer);

	return ret ? fail(EXIT_OTHER, "cannot make a thread: %s", strerror(-ret)) :
	       EXIT_OK;
}

static void set_up_video(struct outputs *outputs)
{
	struct writer *writer = &outputs->video_writer;

	writer->pace = WRITER_CONSTANT_RATE;
	writer->rate_mhz = outputs->options->rate_mhz;
	writer->limit = outputs->options->frames;
	writer->write = write_video;
}

static void set_up_png(struct outputs *outputs)
{
	const struct capture_options *options = outputs->options;
	struct writer *writer = &outputs->png_writer;

	writer->pace = WRITER_ON_DEMAND;
	writer->write = write_png_file;
	if (!options->png_is_directory)
		return;
	writer->pace = WRITER_EVERY_PICTURE;
	writer->write = write_png_into;
	writer->limit = options->video ? 0 : options->frames;
}

enum exit_status outputs_start(struct outputs *outputs, struct store *store,
			       void (*finished)(void *data), void *data)
{
	enum exit_status status = empty_files(outputs);

	outputs->video_writer.store = store;
	outputs->video_writer.sink = outputs;
	outputs->video_writer.finished = finished;
	outputs->video_writer.data = data;
	outputs->png_writer = outputs->video_writer;
	if (outputs->options->video && status == EXIT_OK) {
		set_up_video(outputs);
		status = start(&outputs->video_writer);
	}
	if (outputs->options->png && status == EXIT_OK) {
		set_up_png(outputs);
		status = start(&outputs->png_writer);
	}
	return status;
}

bool outputs_done(struct outputs *outputs)
{
	return (outputs->video_writer.running &&
		writer_done(&outputs->video_writer)) ||
	       (outputs->png_writer.running && writer_done(&outputs->png_writer));
}

enum exit_status outputs_finish(struct outputs *outputs)
{
	const struct capture_options *options = outputs->options;
	enum exit_status status = EXIT_OK;

	writer_join(&outputs->video_writer);
	writer_join(&outputs->png_writer);
	if (outputs->video_writer.error)
		status = cannot_write(options->video,
				      outputs->video_writer.error);
	if (outputs->png_writer.error)
		status = cannot_write(options->png, outputs->png_writer.error);
	return status;
}

struct writer *outputs_video(struct outputs *outputs)
{
	return outputs->options->video ? &outputs->video_writer : NULL;
}

enum exit_status outputs_close(struct outputs *outputs)
{
	enum exit_status status = EXIT_OK;

	video_free(&outputs->video);
	if (outputs->video.fd >= 0 && close(outputs->video.fd))
		status = cannot_write(outputs->options->video, -errno);
	if (outputs->stats && fclose(outputs->stats))
		status = cannot_write(outputs->options->stats, -errno);
	return status;
}
