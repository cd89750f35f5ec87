// SPDX-License-Identifier: MIT
/*
 * DIRECT delivery: how contexts are created, what they cost, what they refuse, and the
 * events of an ordinary session. Pictures are in miracast_direct_picture.c, buffers in
 * _table.c, _export.c and _import.c, the bounded hold in _hold.c and _end.c.
 */
#include "miracast_direct.h"

IGT_TEST_DESCRIPTION("DIRECT delivery: chunks are what is scanned out.");

/* Contexts */

static void test_offered(void)
{
	int card = mc_card_open();

	igt_assert(mc_caps(card).caps & DRM_MIRACAST_CAP_DIRECT);
}

/* Members that only COPY uses must be zero. */
static const struct {
	const char *name;
	size_t offset;
	uint32_t value;
} bad_values[] = {
#define BAD(member, value) \
	{ #member " = " #value, \
	  offsetof(struct drm_miracast_create_context, member), value }
	BAD(format, DRM_FORMAT_XRGB8888), BAD(format, DRM_FORMAT_NV12),
	BAD(format, 1), BAD(format, UINT32_MAX),
	BAD(buffer_count, 1), BAD(buffer_count, 2), BAD(buffer_count, 16),
	BAD(buffer_count, UINT32_MAX),
	BAD(parts, 1), BAD(parts, 2), BAD(parts, UINT32_MAX),
	BAD(pad, 1), BAD(flags, DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS),
	BAD(max_width, 639), BAD(max_height, 479), BAD(max_refresh_mhz, 59999),
#undef BAD
};

static void test_bad_values(void)
{
	int card = mc_card_open();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad_values); i++) {
		struct drm_miracast_create_context limits =
			mc_limits_direct(640, 480);

		*(uint32_t *)((char *)&limits + bad_values[i].offset) =
			bad_values[i].value;
		mc_expect_f(mc_create_errno(card, &limits), -EINVAL, "%s",
			    bad_values[i].name);
	}
	igt_assert(mc_at_rest(card));
}

static void test_no_memory(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps before = mc_caps(card), during;
	struct drm_miracast_create_context limits =
		mc_limits_direct(1920, 1080);
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);

	during = mc_caps(card);
	igt_assert_eq_u64(during.picture_memory_free,
			  before.picture_memory_free);
	igt_assert_eq_u64(mc_statistics(ctx).picture_memory, 0);
	/* Everything else is reserved as for any context. */
	igt_assert_eq_u32(during.targets_free, before.targets_free - 1);
	igt_assert_eq_u32(during.encoder_slots_free,
			  before.encoder_slots_free - 1);
	igt_assert_eq_u64(before.macroblock_rate_free -
			  during.macroblock_rate_free, 120 * 68 * 60);
	mc_ctx_close(ctx);
}

/* More pictures than the device has memory for. */
static void test_beyond_memory(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(1920, 1080);

	mc_module_reload("picture_memory_mib=4");
	mc_ctx_close(mc_ctx_create(mc_card_open(), &limits));
}

static void test_set_buffers(void)
{
	struct drm_miracast_owner_buffer buffer = { .object_count = 1 };
	struct drm_miracast_set_buffers in = {
		.buffers = (uintptr_t)&buffer,
		.count = 1,
		.stride = sizeof(struct drm_miracast_owner_buffer),
	};
	struct drm_miracast_create_context limits = mc_limits_direct(640, 480);
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), &limits);
	int ret = mc_io_errno(ctx->fd, DRM_MIRACAST_CODE_SET_BUFFERS, &in,
			      sizeof(in), NULL, 0, NULL);

	mc_expect(ret, -EOPNOTSUPP);
	mc_ctx_close(ctx);
}

/* Events */

static void check_event(struct mc_scene *scene, const struct mc_chunk *chunk)
{
	const struct drm_miracast_event_chunk *event = &chunk->event;

	igt_assert_eq_u32(event->chunk_type,
			  DRM_MIRACAST_CHUNK_TYPE_FRAME_START);
	igt_assert_eq_u64(DRM_MIRACAST_PART_OF_CHUNK_ID(event->chunk_id), 0);
	igt_assert(DRM_MIRACAST_FRAME_OF_CHUNK_ID(event->chunk_id) >= 1);
	igt_assert_eq_u64(event->session, scene->session);
	igt_assert_eq_u64(event->mode_serial,
			  scene->mode_set.mode_set.mode_serial);
	igt_assert_eq_u32(event->processing_us, 0);
	igt_assert_eq_u32(event->src_x, 0);
	igt_assert_eq_u32(event->src_y, 0);
	igt_assert_eq_u32(event->width, 640);
	igt_assert_eq_u32(event->height, 480);
	igt_assert_eq_u32(event->line_first, 0);
	igt_assert_eq_u32(event->line_count, 480);
	igt_assert(event->commit_time_ns && event->vblank_time_ns);
	igt_assert_lte_u64(event->commit_time_ns, event->ready_time_ns);
	igt_assert_lte_u64(event->ready_time_ns, mc_now_ns());
}

