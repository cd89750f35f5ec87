// SPDX-License-Identifier: MIT
/*
 * A request of the sink is answered by the handler that table[] has for the state, and
 * with 455 where it has none. Requests of the source are wants: the lowest is sent when
 * no other is without its answer, and not within SPACE_MS of an answer of the source:
 * there are sinks that take what one read returns for one message.
 */
#include "rtsp/machine.h"

#include <string.h>

#include "rtsp/asks.h"

#define MS		1000
#define SECOND		(1000 * MS)
/* A player's first request comes at once, a sink waits for M1. */
#define PLAYER_MS	100
#define SPACE_MS	30
#define ASK_MS		5000
/* A person may have to look for the desktop's settings. */
#define MODE_MS		30000
#define IDR_SPACE_MS	500
#define KEEP_ALIVE_S	20
#define KEEP_ALIVE_MORE_S	2

enum state {
	ST_OPENED,
	ST_M1,
	ST_M2,
	ST_M3,
	ST_MODE,	/* what to show is not known yet */
	ST_M4,
	ST_M5,
	ST_SETUP,
	ST_READY,
	ST_PLAYING,
	ST_PAUSED,
	ST_STANDBY,
	ST_ENDING,	/* M5 TEARDOWN */
	ST_DESCRIBE,	/* of a player, from here */
	ST_PLAYER_READY,
	ST_PLAYER_PLAYING,
	ST_OVER,
	STATES,
};

enum input {
	IN_OPTIONS,
	IN_DESCRIBE,
	IN_GET_PARAMETER,
	IN_SET_PARAMETER,
	IN_SETUP,
	IN_PLAY,
	IN_PAUSE,
	IN_TEARDOWN,
	IN_OTHER,
	IN_ANSWER,
	IN_REFUSAL,
	IN_SILENCE,
	INPUTS,
};

/* In the order in which they are sent. */
enum ask {
	ASK_M1,
	ASK_M3,
	ASK_M4,
	ASK_SETUP,
	ASK_PAUSE,
	ASK_PLAY,
	ASK_STANDBY,
	ASK_ALIVE,
	ASK_TEARDOWN,
	ASKS,
	ASK_NOTHING = ASKS,
};

#define WANT(ask)	(1U << (ask))

struct rtsp_machine {
	const struct rtsp_hooks *hooks;
	void *user;
	char *session;
	enum state state;
	int64_t now;
	int64_t deadline;	/* of the state */

	unsigned int wants;	/* mask of WANT() */
	enum ask asked;		/* without its answer */
	enum ask answered_ask;	/* while its answer is handled */
	int64_t ask_deadline;
	int64_t answered;	/* when the source has last answered */
	guint cseq;

	unsigned int keep_alive_s;
	int64_t alive_at;	/* when M16 is due */
	int64_t alive_sent;
	int64_t heard;		/* when the sink has last said anything */
	int64_t idr_at;		/* when an IDR picture is due that has to wait */
	int64_t idr_last;

	bool knows_m2;
	bool any_session;
	bool playing;		/* RTSP_PLAY was the last of it and RTSP_PAUSE */
	bool powered;		/* the caller wants pictures */
	bool pause_due;		/* M5 PAUSE was sent, its M9 has not come */
	bool play_refused;	/* M5 PLAY was; M7 may come all the same */
	uint64_t names;		/* of M3 */
	GBytes *capabilities;	/* its answer; an EDID points into it */
	bool has_mode;		/* of a player */
	char *described, *describe_cseq;	/* DESCRIBE that waits for a mode */
	char *agent;
	struct mc_wfd_params sink, scratch, m4;
};

typedef void (*handler)(struct rtsp_machine *m, const GstRTSPMessage *message);

