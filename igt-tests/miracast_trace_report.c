// SPDX-License-Identifier: MIT
/*
 * What owners report, and the ways to look inside: counters, debugfs, fdinfo.
 */
#include <stdarg.h>

#include "miracast_trace.h"

#define WIDTH 640
#define HEIGHT 480
#define ROOM_KIB 1024
#define LL(x) ((unsigned long long)(x))

static int report_chunk(int fd, uint64_t chunk_id, uint32_t type,
			uint32_t processing_us, uint32_t kbps)
{
	struct drm_miracast_report_chunk in = {
		.chunk_id = chunk_id,
		.chunk_type = type,
		.processing_us = processing_us,
		.encode_rate_kbps = kbps,
	};

	return mc_io_errno(fd, DRM_MIRACAST_REPORT_CHUNK, &in, sizeof(in),
			   NULL, 0, NULL);
}

static int report_statistic(int fd, uint32_t type, uint32_t event,
			    uint64_t chunk_id)
{
	struct drm_miracast_report_statistic in = {
		.type = type,
		.event = event,
		.chunk_id = chunk_id,
	};

	return mc_io_errno(fd, DRM_MIRACAST_REPORT_STATISTIC, &in, sizeof(in),
			   NULL, 0, NULL);
}

static int report_sent(int fd, uint64_t chunk_id)
{
	return report_statistic(fd, DRM_MIRACAST_STATISTIC_CHUNK_SENT, 0,
				chunk_id);
}

static int report_status(int fd, uint32_t status, int32_t error)
{
	struct drm_miracast_report_status in = {
		.status = status,
		.error = error,
	};

	return mc_io_errno(fd, DRM_MIRACAST_REPORT_STATUS, &in, sizeof(in),
			   NULL, 0, NULL);
}

static const struct {
	uint32_t number;
	const char *name;
} types[] = {
	{ DRM_MIRACAST_CHUNK_UNKNOWN, "unknown" },
	{ DRM_MIRACAST_CHUNK_COLOR_CONVERT_COMPLETE, "color-convert-complete" },
	{ DRM_MIRACAST_CHUNK_ENCODE_COMPLETE, "encode-complete" },
	{ DRM_MIRACAST_CHUNK_FRAME_START, "frame-start" },
	{ DRM_MIRACAST_CHUNK_FRAME_DROPPED, "frame-dropped" },
	{ (uint32_t)DRM_MIRACAST_CHUNK_DRIVER_DEFINED_1, "driver-defined-1" },
	{ (uint32_t)DRM_MIRACAST_CHUNK_DRIVER_DEFINED_2, "driver-defined-2" },
}, events[] = {
	{ DRM_MIRACAST_PROTOCOL_IFRAME_REQUEST, "iframe-request" },
	{ DRM_MIRACAST_PROTOCOL_MONITOR_ARRIVE, "monitor-arrive" },
	{ DRM_MIRACAST_PROTOCOL_MONITOR_DEPART, "monitor-depart" },
	{ DRM_MIRACAST_PROTOCOL_PREFERRED_MODE_FAILED,
	  "preferred-mode-failed" },
}, statuses[] = {
	{ DRM_MIRACAST_STATUS_CRITICAL_ERROR, "critical-error" },
	{ DRM_MIRACAST_STATUS_MISSING_KEEPALIVE, "missing-keepalive" },
	{ DRM_MIRACAST_STATUS_SINK_DISCONNECT_REQUEST,
	  "sink-disconnect-request" },
	{ DRM_MIRACAST_STATUS_INSUFFICIENT_BANDWIDTH,
	  "insufficient-bandwidth" },
	{ DRM_MIRACAST_STATUS_SINK_FAILED_MODE_CHANGE,
	  "sink-failed-mode-change" },
	{ DRM_MIRACAST_STATUS_COMPANION_DISCONNECT, "companion-disconnect" },
};

/* Reports in the trace */

static void check_report(const struct mc_point_event *event, uint64_t context,
			 uint64_t frame, uint32_t i)
{
	mc_points_is(event,
		     "context=%llu frame=%llu part=%u type=%s processing_us=%u encode_rate_kbps=%u",
		     LL(context), LL(frame), i, types[i].name, 1000 + i,
		     20000 + i);
}