static void check_full(const struct mc_chunk *chunk)
{
	igt_assert(chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	igt_assert_eq_u32(chunk->event.clip_count, 1);
	igt_assert_eq(chunk->clips[0].x1, 0);
	igt_assert_eq(chunk->clips[0].y1, 0);
	igt_assert_eq_u32(chunk->clips[0].x2, chunk->event.width);
	igt_assert_eq_u32(chunk->clips[0].y2, chunk->event.height);
}

static void test_mode_set(void)
{
	struct mc_scene *scene = mc_scene_direct(640, 480);
	const struct drm_miracast_message_mode_set *mode =
		&scene->mode_set.mode_set;

	igt_assert_eq_u32(mode->width, 640);
	igt_assert_eq_u32(mode->height, 480);
	igt_assert_eq_u32(mode->fourcc, 0);
	igt_assert_eq_u32(mode->pitch, 0);
	igt_assert_eq_u32(mode->flags, 0);
}

static void test_first_chunk(void)
{
	struct mc_scene *scene = mc_scene_direct(640, 480);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(chunk.event.base.flags &
		   DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE);
	check_full(&chunk);
	check_event(scene, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_no_event(scene->ctx, MC_QUIET_MS);
}

static void test_fields(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct drm_mode_rect clip = { 3, 5, 70, 90 };
	struct mc_chunk last = {}, chunk;
	int i;

	for (i = 0; i < 20; i++) {
		mc_show(scene->kms, scene->fb[(i + 1) % 3], &clip, 1);
		mc_wait_chunk(scene->ctx, &chunk);
		check_event(scene, &chunk);
		igt_assert_eq_u32(chunk.event.base.flags, 0);
		igt_assert_eq_u32(chunk.event.skipped, 0);
		igt_assert_eq_u32(chunk.event.clip_count, 1);
		igt_assert_eq(chunk.clips[0].x1, clip.x1);
		igt_assert_eq(chunk.clips[0].y1, clip.y1);
		igt_assert_eq(chunk.clips[0].x2, clip.x2);
		igt_assert_eq(chunk.clips[0].y2, clip.y2);
		mc_assert_later(&chunk, &last);
		mc_release(scene->ctx, &chunk);
		last = chunk;
	}
}

static void test_statistics(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct drm_miracast_statistics before = mc_statistics(scene->ctx);
	struct drm_miracast_statistics after;
	struct mc_chunk chunk;
	int i;

	for (i = 1; i <= 30; i++) {
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks,
				  1);
		mc_release(scene->ctx, &chunk);
	}
	after = mc_statistics(scene->ctx);
	igt_assert_eq_u64(after.pictures_committed - before.pictures_committed,
			  30);
	igt_assert_eq_u64(after.pictures_captured - before.pictures_captured,
			  30);
	igt_assert_eq_u64(after.pictures_skipped, before.pictures_skipped);
	igt_assert_eq_u64(after.pictures_revoked, 0);
	igt_assert_eq_u64(after.bytes_copied, 0);
	igt_assert_eq_u64(after.pixels_converted, 0);
	igt_assert_eq_u32(after.unreleased_chunks, 0);
}

static void test_release(void)
{
	struct mc_scene *scene = mc_scene_direct(640, 480);
	int fd = scene->ctx->fd;
	struct mc_chunk chunk;
	uint64_t buffer, id;

	mc_wait_chunk(scene->ctx, &chunk);
	buffer = chunk.event.buffer;
	id = chunk.event.chunk_id;
	mc_expect(mc_release_errno(fd, buffer, id | 1ull << 40), -EINVAL);
	mc_expect(mc_release_errno(fd, buffer + 1, id), -ENOENT);
	mc_expect(mc_release_errno(fd, buffer, id + 1), -ENOENT);
	mc_expect(mc_release_errno(fd, 0, id), -ENOENT);
	mc_expect(mc_release_errno(fd, buffer, 0), -ENOENT);
	mc_expect(mc_release_errno(fd, buffer, id), 0);
	mc_expect(mc_release_errno(fd, buffer, id), -ENOENT);
}

static void test_static_screen(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct drm_miracast_statistics before, after;

	before = mc_statistics(scene->ctx);
	mc_no_event(scene->ctx, 2000);
	after = mc_statistics(scene->ctx);
	igt_assert(!memcmp(&before, &after, sizeof(before)));
}

/* Requests */

static void test_request_frame(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);
	struct mc_chunk chunk;
	uint64_t buffer = 0;
	int i;

	for (i = 0; i < 5; i++) {
		mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
		mc_wait_chunk(scene->ctx, &chunk);
		check_full(&chunk);
		check_event(scene, &chunk);
		igt_assert(!(chunk.event.base.flags &
			     DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE));
		igt_assert(!buffer || chunk.event.buffer == buffer);
		buffer = chunk.event.buffer;
		mc_assert_chunk(scene->ctx, &chunk, seen, "requested");
		mc_release(scene->ctx, &chunk);
	}
	mc_no_event(scene->ctx, MC_QUIET_MS);
}

