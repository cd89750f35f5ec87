// SPDX-License-Identifier: MIT
/*
 * EDIDs that owners announce: valid ones of all sizes reach clients unchanged, invalid ones
 * are refused.
 */
#include "miracast_monitor.h"

static uint8_t edid[MC_EDID_MAX + 2 * MC_EDID_BLOCK];

static void test_edid(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = mc_edid(edid, 2, '1');

	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	igt_assert(mc_connected(card, ctx->connector));
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	igt_assert(mc_monitor_offers(card, ctx, 640, 480, 60000));
	mc_ctx_close(ctx);
}

static void test_edid_sizes(void)
{
	static const unsigned int blocks[] = { 1, 2, 3, 4, 8, 128, 255, 256 };
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;
	size_t size;

	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		size = mc_edid(edid, blocks[i], 'A' + i);
		mc_expect_f(mc_arrive_edid_errno(ctx->fd, edid, size), 0,
			    "%u blocks", blocks[i]);
		mc_wait_connected(card, ctx->connector, true);
		igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
		igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	}
	mc_ctx_close(ctx);
}

static void refuse_edid(int card, struct mc_ctx *ctx, size_t size, int want,
			const char *name, unsigned int number)
{
	mc_expect_f(mc_arrive_edid_errno(ctx->fd, edid, size), want, "%s, %u",
		    name, number);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	igt_assert(!mc_connected(card, ctx->connector));
}

static void test_edid_broken(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i, blocks = 5;
	size_t size;

	for (i = 0; i < 8; i++) {
		size = mc_edid(edid, 1, '1');
		edid[i] ^= 0x10;
		mc_edid_checksum(edid);
		refuse_edid(card, ctx, size, -EINVAL, "header", i);
	}
	for (i = 0; i < blocks; i++) {
		size = mc_edid(edid, blocks, '1');
		edid[i * MC_EDID_BLOCK + 127]++;
		refuse_edid(card, ctx, size, -EINVAL, "checksum", i);
		size = mc_edid(edid, blocks, '1');
		edid[i * MC_EDID_BLOCK + 100]++;
		refuse_edid(card, ctx, size, -EINVAL, "flipped bit", i);
	}
	for (i = 0; i < 256; i++) {
		size = mc_edid(edid, 1, '1');
		edid[18] = i;
		mc_edid_checksum(edid);
		if (i != 1)
			refuse_edid(card, ctx, size, -EINVAL, "version", i);
	}
	memset(edid, 0, MC_EDID_BLOCK);
	refuse_edid(card, ctx, MC_EDID_BLOCK, -EINVAL, "zeros", 0);
	memset(edid, 0xff, MC_EDID_BLOCK);
	refuse_edid(card, ctx, MC_EDID_BLOCK, -EINVAL, "ones", 0);
	mc_ctx_close(ctx);
}

/* Five blocks of which byte 126 says two, and an HF-EEODB in block 1 @blocks. */
static void edid_with_override(unsigned int blocks, uint8_t revision)
{
	uint8_t *cta = edid + MC_EDID_BLOCK;

	mc_edid(edid, 5, '1');
	edid[126] = 1;
	mc_edid_checksum(edid);
	memset(cta, 0, MC_EDID_BLOCK);
	cta[0] = 0x02;
	cta[1] = revision;
	cta[2] = 4 + 3;
	cta[4] = 0xe2;
	cta[5] = 0x78;
	cta[6] = (uint8_t)(blocks - 1);
	mc_edid_checksum(cta);
}

/* The sink's television has HDMI 2.1. */
static void test_edid_override(void)
{
	static const unsigned int blocks[] = { 3, 4, 5 };
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(blocks); i++) {
		size_t size = blocks[i] * MC_EDID_BLOCK;

		edid_with_override(blocks[i], 0x03);
		mc_expect_f(mc_arrive_edid_errno(ctx->fd, edid, size), 0,
			    "%u blocks", blocks[i]);
		mc_wait_connected(card, ctx->connector, true);
		igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
		igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));
	}
	/* One that says less than byte 126 overrides nothing. */
	edid_with_override(2, 0x03);
	edid[126] = 2;
	mc_edid_checksum(edid);
	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, 3 * MC_EDID_BLOCK), 0);
	mc_ctx_close(ctx);
}

