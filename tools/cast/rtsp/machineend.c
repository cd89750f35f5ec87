// SPDX-License-Identifier: MIT
/*
 * The detail of an end is the step of the session in which it came.
 */
#include "rtsp/machineend.h"

#include "rtsp/machineanswers.h"
#include "rtsp/machinestate.h"

/* M8. */
void rtsp_on_teardown(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	bool wanted = m->state == ST_ENDING;

	rtsp_answer_ok(m, message);
	rtsp_stop_pictures(m);
	rtsp_machine_end(m, wanted ? FAULT_NONE : FAULT_ENDED_BY_SINK, rtsp_state_name(m->state));
}

void rtsp_on_silent(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_machine_end(m, FAULT_SILENT, rtsp_state_name(m->state));
}

void rtsp_on_dark(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_machine_end(m, FAULT_NOT_SWITCHED_ON, "");
}

void rtsp_on_refused(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_machine_end(m, FAULT_REFUSED, rtsp_state_name(m->state));
}

void rtsp_on_ended(struct rtsp_machine *m, const GstRTSPMessage *message)
{
	(void)message;
	rtsp_machine_end(m, FAULT_NONE, "");
}
