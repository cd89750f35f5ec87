// SPDX-License-Identifier: GPL-2.0
/*
 * Framebuffers.
 *
 * Owns: the checks of a new framebuffer, and the master that it belongs to. That is the
 * master that the file which created it is or becomes; if another master shows it before
 * that, it is that one. It never changes once it is known. CPU access to the pixels begins
 * and ends here, for all kinds of memory.
 */
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/iosys-map.h>
#include <linux/minmax.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <drm/drm_file.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem_framebuffer_helper.h>
#include <drm/drm_plane.h>
#include <drm/drm_print.h>

#include "miracast_blit.h"
#include "miracast_compat.h"
#include "miracast_dirty.h"
#include "miracast_drv.h"
#include "miracast_fb.h"
#include "miracast_gem.h"
#include "miracast_import.h"

/* Fences of writers that are merged into one. */
#define MAX_WRITERS	64

/**
 * struct miracast_fb - A framebuffer
 * @base: what DRM core knows; the helper frees the struct through it
 * @maker: file that created it, with a reference
 * @master: the master that it belongs to, if that was known when it was created or
 *	first shown; else 0, and the master of @maker counts; guarded by the lock of
 *	the masters
 */
struct miracast_fb {
	struct drm_framebuffer base;
	struct miracast_maker *maker;
	u64 master;
};

static struct miracast_fb *to_miracast_fb(const struct drm_framebuffer *fb)
{
	return container_of(fb, struct miracast_fb, base);
}

static void fb_destroy(struct drm_framebuffer *fb)
{
	struct miracast_maker *maker = to_miracast_fb(fb)->maker;

	drm_gem_fb_destroy(fb);
	miracast_maker_put(maker);
}

static const struct drm_framebuffer_funcs fb_funcs = {
	.destroy = fb_destroy,
	.create_handle = drm_gem_fb_create_handle,
	.dirty = miracast_dirty_report,
};

/**
 * miracast_fb_create - Create a framebuffer
 * @drm: the device
 * @file: file that the handles of the objects belong to
 * @info: the format
 * @cmd: what user space asks for
 *
 * Pixels are read as words, so they must be aligned. A modifier that no plane supports is
 * refused here, where clients try again without one; Linux 6.1 would accept it here, and
 * refuse the commit.
 *
 * Return: the framebuffer or an ERR_PTR.
 */
struct drm_framebuffer *miracast_fb_create(struct drm_device *drm,
					   struct drm_file *file,
					   const struct drm_format_info *info,
					   const struct drm_mode_fb_cmd2 *cmd)
{
	struct miracast_fb *fb;
	int ret;

	if (!miracast_line_format_supported(cmd->pixel_format) ||
	    !drm_any_plane_has_format(drm, cmd->pixel_format, cmd->modifier[0]) ||
	    cmd->pitches[0] % info->cpp[0] || cmd->offsets[0] % info->cpp[0]) {
		drm_dbg_kms(drm,
			    "format %p4cc, modifier %#llx, pitch %u, offset %u: refused\n",
			    &cmd->pixel_format, cmd->modifier[0],
			    cmd->pitches[0], cmd->offsets[0]);
		return ERR_PTR(-EINVAL);
	}

	static_assert(offsetof(struct miracast_fb, base) == 0);
	fb = kzalloc(sizeof(*fb), GFP_KERNEL);
	if (!fb)
		return ERR_PTR(-ENOMEM);

	fb->maker = miracast_maker_get(file);
	fb->master = miracast_master_of_file(to_miracast_device(drm), file);
	ret = drm_gem_fb_init_with_funcs(drm, &fb->base, file, info, cmd,
					 &fb_funcs);
	if (ret) {
		miracast_maker_put(fb->maker);
		kfree(fb);
		return ERR_PTR(ret);
	}

	return &fb->base;
}

static u64 master_of(const struct miracast_fb *fb)
{
	return fb->master ?: miracast_maker_master(fb->maker);
}

/**
 * miracast_fb_master - Name the master that a framebuffer belongs to
 * @fb: the framebuffer
 *
 * Any context.
 *
 * Return: its number, 0 when it has no master and was not shown yet.
 */
u64 miracast_fb_master(const struct drm_framebuffer *fb)
{
	struct miracast_masters *masters = &to_miracast_device(fb->dev)->masters;
	unsigned long flags;
	u64 master;

	spin_lock_irqsave(&masters->lock, flags);
	master = master_of(to_miracast_fb(fb));
	spin_unlock_irqrestore(&masters->lock, flags);

	return master;
}

/**
 * miracast_fb_is_leaving - Check whether a framebuffer goes with its file
 * @fb: the framebuffer
 *
 * Any context.
 *
 * Return: true when the file that created it is being closed for the last time.
 */
bool miracast_fb_is_leaving(const struct drm_framebuffer *fb)
{
	return miracast_maker_is_closing(to_miracast_fb(fb)->maker);
}

/**
 * miracast_fb_show - A master shows a framebuffer
 * @fb: the framebuffer
 * @master: its number, or 0 when a commit is the driver's own
 *
 * Any context.
 */
void miracast_fb_show(struct drm_framebuffer *fb, u64 master)
{
	struct miracast_masters *masters = &to_miracast_device(fb->dev)->masters;
	struct miracast_fb *own = to_miracast_fb(fb);
	unsigned long flags;

	spin_lock_irqsave(&masters->lock, flags);
	if (!master_of(own))
		own->master = master;
	spin_unlock_irqrestore(&masters->lock, flags);
}

