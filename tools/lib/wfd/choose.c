// SPDX-License-Identifier: MIT
#include "wfd/choose.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edid.h"
#include "edid_block.h"
#include "reserved.h"

/* A rate of an EDID and one of Wi-Fi Display are the same: 59.94 and 60 Hz. */
#define SAME_RATE_MHZ	500

/* VESA: 1920x1200p30, which is above all levels of the first release. */
#define OVER_LEVEL_BIT	28
#define R1_LEVEL_IDC	42

_Static_assert(sizeof(((struct mc_wfd_choice *)0)->edid_fault) == MC_EDID_TEXT, "room");

/* Ranks, by which candidates are sorted: the numbers of the enum say nothing about that. */
static const struct {
	unsigned int rank;
	const char *text;
} places[] = {
	[MC_WFD_PLACE_START] = { 0, "the sink is known to want it first" },
	[MC_WFD_PLACE_PANEL] = { 1, "the preferred timing of the EDID" },
	[MC_WFD_PLACE_PANEL_SIZE] = {
		2, "the size of the EDID's preferred timing, at another rate"
	},
	[MC_WFD_PLACE_NATIVE] = { 3, "the sink's native mode" },
	[MC_WFD_PLACE_STANDARD] = { 4, "a standard mode, by its pixels a second" },
	[MC_WFD_PLACE_SURFACE] = { 5, "a mode of Microsoft's table" },
	[MC_WFD_PLACE_LARGER] = { 6, "larger than the panel" },
	[MC_WFD_PLACE_OVER_LEVEL] = {
		7, "above the sink's level, which the specification allows here"
	},
};

/* Likewise; how many checks a mode has passed. */
static const struct {
	unsigned int passed;
	const char *text;
} drops[] = {
	[MC_WFD_DROP_RESERVED] = { 0, "the bit is reserved" },
	[MC_WFD_DROP_INTERLACED] = { 1, "interlaced" },
	[MC_WFD_DROP_CODEC] = { 2, "not in H.264" },
	[MC_WFD_DROP_PROFILE] = { 3, "in no profile that the source has" },
	[MC_WFD_DROP_NO_LEVEL] = { 4, "the sink names no level" },
	[MC_WFD_DROP_LEVEL] = { 5, "above the sink's level" },
	[MC_WFD_DROP_SIZE] = { 6, "larger than the source's limit" },
	[MC_WFD_DROP_RATE] = { 7, "faster than the source's limit" },
	[MC_WFD_DROP_MACROBLOCKS] = { 8, "more macroblocks a second than the source's limit" },
	[MC_WFD_DROP_OWN_LEVEL] = { 9, "above the encoder's level" },
};

#define PLACES	(sizeof(places) / sizeof(places[0]))
#define DROPS	(sizeof(drops) / sizeof(drops[0]))

/* No reason to drop the mode. */
#define KEPT	(-1)

/* Everything that the order of the candidates depends on. */
struct wishes {
	uint32_t quirks;
	/* Preferred timing of the EDID; width 0: none. */
	struct drm_miracast_mode panel;
	bool has_native;
	enum mc_wfd_table native_table;
	uint32_t native_bit;
};

static const enum mc_wfd_param by_rank[] = {
	MC_WFD_PARAM_MICROSOFT_VIDEO, MC_WFD_PARAM_R2_VIDEO, MC_WFD_PARAM_VIDEO,
};

static const struct mc_wfd_video *video_of(const struct mc_wfd_params *sink,
					   enum mc_wfd_param param)
{
	if (param == MC_WFD_PARAM_MICROSOFT_VIDEO)
		return &sink->microsoft_video;
	return param == MC_WFD_PARAM_R2_VIDEO ? &sink->r2_video : &sink->video;
}

const struct mc_wfd_video *mc_wfd_choice_video(const struct mc_wfd_params *sink,
					       const struct mc_wfd_choice *choice)
{
	return video_of(sink, choice->param);
}

static bool is_offered(const struct mc_wfd_params *sink, enum mc_wfd_param param)
{
	return sink->present & 1ULL << param && video_of(sink, param)->count;
}

/* The profile to use of an entry, 0 when there is none. */
static uint32_t pick_profile(enum mc_wfd_numbering numbering, uint32_t offered,
			     const struct mc_wfd_limits *limits)
{
	uint32_t known = MC_WFD_PROFILE_CBP | MC_WFD_PROFILE_CHP, all = known;
	uint32_t usable;

	/* That bit is H.265 in Microsoft's numbering. */
	if (numbering == MC_WFD_R2)
		all |= MC_WFD_PROFILE_RHP2;
	usable = offered & all & (limits->profiles ? limits->profiles : known);
	return usable & -usable;
}

