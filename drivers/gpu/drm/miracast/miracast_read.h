/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPU access to what a target shows.
 */
#ifndef _MIRACAST_READ_H_
#define _MIRACAST_READ_H_

#include <linux/ktime.h>
#include <linux/types.h>

struct drm_framebuffer;
struct miracast_capture;
struct miracast_target;

/**
 * struct miracast_read - CPU access to an imported framebuffer that is shown
 * @fb: the framebuffer, with a reference, or NULL
 * @flips: what was shown when access began
 */
struct miracast_read {
	struct drm_framebuffer *fb;
	u64 flips;
};

/**
 * struct miracast_read_reason - What the scanout is to be read for
 * @now: vblank at which a commit made now would be scanned out
 * @time: time of that vblank
 * @paced: see struct miracast_attempt
 */
struct miracast_read_reason {
	u64 now;
	ktime_t time;
	bool paced;
};

void miracast_read_begin(struct miracast_target *target,
			 const struct miracast_read_reason *reason,
			 struct miracast_read *read);
bool miracast_read_allowed(const struct miracast_read *read,
			   const struct miracast_capture *capture);
void miracast_read_end(struct miracast_read *read);

#endif
