/* SPDX-License-Identifier: MIT */
/*
 * What miracast-cast says: lines for a person, or an object of JSON a line. Nobody waits for
 * these to be read: what has no room is dropped, and the next event has its number.
 */
#ifndef CAST_TELL_H
#define CAST_TELL_H

#include <stdbool.h>
#include <stdint.h>

#include "lines.h"
#include "policy/fault.h"

/**
 * struct tell - How to say it.
 */
struct tell {
	/** @json: For programs. */
	bool json;
	/** @verbose: Diagnostics as well. */
	bool verbose;
	/** @out: To the standard output; tell_open() sets it. */
	struct lines *out;
	/** @err: To the standard error, likewise; both are the same for one terminal. */
	struct lines *err;
};

/**
 * struct tell_field - A member of an object; the last has no key.
 */
struct tell_field {
	/** @key: Name. */
	const char *key;
	/** @text: Value, or NULL: a number. */
	const char *text;
	/** @number: Value. */
	uint64_t number;
};

/** TELL_END_MS - How long the end of a cast waits for who does not read what it says. */
#define TELL_END_MS	2000

/**
 * tell_open() - Begin to speak, which also GLib's messages do from here on.
 * @how: the way; it stays where it is until the process ends
 */
void tell_open(struct tell *how);

/**
 * tell_flush() - Wait until all was written.
 * @how: the way
 * @patience_ms: how long to wait without any being written; negative: for ever
 *
 * Return: whether all was.
 */
bool tell_flush(const struct tell *how, int patience_ms);

/**
 * tell_watch() - Have a call when nobody reads the standard output any more.
 * @how: the way
 * @gone: is called from the main loop, once; or NULL: no longer
 * @user: for @gone
 */
void tell_watch(const struct tell *how, void (*gone)(void *user), void *user);

/**
 * tell() - Something has happened.
 * @how: the way
 * @event: a word for programs
 * @sentence: for a person
 * @fields: for programs, or NULL
 */
void tell(const struct tell *how, const char *event, const char *sentence,
	  const struct tell_field *fields);

/**
 * tell_note() - A diagnostic, with --verbose only.
 * @how: the way
 * @text: what
 */
void tell_note(const struct tell *how, const char *text);

/**
 * tell_hint() - For a person only, beside what was asked for.
 * @how: the way
 * @sentence: what
 * @help: a command that helps
 */
void tell_hint(const struct tell *how, const char *sentence, const char *help);

/**
 * tell_fault() - It has failed.
 * @how: the way
 * @fault: why
 * @detail: more of it, or NULL
 * @address: the sink's, or NULL
 * @port: RTSP port
 * @help: a command that helps, or NULL: that of the fault
 */
void tell_fault(const struct tell *how, enum fault fault, const char *detail, const char *address,
		unsigned int port, const char *help);

#endif
