/* SPDX-License-Identifier: MIT */
/*
 * Failures turned into a message that says what to do, and an exit status.
 */
#ifndef ERRORS_H
#define ERRORS_H

#include <getopt.h>
#include <miracast_drm.h>

#include "exit.h"

/**
 * fail_option() - getopt_long() refused an option.
 * @argv: the command's
 * @options: its long options; each that has a letter has that as its val
 * @c: what getopt_long() returned, ':' or '?'
 */
enum exit_status fail_option(char **argv, const struct option *options, int c);

/**
 * fail_device() - mc_device_open() or a query failed.
 * @error: -errno
 * @path: the card node that was asked for, or NULL
 */
enum exit_status fail_device(int error, const char *path);

/**
 * fail_create() - CREATE_CONTEXT failed.
 * @error: -errno
 * @want: what was asked for
 * @caps: what the device has, read after the failure
 * @connector: the connector that was asked for, or NULL
 */
enum exit_status fail_create(int error,
			     const struct drm_miracast_create_context *want,
			     const struct drm_miracast_query_caps *caps,
			     const char *connector);

/**
 * fail_limits() - Whether a context can be had of the device at all.
 * @want: what was asked for
 * @caps: what the device has
 *
 * Return: EXIT_OK when there is nothing to say against it, or a failure that has been
 * reported.
 */
enum exit_status fail_limits(const struct drm_miracast_create_context *want,
			     const struct drm_miracast_query_caps *caps);

/** fail_step() - A call on the context failed; @doing says which. */
enum exit_status fail_step(int error, const char *doing);

#endif
