// SPDX-License-Identifier: GPL-2.0
/*
 * Monitors.
 *
 * A monitor is a reference-counted snapshot of what the owner announced: made
 * outside all locks, swapped in under the target's lock, read by detect() and
 * get_modes() without it.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_connector.h>
#include <drm/drm_edid.h>
#include <drm/drm_modes.h>

#include "miracast_compat.h"
#include "miracast_edid.h"
#include "miracast_mode.h"
#include "miracast_monitor.h"
#include "miracast_user.h"

/**
 * miracast_monitor_type_valid - Check a monitor type
 * @type: the type
 *
 * Return: true for a value of enum drm_miracast_monitor_type.
 */
bool miracast_monitor_type_valid(u32 type)
{
	switch (type) {
	case DRM_MIRACAST_MONITOR_TYPE_VGA:
	case DRM_MIRACAST_MONITOR_TYPE_SVIDEO:
	case DRM_MIRACAST_MONITOR_TYPE_COMPOSITE:
	case DRM_MIRACAST_MONITOR_TYPE_COMPONENT:
	case DRM_MIRACAST_MONITOR_TYPE_DVI:
	case DRM_MIRACAST_MONITOR_TYPE_HDMI:
	case DRM_MIRACAST_MONITOR_TYPE_MIRACAST:
	case DRM_MIRACAST_MONITOR_TYPE_JAPANESE_D:
	case DRM_MIRACAST_MONITOR_TYPE_SDI:
	case DRM_MIRACAST_MONITOR_TYPE_DISPLAYPORT:
	case DRM_MIRACAST_MONITOR_TYPE_UDI:
	case DRM_MIRACAST_MONITOR_TYPE_OTHER:
		return true;
	default:
		return false;
	}
}

static int copy_edid(struct miracast_monitor *monitor,
		     const struct drm_miracast_monitor_arrive *args)
{
	u8 *edid;
	int ret = 0;

	if (!args->edid_size)
		return 0;

	edid = memdup_user(u64_to_user_ptr(args->edid), args->edid_size);
	if (IS_ERR(edid))
		return PTR_ERR(edid);

	if (miracast_edid_valid(edid, args->edid_size)) {
		monitor->edid = drm_edid_alloc(edid, args->edid_size);
		if (!monitor->edid)
			ret = -ENOMEM;
		monitor->edid_size = args->edid_size;
	} else {
		ret = -EINVAL;
	}
	kfree(edid);

	return ret;
}

static int copy_modes(struct miracast_monitor *monitor,
		      const struct drm_miracast_monitor_arrive *args)
{
	int ret;
	u32 i;

	ret = miracast_user_copy_array(monitor->modes,
				       sizeof(monitor->modes[0]), args->modes,
				       args->mode_count, args->mode_stride);
	if (ret)
		return ret;

	for (i = 0; i < args->mode_count; i++) {
		const struct drm_miracast_mode *mode = &monitor->modes[i];

		if (!miracast_mode_request_valid(mode))
			return -EINVAL;
		if (memchr_inv(&mode->color, 0, sizeof(mode->color)))
			return -EOPNOTSUPP;
	}

	return 0;
}

/**
 * miracast_monitor_create - Create a monitor from an owner's announcement
 * @args: input of MONITOR_ARRIVE
 *
 * Copies from user space; no lock may be held.
 *
 * Return: the monitor, with one reference, or an ERR_PTR: -EINVAL, -E2BIG,
 * -EOPNOTSUPP, -EFAULT or -ENOMEM.
 */
