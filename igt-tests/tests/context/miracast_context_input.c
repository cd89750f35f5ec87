// SPDX-License-Identifier: MIT
/*
 * Bad input on the context's descriptor: sizes, padding, pointers, codes. Each
 * check walks through all codes that the device provides.
 */
#include <sys/mman.h>
#include <sys/resource.h>

#include "miracast_context.h"

#define OUT_MAX 1024

/* Any state in which the code is allowed, so that only the input is wrong. */
static unsigned int good_state(const struct mc_code *code)
{
	unsigned int state = 0;

	while (!(code->states & 1u << state))
		state++;
	return state;
}

typedef void (*check_fn)(struct mc_ctx *ctx, const struct mc_code *code);

/* Runs @check on each code, each time in a new context. */
static void check_all_codes(check_fn check)
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
	uint8_t output[OUT_MAX];

	return mc_io_errno(ctx->fd, code->code, in, in_size, output,
			   code->out_size, NULL);
}

/* The refused call left the state alone, and a right one still works. */
static void expect_untouched(struct mc_ctx *ctx, const struct mc_code *code)
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
	expect_untouched(ctx, code);
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
	expect_untouched(ctx, code);
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
	expect_untouched(ctx, code);
}

static void test_in_short(void)
{
	check_all_codes(check_short);
}

static void test_in_long_dirty(void)
{
	check_all_codes(check_long_dirty);
}

static void test_in_long_clean(void)
{
	check_all_codes(check_long_clean);
	check_all_codes(check_long_page);
}

static void test_in_absurd(void)
{
	check_all_codes(check_absurd);
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
	expect_untouched(ctx, code);
}

static void test_in_flags(void)
{
	check_all_codes(check_zero);
}

/* Pointers */

static void *const bad_addresses[] = {
	NULL, (void *)8, (void *)0x00007ffffffff000, (void *)~0xfffful,
	(void *)0xffff888000000000,
};

static void check_in_pointer(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX];
	uint8_t *end = mc_before_hole(code->in_size);
	uint32_t missing;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad_addresses); i++)
		mc_expect_f(call(ctx, code, bad_addresses[i], code->in_size),
			    -EFAULT, "%s, input at %p", code->name,
			    bad_addresses[i]);
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
	check_all_codes(check_in_pointer);
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
	for (i = 0; i < ARRAY_SIZE(bad_addresses); i++)
		mc_expect_f(mc_io_errno(ctx->fd, code->code, input,
					code->in_size, bad_addresses[i],
					code->out_size, NULL),
			    -EFAULT, "%s, output at %p", code->name,
			    bad_addresses[i]);
	for (missing = 1; missing < code->out_size; missing++)
		mc_expect_f(mc_io_errno(ctx->fd, code->code, input,
					code->in_size, end + missing,
					code->out_size, NULL),
			    -EFAULT, "%s, %u bytes of output not mapped",
			    code->name, missing);
	mc_expect_f(mc_io_errno(ctx->fd, code->code, input, code->in_size,
				mc_read_only(input, 8), code->out_size, NULL),
		    -EFAULT, "%s, read-only output", code->name);
	expect_untouched(ctx, code);
}

static void test_out_pointer(void)
{
	check_all_codes(check_out_pointer);
}

/* Output */

/* Output of repeatable calls is cut to every length. */
static void check_out_size(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX], whole[OUT_MAX], cut[OUT_MAX];
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
	check_all_codes(check_out_size);
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
	check_all_codes(check_no_output);
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

/* The argument of the ioctl itself */

static int io_control_of_size(struct mc_ctx *ctx, size_t size, void *arg)
{
	return mc_ioctl_errno(ctx->fd, _IOC(_IOC_READ | _IOC_WRITE,
					    DRM_IOCTL_BASE, DRM_COMMAND_BASE +
					    DRM_MIRACAST_IO_CONTROL, size),
			      arg);
}

static int release_of_size(struct mc_ctx *ctx, size_t size, void *arg)
{
	return mc_ioctl_errno(ctx->fd, _IOC(_IOC_READ | _IOC_WRITE,
					    DRM_IOCTL_BASE, DRM_COMMAND_BASE +
					    DRM_MIRACAST_RELEASE_CHUNK, size),
			      arg);
}

static struct drm_miracast_io_control
statistics_call(const struct drm_miracast_get_statistics *in,
		struct drm_miracast_statistics *out)
{
	return (struct drm_miracast_io_control) {
		.code = DRM_MIRACAST_CODE_GET_STATISTICS,
		.in = (uintptr_t)in,
		.in_size = sizeof(*in),
		.out = (uintptr_t)out,
		.out_size = sizeof(*out),
	};
}

