// SPDX-License-Identifier: MIT
/*
 * Messages to the owner: one pending message for each code, the order of messages, and
 * which need an answer. The meaning of each is tested with its cause.
 */
#include "lib_miracast.h"

IGT_TEST_DESCRIPTION("Messages of the driver to the owner, and their answers.");

#define CODES (DRM_MIRACAST_MSG_PICTURE_STATE + 1)

struct story {
	int card;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *big, *small, *cursor;
	drmModeModeInfo big_mode, small_mode;
	uint64_t session;
	/* The messages that were read: the count of each code, and the last of all. */
	unsigned int count[CODES];
	struct mc_message last;
};

static const struct drm_miracast_mode modes[] = {
	{ .width = 800, .height = 600, .refresh_mhz = 60000,
	  .flags = DRM_MIRACAST_MODE_FLAG_PREFERRED },
	{ .width = 640, .height = 480, .refresh_mhz = 60000 },
};

static void begin(struct story *s, uint32_t flags)
{
	struct drm_miracast_create_context limits = mc_limits(800, 600, 3);

	memset(s, 0, sizeof(*s));
	s->card = mc_card_open();
	limits.flags = flags;
	s->ctx = mc_ctx_create(s->card, &limits);
	s->kms = mc_kms(s->card, s->ctx->connector);
	s->big = mc_fb(s->card, 800, 600, DRM_FORMAT_XRGB8888);
	s->small = mc_fb(s->card, 640, 480, DRM_FORMAT_XRGB8888);
	s->big_mode = mc_make_mode(800, 600, 60000);
	s->small_mode = mc_make_mode(640, 480, 60000);
}

static void begin_with_monitor(struct story *s, uint32_t flags)
{
	begin(s, flags);
	s->session = mc_start(s->ctx);
	mc_arrive_modes(s->ctx, modes, ARRAY_SIZE(modes));
}

static int answer_errno(struct story *s, uint64_t number, uint32_t status)
{
	return mc_complete_errno(s->ctx->fd, number, status);
}

/* Looks at all that is there; chunks are released. */
static void read_all(struct story *s)
{
	const struct drm_miracast_event *event;
	struct mc_chunk chunk;
	uint64_t number = 0;

	memset(s->count, 0, sizeof(s->count));
	while ((event = mc_next_event(s->ctx, MC_QUIET_MS))) {
		if (event->type == DRM_MIRACAST_EVENT_TYPE_CHUNK) {
			mc_parse_chunk(event, &chunk);
			mc_release(s->ctx, &chunk);
			continue;
		}
		mc_parse_message(event, &s->last);
		igt_assert_lt(s->last.event.code, CODES);
		/* In the order in which they were sent. */
		igt_assert_lt_u64(number, s->last.event.number);
		number = s->last.event.number;
		igt_assert_eq_u64(s->last.event.session, s->session);
		igt_assert_eq_u32(s->last.event.needs_completion,
				  s->last.event.code ==
				  DRM_MIRACAST_MSG_MODE_SET);
		s->count[s->last.event.code]++;
		if (s->last.event.needs_completion)
			mc_expect(answer_errno(s, number,
					       DRM_MIRACAST_COMPLETION_SUCCESS),
				  0);
	}
}

/* Each of these comes once, BUFFER_GONE for each buffer, and nothing else. */
static void expect_codes(struct story *s, unsigned int codes)
{
	unsigned int i;

	read_all(s);
	for (i = 0; i < CODES; i++) {
		bool wanted = codes >> i & 1;
		bool many = wanted && i == DRM_MIRACAST_MSG_BUFFER_GONE;

		igt_assert_f(s->count[i] == wanted || (many && s->count[i]),
			     "code %u was read %u times\n", i, s->count[i]);
	}
}

static void expect_only(struct story *s, uint32_t code)
{
	expect_codes(s, 1u << code);
}

static void set_power(struct story *s, bool on)
{
	struct mc_commit commit = { .active = on ? 1 : -1 };

	mc_expect(mc_commit_errno(s->kms, &commit), 0);
}

