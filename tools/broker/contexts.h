/* SPDX-License-Identifier: MIT */
/*
 * The contexts that the broker has made: whose they are, to whom they are pinned, and
 * what ends them.
 */
#ifndef MC_BROKER_CONTEXTS_H
#define MC_BROKER_CONTEXTS_H

#include <miracast_drm.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "session.h"

/** OWNER_BYTES - Room for a name on the bus. */
#define OWNER_BYTES	64

/** struct context - One of them. */
struct context {
	uint32_t id;	/* 0: free */
	int control;
	struct caller caller;
	char owner[OWNER_BYTES];	/* its name on the bus */
	struct drm_miracast_context_info info;	/* as the driver last reported it */
	sd_bus_track *track;
	sd_event_source *events, *exit;
};

/** contexts_start() - Before all others. Return: < 0: -errno. */
int contexts_start(sd_bus *bus, sd_event *event);
/** contexts_end() - Close all files. What the service manager has outlives it. */
void contexts_end(void);
/** contexts_restore() - Take back what a broker before this one has left. */
void contexts_restore(void);
/** contexts_free() - Return: room for one, or NULL. */
struct context *contexts_free(void);
/** contexts_held() - Return: how many a user has. */
int contexts_held(uid_t uid);
/** contexts_destroy() - End the context @id of @uid; root's are all. Return: 0 or -ENOENT. */
int contexts_destroy(uint32_t id, uid_t uid);
/** contexts_look_at_memory() - See what memory ended contexts keep, by the current @caps. */
void contexts_look_at_memory(const struct drm_miracast_query_caps *caps);
/** contexts_append() - Append a(uusa{sv}), all of them, to @reply. Return: < 0: -errno. */
int contexts_append(sd_bus_message *reply);

/**
 * context_begin() - Pin a new one, and watch it
 * @context: from contexts_free()
 * @caller: whose it is
 * @owner: the caller's name on the bus
 * @control: its control file, which is the context's from here on
 *
 * It is in no list, and in no store, before context_keep().
 *
 * Return: 0, or -errno; then it is free.
 */
int context_begin(struct context *context, const struct caller *caller, const char *owner,
		  int control);
/** context_keep() - The caller has it. */
void context_keep(const struct context *context);
/** context_forget() - The caller does not get it. */
void context_forget(struct context *context);

#endif
