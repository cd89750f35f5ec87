// SPDX-License-Identifier: MIT
#include "events.h"

#include <stdio.h>

#include "wfd/audio.h"

void event_waiting(const struct tell *how, const char *peer, const char *local, uint16_t port)
{
	const struct tell_field fields[] = {
		{ .key = "address", .text = local },
		{ .key = "port", .number = port },
		{ 0 },
	};
	char *text = g_strdup_printf("Waiting for %s at %s, port %u.", peer, local, port);

	tell(how, "waiting", text, fields);
	g_free(text);
}

void event_same_name(const struct tell *how, const char *other, const char *peer)
{
	const struct tell_field fields[] = { { .key = "address", .text = other }, { 0 } };
	char *text = g_strdup_printf("Another machine announces the same name: %s, not %s.",
				     other, peer);

	tell(how, "same-name", text, fields);
	g_free(text);
}

void event_mode(const struct tell *how, const struct session_format *format, bool taken)
{
	static const char *const codecs[MC_WFD_SOUNDS] = { "LPCM", "AAC", "AC-3" };
	const struct mc_wfd_mode *mode = &format->mode;
	const struct tell_field fields[] = {
		{ .key = "width", .number = mode->width },
		{ .key = "height", .number = mode->height },
		{ .key = "hz", .number = mode->hz },
		{ .key = "sound", .text = codecs[format->sound] },
		{ 0 },
	};
	char text[128];

	snprintf(text, sizeof(text), taken ? "The sink shows %ux%u at %u Hz, with %s sound." :
		 "The sink refuses %ux%u at %u Hz.", mode->width, mode->height, mode->hz,
		 codecs[format->sound]);
	tell(how, taken ? "mode" : "mode-refused", text, fields);
}

void event_rate(const struct tell *how, uint32_t kbps)
{
	const struct tell_field fields[] = { { .key = "kbps", .number = kbps }, { 0 } };
	char text[64];

	snprintf(text, sizeof(text), "%u kbit/s", kbps);
	if (how->json || how->verbose)
		tell(how, "rate", text, fields);
}

void event_picture(const struct tell *how, const GstStructure *times)
{
	static const char *const names[] = {
		"pts", "frame", "commit", "vblank", "ready", "read", "taken", "converted",
		"encoded",
	};
	struct tell_field fields[G_N_ELEMENTS(names) + 1] = { 0 };
	size_t i, count = 0;

	for (i = 0; i < G_N_ELEMENTS(names); i++)
		if (gst_structure_get_uint64(times, names[i], &fields[count].number))
			fields[count++].key = names[i];
	tell(how, "picture", "A picture.", fields);
}

void event_blocked(const struct tell *how, const char *reason, const char *sentence)
{
	const struct tell_field fields[] = { { .key = "reason", .text = reason }, { 0 } };

	if (reason)
		tell(how, "blocked", sentence, fields);
	else
		tell(how, "unblocked", "Pictures may come again.", NULL);
}

void event_repaired(const struct tell *how, const char *what)
{
	char *text = g_strdup_printf("The sink's EDID was repaired: %s.", what);

	tell(how, "edid-repaired", text, NULL);
	g_free(text);
}

void event_stats(const struct tell *how, const GstStructure *stats)
{
	static const char *const names[] = {
		"access-units", "packets-sent", "bytes-sent", "packets-dropped", "back-pressure",
		"system-calls", "receiver-reports",
	};
	struct tell_field fields[G_N_ELEMENTS(names) + 2] = { 0 };
	GString *text;
	size_t i;

	if (!stats || !(how->json || how->verbose))
		return;
	text = g_string_new("Sent:");
	for (i = 0; i < G_N_ELEMENTS(names); i++) {
		fields[i].key = names[i];
		gst_structure_get_uint64(stats, names[i], &fields[i].number);
		g_string_append_printf(text, " %" G_GUINT64_FORMAT " %s", fields[i].number,
				       names[i]);
	}
	fields[i].key = "encoder";
	fields[i].text = gst_structure_get_string(stats, "encoder");
	tell(how, "stats", text->str, fields);
	g_string_free(text, TRUE);
}

void event_over(const struct tell *how, enum fault fault, const char *detail, const char *sink,
		uint16_t port, const char *help)
{
	if (fault == FAULT_NONE)
		tell(how, "over", fault_sentence(FAULT_NONE), NULL);
	else
		tell_fault(how, fault, detail, sink, port, help);
}
