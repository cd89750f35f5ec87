// SPDX-License-Identifier: MIT
/*
 * QUERY_CAPS: the capabilities that a device reports, and that they are true. What callers pass
 * is in miracast_caps_input.c.
 */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "miracast_caps.h"

IGT_TEST_DESCRIPTION("Capabilities and budget that a miracast device reports.");

#define KNOWN_CAPS \
	(DRM_MIRACAST_CAP_HDCP | DRM_MIRACAST_CAP_DIRECT | \
	 DRM_MIRACAST_CAP_NV12 | DRM_MIRACAST_CAP_PARTS | \
	 DRM_MIRACAST_CAP_CURSOR_METADATA | DRM_MIRACAST_CAP_OWNER_BUFFERS)

#define REQUIRED_CODES \
	(1u << DRM_MIRACAST_CODE_START_SESSION | \
	 1u << DRM_MIRACAST_CODE_STOP_SESSION | \
	 1u << DRM_MIRACAST_CODE_MONITOR_ARRIVE | \
	 1u << DRM_MIRACAST_CODE_MONITOR_DEPART | \
	 1u << DRM_MIRACAST_CODE_COMPLETE_MESSAGE | \
	 1u << DRM_MIRACAST_CODE_GET_BUFFER | \
	 1u << DRM_MIRACAST_CODE_SET_BUFFERS | \
	 1u << DRM_MIRACAST_CODE_REQUEST_FRAME | \
	 1u << DRM_MIRACAST_CODE_SET_RATE | \
	 1u << DRM_MIRACAST_CODE_GET_CURSOR | \
	 1u << DRM_MIRACAST_CODE_GET_STATISTICS)

#define REQUIRED_CAPS \
	(DRM_MIRACAST_CAP_DIRECT | DRM_MIRACAST_CAP_NV12 | \
	 DRM_MIRACAST_CAP_PARTS | DRM_MIRACAST_CAP_CURSOR_METADATA | \
	 DRM_MIRACAST_CAP_OWNER_BUFFERS)

static void test_plausible(void)
{
	struct drm_miracast_query_caps caps = mc_caps(mc_card_open());

	igt_assert_eq_u32(caps.caps & ~KNOWN_CAPS, 0);
	igt_assert_eq_u32(caps.caps & REQUIRED_CAPS, REQUIRED_CAPS);
	igt_assert_lte_u64(1, caps.targets_total);
	igt_assert_lte_u64(caps.targets_total, 16);
	igt_assert_lte_u64(1, caps.encoder_slots_total);
	igt_assert_lte_u64(640, caps.max_width);
	igt_assert_lte_u64(480, caps.max_height);
	igt_assert_lte_u64(caps.max_width, 16384);
	igt_assert_lte_u64(caps.max_height, 16384);
	igt_assert_eq_u32(caps.min_refresh_mhz, 23900);
	igt_assert_lte_u64(60000, caps.max_refresh_mhz);
	igt_assert_eq_u32(caps.max_edid_blocks, 256);
	igt_assert_lte_u64(1, caps.max_modes);
	igt_assert_eq_u32(caps.min_buffers, 2);
	igt_assert_eq_u32(caps.max_buffers, 16);
	igt_assert_eq_u32(caps.max_parts, 16);
	igt_assert_eq_u32(caps.max_clips, DRM_MIRACAST_MAX_CLIPS);
	igt_assert_eq_u32(caps.cursor_width, 256);
	igt_assert_eq_u32(caps.cursor_height, 256);
}

/* The version is the same wherever it can be asked for. */
static void test_version(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps caps = mc_caps(card);
	drmVersionPtr version = drmGetVersion(card);
	char want[32], got[32];

	igt_assert_eq_u32(caps.abi_major, DRM_MIRACAST_ABI_MAJOR);
	igt_assert_eq_u32(caps.abi_minor, DRM_MIRACAST_ABI_MINOR);
	igt_assert(version);
	igt_assert(!strcmp(version->name, "miracast"));
	igt_assert_eq(version->version_major, DRM_MIRACAST_ABI_MAJOR);
	igt_assert_eq(version->version_minor, DRM_MIRACAST_ABI_MINOR);
	drmFreeVersion(version);

	igt_require_f(mc_read_file("/sys/module/miracast/version", got,
				   sizeof(got)), "the driver is no module\n");
	snprintf(want, sizeof(want), "%u.%u\n", DRM_MIRACAST_ABI_MAJOR,
		 DRM_MIRACAST_ABI_MINOR);
	igt_assert_f(!strcmp(got, want), "version %s", got);
}

static void test_card(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps caps = mc_caps(card);
	struct stat stat;

	igt_assert_eq(fstat(card, &stat), 0);
	igt_assert_eq_u32(caps.card_major, major(stat.st_rdev));
	igt_assert_eq_u32(caps.card_minor, minor(stat.st_rdev));
}

