#include "filter/term.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "filter/filter.h"
#include "filter/pattern.h"

enum {
	VALUE_MAX = 255,
};

static const struct expression_row rows[] = {
#define WORD(id, word, kind, argument, reach, help)                                                                    \
	[EXPRESSION_##id] = {word, EXPRESSION_KIND_##kind, argument, EXPRESSION_REACH_##reach, help},
#include "filter/words.def"
#undef WORD
};

const struct expression_row *expression_row(enum expression_word word)
{
	return (size_t)word < sizeof(rows) / sizeof(rows[0]) ? &rows[word] : NULL;
}

bool term_refuse(struct expression_fault *fault, size_t at, size_t len, const char *format, ...)
{
	va_list args;

	fault->at = at;
	fault->len = len;
	va_start(args, format);
	vsnprintf(fault->why.text, sizeof(fault->why.text), format, args);
	va_end(args);
	return false;
}

/* ---- values ---- */

struct amount_unit {
	const char *name;
	int64_t size;
};

/* A decimal number with its unit, in units of 1; nothing may follow. */
static bool read_amount(struct slice value, const struct amount_unit *units, size_t count, int64_t *out)
{
	char text[VALUE_MAX + 1];
	char *end;
	double number;

	if (value.len == 0 || value.len > VALUE_MAX || !(value.data[0] >= '0' && value.data[0] <= '9'))
		return false;
	memcpy(text, value.data, value.len);
	text[value.len] = '\0';
	if (strspn(text, "0123456789.") == 0)
		return false;
	number = strtod(text, &end);
	if ((size_t)(end - text) > strspn(text, "0123456789.")) /* neither hexadecimal nor an exponent */
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(end, units[i].name) == 0 && number * (double)units[i].size < 9e18) {
			*out = (int64_t)(number * (double)units[i].size + 0.5);
			return true;
		}
	return false;
}

static bool read_duration(struct slice value, int64_t *out)
{
	static const struct amount_unit units[] = {{"s", CLOCK_NS_PER_S},	 {"", CLOCK_NS_PER_S},
						   {"ms", CLOCK_NS_PER_MS},	 {"us", CLOCK_NS_PER_US},
						   {"m", 60 * CLOCK_NS_PER_S},	 {"min", 60 * CLOCK_NS_PER_S},
						   {"h", 3600 * CLOCK_NS_PER_S}, {"d", 86400 * CLOCK_NS_PER_S}};

	return read_amount(value, units, sizeof(units) / sizeof(units[0]), out);
}

static bool read_size(struct slice value, int64_t *out)
{
	static const struct amount_unit units[] = {{"", 1},
						   {"k", INT64_C(1) << 10},
						   {"K", INT64_C(1) << 10},
						   {"M", INT64_C(1) << 20},
						   {"G", INT64_C(1) << 30}};

	return read_amount(value, units, sizeof(units) / sizeof(units[0]), out);
}

static bool read_count(struct slice value, int64_t *out)
{
	static const struct amount_unit units[] = {{"", 1}};

	return slice_find(value, '.') == value.len && read_amount(value, units, 1, out);
}

/* A time of today, a date, both, or how long ago. */
static bool read_time(struct slice value, int64_t now_ns, int64_t *out)
{
	static const char *const forms[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d", "%H:%M:%S", "%H:%M"};
	time_t now = (time_t)(now_ns / CLOCK_NS_PER_S);
	char text[VALUE_MAX + 1];
	int64_t ago;

	if (value.len > VALUE_MAX)
		return false;
	memcpy(text, value.data, value.len);
	text[value.len] = '\0';
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm when;
		const char *end;

		localtime_r(&now, &when);
		when.tm_sec = 0;
		if (forms[i][1] == 'Y')
			when.tm_hour = when.tm_min = 0;
		end = strptime(text, forms[i], &when);
		when.tm_isdst = -1;
		if (end == NULL || *end != '\0')
			continue;
		*out = (int64_t)mktime(&when) * CLOCK_NS_PER_S;
		return true;
	}
	if (!read_duration(value, &ago))
		return false;
	*out = now_ns - ago;
	return true;
}

static bool read_ports(struct expression_term *t, struct slice value)
{
	while (value.len > 0) {
		size_t digits;
		uint64_t port = slice_decimal(value, &digits);

		if (digits == 0 || port > UINT16_MAX || t->port_count == EXPRESSION_PORTS_MAX)
			return false;
		t->ports[t->port_count++] = (uint16_t)port;
		value = slice_after(value, digits);
		if (value.len > 0 && value.data[0] != ';' && value.data[0] != ',')
			return false;
		value = slice_after(value, 1);
	}
	return t->port_count > 0;
}

