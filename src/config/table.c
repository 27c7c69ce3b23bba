#include "config/table.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/slice.h"

enum {
	TABLE_BUFFER_MAX_MIB = 2047, /* libpcap takes bytes as an int */
	TABLE_BUDGET_MIN_MIB = 16,
	TABLE_BUDGET_MAX_MIB = 1024 * 1024,
	TABLE_CHARSET_LEN_MAX = 40,
	TABLE_KEEP_MAX = 100000,
	TABLE_FREE_MAX_MIB = 1024 * 1024 * 1024,
	TABLE_TIME_MAX_S = 24 * 3600,
};

#define TABLE_ROTATE_MAX_BYTES (UINT64_C(1) << 50)
#define TABLE_SAVE_MAX_BYTES   (UINT64_C(1) << 60)
#define TABLE_ROTATE_MAX_S     (UINT64_C(366) * 24 * 3600)

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

static bool add_source(const char **sources, size_t *count, const char *value, struct error *err)
{
	if (*value == '\0')
		return error_set(err, "the name is empty");
	if (*count == OPTIONS_SOURCES_MAX)
		return error_set(err, "more than %d are not possible", OPTIONS_SOURCES_MAX);
	sources[(*count)++] = value;
	return true;
}

static bool add_interface(struct options *o, const char *value, struct error *err)
{
	return add_source(o->interfaces, &o->interface_count, value, err);
}

static bool set_interface(struct options *o, const char *value, struct error *err)
{
	if (*value == '\0')
		return error_set(err, "the name is empty");
	o->default_interface = value;
	return true;
}

static bool add_file(struct options *o, const char *value, struct error *err)
{
	for (size_t i = 0; strcmp(value, "-") == 0 && i < o->file_count; i++)
		if (strcmp(o->files[i], "-") == 0)
			return error_set(err, "standard input can be read only once");
	return add_source(o->files, &o->file_count, value, err);
}

static bool set_text(const char **text, const char *value, struct error *err)
{
	if (*value == '\0')
		return error_set(err, "the name is empty");
	*text = value;
	return true;
}

static bool set_write_file(struct options *o, const char *value, struct error *err)
{
	return set_text(&o->write_file, value, err);
}

static bool choose_follow(struct options *o, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	o->follow = true;
	return true;
}

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

