// SPDX-License-Identifier: MIT
/*
 * Two masters, with the actions of masters, brokers and owners in random order. Each master
 * paints only in its own colour; each owner, which has no privileges, must see only that
 * colour, or black.
 *
 * There is a process for each master, which executes orders and reports their results; one
 * for each context, which acts at random; and this one, the broker, which knows who is
 * master because it gives the orders.
 */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "miracast_access.h"

#define USERS		2
#define OPERATIONS	16

/* The channels that a pixel of a user may have; one of them must not be zero. */
static const uint32_t colours[USERS] = { 0x00ff0000, 0x000000ff };

struct counts {
	unsigned int chunks[USERS];
	unsigned int states[USERS];
};

static struct counts *counts;

/* A child has no other's control file open. */
static void keep_only(int fd)
{
	int i;

	for (i = 3; i < 1024; i++)
		if (i != fd)
			close(i);
}

static uint32_t shade(unsigned int user, uint32_t *seed)
{
	uint32_t level = 0x40 + mc_random(seed) % 0xc0;

	return level * 0x010101 & colours[user];
}

/* Masters */

enum order {
	ORDER_OPEN, ORDER_OPEN_ASK, ORDER_SET, ORDER_DROP, ORDER_LIGHT,
	ORDER_FLIP, ORDER_CURSOR, ORDER_MOVE, ORDER_NO_CURSOR, ORDER_OFF,
	ORDER_EMPTY, ORDER_STEAL, ORDER_CREATE, ORDER_CLOSE, ORDERS
};

static const char *const order_names[ORDERS] = {
	"open", "open and ask", "set", "drop", "light", "flip", "cursor",
	"move", "no cursor", "off", "empty commit", "steal", "create", "close",
};

struct command {
	uint32_t order, target, flags, delivery, steal;
};

struct answer {
	int error;
	bool master;
	uint32_t fb;
};

struct client {
	unsigned int user;
	uint32_t seed, connectors[USERS];
	int card;
	struct mc_kms *kms[USERS];
	struct mc_fb *fb[2], *cursor;
	unsigned int next;
};

static void open_client(struct client *c, bool ask)
{
	unsigned int i;

	if (c->card >= 0)
		return;
	c->card = ask ? mc_card_open() : mc_card_open_bystander();
	for (i = 0; i < USERS; i++) {
		c->kms[i] = mc_kms(c->card, c->connectors[i]);
		c->kms[i]->mode = mc_make_mode(640, 480, 60000);
	}
}

/*
 * Made by a master, framebuffers are its own. Those of a file that never was
 * master belong to the first that shows them, who can read them anyway.
 */
static bool make_framebuffers(struct client *c)
{
	unsigned int i;

	if (c->cursor)
		return true;
	if (!drmIsMaster(c->card))
		return false;
	for (i = 0; i < 2; i++) {
		c->fb[i] = mc_fb(c->card, 640, 480, DRM_FORMAT_XRGB8888);
		mc_fb_fill(c->fb[i], shade(c->user, &c->seed));
	}
	c->cursor = mc_fb(c->card, 64, 64, DRM_FORMAT_ARGB8888);
	mc_fb_fill(c->cursor, 0xff000000 | shade(c->user, &c->seed));
	return true;
}

static void close_client(struct client *c)
{
	unsigned int i;

	if (c->card < 0)
		return;
	for (i = 0; i < 2 && c->cursor; i++)
		mc_fb_free(c->fb[i]);
	if (c->cursor)
		mc_fb_free(c->cursor);
	c->cursor = NULL;
	for (i = 0; i < USERS; i++)
		free(c->kms[i]);
	mc_close(c->card);
	c->card = -1;
}

static const struct mc_fb *paint(struct client *c)
{
	struct mc_fb *fb = c->fb[c->next++ % 2];

	mc_fb_fill(fb, shade(c->user, &c->seed));
	return fb;
}

