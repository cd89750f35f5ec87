/* SPDX-License-Identifier: MIT */
/*
 * Thin wrappers of the DDI's calls. All that return an int return 0 or a negative errno.
 */
#ifndef LIB_MIRACAST_DDI_H
#define LIB_MIRACAST_DDI_H

#include "lib_miracast_card.h"

int mc_create_errno(int card, struct drm_miracast_create_context *arg);
int mc_io_errno(int fd, uint32_t code, const void *in, uint32_t in_size,
		void *out, uint32_t out_size, uint32_t *returned);
int mc_destroy_errno(int fd);
int mc_start_errno(int fd, uint64_t *session);
int mc_stop_errno(int fd);
int mc_depart_errno(int fd);
int mc_complete_errno(int fd, uint64_t number, uint32_t status);
int mc_request_frame_errno(int fd);
int mc_set_rate_errno(int fd, uint32_t max_picture_rate_mhz);
/* Also when the picture was revoked. */
int mc_release_errno(int fd, uint64_t buffer, uint64_t chunk_id);
/* The result of a release when the picture was revoked before. */
#define MC_REVOKED ((int)DRM_MIRACAST_RELEASE_RESULT_REVOKED)
/* An errno, 0, or MC_REVOKED; with a sync_file, or -1. */
int mc_release_fenced(int fd, uint64_t buffer, uint64_t chunk_id, int fence);
int mc_get_fence_errno(int fd, uint64_t buffer, uint64_t chunk_id, int *fence);
int mc_get_buffer_errno(int fd, uint64_t number,
			struct drm_miracast_buffer *out);
int mc_set_buffers_errno(int fd, const struct drm_miracast_owner_buffer *buffers,
			 uint32_t count);
/* @pixels and @out can be NULL. */
int mc_get_cursor_errno(int fd, void *pixels, uint32_t pixels_size,
			struct drm_miracast_cursor *out);
int mc_statistics_errno(int fd, struct drm_miracast_statistics *out);
int mc_arrive_errno(int fd, const struct drm_miracast_monitor_arrive *arg);

#endif /* LIB_MIRACAST_DDI_H */
