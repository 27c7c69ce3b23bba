/*
 * address: network addresses as text, and the community ID of a flow.
 */
#ifndef COMMON_ADDRESS_H
#define COMMON_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ADDRESS_TEXT_SIZE = 46,
	ADDRESS_PORT_TEXT_SIZE = ADDRESS_TEXT_SIZE + 8,
};

/* "10.0.0.1", "2001:db8::1" (RFC 5952). `address` has 4 or 16 bytes. */
void address_text(char out[ADDRESS_TEXT_SIZE], const uint8_t *address, bool is_ipv6);

/* "10.0.0.1:25", "[2001:db8::1]:25". */
void address_port_text(char out[ADDRESS_PORT_TEXT_SIZE], const uint8_t *address, bool is_ipv6, uint16_t port);

/* Of a client's network, for a fair share: 0 to `buckets` - 1, unforeseeable. An IPv6 host has as many addresses as it
 * likes, so of those the first 64 bits count. */
uint16_t address_bucket(const uint8_t *address, bool is_ipv6, uint16_t buckets);

#endif
