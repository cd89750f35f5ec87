// SPDX-License-Identifier: MIT
/* Bodies of messages of Wi-Fi Display: lines, names, lengths, and what real devices say. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "edid_sample.h"
#include "harness.h"
#include "wfd/params.h"
#include "wfd_vectors.h"

#define MIB	(1024 * 1024)

static struct mc_wfd_params params;

/* All parameters in one body, whichever way its lines end. */
static void check_line_ends(void)
{
	static const char *const ends[] = { "\r\n", "\n", "\r", "\r\r\n", "\n\r\n\n" };
	char body[256];
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(body, sizeof(body), "%s%s%s%s%s%s%s", ends[i], "wfd_connector_type\t:05",
			 ends[i], "wfd_standby", ends[i], "wfd_route:primary",
			 i % 2 ? "" : ends[i]);
		mc_wfd_params_parse(body, strlen(body), &params);
		check(params.present == (MC_WFD_BIT(CONNECTOR) | MC_WFD_BIT(STANDBY) |
					 MC_WFD_BIT(ROUTE)) && !params.unknown && !params.bad,
		      "a way to end lines");
	}
}

static void check_body(void)
{
	static const char body[] =
		"intel_friendly_name: K\xc3\xbc\x63he\r\n"
		"wfd_audio_codecs: LPCM 00000003 00\r\n"
		"\r\n"
		"wfd_audio_codecs: none\r\n"
		"wfd_video_formats: rubbish\r\n"
		"wfd_video_formats: none\r\n"
		"WFD_CONNECTOR_TYPE: 07\r\n"
		"wfd_connector_typeset: 07\r\n"
		": \r\n"
		"wfd_I2C none\r\n";

	check(mc_wfd_params_parse(body, sizeof(body) - 1, &params) == 2 &&
	      params.present == (MC_WFD_BIT(AUDIO) | MC_WFD_BIT(CONNECTOR)), "good ones are read");
	check(params.audio.offered == 1 << MC_WFD_LPCM, "the first of two counts");
	check(params.repeated == (MC_WFD_BIT(AUDIO) | MC_WFD_BIT(VIDEO)), "both are noted");
	check(params.bad == (MC_WFD_BIT(VIDEO) | MC_WFD_BIT(I2C)), "bad ones are noted");
	check(!params.video.count, "and leave nothing behind");
	check(params.unknown == 3, "unknown lines are counted");
	check(mc_wfd_params_parse("wfd_standby\0: x", 15, &params) == 0, "a NUL is no end");
	check(mc_wfd_params_parse("wfd_route: primary\0", 19, &params) == 0, "nor a blank");
	check(mc_wfd_params_parse(NULL, 0, &params) == 0, "nothing at all");
}

#define CODEC	" 01 01 00000001 00000000 00000000 00 0000 0000 00 none none,"

static void check_large(void)
{
	static const char list[] = "wfd_video_formats: 00 00";
	static char body[MIB];
	size_t i;

	memset(body, 'A', MIB);
	mc_wfd_params_parse(body, MIB, &params);
	check(params.unknown == 1 && !params.present, "1 MiB of one word");
	memset(body, '\n', MIB);
	mc_wfd_params_parse(body, MIB, &params);
	check(!params.unknown, "1 MiB of empty lines");
	memset(body, 0, MIB);
	mc_wfd_params_parse(body, MIB, &params);
	check(params.unknown == 1, "1 MiB of NUL");
	memset(body, '0', MIB);
	memcpy(body, "wfd_I2C: ", 9);
	mc_wfd_params_parse(body, MIB, &params);
	check(params.i2c == 0 && params.present == MC_WFD_BIT(I2C), "1 MiB of leading zeros");
	memset(body, '9', MIB);
	memcpy(body, "microsoft_max_bitrate: ", 23);
	mc_wfd_params_parse(body, MIB, &params);
	check(params.bad == MC_WFD_BIT(BITRATE), "a number of 1 MiB");
	memcpy(body, list, sizeof(list) - 1);
	for (i = sizeof(list) - 1; i + sizeof(CODEC) < MIB; i += sizeof(CODEC) - 1)
		memcpy(body + i, CODEC, sizeof(CODEC) - 1);
	mc_wfd_params_parse(body, i, &params);
	check(params.bad == MC_WFD_BIT(VIDEO) && !params.video.count, "1 MiB of codecs");
}

static void check_room(void)
{
	char text[64];

	mc_wfd_params_parse("wfd_route: primary\r\nwfd_standby\r\n", 33, &params);
	check(mc_wfd_params_print(&params, text, 34) == 33 && strlen(text) == 33, "room enough");
	check(mc_wfd_params_print(&params, text, 33) == -ENOSPC && !*text, "one byte too little");
	check(mc_wfd_params_print(&params, text, 5) == -ENOSPC && !*text, "much too little");
	check(mc_wfd_params_print(&params, text, 12) == -ENOSPC, "not for a value");
	check(mc_wfd_params_print(&params, NULL, 0) == -ENOSPC, "none");
}

