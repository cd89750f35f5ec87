/* SPDX-License-Identifier: MIT */
/*
 * Bad input, to all codes.
 */
#ifndef MIRACAST_CONTEXT_INPUT_H
#define MIRACAST_CONTEXT_INPUT_H

#include "miracast_context.h"

#define CONTEXT_OUT_MAX 1024

#define CONTEXT_BAD_ADDRESSES 5
extern void *const context_bad_addresses[CONTEXT_BAD_ADDRESSES];

typedef void (*context_check_fn)(struct mc_ctx *ctx, const struct mc_code *code);

/* Runs @check on each code, each time in a new context. */
void context_check_all_codes(context_check_fn check);
/* The refused call left the state alone, and a right one still works. */
void context_expect_untouched(struct mc_ctx *ctx, const struct mc_code *code);

#endif /* MIRACAST_CONTEXT_INPUT_H */
