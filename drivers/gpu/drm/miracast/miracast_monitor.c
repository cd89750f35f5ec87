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
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_connector.h>
#include <drm/drm_edid.h>
#include <drm/drm_modes.h>

#include "miracast_budget.h"
#include "miracast_compat.h"
#include "miracast_monitor.h"
#include "miracast_user.h"

/* Largest value of a mode request: coordinates of the ABI have 16 bits. */
#define MIRACAST_MAX_REQUEST		16384
#define MIRACAST_MAX_REQUEST_MHZ	1000000
/* D3DKMDT_VIDEO_SIGNAL_INFO.VSyncFreqDivider has 6 bits. */
#define MIRACAST_MAX_VSYNC_DIVIDER	63
/* Of EDIDs: where the base block counts extensions, and tags (CTA-861, HDMI 2.1). */
#define EDID_EXTENSIONS			126
#define CTA_EXTENDED			7
#define Y420CMDB			0x0f
#define HF_EEODB			0x78
#define DISPLAYID_CTA			0x81
/* Bytes of a 4:2:0 capability map that DRM core has room for. */
#define Y420_MAP_MAX			8
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

/*
 * Number of blocks that an EDID says it has. HDMI 2.1 has an override (HF-EEODB),
 * which is the first data block of the first extension, for EDIDs that have more
 * blocks than byte 126 of the base block says, for the sake of older readers.
 */
static size_t edid_blocks(const u8 *edid, size_t size)
{
	const u8 *cta = edid + EDID_LENGTH;
	size_t blocks = 1 + (size_t)edid[EDID_EXTENSIONS];

	/* The data block: tag and length, extended tag, count. */
	if (blocks > 1 && size >= 2 * EDID_LENGTH && cta[0] == CEA_EXT &&
	    cta[1] >= 3 && cta[2] >= 4 + 3 && cta[4] >> 5 == CTA_EXTENDED &&
	    (cta[4] & 31) >= 2 && cta[5] == HF_EEODB)
		blocks = max(blocks, 1 + (size_t)cta[6]);

	return blocks;
}

/* Look for a 4:2:0 capability map that is too long among CTA data blocks. */
static bool cta_map_fits(const u8 *db, size_t size)
{
	size_t at, length;

	for (at = 0; at < size; at += 1 + length) {
		length = db[at] & 31;
		if (at + 1 + length > size)
			break;
		if (db[at] >> 5 == CTA_EXTENDED && db[at + 1] == Y420CMDB &&
		    length > 1 + Y420_MAP_MAX)
			return false;
	}

	return true;
}

static bool displayid_map_fits(const u8 *block)
{
	/* The section: version, length, two more bytes, then its data blocks. */
	size_t end = min_t(size_t, 1 + 4 + block[2], EDID_LENGTH - 1);
	size_t at, length;

	for (at = 1 + 4; at + 3 <= end; at += 3 + length) {
		length = block[at + 2];
		if (at + 3 + length > end)
			break;
		if (block[at] == DISPLAYID_CTA &&
		    !cta_map_fits(block + at + 3, length))
			return false;
	}

	return true;
}

/*
 * DRM core warns when a 4:2:0 capability map has more bytes than it has room for.
 * EDIDs come from sinks, which must not be able to stop a kernel that panics on
 * warnings.
 */
static bool edid_map_fits(const u8 *block)
{
	if (block[0] == CEA_EXT && block[1] >= 3 && block[2] >= 4 &&
	    block[2] < EDID_LENGTH)
		return cta_map_fits(block + 4, block[2] - 4);
	if (block[0] == DISPLAYID_EXT)
		return displayid_map_fits(block);

	return true;
}

/**
 * miracast_edid_valid - Check an EDID
 * @edid: the bytes
 * @size: how many
 *
 * Stricter than the core's helpers, which repair what they can: repairs are for
 * the owner, which can say what it repaired.
 *
 * Return: true when header, version, size and all checksums are right, and DRM
 * core has room for all that it reads.
 */