/* Those that every sink knows. */
#define NAMES_LEAST	(MC_WFD_BIT(VIDEO) | MC_WFD_BIT(AUDIO) | MC_WFD_BIT(PORTS))
#define NAMES_ALL	(NAMES_LEAST | MC_WFD_BIT(EDID) | MC_WFD_BIT(CONNECTOR) | \
			 MC_WFD_BIT(PROTECTION) | MC_WFD_BIT(STANDBY_RESUME) | \
			 MC_WFD_BIT(IDR_CAPABILITY) | MC_WFD_BIT(R2_VIDEO) | \
			 MC_WFD_BIT(R2_AUDIO) | MC_WFD_BIT(BITRATE) | MC_WFD_BIT(RTCP) | \
			 MC_WFD_BIT(FORMAT_CHANGE))

static const char *const state_names[STATES] = {
	[ST_OPENED] = "the beginning", [ST_M1] = "M1", [ST_M2] = "M2", [ST_M3] = "M3",
	[ST_MODE] = "the choice of a mode", [ST_M4] = "M4", [ST_M5] = "M5", [ST_SETUP] = "M6",
	[ST_READY] = "M7", [ST_PLAYING] = "playing", [ST_PAUSED] = "a pause",
	[ST_STANDBY] = "standby", [ST_ENDING] = "the end", [ST_DESCRIBE] = "DESCRIBE",
	[ST_PLAYER_READY] = "PLAY", [ST_PLAYER_PLAYING] = "playing", [ST_OVER] = "the end",
};

static const char *const ask_names[ASKS] = {
	[ASK_M1] = "M1", [ASK_M3] = "M3", [ASK_M4] = "M4", [ASK_SETUP] = "M5 SETUP",
	[ASK_PAUSE] = "M5 PAUSE", [ASK_PLAY] = "M5 PLAY", [ASK_STANDBY] = "M12",
	[ASK_ALIVE] = "M16", [ASK_TEARDOWN] = "M5 TEARDOWN",
};

/* How long a state may last, in milliseconds; 0: for ever. */
static const int state_ms[STATES] = {
	[ST_OPENED] = PLAYER_MS, [ST_M1] = ASK_MS, [ST_M2] = ASK_MS, [ST_M3] = ASK_MS,
	[ST_MODE] = MODE_MS, [ST_M4] = ASK_MS, [ST_M5] = ASK_MS, [ST_SETUP] = ASK_MS,
	[ST_READY] = ASK_MS,
	[ST_ENDING] = 2000, [ST_DESCRIBE] = MODE_MS, [ST_PLAYER_READY] = 60000,
};

/* --- What happens ---------------------------------------------------------------- */

static void emit(struct rtsp_machine *m, enum rtsp_event_type type)
{
	struct rtsp_event event = { .type = type, .sink = &m->sink, .agent = m->agent };

	if (m->state != ST_OVER)
		m->hooks->event(m->user, &event);
}

static void enter(struct rtsp_machine *m, enum state state)
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
	m->hooks->event(m->user, &event);
}

static bool in_session(const struct rtsp_machine *m)
{
	return m->state == ST_PLAYING || m->state == ST_PAUSED || m->state == ST_STANDBY;
}

/* M16 leaves time for its answer. */
static int64_t alive_interval(const struct rtsp_machine *m)
{
	unsigned int s = m->keep_alive_s;

	return (int64_t)(s > 10 ? s - 5 : (s + 1) / 2) * SECOND;
}

static void plan_alive(struct rtsp_machine *m)
{
	m->alive_at = m->keep_alive_s ? m->now + alive_interval(m) : RTSP_NEVER;
}

static void start_pictures(struct rtsp_machine *m)
{
	m->playing = true;
	m->idr_last = m->now;
	m->idr_at = RTSP_NEVER;
	emit(m, RTSP_PLAY);
}

static void stop_pictures(struct rtsp_machine *m)
{
	m->idr_at = RTSP_NEVER;
	if (m->playing)
		emit(m, RTSP_PAUSE);
	m->playing = false;
}

/* Some sinks ask eight times at once. */
static void want_idr(struct rtsp_machine *m)
{
	int64_t due = m->idr_last + IDR_SPACE_MS * MS;

	if (!m->playing || m->idr_at != RTSP_NEVER)
		return;
	if (m->now < due) {
		m->idr_at = due;
		return;
	}
	m->idr_last = m->now;
	emit(m, RTSP_IDR);
}

