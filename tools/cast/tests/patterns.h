/* SPDX-License-Identifier: MIT */
/*
 * Stands in front of GLib's patterns, in a program that is linked with
 * --wrap=g_pattern_match_simple. They are for UTF-8, and read beyond the end of anything else,
 * which no sanitizer sees: GLib is built without.
 *
 * For one test program, which includes this once.
 */
#ifndef CAST_PATTERNS_H
#define CAST_PATTERNS_H

#include <glib.h>
#include <stdbool.h>

gboolean __real_g_pattern_match_simple(const gchar *pattern, const gchar *string);
gboolean __wrap_g_pattern_match_simple(const gchar *pattern, const gchar *string);

/* Whether there was nothing but text. */
static bool patterns_had_text = true;

gboolean __wrap_g_pattern_match_simple(const gchar *pattern, const gchar *string)
{
	bool text = g_utf8_validate(pattern, -1, NULL) && g_utf8_validate(string, -1, NULL);

	patterns_had_text &= text;
	return text && __real_g_pattern_match_simple(pattern, string);
}

#endif
