// SPDX-License-Identifier: MIT
/*
 * The second arrival: the same monitor once more, another one in its place, and
 * owners that do not stop announcing.
 */
#include "lib_miracast_dmabuf.h"
#include "lib_miracast_masters.h"
#include "miracast_monitor.h"

/* How long an owner announces without pause. */
#define STORM_NS	2000000000ull
/*
 * Hot-plugs that it may cause in that time: one in 100 ms, and those before and
 * after. Each is a uevent of the card, with one more of the link at most.
 */
#define STORM_UEVENTS	25

static const struct drm_miracast_mode big = {
	.width = 1280, .height = 720, .refresh_mhz = 60000,
	.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
}, small = {
	.width = 800, .height = 600, .refresh_mhz = 60000,
	.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
};

struct stage {
	int card, uevents;
	uint32_t connector;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb[2];
};

static void announce(struct stage *s, const struct drm_miracast_mode *mode)
{
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 3);

	limits.connector_id = s->connector;
	s->ctx = mc_ctx_create(s->card, &limits);
	s->connector = s->ctx->connector;
	mc_start(s->ctx);
	mc_arrive_modes(s->ctx, mode, 1);
}

static void set_stage(struct stage *s, const struct drm_miracast_mode *mode)
{
	unsigned int i;

	s->uevents = mc_uevents_open();
	s->card = mc_card_open();
	s->connector = 0;
	announce(s, mode);
	s->kms = mc_kms(s->card, s->connector);
	for (i = 0; i < ARRAY_SIZE(s->fb); i++)
		s->fb[i] = mc_fb(s->card, 1280, 720, DRM_FORMAT_XRGB8888);
	while (mc_hotplug(s->uevents, MC_QUIET_MS))
		;
}

static void light(struct stage *s, uint32_t width, uint32_t height)
{
	drmModeModeInfo mode;

	igt_assert(mc_find_mode(s->card, s->connector, width, height, 60000,
				&mode));
	mc_light(s->kms, &mode, s->fb[0]);
}

static void take_chunk(struct stage *s, uint32_t width)
{
	struct mc_chunk chunk;

	mc_wait_chunk(s->ctx, &chunk);
	igt_assert_eq_u32(chunk.event.width, width);
	mc_release(s->ctx, &chunk);
}

/* 1280x720 is lit and reaches the owner. */
static void set_lit_stage(struct stage *s)
{
	set_stage(s, &big);
	light(s, 1280, 720);
	mc_complete_mode(s->ctx, NULL);
	take_chunk(s, 1280);
	mc_forget_events(s->ctx);
	mc_uevents_drain(s->uevents);
}

static uint64_t link_status(struct stage *s)
{
	return mc_property_value(s->card, s->connector,
				 DRM_MODE_OBJECT_CONNECTOR, "link-status");
}

/* The same again */

static void test_same(void)
{
	struct drm_miracast_mode other = big;
	struct stage s;
	int i;

	set_lit_stage(&s);
	for (i = 0; i < 10; i++)
		mc_arrive_modes(s.ctx, &big, 1);
	igt_assert_eq_u32(mc_state(s.ctx), DRM_MIRACAST_STATE_MONITOR);
	igt_assert(!mc_hotplug(s.uevents, MC_QUIET_MS));
	mc_no_event(s.ctx, MC_QUIET_MS);
	/* The mode is still the one that was accepted. */
	mc_show(s.kms, s.fb[1], NULL, 0);
	take_chunk(&s, 1280);
	igt_assert(mc_connected(s.card, s.connector));

	/* One bit of difference is another monitor. */
	other.flags = 0;
	mc_arrive_modes(s.ctx, &other, 1);
	mc_wait_status(s.card, s.connector, DRM_MODE_DISCONNECTED);
	mc_ctx_close(s.ctx);
}

/* After a departure it is announced anew, and clients need not notice. */
static void test_departed_same(void)
{
	struct stage s;

	set_lit_stage(&s);
	mc_depart(s.ctx);
	mc_arrive_modes(s.ctx, &big, 1);
	igt_assert(mc_connected(s.card, s.connector));
	mc_complete_mode(s.ctx, NULL);
	take_chunk(&s, 1280);
	mc_ctx_close(s.ctx);
}

/* Another one */