/* --- Requests of the source ------------------------------------------------------ */

static GstRTSPMessage *compose_m4(struct rtsp_machine *m)
{
	if (in_session(m)) {
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
				  alive_interval(m);
		m->alive_sent = m->now;
		plan_alive(m);
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

static int64_t ask_at(const struct rtsp_machine *m)
{
	if (!(m->wants & askable(m)) || m->asked != ASK_NOTHING)
		return RTSP_NEVER;
	return m->answered + SPACE_MS * MS;
}

static void pump(struct rtsp_machine *m)
{
	unsigned int wants = m->wants & askable(m);
	int ask;

	if (m->now < ask_at(m))
		return;
	for (ask = 0; ask < ASKS; ask++)
		if (wants & WANT(ask))
			return send_ask(m, (enum ask)ask);
}

static void want(struct rtsp_machine *m, enum ask ask)
{
	m->wants |= WANT(ask);
}

/* --- Answers of the source ------------------------------------------------------- */

static const char *header(const GstRTSPMessage *message, GstRTSPHeaderField field)
{
	char *value = NULL;

	gst_rtsp_message_get_header(message, field, &value, 0);
	return value;
}

static void send_answer(struct rtsp_machine *m, GstRTSPMessage *answer)
{
	m->answered = m->now;
	m->hooks->send(m->user, answer);
	gst_rtsp_message_free(answer);
}

static void answer(struct rtsp_machine *m, const GstRTSPMessage *message, GstRTSPStatusCode code)
{
	send_answer(m, asks_answer(code, header(message, GST_RTSP_HDR_CSEQ)));
}

/* In the session. */
static void answer_ok(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	GstRTSPMessage *ok = asks_answer(GST_RTSP_STS_OK, header(message, GST_RTSP_HDR_CSEQ));

	gst_rtsp_message_add_header(ok, GST_RTSP_HDR_SESSION, m->session);
	send_answer(m, ok);
}

static void answer_play(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	GstRTSPMessage *ok = asks_answer(GST_RTSP_STS_OK, header(message, GST_RTSP_HDR_CSEQ));

	gst_rtsp_message_add_header(ok, GST_RTSP_HDR_SESSION, m->session);
	gst_rtsp_message_add_header(ok, GST_RTSP_HDR_RANGE, "npt=now-");
	send_answer(m, ok);
}

static void answer_options(struct rtsp_machine *m, const GstRTSPMessage *message,
			   const char *public)
{
	GstRTSPMessage *ok = asks_answer(GST_RTSP_STS_OK, header(message, GST_RTSP_HDR_CSEQ));

	gst_rtsp_message_add_header(ok, GST_RTSP_HDR_PUBLIC, public);
	send_answer(m, ok);
}

/* Requests without a session are those of old dongles. */
static bool is_our_session(const struct rtsp_machine *m, const GstRTSPMessage *message)
{
	const char *session = header(message, GST_RTSP_HDR_SESSION);
	size_t length;

	if (!session || m->any_session)
		return true;
	length = strcspn(session, "; \t");
	return length == strlen(m->session) && !strncmp(session, m->session, length);
}

/* --- Beginning ------------------------------------------------------------------- */

static bool is_player(const GstRTSPMessage *message)
{
	const char *feature = header(message, GST_RTSP_HDR_REQUIRE);
	const char *uri = NULL;
	GstRTSPMethod method;

	gst_rtsp_message_parse_request((GstRTSPMessage *)message, &method, &uri, NULL);
	if (method == GST_RTSP_DESCRIBE)
		return true;
	return strcmp(uri, "*") && !(feature && strstr(feature, ASKS_FEATURE));
}

/* What it calls itself, for quirks. */
static void note_agent(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	const char *agent = header(message, GST_RTSP_HDR_USER_AGENT);

	if (!agent)
		agent = header(message, GST_RTSP_HDR_SERVER);
	if (!agent || *m->agent)
		return;
	g_free(m->agent);
	m->agent = g_strndup(agent, 128);
}

static void player_options(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	answer_options(m, message,
		       "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER");
}

static void answer_describe(struct rtsp_machine *m)
{
	char *uri = g_steal_pointer(&m->described);
	char *cseq = g_steal_pointer(&m->describe_cseq);

	if (m->state == ST_DESCRIBE)
		enter(m, ST_DESCRIBE);	/* the time for SETUP begins */
	send_answer(m, asks_describe(cseq, uri));
	g_free(cseq);
	g_free(uri);
}

/* SETUP follows at once, and needs a stream, which needs a mode: that is waited for here. */
static void player_describe(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	const char *uri = NULL;

	if (m->described)
		return answer(m, message, GST_RTSP_STS_METHOD_NOT_VALID_IN_THIS_STATE);
	gst_rtsp_message_parse_request((GstRTSPMessage *)message, NULL, &uri, NULL);
	m->described = g_strdup(uri);
	m->describe_cseq = g_strdup(header(message, GST_RTSP_HDR_CSEQ));
	if (m->has_mode)
		answer_describe(m);
}

static void become_player(struct rtsp_machine *m)
{
	m->wants = 0;
	m->asked = ASK_NOTHING;
	m->ask_deadline = RTSP_NEVER;
	enter(m, ST_DESCRIBE);
	emit(m, RTSP_PLAYER);
}

static void describe_first(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	become_player(m);
	player_describe(m, message);
}

static void ask_for_capabilities(struct rtsp_machine *m)
{
	enter(m, ST_M3);
	want(m, ASK_M3);
}

/* M2. */
static void options(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	note_agent(m, message);
	answer_options(m, message,
		       ASKS_FEATURE ", SETUP, TEARDOWN, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER");
	m->knows_m2 = true;
	if (m->state == ST_M2)
		ask_for_capabilities(m);
}

static void options_first(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	if (!is_player(message))
		return options(m, message);
	become_player(m);
	player_options(m, message);
}

static void begin(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	enter(m, ST_M1);
	want(m, ASK_M1);
}

static void m1_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	note_agent(m, message);
	if (m->knows_m2)
		ask_for_capabilities(m);
	else
		enter(m, ST_M2);
}

/* Where the first release will do, it is what has been tried with sinks. */
static void forget_second_release(struct mc_wfd_params *sink)
{
	if (sink->present & MC_WFD_BIT(VIDEO) && sink->video.count)
		sink->present &= ~MC_WFD_BIT(R2_VIDEO);
}

static void m3_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	guint8 *body = NULL;
	guint size = 0;

	gst_rtsp_message_get_body(message, &body, &size);
	if (m->capabilities)
		g_bytes_unref(m->capabilities);
	m->capabilities = g_bytes_new(body, size);
	mc_wfd_params_parse(size ? g_bytes_get_data(m->capabilities, NULL) : "", size, &m->sink);
	forget_second_release(&m->sink);
	enter(m, ST_MODE);
	emit(m, RTSP_CAPABLE);
}