static void test_each_code(void)
{
	struct mc_commit cursor = { .cursor_x = 10, .cursor_y = 20 };
	struct story s;
	int other;

	begin_with_monitor(&s, DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA);
	mc_light(s.kms, &s.big_mode, s.big);
	expect_only(&s, DRM_MIRACAST_MSG_MODE_SET);

	s.cursor = mc_fb(s.card, 64, 64, DRM_FORMAT_ARGB8888);
	mc_fb_fill(s.cursor, 0xff00ff00);
	cursor.cursor = s.cursor;
	cursor.fb = s.big;
	mc_expect(mc_commit_errno(s.kms, &cursor), 0);
	expect_codes(&s, 1u << DRM_MIRACAST_MSG_CURSOR_SHAPE |
			 1u << DRM_MIRACAST_MSG_CURSOR_MOVE);

	set_power(&s, false);
	expect_only(&s, DRM_MIRACAST_MSG_POWER);
	igt_assert_eq_u32(s.last.power.on, 0);
	set_power(&s, true);
	expect_only(&s, DRM_MIRACAST_MSG_POWER);
	igt_assert_eq_u32(s.last.power.on, 1);

	/* The CRTC was on before: a mode set does not report power. */
	mc_light(s.kms, &s.small_mode, s.small);
	expect_codes(&s, 1u << DRM_MIRACAST_MSG_MODE_SET |
			 1u << DRM_MIRACAST_MSG_BUFFER_GONE);
	mc_light(s.kms, &s.small_mode, s.small);
	expect_codes(&s, 0);

	other = mc_card_open();
	igt_assert_eq(drmDropMaster(s.card), 0);
	igt_assert_eq(drmSetMaster(other), 0);
	expect_only(&s, DRM_MIRACAST_MSG_PICTURE_STATE);
	igt_assert_eq_u32(s.last.picture_state.picture_state,
			  DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER);
	mc_stop(s.ctx);
	expect_only(&s, DRM_MIRACAST_MSG_STOPPED);
	mc_ctx_close(s.ctx);
}

static void test_states(void)
{
	struct story s;
	int i;

	begin_with_monitor(&s, 0);
	mc_light(s.kms, &s.big_mode, s.big);
	read_all(&s);
	for (i = 0; i < 4; i++) {
		set_power(&s, false);
		set_power(&s, true);
	}
	set_power(&s, false);
	expect_only(&s, DRM_MIRACAST_MSG_POWER);
	igt_assert_eq_u32(s.last.power.on, 0);
	/* Once read, the next one is a message of its own. */
	set_power(&s, true);
	expect_only(&s, DRM_MIRACAST_MSG_POWER);
	igt_assert_eq_u32(s.last.power.on, 1);
	mc_ctx_close(s.ctx);
}

/* Codes do not replace each other; the order is that of the newest of each. */
static void test_order(void)
{
	struct mc_message first, second;
	struct story s;

	begin_with_monitor(&s, 0);
	mc_light(s.kms, &s.big_mode, s.big);
	set_power(&s, false);
	igt_assert(mc_try_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &first,
				  MC_QUIET_MS));
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_POWER, &second);
	igt_assert_lt_u64(first.event.number, second.event.number);
	set_power(&s, true);
	mc_light(s.kms, &s.small_mode, s.small);
	set_power(&s, false);
	/* POWER(on) was replaced, and is behind the mode set now. */
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &first);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_POWER, &second);
	igt_assert_lt_u64(first.event.number, second.event.number);
	igt_assert_eq_u32(second.power.on, 0);
	mc_ctx_close(s.ctx);
}

static void test_before_start(void)
{
	struct story s;

	begin(&s, 0);
	mc_light(s.kms, &s.big_mode, s.big);
	mc_light(s.kms, &s.small_mode, s.small);
	set_power(&s, false);
	set_power(&s, true);
	mc_no_event(s.ctx, MC_QUIET_MS);
	s.session = mc_start(s.ctx);
	mc_no_event(s.ctx, MC_QUIET_MS);
	mc_light(s.kms, &s.big_mode, s.big);
	mc_no_event(s.ctx, MC_QUIET_MS);
	/* Of all these changes only the last state is reported, when there is a monitor. */
	mc_arrive_modes(s.ctx, modes, ARRAY_SIZE(modes));
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &s.last);
	igt_assert_eq_u32(s.last.mode_set.width, 800);
	igt_assert_eq_u64(s.last.event.session, s.session);
	mc_no_event(s.ctx, MC_QUIET_MS);
	mc_ctx_close(s.ctx);
}

