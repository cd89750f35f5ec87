// SPDX-License-Identifier: MIT
/*
 * miracastctl list: the targets and budgets of a device, and how much of them is free.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "connector.h"
#include "device.h"
#include "errors.h"
#include "json.h"
#include "mode.h"
#include "report.h"
#include "targets.h"

#define MAX_CONNECTORS	64
#define MAX_FORMATS	64
#define MIB		(1024.0 * 1024.0)

static const char usage[] =
"usage: miracastctl list [OPTION]...\n"
"\n"
"Shows the targets of a miracast device with the contexts that hold them, and\n"
"what is left of its budgets.\n"
"\n"
"  -d, --device PATH  card node (default: the first miracast device)\n"
"  -j, --json         print JSON\n"
"  -h, --help         this text\n";

/* Everything that the list needs, gathered before anything is printed. */
struct inventory {
	struct mc_device device;
	char card[32];
	struct drm_miracast_query_caps caps;
	struct drm_miracast_format formats[MAX_FORMATS];
	int format_count;
	struct mc_connector connectors[MAX_CONNECTORS];
	int connector_count;
	struct target_file targets;
	int targets_error;
};

static const struct {
	uint32_t bit;
	const char *name;
} cap_names[] = {
	{ DRM_MIRACAST_CAP_HDCP, "hdcp" },
	{ DRM_MIRACAST_CAP_DIRECT, "direct" },
	{ DRM_MIRACAST_CAP_NV12, "nv12" },
	{ DRM_MIRACAST_CAP_PARTS, "parts" },
	{ DRM_MIRACAST_CAP_CURSOR_METADATA, "cursor-metadata" },
	{ DRM_MIRACAST_CAP_OWNER_BUFFERS, "owner-buffers" },
};

#define CAP_COUNT	(sizeof(cap_names) / sizeof(cap_names[0]))

static const char *const delivery_names[] = {
	[DRM_MIRACAST_DELIVERY_COPY] = "copy",
	[DRM_MIRACAST_DELIVERY_DIRECT] = "direct",
};

#define DELIVERY_END	(sizeof(delivery_names) / sizeof(delivery_names[0]))

/* The four letters of a format. */
static const char *fourcc_name(uint32_t fourcc, char name[5])
{
	int i;

	for (i = 0; i < 4; i++) {
		char letter = (char)(fourcc >> 8 * i & 0x7f);

		name[i] = letter > ' ' ? letter : ' ';
	}
	while (i > 0 && name[i - 1] == ' ')
		i--;
	name[i] = '\0';
	return name;
}

static uint32_t number_of(const struct target_line *line, const char *key,
			  uint32_t fallback)
{
	const char *value = target_value(line, key);

	return value ? (uint32_t)strtoul(value, NULL, 10) : fallback;
}

/* Facts that are in debugfs and not in sysfs. */
static void complete(const struct inventory *inv,
		     struct mc_connector *connector)
{
	const struct target_line *line =
		targets_find(&inv->targets, connector->name, connector->id);
	const char *lit = target_value(line, "lit");
	unsigned int width, height, hz, mhz;

	connector->id = number_of(line, "connector_id", connector->id);
	connector->crtc_id = number_of(line, "crtc_id", connector->crtc_id);
	if (!lit ||
	    sscanf(lit, "%ux%u@%u.%u", &width, &height, &hz, &mhz) != 4)
		return;
	connector->lit = true;
	connector->width = width;
	connector->height = height;
	connector->refresh_mhz = hz * 1000 + mhz;
}

/* The card itself is not opened: that could make it DRM master. */
static enum exit_status gather(struct inventory *inv, const char *path)
{
	int ret, i;

	ret = mc_device_open_node(path, &inv->device);
	if (ret)
		return fail_device(ret, path);
	ret = mc_device_caps(&inv->device, &inv->caps);
	if (ret)
		return fail_device(ret, inv->device.path);
	ret = mc_device_formats(&inv->device, inv->formats, MAX_FORMATS);
	if (ret < 0)
		return fail_device(ret, inv->device.path);
	inv->format_count = ret < MAX_FORMATS ? ret : MAX_FORMATS;
	snprintf(inv->card, sizeof(inv->card), "/dev/dri/card%" PRIu32,
		 inv->caps.card_minor);
	inv->targets_error = targets_read(&inv->targets, inv->card);
	ret = mc_connectors_of_card(inv->caps.card_minor, inv->connectors,
				    MAX_CONNECTORS);
	if (ret < 0)
		return fail_device(ret, inv->device.path);
	inv->connector_count = ret < MAX_CONNECTORS ? ret : MAX_CONNECTORS;
	for (i = 0; i < inv->connector_count; i++)
		complete(inv, &inv->connectors[i]);
	return EXIT_OK;
}

/* "context 1: name (pid)", with the parts that debugfs has. */
static const char *holder(const struct target_line *line, char *out, size_t size)
{
	const char *context = target_value(line, "context");
	const char *comm = target_value(line, "comm");
	const char *pid = target_value(line, "pid");

	if (!context)
		return "-";
	if (comm && pid)
		snprintf(out, size, "context %s: %s (%s)", context, comm, pid);
	else
		snprintf(out, size, "context %s", context);
	return out;
}

