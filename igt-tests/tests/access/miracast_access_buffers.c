// SPDX-License-Identifier: MIT
/*
 * What an owner can do with a buffer, and that buffers contain nothing of an earlier
 * screen.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "miracast_access.h"

static int buffer_fd(struct mc_scene *scene, struct mc_chunk *chunk,
		     size_t *size)
{
	const struct mc_buffer *buffer;

	mc_wait_chunk(scene->ctx, chunk);
	buffer = mc_buffer(scene->ctx, chunk->event.buffer);
	*size = buffer->size;
	return buffer->info.fds[0];
}

/* /proc and debugfs name the driver as the exporter of the memory. */
static void test_buffers_named(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	char path[64], text[1024];
	struct mc_chunk chunk;
	size_t size;
	int fd = buffer_fd(scene, &chunk, &size);

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	igt_assert(mc_read_file(path, text, sizeof(text)));
	igt_assert_f(strstr(text, "exp_name:\tmiracast\n"), "%s\n", text);
	mc_release(scene->ctx, &chunk);
}

static void test_buffers_read_only(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct mc_chunk chunk;
	char path[64];
	size_t size;
	void *map;
	int fd = buffer_fd(scene, &chunk, &size);

	igt_assert_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	igt_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	igt_assert(map == MAP_FAILED);
	igt_assert_eq(errno, EACCES);
	map = mmap(NULL, size, PROT_WRITE, MAP_SHARED, fd, 0);
	igt_assert(map == MAP_FAILED);
	igt_assert_eq(errno, EACCES);
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	igt_assert(map != MAP_FAILED);
	igt_assert_eq(mprotect(map, size, PROT_READ | PROT_WRITE), -1);
	igt_assert_eq(errno, EACCES);
	munmap(map, size);
	igt_assert_eq(write(fd, "x", 1), -1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	igt_assert_eq(open(path, O_RDWR), -1);
	mc_release(scene->ctx, &chunk);
}

/* The flags of a mapping, as /proc names them. */
static void read_flags(const void *map, char *flags, size_t size)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	unsigned long from, to;
	char line[512];
	bool found = false;

	igt_assert(file);
	flags[0] = '\0';
	while (!flags[0] && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			found = from == (uintptr_t)map;
		else if (found && !strncmp(line, "VmFlags:", 8))
			snprintf(flags, size, "%s", line);
	}
	fclose(file);
	igt_assert(flags[0]);
}

static void test_buffers_not_dumped(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct mc_chunk chunk;
	char flags[512];
	size_t size;
	void *map;
	int fd = buffer_fd(scene, &chunk, &size);

	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	igt_assert(map != MAP_FAILED);
	read_flags(map, flags, sizeof(flags));
	igt_assert_f(strstr(flags, " dd "), "dumped: %s\n", flags);
	/* Nor does a mapping reach beyond the buffer, by mremap(). */
	igt_assert_f(strstr(flags, " de "), "can grow: %s\n", flags);
	igt_assert(mremap(map, size, 2 * size, MREMAP_MAYMOVE) == MAP_FAILED);
	munmap(map, size);
	mc_release(scene->ctx, &chunk);
}

static void test_buffers_import(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct mc_chunk chunk;
	uint32_t handle = 0;
	size_t size;
	int fd = buffer_fd(scene, &chunk, &size);
	int other = mc_card_open();

	igt_assert(drmPrimeFDToHandle(scene->card, fd, &handle));
	igt_assert_eq(errno, EACCES);
	igt_assert(drmPrimeFDToHandle(other, fd, &handle));
	igt_assert_eq(errno, EACCES);
	igt_assert_eq_u32(handle, 0);
	mc_release(scene->ctx, &chunk);
}

