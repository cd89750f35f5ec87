// SPDX-License-Identifier: MIT
/*
 * Another DRM master comes: the owner does not see its screen, and it does not see the
 * owner's monitor. When the first master returns, both continue.
 */
#include "miracast_access.h"

#define COLOUR_A 0x00aa1122
#define COLOUR_B 0x0022bb55

/* Nothing that another master does reaches the owner. */
static void expect_nothing_of(struct mc_ctx *ctx, struct access_screen *other)
{
	access_light(other);
	mc_show(other->kms, other->fb, NULL, 0);
	mc_expect(mc_request_frame_errno(ctx->fd), 0);
	mc_no_chunk(ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_MONITOR);
}

static void test_master_takes_over(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct access_screen other;
	struct mc_message message;
	int card = mc_card_open();

	mc_switch_master(scene->card, card);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_PICTURE_STATE, &message);
	igt_assert_eq_u32(message.picture_state.picture_state,
			  DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
	igt_assert_eq_u64(message.event.session, scene->session);
	igt_assert_eq_u32(message.event.needs_completion, 0);
	igt_assert(!mc_connected(card, scene->ctx->connector));
	igt_assert_eq_u32(mc_statistics(scene->ctx).depart_cause,
			  DRM_MIRACAST_CAUSE_NONE);

	access_screen(&other, card, scene->ctx->connector, COLOUR_B);
	expect_nothing_of(scene->ctx, &other);

	/*
	 * A monitor that is announced again, or replaced, still belongs to the first
	 * master's user.
	 */
	mc_arrive(scene->ctx, 640, 480);
	igt_assert(!mc_connected(card, scene->ctx->connector));
	mc_arrive(scene->ctx, 640, 400);
	mc_wait_picture_state(scene->ctx,
			      DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
	igt_assert(!mc_connected(card, scene->ctx->connector));
	expect_nothing_of(scene->ctx, &other);

	mc_switch_master(card, scene->card);
	mc_wait_connected(scene->card, scene->ctx->connector, true);
	mc_light(scene->kms, &scene->kms->mode, scene->fb[0]);
	mc_complete_mode(scene->ctx, NULL);
	mc_scene_run(scene);
	mc_fb_free(other.fb);
}

/*
 * A file that is no longer master frees its cursor, which DRM core takes off the
 * screen: the picture is still that of the old master.
 */
static void test_master_frees_cursor(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct mc_commit show = { .cursor = cursor };
	struct mc_chunk chunk;
	uint64_t master;
	int other = mc_card_open();

	mc_fb_paint(cursor, NULL, 1);
	mc_expect(mc_commit_errno(scene->kms, &show), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	master = mc_query(scene->ctx->fd).lit_by_master;
	mc_switch_master(scene->card, other);
	mc_wait_picture_state(scene->ctx,
			      DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
	mc_fb_free(cursor);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	igt_assert_eq_u64(mc_query(scene->ctx->fd).lit_by_master, master);
	mc_switch_master(other, scene->card);
	mc_close(other);
}

static void test_same_master_returns(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_chunk chunk;

	igt_assert_eq(drmDropMaster(scene->card), 0);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	igt_assert_eq(drmSetMaster(scene->card), 0);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_state(scene->ctx), DRM_MIRACAST_STATE_MONITOR);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* Before anything is lit, another master's screen must be hidden from the owner as well. */
static void test_master_of_dark_target(void)
{
	struct access_screen mine, other;
	struct mc_ctx *ctx;
	int cards[2];

	mc_two_masters(cards);
	ctx = mc_ctx_in_state(cards[0], DRM_MIRACAST_STATE_MONITOR);
	access_screen(&mine, cards[0], ctx->connector, COLOUR_A);
	access_screen(&other, cards[1], ctx->connector, COLOUR_B);
	mc_switch_master(cards[0], cards[1]);
	mc_wait_connected(cards[1], ctx->connector, false);
	mc_wait_picture_state(ctx, DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
	expect_nothing_of(ctx, &other);
	mc_switch_master(cards[1], cards[0]);
	mc_wait_connected(cards[0], ctx->connector, true);
	access_light(&mine);
	access_expect_screen(ctx, &mine);
	mc_ctx_close(ctx);
}

/* Text console in front, and somebody looks at the device. */
static void test_bystander(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	int uevents = mc_uevents_open(), card, i;
	struct mc_chunk chunk;
	drmModeRes *resources;

	igt_assert_eq(drmDropMaster(scene->card), 0);
	mc_uevents_drain(uevents);
	/* More of them than the driver remembers masters. */
	for (i = 0; i < 8; i++) {
		card = mc_card_open_bystander();
		igt_assert(drmIsMaster(card));
		mc_caps(card);
		resources = drmModeGetResources(card);
		igt_assert(resources);
		drmModeFreeResources(resources);
		igt_assert(mc_connected(card, scene->ctx->connector));
		mc_close(card);
	}
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	mc_no_event(scene->ctx, MC_QUIET_MS);
	igt_assert_eq(drmSetMaster(scene->card), 0);
	igt_assert(mc_connected(scene->card, scene->ctx->connector));
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
}

/* A bystander that asks, or shows something, is another master. */
static void test_bystander_shows(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct access_screen other;
	int card;

	igt_assert_eq(drmDropMaster(scene->card), 0);
	card = mc_card_open_bystander();
	access_screen(&other, card, scene->ctx->connector, COLOUR_B);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	/* A flip is enough; the mode stays. */
	other.kms->mode = other.mode;
	mc_show(other.kms, other.fb, NULL, 0);
	mc_wait_picture_state(scene->ctx,
			      DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
	mc_wait_connected(card, scene->ctx->connector, false);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	mc_switch_master(card, scene->card);
	mc_light(scene->kms, &scene->kms->mode, scene->fb[0]);
	mc_scene_run(scene);

	/* And asking without it. */
	igt_assert_eq(drmDropMaster(scene->card), 0);
	mc_fb_free(other.fb);
	mc_close(card);
	card = mc_card_open_bystander();
	mc_no_event(scene->ctx, MC_QUIET_MS);
	igt_assert_eq(drmSetMaster(card), 0);
	mc_wait_picture_state(scene->ctx,
			      DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
}

/* Connectors whose status stays the same cause no uevent. */
static void test_uevents(void)
{
	int uevents = mc_uevents_open(), cards[2];
	struct mc_ctx *ctx;

	mc_two_masters(cards);
	mc_uevents_drain(uevents);
	mc_switch_master(cards[0], cards[1]);
	mc_switch_master(cards[1], cards[0]);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));

	/* A context without a monitor hides nothing. */
	ctx = mc_ctx_in_state(cards[0], DRM_MIRACAST_STATE_STARTED);
	mc_switch_master(cards[0], cards[1]);
	mc_switch_master(cards[1], cards[0]);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));

	mc_arrive(ctx, 640, 480);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	mc_settle();
	mc_uevents_drain(uevents);
	mc_switch_master(cards[0], cards[1]);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	mc_switch_master(cards[1], cards[0]);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	mc_ctx_close(ctx);
}

static uint64_t type_seen(int card, uint32_t connector)
{
	drmModeFreeConnector(mc_connector(card, connector));
	return mc_property_value(card, connector, DRM_MODE_OBJECT_CONNECTOR,
				 "subconnector");
}

/* The other master gets no uevent for a hidden connector. */
static void test_hidden_quiet(void)
{
	struct drm_miracast_monitor_arrive arg = mc_monitor(NULL, 0);
	int uevents = mc_uevents_open(), cards[2], i;
	struct mc_ctx *ctx;

	mc_two_masters(cards);
	for (i = 0; i < 2; i++)
		mc_expect(drmSetClientCap(cards[i], DRM_CLIENT_CAP_ATOMIC, 1), 0);
	ctx = mc_ctx_in_state(cards[0], DRM_MIRACAST_STATE_STARTED);
	arg.monitor_type = DRM_MIRACAST_MONITOR_TYPE_DVI;
	mc_expect(mc_arrive_errno(ctx->fd, &arg), 0);
	igt_assert_eq_u64(type_seen(cards[0], ctx->connector),
			  DRM_MODE_SUBCONNECTOR_DVID);
	mc_settle();
	mc_uevents_drain(uevents);
	mc_switch_master(cards[0], cards[1]);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	igt_assert_eq_u64(type_seen(cards[1], ctx->connector),
			  DRM_MODE_SUBCONNECTOR_Unknown);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	for (i = 0; i < 4; i++) {
		mc_arrive(ctx, 640, i % 2 ? 480 : 400);
		igt_assert_f(!mc_hotplug(uevents, MC_QUIET_MS), "arrival %d\n",
			     i);
	}
	mc_depart(ctx);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	mc_arrive(ctx, 640, 480);
	igt_assert_eq_u64(type_seen(cards[1], ctx->connector),
			  DRM_MODE_SUBCONNECTOR_Unknown);
	/* Nor for the end of the context. */
	mc_ctx_close(ctx);
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
}

static struct mc_ctx *follower(int card)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct mc_ctx *ctx;

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	ctx = mc_ctx_create(card, &limits);
	igt_assert_eq_u64(mc_query(ctx->fd).pinned_master, 0);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	return ctx;
}

static void test_follow_master(void)
{
	struct access_screen mine, other;
	struct mc_ctx *ctx;
	int cards[2];

	mc_two_masters(cards);
	ctx = follower(cards[1]);
	access_screen(&mine, cards[0], ctx->connector, COLOUR_A);
	access_screen(&other, cards[1], ctx->connector, COLOUR_B);
	access_light(&mine);
	access_expect_screen(ctx, &mine);
	mc_switch_master(cards[0], cards[1]);
	mc_no_event(ctx, MC_QUIET_MS);
	igt_assert(mc_connected(cards[1], ctx->connector));
	other.kms->mode = other.mode;
	mc_show(other.kms, other.fb, NULL, 0);
	access_expect_screen(ctx, &other);
	mc_ctx_close(ctx);
}

/* What one of two users shows on three targets. */
struct user {
	struct access_screen plain, others, follower;
	struct mc_ctx *own;
};

static void test_two_users(void)
{
	struct mc_ctx *follows;
	struct user users[2];
	unsigned int i;
	int cards[2];

	mc_two_masters(cards);
	igt_require(mc_caps(cards[0]).targets_total > 2);
	follows = follower(cards[0]);
	for (i = 0; i < 2; i++) {
		users[i].own = mc_ctx_in_state(cards[i],
					       DRM_MIRACAST_STATE_MONITOR);
		mc_switch_master(cards[i], cards[!i]);
	}
	for (i = 0; i < 2; i++) {
		uint32_t colour = i ? COLOUR_B : COLOUR_A;

		access_screen(&users[i].plain, cards[i],
			      users[i].own->connector, colour);
		access_screen(&users[i].others, cards[i],
			      users[!i].own->connector, colour + 1);
		access_screen(&users[i].follower, cards[i], follows->connector,
			      colour + 2);
	}
	for (i = 0; i < 6; i++) {
		struct user *now = &users[i % 2], *then = &users[!(i % 2)];

		mc_wait_connected(now->plain.card, now->own->connector, true);
		mc_wait_connected(now->plain.card, then->own->connector, false);
		access_light(&now->others);
		access_light(&now->follower);
		access_light(&now->plain);
		access_expect_screen(follows, &now->follower);
		access_expect_screen(now->own, &now->plain);
		mc_no_chunk(then->own, MC_QUIET_MS);
		igt_assert_eq_u32(mc_picture_state(then->own),
				  DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
		mc_switch_master(now->plain.card, then->plain.card);
	}
	for (i = 0; i < 2; i++)
		mc_ctx_close(users[i].own);
	mc_ctx_close(follows);
}

/* In DIRECT, flips do not wait for the owner of a master that has left. */
static void test_direct_hidden(void)
{
	struct mc_scene *scene = mc_scene_direct(640, 480);
	struct access_screen other;
	struct mc_chunk chunk;
	int card = mc_card_open();
	unsigned int i;

	/* Kept by the owner. */
	mc_wait_chunk(scene->ctx, &chunk);
	mc_switch_master(scene->card, card);
	mc_wait_picture_state(scene->ctx,
			      DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
	access_screen(&other, card, scene->ctx->connector, COLOUR_B);
	other.kms->mode = other.mode;
	for (i = 0; i < 3; i++)
		mc_show(other.kms, other.fb, NULL, 0);
	access_light(&other);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	mc_try_release(scene->ctx, &chunk);
	mc_switch_master(card, scene->card);
	mc_light(scene->kms, &scene->kms->mode, scene->fb[0]);
	mc_scene_run(scene);
	mc_fb_free(other.fb);
}

const struct mc_subtest access_masters[] = {
	{ "master-takes-over",
	  "Another master does not see the monitor, nor the owner its screen.",
	  test_master_takes_over },
	{ "master-frees-cursor",
	  "What the kernel takes off the screen does not make it another master's.",
	  test_master_frees_cursor },
	{ "same-master-returns",
	  "A master that comes back is no other master.",
	  test_same_master_returns },
	{ "master-of-dark-target",
	  "A monitor on which nothing was shown is hidden from another master.",
	  test_master_of_dark_target },
	{ "bystander",
	  "Whoever only looks at the device changes nothing.", test_bystander },
	{ "bystander-shows",
	  "A master by accident counts when it asks, or shows something.",
	  test_bystander_shows },
	{ "uevents",
	  "Only connectors that come or go with a master make a hotplug.",
	  test_uevents },
	{ "hidden-quiet",
	  "Of what happens to a hidden connector the other master hears nothing.",
	  test_hidden_quiet },
	{ "follow-master",
	  "With FOLLOW_MASTER the owner sees whoever is master.",
	  test_follow_master },
	{ "two-users",
	  "Users in turn: each owner sees its own, and never the other.",
	  test_two_users },
	{ "direct-hidden",
	  "Flips of another master do not wait for an owner.",
	  test_direct_hidden },
	{}
};
