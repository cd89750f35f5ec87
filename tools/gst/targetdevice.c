// SPDX-License-Identifier: MIT
#include "targetdevice.h"

#include "miracastsrc.h"

struct _MiracastTargetDevice {
	GstDevice parent;

	gchar *card, *target;
};

G_DEFINE_TYPE(MiracastTargetDevice, miracast_target_device, GST_TYPE_DEVICE)

static void set_up(const MiracastTargetDevice *device, GstElement *element)
{
	g_object_set(element, "device", device->card, "target", device->target, NULL);
}

static GstElement *miracast_target_device_create_element(GstDevice *base, const gchar *name)
{
	GstElement *element = gst_element_factory_make("miracastsrc", name);

	if (element)
		set_up(MIRACAST_TARGET_DEVICE(base), element);
	return element;
}

/* The properties count from READY on. */
static gboolean miracast_target_device_reconfigure_element(GstDevice *base, GstElement *element)
{
	if (!G_TYPE_CHECK_INSTANCE_TYPE(element, MIRACAST_TYPE_SRC))
		return FALSE;
	set_up(MIRACAST_TARGET_DEVICE(base), element);
	return TRUE;
}

static void miracast_target_device_finalize(GObject *object)
{
	MiracastTargetDevice *device = MIRACAST_TARGET_DEVICE(object);

	g_free(device->card);
	g_free(device->target);
	G_OBJECT_CLASS(miracast_target_device_parent_class)->finalize(object);
}

static void miracast_target_device_class_init(MiracastTargetDeviceClass *class)
{
	GstDeviceClass *device = GST_DEVICE_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = miracast_target_device_finalize;
	device->create_element = miracast_target_device_create_element;
	device->reconfigure_element = miracast_target_device_reconfigure_element;
}

static void miracast_target_device_init(MiracastTargetDevice *device)
{
	(void)device;
}

/* All that the element can have; which of it depends on the mode that is set later. */
static GstCaps *source_caps(void)
{
	gpointer class = g_type_class_ref(MIRACAST_TYPE_SRC);
	GstCaps *caps = gst_pad_template_get_caps(gst_element_class_get_pad_template(class, "src"));

	g_type_class_unref(class);
	return caps;
}

GstDevice *target_device_new(const struct target *target)
{
	gchar *name = g_strdup_printf("Miracast target %s", target->connector.name);
	GstStructure *properties = gst_structure_new(
		"properties", "device.api", G_TYPE_STRING, "miracast", "device.path", G_TYPE_STRING,
		target->card, "miracast.target", G_TYPE_STRING, target->connector.name, NULL);
	GstCaps *caps = source_caps();
	MiracastTargetDevice *device = g_object_new(
		MIRACAST_TYPE_TARGET_DEVICE, "display-name", name, "caps", caps, "device-class",
		"Source/Monitor", "properties", properties, NULL);

	device->card = g_strdup(target->card);
	device->target = g_strdup(target->connector.name);
	gst_caps_unref(caps);
	gst_structure_free(properties);
	g_free(name);
	return GST_DEVICE(device);
}

gboolean target_device_is(const MiracastTargetDevice *device, const struct target *target)
{
	return !g_strcmp0(device->card, target->card) &&
	       !g_strcmp0(device->target, target->connector.name);
}