static void test_outer_sizes(void)
{
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), NULL);
	struct drm_miracast_get_statistics in = {};
	struct drm_miracast_statistics out = {};
	struct drm_miracast_io_control call = statistics_call(&in, &out);
	const size_t sizes[] = { sizeof(call) + 1, sizeof(call) + 8, 4096 };
	uint8_t bytes[4096];
	size_t size;
	unsigned int i;

	for (size = 0; size < sizeof(call); size++)
		mc_expect_f(io_control_of_size(ctx, size, &call),
			    -EINVAL, "%zu bytes", size);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		memset(bytes, 0, sizeof(bytes));
		memcpy(bytes, &call, sizeof(call));
		mc_expect_f(io_control_of_size(ctx, sizes[i], bytes), 0,
			    "%zu bytes", sizes[i]);
		bytes[sizes[i] - 1] = 1;
		mc_expect_f(io_control_of_size(ctx, sizes[i], bytes), -E2BIG,
			    "%zu bytes, last not zero", sizes[i]);
	}
	mc_ctx_close(ctx);
}

static void test_outer_flags(void)
{
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), NULL);
	struct drm_miracast_start_session in = {};
	int bit;

	for (bit = 0; bit < 32; bit++) {
		struct drm_miracast_io_control call = {
			.code = DRM_MIRACAST_CODE_START_SESSION,
			.flags = 1u << bit,
			.in = (uintptr_t)&in,
			.in_size = sizeof(in),
		};

		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_IO_CONTROL,
					   &call), -EINVAL, "flag %d", bit);
		call.flags = 0;
		call.pad = 1u << bit;
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_IO_CONTROL,
					   &call), -EINVAL, "pad %d", bit);
	}
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_CREATED);
	mc_ctx_close(ctx);
}

static void test_outer_pointer(void)
{
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), NULL);
	struct drm_miracast_get_statistics in = {};
	struct drm_miracast_statistics out = {};
	struct drm_miracast_io_control call = statistics_call(&in, &out);
	char *end = mc_before_hole(sizeof(call));
	unsigned int i;
	size_t missing;

	for (i = 0; i < ARRAY_SIZE(bad_addresses); i++) {
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_IO_CONTROL,
					   bad_addresses[i]), -EFAULT,
			    "IO_CONTROL at %p", bad_addresses[i]);
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
					   bad_addresses[i]), -EFAULT,
			    "RELEASE_CHUNK at %p", bad_addresses[i]);
	}
	for (missing = 1; missing < sizeof(call); missing++) {
		memcpy(end + missing, &call, sizeof(call) - missing);
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_IO_CONTROL,
					   end + missing), -EFAULT,
			    "%zu bytes not mapped", missing);
	}
	mc_ctx_close(ctx);
}

/* bytes_returned cannot be written: the call must not have happened. */
static void check_outer_read_only(struct mc_ctx *ctx,
				  const struct mc_code *code)
{
	struct drm_miracast_io_control arg = { .code = code->code };
	uint8_t input[MC_INPUT_MAX], output[OUT_MAX];
	int fds;

	if (code->answer)
		return;
	mc_code_input(code, input);
	arg.in = (uintptr_t)input;
	arg.in_size = code->in_size;
	arg.out = (uintptr_t)output;
	arg.out_size = code->out_size;
	fds = mc_count_fds();
	mc_expect_f(mc_ioctl_errno(ctx->fd, DRM_IOCTL_MIRACAST_IO_CONTROL,
				   mc_read_only(&arg, sizeof(arg))), -EFAULT,
		    "%s, read-only argument", code->name);
	igt_assert_eq(mc_count_fds(), fds);
	expect_untouched(ctx, code);
}

static void test_outer_read_only(void)
{
	check_all_codes(check_outer_read_only);
}

/* RELEASE_CHUNK and DESTROY_CONTEXT */

static void test_release_struct(void)
{
	struct mc_ctx *ctx = mc_ctx_in_state(mc_card_open(),
					     DRM_MIRACAST_STATE_MONITOR);
	struct drm_miracast_release_chunk arg = { .buffer = 1, .chunk_id = 1 };
	char *end = mc_before_hole(sizeof(arg));
	uint8_t bytes[64];
	size_t size;
	int bit;

	mc_expect(mc_ioctl_errno(ctx->fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
				 &arg), -ENOENT);
	for (size = 0; size < sizeof(arg); size++)
		mc_expect_f(release_of_size(ctx, size, &arg), -EINVAL,
			    "%zu bytes", size);
	for (size = 1; size < sizeof(arg); size++)
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
					   end + size), -EFAULT,
			    "%zu bytes not mapped", size);
	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, &arg, sizeof(arg));
	mc_expect(release_of_size(ctx, sizeof(bytes), bytes),
		  -ENOENT);
	bytes[sizeof(arg)] = 1;
	mc_expect(release_of_size(ctx, sizeof(bytes), bytes),
		  -E2BIG);
	for (bit = 0; bit < 32; bit++) {
		arg.flags = 1u << bit;
		arg.pad = 0;
		/* The descriptor 0 is no sync_file. */
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
					   &arg), -EINVAL, "flag %d", bit);
		arg.flags = 0;
		arg.fence_fd = (int)(1u << bit);
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
					   &arg), -EINVAL,
			    "fence %d without its flag", arg.fence_fd);
		arg.fence_fd = 0;
		arg.pad = 1u << bit;
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
					   &arg), -EINVAL, "pad %d", bit);
	}
	mc_ctx_close(ctx);
}

