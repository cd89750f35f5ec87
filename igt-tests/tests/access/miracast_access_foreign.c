// SPDX-License-Identifier: MIT
/*
 * Pictures belong to the master that made them: a picture that one master has left on the
 * screen does not become another's, even if that one shows it.
 */
#include <fcntl.h>
#include <sys/syscall.h>

#include "miracast_access.h"

#define COLOUR_A 0x00c01010
#define COLOUR_B 0x001010c0

/*
 * A's screen is lit and A has left; B is master and has a context for the same
 * target, with a monitor.
 */
struct remains {
	int cards[2];
	struct access_screen mine, other;
	struct mc_ctx *ctx;
};

static void leave_picture(struct remains *r)
{
	mc_two_masters(r->cards);
	access_screen(&r->mine, r->cards[0], 0, COLOUR_A);
	access_light(&r->mine);
	mc_switch_master(r->cards[0], r->cards[1]);
}

static void come_next(struct remains *r)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);

	limits.connector_id = r->mine.kms->connector;
	r->ctx = mc_ctx_create(r->cards[1], &limits);
	mc_start(r->ctx);
	mc_arrive(r->ctx, 640, 480);
	access_screen(&r->other, r->cards[1], r->ctx->connector, COLOUR_B);
	r->other.kms->mode = r->other.mode;
}

static void expect_no_picture(struct remains *r)
{
	mc_expect(mc_request_frame_errno(r->ctx->fd), 0);
	mc_no_chunk(r->ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_picture_state(r->ctx),
			  DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT);
}

static void finish(struct remains *r)
{
	mc_ctx_close(r->ctx);
	mc_fb_free(r->mine.fb);
	mc_fb_free(r->other.fb);
}

static void test_residual(void)
{
	struct remains r;

	leave_picture(&r);
	come_next(&r);
	mc_wait_picture_state(r.ctx,
			      DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT);
	expect_no_picture(&r);
	/* A flip by the new master does not make the CRTC's other contents its own. */
	mc_show(r.other.kms, r.other.fb, NULL, 0);
	expect_no_picture(&r);
	access_light(&r.other);
	access_expect_screen(r.ctx, &r.other);
	finish(&r);
}

/* Sets the mode, and shows what the other master's framebuffer shows. */
static void test_foreign_framebuffer(void)
{
	struct remains r;

	leave_picture(&r);
	come_next(&r);
	mc_light(r.other.kms, &r.other.mode, r.mine.fb);
	expect_no_picture(&r);
	mc_show(r.other.kms, r.mine.fb, NULL, 0);
	expect_no_picture(&r);
	access_light(&r.other);
	access_expect_screen(r.ctx, &r.other);
	mc_show(r.other.kms, r.mine.fb, NULL, 0);
	mc_wait_picture_state(r.ctx,
			      DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT);
	expect_no_picture(&r);
	mc_show(r.other.kms, r.other.fb, NULL, 0);
	mc_wait_picture_state(r.ctx, DRM_MIRACAST_PICTURE_STATE_FLOWS);
	access_expect_screen(r.ctx, &r.other);
	finish(&r);
}

/* Commits that change nothing claim nothing. */
static void test_empty_commit(void)
{
	struct drm_mode_rect clip = { 0, 0, 640, 480 };
	drmModeClip dirty = { 0, 0, 640, 480 };
	struct mc_commit commit = {
		.flags = DRM_MODE_ATOMIC_ALLOW_MODESET,
	};
	struct remains r;
	uint64_t lit_by;

	leave_picture(&r);
	come_next(&r);
	lit_by = mc_query(r.ctx->fd).lit_by_master;
	igt_assert(lit_by);
	commit.active = 1;
	mc_expect(mc_commit_errno(r.other.kms, &commit), 0);
	commit.active = 0;
	commit.fb = r.mine.fb;
	commit.clips = &clip;
	commit.clip_count = 1;
	mc_expect(mc_commit_errno(r.other.kms, &commit), 0);
	drmModeDirtyFB(r.cards[1], r.mine.fb->id, &dirty, 1);
	igt_assert_eq_u64(mc_query(r.ctx->fd).lit_by_master, lit_by);
	expect_no_picture(&r);

	/* The same commit with its own framebuffer makes the scanout its own. */
	commit.fb = r.other.fb;
	mc_expect(mc_commit_errno(r.other.kms, &commit), 0);
	access_expect_screen(r.ctx, &r.other);
	igt_assert(mc_query(r.ctx->fd).lit_by_master != lit_by);
	finish(&r);
}

static void expect_no_cursor(struct mc_ctx *ctx)
{
	static uint32_t pixels[256 * 256];
	struct drm_miracast_cursor cursor = {};

	mc_expect(mc_get_cursor_errno(ctx->fd, pixels, sizeof(pixels), &cursor),
		  0);
	igt_assert_eq_u32(cursor.flags, 0);
	igt_assert_eq_u64(cursor.shape_serial, 0);
}

