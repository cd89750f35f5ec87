// SPDX-License-Identifier: MIT
/*
 * The masters of the random test: a process each, which executes orders and reports their
 * results. A client of it paints only in its own colour.
 */
#include <sys/socket.h>

#include "miracast_access_random.h"

static uint32_t shade(unsigned int user, uint32_t *seed)
{
	uint32_t level = 0x40 + mc_random(seed) % 0xc0;

	return level * 0x010101 & random_colours[user];
}

const char *const random_order_names[ORDERS] = {
	"open", "open and ask", "set", "drop", "light", "flip", "cursor",
	"move", "no cursor", "off", "empty commit", "steal", "create", "close",
};

static void open_client(struct random_client *c, bool ask)
{
	unsigned int i;

	if (c->card >= 0)
		return;
	c->card = ask ? mc_card_open() : mc_card_open_bystander();
	for (i = 0; i < RANDOM_USERS; i++) {
		c->kms[i] = mc_kms(c->card, c->connectors[i]);
		c->kms[i]->mode = mc_make_mode(640, 480, 60000);
	}
}

/*
 * Made by a master, framebuffers are its own. Those of a file that never was
 * master belong to the first that shows them, who can read them anyway.
 */
static bool make_framebuffers(struct random_client *c)
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

static void close_client(struct random_client *c)
{
	unsigned int i;

	if (c->card < 0)
		return;
	for (i = 0; i < 2 && c->cursor; i++)
		mc_fb_free(c->fb[i]);
	if (c->cursor)
		mc_fb_free(c->cursor);
	c->cursor = NULL;
	for (i = 0; i < RANDOM_USERS; i++)
		free(c->kms[i]);
	mc_close(c->card);
	c->card = -1;
}

static const struct mc_fb *paint(struct random_client *c)
{
	struct mc_fb *fb = c->fb[c->next++ % 2];

	mc_fb_fill(fb, shade(c->user, &c->seed));
	return fb;
}

/* A framebuffer of the other master can be used by anybody who knows its number. */
static int steal(struct random_client *c, struct mc_kms *kms, uint32_t id)
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

static int create(struct random_client *c, const struct random_command *command, int socket)
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

static int obey(struct random_client *c, const struct random_command *command, int socket)
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

struct answer {
	int error;
	bool master;
	uint32_t fb;
};

static void be_master(void *data)
{
	struct random_master *master = data;
	struct random_client *c = &master->client;
	struct random_command command;

	random_keep_only(master->socket);
	while (read(master->socket, &command, sizeof(command)) == sizeof(command)) {
		struct answer answer = {};

		answer.error = obey(c, &command, master->socket);
		answer.master = c->card >= 0 && drmIsMaster(c->card);
		answer.fb = c->cursor ? c->fb[0]->id : 0;
		igt_assert_eq(write(master->socket, &answer, sizeof(answer)),
			      sizeof(answer));
	}
}

void random_spawn_master(struct random_master *master)
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

void random_crash_master(struct random_master *master)
{
	mc_kill(master->pid);
	mc_close(master->socket);
	random_spawn_master(master);
}

int random_order_fd(struct random_master *master, const struct random_command *command, int *fd)
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

int random_order(struct random_master *master, uint32_t what, uint32_t target,
		 uint32_t stolen)
{
	struct random_command command = { .order = what, .target = target, .steal = stolen };
	int ret = random_order_fd(master, &command, NULL);

	if (what == ORDER_OPEN || what == ORDER_OPEN_ASK)
		master->open = true;
	if (what == ORDER_CLOSE)
		master->open = false;
	return ret;
}
