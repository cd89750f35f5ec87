// SPDX-License-Identifier: MIT
/*
 * The properties of miracastsrc. Any thread may get and set them: the object's lock guards
 * all.
 */
#include "srcproperties.h"

#include "srcowner.h"

enum {
	PROP_0,
	PROP_DEVICE,
	PROP_TARGET,
	PROP_FD,
	PROP_BROKER,
	PROP_DELIVERY,
	PROP_FORMAT,
	PROP_MODES,
	PROP_VIDEO_FORMATS,
	PROP_EDID,
	PROP_MONITOR_NAME,
	PROP_BUFFERS,
	PROP_OWNER_BUFFERS,
	PROP_MIN_FRAMERATE,
	PROP_MAX_FRAMERATE,
	PROP_ENCODE_RATE,
	PROP_CONFIRM_MODES,
	PROP_CONNECTOR,
	PROP_STATS,
};

static GType broker_type(void)
{
	static const GEnumValue values[] = {
		{ OWNER_BROKER_AUTO, "when the device permits no context", "auto" },
		{ OWNER_BROKER_NEVER, "never", "never" },
		{ OWNER_BROKER_ALWAYS, "always", "always" },
		{ 0, NULL, NULL },
	};
	static GType type;

	if (g_once_init_enter(&type))
		g_once_init_leave(&type, g_enum_register_static("MiracastSrcBroker", values));
	return type;
}

static GType delivery_type(void)
{
	static const GEnumValue values[] = {
		{ DRM_MIRACAST_DELIVERY_COPY, "copies of the pictures, which never tear", "copy" },
		{ DRM_MIRACAST_DELIVERY_DIRECT,
		  "the compositor's own buffers, as DMABuf only and without the cursor", "direct" },
		{ 0, NULL, NULL },
	};
	static GType type;

	if (g_once_init_enter(&type))
		g_once_init_leave(&type, g_enum_register_static("MiracastSrcDelivery", values));
	return type;
}

static GType format_type(void)
{
	static const GEnumValue values[] = {
		{ FORMAT_AUTO, "what downstream names first", "auto" },
		{ FORMAT_BGRX, "32 bits a pixel, as on the screen", "bgrx" },
		{ FORMAT_NV12, "4:2:0, as encoders take it; made by the driver", "nv12" },
		{ 0, NULL, NULL },
	};
	static GType type;

	if (g_once_init_enter(&type))
		g_once_init_leave(&type, g_enum_register_static("MiracastSrcFormat", values));
	return type;
}

static void set_string(gchar **to, const GValue *value)
{
	g_free(*to);
	*to = g_value_dup_string(value);
}

void miracast_src_set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
	MiracastSrc *src = MIRACAST_SRC(object);
	struct settings *settings = &src->settings;

	GST_OBJECT_LOCK(src);
	switch (id) {
	case PROP_DEVICE:
		set_string(&settings->device, value);
		break;
	case PROP_TARGET:
		set_string(&settings->target, value);
		break;
	case PROP_FD:
		settings->fd = g_value_get_int(value);
		break;
	case PROP_BROKER:
		settings->broker = (enum owner_broker)g_value_get_enum(value);
		break;
	case PROP_DELIVERY:
		settings->delivery = (guint32)g_value_get_enum(value);
		break;
	case PROP_FORMAT:
		settings->format = (enum format)g_value_get_enum(value);
		break;
	case PROP_MODES:
		set_string(&settings->modes, value);
		break;
	case PROP_VIDEO_FORMATS:
		set_string(&settings->formats, value);
		break;
	case PROP_EDID:
		g_clear_pointer(&settings->edid, g_bytes_unref);
		settings->edid = g_value_dup_boxed(value);
		break;
	case PROP_MONITOR_NAME:
		set_string(&settings->name, value);
		break;
	case PROP_BUFFERS:
		settings->buffers = g_value_get_uint(value);
		break;
	case PROP_OWNER_BUFFERS:
		settings->owner_buffers = g_value_get_boolean(value);
		break;
	case PROP_MIN_FRAMERATE:
		settings->min_num = gst_value_get_fraction_numerator(value);
		settings->min_denom = gst_value_get_fraction_denominator(value);
		src_wake(src);
		break;
	case PROP_MAX_FRAMERATE:
		settings->max_num = gst_value_get_fraction_numerator(value);
		settings->max_denom = gst_value_get_fraction_denominator(value);
		break;
	case PROP_ENCODE_RATE:
		settings->encode_kbps = g_value_get_uint(value);
		break;
	case PROP_CONFIRM_MODES:
		settings->confirm_modes = g_value_get_boolean(value);
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(src);
	if (id == PROP_MAX_FRAMERATE || id == PROP_ENCODE_RATE)
		src_set_rates(src, TRUE);
}

