/* SPDX-License-Identifier: MIT */
/*
 * The targets of the driver that nobody has a monitor at. Found out without any right,
 * without opening a card, and without asking a connector.
 */
#ifndef MIRACAST_TARGETS_H
#define MIRACAST_TARGETS_H

#include <glib.h>

#include "connector.h"

#define TARGETS_MAX 64

/** struct target - One of them. */
struct target {
	/** @card: Its card node. */
	char card[32];
	/** @connector: Its connector. */
	struct mc_connector connector;
};

/**
 * targets_read() - List them.
 * @list: room for TARGETS_MAX
 *
 * One that a context holds without a monitor is among them: the driver says how many are
 * held, and not which, and no event comes when one is free again.
 *
 * Return: how many there are, none without the driver; -1: that could not be found out.
 */
gint targets_read(struct target *list);

#endif
