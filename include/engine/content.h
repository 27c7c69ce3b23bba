/*
 * content: the bytes of a mail, read back from where they were captured.
 */
#ifndef ENGINE_CONTENT_H
#define ENGINE_CONTENT_H

#include "engine/connection.h"
#include "output/records.h"
#include "proto/body_lint.h"

/* Gives the mail's own bytes (un-stuffed, missing ones left out) to `sink`, at most about `len` of them. */
void content_read(struct connection *v, const struct mail *m, const struct store *store, uint64_t len, slice_sink *sink,
		  void *ctx);

/* Where the mail's bytes lie on the wire: calls `piece` with each extent's part. */
typedef void content_piece_sink(void *ctx, uint64_t place, size_t len);
void content_pieces(struct connection *v, const struct mail *m, content_piece_sink *sink, void *ctx);

/* Appends the Message-ID, if it stands near the mail's beginning. */
void content_read_message_id(struct connection *v, const struct mail *m, const struct store *store, struct buffer *out);

/* Looks at all of its bytes, as they stood on the wire. */
void content_lint(struct connection *v, const struct mail *m, const struct store *store, struct body_lint *i);

/* How many bytes of the mail were captured and are not there any more: their file was cut or changed, or they found no
 * room. What was read of it before counts only when this is 0 afterwards. */
uint64_t content_gone(struct connection *v, const struct mail *m, const struct store *store);

/* What of a mail's header fields is wanted beside what every record has. */
enum content_want {
	CONTENT_HASH = 1,  /* the SHA-256 of the whole mail, if it is complete */
	CONTENT_NAMES = 2, /* those beside addresses: filters and the screen ask for them, no record has them */
};

/* Decodes the header fields that records and screens show, and what else is wanted of these: a sum of the above. */
void content_read_fields(struct connection *v, const struct mail *m, const struct store *store, unsigned int wanted,
			 struct record_fields *f);

/* Gives the names of the mail's files, also of those in uuencoded texts and in TNEF, until `name` returns false. Reads
 * the whole mail. */
void content_read_file_names(struct connection *v, const struct mail *m, const struct store *store,
			     bool (*name)(void *ctx, const char *name), void *ctx);

#endif
