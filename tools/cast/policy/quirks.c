// SPDX-License-Identifier: MIT
#include "policy/quirks.h"

#include <glib.h>
#include <string.h>

#include "wfd/audio.h"
#include "wfd/choose.h"

#define FILE_BYTES_MAX	(256 * 1024)
#define KEEP_ALIVE_S	20
#define VBV_FRAMES	3
#define RTSP_PORT	7236
/* Keys that begin with it have patterns. */
#define MATCH		"match"

struct quirks {
	GPtrArray *files;	/* GKeyFile */
};

/* --- Values ---------------------------------------------------------------------- */

static bool take_number(const char *value, guint64 min, guint64 max, unsigned int *out)
{
	guint64 number;

	if (!g_ascii_string_to_unsigned(value, 10, min, max, &number, NULL))
		return false;
	*out = (unsigned int)number;
	return true;
}

static bool take_start(const char *value, struct quirk_set *set)
{
	uint32_t mode;

	if (!strcmp(value, "720p30"))
		mode = MC_WFD_QUIRK_START_720P30;
	else if (!strcmp(value, "720p60"))
		mode = MC_WFD_QUIRK_START_720P60;
	else if (!strcmp(value, "any"))
		mode = 0;
	else
		return false;
	set->choose &= ~(uint32_t)(MC_WFD_QUIRK_START_720P30 | MC_WFD_QUIRK_START_720P60);
	set->choose |= mode;
	return true;
}

static bool take_audio(const char *value, struct quirk_set *set)
{
	if (!strcmp(value, "lpcm"))
		set->sounds = 1 << MC_WFD_LPCM;
	else if (!strcmp(value, "aac"))
		set->sounds = 1 << MC_WFD_AAC;
	else if (!strcmp(value, "any"))
		set->sounds = 0;
	else
		return false;
	return true;
}

/* A list of words; each is a bit, but "none". */
static bool take_ignore(const char *value, struct quirk_set *set)
{
	char **words = g_strsplit_set(value, ";, ", 8);
	bool good = true, some = false;
	uint32_t bits = 0;
	int i;

	for (i = 0; words[i]; i++) {
		some |= *words[i] != '\0';
		if (!strcmp(words[i], "native"))
			bits |= MC_WFD_QUIRK_IGNORE_NATIVE;
		else if (!strcmp(words[i], "edid"))
			bits |= MC_WFD_QUIRK_IGNORE_EDID;
		else if (*words[i] && strcmp(words[i], "none"))
			good = false;
	}
	g_strfreev(words);
	if (!good || !some)
		return false;
	set->choose &= ~(uint32_t)(MC_WFD_QUIRK_IGNORE_NATIVE | MC_WFD_QUIRK_IGNORE_EDID);
	set->choose |= bits;
	return true;
}

static bool take_flag(const char *value, bool *out)
{
	if (strcmp(value, "yes") && strcmp(value, "no"))
		return false;
	*out = !strcmp(value, "yes");
	return true;
}

static bool take_level(const char *value, struct quirk_set *set)
{
	bool strict;

	if (!take_flag(value, &strict))
		return false;
	set->choose &= ~(uint32_t)MC_WFD_QUIRK_STRICT_LEVEL;
	if (strict)
		set->choose |= MC_WFD_QUIRK_STRICT_LEVEL;
	return true;
}

/* "any" is 0: as if no rule had set it. */
static bool take_number_or_any(const char *value, guint64 min, guint64 max, unsigned int *out)
{
	if (strcmp(value, "any"))
		return take_number(value, min, max, out);
	*out = 0;
	return true;
}

/* Return: whether the line makes sense. */
static bool take(const char *key, const char *value, struct quirk_set *set)
{
	if (g_str_has_prefix(key, MATCH))
		return true;
	if (!strcmp(key, "start"))
		return take_start(value, set);
	if (!strcmp(key, "audio"))
		return take_audio(value, set);
	if (!strcmp(key, "ignore"))
		return take_ignore(value, set);
	if (!strcmp(key, "strict-level"))
		return take_level(value, set);
	if (!strcmp(key, "any-session"))
		return take_flag(value, &set->any_session);
	if (!strcmp(key, "keep-alive"))
		return take_number(value, 0, 600, &set->keep_alive_s);
	if (!strcmp(key, "gop-ms"))
		return take_number_or_any(value, 100, 600000, &set->gop_ms);
	if (!strcmp(key, "vbv-frames"))
		return take_number(value, 1, 30, &set->vbv_frames);
	if (!strcmp(key, "kbps-max"))
		return take_number_or_any(value, 500, 1000000, &set->kbps_max);
	if (!strcmp(key, "rtsp-port"))
		return take_number(value, 1, 65535, &set->rtsp_port);
	return false;
}

/* --- Rules ----------------------------------------------------------------------- */

static void take_all(GKeyFile *file, const char *rule, struct quirk_set *set, bool warn)
{
	char **keys = g_key_file_get_keys(file, rule, NULL, NULL);
	char *value;
	int i;

	for (i = 0; keys && keys[i]; i++) {
		value = g_key_file_get_value(file, rule, keys[i], NULL);
		if (value && !take(keys[i], value, set) && warn)
			g_warning("quirk \"%s\": %s=%s is not known", rule, keys[i], value);
		g_free(value);
	}
	g_strfreev(keys);
}

/* Return: for g_free(). Sinks send any bytes, and GLib's patterns are for UTF-8 only. */
static char *as_text(const char *bytes)
{
	char *valid = g_utf8_make_valid(bytes, -1);
	char *text = g_ascii_strdown(valid, -1);

	g_free(valid);
	return text;
}

