// SPDX-License-Identifier: MIT
/* Negotiation: the answers of real sinks, and the mode that each is sent. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "edid_block.h"
#include "edid_sample.h"
#include "harness.h"
#include "wfd/offer.h"
#include "wfd_vectors.h"

#define URL	"rtsp://192.168.173.1/wfd1.0/streamid=0"
#define FULL	" 00 0000 0000 00 none none\r\n"

static const struct mc_wfd_limits anything = { 0 };
static struct mc_wfd_params sink, m4;
static struct mc_wfd_choice choice;

static int negotiate(const char *body, const struct mc_wfd_limits *limits)
{
	mc_wfd_params_parse(body, strlen(body), &sink);
	return mc_wfd_choose(&sink, NULL, 0, limits, &choice);
}

static bool first_is(uint32_t width, uint32_t height, uint32_t hz, enum mc_wfd_place place)
{
	const struct mc_wfd_candidate *c = choice.candidates;

	return choice.count && c->mode.width == width && c->mode.height == height &&
	       c->mode.hz == hz && c->place == place;
}

static bool was_dropped(enum mc_wfd_table table, uint32_t bit, enum mc_wfd_drop why)
{
	uint32_t i;

	for (i = 0; i < choice.dropped_count; i++)
		if (choice.dropped[i].table == table && choice.dropped[i].bit == bit)
			return choice.dropped[i].why == why;
	return false;
}

/* Each bit that the sink has set is a candidate or a dropped mode, once. */
static bool every_bit_is_accounted_for(void)
{
	const struct mc_wfd_video *video = mc_wfd_choice_video(&sink, &choice);
	uint32_t i, bits = (uint32_t)__builtin_popcountll(sink.surface);
	int table;

	for (table = 0; table < MC_WFD_TABLES; table++) {
		uint64_t all = 0;

		for (i = 0; i < video->count; i++)
			all |= video->codecs[i].masks[table];
		bits += (uint32_t)__builtin_popcountll(all);
	}
	return choice.count + choice.dropped_count == bits;
}

/* No candidate is above the level of its entry, except the one that may be. */
static bool all_fit(void)
{
	const struct mc_wfd_video *video = mc_wfd_choice_video(&sink, &choice);
	const struct mc_wfd_candidate *c;

	for (c = choice.candidates; c < choice.candidates + choice.count; c++) {
		const struct mc_wfd_level *level =
			mc_wfd_level_of(video->numbering, video->codecs[c->codec].level);

		if (c->mode.interlaced || (unsigned int)c->place > MC_WFD_PLACE_OVER_LEVEL)
			return false;
		if (c->place != MC_WFD_PLACE_OVER_LEVEL &&
		    !mc_wfd_level_holds(level, &c->mode))
			return false;
	}
	return true;
}

/* Reads back what M4 says of the video. */
static bool m4_is(const char *expected)
{
	struct mc_wfd_params video = { 0 };
	char text[2048];

	sink.ports.rtp = 1028;
	if (mc_wfd_m4(&sink, &choice, choice.candidates, 0, URL, &m4))
		return false;
	video = m4;
	video.present &= MC_WFD_BIT(VIDEO) | MC_WFD_BIT(R2_VIDEO) | MC_WFD_BIT(MICROSOFT_VIDEO) |
			 MC_WFD_BIT(SURFACE);
	return mc_wfd_params_print(&video, text, sizeof(text)) > 0 && !strcmp(text, expected);
}

static void check_vector(const struct wfd_vector *v)
{
	struct mc_wfd_limits limits = { .quirks = v->quirks };
	const struct mc_wfd_candidate *c = choice.candidates;
	char what[160], text[MC_WFD_CHOICE_TEXT];
	int ret = negotiate(v->body, &limits);

	snprintf(what, sizeof(what), "%s: %ux%up%u first, not %s", v->who, v->width, v->height,
		 v->hz, choice.count ? mc_wfd_candidate_text(c, text) : "nothing");
	check(!ret && first_is(v->width, v->height, v->hz, v->place), what);
	snprintf(what, sizeof(what), "%s: profile and level", v->who);
	check(c->profile == v->profile && c->level_idc == v->level_idc, what);
	snprintf(what, sizeof(what), "%s: each mode that it offers is judged, once", v->who);
	check(every_bit_is_accounted_for(), what);
	snprintf(what, sizeof(what), "%s: its level holds what it is sent", v->who);
	check(all_fit(), what);
	snprintf(what, sizeof(what), "%s: M4", v->who);
	check(m4_is(v->m4), what);
}

