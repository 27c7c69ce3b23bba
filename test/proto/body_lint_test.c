#include "proto/body_lint.h"

#include "../main.h"
#include "script.h"

/* A mail and what is found in it: the facts that are not as in a plain mail. */
static const struct {
	const char *name;
	const char *mail;
	const char *said;
} vectors[] = {
	{"plain", "From: a\r\nDate: b\r\nMessage-ID: <c>\r\n\r\nHi\r\n", "from=a id=<c> line=15"},
	{"nothing", "", ""},
	{"no body", "From: a\r\nTo: b\r\n", "from=a to=b dates=0 ids=0 line=7"},
	{"no end of the header", "From: a", "from=a dates=0 ids=0 line=7"},
	{"folded", "From: a\r\n b\r\nTo: c\r\n\td\r\n\r\n", "from=a\r\n b to=c\r\n\td dates=0 ids=0 line=7"},
	{"bare line feeds", "From: a\nDate: b\nMessage-ID: <c>\n\nHi\n", "from=a id=<c> line=15"},
	{"fields that are doubled", "From: a\r\nFrom: b\r\nDate: c\r\nDate: d\r\nMessage-ID: <e>\r\n\r\n",
	 "from=a id=<e> froms=2 dates=2 line=15"},
	{"received", "Received: x\r\nReceived: y\r\n\r\n", "froms=0 dates=0 ids=0 received=2 line=11"},
	{"8 bits in the body", "From: a\r\n\r\ngr\xc3\xbcn\r\n", "from=a dates=0 ids=0 body8 line=7"},
	{"8 bits in the header", "From: \xfc\r\n\r\n", "from=\xfc dates=0 ids=0 header8 line=7"},
	{"dots", "From: a\r\n\r\n..\r\n.x\r\n...\r\n", "from=a dates=0 ids=0 line=7 dots=3/2"},
	{"a field in the body is none", "From: a\r\n\r\nDate: b\r\n", "from=a dates=0 ids=0 line=7"},
	{"a split letter", "Subject: =?utf-8?B?w7zD?=\r\n\r\n", "froms=0 dates=0 ids=0 split line=25"},
	{"a whole letter", "Subject: =?utf-8?B?w7w=?=\r\n\r\n", "froms=0 dates=0 ids=0 line=25"},
	{"half of a pair", "Subject: =?GB2312?Q?=B0=A1=B0?=\r\n\r\n", "froms=0 dates=0 ids=0 split line=31"},
	{"a pair", "Subject: =?GB2312?Q?=B0=A1?=\r\n\r\n", "froms=0 dates=0 ids=0 line=28"},
	{"no word", "Subject: =?x?= =?utf-8?B?\r\n\r\n", "froms=0 dates=0 ids=0 line=25"},
};

#define M "From: a\r\n\r\nHi"
static const struct {
	const char *mail;
	bool hides;
} ends[] = {
	{M "\n.\nMAIL FROM:<x@y>\r\n", true},
	{M "\n.\r\nMAIL FROM:<x@y>\r\n", true},
	{M "\r\n.\nMAIL FROM:<x@y>\r\n", true},
	{M "\r.\rMAIL FROM:<x@y>\r", true},
	{M "\r\n.\rmail from:<x@y>\r\n", true},
	{M "\r.\r\nRCPT TO:<x@y>\r\n", true},
	{M "\n.\n\r\n\nEHLO x\r\n", true},
	{M "\n.\n.\nDATA\n", true},
	{M "\n.\nBDAT 5 LAST", true},
	{".\nRSET\r\n", true},
	{M "\n.\nMAIL FROM:<0123456789012345678901234567890123456789012345678901234567890123456789@y>\r\n", true},
	{M "\r\n.\r\nMAIL FROM:<x@y>\r\n", false}, /* a true end */
	{M "\nMAIL FROM:<x@y>\r\n", false},
	{M "\n..\nMAIL FROM:<x@y>\r\n", false},
	{M "\n.x\nMAIL FROM:<x@y>\r\n", false},
	{M ".\nMAIL FROM:<x@y>\r\n", false},
	{M "\n.\nMail me tomorrow\r\n", false},
	{M "\n.\nx MAIL FROM:<x@y>\r\n", false},
	{M "\n.\nQUIT\r\n", false},
	{M "\n.\nText\r\nMAIL FROM:<x@y>\r\n", false},
	{M "\n.\n", false},
};

START_TEST(ends_that_only_some_servers_see)
{
	struct slice mail = slice_from_text(ends[_i].mail);

	for (size_t piece_len = 1; piece_len <= mail.len; piece_len++) {
		struct body_lint i;

		body_lint_init(&i);
		for (size_t at = 0; at < mail.len; at += piece_len)
			body_lint_feed(&i, slice_sub(mail, at, piece_len));
		body_lint_finish(&i);
		ck_assert_msg(i.has_hidden_command == ends[_i].hides, "pieces of %zu", piece_len);
		body_lint_fini(&i);
	}
}
END_TEST

