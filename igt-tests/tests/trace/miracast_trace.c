// SPDX-License-Identifier: MIT
/*
 * Trace points: each fires where it should, with the right fields. Those of calls are in
 * miracast_trace_calls.c, owners' reports in miracast_trace_report.c, counters in
 * miracast_trace_counters.c, debugfs and fdinfo in miracast_trace_debugfs.c.
 */
#include "lib_miracast_masters.h"
#include "miracast_trace.h"

IGT_TEST_DESCRIPTION("Trace points, reports of the owner and statistics.");

#define WIDTH 640
#define HEIGHT 480
#define ROOM_KIB 1024

#define LL(x) ((unsigned long long)(x))
#define FRAME(chunk) DRM_MIRACAST_FRAME_OF_CHUNK_ID((chunk)->event.chunk_id)

static const struct drm_mode_rect clip = { 16, 32, 48, 96 };

static unsigned int target_of(const struct mc_ctx *ctx, int card)
{
	drmModeResPtr resources = drmModeGetResources(card);
	int i, target = -1;

	igt_assert(resources);
	for (i = 0; i < resources->count_connectors; i++)
		if (resources->connectors[i] == ctx->connector)
			target = i;
	drmModeFreeResources(resources);
	igt_assert_lte(0, target);
	return target;
}

/* The life of a picture */

static void test_picture(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	unsigned int target = target_of(scene->ctx, scene->card);
	unsigned long long context = scene->ctx->number;
	const struct mc_point_event *event;
	const struct mc_points *trace;
	struct mc_chunk chunk;

	mc_points_begin(ROOM_KIB);
	mc_show(scene->kms, scene->fb[1], &clip, 1);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	trace = mc_points_end();

	event = mc_points_need(trace, NULL, "commit");
	mc_points_is(event, "target=%u sequence=%llu damaged=1", target,
		    LL(chunk.event.vblank_sequence));
	event = mc_points_need(trace, event, "frame_start");
	mc_points_is(event, "target=%u sequence=%llu context=%llu frame=%llu skipped=%u",
		    target, LL(chunk.event.vblank_sequence), context,
		    LL(FRAME(&chunk)), chunk.event.skipped);
	event = mc_points_need(trace, event, "capture_complete");
	igt_assert_eq_u64(mc_points_number(event, "context"), context);
	igt_assert_eq_u64(mc_points_number(event, "frame"), FRAME(&chunk));
	igt_assert_eq_u64(mc_points_number(event, "part"), 0);
	/* The buffer of the picture before is free, and misses only this. */
	igt_assert_eq_u64(mc_points_number(event, "bytes"), 32 * 64 * 4);
	igt_assert_eq_u64(mc_points_number(event, "duration_ns") / 1000,
			  chunk.event.processing_us);
	event = mc_points_need(trace, event, "published");
	mc_points_is(event, "context=%llu buffer=%llu frame=%llu part=0",
		    context, LL(chunk.event.buffer), LL(FRAME(&chunk)));
	event = mc_points_need(trace, event, "released");
	mc_points_is(event, "context=%llu buffer=%llu frame=%llu part=0",
		    context, LL(chunk.event.buffer), LL(FRAME(&chunk)));

	igt_assert_eq(mc_points_count(trace, "commit"), 1);
	igt_assert_eq(mc_points_count(trace, "frame_start"), 1);
	igt_assert_eq(mc_points_count(trace, "capture_complete"), 1);
	igt_assert_eq(mc_points_count(trace, "published"), 1);
	igt_assert_eq(mc_points_count(trace, "released"), 1);
	igt_assert_eq(mc_points_count(trace, "revoked"), 0);
	igt_assert_eq(mc_points_count(trace, "dropped"), 0);
}

/* A context of its own kind, lit with the first of two framebuffers. */
struct stage {
	int card;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb[2];
};

static void set_stage(struct stage *stage,
		      struct drm_miracast_create_context *limits)
{
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	unsigned int i;

	stage->card = mc_card_open();
	stage->ctx = mc_ctx_create(stage->card, limits);
	stage->kms = mc_kms(stage->card, stage->ctx->connector);
	mc_start(stage->ctx);
	mc_arrive(stage->ctx, WIDTH, HEIGHT);
	for (i = 0; i < ARRAY_SIZE(stage->fb); i++)
		stage->fb[i] = mc_fb(stage->card, WIDTH, HEIGHT,
				     DRM_FORMAT_XRGB8888);
	mc_light(stage->kms, &mode, stage->fb[0]);
	mc_complete_mode(stage->ctx, NULL);
}

