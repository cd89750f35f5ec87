// SPDX-License-Identifier: MIT
/*
 * Content protection: what the client wants, what the owner has reached, and
 * when one falls back behind the other. Needs the module parameter hdcp=1.
 */
#include "lib_miracast.h"

IGT_TEST_DESCRIPTION("HDCP between client, driver and owner.");

/* Values of the two properties */
#define UNDESIRED	0
#define DESIRED		1
#define ENABLED		2
#define CONTENT_TYPE_0	0
#define CONTENT_TYPE_1	1

struct hdcp {
	struct mc_scene *scene;
	struct mc_ctx *ctx;
	int card;
	int uevents;
	uint32_t connector;
	uint32_t protection, type;	/* properties */
};

static void require_hdcp(void)
{
	igt_require_f(mc_parameter("hdcp") == 1,
		      "the module was not loaded with hdcp=1\n");
}

static void find_properties(struct hdcp *h)
{
	h->protection = mc_property(h->card, h->connector,
				    DRM_MODE_OBJECT_CONNECTOR,
				    "Content Protection");
	h->type = mc_property(h->card, h->connector, DRM_MODE_OBJECT_CONNECTOR,
			      "HDCP Content Type");
	igt_assert(h->protection && h->type);
}

static int set_errno(struct hdcp *h, uint32_t property, uint64_t value)
{
	return drmModeConnectorSetProperty(h->card, h->connector, property,
					   value) ? -errno : 0;
}

static void set_protection(struct hdcp *h, uint64_t value)
{
	mc_expect(set_errno(h, h->protection, value), 0);
}

static void set_type(struct hdcp *h, uint64_t value)
{
	mc_expect(set_errno(h, h->type, value), 0);
}

static uint64_t protection(struct hdcp *h)
{
	return mc_property_value(h->card, h->connector,
				 DRM_MODE_OBJECT_CONNECTOR,
				 "Content Protection");
}

static int report_errno(int fd, uint32_t state, uint32_t flags)
{
	struct drm_miracast_set_hdcp in = { .state = state, .flags = flags };

	return mc_io_errno(fd, DRM_MIRACAST_SET_HDCP, &in, sizeof(in), NULL, 0,
			   NULL);
}

static void report(struct hdcp *h, uint32_t state)
{
	mc_expect(report_errno(h->ctx->fd, state, 0), 0);
}

static void expect_wanted(struct hdcp *h, uint32_t wanted)
{
	struct mc_message message;

	mc_wait_message(h->ctx, DRM_MIRACAST_MESSAGE_HDCP, &message);
	igt_assert_eq_u32(message.hdcp.wanted, wanted);
	igt_assert_eq_u32(message.hdcp.pad, 0);
	igt_assert_eq_u32(message.event.needs_completion, 0);
}

static bool is_told(struct hdcp *h, int timeout_ms)
{
	struct mc_message message;

	return mc_try_message(h->ctx, DRM_MIRACAST_MESSAGE_HDCP, &message,
			      timeout_ms);
}

/* The kernel changed the property, and said so. */
static void expect_change(struct hdcp *h, uint64_t want)
{
	igt_assert_f(mc_property_event(h->uevents, h->connector, h->protection,
				       MC_TIMEOUT_MS), "no uevent\n");
	igt_assert_eq_u64(protection(h), want);
}

static void expect_no_change(struct hdcp *h, uint64_t want)
{
	igt_assert(!mc_property_event(h->uevents, h->connector, h->protection,
				      MC_QUIET_MS));
	igt_assert_eq_u64(protection(h), want);
}

/* The owner is told of the wish, and fulfils it. */
static void fulfil(struct hdcp *h, uint32_t type)
{
	expect_wanted(h, type);
	igt_assert_eq_u64(protection(h), DESIRED);
	report(h, type);
	expect_change(h, ENABLED);
}

