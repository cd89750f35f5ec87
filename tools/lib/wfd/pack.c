// SPDX-License-Identifier: MIT
#include "wfd/pack.h"

#include <errno.h>
#include <string.h>

static bool take_number(struct mc_wfd_bytes *r, size_t size, uint32_t *value)
{
	struct mc_wfd_bytes bytes;
	size_t i;

	if (!mc_wfd_take(r, size, &bytes))
		return false;
	*value = 0;
	for (i = 0; i < size; i++)
		*value = *value << 8 | bytes.at[i];
	return true;
}

bool mc_wfd_take8(struct mc_wfd_bytes *r, uint32_t *value)
{
	return take_number(r, 1, value);
}

bool mc_wfd_take16(struct mc_wfd_bytes *r, uint32_t *value)
{
	return take_number(r, 2, value);
}

bool mc_wfd_take32(struct mc_wfd_bytes *r, uint32_t *value)
{
	return take_number(r, 4, value);
}

bool mc_wfd_take(struct mc_wfd_bytes *r, size_t size, struct mc_wfd_bytes *bytes)
{
	if (r->size < size)
		return false;
	bytes->at = r->at;
	bytes->size = size;
	/* An empty one may have no address at all. */
	if (size)
		r->at += size;
	r->size -= size;
	return true;
}

void mc_wfd_put(struct mc_wfd_packer *w, const uint8_t *bytes, size_t size)
{
	if (size && w->used <= w->size && size <= w->size - w->used)
		memcpy(w->out + w->used, bytes, size);
	w->used += size;
}

void mc_wfd_put8(struct mc_wfd_packer *w, uint32_t value)
{
	uint8_t byte = (uint8_t)value;

	mc_wfd_put(w, &byte, 1);
}

void mc_wfd_put16(struct mc_wfd_packer *w, uint32_t value)
{
	mc_wfd_put8(w, value >> 8);
	mc_wfd_put8(w, value);
}

void mc_wfd_put32(struct mc_wfd_packer *w, uint32_t value)
{
	mc_wfd_put16(w, value >> 16);
	mc_wfd_put16(w, value);
}

int mc_wfd_packed(const struct mc_wfd_packer *w)
{
	return w->used <= w->size ? (int)w->used : -ENOSPC;
}
