// SPDX-License-Identifier: MIT
/*
 * What the tests need of the system: descriptors over sockets, privileges,
 * awkward memory, uevents, small files.
 */
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <linux/netlink.h>

#include "lib_miracast.h"

#define NOBODY 65534

void mc_send_fd(int socket, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(int));
	igt_assert_eq(sendmsg(socket, &message, 0), 1);
}

int mc_receive_fd(int socket)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;
	int fd;

	igt_assert_eq(recvmsg(socket, &message, MSG_CMSG_CLOEXEC), 1);
	header = CMSG_FIRSTHDR(&message);
	igt_assert(header && header->cmsg_type == SCM_RIGHTS);
	memcpy(&fd, CMSG_DATA(header), sizeof(int));
	return mc_keep(fd);
}

void mc_become_nobody(void)
{
	igt_assert_eq(setgroups(0, NULL), 0);
	igt_assert_eq(setresgid(NOBODY, NOBODY, NOBODY), 0);
	igt_assert_eq(setresuid(NOBODY, NOBODY, NOBODY), 0);
}

void *mc_before_hole(size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t room = (size + page - 1) / page * page;
	char *map = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(map != MAP_FAILED);
	/* Kept, so that nothing else gets mapped there. */
	igt_assert_eq(mprotect(map + room, page, PROT_NONE), 0);
	return map + room - size;
}

void *mc_read_only(const void *bytes, size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE);
	void *map = mmap(NULL, page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(map != MAP_FAILED && size <= page);
	memcpy(map, bytes, size);
	igt_assert_eq(mprotect(map, page, PROT_READ), 0);
	return map;
}

/* Uevents, straight from the kernel */

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

/* One that is late by the work of a slow kernel counts as well. */
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

/* Files */

uint64_t mc_inode(int fd)
{
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	return st.st_ino;
}

bool mc_read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, text, size - 1);
	close(fd);
	if (got < 0)
		return false;
	text[got] = 0;
	return true;
}

int mc_write_file_errno(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

long mc_meminfo_kib(const char *name)
{
	char text[8192];
	const char *line;

	igt_assert(mc_read_file("/proc/meminfo", text, sizeof(text)));
	line = strstr(text, name);
	igt_assert_f(line && line[strlen(name)] == ':', "no %s\n", name);
	return atol(line + strlen(name) + 1);
}
