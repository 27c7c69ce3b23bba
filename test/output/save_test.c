#include "output/save.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../main.h"
#include "base/mem.h"
#include "mime/fields.h"

#define TIME_NS INT64_C(1795437292123456789) /* 2026-11-23 12:34:52 */

static char folder[64];
static struct slice pieces[8];
static struct save_job job;

static void setup(void)
{
	fields_init(NULL, 0);
	strcpy(folder, "/tmp/mailtap-save-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	job = (struct save_job){.pieces = pieces, .time_ns = TIME_NS};
	strcpy(job.target, folder);
	strcpy(job.name, "name");
	strcpy(job.sender, "a@b.example");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void teardown(void)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	fields_fini();
}

static void set_pieces(const char *first, const char *second)
{
	job.piece_count = 0;
	pieces[job.piece_count++] = slice_from_text(first);
	if (second != NULL)
		pieces[job.piece_count++] = slice_from_text(second);
}

static struct buffer read_file(const char *path)
{
	struct buffer b = {0};
	FILE *f = fopen(path, "rb");

	ck_assert_ptr_nonnull(f);
	for (int byte; (byte = fgetc(f)) != EOF;)
		buffer_append_byte(&b, (uint8_t)byte);
	fclose(f);
	return b;
}

static void expect_file(const char *name, const char *content)
{
	char path[SAVE_PATH_SIZE];
	struct buffer b;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	b = read_file(path);
	buffer_append_byte(&b, '\0');
	ck_assert_str_eq((const char *)b.data, content);
	buffer_fini(&b);
}

static size_t count_files(const char *name)
{
	char path[SAVE_PATH_SIZE];
	size_t count = 0;
	DIR *d;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	d = opendir(path);
	ck_assert_ptr_nonnull(d);
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return count;
}

static void expect_saved(const char *name)
{
	char path[SAVE_PATH_SIZE];
	struct stat st;

	ck_assert_msg(save_run(&job), "%s", job.error.text);
	ck_assert(job.done);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	ck_assert_str_eq(job.path, path);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
}

/* ---- .eml ---- */

START_TEST(a_mail_is_written_byte_by_byte)
{
	set_pieces("Subject: x\r\n\r\nbare\nlf \xff\r\n", "..not stuffed\r\n");
	umask(0);
	expect_saved("name.eml");
	expect_file("name.eml", "Subject: x\r\n\r\nbare\nlf \xff\r\n..not stuffed\r\n");
	ck_assert_uint_eq(count_files(""), 1);
}
END_TEST

START_TEST(dots_behind_bare_line_feeds_are_doubled_too_where_lines_end_so)
{
	job.stuffing = DOTSTUFF_LF;
	set_pieces("one\n.", ".two\n..\n");
	expect_saved("name.eml");
	expect_file("name.eml", "one\n.two\n.\n");
}
END_TEST

START_TEST(doubled_dots_are_single_again_over_all_pieces)
{
	job.stuffing = DOTSTUFF_CRLF;
	set_pieces("one\r\n.", ".two\r\n..\r\n...three\r");
	pieces[job.piece_count++] = slice_from_text("\n..");
	pieces[job.piece_count++] = slice_from_text("four\r\n");
	expect_saved("name.eml");
	expect_file("name.eml", "one\r\n.two\r\n.\r\n..three\r\n.four\r\n");
}
END_TEST

START_TEST(missing_bytes_are_left_out_and_the_name_says_so)
{
	job.stuffing = DOTSTUFF_CRLF;
	job.partial = true;
	set_pieces("one\r\n", NULL);
	pieces[job.piece_count++] = slice_of(NULL, 17);
	pieces[job.piece_count++] = slice_from_text("..dots\r\n");
	expect_saved("name.partial.eml");
	expect_file("name.partial.eml", "one\r\n..dots\r\n");
}
END_TEST

START_TEST(an_empty_mail_is_an_empty_file)
{
	job.piece_count = 0;
	expect_saved("name.eml");
	expect_file("name.eml", "");
}
END_TEST

START_TEST(a_large_mail_is_whole)
{
	struct buffer large = {0};
	struct buffer read;
	char path[SAVE_PATH_SIZE];

	for (uint32_t i = 0; i < 3000000; i++)
		buffer_append_byte(&large, (uint8_t)(i * 2654435761U >> 24));
	job.piece_count = 2;
	pieces[0] = slice_sub(buffer_slice(&large), 0, 1234567);
	pieces[1] = slice_after(buffer_slice(&large), 1234567);
	expect_saved("name.eml");
	snprintf(path, sizeof(path), "%s/name.eml", folder);
	read = read_file(path);
	ck_assert(slice_equals(buffer_slice(&read), buffer_slice(&large)));
	buffer_fini(&read);
	buffer_fini(&large);
}
END_TEST

START_TEST(an_existing_file_is_never_written_over)
{
	set_pieces("first\r\n", NULL);
	expect_saved("name.eml");
	set_pieces("second\r\n", NULL);
	expect_saved("name-2.eml");
	set_pieces("third\r\n", NULL);
	expect_saved("name-3.eml");
	expect_file("name.eml", "first\r\n");
	expect_file("name-2.eml", "second\r\n");
	ck_assert_uint_eq(count_files(""), 3);
}
END_TEST

/* Neither where the link points to nor the link itself may be replaced. */
START_TEST(a_link_is_not_followed)
{
	char link[SAVE_PATH_SIZE];
	char aim[SAVE_PATH_SIZE];

	snprintf(link, sizeof(link), "%s/name.eml", folder);
	snprintf(aim, sizeof(aim), "%s/aim", folder);
	ck_assert_int_eq(symlink(aim, link), 0);
	set_pieces("mail\r\n", NULL);
	expect_saved("name-2.eml");
	ck_assert_int_ne(access(aim, F_OK), 0);
}
END_TEST

START_TEST(a_folder_is_made_but_not_its_parents)
{
	snprintf(job.target, sizeof(job.target), "%s/new", folder);
	set_pieces("mail\r\n", NULL);
	expect_saved("new/name.eml");
	snprintf(job.target, sizeof(job.target), "%s/no/such", folder);
	job.error.text[0] = '\0';
	ck_assert(!save_run(&job));
	ck_assert_ptr_nonnull(strstr(job.error.text, "/no/such"));
	ck_assert_ptr_nonnull(strstr(job.error.text, strerror(ENOENT)));
}
END_TEST

START_TEST(a_folder_may_end_in_a_slash)
{
	char path[SAVE_PATH_SIZE];

	snprintf(path, sizeof(path), "%s/name.eml", folder);
	snprintf(job.target, sizeof(job.target), "%s/", folder);
	set_pieces("mail\r\n", NULL);
	ck_assert(save_run(&job));
	ck_assert_str_eq(job.path, path);
}
END_TEST

START_TEST(what_is_no_folder_is_refused)
{
	snprintf(job.target, sizeof(job.target), "%s/file", folder);
	fclose(fopen(job.target, "w"));
	set_pieces("mail\r\n", NULL);
	ck_assert(!save_run(&job));
	ck_assert_ptr_nonnull(strstr(job.error.text, strerror(ENOTDIR)));
}
END_TEST

/* A limit on the size of files stands for a full disk. */
static void run_on_a_small_disk(rlim_t size)
{
	struct rlimit before;
	struct rlimit small;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){.rlim_cur = size, .rlim_max = before.rlim_max};
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	job.error.text[0] = '\0';
	ck_assert(!save_run(&job));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_ptr_nonnull(strstr(job.error.text, strerror(EFBIG)));
	ck_assert_str_eq(job.path, "");
}

