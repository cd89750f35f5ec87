// SPDX-License-Identifier: MIT
/*
 * The device, and logind's files, as the broker's test plays them. Each context is
 * one end of a socket pair and its control file the other, so a hang-up is one in
 * both directions, and an out-of-band byte is EPOLLPRI. What the device is like, and
 * what was pinned, are files in the directory BROKER_TEST, and so are the sessions:
 * "session" has the one that every process belongs to, "owner" the user whose manager
 * has started it, "display" every user's session, "seat" the seat of the card. Callers
 * are of the user "uid".
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-device.h>
#include <systemd/sd-login.h>
#include <unistd.h>
#include <xf86drm.h>

#include "context.h"
#include "device.h"

static FILE *file_of(const char *name, const char *how)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", getenv("BROKER_TEST"), name);
	return fopen(path, how);
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	unsigned long long value = otherwise;
	FILE *file = file_of(name, "r");

	if (!file)
		return otherwise;
	if (fscanf(file, "%llu", &value) != 1)
		value = otherwise;
	fclose(file);
	return value;
}

/* Replaced in one step: the test may be reading the file. */
static void put(const char *name, uint64_t value)
{
	const char *folder = getenv("BROKER_TEST");
	char from[256], to[256];
	FILE *file = file_of("written", "w");

	if (!file)
		return;
	fprintf(file, "%llu\n", (unsigned long long)value);
	fclose(file);
	snprintf(from, sizeof(from), "%s/written", folder);
	snprintf(to, sizeof(to), "%s/%s", folder, name);
	rename(from, to);
}

#define CONTEXTS 16

/* The control files' inodes: numbers of files come again. */
static struct {
	int fd;
	ino_t inode;
} controls[CONTEXTS];

static ino_t inode_of(int fd)
{
	struct stat file;

	return fstat(fd, &file) ? 0 : file.st_ino;
}

/* Those that neither DESTROY nor their holder has ended. */
static uint32_t count_contexts(void)
{
	uint32_t count = 0;

	for (int i = 0; i < CONTEXTS; i++) {
		struct pollfd control = { .fd = controls[i].fd };

		if (controls[i].inode && controls[i].inode == inode_of(control.fd) &&
		    poll(&control, 1, 0) >= 0 && !(control.revents & POLLHUP))
			count++;
		else
			controls[i].inode = 0;
	}
	return count;
}

static void add_context(int control)
{
	int i = 0;

	count_contexts();
	while (i < CONTEXTS - 1 && controls[i].inode)
		i++;
	controls[i].fd = control;
	controls[i].inode = inode_of(control);
}

/* It takes a file descriptor, as the real one does. */
int mc_device_open_node(const char *path, struct mc_device *device)
{
	(void)path;
	device->fd = dup(STDIN_FILENO);
	return device->fd < 0 ? -errno : -(int)number("open-error", 0);
}

void mc_device_close(struct mc_device *device)
{
	close(device->fd);
}

int mc_device_caps_sized(const struct mc_device *device, struct drm_miracast_query_caps *caps,
			 size_t size)
{
	const uint64_t total = 256 << 20;
	uint32_t count = count_contexts();

	(void)device;
	if (size != sizeof(*caps))
		return -E2BIG;
	*caps = (struct drm_miracast_query_caps){
		.targets_total = 4,
		.targets_free = 4 - count - (uint32_t)number("others", 0),
		.macroblock_rate_total = number("rate", 1958400),
		.picture_memory_total = total,
		.picture_memory_free = total - count * number("memory", 0) - number("kept", 0),
		.max_width = 4096, .max_height = 4096,
		.max_refresh_mhz = 240000, .min_buffers = 2, .max_buffers = 16, .max_parts = 16,
	};
	return -(int)number("caps-error", 0);
}

/* What was asked for last. */
static struct drm_miracast_create_context last = {
	.format = DRM_FORMAT_XRGB8888, .max_width = 1920, .max_height = 1080,
};

int mc_context_create_sized(int device, const struct drm_miracast_create_context *want,
			    size_t size, struct mc_context *context)
{
	int pair[2], failure = (int)number("create-error", 0);

	(void)device;
	if (failure)
		return -failure;
	if (size != sizeof(*want) || !(want->flags & DRM_MIRACAST_CONTEXT_FLAG_CONTROL) ||
	    want->delivery != DRM_MIRACAST_DELIVERY_COPY || !want->max_refresh_mhz)
		return -EINVAL;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	/* As the driver does: pinned to whoever is master at this moment. */
	put("pinned", number("create-master", number("master", 0)));
	add_context(pair[1]);
	last = *want;
	context->fd = pair[0];
	context->control_fd = pair[1];
	return 0;
}

