#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../main.h"
#include "base/clock.h"
#include "filter/expression.h"
#include "filter/filter.h"

#define NOW (INT64_C(1795870800) * CLOCK_NS_PER_S) /* 2026-11-28 13:00 UTC */

static struct expression *parse(const char *text)
{
	struct expression_fault fault;
	struct expression *e = expression_new(text, NOW, &fault);

	ck_assert_msg(e != NULL, "%s: at %zu: %s", text, fault.at, fault.why.text);
	return e;
}

/* A connection from 192.0.2.10 to port 25 of 192.0.2.25. */
static bool passes_packets(const struct expression_term *t)
{
	static const uint8_t client[] = {192, 0, 2, 10};
	static const uint8_t server[] = {192, 0, 2, 25};

	return filter_matches_flow(t->packets, &(struct filter_flow){client, server, 4, 40000, 25});
}

/* Words of one letter: capitals are so, small ones are not, others are not decided. */
static enum expression_truth test_letter(void *ctx, const struct expression_term *t)
{
	int *tested = ctx;

	if (tested != NULL)
		++*tested;
	if (t->word == EXPRESSION_PACKETS)
		return passes_packets(t) ? EXPRESSION_YES : EXPRESSION_NO;
	if (t->word == EXPRESSION_FAILED)
		return EXPRESSION_YES;
	if (t->text.data[0] >= 'A' && t->text.data[0] <= 'Z')
		return EXPRESSION_YES;
	return t->text.data[0] >= 'a' && t->text.data[0] <= 'z' ? EXPRESSION_NO : EXPRESSION_OPEN;
}

static const struct {
	const char *text;
	enum expression_truth truth;
} truths[] = {
	{"", EXPRESSION_YES},
	{"  ", EXPRESSION_YES},
	{"A", EXPRESSION_YES},
	{"a", EXPRESSION_NO},
	{"?", EXPRESSION_OPEN},
	{"A B", EXPRESSION_YES},
	{"A b", EXPRESSION_NO},
	{"A and B && C", EXPRESSION_YES},
	{"a or B", EXPRESSION_YES},
	{"a || b", EXPRESSION_NO},
	{"A or b c", EXPRESSION_YES}, /* and before or */
	{"b c or A", EXPRESSION_YES},
	{"(A or b) c", EXPRESSION_NO},
	{"not a", EXPRESSION_YES},
	{"!a", EXPRESSION_YES},
	{"! a B", EXPRESSION_YES}, /* not before and */
	{"not A B", EXPRESSION_NO},
	{"not (A b)", EXPRESSION_YES},
	{"not not A", EXPRESSION_YES},
	{"NOT a AND (b OR C)", EXPRESSION_YES},
	{"? a", EXPRESSION_NO},
	{"? A", EXPRESSION_OPEN},
	{"? or A", EXPRESSION_YES},
	{"? or a", EXPRESSION_OPEN},
	{"not ?", EXPRESSION_OPEN},
	{"failed", EXPRESSION_YES},
	{"not failed", EXPRESSION_NO},
	{"\"A\"", EXPRESSION_YES},
	{"/A b/", EXPRESSION_YES},
	/* tcpdump's */
	{"port 25", EXPRESSION_YES},
	{"port 110", EXPRESSION_NO},
	{"port 110 or 25", EXPRESSION_YES},
	{"port (110 or 25)", EXPRESSION_YES},
	{"tcp port 25 and host 192.0.2.10", EXPRESSION_YES},
	{"tcp", EXPRESSION_YES},
	{"udp", EXPRESSION_NO},
	{"ip6 or ip", EXPRESSION_YES},
	{"ip host 192.0.2.25", EXPRESSION_YES},
	{"net 192.0.2.0/24", EXPRESSION_YES},
	{"net 192.0.2.0 mask 255.255.255.0", EXPRESSION_YES},
	{"src or dst port 25", EXPRESSION_YES},
	{"src and dst port 25", EXPRESSION_NO},
	{"portrange 20-30", EXPRESSION_YES},
	{"tcp[2:2] = 25", EXPRESSION_YES},
	{"tcp[2:2] & 0xff != 25", EXPRESSION_YES}, /* on the way back */
	{"ip[9] = 17", EXPRESSION_NO},
	/* one packet has both, or no one has */
	{"src host 192.0.2.10 and dst port 25", EXPRESSION_YES},
	{"src host 192.0.2.25 and dst port 25", EXPRESSION_NO},
	{"src host 192.0.2.25 dst port 25", EXPRESSION_NO},
	/* both together */
	{"port 25 A", EXPRESSION_YES},
	{"A port 25 b", EXPRESSION_NO},
	{"port 110 or A", EXPRESSION_YES},
	{"port 25 or port 110 a", EXPRESSION_YES},
	{"(port 25 or port 110) a", EXPRESSION_NO},
	{"not port 110 A", EXPRESSION_YES},
	{"not (port 25 or A)", EXPRESSION_NO},
	{"port 25 failed", EXPRESSION_YES},
};

