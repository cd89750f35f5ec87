/* SPDX-License-Identifier: MIT */
/*
 * A thread that writes pictures out of the store, at its own speed.
 */
#ifndef WRITER_H
#define WRITER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "store.h"

/** enum writer_pace - When a picture is written. */
enum writer_pace {
	/**
	 * @WRITER_CONSTANT_RATE: As many per second as asked for, the newest
	 * again and again. One that is late catches up; what is more than 3
	 * seconds late is dropped.
	 */
	WRITER_CONSTANT_RATE,
	/** @WRITER_EVERY_PICTURE: Each new one; the newest when too slow. */
	WRITER_EVERY_PICTURE,
	/** @WRITER_ON_DEMAND: After writer_demand(), and the last. */
	WRITER_ON_DEMAND,
};

/** struct writer - One thread's work. Set the first group, zero the rest. */
struct writer {
	/** @store: Where pictures come from. */
	struct store *store;
	/** @pace: When. */
	enum writer_pace pace;
	/**
	 * @rate_mhz: CONSTANT_RATE: pictures per 1000 s; 0 becomes the first
	 * mode's rate before the first @write.
	 */
	uint32_t rate_mhz;
	/** @limit: End after so many; 0: no limit. */
	uint64_t limit;
	/** @write: Writes one. Return: 0 or -errno. Runs in the thread. */
	int (*write)(struct writer *writer, const struct mc_picture *picture);
	/** @sink: For @write. */
	void *sink;
	/** @finished: Called in the thread when it ends. */
	void (*finished)(void *data);
	/** @data: For @finished. */
	void *data;

	/** @written: Pictures written. Guarded by the store's lock. */
	uint64_t written;
	/** @repeated: Of those, not new. Guarded by the store's lock. */
	uint64_t repeated;
	/** @dropped: Not written because too late; store's lock. */
	uint64_t dropped;
	/** @demands: Open demands. Guarded by the store's lock. */
	uint64_t demands;
	/** @error: 0 or -errno. Guarded by the store's lock. */
	int error;
	/** @done: The thread needs no more pictures; store's lock. */
	bool done;
	/** @slot: CONSTANT_RATE: number of the next. Private. */
	uint64_t slot;
	/** @copy: What is written. Private. */
	struct mc_picture copy;
	/** @thread: The thread. Private. */
	pthread_t thread;
	/** @running: There is a thread. Private. */
	bool running;
};

/** writer_start() - Make the thread. Return: 0 or -errno. */
int writer_start(struct writer *writer);

/** writer_demand() - ON_DEMAND: write the newest picture now. */
void writer_demand(struct writer *writer);

/** writer_done() - The thread needs no more pictures. */
bool writer_done(struct writer *writer);

/** writer_join() - Wait for the thread, after store_end(). */
void writer_join(struct writer *writer);

#endif
