/* SPDX-License-Identifier: MIT */
/*
 * The module: loaded anew with other parameters; and its device, bound and unbound.
 */
#ifndef LIB_MIRACAST_MODULE_H
#define LIB_MIRACAST_MODULE_H

#include "lib_miracast_sys.h"

/* Loads the module anew with the given parameters; skips when it cannot. */
void mc_module_reload(const char *parameters);
int mc_module_reload_errno(const char *parameters);
/* Undoes mc_module_reload(). */
void mc_module_restore(void);
/* Unbinds the device from the driver, or binds it again, through sysfs. */
bool mc_bound(void);
void mc_unbind(void);
void mc_bind(void);
/* Tries to unload the module: 0 or a negative errno. */
int mc_module_unload_errno(void);
bool mc_module_loaded(void);
/* References to the module, by files, devices and dma-bufs. */
long mc_module_users(void);
/* Waits until there are no more of them than @users. */
void mc_module_wait_users(long users);

#endif /* LIB_MIRACAST_MODULE_H */
