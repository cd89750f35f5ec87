/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the unit tests of miracast_blit.c make pictures of, and how they check them.
 */
#ifndef MIRACAST_BLIT_SCENE_H
#define MIRACAST_BLIT_SCENE_H

#include <linux/types.h>

#include "../miracast_blit.h"

struct kunit;

/* An odd picture, somewhere in a framebuffer; wide enough for AVX2, and some pieces. */
#define FB_WIDTH	160
#define FB_HEIGHT	128
#define LEFT		3
#define TOP		5
#define WIDTH		147
#define HEIGHT		117

/* What has not been written. */
#define UNTOUCHED	0x5a

/* Bytes per line of luma, and of chroma. */
#define PITCH		192
#define CHROMA_PITCH	208
#define LUMA_SIZE	(PITCH * HEIGHT)
#define NV12_SIZE	(LUMA_SIZE + CHROMA_PITCH * ((HEIGHT + 1) / 2))

struct miracast_test_format {
	const char *name;
	u32 fourcc;
	u32 cpp;
};

struct miracast_test_scene {
	struct miracast_image image;
	struct miracast_cursor_image cursor;
	struct miracast_gamma gamma;
	struct miracast_scratch scratch;
};

/* Full of bytes that say that nothing was written. */
void *miracast_test_alloc(struct kunit *test, size_t size);

/* Noise in the framebuffer, under a premultiplied cursor of any opacity; no gamma. */
struct miracast_test_scene *miracast_test_scene(struct kunit *test,
						const struct miracast_test_format *format);
/* Of each channel, every value becomes another one. */
void miracast_test_set_gamma(struct miracast_test_scene *scene);

/* The whole picture as XRGB8888, its unused byte 0. */
__le32 *miracast_test_expect_picture(struct kunit *test, const struct miracast_test_scene *scene,
				     const struct miracast_cursor_image *cursor);
/* The whole picture as NV12; the conversion itself has tests of its own. */
u8 *miracast_test_expect_nv12(struct kunit *test, const struct miracast_test_scene *scene,
			      const struct miracast_cursor_image *cursor);

/* Blit one rectangle as XRGB8888 and look at every pixel of the picture. */
void miracast_test_check_xrgb8888(struct kunit *test, struct miracast_test_scene *scene,
				  const struct miracast_cursor_image *cursor,
				  const struct drm_rect *rect);
/* Blit one rectangle as NV12 and look at every byte of both planes. */
void miracast_test_check_nv12(struct kunit *test, struct miracast_test_scene *scene,
			      const struct miracast_cursor_image *cursor,
			      const struct drm_rect *rect);

#endif /* MIRACAST_BLIT_SCENE_H */
