/* SPDX-License-Identifier: MIT */
/*
 * The beginning of a session with a sink, M1 to M5.
 */
#ifndef CAST_MACHINEBEGIN_H
#define CAST_MACHINEBEGIN_H

#include "rtsp/machineinternal.h"

/** rtsp_on_begin() - No request of a player has come: M1 is sent. */
void rtsp_on_begin(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_options() - M2. */
void rtsp_on_options(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_options_first() - OPTIONS is the first request, M2 or that of a player. */
void rtsp_on_options_first(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_m1_answered() - M1 was accepted. */
void rtsp_on_m1_answered(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_m3_answered() - The sink has said what it can do. */
void rtsp_on_m3_answered(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_m3_refused() - M3 was refused: it is sent again with fewer names. */
void rtsp_on_m3_refused(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_m4_answered() - The mode was accepted. */
void rtsp_on_m4_answered(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_m4_refused() - The mode was refused. */
void rtsp_on_m4_refused(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_m5_answered() - M5 SETUP was accepted: M6 is next. */
void rtsp_on_m5_answered(struct rtsp_machine *m, const GstRTSPMessage *message);

#endif
