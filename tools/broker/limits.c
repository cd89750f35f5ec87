// SPDX-License-Identifier: MIT
#include "limits.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "broker1.h"
#include "budget.h"

#define MEMBER(name) offsetof(struct drm_miracast_create_context, name)

/* Numbers are stored in their member; a "b" sets a flag, an "s" names a format. */
static const struct {
	const char *key;
	char type;
	size_t offset;
	uint32_t flag;
} limits[] = {
	{ "width", 'u', MEMBER(max_width), 0 },
	{ "height", 'u', MEMBER(max_height), 0 },
	{ "refresh-mhz", 'u', MEMBER(max_refresh_mhz), 0 },
	{ "buffers", 'u', MEMBER(buffer_count), 0 },
	{ "parts", 'u', MEMBER(parts), 0 },
	{ "connector-id", 'u', MEMBER(connector_id), 0 },
	{ "macroblock-rate", 't', MEMBER(max_macroblock_rate), 0 },
	{ "cursor-metadata", 'b', 0, DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA },
	{ "owner-buffers", 'b', 0, DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS },
	{ "format", 's', 0, 0 },
};

#define LIMITS (sizeof(limits) / sizeof(limits[0]))

static int read_value(sd_bus_message *call, size_t i, struct drm_miracast_create_context *want)
{
	const char type[] = { limits[i].type, '\0' };
	void *to = (char *)want + limits[i].offset;
	const char *format = "";
	int on = 0, ret;

	switch (limits[i].type) {
	case 'b':
		ret = sd_bus_message_read(call, "v", type, &on);
		want->flags |= on ? limits[i].flag : 0;
		return ret;
	case 's':
		ret = sd_bus_message_read(call, "v", type, &format);
		want->format = !strcmp(format, "NV12") ? DRM_FORMAT_NV12 : DRM_FORMAT_XRGB8888;
		if (ret >= 0 && strcmp(format, "NV12") && strcmp(format, "XRGB8888"))
			return -EINVAL;
		return ret;
	default:
		return sd_bus_message_read(call, "v", type, to);
	}
}

int limits_read(sd_bus_message *call, struct drm_miracast_create_context *want,
		sd_bus_error *error)
{
	bool seen[LIMITS] = { false };
	const char *key;
	size_t i;
	int ret;

	*want = (struct drm_miracast_create_context){
		.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL,
		.delivery = DRM_MIRACAST_DELIVERY_COPY,
		.format = DRM_FORMAT_XRGB8888,
		.buffer_count = 3,
		.parts = 1,
		.max_width = 1920,
		.max_height = 1080,
		.max_refresh_mhz = 60000,
	};
	ret = sd_bus_message_enter_container(call, 'a', "{sv}");
	while (ret >= 0 && (ret = sd_bus_message_enter_container(call, 'e', "sv")) > 0) {
		ret = sd_bus_message_read(call, "s", &key);
		if (ret < 0)
			break;
		for (i = 0; i < LIMITS && strcmp(key, limits[i].key); i++)
			;
		if (i == LIMITS)
			return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
						 "Unknown limit '%.64s'.", key);
		if (seen[i] || read_value(call, i, want) < 0)
			return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
						 "Bad value of limit '%s', or two.", key);
		seen[i] = true;
		ret = sd_bus_message_exit_container(call);
	}
	return ret < 0 ? sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, "Bad limits.") : 0;
}

static int append_value(sd_bus_message *message, size_t i,
			const struct drm_miracast_create_context *granted)
{
	const char *key = limits[i].key, *from = (const char *)granted + limits[i].offset;
	uint32_t number;
	uint64_t wide;

	switch (limits[i].type) {
	case 'b':
		return sd_bus_message_append(message, "{sv}", key, "b",
					     (granted->flags & limits[i].flag) != 0);
	case 's':
		return sd_bus_message_append(message, "{sv}", key, "s",
					     granted->format == DRM_FORMAT_NV12 ? "NV12" :
					     "XRGB8888");
	case 't':
		memcpy(&wide, from, sizeof(wide));
		return sd_bus_message_append(message, "{sv}", key, "t", wide);
	default:
		memcpy(&number, from, sizeof(number));
		return sd_bus_message_append(message, "{sv}", key, "u", number);
	}
}

int limits_append(sd_bus_message *message, const struct drm_miracast_context_info *info)
{
	const struct drm_miracast_create_context granted = {
		.flags = info->flags,
		.format = info->format,
		.buffer_count = info->buffer_count,
		.parts = info->parts,
		.max_width = info->max_width,
		.max_height = info->max_height,
		.max_refresh_mhz = info->max_refresh_mhz,
		.connector_id = info->connector_id,
		.max_macroblock_rate = info->max_macroblock_rate,
	};
	int ret = 0;

	for (size_t i = 0; i < LIMITS && ret >= 0; i++)
		ret = append_value(message, i, &granted);
	return ret;
}

int limits_check(const struct drm_miracast_create_context *want,
		 const struct drm_miracast_query_caps *caps, uint64_t kept, sd_bus_error *error)
{
	/* One user never gets all targets, unless the device has only one. */
	uint32_t share = caps->targets_total > 1 ? LIMITS_SHARES : 1;
	uint64_t rate, memory;

	/* Within these, nothing below overflows; the driver checks the rest. */
	if (want->max_width > caps->max_width || want->max_height > caps->max_height ||
	    want->max_refresh_mhz > caps->max_refresh_mhz ||
	    want->buffer_count > caps->max_buffers)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"The limits are beyond what the device has.");
	rate = mc_budget_rate(want);
	memory = mc_budget_memory(want);
	if (rate > caps->macroblock_rate_total / share ||
	    memory > caps->picture_memory_total / share)
		return sd_bus_error_set(error, MC_BROKER_ERROR("QuotaExceeded"),
					"The limits are more than a user's share of the device.");
	if (memory && memory + kept > caps->picture_memory_total / share)
		return sd_bus_error_set(error, MC_BROKER_ERROR("QuotaExceeded"),
					"Pictures of an ended context of the user's are still open, and count.");
	return 0;
}
