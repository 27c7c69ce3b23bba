/*
 * dialogue: what client and server said to each other, in one protocol: a push parser that sees both sides.
 *
 * Pure: bytes and gaps go in, events come out. A flat struct without pointers that may be copied; it allocates nothing,
 * knows no clock and no packet: places are offsets in a side's byte stream (from 0 at the first byte that could be
 * delivered).
 *
 * The parser keeps no bytes. dialogue_feed takes a prefix of what it is given and says how long that prefix was; the
 * caller gives the rest again, with what has arrived since. It takes less than all
 *   - when a line is not whole yet (it takes none of that line), and
 *   - when the first line of a POP3 server may be its greeting or a reply, and what comes next tells, and
 *   - when what the client said can be read only once the server has answered (after DATA, AUTH, STARTTLS, or with
 *     DIALOGUE_PENDING_MAX commands unanswered), and then what the server said behind that answer, until the client was
 *     fed again: dialogue_is_waiting is true for the side that waits.
 * The data of mails is taken whole, but for a line right behind a gap that could be a command or a reply. A line
 * without its end of DIALOGUE_LINE_MAX bytes is taken as it is (with a note), and the rest of it up to its LF is
 * skipped. So who calls needs to hold at most DIALOGUE_LINE_MAX bytes a side beside what waits.
 *
 * Commands are numbered from 0 in the order in which they were said; number 0 is "(greeting)" unless the capture began
 * midstream. Each DIALOGUE_COMMAND event has the next number. Replies name the command they answer.
 *
 * Before the client's first word a header of the PROXY protocol may stand: it is told, and is no command.
 *
 * RFC 5321, 3030, 4954, 3207, 2920, 2033 (SMTP and LMTP); RFC 1939, 2449, 5034, 2595 (POP3).
 */
#ifndef PROTO_DIALOGUE_H
#define PROTO_DIALOGUE_H

#include "base/slice.h"
#include "common/protocol.h"
#include "common/side.h"
#include "proto/dotstuff.h"
#include "proto/proxy.h"

enum {
	DIALOGUE_LINE_MAX = 16384,
	DIALOGUE_PENDING_MAX = 128,
};

#define DIALOGUE_NO_COMMAND UINT32_MAX

enum dialogue_event_kind {
	DIALOGUE_COMMAND,    /* verb, arguments; `truncated`: bytes of the line are missing */
	DIALOGUE_REPLY,	     /* one line of a reply: code, enhanced, text; `last` on its last line, whose code counts */
	DIALOGUE_DATA_LINE,  /* one line of a multi-line POP3 answer to LIST, UIDL or CAPA, un-stuffed: text */
	DIALOGUE_AUTH_LINE,  /* one line of a SASL exchange, `side` said it: text (a server's without its code, a
				client's whole; the  initial response of AUTH counts as a client's line) */
	DIALOGUE_MAIL_BEGIN, /* data of a mail begin at `begin`; `index`: the DATA, first BDAT, RETR or TOP it belongs
				to; `truncated`: chunks before it may not have been captured */
	DIALOGUE_MAIL_RANGE, /* [begin, end) of the mail's side's stream belongs to the mail (end = begin of the final
				"." line, for a stuffed mail); one for each chunk. `stuffing` tells whether dots are
				doubled */
	DIALOGUE_MAIL_END,   /* mail_size, missing_len, `last`: its end was seen or is proven by the reply, else it was
				cut off */
	DIALOGUE_PROXY,	     /* a proxy's header before the client's first word: proxy */
	DIALOGUE_TLS,	     /* from `begin` on this side is encrypted; the rest is not looked at */
	DIALOGUE_RESYNC,     /* after a gap or a start midstream, `side` can be read again from `begin` on */
	DIALOGUE_UNFINISHED, /* at the end: the beginning of a line that never ended: text */
	DIALOGUE_SKIPPED,    /* a line of a side that is not understood yet, and that may be a part of a login: text */
	DIALOGUE_NOTE,	     /* something unusual: note; `index` when it belongs to a command */
};

