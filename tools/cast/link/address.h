/* SPDX-License-Identifier: MIT */
/*
 * Addresses of machines, without a port: a GInetSocketAddress, as a link-local address of
 * IPv6 is one of an interface, too.
 */
#ifndef CAST_ADDRESS_H
#define CAST_ADDRESS_H

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * address_parse() - Read an address.
 * @text: such as 192.168.1.20, 2001:db8::20, or fe80::20%wlan0
 *
 * Return: a reference, or NULL: it is none.
 */
GInetSocketAddress *address_parse(const char *text);

/**
 * address_lacks_way() - Whether text is an address at an interface that is not there.
 * @text: what address_parse() does not read
 *
 * Return: whether it is, and so no name.
 */
bool address_lacks_way(const char *text);

/**
 * address_is_half() - Whether an address needs an interface and has none.
 * @address: the address
 *
 * Return: whether it does.
 */
bool address_is_half(GInetSocketAddress *address);

/**
 * address_at() - An address that was heard of at an interface.
 * @text: the text
 * @interface: number of the interface; of use where it is link-local
 *
 * Return: a reference, or NULL: it is none, or needs an interface and has none.
 */
GInetSocketAddress *address_at(const char *text, uint32_t interface);

/**
 * address_text() - Print an address.
 * @address: the address
 *
 * Return: what address_parse() reads, for g_free().
 */
char *address_text(GInetSocketAddress *address);

/**
 * address_for_url() - Print an address for others.
 * @address: the address
 *
 * Return: for g_free(): without its interface, which has this name here only, and in the
 * brackets that a URL has around IPv6.
 */
char *address_for_url(GInetSocketAddress *address);

/**
 * address_is() - Whether an address is the one that is meant.
 * @address: the address
 * @meant: the other, of which the interface may not be known
 *
 * Return: whether it is.
 */
bool address_is(GInetSocketAddress *address, GInetSocketAddress *meant);

/**
 * address_with_port() - A port there.
 * @address: the address
 * @port: port
 *
 * Return: a reference.
 */
GSocketAddress *address_with_port(GInetSocketAddress *address, uint16_t port);

#endif
