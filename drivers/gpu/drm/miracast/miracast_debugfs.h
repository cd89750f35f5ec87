/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debugfs.
 */
#ifndef _MIRACAST_DEBUGFS_H_
#define _MIRACAST_DEBUGFS_H_

struct drm_minor;

void miracast_debugfs_init(struct drm_minor *minor);

#endif
