// SPDX-License-Identifier: MIT
/* MICE's messages and the information element. */
#include <errno.h>
#include <string.h>

#include "harness.h"
#include "wfd/ie.h"
#include "wfd/mice.h"

#define MIB	(1024 * 1024)

/* SOURCE_READY as [MS-MICE] lays it out: a name of 30 bytes, port 7236. */
static const uint8_t ready[] = {
	0x00, 0x3d, 0x01, 0x01,
	0x00, 0x00, 0x1e, 'D', 0, 'E', 0, 'S', 0, 'K', 0, 'T', 0, 'O', 0, 'P', 0, '-', 0,
	'M', 0, 'I', 0, 'R', 0, 'A', 0, 'C', 0, 'S', 0, 'T', 0,
	0x02, 0x00, 0x02, 0x1c, 0x44,
	0x03, 0x00, 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
};

static struct mc_mice mice;

static uint8_t large[MIB], room[MIB];

static int parse(const uint8_t *data, size_t size)
{
	return mc_mice_parse(data, size, &mice);
}

static void check_ready(void)
{
	uint8_t out[sizeof(ready)];
	char name[64];
	size_t i;

	check(parse(ready, sizeof(ready)) == sizeof(ready), "SOURCE_READY is read");
	mc_mice_name_to_utf8(mice.name, name, sizeof(name));
	check(mice.command == MC_MICE_SOURCE_READY && mice.rtsp_port == 7236 &&
	      !strcmp(name, "DESKTOP-MIRACST") && mice.source_id.at[15] == 16, "with all it says");
	check(mc_mice_print(&mice, out, sizeof(out)) == sizeof(ready) &&
	      !memcmp(out, ready, sizeof(ready)), "and written");
	check(mc_mice_print(&mice, out, sizeof(out) - 1) == -ENOSPC, "if there is room");
	for (i = 0; i < sizeof(ready); i++)
		if (parse(ready, i) != -EAGAIN || mice.command || mice.present)
			break;
	check(i == sizeof(ready), "a part of it waits for the rest");
}

static void check_elements(void)
{
	static const uint8_t all[] = {
		0, 34, 1, 5, 4, 0, 2, 0xaa, 0xbb, 5, 0, 1, 3, 6, 0, 4, 9, 9, 9, 9,
		7, 0, 1, 2, 0x63, 0, 1, 1, 3 + 1, 0, 2, 7, 7, 0,
	};
	uint8_t out[64];

	/* The token is there twice. */
	check(parse(all, sizeof(all)) == -EINVAL, "an element that is there twice is refused");
	memcpy(out, all, sizeof(all));
	out[1] = 28;
	check(parse(out, sizeof(all)) == 28 && mice.unknown == 1 && mice.options == 3 &&
	      mice.challenge.size == 4 && mice.reason == 2 && mice.token.at[1] == 0xbb,
	      "elements of security are read, unknown ones left out");
	check(mc_mice_print(&mice, out, sizeof(out)) == 24 && out[3] == MC_MICE_PIN_CHALLENGE,
	      "and written");
}