/* A name that a sink does not know is no reason to refuse; there are sinks that do. */
static void m3_refused(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	if (m->names == NAMES_LEAST)
		return rtsp_machine_end(m, FAULT_REFUSED, "M3");
	m->names = NAMES_LEAST;
	ask_for_capabilities(m);
}

static void m4_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	enter(m, ST_M5);
	want(m, ASK_SETUP);
	pump(m);	/* while the sink reads it, the encoder starts */
	emit(m, RTSP_MODE_TAKEN);
}

static void m4_refused(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	enter(m, ST_MODE);
	emit(m, RTSP_MODE_REFUSED);
}

static void m5_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	enter(m, ST_SETUP);
}

/* --- Set-up ---------------------------------------------------------------------- */

static bool is_port(gint port, gint max)
{
	return port > 0 && port <= max;
}

/* One of the transports of a header that can be had. */
static bool read_transport(const char *text, struct rtsp_ports *ports)
{
	GstRTSPTransport *transport;
	bool good;

	gst_rtsp_transport_new(&transport);
	good = gst_rtsp_transport_parse(text, transport) == GST_RTSP_OK &&
	       transport->trans == GST_RTSP_TRANS_RTP &&
	       transport->profile == GST_RTSP_PROFILE_AVP &&
	       transport->lower_transport & GST_RTSP_LOWER_TRANS_UDP &&
	       is_port(transport->client_port.min, G_MAXUINT16 - 1);
	if (good) {
		ports->rtp = (uint16_t)transport->client_port.min;
		ports->rtcp = 0;
		if (is_port(transport->client_port.max, G_MAXUINT16) &&
		    transport->client_port.max != transport->client_port.min)
			ports->rtcp = (uint16_t)transport->client_port.max;
	}
	gst_rtsp_transport_free(transport);
	return good;
}

