/* SPDX-License-Identifier: MIT */
/*
 * Exit statuses of miracastctl, one per thing a person can do about it. They
 * are listed in miracastctl(1) and do not change.
 */
#ifndef EXIT_H
#define EXIT_H

/** enum exit_status - What main() returns. */
enum exit_status {
	/** @EXIT_OK: Done. */
	EXIT_OK			= 0,
	/** @EXIT_OTHER: Anything without a status of its own. */
	EXIT_OTHER		= 1,
	/** @EXIT_USAGE: Wrong option, argument or mode syntax. */
	EXIT_USAGE		= 2,
	/** @EXIT_NO_DEVICE: The module is not loaded. */
	EXIT_NO_DEVICE		= 3,
	/** @EXIT_NO_PERMISSION: The caller may not. */
	EXIT_NO_PERMISSION	= 4,
	/** @EXIT_BUSY: The target is held by another context, or all are. */
	EXIT_BUSY		= 5,
	/** @EXIT_BUDGET: Encoder slots, rate or picture memory are used up. */
	EXIT_BUDGET		= 6,
	/** @EXIT_BAD_EDID: The EDID is broken. */
	EXIT_BAD_EDID		= 7,
	/** @EXIT_BAD_MODE: A mode that this device can never offer. */
	EXIT_BAD_MODE		= 8,
	/** @EXIT_GONE: The device went away while it was used. */
	EXIT_GONE		= 9,
	/** @EXIT_NO_CONNECTOR: The device has no such connector. */
	EXIT_NO_CONNECTOR	= 10,
	/** @EXIT_NO_PICTURE: Nothing was shown in the time given. */
	EXIT_NO_PICTURE		= 11,
	/** @EXIT_OUTPUT: An output file could not be written. */
	EXIT_OUTPUT		= 12,
	/** @EXIT_ENDED: miracast-broker has ended the context. */
	EXIT_ENDED		= 13,
};

#endif
