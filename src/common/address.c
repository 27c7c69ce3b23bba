#include "common/address.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/hash.h"

void address_text(char out[ADDRESS_TEXT_SIZE], const uint8_t *address, bool is_ipv6)
{
	if (inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, address, out, ADDRESS_TEXT_SIZE) == NULL)
		out[0] = '\0';
}

void address_port_text(char out[ADDRESS_PORT_TEXT_SIZE], const uint8_t *address, bool is_ipv6, uint16_t port)
{
	char text[ADDRESS_TEXT_SIZE];

	address_text(text, address, is_ipv6);
	snprintf(out, ADDRESS_PORT_TEXT_SIZE, is_ipv6 ? "[%s]:%u" : "%s:%u", text, port);
}

uint16_t address_bucket(const uint8_t *address, bool is_ipv6, uint16_t buckets)
{
	return (uint16_t)(hash_bytes(address, is_ipv6 ? 8 : 4) % buckets);
}
