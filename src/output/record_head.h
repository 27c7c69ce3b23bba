/*
 * record_head: what the records of a session begin with, made once a session and kept for the latest ones, so that any
 * number of sessions may be open. Private to the output layer.
 *
 * It is made of facts that do not change, so that another thread than the one that knows the session can make it.
 */
#ifndef OUTPUT_RECORD_HEAD_H
#define OUTPUT_RECORD_HEAD_H

#include "common/community_id.h"
#include "output/record_heads.h"

enum {
	RECORD_ID_LEN = 24, /* hex digits of a session's part of event.id */
};

/* Members, with commas between, and a text: see json_piece, json_text_behind. */
enum record_piece {
	RECORD_SENSOR,	/* of the record itself */
	RECORD_ID,	/* the text that event.id begins with */
	RECORD_NETWORK, /* in `network` */
	RECORD_CLIENT,	/* in `source` */
	RECORD_SERVER,	/* in `destination` */
	RECORD_ENDS,	/* `network`, `source` and `destination` with the above in them */
	RECORD_OWN,	/* in `mailtap` */
	RECORD_CUTS,	/* the paths of what was cut in the others, as items */
	RECORD_PIECES
};

struct record_facts {
	uint64_t session; /* 0: the record is of none */
	int64_t start_ns;
	struct community_ends ends;
	uint8_t time_digits;
	uint8_t protocol; /* enum protocol */
	uint8_t source;
	uint16_t interface;
};

struct record_facts record_head_facts(const struct session *s);

/* RECORD_PIECES of them, good until the next call. */
const struct slice *record_heads_pieces(struct record_heads *h, const struct record_facts *facts);

#endif
