/* SPDX-License-Identifier: MIT */
/*
 * Pictures as PNG files: RGB, 8 bits.
 */
#ifndef PNG_FILE_H
#define PNG_FILE_H

#include "picture.h"

/**
 * png_file_write() - Write a picture to a file, which appears whole or not at all,
 * or to a pipe or device that is there already.
 *
 * Return: 0 or -errno.
 */
int png_file_write(const char *path, const struct mc_picture *picture);

#endif
