// SPDX-License-Identifier: MIT
/*
 * The mode handshake.
 */
#include "miracast_chunk.h"

static const struct drm_miracast_mode two_modes[] = {
	{ .width = 800, .height = 600, .refresh_mhz = 60000,
	  .flags = DRM_MIRACAST_MODE_FLAG_PREFERRED },
	{ .width = 640, .height = 480, .refresh_mhz = 60000 },
};

/* A context with a monitor of two modes and a client; nothing lit. */
struct stage {
	int card;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *big, *small;
	drmModeModeInfo big_mode, small_mode;
};

/* A buffer_count of 0 stands for the most that a context can have. */
static void set_stage_of(struct stage *s, uint32_t buffer_count)
{
	struct drm_miracast_create_context limits =
		mc_limits(800, 600, buffer_count);

	s->card = mc_card_open();
	if (!buffer_count)
		limits.buffer_count = mc_caps(s->card).max_buffers;
	s->ctx = mc_ctx_create(s->card, &limits);
	s->kms = mc_kms(s->card, s->ctx->connector);
	mc_start(s->ctx);
	mc_arrive_modes(s->ctx, two_modes, ARRAY_SIZE(two_modes));
	s->big = mc_fb(s->card, 800, 600, DRM_FORMAT_XRGB8888);
	s->small = mc_fb(s->card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_fb_paint(s->big, NULL, 1);
	mc_fb_paint(s->small, NULL, 2);
	igt_assert(mc_find_mode(s->card, s->ctx->connector, 800, 600, 60000,
				&s->big_mode));
	igt_assert(mc_find_mode(s->card, s->ctx->connector, 640, 480, 60000,
				&s->small_mode));
}

static void set_stage(struct stage *s)
{
	set_stage_of(s, 3);
}

static int complete(struct stage *s, uint64_t number)
{
	return mc_complete_errno(s->ctx->fd, number,
				 DRM_MIRACAST_COMPLETION_SUCCESS);
}

/* Lights the larger mode, accepts it and waits for its first chunk. */
static void light_big(struct stage *s, struct mc_chunk *chunk)
{
	mc_light(s->kms, &s->big_mode, s->big);
	mc_complete_mode(s->ctx, NULL);
	mc_wait_chunk(s->ctx, chunk);
}

void chunk_expect_full(struct mc_ctx *ctx, const struct mc_fb *fb,
		       struct mc_chunk *chunk)
{
	struct mc_picture *seen = mc_fb_seen(fb, 0, 0, fb->width, fb->height);

	mc_wait_chunk(ctx, chunk);
	igt_assert(chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	mc_assert_chunk(ctx, chunk, seen, "full picture");
	mc_picture_free(seen);
}

static void test_mode_set(void)
{
	struct mc_message message;
	struct stage s;

	set_stage(&s);
	mc_no_event(s.ctx, MC_QUIET_MS);
	mc_light(s.kms, &s.big_mode, s.big);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	igt_assert_eq_u32(message.event.needs_completion, 1);
	igt_assert(message.event.number >= 1);
	igt_assert(message.mode_set.mode_serial >= 1);
	igt_assert_eq_u32(message.mode_set.width, 800);
	igt_assert_eq_u32(message.mode_set.height, 600);
	igt_assert_eq_u32(message.mode_set.fourcc, DRM_FORMAT_XRGB8888);
	igt_assert_lte_u64(800 * 4, message.mode_set.pitch);
	igt_assert_lte_u64(mc_mode_mhz(&s.big_mode),
			   message.mode_set.refresh_mhz + 1);
	igt_assert_lte_u64(message.mode_set.refresh_mhz,
			   mc_mode_mhz(&s.big_mode) + 1);
	igt_assert_eq_u64(mc_statistics(s.ctx).mode_serial,
			  message.mode_set.mode_serial);
	mc_ctx_close(s.ctx);
}

static void test_no_chunk_before_completion(void)
{
	struct mc_message message;
	struct mc_chunk chunk;
	struct stage s;
	int i;

	set_stage(&s);
	mc_light(s.kms, &s.big_mode, s.big);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_forget_events(s.ctx);
	/* The client never waits for the owner. */
	for (i = 0; i < 10; i++) {
		mc_fb_paint(s.big, NULL, 10 + i);
		mc_show(s.kms, s.big, NULL, 0);
	}
	mc_no_chunk(s.ctx, MC_QUIET_MS);
	mc_expect(mc_request_frame_errno(s.ctx->fd), 0);
	mc_no_chunk(s.ctx, MC_QUIET_MS);
	mc_expect(complete(&s, message.event.number), 0);
	chunk_expect_full(s.ctx, s.big, &chunk);
	igt_assert(chunk.event.base.flags &
		   DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE);
	igt_assert_eq_u64(chunk.event.mode_serial,
			  message.mode_set.mode_serial);
	mc_release(s.ctx, &chunk);
	mc_no_chunk(s.ctx, MC_QUIET_MS);
	mc_ctx_close(s.ctx);
}

static void test_completion_numbers(void)
{
	struct mc_message message, power;
	struct stage s;

	set_stage(&s);
	mc_light(s.kms, &s.big_mode, s.big);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(complete(&s, 0), -ENOENT);
	mc_expect(complete(&s, message.event.number + 1000), -ENOENT);
	mc_expect(mc_complete_errno(s.ctx->fd, message.event.number, 2),
		  -EINVAL);
	mc_expect(mc_complete_errno(s.ctx->fd, message.event.number,
				    UINT32_MAX), -EINVAL);
	mc_expect(complete(&s, message.event.number), 0);
	mc_expect(complete(&s, message.event.number), -EALREADY);
	mc_expect(mc_complete_errno(s.ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_REFUSED),
		  -EALREADY);
	/* A message that needs no answer cannot be answered. */
	mc_off(s.kms);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_POWER, &power);
	igt_assert_eq_u32(power.event.needs_completion, 0);
	mc_expect(complete(&s, power.event.number), -ENOENT);
	mc_ctx_close(s.ctx);
}

static void test_superseded(void)
{
	struct mc_message first, second;
	struct mc_chunk chunk;
	struct stage s;

	set_stage(&s);
	mc_light(s.kms, &s.big_mode, s.big);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &first);
	mc_forget_events(s.ctx);
	mc_light(s.kms, &s.small_mode, s.small);
	/* The newer mode set wins, whether its message was read or not. */
	mc_expect(complete(&s, first.event.number), -ESTALE);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &second);
	igt_assert_lt_u64(first.event.number, second.event.number);
	igt_assert_lt_u64(first.mode_set.mode_serial,
			  second.mode_set.mode_serial);
	igt_assert_eq_u32(second.mode_set.width, 640);
	mc_no_chunk(s.ctx, MC_QUIET_MS);
	mc_expect(complete(&s, first.event.number), -ESTALE);
	mc_expect(complete(&s, second.event.number), 0);
	chunk_expect_full(s.ctx, s.small, &chunk);
	igt_assert_eq_u64(chunk.event.mode_serial,
			  second.mode_set.mode_serial);
	mc_release(s.ctx, &chunk);
	mc_ctx_close(s.ctx);
}

