// SPDX-License-Identifier: MIT
/*
 * The device as a KMS client sees it: objects, checks, vblanks, flips. Frame
 * checksums and foreign framebuffers are in miracast_kms_more.c, planes that do not
 * cover the screen in miracast_kms_planes.c, gamma in miracast_kms_gamma.c.
 */
#include "lib_miracast.h"
#include "miracast_kms.h"

IGT_TEST_DESCRIPTION("KMS side of a miracast device.");

/* Objects and capabilities */

static void test_resources(void)
{
	int card = mc_card_open();
	uint32_t targets = mc_caps(card).targets_total;
	drmModePlaneResPtr planes;
	drmModeResPtr resources;
	int i;

	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1),
		      0);
	resources = drmModeGetResources(card);
	igt_assert(resources);
	igt_assert_eq_u32(resources->count_connectors, targets);
	igt_assert_eq_u32(resources->count_crtcs, targets);
	igt_assert_eq_u32(resources->count_encoders, targets);
	for (i = 0; i < resources->count_connectors; i++) {
		drmModeConnector *connector =
			mc_connector(card, resources->connectors[i]);

		igt_assert_eq(connector->connection, DRM_MODE_DISCONNECTED);
		igt_assert_eq(connector->connector_type,
			      DRM_MODE_CONNECTOR_VIRTUAL);
		igt_assert_eq(connector->count_modes, 0);
		igt_assert_eq(connector->count_encoders, 1);
		drmModeFreeConnector(connector);
	}
	planes = drmModeGetPlaneResources(card);
	igt_assert(planes);
	igt_assert_eq_u32(planes->count_planes, 2 * targets);
	drmModeFreePlaneResources(planes);
	drmModeFreeResources(resources);
}

/* Each target has its own CRTC, planes and encoder. */
static void test_routing(void)
{
	int card = mc_card_open();
	drmModeResPtr resources = drmModeGetResources(card);
	uint32_t crtcs = 0, i;

	igt_assert(resources);
	for (i = 0; i < (uint32_t)resources->count_connectors; i++) {
		struct mc_kms *kms = mc_kms(card, resources->connectors[i]);

		igt_assert(!(crtcs & 1u << kms->crtc_index));
		crtcs |= 1u << kms->crtc_index;
		free(kms);
	}
	drmModeFreeResources(resources);
}

static uint64_t cap(int card, uint64_t name)
{
	uint64_t value = UINT64_MAX;

	igt_assert_eq(drmGetCap(card, name, &value), 0);
	return value;
}

static void test_capabilities(void)
{
	int card = mc_card_open();

	igt_assert_eq_u64(cap(card, DRM_CAP_DUMB_BUFFER), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_DUMB_PREFER_SHADOW), 0);
	igt_assert_eq_u64(cap(card, DRM_CAP_PRIME),
			  DRM_PRIME_CAP_IMPORT | DRM_PRIME_CAP_EXPORT);
	igt_assert_eq_u64(cap(card, DRM_CAP_TIMESTAMP_MONOTONIC), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_CURSOR_WIDTH), 256);
	igt_assert_eq_u64(cap(card, DRM_CAP_CURSOR_HEIGHT), 256);
	igt_assert_eq_u64(cap(card, DRM_CAP_ADDFB2_MODIFIERS), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_CRTC_IN_VBLANK_EVENT), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_SYNCOBJ), 1);
	igt_assert_eq_u64(cap(card, DRM_CAP_SYNCOBJ_TIMELINE), 1);
}

/* Immutable are standard properties only, and values are those that are listed. */
static void check_properties(int card, uint32_t object, uint32_t type)
{
	static const char * const known[] = {
		"EDID", "PATH", "TILE", "non-desktop", "subconnector", "type",
		"IN_FORMATS", "GAMMA_LUT_SIZE", "DEGAMMA_LUT_SIZE",
		"SIZE_HINTS", "zpos",
	};
	drmModeObjectPropertiesPtr all =
		drmModeObjectGetProperties(card, object, type);
	uint32_t i;
	int j;

	igt_assert(all);
	for (i = 0; i < all->count_props; i++) {
		drmModePropertyPtr property =
			drmModeGetProperty(card, all->props[i]);
		bool immutable, found = false;

		igt_assert(property);
		immutable = property->flags & DRM_MODE_PROP_IMMUTABLE;
		for (j = 0; j < (int)ARRAY_SIZE(known); j++)
			found |= !strcmp(property->name, known[j]);
		igt_assert_f(found || !immutable, "\"%s\" is immutable\n",
			     property->name);
		found = !(property->flags & DRM_MODE_PROP_ENUM);
		for (j = 0; j < property->count_enums; j++)
			found |= property->enums[j].value ==
				 all->prop_values[i];
		igt_assert_f(found, "\"%s\" has an unlisted value\n",
			     property->name);
		drmModeFreeProperty(property);
	}
	drmModeFreeObjectProperties(all);
}

