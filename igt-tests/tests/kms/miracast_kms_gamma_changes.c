// SPDX-License-Identifier: MIT
/*
 * Changes of gamma tables: how often there is a picture of one, what they cost, how long they
 * live, and which ones are refused.
 */
#include "miracast_kms_gamma.h"

/* A new table makes a picture, if the picture looks different. */
static void test_alone(void)
{
	struct mc_scene *scene = kms_gamma_scene(DRM_FORMAT_XRGB8888, 0);
	const struct kms_lut night = kms_make_lut(NIGHT);
	struct mc_commit commit = {
		.gamma = night.entries,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
		.user_data = 17,
	};
	struct drm_miracast_statistics before = mc_statistics(scene->ctx);
	struct drm_miracast_statistics after;
	struct mc_flip flip;

	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	mc_wait_flip(scene->kms, &flip);
	igt_assert_eq_u64(flip.user_data, 17);
	kms_expect_gamma(scene, scene->fb[0], &night, "a table");
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	after = mc_statistics(scene->ctx);
	igt_assert_eq_u64(after.pictures_committed,
			  before.pictures_committed + 1);
	igt_assert_eq_u64(after.bytes_copied,
			  before.bytes_copied + 4 * WIDTH * HEIGHT);
	/* Another blob of the same contents */
	kms_set_lut(scene->kms, &night);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	igt_assert_eq_u64(mc_statistics(scene->ctx).pictures_committed,
			  after.pictures_committed);
	kms_set_lut(scene->kms, NULL);
	kms_expect_gamma(scene, scene->fb[0], NULL, "none");
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
}

/* A table without effect makes no picture, and nothing is copied for it. */
static void test_identity(void)
{
	struct mc_scene *scene = kms_gamma_scene(DRM_FORMAT_NV12, 0);
	struct drm_miracast_statistics before, after;
	struct kms_lut lut = kms_make_lut(IDENTITY);

	before = mc_statistics(scene->ctx);
	kms_set_lut(scene->kms, &lut);
	/* It rounds to the same 8 bits. */
	lut.entries[128].red += 100;
	lut.entries[255].blue -= 100;
	kms_set_lut(scene->kms, &lut);
	kms_set_lut(scene->kms, NULL);
	kms_set_lut(scene->kms, &lut);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	after = mc_statistics(scene->ctx);
	igt_assert_eq_u64(after.pictures_committed, before.pictures_committed);
	igt_assert_eq_u64(after.bytes_copied, before.bytes_copied);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	kms_expect_gamma(scene, scene->fb[1], NULL, "identity");
	/* One step of one value is a change. */
	lut.entries[128].red += 0x101;
	kms_set_lut(scene->kms, &lut);
	kms_expect_gamma(scene, scene->fb[1], &lut, "one value");
}

/*
 * Across changes of the table, owners that apply clips, and stale buffers, get the same
 * picture.
 */
