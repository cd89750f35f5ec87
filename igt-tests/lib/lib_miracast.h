/* SPDX-License-Identifier: MIT */
/*
 * What the miracast tests share. Everything here asserts on its own unless its
 * name ends in "_errno" or its comment says that it returns an error: those
 * return 0 or a negative errno.
 *
 * File descriptors, mappings and processes made here are remembered. mc_run()
 * frees what a subtest left behind and checks that the device is at rest, so
 * each subtest starts from a clean device and a leak fails the subtest that
 * made it.
 */
#ifndef LIB_MIRACAST_H
#define LIB_MIRACAST_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <drm_fourcc.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "igt.h"

#if __has_include("drm-uapi/miracast_drm.h")
#include "drm-uapi/miracast_drm.h"
#else
#include "miracast_drm.h"
#endif

/* Long enough for an emulated machine under load; only failures wait so long. */
#define MC_TIMEOUT_MS	60000
/* How long the device may take to give everything back. */
#define MC_REST_MS	5000
/*
 * How long nothing must happen, where nothing may happen: several vblanks of any
 * mode. Work that timers have queued by then is waited for, see mc_settle().
 */
#define MC_QUIET_MS	400

struct mc_subtest {
	const char *name;
	const char *description;
	void (*run)(void);
};

void mc_run(void (*subtest)(void));

#define mc_subtests(table) \
	for (const struct mc_subtest *mc__t = (table); mc__t->name; mc__t++) { \
		igt_describe(mc__t->description); \
		igt_subtest(mc__t->name) \
			mc_run(mc__t->run); \
	}

#define mc_expect(call, want) \
	do { \
		int got__ = (call), want__ = (want); \
		igt_assert_f(got__ == want__, "got %d (%s), expected %d (%s)\n", \
			     got__, mc_strerror(got__), \
			     want__, mc_strerror(want__)); \
	} while (0)

#define mc_expect_f(call, want, f, ...) \
	do { \
		int got__ = (call), want__ = (want); \
		igt_assert_f(got__ == want__, \
			     f ": got %d (%s), expected %d (%s)\n", \
			     __VA_ARGS__, got__, mc_strerror(got__), \
			     want__, mc_strerror(want__)); \
	} while (0)

const char *mc_strerror(int error);

/* Remembered resources: lib_miracast.c */

/* Kills, unmaps and closes all that is remembered; subtests rarely need it. */
void mc_forget_all(void);
/* To be called by mc_forget_all() once, at last: also when the subtest has failed. */
void mc_at_end(void (*undo)(void));
int mc_keep(int fd);
void mc_close(int fd);
int mc_count_fds(void);
void *mc_map(int fd, size_t size, int prot, off_t offset);
void mc_unmap(void *map, size_t size);

/* The device: lib_miracast.c */

/* The environment's MIRACAST_CYCLES and the like. */
unsigned int mc_setting(const char *name, unsigned int fallback);
/* Loads the module anew with the given parameters; skips when it cannot. */
void mc_module_reload(const char *parameters);
int mc_module_reload_errno(const char *parameters);
/* Undoes mc_module_reload(). */
void mc_module_restore(void);
/* sysfs: takes the device from the driver and gives it back. */
bool mc_bound(void);
void mc_unbind(void);
void mc_bind(void);
/* The name of the platform device. */
const char *mc_device_name(void);
/* Tries to unload the module: 0 or a negative errno. */
int mc_module_unload_errno(void);
bool mc_module_loaded(void);
/* References to the module, by files, devices and dma-bufs. */
long mc_module_users(void);
/* Waits until there are no more of them than @users. */
void mc_module_wait_users(long users);

/* What the kernel has, for tests that repeat something often. */
#define MC_MEMINFO 4

struct mc_memory {
	long kib[MC_MEMINFO];	/* of /proc/meminfo */
	unsigned int objects;	/* memory objects of the device; debugfs */
	unsigned int dmabufs;	/* of the system; debugfs */
};

void mc_memory_begin(struct mc_memory *memory);
/* What may be gone grows with the cycles, and objects may not at all. */
void mc_memory_end(const struct mc_memory *memory, unsigned int cycles,
		   const char *what);

