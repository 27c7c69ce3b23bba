#include "output/export.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../main.h"
#include "base/pcapng.h"

#define TIME_NS INT64_C(1795437292123456789) /* 2026-11-23 12:34:52 */

static char folder[64];
static char path[128];
static struct error err;

static void setup(void)
{
	strcpy(folder, "/tmp/mailtap-export-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/new.pcapng", folder);
	err.text[0] = '\0';
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
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static size_t count_files(void)
{
	DIR *d = opendir(folder);
	size_t count = 0;

	ck_assert_ptr_nonnull(d);
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return count;
}

static void expect_bytes(struct slice expected)
{
	struct buffer found = {0};
	FILE *f = fopen(path, "rb");

	ck_assert_ptr_nonnull(f);
	for (int byte; (byte = fgetc(f)) != EOF;)
		buffer_append_byte(&found, (uint8_t)byte);
	fclose(f);
	ck_assert(slice_equals(buffer_slice(&found), expected));
	buffer_fini(&found);
}

static struct export_packet packet(const char *bytes, int link_type, int64_t time_ns)
{
	return (struct export_packet){.time_ns = time_ns,
				      .bytes = slice_from_text(bytes),
				      .wire_len = (uint32_t)strlen(bytes) + 100,
				      .link_type = link_type,
				      .time_digits = 9};
}

/* The contract of the encoder says what each block is; here it is that all of them come, in order, each once. */
START_TEST(packets_are_written_as_they_were)
{
	struct export_packet packets[] = {packet("first", 1, TIME_NS), packet("second", 113, TIME_NS - 7),
					  packet("third", 1, TIME_NS + 1), packet("", 1, 0)};
	struct export *x = export_new(path, "eth0");
	struct buffer expected = {0};
	struct stat st;

	ck_assert(export_put(x, packets, 2, &err));
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert(export_put(x, packets + 2, 2, &err));
	ck_assert(export_finish(x, &err));
	export_free(x);
	pcapng_put_section(&expected);
	pcapng_put_interface(&expected, &(struct pcapng_interface){
						.link_type = 1, .snaplen = 262144, .digits = 9, .description = "eth0"});
	pcapng_put_packet(&expected, 0, TIME_NS, slice_from_text("first"), 105);
	pcapng_put_interface(
		&expected,
		&(struct pcapng_interface){.link_type = 113, .snaplen = 262144, .digits = 9, .description = "eth0"});
	pcapng_put_packet(&expected, 1, TIME_NS - 7, slice_from_text("second"), 106);
	pcapng_put_packet(&expected, 0, TIME_NS + 1, slice_from_text("third"), 105);
	pcapng_put_packet(&expected, 0, 0, slice_from_text(""), 100);
	expect_bytes(buffer_slice(&expected));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_uint_eq(count_files(), 1);
	buffer_fini(&expected);
}
END_TEST

START_TEST(each_packet_keeps_its_interface)
{
	static const char eth0[] = "eth0";
	static const char eth1[] = "eth1";
	struct export_packet packets[] = {packet("a", 1, TIME_NS), packet("b", 1, TIME_NS), packet("c", 1, TIME_NS),
					  packet("d", 1, 2000000)};
	struct export *x = export_new(path, "x.pcapng");
	struct buffer expected = {0};

	packets[0].interface = packets[3].interface = eth0;
	packets[1].interface = eth1;
	packets[3].time_digits = 6;
	ck_assert(export_put(x, packets, 4, &err));
	ck_assert(export_finish(x, &err));
	export_free(x);
	pcapng_put_section(&expected);
	pcapng_put_interface(&expected, &(struct pcapng_interface){1, 262144, 9, eth0, NULL});
	pcapng_put_packet(&expected, 0, TIME_NS, slice_from_text("a"), 101);
	pcapng_put_interface(&expected, &(struct pcapng_interface){1, 262144, 9, eth1, NULL});
	pcapng_put_packet(&expected, 1, TIME_NS, slice_from_text("b"), 101);
	pcapng_put_interface(&expected, &(struct pcapng_interface){1, 262144, 9, NULL, "x.pcapng"});
	pcapng_put_packet(&expected, 2, TIME_NS, slice_from_text("c"), 101);
	pcapng_put_interface(&expected, &(struct pcapng_interface){1, 262144, 6, eth0, NULL});
	pcapng_put_packet(&expected, 3, 2000, slice_from_text("d"), 101);
	expect_bytes(buffer_slice(&expected));
	buffer_fini(&expected);
}
END_TEST

/* So many do not come from an index. */
START_TEST(with_too_many_interfaces_it_fails)
{
	struct export *x = export_new(path, NULL);

	for (int link_type = 0; link_type < PCAPNG_INTERFACES_MAX; link_type++) {
		struct export_packet p = packet("x", link_type, TIME_NS);

		ck_assert(export_put(x, &p, 1, &err));
	}
	ck_assert(!export_put(x, &(struct export_packet){.link_type = PCAPNG_INTERFACES_MAX}, 1, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "cannot write"));
	export_free(x);
	ck_assert_uint_eq(count_files(), 0);
}
END_TEST

START_TEST(many_batches_make_one_file)
{
	static char large[50000];
	struct export *x = export_new(path, NULL);
	struct buffer expected = {0};
	struct export_packet p;

	memset(large, 'x', sizeof(large) - 1);
	p = packet(large, 101, TIME_NS);
	pcapng_put_section(&expected);
	pcapng_put_interface(&expected, &(struct pcapng_interface){.link_type = 101, .snaplen = 262144, .digits = 9});
	for (int i = 0; i < 30; i++) {
		p.time_ns++;
		ck_assert(export_put(x, &p, 1, &err));
		pcapng_put_packet(&expected, 0, (uint64_t)p.time_ns, p.bytes, p.wire_len);
	}
	ck_assert(export_finish(x, &err));
	export_free(x);
	expect_bytes(buffer_slice(&expected));
	buffer_fini(&expected);
}
END_TEST

START_TEST(a_file_in_the_working_directory)
{
	struct export *x = export_new("new.pcapng", NULL);

	ck_assert_int_eq(chdir(folder), 0);
	ck_assert(export_put(x, NULL, 0, &err));
	ck_assert(export_finish(x, &err));
	export_free(x);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(what_is_not_finished_leaves_nothing)
{
	struct export_packet p = packet("x", 1, TIME_NS);
	struct export *x = export_new(path, NULL);

	ck_assert(export_put(x, &p, 1, &err));
	ck_assert_uint_eq(count_files(), 1);
	export_free(x);
	ck_assert_uint_eq(count_files(), 0);
}
END_TEST

static void touch(void)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs("mine", f);
	fclose(f);
}

START_TEST(another_file_is_never_replaced)
{
	struct export_packet p = packet("x", 1, TIME_NS);
	struct export *x = export_new(path, NULL);

	if (_i == 0)
		touch();
	ck_assert_int_eq(export_put(x, &p, 1, &err), _i == 1);
	if (_i == 1)
		touch(); /* it came while ours was written */
	ck_assert(!export_finish(x, &err));
	export_free(x);
	ck_assert_ptr_nonnull(strstr(err.text, strerror(EEXIST)));
	expect_bytes(slice_from_text("mine"));
	ck_assert_uint_eq(count_files(), 1);
}
END_TEST

static const struct {
	const char *name;
	int number;
} wrong[] = {
	{"", EISDIR},
	{"nowhere/x.pcapng", ENOENT},
	{"file/x.pcapng", ENOTDIR},
};

START_TEST(a_wrong_place_is_told)
{
	struct export *x;
	char place[256];

	snprintf(path, sizeof(path), "%s/file", folder);
	touch();
	snprintf(place, sizeof(place), "%s/%s", folder, wrong[_i].name);
	x = export_new(place, NULL);
	ck_assert(!export_put(x, NULL, 0, &err));
	ck_assert_ptr_nonnull(strstr(err.text, strerror(wrong[_i].number)));
	ck_assert_ptr_nonnull(strstr(err.text, place));
	ck_assert(!export_finish(x, &err));
	export_free(x);
	ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(a_folder_of_others_is_told)
{
	struct export *x = export_new(path, NULL);

	ck_assert_int_eq(chmod(folder, 0500), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	ck_assert(!export_put(x, NULL, 0, &err));
	ck_assert_ptr_nonnull(strstr(err.text, strerror(EACCES)));
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	export_free(x);
}
END_TEST

/* A limit on the size of files stands for a full disk. */
START_TEST(a_full_disk_leaves_nothing)
{
	static char large[100001];
	struct export *x = export_new(path, NULL);
	struct export_packet p;
	struct rlimit before;
	struct rlimit small;
	bool good = true;

	memset(large, 'x', sizeof(large) - 1);
	p = packet(large, 1, TIME_NS);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){.rlim_cur = 250000, .rlim_max = before.rlim_max};
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 5; i++)
		good = export_put(x, &p, 1, &err);
	ck_assert(!good);
	ck_assert(!export_finish(x, &err));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_ptr_nonnull(strstr(err.text, strerror(EFBIG)));
	ck_assert_uint_eq(count_files(), 0);
	export_free(x);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, packets_are_written_as_they_were);
	tcase_add_test(t, each_packet_keeps_its_interface);
	tcase_add_test(t, with_too_many_interfaces_it_fails);
	tcase_add_test(t, many_batches_make_one_file);
	tcase_add_test(t, a_file_in_the_working_directory);
	tcase_add_test(t, what_is_not_finished_leaves_nothing);
	tcase_add_loop_test(t, another_file_is_never_replaced, 0, 2);
	tcase_add_loop_test(t, a_wrong_place_is_told, 0, sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(t, a_folder_of_others_is_told);
	tcase_add_test(t, a_full_disk_leaves_nothing);
}
