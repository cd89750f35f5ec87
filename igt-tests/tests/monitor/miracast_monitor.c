// SPDX-License-Identifier: MIT
/*
 * Monitors that arrive, are replaced and depart; and functions that all parts of this test
 * use.
 */
#include "lib_miracast_masters.h"
#include "miracast_monitor.h"

IGT_TEST_DESCRIPTION("Arrival and departure of a sink's monitor.");

static uint8_t edid[MC_EDID_MAX + 2 * MC_EDID_BLOCK];

struct mc_ctx *mc_monitor_session(int card, uint32_t width, uint32_t height)
{
	struct drm_miracast_create_context limits = mc_limits(width, height, 2);
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);

	mc_start(ctx);
	return ctx;
}

bool mc_monitor_offers(int card, struct mc_ctx *ctx, uint32_t width,
		       uint32_t height, uint32_t mhz)
{
	return mc_find_mode(card, ctx->connector, width, height, mhz, NULL);
}

bool mc_monitor_has_edid(int card, struct mc_ctx *ctx, const uint8_t *edid,
			 size_t size)
{
	size_t got_size;
	uint8_t *got;
	bool same;

	drmModeFreeConnector(mc_connector(card, ctx->connector));
	got = mc_property_blob(card, ctx->connector, DRM_MODE_OBJECT_CONNECTOR,
			       "EDID", &got_size);
	same = got_size == size && (!size || !memcmp(got, edid, size));
	free(got);
	return same;
}

int mc_monitor_count_modes(int card, struct mc_ctx *ctx)
{
	drmModeConnector *connector = mc_connector(card, ctx->connector);
	int count = connector->count_modes;

	drmModeFreeConnector(connector);
	return count;
}

const struct drm_miracast_mode mc_several_modes[MC_SEVERAL_MODES] = {
	{ .width = 800, .height = 600, .refresh_mhz = 60000 },
	{ .width = 1280, .height = 720, .refresh_mhz = 60000,
	  .flags = DRM_MIRACAST_MODE_FLAG_PREFERRED },
	{ .width = 1280, .height = 720, .refresh_mhz = 30000 },
	{ .width = 1024, .height = 576, .refresh_mhz = 50000 },
	{ .width = 848, .height = 480, .refresh_mhz = 59940 },
	{ .width = 1280, .height = 720, .refresh_mhz = 24000 },
	{ .width = 854, .height = 480, .refresh_mhz = 60000 },
};

int mc_monitor_arrive_both(struct mc_ctx *ctx, uint32_t divider)
{
	size_t size = mc_edid(edid, 1, '1');
	struct drm_miracast_monitor_arrive arg =
		mc_monitor(mc_several_modes, ARRAY_SIZE(mc_several_modes));

	arg.edid = (uintptr_t)edid;
	arg.edid_size = size;
	arg.flags = DRM_MIRACAST_ARRIVE_FLAG_UNION;
	arg.vsync_divider = divider;
	return mc_arrive_errno(ctx->fd, &arg);
}

static void test_hotplug(void)
{
	int uevents = mc_uevents_open();
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);

	mc_uevents_drain(uevents);
	igt_assert(!mc_connected(card, ctx->connector));
	mc_arrive(ctx, 1280, 720);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	igt_assert(mc_connected(card, ctx->connector));
	mc_uevents_drain(uevents);
	mc_depart(ctx);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	igt_assert(!mc_connected(card, ctx->connector));
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
	mc_uevents_drain(uevents);
	mc_arrive(ctx, 1280, 720);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_uevents_drain(uevents);
	mc_stop(ctx);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_uevents_drain(uevents);
	mc_start(ctx);
	mc_arrive(ctx, 1280, 720);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_uevents_drain(uevents);
	mc_ctx_close(ctx);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));

	ctx = mc_monitor_session(card, 1280, 720);
	mc_arrive(ctx, 1280, 720);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_uevents_drain(uevents);
	mc_expect(mc_destroy_errno(ctx->fd), 0);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_ctx_close(ctx);
}

static void test_refused_is_silent(void)
{
	int uevents = mc_uevents_open();
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);

	mc_uevents_drain(uevents);
	mc_expect(mc_monitor_arrive_both(ctx, 0), -EINVAL);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	mc_ctx_close(ctx);
}

static void test_replaced(void)
{
	int uevents = mc_uevents_open();
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = mc_edid(edid, 1, '1');

	mc_arrive(ctx, 800, 600);
	igt_assert(mc_monitor_offers(card, ctx, 800, 600, 60000));
	mc_uevents_drain(uevents);
	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));
	igt_assert(!mc_monitor_offers(card, ctx, 800, 600, 0));
	igt_assert(mc_monitor_offers(card, ctx, 1280, 720, 60000));

	size = mc_edid(edid, 2, '2');
	mc_uevents_drain(uevents);
	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_monitor_has_edid(card, ctx, edid, size));

	/* A refused replacement leaves the monitor that is there. */
	mc_expect(mc_monitor_arrive_both(ctx, 0), -EINVAL);
	igt_assert(mc_connected(card, ctx->connector));
	mc_arrive_modes(ctx, NULL, 0);
	mc_wait_connected(card, ctx->connector, true);
	igt_assert(mc_monitor_has_edid(card, ctx, NULL, 0));
	igt_assert_eq(mc_monitor_count_modes(card, ctx), 1);
	mc_ctx_close(ctx);
}

