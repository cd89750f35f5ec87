/* SPDX-License-Identifier: MIT */
/*
 * Calls to services on the system bus, by which --check examines this machine. Each waits
 * five seconds at most, and none starts a service.
 */
#ifndef CAST_BUS_H
#define CAST_BUS_H

#include <gio/gio.h>
#include <stdbool.h>

/**
 * bus_call() - Ask a service.
 * @name: its name
 * @path: of its object
 * @interface: likewise
 * @method: likewise
 * @arguments: floating, or NULL
 * @type: of the answer
 *
 * Return: what is answered, or NULL.
 */
GVariant *bus_call(const char *name, const char *path, const char *interface, const char *method,
		   GVariant *arguments, const char *type);

/**
 * bus_has_owner() - Whether a service runs.
 * @name: its name
 *
 * Return: whether it does.
 */
bool bus_has_owner(const char *name);

/**
 * bus_can_start() - Whether the bus would start a service.
 * @name: its name
 *
 * Return: whether it would.
 */
bool bus_can_start(const char *name);

#endif
