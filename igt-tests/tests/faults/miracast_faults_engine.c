// SPDX-License-Identifier: MIT
/*
 * /proc/thread-self/fail-nth: the Nth thing that can fail in this task from now
 * on does. Allocations and copies share the counter; which of them count is set
 * in debugfs:
 *
 * - Objects and pages that may be waited for (GFP_KERNEL) are exempt at first
 *   (ignore-gfp-wait), so are pages of high memory and single pages (min-order).
 * - __GFP_NOWARN does not keep an allocation from failing, __GFP_NOFAIL does.
 * - Neither make-it-fail nor probability matter as long as fail-nth counts. With
 *   both, everything fails that follows the Nth: a shortage, in which kvmalloc()
 *   finds nothing either.
 * - The filter by stack trace comes before the counter: one that no trace passes disables a
 * kind of fault. Filtered out are also what kmemleak
 *   allocates and the pages that the object allocator refills itself with: they
 *   come at random, so with them N would not mean the same from call to call,
 *   and some allocations would never have their turn.
 * - The counter reads 0 after the fault. Where an allocation can do without, as
 *   kvmalloc() can, the call succeeds in spite of a single fault.
 */
#include <fcntl.h>

#include "miracast_faults.h"

#define DEBUGFS "/sys/kernel/debug"
#define MOST 100000

static void set(const char *file, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUGFS "/%s", file);
	mc_expect_f(mc_write_file_errno(path, value), 0, "%s > %s", value,
		    path);
}

/* Where a function of the kernel begins and the next one does; 0: unknown. */
static void find_function(const char *name, unsigned long long *start,
			  unsigned long long *end)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long long address;
	char symbol[256];

	*start = 0;
	*end = 0;
	igt_assert(file);
	while (fscanf(file, "%llx %*c %255s%*[^\n]", &address, symbol) == 2) {
		if (!*start && !strcmp(symbol, name)) {
			*start = address;
		} else if (*start && address > *start) {
			*end = address;
			break;
		}
	}
	fclose(file);
}

/* The only function of the kernel that allocations fail in; NULL: all. */
static const char *within;

/* Enables a kind of fault, except below one function. */
static void enable(const char *attribute, bool on, const char *but_not)
{
	static const char *const files[] = {
		"require-start", "require-end", "reject-start", "reject-end",
		"stacktrace-depth", "verbose",
	};
	unsigned long long values[ARRAY_SIZE(files)] = { 0, on ? ~0ull : 0 };
	char path[128], value[32];
	unsigned int i;

	values[4] = 32;
	if (on && within)
		find_function(within, &values[0], &values[1]);
	if (but_not)
		find_function(but_not, &values[2], &values[3]);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", attribute, files[i]);
		snprintf(value, sizeof(value), i < 4 ? "0x%llx" : "%llu",
			 values[i]);
		set(path, value);
	}
}

void mc_faults_require(void)
{
	igt_require_f(!access("/proc/thread-self/fail-nth", W_OK) &&
		      !access(DEBUGFS "/failslab/require-end", W_OK) &&
		      !access(DEBUGFS "/fail_page_alloc/require-end", W_OK) &&
		      !access(DEBUGFS "/fail_usercopy/require-end", W_OK),
		      "this kernel has no fault injection\n");
}

void mc_faults_require_warning(void)
{
	mc_faults_require();
	igt_require_f(getenv("MIRACAST_WARNINGS"),
		      "dma_buf_vmap() warns of it: needs MIRACAST_WARNINGS=1, and scripts/vm --allow 'WARNING: .* dma_buf_vmap'\n");
}

/* Lets allocations of a marked task fail after fail-nth has reached 0. */
static void enable_shortage(const char *attribute, bool on)
{
	static const char *const files[][2] = {
		{ "interval", "1" },
		{ "times", "-1" },
		{ "space", "0" },
		/* This stays set: without it, all tasks would get faults. */
		{ "task-filter", "Y" },
	};
	char path[128];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", attribute, files[i][0]);
		set(path, files[i][1]);
	}
	snprintf(path, sizeof(path), "%s/probability", attribute);
	set(path, on ? "100" : "0");
}

static void choose(enum mc_fault fault)
{
	bool memory = fault != MC_FAULT_COPY;

	set("failslab/ignore-gfp-wait", "N");
	set("fail_page_alloc/ignore-gfp-wait", "N");
	set("fail_page_alloc/ignore-gfp-highmem", "N");
	set("fail_page_alloc/min-order", "0");
	enable("failslab", memory, "__alloc_object");
	enable("fail_page_alloc", memory, "___slab_alloc");
	enable("fail_usercopy", fault == MC_FAULT_COPY, NULL);
	enable_shortage("failslab", fault == MC_FAULT_SHORTAGE);
	enable_shortage("fail_page_alloc", fault == MC_FAULT_SHORTAGE);
}

/* The counter */

struct counter {
	int nth;	/* /proc/thread-self/fail-nth */
	int mark;	/* /proc/thread-self/make-it-fail, -1: no shortage */
};

static int open_own(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/thread-self/%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	igt_assert_f(fd >= 0, "%s: %m\n", path);
	return fd;
}

