/* SPDX-License-Identifier: MIT */
/*
 * What a monitor needs of this machine besides programs: the driver, the broker, and a user
 * to whom the broker gives one. Nothing is changed or started. Each call may wait for a bus,
 * but not for long.
 */
#ifndef CAST_ACCESS_H
#define CAST_ACCESS_H

#include <stdbool.h>

#include "policy/fault.h"

/**
 * access_driver() - Whether the driver can be opened.
 * @card: its card node, or NULL: any
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault access_driver(const char *card);

/**
 * access_needs_broker() - Whether this process has not itself the right to a context.
 *
 * Return: whether.
 */
bool access_needs_broker(void);

/**
 * access_broker() - Whether the broker runs, or the bus would start it.
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault access_broker(void);

/**
 * access_permission() - Whether there is polkit, which the broker asks, or a group instead.
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault access_permission(void);

/**
 * access_session() - Whether the user is at the seat, which is what the broker asks.
 *
 * Return: FAULT_NONE, or why not.
 */
enum fault access_session(void);

#endif
