/* SPDX-License-Identifier: MIT */
/*
 * Contexts: limits, sessions and monitors.
 */
#ifndef LIB_MIRACAST_CTX_H
#define LIB_MIRACAST_CTX_H

#include "lib_miracast_buffer.h"

/* Smallest limits; callers change what they test. */
struct drm_miracast_create_context mc_limits(uint32_t width, uint32_t height,
					     uint32_t buffers);
struct drm_miracast_create_context mc_limits_direct(uint32_t width,
						    uint32_t height);
/* Creates a context with @arg, or small limits when NULL. */
struct mc_ctx *mc_ctx_create(int card,
			     const struct drm_miracast_create_context *arg);
struct mc_ctx *mc_ctx_from_fd(int fd);
/* Closes the descriptor; frees what the library holds for the context. */
void mc_ctx_close(struct mc_ctx *ctx);

struct drm_miracast_statistics mc_statistics(struct mc_ctx *ctx);
/*
 * Waits until at least @captured pictures were captured completely, which may be after
 * their flips.
 */
void mc_wait_captured(struct mc_ctx *ctx, uint64_t captured);
/*
 * Waits until at least @captured pictures were captured and none is unreleased; returns how
 * many were captured by then.
 */
uint64_t mc_wait_released(struct mc_ctx *ctx, uint64_t captured);

uint64_t mc_start(struct mc_ctx *ctx);
void mc_stop(struct mc_ctx *ctx);
void mc_depart(struct mc_ctx *ctx);

struct drm_miracast_monitor_arrive
mc_monitor(const struct drm_miracast_mode *modes, uint32_t count);
void mc_arrive_modes(struct mc_ctx *ctx, const struct drm_miracast_mode *modes,
		     uint32_t count);
/* One preferred mode at 60 Hz. */
void mc_arrive(struct mc_ctx *ctx, uint32_t width, uint32_t height);

#endif /* LIB_MIRACAST_CTX_H */
