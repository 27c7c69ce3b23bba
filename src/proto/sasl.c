#include "proto/sasl.h"

#include "proto/base64.h"
#include "proto/ntlm.h"
#include "proto/suspect.h"

enum {
	DECODED_MAX = 64 * 1024, /* of one line */
};

bool sasl_decode_line(struct slice text, struct buffer *out)
{
	if (slice_equals_nocase(text, "="))
		return true;
	return base64_decode(text, out);
}

/* The client's line `number` (from 0), decoded; false when there is none, or none that can be read. */
static bool decode_client_line(const struct sasl_line *lines, size_t line_count, size_t number, struct buffer *out)
{
	for (size_t i = 0; i < line_count; i++)
		if (lines[i].from == SIDE_CLIENT && number-- == 0)
			return !slice_equals_nocase(lines[i].text, "*") && sasl_decode_line(lines[i].text, out);
	return false;
}

static void set_value(struct buffer *to, bool *has, struct slice value)
{
	buffer_clear(to);
	buffer_append(to, value);
	*has = true;
}

static void set_user(struct sasl_login *login, struct slice user)
{
	set_value(&login->user, &login->has_user, user);
}

static void set_secret(struct sasl_login *login, struct slice secret)
{
	set_value(&login->secret, &login->has_secret, secret);
}

/* What a reader of one mechanism gets: the client's first and second line, decoded; `has_second` false: not sent. */
struct exchange {
	const struct sasl_line *lines;
	size_t line_count;
	struct slice first;
	struct slice second;
	bool has_second;
	struct sasl_login *login;
};

typedef void reader(const struct exchange *x);

/* RFC 4616 section 2: authzid NUL authcid NUL passwd. */
static void read_plain(const struct exchange *x)
{
	size_t first_nul = slice_find(x->first, '\0');
	struct slice behind = slice_after(x->first, first_nul + 1);
	size_t second_nul = slice_find(behind, '\0');

	if (first_nul == x->first.len || second_nul == behind.len)
		return;
	set_user(x->login, slice_sub(behind, 0, second_nul));
	set_secret(x->login, slice_after(behind, second_nul + 1));
}

/* Whether the client's first line is what it seems to be: a name. */
static bool is_name_first(const struct exchange *x)
{
	for (size_t i = 0; i < x->line_count; i++)
		if (x->lines[i].from == SIDE_CLIENT)
			return !x->lines[i].secret;
	return false;
}

/* What the server asked last before the client's line `number`; empty: not captured, or nothing. */
static struct slice question_before(const struct exchange *x, size_t number)
{
	struct slice question = slice_of(NULL, 0);

	for (size_t i = 0; i < x->line_count; i++) {
		if (x->lines[i].from == SIDE_SERVER)
			question = x->lines[i].text;
		else if (number-- == 0)
			return question;
		else
			question = slice_of(NULL, 0);
	}
	return question;
}

/* The base64 of "User". */
static bool asks_user(struct slice question)
{
	return slice_begins_nocase(question, "VXNlc") || slice_begins_nocase(question, "user");
}

/* The password came first. Only when the server is known to have asked so, what it asked for then is the name. */
static void read_password_first(const struct exchange *x)
{
	set_secret(x->login, x->first);
	if (!x->has_second)
		return;
	if (asks_user(question_before(x, 1))) {
		if (sasl_asks_password(question_before(x, 0)))
			set_user(x->login, x->second);
	} else {
		set_secret(x->login, x->second);
	}
}

/* The user is what the client said first, and only that. Asked for him again, clients say him again, or the password,
 * or both: the last line is the password. A first line that is hidden since its question is missing was the name after
 * all when the password is asked for next. */
static void read_login(const struct exchange *x)
{
	struct buffer third = {.limit = DECODED_MAX};
	bool was_name = question_before(x, 0).len == 0 && sasl_asks_password(question_before(x, 1)) && x->has_second;

	if (!is_name_first(x) && !was_name) {
		read_password_first(x);
		return;
	}
	set_user(x->login, x->first);
	if (x->has_second && !(asks_user(question_before(x, 1)) && slice_equals(x->first, x->second)))
		set_secret(x->login, x->second);
	if (decode_client_line(x->lines, x->line_count, 2, &third))
		set_secret(x->login, buffer_slice(&third));
	buffer_fini(&third);
}

/* RFC 2195 section 2: the user's name, a blank, the digest in hexadecimal. */
static void read_cram(const struct exchange *x)
{
	size_t at = x->first.len;

	while (at > 0 && x->first.data[at - 1] != ' ')
		at--;
	if (at == 0)
		return;
	set_user(x->login, slice_sub(x->first, 0, at - 1));
	set_secret(x->login, slice_after(x->first, at));
}

