// SPDX-License-Identifier: MIT
/*
 * Permissions: the contents of the screen are the user's secret.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "miracast_access.h"

IGT_TEST_DESCRIPTION("Access rules of a miracast device.");

/* Screens in one colour */

void access_screen(struct access_screen *screen, int card, uint32_t connector,
		   uint32_t colour)
{
	screen->card = card;
	screen->kms = mc_kms(card, connector);
	screen->mode = mc_make_mode(640, 480, 60000);
	screen->colour = colour;
	screen->fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	mc_fb_fill(screen->fb, colour);
}

void access_light(struct access_screen *screen)
{
	mc_light(screen->kms, &screen->mode, screen->fb);
}

void access_expect_colour(struct mc_ctx *ctx, uint32_t colour)
{
	struct mc_picture *seen = mc_picture(640, 480);
	struct mc_chunk chunk;
	size_t i;

	for (i = 0; i < 640 * 480; i++)
		seen->pixels[i] = colour;
	mc_wait_chunk(ctx, &chunk);
	mc_assert_chunk(ctx, &chunk, seen, "a screen in one colour");
	mc_release(ctx, &chunk);
	mc_picture_free(seen);
}

void access_expect_screen(struct mc_ctx *ctx, const struct access_screen *screen)
{
	/* The library answers MODE_SET on the way. */
	access_expect_colour(ctx, screen->colour);
	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_FLOWS);
}

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
	/* Permission is checked first: an error for bad arguments would reveal something. */
	limits.connector_id = 0xdeadbeef;
	mc_expect(mc_create_errno(*card, &limits), -EACCES);
	limits.flags = 1u << 31;
	mc_expect(mc_create_errno(*card, &limits), -EACCES);
	limits = mc_limits_direct(640, 480);
	mc_expect(mc_create_errno(*card, &limits), -EACCES);
}

static void test_nobody_creates(void)
{
	int cards[2];

	mc_two_masters(cards);
	mc_join(mc_fork(fail_to_create, &cards[1]));
	/* A former master is not master. */
	igt_assert_eq(drmDropMaster(cards[0]), 0);
	mc_join(mc_fork(fail_to_create, &cards[0]));
	igt_assert(mc_at_rest(cards[0]));
}

static const uint32_t privileged_flags[] = {
	DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER,
	DRM_MIRACAST_CONTEXT_FLAG_HDCP,
};

/* A master may share its own memory with anybody. */
static void create_trusted(int card)
{
	struct drm_miracast_create_context limits = mc_limits_direct(640, 480);
	struct mc_fb *large = mc_fb(card, 1280, 480, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);
	struct mc_ctx *ctx = mc_ctx_create(card, &limits);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct mc_chunk chunk;

	igt_assert(limits.flags & DRM_MIRACAST_CONTEXT_FLAG_TRUSTED);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	mc_light(kms, &mode, large);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	igt_assert_eq_u32(mc_buffer(ctx, chunk.event.buffer)->info.width, 1280);
	mc_release(ctx, &chunk);
	mc_off(kms);
	mc_ctx_close(ctx);
	mc_fb_free(large);
}

/* For a master without any capability. */
static void create_for_own_screen(int card)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct drm_miracast_context_info info;
	struct access_screen screen;
	struct mc_ctx *ctx;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(privileged_flags); i++) {
		limits.flags = privileged_flags[i];
		mc_expect_f(mc_create_errno(card, &limits), -EACCES,
			    "flag %#x", limits.flags);
	}
	create_trusted(card);
	ctx = mc_ctx_create(card, NULL);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	access_screen(&screen, card, ctx->connector, 0x00a0b0c0);
	access_light(&screen);
	access_expect_screen(ctx, &screen);
	info = mc_query(ctx->fd);
	igt_assert(info.pinned_master);
	igt_assert_eq_u64(info.current_master, info.pinned_master);
	igt_assert_eq_u64(info.lit_by_master, info.pinned_master);
	mc_ctx_close(ctx);
	mc_fb_free(screen.fb);
}

static void create_as_heir(void *data)
{
	mc_become_nobody();
	create_for_own_screen(*(int *)data);
}