static void begin(struct hdcp *h)
{
	require_hdcp();
	h->uevents = mc_uevents_open();
	h->scene = mc_scene_running(640, 480, 3);
	h->card = h->scene->card;
	h->ctx = h->scene->ctx;
	h->connector = h->ctx->connector;
	find_properties(h);
	set_protection(h, UNDESIRED);
	set_type(h, CONTENT_TYPE_0);
	while (is_told(h, 0))
		;
	mc_uevents_drain(h->uevents);
}

/* The client wants type 0 and has it. */
static void begin_protected(struct hdcp *h)
{
	begin(h);
	set_protection(h, DESIRED);
	fulfil(h, DRM_MIRACAST_HDCP_TYPE0);
}

/* The value outlives the client; the next subtest begins with none. */
static void end(struct hdcp *h)
{
	set_protection(h, UNDESIRED);
	set_type(h, CONTENT_TYPE_0);
}

/* What is offered */

static void test_absent(void)
{
	struct mc_ctx *ctx;
	int card;

	if (mc_parameter("hdcp") == 1)
		mc_module_reload("");
	igt_assert_eq(mc_parameter("hdcp"), 0);
	card = mc_card_open();
	igt_assert(!(mc_caps(card).caps & DRM_MIRACAST_CAP_HDCP));
	igt_assert(!mc_has_code(card, DRM_MIRACAST_SET_HDCP));
	ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	igt_assert(!mc_property(card, ctx->connector, DRM_MODE_OBJECT_CONNECTOR,
				"Content Protection"));
	igt_assert(!mc_property(card, ctx->connector, DRM_MODE_OBJECT_CONNECTOR,
				"HDCP Content Type"));
	mc_expect(report_errno(ctx->fd, DRM_MIRACAST_HDCP_TYPE0, 0),
		  -EOPNOTSUPP);
	mc_ctx_close(ctx);
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

	require_hdcp();
	h.card = mc_card_open();
	igt_assert(mc_caps(h.card).caps & DRM_MIRACAST_CAP_HDCP);
	igt_assert(mc_has_code(h.card, DRM_MIRACAST_SET_HDCP));
	resources = drmModeGetResources(h.card);
	igt_assert(resources);
	for (i = 0; i < resources->count_connectors; i++) {
		h.connector = resources->connectors[i];
		find_properties(&h);
		igt_assert_eq_u64(protection(&h), UNDESIRED);
		check_enum(&h, h.protection, protections, 3);
		check_enum(&h, h.type, types, 2);
	}
	drmModeFreeResources(resources);
}

static void test_input(void)
{
	struct drm_miracast_set_hdcp in = {};
	struct hdcp h;

	begin(&h);
	mc_expect(report_errno(h.ctx->fd, 3, 0), -EINVAL);
	mc_expect(report_errno(h.ctx->fd, UINT32_MAX, 0), -EINVAL);
	mc_expect(report_errno(h.ctx->fd, DRM_MIRACAST_HDCP_OFF, 1), -EINVAL);
	mc_expect(mc_io_errno(h.ctx->fd, DRM_MIRACAST_SET_HDCP, &in,
			      sizeof(in) - 4, NULL, 0, NULL), -EINVAL);
	mc_expect(mc_io_errno(h.ctx->fd, DRM_MIRACAST_SET_HDCP, NULL,
			      sizeof(in), NULL, 0, NULL), -EFAULT);
	expect_no_change(&h, UNDESIRED);
	mc_depart(h.ctx);
	mc_expect(report_errno(h.ctx->fd, DRM_MIRACAST_HDCP_OFF, 0), -ENOTCONN);
	mc_stop(h.ctx);
	mc_expect(report_errno(h.ctx->fd, DRM_MIRACAST_HDCP_OFF, 0), -ENOTCONN);
}

/* Wanted and reached */

