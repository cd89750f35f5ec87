// SPDX-License-Identifier: MIT
/*
 * Sessions: states, order of events, numbers.
 */
#include <poll.h>
#include <sys/ioctl.h>

#include "miracast_context.h"

/* One row per code and state, with well-formed arguments. */
static void test_states(void)
{
	int card = mc_card_open();
	uint64_t codes = mc_caps(card).io_control_codes;
	uint8_t input[MC_INPUT_MAX], output[1024];
	unsigned int state, i;

	for (state = 0; state < MC_STATES; state++) {
		for (i = 0; i < mc_code_count; i++) {
			const struct mc_code *code = &mc_codes[i];
			struct mc_ctx *ctx;

			if (!(codes >> code->code & 1))
				continue;
			ctx = mc_ctx_for_code(card, code, state);
			mc_code_input(code, input);
			mc_expect_f(mc_io_errno(ctx->fd, code->code, input,
						code->in_size, output,
						code->out_size, NULL),
				    mc_code_answer(code, state), "%s when %s",
				    code->name, mc_state_names[state]);
			mc_ctx_close(ctx);
		}
	}
}

static void test_wrong_state_changes_nothing(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
	struct drm_miracast_statistics before = mc_statistics(ctx), after;

	mc_expect(mc_start_errno(ctx->fd, NULL), -EALREADY);
	after = mc_statistics(ctx);
	igt_assert(!memcmp(&before, &after, sizeof(before)));
	igt_assert(mc_connected(card, ctx->connector));
	mc_stop(ctx);
	mc_expect(mc_stop_errno(ctx->fd), -ENOTCONN);
	mc_expect(mc_depart_errno(ctx->fd), -ENOTCONN);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_CREATED);
	mc_ctx_close(ctx);
}

static void test_start_stop(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);
	uint64_t last = 0, session;
	int i;

	for (i = 0; i < 5; i++) {
		session = mc_start(ctx);
		igt_assert_lt_u64(last, session);
		igt_assert_eq_u64(mc_statistics(ctx).session, session);
		igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_STARTED);
		mc_arrive(ctx, 640, 480);
		igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_MONITOR);
		igt_assert(mc_connected(card, ctx->connector));
		mc_stop(ctx);
		igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_CREATED);
		igt_assert_eq_u64(mc_statistics(ctx).session, 0);
		igt_assert(!mc_connected(card, ctx->connector));
		last = session;
	}
	mc_ctx_close(ctx);
}

static void expect_stopped(struct mc_ctx *ctx, uint64_t session)
{
	const struct drm_miracast_event *event = mc_next_event(ctx, 0);
	struct mc_message message;

	igt_assert(event);
	mc_parse_message(event, &message);
	igt_assert_eq_u32(message.event.code, DRM_MIRACAST_MSG_STOPPED);
	igt_assert_eq_u64(message.event.session, session);
	igt_assert_eq_u32(message.event.needs_completion, 0);
	igt_assert_eq_u32(message.stopped.cause, DRM_MIRACAST_CAUSE_OWNER);
	mc_no_event(ctx, MC_QUIET_MS);
}

static void test_stopped_is_last(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);

	/* Unread chunks and messages are dropped: STOPPED comes at once. */
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_show(scene->kms, scene->fb[2], NULL, 0);
	igt_assert(mc_poll(scene->ctx->fd, POLLIN, MC_TIMEOUT_MS) & POLLIN);
	mc_forget_events(scene->ctx);
	mc_stop(scene->ctx);
	expect_stopped(scene->ctx, scene->session);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_no_event(scene->ctx, MC_QUIET_MS);
}

static void test_stopped_without_monitor(void)
{
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), NULL);
	uint64_t session = mc_start(ctx);

	mc_stop(ctx);
	expect_stopped(ctx, session);
	mc_ctx_close(ctx);
}

static void test_no_event_before_start(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);
	struct mc_kms *kms = mc_kms(card, ctx->connector);
	struct mc_fb *fb = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	drmModeModeInfo mode = mc_make_mode(640, 480, 60000);

	mc_light(kms, &mode, fb);
	mc_show(kms, fb, NULL, 0);
	mc_no_event(ctx, MC_QUIET_MS);
	mc_ctx_close(ctx);
}

static void light(struct mc_scene *scene)
{
	drmModeModeInfo mode;

	igt_assert(mc_find_mode(scene->card, scene->ctx->connector, 640, 480,
				60000, &mode));
	mc_light(scene->kms, &mode, scene->fb[1]);
}

static void test_numbers_grow(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);
	struct mc_message first = scene->mode_set, second;
	struct mc_chunk before, after;

	mc_wait_chunk(scene->ctx, &before);
	mc_release(scene->ctx, &before);
	mc_forget_events(scene->ctx);
	mc_stop(scene->ctx);
	expect_stopped(scene->ctx, scene->session);
	mc_off(scene->kms);

	igt_assert_lt_u64(scene->session, mc_start(scene->ctx));
	mc_arrive(scene->ctx, 640, 480);
	light(scene);
	mc_complete_mode(scene->ctx, &second);
	mc_wait_chunk(scene->ctx, &after);
	igt_assert_lt_u64(first.event.number, second.event.number);
	igt_assert_lt_u64(first.event.session, second.event.session);
	igt_assert_lt_u64(first.mode_set.mode_serial,
			  second.mode_set.mode_serial);
	igt_assert_lt_u64(before.event.session, after.event.session);
	igt_assert_lt_u64(before.event.mode_serial, after.event.mode_serial);
	igt_assert_lt_u64(DRM_MIRACAST_FRAME_OF_CHUNK_ID(before.event.chunk_id),
			  DRM_MIRACAST_FRAME_OF_CHUNK_ID(after.event.chunk_id));
	igt_assert_lt_u64(before.event.buffer, after.event.buffer);
	mc_release(scene->ctx, &after);
}

