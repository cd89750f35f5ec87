// SPDX-License-Identifier: MIT
/*
 * The owner's own dma-bufs as targets of COPY: when SET_BUFFERS is allowed, and when it is
 * required.
 */
#include "miracast_owner_buffers.h"

IGT_TEST_DESCRIPTION("COPY delivery into dma-bufs that the owner provides.");

/* The next chunk shows @fb and is in @set. */
static void expect_picture(struct mc_ctx *ctx, const struct set *set,
			   const struct mc_fb *fb, const char *what)
{
	struct mc_picture *seen = mc_fb_seen(fb, 0, 0, fb->width, fb->height);
	struct mc_chunk chunk;

	mc_wait_chunk(ctx, &chunk);
	set_index(ctx, set, &chunk);
	mc_assert_chunk(ctx, &chunk, seen, what);
	mc_release(ctx, &chunk);
	mc_picture_free(seen);
}

static int complete_errno(struct mc_ctx *ctx, const struct mc_message *message)
{
	return mc_complete_errno(ctx->fd, message->event.number,
				 DRM_MIRACAST_COMPLETION_SUCCESS);
}

static struct layout layout_of(uint32_t width, uint32_t height,
			       uint32_t buffers)
{
	return (struct layout) {
		.exporter = MC_VGEM,
		.format = DRM_FORMAT_XRGB8888,
		.buffers = buffers,
		.width = width,
		.height = height,
	};
}

/* When */

static void test_before_start(void)
{
	struct set *set = set_simple(640, 480, 3);
	struct drm_miracast_create_context limits = owner_limits(&set->layout);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);

	set_give(ctx, set);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	mc_fb_paint(fb, NULL, 1);
	mc_light(kms, &mode, fb);
	mc_complete_mode(ctx, NULL);
	expect_picture(ctx, set, fb, "given before the session");
	mc_ctx_close(ctx);
}

static void test_before_monitor(void)
{
	struct set *set = set_simple(640, 480, 3);
	struct drm_miracast_create_context limits = owner_limits(&set->layout);
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);

	mc_start(ctx);
	set_give(ctx, set);
	mc_arrive(ctx, 640, 480);
	set_give(ctx, set);
	mc_fb_paint(fb, NULL, 1);
	mc_light(kms, &mode, fb);
	set_give(ctx, set);
	mc_complete_mode(ctx, NULL);
	expect_picture(ctx, set, fb, "given again and again");
	mc_ctx_close(ctx);
}

static void test_required(void)
{
	struct layout layout = layout_of(640, 480, 3);
	struct mc_message message;
	struct mc_scene *scene;
	struct set *set;

	mc_require_exporter(MC_VGEM);
	scene = owner_scene_lit(&layout);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(complete_errno(scene->ctx, &message), -ENOTCONN);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	mc_expect(complete_errno(scene->ctx, &message), -ENOTCONN);
	/* The message is still open. */
	set = set_make(&layout);
	set_give(scene->ctx, set);
	mc_expect(complete_errno(scene->ctx, &message), 0);
	expect_picture(scene->ctx, set, scene->fb[0], "after all");
	mc_expect(complete_errno(scene->ctx, &message), -EALREADY);
}

static void test_refused_without(void)
{
	struct layout layout = layout_of(640, 480, 3);
	struct mc_message message;
	struct mc_scene *scene;

	/* Refusing a mode needs no buffers. */
	scene = owner_scene_lit(&layout);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	mc_expect(mc_complete_errno(scene->ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_REFUSED), 0);
}

static void test_already(void)
{
	struct set *set = set_simple(640, 480, 3);
	struct set *other = set_simple(640, 480, 3);
	struct mc_scene *scene = owner_scene(set);
	struct mc_ctx *ctx = scene->ctx;

	mc_expect(set_give_errno(ctx, other), -EALREADY);
	expect_picture(ctx, set, scene->fb[0], "first picture");
	mc_expect(set_give_errno(ctx, other), -EALREADY);
	mc_expect(set_give_errno(ctx, set), -EALREADY);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	expect_picture(ctx, set, scene->fb[0], "after EALREADY");
	set_assert_outside(other, 0, 0);
	/* Without monitor, or without session, no mode is in force. */
	mc_depart(ctx);
	set_give(ctx, other);
	mc_stop(ctx);
	set_give(ctx, set);
}

