/*
 * imap_state: the mails of a session of IMAP that are not told yet; values that imap_mails and imap_parts fill. Private
 * to the mail layer.
 */
#ifndef MAIL_IMAP_STATE_H
#define MAIL_IMAP_STATE_H

#include "mail/imap_sizes.h"
#include "mail/session_imap.h"

struct imap_part {
	struct mail *mail;
	uint64_t len;  /* of chunks: as far as the message is here */
	uint64_t size; /* of the message */
	bool has_size;
	uint32_t number; /* that it has now; 0: not known */
	uint32_t uid;	 /* 0: not known */
	uint64_t at;	 /* where its last byte is in the server's stream */
	uint32_t index;	 /* of the command that was the latest then */
};

struct imap_parts {
	struct imap_part *list; /* the one that got bytes last stands last */
	size_t count;
	size_t cap;
	uint32_t given_up; /* how many, because of a limit */
};

struct imap_mails {
	struct imap_list answer; /* those of the FETCH answer that goes on */
	size_t answer_count;
	struct imap_list waiting; /* fetched: for the answer to their command */
	size_t waiting_count;
	struct mail *spare; /* bytes that became no mail; the next may have its memory. NULL: none */
	struct imap_parts parts;
	struct imap_sizes sizes;
	struct mail *early; /* mails whose text came before their header, and others between; see session_imap_needed */
	struct slice mailbox; /* the name of the one that is selected, in the arena; data NULL: not copied yet */
};

#endif