static char large_text[300001];

START_TEST(a_full_disk_leaves_nothing_behind)
{
	memset(large_text, 'x', sizeof(large_text) - 1);
	set_pieces(large_text, large_text);
	job.format = _i ? SAVE_MAILDIR : SAVE_EML;
	run_on_a_small_disk(100000);
	if (_i) {
		ck_assert_uint_eq(count_files("tmp"), 0);
		ck_assert_uint_eq(count_files("new"), 0);
	} else {
		ck_assert_uint_eq(count_files(""), 0);
	}
}
END_TEST

/* ---- mbox ---- */

static void use_mbox(void)
{
	job.format = SAVE_MBOX;
	snprintf(job.target, sizeof(job.target), "%s/box", folder);
}

#define SEPARATOR "From a@b.example Mon Nov 23 12:34:52 2026\n"

START_TEST(mails_are_appended_to_an_mbox)
{
	use_mbox();
	set_pieces("Subject: 1\r\n\r\none\r\n", NULL);
	expect_saved("box");
	job.sender[0] = '\0';
	set_pieces("Subject: 2\r\n\r\nno end", NULL);
	expect_saved("box");
	expect_file("box", SEPARATOR "Subject: 1\n\none\n\nFrom MAILER-DAEMON Mon Nov 23 12:34:52 2026\n"
				     "Subject: 2\n\nno end\n\n");
}
END_TEST