/* GET_BUFFER makes descriptors: none may get lost. */

static struct drm_miracast_io_control
buffer_call(const struct drm_miracast_get_buffer *in, void *out, uint32_t size)
{
	return (struct drm_miracast_io_control) {
		.code = DRM_MIRACAST_CODE_GET_BUFFER,
		.in = (uintptr_t)in,
		.in_size = sizeof(*in),
		.out = (uintptr_t)out,
		.out_size = size,
	};
}

static void test_get_buffer_fds(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct drm_miracast_get_buffer in = {};
	struct drm_miracast_buffer out;
	struct drm_miracast_io_control arg;
	struct mc_chunk chunk;
	int fd = scene->ctx->fd, fds;
	uint32_t size;
	uint8_t *end = mc_before_hole(sizeof(out));

	mc_wait_chunk(scene->ctx, &chunk);
	in.buffer = chunk.event.buffer;
	fds = mc_count_fds();

	arg = buffer_call(&in, &out, sizeof(out));
	mc_expect(mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_IO_CONTROL,
				 mc_read_only(&arg, sizeof(arg))), -EFAULT);
	igt_assert_eq(mc_count_fds(), fds);
	for (size = 1; size < sizeof(out); size++) {
		arg = buffer_call(&in, end + size, sizeof(out));
		mc_expect(mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_IO_CONTROL,
					 &arg), -EFAULT);
	}
	igt_assert_eq(mc_count_fds(), fds);
	/* Descriptors are made only when there is room for them. */
	for (size = 0; size < sizeof(out); size++) {
		arg = buffer_call(&in, &out, size);
		mc_expect(mc_ioctl_errno(fd, DRM_IOCTL_MIRACAST_IO_CONTROL,
					 &arg), 0);
		igt_assert_eq_u32(arg.bytes_returned, size);
		igt_assert_eq(mc_count_fds(), fds);
	}
	mc_expect(mc_get_buffer_errno(fd, in.buffer, &out), 0);
	igt_assert_eq(mc_count_fds(), fds + 1);
	mc_close(out.fds[0]);
	mc_release(scene->ctx, &chunk);
}

static void test_get_buffer_no_descriptors(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct drm_miracast_buffer out;
	struct rlimit old, tight;
	struct mc_chunk chunk;
	int next, ret;

	mc_wait_chunk(scene->ctx, &chunk);
	next = dup(scene->card);
	close(next);
	igt_assert_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	tight = old;
	tight.rlim_cur = next;
	igt_assert_eq(setrlimit(RLIMIT_NOFILE, &tight), 0);
	ret = mc_get_buffer_errno(scene->ctx->fd, chunk.event.buffer, &out);
	igt_assert_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	mc_expect(ret, -EMFILE);
	mc_release(scene->ctx, &chunk);
}

static void test_unknown_numbers(void)
{
	static const uint64_t numbers[] = { 0, 1ull << 40, INT64_MAX,
					    UINT64_MAX };
	struct mc_scene *scene = mc_scene_running(640, 480, 2);
	int fd = scene->ctx->fd;
	struct drm_miracast_buffer out;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		mc_expect(mc_get_buffer_errno(fd, numbers[i], &out), -ENOENT);
		mc_expect(mc_complete_errno(fd, numbers[i], 0), -ENOENT);
	}
	mc_expect(mc_release_errno(fd, 0, 0), -ENOENT);
	mc_expect(mc_release_errno(fd, UINT64_MAX, 1), -ENOENT);
	mc_expect(mc_release_errno(fd, 1,
				   DRM_MIRACAST_MAKE_CHUNK_ID((1ull << 40) - 1,
							      0)),
		  -ENOENT);
	mc_expect(mc_release_errno(fd, UINT64_MAX, UINT64_MAX), -EINVAL);
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
	{ "outer-sizes",
	  "The IO_CONTROL struct itself can grow, and cannot be cut.",
	  test_outer_sizes },
	{ "outer-flags",
	  "Flags and padding of the IO_CONTROL struct must be zero.",
	  test_outer_flags },
	{ "outer-pointer",
	  "Argument structs that are not there, or partly, are EFAULT.",
	  test_outer_pointer },
	{ "outer-read-only",
	  "When bytes_returned cannot be written, the call has no effect.",
	  test_outer_read_only },
	{ "release-struct",
	  "RELEASE_CHUNK checks sizes, flags, padding and pointers.",
	  test_release_struct },
	{ "get-buffer-fds",
	  "GET_BUFFER loses no descriptor, whatever part of its output fails.",
	  test_get_buffer_fds },
	{ "get-buffer-no-descriptors",
	  "GET_BUFFER is EMFILE when there is no descriptor left.",
	  test_get_buffer_no_descriptors },
	{ "unknown-numbers",
	  "Numbers that were never given out are ENOENT.",
	  test_unknown_numbers },
	{}
};
