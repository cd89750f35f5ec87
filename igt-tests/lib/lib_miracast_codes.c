// SPDX-License-Identifier: MIT
/*
 * The IO_CONTROL codes as the ABI describes them, in one table: input, output, and
 * permitted states. Tests of bad input walk through it.
 */
#include "lib_miracast_codes.h"

#define END 0xffff
#define AT(type, member) offsetof(struct drm_miracast_##type, member)
#define SIZE(type) sizeof(struct drm_miracast_##type)
#define EVER (MC_CREATED | MC_STARTED | MC_MONITOR)
#define SESSION (MC_STARTED | MC_MONITOR)

const struct mc_code mc_codes[] = {
	{ "START_SESSION", DRM_MIRACAST_CODE_START_SESSION,
	  SIZE(start_session), SIZE(session),
	  { AT(start_session, flags), AT(start_session, pad), END },
	  MC_CREATED, 0 },
	{ "STOP_SESSION", DRM_MIRACAST_CODE_STOP_SESSION,
	  SIZE(stop_session), 0,
	  { AT(stop_session, flags), AT(stop_session, pad), END },
	  SESSION, 0 },
	{ "MONITOR_ARRIVE", DRM_MIRACAST_CODE_MONITOR_ARRIVE,
	  SIZE(monitor_arrive), 0,
	  { END },
	  SESSION, 0 },
	{ "MONITOR_DEPART", DRM_MIRACAST_CODE_MONITOR_DEPART,
	  SIZE(monitor_depart), 0,
	  { AT(monitor_depart, flags), AT(monitor_depart, pad), END },
	  MC_MONITOR, 0 },
	{ "COMPLETE_MESSAGE", DRM_MIRACAST_CODE_COMPLETE_MESSAGE,
	  SIZE(complete_message), 0,
	  { AT(complete_message, flags), END },
	  SESSION, -ENOENT },
	{ "GET_BUFFER", DRM_MIRACAST_CODE_GET_BUFFER,
	  SIZE(get_buffer), SIZE(buffer),
	  { AT(get_buffer, flags), AT(get_buffer, pad), END },
	  SESSION, -ENOENT },
	{ "SET_BUFFERS", DRM_MIRACAST_CODE_SET_BUFFERS,
	  SIZE(set_buffers), 0,
	  { AT(set_buffers, flags), AT(set_buffers, pad), END },
	  EVER, -EBADF },
	{ "REQUEST_FRAME", DRM_MIRACAST_CODE_REQUEST_FRAME,
	  SIZE(request_frame), 0,
	  { AT(request_frame, flags), AT(request_frame, pad), END },
	  MC_MONITOR, 0 },
	{ "SET_RATE", DRM_MIRACAST_CODE_SET_RATE,
	  SIZE(set_rate), 0,
	  { AT(set_rate, flags), AT(set_rate, pad), END },
	  SESSION, 0 },
	{ "GET_CURSOR", DRM_MIRACAST_CODE_GET_CURSOR,
	  SIZE(get_cursor), SIZE(cursor),
	  { AT(get_cursor, flags), END },
	  MC_MONITOR, 0 },
	{ "REPORT_CHUNK", DRM_MIRACAST_CODE_REPORT_CHUNK,
	  SIZE(report_chunk), 0,
	  { AT(report_chunk, flags), END },
	  SESSION, -ENOENT },
	{ "REPORT_STATISTIC", DRM_MIRACAST_CODE_REPORT_STATISTIC,
	  SIZE(report_statistic), 0,
	  { AT(report_statistic, flags), AT(report_statistic, pad), END },
	  SESSION, 0 },
	{ "REPORT_STATUS", DRM_MIRACAST_CODE_REPORT_STATUS,
	  SIZE(report_status), 0,
	  { AT(report_status, flags), AT(report_status, pad), END },
	  SESSION, 0 },
	{ "SET_HDCP", DRM_MIRACAST_CODE_SET_HDCP,
	  SIZE(set_hdcp), 0,
	  { AT(set_hdcp, flags), END },
	  MC_MONITOR, -ENOENT },
	{ "GET_STATISTICS", DRM_MIRACAST_CODE_GET_STATISTICS,
	  SIZE(get_statistics), SIZE(statistics),
	  { AT(get_statistics, flags), AT(get_statistics, pad), END },
	  EVER, 0 },
	{ "QUERY_CONTEXT", DRM_MIRACAST_CODE_QUERY_CONTEXT,
	  SIZE(query_context), SIZE(context_info),
	  { AT(query_context, flags), AT(query_context, pad), END },
	  EVER, 0 },
	/* On the control file only. */
	{ "PIN", DRM_MIRACAST_CODE_PIN,
	  SIZE(pin), 0,
	  { AT(pin, flags), AT(pin, pad), END },
	  EVER, -EACCES },
	{ "GET_FENCE", DRM_MIRACAST_CODE_GET_FENCE,
	  SIZE(get_fence), SIZE(fence),
	  { AT(get_fence, flags), AT(get_fence, pad), END },
	  SESSION, -ENOENT },
};