static void check_bad(void)
{
	static const struct {
		const char *what;
		int ret;
		uint8_t bytes[12], size;
	} bad[] = {
		{ "no bytes", -EAGAIN, { 0 }, 0 },
		{ "a size below the header's", -EINVAL, { 0, 3, 1, 1 }, 4 },
		{ "another version", -EINVAL, { 0, 4, 2, 1 }, 4 },
		{ "another version, at once", -EINVAL, { 0xff, 0xff, 2 }, 3 },
		{ "no elements", 4, { 0, 4, 1, 2 }, 4 },
		{ "an element without a size", -EINVAL, { 0, 6, 1, 1, 2, 0 }, 6 },
		{ "an element longer than its message", -EINVAL, { 0, 8, 1, 1, 2, 0, 2, 1 }, 8 },
		{ "a port of one byte", -EINVAL, { 0, 8, 1, 1, 2, 0, 1, 1 }, 8 },
		{ "port 0", -EINVAL, { 0, 9, 1, 1, 2, 0, 2, 0, 0 }, 9 },
		{ "half a character", -EINVAL, { 0, 8, 1, 1, 0, 0, 1, 'a' }, 8 },
		{ "a short identifier", -EINVAL, { 0, 8, 1, 1, 3, 0, 1, 1 }, 8 },
		{ "long options", -EINVAL, { 0, 9, 1, 1, 5, 0, 2, 1, 1 }, 9 },
	};
	static const struct mc_mice nothing;
	struct mc_mice message = { .present = 1 << MC_MICE_SECURITY_TOKEN };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(parse(bad[i].bytes, bad[i].size) == bad[i].ret &&
		      (bad[i].ret > 0 || !memcmp(&mice, &nothing, sizeof(mice))), bad[i].what);
	memset(large, 0, MIB);
	check(parse(large, MIB) == -EINVAL, "1 MiB of NUL");
	memset(large, 0xff, MIB);
	check(parse(large, MIB) == -EINVAL, "1 MiB of ones");
	message.token.at = large;
	message.token.size = MIB;
	check(mc_mice_print(&message, room, MIB) == -EINVAL, "a token of 1 MiB is not written");
	message.token.size = 65535;
	check(mc_mice_print(&message, room, MIB) == -EINVAL,
	      "nor one that the header makes too long");
	message = (struct mc_mice){ .present = 1 << MC_MICE_RTSP_PORT };
	check(mc_mice_print(&message, room, MIB) == -EINVAL, "nor port 0");
	message.rtsp_port = 65536 + 7236;
	check(mc_mice_print(&message, room, MIB) == -EINVAL, "nor one of 17 bits");
	message = (struct mc_mice){ .command = 257 };
	check(mc_mice_print(&message, room, MIB) == -EINVAL, "nor a command of nine");
	message = (struct mc_mice){ .present = 1 << MC_MICE_REASON, .reason = 256 };
	check(mc_mice_print(&message, room, MIB) == -EINVAL, "nor such a reason");
	message = (struct mc_mice){ .present = 1 << (MC_MICE_REASON + 1) };
	check(mc_mice_print(&message, room, MIB) == -EINVAL, "nor an unknown element");
	message = (struct mc_mice){ .present = 2 };
	check(mc_mice_print(&message, room, MIB) == -EINVAL, "nor the one that there is not");
	message = (struct mc_mice){ .reserved = { 0, 1 } };
	check(mc_mice_print(&message, room, MIB) == -EINVAL, "nor an unknown member");
	message = (struct mc_mice){ .command = MC_MICE_STOP_PROJECTION };
	check(mc_mice_print(&message, room, MIB) == MC_MICE_HEADER, "one without any is");
}

static void check_names(void)
{
	static const struct {
		const char *text, *back;
	} names[] = {
		{ "", "" },
		{ "TV", "TV" },
		{ "\xc3\xbc\xe2\x82\xac\xf0\x9f\x93\xba", "\xc3\xbc\xe2\x82\xac\xf0\x9f\x93\xba" },
		{ "\x80", "\xef\xbf\xbd" },
		{ "\xc3", "\xef\xbf\xbd" },
		{ "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe0\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "a\n", "a\xef\xbf\xbd" },
		{ "\x7f\xc2\x80\xc2\x9f", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe2\x80\xa8\xe2\x80\xae", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe2\x81\xa6\xe2\x81\xa9", "\xef\xbf\xbd\xef\xbf\xbd" },
		/* Neighbors of these. */
		{ "~\xc2\xa0\xe2\x80\xa7\xe2\x80\xaf", "~\xc2\xa0\xe2\x80\xa7\xe2\x80\xaf" },
		{ "\xe2\x81\xa5\xe2\x81\xaa", "\xe2\x81\xa5\xe2\x81\xaa" },
	};
	static const uint8_t mark[] = { 0xff, 0xfe, 'T', 0, 'V', 0 };
	static const uint8_t halves[] = { 0x00, 0xd8, 'T', 0, 0x00, 0xdc, 0x00, 0xd8 };
	uint8_t utf16[MC_MICE_NAME_MAX];
	char text[MC_MICE_NAME_MAX * 2], longest[600];
	struct mc_wfd_bytes name;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		name = mc_mice_name_from_utf8(names[i].text, utf16);
		mc_mice_name_to_utf8(name, text, sizeof(text));
		check(!strcmp(text, names[i].back), "a name, there and back");
	}
	mc_mice_name_to_utf8((struct mc_wfd_bytes){ mark, sizeof(mark) }, text, sizeof(text));
	check(!strcmp(text, "TV"), "a byte order mark is left out");
	mc_mice_name_to_utf8((struct mc_wfd_bytes){ halves, sizeof(halves) }, text, sizeof(text));
	check(!strcmp(text, "\xef\xbf\xbdT\xef\xbf\xbd\xef\xbf\xbd"), "half a pair is replaced");
	mc_mice_name_to_utf8((struct mc_wfd_bytes){ mark, sizeof(mark) }, text, 2);
	check(!strcmp(text, "T"), "a name is cut");
	mc_mice_name_to_utf8((struct mc_wfd_bytes){ mark, sizeof(mark) }, text, 0);
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	check(mc_mice_name_from_utf8(longest, utf16).size == MC_MICE_NAME_MAX, "both ways");
}

