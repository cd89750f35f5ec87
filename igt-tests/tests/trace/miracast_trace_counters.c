// SPDX-License-Identifier: MIT
/*
 * Statistics of the driver: counters, debugfs, fdinfo.
 */
#include <stdarg.h>
#include <sys/prctl.h>

#include "miracast_trace.h"

#define WIDTH 640
/* Lines of a multiple of 256 bytes. */
#define NV12_PITCH 768
#define HEIGHT 480
#define ROOM_KIB 1024
#define LL(x) ((unsigned long long)(x))

/* Counters */

/* The expected counters after each step, to compare with the driver's. */
struct ledger {
	struct mc_ctx *ctx;
	struct drm_miracast_statistics want;
	uint32_t bytes_per_2_pixels;
	/* Pixels that each buffer misses; all of them when it is new. */
	uint64_t missing[16];
	uint64_t number[16];
	unsigned int buffers;
};

static void same(const char *when, const char *what, uint64_t got,
		 uint64_t want)
{
	igt_assert_f(got == want, "%s: %s is %llu, expected %llu\n", when, what,
		     LL(got), LL(want));
}

static void check_ledger(struct ledger *ledger, const char *when)
{
	struct drm_miracast_statistics got = mc_statistics(ledger->ctx);
	const struct drm_miracast_statistics *want = &ledger->want;

	same(when, "context_number", got.context_number, want->context_number);
	same(when, "session", got.session, want->session);
	same(when, "mode_serial", got.mode_serial, want->mode_serial);
	same(when, "committed", got.pictures_committed,
	     want->pictures_committed);
	same(when, "captured", got.pictures_captured, want->pictures_captured);
	same(when, "skipped", got.pictures_skipped, want->pictures_skipped);
	same(when, "revoked", got.pictures_revoked, want->pictures_revoked);
	same(when, "bytes_copied", got.bytes_copied, want->bytes_copied);
	same(when, "converted", got.pixels_converted, want->pixels_converted);
	same(when, "picture_memory", got.picture_memory, want->picture_memory);
	same(when, "unreleased", got.unreleased_chunks,
	     want->unreleased_chunks);
	same(when, "state", got.state, want->state);
	same(when, "last_status", got.last_status, want->last_status);
	same(when, "depart_cause", got.depart_cause, want->depart_cause);
	same(when, "connector_id", got.connector_id, want->connector_id);
	same(when, "crtc_id", got.crtc_id, want->crtc_id);
	igt_assert_lte_u64(want->capture_time_ns, got.capture_time_ns);
}

static unsigned int entry(struct ledger *ledger, uint64_t buffer)
{
	unsigned int i;

	for (i = 0; i < ledger->buffers; i++)
		if (ledger->number[i] == buffer)
			return i;
	igt_assert_lt(i, (int)ARRAY_SIZE(ledger->number));
	ledger->number[i] = buffer;
	ledger->missing[i] = WIDTH * HEIGHT;
	ledger->buffers++;
	return i;
}

/* A chunk came; its damage is missing in the buffers of before. */
static void book(struct ledger *ledger, const struct mc_chunk *chunk)
{
	struct drm_miracast_statistics *want = &ledger->want;
	unsigned int i, at = entry(ledger, chunk->event.buffer);
	uint64_t pixels = 0;

	for (i = 0; i < chunk->event.clip_count; i++)
		pixels += (uint64_t)(chunk->clips[i].x2 - chunk->clips[i].x1) *
			  (chunk->clips[i].y2 - chunk->clips[i].y1);
	for (i = 0; i < ledger->buffers; i++) {
		ledger->missing[i] += pixels;
		if (ledger->missing[i] > WIDTH * HEIGHT)
			ledger->missing[i] = WIDTH * HEIGHT;
	}
	want->pictures_captured++;
	want->pictures_skipped += chunk->event.skipped;
	want->capture_time_ns += chunk->event.processing_us * 1000ull;
	want->bytes_copied += ledger->missing[at] *
			      ledger->bytes_per_2_pixels / 2;
	if (ledger->bytes_per_2_pixels == 3)
		want->pixels_converted += ledger->missing[at];
	ledger->missing[at] = 0;
	want->unreleased_chunks++;
}

