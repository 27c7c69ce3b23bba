/*
 * session: one connection as mail people see it: its commands with their replies, its logins, its mails, how it ended.
 *
 * Filled by the worker thread from a dialogue's events (session_apply) and from what TCP knows (the plain fields,
 * written by the engine). Texts live in the session's arena. What was finished can be forgotten (session_forget) when
 * nobody will look at it again. Limits: SESSION_RECIPIENTS_MAX recipients and SESSION_LINES_MAX lines of an answer are
 * kept, all are counted.
 */
#ifndef MAIL_SESSION_H
#define MAIL_SESSION_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/hash.h"
#include "common/commands.h"
#include "common/endpoint.h"
#include "common/place.h"
#include "common/protocol.h"
#include "common/side.h"
#include "common/tcp_anomaly.h"
#include "common/tcp_flaws.h"
#include "proto/event.h"

enum {
	SESSION_RECIPIENTS_MAX = 1000,
	SESSION_LINES_MAX = 20000, /* of one POP3 listing */
	SESSION_AUTH_LINES_MAX = 64,
	SESSION_REPLY_TEXT_MAX = 16384,
};

/* When, and in which packet. */
struct stamp {
	int64_t time_ns;
	uint64_t packet;
};

struct reply {
	struct reply *next;
	int64_t time_ns;     /* of its first byte */
	uint64_t begin;	     /* in the server's stream */
	const uint8_t *text; /* lines with LF between, without codes; the enhanced code stays at the start of the
				first. What is secret in it is masked */
	uint64_t packet;     /* of its first byte */
	uint32_t text_len;
	uint16_t line_count;
	uint8_t code_len;
	uint8_t enhanced_len;
	union {
		struct {
			char code[4];	   /* "250", "+OK", "-ERR", "+", "BAD": code_len of them */
			char enhanced[10]; /* at most "5.999.999" */
		};
		char word[14]; /* of an untagged answer of IMAP: its name, code_len of it */
	};
	bool whole : 1;	     /* its last line was seen */
	bool is_early : 1;   /* the mail or chunk that it answers was still on its way */
	bool has_secret : 1; /* `text` is masked: see reply_said */
};

_Static_assert(sizeof(struct reply) <= 64, "a session has one for nearly each packet");

/* What a reply said that holds a secret. */
struct session_said {
	struct session_said *next;
	const struct reply *reply;
	struct slice text;
};

/* A line of a login's exchange, or of a POP3 listing. */
struct session_line {
	struct session_line *next;
	struct slice text;
	enum side from;
	bool secret;
	struct stamp at;
	uint64_t begin; /* in that side's stream */
};

/* Bytes of a side's stream that hold a secret. */
struct session_secret {
	struct session_secret *next;
	uint64_t begin;
	uint64_t end;
	enum side side;
	bool open; /* the rest of the line was cut off: it goes on to what the side says next */
};

/* What only few commands have. */
struct command_extra {
	struct session_line *lines; /* of the exchange (AUTH) or of the listing */
	struct session_line *last_line;
	uint32_t line_count; /* all, also those that were not kept */
	bool is_login;
	bool has_hole; /* a line of the client's is missing or cut: what the others mean is not known */
	bool login_success;
	struct slice mechanism;
	struct slice user; /* data NULL: not sent */
	struct slice realm;
	struct slice secret;
	struct command_imap *imap; /* IMAP: see mail/session_imap.h; NULL: nothing */
};

