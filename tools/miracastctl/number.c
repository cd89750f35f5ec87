// SPDX-License-Identifier: MIT
#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return !errno && !*end && *value >= min && *value <= max;
}

bool seconds_parse(const char *text, double *seconds)
{
	const char *p = text;
	char *end;

	while (isdigit((unsigned char)*p) || *p == '.')
		p++;
	if (*p)
		return false;
	*seconds = strtod(text, &end);
	return end != text && !*end && *seconds > 0 && *seconds <= 1e9;
}
