// SPDX-License-Identifier: MIT
/*
 * The module and its device: bound and unbound, loaded anew with other
 * parameters. Loading needs $MIRACAST_KO, the path of the module.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "lib_miracast_card.h"
#include "lib_miracast_module.h"

#define PARAMETERS "/sys/module/miracast/parameters"
#define DRIVER "/sys/bus/platform/drivers/miracast"

static char original[1024];
static bool changed;

static int unload_errno(void)
{
	uint64_t end = mc_now_ns() + MC_REST_MS * 1000000ull;
	int ret;

	/* Workers and udev drop their references a moment later. */
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
	/* The node of the card may appear a moment later. */
	while ((card = mc_card_open_errno("miracast")) < 0 &&
	       mc_now_ns() < end)
		usleep(10000);
	igt_assert_fd(card);
	mc_close(card);
}
