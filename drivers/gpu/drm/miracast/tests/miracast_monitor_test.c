// SPDX-License-Identifier: GPL-2.0
/*
 * EDID checks, and what is known of a monitor.
 */
#include <kunit/test.h>

#include <drm/drm_edid.h>

#include "../miracast_edid.h"
#include "../miracast_monitor.h"

static void fix_checksum(u8 *block)
{
	u8 sum = 0;
	int i;

	for (i = 0; i < EDID_LENGTH - 1; i++)
		sum += block[i];
	block[EDID_LENGTH - 1] = -sum;
}

/* An EDID with nothing in it but what the check looks at. */
static u8 *new_edid(struct kunit *test, unsigned int extensions)
{
	static const u8 header[] = { 0, 255, 255, 255, 255, 255, 255, 0 };
	size_t size = EDID_LENGTH * (1 + extensions);
	unsigned int i;
	u8 *edid;

	edid = kunit_kzalloc(test, size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, edid);
	memcpy(edid, header, sizeof(header));
	edid[18] = 1;
	edid[19] = 4;
	edid[126] = extensions;
	for (i = 0; i <= extensions; i++) {
		edid[i * EDID_LENGTH + 30] = i;
		fix_checksum(edid + i * EDID_LENGTH);
	}

	return edid;
}

static void edid_good_is_accepted(struct kunit *test)
{
	static const unsigned int extensions[] = { 0, 1, 2, 255 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(extensions); i++) {
		u8 *edid = new_edid(test, extensions[i]);

		KUNIT_EXPECT_TRUE(test,
				  miracast_edid_valid(edid, EDID_LENGTH *
						      (1 + extensions[i])));
	}
}

static void edid_every_header_byte_counts(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 8; i++) {
		u8 *edid = new_edid(test, 0);

		edid[i] ^= 1;
		fix_checksum(edid);
		KUNIT_EXPECT_FALSE(test, miracast_edid_valid(edid, EDID_LENGTH));
	}
}

static void edid_version_must_be_one(struct kunit *test)
{
	u8 *edid = new_edid(test, 0);

	edid[18] = 2;
	fix_checksum(edid);
	KUNIT_EXPECT_FALSE(test, miracast_edid_valid(edid, EDID_LENGTH));
}

static void edid_every_checksum_counts(struct kunit *test)
{
	unsigned int block;

	for (block = 0; block < 4; block++) {
		u8 *edid = new_edid(test, 3);

		edid[block * EDID_LENGTH + 60] ^= 0x10;
		KUNIT_EXPECT_FALSE(test,
				   miracast_edid_valid(edid, 4 * EDID_LENGTH));
	}
}

static void edid_size_must_match_the_extensions(struct kunit *test)
{
	u8 *edid = new_edid(test, 2);
	size_t size;

	for (size = 0; size < 3 * EDID_LENGTH; size++)
		KUNIT_EXPECT_FALSE(test, miracast_edid_valid(edid, size));
	KUNIT_EXPECT_TRUE(test, miracast_edid_valid(edid, 3 * EDID_LENGTH));
}

/* Byte 126 says one extension, which says @count itself. */
static u8 *new_overridden_edid(struct kunit *test, unsigned int blocks, u8 count)
{
	static const u8 cta[] = { 0x02, 0x03, 0x07, 0x00, 0xe2, 0x78 };
	u8 *edid = new_edid(test, blocks - 1);

	edid[126] = 1;
	fix_checksum(edid);
	memset(edid + EDID_LENGTH, 0, EDID_LENGTH);
	memcpy(edid + EDID_LENGTH, cta, sizeof(cta));
	edid[EDID_LENGTH + 6] = count;
	fix_checksum(edid + EDID_LENGTH);

	return edid;
}

static void edid_extensions_can_be_overridden(struct kunit *test)
{
	/* In block 1: a byte, and what is flipped in it so that it does not count. */
	static const u8 needed[][2] = {
		{ 0, 0x01 }, { 1, 0x01 }, { 2, 0x02 }, { 4, 0x20 }, { 4, 0x02 },
		{ 5, 0x01 },
	};
	unsigned int count, blocks, i;

	for (count = 0; count < 256; count++) {
		for (blocks = 2; blocks <= 6; blocks++) {
			u8 *edid = new_overridden_edid(test, blocks, count);

			KUNIT_EXPECT_EQ(test, blocks == max(count, 1U) + 1,
					miracast_edid_valid(edid, blocks *
							    EDID_LENGTH));
		}
	}
	for (i = 0; i < ARRAY_SIZE(needed); i++) {
		u8 *edid = new_overridden_edid(test, 4, 3);

		edid[EDID_LENGTH + needed[i][0]] ^= needed[i][1];
		fix_checksum(edid + EDID_LENGTH);
		KUNIT_EXPECT_FALSE(test, miracast_edid_valid(edid,
							     4 * EDID_LENGTH));
	}
}

