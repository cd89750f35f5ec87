/* SPDX-License-Identifier: MIT */
/*
 * Numbers on the command line.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/** number_parse() - Read a whole decimal number from @min to @max. */
bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value);

/** seconds_parse() - Read seconds, decimals allowed, above 0 to 10^9. */
bool seconds_parse(const char *text, double *seconds);

#endif
