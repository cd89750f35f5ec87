/* SPDX-License-Identifier: MIT */
/*
 * /dev/miracast_exporter: dma-bufs that are as awkward as a test wants them.
 *
 * An open file stands for one dma-buf: CREATE makes it, SET says how it behaves, GET
 * reports what was done with it, and its mapping is of all pages. The dma-buf outlives
 * the file.
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
/* The kernel's mapping claims to be of I/O memory. */
#define MIRACAST_EXPORTER_IO_MEMORY	(1u << 2)
/* Every mapping is write-combined, and the kernel's does not say so. */
#define MIRACAST_EXPORTER_WC		(1u << 3)
/* Nothing is called when CPU access begins and ends. */
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

/* CPU access does not begin (or end) before this is taken back, or 10 s later. */
#define MIRACAST_EXPORTER_HOLD_BEGIN	(1u << 0)
#define MIRACAST_EXPORTER_HOLD_END	(1u << 1)

/*
 * @begin_errno: what the begin of CPU access answers, 0 or a positive errno
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
 * @below: ends with none open
 * @held: calls that are being held
 * @vmaps: mappings of the kernel
 * @attached: devices
 * @mapped: devices that have the pages
 * @refused: begins of CPU access that were answered with begin_errno; no calls that were
 *	interrupted while they were held
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
