#include "common/wanted.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum {
	ID_LEN = COMMUNITY_ID_SIZE - 2,
	PREFIX_LEN = 2, /* "1:": the version */
	DIGEST_LEN = 20,
};

/* Whether it is what base64 makes of a digest: other characters, or other bits behind its last byte, are no ID. */
static bool is_id(const char *id)
{
	unsigned char decoded[COMMUNITY_ID_SIZE] = {0};
	char again[COMMUNITY_ID_SIZE];

	if (strncmp(id, "1:", PREFIX_LEN) != 0 ||
	    EVP_DecodeBlock(decoded, (const unsigned char *)id + PREFIX_LEN, ID_LEN - PREFIX_LEN) < 0)
		return false;
	EVP_EncodeBlock((unsigned char *)again, decoded, DIGEST_LEN);
	return strcmp(again, id + PREFIX_LEN) == 0;
}

bool wanted_read(struct wanted *w, const char *text, struct error *err)
{
	const char *at = strchr(text, '@');
	size_t len = at != NULL ? (size_t)(at - text) : strlen(text);

	*w = (struct wanted){.has_start = at != NULL};
	if (len == ID_LEN)
		memcpy(w->id, text, len);
	if (len != ID_LEN || !is_id(w->id))
		return error_set(err,
				 "\"%.60s\" is no network.community_id as the records have it, such as "
				 "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
				 text);
	if (at != NULL && !clock_read_rfc3339(at + 1, &w->start_ns))
		return error_set(err,
				 "\"%.60s\" after @ is no mailtap.session_start as the records have it, such as "
				 "2026-11-23T12:34:52.953081Z",
				 at + 1);
	if (at != NULL)
		snprintf(w->start, sizeof(w->start), "%s", at + 1);
	return true;
}

bool wanted_has(const struct wanted *w, const struct community_ends *ends, int64_t start_ns)
{
	char id[COMMUNITY_ID_SIZE];

	if (w->has_start && w->start_ns != start_ns)
		return false;
	community_id_make(id, ends);
	return strcmp(w->id, id) == 0;
}
