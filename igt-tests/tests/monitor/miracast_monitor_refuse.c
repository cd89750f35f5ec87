// SPDX-License-Identifier: MIT
/*
 * Modes that the sink or the encoder refuses: the client is informed by KMS' link status,
 * and by a new hot-plug when it does not react.
 */
#include "miracast_monitor.h"

static const struct drm_miracast_mode two_modes[] = {
	{ .width = 1280, .height = 720, .refresh_mhz = 60000,
	  .flags = DRM_MIRACAST_MODE_FLAG_PREFERRED },
	{ .width = 800, .height = 600, .refresh_mhz = 60000 },
};

struct refusal {
	int card;
	int uevents;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *big, *small;
	drmModeModeInfo big_mode, small_mode;
	struct mc_message message;
};

/* More than the 200 ms that who has looked gets to act, and less than two seconds. */
#define SOON_NS	1200000000

static uint64_t link_status(struct refusal *r)
{
	return mc_property_value(r->card, r->kms->connector,
				 DRM_MODE_OBJECT_CONNECTOR, "link-status");
}

static void wait_link_status(struct refusal *r, uint64_t want)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;

	while (link_status(r) != want && mc_now_ns() < end)
		usleep(20000);
	igt_assert_eq_u64(link_status(r), want);
}

/* Without a look at the connector: who has looked is not waited for as long. */
static void light_big(struct refusal *r)
{
	mc_light(r->kms, &r->big_mode, r->big);
}

static void light_small(struct refusal *r)
{
	mc_light(r->kms, &r->small_mode, r->small);
}

/* One look at the connector: whether it offers these modes of 60 Hz. */
static void expect_offers(struct refusal *r, bool big, bool small, bool base)
{
	drmModeConnector *info = mc_connector(r->card, r->kms->connector);
	bool got_big = false, got_small = false, got_base = false;
	int i;

	for (i = 0; i < info->count_modes; i++) {
		got_big |= info->modes[i].hdisplay == 1280;
		got_small |= info->modes[i].hdisplay == 800;
		got_base |= info->modes[i].hdisplay == 640;
	}
	drmModeFreeConnector(info);
	igt_assert_eq(got_big, big);
	igt_assert_eq(got_small, small);
	igt_assert_eq(got_base, base);
}

/* It has looked, and that is no reason for the monitor to go. */
static void expect_peace(struct refusal *r)
{
	while (mc_hotplug(r->uevents, 500))
		;
	expect_offers(r, false, true, true);
	igt_assert(!mc_hotplug(r->uevents, 1000));
	igt_assert(mc_connected(r->card, r->kms->connector));
}

/* The client set 1280x720 and the owner said no. */
static void refuse(struct refusal *r)
{
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 2);

	r->uevents = mc_uevents_open();
	r->card = mc_card_open();
	r->ctx = mc_ctx_create(r->card, &limits);
	r->kms = mc_kms(r->card, r->ctx->connector);
	r->big = mc_fb(r->card, 1280, 720, DRM_FORMAT_XRGB8888);
	r->small = mc_fb(r->card, 800, 600, DRM_FORMAT_XRGB8888);
	mc_start(r->ctx);
	mc_arrive_modes(r->ctx, two_modes, ARRAY_SIZE(two_modes));
	igt_assert(mc_find_mode(r->card, r->kms->connector, 1280, 720, 60000,
				&r->big_mode));
	igt_assert(mc_find_mode(r->card, r->kms->connector, 800, 600, 60000,
				&r->small_mode));
	light_big(r);
	igt_assert_eq_u64(link_status(r), DRM_MODE_LINK_STATUS_GOOD);
	mc_wait_message(r->ctx, DRM_MIRACAST_MSG_MODE_SET, &r->message);
	mc_uevents_drain(r->uevents);
	mc_expect(mc_complete_errno(r->ctx->fd, r->message.event.number,
				    DRM_MIRACAST_COMPLETION_REFUSED), 0);
}

