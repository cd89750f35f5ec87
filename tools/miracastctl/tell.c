// SPDX-License-Identifier: MIT
#include "tell.h"

#include <inttypes.h>
#include <stdarg.h>

#include "mode.h"
#include "owner.h"
#include "report.h"

/* Standard error is shared with the status line. */
__attribute__((format(printf, 2, 3)))
static void tell(FILE *out, const char *format, ...)
{
	char line[256];
	va_list args;

	if (!out)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (out == stderr) {
		report("%s", line);
		return;
	}
	fprintf(out, "%s\n", line);
	fflush(out);
}

void tell_arrived(FILE *out, const struct owner *owner)
{
	tell(out, "%s is connected (connector %" PRIu32 ", crtc %" PRIu32
	     ", context %" PRIu64 ", session %" PRIu64 ")", owner->connector,
	     owner->context.connector_id, owner->context.crtc_id,
	     owner->context.number, owner->session);
}

void tell_mode(FILE *out, const struct drm_miracast_message_mode_set *mode,
	       uint32_t answer)
{
	char text[MC_MODE_TEXT];

	tell(out, "mode %" PRIu64 " set: %s%s", (uint64_t)mode->mode_serial,
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
	case DRM_MIRACAST_CAUSE_MASTER:
		return "another DRM master took over";
	default:
		return "unknown cause";
	}
}

static const char *hdcp_text(uint32_t wanted)
{
	switch (wanted) {
	case DRM_MIRACAST_HDCP_OFF:
		return "not wanted";
	case DRM_MIRACAST_HDCP_TYPE1:
		return "wanted, type 1";
	default:
		return "wanted, type 0";
	}
}

void tell_message(FILE *out, const struct mc_event *event)
{
	switch (event->message.code) {
	case DRM_MIRACAST_MESSAGE_POWER:
		tell(out, "power %s", event->payload.power.on ? "on" : "off");
		break;
	case DRM_MIRACAST_MESSAGE_BUFFER_GONE:
		tell(out, "buffer %" PRIu64 " gone",
		     (uint64_t)event->payload.buffer_gone.buffer);
		break;
	case DRM_MIRACAST_MESSAGE_DEPARTED:
		tell(out, "monitor departed: %s",
		     cause_text(event->payload.cause.cause));
		break;
	case DRM_MIRACAST_MESSAGE_STOPPED:
		tell(out, "session stopped: %s",
		     cause_text(event->payload.cause.cause));
		break;
	case DRM_MIRACAST_MESSAGE_CURSOR_MOVE:
	case DRM_MIRACAST_MESSAGE_CURSOR_SHAPE:
		break;
	case DRM_MIRACAST_MESSAGE_HDCP:
		tell(out, "content protection %s",
		     hdcp_text(event->payload.hdcp.wanted));
		break;
	default:
		tell(out, "message of unknown code %" PRIu32, event->message.code);
		break;
	}
}

void tell_chunk(FILE *out, const struct mc_event *event)
{
	const struct drm_miracast_event_chunk *chunk = &event->chunk;
	uint64_t us = (chunk->ready_time_ns - chunk->commit_time_ns) / 1000;

	tell(out, "picture %" PRIu64 " part %" PRIu64 ": buffer %" PRIu64
	     ", %" PRIu32 " clips%s, skipped %" PRIu32 ", ready after %" PRIu64
	     " us", (uint64_t)DRM_MIRACAST_CHUNK_FRAME(chunk->chunk_id),
	     (uint64_t)DRM_MIRACAST_CHUNK_PART(chunk->chunk_id),
	     (uint64_t)chunk->buffer, chunk->clip_count,
	     chunk->base.flags & DRM_MIRACAST_CHUNK_FULL ? " (full)" : "",
	     chunk->skipped, us);
}