static bool over_level(const struct mc_wfd_video *video, const struct mc_wfd_level *level,
		       enum mc_wfd_table table, uint32_t bit, uint32_t quirks)
{
	return video->numbering == MC_WFD_R1 && table == MC_WFD_VESA && bit == OVER_LEVEL_BIT &&
	       level->idc == R1_LEVEL_IDC && !(quirks & MC_WFD_QUIRK_STRICT_LEVEL);
}

static bool beyond(uint64_t value, uint64_t limit)
{
	return limit && value > limit;
}

/* The source's own limits. Returns a reason to drop the mode, or KEPT. */
static int check_limits(const struct mc_wfd_candidate *c, const struct mc_wfd_limits *limits)
{
	uint64_t columns = (c->mode.width + 15) / 16, rows = (c->mode.height + 15) / 16;

	if (beyond(c->mode.width, limits->width_max) ||
	    beyond(c->mode.height, limits->height_max))
		return MC_WFD_DROP_SIZE;
	if (beyond(c->mode.hz, limits->hz_max))
		return MC_WFD_DROP_RATE;
	if (beyond(columns * rows * c->mode.hz, limits->macroblock_rate_max))
		return MC_WFD_DROP_MACROBLOCKS;
	if (beyond(c->level_idc, limits->level_idc_max))
		return MC_WFD_DROP_OWN_LEVEL;
	return KEPT;
}

/*
 * Whether a mode can be sent by one entry: KEPT, and the candidate's profile and level
 * filled in, or why not.
 */
static int check_codec(const struct mc_wfd_video *video, uint32_t index,
		       const struct mc_wfd_limits *limits, struct mc_wfd_candidate *c)
{
	const struct mc_wfd_codec *codec = &video->codecs[index];
	const struct mc_wfd_level *level, *needed;

	if (codec->type != MC_WFD_H264)
		return MC_WFD_DROP_CODEC;
	c->codec = index;
	c->profile = pick_profile(video->numbering, codec->profile, limits);
	if (!c->profile)
		return MC_WFD_DROP_PROFILE;
	level = mc_wfd_level_of(video->numbering, codec->level);
	if (!level)
		return MC_WFD_DROP_NO_LEVEL;
	needed = mc_wfd_level_for(&c->mode);
	c->place = MC_WFD_PLACE_STANDARD;
	if (!needed || needed->idc > level->idc) {
		if (!over_level(video, level, c->table, c->bit, limits->quirks))
			return MC_WFD_DROP_LEVEL;
		c->place = MC_WFD_PLACE_OVER_LEVEL;
	}
	c->level_idc = needed ? needed->idc : level->idc;
	return check_limits(c, limits);
}

static uint64_t mask_of(const struct mc_wfd_params *sink, const struct mc_wfd_codec *codec,
			enum mc_wfd_table table)
{
	/* Microsoft's mask applies to every entry. */
	return table == MC_WFD_SURFACE ? sink->surface : codec->masks[table];
}

/* Of two entries the result of the one that the mode got farther with. */
static int farther(int a, int b)
{
	if (a == KEPT || b == KEPT)
		return KEPT;
	return drops[a].passed > drops[b].passed ? a : b;
}

/* Looks at a bit of a table in all entries: a candidate, a dropped mode, or none. */
static void take_bit(const struct mc_wfd_params *sink, const struct mc_wfd_video *video,
		     const struct mc_wfd_limits *limits, enum mc_wfd_table table, uint32_t bit,
		     struct mc_wfd_choice *choice)
{
	struct mc_wfd_candidate best = { .profile = UINT32_MAX }, c = { 0 };
	int why = MC_WFD_DROP_RESERVED, now;
	struct mc_wfd_dropped *dropped;
	bool offered = false, known;
	uint32_t i;