static void test_stopped_last(void)
{
	struct mc_message mode_set;
	struct story s;
	int i;

	begin_with_monitor(&s, 0);
	mc_light(s.kms, &s.big_mode, s.big);
	mc_complete_mode(s.ctx, &mode_set);
	for (i = 0; i < 3; i++)
		mc_show(s.kms, s.big, NULL, 0);
	mc_light(s.kms, &s.small_mode, s.small);
	set_power(&s, false);
	set_power(&s, true);
	mc_stop(s.ctx);
	mc_forget_events(s.ctx);
	expect_only(&s, DRM_MIRACAST_MSG_STOPPED);
	igt_assert_eq_u32(s.last.stopped.cause, DRM_MIRACAST_CAUSE_OWNER);
	/* The client continues, and the owner gets no message about it. */
	mc_light(s.kms, &s.big_mode, s.big);
	mc_show(s.kms, s.big, NULL, 0);
	set_power(&s, false);
	mc_no_event(s.ctx, MC_QUIET_MS);
	mc_expect(answer_errno(&s, mode_set.event.number,
			       DRM_MIRACAST_COMPLETION_SUCCESS), -ESTALE);
	/* Unread, it makes room for the next session's. */
	mc_start(s.ctx);
	mc_stop(s.ctx);
	s.session = mc_start(s.ctx);
	mc_stop(s.ctx);
	expect_only(&s, DRM_MIRACAST_MSG_STOPPED);
	mc_ctx_close(s.ctx);
}

static void test_answered_once(void)
{
	struct mc_message first, second;
	uint32_t status;
	struct story s;

	begin_with_monitor(&s, 0);
	mc_light(s.kms, &s.big_mode, s.big);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &first);
	mc_expect(answer_errno(&s, first.event.number, 2), -EINVAL);
	mc_expect(answer_errno(&s, first.event.number, UINT32_MAX), -EINVAL);
	mc_expect(answer_errno(&s, 0, DRM_MIRACAST_COMPLETION_SUCCESS),
		  -ENOENT);
	mc_expect(answer_errno(&s, first.event.number + 1,
			       DRM_MIRACAST_COMPLETION_SUCCESS), -ENOENT);
	mc_expect(answer_errno(&s, first.event.number,
			       DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	for (status = 0; status <= DRM_MIRACAST_COMPLETION_REFUSED; status++)
		mc_expect(answer_errno(&s, first.event.number, status),
			  -EALREADY);

	mc_light(s.kms, &s.small_mode, s.small);
	mc_expect(answer_errno(&s, first.event.number,
			       DRM_MIRACAST_COMPLETION_REFUSED), -ESTALE);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &second);
	mc_depart(s.ctx);
	mc_expect(answer_errno(&s, second.event.number,
			       DRM_MIRACAST_COMPLETION_SUCCESS), -ESTALE);
	mc_arrive_modes(s.ctx, modes, ARRAY_SIZE(modes));
	mc_expect(answer_errno(&s, second.event.number,
			       DRM_MIRACAST_COMPLETION_REFUSED), -ESTALE);
	mc_ctx_close(s.ctx);
}

/* An answer for a mode that is no longer set refuses nothing. */
static void test_refused_late(void)
{
	struct mc_message first;
	struct story s;

	begin_with_monitor(&s, 0);
	mc_light(s.kms, &s.big_mode, s.big);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &first);
	mc_light(s.kms, &s.small_mode, s.small);
	mc_expect(answer_errno(&s, first.event.number,
			       DRM_MIRACAST_COMPLETION_REFUSED), -ESTALE);
	igt_assert_eq_u64(mc_property_value(s.card, s.ctx->connector,
					    DRM_MODE_OBJECT_CONNECTOR,
					    "link-status"),
			  DRM_MODE_LINK_STATUS_GOOD);
	igt_assert(mc_find_mode(s.card, s.ctx->connector, 800, 600, 0, NULL));
	mc_complete_mode(s.ctx, NULL);
	mc_ctx_close(s.ctx);
}

