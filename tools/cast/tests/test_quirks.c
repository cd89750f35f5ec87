// SPDX-License-Identifier: MIT
/*
 * Rules on sinks: the file that is installed, rule by rule, and files of users with
 * mistakes in them. The first argument is the folder of the installed file.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "harness.h"
#include "patterns.h"
#include "policy/fault.h"
#include "policy/quirks.h"
#include "wfd/audio.h"
#include "wfd/choose.h"

#define LPCM	(1U << MC_WFD_LPCM)

/* --- What is installed ----------------------------------------------------------- */

static const struct {
	struct quirk_sink sink;
	struct quirk_set want;
} known[] = {
	{ { .name = "Nobody's" }, { .keep_alive_s = 20, .vbv_frames = 3, .rtsp_port = 7236 } },
	{ { NULL, NULL, NULL }, { .keep_alive_s = 20, .vbv_frames = 3, .rtsp_port = 7236 } },
	{ { .maker = "SAM" },
	  { .choose = MC_WFD_QUIRK_START_720P30,
	    .keep_alive_s = 20,
	    .vbv_frames = 3,
	    .rtsp_port = 7236 } },
	{ { .name = "[TV] Samsung 7 Series" },
	  { .choose = MC_WFD_QUIRK_START_720P30,
	    .keep_alive_s = 20,
	    .vbv_frames = 3,
	    .rtsp_port = 7236 } },
	{ { .maker = "GSM" },
	  { .keep_alive_s = 20, .gop_ms = 1000, .vbv_frames = 15, .rtsp_port = 7236 } },
	{ { .name = "[LG] webOS TV OLED" },
	  { .keep_alive_s = 20, .gop_ms = 1000, .vbv_frames = 15, .rtsp_port = 7236 } },
	{ { .name = "Living room ROKU" },
	  { .keep_alive_s = 20, .vbv_frames = 3, .rtsp_port = 7236 } },
	{ { .name = "MicrosoftDisplayAdapter_A1" },
	  { .keep_alive_s = 0, .sounds = LPCM, .vbv_frames = 3, .rtsp_port = 7236 } },
	{ { .agent = "MSMiracastSink/10.00" },
	  { .keep_alive_s = 0, .sounds = LPCM, .vbv_frames = 3, .rtsp_port = 7236 } },
	{ { .name = "Kitchen Fire TV stick" },
	  { .choose = MC_WFD_QUIRK_START_720P60,
	    .keep_alive_s = 20,
	    .kbps_max = 7000,
	    .vbv_frames = 2,
	    .rtsp_port = 7236 } },
	{ { .name = "DIRECT-12Broadcom" },
	  { .keep_alive_s = 20, .vbv_frames = 3, .rtsp_port = 8554 } },
};

static bool is_set(const struct quirk_set *got, const struct quirk_set *want)
{
	return got->choose == want->choose && got->sounds == want->sounds &&
	       got->keep_alive_s == want->keep_alive_s && got->gop_ms == want->gop_ms &&
	       got->vbv_frames == want->vbv_frames && got->kbps_max == want->kbps_max &&
	       got->rtsp_port == want->rtsp_port && got->any_session == want->any_session;
}

static void test_known(const char *folder)
{
	const char *const folders[] = { folder, NULL };
	struct quirks *quirks = quirks_load(folders);
	const struct quirk_sink *sink;
	struct quirk_set set;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(known); i++) {
		sink = &known[i].sink;
		quirks_find(quirks, sink, &set, NULL, NULL);
		check(is_set(&set, &known[i].want), sink->name ? sink->name : sink->maker ?
		      sink->maker : sink->agent ? sink->agent : "a sink that says nothing");
	}
	quirks_free(quirks);
}

/* --- What users write ------------------------------------------------------------ */

static char *folder;
static unsigned int warnings;

static GLogWriterOutput count_warning(GLogLevelFlags level, const GLogField *fields, gsize count,
				      gpointer user)
{
	(void)fields;
	(void)count;
	(void)user;
	warnings += level == G_LOG_LEVEL_WARNING;
	return G_LOG_WRITER_HANDLED;
}

static void write_rules(const char *name, const char *text, gssize size)
{
	char *path = g_build_filename(folder, name, NULL);

	g_file_set_contents(path, text, size, NULL);
	g_free(path);
}

static void remove_rules(const char *name)
{
	char *path = g_build_filename(folder, name, NULL);

	g_unlink(path);
	g_free(path);
}

static void count_rule(void *user, const char *rule)
{
	(void)rule;
	++*(unsigned int *)user;
}

