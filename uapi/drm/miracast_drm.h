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
 * *context* on the card node or /dev/miracast; that gives it one *target*
 * (CRTC, planes, encoder and connector) together with an encoder slot and
 * picture memory, as a file descriptor of its own. On the context's file
 * descriptor it starts a *session* and announces the sink's *monitor*: the
 * connector becomes connected and any compositor can extend its desktop onto
 * it. Its pictures reach the owner as *chunks*: events that name a buffer (a
 * dma-buf), the damage, and times.
 *
 * =========================== ============================ ====================
 * ioctl                       where                        who
 * =========================== ============================ ====================
 * QUERY_CAPS                  card node, /dev/miracast     anyone
 * CREATE_CONTEXT              card node                    the DRM master, for
 *                                                          its own screen;
 *                                                          CAP_SYS_ADMIN
 * CREATE_CONTEXT              /dev/miracast                CAP_SYS_ADMIN
 * DESTROY_CONTEXT             context and control file     whoever holds it
 * IO_CONTROL                  context and control file     whoever holds it
 * RELEASE_CHUNK               context file                 whoever holds it
 * read()                      context file                 whoever holds it
 * poll()                      context and control file     whoever holds it
 * =========================== ============================ ====================
 *
 * /dev/miracast cannot become DRM master, so a program that has it open keeps
 * no compositor out. A compositor keeps its card node open for as long as its
 * contexts; everybody else may, and should, close theirs. The last close of the
 * context's file destroys the context.
 */

/**
 * DOC: rules
 *
 * - Types have fixed widths and every struct has the same layout for 32-bit and
 *   64-bit callers: members are naturally aligned, the size is a multiple of 8,
 *   padding is explicit. Pointers are carried in __u64.
 * - Padding, reserved members and unknown flag bits must be zero, else EINVAL.
 *   Output-only members of an argument are not looked at on input.
 * - On the context's file descriptor the caller's struct size is known (from
 *   the ioctl number, or in_size). A struct larger than the kernel's is
 *   accepted when the unknown trailing bytes are zero (else E2BIG); one smaller
 *   than the first published version is EINVAL; a size in between is extended
 *   by zeros. Output is cut to out_size; bytes_returned says how much was
 *   written. A size or a stride above a page is E2BIG; a page is the kernel's,
 *   4 KiB or more.
 * - On the card node and on /dev/miracast, structs are extended or cut
 *   silently, so a new member there always comes with a new flag.
 *   CREATE_CONTEXT needs room for all of its first version, else EINVAL: a file
 *   descriptor must not get lost.
 * - The numbers of contexts, sessions, buffers, messages, frames and modes are
 *   never 0 and only grow during a context's life, across sessions. They may
 *   have gaps; contexts and sessions are counted per device.
 * - A failing call changes nothing. The contents of the argument structs are
 *   undefined after it.
 * - Times are CLOCK_MONOTONIC in nanoseconds, refresh rates are in mHz, lengths
 *   are in pixels unless a member says otherwise.
 */

/**
 * DOC: masters
 *
 * A screen belongs to the DRM master that lit it, and the owner of a context
 * sees the screens of one master: the one that the context is *pinned* to.
 *
 * - The DRM master itself makes a context on its card node. It needs no
 *   capability, and the context is pinned to it.
 * - A broker with CAP_SYS_ADMIN makes a context on behalf of the master of that
 *   moment, which the context is pinned to; if there is none, it is not pinned.
 *   The broker cannot know before who that master is. So it asks for a *control
 *   file*, reads @pinned_master or @current_master with QUERY_CONTEXT, finds
 *   out whose session that is, and calls %DRM_MIRACAST_CODE_PIN with it, also
 *   when the context is pinned to it already. It hands the context out after
 *   that. In the same way it pins the context to another master later, or to
 *   nobody.
 * - With %DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER, which needs CAP_SYS_ADMIN,
 *   the owner sees the screens of every master. That is for test machines.
 *
 * To every other master, the connector of a pinned context is disconnected; it
 * comes back with the master that the context is pinned to. Meanwhile session
 * and monitor stay, and a PICTURE_STATE message says why no picture comes. The
 * connector of a context that is not pinned is connected, but nothing is
 * captured. A picture is captured if the master lit the CRTC and all
 * framebuffers in it are its own: made by a file of that master, or by one that
 * was not master yet when that master showed it first. A lease counts as its
 * lessor's.
 *
 * A file that became master because it was opened while there was none does not
 * count until it calls DRM_IOCTL_SET_MASTER or shows something: until then,
 * connectors stay as they are, @current_master is 0, nothing is pinned to it,
 * and it makes no context for itself. Masters are named by serial numbers,
 * which are never 0 and never used again.
 *
 * A master is gone for good when the last duplicate of its card node's
 * descriptor is closed, in whatever process (logind keeps one), and nothing is
 * mapped through it any more. A context that is pinned to it is then pinned to
 * nobody if it has a control file; one without a control file ends, as by
 * DESTROY_CONTEXT.
 */

/**
 * DOC: control file
 *
 * With %DRM_MIRACAST_CONTEXT_FLAG_CONTROL, CREATE_CONTEXT returns a second
 * file, which the program that made the context keeps, while another holds the
 * first. It takes IO_CONTROL with the codes QUERY_CONTEXT, GET_STATISTICS and
 * PIN, and DESTROY_CONTEXT. Its last close destroys the context. The last
 * close, DESTROY_CONTEXT and PIN may wait for the holder's processes, see
 * there: a program that serves several users calls them in a thread of its own,
 * unless it makes no contexts of DIRECT. QUERY_CONTEXT and GET_STATISTICS
 * wait for no holder, nor does PIN in COPY; CREATE_CONTEXT may wait for other
 * owners' calls. poll() reports EPOLLHUP once the context is gone,
 * and EPOLLPRI when @pinned_master (by PIN, too) or @lit_by_master is not what
 * it was at CREATE_CONTEXT or at the last QUERY_CONTEXT on this file, or when
 * @current_master has changed since, even if it is the same again. A
 * QUERY_CONTEXT that fails, or whose out_size does not reach @lit_by_master,
 * does not count.
 *
 * PIN gives the holder another user's screen, with all that @flags allow it. So
 * look at @flags, %DRM_MIRACAST_CONTEXT_FLAG_TRUSTED above all, before pinning
 * a context that somebody else has made.
 */

