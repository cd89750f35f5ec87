// SPDX-License-Identifier: MIT
/*
 * An owner that keeps a picture of its own by the clips of the chunks; it releases chunks
 * at once, or holds them for a while; in COPY or in DIRECT.
 */
#include "miracast_damage.h"

struct drm_clip_rect area_of(const struct drm_mode_rect *clip)
{
	return (struct drm_clip_rect) { clip->x1, clip->y1, clip->x2,
					clip->y2 };
}

void client_begin(struct mc_client *c, uint32_t buffers, uint32_t seed)
{
	struct mc_scene *scene = buffers ? mc_scene(WIDTH, HEIGHT, buffers) :
				 mc_scene_direct(WIDTH, HEIGHT);

	mc_client_begin(c, scene, seed);
	mc_client_expect(c, "first picture");
}

/* In DIRECT there is no format to ask for. */
static bool is_direct(const struct mc_client *c)
{
	return !c->scene->ctx->format;
}

/* Every pixel of the commit's damage is in the chunk's. */
static bool covered(const struct mc_chunk *chunk, int32_t x, int32_t y)
{
	uint32_t i;

	for (i = 0; i < chunk->event.clip_count; i++)
		if (x >= chunk->clips[i].x1 && x < chunk->clips[i].x2 &&
		    y >= chunk->clips[i].y1 && y < chunk->clips[i].y2)
			return true;
	return false;
}

void check_covers(const struct mc_chunk *chunk, const struct mc_clips *damage)
{
	uint32_t i;

	for (i = 0; i < damage->count; i++) {
		const struct drm_mode_rect *clip = &damage->clips[i];

		igt_assert(covered(chunk, clip->x1, clip->y1));
		igt_assert(covered(chunk, clip->x2 - 1, clip->y2 - 1));
		igt_assert(covered(chunk, clip->x1, clip->y2 - 1));
		igt_assert(covered(chunk, clip->x2 - 1, clip->y1));
	}
}

void owner_take(struct mc_client *c, const struct mc_chunk *chunk)
{
	/* In DIRECT the damage of many revoked pictures can be the whole screen. */
	igt_assert_f(is_direct(c) ||
		     !(chunk->event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL),
		     "a full picture after commit %u\n", c->commits);
	mc_client_take(c, chunk);
	if (!mc_client_is_newest(c, chunk))
		return;
	mc_client_assert_owner(c, "the owner's picture");
	mc_client_assert_buffer(c, chunk, "the buffer");
}

unsigned int commits_wanted(void)
{
	return mc_setting("MIRACAST_COMMITS", 1000);
}

void owner_release(struct mc_client *c, const struct mc_chunk *chunk)
{
	int ret = mc_try_release(c->scene->ctx, chunk);

	igt_assert_f(!ret || (is_direct(c) && ret == MC_REVOKED), "RELEASE: %s\n",
		     mc_strerror(ret));
}

void owner_release_due(struct mc_client *c, struct held *held, unsigned int now)
{
	unsigned int i = 0;

	while (i < held->count) {
		if (held->until[i] > now) {
			i++;
			continue;
		}
		owner_release(c, &held->chunk[i]);
		held->count--;
		held->chunk[i] = held->chunk[held->count];
		held->until[i] = held->until[held->count];
	}
}

void owner_take_pending(struct mc_client *c, struct held *held, unsigned int now)
{
	struct mc_chunk chunk;

	while (mc_try_chunk(c->scene->ctx, &chunk, 0)) {
		owner_take(c, &chunk);
		igt_assert_lt(held->count, MOST_HELD);
		held->chunk[held->count] = chunk;
		held->until[held->count] = now + mc_random(&c->seed) % 8;
		held->count++;
	}
}

void owner_finish(struct mc_client *c, struct held *held)
{
	struct mc_chunk chunk;

	owner_release_due(c, held, UINT32_MAX);
	while (mc_try_chunk(c->scene->ctx, &chunk, mc_client_rest_ms(c))) {
		owner_take(c, &chunk);
		owner_release(c, &chunk);
	}
	mc_client_assert_owner(c, "in the end");
}
