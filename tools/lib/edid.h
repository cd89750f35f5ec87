/* SPDX-License-Identifier: MIT */
/*
 * The checks that MONITOR_ARRIVE makes on an EDID, made here as well so that a
 * person learns which one failed.
 */
#ifndef MC_EDID_H
#define MC_EDID_H

#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

/** MC_EDID_BLOCK - Bytes of an EDID block. */
#define MC_EDID_BLOCK		128
/** MC_EDID_MAX - Bytes of the largest EDID. */
#define MC_EDID_MAX		(256 * MC_EDID_BLOCK)
/** MC_EDID_TEXT - Room for the explanation of mc_edid_check(). */
#define MC_EDID_TEXT		160

/**
 * mc_edid_check() - Check an EDID.
 * @edid: the EDID
 * @size: bytes
 * @why: room for MC_EDID_TEXT; says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int mc_edid_check(const uint8_t *edid, size_t size, char *why);

#endif
