#include "app/saver.h"

#include <dirent.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../engine/wire.h"
#include "../main.h"

enum {
	ON_THE_WAY_MAX = 16,
};

static struct wire w;
static struct saver *s;
static char folder[64];
static struct save_job *submitted[64];
static size_t submitted_count;

static void submit(void *ctx, struct save_job *job)
{
	(void)ctx;
	ck_assert_uint_lt(submitted_count, ON_THE_WAY_MAX);
	submitted[submitted_count++] = job;
}

static void setup(void)
{
	strcpy(folder, "/tmp/mailtap-saver-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	wire_init(&w, true);
	w.options.output = NULL;
	w.options.submit = submit;
	wire_begin(&w);
	s = saver_new();
	submitted_count = 0;
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
	saver_free(s);
	wire_fini(&w);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static size_t count_files(void)
{
	size_t count = 0;
	DIR *d = opendir(folder);

	ck_assert_ptr_nonnull(d);
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		count += e->d_name[0] != '.';
	closedir(d);
	return count;
}

static void play(int sessions)
{
	for (int i = 0; i < sessions; i++)
		wire_play(&w, WIRE_MAIL);
	engine_finish(w.engine);
}

static void begin(enum save_format format)
{
	saver_begin(s, &(struct engine_save_order){.target = folder, .format = format});
}

static void choose(uint32_t session, bool is_mail)
{
	struct connection *v = engine_connection(w.engine, session);

	ck_assert(saver_choose(s, v, is_mail ? v->session->mails[0] : NULL));
}

/* The oldest job comes back. */
static void finish_one(void)
{
	struct save_job *job = submitted[0];

	memmove(submitted, submitted + 1, --submitted_count * sizeof(submitted[0]));
	save_run(job);
	saver_take(s, job);
	engine_job_done(w.engine, job);
	saver_work(s, w.engine);
}

START_TEST(many_mails_go_a_few_at_a_time)
{
	play(40);
	begin(SAVE_EML);
	for (uint32_t i = 1; i <= 40; i++)
		choose(i, true);
	saver_work(s, w.engine);
	ck_assert_uint_eq(submitted_count, ON_THE_WAY_MAX);
	ck_assert_uint_eq(saver_waiting(s), 40 - ON_THE_WAY_MAX);
	while (saver_is_busy(s))
		finish_one();
	ck_assert_uint_eq(saver_progress(s)->total, 40);
	ck_assert_uint_eq(saver_progress(s)->done, 40);
	ck_assert_uint_eq(saver_progress(s)->failed, 0);
	ck_assert_uint_eq(saver_progress(s)->files, 40);
	ck_assert_uint_eq(saver_progress(s)->bytes, 40 * 46);
	ck_assert_uint_eq(count_files(), 40);
	ck_assert_uint_eq(engine_connection(w.engine, 1)->pins, 0);
}
END_TEST

START_TEST(another_order_waits_its_turn)
{
	play(20);
	begin(SAVE_EML);
	for (uint32_t i = 1; i <= 20; i++)
		choose(i, true);
	saver_work(s, w.engine);
	begin(SAVE_TRANSCRIPT);
	choose(3, false);
	while (saver_is_busy(s))
		finish_one();
	ck_assert_uint_eq(saver_progress(s)->done, 21);
	ck_assert_uint_eq(count_files(), 21);
	begin(SAVE_EML); /* counts anew */
	choose(1, true);
	saver_work(s, w.engine);
	finish_one();
	ck_assert_uint_eq(saver_progress(s)->total, 1);
}
END_TEST

START_TEST(failures_are_counted_and_the_first_is_kept)
{
	play(3);
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert_int_eq(symlink("/dev/null", folder), 0);
	begin(SAVE_EML);
	for (uint32_t i = 1; i <= 3; i++)
		choose(i, true);
	saver_work(s, w.engine);
	while (saver_is_busy(s))
		finish_one();
	ck_assert_uint_eq(saver_progress(s)->failed, 3);
	ck_assert_uint_eq(saver_progress(s)->files, 0);
	ck_assert_ptr_nonnull(strstr(saver_progress(s)->error.text, "Not a directory"));
}
END_TEST

START_TEST(what_waits_can_be_given_up)
{
	play(40);
	begin(SAVE_EML);
	for (uint32_t i = 1; i <= 40; i++)
		choose(i, true);
	saver_work(s, w.engine);
	ck_assert_uint_gt(engine_connection(w.engine, 40)->pins, 0);
	saver_cancel(s, w.engine);
	ck_assert_uint_eq(saver_waiting(s), 0);
	ck_assert_uint_eq(engine_connection(w.engine, 40)->pins, 0);
	while (saver_is_busy(s))
		finish_one();
	ck_assert_uint_eq(count_files(), ON_THE_WAY_MAX);
}
END_TEST

START_TEST(a_mail_without_data_is_not_chosen)
{
	wire_play(&w, "S: 220 x\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 550\n");
	engine_finish(w.engine);
	begin(SAVE_EML);
	ck_assert(!saver_choose(s, engine_connection(w.engine, 1), engine_connection(w.engine, 1)->session->mails[0]));
	ck_assert(!saver_is_busy(s));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, many_mails_go_a_few_at_a_time);
	tcase_add_test(t, another_order_waits_its_turn);
	tcase_add_test(t, failures_are_counted_and_the_first_is_kept);
	tcase_add_test(t, what_waits_can_be_given_up);
	tcase_add_test(t, a_mail_without_data_is_not_chosen);
}
