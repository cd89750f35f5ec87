/* SPDX-License-Identifier: MIT */
/*
 * A laptop's lid that closes while the monitor of a cast is lit. logind knows external
 * displays by the types of their connectors, and "Virtual" is none of them, so it would
 * suspend the machine. GNOME and KDE prevent that themselves, others do not.
 *
 * Used by the main loop alone. Without logind nothing happens.
 */
#ifndef CAST_LID_H
#define CAST_LID_H

#include <stdbool.h>

struct lid;

/**
 * lid_new() - Begin: a lid that suspends the machine.
 *
 * Return: the lid.
 */
struct lid *lid_new(void);

/**
 * lid_hold() - What closing it does.
 * @lid: the lid
 * @lit: the monitor is lit: nothing; or else: whatever it usually does
 */
void lid_hold(struct lid *lid, bool lit);

/**
 * lid_free() - The end: closing it does what it usually does.
 * @lid: the lid, or NULL
 */
void lid_free(struct lid *lid);

#endif
