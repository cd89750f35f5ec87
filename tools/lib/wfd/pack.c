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

static void put_number(struct mc_wfd_packer *w, size_t size, uint32_t value)
{
	uint8_t bytes[4] = {
		(uint8_t)(value >> 24), (uint8_t)(value >> 16),
		(uint8_t)(value >> 8), (uint8_t)value,
	};

	if (size < sizeof(value) && value >> (8 * size))
		w->too_wide = true;
	mc_wfd_put(w, bytes + sizeof(bytes) - size, size);
}

void mc_wfd_put8(struct mc_wfd_packer *w, uint32_t value)
{
	put_number(w, 1, value);
}

void mc_wfd_put16(struct mc_wfd_packer *w, uint32_t value)
{
	put_number(w, 2, value);
}

void mc_wfd_put32(struct mc_wfd_packer *w, uint32_t value)
{
	put_number(w, 4, value);
}

int mc_wfd_packed(const struct mc_wfd_packer *w)
{
	if (w->too_wide)
		return -EINVAL;
	return w->used <= w->size ? (int)w->used : -ENOSPC;
}
