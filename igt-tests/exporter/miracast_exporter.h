/* SPDX-License-Identifier: MIT */
/*
 * /dev/miracast_exporter: dma-bufs with unusual behaviour, as a test needs them.
 *
 * An open file stands for one dma-buf: CREATE creates it, SET sets its behaviour, GET
 * returns its counters, and mmap() maps all pages. The dma-buf outlives the file.
 */
#ifndef MIRACAST_EXPORTER_H
#define MIRACAST_EXPORTER_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define MIRACAST_EXPORTER_DEVICE	"/dev/miracast_exporter"

/* A list of pages has one entry for each, also where they are neighbours. */
#define MIRACAST_EXPORTER_PAGES		(1u << 0)
/* The kernel cannot map it. */
#define MIRACAST_EXPORTER_NO_VMAP	(1u << 1)
/* The kernel's mapping is marked as I/O memory. */
#define MIRACAST_EXPORTER_IO_MEMORY	(1u << 2)
/* Every mapping is write-combined, and the kernel's is not marked as such. */
#define MIRACAST_EXPORTER_WC		(1u << 3)
/* The exporter has no functions for the begin and end of CPU access. */
#define MIRACAST_EXPORTER_NO_SYNC	(1u << 4)
/* The end of CPU access waits for the fences of writers. */
#define MIRACAST_EXPORTER_END_WAITS	(1u << 5)
#define MIRACAST_EXPORTER_FLAGS		((1u << 6) - 1)

/*
 * @size: bytes, any number but 0
 * @offset: where they begin in the first page; then user space cannot map the
 *	dma-buf
 * @flags: MIRACAST_EXPORTER_*
 * @fd: set to the dma-buf's descriptor
 * @reserved: must be 0
 */
struct miracast_exporter_create {
	__u64 size;
	__u32 offset;
	__u32 flags;
	__s32 fd;
	__u32 reserved;
};

/* CPU access does not begin (or end) until this is cleared, or for 10 s at most. */
#define MIRACAST_EXPORTER_HOLD_BEGIN	(1u << 0)
#define MIRACAST_EXPORTER_HOLD_END	(1u << 1)
/* The same for the end of the kernel's mapping. */
#define MIRACAST_EXPORTER_HOLD_VUNMAP	(1u << 2)

/*
 * @begin_errno: result of the begin of CPU access, 0 or a positive errno
 * @end_errno: the same for its end
 * @hold: MIRACAST_EXPORTER_HOLD_*
 * @reserved: not read
 */
struct miracast_exporter_set {
	__u32 begin_errno;
	__u32 end_errno;
	__u32 hold;
	__u32 reserved;
};

/*
 * @begins: times CPU access has begun
 * @ends: times it has ended
 * @most_open: most that were open at a time
 * @below: ends of CPU access while none was open
 * @held: calls that are being held
 * @vmaps: mappings of the kernel
 * @attached: devices
 * @mapped: devices that have the pages
 * @refused: begins of CPU access that failed with begin_errno; without calls that were
 * interrupted while they were held
 * @reserved: 0
 */
struct miracast_exporter_get {
	__u32 begins;
	__u32 ends;
	__u32 most_open;
	__u32 below;
	__u32 held;
	__u32 vmaps;
	__u32 attached;
	__u32 mapped;
	__u32 refused;
	__u32 reserved;
};

#define MIRACAST_EXPORTER_IOCTL_CREATE \
	_IOWR('e', 0, struct miracast_exporter_create)
#define MIRACAST_EXPORTER_IOCTL_SET \
	_IOW('e', 1, struct miracast_exporter_set)
#define MIRACAST_EXPORTER_IOCTL_GET \
	_IOR('e', 2, struct miracast_exporter_get)

#endif /* MIRACAST_EXPORTER_H */
