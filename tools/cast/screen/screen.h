/* SPDX-License-Identifier: MIT */
/*
 * Where pictures come from: a monitor that a compositor uses, or a test picture. A kind
 * of screen is a struct of functions; cast.c uses nothing else of it. All calls and hooks
 * are made in the main loop.
 */
#ifndef CAST_SCREEN_H
#define CAST_SCREEN_H

#include <gst/gst.h>
#include <stdbool.h>
#include <stdint.h>

#include "policy/fault.h"
#include "wfd/choose.h"
#include "wfd/params.h"

struct screen;

/**
 * struct screen_hooks - What a screen calls.
 */
struct screen_hooks {
	/** @mode: A mode was set; screen_class.answer_mode says what becomes of it. */
	void (*mode)(void *user, uint32_t width, uint32_t height, uint32_t mhz);
	/** @power: The picture is switched on or off. */
	void (*power)(void *user, bool on);
	/**
	 * @blocked: No pictures come, for a @reason in one word that @sentence explains; or
	 * both are NULL: they may come again.
	 */
	void (*blocked)(void *user, const char *reason, const char *sentence);
	/** @departed: The screen has ended; FAULT_NONE: it was meant to. @detail: why, or "". */
	void (*departed)(void *user, enum fault fault, const char *detail);
};

/**
 * struct screen_monitor - The monitor that a sink is.
 */
struct screen_monitor {
	/** @choice: Modes, the best first; valid during the call. */
	const struct mc_wfd_choice *choice;
	/** @sink: All that it says; valid during the call. */
	const struct mc_wfd_params *sink;
	/** @name: For a person. */
	const char *name;
};

/**
 * struct screen_class - A kind of screen.
 */
struct screen_class {
	/** @elements: Factories of the elements that it is made of, with NULL behind them. */
	const char *const *elements;
	/**
	 * @valid: Look at options only.
	 *
	 * Return: whether they make sense; what does not is warned of.
	 */
	bool (*valid)(const char *options);
	/**
	 * @open: Begin.
	 *
	 * Return: a screen, or NULL, then @fault is set.
	 */
	struct screen *(*open)(const char *options, const struct screen_hooks *hooks, void *user,
			       enum fault *fault);
	/** @arrive: A sink is there; a mode follows, not from inside of this call. */
	void (*arrive)(struct screen *screen, const struct screen_monitor *monitor);
	/**
	 * @answer_mode: Pictures of this mode may come, or it is refused: another follows.
	 * Only the last mode that was set counts.
	 */
	void (*answer_mode)(struct screen *screen, uint32_t width, uint32_t height, uint32_t hz,
			    bool taken);
	/**
	 * @element: A source of raw video for a pipeline that is being made; only one is
	 * used at a time. Its pictures that are no change have PICTURE_REPEATS.
	 *
	 * Return: an element with a floating reference, or NULL.
	 */
	GstElement *(*element)(struct screen *screen);
	/** @request_frame: A picture is needed though nothing has changed. */
	void (*request_frame)(struct screen *screen);
	/** @set_rate: What the encoder is set to. */
	void (*set_rate)(struct screen *screen, uint32_t kbps);
	/** @close: The end; also frees the screen. */
	void (*close)(struct screen *screen);
};

/**
 * screen_miracast - A monitor of the miracast driver, by the element miracastsrc.
 *
 * Its options are device=CARD, target=CONNECTOR and fd=FILE, a context that the
 * calling program has handed over, separated by commas.
 */
extern const struct screen_class screen_miracast;

/**
 * screen_test - A test picture.
 *
 * Its options are steps, separated by commas: a mode, WIDTHxHEIGHT@HZ; a time to wait,
 * such as 2s or 500ms; "off" and "on"; the name of a pattern of videotestsrc; "still" and
 * "moving": whether pictures come only when they are asked for, or the pattern is changed;
 * "end". Without a mode at the beginning it is the sink's best; steps behind that are
 * taken from the first picture on. The first line of blocks in the picture is a number
 * of its own, the second the time at which it was made.
 */
extern const struct screen_class screen_test;

#endif
