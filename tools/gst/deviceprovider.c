// SPDX-License-Identifier: MIT
/*
 * Lists the targets that can be had, and says when one comes or goes: a monitor arrives
 * there or departs, or the driver does.
 *
 * While it is started a thread of its own reads what the kernel says, and has the table of
 * devices; before and after that it is start()'s and stop()'s, which GStreamer calls one at
 * a time.
 */
#include "deviceprovider.h"

#include <unistd.h>

#include "targetdevice.h"
#include "targets.h"
#include "uevents.h"

GST_DEBUG_CATEGORY_STATIC(miracast_provider_debug);
#define GST_CAT_DEFAULT miracast_provider_debug

struct _MiracastDeviceProvider {
	GstDeviceProvider parent;

	GHashTable *devices; /* by the target's name; NULL: not started */
	GstPoll *poll;
	GstPollFD events;
	GThread *thread;
};

G_DEFINE_TYPE(MiracastDeviceProvider, miracast_device_provider, GST_TYPE_DEVICE_PROVIDER)
GST_DEVICE_PROVIDER_REGISTER_DEFINE(miracastdeviceprovider, "miracastdeviceprovider",
				    GST_RANK_SECONDARY, MIRACAST_TYPE_DEVICE_PROVIDER)

static GList *miracast_device_provider_probe(GstDeviceProvider *base)
{
	struct target targets[TARGETS_MAX];
	guint count = targets_read(targets);
	GList *list = NULL;
	GstDevice *device;

	(void)base;
	while (count--) {
		device = target_device_new(&targets[count]);
		list = g_list_prepend(list, gst_object_ref_sink(device));
	}
	return list;
}

/* --- Changes -------------------------------------------------------------------- */

static gboolean is_among(const gchar *name, const struct target *targets, guint count)
{
	for (guint nth = 0; nth < count; nth++)
		if (!g_strcmp0(name, targets[nth].connector.name))
			return TRUE;
	return FALSE;
}

static void remove_others(MiracastDeviceProvider *provider, const struct target *targets,
			  guint count)
{
	GHashTableIter iter;
	gpointer device;

	g_hash_table_iter_init(&iter, provider->devices);
	while (g_hash_table_iter_next(&iter, NULL, &device)) {
		if (is_among(target_device_name(device), targets, count))
			continue;
		gst_device_provider_device_remove(GST_DEVICE_PROVIDER(provider), device);
		g_hash_table_iter_remove(&iter);
	}
}

static void add_new(MiracastDeviceProvider *provider, const struct target *target)
{
	GstDevice *device;

	if (g_hash_table_contains(provider->devices, target->connector.name))
		return;
	device = gst_object_ref_sink(target_device_new(target));
	g_hash_table_insert(provider->devices, g_strdup(target->connector.name), device);
	gst_device_provider_device_add(GST_DEVICE_PROVIDER(provider), device);
}

static void update(MiracastDeviceProvider *provider)
{
	struct target targets[TARGETS_MAX];
	guint count = targets_read(targets);

	GST_DEBUG_OBJECT(provider, "%u targets can be had", count);
	remove_others(provider, targets, count);
	for (guint nth = 0; nth < count; nth++)
		add_new(provider, &targets[nth]);
}

static gpointer watch(gpointer data)
{
	MiracastDeviceProvider *provider = data;

	/* It fails only to end this. */
	while (gst_poll_wait(provider->poll, GST_CLOCK_TIME_NONE) >= 0)
		if (uevents_read(provider->events.fd))
			update(provider);
	return NULL;
}

/* --- Start and stop ------------------------------------------------------------- */

/* Without the thread the list is that of now. */
static void start_thread(MiracastDeviceProvider *provider)
{
	GError *error = NULL;

	if (provider->events.fd < 0) {
		GST_WARNING_OBJECT(provider, "what the kernel says cannot be read");
		return;
	}
	gst_poll_add_fd(provider->poll, &provider->events);
	gst_poll_fd_ctl_read(provider->poll, &provider->events, TRUE);
	provider->thread = g_thread_try_new("miracast-devices", watch, provider, &error);
	if (!provider->thread)
		GST_WARNING_OBJECT(provider, "no thread: %s", error->message);
	g_clear_error(&error);
}

/* Listens first, so that nothing is missed in between. */
static gboolean miracast_device_provider_start(GstDeviceProvider *base)
{
	MiracastDeviceProvider *provider = MIRACAST_DEVICE_PROVIDER(base);

	provider->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						  gst_object_unref);
	provider->poll = gst_poll_new(TRUE);
	gst_poll_fd_init(&provider->events);
	provider->events.fd = uevents_open();
	update(provider);
	start_thread(provider);
	return TRUE;
}

static void miracast_device_provider_stop(GstDeviceProvider *base)
{
	MiracastDeviceProvider *provider = MIRACAST_DEVICE_PROVIDER(base);

	gst_poll_set_flushing(provider->poll, TRUE);
	if (provider->thread)
		g_thread_join(provider->thread);
	provider->thread = NULL;
	gst_poll_free(provider->poll);
	if (provider->events.fd >= 0)
		close(provider->events.fd);
	g_clear_pointer(&provider->devices, g_hash_table_unref);
}

/* --- Class ---------------------------------------------------------------------- */

static void miracast_device_provider_class_init(MiracastDeviceProviderClass *class)
{
	GstDeviceProviderClass *provider = GST_DEVICE_PROVIDER_CLASS(class);

	GST_DEBUG_CATEGORY_INIT(miracast_provider_debug, "miracastdeviceprovider", 0,
				"Miracast targets");
	provider->probe = miracast_device_provider_probe;
	provider->start = miracast_device_provider_start;
	provider->stop = miracast_device_provider_stop;
	gst_device_provider_class_set_static_metadata(
		provider, "Miracast targets", "Source/Monitor",
		"Lists the targets of the miracast driver that can be had for one more monitor",
		"The miracast project");
}

static void miracast_device_provider_init(MiracastDeviceProvider *provider)
{
	(void)provider;
}
