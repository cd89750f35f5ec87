/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_foreign test.
 */
#ifndef MIRACAST_FOREIGN_H
#define MIRACAST_FOREIGN_H

#include "lib_miracast.h"
#include "lib_miracast_dmabuf.h"

#define WIDTH 640
#define HEIGHT 480

/* The longest pause between two requests to an exporter that refuses. */
#define FOREIGN_LONGEST_MS 1024

/* Its owner draws the cursor; the mode is not accepted yet. */
struct mc_scene *foreign_metadata_scene(void);

/*
 * The exporter always refuses: the driver tries again now and then, and none of its timers
 * runs in between.
 */
void foreign_expect_rest(const struct mc_dmabuf *dmabuf);

/* A framebuffer of the size of the screen in the exporter's memory. */
struct mc_foreign foreign_in(int card, uint32_t flags, uint32_t offset,
			     uint32_t pitch);

extern const struct mc_subtest mc_foreign_cursor[];
extern const struct mc_subtest mc_foreign_refusals[];
extern const struct mc_subtest mc_foreign_dark[];

#endif /* MIRACAST_FOREIGN_H */
