// SPDX-License-Identifier: MIT
#include "kms.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/plane.h"
#include "client/property.h"
#include "clock.h"
#include "miracast_exporter.h"
#include "report.h"

#define MAX_CARDS	64
#define REFRESH_HZ	60
#define BUSY_TRIES	1000
#define BUSY_NS		(100 * 1000ull)

/* Alignment of lines, as GPUs and the driver have it. */
#define PITCH_ALIGN	256u
#define PAGE_BYTES	4096u

static bool write_combined;

bool kms_use_write_combined(void)
{
	write_combined = !access(MIRACAST_EXPORTER_DEVICE, R_OK | W_OK);
	return write_combined;
}

static bool is_driver(int fd, const char *driver)
{
	drmVersionPtr version = drmGetVersion(fd);
	bool yes = version && !strcmp(version->name, driver);

	drmFreeVersion(version);
	return yes;
}

int kms_card(const char *driver, unsigned int nth)
{
	char path[32];
	int fd, i;

	for (i = 0; i < MAX_CARDS; i++) {
		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (is_driver(fd, driver) && !nth--)
			return fd;
		close(fd);
	}
	return -1;
}

static void find_props(struct kms *kms)
{
	const struct {
		uint32_t *id, object, type;
		const char *name;
	} wanted[] = {
#define CONNECTOR kms->connector, DRM_MODE_OBJECT_CONNECTOR
#define CRTC kms->crtc, DRM_MODE_OBJECT_CRTC
#define PLANE kms->plane, DRM_MODE_OBJECT_PLANE
		{ &kms->props.connector_crtc, CONNECTOR, "CRTC_ID" },
		{ &kms->props.crtc_mode, CRTC, "MODE_ID" },
		{ &kms->props.crtc_active, CRTC, "ACTIVE" },
		{ &kms->props.plane_fb, PLANE, "FB_ID" },
		{ &kms->props.plane_crtc, PLANE, "CRTC_ID" },
		{ &kms->props.src_x, PLANE, "SRC_X" },
		{ &kms->props.src_y, PLANE, "SRC_Y" },
		{ &kms->props.src_w, PLANE, "SRC_W" },
		{ &kms->props.src_h, PLANE, "SRC_H" },
		{ &kms->props.crtc_x, PLANE, "CRTC_X" },
		{ &kms->props.crtc_y, PLANE, "CRTC_Y" },
		{ &kms->props.crtc_w, PLANE, "CRTC_W" },
		{ &kms->props.crtc_h, PLANE, "CRTC_H" },
	};
	uint32_t writeback = kms->writeback;
	size_t i;

	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		*wanted[i].id = kms_property(kms->fd, wanted[i].object,
					     wanted[i].type, wanted[i].name,
					     NULL);
		errno = ENOENT;
		if (!*wanted[i].id)
			die(wanted[i].name);
	}
	kms->props.plane_damage = kms_property(kms->fd, PLANE, "FB_DAMAGE_CLIPS", NULL);
	if (!writeback)
		return;
#define WRITEBACK writeback, DRM_MODE_OBJECT_CONNECTOR
	kms->props.writeback_fb =
		kms_property(kms->fd, WRITEBACK, "WRITEBACK_FB_ID", NULL);
	kms->props.writeback_fence =
		kms_property(kms->fd, WRITEBACK, "WRITEBACK_OUT_FENCE_PTR", NULL);
}

/* No connector was named: find one, its CRTC, and a connector for write-back. */
static void find_outputs(struct kms *kms)
{
	drmModeResPtr res = drmModeGetResources(kms->fd);
	drmModeConnectorPtr connector;
	int i;

	if (!res)
		die("resources");
	for (i = 0; i < res->count_connectors; i++) {
		connector = drmModeGetConnectorCurrent(kms->fd,
						       res->connectors[i]);
		if (!connector)
			die("connector");
		/* With write-back no other connector is used: the two cannot share a CRTC. */
		if (connector->connector_type == DRM_MODE_CONNECTOR_WRITEBACK)
			kms->writeback = connector->connector_id;
		if (kms->writeback || !kms->connector)
			kms->connector = connector->connector_id;
		drmModeFreeConnector(connector);
	}
	if (!kms->crtc && res->count_crtcs)
		kms->crtc = res->crtcs[0];
	drmModeFreeResources(res);
}

/* Only the refresh rate matters here; it is that of CVT's reduced blanking. */
static void make_mode(struct kms *kms)
{
	drmModeModeInfo mode = {
		.hdisplay = (uint16_t)kms->width,
		.hsync_start = (uint16_t)(kms->width + 48),
		.hsync_end = (uint16_t)(kms->width + 80),
		.htotal = (uint16_t)(kms->width + 160),
		.vdisplay = (uint16_t)kms->height,
		.vsync_start = (uint16_t)(kms->height + 3),
		.vsync_end = (uint16_t)(kms->height + 8),
		.vtotal = (uint16_t)(kms->height + 30),
		.vrefresh = REFRESH_HZ,
		.flags = DRM_MODE_FLAG_PHSYNC | DRM_MODE_FLAG_NVSYNC,
		.type = DRM_MODE_TYPE_USERDEF,
	};
	uint32_t total = (uint32_t)mode.htotal * mode.vtotal;

	mode.clock = total * REFRESH_HZ / 1000;
	kms->period_ns = 1e6 * total / mode.clock;
	snprintf(mode.name, sizeof(mode.name), "%ux%u", kms->width, kms->height);
	if (drmModeCreatePropertyBlob(kms->fd, &mode, sizeof(mode),
				      &kms->mode_blob))
		die("mode");
}