/* A framebuffer of the other master can be used by anybody who knows its number. */
static int steal(struct client *c, struct mc_kms *kms, uint32_t id)
{
	struct mc_fb fb = { .card = c->card, .id = id, .width = 640,
			    .height = 480 };
	struct mc_commit commit = { .fb = &fb };
	drmModeClip all = { 0, 0, 640, 480 };

	switch (mc_random(&c->seed) % 3) {
	case 0:
		commit.mode = &kms->mode;
		break;
	case 1:
		return drmModeDirtyFB(c->card, id, &all, 1);
	}
	return mc_commit_errno(kms, &commit);
}

static int create(struct client *c, const struct command *command, int socket)
{
	struct drm_miracast_create_context arg =
		command->delivery == DRM_MIRACAST_DELIVERY_DIRECT ?
		mc_limits_direct(640, 480) : mc_limits(640, 480, 3);
	int ret;

	arg.flags = command->flags;
	arg.connector_id = c->connectors[c->user];
	ret = mc_create_errno(c->card, &arg);
	if (ret)
		return ret;
	mc_send_fd(socket, arg.context_fd);
	mc_close(arg.context_fd);
	return 0;
}

static int obey(struct client *c, const struct command *command, int socket)
{
	struct mc_commit commit = {};
	struct mc_kms *kms;

	if (command->order == ORDER_OPEN || command->order == ORDER_OPEN_ASK) {
		open_client(c, command->order == ORDER_OPEN_ASK);
		return 0;
	}
	if (c->card < 0)
		return -EBADF;
	kms = c->kms[command->target];
	if ((command->order == ORDER_LIGHT || command->order == ORDER_FLIP ||
	     command->order == ORDER_CURSOR) && !make_framebuffers(c))
		return -EACCES;
	switch (command->order) {
	case ORDER_SET:
		return drmSetMaster(c->card);
	case ORDER_DROP:
		return drmDropMaster(c->card);
	case ORDER_LIGHT:
		commit.mode = &kms->mode;
		commit.fb = paint(c);
		commit.no_cursor = mc_random(&c->seed) % 2;
		return mc_commit_errno(kms, &commit);
	case ORDER_FLIP:
		commit.fb = paint(c);
		return mc_commit_errno(kms, &commit);
	case ORDER_CURSOR:
		return drmModeSetCursor(c->card, kms->crtc, c->cursor->handle,
					64, 64);
	case ORDER_MOVE:
		return drmModeMoveCursor(c->card, kms->crtc,
					 mc_random(&c->seed) % 640,
					 mc_random(&c->seed) % 480);
	case ORDER_NO_CURSOR:
		return drmModeSetCursor(c->card, kms->crtc, 0, 0, 0);
	case ORDER_OFF:
		commit.off = true;
		return mc_commit_errno(kms, &commit);
	case ORDER_EMPTY:
		commit.active = 1;
		commit.flags = DRM_MODE_ATOMIC_ALLOW_MODESET;
		return mc_commit_errno(kms, &commit);
	case ORDER_STEAL:
		return command->steal ? steal(c, kms, command->steal) : 0;
	case ORDER_CREATE:
		return create(c, command, socket);
	case ORDER_CLOSE:
		close_client(c);
		return 0;
	}
	return -EINVAL;
}

struct master {
	struct client client;
	int socket;
	pid_t pid;
	bool open, is_master;
	uint32_t fb;
};

static void be_master(void *data)
{
	struct master *master = data;
	struct client *c = &master->client;
	struct command command;

	keep_only(master->socket);
	while (read(master->socket, &command, sizeof(command)) == sizeof(command)) {
		struct answer answer = {};

		answer.error = obey(c, &command, master->socket);
		answer.master = c->card >= 0 && drmIsMaster(c->card);
		answer.fb = c->cursor ? c->fb[0]->id : 0;
		igt_assert_eq(write(master->socket, &answer, sizeof(answer)),
			      sizeof(answer));
	}
}

static void spawn_master(struct master *master)
{
	int ends[2];

	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
		      0);
	master->client.card = -1;
	master->socket = ends[1];
	master->pid = mc_fork(be_master, master);
	close(ends[1]);
	master->socket = mc_keep(ends[0]);
	master->open = false;
	master->is_master = false;
}

