// SPDX-License-Identifier: MIT
/*
 * Contexts that are created without a master, and contexts that get another master.
 */
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "miracast_access.h"

#define COLOUR_A 0x0040c040
#define COLOUR_B 0x00c04040

static void expect_not_pinned(struct mc_ctx *ctx)
{
	mc_no_chunk(ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_NOT_PINNED);
}

/* A broker, before there is a compositor. */
static void test_unpinned(void)
{
	int node = mc_node_open(), card;
	struct drm_miracast_context_info info;
	struct access_screen screen;
	struct mc_controlled c;

	mc_controlled(&c, node, NULL);
	mc_wait_picture_state(c.ctx, DRM_MIRACAST_PICTURE_STATE_NOT_PINNED);
	info = mc_query(c.control);
	igt_assert_eq_u64(info.pinned_master, 0);
	igt_assert_eq_u64(info.current_master, 0);
	mc_settle();

	/* Any master sees the monitor. */
	card = mc_card_open_bystander();
	igt_assert(mc_connected(card, c.ctx->connector));
	access_screen(&screen, card, c.ctx->connector, COLOUR_A);
	igt_assert_eq(mc_poll(c.control, POLLPRI, 0), 0);
	access_light(&screen);
	igt_assert(mc_poll(c.control, POLLPRI, MC_TIMEOUT_MS) & POLLPRI);
	expect_not_pinned(c.ctx);

	info = mc_query(c.control);
	igt_assert(info.current_master);
	igt_assert_eq_u64(info.lit_by_master, info.current_master);
	mc_expect(mc_pin_errno(c.control, info.current_master), 0);
	access_expect_screen(c.ctx, &screen);
	igt_assert_eq_u64(mc_query(c.ctx->fd).pinned_master,
			  info.current_master);
	mc_show(screen.kms, screen.fb, NULL, 0);
	access_expect_screen(c.ctx, &screen);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
	mc_fb_free(screen.fb);
}

static void light_later(void *data)
{
	usleep(100000);
	access_light(data);
}

/* Who sleeps in poll() is woken, though the current master is the same as before. */
static void test_pin_wakes(void)
{
	const uint64_t limit_ns = MC_TIMEOUT_MS / 2 * 1000000ull;
	struct access_screen screen;
	struct mc_controlled c;
	uint64_t start;
	int card;
	pid_t pid;

	mc_controlled(&c, mc_node_open(), NULL);
	card = mc_card_open_bystander();
	access_screen(&screen, card, c.ctx->connector, COLOUR_A);
	/* So that it has committed before. */
	access_light(&screen);
	mc_off(screen.kms);
	mc_settle();
	mc_query(c.control);
	igt_assert_eq(mc_poll(c.control, POLLPRI, 0), 0);
	pid = mc_fork(light_later, &screen);
	start = mc_now_ns();
	igt_assert(mc_poll(c.control, POLLPRI, MC_TIMEOUT_MS) & POLLPRI);
	/* At its end, poll() looks once more. */
	igt_assert(mc_now_ns() - start < limit_ns);
	mc_join(pid);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
	mc_fb_free(screen.fb);
}

/* Pinned before the monitor is lit, and before it arrives. */
static void test_pin_early(void)
{
	int node = mc_node_open(), card;
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct access_screen screen;
	struct mc_ctx *ctx;

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	mc_expect(mc_create_errno(node, &limits), 0);
	ctx = mc_ctx_from_fd(limits.context_fd);
	card = mc_card_open();
	/*
	 * The context's own file answered for an earlier moment: the master may have
	 * changed since.
	 */
	mc_expect(mc_pin_errno(limits.control_fd,
			       mc_query(ctx->fd).current_master), -ESTALE);
	mc_expect(mc_pin_errno(limits.control_fd,
			       mc_query(limits.control_fd).current_master), 0);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	access_screen(&screen, card, ctx->connector, COLOUR_A);
	access_light(&screen);
	access_expect_screen(ctx, &screen);
	mc_close(limits.control_fd);
	mc_ctx_close(ctx);
}

static void pin_as_nobody(void *data)
{
	const struct mc_controlled *c = data;

	mc_become_nobody();
	mc_expect(mc_pin_errno(c->control, mc_query(c->control).current_master),
		  -EACCES);
}

