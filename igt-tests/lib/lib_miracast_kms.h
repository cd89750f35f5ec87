/* SPDX-License-Identifier: MIT */
/*
 * A KMS client: the objects of one target, and commits.
 */
#ifndef LIB_MIRACAST_KMS_H
#define LIB_MIRACAST_KMS_H

#include "lib_miracast_fb.h"

/* Property ids; those of planes are the same for every plane. */
struct mc_props {
	uint32_t fb_id, crtc_id;
	uint32_t src_x, src_y, src_w, src_h;
	uint32_t crtc_x, crtc_y, crtc_w, crtc_h;
	uint32_t damage, active, mode_id, in_fence, out_fence;
	uint32_t gamma_lut;
};

struct mc_kms {
	int card;
	uint32_t connector, crtc, primary, cursor;
	unsigned int crtc_index;
	struct mc_props props;
	drmModeModeInfo mode;
};

/* Takes the card of @card as client; connector 0: the first. */
struct mc_kms *mc_kms(int card, uint32_t connector);
uint32_t mc_property(int card, uint32_t object, uint32_t type,
		     const char *name);
uint64_t mc_property_value(int card, uint32_t object, uint32_t type,
			   const char *name);
/* Contents of a blob property; NULL when there is none. */
void *mc_property_blob(int card, uint32_t object, uint32_t type,
		       const char *name, size_t *size);
drmModeConnector *mc_connector(int card, uint32_t connector);
bool mc_connected(int card, uint32_t connector);
/*
 * Waits until the connector has this status: a monitor that replaces another one appears a
 * little later. @card must be master.
 */
void mc_wait_connected(int card, uint32_t connector, bool connected);
/* The status that the kernel knows, without a probe. */
bool mc_status_is(int card, uint32_t connector, drmModeConnection want);
void mc_wait_status(int card, uint32_t connector, drmModeConnection want);
uint64_t mc_mode_mhz(const drmModeModeInfo *mode);
/* Looks the mode up in the connector's list; @mhz 0: any. */
bool mc_find_mode(int card, uint32_t connector, uint32_t width, uint32_t height,
		  uint32_t mhz, drmModeModeInfo *mode);
/* Invents timings. */
drmModeModeInfo mc_make_mode(uint32_t width, uint32_t height, uint32_t mhz);
/* Path of a file that DRM core has in debugfs for a connector. */
void mc_connector_path(char *path, size_t size, int card, uint32_t connector,
		       const char *file);

/* One atomic commit; members that are zero or NULL change nothing. */
struct mc_commit {
	const drmModeModeInfo *mode;	/* set this mode and all routing */
	bool off;			/* take the mode, planes and routing away */
	int active;			/* 1 on, -1 off */
	const struct mc_fb *fb;
	bool no_primary;		/* take the primary plane off */
	uint32_t src_x, src_y;		/* with fb */
	uint32_t src_fraction;		/* of src_x, 1/65536 pixels */
	uint32_t src_w, src_h;		/* default: the mode's */
	int32_t crtc_x, crtc_y;
	uint32_t crtc_w, crtc_h;	/* default: the mode's */
	const struct drm_mode_rect *clips;
	uint32_t clip_count;
	const struct mc_fb *cursor;
	bool no_cursor;
	int32_t cursor_x, cursor_y;
	uint32_t cursor_src_x, cursor_src_y;
	uint32_t cursor_w, cursor_h;	/* default: the framebuffer's */
	const struct drm_color_lut *gamma;
	size_t gamma_bytes;		/* default: 256 entries */
	bool no_gamma;
	int32_t *out_fence;		/* set to a sync file; the caller's */
	const int *in_fence;		/* a sync file that the framebuffer waits for */
	uint32_t flags;
	uint64_t user_data;
};

int mc_commit_errno(struct mc_kms *kms, const struct mc_commit *commit);
/* Blocking mode set, without cursor and gamma. */
void mc_light(struct mc_kms *kms, const drmModeModeInfo *mode,
	      const struct mc_fb *fb);
void mc_off(struct mc_kms *kms);
/* The legacy calls, which wait for no commit; NULL: no cursor. */
void mc_set_cursor(struct mc_kms *kms, const struct mc_fb *cursor);
void mc_move_cursor(struct mc_kms *kms, int32_t x, int32_t y);
/* Non-blocking flip with event; clips can be NULL. */
void mc_flip(struct mc_kms *kms, const struct mc_fb *fb,
	     const struct drm_mode_rect *clips, uint32_t count);

#endif /* LIB_MIRACAST_KMS_H */
