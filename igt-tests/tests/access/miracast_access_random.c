// SPDX-License-Identifier: MIT
/*
 * Two masters, with the actions of masters, brokers and owners in random order. Each master
 * paints only in its own colour; each owner, which has no privileges, must see only that
 * colour, or black.
 *
 * There is a process for each master (miracast_access_random_master.c), one for each context
 * (miracast_access_random_owner.c), and this one, the broker, which knows who is master
 * because it gives the orders.
 */
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "miracast_access_random.h"

#define OPERATIONS	16

const uint32_t random_colours[RANDOM_USERS] = { 0x00ff0000, 0x000000ff };

struct random_counts *random_counts;

struct broker {
	uint32_t seed, delivery;
	int node;
	uint32_t connectors[RANDOM_USERS];
	struct random_master masters[RANDOM_USERS];
	struct random_owner owners[RANDOM_USERS];
	int controls[RANDOM_USERS];
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
	struct random_owner *o = &b->owners[user];

	o->user = user;
	o->seed = mc_random(&b->seed);
	o->fd = fd;
	o->pid = mc_fork(random_be_owner, o);
	mc_close(fd);
}

static void create_by_master(struct broker *b, unsigned int user)
{
	struct random_command command = {
		.order = ORDER_CREATE, .flags = any_flags(b),
		.delivery = b->delivery,
	};
	int fd;

	if (random_order_fd(&b->masters[user], &command, &fd)) {
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
	struct random_owner *o = &b->owners[user];

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
	struct random_owner *o = &b->owners[user];

	if (!o->pid || b->controls[user] >= 0)
		return;
	mc_join(o->pid);
	o->pid = 0;
}

static void close_master(struct broker *b, unsigned int user)
{
	random_order(&b->masters[user], ORDER_CLOSE, 0, 0);
	orphan(b, user);
}

static void check_owners(struct broker *b)
{
	unsigned int user;
	int status;

	for (user = 0; user < RANDOM_USERS; user++) {
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
	unsigned int user = mc_random(&b->seed) % RANDOM_USERS;
	uint32_t target = mc_random(&b->seed) % RANDOM_USERS;
	struct random_master *master = &b->masters[user];
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
		random_crash_master(master);
		orphan(b, user);
	} else if (!master->open) {
		what = mc_random(&b->seed) % 2 ? ORDER_OPEN : ORDER_OPEN_ASK;
		note(b, " %u:%s", user, random_order_names[what]);
		random_order(master, what, 0, 0);
	} else if (what < 14 && b->masters[!user].is_master) {
		/* A VT switch. */
		note(b, " %u:switch", user);
		random_order(&b->masters[!user], ORDER_DROP, 0, 0);
		random_order(master, ORDER_SET, 0, 0);
	} else {
		static const uint8_t often[] = {
			ORDER_SET, ORDER_SET, ORDER_DROP, ORDER_LIGHT,
			ORDER_LIGHT, ORDER_LIGHT, ORDER_FLIP, ORDER_FLIP,
			ORDER_FLIP, ORDER_CURSOR, ORDER_MOVE, ORDER_NO_CURSOR,
			ORDER_OFF, ORDER_EMPTY, ORDER_STEAL, ORDER_CLOSE,
		};

		what = often[mc_random(&b->seed) % ARRAY_SIZE(often)];
		note(b, " %u:%s %u", user, random_order_names[what], target);
		if (what == ORDER_CLOSE)
			close_master(b, user);
		else
			random_order(master, what, target, b->masters[!user].fb);
	}
}

/* At last, each user's picture reaches its owner. */
static void expect_own(struct broker *b, unsigned int user)
{
	struct random_master *master = &b->masters[user];
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	unsigned int before;

	destroy(b, user);
	close_master(b, !user);
	close_master(b, user);
	random_order(master, ORDER_OPEN_ASK, 0, 0);
	igt_assert(master->is_master);
	create_by_broker(b, user);
	before = __atomic_load_n(&random_counts->chunks[user], __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&random_counts->chunks[user], __ATOMIC_SEQ_CST) ==
	       before) {
		igt_assert_f(mc_now_ns() < end, "user %u sees nothing\n", user);
		check_owners(b);
		random_order(master, ORDER_LIGHT, user, 0);
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
	igt_require(mc_caps(card).targets_total >= RANDOM_USERS);
	random_counts = mmap(NULL, sizeof(*random_counts), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	igt_assert(random_counts != MAP_FAILED);
	b.node = mc_node_open();
	for (i = 0; i < RANDOM_USERS; i++) {
		drmModeRes *resources = drmModeGetResources(card);

		igt_assert(resources && resources->count_connectors > (int)i);
		b.connectors[i] = resources->connectors[i];
		drmModeFreeResources(resources);
	}
	mc_close(card);
	for (i = 0; i < RANDOM_USERS; i++) {
		struct random_client *c = &b.masters[i].client;

		b.controls[i] = -1;
		c->user = i;
		c->seed = mc_random(&b.seed);
		memcpy(c->connectors, b.connectors, sizeof(b.connectors));
		random_spawn_master(&b.masters[i]);
	}
	for (i = 0; i < rounds; i++)
		run_round(&b, i);
	for (i = 0; i < RANDOM_USERS; i++)
		expect_own(&b, i);
	for (i = 0; i < RANDOM_USERS; i++)
		destroy(&b, i);
	igt_info("chunks: %u and %u; state messages: %u and %u\n",
		 random_counts->chunks[0], random_counts->chunks[1], random_counts->states[0],
		 random_counts->states[1]);
	munmap(random_counts, sizeof(*random_counts));
}

const struct mc_subtest access_random[] = {
	{ "masters-random",
	  "Whatever two masters do, each owner sees its own master's colour only.",
	  test_random },
	{}
};
