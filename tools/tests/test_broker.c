// SPDX-License-Identifier: MIT
/*
 * miracastctl and miracast-broker: what is said of each answer, and why a context has
 * ended. This plays the bus with the broker, and the driver.
 */
#include <drm_fourcc.h>
#include <stdlib.h>
#include <string.h>

#include "broker.h"
#include "create.h"
#include "errors.h"
#include "harness.h"
#include "miracast.h"
#include "owner.h"

#ifdef HAVE_LIBSYSTEMD

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <unistd.h>
#include <xf86drm.h>

#define BROKER		"org.miracast.Broker1"
#define PATH		"/org/miracast/Broker1"
#define ID		7

#define BROKER_RESTARTING	"org.miracast.Error.Restarting"

/* What the broker answers, and what it says behind that: of its own context and another. */
struct scene {
	const char *error;
	const char *reason;
	uint32_t revoked;
	bool leaves;	/* the bus ends */
	int ending;	/* calls that come in the last moment of a broker */
	bool runs;	/* an owner serves the context, which has ended */
	const struct owner_options *options;	/* of who asks the driver first */
	int file;
	int listener;
	uint32_t width, connector;	/* limits that were asked for */
};

/* Stands for libdrm's: any file is a context. */
int drmIoctl(int fd, unsigned long request, void *arg)
{
	struct drm_miracast_io_control *control = arg;

	(void)fd;
	(void)request;
	memset((void *)(uintptr_t)control->out, 0, control->out_size);
	return 0;
}

/* The context's file, which has ended; everything else is read as ever. */
static int ended_fd = -1;

ssize_t read(int fd, void *to, size_t size)
{
	if (fd < 0 || fd != ended_fd)
		return syscall(SYS_read, fd, to, size);
	errno = ESTALE;
	return -1;
}

