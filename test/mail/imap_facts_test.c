#include "mail/session_imap.h"

#include "../main.h"
#include "play.h"

static struct slice text_of(const struct buffer *b)
{
	return buffer_slice(b);
}

static void expect_text(struct slice got, const char *wanted)
{
	ck_assert_msg(slice_equals(got, slice_from_text(wanted)), "%.*s, not %s", (int)got.len, (const char *)got.data,
		      wanted);
}

START_TEST(the_mailbox)
{
	const struct session_imap *imap;
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p,
		    "S: * PREAUTH hi\nC: a1 SELECT \"Entw&APw-rfe\"\nS: * 12 EXISTS\nS: * 2 RECENT\nS: * OK "
		    "[UIDVALIDITY 77] x\n"
		    "S: * OK [UIDNEXT 500] x\nS: a1 OK [READ-WRITE] done\n",
		    false);
	imap = session_imap(p.session);
	expect_text(text_of(&imap->mailbox), "Entw\xc3\xbcrfe");
	ck_assert_uint_eq(imap->box.exists, 12);
	ck_assert_uint_eq(imap->box.uid_validity, 77);
	ck_assert_uint_eq(imap->box.uid_next, 500);
	play_script(&p,
		    "C: a2 NOOP\nS: * 3 EXPUNGE\nS: * VANISHED 8,20:22\nS: * 9 EXISTS\nS: * 1 FETCH (FLAGS (x))\nS: a2 "
		    "OK done\n"
		    "C: a3 FETCH 1 FLAGS\nS: * 1 FETCH (FLAGS (x))\nS: a3 OK done\n",
		    false);
	ck_assert_uint_eq(imap->box.exists, 9);
	ck_assert_uint_eq(imap->expunged, 5);
	ck_assert_uint_eq(imap->flags_changed, 1);
	play_script(&p, "C: a4 EXAMINE INBOX\nS: * 1 EXISTS\nS: a4 OK [READ-ONLY] done\n", false);
	expect_text(text_of(&imap->mailbox), "INBOX");
	ck_assert_uint_eq(imap->box.exists, 1);
	ck_assert_uint_eq(imap->box.uid_validity, 0);
	ck_assert_uint_eq(imap->selected, 2);
	play_script(&p, "C: a5 SELECT none\nS: a5 NO no\n", false);
	ck_assert(!imap->has_mailbox && !imap->box.has_exists);
	expect_text(text_of(&imap->mailbox), "INBOX");
	play_script(&p, "C: a6 SELECT Sent\nS: a6 OK done\nC: a7 CLOSE\nS: a7 OK done\n", true);
	ck_assert(!imap->has_mailbox);
	expect_text(text_of(&imap->mailbox), "Sent");
	play_end(&p);
}
END_TEST

START_TEST(both_programs)
{
	const struct session_imap *imap;
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	p.session->wants_server_info = true;
	play_script(&p,
		    "S: * OK [CAPABILITY IMAP4rev1 ID] hi\n"
		    "C: a1 ID (\"name\" \"mutt\" \"version\" {3}\nS: + go\nC| 2.2\nC:  \"os\" NIL)\n"
		    "S: * ID (\"vendor\" \"A \\\\\"B\\\\\"\" \"name\" NIL)\nS: a1 OK done\n",
		    false);
	imap = session_imap(p.session);
	expect_text(text_of(&imap->programs[SIDE_CLIENT].name), "mutt");
	expect_text(text_of(&imap->programs[SIDE_CLIENT].version), "2.2");
	expect_text(text_of(&imap->programs[SIDE_CLIENT].vendor), "");
	expect_text(text_of(&imap->programs[SIDE_SERVER].vendor), "A \"B\"");
	expect_text(session_banner(p.session), "[CAPABILITY IMAP4rev1 ID] hi");
	expect_text(session_extensions(p.session), "IMAP4rev1\nID");
	play_script(&p, "C: a2 CAPABILITY\nS: * CAPABILITY IMAP4rev1 IDLE\nS: a2 OK done\n", true);
	expect_text(session_extensions(p.session), "IMAP4rev1\nIDLE");
	play_end(&p);
}
END_TEST

