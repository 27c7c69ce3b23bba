/*
 * expression: what a person asks sessions for: words of the filter language (filter/words.def), primitives in the
 * syntax of tcpdump, other words to look for, joined by and (or blanks), or, not, brackets; not binds before and, and
 * before or. What holds only tcpdump's is one term, compiled by libpcap, so that "src host a and dst port 25" speaks of
 * one packet.
 *
 * Letters compare without their case, in any script. Pure: what a session is, the caller knows; a term is tested by a
 * function of the caller's, which may also say that it is not decided yet.
 */
#ifndef FILTER_EXPRESSION_H
#define FILTER_EXPRESSION_H

#include "base/error.h"
#include "base/slice.h"

enum expression_word {
#define WORD(id, word, kind, argument, reach, help) EXPRESSION_##id,
#include "filter/words.def"
#undef WORD
	EXPRESSION_ANY,	    /* a word that is none of these: looked for in sender, recipients, subject */
	EXPRESSION_PACKETS, /* what tcpdump understands */
};

enum expression_kind {
	EXPRESSION_KIND_FLAG,
	EXPRESSION_KIND_TEXT,
	EXPRESSION_KIND_CHOICE,
	EXPRESSION_KIND_HOST,
	EXPRESSION_KIND_NETWORK,
	EXPRESSION_KIND_PORTS,
	EXPRESSION_KIND_DURATION,
	EXPRESSION_KIND_SIZE,
	EXPRESSION_KIND_COUNT,
	EXPRESSION_KIND_TIME,
};

/* When a term is decided, in this order. */
enum expression_reach {
	EXPRESSION_REACH_BEGIN,
	EXPRESSION_REACH_SESSION,
	EXPRESSION_REACH_MAILS,
};

/* A row of words.def. */
struct expression_row {
	const char *word;
	enum expression_kind kind;
	const char *argument;
	enum expression_reach reach;
	const char *help;
};

enum expression_compare {
	EXPRESSION_HOLDS, /* what no comparison was written for */
	EXPRESSION_LESS,
	EXPRESSION_AT_MOST,
	EXPRESSION_EQUAL,
	EXPRESSION_AT_LEAST,
	EXPRESSION_MORE,
};

enum {
	EXPRESSION_TERMS_MAX = 64,
	EXPRESSION_DEPTH_MAX = 32, /* of brackets and nots */
	EXPRESSION_PORTS_MAX = 16,
};

struct expression_network {
	uint8_t address[16];
	uint8_t prefix;
	bool is_ipv6;
};

struct pattern;

/* What is tested. Only what belongs to the word's kind is set. */
struct expression_term {
	uint8_t index; /* another for each term of an expression, below EXPRESSION_TERMS_MAX */
	enum expression_word word;
	enum expression_compare compare;
	struct slice text;	 /* as it was written, without quotes; of PACKETS what libpcap was given */
	struct pattern *pattern; /* of the text, or from between two strokes */
	int64_t number;		 /* nanoseconds, bytes, how many; of TIME nanoseconds since 1970 */
	uint16_t ports[EXPRESSION_PORTS_MAX];
	size_t port_count;
	bool has_network; /* HOST: the text is an address */
	struct expression_network network;
	struct filter *packets;
};

enum expression_truth {
	EXPRESSION_NO,
	EXPRESSION_OPEN,
	EXPRESSION_YES,
};

struct expression;

/* What is wrong, and where: bytes of the text. */
struct expression_fault {
	size_t at;
	size_t len; /* 0: something is missing there */
	struct error why;
};

/* NULL: wrong. An empty text is an expression that all pass. `now_ns`: for what is said relative to now. Compiles by
 * libpcap: where filter_compile may be called. */
struct expression *expression_new(const char *text, int64_t now_ns, struct expression_fault *fault);

/* Whether libpcap would ask the resolver for a name in it. */
bool expression_asks_for_names(const char *text);
void expression_free(struct expression *e);

typedef enum expression_truth expression_test(void *ctx, const struct expression_term *term);

/* Tests no more terms than it takes, those of the shortest reach first. */
enum expression_truth expression_weigh(const struct expression *e, expression_test *test, void *ctx);

/* The furthest reach of its terms. */
enum expression_reach expression_reach_of(const struct expression *e);

/* Whether what passes the first passes the second, too, as can be seen by their texts: a longer word in the same
 * place. False when that is not known. */
bool expression_narrows(const struct expression *narrow, const struct expression *wide);

/* ---- for tests of terms ---- */

/* Whether the term's text, or pattern, is in it. UTF-8; what is not compares by its bytes. */
bool expression_term_finds(const struct expression_term *term, struct slice text);
/* Whether the text begins with the term's. ASCII. */
bool expression_term_begins(const struct expression_term *term, struct slice text);
bool expression_term_compares(const struct expression_term *term, int64_t number);
bool expression_term_has_port(const struct expression_term *term, uint16_t port);
/* `address`: 4 or 16 bytes. */
bool expression_term_has_address(const struct expression_term *term, const uint8_t *address, bool is_ipv6);

/* NULL: no word of the table. */
const struct expression_row *expression_row(enum expression_word word);

#endif