static void test_properties(void)
{
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);

	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_ATOMIC, 1), 0);
	check_properties(card, kms->connector, DRM_MODE_OBJECT_CONNECTOR);
	check_properties(card, kms->crtc, DRM_MODE_OBJECT_CRTC);
	check_properties(card, kms->primary, DRM_MODE_OBJECT_PLANE);
	check_properties(card, kms->cursor, DRM_MODE_OBJECT_PLANE);
}

static const uint32_t primary_formats[] = {
	DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888, DRM_FORMAT_ARGB8888,
	DRM_FORMAT_ABGR8888, DRM_FORMAT_RGB565,
};

static bool has_format(int card, uint32_t plane_id, uint32_t format)
{
	drmModePlanePtr plane = drmModeGetPlane(card, plane_id);
	bool has = false;
	uint32_t i;

	igt_assert(plane);
	for (i = 0; i < plane->count_formats; i++)
		has |= plane->formats[i] == format;
	drmModeFreePlane(plane);
	return has;
}

static void check_in_formats(int card, uint32_t plane)
{
	struct drm_format_modifier_blob *blob;
	struct drm_format_modifier *modifiers;
	size_t size;
	uint32_t i;

	blob = mc_property_blob(card, plane, DRM_MODE_OBJECT_PLANE,
				"IN_FORMATS", &size);
	igt_assert(blob && size >= sizeof(*blob));
	modifiers = (void *)((char *)blob + blob->modifiers_offset);
	igt_assert_eq_u32(blob->count_modifiers, 1);
	igt_assert_eq_u64(modifiers[0].modifier, DRM_FORMAT_MOD_LINEAR);
	for (i = 0; i < blob->count_formats; i++)
		igt_assert(modifiers[0].formats >> i & 1);
	free(blob);
}

static void test_formats(void)
{
	int card = mc_card_open();
	drmModeResPtr resources = drmModeGetResources(card);
	unsigned int f;
	int i;

	igt_assert(resources);
	for (i = 0; i < resources->count_connectors; i++) {
		struct mc_kms *kms = mc_kms(card, resources->connectors[i]);

		for (f = 0; f < ARRAY_SIZE(primary_formats); f++)
			igt_assert(has_format(card, kms->primary,
					      primary_formats[f]));
		igt_assert(!has_format(card, kms->primary, DRM_FORMAT_NV12));
		igt_assert(has_format(card, kms->cursor, DRM_FORMAT_ARGB8888));
		check_in_formats(card, kms->primary);
		check_in_formats(card, kms->cursor);
		free(kms);
	}
	drmModeFreeResources(resources);
}

/* Names of an enum property's values, each followed by a blank. */
static void enum_names(int card, uint32_t property, char *names, size_t size)
{
	drmModePropertyPtr values = drmModeGetProperty(card, property);
	size_t length = 0;
	int i;

	igt_assert(values && values->flags & DRM_MODE_PROP_ENUM);
	names[0] = 0;
	for (i = 0; i < values->count_enums; i++)
		length += snprintf(names + length, size - length, "%s ",
				   values->enums[i].name);
	igt_assert(length < size);
	drmModeFreeProperty(values);
}

static void check_blend_modes(int card, uint32_t plane, const char *want)
{
	uint32_t property = mc_property(card, plane, DRM_MODE_OBJECT_PLANE,
					"pixel blend mode");
	char names[128];

	igt_assert_f(property, "plane %u: no pixel blend mode\n", plane);
	enum_names(card, property, names, sizeof(names));
	igt_assert_f(!strcmp(names, want), "plane %u: %s\n", plane, names);
	/* Pre-multiplied, as clients that do not know the property expect */
	igt_assert_eq_u64(mc_property_value(card, plane, DRM_MODE_OBJECT_PLANE,
					    "pixel blend mode"), 0);
}

static void test_blend_modes(void)
{
	int card = mc_card_open();
	drmModeResPtr resources = drmModeGetResources(card);
	int i;

	igt_assert(resources);
	for (i = 0; i < resources->count_connectors; i++) {
		struct mc_kms *kms = mc_kms(card, resources->connectors[i]);

		check_blend_modes(card, kms->primary, "None Pre-multiplied ");
		check_blend_modes(card, kms->cursor, "Pre-multiplied ");
		free(kms);
	}
	drmModeFreeResources(resources);
}