struct command {
	int64_t time_ns; /* of its last byte */
	uint64_t begin;	 /* in the client's stream */
	const uint8_t *verb;
	const uint8_t *arguments;
	struct reply *replies;
	struct reply *last_reply;
	struct command_extra *extra;
	uint64_t packet;   /* of its last byte; 0: it has none */
	uint16_t verb_len; /* these together at most DIALOGUE_LINE_MAX */
	uint16_t arguments_len;
	uint32_t mail; /* number of the mail it belongs to; 0: none */
	bool truncated : 1;
	bool secret : 1; /* its arguments hold one */
	bool done : 1;	 /* all its replies are here */
	bool reported : 1;
	bool injected : 1;    /* it stood in clear behind STARTTLS: the server must not take it (RFC 3207 section 4) */
	uint8_t kind;	      /* enum command_kind */
	uint8_t row;	      /* see command_row */
	uint16_t reply_count; /* at most UINT16_MAX */
};

_Static_assert(sizeof(struct command) <= 80, "a session has one for nearly each packet");
_Static_assert(DIALOGUE_LINE_MAX <= UINT16_MAX, "a command's parts lie in one line");

enum mail_direction {
	MAIL_SENT,
	MAIL_RETRIEVED,
	MAIL_PREVIEWED,
	MAIL_FETCHED,
	MAIL_APPENDED,
};

enum mail_outcome {
	MAIL_UNDECIDED, /* still going on */
	MAIL_ACCEPTED,
	MAIL_REJECTED,
	MAIL_RESET,
	MAIL_UNANSWERED,
	MAIL_ABORTED,
	MAIL_RETRIEVED_OUTCOME,
	MAIL_UNKNOWN, /* what would tell was said in TLS, and cannot be read */
};

enum recipient_fate {
	RECIPIENT_UNKNOWN,
	RECIPIENT_ACCEPTED,
	RECIPIENT_REJECTED,
	RECIPIENT_UNANSWERED, /* LMTP, PRDR: taken by RCPT, but of its mail nothing was said */
};

struct recipient {
	struct recipient *next;
	struct slice address;
	const struct reply *reply; /* to RCPT, where that refused it; LMTP, PRDR: to the mail's data; NULL: none */
	enum recipient_fate fate;
	char code[4];
	uint32_t unseen_before; /* accepted between this one and the one before, but not captured */
	bool was_taken;		/* RCPT was not refused; with LMTP and PRDR the fate is known later */
};

/* A piece of the mail's bytes in its side's stream. */
struct mail_range {
	struct mail_range *next;
	uint64_t begin;
	uint64_t end;
};

/* What only one that was retrieved has. */
struct mail_pop3 {
	uint32_t number;
	uint64_t octets; /* announced by the server; 0: not */
	struct slice uid;
	struct mail *same_before;  /* retrieved before under the same number */
	struct mail *next_deleted; /* another one that is pop3_deleted */
};

struct mail {
	uint32_t number; /* from 1 in the session */
	enum mail_direction direction : 8;
	enum mail_outcome outcome : 8;
	enum side side : 8; /* whose stream holds it */
	enum dotstuff_kind stuffing : 8;
	bool has_data : 1;
	bool data_ended : 1;	 /* its end was seen or proven */
	bool answered_early : 1; /* the reply came while its data flowed */
	bool complete : 1;	 /* and every byte is here */
	bool is_unread : 1;	 /* of its data, said in TLS, not a byte could be read */
	bool is_piece : 1;	 /* it may be a part of a mail only: its beginning, or its command, was not captured */
	bool reported : 1;
	bool marked : 1;
	bool saved : 1;
	bool save_tried : 1;
	bool waits : 1; /* to be saved, or not, when its session has been decided */
	bool pop3_deleted : 1;
	bool pop3_committed : 1;
	bool decoded_ended : 1; /* `data_ended` when `decoded` was read */
	uint32_t repeats;	/* number of the mail of this session that is said again; 0: none */
	uint32_t begin_index; /* command it began with: MAIL, RETR or TOP; IMAP: the latest that brought bytes of it */
	uint32_t data_index;  /* DATA or first BDAT */
	uint32_t conflicts;   /* places whose bytes came in copies that differ */
	struct stamp first;
	struct stamp last;
	uint64_t size;
	uint64_t missing_len;
	uint64_t gone_len;   /* of these: captured, but not there any more */
	uint64_t data_begin; /* in its side's stream */
	struct mail_range *ranges;
	struct mail_range *last_range;
	struct slice from; /* envelope; data NULL: unknown */
	struct recipient *recipients;
	struct recipient *last_recipient;
	const struct recipient *asked; /* see transaction_recipient */
	uint32_t recipient_count;
	uint32_t accepted_count;
	uint32_t unseen_count; /* recipients that were accepted, but not captured */
	uint32_t unseen_last;  /* of those: after the last one that was */
	const struct reply *final_reply;
	const struct reply *refusal; /* the latest, of a DATA */
	struct mail_pop3 *pop3;	     /* NULL: it was not retrieved, see session_mail_pop3 */
	struct mail_imap *imap;	     /* NULL: neither fetched nor appended, see mail/session_imap.h */
	struct mail *next_unbound;
	uint64_t message_id_hash; /* the engine's; 0: not known */
	const char *saved_path;	  /* in the arena */
	void *decoded;		  /* the engine's: header fields for the screen */
	uint64_t decoded_size;	  /* `size` when they were read */
};

