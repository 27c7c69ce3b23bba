#include "mail/session_tls.h"

#include "../main.h"
#include "base/clock.h"

static struct session s;
static struct certificate_cache *certificates;

static void setup(void)
{
	session_init(&s, 1);
	certificates = certificate_cache_new();
}

static void teardown(void)
{
	session_fini(&s);
	certificate_cache_free(certificates);
}

static void take(struct tls_event event)
{
	struct stamp at = {.time_ns = CLOCK_NS_PER_S, .packet = 7};

	event.name = event.name != NULL ? event.name : "";
	event.protocol = event.protocol != NULL ? event.protocol : "";
	session_tls_take(&s, &event, &at, 100, certificates);
}

static const struct session_tls *facts(void)
{
	return session_tls_of(&s);
}

START_TEST(without_tls_there_are_no_facts)
{
	ck_assert_uint_eq(facts()->version, 0);
	ck_assert_int_eq(facts()->alert.side, SIDES);
	ck_assert(facts()->fits && !facts()->is_decrypted);
	ck_assert_int_eq(session_tls_unread(&s), TLS_READ);
	ck_assert(!session_tls_is_opaque(&s));
	ck_assert_uint_eq(session_tls_memory(NULL), 0);
}
END_TEST

START_TEST(hellos_tell_who_and_how)
{
	take((struct tls_event){.kind = TLS_CLIENT_HELLO, .name = "mail.example", .protocol = "smtp"});
	take((struct tls_event){.kind = TLS_SERVER_HELLO,
				.side = SIDE_SERVER,
				.version = TLS_VERSION_1_3,
				.suite = 0x1301,
				.is_resumed = true});
	ck_assert(slice_equals(facts()->name, slice_from_text("mail.example")));
	ck_assert_uint_eq(facts()->protocol.len, 0); /* it was only offered */
	take((struct tls_event){.kind = TLS_EXTENSIONS, .side = SIDE_SERVER, .protocol = "imap", .is_hidden = true});
	ck_assert(slice_equals(facts()->protocol, slice_from_text("imap")));
	ck_assert_uint_eq(facts()->version, TLS_VERSION_1_3);
	ck_assert_uint_eq(facts()->suite, 0x1301);
	ck_assert(facts()->is_resumed);
	ck_assert(facts()->is_decrypted); /* what was hidden was read */
}
END_TEST

/* Of a renegotiation the suite counts, and the names stay. */
START_TEST(a_renegotiation_says_nothing_new_of_who_is_there)
{
	take((struct tls_event){.kind = TLS_CLIENT_HELLO, .name = "one.example"});
	take((struct tls_event){
		.kind = TLS_SERVER_HELLO, .side = SIDE_SERVER, .version = TLS_VERSION_1_2, .suite = 0xc02f});
	take((struct tls_event){.kind = TLS_CLIENT_HELLO, .name = "two.example", .is_again = true, .is_hidden = true});
	take((struct tls_event){.kind = TLS_SERVER_HELLO,
				.side = SIDE_SERVER,
				.version = TLS_VERSION_1_2,
				.suite = 0xc030,
				.is_again = true,
				.is_resumed = true,
				.is_hidden = true});
	ck_assert(slice_equals(facts()->name, slice_from_text("one.example")));
	ck_assert_uint_eq(facts()->suite, 0xc030);
	ck_assert(!facts()->is_resumed);
	ck_assert_uint_eq(facts()->step_count, 4);
	ck_assert(facts()->steps[2].is_again && !facts()->steps[0].is_again);
}
END_TEST

/* The first fatal one; a goodbye is none, nor is a warning. */
START_TEST(the_first_fatal_alert_counts)
{
	take((struct tls_event){.kind = TLS_ALERT, .level = 1, .description = 112});
	take((struct tls_event){.kind = TLS_ALERT, .level = 2, .description = TLS_ALERT_CLOSE_NOTIFY});
	take((struct tls_event){.kind = TLS_ALERT, .level = 2, .description = TLS_ALERT_USER_CANCELED});
	ck_assert_int_eq(facts()->alert.side, SIDES);
	take((struct tls_event){.kind = TLS_ALERT, .side = SIDE_SERVER, .level = 2, .description = 40});
	take((struct tls_event){.kind = TLS_ALERT, .level = 2, .description = 51});
	ck_assert_int_eq(facts()->alert.side, SIDE_SERVER);
	ck_assert_uint_eq(facts()->alert.description, 40);
	ck_assert_uint_eq(facts()->step_count, 5);
}
END_TEST

/* Why it is not read is the first that was told of a side; the client's comes first. */
START_TEST(why_it_is_not_read_is_told_once)
{
	s.tls = true;
	take((struct tls_event){.kind = TLS_UNREAD, .side = SIDE_SERVER, .why = TLS_NO_KEY});
	ck_assert_int_eq(session_tls_unread(&s), TLS_NO_KEY);
	take((struct tls_event){.kind = TLS_UNREAD, .side = SIDE_SERVER, .why = TLS_GAP, .len = 10});
	ck_assert_int_eq(session_tls_unread(&s), TLS_NO_KEY);
	take((struct tls_event){.kind = TLS_UNREAD, .side = SIDE_CLIENT, .why = TLS_SUITE});
	ck_assert_int_eq(session_tls_unread(&s), TLS_SUITE);
	ck_assert_uint_eq(facts()->lost_len, 10);
	ck_assert(session_tls_is_opaque(&s));
}
END_TEST

