// SPDX-License-Identifier: MIT
/*
 * What the owner of a DIRECT context loses with its monitor, and with its master.
 */
#include <sys/mman.h>

#include "lib_miracast_dmabuf.h"
#include "lib_miracast_masters.h"
#include "lib_miracast_uevents.h"
#include "miracast_direct.h"

#define WIDTH 640
#define HEIGHT 480

/* The client is done with a buffer of the table, and the monitor departs. */
static void test_depart_frees_memory(void)
{
	struct mc_scene *scene = mc_scene_direct_running(WIDTH, HEIGHT);
	struct mc_dmabufs before = mc_dmabufs();
	struct mc_foreign foreign = mc_foreign_fb(scene->card, MC_VGEM, WIDTH,
						  HEIGHT);
	struct mc_chunk chunk;

	mc_show(scene->kms, foreign.fb, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_off(scene->kms);
	mc_dmabuf_unmap(foreign.dmabuf);
	foreign.fb->map = NULL;
	mc_fb_free(foreign.fb);
	mc_dmabuf_close(foreign.dmabuf);
	igt_assert(mc_settle());
	/* It could be shown once more in this mode. */
	igt_assert_eq_u32(mc_dmabufs().objects, before.objects + 1);
	mc_depart(scene->ctx);
	mc_wait_dmabufs(&before);
}

static void expect_held(const struct mc_dmabuf *dmabuf)
{
	unsigned int i;

	for (i = 0; !mc_dmabuf_get(dmabuf).held && i < 500; i++)
		usleep(10000);
	igt_assert_eq_u32(mc_dmabuf_get(dmabuf).held, 1);
}

/*
 * Freeing memory can take as long as its exporter likes, and revoking as long as a process
 * that maps a page gets no processor time. Monitors come and go meanwhile.
 */
static void test_freed_apart(void)
{
	struct drm_miracast_create_context limits = mc_limits_direct(WIDTH, HEIGHT);
	struct mc_scene *scene = mc_scene_running(WIDTH, HEIGHT, 3);
	struct mc_dmabuf *dmabuf = mc_dmabuf_awkward(WIDTH * HEIGHT * 4, 0, 0);
	struct mc_fb *fb = mc_fb_of_dmabuf(scene->card, dmabuf, WIDTH * 4, WIDTH,
					   HEIGHT, DRM_FORMAT_XRGB8888);
	int uevents = mc_uevents_open();
	struct mc_chunk chunk;

	/* COPY maps it for the CPU, for as long as it is there. */
	mc_show(scene->kms, fb, NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_ctx_close(scene->ctx);
	limits.connector_id = scene->kms->connector;
	scene->ctx = mc_ctx_create(scene->card, &limits);
	mc_start(scene->ctx);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_show(scene->kms, scene->fb[0], NULL, 0);
	mc_wait_chunk(scene->ctx, &chunk);
	mc_release(scene->ctx, &chunk);
	mc_dmabuf_unmap(dmabuf);
	fb->map = NULL;
	mc_fb_free(fb);
	mc_close(dmabuf->fd);
	igt_assert(mc_settle());
	igt_assert_eq_u32(mc_dmabuf_get(dmabuf).vmaps, 1);

	mc_dmabuf_set(dmabuf, 0, 0, MIRACAST_EXPORTER_HOLD_VUNMAP);
	mc_depart(scene->ctx);
	expect_held(dmabuf);
	mc_uevents_drain(uevents);
	mc_arrive(scene->ctx, WIDTH, HEIGHT);
	igt_assert(mc_hotplug(uevents, MC_TIMEOUT_MS));
	igt_assert_eq_u32(mc_dmabuf_get(dmabuf).held, 1);
	mc_dmabuf_set(dmabuf, 0, 0, 0);
	mc_ctx_close(scene->ctx);
	close(uevents);
}

/* A context with a control file, whose monitor a master has lit, and its mode accepted. */
static void light_controlled(struct mc_controlled *c, int node, int card)
{
	struct drm_miracast_create_context limits = mc_limits_direct(WIDTH, HEIGHT);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);

	mc_controlled(c, node, &limits);
	mc_light(mc_kms(card, c->ctx->connector), &mode,
		 mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888));
	mc_complete_mode(c->ctx, NULL);
}