/**
 * DOC: delivery
 *
 * In *COPY*, the driver copies what changed into buffers of the context. A
 * picture never tears, and a buffer is not written again before its chunk was
 * released. With more than one part, a picture is copied in bands of whole
 * macroblocks (16 lines). Each band with damage is announced as soon as its
 * lines are in the buffer, as parts 1, 2, 3 and so on; the last one as part 0,
 * when the whole picture is. A picture that a departure, STOP_SESSION or mode
 * set interrupts ends without part 0.
 *
 * In *DIRECT*, a chunk names the memory that is scanned out, and nothing is
 * copied. The memory may be drawn over as soon as the next flip has completed,
 * so a flip that replaces a picture which the owner has not released waits for
 * it: it completes at the first vblank after the release, and at most one
 * vblank late. After that the picture is *revoked*: what the owner reads may be
 * torn. RELEASE_CHUNK reports that in @result. Until that release, flips no
 * longer wait for this owner: its pictures are revoked as soon as they are
 * replaced. The damage of a revoked picture is part of a later chunk once more.
 * A mode set, switching the CRTC off, or a departure revokes without further
 * consequence. An owner has at most two unreleased pictures; while it has,
 * damage accumulates. A compositor that draws into the framebuffer on the
 * screen (as X servers do, announcing it with DIRTYFB) is not held: chunks then
 * name the same buffer again and again, and the picture may change while it is
 * read. Use COPY where that matters.
 *
 * Buffers of DIRECT have numbers by memory and layout, not by framebuffer. The
 * table has 16; the one used least recently goes first, with a BUFFER_GONE, and
 * one that the owner has no picture in goes after 64 pictures in others. A
 * framebuffer of this device is handed out as a dma-buf that cannot be imported
 * here again, nor mapped for writing, nor mapped by the kernel for a driver
 * that would use the CPU. One that the compositor imported from another device
 * is handed out as that device's own dma-buf, with its access mode; that needs
 * %DRM_MIRACAST_CONTEXT_FLAG_TRUSTED. Every GET_BUFFER of a buffer returns the
 * same dma-buf, and a number lives no longer than that: what revokes the memory
 * ends the number, and the same memory gets another one when it is shown to the
 * owner again.
 *
 * DIRECT hands out memory, and memory is more than a picture. The owner reads
 * what the compositor draws into it later, too, until it is *revoked*. This
 * device's memory is revoked when the monitor departs or is replaced, when the
 * context is pinned to another master or to nobody, when the session or the
 * context ends, and when the buffer leaves the table or its mode is over and
 * the picture released: reading a mapping raises SIGBUS then, and mmap(),
 * importing and DMA_BUF_IOCTL_SYNC with DMA_BUF_SYNC_START are ESTALE.
 * That has happened when the ioctl that caused it returns, and soon after a
 * BUFFER_GONE or the end of a master. When the device goes, what is mapped
 * stays until the context's last close.
 *
 * Memory that another device has imported before stays readable to that device,
 * and a device can write what a CPU can only read, unless an IOMMU keeps it
 * from that. So DIRECT is for owners that are trusted with the screen; COPY is
 * for all others.
 *
 * Without %DRM_MIRACAST_CONTEXT_FLAG_TRUSTED, two kinds of framebuffers are not
 * handed out: no chunk comes, and the picture's state is
 * %DRM_MIRACAST_PICTURE_STATE_UNREADABLE. Memory that is larger than the
 * picture, such as one framebuffer for two screens, shows more than the screen;
 * padding as dumb buffers have it does not count: less than 256 bytes at the
 * end of lines, lines up to a multiple of 16, and the rest of a page. And an
 * import is not this device's: it is never revoked, the exporter may let the
 * owner write it, and commits wait for fences that the owner adds to it.
 * Compositors that render with a GPU mostly show imports.
 *
 * The primary plane need not cover the screen, nor be there: elsewhere the
 * screen is black. COPY delivers it so. DIRECT hands out one framebuffer, which
 * such a screen is not. So a target whose context is DIRECT refuses commits that
 * would leave the CRTC on without a primary plane that covers the whole screen:
 * EINVAL, TEST_ONLY too. From before the context came there may be such a screen:
 * then no chunk comes, TRUSTED or not, until the client commits another, and the
 * picture's state is %DRM_MIRACAST_PICTURE_STATE_UNREADABLE.
 *
 * Nor is the cursor plane in the framebuffer of DIRECT. Owners that are to show
 * the pointer ask for %DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA and draw it.
 * Without that flag the legacy cursor calls are refused with EINVAL, so that
 * clients which use them draw the pointer themselves; atomic commits with a cursor
 * are taken, and their cursor is not seen.
 *
 * The same goes, whatever the delivery, for a cursor that the CPU has to read
 * where the kernel cannot map its memory: the legacy calls with one fail with the
 * errno of its exporter, EINVAL where that maps nothing, commits with one are taken,
 * and there is no cursor in the picture, in GET_CURSOR and in messages until a
 * commit with a cursor that can be mapped. Where only the attempt failed, a commit
 * fails with ENOMEM or EINTR as well.
 */

/**
 * DOC: fences
 *
 * An owner whose encoder is a device need not wait for it. RELEASE_CHUNK takes
 * a sync_file that signals when the encoder has read the picture. The driver
 * writes no new picture into a buffer before its fence has signalled, with or
 * without an error; this holds across sessions. A buffer of the owner's own
 * waits for the fences in its dma-bufs as well, without a thread that waits;
 * struct drm_miracast_set_buffers says what of those that come later. In
 * DIRECT, a flip that would wait for the release waits for the fence instead,
 * within the same bound of one vblank. If the fence is later, the picture
 * counts as revoked, although no release reports it: until the fence signals,
 * flips do not wait for this owner, and afterwards the damage is part of a
 * later chunk once more. Nothing else waits for it. A slot whose fence never
 * signals is lost to the context.
 *
 * The other way round, a chunk with %DRM_MIRACAST_CHUNK_FLAG_FENCE names memory
 * that a device may still write; %DRM_MIRACAST_CODE_GET_FENCE returns the
 * sync_file that signals when it has; in DIRECT only. DMA_BUF_IOCTL_SYNC waits
 * for the same fence. Without the flag, pixels are ready: a commit waits for
 * the fences that were there before it.
 *
 * There is no implicit synchronisation on dma-bufs of the driver's own memory:
 * their reservation objects are empty. poll() on them and
 * DMA_BUF_IOCTL_EXPORT_SYNC_FILE report that they are ready at once, and a
 * fence that an encoder puts there keeps no picture away: only GET_FENCE and
 * DMA_BUF_IOCTL_SYNC say when a picture is written, and only
 * %DRM_MIRACAST_RELEASE_FLAG_FENCE says when it is read.
 */

/**
 * DOC: color
 *
 * Members of type struct drm_miracast_color are zero in this version, on input
 * and on output: RGB has sRGB primaries and transfer function, and full range;
 * NV12 is BT.709 with limited range. Formats are enumerated by QUERY_CAPS.
 * Modifiers are DRM_FORMAT_MOD_LINEAR, which is 0, in COPY.
 */

/**
 * DOC: gamma
 *
 * CRTCs have the property GAMMA_LUT of 256 entries, with which compositors make
 * night light and calibrate. Its 16 bits are rounded to 8. In COPY it is applied
 * to red, green and blue after the cursor was blended, and before NV12 is made of
 * them; a change makes a chunk of the whole picture.
 *
 * In DIRECT it is not applied: the picture is what the compositor has drawn.
 * Chunks have %DRM_MIRACAST_CHUNK_FLAG_GAMMA_NOT_APPLIED while a table is set
 * that would change it, and there is a chunk of the whole picture when that
 * begins or ends. An owner whose sink is to show night light uses COPY.
 *
 * Nor is it applied to a cursor that the owner draws itself.
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
 * plane 1 follows plane 0, whose lines are rounded up to a multiple of 16.
 */

/**
 * DOC: errors
 *
 * The same everywhere:
 *
 * ============ ==============================================================
 * errno        meaning
 * ============ ==============================================================
 * EACCES       the caller is not permitted
 * EAGAIN       no event (read() of a non-blocking descriptor)
 * EBADF        an argument is not an open file descriptor
 * ESRCH        no DRM master that counts, and no control file to pin the
 *              context later (CREATE_CONTEXT)
 * ENOENT       no such buffer, connector, message, chunk or fence
 * EBUSY        in use now: target, encoder slot, rate or picture memory
 * EINVAL       malformed, an unknown flag, an ioctl of the other file, or more
 *              than the device could ever give
 * E2BIG        unknown trailing bytes of a struct are not zero, or a struct is
 *              absurdly large
 * EFAULT       a pointer does not point to accessible memory
 * EOPNOTSUPP   unknown IO_CONTROL code, or a code or format that this version
 *              of the driver, this context or this file does not provide (see
 *              struct drm_miracast_query_caps)
 * ENOTCONN     needs a state that has not been reached (session, monitor)
 * EALREADY     the state has been reached already
 * ESTALE       was valid once: superseded message, chunk or message of an ended
 *              session, destroyed context, master that is not the current one
 * ENOMEM       no kernel memory; nothing changed
 * EMFILE       the caller has no room for another file descriptor (ENFILE: the
 *              system has none)
 * EINTR        a signal arrived while waiting for another call; nothing done
 *              (ioctls restart under SA_RESTART)
 * ENODEV       the device is gone
 * ============ ==============================================================
 */

/**
 * DRM_MIRACAST_ABI_MAJOR - Major version: programs made for another one do not
 * work with this one
 */
#define DRM_MIRACAST_ABI_MAJOR		1
/**
 * DRM_MIRACAST_ABI_MINOR - Minor version: grows with each addition
 */
#define DRM_MIRACAST_ABI_MINOR		0

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
	 * @DRM_MIRACAST_CAP_CURSOR_METADATA: The flag of that name is offered
	 * at CREATE_CONTEXT.
	 */
	DRM_MIRACAST_CAP_CURSOR_METADATA	= 1 << 4,
	/**
	 * @DRM_MIRACAST_CAP_OWNER_BUFFERS: The flag of that name is offered at
	 * CREATE_CONTEXT.
	 */
	DRM_MIRACAST_CAP_OWNER_BUFFERS		= 1 << 5,
};

/**
 * struct drm_miracast_color - How numbers become colors.
 *
 * All zero stands for what "DOC: color" says. Other values are those of Rec.
 * ITU-T H.273.
 */
struct drm_miracast_color {
	/** @primaries: ColourPrimaries. */
	__u8 primaries;
	/** @transfer: TransferCharacteristics. */
	__u8 transfer;
	/** @matrix: MatrixCoefficients. */
	__u8 matrix;
	/** @full_range: VideoFullRangeFlag. */
	__u8 full_range;
	/** @reserved: Zero. */
	__u32 reserved;
};

/**
 * struct drm_miracast_format - A format in which pictures are delivered.
 */
