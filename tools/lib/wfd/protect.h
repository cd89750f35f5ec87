/* SPDX-License-Identifier: MIT */
/*
 * Parameters that a source only has to understand: wfd_content_protection, wfd_coupled_sink
 * and wfd_I2C.
 */
#ifndef MC_WFD_PROTECT_H
#define MC_WFD_PROTECT_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct mc_wfd_protection - wfd_content_protection; all zero is "none".
 */
struct mc_wfd_protection {
	/** @major: HDCP's version before the point; 0: "none". */
	uint32_t major;
	/** @minor: And behind it. */
	uint32_t minor;
	/** @port: TCP port of the sink. */
	uint32_t port;
};

/**
 * mc_wfd_protection_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @protection: filled in
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int mc_wfd_protection_parse(const char *text, size_t size, struct mc_wfd_protection *protection);

/**
 * mc_wfd_protection_print() - Write it.
 * @protection: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_protection_print(const struct mc_wfd_protection *protection, char *out, size_t size);

/**
 * struct mc_wfd_coupled - wfd_coupled_sink.
 */
struct mc_wfd_coupled {
	/** @there: 0: the parameter is "none", the rest zero. */
	uint32_t there;
	/** @status: 0 not coupled, 1 coupled, 2 tearing down. */
	uint32_t status;
	/** @has_address: Whether @address is there. */
	uint32_t has_address;
	/** @address: MAC address of the other sink, 48 bits. */
	uint64_t address;
};

/**
 * mc_wfd_coupled_parse() - Read it.
 * @text: what to read
 * @size: its bytes
 * @coupled: filled in
 *
 * Return: 0 or -EINVAL.
 */
int mc_wfd_coupled_parse(const char *text, size_t size, struct mc_wfd_coupled *coupled);

/**
 * mc_wfd_coupled_print() - Write it.
 * @coupled: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_coupled_print(const struct mc_wfd_coupled *coupled, char *out, size_t size);

/**
 * mc_wfd_i2c_parse() - Read wfd_I2C, a port; 0 is "none".
 * @text: what to read
 * @size: its bytes
 * @port: filled in
 *
 * Return: 0 or -errno, such as -EINVAL.
 */
int mc_wfd_i2c_parse(const char *text, size_t size, uint32_t *port);

/**
 * mc_wfd_i2c_print() - Write it.
 * @port: what to write
 * @out: where to
 * @size: room at it
 *
 * Return: its length or -errno, such as -ENOSPC.
 */
int mc_wfd_i2c_print(const uint32_t *port, char *out, size_t size);

#endif
