// SPDX-License-Identifier: MIT
/*
 * Faults in mode setting and capture. A blocking commit runs in the caller, so
 * that faults reach the capture of its picture as well.
 */
#include "lib_miracast_dmabuf.h"
#include "miracast_faults.h"

#define WIDTH 640
#define HEIGHT 480

/* A lit target, and what the test draws on it. */
struct show {
	int card;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb[2];
	struct mc_fb *cursor;
	drmModeModeInfo mode;
	uint32_t turn;
	bool slower;		/* of two modes, what is next */
	bool check;		/* compare each picture with the screen */
	struct drm_clip_rect clip;
};

/* All parts of a picture; the last one stays in @chunk. */
static void take_whole(struct show *show, struct mc_chunk *chunk)
{
	do {
		mc_wait_chunk(show->ctx, chunk);
	} while (DRM_MIRACAST_PART_OF_CHUNK_ID(chunk->event.chunk_id));
}

static void new_show(struct show *show,
		     struct drm_miracast_create_context *limits)
{
	struct mc_chunk chunk;
	unsigned int i;

	memset(show, 0, sizeof(*show));
	show->card = mc_card_open();
	show->mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	show->ctx = mc_ctx_create(show->card, limits);
	show->kms = mc_kms(show->card, show->ctx->connector);
	mc_start(show->ctx);
	mc_arrive(show->ctx, WIDTH, HEIGHT);
	for (i = 0; i < ARRAY_SIZE(show->fb); i++) {
		show->fb[i] = mc_fb(show->card, WIDTH, HEIGHT,
				    DRM_FORMAT_XRGB8888);
		mc_fb_paint(show->fb[i], NULL, i);
	}
	show->cursor = mc_fb(show->card, 64, 64, DRM_FORMAT_ARGB8888);
	mc_light(show->kms, &show->mode, show->fb[0]);
	mc_complete_mode(show->ctx, NULL);
	take_whole(show, &chunk);
	mc_release(show->ctx, &chunk);
}

/* The picture comes, now or a little later, and equals the screen. */
static void take_picture(struct show *show)
{
	struct mc_picture *seen;
	struct mc_chunk chunk;

	if (!show->check) {
		take_whole(show, &chunk);
		mc_release(show->ctx, &chunk);
		return;
	}
	seen = mc_fb_seen(show->fb[show->turn % 2], 0, 0, WIDTH, HEIGHT);
	take_whole(show, &chunk);
	mc_assert_chunk(show->ctx, &chunk, seen, "after a fault");
	mc_release(show->ctx, &chunk);
	mc_picture_free(seen);
}

static void take_rest(void *data)
{
	struct show *show = data;
	struct mc_chunk chunk;

	while (mc_try_chunk(show->ctx, &chunk, 50))
		if (!DRM_MIRACAST_PART_OF_CHUNK_ID(chunk.event.chunk_id))
			mc_release(show->ctx, &chunk);
}

static void drive_some(struct show *show, const char *name,
		       int (*call)(void *data), void (*undo)(void *data),
		       unsigned int at_least)
{
	struct mc_victim victim = {
		.name = name,
		.call = call,
		.undo = undo,
		.data = show,
		.card = show->card,
		.ctx = show->ctx,
		.also = -EINVAL,
		.at_least = { at_least },
	};

	take_rest(show);
	mc_faults_drive(&victim, MC_FAULT_MEMORY);
}

/* A commit: a state of its own, for each of the objects */
static void drive(struct show *show, const char *name,
		  int (*call)(void *data), void (*undo)(void *data))
{
	drive_some(show, name, call, undo, 5);
}

/* DIRTYFB: the call stores the damage, a worker does the rest */

static int call_dirty(void *data)
{
	struct show *show = data;
	struct drm_mode_fb_dirty_cmd arg = {
		.fb_id = show->fb[show->turn % 2]->id,
		.num_clips = 1,
		.clips_ptr = (uintptr_t)&show->clip,
	};

	return mc_ioctl_errno(show->card, DRM_IOCTL_MODE_DIRTYFB, &arg);
}

/* Draws something else for the next time. */
static void after_dirty(void *data)
{
	struct show *show = data;

	take_picture(show);
	show->clip.x1 = (show->clip.x1 + 16) % (WIDTH - 16);
	show->clip.x2 = show->clip.x1 + 16;
	mc_fb_paint(show->fb[show->turn % 2], &show->clip, show->clip.x1);
}

static void drive_dirty(struct show *show, const char *name)
{
	show->clip = (struct drm_clip_rect) { 0, 16, 16, 32 };
	mc_fb_paint(show->fb[show->turn % 2], &show->clip, 77);
	/* DRM core's copy of the clips; the driver needs no memory. */
	drive_some(show, name, call_dirty, after_dirty, 1);
}

