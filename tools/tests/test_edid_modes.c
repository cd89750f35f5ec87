// SPDX-License-Identifier: MIT
/* The modes of an EDID, wherever they are, and the limits that follow. */
#include <stdio.h>

#include "edid_modes.h"
#include "edid_sample.h"
#include "harness.h"
#include "monitor.h"

static uint8_t edid[2 * SAMPLE_BLOCK];
static char seen[4096];

static const struct drm_miracast_query_caps caps = {
	.max_width = 4096,
	.max_height = 4096,
	.min_refresh_mhz = 23900,
	.max_refresh_mhz = 240000,
};

/* An EDID without modes, and @count bytes of an extension. */
static void make(const uint8_t *extension, size_t count)
{
	sample_edid(edid);
	edid[35] = edid[36] = edid[37] = 0;
	memset(edid + 38, 1, 16);
	memset(edid + 54, 0, 72);
	memset(edid + SAMPLE_BLOCK, 0, SAMPLE_BLOCK);
	if (count)
		memcpy(edid + SAMPLE_BLOCK, extension, count);
}

static void note(void *data, const struct drm_miracast_mode *mode)
{
	size_t used = strlen(seen);

	(void)data;
	snprintf(seen + used, sizeof(seen) - used, "%ux%u@%u ", mode->width,
		 mode->height, mode->refresh_mhz);
}

static void expect(const char *modes, const char *what)
{
	seen[0] = '\0';
	mc_edid_each_mode(edid, sizeof(edid), note, NULL);
	check(!strcmp(seen, modes), what);
	if (strcmp(seen, modes))
		printf("# %s\n", seen);
}

static void check_base(void)
{
	static const uint8_t standard[] = {
		0xd1, 0xc0, 0x81, 0x80, 0x81, 0x40, 0xb3, 0x00, 0x8b, 0xc0,
	};
	static const uint8_t full_hd[] = {
		0x02, 0x3a, 0x80, 0x18, 0x71, 0x38, 0x2d, 0x40,
		0x58, 0x2c, 0x45, 0x00, 0x58, 0x54, 0x21, 0x00, 0x00, 0x1e,
	};
	static const uint8_t more[] = {
		0, 0, 0, 0xf7, 0, 10, 0x08, 0, 0, 0, 0, 0x10,
	};
	static const uint8_t codes[] = {
		0, 0, 0, 0xf8, 0, 1, 0x57, 0x28, 0x18,
	};

	make(NULL, 0);
	expect("", "an EDID without modes");
	edid[35] = 0x21;
	edid[36] = 0x18;
	edid[37] = 0x80;
	expect("640x480@60000 800x600@60317 1024x768@60000 1152x870@75000 ",
	       "established timings");
	make(NULL, 0);
	memcpy(edid + 38, standard, sizeof(standard));
	expect("1920x1080@60000 1280x1024@60000 1280x960@60000 1680x1050@60000 1366x768@60000 ",
	       "standard timings");
	make(NULL, 0);
	memcpy(edid + 54, full_hd, sizeof(full_hd));
	expect("1920x1080@60000 ", "a detailed timing");
	edid[54 + 17] |= 0x80;
	expect("", "an interlaced one");
	make(NULL, 0);
	memcpy(edid + 54, more, sizeof(more));
	expect("848x480@60000 1920x1440@75000 ", "established timings III");
	make(NULL, 0);
	memcpy(edid + 54, codes, sizeof(codes));
	expect("1920x1200@60000 1920x1200@50000 ", "CVT codes");
}

