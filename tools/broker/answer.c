// SPDX-License-Identifier: MIT
#include "answer.h"

#include <sys/sysmacros.h>
#include <systemd/sd-device.h>

#include "contexts.h"
#include "limits.h"

/* The node of a compositor, which connector and connector-id belong to. */
static int append_card(sd_bus_message *message, const struct drm_miracast_context_info *info)
{
	sd_device *device = NULL;
	const char *node;
	int ret = sd_device_new_from_devnum(&device, 'c',
					    makedev(info->card_major, info->card_minor));

	if (ret >= 0)
		ret = sd_device_get_devname(device, &node);
	/* One that is gone has no name; all else is as it was. */
	ret = ret < 0 ? 0 : sd_bus_message_append(message, "{sv}", "card", "s", node);
	sd_device_unref(device);
	return ret;
}

static int append_details(sd_bus_message *message, const struct context *context)
{
	int ret = sd_bus_message_open_container(message, 'a', "{sv}");

	if (ret >= 0)
		ret = sd_bus_message_append(message, "{sv}", "session", "s",
					    context->caller.session);
	/* A driver that has not answered since the broker was started is asked again later. */
	if (ret >= 0 && context->info.connector_name[0])
		ret = append_card(message, &context->info);
	if (ret >= 0 && context->info.connector_name[0])
		ret = limits_append(message, &context->info);
	return ret < 0 ? ret : sd_bus_message_close_container(message);
}

int answer_created(sd_bus_message *message, const struct context *context, int fd)
{
	int ret = sd_bus_message_append(message, "hus", fd, context->id,
					context->info.connector_name);

	return ret < 0 ? ret : append_details(message, context);
}

int answer_listed(sd_bus_message *message, const struct context *context)
{
	int ret = sd_bus_message_open_container(message, 'r', "uusa{sv}");

	if (ret >= 0)
		ret = sd_bus_message_append(message, "uus", context->id, context->caller.uid,
					    context->info.connector_name);
	if (ret >= 0)
		ret = append_details(message, context);
	return ret < 0 ? ret : sd_bus_message_close_container(message);
}

int answer_ended(sd_bus_message *message, const struct context *context, const char *reason)
{
	return sd_bus_message_append(message, "usa{sv}", context->id, reason, 2,
				     "connector", "s", context->info.connector_name,
				     "user", "u", context->caller.uid);
}
