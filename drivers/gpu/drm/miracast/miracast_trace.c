// SPDX-License-Identifier: GPL-2.0
/*
 * The code of the trace points.
 */
#define CREATE_TRACE_POINTS
#include "miracast_trace.h"