static void crash_master(struct master *master)
{
	mc_kill(master->pid);
	mc_close(master->socket);
	spawn_master(master);
}

static int order_fd(struct master *master, const struct command *command, int *fd)
{
	struct answer answer;

	igt_assert_eq(write(master->socket, command, sizeof(*command)),
		      sizeof(*command));
	/* A descriptor comes before the answer. */
	if (fd) {
		char byte;

		igt_assert_eq(recv(master->socket, &byte, 1, MSG_PEEK), 1);
		/* One zero byte carries it; an errno does not begin so. */
		*fd = byte ? -1 : mc_receive_fd(master->socket);
	}
	igt_assert_eq(recv(master->socket, &answer, sizeof(answer),
			   MSG_WAITALL), sizeof(answer));
	master->is_master = answer.master;
	master->fb = answer.fb;
	return answer.error;
}

static int order(struct master *master, uint32_t what, uint32_t target,
		 uint32_t stolen)
{
	struct command command = { .order = what, .target = target, .steal = stolen };
	int ret = order_fd(master, &command, NULL);

	if (what == ORDER_OPEN || what == ORDER_OPEN_ASK)
		master->open = true;
	if (what == ORDER_CLOSE)
		master->open = false;
	return ret;
}

/* Owners */

struct owner {
	unsigned int user;
	uint32_t seed;
	int fd;
	pid_t pid;
};

static sigjmp_buf lost_memory;

/* DIRECT: memory may be revoked while it is read. */
static void on_bus_error(int signal)
{
	siglongjmp(lost_memory, 1);
}

/*
 * The screen is black while a master's framebuffer is gone and its file not yet.
 *
 * Returns whether there is anything else.
 */
static bool assert_own(unsigned int user, const uint8_t *pixels, size_t pitch,
		       uint32_t width, uint32_t height, const char *what)
{
	uint32_t allowed = colours[user], all = 0, x, y;

	for (y = 0; y < height; y++) {
		const uint32_t *line = (const void *)(pixels + y * pitch);

		for (x = 0; x < width; x++) {
			uint32_t pixel = line[x] & 0x00ffffff;

			igt_assert_f(!(pixel & ~allowed),
				     "user %u sees %06x at %u,%u of a %s\n",
				     user, pixel, x, y, what);
			all |= pixel;
		}
	}
	return all;
}

static void look_at_chunk(struct owner *o, struct mc_ctx *ctx,
			  const struct mc_chunk *chunk)
{
	struct drm_miracast_buffer info = {};
	const struct drm_miracast_plane *plane = &info.planes[0];
	size_t size;
	uint8_t *map;
	int ret;

	ret = mc_get_buffer_errno(ctx->fd, chunk->event.buffer, &info);
	if (ret) {
		/* The session or the context has ended meanwhile. */
		igt_assert_f(ret == -ESTALE || ret == -ENOTCONN,
			     "GET_BUFFER: %s\n", mc_strerror(ret));
		return;
	}
	size = plane->offset + (size_t)plane->pitch * info.height;
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, info.fds[0], 0);
	mc_close(info.fds[0]);
	if (map == MAP_FAILED)
		return;
	if (!sigsetjmp(lost_memory, 1) &&
	    assert_own(o->user, map + plane->offset +
		       (size_t)chunk->event.src_y * plane->pitch +
		       chunk->event.src_x * 4, plane->pitch,
		       chunk->event.width, chunk->event.height, "chunk"))
		__atomic_add_fetch(&counts->chunks[o->user], 1,
				   __ATOMIC_SEQ_CST);
	munmap(map, size);
}

static void look_at_cursor(struct owner *o, struct mc_ctx *ctx)
{
	static uint32_t pixels[256 * 256];
	struct drm_miracast_cursor cursor = {};

	if (!mc_get_cursor_errno(ctx->fd, pixels, sizeof(pixels), &cursor) &&
	    cursor.flags & DRM_MIRACAST_CURSOR_FLAG_VISIBLE)
		assert_own(o->user, (void *)pixels, cursor.width * 4,
			   cursor.width, cursor.height, "cursor");
}

