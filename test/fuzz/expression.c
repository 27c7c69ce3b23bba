/* Any text as a filter of sessions, up to its NUL; what is behind are the texts and numbers that its terms are tried
 * on. Nobody is asked for a name's address. */
#include <assert.h>
#include <netdb.h>
#include <stdlib.h>

#include "base/clock.h"
#include "filter/expression.h"
#include "filter/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In place of the system's. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	(void)name;
	(void)service;
	(void)hints;
	*out = NULL;
	return EAI_NONAME;
}

struct subject {
	struct slice text;
	uint64_t seen; /* terms that were tried */
};

static enum expression_truth try_term(void *ctx, const struct expression_term *t)
{
	struct subject *u = ctx;
	uint8_t address[16] = {0};
	bool is_so = false;

	assert(t->index < EXPRESSION_TERMS_MAX && !(u->seen >> t->index & 1));
	u->seen |= UINT64_C(1) << t->index;
	memcpy(address, u->text.len > 0 ? u->text.data : address, u->text.len < 16 ? u->text.len : 16);
	if (t->pattern != NULL)
		is_so = expression_term_finds(t, u->text);
	is_so ^= expression_term_begins(t, u->text);
	is_so ^= expression_term_compares(t, (int64_t)address[0] << 20);
	is_so ^= expression_term_has_port(t, address[0]);
	is_so ^= t->has_network && expression_term_has_address(t, address, t->network.is_ipv6);
	if (t->packets != NULL)
		is_so ^= filter_matches(t->packets, u->text, u->text.len);
	return u->text.len % 3 == 0 ? EXPRESSION_OPEN : is_so ? EXPRESSION_YES : EXPRESSION_NO;
}

static enum expression_truth weigh(const struct expression *e, struct slice text)
{
	struct subject u = {.text = text};

	return expression_weigh(e, try_term, &u);
}

/* The same for the same term: of a text whether it is found. */
static enum expression_truth judge_term(void *ctx, const struct expression_term *t)
{
	const struct slice *text = ctx;
	unsigned int sum = (unsigned int)t->word * 31 + (unsigned int)t->compare;

	if (t->pattern != NULL)
		return expression_term_finds(t, *text) ? EXPRESSION_YES : EXPRESSION_NO;
	for (size_t i = 0; i < t->text.len; i++)
		sum = sum * 31 + t->text.data[i];
	return sum & 4 ? EXPRESSION_YES : EXPRESSION_NO;
}

/* What passes a filter passes one that it narrows: here the same without its end. */
static void check_narrows(const struct expression *e, char *text, size_t len, struct slice about)
{
	struct expression_fault fault;
	struct expression *wide;

	text[len - len / 4] = '\0';
	wide = expression_new(text, 0, &fault);
	if (wide != NULL && expression_narrows(e, wide) && expression_weigh(e, judge_term, &about) == EXPRESSION_YES)
		assert(expression_weigh(wide, judge_term, &about) == EXPRESSION_YES);
	if (wide != NULL)
		expression_narrows(wide, e);
	expression_free(wide);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_of(data, size);
	size_t len = slice_find(in, '\0');
	char *text = malloc(len + 1);
	struct expression_fault fault;
	struct expression *e;

	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	expression_asks_for_names(text);
	e = expression_new(text, INT64_C(1795870800) * CLOCK_NS_PER_S, &fault);
	if (e == NULL) {
		assert(fault.at <= len && fault.len <= len - fault.at && fault.why.text[0] != '\0');
	} else {
		weigh(e, slice_after(in, len + 1));
		weigh(e, slice_of(NULL, 0));
		check_narrows(e, text, len, slice_after(in, len + 1));
	}
	expression_free(e);
	free(text);
	return 0;
}