static bool set_rotate(struct options *o, const char *value, struct error *err)
{
	size_t digits;
	uint64_t number = slice_decimal(slice_from_text(value), &digits);
	const struct rotate_unit *unit = NULL;
	uint64_t most;

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

static bool set_keep(struct options *o, const char *value, struct error *err)
{
	return parse_number(value, 1, TABLE_KEEP_MAX, &o->keep_count, err);
}

static bool set_config_file(struct options *o, const char *value, struct error *err)
{
	return set_text(&o->config_file, value, err);
}

static bool set_port(struct options *o, const char *value, struct error *err)
{
	return ports_parse(&o->ports, value, err);
}

static bool set_smtp_ports(struct options *o, const char *value, struct error *err)
{
	return ports_set(&o->ports, PROTOCOL_SMTP, value, err);
}

static bool set_lmtp_ports(struct options *o, const char *value, struct error *err)
{
	return ports_set(&o->ports, PROTOCOL_LMTP, value, err);
}

static bool set_pop3_ports(struct options *o, const char *value, struct error *err)
{
	return ports_set(&o->ports, PROTOCOL_POP3, value, err);
}

static bool set_imap_ports(struct options *o, const char *value, struct error *err)
{
	return ports_set(&o->ports, PROTOCOL_IMAP, value, err);
}

static bool set_save_dir(struct options *o, const char *value, struct error *err)
{
	return set_text(&o->save_dir, value, err);
}

static bool save_to(struct options *o, const char *value, struct error *err)
{
	o->save = true;
	return set_save_dir(o, value, err);
}

static bool set_save(struct options *o, const char *value, struct error *err)
{
	return parse_yes_no(value, &o->save, err);
}

static bool set_save_format(struct options *o, const char *value, struct error *err)
{
	static const char *const words[] = {"eml", "mbox", "maildir", NULL};
	int word = choose_word(value, words, err);

	if (word < 0)
		return false;
	o->save_format = (enum options_save_format)word;
	return true;
}

static bool set_save_count(struct options *o, const char *value, struct error *err)
{
	return parse_number(value, 0, UINT64_MAX - 1, &o->save_count, err);
}

static bool set_save_bytes(struct options *o, const char *value, struct error *err)
{
	static const char units[] = "kMGT";
	size_t digits;
	uint64_t number = slice_decimal(slice_from_text(value), &digits);
	const char *unit = value[digits] != '\0' ? strchr(units, value[digits]) : NULL;
	unsigned int shift = unit != NULL ? 10 * (unsigned int)(unit - units + 1) : 0;

	if (digits == 0 || (value[digits] != '\0' && (unit == NULL || value[digits + 1] != '\0')))
		return error_set(err, "\"%.60s\" is no size (0, 500k, 100M, 10G)", value);
	if (number > TABLE_SAVE_MAX_BYTES >> shift)
		return error_set(err, "%.60s is too large", value);
	o->save_bytes = number << shift;
	return true;
}

static bool set_save_free(struct options *o, const char *value, struct error *err)
{
	return parse_number(value, 0, TABLE_FREE_MAX_MIB, &o->save_free_mib, err);
}

static bool choose_mode(struct options *o, enum options_mode mode, struct error *err)
{
	if (o->mode != OPTIONS_SCREEN && o->mode != mode)
		return error_set(err, "choose one of -N, --json and --report");
	o->mode = mode;
	return true;
}

static bool choose_lines(struct options *o, const char *value, struct error *err)
{
	(void)value;
	return choose_mode(o, OPTIONS_LINES, err);
}

static bool choose_report(struct options *o, const char *value, struct error *err)
{
	(void)value;
	return choose_mode(o, OPTIONS_REPORT, err);
}

static bool parse_datasets(const char *value, unsigned int *datasets, struct error *err)
{
	static const char *const words[] = {"session", "command", "mail", "diagnosis", "capture", NULL};
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

static bool choose_json(struct options *o, const char *value, struct error *err)
{
	o->datasets = OPTIONS_DATASET_ALL;
	if (value != NULL && !parse_datasets(value, &o->datasets, err))
		return false;
	return choose_mode(o, OPTIONS_JSON, err);
}

static bool choose_details(struct options *o, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	o->details = true;
	return true;
}

static bool show_secrets(struct options *o, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	if (o->secrets != OPTIONS_SECRETS_NEVER)
		o->secrets = OPTIONS_SECRETS_SHOW;
	return true;
}

static bool set_secrets(struct options *o, const char *value, struct error *err)
{
	static const char *const words[] = {"ask", "never", NULL};
	int word = choose_word(value, words, err);

	if (word < 0)
		return false;
	o->secrets = word == 0 ? OPTIONS_SECRETS_ASK : OPTIONS_SECRETS_NEVER;
	return true;
}

static bool choose_numeric(struct options *o, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	o->numeric = true;
	return true;
}

static bool set_numeric(struct options *o, const char *value, struct error *err)
{
	return parse_yes_no(value, &o->numeric, err);
}

static bool set_resolve(struct options *o, const char *value, struct error *err)
{
	return parse_yes_no(value, &o->resolve, err);
}

/* Whether it begins with the address of a name server: "192.0.2.1", "2001:db8::1", "[2001:db8::1]:53"; `*rest` is what
 * stands behind. */
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

static bool set_resolver(struct options *o, const char *value, struct error *err)
{
	const char *rest = "";
	uint64_t port;

	if (*value != '\0' && (!skip_server(value, &rest) || (*rest != '\0' && *rest != ':')))
		return error_set(err, "\"%.60s\" is neither ADDRESS nor ADDRESS:PORT", value);
	if (*rest == ':' && !parse_number(rest + 1, 1, UINT16_MAX, &port, err))
		return false;
	o->resolver = *value != '\0' ? value : NULL;
	return true;
}

static bool set_wordings(struct options *o, const char *value, struct error *err)
{
	(void)err;
	o->wordings = *value != '\0' ? value : NULL;
	return true;
}

static bool set_count(struct options *o, const char *value, struct error *err)
{
	return parse_number(value, 1, UINT64_MAX - 1, &o->packet_count, err);
}

static bool refuse_promiscuous(struct options *o, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	o->promiscuous = false;
	return true;
}

static bool set_promiscuous(struct options *o, const char *value, struct error *err)
{
	return parse_yes_no(value, &o->promiscuous, err);
}

static bool set_buffer(struct options *o, const char *value, struct error *err)
{
	uint64_t number;

	if (!parse_number(value, 1, TABLE_BUFFER_MAX_MIB, &number, err))
		return false;
	o->buffer_mib = (int)number;
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
	return rest.len == 0 ? true : error_set(err, "\"%.60s\" is not a number", value);
}

#define SET_TIME(name)                                                                                                 \
	static bool set_##name##_time(struct options *o, const char *value, struct error *err)                         \
	{                                                                                                              \
		return parse_thousandths(value, TABLE_TIME_MAX_S, &o->name##_ms, err);                                 \
	}

SET_TIME(connect)
SET_TIME(greeting)
SET_TIME(reply)
SET_TIME(final_reply)
SET_TIME(final_reply_limit)
SET_TIME(pop3_reply)
SET_TIME(pop3_retrieve)
SET_TIME(pop3_poll)
SET_TIME(window)
SET_TIME(stall)
SET_TIME(smtp_idle)
SET_TIME(pop3_idle)

#undef SET_TIME

static bool set_resent_percent(struct options *o, const char *value, struct error *err)
{
	if (!parse_thousandths(value, 100, &o->resent_permille, err))
		return false;
	o->resent_permille /= 100;
	return true;
}

/* Digits, then perhaps a point and digits; the locale has no say in it. */
static bool set_replay(struct options *o, const char *value, struct error *err)
{
	struct slice rest = slice_from_text(value ? value : "1");
	size_t digits;
	double speed = (double)slice_decimal(rest, &digits);
	double place = 0.1;
	bool good = digits > 0;

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

static bool set_memory(struct options *o, const char *value, struct error *err)
{
	return parse_number(value, TABLE_BUDGET_MIN_MIB, TABLE_BUDGET_MAX_MIB, &o->memory_mib, err);
}

static bool set_spool(struct options *o, const char *value, struct error *err)
{
	return parse_number(value, TABLE_BUDGET_MIN_MIB, TABLE_BUDGET_MAX_MIB, &o->spool_mib, err);
}

static bool add_charset(struct options *o, const char *value, struct error *err)
{
	size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");

	if (len == 0 || value[len] != '\0' || len > TABLE_CHARSET_LEN_MAX)
		return error_set(err, "\"%.60s\" is not the name of a charset", value);
	if (o->charset_count == OPTIONS_CHARSETS_MAX)
		return error_set(err, "more than %d charsets", OPTIONS_CHARSETS_MAX);
	o->charsets[o->charset_count++] = value;
	return true;
}

static bool set_theme(struct options *o, const char *value, struct error *err)
{
	static const char *const words[] = {"dark", "light", "mono", NULL};
	int word = choose_word(value, words, err);

	if (word < 0)
		return false;
	o->theme = words[word];
	return true;
}

static bool set_ascii(struct options *o, const char *value, struct error *err)
{
	return parse_yes_no(value, &o->ascii_lines, err);
}

static bool list_interfaces(struct options *o, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	o->action = OPTIONS_LIST_INTERFACES;
	return true;
}

static bool choose_help(struct options *o, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	o->action = OPTIONS_HELP;
	return true;
}

static bool choose_version(struct options *o, const char *value, struct error *err)
{
	(void)value;
	(void)err;
	o->action = OPTIONS_VERSION;
	return true;
}

#define OPTION(name, letter, argument, help, config_name, config_default, apply, set)                                  \
	{{name, letter, argument, help, config_name, config_default}, apply, set, (set) == add_charset},

static const struct table_row rows[] = {
#include "config/options.def"
};

#undef OPTION

const struct table_row *table_row(size_t number)
{
	return number < sizeof(rows) / sizeof(rows[0]) ? &rows[number] : NULL;
}
