#include "proto/sasl.h"

#include <stdlib.h>

#include "../main.h"
#include "proto/ntlm.h"

enum {
	LINES_MAX = 6,
};

/* Lines of the client begin with "C ", the server's with "S ". */
static const struct {
	const char *mechanism;
	const char *lines[LINES_MAX];
	const char *user; /* NULL: not known */
	const char *secret;
	const char *realm;
	unsigned int shown_lines;
	bool cancelled;
} vectors[] = {
	{"PLAIN", {"C dGVzdAB0ZXN0ADEyMzQ="}, "test", "1234", NULL, 0, false},
	{"plain", {"S ", "C AHVzZXIAcGFzcw=="}, "user", "pass", NULL, 0, false},
	{"PLAIN", {"C AHVzZXI="}, NULL, NULL, NULL, 0, false},
	{"PLAIN", {"C not base64"}, NULL, NULL, NULL, 0, false},
	{"PLAIN", {"S ", "C *"}, NULL, NULL, NULL, 0, true},
	{"PLAIN", {"C AAA="}, "", "", NULL, 0, false},
	{"LOGIN", {"S VXNlcm5hbWU6", "C dGVzdDE=", "S UGFzc3dvcmQ6", "C cGFzcw=="}, "test1", "pass", NULL, 1, false},
	{"LOGIN", {"C dGVzdDE=", "S UGFzc3dvcmQ6", "C cGFzcw=="}, "test1", "pass", NULL, 1, false},
	{"LOGIN",
	 {"C dGVzdDE=", "S VXNlcm5hbWU6", "C dGVzdDE=", "S UGFzc3dvcmQ6", "C cGFzcw=="},
	 "test1",
	 "pass",
	 NULL,
	 1,
	 false},
	{"LOGIN", {"C dGVzdDE=", "S VXNlcm5hbWU6", "C dGVzdDE="}, "test1", NULL, NULL, 1, false},
	{"LOGIN",
	 {"C dGVzdDE=", "S VXNlcm5hbWU6", "C cGFzcw==", "S UGFzc3dvcmQ6", "C cGFzcw=="},
	 "test1",
	 "pass",
	 NULL,
	 1,
	 false},
	{"LOGIN", {"C dGVzdDE=", "S VXNlcm5hbWU6", "C cGFzcw=="}, "test1", "pass", NULL, 1, false},
	{"LOGIN", {"S VXNlcm5hbWU6", "C dGVzdDE=", "S UGFzc3dvcmQ6", "C *"}, "test1", NULL, NULL, 1, true},
	{"LOGIN", {"S VXNlcm5hbWU6", "C *"}, NULL, NULL, NULL, 1, true},
	{"LOGIN", {"S VXNlcm5hbWU6"}, NULL, NULL, NULL, 1, false},
	{"CRAM-MD5",
	 {"S PDQxOTI5NDIzNDEuMTI4Mjg0NzJAc291cmNlZm91ci5hbmRyZXcuY211LmVkdT4=",
	  "C cmpzMyBlYzNhNTlmZWQzOTVhYmExZWM2MzY3YzRmNGI0MWFjMA=="},
	 "rjs3",
	 "ec3a59fed395aba1ec6367c4f4b41ac0",
	 NULL,
	 0,
	 false},
	{"CRAM-MD5", {"S x", "C YSBiIGM="}, "a b", "c", NULL, 0, false},
	{"CRAM-MD5", {"S x", "C YWJj"}, NULL, NULL, NULL, 0, false},
	{"XOAUTH2", {"C dXNlcj1hQGIBYXV0aD1CZWFyZXIgdG9rZW4BAQ=="}, "a@b", "token", NULL, 0, false},
	{"XOAUTH2",
	 {"C dXNlcj1hQGIBYXV0aD1CZWFyZXIgdG9rZW4BAQ==", "S eyJzdGF0dXMiOiI0MDEifQ==", "C "},
	 "a@b",
	 "token",
	 NULL,
	 0,
	 false},
	{"OAUTHBEARER", {"C bixhPWFAYiwBaG9zdD1jAWF1dGg9QmVhcmVyIHRva2VuAQE="}, "a@b", "token", NULL, 0, false},
	{"OAUTHBEARER",
	 {"C bixhPWE9MkNiPTNEYywBYXV0aD1CZWFyZXIgdG9rAQE=", "S e30=", "C AQ=="},
	 "a,b=c",
	 "tok",
	 NULL,
	 0,
	 false},
	{"OAUTHBEARER", {"C biwsAWF1dGg9QmVhcmVyIHQsYT14AQE="}, NULL, "t,a=x", NULL, 0, false},
	{"DIGEST-MD5",
	 {"S x", "C dXNlcm5hbWU9ImNocmlzIixyZWFsbT0iZSIscmVzcG9uc2U9ZDM4OA=="},
	 "chris",
	 "d388",
	 "e",
	 0,
	 false},
	{"DIGEST-MD5",
	 {"S x",
	  "C Y2hhcnNldD11dGYtOCwgdXNlcm5hbWU9ImEsXCJiXFwiLCByZWFsbT0ieD0seSIgLG5jPTAwMDAwMDAxICwgcmVzcG9uc2U9ImQzIg==",
	  "S cnNwYXV0aD0x", "C "},
	 "a,\"b\\",
	 "d3",
	 "x=,y",
	 0,
	 false},
	{"DIGEST-MD5", {"S x", "C dXNlcm5hbWU9Im9wZW4="}, "open", NULL, NULL, 0, false},
	{"SCRAM-SHA-256",
	 {"C biwsbj11c2VyLHI9bm9uY2U=", "S cj1ub25jZQ==", "C Yz1iaXdzLHI9bm9uY2UscD1wcm9vZg=="},
	 "user",
	 "proof",
	 NULL,
	 1,
	 false},
	{"scram-sha-1-plus",
	 {"S ", "C cD10bHMtdW5pcXVlLGE9eixuPXU9M0RzPTJDcj0yYyxyPXg=", "S cj14eSxzPTEsaT00MDk2",
	  "C Yz1ZUT09LHI9eHkscD1jSEp2YjJZPQ==", "S dj1jMmxu", "C "},
	 "u=s,r,",
	 "cHJvb2Y=",
	 NULL,
	 1,
	 false},
	{"NTLM",
	 {"S ", "C TlRMTVNTUAABAAAAB7IAAAAAAAAAAAAAAAAAAAAAAAA=",
	  "S TlRMTVNTUAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
	  "C "
	  "TlRMTVNTUAADAAAAGAAYAEAAAAAEAAQAWAAAAAYABgBcAAAADAAMAGIAAAAEAAQAbgAAAAAAAAByAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAA"
	  "AAAAAAAAAN6tvu9EAE8ATQBKAG8AcwDpAD3YAN5XAFMA"},
	 "Jos\xc3\xa9\xf0\x9f\x98\x80",
	 "deadbeef",
	 "DOM",
	 0,
	 false},
	{"NTLM",
	 {"C TlRMTVNTUAABAAAAB7IAAAAAAAAAAAAAAAAAAAAAAAA=",
	  "S TlRMTVNTUAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
	  "C "
	  "TlRMTVNTUAADAAAAGAAYAEAAAAAEAAQAWAAAAAMAAwBcAAAAAwADAF8AAAACAAIAYgAAAAAAAABkAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAA"
	  "AAAAAAAAAN6tvu9ET01CT0JXUw=="},
	 "BOB",
	 "deadbeef",
	 "DOM",
	 0,
	 false},
	{"NTLM",
	 {"C TlRMTVNTUAABAAAAB7IAAAAAAAAAAAAAAAAAAAAAAAA=",
	  "S TlRMTVNTUAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
	  "C TlRMTVNTUAADAAAAAgACADQAAAAAAAAANgAAAAAAAAA2AAAAAwADADYAAAACAAIAOQAAABEiQk9CV1M="},
	 "BOB",
	 "1122",
	 NULL,
	 0,
	 false},
	{"NTLM", {"C TlRMTVNTUAABAAAAB7IAAAAAAAAAAAAAAAAAAAAAAAA="}, NULL, NULL, NULL, 0, false},
	{"NTLM",
	 {"C TlRMTVNTUAABAAAAB7IAAAAAAAAAAAAAAAAAAAAAAAA=",
	  "S TlRMTVNTUAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", "C *"},
	 NULL,
	 NULL,
	 NULL,
	 0,
	 true},
	{"NTLM", {"C TlRMTVNTUAABAAAA"}, NULL, NULL, NULL, 0, false},
	{"EXTERNAL", {"C YUBi"}, "a@b", NULL, NULL, 1, false},
	{"EXTERNAL", {"C ="}, NULL, NULL, NULL, 1, false},
	{"ANONYMOUS", {"C c2lyaGM="}, "sirhc", NULL, NULL, 1, false},
	{"GSSAPI", {"C YIICAQ=="}, NULL, NULL, NULL, 0, false},
	{"KERBEROS_V4", {"S AAAA", "C YIICAQ=="}, NULL, NULL, NULL, 0, false},
	{"PLAINX", {"C dGVzdAB0ZXN0ADEyMzQ="}, NULL, NULL, NULL, 0, false},
	{"", {"C dGVzdAB0ZXN0ADEyMzQ="}, NULL, NULL, NULL, 0, false},
};