START_TEST(it_is_opaque_until_it_is_read)
{
	s.tls = true;
	take((struct tls_event){.kind = TLS_CLIENT_HELLO});
	ck_assert(session_tls_is_opaque(&s));
	take((struct tls_event){.kind = TLS_DATA, .side = SIDE_SERVER});
	ck_assert(session_tls_is_opaque(&s));
	take((struct tls_event){.kind = TLS_TEXT, .is_hidden = true});
	ck_assert(!session_tls_is_opaque(&s));
}
END_TEST

/* Whatever a peer sends: only the first steps are kept, and of a name only so much. */
START_TEST(what_is_kept_has_an_end)
{
	char name[600];
	size_t memory;

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	take((struct tls_event){.kind = TLS_CLIENT_HELLO, .name = name});
	ck_assert_uint_eq(facts()->name.len, SESSION_TLS_NAME_MAX);
	for (int i = 0; i < 1000; i++)
		take((struct tls_event){.kind = TLS_KEY_UPDATE});
	ck_assert_uint_eq(facts()->step_count, SESSION_TLS_STEPS_MAX);
	memory = session_tls_memory(s.tls_facts);
	ck_assert_uint_ge(memory, SESSION_TLS_STEPS_MAX * sizeof(struct session_tls_step));
	ck_assert_uint_lt(memory, 8192);
	ck_assert_uint_eq(facts()->steps[0].offset, 100);
	ck_assert_uint_eq(facts()->steps[0].stamp.packet, 7);
}
END_TEST

/* Steps are hellos and what follows, no records of data. */
START_TEST(only_the_handshake_is_steps)
{
	static const enum tls_event_kind none[] = {TLS_CHANGE_CIPHER, TLS_DATA, TLS_TEXT, TLS_MISSING, TLS_UNREAD};

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		take((struct tls_event){.kind = none[i]});
	ck_assert_uint_eq(facts()->step_count, 0);
	take((struct tls_event){.kind = TLS_ALERT_HIDDEN});
	ck_assert_uint_eq(facts()->step_count, 1);
}
END_TEST

/* What was told while it had no key is taken back when it has one. */
START_TEST(a_session_goes_on_as_it_was)
{
	struct session_tls before;

	take((struct tls_event){.kind = TLS_CLIENT_HELLO, .name = "mail.example"});
	before = *session_tls_of(&s);
	for (int i = 0; i < 20; i++) /* the steps move */
		take((struct tls_event){.kind = TLS_ALERT_HIDDEN, .side = SIDE_SERVER});
	take((struct tls_event){.kind = TLS_DATA});
	take((struct tls_event){.kind = TLS_UNREAD, .why = TLS_NO_KEY});
	session_tls_go_on(&s, &before);
	ck_assert_int_eq(session_tls_unread(&s), TLS_READ);
	ck_assert_uint_eq(facts()->step_count, 1);
	ck_assert_int_eq(facts()->steps[0].kind, TLS_CLIENT_HELLO);
	take((struct tls_event){.kind = TLS_TEXT, .is_hidden = true});
	ck_assert(facts()->is_decrypted);
}
END_TEST

START_TEST(a_certificate_that_is_none_is_none)
{
	struct slice chain[] = {slice_from_text("this is no DER")};

	take((struct tls_event){.kind = TLS_CERTIFICATE, .side = SIDE_SERVER, .chain = chain, .chain_len = 1});
	ck_assert_ptr_null(facts()->certificate);
	ck_assert(facts()->fits);
	take((struct tls_event){.kind = TLS_CERTIFICATE, .side = SIDE_CLIENT, .chain = chain, .chain_len = 0});
	ck_assert(!facts()->is_mutual);
	take((struct tls_event){.kind = TLS_CERTIFICATE, .side = SIDE_CLIENT, .chain = chain, .chain_len = 1});
	ck_assert(facts()->is_mutual);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, without_tls_there_are_no_facts);
	tcase_add_test(t, hellos_tell_who_and_how);
	tcase_add_test(t, a_renegotiation_says_nothing_new_of_who_is_there);
	tcase_add_test(t, the_first_fatal_alert_counts);
	tcase_add_test(t, why_it_is_not_read_is_told_once);
	tcase_add_test(t, it_is_opaque_until_it_is_read);
	tcase_add_test(t, what_is_kept_has_an_end);
	tcase_add_test(t, only_the_handshake_is_steps);
	tcase_add_test(t, a_session_goes_on_as_it_was);
	tcase_add_test(t, a_certificate_that_is_none_is_none);
}