/* The monitor before it was last seen at @since. */
static void check_replaced(struct stage *s, uint64_t since)
{
	struct mc_message message;

	/*
	 * Clients see the connector disconnected first, unless they had a second to notice:
	 * on a busy host the next monitor can be announced that late.
	 */
	if (mc_now_ns() - since < 700000000)
		mc_wait_status(s->card, s->connector, DRM_MODE_DISCONNECTED);
	/* This client does nothing: after some time the connector is connected again, */
	mc_wait_status(s->card, s->connector, DRM_MODE_CONNECTED);
	/* but its mode is not among the new ones, which the owner hears. */
	mc_wait_picture_state(s->ctx, DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS);
	while (mc_hotplug(s->uevents, 500))
		;
	igt_assert(!mc_find_mode(s->card, s->connector, 1280, 720, 0, NULL));
	igt_assert_eq_u64(link_status(s), DRM_MODE_LINK_STATUS_BAD);
	igt_assert(!mc_try_message(s->ctx, DRM_MIRACAST_MSG_MODE_SET, &message,
				   0));
	igt_assert_eq_u32(mc_picture_state(s->ctx),
			  DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS);
	mc_show(s->kms, s->fb[1], NULL, 0);
	mc_no_chunk(s->ctx, MC_QUIET_MS);
	light(s, 800, 600);
	igt_assert_eq_u32(mc_picture_state(s->ctx),
			  DRM_MIRACAST_PICTURE_STATE_UNANSWERED);
	mc_complete_mode(s->ctx, &message);
	igt_assert_eq_u32(message.mode_set.width, 800);
	take_chunk(s, 800);
}

static void test_shorter_list(void)
{
	struct stage s;

	set_lit_stage(&s);
	/* The second before it begins with this call. */
	mc_arrive_modes(s.ctx, &small, 1);
	check_replaced(&s, mc_now_ns());
	mc_ctx_close(s.ctx);
}

/* A broker that restarts an owner, for another sink. */
static void test_other_context(void)
{
	struct stage s;
	uint64_t since;

	set_lit_stage(&s);
	since = mc_now_ns();
	mc_expect(mc_destroy_errno(s.ctx->fd), 0);
	mc_ctx_close(s.ctx);
	announce(&s, &small);
	check_replaced(&s, since);
	mc_ctx_close(s.ctx);
}

/* As compositors do. */
static void test_client_turns_off(void)
{
	struct stage s;
	uint64_t gone;

	set_lit_stage(&s);
	mc_arrive_modes(s.ctx, &small, 1);
	mc_wait_status(s.card, s.connector, DRM_MODE_DISCONNECTED);
	gone = mc_now_ns();
	mc_off(s.kms);
	mc_wait_status(s.card, s.connector, DRM_MODE_CONNECTED);
	igt_assert_lt_u64(mc_now_ns(), gone + 1500000000);
	igt_assert_eq_u64(link_status(&s), DRM_MODE_LINK_STATUS_GOOD);
	light(&s, 800, 600);
	mc_complete_mode(s.ctx, NULL);
	take_chunk(&s, 800);
	mc_ctx_close(s.ctx);
}

/* The new monitor has the lit mode, too: that is lit again for it. */
static void test_longer_list(void)
{
	struct drm_miracast_mode both[] = { small, big };
	struct mc_message message;
	struct stage s;

	set_lit_stage(&s);
	both[0].flags = 0;
	mc_arrive_modes(s.ctx, both, 2);
	mc_wait_status(s.card, s.connector, DRM_MODE_DISCONNECTED);
	mc_complete_mode(s.ctx, &message);
	igt_assert_eq_u32(message.mode_set.width, 1280);
	take_chunk(&s, 1280);
	igt_assert_eq_u64(link_status(&s), DRM_MODE_LINK_STATUS_GOOD);
	igt_assert(mc_find_mode(s.card, s.connector, 800, 600, 0, NULL));
	mc_ctx_close(s.ctx);
}

/* A client with a dark screen has to see the other EDID as well. */
static void test_dark(void)
{
	struct stage s;

	set_stage(&s, &big);
	igt_assert(mc_find_mode(s.card, s.connector, 1280, 720, 0, NULL));
	mc_arrive_modes(s.ctx, &small, 1);
	/* Nobody looks: it comes back all the same. */
	mc_wait_status(s.card, s.connector, DRM_MODE_DISCONNECTED);
	mc_wait_status(s.card, s.connector, DRM_MODE_CONNECTED);
	igt_assert(mc_find_mode(s.card, s.connector, 800, 600, 0, NULL));
	igt_assert(!mc_find_mode(s.card, s.connector, 1280, 720, 0, NULL));
	mc_ctx_close(s.ctx);
}

