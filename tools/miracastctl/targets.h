/* SPDX-License-Identifier: MIT */
/*
 * Reads debugfs' file of targets: one line each, of key=value pairs. Keys are not fixed, so
 * drivers with more or fewer keys work, too.
 */
#ifndef TARGETS_H
#define TARGETS_H

#include <stddef.h>
#include <stdint.h>

/** TARGET_PAIRS - Most pairs that are kept of a line. */
#define TARGET_PAIRS	32

/** struct target_line - One line of the file. */
struct target_line {
	/** @text: The line, cut up in place. */
	char *text;
	/** @keys: The keys. */
	const char *keys[TARGET_PAIRS];
	/** @values: Their values, without quotes. */
	const char *values[TARGET_PAIRS];
	/** @count: How many pairs. */
	int count;
};

/** struct target_file - The file; all zero is an empty one. */
struct target_file {
	/** @lines: The lines. */
	struct target_line *lines;
	/** @count: How many. */
	size_t count;
};

/**
 * targets_read() - Read the file of a card node.
 * @card_path: such as "/dev/dri/card0"
 *
 * Return: 0 or -errno, -ENOENT when there is none.
 */
int targets_read(struct target_file *file, const char *card_path);

/** targets_free() - Free it. */
void targets_free(struct target_file *file);

/**
 * targets_find() - The line of a connector.
 * @file: the file
 * @name: its name
 * @id: its object id, 0 when that is not known
 *
 * Return: the line, or NULL.
 */
const struct target_line *targets_find(const struct target_file *file,
				       const char *name, uint32_t id);

/**
 * targets_named() - The line of a connector as people write it.
 * @file: the file
 * @name: its name, or its object id in decimal
 *
 * Return: the line, or NULL.
 */
const struct target_line *targets_named(const struct target_file *file,
					const char *name);

/** target_value() - The value of a key, or NULL. */
const char *target_value(const struct target_line *line, const char *key);

/** target_line_parse() - Cut up a line; takes @text over. */
void target_line_parse(struct target_line *line, char *text);

#endif
