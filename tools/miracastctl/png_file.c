// SPDX-License-Identifier: MIT
#include "png_file.h"

#include <errno.h>
#include <limits.h>
#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Screens compress well anyway; it is more important to be ready for the next picture. */
#define COMPRESSION	3

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

static int write_file(const char *path, const struct mc_picture *picture)
{
	FILE *file = fopen(path, "wbe");
	int ret;

	if (!file)
		return -errno;
	ret = encode(file, picture);
	if (fclose(file) && !ret)
		ret = -errno;
	return ret;
}

static int replace_file(const char *path, const struct mc_picture *picture)
{
	char part[PATH_MAX];
	int ret;

	if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
		return -ENAMETOOLONG;
	ret = write_file(part, picture);
	if (!ret && rename(part, path))
		ret = -errno;
	if (ret)
		unlink(part);
	return ret;
}

/* Pipes and devices are written to, never replaced; nor are links to files. */
int png_file_write(const char *path, const struct mc_picture *picture)
{
	char target[PATH_MAX];
	struct stat found;

	if (lstat(path, &found))
		return replace_file(path, picture);
	if (realpath(path, target) && !stat(target, &found) &&
	    S_ISREG(found.st_mode))
		return replace_file(target, picture);
	return write_file(path, picture);
}
