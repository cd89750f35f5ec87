// SPDX-License-Identifier: MIT
/*
 * The control file, and QUERY_CONTEXT.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "miracast_access.h"

static void expect_gone(struct mc_controlled *c, int card)
{
	struct drm_miracast_context_info info;

	igt_assert(mc_poll(c->ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLHUP);
	mc_expect(mc_query_errno(c->ctx->fd, &info), -ESTALE);
	mc_expect(mc_stop_errno(c->ctx->fd), -ESTALE);
	mc_wait_connected(card, c->ctx->connector, false);
	mc_wait_at_rest(card);
}

static void test_close(void)
{
	int card = mc_card_open();
	struct mc_controlled c;

	mc_controlled(&c, card, NULL);
	igt_assert(mc_connected(card, c.ctx->connector));
	mc_close(c.control);
	expect_gone(&c, card);
	mc_ctx_close(c.ctx);
}

/* The context ends with the last of several descriptors, in whichever process. */
static void test_dup(void)
{
	int card = mc_card_open(), copy;
	struct mc_controlled c;

	mc_controlled(&c, card, NULL);
	copy = mc_keep(dup(c.control));
	mc_close(c.control);
	igt_assert_eq_u32(mc_state(c.ctx), DRM_MIRACAST_STATE_MONITOR);
	mc_query(copy);
	mc_close(copy);
	expect_gone(&c, card);
	mc_ctx_close(c.ctx);
}

static void keep_control(void *data)
{
	int control = mc_receive_fd(*(int *)data);

	mc_query(control);
	igt_assert_eq(write(*(int *)data, "k", 1), 1);
	pause();
}

static void test_passed(void)
{
	int card = mc_card_open(), ends[2];
	struct mc_controlled c;
	char byte;
	pid_t pid;

	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
		      0);
	pid = mc_fork(keep_control, &ends[1]);
	close(ends[1]);
	mc_keep(ends[0]);
	mc_controlled(&c, card, NULL);
	mc_send_fd(ends[0], c.control);
	mc_close(c.control);
	igt_assert_eq(read(ends[0], &byte, 1), 1);
	igt_assert_eq_u32(mc_state(c.ctx), DRM_MIRACAST_STATE_MONITOR);
	mc_kill(pid);
	expect_gone(&c, card);
	mc_ctx_close(c.ctx);
}

static void expect_control_gone(int control)
{
	struct drm_miracast_context_info info;
	struct drm_miracast_statistics stats;

	igt_assert(mc_poll(control, POLLPRI, MC_TIMEOUT_MS) & POLLHUP);
	mc_expect(mc_query_errno(control, &info), -ESTALE);
	mc_expect(mc_statistics_errno(control, &stats), -ESTALE);
	mc_expect(mc_pin_errno(control, 1), -ESTALE);
	mc_expect(mc_destroy_errno(control), 0);
}