/* Of a sink called "it" that is an AAA; also counts the warnings and the rules that match. */
static struct quirk_set found(unsigned int *rules)
{
	const char *const folders[] = { "/nonexistent", folder, NULL };
	const struct quirk_sink sink = { .name = "it", .maker = "AAA" };
	struct quirk_set set;
	struct quirks *quirks;

	*rules = 0;
	warnings = 0;
	quirks = quirks_load(folders);
	quirks_find(quirks, &sink, &set, count_rule, rules);
	quirks_free(quirks);
	return set;
}

/* --- What sinks send ------------------------------------------------------------- */

/* How many rules match an agent. */
static unsigned int rules_for(const struct quirks *quirks, const char *agent)
{
	const struct quirk_sink sink = { .agent = agent };
	unsigned int rules = 0;
	struct quirk_set set;

	quirks_find(quirks, &sink, &set, count_rule, &rules);
	return rules;
}

static void test_bytes(void)
{
	static const char *const agents[] = {
		"xxxxxxxx\xfc", "xxxxxxx\xe2\x82", "\x80xxxxxxxx", "\xff\xff\xff\xff\xff\xff\xff",
		"xxxxxxx\xf0\x9f\x93", "xxx\xc0\xafxxxxxx",
	};
	const char *const folders[] = { folder, NULL };
	unsigned int rules = 0;
	struct quirks *quirks;
	size_t i;

	write_rules("10.conf",
		    "[One]\nmatch-agent=*FireTV*\n[Two]\nmatch-agent=*Sony*1.0\n"
		    "[Three]\nmatch-agent=?*?*?*z\n[Four]\nmatch-agent=*a*?????????b*c\n"
		    "[Five]\nmatch-agent=F\xc3\xbcr*\n", -1);
	quirks = quirks_load(folders);
	for (i = 0; i < G_N_ELEMENTS(agents); i++)
		rules += rules_for(quirks, agents[i]);
	check(patterns_had_text, "patterns are only tried on text");
	check(!rules, "bytes that are no text match no pattern");
	check(rules_for(quirks, "\xfc\xfcxx FireTV \xfc") == 1 &&
	      rules_for(quirks, "\xe2\x82Sony\xf0\x9fTV/1.0") == 1,
	      "but text among them does");
	check(rules_for(quirks, "F\xc3\xbcr alle") == 1, "as does text beyond ASCII");
	quirks_free(quirks);
	remove_rules("10.conf");
}

/* --- Mistakes of users ----------------------------------------------------------- */

static void test_mistakes(void)
{
	static const char *const lines[] = {
		"keep-alive=-1",
		"keep-alive=601",
		"keep-alive=20 s",
		"keep-alive=",
		"gop-ms=0",
		"vbv-frames=0",
		"vbv-frames=99999999999999999999",
		"kbps-max=1",
		"rtsp-port=0",
		"rtsp-port=65536",
		"audio=mp3",
		"start=4320p120",
		"any-session=perhaps",
		"ignore=me",
		"ignore=native, me",
		"ignore=",
		"gop-ms=none",
		"frobnicate=1",
		"strict-level=1",
	};
	static const struct quirk_set usual = { .keep_alive_s = 20,
						.vbv_frames = 3,
						.rtsp_port = 7236 };
	struct quirk_set set;
	unsigned int rules;
	char *text;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(lines); i++) {
		text = g_strdup_printf("[Rule]\nmatch-name=*\n%s\n", lines[i]);
		write_rules("10.conf", text, -1);
		set = found(&rules);
		check(warnings == 1 && is_set(&set, &usual), lines[i]);
		g_free(text);
	}
}

/* A mistake in a pattern must not make a rule one for all sinks. */
static void test_patterns(void)
{
	static const char *const lines[] = {
		"match-nam=*Bedroom*", "match-name=it\nmatch-colour=red",
		"match-maker=AAA\nmatch_name=it", "match-name=", "match-name=it\nmatch-agent=",
		"match-name=*\xfct*", "# match-name=it", "Match-Name=it",
	};
	struct quirk_set set;
	char *text, *name;
	unsigned int rules;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(lines); i++) {
		text = g_strdup_printf("[One]\n%s\nkeep-alive=7\n"
				       "[Two]\nmatch-name=I?\naudio=lpcm\n", lines[i]);
		write_rules("10.conf", text, -1);
		set = found(&rules);
		name = g_strescape(lines[i], NULL);
		check(warnings == 1 && rules == 1 && set.keep_alive_s == 20 && set.sounds == LPCM,
		      name);
		g_free(name);
		g_free(text);
	}
	write_rules("10.conf", "[All]\nmatch-agent=*\nkeep-alive=7\n", -1);
	set = found(&rules);
	check(!warnings && set.keep_alive_s == 7, "a rule for all sinks says so");
	write_rules("10.conf", "[Some]\nmatch-agent=?*\nkeep-alive=7\n", -1);
	set = found(&rules);
	check(!warnings && !rules, "which one that wants a word is not");
	remove_rules("10.conf");
}

