/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks of EDIDs.
 */
#ifndef _MIRACAST_EDID_H_
#define _MIRACAST_EDID_H_

#include <linux/types.h>

bool miracast_edid_valid(const u8 *edid, size_t size);

#endif