struct drm_miracast_format {
	/** @modifier: DRM format modifier. */
	__u64 modifier;
	/** @fourcc: DRM format. */
	__u32 fourcc;
	/**
	 * @deliveries: Bit n is set for value n of enum drm_miracast_delivery.
	 */
	__u32 deliveries;
	/** @color: Colors. */
	struct drm_miracast_color color;
	/** @flags: Zero. */
	__u32 flags;
	/** @pad: Zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_query_caps - Capabilities and budget of a device.
 *
 * Argument of DRM_IOCTL_MIRACAST_QUERY_CAPS on the card node and /dev/miracast.
 * @flags, @format_stride, @formats and @format_count are input, the rest is
 * output. "Free" figures are a snapshot.
 *
 * Errors: EINVAL flags, or a stride smaller than the first version of struct
 * drm_miracast_format; E2BIG a stride above a page; EFAULT; ENODEV.
 */
struct drm_miracast_query_caps {
	/** @flags: In: must be zero. */
	__u32 flags;
	/**
	 * @format_stride: In: bytes from one element at @formats to the next;
	 * ignored if @formats is 0. Bytes that the driver does not know are
	 * zeroed.
	 */
	__u32 format_stride;
	/**
	 * @formats: In: pointer to room for elements of struct
	 * drm_miracast_format, or 0.
	 */
	__u64 formats;
	/**
	 * @format_count: In: room at @formats, in elements; ignored if @formats
	 * is 0. Out: number of formats; those that fit were written.
	 */
	__u32 format_count;

	/** @abi_major: %DRM_MIRACAST_ABI_MAJOR of the driver. */
	__u32 abi_major;
	/** @abi_minor: %DRM_MIRACAST_ABI_MINOR of the driver. */
	__u32 abi_minor;
	/** @caps: Mask of enum drm_miracast_caps. */
	__u32 caps;
	/**
	 * @io_control_codes: Bit n is set when IO_CONTROL code n is provided.
	 */
	__u64 io_control_codes;
	/**
	 * @event_bytes_max: Bytes of the largest event; never more than
	 * %DRM_MIRACAST_EVENT_BYTES.
	 */
	__u32 event_bytes_max;
	/** @card_major: Device number of the card node, major part. */
	__u32 card_major;
	/** @card_minor: Device number of the card node, minor part. */
	__u32 card_minor;
	/**
	 * @context_flags: Mask of those flags of enum
	 * drm_miracast_context_flags that CREATE_CONTEXT knows; what a flag
	 * needs is said there.
	 */
	__u32 context_flags;

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
	/**
	 * @macroblock_rate_free: The part of it that no context has reserved.
	 */
	__u64 macroblock_rate_free;
	/** @picture_memory_total: Picture memory, bytes. */
	__u64 picture_memory_total;
	/**
	 * @picture_memory_free: The part of it that is free, bytes. Memory of a
	 * destroyed context counts as used until the last dma-buf reference is
	 * gone.
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
	 * @DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA: The cursor is not blended
	 * into the picture; moves and shapes arrive as messages.
	 */
	DRM_MIRACAST_CONTEXT_FLAG_CURSOR_METADATA	= 1 << 0,
	/**
	 * @DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS: COPY into dma-bufs that the
	 * owner provides with SET_BUFFERS.
	 */
	DRM_MIRACAST_CONTEXT_FLAG_OWNER_BUFFERS		= 1 << 1,
	/**
	 * @DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER: The owner sees the screens
	 * of all DRM masters, see "DOC: masters". Needs CAP_SYS_ADMIN.
	 */
	DRM_MIRACAST_CONTEXT_FLAG_FOLLOW_MASTER		= 1 << 2,
	/**
	 * @DRM_MIRACAST_CONTEXT_FLAG_TRUSTED: DIRECT may hand out memory that
	 * is larger than the picture, and imports; see "DOC: delivery". Needs
	 * CAP_SYS_ADMIN, unless the DRM master sets it for its own screen;
	 * EINVAL in COPY.
	 */
	DRM_MIRACAST_CONTEXT_FLAG_TRUSTED		= 1 << 3,
	/**
	 * @DRM_MIRACAST_CONTEXT_FLAG_HDCP: The owner may report content
	 * protection with SET_HDCP. Needs CAP_SYS_ADMIN; EOPNOTSUPP without
	 * %DRM_MIRACAST_CAP_HDCP.
	 */
	DRM_MIRACAST_CONTEXT_FLAG_HDCP			= 1 << 4,
	/**
	 * @DRM_MIRACAST_CONTEXT_FLAG_CONTROL: Return a control file; see "DOC:
	 * control file".
	 */
	DRM_MIRACAST_CONTEXT_FLAG_CONTROL		= 1 << 5,
};

/**
 * struct drm_miracast_create_context - Make a context.
 *
 * Argument of DRM_IOCTL_MIRACAST_CREATE_CONTEXT on the card node and
 * /dev/miracast. "DOC: masters" says who may make a context, and for which
 * screen. Reserves for the life of the context: a target, an encoder slot, the
 * macroblock rate @max_macroblock_rate (at most 2073600 macroblocks/s, MaxMBPS
 * of H.264 level 5.2, which no mode exceeds) and, in COPY into the driver's
 * buffers, picture memory: @buffer_count times @max_height lines of 4 x
 * @max_width bytes for XRGB8888, or 3/2 x @max_height lines of @max_width bytes
 * for NV12; heights are rounded up to 16 lines, lines to 256 bytes, and buffers
 * to pages. MODE_SET and GET_BUFFER have the pitch of a mode; an owner does not
 * compute it.
 *
 * Errors: EACCES neither DRM master (a lessee is none, nor is a file that does
 * not count, see "DOC: masters") nor capability, or a flag that needs it;
 * ESRCH no master that counts to pin the context to; ENOENT no such connector;
 * EBUSY target, slot, rate or picture memory taken; EINVAL bad flags or values,
 * limits below 640x480 at 60 Hz, or more than the whole device has; EOPNOTSUPP
 * a format that COPY does not offer; EFAULT; ENOMEM; EMFILE; ENFILE; EINTR;
 * ENODEV.
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
	 * @format: In: COPY: DRM format, as QUERY_CAPS has it: in this version
	 * DRM_FORMAT_XRGB8888 or DRM_FORMAT_NV12. DIRECT: 0.
	 */
	__u32 format;
	/**
	 * @modifier: In: COPY: DRM format modifier, as QUERY_CAPS has it.
	 * DIRECT: 0.
	 */
	__u64 modifier;
	/**
	 * @color: In: COPY: colors of the pictures, as QUERY_CAPS has them.
	 * DIRECT: all zero.
	 */
	struct drm_miracast_color color;
	/** @buffer_count: In: COPY: 2 to 16. DIRECT: 0. */
	__u32 buffer_count;
	/** @parts: In: COPY: parts of a picture, 1 to 16. DIRECT: 0. */
	__u32 parts;
	/** @max_width: In: widest mode, at least 640. */
	__u32 max_width;
	/** @max_height: In: highest mode, at least 480. */
	__u32 max_height;
	/**
	 * @max_refresh_mhz: In: fastest mode, mHz, at least 60000. A mode may
	 * exceed it by half a percent, as standard timings do.
	 */
	__u32 max_refresh_mhz;
	/** @pad: In: must be zero. */
	__u32 pad;
	/**
	 * @max_macroblock_rate: In: most macroblocks per second of a mode, at
	 * least 72000 (640x480 at 60 Hz), which a mode may exceed by half a
	 * percent as well; 0, or more than the other limits together allow:
	 * what those allow.
	 */
	__u64 max_macroblock_rate;
	/** @context_fd: Out: the context, close-on-exec. */
	__s32 context_fd;
	/** @control_fd: Out: its control file, close-on-exec, or -1. */
	__s32 control_fd;
	/** @crtc_id: Out: object id of the target's CRTC. */
	__u32 crtc_id;
	/** @pad2: Out: zero. */
	__u32 pad2;
	/** @context_number: Out: number of the context on this device. */
	__u64 context_number;
};

/**
 * DOC: arrivals
 *
 * An arrival that equals the present monitor in every member, mode and byte of
 * the EDID, while no mode of it was refused, succeeds and changes nothing:
 * neither session nor clients notice. To start over, depart first.
 *
 * Any other replaces the monitor. Clients look at EDID and modes when a
 * connector becomes connected, so the connector is disconnected first: until
 * the DRM master has seen that, or for one second; with a lit CRTC until that
 * is off, or for two seconds. The same holds for a monitor that another context
 * announces on the same connector. When the CRTC is still lit then, with a mode
 * that the new monitor offers, that mode is set once more, and MODE_SET
 * follows. The driver never sets another mode: the connector's link status
 * becomes BAD, and nothing is captured.
 *
 * A refused mode is not offered again until the next arrival, which then always
 * replaces the monitor. The link status becomes BAD; when no other mode is set
 * within two seconds, or 200 ms after the DRM master has probed the connector,
 * clients see a disconnection, as above, which ends 200 ms after the master has
 * probed it again, even with a lit CRTC. Refusals are not forgotten, and a
 * monitor that refuses more than 64 modes has refused all: in the end only
 * 640x480 at 60 Hz is offered; if that is refused as well, the link stays BAD.
 *
 * Clients see at most one change of a connector in 100 ms, which is the state
 * of that moment, whatever its owner announces in the meantime.
 */