/* With two pictures unreleased the request waits for one to come back. */
static void test_request_frame_held(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct mc_chunk held[2], chunk;
	int i;

	for (i = 0; i < 2; i++) {
		mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
		mc_wait_chunk(scene->ctx, &held[i]);
	}
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	mc_release(scene->ctx, &held[0]);
	mc_wait_chunk(scene->ctx, &chunk);
	check_full(&chunk);
	mc_release(scene->ctx, &chunk);
	mc_release(scene->ctx, &held[1]);
	/* One request or two: one picture. */
	mc_no_event(scene->ctx, MC_QUIET_MS);
}

static void test_request_frame_dark(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(640, 480);
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), &limits);

	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	mc_expect(mc_request_frame_errno(ctx->fd), 0);
	mc_no_event(ctx, MC_QUIET_MS);
	mc_ctx_close(ctx);
}

/* Cursors, which the driver cannot blend here */

static void cursor_answers(struct mc_kms *kms, const struct mc_fb *cursor,
			   int want, const char *when)
{
	struct mc_commit commit = {
		.cursor = cursor,
		.cursor_x = 10,
		.cursor_y = 20,
		.flags = DRM_MODE_ATOMIC_TEST_ONLY,
	};

	mc_expect_f(mc_commit_errno(kms, &commit), want, "test, %s", when);
	commit.flags = 0;
	mc_expect_f(mc_commit_errno(kms, &commit), want, "%s", when);
}

static void hide_cursor(struct mc_kms *kms)
{
	struct mc_commit commit = { .no_cursor = true };

	mc_expect(mc_commit_errno(kms, &commit), 0);
}

/* A compositor with the pointer in every commit: pictures go on, without it. */
static void test_cursor_goes_on(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct drm_miracast_cursor info;
	struct mc_picture *seen;
	struct mc_chunk chunk;
	int i;

	mc_fb_fill(cursor, 0xffffffff);
	cursor_answers(scene->kms, cursor, 0, "DIRECT");
	for (i = 0; i < 20; i++) {
		struct mc_fb *fb = scene->fb[i % 2];
		struct mc_commit commit = {
			.fb = fb,
			.cursor = cursor,
			.cursor_x = 20 * i,
			.cursor_y = 10 * i,
			.flags = DRM_MODE_ATOMIC_TEST_ONLY,
		};

		mc_fb_paint(fb, NULL, i);
		seen = mc_fb_seen(fb, 0, 0, 640, 480);
		mc_expect_f(mc_commit_errno(scene->kms, &commit), 0,
			    "test %d", i);
		commit.flags = 0;
		mc_expect_f(mc_commit_errno(scene->kms, &commit), 0,
			    "commit %d", i);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_assert_chunk(scene->ctx, &chunk, seen, "without pointer");
		mc_release(scene->ctx, &chunk);
		mc_picture_free(seen);
	}
	/* An owner that draws it can ask for its place. */
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, NULL, 0, &info), 0);
	igt_assert(info.flags & DRM_MIRACAST_CURSOR_FLAG_VISIBLE);
	igt_assert_eq(info.x, 20 * (i - 1));
	/* A pointer that moves alone is no picture. */
	mc_expect(mc_commit_errno(scene->kms, &(struct mc_commit) {
				  .cursor = cursor, .cursor_x = 5000 }), 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	hide_cursor(scene->kms);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
}

/* The legacy calls are refused, and then the client draws it itself. */
static void test_cursor_legacy(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);

	igt_assert(drmModeSetCursor(scene->card, scene->kms->crtc,
				    cursor->handle, 64, 64));
	/* Switching off what is not on is fine, and all else goes on. */
	mc_set_cursor(scene->kms, NULL);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
}