static void test_event_bytes(void)
{
	struct drm_miracast_query_caps caps = mc_caps(mc_card_open());

	/* A chunk with all its clips. */
	igt_assert_lte_u64(sizeof(struct drm_miracast_event_chunk) +
			   caps.max_clips * sizeof(struct drm_clip_rect),
			   caps.event_bytes_max);
	igt_assert_lte_u64(caps.event_bytes_max, DRM_MIRACAST_EVENT_BYTES);
	igt_assert_eq_u32(caps.event_bytes_max % 8, 0);
}

static void test_fits_smallest_context(void)
{
	struct drm_miracast_query_caps caps = mc_caps(mc_card_open());

	/* 640x480 at 60 Hz: 40 x 30 macroblocks, two buffers. */
	igt_assert_lte_u64(40 * 30 * 60, caps.macroblock_rate_total);
	igt_assert_lte_u64(2 * 640 * 480 * 4, caps.picture_memory_total);
}

static void test_at_rest(void)
{
	struct drm_miracast_query_caps caps = mc_caps(mc_card_open());

	igt_assert_eq_u32(caps.targets_free, caps.targets_total);
	igt_assert_eq_u32(caps.encoder_slots_free, caps.encoder_slots_total);
	igt_assert_eq_u64(caps.macroblock_rate_free,
			  caps.macroblock_rate_total);
	igt_assert_eq_u64(caps.picture_memory_free, caps.picture_memory_total);
}

static void test_parameters(void)
{
	struct drm_miracast_query_caps caps = mc_caps(mc_card_open());
	long value = mc_parameter("targets");

	igt_assert_lte(1, value);
	igt_assert_eq_u32(caps.targets_total, value);
	value = mc_parameter("encoder_slots");
	if (value > 0)
		igt_assert_eq_u32(caps.encoder_slots_total, value);
	value = mc_parameter("macroblock_rate");
	if (value > 0)
		igt_assert_eq_u64(caps.macroblock_rate_total, value);
	value = mc_parameter("hdcp");
	if (value >= 0)
		igt_assert_eq(!!(caps.caps & DRM_MIRACAST_CAP_HDCP), value);
}

static void test_repeatable(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps first = mc_caps(card);
	struct drm_miracast_query_caps second = mc_caps(card);

	igt_assert(!memcmp(&first, &second, sizeof(first)));
}

/* What contexts cannot change. */
static struct drm_miracast_query_caps constants(int card)
{
	struct drm_miracast_query_caps caps = mc_caps(card);

	caps.targets_free = 0;
	caps.encoder_slots_free = 0;
	caps.macroblock_rate_free = 0;
	caps.picture_memory_free = 0;
	return caps;
}

static void test_constants(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps want = constants(card), got;
	struct mc_ctx *ctx[MC_STATES];
	struct mc_scene *scene;
	unsigned int i, state, made = 0;

	for (state = 0; state < MC_STATES; state++) {
		if (!mc_caps(card).targets_free ||
		    !mc_caps(card).encoder_slots_free)
			break;
		ctx[made++] = mc_ctx_in_state(card, state);
		got = constants(card);
		igt_assert_f(!memcmp(&got, &want, sizeof(got)),
			     "changed by a context that is %s\n",
			     mc_state_names[state]);
	}
	for (i = 0; i < made; i++)
		mc_ctx_close(ctx[i]);
	mc_close(card);

	scene = mc_scene_direct_running(640, 480);
	got = constants(scene->card);
	igt_assert(!memcmp(&got, &want, sizeof(got)));
	mc_scene_free(scene);
	scene = mc_scene_running(640, 480, 3);
	got = constants(scene->card);
	igt_assert(!memcmp(&got, &want, sizeof(got)));
	mc_ctx_close(scene->ctx);
	got = constants(scene->card);
	igt_assert(!memcmp(&got, &want, sizeof(got)));
}

static void test_codes_listed(void)
{
	struct drm_miracast_query_caps caps = mc_caps(mc_card_open());
	uint64_t known = 0;
	unsigned int i;

	for (i = 0; i < mc_code_count; i++)
		known |= 1ull << mc_codes[i].code;
	igt_assert_eq_u64(caps.io_control_codes & ~known, 0);
	igt_assert_eq_u64(caps.io_control_codes & REQUIRED_CODES,
			  REQUIRED_CODES);
}

static int call(struct mc_ctx *ctx, const struct mc_code *code)
{
	uint8_t input[MC_INPUT_MAX], output[1024];

	mc_code_input(code, input);
	return mc_io_errno(ctx->fd, code->code, input, code->in_size,
			   output, code->out_size, NULL);
}

