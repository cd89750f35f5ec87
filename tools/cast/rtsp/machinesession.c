// SPDX-License-Identifier: MIT
/*
 * A request of the caller and one of the sink may cross. The last request counts: an M9
 * that belongs to an outdated M5 is followed by M5 PLAY.
 */
#include "rtsp/machinesession.h"

#include "rtsp/machineanswers.h"
#include "rtsp/machineasks.h"
#include "rtsp/machinestate.h"

void rtsp_want_darkness(struct rtsp_machine *m)
{
	rtsp_want(m, m->sink.standby_resume ? ASK_STANDBY : ASK_PAUSE);
}

/* M7, which may be that of a time when the monitor was on. */
void rtsp_on_play(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	rtsp_answer_play(m, message);
	if (m->state == ST_READY)
		rtsp_plan_alive(m);
	m->wants &= ~WANT(ASK_PLAY);
	m->pause_due = false;
	rtsp_enter(m, ST_PLAYING);
	if (m->powered)
		rtsp_start_pictures(m);
	else if (m->asked != ASK_PAUSE && m->asked != ASK_STANDBY)
		rtsp_want_darkness(m);
}

/* M9: the sink asks by itself, or because of an M5, which may be outdated. */
void rtsp_on_pause(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	rtsp_answer_ok(m, message);
	rtsp_enter(m, ST_PAUSED);
	rtsp_stop_pictures(m);
	if (m->pause_due && m->powered && m->asked != ASK_PLAY)
		rtsp_want(m, ASK_PLAY);
	m->pause_due = false;
}

void rtsp_on_get_parameter(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	rtsp_answer_ok(m, message);
}

static void act(struct rtsp_machine *m, const struct mc_wfd_params *said)
{
	if (said->present & MC_WFD_BIT(CONNECTOR)) {
		m->unconnected = said->connector == MC_WFD_CONNECTOR_NONE;
		rtsp_report_connector(m);
	}
	if (said->present & MC_WFD_BIT(STANDBY) && m->state == ST_PLAYING) {
		rtsp_enter(m, ST_STANDBY);
		rtsp_stop_pictures(m);
	}
	if (said->present & MC_WFD_BIT(IDR))
		rtsp_want_idr(m);
}

/* M10 to M15. What is not known is no mistake of the sink's. */
void rtsp_on_set_parameter(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	guint8 *body = NULL;
	guint size = 0;

	gst_rtsp_message_get_body(message, &body, &size);
	rtsp_answer_ok(m, message);
	if (!size || m->state == ST_OVER)
		return;
	mc_wfd_params_parse((const char *)body, size, &m->scratch);
	act(m, &m->scratch);
}

/* M7 is next, but a sink that has never paused need not send it. */
static void play_settled(struct rtsp_machine *m, bool refused)
{
	if (!m->powered)
		return;
	m->play_refused = refused;
	if (m->state != ST_PLAYING)
		m->deadline = m->now + ASK_MS * MS;
	else if (!m->playing)
		rtsp_start_pictures(m);
}

void rtsp_on_session_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	if (m->answered_ask == ASK_M4)
		rtsp_emit(m, RTSP_MODE_TAKEN);
	if (m->answered_ask == ASK_STANDBY)
		rtsp_enter(m, ST_STANDBY);
	if (m->answered_ask == ASK_PLAY)
		play_settled(m, false);
}

/* The session goes on. Sinks that have no standby may have a pause. */
void rtsp_on_session_refused(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	if (m->answered_ask == ASK_M4)
		rtsp_emit(m, RTSP_MODE_REFUSED);
	if (m->answered_ask == ASK_STANDBY && !m->powered)
		rtsp_want(m, ASK_PAUSE);
	if (m->answered_ask == ASK_PAUSE)
		m->pause_due = false;
	if (m->answered_ask == ASK_PLAY)
		play_settled(m, true);
}

/* Other messages than the answer to M16 are a sign of life, too. */
void rtsp_on_session_silent(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	if (m->deadline <= m->now)
		return rtsp_machine_end(m, m->play_refused ? FAULT_REFUSED : FAULT_SILENT,
					m->play_refused ? rtsp_ask_name(ASK_PLAY) :
					rtsp_state_name(ST_READY));
	if (m->asked == ASK_ALIVE && m->heard > m->alive_sent) {
		m->asked = ASK_NOTHING;
		m->ask_deadline = RTSP_NEVER;
		return;
	}
	rtsp_machine_end(m, FAULT_SILENT, m->asked < ASKS ? rtsp_ask_name(m->asked) : "");
}

void rtsp_on_not_implemented(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	rtsp_answer(m, message, GST_RTSP_STS_NOT_IMPLEMENTED);
}
