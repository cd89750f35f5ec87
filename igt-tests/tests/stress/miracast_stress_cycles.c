// SPDX-License-Identifier: MIT
/*
 * Life times, over and over; many things at once are in miracast_stress_crowd.c.
 */
#include "lib_miracast_lit.h"
#include "miracast_stress.h"

#define WIDTH 640
#define HEIGHT 480

uint32_t stress_cycles(void)
{
	return mc_setting("MIRACAST_CYCLES", 1000);
}

/* Runs @cycle often; the kernel has as much memory afterwards as before. */
static void repeat(uint32_t count, void (*cycle)(uint32_t i, void *data),
		   void *data, const char *what)
{
	struct mc_memory memory;
	uint32_t i;

	for (i = 0; i < 20; i++)
		cycle(i, data);
	mc_memory_begin(&memory);
	for (i = 0; i < count; i++)
		cycle(i, data);
	mc_memory_end(&memory, count, what);
}

/* Sessions */

static void session_cycle(uint32_t i, void *data)
{
	int card = *(int *)data;
	struct mc_ctx *ctx = mc_ctx_create(card, NULL);

	mc_start(ctx);
	mc_arrive(ctx, WIDTH, HEIGHT);
	mc_depart(ctx);
	mc_stop(ctx);
	mc_expect(mc_destroy_errno(ctx->fd), 0);
	mc_ctx_close(ctx);
}

static void test_sessions(void)
{
	int card = mc_card_open();

	repeat(stress_cycles(), session_cycle, &card, "sessions");
	igt_assert(mc_at_rest(card));
}

/* A whole life with a picture, ended in a different way each time. */
static void picture_cycle(uint32_t i, void *data)
{
	struct mc_lit *lit = data;
	struct drm_miracast_create_context limits =
		mc_limits(WIDTH, HEIGHT, 2 + i % 3);
	struct mc_chunk chunk;
	struct mc_ctx *ctx;
	uint32_t pitch;

	limits.connector_id = lit->kms->connector;
	ctx = mc_ctx_create(lit->card, &limits);
	mc_start(ctx);
	mc_arrive(ctx, WIDTH, HEIGHT);
	mc_complete_mode(ctx, NULL);
	mc_wait_chunk(ctx, &chunk);
	mc_chunk_pixels(ctx, &chunk, &pitch);
	if (i % 4 < 3)
		mc_release(ctx, &chunk);
	if (i % 4 < 2)
		mc_depart(ctx);
	if (i % 4 < 1)
		mc_stop(ctx);
	mc_ctx_close(ctx);
}

static void test_pictures(void)
{
	struct mc_lit lit;

	mc_lit(&lit, WIDTH, HEIGHT);
	repeat(stress_cycles(), picture_cycle, &lit, "pictures");
	mc_wait_at_rest(lit.card);
}

/* The same in DIRECT, with memory that the client frees before the owner. */
static void direct_cycle(uint32_t i, void *data)
{
	struct mc_lit *lit = data;
	struct drm_miracast_create_context limits =
		mc_limits_direct(WIDTH, HEIGHT);
	struct mc_fb *fb = mc_fb(lit->card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888);
	struct mc_chunk chunk;
	struct mc_ctx *ctx;
	uint32_t pitch;
	int n;

	limits.connector_id = lit->kms->connector;
	ctx = mc_ctx_create(lit->card, &limits);
	mc_start(ctx);
	mc_arrive(ctx, WIDTH, HEIGHT);
	for (n = 0; n < 2; n++) {
		mc_wait_chunk(ctx, &chunk);
		mc_chunk_pixels(ctx, &chunk, &pitch);
		if (!n || i % 4 == 3)
			mc_release(ctx, &chunk);
		mc_show(lit->kms, n ? lit->fb : fb, NULL, 0);
	}
	mc_fb_free(fb);
	if (i % 4 < 2)
		mc_depart(ctx);
	if (i % 4 < 1)
		mc_stop(ctx);
	mc_ctx_close(ctx);
}

static void test_pictures_direct(void)
{
	struct mc_lit lit;

	mc_lit(&lit, WIDTH, HEIGHT);
	repeat(stress_cycles(), direct_cycle, &lit, "pictures in DIRECT");
	mc_wait_at_rest(lit.card);
}

/* The client comes and goes while the owner stays. */
static void client_cycle(uint32_t i, void *data)
{
	struct mc_ctx *ctx = data;
	struct mc_lit lit;
	struct mc_chunk chunk;

	mc_lit(&lit, WIDTH, HEIGHT);
	mc_wait_chunk(ctx, &chunk);
	mc_release(ctx, &chunk);
	mc_fb_free(lit.fb);
	free(lit.kms);
	mc_close(lit.card);
}

static void test_clients(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	struct mc_ctx *ctx;
	int card = mc_card_open();

	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER;
	ctx = mc_ctx_create(card, &limits);
	mc_close(card);
	mc_start(ctx);
	mc_arrive(ctx, WIDTH, HEIGHT);
	repeat(stress_cycles() / 2, client_cycle, ctx, "clients");
	mc_ctx_close(ctx);
}

/* kill -9 in every state, with the CRTC lit all the time */

static void kill_cycle(uint32_t i, void *data)
{
	struct mc_lit *lit = data;
	enum mc_stage stage = i % MC_STAGES;
	struct mc_owner owner;

	mc_owner_spawn(&owner, lit->kms->connector, WIDTH, HEIGHT, stage);
	mc_owner_wait(&owner, stage);
	mc_owner_kill(&owner);
}

static void test_kills(void)
{
	struct mc_lit lit;

	mc_lit(&lit, WIDTH, HEIGHT);
	repeat(stress_cycles(), kill_cycle, &lit, "kill -9 in every state");
	mc_wait_at_rest(lit.card);
	mc_show(lit.kms, lit.fb, NULL, 0);
}

/* kill -9 at any moment at all */
static void kill_anywhere_cycle(uint32_t i, void *data)
{
	struct mc_lit *lit = data;
	struct mc_owner owner;

	mc_owner_spawn(&owner, lit->kms->connector, WIDTH, HEIGHT,
		       MC_STAGE_HOLDING);
	if (i % 4 == 0)
		mc_flip(lit->kms, lit->fb, NULL, 0);
	usleep(i * 7919 % 60000);
	mc_owner_kill(&owner);
	if (i % 4 == 0)
		mc_wait_flip(lit->kms, NULL);
	mc_wait_at_rest(lit->card);
}

static void test_kills_anywhere(void)
{
	struct mc_lit lit;

	mc_lit(&lit, WIDTH, HEIGHT);
	repeat(stress_cycles() / 2, kill_anywhere_cycle, &lit, "kill -9 at any time");
	mc_show(lit.kms, lit.fb, NULL, 0);
}

const struct mc_subtest mc_stress_cycles[] = {
	{ "sessions",
	  "create, start, arrive, depart, stop, destroy: nothing is left.",
	  test_sessions },
	{ "pictures",
	  "The same with a picture, ended in different ways.",
	  test_pictures },
	{ "pictures-direct",
	  "The same in DIRECT, where the memory is the client's.",
	  test_pictures_direct },
	{ "clients",
	  "Clients come and go while the owner stays.", test_clients },
	{ "kills",
	  "kill -9 of the owner in every state leaves nothing.", test_kills },
	{ "kills-anywhere",
	  "kill -9 of the owner at any moment leaves nothing.",
	  test_kills_anywhere },
	{}
};
