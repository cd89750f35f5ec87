// SPDX-License-Identifier: MIT
/*
 * The client's wishes, the messages that ask the owner for protection, and which of its
 * reports count.
 */
#include "miracast_hdcp.h"

static void test_desired(void)
{
	struct mc_chunk chunk;
	struct hdcp h;

	hdcp_begin_protected(&h);
	/* Pictures go on, and do not change it. */
	mc_show(h.scene->kms, h.scene->fb[1], NULL, 0);
	mc_wait_chunk(h.ctx, &chunk);
	mc_release(h.ctx, &chunk);
	hdcp_expect_no_change(&h, ENABLED);
	/* Wanting protection that is enabled already changes nothing. */
	hdcp_set_protection(&h, DESIRED);
	igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));
	hdcp_expect_no_change(&h, ENABLED);

	hdcp_set_protection(&h, UNDESIRED);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	igt_assert_eq_u64(hdcp_protection(&h), UNDESIRED);
	/* And once more: the old answer does not count. */
	hdcp_set_protection(&h, DESIRED);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_expect_no_change(&h, DESIRED);
	hdcp_reach(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_end(&h);
}

static void test_client_cannot_enable(void)
{
	struct hdcp h;

	hdcp_begin(&h);
	mc_expect(hdcp_set_errno(&h, h.protection, ENABLED), -EINVAL);
	igt_assert_eq_u64(hdcp_protection(&h), UNDESIRED);
	hdcp_set_protection(&h, DESIRED);
	mc_expect(hdcp_set_errno(&h, h.protection, ENABLED), -EINVAL);
	hdcp_expect_no_change(&h, DESIRED);
	mc_expect(hdcp_set_errno(&h, h.protection, 3), -EINVAL);
	hdcp_end(&h);
}

/* Before it is wanted there is nothing to answer. */
static void test_not_wanted(void)
{
	uint64_t numbers[] = { 0, 1, UINT64_MAX };
	unsigned int i;
	struct hdcp h;

	hdcp_begin(&h);
	/* The first is no message, the next one of another code, the last unknown. */
	numbers[1] = h.scene->mode_set.event.number;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		mc_expect_f(hdcp_report_errno(h.ctx->fd, numbers[i],
					      DRM_MIRACAST_HDCP_STATE_TYPE1, 0),
			    -ENOENT, "number %u", i);
	hdcp_expect_no_change(&h, UNDESIRED);
	hdcp_set_protection(&h, DESIRED);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		mc_expect_f(hdcp_report_errno(h.ctx->fd, numbers[i],
					      DRM_MIRACAST_HDCP_STATE_TYPE1, 0),
			    -ENOENT, "number %u", i);
	hdcp_expect_no_change(&h, DESIRED);
	/*
	 * Protection is not wanted any more: that message can be answered, and enables
	 * nothing.
	 */
	hdcp_set_protection(&h, UNDESIRED);
	hdcp_expect_stale(&h, h.number);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	hdcp_report(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	hdcp_expect_no_change(&h, UNDESIRED);
	hdcp_end(&h);
}

/* The answer to what was wanted before a mode set comes after it. */
static void test_late(void)
{
	drmModeModeInfo mode = mc_make_mode(640, 480, 50000);
	struct hdcp h;
	uint64_t old;

	hdcp_begin(&h);
	hdcp_set_protection(&h, DESIRED);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	/* The owner authenticates; meanwhile: */
	mc_light(h.scene->kms, &mode, h.scene->fb[0]);
	hdcp_expect_stale(&h, h.number);
	hdcp_expect_no_change(&h, DESIRED);
	/* It is asked anew. */
	mc_complete_mode(h.ctx, NULL);
	old = h.number;
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	igt_assert_lt_u64(old, h.number);
	hdcp_expect_stale(&h, old);
	hdcp_reach(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);

	/* Other wishes, and other sinks, supersede it as well. */
	old = h.number;
	hdcp_set_type(&h, CONTENT_TYPE_1);
	hdcp_expect_change(&h, DESIRED);
	hdcp_expect_stale(&h, old);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	mc_arrive(h.ctx, 800, 600);
	hdcp_expect_stale(&h, h.number);
	mc_stop(h.ctx);
	mc_start(h.ctx);
	mc_arrive(h.ctx, 640, 480);
	hdcp_expect_stale(&h, h.number);
	hdcp_end(&h);
}

/* A context that was created without the flag for it. */
static void test_no_right(void)
{
	struct hdcp h = { .card = mc_card_open() };

	hdcp_require();
	h.uevents = mc_uevents_open();
	h.scene = hdcp_scene_on(h.card, false);
	h.ctx = h.scene->ctx;
	h.connector = h.ctx->connector;
	hdcp_find_properties(&h);
	hdcp_set_protection(&h, DESIRED);
	/* The client may want it, but nobody is asked, and nobody answers. */
	igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));
	mc_expect(hdcp_report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_TYPE0, 0),
		  -EOPNOTSUPP);
	mc_expect(hdcp_report_errno(h.ctx->fd, 0, DRM_MIRACAST_HDCP_STATE_OFF, 0),
		  -EOPNOTSUPP);
	hdcp_expect_no_change(&h, DESIRED);
	mc_depart(h.ctx);
	mc_expect(hdcp_report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_TYPE0, 0),
		  -EOPNOTSUPP);
	hdcp_end(&h);
}

