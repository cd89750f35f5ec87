// SPDX-License-Identifier: MIT
/*
 * A KMS client: finds the objects of one target and commits. Waiting for flips is
 * in lib_miracast_flips.c.
 */
#include "lib_miracast_kms.h"

/* Properties */

static bool find_property(int card, uint32_t object, uint32_t type,
			  const char *name, uint32_t *id, uint64_t *value)
{
	drmModeObjectPropertiesPtr all =
		drmModeObjectGetProperties(card, object, type);
	bool found = false;
	uint32_t i;

	for (i = 0; all && i < all->count_props && !found; i++) {
		drmModePropertyPtr property =
			drmModeGetProperty(card, all->props[i]);

		if (property && !strcmp(property->name, name)) {
			*id = property->prop_id;
			*value = all->prop_values[i];
			found = true;
		}
		drmModeFreeProperty(property);
	}
	drmModeFreeObjectProperties(all);
	return found;
}

uint32_t mc_property(int card, uint32_t object, uint32_t type, const char *name)
{
	uint64_t value;
	uint32_t id;

	return find_property(card, object, type, name, &id, &value) ? id : 0;
}

uint64_t mc_property_value(int card, uint32_t object, uint32_t type,
			   const char *name)
{
	uint64_t value = 0;
	uint32_t id;

	igt_assert_f(find_property(card, object, type, name, &id, &value),
		     "object %u has no property \"%s\"\n", object, name);
	return value;
}

void *mc_property_blob(int card, uint32_t object, uint32_t type,
		       const char *name, size_t *size)
{
	uint64_t id = mc_property_value(card, object, type, name);
	drmModePropertyBlobPtr blob;
	void *copy;

	*size = 0;
	if (!id)
		return NULL;
	blob = drmModeGetPropertyBlob(card, id);
	igt_assert(blob);
	copy = malloc(blob->length);
	igt_assert(copy);
	memcpy(copy, blob->data, blob->length);
	*size = blob->length;
	drmModeFreePropertyBlob(blob);
	return copy;
}

/* Objects */

static const struct {
	const char *name;
	size_t offset;
} property_ids[] = {
#define ID(member, name) { name, offsetof(struct mc_kms, props.member) }
	ID(fb_id, "FB_ID"), ID(crtc_id, "CRTC_ID"),
	ID(src_x, "SRC_X"), ID(src_y, "SRC_Y"),
	ID(src_w, "SRC_W"), ID(src_h, "SRC_H"),
	ID(crtc_x, "CRTC_X"), ID(crtc_y, "CRTC_Y"),
	ID(crtc_w, "CRTC_W"), ID(crtc_h, "CRTC_H"),
	ID(damage, "FB_DAMAGE_CLIPS"), ID(in_fence, "IN_FENCE_FD"),
#undef ID
};

static void find_plane(struct mc_kms *kms, uint32_t id)
{
	drmModePlanePtr plane = drmModeGetPlane(kms->card, id);
	uint64_t type;

	igt_assert(plane);
	if (plane->possible_crtcs & 1u << kms->crtc_index) {
		type = mc_property_value(kms->card, id, DRM_MODE_OBJECT_PLANE,
					 "type");
		if (type == DRM_PLANE_TYPE_PRIMARY)
			kms->primary = id;
		else if (type == DRM_PLANE_TYPE_CURSOR)
			kms->cursor = id;
	}
	drmModeFreePlane(plane);
}

static void find_crtc(struct mc_kms *kms, drmModeResPtr resources)
{
	drmModeConnectorPtr connector =
		drmModeGetConnectorCurrent(kms->card, kms->connector);
	drmModeEncoderPtr encoder;
	int i;

	igt_assert(connector);
	igt_assert(connector->count_encoders >= 1);
	encoder = drmModeGetEncoder(kms->card, connector->encoders[0]);
	igt_assert(encoder);
	for (i = 0; i < resources->count_crtcs; i++) {
		if (encoder->possible_crtcs & 1u << i) {
			kms->crtc = resources->crtcs[i];
			kms->crtc_index = i;
			break;
		}
	}
	igt_assert(kms->crtc);
	drmModeFreeEncoder(encoder);
	drmModeFreeConnector(connector);
}

