#include "present/veil.h"

#include "../main.h"
#include "../proto/script.h"
#include "mail/session.h"

static const struct slice text = {(const uint8_t *)"abc\r\nfghijk", 11};

/* The marks as text: a star for each hidden byte, a dot for each other. */
static const char *marks_of(const bool *hidden, size_t len)
{
	static char out[100];

	for (size_t i = 0; i < len; i++)
		out[i] = hidden[i] ? '*' : '.';
	out[len] = '\0';
	return out;
}

START_TEST(bytes_are_marked_by_their_place)
{
	struct session_secret second = {.begin = 10, .end = 12};
	struct session_secret first = {.next = &second, .begin = 3, .end = 6};
	struct session s;
	bool hidden[11] = {false};

	session_init(&s, 1);
	s.secrets = &first;
	ck_assert(!veil_mark_known(&s, SIDE_CLIENT, 0, slice_sub(text, 0, 3), hidden));
	ck_assert(!veil_mark_known(&s, SIDE_CLIENT, 12, text, hidden));
	ck_assert(!veil_mark_known(&s, SIDE_SERVER, 0, text, hidden));
	ck_assert_str_eq(marks_of(hidden, 11), "...........");
	ck_assert(veil_mark_known(&s, SIDE_CLIENT, 0, text, hidden));
	ck_assert_str_eq(marks_of(hidden, 11), ".....*....*");
	memset(hidden, 0, sizeof(hidden));
	ck_assert(veil_mark_known(&s, SIDE_CLIENT, 4, text, hidden));
	ck_assert_str_eq(marks_of(hidden, 11), "**....**...");
	s.secrets = NULL;
	session_fini(&s);
}
END_TEST

/* Packets of sessions that are forgotten are still listed. */
START_TEST(what_belongs_to_no_session_is_marked_by_its_looks)
{
	static const struct {
		const char *text;
		const char *marks;
	} vectors[] = {
		{"PASS ab\r\nSTAT", ".....**"},
		{"AUTH PLAIN AGFubgB4eA==\r\n", ".....******************"},
		{"EHLO me\r\n", "........."},
		{"czNjcjN0WFk=\r\n", "************.."},
		{"GET / HTTP/1.0\r\nAuthorization: Basic YW5uOnh4eA==\r\n", NULL},
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct slice bytes = slice_from_text(vectors[i].text);
		bool hidden[100] = {false};
		bool any = veil_mark_stray(bytes, hidden);

		ck_assert_msg(any == (i != 2), "%s", vectors[i].text);
		if (vectors[i].marks == NULL) {
			ck_assert(!hidden[0] && hidden[31] && hidden[45]);
			continue;
		}
		for (size_t at = 0; at < bytes.len && strchr("\r\n", bytes.data[at]) == NULL; at++)
			ck_assert_msg(hidden[at] == (vectors[i].marks[at] == '*'), "%s at %zu", vectors[i].text, at);
	}
}
END_TEST

START_TEST(a_run_becomes_one_mask_whatever_its_length)
{
	static const bool hidden[] = {false, true, true, true, false, false, false, true, false, true, true};
	static const bool all[11] = {true, true, true, true, true, true, true, true, true, true, true};
	uint8_t bytes[11];
	struct buffer out = {0};
	bool inside = false;

	memcpy(bytes, text.data, 11);
	veil_overwrite(bytes, hidden, 11);
	ck_assert_int_eq(memcmp(bytes, "a***\nfg*i**", 11), 0);
	veil_append(&out, text, hidden, &inside);
	ck_assert(inside);
	veil_append(&out, text, all, &inside); /* the next piece goes on with it */
	ck_assert(slice_equals(buffer_slice(&out), slice_from_text("a********\nfg********i********")));
	buffer_fini(&out);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, bytes_are_marked_by_their_place);
	tcase_add_test(t, what_belongs_to_no_session_is_marked_by_its_looks);
	tcase_add_test(t, a_run_becomes_one_mask_whatever_its_length);
}
