// SPDX-License-Identifier: MIT
/*
 * A DRM master is gone when its card node is closed. It cannot come back, so a context must
 * not stay pinned to it.
 */
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "miracast_access.h"

#define COLOUR_A 0x00808040
#define COLOUR_B 0x00404080

static void expect_ended(struct mc_ctx *ctx)
{
	struct drm_miracast_context_info info;

	igt_assert(mc_poll(ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLHUP);
	mc_expect(mc_query_errno(ctx->fd, &info), -ESTALE);
}

/* Without a control file, nobody could ever use it again. */
static void test_own(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int node = mc_node_open(), copy, cards[2];
	struct access_screen screen;
	struct mc_ctx *own, *other;

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	mc_two_masters(cards);
	own = mc_ctx_in_state(cards[0], DRM_MIRACAST_STATE_MONITOR);
	other = mc_ctx_create(node, NULL);
	access_screen(&screen, cards[0], own->connector, COLOUR_A);
	access_light(&screen);
	access_expect_screen(own, &screen);

	/* The last of several descriptors counts, and mappings do. */
	copy = mc_keep(dup(cards[0]));
	mc_close(cards[0]);
	igt_assert_eq_u32(mc_state(own), DRM_MIRACAST_STATE_MONITOR);
	mc_query(other->fd);
	mc_close(copy);
	igt_assert_eq_u32(mc_state(own), DRM_MIRACAST_STATE_MONITOR);
	mc_unmap(screen.fb->map, screen.fb->size);
	expect_ended(own);
	expect_ended(other);
	/* The target is free at once, the memory when the pictures are unmapped. */
	limits.connector_id = own->connector;
	mc_expect(mc_create_errno(node, &limits), 0);
	mc_close(limits.control_fd);
	mc_close(limits.context_fd);
	mc_ctx_close(own);
	mc_ctx_close(other);
	mc_wait_at_rest(node);
}

/* Other files of the card node come and go as they like. */
static void test_others(void)
{
	struct mc_ctx *ctx, *follows;
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct access_screen screen;
	int cards[2];

	mc_two_masters(cards);
	ctx = mc_ctx_in_state(cards[0], DRM_MIRACAST_STATE_MONITOR);
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	follows = mc_ctx_create(cards[0], &limits);
	mc_close(mc_card_open_bystander());
	/* A file that was master in between. */
	mc_switch_master(cards[0], cards[1]);
	mc_close(cards[1]);
	igt_assert_eq(drmSetMaster(cards[0]), 0);
	access_screen(&screen, cards[0], ctx->connector, COLOUR_A);
	access_light(&screen);
	access_expect_screen(ctx, &screen);
	mc_ctx_close(ctx);
	/* A context that follows masters is pinned to none. */
	mc_close(cards[0]);
	mc_query(follows->fd);
	mc_ctx_close(follows);
}

/* As many contexts as there are targets, created by programs that were master for a moment. */
static void hoard(void *data)
{
	int socket = *(int *)data, card = mc_card_open_bystander();
	unsigned int made = 0;

	/* A text console is in front: nobody is master. */
	igt_assert_eq(drmSetMaster(card), 0);
	for (;;) {
		struct drm_miracast_create_context limits =
			mc_limits(640, 480, 2);

		if (mc_create_errno(card, &limits))
			break;
		mc_send_fd(socket, limits.context_fd);
		made++;
	}
	igt_assert(made);
}

static void test_hoard(void)
{
	struct drm_miracast_query_caps caps;
	int node = mc_node_open(), ends[2], kept[16];
	struct mc_controlled c;
	unsigned int i;
	pid_t pid;

	caps = mc_caps(node);
	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
		      0);
	pid = mc_fork(hoard, &ends[1]);
	for (i = 0; i < caps.targets_total; i++)
		kept[i] = mc_receive_fd(ends[0]);
	mc_join(pid);
	close(ends[0]);
	close(ends[1]);
	/* The descriptors that it has left behind hold no target or memory. */
	mc_controlled(&c, node, NULL);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
	for (i = 0; i < caps.targets_total; i++)
		mc_close(kept[i]);
}