static bool choose_transport(const char *text, struct rtsp_ports *ports)
{
	char **choices = g_strsplit(text ? text : "", ",", 8);
	bool found = false;
	int i;

	for (i = 0; choices[i] && !found; i++)
		found = read_transport(g_strstrip(choices[i]), ports);
	g_strfreev(choices);
	return found;
}

/* As Android's: the second port is named where the sink has named its own. */
static void answer_setup(struct rtsp_machine *m, const GstRTSPMessage *message,
			 const struct rtsp_ports *ports, unsigned int server)
{
	GstRTSPMessage *ok = asks_answer(GST_RTSP_STS_OK, header(message, GST_RTSP_HDR_CSEQ));
	char *session, *transport;

	/* A sink that is not asked must not wait for it either. */
	if (m->keep_alive_s)
		session = g_strdup_printf("%s;timeout=%u", m->session,
					  MAX(m->keep_alive_s + 10, 30));
	else
		session = g_strdup(m->session);
	if (ports->rtcp)
		transport =
			g_strdup_printf("RTP/AVP/UDP;unicast;client_port=%u-%u;server_port=%u-%u",
					ports->rtp, ports->rtcp, server, server + 1);
	else
		transport = g_strdup_printf("RTP/AVP/UDP;unicast;client_port=%u;server_port=%u",
					    ports->rtp, server);
	gst_rtsp_message_take_header(ok, GST_RTSP_HDR_SESSION, session);
	gst_rtsp_message_take_header(ok, GST_RTSP_HDR_TRANSPORT, transport);
	send_answer(m, ok);
}

/* Return: whether there is a way for RTP. */
static bool set_up(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	struct rtsp_ports ports;
	uint16_t server;

	if (!choose_transport(header(message, GST_RTSP_HDR_TRANSPORT), &ports)) {
		answer(m, message, GST_RTSP_STS_UNSUPPORTED_TRANSPORT);
		return false;
	}
	server = m->hooks->transport(m->user, &ports);
	if (m->state == ST_OVER)
		return false;
	if (!server) {
		answer(m, message, GST_RTSP_STS_INTERNAL_SERVER_ERROR);
		rtsp_machine_end(m, FAULT_NETWORK, "M6");
		return false;
	}
	answer_setup(m, message, &ports, server);
	return true;
}

/* M6, which says as much as an answer to M5. */
static void setup(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	m->asked = ASK_NOTHING;
	m->ask_deadline = RTSP_NEVER;
	if (set_up(m, message))
		enter(m, ST_READY);
	else
		rtsp_machine_end(m, FAULT_TRANSPORT, "M6");
}

static void player_setup(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	if (!m->has_mode)
		return answer(m, message, GST_RTSP_STS_METHOD_NOT_VALID_IN_THIS_STATE);
	if (set_up(m, message))
		enter(m, ST_PLAYER_READY);
}

/* --- In the session -------------------------------------------------------------- */

static void want_darkness(struct rtsp_machine *m)
{
	want(m, m->sink.standby_resume ? ASK_STANDBY : ASK_PAUSE);
}

