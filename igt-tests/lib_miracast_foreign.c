// SPDX-License-Identifier: MIT
/*
 * Framebuffers in the memory of other devices, and what the kernel knows of
 * their dma-bufs.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "lib_miracast_dmabuf.h"

#define BUFINFO "/sys/kernel/debug/dma_buf/bufinfo"

const char *const mc_foreign_names[MC_FOREIGN_KINDS] = {
	[MC_FOREIGN_VGEM] = "vgem",
	[MC_FOREIGN_UDMABUF] = "udmabuf",
	[MC_FOREIGN_HEAP] = "dma-heap",
	[MC_FOREIGN_QXL] = "qxl",
};

/* The two that are DRM devices; others have no card. */
static bool has_card(enum mc_foreign_kind kind)
{
	return kind == MC_FOREIGN_VGEM || kind == MC_FOREIGN_QXL;
}

static int open_card(enum mc_foreign_kind kind)
{
	const char *driver = mc_foreign_names[kind];
	int card = mc_card_open_errno(driver);
	char command[64];

	if (card >= 0)
		return card;
	snprintf(command, sizeof(command), "modprobe -q %s 2>/dev/null",
		 driver);
	igt_require_f(!system(command), "no module %s\n", driver);
	card = mc_card_open_errno(driver);
	igt_require_f(card >= 0, "no device for %s\n", driver);
	return card;
}

void mc_foreign_unload(enum mc_foreign_kind kind)
{
	char command[64];

	snprintf(command, sizeof(command), "rmmod %s 2>/dev/null",
		 mc_foreign_names[kind]);
	igt_assert(has_card(kind));
	if (system(command))
		igt_debug("%s stays loaded\n", mc_foreign_names[kind]);
}

/* A dma-buf of one framebuffer, with what it takes to draw into it. */
struct memory {
	int card, dma_buf;
	uint32_t pitch;
	size_t size;
	void *map;
};

static void make_dumb(struct memory *memory, enum mc_foreign_kind kind,
		      uint32_t width, uint32_t height, uint32_t flags)
{
	uint64_t offset, size;
	uint32_t handle;

	memory->card = open_card(kind);
	igt_assert_eq(drmModeCreateDumbBuffer(memory->card, width, height, 32,
					      0, &handle, &memory->pitch,
					      &size), 0);
	igt_assert_eq(drmPrimeHandleToFD(memory->card, handle,
					 DRM_CLOEXEC | flags,
					 &memory->dma_buf), 0);
	igt_assert_eq(drmModeMapDumbBuffer(memory->card, handle, &offset), 0);
	memory->size = size;
	memory->map = mc_map(memory->card, size, PROT_READ | PROT_WRITE,
			     offset);
}

static void make_plain(struct memory *memory, enum mc_foreign_kind kind)
{
	bool udmabuf = kind == MC_FOREIGN_UDMABUF;
	const char *device = udmabuf ? "/dev/udmabuf" : "/dev/dma_heap/system";
	struct mc_dmabuf *dmabuf;

	igt_require_f(!access(device, R_OK), "no %s\n", device);
	dmabuf = mc_dmabuf(udmabuf ? MC_UDMABUF : MC_HEAP, memory->size);
	memory->dma_buf = dmabuf->fd;
	memory->map = dmabuf->map;
}

static struct memory make_memory(enum mc_foreign_kind kind, uint32_t width,
				 uint32_t height, uint32_t flags)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct memory memory = {
		.card = -1,
		.pitch = width * 4,
	};

	memory.size = ((size_t)memory.pitch * height + page - 1) / page * page;
	if (has_card(kind))
		make_dumb(&memory, kind, width, height, flags);
	else
		make_plain(&memory, kind);
	mc_keep(memory.dma_buf);
	return memory;
}

struct mc_foreign mc_foreign_fb_flags(int card, enum mc_foreign_kind kind,
				      uint32_t width, uint32_t height,
				      uint32_t flags)
{
	struct memory memory = make_memory(kind, width, height, flags);
	struct mc_foreign foreign = {
		.card = memory.card,
		.dma_buf = memory.dma_buf,
	};
	uint32_t handle;

	igt_assert_eq(drmPrimeFDToHandle(card, memory.dma_buf, &handle), 0);
	foreign.fb = mc_fb_of_handle(card, handle, memory.pitch, width, height,
				     DRM_FORMAT_XRGB8888);
	foreign.fb->size = memory.size;
	foreign.fb->map = memory.map;
	return foreign;
}

struct mc_foreign mc_foreign_fb(int card, enum mc_foreign_kind kind,
				uint32_t width, uint32_t height)
{
	return mc_foreign_fb_flags(card, kind, width, height, DRM_RDWR);
}

/* What the kernel knows */

uint64_t mc_inode(int fd)
{
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	return st.st_ino;
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

int mc_foreign_attachments(int dma_buf)
{
	FILE *list = fopen(BUFINFO, "r");
	uint64_t inode = mc_inode(dma_buf);
	bool mine = false, found = false;
	char line[256];
	int count = 0;

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
