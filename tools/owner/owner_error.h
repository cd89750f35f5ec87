/* SPDX-License-Identifier: MIT */
/*
 * Errors of owners, as GLib has them.
 */
#ifndef MC_OWNER_ERROR_H
#define MC_OWNER_ERROR_H

#include <glib.h>

/** OWNER_ERROR - Domain of errors; codes are enum owner_error. */
#define OWNER_ERROR	(owner_error_quark())

/**
 * owner_error_quark() - The domain.
 *
 * Return: the domain.
 */
GQuark owner_error_quark(void);

/** enum owner_error - What went wrong, by what a person can do about it. */
enum owner_error {
	/** @OWNER_ERROR_FAILED: Nothing of the below. */
	OWNER_ERROR_FAILED,
	/** @OWNER_ERROR_NO_DEVICE: The module is not loaded, or the device is gone. */
	OWNER_ERROR_NO_DEVICE,
	/** @OWNER_ERROR_NO_TARGET: The device has no connector of that name. */
	OWNER_ERROR_NO_TARGET,
	/** @OWNER_ERROR_NO_BROKER: Nor can a broker be reached, or it alone was wanted. */
	OWNER_ERROR_NO_BROKER,
	/** @OWNER_ERROR_BROKER_FAILED: The broker is there, and the system fails it. */
	OWNER_ERROR_BROKER_FAILED,
	/** @OWNER_ERROR_NOT_PERMITTED: The driver, the broker or polkit says no. */
	OWNER_ERROR_NOT_PERMITTED,
	/** @OWNER_ERROR_NOT_ACTIVE: The caller's session is not at the seat now. */
	OWNER_ERROR_NOT_ACTIVE,
	/** @OWNER_ERROR_NO_MASTER: No compositor has the device yet, or udev does not know it. */
	OWNER_ERROR_NO_MASTER,
	/** @OWNER_ERROR_BUSY: The target, or what it needs, is in use. */
	OWNER_ERROR_BUSY,
	/** @OWNER_ERROR_QUOTA: More than a user may have, or too many tries. */
	OWNER_ERROR_QUOTA,
	/** @OWNER_ERROR_BAD_LIMITS: The device does not offer such modes. */
	OWNER_ERROR_BAD_LIMITS,
	/** @OWNER_ERROR_BAD_FILE: The file handed over is no context. */
	OWNER_ERROR_BAD_FILE,
	/** @OWNER_ERROR_ENDED: The context has ended; see owner_ended(). */
	OWNER_ERROR_ENDED,
};

#endif
