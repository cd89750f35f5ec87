/* SPDX-License-Identifier: MIT */
/*
 * The parts of the random test: orders to the masters, and the owners.
 */
#ifndef MIRACAST_ACCESS_RANDOM_H
#define MIRACAST_ACCESS_RANDOM_H

#include "miracast_access.h"

#define RANDOM_USERS	2

/* The channels that a pixel of a user may have; one of them must not be zero. */
extern const uint32_t random_colours[RANDOM_USERS];

/* What the owners saw; shared by all processes. */
struct random_counts {
	unsigned int chunks[RANDOM_USERS];
	unsigned int states[RANDOM_USERS];
};

extern struct random_counts *random_counts;

/* A child has no other's control file open. */
static inline void random_keep_only(int fd)
{
	int i;

	for (i = 3; i < 1024; i++)
		if (i != fd)
			close(i);
}

/* Masters: miracast_access_random_master.c */

enum random_order {
	ORDER_OPEN, ORDER_OPEN_ASK, ORDER_SET, ORDER_DROP, ORDER_LIGHT,
	ORDER_FLIP, ORDER_CURSOR, ORDER_MOVE, ORDER_NO_CURSOR, ORDER_OFF,
	ORDER_EMPTY, ORDER_STEAL, ORDER_CREATE, ORDER_CLOSE, ORDERS
};

extern const char *const random_order_names[ORDERS];

struct random_command {
	uint32_t order, target, flags, delivery, steal;
};

struct random_client {
	unsigned int user;
	uint32_t seed, connectors[RANDOM_USERS];
	int card;
	struct mc_kms *kms[RANDOM_USERS];
	struct mc_fb *fb[2], *cursor;
	unsigned int next;
};

struct random_master {
	struct random_client client;
	int socket;
	pid_t pid;
	bool open, is_master;
	uint32_t fb;
};

void random_spawn_master(struct random_master *master);
void random_crash_master(struct random_master *master);
/* Returns what the master's call returned; @fd: of ORDER_CREATE, or NULL. */
int random_order_fd(struct random_master *master, const struct random_command *command,
		    int *fd);
int random_order(struct random_master *master, uint32_t what, uint32_t target,
		 uint32_t stolen);

/* Owners: miracast_access_random_owner.c */

struct random_owner {
	unsigned int user;
	uint32_t seed;
	int fd;
	pid_t pid;
};

/* A process, until its context is gone. */
void random_be_owner(void *owner);

#endif /* MIRACAST_ACCESS_RANDOM_H */
