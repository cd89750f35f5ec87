/* SPDX-License-Identifier: MIT */
/*
 * What the linker puts in the place of other functions in test_find: __wrap_NAME in that of
 * NAME.
 */
#ifndef WRAPPED_H
#define WRAPPED_H

#include "link/browse.h"

struct browser *__wrap_browse_new(const struct browse_hooks *hooks, void *user);
void __wrap_browse_free(struct browser *browser);

#endif
