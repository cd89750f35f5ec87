// SPDX-License-Identifier: MIT
/*
 * A user's compositor, in a session of logind at a seat: takes the card from
 * logind, waits for connectors to be connected, and shows one colour on them, over
 * and over, and nothing else. It pauses and resumes when logind says so. It keeps lighting
 * a connector that was connected once, even after a disconnect.
 *
 * usage: seat CARD BYTE CONNECTOR...
 *
 * BYTE, a number, is the value of all bytes of the pictures. Prints "process NUMBER",
 * "active" or "inactive", and then "lit CONNECTOR" each time it has lit one, "paused" and
 * "resumed", each with the time of CLOCK_MONOTONIC in milliseconds. Ends when logind goes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-login.h>
#include <time.h>
#include <unistd.h>

#include "../client/client.h"

#define LOGIN		"org.freedesktop.login1"
#define SESSION		LOGIN ".Session"
#define BETWEEN_US	100000

#define OUTPUTS		4

struct output {
	const char *name;
	struct kms_client kms;
	bool lit, connected;
	int next;
};

static sd_bus *bus;
static char *session;
static bool active;

static void say(const char *what, const char *which)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	printf("%s%s at %lld\n", what, which,
	       (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	fflush(stdout);
}

static void must(const char *what, int ret)
{
	if (ret >= 0)
		return;
	errno = -ret;
	kms_die(what);
}

static int on_signal(sd_bus_message *signal, void *data, sd_bus_error *error)
{
	uint32_t number_major, number_minor;
	const char *how;

	(void)data;
	(void)error;
	if (sd_bus_message_is_signal(signal, SESSION, "ResumeDevice")) {
		active = true;
		say("resumed", "");
	} else if (sd_bus_message_is_signal(signal, SESSION, "PauseDevice") &&
		   sd_bus_message_read(signal, "uus", &number_major, &number_minor, &how) >= 0) {
		active = false;
		say("paused", "");
		if (!strcmp(how, "pause"))
			sd_bus_call_method(bus, LOGIN, session, SESSION, "PauseDeviceComplete",
					   NULL, NULL, "uu", number_major, number_minor);
	}
	return 0;
}

static int take_card(const char *path)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	struct stat card;
	int fd, inactive = 0;

	must(path, stat(path, &card) ? -errno : 0);
	must("TakeControl", sd_bus_call_method(bus, LOGIN, session, SESSION, "TakeControl",
					       &error, NULL, "b", 0));
	must("TakeDevice", sd_bus_call_method(bus, LOGIN, session, SESSION, "TakeDevice",
					      &error, &reply, "uu", major(card.st_rdev),
					      minor(card.st_rdev)));
	must("its answer", sd_bus_message_read(reply, "hb", &fd, &inactive));
	active = !inactive;
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	sd_bus_message_unref(reply);
	return fd;
}

static bool is_connected(int card, const char *name)
{
	struct mc_connector connector;

	return !mc_connector_find(card, name, &connector) && connector.connected;
}

/* Asks the driver: what was known before a switch may be out of date. */
static bool probe(int card, const char *name, drmModeModeInfo *mode)
{
	struct mc_connector connector;
	drmModeConnectorPtr probed;
	bool found;

	if (mc_connector_find(card, name, &connector))
		return false;
	probed = drmModeGetConnector(card, connector.id);
	found = probed && probed->connection == DRM_MODE_CONNECTED && probed->count_modes;
	if (found)
		*mode = probed->modes[0];
	drmModeFreeConnector(probed);
	return found;
}

/* Prepares to light it: the next monitor may have other modes. */
static bool prepare(struct output *output, int card, int byte)
{
	struct kms_client *kms = &output->kms;
	drmModeModeInfo mode;
	int i;

	if (!probe(card, output->name, &mode))
		return false;
	if (kms->mode.hdisplay == mode.hdisplay && kms->mode.vdisplay == mode.vdisplay)
		return true;
	memset(kms, 0, sizeof(*kms));
	kms_open(kms, card, output->name, NULL);
	for (i = 0; i < KMS_BUFFERS; i++)
		memset(kms->buffers[i].map, byte,
		       (size_t)kms->buffers[i].pitch * kms->mode.vdisplay);
	return true;
}

/* Shows the colour; a refused commit is tried again. */
static void paint(struct output *output, int card, int byte)
{
	struct kms_client *kms = &output->kms;
	struct drm_mode_rect all = { 0 };
	bool connected;

	if (!active) {
		output->lit = false;
		return;
	}
	connected = is_connected(card, output->name);
	if (!connected || !output->connected)
		output->lit = false;
	output->connected = connected;
	if (!output->lit && !prepare(output, card, byte) && !kms->mode.hdisplay)
		return;
	all.x2 = kms->mode.hdisplay;
	all.y2 = kms->mode.vdisplay;
	if (kms_commit(kms, &kms->buffers[output->next], &all, 1, !output->lit)) {
		output->lit = false;
		return;
	}
	output->next = (output->next + 1) % KMS_BUFFERS;
	if (!output->lit)
		say("lit ", output->name);
	output->lit = true;
}

int main(int argc, char **argv)
{
	struct output outputs[OUTPUTS] = { 0 };
	char *id = NULL;
	int card, ret, i;

	if (argc < 4 || argc > 3 + OUTPUTS) {
		fprintf(stderr, "usage: seat CARD BYTE CONNECTOR...\n");
		return 2;
	}
	printf("process %d\n", getpid());
	must("system bus", sd_bus_open_system(&bus));
	must("session", sd_pid_get_session(0, &id));
	must("session", sd_bus_path_encode("/org/freedesktop/login1/session", id, &session));
	must("signals", sd_bus_match_signal(bus, NULL, LOGIN, session, SESSION, NULL, on_signal,
					    NULL));
	card = take_card(argv[1]);
	say(active ? "active" : "inactive", "");
	for (;;) {
		while ((ret = sd_bus_process(bus, NULL)) > 0)
			;
		must("bus", ret);
		for (i = 0; i < argc - 3; i++) {
			outputs[i].name = argv[3 + i];
			paint(&outputs[i], card, atoi(argv[2]));
		}
		must("bus", sd_bus_wait(bus, BETWEEN_US));
	}
}