START_TEST(lines_that_look_like_a_separator_are_quoted)
{
	use_mbox();
	set_pieces("From me\r\n\r\n>From you\r\n>>Fro", "m them\r\nFrom\r\n From a\r\nfrom b\r\n> From c\r\nFrom ");
	expect_saved("box");
	expect_file("box",
		    SEPARATOR ">From me\n\n>>From you\n>>>From them\nFrom\n From a\nfrom b\n> From c\n>From \n\n");
}
END_TEST

static const struct {
	const char *before;
	const char *between;
} endings[] = {
	{"From x\n\nlast line without end", "\n\n"},
	{"From x\n\nlast line\n", "\n"},
	{"From x\n\nlast line\n\n", ""},
	{"x", "\n\n"},
	{"\n", "\n"},
	{"\n\n", ""},
};

/* One word, whatever the sender was; days and months in English, whatever the locale. */
START_TEST(a_separator_is_well_formed)
{
	static const struct {
		const char *sender;
		const char *word;
	} senders[] = {
		{"a@b.example", "a@b.example"},
		{"", "MAILER-DAEMON"},
		{"<>", "MAILER-DAEMON"},
		{"\"John Doe\"@b.example", "\"John-Doe\"@b.example"},
		{"a\tb\rc\nFrom d\001\177", "a-b-c-From-d--"},
		{"m\303\274ller@b.example", "m\303\274ller@b.example"},
	};
	char path[128];
	char want[256];
	struct buffer b;

	setlocale(LC_ALL, "de_DE.UTF-8");
	snprintf(path, sizeof(path), "%s/box", folder);
	strcpy(job.target, path);
	job.format = SAVE_MBOX;
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		unlink(path);
		strcpy(job.sender, senders[i].sender);
		set_pieces("x\r\n", NULL);
		ck_assert(save_run(&job));
		b = read_file(path);
		buffer_append_byte(&b, '\0');
		snprintf(want, sizeof(want), "From %s Mon Nov 23 12:34:52 2026\nx\n\n", senders[i].word);
		ck_assert_str_eq((const char *)b.data, want);
		buffer_fini(&b);
	}
}
END_TEST

static bool has_left(void *ctx)
{
	(void)ctx;
	return true;
}