static void test_codes_answer(void)
{
	int card = mc_card_open();
	uint64_t codes = mc_caps(card).io_control_codes;
	unsigned int i, state;

	for (state = 0; state < MC_STATES; state++) {
		for (i = 0; i < mc_code_count; i++) {
			const struct mc_code *code = &mc_codes[i];
			struct mc_ctx *ctx = mc_ctx_for_code(card, code, state);
			int got = call(ctx, code);

			if (codes >> code->code & 1)
				igt_assert_f(got != -EOPNOTSUPP,
					     "%s is listed and not provided\n",
					     code->name);
			else
				mc_expect_f(got, -EOPNOTSUPP, "%s when %s",
					    code->name, mc_state_names[state]);
			mc_ctx_close(ctx);
		}
	}
}

/* The answers of CREATE_CONTEXT to values that the capabilities do not offer. */
static const struct {
	const char *name;
	uint32_t cap;
	struct drm_miracast_create_context arg;
} offers[] = {
	{ "DIRECT", DRM_MIRACAST_CAP_DIRECT,
	  { .delivery = DRM_MIRACAST_DELIVERY_DIRECT } },
	{ "NV12", DRM_MIRACAST_CAP_NV12,
	  { .delivery = DRM_MIRACAST_DELIVERY_COPY, .format = DRM_FORMAT_NV12,
	    .buffer_count = 2, .parts = 1 } },
	{ "parts", DRM_MIRACAST_CAP_PARTS,
	  { .delivery = DRM_MIRACAST_DELIVERY_COPY,
	    .format = DRM_FORMAT_XRGB8888, .buffer_count = 2, .parts = 2 } },
	{ "CURSOR_METADATA", DRM_MIRACAST_CAP_CURSOR_METADATA,
	  { .flags = DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA,
	    .delivery = DRM_MIRACAST_DELIVERY_COPY,
	    .format = DRM_FORMAT_XRGB8888, .buffer_count = 2, .parts = 1 } },
	{ "OWNER_BUFFERS", DRM_MIRACAST_CAP_OWNER_BUFFERS,
	  { .flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS,
	    .delivery = DRM_MIRACAST_DELIVERY_COPY,
	    .format = DRM_FORMAT_XRGB8888, .buffer_count = 2, .parts = 1 } },
};

static void test_offers(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps caps = mc_caps(card);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(offers); i++) {
		struct drm_miracast_create_context arg = offers[i].arg;
		bool offered = caps.caps & offers[i].cap;

		arg.max_width = 640;
		arg.max_height = 480;
		arg.max_refresh_mhz = 60000;
		mc_expect_f(mc_create_errno(card, &arg),
			    offered ? 0 : -EOPNOTSUPP, "%s", offers[i].name);
		if (offered)
			mc_close(arg.context_fd);
		igt_assert(mc_at_rest(card));
	}
}

#define KNOWN_FLAGS \
	(DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA | \
	 DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS | \
	 DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER | \
	 DRM_MIRACAST_CONTEXT_FLAG_TRUSTED | DRM_MIRACAST_CONTEXT_FLAG_HDCP | \
	 DRM_MIRACAST_CONTEXT_FLAG_CONTROL)

/* CREATE_CONTEXT takes the flags that are listed, and no others. */
static void test_context_flags(void)
{
	int card = mc_card_open();
	struct drm_miracast_query_caps caps = mc_caps(card);
	uint32_t want = KNOWN_FLAGS;
	int bit;

	if (!(caps.caps & DRM_MIRACAST_CAP_HDCP))
		want &= ~DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	igt_assert_eq_u32(caps.context_flags, want);

	for (bit = 0; bit < 32; bit++) {
		uint32_t flag = 1u << bit;
		struct drm_miracast_create_context arg =
			flag == DRM_MIRACAST_CONTEXT_FLAG_TRUSTED ?
				mc_limits_direct(640, 480) :
				mc_limits(640, 480, 2);
		int ret;

		arg.flags = flag;
		arg.control_fd = -1;
		ret = mc_create_errno(card, &arg);
		if (caps.context_flags & flag) {
			mc_expect_f(ret, 0, "flag %u", bit);
			mc_close(arg.context_fd);
			if (arg.control_fd >= 0)
				mc_close(arg.control_fd);
		} else {
			mc_expect_f(ret, KNOWN_FLAGS & flag ? -EOPNOTSUPP :
							      -EINVAL,
				    "flag %u", bit);
		}
	}
	igt_assert(mc_at_rest(card));
}

/* What the ABI says that limits reserve. */

static uint64_t rate_of(const struct drm_miracast_create_context *limits)
{
	uint64_t rate = (uint64_t)((limits->max_width + 15) / 16) *
			((limits->max_height + 15) / 16) *
			limits->max_refresh_mhz;

	rate = (rate + 999) / 1000;
	if (limits->max_macroblock_rate && limits->max_macroblock_rate < rate)
		rate = limits->max_macroblock_rate;
	return rate > 2073600 ? 2073600 : rate;
}

