// SPDX-License-Identifier: MIT
/*
 * The device: its parameters, its card, and how much of it is in use.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib_miracast_card.h"

#define DEVICES "/sys/bus/platform/devices"

long mc_parameter(const char *name)
{
	char path[256], text[64];

	snprintf(path, sizeof(path), "/sys/module/miracast/parameters/%s",
		 name);
	if (!mc_read_file(path, text, sizeof(text)))
		return -1;
	if (text[0] == 'Y' || text[0] == 'N')
		return text[0] == 'Y';
	return atol(text);
}

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

static bool is_driver(int fd, const char *driver)
{
	drmVersionPtr version = drmGetVersion(fd);
	bool is = version && !strcmp(version->name, driver);

	drmFreeVersion(version);
	return is;
}

int mc_card_open_errno(const char *driver)
{
	char path[32];
	int i, fd;

	for (i = 0; i < 64; i++) {
		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (is_driver(fd, driver))
			return mc_keep(fd);
		close(fd);
	}
	return -ENODEV;
}

int mc_card_open(void)
{
	int fd = mc_card_open_errno("miracast");

	igt_assert_f(fd >= 0, "no miracast device\n");
	if (drmIsMaster(fd))
		drmSetMaster(fd);
	return fd;
}

int mc_card_minor(int card)
{
	struct stat st;

	igt_assert_eq(fstat(card, &st), 0);
	return minor(st.st_rdev);
}

int mc_caps_errno(int card, struct drm_miracast_query_caps *caps)
{
	memset(caps, 0, sizeof(*caps));
	return mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_QUERY_CAPS, caps);
}

struct drm_miracast_query_caps mc_caps(int card)
{
	struct drm_miracast_query_caps caps;

	mc_expect(mc_caps_errno(card, &caps), 0);
	return caps;
}

bool mc_has_code(int card, uint32_t code)
{
	return mc_caps(card).io_control_codes >> code & 1;
}

bool mc_at_rest(int card)
{
	struct drm_miracast_query_caps caps = mc_caps(card);

	return caps.targets_free == caps.targets_total &&
	       caps.encoder_slots_free == caps.encoder_slots_total &&
	       caps.macroblock_rate_free == caps.macroblock_rate_total &&
	       caps.picture_memory_free == caps.picture_memory_total;
}

void mc_wait_at_rest(int card)
{
	uint64_t end = mc_now_ns() + MC_REST_MS * 1000000ull;
	struct drm_miracast_query_caps caps;

	while (!mc_at_rest(card) && mc_now_ns() < end)
		usleep(10000);
	caps = mc_caps(card);
	igt_assert_f(mc_at_rest(card),
		     "in use: %u targets, %u slots, %llu MB/s, %llu bytes\n",
		     caps.targets_total - caps.targets_free,
		     caps.encoder_slots_total - caps.encoder_slots_free,
		     (unsigned long long)(caps.macroblock_rate_total -
					  caps.macroblock_rate_free),
		     (unsigned long long)(caps.picture_memory_total -
					  caps.picture_memory_free));
}