/* Return: whether the sink matches the rule, as far as it has a pattern for what was said. */
static bool fits(GKeyFile *file, const char *rule, const char *key, const char *said)
{
	char *pattern = g_key_file_get_value(file, rule, key, NULL);
	char *small, *small_said;
	bool fit;

	if (!pattern)
		return true;
	small = as_text(pattern);
	small_said = as_text(said ? said : "");
	fit = g_pattern_match_simple(small, small_said);
	g_free(small_said);
	g_free(small);
	g_free(pattern);
	return fit;
}

void quirks_find(const struct quirks *quirks, const struct quirk_sink *sink,
		 struct quirk_set *set, void (*matched)(void *user, const char *rule), void *user)
{
	GKeyFile *file;
	char **rules;
	guint i, j;

	memset(set, 0, sizeof(*set));
	set->keep_alive_s = KEEP_ALIVE_S;
	set->vbv_frames = VBV_FRAMES;
	set->rtsp_port = RTSP_PORT;
	for (i = 0; i < quirks->files->len; i++) {
		file = g_ptr_array_index(quirks->files, i);
		rules = g_key_file_get_groups(file, NULL);
		for (j = 0; rules[j]; j++) {
			if (!fits(file, rules[j], "match-name", sink->name) ||
			    !fits(file, rules[j], "match-agent", sink->agent) ||
			    !fits(file, rules[j], "match-maker", sink->maker))
				continue;
			take_all(file, rules[j], set, false);
			if (matched)
				matched(user, rules[j]);
		}
		g_strfreev(rules);
	}
}

/* --- Files ----------------------------------------------------------------------- */

static bool is_pattern(const char *key, const char *value)
{
	return (!strcmp(key, "match-name") || !strcmp(key, "match-agent") ||
		!strcmp(key, "match-maker")) && value && *value && g_utf8_validate(value, -1, NULL);
}

/*
 * A rule would be for more sinks than its author thinks when a pattern of it is not known, and
 * for all when it has none.
 */
static bool patterns_are_good(GKeyFile *file, const char *rule)
{
	char **keys = g_key_file_get_keys(file, rule, NULL, NULL);
	bool good = true, some = false;
	char *value;
	int i;

	for (i = 0; keys && keys[i]; i++) {
		if (!g_str_has_prefix(keys[i], MATCH))
			continue;
		some = true;
		value = g_key_file_get_value(file, rule, keys[i], NULL);
		if (!is_pattern(keys[i], value)) {
			g_warning("quirk \"%s\" is left out: %s=%s is not known", rule, keys[i],
				  value ? value : "");
			good = false;
		}
		g_free(value);
	}
	g_strfreev(keys);
	if (!some)
		g_warning("quirk \"%s\" is left out: it has no pattern; one for all sinks has "
			  "match-name=*", rule);
	return good && some;
}

/* The port is opened before the sink says who it is. */
static bool port_has_no_effect(GKeyFile *file, const char *rule)
{
	return g_key_file_has_key(file, rule, "rtsp-port", NULL) &&
	       (g_key_file_has_key(file, rule, "match-agent", NULL) ||
		g_key_file_has_key(file, rule, "match-maker", NULL));
}

/* Warns of mistakes once, when the file is read, and not each time it is used. */
static void check_rules(GKeyFile *file)
{
	struct quirk_set ignored = { 0 };
	char **rules = g_key_file_get_groups(file, NULL);
	int i;

	for (i = 0; rules[i]; i++) {
		if (!patterns_are_good(file, rules[i])) {
			g_key_file_remove_group(file, rules[i], NULL);
			continue;
		}
		take_all(file, rules[i], &ignored, true);
		if (port_has_no_effect(file, rules[i]))
			g_warning("quirk \"%s\": rtsp-port is only for rules that match by name alone",
				  rules[i]);
	}
	g_strfreev(rules);
}

static void load_file(struct quirks *quirks, const char *path)
{
	GKeyFile *file = g_key_file_new();
	GError *error = NULL;
	char *text = NULL;
	gsize size = 0;

	if (!g_file_get_contents(path, &text, &size, &error) ||
	    size > FILE_BYTES_MAX || !g_key_file_load_from_data(file, text, size, 0, &error)) {
		g_warning("%s: %s", path, error ? error->message : "the file is too large");
		g_clear_error(&error);
		g_key_file_unref(file);
	} else {
		check_rules(file);
		g_ptr_array_add(quirks->files, file);
	}
	g_free(text);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void load_folder(struct quirks *quirks, const char *folder)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;
	guint i;

	while (dir && (name = g_dir_read_name(dir)))
		if (g_str_has_suffix(name, ".conf"))
			g_ptr_array_add(names, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(names, by_name);
	for (i = 0; i < names->len; i++)
		load_file(quirks, g_ptr_array_index(names, i));
	if (dir)
		g_dir_close(dir);
	g_ptr_array_unref(names);
}

struct quirks *quirks_load(const char *const *folders)
{
	struct quirks *quirks = g_new0(struct quirks, 1);

	quirks->files = g_ptr_array_new_with_free_func((GDestroyNotify)g_key_file_unref);
	for (; *folders; folders++)
		load_folder(quirks, *folders);
	return quirks;
}

void quirks_free(struct quirks *quirks)
{
	g_ptr_array_unref(quirks->files);
	g_free(quirks);
}
