#include "output/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "mime/name.h"
#include "output/writer.h"
#include "proto/dotstuff.h"

enum {
	SUBJECT_MAX = 64,
	ATTEMPTS_MAX = 1000,
};

/* A mail on its way into a file. */
struct mail_writer {
	struct writer out;
	bool mbox;	    /* quote lines, end them with LF */
	struct buffer line; /* mbox: the line at hand, as far as its beginning matters */
};

/* mboxrd: a line of the mail that looks like a separator, quoted or not, gets one more ">". */
static bool needs_quote(struct slice line)
{
	while (line.len > 0 && line.data[0] == '>')
		line = slice_after(line, 1);
	return line.len >= 5 && memcmp(line.data, "From ", 5) == 0;
}

static void put_mbox_line(struct mail_writer *w)
{
	struct slice line = buffer_slice(&w->line);

	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	if (needs_quote(line))
		writer_put(&w->out, slice_from_text(">"));
	writer_put(&w->out, line);
	writer_put(&w->out, slice_from_text("\n"));
	buffer_clear(&w->line);
}

static void put_mail(void *ctx, struct slice piece)
{
	struct mail_writer *w = ctx;

	if (!w->mbox) {
		writer_put(&w->out, piece);
		return;
	}
	while (piece.len > 0) {
		size_t len = slice_find(piece, '\n');

		buffer_append(&w->line, slice_sub(piece, 0, len));
		if (len < piece.len)
			put_mbox_line(w);
		piece = slice_after(piece, len + 1);
	}
}

/* All pieces of the mail, un-stuffed. */
static void put_pieces(struct mail_writer *w, const struct save_job *job)
{
	struct dotstuff d;
	uint64_t size = 0;
	size_t used_len;

	dotstuff_init(&d);
	for (size_t i = 0; i < job->piece_count && !w->out.failed; i++)
		if (job->pieces[i].data == NULL)
			dotstuff_gap(&d);
		else if (job->stuffed)
			dotstuff_feed(&d, job->pieces[i], &used_len, &size, put_mail, w);
		else
			put_mail(w, job->pieces[i]);
	if (job->stuffed)
		dotstuff_finish(&d, &size, put_mail, w);
}

static bool finish_writer(struct mail_writer *w)
{
	buffer_fini(&w->line);
	return writer_finish(&w->out);
}

static bool refuse(struct save_job *job, const char *what, const char *path, int number)
{
	return writer_refuse(&job->error, what, path, number);
}

/* Finds a name that is free: "name.eml", "name-2.eml", ... */
static bool publish(struct save_job *job, int folder, const char *temporary, int to_folder, const char *shown,
		    const char *ending)
{
	char name[SAVE_NAME_SIZE + 64];

	for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
		if (attempt == 1)
			snprintf(name, sizeof(name), "%s%s", job->name, ending);
		else
			snprintf(name, sizeof(name), "%s-%d%s", job->name, attempt, ending);
		if (writer_rename(folder, temporary, to_folder, name)) {
			snprintf(job->path, sizeof(job->path), "%s/%s", shown, name);
			fsync(to_folder);
			return true;
		}
		if (errno != EEXIST)
			break;
	}
	refuse(job, "save into", shown, errno);
	unlinkat(folder, temporary, 0);
	return false;
}

static bool write_file(struct save_job *job, int folder, const char *shown, const char *temporary)
{
	struct mail_writer w = {
		.out.fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
	bool written;

	if (w.out.fd < 0)
		return refuse(job, "write into", shown, errno);
	put_pieces(&w, job);
	written = finish_writer(&w);
	close(w.out.fd);
	if (written)
		return true;
	unlinkat(folder, temporary, 0);
	return refuse(job, "write into", shown, w.out.saved_errno);
}

static int open_folder(struct save_job *job, const char *path)
{
	int folder;

	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		refuse(job, "make folder", path, errno);
		return -1;
	}
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		refuse(job, "open folder", path, errno);
	return folder;
}

static bool save_eml(struct save_job *job)
{
	char temporary[WRITER_NAME_SIZE];
	int folder = open_folder(job, job->target);
	bool saved;

	if (folder < 0)
		return false;
	writer_temporary_name(temporary);
	saved = write_file(job, folder, job->target, temporary) &&
		publish(job, folder, temporary, folder, job->target, job->partial ? ".partial.eml" : ".eml");
	close(folder);
	return saved;
}