static void handle(struct owner *o, struct mc_ctx *ctx,
		   const struct drm_miracast_event *event)
{
	struct mc_message message;
	struct mc_chunk chunk;

	if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
		mc_parse_chunk(event, &chunk);
		look_at_chunk(o, ctx, &chunk);
		/* Or keeps it, for a while. */
		if (mc_random(&o->seed) % 16)
			mc_release_errno(ctx->fd, chunk.event.buffer,
					 chunk.event.chunk_id);
		return;
	}
	mc_parse_message(event, &message);
	if (message.event.code == DRM_MIRACAST_MSG_MODE_SET)
		mc_complete_errno(ctx->fd, message.event.number,
				  mc_random(&o->seed) % 16 ?
				  DRM_MIRACAST_COMPLETION_SUCCESS :
				  DRM_MIRACAST_COMPLETION_REFUSED);
	if (message.event.code == DRM_MIRACAST_MSG_PICTURE_STATE)
		__atomic_add_fetch(&counts->states[o->user], 1,
				   __ATOMIC_SEQ_CST);
}

/* Reads what is there; false when the context is gone. */
static bool read_some(struct owner *o, struct mc_ctx *ctx)
{
	static uint64_t buffer[4096 / 8 * 4];
	ssize_t got, done = 0;

	if (!mc_poll(ctx->fd, POLLIN, 5))
		return true;
	got = read(ctx->fd, buffer, sizeof(buffer));
	if (got < 0) {
		igt_assert_f(errno == ESTALE, "read: %m\n");
		return false;
	}
	while (done < got) {
		const struct drm_miracast_event *event =
			(void *)((char *)buffer + done);

		handle(o, ctx, event);
		done += event->length;
	}
	return true;
}

static void arrive(struct mc_ctx *ctx)
{
	struct drm_miracast_mode mode = {
		.width = 640, .height = 480, .refresh_mhz = 60000,
		.flags = DRM_MIRACAST_MODE_FLAG_PREFERRED,
	};
	struct drm_miracast_monitor_arrive arg = mc_monitor(&mode, 1);

	mc_arrive_errno(ctx->fd, &arg);
}

static void be_owner(void *data)
{
	struct owner *o = data;
	struct mc_ctx ctx = { .fd = o->fd };

	keep_only(o->fd);
	mc_become_nobody();
	signal(SIGBUS, on_bus_error);
	mc_start_errno(ctx.fd, NULL);
	arrive(&ctx);
	while (read_some(o, &ctx)) {
		switch (mc_random(&o->seed) % 32) {
		case 0:
			arrive(&ctx);
			break;
		case 1:
			mc_depart_errno(ctx.fd);
			arrive(&ctx);
			break;
		case 2:
			mc_stop_errno(ctx.fd);
			mc_start_errno(ctx.fd, NULL);
			arrive(&ctx);
			break;
		case 3 ... 8:
			look_at_cursor(o, &ctx);
			break;
		case 9 ... 20:
			mc_request_frame_errno(ctx.fd);
			break;
		}
	}
}

/* The broker */

struct broker {
	uint32_t seed, delivery;
	int node;
	uint32_t connectors[USERS];
	struct master masters[USERS];
	struct owner owners[USERS];
	int controls[USERS];
	char log[4096];
	size_t logged;
};

__attribute__((format(printf, 2, 3)))
static void note(struct broker *b, const char *format, ...)
{
	size_t room = sizeof(b->log) - b->logged;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(b->log + b->logged, room, format, args);
	va_end(args);
	if (length > 0 && (size_t)length < room)
		b->logged += length;
}

static uint32_t any_flags(struct broker *b)
{
	return mc_random(&b->seed) % 2 ?
	       DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA : 0;
}

static void spawn_owner(struct broker *b, unsigned int user, int fd)
{
	struct owner *o = &b->owners[user];

	o->user = user;
	o->seed = mc_random(&b->seed);
	o->fd = fd;
	o->pid = mc_fork(be_owner, o);
	mc_close(fd);
}

