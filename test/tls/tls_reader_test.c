#include "tls/tls_reader.h"

#include "listener.h"

/* What is told of a connection and what its sides said, however it is cut and whichever side comes first. */
static void expect_of(const struct peers *p, struct listener *l, const char *said)
{
	if (said != NULL)
		ck_assert_str_eq(listener_said(l), said);
	for (int side = 0; side < SIDES; side++)
		ck_assert(slice_equals(buffer_slice(&l->text[side]), buffer_slice(&p->text[side])));
}

static void expect(const struct peers *p, const char *said)
{
	static const size_t lens[] = {SIZE_MAX, 1, 7, 1000};
	struct listener l;

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		listener_begin(&l, &p->log, NULL);
		listener_play(&l, p, lens[i]);
		expect_of(p, &l, said);
		listener_end(&l);
	}
	for (int first = 0; first < SIDES; first++) {
		listener_begin(&l, &p->log, NULL);
		listener_play_whole(&l, p, (enum side)first);
		expect_of(p, &l, NULL);
		listener_end(&l);
	}
}

/* What peers_talk and peers_close give. */
#define TALK                                                                                                           \
	"S text\nC text\nS text\nC text\nS text\nC text\nS text\nC text\nS text\n"                                     \
	"C alert 1 0 hidden\nS alert 1 0 hidden\n"
#define CLIENT_TALK "C text\nC alert 1 0 hidden\n"
#define SERVER_TALK "S text\nS alert 1 0 hidden\n"
#define FULL_1_2                                                                                                       \
	"C client-hello TLS 1.2 mail.example\nS server-hello TLS 1.2\nS certificate 1\nC change-cipher\nC finished\n"  \
	"S ticket\nS change-cipher\nS finished\n"
#define FULL_1_3                                                                                                       \
	"C client-hello TLS 1.3 mail.example\nS server-hello TLS 1.3\nS extensions\nS certificate 1\nS finished\n"     \
	"C finished\nS ticket\nS ticket\n"

static void shake_and_talk(struct peers *p, const struct peers_plan *plan)
{
	peers_begin(p, plan);
	peers_shake(p);
	peers_talk(p);
	peers_close(p);
}

/* The same where it depends on the cuts how the lines of both stand among each other. */
static void expect_sides(const struct peers *p, const char *client, const char *server)
{
	static const size_t lens[] = {SIZE_MAX, 1, 7, 1000};
	struct listener l;

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]) + SIDES; i++) {
		listener_begin(&l, &p->log, NULL);
		if (i < sizeof(lens) / sizeof(lens[0]))
			listener_play(&l, p, lens[i]);
		else
			listener_play_whole(&l, p, (enum side)(i % 2));
		expect_of(p, &l, NULL);
		ck_assert_str_eq(listener_string(&l.said_by[SIDE_CLIENT]), client);
		ck_assert_str_eq(listener_string(&l.said_by[SIDE_SERVER]), server);
		listener_end(&l);
	}
}

START_TEST(tls_1_2_is_read)
{
	struct peers p;

	shake_and_talk(&p, &(struct peers_plan){.version = TLS1_2_VERSION});
	expect(&p, FULL_1_2 TALK);
	peers_end(&p);
}
END_TEST

START_TEST(tls_1_3_is_read)
{
	struct peers p;

	shake_and_talk(&p, &(struct peers_plan){.version = TLS1_3_VERSION});
	expect(&p, FULL_1_3 TALK);
	peers_end(&p);
}
END_TEST

/* ---- every suite ---- */

static const int versions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};

/* A plan for the suite under the version; false: libssl does not have it. */
static bool plan_suite(const struct suite *suite, int version, struct peers_plan *plan, char name[100])
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_method());
	SSL *ssl = SSL_new(ctx);
	const uint8_t code[2] = {(uint8_t)(suite->code >> 8), (uint8_t)suite->code};
	const SSL_CIPHER *cipher = SSL_CIPHER_find(ssl, code);
	bool has = cipher != NULL;

	*plan = (struct peers_plan){.version = version, .key = "RSA"};
	if (has) {
		snprintf(name, 100, "%s", SSL_CIPHER_get_name(cipher));
		has = suite->is_1_3 == (version == TLS1_3_VERSION) &&
		      (strcmp(SSL_CIPHER_get_version(cipher), "TLSv1.2") != 0 || version == TLS1_2_VERSION);
		if (SSL_CIPHER_get_auth_nid(cipher) == NID_auth_ecdsa)
			plan->key = "EC";
		else if (SSL_CIPHER_get_auth_nid(cipher) == NID_auth_dss)
			plan->key = "DSA";
	}
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	if (version == TLS1_3_VERSION)
		plan->suites = name;
	else
		plan->ciphers = name;
	return has;
}

