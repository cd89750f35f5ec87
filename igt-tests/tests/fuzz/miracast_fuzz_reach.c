// SPDX-License-Identifier: MIT
/*
 * The fuzzer's guidance: a call counts as new exactly when it has reached code that no call
 * had reached before. If that were wrong, the fuzzer would be blind, and no other test
 * would notice.
 */
#include <sys/mman.h>

#include "miracast_fuzz.h"

#define REPEATS 20

struct reach {
	struct fuzz_board board;
	int card;
};

/* Whether a call for the capabilities is new: that it is right, or has a stride of 1. */
static bool is_new(struct reach *reach, bool wrong)
{
	struct drm_miracast_format format;
	struct drm_miracast_query_caps caps = {
		.formats = wrong ? (uintptr_t)&format : 0,
		.format_stride = wrong,
		.format_count = wrong,
	};

	fuzz_coverage_clear();
	mc_expect(mc_ioctl_errno(reach->card, DRM_IOCTL_MIRACAST_QUERY_CAPS, &caps),
		  wrong ? -EINVAL : 0);
	return fuzz_coverage_is_new(&reach->board);
}

/* Whether the module counts at all is for the parent to see. */
static void call_once(void *data)
{
	fuzz_coverage_begin();
	is_new(data, false);
}

static void call_in_turn(void *data)
{
	struct reach *reach = data;
	unsigned int i;
	uint64_t places;

	fuzz_coverage_begin();
	for (i = 0; i < REPEATS; i++)
		is_new(reach, false);
	places = reach->board.places;
	igt_assert(!is_new(reach, false));
	igt_assert_eq_u64(reach->board.places, places);
	/* The code that checks strides is not reached by calls without one. */
	igt_assert(is_new(reach, true));
	igt_assert_lt_u64(places, reach->board.places);
	igt_assert(!is_new(reach, true));
}

void fuzz_test_coverage(void)
{
	struct reach *reach;

	igt_require_f(fuzz_coverage_exists(), "the kernel has no KCOV\n");
	reach = mmap(NULL, sizeof(*reach), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	igt_assert(reach != MAP_FAILED);
	reach->card = mc_card_open();
	mc_join(mc_fork(call_once, reach));
	igt_require_f(reach->board.places, "the module is not built with KCOV_INSTRUMENT=y\n");
	mc_join(mc_fork(call_in_turn, reach));
	munmap(reach, sizeof(*reach));
}