static void test_damage(void)
{
	const struct kms_lut night = kms_make_lut(NIGHT), inverse = kms_make_lut(INVERSE);
	const struct kms_lut *luts[] = { &night, NULL, &inverse };
	struct mc_scene *scene = kms_gamma_scene(DRM_FORMAT_XRGB8888, 0);
	struct mc_picture *owner = mc_picture(WIDTH, HEIGHT);
	const struct kms_lut *lut = NULL;
	struct mc_chunk chunk;
	unsigned int i;

	mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_picture_apply(owner, scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	for (i = 0; i < 24; i++) {
		const struct drm_mode_rect clip = {
			10 + 20 * i, 30 + 10 * i, 60 + 20 * i, 50 + 10 * i,
		};
		struct drm_clip_rect paint = {
			clip.x1, clip.y1, clip.x2, clip.y2,
		};
		struct mc_picture *want;
		bool change = i % 3 == 2;

		mc_fb_paint(scene->fb[0], &paint, 50 + i);
		mc_show(scene->kms, scene->fb[0], &clip, 1);
		if (change) {
			lut = luts[i / 3 % ARRAY_SIZE(luts)];
			kms_set_lut(scene->kms, lut);
		}
		want = kms_corrected(scene->fb[0], lut);
		do {
			mc_wait_chunk(scene->ctx, &chunk);
			mc_picture_apply(owner, scene->ctx, &chunk);
			if (!change)
				igt_assert(!kms_is_full(&chunk));
			if (!change || kms_is_full(&chunk))
				mc_assert_chunk(scene->ctx, &chunk, want,
						"buffer");
			mc_release(scene->ctx, &chunk);
		} while (change && !kms_is_full(&chunk));
		mc_assert_picture(owner, want, "owner");
		mc_picture_free(want);
	}
	mc_picture_free(owner);
}

/* The owner learns of a table that begins or ends; pixels are the client's. */
static void test_direct(void)
{
	const struct kms_lut night = kms_make_lut(NIGHT), inverse = kms_make_lut(INVERSE);
	const struct kms_lut identity = kms_make_lut(IDENTITY);
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_picture *want = mc_fb_seen(scene->fb[0], 0, 0, WIDTH, HEIGHT);
	struct mc_chunk chunk;

	kms_set_lut(scene->kms, &identity);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	kms_set_lut(scene->kms, &night);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(kms_is_not_applied(&chunk));
	igt_assert(kms_is_full(&chunk));
	mc_assert_chunk(scene->ctx, &chunk, want, "as drawn");
	mc_release(scene->ctx, &chunk);
	/* The picture is the same, and so is what the owner knows. */
	kms_set_lut(scene->kms, &inverse);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(kms_is_not_applied(&chunk));
	mc_release(scene->ctx, &chunk);
	kms_set_lut(scene->kms, NULL);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(!kms_is_not_applied(&chunk));
	igt_assert(kms_is_full(&chunk));
	mc_release(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert(!kms_is_not_applied(&chunk));
	mc_release(scene->ctx, &chunk);
	mc_picture_free(want);
}

static void test_wrong_size(void)
{
	static const size_t sizes[] = {
		1, 7, 8, 255 * 8, 256 * 8 - 1, 256 * 8 + 1, 257 * 8, 512 * 8,
		4096 * 8,
	};
	struct mc_scene *scene = kms_gamma_scene(DRM_FORMAT_XRGB8888, 0);
	struct drm_color_lut *lut = calloc(4096, sizeof(*lut));
	const struct kms_lut night = kms_make_lut(NIGHT);
	uint16_t ramp[512] = {};
	unsigned int i;

	igt_assert(lut);
	for (i = 0; i < 2 * ARRAY_SIZE(sizes); i++) {
		struct mc_commit commit = {
			.gamma = lut,
			.gamma_bytes = sizes[i / 2],
			.flags = i % 2 ? DRM_MODE_ATOMIC_TEST_ONLY : 0,
		};

		mc_expect_f(mc_commit_errno(scene->kms, &commit), -EINVAL,
			    "%zu bytes", sizes[i / 2]);
	}
	/* No blob, and one with something else */
	igt_assert_eq(drmModeObjectSetProperty(scene->card, scene->kms->crtc,
					       DRM_MODE_OBJECT_CRTC,
					       scene->kms->props.gamma_lut,
					       scene->kms->crtc), -EINVAL);
	igt_assert(drmModeCrtcSetGamma(scene->card, scene->kms->crtc, 255,
				       ramp, ramp, ramp) < 0);
	igt_assert(drmModeCrtcSetGamma(scene->card, scene->kms->crtc, 512,
				       ramp, ramp, ramp) < 0);
	free(lut);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	/* TEST_ONLY commits change nothing. */
	mc_expect(mc_commit_errno(scene->kms, &(struct mc_commit) {
				  .gamma = night.entries,
				  .flags = DRM_MODE_ATOMIC_TEST_ONLY }), 0);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	kms_expect_gamma(scene, scene->fb[1], NULL, "after refusals");
}

static void test_legacy(void)
{
	struct mc_scene *scene = kms_gamma_scene(DRM_FORMAT_XRGB8888, 0);
	const struct kms_lut night = kms_make_lut(NIGHT);
	uint16_t red[KMS_LUT_ENTRIES], green[KMS_LUT_ENTRIES], blue[KMS_LUT_ENTRIES];
	uint16_t got[3][KMS_LUT_ENTRIES];
	unsigned int i;

	for (i = 0; i < KMS_LUT_ENTRIES; i++) {
		red[i] = night.entries[i].red;
		green[i] = night.entries[i].green;
		blue[i] = night.entries[i].blue;
	}
	igt_assert_eq(drmModeCrtcSetGamma(scene->card, scene->kms->crtc,
					  KMS_LUT_ENTRIES, red, green, blue), 0);
	kms_expect_gamma(scene, scene->fb[0], &night, "legacy");
	igt_assert_eq(drmModeCrtcGetGamma(scene->card, scene->kms->crtc,
					  KMS_LUT_ENTRIES, got[0], got[1], got[2]), 0);
	igt_assert(!memcmp(got[0], red, sizeof(red)) &&
		   !memcmp(got[1], green, sizeof(green)) &&
		   !memcmp(got[2], blue, sizeof(blue)));
}

/* Mode sets, power and contexts leave the table alone. */
static void test_kept(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	const struct kms_lut night = kms_make_lut(NIGHT), inverse = kms_make_lut(INVERSE);
	struct mc_scene *scene = kms_gamma_scene(DRM_FORMAT_XRGB8888, 0);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 50000);
	struct mc_commit again = { .mode = &mode, .fb = scene->fb[1] };
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);

	kms_set_lut(scene->kms, &night);
	kms_expect_gamma(scene, scene->fb[0], &night, "set");
	mc_expect(mc_commit_errno(scene->kms, &again), 0);
	mc_complete_mode(scene->ctx, NULL);
	kms_expect_gamma(scene, scene->fb[1], &night, "another mode");
	mc_expect(mc_commit_errno(scene->kms, &off), 0);
	mc_expect(mc_commit_errno(scene->kms, &on), 0);
	kms_expect_gamma(scene, scene->fb[1], &night, "off and on");
	/* Set while nothing is shown */
	mc_expect(mc_commit_errno(scene->kms, &off), 0);
	kms_set_lut(scene->kms, &inverse);
	mc_expect(mc_commit_errno(scene->kms, &on), 0);
	kms_expect_gamma(scene, scene->fb[1], &inverse, "set while off");
	mc_off(scene->kms);
	kms_set_lut(scene->kms, &night);
	mc_expect(mc_commit_errno(scene->kms, &again), 0);
	kms_expect_gamma(scene, scene->fb[1], &night, "set without mode");
	mc_expect(mc_commit_errno(scene->kms, &off), 0);
	kms_set_lut(scene->kms, NULL);
	mc_expect(mc_commit_errno(scene->kms, &on), 0);
	kms_expect_gamma(scene, scene->fb[1], NULL, "taken while off");
	/* The next context */
	kms_set_lut(scene->kms, &night);
	kms_expect_gamma(scene, scene->fb[1], &night, "before the end");
	mc_ctx_close(scene->ctx);
	limits.connector_id = scene->kms->connector;
	scene->ctx = mc_ctx_create(scene->card, &limits);
	mc_start(scene->ctx);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_wait_connected(scene->card, scene->kms->connector, true);
	mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	mc_expect(mc_commit_errno(scene->kms, &again), 0);
	mc_complete_mode(scene->ctx, NULL);
	kms_expect_gamma(scene, scene->fb[1], &night, "another context");
}

