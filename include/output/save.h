/*
 * save: writes mails to disk, as they went over the wire: .eml files, an mbox, a maildir; the attachments of a mail;
 * the transcript of a session, or what was found in it.
 *
 * Runs on the helper thread (or inline in a test); touches no session. Never writes over an existing file, never
 * outside the folder, never leaves half a file under a final name. Files have mode 0600. Beside an incomplete mail lies
 * a note that tells what is missing; in an mbox a field of its header does.
 */
#ifndef OUTPUT_SAVE_H
#define OUTPUT_SAVE_H

#include "base/buffer.h"
#include "base/error.h"
#include "common/part_path.h"
#include "proto/dotstuff.h"

enum save_format {
	SAVE_EML,
	SAVE_MBOX,
	SAVE_MAILDIR,
	SAVE_ATTACHMENTS, /* or one part */
	SAVE_TRANSCRIPT,
	SAVE_FINDINGS,
	SAVE_GIVEN, /* a mail, or one part, into a file in memory that is open */
};

enum {
	SAVE_NAME_SIZE = 160,
	SAVE_PATH_SIZE = 4096,
	SAVE_GIVEN_MAX = 64 * 1024 * 1024,
};

/* A mail to be written: all that is needed for it. */
struct save_job {
	enum save_format format;
	char target[SAVE_PATH_SIZE - SAVE_NAME_SIZE]; /* folder, or mbox file */
	int fd;					      /* of SAVE_GIVEN; whoever opened it closes it */
	char name[SAVE_NAME_SIZE];		      /* base name, without ".eml" */
	bool partial;				      /* not whole, as far as is known */
	bool is_piece;				      /* what began it was not captured: it may be a part */
	enum dotstuff_kind stuffing;		      /* whether dots at line starts are doubled */
	int64_t time_ns;
	char sender[256];      /* for the mbox "From " line */
	char why[160];	       /* partial: what ended it, in words; "": nothing did */
	struct part_path part; /* of SAVE_ATTACHMENTS and SAVE_GIVEN; none: all attachments, the mail */
	uint64_t free_bytes;   /* nothing is written when less than this is free */
	bool is_automatic;     /* nobody asked for this mail in particular */
	struct buffer text;    /* of a session */
	uint32_t passwords;    /* that are shown in it */
	uint32_t digests;
	struct slice *pieces; /* on the wire; data NULL where they are missing; valid until the job is done */
	size_t piece_count;
	/* Whether piece `number` is still what it was: asked in order after the pieces were read; NULL: all stay. Those
	 * that are not become missing, and the mail partial. */
	bool (*has_piece)(const struct save_job *job, size_t number);
	bool is_gone; /* there were such pieces */
	/* Whether nobody waits any more: asked while an mbox is locked by others. NULL: somebody does. */
	bool (*is_given_up)(void *ctx);
	void *is_given_up_ctx;
	bool done;		   /* the result: */
	bool is_limit;		   /* too little was free */
	char path[SAVE_PATH_SIZE]; /* of the file, or of the folder of several; "": failed */
	uint32_t file_count;
	uint64_t byte_count;
	struct error error;
};

/* Gives the mail's own bytes (un-stuffed) to `sink`, and tells `gap` where some are missing; `gap` may be NULL. */
typedef void save_gap(void *ctx, uint64_t offset, uint64_t len);
void save_read(const struct save_job *job, slice_sink *sink, save_gap *gap, void *ctx);

/* Makes pieces that are not what they were missing, and the mail partial; true when there were any. */
bool save_drop_gone(struct save_job *job);

/* Writes it; false: `job->error` says why, in one line. */
bool save_run(struct save_job *job);

/* What a mail is named after. */
struct save_title {
	int64_t time_ns;
	uint64_t session;
	uint32_t mail;
	struct slice mailbox; /* of IMAP; empty: none, or not known */
	uint32_t uid;	      /* likewise; 0: none */
	struct slice subject;
};

/* "20261123-123452-s7-m1-<mailbox>-u<uid>-<subject>": the name that mailtap-formats(5) describes, without its ending.
 */
void save_name(char out[SAVE_NAME_SIZE], const struct save_title *title);

/* "20261123-123452-s7": of a transcript. */
void save_session_name(char out[SAVE_NAME_SIZE], int64_t time_ns, uint64_t session);

#endif