static struct mc_ie ie;

/* As hostapd's own test of Wi-Fi Display sends them. */
static const uint8_t sink[] = { 0, 0, 6, 0x00, 0x41, 0x1c, 0x44, 0x00, 0x28 };
static const uint8_t source[] = { 0, 0, 6, 0x00, 0x10, 0x1c, 0x44, 0x00, 0x28 };

static const uint8_t every[] = {
	0, 0, 6, 0x00, 0x11, 0x1c, 0x44, 0x01, 0x2c,
	1, 0, 6, 1, 2, 3, 4, 5, 6,
	2, 0, 15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	3, 0, 21, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
	4, 0, 17, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
	5, 0, 1, 1,
	6, 0, 7, 1, 1, 2, 3, 4, 5, 6,
	7, 0, 2, 0, 9,
	8, 0, 5, 1, 192, 168, 173, 1,
	9, 0, 3, 2, 1, 1,
	10, 0, 6, 6, 5, 4, 3, 2, 1,
	11, 0, 2, 0, 1,
};

static void check_subelements(void)
{
	uint8_t out[sizeof(every)];

	check(!mc_ie_parse(sink, sizeof(sink), &ie) && (ie.device & MC_IE_TYPE) == 1 &&
	      ie.device & MC_IE_DISCOVERY && ie.port == 7236 && ie.throughput_mbps == 40, "a sink");
	check(!mc_ie_parse(source, sizeof(source), &ie) && !(ie.device & MC_IE_TYPE) &&
	      ie.device & MC_IE_AVAILABLE && !(ie.device & MC_IE_TDLS), "a source");
	check(!mc_ie_parse(every, sizeof(every), &ie) && ie.present == (1 << MC_IE_SUBELEMENTS) - 1,
	      "every subelement");
	check(ie.address == 0xc0a8ad01 && ie.extended == 9 && ie.r2 == 1 && ie.coupled == 1 &&
	      ie.protection == 1 && ie.sessions.size == 3 && ie.alternative.at[0] == 6 &&
	      ie.coupled_mac.at[5] == 6, "with its value");
	check(mc_ie_print(&ie, out, sizeof(out)) == sizeof(every) &&
	      !memcmp(out, every, sizeof(every)), "is written");
	check(mc_ie_print(&ie, out, sizeof(out) - 1) == -ENOSPC, "if there is room");
	ie.audio.size = 14;
	check(mc_ie_print(&ie, out, sizeof(out)) == -EINVAL, "in its own size only");
	ie = (struct mc_ie){ .present = 1 << MC_IE_DEVICE, .port = 65536 + 7236 };
	check(mc_ie_print(&ie, out, sizeof(out)) == -EINVAL, "a port is not cut");
	ie = (struct mc_ie){ .present = 1 << MC_IE_PROTECTION, .protection = 256 };
	check(mc_ie_print(&ie, out, sizeof(out)) == -EINVAL, "nor a byte");
	ie = (struct mc_ie){ .present = 1 << MC_IE_SUBELEMENTS };
	check(mc_ie_print(&ie, out, sizeof(out)) == -EINVAL, "nor are unknown ones left out");
	ie = (struct mc_ie){ .reserved = { 1 } };
	check(mc_ie_print(&ie, out, sizeof(out)) == -EINVAL, "nor members");
}

