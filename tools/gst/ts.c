// SPDX-License-Identifier: MIT
#include "ts.h"

#include <string.h>

#define SYNC_BYTE 0x47
#define UNIT_START 0x40 /* in the second byte of a packet */
#define HAS_ADAPTATION 0x20 /* in the fourth */
#define HAS_PAYLOAD 0x10
#define DISCONTINUITY 0x80 /* in the flags of the adaptation field */
#define RANDOM_ACCESS 0x40
#define HAS_PCR 0x10

#define HEADER_BYTES 4
#define ROOM_BYTES (TS_PACKET_BYTES - HEADER_BYTES)
#define PES_FIXED_BYTES 6 /* what the length does not count */

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void write_header(uint8_t *packet, uint16_t pid, bool start, uint8_t control,
			 uint8_t counter)
{
	packet[0] = SYNC_BYTE;
	packet[1] = (uint8_t)((start ? UNIT_START : 0) | (pid >> 8 & 0x1f));
	packet[2] = (uint8_t)pid;
	packet[3] = (uint8_t)(control | (counter & 0x0f));
}

static uint8_t next_counter(struct ts_stream *stream)
{
	uint8_t counter = stream->continuity;

	stream->continuity = (uint8_t)((counter + 1) & 0x0f);
	return counter;
}

/* 33 bits with a marker after the third, the 18th and the last. */
static void write_time(uint8_t *at, uint8_t prefix, uint64_t time)
{
	at[0] = (uint8_t)((unsigned int)prefix << 4 | (time >> 29 & 0x0e) | 1);
	at[1] = (uint8_t)(time >> 22);
	at[2] = (uint8_t)((time >> 14 & 0xfe) | 1);
	at[3] = (uint8_t)(time >> 7);
	at[4] = (uint8_t)((time << 1 & 0xfe) | 1);
}

void ts_pes_begin(struct ts_pes *pes, uint8_t stream_id, const struct ts_pes_times *times,
		  size_t stuffing_bytes, const uint8_t *prefix, size_t prefix_bytes,
		  const uint8_t *body, size_t body_bytes)
{
	bool both = times->dts_90khz != TS_NO_DTS && times->dts_90khz != times->pts_90khz;
	size_t optional = (both ? 10 : 5) + stuffing_bytes;
	size_t length = 3 + optional + prefix_bytes + body_bytes;
	uint8_t *head = pes->head;

	memset(pes, 0, sizeof(*pes));
	head[2] = 1;
	head[3] = stream_id;
	/*
	 * A demultiplexer hands a packet with a length on at its end, and one without when
	 * the next begins, which is a frame later. Only video may be without.
	 */
	if (length <= UINT16_MAX) {
		head[4] = (uint8_t)(length >> 8);
		head[5] = (uint8_t)length;
	}
	head[6] = 0x84; /* an access unit begins here */
	head[7] = both ? 0xc0 : 0x80;
	head[8] = (uint8_t)optional;
	write_time(head + 9, both ? 3 : 2, times->pts_90khz);
	if (both)
		write_time(head + 14, 1, times->dts_90khz);
	pes->head_bytes = PES_FIXED_BYTES + 3 + optional;
	memset(head + pes->head_bytes - stuffing_bytes, 0xff, stuffing_bytes);
	if (prefix_bytes) {
		memcpy(head + pes->head_bytes, prefix, prefix_bytes);
		pes->head_bytes += prefix_bytes;
	}
	pes->body = body;
	pes->body_bytes = body_bytes;
}

/* Copies what comes next, of the head and of the body. */
static void take(struct ts_pes *pes, uint8_t *to, size_t bytes)
{
	size_t of_head = 0;

	if (pes->done_bytes < pes->head_bytes) {
		of_head = smaller(bytes, pes->head_bytes - pes->done_bytes);
		memcpy(to, pes->head + pes->done_bytes, of_head);
		pes->done_bytes += of_head;
	}
	if (bytes > of_head) {
		memcpy(to + of_head, pes->body + (pes->done_bytes - pes->head_bytes),
		       bytes - of_head);
		pes->done_bytes += bytes - of_head;
	}
}

bool ts_pes_next(struct ts_pes *pes, struct ts_stream *stream, uint8_t packet[TS_PACKET_BYTES])
{
	size_t left = pes->head_bytes + pes->body_bytes - pes->done_bytes;
	bool start = !pes->done_bytes, flags = start && pes->key;
	size_t bytes = smaller(left, flags ? ROOM_BYTES - 2 : ROOM_BYTES);
	size_t adaptation = ROOM_BYTES - bytes;

	if (!left)
		return false;
	write_header(packet, stream->pid, start,
		     adaptation ? HAS_ADAPTATION | HAS_PAYLOAD : HAS_PAYLOAD, next_counter(stream));
	/* One byte is a length of zero; from two on there are flags, then stuffing. */
	if (adaptation)
		packet[HEADER_BYTES] = (uint8_t)(adaptation - 1);
	if (adaptation > 1) {
		packet[HEADER_BYTES + 1] = flags ? RANDOM_ACCESS : 0;
		memset(packet + HEADER_BYTES + 2, 0xff, adaptation - 2);
	}
	take(pes, packet + HEADER_BYTES + adaptation, bytes);
	return true;
}

void ts_write_pcr(const struct ts_stream *stream, uint64_t pcr_27mhz, bool new_base,
		  uint8_t packet[TS_PACKET_BYTES])
{
	uint64_t base = pcr_27mhz / 300;
	unsigned int extension = (unsigned int)(pcr_27mhz % 300);
	uint8_t *at = packet + HEADER_BYTES;

	memset(packet, 0xff, TS_PACKET_BYTES);
	/* Packets without payload are not counted: they have the number of the one before. */
	write_header(packet, stream->pid, false, HAS_ADAPTATION, (uint8_t)(stream->continuity - 1));
	at[0] = ROOM_BYTES - 1;
	at[1] = new_base ? DISCONTINUITY | HAS_PCR : HAS_PCR;
	at[2] = (uint8_t)(base >> 25);
	at[3] = (uint8_t)(base >> 17);
	at[4] = (uint8_t)(base >> 9);
	at[5] = (uint8_t)(base >> 1);
	at[6] = (uint8_t)((base << 7 & 0x80) | 0x7e | extension >> 8);
	at[7] = (uint8_t)extension;
}

void ts_write_section(struct ts_stream *stream, const uint8_t *section, size_t bytes,
		      uint8_t packet[TS_PACKET_BYTES])
{
	memset(packet, 0xff, TS_PACKET_BYTES);
	write_header(packet, stream->pid, true, HAS_PAYLOAD, next_counter(stream));
	packet[HEADER_BYTES] = 0; /* the section begins at once */
	memcpy(packet + HEADER_BYTES + 1, section, smaller(bytes, ROOM_BYTES - 1));
}
