// SPDX-License-Identifier: MIT
/* Values of Wi-Fi Display: each is read, written, and read again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "edid_sample.h"
#include "harness.h"
#include "wfd/params.h"
#include "wfd_vectors.h"

#define MIB	(1024 * 1024)

static struct mc_wfd_params params, again;

/* A value, and how it is written; NULL: as it was, "-": it is refused. */
static const struct {
	enum mc_wfd_param param;
	const char *value, *written;
} cases[] = {
#define P(name)	MC_WFD_PARAM_##name
/* A value goes on in the next line. */
#define AND
	{ P(VIDEO), "40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none", NULL },
	{ P(VIDEO), "38 01 01 08 0001deff 07ffffff 00000fff 02 0000 0000 11 0780 0438",
	  "38 01 01 08 0001DEFF 07FFFFFF 00000FFF 02 0000 0000 11 0780 0438" },
	{ P(VIDEO), "\t40  00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 NONE none ",
	  "40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none" },
	{ P(VIDEO), "none", NULL },
	{ P(VIDEO), "", "-" },
	{ P(VIDEO), "nonesense", "-" },
	{ P(VIDEO), "none none", "-" },
	{ P(VIDEO), "40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none", "-" },
	{ P(VIDEO), "40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none,", "-" },
	{ P(VIDEO), "40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none x", "-" },
	{ P(VIDEO), "40 00 02 04 10001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none", "-" },
	{ P(VIDEO), "40 00 02 04 001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none", "-" },
	{ P(VIDEO), "40 00 02 04 0x01DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none", "-" },
	{ P(VIDEO), "40 00 02 04 -001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none none", "-" },
	{ P(VIDEO), "40 00 02 04 0001DEFF 053C7FFF 00000FFF 00 0000 0000 11 none 10438", "-" },
	/* Invented values that do not follow the specification's grammar. */
	{ P(VIDEO), "01 01 00 0000000000000007", "-" },
	{ P(R2_VIDEO), "00 01 04 0010 000000000100 000000000000 000000000000 00 0000 0000 00 00",
	  NULL },
	{ P(R2_VIDEO), "40 01 10 0040 00000001FFFF 0001FFFFFFFF 000000000FFF 10 0000 001F 11, " AND
	  "01 20 0040 00000001FFFF 0001FFFFFFFF 000000000FFF 10 0000 001F 11 00", NULL },
	{ P(R2_VIDEO), "00 01 04 0010 000000000100 000000000000 000000000000 00 0000 0000 00",
	  "-" },
	{ P(MICROSOFT_VIDEO),
	  "0000 00 0005 0040 0000060080 0000000000 00000000 00 0000 0000 11 none none", NULL },
	{ P(MICROSOFT_VIDEO), "00 00 05 40 00060080 00000000 00000000 00 0000 0000 11 none none",
	  "-" },
	{ P(VIDEO_3D), "00 00 01 04 0000000000000003 00 0000 0000 00 none none", NULL },
	{ P(VIDEO_3D), "none", NULL },
	{ P(SURFACE), "0000001FFFFF", NULL },
	{ P(SURFACE), "none", NULL },
	{ P(SURFACE), "1FFFFF", "-" },
	{ P(SURFACE), "0000001FFFFF 0", "-" },
	{ P(AUDIO), "LPCM 00000003 00, AAC 0000000F 00, AC3 00000007 10", NULL },
	{ P(AUDIO), "aac 00000001 00,LPCM 00000002 00", "LPCM 00000002 00, AAC 00000001 00" },
	{ P(AUDIO), "CTA 00000001 00, LPCM 00000002 00", "LPCM 00000002 00" },
	{ P(AUDIO), "none", NULL },
	{ P(AUDIO), "LPCM 00000003 00, LPCM 00000003 00", "-" },
	{ P(AUDIO), "LPCM 3 0", "-" },
	{ P(AUDIO), "LPCM", "-" },
	{ P(AUDIO), "none, LPCM 00000003 00", "-" },
	{ P(AUDIO), "LPCM 00000003 00 AAC", "-" },
	{ P(R2_AUDIO), "LPCM 000001FF 00", NULL },
	{ P(PROTECTION), "HDCP2.1 port=1189", NULL },
	{ P(PROTECTION), "hdcp2.0 PORT=1", "HDCP2.0 port=1" },
	{ P(PROTECTION), "none", NULL },
	{ P(PROTECTION), "HDCP2.1", "-" },
	{ P(PROTECTION), "HDCP2", "-" },
	{ P(PROTECTION), "HDCP0.1 port=1", "-" },
	{ P(PROTECTION), "HDCP2.1 port=65536", "-" },
	{ P(PROTECTION), "none x", "-" },
	{ P(COUPLED), "none", NULL },
	{ P(COUPLED), "00 none", NULL },
	{ P(COUPLED), "01 0123456789AB", NULL },
	{ P(COUPLED), "01", "-" },
	{ P(COUPLED), "x", "-" },
	{ P(COUPLED), "none 0", "-" },
	{ P(COUPLED), "01 none x", "-" },
	{ P(TRIGGER), "SETUP", NULL },
	{ P(TRIGGER), "PLAY", NULL },
	{ P(TRIGGER), "PAUSE", NULL },
	{ P(TRIGGER), "teardown", "TEARDOWN" },
	{ P(TRIGGER), "RECORD", "-" },
	{ P(TRIGGER), "PLAY PLAY", "-" },
	{ P(URLS), "rtsp://10.0.0.1/wfd1.0/streamid=0 none", NULL },
	{ P(URLS), "none rtsp://10.0.0.1/wfd1.0/streamid=1", NULL },
	{ P(URLS), "rtsp://10.0.0.1/wfd1.0/streamid=0", "rtsp://10.0.0.1/wfd1.0/streamid=0 none" },
	{ P(URLS), "rtsp://caf\xc3\xa9/ none", "-" },
	{ P(URLS), "a b c", "-" },
	{ P(URLS), "", "-" },
	{ P(PORTS), "RTP/AVP/UDP;unicast 1028 0 mode=play", NULL },
	{ P(PORTS), "RTP/AVP/UDP;unicast 53000 53001 mode=play", NULL },
	{ P(PORTS), "RTP/AVP/TCP;unicast 19000 0 mode=play", NULL },
	{ P(PORTS), "RTP/AVP/TCP;interleaved mode=play", NULL },
	{ P(PORTS), "RTP/AVP/UDP;unicast 65536 0 mode=play", "-" },
	{ P(PORTS), "RTP/AVP/UDP;unicast 99999999999999999999 0 mode=play", "-" },
	{ P(PORTS), "RTP/AVP/UDP;unicast 1028 mode=play", "-" },
	{ P(PORTS), "RTP/AVP/UDP;unicast 1028 0", "-" },
	{ P(PORTS), "RTP/AVP/UDP;unicast 1028 0 mode=record", "-" },
	{ P(PORTS), "RTP/AVP/UDP;unicast 1028 0 mode=play x", "-" },
	{ P(PORTS), "RTP/SAVP;unicast 1028 0 mode=play", "-" },
	{ P(PORTS), "", "-" },
	{ P(ROUTE), "primary", NULL },
	{ P(ROUTE), "secondary", NULL },
	{ P(ROUTE), "third", "-" },
	{ P(I2C), "none", NULL },
	{ P(I2C), "404", NULL },
	{ P(I2C), "65536", "-" },
	{ P(I2C), "x", "-" },
	{ P(I2C), "1 2", "-" },
	{ P(CHANGE), "0000000080 FFFFFFFF80", NULL },
	{ P(CHANGE), "000000007F 0000000000", "0000000000 0000000000" },
	{ P(CHANGE), "0000000080", "-" },
	{ P(CHANGE), "0000000080 0000000080 x", "-" },
	{ P(TIMING), "none", NULL },
	{ P(TIMING), "001D01 0500 0172 806E 0028 02D0 001E 8005 0005 00 00 18 " AND
	  "01 04 00000000 00000000 00000000 00 0000 0000 11 0500 02D0", NULL },
	{ P(TIMING), "001D01 0500 0172 806E 0028 02D0 001E 8005 0005 00 00 18", "-" },
	{ P(TIMING), "001D01 0500 0172 806E", "-" },
	{ P(TIMING), "x", "-" },
	{ P(TIMING), "none x", "-" },
	{ P(UIBC), "input_category_list=GENERIC, HIDC;generic_cap_list=Keyboard, Mouse;" AND
	  "hidc_cap_list=Keyboard/USB, Mouse/BT;port=none", NULL },
	{ P(UIBC), "input_category_list=GENERIC;generic_cap_list=Keyboard,Mouse,SingleTouch;" AND
	  "hidc_cap_list=none;port=5000",
	  "input_category_list=GENERIC;generic_cap_list=Keyboard, " AND
	  "Mouse, SingleTouch;hidc_cap_list=none;port=5000" },
	{ P(UIBC), "input_category_list=GENERIC, MIND;generic_cap_list=none;" AND
	  "hidc_cap_list=Mouse, Pen/USB, Mouse/Wire;port=none;uibc_encrypted=false",
	  "input_category_list=GENERIC;generic_cap_list=none;hidc_cap_list=none;port=none" },
	{ P(UIBC), "none", NULL },
	{ P(UIBC), "", "-" },
	{ P(UIBC), "none;", "-" },
	{ P(UIBC), "port", "-" },
	{ P(UIBC), "port=65536", "-" },
	{ P(UIBC), "port=1 x", "-" },
	{ P(UIBC), "extra=", "-" },
	{ P(UIBC), "generic_cap_list=", "-" },
	{ P(UIBC), "port=1;",
	  "input_category_list=none;generic_cap_list=none;hidc_cap_list=none;" AND
	  "port=1" },
	{ P(UIBC_SETTING), "enable", NULL },
	{ P(UIBC_SETTING), "disable", NULL },
	{ P(UIBC_SETTING), "on", "-" },
	{ P(STANDBY_RESUME), "supported", NULL },
	{ P(STANDBY_RESUME), "none", NULL },
	{ P(STANDBY_RESUME), "yes", "-" },
	{ P(STANDBY), "", NULL },
	{ P(STANDBY), "now", "-" },
	{ P(CONNECTOR), "05", NULL },
	{ P(CONNECTOR), "FF", NULL },
	{ P(CONNECTOR), "none", NULL },
	{ P(CONNECTOR), "5", "-" },
	{ P(CONNECTOR), "05 05", "-" },
	{ P(IDR), "", NULL },
	{ P(IDR), "1", "-" },
	{ P(IDR_CAPABILITY), "1", NULL },
	{ P(IDR_CAPABILITY), "0", NULL },
	{ P(IDR_CAPABILITY), "none", "0" },
	{ P(IDR_CAPABILITY), "2", "-" },
	{ P(R2_ROTATION), "supported", NULL },
	{ P(CURSOR), "none", NULL },
	{ P(CURSOR), "none 0100 0100 4ABF", NULL },
	{ P(CURSOR), "full 0040 0040 1000", NULL },
	{ P(CURSOR), "full", "-" },
	{ P(CURSOR), "", "-" },
	{ P(CURSOR), "half 0040 0040 1000", "-" },
	{ P(CURSOR), "full 0040 0040 0000", "-" },
	{ P(BITRATE), "15000000", NULL },
	{ P(BITRATE), "4294967295", NULL },
	{ P(BITRATE), "4294967296", "-" },
	{ P(BITRATE), "none", NULL },
	{ P(BITRATE), "15e6", "-" },
	{ P(BITRATE), "1 2", "-" },
	{ P(RTCP), "supported", NULL },
	{ P(LATENCY), "supported", NULL },
	{ P(LATENCY), "low", NULL },
	{ P(LATENCY), "normal", NULL },
	{ P(LATENCY), "high", NULL },
	{ P(LATENCY), "lower", "-" },
	{ P(FORMAT_CHANGE), "supported", NULL },
	{ P(DIAGNOSTICS), "none", NULL },
	{ P(COLOR), "supported", NULL },
	{ P(SCREEN), "supported", NULL },
	{ P(SCREEN), "primary", NULL },
	{ P(SCREEN), "secondary 1280 720 5000000", NULL },
	{ P(SCREEN), "secondary 1280", "-" },
	{ P(SCREEN), "secondary 65536 720 1", "-" },
	{ P(SCREEN), "primary 1", "-" },
	{ P(SCREEN), "both", "-" },
	{ P(SCREEN), "", "-" },
	{ P(MUTE), "supported", NULL },
	{ P(MUTE), "1", NULL },
	{ P(MUTE), "0", NULL },
	{ P(MUTE), "2", "-" },
	{ P(REASON), "C00D4278 No RTP data was provided for 2 minutes", NULL },
	{ P(REASON), "C00D36F0", NULL },
	{ P(REASON), "C00D36F", "-" },
	{ P(REASON), "C00D36F0 \x01", "-" },
	{ P(EDID), "none", NULL },
	{ P(EDID), "0000 none", NULL },
	{ P(EDID), "0000", "0000 none" },
	{ P(EDID), "0001 00ff", "-" },
	{ P(EDID), "0101 00", "-" },
	{ P(EDID), "2 00", "-" },
	{ P(EDID), "none none", "-" },
};

