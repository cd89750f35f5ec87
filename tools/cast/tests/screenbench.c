// SPDX-License-Identifier: MIT
#include "screenbench.h"

#include <string.h>

#include "edid_sample.h"

struct bench bench;

const char bench_sink[] =
	"wfd_video_formats: 00 00 01 02 00000061 00000000 00000000 00 0000 0000 11 none none\r\n"
	"wfd_audio_codecs: AAC 00000001 00\r\n"
	"wfd_client_rtp_ports: RTP/AVP/UDP;unicast 1028 0 mode=play\r\n";

static void on_mode(void *user, uint32_t width, uint32_t height, uint32_t mhz)
{
	(void)user;
	bench.modes++;
	bench.width = width;
	bench.height = height;
	bench.mhz = mhz;
}

static void on_power(void *user, bool on)
{
	(void)user;
	bench.powers++;
	bench.on = on;
}

static void on_blocked(void *user, const char *reason, const char *sentence)
{
	(void)user;
	bench.blocks++;
	g_free(bench.reason);
	g_free(bench.sentence);
	bench.reason = g_strdup(reason);
	bench.sentence = g_strdup(sentence);
}

static void on_departed(void *user, enum fault fault, const char *detail)
{
	(void)user;
	bench.departures++;
	bench.fault = fault;
	g_free(bench.detail);
	bench.detail = g_strdup(detail);
}

const struct screen_hooks bench_hooks = {
	.mode = on_mode, .power = on_power, .blocked = on_blocked, .departed = on_departed,
};

void bench_init(int *argc, char ***argv)
{
	/* Not the machine's own logind. */
	g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
	gst_init(argc, argv);
}

bool bench_reaches(const unsigned int *counter, unsigned int wanted)
{
	gint64 end = g_get_monotonic_time() + PATIENCE_MS * 1000;

	while (*counter < wanted && g_get_monotonic_time() < end)
		if (!g_main_context_iteration(NULL, FALSE))
			g_usleep(1000);
	return *counter >= wanted;
}

void bench_settle(void)
{
	gint64 end = g_get_monotonic_time() + 200 * 1000;

	while (g_get_monotonic_time() < end)
		if (!g_main_context_iteration(NULL, FALSE))
			g_usleep(1000);
}

void bench_open_with(const char *options, const char *name, const char *text,
		     const uint8_t *edid)
{
	const struct screen_monitor monitor = {
		.choice = &bench.choice, .sink = &bench.sink, .name = name,
	};
	static const struct mc_wfd_limits limits;
	enum fault fault;

	mc_wfd_params_parse(text, strlen(text), &bench.sink);
	mc_wfd_choose(&bench.sink, edid, edid ? SAMPLE_SIZE : 0, &limits, &bench.choice);
	bench.screen = screen_miracast.open(options, &bench_hooks, NULL, &fault);
	if (!bench.screen)
		g_error("no screen: %s", fault_sentence(fault));
	screen_miracast.arrive(bench.screen, &monitor);
}

void bench_open(const char *options, const char *name)
{
	bench_open_with(options, name, bench_sink, NULL);
}

void bench_begin_with(guint32 fourcc, const char *name, const char *text)
{
	char options[32];

	memset(&bench, 0, sizeof(bench));
	bench.fake = fake_new(DRM_MIRACAST_DELIVERY_COPY, fourcc);
	for (guint64 number = 1; number <= 4; number++)
		fake_add_buffer(bench.fake, number, fourcc, WIDTH, HEIGHT);
	g_snprintf(options, sizeof(options), "fd=%d", bench.fake->context_fd);
	bench_open_with(options, name, text, NULL);
}

void bench_begin(guint32 fourcc, const char *name)
{
	bench_begin_with(fourcc, name, bench_sink);
}

void bench_end(void)
{
	screen_miracast.close(bench.screen);
	fake_free(bench.fake);
	g_free(bench.detail);
	g_free(bench.reason);
	g_free(bench.sentence);
}

void bench_take_mode(void)
{
	guint64 number;

	FAKE_REACHES(bench.fake, arrivals, 1);
	number = fake_mode_set(bench.fake, WIDTH, HEIGHT, 60000);
	bench_reaches(&bench.modes, 1);
	screen_miracast.answer_mode(bench.screen, WIDTH, HEIGHT, 60, true);
	fake_accepted(bench.fake, number);
}