/* M7, which may be that of a time when the monitor was on. */
static void play(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	answer_play(m, message);
	if (m->state == ST_READY)
		plan_alive(m);
	m->wants &= ~WANT(ASK_PLAY);
	m->pause_due = false;
	enter(m, ST_PLAYING);
	if (m->powered)
		start_pictures(m);
	else if (m->asked != ASK_PAUSE && m->asked != ASK_STANDBY)
		want_darkness(m);
}

static void player_play(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	answer_play(m, message);
	enter(m, ST_PLAYER_PLAYING);
	start_pictures(m);
}

/* M9: the sink's own wish, or that of M5, which may not count any more. */
static void pause_session(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	answer_ok(m, message);
	enter(m, ST_PAUSED);
	stop_pictures(m);
	if (m->pause_due && m->powered && m->asked != ASK_PLAY)
		want(m, ASK_PLAY);
	m->pause_due = false;
}

static void player_pause(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	answer_ok(m, message);
	enter(m, ST_PLAYER_READY);
	m->deadline = RTSP_NEVER;
	stop_pictures(m);
}

/* M8. */
static void teardown(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	bool wanted = m->state == ST_ENDING;

	answer_ok(m, message);
	stop_pictures(m);
	rtsp_machine_end(m, wanted ? FAULT_NONE : FAULT_ENDED_BY_SINK, state_names[m->state]);
}

static void get_parameter(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	answer_ok(m, message);
}

static void act(struct rtsp_machine *m, const struct mc_wfd_params *said)
{
	struct rtsp_event event = { .type = RTSP_CONNECTOR };

	if (said->present & MC_WFD_BIT(CONNECTOR)) {
		event.connected = said->connector != MC_WFD_CONNECTOR_NONE;
		m->hooks->event(m->user, &event);
	}
	if (said->present & MC_WFD_BIT(STANDBY) && m->state == ST_PLAYING) {
		enter(m, ST_STANDBY);
		stop_pictures(m);
	}
	if (said->present & MC_WFD_BIT(IDR))
		want_idr(m);
}

/* M10 to M15. What is not known is no mistake of the sink's. */
static void set_parameter(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	guint8 *body = NULL;
	guint size = 0;

	gst_rtsp_message_get_body(message, &body, &size);
	answer_ok(m, message);
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
		start_pictures(m);
}

static void session_answered(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	if (m->answered_ask == ASK_M4)
		emit(m, RTSP_MODE_TAKEN);
	if (m->answered_ask == ASK_STANDBY)
		enter(m, ST_STANDBY);
	if (m->answered_ask == ASK_PLAY)
		play_settled(m, false);
}

/* The session goes on. Sinks that have no standby may have a pause. */
static void session_refused(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	if (m->answered_ask == ASK_M4)
		emit(m, RTSP_MODE_REFUSED);
	if (m->answered_ask == ASK_STANDBY && !m->powered)
		want(m, ASK_PAUSE);
	if (m->answered_ask == ASK_PAUSE)
		m->pause_due = false;
	if (m->answered_ask == ASK_PLAY)
		play_settled(m, true);
}

/* Other messages than the answer to M16 are a sign of life, too. */
static void session_silent(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	if (m->deadline <= m->now)
		return rtsp_machine_end(m, m->play_refused ? FAULT_REFUSED : FAULT_SILENT,
					m->play_refused ? ask_names[ASK_PLAY] :
					state_names[ST_READY]);
	if (m->asked == ASK_ALIVE && m->heard > m->alive_sent) {
		m->asked = ASK_NOTHING;
		m->ask_deadline = RTSP_NEVER;
		return;
	}
	rtsp_machine_end(m, FAULT_SILENT, m->asked < ASKS ? ask_names[m->asked] : "");
}

static void silent(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_machine_end(m, FAULT_SILENT, state_names[m->state]);
}

static void dark(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_machine_end(m, FAULT_NOT_SWITCHED_ON, "");
}

static void player_silent(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	if (m->has_mode)
		silent(m, message);
	else
		dark(m, message);
}

static void refused(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_machine_end(m, FAULT_REFUSED, state_names[m->state]);
}

static void ended(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_machine_end(m, FAULT_NONE, "");
}

