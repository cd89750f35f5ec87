/* SPDX-License-Identifier: MIT */
/*
 * What the tests need of the system: time, waiting, small files, privileges and awkward
 * memory. Everything in the library asserts on its own unless its name ends in "_errno" or
 * its comment says that it returns an error: those return 0 or a negative errno.
 */
#ifndef LIB_MIRACAST_SYS_H
#define LIB_MIRACAST_SYS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <drm_fourcc.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "igt.h"

/* Long enough for an emulated machine under load; only failures wait so long. */
#define MC_TIMEOUT_MS	60000
/* How long the device may take to free everything. */
#define MC_REST_MS	5000
/*
 * How long to watch when nothing may happen: several vblanks of any mode. Work that timers
 * have queued by then is also waited for, see mc_settle().
 */
#define MC_QUIET_MS	400

#define mc_expect(call, want) \
	do { \
		int got__ = (call), want__ = (want); \
		igt_assert_f(got__ == want__, "got %d (%s), expected %d (%s)\n", \
			     got__, mc_strerror(got__), \
			     want__, mc_strerror(want__)); \
	} while (0)

#define mc_expect_f(call, want, f, ...) \
	do { \
		int got__ = (call), want__ = (want); \
		igt_assert_f(got__ == want__, \
			     f ": got %d (%s), expected %d (%s)\n", \
			     __VA_ARGS__, got__, mc_strerror(got__), \
			     want__, mc_strerror(want__)); \
	} while (0)

const char *mc_strerror(int error);

/* The environment's MIRACAST_CYCLES and the like. */
unsigned int mc_setting(const char *name, unsigned int fallback);

uint64_t mc_now_ns(void);
int mc_poll(int fd, short events, int timeout_ms);
int mc_ioctl_errno(int fd, unsigned long request, void *arg);

/* Drops all privileges permanently; for a forked child. */
void mc_become_nobody(void);
/* Skips where the kernel has no user namespaces. */
void mc_require_namespaces(void);
/* An address with @size bytes up to a page that cannot be accessed. */
void *mc_before_hole(size_t size);
/* A page with the given bytes, not writable. */
void *mc_read_only(const void *bytes, size_t size);

uint64_t mc_inode(int fd);
/* Reads a file of procfs, sysfs or debugfs; false when it cannot. */
bool mc_read_file(const char *path, char *text, size_t size);
int mc_write_file_errno(const char *path, const char *text);
long mc_meminfo_kib(const char *name);

#endif /* LIB_MIRACAST_SYS_H */
