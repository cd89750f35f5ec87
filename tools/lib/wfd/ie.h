/* SPDX-License-Identifier: MIT */
/*
 * Wi-Fi Display's information element: the subelements by which devices say
 * over the air what they are, as wpa_supplicant and NetworkManager take and
 * give them, and the vendor element around them.
 */
#ifndef MC_WFD_IE_H
#define MC_WFD_IE_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/**
 * enum mc_ie_subelement - Subelements; each is a bit of a mask.
 */
enum mc_ie_subelement {
	/** @MC_IE_DEVICE: Device information. */
	MC_IE_DEVICE		= 0,
	/** @MC_IE_BSSID: BSSID that the device is associated with. */
	MC_IE_BSSID		= 1,
	/** @MC_IE_AUDIO: As wfd_audio_codecs, 15 bytes. */
	MC_IE_AUDIO		= 2,
	/** @MC_IE_VIDEO: As wfd_video_formats, 21 bytes. */
	MC_IE_VIDEO		= 3,
	/** @MC_IE_VIDEO_3D: As wfd_3d_video_formats, 17 bytes. */
	MC_IE_VIDEO_3D		= 4,
	/** @MC_IE_PROTECTION: Content protection. */
	MC_IE_PROTECTION	= 5,
	/** @MC_IE_COUPLED: Coupled sink. */
	MC_IE_COUPLED		= 6,
	/** @MC_IE_EXTENDED: Extended capability. */
	MC_IE_EXTENDED		= 7,
	/** @MC_IE_ADDRESS: IPv4 address. */
	MC_IE_ADDRESS		= 8,
	/** @MC_IE_SESSIONS: Devices of a group owner's sessions. */
	MC_IE_SESSIONS		= 9,
	/** @MC_IE_ALTERNATIVE: MAC address of the other interface. */
	MC_IE_ALTERNATIVE	= 10,
	/** @MC_IE_R2: R2 device information. */
	MC_IE_R2		= 11,
	/** @MC_IE_SUBELEMENTS: How many there are. */
	MC_IE_SUBELEMENTS,
};

/**
 * enum mc_ie_device - Bits of device information.
 */
enum mc_ie_device {
	/** @MC_IE_TYPE: Mask: 0 source, 1 primary sink, 2 secondary sink, 3 both. */
	MC_IE_TYPE		= 3 << 0,
	/** @MC_IE_COUPLED_SOURCE: Coupled sinks, as a source. */
	MC_IE_COUPLED_SOURCE	= 1 << 2,
	/** @MC_IE_COUPLED_SINK: Coupled sinks, as a sink. */
	MC_IE_COUPLED_SINK	= 1 << 3,
	/** @MC_IE_AVAILABLE: Available for a session; the bit above is reserved. */
	MC_IE_AVAILABLE		= 1 << 4,
	/** @MC_IE_DISCOVERY: Service discovery. */
	MC_IE_DISCOVERY		= 1 << 6,
	/** @MC_IE_TDLS: TDLS preferred to P2P. */
	MC_IE_TDLS		= 1 << 7,
	/** @MC_IE_HDCP: Content protection. Some sinks wait for it when a source sets it. */
	MC_IE_HDCP		= 1 << 8,
	/** @MC_IE_TIME_SYNC: 802.1AS. */
	MC_IE_TIME_SYNC		= 1 << 9,
	/** @MC_IE_NO_AUDIO: A primary sink without audio. */
	MC_IE_NO_AUDIO		= 1 << 10,
	/** @MC_IE_AUDIO_ONLY: A source of audio alone. */
	MC_IE_AUDIO_ONLY	= 1 << 11,
};

/** MC_IE_MAC - Bytes of a MAC address. */
#define MC_IE_MAC	6

/**
 * struct mc_ie - Subelements; bytes point into what was parsed.
 */
struct mc_ie {
	/** @present: Mask of those that are there. */
	uint32_t present;
	/** @bad: Mask of those left out: of a wrong size, or second ones. */
	uint32_t bad;
	/** @unknown: Others, left out. */
	uint32_t unknown;
	/** @device: Mask of enum mc_ie_device. */
	uint32_t device;
	/** @port: TCP port of RTSP. */
	uint32_t port;
	/** @throughput_mbps: Highest throughput of the device. */
	uint32_t throughput_mbps;
	/** @protection: Bit 0: HDCP 2.x. */
	uint32_t protection;
	/** @coupled: Status of the coupled sink. */
	uint32_t coupled;
	/** @extended: Bits 0 UIBC, 1 I2C, 2 preferred display mode, 3 standby. */
	uint32_t extended;
	/** @address: IPv4 address, the first byte highest. */
	uint32_t address;
	/** @r2: R2 device type. */
	uint32_t r2;
	/** @bssid: MC_IE_MAC bytes. */
	struct mc_wfd_bytes bssid;
	/** @audio: 15 bytes. */
	struct mc_wfd_bytes audio;
	/** @video: 21 bytes. */
	struct mc_wfd_bytes video;
	/** @video_3d: 17 bytes. */
	struct mc_wfd_bytes video_3d;
	/** @coupled_mac: MC_IE_MAC bytes. */
	struct mc_wfd_bytes coupled_mac;
	/** @sessions: Descriptors, each a length and as many bytes. */
	struct mc_wfd_bytes sessions;
	/** @alternative: MC_IE_MAC bytes. */
	struct mc_wfd_bytes alternative;
	/** @reserved: Zero. */
	uint64_t reserved[8];
};

/**
 * mc_ie_parse() - Read subelements.
 * @data: what to read
 * @size: its bytes
 * @ie: filled in, zero on failure
 *
 * A wrong subelement is dropped, the others are kept. Of two the first good one counts.
 *
 * Return: 0, -EINVAL: one is cut.
 */
int mc_ie_parse(const uint8_t *data, size_t size, struct mc_ie *ie);

/**
 * mc_ie_print() - Write them.
 * @ie: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: bytes, -ENOSPC, or -EINVAL: a wrong size, a number that its field is too small
 * for, an unknown bit of @present, or a reserved member that is not zero.
 */
int mc_ie_print(const struct mc_ie *ie, uint8_t *out, size_t size);

/**
 * mc_ie_unwrap() - The subelements of a frame's vendor elements.
 * @data: information elements
 * @size: bytes at @data
 * @out: room for them; those of several vendor elements are joined
 * @room: bytes at @out
 *
 * Return: bytes, 0 for none, -ENOSPC, -EINVAL: an element is cut.
 */
int mc_ie_unwrap(const uint8_t *data, size_t size, uint8_t *out, size_t room);

/**
 * mc_ie_wrap() - A vendor element around subelements.
 * @data: what to read
 * @size: its bytes
 * @out: where to
 * @room: room at it
 *
 * Return: bytes, -ENOSPC.
 */
int mc_ie_wrap(const uint8_t *data, size_t size, uint8_t *out, size_t room);

#endif