static size_t read_lines(size_t number, struct sasl_line *lines)
{
	size_t count = 0;

	for (; count < LINES_MAX && vectors[number].lines[count]; count++) {
		const char *line = vectors[number].lines[count];

		lines[count] = (struct sasl_line){.from = line[0] == 'C' ? SIDE_CLIENT : SIDE_SERVER,
						  .text = slice_from_text(line + 2)};
	}
	return count;
}

static void expect(const struct buffer *value, bool has_value, const char *wanted)
{
	ck_assert_int_eq(has_value, wanted != NULL);
	ck_assert(slice_equals(buffer_slice(value), slice_from_text(wanted ? wanted : "")));
}

START_TEST(test_vector)
{
	struct slice mechanism = slice_from_text(vectors[_i].mechanism);
	struct sasl_line lines[LINES_MAX];
	size_t count = read_lines((size_t)_i, lines);
	struct sasl_login login;

	sasl_read_login(mechanism, lines, count, &login);
	expect(&login.user, login.has_user, vectors[_i].user);
	expect(&login.secret, login.has_secret, vectors[_i].secret);
	ck_assert_int_eq(login.cancelled, vectors[_i].cancelled);
	expect(&login.realm, login.realm.len > 0, vectors[_i].realm);
	ck_assert_uint_eq(sasl_shown_lines(mechanism), vectors[_i].shown_lines);
	sasl_login_fini(&login);
}
END_TEST

