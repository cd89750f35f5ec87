/* SPDX-License-Identifier: MIT */
/*
 * The context of miracastsrc.
 */
#ifndef SRCOWNER_H
#define SRCOWNER_H

#include "srcinternal.h"

/* What ends the wait for a context, of the present state change; with a reference. */
GCancellable *src_opening(MiracastSrc *src);

/* A context, or NULL with an error. Waits for the broker, until opening() is cancelled. */
struct owner *src_open_owner(MiracastSrc *src, const struct settings *settings,
			     const struct mc_monitor *monitor, GError **error);

/* Hand the rates that are set to the driver; always: also when none is. Any thread. */
void src_set_rates(MiracastSrc *src, gboolean always);

/* Have the whole picture at the next vblank, also when nothing changes. Any thread. */
void src_request_frame(MiracastSrc *src);

/* The streaming thread looks again. Others call it with the object's lock. */
void src_wake(MiracastSrc *src);

#endif
