/*
 * interface_row: a network interface as a user sees it who is to choose one: its name, and what passes there. A value.
 */
#ifndef COMMON_INTERFACE_ROW_H
#define COMMON_INTERFACE_ROW_H

#include <stddef.h>
#include <stdint.h>

enum {
	INTERFACE_ROW_NAME_SIZE = 16, /* IFNAMSIZ */
	INTERFACE_ROW_ADDRESSES_SIZE = 160,
	INTERFACE_ROW_PORTS = 16,
	INTERFACE_ROW_SECONDS = 10, /* that ports are counted over */
};

enum interface_row_state {
	INTERFACE_ROW_UP,
	INTERFACE_ROW_NO_CARRIER,
	INTERFACE_ROW_DOWN,
};

struct interface_row_port {
	uint16_t port;
	uint32_t packets; /* of the last INTERFACE_ROW_SECONDS */
};

struct interface_row {
	char name[INTERFACE_ROW_NAME_SIZE];
	char addresses[INTERFACE_ROW_ADDRESSES_SIZE]; /* blanks between them */
	enum interface_row_state state;
	uint64_t packets; /* a second, both directions, mail or not */
	uint64_t bytes;
	struct interface_row_port ports[INTERFACE_ROW_PORTS]; /* that mail was seen on, the lowest first */
	size_t port_count;
};

#endif
