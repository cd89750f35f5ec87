// SPDX-License-Identifier: MIT
#include "wfd/params.h"

#include <errno.h>
#include <string.h>

#include "reserved.h"
#include "wfd/text.h"

/* For each parameter the functions that read its member from text and write it as text. */
#define VALUE(member, type)							\
static int parse_##member(const char *text, size_t size, struct mc_wfd_params *p) \
{										\
	return mc_wfd_##type##_parse(text, size, &p->member);			\
}										\
static int print_##member(const struct mc_wfd_params *p, char *out, size_t size) \
{										\
	return mc_wfd_##type##_print(&p->member, out, size);			\
}

#define VIDEO(member, kind)							\
static int parse_##member(const char *text, size_t size, struct mc_wfd_params *p) \
{										\
	return mc_wfd_video_parse(kind, text, size, &p->member);		\
}										\
static int print_##member(const struct mc_wfd_params *p, char *out, size_t size) \
{										\
	return p->member.numbering == (kind) ?				\
	       mc_wfd_video_print(&p->member, out, size) : -EINVAL;		\
}

VALUE(audio, audio)
VIDEO(video, MC_WFD_R1)
VIDEO(video_3d, MC_WFD_3D)
VALUE(protection, protection)
VALUE(edid, edid)
VALUE(coupled, coupled)
VALUE(trigger, trigger)
VALUE(urls, urls)
VALUE(ports, ports)
VALUE(route, route)
VALUE(i2c, i2c)
VALUE(change, change)
VALUE(timing, timing)
VALUE(uibc, uibc)
VALUE(uibc_setting, uibc_setting)
VALUE(standby_resume, supported)
VALUE(standby, bare)
VALUE(connector, connector)
VALUE(idr, bare)
VALUE(idr_capability, switch)
VIDEO(r2_video, MC_WFD_R2)
VALUE(r2_audio, audio)
VALUE(r2_rotation, supported)
VIDEO(microsoft_video, MC_WFD_MICROSOFT)
VALUE(surface, surface)
VALUE(cursor, cursor)
VALUE(bitrate, bitrate)
VALUE(rtcp, supported)
VALUE(latency, latency)
VALUE(format_change, supported)
VALUE(diagnostics, supported)
VALUE(color, supported)
VALUE(screen, screen)
VALUE(mute, mute)
VALUE(reason, reason)

