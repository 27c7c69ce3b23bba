/*
 * Whole screens: captures of the lab through the whole program, compared with those saved in test/whole/screens.
 * "make screens" writes them anew, to be read before they are committed.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"

static void read_saved(const char *path, struct buffer *out)
{
	FILE *file = fopen(path, "r");
	char piece[4096];
	size_t len;

	ck_assert_msg(file != NULL, "%s cannot be read", path);
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		buffer_append(out, slice_of(piece, len));
	fclose(file);
	buffer_append_byte(out, '\0');
}

static void save(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_msg(file != NULL, "%s cannot be written", path);
	fputs(text, file);
	fclose(file);
}

static void expect_screen(struct program *p, const char *name)
{
	struct buffer drawn = {0};
	struct buffer saved = {0};
	char file[128];
	char path[PROGRAM_PATH_SIZE];

	snprintf(file, sizeof(file), "whole/screens/%s.txt", name);
	program_path(path, file);
	program_draw(p, &drawn);
	if (getenv("UPDATE_SCREENS") != NULL)
		save(path, (const char *)drawn.data);
	read_saved(path, &saved);
	if (!slice_equals(buffer_slice(&drawn), buffer_slice(&saved))) {
		fprintf(stderr, "%s", (const char *)drawn.data); /* a message of check has no room for it */
		ck_abort_msg("that is not %s", path);
	}
	buffer_fini(&drawn);
	buffer_fini(&saved);
}

/* Sessions of all kinds, opened together. */
#define EVENING                                                                                                        \
	"smtp_chinese_utf8 smtp_auth_login smtp_auth_wrong smtp_mixed_recipients smtp_relay_denied "                   \
	"smtp_several_mails smtp_starttls smtp_ipv6 smtp_refused lmtp_dovecot pop3_fetchmail pop3_wrong_password"

#define IMAP "imap_converse imap_fetchmail imap_mbsync imap_wrong_password"

