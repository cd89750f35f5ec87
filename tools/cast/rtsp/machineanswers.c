// SPDX-License-Identifier: MIT
/*
 * An answer has the CSeq of its request, and, in the session, its identifier. When it was
 * sent is noted: the next request of the source keeps its distance.
 */
#include "rtsp/machineanswers.h"

#include <string.h>

#include "rtsp/asks.h"

const char *rtsp_header(const GstRTSPMessage *message, GstRTSPHeaderField field)
{
	char *value = NULL;

	gst_rtsp_message_get_header(message, field, &value, 0);
	return value;
}

void rtsp_send_answer(struct rtsp_machine *m, GstRTSPMessage *answer)
{
	m->answered = m->now;
	m->hooks->send(m->user, answer);
	gst_rtsp_message_free(answer);
}

void rtsp_answer(struct rtsp_machine *m, const GstRTSPMessage *message, GstRTSPStatusCode code)
{
	rtsp_send_answer(m, asks_answer(code, rtsp_header(message, GST_RTSP_HDR_CSEQ)));
}

/* In the session. */
void rtsp_answer_ok(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	GstRTSPMessage *ok = asks_answer(GST_RTSP_STS_OK, rtsp_header(message, GST_RTSP_HDR_CSEQ));

	gst_rtsp_message_add_header(ok, GST_RTSP_HDR_SESSION, m->session);
	rtsp_send_answer(m, ok);
}

void rtsp_answer_play(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	GstRTSPMessage *ok = asks_answer(GST_RTSP_STS_OK, rtsp_header(message, GST_RTSP_HDR_CSEQ));

	gst_rtsp_message_add_header(ok, GST_RTSP_HDR_SESSION, m->session);
	gst_rtsp_message_add_header(ok, GST_RTSP_HDR_RANGE, "npt=now-");
	rtsp_send_answer(m, ok);
}

void rtsp_answer_options(struct rtsp_machine *m, const GstRTSPMessage *message,
			 const char *public)
{
	GstRTSPMessage *ok = asks_answer(GST_RTSP_STS_OK, rtsp_header(message, GST_RTSP_HDR_CSEQ));

	gst_rtsp_message_add_header(ok, GST_RTSP_HDR_PUBLIC, public);
	rtsp_send_answer(m, ok);
}

/* Requests without a session are those of old dongles. */
bool rtsp_is_our_session(const struct rtsp_machine *m, const GstRTSPMessage *message)
{
	const char *session = rtsp_header(message, GST_RTSP_HDR_SESSION);
	size_t length;

	if (!session || m->any_session)
		return true;
	length = strcspn(session, "; \t");
	return length == strlen(m->session) && !strncmp(session, m->session, length);
}
