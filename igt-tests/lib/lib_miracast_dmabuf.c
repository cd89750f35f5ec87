// SPDX-License-Identifier: MIT
/*
 * dma-bufs of the tests' own exporter, of vgem, of udmabuf and of dma-heaps.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <linux/dma-heap.h>
#include <linux/udmabuf.h>

#include "lib_miracast_dmabuf.h"

#define UDMABUF	"/dev/udmabuf"
#define HEAP	"/dev/dma_heap/system"
#define BUFINFO	"/sys/kernel/debug/dma_buf/bufinfo"
/*
 * Exists with CONFIG_DMA_API_DEBUG. Together with CONFIG_DMABUF_DEBUG, which hides pages
 * from importers, that makes begin_cpu_access of a dma-heap crash as soon as a device is
 * attached.
 */
#define DMA_API_DEBUG	"/sys/kernel/debug/dma-api"

const char *mc_exporter_name(enum mc_exporter exporter)
{
	static const char *const names[] = {
		[MC_TEST] = "exporter of the tests",
		[MC_VGEM] = "vgem", [MC_UDMABUF] = "udmabuf",
		[MC_HEAP] = "dma-heap", [MC_NO_VMAP] = "exporter of the tests",
	};

	return names[exporter];
}

/* From drm/vgem_drm.h, which is not installed everywhere. */
struct vgem_fence_attach {
	uint32_t handle;
	uint32_t flags;
	uint32_t out_fence;
	uint32_t pad;
};

struct vgem_fence_signal {
	uint32_t fence;
	uint32_t flags;
};

#define VGEM_WRITE 1
#define VGEM_ATTACH DRM_IOWR(DRM_COMMAND_BASE + 1, struct vgem_fence_attach)
#define VGEM_SIGNAL DRM_IOW(DRM_COMMAND_BASE + 2, struct vgem_fence_signal)

static int open_vgem(void)
{
	int card = mc_card_open_errno("vgem");

	if (card < 0 && !system("modprobe -q vgem 2>/dev/null"))
		card = mc_card_open_errno("vgem");
	return card;
}

