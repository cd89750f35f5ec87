// SPDX-License-Identifier: MIT
/*
 * The processes of the soak test. The device may go at any moment, a lease be
 * revoked, a process be killed; so calls answer with errors, and only those that
 * nothing explains are failures.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>

#include "miracast_soak.h"

static bool over(const struct soak_board *board)
{
	return *(volatile const bool *)&board->done;
}

static void pause_up_to(uint32_t *seed, uint32_t limit_ms)
{
	usleep(1000 * (mc_random(seed) % limit_ms));
}

/* Owners */

struct owner {
	struct soak_board *board;
	int fd;
	uint32_t seed;
	uint32_t patience_ms;	/* how long a picture is kept */
};

/* Errors that an owner can get at any time, because others act at the same time. */
static bool expected(int ret)
{
	return !ret || ret == -ENODEV || ret == -ESTALE || ret == -ENOTCONN ||
	       ret == -EALREADY || ret == -ENOENT;
}

static void check(int ret, const char *what)
{
	igt_assert_f(expected(ret), "%s: %s\n", what, mc_strerror(ret));
}

static int arrive(struct owner *owner)
{
	struct drm_miracast_mode modes[] = {
		{ .width = SOAK_WIDTH, .height = SOAK_HEIGHT,
		  .refresh_mhz = 60000,
		  .flags = DRM_MIRACAST_MODE_FLAG_PREFERRED },
		{ .width = 640, .height = 480, .refresh_mhz = 60000 },
	};
	struct drm_miracast_monitor_arrive arg =
		mc_monitor(modes, 1 + mc_random(&owner->seed) % 2);

	return mc_arrive_errno(owner->fd, &arg);
}

static void handle_message(struct owner *owner,
			   const struct drm_miracast_event_message *message)
{
	bool refuse = mc_random(&owner->seed) % 16 == 0;

	if (!message->needs_completion)
		return;
	pause_up_to(&owner->seed, 20);
	check(mc_complete_errno(owner->fd, message->number,
				refuse ? DRM_MIRACAST_COMPLETION_REFUSED :
				DRM_MIRACAST_COMPLETION_SUCCESS), "complete");
	if (refuse)
		soak_count(&owner->board->refused);
}

static void handle_chunk(struct owner *owner,
			 const struct drm_miracast_event_chunk *chunk)
{
	struct drm_miracast_buffer buffer;
	unsigned int i;

	if (DRM_MIRACAST_PART_OF_CHUNK_ID(chunk->chunk_id))
		return;
	soak_count(&owner->board->pictures);
	if (mc_random(&owner->seed) % 8 == 0 &&
	    !mc_get_buffer_errno(owner->fd, chunk->buffer, &buffer))
		for (i = 0; i < buffer.object_count; i++)
			mc_close(buffer.fds[i]);
	if (owner->patience_ms)
		pause_up_to(&owner->seed, owner->patience_ms);
	check(mc_release_errno(owner->fd, chunk->buffer, chunk->chunk_id),
	      "release");
}

/* Reads what there is; false: nothing more will come. */
static bool handle_events(struct owner *owner)
{
	uint64_t buffer[1024];
	const struct drm_miracast_event *event;
	ssize_t got, at;

	if (!(mc_poll(owner->fd, POLLIN, 200) & (POLLIN | POLLHUP)))
		return true;
	got = read(owner->fd, buffer, sizeof(buffer));
	if (got < 0) {
		check(-errno, "read");
		return false;
	}
	for (at = 0; at < got; at += event->length) {
		event = (const void *)((const char *)buffer + at);
		if (event->type == DRM_MIRACAST_EVENT_TYPE_MESSAGE)
			handle_message(owner, (const void *)event);
		else if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK)
			handle_chunk(owner, (const void *)event);
	}
	return true;
}

static void do_something(struct owner *owner)
{
	struct drm_miracast_report_status status = { .status = 3 };
	struct drm_miracast_set_rate rate = {
		.max_picture_rate_mhz = mc_random(&owner->seed) % 2 * 20000,
	};

	switch (mc_random(&owner->seed) % 8) {
	case 0:
		check(mc_depart_errno(owner->fd), "depart");
		check(arrive(owner), "arrive");
		break;
	case 1:
		check(arrive(owner), "arrive");
		break;
	case 2:
		check(mc_request_frame_errno(owner->fd), "request");
		break;
	case 3:
		check(mc_io_errno(owner->fd, DRM_MIRACAST_CODE_SET_RATE, &rate,
				  sizeof(rate), NULL, 0, NULL), "rate");
		break;
	case 4:
		check(mc_io_errno(owner->fd, DRM_MIRACAST_CODE_REPORT_STATUS,
				  &status, sizeof(status), NULL, 0, NULL),
		      "status");
		check(arrive(owner), "arrive");
		break;
	}
}

static bool run_session(struct owner *owner)
{
	uint32_t rounds = 1 + mc_random(&owner->seed) % 60;

	check(mc_start_errno(owner->fd, NULL), "start");
	check(arrive(owner), "arrive");
	soak_count(&owner->board->sessions);
	while (rounds--) {
		if (!handle_events(owner))
			return false;
		if (mc_random(&owner->seed) % 20 == 0)
			do_something(owner);
	}
	check(mc_stop_errno(owner->fd), "stop");
	return true;
}

