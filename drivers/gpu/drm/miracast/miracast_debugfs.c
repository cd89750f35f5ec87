// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs: "miracast_targets" has one line per target, for people. For tests,
 * "miracast_memory" counts the memory objects of the device, and a read of
 * "miracast_settled" returns when the work that was queued is done.
 */
#include <linux/seq_file.h>
#include <linux/string_helpers.h>

#include <drm/drm_debugfs.h>
#include <drm/drm_file.h>
#include <drm/drm_vma_manager.h>

#include "miracast_commit.h"
#include "miracast_debugfs.h"
#include "miracast_drv.h"
#include "miracast_slot.h"
#include "miracast_stream.h"
#include "miracast_target.h"

static const char *const states[] = {
	[DRM_MIRACAST_STATE_CREATED] = "created",
	[DRM_MIRACAST_STATE_STARTED] = "started",
	[DRM_MIRACAST_STATE_MONITOR] = "monitor",
};

static void show_stream(struct seq_file *m,
			const struct miracast_stream *stream)
{
	const struct drm_miracast_statistics *stats = &stream->stats;

	seq_printf(m, " context=%llu pid=%d comm=\"", stream->number,
		   stream->pid);
	/* Any process may give itself any name. */
	seq_escape_str(m, stream->comm,
		       ESCAPE_OCTAL | ESCAPE_NAP | ESCAPE_APPEND, "\"\\");
	seq_printf(m, "\" state=%s session=%llu", states[stream->state],
		   stream->session);
	seq_printf(m, " mode=%ux%u@%u.%03u mode_serial=%llu ready=%d",
		   stream->mode.width, stream->mode.height,
		   stream->mode.refresh_mhz / 1000,
		   stream->mode.refresh_mhz % 1000, stream->mode_serial,
		   stream->mode_ready);
	if (stream->direct)
		seq_puts(m, " delivery=direct");
	else
		seq_printf(m, " delivery=copy format=\"%p4cc\"",
			   &stream->fourcc);
	seq_printf(m, " parts=%u flags=%#x", stream->part_count,
		   stream->flags);
	seq_printf(m, " buffers=%u memory=%llu committed=%llu captured=%llu",
		   stream->buffer_count, stream->memory_bytes,
		   stats->pictures_committed, stats->pictures_captured);
	seq_printf(m, " skipped=%llu revoked=%llu bytes=%llu starved=%d",
		   stats->pictures_skipped, stats->pictures_revoked,
		   stats->bytes_copied, stream->starved);
	seq_printf(m, " pinned=%llu picture_state=%u", stream->pinned,
		   stream->picture_state);
	seq_printf(m, " unreleased=%u encode_kbps=%u",
		   miracast_slot_count_unreleased(stream),
		   stream->encode_rate_kbps);
}

static void show_mode(struct seq_file *m, const struct miracast_mode *mode)
{
	seq_printf(m, " lit=%ux%u@%u.%03u", mode->width, mode->height,
		   mode->refresh_mhz / 1000, mode->refresh_mhz % 1000);
}

static int targets_show(struct seq_file *m, void *data)
{
	struct drm_info_node *node = m->private;
	struct miracast_device *mdev = to_miracast_device(node->minor->dev);
	unsigned int i;

	for (i = 0; i < mdev->target_count; i++) {
		struct miracast_target *target = mdev->targets[i];

		seq_printf(m, "target=%u connector=%s connector_id=%u crtc_id=%u",
			   i, target->connector.name,
			   target->connector.base.id, target->crtc.base.id);
		spin_lock_irq(&target->lock);
		seq_printf(m, " connected=%d", target->monitor &&
			   !target->away && !target->hidden);
		if (target->monitor)
			seq_printf(m, " monitor_type=%u",
				   target->monitor->type);
		seq_printf(m, " wc_bytes=%llu",
			   READ_ONCE(target->capture.scratch.wc_bytes));
		if (target->scanout.on)
			show_mode(m, &target->scanout.mode);
		if (target->stream)
			show_stream(m, target->stream);
		spin_unlock_irq(&target->lock);
		seq_putc(m, '\n');
	}

	return 0;
}

/* Each object of the shmem helper has a node in the offset manager. */
static int memory_show(struct seq_file *m, void *data)
{
	struct drm_info_node *node = m->private;
	struct drm_vma_offset_manager *manager =
		node->minor->dev->vma_offset_manager;
	const struct drm_mm_node *place;
	unsigned int objects = 0;
	u64 pages = 0;

	drm_vma_offset_lock_lookup(manager);
	drm_mm_for_each_node(place, &manager->vm_addr_space_mm) {
		objects++;
		pages += place->size;
	}
	drm_vma_offset_unlock_lookup(manager);

	seq_printf(m, "objects=%u bytes=%llu\n", objects, pages << PAGE_SHIFT);

	return 0;
}

static int settled_show(struct seq_file *m, void *data)
{
	struct drm_info_node *node = m->private;
	struct miracast_device *mdev = to_miracast_device(node->minor->dev);
	unsigned int i;
	bool captured;

	/* In this order: a target's work may commit, and a commit may queue a capture. */
	for (i = 0; i < mdev->target_count; i++)
		flush_workqueue(mdev->targets[i]->wq);
	captured = miracast_commit_wait_captured(mdev);
	/* A capture has another work announce the picture, which starts the next capture. */
	for (i = 0; i < 3; i++)
		flush_workqueue(mdev->capture_wq);
	seq_puts(m, captured ? "settled\n" : "captures are left\n");

	return 0;
}

static const struct drm_info_list files[] = {
	{ "miracast_targets", targets_show, 0 },
	{ "miracast_memory", memory_show, 0 },
	{ "miracast_settled", settled_show, 0 },
};

/**
 * miracast_debugfs_init - Create the files of a minor
 * @minor: the minor
 */
void miracast_debugfs_init(struct drm_minor *minor)
{
	drm_debugfs_create_files(files, ARRAY_SIZE(files),
				 minor->debugfs_root, minor);
}
