// SPDX-License-Identifier: MIT
/*
 * A lessor: lights a connector of the miracast device with a picture of its own,
 * and leases connector, CRTC and plane to another program.
 *
 * usage: lease CONNECTOR EXPECTED.png COMMAND [ARGUMENT]...
 *
 * COMMAND finds the lease as descriptor 3. EXPECTED.png gets the lessor's picture. Reads
 * commands, one word a line, and prints each when it is done: "light" sets its mode and
 * picture, "lease" starts COMMAND, "revoke" takes the lease back. "end" ends COMMAND and
 * the program.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xf86drm.h>

#include "client/client.h"
#include "picture.h"
#include "png_file.h"

#define LEASE	3

static struct kms_client kms;
static uint32_t lessee_id;
static pid_t lessee;

static void draw(const char *expected)
{
	struct mc_picture picture = { 0 };
	uint32_t x, y;

	if (mc_picture_resize(&picture, kms.mode.hdisplay, kms.mode.vdisplay))
		kms_die("memory");
	for (y = 0; y < picture.height; y++) {
		uint32_t *line = picture.pixels + (size_t)y * picture.width;

		for (x = 0; x < picture.width; x++)
			line[x] = (x & 0xff) << 16 | (y & 0xff) << 8 | ((x ^ y) & 0xff);
		memcpy(kms.buffers[0].map + (size_t)y * kms.buffers[0].pitch, line,
		       picture.width * sizeof(*line));
	}
	errno = -png_file_write(expected, &picture);
	if (errno)
		kms_die(expected);
	mc_picture_free(&picture);
}

static void light(void)
{
	struct drm_mode_rect all = { 0, 0, kms.mode.hdisplay, kms.mode.vdisplay };

	if (kms_commit(&kms, &kms.buffers[0], &all, 1, true))
		kms_die("commit");
}

static void lease_out(char **command)
{
	const uint32_t objects[] = {
		kms.connector.id, kms.connector.crtc_id, kms.plane_id,
	};
	int fd = drmModeCreateLease(kms.fd, objects, 3, O_CLOEXEC, &lessee_id);

	if (fd < 0) {
		errno = -fd;
		kms_die("lease");
	}
	lessee = fork();
	if (lessee < 0)
		kms_die("fork");
	if (!lessee) {
		if (fd == LEASE ? fcntl(fd, F_SETFD, 0) : dup2(fd, LEASE) < 0)
			kms_die("descriptor");
		execv(command[0], command);
		kms_die(command[0]);
	}
	close(fd);
}

static void take_back(void)
{
	errno = -drmModeRevokeLease(kms.fd, lessee_id);
	if (errno)
		kms_die("revoke");
}

static void obey(const char *word, char **command)
{
	if (!strcmp(word, "light"))
		light();
	else if (!strcmp(word, "lease"))
		lease_out(command);
	else if (!strcmp(word, "revoke"))
		take_back();
	else
		return;
	printf("%s\n", word);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char word[16];

	if (argc < 4) {
		fprintf(stderr, "usage: lease CONNECTOR EXPECTED.png COMMAND [ARGUMENT]...\n");
		return 2;
	}
	kms_open(&kms, -1, argv[1], NULL);
	draw(argv[2]);
	while (scanf("%15s", word) == 1 && strcmp(word, "end"))
		obey(word, argv + 3);
	if (lessee > 0) {
		kill(lessee, SIGTERM);
		waitpid(lessee, NULL, 0);
	}
	return 0;
}