static bool bare(enum mc_wfd_param param)
{
	return param == MC_WFD_PARAM_STANDBY || param == MC_WFD_PARAM_IDR;
}

static void write_line(enum mc_wfd_param param, const char *value, char *out, size_t size)
{
	const char *colon = ": ";

	if (bare(param) && !*value)
		colon = "";
	snprintf(out, size, "%s%s%s\r\n", mc_wfd_param_name(param), colon, value);
}

/* Reads @body, writes it as @expected, reads that, and gets the same. */
static bool comes_back(const char *body, const char *expected)
{
	static char text[4096];
	int length;

	mc_wfd_params_parse(body, strlen(body), &params);
	length = mc_wfd_params_print(&params, text, sizeof(text));
	if (length != (int)strlen(expected) || strcmp(text, expected))
		return false;
	mc_wfd_params_parse(text, (size_t)length, &again);
	/* Unknown words that the reader left out are not written again. */
	params.audio.unknown = 0;
	params.uibc.unknown = 0;
	return !memcmp(&params, &again, sizeof(params));
}

static void check_case(size_t i)
{
	uint64_t bit = 1ULL << cases[i].param;
	const char *written = cases[i].written;
	char body[512], expected[512], what[512];

	if (!written)
		written = cases[i].value;
	write_line(cases[i].param, cases[i].value, body, sizeof(body));
	write_line(cases[i].param, written, expected, sizeof(expected));
	snprintf(what, sizeof(what), "%s '%s'", mc_wfd_param_name(cases[i].param), cases[i].value);
	if (strcmp(written, "-")) {
		check(comes_back(body, expected), what);
		return;
	}
	mc_wfd_params_parse(body, strlen(body), &params);
	strcat(what, " is refused");
	check(!params.present && params.bad == bit, what);
	/* A value that every parameter refuses from its first character on. */
	write_line(cases[i].param, "\x01", body, sizeof(body));
	mc_wfd_params_parse(body, strlen(body), &again);
	strcat(what, ", and nothing is left of it");
	check(again.bad == bit && !memcmp(&params, &again, sizeof(params)), what);
}

