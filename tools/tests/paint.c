// SPDX-License-Identifier: MIT
/*
 * A KMS client with nothing but a known pattern: lights a connector of the
 * miracast device, commits random rectangles with their damage clips, and writes
 * what the screen must look like in the end as a PNG file. Then it stays until
 * SIGTERM.
 *
 * usage: paint CONNECTOR COMMITS EXPECTED.png [WxH@HZ]
 *
 * Prints "lit" after the mode set and "done" when all is committed.
 */
#include <drm_fourcc.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "connector.h"
#include "device.h"
#include "mode.h"
#include "picture.h"
#include "png_file.h"

#define BUFFERS	2
#define CLIPS	4

struct buffer {
	uint32_t handle, fb, pitch;
	uint8_t *map;
};

/* What must be copied into a buffer before it is shown. */
struct damage {
	struct drm_mode_rect clips[CLIPS];
	uint32_t count;
};

static struct {
	int fd;
	struct mc_connector connector;
	drmModeModeInfo mode;
	uint32_t plane_id, mode_blob;
	struct buffer buffers[BUFFERS];
	struct mc_picture shadow;
} kms;

static volatile sig_atomic_t ended;

__attribute__((noreturn))
static void die(const char *what)
{
	fprintf(stderr, "paint: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void on_signal(int number)
{
	(void)number;
	ended = 1;
}

static uint32_t property(uint32_t object, uint32_t type, const char *name,
			 uint64_t *value)
{
	drmModeObjectPropertiesPtr all =
		drmModeObjectGetProperties(kms.fd, object, type);
	drmModePropertyPtr one;
	uint32_t i, id = 0;

	for (i = 0; all && i < all->count_props && !id; i++) {
		one = drmModeGetProperty(kms.fd, all->props[i]);
		if (one && !strcmp(one->name, name)) {
			id = one->prop_id;
			if (value)
				*value = all->prop_values[i];
		}
		drmModeFreeProperty(one);
	}
	drmModeFreeObjectProperties(all);
	return id;
}

static void add(drmModeAtomicReqPtr request, uint32_t object, uint32_t type,
		const char *name, uint64_t value)
{
	uint32_t id = property(object, type, name, NULL);

	if (!id || drmModeAtomicAddProperty(request, object, id, value) < 0)
		die(name);
}

static uint32_t crtc_index(void)
{
	drmModeResPtr res = drmModeGetResources(kms.fd);
	uint32_t index = 0;
	int i;

	for (i = 0; res && i < res->count_crtcs; i++)
		if (res->crtcs[i] == kms.connector.crtc_id)
			index = (uint32_t)i;
	drmModeFreeResources(res);
	return index;
}

static void find_plane(void)
{
	drmModePlaneResPtr planes = drmModeGetPlaneResources(kms.fd);
	drmModePlanePtr plane;
	uint64_t type = 0;
	uint32_t i;

	for (i = 0; planes && i < planes->count_planes && !kms.plane_id; i++) {
		plane = drmModeGetPlane(kms.fd, planes->planes[i]);
		property(planes->planes[i], DRM_MODE_OBJECT_PLANE, "type", &type);
		if (plane && type == DRM_PLANE_TYPE_PRIMARY &&
		    plane->possible_crtcs & 1u << crtc_index())
			kms.plane_id = plane->plane_id;
		drmModeFreePlane(plane);
	}
	drmModeFreePlaneResources(planes);
	if (!kms.plane_id)
		die("no primary plane");
}

static bool mode_fits(const drmModeModeInfo *mode,
		      const struct drm_miracast_mode *want)
{
	return !want || (mode->hdisplay == want->width &&
			 mode->vdisplay == want->height &&
			 mode->vrefresh == (want->refresh_mhz + 500) / 1000);
}

static void choose_mode(const struct drm_miracast_mode *want)
{
	drmModeConnectorPtr connector =
		drmModeGetConnector(kms.fd, kms.connector.id);
	int i;

	for (i = 0; connector && i < connector->count_modes; i++)
		if (mode_fits(&connector->modes[i], want))
			break;
	if (!connector || i == connector->count_modes) {
		errno = ENOENT;
		die("no such mode");
	}
	kms.mode = connector->modes[i];
	drmModeFreeConnector(connector);
	if (drmModeCreatePropertyBlob(kms.fd, &kms.mode, sizeof(kms.mode),
				      &kms.mode_blob))
		die("mode");
}

static void make_buffer(struct buffer *buffer)
{
	struct drm_mode_create_dumb create = {
		.width = kms.mode.hdisplay, .height = kms.mode.vdisplay, .bpp = 32,
	};
	struct drm_mode_map_dumb map = { 0 };
	uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 };

	if (drmIoctl(kms.fd, DRM_IOCTL_MODE_CREATE_DUMB, &create))
		die("dumb buffer");
	map.handle = handles[0] = buffer->handle = create.handle;
	pitches[0] = buffer->pitch = create.pitch;
	if (drmModeAddFB2(kms.fd, create.width, create.height,
			  DRM_FORMAT_XRGB8888, handles, pitches, offsets,
			  &buffer->fb, 0))
		die("framebuffer");
	if (drmIoctl(kms.fd, DRM_IOCTL_MODE_MAP_DUMB, &map))
		die("map");
	buffer->map = mmap(NULL, create.size, PROT_READ | PROT_WRITE, MAP_SHARED,
			   kms.fd, (off_t)map.offset);
	if (buffer->map == MAP_FAILED)
		die("mmap");
}

static void set_up(const char *connector, const struct drm_miracast_mode *want)
{
	struct mc_device device;
	int i;

	errno = -mc_device_open(NULL, &device);
	if (errno)
		die("device");
	kms.fd = device.fd;
	if (drmSetMaster(kms.fd))
		die("DRM master");
	drmSetClientCap(kms.fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1);
	if (drmSetClientCap(kms.fd, DRM_CLIENT_CAP_ATOMIC, 1))
		die("atomic");
	errno = -mc_connector_find(kms.fd, connector, &kms.connector);
	if (errno)
		die(connector);
	find_plane();
	choose_mode(want);
	for (i = 0; i < BUFFERS; i++)
		make_buffer(&kms.buffers[i]);
	if (mc_picture_resize(&kms.shadow, kms.mode.hdisplay, kms.mode.vdisplay))
		die("memory");
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
			kms.shadow.pixels[(size_t)y * kms.shadow.width + (size_t)x] =
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

static void update(struct buffer *buffer, const struct damage *damage)
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
			       kms.shadow.pixels + y * kms.shadow.width + x,
			       width * 4);
	}
}