/* Reads a file of the driver in debugfs; false when it cannot. */
bool mc_read_debugfs(const char *name, char *text, size_t size);
/* Path in debugfs of "control" or "data" of a CRTC's frame CRCs. */
void mc_crc_path(char *path, size_t size, int card, unsigned int crtc_index,
		 const char *file);
/* Path of a file that DRM core has in debugfs for a connector. */
void mc_connector_path(char *path, size_t size, int card, uint32_t connector,
		       const char *file);
/* Waits for all work that the driver has queued; false without debugfs. */
bool mc_settle(void);

/* A parameter of the module, or -1 when it has none of that name. */
long mc_parameter(const char *name);
/* Opens the card by its driver's name, -ENODEV when there is none. */
int mc_card_open_errno(const char *driver);
/* Where there is no DRM master, it becomes one, as a compositor that asks. */
int mc_card_open(void);
int mc_card_minor(int card);
int mc_caps_errno(int card, struct drm_miracast_query_caps *caps);
struct drm_miracast_query_caps mc_caps(int card);
bool mc_has_code(int card, uint32_t code);
bool mc_at_rest(int card);
void mc_wait_at_rest(int card);

/* Contexts: lib_miracast.c */

#define MC_BUFFERS 32

struct mc_buffer {
	struct drm_miracast_buffer info;
	const uint8_t *map;	/* of the first object */
	size_t size;
	const uint8_t *maps[DRM_MIRACAST_MAX_PLANES];	/* of each object */
	size_t sizes[DRM_MIRACAST_MAX_PLANES];
	bool reading;		/* DMA_BUF_IOCTL_SYNC has begun */
};

struct mc_ctx {
	int fd;
	uint32_t connector;
	uint32_t crtc;
	uint64_t number;
	/* What CREATE_CONTEXT asked for; 0 for any, also in DIRECT. */
	uint32_t format;
	/* Events that were read and not yet looked at. */
	size_t head, tail;
	uint64_t queue[8192];
	struct mc_buffer buffers[MC_BUFFERS];
};

/* Smallest limits; callers change what they test. */
struct drm_miracast_create_context mc_limits(uint32_t width, uint32_t height,
					     uint32_t buffers);
struct drm_miracast_create_context mc_limits_direct(uint32_t width,
						    uint32_t height);
int mc_create_errno(int card, struct drm_miracast_create_context *arg);
/* Makes a context with @arg, or small limits when NULL. */
struct mc_ctx *mc_ctx_create(int card,
			     const struct drm_miracast_create_context *arg);
struct mc_ctx *mc_ctx_from_fd(int fd);
/* Closes the descriptor; frees what the library holds for the context. */
void mc_ctx_close(struct mc_ctx *ctx);

int mc_ioctl_errno(int fd, unsigned long request, void *arg);
int mc_io_errno(int fd, uint32_t code, const void *in, uint32_t in_size,
		void *out, uint32_t out_size, uint32_t *returned);
int mc_destroy_errno(int fd);
int mc_start_errno(int fd, uint64_t *session);
int mc_stop_errno(int fd);
int mc_depart_errno(int fd);
int mc_complete_errno(int fd, uint64_t number, uint32_t status);
int mc_request_frame_errno(int fd);
int mc_set_rate_errno(int fd, uint32_t max_picture_rate_mhz);
/* Also when the picture was revoked. */
int mc_release_errno(int fd, uint64_t buffer, uint64_t chunk_id);
/* What a release answers when the picture was revoked before. */
#define MC_REVOKED ((int)DRM_MIRACAST_RELEASE_RESULT_REVOKED)
/* An errno, 0, or MC_REVOKED; with a sync_file, or -1. */
int mc_release_fenced(int fd, uint64_t buffer, uint64_t chunk_id, int fence);
int mc_get_fence_errno(int fd, uint64_t buffer, uint64_t chunk_id, int *fence);
int mc_get_buffer_errno(int fd, uint64_t number,
			struct drm_miracast_buffer *out);
int mc_set_buffers_errno(int fd, const struct drm_miracast_owner_buffer *buffers,
			 uint32_t count);
/* @pixels and @out can be NULL. */
int mc_get_cursor_errno(int fd, void *pixels, uint32_t pixels_size,
			struct drm_miracast_cursor *out);