/**
 * miracast_fb_map - Make a framebuffer readable by the CPU
 * @fb: the framebuffer
 *
 * The mapping stays until the framebuffer's object dies. May sleep.
 *
 * Return: 0 or a negative errno.
 */
int miracast_fb_map(struct drm_framebuffer *fb)
{
	struct drm_gem_object *obj = fb->obj[0];

	return miracast_import_is(obj) ? miracast_import_map(obj) :
					 miracast_gem_map(obj);
}

/**
 * miracast_fb_mapping - Get the mapping of a framebuffer
 * @fb: the framebuffer
 * @map: set to the first byte of plane 0
 *
 * Return: false when miracast_fb_map() has not succeeded before.
 */
bool miracast_fb_mapping(struct drm_framebuffer *fb,
			 struct iosys_map *map)
{
	struct drm_gem_object *obj = fb->obj[0];

	if (!(miracast_import_is(obj) ? miracast_import_mapping(obj, map) :
					miracast_gem_mapping(obj, map)))
		return false;

	iosys_map_incr(map, fb->offsets[0]);

	return true;
}

/**
 * miracast_fb_is_idle - Check whether a framebuffer has no writers
 * @fb: the framebuffer
 *
 * Return: true when all fences of writers have signalled.
 */
bool miracast_fb_is_idle(const struct drm_framebuffer *fb)
{
	return dma_resv_test_signaled(fb->obj[0]->resv, DMA_RESV_USAGE_WRITE);
}

static void put_fences(struct dma_fence **fences, unsigned int count)
{
	while (count)
		dma_fence_put(fences[--count]);
}

/*
 * Get the fences of writers, with a reference each. Returns their number; when there are
 * more than @room, none was taken.
 */
static unsigned int get_writers(struct dma_resv *resv, struct dma_fence **fences,
				unsigned int room)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	unsigned int count = 0;

	dma_resv_iter_begin(&cursor, resv, DMA_RESV_USAGE_WRITE);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		if (dma_resv_iter_is_restarted(&cursor)) {
			put_fences(fences, min(count, room));
			count = 0;
		}
		if (count < room)
			fences[count] = dma_fence_get(fence);
		count++;
	}
	dma_resv_iter_end(&cursor);
	if (count > room)
		put_fences(fences, room);

	return count;
}

/* Make one fence of several, whose references are taken over also on an error. */
static int merge_fences(struct dma_fence **fences, unsigned int count,
			struct dma_fence **merged)
{
	struct dma_fence_array *array = NULL;
	struct dma_fence **copy;
	unsigned int flags;

	/* The array frees the copy. */
	copy = kmemdup(fences, count * sizeof(*fences), GFP_NOWAIT | __GFP_NOWARN);
	if (copy) {
		flags = memalloc_noreclaim_save();
		array = dma_fence_array_create(count, copy, dma_fence_context_alloc(1), 1);
		memalloc_noreclaim_restore(flags);
	}
	if (!array) {
		kfree(copy);
		put_fences(fences, count);
		return -ENOMEM;
	}
	*merged = &array->base;

	return 0;
}

/**
 * miracast_fb_writers - Get a fence of all writers of a framebuffer
 * @fb: the framebuffer
 * @fence: set to the fence, with a reference, or to NULL when there are no writers
 *
 * May sleep, but does not wait for fences, and does not reclaim memory: flips wait for
 * the caller's lock, and reclaim may wait for fences that depend on flips. One writer
 * needs no memory. For more of them, a few KiB may come from the kernel's reserves: user
 * space determines how many fences there are, of writers and of others, and no more than
 * MAX_WRITERS are merged.
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_fb_writers(const struct drm_framebuffer *fb,
			struct dma_fence **fence)
{
	struct dma_fence *fences[MAX_WRITERS];
	unsigned int count = get_writers(fb->obj[0]->resv, fences, MAX_WRITERS);

	*fence = NULL;
	if (count > MAX_WRITERS)
		return -ENOMEM;
	if (count > 1)
		return merge_fences(fences, count, fence);
	if (count)
		*fence = fences[0];

	return 0;
}

/**
 * miracast_fb_begin_read - Make a framebuffer coherent for the CPU
 * @fb: the framebuffer
 *
 * Fails when there are writers: they may have come after the commit that is on the
 * screen. Writers that come meanwhile are waited for, interruptibly, and the exporter may
 * wait as well: no lock that a flip needs may be held.
 *
 * Return: 0, -EBUSY while there are writers, or the error of the exporter.
 */
int miracast_fb_begin_read(struct drm_framebuffer *fb)
{
	struct drm_gem_object *obj = fb->obj[0];

	if (!miracast_fb_is_idle(fb))
		return -EBUSY;

	return miracast_import_is(obj) ? miracast_import_begin_read(obj) : 0;
}

/**
 * miracast_fb_end_read - End what miracast_fb_begin_read() began
 * @fb: the framebuffer
 *
 * The exporter may wait: as for miracast_fb_begin_read().
 */
void miracast_fb_end_read(struct drm_framebuffer *fb)
{
	if (miracast_import_is(fb->obj[0]))
		miracast_import_end_read(fb->obj[0]);
}
