// SPDX-License-Identifier: MIT
/*
 * Statistics of the driver: the counters of a context.
 */
#include "miracast_trace.h"

#define WIDTH 640
/* Lines of a multiple of 256 bytes. */
#define NV12_PITCH 768
#define HEIGHT 480
#define ROOM_KIB 1024
#define LL(x) ((unsigned long long)(x))

/* The expected counters after each step, to compare with the driver's. */
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

static void release_chunk(struct ledger *ledger, const struct mc_chunk *chunk)
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
		want->picture_memory = 3 * (NV12_PITCH * HEIGHT * 3 / 2);
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
	release_chunk(&ledger, &chunk);
	check_ledger(&ledger, "released");

	for (i = 1; i < 6; i++) {
		clip = place(i);
		mc_show(kms, fb[i % 2], &clip, 1);
		mc_wait_chunk(ledger.ctx, &chunk);
		want->pictures_committed++;
		book(&ledger, &chunk);
		release_chunk(&ledger, &chunk);
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
	release_chunk(&ledger, &held[0]);
	mc_wait_chunk(ledger.ctx, &chunk);
	igt_assert_eq_u32(chunk.event.skipped, 2);
	book(&ledger, &chunk);
	check_ledger(&ledger, "three in one");
	release_chunk(&ledger, &held[1]);
	release_chunk(&ledger, &held[2]);
	release_chunk(&ledger, &chunk);

	/* A full picture that nobody committed. */
	mc_expect(mc_request_frame_errno(ledger.ctx->fd), 0);
	mc_wait_chunk(ledger.ctx, &chunk);
	igt_assert_eq_u32(chunk.event.skipped, 0);
	book(&ledger, &chunk);
	release_chunk(&ledger, &chunk);
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

const struct mc_subtest mc_trace_counters[] = {
	{ "statistics",
	  "Every counter of GET_STATISTICS is exact after each step of a story.",
	  test_statistics },
	{ "statistics-nv12",
	  "The same for NV12, whose pixels are counted as converted.",
	  test_statistics_nv12 },
	{ "capture-time",
	  "The counted time of captures is what the trace adds up to.",
	  test_capture_time },
	{}
};
