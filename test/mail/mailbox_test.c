#include "mail/mailbox.h"

#include "../main.h"
#include "play.h"

#define LOGIN "S: +OK\nC: USER bob\nS: +OK\nC: PASS x\nS: +OK\n"

/* "messages octets", then for each message that something is known of: number, size, unique-id, r(etrieved), d(eleted);
 * "committed". */
static void print(struct buffer *out, const struct session *s)
{
	if (session_mailbox(s)->known)
		buffer_printf(out, "%u %u", (unsigned int)session_mailbox(s)->messages,
			      (unsigned int)session_mailbox(s)->octets);
	for (size_t i = 0; i < session_mailbox(s)->list_count; i++) {
		const struct mailbox_message *m = &session_mailbox(s)->list[i];

		buffer_printf(out, "; %zu %u %.*s %s%s", i + 1, (unsigned int)m->octets, (int)m->uid.len,
			      m->uid.data != NULL ? (const char *)m->uid.data : "", m->retrieved ? "r" : "",
			      m->deleted ? "d" : "");
	}
	buffer_append_text(out, session_mailbox(s)->committed ? "; committed" : "");
}

static const struct {
	const char *script;
	const char *expected;
} vectors[] = {
	{LOGIN "C: STAT\nS: +OK 2 320\nC: QUIT\nS: +OK\n", "2 320"},
	{LOGIN "C: STAT\nS: -ERR no\n", ""},
	{LOGIN "C: STAT\nS: +OK what\n", ""},
	{LOGIN "C: LIST\nS: +OK\nS: 1 120\nS: 2 200\nS: .\n", "2 320; 1 120  ; 2 200  "},
	{LOGIN "C: STAT\nS: +OK 2 321\nC: LIST\nS: +OK\nS: 1 120\nS: 2 200\nS: .\n", "2 321; 1 120  ; 2 200  "},
	{LOGIN "C: LIST\nS: +OK\nS: 1 1\nS: .\nC: LIST\nS: +OK\nS: 1 1\nS: 2 2\nS: .\n", "2 3; 1 1  ; 2 2  "},
	{LOGIN "C: LIST 2\nS: +OK 2 200\nC: UIDL 1\nS: +OK 1 abc\n", "; 1 0 abc ; 2 200  "},
	{LOGIN "C: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: .\nC: RETR 2\nS: +OK\nS: Hi\nS: .\nC: DELE 2\nS: +OK\nC: DELE "
	       "1\nS: -ERR no\nC: QUIT\nS: +OK\n",
	 "; 1 0 a ; 2 0 b rd; committed"},
	{LOGIN "C: DELE 1\nS: +OK\nC: RSET\nS: +OK\nC: QUIT\nS: +OK\n", "; 1 0  "},
	{LOGIN "C: DELE 1\nS: +OK\nC: QUIT\nS: -ERR some not removed\n", "; 1 0  d"},
	{LOGIN "C: DELE 1\nS: +OK\n", "; 1 0  d"},
	{LOGIN "C: TOP 1 0\nS: +OK\nS: Hi\nS: .\n", ""},
	{LOGIN "C: RETR 1\nS: +OK\nS: Hi\n", ""},
	{LOGIN "C: DELE 4000000000\nS: +OK\nC: DELE 0\nS: +OK\nC: DELE x\nS: +OK\n", ""},
};

START_TEST(the_mailbox_is_known)
{
	struct player p;
	struct buffer out = {0};

	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p, vectors[_i].script, true);
	print(&out, p.session);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, vectors[_i].expected);
	buffer_fini(&out);
	play_end(&p);
}
END_TEST

static const struct {
	const char *text;
	uint64_t octets;
} sizes[] = {
	{"120 octets", 120},
	{"message follows (120 bytes)", 120},
	{" 120 ", 120},
	{"1 message, 120 octets", 120},
	{"message follows", 0},
	{"message 3 follows", 0},
	{"", 0},
	{"120", 120},
	{"see 120", 0},
	{"Message 1 (44 octets)", 44},
	{"99 Octets follow", 99},
	{"-5", 0},
};

START_TEST(sizes_are_read_from_replies)
{
	ck_assert_msg(mailbox_read_octets(slice_from_text(sizes[_i].text)) == sizes[_i].octets, "%s", sizes[_i].text);
}
END_TEST

static uint64_t octets_of(const char *script)
{
	struct player p;
	uint64_t octets;

	play_begin(&p, PROTOCOL_POP3, false);
	play_script(&p, script, true);
	octets = session_mail_pop3(session_mail(p.session, 1))->octets;
	play_end(&p);
	return octets;
}

START_TEST(a_mail_has_the_size_that_was_announced)
{
	ck_assert_uint_eq(octets_of(LOGIN "C: RETR 1\nS: +OK 9 octets\nS: Hi\nS: .\n"), 9);
	ck_assert_uint_eq(octets_of(LOGIN "C: LIST\nS: +OK\nS: 1 7\nS: .\nC: RETR 1\nS: +OK\nS: Hi\nS: .\n"), 7);
	ck_assert_uint_eq(octets_of(LOGIN "C: LIST\nS: +OK\nS: 1 7\nS: .\nC: TOP 1 0\nS: +OK\nS: Hi\nS: .\n"), 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, the_mailbox_is_known, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, sizes_are_read_from_replies, 0, sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_test(t, a_mail_has_the_size_that_was_announced);
}
