/* SPDX-License-Identifier: MIT */
/*
 * The device: its parameters, its card, and how much of it is in use.
 */
#ifndef LIB_MIRACAST_CARD_H
#define LIB_MIRACAST_CARD_H

#if __has_include("drm-uapi/miracast_drm.h")
#include "drm-uapi/miracast_drm.h"
#else
#include "miracast_drm.h"
#endif

#include "lib_miracast_keep.h"

/* A parameter of the module, or -1 when it has none of that name. */
long mc_parameter(const char *name);
/* The name of the platform device. */
const char *mc_device_name(void);
/* Opens the card by its driver's name, -ENODEV when there is none. */
int mc_card_open_errno(const char *driver);
/* When there is no DRM master this becomes one, by asking for it, as a compositor does. */
int mc_card_open(void);
int mc_card_minor(int card);
int mc_caps_errno(int card, struct drm_miracast_query_caps *caps);
struct drm_miracast_query_caps mc_caps(int card);
bool mc_has_code(int card, uint32_t code);
bool mc_at_rest(int card);
void mc_wait_at_rest(int card);

#endif /* LIB_MIRACAST_CARD_H */
