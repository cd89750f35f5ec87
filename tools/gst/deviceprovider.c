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

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "targetdevice.h"
#include "targets.h"
#include "uevents.h"

GST_DEBUG_CATEGORY_STATIC(miracast_provider_debug);
#define GST_CAT_DEFAULT miracast_provider_debug

struct _MiracastDeviceProvider {
	GstDeviceProvider parent;

	GPtrArray *devices; /* NULL: not started */
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
	gint count = targets_read(targets);
	GList *list = NULL;
	GstDevice *device;

	(void)base;
	while (count-- > 0) {
		device = target_device_new(&targets[count]);
		list = g_list_prepend(list, gst_object_ref_sink(device));
	}
	return list;
}

/* --- Changes -------------------------------------------------------------------- */

static gboolean is_among(const MiracastTargetDevice *device, const struct target *targets,
			 gint count)
{
	for (gint nth = 0; nth < count; nth++)
		if (target_device_is(device, &targets[nth]))
			return TRUE;
	return FALSE;
}

static void remove_others(MiracastDeviceProvider *provider, const struct target *targets,
			  gint count)
{
	GPtrArray *devices = provider->devices;

	for (guint left = devices->len; left; left--) {
		GstDevice *device = g_ptr_array_index(devices, left - 1);

		if (is_among(MIRACAST_TARGET_DEVICE(device), targets, count))
			continue;
		gst_device_provider_device_remove(GST_DEVICE_PROVIDER(provider), device);
		g_ptr_array_remove_index(devices, left - 1);
	}
}

static void add_new(MiracastDeviceProvider *provider, const struct target *target)
{
	GPtrArray *devices = provider->devices;
	GstDevice *device;

	for (guint nth = 0; nth < devices->len; nth++)
		if (target_device_is(g_ptr_array_index(devices, nth), target))
			return;
	device = gst_object_ref_sink(target_device_new(target));
	g_ptr_array_add(devices, device);
	gst_device_provider_device_add(GST_DEVICE_PROVIDER(provider), device);
}

/* What cannot be found out now is as it was. */
static void update(MiracastDeviceProvider *provider)
{
	struct target targets[TARGETS_MAX];
	gint count = targets_read(targets);

	if (count < 0) {
		GST_WARNING_OBJECT(provider, "which targets there are cannot be found out");
		return;
	}
	GST_DEBUG_OBJECT(provider, "%d targets can be had", count);
	remove_others(provider, targets, count);
	for (gint nth = 0; nth < count; nth++)
		add_new(provider, &targets[nth]);
}

/* Return: whether the kernel may have said something; no: this is to end. */
static gboolean wait_for_kernel(MiracastDeviceProvider *provider)
{
	gint ready;

	do
		ready = gst_poll_wait(provider->poll, GST_CLOCK_TIME_NONE);
	while (ready < 0 && (errno == EINTR || errno == EAGAIN));
	return ready >= 0;
}

static gpointer watch(gpointer data)
{
	MiracastDeviceProvider *provider = data;

	while (wait_for_kernel(provider))
		if (uevents_read(provider->events.fd))
			update(provider);
	return NULL;
}

/* --- Start and stop ------------------------------------------------------------- */

/* The application's signals are for threads of its own. */
static GThread *new_thread(MiracastDeviceProvider *provider, GError **error)
{
	sigset_t all, before;
	GThread *thread;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	thread = g_thread_try_new("miracast-events", watch, provider, error);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return thread;
}

/* Without the thread the list stays what it is now. */
static void start_thread(MiracastDeviceProvider *provider)
{
	GError *error = NULL;

	if (provider->events.fd < 0) {
		GST_WARNING_OBJECT(provider, "what the kernel says cannot be read");
		return;
	}
	gst_poll_add_fd(provider->poll, &provider->events);
	gst_poll_fd_ctl_read(provider->poll, &provider->events, TRUE);
	provider->thread = new_thread(provider, &error);
	if (!provider->thread)
		GST_WARNING_OBJECT(provider, "no thread: %s", error->message);
	g_clear_error(&error);
}

/* Listens first, so that nothing is missed in between. */
static gboolean miracast_device_provider_start(GstDeviceProvider *base)
{
	MiracastDeviceProvider *provider = MIRACAST_DEVICE_PROVIDER(base);

	provider->devices = g_ptr_array_new_with_free_func(gst_object_unref);
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
	g_clear_pointer(&provider->devices, g_ptr_array_unref);
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