static void test_without_flag(void)
{
	struct set *set = set_simple(640, 480, 3);
	int card = mc_card_open();
	unsigned int state;

	for (state = 0; state < MC_STATES; state++) {
		struct mc_ctx *ctx = mc_ctx_in_state(card, state);

		mc_expect(set_give_errno(ctx, set), -EOPNOTSUPP);
		mc_ctx_close(ctx);
	}
}

/* In DIRECT nothing is copied, so there is nothing to give. */
static void test_direct(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(640, 480);
	int card = mc_card_open();

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	igt_assert(mc_at_rest(card));
}

/* Sizes */

static void light(struct mc_scene *scene, uint32_t width, uint32_t height,
		  struct mc_fb **fb, struct mc_message *message)
{
	drmModeModeInfo mode = mc_make_mode(width, height, 60000);

	*fb = mc_fb(scene->card, width, height, DRM_FORMAT_XRGB8888);
	mc_fb_paint(*fb, NULL, width);
	mc_light(scene->kms, &mode, *fb);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MSG_MODE_SET, message);
}

/* Before a mode is known there must be room for the largest. */
static void test_size_of_limits(void)
{
	struct set *small = set_simple(640, 480, 2);
	struct set *low = set_simple(800, 599, 2);
	struct set *narrow = set_simple(799, 600, 2);
	struct set *large = set_simple(800, 600, 2);
	struct drm_miracast_create_context limits =
		owner_limits(&large->layout);
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), &limits);
	int i;

	for (i = 0; i < 3; i++) {
		mc_expect(set_give_errno(ctx, small), -EINVAL);
		mc_expect(set_give_errno(ctx, low), -EINVAL);
		mc_expect(set_give_errno(ctx, narrow), -EINVAL);
		set_give(ctx, large);
		if (i == 0)
			mc_start(ctx);
		else
			mc_arrive(ctx, 640, 480);
	}
	mc_ctx_close(ctx);
}

/* While a mode is pending there must be room for that one. */
static void test_size_of_mode(void)
{
	struct set *small = set_simple(640, 480, 2);
	struct set *middle = set_simple(720, 500, 2);
	struct layout layout = layout_of(800, 600, 2);
	struct mc_message first, second;
	struct mc_scene *scene;
	struct mc_ctx *ctx;
	struct mc_fb *fb;

	scene = owner_scene_lit(&layout);
	ctx = scene->ctx;
	mc_wait_message(ctx, DRM_MIRACAST_MSG_MODE_SET, &first);
	mc_expect(set_give_errno(ctx, small), -EINVAL);
	mc_expect(set_give_errno(ctx, middle), -EINVAL);
	light(scene, 640, 480, &fb, &second);
	set_give(ctx, small);
	mc_expect(complete_errno(ctx, &first), -ESTALE);
	mc_expect(complete_errno(ctx, &second), 0);
	expect_picture(ctx, small, fb, "640x480");

	/* Too small for the next mode: only COMPLETE can find that. */
	light(scene, 720, 500, &fb, &second);
	mc_expect(complete_errno(ctx, &second), -EINVAL);
	mc_expect(set_give_errno(ctx, small), -EINVAL);
	mc_expect(complete_errno(ctx, &second), -EINVAL);
	mc_no_chunk(ctx, 100);
	set_give(ctx, middle);
	mc_expect(complete_errno(ctx, &second), 0);
	expect_picture(ctx, middle, fb, "720x500");

	/* Room for more is room enough. */
	light(scene, 656, 496, &fb, &second);
	mc_expect(complete_errno(ctx, &second), 0);
	expect_picture(ctx, middle, fb, "656x496");
	set_assert_outside(small, 640, 480);
}