int mc_statistics_errno(int fd, struct drm_miracast_statistics *out);
struct drm_miracast_statistics mc_statistics(struct mc_ctx *ctx);
/*
 * Waits until @captured pictures or more were captured, whole: that may be after
 * their flips.
 */
void mc_wait_captured(struct mc_ctx *ctx, uint64_t captured);
/*
 * Waits until @captured pictures or more were captured and none is unreleased;
 * returns how many were captured by then.
 */
uint64_t mc_wait_released(struct mc_ctx *ctx, uint64_t captured);

uint64_t mc_start(struct mc_ctx *ctx);
void mc_stop(struct mc_ctx *ctx);
void mc_depart(struct mc_ctx *ctx);

struct drm_miracast_monitor_arrive
mc_monitor(const struct drm_miracast_mode *modes, uint32_t count);
int mc_arrive_errno(int fd, const struct drm_miracast_monitor_arrive *arg);
void mc_arrive_modes(struct mc_ctx *ctx, const struct drm_miracast_mode *modes,
		     uint32_t count);
/* One preferred mode at 60 Hz. */
void mc_arrive(struct mc_ctx *ctx, uint32_t width, uint32_t height);

/* Which codes there are and how each is called: lib_miracast_codes.c */

#define MC_CREATED	(1u << DRM_MIRACAST_STATE_CREATED)
#define MC_STARTED	(1u << DRM_MIRACAST_STATE_STARTED)
#define MC_MONITOR	(1u << DRM_MIRACAST_STATE_MONITOR)
#define MC_STATES	3

struct mc_code {
	const char *name;
	uint32_t code;
	uint32_t in_size;
	uint32_t out_size;
	/* Where members are that must be zero, as u32; ends with 0xffff. */
	uint16_t zero[4];
	unsigned int states;
	/* What a well-formed call with made-up numbers answers there. */
	int answer;
};

extern const struct mc_code mc_codes[];
extern const unsigned int mc_code_count;
extern const char *const mc_state_names[MC_STATES];

#define MC_INPUT_MAX 256

/* Fills in well-formed input; its numbers name nothing that exists. */
void mc_code_input(const struct mc_code *code, void *input);
/* What the code answers in @state when well-formed. */
int mc_code_answer(const struct mc_code *code, unsigned int state);
/* Makes a context in @state, from scratch. */
struct mc_ctx *mc_ctx_in_state(int card, unsigned int state);
/* One that can be asked for @code, with the flag that it needs. */
struct mc_ctx *mc_ctx_for_code(int card, const struct mc_code *code,
			       unsigned int state);
unsigned int mc_state(struct mc_ctx *ctx);

/* Events and buffers: lib_miracast_events.c */

struct mc_chunk {
	struct drm_miracast_event_chunk event;
	struct drm_clip_rect clips[DRM_MIRACAST_MAX_CLIPS];
};

struct mc_message {
	struct drm_miracast_event_message event;
	union {
		struct drm_miracast_message_mode_set mode_set;
		struct drm_miracast_message_power power;
		struct drm_miracast_message_cursor_move cursor_move;
		struct drm_miracast_message_cursor_shape cursor_shape;
		struct drm_miracast_message_buffer_gone gone;
		struct drm_miracast_message_stopped stopped;
		struct drm_miracast_message_hdcp hdcp;
		struct drm_miracast_message_picture_state picture_state;
		uint8_t bytes[64];
	};
};

int mc_poll(int fd, short events, int timeout_ms);
/*
 * The next event, or NULL after @timeout_ms: from MC_QUIET_MS on, also when the
 * driver's work is done. Valid until the next call.
 */
const struct drm_miracast_event *mc_next_event(struct mc_ctx *ctx,
					       int timeout_ms);
/* Forgets events that were read and not yet looked at. */
void mc_forget_events(struct mc_ctx *ctx);
void mc_parse_chunk(const struct drm_miracast_event *event,
		    struct mc_chunk *chunk);
void mc_parse_message(const struct drm_miracast_event *event,
		      struct mc_message *message);
/*
 * Wait for an event of a kind; others before it are dropped, a dropped chunk is
 * released (with its last part) and a dropped MODE_SET completed with success.
 */
