/* SPDX-License-Identifier: MIT */
/*
 * A laptop's lid that closes while a target is lit. logind knows external displays
 * by the types of their connectors, and "Virtual" is none of them, so it would
 * suspend the machine. GNOME and KDE look after that themselves, others do not.
 */
#ifndef LID_H
#define LID_H

#include <stdbool.h>
#include <sys/types.h>

/** struct lid - What keeps logind from acting; all zero: nothing does. */
struct lid {
	/** @held: There is a lock, or there was no way to get one. */
	bool held;
	/** @process: systemd-inhibit, 0 when there is none. */
	pid_t process;
	/** @pipe: Whose end makes it end. */
	int pipe;
};

/**
 * lid_hold() - A target is lit: closing the lid does nothing.
 *
 * Does nothing without logind, and when that is so already. A refusal is for
 * systemd-inhibit to report, on standard error; it has no further consequence.
 */
void lid_hold(struct lid *lid);

/** lid_release() - It is not lit any more. */
void lid_release(struct lid *lid);

#endif
