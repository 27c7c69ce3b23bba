#include "output/community_id.h"

#include <openssl/evp.h>
#include <string.h>

/* What is hashed: seed, the smaller end point's address first, protocol, padding, ports. Both directions give the same.
 */
static size_t fill(uint8_t *at, const struct session *s)
{
	size_t address_len = s->is_ipv6 ? 16 : 4;
	const struct session_side *a = &s->side[SIDE_CLIENT];
	const struct session_side *b = &s->side[SIDE_SERVER];
	int order = memcmp(a->address, b->address, address_len);
	size_t len = 0;

	if (order > 0 || (order == 0 && a->port > b->port)) {
		a = &s->side[SIDE_SERVER];
		b = &s->side[SIDE_CLIENT];
	}
	at[len++] = 0;
	at[len++] = 0;
	memcpy(at + len, a->address, address_len);
	len += address_len;
	memcpy(at + len, b->address, address_len);
	len += address_len;
	at[len++] = 6; /* TCP */
	at[len++] = 0;
	at[len++] = (uint8_t)(a->port >> 8);
	at[len++] = (uint8_t)a->port;
	at[len++] = (uint8_t)(b->port >> 8);
	at[len++] = (uint8_t)b->port;
	return len;
}

void community_id_make(char out[COMMUNITY_ID_SIZE], const struct session *s)
{
	uint8_t input[40];
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len = 0;

	out[0] = '\0';
	if (!EVP_Digest(input, fill(input, s), digest, &digest_len, EVP_sha1(), NULL) || digest_len != 20)
		return;
	memcpy(out, "1:", 2);
	EVP_EncodeBlock((unsigned char *)out + 2, digest, 20);
}
