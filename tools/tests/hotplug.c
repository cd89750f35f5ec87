// SPDX-License-Identifier: MIT
/*
 * An owner whose monitor comes and goes at a rate, and ends with it gone.
 *
 * usage: hotplug CONNECTOR COUNT HZ MODE...
 *
 * Prints how often the monitor came, how long that took, and how many modes were
 * set meanwhile.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mode.h"
#include "owner.h"
#include "owner_options.h"

/* A monitor that comes and goes. */
struct plug {
	unsigned long left, modes;
	uint64_t half_ns, next_ns;
	bool there;
};

static uint32_t on_mode_set(struct owner *owner,
			    const struct drm_miracast_message_mode_set *mode)
{
	struct plug *plug = owner->data;

	(void)mode;
	plug->modes++;
	return DRM_MIRACAST_COMPLETION_SUCCESS;
}

static int change(struct owner *owner, struct plug *plug)
{
	if (plug->there)
		return mc_monitor_depart(&owner->context);
	return mc_monitor_arrive(&owner->context, &owner->options->monitor);
}

static int on_tick(struct owner *owner)
{
	struct plug *plug = owner->data;
	uint64_t now_ns = clock_ns();
	int ret;

	if (now_ns < plug->next_ns)
		return (int)((plug->next_ns - now_ns) / NS_PER_MS) + 1;
	ret = change(owner, plug);
	if (ret) {
		fprintf(stderr, "hotplug: %s\n", strerror(-ret));
		owner_stop(owner, EXIT_OTHER);
		return 0;
	}
	plug->there = !plug->there;
	plug->next_ns += plug->half_ns;
	if (!plug->there && !--plug->left)
		owner_stop(owner, EXIT_OK);
	return 0;
}

static enum exit_status run(const struct owner_options *options,
			    unsigned long count, unsigned long hz)
{
	static const struct owner_ops ops = {
		.mode_set = on_mode_set,
		.tick = on_tick,
	};
	struct plug plug = {
		.left = count, .half_ns = NS_PER_SECOND / hz / 2, .there = true,
	};
	struct owner owner = { .data = &plug };
	uint64_t begin_ns = clock_ns();
	enum exit_status status;

	plug.next_ns = begin_ns + plug.half_ns;
	owner_block_signals();
	status = owner_begin(&owner, options);
	if (status == EXIT_OK)
		status = owner_announce(&owner);
	if (status == EXIT_OK)
		status = owner_run(&owner, &ops);
	printf("%lu hotplugs in %" PRIu64 " ms, %lu modes set\n", count - plug.left,
	       (uint64_t)((clock_ns() - begin_ns) / NS_PER_MS), plug.modes);
	owner_end(&owner);
	owner_free(&owner);
	return status;
}

int main(int argc, char **argv)
{
	struct owner_options options;
	unsigned long count, hz;
	enum exit_status status;
	int i;

	if (argc < 5 || argc - 4 > MC_MONITOR_MODES)
		return 2;
	count = strtoul(argv[2], NULL, 10);
	hz = strtoul(argv[3], NULL, 10);
	owner_options_init(&options);
	options.connector = argv[1];
	for (i = 4; i < argc; i++)
		if (mc_mode_parse(argv[i], &options.monitor.modes[options.monitor.mode_count++]))
			return 2;
	if (!count || !hz)
		return 2;
	status = run(&options, count, hz);
	return (int)status;
}