static void find_properties(struct mc_kms *kms)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(property_ids); i++)
		*(uint32_t *)((char *)kms + property_ids[i].offset) =
			mc_property(kms->card, kms->primary,
				    DRM_MODE_OBJECT_PLANE,
				    property_ids[i].name);
	kms->props.active = mc_property(kms->card, kms->crtc,
					DRM_MODE_OBJECT_CRTC, "ACTIVE");
	kms->props.mode_id = mc_property(kms->card, kms->crtc,
					 DRM_MODE_OBJECT_CRTC, "MODE_ID");
	kms->props.out_fence = mc_property(kms->card, kms->crtc,
					   DRM_MODE_OBJECT_CRTC,
					   "OUT_FENCE_PTR");
	kms->props.gamma_lut = mc_property(kms->card, kms->crtc,
					   DRM_MODE_OBJECT_CRTC, "GAMMA_LUT");
	igt_assert(kms->props.fb_id && kms->props.crtc_id &&
		   kms->props.damage && kms->props.active &&
		   kms->props.mode_id && kms->props.out_fence);
}

struct mc_kms *mc_kms(int card, uint32_t connector)
{
	struct mc_kms *kms = calloc(1, sizeof(*kms));
	drmModePlaneResPtr planes;
	drmModeResPtr resources;
	uint32_t i;

	igt_assert(kms);
	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1),
		      0);
	igt_assert_eq(drmSetClientCap(card, DRM_CLIENT_CAP_ATOMIC, 1), 0);
	resources = drmModeGetResources(card);
	igt_assert(resources && resources->count_connectors);
	kms->card = card;
	kms->connector = connector ? connector : resources->connectors[0];
	find_crtc(kms, resources);
	drmModeFreeResources(resources);
	planes = drmModeGetPlaneResources(card);
	igt_assert(planes);
	for (i = 0; i < planes->count_planes; i++)
		find_plane(kms, planes->planes[i]);
	drmModeFreePlaneResources(planes);
	igt_assert(kms->primary && kms->cursor);
	find_properties(kms);
	return kms;
}

drmModeConnector *mc_connector(int card, uint32_t connector)
{
	drmModeConnector *info = drmModeGetConnector(card, connector);

	igt_assert_f(info, "connector %u: %m\n", connector);
	return info;
}

bool mc_connected(int card, uint32_t connector)
{
	drmModeConnector *info = mc_connector(card, connector);
	bool connected = info->connection == DRM_MODE_CONNECTED;

	drmModeFreeConnector(info);
	return connected;
}

void mc_connector_path(char *path, size_t size, int card, uint32_t connector,
		       const char *file)
{
	drmModeConnector *info = mc_connector(card, connector);
	int length = snprintf(path, size,
			      "/sys/kernel/debug/dri/%d/Virtual-%u/%s",
			      mc_card_minor(card), info->connector_type_id,
			      file);

	drmModeFreeConnector(info);
	igt_assert(length > 0 && (size_t)length < size);
}

void mc_wait_connected(int card, uint32_t connector, bool connected)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;

	while (mc_connected(card, connector) != connected) {
		igt_assert_f(mc_now_ns() < end, "the connector does not %s\n",
			     connected ? "come" : "go");
		usleep(10000);
	}
}

bool mc_status_is(int card, uint32_t connector, drmModeConnection want)
{
	drmModeConnector *info = drmModeGetConnectorCurrent(card, connector);
	bool is = info && info->connection == want;

	drmModeFreeConnector(info);
	return is;
}

void mc_wait_status(int card, uint32_t connector, drmModeConnection want)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;

	while (!mc_status_is(card, connector, want) && mc_now_ns() < end)
		usleep(1000);
	igt_assert_f(mc_status_is(card, connector, want), "not %sconnected\n",
		     want == DRM_MODE_CONNECTED ? "" : "dis");
}

/* Modes */

uint64_t mc_mode_mhz(const drmModeModeInfo *mode)
{
	uint64_t pixels = (uint64_t)mode->htotal * mode->vtotal;

	return (mode->clock * 1000000ull + pixels / 2) / pixels;
}

static bool near(uint64_t got_mhz, uint64_t want_mhz)
{
	return got_mhz * 200 >= want_mhz * 199 &&
	       got_mhz * 200 <= want_mhz * 201;
}