/* Why the device's node cannot be opened; all other files can. */
static int node_error;

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list more;

	if (node_error && !strcmp(path, "/dev/miracast")) {
		errno = node_error;
		return -1;
	}
	va_start(more, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(more, mode_t);
	va_end(more);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static void say_revoked(sd_bus *bus, uint32_t id, const char *reason)
{
	sd_bus_message *signal = NULL;

	sd_bus_message_new_signal(bus, &signal, PATH, BROKER, "Revoked");
	sd_bus_message_append(signal, "usa{sv}", id, reason, 1, "later", "s", "more");
	sd_bus_message_set_sender(signal, ":1.1");
	sd_bus_send(bus, signal, NULL);
	sd_bus_message_unref(signal);
}

static void read_limits(sd_bus_message *call, struct scene *scene)
{
	const char *key, *type;
	uint32_t value;

	scene->width = 0;
	scene->connector = 0;
	sd_bus_message_enter_container(call, 'a', "{sv}");
	while (sd_bus_message_enter_container(call, 'e', "sv") > 0) {
		sd_bus_message_read(call, "s", &key);
		sd_bus_message_peek_type(call, NULL, &type);
		if (strcmp(type, "u"))
			sd_bus_message_skip(call, "v");
		else if (sd_bus_message_read(call, "v", "u", &value) >= 0 && !strcmp(key, "width"))
			scene->width = value;
		else if (!strcmp(key, "connector-id"))
			scene->connector = value;
		sd_bus_message_exit_container(call);
	}
}

static void answer_create(sd_bus *bus, sd_bus_message *call, struct scene *scene)
{
	read_limits(call, scene);
	if (scene->ending) {
		scene->ending--;
		sd_bus_reply_method_errorf(call, BROKER_RESTARTING, "no");
	} else if (scene->error) {
		sd_bus_reply_method_errorf(call, scene->error, "no");
	} else {
		sd_bus_reply_method_return(call, "husa{sv}", scene->file, ID, "Virtual-1", 1,
					   "later", "s", "more");
		say_revoked(bus, ID + 1, "destroyed");
		if (scene->reason)
			say_revoked(bus, scene->revoked, scene->reason);
	}
}

static void answer(sd_bus *bus, sd_bus_message *call, struct scene *scene)
{
	if (sd_bus_message_is_method_call(call, NULL, "Hello"))
		sd_bus_reply_method_return(call, "s", ":1.7");
	else if (sd_bus_message_is_method_call(call, BROKER, "CreateContext"))
		answer_create(bus, call, scene);
	else
		sd_bus_reply_method_return(call, NULL);
}

/* One caller, until it leaves, or is left. */
static void *serve(void *data)
{
	struct scene *scene = data;
	sd_id128_t id = { .bytes = { 1 } };
	sd_bus_message *call = NULL;
	sd_bus *bus = NULL;
	int fd = accept(scene->listener, NULL, NULL), ret;
	bool given = false;

	if (fd < 0)
		return NULL;
	sd_bus_new(&bus);
	sd_bus_set_fd(bus, fd, fd);
	sd_bus_set_server(bus, 1, id);
	sd_bus_negotiate_fds(bus, 1);
	ret = sd_bus_start(bus);
	while (ret >= 0 && !(given && scene->leaves)) {
		ret = sd_bus_process(bus, &call);
		if (ret > 0 && call && sd_bus_message_is_method_call(call, NULL, NULL)) {
			answer(bus, call, scene);
			given = sd_bus_message_is_method_call(call, BROKER, NULL);
		}
		call = sd_bus_message_unref(call);
		if (!ret)
			ret = sd_bus_wait(bus, UINT64_MAX);
	}
	sd_bus_flush_close_unref(bus);
	return NULL;
}

struct heard {
	enum exit_status status;
	char text[512];		/* on standard error */
	char reason[64];	/* and why it ended; empty: nobody knows */
};

static enum exit_status run(struct broker *broker)
{
	static const struct owner_options options;
	static const struct owner_ops ops;
	struct owner owner = {
		.options = &options, .broker = broker, .signal_fd = -1, .wake_fd = -1,
		.context = { .fd = eventfd(1, EFD_CLOEXEC), .control_fd = -1 },
	};
	enum exit_status status;

	ended_fd = owner.context.fd;
	mc_events_init(&owner.events, owner.context.fd);
	status = owner_run(&owner, &ops);
	ended_fd = -1;
	mc_events_fini(&owner.events);
	mc_context_close(&owner.context);
	return status;
}

/* As miracastctl does: of the driver, if that permits it, or of the broker. */
static enum exit_status create(const struct owner_options *options, struct mc_context *context,
			       struct broker **broker)
{
	struct owner owner = { .options = options, .context = *context };
	enum exit_status status = owner_create(&owner);

	*context = owner.context;
	*broker = owner.broker;
	return status;
}

static void hear(const struct scene *scene, const struct drm_miracast_create_context *want,
		 struct heard *heard)
{
	static const struct drm_miracast_query_caps caps = {
		.max_width = 4096, .max_height = 4096, .max_refresh_mhz = 240000,
		.macroblock_rate_total = 8294400, .picture_memory_total = 512 << 20,
	};
	struct mc_context context = { .fd = -1, .control_fd = -1 };
	int own = dup(STDERR_FILENO);
	struct broker *broker = NULL;
	FILE *file = tmpfile();
	const char *reason;

	if (own < 0 || !file)
		abort();
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	heard->status = scene->options ? create(scene->options, &context, &broker) :
					 broker_create(want, &caps, &context, &broker);
	if (heard->status == EXIT_OK && scene->runs)
		heard->status = run(broker);
	fflush(stderr);
	dup2(own, STDERR_FILENO);
	close(own);
	rewind(file);
	heard->text[fread(heard->text, 1, sizeof(heard->text) - 1, file)] = '\0';
	fclose(file);
	reason = heard->status == EXIT_OK ? broker_reason(broker, 2000) : NULL;
	snprintf(heard->reason, sizeof(heard->reason), "%s", reason ? reason : "");

	mc_context_close(&context);
	broker_leave(broker);
}

static void ask(struct scene *scene, const struct drm_miracast_create_context *want,
		struct heard *heard)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char variable[160];
	pthread_t thread;

	snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/miracast-bus-%d",
		 getpid());
	snprintf(variable, sizeof(variable), "unix:path=%s", address.sun_path);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", variable, 1);
	scene->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	scene->file = dup(STDIN_FILENO);
	if (bind(scene->listener, (void *)&address, sizeof(address)) ||
	    listen(scene->listener, 1) || pthread_create(&thread, NULL, serve, scene))
		abort();
	hear(scene, want, heard);
	/* Whoever has not called will not. */
	shutdown(scene->listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(scene->file);
	close(scene->listener);
	unlink(address.sun_path);
}

