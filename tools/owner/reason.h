/* SPDX-License-Identifier: MIT */
/*
 * Why miracast-broker ends contexts, for its clients; of C alone, as not all have GLib.
 */
#ifndef MC_OWNER_REASON_H
#define MC_OWNER_REASON_H

#include <stddef.h>
#include <string.h>

/** MC_REASON_DEVICE_GONE - The reason that is no decision of the broker. */
#define MC_REASON_DEVICE_GONE	"device-gone"

/**
 * reason_text() - A reason in words, to follow "has ended the context: ".
 * @reason: a word of miracast-broker(8)
 *
 * Return: the words, or @reason when a later broker has it.
 */
static inline const char *reason_text(const char *reason)
{
	static const struct {
		const char *reason, *text;
	} known[] = {
		{ "caller-left", "its caller has left" },
		{ "holder-gone", "nobody holds it any more" },
		{ "session-over", "the session is over" },
		{ MC_REASON_DEVICE_GONE, "the device is gone" },
		{ "destroyed", "that was asked for" },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].reason, reason))
			return known[i].text;
	return reason;
}

#endif
