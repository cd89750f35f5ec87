// SPDX-License-Identifier: MIT
#include "png_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <png.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "stream.h"

/* Screens compress well anyway; it is more important to be ready for the next picture. */
#define COMPRESSION	3

#define NAME_TRIES	16

#define ACCESS_LIST	"system.posix_acl_access"

/* The file that is being written, until it has its name. */
static char part[PATH_MAX];
static atomic_bool part_exists;

/* Pixels are numbers, 0xXXRRGGBB: their bytes are in this machine's order. */
static void write_lines(png_structp png, png_infop info,
			const struct mc_picture *picture)
{
	const bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	uint32_t y;

	png_set_IHDR(png, info, picture->width, picture->height, 8,
		     PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_compression_level(png, COMPRESSION);
	png_write_info(png, info);
	png_set_filler(png, 0, little ? PNG_FILLER_AFTER : PNG_FILLER_BEFORE);
	if (little)
		png_set_bgr(png);
	for (y = 0; y < picture->height; y++)
		png_write_row(png, (png_const_bytep)(picture->pixels +
						     (size_t)y * picture->width));
	png_write_end(png, info);
}

/* Where libpng writes to, and why that failed. */
struct sink {
	FILE *file;
	int error;
};

static void write_bytes(png_structp png, png_bytep data, size_t size)
{
	struct sink *sink = png_get_io_ptr(png);

	if (fwrite(data, 1, size, sink->file) == size)
		return;
	sink->error = -errno;
	png_error(png, "");
}

static void flush_bytes(png_structp png)
{
	(void)png;
}

/* The caller reports what went wrong. */
__attribute__((noreturn))
static void on_error(png_structp png, png_const_charp text)
{
	(void)text;
	png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static int encode(FILE *file, const struct mc_picture *picture)
{
	struct sink sink = { .file = file, .error = -EIO };
	png_structp png;
	png_infop info;

	png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error,
				      on_warning);
	info = png ? png_create_info_struct(png) : NULL;
	if (!info) {
		png_destroy_write_struct(&png, NULL);
		return -ENOMEM;
	}
	if (setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return sink.error;
	}
	png_set_write_fn(png, &sink, write_bytes, flush_bytes);
	write_lines(png, info, picture);
	png_destroy_write_struct(&png, &info);
	return 0;
}

/* Takes over the file. */
static int write_to(FILE *file, const struct mc_picture *picture)
{
	int ret = encode(file, picture);

	if (fclose(file) && !ret)
		ret = -errno;
	return ret;
}

/* Likewise. */
static int write_fd(int fd, const struct mc_picture *picture)
{
	FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
	int ret;

	if (file)
		return write_to(file, picture);
	ret = -errno;
	if (fd >= 0)
		close(fd);
	return ret;
}

static int write_file(const char *path, const struct mc_picture *picture)
{
	return write_fd(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), picture);
}

/*
 * A picture of the screen is seen by those who could see the one before. What cannot be
 * kept leaves the file to its owner, as it was made.
 */
static void keep_rights(int fd, const char *path, const struct stat *old)
{
	mode_t mode = old->st_mode & 0777;
	uint8_t list[4096];
	ssize_t size;

	if (fchown(fd, old->st_uid, old->st_gid) && fchown(fd, (uid_t)-1, old->st_gid))
		return;
	size = getxattr(path, ACCESS_LIST, list, sizeof(list));
	if (size > 0)
		fsetxattr(fd, ACCESS_LIST, list, (size_t)size, 0);
	else if (errno == ENODATA || errno == ENOTSUP)
		fchmod(fd, mode);
}

/*
 * A new file beside @path, whose name nobody can foresee: others may be able to write to
 * the folder. mkstemp() would not let the umask decide who may read it.
 */
static int make_part(const char *path, mode_t mode)
{
	uint32_t number;
	int tries, fd;

	for (tries = 0; tries < NAME_TRIES; tries++) {
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return -errno;
		if (snprintf(part, PATH_MAX, "%s.%08" PRIx32 ".part", path, number) >= PATH_MAX)
			return -ENAMETOOLONG;
		atomic_store(&part_exists, true);
		fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
		if (fd >= 0)
			return fd;
		atomic_store(&part_exists, false);
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* @old is what was there, or NULL. */
static int replace_file(const char *path, const struct stat *old,
			const struct mc_picture *picture)
{
	int ret, fd = make_part(path, old ? 0600 : 0666);

	if (fd < 0)
		return fd;
	if (old)
		keep_rights(fd, path, old);
	ret = write_fd(fd, picture);
	if (!ret && rename(part, path))
		ret = -errno;
	if (ret)
		unlink(part);
	atomic_store(&part_exists, false);
	return ret;
}

/* By who the user is in effect, as open() judges. */
static int may(const char *path, int how)
{
	return faccessat(AT_FDCWD, path, how, AT_EACCESS) ? -errno : 0;
}

int png_file_check(const char *path)
{
	char target[PATH_MAX];
	struct stat found;

	if (strlen(path) >= sizeof(target))
		return -ENAMETOOLONG;
	if (!stat(path, &found) && !S_ISREG(found.st_mode))
		return may(path, W_OK);
	if (!realpath(path, target))
		strcpy(target, path);
	return may(dirname(target), W_OK | X_OK);
}

int png_file_print(int fd, const struct mc_picture *picture)
{
	FILE *file = fd < 0 ? NULL : stream_output(fd);

	return file ? write_to(file, picture) : -errno;
}

void png_file_abandon(void)
{
	if (atomic_load(&part_exists))
		unlink(part);
}

/* Pipes and devices are written to, never replaced; nor are links to files. */
int png_file_write(const char *path, const struct mc_picture *picture)
{
	char target[PATH_MAX];
	struct stat found;

	if (lstat(path, &found))
		return replace_file(path, NULL, picture);
	if (realpath(path, target) && !stat(target, &found) &&
	    S_ISREG(found.st_mode))
		return replace_file(target, &found, picture);
	return write_file(path, picture);
}
