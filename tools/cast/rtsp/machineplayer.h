/* SPDX-License-Identifier: MIT */
/*
 * A player in the place of a sink: it asks, and is never asked.
 */
#ifndef CAST_MACHINEPLAYER_H
#define CAST_MACHINEPLAYER_H

#include "rtsp/machineinternal.h"

/**
 * rtsp_is_player() - Whether a first request is that of a player.
 * @message: the request
 *
 * Return: whether it is.
 */
bool rtsp_is_player(const GstRTSPMessage *message);

/**
 * rtsp_become_player() - Serve the peer as a player from here on.
 * @m: the machine
 */
void rtsp_become_player(struct rtsp_machine *m);

/**
 * rtsp_set_players_mode() - There is a mode: answer DESCRIBE, if it waits for one.
 * @m: the machine
 */
void rtsp_set_players_mode(struct rtsp_machine *m);

/** rtsp_on_player_options() - OPTIONS. */
void rtsp_on_player_options(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_player_describe() - DESCRIBE, answered once there is a mode. */
void rtsp_on_player_describe(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_describe_first() - DESCRIBE is the first request: the peer is a player. */
void rtsp_on_describe_first(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_player_setup() - SETUP. */
void rtsp_on_player_setup(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_player_play() - PLAY. */
void rtsp_on_player_play(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_player_pause() - PAUSE. */
void rtsp_on_player_pause(struct rtsp_machine *m, const GstRTSPMessage *message);

/** rtsp_on_player_silent() - The time of the state is over. */
void rtsp_on_player_silent(struct rtsp_machine *m, const GstRTSPMessage *message);

#endif
