// SPDX-License-Identifier: MIT
#include "wfd/ie.h"

#include <errno.h>
#include <string.h>

#include "reserved.h"
#include "wfd/pack.h"

#define VENDOR		0xdd
/* Of one vendor element, behind the identifier. */
#define PAYLOAD_MAX	251

/* Identifier of the Wi-Fi Alliance, and its number of Wi-Fi Display. */
static const uint8_t identifier[4] = { 0x50, 0x6f, 0x9a, 0x0a };

/* Bytes of each subelement; 0: any. */
static const size_t sizes[MC_IE_SUBELEMENTS] = {
	[MC_IE_DEVICE] = 6, [MC_IE_BSSID] = MC_IE_MAC, [MC_IE_AUDIO] = 15, [MC_IE_VIDEO] = 21,
	[MC_IE_VIDEO_3D] = 17, [MC_IE_PROTECTION] = 1, [MC_IE_COUPLED] = 1 + MC_IE_MAC,
	[MC_IE_EXTENDED] = 2, [MC_IE_ADDRESS] = 5, [MC_IE_SESSIONS] = 0,
	[MC_IE_ALTERNATIVE] = MC_IE_MAC, [MC_IE_R2] = 2,
};

#define IPV4	1

static bool take_address(struct mc_wfd_bytes value, struct mc_ie *ie)
{
	uint32_t version;

	return mc_wfd_take8(&value, &version) && version == IPV4 &&
	       mc_wfd_take32(&value, &ie->address);
}

static bool take_device(struct mc_wfd_bytes value, struct mc_ie *ie)
{
	return mc_wfd_take16(&value, &ie->device) && mc_wfd_take16(&value, &ie->port) &&
	       mc_wfd_take16(&value, &ie->throughput_mbps);
}

static struct mc_wfd_bytes *bytes_of(struct mc_ie *ie, uint32_t type)
{
	switch (type) {
	case MC_IE_BSSID:
		return &ie->bssid;
	case MC_IE_AUDIO:
		return &ie->audio;
	case MC_IE_VIDEO:
		return &ie->video;
	case MC_IE_VIDEO_3D:
		return &ie->video_3d;
	case MC_IE_SESSIONS:
		return &ie->sessions;
	default:
		return &ie->alternative;
	}
}

static bool take_subelement(uint32_t type, struct mc_wfd_bytes value, struct mc_ie *ie)
{
	if (sizes[type] && value.size != sizes[type])
		return false;
	switch (type) {
	case MC_IE_DEVICE:
		return take_device(value, ie);
	case MC_IE_PROTECTION:
		return mc_wfd_take8(&value, &ie->protection);
	case MC_IE_COUPLED:
		return mc_wfd_take8(&value, &ie->coupled) &&
		       mc_wfd_take(&value, MC_IE_MAC, &ie->coupled_mac);
	case MC_IE_EXTENDED:
		return mc_wfd_take16(&value, &ie->extended);
	case MC_IE_ADDRESS:
		return take_address(value, ie);
	case MC_IE_R2:
		return mc_wfd_take16(&value, &ie->r2);
	default:
		*bytes_of(ie, type) = value;
		return true;
	}
}

/* As in message bodies: a wrong subelement is dropped, the others are kept. */
static int parse(const uint8_t *data, size_t size, struct mc_ie *ie)
{
	struct mc_wfd_bytes r = { data, size }, value;
	uint32_t type, length;

	memset(ie, 0, sizeof(*ie));
	while (r.size) {
		if (!mc_wfd_take8(&r, &type) || !mc_wfd_take16(&r, &length) ||
		    !mc_wfd_take(&r, length, &value))
			return -EINVAL;
		if (type >= MC_IE_SUBELEMENTS) {
			ie->unknown++;
			continue;
		}
		if (ie->present & 1U << type || !take_subelement(type, value, ie))
			ie->bad |= 1U << type;
		else
			ie->present |= 1U << type;
	}
	return 0;
}

int mc_ie_parse(const uint8_t *data, size_t size, struct mc_ie *ie)
{
	int ret = parse(data, size, ie);

	if (ret)
		memset(ie, 0, sizeof(*ie));
	return ret;
}

static void put_subelement(struct mc_wfd_packer *w, const struct mc_ie *ie, uint32_t type)
{
	struct mc_ie copy = *ie;

	switch (type) {
	case MC_IE_DEVICE:
		mc_wfd_put16(w, ie->device);
		mc_wfd_put16(w, ie->port);
		mc_wfd_put16(w, ie->throughput_mbps);
		break;
	case MC_IE_PROTECTION:
		mc_wfd_put8(w, ie->protection);
		break;
	case MC_IE_COUPLED:
		mc_wfd_put8(w, ie->coupled);
		mc_wfd_put(w, ie->coupled_mac.at, ie->coupled_mac.size);
		break;
	case MC_IE_EXTENDED:
		mc_wfd_put16(w, ie->extended);
		break;
	case MC_IE_ADDRESS:
		mc_wfd_put8(w, IPV4);
		mc_wfd_put32(w, ie->address);
		break;
	case MC_IE_R2:
		mc_wfd_put16(w, ie->r2);
		break;
	default:
		mc_wfd_put(w, bytes_of(&copy, type)->at, bytes_of(&copy, type)->size);
		break;
	}
}

int mc_ie_print(const struct mc_ie *ie, uint8_t *out, size_t size)
{
	struct mc_wfd_packer w = { .out = out, .size = size };
	size_t length;
	uint32_t type;

	if (ie->present >> MC_IE_SUBELEMENTS || !mc_is_zero(ie->reserved, sizeof(ie->reserved)))
		return -EINVAL;
	for (type = 0; type < MC_IE_SUBELEMENTS; type++) {
		struct mc_wfd_packer measure = { 0 };

		if (!(ie->present & 1U << type))
			continue;
		put_subelement(&measure, ie, type);
		length = measure.used;
		if (length > UINT16_MAX || (sizes[type] && length != sizes[type]))
			return -EINVAL;
		mc_wfd_put8(&w, type);
		mc_wfd_put16(&w, (uint32_t)length);
		put_subelement(&w, ie, type);
	}
	return mc_wfd_packed(&w);
}

int mc_ie_unwrap(const uint8_t *data, size_t size, uint8_t *out, size_t room)
{
	struct mc_wfd_bytes r = { data, size }, value, id;
	struct mc_wfd_packer w = { .out = out, .size = room };
	uint32_t type, length;

	while (r.size) {
		if (!mc_wfd_take8(&r, &type) || !mc_wfd_take8(&r, &length) ||
		    !mc_wfd_take(&r, length, &value))
			return -EINVAL;
		if (type == VENDOR && mc_wfd_take(&value, sizeof(identifier), &id) &&
		    !memcmp(id.at, identifier, sizeof(identifier)))
			mc_wfd_put(&w, value.at, value.size);
	}
	return mc_wfd_packed(&w);
}

int mc_ie_wrap(const uint8_t *data, size_t size, uint8_t *out, size_t room)
{
	struct mc_wfd_bytes r = { data, size }, part;
	struct mc_wfd_packer w = { .out = out, .size = room };

	while (r.size) {
		mc_wfd_take(&r, r.size < PAYLOAD_MAX ? r.size : PAYLOAD_MAX, &part);
		mc_wfd_put8(&w, VENDOR);
		mc_wfd_put8(&w, (uint32_t)(sizeof(identifier) + part.size));
		mc_wfd_put(&w, identifier, sizeof(identifier));
		mc_wfd_put(&w, part.at, part.size);
	}
	return mc_wfd_packed(&w);
}