static void test_desired(void)
{
	struct mc_chunk chunk;
	struct hdcp h;

	begin_protected(&h);
	/* Pictures go on, and do not change it. */
	mc_show(h.scene->kms, h.scene->fb[1], NULL, 0);
	mc_wait_chunk(h.ctx, &chunk);
	mc_release(h.ctx, &chunk);
	expect_no_change(&h, ENABLED);
	/* Wanting what is there changes nothing. */
	set_protection(&h, DESIRED);
	igt_assert(!is_told(&h, MC_QUIET_MS));
	expect_no_change(&h, ENABLED);

	set_protection(&h, UNDESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_OFF);
	igt_assert_eq_u64(protection(&h), UNDESIRED);
	/* And once more: the old answer does not count. */
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_TYPE0);
	expect_no_change(&h, DESIRED);
	report(&h, DRM_MIRACAST_HDCP_TYPE0);
	expect_change(&h, ENABLED);
	end(&h);
}

static void test_client_cannot_enable(void)
{
	struct hdcp h;

	begin(&h);
	mc_expect(set_errno(&h, h.protection, ENABLED), -EINVAL);
	igt_assert_eq_u64(protection(&h), UNDESIRED);
	set_protection(&h, DESIRED);
	mc_expect(set_errno(&h, h.protection, ENABLED), -EINVAL);
	expect_no_change(&h, DESIRED);
	mc_expect(set_errno(&h, h.protection, 3), -EINVAL);
	end(&h);
}

static void test_not_wanted(void)
{
	struct hdcp h;

	begin(&h);
	report(&h, DRM_MIRACAST_HDCP_TYPE1);
	expect_no_change(&h, UNDESIRED);
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_TYPE0);
	expect_no_change(&h, DESIRED);
	end(&h);
}

static void test_type_1(void)
{
	struct hdcp h;

	begin(&h);
	set_type(&h, CONTENT_TYPE_1);
	igt_assert(!is_told(&h, MC_QUIET_MS));
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_TYPE1);
	report(&h, DRM_MIRACAST_HDCP_TYPE0);
	expect_no_change(&h, DESIRED);
	report(&h, DRM_MIRACAST_HDCP_TYPE1);
	expect_change(&h, ENABLED);
	/* What the owner can no longer keep up. */
	report(&h, DRM_MIRACAST_HDCP_TYPE0);
	expect_change(&h, DESIRED);
	end(&h);
}

static void test_more_than_wanted(void)
{
	struct hdcp h;

	begin(&h);
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_TYPE0);
	report(&h, DRM_MIRACAST_HDCP_TYPE1);
	expect_change(&h, ENABLED);
	report(&h, DRM_MIRACAST_HDCP_TYPE0);
	expect_no_change(&h, ENABLED);
	end(&h);
}

static void test_type_changes(void)
{
	struct hdcp h;

	begin_protected(&h);
	set_type(&h, CONTENT_TYPE_1);
	expect_change(&h, DESIRED);
	fulfil(&h, DRM_MIRACAST_HDCP_TYPE1);
	set_type(&h, CONTENT_TYPE_0);
	expect_change(&h, DESIRED);
	fulfil(&h, DRM_MIRACAST_HDCP_TYPE0);
	end(&h);
}

static void test_messages_are_states(void)
{
	struct hdcp h;
	int i;

	begin(&h);
	for (i = 0; i < 5; i++) {
		set_protection(&h, DESIRED);
		set_protection(&h, UNDESIRED);
	}
	set_type(&h, CONTENT_TYPE_1);
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_TYPE1);
	igt_assert(!is_told(&h, MC_QUIET_MS));
	end(&h);
}

/* A client wanted it before there was an owner to tell. */
static void test_wanted_before_start(void)
{
	struct hdcp h = { .card = mc_card_open() };
	struct mc_kms *kms;
	struct mc_fb *fb;
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);

	require_hdcp();
	h.uevents = mc_uevents_open();
	kms = mc_kms(h.card, 0);
	h.connector = kms->connector;
	find_properties(&h);
	fb = mc_fb(h.card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb);
	set_protection(&h, DESIRED);

	limits.connector_id = h.connector;
	h.ctx = mc_ctx_create(h.card, &limits);
	mc_no_event(h.ctx, MC_QUIET_MS);
	mc_start(h.ctx);
	mc_arrive(h.ctx, 640, 480);
	fulfil(&h, DRM_MIRACAST_HDCP_TYPE0);
	mc_ctx_close(h.ctx);
	expect_change(&h, DESIRED);
	end(&h);
}