static bool read_network(struct expression_network *n, struct slice value, bool needs_prefix)
{
	size_t slash = slice_find(value, '/');
	struct slice bits = slice_after(value, slash + 1);
	char text[INET6_ADDRSTRLEN + 1];
	size_t digits = 0;
	uint64_t prefix;

	if (slash >= sizeof(text) || (slash < value.len && bits.len == 0))
		return false;
	memcpy(text, value.data, slash);
	text[slash] = '\0';
	n->is_ipv6 = strchr(text, ':') != NULL;
	if (inet_pton(n->is_ipv6 ? AF_INET6 : AF_INET, text, n->address) != 1)
		return false;
	prefix = bits.len > 0 ? slice_decimal(bits, &digits) : n->is_ipv6 ? 128 : 32;
	n->prefix = (uint8_t)prefix;
	return digits == bits.len && prefix <= (n->is_ipv6 ? 128 : 32) && (bits.len > 0 || !needs_prefix);
}

/* ---- the word ---- */

/* Without quotes or strokes, and what was marked in them by a backslash. A pattern keeps its marks. */
static struct slice without_quotes(struct slice value, bool *is_regex)
{
	*is_regex = false;
	if (value.len >= 2 && (value.data[0] == '"' || value.data[0] == '/') &&
	    value.data[value.len - 1] == value.data[0]) {
		*is_regex = value.data[0] == '/';
		return slice_sub(value, 1, value.len - 2);
	}
	return value;
}

static bool set_text(struct expression_term *t, struct slice value, size_t at, struct expression_fault *fault)
{
	struct error why;
	bool is_regex;

	t->text = without_quotes(value, &is_regex);
	if (t->text.len == 0)
		return term_refuse(fault, at, value.len, "what it is to look for is missing");
	t->pattern = pattern_new(t->text, is_regex, &why);
	return t->pattern != NULL || term_refuse(fault, at, value.len, "%s", why.text);
}

static bool set_host(struct expression_term *t, struct slice value, size_t at, struct expression_fault *fault)
{
	t->has_network = slice_find(value, '/') == value.len && read_network(&t->network, value, false);
	return set_text(t, value, at, fault);
}

static bool set_value(struct expression_term *t, struct slice value, size_t at, int64_t now_ns,
		      struct expression_fault *fault)
{
	t->text = value;
	switch (rows[t->word].kind) {
	case EXPRESSION_KIND_FLAG:
		break;
	case EXPRESSION_KIND_TEXT:
	case EXPRESSION_KIND_CHOICE:
		return set_text(t, value, at, fault);
	case EXPRESSION_KIND_HOST:
		return set_host(t, value, at, fault);
	case EXPRESSION_KIND_NETWORK:
		return read_network(&t->network, value, true) ||
		       term_refuse(fault, at, value.len, "no network: write it as 192.0.2.0/24");
	case EXPRESSION_KIND_PORTS:
		return read_ports(t, value) || term_refuse(fault, at, value.len, "no ports: write them as 25;587");
	case EXPRESSION_KIND_DURATION:
		return read_duration(value, &t->number) ||
		       term_refuse(fault, at, value.len, "no duration: write it as 1s, 200ms or 5m");
	case EXPRESSION_KIND_SIZE:
		return read_size(value, &t->number) ||
		       term_refuse(fault, at, value.len, "no size: write it as 500, 10k or 5M");
	case EXPRESSION_KIND_COUNT:
		return read_count(value, &t->number) || term_refuse(fault, at, value.len, "no number");
	case EXPRESSION_KIND_TIME:
		return read_time(value, now_ns, &t->number) ||
		       term_refuse(fault, at, value.len,
				   "no time: write it as 10:30, 2026-11-23, both with T between, or 5m");
	}
	return false;
}

static bool is_compared(enum expression_kind kind)
{
	return kind == EXPRESSION_KIND_DURATION || kind == EXPRESSION_KIND_SIZE || kind == EXPRESSION_KIND_COUNT;
}