static void test_parts(void)
{
	/* In the first and the third of four bands of 128 lines. */
	static const struct drm_mode_rect clips[] = {
		{ 0, 16, 64, 32 }, { 0, 272, 64, 288 },
	};
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	const struct mc_point_event *event = NULL;
	const struct mc_points *trace;
	struct mc_chunk chunk[2];
	struct stage stage;
	unsigned int i;

	limits.parts = 4;
	set_stage(&stage, &limits);
	do {
		mc_wait_chunk(stage.ctx, &chunk[0]);
	} while (DRM_MIRACAST_PART_OF_CHUNK_ID(chunk[0].event.chunk_id));
	mc_release(stage.ctx, &chunk[0]);
	mc_points_begin(ROOM_KIB);
	mc_show(stage.kms, stage.fb[1], clips, ARRAY_SIZE(clips));
	for (i = 0; i < 2; i++)
		mc_wait_chunk(stage.ctx, &chunk[i]);
	mc_release(stage.ctx, &chunk[1]);
	trace = mc_points_end();

	for (i = 0; i < 2; i++) {
		uint64_t id = chunk[i].event.chunk_id;

		event = mc_points_need(trace, event, "capture_complete");
		igt_assert_eq_u64(mc_points_number(event, "frame"),
				  DRM_MIRACAST_FRAME_OF_CHUNK_ID(id));
		igt_assert_eq_u64(mc_points_number(event, "part"),
				  DRM_MIRACAST_PART_OF_CHUNK_ID(id));
		event = mc_points_need(trace, event, "published");
		mc_points_is(event, "context=%llu buffer=%llu frame=%llu part=%llu",
			    LL(stage.ctx->number), LL(chunk[i].event.buffer),
			    LL(FRAME(&chunk[i])),
			    LL(DRM_MIRACAST_PART_OF_CHUNK_ID(id)));
	}
	igt_assert_eq_u64(mc_points_number(event, "part"), 0);
	igt_assert_eq(mc_points_count(trace, "frame_start"), 1);
	igt_assert_eq(mc_points_count(trace, "published"), 2);
	igt_assert_eq(mc_points_count(trace, "released"), 1);
}

static void test_no_damage(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	const struct mc_point_event *event;
	const struct mc_points *trace;
	struct mc_commit commit = { .cursor_x = 5, .cursor_y = 6 };
	struct mc_chunk chunk;
	struct stage stage;

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
	set_stage(&stage, &limits);
	mc_drain(stage.ctx, &chunk);
	commit.cursor = mc_fb(stage.card, 64, 64, DRM_FORMAT_ARGB8888);
	mc_points_begin(ROOM_KIB);
	mc_expect(mc_commit_errno(stage.kms, &commit), 0);
	trace = mc_points_end();

	event = mc_points_need(trace, NULL, "commit");
	igt_assert_eq_u64(mc_points_number(event, "damaged"), 0);
	igt_assert_eq(mc_points_count(trace, "frame_start"), 0);
}

/* Pictures that have to wait */

/* Vblanks that are watched while a flip waits for one of them. */
#define WATCHED 2
/* Attempts to find the clock in time. */
#define ROUNDS 20

static uint64_t watch_vblanks(struct mc_kms *kms)
{
	uint64_t first = mc_wait_vblank(kms) + 1;
	unsigned int i;

	for (i = 0; i < WATCHED; i++)
		mc_watch_vblank(kms, first + i);
	return first;
}

static bool watched_came(struct mc_kms *kms, uint64_t first)
{
	bool came = true;
	unsigned int i;

	for (i = 0; i < WATCHED; i++)
		came &= mc_watched_vblank(kms, first + i);
	return came;
}

/*
 * The vblank in a chunk is that of its flip. When the clock itself misses that vblank,
 * because the guest gets no processor, the flip completes later, at the time in its event:
 * then this returns false.
 */
static bool expect_shown(struct mc_kms *kms, uint64_t first,
			 const struct mc_chunk *chunk, const struct mc_flip *flip)
{
	bool in_time = watched_came(kms, first);
	uint64_t due = chunk->event.vblank_sequence;
	uint32_t late = flip->sequence - (uint32_t)due;
	int64_t off = (int64_t)(flip->time_ns - chunk->event.vblank_time_ns);

	/* That before the first had come when the flip was made. */
	igt_assert_lte_u64(first, due);
	in_time &= due < first + WATCHED;
	igt_assert_lte(0, (int32_t)late);
	if (in_time)
		igt_assert_eq_u32(late, 0);
	off -= (int64_t)(late * mc_period_ns(kms));
	/* Flip events carry microseconds. */
	igt_assert_f(off > -5000 && off < 5000, "%u vblanks late, %lld ns off\n",
		     late, (long long)off);
	return in_time;
}

