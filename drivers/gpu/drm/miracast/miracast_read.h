/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPU access to the framebuffer on the screen of a target.
 */
#ifndef _MIRACAST_READ_H_
#define _MIRACAST_READ_H_

#include <linux/types.h>

struct drm_framebuffer;
struct miracast_capture;
struct miracast_due;
struct miracast_target;

/**
 * struct miracast_read - CPU access to an imported framebuffer that is shown
 * @fb: the framebuffer, with a reference, or NULL
 * @flips: of struct miracast_capture when access began
 */
struct miracast_read {
	struct drm_framebuffer *fb;
	u64 flips;
};

void miracast_read_begin(struct miracast_target *target,
			 const struct miracast_due *reason,
			 struct miracast_read *read);
bool miracast_read_allowed(const struct miracast_read *read,
			   const struct miracast_capture *capture);
void miracast_read_end(struct miracast_read *read);

#endif