enum session_state {
	SESSION_OPEN,
	SESSION_CLOSED,
	SESSION_RESET,
	SESSION_REFUSED,
	SESSION_NO_ANSWER,
};

enum session_handshake {
	SESSION_HANDSHAKE_COMPLETE,
	SESSION_HANDSHAKE_MIDSTREAM,
	SESSION_HANDSHAKE_FAILED,
};

/* What TCP says of one side. */
struct session_side {
	uint8_t address[16];
	uint16_t port;
	bool has_offload; /* checksums are left to the device, or all wrong */
	uint64_t bytes;
	uint64_t packets;
	uint64_t missing_bytes;
	struct tcp_flaws *flaws; /* NULL: none, see session_flaws */
};

/* The tunnel that the session's first packet came through. */
struct session_tunnel {
	const char *name;
	bool is_ipv6;
	uint8_t source[16];
	uint8_t destination[16];
	uint32_t id; /* of the network in it; 0: none */
};

/* A header of the PROXY protocol; version 0: none. */
struct session_proxy {
	uint8_t version;
	bool is_local;
};

/* A proxy that the client asked for the server; name NULL: none. */
struct session_relay {
	const char *name;  /* "SOCKS 5" */
	struct slice host; /* asked for by name; empty: by address, see `ends`. In the session's arena */
};

/* Who the ends are by the words of a proxy, or of XCLIENT. */
struct session_told {
	struct session_proxy proxy;
	struct session_relay relay;
	struct endpoint ends[SIDES]; /* they did not open the connection */
};

struct diagnosis;
struct session_tls;

/* See mail/server_info.h; read by session_banner and the like. */
struct session_server_info {
	uint8_t *text; /* allocated; NULL: none */
	uint32_t len;
	uint32_t banner_len;
	uint32_t helo_len;
};

/* POP3: one message of the mailbox. */
struct mailbox_message {
	struct slice uid;      /* data NULL: not told */
	uint64_t octets;       /* 0: not told */
	bool retrieved;	       /* whole */
	bool deleted;	       /* unless RSET took that back */
	uint32_t next_deleted; /* number of another that is; 0: none */
};

struct session_mailbox {
	uint64_t messages;
	uint64_t octets;
	bool known;		      /* messages and octets were told */
	bool counted;		      /* by STAT */
	bool committed;		      /* QUIT was answered +OK, and there was something to delete */
	uint32_t deleted;	      /* number of the latest that is; 0: none */
	struct mailbox_message *list; /* by number - 1, as far as they are known */
	size_t list_count;
	size_t list_cap;
	struct hash_table retrieved;  /* the latest mail by number */
	struct mail *deleted_mails;   /* those marked to be deleted, the latest first */
	struct mail *committed_mails; /* of these, the latest before QUIT */
	struct slice user;	      /* of the latest USER */
};