static void test_departed(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_monitor_session(card, 1280, 720);
	size_t size = mc_edid(edid, 1, '1');
	drmModeConnector *connector;

	mc_expect(mc_arrive_edid_errno(ctx->fd, edid, size), 0);
	igt_assert(mc_connected(card, ctx->connector));
	mc_depart(ctx);
	connector = mc_connector(card, ctx->connector);
	igt_assert_eq(connector->connection, DRM_MODE_DISCONNECTED);
	igt_assert_eq(connector->count_modes, 0);
	drmModeFreeConnector(connector);
	igt_assert(mc_monitor_has_edid(card, ctx, NULL, 0));
	mc_expect(mc_depart_errno(ctx->fd), -ENOTCONN);
	igt_assert_eq_u32(mc_statistics(ctx).depart_cause,
			  DRM_MIRACAST_CAUSE_OWNER);
	mc_ctx_close(ctx);
}

static void test_only_its_connector(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx;
	drmModeResPtr resources;
	int i;

	igt_require(mc_caps(card).targets_total > 1);
	ctx = mc_monitor_session(card, 1280, 720);
	mc_arrive(ctx, 640, 480);
	resources = drmModeGetResources(card);
	igt_assert(resources);
	for (i = 0; i < resources->count_connectors; i++)
		igt_assert_eq(mc_connected(card, resources->connectors[i]),
			      resources->connectors[i] == ctx->connector);
	drmModeFreeResources(resources);
	mc_ctx_close(ctx);
}

/* The monitor is everybody's, and stays the same. */
static void test_master_changes(void)
{
	int uevents = mc_uevents_open(), cards[2], i;
	struct mc_controlled c;

	mc_two_masters(cards);
	mc_controlled(&c, cards[0], NULL);
	mc_expect(mc_pin_errno(c.control, 0), 0);
	igt_assert(mc_connected(cards[0], c.ctx->connector));
	while (mc_hotplug(uevents, MC_QUIET_MS))
		;
	for (i = 0; i < 4; i++) {
		mc_switch_master(cards[i % 2], cards[(i + 1) % 2]);
		igt_assert_f(!mc_hotplug(uevents, MC_QUIET_MS), "change %d\n", i);
		igt_assert(mc_connected(cards[(i + 1) % 2], c.ctx->connector));
	}
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* More masters than the driver remembers, see MIRACAST_SEEN_MAX. */
#define MASTERS 5

/* What a master has seen is not known any more: it may confuse the monitors. */
static void test_master_forgotten(void)
{
	int cards[MASTERS], i;
	struct mc_controlled c;

	for (i = 0; i < MASTERS; i++)
		cards[i] = mc_card_open();
	mc_controlled(&c, cards[0], NULL);
	mc_expect(mc_pin_errno(c.control, 0), 0);
	igt_assert(mc_connected(cards[0], c.ctx->connector));
	for (i = 1; i < MASTERS; i++) {
		mc_switch_master(cards[i - 1], cards[i]);
		igt_assert(mc_connected(cards[i], c.ctx->connector));
	}
	mc_switch_master(cards[MASTERS - 1], cards[0]);
	igt_assert(!mc_connected(cards[0], c.ctx->connector));
	mc_wait_connected(cards[0], c.ctx->connector, true);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* The client leaves a mode on that the monitor lacks, and the context changes hands. */
static void test_link_bad_once(void)
{
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 3);
	const struct drm_miracast_mode small = {
		.width = 800, .height = 600, .refresh_mhz = 60000,
		.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
	};
	int uevents = mc_uevents_open(), card = mc_card_open();
	struct mc_controlled c;
	drmModeModeInfo mode;
	struct mc_kms *kms;
	uint64_t master;

	mc_controlled(&c, card, &limits);
	kms = mc_kms(card, c.ctx->connector);
	igt_assert(mc_find_mode(card, c.ctx->connector, 1280, 720, 60000, &mode));
	mc_light(kms, &mode, mc_fb(card, 1280, 720, DRM_FORMAT_XRGB8888));
	mc_complete_mode(c.ctx, NULL);
	mc_arrive_modes(c.ctx, &small, 1);
	mc_wait_picture_state(c.ctx, DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS);
	while (mc_hotplug(uevents, MC_QUIET_MS))
		;
	igt_assert_eq_u64(mc_property_value(card, c.ctx->connector,
					    DRM_MODE_OBJECT_CONNECTOR,
					    "link-status"),
			  DRM_MODE_LINK_STATUS_BAD);

	master = mc_query(c.control).current_master;
	mc_expect(mc_pin_errno(c.control, 0), 0);
	mc_expect(mc_pin_errno(c.control, master), 0);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

static const struct mc_subtest subtests[] = {
	{ "hotplug",
	  "Clients hear of every arrival and departure.", test_hotplug },
	{ "refused-is-silent",
	  "Clients hear nothing of a refused arrival.",
	  test_refused_is_silent },
	{ "replaced",
	  "A second arrival replaces the monitor; a refused one does not.",
	  test_replaced },
	{ "departed",
	  "After departure neither modes nor EDID are left.", test_departed },
	{ "master-changes",
	  "Clients hear nothing when another master gets the device, and the same monitor.",
	  test_master_changes },
	{ "master-forgotten",
	  "A master that was away while many others came sees the monitor go and come.",
	  test_master_forgotten },
	{ "link-bad-once",
	  "Clients hear once that the link is bad, also when the context changes hands.",
	  test_link_bad_once },
	{ "only-its-connector",
	  "A monitor shows up on its context's connector and on no other.",
	  test_only_its_connector },
	{}
};

int igt_main()
{
	mc_subtests(mc_monitor_edid_input);
	mc_subtests(mc_monitor_list);
	mc_subtests(mc_monitor_list_input);
	mc_subtests(mc_monitor_type);
	mc_subtests(subtests);
	mc_subtests(mc_monitor_again);
	mc_subtests(mc_monitor_edid);
	mc_subtests(mc_monitor_modes);
	mc_subtests(mc_monitor_refuse);
	mc_subtests(mc_monitor_sink);
}