static void test_report_chunk(void)
{
	struct mc_scene *scene = mc_scene(WIDTH, HEIGHT, 3);
	const struct mc_point_event *event = NULL;
	const struct mc_points *trace;
	struct mc_chunk chunk;
	uint64_t frame;
	uint32_t i;

	mc_wait_chunk(scene->ctx, &chunk);
	frame = DRM_MIRACAST_CHUNK_FRAME(chunk.event.chunk_id);
	mc_points_begin(ROOM_KIB);
	/* Held, then given back; slices of the owner's own count as parts. */
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (i == ARRAY_SIZE(types) / 2)
			mc_release(scene->ctx, &chunk);
		mc_expect(report_chunk(scene->ctx->fd,
				       DRM_MIRACAST_CHUNK_ID(frame, i),
				       types[i].number, 1000 + i, 20000 + i),
			  0);
	}
	trace = mc_points_end();
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		event = mc_points_need(trace, event, "report_chunk");
		check_report(event, scene->ctx->number, frame, i);
	}
	igt_assert(!mc_points_find(trace, event, "report_chunk"));
}

static void test_report_chunk_input(void)
{
	struct mc_scene *scene = mc_scene(WIDTH, HEIGHT, 3);
	int fd = scene->ctx->fd;
	struct mc_chunk chunk;
	uint64_t id;
	uint32_t bad;

	mc_wait_chunk(scene->ctx, &chunk);
	id = chunk.event.chunk_id;
	mc_points_begin(ROOM_KIB);
	for (bad = 5; bad; bad <<= 1)
		if (bad != 0x80000000)
			mc_expect_f(report_chunk(fd, id, bad, 0, 0), -EINVAL,
				    "type %#x", bad);
	mc_expect(report_chunk(fd, id, 0x80000002, 0, 0), -EINVAL);
	mc_expect(report_chunk(fd, id, 0xffffffff, 0, 0), -EINVAL);
	mc_expect(report_chunk(fd, 0, 2, 0, 0), -ENOENT);
	mc_expect(report_chunk(fd, DRM_MIRACAST_CHUNK_ID(0, 1), 2, 0, 0),
		  -ENOENT);
	mc_expect(report_chunk(fd, id + 1, 2, 0, 0), -ENOENT);
	mc_expect(report_sent(fd, 0), -ENOENT);
	mc_expect(report_sent(fd, id + 1), -ENOENT);
	mc_expect(report_sent(fd, ~0ull), -ENOENT);

	/* Of an ended session. */
	mc_stop(scene->ctx);
	mc_expect(report_chunk(fd, id, 2, 0, 0), -ENOTCONN);
	mc_start(scene->ctx);
	mc_expect(report_chunk(fd, id, 2, 0, 0), -ESTALE);
	mc_expect(report_sent(fd, id), -ESTALE);
	mc_expect(report_chunk(fd, id + 1, 2, 0, 0), -ENOENT);
	igt_assert_eq(mc_points_count(mc_points_end(), "report_chunk"), 0);
}

static void test_report_statistic(void)
{
	struct mc_scene *scene = mc_scene(WIDTH, HEIGHT, 3);
	unsigned long long context = scene->ctx->number;
	const struct mc_point_event *event = NULL;
	const struct mc_points *trace;
	int fd = scene->ctx->fd;
	struct mc_chunk chunk;
	uint64_t id;
	uint32_t i;

	mc_wait_chunk(scene->ctx, &chunk);
	id = chunk.event.chunk_id;
	mc_points_begin(ROOM_KIB);
	mc_expect(report_sent(fd, id), 0);
	mc_expect(report_sent(fd, DRM_MIRACAST_CHUNK_ID(id, 7)), 0);
	for (i = 0; i < ARRAY_SIZE(events); i++)
		mc_expect(report_statistic(fd, DRM_MIRACAST_STATISTIC_EVENT,
					   events[i].number, 0), 0);
	trace = mc_points_end();

	event = mc_points_need(trace, NULL, "chunk_sent");
	mc_points_is(event, "context=%llu frame=%llu part=0", context, LL(id));
	event = mc_points_need(trace, event, "chunk_sent");
	mc_points_is(event, "context=%llu frame=%llu part=7", context, LL(id));
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		event = mc_points_need(trace, event, "protocol_event");
		mc_points_is(event, "context=%llu event=%s", context,
			    events[i].name);
	}
	igt_assert_eq(mc_points_count(trace, "chunk_sent"), 2);
	igt_assert_eq(mc_points_count(trace, "protocol_event"),
		      ARRAY_SIZE(events));
}

