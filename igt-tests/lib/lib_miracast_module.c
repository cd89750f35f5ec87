// SPDX-License-Identifier: MIT
/*
 * The module and its device: bound and unbound, loaded anew with other
 * parameters. Loading needs $MIRACAST_KO, the path of the module.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "lib_miracast_dmabuf.h"

#define PARAMETERS "/sys/module/miracast/parameters"
#define DRIVER "/sys/bus/platform/drivers/miracast"
#define DEVICES "/sys/bus/platform/devices"
#define DRI "/sys/kernel/debug/dri"

static char original[1024];
static bool changed;

static int unload_errno(void)
{
	uint64_t end = mc_now_ns() + MC_REST_MS * 1000000ull;
	int ret;

	/* Workers and udev let go a moment later. */
	do {
		ret = syscall(SYS_delete_module, "miracast", O_NONBLOCK) ?
			-errno : 0;
		if (ret == -EAGAIN || ret == -EBUSY)
			usleep(20000);
	} while ((ret == -EAGAIN || ret == -EBUSY) && mc_now_ns() < end);
	return ret == -ENOENT ? 0 : ret;
}

static int load_errno(const char *parameters)
{
	int fd = open(getenv("MIRACAST_KO"), O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return ret;
}

/* Remembers the parameters in the form that loading takes. */
static void save_parameters(void)
{
	DIR *dir = opendir(PARAMETERS);
	struct dirent *entry;
	size_t at = 0;

	igt_assert(dir);
	while ((entry = readdir(dir))) {
		char path[512], value[64];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), PARAMETERS "/%s", entry->d_name);
		if (!mc_read_file(path, value, sizeof(value)))
			continue;
		value[strcspn(value, "\n")] = 0;
		at += snprintf(original + at, sizeof(original) - at, "%s=%s ",
			       entry->d_name, value);
		igt_assert(at < sizeof(original));
	}
	closedir(dir);
}

int mc_module_reload_errno(const char *parameters)
{
	int ret;

	igt_require_f(getenv("MIRACAST_KO") &&
		      !access(getenv("MIRACAST_KO"), R_OK),
		      "MIRACAST_KO does not name the module\n");
	if (!changed)
		save_parameters();
	ret = unload_errno();
	igt_assert_f(!ret, "the module is in use: %s\n", mc_strerror(ret));
	changed = true;
	return load_errno(parameters);
}

void mc_module_reload(const char *parameters)
{
	mc_expect(mc_module_reload_errno(parameters), 0);
}

void mc_module_restore(void)
{
	if (!changed)
		return;
	mc_expect(unload_errno(), 0);
	mc_expect(load_errno(original), 0);
	changed = false;
}

int mc_module_unload_errno(void)
{
	int ret = syscall(SYS_delete_module, "miracast", O_NONBLOCK) ?
		-errno : 0;

	if (!ret)
		mc_expect(load_errno(original), 0);
	return ret;
}

bool mc_module_loaded(void)
{
	return !access(DRIVER, F_OK);
}

long mc_module_users(void)
{
	char text[32];

	/* A driver that is built in has no count. */
	return mc_read_file("/sys/module/miracast/refcnt", text,
			    sizeof(text)) ? atol(text) : 0;
}

void mc_module_wait_users(long users)
{
	uint64_t end = mc_now_ns() + MC_REST_MS * 1000000ull;

	while (mc_module_users() > users && mc_now_ns() < end)
		usleep(10000);
	igt_assert_f(mc_module_users() <= users,
		     "the module has %ld users more than before\n",
		     mc_module_users() - users);
}

/* Bound and unbound */

const char *mc_device_name(void)
{
	static char name[256];
	DIR *dir = opendir(DEVICES);
	struct dirent *entry;

	igt_assert(dir);
	name[0] = 0;
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, "miracast", 8))
			snprintf(name, sizeof(name), "%s", entry->d_name);
	closedir(dir);
	igt_assert_f(name[0], "no platform device miracast\n");
	return name;
}

bool mc_bound(void)
{
	char path[512];

	snprintf(path, sizeof(path), DRIVER "/%s", mc_device_name());
	return !access(path, F_OK);
}

void mc_unbind(void)
{
	mc_expect(mc_write_file_errno(DRIVER "/unbind", mc_device_name()), 0);
}

void mc_bind(void)
{
	uint64_t end = mc_now_ns() + MC_REST_MS * 1000000ull;
	int card;

	if (!mc_bound())
		mc_expect(mc_write_file_errno(DRIVER "/bind",
					      mc_device_name()), 0);
	/* The node of the card can be a moment late. */
	while ((card = mc_card_open_errno("miracast")) < 0 &&
	       mc_now_ns() < end)
		usleep(10000);
	igt_assert_fd(card);
	mc_close(card);
}

/* debugfs */

/* By name and not by the card's number: opening a card can change the master. */
bool mc_read_debugfs(const char *name, char *text, size_t size)
{
	DIR *dir = opendir(DRI);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		char path[512];

		snprintf(path, sizeof(path), DRI "/%s/%s", entry->d_name, name);
		found = mc_read_file(path, text, size);
	}
	if (dir)
		closedir(dir);
	return found;
}

void mc_crc_path(char *path, size_t size, int card, unsigned int crtc_index,
		 const char *file)
{
	int length = snprintf(path, size,
			      "/sys/kernel/debug/dri/%d/crtc-%u/crc/%s",
			      mc_card_minor(card), crtc_index, file);

	igt_assert(length > 0 && (size_t)length < size);
}

void mc_connector_path(char *path, size_t size, int card, uint32_t connector,
		       const char *file)
{
	drmModeConnector *info = mc_connector(card, connector);
	int length = snprintf(path, size,
			      "/sys/kernel/debug/dri/%d/Virtual-%u/%s",
			      mc_card_minor(card), info->connector_type_id,
			      file);

	drmModeFreeConnector(info);
	igt_assert(length > 0 && (size_t)length < size);
}

bool mc_settle(void)
{
	char text[32];

	/* Work that was done may have queued other work. */
	return mc_read_debugfs("miracast_settled", text, sizeof(text)) &&
	       mc_read_debugfs("miracast_settled", text, sizeof(text));
}

/* Memory */

/* What is counted, and what else changes it: so much may be gone in any case. */
static const struct {
	const char *name;
	long noise, noise_debug;	/* KiB, in a single sample */
	long per_cycle;			/* KiB */
	bool available;			/* less of it is worse */
} meminfo[MC_MEMINFO] = {
	/*
	 * KASAN keeps freed memory in quarantine; kmemleak watches there. Pages
	 * of all kinds, without the free ones that each processor keeps for
	 * itself: after 15 cycles of unbind and bind, 6.1 had 27 MiB less in one
	 * run and 7 MiB less in another, and 11 MiB more after 60. What a cycle
	 * is most likely to lose has a sharper limit below.
	 */
	{ "MemAvailable", 49152, 196608, 64, true },
	{ "SUnreclaim", 1024, 196608, 4, false },
	/* Pages of the driver's objects; and of files in memory, as logs are. */
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

/* How much more of it is used now. */
static long used(unsigned int i, const struct mc_memory *before,
		 const struct mc_memory *now)
{
	long more = now->kib[i] - before->kib[i];

	return meminfo[i].available ? -more : more;
}

/* Some memory comes back late: the best of several samples counts. */
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
	/* Others want memory as well, for a while; what has leaked is gone. */
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
