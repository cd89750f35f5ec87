// SPDX-License-Identifier: MIT
#include "targets.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "number.h"

/* Ends a value in place: at the closing quote, or at the next blank. */
static char *end_value(char **value)
{
	char *p = *value;
	char quote = *p == '"' || *p == '\'' ? *p : 0;

	if (quote)
		*value = ++p;
	while (*p && (quote ? *p != quote : !isspace((unsigned char)*p)))
		p++;
	if (*p)
		*p++ = '\0';
	return p;
}

void target_line_parse(struct target_line *line, char *text)
{
	char *p = text;
	char *key, *value;

	memset(line, 0, sizeof(*line));
	line->text = text;
	while (line->count < TARGET_PAIRS) {
		while (isspace((unsigned char)*p))
			p++;
		key = p;
		while (*p && *p != '=' && !isspace((unsigned char)*p))
			p++;
		if (!*p)
			break;
		if (*p != '=')		/* a word without a value */
			continue;
		*p++ = '\0';
		value = p;
		p = end_value(&value);
		line->keys[line->count] = key;
		line->values[line->count++] = value;
	}
}

const char *target_value(const struct target_line *line, const char *key)
{
	int i;

	for (i = 0; line && i < line->count; i++)
		if (!strcmp(line->keys[i], key))
			return line->values[i];
	return NULL;
}

static int append(struct target_file *file, const char *text)
{
	struct target_line *lines;
	char *copy;

	lines = realloc(file->lines, (file->count + 1) * sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	file->lines = lines;
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	target_line_parse(&lines[file->count], copy);
	file->count++;
	return 0;
}

int targets_read(struct target_file *file, const char *card_path)
{
	char path[96], text[1024];
	struct stat st;
	FILE *from;
	int ret = 0;

	memset(file, 0, sizeof(*file));
	if (stat(card_path, &st))
		return -errno;
	snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%u/miracast_targets",
		 minor(st.st_rdev));
	from = fopen(path, "re");
	if (!from)
		return -errno;
	while (!ret && fgets(text, sizeof(text), from))
		ret = append(file, text);
	fclose(from);
	return ret;
}

void targets_free(struct target_file *file)
{
	size_t i;

	for (i = 0; i < file->count; i++)
		free(file->lines[i].text);
	free(file->lines);
	memset(file, 0, sizeof(*file));
}

static bool has_id(const struct target_line *line, uint32_t id)
{
	const char *value = target_value(line, "connector_id");
	uint64_t number;

	return value && number_parse(value, 1, UINT32_MAX, &number) && number == id;
}

const struct target_line *targets_find(const struct target_file *file,
				       const char *name, uint32_t id)
{
	const char *value;
	size_t i;

	for (i = 0; i < file->count; i++) {
		value = target_value(&file->lines[i], "connector");
		if (has_id(&file->lines[i], id) || (value && !strcmp(value, name)))
			return &file->lines[i];
	}
	return NULL;
}

const struct target_line *targets_named(const struct target_file *file,
					const char *name)
{
	uint64_t id;

	if (!number_parse(name, 1, UINT32_MAX, &id))
		id = 0;
	return targets_find(file, name, (uint32_t)id);
}
