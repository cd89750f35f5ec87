// SPDX-License-Identifier: MIT
#include "property.h"

#include <string.h>
#include <xf86drmMode.h>

uint32_t kms_property(int fd, uint32_t object, uint32_t type, const char *name,
		      uint64_t *value)
{
	drmModeObjectPropertiesPtr all =
		drmModeObjectGetProperties(fd, object, type);
	drmModePropertyPtr one;
	uint32_t i, id = 0;

	for (i = 0; all && i < all->count_props && !id; i++) {
		one = drmModeGetProperty(fd, all->props[i]);
		if (one && !strcmp(one->name, name)) {
			id = one->prop_id;
			if (value)
				*value = all->prop_values[i];
		}
		drmModeFreeProperty(one);
	}
	drmModeFreeObjectProperties(all);
	return id;
}