/* What modes and planes may be */

struct lit {
	int card;
	struct mc_kms *kms;
	struct mc_fb *fb;
	drmModeModeInfo mode;
};

/* Nobody owns the target; the connector is disconnected. */
static void light(struct lit *lit, uint32_t width, uint32_t height)
{
	lit->card = mc_card_open();
	lit->kms = mc_kms(lit->card, 0);
	lit->fb = mc_fb(lit->card, width, height, DRM_FORMAT_XRGB8888);
	lit->mode = mc_make_mode(width, height, 60000);
	mc_light(lit->kms, &lit->mode, lit->fb);
}

static int test_only(struct lit *lit, struct mc_commit commit)
{
	commit.flags |= DRM_MODE_ATOMIC_TEST_ONLY;
	if (!commit.fb)
		commit.fb = lit->fb;
	return mc_commit_errno(lit->kms, &commit);
}

/* The answer must not depend on TEST_ONLY. */
static void refused(struct lit *lit, struct mc_commit commit, int want,
		    const char *what)
{
	if (!commit.fb)
		commit.fb = lit->fb;
	mc_expect_f(test_only(lit, commit), want, "%s, test", what);
	mc_expect_f(mc_commit_errno(lit->kms, &commit), want, "%s", what);
}

static void test_plane_checks(void)
{
	struct mc_fb *large;
	struct lit lit;

	light(&lit, 640, 480);
	large = mc_fb(lit.card, 800, 600, DRM_FORMAT_XRGB8888);
	refused(&lit, (struct mc_commit) { .src_w = 320, .src_h = 240 },
		-ERANGE, "enlarged");
	refused(&lit, (struct mc_commit) { .fb = large, .src_w = 800,
					   .src_h = 600 }, -ERANGE, "reduced");
	refused(&lit, (struct mc_commit) { .fb = large, .src_fraction = 32768 },
		-EINVAL, "half a pixel");
	refused(&lit, (struct mc_commit) { .fb = large, .src_x = 161 },
		-ENOSPC, "beyond the framebuffer");
	refused(&lit, (struct mc_commit) { .src_y = 1 }, -ENOSPC,
		"below the framebuffer");
	mc_expect(test_only(&lit, (struct mc_commit) {
			    .fb = large, .src_x = 160, .src_y = 120 }), 0);
	mc_expect(test_only(&lit, (struct mc_commit) {}), 0);
	/* The screen went on all the time. */
	mc_show(lit.kms, lit.fb, NULL, 0);
}

static void test_cursor_checks(void)
{
	struct mc_fb *cursor, *wide, *high, *large;
	struct lit lit;

	light(&lit, 640, 480);
	cursor = mc_fb(lit.card, 256, 256, DRM_FORMAT_ARGB8888);
	wide = mc_fb(lit.card, 257, 64, DRM_FORMAT_ARGB8888);
	high = mc_fb(lit.card, 64, 257, DRM_FORMAT_ARGB8888);
	large = mc_fb(lit.card, 600, 500, DRM_FORMAT_ARGB8888);
	refused(&lit, (struct mc_commit) { .cursor = wide }, -EINVAL, "wide");
	refused(&lit, (struct mc_commit) { .cursor = high }, -EINVAL, "high");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 257,
					   .cursor_h = 64 }, -EINVAL,
		"wide source");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 64,
					   .cursor_h = 257 }, -EINVAL,
		"high source");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 64,
					   .cursor_h = 64, .cursor_src_x = 537 },
		-ENOSPC, "source beyond the framebuffer");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 64,
					   .cursor_h = 64, .cursor_src_y = 437 },
		-ENOSPC, "source below the framebuffer");
	refused(&lit, (struct mc_commit) { .cursor = large, .cursor_w = 64,
					   .cursor_h = 64,
					   .cursor_src_x = 0xffff },
		-ENOSPC, "source far beyond");
	mc_expect(test_only(&lit, (struct mc_commit) {
			    .cursor = large, .cursor_w = 64, .cursor_h = 64,
			    .cursor_src_x = 536, .cursor_src_y = 436 }), 0);
	mc_expect(test_only(&lit, (struct mc_commit) {
			    .cursor = cursor, .cursor_x = -255,
			    .cursor_y = 479 }), 0);
	mc_expect(test_only(&lit, (struct mc_commit) {
			    .cursor = cursor, .cursor_x = -5000,
			    .cursor_y = 5000 }), 0);
}

