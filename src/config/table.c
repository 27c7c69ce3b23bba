#include "config/table.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/slice.h"

enum {
	TABLE_CHARSET_LEN_MAX = 40,
};

#define TABLE_ROTATE_MAX_BYTES (UINT64_C(1) << 50)
#define TABLE_ROTATE_MAX_S     (UINT64_C(366) * 24 * 3600)

/* ---- reading of values ---- */

static bool parse_number(const char *value, uint64_t least, uint64_t most, uint64_t *number, struct error *err)
{
	size_t digits;

	*number = slice_decimal(slice_from_text(value), &digits);
	if (digits == 0 || value[digits] != '\0')
		return error_set(err, "\"%.60s\" is not a number", value);
	if (*number < least || *number > most)
		return error_set(err, "%.60s is not between %llu and %llu", value, (unsigned long long)least,
				 (unsigned long long)most);
	return true;
}

static bool parse_yes_no(const char *value, bool *answer, struct error *err)
{
	struct slice word = slice_from_text(value);
	bool yes = slice_equals_nocase(word, "yes") || slice_equals_nocase(word, "true") ||
		   slice_equals_nocase(word, "on") || slice_equals_nocase(word, "1");
	bool no = slice_equals_nocase(word, "no") || slice_equals_nocase(word, "false") ||
		  slice_equals_nocase(word, "off") || slice_equals_nocase(word, "0");

	*answer = yes;
	return yes || no ? true : error_set(err, "\"%.60s\" is neither yes nor no", value);
}

/* Index of `value` in `words`, which ends in NULL; -1 and an error that names them when it is none. */
static int choose_word(const char *value, const char *const *words, struct error *err)
{
	char list[200] = "";

	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(value, words[i]) == 0)
			return i;
		strncat(list, i > 0 ? ", " : "", sizeof(list) - strlen(list) - 1);
		strncat(list, words[i], sizeof(list) - strlen(list) - 1);
	}
	error_set(err, "\"%.60s\" is none of %s", value, list);
	return -1;
}

/* Digits, then perhaps one of kMGT. */
static bool parse_size(const char *value, uint64_t most, uint64_t *bytes, struct error *err)
{
	static const char units[] = "kMGT";
	size_t digits;
	uint64_t number = slice_decimal(slice_from_text(value), &digits);
	const char *unit = value[digits] != '\0' ? strchr(units, value[digits]) : NULL;
	unsigned int shift = unit != NULL ? 10 * (unsigned int)(unit - units + 1) : 0;

	if (digits == 0 || (value[digits] != '\0' && (unit == NULL || value[digits + 1] != '\0')))
		return error_set(err, "\"%.60s\" is no size (0, 500k, 100M, 10G)", value);
	if (number > most >> shift)
		return error_set(err, "%.60s is too large", value);
	*bytes = number << shift;
	return true;
}

/* Digits, then perhaps a point and digits, in thousandths; the locale has no say in it. */
static bool parse_thousandths(const char *value, uint64_t most, uint64_t *number, struct error *err)
{
	struct slice rest = slice_from_text(value);
	size_t digits;
	uint64_t whole = slice_decimal(rest, &digits);
	uint64_t place = 100;

	if (digits == 0 || whole > most)
		return error_set(err, "\"%.60s\" is not between 0 and %llu", value, (unsigned long long)most);
	rest = slice_after(rest, digits);
	*number = whole * 1000;
	if (rest.len > 1 && rest.data[0] == '.')
		for (rest = slice_after(rest, 1); rest.len > 0 && rest.data[0] >= '0' && rest.data[0] <= '9';
		     place /= 10) {
			*number += place * (uint64_t)(rest.data[0] - '0');
			rest = slice_after(rest, 1);
		}
	if (rest.len > 0)
		return error_set(err, "\"%.60s\" is not a number", value);
	if (*number > most * 1000)
		return error_set(err, "\"%.60s\" is not between 0 and %llu", value, (unsigned long long)most);
	return true;
}

/* ---- the types ---- */

static void *member(struct options *o, size_t offset)
{
	return (char *)o + offset;
}

/* Without a value it is an option, which is for turning the default round. */
static bool apply_bool(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	bool *answer = member(o, row->offset);
	bool preset = false;

	if (value != NULL)
		return parse_yes_no(value, answer, err);
	if (row->preset != NULL)
		parse_yes_no(row->preset, &preset, NULL);
	*answer = !preset;
	return true;
}

