// SPDX-License-Identifier: MIT
/*
 * Content protection: what the client wants, what the owner has reached, and
 * when one falls back behind the other. Needs the module parameter hdcp=1.
 */
#include "lib_miracast_masters.h"
#include "lib_miracast_points.h"

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
	uint64_t number;		/* of the last message */
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

static int report_errno(int fd, uint64_t number, uint32_t state,
			uint32_t flags)
{
	struct drm_miracast_set_hdcp in = {
		.number = number, .state = state, .flags = flags,
	};

	return mc_io_errno(fd, DRM_MIRACAST_CODE_SET_HDCP, &in, sizeof(in),
			   NULL, 0, NULL);
}

static void report(struct hdcp *h, uint32_t state)
{
	mc_expect(report_errno(h->ctx->fd, h->number, state, 0), 0);
}

/* What the owner was asked before no longer counts. */
static void expect_stale(struct hdcp *h, uint64_t number)
{
	mc_expect(report_errno(h->ctx->fd, number,
			       DRM_MIRACAST_HDCP_STATE_TYPE1, 0), -ESTALE);
}

static void expect_wanted(struct hdcp *h, uint32_t wanted)
{
	struct mc_message message;

	mc_wait_message(h->ctx, DRM_MIRACAST_MSG_HDCP, &message);
	igt_assert_eq_u32(message.hdcp.wanted, wanted);
	igt_assert_eq_u32(message.hdcp.pad, 0);
	igt_assert_eq_u32(message.event.needs_completion, 0);
	h->number = message.event.number;
}

static bool is_told(struct hdcp *h, int timeout_ms)
{
	struct mc_message message;

	return mc_try_message(h->ctx, DRM_MIRACAST_MSG_HDCP, &message,
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

static struct mc_scene *scene_on(int card, bool may_protect)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct mc_scene *scene;

	if (may_protect)
		limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	scene = mc_scene_with(card, &limits, 60000);
	mc_scene_run(scene);
	return scene;
}

/* From a screen that the owner gets. */
static void begin_on(struct hdcp *h, struct mc_ctx *ctx)
{
	h->number = 0;
	h->ctx = ctx;
	h->connector = ctx->connector;
	find_properties(h);
	set_protection(h, UNDESIRED);
	set_type(h, CONTENT_TYPE_0);
	while (is_told(h, 0))
		;
	mc_uevents_drain(h->uevents);
}

static void begin(struct hdcp *h)
{
	require_hdcp();
	h->uevents = mc_uevents_open();
	h->card = mc_card_open();
	h->scene = scene_on(h->card, true);
	begin_on(h, h->scene->ctx);
}

/* The client wants type 0 and has it. */
static void begin_protected(struct hdcp *h)
{
	begin(h);
	set_protection(h, DESIRED);
	fulfil(h, DRM_MIRACAST_HDCP_STATE_TYPE0);
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
	mc_expect(report_errno(ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_TYPE0, 0),
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

	require_hdcp();
	h.card = mc_card_open();
	igt_assert(mc_caps(h.card).caps & DRM_MIRACAST_CAP_HDCP);
	igt_assert(mc_has_code(h.card, DRM_MIRACAST_CODE_SET_HDCP));
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
	mc_expect(report_errno(h.ctx->fd, 1, 3, 0), -EINVAL);
	mc_expect(report_errno(h.ctx->fd, 1, UINT32_MAX, 0), -EINVAL);
	mc_expect(report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_OFF, 1),
		  -EINVAL);
	mc_expect(mc_io_errno(h.ctx->fd, DRM_MIRACAST_CODE_SET_HDCP, &in,
			      sizeof(in) - 4, NULL, 0, NULL), -EINVAL);
	mc_expect(mc_io_errno(h.ctx->fd, DRM_MIRACAST_CODE_SET_HDCP, NULL,
			      sizeof(in), NULL, 0, NULL), -EFAULT);
	expect_no_change(&h, UNDESIRED);
	mc_depart(h.ctx);
	mc_expect(report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_OFF, 0),
		  -ENOTCONN);
	mc_stop(h.ctx);
	mc_expect(report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_OFF, 0),
		  -ENOTCONN);
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
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	igt_assert_eq_u64(protection(&h), UNDESIRED);
	/* And once more: the old answer does not count. */
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	expect_no_change(&h, DESIRED);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
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

/* Before it is wanted there is nothing to answer. */
static void test_not_wanted(void)
{
	uint64_t numbers[] = { 0, 1, UINT64_MAX };
	unsigned int i;
	struct hdcp h;

	begin(&h);
	/* The first is no message, the next one of another code, the last unknown. */
	numbers[1] = h.scene->mode_set.event.number;
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		mc_expect_f(report_errno(h.ctx->fd, numbers[i],
					 DRM_MIRACAST_HDCP_STATE_TYPE1, 0),
			    -ENOENT, "number %u", i);
	expect_no_change(&h, UNDESIRED);
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		mc_expect_f(report_errno(h.ctx->fd, numbers[i],
					 DRM_MIRACAST_HDCP_STATE_TYPE1, 0),
			    -ENOENT, "number %u", i);
	expect_no_change(&h, DESIRED);
	/* Not any more: that can be answered, and enables nothing. */
	set_protection(&h, UNDESIRED);
	expect_stale(&h, h.number);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	expect_no_change(&h, UNDESIRED);
	end(&h);
}