static uint64_t memory_of(const struct drm_miracast_create_context *limits)
{
	uint64_t line = (limits->max_width * 4 + 255) / 256 * 256;
	uint64_t lines = (limits->max_height + 15) / 16 * 16;
	uint64_t page = sysconf(_SC_PAGESIZE);
	uint64_t buffer = (line * lines + page - 1) / page * page;

	return buffer * limits->buffer_count;
}

static void test_budget_follows(void)
{
	static const struct {
		uint32_t width, height, mhz, buffers;
		uint64_t rate;
	} rows[] = {
		{ 640, 480, 60000, 2, 0 }, { 640, 480, 60000, 16, 0 },
		{ 641, 481, 60001, 3, 0 }, { 1366, 768, 59940 + 60, 3, 0 },
		{ 1920, 1080, 60000, 3, 0 }, { 1920, 1080, 120000, 2, 0 },
		{ 3840, 2160, 60000, 2, 0 }, { 4096, 4096, 240000, 2, 0 },
		/* A sink of level 5.1: 3840x2160 at 30 Hz, less at 60 Hz. */
		{ 3840, 2160, 60000, 2, 983040 },
		{ 640, 480, 60000, 2, 72000 }, { 641, 481, 60000, 2, 72000 },
		{ 4096, 4096, 240000, 2, 72001 },
		/*
		 * A larger value than the other limits allow reserves no more than they
		 * allow.
		 */
		{ 640, 480, 60000, 2, 72001 }, { 640, 480, 60000, 2, 2073601 },
		{ 640, 480, 60000, 2, UINT64_MAX },
		{ 4096, 4096, 240000, 2, 1ull << 63 },
	};
	int card = mc_card_open();
	struct drm_miracast_query_caps before = mc_caps(card), during;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct drm_miracast_create_context limits =
			mc_limits(rows[i].width, rows[i].height,
				  rows[i].buffers);
		struct mc_ctx *ctx;

		limits.max_refresh_mhz = rows[i].mhz;
		limits.max_macroblock_rate = rows[i].rate;
		if (limits.max_width > before.max_width ||
		    limits.max_height > before.max_height ||
		    limits.max_refresh_mhz > before.max_refresh_mhz ||
		    memory_of(&limits) > before.picture_memory_total ||
		    rate_of(&limits) > before.macroblock_rate_total)
			continue;
		ctx = mc_ctx_create(card, &limits);
		during = mc_caps(card);
		igt_assert_eq_u32(during.targets_free,
				  before.targets_free - 1);
		igt_assert_eq_u32(during.encoder_slots_free,
				  before.encoder_slots_free - 1);
		igt_assert_eq_u64(before.macroblock_rate_free -
				  during.macroblock_rate_free,
				  rate_of(&limits));
		igt_assert_eq_u64(before.picture_memory_free -
				  during.picture_memory_free,
				  memory_of(&limits));
		igt_assert_eq_u64(mc_statistics(ctx).picture_memory,
				  memory_of(&limits));
		mc_ctx_close(ctx);
		igt_assert(mc_at_rest(card));
	}
}

static const struct mc_subtest subtests[] = {
	{ "plausible",
	  "The fixed values are those of the ABI, the rest makes sense.",
	  test_plausible },
	{ "version",
	  "Header, QUERY_CAPS, DRM and module have the same version and name.",
	  test_version },
	{ "card", "A device has the number of its card node.", test_card },
	{ "event-bytes",
	  "The largest event holds all clips, and has room in the ABI's constant.",
	  test_event_bytes },
	{ "fits-smallest-context",
	  "A device can always give at least one context of the least limits.",
	  test_fits_smallest_context },
	{ "at-rest",
	  "Without contexts everything is free.",
	  test_at_rest },
	{ "parameters",
	  "The module's parameters are what the device reports.",
	  test_parameters },
	{ "repeatable",
	  "Asking changes nothing.",
	  test_repeatable },
	{ "constants",
	  "What is not a budget stays the same while contexts live.",
	  test_constants },
	{ "codes-listed",
	  "Only existing codes are listed, and those that owners rely on.",
	  test_codes_listed },
	{ "codes-answer",
	  "Codes not listed answer EOPNOTSUPP in every state, others never.",
	  test_codes_answer },
	{ "offers",
	  "A delivery, format, flag or part count without its capability bit is EOPNOTSUPP.",
	  test_offers },
	{ "context-flags",
	  "CREATE_CONTEXT takes the flags that QUERY_CAPS lists, and no others.",
	  test_context_flags },
	{ "budget-follows",
	  "A context takes its share out of the budget and gives all of it back.",
	  test_budget_follows },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_caps_input);
	mc_subtests(mc_caps_formats);
}
