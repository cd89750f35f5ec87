/* SPDX-License-Identifier: MIT */
/*
 * libmiracast: owners of Miracast targets, and Wi-Fi Display.
 *
 * This is the one header that programs include. Each of those below is a group,
 * with a manual page in section 3, such as miracast_context(3).
 *
 * No function has threads, signals, global state or a loop of its own: to wait, a program
 * uses file descriptors and its own poll().
 */
#ifndef MIRACAST_H
#define MIRACAST_H

/* Of these headers; that of the library that a program was linked with is pkg-config's. */
#define MC_VERSION_MAJOR	1
#define MC_VERSION_MINOR	0

/* Of the system, outside of the linkage below. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "miracast_drm.h"

#include "budget.h"
#include "buffers.h"
#include "connector.h"
#include "context.h"
#include "device.h"
#include "edid.h"
#include "edid_make.h"
#include "edid_modes.h"
#include "edid_repair.h"
#include "events.h"
#include "mode.h"
#include "monitor.h"
#include "picture.h"
#include "probe.h"

#include "wfd/audio.h"
#include "wfd/choose.h"
#include "wfd/display.h"
#include "wfd/ie.h"
#include "wfd/mice.h"
#include "wfd/microsoft.h"
#include "wfd/modes.h"
#include "wfd/offer.h"
#include "wfd/params.h"
#include "wfd/protect.h"
#include "wfd/session.h"
#include "wfd/uibc.h"
#include "wfd/video.h"

#ifdef __cplusplus
}
#endif

#endif
