/* SPDX-License-Identifier: MIT */
/*
 * The session: pictures, pauses, standby, and what the sink reports meanwhile.
 */
#ifndef CAST_MACHINESESSION_H
#define CAST_MACHINESESSION_H

#include "rtsp/machineinternal.h"

/**
 * rtsp_want_darkness() - Ask for standby where the sink can, else for a pause.
 * @m: the machine
 */
void rtsp_want_darkness(struct rtsp_machine *m);

/** rtsp_on_play() - M7. */
void rtsp_on_play(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_pause() - M9. */
void rtsp_on_pause(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_get_parameter() - A sign of life of the sink. */
void rtsp_on_get_parameter(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_set_parameter() - M10 to M15. */
void rtsp_on_set_parameter(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_session_answered() - A request of the source was accepted. */
void rtsp_on_session_answered(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_session_refused() - A request of the source was refused. */
void rtsp_on_session_refused(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_session_silent() - M7, or an answer, has not come. */
void rtsp_on_session_silent(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_not_implemented() - A method that no source has. */
void rtsp_on_not_implemented(struct rtsp_machine *m, const GstRTSPMessage *message);

#endif