static void test_holder_closes(void)
{
	int card = mc_card_open();
	struct mc_controlled c;

	mc_controlled(&c, card, NULL);
	igt_assert_eq(mc_poll(c.control, POLLIN | POLLPRI, 0), 0);
	mc_ctx_close(c.ctx);
	expect_control_gone(c.control);
	mc_wait_at_rest(card);
	mc_close(c.control);

	mc_controlled(&c, card, NULL);
	mc_expect(mc_destroy_errno(c.ctx->fd), 0);
	expect_control_gone(c.control);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

static void test_destroy(void)
{
	int card = mc_card_open();
	struct mc_controlled c;

	mc_controlled(&c, card, NULL);
	mc_expect(mc_destroy_errno(c.control), 0);
	expect_gone(&c, card);
	expect_control_gone(c.control);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

static void expect_news(int control, bool news)
{
	igt_assert_eq(mc_poll(control, POLLPRI, news ? MC_TIMEOUT_MS : 0) &
		      POLLPRI, news ? POLLPRI : 0);
	mc_query(control);
	igt_assert_eq(mc_poll(control, POLLPRI, 0), 0);
}

static void test_poll(void)
{
	struct access_screen screen;
	struct mc_controlled c;
	int cards[2], copy;

	mc_two_masters(cards);
	mc_controlled(&c, cards[0], NULL);
	expect_news(c.control, false);
	access_screen(&screen, cards[0], c.ctx->connector, 0x00123456);
	access_light(&screen);
	expect_news(c.control, true);
	access_light(&screen);
	expect_news(c.control, false);
	/* The context's own file asks for itself. */
	mc_off(screen.kms);
	mc_query(c.ctx->fd);
	expect_news(c.control, true);
	igt_assert_eq(drmDropMaster(cards[0]), 0);
	expect_news(c.control, true);
	copy = mc_card_open_bystander();
	expect_news(c.control, false);
	mc_close(copy);
	igt_assert_eq(drmSetMaster(cards[1]), 0);
	expect_news(c.control, true);
	mc_expect(mc_pin_errno(c.control, mc_query(c.control).current_master),
		  0);
	expect_news(c.control, true);
	mc_expect(mc_pin_errno(c.control, mc_query(c.control).current_master),
		  0);
	expect_news(c.control, false);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

#define CONTROL_CODES (1ull << DRM_MIRACAST_CODE_QUERY_CONTEXT | \
		       1ull << DRM_MIRACAST_CODE_GET_STATISTICS | \
		       1ull << DRM_MIRACAST_CODE_PIN)

/* The calls that the control file accepts, and those that it refuses. */
static void test_codes(void)
{
	int card = mc_card_open();
	struct drm_miracast_statistics stats;
	uint8_t input[MC_INPUT_MAX], output[1024];
	struct mc_controlled c;
	unsigned int i;
	uint64_t byte;

	mc_controlled(&c, card, NULL);
	igt_assert_eq_u64(mc_query(c.control).io_control_codes, CONTROL_CODES);
	igt_assert_eq_u64(mc_query(c.ctx->fd).io_control_codes,
			  mc_caps(card).io_control_codes &
			  ~(1ull << DRM_MIRACAST_CODE_PIN));
	mc_expect(mc_statistics_errno(c.control, &stats), 0);
	igt_assert_eq_u64(stats.context_number, c.ctx->number);
	for (i = 0; i < mc_code_count; i++) {
		if (CONTROL_CODES >> mc_codes[i].code & 1)
			continue;
		mc_code_input(&mc_codes[i], input);
		mc_expect_f(mc_io_errno(c.control, mc_codes[i].code, input,
					mc_codes[i].in_size, output,
					mc_codes[i].out_size, NULL),
			    -EOPNOTSUPP, "%s", mc_codes[i].name);
	}
	mc_expect(mc_io_errno(c.control, 63, input, 8, NULL, 0, NULL),
		  -EOPNOTSUPP);
	mc_expect(mc_io_errno(c.control, 64, input, 8, NULL, 0, NULL),
		  -EOPNOTSUPP);
	mc_expect(mc_io_errno(c.control, UINT32_MAX, input, 8, NULL, 0, NULL),
		  -EOPNOTSUPP);
	mc_expect(mc_release_errno(c.control, 1, 1), -EINVAL);
	mc_expect(mc_ioctl_errno(c.control, DRM_IOCTL_VERSION, input), -EINVAL);
	igt_assert_eq(read(c.control, &byte, sizeof(byte)), -1);
	igt_assert_eq(errno, EINVAL);
	igt_assert_eq_u32(mc_state(c.ctx), DRM_MIRACAST_STATE_MONITOR);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

static void test_sizes(void)
{
	struct {
		struct drm_miracast_pin pin;
		uint64_t more;
	} pin = {};
	struct drm_miracast_query_context query = {};
	struct drm_miracast_context_info info, whole;
	struct mc_controlled c;
	uint32_t returned, size;
	int card = mc_card_open();

	mc_controlled(&c, card, NULL);
	pin.pin.master = mc_query(c.control).current_master;
	mc_expect(mc_io_errno(c.control, DRM_MIRACAST_CODE_PIN, &pin,
			      sizeof(pin.pin) - 8, NULL, 0, NULL), -EINVAL);
	mc_expect(mc_io_errno(c.control, DRM_MIRACAST_CODE_PIN, &pin,
			      sizeof(pin), NULL, 0, NULL), 0);
	pin.more = 1;
	mc_expect(mc_io_errno(c.control, DRM_MIRACAST_CODE_PIN, &pin,
			      sizeof(pin), NULL, 0, NULL), -E2BIG);

	whole = mc_query(c.ctx->fd);
	for (size = 0; size <= sizeof(info); size += 8) {
		memset(&info, 0xaa, sizeof(info));
		mc_expect(mc_io_errno(c.ctx->fd,
				      DRM_MIRACAST_CODE_QUERY_CONTEXT, &query,
				      sizeof(query), &info, size, &returned),
			  0);
		igt_assert_eq_u32(returned, size);
		igt_assert(!memcmp(&info, &whole, size));
		if (size < sizeof(info))
			igt_assert_eq_u32(((uint8_t *)&info)[size], 0xaa);
	}
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* Either both files are created, or neither. */
static void test_no_room(void)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct drm_miracast_create_context *read_only;
	int card = mc_card_open(), room, next, before, ret;
	struct rlimit old, tight;

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	before = mc_count_fds();
	for (room = 0; room < 2; room++) {
		next = dup(card);
		close(next);
		igt_assert_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
		tight = old;
		tight.rlim_cur = next + room;
		igt_assert_eq(setrlimit(RLIMIT_NOFILE, &tight), 0);
		ret = mc_create_errno(card, &limits);
		igt_assert_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
		mc_expect_f(ret, -EMFILE, "room for %d", room);
		igt_assert(mc_at_rest(card));
	}
	read_only = mc_read_only(&limits, sizeof(limits));
	mc_expect(mc_create_errno(card, read_only), -EFAULT);
	igt_assert(mc_at_rest(card));
	igt_assert_eq(mc_count_fds(), before);

	mc_expect(mc_create_errno(card, &limits), 0);
	igt_assert(limits.context_fd != limits.control_fd);
	igt_assert(fcntl(limits.control_fd, F_GETFD) & FD_CLOEXEC);
	mc_close(limits.control_fd);
	mc_close(limits.context_fd);
	/* Without the flag, there is none. */
	limits = mc_limits(640, 480, 2);
	mc_expect(mc_create_errno(card, &limits), 0);
	igt_assert_eq(limits.control_fd, -1);
	mc_close(limits.context_fd);
}

static void expect_described(int card,
			     const struct drm_miracast_create_context *arg)
{
	struct drm_miracast_create_context made = *arg;
	struct drm_miracast_query_caps caps = mc_caps(card), after;
	struct drm_miracast_context_info info;
	drmModeConnector *connector;
	struct stat st;
	char name[64];

	mc_expect(mc_create_errno(card, &made), 0);
	after = mc_caps(card);
	info = mc_query(made.context_fd);
	igt_assert_eq_u64(info.context_number, made.context_number);
	igt_assert_eq_u32(info.abi_major, caps.abi_major);
	igt_assert_eq_u32(info.abi_minor, caps.abi_minor);
	igt_assert_eq_u32(info.caps, caps.caps);
	igt_assert_eq_u32(info.event_bytes_max, caps.event_bytes_max);
	igt_assert_eq(fstat(card, &st), 0);
	igt_assert_eq_u32(info.card_major, major(st.st_rdev));
	igt_assert_eq_u32(info.card_minor, minor(st.st_rdev));
	igt_assert_eq_u32(caps.card_major, major(st.st_rdev));
	igt_assert_eq_u32(caps.card_minor, minor(st.st_rdev));
	igt_assert_eq_u32(info.connector_id, made.connector_id);
	igt_assert_eq_u32(info.crtc_id, made.crtc_id);
	connector = drmModeGetConnectorCurrent(card, made.connector_id);
	igt_assert(connector);
	snprintf(name, sizeof(name), "Virtual-%u", connector->connector_type_id);
	drmModeFreeConnector(connector);
	igt_assert(!strcmp(info.connector_name, name));

	igt_assert_eq_u32(info.flags, arg->flags);
	igt_assert_eq_u32(info.delivery, arg->delivery);
	igt_assert_eq_u64(info.modifier, arg->modifier);
	igt_assert(!memcmp(&info.color, &arg->color, sizeof(arg->color)));
	igt_assert_eq_u32(info.format, arg->format);
	igt_assert_eq_u32(info.buffer_count, arg->buffer_count);
	igt_assert_eq_u32(info.parts, arg->parts);
	igt_assert_eq_u32(info.max_width, arg->max_width);
	igt_assert_eq_u32(info.max_height, arg->max_height);
	igt_assert_eq_u32(info.max_refresh_mhz, arg->max_refresh_mhz);
	igt_assert_eq_u64(info.max_macroblock_rate,
			  caps.macroblock_rate_free -
			  after.macroblock_rate_free);
	igt_assert_eq_u64(info.picture_memory,
			  caps.picture_memory_free - after.picture_memory_free);
	igt_assert_eq_u32(info.state, DRM_MIRACAST_STATE_CREATED);
	igt_assert_eq_u32(info.picture_state,
			  DRM_MIRACAST_PICTURE_STATE_NO_MONITOR);
	igt_assert(info.pinned_master);
	igt_assert_eq_u64(info.pinned_master, info.current_master);
	igt_assert_eq_u64(info.lit_by_master, 0);
	if (made.control_fd >= 0)
		mc_close(made.control_fd);
	mc_close(made.context_fd);
}

static void test_query(void)
{
	struct drm_miracast_create_context arg = mc_limits(1280, 720, 4);
	int card = mc_card_open();

	expect_described(card, &arg);
	arg.parts = 7;
	arg.flags = DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA |
		    DRM_MIRACAST_CONTEXT_FLAG_CONTROL;
	expect_described(card, &arg);
	arg.format = DRM_FORMAT_NV12;
	arg.flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	expect_described(card, &arg);
	arg = mc_limits_direct(1024, 768);
	expect_described(card, &arg);
	arg.flags = DRM_MIRACAST_CONTEXT_FLAG_TRUSTED;
	expect_described(card, &arg);
}

/* Each reason why no picture comes, one after the other. */
static void test_picture_states(void)
{
	struct mc_fb *large = NULL;
	struct access_screen screen;
	struct mc_message message;
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);
	drmModeModeInfo mode = mc_make_mode(800, 600, 60000);

	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_NO_MONITOR);
	mc_start(ctx);
	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_NO_MONITOR);
	mc_arrive(ctx, 640, 480);
	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_DARK);
	access_screen(&screen, card, ctx->connector, 0x00778899);
	access_light(&screen);
	mc_wait_message(ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_UNANSWERED);
	mc_no_event(ctx, MC_QUIET_MS);
	mc_expect(mc_complete_errno(ctx->fd, message.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	access_expect_screen(ctx, &screen);
	mc_off(screen.kms);
	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_DARK);
	igt_assert(!mc_try_message(ctx, DRM_MIRACAST_MSG_PICTURE_STATE, &message,
				   MC_QUIET_MS));
	mc_depart(ctx);
	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_NO_MONITOR);

	/* Lit before the context's limits applied. */
	large = mc_fb(card, 800, 600, DRM_FORMAT_XRGB8888);
	mc_light(screen.kms, &mode, large);
	mc_arrive(ctx, 640, 480);
	mc_wait_picture_state(ctx, DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS);
	igt_assert_eq_u32(mc_picture_state(ctx),
			  DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS);
	access_light(&screen);
	mc_wait_picture_state(ctx, DRM_MIRACAST_PICTURE_STATE_UNANSWERED);
	access_expect_screen(ctx, &screen);
	mc_fb_free(large);
	mc_fb_free(screen.fb);
	mc_ctx_close(ctx);
}

const struct mc_subtest access_control[] = {
	{ "control-close",
	  "The last close of the control file ends the context.", test_close },
	{ "control-dup",
	  "One of two descriptors is not the last.", test_dup },
	{ "control-passed",
	  "Handed over, it ends the context when the process that has it dies.",
	  test_passed },
	{ "control-holder-closes",
	  "It hangs up when the context is gone.", test_holder_closes },
	{ "control-destroy",
	  "It destroys the context.", test_destroy },
	{ "control-poll",
	  "It reports masters that are others than the last query said.",
	  test_poll },
	{ "control-codes",
	  "It takes three codes, and no other file's calls.", test_codes },
	{ "control-sizes",
	  "Structs of other sizes are cut or refused.", test_sizes },
	{ "control-no-room",
	  "Without room for both files, or for the answer, there is no context.",
	  test_no_room },
	{ "query",
	  "A context says how it was made, and of what device.", test_query },
	{ "picture-states",
	  "A context says why no picture comes.", test_picture_states },
	{}
};