/* Page flips: the first half runs in the caller, the rest in a worker */

static int call_flip(void *data)
{
	struct show *show = data;
	struct drm_mode_crtc_page_flip arg = {
		.crtc_id = show->kms->crtc,
		.fb_id = show->fb[(show->turn + 1) % 2]->id,
		.flags = DRM_MODE_PAGE_FLIP_EVENT,
	};

	return mc_ioctl_errno(show->card, DRM_IOCTL_MODE_PAGE_FLIP, &arg);
}

static void after_flip(void *data)
{
	struct show *show = data;

	show->turn++;
	mc_wait_flip(show->kms, NULL);
	take_picture(show);
}

/* SETCRTC: a blocking commit that sets the mode anew */

static int call_set(void *data)
{
	struct show *show = data;
	uint32_t connector = show->ctx->connector;
	struct drm_mode_crtc arg = {
		.set_connectors_ptr = (uintptr_t)&connector,
		.count_connectors = 1,
		.crtc_id = show->kms->crtc,
		.fb_id = show->fb[(show->turn + 1) % 2]->id,
		.mode_valid = 1,
	};

	memcpy(&arg.mode, &show->mode, sizeof(arg.mode));
	return mc_ioctl_errno(show->card, DRM_IOCTL_MODE_SETCRTC, &arg);
}

static void after_set(void *data)
{
	struct show *show = data;

	show->turn++;
	take_picture(show);
}

/* Another mode each time: the owner has to answer. */
static void after_other_mode(void *data)
{
	struct show *show = data;

	mc_complete_mode(show->ctx, NULL);
	after_set(show);
	take_rest(show);
	show->slower = !show->slower;
	show->mode = mc_make_mode(WIDTH, HEIGHT,
				  show->slower ? 50000 : 60000);
}

/* Cursors */

static int call_cursor(void *data)
{
	struct show *show = data;
	struct drm_mode_cursor2 arg = {
		.flags = DRM_MODE_CURSOR_BO | DRM_MODE_CURSOR_MOVE,
		.crtc_id = show->kms->crtc,
		.x = show->turn * 7 % 500,
		.y = 50,
		.width = 64,
		.height = 64,
		.handle = show->cursor->handle,
	};

	return mc_ioctl_errno(show->card, DRM_IOCTL_MODE_CURSOR2, &arg);
}

static void after_cursor(void *data)
{
	struct show *show = data;

	show->turn++;
	take_rest(show);
}

static struct drm_miracast_create_context copy(uint32_t format)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);

	limits.format = format;
	return limits;
}

static void test_copy(void)
{
	struct drm_miracast_create_context limits = copy(DRM_FORMAT_XRGB8888);
	struct show show;

	mc_faults_require();
	new_show(&show, &limits);
	show.check = true;
	drive_dirty(&show, "DIRTYFB");
	drive(&show, "PAGE_FLIP", call_flip, after_flip);
	drive(&show, "SETCRTC", call_set, after_set);
	show.slower = true;
	show.mode = mc_make_mode(WIDTH, HEIGHT, 50000);
	drive(&show, "SETCRTC of another mode", call_set, after_other_mode);
}

static void test_nv12(void)
{
	struct drm_miracast_create_context limits = copy(DRM_FORMAT_NV12);
	struct show show;

	mc_faults_require();
	limits.parts = 4;
	new_show(&show, &limits);
	drive_dirty(&show, "DIRTYFB to NV12");
	drive(&show, "PAGE_FLIP to NV12", call_flip, after_flip);
}

static void test_direct(void)
{
	struct drm_miracast_create_context limits = copy(0);
	struct show show;

	mc_faults_require();
	limits.delivery = DRM_MIRACAST_DELIVERY_DIRECT;
	limits.buffer_count = 0;
	limits.parts = 0;
	new_show(&show, &limits);
	drive_dirty(&show, "DIRTYFB of DIRECT");
	drive(&show, "PAGE_FLIP of DIRECT", call_flip, after_flip);
	drive(&show, "SETCRTC of DIRECT", call_set, after_set);
}

static void drive_cursor(uint32_t flags, const char *name)
{
	struct drm_miracast_create_context limits = copy(DRM_FORMAT_XRGB8888);
	struct show show;

	mc_faults_require();
	limits.flags = flags;
	new_show(&show, &limits);
	drive(&show, name, call_cursor, after_cursor);
}

static void test_cursor(void)
{
	drive_cursor(0, "CURSOR2");
}