/* Lights the target with one value everywhere, so that the buffers contain it. */
static void leave_traces(int card, uint32_t width, uint32_t height)
{
	struct mc_scene *scene = mc_scene_on(card, width, height, 4);
	struct mc_chunk chunk;
	int i;

	for (i = 0; i < 3; i++) {
		mc_fb_fill(scene->fb[i], 0xdeadbeef);
		mc_show(scene->kms, scene->fb[i], NULL, 0);
	}
	while (mc_try_chunk(scene->ctx, &chunk, MC_QUIET_MS))
		mc_release(scene->ctx, &chunk);
	mc_off(scene->kms);
	for (i = 0; i < 3; i++)
		mc_fb_free(scene->fb[i]);
	mc_ctx_close(scene->ctx);
	mc_wait_at_rest(card);
}

/* All bytes outside of the picture must be zero: ends of lines, end of the buffer. */
static void assert_no_traces(const struct mc_buffer *buffer)
{
	const struct drm_miracast_plane *plane = &buffer->info.planes[0];
	size_t line_bytes = (size_t)buffer->info.width * 4, y, x;
	size_t end = plane->offset + (size_t)plane->pitch * buffer->info.height;

	for (x = 0; x < plane->offset; x++)
		igt_assert_eq(buffer->map[x], 0);
	for (y = 0; y < buffer->info.height; y++) {
		const uint8_t *line = buffer->map + plane->offset +
				      y * plane->pitch;

		for (x = line_bytes; x < plane->pitch; x++)
			igt_assert_f(!line[x], "line %zu, byte %zu\n", y, x);
	}
	for (x = end; x < buffer->size; x++)
		igt_assert_f(!buffer->map[x], "byte %zu behind the end\n", x);
}

static void test_buffers_zeroed(void)
{
	int card = mc_card_open();
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 4);
	struct drm_miracast_mode odd = {
		.width = 650, .height = 481, .refresh_mhz = 60000,
	};
	struct mc_chunk chunk;
	struct mc_kms *kms;
	struct mc_ctx *ctx;
	struct mc_fb *fb;
	drmModeModeInfo mode;
	int i;

	leave_traces(card, 1280, 720);
	ctx = mc_ctx_create(card, &limits);
	kms = mc_kms(card, ctx->connector);
	fb = mc_fb(card, 650, 481, DRM_FORMAT_XRGB8888);
	mc_start(ctx);
	mc_arrive_modes(ctx, &odd, 1);
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_find_mode(card, ctx->connector, 650, 481, 0, &mode));
	mc_light(kms, &mode, fb);
	for (i = 0; i < 8; i++) {
		mc_wait_chunk(ctx, &chunk);
		assert_no_traces(mc_buffer(ctx, chunk.event.buffer));
		mc_release(ctx, &chunk);
		mc_expect(mc_request_frame_errno(ctx->fd), 0);
	}
	mc_ctx_close(ctx);
}

static void test_dumb_buffers_zeroed(void)
{
	int card = mc_card_open();
	struct mc_fb *fb;
	size_t i;
	int round;

	for (round = 0; round < 4; round++) {
		fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
		for (i = 0; i < fb->size; i++)
			igt_assert_eq(fb->map[i], 0);
		mc_fb_fill(fb, 0xdeadbeef);
		mc_fb_free(fb);
	}
}

const struct mc_subtest access_buffers[] = {
	{ "buffers-read-only",
	  "The owner can read the driver's buffers and never write them.",
	  test_buffers_read_only },
	{ "buffers-named", "They say whose they are.", test_buffers_named },
	{ "buffers-not-dumped",
	  "Core dumps have no pictures, and mappings do not grow.",
	  test_buffers_not_dumped },
	{ "buffers-import",
	  "Buffers cannot come back into the device as writable objects.",
	  test_buffers_import },
	{ "buffers-zeroed",
	  "Buffers hold nothing of an earlier context.", test_buffers_zeroed },
	{ "dumb-buffers-zeroed",
	  "Dumb buffers hold nothing of an earlier one.",
	  test_dumb_buffers_zeroed },
	{}
};
