/* SPDX-License-Identifier: MIT */
/*
 * dma-bufs of exporters other than the device under test, fences on them, and the kernel's
 * list of dma-bufs.
 */
#ifndef LIB_MIRACAST_DMABUF_H
#define LIB_MIRACAST_DMABUF_H

#include "exporter/miracast_exporter.h"
#include "lib_miracast.h"

/*
 * MC_TEST is the module in exporter/, which scripts/vm brings along; with MC_NO_VMAP the
 * kernel cannot map what it exports.
 */
enum mc_exporter { MC_TEST, MC_VGEM, MC_UDMABUF, MC_HEAP, MC_EXPORTERS,
		   MC_NO_VMAP };

const char *mc_exporter_name(enum mc_exporter exporter);

struct mc_dmabuf {
	int fd;
	size_t size;
	uint8_t *map;		/* all of it, writable; NULL once unmapped */
	/*
	 * vgem: the card and the object there; udmabuf: the memfd; the exporter of
	 * the tests: the file that sets and reports what happens.
	 */
	int device;
	uint32_t handle;
};

/* Whether the driver can read and write its memory. */
bool mc_exporter_there(enum mc_exporter exporter);
/* Skips the subtest when the kernel has no such exporter. */
void mc_require_exporter(enum mc_exporter exporter);
/* Memory of at least @size bytes, zero, mapped. */
struct mc_dmabuf *mc_dmabuf(enum mc_exporter exporter, size_t size);
/* As vgem exports it with these flags; mapped through the card. */
struct mc_dmabuf *mc_dmabuf_of_card(size_t size, uint32_t flags);
/*
 * Of exactly @size bytes, from the tests' exporter, with MIRACAST_EXPORTER_*, mapped
 * through its file. Skips the subtest when the exporter cannot.
 */
struct mc_dmabuf *mc_dmabuf_awkward(size_t size, uint32_t offset, uint32_t flags);
/* Sets the behaviour of the tests' exporter. */
void mc_dmabuf_set(const struct mc_dmabuf *dmabuf, uint32_t begin_errno,
		   uint32_t end_errno, uint32_t hold);
/* Its counters. */
struct miracast_exporter_get mc_dmabuf_get(const struct mc_dmabuf *dmabuf);
void mc_dmabuf_unmap(struct mc_dmabuf *dmabuf);
/* Closes the descriptors, and not the mapping. */
void mc_dmabuf_close(struct mc_dmabuf *dmabuf);
/* A framebuffer on the dma-buf, as the card's client imports it. */
struct mc_fb *mc_fb_of_dmabuf(int card, struct mc_dmabuf *dmabuf,
			      uint32_t pitch, uint32_t width, uint32_t height,
			      uint32_t format);

/*
 * @size bytes behind @offset of @fd can be mapped from any page on, and in part, and are
 * those at @want everywhere.
 */
void mc_expect_mapped(int fd, off_t offset, size_t size, const uint8_t *want);

/* A framebuffer of @card in the memory of another device. */
struct mc_foreign {
	struct mc_dmabuf *dmabuf;
	struct mc_fb *fb;
};

/* An XRGB8888 framebuffer that can be drawn into; skips when there is no such exporter. */
struct mc_foreign mc_foreign_fb(int card, enum mc_exporter exporter,
				uint32_t width, uint32_t height);

/*
 * Fences of vgem signal on request, when the card is closed, or after ten seconds.
 */
uint32_t mc_fence_attach(const struct mc_dmabuf *dmabuf, bool write);
void mc_fence_signal(const struct mc_dmabuf *dmabuf, uint32_t fence);
/* Whether a writer would have to wait. */
bool mc_dmabuf_busy(const struct mc_dmabuf *dmabuf);

/* All dma-bufs of the system, by debugfs. */
struct mc_dmabufs {
	unsigned int objects;
	unsigned int attached;		/* to the device under test */
};

/* Skips the subtest without debugfs. */
struct mc_dmabufs mc_dmabufs(void);
/* How often the device under test is attached to this one. */
unsigned int mc_dmabuf_attached(int fd);
/* Waits until there are no more than before. */
void mc_wait_dmabufs(const struct mc_dmabufs *before);

#endif /* LIB_MIRACAST_DMABUF_H */
