/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_owner_buffers test.
 */
#ifndef MIRACAST_OWNER_BUFFERS_H
#define MIRACAST_OWNER_BUFFERS_H

#include "lib_miracast_client.h"
#include "lib_miracast_dmabuf.h"

#define MOST_BUFFERS	16
/* The value of every byte of a set before the driver writes to it. */
#define UNTOUCHED	0xa5

/* The arrangement of an owner's buffers. */
struct layout {
	enum mc_exporter exporter;
	uint32_t exporter_flags;	/* MC_TEST: MIRACAST_EXPORTER_* */
	uint32_t format, buffers;
	uint32_t width, height;	/* that there is room for */
	uint32_t pitch;		/* 0: no longer than the lines */
	uint32_t offset;	/* bytes in front of each plane */
	bool shared;		/* all buffers in the same dma-bufs */
	bool split;		/* planes in different dma-bufs */
};

struct set {
	struct layout layout;
	struct mc_dmabuf *dmabuf[2 * MOST_BUFFERS];
	unsigned int dmabufs;
	struct drm_miracast_owner_buffer buffers[MOST_BUFFERS];
};

/* Skips the subtest where the exporter is missing. */
struct set *set_make(const struct layout *layout);
/* XRGB8888 of that size in vgem's memory, one dma-buf a buffer. */
struct set *set_simple(uint32_t width, uint32_t height, uint32_t buffers);
int set_give_errno(struct mc_ctx *ctx, const struct set *set);
void set_give(struct mc_ctx *ctx, const struct set *set);
/* Closes the owner's descriptors and mappings. */
void set_close(struct set *set);
void set_unmap(struct set *set);
/* Which of the set a chunk is in. */
unsigned int set_index(struct mc_ctx *ctx, const struct set *set,
		       const struct mc_chunk *chunk);
/* Address of a plane in the owner's own mapping. */
uint8_t *set_plane(const struct set *set, unsigned int index,
		   unsigned int plane);
/* Only pictures of that size were written; with 0, nothing at all. */
void set_assert_outside(const struct set *set, uint32_t width,
			uint32_t height);

struct drm_miracast_create_context owner_limits(const struct layout *layout);
/* A lit connector, MODE_SET unread, no buffers yet. */
struct mc_scene *owner_scene_lit(const struct layout *layout);
/* With @set given and the mode completed. */
struct mc_scene *owner_scene(const struct set *set);

extern const struct mc_subtest mc_owner_buffers_picture[];
extern const struct mc_subtest mc_owner_buffers_input[];
extern const struct mc_subtest mc_owner_buffers_life[];
extern const struct mc_subtest mc_owner_buffers_fence[];
extern const struct mc_subtest mc_owner_buffers_access[];
extern const struct mc_subtest mc_owner_buffers_kept[];

#endif /* MIRACAST_OWNER_BUFFERS_H */
