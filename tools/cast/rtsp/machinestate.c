// SPDX-License-Identifier: MIT
/*
 * Each state may last for the time that state_ms[] has. After the end nothing changes any
 * more, and no hook is called.
 */
#include "rtsp/machinestate.h"

/* A player sends its first request at once; a sink waits for M1. */
#define PLAYER_MS	100
/* A person may have to look for the desktop's settings. */
#define MODE_MS		30000

static const char *const state_names[STATES] = {
	[ST_OPENED] = "the beginning", [ST_M1] = "M1", [ST_M2] = "M2", [ST_M3] = "M3",
	[ST_MODE] = "the choice of a mode", [ST_M4] = "M4", [ST_M5] = "M5", [ST_SETUP] = "M6",
	[ST_READY] = "M7", [ST_PLAYING] = "playing", [ST_PAUSED] = "a pause",
	[ST_STANDBY] = "standby", [ST_ENDING] = "the end", [ST_DESCRIBE] = "DESCRIBE",
	[ST_PLAYER_READY] = "PLAY", [ST_PLAYER_PLAYING] = "playing", [ST_OVER] = "the end",
};

/* How long a state may last, in milliseconds; 0: for ever. */
static const int state_ms[STATES] = {
	[ST_OPENED] = PLAYER_MS, [ST_M1] = ASK_MS, [ST_M2] = ASK_MS, [ST_M3] = ASK_MS,
	[ST_MODE] = MODE_MS, [ST_M4] = ASK_MS, [ST_M5] = ASK_MS, [ST_SETUP] = ASK_MS,
	[ST_READY] = ASK_MS,
	[ST_ENDING] = 2000, [ST_DESCRIBE] = MODE_MS, [ST_PLAYER_READY] = 60000,
};

const char *rtsp_state_name(enum state state)
{
	return state_names[state];
}

void rtsp_emit(struct rtsp_machine *m, enum rtsp_event_type type)
{
	struct rtsp_event event = { .type = type, .sink = &m->sink, .agent = m->agent };

	if (m->state != ST_OVER)
		m->hooks->event(m->user, &event);
}

void rtsp_enter(struct rtsp_machine *m, enum state state)
{
	if (m->state == ST_OVER)
		return;
	m->state = state;
	m->deadline = state_ms[state] ? m->now + state_ms[state] * MS : RTSP_NEVER;
}

void rtsp_machine_end(struct rtsp_machine *m, enum fault fault, const char *detail)
{
	struct rtsp_event event = { .type = RTSP_OVER, .fault = fault, .detail = detail };

	if (m->state == ST_OVER)
		return;
	/* Some sinks close instead of M8. */
	if (m->state == ST_ENDING) {
		event.fault = FAULT_NONE;
		event.detail = "";
	}
	m->state = ST_OVER;
	m->wants = 0;
	m->deadline = RTSP_NEVER;
	m->ask_deadline = RTSP_NEVER;
	m->alive_at = RTSP_NEVER;
	m->idr_at = RTSP_NEVER;
	m->start_at = RTSP_NEVER;
	m->connector_at = RTSP_NEVER;
	m->hooks->event(m->user, &event);
}

bool rtsp_in_session(const struct rtsp_machine *m)
{
	return m->state == ST_PLAYING || m->state == ST_PAUSED || m->state == ST_STANDBY;
}

/* M16 leaves time for its answer. */
int64_t rtsp_alive_interval(const struct rtsp_machine *m)
{
	unsigned int s = m->keep_alive_s;

	return (int64_t)(s > 10 ? s - 5 : (s + 1) / 2) * SECOND;
}

void rtsp_plan_alive(struct rtsp_machine *m)
{
	m->alive_at = m->keep_alive_s ? m->now + rtsp_alive_interval(m) : RTSP_NEVER;
}

/* A sink that repeats PLAY has no picture yet. */
void rtsp_start_pictures(struct rtsp_machine *m)
{
	int64_t due = m->start_last + START_SPACE_MS * MS;

	if (m->playing)
		return rtsp_want_idr(m);
	if (m->now < due) {
		m->start_at = due;
		return;
	}
	m->playing = true;
	m->start_last = m->now;
	m->start_at = RTSP_NEVER;
	m->idr_last = m->now;
	m->idr_at = RTSP_NEVER;
	rtsp_emit(m, RTSP_PLAY);
}

void rtsp_stop_pictures(struct rtsp_machine *m)
{
	m->idr_at = RTSP_NEVER;
	m->start_at = RTSP_NEVER;
	if (m->playing)
		rtsp_emit(m, RTSP_PAUSE);
	m->playing = false;
}

/* Some sinks ask eight times at once. */
void rtsp_want_idr(struct rtsp_machine *m)
{
	int64_t due = m->idr_last + IDR_SPACE_MS * MS;

	if (!m->playing || m->idr_at != RTSP_NEVER)
		return;
	if (m->now < due) {
		m->idr_at = due;
		return;
	}
	m->idr_last = m->now;
	rtsp_emit(m, RTSP_IDR);
}

/* Only a change, and not each: a sink that repeats or alternates it would flood the events. */
void rtsp_report_connector(struct rtsp_machine *m)
{
	struct rtsp_event event = { .type = RTSP_CONNECTOR, .connected = !m->unconnected };
	int64_t due = m->connector_last + CONNECTOR_SPACE_MS * MS;

	m->connector_at = RTSP_NEVER;
	if (m->state == ST_OVER || m->unconnected == m->unconnected_known)
		return;
	if (m->now < due) {
		m->connector_at = due;
		return;
	}
	m->connector_last = m->now;
	m->unconnected_known = m->unconnected;
	m->hooks->event(m->user, &event);
}