/* The port is opened before the sink has said anything. */
static void test_port(void)
{
	unsigned int rules;
	struct quirk_set set;

	write_rules("10.conf", "[One]\nmatch-maker=AAA\nrtsp-port=8554\nkeep-alive=7\n", -1);
	set = found(&rules);
	check(warnings == 1 && rules == 1 && set.keep_alive_s == 7,
	      "a port for a maker is warned of, and the rest counts");
	write_rules("10.conf", "[One]\nmatch-name=it\nmatch-agent=x*\nrtsp-port=8554\n", -1);
	found(&rules);
	check(warnings == 1, "so is one for a name and an agent");
	write_rules("10.conf", "[One]\nmatch-name=it\nrtsp-port=8554\n", -1);
	set = found(&rules);
	check(!warnings && set.rtsp_port == 8554, "one for a name is not");
	remove_rules("10.conf");
}

static void test_files(void)
{
	static char large[300 * 1024];
	struct quirk_set set;
	unsigned int rules;

	memset(large, '#', sizeof(large));
	write_rules("10.conf", large, sizeof(large));
	set = found(&rules);
	check(warnings == 1 && !rules, "a file that is too large is left out");
	write_rules("10.conf", "keep-alive=1\n", -1);
	set = found(&rules);
	check(warnings == 1 && !rules, "as is one without a rule");
	write_rules("10.conf",
		    "[One]\nmatch-name=*\nkeep-alive=5\n"
		    "[Two]\nmatch-maker=BBB\nkeep-alive=6\n", -1);
	write_rules("20.conf",
		    "[Three]\nmatch-name=I*\nmatch-maker=a?a\naudio=aac\nany-session=yes\n", -1);
	write_rules("30.txt", "[Four]\nmatch-name=*\nkeep-alive=7\n", -1);
	set = found(&rules);
	check(rules == 2 && set.keep_alive_s == 5, "rules that match are counted, others are not");
	check(set.any_session && set.sounds == 1U << MC_WFD_AAC, "and each has its word");
	write_rules("20.conf", "[Last]\nmatch-name=*\nkeep-alive=9\naudio=any\n", -1);
	set = found(&rules);
	check(set.keep_alive_s == 9 && !warnings, "the last has the last word");
	remove_rules("30.txt");
}

/* Whatever a rule sets, a later file can take back; what it gets wrong changes nothing. */
static void test_taken_back(void)
{
	static const char *const words[] = {
		"start=720p60", "start=any", "audio=lpcm", "audio=any", "ignore=native",
		"ignore=none", "ignore=edid,native", "ignore=none", "strict-level=yes",
		"strict-level=no", "any-session=yes", "any-session=no", "keep-alive=0",
		"keep-alive=20", "gop-ms=100", "gop-ms=any", "vbv-frames=15", "vbv-frames=3",
		"kbps-max=500", "kbps-max=any", "rtsp-port=8554", "rtsp-port=7236",
	};
	static const struct quirk_set usual = { .keep_alive_s = 20,
						.vbv_frames = 3,
						.rtsp_port = 7236 };
	struct quirk_set first, second, wrong;
	unsigned int rules;
	char *text, *key;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(words); i += 2) {
		remove_rules("20.conf");
		text = g_strdup_printf("[One]\nmatch-name=*\n%s\n", words[i]);
		write_rules("10.conf", text, -1);
		first = found(&rules);
		g_free(text);
		text = g_strdup_printf("[One]\nmatch-name=*\n%s\n", words[i + 1]);
		write_rules("20.conf", text, -1);
		second = found(&rules);
		check(rules == 2 && !warnings && !is_set(&first, &usual) &&
		      is_set(&second, &usual), words[i + 1]);
		g_free(text);
		key = g_strndup(words[i], strcspn(words[i], "="));
		text = g_strdup_printf("[One]\nmatch-name=*\n%s=perhaps\n", key);
		write_rules("20.conf", text, -1);
		wrong = found(&rules);
		check(warnings == 1 && is_set(&wrong, &first), key);
		g_free(text);
		g_free(key);
	}
	write_rules("10.conf", "[One]\nmatch-name=*\nignore=edid\n", -1);
	write_rules("20.conf", "[One]\nmatch-name=*\nignore=native\n", -1);
	second = found(&rules);
	check(second.choose == MC_WFD_QUIRK_IGNORE_NATIVE, "of a list, too, the last value counts");
	remove_rules("10.conf");
	remove_rules("20.conf");
	found(&rules);
	check(!rules && !warnings, "no file is no mistake");
}

