// SPDX-License-Identifier: MIT
/*
 * dma-bufs of the tests' own exporter, with behaviour that few other exporters have.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sys/utsname.h>

#include "lib_miracast_client.h"
#include "lib_miracast_dmabuf.h"
#include "miracast_foreign.h"

IGT_TEST_DESCRIPTION("Imports of dma-bufs that few exporters make.");

/* Import */

static int import_errno(int card, size_t size, uint32_t offset)
{
	struct mc_dmabuf *dmabuf = mc_dmabuf_awkward(size, offset, 0);
	uint32_t handle;
	int ret = 0;

	if (drmPrimeFDToHandle(card, dmabuf->fd, &handle))
		ret = -errno;
	mc_dmabuf_close(dmabuf);
	return ret;
}

static void test_size(void)
{
	static const size_t odd[] = { 1, 100, 4095, 4097, 8191, 1228801 };
	int card = mc_card_open();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		mc_expect_f(import_errno(card, odd[i], 0), -EINVAL,
			    "%zu bytes", odd[i]);
		/* The locks of PRIME are free. */
		mc_expect(import_errno(card, 4096, 0), 0);
	}
	mc_expect(import_errno(card, 4096, 16), 0);
}

/* Reading */

/* Memory like that of GPUs, and stranger. */
static const struct {
	const char *name;
	uint32_t flags;
	uint32_t offset;
} memories[] = {
	{ "ordinary", 0, 0 },
	{ "page by page", MIRACAST_EXPORTER_PAGES, 0 },
	{ "write-combined", MIRACAST_EXPORTER_WC, 0 },
	{ "write-combined, page by page",
	  MIRACAST_EXPORTER_WC | MIRACAST_EXPORTER_PAGES, 0 },
	{ "without call-backs", MIRACAST_EXPORTER_NO_SYNC, 0 },
	{ "from the middle of a page on", 0, 2048 },
	{ "from the middle of a block on", MIRACAST_EXPORTER_WC, 4 },
	{ "from an odd word on", MIRACAST_EXPORTER_PAGES, 4092 },
	{ "I/O memory", MIRACAST_EXPORTER_IO_MEMORY, 0 },
	{ "I/O memory, from a word on", MIRACAST_EXPORTER_IO_MEMORY, 12 },
};

static bool is_there(uint32_t flags)
{
	struct utsname name;

	igt_assert_eq(uname(&name), 0);
	return !(flags & MIRACAST_EXPORTER_IO_MEMORY) ||
	       !strstr(name.release, "-uml");
}

struct mc_foreign foreign_in(int card, uint32_t flags, uint32_t offset,
			     uint32_t pitch)
{
	size_t size = ((size_t)pitch * HEIGHT + 4095) / 4096 * 4096;
	struct mc_foreign foreign;

	foreign.dmabuf = mc_dmabuf_awkward(size, offset, flags);
	foreign.fb = mc_fb_of_dmabuf(card, foreign.dmabuf, pitch, WIDTH, HEIGHT,
				     DRM_FORMAT_XRGB8888);
	return foreign;
}

/* Damage whose edges are at any pixel, so that blocks are cut everywhere. */
static void expect_pictures(struct mc_scene *scene, struct mc_foreign *foreign,
			    const char *what)
{
	struct mc_picture *seen;
	struct mc_chunk chunk;
	uint32_t i;

	for (i = 0; i < 12; i++) {
		struct drm_clip_rect clip = {
			31 + i, 17 + 3 * i, 203 + 7 * i, 120 + 11 * i,
		};
		struct drm_mode_rect damage = {
			clip.x1, clip.y1, clip.x2, clip.y2,
		};

		mc_fb_paint(foreign->fb, i ? &clip : NULL, i);
		mc_show(scene->kms, foreign->fb, &damage, i ? 1 : 0);
		mc_wait_chunk(scene->ctx, &chunk);
		seen = mc_fb_seen(foreign->fb, 0, 0, WIDTH, HEIGHT);
		mc_assert_chunk(scene->ctx, &chunk, seen, what);
		mc_picture_free(seen);
		mc_release(scene->ctx, &chunk);
	}
}

static void test_memories(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct miracast_exporter_get seen;
	struct mc_foreign foreign;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(memories); i++) {
		if (!is_there(memories[i].flags))
			continue;
		foreign = foreign_in(scene->card, memories[i].flags,
				     memories[i].offset, WIDTH * 4 + 4 * i);
		expect_pictures(scene, &foreign, memories[i].name);
		seen = mc_dmabuf_get(foreign.dmabuf);
		igt_assert_eq_u32(seen.attached, 1);
		igt_assert_eq_u32(seen.vmaps, 1);
		igt_assert_eq_u32(seen.below, 0);
		/*
		 * The driver reads with the CPU. A mapping for DMA could change the pixels
		 * that it sees.
		 */
		igt_assert_eq_u32(seen.mapped, 0);
	}
}

