// SPDX-License-Identifier: MIT
/*
 * A monitor is replaced while another master has the device. The context's own master could
 * not see it go, and must not mistake the new one for it. Nor must a master that the
 * context was pinned to before.
 */
#include "miracast_access.h"

#define COLOUR_B 0x0022bb55

/* How long a monitor that is replaced stays away from a client with a lit screen. */
#define GONE_NS		2000000000ull
/*
 * A moment at which it is certainly away, and a client with a dark screen has not noticed
 * yet.
 */
#define AWAY_NS		900000000ull

static const struct drm_miracast_mode big = {
	.width = 1280, .height = 720, .refresh_mhz = 60000,
	.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
}, small = {
	.width = 800, .height = 600, .refresh_mhz = 60000,
	.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
};

/* The screen of the context's master, in the only mode of the monitor. */
struct replaced {
	int cards[2];
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb;
};

static void light_mode(struct replaced *r, const struct drm_miracast_mode *want)
{
	struct mc_message message;
	struct mc_chunk chunk;
	drmModeModeInfo mode;

	igt_assert(mc_find_mode(r->cards[0], r->ctx->connector, want->width,
				want->height, 60000, &mode));
	mc_light(r->kms, &mode, r->fb);
	mc_complete_mode(r->ctx, &message);
	igt_assert_eq_u32(message.mode_set.width, want->width);
	mc_wait_chunk(r->ctx, &chunk);
	igt_assert_eq_u32(chunk.event.width, want->width);
	mc_release(r->ctx, &chunk);
}

static void light_big(struct replaced *r)
{
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 3);

	mc_two_masters(r->cards);
	r->ctx = mc_ctx_create(r->cards[0], &limits);
	mc_start(r->ctx);
	mc_arrive_modes(r->ctx, &big, 1);
	r->kms = mc_kms(r->cards[0], r->ctx->connector);
	r->fb = mc_fb(r->cards[0], 1280, 720, DRM_FORMAT_XRGB8888);
	light_mode(r, &big);
}