static void test_edid_lying_size(void)
{
	static const struct {
		const char *what;
		unsigned int at, count;
		uint8_t bytes[8];
	} none[] = {
		{ "another extension", 0, 1, { 0x70 } },
		{ "an older revision", 1, 1, { 0x02 } },
		{ "no data block", 2, 1, { 4 } },
		{ "a cut data block", 2, 1, { 4 + 2 } },
		{ "another tag", 4, 1, { 0xc2 } },
		{ "a data block without a count", 4, 1, { 0xe1 } },
		{ "another extended tag", 5, 1, { 0x79 } },
		{ "the second data block", 2, 7,
		  { 4 + 5, 0, 0x41, 0x10, 0xe2, 0x78, 3 } },
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int claimed, given, i;
	size_t size;

	for (claimed = 1; claimed <= 4; claimed++) {
		for (given = 1; given <= 5; given++) {
			if (claimed == given)
				continue;
			mc_edid(edid, 5, '1');
			edid[126] = claimed - 1;
			mc_edid_checksum(edid);
			refuse_edid(card, ctx, given * MC_EDID_BLOCK, -EINVAL,
				    "claimed blocks", claimed);
		}
	}
	/* HDMI 2.1: the count of the first extension counts, when it is more. */
	for (claimed = 3; claimed <= 5; claimed++) {
		for (given = 1; given <= 5; given++) {
			edid_with_override(claimed, 0x03);
			if (claimed != given)
				refuse_edid(card, ctx, given * MC_EDID_BLOCK,
					    -EINVAL, "overridden blocks",
					    claimed);
		}
	}
	/* A block that is no such override, or is in the wrong place, is ignored. */
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		edid_with_override(4, 0x03);
		memcpy(edid + MC_EDID_BLOCK + none[i].at, none[i].bytes,
		       none[i].count);
		mc_edid_checksum(edid + MC_EDID_BLOCK);
		refuse_edid(card, ctx, 4 * MC_EDID_BLOCK, -EINVAL,
			    none[i].what, i);
		mc_expect_f(mc_arrive_edid_errno(ctx->fd, edid,
						 2 * MC_EDID_BLOCK), 0,
			    "%s", none[i].what);
		mc_depart(ctx);
	}
	for (size = 1; size < 300; size++) {
		mc_edid(edid, 3, '1');
		if (size % MC_EDID_BLOCK)
			refuse_edid(card, ctx, size, -EINVAL, "bytes", size);
	}
	mc_ctx_close(ctx);
}

static void test_edid_absurd_size(void)
{
	static const uint32_t sizes[] = {
		257 * MC_EDID_BLOCK, 65536, 1u << 20, 1u << 31,
		UINT32_MAX - 127, UINT32_MAX,
	};
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	unsigned int i;

	mc_edid(edid, 256, '1');
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		refuse_edid(card, ctx, sizes[i], -EINVAL, "size", sizes[i]);
	mc_ctx_close(ctx);
}

static void test_edid_pointers(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = mc_edid(edid, 2, '1'), missing;
	uint8_t *end = mc_before_hole(size);

	mc_expect(mc_arrive_edid_errno(ctx->fd, NULL, size), -EFAULT);
	mc_expect(mc_arrive_edid_errno(ctx->fd, (void *)~0xffful, size),
		  -EFAULT);
	for (missing = 1; missing < size; missing += 31) {
		memcpy(end + missing, edid, size - missing);
		mc_expect_f(mc_arrive_edid_errno(ctx->fd, end + missing, size),
			    -EFAULT, "%zu bytes not mapped", missing);
	}
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	igt_assert(!mc_connected(card, ctx->connector));
	/* Without bytes the pointer means nothing. */
	mc_expect(mc_arrive_edid_errno(ctx->fd, (void *)8, 0), 0);
	igt_assert(mc_monitor_has_edid(card, ctx, NULL, 0));
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_monitor_edid_input[] = {
	{ "edid", "Clients see the sink's EDID and its modes.", test_edid },
	{ "edid-sizes",
	  "EDIDs of up to 256 blocks reach clients byte by byte.",
	  test_edid_sizes },
	{ "edid-broken",
	  "An EDID with a wrong header, version or checksum is refused.",
	  test_edid_broken },
	{ "edid-lying-size",
	  "The extension count and the size must agree.",
	  test_edid_lying_size },
	{ "edid-override",
	  "The extension count of HDMI 2.1 counts in place of the base block's.",
	  test_edid_override },
	{ "edid-absurd-size", "EDIDs beyond the limit are refused.",
	  test_edid_absurd_size },
	{ "edid-pointers",
	  "EDIDs that are not there, or partly, are EFAULT.",
	  test_edid_pointers },
	{}
};
