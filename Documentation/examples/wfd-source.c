// SPDX-License-Identifier: MIT
/*
 * What a source of Wi-Fi Display does with libmiracast, for the manual: from the body of
 * a sink's answer to M3 to a monitor for the driver, and from a MODE_SET to M4.
 */
#include <errno.h>

#include <miracast/miracast.h>

/* --- arrive --- */
struct source {
	struct mc_wfd_limits limits;
	struct mc_wfd_params sink;
	struct mc_wfd_choice choice;
	struct mc_monitor monitor;
	uint8_t edid[MC_EDID_MAX];
};

/* The monitor behind a sink, for mc_monitor_arrive(). The body must stay where it is. */
int source_monitor(struct source *s, const char *body, size_t size, uint32_t max_modes)
{
	struct mc_monitor *monitor = &s->monitor;
	const uint8_t *edid;
	size_t edid_size;
	int bytes, ret;

	mc_wfd_params_parse(body, size, &s->sink);
	bytes = mc_wfd_edid_bytes(&s->sink.edid, s->edid, sizeof(s->edid));
	edid = bytes > 0 ? s->edid : NULL;
	edid_size = bytes > 0 ? (size_t)bytes : 0;
	ret = mc_wfd_choose(&s->sink, edid, edid_size, &s->limits, &s->choice);
	if (ret)
		return ret;
	/* A bad EDID has no part in the choice, and the driver refuses it. */
	monitor->edid = *s->choice.edid_fault ? NULL : edid;
	monitor->edid_size = monitor->edid ? edid_size : 0;
	if (max_modes > MC_MONITOR_MODES)
		max_modes = MC_MONITOR_MODES;
	monitor->mode_count = mc_wfd_modes(&s->choice, monitor->modes, max_modes);
	monitor->type = DRM_MIRACAST_MONITOR_TYPE_MIRACAST;
	monitor->divider = 1;
	return 0;
}

/* --- mode --- */
/* The body of M4 for a MODE_SET. Refuse a mode that the sink does not take. */
int source_m4(const struct source *s, const struct mc_context *context,
	      const struct mc_event *event, const char *url, char *text, size_t size)
{
	const struct drm_miracast_message_mode_set *set = &event->payload.mode_set;
	const struct mc_wfd_candidate *mode;
	struct mc_wfd_params m4;
	int ret;

	mode = mc_wfd_find(&s->choice, set->width, set->height, set->refresh_mhz);
	if (!mode) {
		mc_complete_message(context, event->message.number,
				    DRM_MIRACAST_COMPLETION_REFUSED);
		return -ENOENT;
	}
	ret = mc_wfd_m4(&s->sink, &s->choice, mode, 1 << MC_WFD_AAC, url, &m4);
	if (ret)
		return ret;
	return mc_wfd_params_print(&m4, text, size);
}

/* --- end --- */
