// SPDX-License-Identifier: MIT
/*
 * Bad input on the context's descriptor: sizes, padding, pointers, codes. Each check walks
 * through all codes that the device provides. Arguments of the ioctls themselves are in
 * miracast_context_outer.c.
 */
#include "miracast_context_input.h"

/* Any state in which the code is allowed, so that only the input is wrong. */
static unsigned int good_state(const struct mc_code *code)
{
	unsigned int state = 0;

	while (!(code->states & 1u << state))
		state++;
	return state;
}

void context_check_all_codes(context_check_fn check)
{
	int card = mc_card_open();
	uint64_t codes = mc_caps(card).io_control_codes;
	unsigned int i;

	for (i = 0; i < mc_code_count; i++) {
		struct mc_ctx *ctx;

		if (!(codes >> mc_codes[i].code & 1))
			continue;
		ctx = mc_ctx_for_code(card, &mc_codes[i],
				      good_state(&mc_codes[i]));
		check(ctx, &mc_codes[i]);
		mc_ctx_close(ctx);
	}
}

static int call(struct mc_ctx *ctx, const struct mc_code *code,
		const void *in, uint32_t in_size)
{
	uint8_t output[CONTEXT_OUT_MAX];

	return mc_io_errno(ctx->fd, code->code, in, in_size, output,
			   code->out_size, NULL);
}

void context_expect_untouched(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX];

	igt_assert_eq_u32(mc_state(ctx), good_state(code));
	mc_code_input(code, input);
	mc_expect_f(call(ctx, code, input, code->in_size), code->answer,
		    "%s after a refused call", code->name);
}

/* Sizes */

static void check_short(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX];
	uint32_t size;

	mc_code_input(code, input);
	for (size = 0; size < code->in_size; size++)
		mc_expect_f(call(ctx, code, input, size), -EINVAL,
			    "%s, %u bytes", code->name, size);
	mc_expect_f(call(ctx, code, NULL, 0), -EINVAL, "%s, nothing",
		    code->name);
	context_expect_untouched(ctx, code);
}

static void check_long_dirty(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX];
	uint32_t size;

	for (size = code->in_size + 1; size <= code->in_size + 16; size++) {
		mc_code_input(code, input);
		input[size - 1] = 1;
		mc_expect_f(call(ctx, code, input, size), -E2BIG,
			    "%s, %u bytes", code->name, size);
	}
	context_expect_untouched(ctx, code);
}

static void check_long_clean(struct mc_ctx *ctx, const struct mc_code *code)
{
	static uint8_t page[4096];

	memset(page, 0, sizeof(page));
	mc_code_input(code, page);
	mc_expect_f(call(ctx, code, page, code->in_size + 8), code->answer,
		    "%s, eight more bytes", code->name);
}

static void check_long_page(struct mc_ctx *ctx, const struct mc_code *code)
{
	static uint8_t page[4096];

	memset(page, 0, sizeof(page));
	mc_code_input(code, page);
	mc_expect_f(call(ctx, code, page, sizeof(page)), code->answer,
		    "%s, a page", code->name);
}

static void check_absurd(struct mc_ctx *ctx, const struct mc_code *code)
{
	static const uint32_t sizes[] = { 1u << 24, 1u << 31, UINT32_MAX - 7,
					  UINT32_MAX };
	uint8_t input[MC_INPUT_MAX];
	unsigned int i;

	mc_code_input(code, input);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		mc_expect_f(call(ctx, code, input, sizes[i]), -E2BIG,
			    "%s, %u bytes", code->name, sizes[i]);
	context_expect_untouched(ctx, code);
}

static void test_in_short(void)
{
	context_check_all_codes(check_short);
}

static void test_in_long_dirty(void)
{
	context_check_all_codes(check_long_dirty);
}

static void test_in_long_clean(void)
{
	context_check_all_codes(check_long_clean);
	context_check_all_codes(check_long_page);
}

static void test_in_absurd(void)
{
	context_check_all_codes(check_absurd);
}

/* Members that must be zero */

