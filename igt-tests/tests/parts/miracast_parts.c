// SPDX-License-Identifier: MIT
/*
 * Pictures in parts: which bands there are, how they are numbered, and how they
 * are released.
 */
#include <poll.h>

#include "miracast_parts.h"

IGT_TEST_DESCRIPTION("COPY delivery in bands.");

struct drm_miracast_create_context parts_limits(uint32_t width, uint32_t height,
						uint32_t buffers,
						uint32_t parts)
{
	struct drm_miracast_create_context limits =
		mc_limits(width, height, buffers);

	limits.parts = parts;
	return limits;
}

struct mc_scene *parts_scene(uint32_t width, uint32_t height, uint32_t buffers,
			     uint32_t parts, uint32_t format)
{
	struct drm_miracast_create_context limits =
		parts_limits(width, height, buffers, parts);

	limits.format = format;
	return mc_scene_with(mc_card_open(), &limits, 60000);
}

uint32_t parts_band(uint32_t height, uint32_t parts)
{
	uint32_t lines = (height + parts - 1) / parts;

	return (lines + 15) / 16 * 16;
}

/* A picture as it comes */

static void check_band(const struct mc_chunk *part, uint32_t parts)
{
	const struct drm_miracast_event_chunk *event = &part->event;
	uint32_t band = parts_band(event->height, parts), i;
	uint32_t end = event->line_first + band;

	if (end > event->height)
		end = event->height;
	igt_assert_eq_u32(event->line_first % band, 0);
	igt_assert_lt_u64(event->line_first, event->height);
	igt_assert_eq_u32(event->line_count, end - event->line_first);
	igt_assert_f(event->clip_count, "a band without damage\n");
	for (i = 0; i < event->clip_count; i++) {
		const struct drm_clip_rect *clip = &part->clips[i];

		igt_assert_f(clip->x1 < clip->x2 && clip->x2 <= event->width &&
			     clip->y1 < clip->y2 &&
			     clip->y1 >= event->line_first && clip->y2 <= end,
			     "clip %u,%u %u,%u in lines %u to %u\n", clip->x1,
			     clip->y1, clip->x2, clip->y2, event->line_first,
			     end);
	}
}

/* The members that all parts of a picture share. */
static void check_siblings(const struct drm_miracast_event_chunk *a,
			   const struct drm_miracast_event_chunk *b)
{
	igt_assert_eq_u64(DRM_MIRACAST_FRAME_OF_CHUNK_ID(a->chunk_id),
			  DRM_MIRACAST_FRAME_OF_CHUNK_ID(b->chunk_id));
	igt_assert_lt_u64(a->line_first, b->line_first);
	igt_assert_lte_u64(a->ready_time_ns, b->ready_time_ns);
	igt_assert_eq_u32(a->base.flags, b->base.flags);
	igt_assert_eq_u64(a->buffer, b->buffer);
	igt_assert_eq_u64(a->session, b->session);
	igt_assert_eq_u64(a->mode_serial, b->mode_serial);
	igt_assert_eq_u64(a->commit_time_ns, b->commit_time_ns);
	igt_assert_eq_u64(a->vblank_time_ns, b->vblank_time_ns);
	igt_assert_eq_u64(a->vblank_sequence, b->vblank_sequence);
	igt_assert_eq_u32(a->chunk_type, b->chunk_type);
	igt_assert_eq_u32(a->skipped, b->skipped);
	igt_assert_eq_u32(a->src_x, b->src_x);
	igt_assert_eq_u32(a->src_y, b->src_y);
	igt_assert_eq_u32(a->width, b->width);
	igt_assert_eq_u32(a->height, b->height);
}

bool parts_try(struct mc_ctx *ctx, uint32_t parts, struct parts *picture,
	       int timeout_ms)
{
	struct mc_chunk *part;
	uint64_t number;

	picture->count = 0;
	do {
		igt_assert_lt(picture->count, parts);
		part = &picture->part[picture->count++];
		if (!mc_try_chunk(ctx, part, timeout_ms)) {
			igt_assert_f(picture->count == 1,
				     "no part 0 after %u parts\n",
				     picture->count - 1);
			picture->count = 0;
			return false;
		}
		timeout_ms = MC_TIMEOUT_MS;
		number = DRM_MIRACAST_PART_OF_CHUNK_ID(part->event.chunk_id);
		igt_assert(!number || number == picture->count);
		check_band(part, parts);
		igt_assert_lte_u64(part->event.commit_time_ns,
				   part->event.ready_time_ns);
		if (picture->count > 1)
			check_siblings(&part[-1].event, &part->event);
	} while (number);
	return true;
}

