#include "present/rows.h"

#include "../engine/wire.h"
#include "../main.h"
#include "base/mem.h"
#include "engine/parts.h"

START_TEST(a_sentence_has_one_full_stop)
{
	enum snapshot_meaning meaning;
	char sentence[512];
	struct wire w;

	wire_init(&w, true);
	w.options.diagnose = w.options.keep = true;
	limits_init(&w.options.limits);
	wire_begin(&w);
	w.server_port = 110;
	wire_play(&w, "S: +OK hi\nC: USER u\nS: +OK\nC: PASS p\nS: -ERR [AUTH] Failed.\nC: QUIT\nS: +OK\n");
	rows_sentence(engine_connection(w.engine, 1), UINT32_MAX, sentence, sizeof(sentence), &meaning);
	ck_assert_pstr_eq(strstr(sentence, "Failed."), "Failed. Check user, password and permission.");
	engine_finish(w.engine);
	wire_fini(&w);
}
END_TEST

/* Nobody is blamed for what was not waited for. */
START_TEST(what_was_given_up_is_told)
{
	static const char *const sentences[] = {
		"The server had not answered yet. The session was not followed to its end, to save memory.",
		"given up. The session was not followed to its end, to save memory.",
		"1 mail, accepted. The session was not followed to its end, to save memory.",
	};
	struct snapshot_session_row row;
	enum snapshot_meaning meaning;
	char sentence[512];
	struct connection *v;
	struct query q = {0};
	struct wire w;

	wire_init(&w, true);
	wire_begin(&w);
	wire_send(&w, SIDE_CLIENT, SEGMENT_SYN, slice_of(NULL, 0));
	if (_i > 0) {
		w.seq[SIDE_CLIENT] -= 1001;
		wire_open(&w);
	}
	if (_i > 1)
		wire_talk(&w, WIRE_MAIL);
	v = engine_connection(w.engine, 1);
	flow_table_give_up(w.engine->flows, v->flow);
	rows_sentence(v, UINT32_MAX, sentence, sizeof(sentence), &meaning);
	ck_assert_str_eq(sentence, sentences[_i]);
	rows_session(w.engine, v, &q, &row);
	ck_assert_str_eq(row.result, _i > 1 ? "accepted" : "given up");
	ck_assert_int_eq(row.meaning, _i > 1 ? MEANING_GOOD : MEANING_MUTED);
	engine_finish(w.engine);
	wire_fini(&w);
}
END_TEST

/* Of two sessions whose numbers have the same low half the packets are told apart, and what is secret in them. */
START_TEST(packets_know_their_sessions_beyond_32_bits)
{
	const uint64_t numbers[] = {1, (UINT64_C(1) << 32) + 1};
	struct session_detail f = {0};
	struct snapshot_packet_detail *detail = mem_zalloc(sizeof(*detail));
	struct snapshot_packet_row row;
	const struct connection *v;
	struct query q = {0};
	struct wire w;

	wire_init(&w, true);
	wire_begin(&w);
	w.server_port = 110;
	for (size_t i = 0; i < 2; i++) {
		wire_play(&w, WIRE_POP3);
		w.engine->last_session = numbers[1] - 1 + i;
	}
	for (size_t i = 0; i < 2; i++) {
		v = engine_connection(w.engine, numbers[i]);
		session_detail_update(&f, w.engine, numbers[i]);
		ck_assert(rows_packet(&f, w.engine, v->first_packet, &q, &row));
		ck_assert_uint_eq(row.session, numbers[i]);
		ck_assert_int_eq(row.time_ns, 0);
		for (uint64_t n = v->first_packet; n != 0; n = index_get(engine_index(w.engine), n)->next) {
			rows_packet_detail(w.engine, n, false, detail);
			ck_assert_ptr_null(memmem(detail->bytes, detail->byte_count, "secret", 6));
		}
	}
	engine_finish(w.engine);
	session_detail_fini(&f);
	free(detail);
	wire_fini(&w);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, what_was_given_up_is_told, 0, 3);
	tcase_add_test(t, packets_know_their_sessions_beyond_32_bits);
	tcase_add_test(t, a_sentence_has_one_full_stop);
}
