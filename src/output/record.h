/*
 * record: what all records have in common. Private to the output layer; records_*.c hold one dataset each.
 *
 * A record is bounded: it is written again with smaller limits as long as it is too long.
 */
#ifndef OUTPUT_RECORD_H
#define OUTPUT_RECORD_H

#include "output/json.h"
#include "output/records.h"
#include "proto/parameter.h"

enum {
	RECORD_PLACE_SIZE = 96,
};

/* The members of `event` that all records of a kind have. */
#define RECORD_EVENT(kind, dataset)                                                                                    \
	"\"kind\":\"" kind "\",\"category\":[\"email\",\"network\"],\"dataset\":\"mailtap." dataset "\""

enum record_outcome {
	RECORD_NO_OUTCOME, /* it is none that succeeds or fails */
	RECORD_SUCCESS,
	RECORD_FAILURE,
	RECORD_UNKNOWN,
};

struct record_event {
	const char *members; /* see RECORD_EVENT */
	const char *place;   /* in the session, for event.id */
	enum record_outcome outcome;
	int64_t time_ns;
	uint8_t time_digits;
};

/* A letter and a number. */
void record_make_place(char out[RECORD_PLACE_SIZE], char letter, uint64_t number);
/* Behind the first `len` characters; returns how many they are then. */
size_t record_append_number(char out[RECORD_PLACE_SIZE], size_t len, uint64_t number);

/* Writes one record; may be called again, with other limits. */
typedef void record_fill(struct json *j, const struct records *r, const void *what);

/* `s`: whose it is; NULL: of no session. */
void record_put(const struct records *r, struct buffer *out, const struct session *s, record_fill *fill,
		const void *what);

/* Begins the record and its member `event`, which the caller closes. */
void record_begin(struct json *j, const struct record_event *e);
/* `network`, `source` and `destination`, and who the ends truly are, where somebody told. */
void record_put_ends(struct json *j, const struct session *s);
/* Begins the member `mailtap`, with what identifies the session. */
void record_open_own(struct json *j);
/* Ends it, and the record. */
void record_end(struct json *j);

/* `tls`, and the member of that name in `mailtap`. */
void record_put_tls(struct json *j, const struct session *s);
void record_put_own_tls(struct json *j, const struct session *s);
void record_put_told(struct json *j, const struct session *s);
/* Of a reply: its code, enhanced code, text. */
void record_put_reply(struct json *j, const struct reply *r, struct slice said);
/* Of a command: its name in upper case, its value. */
void record_put_parameter(struct json *j, const struct parameter *p);
bool record_shows_secrets(const struct records *r);

#endif