/* Reads ":" or a comparison behind a word; its length, 0 where there is none. */
static size_t read_compare(struct slice rest, enum expression_compare *compare)
{
	bool has_equals = rest.len > 1 && rest.data[1] == '=';

	switch (rest.len > 0 ? rest.data[0] : '\0') {
	case '<':
		*compare = has_equals ? EXPRESSION_AT_MOST : EXPRESSION_LESS;
		return has_equals ? 2 : 1;
	case '>':
		*compare = has_equals ? EXPRESSION_AT_LEAST : EXPRESSION_MORE;
		return has_equals ? 2 : 1;
	case '=':
		*compare = EXPRESSION_EQUAL;
		return 1;
	case ':':
		*compare = EXPRESSION_HOLDS;
		return 1;
	default:
		return 0;
	}
}

/* The row whose word begins `word` and ends at its end, or where a value begins. */
static bool find_row(struct expression_term *t, struct slice word, size_t *used)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = strlen(rows[i].word);
		size_t sign;

		if (!slice_begins_nocase(word, rows[i].word))
			continue;
		sign = read_compare(slice_after(word, len), &t->compare);
		if (word.len > len && sign == 0)
			continue;
		t->word = (enum expression_word)i;
		*used = len + sign;
		return true;
	}
	return false;
}

static bool refuse_sign(const struct expression_row *row, struct slice word, size_t at, struct expression_fault *fault)
{
	if (row->kind == EXPRESSION_KIND_FLAG)
		return term_refuse(fault, at, word.len, "\"%s\" stands alone", row->word);
	return term_refuse(fault, at, word.len, "write it as %s%s%s", row->word, is_compared(row->kind) ? ">" : ":",
			   row->argument);
}

/* A known word without a value is one to look for, unless it needs none. */
static bool read_known(struct expression_term *t, struct slice word, size_t used, size_t at, int64_t now_ns,
		       struct expression_fault *fault)
{
	const struct expression_row *row = &rows[t->word];
	struct slice value = slice_after(word, used);

	if (value.len == 0 && used == strlen(row->word) && row->kind == EXPRESSION_KIND_FLAG)
		return true;
	if (value.len == 0 || row->kind == EXPRESSION_KIND_FLAG ||
	    is_compared(row->kind) == (t->compare == EXPRESSION_HOLDS))
		return refuse_sign(row, word, at, fault);
	return set_value(t, value, at + used, now_ns, fault);
}

bool term_read(struct expression_term *t, struct slice word, size_t at, int64_t now_ns, struct expression_fault *fault)
{
	size_t used;

	*t = (struct expression_term){.word = EXPRESSION_ANY};
	if (find_row(t, word, &used) &&
	    (used > strlen(rows[t->word].word) || rows[t->word].kind == EXPRESSION_KIND_FLAG))
		return read_known(t, word, used, at, now_ns, fault);
	*t = (struct expression_term){.word = EXPRESSION_ANY};
	if (read_network(&t->network, word, false)) {
		t->word = slice_find(word, '/') < word.len ? EXPRESSION_NET : EXPRESSION_HOST;
		t->has_network = true;
	}
	return set_text(t, word, at, fault);
}

void term_fini(struct expression_term *t)
{
	pattern_free(t->pattern);
	filter_free(t->packets);
}

/* ---- testing ---- */

bool expression_term_finds(const struct expression_term *t, struct slice text)
{
	return pattern_finds(t->pattern, text);
}

bool expression_term_begins(const struct expression_term *t, struct slice text)
{
	if (text.len < t->text.len)
		return false;
	for (size_t i = 0; i < t->text.len; i++)
		if (slice_upper_byte(text.data[i]) != slice_upper_byte(t->text.data[i]))
			return false;
	return true;
}

bool expression_term_compares(const struct expression_term *t, int64_t number)
{
	switch (t->compare) {
	case EXPRESSION_LESS:
		return number < t->number;
	case EXPRESSION_AT_MOST:
		return number <= t->number;
	case EXPRESSION_EQUAL:
		return number == t->number;
	case EXPRESSION_AT_LEAST:
	case EXPRESSION_HOLDS: /* since */
		return number >= t->number;
	case EXPRESSION_MORE:
		return number > t->number;
	}
	return false;
}

bool expression_term_has_port(const struct expression_term *t, uint16_t port)
{
	for (size_t i = 0; i < t->port_count; i++)
		if (t->ports[i] == port)
			return true;
	return false;
}

bool expression_term_has_address(const struct expression_term *t, const uint8_t *address, bool is_ipv6)
{
	const struct expression_network *n = &t->network;
	unsigned int whole = n->prefix / 8;
	unsigned int rest = n->prefix % 8;

	if (n->is_ipv6 != is_ipv6 || memcmp(address, n->address, whole) != 0)
		return false;
	return rest == 0 || (address[whole] ^ n->address[whole]) >> (8 - rest) == 0;
}
