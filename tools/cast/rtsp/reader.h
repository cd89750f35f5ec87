/* SPDX-License-Identifier: MIT */
/*
 * Bytes of a connection to messages of RTSP. It does no I/O, and it is here because
 * GstRTSPConnection has no limit for lines, headers and a message as a whole. Messages
 * themselves are libgstrtsp's.
 */
#ifndef CAST_READER_H
#define CAST_READER_H

#include <gst/rtsp/rtsp.h>
#include <stdbool.h>
#include <stddef.h>

/** RTSP_HEAD_MAX - Most bytes of a message before its body. */
#define RTSP_HEAD_MAX	16384
/** RTSP_HEADERS_MAX - Most headers of a message. */
#define RTSP_HEADERS_MAX	64
/** RTSP_BODY_MAX - Most bytes of a body: 256 blocks of an EDID in text, and the rest. */
#define RTSP_BODY_MAX	(96 * 1024)

struct rtsp_reader;

/**
 * rtsp_reader_new() - Begin.
 *
 * Return: a reader without bytes.
 */
struct rtsp_reader *rtsp_reader_new(void);

/**
 * rtsp_reader_free() - The end of a reader.
 * @reader: the reader, or NULL
 */
void rtsp_reader_free(struct rtsp_reader *reader);

/**
 * rtsp_reader_append() - Bytes have come.
 * @reader: where to
 * @data: the bytes
 * @size: how many; call rtsp_reader_next() until it wants more before the next time, and
 *	the memory is bounded
 */
void rtsp_reader_append(struct rtsp_reader *reader, const void *data, size_t size);

/**
 * rtsp_reader_next() - The next message.
 * @reader: what has come
 * @message: set to a message for gst_rtsp_message_free()
 *
 * Return: 1, 0 more bytes are needed, -EBADMSG it is not RTSP, -EMSGSIZE it is too large.
 * After a failure nothing more can be read.
 */
int rtsp_reader_next(struct rtsp_reader *reader, GstRTSPMessage **message);

/**
 * rtsp_reader_begun() - Whether there is a part of a message.
 * @reader: what has come
 *
 * Return: whether there is.
 */
bool rtsp_reader_begun(const struct rtsp_reader *reader);

#endif
