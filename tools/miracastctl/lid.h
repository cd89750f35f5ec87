/* SPDX-License-Identifier: MIT */
/*
 * Keeps a laptop awake when its lid is closed while a target is lit. logind recognises
 * external displays by the type of their connector; "Virtual" is not one of those types, so
 * it would suspend the machine. GNOME and KDE handle this themselves, other desktops do
 * not.
 */
#ifndef LID_H
#define LID_H

#include <stdbool.h>
#include <sys/types.h>

/** struct lid - A lock that keeps logind from acting on the lid; all zero: none. */
struct lid {
	/** @held: There is a lock, or there was no way to get one. */
	bool held;
	/** @process: systemd-inhibit, 0 when there is none. */
	pid_t process;
	/** @pipe: When it is closed the process ends. */
	int pipe;
};

/**
 * lid_hold() - A target is lit: closing the lid does nothing.
 *
 * Does nothing without logind, or when the lock is held already. systemd-inhibit reports a
 * refusal on standard error; it has no further consequence.
 */
void lid_hold(struct lid *lid);

/** lid_release() - It is not lit any more. */
void lid_release(struct lid *lid);

#endif
