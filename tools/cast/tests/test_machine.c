// SPDX-License-Identifier: MIT
/*
 * The machine of RTSP: each message M1 to M16, in order and out of it, silence and refusal
 * at each, and what is known of sinks that are peculiar.
 */
#include "bench.h"

/* --- The way to pictures --------------------------------------------------------- */

static void test_whole_session(void)
{
	struct bench b;

	bench_begin(&b);
	bench_wait(&b, 90);
	check(bench_gives(b.sent, ""), "a player gets 90 ms to speak first");
	bench_wait(&b, 20);
	check(bench_gives(b.sent, "M1"), "then M1 is sent");
	bench_answer(&b, "200 OK", "");
	bench_wait(&b, 1000);
	check(bench_gives(b.sent, ""), "its answer alone is not enough for M3");
	bench_options(&b);
	check(bench_gives(b.sent, "200") && strstr(b.answer, "org.wfa.wfd1.0"), "M2 is answered");
	bench_wait(&b, 29);
	check(bench_gives(b.sent, ""), "and nothing follows in the same segment");
	bench_wait(&b, 2);
	check(bench_gives(b.sent, "M3") && strstr(b.body, "wfd_client_rtp_ports"), "M3 is sent");
	bench_answer(&b, "200 OK", bench_m3);
	check(bench_gives(b.sent, "M4") && bench_gives(b.events, "capable"), "M4 follows M3");
	check(strstr(b.body, "wfd_presentation_URL") && !strstr(b.body, "uibc"),
	      "and has no parameter that was not chosen");
	bench_answer(&b, "200 OK", "");
	check(bench_gives(b.sent, "M5-SETUP") && bench_gives(b.events, "taken"), "M5 follows M4");
	bench_answer(&b, "200 OK", "");
	bench_ask(&b, "SETUP", "Transport: RTP/AVP/UDP;unicast;client_port=1028-1029\r\n", "");
	check(bench_gives(b.sent, "200") && b.ports.rtp == 1028 && b.ports.rtcp == 1029,
	      "M6 names both ports");
	check(strstr(b.answer, "Session: " SESSION_ID ";timeout=30") &&
	      strstr(b.answer, "server_port=40000-40001"), "and is answered as Android does");
	bench_ask(&b, "PLAY", "Session: " SESSION_ID ";timeout=30\r\n", "");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "play"),
	      "M7 begins the pictures");
	bench_ask(&b, "PAUSE", "Session: " SESSION_ID "\r\n", "");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "pause"), "M9 stops them");
	bench_wait(&b, 500);
	bench_ask(&b, "PLAY", "Session: " SESSION_ID "\r\n", "");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "play"), "M7 begins them again");
	bench_ask(&b, "TEARDOWN", "Session: " SESSION_ID "\r\n", "");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "pause over") &&
	      b.fault == FAULT_ENDED_BY_SINK, "M8 ends the session");
	check(rtsp_machine_deadline(b.machine) == RTSP_NEVER, "and nothing is waited for");
	bench_ask(&b, "PLAY", "", "");
	rtsp_machine_time(b.machine, b.now + 100000 * MS);
	check(bench_gives(b.sent, ""), "nothing is said after the end");
	check(b.cseq == 4, "the numbers of requests are 1, 2, 3, 4");
	bench_end(&b);
}

static void test_options_before_m1(void)
{
	struct bench b;

	bench_begin(&b);
	bench_options(&b);
	bench_wait(&b, 150);
	check(bench_gives(b.sent, "200 M1"), "a sink's M2 may come before M1");
	bench_answer(&b, "200 OK", "");
	bench_wait(&b, 100);
	check(bench_gives(b.sent, "M3"), "and is not awaited a second time");
	bench_end(&b);
}

/* --- Silence and refusal --------------------------------------------------------- */

