/* SPDX-License-Identifier: MIT */
/*
 * The properties of wfdsink: two methods of its class, and their installation.
 */
#ifndef SINKPROPERTIES_H
#define SINKPROPERTIES_H

#include <glib-object.h>

void wfd_sink_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec);

void wfd_sink_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec);

void sink_install_properties(GObjectClass *object);

#endif
