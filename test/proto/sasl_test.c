#include "proto/sasl.h"

#include <check.h>
#include <stdlib.h>

enum {
	LINES_MAX = 4,
};

/* Lines of the client begin with "C ", the server's with "S ". */
static const struct {
	const char *mechanism;
	const char *lines[LINES_MAX];
	const char *user; /* NULL: not known */
	const char *secret;
	const char *secret_lines; /* a letter a line: 's' for a secret one */
	bool cancelled;
} vectors[] = {
	{"PLAIN", {"C dGVzdAB0ZXN0ADEyMzQ="}, "test", "1234", "s", false},
	{"plain", {"S ", "C AHVzZXIAcGFzcw=="}, "user", "pass", ".s", false},
	{"PLAIN", {"C AHVzZXI="}, NULL, NULL, "s", false},
	{"PLAIN", {"C not base64"}, NULL, NULL, "s", false},
	{"PLAIN", {"S ", "C *"}, NULL, NULL, "..", true},
	{"PLAIN", {"C AAA="}, "", "", "s", false},
	{"LOGIN", {"S VXNlcm5hbWU6", "C dGVzdDE=", "S UGFzc3dvcmQ6", "C cGFzcw=="}, "test1", "pass", "...s", false},
	{"LOGIN", {"C dGVzdDE=", "S UGFzc3dvcmQ6", "C cGFzcw=="}, "test1", "pass", "..s", false},
	{"LOGIN", {"S VXNlcm5hbWU6", "C dGVzdDE=", "S UGFzc3dvcmQ6", "C *"}, "test1", NULL, "....", true},
	{"LOGIN", {"S VXNlcm5hbWU6"}, NULL, NULL, ".", false},
	{"CRAM-MD5",
	 {"S PDQxOTI5NDIzNDEuMTI4Mjg0NzJAc291cmNlZm91ci5hbmRyZXcuY211LmVkdT4=",
	  "C cmpzMyBlYzNhNTlmZWQzOTVhYmExZWM2MzY3YzRmNGI0MWFjMA=="},
	 "rjs3",
	 "ec3a59fed395aba1ec6367c4f4b41ac0",
	 ".s",
	 false},
	{"CRAM-MD5", {"S x", "C YSBiIGM="}, "a b", "c", ".s", false},
	{"CRAM-MD5", {"S x", "C YWJj"}, NULL, NULL, ".s", false},
	{"XOAUTH2", {"C dXNlcj1hQGIBYXV0aD1CZWFyZXIgdG9rZW4BAQ=="}, "a@b", "token", "s", false},
	{"OAUTHBEARER", {"C bixhPWFAYiwBaG9zdD1jAWF1dGg9QmVhcmVyIHRva2VuAQE="}, "a@b", "token", "s", false},
	{"DIGEST-MD5",
	 {"S x", "C dXNlcm5hbWU9ImNocmlzIixyZWFsbT0iZSIscmVzcG9uc2U9ZDM4OA=="},
	 "chris",
	 "d388",
	 ".s",
	 false},
	{"SCRAM-SHA-256",
	 {"C biwsbj11c2VyLHI9bm9uY2U=", "S cj1ub25jZQ==", "C Yz1iaXdzLHI9bm9uY2UscD1wcm9vZg=="},
	 "user",
	 "proof",
	 "..s",
	 false},
	{"EXTERNAL", {"C YUBi"}, "a@b", NULL, ".", false},
	{"EXTERNAL", {"C ="}, NULL, NULL, ".", false},
	{"ANONYMOUS", {"C c2lyaGM="}, "sirhc", NULL, ".", false},
	{"NTLM", {"C TlRMTVNTUAABAAAA"}, NULL, NULL, "s", false},
	{"PLAINX", {"C dGVzdAB0ZXN0ADEyMzQ="}, NULL, NULL, "s", false},
	{"", {"C dGVzdAB0ZXN0ADEyMzQ="}, NULL, NULL, "s", false},
};

static size_t read_lines(size_t number, struct sasl_line *lines)
{
	size_t count = 0;

	for (; count < LINES_MAX && vectors[number].lines[count]; count++) {
		const char *line = vectors[number].lines[count];

		lines[count] =
			(struct sasl_line){line[0] == 'C' ? SIDE_CLIENT : SIDE_SERVER, slice_from_text(line + 2)};
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
	ck_assert_uint_eq(strlen(vectors[_i].secret_lines), count);
	for (size_t i = 0; i < count; i++)
		ck_assert_int_eq(sasl_line_is_secret(mechanism, lines, i), vectors[_i].secret_lines[i] == 's');
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

int main(void)
{
	Suite *suite = suite_create("sasl");
	TCase *tests = tcase_create("sasl");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, test_vector, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(tests, test_decode_line);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