static void release_chunk(struct ledger *ledger, const struct mc_chunk *chunk)
{
	mc_release(ledger->ctx, chunk);
	ledger->want.unreleased_chunks--;
}

/* Places that do not touch, so that lists of damage stay exact. */
static struct drm_mode_rect place(unsigned int i)
{
	return (struct drm_mode_rect) { 64 * i, 32 * i, 64 * i + 16 + 2 * i,
					32 * i + 8 };
}

static void scripted_story(uint32_t format)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 3);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	int card = mc_card_open();
	struct ledger ledger = {
		.bytes_per_2_pixels = format == DRM_FORMAT_NV12 ? 3 : 8,
	};
	struct drm_miracast_statistics *want = &ledger.want;
	struct mc_chunk chunk, held[3];
	struct drm_mode_rect clip;
	struct mc_fb *fb[2];
	struct mc_kms *kms;
	unsigned int i;

	limits.format = format;
	ledger.ctx = mc_ctx_create(card, &limits);
	kms = mc_kms(card, ledger.ctx->connector);
	for (i = 0; i < ARRAY_SIZE(fb); i++)
		fb[i] = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	want->context_number = ledger.ctx->number;
	want->connector_id = ledger.ctx->connector;
	want->crtc_id = ledger.ctx->crtc;
	want->picture_memory = 3 * WIDTH * HEIGHT * 4;
	if (format == DRM_FORMAT_NV12)
		want->picture_memory = 3 * (NV12_PITCH * HEIGHT * 3 / 2);
	want->last_status = DRM_MIRACAST_STATUS_NONE;
	check_ledger(&ledger, "new");

	want->session = mc_start(ledger.ctx);
	want->state = DRM_MIRACAST_STATE_STARTED;
	check_ledger(&ledger, "started");
	mc_arrive(ledger.ctx, WIDTH, HEIGHT);
	want->state = DRM_MIRACAST_STATE_MONITOR;
	check_ledger(&ledger, "monitor");

	mc_light(kms, &mode, fb[0]);
	want->mode_serial = 1;
	want->pictures_committed = 1;
	check_ledger(&ledger, "lit");
	mc_complete_mode(ledger.ctx, NULL);
	mc_wait_chunk(ledger.ctx, &chunk);
	book(&ledger, &chunk);
	check_ledger(&ledger, "first picture");
	release_chunk(&ledger, &chunk);
	check_ledger(&ledger, "released");

	for (i = 1; i < 6; i++) {
		clip = place(i);
		mc_show(kms, fb[i % 2], &clip, 1);
		mc_wait_chunk(ledger.ctx, &chunk);
		want->pictures_committed++;
		book(&ledger, &chunk);
		release_chunk(&ledger, &chunk);
		check_ledger(&ledger, "pictures");
	}

	/* All buffers are kept: three pictures become one. */
	for (i = 0; i < 3; i++) {
		clip = place(6 + i);
		mc_show(kms, fb[i % 2], &clip, 1);
		mc_wait_chunk(ledger.ctx, &held[i]);
		want->pictures_committed++;
		book(&ledger, &held[i]);
	}
	for (i = 0; i < 3; i++) {
		clip = place(i);
		mc_show(kms, fb[(i + 1) % 2], &clip, 1);
		want->pictures_committed++;
	}
	check_ledger(&ledger, "starved");
	release_chunk(&ledger, &held[0]);
	mc_wait_chunk(ledger.ctx, &chunk);
	igt_assert_eq_u32(chunk.event.skipped, 2);
	book(&ledger, &chunk);
	check_ledger(&ledger, "three in one");
	release_chunk(&ledger, &held[1]);
	release_chunk(&ledger, &held[2]);
	release_chunk(&ledger, &chunk);

	/* A full picture that nobody committed. */
	mc_expect(mc_request_frame_errno(ledger.ctx->fd), 0);
	mc_wait_chunk(ledger.ctx, &chunk);
	igt_assert_eq_u32(chunk.event.skipped, 0);
	book(&ledger, &chunk);
	release_chunk(&ledger, &chunk);
	check_ledger(&ledger, "requested");

	mc_depart(ledger.ctx);
	want->state = DRM_MIRACAST_STATE_STARTED;
	want->depart_cause = DRM_MIRACAST_CAUSE_OWNER;
	clip = place(0);
	mc_show(kms, fb[0], &clip, 1);
	check_ledger(&ledger, "departed");
	mc_stop(ledger.ctx);
	want->state = DRM_MIRACAST_STATE_CREATED;
	want->session = 0;
	check_ledger(&ledger, "stopped");
}