/* One picture more than there are buffers; true when the clock was in time. */
static bool starve(struct mc_scene *scene, unsigned int target)
{
	const struct mc_point_event *event;
	struct mc_chunk held[2], chunk;
	const struct mc_points *trace;
	struct mc_flip flip;
	unsigned int i;
	uint64_t first;
	bool in_time;

	for (i = 0; i < 2; i++) {
		mc_show(scene->kms, scene->fb[i], &clip, 1);
		mc_wait_chunk(scene->ctx, &held[i]);
	}
	mc_points_begin(ROOM_KIB);
	first = watch_vblanks(scene->kms);
	mc_flip(scene->kms, scene->fb[2], &clip, 1);
	mc_wait_flip(scene->kms, &flip);
	for (i = 0; i < 2; i++)
		mc_release(scene->ctx, &held[i]);
	mc_wait_chunk(scene->ctx, &chunk);
	trace = mc_points_end();

	event = mc_points_need(trace, NULL, "dropped");
	mc_points_is(event, "target=%u sequence=%llu reason=starved", target,
		    LL(chunk.event.vblank_sequence));
	in_time = expect_shown(scene->kms, first, &chunk, &flip);
	event = mc_points_need(trace, event, "released");
	event = mc_points_need(trace, event, "frame_start");
	igt_assert_eq_u64(mc_points_number(event, "frame"), FRAME(&chunk));
	igt_assert_eq(mc_points_count(trace, "dropped"), 1);
	mc_release(scene->ctx, &chunk);
	return in_time;
}

static void test_dropped_starved(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	unsigned int target = target_of(scene->ctx, scene->card);
	unsigned int rounds = 0;

	while (!starve(scene, target))
		igt_assert_f(++rounds < ROUNDS, "the clock is never in time\n");
}

static void test_dropped_pace(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct drm_miracast_set_rate rate = { .max_picture_rate_mhz = 1000 };
	unsigned int target = target_of(scene->ctx, scene->card);
	const struct mc_point_event *event;
	const struct mc_points *trace;
	struct mc_chunk chunk;
	unsigned int i;

	mc_expect(mc_io_errno(scene->ctx->fd, DRM_MIRACAST_CODE_SET_RATE, &rate,
			      sizeof(rate), NULL, 0, NULL), 0);
	mc_points_begin(ROOM_KIB);
	for (i = 0; i < 2; i++)
		mc_show(scene->kms, scene->fb[i], &clip, 1);
	for (i = 0; i < 2; i++) {
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	trace = mc_points_end();

	event = mc_points_need(trace, NULL, "dropped");
	mc_points_is(event, "target=%u sequence=%llu reason=pace", target,
		    LL(chunk.event.vblank_sequence));
	event = mc_points_need(trace, event, "frame_start");
	igt_assert_eq_u64(mc_points_number(event, "frame"), FRAME(&chunk));
}

static void test_revoked(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 0);
	const struct mc_point_event *event;
	const struct mc_points *trace;
	struct mc_chunk first, second;
	struct stage stage;
	int i;

	limits.delivery = DRM_MIRACAST_DELIVERY_DIRECT;
	limits.format = 0;
	limits.parts = 0;
	set_stage(&stage, &limits);
	mc_points_begin(ROOM_KIB);
	/* A buffer has another number than the frame that is revoked. */
	mc_wait_chunk(stage.ctx, &first);
	for (i = 1; i < 3; i++) {
		mc_release(stage.ctx, &first);
		mc_show(stage.kms, stage.fb[i % 2], &clip, 1);
		mc_wait_chunk(stage.ctx, &first);
	}
	igt_assert(first.event.buffer != FRAME(&first));
	mc_show(stage.kms, stage.fb[1], &clip, 1);
	mc_wait_chunk(stage.ctx, &second);
	mc_expect(mc_try_release(stage.ctx, &first), MC_REVOKED);
	mc_release(stage.ctx, &second);
	trace = mc_points_end();

	event = mc_points_need(trace, NULL, "revoked");
	mc_points_is(event, "context=%llu buffer=%llu frame=%llu part=0",
		    LL(stage.ctx->number), LL(first.event.buffer),
		    LL(FRAME(&first)));
	event = mc_points_need(trace, event, "released");
	mc_points_is(event, "context=%llu buffer=%llu frame=%llu part=0",
		    LL(stage.ctx->number), LL(first.event.buffer),
		    LL(FRAME(&first)));
	event = mc_points_need(trace, event, "released");
	igt_assert_eq_u64(mc_points_number(event, "frame"), FRAME(&second));
	/* Nothing is copied. */
	event = mc_points_need(trace, NULL, "capture_complete");
	igt_assert_eq_u64(mc_points_number(event, "bytes"), 0);
	igt_assert_eq(mc_points_count(trace, "revoked"), 1);
}

