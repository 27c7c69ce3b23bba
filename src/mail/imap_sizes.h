/*
 * imap_sizes: the RFC822.SIZE of messages, as answers FETCH told them: by UID, and by number for those whose UID was
 * not said. Private to the mail layer.
 *
 * Bounded: IMAP_SIZES_MAX of each; what finds no room takes another's.
 */
#ifndef MAIL_IMAP_SIZES_H
#define MAIL_IMAP_SIZES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	IMAP_SIZES_MAX = 8192,
};

struct imap_size {
	uint32_t key; /* 0: none */
	uint64_t size;
};

struct imap_size_table {
	struct imap_size *rows; /* a key lies in the row of its last bits */
	size_t capacity;	/* 0 or a power of two */
	uint32_t highest;	/* key */
};

struct imap_sizes {
	struct imap_size_table by_uid;
	struct imap_size_table by_number;
};

void imap_sizes_fini(struct imap_sizes *s);
size_t imap_sizes_memory(const struct imap_sizes *s);

/* `uid` and `number` may be 0: not known. */
void imap_sizes_note(struct imap_sizes *s, uint32_t number, uint32_t uid, uint64_t size);
bool imap_sizes_find(const struct imap_sizes *s, uint32_t number, uint32_t uid, uint64_t *size);

/* Numbers from this one on mean other messages. And: all is forgotten, another mailbox is selected. */
void imap_sizes_move(struct imap_sizes *s, uint32_t from);
void imap_sizes_clear(struct imap_sizes *s);

#endif
