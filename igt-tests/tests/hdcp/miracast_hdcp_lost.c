// SPDX-License-Identifier: MIT
/*
 * When protection that was reached is lost: with authentication, the monitor, the session,
 * the mode, the owner or the device.
 */
#include <unistd.h>

#include "miracast_hdcp.h"

static void test_loss(void)
{
	struct hdcp h;
	int i;

	hdcp_begin_protected(&h);
	for (i = 0; i < 3; i++) {
		hdcp_report(&h, DRM_MIRACAST_HDCP_STATE_OFF);
		hdcp_expect_change(&h, DESIRED);
		/* The owner reports it without being asked. */
		igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));
		hdcp_reach(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	}
	hdcp_end(&h);
}

static void test_depart(void)
{
	struct mc_chunk chunk;
	struct hdcp h;

	hdcp_begin_protected(&h);
	mc_depart(h.ctx);
	hdcp_expect_change(&h, DESIRED);
	/* It is asked for again when the next monitor arrives. */
	mc_arrive(h.ctx, 640, 480);
	hdcp_fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	mc_wait_chunk(h.ctx, &chunk);
	mc_release(h.ctx, &chunk);
	hdcp_end(&h);
}

/* A request that was made of a monitor that is gone is not reported any more. */
static void test_depart_unread(void)
{
	struct hdcp h;

	hdcp_begin(&h);
	hdcp_set_protection(&h, DESIRED);
	mc_depart(h.ctx);
	igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));
	hdcp_end(&h);
}

static void test_replaced(void)
{
	struct hdcp h;

	hdcp_begin_protected(&h);
	/* The same once more changes nothing. */
	mc_arrive(h.ctx, 640, 480);
	hdcp_expect_no_change(&h, ENABLED);
	mc_arrive_modes(h.ctx, NULL, 0);
	hdcp_expect_change(&h, DESIRED);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_end(&h);
}

static void test_stop(void)
{
	struct mc_message message;
	struct hdcp h;

	hdcp_begin_protected(&h);
	mc_stop(h.ctx);
	hdcp_expect_change(&h, DESIRED);
	mc_wait_message(h.ctx, DRM_MIRACAST_MSG_STOPPED, &message);
	mc_no_event(h.ctx, MC_QUIET_MS);
	hdcp_end(&h);
}

static void test_destroy(void)
{
	struct hdcp h;

	hdcp_begin_protected(&h);
	mc_expect(mc_destroy_errno(h.ctx->fd), 0);
	hdcp_expect_change(&h, DESIRED);
	hdcp_end(&h);
}

struct owner {
	uint32_t connector;
	int report;
};

static void own_protected(void *data)
{
	struct owner *owner = data;
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct hdcp h = { .card = mc_card_open() };

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	limits.connector_id = owner->connector;
	h.ctx = mc_ctx_create(h.card, &limits);
	mc_close(h.card);
	mc_start(h.ctx);
	mc_arrive(h.ctx, 640, 480);
	igt_assert_eq(write(owner->report, "a", 1), 1);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	for (;;)
		pause();
}

static void test_kill(void)
{
	struct hdcp h = { .card = mc_card_open() };
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	struct owner owner;
	struct mc_kms *kms;
	struct mc_fb *fb;
	int ends[2];
	char byte;
	pid_t pid;

	hdcp_require();
	h.uevents = mc_uevents_open();
	kms = mc_kms(h.card, 0);
	h.connector = kms->connector;
	hdcp_find_properties(&h);
	fb = mc_fb(h.card, 640, 480, DRM_FORMAT_XRGB8888);
	igt_assert_eq(pipe(ends), 0);
	mc_keep(ends[0]);
	mc_keep(ends[1]);
	owner = (struct owner) { h.connector, ends[1] };
	pid = mc_fork(own_protected, &owner);
	igt_assert_eq(read(ends[0], &byte, 1), 1);
	mc_light(kms, &mode, fb);
	hdcp_set_protection(&h, DESIRED);
	hdcp_expect_change(&h, ENABLED);
	mc_kill(pid);
	hdcp_expect_change(&h, DESIRED);
	hdcp_end(&h);
}

static void test_crtc_off(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct hdcp h;

	hdcp_begin_protected(&h);
	mc_expect(mc_commit_errno(h.scene->kms, &off), 0);
	hdcp_expect_change(&h, DESIRED);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	mc_expect(mc_commit_errno(h.scene->kms, &on), 0);
	hdcp_fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_end(&h);
}

static void test_mode_set(void)
{
	struct mc_message message;
	drmModeModeInfo mode;
	struct hdcp h;

	hdcp_begin_protected(&h);
	mode = mc_make_mode(640, 480, 50000);
	mc_light(h.scene->kms, &mode, h.scene->fb[0]);
	/* Protection does not survive a mode set: the owner authenticates for the new mode. */
	hdcp_expect_change(&h, DESIRED);
	mc_wait_message(h.ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(mc_complete_errno(h.ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_expect_no_change(&h, DESIRED);
	hdcp_reach(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_end(&h);
}

static void test_unplug(void)
{
	struct hdcp h;

	hdcp_begin_protected(&h);
	mc_unbind();
	mc_expect(hdcp_report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_OFF, 0),
		  -ENODEV);
}

const struct mc_subtest mc_hdcp_lost[] = {
	{ "loss",
	  "When authentication is lost the property falls back, with a uevent.",
	  test_loss },
	{ "depart",
	  "So it does when the monitor departs; it is asked for at the next one.",
	  test_depart },
	{ "depart-unread", "What is wanted of one monitor is not asked of the next.",
	  test_depart_unread },
	{ "replaced", "So it does when another monitor replaces it.",
	  test_replaced },
	{ "stop", "So it does when the session ends.", test_stop },
	{ "destroy", "So it does when the context is destroyed.",
	  test_destroy },
	{ "kill", "So it does when the owner is killed.", test_kill },
	{ "crtc-off",
	  "So it does when the screen is turned off; turned on, it is asked for again.",
	  test_crtc_off },
	{ "mode-set", "A new mode is authenticated anew.", test_mode_set },
	{ "unplug", "Protection does not outlive the device.", test_unplug },
	{}
};
