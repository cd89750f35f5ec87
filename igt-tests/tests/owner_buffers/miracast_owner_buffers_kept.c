// SPDX-License-Identifier: MIT
/*
 * No buffer of the owner's is lost: whatever keeps CPU access to it from beginning, it
 * gets pictures again. And nobody waits for access that is not needed any more.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "lib_miracast_masters.h"
#include "lib_miracast_sync.h"
#include "miracast_owner_buffers.h"

#define WIDTH 640
#define HEIGHT 480
#define BUFFERS 3
/* Far less than a call is held for, far more than one takes. */
#define PROMPT_NS 5000000000ull

static const struct layout layout = {
	.exporter = MC_TEST, .format = DRM_FORMAT_XRGB8888, .buffers = BUFFERS,
	.width = WIDTH, .height = HEIGHT,
};

static void behave(const struct set *set, uint32_t begin_errno, uint32_t hold)
{
	unsigned int d;

	for (d = 0; d < set->dmabufs; d++)
		mc_dmabuf_set(set->dmabuf[d], begin_errno, 0, hold);
}

static unsigned int count_refused(const struct set *set)
{
	unsigned int d, refused = 0;

	for (d = 0; d < set->dmabufs; d++)
		refused += mc_dmabuf_get(set->dmabuf[d]).refused;
	return refused;
}

/* Waits until calls of the exporter are held. */
static void wait_held(const struct set *set)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;
	unsigned int d, held = 0;

	while (!held) {
		igt_assert_f(mc_now_ns() < end, "no call is held\n");
		usleep(1000);
		for (d = 0; d < set->dmabufs; d++)
			held += mc_dmabuf_get(set->dmabuf[d]).held;
	}
}

static void wait_refused(const struct set *set, unsigned int count)
{
	uint64_t end = mc_now_ns() + MC_TIMEOUT_MS * 1000000ull;

	while (count_refused(set) < count) {
		igt_assert_f(mc_now_ns() < end, "not asked %u times\n", count);
		usleep(1000);
	}
}

static int complete_errno(struct mc_ctx *ctx, uint64_t number)
{
	return mc_complete_errno(ctx->fd, number, DRM_MIRACAST_COMPLETION_SUCCESS);
}

/* Every buffer gets a picture while the owner has the others. */
static void expect_all(struct mc_ctx *ctx, struct mc_kms *kms, struct mc_fb *fb,
		       const struct set *set)
{
	struct mc_chunk chunk[BUFFERS];
	unsigned int i, seen = 0;

	for (i = 0; i < BUFFERS; i++) {
		mc_show(kms, fb, NULL, 0);
		mc_wait_chunk(ctx, &chunk[i]);
		seen |= 1u << set_index(ctx, set, &chunk[i]);
	}
	igt_assert_eq_u32(seen, (1u << BUFFERS) - 1);
	while (i)
		mc_release(ctx, &chunk[--i]);
}

/* A lit target whose context a broker pins. */
struct screen {
	struct set *set;
	struct mc_controlled c;
	struct mc_kms *kms;
	struct mc_fb *fb;
};

static void pinned_screen(struct screen *screen)
{
	struct drm_miracast_create_context limits = owner_limits(&layout);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	struct mc_chunk chunk;
	int card;

	screen->set = set_make(&layout);
	card = mc_card_open();
	mc_controlled(&screen->c, card, &limits);
	screen->kms = mc_kms(card, screen->c.ctx->connector);
	screen->fb = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_fb_paint(screen->fb, NULL, 1);
	set_give(screen->c.ctx, screen->set);
	mc_light(screen->kms, &mode, screen->fb);
	mc_complete_mode(screen->c.ctx, NULL);
	mc_wait_chunk(screen->c.ctx, &chunk);
	mc_release(screen->c.ctx, &chunk);
}

/*
 * The context is pinned to nobody while a picture is captured, which nobody gets then. The
 * mode stays, so the owner has nothing to complete when it is pinned again.
 */
static void test_pin_while_captured(void)
{
	struct screen screen;
	struct mc_chunk chunk;
	unsigned int i;

	pinned_screen(&screen);
	for (i = 0; i < 2 * BUFFERS; i++) {
		behave(screen.set, 0, MIRACAST_EXPORTER_HOLD_END);
		mc_flip(screen.kms, screen.fb, NULL, 0);
		wait_held(screen.set);
		mc_expect(mc_pin_errno(screen.c.control, 0), 0);
		behave(screen.set, 0, 0);
		mc_wait_flip(screen.kms, NULL);
		igt_assert(mc_settle());
		mc_expect(mc_pin_errno(screen.c.control,
				       mc_query(screen.c.control).current_master), 0);
		/* The screen is lit for it once more. */
		mc_wait_chunk(screen.c.ctx, &chunk);
		mc_release(screen.c.ctx, &chunk);
		mc_drain(screen.c.ctx, &chunk);
		expect_all(screen.c.ctx, screen.kms, screen.fb, screen.set);
	}
	mc_close(screen.c.control);
	mc_ctx_close(screen.c.ctx);
}

