// SPDX-License-Identifier: MIT
#include "rtsp/asks.h"

#include <string.h>

/* A body of M3 or M4: no EDID is among what a source writes. */
#define BODY_MAX	4096

static GstRTSPMessage *request(GstRTSPMethod method, const char *uri)
{
	GstRTSPMessage *message;

	gst_rtsp_message_new_request(&message, method, uri);
	return message;
}

static void add_body(GstRTSPMessage *message, const char *type, const char *body)
{
	gst_rtsp_message_add_header(message, GST_RTSP_HDR_CONTENT_TYPE, type);
	gst_rtsp_message_set_body(message, (const guint8 *)body, (guint)strlen(body));
}

GstRTSPMessage *asks_options(void)
{
	GstRTSPMessage *message = request(GST_RTSP_OPTIONS, "*");

	gst_rtsp_message_add_header(message, GST_RTSP_HDR_REQUIRE, ASKS_FEATURE);
	return message;
}

GstRTSPMessage *asks_capabilities(uint64_t names)
{
	GstRTSPMessage *message = request(GST_RTSP_GET_PARAMETER, ASKS_URL);
	char body[BODY_MAX];

	mc_wfd_names_print(names, body, sizeof(body));
	add_body(message, "text/parameters", body);
	return message;
}

GstRTSPMessage *asks_parameters(const struct mc_wfd_params *params)
{
	GstRTSPMessage *message;
	char body[BODY_MAX];

	if (mc_wfd_params_print(params, body, sizeof(body)) < 0)
		return NULL;
	message = request(GST_RTSP_SET_PARAMETER, ASKS_URL);
	add_body(message, "text/parameters", body);
	return message;
}

/* Of what this says nothing can fail to be written. */
static GstRTSPMessage *one_parameter(const struct mc_wfd_params *params)
{
	GstRTSPMessage *message = asks_parameters(params);

	g_assert(message);
	return message;
}

GstRTSPMessage *asks_trigger(enum mc_wfd_trigger trigger)
{
	struct mc_wfd_params params = { .present = MC_WFD_BIT(TRIGGER), .trigger = trigger };

	return one_parameter(&params);
}

GstRTSPMessage *asks_standby(void)
{
	struct mc_wfd_params params = { .present = MC_WFD_BIT(STANDBY), .standby = 1 };

	return one_parameter(&params);
}

GstRTSPMessage *asks_alive(const char *session)
{
	GstRTSPMessage *message = request(GST_RTSP_GET_PARAMETER, ASKS_URL);

	gst_rtsp_message_add_header(message, GST_RTSP_HDR_SESSION, session);
	return message;
}

GstRTSPMessage *asks_answer(GstRTSPStatusCode code, const char *cseq)
{
	GDateTime *now = g_date_time_new_now_utc();
	char *date = g_date_time_format(now, "%a, %d %b %Y %H:%M:%S GMT");
	GstRTSPMessage *message;

	gst_rtsp_message_new_response(&message, code, gst_rtsp_status_as_text(code), NULL);
	if (cseq)
		gst_rtsp_message_add_header(message, GST_RTSP_HDR_CSEQ, cseq);
	gst_rtsp_message_add_header(message, GST_RTSP_HDR_DATE, date);
	gst_rtsp_message_add_header(message, GST_RTSP_HDR_SERVER, "miracast-cast");
	g_free(date);
	g_date_time_unref(now);
	return message;
}

GstRTSPMessage *asks_describe(const char *cseq, const char *uri)
{
	static const char sdp[] = "v=0\r\n"
				  "o=- 1 1 IN IP4 0.0.0.0\r\n"
				  "s=Screen\r\n"
				  "c=IN IP4 0.0.0.0\r\n"
				  "t=0 0\r\n"
				  "a=control:*\r\n"
				  "a=range:npt=now-\r\n"
				  "m=video 0 RTP/AVP 33\r\n"
				  "a=rtpmap:33 MP2T/90000\r\n"
				  "a=control:stream=0\r\n";
	GstRTSPMessage *message = asks_answer(GST_RTSP_STS_OK, cseq);
	char *base = g_strconcat(uri, g_str_has_suffix(uri, "/") ? "" : "/", NULL);

	gst_rtsp_message_add_header(message, GST_RTSP_HDR_CONTENT_BASE, base);
	add_body(message, "application/sdp", sdp);
	g_free(base);
	return message;
}