static void test_new_set_for_new_mode(void)
{
	static const struct { uint32_t width, height; } sizes[] = {
		{ 640, 480 }, { 800, 600 }, { 641, 481 }, { 720, 576 },
	};
	struct layout layout = layout_of(800, 600, 2);
	struct mc_scene *scene;
	unsigned int i;

	mc_require_exporter(MC_VGEM);
	scene = owner_scene_lit(&layout);
	for (i = 0; i < 3 * ARRAY_SIZE(sizes); i++) {
		uint32_t width = sizes[i % ARRAY_SIZE(sizes)].width;
		uint32_t height = sizes[i % ARRAY_SIZE(sizes)].height;
		struct set *set = set_simple(width, height, 2);
		struct mc_message message;
		struct mc_fb *fb;

		light(scene, width, height, &fb, &message);
		set_give(scene->ctx, set);
		mc_expect(complete_errno(scene->ctx, &message), 0);
		expect_picture(scene->ctx, set, fb, "new set");
		mc_show(scene->kms, fb, NULL, 0);
		expect_picture(scene->ctx, set, fb, "new set, again");
		set_assert_outside(set, width, height);
		set_close(set);
	}
}

/* How long */

static void test_replaced(void)
{
	struct set *old = set_simple(640, 480, 3);
	struct set *new = set_simple(640, 480, 3);
	struct mc_scene *scene = owner_scene_lit(&old->layout);
	int i;

	set_give(scene->ctx, old);
	set_give(scene->ctx, new);
	mc_complete_mode(scene->ctx, NULL);
	for (i = 0; i < 5; i++) {
		expect_picture(scene->ctx, new, scene->fb[i % 2],
			       "in the newer set");
		mc_fb_paint(scene->fb[(i + 1) % 2], NULL, i);
		mc_show(scene->kms, scene->fb[(i + 1) % 2], NULL, 0);
	}
	set_assert_outside(old, 0, 0);
}

/* Numbers from before are not those of the newer set, and the pictures stay the owner's. */
static void test_replaced_held(void)
{
	struct set *old = set_simple(800, 600, 3);
	struct set *new = set_simple(640, 480, 3);
	struct mc_scene *scene = owner_scene(old);
	struct drm_miracast_buffer info;
	struct mc_message message;
	struct mc_chunk held[3];
	struct mc_fb *fb;
	int i, fd = scene->ctx->fd;

	for (i = 0; i < 3; i++) {
		if (i)
			mc_show(scene->kms, scene->fb[0], NULL, 0);
		mc_wait_chunk(scene->ctx, &held[i]);
	}
	light(scene, 640, 480, &fb, &message);
	for (i = 0; i < 3; i++) {
		mc_expect(mc_get_buffer_errno(fd, held[i].event.buffer, &info), 0);
		mc_close(info.fds[0]);
	}
	set_give(scene->ctx, new);
	for (i = 0; i < 3; i++) {
		mc_expect_f(mc_get_buffer_errno(fd, held[i].event.buffer, &info),
			    -ESTALE, "buffer %d", i);
		mc_release(scene->ctx, &held[i]);
	}
	mc_expect(complete_errno(scene->ctx, &message), 0);
	expect_picture(scene->ctx, new, fb, "in the newer set");
}

/* A set that was refused leaves the one before in place. */
static void test_failed_changes_nothing(void)
{
	struct set *set = set_simple(640, 480, 3);
	struct set *bad = set_simple(640, 480, 3);
	struct mc_scene *scene = owner_scene_lit(&set->layout);
	struct mc_chunk chunk;

	set_give(scene->ctx, set);
	bad->buffers[2].fds[0] = scene->card;
	mc_expect(set_give_errno(scene->ctx, bad), -EINVAL);
	bad->buffers[2].fds[0] = -1;
	mc_expect(set_give_errno(scene->ctx, bad), -EBADF);
	mc_complete_mode(scene->ctx, NULL);
	expect_picture(scene->ctx, set, scene->fb[0], "the set before");
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	set_index(scene->ctx, set, &chunk);
	mc_release(scene->ctx, &chunk);
	set_assert_outside(bad, 0, 0);
}

static void test_sessions(void)
{
	struct set *set = set_simple(640, 480, 3);
	struct mc_scene *scene = owner_scene(set);
	struct mc_ctx *ctx = scene->ctx;
	struct mc_chunk chunk;
	int i;

	expect_picture(ctx, set, scene->fb[0], "first session");
	for (i = 0; i < 10; i++) {
		/* Held over the end of the session in every other round. */
		if (i % 2) {
			mc_show(scene->kms, scene->fb[0], NULL, 0);
			mc_wait_chunk(ctx, &chunk);
		}
		mc_stop(ctx);
		if (i % 2)
			mc_expect(mc_release_errno(ctx->fd, chunk.event.buffer,
						   chunk.event.chunk_id),
				  -ESTALE);
		mc_start(ctx);
		mc_arrive(ctx, 640, 480);
		mc_complete_mode(ctx, NULL);
		expect_picture(ctx, set, scene->fb[0], "next session");
	}
	set_assert_outside(set, 640, 480);
}

