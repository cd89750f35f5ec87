/* SPDX-License-Identifier: MIT */
/*
 * Messages of Miracast over infrastructure ([MS-MICE]): over TCP, a source announces that
 * it waits for the sink's RTSP connection.
 */
#ifndef MC_WFD_MICE_H
#define MC_WFD_MICE_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/** MC_MICE_PORT - TCP port of a sink. */
#define MC_MICE_PORT		7250
/** MC_MICE_HEADER - Bytes before the first element. */
#define MC_MICE_HEADER		4
/** MC_MICE_NAME_MAX - Most bytes of a friendly name, in UTF-16. */
#define MC_MICE_NAME_MAX	520
/** MC_MICE_ID - Bytes of a source's identifier. */
#define MC_MICE_ID		16

/**
 * enum mc_mice_command - Commands.
 */
enum mc_mice_command {
	/** @MC_MICE_SOURCE_READY: Connect to my RTSP port. */
	MC_MICE_SOURCE_READY		= 1,
	/** @MC_MICE_STOP_PROJECTION: The session is over. */
	MC_MICE_STOP_PROJECTION		= 2,
	/** @MC_MICE_SECURITY_HANDSHAKE: A DTLS record. */
	MC_MICE_SECURITY_HANDSHAKE	= 3,
	/** @MC_MICE_SESSION_REQUEST: Before the handshake: what is wanted. */
	MC_MICE_SESSION_REQUEST		= 4,
	/** @MC_MICE_PIN_CHALLENGE: A salted hash of the PIN. */
	MC_MICE_PIN_CHALLENGE		= 5,
	/** @MC_MICE_PIN_RESPONSE: Whether it was right. */
	MC_MICE_PIN_RESPONSE		= 6,
};

/**
 * enum mc_mice_element - Elements; each is a bit of a mask, 1 << number.
 */
enum mc_mice_element {
	/** @MC_MICE_NAME: Friendly name. */
	MC_MICE_NAME			= 0,
	/** @MC_MICE_RTSP_PORT: Port of the source. */
	MC_MICE_RTSP_PORT		= 2,
	/** @MC_MICE_SOURCE_ID: The same in all messages of a session. */
	MC_MICE_SOURCE_ID		= 3,
	/** @MC_MICE_SECURITY_TOKEN: DTLS. */
	MC_MICE_SECURITY_TOKEN		= 4,
	/** @MC_MICE_SECURITY_OPTIONS: Bit 0 stream encryption, bit 1 PIN. */
	MC_MICE_SECURITY_OPTIONS	= 5,
	/** @MC_MICE_CHALLENGE: Of a PIN. */
	MC_MICE_CHALLENGE		= 6,
	/** @MC_MICE_REASON: Answer to a challenge. */
	MC_MICE_REASON			= 7,
};

/**
 * struct mc_mice - A message; bytes point into what was parsed.
 */
struct mc_mice {
	/** @command: enum mc_mice_command; others are passed on as well. */
	uint32_t command;
	/** @present: Mask of the elements that are there. */
	uint32_t present;
	/** @unknown: Elements of other types, left out. */
	uint32_t unknown;
	/** @name: Friendly name, UTF-16, little-endian. */
	struct mc_wfd_bytes name;
	/** @rtsp_port: Port. */
	uint32_t rtsp_port;
	/** @source_id: MC_MICE_ID bytes. */
	struct mc_wfd_bytes source_id;
	/** @token: DTLS record. */
	struct mc_wfd_bytes token;
	/** @options: See MC_MICE_SECURITY_OPTIONS. */
	uint32_t options;
	/** @challenge: Hash. */
	struct mc_wfd_bytes challenge;
	/** @reason: Number. */
	uint32_t reason;
	/** @reserved: Zero. */
	uint64_t reserved[8];
};

/**
 * mc_mice_parse() - Read a message from a stream.
 * @data: what has come so far
 * @size: bytes at @data
 * @mice: filled in, zero on failure
 *
 * Return: how many bytes the message has, -EAGAIN when it is not complete yet, -EINVAL when
 * it is no message: close the connection.
 */
int mc_mice_parse(const uint8_t *data, size_t size, struct mc_mice *mice);

/**
 * mc_mice_print() - Write one.
 * @mice: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its bytes, -ENOSPC, or -EINVAL: what a sink would refuse, a number that its field
 * is too small for, an unknown bit of @present, or a reserved member that is not zero.
 */
int mc_mice_print(const struct mc_mice *mice, uint8_t *out, size_t size);

/**
 * mc_mice_name_to_utf8() - A friendly name as text.
 * @name: which
 * @out: where to
 * @size: room at it
 *
 * A byte order mark is left out; halves of pairs that stand alone, control characters,
 * ends of lines and marks of the text's direction become U+FFFD. Cut at a whole character
 * where @size is too small.
 */
void mc_mice_name_to_utf8(struct mc_wfd_bytes name, char *out, size_t size);

/**
 * mc_mice_name_from_utf8() - Text as a friendly name.
 * @out: room for MC_MICE_NAME_MAX bytes; longer names are cut
 * @text: UTF-8
 *
 * Return: the name, inside of @out. What is not UTF-8 becomes U+FFFD.
 */
struct mc_wfd_bytes mc_mice_name_from_utf8(const char *text, uint8_t *out);

#endif
