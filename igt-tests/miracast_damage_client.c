// SPDX-License-Identifier: MIT
/*
 * A client that draws at random, and an owner who keeps a picture of his own by
 * the clips of the chunks.
 */
#include "miracast_damage.h"

struct drm_clip_rect area_of(const struct drm_mode_rect *clip)
{
	return (struct drm_clip_rect) { clip->x1, clip->y1, clip->x2,
					clip->y2 };
}

void client_begin(struct client *c, uint32_t buffers, uint32_t seed)
{
	struct mc_chunk chunk;
	uint32_t i;

	memset(c, 0, sizeof(*c));
	c->seed = seed;
	c->direct = !buffers;
	c->scene = c->direct ? mc_scene_direct(WIDTH, HEIGHT) :
		   mc_scene(WIDTH, HEIGHT, buffers);
	c->screen = mc_fb_seen(c->scene->fb[0], 0, 0, WIDTH, HEIGHT);
	c->owner = mc_picture(WIDTH, HEIGHT);
	for (i = 1; i < FBS; i++)
		mc_fb_copy(c->scene->fb[i], c->screen, NULL);
	mc_wait_chunk(c->scene->ctx, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FULL);
	mc_picture_apply(c->owner, c->scene->ctx, &chunk);
	mc_assert_picture(c->owner, c->screen, "first picture");
	mc_release(c->scene->ctx, &chunk);
}

static void random_clip(struct client *c, struct drm_mode_rect *clip)
{
	uint32_t largest = mc_random(&c->seed) % 8 ? 60 : 300;
	uint32_t width = 1 + mc_random(&c->seed) % largest;
	uint32_t height = 1 + mc_random(&c->seed) % largest;

	clip->x1 = mc_random(&c->seed) % (WIDTH - width + 1);
	clip->y1 = mc_random(&c->seed) % (HEIGHT - height + 1);
	clip->x2 = clip->x1 + width;
	clip->y2 = clip->y1 + height;
}

struct damage *client_draw(struct client *c, uint32_t most_clips)
{
	struct damage *damage = &c->history[c->commits % HISTORY];
	uint32_t i;

	damage->count = 1 + mc_random(&c->seed) % most_clips;
	for (i = 0; i < damage->count; i++) {
		struct drm_clip_rect area;

		random_clip(c, &damage->clips[i]);
		area = area_of(&damage->clips[i]);
		mc_picture_paint(c->screen, &area, c->seed);
	}
	return damage;
}

static struct mc_fb *next_fb(struct client *c)
{
	struct mc_fb *fb = c->scene->fb[(c->commits + 1) % FBS];
	uint32_t i, j;

	for (i = 0; i < HISTORY; i++) {
		for (j = 0; j < c->history[i].count; j++) {
			struct drm_clip_rect area =
				area_of(&c->history[i].clips[j]);

			mc_fb_copy(fb, c->screen, &area);
		}
	}
	return fb;
}

const struct damage *client_commit(struct client *c, uint32_t most_clips)
{
	struct damage *damage = client_draw(c, most_clips);
	struct mc_fb *fb = next_fb(c);

	c->commit_ns = mc_now_ns();
	mc_show(c->scene->kms, fb, damage->clips, damage->count);
	c->commits++;
	return damage;
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

void check_covers(const struct mc_chunk *chunk, const struct damage *damage)
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

bool client_is_newest(const struct client *c, const struct mc_chunk *chunk)
{
	return chunk->event.commit_time_ns >= c->commit_ns;
}

void owner_take(struct client *c, const struct mc_chunk *chunk)
{
	igt_assert_f(!(chunk->event.base.flags & DRM_MIRACAST_CHUNK_FULL),
		     "a full picture after commit %u\n", c->commits);
	mc_picture_apply(c->owner, c->scene->ctx, chunk);
	if (!client_is_newest(c, chunk))
		return;
	mc_assert_picture(c->owner, c->screen, "the owner's picture");
	mc_assert_chunk(c->scene->ctx, chunk, c->screen, "the buffer");
}

unsigned int commits_wanted(void)
{
	return mc_setting("MIRACAST_COMMITS", 1000);
}

void owner_give_back(struct client *c, const struct mc_chunk *chunk)
{
	int ret = mc_try_release(c->scene->ctx, chunk);

	igt_assert_f(!ret || (c->direct && ret == -ESTALE), "RELEASE: %s\n",
		     mc_strerror(ret));
}

void owner_release_due(struct client *c, struct held *held, unsigned int now)
{
	unsigned int i = 0;

	while (i < held->count) {
		if (held->until[i] > now) {
			i++;
			continue;
		}
		owner_give_back(c, &held->chunk[i]);
		held->count--;
		held->chunk[i] = held->chunk[held->count];
		held->until[i] = held->until[held->count];
	}
}

void owner_take_pending(struct client *c, struct held *held, unsigned int now)
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

void owner_finish(struct client *c, struct held *held)
{
	struct mc_chunk chunk;

	owner_release_due(c, held, UINT32_MAX);
	while (mc_try_chunk(c->scene->ctx, &chunk, MC_QUIET_MS)) {
		owner_take(c, &chunk);
		owner_give_back(c, &chunk);
	}
	mc_assert_picture(c->owner, c->screen, "in the end");
}