/* The connector is not hidden from a master then: nothing else takes the pictures back. */
static void test_pinned_to_nobody(void)
{
	int card = mc_card_open();
	struct mc_controlled c;
	struct mc_chunk chunk;

	light_controlled(&c, card, card);
	mc_wait_chunk(c.ctx, &chunk);
	igt_assert_eq_u64(mc_statistics(c.ctx).pictures_revoked, 0);
	mc_expect(mc_pin_errno(c.control, 0), 0);
	igt_assert_eq_u64(mc_statistics(c.ctx).pictures_revoked, 1);
	mc_expect(mc_try_release(c.ctx, &chunk), MC_REVOKED);
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* Reads and releases the next picture. Returns the number of its buffer. */
static uint64_t take_picture(struct mc_ctx *ctx)
{
	struct drm_miracast_buffer buffer;
	struct mc_chunk chunk;
	void *map;

	mc_wait_chunk(ctx, &chunk);
	mc_expect(mc_get_buffer_errno(ctx->fd, chunk.event.buffer, &buffer), 0);
	map = mmap(NULL, WIDTH * HEIGHT * 4, PROT_READ, MAP_SHARED, buffer.fds[0], 0);
	igt_assert(map != MAP_FAILED);
	igt_assert(mc_readable(map));
	munmap(map, WIDTH * HEIGHT * 4);
	close(buffer.fds[0]);
	mc_release(ctx, &chunk);
	return chunk.event.buffer;
}

static void expect_gone(struct mc_ctx *ctx, uint64_t number)
{
	struct drm_miracast_buffer buffer;
	struct mc_message message;

	mc_wait_message(ctx, DRM_MIRACAST_MSG_BUFFER_GONE, &message);
	igt_assert_eq_u64(message.gone.buffer, number);
	mc_expect(mc_get_buffer_errno(ctx->fd, number, &buffer), -ESTALE);
}

static void pin_current(const struct mc_controlled *c)
{
	mc_expect(mc_pin_errno(c->control, mc_query(c->control).current_master), 0);
}

/*
 * An owner keeps the dma-buf of a number until BUFFER_GONE. That of the earlier pin is
 * revoked, so a chunk must not name it.
 */
static void test_pinned_again(void)
{
	int card = mc_card_open();
	struct mc_controlled c;
	uint64_t number;
	unsigned int i;

	mc_catch_bus();
	light_controlled(&c, card, card);
	number = take_picture(c.ctx);
	for (i = 0; i < 3; i++) {
		mc_expect(mc_pin_errno(c.control, 0), 0);
		expect_gone(c.ctx, number);
		pin_current(&c);
		igt_assert_lt_u64(number, take_picture(c.ctx));
		number++;
	}
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

/* The same in the end, with another master in between that sets no mode. */
static void test_pinned_and_back(void)
{
	struct mc_controlled c;
	uint64_t number;
	int cards[2];

	mc_catch_bus();
	mc_two_masters(cards);
	light_controlled(&c, mc_node_open(), cards[0]);
	number = take_picture(c.ctx);
	mc_switch_master(cards[0], cards[1]);
	pin_current(&c);
	expect_gone(c.ctx, number);
	mc_switch_master(cards[1], cards[0]);
	pin_current(&c);
	igt_assert_lt_u64(number, take_picture(c.ctx));
	mc_close(c.control);
	mc_ctx_close(c.ctx);
}

const struct mc_subtest mc_direct_lost[] = {
	{ "depart-frees-memory",
	  "MONITOR_DEPART frees the buffers that the owner has no picture in.",
	  test_depart_frees_memory },
	{ "freed-apart",
	  "An exporter that takes long to free a buffer keeps no monitor away.",
	  test_freed_apart },
	{ "pinned-to-nobody",
	  "PIN to no master takes back the pictures that the owner has.",
	  test_pinned_to_nobody },
	{ "pinned-again",
	  "Pinned to the master again, the same memory has another number.",
	  test_pinned_again },
	{ "pinned-and-back",
	  "So it has after PIN to another master and back.", test_pinned_and_back },
	{}
};