enum dialogue_note {
	DIALOGUE_NOTE_BARE_LF, /* a line ended by LF alone; once for all lines of a mail, when it ends */
	DIALOGUE_NOTE_BARE_CR,
	DIALOGUE_NOTE_LONG_LINE, /* longer than DIALOGUE_LINE_MAX */
	DIALOGUE_NOTE_NUL,
	DIALOGUE_NOTE_LOOSE_GRAMMAR,   /* understood, but no RFC writes it so */
	DIALOGUE_NOTE_EARLY_TALK,      /* the client spoke before the greeting */
	DIALOGUE_NOTE_DATA_ASSUMED,    /* DATA's reply was not captured; what follows looks like a mail */
	DIALOGUE_NOTE_CLEAR_AFTER_TLS, /* STARTTLS was accepted, but what follows is text */
	DIALOGUE_NOTE_BAD_REPLY,       /* a line that is no reply */
	DIALOGUE_NOTE_MIXED_CODES,     /* a line of a reply with another code than the line before it */
	DIALOGUE_NOTE_LOOSE_DOT,       /* a mail holds a line of a single dot between line ends one of which is a bare
					  LF: servers differ in whether it ends there */
	DIALOGUE_NOTES
};

struct dialogue_event {
	enum dialogue_event_kind kind;
	enum side side; /* whose stream begin and end are in */
	uint32_t index; /* the command's number, or DIALOGUE_NO_COMMAND */
	uint64_t begin; /* stream offsets of the bytes it is made of, line end included */
	uint64_t end;
	struct slice verb;	/* as FORMATS says: upper case where an RFC knows it, "(greeting)", "(message)",
				   "(unparsed)", "(unsolicited)" */
	struct slice arguments; /* as sent, without the blanks behind the verb, trailing blanks and line end */
	struct slice code;	/* "250", "+OK", "-ERR", "+" */
	struct slice enhanced;	/* "5.1.1"; empty when there is none, and in POP3 */
	struct slice text;	/* of a reply: all behind the code, so it still begins with the enhanced code */
	uint64_t text_begin;	/* of a server's text: where it stands in the stream */
	bool last;
	bool is_early; /* of a reply: the mail or chunk that it answers still flows */
	bool truncated;
	enum dotstuff_kind stuffing; /* of a mail's bytes */
	bool is_loose;		     /* of a mail's end: a dot between line ends one of which is a bare LF */
	bool has_lines;		     /* of a POP3 reply: an answer of several lines follows */
	bool secret;   /* arguments or text hold a password, a digest or a token, or may repeat one that nobody saw */
	bool doubtful; /* a reply: the client said more than was captured, so this may speak of something else */
	bool unseen_login; /* a reply: a login may have gone on in a hole, known or not yet, or before the capture */
	enum dialogue_note note;
	const struct proxy_header *proxy;
	uint64_t mail_size;   /* bytes of the mail, un-stuffed, as far as they are here */
	uint64_t missing_len; /* bytes of it that were not captured */
};

/* Slices in the event are valid during the call only. The sink must not call back into the dialogue. */
typedef void dialogue_sink(void *ctx, const struct dialogue_event *event);

struct dialogue_pending {
	uint8_t verb; /* enum verb */
	uint8_t flags;
};