/* Another program holds the mbox: a wait that nobody waits for ends at once, and nothing is written. */
START_TEST(a_locked_mbox_can_be_given_up)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int told[2];
	char path[128];
	char byte;
	pid_t child;

	snprintf(path, sizeof(path), "%s/box", folder);
	strcpy(job.target, path);
	job.format = SAVE_MBOX;
	ck_assert_int_eq(pipe(told), 0);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_RDWR | O_CREAT, 0600);

		if (fcntl(fd, F_SETLK, &lock) == 0 && write(told[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	ck_assert_int_eq(read(told[0], &byte, 1), 1);
	set_pieces("x\r\n", NULL);
	job.is_given_up = has_left;
	ck_assert(!save_run(&job));
	ck_assert_ptr_nonnull(strstr(job.error.text, "another program holds"));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ck_assert(save_run(&job)); /* it is free now */
}
END_TEST

static bool is_there(const char *name)
{
	char path[256];
	struct stat status;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return lstat(path, &status) == 0;
}

static int looks;

/* The second piece goes after the first look: when all was written. */
static bool has_piece(const struct save_job *j, size_t number)
{
	(void)j;
	looks += number == 0;
	return number != 1 || looks < 2;
}

/* What goes while it is written is not what was captured. */
START_TEST(pieces_that_go_are_missing)
{
	static const struct {
		enum save_format format;
		const char *name;
		const char *content;
	} formats[] = {
		{SAVE_EML, "name.partial.eml", "one\r\n"},
		{SAVE_MBOX, "box",
		 "From a@b.example Mon Nov 23 12:34:52 2026\nX-Mailtap-Partial: yes;\n 5 bytes are missing at offset "
		 "5: "
		 "they are gone;\n the capture file was cut or changed before it was saved\none\n\n"},
	};

	for (size_t i = 0; i < 2; i++) {
		looks = 0;
		job.has_piece = has_piece;
		job.format = formats[i].format;
		if (job.format == SAVE_MBOX)
			strcat(job.target, "/box");
		set_pieces("one\r\n", "two\r\n");
		ck_assert(save_run(&job));
		expect_file(formats[i].name, formats[i].content);
		ck_assert_int_eq(looks, 3);
	}
	ck_assert(job.partial && job.is_gone);
	ck_assert(is_there("name.partial.txt"));
	ck_assert_uint_eq(count_files("."), 3);
}
END_TEST

static int open_given(void)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/given", folder);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	ck_assert_int_ge(fd, 0);
	return fd;
}

START_TEST(a_mail_is_given_without_what_goes)
{
	looks = 0;
	job.has_piece = has_piece;
	job.format = SAVE_GIVEN;
	job.fd = open_given();
	set_pieces("one\r\n", "two\r\n");
	ck_assert(save_run(&job));
	ck_assert(job.partial && job.is_gone);
	expect_file("given", "one\r\n");
	close(job.fd);
}
END_TEST

START_TEST(a_mail_that_is_given_has_a_limit)
{
	uint8_t *piece = mem_zalloc(SAVE_GIVEN_MAX / 2);

	job.format = SAVE_GIVEN;
	job.fd = open_given();
	set_pieces("", "");
	pieces[0] = pieces[1] = slice_of(piece, SAVE_GIVEN_MAX / 2);
	ck_assert(save_run(&job));
	ck_assert_int_eq(ftruncate(job.fd, 0), 0);
	pieces[job.piece_count++] = slice_from_text("x");
	ck_assert(!save_run(&job));
	ck_assert_ptr_nonnull(strstr(job.error.text, "more than 64 MiB"));
	expect_file("given", "");
	close(job.fd);
	free(piece);
}
END_TEST

static void put_old(const char *name, bool is_old)
{
	struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ge(fd, 0);
	if (is_old)
		ck_assert_int_eq(futimens(fd, times), 0);
	close(fd);
}

/* Half files of runs that were killed go; those of others, links and what only looks so stay. */
START_TEST(left_overs_are_swept)
{
	char path[256];
	char own[64];
	int fd;

	snprintf(own, sizeof(own), ".mailtap-%ld-5-1.tmp", (long)getpid());
	put_old(".mailtap-4194305-77-1.tmp", false); /* no process has this number */
	put_old(".mailtap-4194305-77-2.tmp", false);
	put_old(".mailtap-1-78-1.tmp", true);
	put_old(".mailtap-1-79-1.tmp", false); /* it lives, and may write it */
	put_old(own, false);
	put_old(".mailtap-4194305-77-1.tmp.eml", true);
	put_old("mailtap-4194305-77-1.tmp", true);
	snprintf(path, sizeof(path), "%s/.mailtap-4194305-80-1.tmp", folder);
	ck_assert_int_eq(symlink("mailtap-4194305-77-1.tmp", path), 0);
	snprintf(path, sizeof(path), "%s/.mailtap-4194305-77-2.tmp", folder);
	fd = open(path, O_WRONLY);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0); /* elsewhere it is being written */
	set_pieces("x", NULL);
	ck_assert(save_run(&job));
	close(fd);
	ck_assert(!is_there(".mailtap-4194305-77-1.tmp") && !is_there(".mailtap-1-78-1.tmp"));
	ck_assert(is_there(".mailtap-4194305-77-2.tmp") && is_there(".mailtap-1-79-1.tmp") && is_there(own));
	ck_assert(is_there(".mailtap-4194305-80-1.tmp") && is_there(".mailtap-4194305-77-1.tmp.eml"));
	ck_assert(is_there("mailtap-4194305-77-1.tmp") && is_there("name.eml"));
}
END_TEST

