#include "common/community_id.h"

#include <openssl/evp.h>
#include <string.h>

/* What is hashed: seed, the smaller end point's address first, protocol, padding, ports. Both directions give the same.
 */
static size_t fill(uint8_t *at, const struct community_ends *e)
{
	size_t address_len = e->is_ipv6 ? 16 : 4;
	int order = memcmp(e->address[SIDE_CLIENT], e->address[SIDE_SERVER], address_len);
	bool is_back = order > 0 || (order == 0 && e->port[SIDE_CLIENT] > e->port[SIDE_SERVER]);
	enum side a = is_back ? SIDE_SERVER : SIDE_CLIENT;
	enum side b = side_other(a);
	size_t len = 0;

	at[len++] = 0;
	at[len++] = 0;
	memcpy(at + len, e->address[a], address_len);
	len += address_len;
	memcpy(at + len, e->address[b], address_len);
	len += address_len;
	at[len++] = 6; /* TCP */
	at[len++] = 0;
	at[len++] = (uint8_t)(e->port[a] >> 8);
	at[len++] = (uint8_t)e->port[a];
	at[len++] = (uint8_t)(e->port[b] >> 8);
	at[len++] = (uint8_t)e->port[b];
	return len;
}

void community_id_make(char out[COMMUNITY_ID_SIZE], const struct community_ends *e)
{
	uint8_t input[40];
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len = 0;

	out[0] = '\0';
	if (!EVP_Digest(input, fill(input, e), digest, &digest_len, EVP_sha1(), NULL) || digest_len != 20)
		return;
	memcpy(out, "1:", 2);
	EVP_EncodeBlock((unsigned char *)out + 2, digest, 20);
}
