/* SPDX-License-Identifier: MIT */
/*
 * What a source sends: its requests M1, M3 to M5, M12 and M16, and its answers, each as
 * a message without CSeq.
 */
#ifndef CAST_ASKS_H
#define CAST_ASKS_H

#include <gst/rtsp/rtsp.h>
#include <stdbool.h>
#include <stdint.h>

#include "wfd/params.h"

/** ASKS_FEATURE - What makes RTSP that of Wi-Fi Display. */
#define ASKS_FEATURE	"org.wfa.wfd1.0"
/** ASKS_URL - What a request of a source is about. */
#define ASKS_URL	"rtsp://localhost/wfd1.0"

/**
 * asks_options() - M1.
 *
 * Return: a message for gst_rtsp_message_free(), as all of these.
 */
GstRTSPMessage *asks_options(void);

/**
 * asks_capabilities() - M3.
 * @names: mask of MC_WFD_BIT()
 *
 * Return: a message.
 */
GstRTSPMessage *asks_capabilities(uint64_t names);

/**
 * asks_parameters() - M4, M5 and M12: a body of parameters.
 * @params: what it says
 *
 * Return: a message, or NULL: a value has no written form.
 */
GstRTSPMessage *asks_parameters(const struct mc_wfd_params *params);

/**
 * asks_trigger() - M5.
 * @trigger: what the sink is to send
 *
 * Return: a message.
 */
GstRTSPMessage *asks_trigger(enum mc_wfd_trigger trigger);

/**
 * asks_standby() - M12.
 *
 * Return: a message.
 */
GstRTSPMessage *asks_standby(void);

/**
 * asks_alive() - M16.
 * @session: identifier
 *
 * Return: a message.
 */
GstRTSPMessage *asks_alive(const char *session);

/**
 * asks_answer() - An answer as Android's sources write it.
 * @code: status
 * @cseq: of the request, or NULL: it had none
 *
 * Return: a message.
 */
GstRTSPMessage *asks_answer(GstRTSPStatusCode code, const char *cseq);

/**
 * asks_describe() - The answer to a player's DESCRIBE: MPEG-TS, payload type 33.
 * @cseq: of the request
 * @uri: what it is about
 *
 * Return: a message.
 */
GstRTSPMessage *asks_describe(const char *cseq, const char *uri);

#endif
