/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that an owner has lost, freed and revoked by a work.
 */
#ifndef _MIRACAST_TRIM_H_
#define _MIRACAST_TRIM_H_

struct miracast_stream;

void miracast_trim_init(struct miracast_stream *stream);
/* Locked or not. */
void miracast_trim_later(struct miracast_stream *stream);

#endif