static void test_pin_refused(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct drm_miracast_pin in = {};
	uint64_t first, second;
	struct mc_controlled c, f;
	int cards[2];

	mc_controlled(&c, mc_node_open(), NULL);
	mc_two_masters(cards);
	first = mc_query(c.control).current_master;
	mc_switch_master(cards[0], cards[1]);
	second = mc_query(c.control).current_master;
	igt_assert(first && second && first != second);
	/* Numbers that are stale, invented, or of no master. */
	mc_expect(mc_pin_errno(c.control, first), -ESTALE);
	mc_expect(mc_pin_errno(c.control, second + 1), -ESTALE);
	mc_expect(mc_pin_errno(c.control, UINT64_MAX), -ESTALE);
	/* By the holder, and without the capability. */
	mc_expect(mc_pin_errno(c.ctx->fd, second), -EACCES);
	mc_join(mc_fork(pin_as_nobody, &c));
	in.master = second;
	in.flags = 1;
	mc_expect(mc_io_errno(c.control, DRM_MIRACAST_CODE_PIN, &in, sizeof(in),
			      NULL, 0, NULL), -EINVAL);
	in.flags = 0;
	in.pad = 1;
	mc_expect(mc_io_errno(c.control, DRM_MIRACAST_CODE_PIN, &in, sizeof(in),
			      NULL, 0, NULL), -EINVAL);
	/* There is none at all. */
	igt_assert_eq(drmDropMaster(cards[1]), 0);
	igt_assert_eq_u64(mc_query(c.control).current_master, 0);
	mc_expect(mc_pin_errno(c.control, second), -ESTALE);
	igt_assert_eq_u64(mc_query(c.control).pinned_master, 0);
	expect_not_pinned(c.ctx);

	igt_assert_eq(drmSetMaster(cards[1]), 0);
	igt_assert_eq_u64(mc_query(c.control).current_master, second);
	mc_expect(mc_pin_errno(c.control, second), 0);
	igt_assert_eq_u64(mc_query(c.control).pinned_master, second);

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	mc_controlled(&f, cards[0], &limits);
	mc_expect(mc_pin_errno(f.control, second), -EINVAL);
	mc_expect(mc_pin_errno(f.control, 0), -EINVAL);
	mc_close(f.control);
	mc_ctx_close(f.ctx);
	mc_expect(mc_destroy_errno(c.control), 0);
	mc_expect(mc_pin_errno(c.control, second), -ESTALE);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/*
 * The broker is slow: between its query and PIN, the master has left and returned, so the
 * answer about the session may concern the other master.
 */
static void test_pin_returned(void)
{
	struct drm_miracast_context_info info;
	struct mc_controlled c;
	int cards[2];

	mc_two_masters(cards);
	mc_controlled(&c, mc_node_open(), NULL);
	mc_switch_master(cards[0], cards[1]);
	info = mc_query(c.control);
	mc_switch_master(cards[1], cards[0]);
	mc_switch_master(cards[0], cards[1]);
	igt_assert_eq_u64(mc_query(c.ctx->fd).current_master,
			  info.current_master);
	mc_expect(mc_pin_errno(c.control, info.current_master), -ESTALE);
	/* The control file reports that by POLLPRI. */
	igt_assert(mc_poll(c.control, POLLPRI, 0) & POLLPRI);

	/* A query whose result could not be written does not count. */
	mc_expect(mc_io_errno(c.control, DRM_MIRACAST_CODE_QUERY_CONTEXT, &info,
			      8, mc_read_only(&info, sizeof(info)),
			      sizeof(info), NULL), -EINVAL);
	mc_expect(mc_query_errno(c.control, mc_read_only(&info, sizeof(info))),
		  -EFAULT);
	mc_expect(mc_io_errno(c.control, DRM_MIRACAST_CODE_QUERY_CONTEXT,
			      &(struct drm_miracast_query_context){},
			      sizeof(struct drm_miracast_query_context),
			      &info, 8, NULL), 0);
	igt_assert(mc_poll(c.control, POLLPRI, 0) & POLLPRI);
	info = mc_query(c.ctx->fd);
	mc_expect(mc_pin_errno(c.control, info.current_master), -ESTALE);

	info = mc_query(c.control);
	igt_assert_eq(mc_poll(c.control, POLLPRI, 0), 0);
	mc_expect(mc_pin_errno(c.control, info.current_master), 0);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* A context beside two masters. The first has lit it, and it is pinned to that. */
static void light_first(struct mc_controlled *c,
			const struct drm_miracast_create_context *limits,
			int cards[2], struct access_screen screens[2])
{
	mc_two_masters(cards);
	mc_controlled(c, mc_node_open(), limits);
	access_screen(&screens[0], cards[0], c->ctx->connector, COLOUR_A);
	access_screen(&screens[1], cards[1], c->ctx->connector, COLOUR_B);
	access_light(&screens[0]);
}

/* The monitor is there for whoever is master, and the owner sees nobody. */
static void test_pin_nobody(void)
{
	struct access_screen screens[2];
	struct mc_controlled c;
	int cards[2];

	light_first(&c, NULL, cards, screens);
	access_expect_screen(c.ctx, &screens[0]);
	mc_expect(mc_pin_errno(c.ctx->fd, 0), -EACCES);
	mc_expect(mc_pin_errno(c.control, 0), 0);
	igt_assert_eq_u64(mc_query(c.control).pinned_master, 0);
	expect_not_pinned(c.ctx);
	igt_assert(mc_connected(cards[0], c.ctx->connector));
	mc_show(screens[0].kms, screens[0].fb, NULL, 0);
	expect_not_pinned(c.ctx);
	mc_switch_master(cards[0], cards[1]);
	igt_assert(mc_connected(cards[1], c.ctx->connector));
	access_light(&screens[1]);
	expect_not_pinned(c.ctx);

	/* Nobody's already; then the other's. */
	mc_expect(mc_pin_errno(c.control, 0), 0);
	mc_expect(mc_pin_errno(c.control,
			       mc_query(c.control).current_master), 0);
	access_expect_screen(c.ctx, &screens[1]);
	/* Hidden from a master, it comes back with none. */
	mc_switch_master(cards[1], cards[0]);
	mc_wait_connected(cards[0], c.ctx->connector, false);
	mc_expect(mc_pin_errno(c.control, 0), 0);
	mc_wait_connected(cards[0], c.ctx->connector, true);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* A compositor that lights the target in a colour and stays until it is killed. */
struct compositor {
	uint32_t connector, colour;
	int report;
	pid_t pid;
};

static void compose(void *data)
{
	struct compositor *c = data;
	struct access_screen screen;
	char byte;
	int card = mc_card_open();

	igt_assert(drmIsMaster(card));
	access_screen(&screen, card, c->connector, c->colour);
	access_light(&screen);
	igt_assert_eq(write(c->report, "l", 1), 1);
	/* Shows its picture again, whenever it is asked to. */
	while (read(c->report, &byte, 1) == 1)
		mc_show(screen.kms, screen.fb, NULL, 0);
}

static void start(struct compositor *c)
{
	int ends[2];
	char byte;

	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
		      0);
	c->report = ends[1];
	c->pid = mc_fork(compose, c);
	close(ends[1]);
	c->report = mc_keep(ends[0]);
	igt_assert_eq(read(c->report, &byte, 1), 1);
}

static void crash(struct compositor *c)
{
	mc_kill(c->pid);
	mc_close(c->report);
}

static void test_compositor_crash(void)
{
	struct compositor compositor = {};
	struct mc_controlled c;
	uint64_t masters[3];
	unsigned int i;

	mc_controlled(&c, mc_node_open(), NULL);
	compositor.connector = c.ctx->connector;
	for (i = 0; i < ARRAY_SIZE(masters); i++) {
		compositor.colour = COLOUR_A + i;
		start(&compositor);
		igt_assert_eq_u32(mc_picture_state(c.ctx),
				  DRM_MIRACAST_PICTURE_STATE_NOT_PINNED);
		mc_no_chunk(c.ctx, MC_QUIET_MS);
		igt_assert(mc_poll(c.control, POLLPRI, MC_TIMEOUT_MS) & POLLPRI);
		masters[i] = mc_query(c.control).current_master;
		igt_assert(!i || masters[i] != masters[i - 1]);
		mc_expect(mc_pin_errno(c.control, masters[i]), 0);
		access_expect_colour(c.ctx, compositor.colour);
		igt_assert_eq(write(compositor.report, "s", 1), 1);
		access_expect_colour(c.ctx, compositor.colour);
		crash(&compositor);
		mc_wait_picture_state(c.ctx,
				      DRM_MIRACAST_PICTURE_STATE_NOT_PINNED);
		igt_assert_eq_u64(mc_query(c.control).pinned_master, 0);
		/* From now on no master has this number. */
		mc_expect(mc_pin_errno(c.control, masters[i]), -ESTALE);
	}
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* From one master to the other and back, while both are there. */
static void test_repin(void)
{
	struct access_screen screens[2];
	struct mc_controlled c;
	unsigned int i;
	int cards[2];

	light_first(&c, NULL, cards, screens);
	access_expect_screen(c.ctx, &screens[0]);
	for (i = 1; i < 6; i++) {
		struct access_screen *now = &screens[i % 2];

		mc_switch_master(cards[!(i % 2)], cards[i % 2]);
		mc_wait_picture_state(c.ctx,
				      DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
		mc_wait_connected(now->card, c.ctx->connector, false);
		/* Lit before it is pinned, or after. */
		if (i % 3)
			access_light(now);
		mc_expect(mc_pin_errno(c.control,
				       mc_query(c.control).current_master), 0);
		mc_wait_connected(now->card, c.ctx->connector, true);
		if (!(i % 3))
			access_light(now);
		access_expect_screen(c.ctx, now);
	}
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* In DIRECT, memory of the master before is not the owner's any more. */
static void test_repin_direct(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(640, 480);
	struct drm_miracast_buffer buffer;
	struct access_screen screens[2];
	struct mc_controlled c;
	struct mc_chunk chunk;
	int cards[2];
	void *map;

	light_first(&c, &limits, cards, screens);
	mc_complete_mode(c.ctx, NULL);
	mc_wait_chunk(c.ctx, &chunk);
	mc_expect(mc_get_buffer_errno(c.ctx->fd, chunk.event.buffer, &buffer),
		  0);
	map = mmap(NULL, screens[0].fb->size, PROT_READ, MAP_SHARED,
		   buffer.fds[0], 0);
	igt_assert(map != MAP_FAILED);
	munmap(map, screens[0].fb->size);

	mc_switch_master(cards[0], cards[1]);
	mc_expect(mc_pin_errno(c.control,
			       mc_query(c.control).current_master), 0);
	map = mmap(NULL, screens[0].fb->size, PROT_READ, MAP_SHARED,
		   buffer.fds[0], 0);
	igt_assert(map == MAP_FAILED);
	igt_assert_eq(errno, ESTALE);
	close(buffer.fds[0]);
	mc_expect(mc_get_buffer_errno(c.ctx->fd, chunk.event.buffer, &buffer),
		  -ESTALE);
	mc_expect(mc_try_release(c.ctx, &chunk), MC_REVOKED);

	access_light(&screens[1]);
	access_expect_screen(c.ctx, &screens[1]);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

const struct mc_subtest access_pin[] = {
	{ "unpinned",
	  "A context that nobody is pinned to shows nothing, until it is pinned.",
	  test_unpinned },
	{ "pin-wakes",
	  "That a screen is lit wakes a poll() of the control file.", test_pin_wakes },
	{ "pin-early",
	  "A context is pinned before its session begins.", test_pin_early },
	{ "pin-refused",
	  "PIN takes the present master from who may, and no other.",
	  test_pin_refused },
	{ "pin-returned",
	  "Nor one that has left and returned since it was asked for.",
	  test_pin_returned },
	{ "pin-nobody",
	  "PIN of nobody shows the monitor to all masters, and none to the owner.",
	  test_pin_nobody },
	{ "compositor-crash",
	  "A compositor that restarts is another master; until PIN the owner has none.",
	  test_compositor_crash },
	{ "repin",
	  "Pinned from one master to another, the monitor moves along.",
	  test_repin },
	{ "repin-direct",
	  "In DIRECT, the new master's owner has nothing of the old one's memory.",
	  test_repin_direct },
	{}
};