/* Lost */

static void test_loss(void)
{
	struct hdcp h;
	int i;

	begin_protected(&h);
	for (i = 0; i < 3; i++) {
		report(&h, DRM_MIRACAST_HDCP_OFF);
		expect_change(&h, DESIRED);
		/* The owner knows it by itself. */
		igt_assert(!is_told(&h, MC_QUIET_MS));
		report(&h, DRM_MIRACAST_HDCP_TYPE0);
		expect_change(&h, ENABLED);
	}
	end(&h);
}

static void test_depart(void)
{
	struct mc_chunk chunk;
	struct hdcp h;

	begin_protected(&h);
	mc_depart(h.ctx);
	expect_change(&h, DESIRED);
	/* The next monitor is told what is still wanted. */
	mc_arrive(h.ctx, 640, 480);
	fulfil(&h, DRM_MIRACAST_HDCP_TYPE0);
	mc_wait_chunk(h.ctx, &chunk);
	mc_release(h.ctx, &chunk);
	end(&h);
}

/* What was wanted of a monitor that is gone is no longer told. */
static void test_depart_unread(void)
{
	struct hdcp h;

	begin(&h);
	set_protection(&h, DESIRED);
	mc_depart(h.ctx);
	igt_assert(!is_told(&h, MC_QUIET_MS));
	end(&h);
}

static void test_replaced(void)
{
	struct hdcp h;

	begin_protected(&h);
	mc_arrive(h.ctx, 640, 480);
	expect_change(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_TYPE0);
	end(&h);
}

static void test_stop(void)
{
	struct mc_message message;
	struct hdcp h;

	begin_protected(&h);
	mc_stop(h.ctx);
	expect_change(&h, DESIRED);
	mc_wait_message(h.ctx, DRM_MIRACAST_MESSAGE_STOPPED, &message);
	mc_no_event(h.ctx, MC_QUIET_MS);
	end(&h);
}

static void test_destroy(void)
{
	struct hdcp h;

	begin_protected(&h);
	mc_expect(mc_destroy_errno(h.ctx->fd), 0);
	expect_change(&h, DESIRED);
	end(&h);
}

static void test_crtc_off(void)
{
	struct mc_commit off = { .active = -1 }, on = { .active = 1 };
	struct hdcp h;

	begin_protected(&h);
	mc_expect(mc_commit_errno(h.scene->kms, &off), 0);
	expect_change(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_OFF);
	mc_expect(mc_commit_errno(h.scene->kms, &on), 0);
	fulfil(&h, DRM_MIRACAST_HDCP_TYPE0);
	end(&h);
}