static void test_report_statistic_input(void)
{
	struct mc_scene *scene = mc_scene(WIDTH, HEIGHT, 3);
	int fd = scene->ctx->fd;
	struct mc_chunk chunk;
	const struct mc_points *trace;
	uint64_t id;

	mc_wait_chunk(scene->ctx, &chunk);
	id = chunk.event.chunk_id;
	mc_points_begin(ROOM_KIB);
	mc_expect(report_statistic(fd, 0, 0, 0), -EINVAL);
	mc_expect(report_statistic(fd, 3, 0, 0), -EINVAL);
	mc_expect(report_statistic(fd, ~0u, 0, 0), -EINVAL);
	/* Each has members that the other has not. */
	mc_expect(report_statistic(fd, DRM_MIRACAST_STATISTIC_CHUNK_SENT, 1,
				   id), -EINVAL);
	mc_expect(report_statistic(fd, DRM_MIRACAST_STATISTIC_EVENT, 1, id),
		  -EINVAL);
	mc_expect(report_statistic(fd, DRM_MIRACAST_STATISTIC_EVENT, 4, 0),
		  -EINVAL);
	mc_expect(report_statistic(fd, DRM_MIRACAST_STATISTIC_EVENT, ~0u, 0),
		  -EINVAL);
	trace = mc_points_end();
	igt_assert_eq(mc_points_count(trace, "chunk_sent"), 0);
	igt_assert_eq(mc_points_count(trace, "protocol_event"), 0);
}

/* Failed sessions */

static void test_status(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	int uevents = mc_uevents_open();
	const struct mc_point_event *event;
	struct drm_miracast_statistics stats;
	struct mc_message message;
	struct mc_chunk chunk;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(statuses); i++) {
		int error = i % 2 ? -100 - (int)i : 0x7ffffff0 + (int)i;

		mc_uevents_drain(uevents);
		mc_points_begin(ROOM_KIB);
		mc_expect_f(report_status(scene->ctx->fd, statuses[i].number,
					  error), 0, "%s", statuses[i].name);
		event = mc_points_need(mc_points_end(), NULL, "session_status");
		mc_points_is(event, "context=%llu session=%llu status=%s error=%d",
			    LL(scene->ctx->number), LL(scene->session),
			    statuses[i].name, error);

		/* The monitor departs, and the owner is not told what it did. */
		igt_assert(!mc_connected(scene->card, scene->ctx->connector));
		igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
		igt_assert(!mc_try_message(scene->ctx,
					   DRM_MIRACAST_MESSAGE_DEPARTED,
					   &message, MC_QUIET_MS));
		stats = mc_statistics(scene->ctx);
		igt_assert_eq_u32(stats.last_status, statuses[i].number);
		igt_assert_eq_u32(stats.depart_cause,
				  DRM_MIRACAST_CAUSE_STATUS);
		igt_assert_eq_u32(stats.state, DRM_MIRACAST_STATE_STARTED);
		igt_assert_eq_u64(stats.session, scene->session);

		/* The session goes on, with another monitor and pictures. */
		mc_arrive(scene->ctx, WIDTH, HEIGHT);
		mc_complete_mode(scene->ctx, NULL);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert_eq_u64(chunk.event.session, scene->session);
		mc_release(scene->ctx, &chunk);
		igt_assert_eq_u32(mc_statistics(scene->ctx).last_status,
				  statuses[i].number);
	}
}