static bool blob_exists(int card, uint32_t id)
{
	drmModePropertyBlobPtr blob = drmModeGetPropertyBlob(card, id);

	drmModeFreePropertyBlob(blob);
	return blob;
}

/* Only the CRTC still has a reference to it. */
static void test_blob(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct mc_scene *scene = kms_gamma_scene(DRM_FORMAT_XRGB8888, 0);
	const struct kms_lut night = kms_make_lut(NIGHT);
	struct mc_kms *kms = scene->kms;
	unsigned int i;
	uint32_t id;

	for (i = 0; i < 3; i++) {
		kms_set_lut(kms, &night);
		id = mc_property_value(scene->card, kms->crtc,
				       DRM_MODE_OBJECT_CRTC, "GAMMA_LUT");
		igt_assert(id);
		igt_assert(blob_exists(scene->card, id));
		if (i == 1) {
			mc_expect(mc_commit_errno(kms, &off), 0);
			mc_expect(mc_commit_errno(kms, &on), 0);
		} else if (i == 2) {
			mc_ctx_close(scene->ctx);
		}
		igt_assert_eq_u32(mc_property_value(scene->card, kms->crtc,
						    DRM_MODE_OBJECT_CRTC,
						    "GAMMA_LUT"), id);
		kms_set_lut(kms, NULL);
		igt_assert(!blob_exists(scene->card, id));
	}
}