void mc_wait_chunk(struct mc_ctx *ctx, struct mc_chunk *chunk);
bool mc_try_chunk(struct mc_ctx *ctx, struct mc_chunk *chunk, int timeout_ms);
void mc_wait_message(struct mc_ctx *ctx, uint32_t code,
		     struct mc_message *message);
bool mc_try_message(struct mc_ctx *ctx, uint32_t code,
		    struct mc_message *message, int timeout_ms);
/* Waits for the MODE_SET and completes it; the message can be NULL. */
void mc_complete_mode(struct mc_ctx *ctx, struct mc_message *message);
void mc_no_event(struct mc_ctx *ctx, int quiet_ms);
void mc_no_chunk(struct mc_ctx *ctx, int quiet_ms);
void mc_release(struct mc_ctx *ctx, const struct mc_chunk *chunk);
/* For chunks that may be revoked: an errno, 0, or MC_REVOKED. */
int mc_try_release(struct mc_ctx *ctx, const struct mc_chunk *chunk);
/* Waits until chunks stop, releasing them; the last one stays in @chunk. */
bool mc_drain(struct mc_ctx *ctx, struct mc_chunk *chunk);

/* Describes and maps a buffer, once. */
const struct mc_buffer *mc_buffer(struct mc_ctx *ctx, uint64_t number);
void mc_buffer_drop(struct mc_ctx *ctx, uint64_t number);
/* First pixel of the chunk's picture. */
const uint8_t *mc_chunk_pixels(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			       uint32_t *pitch);
/* First byte of a plane of the chunk's buffer. */
const uint8_t *mc_chunk_plane(struct mc_ctx *ctx, const struct mc_chunk *chunk,
			      unsigned int plane, uint32_t *pitch);

/* Pictures: lib_miracast_picture.c */

struct mc_picture {
	uint32_t width, height;
	uint32_t pitch;		/* bytes */
	uint32_t *pixels;
};

struct mc_picture *mc_picture(uint32_t width, uint32_t height);
struct mc_picture *mc_picture_shared(uint32_t width, uint32_t height);
void mc_picture_free(struct mc_picture *picture);
uint32_t mc_random(uint32_t *seed);
uint32_t mc_pattern(uint32_t x, uint32_t y, uint32_t seed);
void mc_picture_paint(struct mc_picture *picture,
		      const struct drm_clip_rect *clip, uint32_t seed);
void mc_picture_copy(struct mc_picture *to, const void *from, uint32_t pitch,
		     const struct drm_clip_rect *clip);
/* Takes over the chunk's clips, as an owner does that keeps its picture. */
void mc_picture_apply(struct mc_picture *picture, struct mc_ctx *ctx,
		      const struct mc_chunk *chunk);
/* Compares all but the X bytes; @x and @y get the first difference. */
bool mc_pixels_equal(const void *a, uint32_t pitch_a,
		     const void *b, uint32_t pitch_b,
		     uint32_t width, uint32_t height,
		     uint32_t *x, uint32_t *y);
void mc_assert_pixels(const void *a, uint32_t pitch_a,
		      const void *b, uint32_t pitch_b,
		      uint32_t width, uint32_t height, const char *what);
void mc_assert_picture(const struct mc_picture *a, const struct mc_picture *b,
		       const char *what);
/* The chunk's whole buffer shows @picture. */
void mc_assert_chunk(struct mc_ctx *ctx, const struct mc_chunk *chunk,
		     const struct mc_picture *picture, const char *what);

/* KMS client: lib_miracast_kms.c, lib_miracast_fb.c and lib_miracast_flips.c */

struct mc_fb {
	int card;
	uint32_t id, handle;
	uint32_t format, width, height, pitch;
	size_t size;
	uint8_t *map;
};

struct mc_fb *mc_fb(int card, uint32_t width, uint32_t height, uint32_t format);
/* Wraps a handle that the caller made; @map can be NULL. */
struct mc_fb *mc_fb_of_handle(int card, uint32_t handle, uint32_t pitch,
			      uint32_t width, uint32_t height, uint32_t format);
void mc_fb_free(struct mc_fb *fb);
/* Paints mc_pattern() of @seed in the framebuffer's format. */
void mc_fb_paint(struct mc_fb *fb, const struct drm_clip_rect *clip,
		 uint32_t seed);
