// SPDX-License-Identifier: MIT
/*
 * Reports of owners: steps of a picture, protocol events, failed sessions.
 */
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

	return mc_io_errno(fd, DRM_MIRACAST_CODE_REPORT_CHUNK, &in, sizeof(in),
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

	return mc_io_errno(fd, DRM_MIRACAST_CODE_REPORT_STATISTIC, &in,
			   sizeof(in), NULL, 0, NULL);
}

static int report_sent(int fd, uint64_t chunk_id)
{
	return report_statistic(fd, DRM_MIRACAST_STATISTIC_TYPE_CHUNK_SENT, 0,
				chunk_id);
}

static int report_status(int fd, uint32_t status, int32_t error)
{
	struct drm_miracast_report_status in = {
		.status = status,
		.error = error,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_REPORT_STATUS, &in, sizeof(in),
			   NULL, 0, NULL);
}

static const struct {
	uint32_t number;
	const char *name;
} types[] = {
	{ DRM_MIRACAST_CHUNK_TYPE_UNKNOWN, "unknown" },
	{ DRM_MIRACAST_CHUNK_TYPE_COLOR_CONVERT_COMPLETE, "color-convert-complete" },
	{ DRM_MIRACAST_CHUNK_TYPE_ENCODE_COMPLETE, "encode-complete" },
	{ DRM_MIRACAST_CHUNK_TYPE_FRAME_START, "frame-start" },
	{ DRM_MIRACAST_CHUNK_TYPE_FRAME_DROPPED, "frame-dropped" },
	{ (uint32_t)DRM_MIRACAST_CHUNK_TYPE_DRIVER_DEFINED_1, "driver-defined-1" },
	{ (uint32_t)DRM_MIRACAST_CHUNK_TYPE_DRIVER_DEFINED_2, "driver-defined-2" },
}, events[] = {
	{ DRM_MIRACAST_PROTOCOL_EVENT_IFRAME_REQUEST, "iframe-request" },
	{ DRM_MIRACAST_PROTOCOL_EVENT_MONITOR_ARRIVE, "monitor-arrive" },
	{ DRM_MIRACAST_PROTOCOL_EVENT_MONITOR_DEPART, "monitor-depart" },
	{ DRM_MIRACAST_PROTOCOL_EVENT_PREFERRED_MODE_FAILED,
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
	frame = DRM_MIRACAST_FRAME_OF_CHUNK_ID(chunk.event.chunk_id);
	mc_points_begin(ROOM_KIB);
	/* Held, then released; slices of the owner's own count as parts. */
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (i == ARRAY_SIZE(types) / 2)
			mc_release(scene->ctx, &chunk);
		mc_expect(report_chunk(scene->ctx->fd,
				       DRM_MIRACAST_MAKE_CHUNK_ID(frame, i),
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
	mc_expect(report_chunk(fd, DRM_MIRACAST_MAKE_CHUNK_ID(0, 1), 2, 0, 0),
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
	mc_expect(report_sent(fd, DRM_MIRACAST_MAKE_CHUNK_ID(id, 7)), 0);
	for (i = 0; i < ARRAY_SIZE(events); i++)
		mc_expect(report_statistic(fd,
					   DRM_MIRACAST_STATISTIC_TYPE_EVENT,
					   events[i].number, 0),
			  0);
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
	mc_expect(report_statistic(fd, DRM_MIRACAST_STATISTIC_TYPE_CHUNK_SENT,
				   1, id),
		  -EINVAL);
	mc_expect(report_statistic(fd, DRM_MIRACAST_STATISTIC_TYPE_EVENT, 1,
				   id),
		  -EINVAL);
	mc_expect(report_statistic(fd, DRM_MIRACAST_STATISTIC_TYPE_EVENT, 4, 0),
		  -EINVAL);
	mc_expect(report_statistic(fd, DRM_MIRACAST_STATISTIC_TYPE_EVENT, ~0u,
				   0),
		  -EINVAL);
	trace = mc_points_end();
	igt_assert_eq(mc_points_count(trace, "chunk_sent"), 0);
	igt_assert_eq(mc_points_count(trace, "protocol_event"), 0);
}

/* What an owner sets */

static int set_rate(int fd, uint32_t kbps, uint32_t mhz)
{
	struct drm_miracast_set_rate in = {
		.encode_rate_kbps = kbps,
		.max_picture_rate_mhz = mhz,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_SET_RATE, &in, sizeof(in),
			   NULL, 0, NULL);
}

static void test_set_rate(void)
{
	struct mc_ctx *ctx = mc_ctx_in_state(mc_card_open(),
					     DRM_MIRACAST_STATE_STARTED);
	static const uint32_t rates[][2] = {
		{ 0, 0 }, { 8000, 0 }, { 0, 30000 }, { 12345, 59940 },
		{ UINT32_MAX, UINT32_MAX },
	};
	const struct mc_point_event *event = NULL;
	const struct mc_points *trace;
	uint32_t i;

	mc_points_begin(ROOM_KIB);
	for (i = 0; i < ARRAY_SIZE(rates); i++)
		mc_expect(set_rate(ctx->fd, rates[i][0], rates[i][1]), 0);
	/* Refused reports are not in the trace. */
	mc_expect(set_rate(ctx->fd, 1, 999), -EINVAL);
	mc_stop(ctx);
	mc_expect(set_rate(ctx->fd, 2, 0), -ENOTCONN);
	trace = mc_points_end();
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		event = mc_points_need(trace, event, "set_rate");
		mc_points_is(event,
			     "context=%llu encode_rate_kbps=%u max_picture_rate_mhz=%u",
			     LL(ctx->number), rates[i][0], rates[i][1]);
	}
	igt_assert_eq(mc_points_count(trace, "set_rate"), ARRAY_SIZE(rates));
}

static void test_complete_message(void)
{
	static const struct {
		uint32_t status;
		const char *name;
	} rows[] = {
		{ DRM_MIRACAST_COMPLETION_REFUSED, "refused" },
		{ DRM_MIRACAST_COMPLETION_SUCCESS, "success" },
	};
	struct mc_scene *scene;
	struct mc_message message;
	const struct mc_points *trace;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(WIDTH, HEIGHT, 3);

		scene = mc_scene_lit(mc_card_open(), &limits, 60000);
		mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_MODE_SET,
				&message);
		mc_points_begin(ROOM_KIB);
		mc_expect(mc_complete_errno(scene->ctx->fd,
					    message.event.number + 1000,
					    rows[i].status), -ENOENT);
		mc_expect(mc_complete_errno(scene->ctx->fd,
					    message.event.number,
					    rows[i].status), 0);
		mc_expect(mc_complete_errno(scene->ctx->fd,
					    message.event.number,
					    rows[i].status), -EALREADY);
		trace = mc_points_end();
		mc_points_is(mc_points_need(trace, NULL, "complete_message"),
			     "context=%llu number=%llu status=%s",
			     LL(scene->ctx->number), LL(message.event.number),
			     rows[i].name);
		igt_assert_eq(mc_points_count(trace, "complete_message"), 1);
		mc_scene_free(scene);
	}
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

		/* The monitor departs, and the owner does not learn what it did. */
		igt_assert(!mc_connected(scene->card, scene->ctx->connector));
		igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
		igt_assert(!mc_try_message(scene->ctx,
					   DRM_MIRACAST_MSG_STOPPED,
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
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_STOPPED, &message);
	igt_assert_eq_u32(message.stopped.cause, DRM_MIRACAST_CAUSE_OWNER);
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
	{ "set-rate", "SET_RATE that is accepted is in the trace.",
	  test_set_rate },
	{ "complete-message", "So is the answer to a message, once.",
	  test_complete_message },
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
	{}
};
