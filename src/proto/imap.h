/*
 * imap: IMAP4rev1 and rev2 (RFC 3501, 9051), a row of protocol_ops. Internal to proto.
 *
 * Commands and their answers are matched by tag. A command goes on after each literal that the client announces at the
 * end of a line; so does an untagged answer of the server. What the client may say next is read once the server has
 * answered: after the announcement of a synchronising literal, AUTHENTICATE, STARTTLS and COMPRESS.
 */
#ifndef PROTO_IMAP_H
#define PROTO_IMAP_H

#include "proto/imap_state.h"
#include "proto/protocol_ops.h"

extern const struct protocol_ops imap_ops;

/* imap_octets.c: the literal just announced on a side begins where its stream stands; `is_mail`: it is one, of this
 * section and from `origin` on. */
void imap_begin_octets(struct talk *t, enum side side, uint64_t size, bool is_mail, enum mail_section section,
		       uint64_t origin);
/* The rest will not come. */
void imap_cut_octets(struct talk *t, enum side side);
size_t imap_take_octets(struct talk *t, enum side side, struct slice in);
uint64_t imap_lose_octets(struct talk *t, enum side side, uint64_t len);

/* imap.c: "+" was said to the open command, or its literal is not waited for. */
void imap_begin_literal(struct talk *t);
/* "+" of the server, to command `index`. */
void imap_tell_continuation(struct talk *t, uint32_t index, struct slice text, uint64_t begin, uint64_t end);
/* Both sides go on compressed. */
void imap_compress(struct talk *t);

/* imap_server.c */
void imap_server_line(struct talk *t, const struct line *line);
/* The literal of an answer is over. */
void imap_go_on_with_answer(struct talk *t);
/* The rest of a line of an answer that was too long. */
void imap_take_answer_rest(struct talk *t, struct slice text, uint64_t begin, bool whole);
/* The answer that is not over will not go on. */
void imap_cut_answer(struct talk *t);

#endif