static void talk_shortly(struct peers *p)
{
	peers_say(p, SIDE_SERVER, 50);
	peers_say(p, SIDE_CLIENT, 1);
	peers_say(p, SIDE_CLIENT, 16384);
	peers_say(p, SIDE_SERVER, 17000);
	peers_close(p);
}

static bool try_suite(const struct suite *suite, int version, uint64_t options)
{
	static const size_t lens[] = {SIZE_MAX, 77};
	struct peers_plan plan;
	struct peers p;
	struct listener l;
	char name[100];

	if (!plan_suite(suite, version, &plan, name))
		return false;
	plan.options = options;
	peers_begin(&p, &plan);
	peers_pump(&p);
	if (!SSL_is_init_finished(p.ssl[SIDE_SERVER])) {
		peers_end(&p);
		return false;
	}
	talk_shortly(&p);
	for (size_t i = 0; i < 2; i++) {
		listener_begin(&l, &p.log, NULL);
		listener_play(&l, &p, lens[i]);
		for (int side = 0; side < SIDES; side++)
			ck_assert_msg(slice_equals(buffer_slice(&l.text[side]), buffer_slice(&p.text[side])),
				      "%s %x:\n%s", suite->name, (unsigned int)version, listener_said(&l));
		listener_end(&l);
	}
	peers_end(&p);
	return true;
}

/* By how many suites libssl talks: fewer means that a test does not test. */
START_TEST(every_suite_is_read)
{
	static const unsigned int at_least[] = {15, 15, 70, 3};
	int version = versions[_i / 2];
	unsigned int read = 0;

	for (unsigned int code = 0; code <= UINT16_MAX; code++) {
		const struct suite *suite = suite_find((uint16_t)code);

		if (suite != NULL && suite->cipher != NULL && (_i % 2 == 0 || suite->family == SUITE_CBC))
			read += try_suite(suite, version, _i % 2 == 0 ? 0 : SSL_OP_NO_ENCRYPT_THEN_MAC);
	}
	ck_assert_msg(_i % 2 == 1 || read >= at_least[_i / 2], "%u", read);
}
END_TEST

/* ---- handshakes ---- */

START_TEST(a_hello_is_asked_for_again)
{
	struct peers p;

	shake_and_talk(&p, &(struct peers_plan){.version = TLS1_3_VERSION, .groups = {"X25519:P-384", "P-384"}});
	expect(&p, "C client-hello TLS 1.3 mail.example\nS server-hello TLS 1.3 retry\n"
		   "C client-hello TLS 1.3 mail.example\nS server-hello TLS 1.3\nS extensions\nS certificate 1\n"
		   "S finished\nC finished\nS ticket\nS ticket\n" TALK);
	peers_end(&p);
}
END_TEST

START_TEST(clients_show_certificates)
{
	struct peers p;

	shake_and_talk(&p, &(struct peers_plan){.version = TLS1_2_VERSION, .asks_client = true});
	expect(&p, "C client-hello TLS 1.2 mail.example\nS server-hello TLS 1.2\nS certificate 1\nS request\n"
		   "C certificate 1\nC change-cipher\nC finished\nS ticket\nS change-cipher\nS finished\n" TALK);
	peers_end(&p);
	shake_and_talk(&p, &(struct peers_plan){.version = TLS1_3_VERSION, .asks_client = true});
	expect(&p, "C client-hello TLS 1.3 mail.example\nS server-hello TLS 1.3\nS extensions\nS request\n"
		   "S certificate 1\nS finished\nC certificate 1\nC finished\nS ticket\nS ticket\n" TALK);
	peers_end(&p);
}
END_TEST

