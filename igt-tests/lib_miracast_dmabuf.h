/* SPDX-License-Identifier: MIT */
/*
 * dma-bufs of other exporters than the device under test, fences on them, and
 * what the kernel says about dma-bufs.
 */
#ifndef LIB_MIRACAST_DMABUF_H
#define LIB_MIRACAST_DMABUF_H

#include "lib_miracast.h"

/*
 * qxl is a card of QEMU's: others can attach to its dma-bufs, not map them. Its
 * driver stays loaded, because at times it does not survive being loaded again.
 */
enum mc_exporter { MC_VGEM, MC_UDMABUF, MC_HEAP, MC_EXPORTERS, MC_QXL };

const char *mc_exporter_name(enum mc_exporter exporter);

struct mc_dmabuf {
	int fd;
	size_t size;
	uint8_t *map;		/* all of it, writable; NULL once unmapped */
	/* vgem, qxl: the card and the object there; udmabuf: the memfd. */
	int device;
	uint32_t handle;
};

/* Whether the driver can read and write its memory. */
bool mc_exporter_there(enum mc_exporter exporter);
/* Skips the subtest when the kernel has no such exporter. */
void mc_require_exporter(enum mc_exporter exporter);
/* Memory of at least @size bytes, zero, mapped. */
struct mc_dmabuf *mc_dmabuf(enum mc_exporter exporter, size_t size);
/* As cards export it with these flags; mapped through the card. */
struct mc_dmabuf *mc_dmabuf_of_card(enum mc_exporter exporter, size_t size,
				    uint32_t flags);
void mc_dmabuf_unmap(struct mc_dmabuf *dmabuf);
/* Closes the descriptors, and not the mapping. */
void mc_dmabuf_close(struct mc_dmabuf *dmabuf);
/* A framebuffer on the dma-buf, as the card's client imports it. */
struct mc_fb *mc_fb_of_dmabuf(int card, struct mc_dmabuf *dmabuf,
			      uint32_t pitch, uint32_t width, uint32_t height,
			      uint32_t format);

/* A framebuffer of @card in the memory of another device. */
struct mc_foreign {
	struct mc_dmabuf *dmabuf;
	struct mc_fb *fb;
};

/* XRGB8888, drawn into like any; skips when there is no such exporter. */
struct mc_foreign mc_foreign_fb(int card, enum mc_exporter exporter,
				uint32_t width, uint32_t height);

/*
 * Fences of vgem signal when they are told to, when its card is closed, or
 * after ten seconds.
 */
uint32_t mc_fence_attach(const struct mc_dmabuf *dmabuf, bool write);
void mc_fence_signal(const struct mc_dmabuf *dmabuf, uint32_t fence);
/* Whether somebody who wants to write would have to wait. */
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
