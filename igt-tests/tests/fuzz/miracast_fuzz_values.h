/* SPDX-License-Identifier: MIT */
/*
 * One process that calls, and the values that it calls with.
 */
#ifndef MIRACAST_FUZZ_VALUES_H
#define MIRACAST_FUZZ_VALUES_H

#include "miracast_fuzz.h"

#define FUZZ_POOL 12		/* files of contexts, control files, dma-bufs */
#define FUZZ_NUMBERS 64		/* ids that the kernel has named */
#define FUZZ_CORPUS 256
#define FUZZ_MEMORY (64 << 10)

/* One call of IO_CONTROL, RELEASE_CHUNK, QUERY_CAPS or CREATE_CONTEXT. */
struct fuzz_call {
	unsigned long request;
	uint32_t code;		/* of IO_CONTROL */
	uint32_t in_size, out_size;
	uint8_t bytes[MC_INPUT_MAX];
};

struct fuzz {
	const struct fuzz_plan *plan;
	struct fuzz_board *board;
	uint32_t seed;
	int card, node;
	int first_file;		/* those from here on are of calls */
	int pool[FUZZ_POOL];
	uint64_t numbers[FUZZ_NUMBERS];
	unsigned int number_count;
	struct drm_miracast_release_chunk chunk;	/* the newest */
	uint64_t message;
	uint8_t *memory, *hole;
	const uint8_t *read_only;
	struct fuzz_call corpus[FUZZ_CORPUS];
	unsigned int corpus_count;
};

uint32_t fuzz_below(struct fuzz *f, uint32_t limit);
bool fuzz_one_in(struct fuzz *f, uint32_t n);
/* How many words to replace: most calls are nearly right. */
unsigned int fuzz_count(struct fuzz *f);
/* A number that the kernel has named, for later calls. */
void fuzz_remember(struct fuzz *f, uint64_t number);

/* Nearly always an existing one. */
int fuzz_file(struct fuzz *f);
void *fuzz_pointer(struct fuzz *f);
uint64_t fuzz_word(struct fuzz *f);
void fuzz_replace_words(struct fuzz *f, void *bytes, size_t size, unsigned int count);

/* Arguments that are right, if what they name exists. */
uint32_t fuzz_stride(struct fuzz *f, uint32_t size);
void fuzz_fill_create(struct fuzz *f, struct drm_miracast_create_context *arg);
void fuzz_fill_arrive(struct fuzz *f, struct drm_miracast_monitor_arrive *arg);
void fuzz_fill_call(struct fuzz *f, struct fuzz_call *call);

#endif /* MIRACAST_FUZZ_VALUES_H */
