/* SPDX-License-Identifier: MIT */
/*
 * M6: the way for RTP.
 */
#ifndef CAST_MACHINESETUP_H
#define CAST_MACHINESETUP_H

#include "rtsp/machineinternal.h"

/**
 * rtsp_set_up() - Open the way for RTP, and answer SETUP.
 * @m: the machine
 * @message: the request
 *
 * Return: whether there is a way for RTP.
 */
bool rtsp_set_up(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_setup() - SETUP of a sink. */
void rtsp_on_setup(struct rtsp_machine *m, const GstRTSPMessage *message);

#endif
