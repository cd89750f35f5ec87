// SPDX-License-Identifier: MIT
/*
 * Faults in IO_CONTROL, each code of it.
 */
#include "lib_miracast_dmabuf.h"
#include "miracast_faults.h"

#define WIDTH 640
#define HEIGHT 480

struct io {
	int card, fd;
	uint32_t connector;
	uint32_t code;
	const void *in;
	uint32_t in_size, out_size;
	/* The least number of faults of each kind; see struct mc_victim. */
	unsigned int at_least[MC_FAULTS];
	uint8_t out[1024];
};

static int call_io(void *data)
{
	struct io *io = data;

	return mc_io_errno(io->fd, io->code, io->in, io->in_size, io->out,
			   io->out_size, NULL);
}

static void drive_io(const char *name, int card, struct mc_ctx *ctx,
		     struct io *io, void (*undo)(void *data))
{
	struct mc_victim victim = {
		.name = name,
		.call = call_io,
		.undo = undo,
		.data = io,
		.card = card,
		.ctx = ctx,
	};

	memcpy(victim.at_least, io->at_least, sizeof(victim.at_least));
	io->card = card;
	io->fd = ctx->fd;
	io->connector = ctx->connector;
	mc_faults_drive_all(&victim);
	if (io->at_least[MC_FAULT_SHORTAGE])
		mc_faults_drive(&victim, MC_FAULT_SHORTAGE);
}

static void undo_start(void *data)
{
	struct io *io = data;

	mc_expect(mc_stop_errno(io->fd), 0);
}

static void undo_stop(void *data)
{
	struct io *io = data;

	mc_expect(mc_start_errno(io->fd, NULL), 0);
}

static void test_start_stop(void)
{
	struct drm_miracast_stop_session stop = {};
	struct drm_miracast_start_session start = {};
	struct io io = { .code = DRM_MIRACAST_CODE_START_SESSION, .in = &start,
			 .in_size = sizeof(start), .at_least = { 0, 3 },
			 .out_size = sizeof(struct drm_miracast_session) };
	int card = mc_card_open();
	struct mc_ctx *ctx;

	mc_faults_require();
	ctx = mc_ctx_create(card, NULL);
	drive_io("START_SESSION", card, ctx, &io, undo_start);
	mc_start(ctx);
	io = (struct io) { .code = DRM_MIRACAST_CODE_STOP_SESSION, .in = &stop,
			   .in_size = sizeof(stop), .at_least = { 0, 2 } };
	drive_io("STOP_SESSION", card, ctx, &io, undo_stop);
}

static void undo_arrive(void *data)
{
	struct io *io = data;

	mc_expect(mc_depart_errno(io->fd), 0);
}

static void undo_depart(void *data)
{
	struct io *io = data;
	struct drm_miracast_monitor_arrive arrive = mc_monitor(NULL, 0);

	mc_expect(mc_arrive_errno(io->fd, &arrive), 0);
	mc_wait_connected(io->card, io->connector, true);
}

/* The first monitor again, with no change of the connector under way. */
static void undo_replace(void *data)
{
	struct io *io = data;

	mc_expect(mc_depart_errno(io->fd), 0);
	mc_wait_connected(io->card, io->connector, false);
	undo_depart(io);
}

static void test_monitor(void)
{
	static uint8_t edid[MC_EDID_MAX];
	static const struct drm_miracast_mode modes[] = {
		{ .width = 640, .height = 480, .refresh_mhz = 60000 },
		{ .width = 800, .height = 600, .refresh_mhz = 60000,
		  .flags = DRM_MIRACAST_MODE_FLAG_PREFERRED },
		{ .width = 1280, .height = 720, .refresh_mhz = 30000 },
	};
	struct drm_miracast_monitor_arrive arrive =
		mc_monitor(modes, ARRAY_SIZE(modes));
	struct drm_miracast_monitor_arrive first;
	struct drm_miracast_monitor_depart depart = {};
	struct drm_miracast_create_context limits = mc_limits(1280, 720, 2);
	struct io io = { .code = DRM_MIRACAST_CODE_MONITOR_ARRIVE,
			 .in = &arrive,
			 .in_size = sizeof(arrive),
			 .at_least = { 1, 3 } };
	int card = mc_card_open();
	struct mc_ctx *ctx;

	mc_faults_require();
	ctx = mc_ctx_create(card, &limits);
	mc_start(ctx);
	drive_io("MONITOR_ARRIVE of modes", card, ctx, &io, undo_arrive);
	arrive.edid = (uintptr_t)edid;
	arrive.edid_size = mc_edid(edid, 2, 'A');
	io.at_least[MC_FAULT_MEMORY] = 3;
	io.at_least[MC_FAULT_COPY] = 4;
	drive_io("MONITOR_ARRIVE of an EDID", card, ctx, &io, undo_arrive);
	arrive.edid_size = mc_edid(edid, 256, 'B');
	drive_io("MONITOR_ARRIVE of 256 blocks", card, ctx, &io, undo_arrive);

	/* One that replaces another. */
	arrive.edid_size = mc_edid(edid, 2, 'C');
	first = mc_monitor(NULL, 0);
	mc_expect(mc_arrive_errno(ctx->fd, &first), 0);
	mc_wait_connected(card, ctx->connector, true);
	drive_io("second MONITOR_ARRIVE", card, ctx, &io, undo_replace);
	io = (struct io){ .code = DRM_MIRACAST_CODE_MONITOR_DEPART,
			  .in = &depart,
			  .in_size = sizeof(depart),
			  .at_least = { 0, 2 } };
	drive_io("MONITOR_DEPART", card, ctx, &io, undo_depart);
}