/* A's cursor stays on the plane when B lights the CRTC. */
static void test_foreign_cursor(void)
{
	struct drm_miracast_cursor cursor = {};
	struct mc_commit light = {}, off = { .no_cursor = true };
	struct mc_fb *shape, *own;
	struct remains r;

	mc_two_masters(r.cards);
	access_screen(&r.mine, r.cards[0], 0, COLOUR_A);
	access_light(&r.mine);
	shape = mc_fb(r.cards[0], 64, 64, DRM_FORMAT_ARGB8888);
	mc_fb_fill(shape, 0xffffffff);
	mc_expect(mc_commit_errno(r.mine.kms,
				  &(struct mc_commit) { .cursor = shape }), 0);
	mc_switch_master(r.cards[0], r.cards[1]);
	come_next(&r);
	light.mode = &r.other.mode;
	light.fb = r.other.fb;
	mc_expect(mc_commit_errno(r.other.kms, &light), 0);
	mc_expect(mc_request_frame_errno(r.ctx->fd), 0);
	mc_no_chunk(r.ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_picture_state(r.ctx),
			  DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT);
	expect_no_cursor(r.ctx);

	mc_expect(mc_commit_errno(r.other.kms, &off), 0);
	access_expect_screen(r.ctx, &r.other);

	own = mc_fb(r.cards[1], 64, 64, DRM_FORMAT_ARGB8888);
	mc_fb_fill(own, COLOUR_B | 0xff000000);
	mc_expect(mc_commit_errno(r.other.kms,
				  &(struct mc_commit) { .cursor = own }), 0);
	access_expect_screen(r.ctx, &r.other);
	mc_expect(mc_get_cursor_errno(r.ctx->fd, NULL, 0, &cursor), 0);
	igt_assert_eq_u32(cursor.flags & DRM_MIRACAST_CURSOR_FLAG_VISIBLE,
			  DRM_MIRACAST_CURSOR_FLAG_VISIBLE);

	/* By an asynchronous update. */
	mc_expect(mc_commit_errno(r.other.kms,
				  &(struct mc_commit) { .cursor = shape }), 0);
	mc_wait_picture_state(r.ctx,
			      DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT);
	expect_no_cursor(r.ctx);
	expect_no_picture(&r);
	mc_fb_free(shape);
	mc_fb_free(own);
	finish(&r);
}

/* Metadata says nothing of it either. */
static void test_foreign_cursor_metadata(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct mc_message message;
	struct mc_fb *shape;
	struct remains r;

	mc_two_masters(r.cards);
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
	r.ctx = mc_ctx_create(r.cards[0], &limits);
	mc_start(r.ctx);
	mc_arrive(r.ctx, 640, 480);
	access_screen(&r.mine, r.cards[0], r.ctx->connector, COLOUR_A);
	access_screen(&r.other, r.cards[1], r.ctx->connector, COLOUR_B);
	/* Only a file that was master owns framebuffers. */
	mc_switch_master(r.cards[0], r.cards[1]);
	shape = mc_fb(r.cards[1], 64, 64, DRM_FORMAT_ARGB8888);
	mc_switch_master(r.cards[1], r.cards[0]);
	access_light(&r.mine);
	access_expect_screen(r.ctx, &r.mine);
	mc_expect(mc_commit_errno(r.mine.kms,
				  &(struct mc_commit) { .cursor = shape }), 0);
	mc_wait_picture_state(r.ctx,
			      DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT);
	igt_assert(!mc_try_message(r.ctx, DRM_MIRACAST_MSG_CURSOR_SHAPE,
				   &message, MC_QUIET_MS));
	igt_assert(!mc_try_message(r.ctx, DRM_MIRACAST_MSG_CURSOR_MOVE,
				   &message, MC_QUIET_MS));
	expect_no_cursor(r.ctx);
	mc_fb_free(shape);
	finish(&r);
}

/* Made by a file that never was master: it belongs to the first that shows it. */
static void test_first_shown(void)
{
	struct remains r;
	struct mc_fb *fb;
	int helper;

	mc_two_masters(r.cards);
	helper = mc_card_open();
	fb = mc_fb(helper, 640, 480, DRM_FORMAT_XRGB8888);
	mc_fb_fill(fb, COLOUR_A);
	access_screen(&r.mine, r.cards[0], 0, COLOUR_A);
	mc_light(r.mine.kms, &r.mine.mode, fb);
	mc_switch_master(r.cards[0], r.cards[1]);
	come_next(&r);
	mc_light(r.other.kms, &r.other.mode, fb);
	expect_no_picture(&r);
	mc_fb_free(fb);

	fb = mc_fb(helper, 640, 480, DRM_FORMAT_XRGB8888);
	mc_fb_fill(fb, COLOUR_B);
	mc_light(r.other.kms, &r.other.mode, fb);
	access_expect_screen(r.ctx, &r.other);
	mc_fb_free(fb);
	finish(&r);
}