static struct mc_wfd_params p;

static bool is_refused(int ret)
{
	static const struct mc_wfd_params zero;

	return ret && !memcmp(&p, &zero, sizeof(p));
}

/* A single parser also leaves nothing of a value that it refuses. */
static void check_single(void)
{
#define REFUSES(type, text, value)						\
	is_refused(mc_wfd_##type##_parse(text, sizeof(text) - 1, &(value)))

	check(REFUSES(ports, "RTP/AVP/UDP;unicast 1028 0 mode=record", p.ports), "ports");
	check(REFUSES(urls, "rtsp://a rtsp://b c", p.urls), "URLs");
	check(REFUSES(uibc, "generic_cap_list=Mouse;port=1 x", p.uibc), "the way back");
	check(REFUSES(coupled, "01 none x", p.coupled), "a coupled sink");
	check(REFUSES(protection, "HDCP2.1 port=1 x", p.protection), "content protection");
	check(REFUSES(audio, "LPCM 00000003 00 AAC", p.audio), "audio");
	check(REFUSES(bitrate, "1 2", p.bitrate), "bits in a second");
	check(REFUSES(i2c, "1 2", p.i2c), "an I2C port");
	check(REFUSES(surface, "0000001FFFFF 0", p.surface), "Microsoft's formats");
	check(REFUSES(cursor, "full 0040 0040 1000 0", p.cursor), "a pointer");
	check(REFUSES(screen, "secondary 1280 720 1 x", p.screen), "a screen");
	check(REFUSES(reason, "C00D36F0 \x01", p.reason), "a reason");
	check(REFUSES(change, "0000000080 0000000080 x", p.change), "a time");
	check(REFUSES(timing, "001D01 0500 0172 806E", p.timing), "a timing");
	check(REFUSES(edid, "0001 00ff", p.edid), "an EDID");
	check(mc_wfd_video_parse(MC_WFD_R2, "40 01 10", 8, &p.r2_video) && !p.r2_video.native &&
	      !p.r2_video.count && p.r2_video.numbering == MC_WFD_R2, "video, except its kind");
	check(mc_wfd_connector_parse("05 05", 5, &p.connector) &&
	      p.connector == MC_WFD_CONNECTOR_NONE, "a connector, which becomes none");
	mc_wfd_params_parse("wfd_presentation_URL: a b c\n", 28, &p);
	check(p.bad == MC_WFD_BIT(URLS) && !*p.urls.primary, "URLs in a body");
}

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

/* Values that have no written form. */
static void check_unwritable(void)
{
	char text[256];
	uint32_t big = 0x10000;
	uint64_t mask = 1ULL << 48;
	struct mc_wfd_ports ports = { .rtp = big };
	struct mc_wfd_uibc uibc = { .port = big };
	struct mc_wfd_cursor cursor = { .width = big, .port = 1 };
	struct mc_wfd_change change = { .pts = 1ULL << 33 };
	struct mc_wfd_coupled coupled = { .there = 1, .status = 256 };
	struct mc_wfd_protection protection = { .major = 10 };
	struct mc_wfd_screen screen = { .role = 4 };
	struct mc_wfd_timing timing = { .clock_khz = 10, .width = big };
	struct mc_wfd_video video = { .count = 1, .codecs = { { .level = 256 } } };
	struct mc_wfd_audio audio = { .offered = 1, .latency = { 256 } };
	struct mc_wfd_edid edid = { .blocks = 1 << 23 };

	check(mc_wfd_ports_print(&ports, text, sizeof(text)) == -EINVAL, "a port too large");
	check(mc_wfd_uibc_print(&uibc, text, sizeof(text)) == -EINVAL, "likewise of the way back");
	check(mc_wfd_cursor_print(&cursor, text, sizeof(text)) == -EINVAL, "a pointer too wide");
	check(mc_wfd_change_print(&change, text, sizeof(text)) == -EINVAL, "a time of 34 bits");
	check(mc_wfd_coupled_print(&coupled, text, sizeof(text)) == -EINVAL, "a status too large");
	check(mc_wfd_protection_print(&protection, text, sizeof(text)) == -EINVAL, "HDCP 10");
	check(mc_wfd_screen_print(&screen, text, sizeof(text)) == -EINVAL, "a role too many");
	check(mc_wfd_timing_print(&timing, text, sizeof(text)) == -EINVAL, "a timing too wide");
	timing = (struct mc_wfd_timing){ .clock_khz = 0xffffffff };
	check(mc_wfd_timing_print(&timing, text, sizeof(text)) == -EINVAL, "one too fast");
	timing = (struct mc_wfd_timing){ .width = 1, .codec = { .profile = 256 } };
	check(mc_wfd_timing_print(&timing, text, sizeof(text)) == -EINVAL, "of no profile");
	check(mc_wfd_video_print(&video, text, sizeof(text)) == -EINVAL, "a level too wide");
	video.count = MC_WFD_CODECS_MAX + 1;
	check(mc_wfd_video_print(&video, text, sizeof(text)) == -EINVAL, "too many codecs");
	check(mc_wfd_surface_print(&mask, text, sizeof(text)) == -EINVAL, "bit 48");
	check(mc_wfd_connector_print(&big, text, sizeof(text)) == -EINVAL, "a connector too large");
	check(mc_wfd_i2c_print(&big, text, sizeof(text)) == -EINVAL, "an I2C port too large");
	check(mc_wfd_trigger_print(&big, text, sizeof(text)) == -EINVAL, "a trigger too many");
	edid.hex = text;
	check(mc_wfd_edid_print(&edid, text, sizeof(text)) == -EINVAL, "an EDID of 1 GiB");
	edid = (struct mc_wfd_edid){ .blocks = 1 };
	check(mc_wfd_edid_print(&edid, text, sizeof(text)) == -EINVAL, "one that is not there");
	check(mc_wfd_edid_bytes(&edid, (uint8_t *)text, sizeof(text)) == -EINVAL, "nor its bytes");
	check(mc_wfd_audio_print(&audio, text, sizeof(text)) == -EINVAL, "a latency too large");
	memset(&params, 0, sizeof(params));
	params.present = MC_WFD_BIT(R2_VIDEO) | MC_WFD_BIT(TRIGGER);
	check(mc_wfd_params_print(&params, text, sizeof(text)) == -EINVAL,
	      "formats of another numbering than their parameter's");
	check(!text[0], "of a body that cannot be written nothing is");
}

/* Texts with line ends, which would add another parameter. */
static void check_injection(void)
{
	static const char *const bad[] = {
		"rtsp://a/\r\nwfd_trigger_method: TEARDOWN", "\n", "\x7f", "caf\xc3\xa9",
	};
	struct mc_wfd_reason reason;
	struct mc_wfd_urls urls;
	char text[600];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		reason = (struct mc_wfd_reason){ 0 };
		strcpy(reason.text, bad[i]);
		check(mc_wfd_reason_print(&reason, text, sizeof(text)) == -EINVAL,
		      "a reason that is no line is not written");
		urls = (struct mc_wfd_urls){ 0 };
		strcpy(urls.primary, bad[i]);
		check(mc_wfd_urls_print(&urls, text, sizeof(text)) == -EINVAL, "nor a URL");
		urls = (struct mc_wfd_urls){ 0 };
		strcpy(urls.secondary, bad[i]);
		check(mc_wfd_urls_print(&urls, text, sizeof(text)) == -EINVAL, "nor the second");
	}
	urls = (struct mc_wfd_urls){ .primary = "rtsp://a b" };
	check(mc_wfd_urls_print(&urls, text, sizeof(text)) == -EINVAL, "nor one with a blank");
	memset(&urls, 'u', sizeof(urls));
	check(mc_wfd_urls_print(&urls, text, sizeof(text)) == -EINVAL, "nor one without an end");
	memset(&reason, 'r', sizeof(reason));
	check(mc_wfd_reason_print(&reason, text, sizeof(text)) == -EINVAL, "nor such a reason");
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

static void check_ports(void)
{
	struct mc_wfd_ports ports = { 0 };

	check(strstr(mc_wfd_ports_fault(&ports), "no port"), "a stream needs a port");
	ports.rtp = 1028;
	check(!mc_wfd_ports_fault(&ports), "and no more");
	ports.transport = MC_WFD_TCP;
	check(strstr(mc_wfd_ports_fault(&ports), "UDP"), "except UDP");
	ports.transport = 3;
	{
		char text[64];

		check(mc_wfd_ports_print(&ports, text, sizeof(text)) == -EINVAL,
		      "a transport too many");
	}
}

/* The tables of the specification, by their ends and by their sums. */
static void check_tables(void)
{
	static const struct {
		enum mc_wfd_numbering numbering;
		enum mc_wfd_table table;
		uint32_t bit, width, height, hz;
	} ends[] = {
		{ MC_WFD_R1, MC_WFD_CEA, 10, 1280, 720, 25 },
		{ MC_WFD_R1, MC_WFD_CEA, 16, 1920, 1080, 24 },
		{ MC_WFD_R1, MC_WFD_CEA, 17, 0, 0, 0 },
		{ MC_WFD_R1, MC_WFD_VESA, 5, 1152, 864, 60 },
		{ MC_WFD_R1, MC_WFD_VESA, 17, 1400, 1050, 60 },
		{ MC_WFD_R1, MC_WFD_VESA, 25, 1680, 1024, 60 },
		{ MC_WFD_R1, MC_WFD_VESA, 28, 1920, 1200, 30 },
		{ MC_WFD_R1, MC_WFD_VESA, 29, 0, 0, 0 },
		{ MC_WFD_R1, MC_WFD_HH, 11, 848, 480, 60 },
		{ MC_WFD_R1, MC_WFD_HH, 12, 0, 0, 0 },
		{ MC_WFD_R2, MC_WFD_CEA, 17, 3840, 2160, 24 },
		{ MC_WFD_R2, MC_WFD_CEA, 26, 4096, 2160, 60 },
		{ MC_WFD_R2, MC_WFD_CEA, 27, 0, 0, 0 },
		{ MC_WFD_R2, MC_WFD_VESA, 29, 1920, 1200, 60 },
		{ MC_WFD_R2, MC_WFD_VESA, 33, 2560, 1600, 60 },
		{ MC_WFD_R2, MC_WFD_VESA, 34, 0, 0, 0 },
		{ MC_WFD_MICROSOFT, MC_WFD_CEA, 17, 3840, 2160, 30 },
		{ MC_WFD_MICROSOFT, MC_WFD_CEA, 26, 4096, 2160, 24 },
		{ MC_WFD_MICROSOFT, MC_WFD_VESA, 29, 2560, 1440, 30 },
		{ MC_WFD_MICROSOFT, MC_WFD_VESA, 32, 2560, 1600, 60 },
		{ MC_WFD_MICROSOFT, MC_WFD_VESA, 33, 0, 0, 0 },
		{ MC_WFD_MICROSOFT, MC_WFD_SURFACE, 20, 4500, 3000, 24 },
		{ MC_WFD_MICROSOFT, MC_WFD_SURFACE, 21, 0, 0, 0 },
		{ MC_WFD_3D, MC_WFD_CEA, 0, 0, 0, 0 },
	};
	struct mc_wfd_mode mode;
	char what[80];
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		int ret = mc_wfd_mode_of(ends[i].numbering, ends[i].table, ends[i].bit, &mode);

		snprintf(what, sizeof(what), "numbering %d, %s %u", ends[i].numbering,
			 mc_wfd_table_name(ends[i].table), ends[i].bit);
		check(ends[i].width ? !ret && mode.width == ends[i].width &&
		      mode.height == ends[i].height && mode.hz == ends[i].hz : ret == -ENOENT,
		      what);
	}
}

