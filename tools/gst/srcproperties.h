/* SPDX-License-Identifier: MIT */
/*
 * The properties of miracastsrc: two methods of its class, and their installation.
 */
#ifndef SRCPROPERTIES_H
#define SRCPROPERTIES_H

#include <glib-object.h>

void miracast_src_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec);

void miracast_src_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec);

void src_install_properties(GObjectClass *object);

#endif