int mc_query_context_sized(int control, struct drm_miracast_context_info *info, size_t size)
{
	char byte;
	int failure = (int)number("query-error", 0);

	recv(control, &byte, 1, MSG_OOB | MSG_DONTWAIT);
	put("queries", number("queries", 0) + 1);
	if (failure || size != sizeof(*info))
		return failure ? -failure : -E2BIG;
	*info = (struct drm_miracast_context_info){
		.connector_name = "Virtual-7", .current_master = number("master", 0),
		.pinned_master = number("pinned", 0), .picture_memory = number("memory", 0),
		.card_major = 226, .card_minor = 7, .connector_id = 77,
		.flags = last.flags, .format = last.format, .parts = last.parts,
		.buffer_count = last.buffer_count, .max_width = last.max_width,
		.max_height = last.max_height, .max_refresh_mhz = last.max_refresh_mhz,
		.max_macroblock_rate = last.max_macroblock_rate ? last.max_macroblock_rate : 489600,
	};
	return 0;
}

int mc_pin(const struct mc_context *context, uint64_t master)
{
	uint64_t stale = number("stale", 0);

	(void)context;
	if (stale) {
		put("stale", stale - 1);
		return -ESTALE;
	}
	if (master && master != number("master", 0))
		return -ESTALE;
	put("pinned", master);
	return 0;
}

/* DESTROY_CONTEXT, even if others have the files. */
int drmIoctl(int fd, unsigned long request, void *arg)
{
	(void)arg;
	if (request != DRM_IOCTL_MIRACAST_DESTROY_CONTEXT)
		return -1;
	/* Its dma-bufs that are open keep as much. */
	if (number("keeps", 0))
		put("kept", number("kept", 0) + number("keeps", 0));
	return shutdown(fd, SHUT_RDWR);
}

static int session_of(const char *name, char **session)
{
	FILE *file = file_of(name, "r");
	char id[32] = "";

	if (!file)
		return errno == ENOENT ? -ENODATA : -errno;
	if (fscanf(file, "%31s", id) != 1)
		id[0] = '\0';
	fclose(file);
	*session = strdup(id);
	return *session ? 0 : -ENOMEM;
}

int sd_pid_get_session(pid_t pid, char **session)
{
	(void)pid;
	return session_of("session", session);
}

/* The user whose service manager started the process; without the file, none. */
int sd_pid_get_owner_uid(pid_t pid, uid_t *uid)
{
	uint64_t owner = number("owner", UINT64_MAX);

	(void)pid;
	*uid = (uid_t)owner;
	return owner == UINT64_MAX ? -ENODATA : 0;
}

int sd_uid_get_display(uid_t uid, char **session)
{
	(void)uid;
	return session_of("display", session);
}

/* Sessions: one is the caller's, one a stranger's, others are over. */
int sd_session_get_uid(const char *session, uid_t *uid)
{
	if (!strcmp(session, "c1"))
		*uid = (uid_t)number("session-uid", number("uid", getuid()));
	else if (!strcmp(session, "c2"))
		*uid = 4242;
	else
		return -ENXIO;
	return 0;
}

/* The bus has one user here, the test's. */
int sd_bus_creds_get_euid(sd_bus_creds *creds, uid_t *uid)
{
	(void)creds;
	*uid = (uid_t)number("uid", getuid());
	return 0;
}

struct sd_device {
	char seat[32];
};

static struct sd_device card;

int sd_device_new_from_devnum(sd_device **device, char type, dev_t number_of_card)
{
	if (type != 'c')
		return -EINVAL;
	if (number_of_card != makedev(226, 7))
		return -ENODEV;
	*device = &card;
	return 0;
}

sd_device *sd_device_unref(sd_device *device)
{
	(void)device;
	return NULL;
}

/* Whether udev has seen it. */
int sd_device_get_is_initialized(sd_device *device)
{
	(void)device;
	return !number("unseen", 0);
}

int sd_device_get_property_value(sd_device *device, const char *key, const char **value)
{
	char *seat = NULL;

	if (strcmp(key, "ID_SEAT") || session_of("seat", &seat) < 0 || !seat)
		return -ENOENT;
	snprintf(device->seat, sizeof(device->seat), "%s", seat);
	free(seat);
	*value = device->seat;
	return 0;
}

/* A card that is gone has none. */
int sd_device_get_devname(sd_device *device, const char **node)
{
	(void)device;
	*node = "/dev/dri/card7";
	return number("no-card", 0) ? -ENOENT : 0;
}

/* The group that decides where polkit is not: everybody is in it, or it is not there. */
struct group *getgrnam(const char *name)
{
	static struct group group;

	(void)name;
	group.gr_gid = getgid();
	return number("group", 0) ? &group : NULL;
}

struct sd_login_monitor {
	int fd;
};

static struct sd_login_monitor monitor;

int sd_login_monitor_new(const char *category, sd_login_monitor **ret)
{
	char path[256];

	if (strcmp(category, "session"))
		return -EINVAL;
	snprintf(path, sizeof(path), "%s/sessions", getenv("BROKER_TEST"));
	monitor.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (monitor.fd < 0 || inotify_add_watch(monitor.fd, path, IN_MOVED_TO) < 0)
		return -errno;
	*ret = &monitor;
	return 0;
}

int sd_login_monitor_get_fd(sd_login_monitor *m)
{
	return m->fd;
}

int sd_login_monitor_flush(sd_login_monitor *m)
{
	char events[4096];

	while (read(m->fd, events, sizeof(events)) > 0)
		;
	return 0;
}
