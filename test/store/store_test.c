#include "store/store.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../main.h"

enum {
	PIECE = 16 * 1024 * 1024,
	PAGE = 4096,
};

static struct store *s;
static struct store_lane lane;
static uint8_t *large;

static void setup(void)
{
	s = store_new();
	lane = (struct store_lane){0};
	large = malloc(PIECE);
	ck_assert_ptr_nonnull(large);
	memset(large, 'x', PIECE);
}

static void teardown(void)
{
	store_free(s);
	free(large);
}

static void expect(uint64_t place, const char *text)
{
	ck_assert(slice_equals(store_bytes(s, place, strlen(text)), slice_from_text(text)));
}

START_TEST(a_mapped_file_is_not_copied)
{
	static const char file[] = "0123456789";
	uint64_t place = store_mapped_place(3, 4);

	store_map(s, 3, slice_of(file, 10));
	expect(place, "456");
	ck_assert_ptr_eq(store_bytes(s, place, 3).data, (const uint8_t *)file + 4);
	expect(store_place_after(place, 2), "67");
	ck_assert_uint_eq(store_bytes(s, place, 100).len, 6);
	ck_assert_uint_eq(store_bytes(s, store_mapped_place(3, 10), 1).len, 0);
	ck_assert_uint_eq(store_bytes(s, store_mapped_place(4, 0), 1).len, 0);
	store_hold(s, place);
	store_release(s, place);
	store_release(s, place);
	ck_assert_uint_eq(store_spool_bytes(s), 0);
}
END_TEST

START_TEST(sources_are_apart)
{
	store_map(s, 0, slice_from_text("first"));
	store_map(s, STORE_SOURCES_MAX - 1, slice_from_text("last"));
	expect(store_mapped_place(0, 0), "first");
	expect(store_mapped_place(STORE_SOURCES_MAX - 1, 1), "ast");
}
END_TEST

START_TEST(spooled_bytes_stay_while_they_are_held)
{
	uint64_t a = store_spool(s, &lane, slice_from_text("one"), NULL);
	uint64_t b = store_spool(s, &lane, slice_from_text("two"), NULL);

	ck_assert_uint_ne(a, STORE_NOWHERE);
	expect(a, "one");
	expect(b, "two");
	expect(store_place_after(b, 1), "wo");
	ck_assert_uint_eq(store_spool_bytes(s), PAGE);
	store_release(s, a);
	expect(b, "two");
	store_release(s, b);
}
END_TEST

START_TEST(nothing_has_no_place)
{
	ck_assert_uint_eq(store_spool(s, &lane, slice_of(NULL, 0), NULL), STORE_NOWHERE);
	ck_assert_uint_eq(store_bytes(s, STORE_NOWHERE, 5).len, 0);
	ck_assert_uint_eq(store_place_after(STORE_NOWHERE, 5), STORE_NOWHERE);
	store_hold(s, STORE_NOWHERE);
	store_release(s, STORE_NOWHERE);
	ck_assert_uint_eq(store_spool_bytes(s), 0);
}
END_TEST

START_TEST(what_does_not_fit_goes_to_the_next_run)
{
	uint64_t first = store_spool(s, &lane, slice_from_text("first"), NULL);
	uint64_t whole = store_spool(s, &lane, slice_of(large, PIECE), NULL);
	uint64_t third = store_spool(s, &lane, slice_from_text("third"), NULL);

	ck_assert_uint_eq(store_spool_bytes(s), PAGE + PIECE + 4 * PAGE);
	expect(first, "first");
	expect(third, "third");
	ck_assert_uint_eq(store_bytes(s, whole, PIECE).len, PIECE);
	ck_assert_uint_eq(store_bytes(s, store_place_after(whole, PIECE - 1), 1).data[0], 'x');
	store_release(s, whole);
	ck_assert_uint_eq(store_spool_bytes(s), PAGE + 4 * PAGE);
	store_release(s, first);
	ck_assert_uint_eq(store_spool_bytes(s), 4 * PAGE);
	expect(third, "third");
	store_release(s, third);
	store_end_lane(s, &lane);
	ck_assert_uint_eq(store_spool_bytes(s), 0);
}
END_TEST