static void test_silence(void)
{
	static const struct {
		enum step step;
		const char *detail, *what;
	} rows[] = {
		{ STEP_M1, "M1", "silence at M1" }, { STEP_M2, "M2", "silence at M2" },
		{ STEP_M3, "M3", "silence at M3" }, { STEP_M4, "M4", "silence at M4" },
		{ STEP_M5, "M5", "silence at M5" }, { STEP_M6, "M6", "silence at M6" },
		{ STEP_M7, "M7", "silence at M7" },
	};
	struct bench b;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		bench_begin(&b);
		bench_reach(&b, rows[i].step);
		bench_wait(&b, 4500);
		check(b.fault == FAULTS, "4.5 s are no silence");
		bench_wait(&b, 600);
		check(b.fault == FAULT_SILENT && !strcmp(b.detail, rows[i].detail), rows[i].what);
		bench_end(&b);
	}
}

static void test_refusal(void)
{
	static const struct {
		enum step step;
		enum fault fault;
		const char *what;
	} rows[] = {
		{ STEP_M1, FAULT_REFUSED, "M1 refused ends it" },
		{ STEP_M5, FAULT_REFUSED, "M5 refused ends it" },
	};
	struct bench b;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		bench_begin(&b);
		bench_reach(&b, rows[i].step);
		bench_answer(&b, "403 Forbidden", "");
		check(b.fault == rows[i].fault, rows[i].what);
		bench_end(&b);
	}
	bench_begin(&b);
	bench_reach(&b, STEP_M3);
	g_string_truncate(b.sent, 0);
	bench_answer(&b, "451 Parameter Not Understood", "");
	check(bench_gives(b.sent, "M3") && !strstr(b.body, "microsoft"),
	      "M3 refused is sent again with the names of the first release");
	bench_answer(&b, "451 Parameter Not Understood", "");
	check(b.fault == FAULT_REFUSED && !strcmp(b.detail, "M3"), "and not a third time");
	bench_end(&b);

	bench_begin(&b);
	b.choose = false;
	bench_reach(&b, STEP_M4);
	rtsp_machine_set_mode(b.machine, &b.m4, b.now);
	g_string_truncate(b.sent, 0);
	g_string_truncate(b.events, 0);
	bench_answer(&b, "406 Not Acceptable", "");
	check(bench_gives(b.events, "refused") && b.fault == FAULTS, "M4 refused is the caller's");
	bench_wait(&b, 29000);
	check(b.fault == FAULTS && bench_gives(b.sent, ""), "who has time for another mode");
	rtsp_machine_set_mode(b.machine, &b.m4, b.now);
	check(bench_gives(b.sent, "M4"), "which is asked for");
	bench_answer(&b, "406 Not Acceptable", "");
	bench_wait(&b, 29900);
	check(b.fault == FAULTS, "and half a minute again");
	bench_wait(&b, 200);
	check(b.fault == FAULT_NOT_SWITCHED_ON, "but no more");
	bench_end(&b);

	bench_begin(&b);
	b.choose = false;
	bench_reach(&b, STEP_M4);
	bench_wait(&b, 29000);
	check(b.fault == FAULTS, "a first mode is waited for");
	bench_wait(&b, 1100);
	check(b.fault == FAULT_NOT_SWITCHED_ON, "half a minute, too");
	bench_end(&b);
}

/* --- Out of order ---------------------------------------------------------------- */

static void test_order(void)
{
	static const struct {
		enum step step;
		const char *method, *answer, *what;
	} rows[] = {
		{ STEP_M1, "SETUP", "455", "SETUP before M1 is out of order" },
		{ STEP_M3, "SETUP", "455", "SETUP before M3 is out of order" },
		{ STEP_M4, "PLAY", "455", "PLAY before M4 is out of order" },
		{ STEP_M6, "PLAY", "455", "PLAY before M6 is out of order" },
		{ STEP_M6, "PAUSE", "455", "PAUSE before M7 is out of order" },
		{ STEP_PLAYING, "SETUP", "455", "SETUP while playing is out of order" },
		{ STEP_PLAYING, "DESCRIBE", "455", "DESCRIBE of a sink is out of order" },
		{ STEP_PLAYING, "RECORD", "501", "RECORD is not implemented" },
		{ STEP_PLAYING, "FROBNICATE", "501", "nor is what nobody knows" },
		{ STEP_PLAYING, "GET_PARAMETER", "200", "GET_PARAMETER of a sink is answered" },
		{ STEP_PLAYING, "OPTIONS", "200", "as is OPTIONS" },
		{ STEP_M1, "GET_PARAMETER", "200", "at any time" },
	};
	struct bench b;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		bench_begin(&b);
		bench_reach(&b, rows[i].step);
		g_string_truncate(b.sent, 0);
		bench_ask(&b, rows[i].method, "", "");
		check(bench_gives(b.sent, rows[i].answer) && b.fault == FAULTS, rows[i].what);
		bench_end(&b);
	}
}