static const struct {
	const char *name;
	const char *captures;
	int columns;
	int rows;
	const char *keys;
} screens[] = {
	{"sessions-80x24", EVENING, 80, 24, "jjj"},
	{"sessions-120x40", EVENING, 120, 40, "jj"},
	{"sessions-200x60", EVENING, 200, 60, "jjj"},
	{"sessions-40x10", EVENING, 40, 10, "j"},
	{"sorted-80x24", EVENING, 80, 24, ">>>>>"},
	{"filtered-80x24", EVENING, 80, 24, "Fport 110\r"},
	{"filtered-away-80x24", EVENING, 80, 24, "Fhost 10.9.9.9\r"},
	{"search-80x24", EVENING, 80, 24, "/550"},
	{"found-80x24", EVENING, 80, 24, "/bob\r"},
	{"timeline-80x24", "smtp_mixed_recipients", 80, 24, "\r"},
	{"observers-80x24", "router@smtp_mixed_recipients server@smtp_auth_login", 80, 24, "jj\r"},
	{"timeline-before-80x24", "smtp_mixed_recipients", 80, 24, "\rw"},
	{"timeline-clock-80x24", "smtp_mixed_recipients", 80, 24, "\rww"},
	{"timeline-50x20", "smtp_mixed_recipients", 50, 20, "\rjjj"},
	{"timeline-120x40", "smtp_auth_login", 120, 40, "\rjjjjjjj"},
	{"stream-80x24", "smtp_auth_login", 80, 24, "\t\tjj"},
	{"stream-encrypted-80x24", "smtp_starttls", 80, 24, "\t\tG"},
	{"stream-found-80x24", "smtp_several_mails", 80, 24, "\t\t/subject\rz"},
	{"packets-80x24", "smtp_auth_wrong", 80, 24, "\t\t\tjz"},
	{"all-packets-80x24", EVENING, 80, 24, "jaz"},
	{"packet-80x24", "smtp_ipv6", 80, 24, "\t\t\t\rjj"},
	{"packet-160x45", "smtp_ipv6", 160, 45, "\t\t\t\rjj"},
	{"bytes-80x24", "smtp_plain", 80, 24, "\t\t\t\rjj\tj"},
	{"mails-80x24", EVENING, 80, 24, "m"},
	{"mails-120x40", EVENING, 120, 40, "mj j"},
	{"mail-80x24", "smtp_chinese_gb2312", 80, 24, "m\r"},
	{"mail-source-80x24", "smtp_chinese_gb2312", 80, 24, "m\rv"},
	{"mail-attachment-120x40", "smtp_attachment", 120, 40, "m\r"},
	{"mail-part-80x24", "smtp_forwarded", 80, 24, "m\r\t\t"},
	{"mail-within-80x24", "smtp_forwarded", 80, 24, "m\r\t\t\r"},
	{"mails-sorted-120x40", EVENING, 120, 40, "mtjjjjss\033"},
	{"findings-sorted-120x40", EVENING, 120, 40, "!>>"},
	{"findings-80x24", EVENING, 80, 24, "!j"},
	{"findings-120x40", EVENING, 120, 40, "!"},
	{"diagnosis-80x24", "smtp_relay_denied", 80, 24, "d"},
	{"statistics-80x24", EVENING, 80, 24, "%"},
	{"statistics-120x40", EVENING " " IMAP, 120, 40, "%\t\tj"},
	{"statistics-200x60", EVENING " " IMAP, 200, 60, "%<<<<"},
	{"statistics-filtered-80x24", EVENING, 80, 24, "f%\t\t\t\t\t\t\t"},
	{"statistics-sessions-80x24", EVENING " " IMAP, 80, 24, "%\t\tj\r"},
	{"statistics-back-80x24", EVENING " " IMAP, 80, 24, "%\t\tj\rq"},
	{"compare-80x24", EVENING, 80, 24, "jj="},
	{"compare-100x30", EVENING, 100, 30, "G=\t]"},
	{"compare-120x40", EVENING, 120, 40, "jjjj="},
	{"compare-200x60", EVENING " " IMAP, 200, 60, "G="},
	{"compare-marked-120x40", EVENING, 120, 40, "j jjjj =["},
	{"compare-row-80x24", EVENING, 80, 24, "jj=]\t\r"},
	{"compare-nobody-80x24", "smtp_relay_denied pop3_fetchmail", 80, 24, "="},
	{"help-80x24", "smtp_plain", 80, 24, "?"},
	{"columns-80x24", "smtp_plain", 80, 24, "tjj "},
	{"settings-80x24", "smtp_plain", 80, 24, "O"},
	{"save-80x24", "smtp_several_mails", 80, 24, "s"},
	{"export-80x24", "smtp_auth_plain", 80, 24, "e"},
	{"about-80x24", "smtp_any", 80, 24, "i"},
	{"about-encrypted-80x40", "smtp_starttls pop3_fetchmail", 80, 40, "i"},
	{"mails-encrypted-80x24", "smtp_starttls", 80, 24, "m"},
	{"imap-sessions-120x40", IMAP, 120, 40, "jj"},
	{"imap-timeline-80x24", "imap_converse", 80, 24, "\rjjjjjjj"},
	{"imap-timeline-200x60", "imap_converse", 200, 60, "\rG"},
	{"imap-compressed-80x24", "imap_mbsync", 80, 24, "\t\tG"},
	{"imap-mails-120x40", IMAP, 120, 40, "m"},
	{"imap-mail-80x24", "imap_converse", 80, 24, "mj\r"},
	{"imap-packets-80x24", "imap_mbsync", 80, 24, "\t\t\tGz"},
	{"imap-help-120x40", "imap_wrong_password", 120, 40, "?/IMAP: logs\r"},
	{"imap-diagnosis-80x24", "imap_wrong_password", 80, 24, "d"},
};

START_TEST(test_screen)
{
	struct program p;

	program_begin(&p, screens[_i].captures, screens[_i].columns, screens[_i].rows);
	program_keys(&p, screens[_i].keys);
	expect_screen(&p, screens[_i].name);
	program_end(&p);
}
END_TEST

/* A file's header and nothing behind it. */
START_TEST(test_empty)
{
	static const uint8_t header[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, [18] = 4, [20] = 1};
	char folder[] = "/tmp/mailtap-screens.XXXXXX";
	char path[PROGRAM_PATH_SIZE];
	struct program p;
	FILE *file;

	ck_assert(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/empty.pcap", folder);
	file = fopen(path, "wb");
	ck_assert(file != NULL && fwrite(header, sizeof(header), 1, file) == 1 && fclose(file) == 0);
	program_begin(&p, path, 80, 24);
	expect_screen(&p, "empty-80x24");
	program_end(&p);
	unlink(path);
	rmdir(folder);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, test_screen, 0, sizeof(screens) / sizeof(screens[0]));
	tcase_add_test(t, test_empty);
}