/* A picture that an encoder reads until the fence has signalled; the owner has the rest. */
static uint32_t release_one_fenced(struct mc_scene *scene, const struct set *set,
				   struct mc_chunk *rest, int fence)
{
	struct mc_chunk chunk;
	unsigned int i;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_expect(mc_release_fenced(scene->ctx->fd, chunk.event.buffer,
				    chunk.event.chunk_id, fence), 0);
	for (i = 0; i < BUFFERS - 1; i++) {
		mc_show(scene->kms, scene->fb[1], NULL, 0);
		mc_wait_chunk(scene->ctx, &rest[i]);
	}
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	return set_index(scene->ctx, set, &chunk);
}

/* Nobody is there to get the answer: the exporter is asked again. */
static void test_begin_fails_later(void)
{
	struct mc_chunk chunk, rest[BUFFERS - 1];
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_sync sync = mc_sync();
	uint32_t index;

	index = release_one_fenced(scene, set, rest, sync.fd);
	behave(set, ENOMEM, 0);
	mc_sync_signal(&sync);
	/* More and more rarely: about ten times in the first five seconds. */
	wait_refused(set, 3);
	igt_assert(!mc_try_chunk(scene->ctx, &chunk, 1000));
	igt_assert_lte_u64(count_refused(set), 20);
	behave(set, 0, 0);
	/* By itself: nothing is committed, and nothing released. */
	mc_wait_chunk(scene->ctx, &chunk);
	igt_assert_eq_u32(set_index(scene->ctx, set, &chunk), index);
	mc_release(scene->ctx, &chunk);
	mc_release(scene->ctx, &rest[0]);
	mc_release(scene->ctx, &rest[1]);
	expect_all(scene->ctx, scene->kms, scene->fb[1], set);
}

/* When the exporter has been asked for the fourth time: after 16, 32 and 64 ms. */
#define FOUR_TIMES_MS 112
/* As often it is asked before the pause is a second. */
#define UP_TO_LONGEST 7

