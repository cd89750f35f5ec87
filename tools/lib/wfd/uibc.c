// SPDX-License-Identifier: MIT
#include "wfd/uibc.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "reserved.h"
#include "wfd/text.h"

#define PORT_MAX	65535
#define COUNT(array)	((int)(sizeof(array) / sizeof((array)[0])))

static const char *const categories[] = { "GENERIC", "HIDC" };
static const char *const devices[MC_WFD_UIBC_DEVICES] = {
	"Keyboard", "Mouse", "SingleTouch", "MultiTouch", "Joystick", "Camera", "Gesture",
	"RemoteControl",
};

static const char *const paths[] = { "Infrared", "USB", "BT", "Zigbee", "Wi-Fi", "No-SP" };
static const char *const settings[] = { "disable", "enable" };

static void add_name(struct mc_wfd_reader token, const char *const *names, int count,
		     uint32_t *mask, uint32_t *unknown)
{
	int one = mc_wfd_name(token, names, count);

	if (one < 0)
		++*unknown;
	else
		*mask |= 1U << one;
}

/* device/path */
static void add_hid(struct mc_wfd_reader token, struct mc_wfd_uibc *uibc)
{
	struct mc_wfd_reader device;
	int kind = -1;

	if (mc_wfd_token(&token, "/", &device) && mc_wfd_char(&token, '/'))
		kind = mc_wfd_name(device, devices, COUNT(devices));
	if (kind < 0)
		uibc->unknown++;
	else
		add_name(token, paths, COUNT(paths), &uibc->hidc[kind], &uibc->unknown);
}

enum list { CATEGORIES, GENERIC, HID };

static int take_list(struct mc_wfd_reader *r, enum list list, struct mc_wfd_uibc *uibc)
{
	struct mc_wfd_reader token;

	if (mc_wfd_word(r, "none"))
		return 0;
	do {
		if (!mc_wfd_token(r, ",;", &token))
			return -EINVAL;
		if (list == CATEGORIES)
			add_name(token, categories, COUNT(categories), &uibc->categories,
				 &uibc->unknown);
		else if (list == GENERIC)
			add_name(token, devices, COUNT(devices), &uibc->generic,
				 &uibc->unknown);
		else
			add_hid(token, uibc);
	} while (mc_wfd_char(r, ','));
	return 0;
}

static int take_port(struct mc_wfd_reader *r, struct mc_wfd_uibc *uibc)
{
	return mc_wfd_word(r, "none") ? 0 : mc_wfd_decimal(r, PORT_MAX, &uibc->port);
}

/* One key=value; sinks add keys of their own. */
static int take_entry(struct mc_wfd_reader *r, struct mc_wfd_uibc *uibc)
{
	struct mc_wfd_reader key, value;

	if (!mc_wfd_token(r, "=;", &key) || !mc_wfd_char(r, '='))
		return -EINVAL;
	if (mc_wfd_is(key, "input_category_list"))
		return take_list(r, CATEGORIES, uibc);
	if (mc_wfd_is(key, "generic_cap_list"))
		return take_list(r, GENERIC, uibc);
	if (mc_wfd_is(key, "hidc_cap_list"))
		return take_list(r, HID, uibc);
	if (mc_wfd_is(key, "port"))
		return take_port(r, uibc);
	uibc->unknown++;
	if (!mc_wfd_token(r, ";", &value))
		return -EINVAL;
	/* Its value may be a list, with blanks. */
	while (mc_wfd_token(r, ";", &value))
		;
	return 0;
}

static int parse_uibc(const char *text, size_t size, struct mc_wfd_uibc *uibc)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);
	int ret;

	memset(uibc, 0, sizeof(*uibc));
	if (mc_wfd_word(&r, "none"))
		return mc_wfd_end(&r) ? 0 : -EINVAL;
	do {
		ret = take_entry(&r, uibc);
		if (ret)
			return ret;
	} while (mc_wfd_char(&r, ';') && !mc_wfd_end(&r));
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(uibc, struct mc_wfd_uibc *)

static void put_list(struct mc_wfd_writer *w, const char *key, uint32_t mask,
		     const char *const *names, int count)
{
	const char *between = "";
	int i;

	mc_wfd_write(w, "%s=", key);
	for (i = 0; i < count; i++) {
		if (!(mask & 1U << i))
			continue;
		mc_wfd_write(w, "%s%s", between, names[i]);
		between = ", ";
	}
	mc_wfd_write(w, "%s;", *between ? "" : "none");
}

static void put_hid(struct mc_wfd_writer *w, const struct mc_wfd_uibc *uibc)
{
	const char *between = "";
	int device, path;

	mc_wfd_write(w, "hidc_cap_list=");
	for (device = 0; device < COUNT(devices); device++)
		for (path = 0; path < COUNT(paths); path++) {
			if (!(uibc->hidc[device] & 1U << path))
				continue;
			mc_wfd_write(w, "%s%s/%s", between, devices[device], paths[path]);
			between = ", ";
		}
	mc_wfd_write(w, "%s;", *between ? "" : "none");
}

int mc_wfd_uibc_print(const struct mc_wfd_uibc *uibc, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);
	uint32_t hid = 0, others = 0;
	int i;

	for (i = 0; i < MC_WFD_UIBC_DEVICES; i++)
		hid |= uibc->hidc[i];
	for (; i < MC_WFD_UIBC_DEVICES_MAX; i++)
		others |= uibc->hidc[i];
	if (uibc->port > PORT_MAX || uibc->categories >> COUNT(categories) ||
	    uibc->generic >> COUNT(devices) || hid >> COUNT(paths) || others ||
	    !mc_is_zero(uibc->reserved, sizeof(uibc->reserved)))
		return -EINVAL;
	if (!uibc->categories && !uibc->generic && !hid && !uibc->port) {
		mc_wfd_write(&w, "none");
		return mc_wfd_written(&w);
	}
	put_list(&w, "input_category_list", uibc->categories, categories, COUNT(categories));
	put_list(&w, "generic_cap_list", uibc->generic, devices, COUNT(devices));
	put_hid(&w, uibc);
	if (uibc->port)
		mc_wfd_write(&w, "port=%" PRIu32, uibc->port);
	else
		mc_wfd_write(&w, "port=none");
	return mc_wfd_written(&w);
}

int mc_wfd_uibc_setting_parse(const char *text, size_t size, uint32_t *enable)
{
	int one = mc_wfd_one(text, size, settings, COUNT(settings));

	*enable = one == 1;
	return one < 0 ? one : 0;
}

int mc_wfd_uibc_setting_print(const uint32_t *enable, char *out, size_t size)
{
	return mc_wfd_print_one(*enable, settings, (uint32_t)COUNT(settings), out, size);
}