START_TEST(an_expression_is_as_true_as_its_words)
{
	struct expression *e = parse(truths[_i].text);

	ck_assert_msg(expression_weigh(e, test_letter, NULL) == truths[_i].truth, "%s", truths[_i].text);
	expression_free(e);
}
END_TEST

static const struct {
	const char *text;
	size_t at;
	size_t len;
	const char *why;
} faults[] = {
	{"(", 1, 0, "missing"},
	{"A (b", 2, 1, "not closed"},
	{"A)", 1, 1, "never opened"},
	{"A or", 4, 0, "missing"},
	{"or A", 0, 2, "missing"},
	{"A and and B", 6, 3, "missing"},
	{"not", 3, 0, "missing"},
	{"A \"b", 2, 2, "its end"},
	{"subject:/x", 0, 10, "its end"},
	{"slow", 0, 0, ""}, /* a word to look for */
	{"slow:1s", 0, 7, "slow>1s"},
	{"slow>", 0, 5, "slow>1s"},
	{"slow>x", 5, 1, "no duration"},
	{"slow>1x", 5, 2, "no duration"},
	{"slow>0x10", 5, 4, "no duration"},
	{"slow>1e3", 5, 3, "no duration"},
	{"slow>.5", 5, 2, "no duration"},
	{"size>10q", 5, 3, "no size"},
	{"size>99999999999999999999", 5, 20, "no size"},
	{"mails>1.5", 6, 3, "no number"},
	{"mails:3", 0, 7, "mails>3"},
	{"from>alice", 0, 10, "from:alice@"},
	{"from:", 0, 5, "from:alice@"},
	{"from:\"\"", 5, 2, "missing"},
	{"failed:x", 0, 8, "stands alone"},
	{"port:x", 5, 1, "no ports"},
	{"port:70000", 5, 5, "no ports"},
	{"port:25;", 0, 0, ""},
	{"net:192.0.2.0", 4, 9, "no network"},
	{"net:192.0.2.0/33", 4, 12, "no network"},
	{"net:2001:db8::/129", 4, 14, "no network"},
	{"since:25:00", 6, 5, "no time"},
	{"subject:/(/", 8, 3, "missing"},
	{"A host", 2, 0, "syntax error"},
	{"A port nosuchport", 2, 0, "nosuchport"},
	{"subject:\xff", 8, 1, "UTF-8"},
};

START_TEST(what_is_wrong_is_said_with_its_place)
{
	struct expression_fault fault;
	struct expression *e = expression_new(faults[_i].text, NOW, &fault);

	if (faults[_i].why[0] == '\0') {
		ck_assert_msg(e != NULL, "%s: %s", faults[_i].text, fault.why.text);
		expression_free(e);
		return;
	}
	ck_assert_msg(e == NULL, "%s", faults[_i].text);
	ck_assert_msg(strstr(fault.why.text, faults[_i].why) != NULL, "%s: %s", faults[_i].text, fault.why.text);
	ck_assert_msg(fault.at == faults[_i].at && fault.len == faults[_i].len, "%s: at %zu, %zu bytes",
		      faults[_i].text, fault.at, fault.len);
}
END_TEST

/* The one term of an expression. */
static enum expression_truth keep_term(void *ctx, const struct expression_term *t)
{
	*(const struct expression_term **)ctx = t;
	return EXPRESSION_YES;
}

