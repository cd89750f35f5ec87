/* SPDX-License-Identifier: MIT */
/*
 * Modes of miracastsrc, and their answers.
 */
#ifndef SRCMODES_H
#define SRCMODES_H

#include "srcinternal.h"

/* The rate of the mode is known, or another. */
void src_note_period(MiracastSrc *src);

/* A mode is in force. */
void src_note_mode(MiracastSrc *src);

/* Answer a message of the driver. refusal: why not, or NULL. */
int src_complete(MiracastSrc *src, guint64 number, const gchar *refusal);

/* The driver asks for a mode. */
void src_serve_mode_set(MiracastSrc *src, const struct mc_event *event);

/* Take the application's answer, if there is one. */
void src_serve_answer(MiracastSrc *src);

/* Do what could not be done before. */
void src_serve_undone(MiracastSrc *src);

#endif
