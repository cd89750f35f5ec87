/* SPDX-License-Identifier: MIT */
/*
 * The body of a message of Wi-Fi Display: lines of names (M3) or of names and
 * values (the answer to M3, M4, M5, M10 to M15). Text that is no parameter of
 * this list is counted and left out.
 */
#ifndef MC_WFD_PARAMS_H
#define MC_WFD_PARAMS_H

#include <stddef.h>
#include <stdint.h>

#include "audio.h"
#include "display.h"
#include "microsoft.h"
#include "protect.h"
#include "session.h"
#include "uibc.h"
#include "video.h"

/**
 * enum mc_wfd_param - Parameters; each is a bit of a mask of 64 bits, 1ULL << number or
 * MC_WFD_BIT().
 */
enum mc_wfd_param {
	/** @MC_WFD_PARAM_AUDIO: wfd_audio_codecs. */
	MC_WFD_PARAM_AUDIO,
	/** @MC_WFD_PARAM_VIDEO: wfd_video_formats. */
	MC_WFD_PARAM_VIDEO,
	/** @MC_WFD_PARAM_VIDEO_3D: wfd_3d_video_formats. */
	MC_WFD_PARAM_VIDEO_3D,
	/** @MC_WFD_PARAM_PROTECTION: wfd_content_protection. */
	MC_WFD_PARAM_PROTECTION,
	/** @MC_WFD_PARAM_EDID: wfd_display_edid. */
	MC_WFD_PARAM_EDID,
	/** @MC_WFD_PARAM_COUPLED: wfd_coupled_sink. */
	MC_WFD_PARAM_COUPLED,
	/** @MC_WFD_PARAM_TRIGGER: wfd_trigger_method. */
	MC_WFD_PARAM_TRIGGER,
	/** @MC_WFD_PARAM_URLS: wfd_presentation_URL. */
	MC_WFD_PARAM_URLS,
	/** @MC_WFD_PARAM_PORTS: wfd_client_rtp_ports. */
	MC_WFD_PARAM_PORTS,
	/** @MC_WFD_PARAM_ROUTE: wfd_route. */
	MC_WFD_PARAM_ROUTE,
	/** @MC_WFD_PARAM_I2C: wfd_I2C. */
	MC_WFD_PARAM_I2C,
	/** @MC_WFD_PARAM_CHANGE: wfd_av_format_change_timing. */
	MC_WFD_PARAM_CHANGE,
	/** @MC_WFD_PARAM_TIMING: wfd_preferred_display_mode. */
	MC_WFD_PARAM_TIMING,
	/** @MC_WFD_PARAM_UIBC: wfd_uibc_capability. */
	MC_WFD_PARAM_UIBC,
	/** @MC_WFD_PARAM_UIBC_SETTING: wfd_uibc_setting. */
	MC_WFD_PARAM_UIBC_SETTING,
	/** @MC_WFD_PARAM_STANDBY_RESUME: wfd_standby_resume_capability. */
	MC_WFD_PARAM_STANDBY_RESUME,
	/** @MC_WFD_PARAM_STANDBY: wfd_standby. */
	MC_WFD_PARAM_STANDBY,
	/** @MC_WFD_PARAM_CONNECTOR: wfd_connector_type. */
	MC_WFD_PARAM_CONNECTOR,
	/** @MC_WFD_PARAM_IDR: wfd_idr_request. */
	MC_WFD_PARAM_IDR,
	/** @MC_WFD_PARAM_IDR_CAPABILITY: wfd_idr_request_capability. */
	MC_WFD_PARAM_IDR_CAPABILITY,
	/** @MC_WFD_PARAM_R2_VIDEO: wfd2_video_formats. */
	MC_WFD_PARAM_R2_VIDEO,
	/** @MC_WFD_PARAM_R2_AUDIO: wfd2_audio_codecs. */
	MC_WFD_PARAM_R2_AUDIO,
	/** @MC_WFD_PARAM_R2_ROTATION: wfd2_rotation_capability. */
	MC_WFD_PARAM_R2_ROTATION,
	/** @MC_WFD_PARAM_MICROSOFT_VIDEO: wfdx_video_formats. */
	MC_WFD_PARAM_MICROSOFT_VIDEO,
	/** @MC_WFD_PARAM_SURFACE: microsoft_video_formats. */
	MC_WFD_PARAM_SURFACE,
	/** @MC_WFD_PARAM_CURSOR: microsoft_cursor. */
	MC_WFD_PARAM_CURSOR,
	/** @MC_WFD_PARAM_BITRATE: microsoft_max_bitrate. */
	MC_WFD_PARAM_BITRATE,
	/** @MC_WFD_PARAM_RTCP: microsoft_rtcp_capability. */
	MC_WFD_PARAM_RTCP,
	/** @MC_WFD_PARAM_LATENCY: microsoft_latency_management_capability. */
	MC_WFD_PARAM_LATENCY,
	/** @MC_WFD_PARAM_FORMAT_CHANGE: microsoft_format_change_capability. */
	MC_WFD_PARAM_FORMAT_CHANGE,
	/** @MC_WFD_PARAM_DIAGNOSTICS: microsoft_diagnostics_capability. */
	MC_WFD_PARAM_DIAGNOSTICS,
	/** @MC_WFD_PARAM_COLOR: microsoft_color_space_conversion. */
	MC_WFD_PARAM_COLOR,
	/** @MC_WFD_PARAM_SCREEN: microsoft_multiscreen_projection. */
	MC_WFD_PARAM_SCREEN,
	/** @MC_WFD_PARAM_MUTE: microsoft_audio_mute. */
	MC_WFD_PARAM_MUTE,
	/** @MC_WFD_PARAM_REASON: microsoft_teardown_reason. */
	MC_WFD_PARAM_REASON,
	/** @MC_WFD_PARAMS: How many there are. */
	MC_WFD_PARAMS,
};

