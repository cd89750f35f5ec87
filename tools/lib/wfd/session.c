// SPDX-License-Identifier: MIT
#include "wfd/session.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "wfd/text.h"

#define PORT_MAX	65535

static const char *const transports[] = {
	"RTP/AVP/UDP;unicast", "RTP/AVP/TCP;unicast", "RTP/AVP/TCP;interleaved",
};

static const char *const triggers[] = { "SETUP", "PLAY", "PAUSE", "TEARDOWN" };
static const char *const routes[] = { "primary", "secondary" };
static const char *const supports[] = { "none", "supported" };
static const char *const switches[] = { "0", "1", "none" };

#define COUNT(array)	((int)(sizeof(array) / sizeof((array)[0])))

static int parse_ports(const char *text, size_t size, struct mc_wfd_ports *ports)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size), token;
	int transport, ret;

	memset(ports, 0, sizeof(*ports));
	if (!mc_wfd_token(&r, "", &token))
		return -EINVAL;
	transport = mc_wfd_name(token, transports, COUNT(transports));
	if (transport < 0)
		return -EINVAL;
	ports->transport = (uint32_t)transport;
	if (ports->transport != MC_WFD_INTERLEAVED) {
		ret = mc_wfd_decimal(&r, PORT_MAX, &ports->rtp);
		if (!ret)
			ret = mc_wfd_decimal(&r, PORT_MAX, &ports->second);
		if (ret)
			return ret;
	}
	if (!mc_wfd_token(&r, "", &token) || !mc_wfd_is(token, "mode=play"))
		return -EINVAL;
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(ports, struct mc_wfd_ports *)

int mc_wfd_ports_print(const struct mc_wfd_ports *ports, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (ports->transport >= (uint32_t)COUNT(transports) || ports->rtp > PORT_MAX ||
	    ports->second > PORT_MAX)
		return -EINVAL;
	mc_wfd_write(&w, "%s", transports[ports->transport]);
	if (ports->transport != MC_WFD_INTERLEAVED)
		mc_wfd_write(&w, " %" PRIu32 " %" PRIu32, ports->rtp, ports->second);
	mc_wfd_write(&w, " mode=play");
	return mc_wfd_written(&w);
}

const char *mc_wfd_ports_fault(const struct mc_wfd_ports *ports)
{
	switch (ports->transport) {
	case MC_WFD_INTERLEAVED:
		return "the sink wants the stream inside of RTSP's connection; only UDP is sent";
	case MC_WFD_TCP:
		return "the sink wants the stream by TCP; only UDP is sent";
	default:
		return ports->rtp ? NULL : "the sink names no port for the stream";
	}
}

static int take_url(struct mc_wfd_reader *r, char *url)
{
	struct mc_wfd_reader token;
	size_t length;

	if (!mc_wfd_token(r, "", &token) || !mc_wfd_printable(token))
		return -EINVAL;
	if (mc_wfd_is(token, "none"))
		return 0;
	length = (size_t)(token.end - token.at);
	if (length > MC_WFD_URL_MAX)
		return -E2BIG;
	memcpy(url, token.at, length);
	url[length] = 0;
	return 0;
}

static int parse_urls(const char *text, size_t size, struct mc_wfd_urls *urls)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);
	int ret;

	memset(urls, 0, sizeof(*urls));
	ret = take_url(&r, urls->primary);
	/* Some senders leave "none" out. */
	if (!ret && !mc_wfd_end(&r))
		ret = take_url(&r, urls->secondary);
	if (ret)
		return ret;
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(urls, struct mc_wfd_urls *)

int mc_wfd_urls_print(const struct mc_wfd_urls *urls, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (!mc_wfd_is_url(urls->primary, sizeof(urls->primary)) ||
	    !mc_wfd_is_url(urls->secondary, sizeof(urls->secondary)))
		return -EINVAL;
	mc_wfd_write(&w, "%s %s", *urls->primary ? urls->primary : "none",
		     *urls->secondary ? urls->secondary : "none");
	return mc_wfd_written(&w);
}

int mc_wfd_trigger_parse(const char *text, size_t size, uint32_t *trigger)
{
	return mc_wfd_parse_one(text, size, triggers, COUNT(triggers), trigger);
}

int mc_wfd_trigger_print(const uint32_t *trigger, char *out, size_t size)
{
	return mc_wfd_print_one(*trigger, triggers, (uint32_t)COUNT(triggers), out, size);
}

int mc_wfd_route_parse(const char *text, size_t size, uint32_t *route)
{
	return mc_wfd_parse_one(text, size, routes, COUNT(routes), route);
}

int mc_wfd_route_print(const uint32_t *route, char *out, size_t size)
{
	return mc_wfd_print_one(*route, routes, (uint32_t)COUNT(routes), out, size);
}

/* 33 bits, left-aligned in 40. */
#define TIME_DIGITS	10
#define TIME_SHIFT	7
#define TIME_BITS	33

static int parse_change(const char *text, size_t size, struct mc_wfd_change *change)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);

	memset(change, 0, sizeof(*change));
	if (mc_wfd_hex(&r, TIME_DIGITS, &change->pts) || mc_wfd_hex(&r, TIME_DIGITS, &change->dts))
		return -EINVAL;
	change->pts >>= TIME_SHIFT;
	change->dts >>= TIME_SHIFT;
	return mc_wfd_end(&r) ? 0 : -EINVAL;
}

WFD_PARSER(change, struct mc_wfd_change *)

int mc_wfd_change_print(const struct mc_wfd_change *change, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	if (change->pts >> TIME_BITS || change->dts >> TIME_BITS)
		return -EINVAL;
	mc_wfd_write(&w, "%0*" PRIX64 " %0*" PRIX64, TIME_DIGITS, change->pts << TIME_SHIFT,
		     TIME_DIGITS, change->dts << TIME_SHIFT);
	return mc_wfd_written(&w);
}

int mc_wfd_supported_parse(const char *text, size_t size, uint32_t *supported)
{
	return mc_wfd_parse_one(text, size, supports, COUNT(supports), supported);
}

int mc_wfd_supported_print(const uint32_t *supported, char *out, size_t size)
{
	return mc_wfd_print_one(*supported, supports, (uint32_t)COUNT(supports), out, size);
}

int mc_wfd_switch_parse(const char *text, size_t size, uint32_t *on)
{
	int ret = mc_wfd_parse_one(text, size, switches, COUNT(switches), on);

	*on = *on == 1;
	return ret;
}

int mc_wfd_switch_print(const uint32_t *on, char *out, size_t size)
{
	return mc_wfd_print_one(*on, switches, 2, out, size);
}

int mc_wfd_bare_parse(const char *text, size_t size, uint32_t *there)
{
	struct mc_wfd_reader r = mc_wfd_reader(text, size);

	*there = mc_wfd_end(&r);
	return *there ? 0 : -EINVAL;
}

int mc_wfd_bare_print(const uint32_t *there, char *out, size_t size)
{
	struct mc_wfd_writer w = mc_wfd_writer(out, size);

	(void)there;
	return mc_wfd_written(&w);
}