START_TEST(keys_are_updated)
{
	struct peers p;

	peers_begin(&p, &(struct peers_plan){.version = TLS1_3_VERSION});
	peers_shake(&p);
	for (int i = 0; i < 3; i++) {
		peers_say(&p, SIDE_CLIENT, 30);
		SSL_key_update(p.ssl[i % 2], i == 0 ? SSL_KEY_UPDATE_NOT_REQUESTED : SSL_KEY_UPDATE_REQUESTED);
		peers_say(&p, (enum side)(i % 2), 25);
		peers_say(&p, SIDE_SERVER, 20);
		peers_say(&p, SIDE_CLIENT, 20);
	}
	peers_close(&p);
	expect(&p, FULL_1_3 "C text\nC key-update\nC text\nS text\nC text\n"
			    "S key-update\nS text\nC key-update\nC text\n"
			    "C key-update\nC text\nS key-update\nS text\nC text\n"
			    "C alert 1 0 hidden\nS alert 1 0 hidden\n");
	peers_end(&p);
}
END_TEST

START_TEST(records_are_small_or_padded)
{
	struct peers p;

	for (int i = 0; i < 4; i++) {
		shake_and_talk(&p, &(struct peers_plan){.version = i < 2 ? TLS1_2_VERSION : TLS1_3_VERSION,
							.fragment = i % 2 == 0 ? 512 : 0,
							.padding = i % 2 == 1 ? 512 : 0});
		expect(&p, i < 2 ? FULL_1_2 TALK : FULL_1_3 TALK);
		peers_end(&p);
	}
}
END_TEST

static void renegotiate(struct peers *p, enum side side)
{
	peers_say(p, SIDE_SERVER, 100);
	ck_assert_int_eq(SSL_renegotiate(p->ssl[side]), 1);
	SSL_do_handshake(p->ssl[side]);
	peers_pump(p);
	peers_say(p, SIDE_CLIENT, 100);
	peers_say(p, SIDE_SERVER, 100);
}

