/* SPDX-License-Identifier: MIT */
/*
 * Start and stop of miracastsrc: methods of its class.
 */
#ifndef SRCSESSION_H
#define SRCSESSION_H

#include "srcinternal.h"

/* Free what the settings refer to. */
void src_clear_settings(struct settings *settings);

gboolean miracast_src_start(GstBaseSrc *base);

gboolean miracast_src_stop(GstBaseSrc *base);

#endif