static void test_statistics(void)
{
	scripted_story(DRM_FORMAT_XRGB8888);
}

static void test_statistics_nv12(void)
{
	scripted_story(DRM_FORMAT_NV12);
}

static void test_capture_time(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	uint64_t before = mc_statistics(scene->ctx).capture_time_ns;
	const struct mc_point_event *event = NULL;
	const struct mc_points *trace;
	struct mc_chunk chunk;
	uint64_t sum = 0;
	unsigned int i;

	mc_points_begin(ROOM_KIB);
	for (i = 0; i < 5; i++) {
		mc_show(scene->kms, scene->fb[i % 2], NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
	}
	trace = mc_points_end();
	while ((event = mc_points_find(trace, event, "capture_complete")))
		sum += mc_points_number(event, "duration_ns");
	igt_assert_eq(mc_points_count(trace, "capture_complete"), 5);
	igt_assert_eq_u64(mc_statistics(scene->ctx).capture_time_ns - before,
			  sum);
}

/* debugfs */

static void read_debugfs(const char *name, char *text, size_t size)
{
	igt_require_f(!access("/sys/kernel/debug/dri", F_OK),
		      "debugfs is not there or not mounted\n");
	igt_assert_f(mc_read_debugfs(name, text, size), "%s: %m\n", name);
}

/* The line of a target, from "target=" on, in @line. */
static void read_line(unsigned int target, char *line, size_t size)
{
	char text[16384], start[32];
	const char *at;

	read_debugfs("miracast_targets", text, sizeof(text));
	snprintf(start, sizeof(start), "target=%u ", target);
	at = strstr(text, start);
	igt_assert_f(at, "no target %u in %s\n", target, text);
	igt_assert_lt_u64(strcspn(at, "\n"), size);
	memcpy(line, at, strcspn(at, "\n"));
	line[strcspn(at, "\n")] = 0;
}

__attribute__((format(printf, 2, 3)))
static void line_has(const char *line, const char *f, ...)
{
	char want[256], with_space[258];
	va_list args;

	va_start(args, f);
	vsnprintf(want, sizeof(want), f, args);
	va_end(args);
	snprintf(with_space, sizeof(with_space), "%s ", want);
	igt_assert_f(strstr(line, with_space) ||
		     (strlen(line) >= strlen(want) &&
		      !strcmp(line + strlen(line) - strlen(want), want)),
		     "no \"%s\" in \"%s\"\n", want, line);
}

static void test_debugfs(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct drm_miracast_set_rate rate = { .encode_rate_kbps = 12345 };
	drmModeResPtr resources = drmModeGetResources(scene->card);
	struct drm_miracast_statistics stats;
	unsigned int target = 0, i;
	struct mc_chunk chunk[3];
	char line[2048];

	igt_assert(resources);
	while (resources->connectors[target] != scene->ctx->connector)
		target++;
	mc_expect(mc_io_errno(scene->ctx->fd, DRM_MIRACAST_CODE_SET_RATE, &rate,
			      sizeof(rate), NULL, 0, NULL), 0);
	/* One more than there are buffers: not captured. */
	for (i = 0; i < 4; i++) {
		mc_show(scene->kms, scene->fb[i % 2], NULL, 0);
		if (i < ARRAY_SIZE(chunk))
			mc_wait_chunk(scene->ctx, &chunk[i]);
	}
	stats = mc_statistics(scene->ctx);
	igt_assert(stats.pictures_committed != stats.pictures_captured);
	read_line(target, line, sizeof(line));
	igt_info("%s\n", line);
	line_has(line, "connector_id=%u", stats.connector_id);
	line_has(line, "crtc_id=%u", stats.crtc_id);
	line_has(line, "connected=1");
	line_has(line, "context=%llu", LL(stats.context_number));
	line_has(line, "pid=%d", getpid());
	line_has(line, "comm=\"miracast_trace\"");
	line_has(line, "state=monitor");
	line_has(line, "session=%llu", LL(stats.session));
	line_has(line, "mode=%ux%u@60.000", WIDTH, HEIGHT);
	line_has(line, "mode_serial=%llu", LL(stats.mode_serial));
	line_has(line, "ready=1");
	line_has(line, "delivery=copy");
	line_has(line, "format=\"XR24 little-endian (0x34325258)\"");
	line_has(line, "parts=1");
	line_has(line, "buffers=3");
	line_has(line, "memory=%llu", LL(stats.picture_memory));
	line_has(line, "committed=%llu", LL(stats.pictures_committed));
	line_has(line, "captured=%llu", LL(stats.pictures_captured));
	line_has(line, "skipped=%llu", LL(stats.pictures_skipped));
	line_has(line, "revoked=0");
	line_has(line, "bytes=%llu", LL(stats.bytes_copied));
	line_has(line, "starved=1");
	line_has(line, "unreleased=3");
	line_has(line, "encode_kbps=12345");

	for (i = 0; i < ARRAY_SIZE(chunk); i++)
		mc_release(scene->ctx, &chunk[i]);
	mc_depart(scene->ctx);
	read_line(target, line, sizeof(line));
	line_has(line, "connected=0");
	line_has(line, "state=started");
	mc_stop(scene->ctx);
	read_line(target, line, sizeof(line));
	line_has(line, "state=created");
	mc_ctx_close(scene->ctx);
	read_line(target, line, sizeof(line));
	line_has(line, "connected=0");
	igt_assert(!strstr(line, "context="));
	drmModeFreeResources(resources);
}

/* A name that would end the text or the line stays inside of both. */
static void test_debugfs_name(void)
{
	static const char *const names[][2] = {
		{ "a\" b", "comm=\"a\\042 b\"" },
		{ "a\nb=1", "comm=\"a\\012b=1\"" },
		{ "\\\x1b[2J", "comm=\"\\134\\033[2J\"" },
		{ "\xc3\xbc", "comm=\"\\303\\274\"" },
	};
	int card = mc_card_open();
	char before[16], line[2048];
	unsigned int i;

	igt_assert_eq(prctl(PR_GET_NAME, before), 0);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		drmModeResPtr resources = drmModeGetResources(card);
		struct mc_ctx *ctx;
		unsigned int target = 0;

		igt_assert(resources);
		igt_assert_eq(prctl(PR_SET_NAME, names[i][0]), 0);
		ctx = mc_ctx_create(card, NULL);
		igt_assert_eq(prctl(PR_SET_NAME, before), 0);
		while (resources->connectors[target] != ctx->connector)
			target++;
		read_line(target, line, sizeof(line));
		line_has(line, "%s", names[i][1]);
		/* The line goes on behind it. */
		line_has(line, "state=created");
		mc_ctx_close(ctx);
		drmModeFreeResources(resources);
	}
}