/** MC_WFD_BIT() - Bit of a parameter, MC_WFD_BIT(VIDEO). */
#define MC_WFD_BIT(name)	(1ULL << MC_WFD_PARAM_##name)

/**
 * struct mc_wfd_params - What a body says.
 */
struct mc_wfd_params {
	/** @present: Mask of those that were read; members of others are zero or "none". */
	uint64_t present;
	/** @bad: Mask of those whose value is wrong. */
	uint64_t bad;
	/** @repeated: Mask of those that came more than once; the first counts. */
	uint64_t repeated;
	/** @unknown: Lines that are none of the parameters. */
	uint32_t unknown;
	/** @audio: wfd_audio_codecs. */
	struct mc_wfd_audio audio;
	/** @video: wfd_video_formats. */
	struct mc_wfd_video video;
	/** @video_3d: wfd_3d_video_formats. */
	struct mc_wfd_video video_3d;
	/** @protection: wfd_content_protection. */
	struct mc_wfd_protection protection;
	/** @edid: wfd_display_edid. */
	struct mc_wfd_edid edid;
	/** @coupled: wfd_coupled_sink. */
	struct mc_wfd_coupled coupled;
	/** @trigger: wfd_trigger_method. */
	uint32_t trigger;
	/** @urls: wfd_presentation_URL. */
	struct mc_wfd_urls urls;
	/** @ports: wfd_client_rtp_ports. */
	struct mc_wfd_ports ports;
	/** @route: wfd_route. */
	uint32_t route;
	/** @i2c: wfd_I2C. */
	uint32_t i2c;
	/** @change: wfd_av_format_change_timing. */
	struct mc_wfd_change change;
	/** @timing: wfd_preferred_display_mode. */
	struct mc_wfd_timing timing;
	/** @uibc: wfd_uibc_capability. */
	struct mc_wfd_uibc uibc;
	/** @uibc_setting: wfd_uibc_setting. */
	uint32_t uibc_setting;
	/** @standby_resume: wfd_standby_resume_capability. */
	uint32_t standby_resume;
	/** @standby: wfd_standby. */
	uint32_t standby;
	/** @connector: wfd_connector_type. */
	uint32_t connector;
	/** @idr: wfd_idr_request. */
	uint32_t idr;
	/** @idr_capability: wfd_idr_request_capability. */
	uint32_t idr_capability;
	/** @r2_video: wfd2_video_formats. */
	struct mc_wfd_video r2_video;
	/** @r2_audio: wfd2_audio_codecs. */
	struct mc_wfd_audio r2_audio;
	/** @r2_rotation: wfd2_rotation_capability. */
	uint32_t r2_rotation;
	/** @microsoft_video: wfdx_video_formats. */
	struct mc_wfd_video microsoft_video;
	/** @surface: microsoft_video_formats. */
	uint64_t surface;
	/** @cursor: microsoft_cursor. */
	struct mc_wfd_cursor cursor;
	/** @bitrate: microsoft_max_bitrate. */
	uint32_t bitrate;
	/** @rtcp: microsoft_rtcp_capability. */
	uint32_t rtcp;
	/** @latency: microsoft_latency_management_capability. */
	uint32_t latency;
	/** @format_change: microsoft_format_change_capability. */
	uint32_t format_change;
	/** @diagnostics: microsoft_diagnostics_capability. */
	uint32_t diagnostics;
	/** @color: microsoft_color_space_conversion. */
	uint32_t color;
	/** @screen: microsoft_multiscreen_projection. */
	struct mc_wfd_screen screen;
	/** @mute: microsoft_audio_mute. */
	uint32_t mute;
	/** @reason: microsoft_teardown_reason. */
	struct mc_wfd_reason reason;
	/** @reserved: Zero. */
	uint64_t reserved[32];
};

/**
 * mc_wfd_param_name() - Name of a parameter, as in a message.
 * @which: the parameter
 *
 * Return: its name, or NULL for a number that this library has no parameter of.
 */
const char *mc_wfd_param_name(enum mc_wfd_param which);

/**
 * mc_wfd_params_parse() - Read a body.
 * @text: the body; lines end with CRLF, LF or CR
 * @size: its bytes
 * @body: filled in; an EDID points into the text
 *
 * A wrong value drops its parameter; the others are kept.
 *
 * Return: how many parameters were read.
 */
int mc_wfd_params_parse(const char *text, size_t size, struct mc_wfd_params *body);

/**
 * mc_wfd_params_print() - Write those of @present.
 * @body: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: the length, -ENOSPC, or -EINVAL: a member has no written form, @present has an
 * unknown bit, or a reserved member is not zero.
 */
int mc_wfd_params_print(const struct mc_wfd_params *body, char *out, size_t size);

/**
 * mc_wfd_names_parse() - Read the names of M3.
 * @text: what to read
 * @size: its bytes
 * @unknown: how many lines were no name, or NULL
 *
 * Return: their mask.
 */
uint64_t mc_wfd_names_parse(const char *text, size_t size, uint32_t *unknown);

/**
 * mc_wfd_names_print() - Write the body of M3.
 * @mask: the parameters
 * @out: where to
 * @size: room at it
 *
 * Return: its length, -ENOSPC, or -EINVAL: an unknown bit.
 */
int mc_wfd_names_print(uint64_t mask, char *out, size_t size);

#endif
