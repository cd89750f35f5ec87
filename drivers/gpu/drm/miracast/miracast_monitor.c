// SPDX-License-Identifier: GPL-2.0
/*
 * Monitors and modes.
 *
 * A monitor is a reference-counted snapshot of what the owner announced: made
 * outside all locks, swapped in under the target's lock, read by detect() and
 * get_modes() without it.
 */
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_connector.h>
#include <drm/drm_edid.h>
#include <drm/drm_modes.h>

#include "miracast_compat.h"
#include "miracast_monitor.h"

/* Largest value of a mode request: coordinates of the ABI have 16 bits. */
#define MIRACAST_MAX_REQUEST		16384
#define MIRACAST_MAX_REQUEST_MHZ	1000000
/* D3DKMDT_VIDEO_SIGNAL_INFO.VSyncFreqDivider has 6 bits. */
#define MIRACAST_MAX_VSYNC_DIVIDER	63
/* CVT timings are made for widths that are a multiple of this. */
#define MIRACAST_CVT_CELL		8

static const u8 edid_header[] = { 0, 255, 255, 255, 255, 255, 255, 0 };

static bool edid_block_valid(const u8 *block)
{
	u8 sum = 0;
	int i;

	for (i = 0; i < EDID_LENGTH; i++)
		sum += block[i];

	return !sum;
}

/**
 * miracast_edid_valid - Check an EDID
 * @edid: the bytes
 * @size: how many
 *
 * Stricter than the core's helpers, which repair what they can: what is not
 * exactly right came from a bug or an attacker.
 *
 * Return: true when header, version, size and all checksums are right.
 */
bool miracast_edid_valid(const u8 *edid, size_t size)
{
	const struct edid *base = (const void *)edid;
	size_t i;

	if (size < EDID_LENGTH ||
	    size != EDID_LENGTH * (1 + (size_t)base->extensions))
		return false;
	if (memcmp(base->header, edid_header, sizeof(edid_header)) ||
	    base->version != 1)
		return false;

	for (i = 0; i < size; i += EDID_LENGTH)
		if (!edid_block_valid(edid + i))
			return false;

	return true;
}

/**
 * miracast_monitor_type_valid - Check a monitor type
 * @type: the type
 *
 * Return: true for a value of enum drm_miracast_monitor_type.
 */
bool miracast_monitor_type_valid(u32 type)
{
	switch (type) {
	case DRM_MIRACAST_MONITOR_VGA:
	case DRM_MIRACAST_MONITOR_SVIDEO:
	case DRM_MIRACAST_MONITOR_COMPOSITE:
	case DRM_MIRACAST_MONITOR_COMPONENT:
	case DRM_MIRACAST_MONITOR_DVI:
	case DRM_MIRACAST_MONITOR_HDMI:
	case DRM_MIRACAST_MONITOR_MIRACAST:
	case DRM_MIRACAST_MONITOR_JAPANESE_D:
	case DRM_MIRACAST_MONITOR_SDI:
	case DRM_MIRACAST_MONITOR_DISPLAYPORT:
	case DRM_MIRACAST_MONITOR_UDI:
	case DRM_MIRACAST_MONITOR_OTHER:
		return true;
	default:
		return false;
	}
}

/**
 * miracast_mode_request_valid - Check one mode of MONITOR_ARRIVE
 * @mode: the mode
 *
 * Return: false for values that no mode could have.
 */
bool miracast_mode_request_valid(const struct drm_miracast_mode *mode)
{
	return mode->width && mode->width <= MIRACAST_MAX_REQUEST &&
	       mode->height && mode->height <= MIRACAST_MAX_REQUEST &&
	       mode->refresh_mhz &&
	       mode->refresh_mhz <= MIRACAST_MAX_REQUEST_MHZ &&
	       !(mode->flags & ~DRM_MIRACAST_MODE_PREFERRED);
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
	} else {
		ret = -EINVAL;
	}
	kfree(edid);

	return ret;
}

static int copy_modes(struct miracast_monitor *monitor,
		      const struct drm_miracast_monitor_arrive *args)
{
	u32 i;

	if (copy_from_user(monitor->modes, u64_to_user_ptr(args->modes),
			   array_size(args->mode_count,
				      sizeof(monitor->modes[0]))))
		return -EFAULT;

	for (i = 0; i < args->mode_count; i++)
		if (!miracast_mode_request_valid(&monitor->modes[i]))
			return -EINVAL;

	return 0;
}

/**
 * miracast_monitor_create - Make a monitor of what an owner announces
 * @args: input of MONITOR_ARRIVE
 *
 * Copies from user space; no lock may be held.
 *
 * Return: the monitor, with one reference, or an ERR_PTR: -EINVAL, -EFAULT or
 * -ENOMEM.
 */