static void test_refused(void)
{
	struct refusal r;

	refuse(&r);
	igt_assert(mc_hotplug(r.uevents, MC_TIMEOUT_MS));
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	expect_offers(&r, false, true, true);
	igt_assert_eq_u32(mc_state(r.ctx), DRM_MIRACAST_STATE_MONITOR);
	/* The client is not punished: its flips complete, unseen. */
	mc_show(r.kms, r.big, NULL, 0);
	mc_show(r.kms, r.big, NULL, 0);
	mc_no_chunk(r.ctx, MC_QUIET_MS);
	mc_expect(mc_complete_errno(r.ctx->fd, r.message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS),
		  -EALREADY);
	mc_ctx_close(r.ctx);
}

static void test_client_reacts(void)
{
	struct refusal r;
	struct mc_chunk chunk;

	refuse(&r);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	light_small(&r);
	mc_complete_mode(r.ctx, NULL);
	mc_wait_chunk(r.ctx, &chunk);
	igt_assert_eq_u32(chunk.event.width, 800);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	mc_release(r.ctx, &chunk);

	/* Well past the two seconds nothing else happens. */
	mc_uevents_drain(r.uevents);
	igt_assert(!mc_hotplug(r.uevents, 5000));
	igt_assert(mc_connected(r.card, r.kms->connector));
	expect_peace(&r);
	mc_show(r.kms, r.small, NULL, 0);
	mc_wait_chunk(r.ctx, &chunk);
	mc_release(r.ctx, &chunk);
	mc_ctx_close(r.ctx);
}

static void test_client_ignores(void)
{
	struct refusal r;
	struct mc_chunk chunk;
	int uevents = 0;

	refuse(&r);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	/* A client that does not know link-status gets a new monitor. */
	wait_link_status(&r, DRM_MODE_LINK_STATUS_GOOD);
	mc_wait_status(r.card, r.kms->connector, DRM_MODE_CONNECTED);
	while (mc_hotplug(r.uevents, 1000))
		uevents++;
	/* Bad link, departure, arrival. */
	igt_assert_lte(3, uevents);
	expect_peace(&r);
	igt_assert_eq_u32(mc_state(r.ctx), DRM_MIRACAST_STATE_MONITOR);
	mc_no_chunk(r.ctx, MC_QUIET_MS);

	light_small(&r);
	mc_complete_mode(r.ctx, NULL);
	mc_wait_chunk(r.ctx, &chunk);
	igt_assert_eq_u32(chunk.event.width, 800);
	mc_release(r.ctx, &chunk);
	mc_ctx_close(r.ctx);
}

/* Who has looked and does nothing knows no link-status: that is not waited for. */
static void test_client_looks(void)
{
	struct refusal r;
	uint64_t looked;

	refuse(&r);
	igt_assert(mc_hotplug(r.uevents, MC_TIMEOUT_MS));
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	looked = mc_now_ns();
	expect_offers(&r, false, true, true);
	mc_wait_status(r.card, r.kms->connector, DRM_MODE_DISCONNECTED);
	igt_assert_lt_u64(mc_now_ns(), looked + SOON_NS);

	/* The same with a CRTC that it leaves on. */
	igt_assert(mc_hotplug(r.uevents, MC_TIMEOUT_MS));
	looked = mc_now_ns();
	igt_assert(!mc_connected(r.card, r.kms->connector));
	mc_wait_status(r.card, r.kms->connector, DRM_MODE_CONNECTED);
	igt_assert_lt_u64(mc_now_ns(), looked + SOON_NS);
	expect_peace(&r);
	mc_ctx_close(r.ctx);
}

