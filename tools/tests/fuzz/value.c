// SPDX-License-Identifier: MIT
/* One value: the first byte says of which parameter, so that each gets its share. */
#include <string.h>

#include "fuzz.h"
#include "wfd/params.h"

#define ROOM	8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mc_wfd_params first, second;
	static char body[ROOM], text[ROOM], small[16];
	enum mc_wfd_param param;
	size_t name;
	int length;

	if (!size || size > ROOM / 8)
		return 0;
	param = (enum mc_wfd_param)(data[0] % MC_WFD_PARAMS);
	name = strlen(mc_wfd_param_name(param));
	memcpy(body, mc_wfd_param_name(param), name);
	body[name] = ':';
	memcpy(body + name + 1, data + 1, size - 1);
	mc_wfd_params_parse(body, name + size, &first);
	mc_wfd_params_print(&first, small, sizeof(small));
	length = mc_wfd_params_print(&first, text, sizeof(text));
	demand(length >= 0);
	mc_wfd_params_parse(text, (size_t)length, &second);
	demand(second.present == first.present && !second.bad && !second.unknown);
	demand(mc_wfd_params_print(&second, body, sizeof(body)) == length);
	demand(!memcmp(text, body, (size_t)length));
	return 0;
}
