#include "tls/certificate_cache.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	ENTRIES = 64,
	HASH_LEN = 32,
	HOST_SIZE = 256,
};

struct entry {
	uint8_t hash[HASH_LEN];		 /* of the whole chain */
	struct certificate *certificate; /* NULL: the entry is free */
	uint64_t used;
	char host[HOST_SIZE]; /* that was asked about last */
	bool fits;
};

struct certificate_cache {
	struct entry entries[ENTRIES];
	uint64_t uses;
	struct entry *last;
};

struct certificate_cache *certificate_cache_new(void)
{
	return mem_zalloc(sizeof(struct certificate_cache));
}

static void release(struct certificate *c)
{
	if (c == NULL || --c->users > 0)
		return;
	certificate_fini(c);
	free(c);
}

void certificate_cache_release(const struct certificate *certificate)
{
	release((struct certificate *)(uintptr_t)certificate);
}

void certificate_cache_free(struct certificate_cache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < ENTRIES; i++)
		release(c->entries[i].certificate);
	free(c);
}

/* Lengths belong to it: certificates must not run into each other. */
static bool hash_chain(const struct slice *chain, size_t count, uint8_t hash[HASH_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;

	for (size_t i = 0; i < count && good; i++)
		good = EVP_DigestUpdate(ctx, &chain[i].len, sizeof(chain[i].len)) == 1 &&
		       EVP_DigestUpdate(ctx, chain[i].data, chain[i].len) == 1;
	good = good && EVP_DigestFinal_ex(ctx, hash, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

/* The one of this hash, or the one that was used longest ago. */
static struct entry *find(struct certificate_cache *c, const uint8_t hash[HASH_LEN], bool *is_found)
{
	struct entry *oldest = &c->entries[0];

	for (size_t i = 0; i < ENTRIES; i++) {
		struct entry *e = &c->entries[i];

		*is_found = e->certificate != NULL && memcmp(e->hash, hash, HASH_LEN) == 0;
		if (*is_found)
			return e;
		if (e->used < oldest->used)
			oldest = e;
	}
	return oldest;
}

static bool fill(struct entry *e, const struct slice *chain, size_t count, const uint8_t hash[HASH_LEN])
{
	struct certificate *read = mem_zalloc(sizeof(*read));

	if (!certificate_read(read, chain, count)) {
		certificate_fini(read);
		free(read);
		return false;
	}
	release(e->certificate);
	read->users = 1;
	e->certificate = read;
	e->host[0] = '\0';
	memcpy(e->hash, hash, HASH_LEN);
	return true;
}

const struct certificate *certificate_cache_get(struct certificate_cache *c, const struct slice *chain, size_t count)
{
	uint8_t hash[HASH_LEN];
	struct entry *e;
	bool is_found;

	c->last = NULL;
	if (count == 0 || !hash_chain(chain, count, hash))
		return NULL;
	e = find(c, hash, &is_found);
	if (!is_found && !fill(e, chain, count, hash))
		return NULL;
	e->used = ++c->uses;
	e->certificate->users++;
	c->last = e;
	return e->certificate;
}

bool certificate_cache_fits(struct certificate_cache *c, struct slice der, const char *host)
{
	struct entry *e = c->last;

	if (e == NULL || host[0] == '\0' || strlen(host) >= sizeof(e->host))
		return certificate_fits(der, host);
	if (strcmp(e->host, host) != 0) {
		e->fits = certificate_fits(der, host);
		memcpy(e->host, host, strlen(host) + 1);
	}
	return e->fits;
}
