// SPDX-License-Identifier: GPL-2.0
/*
 * XRGB8888 to NV12: the choice of the implementation.
 */
#include "miracast_nv12.h"

/* Below this width, preparing the vector registers costs more than it saves. */
#define AVX2_MIN_WIDTH	64

/**
 * miracast_nv12_convert - Convert pairs of lines
 * @pairs: the pairs
 * @width: number of columns
 *
 * In a task, and not between kernel_fpu_begin() and kernel_fpu_end(). Without
 * preemption for all of it, so not more than some thousand pixels at a time.
 */
void miracast_nv12_convert(const struct miracast_nv12_pairs *pairs,
			   unsigned int width)
{
	struct miracast_nv12_lines lines = pairs->first;
	unsigned int i;

	if (width >= AVX2_MIN_WIDTH && miracast_nv12_has_avx2()) {
		miracast_nv12_convert_avx2(pairs, width);
		return;
	}

	for (i = 0; i < pairs->count; i++) {
		miracast_nv12_convert_scalar(&lines, 0, width);
		miracast_nv12_next(&lines, pairs);
	}
}
