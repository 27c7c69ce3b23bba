#include <assert.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mime/message.h"

struct message_hash {
	EVP_MD_CTX *context;
};

struct message_hash *message_hash_new(void)
{
	struct message_hash *hash = mem_alloc(sizeof(*hash));

	hash->context = EVP_MD_CTX_new();
	assert(hash->context != NULL);
	EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL);
	return hash;
}

void message_hash_add(void *hash, struct slice piece)
{
	struct message_hash *h = hash;

	EVP_DigestUpdate(h->context, piece.data, piece.len);
}

void message_hash_finish(struct message_hash *hash, char out[MESSAGE_SHA256_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	EVP_DigestFinal_ex(hash->context, digest, &len);
	assert(2 * len + 1 == MESSAGE_SHA256_SIZE);
	for (unsigned int i = 0; i < len; i++)
		snprintf(out + 2 * (size_t)i, 3, "%02x", digest[i]);
	EVP_MD_CTX_free(hash->context);
	free(hash);
}
