// SPDX-License-Identifier: MIT
/*
 * The driver's numbers in debugfs and fdinfo.
 */
#include <stdarg.h>
#include <sys/prctl.h>

#include "miracast_trace.h"

#define WIDTH 640
#define HEIGHT 480
#define LL(x) ((unsigned long long)(x))

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

const struct mc_subtest mc_trace_debugfs[] = {
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