static void test_status_held(void)
{
	struct mc_scene *scene = mc_scene(WIDTH, HEIGHT, 3);
	struct mc_message message;
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(report_status(scene->ctx->fd,
				DRM_MIRACAST_STATUS_MISSING_KEEPALIVE, 0), 0);
	mc_expect(mc_depart_errno(scene->ctx->fd), -ENOTCONN);
	/* The session goes on, so its chunk is still the owner's. */
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 1);
	mc_expect(report_chunk(scene->ctx->fd, chunk.event.chunk_id, 4, 0, 0),
		  0);
	mc_release(scene->ctx, &chunk);
	mc_stop(scene->ctx);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MESSAGE_STOPPED, &message);
	igt_assert_eq_u32(message.cause.cause, DRM_MIRACAST_CAUSE_OWNER);
	igt_assert_eq_u32(mc_statistics(scene->ctx).depart_cause,
			  DRM_MIRACAST_CAUSE_STATUS);
}

static void test_status_without_monitor(void)
{
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), NULL);
	struct drm_miracast_statistics stats = mc_statistics(ctx);

	igt_assert_eq_u32(stats.last_status, DRM_MIRACAST_STATUS_NONE);
	igt_assert_eq_u32(stats.depart_cause, DRM_MIRACAST_CAUSE_NONE);
	mc_expect(report_status(ctx->fd, 1, 0), -ENOTCONN);
	mc_start(ctx);
	mc_expect(report_status(ctx->fd, 1, 0), 0);
	stats = mc_statistics(ctx);
	igt_assert_eq_u32(stats.last_status, 1);
	igt_assert_eq_u32(stats.depart_cause, DRM_MIRACAST_CAUSE_NONE);
	mc_arrive(ctx, WIDTH, HEIGHT);
	mc_depart(ctx);
	stats = mc_statistics(ctx);
	igt_assert_eq_u32(stats.last_status, 1);
	igt_assert_eq_u32(stats.depart_cause, DRM_MIRACAST_CAUSE_OWNER);
}

static void test_status_input(void)
{
	struct mc_ctx *ctx = mc_ctx_in_state(mc_card_open(),
					     DRM_MIRACAST_STATE_MONITOR);

	mc_expect(report_status(ctx->fd, 6, 0), -EINVAL);
	mc_expect(report_status(ctx->fd, DRM_MIRACAST_STATUS_NONE, 0),
		  -EINVAL);
	mc_expect(report_status(ctx->fd, ~0u, 0), -EINVAL);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_MONITOR);
	igt_assert_eq_u32(mc_statistics(ctx).last_status,
			  DRM_MIRACAST_STATUS_NONE);
}

/* Counters */

/* What the story adds up to, next to what the driver counts. */
struct ledger {
	struct mc_ctx *ctx;
	struct drm_miracast_statistics want;
	uint32_t bytes_per_2_pixels;
	/* Pixels that each buffer misses; all of them when it is new. */
	uint64_t missing[16];
	uint64_t number[16];
	unsigned int buffers;
};

static void same(const char *when, const char *what, uint64_t got,
		 uint64_t want)
{
	igt_assert_f(got == want, "%s: %s is %llu, expected %llu\n", when, what,
		     LL(got), LL(want));
}

static void check_ledger(struct ledger *ledger, const char *when)
{
	struct drm_miracast_statistics got = mc_statistics(ledger->ctx);
	const struct drm_miracast_statistics *want = &ledger->want;

	same(when, "context_number", got.context_number, want->context_number);
	same(when, "session", got.session, want->session);
	same(when, "mode_serial", got.mode_serial, want->mode_serial);
	same(when, "committed", got.pictures_committed,
	     want->pictures_committed);
	same(when, "captured", got.pictures_captured, want->pictures_captured);
	same(when, "skipped", got.pictures_skipped, want->pictures_skipped);
	same(when, "revoked", got.pictures_revoked, want->pictures_revoked);
	same(when, "bytes_copied", got.bytes_copied, want->bytes_copied);
	same(when, "converted", got.pixels_converted, want->pixels_converted);
	same(when, "picture_memory", got.picture_memory, want->picture_memory);
	same(when, "unreleased", got.unreleased_chunks,
	     want->unreleased_chunks);
	same(when, "state", got.state, want->state);
	same(when, "last_status", got.last_status, want->last_status);
	same(when, "depart_cause", got.depart_cause, want->depart_cause);
	same(when, "connector_id", got.connector_id, want->connector_id);
	same(when, "crtc_id", got.crtc_id, want->crtc_id);
	igt_assert_lte_u64(want->capture_time_ns, got.capture_time_ns);
}

