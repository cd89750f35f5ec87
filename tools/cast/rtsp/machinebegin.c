// SPDX-License-Identifier: MIT
/*
 * M2 may come before the answer to M1. Nothing is sent to a peer before it could have
 * begun as a player.
 */
#include "rtsp/machinebegin.h"

#include "rtsp/asks.h"
#include "rtsp/machineanswers.h"
#include "rtsp/machineasks.h"
#include "rtsp/machineplayer.h"
#include "rtsp/machinestate.h"

/* What it calls itself, for quirks. */
static void note_agent(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	const char *agent = rtsp_header(message, GST_RTSP_HDR_USER_AGENT);

	if (!agent)
		agent = rtsp_header(message, GST_RTSP_HDR_SERVER);
	if (!agent || *m->agent)
		return;
	g_free(m->agent);
	m->agent = g_strndup(agent, 128);
}

static void ask_for_capabilities(struct rtsp_machine *m)
{
	rtsp_enter(m, ST_M3);
	rtsp_want(m, ASK_M3);
}

/* M2. */
void rtsp_on_options(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	note_agent(m, message);
	rtsp_answer_options(m, message, ASKS_FEATURE
			    ", SETUP, TEARDOWN, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER");
	m->knows_m2 = true;
	if (m->state == ST_M2)
		ask_for_capabilities(m);
}

void rtsp_on_options_first(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	if (!rtsp_is_player(message))
		return rtsp_on_options(m, message);
	rtsp_become_player(m);
	rtsp_on_player_options(m, message);
}

void rtsp_on_begin(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_enter(m, ST_M1);
	rtsp_want(m, ASK_M1);
}

void rtsp_on_m1_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	note_agent(m, message);
	if (m->knows_m2)
		ask_for_capabilities(m);
	else
		rtsp_enter(m, ST_M2);
}

void rtsp_on_m3_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	guint8 *body = NULL;
	guint size = 0;

	gst_rtsp_message_get_body(message, &body, &size);
	if (m->capabilities)
		g_bytes_unref(m->capabilities);
	m->capabilities = g_bytes_new(body, size);
	mc_wfd_params_parse(size ? g_bytes_get_data(m->capabilities, NULL) : "", size, &m->sink);
	rtsp_enter(m, ST_MODE);
	rtsp_emit(m, RTSP_CAPABLE);
}

/* A name that a sink does not know is no reason to refuse; there are sinks that do. */
void rtsp_on_m3_refused(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	if (m->names == NAMES_LEAST)
		return rtsp_machine_end(m, FAULT_REFUSED, "M3");
	m->names = NAMES_LEAST;
	ask_for_capabilities(m);
}

void rtsp_on_m4_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_enter(m, ST_M5);
	rtsp_want(m, ASK_SETUP);
	rtsp_pump(m);	/* while the sink reads it, the encoder starts */
	rtsp_emit(m, RTSP_MODE_TAKEN);
}

void rtsp_on_m4_refused(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_enter(m, ST_MODE);
	rtsp_emit(m, RTSP_MODE_REFUSED);
}

void rtsp_on_m5_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_enter(m, ST_SETUP);
}