static const struct expression_term *only_term(const struct expression *e)
{
	const struct expression_term *t = NULL;

	expression_weigh(e, keep_term, &t);
	ck_assert_ptr_nonnull(t);
	return t;
}

static const struct {
	const char *text;
	enum expression_word word;
	int64_t number;
	bool below; /* what is one less, the number, what is one more */
	bool at;
	bool above;
} numbers[] = {
	{"slow>1s", EXPRESSION_SLOW, CLOCK_NS_PER_S, false, false, true},
	{"slow>=1.5", EXPRESSION_SLOW, 1500 * CLOCK_NS_PER_MS, false, true, true},
	{"SLOW<200ms", EXPRESSION_SLOW, 200 * CLOCK_NS_PER_MS, true, false, false},
	{"slow<=2m", EXPRESSION_SLOW, 120 * CLOCK_NS_PER_S, true, true, false},
	{"slow>30us", EXPRESSION_SLOW, 30 * CLOCK_NS_PER_US, false, false, true},
	{"size>10k", EXPRESSION_SIZE, 10240, false, false, true},
	{"size>1.5M", EXPRESSION_SIZE, 3 << 19, false, false, true},
	{"size=0", EXPRESSION_SIZE, 0, false, true, false},
	{"mails>=3", EXPRESSION_MAILS, 3, false, true, true},
	{"since:5m", EXPRESSION_SINCE, NOW - 300 * CLOCK_NS_PER_S, false, true, true},
	{"since:12:30", EXPRESSION_SINCE, NOW - 1800 * CLOCK_NS_PER_S, false, true, true},
	{"since:12:30:15", EXPRESSION_SINCE, NOW - 1785 * CLOCK_NS_PER_S, false, true, true},
	{"since:2026-11-28", EXPRESSION_SINCE, NOW - 13 * 3600 * CLOCK_NS_PER_S, false, true, true},
	{"since:2026-11-27T12:00", EXPRESSION_SINCE, NOW - 25 * 3600 * CLOCK_NS_PER_S, false, true, true},
	{"since:2026-11-28T12:59:59", EXPRESSION_SINCE, NOW - CLOCK_NS_PER_S, false, true, true},
};

START_TEST(numbers_have_units_and_are_compared)
{
	struct expression *e;
	const struct expression_term *t;

	setenv("TZ", "UTC", 1);
	e = parse(numbers[_i].text);
	t = only_term(e);
	ck_assert_int_eq(t->word, numbers[_i].word);
	ck_assert_msg(t->number == numbers[_i].number, "%s: %lld", numbers[_i].text, (long long)t->number);
	ck_assert_int_eq(expression_term_compares(t, t->number - 1), numbers[_i].below);
	ck_assert_int_eq(expression_term_compares(t, t->number), numbers[_i].at);
	ck_assert_int_eq(expression_term_compares(t, t->number + 1), numbers[_i].above);
	expression_free(e);
}
END_TEST

static const struct {
	const char *text;
	const char *in;
	bool finds;
} finds[] = {
	{"invoice", "Your Invoice 7", true},
	{"invoice", "Your Invoic", false},
	{"subject:\"a b\"", "xA By", true},
	{"subject:\"a b\"", "ab", false},
	{"subject:发票", "回复：发票 2026", true},
	{"subject:发票", "发 票", false},
	{"subject:GRÜSSE", "viele grüsse", true},
	{"subject:grüße", "VIELE GRÜSSE", true}, /* as letters fold */
	{"subject:ΣΟΦΌΣ", "σοφός", true},
	{"subject:cafe\xcc\x81", "CAF\xc3\x89", true},	  /* composed or not */
	{"subject:\xef\xbc\xa1\xef\xbc\xa2", "ab", true}, /* letters of full width, in a text of ASCII */
	{"subject:ab", "\xef\xbc\xa1\xef\xbc\xa2", true},
	{"subject:bob", "b\xffob \xfe BOB", true}, /* not UTF-8 */
	{"subject:/^re:/", "RE: x", true},
	{"subject:/^re:/", "x re:", false},
	{"subject:/in.*e$/", "an INVOICE", true},
	{"subject:/发.+6/", "发票 26", true},
	{"/a|b/", "xbx", true},
	{"subject:/(a+)+$/", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false}, /* gives up */
	{"path/of/files", "a path/of/files", true},
	{"subject:a/b", "A/B", true},
};

