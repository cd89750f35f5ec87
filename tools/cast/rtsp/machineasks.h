/* SPDX-License-Identifier: MIT */
/*
 * Requests of the source, M1 to M16: what is wanted, and when it is sent.
 */
#ifndef CAST_MACHINEASKS_H
#define CAST_MACHINEASKS_H

#include "rtsp/machineinternal.h"

/**
 * rtsp_ask_name() - A request's name.
 * @ask: the request
 *
 * Return: the name, for a diagnostic.
 */
const char *rtsp_ask_name(enum ask ask);

/**
 * rtsp_want() - Have a request sent as soon as it may be.
 * @m: the machine
 * @ask: the request
 */
void rtsp_want(struct rtsp_machine *m, enum ask ask);

/**
 * rtsp_ask_at() - When the next request may be sent.
 * @m: the machine
 *
 * Return: the time, or RTSP_NEVER: none is wanted, or one is without its answer.
 */
int64_t rtsp_ask_at(const struct rtsp_machine *m);

/**
 * rtsp_pump() - Send the next request, if it is time.
 * @m: the machine
 */
void rtsp_pump(struct rtsp_machine *m);

#endif