static void test_nobody_is_master(void)
{
	int card = mc_card_open();

	mc_join(mc_fork(create_as_heir, &card));
}

static void become_master_and_create(void *data)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int card;

	mc_become_nobody();
	card = mc_card_open_bystander();
	igt_assert(drmIsMaster(card));
	/* Master only by accident, until it asks. */
	mc_expect(mc_create_errno(card, &limits), -EACCES);
	igt_assert_eq(drmSetMaster(card), 0);
	create_for_own_screen(card);
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
	mc_join(mc_fork(become_master_and_create, NULL));
	igt_assert_eq(chmod(path, st.st_mode & 07777), 0);
}

int access_lease(int card)
{
	struct mc_kms *kms = mc_kms(card, 0);
	uint32_t objects[] = { kms->connector, kms->crtc, kms->primary,
			       kms->cursor };
	uint32_t lessee;
	int lease;

	lease = drmModeCreateLease(card, objects, ARRAY_SIZE(objects),
				   O_CLOEXEC, &lessee);
	igt_assert_fd(lease);
	mc_keep(lease);
	igt_assert(drmIsMaster(lease));
	return lease;
}

/* A lessee is master of its leased objects, not of the device. */
static void test_nobody_as_lessee(void)
{
	int card = mc_card_open(), lease = access_lease(card);

	mc_join(mc_fork(fail_to_create, &lease));
	mc_close(lease);
}

/* With the capability, it makes a context on behalf of its lessor. */
static void test_lessee(void)
{
	int card = mc_card_open(), lease = access_lease(card);
	struct access_screen screen;
	struct mc_ctx *ctx, *own;

	ctx = mc_ctx_create(lease, NULL);
	own = mc_ctx_create(card, NULL);
	igt_assert_eq_u64(mc_query(ctx->fd).pinned_master,
			  mc_query(own->fd).pinned_master);
	mc_ctx_close(own);
	mc_start(ctx);
	mc_arrive(ctx, 640, 480);
	/* The lessee's picture belongs to its lessor. */
	access_screen(&screen, lease, ctx->connector, 0x00335577);
	access_light(&screen);
	access_expect_screen(ctx, &screen);
	igt_assert_eq_u64(mc_query(ctx->fd).lit_by_master,
			  mc_query(ctx->fd).pinned_master);
	mc_ctx_close(ctx);
	mc_fb_free(screen.fb);
	mc_close(lease);
}

static void root_of_user_namespace(void *data)
{
	const int *cards = data;
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	unsigned int i;

	igt_assert_eq(unshare(CLONE_NEWUSER), 0);
	mc_expect(mc_create_errno(cards[1], &limits), -EACCES);
	for (i = 0; i < ARRAY_SIZE(privileged_flags); i++) {
		limits.flags = privileged_flags[i];
		mc_expect_f(mc_create_errno(cards[0], &limits), -EACCES,
			    "flag %#x", limits.flags);
	}
	limits = mc_limits_direct(640, 480);
	mc_expect(mc_create_errno(cards[1], &limits), -EACCES);
	mc_expect(mc_create_errno(cards[0], &limits), 0);
	mc_close(limits.context_fd);
}

static void test_user_namespace(void)
{
	int cards[2];

	mc_require_namespaces();
	mc_two_masters(cards);
	mc_join(mc_fork(root_of_user_namespace, cards));
}