START_TEST(handshakes_are_repeated)
{
	static const char *const ciphers[] = {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA"};
	struct peers p;

	for (int i = 0; i < 6; i++) {
		peers_begin(&p, &(struct peers_plan){.version = versions[i / 2],
						     .ciphers = ciphers[i < 4],
						     .options = SSL_OP_ALLOW_CLIENT_RENEGOTIATION | SSL_OP_NO_TICKET});
		peers_shake(&p);
		renegotiate(&p, (enum side)(i % 2));
		renegotiate(&p, (enum side)(1 - i % 2));
		peers_close(&p);
		expect(&p, NULL);
		peers_end(&p);
	}
}
END_TEST

/* ---- sessions that go on ---- */

static void resume(struct peers *p, struct peers_plan *plan)
{
	peers_begin(p, plan);
	peers_shake(p);
	peers_say(p, SIDE_SERVER, 30);
	peers_close(p);
	ck_assert_ptr_nonnull(p->session);
	plan->resumes = p->session;
	peers_again(p, plan);
	peers_shake(p);
	ck_assert(SSL_session_reused(p->ssl[SIDE_CLIENT]));
	peers_talk(p);
	peers_close(p);
}

START_TEST(sessions_go_on)
{
	struct peers p;

	resume(&p, &(struct peers_plan){.version = TLS1_2_VERSION});
	expect(&p, "C client-hello TLS 1.2 mail.example\nS server-hello TLS 1.2 resumed\nS change-cipher\nS finished\n"
		   "C change-cipher\nC finished\n" TALK);
	peers_end(&p);
	resume(&p, &(struct peers_plan){.version = TLS1_2_VERSION, .options = SSL_OP_NO_TICKET});
	expect(&p, "C client-hello TLS 1.2 mail.example\nS server-hello TLS 1.2 resumed\nS change-cipher\nS finished\n"
		   "C change-cipher\nC finished\n" TALK);
	peers_end(&p);
	resume(&p, &(struct peers_plan){.version = TLS1_3_VERSION});
	expect(&p, "C client-hello TLS 1.3 mail.example\nS server-hello TLS 1.3 resumed\nS extensions\nS finished\n"
		   "C finished\nS ticket\n" TALK);
	peers_end(&p);
}
END_TEST

/* The log has no line for the second handshake: its master secret is the first one's. */
START_TEST(sessions_go_on_without_a_line_of_their_own)
{
	struct peers_plan plan = {.version = _i < 2 ? TLS1_2_VERSION : TLS1_VERSION,
				  .options = _i % 2 == 0 ? SSL_OP_NO_TICKET : 0};
	struct resumption *resumption = resumption_new(10);
	struct listener l;
	struct peers p;

	peers_begin(&p, &plan);
	peers_shake(&p);
	peers_talk(&p);
	peers_close(&p);
	listener_begin(&l, &p.log, resumption);
	listener_play(&l, &p, SIZE_MAX);
	expect_of(&p, &l, NULL);
	listener_end(&l);
	plan.resumes = p.session;
	peers_again(&p, &plan);
	peers_shake(&p);
	ck_assert(SSL_session_reused(p.ssl[SIDE_CLIENT]));
	peers_talk(&p);
	listener_begin(&l, NULL, resumption);
	listener_play(&l, &p, 100);
	expect_of(&p, &l, NULL);
	ck_assert(tls_reader_has_read(l.reader));
	listener_end(&l);
	resumption_free(resumption);
	peers_end(&p);
}
END_TEST

/* ---- early data ---- */

/* The session goes on, and the client sends early data; the server takes them, or it does not. */
static void early_again(struct peers *p, const struct peers_plan *plan, bool rejects, size_t len)
{
	size_t done = 0;

	peers_again(p, plan);
	p->reads_early = !rejects;
	SSL_set_recv_max_early_data(p->ssl[SIDE_SERVER], 20000);
	peers_compose(p, SIDE_CLIENT, len);
	if (len > 0)
		ck_assert_int_eq(SSL_write_early_data(p->ssl[SIDE_CLIENT], p->text[SIDE_CLIENT].data, len, &done), 1);
	ck_assert_uint_eq(done, len);
	peers_carry(p, SIDE_CLIENT);
	if (rejects)
		buffer_clear(&p->text[SIDE_CLIENT]);
	peers_shake(p);
	if (len > 0)
		ck_assert_int_eq(SSL_get_early_data_status(p->ssl[SIDE_CLIENT]),
				 rejects ? SSL_EARLY_DATA_REJECTED : SSL_EARLY_DATA_ACCEPTED);
	peers_talk(p);
	peers_close(p);
}

static void send_early(struct peers *p, struct peers_plan *plan, bool rejects, size_t len)
{
	plan->version = TLS1_3_VERSION;
	plan->early_max = 20000;
	peers_begin(p, plan);
	peers_shake(p);
	peers_close(p);
	plan->resumes = p->session;
	early_again(p, plan, rejects, len);
}

#define EARLY_CLIENT "C client-hello TLS 1.3 mail.example early\n"
#define EARLY_SERVER "S server-hello TLS 1.3 resumed\nS extensions"

START_TEST(early_data_are_read)
{
	struct peers p;

	send_early(&p, &(struct peers_plan){.version = 0}, false, 18000);
	expect_sides(&p, EARLY_CLIENT "C text\nC finished\n" CLIENT_TALK,
		     EARLY_SERVER " early\nS finished\nS ticket\n" SERVER_TALK);
	peers_end(&p);
}
END_TEST

/* Of early data that were taken, and whose secret is not known, it is said that they are missing. Where the server's
 * secrets are not known, nobody knows whether it took them: they are read as far as they open. */
START_TEST(early_data_are_read_as_far_as_there_are_keys)
{
	static const size_t lens[] = {SIZE_MAX, 1, 1000};
	static const struct {
		unsigned int without;
		const char *said;
	} rows[] = {
		{1U << KEY_CLIENT_EARLY_TRAFFIC_SECRET,
		 EARLY_CLIENT "C missing\nC missing\nC missing\nC finished\n" CLIENT_TALK},
		{1U << KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET | 1U << KEY_SERVER_TRAFFIC_SECRET_0,
		 EARLY_CLIENT "C text\nC finished\n" CLIENT_TALK},
	};
	struct listener l;
	struct peers p;

	send_early(&p, &(struct peers_plan){.version = 0}, false, 18000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t k = 0; k < sizeof(lens) / sizeof(lens[0]); k++) {
			listener_begin(&l, &p.log, NULL);
			l.labels = rows[i].without;
			listener_play(&l, &p, lens[k]);
			ck_assert_str_eq(listener_string(&l.said_by[SIDE_CLIENT]), rows[i].said);
			listener_end(&l);
		}
	peers_end(&p);
}
END_TEST

START_TEST(early_data_are_refused)
{
	struct peers p;

	send_early(&p, &(struct peers_plan){.version = 0}, true, 18000);
	expect_sides(&p, EARLY_CLIENT "C data\nC finished\n" CLIENT_TALK,
		     EARLY_SERVER "\nS finished\nS ticket\n" SERVER_TALK);
	peers_end(&p);
	send_early(&p, &(struct peers_plan){.groups = {"X25519:P-384", NULL}}, true, 100);
	expect_sides(&p, EARLY_CLIENT "C data\nC finished\n" CLIENT_TALK,
		     EARLY_SERVER "\nS finished\nS ticket\n" SERVER_TALK);
	peers_end(&p);
}
END_TEST

/* After a HelloRetryRequest nobody takes them. */
START_TEST(early_data_before_another_hello_are_passed_over)
{
	struct peers_plan plan = {.version = 0};
	struct peers p;

	send_early(&p, &plan, true, 0);
	plan.resumes = p.session;
	peers_set_groups(p.ctx[SIDE_SERVER], "P-384");
	early_again(&p, &plan, true, 5000);
	expect_sides(&p, EARLY_CLIENT "C data\nC client-hello TLS 1.3 mail.example\nC finished\n" CLIENT_TALK,
		     "S server-hello TLS 1.3 retry\nS server-hello TLS 1.3\nS extensions\nS certificate 1\nS finished\n"
		     "S ticket\nS ticket\n" SERVER_TALK);
	peers_end(&p);
}
END_TEST

/* ---- ends ---- */

START_TEST(handshakes_fail)
{
	struct peers p;

	peers_begin(&p, &(struct peers_plan){.version = TLS1_2_VERSION});
	SSL_set_cipher_list(p.ssl[SIDE_CLIENT], "AES128-SHA"); /* the server's key is no RSA key */
	peers_pump(&p);
	expect(&p, "C client-hello TLS 1.2 mail.example\nS alert 2 40\n");
	peers_end(&p);
	for (int i = 0; i < 2; i++) {
		peers_begin(&p, &(struct peers_plan){.version = i == 0 ? TLS1_2_VERSION : TLS1_3_VERSION});
		SSL_set_verify(p.ssl[SIDE_CLIENT], SSL_VERIFY_PEER, NULL);
		peers_pump(&p);
		expect(&p, i == 0 ? "C client-hello TLS 1.2 mail.example\nS server-hello TLS 1.2\nS certificate 1\n"
				    "C alert 2 48\n"
				  : "C client-hello TLS 1.3 mail.example\nS server-hello TLS 1.3\nS extensions\n"
				    "S certificate 1\nS finished\nC alert 2 48\n");
		peers_end(&p);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, tls_1_2_is_read);
	tcase_add_test(t, tls_1_3_is_read);
	tcase_add_loop_test(t, every_suite_is_read, 0, 7);
	tcase_add_test(t, a_hello_is_asked_for_again);
	tcase_add_test(t, clients_show_certificates);
	tcase_add_test(t, keys_are_updated);
	tcase_add_test(t, records_are_small_or_padded);
	tcase_add_test(t, handshakes_are_repeated);
	tcase_add_test(t, sessions_go_on);
	tcase_add_loop_test(t, sessions_go_on_without_a_line_of_their_own, 0, 4);
	tcase_add_test(t, early_data_are_read);
	tcase_add_test(t, early_data_are_read_as_far_as_there_are_keys);
	tcase_add_test(t, early_data_are_refused);
	tcase_add_test(t, early_data_before_another_hello_are_passed_over);
	tcase_add_test(t, handshakes_fail);
}