static void check_extensions(void)
{
	/* VICs 16 (native) and 97; 4:2:0 VIC 96; HDMI 1; two timings. */
	static const uint8_t cta[] = {
		0x02, 0x03, 24, 0x00,
		0x42, 0x90, 97,
		0xe2, 0x0e, 96,
		0x6c, 0x03, 0x0c, 0x00, 0x10, 0x00, 0x00, 0x00, 0x20, 0x00,
		0x20, 0x01, 0x04, 0x00,
		0x01, 0x1d, 0x00, 0x72, 0x51, 0xd0, 0x1e, 0x20,
		0x6e, 0x28, 0x55, 0x00, 0xbc, 0x90, 0x21, 0x00, 0x00, 0x1e,
	};
	/* 5120x1440: 469 MHz, 5280x1481. */
	static const uint8_t section[] = {
		0x70, 0x13, 36, 0x03, 0x00,
		0x03, 0x00, 20,
		0x33, 0xb7, 0x00, 0x88, 0xff, 0x13, 0x9f, 0x00, 0x2f, 0x00,
		0x1f, 0x00, 0x9f, 0x05, 0x28, 0x00, 0x02, 0x00, 0x04, 0x00,
		0x81, 0x00, 3, 0x42, 16, 31,
	};

	make(cta, sizeof(cta));
	expect("1920x1080@60000 3840x2160@60000 3840x2160@50000 3840x2160@30000 1280x720@60000 ",
	       "modes of CTA-861");
	edid[SAMPLE_BLOCK + 2] = 0;
	expect("", "an extension without data and timings");
	make(section, sizeof(section));
	expect("5120x1440@59977 1920x1080@60000 1920x1080@50000 ",
	       "modes of DisplayID");
}

static void limits(const struct mc_monitor *monitor, uint32_t width,
		   uint32_t height, uint32_t mhz, uint64_t rate, const char *what)
{
	struct drm_miracast_create_context create = { 0 };

	mc_monitor_limits(monitor, &caps, &create);
	check(create.max_width == width && create.max_height == height &&
	      create.max_refresh_mhz == mhz &&
	      create.max_macroblock_rate == rate, what);
	if (create.max_width != width || create.max_height != height ||
	    create.max_refresh_mhz != mhz || create.max_macroblock_rate != rate)
		printf("# %ux%u@%u, %llu\n", create.max_width, create.max_height,
		       create.max_refresh_mhz,
		       (unsigned long long)create.max_macroblock_rate);
}

static void check_limits(void)
{
	static const uint8_t uhd[] = { 0x02, 0x03, 7, 0, 0x42, 16, 95 };
	static const uint8_t uhd_60[] = { 0x02, 0x03, 7, 0, 0x42, 97, 118 };
	static const uint8_t fast[] = { 0x02, 0x03, 6, 0, 0x41, 63 };
	static const uint8_t wide[] = { 0x02, 0x03, 6, 0, 0x41, 126 };
	struct mc_monitor monitor = {
		.edid_size = sizeof(edid),
		.divider = 1,
	};

	limits(&monitor, 640, 480, 60000, 0, "limits of nothing");
	monitor.edid = edid;
	make(NULL, 0);
	limits(&monitor, 1920, 1080, 60000, 489600,
	       "with an EDID at least 1920x1080");
	make(uhd, sizeof(uhd));
	limits(&monitor, 3840, 2160, 60000, 972000,
	       "3840x2160 at 30 Hz, and 60 Hz for less");
	make(uhd_60, sizeof(uhd_60));
	limits(&monitor, 3840, 2160, 60000, 1944000,
	       "3840x2160 at 60 Hz, but not at 120 Hz");
	make(fast, sizeof(fast));
	limits(&monitor, 1920, 1080, 60000, 489600,
	       "nothing that Wi-Fi Display has no number for");
	make(wide, sizeof(wide));
	limits(&monitor, 1920, 1080, 60000, 489600,
	       "nothing that the device does not have");
	make(uhd, sizeof(uhd));
	monitor.divider = 2;
	limits(&monitor, 1920, 1080, 60000, 489600, "rates are divided");
	monitor.divider = 0;
	limits(&monitor, 3840, 2160, 60000, 972000, "a divider of 0 is 1");
	monitor.divider = 1;
	monitor.mode_count = 1;
	monitor.modes[0] = (struct drm_miracast_mode) {
		.width = 1024, .height = 2000, .refresh_mhz = 30000,
	};
	limits(&monitor, 1920, 2000, 60000, 489600,
	       "with a list, only what is in it");
	monitor.all_modes = true;
	limits(&monitor, 3840, 2160, 60000, 972000, "unless all is asked for");
}

int main(void)
{
	check_base();
	check_extensions();
	check_limits();
	return check_result();
}