/* Whoever may write beside it must not lead mails elsewhere. */
START_TEST(a_maildir_follows_no_link)
{
	static const char *const parts[] = {"tmp", "new", "cur", ""};
	char elsewhere[128];
	char path[128];

	job.format = SAVE_MAILDIR;
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", folder);
	ck_assert_int_eq(mkdir(elsewhere, 0700), 0);
	for (size_t i = 0; i < 4; i++) {
		snprintf(job.target, sizeof(job.target), "%s/box%zu", folder, i);
		if (parts[i][0] != '\0')
			ck_assert_int_eq(mkdir(job.target, 0700), 0);
		snprintf(path, sizeof(path), "%s/box%zu%s%s", folder, i, parts[i][0] ? "/" : "", parts[i]);
		ck_assert_int_eq(symlink(elsewhere, path), 0);
		set_pieces("x", NULL);
		ck_assert(!save_run(&job));
		ck_assert_ptr_nonnull(strstr(job.error.text, "is a symbolic link"));
		ck_assert_int_eq(rmdir(elsewhere), 0); /* empty */
		ck_assert_int_eq(mkdir(elsewhere, 0700), 0);
	}
}
END_TEST

START_TEST(an_mbox_of_others_is_ended_first)
{
	char expected[200];
	FILE *f;

	use_mbox();
	f = fopen(job.target, "w");
	ck_assert_ptr_nonnull(f);
	fputs(endings[_i].before, f);
	fclose(f);
	chmod(job.target, 0600);
	set_pieces("A: b\r\n", NULL);
	expect_saved("box");
	snprintf(expected, sizeof(expected), "%s%s%sA: b\n\n", endings[_i].before, endings[_i].between, SEPARATOR);
	expect_file("box", expected);
}
END_TEST

START_TEST(a_partial_mail_is_marked_in_an_mbox)
{
	use_mbox();
	job.partial = true;
	strcpy(job.why, "it was cut");
	set_pieces("A: b\r\n", NULL);
	expect_saved("box");
	expect_file("box", SEPARATOR "X-Mailtap-Partial: yes;\n it ends at offset 6: it was cut\nA: b\n\n");
}
END_TEST

START_TEST(a_full_disk_leaves_the_mbox_as_it_was)
{
	use_mbox();
	set_pieces("A: b\r\n", NULL);
	expect_saved("box");
	memset(large_text, 'x', sizeof(large_text) - 1);
	set_pieces(large_text, NULL);
	job.path[0] = '\0';
	run_on_a_small_disk(100000);
	expect_file("box", SEPARATOR "A: b\n\n");
}
END_TEST

START_TEST(an_mbox_that_is_no_file_is_refused)
{
	use_mbox();
	set_pieces("A: b\r\n", NULL);
	ck_assert_int_eq(_i ? mkfifo(job.target, 0600) : symlink("/nowhere", job.target), 0);
	ck_assert(!save_run(&job));
	ck_assert_str_ne(job.error.text, "");
	ck_assert_str_eq(job.path, "");
}
END_TEST

/* ---- maildir ---- */

START_TEST(a_maildir_gets_its_three_folders)
{
	job.format = SAVE_MAILDIR;
	snprintf(job.target, sizeof(job.target), "%s/dir", folder);
	set_pieces("A: b\r\n", NULL);
	expect_saved("dir/new/name");
	expect_file("dir/new/name", "A: b\r\n");
	ck_assert_uint_eq(count_files("dir"), 3);
	ck_assert_uint_eq(count_files("dir/tmp"), 0);
	ck_assert_uint_eq(count_files("dir/cur"), 0);
	expect_saved("dir/new/name-2");
	job.partial = true;
	expect_saved("dir/new/name.partial");
	ck_assert_uint_eq(count_files("dir/new"), 3);
}
END_TEST