/* DIRECT and COPY in turn on a screen whose pointer is always visible. */
static void test_cursor_again(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, 640, 480);
	struct mc_chunk chunk;
	struct mc_ctx *ctx;

	mc_fb_fill(cursor, 0xffffffff);
	cursor_answers(scene->kms, cursor, 0, "DIRECT");
	mc_ctx_close(scene->ctx);
	cursor_answers(scene->kms, cursor, 0, "context gone");
	/* A COPY context on the same target blends it. */
	limits.connector_id = scene->kms->connector;
	ctx = mc_ctx_create(scene->card, &limits);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	mc_assert_blended(ctx, &chunk, seen, cursor, 10, 20);
	mc_release(ctx, &chunk);
	mc_ctx_close(ctx);
	limits = mc_limits_direct(640, 480);
	limits.connector_id = scene->kms->connector;
	ctx = mc_ctx_create(scene->card, &limits);
	cursor_answers(scene->kms, cursor, 0, "DIRECT once more");
	mc_expect(mc_destroy_errno(ctx->fd), 0);
	cursor_answers(scene->kms, cursor, 0, "destroyed");
	hide_cursor(scene->kms);
	mc_ctx_close(ctx);
	mc_picture_free(seen);
}

/* This context has no effect on another target's cursor. */
static void test_cursor_elsewhere(void)
{
	struct mc_scene *scene = mc_scene_direct_running(640, 480);
	struct mc_scene *other = mc_scene_on(scene->card, 640, 480, 2);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);

	cursor_answers(other->kms, cursor, 0, "other target");
	mc_set_cursor(other->kms, cursor);
	mc_set_cursor(other->kms, NULL);
}

/* A CRTC that is lit with a cursor is taken over as it is. */
static void test_cursor_was_on(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(640, 480);
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	struct mc_fb *cursor = mc_fb(card, 64, 64, DRM_FORMAT_ARGB8888);
	struct mc_chunk chunk;
	struct mc_ctx *ctx;

	mc_light(kms, &mode, fb);
	cursor_answers(kms, cursor, 0, "no context");
	limits.connector_id = kms->connector;
	ctx = mc_ctx_create(card, &limits);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	check_full(&chunk);
	mc_release(ctx, &chunk);
	igt_assert_eq_u64(mc_property_value(card, kms->connector,
					    DRM_MODE_OBJECT_CONNECTOR,
					    "link-status"),
			  DRM_MODE_LINK_STATUS_GOOD);
	mc_ctx_close(ctx);
}

static const struct mc_subtest subtests[] = {
	{ "offered", "The device says that it has DIRECT delivery.",
	  test_offered },
	{ "bad-values",
	  "Format, buffers, parts and owner buffers belong to COPY.",
	  test_bad_values },
	{ "no-memory",
	  "A DIRECT context takes a target, a slot and a rate, and no memory.",
	  test_no_memory },
	{ "beyond-memory",
	  "Small picture memory does not limit DIRECT contexts.",
	  test_beyond_memory },
	{ "set-buffers", "A DIRECT context takes no buffers of the owner's.",
	  test_set_buffers },
	{ "mode-set",
	  "MODE_SET promises neither format nor pitch.", test_mode_set },
	{ "first-chunk",
	  "The first picture of a mode is whole and says so.",
	  test_first_chunk },
	{ "fields",
	  "Numbers, times and damage of chunks are right.", test_fields },
	{ "statistics", "The counters count, except that of copied bytes.",
	  test_statistics },
	{ "release", "A chunk is released once, by its own numbers.",
	  test_release },
	{ "static-screen",
	  "When nothing changes, nothing happens.", test_static_screen },
	{ "request-frame",
	  "A whole picture can be had of a screen that does not change.",
	  test_request_frame },
	{ "request-frame-held",
	  "With two unreleased pictures a request waits, and is served once.",
	  test_request_frame_held },
	{ "request-frame-dark",
	  "A request on a dark target has no effect.",
	  test_request_frame_dark },
	{ "cursor-goes-on",
	  "A pointer in atomic commits never stops the picture.",
	  test_cursor_goes_on },
	{ "cursor-legacy",
	  "The legacy calls are refused without CURSOR_METADATA.",
	  test_cursor_legacy },
	{ "cursor-again",
	  "The cursor is in the picture again when the context is gone.",
	  test_cursor_again },
	{ "cursor-elsewhere",
	  "The cursor planes of other targets work.", test_cursor_elsewhere },
	{ "cursor-was-on",
	  "A CRTC lit with a cursor is taken over as it is.",
	  test_cursor_was_on },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_direct_picture);
	mc_subtests(mc_direct_table);
	mc_subtests(mc_direct_export);
	mc_subtests(mc_direct_import);
	mc_subtests(mc_direct_hold);
	mc_subtests(mc_direct_end);
	mc_subtests(mc_direct_lost);
	mc_subtests(mc_direct_fence);
	mc_subtests(mc_direct_trusted);
	mc_subtests(mc_direct_bounced);
}
