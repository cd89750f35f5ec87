// SPDX-License-Identifier: MIT
/*
 * The first transport of the header that is RTP over UDP is taken. The caller opens the
 * ports from inside of the hook, and may end the session there.
 */
#include "rtsp/machinesetup.h"

#include "rtsp/asks.h"
#include "rtsp/machineanswers.h"
#include "rtsp/machinestate.h"

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
	GstRTSPMessage *ok = asks_answer(GST_RTSP_STS_OK, rtsp_header(message, GST_RTSP_HDR_CSEQ));
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
	rtsp_send_answer(m, ok);
}

/* Return: whether there is a way for RTP. */
bool rtsp_set_up(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	struct rtsp_ports ports;
	uint16_t server;

	if (!choose_transport(rtsp_header(message, GST_RTSP_HDR_TRANSPORT), &ports)) {
		rtsp_answer(m, message, GST_RTSP_STS_UNSUPPORTED_TRANSPORT);
		return false;
	}
	server = m->hooks->transport(m->user, &ports);
	if (m->state == ST_OVER)
		return false;
	if (!server) {
		rtsp_answer(m, message, GST_RTSP_STS_INTERNAL_SERVER_ERROR);
		rtsp_machine_end(m, FAULT_NETWORK, "M6");
		return false;
	}
	answer_setup(m, message, &ports, server);
	return true;
}

/* M6, which says as much as an answer to M5. */
void rtsp_on_setup(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	m->asked = ASK_NOTHING;
	m->ask_deadline = RTSP_NEVER;
	if (rtsp_set_up(m, message))
		rtsp_enter(m, ST_READY);
	else
		rtsp_machine_end(m, FAULT_TRANSPORT, "M6");
}
