#include "output/save.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "guard/files.h"
#include "mime/name.h"
#include "output/atomic_file.h"
#include "output/attachments.h"
#include "output/missing_note.h"
#include "proto/dotstuff.h"

enum {
	SUBJECT_MAX = 64,
	MAILBOX_MAX = 32,
	LOCK_WAIT_MS = 30 * 1000,
	LOCK_STEP_MS = 50,
};

/* Where a mail is written, where it gets its name, and where the note about it goes. */
struct folders {
	int temporary;
	int final;
	int notes;
	const char *shown; /* the path of `final` */
};

/* A mail on its way into a file. */
struct mail_writer {
	struct writer out;
	bool mbox;	    /* quote lines, end them with LF */
	struct buffer line; /* mbox: the line at hand, as far as its beginning matters */
	uint64_t passed;
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

	w->passed += piece.len;
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

void save_read(const struct save_job *job, slice_sink *sink, save_gap *gap, void *ctx)
{
	struct dotstuff d;
	uint64_t size = 0;
	size_t used_len;

	dotstuff_init(&d, job->stuffing);
	for (size_t i = 0; i < job->piece_count; i++) {
		if (job->pieces[i].data == NULL) {
			dotstuff_gap(&d);
			if (gap != NULL)
				gap(ctx, size, job->pieces[i].len);
		} else if (job->stuffing) {
			dotstuff_feed(&d, job->pieces[i], &used_len, &size, sink, ctx);
		} else {
			sink(ctx, job->pieces[i]);
			size += job->pieces[i].len;
		}
	}
	if (job->stuffing)
		dotstuff_finish(&d, &size, sink, ctx);
}

bool save_drop_gone(struct save_job *job)
{
	bool found = false;

	for (size_t i = 0; i < job->piece_count && job->has_piece != NULL; i++) {
		if (job->has_piece(job, i) || job->pieces[i].data == NULL)
			continue;
		job->pieces[i].data = NULL;
		found = true;
	}
	job->is_gone = job->is_gone || found;
	job->partial = job->partial || found;
	return found;
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

/* Whether as much is free as shall stay free. */
static bool has_room(struct save_job *job, int fd)
{
	struct statvfs disk;

	if (job->free_bytes == 0 || fstatvfs(fd, &disk) != 0 || disk.f_bavail * disk.f_frsize >= job->free_bytes)
		return true;
	job->is_limit = true;
	return error_set(&job->error, "fewer than %llu MiB (save_free) are free in %s: mails are not saved any more",
			 (unsigned long long)(job->free_bytes >> 20), job->target);
}

static bool is_link(int parent, const char *name)
{
	struct stat status;

	return (parent == AT_FDCWD ? lstat(name, &status) == 0 : files_status(parent, name, &status)) &&
	       S_ISLNK(status.st_mode);
}

/* `name` in the folder `parent`, made if it is not there. `flags`: FILES_NO_LINK where a link must not lead elsewhere.
 */
static int open_folder(struct save_job *job, int parent, const char *name, unsigned int flags, const char *path)
{
	bool is_unmade;
	int folder = files_folder(parent, name, FILES_MAKE | flags, &is_unmade);
	int why = errno;

	if (folder < 0 && !is_unmade && (flags & FILES_NO_LINK) && is_link(parent, name)) {
		error_set(&job->error, "%s is a symbolic link: name the folder itself", path);
		return -1;
	}
	if (folder < 0) {
		refuse(job, is_unmade ? "make folder" : "open folder", path, why);
		return -1;
	}
	if (has_room(job, folder))
		return folder;
	files_close(folder);
	return -1;
}

static int open_target(struct save_job *job)
{
	return open_folder(job, AT_FDCWD, job->target, 0, job->target);
}

/* The mail, and when it is not whole the note about it, both under temporary names; then both get theirs. Pieces that
 * went meanwhile are left out: each time there are fewer. `endings`: of a whole one and of a partial one. */
static bool save_into(struct save_job *job, const struct folders *f, const char *const endings[2])
{
	struct atomic_file mail = {.folder = f->temporary, .to_folder = f->final, .shown = f->shown};
	struct atomic_file note = {.folder = f->temporary, .to_folder = f->notes, .shown = job->target};
	struct mail_writer w = {0};
	struct buffer text = {0};
	bool saved;

	if (job->partial) {
		missing_note_put(job, &text);
		saved = atomic_file_write(&note, buffer_slice(&text), &job->error);
		buffer_fini(&text);
		if (!saved)
			return false;
	}
	if (!atomic_file_open(&mail, &w.out, &job->error)) {
		atomic_file_abandon(&note);
		return false;
	}
	save_read(job, put_mail, NULL, &w);
	buffer_fini(&w.line);
	job->byte_count = mail.byte_count = w.passed;
	saved = atomic_file_close(&mail, &w.out, &job->error);
	if (saved && save_drop_gone(job)) { /* what was written is not what was captured */
		atomic_file_abandon(&mail);
		atomic_file_abandon(&note);
		return save_into(job, f, endings);
	}
	saved = saved && atomic_file_publish(&mail, job->name, endings[job->partial], job->path, &job->error);
	if (!saved)
		atomic_file_abandon(&note);
	else if (job->partial)
		atomic_file_publish_beside(&note, &mail, job->name, ".partial.txt");
	job->file_count = saved;
	return saved;
}

static bool save_eml(struct save_job *job)
{
	static const char *const endings[] = {".eml", ".partial.eml"};
	int folder = open_target(job);
	struct folders f = {folder, folder, folder, job->target};
	bool saved;

	if (folder < 0)
		return false;
	saved = save_into(job, &f, endings);
	files_close(folder);
	return saved;
}

/* A maildir is a folder with tmp, new and cur; a mail is written in tmp and moves to new. */
static bool save_maildir(struct save_job *job)
{
	static const char *const parts[] = {"cur", "tmp", "new"};
	static const char *const endings[] = {"", ".partial"};
	char path[SAVE_PATH_SIZE] = "";
	int folders[3] = {-1, -1, -1};
	int top = open_folder(job, AT_FDCWD, job->target, FILES_NO_LINK, job->target);
	bool saved = top >= 0;

	for (int i = 0; i < 3 && saved; i++) {
		snprintf(path, sizeof(path), "%s/%s", job->target, parts[i]);
		folders[i] = open_folder(job, top, parts[i], FILES_NO_LINK, path);
		saved = folders[i] >= 0;
	}
	saved = saved && save_into(job, &(struct folders){folders[1], folders[2], top, path}, endings);
	for (int i = 0; i < 3; i++)
		if (folders[i] >= 0)
			files_close(folders[i]);
	if (top >= 0)
		files_close(top);
	return saved;
}

/* One word, as readers of an mbox want it: what is no visible character becomes a hyphen. */
static void put_sender(char out[256], const char *sender)
{
	size_t len = 0;

	for (; sender[len] != '\0' && len < 255; len++)
		out[len] = (unsigned char)sender[len] > ' ' && sender[len] != 0x7f ? sender[len] : '-';
	out[len] = '\0';
	if (len == 0 || strcmp(out, "<>") == 0)
		snprintf(out, 256, "MAILER-DAEMON");
}

/* As asctime writes it, whatever the locale. */
static void put_mbox_date(char out[64], int64_t time_ns)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = (time_t)(time_ns / CLOCK_NS_PER_S);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	snprintf(out, 64, "%s %s %2d %02d:%02d:%02d %d", days[tm.tm_wday], months[tm.tm_mon], tm.tm_mday, tm.tm_hour,
		 tm.tm_min, tm.tm_sec, tm.tm_year + 1900);
}

static void put_separator(struct mail_writer *w, const struct save_job *job)
{
	char sender[256];
	char date[64];
	char text[384];

	put_sender(sender, job->sender);
	put_mbox_date(date, job->time_ns);
	snprintf(text, sizeof(text), "From %s %s\n", sender, date);
	writer_put(&w->out, slice_from_text(text));
	if (job->partial) {
		struct buffer field = {0};

		missing_note_put_field(job, &field);
		writer_put(&w->out, buffer_slice(&field));
		buffer_fini(&field);
	}
}

/* What another program left without an empty line at its end gets one: a separator counts only after it. */
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

/* Under the lock. Once more when pieces went meanwhile. */
static bool append_mail(struct save_job *job, int fd)
{
	struct mail_writer w = {.out.fd = fd};
	bool is_written;
	off_t end;

	end = lseek(fd, 0, SEEK_END);
	end_last_mail(&w, end);
	put_separator(&w, job);
	w.mbox = true;
	save_read(job, put_mail, NULL, &w);
	job->byte_count = w.passed;
	job->file_count = 1;
	if (w.line.len > 0)
		put_mbox_line(&w);
	writer_put(&w.out, slice_from_text("\n"));
	is_written = finish_writer(&w);
	if (is_written && save_drop_gone(job) && end >= 0 && ftruncate(fd, end) == 0)
		return append_mail(job, fd);
	if (is_written) {
		snprintf(job->path, sizeof(job->path), "%s", job->target);
		return true;
	}
	/* what was appended is half a mail: take it back */
	if (end >= 0 && ftruncate(fd, end) != 0)
		return error_set(&job->error, "cannot write %s: %s; its last mail is incomplete", job->target,
				 strerror(w.out.saved_errno));
	return refuse(job, "write", job->target, w.out.saved_errno);
}

/* Waits for a lock that another program holds; not again for the next mail when that was in vain. */
static bool lock_mbox(struct save_job *job, int fd)
{
	static const struct timespec pause = {.tv_nsec = LOCK_STEP_MS * CLOCK_NS_PER_MS};
	static bool was_in_vain;
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int64_t until = clock_monotonic_ns() + (was_in_vain ? 0 : LOCK_WAIT_MS * CLOCK_NS_PER_MS);

	while (fcntl(fd, F_SETLK, &lock) != 0) {
		if (errno != EACCES && errno != EAGAIN && errno != EINTR)
			return refuse(job, "lock", job->target, errno);
		if (job->is_given_up != NULL && job->is_given_up(job->is_given_up_ctx))
			return error_set(&job->error,
					 "another program holds %s locked: the wait for it was given up, "
					 "mails are not saved",
					 job->target);
		was_in_vain = clock_monotonic_ns() >= until;
		if (was_in_vain)
			return error_set(&job->error,
					 "another program has held %s locked for %d seconds: mails are not "
					 "saved into it",
					 job->target, LOCK_WAIT_MS / 1000);
		nanosleep(&pause, NULL);
	}
	was_in_vain = false;
	return true;
}

static bool append_mbox(struct save_job *job, int fd)
{
	return lock_mbox(job, fd) && append_mail(job, fd);
}

/* -1: errno. */
static int open_mbox(const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder;
	char *where;
	int fd;
	int why;

	where = mem_strdup(slash == NULL ? "." : path);
	if (slash != NULL)
		where[slash - path + 1] = '\0';
	folder = files_folder(AT_FDCWD, where, 0, NULL);
	free(where);
	if (folder < 0)
		return -1;
	fd = files_append(folder, slash != NULL ? slash + 1 : path);
	why = errno;
	files_close(folder);
	errno = why;
	return fd;
}

static bool save_mbox(struct save_job *job)
{
	int fd = open_mbox(job->target);
	bool saved;

	if (fd < 0 && errno == ENODEV)
		return error_set(&job->error, "%s is not a file that mails can be appended to", job->target);
	if (fd < 0 && errno == EMEDIUMTYPE)
		return error_set(&job->error, "%s is there and is no mbox: no mail is added to it", job->target);
	if (fd < 0)
		return refuse(job, "open mbox", job->target, errno);
	saved = has_room(job, fd) && append_mbox(job, fd);
	close(fd);
	return saved;
}

/* ---- what is no mail ---- */

static bool save_files(struct save_job *job)
{
	int folder = open_target(job);
	bool saved;

	if (folder < 0)
		return false;
	saved = attachments_save(job, folder);
	files_close(folder);
	return saved;
}

static bool save_text(struct save_job *job, const char *ending)
{
	int folder = open_target(job);
	struct atomic_file file = {.folder = folder, .to_folder = folder, .shown = job->target};
	bool saved;

	if (folder < 0)
		return false;
	saved = atomic_file_write(&file, buffer_slice(&job->text), &job->error) &&
		atomic_file_publish(&file, job->name, ending, job->path, &job->error);
	job->file_count = saved;
	job->byte_count = job->text.len;
	files_close(folder);
	return saved;
}

static bool is_too_much_to_give(const struct save_job *job)
{
	uint64_t len = 0;

	for (size_t i = 0; i < job->piece_count; i++)
		len += job->pieces[i].data != NULL ? job->pieces[i].len : 0;
	return len > SAVE_GIVEN_MAX;
}

static bool give_part(struct save_job *job)
{
	struct writer out = {.fd = job->fd};
	struct message_found found;

	if (!attachments_find_part(job, &found))
		return false;
	writer_put(&out, buffer_slice(&found.bytes));
	job->byte_count = found.bytes.len;
	message_found_fini(&found);
	return writer_finish(&out) || refuse(job, "write", "memory for a command", out.saved_errno);
}

/* Once more when pieces went meanwhile. */
static bool give_mail(struct save_job *job)
{
	struct mail_writer w = {.out = {.fd = job->fd}};

	save_read(job, put_mail, NULL, &w);
	job->byte_count = w.passed;
	if (!finish_writer(&w))
		return refuse(job, "write", "memory for a command", w.out.saved_errno);
	if (save_drop_gone(job)) {
		if (lseek(job->fd, 0, SEEK_SET) != 0 || ftruncate(job->fd, 0) != 0)
			return refuse(job, "write", "memory for a command", errno);
		return give_mail(job);
	}
	return true;
}

static bool save_given(struct save_job *job)
{
	if (is_too_much_to_give(job))
		return error_set(&job->error,
				 "The mail has more than %d MiB: save it, and give the file to the command",
				 SAVE_GIVEN_MAX >> 20);
	if (job->part.count > 0 ? !give_part(job) : !give_mail(job))
		return false;
	job->file_count = 1;
	snprintf(job->path, sizeof(job->path), "memory");
	return true;
}

bool save_run(struct save_job *job)
{
	save_drop_gone(job);
	job->done = true;
	job->file_count = 0;
	job->byte_count = 0;
	switch (job->format) {
	case SAVE_MBOX:
		return save_mbox(job);
	case SAVE_MAILDIR:
		return save_maildir(job);
	case SAVE_ATTACHMENTS:
		return save_files(job);
	case SAVE_TRANSCRIPT:
		return save_text(job, ".txt");
	case SAVE_FINDINGS:
		return save_text(job, "-findings.txt");
	case SAVE_GIVEN:
		return save_given(job);
	case SAVE_EML:
		break;
	}
	return save_eml(job);
}

static void put_date(char out[32], int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / CLOCK_NS_PER_S);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(out, 32, "%Y%m%d-%H%M%S", &tm);
}

void save_name(char out[SAVE_NAME_SIZE], const struct save_title *title)
{
	struct buffer name = {0};
	char date[32];
	size_t len;

	put_date(date, title->time_ns);
	buffer_printf(&name, "%s-s%" PRIu64 "-m%" PRIu32 "-", date, title->session, title->mail);
	len = name.len;
	name_reduce(title->mailbox, MAILBOX_MAX, &name);
	if (name.len > len)
		buffer_append_byte(&name, '-');
	if (title->uid != 0)
		buffer_printf(&name, "u%" PRIu32 "-", title->uid);
	len = name.len;
	name_reduce(title->subject, SUBJECT_MAX, &name);
	if (name.len == len)
		buffer_append_text(&name, "no-subject");
	buffer_append_byte(&name, '\0');
	snprintf(out, SAVE_NAME_SIZE, "%s", (const char *)name.data);
	buffer_fini(&name);
}

void save_session_name(char out[SAVE_NAME_SIZE], int64_t time_ns, uint64_t session)
{
	char date[32];

	put_date(date, time_ns);
	snprintf(out, SAVE_NAME_SIZE, "%s-s%" PRIu64, date, session);
}
