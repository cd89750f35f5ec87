/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a picture is due.
 */
#ifndef _MIRACAST_DUE_H_
#define _MIRACAST_DUE_H_

#include <linux/ktime.h>
#include <linux/types.h>

struct miracast_capture;
struct miracast_stream;
struct miracast_target;

/**
 * struct miracast_due - Vblank and pacing of a picture
 * @now: the next vblank, at which a commit made now would be on the screen; identifies
 *	the refresh period
 * @time: time of that vblank
 * @paced: at most one picture per refresh period. Flips need no pacing, because each
 *	waits for its vblank; and a flip must not wait because another picture was
 *	captured in its period
 */
struct miracast_due {
	u64 now;
	ktime_t time;
	bool paced;
};

/* Under the capture lock and the target's lock. */
u64 miracast_due_slack_ns(const struct miracast_target *target);
bool miracast_due_later(const struct miracast_target *target,
			const struct miracast_due *reason, ktime_t *due);
bool miracast_due_can_have(const struct miracast_capture *capture,
			   const struct miracast_stream *stream);
bool miracast_due_has_damage(const struct miracast_capture *capture,
			     const struct miracast_stream *stream);

/* Under the capture lock; the target's lock is taken inside. */
bool miracast_due_expected(struct miracast_target *target,
			   const struct miracast_due *reason);

#endif