/* Looking all the time does not keep the monitor away. */
static void test_client_stares(void)
{
	struct refusal r;
	uint64_t looked;

	refuse(&r);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	mc_wait_status(r.card, r.kms->connector, DRM_MODE_DISCONNECTED);
	looked = mc_now_ns();
	while (!mc_connected(r.card, r.kms->connector)) {
		igt_assert_lt_u64(mc_now_ns(), looked + SOON_NS);
		usleep(20000);
	}
	mc_ctx_close(r.ctx);
}

/* The device counts arrivals, and this is its first. */
static void test_first_refused(void)
{
	mc_module_reload("");
	test_client_ignores();
}

/* One that turns the screen off when the monitor goes need not wait for it. */
static void test_client_turns_off(void)
{
	struct refusal r;
	uint64_t gone;

	refuse(&r);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	mc_wait_status(r.card, r.kms->connector, DRM_MODE_DISCONNECTED);
	gone = mc_now_ns();
	mc_off(r.kms);
	mc_wait_status(r.card, r.kms->connector, DRM_MODE_CONNECTED);
	igt_assert_lt_u64(mc_now_ns(), gone + 1800000000);
	expect_offers(&r, false, true, true);
	mc_ctx_close(r.ctx);
}

static void test_departs_when_refused(void)
{
	struct refusal r;

	refuse(&r);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	mc_depart(r.ctx);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_GOOD);
	mc_uevents_drain(r.uevents);
	/* The owner's departure stands; nothing comes back by itself. */
	igt_assert(!mc_hotplug(r.uevents, 5000));
	igt_assert(!mc_connected(r.card, r.kms->connector));
	mc_ctx_close(r.ctx);
}

static void test_stopped_when_refused(void)
{
	struct refusal r;

	refuse(&r);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	mc_ctx_close(r.ctx);
	mc_uevents_drain(r.uevents);
	igt_assert(!mc_hotplug(r.uevents, 5000));
	igt_assert(!mc_connected(r.card, r.kms->connector));
	wait_link_status(&r, DRM_MODE_LINK_STATUS_GOOD);
}

static void test_replaced_when_refused(void)
{
	struct refusal r;
	struct mc_chunk chunk;

	refuse(&r);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	/* Modes that the old monitor refused are offered for a new one. */
	mc_arrive_modes(r.ctx, two_modes, ARRAY_SIZE(two_modes));
	mc_wait_connected(r.card, r.kms->connector, true);
	/* Nor is its link bad, before any mode is set for it. */
	wait_link_status(&r, DRM_MODE_LINK_STATUS_GOOD);
	expect_offers(&r, true, true, true);
	light_big(&r);
	mc_complete_mode(r.ctx, NULL);
	mc_wait_chunk(r.ctx, &chunk);
	igt_assert_eq_u32(chunk.event.width, 1280);
	mc_release(r.ctx, &chunk);
	mc_ctx_close(r.ctx);
}

