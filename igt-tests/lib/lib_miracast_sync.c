// SPDX-License-Identifier: MIT
/*
 * sync_files whose fences the test signals.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <linux/dma-buf.h>

#include "lib_miracast_sync.h"

#define SW_SYNC	"/sys/kernel/debug/sync/sw_sync"

/* From drivers/dma-buf/sw_sync.c: it has no header. */
struct sw_sync_create_fence_data {
	uint32_t value;
	char name[32];
	int32_t fence;
};

#define SW_SYNC_IOC_CREATE_FENCE \
	_IOWR('W', 0, struct sw_sync_create_fence_data)

struct mc_sync mc_sync(void)
{
	struct dma_buf_export_sync_file arg = { .flags = DMA_BUF_SYNC_RW };
	struct mc_sync sync;

	mc_require_exporter(MC_VGEM);
	sync.dmabuf = mc_dmabuf(MC_VGEM, 4096);
	sync.fence = mc_fence_attach(sync.dmabuf, true);
	mc_expect(mc_ioctl_errno(sync.dmabuf->fd,
				 DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &arg), 0);
	sync.fd = mc_keep(arg.fd);
	igt_assert(!mc_sync_done(sync.fd, 0));
	return sync;
}

void mc_sync_signal(const struct mc_sync *sync)
{
	mc_fence_signal(sync->dmabuf, sync->fence);
}

bool mc_sync_done(int fd, int timeout_ms)
{
	return mc_poll(fd, POLLIN, timeout_ms) & POLLIN;
}

struct mc_timeline mc_timeline(void)
{
	struct sw_sync_create_fence_data arg = { .value = 1, .name = "test" };
	struct mc_timeline timeline = {
		.timeline = open(SW_SYNC, O_RDWR | O_CLOEXEC),
	};

	igt_require_f(timeline.timeline >= 0, "no " SW_SYNC "\n");
	mc_keep(timeline.timeline);
	mc_expect(mc_ioctl_errno(timeline.timeline, SW_SYNC_IOC_CREATE_FENCE,
				 &arg), 0);
	timeline.fd = mc_keep(arg.fence);
	igt_assert(!mc_sync_done(timeline.fd, 0));
	return timeline;
}

void mc_timeline_break(struct mc_timeline *timeline)
{
	mc_close(timeline->timeline);
	timeline->timeline = -1;
}

void mc_sync_write(int dmabuf, int sync)
{
	struct dma_buf_import_sync_file arg = {
		.flags = DMA_BUF_SYNC_WRITE,
		.fd = sync,
	};

	mc_expect(mc_ioctl_errno(dmabuf, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &arg),
		  0);
}