/* ---- names ---- */

static const struct {
	const char *subject;
	const char *name;
	const char *mailbox;
	uint32_t uid;
} names[] = {
	{"Hello", "20261123-123452-s7-m1-INBOX-u12-Hello", "INBOX", 12},
	{"Hello", "20261123-123452-s7-m1-u12-Hello", "../", 12},
	{"", "20261123-123452-s7-m1-a_b_\xe4\xb8\xad-no-subject", "a/b \xe4\xb8\xad", 0},
	{"x", "20261123-123452-s7-m1-01234567890123456789012345678901-x", "0123456789012345678901234567890123456789",
	 0},
	{"Hello, world", "20261123-123452-s7-m1-Hello_world", NULL, 0},
	{"", "20261123-123452-s7-m1-no-subject", NULL, 0},
	{"../../etc/passwd", "20261123-123452-s7-m1-etc_passwd", NULL, 0},
	{"/\\\n\r\t.", "20261123-123452-s7-m1-no-subject", NULL, 0},
	{"\xe5\xb9\xb4\xe5\xba\xa6 2026", "20261123-123452-s7-m1-\xe5\xb9\xb4\xe5\xba\xa6_2026", NULL, 0},
	{"0123456789012345678901234567890123456789012345678901234567890123456789",
	 "20261123-123452-s7-m1-0123456789012345678901234567890123456789012345678901234567890123", NULL, 0},
};

START_TEST(names_come_from_time_numbers_and_subject)
{
	char name[SAVE_NAME_SIZE];

	save_name(name,
		  &(struct save_title){.time_ns = TIME_NS,
				       .session = 7,
				       .mail = 1,
				       .mailbox = slice_from_text(names[_i].mailbox != NULL ? names[_i].mailbox : ""),
				       .uid = names[_i].uid,
				       .subject = slice_from_text(names[_i].subject)});
	ck_assert_str_eq(name, names[_i].name);
}
END_TEST

START_TEST(the_longest_name_can_be_saved)
{
	char subject[300];

	memset(subject, 'x', sizeof(subject));
	save_name(job.name, &(struct save_title){.time_ns = TIME_NS,
						 .session = UINT64_MAX,
						 .mail = UINT32_MAX,
						 .mailbox = slice_of(subject, sizeof(subject)),
						 .uid = UINT32_MAX,
						 .subject = slice_of(subject, sizeof(subject))});
	ck_assert_uint_eq(strlen(job.name), SAVE_NAME_SIZE - 1);
	job.partial = true;
	set_pieces("A: b\r\n", NULL);
	ck_assert(save_run(&job));
	ck_assert(save_run(&job));
	ck_assert_ptr_nonnull(strstr(job.path, "xxx-2.partial.eml"));
}
END_TEST

static void add_eml(TCase *t)
{
	tcase_add_test(t, a_mail_is_written_byte_by_byte);
	tcase_add_test(t, a_separator_is_well_formed);
	tcase_add_test(t, a_locked_mbox_can_be_given_up);
	tcase_add_test(t, pieces_that_go_are_missing);
	tcase_add_test(t, a_mail_is_given_without_what_goes);
	tcase_add_test(t, a_mail_that_is_given_has_a_limit);
	tcase_add_test(t, left_overs_are_swept);
	tcase_add_test(t, a_maildir_follows_no_link);
	tcase_add_test(t, dots_behind_bare_line_feeds_are_doubled_too_where_lines_end_so);
	tcase_add_test(t, doubled_dots_are_single_again_over_all_pieces);
	tcase_add_test(t, missing_bytes_are_left_out_and_the_name_says_so);
	tcase_add_test(t, an_empty_mail_is_an_empty_file);
	tcase_add_test(t, a_large_mail_is_whole);
	tcase_add_test(t, an_existing_file_is_never_written_over);
	tcase_add_test(t, a_link_is_not_followed);
	tcase_add_test(t, a_folder_is_made_but_not_its_parents);
	tcase_add_test(t, a_folder_may_end_in_a_slash);
	tcase_add_test(t, what_is_no_folder_is_refused);
	tcase_add_loop_test(t, a_full_disk_leaves_nothing_behind, 0, 2);
}

