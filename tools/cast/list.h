/* SPDX-License-Identifier: MIT */
/* The sinks that announce themselves. */
#ifndef CAST_LIST_H
#define CAST_LIST_H

#include "policy/fault.h"
#include "tell.h"

/**
 * list_sinks() - Print them.
 * @how: the way
 *
 * Return: FAULT_NONE, or FAULT_NO_DISCOVERY, which is printed as well.
 */
enum fault list_sinks(const struct tell *how);

#endif