const unsigned int mc_code_count = ARRAY_SIZE(mc_codes);

const char *const mc_state_names[MC_STATES] = {
	[DRM_MIRACAST_STATE_CREATED] = "created",
	[DRM_MIRACAST_STATE_STARTED] = "started",
	[DRM_MIRACAST_STATE_MONITOR] = "monitor",
};

/* Buffers of the contexts that are created here. */
#define BUFFERS 3

/* Descriptors that do not exist, in buffers that are valid otherwise. */
static const struct drm_miracast_owner_buffer *no_buffers(void)
{
	static struct drm_miracast_owner_buffer buffers[BUFFERS];
	unsigned int i;

	for (i = 0; i < BUFFERS; i++)
		buffers[i] = (struct drm_miracast_owner_buffer) {
			.object_count = 1,
			.plane_count = 1,
			.planes[0].pitch = 640 * 4,
			.fds = { -1, -1, -1, -1 },
		};
	return buffers;
}

/* Numbers only grow from 1, so this one does not exist. */
#define NO_SUCH_NUMBER 0x7fffffffffffull

void mc_code_input(const struct mc_code *code, void *input)
{
	memset(input, 0, MC_INPUT_MAX);
	igt_assert(code->in_size <= MC_INPUT_MAX);

	switch (code->code) {
	case DRM_MIRACAST_CODE_MONITOR_ARRIVE: {
		struct drm_miracast_monitor_arrive arrive = mc_monitor(NULL, 0);

		memcpy(input, &arrive, sizeof(arrive));
		break;
	}
	case DRM_MIRACAST_CODE_COMPLETE_MESSAGE:
	case DRM_MIRACAST_CODE_GET_BUFFER:
	case DRM_MIRACAST_CODE_GET_FENCE:
	case DRM_MIRACAST_CODE_REPORT_CHUNK:
	case DRM_MIRACAST_CODE_SET_HDCP:
		*(uint64_t *)input = NO_SUCH_NUMBER;
		break;
	case DRM_MIRACAST_CODE_SET_BUFFERS: {
		struct drm_miracast_set_buffers set = {
			.buffers = (uintptr_t)no_buffers(),
			.count = BUFFERS,
			.stride = sizeof(struct drm_miracast_owner_buffer),
		};

		memcpy(input, &set, sizeof(set));
		break;
	}
	case DRM_MIRACAST_CODE_REPORT_STATISTIC:
		*(uint32_t *)input = DRM_MIRACAST_STATISTIC_TYPE_EVENT;
		break;
	default:
		break;
	}
}

int mc_code_answer(const struct mc_code *code, unsigned int state)
{
	if (code->states & 1u << state)
		return code->answer;
	return code->code == DRM_MIRACAST_CODE_START_SESSION ? -EALREADY :
							       -ENOTCONN;
}

struct mc_ctx *mc_ctx_for_code(int card, const struct mc_code *code,
			       unsigned int state)
{
	struct drm_miracast_create_context limits = mc_limits(640, 480,
							      BUFFERS);
	struct mc_ctx *ctx;

	if (code && code->code == DRM_MIRACAST_CODE_SET_BUFFERS)
		limits.flags = DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS;
	/* Without the module parameter the flag is refused. */
	if (code && code->code == DRM_MIRACAST_CODE_SET_HDCP &&
	    mc_has_code(card, DRM_MIRACAST_CODE_SET_HDCP))
		limits.flags = DRM_MIRACAST_CONTEXT_FLAG_HDCP;
	ctx = mc_ctx_create(card, &limits);
	if (state >= DRM_MIRACAST_STATE_STARTED)
		mc_start(ctx);
	if (state >= DRM_MIRACAST_STATE_MONITOR)
		mc_arrive(ctx, 640, 480);
	igt_assert_eq_u32(mc_state(ctx), state);
	return ctx;
}

struct mc_ctx *mc_ctx_in_state(int card, unsigned int state)
{
	return mc_ctx_for_code(card, NULL, state);
}

unsigned int mc_state(struct mc_ctx *ctx)
{
	return mc_statistics(ctx).state;
}