static void add_mode_set(drmModeAtomicReqPtr request)
{
	uint32_t crtc = kms.connector.crtc_id;

	add(request, kms.connector.id, DRM_MODE_OBJECT_CONNECTOR, "CRTC_ID", crtc);
	add(request, crtc, DRM_MODE_OBJECT_CRTC, "MODE_ID", kms.mode_blob);
	add(request, crtc, DRM_MODE_OBJECT_CRTC, "ACTIVE", 1);
}

static void add_plane(drmModeAtomicReqPtr request)
{
	const struct { const char *name; uint64_t value; } values[] = {
		{ "CRTC_ID", kms.connector.crtc_id },
		{ "SRC_X", 0 }, { "SRC_Y", 0 },
		{ "SRC_W", (uint64_t)kms.mode.hdisplay << 16 },
		{ "SRC_H", (uint64_t)kms.mode.vdisplay << 16 },
		{ "CRTC_X", 0 }, { "CRTC_Y", 0 },
		{ "CRTC_W", kms.mode.hdisplay }, { "CRTC_H", kms.mode.vdisplay },
	};
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		add(request, kms.plane_id, DRM_MODE_OBJECT_PLANE, values[i].name,
		    values[i].value);
}

static void await_flip(void)
{
	drmEventContext context = { .version = 2 };
	struct pollfd fd = { .fd = kms.fd, .events = POLLIN };

	while (poll(&fd, 1, 5000) < 0)
		if (errno != EINTR)
			die("poll");
	if (!(fd.revents & POLLIN)) {
		errno = ETIMEDOUT;
		die("flip");
	}
	drmHandleEvent(kms.fd, &context);
}

static void commit(const struct buffer *buffer, const struct damage *damage,
		   bool mode_set)
{
	drmModeAtomicReqPtr request = drmModeAtomicAlloc();
	uint32_t flags = DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_NONBLOCK;
	uint32_t clips = 0;

	if (mode_set) {
		flags = DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_ALLOW_MODESET;
		add_mode_set(request);
		add_plane(request);
	}
	if (drmModeCreatePropertyBlob(kms.fd, damage->clips,
				      damage->count * sizeof(damage->clips[0]),
				      &clips))
		die("damage");
	add(request, kms.plane_id, DRM_MODE_OBJECT_PLANE, "FB_ID", buffer->fb);
	add(request, kms.plane_id, DRM_MODE_OBJECT_PLANE, "FB_DAMAGE_CLIPS", clips);
	if (drmModeAtomicCommit(kms.fd, request, flags, NULL))
		die("commit");
	await_flip();
	drmModeDestroyPropertyBlob(kms.fd, clips);
	drmModeAtomicFree(request);
}

/* Two buffers: each misses what was drawn while the other was shown. */
static void play(unsigned long commits)
{
	struct damage now, before;
	unsigned long i;

	whole(&now);
	draw(now.clips);
	for (i = 0; i < BUFFERS; i++)
		update(&kms.buffers[i], &now);
	commit(&kms.buffers[0], &now, true);
	printf("lit\n");
	fflush(stdout);
	now.count = 0;
	for (i = 1; i <= commits && !ended; i++) {
		before = now;
		paint(&now);
		update(&kms.buffers[i % BUFFERS], &before);
		update(&kms.buffers[i % BUFFERS], &now);
		commit(&kms.buffers[i % BUFFERS], &now, false);
	}
}

int main(int argc, char **argv)
{
	struct drm_miracast_mode want;
	sigset_t none, term;

	if (argc < 4 || argc > 5 || (argc == 5 && mc_mode_parse(argv[4], &want))) {
		fprintf(stderr, "usage: paint CONNECTOR COMMITS EXPECTED.png [WxH@HZ]\n");
		return 2;
	}
	signal(SIGTERM, on_signal);
	srand(1);
	set_up(argv[1], argc == 5 ? &want : NULL);
	play(strtoul(argv[2], NULL, 10));
	errno = -png_file_write(argv[3], &kms.shadow);
	if (errno)
		die(argv[3]);
	printf("done\n");
	fflush(stdout);
	sigemptyset(&none);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	while (!ended)
		sigsuspend(&none);
	return 0;
}
