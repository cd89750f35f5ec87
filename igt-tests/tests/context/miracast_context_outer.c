// SPDX-License-Identifier: MIT
/*
 * Bad arguments of the ioctls themselves, IO_CONTROL and RELEASE_CHUNK, descriptors that may
 * not get lost, and numbers that do not exist.
 */
#include <sys/resource.h>

#include "miracast_context_input.h"

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

	for (i = 0; i < ARRAY_SIZE(context_bad_addresses); i++) {
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_IO_CONTROL,
					   context_bad_addresses[i]), -EFAULT,
			    "IO_CONTROL at %p", context_bad_addresses[i]);
		mc_expect_f(mc_ioctl_errno(ctx->fd,
					   DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
					   context_bad_addresses[i]), -EFAULT,
			    "RELEASE_CHUNK at %p", context_bad_addresses[i]);
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
	uint8_t input[MC_INPUT_MAX], output[CONTEXT_OUT_MAX];
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
	context_expect_untouched(ctx, code);
}

static void test_outer_read_only(void)
{
	context_check_all_codes(check_outer_read_only);
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

const struct mc_subtest mc_context_outer[] = {
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
