/* SPDX-License-Identifier: MIT */
/*
 * Answers of real sinks to M3, and the mode that each is sent first. One table for the
 * tests of negotiation and for the corpus of the fuzzers.
 */
#ifndef WFD_VECTORS_H
#define WFD_VECTORS_H

#include <stdint.h>

#include "wfd/choose.h"

struct wfd_vector {
	const char *who;
	const char *body;
	uint32_t quirks;
	/* The first candidate, and why it is the first. */
	uint32_t width, height, hz, profile, level_idc;
	enum mc_wfd_place place;
	/* What M4 says of the video. */
	const char *m4;
};

#define CBP	MC_WFD_PROFILE_CBP
#define CHP	MC_WFD_PROFILE_CHP
#define R1	"wfd_video_formats: "
#define MS	"wfdx_video_formats: "
#define R2	"wfd2_video_formats: "
#define TAIL	" 00 0000 0000 11 none none"

#define SKIP	" 00 0000 0000 1F none none"
#define PLAIN	" 00 0000 0000 00 none none"

#define LG	" 000194FF 155575DF 00000555"
#define EXTENDED " 0001bdeb 051557ff 00000fff 10 0000 001f 11 0780 0438"

#define WIDI	R1 "40 00 02 04 0001DEFF 053C7FFF 00000FFF" TAIL \
		", 01 04 0001DEFF 053C7FFF 00000FFF" TAIL "\r\n"
#define AIRSERVER R1 "40 00 01 10 000194A0 05155555 00000555" TAIL \
		", 02 10 000194A0 05155555 00000555" TAIL "\r\n" \
		"microsoft_max_bitrate: 15000000\r\n"
#define TABLET_RHP2 "01 04 0080 000001ffbdeb 000155557fff 000000000fff 10 0000 001f 11"
#define TABLET_CBP "01 01 0080 000001ffbdeb 0001555557ff 000000000fff 10 0000 001f 11"
#define TABLET	R2 "40 " TABLET_RHP2 ", " TABLET_CBP " 00\r\n" \
		"wfd2_audio_codecs: LPCM 000001ff 00\r\n" \
		"microsoft_cursor: none 0100 0100 4abf\r\nmicrosoft_max_bitrate: 200000000\r\n"
#define XIAOMI	"wfd_client_rtp_ports: RTP/AVP/TCP;interleaved mode=play\r\n"

