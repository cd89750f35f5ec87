// SPDX-License-Identifier: MIT
/*
 * The RTSP state machine, through its reader. An input is a list of steps: one byte for
 * what happens, one for how. The sink sends bytes, answers, and requests in and out of
 * order; time passes; the caller makes requests. What the sink says it is meets the rules
 * that are installed, and those in fuzz/quirks.d.
 */
#include "cast/policy/quirks.h"
#include "cast/tests/bench.h"
#include "cast/tests/patterns.h"
#include "fuzz.h"

enum step_kind {
	SAY_BYTES,
	SAY_REQUEST,
	SAY_ANSWER,
	SAY_REFUSAL,
	PASS_TIME,
	WANT,
	GO_ON,		/* as a correct sink, up to a step of the session */
	SAY_AGENT,
	KINDS,
};

static struct quirks *rules;

static void count_rule(void *user, const char *rule)
{
	(void)rule;
	++*(unsigned int *)user;
}

static unsigned int look_up(const char *agent)
{
	const struct quirk_sink sink = { .agent = agent };
	struct quirk_set set;
	unsigned int found = 0;

	quirks_find(rules, &sink, &set, count_rule, &found);
	return found;
}

/* As fuzz.sh runs it, in the folder above. */
static void load_rules(void)
{
	static const char *const folders[] = { "../data/quirks.d", "fuzz/quirks.d", NULL };

	rules = quirks_load(folders);
	demand(look_up("xFireTVx") == 1 && look_up("a Sony TV/1.0") == 1);
}

static void ask(struct bench *b, uint8_t how)
{
	static const struct {
		const char *method, *headers, *body;
	} requests[] = {
		{ "OPTIONS", "Require: org.wfa.wfd1.0\r\n", "" },
		{ "DESCRIBE", "", "" },
		{ "SETUP", "Transport: RTP/AVP/UDP;unicast;client_port=1028\r\n", "" },
		{ "SETUP", "Transport: RTP/AVP/TCP;interleaved=0-1\r\n", "" },
		{ "PLAY", "Session: " SESSION_ID "\r\n", "" },
		{ "PAUSE", "", "" },
		{ "TEARDOWN", "", "" },
		{ "GET_PARAMETER", "", "" },
		{ "SET_PARAMETER", "", "wfd_idr_request\r\n" },
		{ "SET_PARAMETER", "", "wfd_standby\r\n" },
		{ "SET_PARAMETER", "", "wfd_connector_type: none\r\n" },
		{ "RECORD", "Session: other\r\n", "" },
	};
	size_t nth = how % (sizeof(requests) / sizeof(requests[0]));

	bench_ask(b, requests[nth].method, requests[nth].headers, requests[nth].body);
}

static void want(struct bench *b, uint8_t how)
{
	switch (how % 6) {
	case 0:
		rtsp_machine_set_mode(b->machine, &b->m4, b->now);
		break;
	case 1:
		rtsp_machine_pause(b->machine, b->now);
		break;
	case 2:
		rtsp_machine_play(b->machine, b->now);
		break;
	case 3:
		rtsp_machine_teardown(b->machine, b->now);
		break;
	case 4:
		rtsp_machine_set_keep_alive(b->machine, how);
		break;
	case 5:
		b->choose = !b->choose;
		break;
	}
}

/* In the answer to M1, or to what else was asked last. */
static void say_agent(struct bench *b, const uint8_t *agent, size_t size)
{
	char *head = g_strdup_printf("RTSP/1.0 200 OK\r\nCSeq: %u\r\nServer: ", b->cseq);

	bench_bytes(b, head, strlen(head));
	bench_bytes(b, agent, size);
	bench_bytes(b, "\r\n\r\n", 4);
	g_free(head);
}

/* Return: how many bytes of the rest the step has used. */
static size_t step(struct bench *b, uint8_t kind, uint8_t how, const uint8_t *rest, size_t size)
{
	size_t taken = 0;
	char *body;

	switch (kind % KINDS) {
	case SAY_BYTES:
		taken = how < size ? how : size;
		bench_bytes(b, rest, taken);
		break;
	case SAY_REQUEST:
		ask(b, how);
		break;
	case SAY_ANSWER:
		taken = how < size ? how : size;
		body = g_strndup((const char *)rest, taken);
		bench_answer(b, "200 OK", *body ? body : bench_m3);
		g_free(body);
		break;
	case SAY_REFUSAL:
		bench_answer(b, "406 Not Acceptable", "");
		break;
	case PASS_TIME:
		bench_wait(b, (int64_t)how * how);
		break;
	case WANT:
		want(b, how);
		break;
	case GO_ON:
		bench_reach(b, (enum step)(how % (STEP_PLAYING + 1)));
		break;
	case SAY_AGENT:
		taken = how < size ? how : size;
		say_agent(b, rest, taken);
		break;
	}
	return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *over;
	struct bench b;
	size_t said, at = 0;

	if (!rules)
		load_rules();
	bench_begin(&b);
	while (at + 2 <= size) {
		said = b.fault == FAULTS ? SIZE_MAX : b.sent->len;
		at += 2 + step(&b, data[at], data[at + 1], data + at + 2, size - at - 2);
		/* After the end nothing is sent, and no timer runs. */
		demand(said == SIZE_MAX || said == b.sent->len);
		demand(b.fault == FAULTS || rtsp_machine_deadline(b.machine) == RTSP_NEVER);
	}
	/*
	 * A day of silence ends every session without a fault of the sink, or finds it
	 * waiting for the caller, which has no timer.
	 */
	bench_wait(&b, 24 * 3600 * 1000);
	over = strstr(b.events->str, "over ");
	demand(!over || !over[5]);
	demand(!over == (b.fault == FAULTS));
	if (b.agent)
		look_up(b.agent);
	demand(patterns_had_text);
	bench_end(&b);
	return 0;
}
