/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_kms test.
 */
#ifndef MIRACAST_KMS_H
#define MIRACAST_KMS_H

#include <poll.h>

#include "lib_miracast.h"

/* Frame checksums of a CRTC. */
struct kms_crc {
	int data;
	char control[128];
};

void kms_crc_open(struct kms_crc *crc, struct mc_kms *kms);
void kms_crc_close(struct kms_crc *crc);
/* The checksum of a frame shown after now. */
uint32_t kms_crc_next(struct kms_crc *crc, struct mc_kms *kms);

/* A chunk of the whole picture, in the format of its context. */
void kms_assert_shows(struct mc_ctx *ctx, const struct mc_chunk *chunk,
		      const struct mc_picture *picture, const char *what);

extern const struct mc_subtest mc_kms_checks[];
extern const struct mc_subtest mc_kms_cursor[];
extern const struct mc_subtest mc_kms_flips[];
extern const struct mc_subtest mc_kms_gamma[];
extern const struct mc_subtest mc_kms_gamma_changes[];
extern const struct mc_subtest mc_kms_more[];
extern const struct mc_subtest mc_kms_planes[];
extern const struct mc_subtest mc_kms_prompt[];

#endif /* MIRACAST_KMS_H */
