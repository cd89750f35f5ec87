/* SPDX-License-Identifier: MIT */
/*
 * Answers of the source to requests of the sink.
 */
#ifndef CAST_MACHINEANSWERS_H
#define CAST_MACHINEANSWERS_H

#include "rtsp/machineinternal.h"

/**
 * rtsp_header() - A header of a message.
 * @message: the message
 * @field: which
 *
 * Return: its value, the message's, or NULL.
 */
const char *rtsp_header(const GstRTSPMessage *message, GstRTSPHeaderField field);

/**
 * rtsp_is_our_session() - Whether a request is one of this session, or of none.
 * @m: the machine
 * @message: the request
 *
 * Return: whether it is.
 */
bool rtsp_is_our_session(const struct rtsp_machine *m, const GstRTSPMessage *message);

/**
 * rtsp_send_answer() - Send an answer.
 * @m: the machine
 * @answer: the answer, which is freed
 */
void rtsp_send_answer(struct rtsp_machine *m, GstRTSPMessage *answer);

/**
 * rtsp_answer() - Answer with a status.
 * @m: the machine
 * @message: the request
 * @code: status
 */
void rtsp_answer(struct rtsp_machine *m, const GstRTSPMessage *message, GstRTSPStatusCode code);

/**
 * rtsp_answer_ok() - Accept a request of the session.
 * @m: the machine
 * @message: the request
 */
void rtsp_answer_ok(struct rtsp_machine *m, const GstRTSPMessage *message);

/**
 * rtsp_answer_play() - Accept PLAY.
 * @m: the machine
 * @message: the request
 */
void rtsp_answer_play(struct rtsp_machine *m, const GstRTSPMessage *message);

/**
 * rtsp_answer_options() - Answer OPTIONS.
 * @m: the machine
 * @message: the request
 * @public: methods of the source
 */
void rtsp_answer_options(struct rtsp_machine *m, const GstRTSPMessage *message,
			 const char *public);

#endif
