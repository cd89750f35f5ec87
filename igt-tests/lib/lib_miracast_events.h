/* SPDX-License-Identifier: MIT */
/*
 * Events of a context, as an owner handles them.
 */
#ifndef LIB_MIRACAST_EVENTS_H
#define LIB_MIRACAST_EVENTS_H

#include "lib_miracast_ctx.h"

struct mc_message {
	struct drm_miracast_event_message event;
	union {
		struct drm_miracast_message_mode_set mode_set;
		struct drm_miracast_message_power power;
		struct drm_miracast_message_cursor_move cursor_move;
		struct drm_miracast_message_cursor_shape cursor_shape;
		struct drm_miracast_message_buffer_gone gone;
		struct drm_miracast_message_stopped stopped;
		struct drm_miracast_message_hdcp hdcp;
		struct drm_miracast_message_picture_state picture_state;
		uint8_t bytes[64];
	};
};

/*
 * The next event, or NULL after @timeout_ms: from MC_QUIET_MS on, also when the
 * driver's work is done. Valid until the next call.
 */
const struct drm_miracast_event *mc_next_event(struct mc_ctx *ctx,
					       int timeout_ms);
/* Forgets events that were read and not yet looked at. */
void mc_forget_events(struct mc_ctx *ctx);
void mc_parse_chunk(const struct drm_miracast_event *event,
		    struct mc_chunk *chunk);
void mc_parse_message(const struct drm_miracast_event *event,
		      struct mc_message *message);
/*
 * Wait for an event of a kind; others before it are dropped, a dropped chunk is
 * released (with its last part) and a dropped MODE_SET completed with success.
 */
void mc_wait_chunk(struct mc_ctx *ctx, struct mc_chunk *chunk);
bool mc_try_chunk(struct mc_ctx *ctx, struct mc_chunk *chunk, int timeout_ms);
void mc_wait_message(struct mc_ctx *ctx, uint32_t code,
		     struct mc_message *message);
bool mc_try_message(struct mc_ctx *ctx, uint32_t code,
		    struct mc_message *message, int timeout_ms);
/* Waits for the MODE_SET and completes it; the message can be NULL. */
void mc_complete_mode(struct mc_ctx *ctx, struct mc_message *message);
void mc_no_event(struct mc_ctx *ctx, int quiet_ms);
void mc_no_chunk(struct mc_ctx *ctx, int quiet_ms);
/* A picture of another commit than @before, and of a later vblank. */
void mc_assert_later(const struct mc_chunk *chunk, const struct mc_chunk *before);
/* Waits until chunks stop, releasing them; the last one stays in @chunk. */
bool mc_drain(struct mc_ctx *ctx, struct mc_chunk *chunk);

#endif /* LIB_MIRACAST_EVENTS_H */
