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

int main(int argc, char **argv)
{
	gst_init(&argc, &argv);
	check_watching();
	gst_deinit();
	return check_result();
}
