#include "diagnosis/codes.h"

#include "../main.h"

static const struct {
	const char *code;
	const char *enhanced;
	const char *text;
	const char *meaning; /* its beginning; NULL: none */
} replies[] = {
	{"550", "5.1.1", "5.1.1 no", "there is no such mailbox"},
	{"450", "4.2.2", "4.2.2 full", "the mailbox is full"},
	{"550", "", "no", "not done: the mailbox"},
	{"250", "2.0.0", "2.0.0 ok", "nothing more precise"},
	{"550", "5.9.9", "5.9.9 no", "not done: the mailbox"}, /* a code that nobody has registered */
	{"299", "", "x", NULL},
	{"-ERR", "", "[SYS/TEMP] later", "a passing problem"},
	{"-ERR", "", " [in-use] locked", "another session"},
	{"-ERR", "", "[WHAT] x", NULL},
	{"+OK", "", "fine", NULL},
	{"+OK", "", "[UTF8] fine", NULL},
	{"NO", "", "[UNAVAILABLE] later", "something behind the server"},
	{"NO", "", "[unavailable] later", "something behind the server"},
	{"OK", "", "[COPYUID 1 2:3 4:5] done", "the UIDs that the copies got"},
	{"NO", "", "[IN-USE] x", "another session holds the mailbox"},
	{"NO", "", "[WHAT] x", "not done: the server refuses"},
	{"NO", "", "[A-WORD-THAT-IS-FAR-LONGER-THAN-ANY-CODE] x", "not done: the server refuses"},
	{"BAD", "", "no [ALERT]", "the server does not know the command"},
	{"BYE", "", "", "the server closes"},
};

START_TEST(test_explain)
{
	struct reply r = {.code_len = (uint8_t)strlen(replies[_i].code),
			  .enhanced_len = (uint8_t)strlen(replies[_i].enhanced),
			  .text = (const uint8_t *)replies[_i].text,
			  .text_len = (uint32_t)strlen(replies[_i].text)};
	const char *meaning;

	memcpy(r.code, replies[_i].code, r.code_len);
	memcpy(r.enhanced, replies[_i].enhanced, r.enhanced_len);
	meaning = codes_explain(&r);
	if (replies[_i].meaning == NULL)
		ck_assert_ptr_null(meaning);
	else
		ck_assert_msg(meaning != NULL &&
				      strncmp(meaning, replies[_i].meaning, strlen(replies[_i].meaning)) == 0,
			      "%s", meaning);
}
END_TEST

/* Every code that the catalogue names has its sentence, once. */
START_TEST(test_table)
{
	static const char *const needed[] = {"x.1.10",	      "x.2.3",	    "x.3.5", "x.4.7", "x.5.6", "x.6.7",
					     "x.7.13",	      "x.7.26",	    "421",   "432",   "454",   "521",
					     "530",	      "534",	    "535",   "538",   "555",   "556",
					     "[LOGIN-DELAY]", "[SYS/PERM]", "[UTF8]"};
	const char *code;
	const char *meaning;
	const char *other;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		bool found = false;

		for (size_t n = 0; codes_row(n, &code, &meaning); n++)
			found = found || strcmp(code, needed[i]) == 0;
		ck_assert_msg(found, "%s", needed[i]);
	}
	for (size_t n = 0; codes_row(n, &code, &meaning); n++) {
		ck_assert_uint_gt(strlen(meaning), 3);
		for (size_t m = n + 1; codes_row(m, &other, &meaning); m++)
			ck_assert_str_ne(code, other);
	}
}
END_TEST

static bool has_row(const char *word)
{
	const char *code;
	const char *meaning;

	for (size_t n = 0; codes_row(n, &code, &meaning); n++)
		if (strncmp(code + 1, word, strlen(word)) == 0 && code[strlen(word) + 1] == ']')
			return true;
	return false;
}

/* Of RFC 5530, 3501, 9051, 4315, 4469, 5255, 5464, 7162, 9208. */
START_TEST(test_response_codes)
{
	static const char *const words[] = {
		"UNAVAILABLE",
		"AUTHENTICATIONFAILED",
		"AUTHORIZATIONFAILED",
		"EXPIRED",
		"PRIVACYREQUIRED",
		"CONTACTADMIN",
		"NOPERM",
		"INUSE",
		"EXPUNGEISSUED",
		"CORRUPTION",
		"SERVERBUG",
		"CLIENTBUG",
		"CANNOT",
		"LIMIT",
		"OVERQUOTA",
		"ALREADYEXISTS",
		"NONEXISTENT",
		"ALERT",
		"BADCHARSET",
		"CAPABILITY",
		"PARSE",
		"PERMANENTFLAGS",
		"READ-ONLY",
		"READ-WRITE",
		"TRYCREATE",
		"UIDNEXT",
		"UIDVALIDITY",
		"UNSEEN",
		"HASCHILDREN",
		"UNKNOWN-CTE",
		"CLOSED",
		"UIDNOTSTICKY",
		"APPENDUID",
		"COPYUID",
		"BADURL",
		"TOOBIG",
		"BADCOMPARATOR",
		"METADATA",
		"HIGHESTMODSEQ",
		"NOMODSEQ",
		"MODIFIED",
		"NOTSAVED",
		"COMPRESSIONACTIVE",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_msg(has_row(words[i]), "%s", words[i]);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_explain, 0, sizeof(replies) / sizeof(replies[0]));
	tcase_add_test(t, test_table);
	tcase_add_test(t, test_response_codes);
}
