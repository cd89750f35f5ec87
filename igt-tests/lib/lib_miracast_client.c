// SPDX-License-Identifier: MIT
/*
 * A client with damage, and an owner that follows it by the clips of chunks.
 */
#include "lib_miracast_client.h"

static struct drm_clip_rect area_of(const struct drm_mode_rect *clip)
{
	return (struct drm_clip_rect) { clip->x1, clip->y1, clip->x2,
					clip->y2 };
}

void mc_client_begin(struct mc_client *c, struct mc_scene *scene, uint32_t seed)
{
	uint32_t i;

	memset(c, 0, sizeof(*c));
	c->scene = scene;
	c->seed = seed;
	c->width = scene->fb[0]->width;
	c->height = scene->fb[0]->height;
	c->screen = mc_fb_seen(scene->fb[0], 0, 0, c->width, c->height);
	for (i = 1; i < MC_CLIENT_FBS; i++)
		mc_fb_copy(scene->fb[i], c->screen, NULL);
	if (scene->ctx->format == DRM_FORMAT_NV12) {
		c->screen_nv12 = mc_nv12(c->width, c->height);
		c->owner_nv12 = mc_nv12(c->width, c->height);
		mc_nv12_convert(c->screen_nv12, c->screen, NULL);
	} else {
		c->owner = mc_picture(c->width, c->height);
	}
}

void mc_client_free(struct mc_client *c)
{
	mc_picture_free(c->screen);
	if (c->owner)
		mc_picture_free(c->owner);
	if (c->screen_nv12) {
		mc_nv12_free(c->screen_nv12);
		mc_nv12_free(c->owner_nv12);
	}
}

void mc_client_draw(struct mc_client *c, const struct drm_mode_rect *clips,
		    uint32_t count)
{
	struct mc_clips *damage = &c->history[c->commits % MC_CLIENT_FBS];
	uint32_t i;

	igt_assert(count <= MC_CLIENT_CLIPS);
	memmove(damage->clips, clips, count * sizeof(*clips));
	damage->count = count;
	for (i = 0; i < count; i++) {
		struct drm_clip_rect area = area_of(&damage->clips[i]);

		mc_picture_paint(c->screen, &area, mc_random(&c->seed));
	}
	/*
	 * Converted when all are painted: a block at the edge of one clip may contain
	 * pixels of another.
	 */
	for (i = 0; c->screen_nv12 && i < count; i++) {
		struct drm_clip_rect area = area_of(&damage->clips[i]);

		mc_nv12_convert(c->screen_nv12, c->screen, &area);
	}
}

static struct mc_fb *next_fb(struct mc_client *c)
{
	struct mc_fb *fb = c->scene->fb[(c->commits + 1) % MC_CLIENT_FBS];
	uint32_t i, j;

	for (i = 0; i < MC_CLIENT_FBS; i++) {
		for (j = 0; j < c->history[i].count; j++) {
			struct drm_clip_rect area =
				area_of(&c->history[i].clips[j]);

			mc_fb_copy(fb, c->screen, &area);
		}
	}
	return fb;
}

void mc_client_flip(struct mc_client *c)
{
	const struct mc_clips *damage =
		&c->history[c->commits % MC_CLIENT_FBS];
	struct mc_fb *fb = next_fb(c);

	c->commit_ns = mc_now_ns();
	c->commits++;
	mc_show(c->scene->kms, fb, damage->clips, damage->count);
}

static void random_clip(struct mc_client *c, struct drm_mode_rect *clip)
{
	uint32_t largest = mc_random(&c->seed) % 8 ? 60 : 300;
	uint32_t width = 1 + mc_random(&c->seed) % largest;
	uint32_t height = 1 + mc_random(&c->seed) % largest;

	clip->x1 = mc_random(&c->seed) % (c->width - width + 1);
	clip->y1 = mc_random(&c->seed) % (c->height - height + 1);
	clip->x2 = clip->x1 + width;
	clip->y2 = clip->y1 + height;
}