START_TEST(texts_compare_without_their_case_in_any_script)
{
	struct expression *e = parse(finds[_i].text);

	ck_assert_msg(expression_term_finds(only_term(e), slice_from_text(finds[_i].in)) == finds[_i].finds, "%s in %s",
		      finds[_i].text, finds[_i].in);
	expression_free(e);
}
END_TEST

static const struct {
	const char *text;
	const char *address;
	bool has;
} addresses[] = {
	{"192.0.2.7", "192.0.2.7", true},
	{"192.0.2.7", "192.0.2.8", false},
	{"host:192.0.2.7", "192.0.2.7", true},
	{"net:192.0.2.0/25", "192.0.2.127", true},
	{"net:192.0.2.0/25", "192.0.2.128", false},
	{"net:0.0.0.0/0", "8.8.8.8", true},
	{"192.0.2.0/24", "192.0.2.1", true},
	{"2001:db8::7", "2001:db8::7", true},
	{"net:2001:db8::/33", "2001:db8:7fff::1", true},
	{"net:2001:db8::/33", "2001:db8:8000::1", false},
	{"192.0.2.7", "2001:db8::7", false},
};

START_TEST(addresses_and_networks)
{
	struct expression *e = parse(addresses[_i].text);
	const struct expression_term *t = only_term(e);
	bool is_ipv6 = strchr(addresses[_i].address, ':') != NULL;
	uint8_t bytes[16];

	ck_assert_int_eq(inet_pton(is_ipv6 ? AF_INET6 : AF_INET, addresses[_i].address, bytes), 1);
	ck_assert(t->word == EXPRESSION_NET || (t->word == EXPRESSION_HOST && t->has_network));
	ck_assert_int_eq(expression_term_has_address(t, bytes, is_ipv6), addresses[_i].has);
	expression_free(e);
}
END_TEST

START_TEST(ports_and_words)
{
	struct expression *e = parse("port:25;587,2525");
	const struct expression_term *t = only_term(e);

	ck_assert(expression_term_has_port(t, 25) && expression_term_has_port(t, 2525));
	ck_assert(!expression_term_has_port(t, 26) && !expression_term_has_port(t, 0));
	expression_free(e);
	e = parse("proto:Sub");
	t = only_term(e);
	ck_assert(expression_term_begins(t, slice_from_text("submission")));
	ck_assert(!expression_term_begins(t, slice_from_text("su")));
	expression_free(e);
	e = parse("host:mx.example.org");
	ck_assert(!only_term(e)->has_network && expression_term_finds(only_term(e), slice_from_text("MX.Example.org")));
	expression_free(e);
	e = parse("\"host\""); /* in quotes nothing is tcpdump's */
	ck_assert_int_eq(only_term(e)->word, EXPRESSION_ANY);
	expression_free(e);
}
END_TEST

/* What is decided sooner is asked first; what is not needed is not asked. */
START_TEST(no_more_is_tested_than_it_takes)
{
	struct expression *e = parse("A or failed or port 25");
	int tested = 0;

	ck_assert_int_eq(expression_weigh(e, test_letter, &tested), EXPRESSION_YES);
	ck_assert_int_eq(tested, 1);
	ck_assert_int_eq(expression_reach_of(e), EXPRESSION_REACH_MAILS);
	expression_free(e);
	e = parse("failed and port 25");
	ck_assert_int_eq(expression_reach_of(e), EXPRESSION_REACH_SESSION);
	expression_free(e);
	e = parse("port 25 net:192.0.2.0/24");
	ck_assert_int_eq(expression_reach_of(e), EXPRESSION_REACH_BEGIN);
	expression_free(e);
}
END_TEST

