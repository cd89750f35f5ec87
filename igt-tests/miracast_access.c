// SPDX-License-Identifier: MIT
/*
 * Who may do what: what is on the screen is the user's secret.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "lib_miracast.h"

IGT_TEST_DESCRIPTION("Access rules of a miracast device.");

/* As nobody */

static void query_caps(void *data)
{
	int *card = data;
	struct drm_miracast_query_caps caps;

	mc_become_nobody();
	mc_expect(mc_caps_errno(*card, &caps), 0);
}

static void test_nobody_queries(void)
{
	int card = mc_card_open();

	mc_join(mc_fork(query_caps, &card));
}

static void fail_to_create(void *data)
{
	int *card = data;
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);

	mc_become_nobody();
	mc_expect(mc_create_errno(*card, &limits), -EACCES);
	/* The right comes first: nothing is learnt from bad arguments. */
	limits.connector_id = 0xdeadbeef;
	mc_expect(mc_create_errno(*card, &limits), -EACCES);
}

static void test_nobody_creates(void)
{
	int master = mc_card_open();
	int other = mc_card_open();

	igt_assert(drmIsMaster(master));
	igt_assert(!drmIsMaster(other));
	mc_join(mc_fork(fail_to_create, &master));
	mc_join(mc_fork(fail_to_create, &other));
	igt_assert(mc_at_rest(master));
}

static void become_master_and_fail(void *data)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int card;

	mc_become_nobody();
	card = mc_card_open();
	igt_assert(drmIsMaster(card));
	mc_expect(mc_create_errno(card, &limits), -EACCES);
	mc_close(card);
}

static void test_nobody_as_master(void)
{
	int card = mc_card_open();
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/dev/dri/card%d", mc_card_minor(card));
	mc_close(card);
	igt_assert_eq(stat(path, &st), 0);
	igt_require_f(!chmod(path, 0666), "the card node's mode is fixed\n");
	mc_join(mc_fork(become_master_and_fail, NULL));
	igt_assert_eq(chmod(path, st.st_mode & 07777), 0);
}

/* A lessee is master of what was leased to it. */
static void test_nobody_as_lessee(void)
{
	int card = mc_card_open(), lease;
	struct mc_kms *kms = mc_kms(card, 0);
	uint32_t objects[] = { kms->connector, kms->crtc, kms->primary,
			       kms->cursor };
	uint32_t lessee;

	lease = drmModeCreateLease(card, objects, ARRAY_SIZE(objects),
				   O_CLOEXEC, &lessee);
	igt_assert_fd(lease);
	mc_keep(lease);
	igt_assert(drmIsMaster(lease));
	mc_join(mc_fork(fail_to_create, &lease));
	mc_close(lease);
}

static void root_of_user_namespace(void *data)
{
	int *card = data;
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);

	if (unshare(CLONE_NEWUSER)) {
		igt_info("no user namespaces: %m\n");
		return;
	}
	mc_expect(mc_create_errno(*card, &limits), -EACCES);
}

static void test_user_namespace(void)
{
	int card = mc_card_open();

	mc_join(mc_fork(root_of_user_namespace, &card));
}

/* The whole life of an owner, with nothing but the descriptor. */
static void own_as_nobody(void *data)
{
	const int *socket = data;
	struct mc_ctx *ctx;
	struct mc_chunk chunk;
	uint32_t pitch;

	mc_become_nobody();
	ctx = mc_ctx_from_fd(mc_receive_fd(*socket));
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	igt_assert_eq(write(*socket, "a", 1), 1);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	igt_assert(mc_chunk_pixels(ctx, &chunk, &pitch)[0] == 0x5a);
	mc_release(ctx, &chunk);
	mc_expect(mc_request_frame_errno(ctx->fd), 0);
	mc_wait_chunk(ctx, &chunk);
	mc_release(ctx, &chunk);
	mc_depart(ctx);
	mc_stop(ctx);
	mc_expect(mc_destroy_errno(ctx->fd), 0);
}