static void test_type_1(void)
{
	struct hdcp h;

	hdcp_begin(&h);
	hdcp_set_type(&h, CONTENT_TYPE_1);
	igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));
	hdcp_set_protection(&h, DESIRED);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	hdcp_report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_expect_no_change(&h, DESIRED);
	hdcp_reach(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	/* The owner can no longer protect content of the wanted type. */
	hdcp_report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_expect_change(&h, DESIRED);
	hdcp_end(&h);
}

static void test_more_than_wanted(void)
{
	struct hdcp h;

	hdcp_begin(&h);
	hdcp_set_protection(&h, DESIRED);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_reach(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	hdcp_report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_expect_no_change(&h, ENABLED);
	hdcp_end(&h);
}

static void test_type_changes(void)
{
	struct hdcp h;

	hdcp_begin_protected(&h);
	hdcp_set_type(&h, CONTENT_TYPE_1);
	hdcp_expect_change(&h, DESIRED);
	hdcp_fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	hdcp_set_type(&h, CONTENT_TYPE_0);
	hdcp_expect_change(&h, DESIRED);
	hdcp_fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	hdcp_end(&h);
}

static void test_messages_are_states(void)
{
	struct hdcp h;
	int i;

	hdcp_begin(&h);
	for (i = 0; i < 5; i++) {
		hdcp_set_protection(&h, DESIRED);
		hdcp_set_protection(&h, UNDESIRED);
	}
	hdcp_set_type(&h, CONTENT_TYPE_1);
	hdcp_set_protection(&h, DESIRED);
	hdcp_expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	igt_assert(!hdcp_is_asked(&h, MC_QUIET_MS));
	hdcp_end(&h);
}

/* A client wanted it before there was an owner. */
static void test_wanted_before_start(void)
{
	struct hdcp h = { .card = mc_card_open() };
	struct mc_kms *kms;
	struct mc_fb *fb;
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	hdcp_require();
	h.uevents = mc_uevents_open();
	kms = mc_kms(h.card, 0);
	h.connector = kms->connector;
	hdcp_find_properties(&h);
	fb = mc_fb(h.card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb);
	hdcp_set_protection(&h, DESIRED);

	limits.connector_id = h.connector;
	h.ctx = mc_ctx_create(h.card, &limits);
	mc_no_event(h.ctx, MC_QUIET_MS);
	mc_start(h.ctx);
	mc_arrive(h.ctx, 640, 480);
	hdcp_fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	mc_ctx_close(h.ctx);
	hdcp_expect_change(&h, DESIRED);
	hdcp_end(&h);
}

const struct mc_subtest mc_hdcp_wanted[] = {
	{ "desired",
	  "The owner is asked for what the client wants; what it reaches is a uevent.",
	  test_desired },
	{ "client-cannot-enable", "Clients can want protection, not claim it.",
	  test_client_cannot_enable },
	{ "not-wanted",
	  "Nothing is reported before it is wanted, nor in answer to another message.",
	  test_not_wanted },
	{ "late",
	  "An answer to what a mode set or another wish has superseded does not count.",
	  test_late },
	{ "no-right",
	  "A context without the right to it is not asked, and cannot answer.",
	  test_no_right },
	{ "type-1", "Type 1 is not reached by type 0.", test_type_1 },
	{ "more-than-wanted", "Type 1 is good enough for type 0.",
	  test_more_than_wanted },
	{ "type-changes", "Another content type has to be reached anew.",
	  test_type_changes },
	{ "messages-are-states", "Of several wishes the owner reads the last.",
	  test_messages_are_states },
	{ "wanted-before-start",
	  "What was wanted before the owner came is asked for when it has a monitor.",
	  test_wanted_before_start },
	{}
};