/* A master counts when it has asked to be one, or shows something. */
static void test_on_behalf(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	int card = mc_card_open_bystander(), other = mc_card_open();
	struct access_screen screen;
	struct mc_ctx *own, *ctx;
	struct mc_controlled c;
	uint64_t master;

	/* A master by accident does not count, not even for its own contexts. */
	igt_assert(drmIsMaster(card));
	mc_expect(mc_create_errno(card, &limits), -ESRCH);
	mc_expect(mc_create_errno(other, &limits), -ESRCH);
	mc_controlled(&c, card, NULL);
	igt_assert_eq_u64(mc_query(c.control).pinned_master, 0);
	igt_assert_eq_u64(mc_query(c.control).current_master, 0);

	access_screen(&screen, card, c.ctx->connector, 0x00112233);
	access_light(&screen);
	own = mc_ctx_create(card, &limits);
	master = mc_query(own->fd).pinned_master;
	igt_assert(master);
	igt_assert_eq_u64(mc_query(own->fd).current_master, master);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
	limits = mc_limits(640, 480, 2);
	ctx = mc_ctx_create(other, &limits);
	igt_assert_eq_u64(mc_query(ctx->fd).pinned_master, master);
	mc_ctx_close(ctx);

	/* Nobody is master: there is nobody to make it for. */
	igt_assert_eq(drmDropMaster(card), 0);
	limits = mc_limits(640, 480, 2);
	mc_expect(mc_create_errno(other, &limits), -ESRCH);
	igt_assert_eq_u64(mc_query(own->fd).current_master, 0);

	/* Asking for master is enough; then QUERY_CONTEXT has the number again. */
	igt_assert_eq(drmSetMaster(card), 0);
	ctx = mc_ctx_create(other, &limits);
	igt_assert_eq_u64(mc_query(ctx->fd).pinned_master, master);
	mc_ctx_close(ctx);
	mc_ctx_close(own);
	mc_fb_free(screen.fb);
}

/* The whole life of an owner that only has the descriptor. */
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

/* As tools do that save the screen. */
static void test_root_sees_screen(void)
{
	struct mc_scene *scene = mc_scene_running(640, 480, 2);
	int other = mc_card_open();
	struct drm_mode_map_dumb map = {};
	const struct mc_fb *fb = scene->fb[0];
	drmModeFBPtr seen;
	void *pixels;

	seen = drmModeGetFB(other, fb->id);
	igt_assert(seen);
	igt_assert(seen->handle);
	map.handle = seen->handle;
	igt_assert_eq(drmIoctl(other, DRM_IOCTL_MODE_MAP_DUMB, &map), 0);
	pixels = mmap(NULL, fb->size, PROT_READ, MAP_SHARED, other, map.offset);
	igt_assert(pixels != MAP_FAILED);
	igt_assert(!memcmp(pixels, fb->map, fb->size));
	munmap(pixels, fb->size);
	drmModeFreeFB(seen);
	mc_close(other);
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

	mc_crc_path(path, sizeof(path), card, 0, "control");
	mc_join(mc_fork(look_into_debugfs, path));
}

static const struct mc_subtest subtests[] = {
	{ "nobody-queries",
	  "Anyone with the card node may ask for the capabilities.",
	  test_nobody_queries },
	{ "nobody-creates",
	  "Whoever is not DRM master makes no context without CAP_SYS_ADMIN.",
	  test_nobody_creates },
	{ "nobody-is-master",
	  "The DRM master makes a context for its own screen, with no capability.",
	  test_nobody_is_master },
	{ "nobody-as-master",
	  "So does one that became master because there was none.",
	  test_nobody_as_master },
	{ "nobody-as-lessee",
	  "Whoever was leased the target makes none.",
	  test_nobody_as_lessee },
	{ "lessee",
	  "What a lessee shows belongs to its lessor.", test_lessee },
	{ "user-namespace",
	  "Root of a user namespace is nobody here.", test_user_namespace },
	{ "on-behalf",
	  "Others make a context for the DRM master, if there is one that counts.",
	  test_on_behalf },
	{ "nobody-with-context",
	  "Whoever is handed a context can do everything with it.",
	  test_nobody_with_context },
	{ "nobody-sees-screen",
	  "Framebuffers of others have no handle for an ordinary user.",
	  test_nobody_sees_screen },
	{ "root-sees-screen",
	  "For root they have one, to the memory itself.",
	  test_root_sees_screen },
	{ "nobody-reads-crcs",
	  "Checksums of the screen are not for ordinary users.",
	  test_nobody_reads_crcs },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(access_buffers);
	mc_subtests(access_masters);
	mc_subtests(access_foreign);
	mc_subtests(access_replaced);
	mc_subtests(access_pin);
	mc_subtests(access_gone);
	mc_subtests(access_control);
	mc_subtests(access_node);
	mc_subtests(access_random);
}
