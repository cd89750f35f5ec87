// SPDX-License-Identifier: MIT
#include "owner_options.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edid.h"
#include "edid_make.h"
#include "edid_repair.h"
#include "mode.h"
#include "number.h"
#include "report.h"

#define DEFAULT_BUFFERS	4
#define MIN_BUFFERS	2
#define MAX_BUFFERS	16
#define MAX_DIVIDER	63
#define MAX_RATE	1000
#define REFUSE_MAX	(sizeof(((struct owner_options *)0)->refuse) / \
			 sizeof(((struct owner_options *)0)->refuse[0]))

void owner_options_init(struct owner_options *options)
{
	memset(options, 0, sizeof(*options));
	options->buffers = DEFAULT_BUFFERS;
	options->monitor.type = DRM_MIRACAST_MONITOR_TYPE_MIRACAST;
	options->monitor.divider = 1;
}

void owner_options_free(struct owner_options *options)
{
	free(options->edid);
	options->edid = NULL;
}

static enum exit_status wrong_mode(const char *command, const char *what,
				   const char *text, int error)
{
	if (error == -ERANGE)
		return wrong_usage(command,
				   "%s '%s': width and height are 1 to %d, rates above 0 to 1000 Hz",
				   what, text, MC_MODE_SIZE_MAX);
	return wrong_usage(command, "%s '%s' is not %s", what, text,
			   strcmp(what, "refused size") ?
			   "WIDTHxHEIGHT@HZ, such as 1920x1080@60" :
			   "WIDTHxHEIGHT, such as 1920x1080");
}

static enum exit_status take_mode(struct owner_options *options,
				  const char *command, const char *text)
{
	struct mc_monitor *monitor = &options->monitor;
	struct drm_miracast_mode *mode;
	int ret;

	if (monitor->mode_count == MC_MONITOR_MODES)
		return wrong_usage(command, "more than %d modes",
				   MC_MONITOR_MODES);
	mode = &monitor->modes[monitor->mode_count];
	ret = mc_mode_parse(text, mode);
	if (ret)
		return wrong_mode(command, "mode", text, ret);
	if (!monitor->mode_count++)
		mode->flags = DRM_MIRACAST_MODE_FLAG_PREFERRED;
	return EXIT_OK;
}

static enum exit_status take_max(struct owner_options *options,
				 const char *command, const char *text)
{
	int ret = mc_mode_parse(text, &options->max);

	return ret ? wrong_mode(command, "limit", text, ret) : EXIT_OK;
}

static enum exit_status take_refuse(struct owner_options *options,
				    const char *command, const char *text)
{
	struct drm_miracast_mode *size;
	int ret;

	if (options->refuse_count == REFUSE_MAX)
		return wrong_usage(command, "more than %zu refused sizes",
				   REFUSE_MAX);
	size = &options->refuse[options->refuse_count];
	ret = mc_size_parse(text, &size->width, &size->height);
	if (ret)
		return wrong_mode(command, "refused size", text, ret);
	options->refuse_count++;
	return EXIT_OK;
}

static enum exit_status take_type(struct owner_options *options,
				  const char *command, const char *text)
{
	if (mc_monitor_type_parse(text, &options->monitor.type))
		return wrong_usage(command, "unknown monitor type '%s'", text);
	return EXIT_OK;
}

static enum exit_status take_number(uint32_t *to, const char *command,
				    const char *name, const char *text,
				    uint32_t min, uint32_t max)
{
	uint64_t value;

	if (!number_parse(text, min, max, &value))
		return wrong_usage(command, "%s '%s' is not a number from %" PRIu32
				   " to %" PRIu32, name, text, min, max);
	*to = (uint32_t)value;
	return EXIT_OK;
}

/* Reads up to one byte more than fits, so that too much is noticed. */
static ssize_t read_all(int fd, uint8_t *to, size_t room)
{
	size_t used = 0;
	ssize_t got;

	while (used < room) {
		got = read(fd, to + used, room - used);
		if (!got)
			break;
		if (got > 0)
			used += (size_t)got;
		else if (errno != EINTR)
			return -1;
	}
	return (ssize_t)used;
}

static enum exit_status load_edid(struct owner_options *options, int fd,
				  const char *path)
{
	char why[MC_EDID_TEXT], what[MC_EDID_REPAIRS_TEXT];
	struct mc_edid_repairs repairs;
	ssize_t got = read_all(fd, options->edid, MC_EDID_MAX + 1);
	size_t size = (size_t)got;

	if (got < 0)
		return fail(EXIT_OTHER, "cannot read %s: %s", path,
			    strerror(errno));
	if (mc_edid_repair(options->edid, &size, &repairs, why))
		return fail(EXIT_BAD_EDID, "bad EDID in %s: %s", path, why);
	if (mc_edid_repairs_format(&repairs, what))
		report("warning: EDID in %s was repaired: %s", path, what);
	options->monitor.edid = options->edid;
	options->monitor.edid_size = size;
	return EXIT_OK;
}

