#include "filter/primitive.h"

enum qualifier {
	QUALIFIER_NONE,
	QUALIFIER_ALONE,   /* stands alone, or before others: tcp, ip6, vlan */
	QUALIFIER_WAY,	   /* src, dst */
	QUALIFIER_VALUE,   /* a value follows */
	QUALIFIER_AT_MOST, /* a number may follow */
};

static enum qualifier qualifier_of(struct slice word)
{
	static const struct {
		const char *word;
		enum qualifier qualifier;
	} rows[] = {
		{"tcp", QUALIFIER_ALONE},	{"udp", QUALIFIER_ALONE},	 {"ip", QUALIFIER_ALONE},
		{"ip6", QUALIFIER_ALONE},	{"icmp", QUALIFIER_ALONE},	 {"icmp6", QUALIFIER_ALONE},
		{"sctp", QUALIFIER_ALONE},	{"ether", QUALIFIER_ALONE},	 {"arp", QUALIFIER_ALONE},
		{"src", QUALIFIER_WAY},		{"dst", QUALIFIER_WAY},		 {"host", QUALIFIER_VALUE},
		{"net", QUALIFIER_VALUE},	{"port", QUALIFIER_VALUE},	 {"portrange", QUALIFIER_VALUE},
		{"less", QUALIFIER_VALUE},	{"greater", QUALIFIER_VALUE},	 {"gateway", QUALIFIER_VALUE},
		{"mask", QUALIFIER_VALUE},	{"protochain", QUALIFIER_VALUE}, {"proto", QUALIFIER_VALUE},
		{"vlan", QUALIFIER_AT_MOST},	{"mpls", QUALIFIER_AT_MOST},	 {"broadcast", QUALIFIER_ALONE},
		{"multicast", QUALIFIER_ALONE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_equals_nocase(word, rows[i].word))
			return rows[i].qualifier;
	return QUALIFIER_NONE;
}

/* tcp[13], ip6[40:2], len */
static bool is_bytes(struct slice word)
{
	size_t bracket = slice_find(word, '[');

	return bracket > 0 && bracket < word.len && qualifier_of(slice_sub(word, 0, bracket)) == QUALIFIER_ALONE;
}

static bool is_comparison(struct slice word)
{
	static const char letters[] = "=!<>&|+-*/^%";

	return word.len > 0 && strchr(letters, word.data[0]) != NULL;
}

static bool is_number(struct slice word)
{
	return word.len > 0 && word.data[0] >= '0' && word.data[0] <= '9';
}

bool primitive_begins(struct slice word)
{
	return qualifier_of(word) != QUALIFIER_NONE || is_bytes(word);
}

/* Brackets around several values: port (25 or 587). */
static size_t take_brackets(struct lexer *l)
{
	int depth = 0;
	struct lexer_token t;

	do {
		t = lexer_take(l);
		depth += t.kind == LEXER_OPEN ? 1 : t.kind == LEXER_CLOSE ? -1 : 0;
	} while (depth > 0 && t.kind != LEXER_END);
	return t.at + t.text.len;
}

/* What a qualifier qualifies, and more of them: port 25 or 587. */
static size_t take_values(struct lexer *l, size_t end)
{
	struct lexer_token t = lexer_peek(l);

	if (t.kind == LEXER_OPEN)
		return take_brackets(l);
	if (t.kind != LEXER_WORD)
		return end;
	lexer_take(l);
	end = t.at + t.text.len;
	if (slice_equals_nocase(lexer_peek(l).text, "mask")) { /* net 192.0.2.0 mask 255.255.255.0 */
		lexer_take(l);
		t = lexer_take(l);
		end = t.at + t.text.len;
	}
	for (;;) {
		struct lexer ahead = *l;
		struct lexer_token joint = lexer_take(&ahead);
		struct lexer_token next = lexer_take(&ahead);

		if ((joint.kind != LEXER_OR && joint.kind != LEXER_AND) || next.kind != LEXER_WORD ||
		    !is_number(next.text))
			return end;
		*l = ahead;
		end = next.at + next.text.len;
	}
}

/* tcp[13] & 2 != 0 */
static size_t take_comparison(struct lexer *l)
{
	size_t end = l->at;

	for (;;) {
		struct lexer_token t = lexer_peek(l);

		if (t.kind == LEXER_OPEN) {
			end = take_brackets(l);
			continue;
		}
		if (t.kind != LEXER_WORD ||
		    !(is_bytes(t.text) || is_comparison(t.text) || is_number(t.text) ||
		      slice_begins_nocase(t.text, "tcp-") || slice_equals_nocase(t.text, "len")))
			return end;
		lexer_take(l);
		end = t.at + t.text.len;
	}
}

/* src, "src or dst", "src and dst" */
static size_t take_way(struct lexer *l, size_t end)
{
	struct lexer ahead = *l;
	struct lexer_token joint = lexer_take(&ahead);
	struct lexer_token next = lexer_take(&ahead);

	if ((joint.kind != LEXER_OR && joint.kind != LEXER_AND) || next.kind != LEXER_WORD ||
	    qualifier_of(next.text) != QUALIFIER_WAY)
		return end;
	*l = ahead;
	return next.at + next.text.len;
}

size_t primitive_take(struct lexer *l)
{
	struct lexer_token t = lexer_peek(l);
	size_t end = t.at;

	if (is_bytes(t.text))
		return take_comparison(l);
	for (bool goes_on = true; goes_on;) {
		enum qualifier q = t.kind == LEXER_WORD ? qualifier_of(t.text) : QUALIFIER_NONE;

		if (q == QUALIFIER_NONE)
			break;
		lexer_take(l);
		end = t.at + t.text.len;
		goes_on = q == QUALIFIER_ALONE || q == QUALIFIER_WAY;
		if (q == QUALIFIER_WAY)
			end = take_way(l, end);
		t = lexer_peek(l);
		if (q == QUALIFIER_VALUE || (q == QUALIFIER_WAY && t.kind == LEXER_WORD && !primitive_begins(t.text)) ||
		    (q == QUALIFIER_AT_MOST && t.kind == LEXER_WORD && is_number(t.text)))
			return take_values(l, end);
		/* a way, or another protocol's word, may follow what stands alone: tcp port 25 */
		goes_on = goes_on && t.kind == LEXER_WORD && qualifier_of(t.text) != QUALIFIER_ALONE;
	}
	return end;
}

/* Neither a number nor an address. */
static bool is_name(struct slice word)
{
	bool has_letter = false;

	for (size_t i = 0; i < word.len; i++) {
		uint8_t upper = slice_upper_byte(word.data[i]);

		if (upper == ':')
			return false;
		has_letter = has_letter || (upper >= 'A' && upper <= 'Z');
	}
	return has_letter;
}

bool primitive_has_name(struct slice text)
{
	struct lexer l = {.text = text};
	bool is_host = false;

	for (struct lexer_token t = lexer_take(&l); t.kind != LEXER_END; t = lexer_take(&l)) {
		enum qualifier q = t.kind == LEXER_WORD ? qualifier_of(t.text) : QUALIFIER_NONE;

		if (q != QUALIFIER_NONE)
			is_host = q == QUALIFIER_WAY || slice_equals_nocase(t.text, "host") ||
				  slice_equals_nocase(t.text, "net") || slice_equals_nocase(t.text, "gateway");
		else if (t.kind == LEXER_WORD && is_host && is_name(t.text))
			return true;
	}
	return false;
}
