// SPDX-License-Identifier: MIT
/*
 * Descriptors and mappings of a subtest, which are remembered.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "lib_miracast_keep.h"

#define MAX_FDS		4096
#define MAX_MAPS	1024

static struct {
	bool known;
	bool before[MAX_FDS];
	bool fds[MAX_FDS];
	struct {
		void *address;
		size_t size;
	} maps[MAX_MAPS];
} remembered;

int mc_keep(int fd)
{
	if (fd >= 0 && fd < MAX_FDS)
		remembered.fds[fd] = true;
	return fd;
}

void mc_close(int fd)
{
	igt_assert(fd >= 0);
	if (fd < MAX_FDS)
		remembered.fds[fd] = false;
	close(fd);
}

int mc_count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	igt_assert(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

void *mc_map(int fd, size_t size, int prot, off_t offset)
{
	void *map = mmap(NULL, size, prot, MAP_SHARED, fd, offset);
	unsigned int i;

	igt_assert_f(map != MAP_FAILED, "mmap of %zu bytes: %m\n", size);
	for (i = 0; i < MAX_MAPS; i++) {
		if (!remembered.maps[i].address) {
			remembered.maps[i].address = map;
			remembered.maps[i].size = size;
			break;
		}
	}
	igt_assert(i < MAX_MAPS);
	return map;
}

void mc_unmap(void *map, size_t size)
{
	unsigned int i;

	for (i = 0; i < MAX_MAPS; i++)
		if (remembered.maps[i].address == map)
			remembered.maps[i].address = NULL;
	munmap(map, size);
}

void mc_keep_close(void)
{
	int fd;

	for (fd = 0; fd < MAX_FDS; fd++)
		if (remembered.fds[fd])
			mc_close(fd);
}

/* Closes what was not open when the first subtest began, known or lost. */
static void close_fds(void)
{
	int fd;

	for (fd = 0; fd < MAX_FDS; fd++) {
		bool open = fcntl(fd, F_GETFD) >= 0;

		if (!remembered.known)
			remembered.before[fd] = open;
		else if (open && !remembered.before[fd])
			close(fd);
		remembered.fds[fd] = false;
	}
	remembered.known = true;
}

void mc_keep_end(void)
{
	unsigned int i;

	for (i = 0; i < MAX_MAPS; i++)
		if (remembered.maps[i].address)
			mc_unmap(remembered.maps[i].address,
				 remembered.maps[i].size);
	close_fds();
}

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