static void test_nobody_with_context(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode;
	uint8_t byte;
	int ends[2];
	pid_t pid;

	mc_fb_fill(fb, 0x5a5a5a5a);
	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
		      0);
	mc_keep(ends[1]);
	pid = mc_fork(own_as_nobody, &ends[1]);
	mc_send_fd(mc_keep(ends[0]), ctx->fd);
	igt_assert_eq(read(ends[0], &byte, 1), 1);
	igt_assert(mc_find_mode(card, ctx->connector, 640, 480, 0, &mode));
	mc_light(kms, &mode, fb);
	mc_join(pid);
	mc_expect(mc_start_errno(ctx->fd, NULL), -ESTALE);
	mc_ctx_close(ctx);
}

struct lit {
	int other;
	uint32_t fb;
};

static void look_at_screen(void *data)
{
	struct lit *lit = data;
	drmModeFBPtr fb;
	drmModeFB2Ptr fb2;

	mc_become_nobody();
	fb = drmModeGetFB(lit->other, lit->fb);
	igt_assert(!fb || !fb->handle);
	fb2 = drmModeGetFB2(lit->other, lit->fb);
	igt_assert(!fb2 || !fb2->handles[0]);
}

static void test_nobody_sees_screen(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 2);
	struct lit lit = {
		.other = mc_card_open(),
		.fb = scene->fb[0]->id,
	};

	mc_join(mc_fork(look_at_screen, &lit));
}

static void look_into_debugfs(void *data)
{
	const char *path = data;
	char text[64];

	mc_become_nobody();
	igt_assert_f(!mc_read_file(path, text, sizeof(text)),
		     "nobody can read %s\n", path);
}

static void test_nobody_reads_crcs(void)
{
	int card = mc_card_open();
	char path[128];

	snprintf(path, sizeof(path),
		 "/sys/kernel/debug/dri/%d/crtc-0/crc/control",
		 mc_card_minor(card));
	mc_join(mc_fork(look_into_debugfs, path));
}

/* Another DRM master */

/* Makes another file the master, as a VT switch to another user does. */
static int take_over(struct mc_scene *scene)
{
	int other = mc_card_open();

	igt_assert_eq(drmDropMaster(scene->card), 0);
	igt_assert_eq(drmSetMaster(other), 0);
	return other;
}

static void give_back(struct mc_scene *scene, int other)
{
	igt_assert_eq(drmDropMaster(other), 0);
	igt_assert_eq(drmSetMaster(scene->card), 0);
	mc_close(other);
}

static void test_master_takes_over(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_message message;
	struct mc_kms *kms;
	struct mc_fb *fb;
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	int other = take_over(scene);

	mc_wait_message(scene->ctx, DRM_MIRACAST_MESSAGE_DEPARTED, &message);
	igt_assert_eq_u32(message.cause.cause, DRM_MIRACAST_CAUSE_MASTER);
	igt_assert_eq_u64(message.event.session, scene->session);
	igt_assert_eq_u32(message.event.needs_completion, 0);
	igt_assert_eq_u32(mc_state(scene->ctx), DRM_MIRACAST_STATE_STARTED);
	igt_assert_eq_u32(mc_statistics(scene->ctx).depart_cause,
			  DRM_MIRACAST_CAUSE_MASTER);
	igt_assert(!mc_connected(other, scene->ctx->connector));

	/* What the new user shows is not for this owner. */
	kms = mc_kms(other, scene->ctx->connector);
	fb = mc_fb(other, 640, 480, DRM_FORMAT_XRGB8888);
	mc_light(kms, &mode, fb);
	mc_show(kms, fb, NULL, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);

	/* The session goes on: a monitor can be announced again. */
	mc_arrive(scene->ctx, 640, 480);
	igt_assert(mc_connected(other, scene->ctx->connector));
	mc_fb_free(fb);
	give_back(scene, other);
}

/*
 * A file that is no longer master frees its cursor, which DRM core takes off the
 * screen: the picture is still that of the old master.
 */
