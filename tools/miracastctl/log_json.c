// SPDX-License-Identifier: MIT
#include "log_json.h"

#include "clock.h"
#include "json.h"
#include "owner.h"

static void begin(struct json *json, FILE *file, const char *event)
{
	*json = (struct json){ .file = file, .one_line = true };
	json_object(json, NULL);
	json_string(json, "event", event);
	json_uint(json, "time_ns", clock_ns());
}

/* Whoever reads is to have it at once. */
static void end(struct json *json)
{
	json_object_end(json);
	fflush(json->file);
}

void log_json_arrived(FILE *file, const struct owner *owner)
{
	struct json json;

	begin(&json, file, "connected");
	json_string(&json, "connector", owner->connector);
	json_uint(&json, "connector_id", owner->context.connector_id);
	json_uint(&json, "crtc_id", owner->context.crtc_id);
	json_uint(&json, "context", owner->context.number);
	json_uint(&json, "session", owner->session);
	end(&json);
}

void log_json_mode(FILE *file, const struct drm_miracast_message_mode_set *mode,
		   uint32_t answer)
{
	struct json json;

	begin(&json, file, "mode_set");
	json_uint(&json, "mode_serial", mode->mode_serial);
	json_uint(&json, "width", mode->width);
	json_uint(&json, "height", mode->height);
	json_uint(&json, "refresh_mhz", mode->refresh_mhz);
	json_bool(&json, "accepted", answer == DRM_MIRACAST_COMPLETION_SUCCESS);
	end(&json);
}

void log_json_pinned(FILE *file, uint64_t master)
{
	struct json json;

	begin(&json, file, "master");
	json_uint(&json, "master", master);
	end(&json);
}

void log_json_gamma(FILE *file, bool missing)
{
	struct json json;

	begin(&json, file, "gamma");
	json_bool(&json, "missing", missing);
	end(&json);
}

static const char *hdcp_name(uint32_t wanted)
{
	switch (wanted) {
	case DRM_MIRACAST_HDCP_STATE_OFF:
		return "off";
	case DRM_MIRACAST_HDCP_STATE_TYPE1:
		return "type1";
	default:
		return "type0";
	}
}

static const char *cause_name(uint32_t cause)
{
	switch (cause) {
	case DRM_MIRACAST_CAUSE_OWNER:
		return "owner";
	case DRM_MIRACAST_CAUSE_STATUS:
		return "status";
	default:
		return "unknown";
	}
}

/* A reason why no pictures come, or "ok". */
static const char *picture_state_name(uint32_t state)
{
	switch (state) {
	case DRM_MIRACAST_PICTURE_STATE_NOT_PINNED:
		return "not-pinned";
	case DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER:
		return "other-master";
	case DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS:
		return "over-limits";
	case DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT:
		return "foreign-content";
	case DRM_MIRACAST_PICTURE_STATE_UNREADABLE:
		return "unreadable";
	case DRM_MIRACAST_PICTURE_STATE_FLOWS:
	case DRM_MIRACAST_PICTURE_STATE_NO_MONITOR:
	case DRM_MIRACAST_PICTURE_STATE_DARK:
	case DRM_MIRACAST_PICTURE_STATE_UNANSWERED:
		return "ok";
	default:
		return "unknown";
	}
}

void log_json_message(FILE *file, const struct mc_event *event)
{
	struct json json;

	switch (event->message.code) {
	case DRM_MIRACAST_MSG_POWER:
		begin(&json, file, "power");
		json_bool(&json, "on", event->payload.power.on);
		break;
	case DRM_MIRACAST_MSG_BUFFER_GONE:
		begin(&json, file, "buffer_gone");
		json_uint(&json, "buffer", event->payload.buffer_gone.buffer);
		break;
	case DRM_MIRACAST_MSG_STOPPED:
		begin(&json, file, "stopped");
		json_string(&json, "cause",
			    cause_name(event->payload.stopped.cause));
		break;
	case DRM_MIRACAST_MSG_CURSOR_MOVE:
	case DRM_MIRACAST_MSG_CURSOR_SHAPE:
		return;
	case DRM_MIRACAST_MSG_HDCP:
		begin(&json, file, "hdcp");
		json_string(&json, "wanted",
			    hdcp_name(event->payload.hdcp.wanted));
		break;
	case DRM_MIRACAST_MSG_PICTURE_STATE:
		begin(&json, file, "picture_state");
		json_string(&json, "state",
			    picture_state_name(event->payload.picture_state.picture_state));
		break;
	default:
		begin(&json, file, "message");
		json_uint(&json, "code", event->message.code);
		break;
	}
	end(&json);
}

void log_json_chunk(FILE *file, const struct mc_event *event)
{
	const struct drm_miracast_event_chunk *chunk = &event->chunk;
	struct json json;

	begin(&json, file, "picture");
	json_uint(&json, "frame", DRM_MIRACAST_FRAME_OF_CHUNK_ID(chunk->chunk_id));
	json_uint(&json, "part", DRM_MIRACAST_PART_OF_CHUNK_ID(chunk->chunk_id));
	json_uint(&json, "mode_serial", chunk->mode_serial);
	json_uint(&json, "buffer", chunk->buffer);
	json_uint(&json, "clips", chunk->clip_count);
	json_bool(&json, "full", chunk->base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL);
	json_uint(&json, "skipped", chunk->skipped);
	json_uint(&json, "commit_time_ns", chunk->commit_time_ns);
	json_uint(&json, "ready_time_ns", chunk->ready_time_ns);
	end(&json);
}
