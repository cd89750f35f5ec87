// SPDX-License-Identifier: MIT
/*
 * What the tests need of the system: time, waiting, small files, privileges and awkward
 * memory.
 */
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "lib_miracast_sys.h"

#define NOBODY 65534

const char *mc_strerror(int error)
{
	return strerror(error < 0 ? -error : error);
}

unsigned int mc_setting(const char *name, unsigned int fallback)
{
	const char *text = getenv(name);

	return text && atoi(text) > 0 ? (unsigned int)atoi(text) : fallback;
}

uint64_t mc_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

int mc_poll(int fd, short events, int timeout_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = events };
	int ret;

	do {
		ret = poll(&pollfd, 1, timeout_ms);
	} while (ret < 0 && errno == EINTR);
	igt_assert(ret >= 0);
	return pollfd.revents;
}

int mc_ioctl_errno(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

void mc_become_nobody(void)
{
	igt_assert_eq(setgroups(0, NULL), 0);
	igt_assert_eq(setresgid(NOBODY, NOBODY, NOBODY), 0);
	igt_assert_eq(setresuid(NOBODY, NOBODY, NOBODY), 0);
}

void mc_require_namespaces(void)
{
	igt_require_f(!access("/proc/self/ns/user", F_OK), "no user namespaces\n");
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