/* --- The vocabulary -------------------------------------------------------------- */

static void test_faults(void)
{
	char help[FAULT_TEXT], longest[600];
	bool words = true, unique = true, sentences = true;
	const char *word;
	int i, j;

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (i = 0; i < FAULTS; i++) {
		word = fault_word((enum fault)i);
		words &= word[strspn(word, "abcdefghijklmnopqrstuvwxyz-")] == '\0' && *word;
		sentences &= g_str_has_suffix(fault_sentence((enum fault)i), ".");
		fault_help((enum fault)i, longest, 65535, help);
		sentences &= i == FAULT_NONE ? !*help : *help != '\0';
		for (j = 0; j < i; j++)
			unique &= strcmp(word, fault_word((enum fault)j)) != 0;
	}
	check(words, "each failure has a word");
	check(unique, "of its own");
	check(sentences, "a sentence, and a command, however long the address is");
	check(!strcmp(fault_help(FAULT_UNREACHABLE, "10.0.0.7", 7236, help),
		      "ip route get 10.0.0.7") &&
		      !strcmp(fault_help(FAULT_PORT_TAKEN, NULL, 8554, help),
			      "ss -ltnp 'sport = :8554'"),
	      "which has the address and the port in it");
}

static bool helps(enum fault fault, const char *sink, const char *command)
{
	char help[FAULT_TEXT];
	bool good = !strcmp(fault_help(fault, sink, 7236, help), command);

	if (!good)
		printf("# %s\n", help);
	return good;
}

/* ip-route takes no interface in an address. */
static void test_commands(void)
{
	static const char refuses[] = "ip route get ";
	char help[FAULT_TEXT];
	bool plain = true, ours = false;
	const char *at;

	check(helps(FAULT_UNREACHABLE, "fe80::20%wlan0", "ip route get fe80::20 oif wlan0") &&
	      helps(FAULT_NETWORK, "fe80::20%3", "ip route get fe80::20 oif 3") &&
	      helps(FAULT_UNREACHABLE, "fe80::20", "ip route get fe80::20"),
	      "the way to a link-local address is one of an interface");
	check(helps(FAULT_NOT_CONNECTED, "fe80::20%wlan0",
		    "miracast-cast --check --sink fe80::20%wlan0") &&
	      helps(FAULT_ENDED_BY_SINK, "fe80::20%wlan0", "miracast-cast --sink fe80::20%wlan0") &&
	      helps(FAULT_LOST, "fe80::20%wlan0", "ping -c 3 fe80::20%wlan0"),
	      "others take the interface behind the address");
	for (int fault = 0; fault < FAULTS; fault++) {
		fault_help((enum fault)fault, "fe80::20%wlan0", 7236, help);
		at = strstr(help, refuses);
		plain &= !at || !strchr(at, '%');
	}
	check(plain, "and these never do");
	for (int fault = 0; fault < FAULTS; fault++)
		ours |= strstr(fault_help((enum fault)fault, "10.0.0.7", 7236, help),
			       "apt install") && strstr(help, "miracast");
	check(!ours, "no package of ours is looked for in an archive");
	check(helps(FAULT_ENDED_BY_SINK, "Wohnzimmer; reboot",
		    "miracast-cast --sink 'Wohnzimmer; reboot'") &&
	      helps(FAULT_UNREACHABLE, "50% off", "ip route get ADDRESS") &&
	      helps(FAULT_UNREACHABLE, "fe80::20%a b", "ip route get fe80::20 oif 'a b'"),
	      "what a shell would take apart is quoted, and a name is no address");
}

int main(int argc, char **argv)
{
	g_log_set_writer_func(count_warning, NULL, NULL);
	folder = g_dir_make_tmp("quirks-XXXXXX", NULL);
	if (argc < 2 || !folder) {
		printf("usage: test_quirks FOLDER\n");
		return 2;
	}
	test_known(argv[1]);
	test_bytes();
	test_mistakes();
	test_patterns();
	test_port();
	test_files();
	test_taken_back();
	test_faults();
	test_commands();
	g_rmdir(folder);
	g_free(folder);
	return check_result();
}