static const struct {
	const char *narrow;
	const char *wide;
	bool narrows;
} pairs[] = {
	{"invoice", "inv", true},
	{"inv", "invoice", false},
	{"failed inv", "failed", true},
	{"failed inv", "failed in", true},
	{"failed", "", true},
	{"", "failed", false},
	{"from:alice", "from:ali", true},
	{"from:alice", "to:ali", false},
	{"not inv", "not invoice", true},
	{"not invoice", "not inv", false},
	{"a or invoice", "a or inv", true},
	{"subject:/invoice/", "subject:/inv/", false},
	{"slow>2s", "slow>1s", false}, /* not known */
	{"slow>1s x", "slow>1s", true},
	{"slow>1s", "slow<1s", false},
};

START_TEST(a_longer_word_narrows)
{
	struct expression *narrow = parse(pairs[_i].narrow);
	struct expression *wide = parse(pairs[_i].wide);

	ck_assert_msg(expression_narrows(narrow, wide) == pairs[_i].narrows, "%s in %s", pairs[_i].narrow,
		      pairs[_i].wide);
	expression_free(narrow);
	expression_free(wide);
}
END_TEST

/* Each word more would double the work. */
START_TEST(many_words_are_soon_compared)
{
	static const struct {
		const char *before;
		const char *behind;
		int times;
	} shapes[] = {{"a ", "", 60}, {"a (", ")", 30}, {"(a or a) (", ")", 30}};
	char text[2][1024] = {"", ""};
	struct expression *both[2];

	for (size_t i = 0; i < 2; i++) {
		for (int n = 0; n < shapes[_i].times; n++)
			strcat(text[i], shapes[_i].before);
		strcat(text[i], i == 0 ? "x" : "y");
		for (int n = 0; n < shapes[_i].times; n++)
			strcat(text[i], shapes[_i].behind);
		both[i] = parse(text[i]);
	}
	ck_assert(!expression_narrows(both[0], both[1]));
	expression_free(both[0]);
	expression_free(both[1]);
}
END_TEST

static const struct {
	const char *text;
	bool asks;
} names[] = {
	{"host mx.example.org", true},
	{"host 192.0.2.1", false},
	{"host 2001:db8::a", false},
	{"port smtp", false},
	{"src mx", true},
	{"not net lan or failed", true},
	{"host (192.0.2.1 or mx)", true},
	{"host:mx.example.org", false},
	{"subject:host failed", false},
	{"failed host mx and port 25", true},
	{"\"host mx\"", false},
	{"tcp port 25 and mx", false},
	{"host", false},
};

START_TEST(names_that_would_be_looked_up_are_known)
{
	ck_assert_msg(expression_asks_for_names(names[_i].text) == names[_i].asks, "%s", names[_i].text);
}
END_TEST

START_TEST(bounds_hold)
{
	struct expression_fault fault;
	char text[1000] = "";

	for (int i = 0; i < EXPRESSION_TERMS_MAX; i++)
		strcat(text, "a ");
	expression_free(parse(text));
	strcat(text, "b");
	ck_assert_ptr_null(expression_new(text, NOW, &fault));
	ck_assert_uint_eq(fault.at, 2 * EXPRESSION_TERMS_MAX);
	memset(text, '(', 400);
	strcpy(text + 400, "a");
	ck_assert_ptr_null(expression_new(text, NOW, &fault));
	memset(text, '!', 400);
	ck_assert_ptr_null(expression_new(text, NOW, &fault));
}
END_TEST

/* ---- any expressions ---- */

struct tree {
	char op; /* '&', '|', '!', or a letter */
	int left;
	int right;
};

enum {
	TREE_MAX = 40,
};

static int grow(struct tree *trees, int *count, int depth)
{
	int at = (*count)++;
	int choice = depth == 0 || *count > TREE_MAX - 4 ? 3 : rand() % 4;

	trees[at] = (struct tree){.op = "&|!?"[choice]};
	if (choice == 3)
		trees[at].op = "ABCabc123"[rand() % 9];
	if (choice <= 2)
		trees[at].left = grow(trees, count, depth - 1);
	if (choice <= 1)
		trees[at].right = grow(trees, count, depth - 1);
	return at;
}