START_TEST(stretches_of_idle)
{
	const struct imap_idle *idle;
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p, "S: * OK hi\n", false);
	ck_assert_ptr_null(session_imap_idle_at(p.session, 0));
	for (int i = 0; i < IMAP_IDLES_MAX + 2; i++)
		play_script(&p,
			    "C: a1 IDLE\nS: + idling\nS: * 3 EXISTS\nS: * 1 EXPUNGE\nS: * 1 FETCH (FLAGS ())\nC: DONE\n"
			    "S: a1 OK done\n",
			    false);
	play_script(&p, "C: a1 IDLE\nS: + idling\n", true);
	ck_assert_uint_eq(session_imap(p.session)->idle_count, IMAP_IDLES_MAX + 3);
	ck_assert_ptr_null(session_imap_idle_at(p.session, 2));
	idle = session_imap_idle_at(p.session, 3);
	ck_assert_int_eq(idle->end.time_ns - idle->begin.time_ns, 2 * CLOCK_NS_PER_MS);
	ck_assert_uint_eq(idle->arrived + 10 * idle->expunged + 100 * idle->fetched, 111);
	ck_assert_int_eq(session_imap(p.session)->idle_ns, (IMAP_IDLES_MAX + 2) * 2 * CLOCK_NS_PER_MS);
	idle = session_imap_idle_at(p.session, IMAP_IDLES_MAX + 2);
	ck_assert_uint_eq(idle->end.packet, 0);
	ck_assert_ptr_null(session_imap_idle_at(p.session, IMAP_IDLES_MAX + 3));
	play_end(&p);
}
END_TEST

/* Without a screen what was told is forgotten; what the session knows stays. */
START_TEST(forgotten_commands)
{
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	p.forget = true;
	play_script(&p,
		    "S: * OK hi\nC: a1 SELECT INBOX\nS: * 1 EXISTS\nS: a1 OK done\n"
		    "C: a2 FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {1}\nS| 0\nS: )\nS: a2 OK done\n"
		    "C: a3 FETCH 1 BODY[HEADER]\nS: * 1 FETCH (BODY[HEADER] {1}\nS| 1\nS: )\nS: a3 OK done\n"
		    "C: a4 FETCH 1 BODY[TEXT]\nS: * 1 FETCH (BODY[TEXT] {1}\nS| 2\nS: )\nS: a4 OK done\n"
		    "C: a5 IDLE\nS: + idling\nS: * 2 EXISTS\nC: DONE\nS: a5 OK done\n",
		    true);
	play_expect(&p, "(greeting): OK hi\na1 SELECT INBOX: OK done [EXISTS 1] / 1 EXISTS\n"
			"mail 1 fetched retrieved \"0\" reply OK number 1 in INBOX BODY[]\n"
			"a2 FETCH 1 BODY[]: OK done [FETCH 1]\n"
			"a3 FETCH 1 BODY[HEADER]: OK done [FETCH 1]\n"
			"mail 2 fetched retrieved \"12\" reply OK number 1 in INBOX HEADER+TEXT\n"
			"a4 FETCH 1 BODY[TEXT]: OK done [FETCH 1]\na5 IDLE: OK done +1 [EXISTS 1] / 2 EXISTS\n");
	ck_assert_uint_eq(p.forgotten, 5);
	ck_assert_uint_eq(session_imap(p.session)->box.exists, 2);
	ck_assert_uint_eq(session_imap(p.session)->fetched, 2);
	play_end(&p);
}
END_TEST

/* The first byte that a mail may still be made of; and parts are given up when there are many. */
START_TEST(parts_that_wait)
{
	struct buffer script = {0};
	struct player p;

	play_begin(&p, PROTOCOL_IMAP, false);
	play_script(&p, "S: * OK hi\nC: a1 FETCH 1:90 BODY[TEXT]\n", false);
	ck_assert_uint_eq(session_imap_needed(p.session), UINT64_MAX);
	play_script(&p, "S: * 1 FETCH (BODY[TEXT] {1}\nS| 0\nS: )\n", false);
	ck_assert_uint_eq(session_imap_needed(p.session), 9 + 27);
	for (int i = 2; i <= 90; i++)
		buffer_printf(&script, "S: * %d FETCH (BODY[TEXT] {1}\nS| 0\nS: )\n", i);
	buffer_append_text(&script, "S: a1 OK done\n");
	buffer_append_byte(&script, '\0');
	play_script(&p, (const char *)script.data, false);
	ck_assert_uint_gt(session_imap_needed(p.session), 9 + 27);
	play_expect(&p, "(greeting): OK hi\na1 FETCH 1:90 BODY[TEXT]: OK done [FETCH 90]\n");
	play_script(&p,
		    "C: a2 FETCH 1,90 BODY[HEADER]\nS: * 1 FETCH (BODY[HEADER] {1}\nS| 1\nS: )\n"
		    "S: * 90 FETCH (BODY[HEADER] {1}\nS| 2\nS: )\nS: a2 OK done\n",
		    true);
	play_expect(&p, "mail 2 fetched retrieved \"20\" reply OK number 90 HEADER+TEXT\n"
			"a2 FETCH 1,90 BODY[HEADER]: OK done [FETCH 2]\n"
			"mail 1 previewed retrieved \"1\" reply OK number 1 HEADER\n");
	buffer_fini(&script);
	play_end(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, the_mailbox);
	tcase_add_test(t, both_programs);
	tcase_add_test(t, stretches_of_idle);
	tcase_add_test(t, forgotten_commands);
	tcase_add_test(t, parts_that_wait);
}
