/* SPDX-License-Identifier: MIT */
/*
 * The parts of the library that most miracast tests need. Others must be included on their
 * own: exporters, other masters, NV12, clients with damage, trace points, fences.
 */
#ifndef LIB_MIRACAST_H
#define LIB_MIRACAST_H

#include "lib_miracast_blend.h"
#include "lib_miracast_buffer.h"
#include "lib_miracast_card.h"
#include "lib_miracast_codes.h"
#include "lib_miracast_ctx.h"
#include "lib_miracast_ddi.h"
#include "lib_miracast_debugfs.h"
#include "lib_miracast_edid.h"
#include "lib_miracast_events.h"
#include "lib_miracast_fb.h"
#include "lib_miracast_flips.h"
#include "lib_miracast_keep.h"
#include "lib_miracast_kms.h"
#include "lib_miracast_memory.h"
#include "lib_miracast_module.h"
#include "lib_miracast_picture.h"
#include "lib_miracast_process.h"
#include "lib_miracast_run.h"
#include "lib_miracast_scene.h"
#include "lib_miracast_sys.h"
#include "lib_miracast_trace.h"
#include "lib_miracast_uevents.h"

#endif /* LIB_MIRACAST_H */