static struct drm_miracast_create_context usual(void)
{
	return (struct drm_miracast_create_context){
		.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL,
		.delivery = DRM_MIRACAST_DELIVERY_COPY, .format = DRM_FORMAT_XRGB8888,
		.buffer_count = 4, .parts = 1,
		.max_width = 1920, .max_height = 1080, .max_refresh_mhz = 60000,
	};
}

static void check_reasons(void)
{
	struct drm_miracast_create_context want = usual();
	struct scene scene = { .reason = "session-over", .revoked = ID };
	struct heard heard;

	ask(&scene, &want, &heard);
	check(heard.status == EXIT_OK && !strcmp(heard.reason, "session-over"),
	      "the broker's reason is known, also when it comes with the context");
	scene = (struct scene){ .reason = "session-over", .revoked = ID + 2 };
	ask(&scene, &want, &heard);
	check(heard.status == EXIT_OK && !*heard.reason,
	      "those of other contexts are not this one's");
	scene = (struct scene){ .leaves = true };
	ask(&scene, &want, &heard);
	check(heard.status == EXIT_OK && !*heard.reason, "without a bus there is none");
}

static void check_ends(void)
{
	static const struct {
		const char *reason;
		enum exit_status status;
		const char *text;
	} ends[] = {
		{ "session-over", EXIT_ENDED, "has ended the context: the session is over\n" },
		{ "destroyed", EXIT_ENDED, "has ended the context: that was asked for\n" },
		{ "something-new", EXIT_ENDED, "has ended the context: something-new\n" },
		{ "device-gone", EXIT_GONE, "the device is gone\n" },
		{ NULL, EXIT_ENDED, "has ended the context\n" },
	};
	struct drm_miracast_create_context want = usual();
	struct scene scene;
	struct heard heard;
	char what[64];
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		scene = (struct scene){ .reason = ends[i].reason, .revoked = ID, .runs = true };
		ask(&scene, &want, &heard);
		snprintf(what, sizeof(what), "an owner ends: %s",
			 ends[i].reason ? ends[i].reason : "nobody says why");
		if (heard.status != ends[i].status)
			printf("# %d: %s", heard.status, heard.text);
		check(heard.status == ends[i].status && strstr(heard.text, ends[i].text), what);
	}
	scene = (struct scene){ .leaves = true, .runs = true };
	ask(&scene, &want, &heard);
	check(heard.status == EXIT_ENDED, "or the bus does");
}

static void check_errors(void)
{
	static const struct {
		const char *name;
		enum exit_status status;
		const char *text;
	} errors[] = {
		{ "org.miracast.Error.NotActive", EXIT_NO_PERMISSION, "miracast-broker: no" },
		{ "org.miracast.Error.Busy", EXIT_BUSY, "miracast-broker: no" },
		{ "org.miracast.Error.QuotaExceeded", EXIT_BUDGET, "miracast-broker: no" },
		{ "org.miracast.Error.NoSuchThing", EXIT_OTHER, "miracast-broker: no" },
		{ "org.freedesktop.DBus.Error.InvalidArgs", EXIT_OTHER, "miracast-broker: no" },
		{ "org.freedesktop.DBus.Error.ServiceUnknown", EXIT_NO_PERMISSION,
		  "cannot be reached" },
		{ "org.freedesktop.DBus.Error.Spawn.ChildExited", EXIT_NO_PERMISSION,
		  "cannot be reached" },
		{ "org.freedesktop.systemd1.UnitMasked", EXIT_NO_PERMISSION, "cannot be reached" },
		{ "org.miracast.Error.NoLogind", EXIT_OTHER,
		  "miracast-broker: no; see systemctl status miracast-broker" },
	};
	struct drm_miracast_create_context want = usual();
	struct scene scene;
	struct heard heard;
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		scene = (struct scene){ .error = errors[i].name };
		ask(&scene, &want, &heard);
		if (heard.status != errors[i].status)
			printf("# %d: %s", heard.status, heard.text);
		check(heard.status == errors[i].status && strstr(heard.text, errors[i].text),
		      errors[i].name);
	}
	scene = (struct scene){ .ending = 3, .reason = "destroyed", .revoked = ID };
	ask(&scene, &want, &heard);
	check(heard.status == EXIT_OK && !scene.ending && !strcmp(heard.reason, "destroyed"),
	      "a broker that ends is followed by another");
	scene = (struct scene){ .error = "org.freedesktop.DBus.Error.InvalidArgs" };
	want.max_width = 320;
	want.max_height = 240;
	ask(&scene, &want, &heard);
	check(heard.status == EXIT_BAD_MODE && strstr(heard.text, "less than 640x480@60"),
	      "limits that are too small are said to be, as to root");
	want.max_width = 16384;
	ask(&scene, &want, &heard);
	check(heard.status == EXIT_BAD_MODE && strstr(heard.text, "beyond the device's largest"),
	      "so are those that are too large");
}