static void memory_is(unsigned int objects, unsigned long long bytes)
{
	unsigned long long got_bytes;
	unsigned int got_objects;
	char text[128];
	int found;

	read_debugfs("miracast_memory", text, sizeof(text));
	found = sscanf(text, "objects=%u bytes=%llu", &got_objects, &got_bytes);
	igt_assert_eq(found, 2);
	igt_assert_eq_u32(got_objects, objects);
	igt_assert_eq_u64(got_bytes, bytes);
}

static void test_debugfs_memory(void)
{
	int card = mc_card_open();
	struct mc_fb *one, *two;

	memory_is(0, 0);
	one = mc_fb(card, 640, 480, DRM_FORMAT_XRGB8888);
	memory_is(1, one->size);
	two = mc_fb(card, 320, 240, DRM_FORMAT_XRGB8888);
	memory_is(2, one->size + two->size);
	mc_fb_free(one);
	memory_is(1, two->size);
	mc_fb_free(two);
	memory_is(0, 0);
}

/* fdinfo */

static void fdinfo(int fd, char *text, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	igt_assert_f(mc_read_file(path, text, size), "%s: %m\n", path);
}

__attribute__((format(printf, 2, 3)))
static void has_whole_line(const char *text, const char *f, ...)
{
	char want[256];
	va_list args;

	want[0] = '\n';
	va_start(args, f);
	vsnprintf(want + 1, sizeof(want) - 2, f, args);
	va_end(args);
	strcat(want, "\n");
	igt_assert_f(strstr(text, want), "no \"%s\" in:\n%s", want + 1, text);
}

