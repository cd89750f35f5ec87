/* SPDX-License-Identifier: MIT */
/* The way back for input: wfd_uibc_capability (M3, M4, M14) and wfd_uibc_setting. */
#ifndef MC_WFD_UIBC_H
#define MC_WFD_UIBC_H

#include <stddef.h>
#include <stdint.h>

/**
 * enum mc_wfd_uibc_category - Kinds of input.
 */
enum mc_wfd_uibc_category {
	/** @MC_WFD_UIBC_GENERIC: Events of Wi-Fi Display's own. */
	MC_WFD_UIBC_GENERIC,
	/** @MC_WFD_UIBC_HIDC: HID reports. */
	MC_WFD_UIBC_HIDC,
};

/**
 * enum mc_wfd_uibc_device - What the input comes from.
 */
enum mc_wfd_uibc_device {
	/** @MC_WFD_UIBC_KEYBOARD: Keyboard. */
	MC_WFD_UIBC_KEYBOARD,
	/** @MC_WFD_UIBC_MOUSE: Mouse. */
	MC_WFD_UIBC_MOUSE,
	/** @MC_WFD_UIBC_SINGLE_TOUCH: Touch screen, one finger. */
	MC_WFD_UIBC_SINGLE_TOUCH,
	/** @MC_WFD_UIBC_MULTI_TOUCH: Touch screen, several. */
	MC_WFD_UIBC_MULTI_TOUCH,
	/** @MC_WFD_UIBC_JOYSTICK: Joystick. */
	MC_WFD_UIBC_JOYSTICK,
	/** @MC_WFD_UIBC_CAMERA: Camera. */
	MC_WFD_UIBC_CAMERA,
	/** @MC_WFD_UIBC_GESTURE: Gesture. */
	MC_WFD_UIBC_GESTURE,
	/** @MC_WFD_UIBC_REMOTE_CONTROL: Remote control. */
	MC_WFD_UIBC_REMOTE_CONTROL,
	/** @MC_WFD_UIBC_DEVICES: How many there are. */
	MC_WFD_UIBC_DEVICES,
};

/**
 * enum mc_wfd_uibc_path - How a HID device is attached.
 */
enum mc_wfd_uibc_path {
	/** @MC_WFD_UIBC_INFRARED: Infrared. */
	MC_WFD_UIBC_INFRARED,
	/** @MC_WFD_UIBC_USB: USB. */
	MC_WFD_UIBC_USB,
	/** @MC_WFD_UIBC_BT: Bluetooth. */
	MC_WFD_UIBC_BT,
	/** @MC_WFD_UIBC_ZIGBEE: Zigbee. */
	MC_WFD_UIBC_ZIGBEE,
	/** @MC_WFD_UIBC_WIFI: Wi-Fi. */
	MC_WFD_UIBC_WIFI,
	/** @MC_WFD_UIBC_NO_SP: Not specified. */
	MC_WFD_UIBC_NO_SP,
};

/** MC_WFD_UIBC_DEVICES_MAX - Devices that later versions have room for. */
#define MC_WFD_UIBC_DEVICES_MAX	16

/**
 * struct mc_wfd_uibc - wfd_uibc_capability; all zero is "none".
 */
struct mc_wfd_uibc {
	/** @categories: Mask of 1 << enum mc_wfd_uibc_category. */
	uint32_t categories;
	/** @generic: Mask of 1 << enum mc_wfd_uibc_device. */
	uint32_t generic;
	/** @hidc: For each device a mask of 1 << enum mc_wfd_uibc_path. */
	uint32_t hidc[MC_WFD_UIBC_DEVICES_MAX];
	/** @port: TCP port that the sink connects to, 0: none. */
	uint32_t port;
	/** @unknown: Words that are none of these, left out. */
	uint32_t unknown;
	/** @reserved: Zero. */
	uint32_t reserved[4];
};

/**
 * mc_wfd_uibc_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @uibc: filled in
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int mc_wfd_uibc_parse(const char *text, size_t size, struct mc_wfd_uibc *uibc);

/**
 * mc_wfd_uibc_print() - Write it.
 * @uibc: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length, -ENOSPC, or -EINVAL: a port that is none, an unknown bit or device,
 * or a reserved member that is not zero.
 */
int mc_wfd_uibc_print(const struct mc_wfd_uibc *uibc, char *out, size_t size);

/**
 * mc_wfd_uibc_setting_parse() - Read "enable" (1) or "disable" (0), M15.
 * @text: what to read
 * @size: its bytes
 * @enable: filled in
 *
 * Return: 0 or -errno, such as -EINVAL.
 */
int mc_wfd_uibc_setting_parse(const char *text, size_t size, uint32_t *enable);

/**
 * mc_wfd_uibc_setting_print() - Write it.
 * @enable: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_uibc_setting_print(const uint32_t *enable, char *out, size_t size);

#endif
