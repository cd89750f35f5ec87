/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The node that is never DRM master: /dev/miracast.
 */
#ifndef _MIRACAST_NODE_H_
#define _MIRACAST_NODE_H_

#include <linux/types.h>

struct miracast_device;

int miracast_node_register(struct miracast_device *mdev);

#endif
