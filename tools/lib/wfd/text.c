// SPDX-License-Identifier: MIT
#include "wfd/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Not those of ctype.h, which depend on the locale. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool in_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool mc_wfd_same(const char *a, const char *b, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

static size_t left(const struct mc_wfd_reader *r)
{
	return (size_t)(r->end - r->at);
}

struct mc_wfd_reader mc_wfd_reader(const char *text, size_t size)
{
	struct mc_wfd_reader r = { text, text + size };

	return r;
}

bool mc_wfd_blanks(struct mc_wfd_reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && is_blank(*r->at))
		r->at++;
	return r->at > from;
}

bool mc_wfd_end(struct mc_wfd_reader *r)
{
	mc_wfd_blanks(r);
	return r->at == r->end;
}

bool mc_wfd_char(struct mc_wfd_reader *r, char c)
{
	mc_wfd_blanks(r);
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

bool mc_wfd_word(struct mc_wfd_reader *r, const char *word)
{
	size_t length = strlen(word);

	mc_wfd_blanks(r);
	if (left(r) < length || !mc_wfd_same(r->at, word, length))
		return false;
	if (left(r) > length && in_word(r->at[length]))
		return false;
	r->at += length;
	return true;
}

int mc_wfd_hex(struct mc_wfd_reader *r, int digits, uint64_t *value)
{
	uint64_t sum = 0;
	int i;

	mc_wfd_blanks(r);
	for (i = 0; i < digits; i++) {
		if (r->at == r->end || digit(*r->at) < 0)
			return -EINVAL;
		sum = sum << 4 | (uint64_t)digit(*r->at++);
	}
	if (r->at < r->end && in_word(*r->at))
		return -EINVAL;
	*value = sum;
	return 0;
}

int mc_wfd_hex32(struct mc_wfd_reader *r, int digits, uint32_t *value)
{
	uint64_t wide;

	if (mc_wfd_hex(r, digits, &wide))
		return -EINVAL;
	*value = (uint32_t)wide;
	return 0;
}

int mc_wfd_decimal(struct mc_wfd_reader *r, uint32_t max, uint32_t *value)
{
	uint64_t sum = 0;
	const char *from;

	mc_wfd_blanks(r);
	for (from = r->at; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++)
		if (sum <= UINT32_MAX)
			sum = sum * 10 + (uint64_t)(*r->at - '0');
	if (r->at == from || (r->at < r->end && in_word(*r->at)))
		return -EINVAL;
	if (sum > max)
		return -ERANGE;
	*value = (uint32_t)sum;
	return 0;
}

bool mc_wfd_token(struct mc_wfd_reader *r, const char *stops, struct mc_wfd_reader *token)
{
	mc_wfd_blanks(r);
	token->at = r->at;
	while (r->at < r->end && !is_blank(*r->at) && *r->at && !strchr(stops, *r->at))
		r->at++;
	token->end = r->at;
	return token->end > token->at;
}

bool mc_wfd_is(struct mc_wfd_reader r, const char *word)
{
	return mc_wfd_word(&r, word) && r.at == r.end;
}

int mc_wfd_name(struct mc_wfd_reader r, const char *const *names, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (mc_wfd_is(r, names[i]))
			return i;
	return -EINVAL;
}

int mc_wfd_one(const char *text, size_t size, const char *const *names, int count)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size), token;

	if (!mc_wfd_token(&r, "", &token) || !mc_wfd_end(&r))
		return -EINVAL;
	return mc_wfd_name(token, names, count);
}

bool mc_wfd_printable(struct mc_wfd_reader r)
{
	for (; r.at < r.end; r.at++)
		if ((*r.at < ' ' || *r.at > '~') && *r.at != '\t')
			return false;
	return true;
}

bool mc_wfd_is_text(const char *text, size_t room)
{
	size_t length = strnlen(text, room);

	return length < room && mc_wfd_printable(mc_wfd_reader(text, length));
}

bool mc_wfd_is_url(const char *text, size_t room)
{
	return mc_wfd_is_text(text, room) && !strpbrk(text, " \t");
}

int mc_wfd_parsed(int ret, void *value, size_t size)
{
	if (ret)
		memset(value, 0, size);
	return ret;
}

struct mc_wfd_writer mc_wfd_writer(char *out, size_t size)
{
	struct mc_wfd_writer w = { out, size, 0 };

	if (size)
		*out = 0;
	return w;
}

void mc_wfd_write(struct mc_wfd_writer *w, const char *format, ...)
{
	size_t room = w->used < w->size ? w->size - w->used : 0;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(room ? w->out + w->used : NULL, room, format, arguments);
	va_end(arguments);
	w->used += length > 0 ? (size_t)length : 0;
}

int mc_wfd_written(struct mc_wfd_writer *w)
{
	if (w->used < w->size)
		return (int)w->used;
	if (w->size)
		*w->out = 0;
	return -ENOSPC;
}

int mc_wfd_refused(struct mc_wfd_writer *w)
{
	if (w->size)
		*w->out = 0;
	return -EINVAL;
}

int mc_wfd_parse_one(const char *text, size_t size, const char *const *names, int count,
		     uint32_t *value)
{
	int one = mc_wfd_one(text, size, names, count);

	*value = one < 0 ? 0 : (uint32_t)one;
	return one < 0 ? one : 0;
}

int mc_wfd_print_one(uint32_t number, const char *const *names, uint32_t count, char *out,
		     size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (number >= count)
		return -EINVAL;
	mc_wfd_write(&w, "%s", names[number]);
	return mc_wfd_written(&w);
}