static bool apply_number(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	uint64_t number;

	if (!parse_number(value, row->min, row->max, &number, err))
		return false;
	*(uint64_t *)member(o, row->offset) = number;
	return true;
}

static bool apply_size(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	return parse_size(value, row->max, member(o, row->offset), err);
}

static bool apply_time(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	uint64_t ms = 0;

	if (!parse_thousandths(value, row->max, &ms, err))
		return false;
	*(int64_t *)member(o, row->offset) = (int64_t)ms * CLOCK_NS_PER_MS;
	return true;
}

static bool apply_percent(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	uint64_t thousandths = 0;

	if (!parse_thousandths(value, row->max, &thousandths, err))
		return false;
	*(uint64_t *)member(o, row->offset) = thousandths / 100;
	return true;
}

static bool apply_text(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	(void)err;
	*(const char **)member(o, row->offset) = *value != '\0' ? value : NULL;
	return true;
}

static bool apply_path(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	if (*value == '\0')
		return error_set(err, "the name is empty");
	*(const char **)member(o, row->offset) = value;
	return true;
}

static bool apply_choice(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	int word = choose_word(value, row->words, err);

	if (word < 0)
		return false;
	*(unsigned int *)member(o, row->offset) = (unsigned int)word;
	return true;
}

static bool apply_word(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	int word = choose_word(value, row->words, err);

	if (word < 0)
		return false;
	*(const char **)member(o, row->offset) = row->words[word];
	return true;
}

static bool apply_list(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	size_t *count = member(o, row->count_offset);

	if (*value == '\0')
		return error_set(err, "the name is empty");
	if (*count == row->max)
		return error_set(err, "more than %d are not possible", (int)row->max);
	((const char **)member(o, row->offset))[(*count)++] = value;
	return true;
}

static bool apply_ports(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	return ports_set(&o->ports, (enum protocol)row->min, value, err);
}

static bool apply_value(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	*(unsigned int *)member(o, row->offset) = (unsigned int)row->min;
	return true;
}

static bool apply_function(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	return row->apply(o, row, value, err);
}

static bool (*const types[OPTIONS_TYPES])(struct options *, const struct options_row *, const char *,
					  struct error *) = {
	[OPTIONS_BOOL] = apply_bool,	     [OPTIONS_NUMBER] = apply_number,	[OPTIONS_SIZE] = apply_size,
	[OPTIONS_TIME] = apply_time,	     [OPTIONS_PERCENT] = apply_percent, [OPTIONS_TEXT] = apply_text,
	[OPTIONS_PATH] = apply_path,	     [OPTIONS_CHOICE] = apply_choice,	[OPTIONS_WORD] = apply_word,
	[OPTIONS_LIST] = apply_list,	     [OPTIONS_PORTS] = apply_ports,	[OPTIONS_VALUE] = apply_value,
	[OPTIONS_FUNCTION] = apply_function,
};

bool table_apply(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	if (row->check != NULL && !row->check(o, value, err))
		return false;
	return types[row->type](o, row, value, err);
}

void table_preset(struct options *o, const struct options_row *row)
{
	bool good = true;

	if (row->preset != NULL)
		good = table_apply(o, row, row->preset, NULL);
	for (size_t i = 0; good && row->type == OPTIONS_LIST && row->words != NULL && row->words[i] != NULL; i++)
		good = table_apply(o, row, row->words[i], NULL);
	assert(good);
}

void table_begin_list(struct options *o, const struct options_row *row)
{
	*(size_t *)member(o, row->count_offset) = 0;
}

/* ---- what the types do not check ---- */

static bool add_observer(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	(void)row;
	if (*value == '\0')
		return error_set(err, "its name is missing");
	if (o->observer_count == OPTIONS_SOURCES_MAX)
		return error_set(err, "there are at most %d", OPTIONS_SOURCES_MAX);
	o->observers[o->observer_count] = value;
	o->observer_begins[o->observer_count++] = o->file_count + o->interface_count;
	return true;
}

static bool check_file(const struct options *o, const char *value, struct error *err)
{
	for (size_t i = 0; strcmp(value, "-") == 0 && i < o->file_count; i++)
		if (strcmp(o->files[i], "-") == 0)
			return error_set(err, "standard input can be read only once");
	return true;
}

/* Whether it begins with the address of a name server: "192.0.2.1", "2001:db8::1", "[2001:db8::1]:53"; `*rest` is what
 * stands after it. */
