// SPDX-License-Identifier: MIT
/*
 * Content protection: the capabilities and properties with and without the module parameter
 * hdcp=1; and functions that all parts of this test use.
 */
#include "miracast_hdcp.h"

IGT_TEST_DESCRIPTION("HDCP between client, driver and owner.");

void hdcp_require(void)
{
	igt_require_f(mc_parameter("hdcp") == 1,
		      "the module was not loaded with hdcp=1\n");
}

void hdcp_find_properties(struct hdcp *h)
{
	h->protection = mc_property(h->card, h->connector,
				    DRM_MODE_OBJECT_CONNECTOR,
				    "Content Protection");
	h->type = mc_property(h->card, h->connector, DRM_MODE_OBJECT_CONNECTOR,
			      "HDCP Content Type");
	igt_assert(h->protection && h->type);
}

int hdcp_set_errno(struct hdcp *h, uint32_t property, uint64_t value)
{
	return drmModeConnectorSetProperty(h->card, h->connector, property,
					   value) ? -errno : 0;
}

void hdcp_set_protection(struct hdcp *h, uint64_t value)
{
	mc_expect(hdcp_set_errno(h, h->protection, value), 0);
}

void hdcp_set_type(struct hdcp *h, uint64_t value)
{
	mc_expect(hdcp_set_errno(h, h->type, value), 0);
}

uint64_t hdcp_protection(struct hdcp *h)
{
	return mc_property_value(h->card, h->connector,
				 DRM_MODE_OBJECT_CONNECTOR,
				 "Content Protection");
}

int hdcp_report_errno(int fd, uint64_t number, uint32_t state,
		      uint32_t flags)
{
	struct drm_miracast_set_hdcp in = {
		.number = number, .state = state, .flags = flags,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_SET_HDCP, &in, sizeof(in),
			   NULL, 0, NULL);
}

void hdcp_report(struct hdcp *h, uint32_t state)
{
	mc_expect(hdcp_report_errno(h->ctx->fd, h->number, state, 0), 0);
}

void hdcp_expect_stale(struct hdcp *h, uint64_t number)
{
	mc_expect(hdcp_report_errno(h->ctx->fd, number,
				    DRM_MIRACAST_HDCP_STATE_TYPE1, 0), -ESTALE);
}

void hdcp_expect_wanted(struct hdcp *h, uint32_t wanted)
{
	struct mc_message message;

	mc_wait_message(h->ctx, DRM_MIRACAST_MSG_HDCP, &message);
	igt_assert_eq_u32(message.hdcp.wanted, wanted);
	igt_assert_eq_u32(message.hdcp.pad, 0);
	igt_assert_eq_u32(message.event.needs_completion, 0);
	h->number = message.event.number;
}

bool hdcp_is_asked(struct hdcp *h, int timeout_ms)
{
	struct mc_message message;

	return mc_try_message(h->ctx, DRM_MIRACAST_MSG_HDCP, &message,
			      timeout_ms);
}

/* The kernel changed the property, and sent a uevent. */
void hdcp_expect_change(struct hdcp *h, uint64_t want)
{
	igt_assert_f(mc_property_event(h->uevents, h->connector, h->protection,
				       MC_TIMEOUT_MS), "no uevent\n");
	igt_assert_eq_u64(hdcp_protection(h), want);
}

void hdcp_expect_no_change(struct hdcp *h, uint64_t want)
{
	igt_assert(!mc_property_event(h->uevents, h->connector, h->protection,
				      MC_QUIET_MS));
	igt_assert_eq_u64(hdcp_protection(h), want);
}

void hdcp_reach(struct hdcp *h, uint32_t type)
{
	hdcp_report(h, type);
	hdcp_expect_change(h, ENABLED);
}

void hdcp_fulfil(struct hdcp *h, uint32_t type)
{
	hdcp_expect_wanted(h, type);
	igt_assert_eq_u64(hdcp_protection(h), DESIRED);
	hdcp_reach(h, type);
}

struct mc_scene *hdcp_scene_on(int card, bool may_protect)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct mc_scene *scene;

	if (may_protect)
		limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	scene = mc_scene_with(card, &limits, 60000);
	mc_scene_run(scene);
	return scene;
}

void hdcp_begin_on(struct hdcp *h, struct mc_ctx *ctx)
{
	h->number = 0;
	h->ctx = ctx;
	h->connector = ctx->connector;
	hdcp_find_properties(h);
	hdcp_set_protection(h, UNDESIRED);
	hdcp_set_type(h, CONTENT_TYPE_0);
	while (hdcp_is_asked(h, 0))
		;
	mc_uevents_drain(h->uevents);
}

void hdcp_begin(struct hdcp *h)
{
	hdcp_require();
	h->uevents = mc_uevents_open();
	h->card = mc_card_open();
	h->scene = hdcp_scene_on(h->card, true);
	hdcp_begin_on(h, h->scene->ctx);
}

