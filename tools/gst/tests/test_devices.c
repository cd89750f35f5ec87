// SPDX-License-Identifier: MIT
/* The device provider. What the driver and the kernel say is the test's: see wrapped.h. */
#include <errno.h>
#include <gst/gst.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deviceprovider.h"
#include "harness.h"
#include "miracastsrc.h"
#include "targets.h"
#include "uevents.h"
#include "wrapped.h"

#define PATIENCE	(10 * GST_SECOND)
#define QUIET_US	300000	/* without a thread there is nothing to wait for */
#define ALL		3

/* --- The driver ------------------------------------------------------------------ */

enum call { OPEN, CAPS, CONNECTORS, CALLS };

/* Also read by the provider's thread. */
static struct {
	GMutex lock;
	bool there, connected[ALL];
	guint32 free, card;
	int errors[CALLS];
	int wait_errors[2];	/* of the next waits */
	gint waiting;	/* the provider's thread does; atomic */
	int kernel[2];	/* what the provider reads, and the other end */
	bool deaf;
} fake = { .card = 7 };

int __wrap_mc_device_open_node(const char *path, struct mc_device *device)
{
	int ret;

	(void)path;
	device->fd = -1;
	g_mutex_lock(&fake.lock);
	ret = fake.there ? fake.errors[OPEN] : -ENODEV;
	if (!ret)
		device->fd = dup(STDIN_FILENO);
	g_mutex_unlock(&fake.lock);
	return ret;
}

int __wrap_mc_device_caps_sized(const struct mc_device *device,
				struct drm_miracast_query_caps *caps, size_t size)
{
	int ret;

	(void)device;
	memset(caps, 0, size);
	g_mutex_lock(&fake.lock);
	caps->card_minor = fake.card;
	caps->targets_free = fake.free;
	ret = fake.errors[CAPS];
	g_mutex_unlock(&fake.lock);
	return ret;
}

int __wrap_mc_connectors_of_card(uint32_t card, struct mc_connector *list, size_t max)
{
	int ret = ALL;

	if (max < ALL)
		return -ENOENT;
	g_mutex_lock(&fake.lock);
	if (fake.errors[CONNECTORS] || card != fake.card)
		ret = fake.errors[CONNECTORS];
	for (int nth = 0; nth < ALL; nth++) {
		list[nth] = (struct mc_connector){ .connected = fake.connected[nth] };
		g_snprintf(list[nth].name, sizeof(list[nth].name), "Virtual-%d", nth + 1);
	}
	g_mutex_unlock(&fake.lock);
	return ret;
}

int __wrap_uevents_open(void)
{
	return fake.deaf ? -1 : dup(fake.kernel[0]);
}

/* An error of a wait comes in the place of the wait. */
int __wrap_gst_poll_wait(GstPoll *set, GstClockTime timeout)
{
	int error, ready;

	g_mutex_lock(&fake.lock);
	error = fake.wait_errors[0];
	fake.wait_errors[0] = fake.wait_errors[1];
	fake.wait_errors[1] = 0;
	g_mutex_unlock(&fake.lock);
	if (error) {
		errno = error;
		return -1;
	}
	g_atomic_int_set(&fake.waiting, TRUE);
	ready = __real_gst_poll_wait(set, timeout);
	g_atomic_int_set(&fake.waiting, FALSE);
	return ready;
}

static void set_error(size_t call, int error)
{
	g_mutex_lock(&fake.lock);
	fake.errors[call] = error;
	g_mutex_unlock(&fake.lock);
}

static void set_card(guint32 card)
{
	g_mutex_lock(&fake.lock);
	fake.card = card;
	g_mutex_unlock(&fake.lock);
}

static void set_driver(bool there, guint32 free, bool first, bool second, bool third)
{
	g_mutex_lock(&fake.lock);
	fake.there = there;
	fake.free = free;
	fake.connected[0] = first;
	fake.connected[1] = second;
	fake.connected[2] = third;
	g_mutex_unlock(&fake.lock);
}

/* As the kernel does: a header, and words with zeros behind them. */
static void say(const char *word)
{
	char message[256];
	int bytes = g_snprintf(message, sizeof(message), "change@/devices/x%cACTION=change%c%s",
			       '\0', '\0', word);

	if (send(fake.kernel[1], message, (size_t)bytes + 1, 0) != bytes + 1)
		check(false, "the kernel can speak");
}