/*
 * A probe by the client also counts when it comes before the uevent: those are sent at most
 * once in an interval.
 */
static void test_looked(void)
{
	struct stage s;
	int i;

	set_stage(&s, &big);
	igt_assert(mc_connected(s.card, s.connector));
	for (i = 0; i < 10; i++) {
		mc_depart(s.ctx);
		igt_assert(!mc_connected(s.card, s.connector));
		mc_arrive_modes(s.ctx, i % 2 ? &big : &small, 1);
		igt_assert_f(mc_connected(s.card, s.connector), "arrival %d\n",
			     i);
	}
	mc_ctx_close(s.ctx);
}

/* One that looks at nothing has a second for it. */
static void test_had_time(void)
{
	struct stage s;

	set_stage(&s, &big);
	igt_assert(mc_connected(s.card, s.connector));
	mc_depart(s.ctx);
	igt_assert(mc_hotplug(s.uevents, MC_TIMEOUT_MS));
	usleep(2000000);
	mc_settle();
	mc_arrive_modes(s.ctx, &small, 1);
	igt_assert(mc_connected(s.card, s.connector));
	mc_ctx_close(s.ctx);
}

/* Storms */

struct storm {
	int fd;
	bool alternate, depart;
};

static void storm(void *data)
{
	const struct storm *storm = data;
	struct drm_miracast_monitor_arrive args[] = {
		mc_monitor(&big, 1), mc_monitor(&small, 1),
	};
	unsigned int i;

	mc_become_nobody();
	for (i = 0;; i++) {
		mc_expect(mc_arrive_errno(storm->fd,
					  &args[storm->alternate && i % 2]), 0);
		if (storm->depart)
			mc_expect(mc_depart_errno(storm->fd), 0);
	}
}

/* The same number of calls, but no change that clients could notice. */
static void ask(void *data)
{
	const struct storm *storm = data;
	struct drm_miracast_statistics stats;

	mc_become_nobody();
	for (;;)
		mc_statistics_errno(storm->fd, &stats);
}

static uint64_t uevent_number(void)
{
	char text[64];

	igt_assert(mc_read_file("/sys/kernel/uevent_seqnum", text,
				sizeof(text)));
	return strtoull(text, NULL, 10);
}

static uint64_t uevents_of(struct stage *s, struct storm *what)
{
	uint64_t before = uevent_number(), end = mc_now_ns() + STORM_NS;
	pid_t pid = mc_fork(storm, what);

	while (mc_now_ns() < end)
		usleep(10000);
	mc_kill(pid);
	/* With the events that the storm has left. */
	while (mc_hotplug(s->uevents, MC_QUIET_MS))
		;
	return uevent_number() - before;
}

static void test_storm_dark(void)
{
	struct storm same = {}, other = { .alternate = true },
		     depart = { .depart = true };
	uint64_t count;
	struct stage s;

	set_stage(&s, &big);
	same.fd = s.ctx->fd;
	other.fd = s.ctx->fd;
	depart.fd = s.ctx->fd;
	count = uevents_of(&s, &same);
	igt_info("uevents: %llu, the same monitor\n", (unsigned long long)count);
	igt_assert_eq_u64(count, 0);
	count = uevents_of(&s, &other);
	igt_info("uevents: %llu, two monitors\n", (unsigned long long)count);
	igt_assert_lte_u64(count, STORM_UEVENTS);
	igt_assert_lte_u64(1, count);
	mc_depart(s.ctx);
	count = uevents_of(&s, &depart);
	igt_info("uevents: %llu, with departures\n", (unsigned long long)count);
	igt_assert_lte_u64(count, STORM_UEVENTS);
	mc_ctx_close(s.ctx);
}

/* Flips in the time of a storm. */
static uint64_t flips_beside(struct stage *s, void (*what)(void *),
			     struct storm *storm)
{
	pid_t pid = mc_fork(what, storm);
	uint64_t end = mc_now_ns() + STORM_NS, flips = 0;

	while (mc_now_ns() < end)
		mc_show(s->kms, s->fb[flips++ % 2], NULL, 0);
	mc_kill(pid);
	return flips;
}

