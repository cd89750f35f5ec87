// SPDX-License-Identifier: MIT
/* Subelements, and the vendor elements around them. */
#include <string.h>

#include "fuzz.h"
#include "wfd/ie.h"

#define ROOM	(1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[ROOM], again[ROOM];
	struct mc_ie ie, back;
	int length;

	if (size > ROOM / 8)
		return 0;
	mc_ie_unwrap(data, size, out, sizeof(out));
	mc_ie_unwrap(data, size, out, 3);
	length = mc_ie_wrap(data, size, out, sizeof(out));
	demand(length >= 0 &&
	       mc_ie_unwrap(out, (size_t)length, again, sizeof(again)) == (int)size);
	demand(!size || !memcmp(again, data, size));

	if (mc_ie_parse(data, size, &ie))
		return 0;
	length = mc_ie_print(&ie, out, sizeof(out));
	demand(length >= 0 && (size_t)length <= size);
	demand(!mc_ie_parse(out, (size_t)length, &back) && back.present == ie.present &&
	       !back.bad);
	demand(mc_ie_print(&back, again, sizeof(again)) == length);
	demand(!memcmp(out, again, (size_t)length));
	return 0;
}
