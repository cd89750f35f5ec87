/* SPDX-License-Identifier: MIT */
/*
 * An owner: the process that gets the pictures. It is forked, works by itself, and writes a
 * sample per picture to a board in memory that it shares with the client, so that reporting
 * costs no system call.
 */
#ifndef BENCH_OWNER_H
#define BENCH_OWNER_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock.h"

#define OWNER_SAMPLES	1024

/** struct owner_sample - What one picture cost. */
struct owner_sample {
	/** @ready_tick: When the owner had its pixels. */
	uint64_t ready_tick;
	/** @polled: The wait was a poll(), so that @calls_ns is known. */
	bool polled;
	/** @commit_ns: When the driver says that the commit reached it. */
	uint64_t commit_ns;
	/** @driver_ns: Spent in the commit, from then until pixels were ready. */
	uint64_t driver_ns;
	/** @calls_ns: Spent in the owner's calls that do not wait. */
	uint64_t calls_ns;
	/** @capture_ns: The part of all that which moves pixels. */
	uint64_t capture_ns;
	/** @convert_ns: Spent in the owner on making NV12. */
	uint64_t convert_ns;
	/** @bytes: Bytes that the kernel wrote. */
	uint64_t bytes;
};

/** enum board_state - Where the owner is. */
enum board_state {
	BOARD_STARTING,
	BOARD_READY,
	BOARD_NOT_OFFERED,
	BOARD_FAILED,
};

/** struct board - What owner and client share. */
struct board {
	/** @state: enum board_state. */
	_Atomic uint32_t state;
	/** @connector: The connector to light, 0: the card's only one. */
	uint32_t connector;
	/** @crtc: Its CRTC. */
	uint32_t crtc;
	/** @done: Pictures that the owner has finished. */
	_Atomic uint32_t done;
	/** @delay_ns: How long the owner works on each picture. */
	_Atomic uint64_t delay_ns;
	/** @held: The owner keeps each picture until @permits is posted. */
	_Atomic bool held;
	/** @permits: Posted once for each picture that may be released. */
	sem_t permits;
	/** @polled: Wait with poll() for every other picture. */
	_Atomic bool polled;
	/** @lean: No calls that are only for measuring. */
	bool lean;
	/** @samples: By number of the picture, modulo OWNER_SAMPLES. */
	struct owner_sample samples[OWNER_SAMPLES];
};

/** struct owner - The owner, in its own process. */
struct owner {
	/** @ops: Which kind. */
	const struct owner_ops *ops;
	/** @board: Shared with the client. */
	struct board *board;
	/** @clock: Ticks to nanoseconds. */
	struct clock clock;
	/** @width: Width of the mode. */
	uint32_t width;
	/** @height: Height of the mode. */
	uint32_t height;
	/** @data: The kind's own. */
	void *data;
};

/** struct owner_ops - A kind of owner. */
struct owner_ops {
	/** @name: Name of the contender. */
	const char *name;
	/** @driver: Name of the DRM driver. */
	const char *driver;
	/** @open: Connect. Return: 0 or -errno; -EOPNOTSUPP not offered. */
	int (*open)(struct owner *owner);
	/** @take: Wait for a picture. Return: 0 or -errno. */
	int (*take)(struct owner *owner, struct owner_sample *sample);
	/** @give: Release it. Return: 0 or -errno. */
	int (*give)(struct owner *owner, struct owner_sample *sample);
};

extern const struct owner_ops owner_direct, owner_copy, owner_nv12;
extern const struct owner_ops owner_copy_wc, owner_nv12_wc, owner_copy_two;
extern const struct owner_ops owner_evdi, owner_evdi_nv12;

/** owner_find() - The kind of a name, or NULL. */
const struct owner_ops *owner_find(const char *name);

/** owner_board() - Make a board; shared with what is forked later. */
struct board *owner_board(void);

/**
 * owner_start() - Fork an owner and wait until it has connected.
 *
 * Return: its pid, or 0 when @board->state says that it could not.
 */
pid_t owner_start(const struct owner_ops *ops, struct board *board,
		  uint32_t width, uint32_t height);

/** owner_stop() - End an owner and wait for its end. */
void owner_stop(pid_t pid);

/** owner_await() - Wait until @count pictures are done. Return: or not. */
bool owner_await(const struct board *board, uint32_t count,
		 unsigned int timeout_ms);

#endif
