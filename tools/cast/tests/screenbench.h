/* SPDX-License-Identifier: MIT */
/*
 * The bench of tests of the screen that is a monitor of the driver, with a context that the
 * test plays: see fakecontext.h. miracastsrc is the plug-in's, which GST_PLUGIN_PATH has to
 * name.
 */
#ifndef SCREENBENCH_H
#define SCREENBENCH_H

#include "fakecontext.h"
#include "screen/screen.h"

#define PATIENCE_MS	20000
#define WIDTH		1280
#define HEIGHT		720

/* What there is, and what the hooks have heard. */
struct bench {
	struct fake *fake;
	struct screen *screen;
	struct mc_wfd_params sink;
	struct mc_wfd_choice choice;
	unsigned int modes, powers, blocks, departures;
	uint32_t width, height, mhz;
	bool on;
	enum fault fault;
	char *detail;
	char *reason, *sentence;	/* of the last report that pictures are blocked */
};

extern struct bench bench;
extern const struct screen_hooks bench_hooks;

/* What the usual sink says. */
extern const char bench_sink[];

/* Before all else: GStreamer, and a bus that is not the machine's. */
void bench_init(int *argc, char ***argv);

/* Return: whether a counter of hooks got there. */
bool bench_reaches(const unsigned int *counter, unsigned int wanted);

/* Nothing is to happen for a while. */
void bench_settle(void);

/* A screen with these options, for a sink of that name, which says @text. */
void bench_open_with(const char *options, const char *name, const char *text,
		     const uint8_t *edid);

/* The same, for the usual sink. */
void bench_open(const char *options, const char *name);

/* A context with buffers of a format, and a screen for it. */
void bench_begin_with(guint32 fourcc, const char *name, const char *text);
void bench_begin(guint32 fourcc, const char *name);

/* The largest mode is set, and the sink takes it. */
void bench_take_mode(void);

void bench_end(void);

#endif
