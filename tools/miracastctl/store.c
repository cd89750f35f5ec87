// SPDX-License-Identifier: MIT
#include "store.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "revoked.h"

int store_init(struct store *store)
{
	pthread_condattr_t attr;
	int ret;

	memset(store, 0, sizeof(*store));
	store->end_ns = UINT64_MAX;
	pthread_mutex_init(&store->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	ret = pthread_cond_init(&store->changed, &attr);
	pthread_condattr_destroy(&attr);
	return -ret;
}

void store_fini(struct store *store)
{
	mc_picture_free(&store->picture);
	mc_picture_free(&store->next);
	pthread_cond_destroy(&store->changed);
	pthread_mutex_destroy(&store->lock);
}

int store_mode(struct store *store, uint32_t width, uint32_t height,
	       uint32_t refresh_mhz)
{
	bool same = store->picture.width == width &&
		    store->picture.height == height;
	int ret = 0;

	pthread_mutex_lock(&store->lock);
	if (same) {
		mc_picture_free(&store->next);
	} else {
		store->next.yuv = store->yuv;
		ret = mc_picture_resize(&store->next, width, height);
	}
	if (!ret)
		store->refresh_mhz = refresh_mhz;
	pthread_mutex_unlock(&store->lock);
	return ret;
}

static void begin_if_ready(struct store *store)
{
	if (store->picture.serial && !store->unsettled && !store->armed &&
	    !store->begin_ns)
		store->begin_ns = clock_ns();
}

/* The first picture of a mode replaces the last one of the mode before. */
static void take_next(struct store *store)
{
	store->next.serial = store->picture.serial;
	mc_picture_free(&store->picture);
	store->picture = store->next;
	memset(&store->next, 0, sizeof(store->next));
}

int store_apply(struct store *store, const struct mc_event *event,
		const struct mc_buffer *buffer, uint64_t *damaged)
{
	bool full = event->chunk.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL;
	int ret;

	if (!full && (store->torn || store->next.width))
		return -ESTALE;
	pthread_mutex_lock(&store->lock);
	if (store->next.width)
		take_next(store);
	ret = revoked_apply(&store->picture, event, buffer, damaged);
	store->unsettled = true;
	if (!ret)
		store->torn = false;	/* only a full one gets here when it was */
	pthread_mutex_unlock(&store->lock);
	return ret;
}

void store_settle(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	store->unsettled = false;
	begin_if_ready(store);
	pthread_cond_broadcast(&store->changed);
	pthread_mutex_unlock(&store->lock);
}

void store_lose(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	store->torn = true;
	store->unsettled = true;
	pthread_mutex_unlock(&store->lock);
}

void store_begin(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	store->armed = false;
	begin_if_ready(store);
	pthread_cond_broadcast(&store->changed);
	pthread_mutex_unlock(&store->lock);
}

void store_end(struct store *store, uint64_t end_ns)
{
	pthread_mutex_lock(&store->lock);
	store->end_ns = end_ns;
	pthread_cond_broadcast(&store->changed);
	pthread_mutex_unlock(&store->lock);
}