static void make_dumb(const struct kms *kms, struct kms_buffer *buffer)
{
	struct drm_mode_create_dumb create = {
		.width = kms->width, .height = kms->height, .bpp = 32,
	};
	struct drm_mode_map_dumb map = { 0 };

	if (drmIoctl(kms->fd, DRM_IOCTL_MODE_CREATE_DUMB, &create))
		die("dumb buffer");
	map.handle = create.handle;
	buffer->handle = create.handle;
	buffer->pitch = create.pitch;
	buffer->size = create.size;
	if (drmIoctl(kms->fd, DRM_IOCTL_MODE_MAP_DUMB, &map))
		die("map");
	buffer->map = mmap(NULL, create.size, PROT_READ | PROT_WRITE,
			   MAP_SHARED, kms->fd, (off_t)map.offset);
}

static void make_write_combined(const struct kms *kms, struct kms_buffer *buffer)
{
	struct miracast_exporter_create create = { .flags = MIRACAST_EXPORTER_WC };
	int device = open(MIRACAST_EXPORTER_DEVICE, O_RDWR | O_CLOEXEC);

	buffer->pitch = (kms->width * 4 + PITCH_ALIGN - 1) / PITCH_ALIGN *
			PITCH_ALIGN;
	buffer->size = ((uint64_t)buffer->pitch * kms->height + PAGE_BYTES - 1) /
		       PAGE_BYTES * PAGE_BYTES;
	create.size = buffer->size;
	if (device < 0 || ioctl(device, MIRACAST_EXPORTER_IOCTL_CREATE, &create))
		die("exporter");
	if (drmPrimeFDToHandle(kms->fd, create.fd, &buffer->handle))
		die("import");
	buffer->map = mmap(NULL, buffer->size, PROT_READ | PROT_WRITE,
			   MAP_SHARED, device, 0);
	close(create.fd);
	close(device);
}

/* Every page is touched here, so that no fault comes later. */
static void make_buffer(struct kms *kms, struct kms_buffer *buffer)
{
	uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 };

	if (write_combined)
		make_write_combined(kms, buffer);
	else
		make_dumb(kms, buffer);
	if (buffer->map == MAP_FAILED)
		die("mmap");
	handles[0] = buffer->handle;
	pitches[0] = buffer->pitch;
	if (drmModeAddFB2(kms->fd, kms->width, kms->height,
			  DRM_FORMAT_XRGB8888, handles, pitches, offsets,
			  &buffer->fb, 0))
		die("framebuffer");
	memset(buffer->map, 0x40, buffer->size);
}

static void free_buffer(struct kms *kms, struct kms_buffer *buffer)
{
	if (!buffer->map)
		return;
	munmap(buffer->map, buffer->size);
	drmModeRmFB(kms->fd, buffer->fb);
	drmCloseBufferHandle(kms->fd, buffer->handle);
	buffer->map = NULL;
}

static void become_client(int fd)
{
	drmSetMaster(fd);
	if (!drmIsMaster(fd))
		die("DRM master");
	if (drmSetClientCap(fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) ||
	    drmSetClientCap(fd, DRM_CLIENT_CAP_ATOMIC, 1))
		die("atomic");
	drmSetClientCap(fd, DRM_CLIENT_CAP_WRITEBACK_CONNECTORS, 1);
}

void kms_open(struct kms *kms, int card, uint32_t connector, uint32_t crtc,
	      uint32_t width, uint32_t height)
{
	int i;

	memset(kms, 0, sizeof(*kms));
	kms->fd = card;
	kms->connector = connector;
	kms->crtc = crtc;
	kms->width = width;
	kms->height = height;
	become_client(card);
	find_outputs(kms);
	kms->plane = kms_primary_plane(kms->fd, kms->crtc);
	errno = ENOENT;
	if (!kms->plane)
		die("primary plane");
	find_props(kms);
	make_mode(kms);
	for (i = 0; i < KMS_BUFFERS; i++)
		make_buffer(kms, &kms->buffers[i]);
	if (kms->writeback)
		make_buffer(kms, &kms->target);
}

void kms_close(struct kms *kms)
{
	int i;

	for (i = 0; i < KMS_BUFFERS; i++)
		free_buffer(kms, &kms->buffers[i]);
	free_buffer(kms, &kms->target);
	drmModeDestroyPropertyBlob(kms->fd, kms->mode_blob);
}

uint32_t kms_clip(const struct kms *kms, const struct drm_mode_rect *clip)
{
	uint32_t blob = 0;

	if (kms->props.plane_damage &&
	    drmModeCreatePropertyBlob(kms->fd, clip, sizeof(*clip), &blob))
		die("clip");
	return blob;
}