/* The owner of a session as it could be: its trace is for trace-timeline. */

static void report_encoded(struct mc_ctx *ctx, const struct mc_chunk *chunk)
{
	struct drm_miracast_report_chunk encoded = {
		.chunk_id = chunk->event.chunk_id,
		.chunk_type = DRM_MIRACAST_CHUNK_TYPE_ENCODE_COMPLETE,
		.processing_us = 4000,
		.encode_rate_kbps = 8000,
	};
	struct drm_miracast_report_statistic sent = {
		.type = DRM_MIRACAST_STATISTIC_TYPE_CHUNK_SENT,
		.chunk_id = chunk->event.chunk_id,
	};

	usleep(4000);
	mc_expect(mc_io_errno(ctx->fd, DRM_MIRACAST_CODE_REPORT_CHUNK, &encoded,
			      sizeof(encoded), NULL, 0, NULL), 0);
	mc_release(ctx, chunk);
	usleep(1000);
	mc_expect(mc_io_errno(ctx->fd, DRM_MIRACAST_CODE_REPORT_STATISTIC,
			      &sent, sizeof(sent), NULL, 0, NULL),
		  0);
}

static void test_timeline(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	const char *out = getenv("OUT");
	struct mc_chunk chunk, held;
	const struct mc_points *trace;
	char path[512];
	unsigned int i;

	mc_points_begin(ROOM_KIB);
	mc_points_use_time();
	for (i = 0; i < 20; i++) {
		mc_show(scene->kms, scene->fb[i % 2], i % 4 ? &clip : NULL,
			i % 4 ? 1 : 0);
		mc_wait_chunk(scene->ctx, &chunk);
		report_encoded(scene->ctx, &chunk);
	}
	/* One that is never sent, and one that stands for three. */
	mc_show(scene->kms, scene->fb[0], &clip, 1);
	mc_wait_chunk(scene->ctx, &held);
	for (i = 0; i < 4; i++)
		mc_show(scene->kms, scene->fb[i % 2], &clip, 1);
	for (i = 0; i < 3; i++) {
		mc_wait_chunk(scene->ctx, &chunk);
		report_encoded(scene->ctx, &chunk);
		if (!i)
			mc_release(scene->ctx, &held);
	}
	if (out) {
		snprintf(path, sizeof(path), "%s/trace.txt", out);
		mc_points_save(path);
	}
	trace = mc_points_end();
	igt_assert_eq(mc_points_count(trace, "chunk_sent"), 23);
	igt_assert_eq(mc_points_count(trace, "report_chunk"), 23);
	igt_assert_eq(mc_points_count(trace, "published"), 24);
}

static const struct mc_subtest subtests[] = {
	{ "picture",
	  "A picture leaves commit, start, capture, publication and release in the trace.",
	  test_picture },
	{ "parts",
	  "Each announced band of a picture is in the trace, the last as part 0.",
	  test_parts },
	{ "no-damage",
	  "A commit that changes no pixel says so, and starts no picture.",
	  test_no_damage },
	{ "dropped-starved",
	  "A picture that found no buffer is traced as dropped, and captured later.",
	  test_dropped_starved },
	{ "dropped-pace",
	  "A picture that the owner's rate holds back is traced as dropped.",
	  test_dropped_pace },
	{ "revoked",
	  "A DIRECT picture that its owner kept too long is traced as revoked.",
	  test_revoked },
	{ "timeline",
	  "An owner's reports and the driver's steps agree, and are left in $OUT.",
	  test_timeline },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_trace_calls);
	mc_subtests(mc_trace_report);
	mc_subtests(mc_trace_counters);
	mc_subtests(mc_trace_debugfs);
}