/* Both sides' state; the fields are the parsers' own, but for `protocol` and `offset`. */
struct dialogue {
	enum protocol protocol;
	uint32_t next_index;
	uint64_t offset[SIDES]; /* of the next byte to take */
	uint8_t client_state;
	uint8_t server_state;
	bool greeted;
	bool ended[SIDES];     /* no more will come */
	bool lost[SIDES];      /* looking for a line that can be understood */
	bool fresh[SIDES];     /* nothing was taken since the start or since a gap */
	bool skip_line[SIDES]; /* in the rest of an over-long line */
	bool is_answered;      /* the client is lost, but a reply came: it has probably ended a line */
	bool client_stalled;   /* the client has said more, which waits for the server */
	bool has_hole;	       /* of the client, at any time; also where the capture began midstream */
	bool hole_before;      /* commands may have been lost: replies may answer nothing */
	bool tls_accepted;     /* STARTTLS was, and no TLS was seen yet */
	bool at_fork;	       /* see dialogue_is_forked */
	bool at_command;       /* in a mail that was answered: what comes may be a command */
	bool forks_at_command; /* at_fork: there, not behind a dot */
	bool never_forks;      /* CRLF.CRLF alone ends a mail */
	bool has_spoken;       /* the server: what its first line answers is decided */
	uint8_t held_count;    /* commands that waited when the server's first line was held back; 0: it was not */
	/* commands without their reply; the one at the head has number `first_pending`, the rest follow in sequence */
	uint8_t pending_head;
	uint8_t pending_count;
	uint32_t first_pending;
	struct dialogue_pending pending[DIALOGUE_PENDING_MAX];
	/* the reply that is being read, or whose multi-line answer is */
	char reply_code[4]; /* empty: none */
	uint32_t reply_index;
	bool reply_solicited;
	bool in_transaction;   /* MAIL was accepted */
	uint16_t recipients;   /* LMTP: accepted, not yet answered for */
	uint16_t replies_left; /* LMTP: final replies still to come, the current one included */
	/* the login that goes on */
	bool auth_open;
	bool auth_has_hole;	      /* lines of the client are missing: nobody knows which the others are */
	bool auth_begins_by_client;   /* its mechanism's first message is the client's, and not said with the command */
	bool auth_early_ok;	      /* POP3: it was answered "+OK" before the client said anything */
	bool login_near;	      /* one was begun, by whatever command: what is no command may be a part of it */
	bool auth_any_order;	      /* the server asks by words for name and password: LOGIN */
	bool login_has_hole;	      /* and lines of the client are missing since */
	bool login_hidden;	      /* one may have begun in a hole, or before the capture */
	uint8_t skipped_lines[SIDES]; /* since the last hole of the side, or the start */
	uint8_t auth_shown_lines;     /* of the client: the first, that hold no secret */
	uint8_t auth_lines;
	uint32_t auth_index;
	uint32_t login_index;	  /* of the latest command that makes a login near */
	uint32_t stray_index;	  /* of the latest reply that answers nothing */
	uint32_t chunk_index;	  /* of the BDAT whose chunk goes on */
	uint64_t challenge_begin; /* the server's last line in it; both 0: none */
	uint64_t challenge_end;
	/* the mail that goes on */
	bool mail_open;
	uint8_t mail_stuffing;	/* enum dotstuff_kind */
	bool mail_answered;	/* before its end: its "(message)" was told, or the chunk's BDAT has its reply */
	bool mail_accepted;	/* by that answer */
	bool mail_began_before; /* the capture, or in a hole: what comes may not be the first of its mail */
	bool chunk_last;
	struct dotstuff dotstuff;
	uint32_t mail_index;
	uint64_t mail_begin;
	uint64_t range_begin;
	uint64_t chunk_left; /* BDAT: bytes of this chunk still to come */
	uint64_t skip_left;  /* octets that are no words: announced, or still to come */
	uint64_t mail_size;
	uint64_t missing_len;
	uint64_t early_hole; /* a gap behind DATA before its reply */
	uint64_t unseen_len; /* of what the client said since its last command and was not captured */
};

void dialogue_init(struct dialogue *d, enum protocol protocol, bool midstream);

/* Bytes of `side` from d->offset[side] on. Returns how many were taken. */
size_t dialogue_feed(struct dialogue *d, enum side side, struct slice in, dialogue_sink *sink, void *ctx);

/* `len` bytes of `side` are missing after `rest` (what was given before and not taken, shorter than DIALOGUE_LINE_MAX).
 * Takes both. */
void dialogue_gap(struct dialogue *d, enum side side, struct slice rest, uint64_t len, dialogue_sink *sink, void *ctx);

/* Whether bytes of `side` are not taken because of what the other side has not said yet. */
bool dialogue_is_waiting(const struct dialogue *d, enum side side);

/*
 * Some servers end a mail at LF.LF, LF.CRLF or CRLF.LF, and take what follows for commands; others go on with the mail.
 * And once a mail was answered before its end, a line in it that is a command may be one.
 * Only the server's replies tell. At such a place the dialogue takes nothing more of either side until it is settled.
 * The caller tries that with what it has of both sides (from d->offset on, DIALOGUE_FORK_MAX bytes at most), and again
 * when the server has said more. `is_last`: nothing more can come, or there is as much as can be had; then, undecided,
 * CRLF.CRLF rules. A gap chooses that too. Returns whether it is settled.
 */
enum {
	DIALOGUE_FORK_MAX = 64 * 1024,
	DIALOGUE_FORK_REPLIES = 8, /* after so many that fit both ways the mail goes on */
};

bool dialogue_is_forked(const struct dialogue *d);
bool dialogue_settle(struct dialogue *d, struct slice client, struct slice server, bool is_last, dialogue_sink *sink,
		     void *ctx);

/* Where a secret begins in what a side said and was not taken yet; `rest.len`: none. All behind it may be one. `d` may
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

#endif