static void check_bad_subelements(void)
{
	static const uint8_t twice[] = { 5, 0, 1, 1, 5, 0, 1, 0 };
	static const uint8_t ipv6[] = { 8, 0, 5, 2, 1, 1, 1, 1, 5, 0, 1, 1 };
	static const uint8_t sizes[] = { 7, 0, 1, 9, 7, 0, 2, 0, 9 };
	static const uint8_t unknown[] = { 200, 0, 2, 1, 1 };
	size_t i;

	for (i = 1; i < sizeof(sink); i++)
		if (mc_ie_parse(sink, i, &ie) != -EINVAL || ie.present)
			break;
	check(i == sizeof(sink), "a cut one is refused");
	check(!mc_ie_parse(NULL, 0, &ie) && !ie.present, "none at all is not");
	check(!mc_ie_parse(twice, sizeof(twice), &ie) && ie.protection == 1 &&
	      ie.present == 1 << MC_IE_PROTECTION && ie.bad == ie.present,
	      "the first of two counts");
	check(!mc_ie_parse(ipv6, sizeof(ipv6), &ie) && ie.present == 1 << MC_IE_PROTECTION &&
	      ie.bad == 1 << MC_IE_ADDRESS && !ie.address,
	      "an address that is not IPv4 is left out, and nothing else");
	check(!mc_ie_parse(sizes, sizeof(sizes), &ie) && ie.present == 1 << MC_IE_EXTENDED &&
	      ie.bad == 1 << MC_IE_EXTENDED && ie.extended == 9, "likewise one of a wrong size");
	check(!mc_ie_parse(unknown, sizeof(unknown), &ie) && ie.unknown == 1,
	      "an unknown one is left out");
	memset(large, 0, MIB);
	check(mc_ie_parse(large, MIB, &ie) == -EINVAL, "1 MiB of NUL");
	check(!mc_ie_parse(large, MIB - 1, &ie) && !ie.present && ie.bad == 1 << MC_IE_DEVICE,
	      "1 MiB of empty ones");
}

static void check_vendor(void)
{
	static const uint8_t frame[] = {
		0, 2, 'a', 'b',
		0xdd, 4, 0x50, 0x6f, 0x9a, 0x09,
		0xdd, 13, 0x50, 0x6f, 0x9a, 0x0a, 0, 0, 6, 0x00, 0x41, 0x1c, 0x44, 0x00, 0x28,
		0xdd, 2, 0x50, 0x6f,
	};
	uint8_t many[600], wrapped[700], back[600];
	int size;

	check(mc_ie_unwrap(frame, sizeof(frame), back, sizeof(back)) == sizeof(sink) &&
	      !memcmp(back, sink, sizeof(sink)), "subelements are found in a frame");
	check(mc_ie_unwrap(frame, sizeof(frame), back, 2) == -ENOSPC, "if there is room");
	check(mc_ie_unwrap(frame, 9, back, sizeof(back)) == -EINVAL, "and it is whole");
	memset(many, 7, sizeof(many));
	size = mc_ie_wrap(many, sizeof(many), wrapped, sizeof(wrapped));
	check(size == 600 + 3 * 6 &&
	      mc_ie_unwrap(wrapped, (size_t)size, back, sizeof(back)) == 600 &&
	      !memcmp(back, many, sizeof(many)), "those that are too long are split");
	check(mc_ie_wrap(many, sizeof(many), wrapped, 600) == -ENOSPC, "which takes more room");
}

int main(void)
{
	check_ready();
	check_elements();
	check_bad();
	check_names();
	check_subelements();
	check_bad_subelements();
	check_vendor();
	return check_result();
}
