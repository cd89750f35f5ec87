// SPDX-License-Identifier: MIT
/*
 * Faults in CREATE_DUMB.
 */
#include "miracast_faults.h"

#define WIDTH 640
#define HEIGHT 480

struct dumb {
	int card;
	struct drm_mode_create_dumb arg;
};

static void prepare_dumb(void *data)
{
	struct dumb *dumb = data;

	dumb->arg = (struct drm_mode_create_dumb) {
		.width = WIDTH, .height = HEIGHT, .bpp = 32,
	};
}

static int call_dumb(void *data)
{
	struct dumb *dumb = data;

	return mc_ioctl_errno(dumb->card, DRM_IOCTL_MODE_CREATE_DUMB, &dumb->arg);
}

static void undo_dumb(void *data)
{
	struct dumb *dumb = data;
	struct drm_mode_destroy_dumb arg = { .handle = dumb->arg.handle };

	mc_expect(mc_ioctl_errno(dumb->card, DRM_IOCTL_MODE_DESTROY_DUMB, &arg), 0);
}

static void test_dumb(void)
{
	struct dumb dumb = { .card = mc_card_open() };
	struct mc_victim victim = {
		.name = "CREATE_DUMB",
		.prepare = prepare_dumb,
		.call = call_dumb,
		.undo = undo_dumb,
		.data = &dumb,
		.card = dumb.card,
		/* No memory for the inode of its file. */
		.also = -ENOSPC,
		/* The object, its file, and its handle. */
		.at_least = { 3 },
	};

	mc_faults_require();
	mc_faults_drive(&victim, MC_FAULT_MEMORY);
}

const struct mc_subtest mc_faults_dumb[] = {
	{ "dumb", "A dumb buffer that cannot be had is ENOMEM.", test_dumb },
	{}
};