/* All other codes, with input that they answer the same way every time */

static void test_codes(void)
{
	int card = mc_card_open();
	uint64_t codes = mc_caps(card).io_control_codes;
	uint8_t input[MC_INPUT_MAX];
	unsigned int i;

	mc_faults_require();
	for (i = 0; i < mc_code_count; i++) {
		const struct mc_code *code = &mc_codes[i];
		struct io io = { .code = code->code, .in = input,
				 .in_size = code->in_size,
				 .out_size = code->out_size,
				 .at_least = { 0, code->out_size ? 3 : 2 } };
		struct mc_ctx *ctx;

		if (!(codes >> code->code & 1) || code->answer ||
		    code->code == DRM_MIRACAST_CODE_START_SESSION ||
		    code->code == DRM_MIRACAST_CODE_STOP_SESSION ||
		    code->code == DRM_MIRACAST_CODE_MONITOR_DEPART ||
		    code->code == DRM_MIRACAST_CODE_REPORT_CHUNK)
			continue;
		ctx = mc_ctx_in_state(card, DRM_MIRACAST_STATE_MONITOR);
		mc_code_input(code, input);
		drive_io(code->name, card, ctx, &io, NULL);
		mc_ctx_close(ctx);
	}
}

/* GET_BUFFER */

static void close_fds(void *data)
{
	struct io *io = data;
	struct drm_miracast_buffer *buffer = (void *)io->out;
	unsigned int i;

	for (i = 0; i < buffer->object_count; i++)
		close(buffer->fds[i]);
}

static void drive_get_buffer(const char *name, int card, struct mc_ctx *ctx)
{
	struct drm_miracast_get_buffer in = {};
	struct io io = { .code = DRM_MIRACAST_CODE_GET_BUFFER, .in = &in,
			 .in_size = sizeof(in), .at_least = { 3, 3 },
			 .out_size = sizeof(struct drm_miracast_buffer) };
	struct mc_chunk chunk;

	mc_wait_chunk(ctx, &chunk);
	in.buffer = chunk.event.buffer;
	drive_io(name, card, ctx, &io, close_fds);
	mc_release(ctx, &chunk);
}

static void test_get_buffer(void)
{
	struct mc_scene *scene;

	mc_faults_require();
	scene = mc_scene(WIDTH, HEIGHT, 2);
	drive_get_buffer("GET_BUFFER", scene->card, scene->ctx);
}

static void test_get_buffer_direct(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 0);
	drmModeModeInfo mode = mc_make_mode(WIDTH, HEIGHT, 60000);
	int card = mc_card_open();
	struct mc_ctx *ctx;

	mc_faults_require();
	limits.delivery = DRM_MIRACAST_DELIVERY_DIRECT;
	limits.format = 0;
	limits.parts = 0;
	ctx = mc_ctx_create(card, &limits);
	mc_start(ctx);
	mc_arrive(ctx, WIDTH, HEIGHT);
	mc_light(mc_kms(card, ctx->connector), &mode,
		 mc_fb(card, WIDTH, HEIGHT, DRM_FORMAT_XRGB8888));
	mc_complete_mode(ctx, NULL);
	drive_get_buffer("GET_BUFFER of DIRECT", card, ctx);
}

static void test_get_cursor(void)
{
	static uint8_t pixels[256 * 256 * 4];
	struct drm_miracast_get_cursor in = {
		.pixels = (uintptr_t)pixels,
		.pixels_size = sizeof(pixels),
	};
	/* A single fault has no effect: there are two ways to allocate so much memory. */
	struct io io = { .code = DRM_MIRACAST_CODE_GET_CURSOR, .in = &in,
			 .in_size = sizeof(in), .at_least = { 0, 4, 1 },
			 .out_size = sizeof(struct drm_miracast_cursor) };
	struct mc_commit commit = { .cursor_x = 5, .cursor_y = 6 };
	struct mc_scene *scene;
	struct mc_chunk chunk;

	mc_faults_require();
	scene = mc_scene(WIDTH, HEIGHT, 2);
	commit.cursor = mc_fb(scene->card, 256, 256, DRM_FORMAT_ARGB8888);
	mc_expect(mc_commit_errno(scene->kms, &commit), 0);
	mc_drain(scene->ctx, &chunk);
	memset(pixels, 1, sizeof(pixels));
	drive_io("GET_CURSOR", scene->card, scene->ctx, &io, NULL);
}

