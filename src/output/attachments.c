#include "output/attachments.h"

#include <stdio.h>

#include "mime/message.h"
#include "mime/name.h"
#include "output/atomic_file.h"
#include "output/missing_note.h"

enum {
	NAME_MAX_LEN = 128,
	ENDING_MAX_LEN = 17, /* with its dot */
};

/* Where the ending begins, to which a number is not appended; the name's end when there is none. */
static size_t find_ending(const char *name, size_t len)
{
	for (size_t at = len; at > 1 && len - at < ENDING_MAX_LEN; at--)
		if (name[at - 1] == '.')
			return at - 1;
	return len;
}

/* The name of a file as it may stand here, cut before its ending. */
static void read_name(const struct message_attachment *a, bool is_partial, char stem[ATOMIC_FILE_NAME_SIZE],
		      char ending[ATOMIC_FILE_NAME_SIZE])
{
	struct buffer name = {0};
	size_t at;

	name_of_file(slice_from_text(a->name), NAME_MAX_LEN, &name);
	if (name.len == 0)
		buffer_append_text(&name, strcmp(a->mime_type, "message/rfc822") == 0 ? "mail.eml" : "attachment");
	at = find_ending((const char *)name.data, name.len);
	snprintf(stem, ATOMIC_FILE_NAME_SIZE, "%.*s", (int)at, (const char *)name.data);
	snprintf(ending, ATOMIC_FILE_NAME_SIZE, "%s%.*s", is_partial ? ".partial" : "", (int)(name.len - at),
		 (const char *)name.data + at);
	buffer_fini(&name);
}

static bool save_one(struct save_job *job, int folder, const struct message_attachment *a, struct slice bytes)
{
	struct atomic_file file = {.folder = folder, .to_folder = folder, .shown = job->target};
	char stem[ATOMIC_FILE_NAME_SIZE];
	char ending[ATOMIC_FILE_NAME_SIZE];

	read_name(a, job->partial, stem, ending);
	if (!atomic_file_write(&file, bytes, &job->error) ||
	    !atomic_file_publish(&file, stem, ending, job->path, &job->error)) {
		job->path[0] = '\0';
		return false;
	}
	job->file_count++;
	job->byte_count += bytes.len;
	return true;
}

static bool save_each(struct save_job *job, int folder, const struct message *m)
{
	size_t attachments = message_attachment_count(m);
	size_t count = attachments + message_embedded_count(m);
	struct buffer bytes = {0};
	bool saved = true;

	for (size_t i = 0; i < count && saved; i++) {
		bool is_part = i < attachments;

		if (job->attachment != SAVE_ALL_ATTACHMENTS && (size_t)job->attachment != i)
			continue;
		buffer_clear(&bytes);
		if (is_part)
			message_attachment_bytes(m, i, &bytes);
		else
			message_embedded_bytes(m, i - attachments, &bytes);
		saved = save_one(job, folder, is_part ? message_attachment(m, i) : message_embedded(m, i - attachments),
				 buffer_slice(&bytes));
	}
	buffer_fini(&bytes);
	return saved;
}

/* Which of the files are not whole cannot be told: the note speaks of the mail. */
static bool save_note(struct save_job *job, int folder)
{
	struct atomic_file note = {.folder = folder, .to_folder = folder, .shown = job->target};
	struct buffer text = {0};
	char path[SAVE_PATH_SIZE];
	bool saved;

	missing_note_put(job, &text);
	saved = atomic_file_write(&note, buffer_slice(&text), &job->error) &&
		atomic_file_publish(&note, job->name, ".partial.txt", path, &job->error);
	buffer_fini(&text);
	return saved;
}

bool attachments_save(struct save_job *job, int folder)
{
	struct buffer mail = {0};
	struct message *m;
	bool saved;

	do {
		buffer_clear(&mail);
		save_read(job, buffer_sink, NULL, &mail);
	} while (save_drop_gone(job));
	m = message_parse(buffer_slice(&mail));
	saved = save_each(job, folder, m) && (!job->partial || job->file_count == 0 || save_note(job, folder));
	message_free(m);
	buffer_fini(&mail);
	if (!saved)
		job->path[0] = '\0';
	else if (job->file_count != 1)
		snprintf(job->path, sizeof(job->path), "%s", job->target);
	return saved;
}