static GstStructure *stats_locked(MiracastSrc *src)
{
	const struct counters *counters = &src->counters;

	return gst_structure_new("application/x-miracastsrc-stats", "pictures", G_TYPE_UINT64,
				 counters->pictures, "skipped", G_TYPE_UINT64, counters->skipped,
				 "dropped", G_TYPE_UINT64, counters->dropped, "modes",
				 G_TYPE_UINT64, counters->modes, "refused", G_TYPE_UINT64,
				 counters->refused, "gaps", G_TYPE_UINT64, counters->gaps, NULL);
}

void miracast_src_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
	MiracastSrc *src = MIRACAST_SRC(object);
	const struct settings *settings = &src->settings;

	GST_OBJECT_LOCK(src);
	switch (id) {
	case PROP_DEVICE:
		g_value_set_string(value, settings->device);
		break;
	case PROP_TARGET:
		g_value_set_string(value, settings->target);
		break;
	case PROP_FD:
		g_value_set_int(value, settings->fd);
		break;
	case PROP_BROKER:
		g_value_set_enum(value, (gint)settings->broker);
		break;
	case PROP_DELIVERY:
		g_value_set_enum(value, (gint)settings->delivery);
		break;
	case PROP_FORMAT:
		g_value_set_enum(value, (gint)settings->format);
		break;
	case PROP_MODES:
		g_value_set_string(value, settings->modes);
		break;
	case PROP_VIDEO_FORMATS:
		g_value_set_string(value, settings->formats);
		break;
	case PROP_EDID:
		g_value_set_boxed(value, settings->edid);
		break;
	case PROP_MONITOR_NAME:
		g_value_set_string(value, settings->name);
		break;
	case PROP_BUFFERS:
		g_value_set_uint(value, settings->buffers);
		break;
	case PROP_OWNER_BUFFERS:
		g_value_set_boolean(value, settings->owner_buffers);
		break;
	case PROP_MIN_FRAMERATE:
		gst_value_set_fraction(value, settings->min_num, settings->min_denom);
		break;
	case PROP_MAX_FRAMERATE:
		gst_value_set_fraction(value, settings->max_num, settings->max_denom);
		break;
	case PROP_ENCODE_RATE:
		g_value_set_uint(value, settings->encode_kbps);
		break;
	case PROP_CONFIRM_MODES:
		g_value_set_boolean(value, settings->confirm_modes);
		break;
	case PROP_CONNECTOR:
		g_value_set_string(value, src->connector);
		break;
	case PROP_STATS:
		g_value_take_boxed(value, stats_locked(src));
		break;
	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
	}
	GST_OBJECT_UNLOCK(src);
}

static void install_context_properties(GObjectClass *object, GParamFlags stopped)
{
	g_object_class_install_property(
		object, PROP_DEVICE,
		g_param_spec_string("device", "Device",
				    "Card node of the miracast device (unset: the first there is)",
				    NULL, stopped));
	g_object_class_install_property(
		object, PROP_TARGET,
		g_param_spec_string(
			"target", "Target",
			"Name or object id of the connector that is to have the monitor, such as Virtual-1 (unset: any that is free)",
			NULL, stopped));
	g_object_class_install_property(
		object, PROP_FD,
		g_param_spec_int(
			"fd", "File descriptor",
			"A context that the application has; it is duplicated. Session and monitor are the application's then, unless modes, video-formats or edid are set (-1: get one)",
			-1, G_MAXINT, -1, stopped));
	g_object_class_install_property(
		object, PROP_BROKER,
		g_param_spec_enum("broker", "Broker",
				  "When to ask miracast-broker for the context", broker_type(),
				  OWNER_BROKER_AUTO, stopped));
	g_object_class_install_property(
		object, PROP_DELIVERY,
		g_param_spec_enum("delivery", "Delivery",
				  "How pictures are delivered; direct is for privileged owners",
				  delivery_type(), DRM_MIRACAST_DELIVERY_COPY, stopped));
	g_object_class_install_property(
		object, PROP_FORMAT,
		g_param_spec_enum("format", "Format", "Format of copies", format_type(),
				  FORMAT_AUTO, stopped));
	g_object_class_install_property(
		object, PROP_BUFFERS,
		g_param_spec_uint("buffers", "Buffers",
				  "How many pictures can be under way downstream, in copies", 2, 16,
				  DEFAULT_BUFFERS, stopped));
	g_object_class_install_property(
		object, PROP_OWNER_BUFFERS,
		g_param_spec_boolean(
			"owner-buffers", "Owner buffers",
			"Have pictures copied into dma-bufs of the pool that downstream offers; modes are refused when it offers none",
			FALSE, stopped));
}

