/*
 * event: what a dialogue tells of what was said: see dialogue.h.
 */
#ifndef PROTO_EVENT_H
#define PROTO_EVENT_H

#include "base/slice.h"
#include "common/commands.h"
#include "common/side.h"
#include "proto/dotstuff.h"
#include "proto/proxy.h"

enum {
	DIALOGUE_LINE_MAX = 16384,
	DIALOGUE_LITERAL_MAX = 1024, /* bytes of one that are told */
	DIALOGUE_FLAGS_MAX = 512,
};

#define DIALOGUE_NO_COMMAND UINT32_MAX

enum dialogue_event_kind {
	DIALOGUE_COMMAND,    /* verb, arguments; `truncated`: bytes of the line are missing */
	DIALOGUE_REPLY,	     /* one line of a reply: code, enhanced, text; `last` on its last line, whose code counts */
	DIALOGUE_DATA_LINE,  /* one line of a multi-line POP3 answer to LIST, UIDL or CAPA, un-stuffed: text */
	DIALOGUE_AUTH_LINE,  /* one line of a SASL exchange, `side` said it: text (a server's without its code, a
				client's whole; the  initial response of AUTH counts as a client's line) */
	DIALOGUE_MAIL_BEGIN, /* data of a mail begin at `begin`; `index`: the DATA, first BDAT, RETR, TOP, APPEND or
				FETCH it belongs to (DIALOGUE_NO_COMMAND: a FETCH that nobody asked for); `truncated`:
				chunks before it may not have been captured; section, origin, literal_size */
	DIALOGUE_MAIL_RANGE, /* [begin, end) of the mail's side's stream belongs to the mail (end = begin of the final
				"." line, for a stuffed mail); one for each chunk. `stuffing` tells whether dots are
				doubled */
	DIALOGUE_MAIL_END,   /* mail_size, missing_len, `last`: its end was seen or is proven by the reply, else it was
				cut off */
	DIALOGUE_PROXY,	     /* a proxy's header before the client's first word: proxy */
	DIALOGUE_TLS,	     /* from `begin` on this side is encrypted: see dialogue_is_opaque */
	DIALOGUE_RESYNC,     /* after a gap or a start midstream, `side` can be read again from `begin` on */
	DIALOGUE_UNFINISHED, /* at the end: the beginning of a line that never ended: text */
	DIALOGUE_SKIPPED,    /* a line of a side that is not understood yet, and that may be a part of a login: text */
	DIALOGUE_NOTE,	     /* something unusual: note; `index` when it belongs to a command */
	/* IMAP (RFC 9051) */
	DIALOGUE_COMMAND_MORE, /* a command goes on after a literal: text, to be put behind its arguments; `last` when
				  the command ends here */
	DIALOGUE_LITERAL, /* one of the client's is over, the message of APPEND too: literal_size as announced, text
			     if it has at most DIALOGUE_LITERAL_MAX bytes and is no message; `truncated`: bytes of
			     it are missing */
	DIALOGUE_CONTINUATION, /* "+": the command may go on; text */
	DIALOGUE_DONE,	       /* the client ends IDLE */
	DIALOGUE_UNTAGGED, /* a line of an untagged answer: verb (its name, a constant that ends in NUL; "OTHER": no RFC
			      knows it), number, text (all after "* ", of a later line all). `first` and `last`:
			      literals stand between its lines. `index`: the oldest command without its answer, or
			      DIALOGUE_NO_COMMAND; the one of the last line counts. What is unsolicited is told as a
			      command and its reply at the end, too. */
	DIALOGUE_FETCHED,  /* an answer FETCH is over, its mails are told: fetched; `truncated`: it was cut off */
	DIALOGUE_COMPRESSED, /* from `begin` on this side is compressed: see dialogue_is_opaque */
};

/* What of a message the bytes of a mail are, in IMAP. */
enum mail_section {
	MAIL_SECTION_WHOLE,  /* BODY[]; in other protocols always */
	MAIL_SECTION_RFC822, /* likewise, by its old name */
	MAIL_SECTION_CHUNK,  /* BODY[]<n> */
	MAIL_SECTION_HEADER, /* BODY[HEADER], RFC822.HEADER */
	MAIL_SECTION_TEXT,   /* BODY[TEXT], RFC822.TEXT */
};

/* What an answer FETCH says of a message, beside its mails. */
struct fetched {
	uint32_t number;
	uint32_t uid; /* 0: not said */
	bool has_size;
	uint64_t size;	      /* RFC822.SIZE */
	struct slice flags;   /* without the brackets around them, at most DIALOGUE_FLAGS_MAX; data NULL: not said */
	struct slice arrived; /* INTERNALDATE as sent, without quotes; data NULL: not said */
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
	const struct command_row *row; /* the command's; NULL: its protocol has no such */
	struct slice verb; /* as mailtap-formats(5) says: upper case where an RFC knows it, "(greeting)", "(message)",
			      "(unparsed)", "(unsolicited)" */
	struct slice arguments; /* as sent, without the blanks after the verb, trailing blanks and line end */
	struct slice code;	/* "250", "+OK", "-ERR", "+" */
	struct slice enhanced;	/* "5.1.1"; empty when there is none, and in POP3 */
	struct slice text;	/* of a reply: all after the code, so it still begins with the enhanced code */
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
	/* IMAP */
	struct slice tag; /* of a command, or of a tagged reply that answers nothing */
	bool first;
	uint32_t number; /* in front of an untagged answer's name; 0: none */
	uint64_t literal_size;
	enum mail_section section;     /* of a mail's beginning */
	uint64_t origin;	       /* of a chunk: where in the message it begins */
	const struct fetched *fetched; /* of DIALOGUE_FETCHED */
	uint64_t mail_size;	       /* bytes of the mail, un-stuffed, as far as they are here */
	uint64_t missing_len;	       /* bytes of it that were not captured */
};

/* Slices in the event are valid during the call only. The sink must not call back into the dialogue. */
typedef void dialogue_sink(void *ctx, const struct dialogue_event *event);

#endif
