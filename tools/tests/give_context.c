// SPDX-License-Identifier: MIT
/*
 * Creates a context and starts a program that has it as descriptor 3, as from a service.
 *
 * usage: give_context COMMAND [ARGUMENT]...
 */
#include <err.h>
#include <errno.h>
#include <unistd.h>

#include <drm_fourcc.h>

#include "context.h"
#include "device.h"

#define GIVEN	3

int main(int argc, char **argv)
{
	static const struct drm_miracast_create_context want = {
		.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER,
		.delivery = DRM_MIRACAST_DELIVERY_COPY,
		.format = DRM_FORMAT_XRGB8888,
		.buffer_count = 3,
		.parts = 1,
		.max_width = 1280,
		.max_height = 720,
		.max_refresh_mhz = 60000,
	};
	struct mc_context context;
	struct mc_device device;

	if (argc < 2)
		errx(2, "usage: give_context COMMAND [ARGUMENT]...");
	errno = -mc_device_open_node(NULL, &device);
	if (errno)
		err(1, "device");
	errno = -mc_context_create(device.fd, &want, &context);
	if (errno)
		err(1, "context");
	mc_device_close(&device);
	/* The context itself is closed at exec. */
	if (context.fd == GIVEN || dup2(context.fd, GIVEN) < 0)
		err(1, "descriptor %d", GIVEN);
	execvp(argv[1], argv + 1);
	err(1, "%s", argv[1]);
}
