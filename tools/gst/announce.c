// SPDX-License-Identifier: MIT
#include "announce.h"

#include <errno.h>
#include <string.h>

#include "edid.h"
#include "edid_make.h"
#include "edid_repair.h"
#include "mode.h"
#include "wfd/choose.h"
#include "wfd/offer.h"
#include "wfd/params.h"

#define USUAL_MODES "1920x1080@60, 1280x720@60"
#define USUAL_NAME "Miracast"
/* An answer to M3 with the largest EDID, as text, and with all else. */
#define MOST_FORMATS (2 * MC_EDID_MAX + 16384)

struct announce {
	struct mc_monitor monitor;
	guint8 edid[MC_EDID_MAX];
};

static gboolean fail(GError **error, const gchar *what, const gchar *why)
{
	g_set_error(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, "%s: %s", what, why);
	return FALSE;
}

static gboolean take_modes(struct mc_monitor *monitor, const gchar *text, GError **error)
{
	gchar **words = g_strsplit_set(text, ", ;", -1);
	gboolean good = TRUE;

	for (guint nth = 0; good && words[nth]; nth++) {
		if (!*words[nth])
			continue;
		if (monitor->mode_count == MC_MONITOR_MODES)
			good = fail(error, "modes", "there are too many");
		else if (mc_mode_parse(words[nth], &monitor->modes[monitor->mode_count]))
			good = fail(error, words[nth], "this is no mode, such as 1920x1080@60");
		else
			monitor->mode_count++;
	}
	g_strfreev(words);
	if (good && !monitor->mode_count)
		good = fail(error, "modes", "there is none");
	if (good)
		monitor->modes[0].flags = DRM_MIRACAST_MODE_FLAG_PREFERRED;
	return good;
}

/* Mistakes that the kernel forgives a connector of its own. */
static gboolean repair(struct announce *announce, gsize size, GstElement *element, gchar *why)
{
	gchar what[MC_EDID_REPAIRS_TEXT];
	struct mc_edid_repairs repairs;

	if (mc_edid_repair(announce->edid, &size, &repairs, why))
		return FALSE;
	if (mc_edid_repairs_format(&repairs, what) && element)
		GST_ELEMENT_WARNING(element, RESOURCE, SETTINGS,
				    ("The sink's EDID was repaired: %s.", what), (NULL));
	announce->monitor.edid = announce->edid;
	announce->monitor.edid_size = size;
	return TRUE;
}

static gboolean take_edid(struct announce *announce, const struct announce_options *options,
			  GError **error)
{
	gchar why[MC_EDID_TEXT];
	gsize size;
	const guint8 *bytes = g_bytes_get_data(options->edid, &size);

	if (size > sizeof(announce->edid))
		return fail(error, "edid", "it is too large");
	if (size)
		memcpy(announce->edid, bytes, size);
	return repair(announce, size, options->element, why) || fail(error, "edid", why);
}

/* A bad EDID has no part in the choice, and the driver refuses it. */
static void take_sinks_edid(struct announce *announce, const struct mc_wfd_params *sink,
			    GstElement *element)
{
	gchar why[MC_EDID_TEXT];
	int bytes = mc_wfd_edid_bytes(&sink->edid, announce->edid, sizeof(announce->edid));

	if (bytes > 0)
		repair(announce, (gsize)bytes, element, why);
}

static gboolean choose(struct announce *announce, const gchar *body, GstElement *element,
		       GError **error)
{
	static const struct mc_wfd_limits no_limits;
	struct mc_wfd_params *sink = g_new0(struct mc_wfd_params, 1);
	struct mc_wfd_choice *choice = g_new0(struct mc_wfd_choice, 1);
	struct mc_monitor *monitor = &announce->monitor;
	gboolean good = TRUE;
	int ret;

	mc_wfd_params_parse(body, strlen(body), sink);
	if (!monitor->edid)
		take_sinks_edid(announce, sink, element);
	ret = mc_wfd_choose(sink, monitor->edid, monitor->edid_size, &no_limits, choice);
	if (ret)
		good = fail(error, "video-formats",
			    ret == -ENOENT ? "no mode of these can be sent" :
					     "these are no video formats of a sink");
	else
		monitor->mode_count = mc_wfd_modes(choice, monitor->modes, MC_MONITOR_MODES);
	g_free(choice);
	g_free(sink);
	return good;
}

/* The value alone is one line of an answer. */
static gboolean take_formats(struct announce *announce, const struct announce_options *options,
			     GError **error)
{
	const gchar *formats = options->formats;
	gchar *body;
	gboolean good;

	if (strlen(formats) > MOST_FORMATS)
		return fail(error, "video-formats", "they are too long");
	body = strchr(formats, ':') ? g_strdup(formats) :
				      g_strdup_printf("wfd_video_formats: %s\r\n", formats);
	good = choose(announce, body, options->element, error);
	g_free(body);
	return good;
}

/* By which desktops know the monitor again. */
static gboolean make_edid(struct announce *announce, const gchar *name, GError **error)
{
	struct mc_monitor *monitor = &announce->monitor;

	if (!mc_edid_name_valid(name))
		return fail(error, "monitor-name", "an EDID has room for 13 ASCII characters");
	mc_edid_make(announce->edid, name, NULL, &monitor->modes[0]);
	monitor->edid = announce->edid;
	monitor->edid_size = MC_EDID_BLOCK;
	monitor->edid_is_made = true;
	monitor->all_modes = true;
	return TRUE;
}

struct announce *announce_new(const struct announce_options *options, GError **error)
{
	struct announce *announce = g_new0(struct announce, 1);
	struct mc_monitor *monitor = &announce->monitor;
	gboolean good = TRUE;

	monitor->type = DRM_MIRACAST_MONITOR_TYPE_MIRACAST;
	monitor->divider = 1;
	if (options->edid)
		good = take_edid(announce, options, error);
	if (good && options->formats)
		good = take_formats(announce, options, error);
	else if (good && (options->modes || !options->edid))
		good = take_modes(monitor, options->modes ? options->modes : USUAL_MODES, error);
	if (good && !monitor->edid)
		good = make_edid(announce, options->name ? options->name : USUAL_NAME, error);
	if (good)
		return announce;
	announce_free(announce);
	return NULL;
}

const struct mc_monitor *announce_monitor(const struct announce *announce)
{
	return &announce->monitor;
}

void announce_free(struct announce *announce)
{
	g_free(announce);
}