/* The answer to what was wanted before a mode set comes after it. */
static void test_late(void)
{
	drmModeModeInfo mode = mc_make_mode(640, 480, 50000);
	struct hdcp h;
	uint64_t old;

	begin(&h);
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	/* The owner authenticates; meanwhile: */
	mc_light(h.scene->kms, &mode, h.scene->fb[0]);
	expect_stale(&h, h.number);
	expect_no_change(&h, DESIRED);
	/* It is asked anew. */
	mc_complete_mode(h.ctx, NULL);
	old = h.number;
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	igt_assert_lt_u64(old, h.number);
	expect_stale(&h, old);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	expect_change(&h, ENABLED);

	/* Other wishes, and other sinks, supersede it as well. */
	old = h.number;
	set_type(&h, CONTENT_TYPE_1);
	expect_change(&h, DESIRED);
	expect_stale(&h, old);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	mc_arrive(h.ctx, 800, 600);
	expect_stale(&h, h.number);
	mc_stop(h.ctx);
	mc_start(h.ctx);
	mc_arrive(h.ctx, 640, 480);
	expect_stale(&h, h.number);
	end(&h);
}

/* A context that was made without the right to it. */
static void test_no_right(void)
{
	struct hdcp h = { .card = mc_card_open() };

	require_hdcp();
	h.uevents = mc_uevents_open();
	h.scene = scene_on(h.card, false);
	h.ctx = h.scene->ctx;
	h.connector = h.ctx->connector;
	find_properties(&h);
	set_protection(&h, DESIRED);
	/* The client may want it, but nobody is asked, and nobody answers. */
	igt_assert(!is_told(&h, MC_QUIET_MS));
	mc_expect(report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_TYPE0, 0),
		  -EOPNOTSUPP);
	mc_expect(report_errno(h.ctx->fd, 0, DRM_MIRACAST_HDCP_STATE_OFF, 0),
		  -EOPNOTSUPP);
	expect_no_change(&h, DESIRED);
	mc_depart(h.ctx);
	mc_expect(report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_TYPE0, 0),
		  -EOPNOTSUPP);
	end(&h);
}

static void test_type_1(void)
{
	struct hdcp h;

	begin(&h);
	set_type(&h, CONTENT_TYPE_1);
	igt_assert(!is_told(&h, MC_QUIET_MS));
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	expect_no_change(&h, DESIRED);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	expect_change(&h, ENABLED);
	/* What the owner can no longer keep up. */
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	expect_change(&h, DESIRED);
	end(&h);
}

