/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frame CRCs of a target.
 */
#ifndef _MIRACAST_CRC_H_
#define _MIRACAST_CRC_H_

#include <linux/types.h>
#include <linux/workqueue.h>

struct drm_crtc;
struct miracast_read;
struct miracast_target;

/**
 * struct miracast_crc - CRC of the picture of a target
 * @enabled: CRCs are read; a vblank reference is held
 * @pending: vblanks @first to @last have no CRC yet; guarded by the target's
 *	spinlock
 * @first: first vblank without a CRC
 * @last: last vblank without a CRC
 * @serial: of the picture that @value was computed for, see struct miracast_capture;
 *	guarded by the capture lock
 * @value: the CRC; guarded by the capture lock
 * @work: computes CRCs
 */
struct miracast_crc {
	bool enabled;
	bool pending;
	u64 first;
	u64 last;
	u64 serial;
	u32 value;
	struct work_struct work;
};

void miracast_crc_init(struct miracast_target *target);
void miracast_crc_fini(struct miracast_target *target);
void miracast_crc_keep(struct miracast_target *target);
void miracast_crc_tick(struct miracast_target *target);
void miracast_crc_update(struct miracast_target *target,
			 const struct miracast_read *read);

const char *const *miracast_crc_sources(struct drm_crtc *crtc, size_t *count);
int miracast_crc_verify_source(struct drm_crtc *crtc, const char *source,
			       size_t *values);
int miracast_crc_set_source(struct drm_crtc *crtc, const char *source);

#endif
