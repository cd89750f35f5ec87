// SPDX-License-Identifier: MIT
/*
 * The purpose of parts: the first one arrives while the rest is still being made. And the
 * consequence: sessions, monitors, owners and devices can end in the middle of a picture.
 */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "lib_miracast_masters.h"
#include "miracast_parts.h"

/* Large enough that the making of a picture takes its time. */
#define WIDTH	1920
#define HEIGHT	1080
#define PARTS	16

#define SEEDS	2

static unsigned int cycles(void)
{
	unsigned int cycles = mc_setting("MIRACAST_CYCLES", 100);

	return cycles < 100 ? cycles : 100;
}

/* Framebuffers 0 and 1 have patterns of their own. */
static struct mc_scene *early_scene(uint32_t format)
{
	struct mc_scene *scene = parts_scene(WIDTH, HEIGHT, 3, PARTS, format);
	struct parts picture;
	uint32_t i;

	for (i = 0; i < SEEDS; i++)
		mc_fb_paint(scene->fb[i], NULL, i);
	parts_wait(scene->ctx, PARTS, &picture);
	parts_release(scene->ctx, &picture);
	return scene;
}

/* Reads no more than the next part; every part here has one clip. */
static void next_part(struct mc_ctx *ctx, struct mc_chunk *part)
{
	uint64_t bytes[(sizeof(part->event) + sizeof(part->clips[0])) / 8];

	igt_assert(mc_poll(ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	igt_assert_eq(read(ctx->fd, bytes, sizeof(bytes)), sizeof(bytes));
	mc_parse_chunk((const void *)bytes, part);
	igt_assert_eq_u32(part->event.clip_count, 1);
}

static uint64_t last_part(const struct mc_chunk *part)
{
	uint64_t frame = DRM_MIRACAST_FRAME_OF_CHUNK_ID(part->event.chunk_id);

	return DRM_MIRACAST_MAKE_CHUNK_ID(frame, 0);
}

static void flip(struct mc_scene *scene, unsigned int i)
{
	mc_flip(scene->kms, scene->fb[i % SEEDS], NULL, 0);
}

/* Reading */

struct early {
	struct mc_picture *seen[SEEDS];
	struct mc_nv12 *nv12[SEEDS];
	unsigned int count;	/* pictures whose first part came early */
};

static void check_lines(struct mc_scene *scene, struct early *early,
			unsigned int i, const struct mc_chunk *part)
{
	uint32_t first = part->event.line_first, pitch;
	const uint8_t *pixels;

	if (scene->ctx->format == DRM_FORMAT_NV12) {
		mc_nv12_assert_lines(scene->ctx, part, early->nv12[i], first,
				     part->event.line_count, "a part");
		return;
	}
	pixels = mc_chunk_pixels(scene->ctx, part, &pitch);
	mc_assert_pixels(pixels + (size_t)first * pitch, pitch,
			 early->seen[i]->pixels + (size_t)first * WIDTH,
			 early->seen[i]->pitch, WIDTH,
			 part->event.line_count, "a part");
}

static void read_early(struct mc_scene *scene, struct early *early,
		       unsigned int i)
{
	struct mc_ctx *ctx = scene->ctx;
	uint64_t first_ns, last_ns;
	struct mc_chunk part;
	int ret;

	flip(scene, i);
	next_part(ctx, &part);
	first_ns = part.event.ready_time_ns - part.event.commit_time_ns;
	/* This shows whether the rest has been announced. */
	mc_expect(mc_release_errno(ctx->fd, part.event.buffer,
				   part.event.chunk_id), -EINVAL);
	ret = mc_release_errno(ctx->fd, part.event.buffer, last_part(&part));
	igt_assert(!ret || ret == -ENOENT);
	early->count += ret == -ENOENT;
	for (;;) {
		if (ret)
			check_lines(scene, early, i, &part);
		if (part.event.chunk_id == last_part(&part))
			break;
		next_part(ctx, &part);
	}
	last_ns = part.event.ready_time_ns - part.event.commit_time_ns;
	igt_assert_lt_u64(first_ns, last_ns);
	if (ret)
		mc_release(ctx, &part);
	mc_wait_flip(scene->kms, NULL);
}

static void first_part_early(uint32_t format)
{
	struct mc_scene *scene;
	struct early early = {};
	unsigned int i, pictures = 30;

	/* One processor cannot read while it copies. */
	igt_require(sysconf(_SC_NPROCESSORS_ONLN) > 1);
	scene = early_scene(format);
	for (i = 0; i < SEEDS; i++) {
		early.seen[i] = mc_fb_seen(scene->fb[i], 0, 0, WIDTH, HEIGHT);
		early.nv12[i] = mc_nv12(WIDTH, HEIGHT);
		mc_nv12_convert(early.nv12[i], early.seen[i], NULL);
	}
	for (i = 0; i < pictures; i++)
		read_early(scene, &early, (i + 1) % SEEDS);
	igt_info("%u of %u pictures were read while they were made\n",
		 early.count, pictures);
	igt_assert_f(early.count, "the first part never came early\n");
	for (i = 0; i < SEEDS; i++) {
		mc_picture_free(early.seen[i]);
		mc_nv12_free(early.nv12[i]);
	}
}

static void test_first(void)
{
	first_part_early(DRM_FORMAT_XRGB8888);
}

static void test_first_nv12(void)
{
	first_part_early(DRM_FORMAT_NV12);
}

/* Ends in the middle */

static void expect_stopped(struct mc_ctx *ctx)
{
	const struct drm_miracast_event *event =
		mc_next_event(ctx, MC_TIMEOUT_MS);
	struct mc_message message;

	igt_assert(event);
	mc_parse_message(event, &message);
	igt_assert_eq_u32(message.event.code, DRM_MIRACAST_MSG_STOPPED);
	mc_no_event(ctx, 20);
}

static void expect_whole_picture(struct mc_scene *scene, unsigned int i)
{
	struct mc_picture *seen = mc_fb_seen(scene->fb[i % SEEDS], 0, 0, WIDTH,
					     HEIGHT);
	struct parts picture;

	parts_wait(scene->ctx, PARTS, &picture);
	igt_assert(picture.part[0].event.base.flags &
		   DRM_MIRACAST_CHUNK_FLAG_FULL);
	mc_assert_chunk(scene->ctx, &picture.part[0], seen, "a new picture");
	parts_release(scene->ctx, &picture);
	mc_picture_free(seen);
}

static void test_stop(void)
{
	struct mc_scene *scene = early_scene(DRM_FORMAT_XRGB8888);
	struct mc_ctx *ctx = scene->ctx;
	struct mc_chunk part;
	unsigned int i;

	for (i = 0; i < cycles(); i++) {
		flip(scene, i);
		next_part(ctx, &part);
		usleep(i % 8 * 500);
		mc_stop(ctx);
		mc_expect(mc_release_errno(ctx->fd, part.event.buffer,
					   last_part(&part)), -ESTALE);
		mc_wait_flip(scene->kms, NULL);
		expect_stopped(ctx);
		mc_start(ctx);
		mc_arrive(ctx, WIDTH, HEIGHT);
		mc_complete_mode(ctx, NULL);
		expect_whole_picture(scene, i);
	}
}

static void test_depart(void)
{
	struct mc_scene *scene = early_scene(DRM_FORMAT_XRGB8888);
	struct mc_ctx *ctx = scene->ctx;
	struct mc_chunk part;
	unsigned int i;

	for (i = 0; i < cycles(); i++) {
		flip(scene, i);
		next_part(ctx, &part);
		usleep(i % 8 * 500);
		mc_depart(ctx);
		mc_wait_flip(scene->kms, NULL);
		/* Parts that were sent before may be read; then it ends. */
		mc_arrive(ctx, WIDTH, HEIGHT);
		mc_complete_mode(ctx, NULL);
		/* Known when it was complete. */
		mc_release_errno(ctx->fd, part.event.buffer, last_part(&part));
		expect_whole_picture(scene, i);
	}
	igt_assert_eq_u32(mc_statistics(ctx).unreleased_chunks, 0);
}

/* Events of the old mode may still be read, then the new one begins. */
static void test_mode_set(void)
{
	struct mc_scene *scene = early_scene(DRM_FORMAT_XRGB8888);
	drmModeModeInfo large = scene->kms->mode;
	drmModeModeInfo small = mc_make_mode(641, 481, 60000);
	struct mc_fb *fb = mc_fb(scene->card, 641, 481, DRM_FORMAT_XRGB8888);
	struct mc_picture *seen;
	struct parts picture;
	struct mc_chunk part;
	unsigned int i;

	mc_fb_paint(fb, NULL, 7);
	seen = mc_fb_seen(fb, 0, 0, 641, 481);
	for (i = 0; i < cycles() / 2; i++) {
		flip(scene, i);
		next_part(scene->ctx, &part);
		mc_light(scene->kms, &small, fb);
		mc_wait_flip(scene->kms, NULL);
		mc_complete_mode(scene->ctx, NULL);
		mc_release_errno(scene->ctx->fd, part.event.buffer,
				 last_part(&part));
		parts_wait(scene->ctx, PARTS, &picture);
		mc_assert_chunk(scene->ctx, &picture.part[0], seen,
				"small mode");
		parts_release(scene->ctx, &picture);
		mc_light(scene->kms, &large, scene->fb[i % SEEDS]);
		mc_complete_mode(scene->ctx, NULL);
		expect_whole_picture(scene, i);
	}
	mc_picture_free(seen);
}

/* Reads all events; returns whether the picture's last part was among them. */
static bool take_sent(struct mc_ctx *ctx, uint64_t last)
{
	struct mc_chunk part;
	bool complete = false;

	while (mc_try_chunk(ctx, &part, 0))
		complete |= part.event.chunk_id == last;
	return complete;
}

static void pin_to_current(const struct mc_controlled *c)
{
	mc_expect(mc_pin_errno(c->control, mc_query(c->control).current_master),
		  0);
}

/*
 * Pinned to another master in the middle of a picture: what was sent before may be
 * read, and nothing comes afterwards.
 */
static void test_pin(void)
{
	struct drm_miracast_create_context limits =
		parts_limits(WIDTH, HEIGHT, 3, PARTS);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	unsigned int i, interrupted = 0;
	struct mc_scene scene = {};
	struct mc_controlled c;
	int cards[2];

	mc_two_masters(cards);
	mc_controlled(&c, cards[0], &limits);
	scene.card = cards[0];
	scene.ctx = c.ctx;
	scene.kms = mc_kms(cards[0], c.ctx->connector);
	for (i = 0; i < SEEDS; i++) {
		scene.fb[i] = mc_fb(cards[0], WIDTH, HEIGHT,
				    DRM_FORMAT_XRGB8888);
		mc_fb_paint(scene.fb[i], NULL, i);
	}
	for (i = 0; i < cycles(); i++) {
		struct mc_chunk part;
		bool complete;

		mc_light(scene.kms, &mode, scene.fb[i % SEEDS]);
		/* The mode stays the same. */
		if (!i)
			mc_complete_mode(c.ctx, NULL);
		expect_whole_picture(&scene, i);
		flip(&scene, i + 1);
		next_part(c.ctx, &part);
		mc_switch_master(cards[0], cards[1]);
		pin_to_current(&c);
		complete = take_sent(c.ctx, last_part(&part));
		mc_no_chunk(c.ctx, 20);
		mc_expect(mc_release_errno(c.ctx->fd, part.event.buffer,
					   last_part(&part)),
			  complete ? 0 : -ENOENT);
		interrupted += !complete;
		mc_wait_flip(scene.kms, NULL);
		mc_switch_master(cards[1], cards[0]);
		mc_off(scene.kms);
		pin_to_current(&c);
	}
	igt_info("%u of %u pictures were interrupted\n", interrupted, i);
	/* One processor seldom does anything else while it copies. */
	igt_assert_f(interrupted || sysconf(_SC_NPROCESSORS_ONLN) == 1,
		     "no picture was interrupted\n");
}

static void test_destroy(void)
{
	unsigned int i;

	for (i = 0; i < cycles() / 4; i++) {
		struct mc_scene *scene = early_scene(DRM_FORMAT_XRGB8888);
		struct mc_chunk part;

		flip(scene, i);
		next_part(scene->ctx, &part);
		usleep(i % 8 * 500);
		if (i % 2) {
			mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
			mc_expect(mc_release_errno(scene->ctx->fd,
						   part.event.buffer,
						   last_part(&part)), -ESTALE);
		}
		mc_ctx_close(scene->ctx);
		mc_wait_flip(scene->kms, NULL);
		mc_wait_at_rest(scene->card);
		mc_forget_all();
	}
}

/* An owner that dies as soon as it has a first part. */
static void short_lived(void *data)
{
	const uint32_t *connector = data;
	struct drm_miracast_create_context limits =
		parts_limits(WIDTH, HEIGHT, 2, PARTS);
	int card = mc_card_open();
	struct mc_chunk part;
	struct mc_ctx *ctx;

	limits.connector_id = *connector;
	ctx = mc_ctx_create(card, &limits);
	mc_close(card);
	mc_start(ctx);
	mc_arrive(ctx, WIDTH, HEIGHT);
	mc_complete_mode(ctx, NULL);
	next_part(ctx, &part);
	raise(SIGKILL);
}

static void test_kill(void)
{
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	int card = mc_card_open(), status;
	struct mc_kms *kms = mc_kms(card, 0);
	struct mc_fb *fb[SEEDS];
	unsigned int i, n = 0;

	for (i = 0; i < SEEDS; i++)
		fb[i] = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb[0]);
	for (i = 0; i < cycles() / 2; i++) {
		pid_t pid = mc_fork(short_lived, &kms->connector);

		while (!waitpid(pid, &status, WNOHANG))
			mc_show(kms, fb[n++ % SEEDS], NULL, 0);
		/* Its number may be another's by now. */
		mc_forget_process(pid);
		igt_assert_f(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
			     "the owner failed, status %#x\n", status);
		mc_wait_at_rest(card);
	}
}

static void test_unplug(void)
{
	unsigned int i;

	for (i = 0; i < cycles() / 10 + 1; i++) {
		struct mc_scene *scene = early_scene(DRM_FORMAT_XRGB8888);
		struct mc_chunk part;

		flip(scene, i);
		next_part(scene->ctx, &part);
		usleep(i % 8 * 500);
		mc_unbind();
		mc_expect(mc_release_errno(scene->ctx->fd, part.event.buffer,
					   last_part(&part)), -ENODEV);
		mc_ctx_close(scene->ctx);
		mc_forget_all();
		mc_bind();
	}
}

const struct mc_subtest mc_parts_early[] = {
	{ "first-early",
	  "poll() wakes for the first part, whose lines are right, before the last one is made.",
	  test_first },
	{ "first-early-nv12", "The same in NV12.", test_first_nv12 },
	{ "stop", "STOP_SESSION in the middle of a picture ends it.",
	  test_stop },
	{ "depart", "So does MONITOR_DEPART.", test_depart },
	{ "pin", "So does PIN to another master.", test_pin },
	{ "mode-set", "A mode set then does no harm.", test_mode_set },
	{ "destroy", "Nor do DESTROY_CONTEXT and the last close.",
	  test_destroy },
	{ "kill", "Nor does kill -9.", test_kill },
	{ "unplug", "Nor does taking the device away.", test_unplug },
	{}
};