void hdcp_begin_protected(struct hdcp *h)
{
	hdcp_begin(h);
	hdcp_set_protection(h, DESIRED);
	hdcp_fulfil(h, DRM_MIRACAST_HDCP_STATE_TYPE0);
}

/* The property's value outlives the client; the next subtest must begin with "Undesired". */
void hdcp_end(struct hdcp *h)
{
	hdcp_set_protection(h, UNDESIRED);
	hdcp_set_type(h, CONTENT_TYPE_0);
}

static void test_absent(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct mc_ctx *ctx;
	int card;

	if (mc_parameter("hdcp") == 1)
		mc_module_reload("");
	igt_assert_eq(mc_parameter("hdcp"), 0);
	card = mc_card_open();
	igt_assert(!(mc_caps(card).caps & DRM_MIRACAST_CAP_HDCP));
	igt_assert(!mc_has_code(card, DRM_MIRACAST_CODE_SET_HDCP));
	ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	igt_assert(!mc_property(card, ctx->connector, DRM_MODE_OBJECT_CONNECTOR,
				"Content Protection"));
	igt_assert(!mc_property(card, ctx->connector, DRM_MODE_OBJECT_CONNECTOR,
				"HDCP Content Type"));
	mc_expect(hdcp_report_errno(ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_TYPE0, 0),
		  -EOPNOTSUPP);
	mc_ctx_close(ctx);
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	mc_expect(mc_create_errno(card, &limits), -EOPNOTSUPP);
}

static void check_enum(struct hdcp *h, uint32_t id, const char *const *names,
		       int count)
{
	drmModePropertyPtr property = drmModeGetProperty(h->card, id);
	int i;

	igt_assert(property);
	igt_assert(property->flags & DRM_MODE_PROP_ENUM);
	igt_assert(!(property->flags & DRM_MODE_PROP_IMMUTABLE));
	igt_assert_eq(property->count_enums, count);
	for (i = 0; i < count; i++) {
		igt_assert_eq_u64(property->enums[i].value, i);
		igt_assert(!strcmp(property->enums[i].name, names[i]));
	}
	drmModeFreeProperty(property);
}

static void test_offered(void)
{
	static const char *const protections[] = {
		"Undesired", "Desired", "Enabled"
	};
	static const char *const types[] = { "HDCP Type0", "HDCP Type1" };
	struct hdcp h = {};
	drmModeResPtr resources;
	int i;

	hdcp_require();
	h.card = mc_card_open();
	igt_assert(mc_caps(h.card).caps & DRM_MIRACAST_CAP_HDCP);
	igt_assert(mc_has_code(h.card, DRM_MIRACAST_CODE_SET_HDCP));
	resources = drmModeGetResources(h.card);
	igt_assert(resources);
	for (i = 0; i < resources->count_connectors; i++) {
		h.connector = resources->connectors[i];
		hdcp_find_properties(&h);
		igt_assert_eq_u64(hdcp_protection(&h), UNDESIRED);
		check_enum(&h, h.protection, protections, 3);
		check_enum(&h, h.type, types, 2);
	}
	drmModeFreeResources(resources);
}

static void test_input(void)
{
	struct drm_miracast_set_hdcp in = {};
	struct hdcp h;

	hdcp_begin(&h);
	mc_expect(hdcp_report_errno(h.ctx->fd, 1, 3, 0), -EINVAL);
	mc_expect(hdcp_report_errno(h.ctx->fd, 1, UINT32_MAX, 0), -EINVAL);
	mc_expect(hdcp_report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_OFF, 1),
		  -EINVAL);
	mc_expect(mc_io_errno(h.ctx->fd, DRM_MIRACAST_CODE_SET_HDCP, &in,
			      sizeof(in) - 4, NULL, 0, NULL), -EINVAL);
	mc_expect(mc_io_errno(h.ctx->fd, DRM_MIRACAST_CODE_SET_HDCP, NULL,
			      sizeof(in), NULL, 0, NULL), -EFAULT);
	hdcp_expect_no_change(&h, UNDESIRED);
	mc_depart(h.ctx);
	mc_expect(hdcp_report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_OFF, 0),
		  -ENOTCONN);
	mc_stop(h.ctx);
	mc_expect(hdcp_report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_OFF, 0),
		  -ENOTCONN);
}

static const struct mc_subtest subtests[] = {
	{ "absent-by-default",
	  "Without the module parameter nothing promises protection.",
	  test_absent },
	{ "offered",
	  "Capability, code and the two properties of every connector.",
	  test_offered },
	{ "input", "SET_HDCP of what does not exist, or without a monitor.",
	  test_input },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_hdcp_wanted);
	mc_subtests(mc_hdcp_lost);
	mc_subtests(mc_hdcp_masters);
}