static void test_cursor_metadata(void)
{
	drive_cursor(DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA,
		     "CURSOR2 as metadata");
}

/* Framebuffers: made, and imported from another device */

struct import {
	int card, foreign_fd;
	uint32_t handle, fb;
	struct show *show;
};

static int call_import(void *data)
{
	struct import *import = data;
	struct drm_prime_handle arg = { .fd = import->foreign_fd };
	int ret = mc_ioctl_errno(import->card, DRM_IOCTL_PRIME_FD_TO_HANDLE,
				 &arg);

	import->handle = arg.handle;
	return ret;
}

static void close_handle(void *data)
{
	struct import *import = data;
	struct drm_gem_close arg = { .handle = import->handle };

	mc_expect(mc_ioctl_errno(import->card, DRM_IOCTL_GEM_CLOSE, &arg), 0);
}

static int call_add(void *data)
{
	struct import *import = data;
	struct drm_mode_fb_cmd2 arg = {
		.width = WIDTH,
		.height = HEIGHT,
		.pixel_format = DRM_FORMAT_XRGB8888,
		.handles = { import->handle },
		.pitches = { WIDTH * 4 },
	};
	int ret = mc_ioctl_errno(import->card, DRM_IOCTL_MODE_ADDFB2, &arg);

	import->fb = arg.fb_id;
	return ret;
}

static void remove_fb(void *data)
{
	struct import *import = data;

	mc_expect(mc_ioctl_errno(import->card, DRM_IOCTL_MODE_RMFB,
				 &import->fb), 0);
}

static int call_flip_import(void *data)
{
	struct import *import = data;
	struct drm_mode_crtc_page_flip arg = {
		.crtc_id = import->show->kms->crtc,
		.fb_id = import->fb,
		.flags = DRM_MODE_PAGE_FLIP_EVENT,
	};

	return mc_ioctl_errno(import->card, DRM_IOCTL_MODE_PAGE_FLIP, &arg);
}

/* Back to a framebuffer of the card; the next import is a new one. */
static void flip_back(void *data)
{
	struct import *import = data;
	struct show *show = import->show;

	mc_wait_flip(show->kms, NULL);
	take_picture(show);
	mc_expect(call_flip(show), 0);
	after_flip(show);
	remove_fb(import);
	close_handle(import);
	import->fb = 0;
}

static void import_anew(void *data)
{
	struct import *import = data;

	if (import->fb)
		return;
	mc_expect(call_import(import), 0);
	mc_expect(call_add(import), 0);
}

static void test_import(void)
{
	struct drm_miracast_create_context limits = copy(DRM_FORMAT_XRGB8888);
	struct import import = {};
	struct show show;
	struct mc_victim victim = {
		.name = "PRIME_FD_TO_HANDLE",
		.call = call_import,
		.undo = close_handle,
		.data = &import,
		.at_least = { 2 },
	};

	mc_faults_require_warning();
	mc_require_exporter(MC_VGEM);
	import.foreign_fd = mc_dmabuf(MC_VGEM, WIDTH * HEIGHT * 4)->fd;
	new_show(&show, &limits);
	import.card = show.card;
	import.show = &show;
	victim.card = show.card;
	take_rest(&show);
	mc_faults_drive(&victim, MC_FAULT_MEMORY);

	mc_expect(call_import(&import), 0);
	victim.name = "ADDFB2";
	victim.call = call_add;
	victim.undo = remove_fb;
	victim.at_least[MC_FAULT_MEMORY] = 1;
	mc_faults_drive(&victim, MC_FAULT_MEMORY);
	close_handle(&import);
	import.fb = 0;

	/* The flip attaches and maps it: all or nothing. */
	victim.name = "PAGE_FLIP to an import";
	victim.at_least[MC_FAULT_MEMORY] = 6;
	victim.prepare = import_anew;
	victim.call = call_flip_import;
	victim.undo = flip_back;
	victim.ctx = show.ctx;
	mc_faults_drive(&victim, MC_FAULT_MEMORY);
}

const struct mc_subtest mc_faults_kms[] = {
	{ "copy",
	  "Commits that fail change nothing; the others' pictures are right.",
	  test_copy },
	{ "nv12", "Commits that fail do not disturb NV12 in parts.",
	  test_nv12 },
	{ "direct", "Commits that fail do not disturb DIRECT.", test_direct },
	{ "cursor", "Cursors that fail to be set can be set the next time.",
	  test_cursor },
	{ "cursor-metadata", "The same for cursors that are metadata.",
	  test_cursor_metadata },
	{ "import",
	  "An imported framebuffer that cannot be attached or mapped is refused.",
	  test_import },
	{}
};
