/* SPDX-License-Identifier: MIT */
/*
 * Gamma tables, and what must be seen of them.
 */
#ifndef MIRACAST_KMS_GAMMA_H
#define MIRACAST_KMS_GAMMA_H

#include "miracast_kms.h"

#define WIDTH	640
#define HEIGHT	480
#define KMS_LUT_ENTRIES	256

enum kms_table { IDENTITY, NIGHT, INVERSE };

struct kms_lut {
	struct drm_color_lut entries[KMS_LUT_ENTRIES];
};

struct kms_lut kms_make_lut(enum kms_table table);
/* NULL: none. */
void kms_set_lut(struct mc_kms *kms, const struct kms_lut *lut);
/* The expected picture of a framebuffer. */
struct mc_picture *kms_corrected(const struct mc_fb *fb, const struct kms_lut *lut);

bool kms_is_full(const struct mc_chunk *chunk);
bool kms_is_not_applied(const struct mc_chunk *chunk);

/* A scene whose first picture was taken; without a table. */
struct mc_scene *kms_gamma_scene(uint32_t format, uint32_t flags);
/* The next chunk is of all of the framebuffer, with a table. */
void kms_expect_gamma(struct mc_scene *scene, const struct mc_fb *fb,
		      const struct kms_lut *lut, const char *what);

#endif /* MIRACAST_KMS_GAMMA_H */