static void test_numbers(void)
{
	static const char none[] = "PLAY rtsp://a/b RTSP/1.0\r\n\r\n";
	static const char words[] = "PLAY rtsp://a/b RTSP/1.0\r\nCSeq: x\r\n\r\n";
	static const char wrong[] = "RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n";
	static const char missing[] = "RTSP/1.0 200 OK\r\n\r\n";
	static const char pending[] = "RTSP/1.0 100 Continue\r\n\r\n";
	struct bench b;

	bench_playing(&b);
	bench_bytes(&b, none, sizeof(none) - 1);
	bench_bytes(&b, words, sizeof(words) - 1);
	check(bench_gives(b.sent, "400 400"), "a request without a number is bad");
	bench_end(&b);

	bench_begin(&b);
	bench_reach(&b, STEP_M4);
	g_string_truncate(b.events, 0);
	bench_bytes(&b, wrong, sizeof(wrong) - 1);
	bench_bytes(&b, pending, sizeof(pending) - 1);
	check(bench_gives(b.events, ""), "an answer to something else is none");
	bench_bytes(&b, missing, sizeof(missing) - 1);
	check(bench_gives(b.events, "taken"), "one without a number is that to the only request");
	bench_bytes(&b, missing, sizeof(missing) - 1);
	bench_bytes(&b, missing, sizeof(missing) - 1);
	bench_bytes(&b, missing, sizeof(missing) - 1);
	check(bench_gives(b.events, "") && b.fault == FAULTS, "those to none are left out");
	bench_end(&b);
}

static void test_sessions(void)
{
	static const struct {
		const char *headers, *answer;
		bool any;
		const char *what;
	} rows[] = {
		{ "", "200", false, "old dongles name no session" },
		{ "Session: " SESSION_ID "\r\n", "200", false, "others the right one" },
		{ "Session: " SESSION_ID ";timeout=30\r\n", "200", false, "or with its time-out" },
		{ "Session: " SESSION_ID " ; timeout=30\r\n", "200", false, "or with blanks" },
		{ "Session: ABCD123\r\n", "454", false, "a part of it is another" },
		{ "Session: ABCD12345\r\n", "454", false, "as is one that is longer" },
		{ "Session: somebody\r\n", "454", false, "and one that is made up" },
		{ "Session: somebody\r\n", "200", true, "which some sinks are allowed" },
	};
	struct bench b;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		bench_playing(&b);
		if (rows[i].any)
			rtsp_machine_allow_any_session(b.machine);
		bench_ask(&b, "PAUSE", rows[i].headers, "");
		check(bench_gives(b.sent, rows[i].answer), rows[i].what);
		bench_end(&b);
	}
}

/* --- Transports ------------------------------------------------------------------ */