static void check_airserver(void)
{
	negotiate(AIRSERVER, &anything);
	check(!mc_wfd_find(&choice, 640, 480, 60000), "640x480 is refused where it is not offered");
	check(mc_wfd_find(&choice, 1280, 720, 30000), "720p30 is not");
	check(!mc_wfd_find(&choice, 1280, 720, 60000), "720p60 is");
	check(sink.bitrate == 15000000, "the most bits in a second are known");
	negotiate(WIDI, &anything);
	check(!!mc_wfd_find(&choice, 640, 480, 59940), "59.94 Hz is 60 Hz");
	check(!mc_wfd_find(&choice, 640, 480, 59000), "59 Hz is not");
}

static void check_drops(void)
{
	struct mc_wfd_limits limits = { 0 };

	negotiate(WIDI, &anything);
	check(was_dropped(MC_WFD_CEA, 2, MC_WFD_DROP_INTERLACED), "interlaced modes are dropped");
	check(was_dropped(MC_WFD_VESA, 13, MC_WFD_DROP_LEVEL), "so are those above the level");
	negotiate(vectors[3].body, &anything);
	check(was_dropped(MC_WFD_HH, 12, MC_WFD_DROP_RESERVED), "and bits without meaning");
	negotiate(R1 "00 00 04 10 00000001 00000000 00000000" FULL, &anything);
	check(!choice.count && was_dropped(MC_WFD_CEA, 0, MC_WFD_DROP_PROFILE),
	      "and profiles that the source has not");
	negotiate(R1 "00 00 01 20 00000001 00000000 00000000" FULL, &anything);
	check(was_dropped(MC_WFD_CEA, 0, MC_WFD_DROP_NO_LEVEL), "and entries without a level");
	negotiate(R2 "00 02 01 0010 000000000001 000000000000 000000000000 00 0000 0000 00 00",
		  &anything);
	check(was_dropped(MC_WFD_CEA, 0, MC_WFD_DROP_CODEC), "and H.265");
	negotiate("wfdx_video_formats: 0000 00 0004 0040 0000000100 0000000000 00000000" FULL,
		  &anything);
	check(was_dropped(MC_WFD_CEA, 8, MC_WFD_DROP_PROFILE), "also by Microsoft's profile bit");

	limits.width_max = 1280;
	negotiate(WIDI, &limits);
	check(was_dropped(MC_WFD_CEA, 7, MC_WFD_DROP_SIZE) &&
	      first_is(1280, 800, 60, MC_WFD_PLACE_STANDARD),
	      "the source's width is a limit");
	limits = (struct mc_wfd_limits){ .height_max = 700 };
	negotiate(WIDI, &limits);
	check(was_dropped(MC_WFD_CEA, 6, MC_WFD_DROP_SIZE), "its height");
	negotiate(R1 "00 00 01 10 00000040 00000080 00000000" FULL, &anything);
	check(first_is(1280, 720, 60, MC_WFD_PLACE_STANDARD),
	      "a fifteenth more pixels do not outweigh a mode of televisions");
	negotiate(R1 "00 00 01 10 00000000 00000200 00000400" FULL, &anything);
	check(choice.count == 2 && choice.candidates[1].table == MC_WFD_HH,
	      "handheld devices' modes are among the others");
	negotiate(R1 "00 00 01 10 00000001 00000000 00000800" FULL, &anything);
	check(first_is(848, 480, 60, MC_WFD_PLACE_STANDARD), "and may come first");
	limits = (struct mc_wfd_limits){ .hz_max = 30 };
	negotiate(WIDI, &limits);
	check(was_dropped(MC_WFD_CEA, 6, MC_WFD_DROP_RATE), "its rate");
	limits = (struct mc_wfd_limits){ .macroblock_rate_max = 215999 };
	negotiate(WIDI, &limits);
	check(was_dropped(MC_WFD_CEA, 6, MC_WFD_DROP_MACROBLOCKS), "its macroblocks a second");
	limits.macroblock_rate_max = 216000;
	negotiate(WIDI, &limits);
	check(!!mc_wfd_find(&choice, 1280, 720, 60000), "to the last one");
	limits = (struct mc_wfd_limits){ .level_idc_max = 31 };
	negotiate(WIDI, &limits);
	check(was_dropped(MC_WFD_CEA, 6, MC_WFD_DROP_OWN_LEVEL) &&
	      mc_wfd_find(&choice, 1280, 720, 30000), "its encoder's level");
	limits = (struct mc_wfd_limits){ .profiles = MC_WFD_PROFILE_RHP2 };
	negotiate(TABLET, &limits);
	check(choice.candidates[0].profile == MC_WFD_PROFILE_RHP2 && !choice.candidates[0].codec,
	      "its profiles are a choice");
}