static void hide(struct replaced *r)
{
	mc_switch_master(r->cards[0], r->cards[1]);
	mc_wait_picture_state(r->ctx, DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
}

/* The other master sees nothing of it, for longer than the context's master would need. */
static void expect_hidden(struct replaced *r)
{
	uint64_t end = mc_now_ns() + GONE_NS + MC_QUIET_MS * 1000000ull;

	while (mc_now_ns() < end) {
		igt_assert(!mc_connected(r->cards[1], r->ctx->connector));
		usleep(20000);
	}
}

static void replace_hidden(struct replaced *r)
{
	mc_arrive_modes(r->ctx, &small, 1);
	expect_hidden(r);
}

/* The master is back since @begin: at first the connector is disconnected for it. */
static void expect_away(int card, uint32_t connector, uint64_t begin)
{
	bool connected = mc_connected(card, connector);

	igt_assert_f(!connected || mc_now_ns() > begin + AWAY_NS,
		     "the new monitor is taken for the old one\n");
}

static void come_back(struct replaced *r)
{
	uint64_t begin = mc_now_ns();

	mc_switch_master(r->cards[1], r->cards[0]);
	expect_away(r->cards[0], r->ctx->connector, begin);
}

/* The mode of the old monitor is not the new one's, and was not lit for it. */
static void expect_small(struct replaced *r)
{
	struct mc_message message;

	mc_wait_connected(r->cards[0], r->ctx->connector, true);
	igt_assert(mc_settle());
	igt_assert(!mc_find_mode(r->cards[0], r->ctx->connector, 1280, 720, 0,
				 NULL));
	igt_assert(!mc_try_message(r->ctx, DRM_MIRACAST_MSG_MODE_SET, &message,
				   MC_QUIET_MS));
	light_mode(r, &small);
	mc_ctx_close(r->ctx);
	mc_forget_all();
}

static void test_replaced_hidden(void)
{
	struct access_screen other;
	struct replaced r;

	/* The client does nothing, */
	light_big(&r);
	hide(&r);
	replace_hidden(&r);
	come_back(&r);
	expect_small(&r);

	/* or turns the screen off, as compositors do. */
	light_big(&r);
	hide(&r);
	replace_hidden(&r);
	come_back(&r);
	mc_off(r.kms);
	expect_small(&r);

	/* The other master has lit the connector meanwhile. */
	light_big(&r);
	hide(&r);
	access_screen(&other, r.cards[1], r.ctx->connector, COLOUR_B);
	access_light(&other);
	replace_hidden(&r);
	come_back(&r);
	expect_small(&r);

	/* The monitor has departed before the other one arrives. */
	light_big(&r);
	hide(&r);
	mc_depart(r.ctx);
	mc_no_chunk(r.ctx, MC_QUIET_MS);
	replace_hidden(&r);
	come_back(&r);
	expect_small(&r);
}

/* Returns false when the master had the time to see that. */
static bool replace_and_hide(struct replaced *r)
{
	uint64_t begin;

	light_big(r);
	begin = mc_now_ns();
	mc_arrive_modes(r->ctx, &small, 1);
	mc_wait_status(r->cards[0], r->ctx->connector, DRM_MODE_DISCONNECTED);
	igt_assert(mc_settle());
	hide(r);
	return mc_now_ns() < begin + GONE_NS;
}

/* It is replaced just before: its master has not had the time to see that. */
static void test_replaced_then_hidden(void)
{
	struct replaced r;
	unsigned int i;

	for (i = 0; !replace_and_hide(&r); i++) {
		igt_assert_f(i < 10, "the machine is too slow\n");
		mc_forget_all();
	}
	expect_hidden(&r);
	come_back(&r);
	expect_small(&r);
}

static void pin(int control)
{
	mc_expect(mc_pin_errno(control, mc_query(control).current_master), 0);
}

/* Each of two masters that the context is pinned to in turn has seen a monitor. */
static void test_replaced_pinned(void)
{
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 3);
	struct replaced r;
	uint64_t begin;
	unsigned int i;
	int control;

	mc_two_masters(r.cards);
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	mc_expect(mc_create_errno(r.cards[0], &limits), 0);
	control = limits.control_fd;
	r.ctx = mc_ctx_from_fd(limits.context_fd);
	mc_start(r.ctx);
	mc_arrive_modes(r.ctx, &big, 1);
	igt_assert(mc_connected(r.cards[0], r.ctx->connector));
	/* While it stays the same, nobody has to see it go. */
	for (i = 1; i < 4; i++) {
		mc_switch_master(r.cards[!(i % 2)], r.cards[i % 2]);
		pin(control);
		igt_assert(mc_connected(r.cards[i % 2], r.ctx->connector));
	}
	/* The second master sees that there is another one, */
	mc_arrive_modes(r.ctx, &small, 1);
	mc_wait_connected(r.cards[1], r.ctx->connector, false);
	mc_wait_connected(r.cards[1], r.ctx->connector, true);
	/* and so has the first, when it is back. */
	begin = mc_now_ns();
	mc_switch_master(r.cards[1], r.cards[0]);
	pin(control);
	expect_away(r.cards[0], r.ctx->connector, begin);
	mc_wait_connected(r.cards[0], r.ctx->connector, true);
	igt_assert(mc_find_mode(r.cards[0], r.ctx->connector, 800, 600, 0,
				NULL));
	/* Now it knows. */
	mc_switch_master(r.cards[0], r.cards[1]);
	pin(control);
	igt_assert(mc_connected(r.cards[1], r.ctx->connector));
	mc_switch_master(r.cards[1], r.cards[0]);
	pin(control);
	igt_assert(mc_connected(r.cards[0], r.ctx->connector));
	mc_close(control);
	mc_ctx_close(r.ctx);
}

