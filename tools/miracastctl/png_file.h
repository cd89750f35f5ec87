/* SPDX-License-Identifier: MIT */
/*
 * Pictures as PNG files: RGB, 8 bits.
 */
#ifndef PNG_FILE_H
#define PNG_FILE_H

#include "picture.h"

/**
 * png_file_write() - Write a picture to a file, which appears whole or not at all,
 * or to a pipe or device that is there already. A file that is replaced keeps its mode and
 * owner as far as the caller may set them, and is private otherwise. One thread may write at
 * a time.
 *
 * Return: 0 or -errno.
 */
int png_file_write(const char *path, const struct mc_picture *picture);

/**
 * png_file_check() - The user may write there: into what is no regular file, or else into its
 * folder. Return: 0 or -errno.
 */
int png_file_check(const char *path);

/**
 * png_file_print() - Write a picture to an open file.
 * @fd: which; closed then
 * @picture: the picture
 *
 * Return: 0 or -errno.
 */
int png_file_print(int fd, const struct mc_picture *picture);

/**
 * png_file_abandon() - Remove what a thread is writing and has no name yet; for the handler
 * of a signal that ends the program.
 */
void png_file_abandon(void);

#endif