void mc_fb_fill(struct mc_fb *fb, uint32_t pixel);
/* Copies from a picture of the same size into an XRGB8888 framebuffer. */
void mc_fb_copy(struct mc_fb *fb, const struct mc_picture *from,
		const struct drm_clip_rect *clip);
/* What a screen shows that scans the framebuffer out at an offset. */
struct mc_picture *mc_fb_seen(const struct mc_fb *fb, uint32_t x, uint32_t y,
			      uint32_t width, uint32_t height);
uint32_t mc_fb_pixel(const struct mc_fb *fb, uint32_t x, uint32_t y);
void mc_blend(struct mc_picture *picture, const struct mc_fb *cursor,
	      int32_t x, int32_t y);
/* As mc_assert_chunk(), with blended pixels of a cursor allowed off by one. */
void mc_assert_blended(struct mc_ctx *ctx, const struct mc_chunk *chunk,
		       const struct mc_picture *before,
		       const struct mc_fb *cursor, int32_t x, int32_t y);

/* Property ids; those of planes are the same for every plane. */
struct mc_props {
	uint32_t fb_id, crtc_id;
	uint32_t src_x, src_y, src_w, src_h;
	uint32_t crtc_x, crtc_y, crtc_w, crtc_h;
	uint32_t damage, active, mode_id, in_fence, out_fence;
	uint32_t gamma_lut;
};

struct mc_kms {
	int card;
	uint32_t connector, crtc, primary, cursor;
	unsigned int crtc_index;
	struct mc_props props;
	drmModeModeInfo mode;
};

struct mc_flip {
	uint32_t sequence;
	uint64_t time_ns;
	uint64_t user_data;
	uint32_t crtc;
};

/* Takes the card of @card as client; connector 0: the first. */
struct mc_kms *mc_kms(int card, uint32_t connector);
uint32_t mc_property(int card, uint32_t object, uint32_t type,
		     const char *name);
uint64_t mc_property_value(int card, uint32_t object, uint32_t type,
			   const char *name);
/* Contents of a blob property; NULL when there is none. */
void *mc_property_blob(int card, uint32_t object, uint32_t type,
		       const char *name, size_t *size);
drmModeConnector *mc_connector(int card, uint32_t connector);
bool mc_connected(int card, uint32_t connector);
/*
 * Waits until the connector has a status: a monitor that replaces another one comes
 * a little later. @card must be master.
 */
void mc_wait_connected(int card, uint32_t connector, bool connected);
/* The status as the kernel knows it, without looking. */
bool mc_status_is(int card, uint32_t connector, drmModeConnection want);
void mc_wait_status(int card, uint32_t connector, drmModeConnection want);
uint64_t mc_mode_mhz(const drmModeModeInfo *mode);
/* Looks the mode up in the connector's list; @mhz 0: any. */
bool mc_find_mode(int card, uint32_t connector, uint32_t width, uint32_t height,
		  uint32_t mhz, drmModeModeInfo *mode);
/* Makes timings up. */
drmModeModeInfo mc_make_mode(uint32_t width, uint32_t height, uint32_t mhz);

/* One atomic commit; what is zero or NULL is left alone. */
struct mc_commit {
	const drmModeModeInfo *mode;	/* set this mode and all routing */
	bool off;			/* take the mode, planes and routing away */
	int active;			/* 1 on, -1 off */
	const struct mc_fb *fb;
	bool no_primary;		/* take the primary plane off */
	uint32_t src_x, src_y;		/* with fb */
	uint32_t src_fraction;		/* of src_x, 1/65536 pixels */
	uint32_t src_w, src_h;		/* default: the mode's */
	int32_t crtc_x, crtc_y;
	uint32_t crtc_w, crtc_h;	/* default: the mode's */
	const struct drm_mode_rect *clips;
	uint32_t clip_count;
	const struct mc_fb *cursor;
	bool no_cursor;
	int32_t cursor_x, cursor_y;
	uint32_t cursor_src_x, cursor_src_y;
	uint32_t cursor_w, cursor_h;	/* default: the framebuffer's */
	const struct drm_color_lut *gamma;
	size_t gamma_bytes;		/* default: 256 entries */
	bool no_gamma;
	int32_t *out_fence;		/* set to a sync file; the caller's */
	const int *in_fence;		/* a sync file that the framebuffer waits for */
	uint32_t flags;
	uint64_t user_data;
};