static void test_messages_are_states(void)
{
	struct mc_message message, other;
	struct stage s;
	int i;

	set_stage(&s);
	for (i = 0; i < 4; i++) {
		mc_light(s.kms, &s.big_mode, s.big);
		mc_light(s.kms, &s.small_mode, s.small);
	}
	/* Of eight unread mode sets one is left. */
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	igt_assert_eq_u32(message.mode_set.width, 640);
	igt_assert(!mc_try_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &other,
				   MC_QUIET_MS));
	mc_expect(complete(&s, message.event.number), 0);
	mc_ctx_close(s.ctx);
}

static void test_new_mode_new_buffers(void)
{
	struct mc_message message;
	struct mc_chunk old, fresh;
	struct drm_miracast_buffer info;
	struct mc_picture *seen;
	const struct mc_buffer *buffer;
	uint64_t old_number;
	struct stage s;

	set_stage(&s);
	light_big(&s, &old);
	old_number = old.event.buffer;
	buffer = mc_buffer(s.ctx, old_number);
	igt_assert_eq_u32(buffer->info.width, 800);
	seen = mc_fb_seen(s.big, 0, 0, 800, 600);

	mc_light(s.kms, &s.small_mode, s.small);
	do {
		mc_wait_message(s.ctx, DRM_MIRACAST_MSG_BUFFER_GONE,
				&message);
	} while (message.gone.buffer != old_number);
	mc_complete_mode(s.ctx, NULL);
	chunk_expect_full(s.ctx, s.small, &fresh);
	igt_assert_lt_u64(old_number, fresh.event.buffer);
	igt_assert_eq_u32(mc_buffer(s.ctx, fresh.event.buffer)->info.width,
			  640);

	/* The held chunk keeps its picture until it is released. */
	mc_assert_chunk(s.ctx, &old, seen, "held over a mode set");
	mc_expect(mc_get_buffer_errno(s.ctx->fd, old_number, &info), 0);
	mc_close(info.fds[0]);
	mc_release(s.ctx, &old);
	mc_expect(mc_get_buffer_errno(s.ctx->fd, old_number, &info), -ESTALE);
	mc_expect(mc_release_errno(s.ctx->fd, old_number,
				   old.event.chunk_id), -ENOENT);
	mc_release(s.ctx, &fresh);
	mc_ctx_close(s.ctx);
}

