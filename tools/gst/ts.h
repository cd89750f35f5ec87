/* SPDX-License-Identifier: MIT */
/*
 * Packets of an MPEG-2 transport stream (ISO/IEC 13818-1): their headers, the clock
 * reference, and packetized elementary streams cut into them. Bytes only: no memory is
 * allocated, nothing is kept but a stream's continuity counter.
 */
#ifndef TS_H
#define TS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TS_PACKET_BYTES 188

/* What Wi-Fi Display sources use since Android's; some sinks look for nothing else. */
#define TS_PID_PAT	0x0000
#define TS_PID_PMT	0x0100
#define TS_PID_PCR	0x1000
#define TS_PID_VIDEO	0x1011
#define TS_PID_AUDIO	0x1100

#define TS_STREAM_ID_VIDEO	0xe0
#define TS_STREAM_ID_AAC	0xc0
#define TS_STREAM_ID_PRIVATE_1	0xbd

/* Packets with payload of one PID count from 0 to 15, again and again. */
struct ts_stream {
	uint16_t pid;
	uint8_t continuity;
};

#define TS_NO_DTS UINT64_MAX

struct ts_pes_times {
	uint64_t pts_90khz;
	uint64_t dts_90khz;	/* TS_NO_DTS: the same as the PTS */
};

/*
 * One packetized elementary stream packet on its way out: a head that is made here,
 * then the caller's bytes, which have to stay until the last packet.
 */
struct ts_pes {
	uint8_t head[48];
	size_t head_bytes;
	const uint8_t *body;
	size_t body_bytes;
	size_t done_bytes;
	bool key;		/* decoding can begin here */
};

/*
 * stuffing_bytes stand in the header, before the payload. prefix, of at most 16 bytes,
 * comes between header and body.
 */
void ts_pes_begin(struct ts_pes *pes, uint8_t stream_id, const struct ts_pes_times *times,
		  size_t stuffing_bytes, const uint8_t *prefix, size_t prefix_bytes,
		  const uint8_t *body, size_t body_bytes);

static inline bool ts_pes_done(const struct ts_pes *pes)
{
	return pes->done_bytes == pes->head_bytes + pes->body_bytes;
}

/* Writes the next packet. False: there is none left, and nothing was written. */
bool ts_pes_next(struct ts_pes *pes, struct ts_stream *stream, uint8_t packet[TS_PACKET_BYTES]);

/*
 * A packet that has a clock reference and nothing else. new_base: the clock does not go on from
 * the reference before.
 */
void ts_write_pcr(const struct ts_stream *stream, uint64_t pcr_27mhz, bool new_base,
		  uint8_t packet[TS_PACKET_BYTES]);

/* A section of at most 183 bytes. */
void ts_write_section(struct ts_stream *stream, const uint8_t *section, size_t bytes,
		      uint8_t packet[TS_PACKET_BYTES]);

#endif
