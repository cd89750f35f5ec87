// SPDX-License-Identifier: MIT
#include "create.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connector.h"
#include "errors.h"
#include "mode_limits.h"
#include "number.h"
#include "report.h"
#include "targets.h"

#define MAX_CONNECTORS	64

/* Of a device that cannot be opened: what it lacks, the broker finds. */
static const struct drm_miracast_query_caps unknown_caps = {
	.max_width = UINT32_MAX, .max_height = UINT32_MAX, .max_refresh_mhz = UINT32_MAX,
	.macroblock_rate_total = UINT64_MAX, .picture_memory_total = UINT64_MAX,
};

static void fill_create(const struct owner_options *options,
			const struct drm_miracast_query_caps *caps,
			struct drm_miracast_create_context *want)
{
	bool nv12 = options->nv12 && caps->caps & DRM_MIRACAST_CAP_NV12;

	memset(want, 0, sizeof(*want));
	want->flags = options->follow_master ?
		      DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER :
		      DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	if (options->hdcp)
		want->flags |= DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	want->delivery = DRM_MIRACAST_DELIVERY_DIRECT;
	/* Most compositors show what a GPU has rendered, which is an import. */
	if (options->direct) {
		want->flags |= DRM_MIRACAST_CONTEXT_FLAG_TRUSTED;
	} else {
		want->delivery = DRM_MIRACAST_DELIVERY_COPY;
		want->format = nv12 ? DRM_FORMAT_NV12 : DRM_FORMAT_XRGB8888;
		want->buffer_count = options->buffers;
		want->parts = 1;
	}
	mc_monitor_limits(&options->monitor, caps, want);
	if (options->max.width) {
		want->max_macroblock_rate = 0;
		want->max_width = options->max.width;
		want->max_height = options->max.height;
		want->max_refresh_mhz = options->max.refresh_mhz;
	}
}

/* By what sysfs, since Linux 6.2, or debugfs knows. Return: 0 when neither does. */
static uint32_t known_id(uint32_t card, const char *path, const char *name,
			 bool *knows)
{
	struct mc_connector list[MAX_CONNECTORS];
	const struct target_line *line = NULL;
	struct target_file targets;
	const char *value;
	uint32_t id = 0;
	int count, i;

	count = mc_connectors_of_card(card, list, MAX_CONNECTORS);
	for (i = 0; i < count && i < MAX_CONNECTORS; i++) {
		*knows |= list[i].id;
		if (list[i].id && mc_connector_named(&list[i], name))
			return list[i].id;
	}
	if (!targets_read(&targets, path)) {
		*knows = true;
		line = targets_named(&targets, name);
		value = target_value(line, "connector_id");
		id = value ? (uint32_t)strtoul(value, NULL, 10) : 0;
	}
	targets_free(&targets);
	return id;
}

static int ask_card(const struct mc_device *device, const char *name,
		    uint32_t *id)
{
	struct mc_connector found;
	struct mc_device card;
	int ret;

	ret = mc_device_open_card(device, &card);
	if (ret)
		return ret;
	ret = mc_connector_find(card.fd, name, &found);
	mc_device_close(&card);
	if (!ret)
		*id = found.id;
	return ret;
}

/* Without the device there is no list of names. */
static enum exit_status number_connector(const char *name, uint32_t *id)
{
	uint64_t number;

	if (!number_parse(name, 1, UINT32_MAX, &number))
		return fail(EXIT_NO_PERMISSION,
			    "without permission to open the device, connector %s needs its id, a number",
			    name);
	*id = (uint32_t)number;
	return EXIT_OK;
}

/* The card is opened when nothing else helps: that could make it DRM master. */
static enum exit_status find_connector(const struct mc_device *device,
				       const struct drm_miracast_query_caps *caps,
				       const char *name, uint32_t *id)
{
	bool known = false;
	char path[32];
	int ret = 0;

	*id = 0;
	if (!name)
		return EXIT_OK;
	if (device->fd < 0)
		return number_connector(name, id);
	snprintf(path, sizeof(path), "/dev/dri/card%" PRIu32, caps->card_minor);
	*id = known_id(caps->card_minor, path, name, &known);
	if (!*id)
		ret = known ? -ENOENT : ask_card(device, name, id);
	if (ret == -ENOENT)
		return fail(EXIT_NO_CONNECTOR, "%s has no connector %s; see miracastctl list",
			    path, name);
	return ret ? fail_device(ret, path) : EXIT_OK;
}

/* Not fatal: a context without a name still works. */
static void name_connector(struct owner *owner)
{
	struct drm_miracast_context_info info;

	if (mc_query_context(owner->context.fd, &info))
		snprintf(owner->connector, sizeof(owner->connector),
			 "connector %" PRIu32, owner->context.connector_id);
	else
		snprintf(owner->connector, sizeof(owner->connector), "%s",
			 info.connector_name);
}

static enum exit_status create_on(struct owner *owner,
				  const struct mc_device *device)
{
	const struct owner_options *options = owner->options;
	struct drm_miracast_query_caps caps = unknown_caps;
	struct drm_miracast_create_context want;
	enum exit_status status;
	int ret;

	ret = device->fd < 0 ? 0 : mc_device_caps(device, &caps);
	if (ret)
		return fail_device(ret, device->path);
	fill_create(options, &caps, &want);
	owner->nv12 = want.format == DRM_FORMAT_NV12;
	status = mode_limits_check(&options->monitor, &want, &caps);
	if (status == EXIT_OK)
		status = find_connector(device, &caps, options->connector,
					&want.connector_id);
	if (status != EXIT_OK)
		return status;
	ret = options->broker == BROKER_YES || device->fd < 0 ? -EACCES :
	      mc_context_create(device->fd, &want, &owner->context);
	if ((ret == -EACCES || ret == -EPERM) && options->broker != BROKER_NO) {
		status = broker_create(&want, &caps, &owner->context, &owner->broker);
		if (status != EXIT_OK)
			return status;
	} else if (ret) {
		mc_device_caps(device, &caps);
		return fail_create(ret, &want, &caps, options->connector);
	}
	if (owner->out && !options->max.width)
		mode_limits_report(&options->monitor, &want, &caps);
	name_connector(owner);
	return EXIT_OK;
}

/*
 * The broker has permissions that the caller lacks, who perhaps cannot even see the device.
 * Where nobody is permitted, the error of the device says what else would help.
 */
static enum exit_status create_without(struct owner *owner, const struct mc_device *none,
				       int error)
{
	enum exit_status status = create_on(owner, none);

	return status == EXIT_NO_PERMISSION ? fail_device(error, none->path) : status;
}

enum exit_status owner_create(struct owner *owner)
{
	const struct owner_options *options = owner->options;
	struct mc_device device;
	enum exit_status status;
	bool refused;
	int ret;

	ret = mc_device_open_node(options->device, &device);
	refused = ret == -EACCES || ret == -EPERM;
	if (ret && options->broker != BROKER_NO &&
	    (refused || (options->broker == BROKER_YES && !options->device)))
		return create_without(owner, &device, ret);
	if (ret)
		return fail_device(ret, refused ? device.path : options->device);
	status = create_on(owner, &device);
	mc_device_close(&device);
	return status;
}
