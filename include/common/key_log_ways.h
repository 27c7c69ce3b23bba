/*
 * key_log_ways: how programs are made to write key logs of TLS, a row of key_log_ways.def each: the two lines to set.
 * The manual (mailtap-keylog(7)) is made of them, and what is advised where a key is missing (key_help). Constant.
 */
#ifndef COMMON_KEY_LOG_WAYS_H
#define COMMON_KEY_LOG_WAYS_H

#include "base/slice.h"

enum key_log_role {
	KEY_LOG_SERVER,
	KEY_LOG_CLIENT,
};

struct key_log_way {
	const char *name;
	enum key_log_role role;
	const char *banner; /* the word by which its greeting tells who it is; NULL: none does */
	const char *first;  /* LIBRARY and KEYS stand for their paths: see key_log_ways_fill */
	const char *second; /* NULL: one line is enough */
	const char *keys;   /* where its key log must be; NULL: anywhere */
	const char *remark; /* what to know, in sentences; NULL: nothing */
};

/* In the order of the file; NULL past its end. */
const struct key_log_way *key_log_ways_row(size_t number);
size_t key_log_ways_count(void);

/* The row of the server that says in its greeting (all of its text, lines with LF between) who it is: its banner stands
 * there as a word, in letters of either case; as a part of a host's name it tells nothing. The first row of several;
 * SIZE_MAX: none. */
size_t key_log_ways_find(struct slice greeting);

/* Writes a row's text into `out` of `size` bytes, with the paths in place of LIBRARY and KEYS; cut at `size`. */
void key_log_ways_fill(char *out, size_t size, const char *text, const char *library, const char *keys);

#endif
