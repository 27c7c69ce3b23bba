/*
 * key_help: what to set on this machine so that its sessions in TLS can be read: which addresses are this machine's,
 * and the words for each program that may be at one of them. Made once, before rights are given up, of a live capture
 * only: what is read from a file is told in the same words everywhere. Constant from then on, and shared.
 *
 * Nothing that came from the network is in its words: they are those of the table (key_log_ways) and the paths.
 */
#ifndef COMMON_KEY_HELP_H
#define COMMON_KEY_HELP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KEY_HELP_ADDRESSES_MAX = 256, /* more of a machine's are not known */
	KEY_HELP_LINES = 3,
	KEY_HELP_MAX = 64, /* kinds: counters have room for so many */
};

/* What is known of who could hand the keys over. */
enum key_help_kind {
	KEY_HELP_MANUAL,  /* nothing */
	KEY_HELP_CLIENT,  /* the client is on this machine */
	KEY_HELP_PROGRAM, /* and from here on: so is the server, and its row of key_log_ways is known */
};

/* Of a session. */
struct key_help_ends {
	const uint8_t *client; /* 4 or 16 bytes */
	const uint8_t *server;
	bool is_ipv6;
	size_t program; /* row of key_log_ways that the server is; SIZE_MAX: not known */
};

struct key_help;

/* `library`: the path of the library that writes key logs, or its name alone where it is not installed; `keys`: a path
 * for a key log. Knows no address but those of the loopback yet. */
struct key_help *key_help_new(const char *library, const char *keys);
void key_help_free(struct key_help *h);

/* Those of this machine's interfaces, as they are now. */
void key_help_read_addresses(struct key_help *h);
void key_help_add_address(struct key_help *h, const uint8_t *address, bool is_ipv6);
/* Whether it is one of this machine's; `h` NULL: nothing is known of it. */
bool key_help_is_here(const struct key_help *h, const uint8_t *address, bool is_ipv6);

/* Less than KEY_HELP_MAX; `h` may be NULL. */
unsigned int key_help_kind_of(const struct key_help *h, const struct key_help_ends *ends);

/* In sentences, the lines to set on lines of their own; NULL: nothing but what holds everywhere. */
const char *key_help_advice(const struct key_help *h, unsigned int kind);
/* The same in few words for a screen, line `number` of KEY_HELP_LINES: what to do, and the two lines to set; NULL:
 * there is none. `h` may be NULL. */
const char *key_help_line(const struct key_help *h, unsigned int kind, size_t number);

#endif