/*
 * Framebuffer and table are of one commit: whatever is drawn and moved meanwhile, no
 * picture has one without the other.
 */
static void test_race(void)
{
	const struct kms_lut inverse = kms_make_lut(INVERSE);
	struct mc_scene *scene = kms_gamma_scene(DRM_FORMAT_XRGB8888, 0);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct mc_picture *want[2];
	unsigned int i, seen[2] = {};
	uint64_t last = 0;

	/* With the table, black is white; without, black is black. */
	mc_fb_fill(cursor, 0);
	mc_fb_fill(scene->fb[0], 0x00303030);
	mc_fb_fill(scene->fb[1], 0x00505050);
	want[0] = kms_corrected(scene->fb[0], NULL);
	want[1] = kms_corrected(scene->fb[1], &inverse);
	mc_expect(mc_commit_errno(scene->kms, &(struct mc_commit) {
				  .fb = scene->fb[0], .cursor = cursor }), 0);
	for (i = 0; i < 200; i++) {
		struct mc_commit commit = {
			.fb = scene->fb[i % 2],
			.gamma = i % 2 ? inverse.entries : NULL,
			.no_gamma = !(i % 2),
			.flags = DRM_MODE_ATOMIC_NONBLOCK |
				 DRM_MODE_PAGE_FLIP_EVENT,
		};
		struct mc_chunk chunk;

		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		mc_move_cursor(scene->kms, i, i);
		igt_assert_eq(drmModeDirtyFB(scene->card, commit.fb->id, NULL,
					     0), 0);
		mc_expect(mc_request_frame_errno(scene->ctx->fd), 0);
		while (mc_try_chunk(scene->ctx, &chunk, 0)) {
			uint32_t pitch;
			const uint32_t *pixel =
				(const void *)mc_chunk_pixels(scene->ctx,
							      &chunk, &pitch);
			bool with = (*pixel & 0xffffff) == 0xafafaf;

			if (chunk.event.chunk_id != last) {
				mc_assert_chunk(scene->ctx, &chunk, want[with],
						"race");
				seen[with]++;
			}
			last = chunk.event.chunk_id;
			mc_release(scene->ctx, &chunk);
		}
		mc_wait_flip(scene->kms, NULL);
	}
	igt_assert_f(seen[0] > 10 && seen[1] > 10, "%u and %u pictures\n",
		     seen[0], seen[1]);
	mc_picture_free(want[0]);
	mc_picture_free(want[1]);
}

const struct mc_subtest mc_kms_gamma_changes[] = {
	{ "gamma-alone", "A table alone makes one picture, of all of it.",
	  test_alone },
	{ "gamma-identity", "A table that changes nothing costs nothing.",
	  test_identity },
	{ "gamma-damage", "Damage and stale buffers agree about tables.",
	  test_damage },
	{ "gamma-direct",
	  "In DIRECT the owner learns that there is a table, and gets pixels as drawn.",
	  test_direct },
	{ "gamma-wrong-size", "Tables of other sizes are refused.",
	  test_wrong_size },
	{ "gamma-legacy", "The legacy call sets the same table.", test_legacy },
	{ "gamma-kept", "A table outlives modes, power and contexts.",
	  test_kept },
	{ "gamma-blob", "The blob lives as long as the CRTC has it.",
	  test_blob },
	{ "gamma-race", "Framebuffer and table are of one commit.",
	  test_race },
	{}
};