static int crc_open(struct access_screen *screen)
{
	char path[128];
	int fd;

	mc_crc_path(path, sizeof(path), screen->card, screen->kms->crtc_index,
		    "control");
	mc_expect(mc_write_file_errno(path, "auto"), 0);
	mc_crc_path(path, sizeof(path), screen->card, screen->kms->crtc_index,
		    "data");
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	igt_assert_fd(fd);
	return mc_keep(fd);
}

/* Reads what is there, and says whether more comes. */
static bool crc_comes(int fd)
{
	uint64_t end;
	char text[64];

	while (read(fd, text, sizeof(text)) > 0)
		;
	end = mc_now_ns() + MC_QUIET_MS * 1000000ull;
	while (mc_now_ns() < end) {
		if (read(fd, text, sizeof(text)) > 0)
			return true;
		usleep(10000);
	}
	return false;
}

/* A compositor makes its framebuffers while another has the device. */
static void test_made_early(void)
{
	struct remains r;
	struct mc_fb *fb;

	mc_two_masters(r.cards);
	fb = mc_fb(r.cards[1], 640, 480, DRM_FORMAT_XRGB8888);
	mc_fb_fill(fb, COLOUR_B);
	mc_switch_master(r.cards[0], r.cards[1]);
	mc_switch_master(r.cards[1], r.cards[0]);
	/* The first master may show it, and its owner may not see that. */
	access_screen(&r.mine, r.cards[0], 0, COLOUR_A);
	mc_light(r.mine.kms, &r.mine.mode, fb);
	mc_switch_master(r.cards[0], r.cards[1]);
	come_next(&r);
	mc_light(r.other.kms, &r.other.mode, fb);
	access_expect_screen(r.ctx, &r.other);
	finish(&r);
	mc_fb_free(fb);
}

/* A process that reads the list of its framebuffers into memory that is not provided. */
static void list_framebuffers(void *data)
{
	struct drm_mode_card_res resources = {
		.fb_id_ptr = (uintptr_t)mc_bottomless(), .count_fbs = 1,
	};

	mc_ioctl_errno(*(int *)data, DRM_IOCTL_MODE_GETRESOURCES, &resources);
	igt_assert_f(false, "came back\n");
}

/* DRM core's lock of a file's framebuffers is held over that. */
static void test_stuck_maker(void)
{
	int cards[2], fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	struct mc_fb *fb;
	pid_t pid;

	igt_require_f(fd >= 0, "no userfaultfd: %m\n");
	close(fd);
	mc_two_masters(cards);
	fb = mc_fb(cards[1], 640, 480, DRM_FORMAT_XRGB8888);
	pid = mc_fork(list_framebuffers, &cards[1]);
	mc_wait_stuck(pid, "userfault");
	mc_switch_master(cards[0], cards[1]);
	mc_switch_master(cards[1], cards[0]);
	mc_kill(pid);
	mc_fb_free(fb);
}

static void test_crcs(void)
{
	struct remains r;
	int crc;

	leave_picture(&r);
	crc = crc_open(&r.mine);
	igt_assert(crc_comes(crc));
	come_next(&r);
	/* Checksums of the time before have arrived. */
	mc_wait_picture_state(r.ctx,
			      DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT);
	igt_assert(!crc_comes(crc));
	access_light(&r.other);
	igt_assert(crc_comes(crc));
	mc_show(r.other.kms, r.mine.fb, NULL, 0);
	mc_wait_picture_state(r.ctx,
			      DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT);
	igt_assert(!crc_comes(crc));
	mc_close(crc);
	finish(&r);
}

const struct mc_subtest access_foreign[] = {
	{ "residual-picture",
	  "What another master has left on the screen is not captured.",
	  test_residual },
	{ "foreign-framebuffer",
	  "Another master's framebuffer is not captured, whoever shows it.",
	  test_foreign_framebuffer },
	{ "empty-commit",
	  "A commit that changes nothing claims nothing.", test_empty_commit },
	{ "foreign-cursor",
	  "Nor is a picture with another master's cursor.", test_foreign_cursor },
	{ "foreign-cursor-metadata",
	  "Of another master's cursor there are no messages.",
	  test_foreign_cursor_metadata },
	{ "first-shown",
	  "A framebuffer that no master made belongs to the first that shows it.",
	  test_first_shown },
	{ "made-early",
	  "A framebuffer is its maker's, also one made before it was master.",
	  test_made_early },
	{ "stuck-maker",
	  "A file can become master while it is stuck with its framebuffers.",
	  test_stuck_maker },
	{ "crcs",
	  "There are no checksums of pictures that the owner may not see.", test_crcs },
	{}
};
