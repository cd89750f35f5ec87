// SPDX-License-Identifier: GPL-2.0
/*
 * Framebuffers.
 *
 * Owns: what may be one, and the master that each belongs to, which never changes
 * once it is known: the one whose file made it, before or after it became master,
 * or, when that file was not master yet, the first that shows it.
 */
#include <linux/kref.h>
#include <linux/slab.h>

#include <drm/drm_file.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem_framebuffer_helper.h>
#include <drm/drm_plane.h>

#include "miracast_blit.h"
#include "miracast_compat.h"
#include "miracast_dirty.h"
#include "miracast_drv.h"
#include "miracast_fb.h"

/**
 * struct miracast_maker - Whoever makes framebuffers: a file of the card node
 * @ref: reference count; the file has one, and each of its framebuffers
 * @master: number of the master that the file is, 0 before it is one; guarded by
 *	the lock of the masters
 */
struct miracast_maker {
	struct kref ref;
	u64 master;
};

/**
 * struct miracast_fb - A framebuffer
 * @base: what DRM core knows; the helper frees the struct through it
 * @maker: who made it, with a reference
 * @master: the master that it belongs to, when that was known as it was made, or
 *	when it was shown; else 0, and it is @maker's; guarded by the lock of the
 *	masters
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

static void maker_free(struct kref *ref)
{
	kfree(container_of(ref, struct miracast_maker, ref));
}

/**
 * miracast_fb_open - A file of the card node is opened
 * @drm: the device
 * @file: the file, not master yet
 *
 * Return: 0 or -ENOMEM.
 */
int miracast_fb_open(struct drm_device *drm, struct drm_file *file)
{
	struct miracast_maker *maker = kzalloc(sizeof(*maker), GFP_KERNEL);

	if (!maker)
		return -ENOMEM;

	kref_init(&maker->ref);
	file->driver_priv = maker;

	return 0;
}

/**
 * miracast_fb_close - A file of the card node was closed
 * @drm: the device
 * @file: the file
 */
void miracast_fb_close(struct drm_device *drm, struct drm_file *file)
{
	struct miracast_maker *maker = file->driver_priv;

	kref_put(&maker->ref, maker_free);
}

static void fb_destroy(struct drm_framebuffer *fb)
{
	struct miracast_maker *maker = to_miracast_fb(fb)->maker;

	drm_gem_fb_destroy(fb);
	kref_put(&maker->ref, maker_free);
}

static const struct drm_framebuffer_funcs fb_funcs = {
	.destroy = fb_destroy,
	.create_handle = drm_gem_fb_create_handle,
	.dirty = miracast_dirty_report,
};

/**
 * miracast_fb_create - Make a framebuffer of objects
 * @drm: the device
 * @file: whose handles the objects have
 * @info: the format
 * @cmd: what user space asks for
 *
 * Pixels are read as words, so they have to lie as words. A modifier that no plane
 * has is refused here, where clients try without one; Linux 6.1 would accept it,
 * and refuse to show it.
 *
 * Return: the framebuffer or an ERR_PTR.
 */
struct drm_framebuffer *miracast_fb_create(struct drm_device *drm,
					   struct drm_file *file,
					   const struct drm_format_info *info,
					   const struct drm_mode_fb_cmd2 *cmd)
{
	struct miracast_maker *maker = file->driver_priv;
	struct miracast_fb *fb;
	int ret;

	if (!miracast_blit_format_supported(cmd->pixel_format) ||
	    !drm_any_plane_has_format(drm, cmd->pixel_format, cmd->modifier[0]) ||
	    cmd->pitches[0] % info->cpp[0] || cmd->offsets[0] % info->cpp[0])
		return ERR_PTR(-EINVAL);

	static_assert(offsetof(struct miracast_fb, base) == 0);
	fb = kzalloc(sizeof(*fb), GFP_KERNEL);
	if (!fb)
		return ERR_PTR(-ENOMEM);

	kref_get(&maker->ref);
	fb->maker = maker;
	fb->master = miracast_master_of_file(to_miracast_device(drm), file);
	ret = drm_gem_fb_init_with_funcs(drm, &fb->base, file, info, cmd,
					 &fb_funcs);
	if (ret) {
		kfree(fb);
		kref_put(&maker->ref, maker_free);
		return ERR_PTR(ret);
	}

	return &fb->base;
}

static u64 master_of(const struct miracast_fb *fb)
{
	return fb->master ?: fb->maker->master;
}

/**
 * miracast_fb_master - Name the master that a framebuffer belongs to
 * @fb: the framebuffer
 *
 * Any context.
 *
 * Return: its number, 0 when it was not shown yet and is nobody's.
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
 * miracast_fb_own_all - A file is master: what it makes, and has made, is its own
 * @file: the file
 * @master: its number
 *
 * A compositor can make framebuffers before it asks for the first time to be
 * master. What others have shown already stays theirs. The lock of the masters is
 * held.
 */
void miracast_fb_own_all(struct drm_file *file, u64 master)
{
	struct miracast_maker *maker = file->driver_priv;

	maker->master = master;
}