/* The pauses begin anew when the exporter has given in, and refuses once more. */
static void test_begin_fails_again(void)
{
	struct mc_chunk chunk, rest[BUFFERS - 1];
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_sync first = mc_sync(), second = mc_sync();
	unsigned int before;

	release_one_fenced(scene, set, rest, first.fd);
	behave(set, EIO, 0);
	mc_sync_signal(&first);
	wait_refused(set, UP_TO_LONGEST);
	behave(set, 0, 0);
	mc_wait_chunk(scene->ctx, &chunk);

	mc_expect(mc_release_fenced(scene->ctx->fd, chunk.event.buffer,
				    chunk.event.chunk_id, second.fd), 0);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	behave(set, EIO, 0);
	before = count_refused(set);
	mc_sync_signal(&second);
	usleep(4 * FOUR_TIMES_MS * 1000);
	igt_assert_lte(before + 4, count_refused(set));
	behave(set, 0, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* Without a mode there is nothing to ask for; the next COMPLETE_MESSAGE gets the answer. */
static void test_begin_fails_until_complete(void)
{
	struct mc_chunk rest[BUFFERS - 1];
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_sync sync = mc_sync();
	struct mc_message message;
	unsigned int refused;

	release_one_fenced(scene, set, rest, sync.fd);
	behave(set, EIO, 0);
	mc_sync_signal(&sync);
	wait_refused(set, 1);
	mc_stop(scene->ctx);
	igt_assert(mc_settle());
	refused = count_refused(set);
	usleep(1500000);
	igt_assert_eq_u32(count_refused(set), refused);

	mc_start(scene->ctx);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(complete_errno(scene->ctx, message.event.number), -EIO);
	behave(set, 0, 0);
	mc_expect(complete_errno(scene->ctx, message.event.number), 0);
	mc_drain(scene->ctx, &rest[0]);
	expect_all(scene->ctx, scene->kms, scene->fb[1], set);
}

/* A child in COMPLETE_MESSAGE */

struct completion {
	struct mc_ctx *ctx;
	uint64_t number;
	int expected;
};

static void complete(void *data)
{
	const struct completion *completion = data;

	mc_expect(complete_errno(completion->ctx, completion->number),
		  completion->expected);
}

/* The work that begins access after a fence is held; COMPLETE_MESSAGE waits for it. */
static void test_destroyed_in_complete(void)
{
	struct mc_chunk rest[BUFFERS - 1];
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct completion completion = { .ctx = scene->ctx, .expected = -ESTALE };
	struct mc_sync sync = mc_sync();
	struct mc_message message;
	uint64_t start;
	pid_t pid;

	release_one_fenced(scene, set, rest, sync.fd);
	mc_stop(scene->ctx);
	mc_start(scene->ctx);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	completion.number = message.event.number;
	behave(set, 0, MIRACAST_EXPORTER_HOLD_BEGIN);
	mc_sync_signal(&sync);
	wait_held(set);
	pid = mc_fork(complete, &completion);
	mc_wait_stuck(pid, "prepare_all");

	start = mc_now_ns();
	mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
	mc_join(pid);
	igt_assert_lt_u64(mc_now_ns() - start, PROMPT_NS);
	behave(set, 0, 0);
	mc_ctx_close(scene->ctx);
	mc_wait_at_rest(scene->card);
}

/* What cannot be completed is refused at once, and access to nothing begins. */
static void test_complete_other(void)
{
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct mc_ctx *ctx = scene->ctx;
	struct mc_message message;
	struct mc_chunk chunk;
	uint64_t start;

	mc_wait_chunk(ctx, &chunk);
	mc_stop(ctx);
	mc_start(ctx);
	mc_arrive(ctx, WIDTH, HEIGHT);
	mc_wait_message(ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	behave(set, 0, MIRACAST_EXPORTER_HOLD_BEGIN);
	start = mc_now_ns();
	mc_expect(complete_errno(ctx, message.event.number + 1000), -ENOENT);
	mc_expect(complete_errno(ctx, scene->mode_set.event.number), -ESTALE);
	igt_assert_lt_u64(mc_now_ns() - start, PROMPT_NS);
	behave(set, EIO, 0);
	mc_expect(complete_errno(ctx, message.event.number + 1000), -ENOENT);
	mc_expect(complete_errno(ctx, message.event.number), -EIO);
	igt_assert_eq_u32(count_refused(set), 1);
	behave(set, 0, 0);
	mc_expect(complete_errno(ctx, message.event.number), 0);
	mc_wait_chunk(ctx, &chunk);
	/* Of this picture access has ended, and is not begun for a call that fails. */
	behave(set, EIO, 0);
	mc_expect(complete_errno(ctx, message.event.number), -EALREADY);
	igt_assert_eq_u32(count_refused(set), 1);
	behave(set, 0, 0);
	mc_release(ctx, &chunk);
}

/* The memory of the argument goes while RELEASE_CHUNK waits. */

struct releaser {
	int fd;
	struct drm_miracast_release_chunk *arg;
};

static void release(void *data)
{
	const struct releaser *releaser = data;

	igt_assert_eq(ioctl(releaser->fd, DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
			    releaser->arg), 0);
}

static void test_release_memory_gone(void)
{
	struct set *set = set_make(&layout);
	struct mc_scene *scene = owner_scene(set);
	struct releaser releaser = { .fd = scene->ctx->fd };
	int file = mc_keep(memfd_create("argument", MFD_CLOEXEC));
	struct mc_chunk chunk;
	pid_t pid;

	igt_assert(file >= 0);
	igt_assert_eq(ftruncate(file, sizeof(*releaser.arg)), 0);
	releaser.arg = mmap(NULL, sizeof(*releaser.arg), PROT_READ | PROT_WRITE,
			    MAP_SHARED, file, 0);
	igt_assert(releaser.arg != MAP_FAILED);
	mc_wait_chunk(scene->ctx, &chunk);
	*releaser.arg = (struct drm_miracast_release_chunk) {
		.buffer = chunk.event.buffer,
		.chunk_id = chunk.event.chunk_id,
	};
	behave(set, 0, MIRACAST_EXPORTER_HOLD_BEGIN);
	pid = mc_fork(release, &releaser);
	wait_held(set);
	igt_assert_eq(ftruncate(file, 0), 0);
	behave(set, 0, 0);
	/* It was released, and the call says so. */
	mc_join(pid);
	mc_expect(mc_release_errno(scene->ctx->fd, chunk.event.buffer,
				   chunk.event.chunk_id), -ENOENT);
	munmap(releaser.arg, sizeof(*releaser.arg));
}

const struct mc_subtest mc_owner_buffers_kept[] = {
	{ "kept-pin-while-captured",
	  "A buffer whose picture PIN has taken gets the next one, without a mode set.",
	  test_pin_while_captured },
	{ "kept-begin-fails-later",
	  "An exporter that fails after a fence is asked again, more and more rarely.",
	  test_begin_fails_later },
	{ "kept-begin-fails-again",
	  "One that has given in meanwhile is asked again soon.",
	  test_begin_fails_again },
	{ "kept-begin-fails-until-complete",
	  "Not without a mode: then COMPLETE_MESSAGE asks, and gets the answer.",
	  test_begin_fails_until_complete },
	{ "kept-destroyed-in-complete",
	  "The end of the context ends a COMPLETE_MESSAGE that waits for another thread.",
	  test_destroyed_in_complete },
	{ "kept-complete-other",
	  "COMPLETE_MESSAGE of no pending message waits for nothing and begins nothing.",
	  test_complete_other },
	{ "kept-release-memory-gone",
	  "RELEASE_CHUNK succeeds when it has released, whatever became of its argument.",
	  test_release_memory_gone },
	{}
};
