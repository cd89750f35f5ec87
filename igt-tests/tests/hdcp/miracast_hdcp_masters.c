// SPDX-License-Identifier: MIT
/*
 * Protection belongs to one connector, and to the master whose screen the owner gets. And
 * its events in the trace.
 */
#include "lib_miracast_masters.h"
#include "lib_miracast_points.h"
#include "miracast_hdcp.h"

static void test_other_target(void)
{
	struct hdcp h, other;

	hdcp_begin_protected(&h);
	igt_require(mc_caps(h.card).targets_total > 1);
	other = h;
	other.scene = hdcp_scene_on(h.card, true);
	other.ctx = other.scene->ctx;
	other.connector = other.ctx->connector;
	igt_assert_eq_u64(hdcp_protection(&other), UNDESIRED);
	hdcp_set_protection(&other, DESIRED);
	hdcp_expect_wanted(&other, DRM_MIRACAST_HDCP_STATE_TYPE0);
	igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));
	igt_assert_eq_u64(hdcp_protection(&h), ENABLED);
	igt_assert_eq_u64(hdcp_protection(&other), DESIRED);
	mc_ctx_close(other.ctx);
	hdcp_expect_no_change(&h, ENABLED);
	hdcp_end(&other);
	hdcp_end(&h);
}

/* Another master has the device, and commits, at first without setting a mode. */
static void test_other_master(void)
{
	struct hdcp h, other;
	struct mc_kms *kms;
	struct mc_fb *fb;

	hdcp_begin_protected(&h);
	other = h;
	other.card = mc_card_open();
	/* Nothing protects its screen; that of the first is still protected. */
	mc_switch_master(h.card, other.card);
	hdcp_expect_change(&h, DESIRED);
	mc_switch_master(other.card, h.card);
	hdcp_expect_change(&h, ENABLED);
	igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));

	/* Its wishes do not reach the owner, nor do the owner's answers reach it. */
	mc_switch_master(h.card, other.card);
	hdcp_expect_change(&h, DESIRED);
	hdcp_set_protection(&other, UNDESIRED);
	hdcp_set_type(&other, CONTENT_TYPE_1);
	hdcp_set_protection(&other, DESIRED);
	igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));
	hdcp_report(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	hdcp_report(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	hdcp_expect_no_change(&h, DESIRED);

	/* The first finds the property as it is. */
	hdcp_set_type(&other, CONTENT_TYPE_0);
	hdcp_set_protection(&other, UNDESIRED);
	mc_switch_master(other.card, h.card);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	igt_assert_eq_u64(hdcp_protection(&h), UNDESIRED);
	hdcp_set_protection(&h, DESIRED);
	hdcp_fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);

	/* The screen went off and on meanwhile: what was reached is lost. */
	mc_switch_master(h.card, other.card);
	hdcp_expect_change(&h, DESIRED);
	kms = mc_kms(other.card, h.connector);
	fb = mc_fb(other.card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_light(kms, &h.scene->kms->mode, fb);
	mc_off(kms);
	igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));
	hdcp_expect_stale(&h, h.number);
	mc_switch_master(other.card, h.card);
	mc_light(h.scene->kms, &h.scene->kms->mode, h.scene->fb[0]);
	hdcp_fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_end(&h);
}

static void light(int card, struct mc_ctx *ctx)
{
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);

	mc_light(mc_kms(card, ctx->connector), &mode,
		 mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888));
}

/* Protection of one master's screen does not apply to the next one's. */
static void test_pinned_to_another(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct hdcp h, other;
	struct mc_controlled c;

	hdcp_require();
	h.uevents = mc_uevents_open();
	h.card = mc_card_open();
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	mc_controlled(&c, h.card, &limits);
	light(h.card, c.ctx);
	mc_complete_mode(c.ctx, NULL);
	hdcp_begin_on(&h, c.ctx);
	hdcp_set_protection(&h, DESIRED);
	hdcp_fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);

	other = h;
	other.card = mc_card_open();
	mc_switch_master(h.card, other.card);
	hdcp_expect_change(&h, DESIRED);
	mc_expect(mc_pin_errno(c.control, mc_query(c.control).current_master),
		  0);
	hdcp_expect_no_change(&other, DESIRED);
	hdcp_expect_stale(&other, other.number);
	light(other.card, c.ctx);
	hdcp_fulfil(&other, DRM_MIRACAST_HDCP_STATE_TYPE0);

	/* Pinned to nobody, no screen is protected. */
	mc_expect(mc_pin_errno(c.control, 0), 0);
	hdcp_expect_change(&other, DESIRED);
	hdcp_end(&other);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

static void test_traced(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct drm_miracast_set_hdcp in = {
		.state = DRM_MIRACAST_HDCP_STATE_TYPE0,
	};
	const struct mc_points *trace;
	struct mc_message message;
	struct mc_scene *scene;
	struct hdcp h = {};

	hdcp_require();
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	h.card = scene->card;
	h.connector = scene->ctx->connector;
	hdcp_find_properties(&h);
	hdcp_set_protection(&h, DESIRED);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_HDCP, &message);
	in.number = message.event.number;
	mc_points_begin(1024);
	mc_expect(mc_io_errno(scene->ctx->fd, DRM_MIRACAST_CODE_SET_HDCP, &in,
			      sizeof(in), NULL, 0, NULL), 0);
	trace = mc_points_end();
	mc_points_is(mc_points_need(trace, NULL, "set_hdcp"),
		     "context=%llu number=%llu state=type0",
		     (unsigned long long)scene->ctx->number,
		     (unsigned long long)in.number);
	igt_assert_eq(mc_points_count(trace, "set_hdcp"), 1);
}

const struct mc_subtest mc_hdcp_masters[] = {
	{ "other-target", "Each connector has its own.", test_other_target },
	{ "other-master",
	  "The wishes of a master whose screen the owner does not get do not reach the owner.",
	  test_other_master },
	{ "pinned-to-another",
	  "Protection of one master's screen is lost when the context gets another master.",
	  test_pinned_to_another },
	{ "traced", "SET_HDCP is in the trace.", test_traced },
	{}
};