/* --- What is there --------------------------------------------------------------- */

static GstDeviceProvider *provider;

static gint by_name(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(gchar *const *)a, *(gchar *const *)b);
}

/* Return: the names of all, with commas between them, for g_free(). */
static gchar *names(void)
{
	GList *devices = gst_device_provider_get_devices(provider), *at;
	GString *text = g_string_new(NULL);
	GPtrArray *sorted = g_ptr_array_new_with_free_func(g_free);

	for (at = devices; at; at = at->next)
		g_ptr_array_add(sorted, gst_device_get_display_name(at->data));
	g_ptr_array_sort(sorted, by_name);
	for (guint nth = 0; nth < sorted->len; nth++)
		g_string_append_printf(text, "%s%s", nth ? "," : "",
				       (gchar *)g_ptr_array_index(sorted, nth));
	g_ptr_array_unref(sorted);
	g_list_free_full(devices, gst_object_unref);
	return g_string_free(text, FALSE);
}

static bool has(const char *wanted)
{
	gchar *text = names();
	bool good = !strcmp(text, wanted);

	if (!good)
		printf("# there is \"%s\", not \"%s\"\n", text, wanted);
	g_free(text);
	return good;
}

static void check_device(GstDevice *device)
{
	GstStructure *properties = gst_device_get_properties(device);
	GstCaps *caps = gst_device_get_caps(device);
	GstElement *element = gst_device_create_element(device, "own"), *other;
	gchar *card = NULL, *target = NULL;

	check(gst_device_has_classes(device, "Source/Monitor"), "it is a source of a monitor");
	check(!gst_device_has_classes(device, "Video/Source"), "and no camera");
	check(!g_strcmp0(gst_structure_get_string(properties, "device.api"), "miracast") &&
	      !g_strcmp0(gst_structure_get_string(properties, "device.path"), "/dev/dri/card7") &&
	      !g_strcmp0(gst_structure_get_string(properties, "miracast.target"), "Virtual-2"),
	      "its properties say where it is");
	check(gst_caps_get_size(caps) > 1 && !gst_caps_is_any(caps), "and its caps what it makes");
	check(element && MIRACAST_IS_SRC(element), "its element is miracastsrc");
	g_object_get(element, "device", &card, "target", &target, NULL);
	check(!g_strcmp0(card, "/dev/dri/card7") && !g_strcmp0(target, "Virtual-2"),
	      "for this target");
	g_free(target);
	g_object_set(element, "target", "Virtual-9", NULL);
	check(gst_device_reconfigure_element(device, element), "another can be made its own");
	g_object_get(element, "target", &target, NULL);
	check(!g_strcmp0(target, "Virtual-2"), "which it is then");
	other = gst_element_factory_make("pipeline", NULL);
	check(!gst_device_reconfigure_element(device, other), "but not one of another kind");
	g_free(card);
	g_free(target);
	gst_object_unref(other);
	gst_object_unref(element);
	gst_caps_unref(caps);
	gst_structure_free(properties);
}

static void test_probe(void)
{
	GList *devices;

	set_driver(false, 0, false, false, false);
	check(has(""), "without the driver there is none");
	set_driver(true, 2, true, false, false);
	check(has("Miracast target Virtual-2,Miracast target Virtual-3"),
	      "targets without a monitor can be had");
	set_driver(true, 0, true, false, false);
	check(has("Miracast target Virtual-2,Miracast target Virtual-3"),
	      "even when each of them is held");
	for (size_t call = OPEN; call < CALLS; call++) {
		set_error(call, -EMFILE);
		check(has(""), "after an error there is none");
		set_error(call, 0);
	}
	set_driver(true, 1, true, false, true);
	devices = gst_device_provider_get_devices(provider);
	check(g_list_length(devices) == 1, "one is left");
	if (devices)
		check_device(devices->data);
	g_list_free_full(devices, gst_object_unref);
}

/* --- Changes --------------------------------------------------------------------- */

