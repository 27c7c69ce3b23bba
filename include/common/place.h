/*
 * place: how the places of captured bytes and the numbers of packets are kept by the store and by the flows.
 */
#ifndef COMMON_PLACE_H
#define COMMON_PLACE_H

#include <stdint.h>

/* Places have 56 bits. No bytes lie at this one, the highest, nor at the one below, which is free for others to use. */
#define PLACE_NOWHERE ((UINT64_C(1) << 56) - 1)

/* Numbers have 40 bits where there are most of them: 489 days at 26,000 packets a second. */
#define PACKET_NUMBER_MAX ((UINT64_C(1) << 40) - 1)

#endif