static void test_ended_session_is_stale(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	mc_stop(scene->ctx);
	mc_expect(mc_release_errno(scene->ctx->fd, chunk.event.buffer,
				   chunk.event.chunk_id), -ESTALE);
	mc_expect(mc_complete_errno(scene->ctx->fd,
				    scene->mode_set.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS),
		  -ESTALE);

	mc_start(scene->ctx);
	mc_expect(mc_release_errno(scene->ctx->fd, chunk.event.buffer,
				   chunk.event.chunk_id), -ESTALE);
	mc_expect(mc_complete_errno(scene->ctx->fd,
				    scene->mode_set.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), -ESTALE);
	igt_assert_eq_u32(mc_statistics(scene->ctx).unreleased_chunks, 0);
}

static void test_departed_is_stale(void)
{
	struct mc_scene *scene = mc_scene(640, 480, 3);

	mc_depart(scene->ctx);
	igt_assert_eq_u32(mc_statistics(scene->ctx).depart_cause,
			  DRM_MIRACAST_CAUSE_OWNER);
	mc_expect(mc_complete_errno(scene->ctx->fd,
				    scene->mode_set.event.number,
				    DRM_MIRACAST_COMPLETION_SUCCESS), -ESTALE);
}

static void test_wrong_file(void)
{
	int card = mc_card_open();
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);
	struct drm_miracast_create_context limits = mc_limits(640, 480, 2);
	struct drm_miracast_query_caps caps = {};
	struct drm_miracast_release_chunk release = {};
	struct drm_version version = {};
	struct drm_get_cap cap = { .capability = DRM_CAP_DUMB_BUFFER };
	struct drm_set_version set_version = {};
	uint8_t bytes[64] = {};

	mc_expect(mc_ioctl_errno(ctx->fd, DRM_IOCTL_MIRACAST_QUERY_CAPS,
				 &caps), -EINVAL);
	mc_expect(mc_ioctl_errno(ctx->fd, DRM_IOCTL_MIRACAST_CREATE_CONTEXT,
				 &limits), -EINVAL);
	mc_expect(mc_ioctl_errno(ctx->fd, DRM_IOCTL_VERSION, &version),
		  -EINVAL);
	mc_expect(mc_ioctl_errno(ctx->fd, DRM_IOCTL_GET_CAP, &cap), -EINVAL);
	mc_expect(mc_ioctl_errno(ctx->fd, DRM_IOCTL_SET_MASTER, NULL), -EINVAL);
	mc_expect(mc_ioctl_errno(ctx->fd, DRM_IOCTL_SET_VERSION, &set_version),
		  -EINVAL);
	mc_expect(mc_ioctl_errno(ctx->fd, DRM_IOWR(DRM_COMMAND_BASE + 5,
						   bytes), bytes), -EINVAL);

	mc_expect(mc_destroy_errno(card), -EINVAL);
	mc_expect(mc_start_errno(card, NULL), -EINVAL);
	mc_expect(mc_ioctl_errno(card, DRM_IOCTL_MIRACAST_RELEASE_CHUNK,
				 &release), -EINVAL);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_CREATED);
	mc_ctx_close(ctx);
}

static void test_other_operations(void)
{
	struct mc_ctx *ctx = mc_ctx_create(mc_card_open(), NULL);
	int size = 0;

	igt_assert_eq(write(ctx->fd, "x", 1), -1);
	igt_assert(lseek(ctx->fd, 0, SEEK_END) <= 0);
	igt_assert_eq(ioctl(ctx->fd, FIONREAD, &size), -1);
	igt_assert(errno == ENOTTY || errno == EINVAL);
	igt_assert_eq_u32(mc_state(ctx), DRM_MIRACAST_STATE_CREATED);
	mc_ctx_close(ctx);
}

const struct mc_subtest mc_context_session[] = {
	{ "states",
	  "Every code answers by the state: done, ENOTCONN or EALREADY.",
	  test_states },
	{ "wrong-state-changes-nothing",
	  "A call in the wrong state has no effect.",
	  test_wrong_state_changes_nothing },
	{ "start-stop",
	  "Sessions follow each other on one context, with new numbers.",
	  test_start_stop },
	{ "stopped-is-last",
	  "STOP_SESSION drops what is unread; STOPPED is the last event.",
	  test_stopped_is_last },
	{ "stopped-without-monitor",
	  "STOPPED also ends a session that had no monitor.",
	  test_stopped_without_monitor },
	{ "no-event-before-start",
	  "Outside a session no event comes, whatever the client does.",
	  test_no_event_before_start },
	{ "session-numbers-grow",
	  "Messages, modes, frames and buffers are never numbered twice.",
	  test_numbers_grow },
	{ "ended-session-is-stale",
	  "Chunks and messages of an ended session are ESTALE.",
	  test_ended_session_is_stale },
	{ "departed-is-stale",
	  "A message of a departed monitor is ESTALE.",
	  test_departed_is_stale },
	{ "wrong-file",
	  "Calls of the card on a context, and the reverse, are EINVAL.",
	  test_wrong_file },
	{ "other-operations",
	  "File operations that a context does not have fail without effect.",
	  test_other_operations },
	{}
};