/* ---- what is missing ---- */

START_TEST(a_note_tells_what_is_missing_and_why)
{
	job.stuffing = job.partial = true;
	strcpy(job.why, "the connection was reset");
	set_pieces("one\r\n", NULL);
	pieces[job.piece_count++] = slice_of(NULL, 1000);
	pieces[job.piece_count++] = slice_of(NULL, 448);
	pieces[job.piece_count++] = slice_from_text("four\r\n");
	expect_saved("name.partial.eml");
	expect_file("name.partial.eml", "one\r\nfour\r\n");
	expect_file("name.partial.txt", "The mail name is incomplete:\n"
					"1448 bytes are missing at offset 5: they were not captured\n"
					"it ends at offset 11: the connection was reset\n");
	expect_saved("name-2.partial.eml");
	ck_assert_uint_eq(count_files(""), 4);
	job.format = SAVE_MAILDIR;
	snprintf(job.target, sizeof(job.target), "%s/dir", folder);
	expect_saved("dir/new/name.partial");
	ck_assert_uint_eq(count_files("dir"), 4); /* cur, tmp, new, the note */
	ck_assert_uint_eq(count_files("dir/new"), 1);
}
END_TEST

START_TEST(a_note_tells_of_a_beginning_that_is_not_known)
{
	job.partial = job.is_piece = true;
	set_pieces("one\r\n", NULL);
	expect_saved("name.partial.eml");
	expect_file("name.partial.txt", "The mail name is incomplete:\n"
					"it may be a part only: what began it was not captured\n");
}
END_TEST

START_TEST(too_little_free_is_a_limit)
{
	set_pieces("A: b\r\n", NULL);
	job.free_bytes = UINT64_MAX;
	ck_assert(!save_run(&job));
	ck_assert(job.is_limit);
	ck_assert_ptr_nonnull(strstr(job.error.text, "save_free"));
	ck_assert_uint_eq(count_files(""), 0);
	job.format = SAVE_MBOX;
	snprintf(job.target, sizeof(job.target), "%s/box", folder);
	ck_assert(!save_run(&job));
	ck_assert(job.is_limit);
}
END_TEST

/* ---- attachments ---- */

#define BOUNDARY "\r\n--b\r\nContent-Type: a/b; name=\""

static void set_attachments(void)
{
	job.format = SAVE_ATTACHMENTS;
	set_pieces("Content-Type: multipart/mixed; boundary=b\r\n" BOUNDARY "../../x.txt\"\r\n\r\none" BOUNDARY
		   "x.txt\"\r\n\r\ntwo" BOUNDARY ".hidden\"\r\n\r\nthree",
		   "" BOUNDARY "\"\r\n\r\nfour\r\n--b\r\n\r\nbegin 644 u.txt\r\n#86)C\r\n`\r\nend\r\n--b--\r\n");
}

START_TEST(attachments_become_files)
{
	set_attachments();
	ck_assert_msg(save_run(&job), "%s", job.error.text);
	ck_assert_str_eq(job.path, folder);
	ck_assert_uint_eq(job.file_count, 5);
	ck_assert_uint_eq(job.byte_count, 3 + 3 + 5 + 4 + 3);
	expect_file("x.txt", "one");
	expect_file("x-2.txt", "two");
	expect_file("hidden", "three");
	expect_file("u.txt", "abc");
	expect_file("attachment", "four");
	ck_assert_uint_eq(count_files(""), 5);
}
END_TEST

START_TEST(one_part_can_be_chosen)
{
	set_attachments();
	job.part = (struct part_path){1, {7}}; /* what is uuencoded */
	expect_saved("u.txt");
	job.part = (struct part_path){1, {3}};
	expect_saved("x.txt");
	expect_file("x.txt", "two");
	job.part = (struct part_path){1, {6}}; /* a text has no name of its own */
	expect_saved("text.txt");
	expect_file("text.txt", "begin 644 u.txt\r\n#86)C\r\n`\r\nend");
	for (uint32_t number = 0; number < 2; number++) { /* a multipart, and one that is not there */
		job.part = (struct part_path){1, {number == 0 ? 1 : 99}};
		ck_assert(!save_run(&job));
		ck_assert_ptr_nonnull(strstr(job.error.text, "no such part"));
	}
	ck_assert_uint_eq(count_files(""), 3);
}
END_TEST

