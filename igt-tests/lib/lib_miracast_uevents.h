/* SPDX-License-Identifier: MIT */
/*
 * Uevents of the card, straight from the kernel.
 */
#ifndef LIB_MIRACAST_UEVENTS_H
#define LIB_MIRACAST_UEVENTS_H

#include "lib_miracast_sys.h"

int mc_uevents_open(void);
/* Whether a HOTPLUG=1 of the miracast card comes in time. */
bool mc_hotplug(int uevents, int timeout_ms);
void mc_uevents_drain(int uevents);
/* Whether one comes that names this property of this connector. */
bool mc_property_event(int uevents, uint32_t connector, uint32_t property,
		       int timeout_ms);

#endif /* LIB_MIRACAST_UEVENTS_H */