START_TEST(a_run_goes_with_its_last_hold)
{
	uint64_t a = store_spool(s, &lane, slice_of(large, 1000), NULL);
	uint64_t b = store_spool(s, &lane, slice_of(large, PIECE), NULL);

	store_hold(s, store_place_after(a, 999));
	store_release(s, a);
	ck_assert_uint_eq(store_spool_bytes(s), PAGE + PIECE);
	ck_assert_uint_eq(store_bytes(s, a, 1).data[0], 'x');
	store_release(s, store_place_after(a, 5));
	ck_assert_uint_eq(store_spool_bytes(s), PIECE);
	store_release(s, b);
}
END_TEST

/* Whoever has one lane keeps nothing of what went through another. */
START_TEST(lanes_go_by_themselves)
{
	struct store_lane other = {0};
	uint64_t kept[1000];

	for (int i = 0; i < 1000; i++) {
		uint64_t place = store_spool(s, &lane, slice_of(large, 30000), NULL);

		kept[i] = store_spool(s, &other, slice_from_text("kept"), NULL);
		store_release(s, place);
	}
	ck_assert_uint_le(store_spool_bytes(s), 32 * PAGE);
	for (int i = 0; i < 1000; i++) {
		expect(kept[i], "kept");
		store_release(s, kept[i]);
	}
	store_end_lane(s, &other);
	store_end_lane(s, &lane);
	ck_assert_uint_eq(store_spool_bytes(s), 0);
}
END_TEST

/* A lane's runs grow; of a shared one they stay small, since each of many may keep one. */
START_TEST(a_shared_lane_has_small_runs)
{
	uint64_t least = 0;

	lane.is_shared = _i == 1;
	for (int i = 0; i < 1000; i++) {
		store_spool(s, &lane, slice_of(large, 1000), NULL);
		least += 1000;
	}
	ck_assert_uint_ge(store_spool_bytes(s), least);
	ck_assert_uint_le(store_spool_bytes(s), least * 11 / 10 + 16 * PAGE);
	ck_assert_uint_eq(lane.pages, _i == 1 ? 0 : 16);
}
END_TEST

/* A gigabyte passes through without ever taking more than two pieces. */
START_TEST(what_passes_through_takes_no_more_room)
{
	uint64_t held = STORE_NOWHERE;

	for (int i = 0; i < 1000; i++) {
		uint64_t place = store_spool(s, &lane, slice_of(large, 1024 * 1024), NULL);

		ck_assert_uint_ne(place, STORE_NOWHERE);
		store_release(s, held);
		held = place;
		ck_assert_uint_le(store_spool_bytes(s), UINT64_C(2) * PIECE);
	}
	store_release(s, held);
}
END_TEST