/* The same for a context that all masters are shown. */
static void test_replaced_followed(void)
{
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 3);
	struct replaced r;
	unsigned int i;

	mc_two_masters(r.cards);
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	r.ctx = mc_ctx_create(r.cards[0], &limits);
	mc_start(r.ctx);
	mc_arrive_modes(r.ctx, &big, 1);
	igt_assert(mc_connected(r.cards[0], r.ctx->connector));
	for (i = 1; i < 4; i++) {
		mc_switch_master(r.cards[!(i % 2)], r.cards[i % 2]);
		igt_assert(mc_connected(r.cards[i % 2], r.ctx->connector));
	}
	mc_arrive_modes(r.ctx, &small, 1);
	mc_wait_connected(r.cards[1], r.ctx->connector, false);
	mc_wait_connected(r.cards[1], r.ctx->connector, true);
	come_back(&r);
	mc_wait_connected(r.cards[0], r.ctx->connector, true);
	mc_ctx_close(r.ctx);
}

/* Another master comes in the middle of the time that the first has to see that. */
static void test_replaced_in_turn(void)
{
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 3);
	struct replaced r;
	uint64_t begin;

	mc_two_masters(r.cards);
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	r.ctx = mc_ctx_create(r.cards[0], &limits);
	mc_start(r.ctx);
	mc_arrive_modes(r.ctx, &big, 1);
	igt_assert(mc_connected(r.cards[0], r.ctx->connector));
	mc_switch_master(r.cards[0], r.cards[1]);
	igt_assert(mc_connected(r.cards[1], r.ctx->connector));
	mc_switch_master(r.cards[1], r.cards[0]);
	mc_arrive_modes(r.ctx, &small, 1);
	/* Nobody looks by itself, which would be enough. */
	mc_wait_status(r.cards[0], r.ctx->connector, DRM_MODE_DISCONNECTED);
	usleep(700000);
	begin = mc_now_ns();
	mc_switch_master(r.cards[0], r.cards[1]);
	/* The second has as much time. */
	while (mc_status_is(r.cards[1], r.ctx->connector,
			    DRM_MODE_DISCONNECTED))
		usleep(10000);
	igt_assert_lte_u64(begin + AWAY_NS, mc_now_ns());
	mc_switch_master(r.cards[1], r.cards[0]);
	/* And the first had not enough. */
	expect_away(r.cards[0], r.ctx->connector, mc_now_ns());
	mc_wait_connected(r.cards[0], r.ctx->connector, true);
	mc_ctx_close(r.ctx);
}

/* More masters than the driver remembers: to be safe, it hides the monitor. */
static void test_replaced_forgotten(void)
{
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 3);
	struct mc_ctx *ctx;
	uint64_t begin;
	int cards[6];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cards); i++)
		cards[i] = mc_card_open();
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	ctx = mc_ctx_create(cards[0], &limits);
	mc_start(ctx);
	mc_arrive_modes(ctx, &big, 1);
	igt_assert(mc_connected(cards[0], ctx->connector));
	/* A new master has not seen the old monitor. */
	for (i = 1; i < ARRAY_SIZE(cards); i++) {
		mc_switch_master(cards[i - 1], cards[i]);
		igt_assert(mc_connected(cards[i], ctx->connector));
	}
	begin = mc_now_ns();
	mc_switch_master(cards[i - 1], cards[0]);
	expect_away(cards[0], ctx->connector, begin);
	mc_wait_connected(cards[0], ctx->connector, true);
	mc_switch_master(cards[0], cards[i - 1]);
	igt_assert(mc_connected(cards[i - 1], ctx->connector));
	mc_ctx_close(ctx);
}

const struct mc_subtest access_replaced[] = {
	{ "replaced-hidden",
	  "A monitor that is replaced while another master has the device is another one to its own.",
	  test_replaced_hidden },
	{ "replaced-then-hidden",
	  "So it is when its own leaves before it has seen that.",
	  test_replaced_then_hidden },
	{ "replaced-pinned",
	  "A master that a context is pinned to again sees what it saw last go.",
	  test_replaced_pinned },
	{ "replaced-followed",
	  "So does a master that comes back to a context that follows masters.",
	  test_replaced_followed },
	{ "replaced-in-turn",
	  "A master that comes while a monitor is away has time of its own to see that.",
	  test_replaced_in_turn },
	{ "replaced-forgotten",
	  "Of many masters, those that looked long ago see the monitor go, to be safe.",
	  test_replaced_forgotten },
	{}
};
