#include "proto/suspect.h"

#include "../main.h"
#include "script.h"

START_TEST(what_looks_like_base64)
{
	static const char *const encoded[] = {"czNjcjN0WFk=", "AGJvYgBzM2NyM3RYWQ==", "U3VwM3JTZWNyZXQ",
					      "TlRMTVNTUAABAAAA"};
	static const char *const words[] = {"Greeting", "AUTHENTICATE", "example",   "a.b@c.example",
					    "20261123", "short=",	"X-FOO-BAR", ""};

	for (size_t i = 0; i < sizeof(encoded) / sizeof(encoded[0]); i++)
		ck_assert_msg(suspect_is_base64(slice_from_text(encoded[i])), "%s", encoded[i]);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_msg(!suspect_is_base64(slice_from_text(words[i])), "%s", words[i]);
}
END_TEST

START_TEST(what_may_be_a_login)
{
	static const char *const logins[] = {"a1 LOGIN bob secret",
					     "PASSsecret",
					     "Authorization: Basic Ym9iOngK",
					     "ATUH PLAIN AGJvYgBzM2NyM3RYWQ==",
					     "Cookie: a=b",
					     "czNjcjN0WFk=",
					     "foo czNjcjN0WFk= bar",
					     "my password is x"};
	static const char *const others[] = {
		"XFOO bar", "GET / HTTP/1.0", "Subject: hello", "EHLO mx.example.com", "text/plain; charset=utf-8", ""};

	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++)
		ck_assert_msg(suspect_is_login(slice_from_text(logins[i])), "%s", logins[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(!suspect_is_login(slice_from_text(others[i])), "%s", others[i]);
}
END_TEST

START_TEST(what_may_be_repeated)
{
	static const struct {
		const char *text;
		const char *piece; /* NULL: none */
	} vectors[] = {
		{"unrecognised command \"abc\"", "abc"},
		{"unrecognised command \"a\"b\" here", "a\"b"},
		{"unknown: `abc'", "abc"},
		{"unknown: 'abc", "abc"},
		{"I don't know that, it's odd", NULL},
		{"no such thing", NULL},
		{"bad line czNjcjN0WFk=.", "czNjcjN0WFk=."},
		{"[czNjcjN0WFk=] is bad", "czNjcjN0WFk="},
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct slice text = slice_from_text(vectors[i].text);
		size_t begin = 0;
		size_t end = 0;
		bool found = suspect_find(text, 0, SUSPECT_BASE64 | SUSPECT_QUOTED, &begin, &end);

		ck_assert_msg(found == (vectors[i].piece != NULL), "%s", vectors[i].text);
		if (found)
			ck_assert_msg(
				slice_equals(slice_sub(text, begin, end - begin), slice_from_text(vectors[i].piece)),
				"%s: %zu to %zu", vectors[i].text, begin, end);
		if (found) /* and nothing more after it */
			ck_assert_msg(!suspect_find(text, end, SUSPECT_BASE64 | SUSPECT_QUOTED, &begin, &end), "%s",
				      vectors[i].text);
	}
}
END_TEST

START_TEST(what_follows_the_word_pass)
{
	static const struct {
		const char *text;
		const char *piece; /* NULL: none */
	} vectors[] = {
		{"bad command PASS x", "x"},
		{"USER ann PASS two words", "two words"},
		{"pass: abc", "abc"},
		{"PASS=abc", "abc"},
		{"unknown \"PASS abc\"", "abc\""},
		{"unknown PASS", NULL},
		{"PASSAGE abc", NULL},
		{"password wrong", NULL},
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct slice text = slice_from_text(vectors[i].text);
		size_t begin = 0;
		size_t end = 0;
		bool found = suspect_find(text, 0, SUSPECT_PASS, &begin, &end);

		ck_assert_msg(found == (vectors[i].piece != NULL), "%s", vectors[i].text);
		if (found)
			ck_assert_msg(
				slice_equals(slice_sub(text, begin, end - begin), slice_from_text(vectors[i].piece)),
				"%s", vectors[i].text);
		ck_assert(!suspect_find(text, 0, 0, &begin, &end));
	}
}
END_TEST

START_TEST(what_follows_the_word_login)
{
	size_t begin;
	size_t end;
	struct slice text = slice_from_text("unknown: LOGIN ann two words");

	ck_assert(suspect_find(text, 0, SUSPECT_LOGIN, &begin, &end));
	ck_assert(slice_equals(slice_sub(text, begin, end - begin), slice_from_text("ann two words")));
	ck_assert(!suspect_find(slice_from_text("LOGIN failed."), 0, SUSPECT_LOGIN, &begin, &end));
	ck_assert(!suspect_find(slice_from_text("no LOGIN"), 0, SUSPECT_LOGIN, &begin, &end));
}
END_TEST

START_TEST(base64_as_the_lazy_write_it)
{
	static const char *const vectors[][2] = {
		{"Zm9vYg==", "foob"}, {"Zm9vYg", "foob"}, {"Zm9vYmE", "fooba"}, {"Zh==", "f"}, {"Zm9v", "foo"}};
	struct buffer out = {0};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		buffer_clear(&out);
		ck_assert_msg(suspect_decode(slice_from_text(vectors[i][0]), &out), "%s", vectors[i][0]);
		ck_assert(slice_equals(buffer_slice(&out), slice_from_text(vectors[i][1])));
	}
	buffer_clear(&out);
	ck_assert(!suspect_decode(slice_from_text("Zm9vY"), &out));
	ck_assert(!suspect_decode(slice_from_text("no base64!"), &out));
	ck_assert(!suspect_decode(slice_from_text(""), &out));
	ck_assert_uint_eq(out.len, 0);
	buffer_fini(&out);
}
END_TEST

START_TEST(names_and_what_is_more)
{
	/* bob; bob@example.com; n,,n=bob,r=x; plain */
	static const char *const names[] = {"Ym9i", "Ym9iQGV4YW1wbGUuY29t", "biwsbj1ib2Iscj14", "bob@example.com"};
	/* NUL bob NUL secret, with and without padding; bob and a digest; user=bob U+0001 auth=Bearer x; two words */
	static const char *const others[] = {"AGJvYgBzM2NyM3Q=", "AGJvYgBzM2NyM3Q",
					     "Ym9iIGVjM2E1OWZlZDM5NWFiYTFlYzYzNjdjNGY0YjQxYWMw",
					     "dXNlcj1ib2IBYXV0aD1CZWFyZXIgeAEB", "Ym9i c2VjcmV0"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(suspect_is_name(slice_from_text(names[i])), "%s", names[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_msg(!suspect_is_name(slice_from_text(others[i])), "%s", others[i]);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, what_looks_like_base64);
	tcase_add_test(t, what_may_be_a_login);
	tcase_add_test(t, what_may_be_repeated);
	tcase_add_test(t, what_follows_the_word_pass);
	tcase_add_test(t, what_follows_the_word_login);
	tcase_add_test(t, base64_as_the_lazy_write_it);
	tcase_add_test(t, names_and_what_is_more);
}