static void test_cursor_format(void)
{
	struct mc_fb *cursor;
	struct lit lit;

	light(&lit, 640, 480);
	cursor = mc_fb(lit.card, 64, 64, DRM_FORMAT_RGB565);
	refused(&lit, (struct mc_commit) { .cursor = cursor }, -EINVAL,
		"RGB565 cursor");
}

static void expect_mode(struct lit *lit, drmModeModeInfo mode, int want,
			const char *what)
{
	struct mc_fb *fb = mc_fb(lit->card, mode.hdisplay, mode.vdisplay,
				 DRM_FORMAT_XRGB8888);

	mc_expect_f(test_only(lit, (struct mc_commit) { .mode = &mode,
							.fb = fb }),
		    want, "%s %ux%u %llu mHz", what, mode.hdisplay,
		    mode.vdisplay, (unsigned long long)mc_mode_mhz(&mode));
	mc_fb_free(fb);
}

static void test_mode_checks(void)
{
	struct drm_miracast_query_caps caps;
	drmModeModeInfo mode;
	struct lit lit;

	light(&lit, 640, 480);
	caps = mc_caps(lit.card);
	expect_mode(&lit, mc_make_mode(640, 480, 60000), 0, "plain");
	expect_mode(&lit, mc_make_mode(640, 480, 24000), 0, "film");
	expect_mode(&lit, mc_make_mode(640, 480, 23000), -EINVAL, "too slow");
	expect_mode(&lit, mc_make_mode(640, 480, caps.max_refresh_mhz), 0,
		    "fastest");
	expect_mode(&lit, mc_make_mode(640, 480,
				       caps.max_refresh_mhz * 11 / 10),
		    -EINVAL, "too fast");
	expect_mode(&lit, mc_make_mode(caps.max_width, 480, 30000), 0,
		    "widest");
	expect_mode(&lit, mc_make_mode(caps.max_width + 8, 480, 30000),
		    -EINVAL, "too wide");
	expect_mode(&lit, mc_make_mode(640, caps.max_height, 30000), 0,
		    "highest");
	expect_mode(&lit, mc_make_mode(640, caps.max_height + 1, 30000),
		    -EINVAL, "too high");
	/* 60 Hz, and more pixels in a frame than an int can count. */
	mode = mc_make_mode(640, 480, 60000);
	mode.htotal = 65535;
	mode.vtotal = 65535;
	mode.clock = 60ull * mode.htotal * mode.vtotal / 1000;
	expect_mode(&lit, mode, -EINVAL, "too long");
	mode = mc_make_mode(640, 480, 60000);
	mode.flags |= DRM_MODE_FLAG_INTERLACE;
	expect_mode(&lit, mode, -EINVAL, "interlaced");
	mode = mc_make_mode(640, 480, 60000);
	mode.flags |= DRM_MODE_FLAG_DBLSCAN;
	expect_mode(&lit, mode, -EINVAL, "doublescan");
	mode = mc_make_mode(640, 480, 60000);
	mode.vscan = 1;
	expect_mode(&lit, mode, 0, "each line once");
	mode.vscan = 2;
	expect_mode(&lit, mode, -EINVAL, "each line twice");
	mc_show(lit.kms, lit.fb, NULL, 0);
}

static void test_mode_stereo(void)
{
	drmModeModeInfo mode;
	struct lit lit;

	light(&lit, 640, 480);
	igt_assert_eq(drmSetClientCap(lit.card, DRM_CLIENT_CAP_STEREO_3D, 1),
		      0);
	mode = mc_make_mode(640, 480, 60000);
	mode.flags |= DRM_MODE_FLAG_3D_FRAME_PACKING;
	expect_mode(&lit, mode, -EINVAL, "stereo");
}

/* With a monitor the context's limits hold, for listed modes or not. */
static void test_mode_limits(void)
{
	struct drm_miracast_create_context limits = mc_limits(800, 600, 2);
	struct mc_ctx *ctx;
	struct lit lit;

	lit.card = mc_card_open();
	ctx = mc_ctx_create(lit.card, &limits);
	lit.kms = mc_kms(lit.card, ctx->connector);
	lit.fb = NULL;
	mc_start(ctx);
	expect_mode(&lit, mc_make_mode(1280, 720, 60000), 0, "no monitor");
	mc_arrive(ctx, 640, 480);
	expect_mode(&lit, mc_make_mode(640, 480, 60000), 0, "listed");
	expect_mode(&lit, mc_make_mode(800, 600, 60000), 0, "largest");
	expect_mode(&lit, mc_make_mode(720, 576, 50000), 0, "not listed");
	expect_mode(&lit, mc_make_mode(1280, 720, 60000), -EINVAL, "beyond");
	expect_mode(&lit, mc_make_mode(808, 600, 60000), -EINVAL, "wide");
	expect_mode(&lit, mc_make_mode(800, 601, 60000), -EINVAL, "high");
	expect_mode(&lit, mc_make_mode(640, 480, 75000), -EINVAL, "fast");
	mc_depart(ctx);
	expect_mode(&lit, mc_make_mode(1280, 720, 60000), 0, "departed");
	mc_ctx_close(ctx);
}

