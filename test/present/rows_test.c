#include "present/rows.h"

#include "../engine/wire.h"
#include "../main.h"

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

void list_tests(TCase *t)
{
	tcase_add_test(t, a_sentence_has_one_full_stop);
}
