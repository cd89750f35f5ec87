/* SPDX-License-Identifier: MIT */
/*
 * What the miracast tests share, as far as most of them need it. The rest has headers of
 * its own beside this one: exporters and how they fail (dmabuf), fences (sync), other
 * masters, NV12, trace points.
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
