/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the machine share: its states, what comes in, what it asks, and the
 * machine itself. Nobody else includes it.
 */
#ifndef CAST_MACHINEINTERNAL_H
#define CAST_MACHINEINTERNAL_H

#include "rtsp/machine.h"

#define MS		1000
#define SECOND		(1000 * MS)
/* Between an answer of the source and its next request. */
#define SPACE_MS	30
/* How long an answer is waited for. */
#define ASK_MS		5000
/* Between two IDR pictures. */
#define IDR_SPACE_MS	500
/* Between two starts of pictures; each may open the encoder anew. */
#define START_SPACE_MS	500
/* Between two reports about the sink's monitor. */
#define CONNECTOR_SPACE_MS	500

enum state {
	ST_OPENED,
	ST_M1,
	ST_M2,
	ST_M3,
	ST_MODE,	/* what to show is not known yet */
	ST_M4,
	ST_M5,
	ST_SETUP,
	ST_READY,
	ST_PLAYING,
	ST_PAUSED,
	ST_STANDBY,
	ST_ENDING,	/* M5 TEARDOWN */
	ST_DESCRIBE,	/* of a player, from here */
	ST_PLAYER_READY,
	ST_PLAYER_PLAYING,
	ST_OVER,
	STATES,
};

enum input {
	IN_OPTIONS,
	IN_DESCRIBE,
	IN_GET_PARAMETER,
	IN_SET_PARAMETER,
	IN_SETUP,
	IN_PLAY,
	IN_PAUSE,
	IN_TEARDOWN,
	IN_OTHER,
	IN_ANSWER,
	IN_REFUSAL,
	IN_SILENCE,
	INPUTS,
};

/* In the order in which they are sent. */
enum ask {
	ASK_M1,
	ASK_M3,
	ASK_M4,
	ASK_SETUP,
	ASK_PAUSE,
	ASK_PLAY,
	ASK_STANDBY,
	ASK_ALIVE,
	ASK_TEARDOWN,
	ASKS,
	ASK_NOTHING = ASKS,
};

#define WANT(ask)	(1U << (ask))

/* Those that every sink knows. */
#define NAMES_LEAST	(MC_WFD_BIT(VIDEO) | MC_WFD_BIT(AUDIO) | MC_WFD_BIT(PORTS))
#define NAMES_ALL	(NAMES_LEAST | MC_WFD_BIT(EDID) | MC_WFD_BIT(CONNECTOR) | \
			 MC_WFD_BIT(PROTECTION) | MC_WFD_BIT(STANDBY_RESUME) | \
			 MC_WFD_BIT(IDR_CAPABILITY) | MC_WFD_BIT(R2_VIDEO) | \
			 MC_WFD_BIT(R2_AUDIO) | MC_WFD_BIT(BITRATE) | MC_WFD_BIT(RTCP) | \
			 MC_WFD_BIT(FORMAT_CHANGE))

/* A session; see machine.h for what a caller may do with it. */
struct rtsp_machine {
	const struct rtsp_hooks *hooks;
	void *user;
	char *session;
	enum state state;
	int64_t now;
	int64_t deadline;	/* of the state */

	unsigned int wants;	/* mask of WANT() */
	enum ask asked;		/* without its answer */
	enum ask answered_ask;	/* while its answer is handled */
	int64_t ask_deadline;
	int64_t answered;	/* when the source has last answered */
	guint cseq;

	unsigned int keep_alive_s;
	int64_t alive_at;	/* when M16 is due */
	int64_t alive_sent;
	int64_t heard;		/* when the sink has last said anything */
	int64_t idr_at;		/* when an IDR picture is due that has to wait */
	int64_t idr_last;
	int64_t start_at;	/* when pictures start that have to wait */
	int64_t start_last;
	int64_t connector_at;	/* when a change of the sink's monitor is reported that waits */
	int64_t connector_last;

	bool knows_m2;
	bool any_session;
	bool playing;		/* RTSP_PLAY was the last of it and RTSP_PAUSE */
	bool powered;		/* the caller wants pictures */
	bool pause_due;		/* M5 PAUSE was sent, its M9 has not come */
	bool play_refused;	/* M5 PLAY was; M7 may come all the same */
	bool unconnected;	/* the sink has no monitor, as it has said last */
	bool unconnected_known;	/* as was reported last */
	uint64_t names;		/* of M3 */
	GBytes *capabilities;	/* its answer; an EDID points into it */
	bool has_mode;		/* of a player */
	char *described, *describe_cseq;	/* DESCRIBE that waits for a mode */
	char *agent;
	struct mc_wfd_params sink, scratch, m4;
};

/* What is done with a message, or, with NULL, after a time without one. */
typedef void (*rtsp_handler)(struct rtsp_machine *m, const GstRTSPMessage *message);

#endif
