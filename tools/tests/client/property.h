/* SPDX-License-Identifier: MIT */
#ifndef KMS_PROPERTY_H
#define KMS_PROPERTY_H

#include <stdint.h>

/*
 * The id of the property @name of a KMS object of @type, or 0; @value, if any, is
 * set to its present value.
 */
uint32_t kms_property(int fd, uint32_t object, uint32_t type, const char *name,
		      uint64_t *value);

#endif