static unsigned int entry(struct ledger *ledger, uint64_t buffer)
{
	unsigned int i;

	for (i = 0; i < ledger->buffers; i++)
		if (ledger->number[i] == buffer)
			return i;
	igt_assert_lt(i, (int)ARRAY_SIZE(ledger->number));
	ledger->number[i] = buffer;
	ledger->missing[i] = WIDTH * HEIGHT;
	ledger->buffers++;
	return i;
}

/* A chunk came; its damage is missing in the buffers of before. */
static void book(struct ledger *ledger, const struct mc_chunk *chunk)
{
	struct drm_miracast_statistics *want = &ledger->want;
	unsigned int i, at = entry(ledger, chunk->event.buffer);
	uint64_t pixels = 0;

	for (i = 0; i < chunk->event.clip_count; i++)
		pixels += (uint64_t)(chunk->clips[i].x2 - chunk->clips[i].x1) *
			  (chunk->clips[i].y2 - chunk->clips[i].y1);
	for (i = 0; i < ledger->buffers; i++) {
		ledger->missing[i] += pixels;
		if (ledger->missing[i] > WIDTH * HEIGHT)
			ledger->missing[i] = WIDTH * HEIGHT;
	}
	want->pictures_captured++;
	want->pictures_skipped += chunk->event.skipped;
	want->capture_time_ns += chunk->event.processing_us * 1000ull;
	want->bytes_copied += ledger->missing[at] *
			      ledger->bytes_per_2_pixels / 2;
	if (ledger->bytes_per_2_pixels == 3)
		want->pixels_converted += ledger->missing[at];
	ledger->missing[at] = 0;
	want->unreleased_chunks++;
}

static void give_back(struct ledger *ledger, const struct mc_chunk *chunk)
{
	mc_release(ledger->ctx, chunk);
	ledger->want.unreleased_chunks--;
}

/* Places that do not touch, so that lists of damage stay exact. */
static struct drm_mode_rect place(unsigned int i)
{
	return (struct drm_mode_rect) { 64 * i, 32 * i, 64 * i + 16 + 2 * i,
					32 * i + 8 };
}

