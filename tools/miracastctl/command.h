/* SPDX-License-Identifier: MIT */
/*
 * The commands of miracastctl. Each parses its own options; argv[0] is the
 * command's name.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "exit.h"

enum exit_status command_list(int argc, char **argv);
enum exit_status command_hold(int argc, char **argv);
enum exit_status command_capture(int argc, char **argv);

#endif
