// SPDX-License-Identifier: MIT
#include "wfd/offer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reserved.h"
#include "wfd/text.h"

/* The driver's tolerance for rates of standard timings: half a hertz covers 59.94 for 60. */
#define SAME_RATE_MHZ	500

uint32_t mc_wfd_modes(const struct mc_wfd_choice *choice, struct drm_miracast_mode *modes,
		      uint32_t max)
{
	const struct mc_wfd_mode *mode;
	uint32_t i;

	for (i = 0; i < choice->count && i < max; i++) {
		mode = &choice->candidates[i].mode;
		memset(&modes[i], 0, sizeof(modes[i]));
		modes[i].width = mode->width;
		modes[i].height = mode->height;
		modes[i].refresh_mhz = mode->hz * 1000;
		modes[i].flags = i ? 0 : DRM_MIRACAST_MODE_FLAG_PREFERRED;
	}
	return i;
}

const struct mc_wfd_candidate *mc_wfd_find(const struct mc_wfd_choice *choice, uint32_t width,
					   uint32_t height, uint32_t mhz)
{
	const struct mc_wfd_candidate *c;

	for (c = choice->candidates; c < choice->candidates + choice->count; c++)
		if (c->mode.width == width && c->mode.height == height &&
		    llabs(1000LL * c->mode.hz - mhz) <= SAME_RATE_MHZ)
			return c;
	return NULL;
}

/* The highest level of a mask. Bits that are reserved may be set above it. */
static uint32_t level_bit(enum mc_wfd_numbering numbering, uint32_t mask)
{
	uint32_t bit = 1U << (MC_WFD_LEVELS - 1);

	while (bit && !(mask & bit && mc_wfd_level_of(numbering, bit)))
		bit >>= 1;
	return bit;
}

/* A candidate of another choice may name what this sink does not have. */
static bool is_of(const struct mc_wfd_video *video, const struct mc_wfd_candidate *candidate)
{
	return candidate->codec < video->count && candidate->codec < MC_WFD_CODECS_MAX &&
	       (unsigned int)candidate->table <= MC_WFD_SURFACE &&
	       candidate->bit < MC_WFD_BITS &&
	       mc_is_zero(candidate->reserved, sizeof(candidate->reserved));
}

/* One bit of what the sink has offered. */
static void set_video(const struct mc_wfd_video *offered,
		      const struct mc_wfd_candidate *candidate, struct mc_wfd_video *video)
{
	const struct mc_wfd_codec *codec = &offered->codecs[candidate->codec];

	video->numbering = offered->numbering;
	video->count = 1;
	video->codecs[0].type = codec->type;
	video->codecs[0].profile = candidate->profile;
	video->codecs[0].level = level_bit(offered->numbering, codec->level);
	if (candidate->table != MC_WFD_SURFACE)
		video->codecs[0].masks[candidate->table] = 1ULL << candidate->bit;
	video->codecs[0].rate_control = codec->rate_control;
	video->codecs[0].max_width = MC_WFD_NO_SIZE;
	video->codecs[0].max_height = MC_WFD_NO_SIZE;
}

/* R2's audio only for sinks that know no other, or have none in the other. */
static void set_audio(const struct mc_wfd_params *sink, uint32_t sounds,
		      struct mc_wfd_params *m4)
{
	bool has_first = sink->present & MC_WFD_BIT(AUDIO);

	if (sink->present & MC_WFD_BIT(R2_AUDIO) &&
	    (!has_first || (!sink->audio.offered && sink->r2_audio.offered))) {
		mc_wfd_audio_choose(&sink->r2_audio, sounds, &m4->r2_audio);
		m4->present |= MC_WFD_BIT(R2_AUDIO);
		return;
	}
	mc_wfd_audio_choose(has_first ? &sink->audio : NULL, sounds, &m4->audio);
	m4->present |= MC_WFD_BIT(AUDIO);
}

static struct mc_wfd_video *video_in(struct mc_wfd_params *m4, enum mc_wfd_param param)
{
	if (param == MC_WFD_PARAM_MICROSOFT_VIDEO)
		return &m4->microsoft_video;
	return param == MC_WFD_PARAM_R2_VIDEO ? &m4->r2_video : &m4->video;
}

int mc_wfd_m4(const struct mc_wfd_params *sink, const struct mc_wfd_choice *choice,
	      const struct mc_wfd_candidate *candidate, uint32_t sounds, const char *url,
	      struct mc_wfd_params *m4)
{
	const struct mc_wfd_video *video = mc_wfd_choice_video(sink, choice);

	memset(m4, 0, sizeof(*m4));
	if (!is_of(video, candidate))
		return -EINVAL;
	if (mc_wfd_ports_fault(&sink->ports))
		return -EPROTONOSUPPORT;
	if (strlen(url) > MC_WFD_URL_MAX)
		return -E2BIG;
	if (!mc_wfd_is_url(url, MC_WFD_URL_MAX + 1))
		return -EINVAL;
	m4->present = 1ULL << choice->param | MC_WFD_BIT(URLS) | MC_WFD_BIT(PORTS);
	set_video(video, candidate, video_in(m4, choice->param));
	if (candidate->table == MC_WFD_SURFACE) {
		m4->surface = 1ULL << candidate->bit;
		m4->present |= MC_WFD_BIT(SURFACE);
	}
	set_audio(sink, sounds, m4);
	strcpy(m4->urls.primary, url);
	m4->ports.rtp = sink->ports.rtp;
	return 0;
}
