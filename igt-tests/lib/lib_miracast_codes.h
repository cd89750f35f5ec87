/* SPDX-License-Identifier: MIT */
/*
 * The IO_CONTROL codes, and how each is called.
 */
#ifndef LIB_MIRACAST_CODES_H
#define LIB_MIRACAST_CODES_H

#include "lib_miracast_ctx.h"

#define MC_CREATED	(1u << DRM_MIRACAST_STATE_CREATED)
#define MC_STARTED	(1u << DRM_MIRACAST_STATE_STARTED)
#define MC_MONITOR	(1u << DRM_MIRACAST_STATE_MONITOR)
#define MC_STATES	3

struct mc_code {
	const char *name;
	uint32_t code;
	uint32_t in_size;
	uint32_t out_size;
	/* Offsets of members that must be zero, as u32; ends with 0xffff. */
	uint16_t zero[4];
	unsigned int states;
	/* The result of a well-formed call with made-up numbers in that state. */
	int answer;
};

extern const struct mc_code mc_codes[];
extern const unsigned int mc_code_count;
extern const char *const mc_state_names[MC_STATES];

#define MC_INPUT_MAX 256

/* Fills in well-formed input; its numbers name nothing that exists. */
void mc_code_input(const struct mc_code *code, void *input);
/* The result of a well-formed call of the code in @state. */
int mc_code_answer(const struct mc_code *code, unsigned int state);
/* Creates a context and brings it into @state. */
struct mc_ctx *mc_ctx_in_state(int card, unsigned int state);
/* The same, with the flag that @code needs. */
struct mc_ctx *mc_ctx_for_code(int card, const struct mc_code *code,
			       unsigned int state);
unsigned int mc_state(struct mc_ctx *ctx);

#endif /* LIB_MIRACAST_CODES_H */
