// SPDX-License-Identifier: MIT
/*
 * EDIDs other than the sink's own: set by the administrator, or mutated.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "miracast_monitor.h"

#define FIRMWARE "/sys/module/firmware_class/parameters/path"
#define EDID_FIRMWARE "/sys/module/drm/parameters/edid_firmware"
#define MUTATIONS 2000

/* Another monitor: 1920x1080, and nothing of the one that the sink has. */
static size_t other_edid(uint8_t *edid)
{
	static const uint8_t timing[] = {
		0x02, 0x3a, 0x80, 0x18, 0x71, 0x38, 0x2d, 0x40,
		0x58, 0x2c, 0x45, 0x00, 0x58, 0x54, 0x21, 0x00, 0x00, 0x1e,
	};
	size_t size = mc_edid(edid, 2, '2');

	memcpy(edid + 54, timing, sizeof(timing));
	mc_edid_checksum(edid);
	return size;
}

static void write_bytes(const char *path, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	igt_assert_f(fd >= 0, "%s: %m\n", path);
	igt_assert_eq_u64(write(fd, bytes, size), size);
	close(fd);
}

/* With the NUL at its end: without a byte nothing is written. */
static void write_parameter(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text) + 1);
}

/* The connector while another EDID replaces the sink's. */
static void check_other(int card, struct mc_ctx *ctx)
{
	uint8_t edid[2 * MC_EDID_BLOCK];
	size_t size = other_edid(edid);

	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
	igt_assert(mc_monitor_offers(card, ctx, 1920, 1080, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	igt_assert(!mc_monitor_offers(card, ctx, 1280, 720, 60000));
}

static void check_own(int card, struct mc_ctx *ctx, const uint8_t *edid,
		      size_t size)
{
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
	igt_assert(!size || mc_monitor_offers(card, ctx, 1280, 720, 60000));
	igt_assert(!mc_monitor_offers(card, ctx, 1920, 1080, 60000));
}

static void test_debugfs_override(void)
{
	uint8_t own[MC_EDID_BLOCK], other[2 * MC_EDID_BLOCK];
	size_t own_size = mc_edid(own, 1, '1'), other_size = other_edid(other);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);
	char path[256];

	mc_connector_path(path, sizeof(path), card, ctx->connector,
			  "edid_override");
	igt_require_f(!access(path, W_OK), "no debugfs\n");
	mc_expect(mc_arrive_edid_errno(ctx->fd, own, own_size), 0);
	mc_wait_connected(card, ctx->connector, true);
	check_own(card, ctx, own, own_size);

	write_bytes(path, other, other_size);
	check_other(card, ctx);
	/* It stays when the monitor is replaced, or has no EDID. */
	mc_depart(ctx);
	igt_assert(!mc_connected(card, ctx->connector));
	mc_expect(mc_arrive_edid_errno(ctx->fd, NULL, 0), 0);
	mc_wait_connected(card, ctx->connector, true);
	check_other(card, ctx);

	write_bytes(path, "reset", 5);
	check_own(card, ctx, NULL, 0);
	mc_depart(ctx);
	igt_assert(!mc_connected(card, ctx->connector));
	mc_expect(mc_arrive_edid_errno(ctx->fd, own, own_size), 0);
	mc_wait_connected(card, ctx->connector, true);
	check_own(card, ctx, own, own_size);
	mc_ctx_close(ctx);
}

static void test_firmware(void)
{
	uint8_t own[MC_EDID_BLOCK], other[2 * MC_EDID_BLOCK];
	size_t own_size = mc_edid(own, 1, '1'), other_size = other_edid(other);
	char folder[] = "/tmp/edid.XXXXXX", file[64], before[PATH_MAX];
	int card = mc_card_open();
	struct mc_ctx *ctx;

	igt_require_f(!access(EDID_FIRMWARE, W_OK),
		      "no drm.edid_firmware in this kernel\n");
	ctx = mc_monitor_session(card, 1920, 1080);
	igt_assert(mc_read_file(FIRMWARE, before, sizeof(before)));
	before[strcspn(before, "\n")] = '\0';
	igt_assert(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/monitor.bin", folder);
	write_bytes(file, other, other_size);
	mc_expect(mc_arrive_edid_errno(ctx->fd, own, own_size), 0);
	mc_wait_connected(card, ctx->connector, true);
	check_own(card, ctx, own, own_size);

	write_parameter(FIRMWARE, folder);
	write_parameter(EDID_FIRMWARE, "monitor.bin");
	check_other(card, ctx);
	write_parameter(EDID_FIRMWARE, "");
	write_parameter(FIRMWARE, before);
	check_own(card, ctx, own, own_size);
	unlink(file);
	rmdir(folder);
	mc_ctx_close(ctx);
}

/* Mutated EDIDs */

/* Blocks of a television: what most of DRM core's parser reads. */
/* No HDMI block: DRM core reports an error for each mode there that it lacks. */
static const uint8_t cta[] = {
	0x02, 0x03, 50, 0xf0,
	0x49, 0x10, 0x1f, 0x04, 0x13, 0x05, 0x14, 0x61, 0x60, 0x01, /* VICs */
	0x23, 0x09, 0x07, 0x07,					/* audio */
	0x83, 0x01, 0x00, 0x00,					/* speakers */
	0x67, 0xd8, 0x5d, 0xc4, 0x01, 0x78, 0x80, 0x03,		/* HDMI Forum */
	0xe9, 0x0f, 0x00, 0x60, 0, 0, 0, 0, 0, 0,	/* 4:2:0 capability map */
	0xe3, 0x0e, 0x61, 0x60,					/* 4:2:0 VICs */
	0xe3, 0x06, 0x05, 0x01,					/* HDR */
	0xe2, 0x00, 0x4a,					/* capabilities */
};

static const uint8_t display_id[] = {
	0x70, 0x13, 61, 0x03, 0x00,
	0x03, 0x00, 20,						/* type I timing */
	0x01, 0x1d, 0x00, 0x88, 0xff, 0x04, 0x71, 0x01, 0x6d, 0x00, 0x27, 0x00,
	0xcf, 0x02, 0x1d, 0x00, 0x04, 0x00, 0x04, 0x00,
	0x12, 0x00, 22, 0x82, 0x10, 0x00, 0x00, 0x7f, 0x07, 0x37, 0x04, 0x00,
	0x00, 0x00, 0x00, 0x00, 'T', 'S', 'T', 1, 0, 2, 0, 0, 0,	/* tile */
	0x81, 0x00, 10,				/* CTA data blocks: another map */
	0xe9, 0x0f, 0x01, 0, 0, 0, 0, 0, 0, 0,
};

/* A section of DisplayID has a checksum of its own. */
static void mend_sums(uint8_t *block)
{
	uint8_t sum = 0;
	unsigned int i, last = 5 + block[2];

	if (block[0] == 0x70 && last < MC_EDID_BLOCK - 1) {
		for (i = 1; i < last; i++)
			sum += block[i];
		block[last] = -sum;
	}
	mc_edid_checksum(block);
}

static void put_block(uint8_t *block, const uint8_t *bytes, size_t size)
{
	mc_edid_block(block, bytes, size);
	mend_sums(block);
}

/* DRM core has room for a 4:2:0 capability map of 8 bytes, and warns of more. */
static void test_long_map(void)
{
	uint8_t edid[2 * MC_EDID_BLOCK], *block = edid + MC_EDID_BLOCK;
	size_t size = mc_edid(edid, 2, '1');
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);
	unsigned int i, length;

	for (i = 0; i < 2; i++) {
		for (length = 7; length <= 31; length++) {
			if (i) {
				put_block(block, display_id,
					  sizeof(display_id));
				block[2] = 51 + 1 + length;
				block[5 + 23 + 25 + 2] = 1 + length;
				block[5 + 23 + 25 + 3] = 0xe0 | length;
			} else {
				put_block(block, cta, sizeof(cta));
				block[2] = 4 + 1 + length;
				block[4] = 0xe0 | length;
				block[5] = 0x0f;
			}
			mend_sums(block);
			mc_expect_f(mc_arrive_edid_errno(ctx->fd, edid, size),
				    length > 9 ? -EINVAL : 0, "%s, %u bytes",
				    i ? "DisplayID" : "CTA", length);
			igt_assert_eq(mc_monitor_has_edid(card, ctx, edid, size),
				      length <= 9);
			if (length <= 9)
				mc_depart(ctx);
			igt_assert(!mc_connected(card, ctx->connector));
		}
	}
	mc_ctx_close(ctx);
}

/* One that is right, of up to four blocks. */
static size_t sample(uint8_t *edid, uint32_t *seed)
{
	size_t size = mc_edid(edid, 1 + mc_random(seed) % 4, '1'), at;
	bool is_cta = true;

	for (at = MC_EDID_BLOCK; at < size; at += MC_EDID_BLOCK) {
		if (is_cta)
			put_block(edid + at, cta, sizeof(cta));
		else
			put_block(edid + at, display_id, sizeof(display_id));
		is_cta = mc_random(seed) % 2;
	}
	/* HDMI 2.1 counts the extensions elsewhere. */
	if (size > 2 * MC_EDID_BLOCK && mc_random(seed) % 2) {
		uint8_t *block = edid + MC_EDID_BLOCK;

		edid[126] = 1;
		mc_edid_checksum(edid);
		block[4] = 0xe2;
		block[5] = 0x78;
		block[6] = size / MC_EDID_BLOCK - 1;
		mc_edid_checksum(block);
	}
	return size;
}

/* Half of them with right checksums, so that more than those is looked at. */
static size_t mutate(uint8_t *edid, size_t size, uint32_t *seed)
{
	static const uint8_t edges[] = { 0, 1, 0x1f, 0x7f, 0x80, 0xe0, 0xff };
	unsigned int i, count = 1 + mc_random(seed) % 12;
	bool mend = mc_random(seed) % 2;
	size_t at;

	for (i = 0; i < count; i++) {
		at = mc_random(seed) % size;
		/* Bytes that determine how the rest is parsed are changed more often. */
		if (mc_random(seed) % 4 == 0)
			at = at / MC_EDID_BLOCK * MC_EDID_BLOCK +
			     mc_random(seed) % 16;
		if (mend && at < 20)
			continue;
		if (mc_random(seed) % 2)
			edid[at] = edges[mc_random(seed) % ARRAY_SIZE(edges)];
		else
			edid[at] ^= 1u << mc_random(seed) % 8;
	}
	for (at = 0; mend && at < size; at += MC_EDID_BLOCK)
		mend_sums(edid + at);
	if (mc_random(seed) % 16 == 0)
		size = mc_random(seed) % (size + 1);
	return size;
}

static bool sums_are_right(const uint8_t *edid, size_t size)
{
	uint8_t sum = 0;
	size_t i;

	for (i = 0; i < size; i++) {
		sum += edid[i];
		if (i % MC_EDID_BLOCK == MC_EDID_BLOCK - 1 && sum)
			return false;
	}
	return true;
}

/* An accepted EDID is shown unchanged; a refused one leaves nothing behind. */
static void test_mutated(void)
{
	uint32_t seed = mc_setting("MIRACAST_SEED", (uint32_t)mc_now_ns() | 1);
	uint8_t edid[4 * MC_EDID_BLOCK];
	unsigned int i, taken = 0, broken = 0;
	int card = mc_card_open(), ret;
	struct mc_ctx *ctx = mc_monitor_session(card, 1920, 1080);
	size_t size;

	igt_info("MIRACAST_SEED=%u\n", seed);
	for (i = 0; i < MUTATIONS; i++) {
		size = sample(edid, &seed);
		size = mutate(edid, size, &seed);
		ret = mc_arrive_edid_errno(ctx->fd, edid, size);
		igt_assert_f(!ret || ret == -EINVAL, "EDID %u: %d\n", i, ret);
		if (size % MC_EDID_BLOCK || !sums_are_right(edid, size)) {
			mc_expect_f(ret, -EINVAL, "EDID %u", i);
			broken++;
		}
		if (ret) {
			igt_assert(!mc_connected(card, ctx->connector));
			continue;
		}
		taken++;
		igt_assert_f(mc_monitor_has_edid(card, ctx, edid, size), "EDID %u\n", i);
		igt_assert_f(mc_monitor_offers(card, ctx, 640, 480, 60000), "EDID %u\n", i);
		mc_depart(ctx);
		igt_assert(!mc_connected(card, ctx->connector));
	}
	igt_info("%u taken, %u refused\n", taken, MUTATIONS - taken);
	igt_assert_lte(MUTATIONS / 8, (int)taken);
	igt_assert_lte(MUTATIONS / 8, (int)broken);
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_monitor_edid[] = {
	{ "edid-debugfs-override",
	  "An EDID in edid_override takes the place of the sink's.",
	  test_debugfs_override },
	{ "edid-firmware",
	  "An EDID of drm.edid_firmware takes the place of the sink's.",
	  test_firmware },
	{ "edid-long-map",
	  "EDIDs that make DRM core warn are refused.", test_long_map },
	{ "edid-mutated",
	  "Mutated EDIDs are shown byte by byte, or refused, and do no harm.",
	  test_mutated },
	{}
};