START_TEST(test_decode_line)
{
	struct buffer out = {.limit = 0};

	ck_assert(sasl_decode_line(slice_from_text("="), &out));
	ck_assert(sasl_decode_line(slice_from_text(""), &out));
	ck_assert_uint_eq(out.len, 0);
	ck_assert(!sasl_decode_line(slice_from_text("*"), &out));
	ck_assert(!sasl_decode_line(slice_from_text("YQ"), &out));
	ck_assert(sasl_decode_line(slice_from_text("YQ=="), &out));
	ck_assert(slice_equals(buffer_slice(&out), slice_from_text("a")));
	buffer_fini(&out);
}
END_TEST

START_TEST(test_proofs)
{
	ck_assert(sasl_is_proof(slice_from_text("cnNwYXV0aD1lYTQw")));
	ck_assert(sasl_is_proof(slice_from_text("dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9")));
	ck_assert(sasl_is_proof(slice_from_text("dj0reA==")));
	ck_assert(!sasl_is_proof(slice_from_text("cj1meWtvLHM9UVNYLGk9NDA5Ng==")));
	ck_assert(!sasl_is_proof(slice_from_text("VXNlcm5hbWU6")));
	ck_assert(!sasl_is_proof(slice_from_text("")));
}
END_TEST

/* Lengths and offsets that point outside, at every place. */
/* What is marked as secret is no user, though it stands where he should. */
START_TEST(test_a_secret_is_no_user)
{
	struct sasl_line line = {.from = SIDE_CLIENT, .text = slice_from_text("cGFzcw=="), .secret = true};
	struct sasl_login login;

	sasl_read_login(slice_from_text("LOGIN"), &line, 1, &login);
	ck_assert(!login.has_user && login.has_secret);
	sasl_login_fini(&login);
	sasl_read_login(slice_from_text("EXTERNAL"), &line, 1, &login);
	ck_assert(!login.has_user);
	sasl_login_fini(&login);
}
END_TEST