static void test_master_frees_cursor(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct mc_commit show = { .cursor = cursor };
	struct mc_message message;
	struct mc_chunk chunk;
	int other;

	mc_fb_paint(cursor, NULL, 1);
	mc_expect(mc_commit_errno(scene->kms, &show), 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	other = take_over(scene);
	mc_wait_message(scene->ctx, DRM_MIRACAST_MESSAGE_DEPARTED, &message);
	mc_fb_free(cursor);
	mc_arrive(scene->ctx, 640, 480);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	give_back(scene, other);
}

static void test_same_master_returns(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 3);
	struct mc_chunk chunk;

	igt_assert_eq(drmDropMaster(scene->card), 0);
	igt_assert_eq(drmSetMaster(scene->card), 0);
	mc_no_event(scene->ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_state(scene->ctx), DRM_MIRACAST_STATE_MONITOR);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

static void test_master_of_dark_target(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	int other = mc_card_open();

	/* Nobody showed anything here: there is nothing to protect. */
	igt_assert_eq(drmDropMaster(card), 0);
	igt_assert_eq(drmSetMaster(other), 0);
	mc_no_event(ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_MONITOR);
	mc_ctx_close(ctx);
}

static struct mc_ctx *follower(int card)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 3);
	struct mc_ctx *ctx;

	limits.flags = DRM_MIRACAST_CONTEXT_FOLLOW_MASTER;
	ctx = mc_ctx_create(card, &limits);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	return ctx;
}

static void test_follow_master(void)
{
	int card = mc_card_open(), other;
	struct mc_ctx *ctx = follower(card);
	struct mc_kms *kms = mc_kms(card, ctx->connector), *kms2;
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888), *fb2;
	struct mc_picture *seen;
	struct mc_chunk chunk;
	drmModeModeInfo mode;

	igt_assert(mc_find_mode(card, ctx->connector, 640, 480, 0, &mode));
	mc_light(kms, &mode, fb);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	mc_release(ctx, &chunk);

	other = mc_card_open();
	igt_assert_eq(drmDropMaster(card), 0);
	igt_assert_eq(drmSetMaster(other), 0);
	mc_no_event(ctx, MC_QUIET_MS);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_MONITOR);
	igt_assert(mc_connected(other, ctx->connector));

	kms2 = mc_kms(other, ctx->connector);
	kms2->mode = mode;
	fb2 = mc_fb(other, 640, 480, DRM_FORMAT_XRGB8888);
	mc_fb_paint(fb2, NULL, 7);
	seen = mc_fb_seen(fb2, 0, 0, 640, 480);
	mc_show(kms2, fb2, NULL, 0);
	mc_wait_chunk(ctx, &chunk);
	mc_assert_chunk(ctx, &chunk, seen, "the new master's picture");
	mc_release(ctx, &chunk);
	mc_ctx_close(ctx);
}

/* What one of two users shows on two targets. */
struct user {
	int card;
	struct mc_kms *plain, *follower;
	struct mc_fb *fb;
	struct mc_picture *seen;
};

