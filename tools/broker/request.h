/* SPDX-License-Identifier: MIT */
/*
 * CreateContext, from the call to the answer.
 */
#ifndef MC_BROKER_REQUEST_H
#define MC_BROKER_REQUEST_H

#include <systemd/sd-bus.h>

/** request_refuse() - Refuse all from here on: the broker is about to end. */
void request_refuse(void);
/** request_end() - Answer nobody any more. */
void request_end(void);
/** request_context() - The method. */
int request_context(sd_bus_message *call, void *data, sd_bus_error *error);

#endif