static void test_all_refused(void)
{
	struct refusal r;
	struct mc_message message;

	refuse(&r);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	light_small(&r);
	mc_wait_message(r.ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(mc_complete_errno(r.ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_REFUSED), 0);
	wait_link_status(&r, DRM_MODE_LINK_STATUS_BAD);
	/* The mode of every sink stays, whatever the owner says. */
	expect_offers(&r, false, false, true);
	mc_ctx_close(r.ctx);
}

#define MANY 100

static void refuse_next(struct mc_ctx *ctx)
{
	struct mc_message message;

	mc_wait_message(ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(mc_complete_errno(ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_REFUSED), 0);
}

static int count_modes(int card, uint32_t connector)
{
	drmModeConnector *info = mc_connector(card, connector);
	int count = info->count_modes;

	drmModeFreeConnector(info);
	return count;
}

/*
 * One look at the connector. Return: how many modes it offers; @mode: the one of this
 * width, if it does.
 */
static int look_for(int card, uint32_t connector, int width, drmModeModeInfo *mode)
{
	drmModeConnector *info = mc_connector(card, connector);
	int count = info->count_modes, i;

	for (i = 0; i < count; i++) {
		igt_assert_neq(info->modes[i].hdisplay, 1280);
		if (info->modes[i].hdisplay == width)
			*mode = info->modes[i];
	}
	drmModeFreeConnector(info);
	return count;
}

/* Whatever the client tries, an encoder that can do nothing has the last word. */
static void test_many_refused(void)
{
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 2);
	int card = mc_card_open(), uevents = mc_uevents_open(), i;
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct mc_fb *fb = mc_fb(card, 1280, 720, DRM_FORMAT_XRGB8888);
	struct drm_miracast_mode modes[MANY];
	struct mc_message message;
	drmModeModeInfo mode, next;
	int left = MANY + 1;

	for (i = 0; i < MANY; i++)
		modes[i] = (struct drm_miracast_mode) {
			.width = 1280 - 2 * i, .height = 720,
			.refresh_mhz = 60000,
			.flags = i ? 0 : DRM_MIRACAST_MODE_FLAG_PREFERRED,
		};
	mc_start(ctx);
	mc_arrive_modes(ctx, modes, MANY);
	igt_assert_eq(count_modes(card, ctx->connector), MANY + 1);
	igt_assert(mc_find_mode(card, ctx->connector, 1280, 720, 60000, &next));
	for (i = 0; left > 1; i++) {
		igt_assert_lt(i, MANY);
		igt_assert_f(next.hdisplay == modes[i].width,
			     "mode %d is not offered\n", i);
		mc_light(kms, &next, fb);
		refuse_next(ctx);
		/* Not one of those that were refused comes back. */
		left = look_for(card, ctx->connector, 1280 - 2 * (i + 1), &next);
		igt_assert_lte(left, MANY - i);
	}
	igt_info("%d refusals leave the base mode\n", i);
	igt_assert(mc_find_mode(card, ctx->connector, 640, 480, 60000, &mode));

	/* That one is refused as well: once said, nothing more happens. */
	for (i = 0; i < 3; i++) {
		mc_light(kms, &mode, fb);
		refuse_next(ctx);
		mc_off(kms);
	}
	mc_light(kms, &mode, fb);
	refuse_next(ctx);
	while (mc_hotplug(uevents, 1000))
		;
	igt_assert(!mc_hotplug(uevents, 5000));
	igt_assert(mc_connected(card, ctx->connector));
	igt_assert_eq(count_modes(card, ctx->connector), 1);
	igt_assert(!mc_try_message(ctx, DRM_MIRACAST_MSG_MODE_SET, &message,
				   0));
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_monitor_refuse[] = {
	{ "refused",
	  "A refused mode leaves the list, the link turns bad, flips go on.",
	  test_refused },
	{ "refused-client-reacts",
	  "When the client sets another mode nothing more happens.",
	  test_client_reacts },
	{ "refused-client-ignores",
	  "A client that does nothing gets the monitor anew, without the mode.",
	  test_client_ignores },
	{ "refused-client-looks",
	  "A client that looks and does nothing is not waited for.",
	  test_client_looks },
	{ "refused-client-stares",
	  "One that does not stop looking gets the monitor as soon.",
	  test_client_stares },
	{ "refused-first",
	  "The same with the first monitor since the module was loaded.",
	  test_first_refused },
	{ "refused-client-turns-off",
	  "When it turns the screen off the monitor comes back at once.",
	  test_client_turns_off },
	{ "refused-departs",
	  "A monitor that departs after a refusal stays away, the link good.",
	  test_departs_when_refused },
	{ "refused-closed",
	  "Nothing of a refusal outlives the context.",
	  test_stopped_when_refused },
	{ "refused-replaced",
	  "A new arrival ends the refusal.", test_replaced_when_refused },
	{ "refused-all",
	  "640x480 stays even when everything is refused.",
	  test_all_refused },
	{ "refused-many",
	  "No refusal is forgotten; in the end there is the base mode, and no cycle.",
	  test_many_refused },
	{}
};