const struct mc_clips *mc_client_draw_some(struct mc_client *c,
					   uint32_t most_clips)
{
	struct mc_clips *damage = &c->history[c->commits % MC_CLIENT_FBS];
	uint32_t i, count = 1 + mc_random(&c->seed) % most_clips;

	for (i = 0; i < count; i++)
		random_clip(c, &damage->clips[i]);
	mc_client_draw(c, damage->clips, count);
	return damage;
}

const struct mc_clips *mc_client_commit(struct mc_client *c,
					uint32_t most_clips)
{
	const struct mc_clips *damage = mc_client_draw_some(c, most_clips);

	mc_client_flip(c);
	return damage;
}

void mc_client_change(struct mc_client *c, const struct drm_mode_rect *clip)
{
	mc_client_draw(c, clip, 1);
	mc_client_flip(c);
}

/* The owner */

bool mc_client_is_newest(const struct mc_client *c,
			 const struct mc_chunk *chunk)
{
	return chunk->event.commit_time_ns >= c->commit_ns;
}

void mc_client_take(struct mc_client *c, const struct mc_chunk *chunk)
{
	if (c->owner_nv12)
		mc_nv12_apply(c->owner_nv12, c->scene->ctx, chunk);
	else
		mc_picture_apply(c->owner, c->scene->ctx, chunk);
}

void mc_client_assert_owner(struct mc_client *c, const char *what)
{
	if (c->owner_nv12)
		mc_nv12_assert(c->owner_nv12, c->screen_nv12, what);
	else
		mc_assert_picture(c->owner, c->screen, what);
}

static bool is_owner_right(const struct mc_client *c)
{
	uint32_t x, y;

	if (c->owner_nv12)
		return mc_nv12_equal(c->owner_nv12, c->screen_nv12);
	return mc_pixels_equal(c->owner->pixels, c->owner->pitch,
			       c->screen->pixels, c->screen->pitch, c->width,
			       c->height, &x, &y);
}

int mc_client_rest_ms(const struct mc_client *c)
{
	return is_owner_right(c) ? MC_QUIET_MS : MC_TIMEOUT_MS;
}

static void assert_lines(struct mc_client *c, const struct mc_chunk *chunk,
			 uint32_t first, uint32_t count, const char *what)
{
	uint32_t pitch;
	const uint8_t *pixels;

	if (c->screen_nv12) {
		mc_nv12_assert_lines(c->scene->ctx, chunk, c->screen_nv12,
				     first, count, what);
		return;
	}
	igt_assert_eq_u32(chunk->event.width, c->width);
	igt_assert_eq_u32(chunk->event.height, c->height);
	igt_assert_lte_u64(first + count, c->height);
	pixels = mc_chunk_pixels(c->scene->ctx, chunk, &pitch);
	mc_assert_pixels(pixels + (size_t)first * pitch, pitch,
			 c->screen->pixels + (size_t)first * c->width,
			 c->screen->pitch, c->width, count, what);
}

void mc_client_assert_lines(struct mc_client *c, const struct mc_chunk *chunk,
			    const char *what)
{
	assert_lines(c, chunk, chunk->event.line_first,
		     chunk->event.line_count, what);
}

void mc_client_assert_buffer(struct mc_client *c, const struct mc_chunk *chunk,
			     const char *what)
{
	assert_lines(c, chunk, 0, c->height, what);
}

void mc_client_expect(struct mc_client *c, const char *what)
{
	struct mc_chunk chunk;

	for (;;) {
		mc_wait_chunk(c->scene->ctx, &chunk);
		mc_client_take(c, &chunk);
		if (DRM_MIRACAST_PART_OF_CHUNK_ID(chunk.event.chunk_id))
			continue;
		if (mc_client_is_newest(c, &chunk))
			break;
		mc_release(c->scene->ctx, &chunk);
	}
	mc_client_assert_owner(c, what);
	mc_client_assert_buffer(c, &chunk, what);
	mc_release(c->scene->ctx, &chunk);
}