static void test_storm_lit(void)
{
	struct storm same = {}, other = { .alternate = true },
		     depart = { .depart = true };
	uint64_t alone, beside;
	struct stage s;

	set_lit_stage(&s);
	same.fd = s.ctx->fd;
	other.fd = s.ctx->fd;
	depart.fd = s.ctx->fd;
	alone = flips_beside(&s, ask, &same);
	mc_uevents_drain(s.uevents);
	beside = flips_beside(&s, storm, &same);
	igt_info("flips: %llu beside questions, %llu beside arrivals\n",
		 (unsigned long long)alone, (unsigned long long)beside);
	igt_assert(!mc_hotplug(s.uevents, MC_QUIET_MS));
	igt_assert_lte_u64(alone / 2, beside);
	/* A monitor that is gone disturbs nobody. */
	beside = flips_beside(&s, storm, &other);
	igt_info("flips: %llu beside two monitors\n", (unsigned long long)beside);
	/* On an emulated machine, the client's part of each takes its time. */
	igt_assert_lte_u64(alone / 4, beside);
	/* A monitor that comes back every 100 ms is lit again as often. */
	mc_depart(s.ctx);
	beside = flips_beside(&s, storm, &depart);
	igt_info("flips: %llu beside departures\n", (unsigned long long)beside);
	igt_assert_lte_u64(alone / 4, beside);
	igt_assert_lte_u64(uevents_of(&s, &depart), STORM_UEVENTS);
	mc_ctx_close(s.ctx);
}

/* No monitor, no hot-plug */

/*
 * A context without a monitor finds a framebuffer that is not mapped, because it was
 * scanned out for an owner in DIRECT: clients must not notice.
 */
static void test_unmapped(void)
{
	int uevents = mc_uevents_open(), i;
	struct mc_scene *scene;
	struct mc_foreign foreign;
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct mc_fb *cursor;
	struct mc_chunk chunk;
	struct mc_ctx *ctx;

	mc_require_exporter(MC_VGEM);
	scene = mc_scene_direct_running(640, 480);
	foreign = mc_foreign_fb(scene->card, MC_VGEM, 640, 480);
	cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	limits.connector_id = scene->ctx->connector;
	mc_ctx_close(scene->ctx);
	ctx = mc_ctx_create(scene->card, &limits);
	while (mc_hotplug(uevents, MC_QUIET_MS))
		;
	for (i = 0; i < 10; i++) {
		struct mc_commit commit = { .cursor = cursor, .cursor_x = i,
					    .cursor_y = i };

		mc_expect(mc_commit_errno(scene->kms, &commit), 0);
		igt_assert_f(!mc_hotplug(uevents, i ? 50 : MC_QUIET_MS),
			     "commit %d\n", i);
	}
	igt_assert(!mc_hotplug(uevents, MC_QUIET_MS));
	/* With a monitor it is mapped, and captured. */
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	mc_release(ctx, &chunk);
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_monitor_again[] = {
	{ "again-same",
	  "An arrival that changes nothing goes unnoticed, by clients and in the stream.",
	  test_same },
	{ "again-departed",
	  "The same monitor can come back at once, and its mode is set anew.",
	  test_departed_same },
	{ "again-shorter-list",
	  "Another list is a disconnection and a connection; a mode that it lacks is not lit again.",
	  test_shorter_list },
	{ "again-other-context",
	  "So it is when the other monitor is that of another context.",
	  test_other_context },
	{ "again-client-turns-off",
	  "When the client turns the screen off the new monitor is there at once.",
	  test_client_turns_off },
	{ "again-longer-list",
	  "A lit mode that the new list has is lit again.", test_longer_list },
	{ "again-dark", "A dark screen's monitor is replaced visibly, too.",
	  test_dark },
	{ "again-looked",
	  "A client that has seen one monitor go is shown the next at once.",
	  test_looked },
	{ "again-had-time",
	  "So is one that has had the time to see it.", test_had_time },
	{ "again-storm-dark",
	  "However often an owner announces, clients hear of it ten times a second.",
	  test_storm_dark },
	{ "again-storm-lit", "Nor does it cost the client its flips.",
	  test_storm_lit },
	{ "no-monitor-no-hotplug",
	  "A framebuffer that a context without a monitor cannot read makes no hot-plug.",
	  test_unmapped },
	{}
};