static void arm(const struct counter *counter, unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	/* From the mark on everything fails, until the counter is set. */
	if (counter->mark >= 0)
		igt_assert_eq(pwrite(counter->mark, "1", 1, 0), 1);
	igt_assert_eq(pwrite(counter->nth, text, length, 0), length);
}

/* Returns whether the fault has happened. */
static bool disarm(const struct counter *counter)
{
	char text[16] = "";
	bool happened;

	/* Reading the counter also copies, and can fail itself. */
	happened = pread(counter->nth, text, sizeof(text) - 1, 0) > 0 &&
		   text[0] == '0';
	if (counter->mark >= 0)
		igt_assert_eq(pwrite(counter->mark, "0", 1, 0), 1);
	while (pwrite(counter->nth, "0", 1, 0) != 1)
		;
	return happened;
}

/* State that a failing call must not change. */
struct state {
	struct drm_miracast_query_caps caps;
	struct drm_miracast_statistics stats;
	bool connected;
	int fds;
};

static void take_state(const struct mc_victim *victim, struct state *state)
{
	memset(state, 0, sizeof(*state));
	state->caps = mc_caps(victim->card);
	state->fds = mc_count_fds();
	if (!victim->ctx)
		return;
	state->stats = mc_statistics(victim->ctx);
	state->connected = mc_connected(victim->card, victim->ctx->connector);
}

/* A monitor that replaces another is first away for a while. */
static void wait_for_connector(const struct mc_victim *victim)
{
	if (victim->ctx)
		mc_wait_connected(victim->card, victim->ctx->connector,
				  mc_state(victim->ctx) ==
				  DRM_MIRACAST_STATE_MONITOR);
}

static void check_state(const struct mc_victim *victim,
			const struct state *before, unsigned int nth)
{
	struct state now;

	take_state(victim, &now);
	igt_assert_f(!memcmp(&before->caps, &now.caps, sizeof(now.caps)),
		     "%s: fault %u has changed the budget\n", victim->name,
		     nth);
	igt_assert_f(now.fds == before->fds,
		     "%s: fault %u: %d descriptors more\n", victim->name, nth,
		     now.fds - before->fds);
	igt_assert_f(!memcmp(&before->stats, &now.stats, sizeof(now.stats)),
		     "%s: fault %u has changed state or counters\n",
		     victim->name, nth);
	igt_assert_f(now.connected == before->connected,
		     "%s: fault %u has changed the connector\n", victim->name,
		     nth);
}

unsigned int mc_faults_drive(const struct mc_victim *victim, enum mc_fault fault)
{
	static const char *const what[] = {
		[MC_FAULT_MEMORY] = "allocations",
		[MC_FAULT_COPY] = "copies",
		[MC_FAULT_SHORTAGE] = "allocations in a shortage",
	};
	int want = fault == MC_FAULT_COPY ? -EFAULT : -ENOMEM;
	struct counter counter = { .mark = -1 };
	unsigned int nth, failed = 0;
	bool happened = true;

	choose(fault);
	counter.nth = open_own("fail-nth");
	if (fault == MC_FAULT_SHORTAGE)
		counter.mark = open_own("make-it-fail");
	for (nth = 1; happened && nth < MOST; nth++) {
		struct state before;
		int ret;

		if (victim->prepare)
			victim->prepare(victim->data);
		wait_for_connector(victim);
		take_state(victim, &before);
		arm(&counter, nth);
		ret = victim->call(victim->data);
		happened = disarm(&counter);
		if (!ret) {
			if (victim->undo)
				victim->undo(victim->data);
			continue;
		}
		igt_assert_f(happened, "%s: %s without a fault\n",
			     victim->name, mc_strerror(ret));
		if (fault == MC_FAULT_COPY || ret != victim->also)
			mc_expect_f(ret, want, "%s, fault %u", victim->name,
				    nth);
		check_state(victim, &before, nth);
		failed++;
	}
	if (counter.mark >= 0)
		close(counter.mark);
	close(counter.nth);
	igt_assert_lt(nth, MOST);
	igt_info("%s: %u %s, the call failed with %u of them\n", victim->name,
		 nth - 2, what[fault], failed);
	igt_assert_f(failed >= victim->at_least[fault],
		     "%s: %u %s made the call fail, and at least %u should\n",
		     victim->name, failed, what[fault],
		     victim->at_least[fault]);
	return nth - 2;
}

int mc_faults_once(const char *function, unsigned int nth,
		   int (*call)(void *data), void *data, bool *happened)
{
	struct counter counter = { .mark = -1 };
	unsigned long long start, end;
	int ret;

	find_function(function, &start, &end);
	igt_require_f(start, "this kernel has no function %s\n", function);
	within = function;
	choose(MC_FAULT_MEMORY);
	within = NULL;
	counter.nth = open_own("fail-nth");
	arm(&counter, nth);
	ret = call(data);
	*happened = disarm(&counter);
	close(counter.nth);
	return ret;
}

void mc_faults_drive_all(const struct mc_victim *victim)
{
	mc_faults_drive(victim, MC_FAULT_MEMORY);
	mc_faults_drive(victim, MC_FAULT_COPY);
}
