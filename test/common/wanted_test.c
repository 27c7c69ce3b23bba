/* --session: what is an ID with its start, and which sessions are meant. */
#include "common/wanted.h"

#include <arpa/inet.h>

#include "../main.h"

#define ID "1:LQU9qZlK+B5F3KDmev6m5PMibrg="

/* The ends of ID, as the specification has them; `is_back`: the other way round. */
static struct community_ends ends(bool is_back)
{
	struct community_ends e = {.port = {34855, 80}};

	ck_assert_int_eq(inet_pton(AF_INET, "128.232.110.120", e.address[SIDE_CLIENT]), 1);
	ck_assert_int_eq(inet_pton(AF_INET, "66.35.250.204", e.address[SIDE_SERVER]), 1);
	if (!is_back)
		return e;
	struct community_ends back = {.port = {e.port[SIDE_SERVER], e.port[SIDE_CLIENT]}};

	memcpy(back.address[SIDE_CLIENT], e.address[SIDE_SERVER], sizeof(e.address[0]));
	memcpy(back.address[SIDE_SERVER], e.address[SIDE_CLIENT], sizeof(e.address[0]));
	return back;
}

START_TEST(an_id_means_all_its_sessions)
{
	struct wanted w;
	struct error err;
	struct community_ends there = ends(false);
	struct community_ends back = ends(true);
	struct community_ends other = ends(false);

	other.port[SIDE_CLIENT]++;
	ck_assert(wanted_read(&w, ID, &err));
	ck_assert(!wanted_is_all(&w));
	ck_assert(wanted_has(&w, &there, 5) && wanted_has(&w, &back, 6));
	ck_assert(!wanted_has(&w, &other, 5));
}
END_TEST

START_TEST(a_start_means_one_of_them)
{
	struct wanted w;
	struct error err;
	struct community_ends there = ends(false);

	ck_assert(wanted_read(&w, ID "@1970-01-01T00:00:12.5Z", &err));
	ck_assert(wanted_has(&w, &there, INT64_C(12500000000)));
	ck_assert(!wanted_has(&w, &there, INT64_C(12500000001)));
	ck_assert_str_eq(w.start, "1970-01-01T00:00:12.5Z");
	ck_assert(wanted_read(&w, ID "@1970-01-01T00:00:12.500000000Z", &err));
	ck_assert_str_eq(w.start, "1970-01-01T00:00:12.500000000Z");
	ck_assert(wanted_has(&w, &there, INT64_C(12500000000)));
}
END_TEST

static const struct {
	const char *text;
	const char *error;
} wrong[] = {
	{"", "network.community_id"},
	{"5", "network.community_id"},
	{"@1970-01-01T00:00:12.5Z", "network.community_id"},
	{"2:LQU9qZlK+B5F3KDmev6m5PMibrg=", "network.community_id"},
	{"1:LQU9qZlK+B5F3KDmev6m5PMibrg", "network.community_id"},
	{"1:LQU9qZlK+B5F3KDmev6m5PMibrgA", "network.community_id"},
	{"1:LQU9qZlK+B5F3KDmev6m5PMibrh=", "network.community_id"}, /* bits that no digest leaves */
	{"1:LQU9qZlK+B5F3KDmev6m5PMibr==", "network.community_id"},
	{"1:LQU9qZlK B5F3KDmev6m5PMibrg=", "network.community_id"},
	{"1:LQU9qZlK+B5F3KDmev6m5PMibrg==", "network.community_id"},
	{ID "@", "mailtap.session_start"},
	{ID "@12.5", "mailtap.session_start"},
	{ID "@1970-01-01T00:00:12.5", "mailtap.session_start"},
	{ID "@1970-01-01T00:00:12.5Z@", "mailtap.session_start"},
};

START_TEST(what_is_no_session_is_refused)
{
	struct wanted w;
	struct error err = {""};

	ck_assert_msg(!wanted_read(&w, wrong[_i].text, &err), "%s", wrong[_i].text);
	ck_assert_ptr_nonnull(strstr(err.text, wrong[_i].error));
	ck_assert_ptr_null(strchr(err.text, '\n'));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, an_id_means_all_its_sessions);
	tcase_add_test(t, a_start_means_one_of_them);
	tcase_add_loop_test(t, what_is_no_session_is_refused, 0, sizeof(wrong) / sizeof(wrong[0]));
}