START_TEST(a_part_is_given)
{
	set_attachments();
	job.format = SAVE_GIVEN;
	job.fd = open_given();
	job.part = (struct part_path){1, {4}};
	ck_assert_msg(save_run(&job), "%s", job.error.text);
	expect_file("given", "three");
	job.part = (struct part_path){2, {4, 1}}; /* within what is no mail */
	ck_assert(!save_run(&job));
	close(job.fd);
}
END_TEST

START_TEST(attachments_never_replace_a_file_or_follow_a_link)
{
	char path[SAVE_PATH_SIZE];

	set_attachments();
	snprintf(path, sizeof(path), "%s/x.txt", folder);
	ck_assert_int_eq(symlink("/nowhere/at/all", path), 0);
	ck_assert(save_run(&job));
	expect_file("x-2.txt", "one");
	expect_file("x-3.txt", "two");
}
END_TEST

START_TEST(attachments_of_a_mail_that_is_not_whole_are_marked)
{
	set_attachments();
	job.partial = true;
	job.part = (struct part_path){1, {2}};
	strcpy(job.why, "the capture ends there");
	job.piece_count = 1;
	expect_saved("x.partial.txt");
	ck_assert_uint_eq(count_files(""), 2);
}
END_TEST

START_TEST(a_mail_without_attachments_gives_none)
{
	job.format = SAVE_ATTACHMENTS;
	set_pieces("A: b\r\n\r\nx\r\n", NULL);
	ck_assert(save_run(&job));
	ck_assert_uint_eq(job.file_count, 0);
	ck_assert_uint_eq(count_files(""), 0);
}
END_TEST

START_TEST(a_transcript_is_a_text)
{
	job.format = SAVE_TRANSCRIPT;
	save_session_name(job.name, TIME_NS, 7);
	buffer_append_text(&job.text, "Session 7\n");
	expect_saved("20261123-123452-s7.txt");
	expect_file("20261123-123452-s7.txt", "Session 7\n");
	expect_saved("20261123-123452-s7-2.txt");
	job.format = SAVE_FINDINGS;
	expect_saved("20261123-123452-s7-findings.txt");
	buffer_fini(&job.text);
}
END_TEST

static void add_files(TCase *t)
{
	tcase_add_test(t, a_note_tells_what_is_missing_and_why);
	tcase_add_test(t, a_note_tells_of_a_beginning_that_is_not_known);
	tcase_add_test(t, too_little_free_is_a_limit);
	tcase_add_test(t, attachments_become_files);
	tcase_add_test(t, one_part_can_be_chosen);
	tcase_add_test(t, a_part_is_given);
	tcase_add_test(t, attachments_never_replace_a_file_or_follow_a_link);
	tcase_add_test(t, attachments_of_a_mail_that_is_not_whole_are_marked);
	tcase_add_test(t, a_mail_without_attachments_gives_none);
	tcase_add_test(t, a_transcript_is_a_text);
}

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, teardown);
	add_eml(t);
	add_files(t);
	tcase_add_test(t, mails_are_appended_to_an_mbox);
	tcase_add_test(t, lines_that_look_like_a_separator_are_quoted);
	tcase_add_loop_test(t, an_mbox_of_others_is_ended_first, 0, sizeof(endings) / sizeof(endings[0]));
	tcase_add_test(t, a_partial_mail_is_marked_in_an_mbox);
	tcase_add_test(t, a_full_disk_leaves_the_mbox_as_it_was);
	tcase_add_loop_test(t, an_mbox_that_is_no_file_is_refused, 0, 2);
	tcase_add_test(t, a_maildir_gets_its_three_folders);
	tcase_add_loop_test(t, names_come_from_time_numbers_and_subject, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_test(t, the_longest_name_can_be_saved);
}
