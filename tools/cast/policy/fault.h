/* SPDX-License-Identifier: MIT */
/*
 * The vocabulary of failures: each has a word for programs, a sentence for a person, and
 * a command that helps. Nothing else in miracast-cast words an error of its own.
 */
#ifndef CAST_FAULT_H
#define CAST_FAULT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * enum fault - Why a cast ended, or did not begin.
 */
enum fault {
	/** @FAULT_NONE: It ended because the user wanted it to. */
	FAULT_NONE,
	/** @FAULT_NO_SUCH_SINK: No sink has this name. */
	FAULT_NO_SUCH_SINK,
	/** @FAULT_NO_DISCOVERY: Names cannot be looked up. */
	FAULT_NO_DISCOVERY,
	/** @FAULT_UNREACHABLE: There is no way to the address. */
	FAULT_UNREACHABLE,
	/** @FAULT_PORT_TAKEN: The RTSP port is another program's. */
	FAULT_PORT_TAKEN,
	/** @FAULT_PORT_PRIVILEGED: The user may not have the RTSP port. */
	FAULT_PORT_PRIVILEGED,
	/** @FAULT_NOT_CONNECTED: The sink has not connected in time. */
	FAULT_NOT_CONNECTED,
	/** @FAULT_SECURED: The sink wants a PIN or encryption. */
	FAULT_SECURED,
	/** @FAULT_SILENT: The sink does not answer. */
	FAULT_SILENT,
	/** @FAULT_LOST: The connection is gone. */
	FAULT_LOST,
	/** @FAULT_MALFORMED: What the sink sends is not RTSP. */
	FAULT_MALFORMED,
	/** @FAULT_TOO_LARGE: A message is larger than any that makes sense. */
	FAULT_TOO_LARGE,
	/** @FAULT_TOO_SLOW: A message that has begun does not end. */
	FAULT_TOO_SLOW,
	/** @FAULT_NOT_READING: The sink does not take what it is sent. */
	FAULT_NOT_READING,
	/** @FAULT_REFUSED: The sink refuses a step of the session. */
	FAULT_REFUSED,
	/** @FAULT_NO_VIDEO: The sink says nothing of what it can show. */
	FAULT_NO_VIDEO,
	/** @FAULT_NO_MODE: No mode is left that both sides can do. */
	FAULT_NO_MODE,
	/** @FAULT_MODE_REFUSED: The sink takes none of the modes that it has named. */
	FAULT_MODE_REFUSED,
	/** @FAULT_NOT_SWITCHED_ON: The desktop sets no mode of the monitor. */
	FAULT_NOT_SWITCHED_ON,
	/** @FAULT_TRANSPORT: The sink wants pictures in another way than RTP over UDP. */
	FAULT_TRANSPORT,
	/** @FAULT_ENDED_BY_SINK: The sink has ended the session. */
	FAULT_ENDED_BY_SINK,
	/** @FAULT_NO_ENCODER: There is no encoder of H.264. */
	FAULT_NO_ENCODER,
	/** @FAULT_NO_ELEMENT: A part of GStreamer is not installed. */
	FAULT_NO_ELEMENT,
	/** @FAULT_STREAM: Encoding or multiplexing has failed. */
	FAULT_STREAM,
	/** @FAULT_SOUND: Encoding of sound has failed. */
	FAULT_SOUND,
	/** @FAULT_NETWORK: Pictures cannot be sent. */
	FAULT_NETWORK,
	/** @FAULT_NO_SCREEN: There is no monitor to take pictures from. */
	FAULT_NO_SCREEN,
	/** @FAULT_NOT_PERMITTED: The user may not have a monitor now. */
	FAULT_NOT_PERMITTED,
	/** @FAULT_NO_MODULE: The driver is not there. */
	FAULT_NO_MODULE,
	/** @FAULT_NO_BROKER: There is no broker on the bus. */
	FAULT_NO_BROKER,
	/** @FAULT_BROKER_FAILED: The broker is there, and something of the system fails it. */
	FAULT_BROKER_FAILED,
	/** @FAULT_NOT_ACTIVE: The user is not at the seat, or another user is. */
	FAULT_NOT_ACTIVE,
	/** @FAULT_FIREWALL: A firewall keeps the sink out. */
	FAULT_FIREWALL,
	/** @FAULT_STUCK: A part of this machine does not answer. */
	FAULT_STUCK,
	/** @FAULT_SCREEN_BUSY: The monitor is another program's, or there are too many. */
	FAULT_SCREEN_BUSY,
	/** @FAULT_SCREEN_GONE: The monitor was taken away. */
	FAULT_SCREEN_GONE,
	/** @FAULTS: How many there are. */
	FAULTS,
};

/** FAULT_TEXT - Room for a sentence or a command. */
#define FAULT_TEXT	256

/**
 * fault_word() - A failure for programs.
 * @fault: which
 *
 * Return: lower-case words joined by dashes.
 */
const char *fault_word(enum fault fault);

/**
 * fault_sentence() - A failure for a person.
 * @fault: which
 *
 * Return: a sentence.
 */
const char *fault_sentence(enum fault fault);

/**
 * fault_help() - What helps.
 * @fault: which
 * @sink: the sink's address, with its interface if it has one, or its name; NULL: not known
 * @port: RTSP port
 * @out: room for FAULT_TEXT
 *
 * Return: @out, a command of the shell; empty: nothing is wrong.
 */
const char *fault_help(enum fault fault, const char *sink, unsigned int port, char *out);

#endif
