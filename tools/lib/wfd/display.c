// SPDX-License-Identifier: MIT
#include "wfd/display.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "edid.h"
#include "wfd/text.h"

#define DIGITS_A_BLOCK	(2 * MC_EDID_BLOCK)
#define BLOCKS_MAX	(MC_EDID_MAX / MC_EDID_BLOCK)

static bool all_hex(struct mc_wfd_reader r)
{
	struct mc_wfd_reader two;
	uint32_t byte;

	for (; r.at < r.end; r.at += 2) {
		two = mc_wfd_reader(r.at, 2);
		if (*r.at == ' ' || *r.at == '\t' || mc_wfd_hex32(&two, 2, &byte))
			return false;
	}
	return true;
}

/* Callers may have filled it in by themselves; digits that are too few end with a NUL. */
static bool is_complete(const struct mc_wfd_edid *edid)
{
	if (edid->blocks > BLOCKS_MAX)
		return false;
	return !edid->blocks ||
	       (edid->hex &&
		all_hex(mc_wfd_reader(edid->hex, (size_t)edid->blocks * DIGITS_A_BLOCK)));
}

static int parse_edid(const char *text, size_t size, struct mc_wfd_edid *edid)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size), hex;

	memset(edid, 0, sizeof(*edid));
	if (mc_wfd_word(&r, "none"))
		return mc_wfd_end(&r) ? 0 : -EINVAL;
	if (mc_wfd_hex32(&r, 4, &edid->blocks))
		return -EINVAL;
	if (edid->blocks > BLOCKS_MAX)
		return -ERANGE;
	if (!edid->blocks) {
		edid->later = true;
		mc_wfd_word(&r, "none");
		return mc_wfd_end(&r) ? 0 : -EINVAL;
	}
	mc_wfd_token(&r, "", &hex);
	if ((size_t)(hex.end - hex.at) != (size_t)edid->blocks * DIGITS_A_BLOCK ||
	    !mc_wfd_end(&r) || !all_hex(hex))
		return -EINVAL;
	edid->hex = hex.at;
	return 0;
}

WFD_PARSER(edid, struct mc_wfd_edid *)

int mc_wfd_edid_print(const struct mc_wfd_edid *edid, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (!is_complete(edid))
		return -EINVAL;
	if (edid->blocks)
		mc_wfd_write(&w, "%04" PRIX32 " %.*s", edid->blocks,
			     (int)(edid->blocks * DIGITS_A_BLOCK), edid->hex);
	else
		mc_wfd_write(&w, edid->later ? "0000 none" : "none");
	return mc_wfd_written(&w);
}

int mc_wfd_edid_bytes(const struct mc_wfd_edid *edid, uint8_t *out, size_t size)
{
	size_t i, bytes = (size_t)edid->blocks * MC_EDID_BLOCK;
	struct mc_wfd_reader two;
	uint32_t byte;

	if (!is_complete(edid))
		return -EINVAL;
	if (bytes > size)
		return -ENOSPC;
	for (i = 0; i < bytes; i++) {
		two = mc_wfd_reader(edid->hex + 2 * i, 2);
		if (mc_wfd_hex32(&two, 2, &byte))
			return -EINVAL;
		out[i] = (uint8_t)byte;
	}
	return (int)bytes;
}

int mc_wfd_connector_parse(const char *text, size_t size, uint32_t *type)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);
	uint32_t number = MC_WFD_CONNECTOR_NONE;

	*type = MC_WFD_CONNECTOR_NONE;
	if ((!mc_wfd_word(&r, "none") && mc_wfd_hex32(&r, 2, &number)) || !mc_wfd_end(&r))
		return -EINVAL;
	*type = number;
	return 0;
}

int mc_wfd_connector_print(const uint32_t *type, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (*type > MC_WFD_CONNECTOR_NONE)
		return -EINVAL;
	if (*type == MC_WFD_CONNECTOR_NONE)
		mc_wfd_write(&w, "none");
	else
		mc_wfd_write(&w, "%02" PRIX32, *type);
	return mc_wfd_written(&w);
}

/* Digits of the fields behind the clock, in the order of the members. */
#define FIELDS	11
static const int widths[FIELDS] = { 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2 };

#define CLOCK		6
#define CLOCK_KHZ	10

static void fields(struct mc_wfd_timing *t, uint32_t *f[FIELDS])
{
	uint32_t *const members[FIELDS] = {
		&t->width, &t->h_blank, &t->h_sync, &t->h_sync_width,
		&t->height, &t->v_blank, &t->v_sync, &t->v_sync_width,
		&t->stereo_blank, &t->stereo, &t->depth,
	};

	memcpy(f, members, sizeof(members));
}

static int parse_timing(const char *text, size_t size, struct mc_wfd_timing *timing)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);
	uint32_t *f[FIELDS];
	int i;

	memset(timing, 0, sizeof(*timing));
	if (mc_wfd_word(&r, "none"))
		return mc_wfd_end(&r) ? 0 : -EINVAL;
	if (mc_wfd_hex32(&r, CLOCK, &timing->clock_khz))
		return -EINVAL;
	timing->clock_khz *= CLOCK_KHZ;
	fields(timing, f);
	for (i = 0; i < FIELDS; i++)
		if (mc_wfd_hex32(&r, widths[i], f[i]))
			return -EINVAL;
	return mc_wfd_codec_parse(r.at, (size_t)(r.end - r.at), &timing->codec);
}

WFD_PARSER(timing, struct mc_wfd_timing *)

int mc_wfd_timing_print(const struct mc_wfd_timing *timing, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);
	struct mc_wfd_timing t = *timing;
	uint32_t *f[FIELDS];
	char codec[MC_WFD_CODEC_TEXT];
	int i;

	if (!t.width && !t.height && !t.clock_khz) {
		mc_wfd_write(&w, "none");
		return mc_wfd_written(&w);
	}
	if (t.clock_khz / CLOCK_KHZ >> (4 * CLOCK))
		return -EINVAL;
	mc_wfd_write(&w, "%0*" PRIX32, CLOCK, t.clock_khz / CLOCK_KHZ);
	fields(&t, f);
	for (i = 0; i < FIELDS; i++) {
		if (*f[i] >> (4 * widths[i]))
			return mc_wfd_refused(&w);
		mc_wfd_write(&w, " %0*" PRIX32, widths[i], *f[i]);
	}
	i = mc_wfd_codec_print(&t.codec, codec, sizeof(codec));
	if (i < 0)
		return mc_wfd_refused(&w);
	mc_wfd_write(&w, " %s", codec);
	return mc_wfd_written(&w);
}