static void test_transports(void)
{
	static const struct {
		const char *value;
		uint16_t rtp, rtcp;	/* 0: refused */
	} rows[] = {
		{ "RTP/AVP/UDP;unicast;client_port=1028", 1028, 0 },
		{ "RTP/AVP;unicast;client_port=19000-19001", 19000, 19001 },
		{ "RTP/AVP/UDP;unicast;client_port=53000-53000", 53000, 0 },
		{ "RTP/AVP/TCP;interleaved=0-1, RTP/AVP/UDP;unicast;client_port=1028-1029", 1028,
		  1029 },
		{ "RTP/AVP/UDP;unicast;client_port=65535", 0, 0 },
		{ "RTP/AVP/UDP;unicast;client_port=0", 0, 0 },
		{ "RTP/AVP/UDP;unicast;client_port=-5", 0, 0 },
		{ "RTP/AVP/UDP;unicast;client_port=99999", 0, 0 },
		{ "RTP/AVP/UDP;unicast", 0, 0 },
		{ "RTP/AVP/TCP;interleaved=0-1", 0, 0 },
		{ "RTP/SAVP/UDP;unicast;client_port=1028", 0, 0 },
		{ "nonsense", 0, 0 },
		{ ",,,,,,,,,,,,", 0, 0 },
	};
	struct bench b;
	char *header;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		bench_begin(&b);
		bench_reach(&b, STEP_M6);
		g_string_truncate(b.sent, 0);
		header = g_strdup_printf("Transport: %s\r\n", rows[i].value);
		bench_ask(&b, "SETUP", header, "");
		if (rows[i].rtp)
			check(bench_gives(b.sent, "200") && b.ports.rtp == rows[i].rtp &&
			      b.ports.rtcp == rows[i].rtcp, rows[i].value);
		else
			check(bench_gives(b.sent, "461") && b.fault == FAULT_TRANSPORT,
			      rows[i].value);
		g_free(header);
		bench_end(&b);
	}
	bench_begin(&b);
	b.port = 0;
	bench_reach(&b, STEP_M7);
	check(b.fault == FAULT_NETWORK && strstr(b.sent->str, "500"),
	      "ports that cannot be opened end it");
	bench_end(&b);

	bench_begin(&b);
	bench_reach(&b, STEP_M5);
	bench_ask(&b, "SETUP", "Transport: RTP/AVP/UDP;unicast;client_port=1028\r\n", "");
	bench_ask(&b, "PLAY", "", "");
	check(strstr(b.events->str, "play"), "SETUP stands for the answer to M5");
	bench_end(&b);
}

/* --- In the session -------------------------------------------------------------- */

static void test_keep_alive(void)
{
	struct bench b;

	bench_playing(&b);
	bench_wait(&b, 14900);
	check(bench_gives(b.sent, ""), "no keep-alive before it is due");
	bench_wait(&b, 200);
	check(bench_gives(b.sent, "M16"), "after 15 s there is one");
	bench_answer(&b, "200 OK", "");
	bench_wait(&b, 15000);
	check(bench_gives(b.sent, "M16") && b.fault == FAULTS, "and after 15 s another");
	bench_wait(&b, 6800);
	check(b.fault == FAULTS, "20 s and two of silence are allowed");
	bench_wait(&b, 200);
	check(b.fault == FAULT_SILENT && !strcmp(b.detail, "M16"), "and no more");
	bench_end(&b);

	bench_playing(&b);
	bench_wait(&b, 15100);
	bench_ask(&b, "SET_PARAMETER", "", "wfd_idr_request\r\n");
	bench_wait(&b, 7000);
	check(b.fault == FAULTS, "any message is a sign of life");
	bench_end(&b);

	bench_begin(&b);
	rtsp_machine_set_keep_alive(b.machine, 0);
	bench_reach(&b, STEP_PLAYING);
	g_string_truncate(b.sent, 0);
	bench_wait(&b, 3600 * 1000);
	check(bench_gives(b.sent, "") && b.fault == FAULTS, "a sink that must not be asked is not");
	bench_end(&b);

	bench_begin(&b);
	rtsp_machine_set_keep_alive(b.machine, 0);
	bench_reach(&b, STEP_M7);
	check(strstr(b.answer, "Session: " SESSION_ID "\r"), "nor hears of a time-out");
	bench_end(&b);

	bench_begin(&b);
	rtsp_machine_set_keep_alive(b.machine, 4);
	bench_reach(&b, STEP_PLAYING);
	bench_wait(&b, 2100);
	bench_ask(&b, "SET_PARAMETER", "", "wfd_idr_request\r\n");
	bench_wait(&b, 4000);
	check(b.fault == FAULTS, "also where the next keep-alive is due before the answer");
	bench_wait(&b, 6000);
	check(b.fault == FAULT_SILENT && !strcmp(b.detail, "M16"), "and silence is one there, too");
	bench_end(&b);

	bench_playing(&b);
	bench_wait(&b, 15100);
	bench_answer(&b, "454 Session Not Found", "");
	bench_wait(&b, 7000);
	check(b.fault == FAULTS, "a refusal is a sign of life, too");
	bench_ask(&b, "TEARDOWN", "", "");
	check(b.fault == FAULT_ENDED_BY_SINK, "a sink may end the session for it");
	bench_end(&b);
}