/* All buffers come into use, and no other. */
static void test_all_used(void)
{
	struct set *set = set_simple(640, 480, MOST_BUFFERS);
	struct mc_scene *scene = owner_scene(set);
	struct mc_chunk chunk[MOST_BUFFERS];
	unsigned int i, seen = 0;

	for (i = 0; i < MOST_BUFFERS; i++) {
		mc_wait_chunk(scene->ctx, &chunk[i]);
		seen |= 1u << set_index(scene->ctx, set, &chunk[i]);
		mc_show(scene->kms, scene->fb[i % 3], NULL, 0);
	}
	igt_assert_eq_u32(seen, (1u << MOST_BUFFERS) - 1);
	mc_no_chunk(scene->ctx, 100);
	for (i = 0; i < MOST_BUFFERS; i++)
		mc_release(scene->ctx, &chunk[i]);
	mc_wait_chunk(scene->ctx, &chunk[0]);
	mc_release(scene->ctx, &chunk[0]);
}

/* The owner's memory is its own. */
static void test_not_charged(void)
{
	struct layout layout = layout_of(4096, 2160, MOST_BUFFERS);
	struct drm_miracast_create_context limits = owner_limits(&layout);
	struct drm_miracast_query_caps before, during;
	struct mc_ctx *ctx;
	int card;

	/* The budget of picture memory would not suffice for this. */
	mc_module_reload("picture_memory_mib=16");
	card = mc_card_open();
	before = mc_caps(card);
	ctx = mc_ctx_create(card, &limits);
	during = mc_caps(card);
	igt_assert_eq_u64(during.picture_memory_free,
			  before.picture_memory_free);
	igt_assert_eq_u64(mc_statistics(ctx).picture_memory, 0);
	igt_assert_lt_u64(during.macroblock_rate_free,
			  before.macroblock_rate_free);
	mc_ctx_close(ctx);
	limits.flags = 0;
	mc_expect(mc_create_errno(card, &limits), -EINVAL);
	mc_close(card);
}

static const struct mc_subtest subtests[] = {
	{ "before-start", "Buffers can be given before the session.",
	  test_before_start },
	{ "before-monitor",
	  "And any number of times until a mode is accepted.",
	  test_before_monitor },
	{ "required",
	  "Without buffers a mode cannot be accepted; its message stays open.",
	  test_required },
	{ "refused-without", "It can be refused.", test_refused_without },
	{ "already",
	  "While an accepted mode is in force the buffers stay.",
	  test_already },
	{ "without-flag",
	  "SET_BUFFERS is for contexts that were made for it.",
	  test_without_flag },
	{ "direct", "DIRECT contexts have no use for them.", test_direct },
	{ "size-of-limits",
	  "Buffers given early have to have room for any mode.",
	  test_size_of_limits },
	{ "size-of-mode",
	  "Buffers for a mode have to have room for it.", test_size_of_mode },
	{ "new-set-for-new-mode", "Every mode can have its own set.",
	  test_new_set_for_new_mode },
	{ "replaced", "A newer set replaces the older one.", test_replaced },
	{ "replaced-held",
	  "The numbers of held pictures then name no buffer.", test_replaced_held },
	{ "failed-changes-nothing",
	  "A refused set leaves the one before in place.",
	  test_failed_changes_nothing },
	{ "sessions", "A set stays from session to session.", test_sessions },
	{ "all-used", "All buffers of the set are used, and no other.",
	  test_all_used },
	{ "not-charged", "The owner's memory is not picture memory.",
	  test_not_charged },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_owner_buffers_picture);
	mc_subtests(mc_owner_buffers_input);
	mc_subtests(mc_owner_buffers_life);
	mc_subtests(mc_owner_buffers_fence);
	mc_subtests(mc_owner_buffers_access);
	mc_subtests(mc_owner_buffers_kept);
}