/* Return: whether the next that is said is this of that target. */
static bool is_said(GstBus *bus, GstMessageType type, const char *name)
{
	GstMessage *message = gst_bus_timed_pop_filtered(
		bus, PATIENCE, GST_MESSAGE_DEVICE_ADDED | GST_MESSAGE_DEVICE_REMOVED);
	GstDevice *device = NULL;
	gchar *label = NULL;
	bool good;

	if (message && GST_MESSAGE_TYPE(message) == GST_MESSAGE_DEVICE_ADDED)
		gst_message_parse_device_added(message, &device);
	else if (message)
		gst_message_parse_device_removed(message, &device);
	if (device)
		label = gst_device_get_display_name(device);
	good = message && GST_MESSAGE_TYPE(message) == type && label &&
	       g_str_has_suffix(label, name);
	g_free(label);
	gst_clear_object(&device);
	gst_clear_message(&message);
	return good;
}

/* Return: the provider's thread, or 0. */
static pid_t find_thread(void)
{
	GDir *tasks = g_dir_open("/proc/self/task", 0, NULL);
	const gchar *task;
	pid_t found = 0;

	while (tasks && (task = g_dir_read_name(tasks))) {
		gchar *path = g_strdup_printf("/proc/self/task/%s/comm", task), *name = NULL;

		if (g_file_get_contents(path, &name, NULL, NULL) &&
		    g_str_has_prefix(name, "miracast-events"))
			found = atoi(task);
		g_free(name);
		g_free(path);
	}
	if (tasks)
		g_dir_close(tasks);
	return found;
}

/* Whether the provider has read all that the kernel has said, and waits for more. */
static bool is_idle(void)
{
	int unread = 0;

	return !ioctl(fake.kernel[0], FIONREAD, &unread) && !unread &&
	       g_atomic_int_get(&fake.waiting);
}

static bool nothing_is_said(GstBus *bus)
{
	gint64 end = g_get_monotonic_time() + (gint64)(PATIENCE / GST_USECOND);
	GstMessage *message;
	bool good = true;

	if (!find_thread())
		g_usleep(QUIET_US);
	else
		while (!(good = is_idle()) && g_get_monotonic_time() < end)
			g_usleep(1000);
	message = gst_bus_pop(bus);
	good = good && !message;
	gst_clear_message(&message);
	return good;
}

static void test_changes(GstBus *bus)
{
	set_driver(true, 2, true, false, false);
	check(gst_device_provider_can_monitor(provider) && gst_device_provider_start(provider),
	      "the provider starts");
	check(is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-2") &&
	      is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-3") && nothing_is_said(bus),
	      "and says what there is");
	set_driver(true, 1, true, true, false);
	say("SUBSYSTEM=usb");
	check(nothing_is_said(bus), "other devices are none of its business");
	say("SUBSYSTEM=drm");
	check(is_said(bus, GST_MESSAGE_DEVICE_REMOVED, "Virtual-2") && nothing_is_said(bus),
	      "a target at which a monitor arrives is gone");
	check(has("Miracast target Virtual-3"), "from the list, too");
	set_driver(true, 2, false, true, false);
	say("SUBSYSTEM=drm");
	check(is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-1") && nothing_is_said(bus),
	      "one from which it departs is there");
	set_driver(false, 0, false, false, false);
	say("SUBSYSTEM=drm");
	check(is_said(bus, GST_MESSAGE_DEVICE_REMOVED, "") &&
	      is_said(bus, GST_MESSAGE_DEVICE_REMOVED, "") && nothing_is_said(bus),
	      "without the driver all go");
	set_driver(true, 1, true, true, false);
	say("DEVNAME=miracast");
	check(is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-3") && nothing_is_said(bus),
	      "and come with it");
	gst_device_provider_stop(provider);
	set_driver(true, 3, false, false, false);
	say("SUBSYSTEM=drm");
	check(nothing_is_said(bus), "one that has stopped says nothing");
}

