/* SPDX-License-Identifier: MIT */
/*
 * A KMS client on one connector of the miracast device, for test programs: two dumb buffers
 * and atomic commits. Any failure ends the program, except a refused commit.
 */
#ifndef KMS_CLIENT_H
#define KMS_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <xf86drmMode.h>

#include "connector.h"
#include "mode.h"

#define KMS_BUFFERS	2

struct kms_buffer {
	uint32_t handle, fb, pitch;
	uint8_t *map;
};

/*
 * Ids of the properties that every commit needs are kept: a client whose lease was revoked
 * can no longer look them up, and it is the commit that must be refused.
 */
struct kms_client {
	int fd;
	struct mc_connector connector;
	drmModeModeInfo mode;
	uint32_t plane_id, mode_blob, fb_property, damage_property;
	struct kms_buffer buffers[KMS_BUFFERS];
};

/** kms_die() - Print what failed, with errno, and exit. */
__attribute__((noreturn))
void kms_die(const char *what);

/**
 * kms_open() - Find the connector, its plane and a mode; make the buffers.
 * @client: filled in
 * @fd: a lease of the connector; -1 to become master of the first miracast device
 * @connector: its name
 * @want: the mode; NULL for the preferred one
 */
void kms_open(struct kms_client *client, int fd, const char *connector,
	      const struct drm_miracast_mode *want);

/**
 * kms_commit() - Show a buffer, and wait until it is shown.
 *
 * Return: 0, or -errno when it was refused.
 */
int kms_commit(const struct kms_client *client, const struct kms_buffer *buffer,
	       const struct drm_mode_rect *clips, uint32_t count, bool mode_set);

#endif
