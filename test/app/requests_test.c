#include "app/requests.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../engine/wire.h"
#include "../main.h"

enum {
	SESSIONS = 2500, /* more than are visited in one go */
};

static struct wire w;
static struct doorbell bell;
static struct task_queue *tasks;
static struct viewer *viewer;
static struct requests *requests;
static struct snapshot *s;
static char folder[64];

static struct save_job *submitted;

static void take_job(void *ctx, struct save_job *job)
{
	(void)ctx;
	submitted = job;
}

static void setup(void)
{
	strcpy(folder, "/tmp/mailtap-requests-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	wire_init(&w, true);
	w.options.output = NULL;
	w.options.submit = take_job;
	wire_begin(&w);
	ck_assert(doorbell_init(&bell, NULL));
	tasks = task_queue_new(&bell, NULL, NULL);
	viewer = viewer_new(false);
	s = snapshot_new();
	requests = requests_new(
		&(struct requests_scene){.viewer = viewer, .tasks = tasks, .source = "eth0", .settings = &w.options});
	for (int i = 0; i < SESSIONS; i++)
		wire_play(&w, WIRE_REFUSED);
	engine_finish(w.engine);
	while (viewer_work(viewer, w.engine))
		continue;
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(name);
}

static void teardown(void)
{
	requests_give_up(requests, w.engine);
	task_queue_free(tasks); /* what is on its way comes to those that asked for it */
	requests_free(requests);
	viewer_free(viewer);
	snapshot_free(s);
	doorbell_fini(&bell);
	wire_fini(&w);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static const struct snapshot *fill(void)
{
	requests_fill(requests, w.engine, s);
	return s;
}

/* How many turns it took. */
static int work(void)
{
	int turns = 0;

	while (requests_work(requests, w.engine))
		turns++;
	return turns;
}

static void ask(enum request_kind kind, enum request_which which, uint32_t session, bool on)
{
	struct request r = {.kind = kind, .which = which, .session = session, .on = on, .list = QUERY_LIST_SESSIONS};

	snprintf(r.text, sizeof(r.text), "%s/x.pcapng", folder);
	requests_carry_out(requests, w.engine, &r);
}

/* One turn does not do it all, and what is asked for meanwhile comes after it. */
START_TEST(many_sessions_are_marked_in_turns)
{
	ask(REQUEST_MARK_SHOWN, 0, 0, true);
	ck_assert_uint_gt(fill()->marked_sessions, 0);
	ck_assert_uint_lt(fill()->marked_sessions, SESSIONS);
	ask(REQUEST_MARK, 0, 3, false);
	ask(REQUEST_MARK, 0, SESSIONS, false);
	ck_assert(engine_connection(w.engine, 3)->session->marked);
	ck_assert_uint_eq(fill()->requests_answered, 0);
	ck_assert_int_ge(work(), 1);
	ck_assert_uint_eq(fill()->requests_answered, 3);
	ck_assert_uint_eq(fill()->marked_sessions, SESSIONS - 2);
	ck_assert(!engine_connection(w.engine, 3)->session->marked);
	ck_assert(!engine_connection(w.engine, SESSIONS)->session->marked);
	ask(REQUEST_MARK_SHOWN, 0, 0, false);
	work();
	ck_assert_uint_eq(fill()->marked_sessions, 0);
}
END_TEST

static void wait_for_export(void)
{
	while (fill()->exporting) {
		task_queue_collect(tasks);
		requests_work(requests, w.engine);
	}
}

START_TEST(marked_sessions_are_looked_for_in_turns)
{
	ask(REQUEST_MARK, 0, 1, true);
	ask(REQUEST_MARK, 0, SESSIONS, true);
	ask(REQUEST_EXPORT, REQUEST_WHICH_MARKED, 0, false);
	ck_assert(fill()->exporting);
	ck_assert_int_ge(work(), 1);
	ck_assert(fill()->exporting);
	wait_for_export();
	ck_assert_msg(strstr(fill()->message, " of 2 sessions to ") != NULL, "%s", s->message);
	ck_assert_uint_eq(engine_connection(w.engine, 1)->pins, 0);
}
END_TEST

START_TEST(shown_sessions_are_chosen_in_turns)
{
	ask(REQUEST_EXPORT, REQUEST_WHICH_SHOWN, 0, false);
	ck_assert_int_ge(work(), 1);
	ask(REQUEST_EXPORT, REQUEST_WHICH_SHOWN, 0, false);
	ck_assert_str_eq(fill()->message, "Another export is still being written");
	wait_for_export();
	ck_assert_msg(strstr(fill()->message, " of 2500 sessions to ") != NULL, "%s", s->message);
}
END_TEST

static void give(uint64_t session, int fd)
{
	struct request r = {.kind = REQUEST_GIVE, .session = session, .mail = 1, .fd = fd};

	requests_carry_out(requests, w.engine, &r);
	ck_assert_ptr_nonnull(submitted);
	save_run(submitted);
	requests_saved(requests, w.engine, submitted);
	engine_job_done(w.engine, submitted);
	submitted = NULL;
}

/* A mail for a command: it counts as saved as little as before, and the screen learns whether it is whole. */
START_TEST(a_mail_is_given)
{
	char bytes[256] = "";
	FILE *file = tmpfile();
	const struct mail *m;

	ck_assert_ptr_nonnull(file);
	wire_play(&w, WIRE_MAIL);
	wire_open(&w);
	wire_talk(&w, "S: 220 ns1\nC: EHLO me\nS: 250 ns1\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
		      "C: DATA\nS: 354 go\nC: Subject: one\n");
	engine_finish(w.engine);
	give(SESSIONS + 1, fileno(file));
	ck_assert_uint_eq(fill()->given_serial, 1);
	ck_assert(!s->given_is_failed && !s->given_is_partial);
	ck_assert_int_eq(pread(fileno(file), bytes, sizeof(bytes), 0), sizeof(WIRE_MAIL_BYTES) - 1);
	ck_assert_str_eq(bytes, WIRE_MAIL_BYTES);
	m = session_mail(engine_connection(w.engine, SESSIONS + 1)->session, 1);
	ck_assert(!m->saved && !m->save_tried);
	give(SESSIONS + 2, fileno(file));
	ck_assert_uint_eq(fill()->given_serial, 2);
	ck_assert(!s->given_is_failed && s->given_is_partial);
	give(SESSIONS + 1, -1);
	ck_assert(fill()->given_is_failed && s->message_is_error);
	requests_carry_out(requests, w.engine,
			   &(struct request){.kind = REQUEST_GIVE, .session = 1, .mail = 9, .fd = fileno(file)});
	ck_assert_uint_eq(fill()->given_serial, 4);
	ck_assert(s->given_is_failed);
	ck_assert_str_eq(s->message, "There is no mail with data here");
	fclose(file);
}
END_TEST

/* A filter is answered when it is in force, or another one is. */
START_TEST(a_filter_is_answered_late)
{
	struct request r = {.kind = REQUEST_FILTER, .text = "host localhost"};

	requests_carry_out(requests, w.engine, &r);
	requests_carry_out(requests, w.engine, &r);
	ask(REQUEST_MARK, 0, 1, true);
	ck_assert_uint_eq(fill()->requests_answered, 1);
	while (fill()->requests_answered == 1)
		task_queue_collect(tasks);
	ck_assert_uint_eq(s->requests_answered, 3);
	viewer_fill(viewer, w.engine, s);
	ck_assert_str_eq(s->filter, "host localhost");
	requests_carry_out(requests, w.engine, &r);
	strcpy(r.text, "port 25"); /* and one without names at once: it waits for nobody's */
	requests_carry_out(requests, w.engine, &r);
	ck_assert_uint_eq(fill()->requests_answered, 5);
	viewer_fill(viewer, w.engine, s);
	ck_assert_str_eq(s->filter, "port 25");
	r.text[0] = '\0'; /* none needs no time */
	requests_carry_out(requests, w.engine, &r);
	ck_assert_uint_eq(fill()->requests_answered, 6);
}
END_TEST

START_TEST(what_is_given_up_pins_nothing)
{
	ask(REQUEST_EXPORT, REQUEST_WHICH_SHOWN, 0, false);
	ask(REQUEST_MARK_SHOWN, 0, 0, true);
	ask(REQUEST_AUTOSAVE, 0, 0, false);
	ck_assert_uint_eq(engine_connection(w.engine, 1)->pins, 1);
	requests_give_up(requests, w.engine);
	ck_assert_uint_eq(fill()->requests_answered, 2); /* what concerns no sessions is still to be done */
	ck_assert_uint_eq(engine_connection(w.engine, 1)->pins, 0);
	ck_assert_str_eq(fill()->message, "The export was given up, nothing is left of it");
	ck_assert_int_eq(work(), 0);
	ck_assert_str_eq(fill()->message, "Mails are saved only when you ask"); /* a setting stays one */
	ck_assert_uint_eq(fill()->marked_sessions, 0);
	ck_assert(!fill()->exporting);
}
END_TEST

/* There are no mails with data: each was refused. */
START_TEST(mails_to_save_are_looked_for_in_turns)
{
	ask(REQUEST_SAVE, REQUEST_WHICH_SHOWN, 0, false);
	ck_assert_str_eq(fill()->message, "");
	ck_assert_int_ge(work(), 1);
	ck_assert_str_eq(fill()->message, "There is no mail with data to save here");
	ask(REQUEST_SAVE, REQUEST_WHICH_SELECTED, 2, false);
	ck_assert_int_eq(work(), 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, many_sessions_are_marked_in_turns);
	tcase_add_test(t, marked_sessions_are_looked_for_in_turns);
	tcase_add_test(t, shown_sessions_are_chosen_in_turns);
	tcase_add_test(t, a_mail_is_given);
	tcase_add_test(t, a_filter_is_answered_late);
	tcase_add_test(t, what_is_given_up_pins_nothing);
	tcase_add_test(t, mails_to_save_are_looked_for_in_turns);
}