/* The value after `key` in one of the parts of `s` that `separator` parts; false when there is none. */
static bool find_value(struct slice s, const char *key, uint8_t separator, struct slice *value)
{
	while (s.len > 0) {
		size_t len = slice_find(s, separator);
		struct slice part = slice_sub(s, 0, len);

		if (slice_begins_nocase(part, key)) {
			*value = slice_after(part, strlen(key));
			return true;
		}
		s = slice_after(s, len + 1);
	}
	return false;
}

/* RFC 5801 section 4: "," and "=" of a name are "=2C" and "=3D". */
static void set_escaped_user(struct sasl_login *login, struct slice name)
{
	set_user(login, slice_of(NULL, 0));
	while (name.len > 0) {
		bool comma = slice_begins_nocase(name, "=2C");
		bool escaped = comma || slice_begins_nocase(name, "=3D");

		buffer_append_byte(&login->user, escaped ? (comma ? ',' : '=') : name.data[0]);
		name = slice_after(name, escaped ? 3 : 1);
	}
}

/* "user=" U+0001 "auth=Bearer TOKEN" U+0001 U+0001; in RFC 7628 the user is the "a=" of a GS2 header. */
static void read_oauth(const struct exchange *x)
{
	struct slice value;

	if (find_value(x->first, "user=", 1, &value))
		set_user(x->login, value);
	else if (find_value(slice_sub(x->first, 0, slice_find(x->first, 1)), "a=", ',', &value))
		set_escaped_user(x->login, value);
	if (find_value(x->first, "auth=", 1, &value))
		set_secret(x->login, slice_begins_nocase(value, "Bearer ") ? slice_after(value, 7) : value);
}

static bool is_list_blank(uint8_t byte)
{
	return byte == ',' || byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Takes a value off the front of `rest`: quoted, with backslashes undone, or up to the next comma. */
static void take_digest_value(struct slice *rest, struct buffer *value)
{
	bool quoted = rest->len > 0 && rest->data[0] == '"';
	size_t at = quoted ? 1 : 0;

	buffer_clear(value);
	for (; at < rest->len; at++) {
		if (quoted ? rest->data[at] == '"' : is_list_blank(rest->data[at]))
			break;
		if (quoted && rest->data[at] == '\\' && at + 1 < rest->len)
			at++;
		buffer_append_byte(value, rest->data[at]);
	}
	*rest = slice_after(*rest, at + (quoted ? 1 : 0));
}

/* RFC 2831 section 2.1.2: directives with commas between. */
static void read_digest(const struct exchange *x)
{
	struct slice rest = x->first;
	struct buffer value = {.limit = DECODED_MAX};
	bool has_realm;

	while (rest.len > 0) {
		struct slice name = slice_sub(rest, 0, slice_find(rest, '='));

		rest = slice_after(rest, name.len + 1);
		take_digest_value(&rest, &value);
		name = slice_trim(name);
		if (slice_equals_nocase(name, "username"))
			set_user(x->login, buffer_slice(&value));
		else if (slice_equals_nocase(name, "response"))
			set_secret(x->login, buffer_slice(&value));
		else if (slice_equals_nocase(name, "realm"))
			set_value(&x->login->realm, &has_realm, buffer_slice(&value));
		while (rest.len > 0 && is_list_blank(rest.data[0]))
			rest = slice_after(rest, 1);
	}
	buffer_fini(&value);
}

/* RFC 5802 section 7: "n,,n=user,r=nonce", then "c=...,r=...,p=proof". The part "n" without value is the GS2 flag. */
static void read_scram(const struct exchange *x)
{
	struct slice value;

	if (find_value(x->first, "n=", ',', &value))
		set_escaped_user(x->login, value);
	if (x->has_second && find_value(x->second, "p=", ',', &value))
		set_secret(x->login, value);
}

/* The user stands in the client's last message, after the server's challenge. */
static void read_ntlm(const struct exchange *x)
{
	struct buffer message = {.limit = DECODED_MAX};

	for (size_t i = 0; i < x->line_count; i++) {
		buffer_clear(&message);
		if (x->lines[i].from != SIDE_CLIENT || !sasl_decode_line(x->lines[i].text, &message))
			continue;
		if (ntlm_read_login(buffer_slice(&message), &x->login->user, &x->login->realm, &x->login->secret))
			x->login->has_user = x->login->has_secret = true;
	}
	buffer_fini(&message);
}

/* EXTERNAL and ANONYMOUS: whom the client wants to be (RFC 4422 appendix A), a trace of who it is (RFC 4505). */
static void read_name(const struct exchange *x)
{
	if (x->first.len > 0 && is_name_first(x))
		set_user(x->login, x->first);
}

static const struct mechanism {
	const char *name; /* its beginning, when it ends in a hyphen */
	reader *read;
	uint8_t shown_lines;
} mechanisms[] = {
	{"PLAIN", read_plain, 0},    {"LOGIN", read_login, 1},	     {"CRAM-MD5", read_cram, 0},
	{"XOAUTH2", read_oauth, 0},  {"OAUTHBEARER", read_oauth, 0}, {"DIGEST-MD5", read_digest, 0},
	{"SCRAM-", read_scram, 1},   {"NTLM", read_ntlm, 0},	     {"EXTERNAL", read_name, 1},
	{"ANONYMOUS", read_name, 1},
};

static const struct mechanism *find_mechanism(struct slice name)
{
	name = slice_trim(name);
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++) {
		const char *beginning = mechanisms[i].name;

		if (!slice_begins_nocase(name, beginning))
			continue;
		if (beginning[strlen(beginning) - 1] == '-' || name.len == strlen(beginning))
			return &mechanisms[i];
	}
	return NULL;
}