/* The spool is the largest open file without a name. */
static off_t spool_size(void)
{
	DIR *folder = opendir("/proc/self/fd");
	struct stat st;
	off_t size = 0;

	ck_assert_ptr_nonnull(folder);
	for (const struct dirent *d = readdir(folder); d != NULL; d = readdir(folder))
		if (fstat(atoi(d->d_name), &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 0 && st.st_size > size)
			size = st.st_size;
	closedir(folder);
	return size;
}

/* One that fills most of a piece, so that the next goes to another. */
static uint64_t spool_marked(int mark)
{
	uint64_t place;

	memcpy(large, &mark, sizeof(mark));
	place = store_spool(s, &lane, slice_of(large, PIECE / 2 + 1), NULL);

	store_end_lane(s, &lane);
	return place;
}

/* Hundreds of pieces, of which few are held at once, in no order: the file, and with it the highest number of a piece,
 * stays as small as these. */
START_TEST(holes_are_used_again)
{
	enum {
		HELD = 5,
		ROUNDS = 400
	};
	uint64_t held[HELD];
	int marks[HELD];

	for (int i = 0; i < HELD; i++)
		held[i] = spool_marked(marks[i] = i);
	for (int i = HELD; i < ROUNDS; i++) {
		int at = rand() % HELD;
		uint64_t old = held[at];

		ck_assert_mem_eq(store_bytes(s, old, sizeof(int)).data, &marks[at], sizeof(int));
		store_release(s, old);
		held[at] = spool_marked(marks[at] = i);
		ck_assert_uint_ne(held[at], old); /* not even when the same piece is used again */
		ck_assert_int_le(spool_size(), (off_t)(HELD + 1) * PIECE);
		ck_assert_uint_le(store_spool_bytes(s), (uint64_t)(HELD + 1) * PIECE);
	}
	for (int i = 0; i < HELD; i++) {
		ck_assert_mem_eq(store_bytes(s, held[i], sizeof(int)).data, &marks[i], sizeof(int));
		store_release(s, held[i]);
	}
	store_end_lane(s, &lane);
	ck_assert_uint_eq(store_spool_bytes(s), 0);
}
END_TEST

START_TEST(the_free_end_of_the_file_is_cut_off)
{
	uint64_t places[6];

	for (int i = 0; i < 6; i++)
		places[i] = spool_marked(i);
	ck_assert_int_eq(spool_size(), (off_t)6 * PIECE);
	store_release(s, places[0]);
	store_release(s, places[4]);
	ck_assert_int_eq(spool_size(), (off_t)6 * PIECE);
	places[0] = spool_marked(6); /* in the lowest hole */
	store_release(s, places[5]);
	store_release(s, places[3]);
	ck_assert_int_eq(spool_size(), (off_t)4 * PIECE); /* one that is empty is kept for what comes */
	ck_assert_uint_eq(store_spool_bytes(s), UINT64_C(3) * (PIECE / 2 + PAGE));
	store_release(s, places[2]);
	store_release(s, places[1]);
	ck_assert_int_eq(spool_size(), (off_t)2 * PIECE);
	store_release(s, places[0]);
	ck_assert_int_eq(spool_size(), PIECE);
}
END_TEST

/* A hold that was lost would show the bytes of others: it is found out. */
START_TEST(an_old_place_is_not_taken_for_a_new_one)
{
	uint64_t old = spool_marked(1);

	store_release(s, old);
	spool_marked(2);
	store_bytes(s, old, 1);
}
END_TEST

static void shrink_disk(size_t size)
{
	struct rlimit small = {.rlim_cur = size, .rlim_max = RLIM_INFINITY};

	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
}

/* Memory serves then, up to its limit; what finds no room in it is there for a while. */
START_TEST(a_full_disk_is_told)
{
	struct error err = {""};
	uint64_t kept;
	uint64_t passing;

	shrink_disk(PIECE);
	store_set_memory(s, UINT64_C(2) * PIECE);
	ck_assert(store_is_lasting(store_spool(s, &lane, slice_of(large, PIECE), &err)));
	ck_assert_str_eq(err.text, "");
	kept = store_spool(s, &lane, slice_of(large, PIECE), &err);
	ck_assert_ptr_nonnull(strstr(err.text, "spool"));
	ck_assert_ptr_nonnull(strstr(err.text, "at most 32 MiB"));
	err.text[0] = '\0';
	store_spool(s, &lane, slice_of(large, PIECE), &err);
	ck_assert_uint_eq(store_spool_bytes(s), PIECE);
	ck_assert_uint_eq(store_memory_bytes(s), 2 * PIECE);
	ck_assert(!store_is_full(s));
	passing = store_spool(s, &lane, slice_from_text("passes"), &err);
	ck_assert(store_is_full(s));
	ck_assert(store_is_lasting(kept) && !store_is_lasting(passing));
	expect(passing, "passes");
	for (int i = 0; i < 100; i++)
		ck_assert(store_has(s, store_spool(s, &lane, slice_of(large, 1000000), &err), 1000000));
	ck_assert_str_eq(err.text, ""); /* told once */
	ck_assert(!store_has(s, passing, 6));
	ck_assert_uint_eq(store_bytes(s, passing, 6).len, 0);
	ck_assert_uint_eq(store_bytes(s, kept, PIECE).data[PIECE - 1], 'x');
	store_release(s, passing);
	store_release(s, kept); /* makes room */
	passing = store_spool(s, &lane, slice_from_text("kept"), &err);
	ck_assert(store_is_lasting(passing) && !store_is_full(s));
	expect(passing, "kept");
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_told)
{
	struct error err = {""};

	setenv("TMPDIR", "/proc/no/such", 1);
	ck_assert(!store_is_lasting(store_spool(s, &lane, slice_from_text("x"), &err)));
	ck_assert_ptr_nonnull(strstr(err.text, "/proc/no/such"));
	ck_assert_ptr_nonnull(strstr(err.text, "TMPDIR"));
}
END_TEST

/* A disk that has room again is used again. */
START_TEST(a_disk_is_asked_again)
{
	uint64_t last = STORE_NOWHERE;

	setenv("TMPDIR", "/proc/no/such", 1);
	ck_assert(!store_is_lasting(store_spool(s, &lane, slice_from_text("x"), NULL)));
	unsetenv("TMPDIR");
	for (int i = 0; i < 20; i++)
		last = store_spool(s, &lane, slice_of(large, 1000000), NULL);
	ck_assert(store_is_lasting(last));
	ck_assert(!store_is_full(s));
}
END_TEST

static int looks;

static void look(void *ctx, unsigned int number)
{
	looks++;
	ck_assert_uint_eq(number, 3);
	*(atomic_size_t *)ctx = 6;
}

/* Of a file that was cut, what lies before the cut. */
START_TEST(a_cut_file_has_less)
{
	static const char file[] = "0123456789";
	uint64_t place = store_mapped_place(3, 4);
	atomic_size_t intact = 10;
	struct store_watch watch = {look, &intact};

	store_map(s, 2, slice_from_text("other"));
	store_map(s, 3, slice_of(file, 10));
	store_watch(s, 3, &intact, &watch);
	ck_assert(store_has(s, place, 6) && !store_has(s, place, 7));
	ck_assert(!store_is_changed(s));
	store_look(s, store_mapped_place(2, 0)); /* not watched */
	ck_assert_int_eq(looks, 0);
	store_look(s, place);
	ck_assert_int_eq(looks, 1);
	ck_assert(store_is_changed(s));
	ck_assert(store_has(s, place, 2) && !store_has(s, place, 3));
	ck_assert_uint_eq(store_bytes(s, place, 6).len, 2);
	ck_assert(store_has(s, store_mapped_place(2, 0), 5));
}
END_TEST

/* Nobody else can open the spool: it has no name. */
START_TEST(the_spool_has_no_name)
{
	char folder[] = "/tmp/mailtap-store-XXXXXX";

	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("TMPDIR", folder, 1);
	ck_assert_uint_ne(store_spool(s, &lane, slice_from_text("x"), NULL), STORE_NOWHERE);
	unsetenv("TMPDIR");
	/* only an empty folder can be removed */
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* One store after the other has it; what comes beside them makes its own. */
START_TEST(a_spool_can_be_made_in_advance)
{
	char folder[] = "/tmp/mailtap-store-XXXXXX";
	struct error err = {{0}};

	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("TMPDIR", folder, 1);
	store_prepare();
	ck_assert_int_eq(rmdir(folder), 0);
	for (int round = 0; round < 2; round++) {
		struct store *other = store_new();
		struct store_lane others = {0};

		lane = (struct store_lane){0};
		expect(store_spool(s, &lane, slice_from_text("first"), &err), "first");
		ck_assert_str_eq(err.text, "");
		store_spool(other, &others, slice_from_text("x"), &err);
		ck_assert_ptr_nonnull(strstr(err.text, "cannot make a spool file"));
		err.text[0] = '\0';
		store_free(other);
		store_free(s);
		s = store_new();
	}
	unsetenv("TMPDIR");
}
END_TEST

void list_tests(TCase *t)
{
	const char *fork_status = getenv("CK_FORK");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, a_mapped_file_is_not_copied);
	tcase_add_test(t, sources_are_apart);
	tcase_add_test(t, spooled_bytes_stay_while_they_are_held);
	tcase_add_test(t, nothing_has_no_place);
	tcase_add_test(t, what_does_not_fit_goes_to_the_next_run);
	tcase_add_test(t, a_run_goes_with_its_last_hold);
	tcase_add_test(t, lanes_go_by_themselves);
	tcase_add_loop_test(t, a_shared_lane_has_small_runs, 0, 2);
	tcase_add_test(t, what_passes_through_takes_no_more_room);
	tcase_add_test(t, holes_are_used_again);
	tcase_add_test(t, the_free_end_of_the_file_is_cut_off);
	if (fork_status == NULL || strcmp(fork_status, "no") != 0) /* it ends its process */
		tcase_add_test_raise_signal(t, an_old_place_is_not_taken_for_a_new_one, SIGABRT);
	tcase_add_test(t, a_full_disk_is_told);
	tcase_add_test(t, a_folder_that_is_not_there_is_told);
	tcase_add_test(t, a_disk_is_asked_again);
	tcase_add_test(t, a_cut_file_has_less);
	tcase_add_test(t, the_spool_has_no_name);
	tcase_add_test(t, a_spool_can_be_made_in_advance);
}