static void log_in(struct user *user, struct mc_ctx *plain,
		   struct mc_ctx *follower, uint32_t seed)
{
	user->card = mc_card_open();
	user->plain = mc_kms(user->card, plain->connector);
	user->follower = mc_kms(user->card, follower->connector);
	user->fb = mc_fb(user->card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_fb_paint(user->fb, NULL, seed);
	user->seen = mc_fb_seen(user->fb, 0, 0, 640, 480);
}

static void expect_user(struct mc_ctx *ctx, const struct user *user)
{
	struct mc_chunk chunk;

	mc_wait_chunk(ctx, &chunk);
	igt_assert(chunk.event.base.flags & DRM_MIRACAST_CHUNK_FULL);
	mc_assert_chunk(ctx, &chunk, user->seen, "the present user's screen");
	mc_release(ctx, &chunk);
}

static void test_two_users(void)
{
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	int card = mc_card_open();
	struct mc_ctx *plain, *follows;
	struct mc_message message;
	struct user users[2];
	unsigned int i;

	igt_require(mc_caps(card).targets_total > 1);
	plain = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	follows = follower(card);
	mc_close(card);
	log_in(&users[0], plain, follows, 1);
	log_in(&users[1], plain, follows, 2);
	igt_assert_eq(drmSetMaster(users[0].card), 0);
	for (i = 0; i < 5; i++) {
		struct user *now = &users[i % 2];

		mc_light(now->follower, &mode, now->fb);
		/* Its monitor is gone: compositors turn the CRTC off. */
		if (i) {
			mc_off(now->plain);
			mc_arrive(plain, 640, 480);
		}
		/* Announced anew, the monitor is for the present user. */
		mc_light(now->plain, &mode, now->fb);
		expect_user(follows, now);
		expect_user(plain, now);

		igt_assert_eq(drmDropMaster(now->card), 0);
		igt_assert_eq(drmSetMaster(users[(i + 1) % 2].card), 0);
		mc_wait_message(plain, DRM_MIRACAST_MESSAGE_DEPARTED, &message);
		igt_assert_eq_u32(message.cause.cause,
				  DRM_MIRACAST_CAUSE_MASTER);
		igt_assert_eq_u32(mc_state(follows),
				  DRM_MIRACAST_STATE_MONITOR);
		mc_no_event(follows, MC_QUIET_MS);
	}
	mc_ctx_close(plain);
	mc_ctx_close(follows);
}

/* Buffers */

static int buffer_fd(struct mc_scene *scene, struct mc_chunk *chunk,
		     size_t *size)
{
	const struct mc_buffer *buffer;

	mc_wait_chunk(scene->ctx, chunk);
	buffer = mc_buffer(scene->ctx, chunk->event.buffer);
	*size = buffer->size;
	return buffer->info.fds[0];
}

/* Whoever looks for what keeps memory finds the driver's name. */
static void test_buffers_named(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	char path[64], text[1024];
	struct mc_chunk chunk;
	size_t size;
	int fd = buffer_fd(scene, &chunk, &size);

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	igt_assert(mc_read_file(path, text, sizeof(text)));
	igt_assert_f(strstr(text, "exp_name:\tmiracast\n"), "%s\n", text);
	mc_release(scene->ctx, &chunk);
}

static void test_buffers_read_only(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct mc_chunk chunk;
	char path[64];
	size_t size;
	void *map;
	int fd = buffer_fd(scene, &chunk, &size);

	igt_assert_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	igt_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	igt_assert(map == MAP_FAILED);
	igt_assert_eq(errno, EACCES);
	map = mmap(NULL, size, PROT_WRITE, MAP_SHARED, fd, 0);
	igt_assert(map == MAP_FAILED);
	igt_assert_eq(errno, EACCES);
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	igt_assert(map != MAP_FAILED);
	igt_assert_eq(mprotect(map, size, PROT_READ | PROT_WRITE), -1);
	igt_assert_eq(errno, EACCES);
	munmap(map, size);
	igt_assert_eq(write(fd, "x", 1), -1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	igt_assert_eq(open(path, O_RDWR), -1);
	mc_release(scene->ctx, &chunk);
}

static void test_buffers_import(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 2);
	struct mc_chunk chunk;
	uint32_t handle = 0;
	size_t size;
	int fd = buffer_fd(scene, &chunk, &size);
	int other = mc_card_open();

	igt_assert(drmPrimeFDToHandle(scene->card, fd, &handle));
	igt_assert_eq(errno, EACCES);
	igt_assert(drmPrimeFDToHandle(other, fd, &handle));
	igt_assert_eq(errno, EACCES);
	igt_assert_eq_u32(handle, 0);
	mc_release(scene->ctx, &chunk);
}

/* Light the target with one value everywhere, so that it lies in the buffers. */
static void leave_traces(int card, uint32_t width, uint32_t height)
{
	struct mc_scene *scene = mc_scene_on(card, width, height, 4);
	struct mc_chunk chunk;
	int i;

	for (i = 0; i < 3; i++) {
		mc_fb_fill(scene->fb[i], 0xdeadbeef);
		mc_show(scene->kms, scene->fb[i], NULL, 0);
	}
	while (mc_try_chunk(scene->ctx, &chunk, MC_QUIET_MS))
		mc_release(scene->ctx, &chunk);
	mc_off(scene->kms);
	for (i = 0; i < 3; i++)
		mc_fb_free(scene->fb[i]);
	mc_ctx_close(scene->ctx);
	mc_wait_at_rest(card);
}

/* All that is not picture must be zero: ends of lines, end of the buffer. */
static void assert_no_traces(const struct mc_buffer *buffer)
{
	const struct drm_miracast_plane *plane = &buffer->info.planes[0];
	size_t line_bytes = (size_t)buffer->info.width * 4, y, x;
	size_t end = plane->offset + (size_t)plane->pitch * buffer->info.height;

	for (x = 0; x < plane->offset; x++)
		igt_assert_eq(buffer->map[x], 0);
	for (y = 0; y < buffer->info.height; y++) {
		const uint8_t *line = buffer->map + plane->offset +
				      y * plane->pitch;

		for (x = line_bytes; x < plane->pitch; x++)
			igt_assert_f(!line[x], "line %zu, byte %zu\n", y, x);
	}
	for (x = end; x < buffer->size; x++)
		igt_assert_f(!buffer->map[x], "byte %zu behind the end\n", x);
}

static void test_buffers_zeroed(void)
{
	int card = mc_card_open();
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 4);
	struct drm_miracast_mode odd = {
		.width = 650, .height = 481, .refresh_mhz = 60000,
	};
	struct mc_chunk chunk;
	struct mc_kms *kms;
	struct mc_ctx *ctx;
	struct mc_fb *fb;
	drmModeModeInfo mode;
	int i;