static void create_by_master(struct broker *b, unsigned int user)
{
	struct command command = {
		.order = ORDER_CREATE, .flags = any_flags(b),
		.delivery = b->delivery,
	};
	int fd;

	if (order_fd(&b->masters[user], &command, &fd)) {
		igt_assert(fd < 0);
		return;
	}
	b->controls[user] = -1;
	spawn_owner(b, user, fd);
}

/* For its master when that is the present one; else for nobody. */
static void create_by_broker(struct broker *b, unsigned int user)
{
	struct drm_miracast_create_context arg =
		b->delivery == DRM_MIRACAST_DELIVERY_DIRECT ?
		mc_limits_direct(640, 480) : mc_limits(640, 480, 3);

	if (b->masters[!user].is_master)
		return;
	arg.flags = any_flags(b) | DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	arg.connector_id = b->connectors[user];
	mc_expect(mc_create_errno(b->node, &arg), 0);
	b->controls[user] = arg.control_fd;
	spawn_owner(b, user, arg.context_fd);
}

static void pin(struct broker *b, unsigned int user)
{
	uint64_t current;

	if (b->controls[user] < 0)
		return;
	current = mc_query(b->controls[user]).current_master;
	/* Made up: never pinned. */
	mc_expect(mc_pin_errno(b->controls[user], current + 1000000), -ESTALE);
	if (!b->masters[user].is_master)
		return;
	mc_expect(mc_pin_errno(b->controls[user], current), 0);
}

/* Returns when the owner has seen nothing wrong to its end. */
static void destroy(struct broker *b, unsigned int user)
{
	struct owner *o = &b->owners[user];

	if (!o->pid)
		return;
	if (b->controls[user] >= 0) {
		mc_close(b->controls[user]);
		mc_join(o->pid);
	} else {
		int status;

		/* A failure is reported even when it is killed now. */
		if (waitpid(o->pid, &status, WNOHANG) == o->pid) {
			mc_forget_process(o->pid);
			igt_assert_f(!status, "an owner failed\n");
		} else {
			mc_kill(o->pid);
		}
	}
	b->controls[user] = -1;
	o->pid = 0;
}

/*
 * The master's file is closed. A context that it made for itself, which nobody can
 * pin to another master, has ended; its owner sees that and ends in peace.
 */
static void orphan(struct broker *b, unsigned int user)
{
	struct owner *o = &b->owners[user];

	if (!o->pid || b->controls[user] >= 0)
		return;
	mc_join(o->pid);
	o->pid = 0;
}

static void close_master(struct broker *b, unsigned int user)
{
	order(&b->masters[user], ORDER_CLOSE, 0, 0);
	orphan(b, user);
}

static void check_owners(struct broker *b)
{
	unsigned int user;
	int status;

	for (user = 0; user < USERS; user++) {
		pid_t pid = b->owners[user].pid;

		if (!pid || waitpid(pid, &status, WNOHANG) != pid)
			continue;
		mc_forget_process(pid);
		mc_kill_all();
		igt_info("%s\n", b->log);
		igt_assert_f(false, "owner %u ended, status %#x\n", user,
			     status);
	}
}

static void operate(struct broker *b)
{
	unsigned int user = mc_random(&b->seed) % USERS;
	uint32_t target = mc_random(&b->seed) % USERS;
	struct master *master = &b->masters[user];
	uint32_t what = mc_random(&b->seed) % 40;

	if (!b->owners[user].pid && what < 12) {
		note(b, " %u:context", user);
		if (master->is_master && mc_random(&b->seed) % 2)
			create_by_master(b, user);
		else
			create_by_broker(b, user);
		return;
	}
	if (what < 6) {
		note(b, " %u:pin", user);
		pin(b, user);
	} else if (what == 6) {
		note(b, " %u:destroy", user);
		destroy(b, user);
	} else if (what == 7) {
		note(b, " %u:crash", user);
		crash_master(master);
		orphan(b, user);
	} else if (!master->open) {
		what = mc_random(&b->seed) % 2 ? ORDER_OPEN : ORDER_OPEN_ASK;
		note(b, " %u:%s", user, order_names[what]);
		order(master, what, 0, 0);
	} else if (what < 14 && b->masters[!user].is_master) {
		/* A VT switch. */
		note(b, " %u:switch", user);
		order(&b->masters[!user], ORDER_DROP, 0, 0);
		order(master, ORDER_SET, 0, 0);
	} else {
		static const uint8_t often[] = {
			ORDER_SET, ORDER_SET, ORDER_DROP, ORDER_LIGHT,
			ORDER_LIGHT, ORDER_LIGHT, ORDER_FLIP, ORDER_FLIP,
			ORDER_FLIP, ORDER_CURSOR, ORDER_MOVE, ORDER_NO_CURSOR,
			ORDER_OFF, ORDER_EMPTY, ORDER_STEAL, ORDER_CLOSE,
		};

		what = often[mc_random(&b->seed) % ARRAY_SIZE(often)];
		note(b, " %u:%s %u", user, order_names[what], target);
		if (what == ORDER_CLOSE)
			close_master(b, user);
		else
			order(master, what, target, b->masters[!user].fb);
	}
}

