/* SPDX-License-Identifier: MIT */
/*
 * The table of all states and all kinds of messages.
 */
#ifndef CAST_MACHINETABLE_H
#define CAST_MACHINETABLE_H

#include "rtsp/machineinternal.h"

/**
 * rtsp_table_handler() - What handles an input in a state.
 * @state: the state
 * @input: a request, the kind of an answer, or silence
 *
 * Return: the handler, or NULL: it is not allowed there, or means nothing.
 */
rtsp_handler rtsp_table_handler(enum state state, enum input input);

#endif