void sasl_read_login(struct slice mechanism, const struct sasl_line *lines, size_t line_count, struct sasl_login *login)
{
	const struct mechanism *known = find_mechanism(mechanism);
	struct buffer first = {.limit = DECODED_MAX};
	struct buffer second = {.limit = DECODED_MAX};
	struct exchange x = {.lines = lines, .line_count = line_count, .login = login};

	*login = (struct sasl_login){
		.user = {.limit = DECODED_MAX}, .secret = {.limit = DECODED_MAX}, .realm = {.limit = DECODED_MAX}};
	for (size_t i = 0; i < line_count; i++)
		login->cancelled |= lines[i].from == SIDE_CLIENT && slice_equals_nocase(lines[i].text, "*");
	if (known && decode_client_line(lines, line_count, 0, &first)) {
		x.has_second = decode_client_line(lines, line_count, 1, &second);
		x.first = buffer_slice(&first);
		x.second = buffer_slice(&second);
		known->read(&x);
	}
	buffer_fini(&first);
	buffer_fini(&second);
}

void sasl_login_fini(struct sasl_login *login)
{
	buffer_fini(&login->user);
	buffer_fini(&login->secret);
	buffer_fini(&login->realm);
}

uint8_t sasl_shown_lines(struct slice mechanism)
{
	const struct mechanism *known = find_mechanism(mechanism);

	return known ? known->shown_lines : 0;
}

/* Of those that no reader is for. */
static bool is_registered(struct slice name)
{
	static const char *const names[] = {"GSSAPI",	"GSS-SPNEGO", "KERBEROS_V4",  "KERBEROS_V5",
					    "SPNEGO",	"MSN",	      "EXCHANGEAUTH", "SKEY",
					    "OTP",	"SECURID",    "SRP",	      "PLAIN-CLIENTTOKEN",
					    "WEBTOKEN", "CLEARTEXT",  "XYMCOOKIEB64"};
	static const char *const families[] = {"GS2-",	 "EAP-",  "SAML20",   "OPENID20", "9798-",
					       "ECDSA-", "ECDH-", "PASSDSS-", "HT-"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equals_nocase(name, names[i]))
			return true;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (slice_begins_nocase(name, families[i]))
			return !suspect_is_base64(name);
	return false;
}

bool sasl_knows(struct slice name)
{
	return find_mechanism(name) != NULL || is_registered(name);
}

/* RFC 4422 section 3.1. Those that nobody registered are in letters of one case, as verbs are. */
bool sasl_is_mechanism(struct slice name)
{
	size_t upper = 0;
	size_t lower = 0;

	if (sasl_knows(name))
		return true;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = name.data[i];

		upper += byte >= 'A' && byte <= 'Z';
		lower += byte >= 'a' && byte <= 'z';
		if (slice_upper_byte(byte) == byte && !(byte >= 'A' && byte <= 'Z') && byte != '-' && byte != '_')
			return false;
	}
	return name.len <= 20 && (upper == 0 || lower == 0);
}

bool sasl_begins_by_client(struct slice mechanism)
{
	static const char *const names[] = {"NTLM",	   "GSSAPI",	  "GSS-SPNEGO", "SPNEGO",
					    "KERBEROS_V4", "KERBEROS_V5", "MSN"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equals_nocase(mechanism, names[i]))
			return true;
	return false;
}

bool sasl_asks_password(struct slice text)
{
	static const char *const words[] = {"pass", "pwd", "secret", "kennwort", "mot de"};
	struct buffer decoded = {.limit = DECODED_MAX};
	bool asks = false;

	suspect_decode(text, &decoded);
	buffer_append(&decoded, text);
	for (size_t at = 0; at < decoded.len; at++)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			asks |= slice_begins_nocase(slice_after(buffer_slice(&decoded), at), words[i]);
	buffer_fini(&decoded);
	return asks;
}

/* How "rspauth=" and "v=" begin in base64, whatever follows them. */
bool sasl_is_proof(struct slice text)
{
	static const char *const beginnings[] = {"cnNwYXV0aD", "dj0", "dj1"};

	if (text.len == 0 || (text.data[0] != 'c' && text.data[0] != 'd')) /* nearly always */
		return false;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (slice_equals(slice_sub(text, 0, strlen(beginnings[i])), slice_from_text(beginnings[i])))
			return true;
	return false;
}