static void test_idr(void)
{
	struct bench b;
	int i;

	bench_playing(&b);
	bench_wait(&b, 1000);
	for (i = 0; i < 8; i++)
		bench_ask(&b, "SET_PARAMETER", "", "wfd_idr_request\r\n");
	check(bench_gives(b.events, "idr"), "eight requests at once get one IDR picture");
	bench_wait(&b, 499);
	check(bench_gives(b.events, ""), "for half a second");
	bench_wait(&b, 2);
	check(bench_gives(b.events, "idr"), "and one more then");
	bench_wait(&b, 5000);
	check(bench_gives(b.events, ""), "and no other");
	bench_end(&b);

	bench_playing(&b);
	bench_ask(&b, "PAUSE", "", "");
	g_string_truncate(b.events, 0);
	bench_ask(&b, "SET_PARAMETER", "", "wfd_idr_request\r\n");
	bench_wait(&b, 2000);
	check(bench_gives(b.events, ""), "there is none in a pause");
	bench_end(&b);
}

static void test_sinks_words(void)
{
	struct bench b;

	bench_playing(&b);
	bench_ask(&b, "SET_PARAMETER", "", "wfd_connector_type: none\r\n");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "connector"), "M11 is answered");
	bench_ask(&b, "SET_PARAMETER", "", "wfd_connector_type: none\r\n");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, ""),
	      "it is no event when it says the same again");
	bench_wait(&b, 500);
	bench_ask(&b, "SET_PARAMETER", "", "wfd_connector_type: 05\r\n");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "connector"),
	      "but it is when the monitor is back");
	bench_ask(&b, "SET_PARAMETER", "", "vendor_thing: 7\r\n");
	bench_ask(&b, "SET_PARAMETER", "", "");
	bench_ask(&b, "SET_PARAMETER", "", "wfd_idr_request");
	check(bench_gives(b.sent, "200 200 200"), "what is not known is answered as well");
	bench_wait(&b, 600);
	g_string_truncate(b.events, 0);
	bench_ask(&b, "SET_PARAMETER", "", "wfd_standby\r\n");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "pause"),
	      "M12 of the sink pauses");
	bench_ask(&b, "PLAY", "", "");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "play"), "its M7 ends that");
	bench_end(&b);
}

static void test_power(void)
{
	struct bench b;

	bench_playing(&b);
	bench_wait(&b, 500);
	rtsp_machine_pause(b.machine, b.now);
	check(bench_gives(b.sent, "M5-PAUSE") && bench_gives(b.events, "pause"),
	      "a dark screen is a pause");
	bench_answer(&b, "200 OK", "");
	bench_ask(&b, "PAUSE", "", "");
	rtsp_machine_play(b.machine, b.now);
	bench_wait(&b, 100);
	check(bench_gives(b.sent, "200 M5-PLAY") && bench_gives(b.events, ""),
	      "a lit one asks the sink to play");
	bench_answer(&b, "200 OK", "");
	bench_ask(&b, "PLAY", "", "");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "play"),
	      "and plays when it does");
	bench_end(&b);

	bench_begin(&b);
	bench_reach(&b, STEP_M3);
	bench_answer(&b, "200 OK", "wfd_standby_resume_capability: supported\r\n");
	bench_wait(&b, 50);
	bench_answer(&b, "200 OK", "");
	bench_wait(&b, 50);
	bench_answer(&b, "200 OK", "");
	bench_ask(&b, "SETUP", "Transport: RTP/AVP/UDP;unicast;client_port=1028\r\n", "");
	bench_ask(&b, "PLAY", "", "");
	bench_wait(&b, 100);
	g_string_truncate(b.sent, 0);
	rtsp_machine_pause(b.machine, b.now);
	check(bench_gives(b.sent, "M12"), "a sink that has standby goes into it");
	bench_answer(&b, "455 Method Not Valid", "");
	check(bench_gives(b.sent, "M5-PAUSE"), "and into a pause when it will not");
	bench_end(&b);

	bench_playing(&b);
	rtsp_machine_pause(b.machine, b.now);
	rtsp_machine_play(b.machine, b.now);
	bench_answer(&b, "200 OK", "");
	bench_wait(&b, 100);
	check(bench_gives(b.sent, "M5-PAUSE M5-PLAY"), "off and on at once ends in playing");
	bench_end(&b);
}

