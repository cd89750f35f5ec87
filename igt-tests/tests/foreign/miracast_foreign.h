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

/* Its owner draws the cursor; the mode is not accepted yet. */
struct mc_scene *foreign_metadata_scene(void);

/*
 * The exporter refuses for ever: it is asked again now and then, and no timer of the
 * driver runs in between.
 */
void foreign_expect_rest(const struct mc_dmabuf *dmabuf);

extern const struct mc_subtest mc_foreign_cursor[];

#endif /* MIRACAST_FOREIGN_H */