	leave_traces(card, 1280, 720);
	ctx = mc_ctx_create(card, &limits);
	kms = mc_kms(card, ctx->connector);
	fb = mc_fb(card, 650, 481, DRM_FORMAT_XRGB8888);
	mc_start(ctx);
	mc_arrive_modes(ctx, &odd, 1);
	igt_assert(mc_find_mode(card, ctx->connector, 650, 481, 0, &mode));
	mc_light(kms, &mode, fb);
	for (i = 0; i < 8; i++) {
		mc_wait_chunk(ctx, &chunk);
		assert_no_traces(mc_buffer(ctx, chunk.event.buffer));
		mc_release(ctx, &chunk);
		mc_expect(mc_request_frame_errno(ctx->fd), 0);
	}
	mc_ctx_close(ctx);
}

static void test_dumb_buffers_zeroed(void)
{
	int card = mc_card_open();
	struct mc_fb *fb;
	size_t i;
	int round;

	for (round = 0; round < 4; round++) {
		fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
		for (i = 0; i < fb->size; i++)
			igt_assert_eq(fb->map[i], 0);
		mc_fb_fill(fb, 0xdeadbeef);
		mc_fb_free(fb);
	}
}

static const struct mc_subtest subtests[] = {
	{ "nobody-queries",
	  "Anyone with the card node may ask for the capabilities.",
	  test_nobody_queries },
	{ "nobody-creates",
	  "Without CAP_SYS_ADMIN no context is made, on a master's file or not.",
	  test_nobody_creates },
	{ "nobody-as-master",
	  "A user who became DRM master on his own still makes no context.",
	  test_nobody_as_master },
	{ "nobody-as-lessee",
	  "Neither does whoever was leased the target.",
	  test_nobody_as_lessee },
	{ "user-namespace",
	  "Root of a user namespace is nobody here.", test_user_namespace },
	{ "nobody-with-context",
	  "Whoever is handed a context can do everything with it.",
	  test_nobody_with_context },
	{ "nobody-sees-screen",
	  "Framebuffers of others have no handle for an ordinary user.",
	  test_nobody_sees_screen },
	{ "nobody-reads-crcs",
	  "Checksums of the screen are not for ordinary users.",
	  test_nobody_reads_crcs },
	{ "master-takes-over",
	  "When another master takes the device, the monitor departs first.",
	  test_master_takes_over },
	{ "master-frees-cursor",
	  "What the kernel takes off the screen does not make it another master's.",
	  test_master_frees_cursor },
	{ "same-master-returns",
	  "A master that comes back is no other master.",
	  test_same_master_returns },
	{ "master-of-dark-target",
	  "A monitor on which nothing was shown stays.",
	  test_master_of_dark_target },
	{ "follow-master",
	  "With FOLLOW_MASTER the owner sees whoever is master.",
	  test_follow_master },
	{ "two-users",
	  "Users in turn: each owner sees the one it may, and never the other.",
	  test_two_users },
	{ "buffers-read-only",
	  "The owner can read the driver's buffers and never write them.",
	  test_buffers_read_only },
	{ "buffers-named", "They say whose they are.", test_buffers_named },
	{ "buffers-import",
	  "Buffers cannot come back into the device as writable objects.",
	  test_buffers_import },
	{ "buffers-zeroed",
	  "Buffers hold nothing of an earlier context.", test_buffers_zeroed },
	{ "dumb-buffers-zeroed",
	  "Dumb buffers hold nothing of an earlier one.",
	  test_dumb_buffers_zeroed },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
}
