// SPDX-License-Identifier: MIT
#include "wfd/protect.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "wfd/text.h"

#define PORT_MAX	65535
#define ADDRESS		12

/* Of length @length, upper or lower case, and more behind it. */
static bool skip(struct mc_wfd_reader *r, const char *text)
{
	size_t length = strlen(text);

	if ((size_t)(r->end - r->at) < length || !mc_wfd_same(r->at, text, length))
		return false;
	r->at += length;
	return true;
}

/* One digit: HDCP 2.0 to 2.3. */
static bool take_digit(struct mc_wfd_reader *r, uint32_t *value)
{
	if (r->at == r->end || *r->at < '0' || *r->at > '9')
		return false;
	*value = (uint32_t)(*r->at++ - '0');
	return true;
}

static int parse_protection(const char *text, size_t size, struct mc_wfd_protection *protection)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);
	int ret;

	memset(protection, 0, sizeof(*protection));
	if (mc_wfd_word(&r, "none"))
		return mc_wfd_end(&r) ? 0 : -EINVAL;
	if (!skip(&r, "HDCP") || !take_digit(&r, &protection->major) || !skip(&r, ".") ||
	    !take_digit(&r, &protection->minor) || !mc_wfd_blanks(&r) || !skip(&r, "port="))
		return -EINVAL;
	ret = mc_wfd_decimal(&r, PORT_MAX, &protection->port);
	if (ret)
		return ret;
	return mc_wfd_end(&r) && protection->major ? 0 : -EINVAL;
}

WFD_PARSER(protection, struct mc_wfd_protection *)

int mc_wfd_protection_print(const struct mc_wfd_protection *protection, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (protection->major > 9 || protection->minor > 9 || protection->port > PORT_MAX)
		return -EINVAL;
	if (protection->major)
		mc_wfd_write(&w, "HDCP%" PRIu32 ".%" PRIu32 " port=%" PRIu32, protection->major,
			     protection->minor, protection->port);
	else
		mc_wfd_write(&w, "none");
	return mc_wfd_written(&w);
}

static int parse_coupled(const char *text, size_t size, struct mc_wfd_coupled *coupled)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);

	memset(coupled, 0, sizeof(*coupled));
	if (mc_wfd_word(&r, "none"))
		return mc_wfd_end(&r) ? 0 : -EINVAL;
	coupled->there = 1;
	if (mc_wfd_hex32(&r, 2, &coupled->status))
		return -EINVAL;
	if (!mc_wfd_word(&r, "none")) {
		coupled->has_address = 1;
		if (mc_wfd_hex(&r, ADDRESS, &coupled->address))
			return -EINVAL;
	}
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(coupled, struct mc_wfd_coupled *)

int mc_wfd_coupled_print(const struct mc_wfd_coupled *coupled, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (coupled->status >> 8 || coupled->address >> (4 * ADDRESS))
		return -EINVAL;
	if (!coupled->there)
		mc_wfd_write(&w, "none");
	else if (coupled->has_address)
		mc_wfd_write(&w, "%02" PRIX32 " %0*" PRIX64, coupled->status, ADDRESS,
			     coupled->address);
	else
		mc_wfd_write(&w, "%02" PRIX32 " none", coupled->status);
	return mc_wfd_written(&w);
}

static int parse_i2c(const char *text, size_t size, uint32_t *port)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);
	int ret = 0;

	*port = 0;
	if (!mc_wfd_word(&r, "none"))
		ret = mc_wfd_decimal(&r, PORT_MAX, port);
	if (ret)
		return ret;
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(i2c, uint32_t *)

int mc_wfd_i2c_print(const uint32_t *port, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (*port > PORT_MAX)
		return -EINVAL;
	if (*port)
		mc_wfd_write(&w, "%" PRIu32, *port);
	else
		mc_wfd_write(&w, "none");
	return mc_wfd_written(&w);
}
