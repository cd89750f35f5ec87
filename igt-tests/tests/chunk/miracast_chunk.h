/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_chunk test.
 */
#ifndef MIRACAST_CHUNK_H
#define MIRACAST_CHUNK_H

#include "lib_miracast.h"

/* The next chunk must be the whole of @fb; the caller keeps it. */
void chunk_expect_full(struct mc_ctx *ctx, const struct mc_fb *fb,
		       struct mc_chunk *chunk);

extern const struct mc_subtest mc_chunk_read[];
extern const struct mc_subtest mc_chunk_lit[];
extern const struct mc_subtest mc_chunk_mode[];
extern const struct mc_subtest mc_chunk_power[];
extern const struct mc_subtest mc_chunk_picture[];
extern const struct mc_subtest mc_chunk_cursor[];
extern const struct mc_subtest mc_chunk_import[];
extern const struct mc_subtest mc_chunk_fence[];

#endif /* MIRACAST_CHUNK_H */
