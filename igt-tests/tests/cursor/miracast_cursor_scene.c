// SPDX-License-Identifier: MIT
/*
 * Shared by the cursor's tests: a scene with a cursor, and the messages and pixels that its
 * owner gets.
 */
#include "miracast_cursor.h"

#define WIDTH	640
#define HEIGHT	480
#define LARGEST	256
#define QUIET_MS 150

struct mc_scene *cursor_scene_of(const struct drm_miracast_create_context *arg)
{
	struct mc_scene *scene = mc_scene_lit(mc_card_open(), arg, 60000);
	struct mc_chunk chunk;

	/* The legacy position outlives clients. */
	mc_move_cursor(scene->kms, 0, 0);
	mc_complete_mode(scene->ctx, &scene->mode_set);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	return scene;
}

struct mc_scene *cursor_scene(uint32_t flags)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);

	limits.flags = flags;
	return cursor_scene_of(&limits);
}

struct mc_scene *cursor_scene_direct(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(WIDTH,
								     HEIGHT);

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
	return cursor_scene_of(&limits);
}

void cursor_paint(struct mc_fb *fb, uint32_t seed)
{
	uint32_t x, y;

	for (y = 0; y < fb->height; y++)
		for (x = 0; x < fb->width; x++)
			((uint32_t *)(void *)(fb->map +
					      (size_t)y * fb->pitch))[x] =
				mc_pattern(x, y, seed);
}

struct mc_fb *cursor_fb(int card, uint32_t width, uint32_t height,
			uint32_t seed)
{
	struct mc_fb *fb = mc_fb(card, width, height, DRM_FORMAT_ARGB8888);

	cursor_paint(fb, seed);
	return fb;
}

void cursor_place(struct mc_scene *scene, const struct mc_fb *fb,
		  int32_t x, int32_t y)
{
	struct mc_commit commit = {
		.cursor = fb,
		.no_cursor = !fb,
		.cursor_x = x,
		.cursor_y = y,
	};

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
}

static void hear_message(struct heard *heard, const struct mc_message *message)
{
	switch (message->event.code) {
	case DRM_MIRACAST_MSG_CURSOR_MOVE:
		heard->moves++;
		heard->move = message->cursor_move;
		igt_assert_eq_u32(heard->move.pad, 0);
		igt_assert_lte_u64(heard->move.visible, 1);
		break;
	case DRM_MIRACAST_MSG_CURSOR_SHAPE:
		heard->shapes++;
		igt_assert_lt_u64(heard->serial,
				  message->cursor_shape.shape_serial);
		heard->serial = message->cursor_shape.shape_serial;
		break;
	default:
		heard->others++;
		break;
	}
	igt_assert_eq_u32(message->event.needs_completion, 0);
}

static bool hear_one(struct mc_scene *scene, struct heard *heard,
		     int timeout_ms)
{
	const struct drm_miracast_event *event;
	struct mc_message message;
	struct mc_chunk chunk;

	event = mc_next_event(scene->ctx, timeout_ms);
	if (!event)
		return false;
	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
		mc_parse_chunk(event, &chunk);
		mc_release(scene->ctx, &chunk);
		heard->pictures += 1 + chunk.event.skipped;
	} else {
		mc_parse_message(event, &message);
		hear_message(heard, &message);
	}
	return true;
}

/* Reads what comes within a time from the last event on. */
void cursor_hear_more(struct mc_scene *scene, struct heard *heard, int quiet_ms)
{
	while (hear_one(scene, heard, quiet_ms))
		;
}

static bool is_move(const struct heard *heard, int32_t x, int32_t y,
		    uint32_t visible)
{
	return heard->moves && heard->move.visible == visible &&
	       (!visible || (heard->move.x == x && heard->move.y == y));
}

static bool has_come(const struct heard *heard, const struct heard *want)
{
	return heard->pictures >= want->pictures && heard->shapes >= want->shapes &&
	       (!want->moves || is_move(heard, want->move.x, want->move.y,
					want->move.visible));
}

/* Expected events get more time than unexpected ones. */
void cursor_hear_all(struct mc_scene *scene, struct heard *heard,
		     const struct heard *want)
{
	while (!has_come(heard, want) &&
	       hear_one(scene, heard, MC_TIMEOUT_MS))
		;
	cursor_hear_more(scene, heard, QUIET_MS);
}

struct heard cursor_hear(struct mc_scene *scene, const struct heard *want)
{
	struct heard heard = {};

	if (want)
		cursor_hear_all(scene, &heard, want);
	else
		cursor_hear_more(scene, &heard, QUIET_MS);
	return heard;
}

void cursor_assert_move(const struct heard *heard, int32_t x, int32_t y,
			uint32_t visible)
{
	igt_assert_f(is_move(heard, x, y, visible),
		     "%u moves, the last to %d,%d, visible %u; not %d,%d, %u\n",
		     heard->moves, heard->move.x, heard->move.y,
		     heard->move.visible, x, y, visible);
}

struct heard cursor_wanted(unsigned int shapes, int32_t x, int32_t y,
			   uint32_t visible)
{
	return (struct heard) {
		.shapes = shapes,
		.moves = 1,
		.move = { .x = x, .y = y, .visible = visible },
	};
}

struct heard cursor_hear_move(struct mc_scene *scene, unsigned int shapes,
			      int32_t x, int32_t y, uint32_t visible)
{
	struct heard want = cursor_wanted(shapes, x, y, visible);
	struct heard heard = cursor_hear(scene, &want);

	cursor_assert_move(&heard, x, y, visible);
	return heard;
}

struct drm_miracast_cursor cursor_get(struct mc_scene *scene)
{
	struct drm_miracast_cursor cursor;

	memset(&cursor, 0xa5, sizeof(cursor));
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, NULL, 0, &cursor), 0);
	igt_assert_eq_u32(cursor.pad, 0);
	igt_assert_lte_u64(cursor.width, LARGEST);
	igt_assert_lte_u64(cursor.height, LARGEST);
	return cursor;
}

struct drm_miracast_cursor cursor_assert_pixels(struct mc_scene *scene,
						const struct mc_fb *fb)
{
	static uint32_t pixels[LARGEST * LARGEST + 64];
	struct drm_miracast_cursor cursor;
	uint32_t size = fb->width * fb->height * 4, x, y;

	memset(pixels, 0x5a, sizeof(pixels));
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, pixels, size, &cursor),
		  0);
	igt_assert_eq_u32(cursor.width, fb->width);
	igt_assert_eq_u32(cursor.height, fb->height);
	for (y = 0; y < fb->height; y++) {
		const uint32_t *line = (const void *)
			(fb->map + (size_t)y * fb->pitch);

		for (x = 0; x < fb->width; x++)
			igt_assert_f(pixels[y * fb->width + x] == line[x],
				     "pixel %u,%u is %#08x, expected %#08x\n",
				     x, y, pixels[y * fb->width + x], line[x]);
	}
	/* Not a byte more, however much room there is. */
	igt_assert_eq_u32(pixels[size / 4], 0x5a5a5a5a);
	mc_expect(mc_get_cursor_errno(scene->ctx->fd, pixels, sizeof(pixels),
				      &cursor), 0);
	igt_assert_eq_u32(pixels[size / 4], 0x5a5a5a5a);
	return cursor;
}