struct miracast_monitor *
miracast_monitor_create(const struct drm_miracast_monitor_arrive *args)
{
	struct miracast_monitor *monitor;
	int ret;

	if (args->flags || args->pad ||
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
 * miracast_monitor_put - Give a reference back
 * @monitor: the monitor or NULL
 */
void miracast_monitor_put(struct miracast_monitor *monitor)
{
	if (monitor)
		kref_put(&monitor->ref, monitor_free);
}

/**
 * miracast_mode_from_drm - Describe a KMS mode in the owner's terms
 * @mode: where to put it
 * @drm_mode: the KMS mode
 */
void miracast_mode_from_drm(struct miracast_mode *mode,
			    const struct drm_display_mode *drm_mode)
{
	u64 frame = (u64)drm_mode->htotal * drm_mode->vtotal;
	u64 refresh_mhz = 0;

	if (frame)
		refresh_mhz = div64_u64((u64)drm_mode->clock * 1000000 +
					frame / 2, frame);

	mode->width = drm_mode->hdisplay;
	mode->height = drm_mode->vdisplay;
	mode->refresh_mhz = min_t(u64, refresh_mhz, U32_MAX);
}

/**
 * miracast_mode_within - Tell whether limits allow a mode
 * @mode: the mode
 * @limits: the limits
 *
 * Standard timings miss the nominal rate by up to half a percent (59.94 Hz,
 * 60.02 Hz); that much is allowed.
 *
 * Return: true when it fits.
 */
bool miracast_mode_within(const struct miracast_mode *mode,
			  const struct miracast_limits *limits)
{
	return mode->width <= limits->width && mode->height <= limits->height &&
	       mode->refresh_mhz <=
		       limits->refresh_mhz + limits->refresh_mhz / 200;
}

/**
 * miracast_mode_make - Make the timings of an explicit mode
 * @drm: the device
 * @mode: what the sink accepts
 * @vsync_divider: refresh rate of the sink over that of the mode
 *
 * CVT reduced blanking, with the clock set for the exact rate. No sink ever
 * sees these timings; compositors compute the refresh rate from them.
 *
 * Return: the mode or NULL.
 */
struct drm_display_mode *
miracast_mode_make(struct drm_device *drm, const struct drm_miracast_mode *mode,
		   u32 vsync_divider)
{
	u32 refresh_mhz = DIV_ROUND_CLOSEST(mode->refresh_mhz, vsync_divider);
	u32 cells = round_up(mode->width, MIRACAST_CVT_CELL);
	struct drm_display_mode *made;

	made = drm_cvt_mode(drm, cells, mode->height,
			    max(DIV_ROUND_CLOSEST(refresh_mhz, 1000), 1U),
			    true, false, false);
	if (!made)
		return NULL;

	made->hdisplay = mode->width;
	made->clock = div_u64((u64)made->htotal * made->vtotal * refresh_mhz +
			      500000, 1000000);
	made->type = DRM_MODE_TYPE_DRIVER;
	if (mode->flags & DRM_MIRACAST_MODE_PREFERRED)
		made->type |= DRM_MODE_TYPE_PREFERRED;
	drm_mode_set_name(made);

	return made;
}

static bool is_base_mode(const struct miracast_mode *mode)
{
	return mode->width == MIRACAST_BASE_WIDTH &&
	       mode->height == MIRACAST_BASE_HEIGHT &&
	       DIV_ROUND_CLOSEST(mode->refresh_mhz, 1000) ==
		       MIRACAST_BASE_REFRESH_MHZ / 1000;
}

/**
 * miracast_monitor_refuse - Remember that the sink refused a mode
 * @monitor: the monitor
 * @mode: the mode; 640x480 at 60 Hz stays on offer all the same
 *
 * Any context.
 */
void miracast_monitor_refuse(struct miracast_monitor *monitor,
			     const struct miracast_mode *mode)
{
	unsigned long flags;
	u32 slot;

	spin_lock_irqsave(&monitor->refused_lock, flags);
	slot = monitor->refused_count++ % ARRAY_SIZE(monitor->refused);
	monitor->refused[slot] = *mode;
	spin_unlock_irqrestore(&monitor->refused_lock, flags);
}

/**
 * miracast_monitor_refused - Tell whether the sink refused a mode
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
	bool refused = false;
	unsigned long flags;
	u32 count, i;

	if (is_base_mode(mode))
		return false;

	spin_lock_irqsave(&monitor->refused_lock, flags);
	count = min_t(u32, monitor->refused_count,
		      ARRAY_SIZE(monitor->refused));
	for (i = 0; i < count; i++)
		refused |= !memcmp(mode, &monitor->refused[i], sizeof(*mode));
	spin_unlock_irqrestore(&monitor->refused_lock, flags);

	return refused;
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
static void divide_rates(struct drm_connector *connector, u32 divider)
{
	struct drm_display_mode *mode;

	if (divider == 1)
		return;

	list_for_each_entry(mode, &connector->probed_modes, head)
		mode->clock = DIV_ROUND_CLOSEST(mode->clock, divider);
}

static void add_base_mode(struct drm_connector *connector)
{
	struct drm_display_mode *mode;

	mode = drm_mode_find_dmt(connector->dev, MIRACAST_BASE_WIDTH,
				 MIRACAST_BASE_HEIGHT,
				 MIRACAST_BASE_REFRESH_MHZ / 1000, false);
	if (!mode)
		return;

	mode->type = DRM_MODE_TYPE_DRIVER;
	drm_mode_probed_add(connector, mode);
}

/**
 * miracast_monitor_add_modes - Offer a monitor's modes on its connector
 * @connector: the connector; its EDID property is updated as well
 * @monitor: the monitor
 *
 * From get_modes(), under mode_config.mutex. The probe helper prunes what the
 * limits do not allow.
 *
 * Return: number of modes added.
 */
int miracast_monitor_add_modes(struct drm_connector *connector,
			       struct miracast_monitor *monitor)
{
	struct drm_display_mode *mode;
	int count = 0;
	u32 i;

	miracast_compat_edid_modes(connector, monitor->edid);
	divide_rates(connector, monitor->vsync_divider);

	for (i = 0; i < monitor->mode_count; i++) {
		mode = miracast_mode_make(connector->dev, &monitor->modes[i],
					  monitor->vsync_divider);
		if (mode)
			drm_mode_probed_add(connector, mode);
	}
	drop_refused(connector, monitor);
	add_base_mode(connector);

	list_for_each_entry(mode, &connector->probed_modes, head)
		count++;

	return count;
}