/* Any of the ways to get pictures. */
static struct drm_miracast_create_context any_limits(uint32_t *seed)
{
	struct drm_miracast_create_context limits =
		mc_limits(SOAK_WIDTH, SOAK_HEIGHT, 2 + mc_random(seed) % 3);
	uint32_t kind = mc_random(seed) % 4;

	if (kind == 0)
		limits = mc_limits_direct(SOAK_WIDTH, SOAK_HEIGHT);
	if (kind == 1)
		limits.format = DRM_FORMAT_NV12;
	if (kind == 2)
		limits.parts = 1 + mc_random(seed) % 16;
	if (mc_random(seed) % 2)
		limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
	if (mc_random(seed) % 2)
		limits.flags |= DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	return limits;
}

static uint32_t connector_of(int card, unsigned int target)
{
	drmModeResPtr resources = drmModeGetResources(card);
	uint32_t connector = 0;

	if (resources && target < (unsigned int)resources->count_connectors)
		connector = resources->connectors[target];
	drmModeFreeResources(resources);
	return connector;
}

/* Opens the card if it exists; its users must not become master by accident. */
static int open_card(void)
{
	int card = mc_card_open_errno("miracast");

	if (card >= 0)
		drmDropMaster(card);
	return card;
}

void soak_owner(void *data)
{
	const struct soak_plan *plan = data;
	struct owner owner = { .board = plan->board, .seed = plan->seed };
	struct drm_miracast_create_context limits = any_limits(&owner.seed);
	int card = open_card(), ret;
	uint32_t sessions = 1 + mc_random(&owner.seed) % 4;

	owner.patience_ms = mc_random(&owner.seed) % 3 * 40;
	if (card < 0) {
		usleep(100000);
		return;
	}
	limits.connector_id = connector_of(card, plan->target);
	ret = limits.connector_id ? mc_create_errno(card, &limits) : -ENODEV;
	mc_close(card);
	/* The owner of before may still be on its way out, and the compositor. */
	if (ret == -EBUSY || ret == -ENODEV || ret == -ESRCH) {
		usleep(50000);
		return;
	}
	mc_expect(ret, 0);
	owner.fd = limits.context_fd;
	while (sessions-- && run_session(&owner))
		;
	if (mc_random(&owner.seed) % 2)
		check(mc_destroy_errno(owner.fd), "destroy");
	mc_close(owner.fd);
}

/* Clients: each has a lease of one target */

struct client {
	struct soak_board *board;
	unsigned int target;
	uint32_t seed;
	int card;		/* the lease */
	struct mc_kms *kms;
	struct mc_fb *fb[2];
	struct mc_fb *cursor;
	drmModeModeInfo modes[2];
	unsigned int turn;
};

static uint32_t dice(struct client *c, uint32_t sides)
{
	return mc_random(&c->seed) % sides;
}

/* The lease was revoked, or the device is gone. */
static bool lost(const struct client *c)
{
	drmModeCrtcPtr crtc = drmModeGetCrtc(c->card, c->kms->crtc);
	bool is = !crtc;

	drmModeFreeCrtc(crtc);
	return is || *(volatile bool *)&c->board->closing;
}

/* False: the end; a failure that nothing explains ends the test. */
static bool worked(struct client *c, int ret, const char *what)
{
	if (!ret)
		return true;
	igt_assert_f(lost(c), "client %u: %s: %s\n", c->target, what,
		     mc_strerror(ret));
	return false;
}

static int call_mode(struct client *c)
{
	return drmModeSetCrtc(c->card, c->kms->crtc, c->fb[c->turn % 2]->id,
			      0, 0, &c->kms->connector, 1, &c->kms->mode);
}

static bool set_mode(struct client *c)
{
	c->kms->mode = c->modes[dice(c, 2)];
	soak_count(&c->board->mode_sets);
	return worked(c, call_mode(c), "mode set");
}

static int call_flip(struct client *c)
{
	return drmModePageFlip(c->card, c->kms->crtc, c->fb[c->turn % 2]->id,
			       DRM_MODE_PAGE_FLIP_EVENT, NULL);
}

static void note(struct client *c, uint64_t vblanks)
{
	struct soak_flips *flips = &c->board->flips[c->target];
	/* The next vblank, or one more when it came meanwhile; and the hold. */
	uint32_t allowed = c->target < SOAK_OWNERS ? 3 : 2;

	flips->count++;
	flips->late += vblanks > allowed;
	if (vblanks > flips->worst)
		flips->worst = vblanks;
}