/* Only what the server has asked for tells a name from a password that came first. */
START_TEST(test_a_password_that_came_first)
{
	struct sasl_line lines[] = {
		{.from = SIDE_SERVER, .text = slice_from_text("UGFzc3dvcmQ6")},
		{.from = SIDE_CLIENT, .text = slice_from_text("cGFzcw=="), .secret = true},
		{.from = SIDE_SERVER, .text = slice_from_text("VXNlcm5hbWU6")},
		{.from = SIDE_CLIENT, .text = slice_from_text("Ym9i"), .secret = true},
	};
	struct sasl_login login;

	sasl_read_login(slice_from_text("LOGIN"), lines, 4, &login);
	ck_assert(slice_equals(buffer_slice(&login.user), slice_from_text("bob")));
	ck_assert(slice_equals(buffer_slice(&login.secret), slice_from_text("pass")));
	sasl_login_fini(&login);
	sasl_read_login(slice_from_text("LOGIN"), lines + 1, 3, &login);
	ck_assert(!login.has_user);
	sasl_login_fini(&login);
	lines[2].text = slice_from_text("UGFzc3dvcmQ6"); /* it was the name after all */
	sasl_read_login(slice_from_text("LOGIN"), lines + 1, 3, &login);
	ck_assert(slice_equals(buffer_slice(&login.user), slice_from_text("pass")));
	ck_assert(slice_equals(buffer_slice(&login.secret), slice_from_text("bob")));
	sasl_login_fini(&login);
}
END_TEST

START_TEST(test_names_of_mechanisms)
{
	static const char *const names[] = {"LOGIN",	    "plain", "Plain",	    "SCRAM-SHA-1-PLUS", "GSSAPI",
					    "EXCHANGEAUTH", "X-OWN", "KERBEROS_V4", "FOO-BAR"};
	static const char *const others[] = {
		"Ym9iAHNlY3JldA==",	   "AGJvYgBzM2NyM3Q",	 "s3cr3t", "Secret", "FOO9",
		"AVERYLONGWORDINCAPITALS", "X-Ym9iAHNlY3JldA==", "s=cret"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(sasl_is_mechanism(slice_from_text(names[i])), "%s", names[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(!sasl_is_mechanism(slice_from_text(others[i])), "%s", others[i]);
	ck_assert(sasl_begins_by_client(slice_from_text("ntlm")));
	ck_assert(!sasl_begins_by_client(slice_from_text("PLAIN")));
}
END_TEST

START_TEST(test_prompts)
{
	static const char *const passwords[] = {
		"UGFzc3dvcmQ6", "UGFzc3dvcmQ=",	    "cGFzc3dvcmQ6",	   "UEFTU1dPUkQ6",
		"Password:",	"UGFzc3dvcmQ6AA==", "VXNlciBwYXNzd29yZA=="};
	static const char *const others[] = {"VXNlcm5hbWU6", "", "VXNlciBOYW1lAA==", "=", "PDE+"};

	for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++)
		ck_assert_msg(sasl_asks_password(slice_from_text(passwords[i])), "%s", passwords[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(!sasl_asks_password(slice_from_text(others[i])), "%s", others[i]);
}
END_TEST

START_TEST(test_ntlm_trusts_no_length)
{
	struct buffer whole = {0};
	struct buffer user = {0};
	struct buffer domain = {0};
	struct buffer response = {0};

	ck_assert(sasl_decode_line(
		slice_from_text("TlRMTVNTUAADAAAAGAAYAEAAAAAEAAQAWAAAAAYABgBcAAAADAAMAGIAAAAEAAQAbgAAAAAAAAByAAAAAQAAAA"
				"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAN6tvu9EAE8ATQBKAG8AcwDpAD3YAN5XAFMA"),
		&whole));
	for (size_t len = 0; len <= whole.len; len++) {
		uint8_t *copy = malloc(len + 1);

		memcpy(copy, whole.data, len);
		ck_assert_int_eq(ntlm_read_login(slice_of(copy, len), &user, &domain, &response), len >= 52);
		for (size_t at = 12; at < len; at++) {
			copy[at] = 0xff;
			ntlm_read_login(slice_of(copy, len), &user, &domain, &response);
		}
		free(copy);
	}
	buffer_fini(&whole);
	buffer_fini(&user);
	buffer_fini(&domain);
	buffer_fini(&response);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, test_decode_line);
	tcase_add_test(t, test_proofs);
	tcase_add_test(t, test_a_secret_is_no_user);
	tcase_add_test(t, test_a_password_that_came_first);
	tcase_add_test(t, test_names_of_mechanisms);
	tcase_add_test(t, test_prompts);
	tcase_add_test(t, test_ntlm_trusts_no_length);
}