/* wfd_video_formats that offers 1920x1200p30 at level 4.2, and 640x480. */
#define WUXGA	R1 "00 00 01 10 00000001 10000000 00000000" FULL

static void check_over_level(void)
{
	struct mc_wfd_limits limits = { .quirks = MC_WFD_QUIRK_STRICT_LEVEL };

	negotiate(WUXGA, &anything);
	check(choice.count == 2 && choice.candidates[1].place == MC_WFD_PLACE_OVER_LEVEL &&
	      choice.candidates[1].level_idc == 50, "1920x1200p30 at level 4.2 is the last");
	negotiate(WUXGA, &limits);
	check(choice.count == 1 && was_dropped(MC_WFD_VESA, 28, MC_WFD_DROP_LEVEL),
	      "and dropped where the level is strict");
	negotiate(R1 "00 00 01 08 00000001 10000000 00000000" FULL, &anything);
	check(choice.count == 1, "at level 4.1 it is always dropped");
	negotiate(R2 "00 01 01 0010 000000000001 000010000000 000000000000 00 0000 0000 00 00",
		  &anything);
	check(choice.count == 1, "and in R2, which has level 5");
}

static void check_panel(void)
{
	uint8_t edid[2 * 128], bad[2 * 128];
	struct mc_wfd_limits limits = { 0 };
	struct drm_miracast_mode panel;

	sample_edid(edid);
	memcpy(bad, edid, sizeof(bad));
	bad[20] ^= 1;
	mc_edid_timing(edid + EDID_DETAILED, &panel);
	printf("# the sample's panel is %ux%u at %u mHz\n", panel.width, panel.height,
	       panel.refresh_mhz);

	negotiate(vectors[2].body, &anything);
	mc_wfd_choose(&sink, edid, sizeof(edid), &anything, &choice);
	check(first_is(panel.width, panel.height, (panel.refresh_mhz + 500) / 1000,
		       MC_WFD_PLACE_PANEL) && !*choice.edid_fault,
	      "the panel's timing comes before all others");
	mc_wfd_choose(&sink, bad, sizeof(bad), &anything, &choice);
	check(strstr(choice.edid_fault, "checksum") &&
	      choice.candidates[0].place == MC_WFD_PLACE_STANDARD,
	      "a bad EDID is named and not used");
	limits.quirks = MC_WFD_QUIRK_IGNORE_EDID;
	mc_wfd_choose(&sink, edid, sizeof(edid), &limits, &choice);
	check(choice.candidates[0].place == MC_WFD_PLACE_STANDARD, "a quirk ignores it");
	edid[EDID_DETAILED + 17] |= 0x80;
	mc_edid_sign(edid);
	mc_wfd_choose(&sink, edid, sizeof(edid), &anything, &choice);
	check(!*choice.edid_fault && choice.candidates[0].place == MC_WFD_PLACE_STANDARD,
	      "an interlaced timing is no panel's");
	memset(edid + EDID_DETAILED, 0, 2);
	mc_edid_sign(edid);
	mc_wfd_choose(&sink, edid, sizeof(edid), &anything, &choice);
	check(!*choice.edid_fault && choice.candidates[0].place == MC_WFD_PLACE_STANDARD,
	      "one without a timing says nothing");
}

