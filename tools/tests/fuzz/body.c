// SPDX-License-Identifier: MIT
/* Bodies of messages: reading and writing a body twice gives the same result. */
#include <string.h>

#include "fuzz.h"
#include "wfd/params.h"

#define ROOM	(1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mc_wfd_params first, second;
	static char text[ROOM], again[ROOM];
	int length;

	mc_wfd_names_parse((const char *)data, size, NULL);
	mc_wfd_params_parse((const char *)data, size, &first);
	demand(!(first.present & first.bad));
	length = mc_wfd_params_print(&first, text, sizeof(text));
	demand(length >= 0);
	mc_wfd_params_parse(text, (size_t)length, &second);
	demand(second.present == first.present && !second.bad && !second.unknown);
	demand(mc_wfd_params_print(&second, again, sizeof(again)) == length);
	demand(!memcmp(text, again, (size_t)length));
	return 0;
}