void kms_clip_free(const struct kms *kms, uint32_t blob)
{
	if (blob)
		drmModeDestroyPropertyBlob(kms->fd, blob);
}

static void add(drmModeAtomicReqPtr request, uint32_t object, uint32_t id,
		uint64_t value)
{
	if (drmModeAtomicAddProperty(request, object, id, value) < 0)
		die("property");
}

void kms_light(struct kms *kms)
{
	drmModeAtomicReqPtr request = drmModeAtomicAlloc();
	const struct kms_props *p = &kms->props;

	add(request, kms->connector, p->connector_crtc, kms->crtc);
	add(request, kms->crtc, p->crtc_mode, kms->mode_blob);
	add(request, kms->crtc, p->crtc_active, 1);
	add(request, kms->plane, p->plane_fb, kms->buffers[0].fb);
	add(request, kms->plane, p->plane_crtc, kms->crtc);
	add(request, kms->plane, p->src_x, 0);
	add(request, kms->plane, p->src_y, 0);
	add(request, kms->plane, p->src_w, (uint64_t)kms->width << 16);
	add(request, kms->plane, p->src_h, (uint64_t)kms->height << 16);
	add(request, kms->plane, p->crtc_x, 0);
	add(request, kms->plane, p->crtc_y, 0);
	add(request, kms->plane, p->crtc_w, kms->width);
	add(request, kms->plane, p->crtc_h, kms->height);
	if (kms->writeback)
		add(request, kms->writeback, p->writeback_fb, kms->target.fb);
	if (drmModeAtomicCommit(kms->fd, request,
				DRM_MODE_ATOMIC_ALLOW_MODESET, NULL))
		die("mode set");
	drmModeAtomicFree(request);
}

void kms_dark(struct kms *kms)
{
	drmModeAtomicReqPtr request = drmModeAtomicAlloc();
	const struct kms_props *p = &kms->props;

	add(request, kms->connector, p->connector_crtc, 0);
	add(request, kms->crtc, p->crtc_mode, 0);
	add(request, kms->crtc, p->crtc_active, 0);
	add(request, kms->plane, p->plane_fb, 0);
	add(request, kms->plane, p->plane_crtc, 0);
	if (drmModeAtomicCommit(kms->fd, request,
				DRM_MODE_ATOMIC_ALLOW_MODESET, NULL))
		die("switching off");
	drmModeAtomicFree(request);
}

drmModeAtomicReqPtr kms_request(const struct kms *kms, unsigned int buffer,
				uint32_t clip)
{
	drmModeAtomicReqPtr request = drmModeAtomicAlloc();

	add(request, kms->plane, kms->props.plane_fb, kms->buffers[buffer].fb);
	if (clip)
		add(request, kms->plane, kms->props.plane_damage, clip);
	return request;
}

/* evdi at times reports a flip while its commit is still busy. */
int kms_submit(const struct kms *kms, drmModeAtomicReqPtr request)
{
	int tries, ret = -EBUSY;

	for (tries = 0; tries < BUSY_TRIES; tries++) {
		ret = drmModeAtomicCommit(kms->fd, request,
					  DRM_MODE_ATOMIC_NONBLOCK |
					  DRM_MODE_PAGE_FLIP_EVENT, NULL);
		if (ret != -EBUSY)
			break;
		clock_sleep_ns(BUSY_NS);
	}
	return ret;
}

void kms_write_back(const struct kms *kms, drmModeAtomicReqPtr request,
		    int32_t *fence)
{
	*fence = -1;
	add(request, kms->writeback, kms->props.writeback_fb, kms->target.fb);
	add(request, kms->writeback, kms->props.writeback_fence,
	    (uintptr_t)fence);
}

bool kms_await(const struct kms *kms, int timeout_ms, struct kms_flip *flip)
{
	struct pollfd fd = { .fd = kms->fd, .events = POLLIN };
	struct drm_event_vblank event;
	int ret;

	do {
		ret = poll(&fd, 1, timeout_ms);
	} while (ret < 0 && errno == EINTR);
	if (!ret)
		return false;
	if (ret < 0 || read(kms->fd, &event, sizeof(event)) != sizeof(event))
		die("flip");
	if (flip) {
		flip->seen_ns = clock_ns();
		flip->sequence = event.sequence;
		flip->time_ns = event.tv_sec * NS_PER_SECOND +
				event.tv_usec * 1000ull;
	}
	return true;
}

void kms_paint(const struct kms *kms, unsigned int buffer,
	       const struct drm_mode_rect *rect, uint32_t seed)
{
	const struct kms_buffer *b = &kms->buffers[buffer];
	int32_t x, y;

	for (y = rect->y1; y < rect->y2; y++) {
		uint32_t *line = b->map + (size_t)y * (b->pitch / 4);

		for (x = rect->x1; x < rect->x2; x++)
			line[x] = seed * 0x10305 + (uint32_t)(x * 3 + y * 0x500);
	}
}
