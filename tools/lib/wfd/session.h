/* SPDX-License-Identifier: MIT */
/*
 * The course of a session: wfd_client_rtp_ports, wfd_presentation_URL,
 * wfd_trigger_method, wfd_route, wfd_av_format_change_timing and the
 * parameters whose value is "supported" or "none".
 */
#ifndef MC_WFD_SESSION_H
#define MC_WFD_SESSION_H

#include <stddef.h>
#include <stdint.h>

/**
 * enum mc_wfd_transport - How a sink wants the stream.
 */
enum mc_wfd_transport {
	/** @MC_WFD_UDP: RTP/AVP/UDP;unicast. */
	MC_WFD_UDP,
	/** @MC_WFD_TCP: RTP/AVP/TCP;unicast, of R2. */
	MC_WFD_TCP,
	/** @MC_WFD_INTERLEAVED: RTP/AVP/TCP;interleaved: in RTSP's connection. */
	MC_WFD_INTERLEAVED,
};

/**
 * struct mc_wfd_ports - wfd_client_rtp_ports.
 */
struct mc_wfd_ports {
	/** @transport: enum mc_wfd_transport. */
	uint32_t transport;
	/** @rtp: Port of the sink; 0 with MC_WFD_INTERLEAVED. */
	uint32_t rtp;
	/** @second: Port of the secondary sink, nearly always 0. */
	uint32_t second;
};

/**
 * mc_wfd_ports_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @ports: filled in
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int mc_wfd_ports_parse(const char *text, size_t size, struct mc_wfd_ports *ports);

/**
 * mc_wfd_ports_print() - Write it.
 * @ports: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_ports_print(const struct mc_wfd_ports *ports, char *out, size_t size);

/**
 * mc_wfd_ports_fault() - Why a stream cannot be sent to these ports.
 * @ports: the ports of a sink
 *
 * Return: a sentence for a person, or NULL: it can be.
 */
const char *mc_wfd_ports_fault(const struct mc_wfd_ports *ports);

/** MC_WFD_URL_MAX - Longest URL. */
#define MC_WFD_URL_MAX		255

/**
 * struct mc_wfd_urls - wfd_presentation_URL; the empty text is "none".
 */
struct mc_wfd_urls {
	/** @primary: Of the primary sink. */
	char primary[MC_WFD_URL_MAX + 1];
	/** @secondary: Of the secondary sink. */
	char secondary[MC_WFD_URL_MAX + 1];
};

/**
 * mc_wfd_urls_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @urls: filled in
 *
 * Return: 0, -EINVAL, -E2BIG: a long URL.
 */
int mc_wfd_urls_parse(const char *text, size_t size, struct mc_wfd_urls *urls);

/**
 * mc_wfd_urls_print() - Write it.
 * @urls: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length, -ENOSPC, -EINVAL: a URL with blanks, or with characters that are
 * not printable ASCII.
 */
int mc_wfd_urls_print(const struct mc_wfd_urls *urls, char *out, size_t size);

/**
 * enum mc_wfd_trigger - wfd_trigger_method, M5.
 */
enum mc_wfd_trigger {
	/** @MC_WFD_SETUP: Send M6. */
	MC_WFD_SETUP,
	/** @MC_WFD_PLAY: Send M7. */
	MC_WFD_PLAY,
	/** @MC_WFD_PAUSE: Send M9. */
	MC_WFD_PAUSE,
	/** @MC_WFD_TEARDOWN: Send M8. */
	MC_WFD_TEARDOWN,
};

/**
 * mc_wfd_trigger_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @trigger: filled in
 *
 * Return: 0 or -EINVAL.
 */
int mc_wfd_trigger_parse(const char *text, size_t size, uint32_t *trigger);

/**
 * mc_wfd_trigger_print() - Write it.
 * @trigger: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_trigger_print(const uint32_t *trigger, char *out, size_t size);

/**
 * enum mc_wfd_route - wfd_route, M10: which sink plays the audio.
 */
enum mc_wfd_route {
	/** @MC_WFD_PRIMARY: The primary sink. */
	MC_WFD_PRIMARY,
	/** @MC_WFD_SECONDARY: The secondary sink. */
	MC_WFD_SECONDARY,
};

/**
 * mc_wfd_route_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @route: filled in
 *
 * Return: 0 or -EINVAL.
 */
int mc_wfd_route_parse(const char *text, size_t size, uint32_t *route);

/**
 * mc_wfd_route_print() - Write it.
 * @route: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_route_print(const uint32_t *route, char *out, size_t size);

/**
 * struct mc_wfd_change - wfd_av_format_change_timing: when M4's format begins.
 */
struct mc_wfd_change {
	/** @pts: 90 kHz, 33 bits. */
	uint64_t pts;
	/** @dts: As @pts. */
	uint64_t dts;
};

/**
 * mc_wfd_change_parse() - Read it: 40 bits, of which the upper 33 count.
 * @text: what to read
 * @size: its bytes
 * @change: filled in
 *
 * Return: 0 or -errno, such as -EINVAL.
 */
int mc_wfd_change_parse(const char *text, size_t size, struct mc_wfd_change *change);

/**
 * mc_wfd_change_print() - Write it.
 * @change: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length, -ENOSPC, -EINVAL.
 */
int mc_wfd_change_print(const struct mc_wfd_change *change, char *out, size_t size);

/**
 * mc_wfd_supported_parse() - Read "supported" (1) or "none" (0).
 * @text: what to read
 * @size: its bytes
 * @supported: filled in
 *
 * Return: 0 or -errno, such as -EINVAL.
 */
int mc_wfd_supported_parse(const char *text, size_t size, uint32_t *supported);

/**
 * mc_wfd_supported_print() - Write it.
 * @supported: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_supported_print(const uint32_t *supported, char *out, size_t size);

/**
 * mc_wfd_switch_parse() - Read wfd_idr_request_capability.
 * @text: what to read
 * @size: its bytes
 * @on: 1 for "1", 0 for "0" and "none"
 *
 * Return: 0 or -errno, such as -EINVAL.
 */
int mc_wfd_switch_parse(const char *text, size_t size, uint32_t *on);

/**
 * mc_wfd_switch_print() - Write "1" or "0".
 * @on: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_switch_print(const uint32_t *on, char *out, size_t size);

/**
 * mc_wfd_bare_parse() - Check that a parameter without value has none.
 * @text: what to read
 * @size: its bytes
 * @there: filled in
 *
 * Return: 0 or -errno, such as -EINVAL.
 */
int mc_wfd_bare_parse(const char *text, size_t size, uint32_t *there);

/**
 * mc_wfd_bare_print() - Write nothing.
 * @there: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_bare_print(const uint32_t *there, char *out, size_t size);

#endif