/*
 * Reads all events and answers none. No BUFFER_GONE may be of a buffer that was
 * gone before.
 */
static uint32_t read_gone(struct mc_ctx *ctx, uint64_t *gone, uint32_t count)
{
	const struct drm_miracast_event *event;
	struct mc_message message;
	uint32_t i;

	while ((event = mc_next_event(ctx, MC_QUIET_MS))) {
		igt_assert_eq_u32(event->type, DRM_MIRACAST_EVENT_TYPE_MESSAGE);
		mc_parse_message(event, &message);
		if (message.event.code != DRM_MIRACAST_MSG_BUFFER_GONE)
			continue;
		for (i = 0; i < count; i++)
			igt_assert(gone[i] != message.gone.buffer);
		igt_assert(count < 3);
		gone[count++] = message.gone.buffer;
	}
	return count;
}

static void test_gone_once(void)
{
	struct mc_chunk chunk;
	uint64_t gone[3];
	uint32_t count;
	struct stage s;

	set_stage(&s);
	light_big(&s, &chunk);
	mc_release(s.ctx, &chunk);
	mc_drain(s.ctx, &chunk);

	mc_light(s.kms, &s.small_mode, s.small);
	count = read_gone(s.ctx, gone, 0);
	igt_assert(count);

	/* The mode was not accepted, so no chunk has named a buffer since. */
	mc_light(s.kms, &s.big_mode, s.big);
	igt_assert_eq_u32(read_gone(s.ctx, gone, count), count);
	mc_ctx_close(s.ctx);
}

static void test_skipped_before_off(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct mc_chunk held[3], chunk;
	struct stage s;
	int i;

	set_stage(&s);
	light_big(&s, &held[0]);
	for (i = 1; i < 6; i++) {
		mc_show(s.kms, s.big, NULL, 0);
		if (i < 3)
			mc_wait_chunk(s.ctx, &held[i]);
	}

	mc_expect(mc_commit_errno(s.kms, &off), 0);
	for (i = 0; i < 3; i++)
		mc_release(s.ctx, &held[i]);
	mc_expect(mc_commit_errno(s.kms, &on), 0);
	chunk_expect_full(s.ctx, s.big, &chunk);
	igt_assert_eq_u32(chunk.event.skipped, 0);
	mc_release(s.ctx, &chunk);
	mc_ctx_close(s.ctx);
}

