/*
 * traces: what the history remembers, each under a key that is put together of its kind and what it is known by: a
 * bounded number of them, and bytes of unique-ids; who was met longest ago goes first. Only a hash of the key is kept.
 * Private to the diagnosis layer.
 */
#ifndef DIAGNOSIS_TRACES_H
#define DIAGNOSIS_TRACES_H

#include "base/buffer.h"
#include "base/hash.h"
#include "base/list.h"

enum trace_kind {
	TRACE_ENVELOPE,
	TRACE_MAILBOX,
	TRACE_CLIENT,
	TRACE_SERVER,
	TRACE_MESSAGE,
	TRACE_IMAP_MAILBOX,
	TRACE_IMAP_CACHE, /* a mailbox as one client sees it */
	TRACE_PROGRAM,	  /* that a server on this machine is */
};

/* What is remembered under one key. */
struct trace {
	struct list_link age;	  /* by last use, oldest first */
	struct list_link put_off; /* a mail that got a temporary refusal: by that, oldest first */
	struct list_link box;	  /* a mailbox whose unique-ids are remembered: by last use, oldest first */
	uint64_t hash;		  /* of its kind and its key; keyed, so that nobody makes two that are the same */
	int64_t time_ns;
	uint64_t session;
	uint64_t mail; /* of a mailbox: the session that holds it */
	uint64_t packet;
	uint32_t count;
	char code; /* first digit of the last answer */
	/* a mailbox */
	bool is_open;
	bool has_deleted;
	uint32_t stuck_count;
	uint64_t stuck_uid;
	int64_t waits_ns;      /* between polls with nothing new, together */
	uint64_t *uids;	       /* hashes, by message number; IMAP: the UIDs themselves */
	uint8_t *is_retrieved; /* IMAP: in how many sessions */
	uint32_t uid_validity; /* IMAP; 0: not known */
	size_t uid_count;
	/* a message */
	int64_t end_ns;
	bool is_unanswered; /* nobody knows whether the server took it */
	uint8_t client[16];
	uint8_t server[16];
};

struct traces {
	struct hash_table table;
	struct list_link age;
	struct list_link put_off;
	struct list_link boxes;
	struct buffer key;
	uint64_t uid_bytes;
	uint64_t uid_limit;
};

/* Unique-ids may take a part of `memory_limit` bytes; 0: there is no limit. */
void traces_init(struct traces *k, uint64_t memory_limit);
void traces_fini(struct traces *k);

/* Bytes that they take. */
uint64_t traces_memory(const struct traces *k);

/* A key is begun, and gets longer: by bytes, and by an address, which is compared without regard to case. */
void traces_begin_key(struct traces *k, enum trace_kind kind, uint8_t observer);
void traces_add(struct traces *k, const void *data, size_t len);
void traces_add_text(struct traces *k, struct slice text);

/* The trace under the key that was put together; `*is_new` tells that it was made for it. */
struct trace *traces_find(struct traces *k, bool *is_new);

/* Room for as many unique-ids, in place of those that the trace has. */
void traces_renew_uids(struct traces *k, struct trace *t, size_t count);

#endif
