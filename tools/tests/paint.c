// SPDX-License-Identifier: MIT
/*
 * A KMS client that draws a known pattern: lights a connector of the miracast device,
 * commits random rectangles with their damage clips, and writes the expected final screen
 * as a PNG file. Then it stays until SIGTERM. On SIGUSR1 it commits once more, on SIGUSR2
 * it sets a gamma table that makes white yellow, or takes it away.
 *
 * usage: paint [-f FD] CONNECTOR COMMITS EXPECTED.png [WxH@HZ]
 *
 * FD is a lease of the connector, to be used instead of the device itself. Prints "lit"
 * after the mode set, "done" when all is committed, and the result of each signal's
 * request.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/client.h"
#include "mode.h"
#include "picture.h"
#include "png_file.h"

#define CLIPS	4

/* The area that must be copied into a buffer before it is shown. */
struct damage {
	struct drm_mode_rect clips[CLIPS];
	uint32_t count;
};

static struct kms_client kms;
static struct mc_picture shadow;

static volatile sig_atomic_t ended, asked, asked_gamma;
static bool has_gamma;

static void on_signal(int number)
{
	if (number == SIGTERM)
		ended = 1;
	else if (number == SIGUSR2)
		asked_gamma = 1;
	else
		asked = 1;
}

static int32_t below(int32_t limit)
{
	return (int32_t)(rand() % limit);
}

static void draw(const struct drm_mode_rect *clip)
{
	uint32_t color = (uint32_t)rand();
	int32_t x, y;

	for (y = clip->y1; y < clip->y2; y++)
		for (x = clip->x1; x < clip->x2; x++)
			shadow.pixels[(size_t)y * shadow.width + (size_t)x] =
				color + (uint32_t)(x * 3 + y * 0x500);
}

static void whole(struct damage *damage)
{
	damage->count = 1;
	damage->clips[0] = (struct drm_mode_rect){
		0, 0, kms.mode.hdisplay, kms.mode.vdisplay,
	};
}

static void paint(struct damage *damage)
{
	struct drm_mode_rect *clip;
	uint32_t i;

	damage->count = 1 + (uint32_t)below(CLIPS);
	for (i = 0; i < damage->count; i++) {
		clip = &damage->clips[i];
		clip->x1 = below(kms.mode.hdisplay - 1);
		clip->y1 = below(kms.mode.vdisplay - 1);
		clip->x2 = clip->x1 + 1 + below(kms.mode.hdisplay / 8);
		clip->y2 = clip->y1 + 1 + below(kms.mode.vdisplay / 8);
		if (clip->x2 > kms.mode.hdisplay)
			clip->x2 = kms.mode.hdisplay;
		if (clip->y2 > kms.mode.vdisplay)
			clip->y2 = kms.mode.vdisplay;
		draw(clip);
	}
}

static void update(struct kms_buffer *buffer, const struct damage *damage)
{
	const struct drm_mode_rect *clip;
	size_t x, y, width;
	uint32_t i;

	for (i = 0; i < damage->count; i++) {
		clip = &damage->clips[i];
		x = (size_t)clip->x1;
		width = (size_t)(clip->x2 - clip->x1);
		for (y = (size_t)clip->y1; y < (size_t)clip->y2; y++)
			memcpy(buffer->map + y * buffer->pitch + x * 4,
			       shadow.pixels + y * shadow.width + x,
			       width * 4);
	}
}

static void commit(const struct kms_buffer *buffer, const struct damage *damage,
		   bool mode_set)
{
	if (kms_commit(&kms, buffer, damage->clips, damage->count, mode_set))
		kms_die("commit");
}

/* Each of the two buffers lacks the rectangles that were drawn for the other one. */
static void play(unsigned long commits)
{
	struct damage now, before;
	unsigned long i;

	whole(&now);
	draw(now.clips);
	for (i = 0; i < KMS_BUFFERS; i++)
		update(&kms.buffers[i], &now);
	commit(&kms.buffers[0], &now, true);
	printf("lit\n");
	fflush(stdout);
	now.count = 0;
	for (i = 1; i <= commits && !ended; i++) {
		before = now;
		paint(&now);
		update(&kms.buffers[i % KMS_BUFFERS], &before);
		update(&kms.buffers[i % KMS_BUFFERS], &now);
		commit(&kms.buffers[i % KMS_BUFFERS], &now, false);
	}
}

/* The same picture again. */
static void try_again(void)
{
	struct damage all;

	asked = 0;
	whole(&all);
	errno = -kms_commit(&kms, &kms.buffers[0], all.clips, all.count, false);
	printf("%s\n", errno ? strerror(errno) : "committed");
	fflush(stdout);
}

/* A CRTC keeps its table, so it has to be gone at the end. */
static void change_gamma(void)
{
	uint16_t ramp[256], none[256] = { 0 };
	uint16_t i;

	asked_gamma = 0;
	for (i = 0; i < 256; i++)
		ramp[i] = (uint16_t)(i * 257);
	has_gamma = !has_gamma;
	if (drmModeCrtcSetGamma(kms.fd, kms.connector.crtc_id, 256, ramp, ramp,
				has_gamma ? none : ramp))
		kms_die("gamma");
	printf("gamma %s\n", has_gamma ? "set" : "gone");
	fflush(stdout);
}

static void stay(void)
{
	sigset_t none, some;

	sigemptyset(&none);
	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigaddset(&some, SIGUSR1);
	sigaddset(&some, SIGUSR2);
	sigprocmask(SIG_BLOCK, &some, NULL);
	while (!ended) {
		if (asked)
			try_again();
		else if (asked_gamma)
			change_gamma();
		else
			sigsuspend(&none);
	}
	if (has_gamma)
		change_gamma();
}

__attribute__((noreturn))
static void usage(void)
{
	fprintf(stderr, "usage: paint [-f FD] CONNECTOR COMMITS EXPECTED.png [WxH@HZ]\n");
	exit(2);
}

int main(int argc, char **argv)
{
	struct drm_miracast_mode want;
	int option, fd = -1;

	while ((option = getopt(argc, argv, "f:")) != -1) {
		if (option != 'f')
			usage();
		fd = atoi(optarg);
	}
	argc -= optind;
	argv += optind;
	if (argc < 3 || argc > 4 || (argc == 4 && mc_mode_parse(argv[3], &want)))
		usage();
	signal(SIGTERM, on_signal);
	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, on_signal);
	srand(1);
	kms_open(&kms, fd, argv[0], argc == 4 ? &want : NULL);
	if (mc_picture_resize(&shadow, kms.mode.hdisplay, kms.mode.vdisplay))
		kms_die("memory");
	play(strtoul(argv[1], NULL, 10));
	errno = -png_file_write(argv[2], &shadow);
	if (errno)
		kms_die(argv[2]);
	printf("done\n");
	fflush(stdout);
	stay();
	return 0;
}