/* Clients try without a modifier when one is refused here, not when they show it. */
static void test_modifiers(void)
{
	static const uint64_t unknown[] = {
		DRM_FORMAT_MOD_INVALID, I915_FORMAT_MOD_X_TILED,
	};
	int card = mc_card_open();
	uint32_t handles[4] = {}, pitches[4] = {}, offsets[4] = {}, id;
	uint64_t modifiers[4] = { DRM_FORMAT_MOD_LINEAR }, size;
	unsigned int i;

	igt_assert_eq(drmModeCreateDumbBuffer(card, 640, 480, 32, 0, &handles[0],
					      &pitches[0], &size), 0);
	igt_assert_eq(drmModeAddFB2WithModifiers(card, 640, 480,
						 DRM_FORMAT_XRGB8888, handles,
						 pitches, offsets, modifiers, &id,
						 DRM_MODE_FB_MODIFIERS), 0);
	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		modifiers[0] = unknown[i];
		igt_assert_eq(drmModeAddFB2WithModifiers(card, 640, 480,
							 DRM_FORMAT_XRGB8888,
							 handles, pitches,
							 offsets, modifiers, &id,
							 DRM_MODE_FB_MODIFIERS),
			      -EINVAL);
	}
}

static void test_framebuffers(void)
{
	int card = mc_card_open();
	uint32_t handles[4] = {}, pitches[4] = {}, offsets[4] = {}, handle, id;
	uint32_t pitch;
	uint64_t size;

	igt_assert_eq(drmModeCreateDumbBuffer(card, 640, 480, 32, 0, &handle,
					      &pitch, &size), 0);
	handles[0] = handle;
	pitches[0] = pitch;
	/* Larger than its memory, in every direction */
	igt_assert(drmModeAddFB2(card, 640, 481, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	offsets[0] = pitch;
	igt_assert(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	offsets[0] = UINT32_MAX - 3;
	igt_assert(drmModeAddFB2(card, 640, 1, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	offsets[0] = 0;
	pitches[0] = 640 * 4 - 4;
	igt_assert(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	pitches[0] = UINT32_MAX & ~3u;
	igt_assert(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB8888, handles,
				 pitches, offsets, &id, 0));
	/* What the planes do not show */
	pitches[0] = pitch;
	igt_assert(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB2101010,
				 handles, pitches, offsets, &id, 0));
	igt_assert_eq(drmModeAddFB2(card, 640, 480, DRM_FORMAT_XRGB8888,
				    handles, pitches, offsets, &id, 0), 0);
	igt_assert_eq(drmModeRmFB(card, id), 0);
}

/* Vblanks and flips */

static void test_vblank_times(void)
{
	uint64_t first_time = 0, time, first = 0, sequence;
	uint64_t period = 1000000000000ull / 60000;
	struct lit lit;
	int i;

	light(&lit, 640, 480);
	period = 1000000000000ull / mc_mode_mhz(&lit.mode);
	for (i = 0; i < 60; i++) {
		int64_t off;

		igt_assert_eq(drmCrtcQueueSequence(lit.card, lit.kms->crtc,
						   DRM_CRTC_SEQUENCE_RELATIVE,
						   1, NULL, 0), 0);
		mc_poll(lit.card, POLLIN, MC_TIMEOUT_MS);
		read(lit.card, (uint8_t[256]) {}, 256);
		igt_assert_eq(drmCrtcGetSequence(lit.card, lit.kms->crtc,
						 &sequence, &time), 0);
		if (!i) {
			first = sequence;
			first_time = time;
			continue;
		}
		igt_assert_lt_u64(first, sequence);
		/* Time is arithmetic: n periods after the first. */
		off = (int64_t)(time - first_time) -
		      (int64_t)((sequence - first) * period);
		igt_assert_f(off > -100000 && off < 100000,
			     "vblank %llu is %lld ns off\n",
			     (unsigned long long)sequence, (long long)off);
	}
}

/* The clock runs on while nobody waits for it. */
static void test_vblank_idle(void)
{
	uint64_t before, before_time, after, after_time, period;
	struct lit lit;
	int64_t off;

	light(&lit, 640, 480);
	period = 1000000000000ull / mc_mode_mhz(&lit.mode);
	mc_show(lit.kms, lit.fb, NULL, 0);
	igt_assert_eq(drmCrtcGetSequence(lit.card, lit.kms->crtc, &before,
					 &before_time), 0);
	usleep(1500000);
	igt_assert_eq(drmCrtcGetSequence(lit.card, lit.kms->crtc, &after,
					 &after_time), 0);
	off = (int64_t)(after_time - before_time) -
	      (int64_t)((after - before) * period);
	igt_assert_lte_u64(1400000000ull / period, after - before);
	igt_assert_f(off > -100000 && off < 100000, "%lld ns off\n",
		     (long long)off);
}

static void test_vblank_rates(void)
{
	static const uint32_t rates[] = { 24000, 30000, 50000, 60000, 120000 };
	struct lit lit;
	unsigned int i;

	light(&lit, 640, 480);
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		drmModeModeInfo mode = mc_make_mode(640, 480, rates[i]);
		struct mc_flip first, last;
		double period;
		int n;

		mc_light(lit.kms, &mode, lit.fb);
		mc_flip(lit.kms, lit.fb, NULL, 0);
		mc_wait_flip(lit.kms, &first);
		for (n = 0; n < 10; n++) {
			mc_flip(lit.kms, lit.fb, NULL, 0);
			mc_wait_flip(lit.kms, &last);
		}
		igt_assert(last.sequence > first.sequence);
		period = (double)(last.time_ns - first.time_ns) /
			 (last.sequence - first.sequence);
		period *= mc_mode_mhz(&mode) / 1e12;
		igt_assert_f(period > 0.999 && period < 1.001,
			     "%u mHz: period is %f of the nominal one\n",
			     rates[i], period);
	}
}

static void test_flips(void)
{
	struct mc_flip last = {}, flip;
	struct lit lit;
	int i;

	light(&lit, 640, 480);
	for (i = 0; i < 100; i++) {
		mc_flip(lit.kms, lit.fb, NULL, 0);
		mc_wait_flip(lit.kms, &flip);
		igt_assert_eq_u32(flip.crtc, lit.kms->crtc);
		if (i) {
			igt_assert(flip.sequence > last.sequence);
			igt_assert(flip.time_ns > last.time_ns);
		}
		last = flip;
	}
}

static void test_flip_busy(void)
{
	struct mc_commit commit;
	struct lit lit;
	int i, busy = 0;

	light(&lit, 640, 480);
	commit = (struct mc_commit) {
		.fb = lit.fb,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
	};
	/* A second one within the same refresh period, if that is not over. */
	for (i = 0; i < 50; i++) {
		struct mc_flip first, second;
		int ret;

		mc_flip(lit.kms, lit.fb, NULL, 0);
		ret = mc_commit_errno(lit.kms, &commit);
		igt_assert_f(!ret || ret == -EBUSY, "got %s\n",
			     mc_strerror(ret));
		busy += ret == -EBUSY;
		mc_wait_flip(lit.kms, &first);
		if (ret)
			continue;
		mc_wait_flip(lit.kms, &second);
		igt_assert_neq(first.sequence, second.sequence);
	}
	igt_assert_lte(1, busy);
}

static void test_user_data(void)
{
	struct lit lit;
	uint64_t i;

	light(&lit, 640, 480);
	for (i = 1; i < 10; i++) {
		struct mc_commit commit = {
			.fb = lit.fb,
			.flags = DRM_MODE_ATOMIC_NONBLOCK |
				 DRM_MODE_PAGE_FLIP_EVENT,
			.user_data = i << 40 | i,
		};
		struct mc_flip flip;

		mc_expect(mc_commit_errno(lit.kms, &commit), 0);
		mc_wait_flip(lit.kms, &flip);
		igt_assert_eq_u64(flip.user_data, commit.user_data);
	}
}

static void test_legacy(void)
{
	int card = mc_card_open();
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	struct mc_fb *other = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	struct mc_flip flip;
	drmModeCrtcPtr crtc;
	int i;

	igt_assert_eq(drmModeSetCrtc(card, kms->crtc, fb->id, 0, 0,
				     &kms->connector, 1, &mode), 0);
	crtc = drmModeGetCrtc(card, kms->crtc);
	igt_assert(crtc && crtc->mode_valid);
	igt_assert_eq_u32(crtc->buffer_id, fb->id);
	igt_assert_eq_u32(crtc->width, 640);
	drmModeFreeCrtc(crtc);
	for (i = 0; i < 20; i++) {
		igt_assert_eq(drmModePageFlip(card, kms->crtc,
					      i % 2 ? fb->id : other->id,
					      DRM_MODE_PAGE_FLIP_EVENT,
					      (void *)(uintptr_t)(i + 1)), 0);
		mc_wait_flip(kms, &flip);
		igt_assert_eq_u64(flip.user_data, i + 1);
	}
	igt_assert_eq(drmModeSetCrtc(card, kms->crtc, 0, 0, 0, NULL, 0, NULL),
		      0);
	igt_assert(drmModePageFlip(card, kms->crtc, fb->id, 0, NULL));
}

static void test_fb_removed(void)
{
	struct lit lit;
	drmModeCrtcPtr crtc;

	/* Removing what is shown switches the CRTC off, as clients expect. */
	light(&lit, 640, 480);
	igt_assert_eq(drmModeRmFB(lit.card, lit.fb->id), 0);
	crtc = drmModeGetCrtc(lit.card, lit.kms->crtc);
	igt_assert(crtc);
	igt_assert_eq_u32(crtc->buffer_id, 0);
	drmModeFreeCrtc(crtc);
}

static void test_disconnected(void)
{
	struct mc_flip flip;
	struct lit lit;
	int i;

	/* Also without a monitor what a client does completes. */
	light(&lit, 640, 480);
	igt_assert(!mc_connected(lit.card, lit.kms->connector));
	for (i = 0; i < 10; i++) {
		mc_flip(lit.kms, lit.fb, NULL, 0);
		mc_wait_flip(lit.kms, &flip);
	}
	mc_off(lit.kms);
	mc_light(lit.kms, &lit.mode, lit.fb);
	mc_show(lit.kms, lit.fb, NULL, 0);
}

/* A point of a timeline signals when the commit behind it is done. */
static void test_syncobj(void)
{
	uint32_t binary, timeline;
	uint64_t point = 5, now;
	struct mc_commit commit;
	int32_t fence = -1;
	struct lit lit;

	light(&lit, 640, 480);
	igt_assert_eq(drmSyncobjCreate(lit.card, 0, &binary), 0);
	igt_assert_eq(drmSyncobjCreate(lit.card, 0, &timeline), 0);
	commit = (struct mc_commit) {
		.fb = lit.fb,
		.out_fence = &fence,
		.flags = DRM_MODE_ATOMIC_NONBLOCK,
	};
	mc_expect(mc_commit_errno(lit.kms, &commit), 0);
	igt_assert_fd(fence);
	igt_assert_eq(drmSyncobjImportSyncFile(lit.card, binary, fence), 0);
	close(fence);
	igt_assert_eq(drmSyncobjTransfer(lit.card, timeline, point, binary, 0,
					 0), 0);
	igt_assert_eq(drmSyncobjTimelineWait(lit.card, &timeline, &point, 1,
					     mc_now_ns() + 5000000000ll, 0,
					     NULL), 0);
	igt_assert_eq(drmSyncobjQuery(lit.card, &timeline, &now, 1), 0);
	igt_assert_eq_u64(now, point);
	drmSyncobjDestroy(lit.card, binary);
	drmSyncobjDestroy(lit.card, timeline);
}

/*
 * Lines of 256 bytes and 16 lines: what GPUs and encoders want to have. But those that
 * may be cursors have lines without padding, as the legacy cursor call expects.
 */
static void test_dumb_buffers(void)
{
	static const struct {
		uint32_t width, height, bpp, pitch, lines;
	} rows[] = {
		{ 1920, 1080, 32, 7680, 1088 }, { 3840, 2160, 32, 15360, 2160 },
		{ 1366, 768, 32, 5632, 768 }, { 1600, 1068, 32, 6400, 1072 },
		{ 3440, 1440, 32, 13824, 1440 }, { 853, 480, 16, 1792, 480 },
		{ 64, 64, 32, 256, 64 }, { 1, 1, 32, 4, 16 },
		{ 48, 50, 32, 192, 64 }, { 255, 256, 32, 1020, 256 },
		{ 48, 257, 32, 256, 272 }, { 257, 48, 32, 1280, 48 },
		{ 48, 48, 24, 256, 48 }, { 1, 1, 1, 256, 16 },
		{ 2049, 17, 8, 2304, 32 },
	};
	/* Of 4 GiB and more, padding included. */
	static const struct drm_mode_create_dumb huge[] = {
		{ .width = 0x40000000, .height = 1, .bpp = 32 },
		{ .width = 0x3fffffff, .height = 1, .bpp = 32 },
		{ .width = 1, .height = 0xffffffff, .bpp = 8 },
		{ .width = 1, .height = 1 << 24, .bpp = 32 },
		{ .width = 65536, .height = 65535, .bpp = 8 },
	};
	uint64_t page = sysconf(_SC_PAGESIZE), bytes;
	int card = mc_card_open();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct drm_mode_create_dumb dumb = {
			.width = rows[i].width, .height = rows[i].height,
			.bpp = rows[i].bpp,
		};

		mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MODE_CREATE_DUMB,
					 &dumb), 0);
		bytes = (uint64_t)rows[i].pitch * rows[i].lines;
		igt_assert_eq_u32(dumb.pitch, rows[i].pitch);
		igt_assert_eq_u64(dumb.size, (bytes + page - 1) / page * page);
		igt_assert_eq(drmModeDestroyDumbBuffer(card, dumb.handle), 0);
	}
	for (i = 0; i < ARRAY_SIZE(huge); i++) {
		struct drm_mode_create_dumb dumb = huge[i];

		mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MODE_CREATE_DUMB,
					 &dumb),
			  -EINVAL);
	}
	close(card);
}