static void write_tree(const struct tree *trees, int at, int outer, char *out)
{
	const struct tree *t = &trees[at];
	int level = t->op == '|' ? 0 : t->op == '&' ? 1 : 2; /* what binds closer is higher */
	bool brackets = level < outer || rand() % 4 == 0;
	static const char *const ands[] = {" ", " and ", "  &&\t"};
	static const char *const nots[] = {"!", "not ", "NOT  "};

	strcat(out, brackets ? "(" : "");
	if (t->op == '!') {
		strcat(out, nots[rand() % 3]);
		write_tree(trees, t->left, 2, out);
	} else if (level < 2) {
		write_tree(trees, t->left, level, out);
		strcat(out, t->op == '|' ? " or " : ands[rand() % 3]);
		write_tree(trees, t->right, level + (rand() % 2), out);
	} else {
		strncat(out, &t->op, 1);
	}
	strcat(out, brackets ? ")" : "");
}

static enum expression_truth truth_of(const struct tree *trees, int at)
{
	const struct tree *t = &trees[at];
	enum expression_truth left;
	enum expression_truth right;

	if (t->op >= 'A' && t->op <= 'Z')
		return EXPRESSION_YES;
	if (t->op >= 'a' && t->op <= 'z')
		return EXPRESSION_NO;
	if (t->op >= '0' && t->op <= '9')
		return EXPRESSION_OPEN;
	left = truth_of(trees, t->left);
	if (t->op == '!')
		return (enum expression_truth)(EXPRESSION_YES - left);
	right = truth_of(trees, t->right);
	if (t->op == '&')
		return left < right ? left : right;
	return left > right ? left : right;
}

START_TEST(any_expression_means_what_was_meant)
{
	srand((unsigned int)_i + 1);
	for (int i = 0; i < 500; i++) {
		struct tree trees[2 * TREE_MAX];
		char text[2000] = "";
		int count = 0;
		struct expression *e;

		grow(trees, &count, 4);
		write_tree(trees, 0, 0, text);
		e = parse(text);
		ck_assert_msg(expression_weigh(e, test_letter, NULL) == truth_of(trees, 0), "%s", text);
		expression_free(e);
	}
}
END_TEST

START_TEST(the_table_is_whole)
{
	const struct expression_row *row;
	size_t count = 0;

	for (; (row = expression_row((enum expression_word)count)) != NULL; count++) {
		char text[100];
		bool is_flag = row->kind == EXPRESSION_KIND_FLAG;
		bool is_compared = row->kind >= EXPRESSION_KIND_DURATION && row->kind <= EXPRESSION_KIND_COUNT;
		struct expression *e;

		ck_assert_int_eq(row->argument == NULL, is_flag);
		snprintf(text, sizeof(text), "%s%s%s", row->word,
			 is_flag       ? ""
			 : is_compared ? ">"
				       : ":",
			 is_flag ? "" : row->argument);
		e = parse(text);
		ck_assert_uint_eq(only_term(e)->word, count);
		expression_free(e);
	}
	ck_assert_uint_eq(count, EXPRESSION_ANY);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof((table)[0]))

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, an_expression_is_as_true_as_its_words, 0, COUNT(truths));
	tcase_add_loop_test(t, what_is_wrong_is_said_with_its_place, 0, COUNT(faults));
	tcase_add_loop_test(t, numbers_have_units_and_are_compared, 0, COUNT(numbers));
	tcase_add_loop_test(t, texts_compare_without_their_case_in_any_script, 0, COUNT(finds));
	tcase_add_loop_test(t, addresses_and_networks, 0, COUNT(addresses));
	tcase_add_test(t, ports_and_words);
	tcase_add_test(t, no_more_is_tested_than_it_takes);
	tcase_add_loop_test(t, a_longer_word_narrows, 0, COUNT(pairs));
	tcase_add_loop_test(t, many_words_are_soon_compared, 0, 3);
	tcase_add_loop_test(t, names_that_would_be_looked_up_are_known, 0, COUNT(names));
	tcase_add_test(t, bounds_hold);
	tcase_add_loop_test(t, any_expression_means_what_was_meant, 0, 10);
	tcase_add_test(t, the_table_is_whole);
}
