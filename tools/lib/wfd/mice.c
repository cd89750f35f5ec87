// SPDX-License-Identifier: MIT
#include "wfd/mice.h"

#include <errno.h>
#include <string.h>

#include "reserved.h"
#include "wfd/pack.h"

#define VERSION		1
#define MESSAGE_MAX	65535
#define KNOWN_ELEMENTS	(1 << MC_MICE_NAME | 1 << MC_MICE_RTSP_PORT | 1 << MC_MICE_SOURCE_ID | \
			 1 << MC_MICE_SECURITY_TOKEN | 1 << MC_MICE_SECURITY_OPTIONS | \
			 1 << MC_MICE_CHALLENGE | 1 << MC_MICE_REASON)

static bool take_number(struct mc_wfd_bytes value, size_t size, uint32_t *number)
{
	if (value.size != size)
		return false;
	return size == 1 ? mc_wfd_take8(&value, number) : mc_wfd_take16(&value, number);
}

static bool take_name(struct mc_wfd_bytes value, struct mc_mice *mice)
{
	mice->name = value;
	return value.size <= MC_MICE_NAME_MAX && value.size % 2 == 0;
}

static bool take_element(uint32_t type, struct mc_wfd_bytes value, struct mc_mice *mice)
{
	switch (type) {
	case MC_MICE_NAME:
		return take_name(value, mice);
	case MC_MICE_RTSP_PORT:
		return take_number(value, 2, &mice->rtsp_port) && mice->rtsp_port;
	case MC_MICE_SOURCE_ID:
		mice->source_id = value;
		return value.size == MC_MICE_ID;
	case MC_MICE_SECURITY_TOKEN:
		mice->token = value;
		return true;
	case MC_MICE_SECURITY_OPTIONS:
		return take_number(value, 1, &mice->options);
	case MC_MICE_CHALLENGE:
		mice->challenge = value;
		return true;
	default:
		return take_number(value, 1, &mice->reason);
	}
}

static bool is_known(uint32_t type)
{
	return type <= MC_MICE_REASON && KNOWN_ELEMENTS >> type & 1;
}

static int take_elements(struct mc_wfd_bytes r, struct mc_mice *mice)
{
	struct mc_wfd_bytes value;
	uint32_t type, size;

	while (r.size) {
		if (!mc_wfd_take8(&r, &type) || !mc_wfd_take16(&r, &size) ||
		    !mc_wfd_take(&r, size, &value))
			return -EINVAL;
		if (!is_known(type)) {
			mice->unknown++;
			continue;
		}
		if (mice->present & 1U << type || !take_element(type, value, mice))
			return -EINVAL;
		mice->present |= 1U << type;
	}
	return 0;
}

static int parse(const uint8_t *data, size_t size, struct mc_mice *mice)
{
	struct mc_wfd_bytes r = { data, size }, body;
	uint32_t length, version;

	memset(mice, 0, sizeof(*mice));
	if (!mc_wfd_take16(&r, &length))
		return -EAGAIN;
	/* A wrong message is refused before it has arrived completely. */
	if (length < MC_MICE_HEADER || (mc_wfd_take8(&r, &version) && version != VERSION))
		return -EINVAL;
	if (!mc_wfd_take8(&r, &mice->command) || !mc_wfd_take(&r, length - MC_MICE_HEADER, &body))
		return -EAGAIN;
	return take_elements(body, mice) ? -EINVAL : (int)length;
}

int mc_mice_parse(const uint8_t *data, size_t size, struct mc_mice *mice)
{
	int ret = parse(data, size, mice);

	if (ret < 0)
		memset(mice, 0, sizeof(*mice));
	return ret;
}

static void put_element(struct mc_wfd_packer *w, const struct mc_mice *mice, uint32_t type,
			struct mc_wfd_bytes value)
{
	if (!(mice->present & 1U << type))
		return;
	mc_wfd_put8(w, type);
	mc_wfd_put16(w, (uint32_t)value.size);
	mc_wfd_put(w, value.at, value.size);
}

static void put_number(struct mc_wfd_packer *w, const struct mc_mice *mice, uint32_t type,
		       size_t size, uint32_t number)
{
	if (!(mice->present & 1U << type))
		return;
	mc_wfd_put8(w, type);
	mc_wfd_put16(w, (uint32_t)size);
	if (size == 1)
		mc_wfd_put8(w, number);
	else
		mc_wfd_put16(w, number);
}

static size_t body_size(const struct mc_mice *mice)
{
	return mice->name.size + mice->source_id.size + mice->token.size + mice->challenge.size;
}