/* A maildir is a folder with tmp, new and cur; a mail is written in tmp and moves to new. */
static bool save_maildir(struct save_job *job)
{
	static const char *const parts[] = {"cur", "tmp", "new"};
	char path[SAVE_PATH_SIZE];
	char temporary[WRITER_NAME_SIZE];
	int folders[3] = {-1, -1, -1};
	int top = open_folder(job, job->target);
	bool saved = top >= 0;

	for (int i = 0; i < 3 && saved; i++) {
		snprintf(path, sizeof(path), "%s/%s", job->target, parts[i]);
		folders[i] = open_folder(job, path);
		saved = folders[i] >= 0;
	}
	writer_temporary_name(temporary);
	saved = saved && write_file(job, folders[1], job->target, temporary + 1) &&
		publish(job, folders[1], temporary + 1, folders[2], path, job->partial ? ".partial" : "");
	for (int i = 0; i < 3; i++)
		if (folders[i] >= 0)
			close(folders[i]);
	if (top >= 0)
		close(top);
	return saved;
}

static void put_separator(struct mail_writer *w, const struct save_job *job)
{
	time_t seconds = (time_t)(job->time_ns / CLOCK_NS_PER_S);
	struct tm tm;
	char date[64];
	char text[384];

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%a %b %e %H:%M:%S %Y", &tm);
	snprintf(text, sizeof(text), "From %s %s\n", job->sender[0] != '\0' ? job->sender : "MAILER-DAEMON", date);
	writer_put(&w->out, slice_from_text(text));
	if (job->partial)
		writer_put(&w->out, slice_from_text("X-Mailtap-Partial: yes\n"));
}

/* What another program left without an empty line at its end gets one: a separator counts only behind it. */
static void end_last_mail(struct mail_writer *w, off_t end)
{
	char last[2] = "";
	off_t from = end < 2 ? 0 : end - 2;

	if (end <= 0 || pread(w->out.fd, last, sizeof(last), from) <= 0)
		return;
	if (last[end - 1 - from] != '\n')
		writer_put(&w->out, slice_from_text("\n\n"));
	else if (end < 2 || last[0] != '\n')
		writer_put(&w->out, slice_from_text("\n"));
}

static bool append_mbox(struct save_job *job, int fd)
{
	struct mail_writer w = {.out.fd = fd};
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	off_t end;

	if (fcntl(fd, F_SETLKW, &lock) != 0)
		return refuse(job, "lock", job->target, errno);
	end = lseek(fd, 0, SEEK_END);
	end_last_mail(&w, end);
	put_separator(&w, job);
	w.mbox = true;
	put_pieces(&w, job);
	if (w.line.len > 0)
		put_mbox_line(&w);
	writer_put(&w.out, slice_from_text("\n"));
	if (finish_writer(&w)) {
		snprintf(job->path, sizeof(job->path), "%s", job->target);
		return true;
	}
	/* what was appended is half a mail: take it back */
	if (end >= 0 && ftruncate(fd, end) != 0)
		return error_set(&job->error, "cannot write %s: %s; its last mail is not whole", job->target,
				 strerror(w.out.saved_errno));
	return refuse(job, "write", job->target, w.out.saved_errno);
}

static bool save_mbox(struct save_job *job)
{
	int fd = open(job->target, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat st;
	bool saved;

	if (fd < 0)
		return refuse(job, "open mbox", job->target, errno);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		close(fd);
		return error_set(&job->error, "%s is not a file that mails can be appended to", job->target);
	}
	saved = append_mbox(job, fd);
	close(fd);
	return saved;
}

bool save_run(struct save_job *job)
{
	job->done = true;
	switch (job->format) {
	case SAVE_MBOX:
		return save_mbox(job);
	case SAVE_MAILDIR:
		return save_maildir(job);
	case SAVE_EML:
		break;
	}
	return save_eml(job);
}

void save_name(char out[SAVE_NAME_SIZE], int64_t time_ns, unsigned int session, unsigned int mail, struct slice subject)
{
	time_t seconds = (time_t)(time_ns / CLOCK_NS_PER_S);
	struct buffer reduced = {0};
	struct tm tm;
	char date[32];

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm);
	name_reduce(subject, SUBJECT_MAX, &reduced);
	if (reduced.len == 0)
		buffer_append_text(&reduced, "no-subject");
	buffer_append_byte(&reduced, '\0');
	snprintf(out, SAVE_NAME_SIZE, "%s-s%u-m%u-%s", date, session, mail, (const char *)reduced.data);
	buffer_fini(&reduced);
}