bool miracast_edid_valid(const u8 *edid, size_t size)
{
	const struct edid *base = (const void *)edid;
	size_t i;

	if (size < EDID_LENGTH || size != EDID_LENGTH * edid_blocks(edid, size))
		return false;
	if (memcmp(base->header, edid_header, sizeof(edid_header)) ||
	    base->version != 1)
		return false;

	for (i = 0; i < size; i += EDID_LENGTH)
		if (!edid_block_valid(edid + i) ||
		    (i && !edid_map_fits(edid + i)))
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

/**
 * miracast_mode_request_valid - Check one mode of MONITOR_ARRIVE
 * @mode: the mode
 *
 * Return: false for values that no mode could have.
 */
bool miracast_mode_request_valid(const struct drm_miracast_mode *mode)
{
	return !mode->pad && !mode->color.reserved &&
	       mode->width && mode->width <= MIRACAST_MAX_REQUEST &&
	       mode->height && mode->height <= MIRACAST_MAX_REQUEST &&
	       mode->refresh_mhz &&
	       mode->refresh_mhz <= MIRACAST_MAX_REQUEST_MHZ &&
	       mode->vsync_divider <= MIRACAST_MAX_VSYNC_DIVIDER &&
	       !(mode->flags & ~DRM_MIRACAST_MODE_FLAG_PREFERRED);
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
 * miracast_monitor_create - Make a monitor of what an owner announces
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

/* Standard timings miss the nominal rate by as much: 59.94 Hz, 60.02 Hz. */
static u64 half_a_percent(u64 value)
{
	return div_u64(value, 200);
}

/**
 * miracast_mode_within - Check whether limits allow a mode
 * @mode: the mode
 * @limits: the limits, of which rates may be exceeded by half a percent
 *
 * Return: true when it fits.
 */
bool miracast_mode_within(const struct miracast_mode *mode,
			  const struct miracast_limits *limits)
{
	u64 rate = limits->macroblock_rate;

	if (mode->width > limits->width || mode->height > limits->height ||
	    mode->refresh_mhz > limits->refresh_mhz +
				half_a_percent(limits->refresh_mhz))
		return false;

	return !rate || miracast_macroblock_rate(mode->width, mode->height,
						 mode->refresh_mhz) <=
				rate + half_a_percent(rate);
}

/**
 * miracast_mode_matches - Check whether a mode is one that is offered
 * @mode: the mode
 * @offered: what is offered
 *
 * Return: true when the sizes are the same and rates differ by half a percent at
 * most.
 */
bool miracast_mode_matches(const struct miracast_mode *mode,
			   const struct miracast_mode *offered)
{
	u32 off = max(mode->refresh_mhz, offered->refresh_mhz) -
		  min(mode->refresh_mhz, offered->refresh_mhz);

	return mode->width == offered->width &&
	       mode->height == offered->height &&
	       off <= half_a_percent(offered->refresh_mhz);
}

/* Widths of the blanking that are tried for the sake of an exact rate. */
#define MIRACAST_RATE_TRIES	512

/*
 * The clock has steps of 1 kHz, so not every number of pixels in a frame gives a
 * rate that is exact to 1 mHz.
 */
static void set_refresh(struct drm_display_mode *mode, u32 refresh_mhz)
{
	u16 htotal = mode->htotal;
	struct miracast_mode got;
	u64 frame;
	int i;

	for (i = 0; i < MIRACAST_RATE_TRIES; i++) {
		mode->htotal = htotal + i;
		frame = (u64)mode->htotal * mode->vtotal;
		mode->clock = div_u64(frame * refresh_mhz + 500000, 1000000);
		miracast_mode_from_drm(&got, mode);
		if (got.refresh_mhz == refresh_mhz)
			return;
	}

	mode->htotal = htotal;
	frame = (u64)htotal * mode->vtotal;
	mode->clock = div_u64(frame * refresh_mhz + 500000, 1000000);
}

/**
 * miracast_mode_make - Make the timings of an explicit mode
 * @drm: the device
 * @mode: what the sink accepts
 * @vsync_divider: refresh rate of the sink over that of the mode
 *
 * CVT reduced blanking, with clock and blanking set for the exact rate. No sink
 * ever sees these timings; compositors compute the refresh rate from them.
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
	set_refresh(made, refresh_mhz);
	made->type = DRM_MODE_TYPE_DRIVER;
	if (mode->flags & DRM_MIRACAST_MODE_FLAG_PREFERRED)
		made->type |= DRM_MODE_TYPE_PREFERRED;
	drm_mode_set_name(made);

	return made;
}

/**
 * miracast_mode_is_base - Check whether every sink has a mode
 * @mode: the mode
 *
 * Return: true for 640x480 at 60 Hz.
 */
bool miracast_mode_is_base(const struct miracast_mode *mode)
{
	return mode->width == MIRACAST_BASE_WIDTH &&
	       mode->height == MIRACAST_BASE_HEIGHT &&
	       DIV_ROUND_CLOSEST(mode->refresh_mhz, 1000) ==
		       MIRACAST_BASE_REFRESH_MHZ / 1000;
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
 * for refuses all. 640x480 at 60 Hz stays on offer all the same. Any context.
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
		set_refresh(mode, DIV_ROUND_CLOSEST(own.refresh_mhz, divider));
	}
}

/* The mode of an EDID that is the same as one of the list to whoever looks at it. */
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
 * Drop the modes of an EDID that the list has to the last digit that an EDID can
 * say: half of what lies between 60 and 59.94 Hz.
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
 * Add the modes of the list that are flagged as preferred, or those that are not;
 * with @shared those that the EDID has as well. What the EDID prefers is preferred.
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

static int read_nothing(void *data, u8 *buf, unsigned int block, size_t len)
{
	return -ENODATA;
}

/*
 * The EDID that the administrator has put in place of the sink's, by debugfs or
 * drm.edid_firmware. DRM core looks for one before it reads anything.
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
 * The EDID is of the monitor, the list of what the sink decodes: offered is what
 * both have, unless the owner wants the union of them. When they have nothing in
 * common, the list counts: 640x480 would be of no use to anybody. Modes that are
 * preferred come in the order of preference.
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
	add_base_mode(connector);

	list_for_each_entry(mode, &connector->probed_modes, head)
		count++;

	return count;
}