struct miracast_monitor *
miracast_monitor_create(const struct drm_miracast_monitor_arrive *args)
{
	struct miracast_monitor *monitor;
	int ret;

	if (args->flags & ~DRM_MIRACAST_ARRIVE_FLAG_UNION ||
	    !miracast_monitor_type_valid(args->monitor_type) ||
	    !args->vsync_divider ||
	    args->vsync_divider > MIRACAST_MAX_VSYNC_DIVIDER ||
	    args->edid_size > MIRACAST_MAX_EDID_BLOCKS * EDID_LENGTH ||
	    args->mode_count > MIRACAST_MAX_MODES)
		return ERR_PTR(-EINVAL);

	monitor = kzalloc(struct_size(monitor, modes, args->mode_count),
			  GFP_KERNEL_ACCOUNT);
	if (!monitor)
		return ERR_PTR(-ENOMEM);

	kref_init(&monitor->ref);
	spin_lock_init(&monitor->refused_lock);
	monitor->flags = args->flags;
	monitor->type = args->monitor_type;
	monitor->vsync_divider = args->vsync_divider;
	monitor->mode_count = args->mode_count;

	ret = copy_edid(monitor, args);
	if (!ret)
		ret = copy_modes(monitor, args);
	if (ret) {
		miracast_monitor_put(monitor);
		return ERR_PTR(ret);
	}

	return monitor;
}

static void monitor_free(struct kref *ref)
{
	struct miracast_monitor *monitor =
		container_of(ref, struct miracast_monitor, ref);

	drm_edid_free(monitor->edid);
	kfree(monitor);
}

/**
 * miracast_monitor_get - Take a reference
 * @monitor: the monitor
 */
void miracast_monitor_get(struct miracast_monitor *monitor)
{
	kref_get(&monitor->ref);
}

/**
 * miracast_monitor_put - Drop a reference
 * @monitor: the monitor or NULL
 */
void miracast_monitor_put(struct miracast_monitor *monitor)
{
	if (monitor)
		kref_put(&monitor->ref, monitor_free);
}

static bool edid_equal(const struct miracast_monitor *a,
		       const struct miracast_monitor *b)
{
	return a->edid_size == b->edid_size &&
	       (!a->edid_size ||
		!memcmp(drm_edid_raw(a->edid), drm_edid_raw(b->edid),
			a->edid_size));
}

/**
 * miracast_monitor_equal - Check whether two arrivals announce the same
 * @a: a monitor
 * @b: another, or the same
 *
 * What was refused is not compared. Any context.
 *
 * Return: true when flags, type, EDID, modes and dividers are the same.
 */
bool miracast_monitor_equal(const struct miracast_monitor *a,
			    const struct miracast_monitor *b)
{
	return a->flags == b->flags && a->type == b->type &&
	       a->vsync_divider == b->vsync_divider &&
	       a->mode_count == b->mode_count &&
	       !memcmp(a->modes, b->modes,
		       array_size(a->mode_count, sizeof(a->modes[0]))) &&
	       edid_equal(a, b);
}

static bool is_refused(const struct miracast_monitor *monitor,
		       const struct miracast_mode *mode)
{
	u32 i;

	lockdep_assert_held(&monitor->refused_lock);

	if (monitor->refused_all)
		return true;

	for (i = 0; i < monitor->refused_count; i++)
		if (!memcmp(mode, &monitor->refused[i], sizeof(*mode)))
			return true;

	return false;
}

/**
 * miracast_monitor_refuse - Remember that the sink refused a mode
 * @monitor: the monitor
 * @mode: the mode
 *
 * Refusals are never forgotten: a sink that refuses more modes than there is room
 * for refuses all. 640x480 at 60 Hz is offered nevertheless. Any context.
 *
 * Return: false when that one was refused before: then clients know, and there is
 * nothing left to try.
 */
bool miracast_monitor_refuse(struct miracast_monitor *monitor,
			     const struct miracast_mode *mode)
{
	unsigned long flags;
	bool news = true;

	spin_lock_irqsave(&monitor->refused_lock, flags);
	if (miracast_mode_is_base(mode)) {
		news = !monitor->refused_base;
		monitor->refused_base = true;
	} else if (!is_refused(monitor, mode)) {
		if (monitor->refused_count < ARRAY_SIZE(monitor->refused))
			monitor->refused[monitor->refused_count++] = *mode;
		else
			monitor->refused_all = true;
	}
	spin_unlock_irqrestore(&monitor->refused_lock, flags);

	return news;
}