/* Loaded from where scripts/vm has put it, and not unloaded: nothing depends on it. */
static bool own_there(void)
{
	const char *ko = getenv("MIRACAST_EXPORTER_KO");
	int fd;

	if (!access(MIRACAST_EXPORTER_DEVICE, R_OK | W_OK))
		return true;
	fd = ko ? open(ko, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return false;
	igt_assert_f(!syscall(SYS_finit_module, fd, "", 0), "%s: %m\n", ko);
	close(fd);
	return !access(MIRACAST_EXPORTER_DEVICE, R_OK | W_OK);
}

bool mc_exporter_there(enum mc_exporter exporter)
{
	int card;

	switch (exporter) {
	case MC_TEST:
	case MC_NO_VMAP:
		return own_there();
	case MC_VGEM:
		card = open_vgem();
		if (card >= 0)
			mc_close(card);
		return card >= 0;
	case MC_UDMABUF:
		return !access(UDMABUF, R_OK | W_OK);
	default:
		return !access(HEAP, R_OK) && access(DMA_API_DEBUG, F_OK);
	}
}

void mc_require_exporter(enum mc_exporter exporter)
{
	igt_require_f(mc_exporter_there(exporter), "this kernel has no usable %s\n",
		      mc_exporter_name(exporter));
}

/* A dumb buffer of lines of one page. */
static void make_dumb(struct mc_dmabuf *dmabuf, uint32_t flags)
{
	uint32_t pitch;
	uint64_t size;
	int fd;

	dmabuf->device = open_vgem();
	igt_assert_fd(dmabuf->device);
	igt_assert_eq(drmModeCreateDumbBuffer(dmabuf->device, 1024,
					      dmabuf->size / 4096, 32, 0,
					      &dmabuf->handle, &pitch, &size),
		      0);
	igt_assert_eq_u64(size, dmabuf->size);
	igt_assert_eq(drmPrimeHandleToFD(dmabuf->device, dmabuf->handle,
					 DRM_CLOEXEC | flags, &fd), 0);
	dmabuf->fd = mc_keep(fd);
}

static void make_udmabuf(struct mc_dmabuf *dmabuf)
{
	struct udmabuf_create arg = {
		.flags = UDMABUF_FLAGS_CLOEXEC,
		.size = dmabuf->size,
	};
	int device = open(UDMABUF, O_RDWR | O_CLOEXEC);

	igt_assert_fd(device);
	dmabuf->device = mc_keep(memfd_create("miracast", MFD_CLOEXEC |
					      MFD_ALLOW_SEALING));
	igt_assert_fd(dmabuf->device);
	igt_assert_eq(ftruncate(dmabuf->device, dmabuf->size), 0);
	igt_assert_eq(fcntl(dmabuf->device, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	arg.memfd = dmabuf->device;
	dmabuf->fd = mc_keep(ioctl(device, UDMABUF_CREATE, &arg));
	igt_assert_f(dmabuf->fd >= 0, "UDMABUF_CREATE: %m\n");
	close(device);
}

static int create_errno(int device, struct miracast_exporter_create *arg)
{
	return mc_ioctl_errno(device, MIRACAST_EXPORTER_IOCTL_CREATE, arg);
}

static int make_own_errno(struct mc_dmabuf *dmabuf, uint32_t offset,
			  uint32_t flags)
{
	struct miracast_exporter_create arg = {
		.size = dmabuf->size, .offset = offset, .flags = flags,
	};
	int ret;

	dmabuf->device = open(MIRACAST_EXPORTER_DEVICE, O_RDWR | O_CLOEXEC);
	igt_assert_fd(dmabuf->device);
	mc_keep(dmabuf->device);
	ret = create_errno(dmabuf->device, &arg);
	if (!ret)
		dmabuf->fd = mc_keep(arg.fd);
	return ret;
}

static void make_heap(struct mc_dmabuf *dmabuf)
{
	struct dma_heap_allocation_data arg = {
		.len = dmabuf->size,
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int heap = open(HEAP, O_RDONLY | O_CLOEXEC);

	igt_assert_fd(heap);
	igt_assert_eq(ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &arg), 0);
	dmabuf->fd = mc_keep(arg.fd);
	close(heap);
}

static struct mc_dmabuf *new_dmabuf(size_t size)
{
	struct mc_dmabuf *dmabuf = calloc(1, sizeof(*dmabuf));

	igt_assert(dmabuf);
	dmabuf->size = (size + 4095) / 4096 * 4096;
	dmabuf->device = -1;
	return dmabuf;
}

struct mc_dmabuf *mc_dmabuf_of_card(size_t size, uint32_t flags)
{
	struct mc_dmabuf *dmabuf = new_dmabuf(size);
	uint64_t offset;

	make_dumb(dmabuf, flags);
	igt_assert_eq(drmModeMapDumbBuffer(dmabuf->device, dmabuf->handle,
					   &offset), 0);
	dmabuf->map = mc_map(dmabuf->device, dmabuf->size,
			     PROT_READ | PROT_WRITE, offset);
	return dmabuf;
}

struct mc_dmabuf *mc_dmabuf(enum mc_exporter exporter, size_t size)
{
	struct mc_dmabuf *dmabuf = new_dmabuf(size);

	switch (exporter) {
	case MC_TEST:
		mc_expect(make_own_errno(dmabuf, 0, 0), 0);
		break;
	case MC_NO_VMAP:
		mc_expect(make_own_errno(dmabuf, 0, MIRACAST_EXPORTER_NO_VMAP),
			  0);
		break;
	case MC_VGEM:
		make_dumb(dmabuf, DRM_RDWR);
		break;
	case MC_UDMABUF:
		make_udmabuf(dmabuf);
		break;
	default:
		make_heap(dmabuf);
		break;
	}
	dmabuf->map = mc_map(dmabuf->fd, dmabuf->size, PROT_READ | PROT_WRITE,
			     0);
	return dmabuf;
}

struct mc_dmabuf *mc_dmabuf_awkward(size_t size, uint32_t offset, uint32_t flags)
{
	struct mc_dmabuf *dmabuf = new_dmabuf(size);
	int ret;

	mc_require_exporter(MC_TEST);
	dmabuf->size = size;
	ret = make_own_errno(dmabuf, offset, flags);
	igt_require_f(ret != -EOPNOTSUPP, "no such memory on this kernel\n");
	mc_expect(ret, 0);
	dmabuf->map = mc_map(dmabuf->device, offset + size,
			     PROT_READ | PROT_WRITE, 0) + offset;
	return dmabuf;
}

void mc_dmabuf_set(const struct mc_dmabuf *dmabuf, uint32_t begin_errno,
		   uint32_t end_errno, uint32_t hold)
{
	struct miracast_exporter_set arg = {
		.begin_errno = begin_errno,
		.end_errno = end_errno,
		.hold = hold,
	};

	mc_expect(mc_ioctl_errno(dmabuf->device, MIRACAST_EXPORTER_IOCTL_SET,
				 &arg), 0);
}

struct miracast_exporter_get mc_dmabuf_get(const struct mc_dmabuf *dmabuf)
{
	struct miracast_exporter_get arg;

	mc_expect(mc_ioctl_errno(dmabuf->device, MIRACAST_EXPORTER_IOCTL_GET,
				 &arg), 0);
	return arg;
}

void mc_dmabuf_unmap(struct mc_dmabuf *dmabuf)
{
	if (dmabuf->map)
		mc_unmap(dmabuf->map, dmabuf->size);
	dmabuf->map = NULL;
}

void mc_dmabuf_close(struct mc_dmabuf *dmabuf)
{
	if (dmabuf->fd >= 0)
		mc_close(dmabuf->fd);
	if (dmabuf->device >= 0)
		mc_close(dmabuf->device);
	dmabuf->fd = -1;
	dmabuf->device = -1;
}

struct mc_fb *mc_fb_of_dmabuf(int card, struct mc_dmabuf *dmabuf,
			      uint32_t pitch, uint32_t width, uint32_t height,
			      uint32_t format)
{
	struct mc_fb *fb;
	uint32_t handle;

	igt_assert_lte_u64((uint64_t)pitch * height, dmabuf->size);
	igt_assert_eq(drmPrimeFDToHandle(card, dmabuf->fd, &handle), 0);
	fb = mc_fb_of_handle(card, handle, pitch, width, height, format);
	fb->size = dmabuf->size;
	fb->map = dmabuf->map;
	return fb;
}

struct mc_foreign mc_foreign_fb(int card, enum mc_exporter exporter,
				uint32_t width, uint32_t height)
{
	size_t size = (size_t)width * height * 4;
	struct mc_foreign foreign;

	mc_require_exporter(exporter);
	foreign.dmabuf = mc_dmabuf(exporter, size);
	foreign.fb = mc_fb_of_dmabuf(card, foreign.dmabuf, width * 4, width,
				     height, DRM_FORMAT_XRGB8888);
	return foreign;
}

/* Mappings */

static void expect_pages(const uint8_t *map, size_t size, const uint8_t *want,
			 const char *what)
{
	size_t at;

	for (at = 0; at < size; at += 4096)
		igt_assert_f(!memcmp(map + at, want + at, 4096),
			     "%s: byte %zu and those behind it are others\n",
			     what, at);
}

void mc_expect_mapped(int fd, off_t offset, size_t size, const uint8_t *want)
{
	size_t half = size / 8192 * 4096;
	uint8_t *map;

	/* Only dma-bufs can be mapped from an offset: cards only map whole objects. */
	map = mmap(NULL, size - half, PROT_READ, MAP_SHARED, fd, offset + half);
	if (offset)
		igt_assert(map == MAP_FAILED);
	else
		igt_assert_f(map != MAP_FAILED, "mmap() at an offset: %m\n");
	if (map != MAP_FAILED) {
		expect_pages(map, size - half, want + half, "at an offset");
		munmap(map, size - half);
	}

	/* The pages are touched only after the front, or the middle, was unmapped. */
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, offset);
	igt_assert_f(map != MAP_FAILED, "mmap(): %m\n");
	igt_assert_eq(munmap(map, half), 0);
	expect_pages(map + half, size - half, want + half, "the rear half");
	munmap(map + half, size - half);

	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, offset);
	igt_assert_f(map != MAP_FAILED, "mmap(): %m\n");
	igt_assert_eq(munmap(map + half, 4096), 0);
	expect_pages(map, half, want, "before a gap");
	expect_pages(map + half + 4096, size - half - 4096,
		     want + half + 4096, "behind a gap");
	munmap(map, size);
}

/* Fences */

uint32_t mc_fence_attach(const struct mc_dmabuf *dmabuf, bool write)
{
	struct vgem_fence_attach arg = {
		.handle = dmabuf->handle,
		.flags = write ? VGEM_WRITE : 0,
	};

	mc_expect(mc_ioctl_errno(dmabuf->device, VGEM_ATTACH, &arg), 0);
	igt_assert(mc_dmabuf_busy(dmabuf));
	return arg.out_fence;
}

void mc_fence_signal(const struct mc_dmabuf *dmabuf, uint32_t fence)
{
	struct vgem_fence_signal arg = { .fence = fence };
	int ret = mc_ioctl_errno(dmabuf->device, VGEM_SIGNAL, &arg);

	/* On a slow machine the fence may have signalled by itself. */
	if (ret != -ETIMEDOUT)
		mc_expect(ret, 0);
}

bool mc_dmabuf_busy(const struct mc_dmabuf *dmabuf)
{
	return !(mc_poll(dmabuf->fd, POLLOUT, 0) & POLLOUT);
}

/* debugfs */

struct mc_dmabufs mc_dmabufs(void)
{
	FILE *file = fopen(BUFINFO, "re");
	struct mc_dmabufs found = {};
	char line[512], device[280];
	unsigned int devices;

	igt_require_f(file, "no " BUFINFO "\n");
	snprintf(device, sizeof(device), "\t%s\n", mc_device_name());
	while (fgets(line, sizeof(line), file)) {
		found.attached += !strcmp(line, device);
		if (sscanf(line, "Total %u devices attached", &devices) == 1)
			found.objects++;
	}
	fclose(file);
	return found;
}

void mc_wait_dmabufs(const struct mc_dmabufs *before)
{
	uint64_t end = mc_now_ns() + MC_REST_MS * 1000000ull;
	struct mc_dmabufs now = mc_dmabufs();

	while ((now.objects > before->objects ||
		now.attached > before->attached) && mc_now_ns() < end) {
		usleep(10000);
		now = mc_dmabufs();
	}
	igt_assert_f(now.objects == before->objects,
		     "%u dma-bufs became %u\n", before->objects, now.objects);
	igt_assert_f(now.attached == before->attached,
		     "%u attachments became %u\n", before->attached,
		     now.attached);
}

/*
 * A dma-buf's line in the list ends with inode and name; the lines of its
 * attachments follow, up to "Total ... devices attached".
 */
static bool is_line_of(const char *line, uint64_t inode)
{
	char exporter[64];
	unsigned long number;

	return sscanf(line, "%*u %*x %*x %*d %63s %lu", exporter,
		      &number) == 2 && number == inode;
}

unsigned int mc_dmabuf_attached(int fd)
{
	FILE *list = fopen(BUFINFO, "re");
	uint64_t inode = mc_inode(fd);
	bool mine = false, found = false;
	unsigned int count = 0;
	char line[256];

	igt_require_f(list, "no %s\n", BUFINFO);
	while (fgets(line, sizeof(line), list)) {
		if (is_line_of(line, inode))
			mine = found = true;
		else if (strstr(line, "devices attached"))
			mine = false;
		else if (mine && strstr(line, mc_device_name()))
			count++;
	}
	fclose(list);
	igt_assert_f(found, "%s does not know the dma-buf\n", BUFINFO);
	return count;
}