void parts_wait(struct mc_ctx *ctx, uint32_t parts, struct parts *picture)
{
	igt_assert_f(parts_try(ctx, parts, picture, MC_TIMEOUT_MS),
		     "no picture came\n");
}

void parts_release(struct mc_ctx *ctx, const struct parts *picture)
{
	mc_release(ctx, &picture->part[picture->count - 1]);
}

void parts_take(struct mc_client *c, const struct parts *picture)
{
	uint32_t i;

	for (i = 0; i < picture->count; i++)
		mc_client_take(c, &picture->part[i]);
	if (!mc_client_is_newest(c, &picture->part[0]))
		return;
	mc_client_assert_owner(c, "the owner's picture");
	mc_client_assert_buffer(c, &picture->part[0], "the buffer");
}

/* Bands */

static void expect_all_bands(const struct parts *picture, uint32_t height,
			     uint32_t parts)
{
	uint32_t band = parts_band(height, parts);

	igt_assert_eq_u32(picture->count, (height + band - 1) / band);
	igt_assert(picture->part[0].event.base.flags &
		   DRM_MIRACAST_CHUNK_FLAG_FULL);
}

/* First picture, a flip of all, and one that was asked for. */
static void whole_pictures(uint32_t width, uint32_t height, uint32_t parts,
			   uint32_t format)
{
	struct mc_scene *scene = parts_scene(width, height, 2, parts, format);
	struct drm_mode_rect all = { 0, 0, width, height };
	struct mc_client client;
	struct parts picture;

	mc_client_begin(&client, scene, parts);
	parts_wait(scene->ctx, parts, &picture);
	expect_all_bands(&picture, height, parts);
	igt_assert(picture.part[0].event.base.flags &
		   DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE);
	parts_take(&client, &picture);
	parts_release(scene->ctx, &picture);

	mc_client_change(&client, &all);
	parts_wait(scene->ctx, parts, &picture);
	expect_all_bands(&picture, height, parts);
	igt_assert(!(picture.part[0].event.base.flags &
		     DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE));
	parts_take(&client, &picture);
	parts_release(scene->ctx, &picture);

	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	parts_wait(scene->ctx, parts, &picture);
	expect_all_bands(&picture, height, parts);
	parts_take(&client, &picture);
	parts_release(scene->ctx, &picture);
	igt_assert_eq_u64(mc_statistics(scene->ctx).pictures_captured, 3);
	mc_client_free(&client);
	mc_scene_free(scene);
}

static void test_every_count(void)
{
	uint32_t parts;

	for (parts = 1; parts <= MOST_PARTS; parts++)
		whole_pictures(640, 480, parts, DRM_FORMAT_XRGB8888);
}

static void test_every_count_nv12(void)
{
	uint32_t parts;

	for (parts = 2; parts <= MOST_PARTS; parts++)
		whole_pictures(640, 480, parts, DRM_FORMAT_NV12);
}

static void test_heights(void)
{
	static const struct { uint32_t width, height, parts; } rows[] = {
		{ 641, 481, 2 }, { 641, 481, 3 }, { 641, 481, 15 },
		{ 640, 496, 16 }, { 640, 497, 16 }, { 640, 511, 16 },
		{ 640, 513, 16 }, { 720, 577, 5 }, { 1280, 720, 4 },
		{ 1366, 768, 7 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		whole_pictures(rows[i].width, rows[i].height, rows[i].parts,
			       DRM_FORMAT_XRGB8888);
		whole_pictures(rows[i].width, rows[i].height, rows[i].parts,
			       DRM_FORMAT_NV12);
	}
}

/* Parts take no memory and no rate. */
static void test_budget(void)
{
	struct drm_miracast_create_context one = parts_limits(640, 480, 3, 1);
	struct drm_miracast_create_context many = parts_limits(640, 480, 3, 16);
	struct drm_miracast_query_caps with_one, with_many;
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, &one);

	with_one = mc_caps(card);
	mc_ctx_close(ctx);
	ctx = mc_ctx_create(card, &many);
	with_many = mc_caps(card);
	mc_ctx_close(ctx);
	igt_assert(!memcmp(&with_one, &with_many, sizeof(with_one)));
}

/* Release */

