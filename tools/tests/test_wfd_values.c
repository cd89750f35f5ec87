// SPDX-License-Identifier: MIT
/* Values of Wi-Fi Display: each is read, written, and read again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "wfd/params.h"

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
	{ P(UIBC), "port=5;vendor_list=a, b/c d;generic_cap_list=Mouse",
	  "input_category_list=none;generic_cap_list=Mouse;hidc_cap_list=none;port=5" },
	{ P(UIBC), "vendor_list=a b", "none" },
	{ P(UIBC), "vendor_list= ;port=5", "-" },
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
	check(mc_wfd_video_parse((enum mc_wfd_numbering)(MC_WFD_3D + 1), "none", 4, &p.video) ==
	      -EINVAL && !p.video.numbering, "which has to be known");
	check(mc_wfd_connector_parse("05 05", 5, &p.connector) &&
	      p.connector == MC_WFD_CONNECTOR_NONE, "a connector, which becomes none");
	mc_wfd_params_parse("wfd_presentation_URL: a b c\n", 28, &p);
	check(p.bad == MC_WFD_BIT(URLS) && !*p.urls.primary, "URLs in a body");
}

/* Nothing of it is left in the text. */
#define UNWRITABLE(type, value)							\
	(strcpy(text, "before"),						\
	 mc_wfd_##type##_print(&(value), text, sizeof(text)) == -EINVAL && !*text)

/* Values that have no written form. */
static void check_unwritable(void)
{
	static const char digits[] = "00";
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

	check(UNWRITABLE(ports, ports), "a port too large");
	check(UNWRITABLE(uibc, uibc), "likewise of the way back");
	check(UNWRITABLE(cursor, cursor), "a pointer too wide");
	check(UNWRITABLE(change, change), "a time of 34 bits");
	check(UNWRITABLE(coupled, coupled), "a status too large");
	check(UNWRITABLE(protection, protection), "HDCP 10");
	check(UNWRITABLE(screen, screen), "a role too many");
	check(UNWRITABLE(timing, timing), "a timing too wide");
	timing = (struct mc_wfd_timing){ .clock_khz = 0xffffffff };
	check(UNWRITABLE(timing, timing), "one too fast");
	timing = (struct mc_wfd_timing){ .width = 1, .codec = { .profile = 256 } };
	check(UNWRITABLE(timing, timing), "of no profile");
	check(UNWRITABLE(video, video), "a level too wide");
	video.count = MC_WFD_CODECS_MAX + 1;
	check(UNWRITABLE(video, video), "too many codecs");
	video = (struct mc_wfd_video){ .numbering = (enum mc_wfd_numbering)(MC_WFD_3D + 1) };
	check(UNWRITABLE(video, video), "an unknown numbering");
	check(UNWRITABLE(surface, mask), "bit 48");
	check(UNWRITABLE(connector, big), "a connector too large");
	check(UNWRITABLE(i2c, big), "an I2C port too large");
	check(UNWRITABLE(trigger, big), "a trigger too many");
	edid.hex = digits;
	check(UNWRITABLE(edid, edid), "an EDID of 1 GiB");
	edid = (struct mc_wfd_edid){ .blocks = 1 };
	check(UNWRITABLE(edid, edid), "one that is not there");
	check(mc_wfd_edid_bytes(&edid, (uint8_t *)text, sizeof(text)) == -EINVAL, "nor its bytes");
	check(UNWRITABLE(audio, audio), "a latency too large");
	audio = (struct mc_wfd_audio){ .offered = 3, .latency = { 0, 256 } };
	check(UNWRITABLE(audio, audio), "also of the second codec");
	audio = (struct mc_wfd_audio){ .offered = 1 << MC_WFD_SOUNDS };
	check(UNWRITABLE(audio, audio), "a codec of a later version");
	uibc = (struct mc_wfd_uibc){ .categories = 4 };
	check(UNWRITABLE(uibc, uibc), "a kind of input of one");
	uibc = (struct mc_wfd_uibc){ .generic = 1 << MC_WFD_UIBC_DEVICES };
	check(UNWRITABLE(uibc, uibc), "a device of one");
	uibc = (struct mc_wfd_uibc){ .hidc = { 0, 0x40 } };
	check(UNWRITABLE(uibc, uibc), "a path of one");
	uibc = (struct mc_wfd_uibc){ .hidc = { [MC_WFD_UIBC_DEVICES] = 1 } };
	check(UNWRITABLE(uibc, uibc), "a device's path of one");
	uibc = (struct mc_wfd_uibc){ .reserved = { 1 } };
	check(UNWRITABLE(uibc, uibc), "a member of one");
	audio = (struct mc_wfd_audio){ .reserved = { 0, 1 } };
	check(UNWRITABLE(audio, audio), "likewise of audio");
	memset(&params, 0, sizeof(params));
	params.present = MC_WFD_BIT(R2_VIDEO) | MC_WFD_BIT(TRIGGER);
	check(mc_wfd_params_print(&params, text, sizeof(text)) == -EINVAL,
	      "formats of another numbering than their parameter's");
	check(!text[0], "of a body that cannot be written nothing is");
	params.present = 1ULL << MC_WFD_PARAMS;
	check(mc_wfd_params_print(&params, text, sizeof(text)) == -EINVAL &&
	      mc_wfd_names_print(params.present | 1, text, sizeof(text)) == -EINVAL,
	      "a parameter of a later version");
	params.present = 0;
	check(!mc_wfd_params_print(&params, text, sizeof(text)), "a body may be empty");
	params.reserved[31] = 1;
	check(mc_wfd_params_print(&params, text, sizeof(text)) == -EINVAL,
	      "but has no members that are not known");
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

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(i);
	check_single();
	check_unwritable();
	check_injection();
	check_ports();
	return check_result();
}
