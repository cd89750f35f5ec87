// SPDX-License-Identifier: MIT
/*
 * miracastctl capture: keeps the owner's picture and lets threads write it.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include "buffers.h"
#include "capture_options.h"
#include "clock.h"
#include "command.h"
#include "errors.h"
#include "outputs.h"
#include "png_file.h"
#include "report.h"
#include "signals.h"
#include "stats.h"
#include "status_line.h"
#include "store.h"

/* A capture at work. */
struct capture {
	const struct capture_options *options;
	struct owner owner;
	struct store store;
	struct mc_buffers buffers;
	struct outputs outputs;
	struct stats stats;
	struct status_line line;
	uint64_t begin_ns;
	/* A chunk was read and is not released yet; its pixels. */
	bool reading;
	uint64_t damaged;
};

static uint32_t on_mode_set(struct owner *owner,
			    const struct drm_miracast_message_mode_set *mode)
{
	struct capture *capture = owner->data;

	if (store_mode(&capture->store, mode->width, mode->height,
		       mode->refresh_mhz))
		return DRM_MIRACAST_COMPLETION_REFUSED;
	capture->stats.mode = *mode;
	capture->stats.modes++;
	return DRM_MIRACAST_COMPLETION_SUCCESS;
}

/* The chunk was revoked before or while it was read: a full picture replaces it. */
static void lose_chunk(struct capture *capture, const struct mc_event *event)
{
	bool full = event->chunk.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL;

	if (full || !capture->store.torn)
		mc_request_frame(&capture->owner.context);
	store_lose(&capture->store);
	capture->stats.lost++;
}

static int read_chunk(struct capture *capture, const struct mc_event *event,
		      uint64_t *damaged)
{
	struct mc_buffer *buffer;
	int ret;

	ret = mc_buffers_get(&capture->buffers, &capture->owner.context,
			     event->chunk.buffer, &buffer);
	if (ret)
		return ret;
	ret = mc_buffer_begin(buffer);
	if (ret)
		return ret;
	ret = store_apply(&capture->store, event, buffer, damaged);
	mc_buffer_end(buffer);
	return ret;
}

static void on_chunk(struct owner *owner, const struct mc_event *event)
{
	struct capture *capture = owner->data;
	int ret;

	if (event->chunk.mode_serial != capture->stats.mode.mode_serial)
		return;
	ret = read_chunk(capture, event, &capture->damaged);
	capture->reading = !ret;
	if (ret == -ESTALE)
		lose_chunk(capture, event);
	else if (ret == -EOPNOTSUPP)
		owner_stop(owner, fail(EXIT_OTHER,
				       "the picture cannot be mapped; try without --direct"));
	else if (ret)
		owner_stop(owner, fail_step(ret, "read the picture"));
}

/* Frames count in the writers when they write a sequence, else here. */
static bool enough_pictures(const struct capture *capture)
{
	const struct capture_options *options = capture->options;

	return options->frames && !options->video && !options->png_is_directory &&
	       capture->stats.pictures >= options->frames;
}

static void on_released(struct owner *owner, const struct mc_event *event,
			int result)
{
	struct capture *capture = owner->data;

	if (!capture->reading)
		return;
	capture->reading = false;
	if (result) {
		lose_chunk(capture, event);
		return;
	}
	store_settle(&capture->store);
	stats_chunk(&capture->stats, event, owner->events.read_time_ns,
		    capture->damaged);
	if (enough_pictures(capture))
		owner_stop(owner, EXIT_OK);
}

static void on_buffer_gone(struct owner *owner, uint64_t buffer)
{
	struct capture *capture = owner->data;

	mc_buffers_drop(&capture->buffers, &owner->context, buffer);
}

static void on_user_signal(struct owner *owner, int number)
{
	struct capture *capture = owner->data;

	if (number == SIGUSR2)
		store_begin(&capture->store);
	else if (!capture->options->png || capture->options->png_is_directory)
		report("SIGUSR1 does nothing without --png FILE.png");
	else
		writer_demand(&capture->outputs.png_writer);
}

static void on_woken(struct owner *owner)
{
	struct capture *capture = owner->data;

	if (outputs_done(&capture->outputs))
		owner_stop(owner, EXIT_OK);
}

static uint64_t to_ns(double seconds)
{
	return (uint64_t)llround(seconds * (double)NS_PER_SECOND);
}

/* Whether capture has reached its own end. */
static uint64_t deadline_ns(const struct capture *capture)
{
	const struct capture_options *options = capture->options;

	if (capture->store.begin_ns && options->seconds > 0)
		return capture->store.begin_ns + to_ns(options->seconds);
	if (!capture->stats.pictures && options->wait > 0)
		return capture->begin_ns + to_ns(options->wait);
	return UINT64_MAX;
}

static void end_of_time(struct capture *capture)
{
	if (capture->stats.pictures)
		owner_stop(&capture->owner, EXIT_OK);
	else
		owner_stop(&capture->owner,
			   fail(EXIT_NO_PICTURE, "nothing was shown on %s within %g s",
				capture->owner.connector, capture->options->wait));
}

