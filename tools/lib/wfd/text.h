/* SPDX-License-Identifier: MIT */
/*
 * How the values of Wi-Fi Display are read and written: a reader that never
 * looks past its end, a writer that never writes past its own. For the parsers
 * of this folder; programs include the header of the value that they want.
 */
#ifndef MC_WFD_TEXT_H
#define MC_WFD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct mc_wfd_reader - What is left to read. */
struct mc_wfd_reader {
	/** @at: Next character. */
	const char *at;
	/** @end: Behind the last one. */
	const char *end;
};

/** mc_wfd_reader() - Read @size bytes at @text, which need no NUL. */
struct mc_wfd_reader mc_wfd_reader(const char *text, size_t size);

/** mc_wfd_blanks() - Skip blanks and tabs. Return: whether there were any. */
bool mc_wfd_blanks(struct mc_wfd_reader *r);

/** mc_wfd_end() - Whether nothing but blanks is left. */
bool mc_wfd_end(struct mc_wfd_reader *r);

/** mc_wfd_char() - Skip blanks and @c. Return: whether it was there. */
bool mc_wfd_char(struct mc_wfd_reader *r, char c);

/**
 * mc_wfd_word() - Skip blanks and @word, upper or lower case, where it is a whole
 * word. Return: whether it was there.
 */
bool mc_wfd_word(struct mc_wfd_reader *r, const char *word);

/**
 * mc_wfd_hex() - Read a hexadecimal number of exactly @digits digits, 1 to 16,
 * after blanks. Return: 0 or -EINVAL.
 */
int mc_wfd_hex(struct mc_wfd_reader *r, int digits, uint64_t *value);

/** mc_wfd_hex32() - As mc_wfd_hex(), 1 to 8 digits. */
int mc_wfd_hex32(struct mc_wfd_reader *r, int digits, uint32_t *value);

/**
 * mc_wfd_decimal() - Read a decimal number after blanks.
 * Return: 0, -EINVAL no number, -ERANGE above @max.
 */
int mc_wfd_decimal(struct mc_wfd_reader *r, uint32_t max, uint32_t *value);

/**
 * mc_wfd_token() - Skip blanks, then read up to the next blank or character of @stops. Return:
 * whether there is anything.
 */
bool mc_wfd_token(struct mc_wfd_reader *r, const char *stops, struct mc_wfd_reader *token);

/**
 * mc_wfd_same() - Whether @length characters are the same, ASCII letters in upper or lower
 * case, whatever the locale.
 */
bool mc_wfd_same(const char *a, const char *b, size_t length);

/** mc_wfd_is() - Whether all that @r has is @word, upper or lower case. */
bool mc_wfd_is(struct mc_wfd_reader r, const char *word);

/**
 * mc_wfd_name() - Which of @count names @r is. Return: its number or -EINVAL.
 */
int mc_wfd_name(struct mc_wfd_reader r, const char *const *names, int count);

/** mc_wfd_one() - Read a value that is one of @count names. Return: as mc_wfd_name(). */
int mc_wfd_one(const char *text, size_t size, const char *const *names, int count);

/** mc_wfd_printable() - Whether all characters are those of a line in ASCII. */
bool mc_wfd_printable(struct mc_wfd_reader r);

/**
 * mc_wfd_is_text() - Whether the text in an array of @room bytes can be written into a line.
 * One with the end of a line in it would add parameters of its own.
 */
bool mc_wfd_is_text(const char *text, size_t room);

/** mc_wfd_is_url() - As mc_wfd_is_text(), without blanks. */
bool mc_wfd_is_url(const char *text, size_t room);

/** mc_wfd_parsed() - Zero @value when @ret is an error. Return: @ret. */
int mc_wfd_parsed(int ret, void *value, size_t size);

/**
 * WFD_PARSER() - Define mc_wfd_NAME_parse() by parse_NAME(), whose value has the type that
 * @pointer points to. A value that is refused is zeroed.
 */
#define WFD_PARSER(name, pointer)						\
int mc_wfd_##name##_parse(const char *text, size_t size, pointer value)		\
{										\
	return mc_wfd_parsed(parse_##name(text, size, value), value, sizeof(*value)); \
}

/** struct mc_wfd_writer - A writer, which also counts the characters that had no room. */
struct mc_wfd_writer {
	/** @out: Where to. */
	char *out;
	/** @size: Room, with that of the NUL. */
	size_t size;
	/** @used: Bytes that all of it needs, without the NUL. */
	size_t used;
};

/** mc_wfd_writer() - Write to @out, which becomes the empty text. */
struct mc_wfd_writer mc_wfd_writer(char *out, size_t size);

/** mc_wfd_write() - Append, as printf() does. */
__attribute__((format(printf, 2, 3)))
void mc_wfd_write(struct mc_wfd_writer *w, const char *format, ...);

/**
 * mc_wfd_written() - The end of a text.
 * Return: its length, or -ENOSPC; then the text is empty.
 */
int mc_wfd_written(struct mc_wfd_writer *w);

/**
 * mc_wfd_refused() - The end of a text that has no written form: it is empty.
 * Return: -EINVAL.
 */
int mc_wfd_refused(struct mc_wfd_writer *w);

/**
 * mc_wfd_parse_one() - As mc_wfd_one(), with the number in @value; 0 of a failure.
 * Return: 0 or -EINVAL.
 */
int mc_wfd_parse_one(const char *text, size_t size, const char *const *names, int count,
		     uint32_t *value);

/** mc_wfd_print_one() - Write one of @count names, or -EINVAL. */
int mc_wfd_print_one(uint32_t number, const char *const *names, uint32_t count, char *out,
		     size_t size);

#endif
