// SPDX-License-Identifier: MIT
#include "tell.h"

#include <stdio.h>

#include "json.h"

static void write_object(const char *event, const char *sentence, const struct tell_field *fields)
{
	struct json json = { .file = stdout, .one_line = true };

	json_object(&json, NULL);
	json_string(&json, "event", event);
	json_string(&json, "text", sentence);
	for (; fields && fields->key; fields++) {
		if (fields->text)
			json_string(&json, fields->key, fields->text);
		else
			json_uint(&json, fields->key, fields->number);
	}
	json_object_end(&json);
}

void tell(const struct tell *how, const char *event, const char *sentence,
	  const struct tell_field *fields)
{
	if (how->json)
		write_object(event, sentence, fields);
	else
		printf("%s\n", sentence);
	fflush(stdout);
}

void tell_note(const struct tell *how, const char *text)
{
	if (how->verbose)
		tell(how, "note", text, NULL);
}

void tell_fault(const struct tell *how, enum fault fault, const char *detail, const char *address,
		unsigned int port)
{
	char help[FAULT_TEXT];
	const struct tell_field fields[] = {
		{ .key = "fault", .text = fault_word(fault) },
		{ .key = "detail", .text = detail ? detail : "" },
		{ .key = "help", .text = fault_help(fault, address, port, help) },
		{ 0 },
	};

	if (how->json) {
		tell(how, "fault", fault_sentence(fault), fields);
		return;
	}
	fprintf(stderr, "miracast-cast: %s", fault_sentence(fault));
	if (detail && *detail)
		fprintf(stderr, " (%s)", detail);
	fprintf(stderr, "\n");
	if (*help)
		fprintf(stderr, "  try: %s\n", help);
}
