// SPDX-License-Identifier: MIT
#include "wfd/video.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "wfd/text.h"

/* Hexadecimal digits of the fields; 0: there is none. */
static const struct layout {
	int native, preferred, type, profile, level;
	int masks[MC_WFD_TABLES];
	int sizes, non_transcoding;
} layouts[] = {
	[MC_WFD_R1] = { 2, 2, 0, 2, 2, { 8, 8, 8 }, 4, 0 },
	[MC_WFD_R2] = { 2, 0, 2, 2, 4, { 12, 12, 12 }, 0, 2 },
	[MC_WFD_MICROSOFT] = { 4, 2, 0, 4, 4, { 10, 10, 8 }, 4, 0 },
	[MC_WFD_3D] = { 2, 2, 0, 2, 2, { 16, 0, 0 }, 4, 0 },
};

#define LATENCY		2
#define MIN_SLICE	4
#define SLICES		4
#define RATE_CONTROL	2
#define SURFACE		12

/* NULL for a numbering of a later version. */
static const struct layout *layout_of(enum mc_wfd_numbering numbering)
{
	return (size_t)numbering < sizeof(layouts) / sizeof(layouts[0]) ?
	       &layouts[numbering] : NULL;
}

static int take(struct mc_wfd_reader *r, int digits, uint32_t *value)
{
	return digits ? mc_wfd_hex32(r, digits, value) : 0;
}

static int take_size(struct mc_wfd_reader *r, int digits, uint32_t *value)
{
	*value = MC_WFD_NO_SIZE;
	return mc_wfd_word(r, "none") ? 0 : take(r, digits, value);
}

static int take_masks(struct mc_wfd_reader *r, const struct layout *layout,
		      struct mc_wfd_codec *codec)
{
	int i;

	for (i = 0; i < MC_WFD_TABLES; i++)
		if (layout->masks[i] && mc_wfd_hex(r, layout->masks[i], &codec->masks[i]))
			return -EINVAL;
	return 0;
}

static int take_codec(struct mc_wfd_reader *r, const struct layout *layout,
		      struct mc_wfd_codec *codec)
{
	codec->type = MC_WFD_H264;
	if (take(r, layout->type, &codec->type) || take(r, layout->profile, &codec->profile) ||
	    take(r, layout->level, &codec->level) || take_masks(r, layout, codec) ||
	    take(r, LATENCY, &codec->latency) || take(r, MIN_SLICE, &codec->min_slice_mb) ||
	    take(r, SLICES, &codec->slices) || take(r, RATE_CONTROL, &codec->rate_control) ||
	    take_size(r, layout->sizes, &codec->max_width) ||
	    take_size(r, layout->sizes, &codec->max_height))
		return -EINVAL;
	return 0;
}

static int parse_video(enum mc_wfd_numbering numbering, const char *text, size_t size,
		       struct mc_wfd_video *video)
{
	const struct layout *layout = layout_of(numbering);
	struct mc_wfd_reader r = mc_wfd_reader(text, size);

	memset(video, 0, sizeof(*video));
	if (!layout)
		return -EINVAL;
	if (mc_wfd_word(&r, "none"))
		return mc_wfd_end(&r) ? 0 : -EINVAL;
	if (take(&r, layout->native, &video->native) ||
	    take(&r, layout->preferred, &video->preferred))
		return -EINVAL;
	do {
		if (video->count == MC_WFD_CODECS_MAX)
			return -E2BIG;
		if (take_codec(&r, layout, &video->codecs[video->count++]))
			return -EINVAL;
	} while (mc_wfd_char(&r, ','));
	if (take(&r, layout->non_transcoding, &video->non_transcoding))
		return -EINVAL;
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

int mc_wfd_video_parse(enum mc_wfd_numbering numbering, const char *text, size_t size,
		       struct mc_wfd_video *video)
{
	int ret = parse_video(numbering, text, size, video);

	mc_wfd_parsed(ret, video, sizeof(*video));
	if (layout_of(numbering))
		video->numbering = numbering;
	return ret;
}

/* Writes a field and the blank before it. Returns whether it fits. */
static bool put(struct mc_wfd_writer *w, int digits, uint64_t value)
{
	if (!digits)
		return true;
	if (digits < 16 && value >> (4 * digits))
		return false;
	mc_wfd_write(w, "%s%0*" PRIX64, w->used ? " " : "", digits, value);
	return true;
}

static bool put_size(struct mc_wfd_writer *w, int digits, uint32_t value)
{
	if (!digits || value != MC_WFD_NO_SIZE)
		return put(w, digits, value);
	mc_wfd_write(w, " none");
	return true;
}

static bool put_codec(struct mc_wfd_writer *w, const struct layout *layout,
		      const struct mc_wfd_codec *codec)
{
	return put(w, layout->type, codec->type) && put(w, layout->profile, codec->profile) &&
	       put(w, layout->level, codec->level) &&
	       put(w, layout->masks[0], codec->masks[0]) &&
	       put(w, layout->masks[1], codec->masks[1]) &&
	       put(w, layout->masks[2], codec->masks[2]) &&
	       put(w, LATENCY, codec->latency) && put(w, MIN_SLICE, codec->min_slice_mb) &&
	       put(w, SLICES, codec->slices) && put(w, RATE_CONTROL, codec->rate_control) &&
	       put_size(w, layout->sizes, codec->max_width) &&
	       put_size(w, layout->sizes, codec->max_height);
}

int mc_wfd_video_print(const struct mc_wfd_video *video, char *out, size_t size)
{
	const struct layout *layout = layout_of(video->numbering);
	struct mc_wfd_writer w = mc_wfd_writer(out, size);
	bool good = layout && video->count <= MC_WFD_CODECS_MAX;
	uint32_t i;

	if (video->count) {
		good = good && put(&w, layout->native, video->native) &&
		       put(&w, layout->preferred, video->preferred);
		for (i = 0; good && i < video->count; i++) {
			if (i)
				mc_wfd_write(&w, ",");
			good = put_codec(&w, layout, &video->codecs[i]);
		}
		good = good && put(&w, layout->non_transcoding, video->non_transcoding);
	} else {
		mc_wfd_write(&w, "none");
	}
	return good ? mc_wfd_written(&w) : mc_wfd_refused(&w);
}

static int parse_codec(const char *text, size_t size, struct mc_wfd_codec *codec)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);

	memset(codec, 0, sizeof(*codec));
	if (take_codec(&r, &layouts[MC_WFD_R1], codec))
		return -EINVAL;
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(codec, struct mc_wfd_codec *)

int mc_wfd_codec_print(const struct mc_wfd_codec *codec, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	return put_codec(&w, &layouts[MC_WFD_R1], codec) ? mc_wfd_written(&w) :
	       mc_wfd_refused(&w);
}

static int parse_surface(const char *text, size_t size, uint64_t *mask)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);

	*mask = 0;
	if (!mc_wfd_word(&r, "none") && mc_wfd_hex(&r, SURFACE, mask))
		return -EINVAL;
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(surface, uint64_t *)

int mc_wfd_surface_print(const uint64_t *mask, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (!*mask)
		mc_wfd_write(&w, "none");
	else if (!put(&w, SURFACE, *mask))
		return -EINVAL;
	return mc_wfd_written(&w);
}
