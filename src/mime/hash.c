#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mime/message.h"

struct message_hash {
	EVP_MD_CTX *context;
};

void message_hash_load(void)
{
	char digest[MESSAGE_SHA256_SIZE];

	message_hash_finish(message_hash_new(), digest);
}

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
	static const char hex[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	EVP_DigestFinal_ex(hash->context, digest, &len);
	assert(2 * len + 1 == MESSAGE_SHA256_SIZE);
	for (unsigned int i = 0; i < len; i++) {
		*out++ = hex[digest[i] >> 4];
		*out++ = hex[digest[i] & 15];
	}
	*out = '\0';
	EVP_MD_CTX_free(hash->context);
	free(hash);
}
