// SPDX-License-Identifier: MIT
/*
 * DESCRIBE is answered once there is a mode, as SETUP follows it at once.
 */
#include "rtsp/machineplayer.h"

#include <string.h>

#include "rtsp/asks.h"
#include "rtsp/machineanswers.h"
#include "rtsp/machineend.h"
#include "rtsp/machinesetup.h"
#include "rtsp/machinestate.h"

bool rtsp_is_player(const GstRTSPMessage *message)
{
	const char *feature = rtsp_header(message, GST_RTSP_HDR_REQUIRE);
	const char *uri = NULL;
	GstRTSPMethod method;

	gst_rtsp_message_parse_request((GstRTSPMessage *)message, &method, &uri, NULL);
	if (method == GST_RTSP_DESCRIBE)
		return true;
	return strcmp(uri, "*") && !(feature && strstr(feature, ASKS_FEATURE));
}

void rtsp_on_player_options(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	rtsp_answer_options(m, message,
			    "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER");
}

static void answer_describe(struct rtsp_machine *m)
{
	char *uri = g_steal_pointer(&m->described);
	char *cseq = g_steal_pointer(&m->describe_cseq);

	if (m->state == ST_DESCRIBE)
		rtsp_enter(m, ST_DESCRIBE);	/* the time for SETUP begins */
	rtsp_send_answer(m, asks_describe(cseq, uri));
	g_free(cseq);
	g_free(uri);
}

/* SETUP follows at once, and needs a stream, which needs a mode: that is waited for here. */
void rtsp_on_player_describe(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	const char *uri = NULL;

	if (m->described)
		return rtsp_answer(m, message, GST_RTSP_STS_METHOD_NOT_VALID_IN_THIS_STATE);
	gst_rtsp_message_parse_request((GstRTSPMessage *)message, NULL, &uri, NULL);
	m->described = g_strdup(uri);
	m->describe_cseq = g_strdup(rtsp_header(message, GST_RTSP_HDR_CSEQ));
	if (m->has_mode)
		answer_describe(m);
}

void rtsp_become_player(struct rtsp_machine *m)
{
	m->wants = 0;
	m->asked = ASK_NOTHING;
	m->ask_deadline = RTSP_NEVER;
	rtsp_enter(m, ST_DESCRIBE);
	rtsp_emit(m, RTSP_PLAYER);
}

void rtsp_on_describe_first(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	rtsp_become_player(m);
	rtsp_on_player_describe(m, message);
}

void rtsp_on_player_setup(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	if (!m->has_mode)
		return rtsp_answer(m, message, GST_RTSP_STS_METHOD_NOT_VALID_IN_THIS_STATE);
	if (rtsp_set_up(m, message))
		rtsp_enter(m, ST_PLAYER_READY);
}

void rtsp_on_player_play(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	rtsp_answer_play(m, message);
	rtsp_enter(m, ST_PLAYER_PLAYING);
	rtsp_start_pictures(m);
}

void rtsp_on_player_pause(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	rtsp_answer_ok(m, message);
	rtsp_enter(m, ST_PLAYER_READY);
	m->deadline = RTSP_NEVER;
	rtsp_stop_pictures(m);
}

void rtsp_on_player_silent(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	if (m->has_mode)
		rtsp_on_silent(m, message);
	else
		rtsp_on_dark(m, message);
}

/* A player is not asked. */
void rtsp_set_players_mode(struct rtsp_machine *m)
{
	m->has_mode = true;
	rtsp_emit(m, RTSP_MODE_TAKEN);
	if (m->described && m->state != ST_OVER)
		answer_describe(m);
}
