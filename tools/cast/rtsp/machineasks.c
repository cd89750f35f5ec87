// SPDX-License-Identifier: MIT
/*
 * Requests of the source are wants: the lowest is sent when no other is without its answer,
 * and not within SPACE_MS of an answer of the source: there are sinks that take what one
 * read returns for one message.
 */
#include "rtsp/machineasks.h"

#include "rtsp/asks.h"
#include "rtsp/machinestate.h"

#define KEEP_ALIVE_MORE_S	2

static const char *const ask_names[ASKS] = {
	[ASK_M1] = "M1", [ASK_M3] = "M3", [ASK_M4] = "M4", [ASK_SETUP] = "M5 SETUP",
	[ASK_PAUSE] = "M5 PAUSE", [ASK_PLAY] = "M5 PLAY", [ASK_STANDBY] = "M12",
	[ASK_ALIVE] = "M16", [ASK_TEARDOWN] = "M5 TEARDOWN",
};

const char *rtsp_ask_name(enum ask ask)
{
	return ask_names[ask];
}

static GstRTSPMessage *compose_m4(struct rtsp_machine *m)
{
	if (rtsp_in_session(m)) {
		m->m4.present |= MC_WFD_BIT(CHANGE);
		m->m4.change.pts = m->hooks->now_90khz(m->user) & ((1ULL << 33) - 1);
		m->m4.change.dts = m->m4.change.pts;
	}
	return asks_parameters(&m->m4);
}

static GstRTSPMessage *compose(struct rtsp_machine *m, enum ask ask)
{
	switch (ask) {
	case ASK_M1:
		return asks_options();
	case ASK_M3:
		return asks_capabilities(m->names);
	case ASK_M4:
		return compose_m4(m);
	case ASK_SETUP:
		return asks_trigger(MC_WFD_SETUP);
	case ASK_PAUSE:
		return asks_trigger(MC_WFD_PAUSE);
	case ASK_PLAY:
		return asks_trigger(MC_WFD_PLAY);
	case ASK_STANDBY:
		return asks_standby();
	case ASK_ALIVE:
		return asks_alive(m->session);
	case ASK_TEARDOWN:
		return asks_trigger(MC_WFD_TEARDOWN);
	case ASKS:
		break;
	}
	return NULL;
}

static void send_ask(struct rtsp_machine *m, enum ask ask)
{
	GstRTSPMessage *message = compose(m, ask);
	char cseq[16];

	m->wants &= ~WANT(ask);
	if (!message)
		return rtsp_machine_end(m, FAULT_NO_MODE, ask_names[ask]);
	m->cseq++;
	g_snprintf(cseq, sizeof(cseq), "%u", m->cseq);
	gst_rtsp_message_add_header(message, GST_RTSP_HDR_CSEQ, cseq);
	m->asked = ask;
	m->ask_deadline = m->now + ASK_MS * MS;
	if (ask == ASK_ALIVE) {
		m->ask_deadline = m->now + (m->keep_alive_s + KEEP_ALIVE_MORE_S) * (int64_t)SECOND -
				  rtsp_alive_interval(m);
		m->alive_sent = m->now;
		rtsp_plan_alive(m);
	}
	if (ask == ASK_PAUSE)
		m->pause_due = true;
	m->hooks->send(m->user, message);
	gst_rtsp_message_free(message);
}

/* What may be asked in a state; the rest waits. */
static unsigned int askable(const struct rtsp_machine *m)
{
	switch (m->state) {
	case ST_M1:
		return WANT(ASK_M1);
	case ST_M3:
		return WANT(ASK_M3);
	case ST_M4:
		return WANT(ASK_M4);
	case ST_M5:
		return WANT(ASK_SETUP);
	case ST_PLAYING:
	case ST_PAUSED:
	case ST_STANDBY:
		return WANT(ASK_M4) | WANT(ASK_PAUSE) | WANT(ASK_PLAY) | WANT(ASK_STANDBY) |
		       WANT(ASK_ALIVE);
	case ST_ENDING:
		return WANT(ASK_TEARDOWN);
	default:
		return 0;
	}
}

int64_t rtsp_ask_at(const struct rtsp_machine *m)
{
	if (!(m->wants & askable(m)) || m->asked != ASK_NOTHING)
		return RTSP_NEVER;
	return m->answered + SPACE_MS * MS;
}

void rtsp_pump(struct rtsp_machine *m)
{
	unsigned int wants = m->wants & askable(m);
	int ask;

	if (m->now < rtsp_ask_at(m))
		return;
	for (ask = 0; ask < ASKS; ask++)
		if (wants & WANT(ask))
			return send_ask(m, (enum ask)ask);
}

void rtsp_want(struct rtsp_machine *m, enum ask ask)
{
	m->wants |= WANT(ask);
}
