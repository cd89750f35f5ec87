/* SPDX-License-Identifier: MIT */
/*
 * What a context reserves of its device for as long as it lives, to be compared with
 * the budget in QUERY_CAPS: picture memory, and macroblocks in a second. It also takes a
 * target and an encoder slot.
 */
#ifndef MC_BUDGET_H
#define MC_BUDGET_H

#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

/**
 * mc_budget_memory_sized() - Picture memory of a context.
 * @want: the input members of CREATE_CONTEXT
 * @size: bytes at @want
 *
 * Return: bytes of all buffers of COPY, as the driver lays them out, in pages; 0 for
 * buffers that are not the driver's; UINT64_MAX for more than can be said.
 */
uint64_t mc_budget_memory_sized(const struct drm_miracast_create_context *want, size_t size);

/**
 * mc_budget_memory() - Picture memory of a context.
 * @want: the input members of CREATE_CONTEXT
 *
 * Return: as mc_budget_memory_sized().
 */
static inline uint64_t mc_budget_memory(const struct drm_miracast_create_context *want)
{
	return mc_budget_memory_sized(want, sizeof(*want));
}

/**
 * mc_budget_rate_sized() - Macroblocks in a second of a context.
 * @want: the input members of CREATE_CONTEXT
 * @size: bytes at @want
 *
 * Return: how many: those of the largest mode within its limits, which are never more
 * than MC_MODE_MACROBLOCK_RATE_MAX.
 */
uint64_t mc_budget_rate_sized(const struct drm_miracast_create_context *want, size_t size);

/**
 * mc_budget_rate() - Macroblocks in a second of a context.
 * @want: the input members of CREATE_CONTEXT
 *
 * Return: as mc_budget_rate_sized().
 */
static inline uint64_t mc_budget_rate(const struct drm_miracast_create_context *want)
{
	return mc_budget_rate_sized(want, sizeof(*want));
}

#endif