static void check_unopened(void)
{
	static const int errors[] = { EACCES, EPERM };
	struct owner_options options = {
		.monitor = {
			.modes = { { .width = 1280, .height = 720, .refresh_mhz = 60000 } },
			.mode_count = 1, .divider = 1,
		},
		.buffers = 4, .connector = "41",
	};
	struct scene scene;
	struct heard heard;
	char what[64];

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		node_error = errors[i];
		scene = (struct scene){ .reason = "destroyed", .revoked = ID, .options = &options };
		ask(&scene, NULL, &heard);
		snprintf(what, sizeof(what), "the broker is asked without the node: %s",
			 strerrorname_np(node_error));
		check(heard.status == EXIT_OK && !strcmp(heard.reason, "destroyed"), what);
		check(scene.width == 1280 && scene.connector == 41, "for what is wanted");
	}
	scene.error = "org.miracast.Error.NotActive";
	ask(&scene, NULL, &heard);
	check(heard.status == EXIT_NO_PERMISSION && strstr(heard.text, "miracast-broker: no") &&
	      strstr(heard.text, "no permission to open /dev/miracast"),
	      "what it says is reported, and what the node's fault is");
	scene.error = "org.miracast.Error.Busy";
	ask(&scene, NULL, &heard);
	check(heard.status == EXIT_BUSY && !strstr(heard.text, "open"), "or only that");
	scene.error = "org.freedesktop.DBus.Error.InvalidArgs";
	ask(&scene, NULL, &heard);
	check(heard.status == EXIT_OTHER && strstr(heard.text, "miracast-broker: no"),
	      "only the broker knows the device's limits");

	options.connector = "Virtual-1";
	hear(&scene, NULL, &heard);
	check(heard.status == EXIT_NO_PERMISSION && strstr(heard.text, "Virtual-1"),
	      "a connector has no name then");
	options.connector = NULL;
	options.broker = BROKER_NO;
	hear(&scene, NULL, &heard);
	check(heard.status == EXIT_NO_PERMISSION && !strstr(heard.text, "broker"),
	      "without the broker there is no permission");
	options.broker = BROKER_AUTO;
	node_error = ENOENT;
	hear(&scene, NULL, &heard);
	check(heard.status == EXIT_NO_DEVICE && !strstr(heard.text, "broker"),
	      "nor is it asked for a device that is not there");
	options.broker = BROKER_YES;
	scene = (struct scene){ .reason = "destroyed", .revoked = ID, .options = &options };
	ask(&scene, NULL, &heard);
	check(heard.status == EXIT_OK && !strcmp(heard.reason, "destroyed"),
	      "unless it has to be: a caller may not see the device");
	options.device = "/dev/null";
	hear(&scene, NULL, &heard);
	check(heard.status == EXIT_NO_DEVICE, "or another node is named");
	node_error = 0;
}

static void check_absence(void)
{
	struct drm_miracast_create_context want = usual();
	static const struct drm_miracast_query_caps caps;
	struct mc_context context = { .fd = -1, .control_fd = -1 };
	struct broker *broker = NULL;

	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", 1);
	check(broker_create(&want, &caps, &context, &broker) == EXIT_NO_PERMISSION,
	      "without a bus there is no permission");
	check(broker_fd(broker) < 0, "and nothing to wait for");
	broker_leave(broker);
	check(broker_fd(NULL) < 0, "nor without a broker");
}

int main(void)
{
	check_reasons();
	check_ends();
	check_errors();
	check_unopened();
	check_absence();
	return check_result();
}

#else

int main(void)
{
	static const struct drm_miracast_create_context want = {
		.delivery = DRM_MIRACAST_DELIVERY_COPY,
	};
	static const struct drm_miracast_query_caps caps;
	struct mc_context context;
	struct broker *broker = NULL;

	check(broker_create(&want, &caps, &context, &broker) == EXIT_NO_PERMISSION,
	      "without libsystemd there is no broker");
	return check_result();
}

#endif