/* What crosses on the way: off and on are quicker than a sink. */
static void test_power_crosses(void)
{
	struct bench b;

	bench_playing(&b);
	bench_wait(&b, 500);
	rtsp_machine_pause(b.machine, b.now);
	bench_answer(&b, "200 OK", "");
	rtsp_machine_play(b.machine, b.now);
	check(bench_gives(b.sent, "M5-PAUSE") && bench_gives(b.events, "pause play"),
	      "a sink that has not paused yet gets pictures at once");
	bench_ask(&b, "PAUSE", "", "");
	bench_wait(&b, 100);
	check(bench_gives(b.sent, "200 M5-PLAY") && bench_gives(b.events, "pause"),
	      "and is asked to play when it pauses after all");
	bench_answer(&b, "200 OK", "");
	bench_wait(&b, 400);
	bench_ask(&b, "PLAY", "", "");
	check(bench_gives(b.events, "play"), "which it does");
	bench_ask(&b, "PAUSE", "", "");
	bench_wait(&b, 1000);
	check(bench_gives(b.sent, "200 200") && bench_gives(b.events, "pause"),
	      "a pause of its own is left to it");
	bench_wait(&b, 10000);
	check(b.fault == FAULTS, "for as long as it likes");
	bench_end(&b);

	bench_playing(&b);
	rtsp_machine_pause(b.machine, b.now);
	bench_answer(&b, "200 OK", "");
	bench_ask(&b, "PAUSE", "", "");
	rtsp_machine_play(b.machine, b.now);
	bench_wait(&b, 100);
	bench_answer(&b, "200 OK", "");
	rtsp_machine_pause(b.machine, b.now);
	g_string_truncate(b.sent, 0);
	g_string_truncate(b.events, 0);
	bench_ask(&b, "PLAY", "", "");
	bench_wait(&b, 100);
	check(bench_gives(b.sent, "200 M5-PAUSE") && bench_gives(b.events, ""),
	      "an M7 that comes when the screen is dark again starts nothing");
	bench_wait(&b, 4000);
	bench_answer(&b, "200 OK", "");
	bench_wait(&b, 10000);
	check(b.fault == FAULTS, "and nothing is awaited of a dark screen");
	bench_end(&b);

	bench_begin(&b);
	bench_reach(&b, STEP_M7);
	rtsp_machine_pause(b.machine, b.now);
	g_string_truncate(b.sent, 0);
	g_string_truncate(b.events, 0);
	bench_ask(&b, "PLAY", "", "");
	bench_wait(&b, 100);
	check(bench_gives(b.sent, "200 M5-PAUSE") && bench_gives(b.events, ""),
	      "nor does the first one");
	rtsp_machine_play(b.machine, b.now);
	bench_answer(&b, "451 Parameter Not Understood", "");
	bench_wait(&b, 100);
	check(bench_gives(b.sent, "M5-PLAY"), "a pause that is refused");
	bench_answer(&b, "451 Parameter Not Understood", "");
	check(bench_gives(b.events, "play"), "needs no M7 to end");
	bench_wait(&b, 10000);
	check(b.fault == FAULTS, "and none is awaited");
	bench_end(&b);
}

