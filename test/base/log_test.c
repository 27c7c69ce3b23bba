#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "../main.h"
#include "base/log.h"

static int kept_stderr;
static int captured[2];

/* Standard error goes into a pipe. */
static void begin(void)
{
	ck_assert_int_eq(pipe(captured), 0);
	fcntl(captured[0], F_SETFL, O_NONBLOCK);
	kept_stderr = dup(STDERR_FILENO);
	dup2(captured[1], STDERR_FILENO);
}

static void end(void)
{
	dup2(kept_stderr, STDERR_FILENO);
	close(kept_stderr);
	close(captured[0]);
	close(captured[1]);
}

static const char *printed(void)
{
	static char text[32768];
	ssize_t got = read(captured[0], text, sizeof(text) - 1);

	text[got > 0 ? got : 0] = '\0';
	return text;
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

START_TEST(a_line_is_printed_at_once)
{
	log_warn("file %s: %d", "a", 3);
	ck_assert_str_eq(printed(), "mailtap: file a: 3\n");
}
END_TEST

START_TEST(what_comes_from_outside_cannot_reach_the_terminal)
{
	const char *text;

	log_warn("name \"%s\"", "x\033[2J\ny");
	text = printed();
	ck_assert_ptr_null(strchr(text, '\033'));
	ck_assert_uint_eq(count_lines(text), 1);
	log_warn("name \"%s\"", "\x9b[2J \xc2\x9b[2J \x7f \xe2\x80\xa8 \xe2\x80\xae \xd8\x9c \xe2\x81\xa9");
	ck_assert_str_eq(printed(),
			 "mailtap: name \"\xef\xbf\xbd[2J <U+009B>[2J \xe2\x90\xa1 <U+2028> <U+202E> <U+061C> "
			 "<U+2069>\"\n");
}
END_TEST

START_TEST(held_lines_wait_for_the_screen)
{
	log_hold(true);
	log_warn("one");
	log_warn("two");
	ck_assert_str_eq(printed(), "");
	log_hold(false);
	ck_assert_str_eq(printed(), "mailtap: one\nmailtap: two\n");
	log_hold(false);
	ck_assert_str_eq(printed(), "");
}
END_TEST

START_TEST(of_too_many_lines_the_rest_are_counted)
{
	const char *text;

	log_hold(true);
	for (int i = 0; i < 70; i++)
		log_warn("line %d", i);
	log_hold(false);
	text = printed();
	ck_assert_uint_eq(count_lines(text), 65);
	ck_assert_ptr_nonnull(strstr(text, "mailtap: line 63\nmailtap: 6 more messages were not kept\n"));
}
END_TEST

static void *warn_often(void *arg)
{
	for (int i = 0; i < 20; i++)
		log_warn("%s %d", (const char *)arg, i);
	return NULL;
}

START_TEST(lines_of_several_threads_stay_whole)
{
	pthread_t threads[3];
	const char *text;

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, warn_often, (void *)(uintptr_t) "thread"), 0);
	log_hold(true);
	log_hold(false);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	log_hold(false);
	text = printed();
	ck_assert_uint_eq(count_lines(text), 60);
	for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1)
		ck_assert_int_eq(strncmp(line, "mailtap: thread ", 16), 0);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_line_is_printed_at_once);
	tcase_add_test(t, what_comes_from_outside_cannot_reach_the_terminal);
	tcase_add_test(t, held_lines_wait_for_the_screen);
	tcase_add_test(t, of_too_many_lines_the_rest_are_counted);
	tcase_add_test(t, lines_of_several_threads_stay_whole);
}
