// SPDX-License-Identifier: MIT
/*
 * What the owner of a DIRECT context may do with the framebuffers of a client:
 * read them, and nothing else.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/dma-buf.h>

#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

/* The descriptor of the first chunk's buffer. */
static int first_buffer(struct mc_scene *scene, struct mc_chunk *chunk)
{
	struct drm_miracast_buffer info;

	mc_wait_chunk(scene->ctx, chunk);
	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk->event.buffer,
				      &info), 0);
	return info.fds[0];
}

static int map_errno(int fd, size_t size, int prot, int flags)
{
	void *map = mmap(NULL, size, prot, flags, fd, 0);

	if (map == MAP_FAILED)
		return -errno;
	munmap(map, size);
	return 0;
}

static void expect_read_only(int fd, size_t size)
{
	char path[64];
	void *map;

	igt_assert_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	igt_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	mc_expect(map_errno(fd, size, PROT_READ, MAP_SHARED), 0);
	mc_expect(map_errno(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED),
		  -EACCES);
	mc_expect(map_errno(fd, size, PROT_WRITE, MAP_SHARED), -EACCES);
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	igt_assert(map != MAP_FAILED);
	igt_assert_eq(mprotect(map, size, PROT_READ | PROT_WRITE), -1);
	igt_assert_eq(errno, EACCES);
	munmap(map, size);
	/* Nor is there a way around by procfs. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	igt_assert(open(path, O_RDWR | O_CLOEXEC) < 0);
	igt_assert(open(path, O_WRONLY | O_CLOEXEC) < 0);
}

static void test_read_only(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	int fd = first_buffer(scene, &chunk);

	expect_read_only(fd, scene->fb[0]->size);
	mc_release(scene->ctx, &chunk);
}

/* What the compositor hands out on its own account changes nothing. */
static void test_exported_too(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	size_t size = scene->fb[0]->size;
	struct mc_chunk chunk;
	uint32_t handle;
	int theirs, owners, second;

	igt_assert_eq(drmPrimeHandleToFD(scene->card, scene->fb[0]->handle,
					 DRM_CLOEXEC | DRM_RDWR, &theirs), 0);
	mc_keep(theirs);
	owners = first_buffer(scene, &chunk);
	igt_assert(mc_inode(owners) != mc_inode(theirs));
	expect_read_only(owners, size);
	mc_expect(map_errno(theirs, size, PROT_READ | PROT_WRITE, MAP_SHARED),
		  0);
	second = mc_card_open();
	igt_assert_eq(drmPrimeFDToHandle(scene->card, owners, &handle), -1);
	igt_assert_eq(errno, EACCES);
	igt_assert_eq(drmPrimeFDToHandle(second, owners, &handle), -1);
	igt_assert_eq(errno, EACCES);
	/* The client's own export is as good as before. */
	igt_assert_eq(drmPrimeFDToHandle(scene->card, theirs, &handle), 0);
	igt_assert_eq_u32(handle, scene->fb[0]->handle);
	mc_release(scene->ctx, &chunk);
}

/* And the other way round: exported by the client when the owner has it. */
static void test_exported_later(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	int owners = first_buffer(scene, &chunk), theirs;
	uint32_t handle;

	igt_assert_eq(drmPrimeFDToHandle(scene->card, owners, &handle), -1);
	igt_assert_eq(errno, EACCES);
	igt_assert_eq(drmPrimeHandleToFD(scene->card, scene->fb[0]->handle,
					 DRM_CLOEXEC | DRM_RDWR, &theirs), 0);
	mc_keep(theirs);
	igt_assert(mc_inode(owners) != mc_inode(theirs));
	mc_expect(map_errno(theirs, scene->fb[0]->size, PROT_READ | PROT_WRITE,
			    MAP_SHARED), 0);
	expect_read_only(owners, scene->fb[0]->size);
	mc_release(scene->ctx, &chunk);
}

static void test_sync(void)
{
	struct dma_buf_sync sync = {
		.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ,
	};
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_chunk chunk;
	int i, fd = first_buffer(scene, &chunk);

	for (i = 0; i < 100; i++) {
		sync.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ;
		mc_expect(mc_ioctl_errno(fd, DMA_BUF_IOCTL_SYNC, &sync), 0);
		sync.flags = DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ;
		mc_expect(mc_ioctl_errno(fd, DMA_BUF_IOCTL_SYNC, &sync), 0);
	}
	mc_release(scene->ctx, &chunk);
}

/* Each call makes a descriptor that lives for itself. */
static void test_outlives_context(void)
{
	struct mc_scene *scene = mc_scene_direct(WIDTH, HEIGHT);
	struct mc_picture *seen = mc_fb_seen(scene->fb[0], 0, 0, WIDTH, HEIGHT);
	struct drm_miracast_buffer info;
	struct mc_chunk chunk;
	const uint8_t *map;
	int card = scene->card, fd = first_buffer(scene, &chunk);

	mc_expect(mc_get_buffer_errno(scene->ctx->fd, chunk.event.buffer,
				      &info), 0);
	igt_assert(info.fds[0] != fd);
	mc_close(info.fds[0]);
	mc_ctx_close(scene->ctx);
	mc_off(scene->kms);
	mc_fb_free(scene->fb[0]);
	mc_wait_at_rest(card);
	map = mc_map(fd, (size_t)info.planes[0].pitch * HEIGHT, PROT_READ, 0);
	mc_assert_pixels(map, info.planes[0].pitch, seen->pixels, seen->pitch,
			 WIDTH, HEIGHT, "after the context");
}

const struct mc_subtest mc_direct_export[] = {
	{ "read-only",
	  "The device's own framebuffers are read-only for the owner.",
	  test_read_only },
	{ "exported-too",
	  "That the client has exported a framebuffer gives the owner no more.",
	  test_exported_too },
	{ "exported-later",
	  "Nor does an export by the client while the owner has it.",
	  test_exported_later },
	{ "sync", "Reads can be bracketed as dma-buf demands.", test_sync },
	{ "outlives-context",
	  "A descriptor outlives context and framebuffer.",
	  test_outlives_context },
	{}
};