/**
 * DOC: DESTROY_CONTEXT
 *
 * DRM_IOCTL_MIRACAST_DESTROY_CONTEXT on the context's file or its control file
 * takes no argument. The monitor departs at once, what was reserved is free
 * (picture memory once the last of its dma-bufs is closed), unread events are
 * gone; read() and the other ioctls answer ESTALE from then on, and poll()
 * hangs up. It waits for no other call, and for nothing that programs do in
 * user space; buffers of the owner are let go of soon after it. In DIRECT it
 * waits for page faults, mmap() and fork() that are under way in processes that
 * have mapped the memory; these may be short of processor time. PIN,
 * STOP_SESSION, MONITOR_ARRIVE, MONITOR_DEPART, REPORT_STATUS and the last
 * close wait so, too. A second call changes nothing, and waits as the first.
 * The only error is ENODEV: the device is gone, and the context with it.
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
	 * @DRM_MIRACAST_CODE_START_SESSION: Begin a session; events flow from
	 * here. In: struct drm_miracast_start_session. Out: struct
	 * drm_miracast_session. State: created; EALREADY in a session.
	 */
	DRM_MIRACAST_CODE_START_SESSION		= 1,
	/**
	 * @DRM_MIRACAST_CODE_STOP_SESSION: End the session. The monitor
	 * departs, unreleased chunks become free, unread events are dropped,
	 * and a STOPPED message is the session's last event. In: struct
	 * drm_miracast_stop_session. State: started.
	 */
	DRM_MIRACAST_CODE_STOP_SESSION		= 2,
	/**
	 * @DRM_MIRACAST_CODE_MONITOR_ARRIVE: Announce the sink's monitor; the
	 * connector becomes connected. A second arrival replaces the first, see
	 * "DOC: arrivals". In: struct drm_miracast_monitor_arrive. State:
	 * started. EOPNOTSUPP colors that are not offered.
	 */
	DRM_MIRACAST_CODE_MONITOR_ARRIVE	= 3,
	/**
	 * @DRM_MIRACAST_CODE_MONITOR_DEPART: The monitor is gone; the connector
	 * becomes disconnected. In: struct drm_miracast_monitor_depart. State:
	 * monitor.
	 */
	DRM_MIRACAST_CODE_MONITOR_DEPART	= 4,
	/**
	 * @DRM_MIRACAST_CODE_COMPLETE_MESSAGE: Answer a message. In: struct
	 * drm_miracast_complete_message. State: started. ENOENT no such message
	 * or it needs no answer; EALREADY answered before; ESTALE superseded,
	 * or of an ended session or departed monitor. With OWNER_BUFFERS,
	 * success needs buffers: ENOTCONN before SET_BUFFERS, EINVAL when they
	 * are too small for the mode, or what an exporter answers when CPU
	 * access begins; the message stays unanswered.
	 */
	DRM_MIRACAST_CODE_COMPLETE_MESSAGE	= 5,
	/**
	 * @DRM_MIRACAST_CODE_GET_BUFFER: Describe a buffer and hand out its
	 * dma-bufs. In: struct drm_miracast_get_buffer. Out: struct
	 * drm_miracast_buffer. State: started. ENOENT never existed; ESTALE
	 * gone; EMFILE, ENFILE, ENOMEM.
	 */
	DRM_MIRACAST_CODE_GET_BUFFER		= 6,
	/**
	 * @DRM_MIRACAST_CODE_SET_BUFFERS: Provide the owner's buffers, in place
	 * of those provided before. In: struct drm_miracast_set_buffers. State:
	 * created, started; EALREADY while an accepted mode is in force.
	 * EOPNOTSUPP the context was made without OWNER_BUFFERS.
	 */
	DRM_MIRACAST_CODE_SET_BUFFERS		= 7,
	/**
	 * @DRM_MIRACAST_CODE_REQUEST_FRAME: The next chunk covers the whole
	 * picture, and comes even when nothing changes (the encoder owes an
	 * IDR). In: struct drm_miracast_request_frame. State: monitor.
	 */
	DRM_MIRACAST_CODE_REQUEST_FRAME		= 8,
	/**
	 * @DRM_MIRACAST_CODE_SET_RATE: Report the encode rate and limit the
	 * picture rate, until the end of the session. No damage is lost; a
	 * requested frame and the first of a mode do not wait. In: struct
	 * drm_miracast_set_rate. State: started.
	 */
	DRM_MIRACAST_CODE_SET_RATE		= 9,
	/**
	 * @DRM_MIRACAST_CODE_GET_CURSOR: Read the cursor, with or without
	 * CURSOR_METADATA. In: struct drm_miracast_get_cursor. Out: struct
	 * drm_miracast_cursor. State: monitor. EINVAL not enough room for the
	 * pixels.
	 */
	DRM_MIRACAST_CODE_GET_CURSOR		= 10,
	/**
	 * @DRM_MIRACAST_CODE_REPORT_CHUNK: Put a processing step of the owner
	 * into the trace. In: struct drm_miracast_report_chunk. State: started.
	 * ENOENT no such chunk; ESTALE of an ended session.
	 */
	DRM_MIRACAST_CODE_REPORT_CHUNK		= 11,
	/**
	 * @DRM_MIRACAST_CODE_REPORT_STATISTIC: Put "chunk sent" or a protocol
	 * event into the trace. In: struct drm_miracast_report_statistic.
	 * State: started. CHUNK_SENT: ENOENT no such chunk; ESTALE of an ended
	 * session.
	 */
	DRM_MIRACAST_CODE_REPORT_STATISTIC	= 12,
	/**
	 * @DRM_MIRACAST_CODE_REPORT_STATUS: The session failed; the monitor
	 * departs. In: struct drm_miracast_report_status. State: started.
	 */
	DRM_MIRACAST_CODE_REPORT_STATUS		= 13,
	/**
	 * @DRM_MIRACAST_CODE_SET_HDCP: Result of HDCP authentication with the
	 * sink; again when it changes. In: struct drm_miracast_set_hdcp. State:
	 * monitor. ENOENT no such message; ESTALE superseded; EOPNOTSUPP the
	 * context was made without %DRM_MIRACAST_CONTEXT_FLAG_HDCP.
	 */
	DRM_MIRACAST_CODE_SET_HDCP		= 14,
	/**
	 * @DRM_MIRACAST_CODE_GET_STATISTICS: Read the counters. In: struct
	 * drm_miracast_get_statistics. Out: struct drm_miracast_statistics.
	 * State: any.
	 */
	DRM_MIRACAST_CODE_GET_STATISTICS	= 15,
	/**
	 * @DRM_MIRACAST_CODE_QUERY_CONTEXT: Describe the context: how it was
	 * made, its device, and its masters. In: struct
	 * drm_miracast_query_context. Out: struct drm_miracast_context_info.
	 * State: any.
	 */
	DRM_MIRACAST_CODE_QUERY_CONTEXT		= 16,
	/**
	 * @DRM_MIRACAST_CODE_PIN: Pin the context to the current DRM master, or
	 * to nobody. On the control file, with CAP_SYS_ADMIN; else EACCES. In:
	 * struct drm_miracast_pin. State: any. ESTALE another master is the
	 * current one, or the current master has changed since CREATE_CONTEXT
	 * or the last QUERY_CONTEXT on this file, even if it is the same again;
	 * EINVAL with FOLLOW_MASTER.
	 */
	DRM_MIRACAST_CODE_PIN			= 17,
	/**
	 * @DRM_MIRACAST_CODE_GET_FENCE: Get the fence of a chunk. In: struct
	 * drm_miracast_get_fence. Out: struct drm_miracast_fence. State:
	 * started. ENOENT no such chunk, or it has no fence; ESTALE of an ended
	 * session; EMFILE, ENFILE, ENOMEM. A descriptor is made only when @fd
	 * lies within out_size.
	 */
	DRM_MIRACAST_CODE_GET_FENCE		= 18,
};

