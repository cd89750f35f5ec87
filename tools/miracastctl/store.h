/* SPDX-License-Identifier: MIT */
/*
 * The newest picture, between the thread that receives chunks and the threads
 * that write files. Receiving never waits for writing: a writer takes a copy.
 */
#ifndef STORE_H
#define STORE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "picture.h"

/** struct store - The newest picture. */
struct store {
	/** @lock: Guards all members. */
	pthread_mutex_t lock;
	/** @changed: Signalled with every change; waits on CLOCK_MONOTONIC. */
	pthread_cond_t changed;
	/** @picture: The picture; serial 0: none was complete yet. */
	struct mc_picture picture;
	/** @yuv: Pictures are made of NV12 buffers. Set before the first mode. */
	bool yuv;
	/** @next: Room for the first picture of a mode of another size. */
	struct mc_picture next;
	/**
	 * @unsettled: @picture has a part of the next picture already: it must not be
	 * copied.
	 */
	bool unsettled;
	/** @torn: @picture is wrong until a full picture comes. */
	bool torn;
	/** @armed: Sequences wait for store_begin(), not for a picture. */
	bool armed;
	/** @begin_ns: When sequences of pictures begin; 0: not yet. */
	uint64_t begin_ns;
	/** @length_ns: Sequences are not longer than this; 0: no limit. */
	uint64_t length_ns;
	/** @end_ns: Nothing after this time counts; UINT64_MAX: no end yet. */
	uint64_t end_ns;
	/** @refresh_mhz: Rate of the mode. */
	uint32_t refresh_mhz;
};

/** store_init() - Make an empty store. Return: 0 or -errno. */
int store_init(struct store *store);

/** store_fini() - Free it; no thread may use it any more. */
void store_fini(struct store *store);

/**
 * store_mode() - A mode was set; the old picture stays until the mode's first one.
 *
 * Return: 0 or -errno.
 */
int store_mode(struct store *store, uint32_t width, uint32_t height,
	       uint32_t refresh_mhz);

/**
 * store_apply() - Take over a chunk's damage; store_settle() must follow, or store_lose().
 *
 * Return: as mc_picture_apply(); -ESTALE: it needs a full picture first, or its memory was
 * taken away.
 */
int store_apply(struct store *store, const struct mc_event *event,
		const struct mc_buffer *buffer, uint64_t *damaged);

/** store_settle() - The applied damage was read in time: writers may copy the picture. */
void store_settle(struct store *store);

/** store_lose() - Damage was lost, or torn: the picture is wrong until a full one comes. */
void store_lose(struct store *store);

/** store_begin() - Let sequences begin, once there is a picture. */
void store_begin(struct store *store);

/** store_end() - Let the writers finish. */
void store_end(struct store *store, uint64_t end_ns);

#endif