static const struct row {
	const char *name;
	int (*parse)(const char *text, size_t size, struct mc_wfd_params *p);
	int (*print)(const struct mc_wfd_params *p, char *out, size_t size);
} rows[MC_WFD_PARAMS] = {
#define ROW(param, name, member)	\
	[MC_WFD_PARAM_##param] = { name, parse_##member, print_##member }
	ROW(AUDIO, "wfd_audio_codecs", audio),
	ROW(VIDEO, "wfd_video_formats", video),
	ROW(VIDEO_3D, "wfd_3d_video_formats", video_3d),
	ROW(PROTECTION, "wfd_content_protection", protection),
	ROW(EDID, "wfd_display_edid", edid),
	ROW(COUPLED, "wfd_coupled_sink", coupled),
	ROW(TRIGGER, "wfd_trigger_method", trigger),
	ROW(URLS, "wfd_presentation_URL", urls),
	ROW(PORTS, "wfd_client_rtp_ports", ports),
	ROW(ROUTE, "wfd_route", route),
	ROW(I2C, "wfd_I2C", i2c),
	ROW(CHANGE, "wfd_av_format_change_timing", change),
	ROW(TIMING, "wfd_preferred_display_mode", timing),
	ROW(UIBC, "wfd_uibc_capability", uibc),
	ROW(UIBC_SETTING, "wfd_uibc_setting", uibc_setting),
	ROW(STANDBY_RESUME, "wfd_standby_resume_capability", standby_resume),
	ROW(STANDBY, "wfd_standby", standby),
	ROW(CONNECTOR, "wfd_connector_type", connector),
	ROW(IDR, "wfd_idr_request", idr),
	ROW(IDR_CAPABILITY, "wfd_idr_request_capability", idr_capability),
	ROW(R2_VIDEO, "wfd2_video_formats", r2_video),
	ROW(R2_AUDIO, "wfd2_audio_codecs", r2_audio),
	ROW(R2_ROTATION, "wfd2_rotation_capability", r2_rotation),
	ROW(MICROSOFT_VIDEO, "wfdx_video_formats", microsoft_video),
	ROW(SURFACE, "microsoft_video_formats", surface),
	ROW(CURSOR, "microsoft_cursor", cursor),
	ROW(BITRATE, "microsoft_max_bitrate", bitrate),
	ROW(RTCP, "microsoft_rtcp_capability", rtcp),
	ROW(LATENCY, "microsoft_latency_management_capability", latency),
	ROW(FORMAT_CHANGE, "microsoft_format_change_capability", format_change),
	ROW(DIAGNOSTICS, "microsoft_diagnostics_capability", diagnostics),
	ROW(COLOR, "microsoft_color_space_conversion", color),
	ROW(SCREEN, "microsoft_multiscreen_projection", screen),
	ROW(MUTE, "microsoft_audio_mute", mute),
	ROW(REASON, "microsoft_teardown_reason", reason),
};

static bool is_bare(int param)
{
	return param == MC_WFD_PARAM_STANDBY || param == MC_WFD_PARAM_IDR;
}

const char *mc_wfd_param_name(enum mc_wfd_param param)
{
	return (unsigned int)param < MC_WFD_PARAMS ? rows[param].name : NULL;
}

/* Takes the next line that is not empty. */
static bool take_line(struct mc_wfd_reader *r, struct mc_wfd_reader *line)
{
	do {
		if (r->at == r->end)
			return false;
		line->at = r->at;
		while (r->at < r->end && *r->at != '\r' && *r->at != '\n')
			r->at++;
		line->end = r->at;
		r->at += r->at < r->end;
	} while (line->at == line->end);
	return true;
}

static int find(struct mc_wfd_reader name)
{
	size_t length = (size_t)(name.end - name.at);
	int i;

	for (i = 0; i < MC_WFD_PARAMS; i++)
		if (strlen(rows[i].name) == length && mc_wfd_is(name, rows[i].name))
			return i;
	return -ENOENT;
}

/* Takes a name, and the colon behind it. Returns the parameter or -ENOENT. */
static int take_name(struct mc_wfd_reader *line, bool *colon)
{
	struct mc_wfd_reader name;

	if (!mc_wfd_token(line, ":", &name))
		return -ENOENT;
	*colon = mc_wfd_char(line, ':');
	return find(name);
}

static void take_param(struct mc_wfd_reader line, struct mc_wfd_params *params)
{
	bool colon;
	int param = take_name(&line, &colon);
	uint64_t bit;

	if (param < 0) {
		params->unknown++;
		return;
	}
	bit = 1ULL << param;
	if ((params->present | params->bad) & bit) {
		params->repeated |= bit;
		return;
	}
	if ((!colon && !is_bare(param)) ||
	    rows[param].parse(line.at, (size_t)(line.end - line.at), params)) {
		params->bad |= bit;
		return;
	}
	params->present |= bit;
}

int mc_wfd_params_parse(const char *text, size_t size, struct mc_wfd_params *body)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size), line;

	memset(body, 0, sizeof(*body));
	while (take_line(&r, &line))
		take_param(line, body);
	return __builtin_popcountll(body->present);
}

int mc_wfd_params_print(const struct mc_wfd_params *params, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);
	int i, length;

	if (params->present >> MC_WFD_PARAMS ||
	    !mc_is_zero(params->reserved, sizeof(params->reserved)))
		return -EINVAL;
	for (i = 0; i < MC_WFD_PARAMS; i++) {
		if (!(params->present & 1ULL << i))
			continue;
		mc_wfd_write(&w, is_bare(i) ? "%s" : "%s: ", rows[i].name);
		if (w.used >= w.size)
			break;
		length = rows[i].print(params, w.out + w.used, w.size - w.used);
		if (length < 0) {
			/* The output is empty after a failure. */
			*out = '\0';
			return length;
		}
		w.used += (size_t)length;
		mc_wfd_write(&w, "\r\n");
	}
	return mc_wfd_written(&w);
}

uint64_t mc_wfd_names_parse(const char *text, size_t size, uint32_t *unknown)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size), line;
	uint64_t mask = 0;
	uint32_t others = 0;
	bool colon;
	int param;

	while (take_line(&r, &line)) {
		param = take_name(&line, &colon);
		if (param < 0 || !mc_wfd_end(&line))
			others++;
		else
			mask |= 1ULL << param;
	}
	if (unknown)
		*unknown = others;
	return mask;
}

int mc_wfd_names_print(uint64_t mask, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);
	int i;

	if (mask >> MC_WFD_PARAMS)
		return -EINVAL;
	for (i = 0; i < MC_WFD_PARAMS; i++)
		if (mask & 1ULL << i)
			mc_wfd_write(&w, "%s\r\n", rows[i].name);
	return mc_wfd_written(&w);
}