int mc_commit_errno(struct mc_kms *kms, const struct mc_commit *commit);
/* Blocking mode set, without cursor and gamma. */
void mc_light(struct mc_kms *kms, const drmModeModeInfo *mode,
	      const struct mc_fb *fb);
void mc_off(struct mc_kms *kms);
/* The legacy calls, which wait for no commit; NULL: no cursor. */
void mc_set_cursor(struct mc_kms *kms, const struct mc_fb *cursor);
void mc_move_cursor(struct mc_kms *kms, int32_t x, int32_t y);
/* Non-blocking flip with event; clips can be NULL. */
void mc_flip(struct mc_kms *kms, const struct mc_fb *fb,
	     const struct drm_mode_rect *clips, uint32_t count);
void mc_wait_flip(struct mc_kms *kms, struct mc_flip *flip);
bool mc_try_flip(struct mc_kms *kms, struct mc_flip *flip, int timeout_ms);
/* Both. */
void mc_show(struct mc_kms *kms, const struct mc_fb *fb,
	     const struct drm_mode_rect *clips, uint32_t count);
void mc_forget_flips(void);
uint64_t mc_now_ns(void);

/* Vblanks: lib_miracast_flips.c */

/* The newest vblank. */
uint64_t mc_vblank(struct mc_kms *kms);
uint64_t mc_period_ns(const struct mc_kms *kms);
/*
 * A witness to the clock: asks for an event at a vblank, and waits for it. False
 * when the clock was late itself and ticked at a later one, so that nothing can
 * be said of what should have happened at this one.
 */
void mc_watch_vblank(struct mc_kms *kms, uint64_t sequence);
bool mc_watched_vblank(struct mc_kms *kms, uint64_t sequence);
/* Waits until the next vblank is over; returns the newest. */
uint64_t mc_wait_vblank(struct mc_kms *kms);

/*
 * The usual scene: a context with its session and monitor, a client that lit
 * the connector with fb[0] in its pattern, MODE_SET completed.
 */
struct mc_scene {
	int card;
	struct mc_ctx *ctx;
	struct mc_kms *kms;
	struct mc_fb *fb[3];
	uint64_t session;
	struct mc_message mode_set;
};

/* With any limits and rate; the mode is of the limits' size. */
struct mc_scene *
mc_scene_with(int card, const struct drm_miracast_create_context *limits,
	      uint32_t mhz);
/* The same up to MODE_SET, which is neither read nor completed. */
struct mc_scene *
mc_scene_lit(int card, const struct drm_miracast_create_context *limits,
	     uint32_t mhz);
struct mc_scene *mc_scene(uint32_t width, uint32_t height, uint32_t buffers);
/* The same in DIRECT delivery. */
struct mc_scene *mc_scene_direct(uint32_t width, uint32_t height);
/* Also waits for the first chunk, checks it and releases it. */
struct mc_scene *mc_scene_running(uint32_t width, uint32_t height,
				  uint32_t buffers);
struct mc_scene *mc_scene_direct_running(uint32_t width, uint32_t height);
/*
 * mc_show() to a running scene that owes no picture, until this one is captured. A flip
 * that comes before that replaces it: then there is one chunk for both.
 */
void mc_show_captured(struct mc_scene *scene, const struct mc_fb *fb);
/* What mc_scene_running() does with a scene. */
void mc_scene_run(struct mc_scene *scene);
/* Free room, on another target of the same card. */
struct mc_scene *mc_scene_on(int card, uint32_t width, uint32_t height,
			     uint32_t buffers);

/* Formats of framebuffers. */
#define MC_FORMATS 5
extern const uint32_t mc_formats[MC_FORMATS];
/* The next chunk is what @fb shows in its top left corner. */
typedef void (*mc_scene_check)(struct mc_ctx *ctx, const struct mc_fb *fb,
			       const char *what);
/* In a scene of 640x480: a format by a flip, by damage and by a mode set. */
void mc_scene_show_format(struct mc_scene *scene, uint32_t format,
			  mc_scene_check check);
/* Flips from each format to each other. */
void mc_scene_change_formats(struct mc_scene *scene, mc_scene_check check);