static void scripted_story(uint32_t format)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	int card = mc_card_open();
	struct ledger ledger = {
		.bytes_per_2_pixels = format == DRM_FORMAT_NV12 ? 3 : 8,
	};
	struct drm_miracast_statistics *want = &ledger.want;
	struct mc_chunk chunk, held[3];
	struct drm_mode_rect clip;
	struct mc_fb *fb[2];
	struct mc_kms *kms;
	unsigned int i;

	limits.format = format;
	ledger.ctx = mc_ctx_create(card, &limits);
	kms = mc_kms(card, ledger.ctx->connector);
	for (i = 0; i < ARRAY_SIZE(fb); i++)
		fb[i] = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	want->context_number = ledger.ctx->number;
	want->connector_id = ledger.ctx->connector;
	want->crtc_id = ledger.ctx->crtc;
	want->picture_memory = 3 * WIDTH * HEIGHT * 4;
	if (format == DRM_FORMAT_NV12)
		want->picture_memory = 3 * (WIDTH * HEIGHT * 3 / 2 + 2048);
	want->last_status = DRM_MIRACAST_STATUS_NONE;
	check_ledger(&ledger, "new");

	want->session = mc_start(ledger.ctx);
	want->state = DRM_MIRACAST_STATE_STARTED;
	check_ledger(&ledger, "started");
	mc_arrive(ledger.ctx, WIDTH, HEIGHT);
	want->state = DRM_MIRACAST_STATE_MONITOR;
	check_ledger(&ledger, "monitor");

	mc_light(kms, &mode, fb[0]);
	want->mode_serial = 1;
	want->pictures_committed = 1;
	check_ledger(&ledger, "lit");
	mc_complete_mode(ledger.ctx, NULL);
	mc_wait_chunk(ledger.ctx, &chunk);
	book(&ledger, &chunk);
	check_ledger(&ledger, "first picture");
	give_back(&ledger, &chunk);
	check_ledger(&ledger, "given back");

	for (i = 1; i < 6; i++) {
		clip = place(i);
		mc_show(kms, fb[i % 2], &clip, 1);
		mc_wait_chunk(ledger.ctx, &chunk);
		want->pictures_committed++;
		book(&ledger, &chunk);
		give_back(&ledger, &chunk);
		check_ledger(&ledger, "pictures");
	}

	/* All buffers are kept: three pictures become one. */
	for (i = 0; i < 3; i++) {
		clip = place(6 + i);
		mc_show(kms, fb[i % 2], &clip, 1);
		mc_wait_chunk(ledger.ctx, &held[i]);
		want->pictures_committed++;
		book(&ledger, &held[i]);
	}
	for (i = 0; i < 3; i++) {
		clip = place(i);
		mc_show(kms, fb[(i + 1) % 2], &clip, 1);
		want->pictures_committed++;
	}
	check_ledger(&ledger, "starved");
	give_back(&ledger, &held[0]);
	mc_wait_chunk(ledger.ctx, &chunk);
	igt_assert_eq_u32(chunk.event.skipped, 2);
	book(&ledger, &chunk);
	check_ledger(&ledger, "three in one");
	give_back(&ledger, &held[1]);
	give_back(&ledger, &held[2]);
	give_back(&ledger, &chunk);

	/* A full picture that nobody committed. */
	mc_expect(mc_request_frame_errno(ledger.ctx->fd), 0);
	mc_wait_chunk(ledger.ctx, &chunk);
	igt_assert_eq_u32(chunk.event.skipped, 0);
	book(&ledger, &chunk);
	give_back(&ledger, &chunk);
	check_ledger(&ledger, "requested");

	mc_depart(ledger.ctx);
	want->state = DRM_MIRACAST_STATE_STARTED;
	want->depart_cause = DRM_MIRACAST_CAUSE_OWNER;
	clip = place(0);
	mc_show(kms, fb[0], &clip, 1);
	check_ledger(&ledger, "departed");
	mc_stop(ledger.ctx);
	want->state = DRM_MIRACAST_STATE_CREATED;
	want->session = 0;
	check_ledger(&ledger, "stopped");
}

static void test_statistics(void)
{
	scripted_story(DRM_FORMAT_XRGB8888);
}

static void test_statistics_nv12(void)
{
	scripted_story(DRM_FORMAT_NV12);
}