/* Two owners' messages, answered in the other order. */
static void test_any_order(void)
{
	struct mc_message first, second;
	struct mc_chunk chunk;
	struct story a, b;

	begin_with_monitor(&a, 0);
	igt_require(mc_caps(a.card).targets_total > 1);
	begin_with_monitor(&b, 0);
	/* Its card is not the master's. */
	b.card = a.card;
	b.kms = mc_kms(a.card, b.ctx->connector);
	b.big = mc_fb(a.card, 800, 600, DRM_FORMAT_XRGB8888);
	mc_light(a.kms, &a.big_mode, a.big);
	mc_light(b.kms, &b.big_mode, b.big);
	mc_wait_message(a.ctx, DRM_MIRACAST_MSG_MODE_SET, &first);
	mc_wait_message(b.ctx, DRM_MIRACAST_MSG_MODE_SET, &second);
	mc_expect(answer_errno(&b, second.event.number,
			       DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	mc_wait_chunk(b.ctx, &chunk);
	mc_release(b.ctx, &chunk);
	mc_no_chunk(a.ctx, MC_QUIET_MS);
	mc_expect(answer_errno(&a, first.event.number,
			       DRM_MIRACAST_COMPLETION_SUCCESS), 0);
	mc_wait_chunk(a.ctx, &chunk);
	mc_release(a.ctx, &chunk);
	mc_ctx_close(a.ctx);
	mc_ctx_close(b.ctx);
}

/* Nothing is read and nothing answered. */
static void test_never_blocks(void)
{
	uint64_t begun, longest = 0;
	struct story s;
	int i;

	begin_with_monitor(&s, 0);
	for (i = 0; i < 20; i++) {
		begun = mc_now_ns();
		mc_light(s.kms, i % 2 ? &s.small_mode : &s.big_mode,
			 i % 2 ? s.small : s.big);
		mc_show(s.kms, i % 2 ? s.small : s.big, NULL, 0);
		set_power(&s, false);
		set_power(&s, true);
		if (mc_now_ns() - begun > longest)
			longest = mc_now_ns() - begun;
	}
	igt_info("longest round: %llu ms\n",
		 (unsigned long long)(longest / 1000000));
	/* Each takes some refresh periods; waiting for an owner has no end. */
	igt_assert_lt_u64(longest, 5000000000ull);
	mc_wait_message(s.ctx, DRM_MIRACAST_MSG_MODE_SET, &s.last);
	igt_assert_eq_u32(s.last.mode_set.width, 640);
	mc_ctx_close(s.ctx);
}

/* Accepts an unread MODE_SET: one of the messages after number @after. */
static void accept_unread(struct story *s, uint64_t after)
{
	uint64_t number;
	int ret = -ENOENT;

	for (number = after + 1; ret && number <= after + 8; number++)
		ret = answer_errno(s, number, DRM_MIRACAST_COMPLETION_SUCCESS);
	mc_expect(ret, 0);
}

/*
 * Two numbers of the same buffer are gone before anybody reads that. Neither message can be
 * answered.
 */
static void test_gone_unanswered(void)
{
	const struct drm_miracast_event *event;
	uint64_t captured, gone[4];
	unsigned int count = 0, i;
	struct mc_message message;
	struct story s;

	begin_with_monitor(&s, 0);
	mc_light(s.kms, &s.big_mode, s.big);
	read_all(&s);
	captured = mc_statistics(s.ctx).pictures_captured;
	mc_light(s.kms, &s.small_mode, s.small);
	accept_unread(&s, s.last.event.number);
	mc_wait_captured(s.ctx, captured + 1);
	mc_light(s.kms, &s.big_mode, s.big);

	while ((event = mc_next_event(s.ctx, MC_QUIET_MS))) {
		if (event->type != DRM_MIRACAST_EVENT_TYPE_MESSAGE)
			continue;
		mc_parse_message(event, &message);
		if (message.event.code != DRM_MIRACAST_MSG_BUFFER_GONE)
			continue;
		igt_assert_lt(count, (int)ARRAY_SIZE(gone));
		gone[count++] = message.event.number;
	}
	igt_assert_eq_u32(count, 2);
	for (i = 0; i < count; i++)
		mc_expect_f(answer_errno(&s, gone[i],
					 DRM_MIRACAST_COMPLETION_SUCCESS), -ENOENT,
			    "BUFFER_GONE %u", i);
	mc_ctx_close(s.ctx);
}

static const struct mc_subtest subtests[] = {
	{ "each-code",
	  "Every code comes when its state changes; only a mode set needs an answer.",
	  test_each_code },
	{ "states",
	  "An unread message is replaced by the newer of its code.",
	  test_states },
	{ "order", "Messages come in the order of the newest of each code.",
	  test_order },
	{ "before-start",
	  "Of changes before session and monitor the last state is reported.",
	  test_before_start },
	{ "stopped-last",
	  "STOPPED replaces all that is unread, and nothing follows it.",
	  test_stopped_last },
	{ "answered-once",
	  "A message is answered once, while it is the newest.",
	  test_answered_once },
	{ "gone-unanswered",
	  "No BUFFER_GONE can be answered, even if two of a buffer were unread at once.",
	  test_gone_unanswered },
	{ "refused-late",
	  "A refusal that comes too late has no effect.",
	  test_refused_late },
	{ "any-order", "Owners answer independently of each other.",
	  test_any_order },
	{ "never-blocks",
	  "No commit waits for an owner that neither reads nor answers.",
	  test_never_blocks },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
}