/*
 * Ends all of it. Its card, which must be the scene's own, is closed: while
 * framebuffers are mapped it would stay DRM master.
 */
void mc_scene_free(struct mc_scene *scene);

/* EDIDs: lib_miracast_edid.c */

#define MC_EDID_BLOCK	128
#define MC_EDID_MAX	(256 * MC_EDID_BLOCK)

/* An EDID whose only timing is 1280x720 at 60 Hz; returns its size. */
size_t mc_edid(uint8_t *edid, unsigned int blocks, char serial);
void mc_edid_checksum(uint8_t *block);
/* Writes a block of these bytes and zeroes, with its checksum. */
void mc_edid_block(uint8_t *block, const uint8_t *bytes, size_t size);
int mc_arrive_edid_errno(int fd, const void *edid, size_t size);

/* Processes: lib_miracast_process.c */

/* Runs a function in a child; assertions in it fail the child only. */
pid_t mc_fork(void (*child)(void *data), void *data);
/* Waits for the child, which must have succeeded. */
void mc_join(pid_t pid);
/* Waits until the child sleeps in a function of the kernel so named, in part. */
void mc_wait_stuck(pid_t pid, const char *where);
/* Memory that nobody ever provides: whoever touches it waits, in "userfault". */
void *mc_bottomless(void);
/* From here on, mc_readable() says whether there is memory behind an address. */
void mc_catch_bus(void);
bool mc_readable(const void *map);
/*
 * Signals from now on, often enough to end any wait that a signal can end; 0: no
 * more.
 */
void mc_alarms(int interval_ms);
/* For a child that the caller has waited for. */
void mc_forget_process(pid_t pid);
/* Skips where whoever is in the class cannot be made to stay there. */
void mc_require_preemption(void);
/* kill -9 and wait. */
void mc_kill(pid_t pid);
void mc_kill_all(void);

enum mc_stage {
	MC_STAGE_CREATED,
	MC_STAGE_STARTED,
	MC_STAGE_MONITOR,
	/* The next two need a client that lights the connector. */
	MC_STAGE_COMPLETED,
	MC_STAGE_HOLDING,
	MC_STAGES
};

/* A process that owns a context and stays at a stage. */
struct mc_owner {
	pid_t pid;
	int report;
};

void mc_owner_spawn(struct mc_owner *owner, uint32_t connector,
		    uint32_t width, uint32_t height, enum mc_stage stage);
void mc_owner_wait(struct mc_owner *owner, enum mc_stage stage);
void mc_owner_kill(struct mc_owner *owner);

/* Descriptors, privileges, uevents, files: lib_miracast_sys.c */

void mc_send_fd(int socket, int fd);
int mc_receive_fd(int socket);
/* Gives up all privileges for good; for a forked child. */
void mc_become_nobody(void);
/* An address with @size bytes up to a page that cannot be accessed. */
void *mc_before_hole(size_t size);
/* A page with the given bytes, not writable. */
void *mc_read_only(const void *bytes, size_t size);

int mc_uevents_open(void);
/* Whether a HOTPLUG=1 of the miracast card comes in time. */
bool mc_hotplug(int uevents, int timeout_ms);
void mc_uevents_drain(int uevents);
/* Whether one comes that names this property of this connector. */
bool mc_property_event(int uevents, uint32_t connector, uint32_t property,
		       int timeout_ms);

uint64_t mc_inode(int fd);
/* Reads a file of procfs, sysfs or debugfs; false when it cannot. */
bool mc_read_file(const char *path, char *text, size_t size);
int mc_write_file_errno(const char *path, const char *text);
long mc_meminfo_kib(const char *name);

/* The kernel's trace: lib_miracast_trace.c */

struct mc_activity {
	unsigned int lines;	/* of all */
	unsigned int module;	/* timers and work of the module */
	unsigned int owner;	/* wake-ups of a process */
	unsigned int shown;
};

/* Records timers, work items and wake-ups; skips without tracefs. */
void mc_trace_begin(void);
void mc_trace_end(void);
void mc_trace_forget(void);
/* What was recorded since. */
struct mc_activity mc_trace_activity(pid_t pid);

#endif /* LIB_MIRACAST_H */