bool mc_find_mode(int card, uint32_t connector, uint32_t width, uint32_t height,
		  uint32_t mhz, drmModeModeInfo *mode)
{
	drmModeConnector *info = mc_connector(card, connector);
	bool found = false;
	int i;

	for (i = 0; i < info->count_modes && !found; i++) {
		const drmModeModeInfo *each = &info->modes[i];

		found = each->hdisplay == width && each->vdisplay == height &&
			(!mhz || near(mc_mode_mhz(each), mhz));
		if (found && mode)
			*mode = *each;
	}
	drmModeFreeConnector(info);
	return found;
}

drmModeModeInfo mc_make_mode(uint32_t width, uint32_t height, uint32_t mhz)
{
	drmModeModeInfo mode = {
		.hdisplay = width,
		.hsync_start = width + 48,
		.hsync_end = width + 80,
		.htotal = width + 160,
		.vdisplay = height,
		.vsync_start = height + 3,
		.vsync_end = height + 9,
		.vtotal = height + 30,
		.vrefresh = (mhz + 500) / 1000,
		.flags = DRM_MODE_FLAG_PHSYNC | DRM_MODE_FLAG_NVSYNC,
		.type = DRM_MODE_TYPE_USERDEF,
	};

	mode.clock = (uint64_t)mode.htotal * mode.vtotal * mhz / 1000000;
	snprintf(mode.name, sizeof(mode.name), "%ux%u", width, height);
	return mode;
}

/* Commits */

static void put(drmModeAtomicReqPtr request, uint32_t object,
		uint32_t property, uint64_t value)
{
	igt_assert(drmModeAtomicAddProperty(request, object, property,
					    value) > 0);
}

static void put_plane(struct mc_kms *kms, drmModeAtomicReqPtr request,
		      uint32_t plane, const struct mc_fb *fb)
{
	put(request, plane, kms->props.fb_id, fb ? fb->id : 0);
	put(request, plane, kms->props.crtc_id, fb ? kms->crtc : 0);
}