static void test_release(void)
{
	struct mc_scene *scene = parts_scene(640, 480, 2, 4,
					     DRM_FORMAT_XRGB8888);
	int fd = scene->ctx->fd;
	uint64_t buffer, frame;
	struct parts picture;
	uint32_t i;

	parts_wait(scene->ctx, 4, &picture);
	buffer = picture.part[0].event.buffer;
	frame = DRM_MIRACAST_FRAME_OF_CHUNK_ID(picture.part[0].event.chunk_id);
	for (i = 1; i < 20; i++)
		mc_expect_f(mc_release_errno(fd, buffer,
					     DRM_MIRACAST_MAKE_CHUNK_ID(frame, i)),
			    -EINVAL, "part %u", i);
	mc_expect(mc_release_errno(fd, buffer,
				   DRM_MIRACAST_MAKE_CHUNK_ID(frame + 1, 0)),
		  -ENOENT);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 1);
	parts_release(scene->ctx, &picture);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
	mc_expect(mc_release_errno(fd, buffer,
				   DRM_MIRACAST_MAKE_CHUNK_ID(frame, 0)),
		  -ENOENT);
	mc_expect(mc_release_errno(fd, buffer,
				   DRM_MIRACAST_MAKE_CHUNK_ID(frame, 1)),
		  -EINVAL);
}

/* As many parts as there can be, of as many pictures, wait to be read. */
static void test_unread(void)
{
	struct mc_scene *scene = parts_scene(640, 480, 16, 16,
					     DRM_FORMAT_XRGB8888);
	uint32_t bands = 480 / parts_band(480, 16), i;
	struct parts picture;

	/* Pictures that a mode's first one replaces are not counted as skipped. */
	mc_wait_captured(scene->ctx, 1);
	for (i = 1; i < 16; i++)
		mc_show_captured(scene, scene->fb[i % 3]);
	for (; i < 20; i++)
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
	for (i = 0; i < 16; i++) {
		parts_wait(scene->ctx, 16, &picture);
		igt_assert_eq_u32(picture.count, bands);
		igt_assert_eq_u32(picture.part[0].event.skipped, 0);
		parts_release(scene->ctx, &picture);
	}
	/* The pictures that came while all buffers were full are one more. */
	parts_wait(scene->ctx, 16, &picture);
	igt_assert_eq_u32(picture.part[0].event.skipped, 3);
	parts_release(scene->ctx, &picture);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
}

/* A buffer with unread parts is not written again, released or not. */
static void test_released_unread(void)
{
	struct mc_scene *scene = parts_scene(640, 480, 2, 4,
					     DRM_FORMAT_XRGB8888);
	/* Room for one event with one clip. */
	uint64_t first[sizeof(struct drm_miracast_event_chunk) / 8 + 1];
	const struct drm_miracast_event_chunk *event = (const void *)first;
	struct mc_ctx *ctx = scene->ctx;
	uint64_t frame, captured;
	struct parts picture;
	uint32_t i;

	igt_assert(mc_poll(ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	igt_assert_lt_u64(0, read(ctx->fd, first, sizeof(first)));
	igt_assert_eq_u64(DRM_MIRACAST_PART_OF_CHUNK_ID(event->chunk_id), 1);
	frame = DRM_MIRACAST_FRAME_OF_CHUNK_ID(event->chunk_id);
	mc_wait_captured(ctx, 1);
	mc_expect(mc_release_errno(ctx->fd, event->buffer,
				   DRM_MIRACAST_MAKE_CHUNK_ID(frame, 0)), 0);
	for (i = 0; i < 3; i++)
		mc_show(scene->kms, scene->fb[i], NULL, 0);
	captured = mc_statistics(ctx).pictures_captured;
	igt_assert_eq_u64(captured, 2);
	for (i = 2; i <= 4; i++) {
		struct mc_chunk part;

		mc_wait_chunk(ctx, &part);
		igt_assert_eq_u64(part.event.chunk_id,
				  DRM_MIRACAST_MAKE_CHUNK_ID(frame, i % 4));
	}
	parts_wait(ctx, 4, &picture);
	igt_assert(picture.part[0].event.buffer != event->buffer);
	parts_wait(ctx, 4, &picture);
	igt_assert_eq_u64(picture.part[0].event.buffer, event->buffer);
}

static const struct mc_subtest subtests[] = {
	{ "every-count",
	  "1 to 16 parts: bands of whole macroblocks, numbered, the last one 0.",
	  test_every_count },
	{ "every-count-nv12", "The same in NV12.", test_every_count_nv12 },
	{ "heights",
	  "Heights that cannot be divided: the last band is smaller, none is empty.",
	  test_heights },
	{ "budget", "Parts cost nothing.", test_budget },
	{ "release", "A picture is released once, by its part 0.",
	  test_release },
	{ "unread",
	  "All parts of all buffers can wait to be read; nothing is lost.",
	  test_unread },
	{ "released-unread",
	  "A buffer is written again when all its parts have been read.",
	  test_released_unread },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_parts_damage);
	mc_subtests(mc_parts_early);
}