/* Bytes that were read with the loads for write-combined memory. */
static uint64_t wc_bytes(struct mc_scene *scene)
{
	char text[16384], connector[64];
	const char *line, *value;

	snprintf(connector, sizeof(connector), " connector_id=%u ",
		 scene->kms->connector);
	igt_require(mc_read_debugfs("miracast_targets", text, sizeof(text)));
	line = strstr(text, connector);
	igt_assert_f(line, "no%sin debugfs\n", connector);
	value = strstr(line, " wc_bytes=");
	igt_assert(value);
	return strtoull(value + strlen(" wc_bytes="), NULL, 10);
}

/* Whichever kind a mapping claims to be, every byte of it is read in blocks. */
static void test_read_in_blocks(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct drm_mode_rect damage = { 33, 100, 97, 164 };
	struct mc_foreign foreign;
	struct mc_chunk chunk;
	uint64_t before;
	unsigned int i;

	before = wc_bytes(scene);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	igt_assert_eq_u64(wc_bytes(scene), before);

	for (i = 0; i < ARRAY_SIZE(memories); i++) {
		if (!is_there(memories[i].flags) || memories[i].offset)
			continue;
		foreign = foreign_in(scene->card, memories[i].flags, 0,
				     WIDTH * 4);
		before = wc_bytes(scene);
		mc_show(scene->kms, foreign.fb, NULL, 0);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		igt_assert_eq_u64(wc_bytes(scene) - before, WIDTH * HEIGHT * 4);

		/* The other buffer misses all, this one the damage: 64 lines. */
		mc_show(scene->kms, foreign.fb, &damage, 1);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		before = wc_bytes(scene);
		mc_show(scene->kms, foreign.fb, &damage, 1);
		mc_wait_chunk(scene->ctx, &chunk);
		mc_release(scene->ctx, &chunk);
		igt_assert_eq_u64(wc_bytes(scene) - before,
				  64 * (100 - 32) * 4);
	}
}

/* CPU access */

static void expect_begins_within(const struct mc_foreign *foreign,
				 unsigned int least, unsigned int most)
{
	struct miracast_exporter_get seen;

	mc_settle();
	seen = mc_dmabuf_get(foreign->dmabuf);
	igt_assert_lte(least, seen.begins);
	igt_assert_lte(seen.begins, most);
	igt_assert_eq_u32(seen.ends, seen.begins);
	igt_assert_eq_u32(seen.below, 0);
}

static void expect_begins(const struct mc_foreign *foreign, unsigned int begins)
{
	expect_begins_within(foreign, begins, begins);
}

/*
 * A commit and the worker may both begin CPU access for a picture that only one of them
 * captures; no more than that.
 */
static void expect_begins_for(const struct mc_foreign *foreign,
			      unsigned int before, unsigned int captured)
{
	expect_begins_within(foreign, before + captured,
			     before + 2 * captured + 1);
}

/* CPU access to a framebuffer is expensive when caches are flushed for it. */
static void test_access(void)
{
	struct mc_scene *scene = foreign_metadata_scene();
	struct mc_foreign foreign = foreign_in(scene->card, 0, 0, WIDTH * 4);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct mc_chunk chunk[2];
	uint64_t captured;
	unsigned int i;

	/* The mode is not accepted. */
	for (i = 0; i < 5; i++)
		mc_show(scene->kms, foreign.fb, NULL, 0);
	expect_begins(&foreign, 0);

	mc_complete_mode(scene->ctx, NULL);
	mc_wait_chunk(scene->ctx, &chunk[0]);
	expect_begins(&foreign, 1);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk[1]);
	expect_begins(&foreign, 2);

	/* The owner has all buffers. */
	for (i = 0; i < 5; i++)
		mc_show(scene->kms, foreign.fb, NULL, 0);
	expect_begins(&foreign, 2);
	mc_release(scene->ctx, &chunk[0]);
	mc_wait_chunk(scene->ctx, &chunk[0]);
	expect_begins(&foreign, 3);
	mc_release(scene->ctx, &chunk[0]);
	mc_release(scene->ctx, &chunk[1]);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	expect_begins(&foreign, 3);

	/* The owner draws the cursor. */
	mc_set_cursor(scene->kms, cursor);
	for (i = 0; i < 50; i++)
		mc_move_cursor(scene->kms, i, i);
	expect_begins(&foreign, 3);

	/* The owner's rate allows no new picture yet. */
	mc_expect(mc_set_rate_errno(scene->ctx->fd, 1000), 0);
	captured = mc_statistics(scene->ctx).pictures_captured;
	for (i = 0; i < 20; i++)
		mc_show(scene->kms, foreign.fb, NULL, 0);
	igt_assert(mc_drain(scene->ctx, &chunk[0]));
	captured = mc_statistics(scene->ctx).pictures_captured - captured;
	expect_begins_for(&foreign, 3, captured);
}

