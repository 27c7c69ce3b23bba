#include "tls/resumption.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "tls/generations.h"

enum {
	DIGEST_LEN = 32,
};

/* A ticket may be long: it is remembered by its SHA-256. */
struct remembered {
	struct generations_item item;
	uint8_t digest[DIGEST_LEN];
	struct key_secret master;
};

struct resumption {
	struct generations sessions;
};

struct resumption *resumption_new(size_t max)
{
	struct resumption *r = mem_zalloc(sizeof(*r));

	generations_init(&r->sessions, sizeof(struct remembered), max * sizeof(struct remembered), true);
	return r;
}

void resumption_free(struct resumption *r)
{
	if (r == NULL)
		return;
	generations_fini(&r->sessions);
	free(r);
}

static bool digest(struct slice id, uint8_t out[DIGEST_LEN])
{
	return id.len > 0 && EVP_Digest(id.data, id.len, out, NULL, EVP_sha256(), NULL);
}

/* NULL: it is not remembered. The hash is keyed: peers choose ids, and could try for those that lie in one place. */
static struct remembered *find(const struct resumption *r, const uint8_t *id_digest, uint64_t *hash)
{
	struct generations_walk walk;
	struct remembered *one;

	*hash = hash_bytes(id_digest, DIGEST_LEN);
	generations_walk_init(&walk, &r->sessions, *hash, GENERATIONS_MAX);
	do
		one = generations_walk_next(&walk);
	while (one != NULL && memcmp(one->digest, id_digest, DIGEST_LEN) != 0);
	return one;
}

void resumption_remember(struct resumption *r, struct slice id, const struct key_secret *master)
{
	uint8_t id_digest[DIGEST_LEN];
	struct remembered *one;
	uint64_t hash;

	if (!digest(id, id_digest))
		return;
	one = find(r, id_digest, &hash);
	if (one == NULL) {
		one = generations_add(&r->sessions, hash);
		memcpy(one->digest, id_digest, DIGEST_LEN);
	}
	one->master = *master;
}

bool resumption_recall(const struct resumption *r, struct slice id, struct key_secret *master)
{
	uint8_t id_digest[DIGEST_LEN];
	const struct remembered *one;
	uint64_t hash;

	if (!digest(id, id_digest))
		return false;
	one = find(r, id_digest, &hash);
	if (one != NULL)
		*master = one->master;
	return one != NULL;
}
