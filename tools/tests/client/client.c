// SPDX-License-Identifier: MIT
#include <drm_fourcc.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xf86drm.h>

#include "client.h"
#include "device.h"
#include "plane.h"
#include "property.h"

void kms_die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static void add(const struct kms_client *client, drmModeAtomicReqPtr request,
		uint32_t object, uint32_t type, const char *name, uint64_t value)
{
	uint32_t id = kms_property(client->fd, object, type, name, NULL);

	if (!id || drmModeAtomicAddProperty(request, object, id, value) < 0)
		kms_die(name);
}

static bool mode_fits(const drmModeModeInfo *mode,
		      const struct drm_miracast_mode *want)
{
	return !want || (mode->hdisplay == want->width &&
			 mode->vdisplay == want->height &&
			 mode->vrefresh == (want->refresh_mhz + 500) / 1000);
}

static void choose_mode(struct kms_client *client,
			const struct drm_miracast_mode *want)
{
	drmModeConnectorPtr connector =
		drmModeGetConnector(client->fd, client->connector.id);
	int i;

	for (i = 0; connector && i < connector->count_modes; i++)
		if (mode_fits(&connector->modes[i], want))
			break;
	if (!connector || i == connector->count_modes) {
		errno = ENOENT;
		kms_die("no such mode");
	}
	client->mode = connector->modes[i];
	drmModeFreeConnector(connector);
	if (drmModeCreatePropertyBlob(client->fd, &client->mode, sizeof(client->mode),
				      &client->mode_blob))
		kms_die("mode");
}

static void make_buffer(const struct kms_client *client,
			struct kms_buffer *buffer)
{
	struct drm_mode_create_dumb create = {
		.width = client->mode.hdisplay, .height = client->mode.vdisplay, .bpp = 32,
	};
	struct drm_mode_map_dumb map = { 0 };
	uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 };

	if (drmIoctl(client->fd, DRM_IOCTL_MODE_CREATE_DUMB, &create))
		kms_die("dumb buffer");
	map.handle = handles[0] = buffer->handle = create.handle;
	pitches[0] = buffer->pitch = create.pitch;
	if (drmModeAddFB2(client->fd, create.width, create.height,
			  DRM_FORMAT_XRGB8888, handles, pitches, offsets,
			  &buffer->fb, 0))
		kms_die("framebuffer");
	if (drmIoctl(client->fd, DRM_IOCTL_MODE_MAP_DUMB, &map))
		kms_die("map");
	buffer->map = mmap(NULL, create.size, PROT_READ | PROT_WRITE, MAP_SHARED,
			   client->fd, (off_t)map.offset);
	if (buffer->map == MAP_FAILED)
		kms_die("mmap");
}

static void add_mode_set(const struct kms_client *client,
			 drmModeAtomicReqPtr request)
{
	uint32_t crtc = client->connector.crtc_id;

	add(client, request, client->connector.id, DRM_MODE_OBJECT_CONNECTOR,
	    "CRTC_ID", crtc);
	add(client, request, crtc, DRM_MODE_OBJECT_CRTC, "MODE_ID",
	    client->mode_blob);
	add(client, request, crtc, DRM_MODE_OBJECT_CRTC, "ACTIVE", 1);
}

static void add_plane(const struct kms_client *client,
		      drmModeAtomicReqPtr request)
{
	const struct { const char *name; uint64_t value; } values[] = {
		{ "CRTC_ID", client->connector.crtc_id },
		{ "SRC_X", 0 }, { "SRC_Y", 0 },
		{ "SRC_W", (uint64_t)client->mode.hdisplay << 16 },
		{ "SRC_H", (uint64_t)client->mode.vdisplay << 16 },
		{ "CRTC_X", 0 }, { "CRTC_Y", 0 },
		{ "CRTC_W", client->mode.hdisplay }, { "CRTC_H", client->mode.vdisplay },
	};
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		add(client, request, client->plane_id, DRM_MODE_OBJECT_PLANE,
		    values[i].name, values[i].value);
}

static void await_flip(const struct kms_client *client)
{
	drmEventContext context = { .version = 2 };
	struct pollfd fd = { .fd = client->fd, .events = POLLIN };

	while (poll(&fd, 1, 5000) < 0)
		if (errno != EINTR)
			kms_die("poll");
	if (!(fd.revents & POLLIN)) {
		errno = ETIMEDOUT;
		kms_die("flip");
	}
	drmHandleEvent(client->fd, &context);
}

static uint32_t need(const struct kms_client *client, const char *name)
{
	uint32_t id = kms_property(client->fd, client->plane_id,
				   DRM_MODE_OBJECT_PLANE, name, NULL);

	if (!id)
		kms_die(name);
	return id;
}

static int open_card(void)
{
	struct mc_device device;

	errno = -mc_device_open(NULL, &device);
	if (errno)
		kms_die("device");
	if (drmSetMaster(device.fd))
		kms_die("DRM master");
	return device.fd;
}

void kms_open(struct kms_client *client, int fd, const char *connector,
	      const struct drm_miracast_mode *want)
{
	int i;

	client->fd = fd < 0 ? open_card() : fd;
	drmSetClientCap(client->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1);
	if (drmSetClientCap(client->fd, DRM_CLIENT_CAP_ATOMIC, 1))
		kms_die("atomic");
	errno = -mc_connector_find(client->fd, connector, &client->connector);
	if (errno)
		kms_die(connector);
	client->plane_id = kms_primary_plane(client->fd, client->connector.crtc_id);
	if (!client->plane_id)
		kms_die("no primary plane");
	client->fb_property = need(client, "FB_ID");
	client->damage_property = need(client, "FB_DAMAGE_CLIPS");
	choose_mode(client, want);
	for (i = 0; i < KMS_BUFFERS; i++)
		make_buffer(client, &client->buffers[i]);
}

int kms_commit(const struct kms_client *client, const struct kms_buffer *buffer,
	       const struct drm_mode_rect *clips, uint32_t count, bool mode_set)
{
	drmModeAtomicReqPtr request = drmModeAtomicAlloc();
	uint32_t flags = DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_NONBLOCK;
	uint32_t damage = 0;
	int ret;

	if (mode_set) {
		flags = DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_ALLOW_MODESET;
		add_mode_set(client, request);
		add_plane(client, request);
	}
	if (drmModeCreatePropertyBlob(client->fd, clips, count * sizeof(*clips),
				      &damage))
		kms_die("damage");
	drmModeAtomicAddProperty(request, client->plane_id, client->fb_property,
				 buffer->fb);
	drmModeAtomicAddProperty(request, client->plane_id,
				 client->damage_property, damage);
	ret = drmModeAtomicCommit(client->fd, request, flags, NULL);
	if (!ret)
		await_flip(client);
	drmModeDestroyPropertyBlob(client->fd, damage);
	drmModeAtomicFree(request);
	return ret;
}
