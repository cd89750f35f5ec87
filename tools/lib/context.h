/* SPDX-License-Identifier: MIT */
/*
 * A context: the exclusive right to one target, as a file descriptor. Thin
 * wrappers around the ioctls; each returns 0 or -errno with the meanings that
 * miracast_drm.h gives them.
 */
#ifndef MC_CONTEXT_H
#define MC_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include <miracast_drm.h>

/** struct mc_context - What CREATE_CONTEXT returned. */
struct mc_context {
	/** @fd: The context, -1 when closed. */
	int fd;
	/** @connector_id: Object id of the target's connector. */
	uint32_t connector_id;
	/** @crtc_id: Object id of the target's CRTC. */
	uint32_t crtc_id;
	/** @number: Number of the context on its device. */
	uint64_t number;
};

/**
 * mc_context_create() - Make a context.
 * @card: card node; may be closed afterwards
 * @want: the input members
 * @context: filled in
 */
int mc_context_create(int card, const struct drm_miracast_create_context *want,
		      struct mc_context *context);

/** mc_context_close() - Close the context, which destroys it. */
void mc_context_close(struct mc_context *context);

/**
 * mc_io_control() - Issue an IO_CONTROL code.
 * @context: the context
 * @code: enum drm_miracast_io_control_code
 * @in: input struct
 * @in_size: its size
 * @out: output struct or NULL; what the kernel did not write is zeroed
 * @out_size: its size
 */
int mc_io_control(const struct mc_context *context, uint32_t code,
		  const void *in, size_t in_size, void *out, size_t out_size);

/** mc_start_session() - Start a session; its number goes to @session. */
int mc_start_session(const struct mc_context *context, uint64_t *session);

/** mc_stop_session() - Stop the session; a STOPPED message follows. */
int mc_stop_session(const struct mc_context *context);

/** mc_monitor_depart() - Take the monitor away. */
int mc_monitor_depart(const struct mc_context *context);

/**
 * mc_complete_message() - Answer a message.
 * @status: enum drm_miracast_completion
 */
int mc_complete_message(const struct mc_context *context, uint64_t number,
			uint32_t status);

/** mc_request_frame() - Ask for a chunk that covers the whole picture. */
int mc_request_frame(const struct mc_context *context);

/**
 * mc_set_rate() - Tell the encode rate and limit the picture rate.
 * @stream_kbps: what the encoder makes, kbit/s
 * @picture_mhz: highest picture rate, mHz, 0: the mode's
 */
int mc_set_rate(const struct mc_context *context, uint32_t stream_kbps,
		uint32_t picture_mhz);

/**
 * mc_set_hdcp() - Tell the result of authentication.
 * @state: enum drm_miracast_hdcp_state
 */
int mc_set_hdcp(const struct mc_context *context, uint32_t state);

/** mc_statistics() - Read the context's counters. */
int mc_statistics(const struct mc_context *context,
		  struct drm_miracast_statistics *statistics);

/** mc_release_chunk() - Give a chunk back. */
int mc_release_chunk(const struct mc_context *context, uint64_t buffer,
		     uint64_t chunk_id);

#endif
