/* SPDX-License-Identifier: MIT */
/*
 * A context: the exclusive right to one target, as a file descriptor. Thin
 * wrappers around the ioctls; each returns 0 or -errno with the meanings that
 * miracast_drm.h gives them.
 *
 * Structs of the driver grow at their ends. A function that reads or writes one takes its
 * size, so that programs and libraries of different versions work together; the functions
 * with the short names pass the size that the program was built with.
 */
#ifndef MC_CONTEXT_H
#define MC_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "miracast_drm.h"

/** struct mc_context - What CREATE_CONTEXT returned. */
struct mc_context {
	/** @fd: The context, -1 when closed. */
	int fd;
	/** @control_fd: Its control file, -1 without. */
	int control_fd;
	/** @connector_id: Object id of the target's connector. */
	uint32_t connector_id;
	/** @crtc_id: Object id of the target's CRTC. */
	uint32_t crtc_id;
	/** @number: Number of the context on its device. */
	uint64_t number;
	/** @reserved: Zero. */
	uint64_t reserved[5];
};

/**
 * mc_context_create_sized() - Make a context.
 * @device: card node or /dev/miracast; may be closed afterwards
 * @want: the input members
 * @size: bytes at @want
 * @context: filled in; closed when this fails
 *
 * Return: 0 or -errno; -ESRCH there is no DRM master yet to pin it to; -E2BIG @want
 * has members that this library does not know.
 */
int mc_context_create_sized(int device, const struct drm_miracast_create_context *want,
			    size_t size, struct mc_context *context);

/**
 * mc_context_create() - Make a context.
 * @device: card node or /dev/miracast; may be closed afterwards
 * @want: the input members
 * @context: filled in; closed when this fails
 *
 * Return: as mc_context_create_sized().
 */
static inline int mc_context_create(int device,
				    const struct drm_miracast_create_context *want,
				    struct mc_context *context)
{
	return mc_context_create_sized(device, want, sizeof(*want), context);
}

/**
 * mc_context_adopt() - Take over a context that somebody else has made.
 * @fd: the context, as miracast-broker hands one out; on success it belongs to
 *	@context
 * @context: filled in, without a control file; closed when this fails
 *
 * Return: 0 or -errno; -ENOTTY or -EINVAL when @fd is no context, -EINVAL also when it
 * is the control file of one.
 */
int mc_context_adopt(int fd, struct mc_context *context);

/**
 * mc_context_close() - Close the context's files, which destroys it.
 * @context: the context; nothing happens when it is closed
 */
void mc_context_close(struct mc_context *context);

/**
 * mc_io_control() - Issue an IO_CONTROL code.
 * @context: the context
 * @code: enum drm_miracast_io_control_code
 * @in: input struct
 * @in_size: its size
 * @out: output struct or NULL; members that the kernel did not write are zeroed
 * @out_size: its size
 *
 * Return: 0 or -errno; -EINVAL also for sizes above 32 bits.
 */
int mc_io_control(const struct mc_context *context, uint32_t code,
		  const void *in, size_t in_size, void *out, size_t out_size);

/**
 * mc_start_session() - Start a session.
 * @context: the context
 * @session: set to its number
 *
 * Return: 0 or -errno.
 */
int mc_start_session(const struct mc_context *context, uint64_t *session);

/**
 * mc_stop_session() - Stop the session; a STOPPED message follows.
 * @context: the context
 *
 * Return: 0 or -errno.
 */
int mc_stop_session(const struct mc_context *context);

/**
 * mc_monitor_depart() - Take the monitor away.
 * @context: the context
 *
 * Return: 0 or -errno.
 */
int mc_monitor_depart(const struct mc_context *context);

/**
 * mc_complete_message() - Answer a message.
 * @context: the context
 * @number: the message's number
 * @status: enum drm_miracast_completion
 *
 * Return: 0 or -errno; -ESTALE the message has been superseded, which is no fault
 * of the caller.
 */
int mc_complete_message(const struct mc_context *context, uint64_t number,
			uint32_t status);

/**
 * mc_request_frame() - Ask for a chunk that covers the whole picture.
 * @context: the context
 *
 * Return: 0 or -errno.
 */
int mc_request_frame(const struct mc_context *context);

/**
 * mc_set_rate() - Report the encode rate and limit the picture rate.
 * @context: the context
 * @stream_kbps: rate of the encoder's output, kbit/s
 * @picture_mhz: highest picture rate, mHz, 0: the mode's
 *
 * Return: 0 or -errno.
 */
int mc_set_rate(const struct mc_context *context, uint32_t stream_kbps,
		uint32_t picture_mhz);

/**
 * mc_set_hdcp() - Report the result of authentication.
 * @context: the context
 * @number: number of the HDCP message that asked for it
 * @state: enum drm_miracast_hdcp_state
 *
 * Return: 0 or -errno.
 */
int mc_set_hdcp(const struct mc_context *context, uint64_t number, uint32_t state);

/**
 * mc_statistics_sized() - Read the context's counters.
 * @context: the context
 * @statistics: filled in
 * @size: bytes at @statistics
 *
 * Return: 0 or -errno.
 */
int mc_statistics_sized(const struct mc_context *context,
			struct drm_miracast_statistics *statistics, size_t size);

/**
 * mc_statistics() - Read the context's counters.
 * @context: the context
 * @statistics: filled in
 *
 * Return: 0 or -errno.
 */
static inline int mc_statistics(const struct mc_context *context,
				struct drm_miracast_statistics *statistics)
{
	return mc_statistics_sized(context, statistics, sizeof(*statistics));
}

/**
 * mc_query_context_sized() - Ask how a context was made, and which masters there are.
 * @fd: the context or its control file
 * @info: filled in
 * @size: bytes at @info
 *
 * Return: 0 or -errno.
 */
int mc_query_context_sized(int fd, struct drm_miracast_context_info *info, size_t size);

/**
 * mc_query_context() - Ask how a context was made, and which masters there are.
 * @fd: the context or its control file
 * @info: filled in
 *
 * Return: 0 or -errno.
 */
static inline int mc_query_context(int fd, struct drm_miracast_context_info *info)
{
	return mc_query_context_sized(fd, info, sizeof(*info));
}

/**
 * mc_pin() - Pin the context to the DRM master, through its control file.
 * @context: the context
 * @master: its serial number
 *
 * Return: 0 or -errno; -ESTALE the master has changed meanwhile.
 */
int mc_pin(const struct mc_context *context, uint64_t master);

/**
 * mc_pin_current() - Pin the context to whoever is DRM master.
 * @context: the context, with its control file
 * @master: set to the master's serial number when this returns 1
 *
 * Call it when the context is new, and again at each POLLPRI of the control file:
 * the monitor then goes to every master in turn, such as a compositor that was
 * started again. A service for several users must pin by mc_pin(), and ask whose
 * screen it is in between.
 *
 * Return: 1 it is pinned to another master than before; 0 nothing to do, or the
 * master changed meanwhile and POLLPRI follows; or -errno, -EBADF without a control
 * file.
 */
int mc_pin_current(const struct mc_context *context, uint64_t *master);

/**
 * mc_release_chunk() - Release a chunk.
 * @context: the context
 * @buffer: the chunk's buffer
 * @chunk_id: its id
 *
 * Return: 0, -errno, or %DRM_MIRACAST_RELEASE_RESULT_REVOKED: the chunk is released, and
 * the pixels that were read may be torn.
 */
int mc_release_chunk(const struct mc_context *context, uint64_t buffer,
		     uint64_t chunk_id);

#endif