static enum exit_status take_edid(struct owner_options *options,
				  const char *path)
{
	bool from_stdin = !strcmp(path, "-");
	enum exit_status status;
	int fd;

	if (!options->edid)
		options->edid = malloc(MC_EDID_MAX + 1);
	if (!options->edid)
		return fail(EXIT_OTHER, "out of memory");
	fd = from_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(EXIT_OTHER, "cannot open %s: %s", path,
			    strerror(errno));
	status = load_edid(options, fd, from_stdin ? "standard input" : path);
	if (!from_stdin)
		close(fd);
	return status;
}

static enum exit_status take_broker(enum broker_use *to, const char *command,
				    const char *text)
{
	if (!strcmp(text, "auto"))
		*to = BROKER_AUTO;
	else if (!strcmp(text, "no"))
		*to = BROKER_NO;
	else if (!strcmp(text, "yes"))
		*to = BROKER_YES;
	else
		return wrong_usage(command, "broker '%s' is not auto, no or yes", text);
	return EXIT_OK;
}

static enum exit_status take_name(const char **to, const char *command,
				  const char *what, const char *text)
{
	if (!mc_edid_name_valid(text))
		return wrong_usage(command, "%s '%s' is not 1 to %d characters of ASCII",
				   what, text, MC_EDID_NAME);
	*to = text;
	return EXIT_OK;
}

/* The made EDID has one mode of the list, and the whole list is to be offered. */
static enum exit_status make_edid(struct owner_options *options)
{
	struct mc_monitor *monitor = &options->monitor;

	options->edid = malloc(MC_EDID_BLOCK);
	if (!options->edid)
		return fail(EXIT_OTHER, "out of memory");
	mc_edid_make(options->edid, options->name, options->serial,
		     &monitor->modes[0]);
	monitor->edid = options->edid;
	monitor->edid_size = MC_EDID_BLOCK;
	monitor->edid_is_made = true;
	monitor->all_modes = true;
	return EXIT_OK;
}

bool owner_options_has(int c)
{
	return (c >= OWNER_OPTION_DIVIDER && c < OWNER_OPTION_END) ||
	       (c > 0 && c != ':' && c < 0x100 && strchr(OWNER_SHORT_OPTIONS, c));
}

enum exit_status owner_options_take(struct owner_options *options,
				    const char *command, int c)
{
	switch (c) {
	case 'd':
		options->device = optarg;
		return EXIT_OK;
	case 'c':
		options->connector = optarg;
		return EXIT_OK;
	case 'e':
		return take_edid(options, optarg);
	case 'm':
		return take_mode(options, command, optarg);
	case 't':
		return take_type(options, command, optarg);
	case 'v':
		options->verbose = true;
		return EXIT_OK;
	case OWNER_OPTION_DIVIDER:
		return take_number(&options->monitor.divider, command,
				   "divider", optarg, 1, MAX_DIVIDER);
	case OWNER_OPTION_MAX:
		return take_max(options, command, optarg);
	case OWNER_OPTION_BUFFERS:
		return take_number(&options->buffers, command, "buffers", optarg,
				   MIN_BUFFERS, MAX_BUFFERS);
	case OWNER_OPTION_REFUSE:
		return take_refuse(options, command, optarg);
	case OWNER_OPTION_UNION:
		options->monitor.all_modes = true;
		return EXIT_OK;
	case OWNER_OPTION_NAME:
		return take_name(&options->name, command, "name", optarg);
	case OWNER_OPTION_SERIAL:
		return take_name(&options->serial, command, "serial", optarg);
	case OWNER_OPTION_HDCP:
		options->hdcp = true;
		return take_number(&options->hdcp_type, command, "hdcp", optarg,
				   0, 1);
	case OWNER_OPTION_DIRECT:
		options->direct = true;
		return EXIT_OK;
	case OWNER_OPTION_RATE:
		return take_number(&options->picture_rate_hz, command, "rate",
				   optarg, 1, MAX_RATE);
	case OWNER_OPTION_BROKER:
		return take_broker(&options->broker, command, optarg);
	case OWNER_OPTION_FOLLOW_MASTER:
		options->follow_master = true;
		return EXIT_OK;
	default:
		return EXIT_OTHER;
	}
}

enum exit_status owner_options_finish(struct owner_options *options,
				      const char *command)
{
	enum exit_status status = EXIT_OK;

	if (options->name && options->monitor.edid)
		return wrong_usage(command, "--name makes an EDID, and --edid has one");
	if (options->serial && !options->name)
		return wrong_usage(command, "--serial without --name");
	if (options->monitor.all_modes &&
	    !(options->monitor.edid && options->monitor.mode_count))
		return wrong_usage(command, "--union without --edid and --mode");
	if (!options->monitor.mode_count && !options->monitor.edid)
		status = take_mode(options, command, "1920x1080@60");
	if (status == EXIT_OK && options->name)
		status = make_edid(options);
	return status;
}