static void show_under_cursor(struct mc_scene *scene,
			      const struct mc_foreign *foreign,
			      const struct mc_fb *cursor)
{
	mc_fb_paint(foreign->fb, NULL, 3);
	mc_show(scene->kms, foreign->fb, NULL, 0);
	mc_set_cursor(scene->kms, cursor);
}

/* The next picture has the cursor there. */
static void expect_cursor(struct mc_scene *scene, const struct mc_foreign *foreign,
			  const struct mc_fb *cursor, int x, int y)
{
	struct mc_picture *under;
	struct mc_chunk chunk;

	mc_wait_chunk(scene->ctx, &chunk);
	under = mc_fb_seen(foreign->fb, 0, 0, WIDTH, HEIGHT);
	mc_assert_blended(scene->ctx, &chunk, under, cursor, x, y);
	mc_release(scene->ctx, &chunk);
	mc_picture_free(under);
}

/* Where the driver blends the cursor: once in a period, however often it moves. */
static void test_access_blended(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_foreign foreign = foreign_in(scene->card, 0, 0, WIDTH * 4);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct miracast_exporter_get seen;
	struct mc_chunk chunk;
	uint64_t captured;
	unsigned int i;

	show_under_cursor(scene, &foreign, cursor);
	mc_drain(scene->ctx, &chunk);
	mc_settle();
	seen = mc_dmabuf_get(foreign.dmabuf);
	captured = mc_statistics(scene->ctx).pictures_captured;
	for (i = 0; i < 500; i++) {
		mc_move_cursor(scene->kms, i, i % 400);
		while (mc_try_chunk(scene->ctx, &chunk, 0))
			mc_release(scene->ctx, &chunk);
	}
	mc_drain(scene->ctx, &chunk);
	captured = mc_statistics(scene->ctx).pictures_captured - captured;
	igt_assert_lt_u64(0, captured);
	expect_begins_for(&foreign, seen.begins, captured);

	mc_move_cursor(scene->kms, 40, 30);
	expect_cursor(scene, &foreign, cursor, 40, 30);
}

/* A pointer is moved by the thread that handles input: the picture comes by itself. */
static void test_access_moves(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_foreign foreign = foreign_in(scene->card, 0, 0, WIDTH * 4);
	struct mc_fb *cursor = mc_fb(scene->card, 64, 64, DRM_FORMAT_ARGB8888);
	struct miracast_exporter_get seen;
	struct mc_chunk chunk;

	show_under_cursor(scene, &foreign, cursor);
	mc_move_cursor(scene->kms, 0, 0);
	mc_drain(scene->ctx, &chunk);
	mc_settle();

	seen = mc_dmabuf_get(foreign.dmabuf);
	mc_dmabuf_set(foreign.dmabuf, 0, 0, MIRACAST_EXPORTER_HOLD_BEGIN);
	mc_move_cursor(scene->kms, 40, 30);
	igt_assert_eq_u32(mc_dmabuf_get(foreign.dmabuf).begins, seen.begins);
	mc_dmabuf_set(foreign.dmabuf, 0, 0, 0);
	expect_cursor(scene, &foreign, cursor, 40, 30);
}

/* An exporter that fails, or blocks, delays pictures and not flips. */
static void test_access_fails(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_foreign foreign = foreign_in(scene->card, 0, 0, WIDTH * 4);
	struct mc_picture *seen;
	struct mc_chunk chunk;
	unsigned int i;

	mc_fb_paint(foreign.fb, NULL, 4);
	mc_dmabuf_set(foreign.dmabuf, EIO, 0, 0);
	for (i = 0; i < 5; i++)
		mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_no_chunk(scene->ctx, MC_QUIET_MS);
	mc_dmabuf_set(foreign.dmabuf, 0, EIO, 0);
	seen = mc_fb_seen(foreign.fb, 0, 0, WIDTH, HEIGHT);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_chunk(scene->ctx, &chunk, seen, "when access begins again");
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);

	mc_dmabuf_set(foreign.dmabuf, 0, 0, MIRACAST_EXPORTER_HOLD_BEGIN);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_no_chunk(scene->ctx, 100);
	mc_dmabuf_set(foreign.dmabuf, 0, 0, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
}

/* How long the driver is watched. */
#define REST_S 5

struct mc_scene *foreign_metadata_scene(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA;
	return mc_scene_lit(mc_card_open(), &limits, 60000);
}

