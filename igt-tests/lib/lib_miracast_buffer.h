/* SPDX-License-Identifier: MIT */
/*
 * Buffers of a context, mapped, and chunks: their pixels and their release.
 */
#ifndef LIB_MIRACAST_BUFFER_H
#define LIB_MIRACAST_BUFFER_H

#include "lib_miracast_ddi.h"

#define MC_BUFFERS 32

struct mc_buffer {
	struct drm_miracast_buffer info;
	const uint8_t *map;	/* of the first object */
	size_t size;
	const uint8_t *maps[DRM_MIRACAST_MAX_PLANES];	/* of each object */
	size_t sizes[DRM_MIRACAST_MAX_PLANES];
	bool reading;		/* DMA_BUF_IOCTL_SYNC has begun */
};

struct mc_ctx {
	int fd;
	uint32_t connector;
	uint32_t crtc;
	uint64_t number;
	/* The format that CREATE_CONTEXT asked for; 0: any, as in DIRECT. */
	uint32_t format;
	/* Events that were read and not yet looked at. */
	size_t head, tail;
	uint64_t queue[8192];
	struct mc_buffer buffers[MC_BUFFERS];
};

struct mc_chunk {
	struct drm_miracast_event_chunk event;
	struct drm_clip_rect clips[DRM_MIRACAST_MAX_CLIPS];
};

/* Describes and maps a buffer, once. */
const struct mc_buffer *mc_buffer(struct mc_ctx *ctx, uint64_t number);
void mc_buffer_drop(struct mc_ctx *ctx, uint64_t number);
/* First pixel of the chunk's picture. */
const uint8_t *mc_chunk_pixels(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			       uint32_t *pitch);
/* First byte of a plane of the chunk's buffer. */
const uint8_t *mc_chunk_plane(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			      unsigned int plane, uint32_t *pitch);

void mc_release(struct mc_ctx *ctx, const struct mc_chunk *chunk);
/* For chunks that may be revoked. Returns an errno, 0, or MC_REVOKED. */
int mc_try_release(struct mc_ctx *ctx, const struct mc_chunk *chunk);

#endif /* LIB_MIRACAST_BUFFER_H */