int mc_mice_print(const struct mc_mice *mice, uint8_t *out, size_t size)
{
	struct mc_wfd_packer w = { .out = out, .size = size };
	struct mc_wfd_packer header = { .out = out, .size = MC_MICE_HEADER };
	struct mc_mice back;
	int ret;

	if (body_size(mice) > MESSAGE_MAX || mice->present & ~(uint32_t)KNOWN_ELEMENTS ||
	    !mc_is_zero(mice->reserved, sizeof(mice->reserved)))
		return -EINVAL;
	w.used = MC_MICE_HEADER;
	put_element(&w, mice, MC_MICE_NAME, mice->name);
	put_number(&w, mice, MC_MICE_RTSP_PORT, 2, mice->rtsp_port);
	put_element(&w, mice, MC_MICE_SOURCE_ID, mice->source_id);
	put_element(&w, mice, MC_MICE_SECURITY_TOKEN, mice->token);
	put_number(&w, mice, MC_MICE_SECURITY_OPTIONS, 1, mice->options);
	put_element(&w, mice, MC_MICE_CHALLENGE, mice->challenge);
	put_number(&w, mice, MC_MICE_REASON, 1, mice->reason);
	if (w.used > MESSAGE_MAX)
		return -EINVAL;
	ret = mc_wfd_packed(&w);
	if (ret < 0)
		return ret;
	mc_wfd_put16(&header, (uint32_t)w.used);
	mc_wfd_put8(&header, VERSION);
	mc_wfd_put8(&header, mice->command);
	if (mc_wfd_packed(&header) < 0)
		return -EINVAL;
	/* Messages that a sink would have to refuse are not sent. */
	return mc_mice_parse(out, w.used, &back) < 0 ? -EINVAL : (int)w.used;
}

#define REPLACEMENT	0xfffdU
#define BYTE_ORDER_MARK	0xfeffU

static bool is_half(uint32_t unit, uint32_t first)
{
	return unit >= first && unit < first + 0x400;
}

/* Ends of lines, controls, and marks that change the direction of the text behind them. */
static bool is_control(uint32_t unit)
{
	return unit < ' ' || (unit >= 0x7f && unit <= 0x9f) ||
	       (unit >= 0x2028 && unit <= 0x202e) || (unit >= 0x2066 && unit <= 0x2069);
}

static uint32_t unit_at(struct mc_wfd_bytes name, size_t i)
{
	return (uint32_t)(name.at[i] | name.at[i + 1] << 8);
}

/* The character at @*i, which moves on. */
static uint32_t take_utf16(struct mc_wfd_bytes name, size_t *i)
{
	uint32_t unit = unit_at(name, *i), low;

	*i += 2;
	if (is_half(unit, 0xd800) && *i + 1 < name.size) {
		low = unit_at(name, *i);
		if (is_half(low, 0xdc00)) {
			*i += 2;
			return 0x10000 + ((unit - 0xd800) << 10 | (low - 0xdc00));
		}
	}
	if (is_half(unit, 0xd800) || is_half(unit, 0xdc00) || is_control(unit))
		return REPLACEMENT;
	return unit;
}

static size_t put_utf8(uint32_t c, char *out)
{
	static const uint8_t leads[] = { 0, 0xc0, 0xe0, 0xf0 };
	size_t extra = (size_t)(c > 0x7f) + (c > 0x7ff) + (c > 0xffff), i;

	out[0] = (char)(leads[extra] | c >> 6 * extra);
	for (i = 1; i <= extra; i++)
		out[i] = (char)(0x80 | (c >> 6 * (extra - i) & 0x3f));
	return extra + 1;
}

void mc_mice_name_to_utf8(struct mc_wfd_bytes name, char *out, size_t size)
{
	size_t i = 0, used = 0, length;
	char bytes[4];
	uint32_t c;

	if (!size)
		return;
	while (i + 1 < name.size) {
		c = take_utf16(name, &i);
		if (c == BYTE_ORDER_MARK && i == 2)
			continue;
		length = put_utf8(c, bytes);
		if (used + length >= size)
			break;
		memcpy(out + used, bytes, length);
		used += length;
	}
	out[used] = 0;
}

/* Bytes of a character that begins with @lead, 0 when none does. */
static size_t utf8_length(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

static uint32_t take_utf8(const uint8_t **text)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = *text;
	size_t length = utf8_length(*p), i;
	uint32_t c = length < 2 ? *p : *p & (0x7fU >> length);

	++*text;
	for (i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (!length || c < lowest[length] || c > 0x10ffff || is_half(c, 0xd800) ||
	    is_half(c, 0xdc00))
		return REPLACEMENT;
	*text = p + length;
	return c;
}

static void put_unit(uint32_t unit, uint8_t *out)
{
	out[0] = (uint8_t)unit;
	out[1] = (uint8_t)(unit >> 8);
}

struct mc_wfd_bytes mc_mice_name_from_utf8(const char *text, uint8_t *out)
{
	const uint8_t *p = (const uint8_t *)text;
	struct mc_wfd_bytes name = { out, 0 };
	uint32_t c;

	while (*p) {
		c = take_utf8(&p);
		if (name.size + (c > 0xffff ? 4 : 2) > MC_MICE_NAME_MAX)
			break;
		if (c > 0xffff) {
			put_unit(0xd800 + ((c - 0x10000) >> 10), out + name.size);
			name.size += 2;
			c = 0xdc00 + (c & 0x3ff);
		}
		put_unit(c, out + name.size);
		name.size += 2;
	}
	return name;
}