static void test_more_than_wanted(void)
{
	struct hdcp h;

	begin(&h);
	set_protection(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	expect_change(&h, ENABLED);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	expect_no_change(&h, ENABLED);
	end(&h);
}

static void test_type_changes(void)
{
	struct hdcp h;

	begin_protected(&h);
	set_type(&h, CONTENT_TYPE_1);
	expect_change(&h, DESIRED);
	fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	set_type(&h, CONTENT_TYPE_0);
	expect_change(&h, DESIRED);
	fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
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
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
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

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
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
	fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
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
		report(&h, DRM_MIRACAST_HDCP_STATE_OFF);
		expect_change(&h, DESIRED);
		/* The owner knows it by itself. */
		igt_assert(!is_told(&h, MC_QUIET_MS));
		report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
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
	fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
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
	/* The same once more changes nothing. */
	mc_arrive(h.ctx, 640, 480);
	expect_no_change(&h, ENABLED);
	mc_arrive_modes(h.ctx, NULL, 0);
	expect_change(&h, DESIRED);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	end(&h);
}

static void test_stop(void)
{
	struct mc_message message;
	struct hdcp h;

	begin_protected(&h);
	mc_stop(h.ctx);
	expect_change(&h, DESIRED);
	mc_wait_message(h.ctx, DRM_MIRACAST_MSG_STOPPED, &message);
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
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	mc_expect(mc_commit_errno(h.scene->kms, &on), 0);
	fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
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
	mc_wait_message(h.ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(mc_complete_errno(h.ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	expect_no_change(&h, DESIRED);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
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

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	limits.connector_id = owner->connector;
	h.ctx = mc_ctx_create(h.card, &limits);
	mc_close(h.card);
	mc_start(h.ctx);
	mc_arrive(h.ctx, 640, 480);
	igt_assert_eq(write(owner->report, "a", 1), 1);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
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
	mc_expect(report_errno(h.ctx->fd, 1, DRM_MIRACAST_HDCP_STATE_OFF, 0),
		  -ENODEV);
}

static void test_other_target(void)
{
	struct hdcp h, other;

	begin_protected(&h);
	igt_require(mc_caps(h.card).targets_total > 1);
	other = h;
	other.scene = scene_on(h.card, true);
	other.ctx = other.scene->ctx;
	other.connector = other.ctx->connector;
	igt_assert_eq_u64(protection(&other), UNDESIRED);
	set_protection(&other, DESIRED);
	expect_wanted(&other, DRM_MIRACAST_HDCP_STATE_TYPE0);
	igt_assert(!is_told(&h, MC_QUIET_MS));
	igt_assert_eq_u64(protection(&h), ENABLED);
	igt_assert_eq_u64(protection(&other), DESIRED);
	mc_ctx_close(other.ctx);
	expect_no_change(&h, ENABLED);
	end(&other);
	end(&h);
}

/* Another master has the device, and commits, at first without setting a mode. */
static void test_other_master(void)
{
	struct hdcp h, other;
	struct mc_kms *kms;
	struct mc_fb *fb;

	begin_protected(&h);
	other = h;
	other.card = mc_card_open();
	/* Nothing protects its screen; that of the first is still protected. */
	mc_switch_master(h.card, other.card);
	expect_change(&h, DESIRED);
	mc_switch_master(other.card, h.card);
	expect_change(&h, ENABLED);
	igt_assert(!is_told(&h, MC_QUIET_MS));

	/* Its wishes do not reach the owner, nor do the owner's answers reach it. */
	mc_switch_master(h.card, other.card);
	expect_change(&h, DESIRED);
	set_protection(&other, UNDESIRED);
	set_type(&other, CONTENT_TYPE_1);
	set_protection(&other, DESIRED);
	igt_assert(!is_told(&h, MC_QUIET_MS));
	report(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	report(&h, DRM_MIRACAST_HDCP_STATE_TYPE1);
	expect_no_change(&h, DESIRED);

	/* The first finds the property as it is. */
	set_type(&other, CONTENT_TYPE_0);
	set_protection(&other, UNDESIRED);
	mc_switch_master(other.card, h.card);
	expect_wanted(&h, DRM_MIRACAST_HDCP_STATE_OFF);
	igt_assert_eq_u64(protection(&h), UNDESIRED);
	set_protection(&h, DESIRED);
	fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);

	/* The screen went off and on meanwhile: what was reached is lost. */
	mc_switch_master(h.card, other.card);
	expect_change(&h, DESIRED);
	kms = mc_kms(other.card, h.connector);
	fb = mc_fb(other.card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_light(kms, &h.scene->kms->mode, fb);
	mc_off(kms);
	igt_assert(!is_told(&h, MC_QUIET_MS));
	expect_stale(&h, h.number);
	mc_switch_master(other.card, h.card);
	mc_light(h.scene->kms, &h.scene->kms->mode, h.scene->fb[0]);
	fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);
	end(&h);
}

static void light(int card, struct mc_ctx *ctx)
{
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);

	mc_light(mc_kms(card, ctx->connector), &mode,
		 mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888));
}

/* What was reached for one master's screen is not so for the next one's. */
static void test_pinned_to_another(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct hdcp h, other;
	struct mc_controlled c;

	require_hdcp();
	h.uevents = mc_uevents_open();
	h.card = mc_card_open();
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	mc_controlled(&c, h.card, &limits);
	light(h.card, c.ctx);
	mc_complete_mode(c.ctx, NULL);
	begin_on(&h, c.ctx);
	set_protection(&h, DESIRED);
	fulfil(&h, DRM_MIRACAST_HDCP_STATE_TYPE0);

	other = h;
	other.card = mc_card_open();
	mc_switch_master(h.card, other.card);
	expect_change(&h, DESIRED);
	mc_expect(mc_pin_errno(c.control, mc_query(c.control).current_master),
		  0);
	expect_no_change(&other, DESIRED);
	expect_stale(&other, other.number);
	light(other.card, c.ctx);
	fulfil(&other, DRM_MIRACAST_HDCP_STATE_TYPE0);

	/* Pinned to nobody, no screen is protected. */
	mc_expect(mc_pin_errno(c.control, 0), 0);
	expect_change(&other, DESIRED);
	end(&other);
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

	require_hdcp();
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	h.card = scene->card;
	h.connector = scene->ctx->connector;
	find_properties(&h);
	set_protection(&h, DESIRED);
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
	{ "other-master",
	  "What a master wants whose screen is not the owner's does not concern the owner.",
	  test_other_master },
	{ "pinned-to-another",
	  "What was reached for one master's screen is lost when the context gets another.",
	  test_pinned_to_another },
	{ "traced", "SET_HDCP is in the trace.", test_traced },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
}
