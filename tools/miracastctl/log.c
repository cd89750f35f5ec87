// SPDX-License-Identifier: MIT
#include "log.h"

#include <inttypes.h>
#include <stdarg.h>

#include "log_json.h"
#include "mode.h"
#include "owner.h"
#include "report.h"

__attribute__((format(printf, 2, 3)))
static void log_line(const struct log *out, const char *format, ...)
{
	char line[256];
	va_list args;

	if (!out)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (out->file == stderr) {
		report("%s", line);
		return;
	}
	fprintf(out->file, "%s\n", line);
	fflush(out->file);
}

static bool as_json(const struct log *out)
{
	return out && out->json;
}

void log_arrived(const struct log *out, const struct owner *owner)
{
	if (as_json(out)) {
		log_json_arrived(out->file, owner);
		return;
	}
	log_line(out, "%s is connected (connector %" PRIu32 ", crtc %" PRIu32
		 ", context %" PRIu64 ", session %" PRIu64 ")", owner->connector,
		 owner->context.connector_id, owner->context.crtc_id,
		 owner->context.number, owner->session);
}

void log_mode(const struct log *out,
	      const struct drm_miracast_message_mode_set *mode, uint32_t answer)
{
	char text[MC_MODE_TEXT];

	if (as_json(out)) {
		log_json_mode(out->file, mode, answer);
		return;
	}
	log_line(out, "mode %" PRIu64 " set: %s%s", (uint64_t)mode->mode_serial,
		 mc_mode_format(mode->width, mode->height, mode->refresh_mhz, text),
		 answer == DRM_MIRACAST_COMPLETION_SUCCESS ? "" : ", refused");
}

static const char *cause_text(uint32_t cause)
{
	switch (cause) {
	case DRM_MIRACAST_CAUSE_OWNER:
		return "asked for";
	case DRM_MIRACAST_CAUSE_STATUS:
		return "the session failed";
	default:
		return "unknown cause";
	}
}

static const char *picture_state_text(uint32_t state)
{
	switch (state) {
	case DRM_MIRACAST_PICTURE_STATE_NOT_PINNED:
		return "no DRM master has the monitor";
	case DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER:
		return "another DRM master has the device";
	case DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS:
		return "the mode is beyond the limits";
	case DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT:
		return "the screen is another DRM master's";
	case DRM_MIRACAST_PICTURE_STATE_UNREADABLE:
		return "the framebuffer cannot be read, or not be handed out";
	case DRM_MIRACAST_PICTURE_STATE_FLOWS:
	case DRM_MIRACAST_PICTURE_STATE_NO_MONITOR:
	case DRM_MIRACAST_PICTURE_STATE_DARK:
	case DRM_MIRACAST_PICTURE_STATE_UNANSWERED:
		return NULL;	/* follows from what was printed before */
	default:
		return "the driver has a reason that this version does not know";
	}
}

static void log_picture_state(const struct log *out, uint32_t state)
{
	const char *why = picture_state_text(state);

	if (why)
		log_line(out, "no pictures: %s", why);
	else
		log_line(out, "pictures may come again");
}

static const char *hdcp_text(uint32_t wanted)
{
	switch (wanted) {
	case DRM_MIRACAST_HDCP_STATE_OFF:
		return "not wanted";
	case DRM_MIRACAST_HDCP_STATE_TYPE1:
		return "wanted, type 1";
	default:
		return "wanted, type 0";
	}
}

void log_pinned(const struct log *out, uint64_t master)
{
	if (as_json(out)) {
		log_json_pinned(out->file, master);
		return;
	}
	log_line(out, "DRM master %" PRIu64 " has the monitor", master);
}

void log_gamma(const struct log *out, bool missing)
{
	if (as_json(out))
		log_json_gamma(out->file, missing);
	else if (missing)
		log_line(out, "the compositor's gamma table is not in pictures of --direct");
	else
		log_line(out, "the compositor's gamma table is gone");
}

void log_message(const struct log *out, const struct mc_event *event)
{
	if (as_json(out)) {
		log_json_message(out->file, event);
		return;
	}
	switch (event->message.code) {
	case DRM_MIRACAST_MSG_POWER:
		log_line(out, "power %s", event->payload.power.on ? "on" : "off");
		break;
	case DRM_MIRACAST_MSG_BUFFER_GONE:
		log_line(out, "buffer %" PRIu64 " gone",
			 (uint64_t)event->payload.buffer_gone.buffer);
		break;
	case DRM_MIRACAST_MSG_STOPPED:
		log_line(out, "session stopped: %s",
			 cause_text(event->payload.stopped.cause));
		break;
	case DRM_MIRACAST_MSG_CURSOR_MOVE:
	case DRM_MIRACAST_MSG_CURSOR_SHAPE:
		break;
	case DRM_MIRACAST_MSG_HDCP:
		log_line(out, "content protection %s",
			 hdcp_text(event->payload.hdcp.wanted));
		break;
	case DRM_MIRACAST_MSG_PICTURE_STATE:
		log_picture_state(out,
				  event->payload.picture_state.picture_state);
		break;
	default:
		log_line(out, "message of unknown code %" PRIu32, event->message.code);
		break;
	}
}

void log_chunk(const struct log *out, const struct mc_event *event)
{
	const struct drm_miracast_event_chunk *chunk = &event->chunk;
	uint64_t us = (chunk->ready_time_ns - chunk->commit_time_ns) / 1000;

	if (as_json(out)) {
		log_json_chunk(out->file, event);
		return;
	}
	log_line(out, "picture %" PRIu64 " part %" PRIu64 ": buffer %" PRIu64
		 ", %" PRIu32 " clips%s, skipped %" PRIu32 ", ready after %" PRIu64
		 " us", (uint64_t)DRM_MIRACAST_FRAME_OF_CHUNK_ID(chunk->chunk_id),
		 (uint64_t)DRM_MIRACAST_PART_OF_CHUNK_ID(chunk->chunk_id),
		 (uint64_t)chunk->buffer, chunk->clip_count,
		 chunk->base.flags & DRM_MIRACAST_CHUNK_FLAG_FULL ? " (full)" : "",
		 chunk->skipped, us);
}
