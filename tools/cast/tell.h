/* SPDX-License-Identifier: MIT */
/*
 * What miracast-cast says: lines for a person, or an object of JSON a line.
 */
#ifndef CAST_TELL_H
#define CAST_TELL_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/fault.h"

/**
 * struct tell - How to say it.
 */
struct tell {
	/** @json: For programs. */
	bool json;
	/** @verbose: Diagnostics as well. */
	bool verbose;
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
 * tell_fault() - It has failed.
 * @how: the way
 * @fault: why
 * @detail: more of it, or NULL
 * @address: the sink's, or NULL
 * @port: RTSP port
 */
void tell_fault(const struct tell *how, enum fault fault, const char *detail, const char *address,
		unsigned int port);

#endif