/* At last, each user's picture reaches its owner. */
static void expect_own(struct broker *b, unsigned int user)
{
	struct master *master = &b->masters[user];
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	unsigned int before;

	destroy(b, user);
	close_master(b, !user);
	close_master(b, user);
	order(master, ORDER_OPEN_ASK, 0, 0);
	igt_assert(master->is_master);
	create_by_broker(b, user);
	before = __atomic_load_n(&counts->chunks[user], __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&counts->chunks[user], __ATOMIC_SEQ_CST) ==
	       before) {
		igt_assert_f(mc_now_ns() < end, "user %u sees nothing\n", user);
		check_owners(b);
		order(master, ORDER_LIGHT, user, 0);
		usleep(20000);
	}
	destroy(b, user);
}

static void run_round(struct broker *b, unsigned int round)
{
	unsigned int i;

	b->logged = 0;
	note(b, "round %u, seed %u:", round, b->seed);
	b->delivery = mc_random(&b->seed) % 2 ? DRM_MIRACAST_DELIVERY_COPY :
						DRM_MIRACAST_DELIVERY_DIRECT;
	for (i = 0; i < OPERATIONS; i++) {
		operate(b);
		if (mc_random(&b->seed) % 4 == 0)
			usleep(mc_random(&b->seed) % 60000);
		check_owners(b);
	}
	igt_debug("%s\n", b->log);
}

static void test_random(void)
{
	unsigned int rounds = mc_setting("MIRACAST_CYCLES", 1000), i;
	struct broker b = {};
	int card = mc_card_open_bystander();

	b.seed = mc_setting("MIRACAST_SEED", (uint32_t)mc_now_ns() | 1);
	igt_info("MIRACAST_SEED=%u MIRACAST_CYCLES=%u\n", b.seed, rounds);
	igt_require(mc_caps(card).targets_total >= USERS);
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	igt_assert(counts != MAP_FAILED);
	b.node = mc_node_open();
	for (i = 0; i < USERS; i++) {
		drmModeRes *resources = drmModeGetResources(card);

		igt_assert(resources && resources->count_connectors > (int)i);
		b.connectors[i] = resources->connectors[i];
		drmModeFreeResources(resources);
	}
	mc_close(card);
	for (i = 0; i < USERS; i++) {
		struct client *c = &b.masters[i].client;

		b.controls[i] = -1;
		c->user = i;
		c->seed = mc_random(&b.seed);
		memcpy(c->connectors, b.connectors, sizeof(b.connectors));
		spawn_master(&b.masters[i]);
	}
	for (i = 0; i < rounds; i++)
		run_round(&b, i);
	for (i = 0; i < USERS; i++)
		expect_own(&b, i);
	for (i = 0; i < USERS; i++)
		destroy(&b, i);
	igt_info("chunks: %u and %u; state messages: %u and %u\n",
		 counts->chunks[0], counts->chunks[1], counts->states[0],
		 counts->states[1]);
	munmap(counts, sizeof(*counts));
}

const struct mc_subtest access_random[] = {
	{ "masters-random",
	  "Whatever two masters do, each owner sees its own master's colour only.",
	  test_random },
	{}
};