/* Mode sets, flips and disables in any order complete. */
static void test_on_and_off(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct lit lit;
	int i;

	light(&lit, 640, 480);
	for (i = 0; i < 20; i++) {
		mc_flip(lit.kms, lit.fb, NULL, 0);
		if (i % 2)
			mc_off(lit.kms);
		else
			mc_expect(mc_commit_errno(lit.kms, &off), 0);
		mc_wait_flip(lit.kms, NULL);
		if (i % 2)
			mc_light(lit.kms, &lit.mode, lit.fb);
		else
			mc_expect(mc_commit_errno(lit.kms, &on), 0);
	}
}

static const struct mc_subtest subtests[] = {
	{ "resources",
	  "Each target is a connector, a CRTC, an encoder and two planes.",
	  test_resources },
	{ "routing", "Targets share nothing.", test_routing },
	{ "capabilities",
	  "Dumb buffers, PRIME, cursor size, timelines, no shadow.",
	  test_capabilities },
	{ "properties", "Immutable properties are standard ones.",
	  test_properties },
	{ "formats",
	  "Every target shows the same formats, explicitly linear.",
	  test_formats },
	{ "blend-modes",
	  "Planes say how alpha is read: premultiplied, on the primary also not.",
	  test_blend_modes },
	{ "plane-checks",
	  "The primary plane is unscaled, from whole pixels.",
	  test_plane_checks },
	{ "cursor-checks", "Cursors are at most 256x256, anywhere.",
	  test_cursor_checks },
	{ "cursor-format", "Cursors are ARGB8888.", test_cursor_format },
	{ "mode-checks",
	  "Modes are progressive, within the device's size and rate.",
	  test_mode_checks },
	{ "mode-stereo", "Stereo modes are refused.", test_mode_stereo },
	{ "mode-limits",
	  "With a monitor any mode within the context's limits can be set.",
	  test_mode_limits },
	{ "framebuffers",
	  "Framebuffers beyond their memory or of other formats are refused.",
	  test_framebuffers },
	{ "dumb-buffers",
	  "Dumb buffers have lines of 256 bytes, and 16 lines; cursors do not.",
	  test_dumb_buffers },
	{ "fb-modifiers",
	  "Framebuffers with a modifier other than linear are refused.",
	  test_modifiers },
	{ "vblank-times",
	  "Vblanks come at whole periods, whatever the load.",
	  test_vblank_times },
	{ "vblank-idle",
	  "The vblank count goes on while nobody looks.", test_vblank_idle },
	{ "vblank-rates", "Flips are paced by the mode's rate.",
	  test_vblank_rates },
	{ "flips", "Flips complete in order.", test_flips },
	{ "flip-busy", "A flip on top of a pending one is EBUSY.",
	  test_flip_busy },
	{ "user-data", "Flip events carry what the client gave.",
	  test_user_data },
	{ "legacy", "The legacy mode set and page flip calls work.",
	  test_legacy },
	{ "fb-removed", "Removing the shown framebuffer ends the picture.",
	  test_fb_removed },
	{ "disconnected",
	  "A target without monitor takes mode sets and flips.",
	  test_disconnected },
	{ "syncobj", "Synchronisation objects and timelines take fences.",
	  test_syncobj },
	{ "on-and-off", "Flips complete around power changes.",
	  test_on_and_off },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_kms_cursor);
	mc_subtests(mc_kms_gamma);
	mc_subtests(mc_kms_more);
	mc_subtests(mc_kms_planes);
	mc_subtests(mc_kms_prompt);
}
