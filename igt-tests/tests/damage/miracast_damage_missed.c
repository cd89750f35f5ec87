// SPDX-License-Identifier: MIT
/*
 * What a buffer has missed: it is copied later, also when that takes two attempts.
 */
#include "miracast_damage.h"

/*
 * So many frames that the list of each of the last 16 is used in every role, see
 * DOC: Damage and buffer age.
 */
#define FRAMES	(3 * 17 + 1)

static const struct drm_mode_rect caret = { 100, 200, 164, 264 };

static void take(struct mc_scene *scene, const struct mc_fb *fb,
		 const struct drm_mode_rect *clip, struct mc_chunk *chunk)
{
	mc_show(scene->kms, fb, clip, !!clip);
	mc_wait_chunk(scene->ctx, chunk);
}

/*
 * The client's call looks at the commit with little damage first. The buffer lacks far more,
 * so the picture is put back, and a worker copies it.
 */
static void test_put_back(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct drm_clip_rect area = area_of(&caret);
	struct mc_chunk old, newer, chunk;
	struct mc_picture *seen;
	unsigned int round = 0;
	uint64_t frame;

	do {
		take(scene, scene->fb[0], &caret, &old);
		mc_fb_paint(scene->fb[1], NULL, 2 * round);
		take(scene, scene->fb[1], NULL, &newer);
		mc_release(scene->ctx, &old);

		mc_fb_paint(scene->fb[0], NULL, 2 * round);
		mc_fb_paint(scene->fb[0], &area, 2 * round + 1);
		take(scene, scene->fb[0], &caret, &chunk);
		igt_assert_eq_u64(chunk.event.buffer, old.event.buffer);
		frame = DRM_MIRACAST_FRAME_OF_CHUNK_ID(chunk.event.chunk_id);
		seen = mc_fb_seen(scene->fb[0], 0, 0, WIDTH, HEIGHT);
		igt_info("frame %u\n", (unsigned int)frame);
		mc_assert_chunk(scene->ctx, &chunk, seen, "the buffer");
		mc_picture_free(seen);
		mc_release(scene->ctx, &newer);
		mc_release(scene->ctx, &chunk);
		round++;
	} while (frame < FRAMES);
}

const struct mc_subtest mc_damage_missed[] = {
	{ "missed-put-back",
	  "A buffer gets what it has missed, also of a picture that was put back first.",
	  test_put_back },
	{}
};
