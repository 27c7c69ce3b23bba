#include "diagnosis/phrase.h"

#include "../main.h"
#include "../proto/script.h"

static const struct {
	const char *text;
	const char *pieces;
	bool found;
	bool in_hosts; /* what counts in the names of hosts too */
} vectors[] = {
	{"blocked by our RBL", "rbl", true, true},
	{"RBL: blocked", "rbl", true, true},
	{"an (rbl) entry", "rbl", true, true},
	{"see rbl_list", "rbl", true, true},
	{"warbler here", "rbl", false, false},
	{"MARBLEHEAD", "rbl", false, false},
	{"greylisted for now", "greylist", true, true}, /* it may go on */
	{"listed at rbl.example.org", "rbl", false, true},
	{"listed at zen.spamhaus.org", "spamhaus", false, true},
	{"listed at zen.spamhaus.org", "sorbs|spamhaus.", true, true},
	{"https://www.spamhaus.org/query?ip=192.0.2.1&to=a@b.example", "spamhaus.", true, true},
	{"relay-1.example.com says no", "relay", false, true},
	{"warbler.example.com", "rbl.", false, false},
	{"marbl.example.com", "rbl.", false, false},
	{"Throttled.Please wait", "throttl", true, true}, /* a blank is missing, it is no name */
	{"limit.Rate limit", "rate limit", true, true},
	{"#5.7.1-SPF failed", "spf", true, true},
	{"<loop@example.com>: unknown", "loop", false, false},
	{"<a.loop-b@example.com>: unknown", "loop", false, false},
	{"<bob@rbl.example.com>: unknown", "rbl.", false, false},
	{"<bob@rbl.example.com>: unknown", "bob@rbl", true, true},
	{"<loop@example.com>: loop", "loop", true, true}, /* it stands there once more */
	{"5.7.60", "5.7.6", false, false},
	{"5.7.6.1", "5.7.6", false, false},
	{"5.7.6.", "5.7.6", true, true},
	{"15.7.6", "5.7.6", false, false},
	{"1.5.7.6", "5.7.6", false, false},
	{"[IN-USE] locked", "[in-use]", true, true},
	{"x[in-use]", "[in-use]", true, true},
	{"", "rbl", false, false},
	{"rb", "rbl", false, false},
	{"\xc3\xa4rbl", "rbl", false, false},
};

START_TEST(a_word_is_found_where_it_is_one)
{
	struct slice text = slice_from_text(vectors[_i].text);
	bool in_hosts = false;

	ck_assert_msg(phrase_any(text, vectors[_i].pieces) == vectors[_i].found, "%s", vectors[_i].text);
	for (const char *piece = vectors[_i].pieces; *piece != '\0'; piece += strspn(piece, "|")) {
		size_t len = strcspn(piece, "|");

		in_hosts |= phrase_stands_in(text, slice_of(piece, len), true);
		piece += len;
	}
	ck_assert_msg(in_hosts == vectors[_i].in_hosts, "%s", vectors[_i].text);
}
END_TEST

START_TEST(no_pieces_are_never_found)
{
	ck_assert(!phrase_any(slice_from_text("anything"), ""));
	ck_assert(!phrase_stands_in(slice_from_text("anything"), slice_of(NULL, 0), true));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, a_word_is_found_where_it_is_one, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, no_pieces_are_never_found);
}