static bool skip_server(const char *value, const char **rest)
{
	bool is_bracketed = *value == '[';
	size_t len = is_bracketed ? strcspn(value + 1, "]") : strcspn(value, ":");
	char address[INET6_ADDRSTRLEN];
	uint8_t bytes[16];

	*rest = "";
	if (inet_pton(AF_INET6, value, bytes) == 1)
		return true;
	if (len >= sizeof(address) || (is_bracketed && value[len + 1] != ']'))
		return false;
	memcpy(address, value + is_bracketed, len);
	address[len] = '\0';
	*rest = value + len + (is_bracketed ? 2 : 0);
	return inet_pton(is_bracketed ? AF_INET6 : AF_INET, address, bytes) == 1;
}

static bool check_resolver(const struct options *o, const char *value, struct error *err)
{
	const char *rest = "";
	uint64_t port;

	(void)o;
	if (*value != '\0' && (!skip_server(value, &rest) || (*rest != '\0' && *rest != ':')))
		return error_set(err, "\"%.60s\" is neither ADDRESS nor ADDRESS:PORT", value);
	return *rest != ':' || parse_number(rest + 1, 1, UINT16_MAX, &port, err);
}

static bool check_charset(const struct options *o, const char *value, struct error *err)
{
	size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");

	if (len == 0 || value[len] != '\0' || len > TABLE_CHARSET_LEN_MAX)
		return error_set(err, "\"%.60s\" is not the name of a charset", value);
	if (o->charset_count == OPTIONS_CHARSETS_MAX)
		return error_set(err, "more than %d charsets", OPTIONS_CHARSETS_MAX);
	return true;
}

/* ---- functions of rows ---- */

/* What a unit of --rotate is worth, and whether it is one of time. M is a size, m a time. */
static const struct rotate_unit {
	char letter;
	bool is_time;
	uint64_t worth;
} rotate_units[] = {
	{'k', false, UINT64_C(1) << 10},
	{'K', false, UINT64_C(1) << 10},
	{'M', false, UINT64_C(1) << 20},
	{'G', false, UINT64_C(1) << 30},
	{'s', true, 1},
	{'m', true, 60},
	{'h', true, 3600},
};

static bool set_rotate(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	size_t digits;
	uint64_t number = slice_decimal(slice_from_text(value), &digits);
	const struct rotate_unit *unit = NULL;
	uint64_t most;

	(void)row;
	for (size_t i = 0; i < sizeof(rotate_units) / sizeof(rotate_units[0]); i++)
		if (digits > 0 && value[digits] == rotate_units[i].letter && value[digits + 1] == '\0')
			unit = &rotate_units[i];
	if (unit == NULL)
		return error_set(err, "\"%.60s\" is neither a size (500k, 100M, 1G) nor a time (60s, 10m, 1h)", value);
	most = unit->is_time ? TABLE_ROTATE_MAX_S : TABLE_ROTATE_MAX_BYTES;
	if (number == 0 || number > most / unit->worth)
		return error_set(err, "%.60s is not between 1%c and %llu%c", value, unit->letter,
				 (unsigned long long)(most / unit->worth), unit->letter);
	*(unit->is_time ? &o->rotate_s : &o->rotate_bytes) = number * unit->worth;
	return true;
}

static bool set_port(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	(void)row;
	return ports_parse(&o->ports, value, err);
}

static bool save_to(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	(void)row;
	o->save = true;
	return table_apply(o, options_setting("save_dir"), value, err);
}

static bool choose_mode(struct options *o, enum options_mode mode, struct error *err)
{
	if (o->mode != OPTIONS_SCREEN && o->mode != mode)
		return error_set(err, "choose one of -N, --report and --stats");
	o->mode = mode;
	return true;
}

static bool apply_mode(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	(void)value;
	return choose_mode(o, (enum options_mode)row->min, err);
}

static bool parse_datasets(const char *value, const char *const *words, unsigned int *datasets, struct error *err)
{
	struct slice rest = slice_from_text(value);

	*datasets = 0;
	do {
		struct slice part = slice_trim(slice_sub(rest, 0, slice_find(rest, ',')));
		char text[16] = "";
		int word;

		if (part.len < sizeof(text) && part.len > 0)
			memcpy(text, part.data, part.len);
		word = choose_word(part.len < sizeof(text) ? text : value, words, err);
		if (word < 0)
			return false;
		*datasets |= 1U << word;
		rest = slice_after(rest, slice_find(rest, ',') + 1);
	} while (rest.len > 0);
	return true;
}