static void not_implemented(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	answer(m, message, GST_RTSP_STS_NOT_IMPLEMENTED);
}

/* --- The table ------------------------------------------------------------------- */

/* What a sink may always send. */
#define BEGINNING		\
	[IN_GET_PARAMETER] = get_parameter, [IN_SET_PARAMETER] = set_parameter,	\
	[IN_TEARDOWN] = teardown, [IN_OTHER] = not_implemented
#define ALWAYS			\
	BEGINNING, [IN_OPTIONS] = options
#define SESSION			\
	ALWAYS, [IN_PLAY] = play, [IN_PAUSE] = pause_session,			\
	[IN_ANSWER] = session_answered, [IN_REFUSAL] = session_refused,		\
	[IN_SILENCE] = session_silent
#define PLAYER			\
	[IN_OPTIONS] = player_options, [IN_DESCRIBE] = player_describe,		\
	[IN_GET_PARAMETER] = get_parameter, [IN_SET_PARAMETER] = set_parameter,	\
	[IN_TEARDOWN] = teardown, [IN_OTHER] = not_implemented,			\
	[IN_SILENCE] = player_silent

static const handler table[STATES][INPUTS] = {
	[ST_OPENED] = {
		BEGINNING, [IN_OPTIONS] = options_first, [IN_DESCRIBE] = describe_first,
		[IN_SILENCE] = begin,
	},
	[ST_M1] = {
		BEGINNING, [IN_OPTIONS] = options_first, [IN_DESCRIBE] = describe_first,
		[IN_ANSWER] = m1_answered, [IN_REFUSAL] = refused, [IN_SILENCE] = silent,
	},
	[ST_M2] = { ALWAYS, [IN_SILENCE] = silent },
	[ST_M3] = {
		ALWAYS, [IN_ANSWER] = m3_answered, [IN_REFUSAL] = m3_refused,
		[IN_SILENCE] = silent,
	},
	[ST_MODE] = { ALWAYS, [IN_SILENCE] = dark },
	[ST_M4] = {
		ALWAYS, [IN_ANSWER] = m4_answered, [IN_REFUSAL] = m4_refused,
		[IN_SILENCE] = silent,
	},
	[ST_M5] = {
		ALWAYS, [IN_SETUP] = setup, [IN_ANSWER] = m5_answered, [IN_REFUSAL] = refused,
		[IN_SILENCE] = silent,
	},
	[ST_SETUP] = { ALWAYS, [IN_SETUP] = setup, [IN_SILENCE] = silent },
	[ST_READY] = { ALWAYS, [IN_PLAY] = play, [IN_SILENCE] = silent },
	[ST_PLAYING] = { SESSION },
	[ST_PAUSED] = { SESSION },
	[ST_STANDBY] = { SESSION },
	[ST_ENDING] = { ALWAYS, [IN_SILENCE] = ended },
	[ST_DESCRIBE] = { PLAYER, [IN_SETUP] = player_setup },
	[ST_PLAYER_READY] = { PLAYER, [IN_SETUP] = player_setup, [IN_PLAY] = player_play },
	[ST_PLAYER_PLAYING] = { PLAYER, [IN_PLAY] = player_play, [IN_PAUSE] = player_pause },
};

/* --- Messages and times ---------------------------------------------------------- */

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
	const char *text = header(message, GST_RTSP_HDR_CSEQ);

	return text && g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32, cseq, NULL);
}

static void take_request(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	GstRTSPMethod method = GST_RTSP_INVALID;
	enum input input;
	guint64 cseq;

	gst_rtsp_message_parse_request((GstRTSPMessage *)message, &method, NULL, NULL);
	input = input_of(method);
	if (!read_cseq(message, &cseq))
		return answer(m, message, GST_RTSP_STS_BAD_REQUEST);
	if (!is_our_session(m, message))
		return answer(m, message, GST_RTSP_STS_SESSION_NOT_FOUND);
	if (!table[m->state][input])
		return answer(m, message, GST_RTSP_STS_METHOD_NOT_VALID_IN_THIS_STATE);
	table[m->state][input](m, message);
}