static void test_play_refused(void)
{
	static const struct {
		const char *status, *detail;
		enum fault fault;
		const char *what;
	} rows[] = {
		{ "200 OK", "M7", FAULT_SILENT, "a sink that does not play again is given up" },
		{ "406 Not Acceptable", "M5 PLAY", FAULT_REFUSED, "as is one that refuses to" },
	};
	struct bench b;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(rows); i++) {
		bench_playing(&b);
		rtsp_machine_pause(b.machine, b.now);
		bench_answer(&b, "200 OK", "");
		bench_ask(&b, "PAUSE", "", "");
		rtsp_machine_play(b.machine, b.now);
		bench_wait(&b, 100);
		bench_answer(&b, rows[i].status, "");
		bench_wait(&b, 4900);
		check(b.fault == FAULTS, "it has five seconds");
		bench_wait(&b, 200);
		check(b.fault == rows[i].fault && !strcmp(b.detail, rows[i].detail), rows[i].what);
		bench_end(&b);
	}
}

static void test_mode_change(void)
{
	struct bench b;

	bench_playing(&b);
	bench_wait(&b, 2000);
	rtsp_machine_set_mode(b.machine, &b.m4, b.now);
	check(bench_gives(b.sent, "M4") && strstr(b.body, "wfd_av_format_change_timing"),
	      "a change names its time");
	bench_answer(&b, "200 OK", "");
	check(bench_gives(b.events, "taken"), "and is taken while playing");
	rtsp_machine_set_mode(b.machine, &b.m4, b.now);
	bench_answer(&b, "406 Not Acceptable", "");
	check(bench_gives(b.events, "refused") && b.fault == FAULTS, "or refused, and all goes on");
	g_string_truncate(b.sent, 0);
	rtsp_machine_set_mode(b.machine, &b.m4, b.now);
	bench_wait(&b, 5100);
	check(b.fault == FAULT_SILENT && !strcmp(b.detail, "M4"), "silence to it ends the session");
	bench_end(&b);
}

static void test_own_end(void)
{
	struct bench b;

	bench_playing(&b);
	rtsp_machine_teardown(b.machine, b.now);
	check(bench_gives(b.sent, "M5-TEARDOWN") && bench_gives(b.events, "pause"),
	      "the end is asked for");
	bench_answer(&b, "200 OK", "");
	bench_ask(&b, "TEARDOWN", "", "");
	check(bench_gives(b.sent, "200") && b.fault == FAULT_NONE, "and the sink does it");
	bench_end(&b);

	bench_playing(&b);
	rtsp_machine_teardown(b.machine, b.now);
	bench_wait(&b, 2100);
	check(b.fault == FAULT_NONE, "a sink that does not is waited for two seconds");
	bench_end(&b);

	bench_playing(&b);
	rtsp_machine_teardown(b.machine, b.now);
	bench_answer(&b, "200 OK", "");
	rtsp_machine_end(b.machine, FAULT_LOST, "");
	check(b.fault == FAULT_NONE && !*b.detail, "one that closes instead has done it, too");
	bench_end(&b);

	bench_playing(&b);
	b.breaks = true;
	bench_ask(&b, "SET_PARAMETER", "", "wfd_connector_type: none\r\nwfd_idr_request\r\n");
	check(bench_gives(b.events, "over") && rtsp_machine_deadline(b.machine) == RTSP_NEVER,
	      "nothing follows an answer that cannot be sent");
	bench_end(&b);

	bench_begin(&b);
	bench_reach(&b, STEP_M3);
	rtsp_machine_teardown(b.machine, b.now);
	check(b.fault == FAULT_NONE, "before there is a session there is none to end");
	bench_end(&b);

	bench_begin(&b);
	b.give_up = true;
	bench_reach(&b, STEP_M5);
	check(b.fault == FAULT_NONE && rtsp_machine_deadline(b.machine) == RTSP_NEVER,
	      "a mode for which nothing can be encoded ends it at once");
	bench_end(&b);

	bench_playing(&b);
	b.give_up = true;
	rtsp_machine_set_mode(b.machine, &b.m4, b.now);
	bench_answer(&b, "200 OK", "");
	bench_wait(&b, 40);
	check(bench_gives(b.sent, "M4 M5-TEARDOWN") && b.fault == FAULTS,
	      "and while playing in order");
	bench_end(&b);

	bench_playing(&b);
	rtsp_machine_end(b.machine, FAULT_LOST, "");
	rtsp_machine_end(b.machine, FAULT_SILENT, "");
	rtsp_machine_teardown(b.machine, b.now);
	check(bench_gives(b.events, "over") && b.fault == FAULT_LOST, "there is one end only");
	bench_end(&b);
}

