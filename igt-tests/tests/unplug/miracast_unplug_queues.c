// SPDX-License-Identifier: MIT
/*
 * Work queues of a module that is unloaded. The kernel has a list of all work queues, so
 * kmemleak takes one that is left behind for one that is used.
 */
#include <sys/stat.h>

#include "miracast_unplug.h"

/* Each queue has objects of this kind; see kernel/workqueue.c. */
#define CACHE "/sys/kernel/slab/pool_workqueue"
#define LOADS 8

/* Exact, because shrinking the cache leaves no object with a processor. */
static unsigned int count_objects(void)
{
	char text[64];

	mc_expect(mc_write_file_errno(CACHE "/shrink", "1"), 0);
	igt_assert(mc_read_file(CACHE "/objects", text, sizeof(text)));
	return strtoul(text, NULL, 10);
}

/* The last step of freeing them is made by the kernel's own work, after a while. */
static unsigned int wait_objects(unsigned int wanted)
{
	uint64_t end = mc_now_ns() + MC_REST_MS * 1000000ull;
	unsigned int count = count_objects();

	while (count > wanted && mc_now_ns() < end) {
		usleep(20000);
		count = count_objects();
	}
	return count;
}

static void test_queues(void)
{
	unsigned int before, after, i;
	struct stat cache;

	igt_require_f(!lstat(CACHE, &cache), "no debugging of SLUB\n");
	igt_require_f(S_ISDIR(cache.st_mode),
		      "the kernel keeps objects of other kinds in the same cache\n");
	mc_module_reload("targets=2");
	/* Of the module that was there before */
	usleep(200000);
	before = count_objects();
	for (i = 0; i < LOADS; i++)
		mc_module_reload("targets=2");
	after = wait_objects(before);
	igt_info("%u objects, %u before\n", after, before);
	igt_assert_lt(after, before + LOADS);
}

const struct mc_subtest mc_unplug_queues[] = {
	{ "queues", "Unloading leaves no work queue behind.", test_queues },
	{}
};