/* Writes a preferred timing into an EDID and corrects its checksum. */
static void set_panel(uint8_t *edid, uint32_t width, uint32_t height, uint32_t hz)
{
	uint32_t clock = (width + 100) * (height + 20) * hz / 10000, i;
	uint8_t *t = edid + 54;

	t[0] = (uint8_t)clock;
	t[1] = (uint8_t)(clock >> 8);
	t[2] = (uint8_t)width;
	t[3] = 100;
	t[4] = (uint8_t)(width >> 8 << 4);
	t[5] = (uint8_t)height;
	t[6] = 20;
	t[7] = (uint8_t)(height >> 8 << 4);
	t[17] = 0;
	edid[127] = 0;
	for (i = 0; i < 127; i++)
		edid[127] = (uint8_t)(edid[127] - edid[i]);
}

static void check_small_panel(void)
{
	const struct mc_wfd_candidate *c = choice.candidates;
	uint8_t edid[2 * 128];
	uint32_t i;

	sample_edid(edid);
	set_panel(edid, 1366, 768, 60);
	negotiate(vectors[2].body, &anything);
	mc_wfd_choose(&sink, edid, sizeof(edid), &anything, &choice);
	check(first_is(1366, 768, 60, MC_WFD_PLACE_PANEL) &&
	      c[1].mode.width == 1366 && c[1].place == MC_WFD_PLACE_PANEL_SIZE,
	      "a panel of 1366x768 gets its own size, at its own rate first");
	for (i = 1; i < choice.count && c[i].place != MC_WFD_PLACE_LARGER; i++)
		if (c[i].mode.width > 1366 || c[i].mode.height > 768)
			break;
	check(i < choice.count && c[i].place == MC_WFD_PLACE_LARGER,
	      "larger modes come after those that fit");
}

static void check_native(void)
{
	struct mc_wfd_limits limits = { .quirks = MC_WFD_QUIRK_IGNORE_NATIVE };

	negotiate(R1 "28 00 01 10 000001ff 00000000 00000000" FULL, &anything);
	check(first_is(1280, 720, 30, MC_WFD_PLACE_NATIVE), "a native mode is a hint");
	negotiate(R1 "28 00 01 10 000001ff 00000000 00000000" FULL, &limits);
	check(first_is(1920, 1080, 60, MC_WFD_PLACE_STANDARD), "that a quirk ignores");
	negotiate(R1 "81 00 01 10 000001ff 00010000 00000000" FULL, &anything);
	check(first_is(1400, 1050, 30, MC_WFD_PLACE_NATIVE), "VESA is table 1");
	negotiate(R1 "42 00 01 10 000001ff 00000000 00000100" FULL, &anything);
	check(first_is(960, 540, 30, MC_WFD_PLACE_NATIVE), "HH is table 2");
	negotiate(R1 "47 00 01 10 000001ff 00000000 00000100" FULL, &anything);
	check(first_is(1920, 1080, 60, MC_WFD_PLACE_STANDARD), "table 7 is none");
	negotiate(R1 "03 00 01 10 000001ff 00000000 00000000" FULL
		  "microsoft_video_formats: 000000000001\r\n", &anything);
	check(first_is(1920, 1080, 60, MC_WFD_PLACE_STANDARD), "nor is table 3 Microsoft's");
}