static int on_tick(struct owner *owner)
{
	struct capture *capture = owner->data;
	uint64_t deadline = deadline_ns(capture);
	uint64_t now_ns = clock_ns();
	int timeout_ms = -1;
	uint64_t left_ms;

	if (now_ns >= deadline) {
		end_of_time(capture);
		return 0;
	}
	if (!capture->options->quiet)
		timeout_ms = status_line_update(&capture->line, &capture->stats);
	left_ms = (deadline - now_ns) / NS_PER_MS + 1;
	if (deadline != UINT64_MAX &&
	    (timeout_ms < 0 || left_ms < (uint64_t)timeout_ms))
		timeout_ms = left_ms > 1000000 ? 1000000 : (int)left_ms;
	return timeout_ms;
}

static const struct owner_ops capture_ops = {
	.mode_set = on_mode_set,
	.chunk = on_chunk,
	.released = on_released,
	.buffer_gone = on_buffer_gone,
	.user_signal = on_user_signal,
	.woken = on_woken,
	.tick = on_tick,
};

static void wake(void *data)
{
	owner_wake(data);
}

/* The time at which the video ends: not later than the user asked for. */
static uint64_t end_ns(const struct capture *capture)
{
	uint64_t deadline = deadline_ns(capture);
	uint64_t now_ns = clock_ns();

	return now_ns < deadline ? now_ns : deadline;
}

static enum exit_status serve(struct capture *capture)
{
	enum exit_status status;

	/* An existing file is only emptied when there is something new to write. */
	status = owner_begin(&capture->owner, &capture->options->owner);
	capture->store.yuv = capture->owner.nv12;
	if (status == EXIT_OK)
		status = outputs_open(&capture->outputs, capture->options);
	if (status == EXIT_OK)
		status = owner_announce(&capture->owner);
	capture->begin_ns = clock_ns();
	capture->stats.connector = capture->owner.connector;
	if (status == EXIT_OK)
		status = outputs_start(&capture->outputs, &capture->store, wake,
				       &capture->owner);
	if (status == EXIT_OK)
		status = owner_run(&capture->owner, &capture_ops);
	capture->stats.end_ns = end_ns(capture);
	store_end(&capture->store, capture->stats.end_ns);
	report_status_end();
	return status;
}

static enum exit_status worse(enum exit_status first, enum exit_status second)
{
	return first == EXIT_OK ? second : first;
}

static void report_results(struct capture *capture)
{
	struct writer *video = outputs_video(&capture->outputs);

	capture->stats.driver = capture->owner.statistics;
	if (capture->outputs.stats && capture->owner.session)
		stats_json(&capture->stats, video, capture->outputs.stats);
	if (!capture->options->quiet && capture->owner.session)
		stats_summary(&capture->stats, video);
}

/* Success means that everything the user asked for was written. */
static enum exit_status judge(struct capture *capture)
{
	const struct capture_options *options = capture->options;
	struct writer *video = outputs_video(&capture->outputs);

	if (!capture->stats.pictures && (options->png || video))
		return fail(EXIT_NO_PICTURE, "no picture was shown, so none was written");
	if (options->png_is_directory && !capture->store.begin_ns)
		return fail(EXIT_NO_PICTURE, "%s have not begun, so none was written",
			    video ? "video and PNG files" : "the PNG files");
	if (options->png && !capture->outputs.png_writer.written)
		return fail(EXIT_NO_PICTURE, "the pictures shown were torn, so none was written");
	if (video && !video->written)
		return fail(EXIT_NO_PICTURE, "the video has not begun, so none was written");
	return EXIT_OK;
}

static enum exit_status run(struct capture *capture)
{
	enum exit_status status;

	status = serve(capture);
	mc_buffers_clear(&capture->buffers);
	owner_end(&capture->owner);
	status = worse(status, outputs_finish(&capture->outputs));
	owner_free(&capture->owner);
	report_results(capture);
	return status == EXIT_OK ? judge(capture) : status;
}

static enum exit_status capture_with(const struct capture_options *options)
{
	const struct log out = { .file = stderr };
	struct capture capture = { .options = options };
	enum exit_status status;

	capture.owner.data = &capture;
	capture.owner.out = options->quiet ? NULL : &out;
	owner_block_signals();
	signals_before_end(png_file_abandon);
	if (store_init(&capture.store))
		return fail(EXIT_OTHER, "out of memory");
	capture.store.armed = options->on_signal;
	capture.store.length_ns = to_ns(options->seconds);
	outputs_init(&capture.outputs, options);
	status = run(&capture);
	status = worse(status, outputs_close(&capture.outputs));
	stats_free(&capture.stats);
	store_fini(&capture.store);
	return status;
}

enum exit_status command_capture(int argc, char **argv)
{
	struct capture_options options;
	enum exit_status status;

	status = capture_options_parse(&options, argc, argv);
	if (status == EXIT_OK && options.help)
		fputs(capture_usage, stdout);
	else if (status == EXIT_OK)
		status = capture_with(&options);
	capture_options_free(&options);
	return status;
}