static void install_monitor_properties(GObjectClass *object, GParamFlags stopped)
{
	g_object_class_install_property(
		object, PROP_MODES,
		g_param_spec_string(
			"modes", "Modes",
			"Modes of the monitor, the preferred first (unset: 1920x1080@60, 1280x720@60, or those of the EDID)",
			NULL, stopped));
	g_object_class_install_property(
		object, PROP_VIDEO_FORMATS,
		g_param_spec_string(
			"video-formats", "Video formats",
			"Take the modes from this value of a sink's wfd_video_formats, or from all of its answer to M3, in place of modes",
			NULL, stopped));
	g_object_class_install_property(
		object, PROP_EDID,
		g_param_spec_boxed("edid", "EDID",
				   "EDID of the sink (unset: one is made, with the monitor's name)",
				   G_TYPE_BYTES, stopped));
	g_object_class_install_property(
		object, PROP_MONITOR_NAME,
		g_param_spec_string("monitor-name", "Monitor name",
				    "Name of the monitor in desktops, at most 13 ASCII characters",
				    DEFAULT_NAME, stopped));
}

void src_install_properties(GObjectClass *object)
{
	const GParamFlags any = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
	/* The context is got on the way to PAUSED: these count from then on. */
	const GParamFlags stopped = any | GST_PARAM_MUTABLE_READY;
	const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

	install_context_properties(object, stopped);
	install_monitor_properties(object, stopped);
	g_object_class_install_property(
		object, PROP_MIN_FRAMERATE,
		gst_param_spec_fraction(
			"min-framerate", "Minimum framerate",
			"Pictures a second that come while the screen shows one and nothing changes (0/1: none)",
			0, 1, 1000, 1, 0, 1, any | GST_PARAM_MUTABLE_PLAYING));
	g_object_class_install_property(
		object, PROP_MAX_FRAMERATE,
		gst_param_spec_fraction(
			"max-framerate", "Maximum framerate",
			"Most pictures a second, in the mean; those that are left out are in the next one (0/1: as many as the mode has)",
			0, 1, 1000, 1, 0, 1, any | GST_PARAM_MUTABLE_PLAYING));
	g_object_class_install_property(
		object, PROP_ENCODE_RATE,
		g_param_spec_uint(
			"encode-rate", "Encode rate",
			"What the application's encoder is set to, for the driver's trace, in kbit/s (0: not known)",
			0, G_MAXUINT, 0, any | GST_PARAM_MUTABLE_PLAYING));
	g_object_class_install_property(
		object, PROP_CONFIRM_MODES,
		g_param_spec_boolean(
			"confirm-modes", "Confirm modes",
			"Accept a mode only when the application has answered the message miracast-mode-set by the signal answer-mode",
			FALSE, any | GST_PARAM_MUTABLE_PLAYING));
	g_object_class_install_property(
		object, PROP_CONNECTOR,
		g_param_spec_string("connector", "Connector",
				    "Name of the connector that has the monitor, in PAUSED and PLAYING",
				    NULL, read));
	g_object_class_install_property(
		object, PROP_STATS,
		g_param_spec_boxed(
			"stats", "Statistics",
			"Counters since start: pictures, skipped (replaced by a later one before they came here), dropped (out of date), modes (accepted), refused (modes), gaps (sent while the screen is off)",
			GST_TYPE_STRUCTURE, read));
	gst_type_mark_as_plugin_api(broker_type(), 0);
	gst_type_mark_as_plugin_api(delivery_type(), 0);
	gst_type_mark_as_plugin_api(format_type(), 0);
}