/* COMPLETE_MESSAGE: one success for each MODE_SET, so modes take turns */

struct complete {
	struct mc_scene *scene;
	drmModeModeInfo modes[2];
	struct mc_fb *fb[2];
	uint64_t number;
	unsigned int turn;
};

static int call_complete(void *data)
{
	struct complete *complete = data;

	return mc_complete_errno(complete->scene->ctx->fd, complete->number,
				 DRM_MIRACAST_COMPLETION_SUCCESS);
}

static void next_mode(void *data)
{
	struct complete *complete = data;
	struct mc_ctx *ctx = complete->scene->ctx;
	struct mc_message message;
	struct mc_chunk chunk;

	if (complete->number) {
		mc_wait_chunk(ctx, &chunk);
		mc_release(ctx, &chunk);
	}
	mc_light(complete->scene->kms, &complete->modes[complete->turn],
		 complete->fb[complete->turn]);
	complete->turn = !complete->turn;
	mc_wait_message(ctx, DRM_MIRACAST_MSG_MODE_SET, &message);
	complete->number = message.event.number;
}

static void test_complete(void)
{
	struct complete complete = {
		.modes = { mc_make_mode(640, 480, 50000),
			   mc_make_mode(640, 480, 30000) },
	};
	struct mc_victim victim = {
		.name = "COMPLETE_MESSAGE",
		.call = call_complete,
		.undo = next_mode,
		.data = &complete,
		.at_least = { 0, 2 },
	};

	mc_faults_require();
	complete.scene = mc_scene_running(WIDTH, HEIGHT, 2);
	complete.fb[0] = complete.scene->fb[0];
	complete.fb[1] = complete.scene->fb[1];
	victim.card = complete.scene->card;
	victim.ctx = complete.scene->ctx;
	next_mode(&complete);
	mc_faults_drive_all(&victim);
}

/* SET_BUFFERS */

static void test_set_buffers(void)
{
	struct drm_miracast_create_context limits = mc_limits(WIDTH, HEIGHT, 2);
	struct drm_miracast_owner_buffer buffers[2] = {};
	struct drm_miracast_set_buffers in = {
		.buffers = (uintptr_t)buffers,
		.count = ARRAY_SIZE(buffers),
		.stride = sizeof(struct drm_miracast_owner_buffer),
	};
	struct io io = { .code = DRM_MIRACAST_CODE_SET_BUFFERS, .in = &in,
			 .in_size = sizeof(in), .at_least = { 4, 3 } };
	int card = mc_card_open();
	struct mc_ctx *ctx;
	unsigned int i;

	mc_faults_require_warning();
	mc_require_exporter(MC_VGEM);
	limits.flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	ctx = mc_ctx_create(card, &limits);
	for (i = 0; i < ARRAY_SIZE(buffers); i++) {
		buffers[i].object_count = 1;
		buffers[i].plane_count = 1;
		buffers[i].planes[0].pitch = WIDTH * 4;
		buffers[i].fds[0] = mc_dmabuf(MC_VGEM, WIDTH * HEIGHT * 4)->fd;
	}
	drive_io("SET_BUFFERS", card, ctx, &io, NULL);
	mc_start(ctx);
	drive_io("SET_BUFFERS in a session", card, ctx, &io, NULL);
}

const struct mc_subtest mc_faults_io[] = {
	{ "start-stop",
	  "START_SESSION and STOP_SESSION that fail change nothing.",
	  test_start_stop },
	{ "monitor",
	  "MONITOR_ARRIVE, with modes and EDIDs, and MONITOR_DEPART that fail change nothing.",
	  test_monitor },
	{ "codes", "Every other code that fails changes nothing.",
	  test_codes },
	{ "get-buffer",
	  "GET_BUFFER that fails hands out no descriptor.", test_get_buffer },
	{ "get-buffer-direct", "The same in DIRECT.", test_get_buffer_direct },
	{ "get-cursor", "GET_CURSOR that fails works the next time.",
	  test_get_cursor },
	{ "complete",
	  "COMPLETE_MESSAGE that fails leaves the message unanswered.",
	  test_complete },
	{ "set-buffers",
	  "SET_BUFFERS that fails leaves the buffers of before.",
	  test_set_buffers },
	{}
};
