/* SPDX-License-Identifier: MIT */
/*
 * Who calls: the session by logind, and the permission by polkit.
 */
#ifndef MC_BROKER_SESSION_H
#define MC_BROKER_SESSION_H

#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

/** SESSION_BYTES - Room for a session's id. */
#define SESSION_BYTES 64

/** struct caller - The sender of a call. */
struct caller {
	uid_t uid;
	pid_t pid;
	uint64_t started;	/* when the process began: see process_started() */
	char session[SESSION_BYTES];
};

/** SEAT_BYTES - Room for a seat's name. */
#define SEAT_BYTES 256

/**
 * seat_of_card() - The seat that a card belongs to now
 * @card: its device number
 * @seat: room for SEAT_BYTES
 *
 * Return: 0, or -ERRORS_NO_SEAT: udev has not seen the card, so no seat has it.
 */
int seat_of_card(dev_t card, char *seat);

/**
 * session_active() - Ask logind about a session now.
 * @bus: the system bus
 * @session: its id
 * @uid: whose it must be
 * @card_seat: the seat that it must be on, or NULL: any
 *
 * Return: 1 when it is @uid's, local, on the seat and active, 0 when it is not,
 * -ENXIO when it is over, or -ERRORS_NO_LOGIND: logind does not answer.
 */
int session_active(sd_bus *bus, const char *session, uid_t uid, const char *card_seat);

/* These return >= 0, or -errno; @error may be set. */

/** caller_identify() - Ask the bus for the sender's user and process. */
int caller_identify(sd_bus_message *call, struct caller *caller);
/** caller_session() - Find the session of a sender by files: its user's own, or none. */
int caller_session(struct caller *caller, sd_bus_error *error);
/** caller_active() - Ask logind whether it is active. */
int caller_active(sd_bus_message *call, const struct caller *caller);
/** caller_ask() - Ask polkit about a sender. @on_answer gets the answer, unless @slot is gone. */
int caller_ask(sd_bus_message *call, sd_bus_slot **slot, sd_bus_message_handler_t on_answer,
	       void *data);
/** caller_allowed() - What it has said. */
int caller_allowed(sd_bus_message *answer, const struct caller *caller, sd_bus_error *error);

#endif