/**
 * struct drm_miracast_io_control - Argument of DRM_IOCTL_MIRACAST_IO_CONTROL.
 *
 * One call of it or of CREATE_CONTEXT at a time runs on a device (the Miracast
 * synchronisation class); a waiting call is interrupted by signals.
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
	/** @DRM_MIRACAST_MODE_FLAG_PREFERRED: The sink's preferred mode. */
	DRM_MIRACAST_MODE_FLAG_PREFERRED	= 1 << 0,
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
	/**
	 * @refresh_mhz: Refresh rate of the sink, mHz, before vsync_divider.
	 */
	__u32 refresh_mhz;
	/** @flags: Mask of enum drm_miracast_mode_flags. */
	__u32 flags;
	/**
	 * @vsync_divider: The mode is offered at the sink's refresh rate
	 * divided by this, 1 to 63; 0: by that of MONITOR_ARRIVE.
	 */
	__u32 vsync_divider;
	/** @pad: Must be zero. */
	__u32 pad;
	/** @color: Colors that the sink accepts, all zero. */
	struct drm_miracast_color color;
};

/**
 * enum drm_miracast_monitor_type - Connector between sink and monitor.
 *
 * Numbers of wfd_connector_type (Wi-Fi Display Technical Specification).
 */
enum drm_miracast_monitor_type {
	/** @DRM_MIRACAST_MONITOR_TYPE_VGA: VGA. */
	DRM_MIRACAST_MONITOR_TYPE_VGA		= 0,
	/** @DRM_MIRACAST_MONITOR_TYPE_SVIDEO: S-Video. */
	DRM_MIRACAST_MONITOR_TYPE_SVIDEO	= 1,
	/** @DRM_MIRACAST_MONITOR_TYPE_COMPOSITE: Composite video. */
	DRM_MIRACAST_MONITOR_TYPE_COMPOSITE	= 2,
	/** @DRM_MIRACAST_MONITOR_TYPE_COMPONENT: Component video. */
	DRM_MIRACAST_MONITOR_TYPE_COMPONENT	= 3,
	/** @DRM_MIRACAST_MONITOR_TYPE_DVI: DVI. */
	DRM_MIRACAST_MONITOR_TYPE_DVI		= 4,
	/** @DRM_MIRACAST_MONITOR_TYPE_HDMI: HDMI. */
	DRM_MIRACAST_MONITOR_TYPE_HDMI		= 5,
	/** @DRM_MIRACAST_MONITOR_TYPE_MIRACAST: Sink and monitor are one. */
	DRM_MIRACAST_MONITOR_TYPE_MIRACAST	= 7,
	/** @DRM_MIRACAST_MONITOR_TYPE_JAPANESE_D: Japanese D connector. */
	DRM_MIRACAST_MONITOR_TYPE_JAPANESE_D	= 8,
	/** @DRM_MIRACAST_MONITOR_TYPE_SDI: SDI. */
	DRM_MIRACAST_MONITOR_TYPE_SDI		= 9,
	/** @DRM_MIRACAST_MONITOR_TYPE_DISPLAYPORT: DisplayPort. */
	DRM_MIRACAST_MONITOR_TYPE_DISPLAYPORT	= 10,
	/** @DRM_MIRACAST_MONITOR_TYPE_UDI: UDI. */
	DRM_MIRACAST_MONITOR_TYPE_UDI		= 12,
	/** @DRM_MIRACAST_MONITOR_TYPE_OTHER: Another physical connector. */
	DRM_MIRACAST_MONITOR_TYPE_OTHER		= 255,
};

/**
 * enum drm_miracast_arrive_flags - Flags of MONITOR_ARRIVE.
 */
enum drm_miracast_arrive_flags {
	/**
	 * @DRM_MIRACAST_ARRIVE_FLAG_UNION: Offer the modes of the list and those
	 * of the EDID, not only what both have. Of two that differ by 0.05
	 * percent at most that of the list is offered.
	 */
	DRM_MIRACAST_ARRIVE_FLAG_UNION	= 1 << 0,
};

/**
 * struct drm_miracast_monitor_arrive - Input of MONITOR_ARRIVE.
 *
 * The list is what the sink decodes, the EDID what its monitor shows. With a
 * list only, or an EDID only, the connector offers those modes. With both it
 * offers the modes of the list that the EDID has as well: progressive, of the
 * same size, with a rate that differs by half a percent at most (59.94 Hz is 60
 * Hz). When there is no such mode, the whole list is offered, and nothing of
 * the EDID. %DRM_MIRACAST_ARRIVE_FLAG_UNION asks for all modes of both.
 *
 * Exactly one mode is preferred: of those that are offered the first of the
 * list with %DRM_MIRACAST_MODE_FLAG_PREFERRED, else the one that the EDID
 * prefers, else the largest. Modes of the list have the rate that the list
 * says (divided, if it is), to the mHz, and MODE_SET reports it so.
 *
 * Modes that do not fit the context's limits are left out silently (rates may
 * exceed them by half a percent, as those of standard timings do), and so are
 * those of more than 36864 macroblocks in a picture or 2073600 in a second
 * (level 5.2 of H.264). 640x480 at 60 Hz is always offered. Values that no mode
 * could have (zero, widths and heights above 16384, rates above 1000 Hz) are
 * EINVAL.
 */
struct drm_miracast_monitor_arrive {
	/** @flags: Mask of enum drm_miracast_arrive_flags. */
	__u32 flags;
	/** @monitor_type: enum drm_miracast_monitor_type. */
	__u32 monitor_type;
	/**
	 * @edid: Pointer to the EDID; the EDID property carries the same bytes.
	 * Checked: header, version 1, checksum of every block, size equal to
	 * 128 x (1 + extension count), which is that of the HF-EEODB of HDMI
	 * 2.1 when that is larger, and no 4:2:0 capability map of more than 8
	 * bytes, the most that DRM core takes; else EINVAL. Nothing is
	 * repaired: an owner that does so knows what it has changed. An EDID
	 * that the administrator has put in place of the sink's (debugfs
	 * edid_override, drm.edid_firmware) counts instead, and its modes do.
	 */
	__u64 edid;
	/**
	 * @modes: Pointer to @mode_count elements of struct drm_miracast_mode,
	 * @mode_stride bytes apart.
	 */
	__u64 modes;
	/** @edid_size: Bytes at @edid, 0 for a sink without EDID. */
	__u32 edid_size;
	/** @mode_count: Elements at @modes. */
	__u32 mode_count;
	/**
	 * @mode_stride: Bytes from one element of @modes to the next; ignored
	 * if @mode_count is 0. Bytes that the driver does not know must be
	 * zero, else E2BIG, as is a stride above a page.
	 */
	__u32 mode_stride;
	/**
	 * @vsync_divider: Modes of the EDID, and those of the list that have no
	 * divider of their own, are offered at the sink's refresh rate divided
	 * by this, 1 to 63; results below 23.9 Hz are left out.
	 */
	__u32 vsync_divider;
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
	/**
	 * @DRM_MIRACAST_COMPLETION_REFUSED: The sink or the encoder refused.
	 */
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
 * DRM_MIRACAST_PITCH_ALIGN - Bytes to which lines of the driver's own buffers
 * are rounded up
 */
#define DRM_MIRACAST_PITCH_ALIGN	256

/**
 * DRM_MIRACAST_LINES_ALIGN - Lines to which heights of the driver's own
 * buffers are rounded up
 */
#define DRM_MIRACAST_LINES_ALIGN	16

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
 * The dma-bufs of the driver's own memory can be mapped for reading only, also
 * through another device that has imported them, and are revoked in DIRECT, see
 * "DOC: delivery". They cannot be mapped (EOPNOTSUPP) for a device that is not
 * coherent, or whose DMA is bounced (swiotlb): it would see old pictures. In
 * DIRECT, the layout is that of the framebuffer. With
 * OWNER_BUFFERS, the dma-bufs and their layout are those of SET_BUFFERS. File
 * descriptors are made only when @fds lies within out_size. The fds are
 * close-on-exec and belong to the caller.
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
	/** @flags: Zero. */
	__u32 flags;
	/** @color: Colors. */
	struct drm_miracast_color color;
	/** @planes: Where the planes are. */
	struct drm_miracast_plane planes[DRM_MIRACAST_MAX_PLANES];
	/** @fds: The dma-bufs; unused elements are -1. */
	__s32 fds[DRM_MIRACAST_MAX_PLANES];
};

/**
 * struct drm_miracast_owner_buffer - One buffer of SET_BUFFERS.
 *
 * Pitches and offsets are multiples of 4 in XRGB8888 and of 2 in NV12. No two
 * planes, in any of the buffers, may overlap; that is not checked. Elements
 * beyond the counts must be zero; those of @fds may be -1 as well.
 */
