/* SPDX-License-Identifier: MIT */
/*
 * The sockets of wfdsink.
 */
#ifndef SINKSOCKETS_H
#define SINKSOCKETS_H

#include "sinkinternal.h"

/* FALSE when there is no pair of ports, with an error. */
gboolean sink_open_sockets(WfdSink *sink, GError **error);

/* Those that are open. */
void sink_close_sockets(WfdSink *sink);

#endif
