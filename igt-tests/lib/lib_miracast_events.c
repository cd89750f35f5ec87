// SPDX-License-Identifier: MIT
/*
 * Events of a context, as an owner handles them.
 */
#include <poll.h>
#include <unistd.h>

#include "lib_miracast_debugfs.h"
#include "lib_miracast_events.h"

static void check_event(const struct drm_miracast_event *event, size_t left)
{
	igt_assert(left >= sizeof(*event));
	igt_assert(event->length >= event->header_size);
	igt_assert(event->header_size >= sizeof(*event));
	igt_assert_eq_u32(event->length % 8, 0);
	igt_assert_lte_u64(event->length, DRM_MIRACAST_EVENT_BYTES);
	igt_assert_f(event->length <= left, "read() returned half an event\n");
}

static const struct drm_miracast_event *next_event(struct mc_ctx *ctx,
						   int timeout_ms)
{
	const struct drm_miracast_event *event;
	ssize_t got;

	if (ctx->head == ctx->tail) {
		if (!(mc_poll(ctx->fd, POLLIN, timeout_ms) & POLLIN))
			return NULL;
		got = read(ctx->fd, ctx->queue, sizeof(ctx->queue));
		igt_assert_f(got > 0, "read: %zd, %m\n", got);
		ctx->head = 0;
		ctx->tail = got;
	}
	event = (const void *)((const uint8_t *)ctx->queue + ctx->head);
	check_event(event, ctx->tail - ctx->head);
	ctx->head += event->length;
	return event;
}

/* Whether an event that a slow kernel delays has had its time. */
static bool settled(int timeout_ms)
{
	return timeout_ms >= MC_QUIET_MS && mc_settle();
}

const struct drm_miracast_event *mc_next_event(struct mc_ctx *ctx,
					       int timeout_ms)
{
	const struct drm_miracast_event *event = next_event(ctx, timeout_ms);

	return event || !settled(timeout_ms) ? event : next_event(ctx, 0);
}

void mc_forget_events(struct mc_ctx *ctx)
{
	ctx->head = 0;
	ctx->tail = 0;
}

void mc_parse_chunk(const struct drm_miracast_event *event,
		    struct mc_chunk *chunk)
{
	igt_assert_eq_u32(event->type, DRM_MIRACAST_EVENT_TYPE_CHUNK);
	igt_assert(event->header_size >= sizeof(chunk->event));
	memcpy(&chunk->event, event, sizeof(chunk->event));
	igt_assert_lte(chunk->event.clip_count, DRM_MIRACAST_MAX_CLIPS);
	igt_assert(event->header_size + chunk->event.clip_count *
		   sizeof(chunk->clips[0]) <= event->length);
	memcpy(chunk->clips, (const uint8_t *)event + event->header_size,
	       chunk->event.clip_count * sizeof(chunk->clips[0]));
}

void mc_parse_message(const struct drm_miracast_event *event,
		      struct mc_message *message)
{
	size_t payload = event->length - event->header_size;

	igt_assert_eq_u32(event->type, DRM_MIRACAST_EVENT_TYPE_MESSAGE);
	igt_assert(event->header_size >= sizeof(message->event));
	igt_assert_eq_u32(event->flags, 0);
	memset(message, 0, sizeof(*message));
	memcpy(&message->event, event, sizeof(message->event));
	if (payload > sizeof(message->bytes))
		payload = sizeof(message->bytes);
	memcpy(message->bytes, (const uint8_t *)event + event->header_size,
	       payload);
}

static int left_ms(uint64_t end_ns)
{
	uint64_t now = mc_now_ns();

	return now >= end_ns ? 0 : (int)((end_ns - now) / 1000000) + 1;
}

/* Handles a message that the test is not interested in. */
static void answer(struct mc_ctx *ctx, const struct mc_message *message)
{
	int ret;

	if (message->event.code == DRM_MIRACAST_MSG_BUFFER_GONE)
		mc_buffer_drop(ctx, message->gone.buffer);
	if (!message->event.needs_completion)
		return;
	ret = mc_complete_errno(ctx->fd, message->event.number,
				DRM_MIRACAST_COMPLETION_SUCCESS);
	igt_assert_f(!ret || ret == -ESTALE, "COMPLETE_MESSAGE: %s\n",
		     mc_strerror(ret));
}

