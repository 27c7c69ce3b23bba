/*
 * record: one captured packet on its way through the ring, as the capture thread writes it and the worker reads it.
 *
 * A packet of a mapped capture file is only named: `place` says where its bytes lie, and what its headers say follows
 * the record (struct dissected). All others bring their bytes after the record (caplen of them), and the worker puts
 * them into the spool.
 */
#ifndef PACKET_RECORD_H
#define PACKET_RECORD_H

#include <stdint.h>

enum {
	PACKET_PLACE_NONE = -1,
	PACKET_SNAPLEN = 262144, /* the largest packet; a longer record is damage */
};

#define PACKET_TIME_MAX ((INT64_C(1) << 62) - 1) /* in 2116 */

/* What a ring record is. */
enum packet_kind {
	PACKET_DATA,	    /* a packet */
	PACKET_SOURCE_END,  /* no more from source `source` */
	PACKET_DAMAGE,	    /* the source is damaged from here on; a text follows, `caplen` long */
	PACKET_CHANGED,	    /* as PACKET_DAMAGE: a file was cut or changed while it was read */
	PACKET_FAILED,	    /* as PACKET_DAMAGE: a file that is followed cannot be read any more */
	PACKET_CAPTURE_END, /* all sources have ended */
	PACKET_TICK,	    /* nothing comes, but may: `time_ns` has passed */
	PACKET_WRITTEN,	    /* from here on, into a file of a rotation: its name follows, `caplen` long */
	PACKET_SECRETS,	    /* of TLS, that a file brings: a piece of a key log follows, `caplen` long */
	PACKET_CLEARED,	    /* everything before was captured before "start anew" */
};

struct packet_record {
	int64_t time_ns; /* since 1970, never negative; at most PACKET_TIME_MAX, so that differences cannot overflow */
	int64_t place;	 /* offset in the mapped file of `source`, or PACKET_PLACE_NONE: bytes follow */
	uint32_t caplen;
	uint32_t wire_len;
	uint8_t kind;	     /* enum packet_kind */
	uint8_t time_digits; /* resolution of time_ns: 3, 6 or 9 decimals */
	uint16_t link_type;  /* LINKTYPE_ value as in a capture file's header */
	uint16_t source;     /* number of the -i or -r option, from 0 */
	uint16_t interface;  /* that it was captured on: a number of the sources' name_table; 0: not known */
	uint64_t number;     /* of a packet: from 1 in capture order over all sources, filtered ones counted */
};

#endif