static bool choose_json(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	o->datasets = OPTIONS_DATASET_ALL;
	if (value != NULL && !parse_datasets(value, row->words, &o->datasets, err))
		return false;
	(void)err;
	o->names_datasets = value != NULL;
	o->wants_records = true;
	return true;
}

static bool choose_session(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	(void)row;
	return wanted_read(&o->wanted, value, err);
}

static bool show_secrets(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	(void)row;
	(void)value;
	(void)err;
	if (o->secrets != OPTIONS_SECRETS_NEVER)
		o->secrets = OPTIONS_SECRETS_SHOW;
	return true;
}

/* Digits, then perhaps a point and digits; the locale has no say in it. */
static bool set_replay(struct options *o, const struct options_row *row, const char *value, struct error *err)
{
	struct slice rest = slice_from_text(value ? value : "1");
	size_t digits;
	double speed = (double)slice_decimal(rest, &digits);
	double place = 0.1;
	bool good = digits > 0;

	(void)row;
	rest = slice_after(rest, digits);
	if (good && rest.len > 0 && rest.data[0] == '.')
		for (rest = slice_after(rest, 1); rest.len > 0 && rest.data[0] >= '0' && rest.data[0] <= '9';
		     place /= 10) {
			speed += place * (rest.data[0] - '0');
			rest = slice_after(rest, 1);
		}
	if (!good || rest.len > 0 || speed < 0.001 || speed > 1000000)
		return error_set(err, "\"%.60s\" is no speed between 0.001 and 1000000", value ? value : "");
	o->replay_speed = speed;
	return true;
}

/* ---- the rows ---- */

/* Where a member of struct options is, and that its type is the one that the row's type writes. */
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a type */
#define MEMBER(of, name) (offsetof(struct options, name) + _Generic(((struct options *)NULL)->name, of : (size_t)0))

#define BOOL(name) .type = OPTIONS_BOOL, .offset = MEMBER(bool, name), .words = yes_no
#define NUMBER(name, least, most)                                                                                      \
	.type = OPTIONS_NUMBER, .offset = MEMBER(uint64_t, name), .min = (least), .max = (most)
#define SIZE(name, most)    .type = OPTIONS_SIZE, .offset = MEMBER(uint64_t, name), .max = (most)
#define TIME(name, most)    .type = OPTIONS_TIME, .offset = MEMBER(int64_t, name), .max = (most)
#define PERCENT(name, most) .type = OPTIONS_PERCENT, .offset = MEMBER(uint64_t, name), .max = (most)
#define TEXT(name)	    .type = OPTIONS_TEXT, .offset = MEMBER(const char *, name)
#define PATH(name)	    .type = OPTIONS_PATH, .offset = MEMBER(const char *, name)
#define WORDS(...)                                                                                                     \
	.words = (const char *const[])                                                                                 \
	{                                                                                                              \
		__VA_ARGS__, NULL                                                                                      \
	}
#define CHOICE(name, ...) .type = OPTIONS_CHOICE, .offset = MEMBER(unsigned int, name), WORDS(__VA_ARGS__)
#define WORD(name, ...)	  .type = OPTIONS_WORD, .offset = MEMBER(const char *, name), WORDS(__VA_ARGS__)
#define LIST(name, its_count, most)                                                                                    \
	.type = OPTIONS_LIST, .offset = MEMBER(const char **, name), .count_offset = MEMBER(size_t, its_count),        \
	.max = (most)
#define VALUE(name, one) .type = OPTIONS_VALUE, .offset = MEMBER(unsigned int, name), .min = (one)
#define FUNCTION(name)	 .type = OPTIONS_FUNCTION, .apply = (name)
#define MODE(one)	 FUNCTION(apply_mode), .min = (one)
#define OPTION(...)	 {__VA_ARGS__},

#define PORTS_REMARK                                                                                                   \
	"The TCP ports of each protocol, separated by semicolons or commas. A mail session on another port is "        \
	"recognised by its content, but a live capture without a filter of its own sees only these ports."

static const char *const yes_no[] = {"no", "yes", NULL};

static const struct options_row rows[] = {
#include "config/options.def"
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) <= TABLE_ROWS_MAX, "TABLE_ROWS_MAX is too small");

const struct options_row *table_row(size_t number)
{
	return number < sizeof(rows) / sizeof(rows[0]) ? &rows[number] : NULL;
}
