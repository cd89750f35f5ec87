// SPDX-License-Identifier: MIT
/*
 * What a caller does with a machine: messages and times come in, and what the caller wants.
 * A request of the sink is answered by the handler that machinetable.c has for the state,
 * and with 455 where it has none. The parts, machine*.c, share struct rtsp_machine.
 */
#include "rtsp/machineinternal.h"

#include "rtsp/machineanswers.h"
#include "rtsp/machineasks.h"
#include "rtsp/machineplayer.h"
#include "rtsp/machinesession.h"
#include "rtsp/machinestate.h"
#include "rtsp/machinetable.h"

#define KEEP_ALIVE_S	20

static enum input input_of(GstRTSPMethod method)
{
	switch (method) {
	case GST_RTSP_OPTIONS:
		return IN_OPTIONS;
	case GST_RTSP_DESCRIBE:
		return IN_DESCRIBE;
	case GST_RTSP_GET_PARAMETER:
		return IN_GET_PARAMETER;
	case GST_RTSP_SET_PARAMETER:
		return IN_SET_PARAMETER;
	case GST_RTSP_SETUP:
		return IN_SETUP;
	case GST_RTSP_PLAY:
		return IN_PLAY;
	case GST_RTSP_PAUSE:
		return IN_PAUSE;
	case GST_RTSP_TEARDOWN:
		return IN_TEARDOWN;
	default:
		return IN_OTHER;
	}
}

/* Return: whether the CSeq is a number. */
static bool read_cseq(const GstRTSPMessage *message, guint64 *cseq)
{
	const char *text = rtsp_header(message, GST_RTSP_HDR_CSEQ);

	return text && g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32, cseq, NULL);
}

static void take_request(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	GstRTSPMethod method = GST_RTSP_INVALID;
	rtsp_handler handle;
	guint64 cseq;

	gst_rtsp_message_parse_request((GstRTSPMessage *)message, &method, NULL, NULL);
	handle = rtsp_table_handler(m->state, input_of(method));
	if (!read_cseq(message, &cseq))
		return rtsp_answer(m, message, GST_RTSP_STS_BAD_REQUEST);
	if (!rtsp_is_our_session(m, message))
		return rtsp_answer(m, message, GST_RTSP_STS_SESSION_NOT_FOUND);
	if (!handle)
		return rtsp_answer(m, message, GST_RTSP_STS_METHOD_NOT_VALID_IN_THIS_STATE);
	handle(m, message);
}

/* An answer without a number can only be that to the one request that has none. */
static void take_answer(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	GstRTSPStatusCode code = GST_RTSP_STS_INVALID;
	rtsp_handler handle;
	guint64 cseq;

	if (m->asked == ASK_NOTHING)
		return;
	if (rtsp_header(message, GST_RTSP_HDR_CSEQ) &&
	    !(read_cseq(message, &cseq) && cseq == m->cseq))
		return;
	gst_rtsp_message_parse_response((GstRTSPMessage *)message, &code, NULL, NULL);
	if ((int)code < 200)
		return;
	m->answered_ask = m->asked;
	m->asked = ASK_NOTHING;
	m->ask_deadline = RTSP_NEVER;
	handle = rtsp_table_handler(m->state, (int)code < 300 ? IN_ANSWER : IN_REFUSAL);
	if (handle)
		handle(m, message);
}

void rtsp_machine_message(struct rtsp_machine *m, const GstRTSPMessage *message, int64_t now)
{
	if (m->state == ST_OVER)
		return;
	m->now = now;
	m->heard = now;
	if (gst_rtsp_message_get_type((GstRTSPMessage *)message) == GST_RTSP_MESSAGE_REQUEST)
		take_request(m, message);
	else
		take_answer(m, message);
	rtsp_pump(m);
}

static void check_silence(struct rtsp_machine *m)
{
	rtsp_handler handle = rtsp_table_handler(m->state, IN_SILENCE);

	/* Before the session the state's time is that of its request. */
	if (rtsp_in_session(m)) {
		if (MIN(m->deadline, m->ask_deadline) <= m->now && handle)
			handle(m, NULL);
		return;
	}
	if (m->deadline > m->now)
		return;
	m->deadline = RTSP_NEVER;
	m->ask_deadline = RTSP_NEVER;
	if (handle)
		handle(m, NULL);
}

