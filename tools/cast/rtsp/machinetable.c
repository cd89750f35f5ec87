// SPDX-License-Identifier: MIT
/*
 * A row has a handler for each input that is allowed in its state. BEGINNING, ALWAYS,
 * SESSION and PLAYER are what rows have in common.
 */
#include "rtsp/machinetable.h"

#include "rtsp/machinebegin.h"
#include "rtsp/machineend.h"
#include "rtsp/machineplayer.h"
#include "rtsp/machinesession.h"
#include "rtsp/machinesetup.h"

/* What a sink may always send. */
#define BEGINNING		\
	[IN_GET_PARAMETER] = rtsp_on_get_parameter, [IN_SET_PARAMETER] = rtsp_on_set_parameter,	\
	[IN_TEARDOWN] = rtsp_on_teardown, [IN_OTHER] = rtsp_on_not_implemented
#define ALWAYS			\
	BEGINNING, [IN_OPTIONS] = rtsp_on_options
#define SESSION			\
	ALWAYS, [IN_PLAY] = rtsp_on_play, [IN_PAUSE] = rtsp_on_pause,				\
	[IN_ANSWER] = rtsp_on_session_answered, [IN_REFUSAL] = rtsp_on_session_refused,		\
	[IN_SILENCE] = rtsp_on_session_silent
#define PLAYER			\
	[IN_OPTIONS] = rtsp_on_player_options, [IN_DESCRIBE] = rtsp_on_player_describe,		\
	[IN_GET_PARAMETER] = rtsp_on_get_parameter, [IN_SET_PARAMETER] = rtsp_on_set_parameter,	\
	[IN_TEARDOWN] = rtsp_on_teardown, [IN_OTHER] = rtsp_on_not_implemented,			\
	[IN_SILENCE] = rtsp_on_player_silent

static const rtsp_handler table[STATES][INPUTS] = {
	[ST_OPENED] = {
		BEGINNING, [IN_OPTIONS] = rtsp_on_options_first,
		[IN_DESCRIBE] = rtsp_on_describe_first, [IN_SILENCE] = rtsp_on_begin,
	},
	[ST_M1] = {
		BEGINNING, [IN_OPTIONS] = rtsp_on_options_first,
		[IN_DESCRIBE] = rtsp_on_describe_first, [IN_ANSWER] = rtsp_on_m1_answered,
		[IN_REFUSAL] = rtsp_on_refused, [IN_SILENCE] = rtsp_on_silent,
	},
	[ST_M2] = { ALWAYS, [IN_SILENCE] = rtsp_on_silent },
	[ST_M3] = {
		ALWAYS, [IN_ANSWER] = rtsp_on_m3_answered, [IN_REFUSAL] = rtsp_on_m3_refused,
		[IN_SILENCE] = rtsp_on_silent,
	},
	[ST_MODE] = { ALWAYS, [IN_SILENCE] = rtsp_on_dark },
	[ST_M4] = {
		ALWAYS, [IN_ANSWER] = rtsp_on_m4_answered, [IN_REFUSAL] = rtsp_on_m4_refused,
		[IN_SILENCE] = rtsp_on_silent,
	},
	[ST_M5] = {
		ALWAYS, [IN_SETUP] = rtsp_on_setup, [IN_ANSWER] = rtsp_on_m5_answered,
		[IN_REFUSAL] = rtsp_on_refused, [IN_SILENCE] = rtsp_on_silent,
	},
	[ST_SETUP] = { ALWAYS, [IN_SETUP] = rtsp_on_setup, [IN_SILENCE] = rtsp_on_silent },
	[ST_READY] = { ALWAYS, [IN_PLAY] = rtsp_on_play, [IN_SILENCE] = rtsp_on_silent },
	[ST_PLAYING] = { SESSION },
	[ST_PAUSED] = { SESSION },
	[ST_STANDBY] = { SESSION },
	[ST_ENDING] = { ALWAYS, [IN_SILENCE] = rtsp_on_ended },
	[ST_DESCRIBE] = { PLAYER, [IN_SETUP] = rtsp_on_player_setup },
	[ST_PLAYER_READY] = {
		PLAYER, [IN_SETUP] = rtsp_on_player_setup, [IN_PLAY] = rtsp_on_player_play,
	},
	[ST_PLAYER_PLAYING] = {
		PLAYER, [IN_PLAY] = rtsp_on_player_play, [IN_PAUSE] = rtsp_on_player_pause,
	},
};

rtsp_handler rtsp_table_handler(enum state state, enum input input)
{
	return table[state][input];
}
