#include "tls/certificate.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

enum {
	DER_MAX = 1 << 16,
	KEY_BITS_MAX = 4096, /* of a key with which a signature is checked */
	IPV4_LEN = 4,
	IPV6_LEN = 16,
};

static X509 *parse(struct slice der)
{
	const unsigned char *bytes = der.data;

	return der.len > 0 && der.len <= DER_MAX ? d2i_X509(NULL, &bytes, (long)der.len) : NULL;
}

/* ---- names ---- */

/* A NUL inside, with which a certificate may pretend to be another's, is written as \0. What does not fit is cut. */
static void copy_text(char out[CERTIFICATE_NAME_SIZE], const uint8_t *text, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		if (at + 2 >= CERTIFICATE_NAME_SIZE)
			break;
		if (text[i] == '\0') {
			out[at++] = '\\';
			out[at++] = '0';
		} else {
			out[at++] = (char)text[i];
		}
	}
	out[at] = '\0';
}

/* The last of such an entry, as the most specific one; "": there is none. */
static void copy_entry(char out[CERTIFICATE_NAME_SIZE], const X509_NAME *name, int nid)
{
	unsigned char *text = NULL;
	int at = -1;
	int last = -1;
	int len;

	out[0] = '\0';
	while ((at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0)
		last = at;
	if (last < 0)
		return;
	len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
	if (len > 0)
		copy_text(out, text, (size_t)len);
	OPENSSL_free(text);
}

/* False: it is no name that a host has. */
static bool copy_alternative(char out[CERTIFICATE_NAME_SIZE], const GENERAL_NAME *name)
{
	const ASN1_STRING *value;
	int len;

	if (name->type != GEN_DNS && name->type != GEN_IPADD)
		return false;
	value = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
	len = ASN1_STRING_length(value);
	if (len <= 0)
		return false;
	if (name->type == GEN_DNS) {
		copy_text(out, ASN1_STRING_get0_data(value), (size_t)len);
		return true;
	}
	if (len != IPV4_LEN && len != IPV6_LEN)
		return false;
	return inet_ntop(len == IPV4_LEN ? AF_INET : AF_INET6, ASN1_STRING_get0_data(value), out,
			 CERTIFICATE_NAME_SIZE) != NULL;
}

static void read_names(struct certificate *c, const X509 *x)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	int count = names != NULL ? sk_GENERAL_NAME_num(names) : 0;
	char name[CERTIFICATE_NAME_SIZE];

	for (int i = 0; i < count; i++) {
		if (!copy_alternative(name, sk_GENERAL_NAME_value(names, i)))
			continue;
		c->all_names++;
		if (c->name_count == CERTIFICATE_NAMES_MAX)
			continue;
		if (c->names == NULL)
			c->names = mem_alloc(CERTIFICATE_NAMES_MAX * sizeof(c->names[0]));
		c->names[c->name_count++] = mem_strdup(name);
	}
	GENERAL_NAMES_free(names);
}

/* ---- the chain ---- */

/* To check a signature by it would take long, and a peer may send one in each handshake. */
static bool is_long(const EVP_PKEY *key)
{
	return EVP_PKEY_get_bits(key) > KEY_BITS_MAX;
}

/* By the names, and by the signature. One that libcrypto cannot check for want of the algorithm counts as good. */
static bool is_issued(X509 *x, X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return X509_check_issued(issuer, x) == X509_V_OK && (key == NULL || is_long(key) || X509_verify(x, key) != 0);
}

static bool is_self_signed(X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(x);

	return X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0 && key != NULL &&
	       (is_long(key) || X509_verify(x, key) == 1);
}

/* `above`: those behind `own`, NULL where one cannot be read. */
static enum certificate_chain judge_chain(X509 *own, X509 *const *above, size_t count)
{
	X509 *x = own;

	if (is_self_signed(own))
		return CERTIFICATE_CHAIN_SELF_SIGNED;
	if (count == 0)
		return CERTIFICATE_CHAIN_ALONE;
	for (size_t i = 0; i < count; i++) {
		if (above[i] == NULL || !is_issued(x, above[i]))
			return CERTIFICATE_CHAIN_BROKEN;
		x = above[i];
	}
	return CERTIFICATE_CHAIN_WHOLE;
}

static void read_above(struct certificate *c, X509 *own, const struct slice *chain, size_t count)
{
	X509 *above[CERTIFICATE_CHAIN_MAX];
	char name[CERTIFICATE_NAME_SIZE];

	if (count > 0)
		c->above = mem_alloc(count * sizeof(c->above[0]));
	for (size_t i = 0; i < count; i++) {
		above[i] = parse(chain[i]);
		name[0] = '\0';
		if (above[i] != NULL)
			copy_entry(name, X509_get_subject_name(above[i]), NID_commonName);
		c->above[c->above_count++] = mem_strdup(name);
	}
	c->chain = judge_chain(own, above, count);
	for (size_t i = 0; i < count; i++)
		X509_free(above[i]);
}

/* ---- all ---- */

/* False: it is no time. Of the years 0 to 9999, which nanoseconds would not hold. */
static bool read_time(const ASN1_TIME *time, int64_t *seconds)
{
	struct tm tm;

	if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	*seconds = (int64_t)timegm(&tm);
	return true;
}

static void read_own(struct certificate *c, X509 *x)
{
	copy_entry(c->subject, X509_get_subject_name(x), NID_commonName);
	copy_entry(c->issuer, X509_get_issuer_name(x), NID_commonName);
	if (c->issuer[0] == '\0')
		copy_entry(c->issuer, X509_get_issuer_name(x), NID_organizationName);
	c->has_dates =
		read_time(X509_get0_notBefore(x), &c->not_before) && read_time(X509_get0_notAfter(x), &c->not_after);
	X509_digest(x, EVP_sha256(), c->sha256, NULL);
	read_names(c, x);
}

bool certificate_read(struct certificate *c, const struct slice *chain, size_t count)
{
	X509 *x;

	*c = (struct certificate){.chain_len = count};
	if (count > CERTIFICATE_CHAIN_MAX)
		count = CERTIFICATE_CHAIN_MAX;
	x = count > 0 ? parse(chain[0]) : NULL;
	if (x != NULL) {
		read_own(c, x);
		read_above(c, x, chain + 1, count - 1);
	}
	X509_free(x);
	ERR_clear_error();
	return x != NULL;
}

void certificate_fini(struct certificate *c)
{
	for (size_t i = 0; i < c->name_count; i++)
		free(c->names[i]);
	for (size_t i = 0; i < c->above_count; i++)
		free(c->above[i]);
	free(c->names);
	free(c->above);
	c->names = c->above = NULL;
	c->name_count = c->above_count = 0;
}

/* RFC 9525: a wildcard stands for a whole label. Before a dot X509_check_host would take any host below. */
bool certificate_fits(struct slice der, const char *host)
{
	size_t len = strlen(host);
	X509 *x;
	bool fits;

	if (len > 0 && host[len - 1] == '.')
		len--;
	if (len == 0 || host[0] == '.')
		return false;
	x = parse(der);
	fits = x != NULL && X509_check_host(x, host, len, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
	X509_free(x);
	ERR_clear_error();
	return fits;
}