static void check_levels(void)
{
	static const struct mc_wfd_mode hd = { 1280, 720, 30, false };
	static const struct mc_wfd_mode uhd = { 4096, 2160, 60, false };
	static const struct mc_wfd_mode long_one = { 16384, 16, 1, false };
	static const struct mc_wfd_mode huge = { 8192, 4320, 60, false };

	check(mc_wfd_level_for(&hd)->idc == 31, "720p30 fills level 3.1");
	check(mc_wfd_level_for(&uhd)->idc == 52, "4096x2160p60 fills level 5.2");
	check(!mc_wfd_level_for(&huge), "8K is in none");
	check(!mc_wfd_level_for(&long_one), "nor a line of 1024 macroblocks");
	check(mc_wfd_level_of(MC_WFD_R1, 0x7)->idc == 40, "the highest bit of several counts");
	check(!mc_wfd_level_of(MC_WFD_R1, 0x20), "level 5 has no bit in the first release");
	check(mc_wfd_level_of(MC_WFD_R2, 0x20)->idc == 50, "it has in the second");
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(i);
	check_single();
	check_line_ends();
	check_body();
	check_large();
	check_room();
	check_unwritable();
	check_injection();
	check_edid();
	check_names();
	check_vectors();
	check_long_texts();
	check_ports();
	check_tables();
	check_levels();
	return check_result();
}