START_TEST(nothing_is_seen_over_a_gap)
{
	static const char mail[] = M "\n.\nMAIL FROM:<x@y>\r\n";

	for (size_t at = sizeof(M); at + 1 < sizeof(M) + 4; at++) {
		struct body_lint i;

		body_lint_init(&i);
		body_lint_feed(&i, slice_of(mail, at));
		body_lint_gap(&i);
		body_lint_feed(&i, slice_after(slice_from_text(mail), at));
		body_lint_finish(&i);
		ck_assert(!i.has_hidden_command);
		body_lint_fini(&i);
	}
}
END_TEST

static void put(struct buffer *out, const char *format, struct slice value)
{
	if (value.data == NULL)
		return;
	buffer_append_text(out, out->len > 0 ? " " : "");
	buffer_append_text(out, format);
	buffer_append(out, value);
}

static void put_count(struct buffer *out, const char *name, uint64_t count, uint64_t usual)
{
	if (count != usual)
		buffer_printf(out, "%s%s=%u", out->len > 0 ? " " : "", name, (unsigned int)count);
}

static void put_flag(struct buffer *out, const char *name, bool is_set)
{
	if (is_set)
		buffer_printf(out, "%s%s", out->len > 0 ? " " : "", name);
}

static void describe(const struct body_lint *i, struct buffer *out)
{
	bool is_said = i->has_header && i->header.len > 0;

	put(out, "from=", i->from);
	put(out, "to=", i->to);
	put(out, "id=", i->message_id);
	put_count(out, "froms", is_said ? i->from_count : 1, 1);
	put_count(out, "dates", is_said ? i->date_count : 1, 1);
	put_count(out, "ids", is_said ? i->message_id_count : 1, 1);
	put_count(out, "received", i->received_count, 0);
	put_flag(out, "body8", i->has_8bit_body);
	put_flag(out, "header8", i->has_8bit_header);
	put_flag(out, "split", i->has_split_word);
	put_count(out, "line", i->longest_line, 0);
	if (i->dotted_lines > 0)
		buffer_printf(out, " dots=%u/%u", i->dotted_lines, i->doubled_lines);
	buffer_append_byte(out, '\0');
}

static void expect(size_t number, size_t piece_len)
{
	struct slice rest = slice_from_text(vectors[number].mail);
	struct buffer said = {0};
	struct body_lint i;

	body_lint_init(&i);
	while (rest.len > 0) {
		body_lint_feed(&i, slice_sub(rest, 0, piece_len));
		rest = slice_after(rest, piece_len);
	}
	body_lint_finish(&i);
	describe(&i, &said);
	ck_assert_msg(strcmp((const char *)said.data, vectors[number].said) == 0, "%s by %zu: %s", vectors[number].name,
		      piece_len, (const char *)said.data);
	body_lint_fini(&i);
	buffer_fini(&said);
}

START_TEST(mails_in_pieces_of_any_size)
{
	for (size_t len = 1; len < 80; len++)
		expect((size_t)_i, len);
	expect((size_t)_i, SIZE_MAX);
}
END_TEST

START_TEST(a_gap_in_the_header_leaves_it_unread)
{
	struct body_lint i;

	body_lint_init(&i);
	body_lint_feed(&i, slice_from_text("From: a\r\nDa"));
	body_lint_gap(&i);
	body_lint_feed(&i, slice_from_text("te: b\r\n\r\nHi\r\n"));
	body_lint_finish(&i);
	ck_assert(i.has_gap && !i.has_header);
	ck_assert_uint_eq(i.from_count, 0);
	body_lint_fini(&i);
}
END_TEST

START_TEST(a_header_without_end_is_given_up)
{
	struct body_lint i;

	body_lint_init(&i);
	for (size_t at = 0; at < BODY_LINT_HEADER_MAX; at += 8)
		body_lint_feed(&i, slice_from_text("X: 123\r\n"));
	body_lint_feed(&i, slice_from_text("From: a\r\n\r\n"));
	body_lint_finish(&i);
	ck_assert(!i.has_header);
	ck_assert_uint_le(i.header.len, BODY_LINT_HEADER_MAX);
	body_lint_fini(&i);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, ends_that_only_some_servers_see, 0, sizeof(ends) / sizeof(ends[0]));
	tcase_add_test(t, nothing_is_seen_over_a_gap);
	tcase_add_loop_test(t, mails_in_pieces_of_any_size, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, a_gap_in_the_header_leaves_it_unread);
	tcase_add_test(t, a_header_without_end_is_given_up);
}