struct drm_miracast_owner_buffer {
	/** @modifier: DRM format modifier, 0. */
	__u64 modifier;
	/** @fourcc: DRM format: that of the context, or 0 for it. */
	__u32 fourcc;
	/** @flags: Must be zero. */
	__u32 flags;
	/** @color: Colors, all zero. */
	struct drm_miracast_color color;
	/** @object_count: Valid elements of @fds, at most @plane_count. */
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
 * COMPLETE_MESSAGE and RELEASE_CHUNK begin CPU access to them, so these calls
 * wait (interruptibly) for fences that the owner's devices have put on them.
 *
 * CPU access is to a whole dma-buf. So where the exporter has something to do
 * when it ends (i915, udmabuf and dma-heaps have), each buffer of the set has
 * dma-bufs of its own.
 *
 * CPU access ends before the last part of a picture is announced: with memory
 * that is not coherent with the device that reads it, use one part. Some
 * exporters wait then for fences of writers that were added since it began:
 * i915 does; udmabuf and dma-heaps do not. The owner's pictures wait with them,
 * and nothing else does, except for the end of the device. So an owner adds none
 * to a buffer that the driver has.
 *
 * The dma-bufs of a set, each counted once, may be as large as twice its
 * pictures of the context's largest size in XRGB8888, and 4 MiB a buffer more.
 *
 * Errors: EINVAL malformed, too small, too large, not a dma-buf, a dma-buf of
 * this device, one that the CPU can only reach as I/O memory, or one in several
 * buffers that must not be; EACCES a dma-buf that is not open for writing;
 * EOPNOTSUPP another fourcc, modifier or color; EBADF no such file descriptor;
 * what the exporter of a dma-buf answers.
 */
struct drm_miracast_set_buffers {
	/**
	 * @buffers: Pointer to @count elements of struct
	 * drm_miracast_owner_buffer, @stride bytes apart.
	 */
	__u64 buffers;
	/** @count: Elements at @buffers: the context's buffer_count. */
	__u32 count;
	/**
	 * @stride: Bytes from one element to the next. Bytes that the driver
	 * does not know must be zero, else E2BIG, as is a stride above a page.
	 */
	__u32 stride;
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
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
	/**
	 * @pixels: Pointer to room for ARGB8888 pixels, without line padding.
	 */
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
	/** @DRM_MIRACAST_CURSOR_FLAG_VISIBLE: The cursor is on the screen. */
	DRM_MIRACAST_CURSOR_FLAG_VISIBLE	= 1 << 0,
	/**
	 * @DRM_MIRACAST_CURSOR_FLAG_HOTSPOT_VALID: The hot spot is known.
	 * Clients report it with the legacy cursor ioctl; Linux 6.8 and later
	 * do not pass it on to drivers of real displays.
	 */
	DRM_MIRACAST_CURSOR_FLAG_HOTSPOT_VALID	= 1 << 1,
};

/**
 * struct drm_miracast_cursor - Output of GET_CURSOR.
 *
 * Without a cursor, and on a screen that is not the owner's to see, all is
 * zero. Alpha is premultiplied.
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
	/** @DRM_MIRACAST_CHUNK_TYPE_UNKNOWN: Nothing known. */
	DRM_MIRACAST_CHUNK_TYPE_UNKNOWN			= 0,
	/**
	 * @DRM_MIRACAST_CHUNK_TYPE_COLOR_CONVERT_COMPLETE: A picture or band is
	 * in its buffer, copied or converted: COPY delivery.
	 */
	DRM_MIRACAST_CHUNK_TYPE_COLOR_CONVERT_COMPLETE	= 1,
	/**
	 * @DRM_MIRACAST_CHUNK_TYPE_ENCODE_COMPLETE: Encoded (reported by
	 * owners).
	 */
	DRM_MIRACAST_CHUNK_TYPE_ENCODE_COMPLETE		= 2,
	/**
	 * @DRM_MIRACAST_CHUNK_TYPE_FRAME_START: A new picture is on the screen:
	 * DIRECT delivery.
	 */
	DRM_MIRACAST_CHUNK_TYPE_FRAME_START		= 3,
	/**
	 * @DRM_MIRACAST_CHUNK_TYPE_FRAME_DROPPED: Dropped (reported by owners).
	 */
	DRM_MIRACAST_CHUNK_TYPE_FRAME_DROPPED		= 4,
	/**
	 * @DRM_MIRACAST_CHUNK_TYPE_DRIVER_DEFINED_1: The owner's own meaning.
	 */
	DRM_MIRACAST_CHUNK_TYPE_DRIVER_DEFINED_1	= (int)0x80000000,
	/**
	 * @DRM_MIRACAST_CHUNK_TYPE_DRIVER_DEFINED_2: The owner's own meaning.
	 */
	DRM_MIRACAST_CHUNK_TYPE_DRIVER_DEFINED_2	= (int)0x80000001,
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
	/**
	 * @DRM_MIRACAST_STATISTIC_TYPE_CHUNK_SENT: A chunk goes to the network.
	 */
	DRM_MIRACAST_STATISTIC_TYPE_CHUNK_SENT	= 1,
	/** @DRM_MIRACAST_STATISTIC_TYPE_EVENT: A protocol event happened. */
	DRM_MIRACAST_STATISTIC_TYPE_EVENT	= 2,
};

/**
 * enum drm_miracast_protocol_event - Events of REPORT_STATISTIC.
 */
enum drm_miracast_protocol_event {
	/**
	 * @DRM_MIRACAST_PROTOCOL_EVENT_IFRAME_REQUEST: The sink asked for an
	 * IDR.
	 */
	DRM_MIRACAST_PROTOCOL_EVENT_IFRAME_REQUEST		= 0,
	/**
	 * @DRM_MIRACAST_PROTOCOL_EVENT_MONITOR_ARRIVE: The sink has a monitor.
	 */
	DRM_MIRACAST_PROTOCOL_EVENT_MONITOR_ARRIVE		= 1,
	/**
	 * @DRM_MIRACAST_PROTOCOL_EVENT_MONITOR_DEPART: The sink lost its
	 * monitor.
	 */
	DRM_MIRACAST_PROTOCOL_EVENT_MONITOR_DEPART		= 2,
	/**
	 * @DRM_MIRACAST_PROTOCOL_EVENT_PREFERRED_MODE_FAILED: The sink refused
	 * it.
	 */
	DRM_MIRACAST_PROTOCOL_EVENT_PREFERRED_MODE_FAILED	= 3,
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
	/**
	 * @DRM_MIRACAST_STATUS_INSUFFICIENT_BANDWIDTH: The link is too slow.
	 */
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
	/** @DRM_MIRACAST_HDCP_STATE_OFF: Not protected. */
	DRM_MIRACAST_HDCP_STATE_OFF	= 0,
	/** @DRM_MIRACAST_HDCP_STATE_TYPE0: Protected, content of type 0. */
	DRM_MIRACAST_HDCP_STATE_TYPE0	= 1,
	/** @DRM_MIRACAST_HDCP_STATE_TYPE1: Protected, content of type 1. */
	DRM_MIRACAST_HDCP_STATE_TYPE1	= 2,
};

/**
 * struct drm_miracast_set_hdcp - Input of SET_HDCP.
 */