static void test_fdinfo_context(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct drm_miracast_statistics stats = mc_statistics(scene->ctx);
	drmModeConnector *connector = mc_connector(scene->card,
						   scene->ctx->connector);
	char text[4096];

	fdinfo(scene->ctx->fd, text, sizeof(text));
	has_whole_line(text, "miracast-context:\t%llu",
		       LL(stats.context_number));
	has_whole_line(text, "miracast-connector:\tVirtual-%u",
		       connector->connector_type_id);
	has_whole_line(text, "miracast-picture-memory:\t%llu KiB",
		       LL(stats.picture_memory / 1024));
	has_whole_line(text, "miracast-pictures:\t%llu",
		       LL(stats.pictures_captured));
	has_whole_line(text, "miracast-capture-time:\t%llu ns",
		       LL(stats.capture_time_ns));
	/* Those words are for clients of the card node. */
	igt_assert(!strstr(text, "\ndrm-"));
	drmModeFreeConnector(connector);

	/* It can be asked at any time. */
	mc_expect(mc_destroy_errno(scene->ctx->fd), 0);
	fdinfo(scene->ctx->fd, text, sizeof(text));
	has_whole_line(text, "miracast-context:\t%llu",
		       LL(stats.context_number));
	mc_unbind();
	fdinfo(scene->ctx->fd, text, sizeof(text));
	has_whole_line(text, "miracast-context:\t%llu",
		       LL(stats.context_number));
}

static void test_fdinfo_card(void)
{
	int card = mc_card_open();
	char before[4096], after[4096];
	const char *line;
	long kib;

	fdinfo(card, before, sizeof(before));
	igt_require_f(strstr(before, "\ndrm-driver:"),
		      "the kernel has no fdinfo of DRM clients (since 6.5)\n");
	has_whole_line(before, "drm-driver:\tmiracast");
	igt_assert(strstr(before, "\ndrm-client-id:\t"));
	mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	fdinfo(card, after, sizeof(after));
	line = strstr(after, "\ndrm-total-memory:\t");
	igt_assert_f(line, "no drm-total-memory in:\n%s", after);
	kib = strtol(line + strlen("\ndrm-total-memory:\t"), NULL, 10);
	igt_assert_lte(WIDTH * HEIGHT * 4 / 1024, kib);
}

const struct mc_subtest mc_trace_counters[] = {
	{ "statistics",
	  "Every counter of GET_STATISTICS is exact after each step of a story.",
	  test_statistics },
	{ "statistics-nv12",
	  "The same for NV12, whose pixels are counted as converted.",
	  test_statistics_nv12 },
	{ "capture-time",
	  "The counted time of captures is what the trace adds up to.",
	  test_capture_time },
	{ "debugfs",
	  "debugfs has the same of a target and its context as GET_STATISTICS.",
	  test_debugfs },
	{ "debugfs-name",
	  "The name of a process cannot make a line of debugfs say something else.",
	  test_debugfs_name },
	{ "debugfs-memory", "A file in debugfs counts objects and their bytes.",
	  test_debugfs_memory },
	{ "fdinfo-context",
	  "fdinfo of a context has its number, connector and counters.",
	  test_fdinfo_context },
	{ "fdinfo-card",
	  "fdinfo of the card has the standard lines, with the client's memory.",
	  test_fdinfo_card },
	{}
};
