#include "proto/sasl.h"

#include "proto/base64.h"

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

static void set_user(struct sasl_login *login, struct slice user)
{
	buffer_append(&login->user, user);
	login->has_user = true;
}

static void set_secret(struct sasl_login *login, struct slice secret)
{
	buffer_append(&login->secret, secret);
	login->has_secret = true;
}

/* What a reader of one mechanism gets: the client's first and second line, decoded; `has_second` false: not sent. */
struct exchange {
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

static void read_login(const struct exchange *x)
{
	set_user(x->login, x->first);
	if (x->has_second)
		set_secret(x->login, x->second);
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

/* The value behind `key` in one of the parts of `s` that `separator` parts; false when there is none. */
static bool find_value(struct slice s, const char *key, uint8_t separator, struct slice *value)
{
	while (s.len > 0) {
		size_t len = slice_find(s, separator);
		struct slice part = slice_trim(slice_sub(s, 0, len));

		if (slice_begins_nocase(part, key)) {
			*value = slice_after(part, strlen(key));
			return true;
		}
		s = slice_after(s, len + 1);
	}
	return false;
}

/* "user=" U+0001 "auth=Bearer TOKEN" U+0001 U+0001; in RFC 7628 the user is the "a=" of a GS2 header. */
static void read_oauth(const struct exchange *x)
{
	struct slice value;

	if (find_value(x->first, "user=", 1, &value) || find_value(x->first, "a=", ',', &value))
		set_user(x->login, value);
	if (find_value(x->first, "auth=", 1, &value))
		set_secret(x->login, slice_begins_nocase(value, "Bearer ") ? slice_after(value, 7) : value);
}

static struct slice without_quotes(struct slice s)
{
	if (s.len >= 2 && s.data[0] == '"' && s.data[s.len - 1] == '"')
		return slice_sub(s, 1, s.len - 2);
	return s;
}

/* RFC 2831 section 2.1.2. */
static void read_digest(const struct exchange *x)
{
	struct slice value;

	if (find_value(x->first, "username=", ',', &value))
		set_user(x->login, without_quotes(value));
	if (find_value(x->first, "response=", ',', &value))
		set_secret(x->login, value);
}

/* RFC 5802 section 7: "n,,n=user,r=nonce", then "c=...,r=...,p=proof". The part "n" without value is the GS2 flag. */
static void read_scram(const struct exchange *x)
{
	struct slice value;

	if (find_value(x->first, "n=", ',', &value))
		set_user(x->login, value);
	if (x->has_second && find_value(x->second, "p=", ',', &value))
		set_secret(x->login, value);
}

/* EXTERNAL and ANONYMOUS: whom the client wants to be (RFC 4422 appendix A), a trace of who it is (RFC 4505). */
static void read_name(const struct exchange *x)
{
	if (x->first.len > 0)
		set_user(x->login, x->first);
}

static const struct mechanism {
	const char *name; /* its beginning */
	reader *read;
	bool first_is_name; /* the client's first line holds no secret */
	bool never_secret;
} mechanisms[] = {
	{"PLAIN", read_plain, false, false},	   {"LOGIN", read_login, true, false},
	{"CRAM-MD5", read_cram, false, false},	   {"XOAUTH2", read_oauth, false, false},
	{"OAUTHBEARER", read_oauth, false, false}, {"DIGEST-MD5", read_digest, false, false},
	{"SCRAM-", read_scram, true, false},	   {"EXTERNAL", read_name, true, true},
	{"ANONYMOUS", read_name, true, true},
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
	struct exchange x = {.login = login};

	*login = (struct sasl_login){.user = {.limit = DECODED_MAX}, .secret = {.limit = DECODED_MAX}};
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
}

bool sasl_line_is_secret(struct slice mechanism, const struct sasl_line *lines, size_t number)
{
	const struct mechanism *known = find_mechanism(mechanism);
	size_t said_before = 0;

	if (lines[number].from != SIDE_CLIENT || slice_equals_nocase(lines[number].text, "*"))
		return false;
	if (known && known->never_secret)
		return false;
	for (size_t i = 0; i < number; i++)
		said_before += lines[i].from == SIDE_CLIENT ? 1 : 0;
	return said_before > 0 || !known || !known->first_is_name;
}