/* An answer without a number can only be that to the one request that has none. */
static void take_answer(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	GstRTSPStatusCode code = GST_RTSP_STS_INVALID;
	handler handle;
	guint64 cseq;

	if (m->asked == ASK_NOTHING)
		return;
	if (header(message, GST_RTSP_HDR_CSEQ) && !(read_cseq(message, &cseq) && cseq == m->cseq))
		return;
	gst_rtsp_message_parse_response((GstRTSPMessage *)message, &code, NULL, NULL);
	if ((int)code < 200)
		return;
	m->answered_ask = m->asked;
	m->asked = ASK_NOTHING;
	m->ask_deadline = RTSP_NEVER;
	handle = table[m->state][(int)code < 300 ? IN_ANSWER : IN_REFUSAL];
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
	pump(m);
}

static void check_silence(struct rtsp_machine *m)
{
	handler handle = table[m->state][IN_SILENCE];

	/* Before the session the state's time is that of its request. */
	if (in_session(m)) {
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
	if (m->alive_at <= now && in_session(m)) {
		plan_alive(m);
		want(m, ASK_ALIVE);
	}
	if (m->idr_at <= now) {
		m->idr_at = RTSP_NEVER;
		want_idr(m);
	}
	pump(m);
}

int64_t rtsp_machine_deadline(const struct rtsp_machine *m)
{
	int64_t first = MIN(m->deadline, ask_at(m));

	if (in_session(m))
		first = MIN(MIN(first, m->ask_deadline), m->alive_at);
	return MIN(first, m->idr_at);
}

/* --- What the caller wants -------------------------------------------------------- */

/* A player is not asked. */
static void set_players_mode(struct rtsp_machine *m)
{
	m->has_mode = true;
	emit(m, RTSP_MODE_TAKEN);
	if (m->described && m->state != ST_OVER)
		answer_describe(m);
}

void rtsp_machine_set_mode(struct rtsp_machine *m, const struct mc_wfd_params *m4, int64_t now)
{
	m->now = now;
	m->m4 = *m4;
	if (m->state >= ST_DESCRIBE)
		return set_players_mode(m);
	if (m->state == ST_MODE)
		enter(m, ST_M4);
	want(m, ASK_M4);
	pump(m);
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
	if (!in_session(m))
		return;
	m->wants &= ~(WANT(ASK_PLAY) | WANT(ASK_PAUSE) | WANT(ASK_STANDBY));
	m->deadline = RTSP_NEVER;
	if (m->state == ST_PLAYING)
		want_darkness(m);
	stop_pictures(m);
	pump(m);
}

void rtsp_machine_play(struct rtsp_machine *m, int64_t now)
{
	m->now = now;
	m->powered = true;
	if (!in_session(m))
		return;
	m->wants &= ~(WANT(ASK_PLAY) | WANT(ASK_PAUSE) | WANT(ASK_STANDBY));
	if (m->state != ST_PLAYING || m->asked == ASK_PAUSE || m->asked == ASK_STANDBY)
		want(m, ASK_PLAY);
	else if (!m->playing)
		start_pictures(m);
	pump(m);
}

void rtsp_machine_teardown(struct rtsp_machine *m, int64_t now)
{
	m->now = now;
	if (m->state == ST_OVER || m->state == ST_ENDING)
		return;
	if (!in_session(m) && m->state != ST_READY && m->state != ST_SETUP)
		return rtsp_machine_end(m, FAULT_NONE, "");
	stop_pictures(m);
	enter(m, ST_ENDING);
	m->wants = WANT(ASK_TEARDOWN);
	m->asked = ASK_NOTHING;
	pump(m);
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
	m->asked = ASK_NOTHING;
	m->ask_deadline = RTSP_NEVER;
	m->alive_at = RTSP_NEVER;
	m->idr_at = RTSP_NEVER;
	m->keep_alive_s = KEEP_ALIVE_S;
	m->names = NAMES_ALL;
	m->powered = true;
	enter(m, ST_OPENED);
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
