#include "common/endpoint.h"

#include <arpa/inet.h>

#include "common/address.h"

enum {
	PORT_DIGITS_MAX = 5,
};

void endpoint_set_address(struct endpoint *e, const uint8_t *address, bool is_ipv6)
{
	memset(e->address, 0, sizeof(e->address));
	memcpy(e->address, address, is_ipv6 ? 16 : 4);
	e->is_ipv6 = is_ipv6;
	e->has_address = true;
}

bool endpoint_read_address(struct endpoint *e, struct slice text)
{
	char zero_ended[ADDRESS_TEXT_SIZE];
	uint8_t address[16];
	bool is_ipv6 = slice_find(text, ':') < text.len;

	if (text.len == 0 || text.len >= sizeof(zero_ended))
		return false;
	memcpy(zero_ended, text.data, text.len);
	zero_ended[text.len] = '\0';
	if (strlen(zero_ended) < text.len || inet_pton(is_ipv6 ? AF_INET6 : AF_INET, zero_ended, address) != 1)
		return false;
	endpoint_set_address(e, address, is_ipv6);
	return true;
}

bool endpoint_read_port(struct endpoint *e, struct slice text)
{
	size_t len;
	uint64_t port = slice_decimal(text, &len);

	if (len == 0 || len < text.len || len > PORT_DIGITS_MAX || port > UINT16_MAX)
		return false;
	e->port = (uint16_t)port;
	e->has_port = true;
	return true;
}