	c.table = table;
	c.bit = bit;
	known = !mc_wfd_mode_of(video->numbering, table, bit, &c.mode);
	for (i = 0; i < video->count; i++) {
		if (!(mask_of(sink, &video->codecs[i], table) >> bit & 1))
			continue;
		offered = true;
		if (!known)
			break;
		if (c.mode.interlaced)
			now = MC_WFD_DROP_INTERLACED;
		else
			now = check_codec(video, i, limits, &c);
		why = farther(why, now);
		if (now == KEPT && c.profile < best.profile)
			best = c;
	}
	if (!offered)
		return;
	if (why == KEPT) {
		choice->candidates[choice->count++] = best;
		return;
	}
	dropped = &choice->dropped[choice->dropped_count++];
	dropped->mode = c.mode;
	dropped->table = table;
	dropped->bit = bit;
	dropped->why = (enum mc_wfd_drop)why;
}

static void find_native(const struct mc_wfd_video *video, struct wishes *wishes)
{
	/* A sink sends 0 when it has no native mode; it does not mean 640x480. */
	if (!video->native || wishes->quirks & MC_WFD_QUIRK_IGNORE_NATIVE)
		return;
	wishes->native_table = (enum mc_wfd_table)(video->native & 7);
	/* The other numbers are reserved; none of them is Microsoft's table. */
	wishes->has_native = wishes->native_table < MC_WFD_TABLES;
	wishes->native_bit = video->native >> 3;
}

static void find_panel(const uint8_t *edid, size_t size, struct wishes *wishes,
		       struct mc_wfd_choice *choice)
{
	if (!edid || wishes->quirks & MC_WFD_QUIRK_IGNORE_EDID ||
	    mc_edid_check(edid, size, choice->edid_fault))
		return;
	if (!mc_edid_timing(edid + EDID_DETAILED, &wishes->panel))
		wishes->panel.width = 0;
}

static bool is_720p(const struct mc_wfd_mode *mode, uint32_t hz)
{
	return mode->width == 1280 && mode->height == 720 && mode->hz == hz;
}

static bool is_start(const struct mc_wfd_mode *mode, uint32_t quirks)
{
	return (quirks & MC_WFD_QUIRK_START_720P30 && is_720p(mode, 30)) ||
	       (quirks & MC_WFD_QUIRK_START_720P60 && is_720p(mode, 60));
}

static enum mc_wfd_place find_place(const struct mc_wfd_candidate *c,
				    const struct wishes *wishes)
{
	const struct drm_miracast_mode *panel = &wishes->panel;

	if (c->place == MC_WFD_PLACE_OVER_LEVEL)
		return c->place;
	if (is_start(&c->mode, wishes->quirks))
		return MC_WFD_PLACE_START;
	if (panel->width == c->mode.width && panel->height == c->mode.height)
		return llabs((long long)panel->refresh_mhz - 1000LL * c->mode.hz) <=
		       SAME_RATE_MHZ ? MC_WFD_PLACE_PANEL : MC_WFD_PLACE_PANEL_SIZE;
	if (wishes->has_native && wishes->native_table == c->table &&
	    wishes->native_bit == c->bit)
		return MC_WFD_PLACE_NATIVE;
	if (panel->width && (c->mode.width > panel->width || c->mode.height > panel->height))
		return MC_WFD_PLACE_LARGER;
	return c->table == MC_WFD_SURFACE ? MC_WFD_PLACE_SURFACE : MC_WFD_PLACE_STANDARD;
}