static void check_surface(void)
{
	negotiate(R2 "00 01 01 0020 000000000001 000000000000 000000000001 00 0000 0000 00 00\r\n"
		  "microsoft_video_formats: 000000200011\r\n", &anything);
	check(choice.count == 3 && choice.candidates[2].table == MC_WFD_SURFACE &&
	      choice.candidates[2].mode.height == 1280, "Microsoft's table is used");
	check(was_dropped(MC_WFD_SURFACE, 4, MC_WFD_DROP_LEVEL) &&
	      was_dropped(MC_WFD_SURFACE, 21, MC_WFD_DROP_RESERVED), "within the level");
	sink.ports.rtp = 5000;
	check(!mc_wfd_m4(&sink, &choice, &choice.candidates[2], 0, URL, &m4) && m4.surface == 1 &&
	      m4.r2_video.count == 1 && !m4.r2_video.codecs[0].masks[0],
	      "M4 has its bit, and no other");
}

static void check_without_video(void)
{
	check(negotiate("wfd_video_formats: none\r\n", &anything) == -ENODATA,
	      "a sink without video");
	check(negotiate("", &anything) == -ENODATA, "a sink that says nothing");
	check(negotiate(R1 "00 00 01 10 00000004 00000000 00000000" FULL, &anything) == -ENOENT,
	      "a sink with interlaced modes only");
}

#define BY_RANK_R1	R1 "00 00 01 10 00000061 00000000 00000000" FULL
#define MICROSOFT(profile) \
	"wfdx_video_formats: 0000 00 " profile " 0040 0000000100 0000000000 00000000" FULL
#define H265_ONLY \
	R2 "00 02 01 0010 000000000001 000000000000 000000000000 00 0000 0000 00 00\r\n"

/* One odd line does not hide the others, but one that can be used counts alone. */
static void check_other_parameters(void)
{
	const struct mc_wfd_limits small = { .width_max = 1280 };

	check(!negotiate(H265_ONLY BY_RANK_R1, &anything) &&
	      choice.param == MC_WFD_PARAM_VIDEO && choice.count == 3 && !choice.dropped_count &&
	      first_is(1280, 720, 60, MC_WFD_PLACE_STANDARD) && every_bit_is_accounted_for(),
	      "a sink of H.265 in the second release is sent what the first has");
	check(m4_is(R1 "00 00 01 10 00000040 00000000 00000000" FULL), "and M4 answers that");
	check(!negotiate(MICROSOFT("0004") BY_RANK_R1, &anything) &&
	      choice.param == MC_WFD_PARAM_VIDEO && choice.count == 3,
	      "so is one that has no known profile in Microsoft's list");
	check(!negotiate(MICROSOFT("0003") BY_RANK_R1, &anything) &&
	      choice.param == MC_WFD_PARAM_MICROSOFT_VIDEO && choice.count == 1 &&
	      first_is(1920, 1080, 60, MC_WFD_PLACE_STANDARD),
	      "Microsoft's list counts alone when it can be used");
	check(!negotiate(MICROSOFT("0003") BY_RANK_R1, &small) &&
	      choice.param == MC_WFD_PARAM_VIDEO, "by this source");
	check(negotiate(MICROSOFT("0004") H265_ONLY
			R1 "00 00 04 10 00000001 00000000 00000000" FULL, &anything) == -ENOENT &&
	      choice.param == MC_WFD_PARAM_MICROSOFT_VIDEO && !choice.count &&
	      choice.dropped_count == 1 &&
	      was_dropped(MC_WFD_CEA, 8, MC_WFD_DROP_PROFILE) && every_bit_is_accounted_for(),
	      "where none is left, the reasons are those of the first");
}

static void check_arrival(void)
{
	struct drm_miracast_mode modes[MC_WFD_CHOICE_MAX];
	uint32_t count;

	negotiate(WIDI, &anything);
	count = mc_wfd_modes(&choice, modes, MC_WFD_CHOICE_MAX);
	check(count == choice.count && modes[0].width == 1920 && modes[0].refresh_mhz == 30000 &&
	      modes[0].flags == DRM_MIRACAST_MODE_FLAG_PREFERRED && !modes[1].flags,
	      "MONITOR_ARRIVE gets all modes, the first preferred");
	check(mc_wfd_modes(&choice, modes, 2) == 2, "and no more than it takes");
}

