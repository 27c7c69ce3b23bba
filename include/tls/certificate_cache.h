/*
 * certificate_cache: facts of chains that were read lately. A server shows the same to everybody, and to read one costs
 * as much as a hundred records. Owned by one thread.
 */
#ifndef TLS_CERTIFICATE_CACHE_H
#define TLS_CERTIFICATE_CACHE_H

#include "tls/certificate.h"

struct certificate_cache;

struct certificate_cache *certificate_cache_new(void);
/* What was got from it stays until it is released. */
void certificate_cache_free(struct certificate_cache *c);

/* As certificate_read; NULL: the first is none. Others may have the same; nobody changes it. */
const struct certificate *certificate_cache_get(struct certificate_cache *c, const struct slice *chain, size_t count);
/* One that certificate_cache_get gave, when its user needs it no more. NULL: nothing. */
void certificate_cache_release(const struct certificate *certificate);

/* As certificate_fits, of the first of a chain that certificate_cache_get gave last. */
bool certificate_cache_fits(struct certificate_cache *c, struct slice der, const char *host);

#endif
