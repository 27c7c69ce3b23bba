/*
 * session_imap: what a session of IMAP has that others have not (RFC 3501, RFC 9051): of a command its tag, literals
 * and untagged answers, of a mail where it lies, of the session its mailbox and how often it waited in IDLE.
 *
 * Filled with the session, by the same thread; what belongs to a command or a mail lies in the session's arena. Limits:
 * the enum below; what is left out is counted.
 */
#ifndef MAIL_SESSION_IMAP_H
#define MAIL_SESSION_IMAP_H

#include "mail/session.h"

enum {
	IMAP_LITERALS_MAX = 100, /* kept of a command */
	IMAP_DATA_MAX = 100,	 /* lines of answers kept of a command */
	IMAP_DATA_LINE_MAX = 256,
	IMAP_NAME_MAX = 1024, /* of a mailbox */
	IMAP_IDLES_MAX = 16,  /* the latest */
};

/* A literal of the client's. */
struct imap_literal {
	struct imap_literal *next;
	uint64_t size;	   /* as announced */
	struct slice text; /* data NULL: too long, a mail, or not captured */
};

/* How many untagged answers of a name came. */
struct imap_count {
	struct imap_count *next;
	const char *name; /* "FETCH"; "OTHER": no RFC knows it */
	uint32_t count;
};

/* Mails in the order in which they began. */
struct imap_list {
	struct mail *first;
	struct mail *last;
};

/* Of a command; see session_imap_command. */
struct command_imap {
	struct slice tag; /* empty: none */
	struct imap_literal *literals;
	struct imap_literal *last_literal;
	struct imap_count *untagged;
	struct imap_count *last_untagged;
	struct session_line *data; /* untagged answers but FETCH, a literal in them as its announcement */
	struct session_line *last_data;
	uint32_t data_count;	   /* all, also those that were not kept */
	struct imap_list appended; /* APPEND: mails that wait for its answer */
	struct slice mailbox;	   /* APPEND: where to, in UTF-8; data NULL: not known */
	uint32_t read_len;	   /* APPEND: of `arguments`, up to the latest message */
	uint32_t literal_count;
	uint32_t untagged_count; /* of all names */
	uint32_t continuations;
	uint32_t text_room;	  /* of `arguments`, once they went on after a literal; 0: as much as there is */
	struct stamp done;	  /* IDLE: of the DONE; packet 0: none yet */
	struct stamp first_reply; /* of the first untagged answer; packet 0: none */
	bool is_whole;		  /* its line has ended without a further literal */
};

/* What of a message the mail is made of, as mailtap-formats(5) says it; see session_imap_section_name. */
enum imap_section {
	IMAP_SECTION_NONE, /* appended */
	IMAP_SECTION_WHOLE,
	IMAP_SECTION_RFC822,
	IMAP_SECTION_CHUNKS,
	IMAP_SECTION_HEADER,
	IMAP_SECTION_HEADER_AND_TEXT,
};

/* Of a mail; see session_imap_mail. */
struct mail_imap {
	struct mail *next; /* in the list of those that wait for the same */
	struct mail *next_early;
	struct slice mailbox; /* in UTF-8; data NULL: not known */
	struct slice flags;   /* with blanks between; data NULL: not said */
	struct slice arrived; /* as sent; data NULL: not said */
	uint64_t origin;      /* of a chunk: where in the message it begins */
	uint64_t announced;   /* bytes of the literal, or of the latest of several */
	uint64_t cut_len;     /* of these: never sent, as the connection ended */
	uint32_t number;      /* in the mailbox; 0: not known */
	uint32_t uid;	      /* 0: not said */
	uint32_t chunks;
	uint8_t section; /* enum imap_section */
	uint8_t part;	 /* enum mail_section: of the answer */
	bool told;
};

/* A mailbox, as far as the server told. */
struct imap_box {
	uint32_t exists;
	uint32_t uid_validity; /* 0: not told */
	uint32_t uid_next;     /* 0: not told */
	bool has_exists;
};

/* What an end says of itself by ID (RFC 2971). */
struct imap_program {
	struct buffer name;
	struct buffer version;
	struct buffer vendor;
};

/* The client waited in IDLE. */
struct imap_idle {
	struct stamp begin;
	struct stamp end; /* DONE, or the answer; packet 0: it still waits */
	uint32_t arrived; /* answers that came meanwhile: EXISTS, EXPUNGE or VANISHED, FETCH */
	uint32_t expunged;
	uint32_t fetched;
};

struct imap_mails;

struct session_imap {
	bool has_mailbox;      /* one is selected now */
	bool is_utf8;	       /* names of mailboxes are UTF-8: UTF8=ACCEPT or IMAP4rev2 is enabled */
	bool compressed;       /* COMPRESS was answered OK */
	struct buffer mailbox; /* the name, in UTF-8, of the one that was selected last; it may be closed since */
	struct imap_box box;   /* the one that is selected */
	struct imap_box opening;
	struct imap_program programs[SIDES];
	uint32_t selected; /* how many were, one after the other */
	uint32_t fetched;  /* mails that were fetched, one that came in parts counted once */
	uint32_t appended;
	uint32_t expunged;	/* messages */
	uint32_t flags_changed; /* answers FETCH that nobody asked for by FETCH */
	uint32_t idle_count;	/* all, of which the latest are kept: see session_imap_idle_at */
	int64_t idle_ns;	/* together, of those that are over */
	struct imap_idle *idles;
	struct buffer line; /* of the untagged answer that is being told */
	bool line_is_secret;
	bool line_has_number;	  /* in front of its name, which no reply holds; not of FETCH */
	struct imap_mails *mails; /* private to the mail layer; NULL: there were none */
};

/* NULL: the command, the mail, the session has nothing of IMAP. */
const struct command_imap *session_imap_command(const struct command *c);
const struct mail_imap *session_imap_mail(const struct mail *m);
const struct session_imap *session_imap(const struct session *s);

/* Of the message some chunks came, and none after them: nothing of it was lost by the capture. */
bool session_imap_is_part(const struct mail *m);

/* Empty when there is none. */
struct slice session_imap_tag(const struct command *c);

/* When the command waits for its answer: from its last byte on, IDLE from its DONE. */
int64_t session_imap_asked_ns(const struct command *c);

/* The stretch of IDLE with this number, from 0; NULL: it is not kept, or there is none. */
const struct imap_idle *session_imap_idle_at(const struct session *s, uint32_t number);

/* "BODY[]"; NULL: there is nothing to say. */
const char *session_imap_section_name(enum imap_section section);

/* The first byte of the server's stream that a mail may still be made of which is no mail of the session yet;
 * UINT64_MAX: none. */
uint64_t session_imap_needed(const struct session *s);

/* For the mail layer: made when it is not there. And its end, the bytes of memory that it holds. */
struct session_imap *session_imap_make(struct session *s);
void session_imap_free(struct session_imap *imap);
size_t session_imap_memory(const struct session_imap *imap);

/* Likewise: whether a mail is being put together; what lies in the arena is forgotten. */
bool session_imap_is_open(const struct session *s);
void session_imap_forget(struct session *s);

/* Likewise: the name of a mailbox as mailtap-formats(5) has it. */
void session_imap_append_name(const struct session *s, struct slice name, struct buffer *out);

#endif
