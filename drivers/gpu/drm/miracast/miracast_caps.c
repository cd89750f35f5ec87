// SPDX-License-Identifier: GPL-2.0
/*
 * What the device offers: capabilities, budget and formats.
 *
 * Nothing here changes anything; figures of the budget are a snapshot.
 */
#include <linux/device.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_fourcc.h>

#include "miracast_caps.h"
#include "miracast_drv.h"
#include "miracast_monitor.h"
#include "miracast_stream.h"
#include "miracast_target.h"
#include "miracast_user.h"

#define COPY	BIT(DRM_MIRACAST_DELIVERY_COPY)
#define DIRECT	BIT(DRM_MIRACAST_DELIVERY_DIRECT)

/* DIRECT has the formats of the primary plane. */
static const struct drm_miracast_format formats[] = {
	{ .fourcc = DRM_FORMAT_XRGB8888, .deliveries = COPY | DIRECT },
	{ .fourcc = DRM_FORMAT_NV12, .deliveries = COPY },
	{ .fourcc = DRM_FORMAT_XBGR8888, .deliveries = DIRECT },
	{ .fourcc = DRM_FORMAT_ARGB8888, .deliveries = DIRECT },
	{ .fourcc = DRM_FORMAT_ABGR8888, .deliveries = DIRECT },
	{ .fourcc = DRM_FORMAT_RGB565, .deliveries = DIRECT },
};

/**
 * miracast_caps - List the capabilities of a device
 * @mdev: the device
 *
 * Return: mask of enum drm_miracast_caps.
 */
u32 miracast_caps(const struct miracast_device *mdev)
{
	return DRM_MIRACAST_CAP_DIRECT | DRM_MIRACAST_CAP_NV12 |
	       DRM_MIRACAST_CAP_PARTS | DRM_MIRACAST_CAP_CURSOR_METADATA |
	       DRM_MIRACAST_CAP_OWNER_BUFFERS |
	       (mdev->hdcp ? DRM_MIRACAST_CAP_HDCP : 0);
}

/* The flags that CREATE_CONTEXT knows on a device. */
static u32 context_flags(const struct miracast_device *mdev)
{
	u32 flags = MIRACAST_CONTEXT_FLAGS;

	if (!mdev->hdcp)
		flags &= ~DRM_MIRACAST_CONTEXT_FLAG_HDCP;

	return flags;
}

/**
 * miracast_card_number - Get the device number of the card node
 * @mdev: the device, registered
 *
 * Return: the number.
 */
dev_t miracast_card_number(const struct miracast_device *mdev)
{
	return mdev->drm.primary->kdev->devt;
}

/**
 * miracast_caps_copy_offered - Check whether COPY can deliver a format
 * @fourcc: DRM format
 * @modifier: DRM format modifier
 * @color: colors
 *
 * Return: true when it can.
 */
bool miracast_caps_copy_offered(u32 fourcc, u64 modifier,
				const struct drm_miracast_color *color)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i].deliveries & COPY &&
		    formats[i].fourcc == fourcc &&
		    formats[i].modifier == modifier &&
		    !memcmp(&formats[i].color, color, sizeof(*color)))
			return true;

	return false;
}

static u32 count_free_targets(struct miracast_device *mdev)
{
	unsigned int i;
	u32 count = 0;

	for (i = 0; i < mdev->target_count; i++)
		count += !READ_ONCE(mdev->targets[i]->stream);

	return count;
}

/* As many formats as there is room for. */
static int write_formats(const struct drm_miracast_query_caps *args)
{
	if (!args->formats)
		return 0;

	return miracast_user_write_array(args->formats,
					 min_t(u32, args->format_count,
					       ARRAY_SIZE(formats)),
					 args->format_stride, formats,
					 sizeof(formats[0]));
}

/**
 * miracast_query_caps - QUERY_CAPS
 * @mdev: the device, registered
 * @io_control_codes: mask of the codes of IO_CONTROL that the device has
 * @args: arguments and results
 *
 * Sleeps.
 *
 * Return: 0, -EINVAL, -E2BIG or -EFAULT.
 */
int miracast_query_caps(struct miracast_device *mdev, u64 io_control_codes,
			struct drm_miracast_query_caps *args)
{
	const struct miracast_resources *total = &mdev->budget.total;
	dev_t card = miracast_card_number(mdev);
	struct miracast_resources free;
	int ret;

	if (args->flags)
		return -EINVAL;
	ret = write_formats(args);
	if (ret)
		return ret;

	miracast_budget_snapshot(&mdev->budget, &free);
	*args = (struct drm_miracast_query_caps) {
		.format_stride = args->format_stride,
		.formats = args->formats,
		.format_count = ARRAY_SIZE(formats),
		.abi_major = DRM_MIRACAST_ABI_MAJOR,
		.abi_minor = DRM_MIRACAST_ABI_MINOR,
		.caps = miracast_caps(mdev),
		.io_control_codes = io_control_codes,
		.event_bytes_max = MIRACAST_EVENT_BYTES_MAX,
		.card_major = MAJOR(card),
		.card_minor = MINOR(card),
		.context_flags = context_flags(mdev),
		.targets_total = mdev->target_count,
		.targets_free = count_free_targets(mdev),
		.encoder_slots_total = total->slots,
		.encoder_slots_free = free.slots,
		.macroblock_rate_total = total->macroblock_rate,
		.macroblock_rate_free = free.macroblock_rate,
		.picture_memory_total = total->memory_bytes,
		.picture_memory_free = free.memory_bytes,
		.max_width = MIRACAST_MAX_WIDTH,
		.max_height = MIRACAST_MAX_HEIGHT,
		.min_refresh_mhz = MIRACAST_MIN_REFRESH_MHZ,
		.max_refresh_mhz = MIRACAST_MAX_REFRESH_MHZ,
		.max_edid_blocks = MIRACAST_MAX_EDID_BLOCKS,
		.max_modes = MIRACAST_MAX_MODES,
		.min_buffers = MIRACAST_MIN_BUFFERS,
		.max_buffers = MIRACAST_MAX_BUFFERS,
		.max_parts = MIRACAST_MAX_PARTS,
		.max_clips = DRM_MIRACAST_MAX_CLIPS,
		.cursor_width = MIRACAST_CURSOR_SIZE,
		.cursor_height = MIRACAST_CURSOR_SIZE,
	};

	return 0;
}