static void test_most_buffers(void)
{
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	struct stage s;

	set_stage_of(&s, 0);
	light_big(&s, &chunk);
	mc_expect(mc_get_buffer_errno(s.ctx->fd, chunk.event.buffer, &info), 0);
	mc_close(info.fds[0]);
	mc_release(s.ctx, &chunk);

	/* A search of all slots for a picture in the buffer finds none. */
	mc_light(s.kms, &s.small_mode, s.small);
	mc_expect(mc_get_buffer_errno(s.ctx->fd, chunk.event.buffer, &info),
		  -ESTALE);
	mc_ctx_close(s.ctx);
}

static void test_many_modes(void)
{
	struct stage s;
	struct mc_chunk chunk;
	uint64_t memory;
	int i;

	/* All modes use the memory that the context reserved at the start. */
	set_stage(&s);
	memory = mc_caps(s.card).picture_memory_free;
	for (i = 0; i < 20; i++) {
		bool big = i % 2;

		mc_light(s.kms, big ? &s.big_mode : &s.small_mode,
			 big ? s.big : s.small);
		mc_complete_mode(s.ctx, NULL);
		chunk_expect_full(s.ctx, big ? s.big : s.small, &chunk);
		mc_release(s.ctx, &chunk);
		igt_assert_eq_u64(mc_caps(s.card).picture_memory_free, memory);
	}
	mc_ctx_close(s.ctx);
}

static void test_held_over_many_modes(void)
{
	struct mc_chunk held, chunk;
	struct mc_picture *seen;
	struct stage s;
	int i;

	set_stage(&s);
	light_big(&s, &held);
	seen = mc_fb_seen(s.big, 0, 0, 800, 600);
	mc_assert_chunk(s.ctx, &held, seen, "first");
	for (i = 0; i < 6; i++) {
		bool big = i % 2;

		mc_light(s.kms, big ? &s.big_mode : &s.small_mode,
			 big ? s.big : s.small);
		mc_complete_mode(s.ctx, NULL);
		chunk_expect_full(s.ctx, big ? s.big : s.small, &chunk);
		igt_assert(chunk.event.buffer != held.event.buffer);
		mc_release(s.ctx, &chunk);
		mc_assert_chunk(s.ctx, &held, seen, "held");
	}
	mc_release(s.ctx, &held);
	mc_ctx_close(s.ctx);
}

const struct mc_subtest mc_chunk_mode[] = {
	{ "mode-set",
	  "The mode that a client sets is reported to the owner.", test_mode_set },
	{ "no-chunk-before-completion",
	  "No picture of a mode comes before the owner is ready for it; clients do not wait.",
	  test_no_chunk_before_completion },
	{ "completion-numbers",
	  "Each message that needs an answer is answered once.",
	  test_completion_numbers },
	{ "superseded",
	  "The answer to a mode that was replaced meanwhile is ESTALE.",
	  test_superseded },
	{ "messages-are-states",
	  "Of several unread messages of a kind only the newest is kept.",
	  test_messages_are_states },
	{ "gone-once", "A buffer is announced as gone once.", test_gone_once },
	{ "skipped-before-off",
	  "The first picture after the CRTC was off replaces none from before.",
	  test_skipped_before_off },
	{ "most-buffers",
	  "With all buffers that a context can have, those of an old mode are gone.",
	  test_most_buffers },
	{ "new-mode-new-buffers",
	  "A new mode has new buffers; an old one is valid until released.",
	  test_new_mode_new_buffers },
	{ "many-modes",
	  "Mode sets take no memory beyond what the context reserved.",
	  test_many_modes },
	{ "held-over-many-modes",
	  "A chunk held over many mode sets keeps its picture.",
	  test_held_over_many_modes },
	{}
};
