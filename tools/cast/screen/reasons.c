// SPDX-License-Identifier: MIT
#include "screen/reasons.h"

/* Why the element got no context, where it has reported that. */
static enum fault fault_of_details(GstMessage *message, bool named)
{
	const GstStructure *details = NULL;
	const char *reason = NULL;

	gst_message_parse_error_details(message, &details);
	if (details)
		reason = gst_structure_get_string(details, "reason");
	if (!g_strcmp0(reason, "no-broker"))
		return FAULT_NO_BROKER;
	if (!g_strcmp0(reason, "broker-failed"))
		return FAULT_BROKER_FAILED;
	if (!g_strcmp0(reason, "not-active"))
		return FAULT_NOT_ACTIVE;
	/* A card node that the user has named may be that of another driver. */
	if (!g_strcmp0(reason, "no-device") && !named)
		return FAULT_NO_MODULE;
	return FAULT_NONE;
}

static enum fault fault_of(const GError *error)
{
	if (g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ))
		return FAULT_SCREEN_GONE;
	if (g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED))
		return FAULT_NOT_PERMITTED;
	if (g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY))
		return FAULT_SCREEN_BUSY;
	return FAULT_NO_SCREEN;
}

enum fault reasons_fault(GstMessage *message, bool named)
{
	enum fault fault = fault_of_details(message, named);
	GError *error = NULL;

	if (fault != FAULT_NONE)
		return fault;
	gst_message_parse_error(message, &error, NULL);
	fault = fault_of(error);
	g_error_free(error);
	return fault;
}

const char *reasons_blocked(const char *state)
{
	static const struct {
		const char *state, *sentence;
	} known[] = {
		{ "not-pinned",
		  "No desktop has the driver's card; one that was there before the driver was "
		  "loaded may have to be started again." },
		{ "other-master", "The card belongs to another session now." },
		{ "over-limits",
		  "The desktop has set a mode that is beyond what the sink can show." },
		{ "foreign-content", "The screen still has a picture of another session." },
		{ "unreadable", "The driver cannot read the desktop's picture." },
		/* The driver may be newer, and have more of them. */
		{ "unknown", "The driver has a reason that this version does not know." },
	};

	for (gsize nth = 0; nth < G_N_ELEMENTS(known); nth++)
		if (!g_strcmp0(known[nth].state, state))
			return known[nth].sentence;
	return NULL;
}
