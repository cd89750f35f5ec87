/* SPDX-License-Identifier: MIT */
/*
 * The parts of the miracast_monitor test.
 */
#ifndef MIRACAST_MONITOR_H
#define MIRACAST_MONITOR_H

#include "lib_miracast.h"

/* A session on a context with room for @width x @height; no monitor yet. */
struct mc_ctx *mc_monitor_session(int card, uint32_t width, uint32_t height);
/* Whether the connector has the mode; @mhz 0: at any rate. */
bool mc_monitor_offers(int card, struct mc_ctx *ctx, uint32_t width,
		       uint32_t height, uint32_t mhz);
/* Whether the connector's EDID is this; @size 0: it has none. */
bool mc_monitor_has_edid(int card, struct mc_ctx *ctx, const uint8_t *edid,
			 size_t size);
int mc_monitor_count_modes(int card, struct mc_ctx *ctx);

/* Modes of which one is preferred, and two are too slow when they are divided. */
#define MC_SEVERAL_MODES 7
extern const struct drm_miracast_mode mc_several_modes[MC_SEVERAL_MODES];
/* A monitor with all of them, and with those of an EDID. */
int mc_monitor_arrive_both(struct mc_ctx *ctx, uint32_t divider);

extern const struct mc_subtest mc_monitor_again[];
extern const struct mc_subtest mc_monitor_edid[];
extern const struct mc_subtest mc_monitor_edid_input[];
extern const struct mc_subtest mc_monitor_list[];
extern const struct mc_subtest mc_monitor_list_input[];
extern const struct mc_subtest mc_monitor_modes[];
extern const struct mc_subtest mc_monitor_refuse[];
extern const struct mc_subtest mc_monitor_sink[];
extern const struct mc_subtest mc_monitor_type[];

#endif /* MIRACAST_MONITOR_H */
