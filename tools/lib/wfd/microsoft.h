/* SPDX-License-Identifier: MIT */
/* Microsoft's extensions ([MS-WFDPE]) that have a value of their own. */
#ifndef MC_WFD_MICROSOFT_H
#define MC_WFD_MICROSOFT_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct mc_wfd_cursor - microsoft_cursor; port 0 is "none".
 */
struct mc_wfd_cursor {
	/** @full: Masks that invert are supported ("full", else "none"). */
	uint32_t full;
	/** @width: Largest pointer. */
	uint32_t width;
	/** @height: As @width. */
	uint32_t height;
	/** @port: TCP port of the sink. */
	uint32_t port;
};

/**
 * mc_wfd_cursor_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @cursor: filled in
 *
 * Return: 0 or -EINVAL.
 */
int mc_wfd_cursor_parse(const char *text, size_t size, struct mc_wfd_cursor *cursor);

/**
 * mc_wfd_cursor_print() - Write it.
 * @cursor: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_cursor_print(const struct mc_wfd_cursor *cursor, char *out, size_t size);

/**
 * mc_wfd_bitrate_parse() - Read microsoft_max_bitrate, bits in a second.
 * @text: what to read
 * @size: its bytes
 * @bits: filled in
 *
 * Return: 0, -EINVAL, -ERANGE. "none" is 0: no limit.
 */
int mc_wfd_bitrate_parse(const char *text, size_t size, uint32_t *bits);

/**
 * mc_wfd_bitrate_print() - Write it.
 * @bits: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_bitrate_print(const uint32_t *bits, char *out, size_t size);

/**
 * enum mc_wfd_latency - microsoft_latency_management_capability.
 */
enum mc_wfd_latency {
	/** @MC_WFD_LATENCY_NONE: M3: the sink has no such modes. */
	MC_WFD_LATENCY_NONE,
	/** @MC_WFD_LATENCY_SUPPORTED: M3: it has. */
	MC_WFD_LATENCY_SUPPORTED,
	/** @MC_WFD_LATENCY_LOW: Setting: below 50 ms. */
	MC_WFD_LATENCY_LOW,
	/** @MC_WFD_LATENCY_NORMAL: Setting: below 100 ms. */
	MC_WFD_LATENCY_NORMAL,
	/** @MC_WFD_LATENCY_HIGH: Setting: below 500 ms. */
	MC_WFD_LATENCY_HIGH,
};

/**
 * mc_wfd_latency_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @latency: filled in
 *
 * Return: 0 or -EINVAL.
 */
int mc_wfd_latency_parse(const char *text, size_t size, uint32_t *latency);

/**
 * mc_wfd_latency_print() - Write it.
 * @latency: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_latency_print(const uint32_t *latency, char *out, size_t size);

/**
 * enum mc_wfd_mute - microsoft_audio_mute.
 */
enum mc_wfd_mute {
	/** @MC_WFD_MUTE_NONE: M3: the sink never asks. */
	MC_WFD_MUTE_NONE,
	/** @MC_WFD_MUTE_SUPPORTED: M3: it may. */
	MC_WFD_MUTE_SUPPORTED,
	/** @MC_WFD_MUTE_OFF: It asks for sound. */
	MC_WFD_MUTE_OFF,
	/** @MC_WFD_MUTE_ON: It asks for none. */
	MC_WFD_MUTE_ON,
};

/**
 * mc_wfd_mute_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @mute: filled in
 *
 * Return: 0 or -EINVAL.
 */
int mc_wfd_mute_parse(const char *text, size_t size, uint32_t *mute);

/**
 * mc_wfd_mute_print() - Write it.
 * @mute: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_mute_print(const uint32_t *mute, char *out, size_t size);

/**
 * enum mc_wfd_screen_role - microsoft_multiscreen_projection.
 */
enum mc_wfd_screen_role {
	/** @MC_WFD_ROLE_NONE: M3: the sink shows one source. */
	MC_WFD_ROLE_NONE,
	/** @MC_WFD_ROLE_SUPPORTED: M3: it may show several. */
	MC_WFD_ROLE_SUPPORTED,
	/** @MC_WFD_ROLE_PRIMARY: The source has the screen. */
	MC_WFD_ROLE_PRIMARY,
	/** @MC_WFD_ROLE_SECONDARY: The source has a part of it. */
	MC_WFD_ROLE_SECONDARY,
};

/**
 * struct mc_wfd_screen - microsoft_multiscreen_projection.
 */
struct mc_wfd_screen {
	/** @role: enum mc_wfd_screen_role. */
	uint32_t role;
	/** @width: Secondary only: size of the part. */
	uint32_t width;
	/** @height: As @width. */
	uint32_t height;
	/** @bits: Secondary only: most bits in a second. */
	uint32_t bits;
};

/**
 * mc_wfd_screen_parse() - Read it, decimal numbers.
 * @text: what to read
 * @size: its bytes
 * @screen: filled in
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int mc_wfd_screen_parse(const char *text, size_t size, struct mc_wfd_screen *screen);

/**
 * mc_wfd_screen_print() - Write it.
 * @screen: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_screen_print(const struct mc_wfd_screen *screen, char *out, size_t size);

/** MC_WFD_REASON_MAX - Longest text of a reason; what is longer is cut. */
#define MC_WFD_REASON_MAX	127

/**
 * struct mc_wfd_reason - microsoft_teardown_reason, M8.
 */
struct mc_wfd_reason {
	/** @code: HRESULT. */
	uint32_t code;
	/** @text: For a person, ASCII. */
	char text[MC_WFD_REASON_MAX + 1];
};

/**
 * mc_wfd_reason_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @reason: filled in
 *
 * Return: 0 or -EINVAL.
 */
int mc_wfd_reason_parse(const char *text, size_t size, struct mc_wfd_reason *reason);

/**
 * mc_wfd_reason_print() - Write it.
 * @reason: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_reason_print(const struct mc_wfd_reason *reason, char *out, size_t size);

#endif