static void print_target(const struct inventory *inv,
			 const struct mc_connector *connector)
{
	const struct target_line *line =
		targets_find(&inv->targets, connector->name, connector->id);
	char mode[MC_MODE_TEXT] = "-";
	char crtc[16] = "?";
	char who[64];

	if (connector->lit && !connector->width)
		snprintf(mode, sizeof(mode), "on");
	else if (connector->lit)
		mc_mode_format(connector->width, connector->height,
			       connector->refresh_mhz, mode);
	if (connector->crtc_id)
		snprintf(crtc, sizeof(crtc), "%" PRIu32, connector->crtc_id);
	printf("%-10s %3" PRIu32 " %4s  %-12s  %-13s  %s\n",
	       connector->name, connector->id, crtc,
	       connector->connected ? "connected" : "disconnected", mode,
	       inv->targets_error ? "?" : holder(line, who, sizeof(who)));
}

static void print_targets(const struct inventory *inv)
{
	int i;

	printf("%-10s %3s %4s  %-12s  %-13s  %s\n", "CONNECTOR", "ID", "CRTC",
	       "STATUS", "MODE", "HELD BY");
	for (i = 0; i < inv->connector_count; i++)
		print_target(inv, &inv->connectors[i]);
	if (inv->targets_error)
		printf("(who holds a target is in debugfs, which root can read: %s)\n",
		       strerror(-inv->targets_error));
}

static void print_budget(const struct drm_miracast_query_caps *caps)
{
	printf("\n%-18s %12s %12s\n", "BUDGET", "FREE", "TOTAL");
	printf("%-18s %12" PRIu32 " %12" PRIu32 "\n", "targets",
	       caps->targets_free, caps->targets_total);
	printf("%-18s %12" PRIu32 " %12" PRIu32 "\n", "encoder slots",
	       caps->encoder_slots_free, caps->encoder_slots_total);
	printf("%-18s %12" PRIu64 " %12" PRIu64 "\n", "macroblocks/s",
	       (uint64_t)caps->macroblock_rate_free,
	       (uint64_t)caps->macroblock_rate_total);
	printf("%-18s %8.1f MiB %8.1f MiB\n", "picture memory",
	       (double)caps->picture_memory_free / MIB,
	       (double)caps->picture_memory_total / MIB);
}

static void print_limits(const struct drm_miracast_query_caps *caps)
{
	size_t i;

	printf("\nLIMITS\n");
	printf("modes              up to %" PRIu32 "x%" PRIu32 ", %.1f to %.0f Hz\n",
	       caps->max_width, caps->max_height, caps->min_refresh_mhz / 1000.0,
	       caps->max_refresh_mhz / 1000.0);
	printf("macroblocks        up to %u in a picture, %u in a second\n",
	       MC_MODE_MACROBLOCKS_MAX, MC_MODE_MACROBLOCK_RATE_MAX);
	printf("buffers            %" PRIu32 " to %" PRIu32 " per context\n",
	       caps->min_buffers, caps->max_buffers);
	printf("monitor            EDID up to %" PRIu32 " blocks, up to %" PRIu32
	       " modes besides\n", caps->max_edid_blocks, caps->max_modes);
	printf("cursor             up to %" PRIu32 "x%" PRIu32 "\n",
	       caps->cursor_width, caps->cursor_height);
	printf("optional          ");
	for (i = 0; i < CAP_COUNT; i++)
		if (caps->caps & cap_names[i].bit)
			printf(" %s", cap_names[i].name);
	printf("%s\n", caps->caps ? "" : " none");
}

/* One line for each delivery. */
static void print_formats(const struct inventory *inv)
{
	char name[5];
	uint32_t d;
	int i;

	printf("\nFORMATS\n");
	for (d = 1; d < DELIVERY_END; d++) {
		printf("%-18s", delivery_names[d]);
		for (i = 0; i < inv->format_count; i++)
			if (inv->formats[i].deliveries & 1u << d)
				printf(" %s", fourcc_name(inv->formats[i].fourcc,
							  name));
		putchar('\n');
	}
}

static void print_table(const struct inventory *inv)
{
	printf("%s: miracast, ABI %" PRIu32 ".%" PRIu32 "\n\n",
	       inv->card, inv->caps.abi_major, inv->caps.abi_minor);
	print_targets(inv);
	print_budget(&inv->caps);
	print_limits(&inv->caps);
	print_formats(inv);
}

static void json_format(struct json *json,
			const struct drm_miracast_format *format)
{
	char name[5];
	uint32_t d;

	json_object(json, NULL);
	json_string(json, "fourcc", fourcc_name(format->fourcc, name));
	json_uint(json, "modifier", format->modifier);
	json_array(json, "deliveries");
	for (d = 1; d < DELIVERY_END; d++)
		if (format->deliveries & 1u << d)
			json_string(json, NULL, delivery_names[d]);
	json_array_end(json);
	json_object_end(json);
}

