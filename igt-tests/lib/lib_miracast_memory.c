// SPDX-License-Identifier: MIT
/*
 * Checks whether an operation that is repeated often leaks memory.
 */
#include "lib_miracast_debugfs.h"
#include "lib_miracast_dmabuf.h"
#include "lib_miracast_memory.h"

/* The figures that are checked, with the noise that is tolerated in each. */
static const struct {
	const char *name;
	long noise, noise_debug;	/* KiB, in a single sample */
	long per_cycle;			/* KiB */
	bool available;			/* less of it is worse */
} meminfo[MC_MEMINFO] = {
	/*
	 * With KASAN, freed memory stays in quarantine, hence the larger noise; kmemleak
	 * finds leaks there. Pages of all kinds, without the free pages on lists of each
	 * processor: after 15 cycles of unbind and bind, 6.1 had 27 MiB less in one run, 7
	 * MiB less in another, and 11 MiB more after 60. The kinds of memory that a cycle
	 * is most likely to leak have sharper limits below.
	 */
	{ "MemAvailable", 49152, 196608, 64, true },
	{ "SUnreclaim", 1024, 196608, 4, false },
	/* Pages of the driver's objects; also those of files in memory, such as logs. */
	{ "Shmem", 256, 256, 4, false },
	{ "VmallocUsed", 512, 512, 4, false },
};

static void sample(struct mc_memory *memory)
{
	char text[64];
	unsigned int i;

	sync();
	mc_write_file_errno("/proc/sys/vm/drop_caches", "3");
	usleep(100000);
	for (i = 0; i < MC_MEMINFO; i++)
		memory->kib[i] = mc_meminfo_kib(meminfo[i].name);
	memory->objects = 0;
	if (mc_read_debugfs("miracast_memory", text, sizeof(text)))
		igt_assert_eq(sscanf(text, "objects=%u", &memory->objects), 1);
	memory->dmabufs = access("/sys/kernel/debug/dma_buf/bufinfo", F_OK) ?
		0 : mc_dmabufs().objects;
}

/* By how much its use has grown. */
static long used(unsigned int i, const struct mc_memory *before,
		 const struct mc_memory *now)
{
	long more = now->kib[i] - before->kib[i];

	return meminfo[i].available ? -more : more;
}

/* Some memory is freed late: the best of several samples counts. */
void mc_memory_begin(struct mc_memory *memory)
{
	struct mc_memory now;
	unsigned int i, n;

	mc_settle();
	sample(memory);
	for (n = 0; n < 10; n++) {
		sample(&now);
		for (i = 0; i < MC_MEMINFO; i++)
			if (used(i, memory, &now) < 0)
				memory->kib[i] = now.kib[i];
		if (now.objects < memory->objects)
			memory->objects = now.objects;
		if (now.dmabufs < memory->dmabufs)
			memory->dmabufs = now.dmabufs;
	}
}

/* Names what has grown by too much, or returns NULL. */
static const char *grown(const struct mc_memory *before,
			 const struct mc_memory *now, unsigned int cycles)
{
	bool debug = !access("/sys/kernel/debug/kmemleak", F_OK);
	unsigned int i;

	for (i = 0; i < MC_MEMINFO; i++) {
		long most = (debug ? meminfo[i].noise_debug :
			     meminfo[i].noise) + cycles * meminfo[i].per_cycle;

		if (used(i, before, now) > most)
			return meminfo[i].name;
	}
	if (now->objects > before->objects)
		return "memory objects of the device";
	return now->dmabufs > before->dmabufs ? "dma-bufs" : NULL;
}

void mc_memory_end(const struct mc_memory *memory, unsigned int cycles,
		   const char *what)
{
	struct mc_memory now;
	const char *name;
	unsigned int i;
	int pauses = 4;

	mc_memory_begin(&now);
	/* Other programs need memory only for a while; leaked memory stays used. */
	while (grown(memory, &now, cycles) && pauses--) {
		sleep(2);
		mc_memory_begin(&now);
	}
	igt_info("%s, %u times:", what, cycles);
	for (i = 0; i < MC_MEMINFO; i++)
		igt_info(" %s %ld -> %ld KiB,", meminfo[i].name, memory->kib[i],
			 now.kib[i]);
	igt_info(" objects %u -> %u, dma-bufs %u -> %u\n", memory->objects,
		 now.objects, memory->dmabufs, now.dmabufs);
	name = grown(memory, &now, cycles);
	igt_assert_f(!name, "%s: %s: too much is gone\n", what, name);
}