/*
 * A compositor that closes the card while it has no output there, and looks again
 * at each hot-plug. It is another master each time.
 */
static void test_reopens(void)
{
	int node = mc_node_open(), card = mc_card_open();
	struct drm_miracast_context_info info;
	struct access_screen screen;
	struct mc_controlled c;
	unsigned int i;

	mc_controlled(&c, node, NULL);
	for (i = 0; i < 3; i++) {
		info = mc_query(c.control);
		igt_assert(info.current_master);
		igt_assert(mc_connected(card, c.ctx->connector));
		access_screen(&screen, card, c.ctx->connector, COLOUR_A + i);
		access_light(&screen);
		mc_expect(mc_pin_errno(c.control,
				       mc_query(c.control).current_master), 0);
		access_expect_screen(c.ctx, &screen);

		mc_depart(c.ctx);
		mc_wait_connected(card, c.ctx->connector, false);
		mc_query(c.control);
		mc_fb_free(screen.fb);
		mc_close(card);
		igt_assert(mc_poll(c.control, POLLPRI, MC_TIMEOUT_MS) & POLLPRI);
		info = mc_query(c.control);
		igt_assert_eq_u64(info.pinned_master, 0);
		igt_assert_eq_u64(info.current_master, 0);

		mc_arrive(c.ctx, 640, 480);
		mc_settle();
		card = mc_card_open();
	}
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* The end of a lessee must not end its lessor's contexts. */
static void test_lessee(void)
{
	struct access_screen screen;
	int card = mc_card_open(), lease;
	struct mc_ctx *ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);

	lease = access_lease(card);
	mc_close(lease);
	access_screen(&screen, card, ctx->connector, COLOUR_B);
	access_light(&screen);
	access_expect_screen(ctx, &screen);
	mc_ctx_close(ctx);
}

/* Revoked soon, by the kernel on its own. */
static void expect_revoked(const void *map)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;

	mc_catch_bus();
	while (mc_readable(map)) {
		igt_assert_f(mc_now_ns() < end, "still mapped\n");
		usleep(1000);
	}
	signal(SIGBUS, SIG_DFL);
}

/* Memory that DIRECT has handed out is revoked when the master goes. */
static void check_direct(bool control)
{
	struct drm_miracast_create_context limits = mc_limits_direct(640, 480);
	struct drm_miracast_buffer buffer;
	struct access_screen screen;
	int node = mc_node_open(), card = mc_card_open();
	struct mc_controlled c = { .control = -1 };
	struct mc_chunk chunk;
	size_t size;
	void *map;

	if (control) {
		mc_controlled(&c, node, &limits);
	} else {
		c.ctx = mc_ctx_create(node, &limits);
		mc_start(c.ctx);
		mc_arrive(c.ctx, 640, 480);
	}
	access_screen(&screen, card, c.ctx->connector, COLOUR_A);
	access_light(&screen);
	mc_complete_mode(c.ctx, NULL);
	mc_wait_chunk(c.ctx, &chunk);
	mc_expect(mc_get_buffer_errno(c.ctx->fd, chunk.event.buffer, &buffer),
		  0);
	size = screen.fb->size;
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, buffer.fds[0], 0);
	igt_assert(map != MAP_FAILED);
	close(buffer.fds[0]);
	mc_fb_free(screen.fb);
	mc_close(card);
	expect_revoked(map);
	munmap(map, size);
	mc_expect(mc_get_buffer_errno(c.ctx->fd, chunk.event.buffer, &buffer),
		  -ESTALE);
	if (control) {
		mc_expect(mc_try_release(c.ctx, &chunk), MC_REVOKED);
		mc_close(c.control);
	}
	mc_ctx_close(c.ctx);
}

static void test_direct(void)
{
	check_direct(true);
	check_direct(false);
}

static void expect_byte(int socket, char byte)
{
	char got;

	igt_assert_eq(read(socket, &got, 1), 1);
	igt_assert_eq(got, byte);
}

/*
 * Opens the card when it is asked to, and closes it some time later, again and
 * again. Master meanwhile, so that contexts are made on its behalf.
 */