struct drm_miracast_set_hdcp {
	/**
	 * @number: Number of the HDCP message that asked for it; ESTALE when a
	 * newer one, or another mode, has superseded it.
	 */
	__u64 number;
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
 * struct drm_miracast_query_context - Input of QUERY_CONTEXT.
 */
struct drm_miracast_query_context {
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * enum drm_miracast_picture_state - Why pictures come, or do not.
 *
 * When several hold, the first in this list that does,
 * %DRM_MIRACAST_PICTURE_STATE_FLOWS being the last.
 */
enum drm_miracast_picture_state {
	/**
	 * @DRM_MIRACAST_PICTURE_STATE_FLOWS: Pictures come when they change.
	 */
	DRM_MIRACAST_PICTURE_STATE_FLOWS		= 0,
	/**
	 * @DRM_MIRACAST_PICTURE_STATE_NO_MONITOR: No monitor was announced.
	 */
	DRM_MIRACAST_PICTURE_STATE_NO_MONITOR		= 1,
	/**
	 * @DRM_MIRACAST_PICTURE_STATE_NOT_PINNED: The context is not pinned.
	 */
	DRM_MIRACAST_PICTURE_STATE_NOT_PINNED		= 2,
	/**
	 * @DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER: A DRM master other than the
	 * one that the context is pinned to has the device.
	 */
	DRM_MIRACAST_PICTURE_STATE_OTHER_MASTER		= 3,
	/** @DRM_MIRACAST_PICTURE_STATE_DARK: The CRTC is off. */
	DRM_MIRACAST_PICTURE_STATE_DARK			= 4,
	/**
	 * @DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS: The CRTC is lit with a mode
	 * beyond the context's limits or the monitor's modes.
	 */
	DRM_MIRACAST_PICTURE_STATE_OVER_LIMITS		= 5,
	/**
	 * @DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT: The CRTC was lit by
	 * another master, or shows a framebuffer that belongs to another. A
	 * master that finds a CRTC lit takes it over by a mode set, or by a
	 * commit that may set a mode and has a framebuffer.
	 */
	DRM_MIRACAST_PICTURE_STATE_FOREIGN_CONTENT	= 6,
	/**
	 * @DRM_MIRACAST_PICTURE_STATE_UNANSWERED: The MODE_SET message was not
	 * completed, or was refused.
	 */
	DRM_MIRACAST_PICTURE_STATE_UNANSWERED		= 7,
	/**
	 * @DRM_MIRACAST_PICTURE_STATE_UNREADABLE: The framebuffer cannot be
	 * read, or may not be handed out, or, in DIRECT, is not all of the
	 * picture.
	 */
	DRM_MIRACAST_PICTURE_STATE_UNREADABLE		= 8,
};

/**
 * DRM_MIRACAST_NAME_BYTES - Room for the name of a connector
 */
#define DRM_MIRACAST_NAME_BYTES		32

/**
 * struct drm_miracast_context_info - Output of QUERY_CONTEXT.
 *
 * How the context was made, for programs that received only its file, and the
 * masters concerned.
 */
struct drm_miracast_context_info {
	/** @context_number: Number of the context. */
	__u64 context_number;
	/** @abi_major: %DRM_MIRACAST_ABI_MAJOR of the driver. */
	__u32 abi_major;
	/** @abi_minor: %DRM_MIRACAST_ABI_MINOR of the driver. */
	__u32 abi_minor;
	/** @io_control_codes: Codes that this file takes, one bit each. */
	__u64 io_control_codes;
	/** @caps: Mask of enum drm_miracast_caps. */
	__u32 caps;
	/** @event_bytes_max: As in struct drm_miracast_query_caps. */
	__u32 event_bytes_max;
	/** @card_major: Device number of the card node, major part. */
	__u32 card_major;
	/** @card_minor: Device number of the card node, minor part. */
	__u32 card_minor;
	/** @connector_id: Object id of the connector. */
	__u32 connector_id;
	/** @crtc_id: Object id of the CRTC. */
	__u32 crtc_id;
	/** @connector_name: Name of the connector, ended by a zero byte. */
	char connector_name[DRM_MIRACAST_NAME_BYTES];

	/** @flags: As given to CREATE_CONTEXT, and so are the next members. */
	__u32 flags;
	/** @delivery: enum drm_miracast_delivery. */
	__u32 delivery;
	/** @modifier: DRM format modifier. */
	__u64 modifier;
	/** @color: Colors. */
	struct drm_miracast_color color;
	/** @format: DRM format. */
	__u32 format;
	/** @buffer_count: Buffers. */
	__u32 buffer_count;
	/** @parts: Parts of a picture. */
	__u32 parts;
	/** @max_width: Widest mode. */
	__u32 max_width;
	/** @max_height: Highest mode. */
	__u32 max_height;
	/** @max_refresh_mhz: Fastest mode, mHz. */
	__u32 max_refresh_mhz;
	/** @max_macroblock_rate: Macroblocks per second that were reserved. */
	__u64 max_macroblock_rate;
	/** @picture_memory: Picture memory that was reserved, bytes. */
	__u64 picture_memory;