static uint32_t or_else(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

static void put_primary(struct mc_kms *kms, drmModeAtomicReqPtr request,
			const struct mc_commit *commit,
			const drmModeModeInfo *mode)
{
	const struct mc_props *props = &kms->props;
	uint32_t plane = kms->primary;

	put_plane(kms, request, plane, commit->fb);
	put(request, plane, props->src_x,
	    ((uint64_t)commit->src_x << 16) + commit->src_fraction);
	put(request, plane, props->src_y, (uint64_t)commit->src_y << 16);
	put(request, plane, props->src_w,
	    (uint64_t)or_else(commit->src_w, mode->hdisplay) << 16);
	put(request, plane, props->src_h,
	    (uint64_t)or_else(commit->src_h, mode->vdisplay) << 16);
	put(request, plane, props->crtc_x, (int64_t)commit->crtc_x);
	put(request, plane, props->crtc_y, (int64_t)commit->crtc_y);
	put(request, plane, props->crtc_w,
	    or_else(commit->crtc_w, mode->hdisplay));
	put(request, plane, props->crtc_h,
	    or_else(commit->crtc_h, mode->vdisplay));
}

static void put_cursor(struct mc_kms *kms, drmModeAtomicReqPtr request,
		       const struct mc_commit *commit)
{
	const struct mc_fb *fb = commit->cursor;
	const struct mc_props *props = &kms->props;
	uint32_t plane = kms->cursor, width, height;

	put_plane(kms, request, plane, fb);
	if (!fb)
		return;
	width = or_else(commit->cursor_w, fb->width);
	height = or_else(commit->cursor_h, fb->height);
	put(request, plane, props->src_x, (uint64_t)commit->cursor_src_x << 16);
	put(request, plane, props->src_y, (uint64_t)commit->cursor_src_y << 16);
	put(request, plane, props->src_w, (uint64_t)width << 16);
	put(request, plane, props->src_h, (uint64_t)height << 16);
	put(request, plane, props->crtc_x, (int64_t)commit->cursor_x);
	put(request, plane, props->crtc_y, (int64_t)commit->cursor_y);
	put(request, plane, props->crtc_w, width);
	put(request, plane, props->crtc_h, height);
}

static void put_off(struct mc_kms *kms, drmModeAtomicReqPtr request)
{
	put_plane(kms, request, kms->primary, NULL);
	put_plane(kms, request, kms->cursor, NULL);
	put(request, kms->connector, kms->props.crtc_id, 0);
	put(request, kms->crtc, kms->props.mode_id, 0);
	put(request, kms->crtc, kms->props.active, 0);
}

static uint32_t make_blob(int card, const void *data, size_t size)
{
	uint32_t id = 0;

	igt_assert_eq(drmModeCreatePropertyBlob(card, data, size, &id), 0);
	return id;
}

int mc_commit_errno(struct mc_kms *kms, const struct mc_commit *commit)
{
	const drmModeModeInfo *mode = commit->mode ? commit->mode : &kms->mode;
	drmModeAtomicReqPtr request = drmModeAtomicAlloc();
	uint32_t mode_blob = 0, damage_blob = 0, gamma_blob = 0;
	uint32_t flags = commit->flags;
	int ret;

	igt_assert(request);
	if (commit->mode) {
		mode_blob = make_blob(kms->card, commit->mode,
				      sizeof(*commit->mode));
		put(request, kms->connector, kms->props.crtc_id, kms->crtc);
		put(request, kms->crtc, kms->props.mode_id, mode_blob);
		put(request, kms->crtc, kms->props.active, 1);
	}
	if (commit->off)
		put_off(kms, request);
	if (commit->active)
		put(request, kms->crtc, kms->props.active, commit->active > 0);
	if (commit->mode || commit->off || commit->active)
		flags |= DRM_MODE_ATOMIC_ALLOW_MODESET;
	if (commit->fb)
		put_primary(kms, request, commit, mode);
	if (commit->no_primary)
		put_plane(kms, request, kms->primary, NULL);
	if (commit->cursor || commit->no_cursor)
		put_cursor(kms, request, commit);
	if (commit->gamma)
		gamma_blob = make_blob(kms->card, commit->gamma,
				       commit->gamma_bytes ?
				       commit->gamma_bytes :
				       256 * sizeof(*commit->gamma));
	if (commit->gamma || commit->no_gamma)
		put(request, kms->crtc, kms->props.gamma_lut, gamma_blob);
	if (commit->out_fence)
		put(request, kms->crtc, kms->props.out_fence,
		    (uintptr_t)commit->out_fence);
	if (commit->in_fence)
		put(request, kms->primary, kms->props.in_fence,
		    (uint64_t)*commit->in_fence);
	if (commit->clip_count) {
		damage_blob = make_blob(kms->card, commit->clips,
					commit->clip_count *
					sizeof(*commit->clips));
		put(request, kms->primary, kms->props.damage, damage_blob);
	}
	ret = drmModeAtomicCommit(kms->card, request, flags,
				  (void *)(uintptr_t)commit->user_data);
	if (mode_blob)
		drmModeDestroyPropertyBlob(kms->card, mode_blob);
	if (gamma_blob)
		drmModeDestroyPropertyBlob(kms->card, gamma_blob);
	if (damage_blob)
		drmModeDestroyPropertyBlob(kms->card, damage_blob);
	drmModeAtomicFree(request);
	if (!ret && commit->mode && !(flags & DRM_MODE_ATOMIC_TEST_ONLY))
		kms->mode = *commit->mode;
	return ret;
}

void mc_light(struct mc_kms *kms, const drmModeModeInfo *mode,
	      const struct mc_fb *fb)
{
	/* Gamma tables, and cursors set by legacy calls, outlive the client that set them. */
	struct mc_commit commit = {
		.mode = mode,
		.fb = fb,
		.no_cursor = true,
		.no_gamma = kms->props.gamma_lut,
	};

	mc_expect(mc_commit_errno(kms, &commit), 0);
}

void mc_off(struct mc_kms *kms)
{
	struct mc_commit commit = { .off = true };

	mc_expect(mc_commit_errno(kms, &commit), 0);
}

void mc_set_cursor(struct mc_kms *kms, const struct mc_fb *cursor)
{
	igt_assert_eq(drmModeSetCursor(kms->card, kms->crtc,
				       cursor ? cursor->handle : 0,
				       cursor ? cursor->width : 0,
				       cursor ? cursor->height : 0), 0);
}

void mc_move_cursor(struct mc_kms *kms, int32_t x, int32_t y)
{
	igt_assert_eq(drmModeMoveCursor(kms->card, kms->crtc, x, y), 0);
}

void mc_flip(struct mc_kms *kms, const struct mc_fb *fb,
	     const struct drm_mode_rect *clips, uint32_t count)
{
	struct mc_commit commit = {
		.fb = fb,
		.clips = clips,
		.clip_count = count,
		.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
	};

	mc_expect(mc_commit_errno(kms, &commit), 0);
}
