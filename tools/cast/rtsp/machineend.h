/* SPDX-License-Identifier: MIT */
/*
 * How a session ends: by the sink, by silence, or by a refusal.
 */
#ifndef CAST_MACHINEEND_H
#define CAST_MACHINEEND_H

#include "rtsp/machineinternal.h"

/** rtsp_on_teardown() - M8. */
void rtsp_on_teardown(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_silent() - The time of the state is over. */
void rtsp_on_silent(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_dark() - No mode has come: the monitor was not switched on. */
void rtsp_on_dark(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_refused() - A request that cannot be done without was refused. */
void rtsp_on_refused(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_ended() - The sink does not answer M5 TEARDOWN, which is an end as well. */
void rtsp_on_ended(struct rtsp_machine *m, const GstRTSPMessage *message);

#endif
