/* SPDX-License-Identifier: MIT */
/*
 * The properties of wfdmux: two methods of its class, and their installation.
 */
#ifndef MUXPROPERTIES_H
#define MUXPROPERTIES_H

#include <glib-object.h>

void wfd_mux_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec);

void wfd_mux_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec);

void mux_install_properties(GObjectClass *object);

#endif
