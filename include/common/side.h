/*
 * side: which end of a connection. The client opened it; the server was listening.
 */
#ifndef COMMON_SIDE_H
#define COMMON_SIDE_H

enum side {
	SIDE_CLIENT,
	SIDE_SERVER,
	SIDES
};

static inline enum side side_other(enum side side)
{
	return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

#endif