struct session {
	uint64_t number;
	enum protocol protocol : 8;
	enum protocol port_protocol : 8; /* that the server's port promises; PROTOCOL_UNKNOWN: none */
	bool is_ipv6;
	uint8_t observer;   /* who captured it */
	uint8_t source;	    /* of the capture's: of its first packet */
	uint16_t interface; /* likewise: see packet_record */
	bool found_by_content;
	bool tls;
	bool over;
	bool marked;
	bool reported;
	bool abandoned; /* given up because of a limit: its end was not waited for */
	uint8_t time_digits;
	bool wants_server_info; /* set by the owner: somebody will read them */
	enum session_state state : 8;
	enum session_handshake handshake : 8;
	enum side reset_by : 8;
	enum side first_fin : 8; /* of the two, when there is one */
	int64_t start_ns;
	int64_t end_ns;
	int64_t rtt_ns;	    /* -1: not seen */
	int64_t connect_ns; /* -1: not seen */
	uint32_t syn_count; /* how often the client asked for the connection */
	bool has_fin[SIDES];
	struct session_side side[SIDES];
	const struct tcp_anomaly *anomaly; /* the flow's, until it is over; NULL: none are noted */
	struct session_tunnel *tunnel;	   /* NULL: none */
	struct session_told *told;	   /* NULL: nothing, see told_of */
	const char *speaks; /* "http", ...: what was met on a mail port instead of mail; NULL: mail, or nothing yet */
	struct slice user;
	struct slice unfinished;
	struct session_secret *secrets; /* latest first */
	struct session_said *said;	/* latest first */
	struct secrets *known;		/* what the other side may repeat; NULL: nothing */
	uint64_t tls_begin[SIDES];	/* in the side's stream; UINT64_MAX: clear text */
	struct session_tls *tls_facts;	/* NULL: TLS has told nothing, see session_tls.h */
	struct command *commands;	/* those from first_index on */
	size_t command_count;
	size_t command_cap;
	uint32_t first_index;
	uint32_t resolved;    /* index of the first command that the transaction has not seen yet */
	uint32_t unreported;  /* those before this index were reported */
	uint32_t unsolicited; /* replies to nothing that were reported */
	struct mail **mails;  /* all mails that are not forgotten */
	size_t mail_count;
	size_t mail_cap;
	size_t mails_reported;	    /* at the front of `mails` */
	size_t mails_needed[SIDES]; /* those of a side before this place were reported */
	uint32_t mails_total;
	uint32_t notes;			 /* a bit for each enum dialogue_note */
	struct mail *transaction;	 /* the MAIL transaction that is going on; becomes a mail at its first RCPT */
	struct mail *receiving[SIDES];	 /* the mail whose data are passing; of both sides in IMAP only */
	struct mail *unbound;		 /* data whose BDAT has no reply yet: the oldest first */
	struct mail *last_unbound;	 /* good while there is one */
	struct session_mailbox *mailbox; /* POP3; NULL: nothing is known of it, see session_mailbox */
	struct session_imap *imap;	 /* IMAP; NULL: nothing is known, see mail/session_imap.h */
	uint32_t listing;      /* index of the POP3 answer whose lines may still come, or DIALOGUE_NO_COMMAND */
	uint32_t failed_index; /* the latest command that was refused, for the result column; DIALOGUE_NO_COMMAND */
	uint32_t accepted_mails;
	uint32_t rejected_mails;
	struct diagnosis *diagnosis; /* the owner's: what went wrong; NULL: nobody wants to know */
	uint32_t given_up;	     /* the transaction just before, if it ended without data; 0: none */
	uint64_t given_up_envelope;
	struct session_server_info server_info;
	void *owner; /* who keeps the session: the engine's connection */
	struct arena arena;
};

/* Who is told of it: see mail/observer.h. */
struct observers;