static bool wait_event(struct mc_ctx *ctx, bool want_chunk, uint32_t code,
		       struct mc_chunk *chunk, struct mc_message *message,
		       int timeout_ms)
{
	uint64_t end = mc_now_ns() + timeout_ms * 1000000ull;
	const struct drm_miracast_event *event;
	unsigned int waited = 0;
	uint64_t id;

	while ((event = next_event(ctx, left_ms(end))) ||
	       (!waited++ && settled(timeout_ms) &&
		(event = next_event(ctx, 0)))) {
		if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
			mc_parse_chunk(event, chunk);
			id = chunk->event.chunk_id;
			if (want_chunk)
				return true;
			if (!DRM_MIRACAST_PART_OF_CHUNK_ID(id))
				mc_release(ctx, chunk);
		} else if (event->type == DRM_MIRACAST_EVENT_TYPE_MESSAGE) {
			mc_parse_message(event, message);
			if (!want_chunk && message->event.code == code)
				return true;
			answer(ctx, message);
		}
	}
	return false;
}

bool mc_try_chunk(struct mc_ctx *ctx, struct mc_chunk *chunk, int timeout_ms)
{
	struct mc_message other;

	return wait_event(ctx, true, 0, chunk, &other, timeout_ms);
}

void mc_wait_chunk(struct mc_ctx *ctx, struct mc_chunk *chunk)
{
	igt_assert_f(mc_try_chunk(ctx, chunk, MC_TIMEOUT_MS),
		     "no chunk came\n");
}

bool mc_try_message(struct mc_ctx *ctx, uint32_t code,
		    struct mc_message *message, int timeout_ms)
{
	struct mc_chunk other;

	return wait_event(ctx, false, code, &other, message, timeout_ms);
}

void mc_wait_message(struct mc_ctx *ctx, uint32_t code,
		     struct mc_message *message)
{
	igt_assert_f(mc_try_message(ctx, code, message, MC_TIMEOUT_MS),
		     "no message %u came\n", code);
}

void mc_complete_mode(struct mc_ctx *ctx, struct mc_message *message)
{
	struct mc_message local;

	if (!message)
		message = &local;
	mc_wait_message(ctx, DRM_MIRACAST_MSG_MODE_SET, message);
	igt_assert_eq_u32(message->event.needs_completion, 1);
	mc_expect(mc_complete_errno(ctx->fd, message->event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);
}

void mc_no_event(struct mc_ctx *ctx, int quiet_ms)
{
	const struct drm_miracast_event *event = mc_next_event(ctx, quiet_ms);
	const struct drm_miracast_event_message *message = (const void *)event;

	igt_assert_f(!event, "unexpected event of type %u, code %u\n",
		     event->type,
		     event->type == DRM_MIRACAST_EVENT_TYPE_MESSAGE ?
			     message->code :
			     0);
}

void mc_no_chunk(struct mc_ctx *ctx, int quiet_ms)
{
	struct mc_chunk chunk;

	igt_assert_f(!mc_try_chunk(ctx, &chunk, quiet_ms),
		     "unexpected chunk %#llx, %u clips, flags %#x\n",
		     (unsigned long long)chunk.event.chunk_id,
		     chunk.event.clip_count, chunk.event.base.flags);
}

void mc_assert_later(const struct mc_chunk *chunk, const struct mc_chunk *before)
{
	const struct drm_miracast_event_chunk *now = &chunk->event, *then = &before->event;

	igt_assert_lt_u64(then->chunk_id, now->chunk_id);
	igt_assert_lt_u64(then->commit_time_ns, now->commit_time_ns);
	igt_assert_lt_u64(then->vblank_time_ns, now->vblank_time_ns);
	igt_assert_lt_u64(then->vblank_sequence, now->vblank_sequence);
}

bool mc_drain(struct mc_ctx *ctx, struct mc_chunk *chunk)
{
	bool any = false;

	while (mc_try_chunk(ctx, chunk, MC_QUIET_MS)) {
		mc_release(ctx, chunk);
		any = true;
	}
	return any;
}
