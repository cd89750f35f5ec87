// SPDX-License-Identifier: MIT
/* Messages of MICE, and names in both encodings. */
#include <string.h>

#include "fuzz.h"
#include "wfd/mice.h"

static void check_name(struct mc_wfd_bytes name)
{
	static uint8_t utf16[MC_MICE_NAME_MAX];
	char text[2 * MC_MICE_NAME_MAX], again[2 * MC_MICE_NAME_MAX];
	struct mc_wfd_bytes back;

	mc_mice_name_to_utf8(name, text, 7);
	mc_mice_name_to_utf8(name, text, sizeof(text));
	back = mc_mice_name_from_utf8(text, utf16);
	demand(back.size <= MC_MICE_NAME_MAX && back.size % 2 == 0);
	mc_mice_name_to_utf8(back, again, sizeof(again));
	/* A second mark is a character, until it is the first. */
	demand(!strcmp(text, again) || !strncmp(text, "\xef\xbb\xbf", 3));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[65536], again[65536], utf16[MC_MICE_NAME_MAX];
	static char text[4096];
	struct mc_mice mice, back;
	int length, written;

	if (size < sizeof(text)) {
		memcpy(text, data, size);
		text[size] = 0;
		check_name(mc_mice_name_from_utf8(text, utf16));
	}
	length = mc_mice_parse(data, size, &mice);
	if (length < 0)
		return 0;
	demand((size_t)length <= size);
	check_name(mice.name);
	written = mc_mice_print(&mice, out, sizeof(out));
	demand(written > 0 && written <= length);
	demand(mc_mice_parse(out, (size_t)written, &back) == written);
	demand(back.present == mice.present && back.command == mice.command && !back.unknown);
	demand(mc_mice_print(&back, again, sizeof(again)) == written);
	demand(!memcmp(out, again, (size_t)written));
	return 0;
}
