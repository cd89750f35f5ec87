// SPDX-License-Identifier: MIT
/*
 * The limits of a context and the budget of the device: the least and the most, more than
 * there could ever be, and more than there is at the moment.
 */
#include "miracast_context.h"

static void test_overflow(void)
{
	static const struct {
		uint32_t width, height, mhz, buffers;
	} products[] = {
		{ 65536, 65536, 60000, 2 },
		{ 32768, 32768, 60000, 16 },
		{ 1u << 30, 4, 60000, 16 },
		{ 1u << 31, 1u << 31, 1u << 31, 16 },
		{ UINT32_MAX, UINT32_MAX, UINT32_MAX, 16 },
		{ 0xfffffff0, 0xfffffff0, 60000, 2 },
		{ 65535, 65535, UINT32_MAX, 2 },
	};
	int card = mc_card_open();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(products); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(products[i].width, products[i].height,
				  products[i].buffers);

		limits.max_refresh_mhz = products[i].mhz;
		mc_expect_f(mc_create_errno(card, &limits), -EINVAL, "row %u",
			    i);
	}
	igt_assert(mc_at_rest(card));
}

static uint64_t memory_of(const struct drm_miracast_create_context *limits)
{
	uint64_t line = (limits->max_width * 4 + 255) / 256 * 256;
	uint64_t lines = (limits->max_height + 15) / 16 * 16;

	return line * lines * limits->buffer_count;
}

static void test_smallest_and_largest(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps caps = mc_caps(card);
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);

	mc_ctx_close(ctx);
	limits.buffer_count = caps.max_buffers;
	if (memory_of(&limits) < caps.picture_memory_total)
		mc_ctx_close(mc_ctx_create(card, &limits));
	limits = mc_limits(640, caps.max_height, 2);
	mc_ctx_close(mc_ctx_create(card, &limits));
	limits = mc_limits(caps.max_width, 480, 2);
	mc_ctx_close(mc_ctx_create(card, &limits));
	limits = mc_limits(640, 480, 2);
	limits.max_refresh_mhz = caps.max_refresh_mhz;
	mc_ctx_close(mc_ctx_create(card, &limits));
}

static void test_beyond_device(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps caps = mc_caps(card);
	struct drm_miracast_create_context limits;

	limits = mc_limits(caps.max_width + 1, 480, 2);
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	limits = mc_limits(640, caps.max_height + 1, 2);
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	limits = mc_limits(640, 480, 2);
	limits.max_refresh_mhz = caps.max_refresh_mhz + 1;
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	igt_assert(mc_at_rest(card));
}

/* 40 x 30 macroblocks, 60 times a second. */
#define SMALLEST_RATE	72000

static void test_beyond_rate(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int card;

	mc_module_reload("macroblock_rate=100000");
	card = mc_card_open();
	igt_assert_eq_u64(mc_caps(card).macroblock_rate_total, 100000);
	mc_ctx_close(mc_ctx_create(card, &limits));
	limits = mc_limits(1280, 720, 2);
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	limits = mc_limits(640, 480, 2);
	limits.max_refresh_mhz = 90000;
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	/* The rate of a single mode counts, not the product of all limits. */
	limits.max_macroblock_rate = 100000;
	mc_ctx_close(mc_ctx_create(card, &limits));
	limits.max_macroblock_rate = 100001;
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	igt_assert(mc_at_rest(card));
}

static void test_beyond_memory(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int card;

	mc_module_reload("picture_memory_mib=4");
	card = mc_card_open();
	igt_assert_eq_u64(mc_caps(card).picture_memory_total, 4u << 20);
	mc_ctx_close(mc_ctx_create(card, &limits));
	limits = mc_limits(640, 480, 4);
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	limits = mc_limits(1280, 720, 2);
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	igt_assert(mc_at_rest(card));
}

/* Makes contexts until the device has no room; returns how many there were. */
static uint32_t fill_device(int card, struct drm_miracast_create_context *limits,
			    struct mc_ctx **ctx)
{
	struct drm_miracast_create_context arg;
	struct drm_miracast_query_caps caps;
	uint32_t count = 0;
	int ret;

	for (;;) {
		caps = mc_caps(card);
		arg = *limits;
		ret = mc_create_errno(card, &arg);
		if (ret)
			break;
		ctx[count++] = mc_ctx_from_fd(arg.context_fd);
	}
	mc_expect(ret, -EBUSY);
	igt_assert_eq_u64(mc_caps(card).macroblock_rate_free,
			  caps.macroblock_rate_free);
	igt_assert_eq_u64(mc_caps(card).picture_memory_free,
			  caps.picture_memory_free);
	igt_assert_eq_u32(mc_caps(card).targets_free, caps.targets_free);
	igt_assert_eq_u32(mc_caps(card).encoder_slots_free,
			  caps.encoder_slots_free);
	return count;
}

static void empty_device(struct mc_ctx **ctx, uint32_t count)
{
	while (count)
		mc_ctx_close(ctx[--count]);
}

static void busy(const char *parameters, uint32_t expected)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct mc_ctx *ctx[16];
	uint32_t count;
	int card;

	mc_module_reload(parameters);
	card = mc_card_open();
	count = fill_device(card, &limits, ctx);
	igt_assert_eq_u32(count, expected);
	/* One back, one out. */
	mc_ctx_close(ctx[0]);
	ctx[0] = mc_ctx_create(card, &limits);
	mc_expect(mc_create_errno(card, &limits), -EBUSY);
	empty_device(ctx, count);
	igt_assert(mc_at_rest(card));
}

static void test_busy_targets(void)
{
	busy("targets=3 encoder_slots=8", 3);
}

static void test_busy_slots(void)
{
	busy("targets=8 encoder_slots=3", 3);
}

static void test_busy_rate(void)
{
	busy("targets=8 macroblock_rate=250000", 250000 / SMALLEST_RATE);
}

static void test_busy_memory(void)
{
	busy("targets=8 picture_memory_mib=12", (12 << 20) / (2 * 640 * 480 * 4));
}

const struct mc_subtest mc_context_limits[] = {
	{ "overflow",
	  "Limits whose products overflow do not slip through.",
	  test_overflow },
	{ "smallest-and-largest",
	  "The limits of the device themselves are allowed.",
	  test_smallest_and_largest },
	{ "beyond-device",
	  "More than the device could ever give is EINVAL, not EBUSY.",
	  test_beyond_device },
	{ "beyond-rate",
	  "More encode rate than the device has is EINVAL.",
	  test_beyond_rate },
	{ "beyond-memory",
	  "More picture memory than the device has is EINVAL.",
	  test_beyond_memory },
	{ "busy-targets",
	  "When all targets are used, creation is EBUSY and takes nothing.",
	  test_busy_targets },
	{ "busy-rate",
	  "When the encode rate is used up, creation is EBUSY and takes nothing.",
	  test_busy_rate },
	{ "busy-memory",
	  "When the picture memory is used up, creation is EBUSY and takes nothing.",
	  test_busy_memory },
	{ "busy-slots",
	  "When the encoder slots are used up, creation is EBUSY and takes nothing.",
	  test_busy_slots },
	{}
};