void foreign_expect_rest(const struct mc_dmabuf *dmabuf)
{
	struct mc_activity activity;
	unsigned int refused, most;
	uint64_t start, elapsed_ms;

	mc_trace_begin();
	/* Until then the pauses between attempts grow. */
	usleep(3000000);
	mc_trace_forget();
	start = mc_now_ns();
	refused = mc_dmabuf_get(dmabuf).refused;
	usleep(REST_S * 1000000);
	activity = mc_trace_activity(0);
	/* Reading the trace takes time, in which the driver tries again. */
	refused = mc_dmabuf_get(dmabuf).refused - refused;
	elapsed_ms = (mc_now_ns() - start) / 1000000;
	mc_trace_end();
	most = elapsed_ms / FOREIGN_LONGEST_MS + 2;
	igt_info("asked %u times in %" PRIu64 " ms, %u events of the module\n",
		 refused, elapsed_ms, activity.module);
	igt_assert_lte_u64(1, refused);
	igt_assert_lte_u64(refused, most);
	/* Each attempt is one timer of the kernel and one work item. */
	igt_assert_lte_u64(activity.module, 3 * most);
}

/* A static screen that cannot be read costs next to nothing. */
static void test_access_rests(void)
{
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 2);
	struct mc_foreign foreign = foreign_in(scene->card, 0, 0, WIDTH * 4);
	struct mc_picture *seen;
	struct mc_chunk chunk;

	mc_fb_paint(foreign.fb, NULL, 5);
	mc_dmabuf_set(foreign.dmabuf, EIO, 0, 0);
	mc_show(scene->kms, foreign.fb, NULL, 0);
	foreign_expect_rest(foreign.dmabuf);
	mc_no_chunk(scene->ctx, 0);

	mc_dmabuf_set(foreign.dmabuf, 0, 0, 0);
	seen = mc_fb_seen(foreign.fb, 0, 0, WIDTH, HEIGHT);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_assert_chunk(scene->ctx, &chunk, seen, "after a rest");
	mc_release(scene->ctx, &chunk);
	mc_picture_free(seen);
}

/* Mappings of what this device exports */

/* mmap() on the card for a dumb buffer, and on the dma-buf that its client exports. */
static void test_map_dumb(void)
{
	int card = mc_card_open(), fd;
	struct mc_fb *fb = mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	uint64_t offset;

	mc_fb_paint(fb, NULL, 1);
	igt_assert_eq(drmModeMapDumbBuffer(card, fb->handle, &offset), 0);
	mc_expect_mapped(card, offset, fb->size, fb->map);
	igt_assert_eq(drmPrimeHandleToFD(card, fb->handle, DRM_CLOEXEC | DRM_RDWR,
					 &fd), 0);
	mc_keep(fd);
	mc_expect_mapped(fd, 0, fb->size, fb->map);
}

static void expect_buffer_mapped(struct mc_ctx *ctx)
{
	const struct mc_buffer *buffer;
	struct mc_chunk chunk;

	mc_wait_chunk(ctx, &chunk);
	buffer = mc_buffer(ctx, chunk.event.buffer);
	mc_expect_mapped(buffer->info.fds[0], 0, buffer->size / 4096 * 4096,
			 buffer->map);
	mc_release(ctx, &chunk);
}

/* And buffers of owners: pictures of COPY, with their chroma, and framebuffers. */
static void test_map_picture(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);

	mc_fb_paint(scene->fb[1], NULL, 2);
	mc_show(scene->kms, scene->fb[1], NULL, 0);
	expect_buffer_mapped(scene->ctx);
	mc_scene_free(scene);

	limits.format = DRM_FORMAT_NV12;
	scene = mc_scene_with(mc_card_open(), &limits, 60000);
	expect_buffer_mapped(scene->ctx);
}

static const struct mc_subtest subtests[] = {
	{ "size", "A dma-buf that is no whole number of pages is refused.",
	  test_size },
	{ "memories", "Pictures are right whatever memory they are read from.",
	  test_memories },
	{ "read-in-blocks",
	  "Foreign memory is read as write-combined memory has to be, edges included.",
	  test_read_in_blocks },
	{ "access", "CPU access begins only when a picture is captured.",
	  test_access },
	{ "access-blended", "Also with a cursor in it that moves.",
	  test_access_blended },
	{ "access-moves", "A legacy cursor move does not wait for it.",
	  test_access_moves },
	{ "access-fails", "Access that does not begin keeps pictures, not flips.",
	  test_access_fails },
	{ "access-rests",
	  "Access that never begins is tried again rarely, and costs no timer.",
	  test_access_rests },
	{ "map-dumb",
	  "Mappings of a client's buffer show the same pages wherever they begin.",
	  test_map_dumb },
	{ "map-picture", "So do those of an owner's buffers.",
	  test_map_picture },
	{}
};

int igt_main()
{
	mc_subtests(subtests);
	mc_subtests(mc_foreign_dark);
	mc_subtests(mc_foreign_cursor);
	mc_subtests(mc_foreign_refusals);
}