static void test_mode_set(void)
{
	struct mc_message message;
	drmModeModeInfo mode;
	struct hdcp h;

	begin_protected(&h);
	mode = mc_make_mode(640, 480, 50000);
	mc_light(h.scene->kms, &mode, h.scene->fb[0]);
	/* Not over a mode set: the owner authenticates for the new one. */
	expect_change(&h, DESIRED);
	mc_wait_message(h.ctx, DRM_MIRACAST_MESSAGE_MODE_SET, &message);
	mc_expect(mc_complete_errno(h.ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	expect_wanted(&h, DRM_MIRACAST_HDCP_TYPE0);
	expect_no_change(&h, DESIRED);
	report(&h, DRM_MIRACAST_HDCP_TYPE0);
	expect_change(&h, ENABLED);
	end(&h);
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

	limits.connector_id = owner->connector;
	h.ctx = mc_ctx_create(h.card, &limits);
	mc_close(h.card);
	mc_start(h.ctx);
	mc_arrive(h.ctx, 640, 480);
	igt_assert_eq(write(owner->report, "a", 1), 1);
	expect_wanted(&h, DRM_MIRACAST_HDCP_TYPE0);
	report(&h, DRM_MIRACAST_HDCP_TYPE0);
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

	require_hdcp();
	h.uevents = mc_uevents_open();
	kms = mc_kms(h.card, 0);
	h.connector = kms->connector;
	find_properties(&h);
	fb = mc_fb(h.card, 640, 480, DRM_FORMAT_XRGB8888);
	igt_assert_eq(pipe(ends), 0);
	mc_keep(ends[0]);
	mc_keep(ends[1]);
	owner = (struct owner) { h.connector, ends[1] };
	pid = mc_fork(own_protected, &owner);
	igt_assert_eq(read(ends[0], &byte, 1), 1);
	mc_light(kms, &mode, fb);
	set_protection(&h, DESIRED);
	expect_change(&h, ENABLED);
	mc_kill(pid);
	expect_change(&h, DESIRED);
	end(&h);
}

static void test_unplug(void)
{
	struct hdcp h;

	begin_protected(&h);
	mc_unbind();
	mc_expect(report_errno(h.ctx->fd, DRM_MIRACAST_HDCP_OFF, 0), -ENODEV);
}

static void test_other_target(void)
{
	struct hdcp h, other;

	begin_protected(&h);
	igt_require(mc_caps(h.card).targets_total > 1);
	other = h;
	other.scene = mc_scene_on(h.card, 640, 480, 2);
	other.ctx = other.scene->ctx;
	other.connector = other.ctx->connector;
	igt_assert_eq_u64(protection(&other), UNDESIRED);
	set_protection(&other, DESIRED);
	expect_wanted(&other, DRM_MIRACAST_HDCP_TYPE0);
	igt_assert(!is_told(&h, MC_QUIET_MS));
	igt_assert_eq_u64(protection(&h), ENABLED);
	igt_assert_eq_u64(protection(&other), DESIRED);
	mc_ctx_close(other.ctx);
	expect_no_change(&h, ENABLED);
	end(&other);
	end(&h);
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
	{ "desired",
	  "What the client wants is told; what the owner reached shows, with a uevent.",
	  test_desired },
	{ "client-cannot-enable", "Clients can want protection, not claim it.",
	  test_client_cannot_enable },
	{ "not-wanted",
	  "What the owner reached before it was wanted does not count.",
	  test_not_wanted },
	{ "type-1", "Type 1 is not reached by type 0.", test_type_1 },
	{ "more-than-wanted", "Type 1 is good enough for type 0.",
	  test_more_than_wanted },
	{ "type-changes", "Another content type has to be reached anew.",
	  test_type_changes },
	{ "messages-are-states", "Of several wishes the owner reads the last.",
	  test_messages_are_states },
	{ "wanted-before-start",
	  "What was wanted before the owner came is told when it has a monitor.",
	  test_wanted_before_start },
	{ "loss",
	  "When authentication is lost the property falls back, with a uevent.",
	  test_loss },
	{ "depart",
	  "So it does when the monitor departs; the next one is told the wish.",
	  test_depart },
	{ "depart-unread", "What is wanted of one monitor is not told of the next.",
	  test_depart_unread },
	{ "replaced", "So it does when another monitor replaces it.",
	  test_replaced },
	{ "stop", "So it does when the session ends.", test_stop },
	{ "destroy", "So it does when the context is destroyed.",
	  test_destroy },
	{ "kill", "So it does when the owner is killed.", test_kill },
	{ "crtc-off",
	  "So it does when the screen is turned off; turned on, the wish is told again.",
	  test_crtc_off },
	{ "mode-set", "A new mode is authenticated anew.", test_mode_set },
	{ "unplug", "Protection does not outlive the device.", test_unplug },
	{ "other-target", "Each connector has its own.", test_other_target },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
}
