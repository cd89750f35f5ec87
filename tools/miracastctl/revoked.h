/* SPDX-License-Identifier: MIT */
/*
 * Reading memory that somebody else can take away: the screen's, in DIRECT.
 */
#ifndef REVOKED_H
#define REVOKED_H

#include "picture.h"

/**
 * revoked_apply() - mc_picture_apply() from a buffer that may be revoked meanwhile. One thread
 * of the program may read buffers at a time.
 * @picture: of the chunk's size
 * @event: a CHUNK
 * @buffer: the chunk's buffer
 * @damaged: pixels that were copied
 *
 * Return: as mc_picture_apply(), or -ESTALE when the memory was taken away; the picture is
 * torn then.
 */
int revoked_apply(struct mc_picture *picture, const struct mc_event *event,
		  const struct mc_buffer *buffer, uint64_t *damaged);

#endif
