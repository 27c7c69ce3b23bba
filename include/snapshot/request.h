/*
 * request: what the user asks for that must not be lost: marks, saving, filters, settings. The UI thread puts requests
 * into a small ring, the worker carries them out and answers through the snapshot (message, filter_error, settings in
 * force).
 */
#ifndef SNAPSHOT_REQUEST_H
#define SNAPSHOT_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "common/part_path.h"
#include "common/protocol.h"

enum request_kind {
	REQUEST_MARK,	    /* session, mail (0: the session), on */
	REQUEST_MARK_SHOWN, /* all rows of the list that pass the filter, on */
	REQUEST_SAVE, /* the mails that `which` means (of the selected session `mail`, 0: all); text: directory (or mbox
			 file), format, part, show_secrets */
	REQUEST_GIVE, /* mail of session, or its part: the bytes, into the open file fd; the snapshot says when */
	REQUEST_EXPORT,	  /* the packets of the sessions that `which` means, into the new file that text names */
	REQUEST_FILTER,	  /* text: display filter; empty clears it */
	REQUEST_PORTS,	  /* protocol, text: list */
	REQUEST_AUTOSAVE, /* on, text: directory */
	REQUEST_KEY_LOG,  /* text: a file with TLS secrets */
	REQUEST_STOP,	  /* on: stop the capture; else go on */
	REQUEST_ANEW,	  /* start anew with an empty table */
	REQUEST_QUIT,
};

enum request_format {
	REQUEST_FORMAT_EML,
	REQUEST_FORMAT_MBOX,
	REQUEST_FORMAT_MAILDIR,
	REQUEST_FORMAT_ATTACHMENTS, /* of these mails */
	REQUEST_FORMAT_TRANSCRIPT,  /* of their sessions */
	REQUEST_FORMAT_FINDINGS,    /* likewise */
};

enum request_which {
	REQUEST_WHICH_SELECTED, /* `session` */
	REQUEST_WHICH_MARKED,	/* marked, or holding a marked mail */
	REQUEST_WHICH_SHOWN,	/* all that pass the display filter */
};

struct request {
	enum request_kind kind;
	uint64_t session;
	uint32_t mail;
	bool on;
	enum request_format format;
	enum request_which which;
	enum protocol protocol;
	struct part_path part; /* of the mail, to be saved as a file, or given */
	bool show_secrets;
	bool is_beside; /* of SAVE: another request will tell of both, unless this one fails */
	uint32_t list;	/* enum query_list: which list MARK_SHOWN means */
	int fd;
	char text[1024];
};

#endif
