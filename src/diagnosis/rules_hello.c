/*
 * How client and server introduce themselves, and what the server offers: SMTP and LMTP.
 */
#include "diagnosis/rules_hello.h"

#include "mail/mask.h"

enum {
	STARTTLS_LEN = 8,
};

static bool is_bare_name(struct slice name)
{
	return name.len > 0 && slice_find(name, '.') < name.len;
}

/* "*" alone is how some firewalls write what they hide (the same test as Postfix's). */
static bool is_masked(struct slice text)
{
	bool has_star = false;

	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] != '2' && text.data[i] != '0' && text.data[i] != '*' && text.data[i] != ' ')
			return false;
		has_star |= text.data[i] == '*';
	}
	return has_star;
}

static void judge_greeting(struct session *s, const struct command *c)
{
	struct rules_hello *h = rules_hello_of(s);
	struct slice text = c->replies != NULL ? slice_trim(reply_text(c->replies)) : slice_of(NULL, 0);
	char quote[RULES_QUOTE_SIZE];

	if (c->replies == NULL)
		return;
	h->greeting_name = arena_copy(&s->diagnosis->texts, slice_sub(text, 0, slice_find(text, ' ')));
	if (is_masked(text) && reply_is_positive(c->replies))
		diagnosis_say(s, diagnosis_add(s, RULE_S05, false, c), "Something masks the server's greeting: %s",
			      diagnosis_quote(c->replies, quote, sizeof(quote)));
}

/* "XXXXXXXA": a keyword that somebody has written over. */
static bool is_overwritten(struct slice word)
{
	return word.len >= 4 && memcmp(word.data, "XXXX", 4) == 0;
}

static void read_keyword(struct session *s, const struct command *c, struct slice line)
{
	static const struct {
		const char *word;
		uint8_t offer;
	} rows[] = {
		{"PIPELINING", OFFER_PIPELINING},   {"8BITMIME", OFFER_8BITMIME}, {"SMTPUTF8", OFFER_SMTPUTF8},
		{"CHUNKING", OFFER_CHUNKING},	    {"STARTTLS", OFFER_STARTTLS}, {"AUTH", OFFER_AUTH},
		{"X-ANONYMOUSTLS", OFFER_STARTTLS},
	};
	struct rules_hello *h = rules_hello_of(s);
	struct slice word = slice_sub(line, 0, slice_find(line, ' '));

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_equals_nocase(word, rows[i].word))
			h->offers |= rows[i].offer;
	if (slice_equals_nocase(word, "AUTH"))
		h->mechanisms = arena_copy(&s->diagnosis->texts, slice_after(line, word.len));
	if (!is_overwritten(word) || diagnosis_has(s, RULE_S07))
		return;
	diagnosis_say(s, diagnosis_add(s, RULE_S07, false, c), "Somebody wrote over a keyword of the server: %.*s",
		      (int)word.len, (const char *)word.data);
	if (word.len == STARTTLS_LEN)
		h->is_tls_overwritten = true;
}

static void read_keywords(struct session *s, const struct command *c)
{
	struct rules_hello *h = rules_hello_of(s);
	struct slice rest = reply_text(c->last_reply);
	struct slice line;
	bool started = false;
	bool is_first = true;

	h->offers = 0;
	h->mechanisms = slice_of(NULL, 0);
	while (reply_next_line(&rest, &started, &line)) {
		if (!is_first)
			read_keyword(s, c, slice_trim(line));
		is_first = false;
	}
	if (h->is_tls_overwritten && !(h->offers & OFFER_STARTTLS) && !diagnosis_has(s, RULE_T02))
		diagnosis_say(s, diagnosis_add(s, RULE_T02, true, c),
			      "A keyword as long as STARTTLS was written over in the server's list, and STARTTLS is "
			      "not offered");
}

static bool is_same_host(const struct session *s)
{
	return memcmp(s->side[SIDE_CLIENT].address, s->side[SIDE_SERVER].address,
		      sizeof(s->side[SIDE_CLIENT].address)) == 0;
}

/* A server that greets by the client's own name has been reached by itself. */
static void judge_own_name(struct session *s, const struct command *c)
{
	struct rules_hello *h = rules_hello_of(s);

	if (is_same_host(s) || !is_bare_name(h->helo_name) || h->helo_name.len != h->greeting_name.len ||
	    diagnosis_has(s, RULE_S50))
		return;
	for (size_t i = 0; i < h->helo_name.len; i++)
		if (slice_upper_byte(h->helo_name.data[i]) != slice_upper_byte(h->greeting_name.data[i]))
			return;
	diagnosis_say(s, diagnosis_add(s, RULE_S50, true, c), "Client and server both call themselves %.*s",
		      (int)h->helo_name.len, (const char *)h->helo_name.data);
}

static void judge_hello(struct session *s, const struct command *c)
{
	struct rules_hello *h = rules_hello_of(s);
	bool is_extended = !rules_is_verb(c, VERB_HELO);

	if (c->last_reply == NULL)
		return;
	h->has_ehlo_failed = h->has_ehlo_failed || (is_extended && c->last_reply->code[0] == '5');
	if (!reply_is_positive(c->last_reply))
		return;
	h->has_offers = true;
	h->has_ehlo = is_extended;
	h->ehlo_packets[0] = c->packet;
	h->ehlo_packets[1] = c->last_reply->packet;
	h->helo_name =
		arena_copy(&s->diagnosis->texts, slice_trim(slice_sub(command_arguments(c), 0, mask_shown_len(c))));
	if (is_extended)
		read_keywords(s, c);
	else if (h->has_ehlo_failed)
		diagnosis_say(s, diagnosis_add(s, RULE_S06, false, c),
			      "The server refused EHLO, and the client went on with HELO");
	judge_own_name(s, c);
}

static void command(struct session *s, struct command *c)
{
	if (c->kind == KIND_GREETING)
		judge_greeting(s, c);
	if (c->kind == KIND_HELLO)
		judge_hello(s, c);
}

const struct rule_family rules_hello_family = {
	.name = "hello",
	.traits = PROTOCOL_TRANSFERS,
	.state_size = sizeof(struct rules_hello),
	.command = command,
};
