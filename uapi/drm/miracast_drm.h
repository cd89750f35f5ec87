/* SPDX-License-Identifier: MIT */
/*
 * User-space interface of the miracast DRM driver.
 */
#ifndef _UAPI_MIRACAST_DRM_H_
#define _UAPI_MIRACAST_DRM_H_

#include "drm.h"

#if defined(__cplusplus)
extern "C" {
#endif

/**
 * DOC: overview
 *
 * A Miracast sink is driven by a user-space *owner*. The owner creates a
 * *context* on the card node; that gives it one *target* (CRTC, planes, encoder
 * and connector) together with an encoder slot and picture memory, as a file
 * descriptor of its own. On the context's file descriptor it starts a
 * *session* and announces the sink's *monitor*: the connector becomes connected
 * and any compositor can extend its desktop onto it. What is shown reaches the
 * owner as *chunks*: events that name a buffer (a dma-buf), the damage, and
 * times.
 *
 * =========================== ======================== =====================
 * ioctl                       where                    who
 * =========================== ======================== =====================
 * QUERY_CAPS                  card node                anyone
 * CREATE_CONTEXT              card node                CAP_SYS_ADMIN
 * DESTROY_CONTEXT             context fd               whoever holds it
 * IO_CONTROL                  context fd               whoever holds it
 * RELEASE_CHUNK               context fd               whoever holds it
 * read(), poll()              context fd               whoever holds it
 * =========================== ======================== =====================
 *
 * The card node may, and should, be closed once the context exists: an open
 * card node can become DRM master and lock a compositor out. The last close of
 * the context's file descriptor destroys the context.
 */

/**
 * DOC: rules
 *
 * - Types have fixed widths and every struct has the same layout for 32-bit and
 *   64-bit callers: members are naturally aligned, the size is a multiple of 8,
 *   padding is explicit. Pointers are carried in __u64.
 * - Padding, reserved members and unknown flag bits must be zero, else EINVAL.
 *   Output-only members of an argument are not looked at on input.
 * - On the context's file descriptor the caller's struct size is known (from the
 *   ioctl number, or in_size). A struct larger than the kernel's is accepted
 *   when the unknown trailing bytes are zero (else E2BIG); one smaller than
 *   the first published version is EINVAL; a size in between is extended by
 *   zeros. Output is cut to out_size; bytes_returned tells what was written.
 * - On the card node DRM core extends or cuts structs silently, so a new member
 *   there always comes with a new flag. CREATE_CONTEXT needs room for all of its
 *   first version, else EINVAL: a file descriptor must not get lost.
 * - The numbers of contexts, sessions, buffers, messages, frames and modes are
 *   never 0 and only grow during a context's life, across sessions. They may
 *   have gaps; contexts and sessions are counted per device.
 * - A failing call changes nothing. The contents of the argument structs are
 *   undefined after it.
 * - Times are CLOCK_MONOTONIC in nanoseconds, refresh rates are in mHz, lengths
 *   are in pixels unless a member says otherwise.
 */

/**
 * DOC: delivery
 *
 * In *COPY*, the driver copies what changed into buffers of the context. A
 * picture never tears, and a buffer is not written again before its chunk was
 * released. With more than one part, a picture is copied in bands of whole
 * macroblocks (16 lines). Each band with damage is announced as soon as its
 * lines are in the buffer, as parts 1, 2, 3 and so on; the last one as part 0,
 * when the whole picture is. A picture that a departure, STOP_SESSION or mode set
 * interrupts ends without part 0.
 *
 * In *DIRECT*, a chunk names the memory that is scanned out, and nothing is
 * copied. The memory may be drawn over as soon as the next flip has completed,
 * so a flip that replaces a picture which the owner has not released waits for
 * it: it completes at the first vblank after the release, and at most one vblank
 * late. After that the picture is *revoked*: what the owner reads may be torn,
 * RELEASE_CHUNK says so with ESTALE, and until it has said so, no further flip
 * waits for this owner: pictures are revoked when they are replaced. The damage
 * of a revoked picture is part of a later chunk once more. A mode set, switching
 * the CRTC off, or a departure revokes without further consequence. An owner has
 * at most two unreleased pictures; while it has, damage accumulates. A compositor
 * that draws into what is shown (as X servers do, announcing it with DIRTYFB) is
 * not held: chunks then name the same buffer again and again, and the picture
 * may change while it is read. Use COPY where that matters.
 *
 * Buffers of DIRECT have numbers by memory and layout, not by framebuffer. The
 * table has 16; the one used least recently goes first, with a BUFFER_GONE. A
 * framebuffer that the compositor imported from another device is handed out as
 * that device's own dma-buf, with its access mode; one of this device as a
 * read-only dma-buf that can not be imported here again.
 */

/**
 * DOC: NV12
 *
 * COPY can convert to NV12, BT.709 with limited range, exactly as follows. R, G
 * and B are 8 bits; R4, G4 and B4 are their sums over a block of 2 x 2 pixels;
 * shifts are arithmetic::
 *
 *   Y  = 16  + (( 5983 R  + 20127 G  +  2032 B  + 16384) >> 15)
 *   Cb = 128 + ((-3298 R4 - 11094 G4 + 14392 B4 + 65536) >> 17)
 *   Cr = 128 + ((14392 R4 - 13073 G4 -  1319 B4 + 65536) >> 17)
 *
 * Chroma is sited in the middle of its block (chroma_sample_loc_type 1 of Rec.
 * ITU-T H.264). In a picture of odd width or height, the last column or line
 * counts twice. Damage is rounded out to even pixels, and cut at the picture's
 * edge. Plane 0 has luma, plane 1 Cb and Cr in turn; in the driver's buffers,
 * plane 1 follows plane 0, whose lines are rounded up to an even number.
 */

/**
 * DOC: errors
 *
 * One meaning each, the same everywhere:
 *
 * ============ ==============================================================
 * errno        meaning
 * ============ ==============================================================
 * EACCES       the caller may not
 * ENOENT       no such buffer, connector, message or chunk
 * EBUSY        in use now: target, encoder slot, rate or picture memory
 * EINVAL       malformed, an unknown flag, an ioctl of the other file, or more
 *              than the device could ever give
 * E2BIG        unknown trailing bytes of a struct are not zero, or a struct is
 *              absurdly large
 * EFAULT       a pointer does not point to accessible memory
 * EOPNOTSUPP   unknown IO_CONTROL code, or a code or format that this version of
 *              the driver or this context does not provide (see
 *              struct drm_miracast_query_caps)
 * ENOTCONN     needs a state that has not been reached (session, monitor)
 * EALREADY     the state has been reached already
 * ESTALE       was true once: superseded message, revoked chunk, chunk or
 *              message of an ended session, destroyed context
 * ENOMEM       no kernel memory; nothing changed
 * EMFILE       the caller has no room for another file descriptor (ENFILE: the
 *              system has none)
 * EINTR        a signal arrived while waiting for another call; nothing done
 *              (ioctls restart under SA_RESTART)
 * EAGAIN       read() on a non-blocking descriptor with no event
 * ENODEV       the device is gone
 * ============ ==============================================================
 */

/**
 * DRM_MIRACAST_DDI_VERSION - Version of the device driver interface
 */
#define DRM_MIRACAST_DDI_VERSION	1

/* Command numbers, relative to DRM_COMMAND_BASE. */
#define DRM_MIRACAST_QUERY_CAPS		0x00
#define DRM_MIRACAST_CREATE_CONTEXT	0x01
#define DRM_MIRACAST_DESTROY_CONTEXT	0x02
#define DRM_MIRACAST_IO_CONTROL		0x03
#define DRM_MIRACAST_RELEASE_CHUNK	0x04

/**
 * enum drm_miracast_caps - What a device offers.
 */
enum drm_miracast_caps {
	/** @DRM_MIRACAST_CAP_HDCP: Content protection is offered (hdcp=1). */
	DRM_MIRACAST_CAP_HDCP			= 1 << 0,
	/** @DRM_MIRACAST_CAP_DIRECT: DIRECT delivery is offered. */
	DRM_MIRACAST_CAP_DIRECT			= 1 << 1,
	/** @DRM_MIRACAST_CAP_NV12: COPY delivery can convert to NV12. */
	DRM_MIRACAST_CAP_NV12			= 1 << 2,
	/** @DRM_MIRACAST_CAP_PARTS: Pictures can be delivered in bands. */
	DRM_MIRACAST_CAP_PARTS			= 1 << 3,
	/**
	 * @DRM_MIRACAST_CAP_CURSOR_METADATA: The flag of that name is offered at
	 * CREATE_CONTEXT.
	 */
	DRM_MIRACAST_CAP_CURSOR_METADATA	= 1 << 4,
	/**
	 * @DRM_MIRACAST_CAP_OWNER_BUFFERS: The flag of that name is offered at
	 * CREATE_CONTEXT.
	 */
	DRM_MIRACAST_CAP_OWNER_BUFFERS		= 1 << 5,
};

/**
 * struct drm_miracast_query_caps - Capabilities and budget of a device.
 *
 * Argument of DRM_IOCTL_MIRACAST_QUERY_CAPS on the card node. The first two
 * members are input, the rest is output. "Free" figures are a snapshot.
 */
struct drm_miracast_query_caps {
	/** @flags: In: must be zero. */
	__u32 flags;
	/** @pad: In: must be zero. */
	__u32 pad;

	/** @ddi_version: %DRM_MIRACAST_DDI_VERSION of the driver. */
	__u32 ddi_version;
	/** @caps: Mask of enum drm_miracast_caps. */
	__u32 caps;
	/** @io_control_codes: Bit n is set when IO_CONTROL code n is provided. */
	__u64 io_control_codes;

	/** @targets_total: Number of targets. */
	__u32 targets_total;
	/** @targets_free: Targets that no context holds. */
	__u32 targets_free;
	/** @encoder_slots_total: Number of encoder slots. */
	__u32 encoder_slots_total;
	/** @encoder_slots_free: Encoder slots that no context holds. */
	__u32 encoder_slots_free;
	/**
	 * @macroblock_rate_total: Encode capacity in macroblocks (16x16 pixels)
	 * per second, as MaxMBPS of Rec. ITU-T H.264, table A-1, counts it.
	 */
	__u64 macroblock_rate_total;
	/** @macroblock_rate_free: What of it no context has reserved. */
	__u64 macroblock_rate_free;
	/** @picture_memory_total: Picture memory, bytes. */
	__u64 picture_memory_total;
	/**
	 * @picture_memory_free: What of it is free, bytes. Memory of a destroyed
	 * context counts as used until the last dma-buf reference is gone.
	 */
	__u64 picture_memory_free;

	/** @max_width: Largest width of a mode. */
	__u32 max_width;
	/** @max_height: Largest height of a mode. */
	__u32 max_height;
	/** @min_refresh_mhz: Lowest refresh rate of a mode, mHz. */
	__u32 min_refresh_mhz;
	/** @max_refresh_mhz: Highest refresh rate of a mode, mHz. */
	__u32 max_refresh_mhz;
	/** @max_edid_blocks: Largest EDID, in blocks of 128 bytes. */
	__u32 max_edid_blocks;
	/** @max_modes: Most modes in the list of MONITOR_ARRIVE. */
	__u32 max_modes;
	/** @min_buffers: Fewest COPY buffers of a context. */
	__u32 min_buffers;
	/** @max_buffers: Most COPY buffers of a context. */
	__u32 max_buffers;
	/** @max_parts: Most parts of a picture. */
	__u32 max_parts;
	/** @max_clips: Most damage clips of one picture. */
	__u32 max_clips;
	/** @cursor_width: Largest cursor width. */
	__u32 cursor_width;
	/** @cursor_height: Largest cursor height. */
	__u32 cursor_height;
};

/**
 * enum drm_miracast_delivery - How pictures reach the owner.
 */
enum drm_miracast_delivery {
	/**
	 * @DRM_MIRACAST_DELIVERY_COPY: The driver copies the damage into
	 * buffers of the context; pictures never tear.
	 */
	DRM_MIRACAST_DELIVERY_COPY	= 1,
	/**
	 * @DRM_MIRACAST_DELIVERY_DIRECT: The chunk's buffer is what is scanned
	 * out; nothing is copied.
	 */
	DRM_MIRACAST_DELIVERY_DIRECT	= 2,
};

/**
 * enum drm_miracast_context_flags - Flags of CREATE_CONTEXT.
 */
enum drm_miracast_context_flags {
	/**
	 * @DRM_MIRACAST_CONTEXT_CURSOR_METADATA: The cursor is not blended into
	 * the picture; moves and shapes arrive as messages.
	 */
	DRM_MIRACAST_CONTEXT_CURSOR_METADATA	= 1 << 0,
	/**
	 * @DRM_MIRACAST_CONTEXT_OWNER_BUFFERS: COPY into dma-bufs that the owner
	 * provides with SET_BUFFERS.
	 */
	DRM_MIRACAST_CONTEXT_OWNER_BUFFERS	= 1 << 1,
	/**
	 * @DRM_MIRACAST_CONTEXT_FOLLOW_MASTER: Keep the monitor when another DRM
	 * master takes the device over (a VT switch to another user). Without
	 * it the monitor departs, because the new user's screen is not what the
	 * session was started for.
	 */
	DRM_MIRACAST_CONTEXT_FOLLOW_MASTER	= 1 << 2,
};

/**
 * struct drm_miracast_create_context - Make a context.
 *
 * Argument of DRM_IOCTL_MIRACAST_CREATE_CONTEXT on the card node. Needs
 * CAP_SYS_ADMIN in the initial user namespace; DRM master is not enough.
 * Reserves for the life of the context: a target, an encoder slot, the
 * macroblock rate of the limits (at most 2073600 macroblocks/s, MaxMBPS of H.264
 * level 5.2, which no mode exceeds) and, in COPY into the driver's buffers,
 * picture memory: @buffer_count times @max_height lines of 4 x @max_width bytes
 * for XRGB8888, or 3/2 x @max_height lines of @max_width bytes for NV12 (there
 * heights are rounded up to 2 lines), lines rounded up to 64 bytes and buffers to
 * pages.
 *
 * Errors: EACCES no capability; ENOENT no such connector; EBUSY target, slot,
 * rate or picture memory taken; EINVAL bad flags or values, limits below
 * 640x480 at 60 Hz, or more than the whole device has; EOPNOTSUPP a format that
 * COPY does not offer; EFAULT; ENOMEM; EMFILE; ENFILE; EINTR; ENODEV.
 */
struct drm_miracast_create_context {
	/** @flags: In: mask of enum drm_miracast_context_flags. */
	__u32 flags;
	/**
	 * @connector_id: In: object id of the connector, or 0 for any free one.
	 * Out: the connector.
	 */
	__u32 connector_id;
	/** @delivery: In: enum drm_miracast_delivery. */
	__u32 delivery;
	/**
	 * @format: In: COPY: DRM_FORMAT_XRGB8888 or DRM_FORMAT_NV12. DIRECT: 0.
	 */
	__u32 format;
	/** @buffer_count: In: COPY: 2 to 16. DIRECT: 0. */
	__u32 buffer_count;
	/** @parts: In: COPY: parts of a picture, 1 to 16. DIRECT: 0. */
	__u32 parts;
	/** @max_width: In: widest mode, at least 640. */
	__u32 max_width;
	/** @max_height: In: highest mode, at least 480. */
	__u32 max_height;
	/** @max_refresh_mhz: In: fastest mode, mHz, at least 60000. */
	__u32 max_refresh_mhz;
	/** @pad: In: must be zero. */
	__u32 pad;
	/** @context_fd: Out: the context, close-on-exec. */
	__s32 context_fd;
	/** @crtc_id: Out: object id of the target's CRTC. */
	__u32 crtc_id;
	/** @context_number: Out: number of the context on this device. */
	__u64 context_number;
};

/**
 * DOC: DESTROY_CONTEXT
 *
 * DRM_IOCTL_MIRACAST_DESTROY_CONTEXT on the context's file descriptor takes no
 * argument. The monitor departs at once, what was reserved is free, unread
 * events are gone; read() and the other ioctls answer ESTALE from then on, and
 * poll() hangs up. It never waits for user space; a second call does nothing. The
 * only error is ENODEV: the device is gone, and the context with it.
 */

/**
 * enum drm_miracast_io_control_code - Codes of IO_CONTROL.
 *
 * The states in which a code is allowed: *created* from CREATE_CONTEXT on,
 * *started* from START_SESSION to STOP_SESSION, *monitor* from MONITOR_ARRIVE
 * to MONITOR_DEPART (which is part of started).
 */
enum drm_miracast_io_control_code {
	/**
	 * @DRM_MIRACAST_START_SESSION: Begin a session; events flow from here.
	 * In: struct drm_miracast_start_session. Out: struct
	 * drm_miracast_session. State: created; EALREADY in a session.
	 */
	DRM_MIRACAST_START_SESSION	= 1,
	/**
	 * @DRM_MIRACAST_STOP_SESSION: End the session. The monitor departs,
	 * unreleased chunks become free, unread events are dropped, and a
	 * STOPPED message is the session's last event. In: struct
	 * drm_miracast_stop_session. State: started.
	 */
	DRM_MIRACAST_STOP_SESSION	= 2,
	/**
	 * @DRM_MIRACAST_MONITOR_ARRIVE: Announce the sink's monitor; the
	 * connector becomes connected. A second arrival replaces the first.
	 * In: struct drm_miracast_monitor_arrive. State: started.
	 */
	DRM_MIRACAST_MONITOR_ARRIVE	= 3,
	/**
	 * @DRM_MIRACAST_MONITOR_DEPART: The monitor is gone; the connector
	 * becomes disconnected. In: struct drm_miracast_monitor_depart. State:
	 * monitor.
	 */
	DRM_MIRACAST_MONITOR_DEPART	= 4,
	/**
	 * @DRM_MIRACAST_COMPLETE_MESSAGE: Answer a message. In: struct
	 * drm_miracast_complete_message. State: started. ENOENT no such message
	 * or it needs no answer; EALREADY answered before; ESTALE superseded, or
	 * of an ended session or departed monitor. With OWNER_BUFFERS, success
	 * needs buffers: ENOTCONN before SET_BUFFERS, EINVAL when they are too
	 * small for the mode, or what an exporter answers when CPU access
	 * begins; the message stays unanswered.
	 */
	DRM_MIRACAST_COMPLETE_MESSAGE	= 5,
	/**
	 * @DRM_MIRACAST_GET_BUFFER: Describe a buffer and hand out its
	 * dma-bufs. In: struct drm_miracast_get_buffer. Out: struct
	 * drm_miracast_buffer. State: started. ENOENT never existed; ESTALE gone;
	 * EMFILE, ENFILE, ENOMEM.
	 */
	DRM_MIRACAST_GET_BUFFER		= 6,
	/**
	 * @DRM_MIRACAST_SET_BUFFERS: Provide the owner's buffers, in place of
	 * those provided before. In: struct drm_miracast_set_buffers. State:
	 * created, started; EALREADY while an accepted mode is in force.
	 * EOPNOTSUPP the context was made without OWNER_BUFFERS.
	 */
	DRM_MIRACAST_SET_BUFFERS	= 7,
	/**
	 * @DRM_MIRACAST_REQUEST_FRAME: The next chunk covers the whole picture,
	 * and comes even when nothing changes (the encoder owes an IDR). In:
	 * struct drm_miracast_request_frame. State: monitor.
	 */
	DRM_MIRACAST_REQUEST_FRAME	= 8,
	/**
	 * @DRM_MIRACAST_SET_RATE: Tell the encode rate and limit the picture
	 * rate, until the end of the session. No damage is lost; a requested
	 * frame and the first of a mode do not wait. In: struct
	 * drm_miracast_set_rate. State: started.
	 */
	DRM_MIRACAST_SET_RATE		= 9,
	/**
	 * @DRM_MIRACAST_GET_CURSOR: Read the cursor, with or without
	 * CURSOR_METADATA. In: struct drm_miracast_get_cursor. Out: struct
	 * drm_miracast_cursor. State: monitor. EINVAL not enough room for the
	 * pixels.
	 */
	DRM_MIRACAST_GET_CURSOR		= 10,
	/**
	 * @DRM_MIRACAST_REPORT_CHUNK: Put a processing step of the owner into
	 * the trace. In: struct drm_miracast_report_chunk. State: started.
	 */
	DRM_MIRACAST_REPORT_CHUNK	= 11,
	/**
	 * @DRM_MIRACAST_REPORT_STATISTIC: Put "chunk sent" or a protocol event
	 * into the trace. In: struct drm_miracast_report_statistic. State:
	 * started.
	 */
	DRM_MIRACAST_REPORT_STATISTIC	= 12,
	/**
	 * @DRM_MIRACAST_REPORT_STATUS: The session failed; the monitor departs.
	 * In: struct drm_miracast_report_status. State: started.
	 */
	DRM_MIRACAST_REPORT_STATUS	= 13,
	/**
	 * @DRM_MIRACAST_SET_HDCP: Result of HDCP authentication with the sink.
	 * In: struct drm_miracast_set_hdcp. State: monitor.
	 */
	DRM_MIRACAST_SET_HDCP		= 14,
	/**
	 * @DRM_MIRACAST_GET_STATISTICS: Read the counters. In: struct
	 * drm_miracast_get_statistics. Out: struct drm_miracast_statistics.
	 * State: any.
	 */
	DRM_MIRACAST_GET_STATISTICS	= 15,
};

/**
 * struct drm_miracast_io_control - Argument of DRM_IOCTL_MIRACAST_IO_CONTROL.
 *
 * One call at a time runs on a device (the Miracast synchronisation class);
 * a waiting call is interrupted by signals.
 */
struct drm_miracast_io_control {
	/** @code: In: enum drm_miracast_io_control_code. */
	__u32 code;
	/** @flags: In: must be zero. */
	__u32 flags;
	/** @in: In: pointer to the code's input struct. */
	__u64 in;
	/** @out: In: pointer to room for the code's output struct. */
	__u64 out;
	/** @in_size: In: bytes at @in. */
	__u32 in_size;
	/** @out_size: In: bytes at @out; 0 when the output is not wanted. */
	__u32 out_size;
	/** @bytes_returned: Out: bytes written at @out. */
	__u32 bytes_returned;
	/** @pad: In: must be zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_start_session - Input of START_SESSION.
 */
struct drm_miracast_start_session {
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_session - Output of START_SESSION.
 */
struct drm_miracast_session {
	/** @session: Number of the session, as events carry it. */
	__u64 session;
};

/**
 * struct drm_miracast_stop_session - Input of STOP_SESSION.
 */
struct drm_miracast_stop_session {
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * enum drm_miracast_mode_flags - Flags of struct drm_miracast_mode.
 */
enum drm_miracast_mode_flags {
	/** @DRM_MIRACAST_MODE_PREFERRED: The sink's preferred mode. */
	DRM_MIRACAST_MODE_PREFERRED	= 1 << 0,
};

/**
 * struct drm_miracast_mode - One mode that the sink accepts.
 *
 * As decoded from the bit masks of wfd_video_formats. Progressive; the driver
 * makes CVT reduced-blanking timings for it.
 */
struct drm_miracast_mode {
	/** @width: Visible width. */
	__u32 width;
	/** @height: Visible height. */
	__u32 height;
	/** @refresh_mhz: Refresh rate of the sink, mHz, before vsync_divider. */
	__u32 refresh_mhz;
	/** @flags: Mask of enum drm_miracast_mode_flags. */
	__u32 flags;
};

/**
 * enum drm_miracast_monitor_type - Connector between sink and monitor.
 *
 * Numbers of wfd_connector_type (Wi-Fi Display Technical Specification).
 */
enum drm_miracast_monitor_type {
	/** @DRM_MIRACAST_MONITOR_VGA: VGA. */
	DRM_MIRACAST_MONITOR_VGA		= 0,
	/** @DRM_MIRACAST_MONITOR_SVIDEO: S-Video. */
	DRM_MIRACAST_MONITOR_SVIDEO		= 1,
	/** @DRM_MIRACAST_MONITOR_COMPOSITE: Composite video. */
	DRM_MIRACAST_MONITOR_COMPOSITE		= 2,
	/** @DRM_MIRACAST_MONITOR_COMPONENT: Component video. */
	DRM_MIRACAST_MONITOR_COMPONENT		= 3,
	/** @DRM_MIRACAST_MONITOR_DVI: DVI. */
	DRM_MIRACAST_MONITOR_DVI		= 4,
	/** @DRM_MIRACAST_MONITOR_HDMI: HDMI. */
	DRM_MIRACAST_MONITOR_HDMI		= 5,
	/** @DRM_MIRACAST_MONITOR_MIRACAST: Sink and monitor are one. */
	DRM_MIRACAST_MONITOR_MIRACAST		= 7,
	/** @DRM_MIRACAST_MONITOR_JAPANESE_D: Japanese D connector. */
	DRM_MIRACAST_MONITOR_JAPANESE_D		= 8,
	/** @DRM_MIRACAST_MONITOR_SDI: SDI. */
	DRM_MIRACAST_MONITOR_SDI		= 9,
	/** @DRM_MIRACAST_MONITOR_DISPLAYPORT: DisplayPort. */
	DRM_MIRACAST_MONITOR_DISPLAYPORT	= 10,
	/** @DRM_MIRACAST_MONITOR_UDI: UDI. */
	DRM_MIRACAST_MONITOR_UDI		= 12,
	/** @DRM_MIRACAST_MONITOR_OTHER: Another physical connector. */
	DRM_MIRACAST_MONITOR_OTHER		= 255,
};

/**
 * struct drm_miracast_monitor_arrive - Input of MONITOR_ARRIVE.
 *
 * The connector offers the modes of the list and of the EDID that fit the
 * context's limits, and always 640x480 at 60 Hz. Modes that do not fit are left
 * out silently, and so are those of more than 36864 macroblocks in a picture or
 * 2073600 in a second (level 5.2 of H.264). Values that no mode could have (zero,
 * widths and heights above 16384, rates above 1000 Hz) are EINVAL.
 */
struct drm_miracast_monitor_arrive {
	/** @flags: Must be zero. */
	__u32 flags;
	/** @monitor_type: enum drm_miracast_monitor_type. */
	__u32 monitor_type;
	/**
	 * @edid: Pointer to the EDID; the EDID property carries the same bytes.
	 * Checked: header, version 1, checksum of every block, size equal to
	 * 128 x (1 + extension count); else EINVAL.
	 */
	__u64 edid;
	/** @modes: Pointer to an array of struct drm_miracast_mode. */
	__u64 modes;
	/** @edid_size: Bytes at @edid, 0 for a sink without EDID. */
	__u32 edid_size;
	/** @mode_count: Elements at @modes. */
	__u32 mode_count;
	/**
	 * @vsync_divider: Modes are offered at the sink's refresh rate divided
	 * by this, 1 to 63; results below 23.9 Hz are left out.
	 */
	__u32 vsync_divider;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_monitor_depart - Input of MONITOR_DEPART.
 */
struct drm_miracast_monitor_depart {
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * enum drm_miracast_completion - Answers to a message.
 */
enum drm_miracast_completion {
	/** @DRM_MIRACAST_COMPLETION_SUCCESS: Done. */
	DRM_MIRACAST_COMPLETION_SUCCESS	= 0,
	/** @DRM_MIRACAST_COMPLETION_REFUSED: The sink or the encoder refused. */
	DRM_MIRACAST_COMPLETION_REFUSED	= 1,
};

/**
 * struct drm_miracast_complete_message - Input of COMPLETE_MESSAGE.
 */
struct drm_miracast_complete_message {
	/** @number: Number of the message. */
	__u64 number;
	/** @status: enum drm_miracast_completion. */
	__u32 status;
	/** @flags: Must be zero. */
	__u32 flags;
};

/**
 * DRM_MIRACAST_MAX_PLANES - Planes of a buffer, as in DRM framebuffers
 */
#define DRM_MIRACAST_MAX_PLANES	4

/**
 * struct drm_miracast_plane - Place of one plane of a buffer.
 */
struct drm_miracast_plane {
	/** @object: Index of the dma-buf. */
	__u32 object;
	/** @pitch: Bytes from one line to the next. */
	__u32 pitch;
	/** @offset: Bytes from the start of the dma-buf. */
	__u64 offset;
};

/**
 * struct drm_miracast_get_buffer - Input of GET_BUFFER.
 */
struct drm_miracast_get_buffer {
	/** @buffer: Number of the buffer, from a CHUNK event. */
	__u64 buffer;
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_buffer - Output of GET_BUFFER.
 *
 * The dma-bufs of the driver's own memory are read-only for mmap(). In DIRECT,
 * the layout is that of the framebuffer. With OWNER_BUFFERS, the dma-bufs and
 * their layout are those of SET_BUFFERS. File descriptors are made only when
 * @fds lies within out_size. The fds are close-on-exec and belong to the caller.
 */
struct drm_miracast_buffer {
	/** @buffer: Number of the buffer. */
	__u64 buffer;
	/** @modifier: DRM format modifier. */
	__u64 modifier;
	/** @fourcc: DRM format. */
	__u32 fourcc;
	/** @width: Width. */
	__u32 width;
	/** @height: Height. */
	__u32 height;
	/** @plane_count: Valid elements of @planes. */
	__u32 plane_count;
	/** @object_count: Valid elements of @fds. */
	__u32 object_count;
	/** @pad: Zero. */
	__u32 pad;
	/** @planes: Where the planes are. */
	struct drm_miracast_plane planes[DRM_MIRACAST_MAX_PLANES];
	/** @fds: The dma-bufs; unused elements are -1. */
	__s32 fds[DRM_MIRACAST_MAX_PLANES];
};

/**
 * struct drm_miracast_owner_buffer - One buffer of SET_BUFFERS.
 *
 * Pitches and offsets are multiples of 4 in XRGB8888 and of 2 in NV12. No two
 * planes, in any of the buffers, may overlap; that is not checked.
 */
struct drm_miracast_owner_buffer {
	/** @object_count: Valid elements of @fds. */
	__u32 object_count;
	/** @plane_count: Valid elements of @planes: 1, or 2 in NV12. */
	__u32 plane_count;
	/** @planes: Where the planes are. */
	struct drm_miracast_plane planes[DRM_MIRACAST_MAX_PLANES];
	/** @fds: dma-bufs. The driver takes its own references. */
	__s32 fds[DRM_MIRACAST_MAX_PLANES];
};

/**
 * struct drm_miracast_set_buffers - Input of SET_BUFFERS.
 *
 * Each buffer holds a picture of the mode whose MODE_SET waits for its
 * completion, or, without one, of any mode within the context's limits. The
 * dma-bufs are attached and mapped here, for as long as they are in use.
 * SET_BUFFERS, COMPLETE_MESSAGE and RELEASE_CHUNK begin CPU access to them, so
 * these calls wait (interruptibly) for fences that the owner's devices have put
 * on them; pictures and flips never do. CPU access ends with the last part of a
 * picture.
 *
 * Errors: EINVAL malformed, too small, not a dma-buf, a dma-buf of this device,
 * or one that the CPU can only reach as I/O memory; EBADF no such file
 * descriptor; what the exporter of a dma-buf answers.
 */
struct drm_miracast_set_buffers {
	/** @buffers: Pointer to an array of struct drm_miracast_owner_buffer. */
	__u64 buffers;
	/** @count: Elements at @buffers: the context's buffer_count. */
	__u32 count;
	/** @flags: Must be zero. */
	__u32 flags;
};

/**
 * struct drm_miracast_request_frame - Input of REQUEST_FRAME.
 */
struct drm_miracast_request_frame {
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_set_rate - Input of SET_RATE.
 */
struct drm_miracast_set_rate {
	/** @encode_rate_kbps: Encode rate in kbit/s, for the trace. */
	__u32 encode_rate_kbps;
	/**
	 * @max_picture_rate_mhz: Highest mean picture rate, mHz, at least 1000;
	 * 0: the mode's.
	 */
	__u32 max_picture_rate_mhz;
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_get_cursor - Input of GET_CURSOR.
 */
struct drm_miracast_get_cursor {
	/** @pixels: Pointer to room for ARGB8888 pixels, without line padding. */
	__u64 pixels;
	/** @pixels_size: Bytes at @pixels; 0 when pixels are not wanted. */
	__u32 pixels_size;
	/** @flags: Must be zero. */
	__u32 flags;
};

/**
 * enum drm_miracast_cursor_flags - Flags of struct drm_miracast_cursor.
 */
enum drm_miracast_cursor_flags {
	/** @DRM_MIRACAST_CURSOR_VISIBLE: The cursor is on the screen. */
	DRM_MIRACAST_CURSOR_VISIBLE		= 1 << 0,
	/**
	 * @DRM_MIRACAST_CURSOR_HOTSPOT_VALID: The hot spot is known. Clients
	 * tell it with the legacy cursor ioctl; Linux 6.8 and later do not pass
	 * it on to drivers of real displays.
	 */
	DRM_MIRACAST_CURSOR_HOTSPOT_VALID	= 1 << 1,
};

/**
 * struct drm_miracast_cursor - Output of GET_CURSOR.
 *
 * Without a cursor, and on a screen that is not the owner's to see, all is zero.
 */
struct drm_miracast_cursor {
	/** @shape_serial: Number of the shape. */
	__u64 shape_serial;
	/** @flags: Mask of enum drm_miracast_cursor_flags. */
	__u32 flags;
	/** @width: Width, at most 256. */
	__u32 width;
	/** @height: Height, at most 256. */
	__u32 height;
	/** @pad: Zero. */
	__u32 pad;
	/** @x: Left edge on the screen, may be negative. */
	__s32 x;
	/** @y: Top edge on the screen, may be negative. */
	__s32 y;
	/** @hot_x: Hot spot from the left edge. */
	__s32 hot_x;
	/** @hot_y: Hot spot from the top edge. */
	__s32 hot_y;
};

/**
 * enum drm_miracast_chunk_type - What a chunk stands for.
 *
 * Numbers of the Windows Miracast DDI.
 */
enum drm_miracast_chunk_type {
	/** @DRM_MIRACAST_CHUNK_UNKNOWN: Nothing known. */
	DRM_MIRACAST_CHUNK_UNKNOWN			= 0,
	/**
	 * @DRM_MIRACAST_CHUNK_COLOR_CONVERT_COMPLETE: A picture or band is in
	 * its buffer, copied or converted: COPY delivery.
	 */
	DRM_MIRACAST_CHUNK_COLOR_CONVERT_COMPLETE	= 1,
	/** @DRM_MIRACAST_CHUNK_ENCODE_COMPLETE: Encoded (reported by owners). */
	DRM_MIRACAST_CHUNK_ENCODE_COMPLETE		= 2,
	/**
	 * @DRM_MIRACAST_CHUNK_FRAME_START: A new picture is on the screen:
	 * DIRECT delivery.
	 */
	DRM_MIRACAST_CHUNK_FRAME_START			= 3,
	/** @DRM_MIRACAST_CHUNK_FRAME_DROPPED: Dropped (reported by owners). */
	DRM_MIRACAST_CHUNK_FRAME_DROPPED		= 4,
	/** @DRM_MIRACAST_CHUNK_DRIVER_DEFINED_1: The owner's own meaning. */
	DRM_MIRACAST_CHUNK_DRIVER_DEFINED_1		= (int)0x80000000,
	/** @DRM_MIRACAST_CHUNK_DRIVER_DEFINED_2: The owner's own meaning. */
	DRM_MIRACAST_CHUNK_DRIVER_DEFINED_2		= (int)0x80000001,
};

/**
 * struct drm_miracast_report_chunk - Input of REPORT_CHUNK.
 */
struct drm_miracast_report_chunk {
	/** @chunk_id: The chunk. */
	__u64 chunk_id;
	/** @chunk_type: enum drm_miracast_chunk_type. */
	__u32 chunk_type;
	/** @processing_us: Time the step took, microseconds. */
	__u32 processing_us;
	/** @encode_rate_kbps: Rate of the encoder, kbit/s; 0: not an encode. */
	__u32 encode_rate_kbps;
	/** @flags: Must be zero. */
	__u32 flags;
};

/**
 * enum drm_miracast_statistic_type - Kinds of REPORT_STATISTIC.
 */
enum drm_miracast_statistic_type {
	/** @DRM_MIRACAST_STATISTIC_CHUNK_SENT: A chunk goes to the network. */
	DRM_MIRACAST_STATISTIC_CHUNK_SENT	= 1,
	/** @DRM_MIRACAST_STATISTIC_EVENT: A protocol event happened. */
	DRM_MIRACAST_STATISTIC_EVENT		= 2,
};

/**
 * enum drm_miracast_protocol_event - Events of REPORT_STATISTIC.
 */
enum drm_miracast_protocol_event {
	/** @DRM_MIRACAST_PROTOCOL_IFRAME_REQUEST: The sink asked for an IDR. */
	DRM_MIRACAST_PROTOCOL_IFRAME_REQUEST	= 0,
	/** @DRM_MIRACAST_PROTOCOL_MONITOR_ARRIVE: The sink has a monitor. */
	DRM_MIRACAST_PROTOCOL_MONITOR_ARRIVE	= 1,
	/** @DRM_MIRACAST_PROTOCOL_MONITOR_DEPART: The sink lost its monitor. */
	DRM_MIRACAST_PROTOCOL_MONITOR_DEPART	= 2,
	/** @DRM_MIRACAST_PROTOCOL_PREFERRED_MODE_FAILED: The sink refused it. */
	DRM_MIRACAST_PROTOCOL_PREFERRED_MODE_FAILED	= 3,
};

/**
 * struct drm_miracast_report_statistic - Input of REPORT_STATISTIC.
 */
struct drm_miracast_report_statistic {
	/** @type: enum drm_miracast_statistic_type. */
	__u32 type;
	/** @event: enum drm_miracast_protocol_event; zero for CHUNK_SENT. */
	__u32 event;
	/** @chunk_id: The chunk; zero for EVENT. */
	__u64 chunk_id;
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * enum drm_miracast_status - Causes of a failed session.
 */
enum drm_miracast_status {
	/** @DRM_MIRACAST_STATUS_CRITICAL_ERROR: Unspecified. */
	DRM_MIRACAST_STATUS_CRITICAL_ERROR		= 0,
	/** @DRM_MIRACAST_STATUS_MISSING_KEEPALIVE: The sink fell silent. */
	DRM_MIRACAST_STATUS_MISSING_KEEPALIVE		= 1,
	/** @DRM_MIRACAST_STATUS_SINK_DISCONNECT_REQUEST: The sink left. */
	DRM_MIRACAST_STATUS_SINK_DISCONNECT_REQUEST	= 2,
	/** @DRM_MIRACAST_STATUS_INSUFFICIENT_BANDWIDTH: The link is too slow. */
	DRM_MIRACAST_STATUS_INSUFFICIENT_BANDWIDTH	= 3,
	/** @DRM_MIRACAST_STATUS_SINK_FAILED_MODE_CHANGE: The sink refused. */
	DRM_MIRACAST_STATUS_SINK_FAILED_MODE_CHANGE	= 4,
	/** @DRM_MIRACAST_STATUS_COMPANION_DISCONNECT: A companion left. */
	DRM_MIRACAST_STATUS_COMPANION_DISCONNECT	= 5,
	/** @DRM_MIRACAST_STATUS_NONE: Nothing was reported (output only). */
	DRM_MIRACAST_STATUS_NONE			= 0x7fffffff,
};

/**
 * struct drm_miracast_report_status - Input of REPORT_STATUS.
 */
struct drm_miracast_report_status {
	/** @status: enum drm_miracast_status. */
	__u32 status;
	/** @error: A code of the owner's, kept for the trace. */
	__s32 error;
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * enum drm_miracast_hdcp_state - States of HDCP.
 */
enum drm_miracast_hdcp_state {
	/** @DRM_MIRACAST_HDCP_OFF: Not protected. */
	DRM_MIRACAST_HDCP_OFF		= 0,
	/** @DRM_MIRACAST_HDCP_TYPE0: Protected, content of type 0. */
	DRM_MIRACAST_HDCP_TYPE0		= 1,
	/** @DRM_MIRACAST_HDCP_TYPE1: Protected, content of type 1. */
	DRM_MIRACAST_HDCP_TYPE1		= 2,
};

/**
 * struct drm_miracast_set_hdcp - Input of SET_HDCP.
 */
struct drm_miracast_set_hdcp {
	/** @state: enum drm_miracast_hdcp_state. */
	__u32 state;
	/** @flags: Must be zero. */
	__u32 flags;
};

/**
 * struct drm_miracast_get_statistics - Input of GET_STATISTICS.
 */
struct drm_miracast_get_statistics {
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * enum drm_miracast_state - State of a context.
 */
enum drm_miracast_state {
	/** @DRM_MIRACAST_STATE_CREATED: No session. */
	DRM_MIRACAST_STATE_CREATED	= 0,
	/** @DRM_MIRACAST_STATE_STARTED: A session without a monitor. */
	DRM_MIRACAST_STATE_STARTED	= 1,
	/** @DRM_MIRACAST_STATE_MONITOR: A session with a monitor. */
	DRM_MIRACAST_STATE_MONITOR	= 2,
};

/**
 * struct drm_miracast_statistics - Output of GET_STATISTICS.
 *
 * Counters run over the life of the context.
 */
struct drm_miracast_statistics {
	/** @context_number: Number of the context. */
	__u64 context_number;
	/** @session: Number of the session, 0 when there is none. */
	__u64 session;
	/** @mode_serial: Number of the newest mode, 0 before the first. */
	__u64 mode_serial;
	/** @pictures_committed: Commits that changed the picture. */
	__u64 pictures_committed;
	/** @pictures_captured: Pictures delivered as chunks. */
	__u64 pictures_captured;
	/** @pictures_skipped: Pictures folded into a later chunk. */
	__u64 pictures_skipped;
	/** @pictures_revoked: DIRECT pictures revoked from a slow owner. */
	__u64 pictures_revoked;
	/** @bytes_copied: Bytes written into chunk buffers. */
	__u64 bytes_copied;
	/** @pixels_converted: Pixels converted to NV12. */
	__u64 pixels_converted;
	/** @capture_time_ns: Time spent on capture. */
	__u64 capture_time_ns;
	/** @picture_memory: Picture memory reserved, bytes. */
	__u64 picture_memory;
	/** @unreleased_chunks: Chunks that the owner has not released. */
	__u32 unreleased_chunks;
	/** @state: enum drm_miracast_state. */
	__u32 state;
	/** @last_status: enum drm_miracast_status last reported. */
	__u32 last_status;
	/** @depart_cause: enum drm_miracast_cause of the last departure. */
	__u32 depart_cause;
	/** @connector_id: Object id of the target's connector. */
	__u32 connector_id;
	/** @crtc_id: Object id of the target's CRTC. */
	__u32 crtc_id;
};

/**
 * DRM_MIRACAST_FRAME_BITS - Bits of the frame number in a chunk id
 */
#define DRM_MIRACAST_FRAME_BITS		40
/**
 * DRM_MIRACAST_CHUNK_ID() - Chunk id of a frame number and a part number
 * @frame: frame number, cut to 40 bits
 * @part: part number, 0: last or only part
 */
#define DRM_MIRACAST_CHUNK_ID(frame, part) \
	(((__u64)(part) << DRM_MIRACAST_FRAME_BITS) | \
	 ((__u64)(frame) & ((1ULL << DRM_MIRACAST_FRAME_BITS) - 1)))
/**
 * DRM_MIRACAST_CHUNK_FRAME() - Frame number of a chunk id
 * @id: the chunk id
 */
#define DRM_MIRACAST_CHUNK_FRAME(id) \
	((__u64)(id) & ((1ULL << DRM_MIRACAST_FRAME_BITS) - 1))
/**
 * DRM_MIRACAST_CHUNK_PART() - Part number of a chunk id; 0: last or only
 * @id: the chunk id
 */
#define DRM_MIRACAST_CHUNK_PART(id) \
	((__u64)(id) >> DRM_MIRACAST_FRAME_BITS)

/**
 * struct drm_miracast_release_chunk - Give a chunk back.
 *
 * Argument of DRM_IOCTL_MIRACAST_RELEASE_CHUNK on the context's file
 * descriptor; outside the synchronisation class. It waits for nobody, but for
 * fences on an owner's buffer (see struct drm_miracast_set_buffers). A picture
 * in parts is released by its part 0. A chunk may be released before its event
 * was read.
 *
 * Errors: EINVAL a part other than 0, bad flags; ENOENT no such chunk in that
 * buffer, not announced yet, or released before; ESTALE revoked (the chunk is
 * released all the same), or of an ended session; EINTR; ENODEV; what the
 * exporter of an owner's buffer answers when CPU access begins.
 */
struct drm_miracast_release_chunk {
	/** @buffer: Number of the buffer. */
	__u64 buffer;
	/** @chunk_id: The chunk. */
	__u64 chunk_id;
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * enum drm_miracast_event_type - Types of events.
 */
enum drm_miracast_event_type {
	/** @DRM_MIRACAST_EVENT_CHUNK: struct drm_miracast_event_chunk. */
	DRM_MIRACAST_EVENT_CHUNK	= 1,
	/** @DRM_MIRACAST_EVENT_MESSAGE: struct drm_miracast_event_message. */
	DRM_MIRACAST_EVENT_MESSAGE	= 2,
};

/**
 * struct drm_miracast_event - Start of every event.
 *
 * read() returns as many whole events as fit; EINVAL when the first does not
 * fit. %DRM_MIRACAST_EVENT_MAX bytes hold any event. Skip events of unknown
 * type by @length.
 */
struct drm_miracast_event {
	/** @type: enum drm_miracast_event_type. */
	__u32 type;
	/** @length: Bytes of the whole event, a multiple of 8. */
	__u32 length;
	/**
	 * @header_size: Bytes before the variable part (clips, payload). New
	 * members are added before it.
	 */
	__u32 header_size;
	/** @flags: Flags of the type. */
	__u32 flags;
};

/**
 * enum drm_miracast_chunk_flags - Flags of a CHUNK event.
 */
enum drm_miracast_chunk_flags {
	/**
	 * @DRM_MIRACAST_CHUNK_FULL: The damage is the whole picture; set in
	 * all parts of it.
	 */
	DRM_MIRACAST_CHUNK_FULL			= 1 << 0,
	/** @DRM_MIRACAST_CHUNK_FIRST_OF_MODE: The first picture of its mode. */
	DRM_MIRACAST_CHUNK_FIRST_OF_MODE	= 1 << 1,
};

/**
 * struct drm_miracast_event_chunk - A captured picture, or one band of it.
 *
 * Followed, at header_size, by @clip_count elements of struct drm_clip_rect:
 * the damage since the chunk before, relative to the picture's top left, x2 and
 * y2 exclusive. Outside the clips the picture equals the one before.
 */
struct drm_miracast_event_chunk {
	/** @base: Start of the event; flags of enum drm_miracast_chunk_flags. */
	struct drm_miracast_event base;
	/** @buffer: Number of the buffer that the pixels are in. */
	__u64 buffer;
	/** @chunk_id: Frame and part number, see DRM_MIRACAST_CHUNK_ID(). */
	__u64 chunk_id;
	/** @session: Number of the session. */
	__u64 session;
	/** @mode_serial: Number of the mode. */
	__u64 mode_serial;
	/** @commit_time_ns: When the commit reached the hardware stage. */
	__u64 commit_time_ns;
	/** @ready_time_ns: When the pixels were ready. */
	__u64 ready_time_ns;
	/** @vblank_time_ns: When the picture is shown. */
	__u64 vblank_time_ns;
	/** @vblank_sequence: Vblank count at that time. */
	__u64 vblank_sequence;
	/** @chunk_type: enum drm_miracast_chunk_type. */
	__u32 chunk_type;
	/** @processing_us: Time the copy of the part took, microseconds. */
	__u32 processing_us;
	/** @skipped: Earlier pictures that this one replaces. */
	__u32 skipped;
	/** @src_x: Left edge of the picture in the buffer. */
	__u32 src_x;
	/** @src_y: Top edge of the picture in the buffer. */
	__u32 src_y;
	/** @width: Width of the picture. */
	__u32 width;
	/** @height: Height of the picture. */
	__u32 height;
	/** @line_first: First line of the part, a multiple of 16. */
	__u32 line_first;
	/** @line_count: Lines of the part; its clips lie within them. */
	__u32 line_count;
	/** @clip_count: Clips after the header, at most 64. */
	__u32 clip_count;
};

/**
 * enum drm_miracast_message_code - Codes of a MESSAGE event.
 *
 * Messages are states, not a log: an unread message is replaced by a newer one
 * of the same code (BUFFER_GONE: of the same buffer).
 */
enum drm_miracast_message_code {
	/**
	 * @DRM_MIRACAST_MESSAGE_MODE_SET: A mode was set. Needs completion: no
	 * chunk of the mode is sent before it is completed with success.
	 * Payload: struct drm_miracast_message_mode_set.
	 */
	DRM_MIRACAST_MESSAGE_MODE_SET		= 1,
	/**
	 * @DRM_MIRACAST_MESSAGE_POWER: The CRTC went off or on. Payload:
	 * struct drm_miracast_message_power.
	 */
	DRM_MIRACAST_MESSAGE_POWER		= 2,
	/**
	 * @DRM_MIRACAST_MESSAGE_CURSOR_MOVE: The cursor moved, or went or
	 * came; at most one in a refresh period. Payload: struct
	 * drm_miracast_message_cursor_move.
	 */
	DRM_MIRACAST_MESSAGE_CURSOR_MOVE	= 3,
	/**
	 * @DRM_MIRACAST_MESSAGE_CURSOR_SHAPE: The cursor has a new shape.
	 * Payload: struct drm_miracast_message_cursor_shape.
	 */
	DRM_MIRACAST_MESSAGE_CURSOR_SHAPE	= 4,
	/**
	 * @DRM_MIRACAST_MESSAGE_HDCP: Protection is wanted or not any more.
	 * Payload: struct drm_miracast_message_hdcp.
	 */
	DRM_MIRACAST_MESSAGE_HDCP		= 5,
	/**
	 * @DRM_MIRACAST_MESSAGE_BUFFER_GONE: A buffer number is not used any
	 * more. Payload: struct drm_miracast_message_buffer_gone.
	 */
	DRM_MIRACAST_MESSAGE_BUFFER_GONE	= 6,
	/**
	 * @DRM_MIRACAST_MESSAGE_STOPPED: The session's last event. Payload:
	 * struct drm_miracast_message_cause.
	 */
	DRM_MIRACAST_MESSAGE_STOPPED		= 7,
	/**
	 * @DRM_MIRACAST_MESSAGE_DEPARTED: The driver took the monitor away; the
	 * session goes on and the owner may announce a monitor again. Payload:
	 * struct drm_miracast_message_cause.
	 */
	DRM_MIRACAST_MESSAGE_DEPARTED		= 8,
};

/**
 * struct drm_miracast_event_message - A message.
 *
 * Followed, at header_size, by the payload of its code.
 */
struct drm_miracast_event_message {
	/** @base: Start of the event; flags are zero. */
	struct drm_miracast_event base;
	/** @number: Number of the message. */
	__u64 number;
	/** @session: Number of the session. */
	__u64 session;
	/** @code: enum drm_miracast_message_code. */
	__u32 code;
	/** @needs_completion: 1 when COMPLETE_MESSAGE must answer it, else 0. */
	__u32 needs_completion;
};

/**
 * struct drm_miracast_message_mode_set - Payload of MODE_SET.
 */
struct drm_miracast_message_mode_set {
	/** @mode_serial: Number of the mode. */
	__u64 mode_serial;
	/** @width: Width of the picture. */
	__u32 width;
	/** @height: Height of the picture. */
	__u32 height;
	/** @refresh_mhz: Refresh rate, mHz. */
	__u32 refresh_mhz;
	/** @fourcc: DRM format of the chunks; 0 in DIRECT. */
	__u32 fourcc;
	/**
	 * @pitch: Bytes from one line of a buffer to the next; 0 in DIRECT and
	 * with OWNER_BUFFERS.
	 */
	__u32 pitch;
	/** @pad: Zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_message_power - Payload of POWER.
 */
struct drm_miracast_message_power {
	/** @on: 1: the CRTC is active, 0: it is not. */
	__u32 on;
	/** @pad: Zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_message_cursor_move - Payload of CURSOR_MOVE.
 */
struct drm_miracast_message_cursor_move {
	/** @x: Left edge of the cursor on the screen. */
	__s32 x;
	/** @y: Top edge of the cursor on the screen. */
	__s32 y;
	/** @visible: 1: shown, 0: hidden. */
	__u32 visible;
	/** @pad: Zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_message_cursor_shape - Payload of CURSOR_SHAPE.
 */
struct drm_miracast_message_cursor_shape {
	/** @shape_serial: Number of the shape, for GET_CURSOR. */
	__u64 shape_serial;
};

/**
 * struct drm_miracast_message_hdcp - Payload of HDCP.
 */
struct drm_miracast_message_hdcp {
	/** @wanted: enum drm_miracast_hdcp_state. */
	__u32 wanted;
	/** @pad: Zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_message_buffer_gone - Payload of BUFFER_GONE.
 */
struct drm_miracast_message_buffer_gone {
	/** @buffer: Number of the buffer. It stays valid until released. */
	__u64 buffer;
};

/**
 * enum drm_miracast_cause - Why a monitor departed or a session ended.
 */
enum drm_miracast_cause {
	/** @DRM_MIRACAST_CAUSE_NONE: It did not. */
	DRM_MIRACAST_CAUSE_NONE			= 0,
	/** @DRM_MIRACAST_CAUSE_OWNER: The owner asked for it. */
	DRM_MIRACAST_CAUSE_OWNER		= 1,
	/** @DRM_MIRACAST_CAUSE_STATUS: The owner reported a failed session. */
	DRM_MIRACAST_CAUSE_STATUS		= 2,
	/** @DRM_MIRACAST_CAUSE_MASTER: Another DRM master took over. */
	DRM_MIRACAST_CAUSE_MASTER		= 3,
};

/**
 * struct drm_miracast_message_cause - Payload of STOPPED and DEPARTED.
 */
struct drm_miracast_message_cause {
	/** @cause: enum drm_miracast_cause. */
	__u32 cause;
	/** @pad: Zero. */
	__u32 pad;
};

/**
 * DRM_MIRACAST_MAX_CLIPS - Most clips in one CHUNK event
 */
#define DRM_MIRACAST_MAX_CLIPS	64

/**
 * DRM_MIRACAST_EVENT_MAX - Bytes that hold any event of this version
 */
#define DRM_MIRACAST_EVENT_MAX \
	(sizeof(struct drm_miracast_event_chunk) + \
	 DRM_MIRACAST_MAX_CLIPS * sizeof(struct drm_clip_rect))

#define DRM_IOCTL_MIRACAST_QUERY_CAPS \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_MIRACAST_QUERY_CAPS, \
		 struct drm_miracast_query_caps)
#define DRM_IOCTL_MIRACAST_CREATE_CONTEXT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_MIRACAST_CREATE_CONTEXT, \
		 struct drm_miracast_create_context)
#define DRM_IOCTL_MIRACAST_DESTROY_CONTEXT \
	DRM_IO(DRM_COMMAND_BASE + DRM_MIRACAST_DESTROY_CONTEXT)
#define DRM_IOCTL_MIRACAST_IO_CONTROL \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_MIRACAST_IO_CONTROL, \
		 struct drm_miracast_io_control)
#define DRM_IOCTL_MIRACAST_RELEASE_CHUNK \
	DRM_IOW(DRM_COMMAND_BASE + DRM_MIRACAST_RELEASE_CHUNK, \
		struct drm_miracast_release_chunk)

#if defined(__cplusplus)
}
#endif

#endif /* _UAPI_MIRACAST_DRM_H_ */