static int three_way(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static uint64_t area(const struct mc_wfd_mode *mode)
{
	return (uint64_t)mode->width * mode->height;
}

/*
 * Pixels a second. Most panels have a CEA size, which need not be scaled, so CEA modes get
 * a bonus: 1366x768 at 60 Hz has one per cent more pixels a second than 1920x1080 at 30 Hz,
 * and is not better.
 */
static uint64_t worth(const struct mc_wfd_candidate *c)
{
	return area(&c->mode) * c->mode.hz * (c->table == MC_WFD_CEA ? 16 : 15);
}

static int compare(const struct mc_wfd_candidate *a, const struct mc_wfd_candidate *b)
{
	int order = three_way(places[a->place].rank, places[b->place].rank);

	if (!order)
		order = three_way(worth(b), worth(a));
	if (!order)
		order = three_way(a->table, b->table);
	if (!order)
		order = three_way(area(&b->mode), area(&a->mode));
	return order ? order : three_way(a->bit, b->bit);
}

/* By insertion: they are few, and qsort() may allocate. */
static void sort(struct mc_wfd_candidate *candidates, uint32_t count)
{
	struct mc_wfd_candidate c;
	uint32_t i, at;

	for (i = 1; i < count; i++) {
		c = candidates[i];
		for (at = i; at && compare(&c, &candidates[at - 1]) < 0; at--)
			candidates[at] = candidates[at - 1];
		candidates[at] = c;
	}
}

static void take_video(const struct mc_wfd_params *sink, enum mc_wfd_param param,
		       const struct mc_wfd_limits *limits, struct mc_wfd_choice *choice)
{
	const struct mc_wfd_video *video = video_of(sink, param);
	uint32_t bit, table;

	memset(choice, 0, sizeof(*choice));
	choice->param = param;
	for (table = MC_WFD_CEA; table <= MC_WFD_SURFACE; table++)
		for (bit = 0; bit < MC_WFD_BITS; bit++)
			take_bit(sink, video, limits, (enum mc_wfd_table)table, bit, choice);
}

/* The first parameter that has a mode; where none has, what is wrong with the first. */
static int take_best(const struct mc_wfd_params *sink, const struct mc_wfd_limits *limits,
		     struct mc_wfd_choice *choice)
{
	enum mc_wfd_param first = MC_WFD_PARAMS;
	size_t i;

	for (i = 0; i < sizeof(by_rank) / sizeof(by_rank[0]) && !choice->count; i++) {
		if (!is_offered(sink, by_rank[i]))
			continue;
		if (first == MC_WFD_PARAMS)
			first = by_rank[i];
		take_video(sink, by_rank[i], limits, choice);
	}
	if (first == MC_WFD_PARAMS)
		return -ENODATA;
	if (!choice->count && choice->param != first)
		take_video(sink, first, limits, choice);
	return 0;
}

/* What a later version would do with the rest, this one cannot. */
static bool are_known(const struct mc_wfd_limits *limits)
{
	uint32_t quirks = MC_WFD_QUIRK_START_720P30 | MC_WFD_QUIRK_START_720P60 |
			  MC_WFD_QUIRK_IGNORE_NATIVE | MC_WFD_QUIRK_IGNORE_EDID |
			  MC_WFD_QUIRK_STRICT_LEVEL;
	uint32_t profiles = MC_WFD_PROFILE_CBP | MC_WFD_PROFILE_CHP | MC_WFD_PROFILE_RHP2;

	return !(limits->quirks & ~quirks) && !(limits->profiles & ~profiles) &&
	       mc_is_zero(limits->reserved, sizeof(limits->reserved));
}

int mc_wfd_choose(const struct mc_wfd_params *sink, const uint8_t *edid, size_t edid_size,
		  const struct mc_wfd_limits *limits, struct mc_wfd_choice *choice)
{
	struct wishes wishes = { .quirks = limits->quirks };
	uint32_t i;
	int ret;

	memset(choice, 0, sizeof(*choice));
	if (!are_known(limits) || !mc_is_zero(sink->reserved, sizeof(sink->reserved)))
		return -EINVAL;
	ret = take_best(sink, limits, choice);
	if (ret)
		return ret;
	find_native(video_of(sink, choice->param), &wishes);
	find_panel(edid, edid_size, &wishes, choice);
	for (i = 0; i < choice->count; i++)
		choice->candidates[i].place = find_place(&choice->candidates[i], &wishes);
	sort(choice->candidates, choice->count);
	return choice->count ? 0 : -ENOENT;
}

static const char *sentence(const struct mc_wfd_mode *mode, enum mc_wfd_table table,
			    uint32_t bit, const char *why, char *out)
{
	const char *name = mc_wfd_table_name(table);

	*out = '\0';
	if (!name || !why)
		return NULL;
	snprintf(out, MC_WFD_CHOICE_TEXT,
		 "%" PRIu32 "x%" PRIu32 "%s%" PRIu32 " (%s %" PRIu32 "): %s", mode->width,
		 mode->height, mode->interlaced ? "i" : "p", mode->hz, name, bit, why);
	return out;
}

const char *mc_wfd_candidate_text(const struct mc_wfd_candidate *candidate, char *out)
{
	bool known = (size_t)candidate->place < PLACES;

	return sentence(&candidate->mode, candidate->table, candidate->bit,
			known ? places[candidate->place].text : NULL, out);
}

const char *mc_wfd_dropped_text(const struct mc_wfd_dropped *dropped, char *out)
{
	bool known = (size_t)dropped->why < DROPS;

	return sentence(&dropped->mode, dropped->table, dropped->bit,
			known ? drops[dropped->why].text : NULL, out);
}