static void check_edid(void)
{
	uint8_t edid[SAMPLE_SIZE], back[SAMPLE_SIZE];
	char body[1024] = "wfd_display_edid: 0002 ", *at = body + strlen(body);
	static char written[1024];
	int i;

	sample_edid(edid);
	for (i = 0; i < SAMPLE_SIZE; i++)
		at += sprintf(at, "%02x", edid[i]);
	strcpy(at, "\r\n");
	mc_wfd_params_parse(body, strlen(body), &params);
	check(params.edid.blocks == 2 &&
	      mc_wfd_edid_bytes(&params.edid, back, sizeof(back)) == SAMPLE_SIZE &&
	      !memcmp(edid, back, sizeof(back)), "an EDID comes out as bytes");
	check(mc_wfd_edid_bytes(&params.edid, back, sizeof(back) - 1) == -ENOSPC,
	      "if there is room");
	check(mc_wfd_params_print(&params, written, sizeof(written)) > 0 && !strcmp(written, body),
	      "and as text");
	at[-1] = 'g';
	mc_wfd_params_parse(body, strlen(body), &params);
	check(params.bad == MC_WFD_BIT(EDID), "a digit that is none");
	at[-1] = ' ';
	mc_wfd_params_parse(body, strlen(body), &params);
	check(params.bad == MC_WFD_BIT(EDID), "a digit too few");
}

/* As a program may fill it in, or the text may have been changed since. */
static void check_made_edid(void)
{
	char digits[257], written[512];
	struct mc_wfd_edid edid = { .blocks = 1, .hex = digits };
	uint8_t bytes[128];

	memset(digits, 'a', 256);
	digits[256] = 0;
	check(mc_wfd_edid_print(&edid, written, sizeof(written)) == 5 + 256 &&
	      mc_wfd_edid_bytes(&edid, bytes, sizeof(bytes)) == 128 && bytes[127] == 0xaa,
	      "an EDID that a program has made");
	digits[200] = '\r';
	check(mc_wfd_edid_print(&edid, written, sizeof(written)) == -EINVAL &&
	      mc_wfd_edid_bytes(&edid, bytes, sizeof(bytes)) == -EINVAL,
	      "ends no line in the middle");
	digits[200] = ' ';
	check(mc_wfd_edid_print(&edid, written, sizeof(written)) == -EINVAL &&
	      mc_wfd_edid_bytes(&edid, bytes, sizeof(bytes)) == -EINVAL,
	      "and has no blanks");
	digits[100] = 0;
	check(mc_wfd_edid_print(&edid, written, sizeof(written)) == -EINVAL &&
	      mc_wfd_edid_bytes(&edid, bytes, sizeof(bytes)) == -EINVAL,
	      "nor digits too few");
}

static void check_names(void)
{
	char text[2048];
	uint32_t unknown;
	uint64_t all = (1ULL << MC_WFD_PARAMS) - 1;
	int length = mc_wfd_names_print(all, text, sizeof(text));

	check(length > 0 && mc_wfd_names_parse(text, (size_t)length, &unknown) == all && !unknown,
	      "the names of M3 come back");
	check(mc_wfd_names_parse("wfd_route\nwfd_else\nwfd_I2C x\n", 29, &unknown) ==
	      MC_WFD_BIT(ROUTE) && unknown == 2, "others are counted");
	check(!mc_wfd_names_parse("", 0, NULL), "there may be none");
	check(mc_wfd_names_print(all, text, 20) == -ENOSPC, "they need room");
	check(mc_wfd_param_name((enum mc_wfd_param)(MC_WFD_PARAMS - 1)) &&
	      !mc_wfd_param_name(MC_WFD_PARAMS) && !mc_wfd_param_name((enum mc_wfd_param)-1),
	      "a parameter of a later version has no name here");
}

static void check_vectors(void)
{
	static char text[4096];
	char what[100];
	size_t i;

	for (i = 0; i < VECTORS; i++) {
		mc_wfd_params_parse(vectors[i].body, strlen(vectors[i].body), &params);
		mc_wfd_params_print(&params, text, sizeof(text));
		snprintf(what, sizeof(what), "what %s says comes back", vectors[i].who);
		check(!params.bad && strlen(text) == strlen(vectors[i].body) &&
		      !strcasecmp(text, vectors[i].body), what);
	}
}

static void check_long_texts(void)
{
	char body[600];

	memset(body, 'u', sizeof(body));
	memcpy(body, "wfd_presentation_URL: ", 22);
	mc_wfd_params_parse(body, sizeof(body), &params);
	check(params.bad == MC_WFD_BIT(URLS), "a long URL is refused");
	mc_wfd_params_parse(body, 22 + MC_WFD_URL_MAX, &params);
	check(params.present == MC_WFD_BIT(URLS), "one that fits is not");
	memcpy(body, "microsoft_teardown_reason: 00000001 ", 36);
	mc_wfd_params_parse(body, sizeof(body), &params);
	check(strlen(params.reason.text) == MC_WFD_REASON_MAX, "a long reason is cut");
}

int main(void)
{
	check_line_ends();
	check_body();
	check_large();
	check_room();
	check_edid();
	check_made_edid();
	check_names();
	check_vectors();
	check_long_texts();
	return check_result();
}