static void test_capture_time(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	uint64_t before = mc_statistics(scene->ctx).capture_time_ns;
	const struct mc_point_event *event = NULL;
	const struct mc_points *trace;
	struct mc_chunk chunk;
	uint64_t sum = 0;
	unsigned int i;

	mc_points_begin(ROOM_KIB);
	for (i = 0; i < 5; i++) {
		mc_show(scene->kms, scene->fb[i % 2], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	trace = mc_points_end();
	while ((event = mc_points_find(trace, event, "capture_complete")))
		sum += mc_points_number(event, "duration_ns");
	igt_assert_eq(mc_points_count(trace, "capture_complete"), 5);
	igt_assert_eq_u64(mc_statistics(scene->ctx).capture_time_ns - before,
			  sum);
}

/* debugfs */

/* The line of a target, from "target=" on, in @line. */
static void read_line(int card, unsigned int target, char *line, size_t size)
{
	char path[128], text[16384], start[32];
	const char *at;

	snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%d/miracast_targets",
		 mc_card_minor(card));
	igt_require_f(!access("/sys/kernel/debug/dri", F_OK),
		      "debugfs is not there or not mounted\n");
	igt_assert_f(mc_read_file(path, text, sizeof(text)), "%s: %m\n", path);
	snprintf(start, sizeof(start), "target=%u ", target);
	at = strstr(text, start);
	igt_assert_f(at, "no target %u in %s\n", target, path);
	igt_assert_lt_u64(strcspn(at, "\n"), size);
	memcpy(line, at, strcspn(at, "\n"));
	line[strcspn(at, "\n")] = 0;
}

__attribute__((format(printf, 2, 3)))
static void line_has(const char *line, const char *f, ...)
{
	char want[256], with_space[258];
	va_list args;

	va_start(args, f);
	vsnprintf(want, sizeof(want), f, args);
	va_end(args);
	snprintf(with_space, sizeof(with_space), "%s ", want);
	igt_assert_f(strstr(line, with_space) ||
		     (strlen(line) >= strlen(want) &&
		      !strcmp(line + strlen(line) - strlen(want), want)),
		     "no \"%s\" in \"%s\"\n", want, line);
}

static void test_debugfs(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct drm_miracast_set_rate rate = { .encode_rate_kbps = 12345 };
	drmModeResPtr resources = drmModeGetResources(scene->card);
	struct drm_miracast_statistics stats;
	unsigned int target = 0;
	struct mc_chunk chunk;
	char line[2048];

	igt_assert(resources);
	while (resources->connectors[target] != scene->ctx->connector)
		target++;
	mc_expect(mc_io_errno(scene->ctx->fd, DRM_MIRACAST_SET_RATE, &rate,
			      sizeof(rate), NULL, 0, NULL), 0);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	stats = mc_statistics(scene->ctx);
	read_line(scene->card, target, line, sizeof(line));
	igt_info("%s\n", line);
	line_has(line, "connector_id=%u", stats.connector_id);
	line_has(line, "crtc_id=%u", stats.crtc_id);
	line_has(line, "connected=1");
	line_has(line, "context=%llu", LL(stats.context_number));
	line_has(line, "pid=%d", getpid());
	line_has(line, "comm=\"miracast_trace\"");
	line_has(line, "state=monitor");
	line_has(line, "session=%llu", LL(stats.session));
	line_has(line, "mode=%ux%u@60.000", WIDTH, HEIGHT);
	line_has(line, "mode_serial=%llu", LL(stats.mode_serial));
	line_has(line, "ready=1");
	line_has(line, "delivery=copy");
	line_has(line, "format=XR24");
	line_has(line, "parts=1");
	line_has(line, "buffers=3");
	line_has(line, "memory=%llu", LL(stats.picture_memory));
	line_has(line, "committed=%llu", LL(stats.pictures_committed));
	line_has(line, "captured=%llu", LL(stats.pictures_captured));
	line_has(line, "skipped=%llu", LL(stats.pictures_skipped));
	line_has(line, "revoked=0");
	line_has(line, "bytes=%llu", LL(stats.bytes_copied));
	line_has(line, "starved=0");
	line_has(line, "unreleased=1");
	line_has(line, "encode_kbps=12345");

	mc_release(scene->ctx, &chunk);
	mc_depart(scene->ctx);
	read_line(scene->card, target, line, sizeof(line));
	line_has(line, "connected=0");
	line_has(line, "state=started");
	mc_stop(scene->ctx);
	read_line(scene->card, target, line, sizeof(line));
	line_has(line, "state=created");
	mc_ctx_close(scene->ctx);
	read_line(scene->card, target, line, sizeof(line));
	line_has(line, "connected=0");
	igt_assert(!strstr(line, "context="));
	drmModeFreeResources(resources);
}

/* fdinfo */

static void fdinfo(int fd, char *text, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	igt_assert_f(mc_read_file(path, text, size), "%s: %m\n", path);
}

__attribute__((format(printf, 2, 3)))
static void has_whole_line(const char *text, const char *f, ...)
{
	char want[256];
	va_list args;

	want[0] = '\n';
	va_start(args, f);
	vsnprintf(want + 1, sizeof(want) - 2, f, args);
	va_end(args);
	strcat(want, "\n");
	igt_assert_f(strstr(text, want), "no \"%s\" in:\n%s", want + 1, text);
}

static void test_fdinfo_context(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct drm_miracast_statistics stats = mc_statistics(scene->ctx);
	drmModeConnector *connector = mc_connector(scene->card,
						   scene->ctx->connector);
	char text[4096];

	fdinfo(scene->ctx->fd, text, sizeof(text));
	has_whole_line(text, "miracast-context:\t%llu",
		       LL(stats.context_number));
	has_whole_line(text, "miracast-connector:\tVirtual-%u",
		       connector->connector_type_id);
	has_whole_line(text, "miracast-picture-memory:\t%llu KiB",
		       LL(stats.picture_memory / 1024));
	has_whole_line(text, "miracast-pictures:\t%llu",
		       LL(stats.pictures_captured));
	has_whole_line(text, "miracast-capture-time:\t%llu ns",
		       LL(stats.capture_time_ns));
	/* Those words are for clients of the card node. */
	igt_assert(!strstr(text, "\ndrm-"));
	drmModeFreeConnector(connector);

	/* It can be asked at any time. */
	mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
	fdinfo(scene->ctx->fd, text, sizeof(text));
	has_whole_line(text, "miracast-context:\t%llu",
		       LL(stats.context_number));
	mc_unbind();
	fdinfo(scene->ctx->fd, text, sizeof(text));
	has_whole_line(text, "miracast-context:\t%llu",
		       LL(stats.context_number));
}

static void test_fdinfo_card(void)
{
	int card = mc_card_open();
	char before[4096], after[4096];
	const char *line;
	long kib;

	fdinfo(card, before, sizeof(before));
	igt_require_f(strstr(before, "\ndrm-driver:"),
		      "the kernel has no fdinfo of DRM clients (since 6.5)\n");
	has_whole_line(before, "drm-driver:\tmiracast");
	igt_assert(strstr(before, "\ndrm-client-id:\t"));
	mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	fdinfo(card, after, sizeof(after));
	line = strstr(after, "\ndrm-total-memory:\t");
	igt_assert_f(line, "no drm-total-memory in:\n%s", after);
	kib = strtol(line + strlen("\ndrm-total-memory:\t"), NULL, 10);
	igt_assert_lte(WIDTH * HEIGHT * 4 / 1024, kib);
}

const struct mc_subtest mc_trace_report[] = {
	{ "report-chunk",
	  "REPORT_CHUNK of every type is in the trace, of any chunk of the session.",
	  test_report_chunk },
	{ "report-chunk-input",
	  "REPORT_CHUNK and CHUNK_SENT refuse bad types and chunks that are not.",
	  test_report_chunk_input },
	{ "report-statistic",
	  "REPORT_STATISTIC traces sent chunks and every protocol event.",
	  test_report_statistic },
	{ "report-statistic-input",
	  "REPORT_STATISTIC refuses bad types, events, and members that do not apply.",
	  test_report_statistic_input },
	{ "status",
	  "REPORT_STATUS of every cause departs the monitor; the session goes on.",
	  test_status },
	{ "status-held",
	  "A chunk survives REPORT_STATUS; STOPPED has its own cause.",
	  test_status_held },
	{ "status-without-monitor",
	  "REPORT_STATUS without a monitor is kept, and departs nothing.",
	  test_status_without_monitor },
	{ "status-input",
	  "REPORT_STATUS of an unknown cause is refused and changes nothing.",
	  test_status_input },
	{ "statistics",
	  "Every counter of GET_STATISTICS is exact after each step of a story.",
	  test_statistics },
	{ "statistics-nv12",
	  "The same for NV12, whose pixels are counted as converted.",
	  test_statistics_nv12 },
	{ "capture-time",
	  "The counted time of captures is what the trace adds up to.",
	  test_capture_time },
	{ "debugfs",
	  "debugfs tells of a target and its context what GET_STATISTICS does.",
	  test_debugfs },
	{ "fdinfo-context",
	  "fdinfo of a context has its number, connector and counters.",
	  test_fdinfo_context },
	{ "fdinfo-card",
	  "fdinfo of the card has the standard lines, with the client's memory.",
	  test_fdinfo_card },
	{}
};
