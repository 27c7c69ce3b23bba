/*
 * secrets: the passwords, digests and tokens that a session has shown, to find them where the other side repeats them:
 * as they were sent or decoded, in letters of the other case, cut off.
 *
 * Bounded: SECRETS_MAX of them, the oldest forgotten first; of a longer one the first SECRETS_LEN_MAX bytes are known.
 * The work to find them is, too: it is counted, and of texts that take far more than others the rest counts as secret.
 */
#ifndef MAIL_SECRETS_H
#define MAIL_SECRETS_H

#include "base/slice.h"

enum {
	SECRETS_MAX = 48,
	SECRETS_LEN_MAX = 2048,
};

struct secrets;

/* Makes `*secrets` when it is NULL. What is empty or known already is not added. `is_cut`: more of it was not captured,
 * so where it is found the rest of the text may be its rest. */
void secrets_add(struct secrets **secrets, struct slice value, bool is_cut);
void secrets_free(struct secrets *);
size_t secrets_memory(const struct secrets *);

/* Whether the texts so far took too much work. `secrets` may be NULL. */
bool secrets_are_costly(const struct secrets *);

/*
 * The next place at or after `from` where `text` holds one, or the beginning of one. `is_direct`: the text answers
 * what held a secret, so that also the shortest counts. `secrets` may be NULL.
 */
bool secrets_find(struct secrets *, struct slice text, size_t from, bool is_direct, size_t *begin, size_t *end);

#endif
