/* SPDX-License-Identifier: MIT */
/*
 * An atomic KMS client, the same for every driver: lights one CRTC with dumb
 * buffers and flips between them. All names and blobs are looked up beforehand,
 * so that a flip is one system call. Errors end the program.
 */
#ifndef BENCH_KMS_H
#define BENCH_KMS_H

#include <stdbool.h>
#include <stdint.h>

#include <xf86drm.h>
#include <xf86drmMode.h>

#define KMS_BUFFERS	3

/** struct kms_buffer - A framebuffer. */
struct kms_buffer {
	/** @handle: GEM handle. */
	uint32_t handle;
	/** @fb: Framebuffer id. */
	uint32_t fb;
	/** @pitch: Bytes per line. */
	uint32_t pitch;
	/** @map: The pixels. */
	uint32_t *map;
	/** @size: Bytes at @map. */
	uint64_t size;
};

/** struct kms_props - Property ids. */
struct kms_props {
	uint32_t connector_crtc, crtc_mode, crtc_active;
	uint32_t plane_fb, plane_crtc, plane_damage;
	uint32_t src_x, src_y, src_w, src_h;
	uint32_t crtc_x, crtc_y, crtc_w, crtc_h;
	uint32_t writeback_fb, writeback_fence;
};

/** struct kms - A client and its CRTC. */
struct kms {
	int fd;
	uint32_t connector, crtc, plane, writeback;
	struct kms_props props;
	uint32_t width, height;
	/** @period_ns: Length of a refresh period. */
	double period_ns;
	uint32_t mode_blob;
	struct kms_buffer buffers[KMS_BUFFERS];
	/** @target: Where writeback goes. */
	struct kms_buffer target;
};

/** struct kms_flip - A completed flip. */
struct kms_flip {
	/** @sequence: Vblank count in the event. */
	uint32_t sequence;
	/** @time_ns: Time in the event. */
	uint64_t time_ns;
	/** @seen_ns: When the event was read. */
	uint64_t seen_ns;
};

/**
 * kms_use_write_combined() - Let the exporter of the tests allocate buffers.
 *
 * Their memory is write-combined, as that of many GPUs is. To be called before
 * kms_open(). Return: false when there is no such exporter.
 */
bool kms_use_write_combined(void);

/** kms_card() - Open the card of a driver, the @nth of them; -1 for none. */
int kms_card(const char *driver, unsigned int nth);

/**
 * kms_open() - Become a client.
 * @kms: filled in
 * @card: card, taken over; may be shared by several clients
 * @connector: object id, or 0: for write-back where there is one, else the first
 * @crtc: object id, or 0 for the connector's
 * @width: width of the mode
 * @height: height of the mode
 */
void kms_open(struct kms *kms, int card, uint32_t connector, uint32_t crtc,
	      uint32_t width, uint32_t height);

/** kms_close() - Free everything; the card stays open. */
void kms_close(struct kms *kms);

/** kms_clip() - Create the damage of a flip. Return: a blob. */
uint32_t kms_clip(const struct kms *kms, const struct drm_mode_rect *clip);

/** kms_clip_free() - Free a blob of kms_clip(). */
void kms_clip_free(const struct kms *kms, uint32_t blob);

/** kms_light() - Set the mode, showing buffer 0. */
void kms_light(struct kms *kms);

/** kms_dark() - Switch the CRTC off. */
void kms_dark(struct kms *kms);

/** kms_request() - Prepare a flip; only kms_submit() is left to do. */
drmModeAtomicReqPtr kms_request(const struct kms *kms, unsigned int buffer,
				uint32_t clip);

/**
 * kms_submit() - Commit a prepared flip, non-blocking, with an event.
 *
 * Return: 0 or -errno.
 */
int kms_submit(const struct kms *kms, drmModeAtomicReqPtr request);

/** kms_write_back() - Add a write-back to a request; @fence gets its fence. */
void kms_write_back(const struct kms *kms, drmModeAtomicReqPtr request,
		    int32_t *fence);

/**
 * kms_await() - Wait for the event of a flip.
 *
 * Return: false when none came in time.
 */
bool kms_await(const struct kms *kms, int timeout_ms, struct kms_flip *flip);

/** kms_paint() - Fill a rectangle of a buffer with a pattern that depends on @n. */
void kms_paint(const struct kms *kms, unsigned int buffer,
	       const struct drm_mode_rect *rect, uint32_t seed);

#endif