	/** @pinned_master: Serial of the master it is pinned to, or 0. */
	__u64 pinned_master;
	/** @current_master: Serial of the device's DRM master, or 0. */
	__u64 current_master;
	/** @lit_by_master: Serial of the master that lit the CRTC, or 0. */
	__u64 lit_by_master;
	/** @state: enum drm_miracast_state. */
	__u32 state;
	/** @picture_state: enum drm_miracast_picture_state. */
	__u32 picture_state;
};

/**
 * struct drm_miracast_pin - Input of PIN.
 */
struct drm_miracast_pin {
	/**
	 * @master: Serial of the master, from QUERY_CONTEXT, or 0: nobody. Then
	 * the connector is there for every master, and nothing is captured.
	 */
	__u64 master;
	/** @flags: Must be zero. */
	__u32 flags;
	/** @pad: Must be zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_get_fence - Input of GET_FENCE.
 */
struct drm_miracast_get_fence {
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
 * struct drm_miracast_fence - Output of GET_FENCE.
 */
struct drm_miracast_fence {
	/** @fd: A sync_file, close-on-exec; it belongs to the caller. */
	__s32 fd;
	/** @pad: Zero. */
	__u32 pad;
};

/**
 * DRM_MIRACAST_FRAME_BITS - Bits of the frame number in a chunk id
 */
#define DRM_MIRACAST_FRAME_BITS		40
/**
 * DRM_MIRACAST_MAKE_CHUNK_ID() - Chunk id of a frame number and a part number
 * @frame: frame number, cut to 40 bits
 * @part: part number, 0: last or only part
 */
#define DRM_MIRACAST_MAKE_CHUNK_ID(frame, part) \
	(((__u64)(part) << DRM_MIRACAST_FRAME_BITS) | \
	 ((__u64)(frame) & ((1ULL << DRM_MIRACAST_FRAME_BITS) - 1)))
/**
 * DRM_MIRACAST_FRAME_OF_CHUNK_ID() - Frame number of a chunk id
 * @id: the chunk id
 */
#define DRM_MIRACAST_FRAME_OF_CHUNK_ID(id) \
	((__u64)(id) & ((1ULL << DRM_MIRACAST_FRAME_BITS) - 1))
/**
 * DRM_MIRACAST_PART_OF_CHUNK_ID() - Part number of a chunk id; 0: last or only
 * @id: the chunk id
 */
#define DRM_MIRACAST_PART_OF_CHUNK_ID(id) \
	((__u64)(id) >> DRM_MIRACAST_FRAME_BITS)

/**
 * enum drm_miracast_release_flags - Flags of RELEASE_CHUNK.
 */
enum drm_miracast_release_flags {
	/**
	 * @DRM_MIRACAST_RELEASE_FLAG_FENCE: @fence_fd is a sync_file; the
	 * buffer is free when it has signalled.
	 */
	DRM_MIRACAST_RELEASE_FLAG_FENCE	= 1 << 0,
};

/**
 * enum drm_miracast_release_result - What a release found.
 */
enum drm_miracast_release_result {
	/**
	 * @DRM_MIRACAST_RELEASE_RESULT_WHOLE: The picture was whole until now.
	 */
	DRM_MIRACAST_RELEASE_RESULT_WHOLE	= 0,
	/**
	 * @DRM_MIRACAST_RELEASE_RESULT_REVOKED: The picture was revoked before:
	 * what was read may be torn. The chunk is released all the same.
	 */
	DRM_MIRACAST_RELEASE_RESULT_REVOKED	= 1,
};

/**
 * struct drm_miracast_release_chunk - Release a chunk.
 *
 * Argument of DRM_IOCTL_MIRACAST_RELEASE_CHUNK on the context's file
 * descriptor; outside the synchronisation class. Without
 * %DRM_MIRACAST_RELEASE_FLAG_FENCE, it waits for fences on an owner's buffer
 * (see struct drm_miracast_set_buffers). In DIRECT, it waits as DESTROY_CONTEXT
 * does, see there, when memory of an ended mode is revoked with it, or at the
 * same time. It waits for nothing else. The fence of a picture that was
 * revoked is not waited for. A picture in parts is released by its part 0. A
 * chunk may be released before its event was read. When the memory of the
 * argument goes while the call runs, the call succeeds all the same, and the
 * result may be REVOKED for a picture that was not; never the opposite.
 *
 * Errors: EINVAL a part other than 0, bad flags, not a sync_file; E2BIG;
 * EFAULT; EBADF no such file descriptor; ENOENT no such chunk in that buffer,
 * not announced yet, or released before; ESTALE of an ended session; EINTR;
 * ENODEV; what the exporter of an owner's buffer answers when CPU access
 * begins.
 */
struct drm_miracast_release_chunk {
	/** @buffer: In: number of the buffer. */
	__u64 buffer;
	/** @chunk_id: In: the chunk. */
	__u64 chunk_id;
	/** @flags: In: mask of enum drm_miracast_release_flags. */
	__u32 flags;
	/**
	 * @fence_fd: In: the sync_file, which stays the caller's; 0 without
	 * %DRM_MIRACAST_RELEASE_FLAG_FENCE.
	 */
	__s32 fence_fd;
	/** @result: Out: enum drm_miracast_release_result. */
	__u32 result;
	/** @pad: In: must be zero. */
	__u32 pad;
};

/**
 * enum drm_miracast_event_type - Types of events.
 */
enum drm_miracast_event_type {
	/** @DRM_MIRACAST_EVENT_TYPE_CHUNK: struct drm_miracast_event_chunk. */
	DRM_MIRACAST_EVENT_TYPE_CHUNK	= 1,
	/**
	 * @DRM_MIRACAST_EVENT_TYPE_MESSAGE: struct drm_miracast_event_message.
	 */
	DRM_MIRACAST_EVENT_TYPE_MESSAGE	= 2,
};

/**
 * struct drm_miracast_event - Start of every event.
 *
 * read() returns as many whole events as fit; EINVAL when the first does not
 * fit. %DRM_MIRACAST_EVENT_BYTES bytes hold any event, of this and every later
 * version. Skip events of unknown type by @length.
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
	 * @DRM_MIRACAST_CHUNK_FLAG_FULL: The damage is the whole picture; set
	 * in all parts of it.
	 */
	DRM_MIRACAST_CHUNK_FLAG_FULL		= 1 << 0,
	/**
	 * @DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE: The first picture of its
	 * mode.
	 */
	DRM_MIRACAST_CHUNK_FLAG_FIRST_OF_MODE	= 1 << 1,
	/**
	 * @DRM_MIRACAST_CHUNK_FLAG_FENCE: A device may still write the picture,
	 * see "DOC: fences".
	 */
	DRM_MIRACAST_CHUNK_FLAG_FENCE		= 1 << 2,
	/**
	 * @DRM_MIRACAST_CHUNK_FLAG_GAMMA_NOT_APPLIED: The compositor has set a
	 * gamma table, and the picture is as before it; in DIRECT only. See
	 * "DOC: gamma".
	 */
	DRM_MIRACAST_CHUNK_FLAG_GAMMA_NOT_APPLIED	= 1 << 3,
};

/**
 * struct drm_miracast_event_chunk - A captured picture, or one band of it.
 *
 * Followed, at header_size, by @clip_count elements of struct drm_clip_rect:
 * the damage since the chunk before, relative to the picture's top left, x2 and
 * y2 exclusive. What follows the clips, up to the event's length, is to be
 * skipped. Outside the clips the picture equals the one before.
 */
struct drm_miracast_event_chunk {
	/**
	 * @base: Start of the event; flags of enum drm_miracast_chunk_flags.
	 */
	struct drm_miracast_event base;
	/** @buffer: Number of the buffer that the pixels are in. */
	__u64 buffer;
	/**
	 * @chunk_id: Frame and part number, see DRM_MIRACAST_MAKE_CHUNK_ID().
	 */
	__u64 chunk_id;
	/** @session: Number of the session. */
	__u64 session;
	/** @mode_serial: Number of the mode. */
	__u64 mode_serial;
	/** @commit_time_ns: When the commit reached the hardware stage. */
	__u64 commit_time_ns;
	/** @ready_time_ns: When the pixels were ready. */
	__u64 ready_time_ns;
	/**
	 * @vblank_time_ns: Time of the vblank at which scanout of the picture
	 * is to begin. In DIRECT it begins a period later when the flip has to
	 * wait for the owner, who still holds what it replaces; that is not
	 * known when the chunk is sent.
	 */
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
	/** @fourcc: DRM format of the buffer. */
	__u32 fourcc;
	/** @pad: Zero. */
	__u32 pad;
	/** @modifier: DRM format modifier of the buffer. */
	__u64 modifier;
	/** @color: Colors. */
	struct drm_miracast_color color;
};

/**
 * enum drm_miracast_message_code - Codes of a MESSAGE event.
 *
 * Messages are states, not a log: an unread message is replaced by a newer one
 * of the same code (BUFFER_GONE: of the same buffer).
 */
enum drm_miracast_message_code {
	/**
	 * @DRM_MIRACAST_MSG_MODE_SET: A mode was set. Not sent for the mode
	 * that was announced last, unless it was refused or the monitor was
	 * replaced: the next chunk is then a full one. Needs completion: no
	 * chunk of the mode is sent before it is completed with success.
	 * Payload: struct drm_miracast_message_mode_set.
	 */
	DRM_MIRACAST_MSG_MODE_SET	= 1,
	/**
	 * @DRM_MIRACAST_MSG_POWER: The CRTC went off or on. Payload: struct
	 * drm_miracast_message_power.
	 */
	DRM_MIRACAST_MSG_POWER		= 2,
	/**
	 * @DRM_MIRACAST_MSG_CURSOR_MOVE: The cursor moved, appeared or
	 * disappeared; at most one in a refresh period. Payload: struct
	 * drm_miracast_message_cursor_move.
	 */
	DRM_MIRACAST_MSG_CURSOR_MOVE	= 3,
	/**
	 * @DRM_MIRACAST_MSG_CURSOR_SHAPE: The cursor has a new shape. Payload:
	 * struct drm_miracast_message_cursor_shape.
	 */
	DRM_MIRACAST_MSG_CURSOR_SHAPE	= 4,
	/**
	 * @DRM_MIRACAST_MSG_HDCP: Protection is wanted or not any more; with
	 * %DRM_MIRACAST_CONTEXT_FLAG_HDCP. Payload: struct
	 * drm_miracast_message_hdcp.
	 */
	DRM_MIRACAST_MSG_HDCP		= 5,
	/**
	 * @DRM_MIRACAST_MSG_BUFFER_GONE: A buffer number is not used any more.
	 * Payload: struct drm_miracast_message_buffer_gone.
	 */
	DRM_MIRACAST_MSG_BUFFER_GONE	= 6,
	/**
	 * @DRM_MIRACAST_MSG_STOPPED: The session's last event. Payload: struct
	 * drm_miracast_message_stopped.
	 */
	DRM_MIRACAST_MSG_STOPPED	= 7,
	/**
	 * @DRM_MIRACAST_MSG_PICTURE_STATE: Pictures do not come any more, or
	 * come again, while the monitor is there, for a reason that no other
	 * message gives: the state became, or was, NOT_PINNED, OTHER_MASTER,
	 * OVER_LIMITS, FOREIGN_CONTENT or UNREADABLE. Payload: struct
	 * drm_miracast_message_picture_state.
	 */
	DRM_MIRACAST_MSG_PICTURE_STATE	= 8,
};

/**
 * struct drm_miracast_event_message - A message.
 *
 * Followed, at header_size, by the payload of its code, which goes on to the
 * end of the event. A payload may be longer than its struct in this version:
 * new members are added at its end. Members that a payload is too short for are
 * zero.
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
	/**
	 * @needs_completion: 1 when COMPLETE_MESSAGE must answer it, else 0.
	 */
	__u32 needs_completion;
};

/**
 * struct drm_miracast_message_mode_set - Payload of MODE_SET.
 */
struct drm_miracast_message_mode_set {
	/** @mode_serial: Number of the mode. */
	__u64 mode_serial;
	/** @modifier: DRM format modifier of the chunks; 0 in DIRECT. */
	__u64 modifier;
	/** @color: Colors. */
	struct drm_miracast_color color;
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
	/** @flags: Zero. */
	__u32 flags;
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
	/** @visible: 1: visible, 0: not. */
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
	/**
	 * @buffer: Number of the buffer. It stays valid until its pictures are
	 * released, or in DIRECT until the monitor departs or the context is
	 * pinned to another master or to nobody; PIN sends this message at once.
	 */
	__u64 buffer;
};

/**
 * enum drm_miracast_cause - Why a monitor departed or a session ended.
 */
enum drm_miracast_cause {
	/** @DRM_MIRACAST_CAUSE_NONE: It did not. */
	DRM_MIRACAST_CAUSE_NONE		= 0,
	/** @DRM_MIRACAST_CAUSE_OWNER: The owner asked for it. */
	DRM_MIRACAST_CAUSE_OWNER	= 1,
	/** @DRM_MIRACAST_CAUSE_STATUS: The owner reported a failed session. */
	DRM_MIRACAST_CAUSE_STATUS	= 2,
};

/**
 * struct drm_miracast_message_stopped - Payload of STOPPED.
 */
struct drm_miracast_message_stopped {
	/** @cause: enum drm_miracast_cause. */
	__u32 cause;
	/** @pad: Zero. */
	__u32 pad;
};

/**
 * struct drm_miracast_message_picture_state - Payload of PICTURE_STATE.
 */
struct drm_miracast_message_picture_state {
	/** @picture_state: enum drm_miracast_picture_state. */
	__u32 picture_state;
	/** @pad: Zero. */
	__u32 pad;
};

/**
 * DRM_MIRACAST_MAX_CLIPS - Most clips in one CHUNK event
 */
#define DRM_MIRACAST_MAX_CLIPS		64

/**
 * DRM_MIRACAST_EVENT_BYTES - Room for any event, of this and every later
 * version
 */
#define DRM_MIRACAST_EVENT_BYTES	4096

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
	DRM_IOWR(DRM_COMMAND_BASE + DRM_MIRACAST_RELEASE_CHUNK, \
		 struct drm_miracast_release_chunk)

#if defined(__cplusplus)
}
#endif

#endif /* _UAPI_MIRACAST_DRM_H_ */