/* --- Players --------------------------------------------------------------------- */

static void test_player(void)
{
	struct bench b;

	bench_begin(&b);
	bench_ask(&b, "OPTIONS", "", "");
	check(bench_gives(b.sent, "200") && strstr(b.answer, "DESCRIBE"), "a player's OPTIONS");
	check(bench_gives(b.events, "player taken"), "makes the peer a player");
	bench_ask(&b, "DESCRIBE", "", "");
	check(bench_gives(b.sent, "200") && strstr(b.answer, "application/sdp"), "DESCRIBE");
	bench_ask(&b, "SETUP", "Transport: RTP/AVP/TCP;interleaved=0-1\r\n", "");
	check(bench_gives(b.sent, "461") && b.fault == FAULTS,
	      "a player may try another transport");
	bench_ask(&b, "SETUP", "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n", "");
	bench_ask(&b, "PLAY", "Session: " SESSION_ID "\r\n", "");
	check(bench_gives(b.sent, "200 200") && bench_gives(b.events, "play"), "SETUP and PLAY");
	bench_wait(&b, 3600 * 1000);
	check(bench_gives(b.sent, "") && b.fault == FAULTS, "no M is sent to a player");
	bench_ask(&b, "PAUSE", "", "");
	check(bench_gives(b.sent, "200") && bench_gives(b.events, "pause"), "PAUSE");
	bench_ask(&b, "TEARDOWN", "", "");
	check(b.fault == FAULT_ENDED_BY_SINK, "TEARDOWN");
	bench_end(&b);

	bench_begin(&b);
	bench_ask(&b, "DESCRIBE", "", "");
	check(bench_gives(b.sent, "200"), "a player may begin with DESCRIBE");
	bench_wait(&b, 31000);
	check(b.fault == FAULT_SILENT, "and has half a minute for SETUP");
	bench_end(&b);

	bench_begin(&b);
	b.choose = false;
	bench_ask(&b, "OPTIONS", "", "");
	bench_ask(&b, "SETUP", "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n", "");
	check(bench_gives(b.sent, "200 455") && b.fault == FAULTS, "without a mode is no SETUP");
	bench_ask(&b, "DESCRIBE", "", "");
	bench_wait(&b, 20000);
	check(bench_gives(b.sent, ""), "DESCRIBE waits for one");
	bench_ask(&b, "DESCRIBE", "", "");
	check(bench_gives(b.sent, "455"), "one at a time");
	rtsp_machine_set_mode(b.machine, &b.m4, b.now);
	check(bench_gives(b.sent, "200") && strstr(b.answer, "CSeq: 3\r") &&
	      strstr(b.answer, "Content-Base: rtsp://10.0.0.1/wfd1.0/\r"), "and is answered then");
	bench_wait(&b, 20000);
	rtsp_machine_set_mode(b.machine, &b.m4, b.now);
	check(bench_gives(b.sent, ""), "once");
	bench_ask(&b, "SETUP", "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n", "");
	check(bench_gives(b.sent, "200") && b.fault == FAULTS, "SETUP has time of its own");
	bench_end(&b);

	bench_begin(&b);
	b.choose = false;
	bench_ask(&b, "DESCRIBE", "", "");
	bench_wait(&b, 31000);
	check(b.fault == FAULT_NOT_SWITCHED_ON, "a player waits half a minute for a mode");
	bench_end(&b);
}

int main(void)
{
	test_whole_session();
	test_options_before_m1();
	test_silence();
	test_refusal();
	test_order();
	test_numbers();
	test_sessions();
	test_transports();
	test_keep_alive();
	test_idr();
	test_sinks_words();
	test_power();
	test_power_crosses();
	test_play_refused();
	test_mode_change();
	test_own_end();
	test_player();
	return check_result();
}
