// SPDX-License-Identifier: MIT
/*
 * The cache of buffers against a fake driver: each buffer is requested once, nothing is
 * left open, and planes outside of their memory are refused.
 */
#include <dirent.h>
#include <drm_fourcc.h>
#include <errno.h>
#include <linux/dma-buf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buffers.h"
#include "harness.h"

#define WIDTH	16
#define HEIGHT	8
#define PITCH	64

static const struct mc_context context = { .fd = 100, .control_fd = -1, .number = 1 };
static const struct mc_context second = { .fd = 100, .control_fd = -1, .number = 2 };
static struct mc_buffers buffers;

/* What the driver returns next, as memory of object_count times @bytes. */
static struct {
	struct drm_miracast_buffer info;
	size_t bytes;
	int error;
	/* The nth SYNC from now fails with ESTALE, 1 the next; 0: none. */
	unsigned int revoked;
	unsigned int asked, begun, ended;
} driver;

static int serve(int fd, unsigned long request, void *arg)
{
	struct drm_miracast_io_control *control = arg;
	const struct drm_miracast_get_buffer *in;
	struct drm_miracast_buffer *out;
	const struct dma_buf_sync *sync = arg;
	uint32_t i;

	if (driver.error) {
		errno = driver.error;
		return -1;
	}
	if (request == DMA_BUF_IOCTL_SYNC) {
		if (driver.revoked && !--driver.revoked) {
			errno = ESTALE;
			return -1;
		}
		driver.begun += !(sync->flags & DMA_BUF_SYNC_END);
		driver.ended += !!(sync->flags & DMA_BUF_SYNC_END);
		return 0;
	}
	if (request != DRM_IOCTL_MIRACAST_IO_CONTROL || fd != context.fd)
		return -1;
	in = (const void *)(uintptr_t)control->in;
	out = (void *)(uintptr_t)control->out;
	driver.asked++;
	*out = driver.info;
	out->buffer = in->buffer;
	for (i = 0; i < DRM_MIRACAST_MAX_PLANES; i++) {
		out->fds[i] = -1;
		if (i >= driver.info.object_count)
			continue;
		out->fds[i] = memfd_create("buffer", MFD_CLOEXEC);
		if (out->fds[i] < 0 || ftruncate(out->fds[i], (off_t)driver.bytes))
			check(false, "the test has memory");
	}
	return 0;
}

/* Stands for the C library's, also for libdrm. */
int ioctl(int fd, unsigned long request, ...)
{
	va_list list;
	void *arg;

	va_start(list, request);
	arg = va_arg(list, void *);
	va_end(list);
	return serve(fd, request, arg);
}

static int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	if (!dir)
		return -1;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void one_plane(void)
{
	memset(&driver, 0, sizeof(driver));
	driver.bytes = PITCH * HEIGHT;
	driver.info.width = WIDTH;
	driver.info.height = HEIGHT;
	driver.info.fourcc = DRM_FORMAT_XRGB8888;
	driver.info.plane_count = 1;
	driver.info.object_count = 1;
	driver.info.planes[0].pitch = PITCH;
}

/* An odd number of lines has a last line of chroma of its own. */
static void two_planes(void)
{
	one_plane();
	driver.bytes = (size_t)PITCH * (7 + 4);
	driver.info.fourcc = DRM_FORMAT_NV12;
	driver.info.height = 7;
	driver.info.plane_count = 2;
	driver.info.planes[1].pitch = PITCH;
	driver.info.planes[1].offset = PITCH * 7;
}

static int get(void)
{
	struct mc_buffer *buffer = NULL;
	int ret = mc_buffers_get(&buffers, &context, 1, &buffer);

	mc_buffers_clear(&buffers);
	return ret;
}

static void check_cache(void)
{
	int before = open_files();
	struct mc_buffer *first, *again, *other;

	one_plane();
	check(!mc_buffers_get(&buffers, &context, 1, &first) &&
	      first->sizes[0] == driver.bytes && first->info.width == WIDTH &&
	      !first->maps[0][driver.bytes - 1], "a buffer is mapped, all of it");
	check(!mc_buffers_get(&buffers, &context, 1, &again) && again == first &&
	      driver.asked == 1, "and asked for once");
	check(!mc_buffers_get(&buffers, &context, 2, &other) && other != first &&
	      driver.asked == 2, "another number is another buffer");
	check(!mc_buffer_begin(first) && driver.begun == 1 && !driver.ended &&
	      !mc_buffer_end(first) && driver.ended == 1,
	      "access by the processor begins and ends");
	mc_buffers_drop(&buffers, &context, 7);
	mc_buffers_drop(&buffers, &context, 1);
	check(!mc_buffers_get(&buffers, &context, 1, &first) && driver.asked == 3,
	      "one that is gone is asked for again");
	mc_buffers_clear(&buffers);
	check(!buffers.first && open_files() == before, "no file is left open");
	driver.error = ESTALE;
	check(mc_buffers_get(&buffers, &context, 1, &first) == -ESTALE && !buffers.first &&
	      open_files() == before, "what the driver refuses is not kept");
}