/* With one target that can be had. */
static void start(GstBus *bus)
{
	set_driver(true, 1, true, true, false);
	check(gst_device_provider_start(provider) &&
	      is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-3"), "the provider starts again");
}

/* A monitor departs, and then its context ends, of which the kernel says nothing. */
static void test_held(GstBus *bus)
{
	set_driver(true, 0, true, true, true);
	check(gst_device_provider_start(provider) && nothing_is_said(bus),
	      "with a monitor at each target there is none");
	set_driver(true, 0, false, true, true);
	say("SUBSYSTEM=drm");
	check(is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-1") && nothing_is_said(bus),
	      "one from which it departs is there, though it is still held");
	set_driver(true, 1, false, true, true);
	check(nothing_is_said(bus) && has("Miracast target Virtual-1"), "and stays when it is not");
	gst_device_provider_stop(provider);
}

/* The driver was loaded anew, all at once for who reads late what the kernel has said. */
static void test_card(GstBus *bus)
{
	start(bus);
	set_card(8);
	say("SUBSYSTEM=drm");
	check(is_said(bus, GST_MESSAGE_DEVICE_REMOVED, "Virtual-3") &&
	      is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-3") && nothing_is_said(bus),
	      "a target of another card is another");
	set_card(7);
	gst_device_provider_stop(provider);
}

static void test_errors(GstBus *bus)
{
	start(bus);
	for (size_t call = OPEN; call < CALLS; call++) {
		set_error(call, -EMFILE);
		say("SUBSYSTEM=drm");
		check(nothing_is_said(bus) && has("Miracast target Virtual-3"),
		      "after an error there is what there was");
		set_error(call, 0);
	}
	set_error(CAPS, -ENODEV);
	say("SUBSYSTEM=drm");
	check(is_said(bus, GST_MESSAGE_DEVICE_REMOVED, "Virtual-3"),
	      "a driver that goes while it is asked is none");
	set_error(CAPS, 0);
	gst_device_provider_stop(provider);
}

static volatile sig_atomic_t handled;

static void handle(int number)
{
	handled = number;
}

static void test_signals(GstBus *bus)
{
	const struct sigaction action = { .sa_handler = handle };
	struct sigaction before;
	sigset_t own;
	pid_t thread;

	fake.wait_errors[0] = EINTR;
	fake.wait_errors[1] = EAGAIN;
	start(bus);
	set_driver(true, 2, false, true, false);
	say("SUBSYSTEM=drm");
	check(is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-1"),
	      "a wait that was interrupted goes on");
	thread = find_thread();
	sigaction(SIGUSR1, &action, &before);
	check(thread && !tgkill(getpid(), thread, SIGUSR1) && nothing_is_said(bus),
	      "a signal comes to the provider's thread");
	check(!handled, "and is none of its business");
	set_driver(true, 2, true, false, false);
	say("SUBSYSTEM=drm");
	check(is_said(bus, GST_MESSAGE_DEVICE_REMOVED, "Virtual-1") &&
	      is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-2"), "and ends nothing");
	check(!pthread_sigmask(SIG_BLOCK, NULL, &own) && !sigismember(&own, SIGUSR1),
	      "it is still the application's");
	sigaction(SIGUSR1, &before, NULL);
	gst_device_provider_stop(provider);
}

static void test_deaf(GstBus *bus)
{
	int fd = __real_uevents_open();

	check(fd >= 0, "the kernel can be listened to by anybody");
	close(fd);
	fake.deaf = true;
	set_driver(true, 1, true, true, false);
	check(gst_device_provider_start(provider) &&
	      is_said(bus, GST_MESSAGE_DEVICE_ADDED, "Virtual-3"),
	      "where it cannot be, there is what there was at the start");
	gst_device_provider_stop(provider);
}

int main(int argc, char **argv)
{
	GstBus *bus;

	gst_init(&argc, &argv);
	gst_element_register(NULL, "miracastsrc", GST_RANK_NONE, MIRACAST_TYPE_SRC);
	gst_device_provider_register(NULL, "miracastdeviceprovider", GST_RANK_SECONDARY,
				     MIRACAST_TYPE_DEVICE_PROVIDER);
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fake.kernel))
		return 1;
	provider = gst_device_provider_factory_get_by_name("miracastdeviceprovider");
	bus = gst_device_provider_get_bus(provider);
	test_probe();
	test_changes(bus);
	test_held(bus);
	test_card(bus);
	test_errors(bus);
	test_signals(bus);
	test_deaf(bus);
	gst_object_unref(bus);
	gst_object_unref(provider);
	close(fake.kernel[0]);
	close(fake.kernel[1]);
	gst_deinit();
	return check_result();
}
