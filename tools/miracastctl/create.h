/* SPDX-License-Identifier: MIT */
/*
 * How an owner gets its context: of which connector, with which limits, and from the
 * device or from miracast-broker.
 */
#ifndef CREATE_H
#define CREATE_H

#include "exit.h"
#include "owner.h"

/**
 * owner_create() - Make the context.
 * @owner: with its options
 *
 * Reports what went wrong.
 */
enum exit_status owner_create(struct owner *owner);

#endif
