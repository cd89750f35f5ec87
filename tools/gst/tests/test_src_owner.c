// SPDX-License-Identifier: MIT
/*
 * Owners of a context that was handed over as a file, and who watches its end.
 */
#include <drm_fourcc.h>
#include <fcntl.h>
#include <gio/gio.h>

#include "harness.h"
#include "owner.h"
#include "srcbench.h"

static void on_ended(struct owner *owner, const GError *why, gpointer data)
{
	(void)owner;
	g_main_loop_quit(data);
	check(g_error_matches(why, OWNER_ERROR, OWNER_ERROR_ENDED), "with a reason");
}

static void check_watching(void)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_NV12);
	struct owner_options options = { .fd = fake->context_fd };
	struct owner *owner = owner_open(&options, NULL, NULL);
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	struct mc_monitor monitor = { .divider = 1 };
	GError *error = NULL;

	check(owner && !owner_is_of_broker(owner) && owner_info(owner)->connector_id == 42,
	      "a file becomes an owner");
	check(owner_arrive(owner, &monitor, NULL) && owner_arrive(owner, &monitor, NULL) &&
		      fake->arrivals == 2,
	      "which announces monitors");
	check(owner_depart(owner, NULL) && owner_depart(owner, NULL) && fake->departures == 1 &&
		      owner_stop(owner, NULL) && owner_stop(owner, NULL),
	      "and takes them away");
	check(!owner_ended(owner), "it has not ended");
	check(fcntl(fake->context_fd, F_GETFL) & O_NONBLOCK, "its file does not block");
	owner_watch(owner, on_ended, loop);
	fake_end(fake, -ESTALE);
	g_main_loop_run(loop);
	check(!owner_arrive(owner, &monitor, &error) &&
		      g_error_matches(error, OWNER_ERROR, OWNER_ERROR_ENDED),
	      "whoever watches it learns that it has");
	g_clear_error(&error);
	g_main_loop_unref(loop);
	owner_unref(owner);
	check(!(fcntl(fake->context_fd, F_GETFL) & O_NONBLOCK), "but does again after it");
	fake_free(fake);
}

/* What is counted is where the function ran. */
struct watcher {
	GMainContext *context;
	guint calls, elsewhere;
};

static void on_watched(struct owner *owner, const GError *why, gpointer data)
{
	struct watcher *watcher = data;

	if (g_main_context_is_owner(watcher->context) && owner_info(owner)->connector_id == 42 &&
	    g_error_matches(why, OWNER_ERROR, OWNER_ERROR_ENDED))
		watcher->calls++;
	else
		watcher->elsewhere++;
}

static void run(struct watcher *watcher)
{
	gint64 end_us = g_get_monotonic_time() + PATIENCE / 1000;

	while (!watcher->calls && !watcher->elsewhere && g_get_monotonic_time() < end_us) {
		g_main_context_iteration(watcher->context, FALSE);
		/* The other one runs as well, as that of a program does. */
		g_main_context_iteration(NULL, FALSE);
		g_usleep(1000);
	}
}

/* Nobody else holds the owner, and its context is not pushed while it runs. */
static void check_context(void)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_NV12);
	struct owner_options options = { .fd = fake->context_fd };
	struct watcher watcher = { .context = g_main_context_new() };
	struct owner *owner = owner_open(&options, NULL, NULL);

	g_main_context_push_thread_default(watcher.context);
	owner_watch(owner, on_watched, &watcher);
	g_main_context_pop_thread_default(watcher.context);
	owner_unref(owner);
	check(fcntl(fake->context_fd, F_GETFL) & O_NONBLOCK, "the watch holds the owner");
	fake_end(fake, -ESTALE);
	run(&watcher);
	check(watcher.calls == 1 && !watcher.elsewhere,
	      "the end is reported in the main context of whoever watches");
	check(!(fcntl(fake->context_fd, F_GETFL) & O_NONBLOCK), "and with that the owner goes");
	g_main_context_unref(watcher.context);
	fake_free(fake);
}

static void check_stopped(void)
{
	struct fake *fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, DRM_FORMAT_NV12);
	struct owner_options options = { .fd = fake->context_fd };
	struct owner *owner = owner_open(&options, NULL, NULL);
	struct watcher watcher = { .context = g_main_context_default() };

	owner_watch(owner, on_watched, &watcher);
	owner_watch(owner, NULL, NULL);
	fake_end(fake, -ESTALE);
	while (g_main_context_iteration(NULL, FALSE))
		;
	check(!watcher.calls && !watcher.elsewhere, "who has stopped watching is not called");
	owner_unref(owner);
	check(!(fcntl(fake->context_fd, F_GETFL) & O_NONBLOCK), "nor holds the owner");
	fake_free(fake);
}

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_watching();
	check_context();
	check_stopped();
	gst_deinit();
	return check_result();
}