/**
 * miracast_monitor_refused - Check whether the sink refused a mode
 * @monitor: the monitor
 * @mode: the mode
 *
 * Any context.
 *
 * Return: true when the mode is not to be offered again.
 */
bool miracast_monitor_refused(struct miracast_monitor *monitor,
			      const struct miracast_mode *mode)
{
	unsigned long flags;
	bool refused;

	if (miracast_mode_is_base(mode))
		return false;

	spin_lock_irqsave(&monitor->refused_lock, flags);
	refused = is_refused(monitor, mode);
	spin_unlock_irqrestore(&monitor->refused_lock, flags);

	return refused;
}

/**
 * miracast_monitor_has_refused - Check whether the sink refused anything
 * @monitor: the monitor
 *
 * Any context.
 *
 * Return: true when it offers less than was announced, or refused the base mode.
 */
bool miracast_monitor_has_refused(struct miracast_monitor *monitor)
{
	return READ_ONCE(monitor->refused_count) ||
	       READ_ONCE(monitor->refused_base);
}

static void drop_refused(struct drm_connector *connector,
			 struct miracast_monitor *monitor)
{
	struct drm_display_mode *drm_mode, *next;
	struct miracast_mode mode;

	list_for_each_entry_safe(drm_mode, next, &connector->probed_modes,
				 head) {
		miracast_mode_from_drm(&mode, drm_mode);
		if (miracast_monitor_refused(monitor, &mode)) {
			list_del(&drm_mode->head);
			drm_mode_destroy(connector->dev, drm_mode);
		}
	}
}

/* EDID modes are those of the sink's monitor; the desktop runs slower. */
static void divide_rates(struct list_head *modes, u32 divider)
{
	struct drm_display_mode *mode;
	struct miracast_mode own;

	if (divider == 1)
		return;

	list_for_each_entry(mode, modes, head) {
		miracast_mode_from_drm(&own, mode);
		miracast_mode_set_refresh(mode, DIV_ROUND_CLOSEST(own.refresh_mhz, divider));
	}
}

/* Find the mode of an EDID that users cannot distinguish from a mode of the list. */
static const struct drm_display_mode *
find_in_edid(const struct list_head *edid_modes,
	     const struct drm_miracast_mode *listed)
{
	const struct miracast_mode wanted = {
		listed->width, listed->height, listed->refresh_mhz,
	};
	const struct drm_display_mode *mode;
	struct miracast_mode own;

	list_for_each_entry(mode, edid_modes, head) {
		miracast_mode_from_drm(&own, mode);
		if (!(mode->flags & (DRM_MODE_FLAG_INTERLACE |
				     DRM_MODE_FLAG_DBLSCAN |
				     DRM_MODE_FLAG_3D_MASK)) &&
		    miracast_mode_matches(&wanted, &own))
			return mode;
	}

	return NULL;
}

/*
 * Drop the modes of an EDID that the list has, too. The tolerance is half the distance
 * between 60 and 59.94 Hz.
 */
static void drop_listed(struct drm_device *drm, struct list_head *edid_modes,
			const struct miracast_monitor *monitor)
{
	struct drm_display_mode *mode, *next;
	struct miracast_mode own;
	u32 i, off;

	list_for_each_entry_safe(mode, next, edid_modes, head) {
		miracast_mode_from_drm(&own, mode);
		for (i = 0; i < monitor->mode_count; i++) {
			const struct drm_miracast_mode *listed =
				&monitor->modes[i];

			off = max(own.refresh_mhz, listed->refresh_mhz) -
			      min(own.refresh_mhz, listed->refresh_mhz);
			if (own.width == listed->width &&
			    own.height == listed->height &&
			    off <= own.refresh_mhz / 2000 &&
			    (!listed->vsync_divider ||
			     listed->vsync_divider == monitor->vsync_divider))
				break;
		}
		if (i < monitor->mode_count) {
			list_del(&mode->head);
			drm_mode_destroy(drm, mode);
		}
	}
}