/* Numbers of buffers are those of a context. */
static void check_two_contexts(void)
{
	struct mc_buffer *first, *other, *again;
	int before = open_files();

	one_plane();
	check(!mc_buffers_get(&buffers, &context, 1, &first) &&
	      !mc_buffers_get(&buffers, &second, 1, &other) && other != first &&
	      driver.asked == 2, "the same number of another context is another buffer");
	mc_buffers_drop(&buffers, &second, 1);
	check(!mc_buffers_get(&buffers, &context, 1, &again) && again == first &&
	      driver.asked == 2, "one context's is gone, that of the other stays");
	check(!mc_buffers_get(&buffers, &second, 1, &other) && driver.asked == 3,
	      "and only the one that is gone is asked for again");
	mc_buffers_clear(&buffers);
	check(open_files() == before, "those of both are closed");
}

/* The second of two objects is revoked. */
static void check_access(void)
{
	struct mc_buffer *buffer;

	two_planes();
	driver.info.object_count = 2;
	check(!mc_buffers_get(&buffers, &context, 1, &buffer), "a buffer of two objects");
	driver.revoked = 2;
	check(mc_buffer_begin(buffer) == -ESTALE && driver.begun == 1 && driver.ended == 1,
	      "access to a revoked one is refused, and to the other is over");
	check(!mc_buffer_begin(buffer) && driver.begun == 3, "access to both");
	driver.revoked = 1;
	check(mc_buffer_end(buffer) == -ESTALE && driver.ended == 2,
	      "ends for the other, when one was revoked");
	mc_buffers_clear(&buffers);
}

static void check_planes(void)
{
	int before = open_files();

	one_plane();
	driver.bytes--;
	check(get() == -EPROTO, "a plane that is a byte too long");
	one_plane();
	driver.bytes = 0;
	check(get() == -EPROTO, "memory of no bytes");
	one_plane();
	driver.info.planes[0].offset = 4;
	check(get() == -EPROTO, "a plane that begins too late");
	one_plane();
	driver.info.planes[0].offset = UINT32_MAX;
	check(get() == -EPROTO, "one that begins far outside");
	one_plane();
	driver.info.planes[0].pitch = UINT32_MAX;
	driver.info.height = UINT32_MAX;
	check(get() == -EPROTO, "numbers that overflow 32 bits");
	one_plane();
	driver.info.planes[0].pitch = PITCH - 1;
	check(get() == -EPROTO, "lines that overlap");
	one_plane();
	driver.info.planes[0].object = 1;
	check(get() == -EPROTO, "a plane in memory that is not there");
	one_plane();
	driver.info.height = 0;
	check(get() == -EPROTO, "no lines");
	one_plane();
	driver.info.plane_count = 0;
	check(get() == -EPROTO, "no planes");
	one_plane();
	driver.info.object_count = DRM_MIRACAST_MAX_PLANES + 1;
	check(get() == -EPROTO, "more objects than a buffer can have");
	check(open_files() == before, "none leaves a file open");
}

static void check_nv12(void)
{
	two_planes();
	check(!get(), "NV12 of an odd height");
	two_planes();
	driver.bytes -= PITCH;
	check(get() == -EPROTO, "its last line of chroma is missing");
	two_planes();
	driver.info.plane_count = 1;
	check(get() == -EPROTO, "all of its chroma is");
	two_planes();
	driver.info.width = PITCH - 1;
	check(!get(), "an odd width has a pair of chroma more");
	two_planes();
	driver.info.width = PITCH + 1;
	check(get() == -EPROTO, "which does not fit into a short line");
	check(mc_pixel_bytes(DRM_FORMAT_RGB565) == 2 && mc_pixel_bytes(DRM_FORMAT_ABGR8888) == 4 &&
	      !mc_pixel_bytes(DRM_FORMAT_NV12) && !mc_pixel_bytes(0),
	      "bytes per pixel of what a screen is made of");
}

int main(void)
{
	check_cache();
	check_two_contexts();
	check_access();
	check_planes();
	check_nv12();
	return check_result();
}
