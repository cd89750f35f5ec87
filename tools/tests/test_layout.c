// SPDX-License-Identifier: MIT
/*
 * Structs that programs allocate and libmiracast.so.0 fills in never change: checks their
 * sizes and the offsets of their last members, on 64-bit machines.
 */
#include <stddef.h>

#include "harness.h"
#include "miracast.h"

#define LAYOUT(type, size, member, offset) \
	{ "struct " #type, sizeof(struct type), (size), \
	  offsetof(struct type, member), (offset) }

static const struct {
	const char *name;
	size_t is_size, size, is_at, at;
} layouts[] = {
	LAYOUT(mc_device, 68, path, 4),
	LAYOUT(mc_context, 64, reserved, 24),
	LAYOUT(mc_monitor, 2152, reserved, 2088),
	LAYOUT(mc_events, 64, reserved, 40),
	LAYOUT(mc_event, 1160, payload, 904),
	LAYOUT(mc_buffers, 32, reserved, 8),
	LAYOUT(mc_picture, 48, room, 40),
	LAYOUT(mc_connector, 120, reserved, 56),
	LAYOUT(mc_edid_repairs, 64, reserved, 24),
	LAYOUT(mc_wfd_audio, 80, reserved, 72),
	LAYOUT(mc_wfd_bytes, 16, size, 8),
	LAYOUT(mc_wfd_limits, 64, reserved, 28),
	LAYOUT(mc_wfd_candidate, 56, reserved, 40),
	LAYOUT(mc_wfd_dropped, 40, reserved, 28),
	LAYOUT(mc_wfd_choice, 30944, dropped, 18144),
	LAYOUT(mc_wfd_edid, 16, hex, 8),
	LAYOUT(mc_wfd_timing, 112, codec, 48),
	LAYOUT(mc_ie, 224, reserved, 160),
	LAYOUT(mc_mice, 168, reserved, 104),
	LAYOUT(mc_wfd_cursor, 16, port, 12),
	LAYOUT(mc_wfd_screen, 16, bits, 12),
	LAYOUT(mc_wfd_reason, 132, text, 4),
	LAYOUT(mc_wfd_mode, 16, interlaced, 12),
	LAYOUT(mc_wfd_level, 12, macroblocks_max, 8),
	LAYOUT(mc_wfd_params, 3640, reserved, 3384),
	LAYOUT(mc_wfd_protection, 12, port, 8),
	LAYOUT(mc_wfd_coupled, 24, address, 16),
	LAYOUT(mc_wfd_ports, 12, second, 8),
	LAYOUT(mc_wfd_urls, 512, secondary, 256),
	LAYOUT(mc_wfd_change, 16, dts, 8),
	LAYOUT(mc_wfd_uibc, 96, reserved, 80),
	LAYOUT(mc_wfd_codec, 64, max_height, 56),
	LAYOUT(mc_wfd_video, 536, codecs, 24),
};

int main(void)
{
	char what[96];
	size_t i;

	/* Others have layouts of their own, and packages of their own. */
	if (sizeof(void *) != 8) {
		check(sizeof(struct mc_context) == 64, "struct mc_context");
		return check_result();
	}
	/* The library allocates this one, so it grows with the driver's. */
	check(offsetof(struct mc_buffer, info) == 80, "struct mc_buffer grows at its end");
	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		snprintf(what, sizeof(what), "%s has %zu bytes, its last member at %zu",
			 layouts[i].name, layouts[i].is_size, layouts[i].is_at);
		check(layouts[i].is_size == layouts[i].size &&
		      layouts[i].is_at == layouts[i].at, what);
	}
	return check_result();
}
