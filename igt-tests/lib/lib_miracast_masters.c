// SPDX-License-Identifier: MIT
/*
 * DRM masters, the control file, and /dev/miracast.
 */
#include <fcntl.h>

#include "lib_miracast_masters.h"

int mc_card_open_bystander(void)
{
	int fd = mc_card_open_errno("miracast");

	igt_assert_f(fd >= 0, "no miracast device\n");
	return fd;
}

void mc_two_masters(int cards[2])
{
	cards[0] = mc_card_open();
	cards[1] = mc_card_open();
	igt_assert(drmIsMaster(cards[0]));
	igt_assert(!drmIsMaster(cards[1]));
}

void mc_switch_master(int from, int to)
{
	igt_assert_eq(drmDropMaster(from), 0);
	igt_assert_eq(drmSetMaster(to), 0);
}

int mc_node_open(void)
{
	int fd = open("/dev/miracast", O_RDWR | O_CLOEXEC);

	igt_assert_f(fd >= 0, "/dev/miracast: %m\n");
	return mc_keep(fd);
}

int mc_query_errno(int fd, struct drm_miracast_context_info *out)
{
	struct drm_miracast_query_context in = {};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_QUERY_CONTEXT, &in,
			   sizeof(in), out, sizeof(*out), NULL);
}

struct drm_miracast_context_info mc_query(int fd)
{
	struct drm_miracast_context_info info = {};

	mc_expect(mc_query_errno(fd, &info), 0);
	return info;
}

int mc_pin_errno(int control, uint64_t master)
{
	struct drm_miracast_pin in = { .master = master };

	return mc_io_errno(control, DRM_MIRACAST_CODE_PIN, &in, sizeof(in),
			   NULL, 0, NULL);
}

void mc_controlled(struct mc_controlled *controlled, int file,
		   const struct drm_miracast_create_context *limits)
{
	struct drm_miracast_create_context arg = mc_limits(640, 480, 3);

	if (limits)
		arg = *limits;
	arg.flags |= DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	mc_expect(mc_create_errno(file, &arg), 0);
	controlled->ctx = mc_ctx_from_fd(arg.context_fd);
	controlled->ctx->format = arg.format;
	controlled->control = arg.control_fd;
	mc_start(controlled->ctx);
	mc_arrive(controlled->ctx, arg.max_width, arg.max_height);
}

void mc_wait_picture_state(struct mc_ctx *ctx, uint32_t state)
{
	struct mc_message message;

	do {
		mc_wait_message(ctx, DRM_MIRACAST_MSG_PICTURE_STATE, &message);
		igt_assert_eq_u32(message.event.needs_completion, 0);
	} while (message.picture_state.picture_state != state);
}

uint32_t mc_picture_state(struct mc_ctx *ctx)
{
	return mc_query(ctx->fd).picture_state;
}
