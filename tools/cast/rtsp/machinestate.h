/* SPDX-License-Identifier: MIT */
/*
 * The state of a session, and the events that the caller gets.
 */
#ifndef CAST_MACHINESTATE_H
#define CAST_MACHINESTATE_H

#include "rtsp/machineinternal.h"

/**
 * rtsp_state_name() - A state's name.
 * @state: the state
 *
 * Return: the name, for a diagnostic.
 */
const char *rtsp_state_name(enum state state);

/**
 * rtsp_emit() - Call the hook for an event, unless the session is over.
 * @m: the machine
 * @type: what has happened
 */
void rtsp_emit(struct rtsp_machine *m, enum rtsp_event_type type);

/**
 * rtsp_enter() - Enter a state, whose time begins, unless the session is over.
 * @m: the machine
 * @state: the state
 */
void rtsp_enter(struct rtsp_machine *m, enum state state);

/**
 * rtsp_in_session() - Whether M7 has come, and the end has not begun.
 * @m: the machine
 *
 * Return: whether it is so; never with a player.
 */
bool rtsp_in_session(const struct rtsp_machine *m);

/**
 * rtsp_alive_interval() - The time between two M16.
 * @m: the machine
 *
 * Return: in microseconds.
 */
int64_t rtsp_alive_interval(const struct rtsp_machine *m);

/**
 * rtsp_plan_alive() - Set the time of the next M16.
 * @m: the machine
 */
void rtsp_plan_alive(struct rtsp_machine *m);

/**
 * rtsp_start_pictures() - Have pictures sent, at once or START_SPACE_MS after the last start.
 * @m: the machine
 *
 * If they are being sent, an IDR picture is wanted.
 */
void rtsp_start_pictures(struct rtsp_machine *m);

/**
 * rtsp_stop_pictures() - Have none sent.
 * @m: the machine
 */
void rtsp_stop_pictures(struct rtsp_machine *m);

/**
 * rtsp_want_idr() - Have an IDR picture sent, at once or IDR_SPACE_MS after the last.
 * @m: the machine
 */
void rtsp_want_idr(struct rtsp_machine *m);

/**
 * rtsp_report_connector() - Report what the sink has said of its monitor, if that is news, at
 * once or CONNECTOR_SPACE_MS after the last report.
 * @m: the machine
 */
void rtsp_report_connector(struct rtsp_machine *m);

#endif