void session_init(struct session *s, uint64_t number);
void session_fini(struct session *s);

/* A session that is over becomes a new one in the same memory. */
void session_reuse(struct session *s, uint64_t number);

/* Has what an event needs beside the session itself fetched: see mem_fetch. */
void session_fetch(const struct session *s);

/* An event of the dialogue; `first` and `last` are the stamps of its first and last byte. */
void session_apply(struct session *s, const struct dialogue_event *event, const struct stamp *first,
		   const struct stamp *last, const struct observers *observers);

/* The connection is over and the dialogue is finished: what has no answer will have none, and no event comes any more.
 * Once. */
void session_finish(struct session *s, const struct observers *observers);

/* Of sender and recipients in their order; never 0. */
uint64_t mail_envelope_hash(const struct mail *m);

/* Gives spare memory back, of a session that is over and kept. */
void session_compact(struct session *s);

/* NULL when there is none (or it was forgotten). */
struct command *session_command(const struct session *s, uint32_t index);
struct mail *session_mail(const struct session *s, uint32_t number);

/* Empty where there are none. And: made where there are none yet. */
const struct tcp_flaws *session_flaws(const struct session_side *side);
struct tcp_flaws *session_make_flaws(struct session_side *side);

/* Empty where there is none. */
const struct session_mailbox *session_mailbox(const struct session *s);
const struct mail_pop3 *session_mail_pop3(const struct mail *m);

/* The place in `mails` of the first that was not reported yet; mail_count when all were. */
size_t session_first_unreported(struct session *s);

/* Likewise, of those that this side sends. */
size_t session_first_needed(struct session *s, enum side side);

/* Forgets commands and mails when all were reported and nothing is going on. Returns whether it did. */
bool session_forget(struct session *s);

/* Bytes of memory it holds, for the budget. */
size_t session_memory(const struct session *s);

/* The words of mailtap-formats(5): "accepted", ... */
const char *mail_outcome_name(enum mail_outcome outcome);
const char *mail_direction_name(enum mail_direction direction);
const char *session_state_name(enum session_state state);
const char *session_handshake_name(enum session_handshake handshake);

/* What the program knows of the command, of whichever protocol has it; NULL: nothing. */
static inline const struct command_row *command_row(const struct command *c)
{
	return commands_row(c->row);
}

static inline struct slice command_verb(const struct command *c)
{
	return slice_of(c->verb, c->verb_len);
}

static inline struct slice command_arguments(const struct command *c)
{
	return slice_of(c->arguments, c->arguments_len);
}

static inline struct slice reply_code(const struct reply *r)
{
	return slice_of(r->word, r->code_len);
}

static inline struct slice reply_text(const struct reply *r)
{
	return slice_of(r->text, r->text_len);
}

/* A reply's text as it was sent, if `show_secrets`; else reply_text. */
struct slice reply_said(const struct session *s, const struct reply *r, bool show_secrets);

/* From the command to the first line of its reply; 0: not known. And the longest of the commands that are kept. */
int64_t session_reply_ns(const struct command *c);
int64_t session_slowest_ns(const struct session *s);

/* What the server said when it greeted (lines with LF between), how the client introduced itself, and what the server
 * offers: the lines of EHLO or CAPA, LF between. Empty: not known. */
struct slice session_banner(const struct session *s);
struct slice session_helo(const struct session *s);
struct slice session_extensions(const struct session *s);

/* Takes the next line off a reply's text; false when there is none left. `*rest` starts as reply_text. */
bool reply_next_line(struct slice *rest, bool *started, struct slice *line);

/* The latest reply to a command that says no, of several; NULL: none does. */
const struct reply *command_refusal(const struct command *c);

/* Whether a reply says yes: 2xx, 3xx, +OK; of IMAP's words all but NO, BAD and BYE. */
bool reply_is_positive(const struct reply *r);

#endif
