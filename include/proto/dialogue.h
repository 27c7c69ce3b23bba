/*
 * dialogue: what client and server said to each other, in one protocol: a push parser that sees both sides.
 *
 * Pure: bytes and gaps go in, events come out. It knows no clock and no packet: places are offsets in a side's byte
 * stream (from 0 at the first byte that could be delivered). There may be a million of them, so only where more than
 * DIALOGUE_PENDING_FEW commands wait for their replies it allocates room for DIALOGUE_PENDING_MAX.
 *
 * The parser keeps no bytes. dialogue_feed takes a prefix of what it is given and says how long that prefix was; the
 * caller gives the rest again, with what has arrived since. It takes less than all
 *   - when a line is not whole yet (it takes none of that line), and
 *   - when the first line of a POP3 server may be its greeting or a reply, and what comes next tells, and
 *   - when what the client said can be read only once the server has answered (after DATA, AUTH, STARTTLS, or with
 *     DIALOGUE_PENDING_MAX commands unanswered), and then what the server said after that answer, until the client was
 *     fed again: dialogue_is_waiting is true for the side that waits.
 * The data of mails is taken whole, but for a line right after a gap that could be a command or a reply. A line
 * without its end of DIALOGUE_LINE_MAX bytes is taken as it is (with a note), and the rest of it up to its LF is
 * skipped. So who calls needs to hold at most DIALOGUE_LINE_MAX bytes a side beside what waits.
 *
 * Commands are numbered from 0 in the order in which they were said; number 0 is "(greeting)" unless the capture began
 * midstream. Each DIALOGUE_COMMAND event has the next number. Replies name the command they answer.
 *
 * Before the client's first word a header of the PROXY protocol may stand: it is told, and is no command.
 *
 * RFC 5321, 3030, 4954, 3207, 2920, 2033 (SMTP and LMTP); RFC 1939, 2449, 5034, 2595 (POP3); RFC 9051, 3501, 7888, 4978
 * (IMAP, whose literals are taken in any pieces).
 */
#ifndef PROTO_DIALOGUE_H
#define PROTO_DIALOGUE_H

#include "proto/proxy.h"

#include "proto/event.h"
#include "proto/state.h"

void dialogue_init(struct dialogue *d, enum protocol protocol, bool midstream);
void dialogue_fini(struct dialogue *d);

/* `copy`, which is not initialised, goes its own way from here. */
void dialogue_copy(struct dialogue *copy, const struct dialogue *d);

/* Bytes of memory. */
size_t dialogue_memory(const struct dialogue *d);

/* Bytes of `side` from d->offset[side] on. Returns how many were taken. */
size_t dialogue_feed(struct dialogue *d, enum side side, struct slice in, dialogue_sink *sink, void *ctx);

/*
 * After DIALOGUE_TLS and DIALOGUE_COMPRESSED a side is opaque: its bytes are not taken. The caller says of them how
 * many there are (missing ones, too), or that what it feeds from now on is their plain text.
 */
bool dialogue_is_opaque(const struct dialogue *d, enum side side);
void dialogue_skip(struct dialogue *d, enum side side, uint64_t len);
void dialogue_go_on(struct dialogue *d, enum side side);

/* `len` bytes of `side` are missing after `rest` (what was given before and not taken, shorter than DIALOGUE_LINE_MAX).
 * Takes both. */
void dialogue_gap(struct dialogue *d, enum side side, struct slice rest, uint64_t len, dialogue_sink *sink, void *ctx);

/* Whether bytes of `side` are not taken because of what the other side has not said yet. */
bool dialogue_is_waiting(const struct dialogue *d, enum side side);

/* Whether what was given of `side` last was not taken, and will not be before its line has ended, has twice the length
 * or DIALOGUE_LINE_MAX bytes. Only of a line of which DIALOGUE_LINE_SEEN bytes were given. */
enum {
	DIALOGUE_LINE_SEEN = 64,
};

bool dialogue_awaits_line(const struct dialogue *d, enum side side);

/*
 * Some servers end a mail at LF.LF, LF.CRLF or CRLF.LF, and take what follows for commands; others go on with the mail.
 * And once a mail was answered before its end, a line in it that is a command may be one.
 * Only the server's replies tell. At such a place the dialogue takes nothing more of either side until it is settled.
 * The caller tries that with what it has of both sides (from d->offset on, DIALOGUE_AMBIGUITY_MAX bytes at most), and
 * again when the server has said more. `is_last`: nothing more can come, or there is as much as can be had; then,
 * undecided, CRLF.CRLF rules. A gap chooses that too. Returns whether it is settled. How much work that was is counted
 * in d->steps; a mail may have as many such places as lines, so the caller puts an end to it.
 */
enum {
	DIALOGUE_AMBIGUITY_MAX = 64 * 1024,
	DIALOGUE_AMBIGUITY_REPLIES = 8, /* after so many that fit both ways the mail goes on */
};

bool dialogue_is_ambiguous(const struct dialogue *d);
bool dialogue_settle(struct dialogue *d, struct slice client, struct slice server, bool is_last, dialogue_sink *sink,
		     void *ctx);

/* Goes on with the mail at such a place, and from now on only CRLF.CRLF ends one: to weigh it takes too much work. */
void dialogue_trust_ends(struct dialogue *d, dialogue_sink *sink, void *ctx);

/* Of the mail whose data a side is sending: how many of its bytes have come; 0: there is none. */
uint64_t dialogue_mail_so_far(const struct dialogue *d, enum side side);

/* Where a secret begins in what a side said and was not taken yet; `rest.len`: none. All after it may be one. `d` may
 * be NULL: no parser reads it. */
size_t dialogue_find_secret(const struct dialogue *d, enum side side, struct slice rest);
/* Whether bytes of `side` behind some that are still missing could be a part of a login: near one all, else what the
 * client says outside of mails and is no command beyond doubt. */
bool dialogue_may_be_login(const struct dialogue *d, enum side side, struct slice bytes);

/* No more will come from `side`: who waits for it stops waiting, and infers. Feed the rest of the other side
 * afterwards. */
void dialogue_end(struct dialogue *d, enum side side, dialogue_sink *sink, void *ctx);

/* The connection is over and both sides were ended. `rest`: what was not taken of each side. Cuts off an open mail. */
void dialogue_finish(struct dialogue *d, const struct slice rest[SIDES], dialogue_sink *sink, void *ctx);

/*
 * Which protocol speaks so? From the first bytes of either side (at most DIALOGUE_LINE_MAX looked at): a server's
 * greeting or reply, a client's command. PROTOCOL_UNKNOWN while undecided or when it is none; `*decided` tells which.
 */
enum protocol dialogue_recognise(struct slice client, struct slice server, bool *decided);

/* Whether a server's first words are what a server of `protocol` begins with: that needs no closer look. */
bool dialogue_greets(enum protocol protocol, struct slice server);

#endif