static bool flip(struct client *c)
{
	uint64_t before, end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	struct mc_flip flip;
	bool counted;

	c->turn++;
	/* Vblanks stand still while the driver sets the mode for an owner. */
	counted = !drmCrtcGetSequence(c->card, c->kms->crtc, &before, NULL);
	if (!worked(c, call_flip(c), "flip"))
		return false;
	while (!mc_try_flip(c->kms, &flip, 500)) {
		if (lost(c))
			return false;
		igt_assert_f(mc_now_ns() < end,
			     "client %u: the flip does not complete\n",
			     c->target);
	}
	if (counted)
		note(c, (uint32_t)(flip.sequence - (uint32_t)before));
	return true;
}

static void move_cursor(struct client *c)
{
	if (dice(c, 4))
		drmModeMoveCursor(c->card, c->kms->crtc, dice(c, 700) - 50,
				  dice(c, 500) - 50);
	else
		drmModeSetCursor(c->card, c->kms->crtc, c->cursor->handle, 64,
				 64);
	soak_count(&c->board->cursors);
}

static int call_off(struct client *c)
{
	return drmModeSetCrtc(c->card, c->kms->crtc, 0, 0, 0, NULL, 0, NULL);
}

static bool one_step(struct client *c)
{
	/* The target without owner does nothing but flip. */
	uint32_t what = c->target < SOAK_OWNERS ? dice(c, 50) : 49;

	if (what < 1)
		return worked(c, call_off(c), "off") &&
		       set_mode(c);
	if (what < 3)
		return set_mode(c);
	if (what < 8)
		move_cursor(c);
	return flip(c);
}

static void client_main(void *data)
{
	struct client *c = data;
	unsigned int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	c->kms = mc_kms(c->card, 0);
	for (i = 0; i < 2; i++) {
		c->fb[i] = mc_fb(c->card, SOAK_WIDTH, SOAK_HEIGHT,
				 DRM_FORMAT_XRGB8888);
		mc_fb_fill(c->fb[i], 0x203040 * i);
	}
	c->cursor = mc_fb(c->card, 64, 64, DRM_FORMAT_ARGB8888);
	mc_fb_fill(c->cursor, 0x80ffffff);
	c->modes[0] = mc_make_mode(SOAK_WIDTH, SOAK_HEIGHT, 60000);
	c->modes[1] = mc_make_mode(640, 480, 60000);
	soak_count(&c->board->running);
	__atomic_sub_fetch(&c->board->beginning, 1, __ATOMIC_SEQ_CST);
	if (set_mode(c))
		while (!over(c->board) && one_step(c))
			;
	__atomic_sub_fetch(&c->board->running, 1, __ATOMIC_SEQ_CST);
}

/* The compositor */

struct lease {
	pid_t pid;
	uint32_t id;
};

static void lease_out(int card, const struct soak_plan *plan, uint32_t *seed,
		      unsigned int target, struct lease *lease)
{
	struct client client = {
		.board = plan->board,
		.target = target,
		.seed = mc_random(seed),
	};
	struct mc_kms *kms;
	uint32_t objects[4];

	soak_count(&plan->board->beginning);
	/* Either the device stays until the client runs, or it may not begin. */
	if (*(volatile bool *)&plan->board->closing) {
		__atomic_sub_fetch(&plan->board->beginning, 1,
				   __ATOMIC_SEQ_CST);
		lease->pid = 0;
		return;
	}
	kms = mc_kms(card, connector_of(card, target));
	objects[0] = kms->connector;
	objects[1] = kms->crtc;
	objects[2] = kms->primary;
	objects[3] = kms->cursor;
	client.card = drmModeCreateLease(card, objects, ARRAY_SIZE(objects),
					 O_CLOEXEC, &lease->id);
	igt_assert_f(client.card >= 0, "lease: %s\n",
		     mc_strerror(client.card));
	lease->pid = mc_fork(client_main, &client);
	close(client.card);
	free(kms);
	soak_count(&plan->board->leases);
}

static bool end_lease(int card, struct lease *lease)
{
	int ret = drmModeRevokeLease(card, lease->id);

	igt_assert_f(!ret || ret == -ENODEV || ret == -ENOENT, "revoke: %s\n",
		     mc_strerror(ret));
	mc_join(lease->pid);
	return !ret;
}

void soak_compositor(void *data)
{
	const struct soak_plan *plan = data;
	volatile bool *closing = &plan->board->closing;
	struct lease leases[SOAK_TARGETS] = {};
	uint32_t seed = plan->seed;
	unsigned int i;
	int card;

	card = mc_card_open();
	igt_assert_eq(drmSetMaster(card), 0);
	for (i = 0; i < SOAK_TARGETS; i++)
		lease_out(card, plan, &seed, i, &leases[i]);
	while (!over(plan->board) && !*closing) {
		pause_up_to(&seed, 3000);
		if (over(plan->board) || *closing)
			break;
		i = mc_random(&seed) % SOAK_OWNERS;
		/* A client begins undisturbed. */
		if (__atomic_load_n(&plan->board->beginning, __ATOMIC_SEQ_CST))
			continue;
		if (leases[i].pid && end_lease(card, &leases[i]))
			lease_out(card, plan, &seed, i, &leases[i]);
	}
	for (i = 0; i < SOAK_TARGETS; i++)
		if (leases[i].pid)
			mc_join(leases[i].pid);
}