void rtsp_machine_time(struct rtsp_machine *m, int64_t now)
{
	m->now = now;
	check_silence(m);
	if (m->state == ST_OVER)
		return;
	if (m->alive_at <= now && rtsp_in_session(m)) {
		rtsp_plan_alive(m);
		rtsp_want(m, ASK_ALIVE);
	}
	if (m->idr_at <= now) {
		m->idr_at = RTSP_NEVER;
		rtsp_want_idr(m);
	}
	if (m->start_at <= now)
		rtsp_start_pictures(m);
	if (m->connector_at <= now)
		rtsp_report_connector(m);
	rtsp_pump(m);
}

int64_t rtsp_machine_deadline(const struct rtsp_machine *m)
{
	int64_t first = MIN(m->deadline, rtsp_ask_at(m));

	if (rtsp_in_session(m))
		first = MIN(MIN(first, m->ask_deadline), m->alive_at);
	return MIN(MIN(first, m->connector_at), MIN(m->idr_at, m->start_at));
}

void rtsp_machine_set_mode(struct rtsp_machine *m, const struct mc_wfd_params *m4, int64_t now)
{
	m->now = now;
	m->m4 = *m4;
	if (m->state >= ST_DESCRIBE)
		return rtsp_set_players_mode(m);
	if (m->state == ST_MODE)
		rtsp_enter(m, ST_M4);
	rtsp_want(m, ASK_M4);
	rtsp_pump(m);
}

void rtsp_machine_set_keep_alive(struct rtsp_machine *m, unsigned int seconds)
{
	m->keep_alive_s = seconds;
}

void rtsp_machine_allow_any_session(struct rtsp_machine *m)
{
	m->any_session = true;
}

void rtsp_machine_pause(struct rtsp_machine *m, int64_t now)
{
	m->now = now;
	m->powered = false;
	if (!rtsp_in_session(m))
		return;
	m->wants &= ~(WANT(ASK_PLAY) | WANT(ASK_PAUSE) | WANT(ASK_STANDBY));
	m->deadline = RTSP_NEVER;
	if (m->state == ST_PLAYING)
		rtsp_want_darkness(m);
	rtsp_stop_pictures(m);
	rtsp_pump(m);
}

void rtsp_machine_play(struct rtsp_machine *m, int64_t now)
{
	m->now = now;
	m->powered = true;
	if (!rtsp_in_session(m))
		return;
	m->wants &= ~(WANT(ASK_PLAY) | WANT(ASK_PAUSE) | WANT(ASK_STANDBY));
	if (m->state != ST_PLAYING || m->asked == ASK_PAUSE || m->asked == ASK_STANDBY)
		rtsp_want(m, ASK_PLAY);
	else if (!m->playing)
		rtsp_start_pictures(m);
	rtsp_pump(m);
}

void rtsp_machine_teardown(struct rtsp_machine *m, int64_t now)
{
	m->now = now;
	if (m->state == ST_OVER || m->state == ST_ENDING)
		return;
	if (!rtsp_in_session(m) && m->state != ST_READY && m->state != ST_SETUP)
		return rtsp_machine_end(m, FAULT_NONE, "");
	rtsp_stop_pictures(m);
	rtsp_enter(m, ST_ENDING);
	m->wants = WANT(ASK_TEARDOWN);
	m->asked = ASK_NOTHING;
	rtsp_pump(m);
}

struct rtsp_machine *rtsp_machine_new(const struct rtsp_hooks *hooks, void *user,
				      const char *session, int64_t now)
{
	struct rtsp_machine *m = g_new0(struct rtsp_machine, 1);

	m->hooks = hooks;
	m->user = user;
	m->session = g_strdup(session);
	m->agent = g_strdup("");
	m->now = now;
	m->heard = now;
	m->answered = now - SPACE_MS * MS;
	m->idr_last = now - IDR_SPACE_MS * MS;
	m->start_at = RTSP_NEVER;
	m->start_last = now - START_SPACE_MS * MS;
	m->connector_at = RTSP_NEVER;
	m->connector_last = now - CONNECTOR_SPACE_MS * MS;
	m->asked = ASK_NOTHING;
	m->ask_deadline = RTSP_NEVER;
	m->alive_at = RTSP_NEVER;
	m->idr_at = RTSP_NEVER;
	m->keep_alive_s = KEEP_ALIVE_S;
	m->names = NAMES_ALL;
	m->powered = true;
	rtsp_enter(m, ST_OPENED);
	return m;
}

void rtsp_machine_free(struct rtsp_machine *m)
{
	if (!m)
		return;
	if (m->capabilities)
		g_bytes_unref(m->capabilities);
	g_free(m->described);
	g_free(m->describe_cseq);
	g_free(m->agent);
	g_free(m->session);
	g_free(m);
}
