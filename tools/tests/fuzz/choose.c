// SPDX-License-Identifier: MIT
/*
 * Negotiation with any sink: two bytes of quirks and limits, an answer to M3,
 * and behind a NUL an EDID.
 */
#include <string.h>

#include "fuzz.h"
#include "wfd/offer.h"

static const struct mc_wfd_limits limits[] = {
	{ 0 },
	{ .width_max = 1920, .height_max = 1080 },
	{ .hz_max = 30 },
	{ .macroblock_rate_max = 245760 },
	{ .level_idc_max = 40 },
	{ .profiles = MC_WFD_PROFILE_RHP2 },
	{ .profiles = MC_WFD_PROFILE_CHP | MC_WFD_PROFILE_RHP2 },
};

static struct mc_wfd_params sink, m4, back;
static struct mc_wfd_choice choice;

static int bits(const struct mc_wfd_video *video)
{
	const uint64_t *masks = video->codecs[0].masks;

	return __builtin_popcountll(masks[0]) + __builtin_popcountll(masks[1]) +
	       __builtin_popcountll(masks[2]);
}

/*
 * The answer only has what the sink offered: one bit, one profile, one level, nothing
 * reserved.
 */
static void check_m4(const struct mc_wfd_candidate *c)
{
	const struct mc_wfd_video *offered = mc_wfd_choice_video(&sink, &choice), *sent;
	const struct mc_wfd_codec *codec = &offered->codecs[c->codec];
	static char text[4096];
	int length;

	sink.ports = (struct mc_wfd_ports){ .rtp = 1028 };
	demand(!mc_wfd_m4(&sink, &choice, c, 1 << MC_WFD_AAC, "rtsp://[::1]/wfd1.0", &m4));
	length = mc_wfd_params_print(&m4, text, sizeof(text));
	demand(length > 0);
	mc_wfd_params_parse(text, (size_t)length, &back);
	demand(back.present == m4.present && !back.bad);
	sent = mc_wfd_choice_video(&back, &choice);
	demand(sent->count == 1 && !sent->native && !sent->codecs[0].min_slice_mb);
	demand(__builtin_popcount(sent->codecs[0].profile) == 1 &&
	       (sent->codecs[0].profile & codec->profile));
	demand(__builtin_popcount(sent->codecs[0].level) == 1 &&
	       (sent->codecs[0].level & codec->level));
	demand(mc_wfd_level_of(sent->numbering, sent->codecs[0].level) &&
	       mc_wfd_level_of(sent->numbering, sent->codecs[0].level) ==
		       mc_wfd_level_of(offered->numbering, codec->level));
	if (c->table == MC_WFD_SURFACE)
		demand(!bits(sent) && back.surface == 1ULL << c->bit);
	else
		demand(bits(sent) == 1 &&
		       (sent->codecs[0].masks[c->table] & codec->masks[c->table]));
}

static void check_candidate(const struct mc_wfd_candidate *c)
{
	const struct mc_wfd_video *video = mc_wfd_choice_video(&sink, &choice);
	const struct mc_wfd_level *level =
		mc_wfd_level_of(video->numbering, video->codecs[c->codec].level);
	char text[MC_WFD_CHOICE_TEXT];

	demand(!c->mode.interlaced);
	demand(c->place == MC_WFD_PLACE_OVER_LEVEL || mc_wfd_level_holds(level, &c->mode));
	demand(!!mc_wfd_find(&choice, c->mode.width, c->mode.height, c->mode.hz * 1000));
	demand(!!mc_wfd_candidate_text(c, text));
	check_m4(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct drm_miracast_mode modes[8];
	struct mc_wfd_limits l;
	char text[MC_WFD_CHOICE_TEXT];
	const uint8_t *nul;
	size_t length;
	uint32_t i;

	if (size < 2)
		return 0;
	l = limits[data[1] % (sizeof(limits) / sizeof(limits[0]))];
	l.quirks = data[0] & 0x1f;
	data += 2;
	size -= 2;
	nul = memchr(data, 0, size);
	length = nul ? (size_t)(nul - data) : size;
	mc_wfd_params_parse((const char *)data, length, &sink);
	if (nul)
		mc_wfd_choose(&sink, nul + 1, size - length - 1, &l, &choice);
	else
		mc_wfd_choose(&sink, NULL, 0, &l, &choice);
	demand(choice.count + choice.dropped_count <= MC_WFD_CHOICE_MAX);
	for (i = 0; i < choice.count; i++) {
		demand(!i || choice.candidates[i - 1].place <= choice.candidates[i].place);
		check_candidate(&choice.candidates[i]);
	}
	for (i = 0; i < choice.dropped_count; i++)
		demand(!!mc_wfd_dropped_text(&choice.dropped[i], text));
	demand(mc_wfd_modes(&choice, modes, 8) <= 8);
	return 0;
}