static void check_zero(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX];
	int i, bit;

	for (i = 0; code->zero[i] != 0xffff; i++) {
		for (bit = 0; bit < 32; bit++) {
			uint32_t value = 1u << bit;

			mc_code_input(code, input);
			memcpy(input + code->zero[i], &value, sizeof(value));
			mc_expect_f(call(ctx, code, input, code->in_size),
				    -EINVAL, "%s, byte %u, bit %d", code->name,
				    code->zero[i], bit);
		}
	}
	context_expect_untouched(ctx, code);
}

static void test_in_flags(void)
{
	context_check_all_codes(check_zero);
}

/* Pointers */

void *const context_bad_addresses[CONTEXT_BAD_ADDRESSES] = {
	NULL, (void *)8, (void *)0x00007ffffffff000, (void *)~0xfffful,
	(void *)0xffff888000000000,
};

static void check_in_pointer(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX];
	uint8_t *end = mc_before_hole(code->in_size);
	uint32_t missing;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(context_bad_addresses); i++)
		mc_expect_f(call(ctx, code, context_bad_addresses[i], code->in_size),
			    -EFAULT, "%s, input at %p", code->name,
			    context_bad_addresses[i]);
	mc_code_input(code, input);
	for (missing = 1; missing < code->in_size; missing++) {
		memcpy(end + missing, input, code->in_size - missing);
		mc_expect_f(call(ctx, code, end + missing, code->in_size),
			    -EFAULT, "%s, %u bytes not mapped", code->name,
			    missing);
	}
	/* Up to the hole and no further is fine. */
	memcpy(end, input, code->in_size);
	mc_expect_f(call(ctx, code, end, code->in_size), code->answer,
		    "%s before a hole", code->name);
}

static void test_in_pointer(void)
{
	context_check_all_codes(check_in_pointer);
}

static void check_out_pointer(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX];
	uint8_t *end;
	uint32_t missing;
	unsigned int i;

	if (!code->out_size || code->answer)
		return;
	mc_code_input(code, input);
	end = mc_before_hole(code->out_size);
	for (i = 0; i < ARRAY_SIZE(context_bad_addresses); i++)
		mc_expect_f(mc_io_errno(ctx->fd, code->code, input,
					code->in_size, context_bad_addresses[i],
					code->out_size, NULL),
			    -EFAULT, "%s, output at %p", code->name,
			    context_bad_addresses[i]);
	for (missing = 1; missing < code->out_size; missing++)
		mc_expect_f(mc_io_errno(ctx->fd, code->code, input,
					code->in_size, end + missing,
					code->out_size, NULL),
			    -EFAULT, "%s, %u bytes of output not mapped",
			    code->name, missing);
	mc_expect_f(mc_io_errno(ctx->fd, code->code, input, code->in_size,
				mc_read_only(input, 8), code->out_size, NULL),
		    -EFAULT, "%s, read-only output", code->name);
	context_expect_untouched(ctx, code);
}

static void test_out_pointer(void)
{
	context_check_all_codes(check_out_pointer);
}

/* Output */

/* Output of repeatable calls is cut to every length. */
static void check_out_size(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX], whole[CONTEXT_OUT_MAX], cut[CONTEXT_OUT_MAX];
	uint32_t size, i, returned;

	if (!code->out_size || code->answer ||
	    code->code == DRM_MIRACAST_CODE_START_SESSION)
		return;
	mc_code_input(code, input);
	mc_expect(mc_io_errno(ctx->fd, code->code, input, code->in_size, whole,
			      sizeof(whole), &returned), 0);
	igt_assert_eq_u32(returned, code->out_size);
	for (size = 0; size <= code->out_size + 8; size++) {
		memset(cut, 0xa5, sizeof(cut));
		mc_expect(mc_io_errno(ctx->fd, code->code, input, code->in_size,
				      cut, size, &returned), 0);
		igt_assert_eq_u32(returned, size < code->out_size ? size :
				  code->out_size);
		igt_assert(!memcmp(cut, whole, returned));
		for (i = returned; i < sizeof(cut); i++)
			igt_assert_f(cut[i] == 0xa5, "%s writes too much\n",
				     code->name);
	}
	/* Without room nothing is written, wherever the pointer shows. */
	mc_expect(mc_io_errno(ctx->fd, code->code, input, code->in_size,
			      (void *)8, 0, &returned), 0);
	igt_assert_eq_u32(returned, 0);
}

