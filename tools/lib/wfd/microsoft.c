// SPDX-License-Identifier: MIT
#include "wfd/microsoft.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "wfd/text.h"

#define COUNT(array)	((int)(sizeof(array) / sizeof((array)[0])))
#define FIELD_MAX	0xffff

static const char *const masks[] = { "none", "full" };
static const char *const latencies[] = { "none", "supported", "low", "normal", "high" };
static const char *const mutes[] = { "none", "supported", "0", "1" };
static const char *const roles[] = { "none", "supported", "primary", "secondary" };

static int parse_cursor(const char *text, size_t size, struct mc_wfd_cursor *cursor)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size), token;
	int kind;

	memset(cursor, 0, sizeof(*cursor));
	if (!mc_wfd_token(&r, "", &token))
		return -EINVAL;
	kind = mc_wfd_name(token, masks, COUNT(masks));
	if (kind < 0)
		return -EINVAL;
	if (!kind && mc_wfd_end(&r))
		return 0;
	cursor->full = (uint32_t)kind;
	if (mc_wfd_hex32(&r, 4, &cursor->width) || mc_wfd_hex32(&r, 4, &cursor->height) ||
	    mc_wfd_hex32(&r, 4, &cursor->port))
		return -EINVAL;
	return mc_wfd_end(&r) && cursor->port ? 0 : -EINVAL;
}

WFD_PARSER(cursor, struct mc_wfd_cursor *)

int mc_wfd_cursor_print(const struct mc_wfd_cursor *cursor, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (cursor->width > FIELD_MAX || cursor->height > FIELD_MAX || cursor->port > FIELD_MAX)
		return -EINVAL;
	mc_wfd_write(&w, "%s", masks[cursor->port && cursor->full]);
	if (cursor->port)
		mc_wfd_write(&w, " %04" PRIX32 " %04" PRIX32 " %04" PRIX32, cursor->width,
			     cursor->height, cursor->port);
	return mc_wfd_written(&w);
}

static int parse_bitrate(const char *text, size_t size, uint32_t *bits)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);
	int ret = 0;

	*bits = 0;
	if (!mc_wfd_word(&r, "none"))
		ret = mc_wfd_decimal(&r, UINT32_MAX, bits);
	if (ret)
		return ret;
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(bitrate, uint32_t *)

int mc_wfd_bitrate_print(const uint32_t *bits, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (*bits)
		mc_wfd_write(&w, "%" PRIu32, *bits);
	else
		mc_wfd_write(&w, "none");
	return mc_wfd_written(&w);
}

int mc_wfd_latency_parse(const char *text, size_t size, uint32_t *latency)
{
	return mc_wfd_parse_one(text, size, latencies, COUNT(latencies), latency);
}

int mc_wfd_latency_print(const uint32_t *latency, char *out, size_t size)
{
	return mc_wfd_print_one(*latency, latencies, (uint32_t)COUNT(latencies), out, size);
}

int mc_wfd_mute_parse(const char *text, size_t size, uint32_t *mute)
{
	return mc_wfd_parse_one(text, size, mutes, COUNT(mutes), mute);
}

int mc_wfd_mute_print(const uint32_t *mute, char *out, size_t size)
{
	return mc_wfd_print_one(*mute, mutes, (uint32_t)COUNT(mutes), out, size);
}

static int parse_screen(const char *text, size_t size, struct mc_wfd_screen *screen)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size), token;
	int role, ret = 0;

	memset(screen, 0, sizeof(*screen));
	if (!mc_wfd_token(&r, "", &token))
		return -EINVAL;
	role = mc_wfd_name(token, roles, COUNT(roles));
	if (role < 0)
		return -EINVAL;
	screen->role = (uint32_t)role;
	if (screen->role == MC_WFD_ROLE_SECONDARY) {
		ret = mc_wfd_decimal(&r, FIELD_MAX, &screen->width);
		if (!ret)
			ret = mc_wfd_decimal(&r, FIELD_MAX, &screen->height);
		if (!ret)
			ret = mc_wfd_decimal(&r, UINT32_MAX, &screen->bits);
	}
	if (ret)
		return ret;
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(screen, struct mc_wfd_screen *)

int mc_wfd_screen_print(const struct mc_wfd_screen *screen, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (screen->role >= (uint32_t)COUNT(roles))
		return -EINVAL;
	mc_wfd_write(&w, "%s", roles[screen->role]);
	if (screen->role == MC_WFD_ROLE_SECONDARY)
		mc_wfd_write(&w, " %" PRIu32 " %" PRIu32 " %" PRIu32, screen->width,
			     screen->height, screen->bits);
	return mc_wfd_written(&w);
}

static int parse_reason(const char *text, size_t size, struct mc_wfd_reason *reason)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);
	size_t length;

	memset(reason, 0, sizeof(*reason));
	if (mc_wfd_hex32(&r, 8, &reason->code) || !mc_wfd_printable(r))
		return -EINVAL;
	mc_wfd_blanks(&r);
	length = (size_t)(r.end - r.at);
	if (length > MC_WFD_REASON_MAX)
		length = MC_WFD_REASON_MAX;
	while (length && (r.at[length - 1] == ' ' || r.at[length - 1] == '\t'))
		length--;
	memcpy(reason->text, r.at, length);
	return 0;
}

WFD_PARSER(reason, struct mc_wfd_reason *)

int mc_wfd_reason_print(const struct mc_wfd_reason *reason, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (!mc_wfd_is_text(reason->text, sizeof(reason->text)))
		return -EINVAL;
	mc_wfd_write(&w, "%08" PRIX32 "%s%s", reason->code, *reason->text ? " " : "", reason->text);
	return mc_wfd_written(&w);
}
