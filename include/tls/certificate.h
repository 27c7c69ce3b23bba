/*
 * certificate: facts of a chain of certificates as a server sent it, read by libcrypto. Facts, no verdict: nobody here
 * knows whom the client trusts.
 */
#ifndef TLS_CERTIFICATE_H
#define TLS_CERTIFICATE_H

#include "base/slice.h"

enum {
	CERTIFICATE_NAME_SIZE = 256,
	CERTIFICATE_NAMES_MAX = 100,
	CERTIFICATE_CHAIN_MAX = 10, /* certificates of it that are looked at */
};

enum certificate_chain {
	CERTIFICATE_CHAIN_WHOLE, /* each is issued by the next, as far as it goes; the last by somebody else or itself
				  */
	CERTIFICATE_CHAIN_SELF_SIGNED, /* the server's own is signed by itself */
	CERTIFICATE_CHAIN_BROKEN,      /* the next is not the issuer of one before it */
	CERTIFICATE_CHAIN_ALONE,       /* the server's own only, issued by somebody who is not there */
};

struct certificate {
	char subject[CERTIFICATE_NAME_SIZE]; /* common name, UTF-8 not guaranteed; "": it has none */
	char issuer[CERTIFICATE_NAME_SIZE];  /* likewise; the organization where it has none */
	bool has_dates;			     /* both are readable */
	int64_t not_before;		     /* seconds since 1970 */
	int64_t not_after;
	uint8_t sha256[32]; /* of its DER */
	char **names;	    /* alternative ones: DNS names and addresses as text */
	size_t name_count;  /* of those kept */
	size_t all_names;   /* that it has */
	char **above;	    /* of those behind it in the chain: common names, "" where there is none */
	size_t above_count;
	enum certificate_chain chain;
	size_t chain_len;
	size_t users; /* see certificate_cache.h */
};

/* `chain`: DER, the server's own first, `count` of them. False: the first is none. certificate_fini in any case. */
bool certificate_read(struct certificate *c, const struct slice *chain, size_t count);
void certificate_fini(struct certificate *c);

/* Whether the first of the chain is for `host`, as RFC 9525 compares names; the common name counts where no alternative
 * one is there, as mail programs have it. */
bool certificate_fits(struct slice der, const char *host);

#endif