static void come_and_go(void *data)
{
	int socket = *(int *)data, card;
	uint32_t delay_us;

	for (;;) {
		expect_byte(socket, 'o');
		card = mc_card_open();
		igt_assert_eq(write(socket, "r", 1), 1);
		igt_assert_eq(read(socket, &delay_us, sizeof(delay_us)),
			      sizeof(delay_us));
		usleep(delay_us);
		mc_close(card);
		igt_assert_eq(write(socket, "c", 1), 1);
	}
}

/* Creating a context with much memory takes long: the master goes meanwhile. */
static void test_race(void)
{
	unsigned int rounds = mc_setting("MIRACAST_CYCLES", 100), made = 0, i;
	uint32_t seed = 1, longest_us = 1000;
	int node = mc_node_open(), ends[2];
	pid_t pid;

	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
		      0);
	pid = mc_fork(come_and_go, &ends[1]);
	close(ends[1]);
	for (i = 0; i < rounds; i++) {
		struct drm_miracast_create_context limits =
			mc_limits(1920, 1080, 8);
		uint32_t delay_us = mc_random(&seed) % longest_us;
		uint64_t begin;
		int ret;

		igt_assert_eq(write(ends[0], "o", 1), 1);
		expect_byte(ends[0], 'r');
		igt_assert_eq(write(ends[0], &delay_us, sizeof(delay_us)),
			      sizeof(delay_us));
		begin = mc_now_ns();
		ret = mc_create_errno(node, &limits);
		longest_us = 1000 + (mc_now_ns() - begin) * 5 / 4 / 1000;
		expect_byte(ends[0], 'c');
		if (ret) {
			mc_expect(ret, -ESRCH);
		} else {
			/* With its master it goes, too. */
			igt_assert(mc_poll(limits.context_fd, POLLIN,
					   MC_TIMEOUT_MS) & POLLHUP);
			mc_close(limits.context_fd);
			made++;
		}
		mc_wait_at_rest(node);
	}
	mc_kill(pid);
	close(ends[0]);
	igt_info("%u contexts of %u calls\n", made, rounds);
}

/*
 * A compositor in the background dies. Nobody else would switch its CRTC off: the master in
 * the foreground may never touch that output. The cursor's framebuffer goes after the other
 * one, by a commit of its own.
 */
static void test_background(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct mc_message message;
	struct mc_scene *scene;
	struct mc_fb *cursor;
	unsigned int i;
	int cards[2];

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	mc_two_masters(cards);
	cursor = mc_fb(cards[0], 64, 64, DRM_FORMAT_ARGB8888);
	scene = mc_scene_with(cards[0], &limits, 60000);
	mc_expect(mc_commit_errno(scene->kms, &(struct mc_commit) {
				  .cursor = cursor }), 0);
	mc_switch_master(cards[0], cards[1]);
	/* Mappings keep the file open. */
	for (i = 0; i < ARRAY_SIZE(scene->fb); i++)
		mc_unmap(scene->fb[i]->map, scene->fb[i]->size);
	mc_unmap(cursor->map, cursor->size);
	mc_close(cards[0]);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_POWER, &message);
	igt_assert_eq(message.power.on, 0);
	igt_assert_eq_u64(mc_query(scene->ctx->fd).lit_by_master, 0);
}

const struct mc_subtest access_gone[] = {
	{ "gone-own",
	  "A context that nobody can pin again ends with its master.",
	  test_own },
	{ "gone-others",
	  "The end of other masters and bystanders ends no context.",
	  test_others },
	{ "gone-hoard",
	  "Contexts of a program that was master for a moment keep no target.",
	  test_hoard },
	{ "gone-reopens",
	  "A compositor that closes the card between monitors gets each of them.",
	  test_reopens },
	{ "gone-lessee",
	  "A lease that ends does not end its lessor's contexts.", test_lessee },
	{ "gone-direct",
	  "In DIRECT, memory of a master that is gone is not the owner's.",
	  test_direct },
	{ "gone-background",
	  "The CRTC of a master goes off with it while another one has the device.",
	  test_background },
	{ "gone-race",
	  "No context is pinned to a master that goes meanwhile.", test_race },
	{}
};