static const struct wfd_vector vectors[] = {
	/* Level 4 leaves 1080p30; native names 1080p60, which is not offered. */
	{ "Samsung TV", WIDI, 0, 1920, 1080, 30, CBP, 40, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 01 04 00000080 00000000 00000000" TAIL "\r\n" },
	{ "Samsung TV of 2021", WIDI, MC_WFD_QUIRK_START_720P30, 1280, 720, 30, CBP, 31,
	  MC_WFD_PLACE_START,
	  R1 "00 00 01 04 00000020 00000000 00000000" TAIL "\r\n" },
	{ "lazycast", R1 "00 00 02 10 0001FFFF 3FFFFFFF 00000FFF" PLAIN "\r\n",
	  0, 1920, 1080, 60, CHP, 42, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 02 10 00000100 00000000 00000000" PLAIN "\r\n" },
	{ "MiracleCast", R1 "00 00 03 10 0001ffff 1fffffff 00001fff 00 0000 0000 10 none none\r\n",
	  0, 1920, 1080, 60, CBP, 42, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 01 10 00000100 00000000 00000000 00 0000 0000 10 none none\r\n" },
	{ "Windows as a sink",
	  R1 "40 00 01 10 0001bdeb 051557ff 00000fff 10 0000 001f 11 0780 0438\r\n", 0,
	  1920, 1080, 60, CBP, 42, MC_WFD_PLACE_NATIVE,
	  R1 "00 00 01 10 00000100 00000000 00000000" TAIL "\r\n" },
	{ "test sink of a swaybeam fork",
	  R1 "40 00 01 10 000194FF 155575DF 00000555" SKIP "\r\n", 0,
	  1920, 1080, 30, CBP, 40, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 01 10 00000080 00000000 00000000" SKIP "\r\n" },
	{ "the least", R1 "00 00 01 01 00000001 00000000 00000000" PLAIN "\r\n",
	  0, 640, 480, 60, CBP, 31, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 01 01 00000001 00000000 00000000" PLAIN "\r\n" },
	/* Level 3.2 and bits of 1080p: 720p60 is left. */
	{ "NETGEAR PTV3000",
	  R1 "40 00 02 02 0001DEFF 157C7FFF 00000FFF" TAIL
	  ", 01 02 0001DEFF 157C7FFF 00000FFF" TAIL "\r\n", 0,
	  1280, 720, 60, CBP, 32, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 01 02 00000040 00000000 00000000" TAIL "\r\n" },
	{ "Q-WH-D1", R1 "38 01 01 08 0001deff 07ffffff 00000fff 02 0000 0000 11 0780 0438\r\n",
	  0, 1920, 1080, 30, CBP, 40, MC_WFD_PLACE_NATIVE,
	  R1 "00 00 01 08 00000080 00000000 00000000" TAIL "\r\n" },
	/* Native is VESA 15, which is not offered. */
	{ "NEC wsbox", R1 "79 00 02 02 0001DEFF 157C7FFF 00000FFF" TAIL "\r\n", 0,
	  1280, 720, 60, CHP, 32, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 02 02 00000040 00000000 00000000" TAIL "\r\n" },
	{ "AirServer", AIRSERVER, 0, 1920, 1080, 30, CBP, 40, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 01 10 00000080 00000000 00000000" TAIL "\r\n" },
	{ "LG OLED",
	  "wfd_audio_codecs: LPCM 00000003 00, AAC 00000001 00\r\n"
	  R1 "40 00 01 10" LG SKIP ", 02 10" LG SKIP "\r\n"
	  "wfd_client_rtp_ports: RTP/AVP/UDP;unicast 53000 0 mode=play\r\n", 0,
	  1920, 1080, 30, CBP, 40, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 01 10 00000080 00000000 00000000" SKIP "\r\n" },
	{ "MiracleCast, extended",
	  R1 "40 00 01 10" EXTENDED ", 02 10" EXTENDED "\r\n", 0,
	  1920, 1080, 60, CBP, 42, MC_WFD_PLACE_NATIVE,
	  R1 "00 00 01 10 00000100 00000000 00000000" TAIL "\r\n" },
	/* No wfd_video_formats at all; CBP is its second entry. */
	{ "Windows tablet", TABLET, 0, 1920, 1080, 60, CBP, 42, MC_WFD_PLACE_NATIVE,
	  R2 "00 01 01 0080 000000000100 000000000000 000000000000 00 0000 0000 11 00\r\n" },
	/* Bit 17 is 2160p30 in Microsoft's numbering, 2160p24 in R2's. */
	{ "sink with Microsoft's formats",
	  R1 "00 00 01 10 000001ff 00000000 00000000" PLAIN "\r\n"
	  MS "0000 00 0005 0040 0000060080 0000000000 00000000" TAIL "\r\n", 0,
	  3840, 2160, 30, CBP, 51, MC_WFD_PLACE_STANDARD,
	  MS "0000 00 0001 0040 0000020000 0000000000 00000000" TAIL "\r\n" },
	/* A VESA mode is better than a much smaller CEA mode. */
	{ "640x480, and monitors' modes",
	  R1 "00 00 01 10 00000001 00000200 00000000" PLAIN "\r\n", 0,
	  1280, 800, 60, CBP, 40, MC_WFD_PLACE_STANDARD,
	  R1 "00 00 01 10 00000000 00000200 00000000" PLAIN "\r\n" },
	{ "640x480, and monitors' modes in R2",
	  R2 "00 01 01 0010 000000000001 000000000200 000000000000 00 0000 0000 00 00\r\n", 0,
	  1280, 800, 60, CBP, 40, MC_WFD_PLACE_STANDARD,
	  R2 "00 01 01 0010 000000000000 000000000200 000000000000 00 0000 0000 00 00\r\n" },
	{ "Fire TV", R1 "40 00 01 10 0001bdeb 051557ff 00000fff" TAIL "\r\n",
	  MC_WFD_QUIRK_START_720P60, 1280, 720, 60, CBP, 32, MC_WFD_PLACE_START,
	  R1 "00 00 01 10 00000040 00000000 00000000" TAIL "\r\n" },
};

#define VECTORS	(sizeof(vectors) / sizeof(vectors[0]))

#endif