#define AT_1080P60	" 000000000100 000000000000 000000000000 00 0000 0000 00 00\r\n"

/* Bits of a level that are reserved. */
static void check_level(void)
{
	negotiate(R1 "00 00 01 30 00000100 00000000 00000000" FULL, &anything);
	check(m4_is(R1 "00 00 01 10 00000100 00000000 00000000" FULL),
	      "M4 has the highest level that the first release knows");
	negotiate(R2 "00 01 01 0110" AT_1080P60, &anything);
	check(m4_is(R2 "00 01 01 0010" AT_1080P60), "or the second");
	negotiate(R2 "00 01 01 0180" AT_1080P60, &anything);
	sink.ports.rtp = 1028;
	check(choice.count && !mc_wfd_m4(&sink, &choice, choice.candidates, 0, URL, &m4) &&
	      m4.r2_video.codecs[0].level == 0x80, "which ends at 5.2");
}

/* A newer program may ask for more than this library knows. */
static void check_limits(void)
{
	struct mc_wfd_limits limits = { .reserved = { [8] = 1 } };

	check(negotiate(WIDI, &limits) == -EINVAL && !choice.count && !choice.dropped_count,
	      "an unknown limit is refused");
	limits = (struct mc_wfd_limits){ .quirks = MC_WFD_QUIRK_STRICT_LEVEL << 1 };
	check(negotiate(WIDI, &limits) == -EINVAL, "as is an unknown quirk");
	limits = (struct mc_wfd_limits){ .profiles = MC_WFD_PROFILE_RHP2 << 1 };
	check(negotiate(WIDI, &limits) == -EINVAL, "or profile");
	mc_wfd_params_parse(WIDI, strlen(WIDI), &sink);
	sink.reserved[0] = 1;
	check(mc_wfd_choose(&sink, NULL, 0, &anything, &choice) == -EINVAL,
	      "or what is not known of the sink");
}

static void check_texts(void)
{
	char text[MC_WFD_CHOICE_TEXT];
	struct mc_wfd_dropped dropped = { .table = MC_WFD_HH, .bit = 12 };
	struct mc_wfd_candidate candidate = { .table = MC_WFD_CEA };
	int i;

	negotiate(WIDI, &anything);
	check(!strcmp(mc_wfd_candidate_text(choice.candidates, text),
		      "1920x1080p30 (CEA 7): a standard mode, by its pixels a second"),
	      "a candidate as a sentence");
	check(!strcmp(mc_wfd_dropped_text(choice.dropped, text), "720x480i60 (CEA 2): interlaced"),
	      "a dropped mode likewise");
	for (i = 0; i <= MC_WFD_DROP_OWN_LEVEL; i++) {
		dropped.why = (enum mc_wfd_drop)i;
		if (!mc_wfd_dropped_text(&dropped, text) || strlen(text) < 15)
			break;
	}
	check(i > MC_WFD_DROP_OWN_LEVEL, "each reason has a text");
	dropped.why = (enum mc_wfd_drop)i;
	check(!mc_wfd_dropped_text(&dropped, text) && !*text, "one that is not known has none");
	dropped = (struct mc_wfd_dropped){ .table = (enum mc_wfd_table)(MC_WFD_SURFACE + 1) };
	check(!mc_wfd_dropped_text(&dropped, text) && !*text, "nor has a table");
	candidate.place = (enum mc_wfd_place)-1;
	check(!mc_wfd_candidate_text(&candidate, text) && !*text, "or a place");
}

int main(void)
{
	size_t i;

	for (i = 0; i < VECTORS; i++)
		check_vector(&vectors[i]);
	check_airserver();
	check_drops();
	check_over_level();
	check_panel();
	check_small_panel();
	check_native();
	check_surface();
	check_without_video();
	check_other_parameters();
	check_arrival();
	check_level();
	check_limits();
	check_texts();
	return check_result();
}