/* A 4:2:0 capability map of @length bytes and its tag, in CTA data blocks. */
static u8 *new_mapped_edid(struct kunit *test, u8 length, bool displayid)
{
	static const u8 section[] = { 0x70, 0x13, 3, 0, 0, 0x81 };
	static const u8 cta[] = { 0x02, 0x03, 4 };
	u8 *edid = new_edid(test, 1);
	u8 *block = edid + EDID_LENGTH;
	u8 *map = block + (displayid ? 8 : 4);

	memset(block, 0, EDID_LENGTH);
	if (displayid) {
		memcpy(block, section, sizeof(section));
		block[2] += 1 + length;
		block[7] = 1 + length;
	} else {
		memcpy(block, cta, sizeof(cta));
		block[2] += 1 + length;
	}
	map[0] = 0xe0 | length;
	map[1] = 0x0f;
	fix_checksum(block);

	return edid;
}

static void edid_map_is_what_drm_has_room_for(struct kunit *test)
{
	unsigned int displayid, length;
	u8 *edid;

	for (displayid = 0; displayid < 2; displayid++) {
		for (length = 1; length < 32; length++) {
			edid = new_mapped_edid(test, length, displayid);
			KUNIT_EXPECT_EQ(test, length <= 9,
					miracast_edid_valid(edid,
							    2 * EDID_LENGTH));
		}
		/* Beyond the end of the data blocks nothing is looked at. */
		edid = new_mapped_edid(test, 31, displayid);
		edid[EDID_LENGTH + 2]--;
		fix_checksum(edid + EDID_LENGTH);
		KUNIT_EXPECT_TRUE(test, miracast_edid_valid(edid,
							    2 * EDID_LENGTH));
	}
	/* Nor is a block of old CTA, or one whose data blocks end before they begin. */
	edid = new_mapped_edid(test, 31, false);
	edid[EDID_LENGTH + 1] = 2;
	fix_checksum(edid + EDID_LENGTH);
	KUNIT_EXPECT_TRUE(test, miracast_edid_valid(edid, 2 * EDID_LENGTH));
	edid[EDID_LENGTH + 1] = 3;
	edid[EDID_LENGTH + 2] = 3;
	fix_checksum(edid + EDID_LENGTH);
	KUNIT_EXPECT_TRUE(test, miracast_edid_valid(edid, 2 * EDID_LENGTH));
	edid[EDID_LENGTH + 2] = 128;
	fix_checksum(edid + EDID_LENGTH);
	KUNIT_EXPECT_TRUE(test, miracast_edid_valid(edid, 2 * EDID_LENGTH));
}