static void test_out_size(void)
{
	context_check_all_codes(check_out_size);
}

static void test_out_size_of_start(void)
{
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), NULL);
	const struct drm_miracast_start_session in = {};
	uint64_t out[2] = { UINT64_MAX, UINT64_MAX };
	uint32_t size, returned, expected;

	for (size = 0; size <= sizeof(out); size += 2) {
		memset(out, 0xff, sizeof(out));
		mc_expect(mc_io_errno(ctx->fd, DRM_MIRACAST_CODE_START_SESSION,
				      &in, sizeof(in), out, size, &returned),
			  0);
		expected = size < 8 ? size : 8;
		igt_assert_eq_u32(returned, expected);
		igt_assert_eq_u64(out[1], UINT64_MAX);
		if (size >= 8)
			igt_assert_eq_u64(out[0], mc_statistics(ctx).session);
		mc_stop(ctx);
	}
	mc_ctx_close(ctx);
}

/* Codes without output accept room for some and say that none was written. */
static void check_no_output(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX], room[64];
	uint32_t returned = 77;
	unsigned int i;

	if (code->out_size)
		return;
	mc_code_input(code, input);
	memset(room, 0xa5, sizeof(room));
	mc_expect_f(mc_io_errno(ctx->fd, code->code, input, code->in_size,
				room, sizeof(room), &returned), code->answer,
		    "%s with room for output", code->name);
	if (!code->answer)
		igt_assert_eq_u32(returned, 0);
	for (i = 0; i < sizeof(room); i++)
		igt_assert_eq_u32(room[i], 0xa5);
}

static void test_no_output(void)
{
	context_check_all_codes(check_no_output);
}

/* Codes */

static void test_unknown_codes(void)
{
	static const uint32_t unknown[] = {
		0, 19, 31, 32, 63, 64, 65, 0x10001, 1u << 31, UINT32_MAX,
	};
	int card = mc_card_open();
	uint64_t input[8] = {}, output[8];
	unsigned int state, i;

	for (state = 0; state < MC_STATES; state++) {
		struct mc_ctx *ctx = mc_ctx_in_state(card, state);

		for (i = 0; i < ARRAY_SIZE(unknown); i++) {
			mc_expect_f(mc_io_errno(ctx->fd, unknown[i], input,
						sizeof(input), output,
						sizeof(output), NULL),
				    -EOPNOTSUPP, "code %u when %s", unknown[i],
				    mc_state_names[state]);
			mc_expect_f(mc_io_errno(ctx->fd, unknown[i], NULL, 0,
						NULL, 0, NULL),
				    -EOPNOTSUPP, "code %u, no input",
				    unknown[i]);
		}
		igt_assert_eq_u32(mc_state(ctx), state);
		mc_ctx_close(ctx);
	}
}

const struct mc_subtest mc_context_input[] = {
	{ "in-short",
	  "Input shorter than the first version of its struct is EINVAL.",
	  test_in_short },
	{ "in-long-dirty",
	  "Unknown trailing bytes that are not zero are E2BIG.",
	  test_in_long_dirty },
	{ "in-long-clean",
	  "Unknown trailing bytes that are zero change nothing.",
	  test_in_long_clean },
	{ "in-absurd",
	  "Absurd input sizes are E2BIG without a look at the memory.",
	  test_in_absurd },
	{ "in-flags",
	  "Flags and padding of every input must be zero.", test_in_flags },
	{ "in-pointer",
	  "Input that is not there, or partly, is EFAULT without effect.",
	  test_in_pointer },
	{ "out-pointer",
	  "Output that cannot be written is EFAULT and the call has no effect.",
	  test_out_pointer },
	{ "out-size",
	  "Output is cut to the room that there is, and bytes_returned says so.",
	  test_out_size },
	{ "out-size-of-start",
	  "START_SESSION starts with any room for its output.",
	  test_out_size_of_start },
	{ "no-output",
	  "Codes without output write none.", test_no_output },
	{ "unknown-codes",
	  "Unknown codes are EOPNOTSUPP in every state.", test_unknown_codes },
	{}
};
