// SPDX-License-Identifier: MIT
/*
 * Uevents of the card, straight from the kernel.
 */
#include <dirent.h>
#include <poll.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "lib_miracast_debugfs.h"
#include "lib_miracast_uevents.h"

int mc_uevents_open(void)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = 1,
	};
	int size = 1 << 20;
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
			NETLINK_KOBJECT_UEVENT);

	igt_assert_fd(fd);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	igt_assert_eq(bind(fd, (void *)&address, sizeof(address)), 0);
	return mc_keep(fd);
}

static bool has_line(const char *event, size_t size, const char *line)
{
	size_t at;

	for (at = 0; at < size; at += strlen(event + at) + 1)
		if (!strcmp(event + at, line))
			return true;
	return false;
}

/* Waits for an event with each of the lines; NULL ends them. */
static bool wait_uevent(int uevents, const char *const *lines, int timeout_ms)
{
	uint64_t end = mc_now_ns() + timeout_ms * 1000000ull;
	char event[8192];
	uint64_t now;
	ssize_t got;
	int i;

	while ((now = mc_now_ns()) <= end) {
		if (!(mc_poll(uevents, POLLIN,
			      (int)((end - now) / 1000000) + 1) & POLLIN))
			break;
		got = recv(uevents, event, sizeof(event) - 1, MSG_DONTWAIT);
		if (got <= 0)
			continue;
		event[got] = 0;
		for (i = 0; lines[i] && has_line(event, got, lines[i]); i++)
			;
		if (!lines[i])
			return true;
	}
	return false;
}

/* Other cards have events as well; from sysfs, so that nothing is opened. */
static const char *card_line(void)
{
	static char line[300];
	char path[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/drm",
		 mc_device_name());
	dir = opendir(path);
	igt_assert_f(dir, "%s: %m\n", path);
	line[0] = 0;
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, "card", 4))
			snprintf(line, sizeof(line), "DEVNAME=dri/%s",
				 entry->d_name);
	closedir(dir);
	igt_assert_f(line[0], "no card in %s\n", path);
	return line;
}

/* A uevent that a slow kernel delays counts as well. */
static bool wait_settled(int uevents, const char *const *lines, int timeout_ms)
{
	return wait_uevent(uevents, lines, timeout_ms) ||
	       (timeout_ms >= MC_QUIET_MS && mc_settle() &&
		wait_uevent(uevents, lines, 1));
}

bool mc_hotplug(int uevents, int timeout_ms)
{
	const char *const lines[] = {
		"SUBSYSTEM=drm", card_line(), "HOTPLUG=1", NULL
	};

	return wait_settled(uevents, lines, timeout_ms);
}

bool mc_property_event(int uevents, uint32_t connector, uint32_t property,
		       int timeout_ms)
{
	char connector_line[32], property_line[32];
	const char *const lines[] = {
		"SUBSYSTEM=drm", card_line(), "HOTPLUG=1", connector_line,
		property_line, NULL
	};

	snprintf(connector_line, sizeof(connector_line), "CONNECTOR=%u",
		 connector);
	snprintf(property_line, sizeof(property_line), "PROPERTY=%u",
		 property);
	return wait_settled(uevents, lines, timeout_ms);
}

void mc_uevents_drain(int uevents)
{
	while (mc_hotplug(uevents, 200))
		;
}