static void monitor_types_are_those_of_wfd(struct kunit *test)
{
	static const u32 bad[] = { 6, 11, 13, 254, 256, U32_MAX };
	static const u32 good[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 255 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE(test, miracast_monitor_type_valid(good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE(test, miracast_monitor_type_valid(bad[i]));
}

static struct miracast_monitor *new_monitor(struct kunit *test, u32 modes)
{
	struct miracast_monitor *monitor;

	monitor = kunit_kzalloc(test, struct_size(monitor, modes, modes),
				GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, monitor);
	spin_lock_init(&monitor->refused_lock);
	monitor->type = DRM_MIRACAST_MONITOR_TYPE_HDMI;
	monitor->vsync_divider = 1;
	monitor->mode_count = modes;

	return monitor;
}

static void refused_modes_are_remembered(struct kunit *test)
{
	struct miracast_mode base = { 640, 480, 59940 };
	struct miracast_mode mode = { 1280, 720, 60000 };
	struct miracast_mode never = { 1920, 1080, 60000 };
	struct miracast_monitor *monitor = new_monitor(test, 0);
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, miracast_monitor_has_refused(monitor));
	KUNIT_EXPECT_FALSE(test, miracast_monitor_refused(monitor, &mode));
	for (i = 0; i < 2 * MIRACAST_MAX_REFUSED; i++)
		KUNIT_EXPECT_TRUE(test, miracast_monitor_refuse(monitor, &mode));
	KUNIT_EXPECT_TRUE(test, miracast_monitor_refused(monitor, &mode));
	KUNIT_EXPECT_TRUE(test, miracast_monitor_has_refused(monitor));

	for (i = 1; i < MIRACAST_MAX_REFUSED; i++) {
		struct miracast_mode other = { 800 + i, 600, 60000 };

		miracast_monitor_refuse(monitor, &other);
		KUNIT_EXPECT_TRUE(test, miracast_monitor_refused(monitor,
								 &other));
	}
	/* Nothing is forgotten; with one more, nothing is left. */
	KUNIT_EXPECT_TRUE(test, miracast_monitor_refused(monitor, &mode));
	KUNIT_EXPECT_FALSE(test, miracast_monitor_refused(monitor, &never));
	mode.width = 1000;
	miracast_monitor_refuse(monitor, &mode);
	KUNIT_EXPECT_TRUE(test, miracast_monitor_refused(monitor, &mode));
	KUNIT_EXPECT_TRUE(test, miracast_monitor_refused(monitor, &never));
	KUNIT_EXPECT_FALSE(test, miracast_monitor_refused(monitor, &base));
}

/* Room for refusals may have been used before. */
static void only_counted_refusals_are_valid(struct kunit *test)
{
	struct miracast_mode mode = { 1280, 720, 60000 };
	struct miracast_mode other = { 1920, 1080, 60000 };
	struct miracast_monitor *monitor = new_monitor(test, 0);

	monitor->refused[1] = other;
	KUNIT_EXPECT_TRUE(test, miracast_monitor_refuse(monitor, &mode));
	KUNIT_EXPECT_TRUE(test, miracast_monitor_refused(monitor, &mode));
	KUNIT_EXPECT_FALSE(test, miracast_monitor_refused(monitor, &other));
}

/* Every sink shows this one, so it stays on offer. */
static void base_mode_stays(struct kunit *test)
{
	struct miracast_mode base = { 640, 480, 59940 };
	struct miracast_monitor *monitor = new_monitor(test, 0);

	KUNIT_EXPECT_TRUE(test, miracast_monitor_refuse(monitor, &base));
	KUNIT_EXPECT_FALSE(test, miracast_monitor_refuse(monitor, &base));
	KUNIT_EXPECT_FALSE(test, miracast_monitor_refused(monitor, &base));
	KUNIT_EXPECT_TRUE(test, miracast_monitor_has_refused(monitor));
}

static void monitors_are_equal_byte_by_byte(struct kunit *test)
{
	struct miracast_monitor *a = new_monitor(test, 2);
	struct miracast_monitor *b = new_monitor(test, 2);
	struct miracast_mode mode = { 1280, 720, 60000 };
	u8 *bytes = (u8 *)b->modes;
	u8 *edid = new_edid(test, 1);
	unsigned int i;

	KUNIT_EXPECT_TRUE(test, miracast_monitor_equal(a, b));
	for (i = 0; i < 2 * sizeof(b->modes[0]); i++) {
		bytes[i] ^= 1;
		KUNIT_EXPECT_FALSE(test, miracast_monitor_equal(a, b));
		bytes[i] ^= 1;
	}
	b->flags ^= DRM_MIRACAST_ARRIVE_FLAG_UNION;
	KUNIT_EXPECT_FALSE(test, miracast_monitor_equal(a, b));
	b->flags = a->flags;
	b->type++;
	KUNIT_EXPECT_FALSE(test, miracast_monitor_equal(a, b));
	b->type--;
	b->vsync_divider++;
	KUNIT_EXPECT_FALSE(test, miracast_monitor_equal(a, b));
	b->vsync_divider--;
	b->mode_count--;
	KUNIT_EXPECT_FALSE(test, miracast_monitor_equal(a, b));
	b->mode_count++;
	miracast_monitor_refuse(b, &mode);
	KUNIT_EXPECT_TRUE(test, miracast_monitor_equal(a, b));

	a->edid_size = 2 * EDID_LENGTH;
	a->edid = drm_edid_alloc(edid, a->edid_size);
	KUNIT_ASSERT_NOT_NULL(test, a->edid);
	KUNIT_EXPECT_FALSE(test, miracast_monitor_equal(a, b));
	edid[2 * EDID_LENGTH - 2] ^= 1;
	b->edid_size = a->edid_size;
	b->edid = drm_edid_alloc(edid, b->edid_size);
	KUNIT_EXPECT_FALSE(test, miracast_monitor_equal(a, b));
	drm_edid_free(b->edid);
	b->edid = a->edid;
	KUNIT_EXPECT_TRUE(test, miracast_monitor_equal(a, b));
	drm_edid_free(a->edid);
}

static struct kunit_case monitor_cases[] = {
	KUNIT_CASE(edid_good_is_accepted),
	KUNIT_CASE(edid_every_header_byte_counts),
	KUNIT_CASE(edid_version_must_be_one),
	KUNIT_CASE(edid_every_checksum_counts),
	KUNIT_CASE(edid_size_must_match_the_extensions),
	KUNIT_CASE(edid_extensions_can_be_overridden),
	KUNIT_CASE(edid_map_is_what_drm_has_room_for),
	KUNIT_CASE(monitor_types_are_those_of_wfd),
	KUNIT_CASE(refused_modes_are_remembered),
	KUNIT_CASE(only_counted_refusals_are_valid),
	KUNIT_CASE(base_mode_stays),
	KUNIT_CASE(monitors_are_equal_byte_by_byte),
	{}
};

static struct kunit_suite monitor_suite = {
	.name = "miracast_monitor",
	.test_cases = monitor_cases,
};

kunit_test_suite(monitor_suite);
