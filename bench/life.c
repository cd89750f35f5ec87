// SPDX-License-Identifier: MIT
/*
 * What a context costs: the time to create and to destroy it, and its memory.
 *
 * usage: life CONTENDER WIDTHxHEIGHT ROUNDS	CONTENDER: direct, copy, nv12
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "context.h"
#include "device.h"
#include "report.h"
#include "scene.h"

#define COPY_BUFFERS	3
#define CONTEXTS	4

static struct drm_miracast_create_context wanted(const char *contender,
						 uint32_t width,
						 uint32_t height)
{
	struct drm_miracast_create_context create = {
		.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER,
		.delivery = DRM_MIRACAST_DELIVERY_COPY,
		.format = DRM_FORMAT_XRGB8888,
		.buffer_count = COPY_BUFFERS,
		.parts = 1,
		.max_width = width,
		.max_height = height,
		.max_refresh_mhz = 60100,
	};

	if (!strcmp(contender, "nv12"))
		create.format = DRM_FORMAT_NV12;
	if (!strcmp(contender, "direct")) {
		create.delivery = DRM_MIRACAST_DELIVERY_DIRECT;
		create.format = 0;
		create.buffer_count = 0;
		create.parts = 0;
	}
	return create;
}

static long free_kib(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	long value = 0, kib = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemFree: %ld", &value) == 1)
			kib = value;
	if (file)
		fclose(file);
	return kib;
}

static void times(const struct report *row, const struct clock *clock, int card,
		  const struct drm_miracast_create_context *create,
		  unsigned int rounds)
{
	struct mc_context context;
	uint64_t start;

	while (rounds--) {
		start = clock_tick();
		check(mc_context_create(card, create, &context), "context");
		report(row, "create_ns",
		       (double)clock_span(clock, clock_tick() - start));
		start = clock_tick();
		mc_context_close(&context);
		report(row, "destroy_ns",
		       (double)clock_span(clock, clock_tick() - start));
	}
}

static void memory(const struct report *row, int card,
		   const struct drm_miracast_create_context *create)
{
	struct mc_context contexts[CONTEXTS];
	struct drm_miracast_statistics statistics;
	long before = free_kib();
	int i, ret = 0;

	for (i = 0; i < CONTEXTS && !ret; i++)
		ret = mc_context_create(card, create, &contexts[i]);
	if (ret)
		i--;
	if (i) {
		report(row, "kernel_bytes", 1024.0 * (double)(before - free_kib()) / i);
		check(mc_statistics(&contexts[0], &statistics), "statistics");
		report(row, "reserved_bytes", (double)statistics.picture_memory);
	}
	while (i--)
		mc_context_close(&contexts[i]);
}

int main(int argc, char **argv)
{
	struct drm_miracast_create_context create;
	struct report row = { .part = "life", .damage = "-" };
	struct mc_context context;
	struct mc_device device;
	uint32_t width, height;
	struct clock clock;
	int ret;

	if (argc != 4 || scene_size(argv[2], &width, &height)) {
		fprintf(stderr, "usage: life CONTENDER SIZE ROUNDS\n");
		return 2;
	}
	row.contender = argv[1];
	row.size = argv[2];
	report_begin();
	clock_init(&clock);
	check(mc_device_open(NULL, &device), "device");
	create = wanted(argv[1], width, height);
	ret = mc_context_create(device.fd, &create, &context);
	if (ret == -EOPNOTSUPP) {
		report(&row, "not_offered", 1);
		return 0;
	}
	check(ret, "context");
	mc_context_close(&context);
	times(&row, &clock, device.fd, &create,
	      (unsigned int)strtoul(argv[3], NULL, 10));
	memory(&row, device.fd, &create);
	mc_device_close(&device);
	return 0;
}