static void json_target(struct json *json, const struct inventory *inv,
			const struct mc_connector *connector)
{
	const struct target_line *line =
		targets_find(&inv->targets, connector->name, connector->id);
	int i;

	json_object(json, NULL);
	json_string(json, "connector", connector->name);
	json_uint(json, "connector_id", connector->id);
	if (connector->crtc_id)
		json_uint(json, "crtc_id", connector->crtc_id);
	else
		json_null(json, "crtc_id");
	json_bool(json, "connected", connector->connected);
	if (connector->lit && connector->width) {
		json_object(json, "mode");
		json_uint(json, "width", connector->width);
		json_uint(json, "height", connector->height);
		json_uint(json, "refresh_mhz", connector->refresh_mhz);
		json_object_end(json);
	} else {
		json_null(json, "mode");
	}
	if (line) {
		json_object(json, "debugfs");
		for (i = 0; i < line->count; i++)
			json_string(json, line->keys[i], line->values[i]);
		json_object_end(json);
	} else {
		json_null(json, "debugfs");
	}
	json_object_end(json);
}

static void json_pair(struct json *json, const char *key, uint64_t free,
		      uint64_t total)
{
	json_object(json, key);
	json_uint(json, "free", free);
	json_uint(json, "total", total);
	json_object_end(json);
}

static void json_budget(struct json *json,
			const struct drm_miracast_query_caps *caps)
{
	json_object(json, "budget");
	json_pair(json, "targets", caps->targets_free, caps->targets_total);
	json_pair(json, "encoder_slots", caps->encoder_slots_free,
		  caps->encoder_slots_total);
	json_pair(json, "macroblock_rate", caps->macroblock_rate_free,
		  caps->macroblock_rate_total);
	json_pair(json, "picture_memory", caps->picture_memory_free,
		  caps->picture_memory_total);
	json_object_end(json);
}

static void json_limits(struct json *json,
			const struct drm_miracast_query_caps *caps)
{
	json_object(json, "limits");
	json_uint(json, "max_width", caps->max_width);
	json_uint(json, "max_height", caps->max_height);
	json_uint(json, "min_refresh_mhz", caps->min_refresh_mhz);
	json_uint(json, "max_refresh_mhz", caps->max_refresh_mhz);
	json_uint(json, "max_edid_blocks", caps->max_edid_blocks);
	json_uint(json, "max_modes", caps->max_modes);
	json_uint(json, "min_buffers", caps->min_buffers);
	json_uint(json, "max_buffers", caps->max_buffers);
	json_uint(json, "max_parts", caps->max_parts);
	json_uint(json, "max_clips", caps->max_clips);
	json_uint(json, "cursor_width", caps->cursor_width);
	json_uint(json, "cursor_height", caps->cursor_height);
	json_object_end(json);
}

static void print_json(const struct inventory *inv)
{
	struct json json = { .file = stdout };
	size_t i;
	int t;

	json_object(&json, NULL);
	json_string(&json, "device", inv->card);
	json_uint(&json, "abi_major", inv->caps.abi_major);
	json_uint(&json, "abi_minor", inv->caps.abi_minor);
	json_array(&json, "caps");
	for (i = 0; i < CAP_COUNT; i++)
		if (inv->caps.caps & cap_names[i].bit)
			json_string(&json, NULL, cap_names[i].name);
	json_array_end(&json);
	json_uint(&json, "io_control_codes", inv->caps.io_control_codes);
	json_uint(&json, "event_bytes_max", inv->caps.event_bytes_max);
	json_object(&json, "card");
	json_uint(&json, "major", inv->caps.card_major);
	json_uint(&json, "minor", inv->caps.card_minor);
	json_object_end(&json);
	json_array(&json, "formats");
	for (t = 0; t < inv->format_count; t++)
		json_format(&json, &inv->formats[t]);
	json_array_end(&json);
	json_array(&json, "targets");
	for (t = 0; t < inv->connector_count; t++)
		json_target(&json, inv, &inv->connectors[t]);
	json_array_end(&json);
	json_budget(&json, &inv->caps);
	json_limits(&json, &inv->caps);
	json_object_end(&json);
}

enum exit_status command_list(int argc, char **argv)
{
	static const struct option options[] = {
		{ "device", required_argument, NULL, 'd' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	struct inventory inv = { .device.fd = -1 };
	const char *path = NULL;
	enum exit_status status;
	bool json = false;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:d:jh", options, NULL)) != -1) {
		switch (c) {
		case 'd':
			path = optarg;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return EXIT_OK;
		default:
			return fail_option(argv, options, c);
		}
	}
	if (optind < argc)
		return wrong_usage(argv[0], "unexpected argument '%s'",
				   argv[optind]);
	status = gather(&inv, path);
	if (status == EXIT_OK)
		(json ? print_json : print_table)(&inv);
	targets_free(&inv.targets);
	mc_device_close(&inv.device);
	return status;
}