static bool shares_any(const struct list_head *edid_modes,
		       const struct miracast_monitor *monitor)
{
	u32 i;

	for (i = 0; i < monitor->mode_count; i++)
		if (find_in_edid(edid_modes, &monitor->modes[i]))
			return true;

	return false;
}

/*
 * Add the modes of the list that are flagged as preferred, or the others; with @shared
 * only modes that the EDID has as well. Modes that the EDID prefers are preferred.
 */
static void add_listed_modes(struct drm_connector *connector,
			     const struct miracast_monitor *monitor,
			     const struct list_head *edid_modes, bool shared,
			     bool flagged)
{
	const struct drm_display_mode *in_edid;
	struct drm_display_mode *mode;
	u32 i;

	for (i = 0; i < monitor->mode_count; i++) {
		const struct drm_miracast_mode *listed = &monitor->modes[i];

		if (flagged !=
		    !!(listed->flags & DRM_MIRACAST_MODE_FLAG_PREFERRED))
			continue;
		in_edid = find_in_edid(edid_modes, listed);
		if (shared && !in_edid)
			continue;
		mode = miracast_mode_make(connector->dev, listed,
					  listed->vsync_divider ?:
						  monitor->vsync_divider);
		if (!mode)
			continue;
		if (in_edid)
			mode->type |= in_edid->type & DRM_MODE_TYPE_PREFERRED;
		drm_mode_probed_add(connector, mode);
	}
}

static void destroy_modes(struct drm_device *drm, struct list_head *modes)
{
	struct drm_display_mode *mode, *next;

	list_for_each_entry_safe(mode, next, modes, head) {
		list_del(&mode->head);
		drm_mode_destroy(drm, mode);
	}
}

static int read_nothing(void *data, u8 *buf, unsigned int block, size_t len)
{
	return -ENODATA;
}

/*
 * Get the EDID with which the administrator overrides the sink's, by debugfs or
 * drm.edid_firmware. DRM core looks for one before it reads the sink's.
 */
static const struct drm_edid *override_edid(struct drm_connector *connector)
{
	return drm_edid_read_custom(connector, read_nothing, NULL);
}

/**
 * miracast_monitor_add_modes - Offer a monitor's modes on its connector
 * @connector: the connector; its EDID property is updated as well
 * @monitor: the monitor
 *
 * From get_modes(), under mode_config.mutex. The probe helper prunes what the
 * limits do not allow. As on any connector, the administrator's EDID takes the
 * place of the sink's.
 *
 * The EDID describes the monitor, the list what the sink decodes. Modes that both have
 * are offered, unless the owner wants the union of them. When they have none in common,
 * the list is offered: 640x480 alone would be of no use. Preferred modes come in the
 * order of preference.
 *
 * Return: number of modes added.
 */
int miracast_monitor_add_modes(struct drm_connector *connector,
			       struct miracast_monitor *monitor)
{
	const struct drm_edid *override = override_edid(connector);
	bool both = !monitor->mode_count ||
		    monitor->flags & DRM_MIRACAST_ARRIVE_FLAG_UNION;
	struct drm_display_mode *mode;
	LIST_HEAD(edid_modes);
	int count = 0;
	bool shared;

	miracast_compat_edid_modes(connector, override ?: monitor->edid);
	drm_edid_free(override);
	list_splice_init(&connector->probed_modes, &edid_modes);

	shared = !both && shares_any(&edid_modes, monitor);
	add_listed_modes(connector, monitor, &edid_modes, shared, true);
	add_listed_modes(connector, monitor, &edid_modes, shared, false);
	if (both) {
		drop_listed(connector->dev, &edid_modes, monitor);
		divide_rates(&edid_modes, monitor->vsync_divider);
		list_splice_tail_init(&edid_modes, &connector->probed_modes);
	}
	destroy_modes(connector->dev, &edid_modes);
	drop_refused(connector, monitor);
	miracast_mode_add_base(connector);

	list_for_each_entry(mode, &connector->probed_modes, head)
		count++;

	return count;
}
